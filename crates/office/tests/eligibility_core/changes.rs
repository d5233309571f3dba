//! 異動情報: everybody of the households that changed in a stretch of days, and nobody of one that did not.

use super::counter::{Counter, on, on_both};
use super::support::handed::cleared;
use super::support::{permit, staff_named};
use exchange::{Catalogue, FileError, Table};
use law::{Date, day};
use office::eligibility::changes::{self, Part, Stretch};
use office::eligibility::compose::{change_household, gain, loss};
use office::eligibility::{NewChange, NewEvent};
use office::exports::EligibilityChanges;
use office::registry::support::{Measure, MeasureKind};
use office::registry::{Resident, record, timeline};
use office::security::Role;
use office::security::permit::ExportData;
use std::collections::BTreeMap;

const JULY: Stretch = Stretch {
    from: Date::constant(2026, 7, 1),
    to: Date::constant(2026, 7, 31),
};

/// Households by what is done with them.
struct City {
    twice: i64,
    still: i64,
    taken_back: i64,
    renamed: i64,
    earlier_and_later: i64,
    joined: i64,
    left_for: i64,
    arrived_in: i64,
}

fn city(counter: &Counter) -> City {
    for id in 11..=29 {
        counter.resident(id, day(1980, 5, 5));
    }
    let april = day(2026, 4, 1);
    let register = |on_day: Date, events| {
        counter.register(on_day, events);
    };
    let lose = |on_day: Date, person| {
        register(on_day, vec![loss(on(on_day), "joined_insurance", person)]);
    };
    let city = City {
        twice: counter.settle(11, &[11, 12, 13], april),
        still: counter.settle(14, &[14, 15], april),
        taken_back: counter.settle(16, &[16, 17], april),
        renamed: counter.settle(18, &[18, 19], april),
        earlier_and_later: counter.settle(20, &[20, 21], april),
        // The head is not insured.
        joined: counter.settle(22, &[23], april),
        left_for: counter.settle(25, &[25, 26], april),
        arrived_in: counter.settle(27, &[27], april),
    };
    lose(day(2026, 5, 11), 19);
    lose(day(2026, 6, 10), 21);
    // July.
    lose(day(2026, 7, 5), 12);
    let wrong = counter.register(
        day(2026, 7, 6),
        vec![loss(on(day(2026, 7, 6)), "joined_insurance", 17)],
    );
    counter.undo(day(2026, 7, 8), &wrong.event_ids);
    rename(counter, day(2026, 7, 9), 18);
    // Of the same kind, but gone from the household before July.
    rename(counter, day(2026, 7, 9), 19);
    register(
        day(2026, 7, 10),
        vec![gain(on(day(2026, 7, 10)), "moved_in", 24, city.joined)],
    );
    register(
        day(2026, 7, 15),
        vec![change_household(on(day(2026, 7, 14)), 26, city.arrived_in)],
    );
    lose(day(2026, 7, 20), 13);
    // August.
    lose(day(2026, 8, 3), 20);
    lose(day(2026, 8, 3), 11);
    city
}

fn rename(counter: &Counter, on: Date, id: i64) {
    counter.desk.report(on, |conn, act| {
        let old = timeline::<Resident>(conn, id, None)?.pop().unwrap();
        let new = Resident {
            name: format!("改名　{id}"),
            ..old.fact
        };
        record(conn, act, id, db::Span::since(on), &new)
    });
}

type Told = BTreeMap<i64, Vec<(i64, Part, bool)>>;

fn told(counter: &Counter, stretch: Stretch) -> Told {
    let store = &counter.desk.store;
    let found = store
        .read(|conn| changes::households(conn, stretch))
        .unwrap();
    found
        .into_iter()
        .map(|one| {
            let members = one.members.iter();
            let members = members.map(|one| (one.person_id, one.part, one.changed));
            (one.household_id, members.collect())
        })
        .collect()
}

// covers: QUA-032
#[test]
fn every_member_of_a_changed_household_is_told_of_and_nobody_of_an_unchanged_one() {
    on_both(2026..=2026, |counter| {
        let city = city(counter);
        let expected: Told = BTreeMap::from([
            (
                city.twice,
                vec![
                    (11, Part::Head, false),
                    (12, Part::Left, true),
                    (13, Part::Left, true),
                ],
            ),
            (city.renamed, vec![(18, Part::Head, true)]),
            (
                city.joined,
                vec![
                    (22, Part::FictitiousHead, false),
                    (23, Part::Member, false),
                    (24, Part::Member, true),
                ],
            ),
            (
                city.left_for,
                vec![(25, Part::Head, false), (26, Part::Left, true)],
            ),
            (
                city.arrived_in,
                vec![(26, Part::Member, true), (27, Part::Head, false)],
            ),
        ]);
        assert_eq!(told(counter, JULY), expected);
        for untouched in [city.still, city.taken_back, city.earlier_and_later] {
            assert!(!expected.contains_key(&untouched));
        }
        // Each of the other stretches tells of its own; a day on which nothing happened tells of nobody.
        let of = |from, to| {
            let all = told(counter, Stretch { from, to });
            all.into_keys().collect::<Vec<_>>()
        };
        assert_eq!(of(day(2026, 5, 1), day(2026, 5, 31)), [city.renamed]);
        assert_eq!(
            of(day(2026, 8, 1), day(2026, 8, 31)),
            [city.twice, city.earlier_and_later]
        );
        assert!(of(day(2026, 7, 7), day(2026, 7, 7)).is_empty());
        // What was taken back later was a change as long as it stood.
        assert_eq!(of(day(2026, 7, 6), day(2026, 7, 6)), [city.taken_back]);
        let back = Stretch {
            from: JULY.to,
            to: JULY.from,
        };
        let store = &counter.desk.store;
        assert!(store.read(|conn| changes::households(conn, back)).is_err());
    });
}

