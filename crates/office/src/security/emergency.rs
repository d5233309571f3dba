//! 緊急利用 (break-glass) — a role for a while, asked for by one and given by another, with a reason; it raises an alarm at
//! once and stays on a list until an auditor has looked at it.

use super::alert::{self, AlertKind};
use super::login::MINUTE;
use super::permit::{ApproveEmergency, Permit, ReviewAccess};
use super::role::Role;
use super::session::Session;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Refusal;

const INSERT: Sql = Sql {
    name: "emergency.insert",
    text: "insert into break_glass (use_id, staff_id, role, minutes, reason, asked_at, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7)",
};
const STEP: Sql = Sql {
    name: "emergency.step",
    text: "insert into break_glass_step (use_id, step_no, what, staff_id, at, until, note, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const STEPS: Sql = Sql {
    name: "emergency.steps",
    text: "select t.step_no, t.what, t.staff_id, coalesce(s.name, ''), t.at, t.until, t.note from break_glass_step t \
           left join staff s on s.staff_id = t.staff_id where t.use_id = $1 order by t.step_no",
};
const ALL: Sql = Sql {
    name: "emergency.all",
    text: "select b.use_id, b.staff_id, coalesce(s.name, ''), b.role, b.minutes, b.reason, b.asked_at \
           from break_glass b left join staff s on s.staff_id = b.staff_id order by b.use_id desc limit 200",
};
const STANDING: Sql = Sql {
    name: "emergency.standing",
    text: "select b.role from break_glass b join break_glass_step t on t.use_id = b.use_id and t.what = 'given' \
           where b.staff_id = $1 and t.at <= $2 and t.until > $2 and not exists (select 1 from break_glass_step e \
           where e.use_id = b.use_id and e.what = 'ended')",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, STEP, STEPS, ALL, STANDING];

/// The longest emergency, minutes.
pub const LONGEST: i64 = 240;

/// What was done about an emergency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `given`, `refused`, `ended` or `reviewed`.
    pub what: String,
    /// By whom.
    pub staff_id: i64,
    /// 氏名.
    pub name: String,
    /// When, microseconds.
    pub at: i64,
    /// Until when the role was given, microseconds; otherwise the same as `at`.
    pub until: i64,
    /// In their words.
    pub note: String,
}

/// An emergency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emergency {
    /// Number.
    pub use_id: i64,
    /// Who asked.
    pub staff_id: i64,
    /// 氏名.
    pub name: String,
    /// For which role.
    pub role: Option<Role>,
    /// For how long, minutes.
    pub minutes: i64,
    /// Why.
    pub reason: String,
    /// When, microseconds.
    pub asked_at: i64,
    /// What followed.
    pub steps: Vec<Step>,
}

impl Emergency {
    /// Whether a step was taken.
    #[must_use]
    pub fn has(&self, what: &str) -> bool {
        self.steps.iter().any(|step| step.what == what)
    }
}

