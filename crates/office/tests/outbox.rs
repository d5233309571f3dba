//! 連携の送信箱 — what an act tells, what its undoing tells, what a file says, and what becomes of its result.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "eligibility_core/counter.rs"]
mod counter;
mod support;

use counter::{Counter, on_both};
use exchange::Catalogue;
use law::{Date, day};
use office::OfficeError;
use office::eligibility::compose::NEW_HOUSEHOLD;
use office::eligibility::{NewChange, NewEvent};
use office::outbox::{self, Division, Layout, Message, State};
use office::security::permit::{ExportData, HandleWork};
use office::worklist::MESSAGE_UNCONFIRMED;
use support::permit;

const TODAY: Date = law::date::Date::constant(2026, 6, 15);

/// A household of one, insured since 1 June: its act.
fn moved_in(counter: &Counter) -> (i64, i64, i64) {
    counter.resident(11, day(1984, 6, 10));
    let found = NewChange::Found {
        household_id: NEW_HOUSEHOLD,
        head_person_id: 11,
        symbol: None,
        number: None,
    };
    let gain = NewChange::Gain {
        person_id: 11,
        household_id: NEW_HOUSEHOLD,
        prefecture_since: None,
        residence: None,
    };
    let on = day(2026, 6, 1);
    let events = vec![
        NewEvent::new("household_founded", on, None, found),
        NewEvent::new("moved_in", on, Some(TODAY), gain),
    ];
    let done = counter.register(TODAY, events);
    (done.founded[0].1, done.event_ids[0], done.event_ids[1])
}

fn all(counter: &Counter, state: State) -> Vec<Message> {
    let store = &counter.desk.store;
    store
        .read(|conn| outbox::list(conn, state, 0, 100))
        .unwrap()
}

fn said(messages: &[Message]) -> Vec<(Layout, Division)> {
    messages
        .iter()
        .map(|message| (message.layout, message.division))
        .collect()
}

fn export(counter: &Counter) -> Vec<(String, String)> {
    let catalogue = Catalogue::shipped().unwrap();
    let may = permit::<ExportData>(&counter.clerk);
    let store = &counter.desk.store;
    let files = outbox::export(store, &may, &counter.acting(TODAY), &catalogue, "138032").unwrap();
    files
        .into_iter()
        .map(|file| {
            let (name, bytes) = store.read(|conn| outbox::file(conn, file)).unwrap();
            (name, String::from_utf8(bytes).unwrap())
        })
        .collect()
}

fn confirm(
    counter: &Counter,
    file: i64,
    refused: &[(i64, String)],
) -> Result<(i64, i64), OfficeError> {
    let may = permit::<ExportData>(&counter.clerk);
    outbox::confirm(
        &counter.desk.store,
        &may,
        &counter.acting(TODAY),
        file,
        refused,
    )
}

fn balanced(counter: &Counter) {
    let store = &counter.desk.store;
    let wrong = store
        .read(|conn| outbox::balance(conn, (0, i64::MAX)))
        .unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

// covers: SYS-043, SYS-052
#[test]
fn what_is_undone_before_it_went_out_is_not_told_and_what_went_out_is_taken_back() {
    on_both(2026..=2026, |counter| {
        let (home, _, gain) = moved_in(counter);
        assert_eq!(
            said(&all(counter, State::Waiting)),
            [
                (Layout::Household, Division::New),
                (Layout::Person, Division::New)
            ]
        );
        balanced(counter);
        // Undone at once: the person's message is withdrawn, the household's head is no longer insured.
        counter.undo(TODAY, &[gain]);
        assert!(
            all(counter, State::Waiting)
                .iter()
                .all(|message| message.layout == Layout::Household)
        );
        balanced(counter);
        // Registered again and sent.
        let gained = NewChange::Gain {
            person_id: 11,
            household_id: home,
            prefecture_since: None,
            residence: None,
        };
        let again = NewEvent::new("moved_in", day(2026, 6, 1), Some(TODAY), gained);
        let done = counter.register(TODAY, vec![again]);
        let files = export(counter);
        assert_eq!(files.len(), 2);
        let (name, text) = &files[1];
        assert_eq!(name, "kss_person_138032_20260615_001.csv");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 2, "{text}");
        for part in ["138032", "2026-06-01", "01"] {
            assert!(lines[1].contains(part), "{part} in {text}");
        }
        assert!(lines[0].contains("applied_from"), "{text}");
        assert!(export(counter).is_empty(), "nothing is sent twice");
        // Undone after it went out: a 取消 with what had been told.
        counter.undo(TODAY, &done.event_ids);
        let waiting = all(counter, State::Waiting);
        let of_person: Vec<&Message> = waiting
            .iter()
            .filter(|message| message.layout == Layout::Person)
            .collect();
        assert_eq!(of_person.len(), 1);
        assert_eq!(of_person[0].division, Division::Cancel);
        balanced(counter);
        let files = export(counter);
        let cancelled = &files.last().unwrap().1;
        assert!(
            cancelled.lines().nth(1).unwrap().contains("2026-06-01"),
            "{cancelled}"
        );
    });
}

// covers: LNK-027
#[test]
fn a_refused_line_is_somebodys_matter_until_it_is_sent_again() {
    on_both(2026..=2026, |counter| {
        moved_in(counter);
        export(counter);
        let sent = all(counter, State::Sent);
        let person = sent
            .iter()
            .find(|one| one.layout == Layout::Person)
            .unwrap();
        let file = person.file_id.unwrap();
        let unknown = confirm(counter, file, &[(9, "?".to_owned())]).unwrap_err();
        assert!(unknown.to_string().contains("9行目"), "{unknown}");
        let refused = [(1, "氏名が一致しません".to_owned())];
        assert_eq!(confirm(counter, file, &refused).unwrap(), (0, 1));
        assert!(matches!(
            confirm(counter, file, &[]).unwrap_err(),
            OfficeError::Conflict(_)
        ));
        let items = counter.work(MESSAGE_UNCONFIRMED);
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].0, Some(11));
        let kept = all(counter, State::Refused);
        assert_eq!(kept[0].result_note, "氏名が一致しません");
        balanced(counter);
        let may = permit::<HandleWork>(&counter.clerk);
        let resend = || {
            let store = &counter.desk.store;
            outbox::resend(store, &may, &counter.acting(TODAY), person.message_id)
        };
        let again = resend().unwrap().unwrap();
        assert!(matches!(resend().unwrap_err(), OfficeError::Conflict(_)));
        assert!(counter.work(MESSAGE_UNCONFIRMED).is_empty());
        let waiting = all(counter, State::Waiting);
        assert_eq!(waiting.len(), 1);
        assert_eq!(
            (waiting[0].message_id, waiting[0].division),
            (again, Division::New)
        );
        let (name, _) = &export(counter)[0];
        assert_eq!(name, "kss_person_138032_20260615_002.csv");
        let file = all(counter, State::Sent)
            .iter()
            .find(|one| one.message_id == again)
            .and_then(|one| one.file_id);
        assert_eq!(confirm(counter, file.unwrap(), &[]).unwrap(), (1, 0));
        balanced(counter);
    });
}
