//! ログイン — from a password to a token, from a token to a session, and back to nothing.
//!
//! The token is 256 random bits and only its SHA-256 is stored, so the table opens no door. A session ends when
//! it idles, when its time is up, when it is used from another terminal, when the account is suspended, and on
//! log-out.

use super::entry::{self, Account, Counted};
use super::factor;
use super::gate;
use super::hours::in_japan;
use super::password::{self, PasswordCost};
use super::permission;
use super::proved::{self, Proved};
use super::resume::admit;
use super::second::{self, FactorRule};
use super::session::{Session, Stage};
use super::setting;
use super::{post, rows, seat, terminal};
use crate::error::OfficeError;
use crate::hex;
use db::{Conn, Sql, Store};
use law::Refusal;
use sha2::{Digest, Sha256};

pub use super::entry::LOCKED;
pub use super::resume::{log_out, resume};

pub(super) const CLOSE: Sql = Sql {
    name: "login.close",
    text: "delete from session where token_hash = $1",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CLOSE];

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
    /// Days after which a password set by somebody else lapses when its owner has not changed it.
    pub first_password_days: i64,
    /// So many earlier passwords are not taken again.
    pub password_history: i64,
    /// Only terminals of the register are let in, whatever the municipality has laid down ([`setting::TERMINALS`]).
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
            first_password_days: 7,
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

/// How far a password leads.
pub enum Entered {
    /// Nothing else is asked for.
    In(Box<LoggedIn>),
    /// The second factor is awaited: the token of the step ([`super::second`]).
    Second(String),
}

/// Logs a member of staff in whose roles ask for the password alone.
///
/// # Errors
/// As [`enter`]; `security.login.second` where a second factor is asked for.
pub fn log_in(
    store: &Store,
    policy: &LoginPolicy,
    attempt: &Attempt<'_>,
) -> Result<LoggedIn, OfficeError> {
    match enter(store, policy, attempt)? {
        Entered::In(logged_in) => Ok(*logged_in),
        Entered::Second(_) => Err(stop(
            "security.login.second",
            "この職員番号のログインには二つ目の要素が要ります。画面からログインしてください",
        )),
    }
}

