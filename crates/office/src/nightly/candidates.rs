//! 済んだ候補の整理 — candidates of a change that registered events have made moot are taken off the list.

use super::asked::open_after;
use super::step::{Night, Page};
use crate::acts::Act;
use crate::eligibility::{ended, event};
use crate::error::OfficeError;
use crate::registry::{InsuredSpan, timeline};
use crate::worklist::{self, Candidate, ELIGIBILITY_CANDIDATE, Filter, Outcome};
use db::Conn;
use law::Date;
use law::date::next_day;
use law::rules::eligibility::Side;

/// Candidates looked at in one transaction.
const CANDIDATES: i64 = 100;

/// The next candidates after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let numbers = open_after(conn, ELIGIBILITY_CANDIDATE, after, CANDIDATES)?;
    let mut page = Page {
        next: numbers
            .last()
            .copied()
            .filter(|_| i64::try_from(numbers.len()) == Ok(CANDIDATES)),
        ..Page::default()
    };
    for item_id in numbers {
        let Some(item) = worklist::get(conn, item_id, night.on)? else {
            continue;
        };
        let Some(candidate) = Candidate::of(&item) else {
            continue;
        };
        page.found += 1;
        let own = night.books.municipality;
        let found = if ended::is_answered(conn, own, (&item.source, &candidate))? {
            Some((Outcome::Withdrawn, ended::STAYS_JA.to_owned()))
        } else {
            moot(conn, night, item_id, &candidate)?
        };
        if let Some((outcome, note)) = found {
            worklist::settle(conn, act, item_id, outcome, &note)?;
            page.settled += 1;
        }
    }
    Ok(page)
}

/// Why nothing is left to do for a candidate; none while there is.
fn moot(
    conn: &mut Conn,
    night: &Night<'_>,
    item_id: i64,
    candidate: &Candidate,
) -> Result<Option<(Outcome, String)>, OfficeError> {
    let events = event::of_person(conn, candidate.person_id)?;
    let registered = events.iter().find(|one| {
        one.undone_by.is_none()
            && one.cause == candidate.cause
            && one.occurred_on == candidate.occurred_on
    });
    if let Some(event) = registered {
        let note = format!("異動番号{}で登録済み", event.event_id);
        return Ok(Some((Outcome::Done, note)));
    }
    let rules = night.books.book.eligibility();
    let Ok(cause) = rules.cause(&candidate.cause, candidate.occurred_on) else {
        // A cause that the rules do not have on that day is for a person to look at.
        return Ok(None);
    };
    let cover = timeline::<InsuredSpan>(conn, candidate.person_id, None)?;
    match cause.side {
        Side::Gain => {
            let covered = cover
                .iter()
                .any(|row| row.valid.holds(candidate.occurred_on));
            // What covers the day may be what is to end first.
            let stays = covered && !loss_waits(conn, night, item_id, candidate)?;
            let note = "その日にはもう資格がある".to_owned();
            Ok(stays.then_some((Outcome::Withdrawn, note)))
        }
        Side::Loss => {
            // A loss takes effect on the day or the day after: what ends by then is lost already.
            let last = next_day(candidate.occurred_on);
            let left = cover
                .iter()
                .any(|row| row.valid.until.is_none_or(|until| until > last));
            let never = cover.is_empty() && gain_waits(conn, night, item_id, candidate)?;
            let note = "その日にはもう資格がない".to_owned();
            Ok((!left && !never).then_some((Outcome::Withdrawn, note)))
        }
        Side::Change => Ok(None),
    }
}

/// Whether the same person still waits for a gain: then there will be something to lose.
fn gain_waits(
    conn: &mut Conn,
    night: &Night<'_>,
    item_id: i64,
    candidate: &Candidate,
) -> Result<bool, OfficeError> {
    waits(conn, night, item_id, candidate, Side::Gain, Date::MAX)
}

/// Whether the same person still waits for a loss of an earlier day: then there will be something to gain.
fn loss_waits(
    conn: &mut Conn,
    night: &Night<'_>,
    item_id: i64,
    candidate: &Candidate,
) -> Result<bool, OfficeError> {
    let before = candidate.occurred_on;
    waits(conn, night, item_id, candidate, Side::Loss, before)
}

/// Whether another candidate of the same person asks for a side on a day before another.
fn waits(
    conn: &mut Conn,
    night: &Night<'_>,
    item_id: i64,
    candidate: &Candidate,
    side: Side,
    before: Date,
) -> Result<bool, OfficeError> {
    let filter = Filter {
        kind: Some(ELIGIBILITY_CANDIDATE),
        person_id: Some(candidate.person_id),
        ..Filter::default()
    };
    let others = worklist::list(conn, &filter, None, night.on)?.items;
    let rules = night.books.book.eligibility();
    Ok(others
        .iter()
        .filter(|item| item.item_id != item_id)
        .filter_map(Candidate::of)
        .filter(|other| other.occurred_on < before)
        .any(|other| {
            rules
                .cause(&other.cause, other.occurred_on)
                .is_ok_and(|cause| cause.side == side)
        }))
}
