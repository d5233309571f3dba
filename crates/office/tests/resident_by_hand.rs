//! Events of the residents' register typed by hand: several people in one act, what follows for papers and mailing, and
//! everything taken back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::*;
use exchange::Catalogue;
use law::certificate::Item;
use law::day;
use law::registry::Items;
use law::rules::RuleBook;
use office::OfficeError;
use office::certificate::issue;
use office::eligibility::Books;
use office::import::{Municipality, typed};
use office::levy::relevy;
use office::registry::event::version;
use office::registry::hand::{self, ByHand, NEW_HOUSEHOLD, Registered, Together};
use office::registry::mailing::{AddressOrigin, address_for};
use office::registry::register::history;
use office::registry::{Resident, load_person, timeline};
use office::security::permit::RegisterResident;

fn with_books<R>(work: impl FnOnce(&Books<'_>) -> R) -> R {
    let book = RuleBook::embedded().unwrap();
    work(&Books {
        book: &book,
        municipality: WARD,
        levy: relevy::Books {
            rules: &[],
            calendar: book.calendar(),
        },
    })
}

/// The latest record with some items changed, as an event of a cause on a day.
fn event(counter: &Counter, person: i64, cause: &str, on: &str, with: &[(&str, &str)]) -> ByHand {
    let known = counter
        .store
        .read(|conn| hand::latest(conn, person))
        .unwrap();
    let seen = counter.store.read(|conn| version(conn, person)).unwrap();
    let mut items = known.unwrap_or_default();
    items
        .entry("resident_kind".to_owned())
        .or_insert_with(|| "1".to_owned());
    items.insert("resident_state".to_owned(), "1".to_owned());
    let own = [
        ("person_number", person.to_string()),
        ("move_cause", cause.to_owned()),
        ("moved_on", on.to_owned()),
        ("move_reported_on", on.to_owned()),
        ("city_code", WARD.to_owned()),
    ];
    for (name, value) in own {
        items.insert(name.to_owned(), value);
    }
    for (name, value) in with {
        items.remove(*name);
        if !value.is_empty() {
            items.insert((*name).to_owned(), (*value).to_owned());
        }
    }
    by_hand(counter, &items, Some(person), seen)
}

fn by_hand(counter: &Counter, items: &Items, person_id: Option<i64>, seen: i64) -> ByHand {
    let catalogue = Catalogue::shipped().unwrap();
    let municipality = Municipality::new(WARD);
    let (kind, event) = typed(&catalogue, &municipality, items, counter.today.get())
        .unwrap()
        .unwrap();
    ByHand {
        person_id,
        kind,
        event,
        seen,
    }
}

fn register(counter: &Counter, people: Vec<ByHand>) -> Result<Registered, OfficeError> {
    let together = Together {
        people,
        note: String::new(),
    };
    with_books(|books| {
        hand::register(
            &counter.store,
            &counter.may::<RegisterResident>(),
            &counter.acting(),
            books,
            &together,
        )
    })
}

fn newcomer(name: &str, kana: &str, birth: &str) -> Items {
    [
        ("person_number", "0"),
        ("resident_kind", "1"),
        ("resident_state", "1"),
        ("move_cause", "01"),
        ("moved_on", "2026-11-18"),
        ("move_reported_on", "2026-11-20"),
        ("name", name),
        ("kana", kana),
        ("birth_on", birth),
        ("sex", "2"),
        ("relationship1", "02"),
        ("city_code", WARD),
        ("town", "芝公園一丁目"),
        ("lot", "1番"),
        ("before_prefecture", "東京都"),
        ("before_city", "八王子市"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into_iter()
    .collect()
}

/// Acts of a kind, latest first.
fn last_act(counter: &Counter, kind: &str) -> i64 {
    counter.number(&format!(
        "select coalesce(max(act_id), 0) from act where kind = '{kind}'"
    ))
}

// covers: QUA-007
#[test]
fn another_name_makes_another_paper_and_the_old_name_is_kept() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        let old = counter.issue_due(HOME, 1, today()).unwrap();
        counter.hand(&old);
        let change = [("name", "湊　改姓"), ("kana", "ミナト　カイセイ")];
        let done = register(
            &counter,
            vec![event(&counter, 1, "43", "2026-11-19", &change)],
        )
        .unwrap();
        // The paper that no longer says the truth is named, and waits on the work list.
        let task = done
            .consequences
            .tasks
            .iter()
            .find(|task| task.certificate_id == Some(old.certificate_id))
            .expect("a task for the old paper");
        assert!(task.reason.contains("氏名"), "{task:?}");
        assert_eq!(
            counter.number("select count(*) from work_item where kind = 'certificate.replace' and state = 'open'"),
            1
        );
        let due = issue::Due {
            household_id: HOME,
            person_id: 1,
            arose_on: today(),
            reason: "氏名変更",
            expected: None,
        };
        let new = issue::due(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            &due,
        )
        .unwrap();
        assert_eq!(new.face.value(Item::Name), Some("湊　改姓"));
        assert_eq!(
            counter.number("select count(*) from work_item where kind = 'certificate.replace' and state = 'open'"),
            0
        );
        // What was printed stays as printed, and the record has the name of each day.
        assert_eq!(
            counter.get(old.certificate_id).face.value(Item::Name),
            Some("見本　1")
        );
        let names: Vec<(String, String)> = counter
            .store
            .read(|conn| timeline::<Resident>(conn, 1, None))
            .unwrap()
            .into_iter()
            .map(|fact| (fact.valid.from.to_string(), fact.fact.name))
            .collect();
        assert_eq!(
            names,
            [
                ("1980-05-05".to_owned(), "見本　1".to_owned()),
                ("2026-11-19".to_owned(), "湊　改姓".to_owned())
            ]
        );
        counter.verify();
    }
}

// covers: QUA-009
#[test]
fn the_mailing_of_all_follows_the_heads_new_address() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.member(HOME, 2, 2, day(1982, 6, 6), day(2026, 4, 1));
        for person in [1, 2] {
            counter.card(person, false);
            let paper = counter.issue_due(HOME, person, today()).unwrap();
            counter.hand(&paper);
        }
        let moved = [
            ("name", "湊　一"),
            ("address", ""),
            ("prefecture", "東京都"),
            ("city", "港区"),
            ("town", "三田二丁目"),
            ("lot", "9番"),
            ("postal_code", "1080073"),
        ];
        let people = [1, 2]
            .map(|person| event(&counter, person, "41", "2026-11-15", &moved))
            .to_vec();
        let done = register(&counter, people).unwrap();
        let place = |person, on| {
            let found = counter
                .store
                .read(|conn| address_for(conn, person, "nhi", "levy_notice", on))
                .unwrap();
            assert_eq!(found.origin, AddressOrigin::Registered);
            (found.address, found.postal_code)
        };
        for person in [1, 2] {
            assert_eq!(
                place(person, day(2026, 11, 15)),
                ("東京都港区三田二丁目9番".to_owned(), "1080073".to_owned())
            );
            assert_eq!(
                place(person, day(2026, 11, 14)),
                ("東京都港区芝公園1-5-25".to_owned(), "1050011".to_owned()),
                "the day before"
            );
        }
        // Every paper of the household that bears the address is to be replaced.
        let mut named: Vec<i64> = done
            .consequences
            .tasks
            .iter()
            .filter(|task| task.reason.contains("住所"))
            .map(|task| task.person_id)
            .collect();
        named.sort_unstable();
        assert_eq!(named, [1, 2], "{:?}", done.consequences.tasks);
    }
}

