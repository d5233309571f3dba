//! 判定の決定 — rows that are never changed, and what stands of them.

use crate::acts::Act;
use crate::error::OfficeError;
use db::{ColumnType, Conn, Row, Sql, StoreError, Value};
use law::judgement::{Over70, Pending, Under70, Verdict};
use law::{Date, FiscalYear, Yen};

/// `subject_id` of a household's 70歳未満 judgement.
pub const HOUSEHOLD: i64 = 0;

/// Bits of `flags`.
pub mod flags {
    /// 市町村民税世帯非課税.
    pub const UNTAXED: i64 = 1;
    /// 特例対象被保険者等の基準, or 基準収入額, decided it.
    pub const EXCEPTION: i64 = 2;
    /// No longer judged: the household or person was not insured after all.
    pub const VOID: i64 = 4;
}

/// One decision as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// 国保世帯番号.
    pub household_id: i64,
    /// [`HOUSEHOLD`], or 宛名番号 of a member of 70 or over.
    pub subject_id: i64,
    /// Number; of two over the same day the higher one stands.
    pub decision_id: i64,
    /// First day.
    pub from: Date,
    /// First day after the end.
    pub until: Date,
    /// What it says; `None`: no longer judged.
    pub verdict: Option<Verdict>,
    /// 判定の基準日.
    pub basis_on: Date,
    /// 事由.
    pub reason: String,
    /// Rules it was made under.
    pub rule_hash: String,
    /// Digest of the facts it was made of.
    pub input_digest: i64,
    /// 決定日.
    pub decided_on: Date,
    /// The moment whose knowledge it was made of.
    pub known_at: i64,
    /// Run, or zero.
    pub run_id: i64,
    /// When it was written.
    pub recorded_at: i64,
    /// Act.
    pub act_id: i64,
}

/// The words for what a verdict says.
#[must_use]
pub fn label_ja(verdict: &Verdict) -> String {
    let class = Under70::from_code(verdict.class)
        .map(Under70::label_ja)
        .or_else(|| Over70::from_code(verdict.class).map(Over70::label_ja));
    let pending = Pending::from_code(verdict.pending).map(Pending::label_ja);
    let ratio = if verdict.tenths > 0 {
        format!("{}割", verdict.tenths)
    } else {
        String::new()
    };
    let class = class.or(pending).unwrap_or("");
    match ratio.is_empty() {
        true => class.to_owned(),
        false => format!("{class}（{ratio}）"),
    }
}

const OF_HOUSEHOLDS: Sql = Sql {
    name: "judgement.decision.of_households",
    text: "select household_id, subject_id, decision_id, valid_from, valid_until, class, tenths, pending, \
           judged_yen, flags, income_year, tax_year, basis_on, reason, rule_hash, input_digest, decided_on, known_at, \
           run_id, recorded_at, act_id from judgement_decision \
           where household_id >= $1 and household_id < $2 and recorded_at <= $3 and valid_until > $4 \
           order by household_id, subject_id, decision_id",
};
const OF_PERSON: Sql = Sql {
    name: "judgement.decision.of_person",
    text: "select household_id, subject_id, decision_id, valid_from, valid_until, class, tenths, pending, \
           judged_yen, flags, income_year, tax_year, basis_on, reason, rule_hash, input_digest, decided_on, known_at, \
           run_id, recorded_at, act_id from judgement_decision \
           where subject_id = $1 and recorded_at <= $2 order by household_id, decision_id",
};
const ONE: Sql = Sql {
    name: "judgement.decision.one",
    text: "select household_id, subject_id, decision_id, valid_from, valid_until, class, tenths, pending, \
           judged_yen, flags, income_year, tax_year, basis_on, reason, rule_hash, input_digest, decided_on, known_at, \
           run_id, recorded_at, act_id from judgement_decision where household_id = $1 and decision_id = $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OF_HOUSEHOLDS, OF_PERSON, ONE];

fn read(row: &Row) -> Result<Decision, StoreError> {
    let year = |at: usize| {
        i16::try_from(row.int(at)?).map_err(|_| row.wrong(at, "年ではありません".to_owned()))
    };
    let stored = row.int(9)?;
    let verdict = Verdict {
        class: row.int(5)?,
        tenths: row.int(6)?,
        pending: row.int(7)?,
        judged: Yen(row.int(8)?),
        untaxed: stored & flags::UNTAXED != 0,
        by_exception: stored & flags::EXCEPTION != 0,
        income_year: year(10)?,
        tax_year: FiscalYear(year(11)?),
    };
    Ok(Decision {
        household_id: row.int(0)?,
        subject_id: row.int(1)?,
        decision_id: row.int(2)?,
        from: row.date(3)?,
        until: row.date(4)?,
        verdict: (stored & flags::VOID == 0).then_some(verdict),
        basis_on: row.date(12)?,
        reason: row.text(13)?,
        rule_hash: row.text(14)?,
        input_digest: row.int(15)?,
        decided_on: row.date(16)?,
        known_at: row.int(17)?,
        run_id: row.int(18)?,
        recorded_at: row.int(19)?,
        act_id: row.int(20)?,
    })
}

/// Every decision about the households `from..until` that reaches beyond a day, as written by a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_households(
    conn: &mut Conn,
    (from, until): (i64, i64),
    known_at: i64,
    after: Date,
) -> Result<Vec<Decision>, OfficeError> {
    let params = [from.into(), until.into(), known_at.into(), after.into()];
    Ok(conn.query(&OF_HOUSEHOLDS, &params, read)?)
}

