//! ログイン — from a password to a token, from a token to a session, and back to nothing.
//!
//! The token is 256 random bits and only its SHA-256 is stored, so the table opens no door. A session ends when
//! it idles, when its time is up, when it is used from another terminal, when the account is suspended, and on
//! log-out.

use super::access::{self, Access, Outcome};
use super::hours::{self, in_japan, open_roles};
use super::password::{self, PasswordCost};
use super::role::Role;
use super::session::Session;
use super::{post, terminal};
use crate::error::OfficeError;
use crate::hex;
use db::{Conn, Row, Sql, Store, StoreError};
use law::Refusal;
use sha2::{Digest, Sha256};

pub use super::resume::{log_out, resume};

const ACCOUNT: Sql = Sql {
    name: "login.account",
    text: "select staff_id, login, name, password_hash, roles, ward, disabled, failed, locked_until, \
           password_set_at from staff where login = $1",
};
const COUNT_ATTEMPT: Sql = Sql {
    name: "login.count_attempt",
    text: "update staff set failed = $2, locked_until = $3 where staff_id = $1",
};
const OPEN: Sql = Sql {
    name: "login.open",
    text: "insert into session (token_hash, staff_id, terminal, csrf, created_at, last_seen_at, expires_at) \
           values ($1, $2, $3, $4, $5, $5, $6)",
};
pub(super) const CLOSE: Sql = Sql {
    name: "login.close",
    text: "delete from session where token_hash = $1",
};
const END_OTHERS: Sql = Sql {
    name: "login.end_others",
    text: "delete from session where staff_id = $1",
};
const SWEEP: Sql = Sql {
    name: "login.sweep",
    text: "delete from session where expires_at <= $1 or last_seen_at <= $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ACCOUNT, COUNT_ATTEMPT, OPEN, CLOSE, END_OTHERS, SWEEP];

/// Microseconds in one minute.
pub const MINUTE: i64 = 60_000_000;

/// How log-in behaves.
#[derive(Clone, Copy, Debug)]
pub struct LoginPolicy {
    /// Work of one password; also that of a log-in nobody holds, so that the two take equally long.
    pub cost: PasswordCost,
    /// So many failures in a row lock the account.
    pub failures_to_lock: i64,
    /// How long it stays locked, microseconds.
    pub locked_for: i64,
    /// A session unused for so long ends, microseconds.
    pub idle: i64,
    /// A session ends after so long whatever happens, microseconds.
    pub absolute: i64,
    /// A log-in ends every other session of the account: nobody is at two desks.
    pub single_session: bool,
    /// Days after which a password that was not changed lapses, and the 職員番号 with it; 0 for never.
    pub password_days: i64,
    /// So many earlier passwords are not taken again.
    pub password_history: i64,
    /// Only terminals of the register are let in.
    pub registered_terminals_only: bool,
}

impl Default for LoginPolicy {
    fn default() -> Self {
        Self {
            cost: PasswordCost::OFFICE,
            failures_to_lock: 5,
            locked_for: 15 * MINUTE,
            idle: 30 * MINUTE,
            absolute: 12 * 60 * MINUTE,
            single_session: true,
            password_days: 90,
            password_history: 5,
            registered_terminals_only: false,
        }
    }
}

/// What somebody presents.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    /// 職員番号.
    pub login: &'a str,
    /// パスワード.
    pub password: &'a str,
    /// Where from.
    pub terminal: &'a str,
    /// A token already held by the browser; it is ended, so that a session never outlives a log-in.
    pub old_token: Option<&'a str>,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub now: i64,
}

/// A session and the token that opens it again. The token is given to the browser and to nobody else.
pub struct LoggedIn {
    /// 64 hexadecimal digits.
    pub token: String,
    /// The session.
    pub session: Session,
    /// Days until the password lapses; `None` where it never does.
    pub password_days_left: Option<i64>,
}

struct Account {
    staff_id: i64,
    login: String,
    name: String,
    password_hash: String,
    roles: Vec<Role>,
    ward: String,
    disabled: bool,
    failed: i64,
    locked_until: i64,
    password_set_at: i64,
}