// covers: QUA-032
#[test]
fn the_file_holds_these_people_without_the_address_of_who_must_not_be_found() {
    on_both(2026..=2026, |counter| {
        let city = city(counter);
        let desk = &counter.desk;
        // Somebody who left in July is protected: the address of the household she left is not given either.
        desk.report(day(2026, 8, 4), |conn, act| {
            let measure = Measure {
                kind: MeasureKind::Full,
                ends_on: None,
                history_number: 0,
                origin: "counter".to_owned(),
            };
            record(conn, act, 12, db::Span::since(day(2026, 7, 5)), &measure)
        });
        let (keeper, _) = staff_named(&desk.store, "kanri01", &[Role::Administrator]);
        let may = permit::<ExportData>(&keeper);
        let acting = keeper.acting("試験", day(2026, 8, 5), desk.tick(), None);
        let cleared = cleared::<EligibilityChanges>(&desk.store, &acting, &may);
        let catalogue = Catalogue::shipped().unwrap();
        let acting = keeper.acting("試験", day(2026, 8, 5), desk.tick(), None);
        let made = ("131032", "20260805090000");
        let given = changes::export(
            &desk.store,
            (&may, &cleared),
            &acting,
            &catalogue,
            made,
            JULY,
        )
        .unwrap();
        assert_eq!((given.households, given.people), (5, 11));
        assert_eq!(given.without_address, [city.twice]);
        let layout = catalogue.layout(changes::LAYOUT).unwrap();
        let table = Table::open(layout, &given.file.bytes).unwrap();
        let mut lines = Vec::new();
        let read = table.for_each(|row| {
            let mut flaws = Vec::new();
            row.check(catalogue.codes(), &mut flaws);
            assert!(flaws.is_empty(), "{flaws:?}");
            let cell = |name: &str| row.named(name).to_owned();
            let one = (cell("household_number"), cell("person_number"));
            let hidden = cell("withheld") == "1";
            assert_eq!(hidden, cell("address").is_empty(), "{one:?}");
            assert_eq!(hidden, one.0 == city.twice.to_string(), "{one:?}");
            lines.push((one.0, one.1, cell("part"), cell("lost_on"), cell("name")));
            Ok::<_, FileError>(())
        });
        read.unwrap();
        assert_eq!(lines.len(), 11);
        let line = |person: &str, household: i64| {
            let household = household.to_string();
            let mut all = lines.iter();
            all.find(|one| one.0 == household && one.1 == person)
                .unwrap()
        };
        let left = line("12", city.twice);
        assert_eq!((left.2.as_str(), left.3.as_str()), ("5", "2026-07-06"));
        assert_eq!(line("18", city.renamed).4, "改名　18");
        // An act of its own says who made it of which days; made again of the same days it is the same file.
        let again = changes::export(
            &desk.store,
            (&may, &cleared),
            &keeper.acting("試験", day(2026, 8, 6), desk.tick(), None),
            &catalogue,
            made,
            JULY,
        )
        .unwrap();
        assert_eq!(again.file.bytes, given.file.bytes);
    });
}

/// 国民健康保険法 第5条・第7条・第8条: whoever moves inside the prefecture loses nothing; only this municipality stops applying it.
/// The file tells the prefecture's days as 資格取得・喪失年月日 and ours beside them; what is not known stays empty.
// covers: QUA-032
#[test]
fn a_move_inside_the_prefecture_is_told_as_no_loss() {
    on_both(2026..=2026, |counter| {
        for id in 11..=14 {
            counter.resident(id, day(1980, 5, 5));
        }
        let april = day(2026, 4, 1);
        let home = counter.settle(11, &[11, 12], april);
        let came = |person_id, prefecture_since| NewEvent {
            change: NewChange::Gain {
                person_id,
                household_id: home,
                prefecture_since,
                residence: None,
            },
            ..gain(on(april), "moved_in_same_prefecture", person_id, home)
        };
        let since = Some(day(2019, 8, 1));
        counter.register(april, vec![came(13, since), came(14, None)]);
        let july = day(2026, 7, 5);
        let out = |person_id, key| loss(on(july), key, person_id);
        counter.register(july, vec![out(11, "joined_insurance")]);
        for person_id in 12..=14 {
            counter.register(july, vec![out(person_id, "moved_out_same_prefecture")]);
        }
        let desk = &counter.desk;
        let (keeper, _) = staff_named(&desk.store, "kanri01", &[Role::Administrator]);
        let may = permit::<ExportData>(&keeper);
        let acting = || keeper.acting("試験", day(2026, 8, 5), desk.tick(), None);
        let cleared = cleared::<EligibilityChanges>(&desk.store, &acting(), &may);
        let catalogue = Catalogue::shipped().unwrap();
        let given = changes::export(
            &desk.store,
            (&may, &cleared),
            &acting(),
            &catalogue,
            ("131032", "20260805090000"),
            JULY,
        )
        .unwrap();
        let layout = catalogue.layout(changes::LAYOUT).unwrap();
        let table = Table::open(layout, &given.file.bytes).unwrap();
        let mut days = Vec::new();
        let read = table.for_each(|row| {
            let items = ["gained_on", "lost_on", "applied_from", "applied_until"];
            days.push(items.map(|item| row.named(item).to_owned()));
            Ok::<_, FileError>(())
        });
        read.unwrap();
        assert_eq!(
            days,
            [
                ["2026-04-01", "2026-07-06", "2026-04-01", "2026-07-06"],
                ["2026-04-01", "", "2026-04-01", "2026-07-06"],
                ["2019-08-01", "", "2026-04-01", "2026-07-06"],
                ["", "", "2026-04-01", "2026-07-06"],
            ]
        );
    });
}