#[test]
fn a_family_without_numbers_gets_numbers_and_one_household() {
    for counter in both(today()) {
        let family = [
            ("𠮷野　葛󠄀子", "ヨシノ　カツコ", "1985-04-02"),
            ("𠮷野　太郎", "ヨシノ　タロウ", "2015-01-05"),
        ];
        let people: Vec<ByHand> = family
            .iter()
            .map(|(name, kana, birth)| by_hand(&counter, &newcomer(name, kana, birth), None, 0))
            .collect();
        let together = Together {
            people: people.clone(),
            note: "住基連携停止".to_owned(),
        };
        // The preview is the deed, and nothing of it is left.
        let before = counter.number("select count(*) from act");
        with_books(|books| {
            hand::preview(
                &counter.store,
                &counter.may::<RegisterResident>(),
                &counter.acting(),
                books,
                &together,
            )
        })
        .unwrap();
        assert_eq!(counter.number("select count(*) from act"), before);
        assert_eq!(counter.number("select count(*) from resident_event"), 0);

        let done = register(&counter, people).unwrap();
        assert_eq!(done.people.len(), 2);
        let mut homes = Vec::new();
        for (person, (name, ..)) in done.people.iter().zip(family) {
            let number = person.to_string();
            let (body, digit) = number.split_at(number.len() - 1);
            assert_eq!(
                exchange::check_digit::addressee_digit(body).map(|digit| digit.to_string()),
                Some(digit.to_owned()),
                "{person}"
            );
            let found = counter
                .store
                .read(|conn| load_person(conn, *person, today(), None))
                .unwrap()
                .unwrap();
            let resident = found.resident.unwrap().fact;
            // Letter by letter, variation selectors and all.
            assert_eq!(resident.name, name);
            assert_eq!(found.kind, 1);
            homes.push(resident.register_household);
        }
        assert!(homes[0].is_some());
        assert_eq!(homes[0], homes[1]);
        // What it means for eligibility waits: a move within the prefecture, by the name of the prefecture alone.
        assert_eq!(
            counter.number(
                "select count(*) from work_item where kind = 'eligibility.candidate' and state = 'open' \
                 and detail like '%moved_in_same_prefecture%'"
            ),
            2
        );

        // Taken back together: nobody is left, and the candidates are gone.
        let act = last_act(&counter, "registry.movement");
        let seen = counter
            .store
            .read(|conn| hand::versions(conn, &done.people))
            .unwrap();
        let undo = |seen, reason| {
            with_books(|books| {
                hand::undo(
                    &counter.store,
                    &counter.may::<RegisterResident>(),
                    &counter.acting(),
                    books,
                    (act, reason, seen),
                )
            })
        };
        assert!(matches!(
            undo(seen - 1, "誤り"),
            Err(OfficeError::Conflict(_))
        ));
        assert!(matches!(undo(seen, "  "), Err(OfficeError::Input { .. })));
        undo(seen, "誤り").unwrap();
        for person in &done.people {
            let facts = counter
                .store
                .read(|conn| timeline::<Resident>(conn, *person, None))
                .unwrap();
            assert!(facts.is_empty());
            let kept = counter.store.read(|conn| history(conn, *person)).unwrap();
            assert_eq!(kept.len(), 1, "what was stated is kept");
            assert!(kept[0].stated.undone_by_act.is_some());
        }
        assert_eq!(
            counter.number("select count(*) from work_item where kind = 'eligibility.candidate' and state = 'open'"),
            0
        );
        assert!(matches!(
            undo(seen, "もう一度"),
            Err(OfficeError::Refusal(_))
        ));
    }
}

