//! 特別徴収 beside and instead of ordinary instalments.

use crate::support::desk::{Desk, business, income, insured, lost, person};
use crate::{JUNE, poor};
use law::levy::special_collection::Condition;
use law::levy::{Assessor, Income, Scratch};
use law::{Date, FiscalYear, Yen, day};
use office::ledger::Method;
use office::levy::decide::{decide, flags};
use office::levy::load;
use office::levy::relevy::NOW;
use office::levy::run::RunKind;
use office::levy::special::{self, Request};
use office::registry::{Pension, record, year_span};

/// 68 on 1 April 2026.
const BORN: Date = Date::constant(1957, 6, 20);

/// A pension of 2,000,000 yen a year from which care premiums of 5,000 yen are taken each time.
fn pension(desk: &Desk, on: Date, id: i64, february: i64, account_transfer: bool) {
    desk.report(on, |conn, act| {
        let fact = Pension {
            annual_pension: Yen(2_000_000),
            care_special: true,
            care_per_payment: Yen(5_000),
            account_transfer,
            february_amount: Yen(february),
        };
        record(conn, act, id, year_span(FiscalYear(2026)), &fact)
    });
}

/// A pensioner of whom last February took 3,300 yen.
fn continuing(desk: &Desk) {
    poor(desk, 1, 11, BORN);
    pension(desk, day(2026, 4, 3), 11, 3_300, false);
}

/// 仮徴収 of 3 × 3,300; the other 10,221 over October, December, February: 3,400 each and 21 more in October.
const CONTINUING: [(i64, i64); 6] = [
    (304, 3_300),
    (306, 3_300),
    (308, 3_300),
    (310, 3_421),
    (312, 3_400),
    (302, 3_400),
];

// covers: LEV-009
#[test]
fn collected_since_last_year_goes_on_from_april_at_the_counter_and_in_a_run() {
    for desk in Desk::wards(2026..=2026) {
        continuing(&desk);
        poor(&desk, 2, 21, BORN);
        pension(&desk, day(2026, 4, 3), 21, 3_300, false);
        // At the counter, and then the rest of the city in a run.
        desk.relevy(JUNE, &[1]);
        desk.publish_year(JUNE, 2026, RunKind::Initial);
        desk.check(JUNE, &[1, 2]);
        for household in [1, 2] {
            assert_eq!(desk.by_method(household, 2026, Method::Special), CONTINUING);
            assert_eq!(desk.by_method(household, 2026, Method::Ordinary), []);
            let standing = &desk.standing(household, 2026)[0];
            assert_ne!(standing.outcome.flags & flags::SPECIAL, 0);
        }
    }
}

#[test]
fn a_new_start_pays_ordinarily_to_september_and_from_the_pension_from_october() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, BORN);
    pension(&desk, day(2026, 4, 3), 11, 0, false);
    desk.relevy(JUNE, &[1]);
    // Of ten instalments the four due before October: 2,013 + 3 × 2,012 = 8,049.
    let ordinary = desk.by_method(1, 2026, Method::Ordinary);
    assert_eq!(ordinary, [(1, 2_013), (2, 2_012), (3, 2_012), (4, 2_012)]);
    // 12,072 over three payments: 4,000 each, 72 more in October.
    let special = desk.by_method(1, 2026, Method::Special);
    assert_eq!(special, [(310, 4_072), (312, 4_000), (302, 4_000)]);
}

#[test]
fn decided_after_july_the_year_is_collected_ordinarily() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, BORN);
    pension(&desk, day(2026, 4, 3), 11, 0, false);
    desk.relevy(day(2026, 8, 3), &[1]);
    assert_eq!(desk.by_method(1, 2026, Method::Special), []);
    assert_eq!(desk.total(1, 2026), 20_121);
}

