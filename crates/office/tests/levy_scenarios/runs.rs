//! Runs beside the counter: what is decided while a run waits for its approval.

use crate::support::desk::{Desk, business, income, single};
use crate::support::permit;
use crate::{JUNE, poor};
use law::{Yen, day};
use office::jobs::Flow;
use office::levy::publish;
use office::levy::run::{self, RunKind};
use office::security::permit::{ApproveLevy, PublishLevy};

fn approve_and_publish(desk: &Desk, run_id: i64) {
    let on = day(2026, 6, 19);
    let chief = permit::<ApproveLevy>(&desk.chief);
    run::approve(&desk.store, &chief, &desk.chief(on), run_id).unwrap();
    let chief = permit::<PublishLevy>(&desk.chief);
    publish::begin(&desk.store, &chief, &desk.chief(on), run_id).unwrap();
    let calendar = desk.book.calendar();
    publish::publish(&desk.store, calendar, run_id, 1, &|| 1, |_| Flow::Continue).unwrap();
}

/// Between calculation and publication the counter levies two households on what it has learned since: the run, which
/// knows less, leaves them alone and publishes the rest.
#[test]
fn a_run_never_puts_older_knowledge_over_a_newer_decision() {
    for desk in Desk::wards(2026..=2026) {
        poor(&desk, 1, 11, day(1990, 1, 1));
        poor(&desk, 2, 21, day(1990, 1, 1));
        poor(&desk, 4, 41, day(1990, 1, 1));
        let run_id = desk.calculate(JUNE, 2026, RunKind::Initial);
        // Household 1 files more; household 3 has only just moved in, between the others.
        desk.report(day(2026, 6, 15), |conn, act| {
            income(conn, act, 11, 2026, business(1_430_000))
        });
        single(&desk, 3, 31, day(1990, 1, 1), day(2026, 6, 10));
        desk.relevy(day(2026, 6, 15), &[1, 3]);
        // 122,700 + 45,600 + 4,573; ten months of 47,600, 17,600, 1,873.
        assert_eq!(desk.total(1, 2026), 172_873);
        assert_eq!(desk.amount(3, 2026), [39_666, 14_666, 0, 1_560]);
        let known = run::require(&desk.store, run_id).unwrap();
        let left = desk
            .store
            .read(|conn| publish::overtaken(conn, &known, 0, i64::MAX))
            .unwrap();
        assert_eq!(left, [1, 3]);
        approve_and_publish(&desk, run_id);
        desk.check(day(2026, 6, 19), &[1, 2, 3, 4]);
        assert_eq!(desk.total(1, 2026), 172_873);
        assert_eq!(desk.standing(1, 2026)[0].sequence, 1);
        assert_eq!(desk.amount(3, 2026), [39_666, 14_666, 0, 1_560]);
        assert_eq!(desk.total(2, 2026) + desk.total(4, 2026), 2 * 20_121);
        let balance = desk
            .store
            .read(|conn| publish::tie(conn, known.levy_year))
            .unwrap();
        assert_eq!(balance, Yen(172_873 + 55_892 + 2 * 20_121));
    }
}
