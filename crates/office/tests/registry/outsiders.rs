//! 住登外者: looked for, numbered, used until a day, and joined with the resident they become.

use crate::desk::{Desk, Row, content, count, event, on_both, record, work};
use db::Span;
use exchange::check_digit::addressee_digit;
use law::day;
use office::OfficeError;
use office::registry::event::version;
use office::registry::merge::{Joining, decide, numbers_of, propose, undo};
use office::registry::nonresident::{
    self, Inquiry, NewNonResident, NonResident, NumberRule, RemainderOne, Usable, inquire,
    register, usable,
};
use office::registry::timeline;
use office::security::permit::{ApproveMerge, MergePerson, RegisterResident, SearchPerson};

fn inquiry() -> Inquiry {
    Inquiry {
        name: "𠮷田　花子".to_owned(),
        kana: "ヨシダ　ハナコ".to_owned(),
        birth_on: day(1980, 5, 5),
        sex: 2,
        address: "神奈川県藤沢市朝日町1番地の1".to_owned(),
    }
}

fn new() -> NewNonResident {
    NewNonResident {
        inquiry: inquiry(),
        not_these: Vec::new(),
        postal_code: "2518601".to_owned(),
        building: "朝日荘101".to_owned(),
        from: day(2026, 4, 1),
        reported_on: Some(day(2026, 4, 2)),
        expires_on: Some(day(2026, 12, 31)),
        terms: NonResident {
            business: "K01".to_owned(),
            ..NonResident::default()
        },
        more: [("former_surname".to_owned(), "高橋".to_owned())].into(),
    }
}

// covers: ADR-001
#[test]
fn numbers_carry_their_digit_and_are_never_anothers() {
    let rule = NumberRule::default();
    let zero = NumberRule {
        remainder_one: RemainderOne::Zero,
        ..rule
    };
    let mut skipped = 0;
    for body in 90_000_000_000_001..90_000_000_000_200_i64 {
        match addressee_digit(&body.to_string()) {
            Some(digit) => assert_eq!(rule.whole(body), Some(body * 10 + i64::from(digit))),
            None => {
                skipped += 1;
                assert_eq!(
                    (rule.whole(body), zero.whole(body)),
                    (None, Some(body * 10))
                );
            }
        }
    }
    assert!((10..30).contains(&skipped));
    on_both(|store| {
        let desk = Desk::new(store);
        let rule = NumberRule {
            after_body: 100,
            last_body: 104,
            remainder_one: RemainderOne::Skip,
        };
        // A resident has one of the numbers already.
        let taken = rule.whole(102).unwrap();
        desk.take(
            store,
            "resident_event",
            1,
            &[event(taken, 1, "01", "2020-04-01")],
        )
        .unwrap();
        let mut given = Vec::new();
        let permit = desk.permit::<RegisterResident>();
        for place in 0..4 {
            let mut one = new();
            one.inquiry.birth_on = day(1950, 1, 1 + place);
            one.inquiry.address = format!("藤沢市朝日町{place}番地");
            match register(store, &permit, &desk.acting(), &rule, &one) {
                Ok(number) => given.push(number),
                Err(OfficeError::Input { field, .. }) => assert_eq!(field, "宛名番号"),
                Err(error) => panic!("{error}"),
            }
        }
        assert!(!given.contains(&taken) && !given.is_empty() && given.len() < 4);
        given.dedup();
        assert_eq!(
            usize::try_from(count(store, "person")).unwrap(),
            given.len() + 1
        );
    });
}