/// F24: 75 in December: ordinary the whole year, whatever last February took. Never both.
#[test]
fn f24_the_year_of_75_is_ordinary() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, day(1951, 12, 10));
    pension(&desk, day(2026, 4, 3), 11, 3_300, false);
    desk.relevy(JUNE, &[1]);
    assert_eq!(desk.by_method(1, 2026, Method::Special), []);
    // Eight months: 9,520 + 3,520 + 374.
    assert_eq!(desk.total(1, 2026), 13_414);
}

/// Where the municipality goes on in the year of 75, 仮徴収 is taken and the months after October are ordinary.
#[test]
fn where_the_year_of_75_is_not_left_out_the_payments_end_with_the_insurance() {
    let desk =
        Desk::ward(2026..=2026).with_rules(|set| set.special_collection.exclude_year_of_75 = false);
    poor(&desk, 1, 11, day(1951, 12, 10));
    pension(&desk, day(2026, 4, 3), 11, 3_300, false);
    desk.relevy(JUNE, &[1]);
    assert_eq!(desk.by_method(1, 2026, Method::Special), CONTINUING[..3]);
    let ordinary = desk.by_method(1, 2026, Method::Ordinary);
    assert_eq!(
        ordinary.iter().map(|row| row.1).sum::<i64>(),
        13_414 - 9_900
    );
}

/// An increase is collected ordinarily beside what the pension gives (併徴).
#[test]
fn an_increase_is_collected_beside_the_pension() {
    let desk = Desk::ward(2026..=2026);
    continuing(&desk);
    desk.relevy(JUNE, &[1]);
    desk.report(day(2026, 9, 7), |conn, act| {
        let more = Income {
            pension_revenue: Yen(2_000_000),
            pension: Yen(900_000),
            ..Income::default()
        };
        income(conn, act, 11, 2026, more)
    });
    desk.relevy(day(2026, 9, 7), &[1]);
    // 750,000 ≤ 1,000,000: 2割. 35,297 + 38,080, 13,160 + 14,080, 1,269 + 1,440 + 58.
    assert_eq!(desk.amount(1, 2026), [73_377, 27_240, 0, 2_767]);
    assert_eq!(desk.by_method(1, 2026, Method::Special), CONTINUING);
    // 83,263 more over the seven from 30 September: 11,894 each, 5 more in the first.
    let ordinary = desk.by_method(1, 2026, Method::Ordinary);
    assert_eq!(ordinary[0], (4, 11_899));
    assert!(ordinary[1..].iter().all(|row| row.1 == 11_894) && ordinary.len() == 7);
}

/// Moving out in November: December and February stop, and what October took too much is taken off October.
#[test]
fn moving_out_stops_the_payments_to_come() {
    for desk in Desk::wards(2026..=2026) {
        continuing(&desk);
        desk.relevy(JUNE, &[1]);
        let act = desk.report(day(2026, 11, 12), |conn, act| {
            lost(
                conn,
                act,
                11,
                1,
                (day(2020, 4, 1), day(2026, 11, 10)),
                "moved_out",
            )
        });
        desk.relevy(day(2026, 11, 12), &[1]);
        // Seven months: 8,330 + 3,080 + 327 = 11,737; of October's 3,421 there remain 11,737 − 9,900.
        assert_eq!(desk.amount(1, 2026), [8_330, 3_080, 0, 327]);
        let special = desk.by_method(1, 2026, Method::Special);
        assert_eq!(
            special,
            [(304, 3_300), (306, 3_300), (308, 3_300), (310, 1_837)]
        );
        assert_eq!(desk.by_method(1, 2026, Method::Ordinary), []);
        // Found to be wrong, the amount comes back; what was stopped is then asked for ordinarily.
        desk.undo(day(2026, 11, 20), act);
        desk.relevy(day(2026, 11, 20), &[1]);
        assert_eq!(desk.total(1, 2026), 20_121);
        assert_eq!(desk.by_method(1, 2026, Method::Special), special);
    }
}

