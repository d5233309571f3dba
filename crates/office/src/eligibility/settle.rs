//! 処理待ちを済みにする — what a registration answers on the work list, in the same act; and what waits again when the
//! registration is taken back.

use super::age::{self, AT_75};
use super::born::birth_of;
use super::ended;
use super::event::{self, Event, NewChange, NewEvent, Says};
use super::request::{Books, Request};
use super::unfounded;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::follow::{TAKE_BACK, asks_for_head, event_source, was_taken_back};
use crate::registry::moved_to::CORRECT;
use crate::registry::{HouseholdHead, InsuredSpan, timeline};
use crate::worklist::{self, Candidate, ELIGIBILITY_CANDIDATE, Filter, Item, Settled};
use db::Conn;
use law::date::next_day;
use law::eligibility::PersonChange;
use law::rules::eligibility::Side;
use std::collections::BTreeSet;

/// What a night took off because nothing was left to do waits again where now there is. What the request names, and what another register asked for: it is done once its event is here, from whichever page
/// it was registered. What events that are taken back had answered waits again, unless a new event of the request takes
/// their place.
pub(super) fn what_asked_for_it(
    conn: &mut Conn,
    books: &Books<'_>,
    act: &Act,
    request: &Request,
) -> Result<(), OfficeError> {
    what_a_night_took_off(conn, books, act, request)?;
    let opened = what_waits_again(conn, act, request)?;
    what_was_to_be_taken_back(conn, act, request)?;
    for item_id in &request.settles {
        worklist::answer(conn, act, *item_id, &request.note)?;
    }
    for new in &request.events {
        let Some(person_id) = new.person_id() else {
            continue;
        };
        let Some(gain) = side_of(new) else {
            // A 特定同一世帯所属者 begins and ends by a cause of its own, whatever day another register named.
            if new.cause.starts_with("former_insured_") {
                Candidate::settle(conn, act, person_id, &new.cause, &request.note)?;
            }
            continue;
        };
        let event = Settled {
            cause: &new.cause,
            gain,
            occurred_on: new.occurred_on,
        };
        Candidate::settle_event(conn, act, person_id, &event, &request.note)?;
        // 転出先の確定: the cause that was asked for stands now.
        let corrected = format!("{CORRECT}{}", new.cause);
        Candidate::settle(conn, act, person_id, &corrected, &request.note)?;
        if new.cause == AT_75 {
            let whose = (person_id, new.occurred_on);
            age::registered(conn, act, whose, &request.note)?;
        }
    }
    heads_followed(conn, act, request)?;
    for item in opened {
        if request.events.iter().any(|new| replaces(&item, new)) && is_open(conn, &item)? {
            worklist::answer(conn, act, item.item_id, &request.note)?;
        }
    }
    Ok(())
}

/// 世帯主の変更 that was asked for because the head had died or left: answered once he heads the household no more.
///
/// 根拠: 国民健康保険法 第76条
fn heads_followed(conn: &mut Conn, act: &Act, request: &Request) -> Result<(), OfficeError> {
    for new in &request.events {
        let NewChange::Head { household_id, .. } = new.change else {
            continue;
        };
        let heads = timeline::<HouseholdHead>(conn, household_id, None)?;
        let filter = Filter {
            kind: Some(worklist::ELIGIBILITY_CANDIDATE),
            household_id: Some(household_id),
            ..Filter::default()
        };
        for item in worklist::list(conn, &filter, None, law::Date::MIN)?.items {
            let Some(candidate) = Candidate::of(&item).filter(|_| asks_for_head(&item.source))
            else {
                continue;
            };
            let day = candidate.occurred_on.max(new.occurred_on);
            let mut on_day = heads.iter().filter(|row| row.valid.holds(day));
            if !on_day.any(|row| row.fact.head_person_id == candidate.person_id) {
                worklist::answer(conn, act, item.item_id, &request.note)?;
            }
        }
    }
    Ok(())
}

/// Candidates that had come to nothing by events that are taken back now, or that ask for the end of a 資格 that is stated
/// only now.
fn what_a_night_took_off(
    conn: &mut Conn,
    books: &Books<'_>,
    act: &Act,
    request: &Request,
) -> Result<(), OfficeError> {
    let mut people: BTreeSet<i64> = request
        .events
        .iter()
        .filter_map(NewEvent::person_id)
        .collect();
    for event_id in &request.undo {
        people.extend(event::one(conn, *event_id)?.and_then(|gone| subject(&gone).0));
    }
    for person_id in people {
        for item in worklist::left_by_night(conn, person_id)? {
            waits_again(conn, books, act, (&item, &request.note))?;
        }
    }
    Ok(())
}

