//! 職員 — the accounts, how they stand and what is done to them. How they are opened: [`super::account`].

use super::alert::{self, AlertKind};
use super::permit::{ManageStaff, Permit, ReviewAccess};
use super::proposal;
use super::role::Role;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

pub use super::account::{NewStaff, ReadyStaff, any, open, open_first, prepare};

const LIST: Sql = Sql {
    name: "staff.list",
    text: "select s.staff_id, s.login, s.name, coalesce(p.roles, case when exists (select 1 from staff_post_fact q \
           where q.subject = s.staff_id and q.superseded_at is null) then '' else s.roles end), coalesce(p.ward, s.ward), \
           s.disabled, s.locked_until from staff s left join staff_post_fact p on p.subject = s.staff_id \
           and p.superseded_at is null and p.valid_from <= $1 and (p.valid_until is null or p.valid_until > $1) \
           order by s.login",
};
const SET_PASSWORD: Sql = Sql {
    name: "staff.set_password",
    text: "update staff set password_hash = $2, password_set_at = $3, must_change = $4, failed = 0, \
           locked_until = 0 where staff_id = $1",
};
const SET_DISABLED: Sql = Sql {
    name: "staff.set_disabled",
    text: "update staff set disabled = $2 where staff_id = $1",
};
const KEEP: Sql = Sql {
    name: "staff.keep_password",
    text: "insert into staff_password (staff_id, set_no, password_hash, set_at) \
           select staff_id, (select coalesce(max(p.set_no), 0) + 1 from staff_password p where p.staff_id = $1), \
           password_hash, password_set_at from staff where staff_id = $1",
};
const EARLIER: Sql = Sql {
    name: "staff.earlier_passwords",
    text: "select password_hash from staff where staff_id = $1 union all \
           select password_hash from (select password_hash from staff_password where staff_id = $1 \
           order by set_no desc limit $2) earlier",
};
pub(super) const UNLOCK: Sql = Sql {
    name: "staff.unlock",
    text: "update staff set failed = 0, locked_until = 0 where staff_id = $1",
};
const END_SESSIONS: Sql = Sql {
    name: "staff.end_sessions",
    text: "delete from session where staff_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    EARLIER,
    KEEP,
    LIST,
    SET_PASSWORD,
    SET_DISABLED,
    UNLOCK,
    END_SESSIONS,
];

/// An account as listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Identifier.
    pub staff_id: i64,
    /// 職員番号.
    pub login: String,
    /// 氏名.
    pub name: String,
    /// 役割.
    pub roles: Vec<Role>,
    /// 所属する区.
    pub ward: String,
    /// 停止中.
    pub disabled: bool,
    /// Locked until, microseconds; 0 is not locked.
    pub locked_until: i64,
}

pub(super) fn about(staff_id: i64) -> ActDetails {
    ActDetails {
        note: staff_id.to_string(),
        ..ActDetails::default()
    }
}

/// Every account, with the roles and the 所属 of a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(
    conn: &mut Conn,
    _permit: &Permit<ManageStaff>,
    on: Date,
) -> Result<Vec<Staff>, OfficeError> {
    all(conn, on)
}

fn all(conn: &mut Conn, on: Date) -> Result<Vec<Staff>, OfficeError> {
    Ok(conn.query(&LIST, &[on.into()], |row| {
        Ok(Staff {
            staff_id: row.int(0)?,
            login: row.text(1)?,
            name: row.text(2)?,
            roles: Role::read_list(row.str(3)?),
            ward: row.text(4)?,
            disabled: row.flag(5)?,
            locked_until: row.int(6)?,
        })
    })?)
}

/// Every account, for who looks through the record of access.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn names(
    conn: &mut Conn,
    _permit: &Permit<ReviewAccess>,
    on: Date,
) -> Result<Vec<Staff>, OfficeError> {
    all(conn, on)
}

/// Sets a password that was made by [`super::password::stretch`], lifts a lock and ends every session of the account. Its owner
/// has to change it at the next log-in, and an auditor is told.
///
/// # Errors
/// A [`law::Refusal`] with [`proposal::OWN_ACCOUNT`] to whoever it belongs to; [`OfficeError::Store`].
pub fn set_password(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    staff_id: i64,
    password_hash: &str,
) -> Result<(), OfficeError> {
    proposal::not_oneself(acting, staff_id)?;
    hand_password(
        conn,
        (acting, permit),
        (staff_id, password_hash),
        "パスワードを",
    )
}

