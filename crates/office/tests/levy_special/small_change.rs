//! 少額: an increase below the municipality's limit is shown and not levied, until it has grown.

use crate::JUNE;
use crate::support::desk::{Desk, business, income, single};
use law::{Yen, day};
use office::acts::{Act, ActId};
use office::levy::book::Circumstances;
use office::levy::{Booking, SmallIncrease, relevy};

#[test]
fn an_increase_of_211_yen_waits_until_it_is_845() {
    let desk = Desk::ward(2026..=2026).with_rules(|set| set.small_change.increase_below = Yen(500));
    single(&desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
    desk.report(JUNE, |conn, act| {
        income(conn, act, 11, 2026, business(1_430_000))
    });
    desk.relevy(JUNE, &[1]);
    assert_eq!(desk.total(1, 2026), 172_873);
    // 2,000 × 7.51 %, 2.80 %, 0.27 %: 150 + 56 + 5.
    let on = day(2026, 8, 3);
    desk.report(on, |conn, act| {
        income(conn, act, 11, 2026, business(1_432_000))
    });
    assert!(desk.relevy(on, &[1]).is_empty());
    let act = Act {
        id: ActId(0),
        recorded_at: 0,
    };
    let booking = Booking {
        rules: desk.rules_of(2026),
        calendar: desk.book.calendar(),
        act: &act,
        run_id: 0,
        decided_on: on,
        reason: "",
        circumstances: Circumstances::default(),
    };
    let shown = desk
        .store
        .read(|conn| relevy::preview_with_small(conn, &booking, 1))
        .unwrap();
    let waiting = SmallIncrease {
        household_id: 1,
        liable_id: 11,
        yen: Yen(211),
        levied_from: Yen(500),
    };
    assert_eq!((shown.relevied.len(), shown.small), (0, vec![waiting]));
    // 8,000 in all: 600 + 224 + 21 = 845.
    desk.report(day(2026, 8, 4), |conn, act| {
        income(conn, act, 11, 2026, business(1_438_000))
    });
    desk.relevy(day(2026, 8, 4), &[1]);
    assert_eq!(desk.total(1, 2026), 172_873 + 845);
    // A decrease is never too small.
    desk.report(day(2026, 8, 5), |conn, act| {
        income(conn, act, 11, 2026, business(1_437_000))
    });
    assert_eq!(desk.relevy(day(2026, 8, 5), &[1]).len(), 1);
}
