//! 区分ごとの金額の表 — the same table on the levy page, in a preview and in a trial.

use law::Yen;

/// How a row stands in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Something that adds.
    Plain,
    /// Something that was taken off and is already out of the rows above.
    Off,
    /// A sum.
    Sum,
}

/// One row: a part of the levy, component by component.
#[derive(Clone, Debug)]
pub struct AmountRow {
    /// 所得割額 …
    pub label: String,
    /// In the order of the components.
    pub cells: Vec<Yen>,
    /// Of all components, where it was added up.
    pub total: Option<Yen>,
    /// How it stands.
    pub kind: RowKind,
}

impl AmountRow {
    /// Whether every cell is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.cells.iter().all(|cell| *cell == Yen::ZERO)
    }

    /// The class of the row.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self.kind {
            RowKind::Plain => "",
            RowKind::Off => "off",
            RowKind::Sum => "sum",
        }
    }
}

/// Amounts by component.
#[derive(Clone, Debug, Default)]
pub struct AmountTable {
    /// 医療分 …
    pub components: Vec<String>,
    /// Parts.
    pub rows: Vec<AmountRow>,
    /// 年額.
    pub total: Yen,
    /// 軽減 in words.
    pub reduction: String,
}

impl AmountTable {
    /// Whether the rows were added up over the components.
    #[must_use]
    pub fn has_totals(&self) -> bool {
        self.rows.iter().any(|row| row.total.is_some())
    }
}

/// One component before and after.
#[derive(Clone, Debug)]
pub struct ChangeRow {
    /// 医療分, 1期 …
    pub label: String,
    /// A day or another word beside it; may be empty.
    pub beside: String,
    /// What stands.
    pub before: Yen,
    /// What will stand.
    pub after: Yen,
    /// The difference, as the office booked or would book it.
    pub change: Yen,
}

impl ChangeRow {
    /// Two amounts side by side.
    #[must_use]
    pub fn of(label: &str, beside: &str, before: Yen, after: Yen) -> Self {
        Self {
            label: label.to_owned(),
            beside: beside.to_owned(),
            before,
            after,
            change: after - before,
        }
    }

    /// The difference with its sign.
    #[must_use]
    pub fn signed(&self) -> String {
        super::format::signed(self.change)
    }

    /// The class that colours it.
    #[must_use]
    pub fn class(&self) -> &'static str {
        super::format::sign_class(self.change)
    }
}
