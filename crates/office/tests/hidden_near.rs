//! 支援措置（住民基本台帳事務処理要領 第5-10）: nobody is passed over. Pages ask for all their people at once whether anybody near
//! them is under a measure; whoever is hidden from is always among those who are asked for one by one.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod support;

use db::{Conn, Span};
use law::{Date, day};
use office::registry::support::{
    Measure, MeasureKind, Shared, is_hidden_from, is_withheld_from, near,
};
use office::registry::{Resident, record, record_person, timeline};
use office::{Act, OfficeError};
use std::collections::BTreeSet;
use support::desk::{Desk, head, person, span_of};
use support::merged::{confirm, propose};

const PEOPLE: i64 = 44;
const TODAY: Date = Date::constant(2026, 6, 15);

/// A span that begins in the years before and may have ended.
fn span(lots: &mut fastrand::Rng) -> Span {
    let from = day(lots.i16(2019..2026), lots.i8(1..=12), 1);
    let until = day(2026, lots.i8(1..=12), 1);
    Span::new(from, (lots.bool() && from < until).then_some(until))
}

/// Homes of the residents' register, households of the insurance and their heads, drawn by lot.
fn live(conn: &mut Conn, act: &Act, seed: u64) -> Result<(), OfficeError> {
    let mut lots = fastrand::Rng::with_seed(seed);
    for id in 1..=PEOPLE {
        person(conn, act, id, day(1980, 1, 1))?;
    }
    for household in 1..=20 {
        head(conn, act, household, lots.i64(1..=PEOPLE), day(2019, 4, 1))?;
    }
    for id in 1..=PEOPLE {
        let mut resident = timeline::<Resident>(conn, id, None)?.remove(0).fact;
        for _ in 0..lots.usize(0..3) {
            resident.register_household = Some(lots.i64(1..=25));
            record(conn, act, id, span(&mut lots), &resident)?;
        }
        if lots.u8(0..3) == 0 {
            record(conn, act, id, span(&mut lots), &span_of(lots.i64(1..=20)))?;
        }
    }
    Ok(())
}

fn measure(conn: &mut Conn, act: &Act, id: i64, span: Span) -> Result<(), OfficeError> {
    let measure = Measure {
        kind: MeasureKind::Full,
        ends_on: None,
        history_number: 0,
        origin: "counter".to_owned(),
    };
    record(conn, act, id, span, &measure)
}

/// Whom an address is hidden from, asked of each alone.
fn hidden(conn: &mut Conn, on: Date) -> Result<BTreeSet<i64>, OfficeError> {
    let mut found = BTreeSet::new();
    for id in 1..=PEOPLE {
        let records = timeline::<Resident>(conn, id, None)?;
        if is_withheld_from(conn, id, on)?
            || is_hidden_from(conn, id, on)?
            || Shared::of(conn, id, on)?.hides_any(&records)
        {
            found.insert(id);
        }
    }
    Ok(found)
}

// covers: SEC-102, ADR-008
#[test]
fn whoever_is_hidden_from_is_near_whatever_way_they_live_together() {
    let mut cohabitants = 0;
    for (seed, desk) in (1..=6).flat_map(|seed| Desk::wards(2026..=2026).map(|desk| (seed, desk))) {
        desk.report(TODAY, |conn, act| live(conn, act, seed));
        let ended = span(&mut fastrand::Rng::with_seed(seed));
        desk.report(TODAY, |conn, act| {
            measure(conn, act, 5, ended)?;
            measure(conn, act, 6, Span::since(TODAY))
        });
        let asked = propose(&desk.store, (6, 7), (TODAY, desk.tick()));
        confirm(&desk.store, asked, (TODAY, desk.tick()));
        let everybody: Vec<i64> = (1..=PEOPLE).collect();
        for on in [day(2025, 1, 1), TODAY, day(2027, 1, 1)] {
            let read = |conn: &mut Conn| {
                let near_all = near(conn, &everybody, on)?;
                let mut near_alone = BTreeSet::new();
                for id in &everybody {
                    near_alone.extend(near(conn, &[*id], on)?);
                }
                Ok::<_, OfficeError>((hidden(conn, on)?, near_alone, near_all))
            };
            let (hidden, near_alone, near_all) = desk.store.read(read).unwrap();
            assert!(hidden.contains(&6) && hidden.contains(&7), "{seed} {on}");
            cohabitants += hidden.len() - 2;
            assert!(
                hidden.is_subset(&near_alone),
                "{seed} {on}: {hidden:?} {near_alone:?}"
            );
            assert!(
                near_alone.is_subset(&near_all),
                "{seed} {on}: {near_alone:?} {near_all:?}"
            );
            assert!(
                near_alone.len() < everybody.len(),
                "{seed} {on}: {near_alone:?}"
            );
        }
    }
    assert!(cohabitants > 100, "{cohabitants}");
}

/// Each is asked for, however many they are; and where nobody is near, nobody.
#[test]
fn the_last_of_many_is_asked_for_like_the_first() {
    for desk in Desk::wards(2026..=2026) {
        let crowd: Vec<i64> = (1..=19).collect();
        desk.report(TODAY, |conn, act| {
            for id in &crowd {
                person(conn, act, *id, day(1980, 1, 1))?;
            }
            person(conn, act, 99, day(1980, 1, 1))?;
            for id in [19, 99] {
                let mut resident = timeline::<Resident>(conn, id, None)?.remove(0).fact;
                resident.register_household = Some(3);
                record_person(conn, act, id, 1, Span::since(TODAY), &resident)?;
            }
            Ok(())
        });
        let asked = |people: &[i64]| desk.store.read(|conn| near(conn, people, TODAY)).unwrap();
        assert!(asked(&crowd).is_empty());
        desk.report(TODAY, |conn, act| {
            measure(conn, act, 99, Span::since(TODAY))
        });
        assert!(asked(&crowd).contains(&19));
        assert!(!asked(&crowd).contains(&1));
        assert!(asked(&crowd[..18]).is_empty());
        assert!(asked(&[]).is_empty());
    }
}
