//! 入口 — an account as log-in sees it, the count of its failures, and the session that opens at the end.

use super::access::{self, Access, Outcome};
use super::login::{CLOSE, LoggedIn, LoginPolicy, MINUTE, digest};
use super::permission::Functions;
use super::proved::Proved;
use super::resume::admit;
use super::role::Role;
use super::session::{Session, Stage};
use crate::error::OfficeError;
use crate::hex;
use db::{Conn, Row, Sql, Store, StoreError};
use law::Refusal;

const BY_LOGIN: Sql = Sql {
    name: "entry.by_login",
    text: "select staff_id, login, name, password_hash, roles, ward, disabled, failed, locked_until, \
           password_set_at, must_change from staff where login = $1",
};
const BY_ID: Sql = Sql {
    name: "entry.by_id",
    text: "select staff_id, login, name, password_hash, roles, ward, disabled, failed, locked_until, \
           password_set_at, must_change from staff where staff_id = $1",
};
const COUNT: Sql = Sql {
    name: "entry.count",
    text: "update staff set failed = $2, locked_until = $3 where staff_id = $1",
};
const UNKNOWN: Sql = Sql {
    name: "entry.unknown",
    text: "select failed, locked_until from unknown_login where login_hash = $1",
};
const COUNT_UNKNOWN: Sql = Sql {
    name: "entry.count_unknown",
    text: "insert into unknown_login (login_hash, failed, locked_until, tried_at) values ($1, $2, $3, $4) \
           on conflict (login_hash) do update set failed = excluded.failed, \
           locked_until = excluded.locked_until, tried_at = excluded.tried_at",
};
const FORGET_UNKNOWN: Sql = Sql {
    name: "entry.forget_unknown",
    text: "delete from unknown_login where tried_at <= $1",
};
const MUST_CHANGE: Sql = Sql {
    name: "entry.must_change",
    text: "select must_change from staff where staff_id = $1",
};
const OPEN: Sql = Sql {
    name: "entry.open",
    text: "insert into session (token_hash, staff_id, terminal, csrf, created_at, last_seen_at, expires_at, stage, \
           factor) values ($1, $2, $3, $4, $5, $5, $6, $7, $8)",
};
const END_OTHERS: Sql = Sql {
    name: "entry.end_others",
    text: "delete from session where staff_id = $1",
};
const SWEEP: Sql = Sql {
    name: "entry.sweep",
    text: "delete from session where expires_at <= $1 or last_seen_at <= $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    BY_LOGIN,
    BY_ID,
    COUNT,
    UNKNOWN,
    COUNT_UNKNOWN,
    FORGET_UNKNOWN,
    MUST_CHANGE,
    OPEN,
    END_OTHERS,
    SWEEP,
];

pub(super) struct Account {
    pub staff_id: i64,
    pub login: String,
    pub name: String,
    pub password_hash: String,
    pub roles: Vec<Role>,
    pub ward: String,
    pub disabled: bool,
    pub failed: i64,
    pub locked_until: i64,
    pub password_set_at: i64,
    pub must_change: bool,
}

fn read(row: &Row<'_>) -> Result<Account, StoreError> {
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
        must_change: row.flag(10)?,
    })
}

pub(super) fn by_login(conn: &mut Conn, login: &str) -> Result<Option<Account>, OfficeError> {
    Ok(conn.query_opt(&BY_LOGIN, &[login.into()], read)?)
}

pub(super) fn by_id(conn: &mut Conn, staff_id: i64) -> Result<Option<Account>, OfficeError> {
    Ok(conn.query_opt(&BY_ID, &[staff_id.into()], read)?)
}

pub(super) enum Counted {
    Locked(i64),
    Unknown,
    Try(Account),
}

/// The count after one more failure, and until when it locks. A lock that has run out starts a new count.
fn next_count(policy: &LoginPolicy, (failed, locked_until): (i64, i64), now: i64) -> (i64, i64) {
    let before = if locked_until > 0 { 0 } else { failed };
    let lock = before + 1 >= policy.failures_to_lock;
    (before + 1, if lock { now + policy.locked_for } else { 0 })
}

/// Counts an attempt as failed before anything is looked at, so that many at once gain nothing.
pub(super) fn count(
    conn: &mut Conn,
    policy: &LoginPolicy,
    account: Option<Account>,
    now: i64,
) -> Result<Counted, OfficeError> {
    let Some(account) = account else {
        return Ok(Counted::Unknown);
    };
    if account.locked_until > now {
        return Ok(Counted::Locked(account.locked_until));
    }
    let (failed, locked_until) = next_count(policy, (account.failed, account.locked_until), now);
    conn.execute(
        &COUNT,
        &[account.staff_id.into(), failed.into(), locked_until.into()],
    )?;
    Ok(Counted::Try(account))
}