/// Logs a member of staff in.
///
/// An attempt counts as failed before the password is looked at, so many attempts at once gain nothing.
///
/// # Errors
/// A [`Refusal`]: `security.login.wrong` (which does not say whether the account exists),
/// `security.login.locked`, `security.login.terminal`, `security.login.lapsed`, `security.login.hours`; or
/// [`OfficeError::Store`].
pub fn log_in(
    store: &Store,
    policy: &LoginPolicy,
    attempt: &Attempt<'_>,
) -> Result<LoggedIn, OfficeError> {
    if policy.registered_terminals_only
        && !store.read(|conn| terminal::is_known(conn, attempt.terminal))?
    {
        refuse(store, attempt, 0)?;
        return Err(stop(
            "security.login.terminal",
            "この端末は登録されていません。登録された端末を使うか、管理者に登録を依頼してください",
        ));
    }
    let counted = store.write(|conn| count_attempt(conn, policy, attempt))?;
    let account = match counted {
        Counted::Locked(until) => return Err(locked(until, attempt.now)),
        Counted::Unknown => {
            // The same work as for an account, so that time does not tell whether one exists.
            password::stretch(policy.cost, attempt.password)?;
            return Err(refuse(store, attempt, 0)?);
        }
        Counted::Try(account) => account,
    };
    let right = password::matches(&account.password_hash, attempt.password);
    if !right || account.disabled {
        return Err(refuse(store, attempt, account.staff_id)?);
    }
    let password_days_left = days_left(policy, &account, attempt.now);
    if password_days_left.is_some_and(|days| days <= 0) {
        refuse(store, attempt, account.staff_id)?;
        return Err(stop(
            "security.login.lapsed",
            "期限までにパスワードを変えなかったため、この職員番号は失効しています。管理者に再設定を依頼してください",
        ));
    }
    let opened_with = (account.roles, account.ward);
    let (roles, ward) =
        store.read(|conn| roles_now(conn, account.staff_id, opened_with, attempt.now))?;
    if roles.is_empty() {
        refuse(store, attempt, account.staff_id)?;
        return Err(stop(
            "security.login.hours",
            "いまは利用できません。利用可能時間と発令の期間を確かめてください",
        ));
    }
    let token = random_hex()?;
    let csrf = random_hex()?;
    let session = Session {
        staff_id: account.staff_id,
        login: account.login,
        name: account.name,
        roles,
        ward,
        terminal: attempt.terminal.to_owned(),
        csrf,
        expires_at: attempt.now + policy.absolute,
    };
    store.write(|conn| open(conn, policy, attempt, &token, &session))?;
    Ok(LoggedIn {
        token,
        session,
        password_days_left,
    })
}

/// Days until the password of an account lapses.
fn days_left(policy: &LoginPolicy, account: &Account, now: i64) -> Option<i64> {
    let day = 24 * 60 * MINUTE;
    let left = account.password_set_at + policy.password_days * day - now;
    (policy.password_days > 0).then(|| left.div_euclid(day) + i64::from(left.rem_euclid(day) > 0))
}

/// The roles of a member of staff at this moment: as posted on the day, within their hours.
pub(super) fn roles_now(
    conn: &mut Conn,
    staff_id: i64,
    opened_with: (Vec<Role>, String),
    now: i64,
) -> Result<(Vec<Role>, String), OfficeError> {
    let (roles, ward) = post::on(conn, staff_id, in_japan(now).0, opened_with)?;
    Ok((open_roles(&hours::all(conn)?, roles, now), ward))
}

fn stop(code: &'static str, message: &str) -> OfficeError {
    Refusal::new(code, message.to_owned()).into()
}

enum Counted {
    Locked(i64),
    Unknown,
    Try(Account),
}

