//! 抜取 — who is kept out of a run before it is approved; a release is a row of its own.

use super::run::{RunState, require};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RunRenewal};
use db::{Conn, Sql, Store};
use law::Refusal;

const PULL: Sql = Sql {
    name: "certificate.run.pull",
    text: "insert into certificate_pull (pull_id, run_id, household_id, person_id, reason, releases, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7)",
};
const PULLS: Sql = Sql {
    name: "certificate.run.pulls",
    text: "select p.pull_id, p.household_id, p.person_id, p.reason from certificate_pull p where p.run_id = $1 \
           and p.releases is null and not exists (select 1 from certificate_pull r where r.releases = p.pull_id) \
           order by p.pull_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[PULL, PULLS];

/// 抜取: who is kept out of a run, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pull {
    /// Number.
    pub pull_id: i64,
    /// 国保世帯.
    pub household_id: i64,
    /// 宛名番号, or zero for the whole household.
    pub person_id: i64,
    /// Why.
    pub reason: String,
}

/// Keeps a person, or a whole household (`person_id` 0), out of a run that is not published.
///
/// # Errors
/// An input error without a reason; a refusal when the run is published.
pub fn pull(
    store: &Store,
    permit: &Permit<RunRenewal>,
    acting: &Acting,
    run_id: i64,
    (household_id, person_id, reason): (i64, i64, &str),
) -> Result<i64, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "抜取の理由",
            "抜取の理由を入れてください",
        ));
    }
    store.write(|conn| {
        unpublished(conn, run_id)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.pull",
            &ActDetails::default(),
        )?;
        let id = conn.next_ids("certificate_pull", 1)?;
        conn.execute(
            &PULL,
            &[
                id.into(),
                run_id.into(),
                household_id.into(),
                person_id.into(),
                reason.into(),
                None::<i64>.into(),
                act.id.0.into(),
            ],
        )?;
        Ok(id)
    })
}

/// Takes a pull-out back.
///
/// # Errors
/// A refusal when there is none of the number, or the run is published.
pub fn release(
    store: &Store,
    permit: &Permit<RunRenewal>,
    acting: &Acting,
    run_id: i64,
    pull_id: i64,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        unpublished(conn, run_id)?;
        let standing = pulls(conn, run_id)?;
        let found = standing.into_iter().find(|one| one.pull_id == pull_id);
        let found = found.ok_or_else(|| {
            Refusal::new(
                "certificate.pull.unknown",
                format!("抜取{pull_id}はありません。一覧を読み直してください"),
            )
        })?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.pull_release",
            &ActDetails::default(),
        )?;
        let id = conn.next_ids("certificate_pull", 1)?;
        conn.execute(
            &PULL,
            &[
                id.into(),
                run_id.into(),
                found.household_id.into(),
                found.person_id.into(),
                "抜取の取消".into(),
                pull_id.into(),
                act.id.0.into(),
            ],
        )?;
        Ok(())
    })
}

fn unpublished(conn: &mut Conn, run_id: i64) -> Result<(), OfficeError> {
    let run = require(conn, run_id)?;
    if matches!(run.state, RunState::Calculating | RunState::Calculated) {
        return Ok(());
    }
    Err(Refusal::new(
        "certificate.pull.late",
        format!(
            "更新処理{run_id}は{}です。抜取は承認の前に行います。承認の後は、出来上がった証を抜き取って無効にしてください",
            run.state.label_ja()
        ),
    )
    .into())
}

/// The pull-outs of a run that stand.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn pulls(conn: &mut Conn, run_id: i64) -> Result<Vec<Pull>, OfficeError> {
    Ok(conn.query(&PULLS, &[run_id.into()], |row| {
        Ok(Pull {
            pull_id: row.int(0)?,
            household_id: row.int(1)?,
            person_id: row.int(2)?,
            reason: row.text(3)?,
        })
    })?)
}