/// Takes a password: the first half of a log-in, or all of it.
///
/// An attempt counts as failed before the password is looked at, so many attempts at once gain nothing.
///
/// # Errors
/// A [`Refusal`]: `security.login.wrong` (which does not say whether the account exists),
/// `security.login.locked`, `security.login.terminal`, `security.login.lapsed`, `security.login.hours`,
/// `security.login.busy`; or [`OfficeError::Store`].
pub fn enter(
    store: &Store,
    policy: &LoginPolicy,
    attempt: &Attempt<'_>,
) -> Result<Entered, OfficeError> {
    // However many come at once, only a few are worked on.
    let _ticket = gate::enter()?;
    if !store.read(|conn| terminal::lets_in(conn, policy, attempt.terminal))? {
        refuse(store, attempt, 0)?;
        return Err(stop(
            "security.login.terminal",
            "この端末は登録されていません。登録された端末を使うか、管理者に登録を依頼してください",
        ));
    }
    let counted = store.write(|conn| match entry::by_login(conn, attempt.login)? {
        None => entry::count_unknown(conn, policy, attempt.login, attempt.now),
        known => entry::count(conn, policy, known, attempt.now),
    })?;
    let account = match counted {
        Counted::Locked(until) => return Err(entry::locked(until, attempt.now)),
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
    if lapsed(policy, &account, attempt.now) {
        refuse(store, attempt, account.staff_id)?;
        return Err(stop(
            LAPSED,
            "期限までにパスワードを変えなかったため、この職員番号は失効しています。管理者に再設定を依頼してください",
        ));
    }
    let staff_id = account.staff_id;
    let asked = store.read(|conn| {
        let opened_with = (account.roles.clone(), account.ward.clone());
        let roles = proved::standing(conn, staff_id, opened_with, attempt.now)?.all();
        let has = factor::of_staff(conn, staff_id)?;
        let rule = second::asked_of(conn, &roles, &has)?;
        Ok::<_, OfficeError>((!roles.is_empty()).then_some(rule))
    })?;
    let Some(asked) = asked else {
        refuse(store, attempt, staff_id)?;
        return Err(closed());
    };
    if asked != FactorRule::None {
        let token = second::begin(store, staff_id, attempt.terminal, attempt.now)?;
        return Ok(Entered::Second(token));
    }
    let at = (attempt.terminal, Stage::Full, Proved::Password);
    let session = entry::session_of(store, policy, account, at, attempt.now)?;
    let opened = entry::open(store, policy, session, attempt.old_token, attempt.now)?;
    Ok(Entered::In(Box::new(LoggedIn {
        password_days_left,
        ..opened
    })))
}

/// Whether the password of an account has lapsed, and the 職員番号 with it.
pub(super) fn lapsed(policy: &LoginPolicy, account: &Account, now: i64) -> bool {
    days_left(policy, account, now).is_some_and(|days| days <= 0)
}

/// Days until the password of an account lapses.
fn days_left(policy: &LoginPolicy, account: &Account, now: i64) -> Option<i64> {
    let day = 24 * 60 * MINUTE;
    let days = match (policy.password_days, policy.first_password_days) {
        (usual, first) if account.must_change && (usual <= 0 || first < usual) => first,
        (usual, _) => usual,
    };
    let left = account.password_set_at + days * day - now;
    (days > 0).then(|| left.div_euclid(day) + i64::from(left.rem_euclid(day) > 0))
}

/// Code of the refusal where a password was not changed in time.
pub const LAPSED: &str = "security.login.lapsed";

/// Code of the refusal where no post holds, or its hours are over.
pub const HOURS: &str = "security.login.hours";

fn closed() -> OfficeError {
    stop(
        HOURS,
        "いまは利用できません。利用可能時間と発令の期間を確かめてください",
    )
}

fn stop(code: &'static str, message: &str) -> OfficeError {
    Refusal::new(code, message.to_owned()).into()
}

/// Records the failure and gives the one answer that does not say what was wrong.
fn refuse(store: &Store, attempt: &Attempt<'_>, staff_id: i64) -> Result<OfficeError, OfficeError> {
    entry::failed(store, (staff_id, attempt.terminal, attempt.now), "login")?;
    Ok(Refusal::new(
        "security.login.wrong",
        "職員番号かパスワードが違います。大文字・小文字と全角・半角を確かめて、もう一度入力してください"
            .to_owned(),
    )
    .into())
}

/// A session for a command that somebody gives on the server itself, where the operating system has let them in: what
/// the account would have on the pages at this moment, by its posts, its hours and its rows; none once its password has
/// lapsed. A lock guards the password, which no command asks for: wrong ones typed at a page stop nobody here.
///
/// # Errors
/// [`OfficeError::Input`] when there is no such account or it is suspended; a [`Refusal`] with [`LAPSED`], or with [`HOURS`]
/// where no post holds or its hours are over.
pub fn command_session(
    conn: &mut Conn,
    login: &str,
    terminal: &str,
    now: i64,
) -> Result<Session, OfficeError> {
    if lapsed(&LoginPolicy::default(), &commanding(conn, login)?, now) {
        return Err(stop(
            LAPSED,
            "期限までにパスワードを変えなかったため、この職員番号は失効しています。画面で別の管理者に再設定を依頼してください（管理者がほかにいないときは、サーバーで kokuho staff password を実行します）",
        ));
    }
    recovery_session(conn, login, terminal, now)
}

/// As [`command_session`], whether the password has lapsed or not: for the one command that gives a new one.
///
/// # Errors
/// As [`command_session`] without [`LAPSED`].
pub fn recovery_session(
    conn: &mut Conn,
    login: &str,
    terminal: &str,
    now: i64,
) -> Result<Session, OfficeError> {
    let mut session = entry::bare(commanding(conn, login)?, terminal);
    admit(conn, &mut session, now)?;
    if session.stage == Stage::Seat {
        // Nobody chooses a counter at a command: it is given from the first place of the post.
        session.place = session.places.first().cloned();
        session.stage = Stage::Full;
        admit(conn, &mut session, now)?;
    }
    if session.roles.is_empty() {
        return Err(closed());
    }
    Ok(session)
}

/// A session for a job that the machine starts by itself: the roles of the posts that hold on the day, whatever the hour,
/// and no emergency. Wrong passwords at the pages do not stop the night.
///
/// # Errors
/// [`OfficeError::Input`] when there is no such account or it is suspended; a [`Refusal`] with [`HOURS`] where no post holds.
pub fn job_session(
    conn: &mut Conn,
    login: &str,
    terminal: &str,
    now: i64,
) -> Result<Session, OfficeError> {
    let account = commanding(conn, login)?;
    let mut session = entry::bare(account, terminal);
    let opened_with = (std::mem::take(&mut session.roles), session.ward.clone());
    let (roles, posted) = post::on(conn, session.staff_id, in_japan(now).0, opened_with)?;
    if roles.is_empty() {
        return Err(closed());
    }
    let settings = setting::as_of(conn, i64::MAX)?;
    session.places = seat::places(&posted);
    session.ward = session.places.first().cloned().unwrap_or_default();
    session.functions = permission::at_any_time(&settings, &roles, &session.ward);
    session.limited = rows::narrows(&settings, &roles, false);
    session.roles = roles;
    Ok(session)
}

fn commanding(conn: &mut Conn, login: &str) -> Result<Account, OfficeError> {
    entry::by_login(conn, login)?
        .filter(|account| !account.disabled)
        .ok_or_else(|| {
            OfficeError::input(
                "職員番号",
                &format!("「{login}」の職員は登録されていないか、停止中です"),
            )
        })
}

/// SHA-256 of a token, hexadecimal.
pub(super) fn digest(token: &str) -> String {
    hex::write(&Sha256::digest(token.as_bytes()))
}