fn count_attempt(
    conn: &mut Conn,
    policy: &LoginPolicy,
    attempt: &Attempt<'_>,
) -> Result<Counted, OfficeError> {
    let Some(account) = conn.query_opt(&ACCOUNT, &[attempt.login.into()], read_account)? else {
        return Ok(Counted::Unknown);
    };
    if account.locked_until > attempt.now {
        return Ok(Counted::Locked(account.locked_until));
    }
    // A lock that has run out starts a new count.
    let before = if account.locked_until > 0 {
        0
    } else {
        account.failed
    };
    let failed = before + 1;
    let locked_until = if failed >= policy.failures_to_lock {
        attempt.now + policy.locked_for
    } else {
        0
    };
    conn.execute(
        &COUNT_ATTEMPT,
        &[account.staff_id.into(), failed.into(), locked_until.into()],
    )?;
    Ok(Counted::Try(account))
}

fn read_account(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account {
        staff_id: row.int(0)?,
        login: row.text(1)?,
        name: row.text(2)?,
        password_hash: row.text(3)?,
        roles: Role::read_list(row.str(4)?),
        ward: row.text(5)?,
        disabled: row.flag(6)?,
        failed: row.int(7)?,
        locked_until: row.int(8)?,
        password_set_at: row.int(9)?,
    })
}

fn open(
    conn: &mut Conn,
    policy: &LoginPolicy,
    attempt: &Attempt<'_>,
    token: &str,
    session: &Session,
) -> Result<(), OfficeError> {
    conn.execute(
        &COUNT_ATTEMPT,
        &[session.staff_id.into(), 0_i64.into(), 0_i64.into()],
    )?;
    if let Some(old) = attempt.old_token {
        conn.execute(&CLOSE, &[digest(old).into()])?;
    }
    if policy.single_session {
        conn.execute(&END_OTHERS, &[session.staff_id.into()])?;
    }
    conn.execute(
        &SWEEP,
        &[attempt.now.into(), (attempt.now - policy.idle).into()],
    )?;
    conn.execute(
        &OPEN,
        &[
            digest(token).into(),
            session.staff_id.into(),
            session.terminal.as_str().into(),
            session.csrf.as_str().into(),
            attempt.now.into(),
            session.expires_at.into(),
        ],
    )?;
    access::record(conn, &Access::of(session, attempt.now, "login", None))
}

/// Records the failure and gives the one answer that does not say what was wrong.
fn refuse(store: &Store, attempt: &Attempt<'_>, staff_id: i64) -> Result<OfficeError, OfficeError> {
    store.write(|conn| {
        let access = Access {
            staff_id,
            terminal: attempt.terminal,
            at: attempt.now,
            what: "login",
            subject: None,
            purpose: "",
            outcome: Outcome::Failed,
        };
        access::record(conn, &access)
    })?;
    Ok(Refusal::new(
        "security.login.wrong",
        "職員番号かパスワードが違います。大文字・小文字と全角・半角を確かめて、もう一度入力してください"
            .to_owned(),
    )
    .into())
}

fn locked(until: i64, now: i64) -> OfficeError {
    let minutes = (until - now + MINUTE - 1) / MINUTE;
    Refusal::new(
        "security.login.locked",
        format!(
            "続けて失敗したため、ログインを止めています。{minutes}分後にやり直すか、管理者に解除を依頼してください"
        ),
    )
    .into()
}

/// A session for a command run on the server itself, where the operating system has let the person in.
///
/// # Errors
/// [`OfficeError::Input`] when there is no such account or it is suspended.
pub fn command_session(
    conn: &mut Conn,
    login: &str,
    terminal: &str,
) -> Result<Session, OfficeError> {
    let account = conn.query_opt(&ACCOUNT, &[login.into()], read_account)?;
    match account {
        Some(account) if !account.disabled => Ok(Session {
            staff_id: account.staff_id,
            login: account.login,
            name: account.name,
            roles: account.roles,
            ward: account.ward,
            terminal: terminal.to_owned(),
            csrf: String::new(),
            expires_at: i64::MAX,
        }),
        _ => Err(OfficeError::input(
            "職員番号",
            &format!("「{login}」の職員は登録されていないか、停止中です"),
        )),
    }
}

/// SHA-256 of a token, hexadecimal.
pub(super) fn digest(token: &str) -> String {
    hex::write(&Sha256::digest(token.as_bytes()))
}

fn random_hex() -> Result<String, OfficeError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| OfficeError::Bug(format!("乱数を得られません: {error}")))?;
    Ok(hex::write(&bytes))
}
