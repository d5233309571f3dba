//! 調整額・独自減額: what the municipality takes off a component, as a fact of the year.

use crate::JUNE;
use crate::poor;
use crate::support::desk::{Desk, business, income};
use crate::support::permit;
use law::levy::What;
use law::{FiscalYear, Yen, day};
use office::OfficeError;
use office::levy::adjustment::{self, Granted};
use office::levy::run::RunKind;
use office::levy::{Relevied, why};
use office::security::permit::GrantRelief;

fn decide(desk: &Desk, granted: &[Granted], reason: &str) -> Result<Vec<Relevied>, OfficeError> {
    let on = day(2026, 7, 6);
    let permit = permit::<GrantRelief>(&desk.chief);
    let key = (1, FiscalYear(2026));
    let (books, acting) = (desk.books(), desk.chief(on));
    adjustment::decide(&desk.store, &books, &permit, &acting, key, granted, reason)
}

fn of(liable_id: i64, component: &str, yen: i64) -> Granted {
    Granted {
        liable_id,
        component: component.to_owned(),
        yen: Yen(yen),
        name_ja: "多子世帯の独自減額".to_owned(),
    }
}

/// It lowers the year of that head and component, shows as a line of its own, counts in a month's run, and ends with its
/// withdrawal.
// covers: LEV-016
#[test]
fn an_adjustment_is_taken_off_its_component_and_shown() {
    for desk in Desk::wards(2026..=2026) {
        poor(&desk, 1, 11, day(1990, 1, 1));
        poor(&desk, 2, 21, day(1990, 1, 1));
        desk.publish_year(JUNE, 2026, RunKind::Initial);
        let relevied = decide(&desk, &[of(11, "support", 2_000)], "多子世帯").unwrap();
        assert_eq!(relevied.len(), 1);
        desk.check(day(2026, 7, 6), &[1, 2]);
        assert_eq!(desk.amount(1, 2026), [14_280, 3_280, 0, 561]);
        assert_eq!(desk.total(2, 2026), 20_121);
        let standing = desk.standing(1, 2026).remove(0);
        let explained = desk
            .store
            .read(|conn| why::explain(conn, &standing))
            .unwrap();
        let step = explained[0]
            .reasoned
            .steps
            .iter()
            .find(|step| step.what == What::Adjustment);
        assert_eq!(step.unwrap().value, 2_000);
        // A month's run of everyone comes to the same.
        desk.report(day(2026, 7, 8), |conn, act| {
            income(conn, act, 11, 2026, business(0))
        });
        desk.publish_year(day(2026, 7, 10), 2026, RunKind::Monthly);
        assert_eq!(desk.amount(1, 2026)[1], 3_280);
        decide(&desk, &[], "対象の子が18歳を過ぎた").unwrap();
        assert_eq!(desk.total(1, 2026), 20_121);
    }
}

#[test]
fn what_the_year_or_the_household_does_not_have_is_refused() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.publish_year(JUNE, 2026, RunKind::Initial);
    for (granted, said) in [
        (of(11, "dental", 100), "dental"),
        (of(11, "medical", 0), "1円以上"),
        (of(99, "medical", 100), "宛名番号99"),
    ] {
        match decide(&desk, &[granted], "独自減額") {
            Err(OfficeError::Refusal(refusal)) => {
                assert!(refusal.message_ja.contains(said), "{}", refusal.message_ja);
            }
            other => panic!("{other:?}"),
        }
    }
    let without = decide(&desk, &[of(11, "medical", 100)], " ");
    assert!(matches!(without, Err(OfficeError::Input { .. })));
    assert_eq!(desk.total(1, 2026), 20_121);
}
