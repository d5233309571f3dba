//! 取り込んだ記録 — what was loaded as it stood, told as events, and when two statements say the same.

use super::detail::{self, Detail};
use super::event::{NewEvent, Source, Stated};
use super::fact::timeline;
use super::person::{Resident, Status};
use super::town::Towns;
use crate::eligibility::bulk::renamings_of;
use crate::error::OfficeError;
use db::Conn;
use law::Date;
use law::registry::cause;

/// Items of a message that are about the message.
const OF_MESSAGE: &[&str] = &["operator", "operated_on", "operated_at"];

pub(super) fn says_the_same(before: &Stated, new: &NewEvent) -> bool {
    if matches!(before.source, Source::LoadedPresent | Source::LoadedRemoved) {
        return same_record(&before.event, new);
    }
    before.event.cause == new.cause
        && before.event.occurred_on == new.occurred_on
        && before.event.refers_to == new.refers_to
        && same_record(&before.event, new)
}

pub(super) fn same_record(before: &NewEvent, new: &NewEvent) -> bool {
    let content = |event: &NewEvent| -> Vec<(String, String)> {
        event
            .items
            .iter()
            .filter(|(name, _)| !OF_MESSAGE.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    content(before) == content(new)
}

/// What stands of a person, as events that were loaded.
pub(super) fn records(
    conn: &mut Conn,
    person_id: i64,
) -> Result<Vec<(Source, NewEvent)>, OfficeError> {
    let residents = timeline::<Resident>(conn, person_id, None)?;
    let details = timeline::<Detail>(conn, person_id, None)?;
    let towns = Towns::new(renamings_of(conn, person_id)?);
    let mut days: Vec<Date> = residents.iter().map(|fact| fact.valid.from).collect();
    days.extend(details.iter().map(|fact| fact.valid.from));
    days.extend(residents.iter().filter_map(|fact| fact.valid.until));
    days.sort_unstable();
    days.dedup();
    let mut records: Vec<(Source, NewEvent)> = Vec::with_capacity(days.len());
    for (place, day) in (0_i64..).zip(days) {
        let Some(resident) = residents.iter().find(|fact| fact.valid.holds(day)) else {
            // Nothing stands from here on: the person was taken out without a record of it.
            let gone = records.last().map(|(_, before)| NewEvent {
                cause: "26".to_owned(),
                occurred_on: day,
                sequence: (0, place),
                ..before.clone()
            });
            records.extend(gone.map(|event| (Source::LoadedRemoved, event)));
            continue;
        };
        let told = details.iter().find(|fact| fact.valid.holds(day));
        let before = residents.iter().find(|fact| fact.valid.until == Some(day));
        let goes_on = told.is_none_or(|told| told.valid.from < day);
        if goes_on && before.is_some_and(|one| towns.only_renamed(&one.fact, &resident.fact)) {
            // The office renamed the town; the record is the one before.
            continue;
        }
        let resident = &Resident {
            address: towns.unnamed(resident.valid.from, &resident.fact.address),
            ..resident.fact.clone()
        };
        let detail = told.map(|told| &told.fact);
        let (source, plain) = match resident.status {
            Status::Removed => (Source::LoadedRemoved, "26"),
            Status::Resident => (Source::LoadedPresent, "06"),
            Status::NonResident => (Source::LoadedPresent, "J1"),
        };
        let stated = detail.and_then(|detail| cause(&detail.move_cause));
        // A record that a 取消 brought about stands for itself.
        let code = stated
            .filter(|cause| cause.side.cancels().is_none())
            .map_or(plain, |cause| cause.code);
        records.push((
            source,
            NewEvent {
                cause: code.to_owned(),
                occurred_on: day,
                occurred_text: detail.map_or_else(String::new, |one| one.occurred_text.clone()),
                reported_on: detail.and_then(|one| one.reported_on),
                sequence: detail
                    .map(|one| (one.history_number, one.branch_number))
                    .filter(|(history, _)| *history > 0)
                    .unwrap_or((0, place)),
                refers_to: None,
                items: detail.map_or_else(
                    || detail::items_of(resident),
                    |detail| detail.record(resident),
                ),
            },
        ));
    }
    Ok(records)
}
