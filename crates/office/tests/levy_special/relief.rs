//! 条例減免: applied for, granted, refused, withdrawn.

use crate::support::desk::Desk;
use crate::support::permit;
use crate::{JUNE, poor};
use law::levy::relief::{Relief, ReliefBase, ReliefKind, ReliefSize};
use law::rules::ReliefReason;
use law::{Months, Rounding, Yen, day};
use office::OfficeError;
use office::levy::decide::flags;
use office::levy::relief::{self, Ruled};
use office::notices::{self, content};
use office::security::permit::{GrantRelief, RegisterFact};

fn percent(kind: ReliefKind, percent: u8, months: Months) -> Relief {
    Relief {
        kind,
        ordinance: "条例（減免の条）".to_owned(),
        components: vec![0, 1, 2, 3],
        base: ReliefBase::Whole,
        size: ReliefSize::Percent(percent),
        months,
        unit: 1,
        rounding: Rounding::Floor,
    }
}

fn apply(desk: &Desk, reason: ReliefReason) -> i64 {
    relief::apply(
        &desk.store,
        &permit::<RegisterFact>(&desk.levy),
        &desk.clerk(day(2026, 8, 3)),
        desk.rules_of(2026),
        1,
        reason,
        "水害で家を失った",
    )
    .unwrap()
}

fn grant(desk: &Desk, application: i64, relief: &Relief) -> Result<usize, OfficeError> {
    let on = day(2026, 9, 1);
    let permit = permit::<GrantRelief>(&desk.chief);
    relief::grant(
        &desk.store,
        &desk.books(),
        &permit,
        &desk.chief(on),
        application,
        relief,
    )
    .map(|relevied| relevied.len())
}

// covers: LEV-012
#[test]
fn applied_for_granted_shown_withdrawn() {
    for desk in Desk::wards(2026..=2026) {
        poor(&desk, 1, 11, day(1990, 1, 1));
        desk.relevy(JUNE, &[1]);
        let application = apply(&desk, ReliefReason::Disaster);
        assert_eq!(desk.total(1, 2026), 20_121);
        let half_a_year = Months::between(6, 12);
        let granted = percent(ReliefKind::Disaster, 70, half_a_year);
        assert_eq!(grant(&desk, application, &granted).unwrap(), 1);
        desk.check(day(2026, 9, 1), &[1]);
        // 70 % of six months of twelve: 14,280 − 4,998, 5,280 − 1,848, 561 − 196.
        assert_eq!(desk.amount(1, 2026), [9_282, 3_432, 0, 365]);
        assert_ne!(desk.standing(1, 2026)[0].outcome.flags & flags::RELIEF, 0);
        // Its own line on the notice: the columns still add up without a rounding that hides it.
        let told = desk
            .store
            .read(|conn| {
                let newest = notices::of_household(conn, 1)?.remove(0);
                content::gather(conn, &newest, law::day(2026, 6, 12))
            })
            .unwrap();
        let (columns, total) = told.table();
        assert_eq!(columns[0].relief, Yen(4_998));
        assert_eq!((total.relief, total.decided), (Yen(7_042), Yen(13_079)));
        assert_eq!(told.total_before(), Some(Yen(20_121)));
        let permit = permit::<GrantRelief>(&desk.chief);
        let on = day(2026, 10, 1);
        let acting = desk.chief(on);
        relief::withdraw(
            &desk.store,
            &desk.books(),
            &permit,
            &acting,
            application,
            "資力の回復",
        )
        .unwrap();
        desk.check(on, &[1]);
        assert_eq!(desk.total(1, 2026), 20_121);
        let all = desk
            .store
            .read(|conn| relief::of_household(conn, 1))
            .unwrap();
        assert!(matches!(&all[0].ruling, Some((Ruled::Withdrawn, _, why)) if why == "資力の回復"));
    }
}

