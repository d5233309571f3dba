//! パスワードの変更 by its owner: the present one proves who it is, earlier ones are not taken again, and every other
//! session of the account ends. Whoever sits at a desk left open guesses no better here than at log-in: a wrong present
//! password counts as a failed log-in does, and locks as many.

use super::access::{self, Access, Outcome};
use super::entry::{self, Counted};
use super::gate;
use super::login::LoginPolicy;
use super::password;
use super::session::Session;
use super::staff;
use crate::error::OfficeError;
use db::Store;
use law::Refusal;

/// Code of the refusal where the account was locked before: at the log-in page, by whoever it was. Nothing ends by it.
pub const LOCKED_ELSEWHERE: &str = "security.password.locked";

/// Changes the password of the session's own account.
///
/// # Errors
/// [`OfficeError::Input`] beside the field: the present password is wrong, the new one is weak, or was used before. A
/// wrong present password is recorded and counted; at as many as lock a log-in, every session of the account ends and a
/// [`Refusal`] with `security.login.locked` says so. `security.login.busy` where too many wait.
pub fn change(
    store: &Store,
    policy: &LoginPolicy,
    session: &Session,
    (present, new): (&str, &str),
    now: i64,
) -> Result<(), OfficeError> {
    let _ticket = gate::enter()?;
    let staff_id = session.staff_id();
    // Counted before the password is looked at, so that many at once gain nothing.
    let counted = store.write(|conn| {
        let account = entry::by_id(conn, staff_id)?;
        entry::count(conn, policy, account, now)
    })?;
    let stored = match counted {
        // Locked from elsewhere: what is open here stays, or anybody could throw its owner out from a log-in page.
        Counted::Locked(until) => return Err(elsewhere(entry::locked(until, now))),
        Counted::Unknown => {
            let message = "この職員番号はありません".to_owned();
            return Err(Refusal::new("security.password.gone", message).into());
        }
        Counted::Try(account) => account.password_hash,
    };
    if !password::matches(&stored, present) {
        return Err(wrong(store, session, now)?);
    }
    store.write(|conn| entry::uncount(conn, staff_id))?;
    check_history(store, policy, staff_id, new)?;
    password::check_new(session.login(), new)?;
    let stretched = password::stretch(policy.cost, new)?;
    store.write(|conn| {
        staff::replace_password(conn, staff_id, &stretched, now)?;
        access::record(conn, &Access::of(session, now, "password", None))
    })
}

/// Records a wrong present password; the session ends with the attempt that locks.
fn wrong(store: &Store, session: &Session, now: i64) -> Result<OfficeError, OfficeError> {
    let staff_id = session.staff_id();
    let until = store.write(|conn| {
        let mut access = Access::of(session, now, "password", None);
        access.outcome = Outcome::Failed;
        access::record(conn, &access)?;
        Ok::<_, OfficeError>(entry::by_id(conn, staff_id)?.map_or(0, |one| one.locked_until))
    })?;
    if until > now {
        return shut(store, staff_id, until, now);
    }
    Ok(OfficeError::input(
        "現在のパスワード",
        "違います。続けて間違えるとログインが止まります。大文字・小文字と全角・半角を確かめてください",
    ))
}

/// The lock as told to whoever is still at work.
fn elsewhere(locked: OfficeError) -> OfficeError {
    match locked {
        OfficeError::Refusal(refusal) => Refusal {
            code: LOCKED_ELSEWHERE,
            ..refusal
        }
        .into(),
        other => other,
    }
}

/// Ends what is open of a locked account.
fn shut(store: &Store, staff_id: i64, until: i64, now: i64) -> Result<OfficeError, OfficeError> {
    store.write(|conn| staff::end_sessions(conn, staff_id))?;
    Ok(entry::locked(until, now))
}

/// Refuses a password that is the present one or one of the earlier ones that count.
///
/// # Errors
/// [`OfficeError::Input`].
pub fn check_history(
    store: &Store,
    policy: &LoginPolicy,
    staff_id: i64,
    new: &str,
) -> Result<(), OfficeError> {
    let earlier =
        store.read(|conn| staff::earlier_passwords(conn, staff_id, policy.password_history))?;
    if earlier.iter().any(|hash| password::matches(hash, new)) {
        return Err(OfficeError::input(
            "新しいパスワード",
            &format!(
                "いまのものと、過去{}回に使ったものは使えません",
                policy.password_history
            ),
        ));
    }
    Ok(())
}
