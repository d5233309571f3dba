//! 職員番号の登録 — an account is opened by one administrator and opens nothing until another agrees to its post. The first of a
//! namespace is opened on the server, where there is nobody else.

use super::alert::{self, AlertKind};
use super::hours::in_japan;
use super::password::{self, PasswordCost};
use super::permit::{ManageStaff, Permit};
use super::post::{self, Post, PostKind};
use super::role::Role;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Span, Sql};

const COUNT: Sql = Sql {
    name: "account.count",
    text: "select count(*) from staff",
};
const INSERT: Sql = Sql {
    name: "account.insert",
    text: "insert into staff (staff_id, login, name, password_hash, roles, ward, disabled, failed, \
           locked_until, password_set_at, must_change) values ($1, $2, $3, $4, $5, $6, 0, 0, 0, $7, $8)",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[COUNT, INSERT];

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

/// A new account whose password has been stretched; made outside the transaction, because stretching is slow.
#[derive(Clone)]
pub struct ReadyStaff {
    pub(super) new: NewStaff,
    password_hash: String,
    demonstration: bool,
}

impl ReadyStaff {
    /// 見本の職員: the password counts as chosen by its owner already, and the roles hold at once. For the accounts of a
    /// demonstration or a test, which nobody hands over; an account that somebody opens for somebody else never goes this way.
    #[must_use]
    pub fn of_demonstration(self) -> Self {
        Self {
            demonstration: true,
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
        demonstration: false,
    })
}

/// 根拠 of the post that an account is opened for.
const OPENED_FOR: &str = "職員番号の登録";

/// Opens an account. It opens nothing: the roles it was opened for are a post that another administrator agrees to
/// ([`super::proposal`]). An auditor is told.
///
/// # Errors
/// [`OfficeError::Input`] when the 職員番号 is taken; [`OfficeError::Store`].
pub fn open(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    ready: &ReadyStaff,
) -> Result<i64, OfficeError> {
    let none: &[Role] = &[];
    let (at_once, how) = if ready.demonstration {
        (ready.new.roles.as_slice(), "")
    } else {
        (none, "の承認を待ちます")
    };
    let (staff_id, act) = begin_open(conn, acting, permit, (ready, at_once))?;
    let roles: Vec<&str> = ready.new.roles.iter().map(|role| role.name_ja()).collect();
    let (login, roles) = (&ready.new.login, roles.join("・"));
    let detail = format!("職員{staff_id} {login} を加えました（{roles}{how}）");
    let whose = (AlertKind::AccountOpened, acting.staff_id);
    alert::raise(conn, whose, (0, act.recorded_at), &detail)?;
    if !ready.demonstration {
        let post = Post {
            kind: PostKind::Regular,
            roles: ready.new.roles.clone(),
            ward: ready.new.ward.clone(),
            ground: OPENED_FOR.to_owned(),
        };
        // One order, two acts: the order's own number is that of the first.
        let then = acting.without_request();
        let (today, _) = in_japan(acting.now);
        post::place(conn, &then, permit, staff_id, (Span::since(today), &post))?;
    }
    Ok(staff_id)
}

fn begin_open(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    (ready, roles): (&ReadyStaff, &[Role]),
) -> Result<(i64, Act), OfficeError> {
    let details = ActDetails {
        note: format!("{} {}", ready.new.login, ready.new.name),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "staff.open", &details)?;
    let staff_id = insert(conn, (ready, roles), acting.now)?;
    Ok((staff_id, act))
}

/// Opens the first account of a namespace with its roles, when there is nobody who could permit it or agree to it.
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
    begin_open(conn, acting, &permit, (ready, &ready.new.roles)).map(|(staff_id, _)| staff_id)
}

fn insert(
    conn: &mut Conn,
    (ready, roles): (&ReadyStaff, &[Role]),
    now: i64,
) -> Result<i64, OfficeError> {
    let staff_id = conn.next_ids("staff", 1)?;
    let done = conn.savepoint(|conn| {
        conn.execute(
            &INSERT,
            &[
                staff_id.into(),
                ready.new.login.as_str().into(),
                ready.new.name.as_str().into(),
                ready.password_hash.as_str().into(),
                Role::write_list(roles).into(),
                ready.new.ward.as_str().into(),
                now.into(),
                (!ready.demonstration).into(),
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