// covers: LEV-012
#[test]
fn a_refusal_changes_no_yen_and_has_its_letter() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.relevy(JUNE, &[1]);
    let application = apply(&desk, ReliefReason::Poverty);
    let permit = permit::<GrantRelief>(&desk.chief);
    let acting = desk.chief(day(2026, 9, 1));
    let empty = relief::refuse(&desk.store, &permit, &acting, application, " ");
    assert!(matches!(empty, Err(OfficeError::Input { .. })));
    relief::refuse(
        &desk.store,
        &permit,
        &acting,
        application,
        "預貯金が基準を超える",
    )
    .unwrap();
    assert_eq!(desk.total(1, 2026), 20_121);
    let letter = desk
        .store
        .read(|conn| relief::refusal_letter(conn, desk.rules_of(2026), application))
        .unwrap();
    assert_eq!(letter.addressee.name, "見本　11");
    assert_eq!(letter.reason, "預貯金が基準を超える");
    assert!(letter.clause.contains("第77条"));
    // Ruled is ruled.
    let late = grant(
        &desk,
        application,
        &percent(ReliefKind::Poverty, 50, Months::first(12)),
    );
    assert!(
        matches!(late, Err(OfficeError::Refusal(refusal)) if refusal.code == "levy.relief.ruled")
    );
}

#[test]
fn nothing_beyond_the_ordinance_is_granted() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.relevy(JUNE, &[1]);
    let application = apply(&desk, ReliefReason::Custody);
    // The ordinance frees the whole; half of it, or another reason, is not in it.
    for wrong in [
        percent(ReliefKind::Custody, 50, Months::first(12)),
        percent(ReliefKind::Disaster, 100, Months::first(12)),
    ] {
        let refused = grant(&desk, application, &wrong);
        assert!(
            matches!(refused, Err(OfficeError::Refusal(refusal)) if refusal.code == "levy.relief.beyond_ordinance")
        );
    }
    let whole = percent(ReliefKind::Custody, 100, Months::between(2, 4));
    grant(&desk, application, &whole).unwrap();
    // June and July free: 14,280 − 2,380, 5,280 − 880, 561 − 93.
    assert_eq!(desk.amount(1, 2026), [11_900, 4_400, 0, 468]);
}

/// Two reliefs in one year: the later takes of what the earlier left, and each can be withdrawn by itself.
#[test]
fn two_reliefs_of_one_year_stand_side_by_side() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1990, 1, 1));
    desk.relevy(JUNE, &[1]);
    let first = apply(&desk, ReliefReason::Disaster);
    grant(
        &desk,
        first,
        &percent(ReliefKind::Disaster, 50, Months::between(0, 6)),
    )
    .unwrap();
    let second = apply(&desk, ReliefReason::Custody);
    grant(
        &desk,
        second,
        &percent(ReliefKind::Custody, 100, Months::between(6, 9)),
    )
    .unwrap();
    // 医療 14,280 − 3,570 − 3,570; 支援 5,280 − 1,320 − 1,320; 子ども 561 − 140 − 140.
    assert_eq!(desk.amount(1, 2026), [7_140, 2_640, 0, 281]);
    let permit = permit::<GrantRelief>(&desk.chief);
    let acting = desk.chief(day(2026, 10, 1));
    relief::withdraw(&desk.store, &desk.books(), &permit, &acting, first, "誤り").unwrap();
    desk.check(day(2026, 10, 1), &[1]);
    assert_eq!(desk.amount(1, 2026), [10_710, 3_960, 0, 421]);
}

// covers: LEV-014
#[test]
fn a_former_dependant_pays_no_income_part_and_half_per_capita_for_two_years() {
    use crate::support::desk::{business, income, single};
    use db::Span;
    use office::registry::{FormerDependant, record};
    let desk = Desk::ward(2026..=2026);
    let since = day(2026, 4, 1);
    single(&desk, 1, 11, day(1958, 5, 5), since);
    desk.report(JUNE, |conn, act| {
        income(conn, act, 11, 2026, business(1_430_000))
    });
    desk.relevy(JUNE, &[1]);
    // 75,100 + 47,600, 28,000 + 17,600, 2,700 + 1,873.
    assert_eq!(desk.amount(1, 2026), [122_700, 45_600, 0, 4_573]);
    desk.report(day(2026, 7, 1), |conn, act| {
        record(
            conn,
            act,
            11,
            Span::new(since, None),
            &FormerDependant { since },
        )
    });
    desk.relevy(day(2026, 7, 1), &[1]);
    // Half of 47,600 and 17,600; 900 + 36.5.
    assert_eq!(desk.amount(1, 2026), [23_800, 8_800, 0, 936]);
    let flagged = desk.standing(1, 2026)[0].outcome.flags;
    assert_ne!(flagged & flags::FORMER_DEPENDANT, 0);
}
