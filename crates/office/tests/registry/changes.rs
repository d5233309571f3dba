//! Loaded records that become events, candidates of eligibility, and what the counter states and takes back.

use crate::desk::{Desk, content, count, details, event, on_both, record, today, work};
use law::day;
use law::registry::Waiting;
use office::OfficeError;
use office::registry::event as events;
use office::registry::event::NewEvent;
use office::registry::movement::Taken;
use office::registry::register::{self, Registration, history};
use office::registry::{Resident, timeline};
use office::security::permit::RegisterResident;

#[test]
fn a_loaded_record_becomes_events_with_the_first_event_of_its_own() {
    on_both(|store| {
        let desk = Desk::new(store);
        let loaded = event(7, 4, "41", "2024-04-01");
        desk.take(store, "resident", 1, std::slice::from_ref(&loaded))
            .unwrap();
        assert_eq!(count(store, "resident_event"), 0);
        let before = content(store, 7);
        // The same record by the daily file says nothing new.
        let report = desk
            .take(store, "resident_event", 2, std::slice::from_ref(&loaded))
            .unwrap();
        assert_eq!((report.posted, report.same), (0, 1));
        assert_eq!(
            (count(store, "resident_event"), content(store, 7)),
            (0, before.clone())
        );
        let moved = event(7, 5, "41", "2026-10-01").with(&[("town", "三田二丁目")]);
        desk.take(store, "resident_event", 3, std::slice::from_ref(&moved))
            .unwrap();
        assert_eq!(count(store, "resident_event"), 2);
        let told = record(store, 7);
        assert_eq!(told.len(), 2);
        assert_eq!((told[0].0, told[1].0), (day(2024, 4, 1), day(2026, 10, 1)));
        // A later load is held against the events: what is new becomes one, what is known changes nothing.
        let report = desk.take(store, "resident", 4, &[moved]).unwrap();
        assert_eq!((report.posted, report.same), (0, 1));
        let again = event(7, 6, "44", "2026-11-01").with(&[("name", "湊 花子")]);
        desk.take(store, "resident", 5, &[again]).unwrap();
        assert_eq!(count(store, "resident_event"), 3);
        // Its own 取消 leaves what was loaded.
        let back = event(7, 7, "59", "2026-11-02");
        desk.take(store, "resident_event", 6, &[back]).unwrap();
        assert_eq!(record(store, 7), told);
    });
}

// covers: SYS-012
#[test]
fn each_event_is_a_candidate_of_a_change_of_eligibility_once() {
    on_both(|store| {
        let desk = Desk::new(store);
        desk.take(
            store,
            "resident_event",
            1,
            &[event(7, 1, "01", "2026-04-01")],
        )
        .unwrap();
        let found = work(store, "eligibility.candidate");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].person_id, Some(7));
        let told = office::worklist::Candidate::of(&found[0]).unwrap();
        assert_eq!(
            (told.cause.as_str(), told.occurred_on),
            ("moved_in", day(2026, 4, 1))
        );
        desk.take(
            store,
            "resident_event",
            2,
            &[
                event(7, 1, "01", "2026-04-01"),
                event(8, 1, "03", "2026-11-01"),
            ],
        )
        .unwrap();
        assert_eq!(work(store, "eligibility.candidate").len(), 2);
        // Who is not insured loses nothing.
        desk.take(
            store,
            "resident_event",
            3,
            &[event(7, 2, "21", "2026-11-10")],
        )
        .unwrap();
        assert_eq!(work(store, "eligibility.candidate").len(), 2);
        // The entry taken back takes its candidate with it.
        desk.take(
            store,
            "resident_event",
            4,
            &[event(8, 2, "28", "2026-11-02")],
        )
        .unwrap();
        assert_eq!(work(store, "eligibility.candidate").len(), 1);
    });
}

/// 法6条8号: whoever is 75 on the day can gain no more, so nobody is asked to look at a gain; the day before they can.
#[test]
fn nobody_of_75_is_a_candidate_of_a_gain() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = [
            event(7, 1, "01", "2026-04-01").with(&[("birth_on", "1951-04-01")]),
            event(8, 1, "01", "2026-04-01").with(&[("birth_on", "1951-04-02")]),
            event(9, 1, "06", "2026-04-01").with(&[("birth_on", "1940-04-02")]),
        ];
        let report = desk.take(store, "resident_event", 1, &rows).unwrap();
        assert_eq!(report.held, 0);
        assert_eq!(work(store, "eligibility.candidate").len(), 1);
    });
}

