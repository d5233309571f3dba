//! 証の記録 — one row for each paper, never changed, and its standing made from what happened to it.

use super::propose::Proposal;
use super::view::Household;
use super::wish::Destination;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{ColumnType, Conn, Row, StoreError, Value};
use law::Date;
use law::certificate::{ScanCode, code};

/// 交付区分.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Division {
    /// 新規.
    New,
    /// 更新.
    Renewal,
    /// 再交付.
    Reissue,
    /// 差替え: facts changed.
    Change,
}

impl Division {
    /// All of them, in the order of a list.
    pub const ALL: [Self; 4] = [Self::New, Self::Renewal, Self::Reissue, Self::Change];

    const NAMES: [(Self, &'static str, &'static str); 4] = [
        (Self::New, "new", "新規"),
        (Self::Renewal, "renewal", "更新"),
        (Self::Reissue, "reissue", "再交付"),
        (Self::Change, "change", "差替え"),
    ];

    /// As stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    /// The division of a stored code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|one| one.1 == code);
        found.map(|one| one.0)
    }

    pub(super) fn read(row: &Row, at: usize) -> Result<Self, StoreError> {
        let code = row.text(at)?;
        Self::of(&code).ok_or_else(|| row.wrong(at, format!("交付区分「{code}」を知りません")))
    }
}

/// A certificate about to be written.
#[derive(Debug)]
pub(super) struct New<'n> {
    pub(super) household: &'n Household,
    pub(super) person_id: i64,
    pub(super) nondisclosure: bool,
    pub(super) proposal: &'n Proposal<'n>,
    pub(super) application_id: Option<i64>,
    pub(super) applied_on: Option<Date>,
    pub(super) division: Division,
    pub(super) reason: &'n str,
    pub(super) occurred_on: Date,
    pub(super) issued_on: Date,
    pub(super) replaces: Option<i64>,
    /// 交付番号 of the paper it is a copy of.
    pub(super) number: Option<&'n str>,
    pub(super) copy_no: i64,
    pub(super) long_term_on: Option<Date>,
    pub(super) run_id: i64,
}

