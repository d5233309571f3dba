//! 自分の当日の処理 — what a clerk may take back alone: the own act, on the business day on which it was done.

use super::event;
use crate::acts::Acting;
use crate::error::OfficeError;
use crate::security::authorize::NOT_PERMITTED;
use crate::trail;
use db::Conn;
use law::Refusal;

/// Refuses unless an act is that of the person acting, and of today.
///
/// # Errors
/// A [`Refusal`] with the code of a missing permission: somebody of another role has to take it back.
pub fn act(conn: &mut Conn, acting: &Acting, act_id: i64) -> Result<(), OfficeError> {
    let own = trail::find(conn, act_id)?.is_some_and(|act| {
        act.staff_id == acting.staff_id && act.business_date == acting.business_date
    });
    if own {
        return Ok(());
    }
    Err(Refusal::new(
        NOT_PERMITTED,
        format!(
            "処理{act_id}は、自分が本日行った処理ではないため取り消せません。資格担当に依頼してください"
        ),
    )
    .into())
}

/// Refuses unless every event was stated by an act of one's own and of today.
///
/// # Errors
/// As [`act`].
pub fn events(conn: &mut Conn, acting: &Acting, event_ids: &[i64]) -> Result<(), OfficeError> {
    for event_id in event_ids {
        if let Some(event) = event::one(conn, *event_id)? {
            act(conn, acting, event.act_id)?;
        }
    }
    Ok(())
}
