//! 賦課集計: the subsidy sums from the same results as the levy, kept, opened down to the household.

use crate::support::desk::{Desk, business, head, income, insured, person};
use crate::support::{city, lay, permit};
use crate::{JUNE, poor};
use law::{Yen, day};
use office::levy::run::{self, RunKind};
use office::levy::tally::{self, Kind, LineKey};
use office::security::permit::RunLevy;

// covers: LEV-010
#[test]
fn two_households_line_by_line() {
    let desk = Desk::ward(2026..=2026)
        .with_rules(|set| set.levy.components[0].per_household = Yen(12_000));
    // 7割 with a child of 5; and one with income and no reduction.
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.report(JUNE, |conn, act| {
        person(conn, act, 12, day(2021, 5, 1))?;
        insured(conn, act, 12, 1, day(2021, 5, 1))?;
        person(conn, act, 21, day(1990, 1, 1))?;
        head(conn, act, 2, 21, day(2020, 4, 1))?;
        insured(conn, act, 21, 2, day(2020, 4, 1))?;
        income(conn, act, 21, 2026, business(2_430_000))
    });
    let run_id = desk.calculate(JUNE, 2026, RunKind::Initial);
    let clerk = permit::<RunLevy>(&desk.levy);
    let tally = tally::freeze(&desk.store, &clerk, &desk.clerk(JUNE), run_id).unwrap();
    let line = |tenths, kind| {
        let line = tally.line("medical", tenths, kind);
        (line.units, line.persons, line.yen.0)
    };
    // 33,320 for each of two; 8,400 of 12,000; half of 14,280.
    assert_eq!(line(7, Kind::StatutoryPerCapita), (1, 2, 66_640));
    assert_eq!(line(7, Kind::StatutoryPerHousehold), (1, 2, 8_400));
    assert_eq!(line(7, Kind::Preschool), (1, 1, 7_140));
    assert_eq!(line(0, Kind::StatutoryPerCapita), (0, 0, 0));
    // 14,280 + 7,140 + 3,600; 150,200 + 47,600 + 12,000.
    assert_eq!(line(7, Kind::Amount), (1, 2, 25_020));
    assert_eq!(line(0, Kind::Amount), (1, 1, 209_800));
    // 検算: three heads of 47,600.
    assert_eq!(tally.identities[0].heads, 3);
    assert_eq!(tally.identities[0].levied, Yen(142_800));
    let key = LineKey {
        component: "medical".to_owned(),
        tenths: 7,
        kind: Kind::Preschool,
    };
    let behind = tally::behind(&desk.store, run_id, &key).unwrap();
    assert_eq!(behind.len(), 1);
    assert_eq!((behind[0].household_id, behind[0].yen), (1, Yen(7_140)));
    // Kept with the run: a fact told later changes neither the kept lines nor the count of that run.
    desk.report(day(2026, 7, 1), |conn, act| {
        income(conn, act, 21, 2026, business(0))
    });
    let kept = desk.store.read(|conn| tally::frozen(conn, run_id)).unwrap();
    assert_eq!(kept, tally.lines);
    let again = tally::freeze(&desk.store, &clerk, &desk.clerk(JUNE), run_id).unwrap();
    assert_eq!(again, tally);
}

#[test]
fn a_city_adds_up_and_every_line_opens_to_its_households() {
    for desk in Desk::wards(2026..=2026) {
        lay(&desk.store, &city(120, 7));
        let run_id = desk.calculate(JUNE, 2026, RunKind::Initial);
        let tally = tally::compute(&desk.store, run_id).unwrap();
        let run = run::require(&desk.store, run_id).unwrap();
        assert_eq!(tally.total(Kind::Amount), run.total);
        assert!(tally.total(Kind::StatutoryPerCapita) > Yen::ZERO);
        let key = tally
            .lines
            .keys()
            .find(|key| key.kind == Kind::StatutoryPerCapita)
            .unwrap();
        let behind = tally::behind(&desk.store, run_id, key).unwrap();
        let line = tally.lines[key];
        assert_eq!(behind.iter().map(|one| one.yen).sum::<Yen>(), line.yen);
        assert_eq!(i64::try_from(behind.len()).unwrap(), line.units);
    }
}