// covers: ADR-002, SYS-014, FIL-046
#[test]
fn somebody_who_is_there_already_is_never_numbered_silently() {
    on_both(|store| {
        let desk = Desk::new(store);
        // She once was a resident, under another name and address.
        let rows = [
            event(5, 1, "01", "2010-04-01")
                .with(&[("name", "吉田 花子"), ("kana", "ヨシダ ハナコ")]),
            event(5, 2, "44", "2015-04-01").with(&[("name", "港 花子")]),
            event(5, 3, "21", "2020-03-31").with(&[("name", "港 花子"), ("resident_state", "2")]),
        ];
        desk.take(store, "resident_event", 1, &rows).unwrap();
        let search = desk.permit::<SearchPerson>();
        let found = store
            .read(|conn| inquire(conn, &search, &inquiry(), law::day(2026, 11, 20)))
            .unwrap();
        assert_eq!(found.len(), 1);
        assert!(found[0].person_id == 5 && found[0].past && !found[0].exact);
        let permit = desk.permit::<RegisterResident>();
        let rule = NumberRule::default();
        let silent = register(store, &permit, &desk.acting(), &rule, &new());
        let Err(OfficeError::Conflict(message)) = silent else {
            panic!("{silent:?}")
        };
        assert!(message.contains('5'));
        let looked = NewNonResident {
            not_these: vec![5],
            ..new()
        };
        let number = register(store, &permit, &desk.acting(), &rule, &looked).unwrap();
        let told = record(store, number);
        assert_eq!((told[0].1, told[0].2.as_str()), (3, "𠮷田　花子"));
        let exact = store
            .read(|conn| inquire(conn, &search, &inquiry(), law::day(2026, 11, 20)))
            .unwrap();
        assert!(exact[0].person_id == number && exact[0].exact);
        // By 旧氏 too.
        let former = Inquiry {
            name: "高橋 花子".to_owned(),
            kana: String::new(),
            ..inquiry()
        };
        let by_former = store
            .read(|conn| inquire(conn, &search, &former, law::day(2026, 11, 20)))
            .unwrap();
        assert!(by_former.iter().any(|one| one.person_id == number));
    });
}

// covers: ADR-003, FIL-050
#[test]
fn after_its_day_a_record_is_not_offered_for_new_use() {
    on_both(|store| {
        let desk = Desk::new(store);
        let permit = desk.permit::<RegisterResident>();
        let number = register(
            store,
            &permit,
            &desk.acting(),
            &NumberRule::default(),
            &new(),
        )
        .unwrap();
        let on = |day: law::Date| store.read(|conn| usable(conn, number, "K01", day)).unwrap();
        assert_eq!(on(day(2026, 12, 31)), Usable::Yes);
        assert_eq!(on(day(2027, 1, 1)), Usable::Expired(day(2027, 1, 1)));
        let seen = store.read(|conn| version(conn, number)).unwrap();
        let terms = |suspended: bool, no_other_use: bool| NonResident {
            business: "K01".to_owned(),
            no_other_use,
            suspended,
        };
        let set = |from: law::Date, terms: &NonResident| {
            nonresident::set_terms(
                store,
                &permit,
                &desk.acting(),
                number,
                from,
                None,
                terms,
                seen,
            )
        };
        set(day(2027, 1, 1), &terms(false, true)).unwrap();
        assert_eq!(on(day(2027, 1, 1)), Usable::Yes);
        let other = store
            .read(|conn| usable(conn, number, "K02", day(2027, 1, 1)))
            .unwrap();
        assert_eq!(other, Usable::OtherBusiness);
        set(day(2027, 2, 1), &terms(true, false)).unwrap();
        assert_eq!(on(day(2027, 2, 1)), Usable::Suspended);
        let kept = store
            .read(|conn| timeline::<NonResident>(conn, number, None))
            .unwrap();
        assert_eq!(
            kept[0].valid,
            Span::new(day(2026, 4, 1), Some(day(2027, 1, 1)))
        );
        let wrong = NewNonResident {
            expires_on: Some(day(2026, 3, 31)),
            ..new()
        };
        let told = register(
            store,
            &permit,
            &desk.acting(),
            &NumberRule::default(),
            &wrong,
        );
        assert!(matches!(told, Err(OfficeError::Input { .. })));
    });
}

// covers: ADR-002, SYS-016
#[test]
fn who_becomes_a_resident_keeps_both_numbers_and_it_can_be_taken_back() {
    on_both(|store| {
        let desk = Desk::new(store);
        let permit = desk.permit::<RegisterResident>();
        let number = register(
            store,
            &permit,
            &desk.acting(),
            &NumberRule::default(),
            &new(),
        )
        .unwrap();
        let before = content(store, number);
        desk.take(
            store,
            "resident_event",
            1,
            &[event(7, 1, "01", "2026-10-01")],
        )
        .unwrap();
        let joining = Joining {
            kept_id: 7,
            joined_id: number,
            reason: "住民化".to_owned(),
            became_resident_on: Some(day(2026, 10, 1)),
        };
        let seen = store
            .read(|conn| Ok::<_, OfficeError>((version(conn, 7)?, version(conn, number)?)))
            .unwrap();
        let merging = desk.permit::<MergePerson>();
        let id = propose(store, &merging, &desk.acting(), &joining, seen).unwrap();
        let (second, deciding) = (desk.second_permit::<ApproveMerge>(), desk.second_acting());
        let merge_id = decide(store, &second, &deciding, id, true, "")
            .unwrap()
            .unwrap();
        assert_eq!(
            store.read(|conn| numbers_of(conn, number)).unwrap(),
            [7, number]
        );
        let on = |day: law::Date| store.read(|conn| usable(conn, number, "K01", day)).unwrap();
        assert_eq!(on(day(2026, 9, 30)), Usable::Yes);
        assert_eq!(on(day(2026, 10, 1)), Usable::Expired(day(2026, 10, 1)));
        undo(store, &second, &deciding, merge_id, "別人").unwrap();
        assert_eq!(on(day(2026, 12, 31)), Usable::Yes);
        assert_eq!(content(store, number), before);
    });
}

