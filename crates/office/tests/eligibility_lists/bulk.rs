//! 一括処理.

use crate::counter::{Counter, on_both};
use ::office::OfficeError;
use ::office::eligibility::bulk::{self, Change, Line, NumberRule, UndoState};
use ::office::eligibility::status::facility::{self, Entering};
use ::office::eligibility::status::{Facility, whereabouts};
use ::office::jobs::{Flow, JobState};
use ::office::registry::{HouseholdHead, Resident, timeline};
use ::office::security::permit::{ApproveEligibility, RegisterFact, RunEligibility, UndoAct};
use db::Span;
use law::{Date, day};

fn dry(counter: &Counter, change: &Change) -> Vec<Line> {
    bulk::dry_run(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        change,
    )
    .unwrap()
}

pub fn carry(counter: &Counter, change: &Change) -> i64 {
    let (bulk_id, _) = bulk::confirm(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
        change,
    )
    .unwrap()
    .unwrap();
    approve(counter, bulk_id);
    assert_eq!(run(counter, bulk_id, Flow::Continue), JobState::Finished);
    bulk_id
}

fn approve(counter: &Counter, bulk_id: i64) {
    bulk::rule(
        &counter.desk.store,
        &crate::support::permit::<ApproveEligibility>(&counter.chief),
        &counter.as_chief(),
        bulk_id,
        (true, "試行の一覧を確かめた"),
    )
    .unwrap();
}

fn run(counter: &Counter, bulk_id: i64, flow: Flow) -> JobState {
    bulk::run(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
        bulk_id,
        &counter.books(),
        &|| 1,
        |_| flow,
    )
    .unwrap()
}

const REASON: &str = "条例の施行が延期された";

pub fn undo(counter: &Counter, bulk_id: i64) -> Result<i64, OfficeError> {
    bulk::undo(
        &counter.desk.store,
        &counter.permit::<UndoAct>(),
        &counter.acting(),
        bulk_id,
        REASON,
        &counter.books(),
    )
}

fn ask_undo(counter: &Counter, bulk_id: i64) -> Result<(), OfficeError> {
    bulk::ask_undo(
        &counter.desk.store,
        &counter.permit::<UndoAct>(),
        &counter.acting(),
        bulk_id,
        REASON,
    )
}

fn rule_undo(
    counter: &Counter,
    by_chief: bool,
    bulk_id: i64,
    word: (bool, &str),
) -> Result<(), OfficeError> {
    let acting = if by_chief {
        counter.as_chief()
    } else {
        counter.acting()
    };
    let permit = crate::support::permit::<ApproveEligibility>(&counter.chief);
    bulk::rule_undo(&counter.desk.store, &permit, &acting, bulk_id, word)
}

fn addresses(counter: &Counter, person: i64) -> Vec<(Date, String)> {
    counter
        .desk
        .store
        .read(|conn| timeline::<Resident>(conn, person, None))
        .unwrap()
        .into_iter()
        .map(|dated| (dated.valid.from, dated.fact.address))
        .collect()
}