/// 口座振替 is asked for in September: the amount is the same, the payments to come turn ordinary, and it is told.
#[test]
fn asking_for_account_transfer_turns_the_rest_ordinary() {
    let desk = Desk::ward(2026..=2026);
    continuing(&desk);
    desk.relevy(JUNE, &[1]);
    pension(&desk, day(2026, 9, 1), 11, 3_300, true);
    let changed = desk.relevy(day(2026, 9, 1), &[1]);
    assert!(changed[0].difference().is_zero());
    assert_eq!(desk.by_method(1, 2026, Method::Special), CONTINUING[..3]);
    // 10,221 over the seven from 30 September: 1,460 each, 1 more in the first.
    let ordinary = desk.by_method(1, 2026, Method::Ordinary);
    assert_eq!(ordinary[0], (4, 1_461));
    assert_eq!(ordinary.iter().map(|row| row.1).sum::<i64>(), 10_221);
    let kinds: Vec<String> = desk.notices(1).into_iter().map(|one| one.0).collect();
    assert_eq!(kinds, ["initial", "change"]);
    // What each payment is to take, for the request to the pension payer: December is stopped.
    let asked = |month| {
        desk.store
            .read(|conn| special::requests(conn, FiscalYear(2026), month))
            .unwrap()
    };
    let of = |yen| Request {
        household_id: 1,
        liable_id: 11,
        yen: Yen(yen),
    };
    assert_eq!((asked(8), asked(12)), (vec![of(3_300)], vec![of(0)]));
    // The payer took from December all the same: the difference shows.
    let taken = [of(3_400)];
    assert_eq!(
        special::reconcile(&asked(12), &taken),
        [(1, 11, Yen(0), Yen(3_400))]
    );
    assert!(special::reconcile(&asked(8), &asked(8)).is_empty());
}

/// Someone of 60 joins: the condition on age fails, so the payments to come stop and all the rest is ordinary.
#[test]
fn a_member_under_65_ends_special_collection() {
    let desk = Desk::ward(2026..=2026);
    continuing(&desk);
    desk.relevy(JUNE, &[1]);
    desk.report(day(2026, 9, 3), |conn, act| {
        person(conn, act, 12, day(1966, 3, 3))?;
        insured(conn, act, 12, 1, day(2026, 9, 1))
    });
    desk.relevy(day(2026, 9, 3), &[1]);
    assert_eq!(desk.by_method(1, 2026, Method::Special), CONTINUING[..3]);
    let rules = desk.rules_of(2026);
    let loaded = desk
        .store
        .read(|conn| load::households(conn, 1, 2, NOW, FiscalYear(2026)))
        .unwrap();
    let assessor = Assessor::new(&rules.levy).unwrap();
    let decided = decide(rules, &assessor, &mut Scratch::default(), &loaded[0]).unwrap();
    let decision = special::conditions(rules, &loaded[0], &decided[0]);
    assert_eq!(
        decision.failed().collect::<Vec<_>>(),
        [Condition::NobodyUnder65]
    );
}

/// 平準化: from August the payments are evened out where the municipality does so.
#[test]
fn levelling_evens_out_from_august() {
    let desk =
        Desk::ward(2026..=2026).with_rules(|set| set.special_collection.level_from_month = Some(8));
    poor(&desk, 1, 11, BORN);
    pension(&desk, day(2026, 4, 3), 11, 1_000, false);
    desk.relevy(JUNE, &[1]);
    // 1,000 in April and June; 18,121 ÷ 4 = 4,500 in August; 13,621 ÷ 3: 4,500 each, 121 more in October.
    let special = desk.by_method(1, 2026, Method::Special);
    let wanted = [
        (304, 1_000),
        (306, 1_000),
        (308, 4_500),
        (310, 4_621),
        (312, 4_500),
        (302, 4_500),
    ];
    assert_eq!(special, wanted);
}

