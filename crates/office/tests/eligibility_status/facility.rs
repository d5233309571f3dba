//! 住所地特例: the chain of insurers, six kinds, leaving.

use crate::office::{CITY, Office, offices};
use ::office::OfficeError;
use ::office::eligibility::status::facility::{self, Entered, Entering};
use ::office::eligibility::status::{Facility, FacilityStay};
use ::office::registry;
use ::office::worklist::{self, Candidate, Filter};
use law::{Date, day};

fn home(name: &str, kind: i64, municipality: &str) -> Facility {
    Facility {
        name: name.to_owned(),
        kind,
        municipality: municipality.to_owned(),
        postal_code: "0600001".to_owned(),
        address: "見本町1".to_owned(),
    }
}

fn open(office: &Office, facility: &Facility) -> Result<i64, OfficeError> {
    facility::open(
        &office.store,
        &office.permit(),
        &office.acting(),
        day(2020, 4, 1),
        facility,
    )
}

fn enter(
    office: &Office,
    person_id: i64,
    facility_id: i64,
    on: Date,
    from: &str,
) -> Result<Entered, OfficeError> {
    facility::enter(
        &office.store,
        &office.permit(),
        &office.acting(),
        CITY,
        &Entering {
            person_id,
            facility_id,
            entered_on: on,
            came_from: from.to_owned(),
            reported_on: on,
        },
    )
}

// covers: QUA-011, FIL-090
#[test]
fn the_municipality_before_the_first_facility_stays_the_insurer() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let kinds: Vec<i64> = facility::KINDS
            .iter()
            .map(|(kind, name)| {
                open(&office, &home(name, *kind, "011002")).unwrap();
                *kind
            })
            .collect();
        assert_eq!(kinds, [1, 2, 3, 4, 5, 6], "the six kinds of the article");
        let seventh = open(&office, &home("ほか", 7, "011002"));
        assert!(matches!(seventh, Err(OfficeError::Input { .. })));
        let listed = office
            .store
            .read(|conn| facility::list(conn, day(2026, 4, 1)))
            .unwrap();
        assert_eq!(listed.len(), 6);
        // Home → facility in 011002 → straight on to one in 142051: 港区 stays the insurer.
        let second = open(&office, &home("二番目", 6, "142051")).unwrap();
        let first = enter(&office, person, 1, day(2026, 4, 10), CITY).unwrap();
        assert_eq!(first.insurer, CITY);
        let moved = enter(&office, person, second, day(2026, 9, 1), "011002").unwrap();
        assert_eq!(
            moved.insurer, CITY,
            "not the municipality of the first facility"
        );
        let stays = office
            .store
            .read(|conn| registry::timeline::<FacilityStay>(conn, person, None))
            .unwrap();
        let days: Vec<_> = stays
            .iter()
            .map(|stay| (stay.valid.from, stay.valid.until))
            .collect();
        assert_eq!(
            days,
            [
                (day(2026, 4, 10), Some(day(2026, 9, 1))),
                (day(2026, 9, 1), None)
            ]
        );
        let staying = office
            .store
            .read(|conn| facility::staying(conn, second, day(2026, 10, 1)))
            .unwrap();
        assert_eq!(staying, [person]);
        // Left for a home of their own in 142051, then a facility again: the chain begins anew.
        facility::leave(
            &office.store,
            &office.permit(),
            &office.acting(),
            CITY,
            person,
            day(2026, 10, 1),
        )
        .unwrap();
        let later = enter(&office, person, 1, day(2026, 12, 1), "142051").unwrap();
        assert_eq!(later.insurer, "142051");
    }
}

// covers: QUA-011
#[test]
fn leaving_and_strangers_become_candidates_and_own_facilities_are_no_exception() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let (other, _) = office.insured(3);
        let own = open(&office, &home("区内", 1, CITY)).unwrap();
        let away = open(&office, &home("区外", 1, "011002")).unwrap();
        let inside = enter(&office, person, own, day(2026, 5, 1), CITY);
        assert!(matches!(inside, Err(OfficeError::Refusal(_))), "{inside:?}");
        let unknown = enter(&office, person, 99, day(2026, 5, 1), CITY);
        assert!(matches!(unknown, Err(OfficeError::Refusal(_))));
        enter(&office, person, away, day(2026, 5, 1), CITY).unwrap();
        let items = |office: &Office| {
            office
                .store
                .read(|conn| worklist::list(conn, &Filter::default(), None, day(2026, 11, 20)))
                .unwrap()
                .items
        };
        assert!(
            items(&office).is_empty(),
            "our insured in a facility stays insured here"
        );
        // Somebody else's insured in a facility here is not ours.
        let stranger = enter(&office, other, own, day(2026, 6, 1), "142051").unwrap();
        assert_eq!(stranger.insurer, "142051");
        let candidates: Vec<Candidate> = items(&office).iter().filter_map(Candidate::of).collect();
        assert_eq!(candidates.len(), 1);
        assert_eq!(candidates[0].person_id, other);
        facility::leave(
            &office.store,
            &office.permit(),
            &office.acting(),
            CITY,
            person,
            day(2026, 8, 1),
        )
        .unwrap();
        let candidates: Vec<Candidate> = items(&office).iter().filter_map(Candidate::of).collect();
        assert_eq!(candidates.len(), 2);
        let left = candidates.iter().find(|one| one.person_id == person);
        let left = left.unwrap();
        // The facility lies in another prefecture, and the address is there from the day of leaving (法116条の2・8条1項ただし書).
        assert_eq!(left.cause, "moved_out");
        assert_eq!(left.occurred_on, day(2026, 8, 1));
        assert_eq!(left.elsewhere_from, Some(day(2026, 8, 1)));
        // The fourteen days of the matter run from the day on which it was told, months after the fact (施行規則5条の2 binds the head).
        let due: Vec<Date> = items(&office).iter().map(|item| item.due_on).collect();
        assert_eq!(due, [day(2026, 12, 4), day(2026, 12, 4)]);
    }
}

