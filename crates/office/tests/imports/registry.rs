//! Facts written by hand, read as of a day and as known at a moment, and undone with the act that stated them.

use crate::desk::{Desk, household, insured, number, on_both, resident, today};
use db::Span;
use exchange::Extent::{Difference, Full};
use law::day;
use office::acts::{self, ActDetails};
use office::registry::{
    HouseholdHead, InsuredSpan, Kind, Resident, end, history, load_household, load_person, record,
    record_household, timeline,
};
use office::security::permit::RegisterFact;

#[test]
fn every_statement_prepares_on_both_engines() {
    on_both(|store| {
        let statements = [office::import::statements(), office::registry::statements()].concat();
        db::check_statements(store, &statements).unwrap();
    });
}

#[test]
fn facts_are_read_as_of_a_day_as_known_at_a_moment() {
    on_both(|store| {
        let desk = Desk::new(store);
        let people = [
            resident("1", "港 一郎", "ミナト イチロウ", &[]),
            resident("2", "港 花子", "ミナト ハナコ", &[]),
        ];
        desk.take(store, &desk.file("resident", 1, Full, &people))
            .unwrap();
        desk.take(
            store,
            &desk.file("household", 2, Full, &[household("51", "1", &[])]),
        )
        .unwrap();
        desk.take(
            store,
            &desk.file(
                "insured",
                3,
                Full,
                &[insured("1", "51", &[]), insured("2", "51", &[])],
            ),
        )
        .unwrap();
        let permit = desk.permit::<RegisterFact>();
        let acting = desk.acting();
        let head = |person: i64| HouseholdHead {
            head_person_id: person,
            symbol: "港".to_owned(),
            number: "51".to_owned(),
        };
        let (first, second) = store
            .write(|conn| {
                let first = acts::begin(
                    conn,
                    &acting,
                    &permit,
                    "registry.head",
                    &ActDetails::default(),
                )?;
                record_household(conn, &first, 51, Span::since(day(2026, 5, 1)), &head(2))?;
                let second = acts::begin(
                    conn,
                    &acting,
                    &permit,
                    "registry.loss",
                    &ActDetails::default(),
                )?;
                let gone: Vec<_> = timeline::<InsuredSpan>(conn, 1, None)?;
                end::<InsuredSpan>(conn, &second, 1, Span::since(day(2026, 5, 1)))?;
                assert_eq!(gone.len(), 1);
                Ok::<_, office::OfficeError>((first, second))
            })
            .unwrap();
        let picture = |on: law::Date, known: Option<i64>| {
            store
                .read(|conn| load_household(conn, 51, on, known))
                .unwrap()
                .unwrap()
        };
        let now = picture(day(2026, 5, 1), None);
        assert_eq!(now.head.unwrap().fact.head_person_id, 2);
        assert_eq!(now.members.len(), 1);
        assert_eq!(
            picture(day(2026, 4, 30), None)
                .head
                .unwrap()
                .fact
                .head_person_id,
            1
        );
        let before = picture(day(2026, 5, 1), Some(first.recorded_at - 1));
        assert_eq!(
            (
                before.head.unwrap().fact.head_person_id,
                before.members.len()
            ),
            (1, 2)
        );
        let between = picture(day(2026, 5, 1), Some(second.recorded_at - 1));
        assert_eq!(
            (
                between.head.unwrap().fact.head_person_id,
                between.members.len()
            ),
            (2, 2)
        );
        let rows = store
            .read(|conn| history::<HouseholdHead>(conn, 51))
            .unwrap();
        assert_eq!(
            rows.iter()
                .map(|row| (row.fact_no, row.superseded_at.is_some()))
                .collect::<Vec<_>>(),
            [(1, true), (2, false), (3, false)]
        );
        assert!(
            store
                .read(|conn| load_person(conn, 99, today(), None))
                .unwrap()
                .is_none()
        );
        assert!(
            store
                .read(|conn| load_household(conn, 99, today(), None))
                .unwrap()
                .is_none()
        );
    });
}