/// Hands over a password that has to be changed at the next log-in, and tells an auditor `what` was set.
pub(super) fn hand_password(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<ManageStaff>),
    (staff_id, password_hash): (i64, &str),
    what: &str,
) -> Result<(), OfficeError> {
    let act = acts::begin(conn, acting, permit, "staff.set_password", &about(staff_id))?;
    let detail = format!("職員{staff_id} の{what}再設定しました（処理{}）", act.id.0);
    let whose = (AlertKind::PasswordSet, acting.staff_id);
    alert::raise(conn, whose, (0, act.recorded_at), &detail)?;
    let must_change = true;
    put_password(conn, staff_id, (password_hash, must_change), acting.now)
}

/// Suspends an account or lets it in again; suspending ends its sessions at once. An auditor is told of either.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn set_disabled(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    staff_id: i64,
    disabled: bool,
) -> Result<(), OfficeError> {
    let (kind, what) = if disabled {
        ("staff.suspend", "を停止しました")
    } else {
        ("staff.resume", "の停止を解きました")
    };
    let act = acts::begin(conn, acting, permit, kind, &about(staff_id))?;
    let detail = format!("職員{staff_id} {what}（処理{}）", act.id.0);
    let whose = (AlertKind::Suspended, acting.staff_id);
    alert::raise(conn, whose, (0, act.recorded_at), &detail)?;
    conn.execute(&SET_DISABLED, &[staff_id.into(), disabled.into()])?;
    if disabled {
        conn.execute(&END_SESSIONS, &[staff_id.into()])?;
    }
    Ok(())
}

/// Lifts the lock that failures have brought about; never one's own, or guesses at a desk left open would not be counted.
///
/// # Errors
/// A [`law::Refusal`] with [`proposal::OWN_ACCOUNT`] to whoever it belongs to; [`OfficeError::Store`].
pub fn unlock(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    staff_id: i64,
) -> Result<(), OfficeError> {
    proposal::not_oneself(acting, staff_id)?;
    acts::begin(conn, acting, permit, "staff.unlock", &about(staff_id))?;
    conn.execute(&UNLOCK, &[staff_id.into()])?;
    Ok(())
}

/// Ends every session of an account at once; the account stays.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn revoke(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    staff_id: i64,
) -> Result<(), OfficeError> {
    acts::begin(conn, acting, permit, "staff.revoke", &about(staff_id))?;
    end_sessions(conn, staff_id)
}

/// Ends every session of an account at once.
pub(super) fn end_sessions(conn: &mut Conn, staff_id: i64) -> Result<(), OfficeError> {
    conn.execute(&END_SESSIONS, &[staff_id.into()])?;
    Ok(())
}

/// The present password and the last ones before it.
pub(super) fn earlier_passwords(
    conn: &mut Conn,
    staff_id: i64,
    how_many: i64,
) -> Result<Vec<String>, OfficeError> {
    Ok(
        conn.query(&EARLIER, &[staff_id.into(), how_many.into()], |row| {
            row.text(0)
        })?,
    )
}

/// Sets a password by its owner: what was is kept, every session ends.
pub(super) fn replace_password(
    conn: &mut Conn,
    staff_id: i64,
    password_hash: &str,
    now: i64,
) -> Result<(), OfficeError> {
    put_password(conn, staff_id, (password_hash, false), now)
}

pub(super) fn put_password(
    conn: &mut Conn,
    staff_id: i64,
    (password_hash, must_change): (&str, bool),
    now: i64,
) -> Result<(), OfficeError> {
    conn.execute(&KEEP, &[staff_id.into()])?;
    conn.execute(
        &SET_PASSWORD,
        &[
            staff_id.into(),
            password_hash.into(),
            now.into(),
            must_change.into(),
        ],
    )?;
    conn.execute(&END_SESSIONS, &[staff_id.into()])?;
    Ok(())
}