/// Asks for a role. Everybody may; nothing is given by it.
///
/// # Errors
/// [`OfficeError::Input`].
pub fn ask(
    conn: &mut Conn,
    acting: &Acting,
    session: &Session,
    (role, minutes, reason): (Role, i64, &str),
) -> Result<i64, OfficeError> {
    if reason.trim().chars().count() < 5 {
        return Err(OfficeError::input(
            "理由",
            "何が起きていて、なぜ自分の権限では足りないかを書いてください",
        ));
    }
    if !(1..=LONGEST).contains(&minutes) {
        return Err(OfficeError::input(
            "時間",
            &format!("1分から{LONGEST}分までにしてください"),
        ));
    }
    let details = ActDetails {
        note: format!("{} {minutes}分 {}", role.name_ja(), reason.trim()),
        ..ActDetails::default()
    };
    let act = acts::begin_own(conn, acting, session, "emergency.ask", &details)?;
    let use_id = conn.next_ids("break_glass", 1)?;
    conn.execute(
        &INSERT,
        &[
            use_id.into(),
            session.staff_id().into(),
            role.code().into(),
            minutes.into(),
            reason.trim().into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(use_id)
}

fn step<F>(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<F>,
    found: &Emergency,
    (what, minutes, note): (&str, i64, &str),
) -> Result<i64, OfficeError> {
    let details = ActDetails {
        note: format!("緊急利用{} {note}", found.use_id),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, &format!("emergency.{what}"), &details)?;
    let number = i64::try_from(found.steps.len()).unwrap_or(i64::MAX - 1) + 1;
    conn.execute(
        &STEP,
        &[
            found.use_id.into(),
            number.into(),
            what.into(),
            acting.staff_id.into(),
            act.recorded_at.into(),
            (act.recorded_at + minutes * MINUTE).into(),
            note.trim().into(),
            act.id.0.into(),
        ],
    )?;
    Ok(act.recorded_at)
}

/// Gives or refuses what another has asked for. Giving raises an alarm.
///
/// # Errors
/// A [`Refusal`] to whoever asked; [`OfficeError::Conflict`] where it was answered already.
pub fn answer(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ApproveEmergency>,
    use_id: i64,
    (give, note): (bool, &str),
) -> Result<(), OfficeError> {
    let found = require(conn, use_id)?;
    if found.staff_id == acting.staff_id {
        return Err(Refusal::new(
            "security.two_people",
            "申請した本人は承認できません。別の職員に依頼してください".to_owned(),
        )
        .into());
    }
    if found.has("given") || found.has("refused") {
        return Err(OfficeError::Conflict(
            "この申請には既に答えが出ています。一覧を開き直してください".to_owned(),
        ));
    }
    let what = if give { "given" } else { "refused" };
    let minutes = if give { found.minutes } else { 0 };
    let at = step(conn, acting, permit, &found, (what, minutes, note))?;
    if give {
        let role = found.role.map_or("", Role::name_ja);
        let detail = format!("{role}を{}分 {}", found.minutes, found.reason);
        alert::raise(
            conn,
            (AlertKind::Emergency, found.staff_id),
            (0, at),
            &detail,
        )?;
    }
    Ok(())
}

/// Ends an emergency before its time.
///
/// # Errors
/// [`OfficeError::Conflict`] where nothing was given.
pub fn end(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ApproveEmergency>,
    use_id: i64,
) -> Result<(), OfficeError> {
    let found = require(conn, use_id)?;
    if !found.has("given") || found.has("ended") {
        return Err(OfficeError::Conflict(
            "続いている緊急利用ではありません".to_owned(),
        ));
    }
    step(conn, acting, permit, &found, ("ended", 0, "打切り")).map(|_| ())
}

/// Writes down what an auditor found.
///
/// # Errors
/// [`OfficeError::Input`] without a finding; a [`Refusal`] to whoever used or gave it.
pub fn review(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ReviewAccess>,
    (use_id, finding): (i64, &str),
) -> Result<(), OfficeError> {
    if finding.trim().is_empty() {
        return Err(OfficeError::input(
            "点検の結果",
            "何を確かめたかを書いてください",
        ));
    }
    let found = require(conn, use_id)?;
    let gave = found
        .steps
        .iter()
        .any(|step| step.what == "given" && step.staff_id == acting.staff_id);
    if found.staff_id == acting.staff_id || gave {
        return Err(Refusal::new(
            "security.two_people",
            "利用した本人と承認した職員は点検できません。別の職員に依頼してください".to_owned(),
        )
        .into());
    }
    if found.has("reviewed") {
        return Err(OfficeError::Conflict("既に点検されています".to_owned()));
    }
    step(conn, acting, permit, &found, ("reviewed", 0, finding)).map(|_| ())
}

fn require(conn: &mut Conn, use_id: i64) -> Result<Emergency, OfficeError> {
    all(conn)?
        .into_iter()
        .find(|one| one.use_id == use_id)
        .ok_or_else(|| OfficeError::Conflict("この緊急利用の申請はありません".to_owned()))
}

/// The latest emergencies, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn all(conn: &mut Conn) -> Result<Vec<Emergency>, OfficeError> {
    let mut found = conn.query(&ALL, &[], |row| {
        Ok(Emergency {
            use_id: row.int(0)?,
            staff_id: row.int(1)?,
            name: row.text(2)?,
            role: Role::from_code(row.str(3)?),
            minutes: row.int(4)?,
            reason: row.text(5)?,
            asked_at: row.int(6)?,
            steps: Vec::new(),
        })
    })?;
    for one in &mut found {
        one.steps = conn.query(&STEPS, &[one.use_id.into()], |row| {
            Ok(Step {
                what: row.text(1)?,
                staff_id: row.int(2)?,
                name: row.text(3)?,
                at: row.int(4)?,
                until: row.int(5)?,
                note: row.text(6)?,
            })
        })?;
    }
    Ok(found)
}

/// The roles somebody holds by an emergency at a moment.
pub(super) fn roles(conn: &mut Conn, staff_id: i64, now: i64) -> Result<Vec<Role>, OfficeError> {
    let codes = conn.query(&STANDING, &[staff_id.into(), now.into()], |row| row.text(0))?;
    Ok(codes
        .iter()
        .filter_map(|code| Role::from_code(code))
        .collect())
}