/// Opens a candidate again that came to nothing, where there is something to do for it now.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn waits_again(
    conn: &mut Conn,
    books: &Books<'_>,
    act: &Act,
    (item, note): (&Item, &str),
) -> Result<(), OfficeError> {
    let Some(candidate) = Candidate::of(item) else {
        return Ok(());
    };
    let stays = ended::is_answered(conn, books.municipality, (&item.source, &candidate))?;
    if !stays && is_live(conn, books, &candidate)? && !is_moot(conn, item)? {
        worklist::reopen(conn, act, item, note)?;
    }
    Ok(())
}

/// Whether there is something to do for a candidate as the register stands: nobody insured to gain, somebody insured to lose
/// on its day, and no such event registered.
fn is_live(conn: &mut Conn, books: &Books<'_>, candidate: &Candidate) -> Result<bool, OfficeError> {
    let on = candidate.occurred_on;
    let Ok(cause) = books.book.eligibility().cause(&candidate.cause, on) else {
        return Ok(true);
    };
    let events = event::of_person(conn, candidate.person_id)?;
    if events
        .iter()
        .any(|one| one.undone_by.is_none() && asks(candidate, one))
    {
        return Ok(false);
    }
    let cover = timeline::<InsuredSpan>(conn, candidate.person_id, None)?;
    Ok(match cause.side {
        Side::Gain => !cover.iter().any(|row| row.valid.holds(on)),
        // A loss takes effect on the day or the day after.
        Side::Loss => cover
            .iter()
            .any(|row| row.valid.holds(on) && row.valid.holds(next_day(on))),
        Side::Change => false,
    })
}

/// 取得 or 喪失; neither for another change.
fn side_of(new: &NewEvent) -> Option<bool> {
    match new.change {
        NewChange::Gain { .. } => Some(true),
        NewChange::Loss { .. } => Some(false),
        _ => None,
    }
}

/// Whether a new event stands in for the one that had answered an item: a correction of its day or cause.
fn replaces(item: &Item, new: &NewEvent) -> bool {
    let same_subject = match new.person_id() {
        Some(person) if item.person_id.is_some() => item.person_id == Some(person),
        _ => item.household_id.is_some() && item.household_id == new.household_id(),
    };
    let side = side_of(new);
    same_subject && Candidate::of(item).is_none_or(|one| side.is_some_and(|gain| one.on_side(gain)))
}

fn is_open(conn: &mut Conn, item: &Item) -> Result<bool, OfficeError> {
    let now = worklist::get(conn, item.item_id, law::Date::MAX)?;
    Ok(now.is_some_and(|now| now.state == worklist::State::Open))
}

/// Opens again what the events taken back by a request had answered, where no other event answers it.
fn what_waits_again(
    conn: &mut Conn,
    act: &Act,
    request: &Request,
) -> Result<Vec<Item>, OfficeError> {
    let mut opened = Vec::new();
    for event_id in &request.undo {
        let Some(gone) = event::one(conn, *event_id)? else {
            continue;
        };
        let (person, household) = subject(&gone);
        for (item, answered) in worklist::done_about(conn, person, household)? {
            let by_its_act = answered && item.settled_act_id == Some(gone.act_id);
            let candidate = Candidate::of(&item).filter(|one| person == Some(one.person_id));
            let asked = candidate.as_ref().is_some_and(|one| asks(one, &gone));
            if !(by_its_act || asked)
                || still_answered(conn, &gone, &item, candidate.as_ref())?
                || is_moot(conn, &item)?
            {
                continue;
            }
            opened.push(worklist::reopen(conn, act, &item, &request.note)?);
        }
    }
    Ok(opened)
}

/// 住民異動が取り消されたことによる取消: done once what was registered because of the resident's event is taken back, and no other
/// event of its kind stands on its day.
fn what_was_to_be_taken_back(
    conn: &mut Conn,
    act: &Act,
    request: &Request,
) -> Result<(), OfficeError> {
    for event_id in &request.undo {
        let Some(gone) = event::one(conn, *event_id)? else {
            continue;
        };
        let Some(person_id) = subject(&gone).0 else {
            continue;
        };
        let filter = Filter {
            kind: Some(ELIGIBILITY_CANDIDATE),
            person_id: Some(person_id),
            ..Filter::default()
        };
        for item in worklist::list(conn, &filter, None, law::Date::MIN)?.items {
            let asked = Candidate::of(&item).filter(|one| one.cause == TAKE_BACK);
            if let Some(asked) = asked
                && because_of(conn, &gone, &item, &asked)?
                && !stands_again(conn, &gone, person_id)?
            {
                worklist::answer(conn, act, item.item_id, &request.note)?;
            }
        }
    }
    Ok(())
}

