//! 世帯の継続性 — changes of a household that are judged, and those that wait for a person.

use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Judge, Permit};
use db::{Conn, Row, Sql, Store, StoreError};
use law::Date;
use law::judgement::continuity::{self, Continuity, ContinuityJudgement, HouseholdChange};

const INSERT: Sql = Sql {
    name: "judgement.continuity.insert",
    text: "insert into continuity (continuity_id, household_id, town, changed_on, proposed, needs_decision, reason, \
           recorded_at, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};
const RULE: Sql = Sql {
    name: "judgement.continuity.rule",
    text: "insert into continuity_ruling (continuity_id, sequence, continues, reason, recorded_at, act_id) \
           select $1, coalesce(max(sequence), 0) + 1, $2, $3, $4, $5 from continuity_ruling where continuity_id = $1",
};
const LIST: Sql = Sql {
    name: "judgement.continuity.list",
    text: "select c.continuity_id, c.town, c.changed_on, c.proposed, c.needs_decision, c.reason, r.continues \
           from continuity c left join continuity_ruling r on r.continuity_id = c.continuity_id \
           and r.sequence = (select max(s.sequence) from continuity_ruling s where s.continuity_id = c.continuity_id) \
           where c.household_id = $1 order by c.continuity_id",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, RULE, LIST];

/// A change of household whose continuity is judged, or waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContinuityCase {
    /// Number.
    pub continuity_id: i64,
    /// 市町村 before the move; empty for a change within here.
    pub town: String,
    /// 異動日.
    pub changed_on: Date,
    /// What is proposed.
    pub proposed: Continuity,
    /// Whether a person must decide.
    pub needs_decision: bool,
    /// Why.
    pub reason: String,
    /// What counts; `None` while a person has to decide.
    pub result: Option<Continuity>,
}

fn read_case(row: &Row) -> Result<ContinuityCase, StoreError> {
    let result = |code: i64| {
        if code == 1 {
            Continuity::Continues
        } else {
            Continuity::Broken
        }
    };
    let proposed = result(row.int(3)?);
    let needs_decision = row.flag(4)?;
    let ruled = row.opt_int(6)?.map(result);
    Ok(ContinuityCase {
        continuity_id: row.int(0)?,
        town: row.text(1)?,
        changed_on: row.date(2)?,
        proposed,
        needs_decision,
        reason: row.text(5)?,
        result: ruled.or((!needs_decision).then_some(proposed)),
    })
}

/// The changes of a household whose continuity was looked at, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn continuities(
    conn: &mut Conn,
    household_id: i64,
) -> Result<Vec<ContinuityCase>, OfficeError> {
    Ok(conn.query(&LIST, &[household_id.into()], read_case)?)
}

/// 世帯継続性の判定: judges a change and keeps it. Returns its number and what was judged or proposed.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn judge_continuity(
    conn: &mut Conn,
    act: &acts::Act,
    household_id: i64,
    (town, changed_on): (&str, Date),
    change: &HouseholdChange,
) -> Result<(i64, ContinuityJudgement), OfficeError> {
    let judged = continuity::judge(change);
    let id = conn.next_ids("continuity", 1)?;
    conn.execute(
        &INSERT,
        &[
            id.into(),
            household_id.into(),
            town.into(),
            changed_on.into(),
            (judged.proposed == Continuity::Continues).into(),
            judged.needs_decision.into(),
            judged.reason_ja.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    Ok((id, judged))
}

/// A person decides on the continuity of a change; a later decision takes the place of an earlier one.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn rule_continuity(
    store: &Store,
    permit: &Permit<Judge>,
    acting: &Acting,
    continuity_id: i64,
    (result, reason): (Continuity, &str),
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "judgement.continuity", &details)?;
        conn.execute(
            &RULE,
            &[
                continuity_id.into(),
                (result == Continuity::Continues).into(),
                reason.into(),
                act.recorded_at.into(),
                act.id.0.into(),
            ],
        )?;
        Ok(())
    })
}
