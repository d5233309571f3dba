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

use crate::support::handed::cleared;
use counter::{Counter, on_both};
use exchange::Catalogue;
use law::rules::RuleBook;
use law::{Date, day};
use office::OfficeError;
use office::eligibility::compose::NEW_HOUSEHOLD;
use office::eligibility::{Books, NewChange, NewEvent, Request, register};
use office::exports::LinkageOutbox;
use office::outbox::{self, Division, Layout, Message, PersonContent, State};
use office::security::permit::{ExportData, HandleWork, RegisterEligibility};
use office::worklist::MESSAGE_UNCONFIRMED;
use std::collections::BTreeSet;
use support::desk::WARD;
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
    let acting = counter.acting(TODAY);
    let cleared = cleared::<LinkageOutbox>(store, &acting, &may);
    let files = outbox::export(store, (&may, &cleared), &acting, &catalogue, "138032").unwrap();
    files
        .into_iter()
        .map(|file| {
            let (name, bytes, _) = store.read(|conn| outbox::file(conn, file)).unwrap();
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

/// 国保の番号 by the office's own rule: made of the household's number, or counted on within the symbol.
#[test]
fn an_office_counts_its_numbers_on_where_its_rule_says_so() {
    let files = RuleBook::embedded_files();
    let national = files
        .iter()
        .find(|file| file.0.ends_with("national/office.toml"));
    let own = national
        .unwrap()
        .1
        .replace("\"household_id\"", "\"next_of_symbol\"")
        .replace("household_digits = 7", "household_digits = 5");
    let path = format!("municipal/{WARD}/office.toml");
    let book = RuleBook::embedded_with(&[(path.as_str(), own.as_str())]).unwrap();
    on_both(2026..=2026, |counter| {
        for person in [11, 12, 13] {
            counter.resident(person, day(1984, 6, 10));
        }
        let books = Books {
            book: &book,
            ..counter.books()
        };
        let found = |home: i64, head: i64, number: Option<&str>| {
            let change = NewChange::Found {
                household_id: home,
                head_person_id: head,
                symbol: Some("港".to_owned()),
                number: number.map(str::to_owned),
            };
            NewEvent::new("household_founded", day(2026, 6, 1), None, change)
        };
        let register = |events: Vec<NewEvent>| {
            let may = permit::<RegisterEligibility>(&counter.clerk);
            let acting = counter.acting(TODAY);
            let request = Request::of(events);
            let done = register(&counter.desk.store, &may, &acting, &request, &books).unwrap();
            let homes = done.founded.into_iter().map(|one| one.1);
            homes
                .flat_map(|home| counter.heads(home))
                .map(|head| head.1)
                .collect::<Vec<String>>()
        };
        assert_eq!(register(vec![found(-1, 11, Some("00040"))]), ["00040"]);
        // Two in one act, each with a number of its own.
        let both = register(vec![found(-1, 12, None), found(-2, 13, None)]);
        assert_eq!(
            both.into_iter().collect::<BTreeSet<_>>(),
            BTreeSet::from(["00041".to_owned(), "00042".to_owned()])
        );
    });
}

/// 国保資格区分 of every message about a household that waits.
fn standings(counter: &Counter) -> Vec<(Division, i64)> {
    let store = &counter.desk.store;
    let text = "select content from outbox_message where layout = 'kss_household' and state = 'waiting' order by message_id";
    let contents = store
        .read(|conn| conn.query_text(text, &[], |row| row.text(0)))
        .unwrap();
    let waiting = all(counter, State::Waiting);
    let divisions = waiting
        .iter()
        .filter(|one| one.layout == Layout::Household)
        .map(|one| one.division);
    let read = |text: String| {
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        value["standing"].as_i64().unwrap()
    };
    divisions.zip(contents.into_iter().map(read)).collect()
}

/// 資格情報（世帯）の国保資格区分: a head who gains becomes 世帯主 and one who loses 擬制世帯主; each is told as a 更新, and what is
/// undone is told back. A household that ends with its head makes nobody 擬制世帯主.
// covers: SYS-043
#[test]
fn a_head_who_gains_or_loses_is_told_with_his_standing() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1984, 6, 10));
        counter.resident(12, day(1986, 6, 10));
        let on = day(2026, 4, 1);
        let found = NewChange::Found {
            household_id: NEW_HOUSEHOLD,
            head_person_id: 11,
            symbol: None,
            number: None,
        };
        let gains = |person_id, household_id, on| {
            let gain = NewChange::Gain {
                person_id,
                household_id,
                prefecture_since: None,
                residence: None,
            };
            NewEvent::new("left_insurance", on, Some(TODAY), gain)
        };
        let founded = NewEvent::new("household_founded", on, None, found);
        let done = counter.register(TODAY, vec![founded, gains(12, NEW_HOUSEHOLD, on)]);
        let home = done.founded[0].1;
        assert_eq!(standings(counter), [(Division::New, 2)]);
        export(counter);
        // He gains: 世帯主 from now on.
        let done = counter.register(TODAY, vec![gains(11, home, day(2026, 6, 1))]);
        assert_eq!(standings(counter), [(Division::Change, 1)]);
        counter.undo(TODAY, &done.event_ids);
        assert_eq!(standings(counter), []);
        counter.register(TODAY, vec![gains(11, home, day(2026, 6, 1))]);
        assert_eq!(standings(counter), [(Division::Change, 1)]);
        export(counter);
        // He joins another insurance: 擬制世帯主 of his wife's household.
        let leaves = |person_id, on| {
            let change = NewChange::Loss {
                person_id,
                elsewhere_from: None,
            };
            NewEvent::new("joined_insurance", on, Some(TODAY), change)
        };
        counter.register(TODAY, vec![leaves(11, day(2026, 6, 10))]);
        assert_eq!(standings(counter), [(Division::Change, 2)]);
        export(counter);
        counter.register(TODAY, vec![leaves(12, day(2026, 6, 12))]);
        let said = standings(counter);
        assert!(said.iter().all(|one| one.1 == 2), "{said:?}");
        balanced(counter);
    });
}