#[test]
fn a_town_is_renamed_from_a_day_on_and_back() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=3 {
            counter.single(id * 10, id, day(1980, 5, 5), day(2020, 4, 1));
        }
        whereabouts::hold(
            &counter.desk.store,
            &counter.permit::<RegisterFact>(),
            &counter.acting(),
            3,
            Span::new(day(2026, 11, 1), Some(day(2027, 4, 1))),
            &whereabouts::AskedHold {
                stage: 1,
                notice: true,
                certificate: false,
                ground: "返戻",
            },
        )
        .unwrap();
        let change = Change::Town {
            old: "東京都港区芝公園1".to_owned(),
            new: "東京都港区芝公園南1".to_owned(),
            postal_code: Some("1050012".to_owned()),
            on: day(2026, 11, 15),
        };
        let lines = dry(counter, &change);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].before, "東京都港区芝公園1-5-25");
        assert_eq!(lines[0].after, "東京都港区芝公園南1-5-25");
        assert!(lines.iter().all(|line| line.held.is_none()));
        let before = addresses(counter, 1);
        assert_eq!(before.len(), 1, "the dry run wrote nothing");
        let bulk_id = carry(counter, &change);
        let after = addresses(counter, 1);
        assert_eq!(after.len(), 2);
        assert_eq!(
            after[0].1, "東京都港区芝公園1-5-25",
            "before the day it is as it was"
        );
        assert_eq!(
            after[1],
            (day(2026, 11, 15), "東京都港区芝公園南1-5-25".to_owned())
        );
        assert!(dry(counter, &change).is_empty(), "twice changes nothing");
        // A town with another name is no move: the hold stands.
        let swept = whereabouts::sweep(
            &counter.desk.store,
            &counter.permit(),
            &counter.acting(),
            day(2026, 11, 19),
        )
        .unwrap();
        assert!(swept.released.is_empty());
        let alone = ask_undo(counter, bulk_id);
        assert!(matches!(alone, Err(OfficeError::Refusal(_))), "{alone:?}");
        assert_eq!(undo(counter, bulk_id).unwrap(), 1);
        assert_eq!(addresses(counter, 1), before);
        assert_eq!(
            undo(counter, bulk_id).unwrap(),
            0,
            "nothing is left to take back"
        );
        let nothing = bulk::confirm(
            &counter.desk.store,
            &counter.permit::<RunEligibility>(),
            &counter.acting(),
            &Change::Town {
                old: "X".to_owned(),
                new: "X".to_owned(),
                postal_code: None,
                on: day(2026, 11, 15),
            },
        );
        assert!(matches!(nothing, Err(OfficeError::Input { .. })));
    });
}

#[test]
fn incident_13_another_number_changes_no_charge() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=4 {
            counter.single(id * 10, id, day(1980, 5, 5), day(2020, 4, 1));
        }
        let numbers = |household: i64| {
            counter
                .desk
                .store
                .read(|conn| timeline::<HouseholdHead>(conn, household, None))
                .unwrap()
                .into_iter()
                .map(|dated| (dated.valid.from, dated.fact.symbol, dated.fact.number))
                .collect::<Vec<_>>()
        };
        let households = [10, 20, 30, 40];
        counter.desk.relevy(day(2026, 11, 1), &households);
        let annual = || {
            households
                .iter()
                .map(|household| counter.desk.annual(*household, 2026))
                .collect::<Vec<_>>()
        };
        let levied = annual();
        assert!(
            levied.iter().all(|one| !one.is_empty()),
            "there is a charge to keep"
        );
        let spans = counter.spans(1);
        let change = Change::Numbers {
            rule: NumberRule::Symbol {
                old: "港".to_owned(),
                new: "港新".to_owned(),
            },
            on: day(2026, 11, 15),
        };
        let lines = dry(counter, &change);
        assert_eq!(lines.len(), 4);
        assert_eq!(
            (lines[0].before.as_str(), lines[0].after.as_str()),
            ("港 0000010", "港新 0000010")
        );
        let bulk_id = carry(counter, &change);
        let after = numbers(10);
        assert_eq!(
            after.last().unwrap(),
            &(day(2026, 11, 15), "港新".to_owned(), "0000010".to_owned())
        );
        assert_eq!(after[0].1, "港", "the old number stays on its days");
        assert_eq!(annual(), levied);
        counter.desk.relevy(day(2026, 11, 20), &households);
        assert_eq!(annual(), levied, "charge unchanged by renumbering");
        let days = |spans: Vec<(Date, Option<Date>, Option<String>)>| {
            spans
                .into_iter()
                .map(|span| (span.0, span.1))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            days(counter.spans(1)),
            days(spans),
            "the day of beginning stays"
        );
        let refused = undo(counter, bulk_id);
        assert!(
            matches!(refused, Err(OfficeError::Refusal(_))),
            "{refused:?}"
        );
        ask_undo(counter, bulk_id).unwrap();
        assert!(matches!(
            undo(counter, bulk_id),
            Err(OfficeError::Refusal(_))
        ));
        assert!(matches!(
            ask_undo(counter, bulk_id),
            Err(OfficeError::Conflict(_))
        ));
        assert!(matches!(
            rule_undo(counter, false, bulk_id, (true, "")),
            Err(OfficeError::Refusal(_))
        ));
        assert!(matches!(
            rule_undo(counter, true, bulk_id, (false, " ")),
            Err(OfficeError::Input { .. })
        ));
        rule_undo(counter, true, bulk_id, (false, "理由を書いてください")).unwrap();
        assert!(matches!(
            undo(counter, bulk_id),
            Err(OfficeError::Refusal(_))
        ));
        ask_undo(counter, bulk_id).unwrap();
        rule_undo(counter, true, bulk_id, (true, "")).unwrap();
        assert_eq!(
            numbers(10).last().unwrap().1,
            "港新",
            "agreed, not yet done"
        );
        undo(counter, bulk_id).unwrap();
        let states = |bulk_id| {
            let steps = counter
                .desk
                .store
                .read(|conn| bulk::undo_steps(conn, bulk_id))
                .unwrap();
            steps.into_iter().map(|step| step.state).collect::<Vec<_>>()
        };
        assert_eq!(
            states(bulk_id),
            [
                UndoState::Asked,
                UndoState::Rejected,
                UndoState::Asked,
                UndoState::Approved,
                UndoState::Done
            ]
        );
        assert_eq!(numbers(10).last().unwrap().1, "港");
        assert_eq!(annual(), levied);
    });
}