/// Every decision about a person as a member of 70 or over, in whatever household.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(
    conn: &mut Conn,
    person_id: i64,
    known_at: i64,
) -> Result<Vec<Decision>, OfficeError> {
    Ok(conn.query(&OF_PERSON, &[person_id.into(), known_at.into()], read)?)
}

/// One decision.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn find(
    conn: &mut Conn,
    household_id: i64,
    decision_id: i64,
) -> Result<Option<Decision>, OfficeError> {
    Ok(conn.query_opt(&ONE, &[household_id.into(), decision_id.into()], read)?)
}

/// What stands of the decisions of one subject and household, given in the order of their numbers: of two over the same
/// day the later one. In the order of days, without overlap, what is no longer judged left out.
#[must_use]
pub fn paint(decisions: &[Decision]) -> Vec<Decision> {
    let mut standing: Vec<Decision> = Vec::new();
    for decision in decisions {
        let mut next: Vec<Decision> = Vec::with_capacity(standing.len() + 2);
        for before in standing {
            if before.until <= decision.from || decision.until <= before.from {
                next.push(before);
                continue;
            }
            if before.from < decision.from {
                next.push(Decision {
                    until: decision.from,
                    ..before.clone()
                });
            }
            if decision.until < before.until {
                next.push(Decision {
                    from: decision.until,
                    ..before
                });
            }
        }
        next.push(decision.clone());
        next.sort_by_key(|one| one.from);
        standing = next;
    }
    standing.retain(|one| one.verdict.is_some());
    standing
}

/// Splits decisions ordered by household and subject into those of each, painted.
#[must_use]
pub fn painted(decisions: &[Decision]) -> Vec<Vec<Decision>> {
    decisions
        .chunk_by(|one, two| {
            (one.household_id, one.subject_id) == (two.household_id, two.subject_id)
        })
        .map(paint)
        .collect()
}

const BULK: &[(&str, ColumnType)] = &[
    ("household_id", ColumnType::Int),
    ("subject_id", ColumnType::Int),
    ("decision_id", ColumnType::Int),
    ("valid_from", ColumnType::Text),
    ("valid_until", ColumnType::Text),
    ("class", ColumnType::Int),
    ("tenths", ColumnType::Int),
    ("pending", ColumnType::Int),
    ("judged_yen", ColumnType::Int),
    ("flags", ColumnType::Int),
    ("income_year", ColumnType::Int),
    ("tax_year", ColumnType::Int),
    ("basis_on", ColumnType::Text),
    ("reason", ColumnType::Text),
    ("rule_hash", ColumnType::Text),
    ("input_digest", ColumnType::Int),
    ("decided_on", ColumnType::Text),
    ("known_at", ColumnType::Int),
    ("run_id", ColumnType::Int),
    ("recorded_at", ColumnType::Int),
    ("act_id", ColumnType::Int),
];

/// The stored flags of a verdict.
#[must_use]
pub fn flags_of(verdict: Option<&Verdict>) -> i64 {
    verdict.map_or(flags::VOID, |verdict| {
        i64::from(verdict.untaxed) * flags::UNTAXED
            + i64::from(verdict.by_exception) * flags::EXCEPTION
    })
}

/// Writes decisions down under an act, numbering them.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn insert(
    conn: &mut Conn,
    act: &Act,
    decisions: &mut [Decision],
) -> Result<(), OfficeError> {
    if decisions.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(decisions.len()).unwrap_or(0);
    let first = conn.next_ids("judgement_decision", count)?;
    let mut bulk = conn.bulk("judgement_decision", BULK);
    for (number, decision) in (first..).zip(decisions) {
        decision.decision_id = number;
        decision.act_id = act.id.0;
        decision.recorded_at = act.recorded_at;
        let verdict = decision.verdict.as_ref();
        bulk.row(&[
            decision.household_id.into(),
            decision.subject_id.into(),
            number.into(),
            decision.from.into(),
            decision.until.into(),
            verdict.map_or(0, |one| one.class).into(),
            verdict.map_or(0, |one| one.tenths).into(),
            verdict.map_or(0, |one| one.pending).into(),
            verdict.map_or(0, |one| one.judged.0).into(),
            flags_of(verdict).into(),
            verdict.map_or(0, |one| i64::from(one.income_year)).into(),
            verdict.map_or(0, |one| i64::from(one.tax_year.0)).into(),
            decision.basis_on.into(),
            decision.reason.as_str().into(),
            decision.rule_hash.as_str().into(),
            decision.input_digest.into(),
            Value::from(decision.decided_on),
            decision.known_at.into(),
            decision.run_id.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}
