//! 本人・親族の申告 — the staff's own person number and those of relatives, so that a look at one of them is noticed.

use super::alert::{self, AlertKind};
use super::permit::{ManageStaff, Permit};
use super::session::Session;
use super::{proposal, rows};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Sql};

const INSERT: Sql = Sql {
    name: "relation.insert",
    text: "insert into staff_relation (staff_id, relation_no, person_id, relation, declared_at, act_id) \
           select cast($1 as bigint), coalesce(max(relation_no), 0) + 1, cast($2 as bigint), cast($3 as text), \
           cast($4 as bigint), cast($5 as bigint) from staff_relation where staff_id = $1",
};
const OF_STAFF: Sql = Sql {
    name: "relation.of_staff",
    text: "select person_id, relation, declared_at from staff_relation where staff_id = $1 and ended_at is null \
           order by relation_no",
};
const END: Sql = Sql {
    name: "relation.end",
    text: "update staff_relation set ended_at = $3 where staff_id = $1 and person_id = $2 and ended_at is null",
};
const KNOWN: Sql = Sql {
    name: "relation.known_person",
    text: "select count(*) from person where person_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, OF_STAFF, END, KNOWN];

/// A declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// 宛名番号.
    pub person_id: i64,
    /// 本人, 配偶者, 子 …
    pub relation: String,
    /// Declared at, microseconds.
    pub declared_at: i64,
}

fn check(conn: &mut Conn, person_id: i64, relation: &str) -> Result<(), OfficeError> {
    if relation.trim().is_empty() {
        return Err(OfficeError::input(
            "続柄",
            "本人・配偶者・子などを入れてください",
        ));
    }
    if conn.query_one(&KNOWN, &[person_id.into()], |row| row.int(0))? == 0 {
        return Err(OfficeError::input(
            "宛名番号",
            &format!("「{person_id}」の方はいません。番号を確かめてください"),
        ));
    }
    Ok(())
}

/// Declares a relative of the session's own; under no function, because it is a duty of everybody.
///
/// # Errors
/// [`OfficeError::Input`].
pub fn declare(
    conn: &mut Conn,
    session: &Session,
    (person_id, relation): (i64, &str),
    now: i64,
) -> Result<(), OfficeError> {
    check(conn, person_id, relation)?;
    if of_staff(conn, session.staff_id())?
        .iter()
        .any(|one| one.person_id == person_id)
    {
        return Err(OfficeError::input("宛名番号", "既に申告されています"));
    }
    conn.execute(
        &INSERT,
        &[
            session.staff_id().into(),
            person_id.into(),
            relation.trim().into(),
            now.into(),
            0_i64.into(),
        ],
    )?;
    super::access::record(
        conn,
        &super::access::Access::of(session, now, "relation.declare", Some(person_id)),
    )
}

/// Ends a declaration: another's, so that nobody takes their own away before a look. It is put before the auditor.
///
/// # Errors
/// A refusal with `security.own_account` for one's own; [`OfficeError::Conflict`] where there is none.
pub fn end(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    (staff_id, person_id): (i64, i64),
) -> Result<(), OfficeError> {
    proposal::not_oneself(acting, staff_id)?;
    let details = ActDetails {
        note: format!("職員{staff_id} 宛名{person_id}"),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "security.relation_end", &details)?;
    let ended = conn.execute(
        &END,
        &[staff_id.into(), person_id.into(), act.recorded_at.into()],
    )?;
    if ended == 0 {
        return Err(OfficeError::Conflict(
            "この申告は既に終わっています".to_owned(),
        ));
    }
    let detail = format!(
        "職員{staff_id} の申告（宛名番号{person_id}）を終えました（処理{}）",
        act.id.0
    );
    let whose = (AlertKind::RelationEnded, acting.staff_id);
    alert::raise(conn, whose, (0, act.recorded_at), &detail)
}

/// What somebody has declared.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_staff(conn: &mut Conn, staff_id: i64) -> Result<Vec<Relation>, OfficeError> {
    Ok(conn.query(&OF_STAFF, &[staff_id.into()], |row| {
        Ok(Relation {
            person_id: row.int(0)?,
            relation: row.text(1)?,
            declared_at: row.int(2)?,
        })
    })?)
}

/// Whether a subject is somebody's own: themselves or a relative, or the household of one.
pub(super) fn is_own(conn: &mut Conn, staff_id: i64, subject: i64) -> Result<bool, OfficeError> {
    let declared = of_staff(conn, staff_id)?;
    if declared.is_empty() {
        return Ok(false);
    }
    let people = rows::people_of(conn, subject)?;
    Ok(declared.iter().any(|one| people.contains(&one.person_id)))
}
