//! 二重の登録 — the same event said twice, in one request or in two, is refused before anything is written.

use super::event::{self, Event, NewChange, NewEvent, Says};
use super::request::Request;
use crate::error::OfficeError;
use db::Conn;
use law::Refusal;
use law::eligibility::{HouseholdChange, PersonChange};
use law::era::wareki;

/// Refuses what is registered word for word already (a double click with another request number, a report told twice) and what one
/// request says two times.
pub(super) fn refuse(
    conn: &mut Conn,
    request: &Request,
    new: &NewEvent,
) -> Result<(), OfficeError> {
    let again = request.events.iter().filter(|other| {
        let about = |event: &NewEvent| (event.person_id(), event.household_id());
        about(other) == about(new)
            && other.occurred_on == new.occurred_on
            && other.cause == new.cause
            && of_one_kind(&other.change, &new.change)
    });
    if again.count() > 1 {
        return Err(Refusal::new(
            "eligibility.event.twice",
            format!(
                "同じ異動（{} 事由「{}」）が一つの届出に二度あります。片方を消してください",
                wareki(new.occurred_on),
                new.cause
            ),
        )
        .into());
    }
    let known = match (new.person_id(), new.household_id()) {
        (Some(person_id), _) => event::of_person(conn, person_id)?,
        (None, Some(household_id)) => event::of_household(conn, household_id)?,
        (None, None) => Vec::new(),
    };
    let same = known.iter().find(|event| {
        event.undone_by.is_none()
            && !request.undo.contains(&event.event_id)
            && event.occurred_on == new.occurred_on
            && event.cause == new.cause
            && says_the_same(event, &new.change)
    });
    let Some(event) = same else { return Ok(()) };
    Err(Refusal::new(
        "eligibility.event.twice",
        format!(
            "同じ異動（{} 事由「{}」）がすでに登録されています（異動番号{}）。二重の登録ではありませんか",
            wareki(new.occurred_on),
            new.cause,
            event.event_id
        ),
    )
    .into())
}

fn says_the_same(event: &Event, change: &NewChange) -> bool {
    match (&event.says, change) {
        (Says::Person { event, .. }, change) => match (&event.change, change) {
            (
                PersonChange::Gain { household_id, .. },
                NewChange::Gain {
                    household_id: new, ..
                },
            )
            | (
                PersonChange::Move { household_id, .. },
                NewChange::Move {
                    household_id: new, ..
                },
            )
            | (
                PersonChange::FormerStart { household_id, .. },
                NewChange::FormerStart {
                    household_id: new, ..
                },
            ) => household_id == new,
            (PersonChange::Loss { .. }, NewChange::Loss { .. })
            | (PersonChange::FormerEnd, NewChange::FormerEnd { .. }) => true,
            _ => false,
        },
        (Says::Household { event, .. }, change) => match (&event.change, change) {
            (
                HouseholdChange::Head { head_person_id },
                NewChange::Head {
                    head_person_id: new,
                    ..
                },
            ) => head_person_id == new,
            (HouseholdChange::Founded { .. }, NewChange::Found { .. })
            | (HouseholdChange::Closed, NewChange::Close { .. }) => true,
            _ => false,
        },
    }
}

/// Whether two events about the same person and household say the same thing.
fn of_one_kind(one: &NewChange, other: &NewChange) -> bool {
    match (one, other) {
        (
            NewChange::Head {
                head_person_id: one,
                ..
            },
            NewChange::Head {
                head_person_id: other,
                ..
            },
        ) => one == other,
        (NewChange::Gain { .. }, NewChange::Gain { .. })
        | (NewChange::Move { .. }, NewChange::Move { .. })
        | (NewChange::FormerStart { .. }, NewChange::FormerStart { .. })
        | (NewChange::Loss { .. }, NewChange::Loss { .. })
        | (NewChange::FormerEnd { .. }, NewChange::FormerEnd { .. })
        | (NewChange::Found { .. }, NewChange::Found { .. })
        | (NewChange::Close { .. }, NewChange::Close { .. }) => true,
        _ => false,
    }
}
