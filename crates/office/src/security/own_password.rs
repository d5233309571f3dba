//! パスワードの変更 by its owner: the present one proves who it is, earlier ones are not taken again, and every other
//! session of the account ends.

use super::access::{self, Access, Outcome};
use super::login::LoginPolicy;
use super::password;
use super::session::Session;
use super::staff;
use crate::error::OfficeError;
use db::Store;
use law::Refusal;

/// Changes the password of the session's own account.
///
/// # Errors
/// [`OfficeError::Input`] beside the field: the present password is wrong, the new one is weak, or was used before. A
/// wrong present password is recorded.
pub fn change(
    store: &Store,
    policy: &LoginPolicy,
    session: &Session,
    (present, new): (&str, &str),
    now: i64,
) -> Result<(), OfficeError> {
    let staff_id = session.staff_id();
    let stored = store
        .read(|conn| staff::password_of(conn, staff_id))?
        .ok_or_else(|| {
            Refusal::new(
                "security.password.gone",
                "この職員番号はありません".to_owned(),
            )
        })?;
    if !password::matches(&stored, present) {
        store.write(|conn| {
            let mut access = Access::of(session, now, "password", None);
            access.outcome = Outcome::Failed;
            access::record(conn, &access)
        })?;
        return Err(OfficeError::input(
            "現在のパスワード",
            "違います。大文字・小文字と全角・半角を確かめてください",
        ));
    }
    check_history(store, policy, staff_id, new)?;
    password::check_new(session.login(), new)?;
    let stretched = password::stretch(policy.cost, new)?;
    store.write(|conn| {
        staff::replace_password(conn, staff_id, &stretched, now)?;
        access::record(conn, &Access::of(session, now, "password", None))
    })
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