#[test]
fn a_facility_moves_and_whoever_comes_home_by_it_is_told() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1940, 5, 5), day(2020, 4, 1));
        counter.single(20, 2, day(1941, 5, 5), day(2020, 4, 1));
        let facility_id = facility::open(
            &counter.desk.store,
            &counter.permit::<RegisterFact>(),
            &counter.acting(),
            day(2020, 4, 1),
            &Facility {
                name: "見本園".to_owned(),
                kind: 6,
                municipality: "011002".to_owned(),
                postal_code: "0600001".to_owned(),
                address: "北町1".to_owned(),
            },
        )
        .unwrap();
        for (person, from) in [(1, "131032"), (2, "142051")] {
            facility::enter(
                &counter.desk.store,
                &counter.permit::<RegisterFact>(),
                &counter.acting(),
                "131032",
                &Entering {
                    person_id: person,
                    facility_id,
                    entered_on: day(2026, 4, 1),
                    came_from: from.to_owned(),
                    reported_on: day(2026, 4, 1),
                },
            )
            .unwrap();
        }
        let change = Change::Facility {
            facility_id,
            name: "見本園".to_owned(),
            municipality: "142051".to_owned(),
            postal_code: "2510001".to_owned(),
            address: "海町2".to_owned(),
            on: day(2026, 11, 15),
        };
        let lines = dry(counter, &change);
        assert_eq!(
            lines.len(),
            2,
            "the facility, and who is at home by its move"
        );
        assert_eq!((lines[1].subject, lines[1].held.is_some()), (2, true));
        let open = counter.open_items().len();
        let bulk_id = carry(counter, &change);
        assert_eq!(counter.open_items().len(), open + 1);
        let now = |on| {
            counter
                .desk
                .store
                .read(|conn| facility::get(conn, facility_id, on))
                .unwrap()
                .unwrap()
                .address
        };
        assert_eq!(now(day(2026, 11, 14)), "北町1");
        assert_eq!(now(day(2026, 11, 15)), "海町2");
        undo(counter, bulk_id).unwrap();
        assert_eq!(now(day(2026, 11, 15)), "北町1");
        assert_eq!(counter.open_items().len(), open);
    });
}

