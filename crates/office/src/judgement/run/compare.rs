//! 送る前の確かめ — who changes by a run, counted, and confirmed by a second person with the count in hand.

use super::{APPROVE, CHANGED, CHANGES, RunState, moved, require, set_state};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ApproveEligibility, Permit, RunJudgement};
use db::{Conn, Store};
use law::Refusal;

/// How many go from one judgement to another on 1 August.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Members of 70 and over; otherwise households.
    pub elders: bool,
    /// Class, tenths and reason of holding before; zeros where nothing stood.
    pub before: (i64, i64, i64),
    /// After.
    pub after: (i64, i64, i64),
    /// How many.
    pub count: i64,
}

/// Every change of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// By what they go from and to.
    pub rows: Vec<Change>,
}

impl Changes {
    /// How many members of 70 and over go from one ratio to another.
    #[must_use]
    pub fn ratio(&self, before: i64, after: i64) -> i64 {
        self.rows
            .iter()
            .filter(|row| row.elders && row.before.1 == before && row.after.1 == after)
            .map(|row| row.count)
            .sum()
    }

    /// How many members of 70 and over had a ratio and get another, or none.
    #[must_use]
    pub fn ratio_changes(&self) -> i64 {
        self.rows
            .iter()
            .filter(|row| row.elders && row.before.1 > 0 && row.before.1 != row.after.1)
            .map(|row| row.count)
            .sum()
    }

    /// How many are held.
    #[must_use]
    pub fn held(&self) -> i64 {
        let rows = self.rows.iter().filter(|row| row.after.2 > 0);
        rows.map(|row| row.count).sum()
    }

    /// The question the second person answers.
    #[must_use]
    pub fn question_ja(&self) -> String {
        format!(
            "負担割合が2割から3割に変わる人が{}人、3割から2割に変わる人が{}人、割合のなくなる人が{}人、保留が{}件あります。この内容で確定してよいですか",
            self.ratio(2, 3),
            self.ratio(3, 2),
            self.ratio(2, 0) + self.ratio(3, 0),
            self.held()
        )
    }
}

/// What a calculated run changes.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn changes(conn: &mut Conn, run_id: i64) -> Result<Changes, OfficeError> {
    let rows = conn.query(&CHANGES, &[run_id.into()], |row| {
        Ok(Change {
            elders: row.int(0)? == 1,
            before: (row.int(1)?, row.int(2)?, row.int(3)?),
            after: (row.int(4)?, row.int(5)?, row.int(6)?),
            count: row.int(7)?,
        })
    })?;
    Ok(Changes { rows })
}

/// Households and persons whose ratio goes from one to another, 200 after a place (by household and person).
///
/// # Errors
/// [`OfficeError::Store`].
pub fn changed(
    conn: &mut Conn,
    run_id: i64,
    (before, after): (i64, i64),
    place: (i64, i64),
) -> Result<Vec<(i64, i64)>, OfficeError> {
    let params = [
        run_id.into(),
        before.into(),
        after.into(),
        place.0.into(),
        place.1.into(),
    ];
    Ok(conn.query(&CHANGED, &params, |row| Ok((row.int(0)?, row.int(1)?)))?)
}

/// 承認: a second person approves a calculated run, stating how many ratios change. A load without its ratios shows here
/// and goes no further.
///
/// # Errors
/// [`OfficeError::Refusal`] for the person who started it, or where the number stated is not that of the run;
/// [`OfficeError::Conflict`] when its state moved on.
pub fn approve(
    store: &Store,
    permit: &Permit<ApproveEligibility>,
    acting: &Acting,
    run_id: i64,
    confirmed_ratio_changes: i64,
) -> Result<(), OfficeError> {
    let run = require(store, run_id)?;
    if run.started_by == acting.staff_id {
        return Err(Refusal::new(
            "judgement.run.same_person",
            "年次切替を始めた本人は承認できません。別の職員が承認してください".to_owned(),
        )
        .into());
    }
    store.write(|conn| {
        let changes = changes(conn, run_id)?;
        if changes.ratio_changes() != confirmed_ratio_changes {
            return Err(Refusal::new(
                "judgement.run.unconfirmed",
                format!(
                    "負担割合の変わる人は{}人です（{confirmed_ratio_changes}人ではありません）。{}",
                    changes.ratio_changes(),
                    changes.question_ja()
                ),
            )
            .into());
        }
        let details = ActDetails {
            note: changes.question_ja(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "judgement.approve", &details)?;
        moved(
            conn.execute(&APPROVE, &[run_id.into(), act.id.0.into()])?,
            run_id,
        )
    })
}

/// 取消: a run that does not stand yet is set aside.
///
/// # Errors
/// [`OfficeError::Conflict`] when it already stands or was cancelled.
pub fn cancel(
    store: &Store,
    permit: &Permit<RunJudgement>,
    acting: &Acting,
    run_id: i64,
) -> Result<(), OfficeError> {
    let run = require(store, run_id)?;
    if matches!(
        run.state,
        RunState::Publishing | RunState::Published | RunState::Cancelled
    ) {
        return moved(0, run_id);
    }
    store.write(|conn| {
        acts::begin(
            conn,
            acting,
            permit,
            "judgement.cancel",
            &ActDetails::default(),
        )?;
        Ok::<_, OfficeError>(())
    })?;
    set_state(store, run_id, run.state, RunState::Cancelled)
}