#[test]
fn the_counter_states_and_takes_back_on_what_it_saw() {
    on_both(|store| {
        let desk = Desk::new(store);
        desk.take(
            store,
            "resident_event",
            1,
            &[event(7, 1, "01", "2026-04-01")],
        )
        .unwrap();
        let version = || store.read(|conn| events::version(conn, 7)).unwrap();
        let seen = version();
        let mut items = details(store, 7)[0].items.clone();
        items.extend(
            [
                ("name", "湊 花子"),
                ("kana", "ミナト ハナコ"),
                ("birth_on", "1980-05-05"),
                ("sex", "2"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
        let change = Registration {
            person_id: 7,
            kind: 1,
            events: vec![NewEvent {
                cause: "43".to_owned(),
                occurred_on: day(2026, 10, 1),
                occurred_text: String::new(),
                reported_on: Some(today()),
                sequence: (0, 0),
                refers_to: None,
                items,
            }],
            seen,
        };
        let permit = desk.permit::<RegisterResident>();
        let done = register::register(store, &permit, &desk.acting(), &change).unwrap();
        let Taken::New(event_id) = done.taken[0] else {
            panic!("{:?}", done.taken)
        };
        assert_eq!(record(store, 7)[1].2, "湊 花子");
        // The other clerk saw the record before that.
        let late = register::register(store, &permit, &desk.acting(), &change);
        assert!(matches!(late, Err(OfficeError::Conflict(_))), "{late:?}");
        let early = register::undo(store, &permit, &desk.acting(), event_id, "誤り", seen);
        assert!(matches!(early, Err(OfficeError::Conflict(_))));
        let silent = register::undo(store, &permit, &desk.acting(), event_id, " ", version());
        assert!(matches!(silent, Err(OfficeError::Input { .. })));
        register::undo(store, &permit, &desk.acting(), event_id, "誤り", version()).unwrap();
        assert_eq!(record(store, 7).len(), 1);
        let twice = register::undo(store, &permit, &desk.acting(), event_id, "誤り", version());
        assert!(matches!(twice, Err(OfficeError::Refusal(_))));
        let entry = store.read(|conn| history(conn, 7)).unwrap().remove(1);
        assert!(entry.stated.undone_by_act.is_some() && entry.fate.is_none());
        let nobody = Registration {
            seen: version(),
            events: vec![NewEvent {
                cause: "99".to_owned(),
                ..change.events[0].clone()
            }],
            ..change
        };
        let wrong = register::register(store, &permit, &desk.acting(), &nobody);
        assert!(matches!(wrong, Err(OfficeError::Input { .. })));
        assert_eq!(
            Waiting::NoTarget.message_ja(),
            "取り消す元の異動が届いていません"
        );
    });
}

/// 履歴番号 is the order in which the sender came to know: what was numbered before a loaded record is in it.
#[test]
fn an_older_number_after_a_full_load_is_never_the_present() {
    on_both(|store| {
        let desk = Desk::new(store);
        let loaded = event(7, 5, "41", "2024-04-01").with(&[("town", "三田二丁目")]);
        desk.take(store, "resident", 1, &[loaded]).unwrap();
        let before = record(store, 7);
        let late = [
            event(7, 3, "41", "2025-01-01").with(&[("town", "白金一丁目")]),
            event(7, 4, "41", "2024-04-01").with(&[("town", "白金二丁目")]),
        ];
        desk.take(store, "resident_event", 2, &late).unwrap();
        assert_eq!(record(store, 7), before);
        assert!(
            work(store, "registry.resident_event").is_empty(),
            "nothing waits"
        );
        // What is older by its day too is the history.
        let entry = event(7, 1, "01", "2010-04-01");
        desk.take(store, "resident_event", 3, &[entry]).unwrap();
        let told = record(store, 7);
        assert_eq!((told.len(), told[0].0), (2, day(2010, 4, 1)));
        assert_eq!(told[1], before[0]);
    });
}

/// The rows of a full file are in the order of their numbers: one that is dated back takes the place of older ones.
#[test]
fn a_move_dated_back_in_a_full_file_is_taken_in_the_order_of_its_number() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = [
            event(7, 1, "01", "2010-04-01"),
            event(7, 2, "44", "2024-04-01").with(&[("name", "湊 花子")]),
            event(7, 3, "41", "2023-01-01").with(&[("name", "湊 花子"), ("town", "三田二丁目")]),
        ];
        let report = desk.take(store, "resident", 1, &rows).unwrap();
        assert_eq!((report.held, report.reviewed), (0, 1));
        let told = record(store, 7);
        assert_eq!(told.len(), 2);
        assert_eq!((told[0].0, told[1].0), (day(2010, 4, 1), day(2023, 1, 1)));
        assert!(told[1].3.contains("三田二丁目") && told[1].2 == "湊 花子");
        let facts = store
            .read(|conn| timeline::<Resident>(conn, 7, None))
            .unwrap();
        assert_eq!(facts[0].valid.until, Some(day(2023, 1, 1)));
        // The same rows again, and the row by the daily file, change nothing.
        let more = [rows.as_slice(), &[event(8, 1, "01", "2020-04-01")]].concat();
        let again = desk.take(store, "resident", 2, &more).unwrap();
        assert_eq!(again.posted, 1, "the other person alone");
        let daily = std::slice::from_ref(&rows[1]);
        desk.take(store, "resident_event", 3, daily).unwrap();
        assert_eq!(record(store, 7), told);
    });
}