/// Numbers stand on papers that are out: nobody changes them alone.
#[test]
fn numbers_wait_for_a_second_person() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.desk.relevy(day(2026, 11, 1), &[10]);
        let symbol = counter
            .desk
            .store
            .read(|conn| timeline::<HouseholdHead>(conn, 10, None))
            .unwrap()[0]
            .fact
            .symbol
            .clone();
        let change = Change::Numbers {
            rule: NumberRule::Symbol {
                old: symbol,
                new: "新".to_owned(),
            },
            on: day(2026, 11, 20),
        };
        let confirm = || {
            bulk::confirm(
                &counter.desk.store,
                &counter.permit::<RunEligibility>(),
                &counter.acting(),
                &change,
            )
            .unwrap()
            .unwrap()
            .0
        };
        let rule = |bulk_id: i64, approved: bool, note: &str| {
            bulk::rule(
                &counter.desk.store,
                &crate::support::permit::<ApproveEligibility>(&counter.chief),
                &counter.as_chief(),
                bulk_id,
                (approved, note),
            )
        };
        let go = |bulk_id: i64| {
            bulk::run(
                &counter.desk.store,
                &counter.permit::<RunEligibility>(),
                &counter.acting(),
                bulk_id,
                &counter.books(),
                &|| 1,
                |_| Flow::Continue,
            )
        };
        let first = confirm();
        assert!(matches!(go(first), Err(OfficeError::Refusal(_))));
        assert!(matches!(
            rule(first, false, ""),
            Err(OfficeError::Input { .. })
        ));
        let own = bulk::rule(
            &counter.desk.store,
            &crate::support::permit::<ApproveEligibility>(&counter.chief),
            &counter.acting(),
            first,
            (true, ""),
        );
        let own = own.unwrap_err().to_string();
        assert!(own.contains("確定した本人"), "{own}");
        rule(first, false, "施行日が違う").unwrap();
        assert!(
            matches!(go(first), Err(OfficeError::Refusal(_))),
            "rejected"
        );
        assert!(matches!(
            rule(first, true, ""),
            Err(OfficeError::Conflict(_))
        ));
        let second = confirm();
        rule(second, true, "").unwrap();
        assert_eq!(go(second).unwrap(), JobState::Finished);
        let all = counter.desk.store.read(bulk::list).unwrap();
        assert_eq!(all[0].approved, Some(true));
        assert_eq!((all[1].approved, all[1].done), (Some(false), 0));
    });
}

