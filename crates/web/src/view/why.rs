//! なぜ — every amount opens to its inputs, its clause, its parameter and its rounding.

use askama::Template;

/// One figure and what it was made of.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "why.html")]
pub struct Why {
    /// What it is.
    pub label: String,
    /// The figure, written out.
    pub value: String,
    /// What went in: name and value.
    pub inputs: Vec<(String, String)>,
    /// The calculation in one line; empty where it is only a sum of what is below.
    pub formula: String,
    /// The provision.
    pub clause: String,
    /// The parameter row it used and where that row is from; empty where none.
    pub parameter: String,
    /// How the fraction was dropped; empty where there is none.
    pub rounding: String,
    /// What it is the sum or result of.
    pub parts: Vec<Why>,
}

impl Why {
    /// Whether there is anything to open.
    #[must_use]
    pub fn opens(&self) -> bool {
        !(self.inputs.is_empty()
            && self.formula.is_empty()
            && self.clause.is_empty()
            && self.parameter.is_empty()
            && self.parts.is_empty())
    }
}
