//! 職員 — the accounts.

use super::alert::{self, AlertKind};
use super::password::{self, PasswordCost};
use super::permit::{ManageStaff, Permit, ReviewAccess};
use super::proposal;
use super::role::Role;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Sql};

const COUNT: Sql = Sql {
    name: "staff.count",
    text: "select count(*) from staff",
};
const INSERT: Sql = Sql {
    name: "staff.insert",
    text: "insert into staff (staff_id, login, name, password_hash, roles, ward, disabled, failed, \
           locked_until, password_set_at, must_change) values ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7, $8)",
};
const LIST: Sql = Sql {
    name: "staff.list",
    text: "select staff_id, login, name, roles, ward, disabled, locked_until from staff order by login",
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
    COUNT,
    EARLIER,
    KEEP,
    INSERT,
    LIST,
    SET_PASSWORD,
    SET_DISABLED,
    UNLOCK,
    END_SESSIONS,
];

/// A new account.
#[derive(Clone)]
pub struct NewStaff {
    /// 職員番号, typed at log-in: 2 to 32 ASCII letters, digits, `-`, `_`, `.`.
    pub login: String,
    /// 氏名.
    pub name: String,
    /// First password.
    pub password: String,
    /// 役割.
    pub roles: Vec<Role>,
    /// 所属する区; empty where the municipality has none.
    pub ward: String,
}

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

/// A new account whose password has been stretched; made outside the transaction, because stretching is slow.
#[derive(Clone)]
pub struct ReadyStaff {
    pub(super) new: NewStaff,
    password_hash: String,
    must_change: bool,
}

impl ReadyStaff {
    /// 見本の職員: the password counts as chosen by its owner already. For the accounts of a demonstration or a test, which
    /// nobody hands over; an account that somebody opens for somebody else never goes this way.
    #[must_use]
    pub fn of_demonstration(self) -> Self {
        Self {
            must_change: false,
            ..self
        }
    }
}

/// Checks a new account and stretches its password.
///
/// # Errors
/// [`OfficeError::Input`] beside its field.
pub fn prepare(new: NewStaff, cost: PasswordCost) -> Result<ReadyStaff, OfficeError> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if !(2..=32).contains(&new.login.len()) || !new.login.chars().all(plain) {
        return Err(OfficeError::input(
            "職員番号",
            "半角英数字と - _ . の2文字から32文字までにしてください",
        ));
    }
    if new.name.trim().is_empty() {
        return Err(OfficeError::input("氏名", "入力してください"));
    }
    if new.roles.is_empty() {
        return Err(OfficeError::input("役割", "一つ以上選んでください"));
    }
    password::check_new(&new.login, &new.password)?;
    let password_hash = password::stretch(cost, &new.password)?;
    Ok(ReadyStaff {
        new,
        password_hash,
        must_change: true,
    })
}

/// Opens an account. With its roles it is one person's doing, so an auditor is told.
///
/// # Errors
/// [`OfficeError::Input`] when the 職員番号 is taken; [`OfficeError::Store`].
pub fn open(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    ready: &ReadyStaff,
) -> Result<i64, OfficeError> {
    let (staff_id, act) = begin_open(conn, acting, permit, ready)?;
    let roles: Vec<&str> = ready.new.roles.iter().map(|role| role.name_ja()).collect();
    let (login, roles) = (&ready.new.login, roles.join("・"));
    let detail = format!("職員{staff_id} {login} を加えました（{roles}）");
    let whose = (AlertKind::AccountOpened, acting.staff_id);
    alert::raise(conn, whose, (0, act.recorded_at), &detail)?;
    Ok(staff_id)
}

fn begin_open(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    ready: &ReadyStaff,
) -> Result<(i64, Act), OfficeError> {
    let details = ActDetails {
        note: format!("{} {}", ready.new.login, ready.new.name),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "staff.open", &details)?;
    let staff_id = insert(conn, ready, acting.now)?;
    Ok((staff_id, act))
}

pub(super) fn about(staff_id: i64) -> ActDetails {
    ActDetails {
        note: staff_id.to_string(),
        ..ActDetails::default()
    }
}

/// Opens the first account of a namespace, when there is nobody who could permit it.
///
/// # Errors
/// [`OfficeError::Conflict`] when there is an account already.
pub fn open_first(
    conn: &mut Conn,
    acting: &Acting,
    ready: &ReadyStaff,
) -> Result<i64, OfficeError> {
    if any(conn)? {
        return Err(OfficeError::Conflict(
            "職員が既に登録されています。登録済みの管理者でログインして追加してください".to_owned(),
        ));
    }
    let permit = Permit::<ManageStaff>::grant(acting.staff_id);
    begin_open(conn, acting, &permit, ready).map(|(staff_id, _)| staff_id)
}

fn insert(conn: &mut Conn, ready: &ReadyStaff, now: i64) -> Result<i64, OfficeError> {
    let staff_id = conn.next_ids("staff", 1)?;
    let done = conn.savepoint(|conn| {
        conn.execute(
            &INSERT,
            &[
                staff_id.into(),
                ready.new.login.as_str().into(),
                ready.new.name.as_str().into(),
                ready.password_hash.as_str().into(),
                Role::write_list(&ready.new.roles).into(),
                ready.new.ward.as_str().into(),
                now.into(),
                ready.must_change.into(),
            ],
        )
    });
    match done {
        Ok(_) => Ok(staff_id),
        Err(error) if error.is_duplicate() => Err(OfficeError::input(
            "職員番号",
            &format!("「{}」は既に使われています", ready.new.login),
        )),
        Err(error) => Err(error.into()),
    }
}

/// Whether there is any account at all: before the first one nobody can be asked.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn any(conn: &mut Conn) -> Result<bool, OfficeError> {
    Ok(conn.query_one(&COUNT, &[], |row| row.int(0))? > 0)
}

/// Every account.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn, _permit: &Permit<ManageStaff>) -> Result<Vec<Staff>, OfficeError> {
    all(conn)
}

fn all(conn: &mut Conn) -> Result<Vec<Staff>, OfficeError> {
    Ok(conn.query(&LIST, &[], |row| {
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
pub fn names(conn: &mut Conn, _permit: &Permit<ReviewAccess>) -> Result<Vec<Staff>, OfficeError> {
    all(conn)
}

/// Sets a password that was made by [`password::stretch`], lifts a lock and ends every session of the account. Its owner
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
    let act = acts::begin(conn, acting, permit, "staff.set_password", &about(staff_id))?;
    let detail = format!(
        "職員{staff_id} のパスワードを再設定しました（処理{}）",
        act.id.0
    );
    let whose = (AlertKind::PasswordSet, acting.staff_id);
    alert::raise(conn, whose, (0, act.recorded_at), &detail)?;
    let must_change = true;
    put_password(conn, staff_id, (password_hash, must_change), acting.now)
}

/// Suspends an account or lets it in again; suspending ends its sessions at once.
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
    let kind = if disabled {
        "staff.suspend"
    } else {
        "staff.resume"
    };
    acts::begin(conn, acting, permit, kind, &about(staff_id))?;
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

fn put_password(
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