pub(super) const COLUMNS: &[(&str, ColumnType)] = &[
    ("certificate_id", ColumnType::Int),
    ("number", ColumnType::Text),
    ("copy_no", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("family", ColumnType::Text),
    ("person_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("application_id", ColumnType::Int),
    ("division", ColumnType::Text),
    ("reason", ColumnType::Text),
    ("occurred_on", ColumnType::Text),
    ("applied_on", ColumnType::Text),
    ("issued_on", ColumnType::Text),
    ("effective_from", ColumnType::Text),
    ("expires_on", ColumnType::Text),
    ("class", ColumnType::Text),
    ("ratio", ColumnType::Int),
    ("ratio_from", ColumnType::Text),
    ("long_term_on", ColumnType::Text),
    ("disease", ColumnType::Int),
    ("ceiling_yen", ColumnType::Int),
    ("symbol", ColumnType::Text),
    ("number_on_face", ColumnType::Text),
    ("branch", ColumnType::Text),
    ("face_name", ColumnType::Text),
    ("face_kana", ColumnType::Text),
    ("real_name", ColumnType::Text),
    ("real_kana", ColumnType::Text),
    ("sex_on_back", ColumnType::Int),
    ("nondisclosure", ColumnType::Int),
    ("destination", ColumnType::Text),
    ("replaces", ColumnType::Int),
    ("form_stock", ColumnType::Text),
    ("face", ColumnType::Text),
    ("input_digest", ColumnType::Text),
    ("rule_hash", ColumnType::Text),
    ("run_id", ColumnType::Int),
    ("act_id", ColumnType::Int),
];

pub(super) const STANDING_COLUMNS: &[(&str, ColumnType)] = &[
    ("certificate_id", ColumnType::Int),
    ("person_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("family", ColumnType::Text),
    ("disease", ColumnType::Int),
    ("place", ColumnType::Text),
    ("valid", ColumnType::Int),
    ("invalid_from", ColumnType::Text),
    ("effective_from", ColumnType::Text),
    ("expires_on", ColumnType::Text),
    ("outstanding", ColumnType::Int),
    ("return_requested_on", ColumnType::Text),
    ("collected_on", ColumnType::Text),
    ("inspected_on", ColumnType::Text),
    ("printed", ColumnType::Int),
    ("run_id", ColumnType::Int),
];

/// Writes certificates in bulk, each with its number and its standing. Returns their numbers in the store, in order.
pub(super) fn insert(
    conn: &mut Conn,
    act: &Act,
    rule_hash: &str,
    all: &[New<'_>],
) -> Result<Vec<i64>, OfficeError> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let count = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let first = conn.next_ids("certificate", count)?;
    let ids: Vec<i64> = (first..first + count).collect();
    let numbers = numbers(conn, all)?;
    let mut bulk = conn.bulk("certificate", COLUMNS);
    for ((id, number), new) in ids.iter().zip(&numbers).zip(all) {
        bulk.row(&values(*id, number, act, rule_hash, new)?)?;
    }
    bulk.finish()?;
    let mut bulk = conn.bulk("certificate_standing", STANDING_COLUMNS);
    for (id, new) in ids.iter().zip(all) {
        let kind = new.proposal.kind;
        bulk.row(&[
            (*id).into(),
            new.person_id.into(),
            new.household.household_id.into(),
            kind.code.as_str().into(),
            kind.family.code().into(),
            new.proposal.disease.map_or(0, |one| one.code()).into(),
            "decided".into(),
            true.into(),
            Value::Null,
            new.proposal.term.effective_from.into(),
            new.proposal.term.expires_on.into(),
            false.into(),
            Value::Null,
            Value::Null,
            Value::Null,
            0_i64.into(),
            new.run_id.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(ids)
}

/// 交付番号: running within each kind; a copy keeps the number of the first.
fn numbers(conn: &mut Conn, all: &[New<'_>]) -> Result<Vec<String>, OfficeError> {
    let mut kinds: Vec<&law::certificate::Kind> = all
        .iter()
        .filter(|new| new.number.is_none())
        .map(|new| new.proposal.kind)
        .collect();
    kinds.sort_by(|a, b| a.code.cmp(&b.code));
    let mut next: Vec<(&str, i64)> = Vec::new();
    for group in kinds.chunk_by(|a, b| a.code == b.code) {
        let Some(kind) = group.first() else { continue };
        let wanted = i64::try_from(group.len()).unwrap_or(i64::MAX);
        let counter = format!("certificate_number_{}", kind.code);
        next.push((kind.code.as_str(), conn.next_ids(&counter, wanted)?));
    }
    let mut numbers = Vec::with_capacity(all.len());
    for new in all {
        let kind = new.proposal.kind;
        numbers.push(match new.number {
            Some(number) => number.to_owned(),
            None => {
                let running = next.iter_mut().find(|(code, _)| *code == kind.code);
                let running = running.map_or(0, |(_, next)| {
                    *next += 1;
                    *next - 1
                });
                code::number(&kind.number, running)?
            }
        });
    }
    Ok(numbers)
}

fn values(
    id: i64,
    number: &str,
    act: &Act,
    rule_hash: &str,
    new: &New<'_>,
) -> Result<Vec<Value>, OfficeError> {
    let proposal = new.proposal;
    let kind = proposal.kind;
    let mut face = proposal.face.clone();
    for (item, value) in &mut face.lines {
        if *item == law::certificate::Item::Number {
            number.clone_into(value);
        }
    }
    // The scan code must be one that can be read back.
    ScanCode {
        stock: kind.form.stock(),
        certificate_id: id,
        copy: new.copy_no,
    }
    .figures()?;
    Ok(vec![
        id.into(),
        number.into(),
        new.copy_no.into(),
        kind.code.as_str().into(),
        kind.family.code().into(),
        new.person_id.into(),
        new.household.household_id.into(),
        new.application_id.into(),
        new.division.code().into(),
        new.reason.into(),
        new.occurred_on.into(),
        new.applied_on.into(),
        new.issued_on.into(),
        proposal.term.effective_from.into(),
        proposal.term.expires_on.into(),
        proposal.class.as_deref().unwrap_or("").into(),
        proposal
            .ratio
            .map_or(0, |(tenths, _)| i64::from(tenths))
            .into(),
        proposal.ratio.map(|(_, from)| from).into(),
        new.long_term_on.into(),
        proposal.disease.map_or(0, |one| one.code()).into(),
        proposal.ceiling.map_or(0, |yen| yen.0).into(),
        new.household.head.symbol.as_str().into(),
        new.household.head.number.as_str().into(),
        proposal.branch.as_str().into(),
        proposal.name.name.as_str().into(),
        proposal.name.kana.as_str().into(),
        proposal.name.real_name.clone().into(),
        proposal.name.real_kana.clone().into(),
        proposal.sex_on_back.into(),
        new.nondisclosure.into(),
        json(&face.destination)?.into(),
        new.replaces.into(),
        kind.form.stock().into(),
        json(&face)?.into(),
        proposal.digest.as_str().into(),
        rule_hash.into(),
        new.run_id.into(),
        act.id.0.into(),
    ])
}

pub(super) fn json<T: serde::Serialize>(value: &T) -> Result<String, OfficeError> {
    serde_json::to_string(value)
        .map_err(|error| OfficeError::Bug(format!("書き出せません: {error}")))
}

/// The destination as stored.
pub(super) fn destination(text: &str) -> Result<Destination, OfficeError> {
    serde_json::from_str(text)
        .map_err(|error| OfficeError::Bug(format!("発行先を読めません: {error}")))
}
