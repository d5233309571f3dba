//! 一括処理の承認 — what was confirmed, whether it waits for a second person, and what that person said.

use super::carry::load;
use super::lines::Change;
use super::undoing::{UndoState, UndoStep, undo_steps};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ApproveEligibility, Permit};
use db::{Conn, Sql, Store};
use law::Refusal;

const LIST: Sql = Sql {
    name: "eligibility.bulk.list",
    text: "select b.bulk_id, b.params, b.subjects, b.act_id, j.job_id, j.state, j.done, r.approved, r.note \
           from bulk_change b join job j on j.kind = 'eligibility.bulk' and j.params = cast(b.bulk_id as text) \
           left join bulk_ruling r on r.bulk_id = b.bulk_id order by b.bulk_id desc limit 100",
};
const RULED: Sql = Sql {
    name: "eligibility.bulk.ruled",
    text: "select approved from bulk_ruling where bulk_id = $1",
};
const RULE: Sql = Sql {
    name: "eligibility.bulk.rule",
    text: "insert into bulk_ruling (bulk_id, approved, note, act_id) values ($1, $2, $3, $4)",
};
const MADE: Sql = Sql {
    name: "eligibility.bulk.made",
    text: "select a.staff_id, b.subjects from bulk_change b join act a on a.act_id = b.act_id where b.bulk_id = $1",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[LIST, RULED, RULE, MADE];

/// From so many lines on a bulk change waits for a second person. No law fixes it; it is an assumption of this office.
pub const SECOND_PERSON_FROM: i64 = 100;

/// Whether a bulk change waits for a second person: numbers stand on papers that are out, and many lines are seen by
/// nobody one by one.
#[must_use]
pub const fn needs_second(change: &Change, subjects: i64) -> bool {
    matches!(change, Change::Numbers { .. } | Change::NumberTable { .. })
        || subjects >= SECOND_PERSON_FROM
}

/// 一括処理 as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bulk {
    /// Number.
    pub bulk_id: i64,
    /// What is changed.
    pub change: Change,
    /// Lines when it was confirmed.
    pub subjects: i64,
    /// The act that confirmed it.
    pub act_id: i64,
    /// Its job.
    pub job_id: i64,
    /// State of the job.
    pub state: String,
    /// Lines done.
    pub done: i64,
    /// 承認 or 却下; none while nobody has ruled.
    pub approved: Option<bool>,
    /// What the second person wrote.
    pub ruling_note: String,
    /// How far its taking back has come.
    pub undoing: Vec<UndoStep>,
}

impl Bulk {
    /// The last step of its taking back.
    #[must_use]
    pub fn undo_state(&self) -> Option<UndoState> {
        self.undoing.last().map(|step| step.state)
    }

    /// Whether a second person has to agree, to it and to its taking back.
    #[must_use]
    pub const fn needs_second(&self) -> bool {
        needs_second(&self.change, self.subjects)
    }

    /// Whether it waits for a second person.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.needs_second() && self.approved.is_none()
    }
}

/// The latest bulk changes, the newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn) -> Result<Vec<Bulk>, OfficeError> {
    let mut rows = conn.query(&LIST, &[], |row| {
        let change =
            serde_json::from_str(row.str(1)?).map_err(|error| row.wrong(1, error.to_string()))?;
        Ok(Bulk {
            bulk_id: row.int(0)?,
            change,
            subjects: row.int(2)?,
            act_id: row.int(3)?,
            job_id: row.int(4)?,
            state: row.text(5)?,
            done: row.int(6)?,
            approved: row.opt_int(7)?.map(|approved| approved == 1),
            ruling_note: row.opt_text(8)?.unwrap_or_default(),
            undoing: Vec::new(),
        })
    })?;
    for one in &mut rows {
        one.undoing = undo_steps(conn, one.bulk_id)?;
    }
    Ok(rows)
}

/// 承認・却下 of a bulk change by somebody who did not confirm it.
///
/// # Errors
/// [`OfficeError::Refusal`] for the person who confirmed it or an unknown change; [`OfficeError::Input`] for a rejection
/// without a reason; [`OfficeError::Conflict`] when it was ruled on.
pub fn rule(
    store: &Store,
    permit: &Permit<ApproveEligibility>,
    acting: &Acting,
    bulk_id: i64,
    (approved, note): (bool, &str),
) -> Result<(), OfficeError> {
    if !approved && note.trim().is_empty() {
        return Err(OfficeError::input("理由", "却下の理由を入れてください"));
    }
    store.write(|conn| {
        load(conn, bulk_id)?;
        if made(conn, bulk_id)?.0 == acting.staff_id {
            return Err(Refusal::new(
                "eligibility.bulk.same_person",
                "確定した本人は承認できません。別の承認者に依頼してください".to_owned(),
            )
            .into());
        }
        if ruled(conn, bulk_id)?.is_some() {
            return Err(OfficeError::Conflict(format!(
                "一括処理{bulk_id}はすでに裁定されています。一覧を読み直してください"
            )));
        }
        let details = ActDetails {
            approved_by: Some(acting.staff_id),
            note: note.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.bulk_rule", &details)?;
        let row = [
            bulk_id.into(),
            approved.into(),
            note.into(),
            act.id.0.into(),
        ];
        conn.execute(&RULE, &row)?;
        Ok(())
    })
}

/// Who confirmed a bulk change, and how many lines it had.
pub(super) fn made(conn: &mut Conn, bulk_id: i64) -> Result<(i64, i64), OfficeError> {
    Ok(conn.query_one(&MADE, &[bulk_id.into()], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })?)
}

fn ruled(conn: &mut Conn, bulk_id: i64) -> Result<Option<bool>, OfficeError> {
    let found = conn.query_opt(&RULED, &[bulk_id.into()], |row| row.int(0))?;
    Ok(found.map(|approved| approved == 1))
}

/// Refuses to run what waits for a second person, or was rejected.
pub(super) fn may_run(conn: &mut Conn, bulk_id: i64, change: &Change) -> Result<(), OfficeError> {
    let (_, subjects) = made(conn, bulk_id)?;
    let why = match ruled(conn, bulk_id)? {
        Some(true) => return Ok(()),
        Some(false) => "この一括処理は却下されています",
        None if needs_second(change, subjects) => {
            "この一括処理には別の職員の承認が要ります。承認を待ってから実行してください"
        }
        None => return Ok(()),
    };
    Err(Refusal::new("eligibility.bulk.not_approved", why.to_owned()).into())
}