/// Begins the count anew, after the right password.
pub(super) fn uncount(conn: &mut Conn, staff_id: i64) -> Result<(), OfficeError> {
    conn.execute(&COUNT, &[staff_id.into(), 0_i64.into(), 0_i64.into()])?;
    Ok(())
}

/// Counts an attempt with a 職員番号 that nobody has: it locks as any other does, so that a lock tells nothing.
pub(super) fn count_unknown(
    conn: &mut Conn,
    policy: &LoginPolicy,
    login: &str,
    now: i64,
) -> Result<Counted, OfficeError> {
    let hash = digest(login);
    conn.execute(&FORGET_UNKNOWN, &[(now - policy.locked_for).into()])?;
    let before = conn
        .query_opt(&UNKNOWN, &[hash.as_str().into()], |row| {
            Ok((row.int(0)?, row.int(1)?))
        })?
        .unwrap_or_default();
    if before.1 > now {
        return Ok(Counted::Locked(before.1));
    }
    let (failed, locked_until) = next_count(policy, before, now);
    conn.execute(
        &COUNT_UNKNOWN,
        &[hash.into(), failed.into(), locked_until.into(), now.into()],
    )?;
    Ok(Counted::Unknown)
}

/// Code of the refusal while an account is locked.
pub const LOCKED: &str = "security.login.locked";

pub(super) fn locked(until: i64, now: i64) -> OfficeError {
    let minutes = (until - now + MINUTE - 1) / MINUTE;
    Refusal::new(
        LOCKED,
        format!(
            "続けて失敗したため、ログインを止めています。{minutes}分後にやり直すか、管理者に解除を依頼してください"
        ),
    )
    .into()
}

/// Records a log-in that failed.
pub(super) fn failed(
    store: &Store,
    (staff_id, terminal, now): (i64, &str, i64),
    what: &str,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let access = Access {
            staff_id,
            terminal,
            at: now,
            what,
            subject: None,
            purpose: "",
            outcome: Outcome::Failed,
        };
        access::record(conn, &access)
    })
}

/// A session without anything in it yet, as the server itself opens it.
pub(super) fn bare(account: Account, terminal: &str) -> Session {
    Session {
        staff_id: account.staff_id,
        login: account.login,
        name: account.name,
        roles: account.roles,
        functions: Functions::none(),
        ward: account.ward,
        places: Vec::new(),
        place: None,
        terminal: terminal.to_owned(),
        csrf: String::new(),
        expires_at: i64::MAX,
        stage: Stage::Full,
        proved: Proved::Server,
        emergency: false,
        limited: true,
    }
}

/// The session an account would open, with what it may at this moment.
pub(super) fn session_of(
    store: &Store,
    policy: &LoginPolicy,
    account: Account,
    (terminal, stage, proved): (&str, Stage, Proved),
    now: i64,
) -> Result<Session, OfficeError> {
    let mut session = Session {
        csrf: random_hex()?,
        expires_at: now + policy.absolute,
        stage,
        proved,
        ..bare(account, terminal)
    };
    store.read(|conn| admit(conn, &mut session, now))?;
    Ok(session)
}

/// Opens the session: a fresh token, the count begun again, every other session of the account ended. With a password
/// that somebody else has set it leads to the change of it alone.
pub(super) fn open(
    store: &Store,
    policy: &LoginPolicy,
    mut session: Session,
    old_token: Option<&str>,
    now: i64,
) -> Result<LoggedIn, OfficeError> {
    let token = random_hex()?;
    store.write(|conn| {
        let staff_id = session.staff_id.into();
        let must_change = conn.query_opt(&MUST_CHANGE, &[staff_id], |row| row.flag(0))?;
        session.stage = session.stage.with_password(must_change != Some(false));
        if session.stage != Stage::Full {
            session.roles.clear();
            session.functions = Functions::none();
            session.emergency = false;
        }
        uncount(conn, session.staff_id)?;
        if let Some(old) = old_token {
            conn.execute(&CLOSE, &[digest(old).into()])?;
        }
        if policy.single_session {
            conn.execute(&END_OTHERS, &[session.staff_id.into()])?;
        }
        conn.execute(&SWEEP, &[now.into(), (now - policy.idle).into()])?;
        conn.execute(
            &OPEN,
            &[
                digest(&token).into(),
                session.staff_id.into(),
                session.terminal.as_str().into(),
                session.csrf.as_str().into(),
                now.into(),
                session.expires_at.into(),
                session.stage.code().into(),
                session.proved.code().into(),
            ],
        )?;
        let what = match session.stage {
            Stage::Full | Stage::Seat => "login",
            Stage::Enrol => "login.enrol",
            Stage::Password => "login.password",
        };
        access::record(conn, &Access::of(&session, now, what, None))
    })?;
    Ok(LoggedIn {
        token,
        session,
        password_days_left: None,
    })
}

pub(super) fn random_hex() -> Result<String, OfficeError> {
    Ok(hex::write(&crate::vault::keys::random::<32>()?))
}