/// Whether an event was registered because of the resident's event that a matter says was taken back: on its day, or as the
/// answer to the candidate it had been.
fn because_of(
    conn: &mut Conn,
    gone: &Event,
    item: &Item,
    asked: &Candidate,
) -> Result<bool, OfficeError> {
    if gone.occurred_on == asked.occurred_on {
        return Ok(true);
    }
    let was = event_source(&item.source);
    let done = worklist::done_about(conn, item.person_id, None)?;
    Ok(done.iter().any(|(one, _)| {
        Some(one.source.as_str()) == was && one.settled_act_id == Some(gone.act_id)
    }))
}

/// Whether an event of the same side stands on the day of one that is taken back.
fn stands_again(conn: &mut Conn, gone: &Event, person_id: i64) -> Result<bool, OfficeError> {
    let of_person = event::of_person(conn, person_id)?;
    let mut standing = of_person.iter().filter(|one| one.undone_by.is_none());
    Ok(standing.any(|one| one.occurred_on == gone.occurred_on && side(one) == side(gone)))
}

/// Whether the resident's event that an item came from was itself taken back, the day of birth it counts from was wrong, or the
/// scheme it follows from is on file no more.
fn is_moot(conn: &mut Conn, item: &Item) -> Result<bool, OfficeError> {
    let Some(person_id) = item.person_id else {
        return Ok(false);
    };
    if age::of_another_birth(&item.source, birth_of(conn, person_id)?) {
        return Ok(true);
    }
    if let Some(candidate) = Candidate::of(item)
        && unfounded::is_gone(conn, &candidate)?
    {
        return Ok(true);
    }
    was_taken_back(conn, person_id, &item.source)
}

/// The person an event is about and the household it names.
fn subject(event: &Event) -> (Option<i64>, Option<i64>) {
    match &event.says {
        Says::Person { person_id, event } => match event.change {
            PersonChange::Gain { household_id, .. } | PersonChange::Move { household_id, .. } => {
                (Some(*person_id), Some(household_id))
            }
            _ => (Some(*person_id), None),
        },
        Says::Household { household_id, .. } => (None, Some(*household_id)),
    }
}

/// 取得 or 喪失 of a kept event.
fn side(event: &Event) -> Option<bool> {
    match &event.says {
        Says::Person { event, .. } => match event.change {
            PersonChange::Gain { .. } => Some(true),
            PersonChange::Loss { .. } => Some(false),
            _ => None,
        },
        Says::Household { .. } => None,
    }
}

fn asks(candidate: &Candidate, event: &Event) -> bool {
    side(event).is_some_and(|gain| {
        candidate.asks_for(&Settled {
            cause: &event.cause,
            gain,
            occurred_on: event.occurred_on,
        })
    })
}

/// Whether an item is answered by an event that stands: a candidate by one of its person that it asks for, or by one of
/// its side in the act that answered it; any other matter by one of the same subject in that act.
fn still_answered(
    conn: &mut Conn,
    gone: &Event,
    item: &Item,
    candidate: Option<&Candidate>,
) -> Result<bool, OfficeError> {
    let of_act = event::of_act(conn, gone.act_id)?;
    let mut standing = of_act.iter().filter(|one| one.undone_by.is_none());
    let Some(candidate) = candidate else {
        return Ok(standing.any(|one| {
            let (person, household) = subject(one);
            (item.person_id.is_some() && item.person_id == person)
                || (item.person_id.is_none() && item.household_id == household)
        }));
    };
    let of_its_act = item.settled_act_id == Some(gone.act_id)
        && standing.any(|one| {
            let same_person = subject(one).0 == Some(candidate.person_id);
            same_person && side(one).is_some_and(|gain| candidate.on_side(gain))
        });
    let of_person = event::of_person(conn, candidate.person_id)?;
    let mut others = of_person.iter().filter(|one| one.undone_by.is_none());
    Ok(of_its_act || others.any(|one| asks(candidate, one)))
}
