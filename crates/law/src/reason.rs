//! Reasons — the steps behind a figure, written down by the rule while it runs.
//!
//! A step is a few integers, so that a million households can be levied with their reasons. Turning a
//! step into a sentence with its clause, inputs and parameter is the work of `explain`.

/// Who or what a step speaks of, inside one calculation.
pub const WHOLE_HOUSEHOLD: u16 = u16::MAX;

/// One step: what was found, for which component and person, from which operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<W> {
    /// The provision at work.
    pub what: W,
    /// Index of the component, or `u8::MAX` for the household as a whole.
    pub component: u8,
    /// Index of the person, or [`WHOLE_HOUSEHOLD`].
    pub person: u16,
    /// First operand; its meaning belongs to `what`.
    pub left: i64,
    /// Second operand.
    pub right: i64,
    /// The result.
    pub value: i64,
}

/// Something that listens to the steps of a rule.
pub trait Why<W> {
    /// Takes one step.
    fn step(&mut self, step: Step<W>);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl<W> Why<W> for Silent {
    #[inline(always)]
    fn step(&mut self, _step: Step<W>) {}
}

impl<W> Why<W> for Vec<Step<W>> {
    #[inline]
    fn step(&mut self, step: Step<W>) {
        self.push(step);
    }
}

/// A result together with the steps that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reasoned<T, W> {
    /// The result.
    pub value: T,
    /// The steps, in the order they were taken.
    pub steps: Vec<Step<W>>,
}