// covers: ADR-002
#[test]
fn a_former_resident_keeps_the_number_as_an_outsider() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = [
            event(7, 1, "01", "2020-04-01"),
            event(7, 2, "21", "2026-09-30").with(&[("resident_state", "2")]),
        ];
        desk.take(store, "resident_event", 1, &rows).unwrap();
        let permit = desk.permit::<RegisterResident>();
        let put = |from: law::Date| {
            let seen = store.read(|conn| version(conn, 7)).unwrap();
            let address = ("2518601", "神奈川県藤沢市朝日町1番地の1", "");
            nonresident::of_former_resident(
                store,
                &permit,
                &desk.acting(),
                7,
                from,
                None,
                address,
                seen,
            )
        };
        assert!(matches!(
            put(day(2026, 9, 1)),
            Err(OfficeError::Input { .. })
        ));
        put(day(2026, 10, 1)).unwrap();
        let told = record(store, 7);
        assert_eq!(told[2].1, 3);
        assert_eq!(told[2].3, "神奈川県藤沢市朝日町1番地の1");
        assert_eq!(
            store
                .read(|conn| usable(conn, 7, "K01", day(2026, 10, 1)))
                .unwrap(),
            Usable::Yes
        );
    });
}

fn outsider(number: i64, history: i64, action: &str, on: &str) -> Row {
    let (number, history) = (number.to_string(), history.to_string());
    Row([
        ("person_number", number.as_str()),
        ("history_number", history.as_str()),
        ("action", action),
        ("moved_on", on),
        ("name", "髙橋 一"),
        ("kana", "タカハシ ハジメ"),
        ("sex", "1"),
        ("birth_on", "1970-01-01"),
        ("town", "藤沢市朝日町"),
        ("postal_code", "2518601"),
        ("business", "K01"),
        ("expires_on", "2027-03-31"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec())
}

// covers: ADR-001, SYS-014
#[test]
fn the_file_of_outsiders_is_taken_in_any_order() {
    on_both(|store| {
        let desk = Desk::new(store);
        desk.take(
            store,
            "resident_event",
            1,
            &[event(7, 1, "01", "2020-04-01")],
        )
        .unwrap();
        let change = outsider(99, 2, "2", "2026-06-01")
            .with(&[("town", "藤沢市鵠沼"), ("merged_into", "7")]);
        let rows = [change, outsider(7, 1, "1", "2026-04-01")];
        let report = desk.take(store, "nonresident", 2, &rows).unwrap();
        // A number of a resident is no outsider's; a change without its entry waits.
        assert_eq!((report.posted, report.held), (1, 1));
        assert!(record(store, 99).is_empty());
        desk.take(
            store,
            "nonresident",
            3,
            &[outsider(99, 1, "1", "2026-04-01")],
        )
        .unwrap();
        let told = record(store, 99);
        assert_eq!(
            told.iter().map(|one| one.3.as_str()).collect::<Vec<_>>(),
            ["藤沢市朝日町", "藤沢市鵠沼"]
        );
        let on = |day: law::Date| store.read(|conn| usable(conn, 99, "K01", day)).unwrap();
        assert_eq!(on(day(2027, 4, 1)), Usable::Expired(day(2027, 4, 1)));
        // Nor is an outsider's number a resident's.
        let clash = desk
            .take(
                store,
                "resident_event",
                4,
                &[event(99, 3, "01", "2026-11-01")],
            )
            .unwrap();
        assert_eq!((clash.posted, clash.held), (0, 1));
        let looked_at = work(store, "intake.difference");
        assert_eq!((looked_at.len(), looked_at[0].person_id), (1, Some(99)));
    });
}

fn terms(store: &db::Store, number: i64) -> Vec<(law::Date, Option<law::Date>, String)> {
    store
        .read(|conn| timeline::<NonResident>(conn, number, None))
        .unwrap()
        .into_iter()
        .map(|fact| (fact.valid.from, fact.valid.until, fact.fact.business))
        .collect()
}

/// A remark on one item holds back that item alone.
#[test]
fn a_row_with_a_remark_keeps_its_terms() {
    on_both(|store| {
        let desk = Desk::new(store);
        let long = "荘".repeat(301);
        let row = outsider(99, 1, "1", "2026-04-01").with(&[("building", &long)]);
        let report = desk.take(store, "nonresident", 1, &[row]).unwrap();
        assert_eq!((report.posted, report.held, report.reviewed), (1, 0, 1));
        let first = (day(2026, 4, 1), Some(day(2027, 4, 1)), "K01".to_owned());
        assert_eq!(terms(store, 99), std::slice::from_ref(&first));
        // 業務ID itself is doubtful: the other terms are new, it stays as it was and waits in the list.
        let ids = "K01,".repeat(16);
        let row = outsider(99, 2, "2", "2026-06-01")
            .with(&[("business", &ids), ("expires_on", "2026-12-31")]);
        let report = desk.take(store, "nonresident", 2, &[row]).unwrap();
        assert_eq!((report.posted, report.reviewed), (1, 1));
        assert_eq!(
            terms(store, 99),
            [
                (first.0, Some(day(2026, 6, 1)), "K01".to_owned()),
                (day(2026, 6, 1), Some(day(2027, 1, 1)), "K01".to_owned()),
            ]
        );
        let waiting = store
            .read(|conn| office::import::held_rows(conn, None, (0, 0), 10))
            .unwrap();
        assert!(waiting[1].message.contains("業務ID"), "{waiting:?}");
        assert!(waiting[1].message.contains("登録していません"));
    });
}

/// 住民基本台帳法 第22条: who moves in again is a resident from that day on, and no 住登外者 any more.
#[test]
fn a_former_resident_who_moves_in_again_needs_no_removal() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = [
            event(7, 1, "01", "2020-04-01"),
            event(7, 2, "21", "2026-03-31").with(&[("resident_state", "2")]),
        ];
        desk.take(store, "resident_event", 1, &rows).unwrap();
        let seen = store.read(|conn| version(conn, 7)).unwrap();
        nonresident::of_former_resident(
            store,
            &desk.permit(),
            &desk.acting(),
            7,
            day(2026, 4, 1),
            None,
            ("2518601", "神奈川県藤沢市朝日町1番地の1", ""),
            seen,
        )
        .unwrap();
        let (before, outside) = (content(store, 7), terms(store, 7));
        assert_eq!(outside, [(day(2026, 4, 1), None, String::new())]);
        let report = desk
            .take(
                store,
                "resident_event",
                2,
                &[event(7, 4, "01", "2026-10-01")],
            )
            .unwrap();
        assert_eq!((report.posted, report.held), (1, 0));
        let told = record(store, 7);
        assert_eq!((told[3].0, told[3].1), (day(2026, 10, 1), 1));
        assert_eq!(
            work(store, "registry.resident_event").len(),
            0,
            "nothing waits"
        );
        let candidates = work(store, "eligibility.candidate");
        assert_eq!(
            candidates.len(),
            2,
            "both 転入 may be a 取得: {candidates:?}"
        );
        assert_eq!(
            terms(store, 7),
            [(day(2026, 4, 1), Some(day(2026, 10, 1)), String::new())],
            "the 住登外 period ends the day before"
        );
        assert!(
            !store
                .read(|conn| nonresident::is_nonresident(conn, 7))
                .unwrap()
        );
        assert_eq!(store.read(|conn| numbers_of(conn, 7)).unwrap(), [7]);
        // The 転入 was a mistake: the person is a 住登外者 still.
        let back = event(7, 5, "28", "2026-10-05");
        desk.take(store, "resident_event", 3, &[back]).unwrap();
        assert_eq!(content(store, 7), before);
        assert_eq!(terms(store, 7), outside);
    });
}