/// Last February's amount is more than the year owes: nothing beyond the year's amount is charged.
#[test]
fn what_february_took_never_exceeds_the_year() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, BORN);
    pension(&desk, day(2026, 4, 3), 11, 9_000, false);
    desk.relevy(JUNE, &[1]);
    let special = desk.by_method(1, 2026, Method::Special);
    assert_eq!(special, [(304, 9_000), (306, 9_000), (308, 2_121)]);
}

/// The numbers under which withholdings stand never read as those of another kind.
#[test]
fn withholdings_are_named_by_the_month_of_the_payment() {
    let names = [1, 10, 101, 111, 201, 304, 312, 302].map(office::levy::numbers::label_ja);
    let wanted = [
        "第1期",
        "第10期",
        "随時1",
        "随時11",
        "過年度1",
        "年金4月",
        "年金12月",
        "年金2月",
    ];
    assert_eq!(names, wanted);
}

/// A pension and the care premium of one payment, reported on a day.
fn paid(desk: &Desk, on: Date, (annual, care): (i64, i64), february: i64) {
    desk.report(on, |conn, act| {
        let fact = Pension {
            annual_pension: Yen(annual),
            care_special: true,
            care_per_payment: Yen(care),
            account_transfer: false,
            february_amount: Yen(february),
        };
        record(conn, act, 11, year_span(FiscalYear(2026)), &fact)
    });
}

/// 2分の1 of a new start is tested with what October takes, not with a sixth of the year.
#[test]
fn half_of_the_pension_is_tested_with_what_october_takes() {
    // Base 3,659,000: 274,790 + 47,600, 102,452 + 17,600, 9,879 + 1,873 = 454,194, of which 272,514 from October on:
    // 90,800 each and 114 more in October. A sixth of the year is 75,699.
    for (annual, care, special) in [
        (1_300_000, 12_000, true),
        // 90,914 + 12,000 against half of 178,666 = 89,333: a sixth of the year would have kept to it.
        (1_072_000, 12_000, false),
        // To the yen: 102,914 against 102,914 and 102,913.
        (1_234_968, 12_000, true),
        (1_234_967, 12_000, false),
    ] {
        for desk in Desk::wards(2026..=2026) {
            for (household, id) in [(1, 11), (2, 21)] {
                poor(&desk, household, id, BORN);
            }
            desk.report(day(2026, 4, 3), |conn, act| {
                income(conn, act, 11, 2026, business(4_089_000))
            });
            paid(&desk, day(2026, 4, 3), (annual, care), 0);
            // At the counter in one office, in a run in the next.
            if annual % 2 == 0 {
                desk.relevy(JUNE, &[1]);
            } else {
                desk.publish_year(JUNE, 2026, RunKind::Initial);
            }
            desk.check(JUNE, &[1]);
            assert_eq!(desk.total(1, 2026), 454_194);
            let taken = desk.by_method(1, 2026, Method::Special);
            let wanted = [(310, 90_914), (312, 90_800), (302, 90_800)];
            assert_eq!(taken, if special { &wanted[..] } else { &[] }, "{annual}");
            let marked = desk.standing(1, 2026)[0].outcome.flags & flags::SPECIAL != 0;
            assert_eq!(marked, special);
        }
    }
}

/// While withholdings stand, 2分の1 is tested with what they take: an increase does not stop them.
#[test]
fn an_increase_beyond_half_of_the_pension_is_collected_beside_the_payments() {
    let desk = Desk::ward(2026..=2026);
    poor(&desk, 1, 11, BORN);
    // Half of 33,333 less 5,000 leaves 11,666; a sixth of 103,384 would be 17,230.
    paid(&desk, day(2026, 4, 3), (200_000, 5_000), 3_300);
    desk.relevy(JUNE, &[1]);
    assert_eq!(desk.by_method(1, 2026, Method::Special), CONTINUING);
    desk.report(day(2026, 9, 7), |conn, act| {
        let more = Income {
            pension_revenue: Yen(2_000_000),
            pension: Yen(900_000),
            ..Income::default()
        };
        income(conn, act, 11, 2026, more)
    });
    desk.relevy(day(2026, 9, 7), &[1]);
    assert_eq!(desk.total(1, 2026), 103_384);
    assert_eq!(desk.by_method(1, 2026, Method::Special), CONTINUING);
    // The care premium rises to 13,300: 3,366 are left, and October would take 3,421. It can still be stopped 35 days
    // before.
    paid(&desk, day(2026, 9, 10), (200_000, 13_300), 3_300);
    desk.relevy(day(2026, 9, 10), &[1]);
    assert_eq!(desk.by_method(1, 2026, Method::Special), CONTINUING[..3]);
    assert_eq!(desk.total(1, 2026), 103_384);
}