#[test]
fn what_cannot_be_is_refused_at_once_and_whole() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        let stated = || counter.number("select count(*) from resident_event");
        let refused = |people: Vec<ByHand>, field: &str| {
            match register(&counter, people) {
                Err(OfficeError::Input { field: told, .. }) => assert_eq!(told, field),
                other => panic!("{field}: {other:?}"),
            }
            assert_eq!(stated(), 0, "nothing of a refused order is left");
        };
        refused(Vec::new(), "対象者");
        // Entered twice: the one who lives here already.
        let again = newcomer("湊 一", "ミナト イチ", "1980-05-05");
        let seen = counter.store.read(|conn| version(conn, 1)).unwrap();
        let right = by_hand(
            &counter,
            &newcomer("湊 二", "ミナト ニ", "1990-01-01"),
            None,
            0,
        );
        refused(
            vec![right.clone(), by_hand(&counter, &again, Some(1), seen)],
            "異動事由",
        );
        // A death of a day to come.
        let told = [("move_reported_on", "2026-11-20"), ("name", "湊　一")];
        refused(
            vec![event(&counter, 1, "23", "2026-11-21", &told)],
            "異動年月日",
        );
        // A number that is somebody else's.
        let other = newcomer("湊 三", "ミナト サン", "1991-01-01");
        refused(vec![by_hand(&counter, &other, Some(1), seen)], "宛名番号");
        // The same number for two.
        let twin = by_hand(&counter, &other, Some(55), 0);
        match register(&counter, vec![twin.clone(), twin]) {
            Err(OfficeError::Input { .. } | OfficeError::Conflict(_)) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(stated(), 0);
        // A record that somebody changed in between.
        let mut late = event(&counter, 1, "43", "2026-11-19", &[("name", "湊 四")]);
        late.seen -= 1;
        assert!(matches!(
            register(&counter, vec![late]),
            Err(OfficeError::Conflict(_))
        ));
        // Somebody unknown moves.
        let mut items = newcomer("湊 五", "ミナト ゴ", "1992-01-01");
        items.insert("move_cause".to_owned(), "41".to_owned());
        let gone = by_hand(&counter, &items, Some(77), 0);
        refused(vec![gone], "宛名番号");
    }
}