/// 国保資格区分: the end of the whole household on one day is no change of the standing of its head.
#[test]
fn a_head_whose_household_ends_with_him_stays_insured_in_what_is_told() {
    on_both(2026..=2026, |counter| {
        moved_in(counter);
        assert_eq!(standings(counter), [(Division::New, 1)]);
        export(counter);
        let change = NewChange::Loss {
            person_id: 11,
            elsewhere_from: None,
        };
        let left = NewEvent::new("joined_insurance", day(2026, 6, 10), Some(TODAY), change);
        counter.register(TODAY, vec![left]);
        let said = standings(counter);
        assert!(said.iter().all(|one| one.1 == 1), "{said:?}");
    });
}

/// 法8条: whoever comes from within the prefecture is 被保険者 of it already. Another insurance on the very day ends that on the next
/// day; welfare ends it on the day itself (2項), which leaves no day of 適用 here, and is told all the same.
// covers: SYS-043
#[test]
fn what_ends_on_the_day_of_coming_from_within_the_prefecture_is_told() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1984, 6, 10));
        let on = day(2026, 6, 1);
        let since = day(2020, 4, 1);
        let found = NewChange::Found {
            household_id: NEW_HOUSEHOLD,
            head_person_id: 11,
            symbol: None,
            number: None,
        };
        let gain = NewChange::Gain {
            person_id: 11,
            household_id: NEW_HOUSEHOLD,
            prefecture_since: Some(since),
            residence: None,
        };
        let loses = |cause: &str| {
            let change = NewChange::Loss {
                person_id: 11,
                elsewhere_from: None,
            };
            NewEvent::new(cause, on, Some(TODAY), change)
        };
        let told = || {
            let waiting = all(counter, State::Waiting);
            let person = waiting
                .into_iter()
                .filter(|one| one.layout == Layout::Person);
            let said = person.map(|one| {
                let content: PersonContent = serde_json::from_str(&one.content).unwrap();
                let causes = (content.gain_cause, content.loss_cause);
                let days = (content.gained_on, content.lost_on, content.applied_until);
                (one.division, one.valid_from, days, causes)
            });
            said.collect::<Vec<_>>()
        };
        let come = vec![
            NewEvent::new("household_founded", on, None, found),
            NewEvent::new("moved_in_same_prefecture", on, Some(TODAY), gain),
        ];
        let home = counter.register(TODAY, come).founded[0].1;
        let causes = |loss: &str| ("01".to_owned(), loss.to_owned());
        // Another insurance: a day of 適用 here.
        let next = Some(day(2026, 6, 2));
        let joined = counter.register(TODAY, vec![loses("joined_insurance")]);
        assert_eq!(counter.cover(11), [(home, on, next)]);
        assert_eq!(counter.prefecture(11), [(since, true, next)]);
        let days = (Some(since), next, next);
        assert_eq!(told(), [(Division::New, on, days, causes("42"))]);
        balanced(counter);
        counter.undo(TODAY, &joined.event_ids);
        export(counter);
        // Welfare: none, and the loss of what the prefecture held is told.
        let welfare = counter.register(TODAY, vec![loses("welfare_started")]);
        assert_eq!(counter.cover(11), []);
        assert_eq!(counter.prefecture(11), [(since, true, Some(on))]);
        let days = (Some(since), Some(on), Some(on));
        assert_eq!(told(), [(Division::Change, on, days, causes("43"))]);
        balanced(counter);
        let files = export(counter);
        let (_, text) = files.last().unwrap();
        let line = text.lines().nth(1).unwrap();
        for part in ["2020-04-01", "2026-06-01", "2026-05-31", "43"] {
            assert!(line.contains(part), "{part} in {line}");
        }
        counter.undo(TODAY, &welfare.event_ids);
        assert_eq!(counter.cover(11), [(home, on, None)]);
        let days = (Some(since), None, None);
        assert_eq!(told(), [(Division::Change, on, days, causes(""))]);
        balanced(counter);
    });
}
