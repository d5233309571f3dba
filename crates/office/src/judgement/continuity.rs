//! 世帯の継続性 — changes of a household that are judged, and those that wait for a person.

use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Judge, Permit};
use db::{Conn, Row, Sql, Store, StoreError};
use law::judgement::continuity::{self, Continuity, ContinuityJudgement, HouseholdChange};
use law::{Date, Refusal};

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
const TAKEN_IN_BY: Sql = Sql {
    name: "judgement.continuity.taken_in_by",
    text: "select a.staff_id from continuity c join act a on a.act_id = c.act_id where c.continuity_id = $1",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, RULE, LIST, TAKEN_IN_BY];

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

/// 世帯継続性の判定 at the counter: as [`judge_continuity`], as an act of its own.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn look_at(
    store: &Store,
    permit: &Permit<Judge>,
    acting: &Acting,
    household_id: i64,
    from: (&str, Date),
    change: &HouseholdChange,
) -> Result<(i64, ContinuityJudgement), OfficeError> {
    store.write(|conn| {
        let details = ActDetails {
            note: format!("世帯番号{household_id}"),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "judgement.continuity_look", &details)?;
        judge_continuity(conn, &act, household_id, from, change)
    })
}

/// A person decides on the continuity of a change, not the one who took it in; a later decision takes the place of an
/// earlier one.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Refusal`] for an unknown number or for who took the change in.
pub fn rule_continuity(
    store: &Store,
    permit: &Permit<Judge>,
    acting: &Acting,
    continuity_id: i64,
    (result, reason): (Continuity, &str),
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input("理由", "決定の理由を入れてください"));
    }
    store.write(|conn| {
        let taken_in_by =
            conn.query_opt(&TAKEN_IN_BY, &[continuity_id.into()], |row| row.int(0))?;
        let Some(taken_in_by) = taken_in_by else {
            return Err(Refusal::new(
                "judgement.continuity.unknown",
                format!("世帯の異動{continuity_id}がありません"),
            )
            .into());
        };
        if taken_in_by == acting.staff_id {
            return Err(Refusal::new(
                "judgement.continuity.second",
                "世帯の継続性は、異動を登録した職員とは別の職員が決定してください".to_owned(),
            )
            .into());
        }
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