/// A table names each household, is held against the register, and changes nothing but what it names.
#[test]
fn a_table_of_numbers_changes_what_it_names() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=3 {
            counter.single(id * 10, id, day(1980, 5, 5), day(2020, 4, 1));
        }
        counter.desk.relevy(day(2026, 11, 1), &[10, 20, 30]);
        let number = |household: i64| {
            let heads = counter
                .desk
                .store
                .read(|conn| timeline::<HouseholdHead>(conn, household, None))
                .unwrap();
            let head = heads.last().unwrap().fact.clone();
            (head.symbol, head.number)
        };
        let table = |rows: &[(i64, &str, &str)]| {
            let mut text = bulk::NUMBER_HEADING.join(",");
            for (household, before, after) in rows {
                text.push_str(&format!("\n{household},港,{before},新,{after}"));
            }
            Change::NumberTable {
                rows: bulk::numbers(&text).unwrap(),
                on: day(2026, 11, 15),
            }
        };
        let against = |change: &Change| {
            let wrong = counter
                .desk
                .store
                .read(|conn| bulk::against_register(conn, change))
                .unwrap();
            wrong.iter().map(|one| one.message_ja()).collect::<Vec<_>>()
        };
        let wrong = table(&[(10, "0000020", "9000001"), (99, "0000099", "9000002")]);
        let said = against(&wrong);
        assert!(said[0].starts_with("2行目「変更前の番号」"), "{said:?}");
        assert!(said[1].starts_with("3行目「国保世帯番号」"), "{said:?}");
        assert_eq!(said.len(), 2, "{said:?}");
        let refused = bulk::confirm(
            &counter.desk.store,
            &counter.permit::<RunEligibility>(),
            &counter.acting(),
            &wrong,
        );
        assert!(matches!(refused, Err(OfficeError::Input { .. })));
        let right = table(&[(30, "0000030", "9000003"), (10, "0000010", "9000001")]);
        assert_eq!(against(&right), Vec::<String>::new());
        let lines = dry(counter, &right);
        assert_eq!(
            lines.iter().map(|line| line.subject).collect::<Vec<_>>(),
            [10, 30]
        );
        let before = number(20);
        let bulk_id = carry(counter, &right);
        assert_eq!(number(10), ("新".to_owned(), "9000001".to_owned()));
        assert_eq!(number(30), ("新".to_owned(), "9000003".to_owned()));
        assert_eq!(number(20), before);
        let taken = table(&[(20, "0000020", "9000003")]);
        let said = against(&taken);
        assert!(said[0].contains("国保世帯30の記号番号"), "{said:?}");
        ask_undo(counter, bulk_id).unwrap();
        rule_undo(counter, true, bulk_id, (true, "")).unwrap();
        undo(counter, bulk_id).unwrap();
        assert_eq!(number(10), ("港".to_owned(), "0000010".to_owned()));
    });
}

#[test]
fn a_household_whose_levy_is_behind_its_facts_waits_and_the_others_get_their_numbers() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=2 {
            counter.single(id * 10, id, day(1980, 5, 5), day(2020, 4, 1));
        }
        counter.desk.relevy(day(2026, 11, 1), &[10]);
        let text = format!(
            "{}\n10,港,0000010,新,9000001\n20,港,0000020,新,9000002",
            bulk::NUMBER_HEADING.join(",")
        );
        let change = Change::NumberTable {
            rows: bulk::numbers(&text).unwrap(),
            on: day(2026, 11, 15),
        };
        carry(counter, &change);
        let number = |household: i64| {
            let read = |conn: &mut db::Conn| timeline::<HouseholdHead>(conn, household, None);
            let heads = counter.desk.store.read(read).unwrap();
            heads.last().unwrap().fact.number.clone()
        };
        assert_eq!(
            (number(10), number(20)),
            ("9000001".to_owned(), "0000020".to_owned())
        );
        let items = counter.open_items();
        let waits: Vec<_> = items
            .iter()
            .filter(|item| item.household_id == Some(20))
            .collect();
        assert_eq!(waits.len(), 1, "{items:?}");
        assert!(
            waits[0].title.contains("先に賦課を更正"),
            "{}",
            waits[0].title
        );
    });
}

/// The longest name of the table that an address begins with is the one that counts.
#[test]
fn a_table_of_towns_renames_each_address_once() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=2 {
            counter.single(id * 10, id, day(1980, 5, 5), day(2020, 4, 1));
        }
        let text = format!(
            "{}\n東京都港区,東京都南区,\n東京都港区芝公園1,東京都北区公園町1,1140001",
            bulk::TOWN_HEADING.join(",")
        );
        let change = Change::TownTable {
            rows: bulk::towns(&text).unwrap(),
            on: day(2026, 11, 15),
        };
        let lines = dry(counter, &change);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].after, "東京都北区公園町1-5-25");
        let before = addresses(counter, 1);
        let bulk_id = carry(counter, &change);
        assert_eq!(
            addresses(counter, 1)[1],
            (day(2026, 11, 15), "東京都北区公園町1-5-25".to_owned())
        );
        assert_eq!(undo(counter, bulk_id).unwrap(), 1);
        assert_eq!(addresses(counter, 1), before);
    });
}