fn stays(office: &Office, person: i64) -> Vec<(Date, Option<Date>, i64, String)> {
    let read = office
        .store
        .read(|conn| registry::timeline::<FacilityStay>(conn, person, None));
    let read = read.unwrap().into_iter();
    read.map(|stay| {
        let (span, fact) = (stay.valid, stay.fact);
        (span.from, span.until, fact.facility_id, fact.insurer)
    })
    .collect()
}

/// 国民健康保険法 第116条の2第2項: the first facility told after the second. The second stay stands, and somebody looks at
/// who its insurer is; leaving the first ends the first alone.
// covers: QUA-011
#[test]
fn an_earlier_stay_told_late_leaves_the_later_one_standing() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let first = open(&office, &home("一番目", 6, "011002")).unwrap();
        let second = open(&office, &home("二番目", 6, "142051")).unwrap();
        enter(&office, person, second, day(2026, 8, 1), "011002").unwrap();
        let earlier = enter(&office, person, first, day(2026, 5, 1), CITY).unwrap();
        assert_eq!(earlier.insurer, CITY);
        let one = |until| (day(2026, 5, 1), Some(until), first, CITY.to_owned());
        let two = (day(2026, 8, 1), None, second, "011002".to_owned());
        assert_eq!(stays(&office, person), [one(day(2026, 8, 1)), two.clone()]);
        let items = office
            .store
            .read(|conn| worklist::list(conn, &Filter::default(), None, day(2026, 11, 20)))
            .unwrap()
            .items;
        let asked: Vec<_> = items
            .iter()
            .filter(|item| item.kind == worklist::STATUS_FACILITY.code)
            .collect();
        assert_eq!(asked.len(), 1);
        // The list of what waits names no facility: of somebody under 支援措置 it would tell where they live.
        assert!(!asked[0].title.contains("二番目"), "{}", asked[0].title);
        assert!(
            asked[0].title.contains("施設の保険者（"),
            "{}",
            asked[0].title
        );
        facility::leave(
            &office.store,
            &office.permit(),
            &office.acting(),
            CITY,
            person,
            day(2026, 7, 1),
        )
        .unwrap();
        assert_eq!(stays(&office, person), [one(day(2026, 7, 1)), two]);
    }
}

/// 法116条の2第2項第2号: who moved the address away from the first facility before entering the second (特定住所変更) is insured where
/// that address was, not where the chain began.
// covers: QUA-011
#[test]
fn an_address_outside_the_first_facility_makes_its_municipality_the_insurer() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let first = open(&office, &home("一番目", 1, "011002")).unwrap();
        let second = open(&office, &home("二番目", 6, "142051")).unwrap();
        let third = open(&office, &home("三番目", 6, "122041")).unwrap();
        let entered = enter(&office, person, first, day(2026, 4, 10), CITY).unwrap();
        assert_eq!(entered.insurer, CITY);
        // Still in the first facility, the address went to a daughter's home in 131130.
        let moved = enter(&office, person, second, day(2026, 9, 1), "131130").unwrap();
        assert_eq!(moved.insurer, "131130");
        // Straight on from the second, with the address there: the last 特定住所変更 counts.
        let on = enter(&office, person, third, day(2026, 11, 1), "142051").unwrap();
        assert_eq!(on.insurer, "131130");
    }
}

/// 国民健康保険法 第5条・第8条第1項・第116条の2: of our insured in a facility of the same prefecture the deemed address here ends
/// with the stay. The address is in the facility's town from that day: the insurance here ends on it by a move inside the
/// prefecture, and the 資格 goes on. Whoever was insured by another town of the prefecture and leaves a facility here comes from there.
// covers: QUA-011
#[test]
fn leaving_a_facility_of_the_same_prefecture_is_a_move_inside_it() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let (other, _) = office.insured(3);
        let near = open(&office, &home("都内", 6, "131041")).unwrap();
        let own = open(&office, &home("区内", 6, CITY)).unwrap();
        enter(&office, person, near, day(2026, 4, 10), CITY).unwrap();
        enter(&office, other, own, day(2026, 4, 10), "131041").unwrap();
        let left_on = day(2026, 6, 1);
        for person_id in [person, other] {
            facility::leave(
                &office.store,
                &office.permit(),
                &office.acting(),
                CITY,
                person_id,
                left_on,
            )
            .unwrap();
        }
        let read = |conn: &mut _| worklist::list(conn, &Filter::default(), None, day(2026, 11, 20));
        let items = office.store.read(read).unwrap().items;
        let told = |person_id: i64| -> Vec<_> {
            let all = items.iter().filter_map(Candidate::of);
            let mut own: Vec<_> = all
                .filter(|one| one.person_id == person_id)
                .map(|one| (one.occurred_on, one.cause, one.elsewhere_from))
                .collect();
            own.sort();
            own
        };
        let out = "moved_out_same_prefecture".to_owned();
        assert_eq!(told(person), [(left_on, out.clone(), Some(left_on))]);
        let entered = day(2026, 4, 10);
        let back = "moved_in_same_prefecture".to_owned();
        assert_eq!(
            told(other),
            [(entered, out, Some(entered)), (left_on, back, None)]
        );
    }
}
