//! 認可 — the one question: may this session use this function.

use super::permit::{Function, Permit};
use super::session::Session;
use law::Refusal;

/// Code of the refusal when a session's roles do not hold a function.
pub const NOT_PERMITTED: &str = "security.not_permitted";

/// Hands out the permit for a function, or says who may have it.
///
/// # Errors
/// A [`Refusal`] with code [`NOT_PERMITTED`] that names the function and the roles that hold it.
pub fn authorize<F: Function>(session: &Session) -> Result<Permit<F>, Refusal> {
    if session.functions().holds_bit(F::BIT) {
        return Ok(Permit::grant(session.staff_id()));
    }
    let holders: Vec<&str> = super::Role::ALL
        .into_iter()
        .filter(|role| role.holds(F::CODE))
        .map(super::Role::name_ja)
        .collect();
    Err(Refusal::new(
        NOT_PERMITTED,
        format!(
            "「{}」を使う権限がありません。{}に依頼するか、権限の付与を管理者へ申し出てください",
            F::NAME_JA,
            holders.join("・")
        ),
    ))
}
