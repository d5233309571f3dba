//! The totals of an income, added up once, against the three provisions they stand for.

use law::Yen;
use law::levy::Income;
use law::levy::income::Totals;

/// The short way holds against the three provisions, with and without each rare item.
#[test]
fn the_three_totals_are_those_of_the_provisions() {
    let plain = Income {
        salary: Yen(1_200_000),
        pension: Yen(90_000),
        business: Yen(-300_000),
        dividend: Yen(45_000),
        ..Income::default()
    };
    let below_zero = Income {
        salary: Yen(-10),
        business: Yen(-2_000_000),
        ..plain
    };
    let mut all = vec![
        plain,
        below_zero,
        Income {
            salary: Yen(-10),
            ..plain
        },
        Income {
            total_income: Yen(7_000_000),
            ..plain
        },
        Income {
            net_loss_for_judgement: Some(Yen(5_000)),
            ..plain
        },
    ];
    let rare: [fn(&mut Income) -> &mut Yen; 18] = [
        |one| &mut one.family_employee_deduction,
        |one| &mut one.family_employee_salary,
        |one| &mut one.land_short_gain,
        |one| &mut one.land_short_special_deduction,
        |one| &mut one.land_long_gain,
        |one| &mut one.land_long_special_deduction,
        |one| &mut one.land_business,
        |one| &mut one.general_shares,
        |one| &mut one.listed_shares,
        |one| &mut one.listed_dividend,
        |one| &mut one.futures,
        |one| &mut one.forestry,
        |one| &mut one.treaty_income,
        |one| &mut one.net_loss_used,
        |one| &mut one.listed_loss_used,
        |one| &mut one.futures_loss_used,
        |one| &mut one.home_loss_used,
        |one| &mut one.casualty_loss_used,
    ];
    for item in rare {
        let mut with = plain;
        *item(&mut with) = Yen(600_000);
        all.push(with);
    }
    for income in all {
        for aged_65 in [false, true] {
            let relief = Yen(150_000);
            let provisions = Totals {
                taper: income.total_for_taper(),
                levy: income.levy_total(false),
                judgement: income.judgement_total(false, aged_65, relief),
            };
            assert_eq!(income.totals(aged_65, relief), provisions, "{income:?}");
        }
    }
}
