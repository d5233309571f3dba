//! 履歴番号 — which row of another scheme a fact is of: told again with other days it is the same row, corrected.

use crate::acts::Act;
use crate::eligibility::status::{
    self, CareCertificate, CompanyInsurance, Entry, LateElderly, Status,
};
use crate::error::OfficeError;
use crate::registry::fact::{Kind, Values};
use crate::registry::{Dated, end, timeline};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, StoreError, Value};

/// A fact with the 履歴番号 of the row that tells of it; none where a clerk stated it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Numbered<S> {
    pub fact: S,
    pub history: Option<i64>,
}

/// A status that rows with a 履歴番号 tell of: its table with the column of the number.
pub(super) trait OfRow: Status {
    const WITH_HISTORY: DatedTable;
    const WITH_TYPES: &'static [ColumnType];
}

impl OfRow for CompanyInsurance {
    const WITH_HISTORY: DatedTable = DatedTable::new(
        "company_insurance_fact",
        &[
            "insurer_number",
            "insurer_name",
            "symbol",
            "number",
            "relation",
            "source",
            "reported_on",
            "told_history",
        ],
    );
    const WITH_TYPES: &'static [ColumnType] = &[Text, Text, Text, Text, Int, Text, Text, Int];
}

impl OfRow for LateElderly {
    const WITH_HISTORY: DatedTable = DatedTable::new(
        "late_elderly_fact",
        &[
            "number",
            "gain_cause",
            "loss_cause",
            "reported_on",
            "told_history",
        ],
    );
    const WITH_TYPES: &'static [ColumnType] = &[Text, Text, Text, Text, Int];
}

impl OfRow for CareCertificate {
    const WITH_HISTORY: DatedTable = DatedTable::new(
        "care_certificate_fact",
        &[
            "insurer",
            "number",
            "category",
            "reported_on",
            "told_history",
        ],
    );
    const WITH_TYPES: &'static [ColumnType] = &[Text, Text, Int, Text, Int];
}

impl<S: OfRow> Kind for Numbered<S> {
    const TABLE: DatedTable = S::WITH_HISTORY;
    const TYPES: &'static [ColumnType] = S::WITH_TYPES;

    fn values(&self) -> Vec<Value> {
        let mut values = self.fact.values();
        values.push(self.history.into());
        values
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            fact: S::read(values)?,
            history: values.opt_int()?,
        })
    }
}

impl<S: OfRow> Status for Numbered<S> {
    const CODE: &'static str = S::CODE;
    const LABEL_JA: &'static str = S::LABEL_JA;

    fn check(&self, span: Span) -> Result<(), OfficeError> {
        self.fact.check(span)
    }
}

/// States a fact in the place of what its row said before; the days and facts that are no more by it. None where it stands
/// already.
pub(super) fn state<S: OfRow>(
    conn: &mut Conn,
    act: &Act,
    subject: i64,
    span: Span,
    new: Numbered<S>,
) -> Result<Option<Vec<(Span, S)>>, OfficeError> {
    let standing = timeline::<Numbered<S>>(conn, subject, None)?;
    let same = |one: &Dated<Numbered<S>>| {
        one.valid == span && unreported(&one.fact.fact) == unreported(&new.fact)
    };
    if standing.iter().any(same) {
        return Ok(None);
    }
    // A row states its own history: what it said before is replaced as a whole, and so is what began on its first day.
    let of_row = |one: &Dated<Numbered<S>>| {
        let numbered = one.fact.history.is_some() && one.fact.history == new.history;
        one.valid != span && (numbered || one.valid.from == span.from)
    };
    let mut before = Vec::new();
    for old in standing.into_iter().filter(of_row) {
        end::<Numbered<S>>(conn, act, subject, old.valid)?;
        before.push((old.valid, old.fact.fact));
    }
    let entry = Entry {
        subject,
        span,
        status: new,
        note: String::new(),
    };
    status::state(conn, act, &entry)?;
    Ok(Some(before))
}

/// The own columns without the last, the day of the report: the same fact told again on another day is the same fact.
fn unreported<S: Kind>(fact: &S) -> Vec<Value> {
    let mut values = fact.values();
    values.pop();
    values
}
