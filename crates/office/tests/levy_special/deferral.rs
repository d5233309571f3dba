//! 納付猶予: due days move by postings, and back.

use crate::support::desk::{Desk, business, income};
use crate::support::permit;
use crate::{JUNE, poor};
use law::{Date, FiscalYear, day};
use office::OfficeError;
use office::levy::deferral::{self, Request};
use office::security::permit::GrantRelief;

fn request(instalments: &[i64], until: Date) -> Request<'_> {
    Request {
        household_id: 1,
        levy_year: FiscalYear(2026),
        liable_id: 11,
        instalments,
        until,
        reason: "失業",
    }
}

fn defer(desk: &Desk, on: Date, request: &Request<'_>) -> Result<(), OfficeError> {
    let permit = permit::<GrantRelief>(&desk.chief);
    deferral::grant(
        &desk.store,
        &desk.books(),
        &permit,
        &desk.chief(on),
        request,
    )
    .map(|_| ())
}

// covers: LEV-013
#[test]
fn two_instalments_are_put_off_to_february_and_back() {
    for desk in Desk::wards(2026..=2026) {
        poor(&desk, 1, 11, day(1990, 1, 1));
        desk.relevy(JUNE, &[1]);
        let before = desk.instalments(1, 2026);
        let on = day(2026, 7, 10);
        // 31 January 2027 is a Sunday.
        defer(&desk, on, &request(&[2, 3], day(2027, 1, 31))).unwrap();
        desk.check(on, &[1]);
        assert_eq!(desk.total(1, 2026), 20_121);
        let due: Vec<Date> = desk
            .instalments(1, 2026)
            .iter()
            .filter(|row| row.0 == 2 || row.0 == 3)
            .map(|row| row.1)
            .collect();
        assert_eq!(due, [day(2027, 2, 1); 2]);
        // No row was dated anew: the old day holds a plus and a minus.
        let old = desk
            .charged(1, 2026)
            .into_iter()
            .find(|row| row.instalment == 2 && row.due_on == day(2026, 7, 31))
            .unwrap();
        assert!(old.parts.is_zero());
        // It is told by a notice, and another levy does not move it back.
        assert_eq!(desk.notices(1).last().unwrap().0, "change");
        desk.report(day(2026, 8, 5), |conn, act| {
            income(conn, act, 11, 2026, business(440_000))
        });
        desk.relevy(day(2026, 8, 5), &[1]);
        let two = desk
            .instalments(1, 2026)
            .into_iter()
            .find(|row| row.0 == 2)
            .unwrap();
        assert_eq!(two.1, day(2027, 2, 1));
        desk.report(day(2026, 8, 6), |conn, act| {
            income(conn, act, 11, 2026, business(0))
        });
        desk.relevy(day(2026, 8, 6), &[1]);
        let permit = permit::<GrantRelief>(&desk.chief);
        for (number, granted) in desk
            .store
            .read(|conn| deferral::of_household(conn, 1))
            .unwrap()
            .into_iter()
            .enumerate()
        {
            let acting = desk.chief(day(2026, 8, 7));
            let id = granted.deferral_id;
            let books = desk.books();
            deferral::withdraw(&desk.store, &books, &permit, &acting, 1, id, "資力の回復").unwrap();
            desk.check(day(2026, 8, 7), &[1]);
            assert!(number < 2 && !granted.withdrawn);
        }
        let back = desk.instalments(1, 2026);
        let days = |rows: &[(i64, Date, i64)]| [rows[1].1, rows[2].1];
        assert_eq!(days(&before), days(&back));
    }
}

#[test]
fn only_a_standing_instalment_is_put_off_and_only_to_a_later_day() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.relevy(JUNE, &[1]);
    let code = |result: Result<(), OfficeError>| match result {
        Err(OfficeError::Refusal(refusal)) => refusal.code,
        other => panic!("{other:?}"),
    };
    let on = day(2026, 7, 10);
    let earlier = defer(&desk, on, &request(&[2], day(2026, 7, 20)));
    assert_eq!(code(earlier), "levy.deferral.not_later");
    let unknown = defer(&desk, on, &request(&[11], day(2027, 1, 31)));
    assert_eq!(code(unknown), "levy.deferral.no_instalment");
    desk.report(on, |conn, act| {
        income(conn, act, 11, 2026, business(1_430_000))
    });
    let pending = defer(&desk, on, &request(&[2], day(2027, 1, 31)));
    assert_eq!(code(pending), "levy.deferral.pending");
}