#[test]
fn an_imported_change_can_be_undone_by_its_act() {
    on_both(|store| {
        let desk = Desk::new(store);
        desk.take(
            store,
            &desk.file(
                "resident",
                1,
                Full,
                &[resident("1", "港 一郎", "ミナト イチロウ", &[])],
            ),
        )
        .unwrap();
        let moved = resident(
            "1",
            "港 一郎",
            "ミナト イチロウ",
            &[
                ("history_number", "2"),
                ("moved_on", "2026-05-01"),
                ("move_cause", "41"),
                ("lot", "1番1号"),
            ],
        );
        desk.take(store, &desk.file("resident", 2, Difference, &[moved]))
            .unwrap();
        let permit = desk.permit::<RegisterFact>();
        let acting = desk.acting();
        let standing = || {
            store
                .read(|conn| timeline::<Resident>(conn, 1, None))
                .unwrap()
        };
        let changed = standing();
        assert_eq!(changed.len(), 2);
        store
            .write(|conn| {
                let undo = acts::begin(conn, &acting, &permit, "act.undo", &ActDetails::default())?;
                Resident::TABLE.undo(conn, undo.stamp(), changed[1].act_id)?;
                Ok::<_, office::OfficeError>(())
            })
            .unwrap();
        let restored = standing();
        assert_eq!((restored.len(), restored[0].valid.until), (1, None));
        assert_eq!(restored[0].fact.address, changed[0].fact.address);
    });
}

#[test]
fn a_cancelled_move_undoes_and_never_adds() {
    on_both(|store| {
        let desk = Desk::new(store);
        let row = |history: &'static str, more: &[(&'static str, &'static str)]| {
            resident(
                "1",
                "港 一郎",
                "ミナト イチロウ",
                &[&[("history_number", history)], more].concat(),
            )
        };
        desk.take(store, &desk.file("resident", 1, Full, &[row("1", &[])]))
            .unwrap();
        let gone = row(
            "2",
            &[
                ("moved_on", "2026-05-01"),
                ("move_cause", "21"),
                ("resident_state", "2"),
            ],
        );
        desk.take(store, &desk.file("resident", 2, Difference, &[gone]))
            .unwrap();
        let back = row("3", &[("moved_on", "2026-05-01"), ("move_cause", "28")]);
        desk.take(store, &desk.file("resident", 3, Difference, &[back]))
            .unwrap();
        let standing = store
            .read(|conn| timeline::<Resident>(conn, 1, None))
            .unwrap();
        assert!(
            standing
                .iter()
                .all(|fact| fact.fact.status == office::registry::Status::Resident)
        );
        assert_eq!(
            number(
                store,
                "select count(*) from resident_fact where superseded_at is null and valid_until is null"
            ),
            1
        );
    });
}

#[test]
fn what_a_file_does_not_carry_is_kept() {
    on_both(|store| {
        let desk = Desk::new(store);
        desk.take(
            store,
            &desk.file(
                "resident",
                1,
                Full,
                &[resident("1", "港 一郎", "ミナト イチロウ", &[])],
            ),
        )
        .unwrap();
        let permit = desk.permit::<RegisterFact>();
        let acting = desk.acting();
        store
            .write(|conn| {
                let act = acts::begin(
                    conn,
                    &acting,
                    &permit,
                    "registry.withhold",
                    &ActDetails::default(),
                )?;
                let mut fact = timeline::<Resident>(conn, 1, None)?.remove(0).fact;
                fact.withheld = true;
                record(conn, &act, 1, Span::since(day(2026, 5, 1)), &fact)
            })
            .unwrap();
        // The same record again, then a move: the protection stays on.
        let moved = [
            resident("1", "港 一郎", "ミナト イチロウ", &[]),
            resident(
                "1",
                "港 一郎",
                "ミナト イチロウ",
                &[
                    ("history_number", "2"),
                    ("moved_on", "2026-05-20"),
                    ("move_cause", "41"),
                    ("lot", "1番1号"),
                ],
            ),
        ];
        desk.take(store, &desk.file("resident", 2, Difference, &moved))
            .unwrap();
        let standing = store
            .read(|conn| timeline::<Resident>(conn, 1, None))
            .unwrap();
        let on = |date: law::Date| {
            standing
                .iter()
                .find(|fact| fact.valid.holds(date))
                .unwrap()
                .fact
                .withheld
        };
        assert!(on(day(2026, 5, 25)), "{standing:?}");
        assert!(on(day(2026, 5, 10)), "{standing:?}");
        assert!(!on(day(2026, 4, 30)), "{standing:?}");
    });
}
