//! Households for measurements: nobody's, drawn with a fixed seed, held in memory.

use law::levy::estimate::income_from_revenue;
use law::levy::{Filing, HouseholdYear, PersonYear, Standing};
use law::{FiscalYear, Months, Yen};

const SEED: u64 = 20_260_401;

/// Households of one to five persons. Nine in ten are charged the whole year, the others from a month of
/// it on, all members alike; one in eight has a head who is not insured.
pub fn made_up(year: FiscalYear, count: usize) -> Vec<HouseholdYear> {
    let mut draw = fastrand::Rng::with_seed(SEED);
    (0..count).map(|_| household(&mut draw, year)).collect()
}

fn household(draw: &mut fastrand::Rng, year: FiscalYear) -> HouseholdYear {
    let months = match draw.u8(0..10) {
        0 => Months::between(draw.i32(1..12), 12),
        _ => Months::ALL,
    };
    let size = match draw.u8(0..100) {
        0..=61 => 1,
        62..=87 => 2,
        88..=94 => 3,
        95..=98 => 4,
        _ => 5,
    };
    let mut people: Vec<PersonYear> = (0..size)
        .map(|place| person(draw, year, months, place))
        .collect();
    if draw.u8(0..8) == 0 {
        people.push(PersonYear {
            standing: Standing::FictitiousHead,
            insured: Months::NONE,
            care: Months::NONE,
            ..person(draw, year, months, 0)
        });
    }
    HouseholdYear {
        fiscal_year: year,
        people,
        specific_half: Months::NONE,
        specific_three_quarters: Months::NONE,
        forced_reduction: None,
        adjustments: Vec::new(),
    }
}

fn person(draw: &mut fastrand::Rng, year: FiscalYear, months: Months, place: usize) -> PersonYear {
    // The first two are adults; children follow.
    let age = if place < 2 {
        draw.u8(18..75)
    } else {
        draw.u8(0..18)
    };
    let aged_65 = age >= 65;
    let revenue = |draw: &mut fastrand::Rng, most: i64| Yen(draw.i64(0..=most) / 1000 * 1000);
    let (salary, pension, other) = match (age, draw.u8(0..10)) {
        (0..=17, _) | (_, 0..=2) => (Yen::ZERO, Yen::ZERO, Yen::ZERO),
        (65.., _) => (Yen::ZERO, revenue(draw, 3_600_000), Yen::ZERO),
        (_, 3..=7) => (revenue(draw, 6_000_000), Yen::ZERO, Yen::ZERO),
        (_, 8) => (Yen::ZERO, Yen::ZERO, revenue(draw, 9_000_000)),
        _ => (
            revenue(draw, 2_000_000),
            Yen::ZERO,
            revenue(draw, 1_000_000),
        ),
    };
    PersonYear {
        insured: months,
        care: if (40..65).contains(&age) {
            months
        } else {
            Months::NONE
        },
        preschool: age < 6,
        minor: age < 18,
        aged_65,
        filing: if draw.u8(0..40) == 0 {
            Filing::Unfiled
        } else {
            Filing::Filed
        },
        income: income_from_revenue(year, salary, pension, other, aged_65),
        ..PersonYear::default()
    }
}