/// Collected since last year, and October would take more than half: 仮徴収 is taken, the rest is ordinary.
#[test]
fn where_october_would_take_too_much_the_provisional_payments_alone_are_taken() {
    for level in [None, Some(8)] {
        let desk = Desk::ward(2026..=2026)
            .with_rules(|set| set.special_collection.level_from_month = level);
        poor(&desk, 1, 11, BORN);
        desk.report(day(2026, 4, 3), |conn, act| {
            income(conn, act, 11, 2026, business(4_089_000))
        });
        // A sixth of 454,194 is 75,699; the three from October would take 148,098 each, or evened out 111,800.
        paid(&desk, day(2026, 4, 3), (1_072_000, 5_000), 3_300);
        desk.relevy(JUNE, &[1]);
        assert_eq!(desk.by_method(1, 2026, Method::Special), CONTINUING[..3]);
        let ordinary = desk.by_method(1, 2026, Method::Ordinary);
        let rest: i64 = ordinary.iter().map(|row| row.1).sum();
        assert_eq!((ordinary.len(), rest), (10, 454_194 - 9_900));
    }
}

/// 中止の依頼: a payment that a request no longer reaches is taken as it stands, and what it takes too much is paid back.
#[test]
fn a_payment_too_near_to_be_stopped_is_taken() {
    for (days, decided_on, kept) in [
        (35, day(2026, 9, 10), 3),
        (35, day(2026, 9, 11), 4),
        (0, day(2026, 10, 15), 3),
        (0, day(2026, 10, 16), 4),
        (61, day(2026, 10, 16), 5),
    ] {
        let desk =
            Desk::ward(2026..=2026).with_rules(|set| set.special_collection.stop_days = days);
        continuing(&desk);
        desk.relevy(JUNE, &[1]);
        // From now on by transfer from an account.
        pension(&desk, decided_on, 11, 3_300, true);
        desk.relevy(decided_on, &[1]);
        desk.check(decided_on, &[1]);
        assert_eq!(
            desk.by_method(1, 2026, Method::Special),
            CONTINUING[..kept],
            "{days} {decided_on}"
        );
        assert_eq!(desk.total(1, 2026), 20_121);
    }
}

/// 国保法76条の4（準用介護保険法140条）、国保令29条の13第1号: what was collected since last year goes on to September whatever half of
/// the pension leaves; the payments from October are tested.
#[test]
fn the_provisional_payments_go_on_beyond_half_of_the_pension() {
    for desk in Desk::wards(2026..=2026) {
        poor(&desk, 1, 11, BORN);
        // Half of 33,333 less 13,400 leaves 3,266 of the 3,300 that last February took.
        paid(&desk, day(2026, 4, 3), (200_000, 13_400), 3_300);
        desk.relevy(JUNE, &[1]);
        desk.check(JUNE, &[1]);
        assert_eq!(desk.by_method(1, 2026, Method::Special), CONTINUING[..3]);
        let ordinary = desk.by_method(1, 2026, Method::Ordinary);
        let rest: i64 = ordinary.iter().map(|row| row.1).sum();
        assert_eq!(rest, 20_121 - 9_900);
        assert!(desk.relevy(day(2026, 7, 1), &[1]).is_empty());
    }
}
