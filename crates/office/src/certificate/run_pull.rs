//! 抜取 — who is kept out of a run before it is approved; a release is a row of its own.

use super::run::{RunState, require};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RunRenewal};
use db::{ColumnType, Conn, Sql, Store};
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
const IN_RUN: Sql = Sql {
    name: "certificate.run.pull_whom",
    text: "select count(*) from certificate_run_row where run_id = $1 and household_id = $2 and (person_id = $3 or $3 = 0)",
};
const HOUSEHOLD: Sql = Sql {
    name: "certificate.run.pull_household",
    text: "select household_id from certificate_run_row where run_id = $1 and person_id = $2 order by household_id limit 1",
};
const LEFT: Sql = Sql {
    name: "certificate.run.pull_left",
    text: "select r.household_id, r.person_id from certificate_run_row r where r.run_id = $1 and r.reason_code = $2 \
           and r.reason_code <> '' and not exists (select 1 from certificate_pull p where p.run_id = r.run_id \
           and p.household_id = r.household_id and (p.person_id = 0 or p.person_id = r.person_id) and p.releases is null \
           and not exists (select 1 from certificate_pull q where q.releases = p.pull_id)) \
           order by r.household_id, r.person_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[PULL, PULLS, IN_RUN, HOUSEHOLD, LEFT];

const COLUMNS: &[(&str, ColumnType)] = &[
    ("pull_id", ColumnType::Int),
    ("run_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("person_id", ColumnType::Int),
    ("reason", ColumnType::Text),
    ("releases", ColumnType::Int),
    ("act_id", ColumnType::Int),
];

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

impl Pull {
    /// Whether it keeps this person of this household out.
    #[must_use]
    pub fn holds(&self, household_id: i64, person_id: i64) -> bool {
        self.household_id == household_id && (self.person_id == 0 || self.person_id == person_id)
    }
}

/// Keeps a person, or a whole household (`person_id` 0), out of a run that is not approved.
///
/// # Errors
/// An input error without a reason; a refusal when the run is approved, has nobody of that number, or when they are
/// kept out already.
pub fn pull(
    store: &Store,
    permit: &Permit<RunRenewal>,
    acting: &Acting,
    run_id: i64,
    (household_id, person_id, reason): (i64, i64, &str),
) -> Result<i64, OfficeError> {
    reasoned(reason)?;
    store.write(|conn| {
        unpublished(conn, run_id)?;
        can_be_pulled(conn, run_id, (household_id, person_id))?;
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

fn reasoned(reason: &str) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "抜取の理由",
            "抜取の理由を入れてください",
        ));
    }
    Ok(())
}

fn can_be_pulled(
    conn: &mut Conn,
    run_id: i64,
    (household_id, person_id): (i64, i64),
) -> Result<(), OfficeError> {
    let whom = if person_id == 0 {
        format!("国保世帯{household_id}")
    } else {
        format!("国保世帯{household_id}の宛名番号{person_id}")
    };
    let params = [run_id.into(), household_id.into(), person_id.into()];
    if conn.query_one(&IN_RUN, &params, |row| row.int(0))? == 0 {
        return Err(Refusal::new(
            "certificate.pull.nobody",
            format!(
                "{whom}は更新処理{run_id}にいません。番号を確かめてください（作成中のときは、終わってから抜き取ってください）"
            ),
        )
        .into());
    }
    let standing = pulls(conn, run_id)?;
    if let Some(pull) = standing
        .iter()
        .find(|pull| pull.holds(household_id, person_id))
    {
        return Err(Refusal::new(
            "certificate.pull.done",
            format!(
                "{whom}は既に抜き取っています（抜取{}「{}」）。理由を直すときは、取り消してから抜き取ってください",
                pull.pull_id, pull.reason
            ),
        )
        .into());
    }
    Ok(())
}

/// The 国保世帯 in which a run has a person.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_of(
    conn: &mut Conn,
    run_id: i64,
    person_id: i64,
) -> Result<Option<i64>, OfficeError> {
    let params = [run_id.into(), person_id.into()];
    Ok(conn.query_opt(&HOUSEHOLD, &params, |row| row.int(0))?)
}

/// 一括抜取: keeps everybody out for whom no paper can be made for one reason (its code) and who is not kept out yet,
/// in one transaction. Returns how many.
///
/// # Errors
/// An input error without a reason in words; a refusal when the run is approved, or nobody is left under the code.
pub fn pull_refused(
    store: &Store,
    permit: &Permit<RunRenewal>,
    acting: &Acting,
    run_id: i64,
    (code, reason): (&str, &str),
) -> Result<i64, OfficeError> {
    reasoned(reason)?;
    store.write(|conn| {
        unpublished(conn, run_id)?;
        let left = if code.is_empty() {
            Vec::new()
        } else {
            conn.query(&LEFT, &[run_id.into(), code.into()], |row| {
                Ok((row.int(0)?, row.int(1)?))
            })?
        };
        let many = i64::try_from(left.len()).unwrap_or(i64::MAX);
        if many == 0 {
            return Err(Refusal::new(
                "certificate.pull.none",
                "この理由で作れない人のうち、抜き取っていない人はいません。一覧を読み直してください".to_owned(),
            )
            .into());
        }
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "certificate.pull_refused", &details)?;
        let first = conn.next_ids("certificate_pull", many)?;
        let mut bulk = conn.bulk("certificate_pull", COLUMNS);
        for (pull_id, (household_id, person_id)) in (first..).zip(left) {
            bulk.row(&[
                pull_id.into(),
                run_id.into(),
                household_id.into(),
                person_id.into(),
                reason.into(),
                None::<i64>.into(),
                act.id.0.into(),
            ])?;
        }
        bulk.finish()?;
        Ok(many)
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
            "更新処理{run_id}は{}です。抜取は承認の前に行います。承認の後は、出来上がった証を抜き取り、その証の画面で交付を取り消してください",
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