#[test]
fn a_new_household_is_numbered_once_for_all_of_an_act() {
    for counter in both(today()) {
        let people = [
            ("湊 一", "1980-01-01"),
            ("湊 二", "1982-01-01"),
            ("湊 三", "2010-01-01"),
        ]
        .map(|(name, birth)| by_hand(&counter, &newcomer(name, "ミナト", birth), None, 0))
        .to_vec();
        let done = register(&counter, people).unwrap();
        let home = |person: i64| {
            counter
                .store
                .read(|conn| load_person(conn, person, today(), None))
                .unwrap()
                .unwrap()
                .resident
                .unwrap()
                .fact
                .register_household
        };
        let old = home(done.people[0]);
        // The second and third leave for a household of their own.
        let split: Vec<ByHand> = done.people[1..]
            .iter()
            .map(|person| {
                let mut one = event(&counter, *person, "50", "2026-11-20", &[]);
                one.event
                    .items
                    .insert("household_number".to_owned(), NEW_HOUSEHOLD.to_owned());
                one
            })
            .collect();
        register(&counter, split).unwrap();
        assert_eq!(home(done.people[0]), old);
        let new = home(done.people[1]);
        assert!(new.is_some() && new != old);
        assert_eq!(home(done.people[2]), new);
    }
}

#[test]
fn what_is_typed_goes_through_the_declared_layout() {
    let counter = sqlite(today());
    let catalogue = Catalogue::shipped().unwrap();
    let municipality = Municipality::new(WARD);
    let wrong = |change: &[(&str, &str)], field: &str| {
        let mut items = newcomer("湊 一", "ミナト イチ", "1980-01-01");
        for (name, value) in change {
            items.insert((*name).to_owned(), (*value).to_owned());
        }
        let found = typed(&catalogue, &municipality, &items, counter.today.get()).unwrap();
        let flaws = found.expect_err(field);
        assert!(flaws.iter().any(|flaw| flaw.field == field), "{flaws:?}");
    };
    wrong(&[("name", "")], "氏名");
    wrong(&[("sex", "7")], "性別");
    wrong(&[("move_cause", "77")], "異動事由");
    wrong(&[("birth_on", "2030-01-01")], "生年月日");
    wrong(&[("birth_on", "2026-11-19")], "異動年月日");
    wrong(&[("city_code", "141003")], "住所_市区町村コード");
    wrong(&[("residence_status", "ながすぎる")], "在留資格");
}
