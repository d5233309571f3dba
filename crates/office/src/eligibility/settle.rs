//! 処理待ちを済みにする — what a registration answers on the work list, in the same act.

use super::event::NewChange;
use super::request::Request;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::worklist::{self, Candidate, Outcome, Settled};
use db::Conn;

/// What the request names, and what another register asked for: it is done once its event is here, from whichever page
/// it was registered.
pub(super) fn what_asked_for_it(
    conn: &mut Conn,
    act: &Act,
    request: &Request,
) -> Result<(), OfficeError> {
    for item_id in &request.settles {
        worklist::settle(conn, act, *item_id, Outcome::Done, &request.note)?;
    }
    for new in &request.events {
        let gain = match new.change {
            NewChange::Gain { .. } => true,
            NewChange::Loss { .. } => false,
            _ => continue,
        };
        let Some(person_id) = new.person_id() else {
            continue;
        };
        let event = Settled {
            cause: &new.cause,
            gain,
            occurred_on: new.occurred_on,
        };
        Candidate::settle_event(conn, act, person_id, &event, &request.note)?;
    }
    Ok(())
}
