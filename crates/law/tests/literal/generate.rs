//! Random rule sets over every option, and random households that sit on the edges.

use fastrand::Rng;
use law::levy::{
    Adjustment, EarnerThresholds, Filing, HouseholdYear, Income, PersonYear, Standing,
};
use law::rules::LevyRules;
use law::rules::levy::{
    BaseRounding, BasicDeduction, CapMethod, ComponentRules, IncomeRounding, LevyKind, LossMonth,
    ReductionRounding, ReductionRow, ReductionRules, ReductionTier, Status,
};
use law::{FiscalYear, Months, Payers, Rate, Rounding, Yen};

fn pick<T: Copy>(rng: &mut Rng, choices: &[T]) -> T {
    choices[rng.usize(..choices.len())]
}

fn rounding(rng: &mut Rng) -> Rounding {
    pick(rng, &[Rounding::Floor, Rounding::Ceil, Rounding::Nearest])
}

/// Zero, a round amount, or any amount up to `most`.
fn price(rng: &mut Rng, most: i64) -> Yen {
    match rng.u8(..8) {
        0 => Yen(0),
        1 => Yen(rng.i64(1..=100)),
        2..=4 => Yen(rng.i64(0..=most / 100) * 100),
        _ => Yen(rng.i64(0..=most)),
    }
}

pub fn rules(rng: &mut Rng) -> LevyRules {
    let tenths = pick(rng, &[[7, 5, 2].as_slice(), &[6, 4], &[5, 3], &[]]);
    let mut heads = [0, 310_000, 570_000].into_iter();
    let tiers = tenths
        .iter()
        .map(|tenths| ReductionTier {
            tenths: *tenths,
            per_head: Yen(heads.next().unwrap_or(0)),
        })
        .collect();
    let codes = ["medical", "support", "care", "child"];
    let mut components = Vec::new();
    for code in codes {
        if rng.u8(..4) > 0 {
            components.push(component(rng, code, tenths));
        }
    }
    if components.is_empty() {
        components.push(component(rng, "medical", tenths));
    }
    LevyRules {
        municipality: "000000".to_owned(),
        municipality_name: "架空市".to_owned(),
        kind: pick(rng, &[LevyKind::Premium, LevyKind::Tax]),
        fiscal_year: FiscalYear(2026),
        status: Status::Confirmed,
        components,
        reduction: ReductionRules {
            base: Yen(pick(rng, &[430_000, 330_000])),
            per_earner: Yen(pick(rng, &[100_000, 0])),
            tiers,
            pension_relief: Yen(150_000),
            earner: EarnerThresholds {
                salary: Yen(550_000),
                pension_under_65: Yen(600_000),
                pension_65: Yen(1_250_000),
            },
        },
        basic_deduction: basic_deduction(rng),
        base_rounding: pick(
            rng,
            &[
                BaseRounding::None,
                BaseRounding::PersonThousand,
                BaseRounding::HouseholdThousand,
            ],
        ),
        cap_method: pick(
            rng,
            &[CapMethod::MonthlyComposition, CapMethod::PersonMonths],
        ),
        loss_month: LossMonth::EventMonth,
        maternity: None,
        total_unit: pick(rng, &[1, 10, 100]),
    }
}

fn basic_deduction(rng: &mut Rng) -> Vec<BasicDeduction> {
    let row = |up_to: Option<i64>, deduction| BasicDeduction {
        up_to: up_to.map(Yen),
        deduction: Yen(deduction),
    };
    if rng.bool() {
        vec![row(None, 330_000)]
    } else {
        vec![
            row(Some(24_000_000), 430_000),
            row(Some(24_500_000), 290_000),
            row(Some(25_000_000), 150_000),
            row(None, 0),
        ]
    }
}

fn component(rng: &mut Rng, code: &str, tenths: &[i64]) -> ComponentRules {
    let per_capita = price(rng, 60_000);
    let per_household = price(rng, 40_000);
    let per_adult = if rng.bool() { price(rng, 500) } else { Yen(0) };
    let reduction_rounding = match rng.u8(..6) {
        0 => ReductionRounding::Exact,
        1 => ReductionRounding::FloorTotals,
        2 => ReductionRounding::FloorEach,
        3 => ReductionRounding::Table,
        _ => ReductionRounding::AmountOff {
            unit: pick(rng, &[1, 10, 100]),
            rounding: rounding(rng),
        },
    };
    let rows = [7, 6, 5, 4, 3, 2, 0];
    let table = rows.iter().filter(|row| **row == 0 || tenths.contains(row));
    ComponentRules {
        code: code.to_owned(),
        name_ja: code.to_owned(),
        payers: if code == "care" {
            Payers::CareAge
        } else {
            Payers::Everyone
        },
        income_rate: Rate(match rng.u8(..4) {
            0 => 0,
            1 => rng.i64(0..=120_000),
            _ => rng.i64(0..=1_200) * 100,
        }),
        asset_rate: Rate(if rng.u8(..4) == 0 {
            rng.i64(0..=4_000) * 100
        } else {
            0
        }),
        per_capita,
        per_adult,
        per_household,
        cap: Yen(pick(
            rng,
            &[30_000, 60_000, 170_000, 260_000, 670_000, 1_000_000_000],
        )),
        specific_household: rng.bool(),
        preschool: rng.bool(),
        minor_exempt: rng.u8(..3) == 0,
        income_rounding: pick(
            rng,
            &[
                IncomeRounding::HouseholdFloor,
                IncomeRounding::HouseholdNearest,
                IncomeRounding::PersonFloor,
                IncomeRounding::PersonNearest,
            ],
        ),
        reduction_rounding,
        reduction_table: if reduction_rounding == ReductionRounding::Table {
            table
                .map(|tenths| printed_row(rng, *tenths, per_capita, per_adult, per_household))
                .collect()
        } else {
            Vec::new()
        },
        person_unit: pick(rng, &[0, 0, 0, 1, 10, 100]),
        amount_unit: pick(rng, &[1, 10, 100]),
        amount_rounding: rounding(rng),
    }
}

/// A printed row: near the share, a few yen beside it.
fn printed_row(
    rng: &mut Rng,
    tenths: i64,
    per_capita: Yen,
    per_adult: Yen,
    per_household: Yen,
) -> ReductionRow {
    let mut near = |gross: i64| Yen((gross * tenths / 10 + rng.i64(0..=30)).min(gross));
    let per_capita_off = near(per_capita.0);
    ReductionRow {
        tenths,
        per_capita: per_capita_off,
        per_adult: near(per_adult.0),
        per_household: near(per_household.0),
        per_specific_half: near(per_household.0 / 2),
        per_specific_three_quarters: near(per_household.0 * 3 / 4),
        preschool: Yen((per_capita.0 - per_capita_off.0) / 2),
    }
}

/// All of the year, one stretch of it, none, or any months at all.
pub fn months(rng: &mut Rng) -> Months {
    match rng.u8(..8) {
        0..=3 => Months::ALL,
        4 => Months::NONE,
        5 | 6 => {
            let from = rng.i32(0..12);
            Months::between(from, rng.i32(from..=12))
        }
        _ => Months(rng.u16(..) & Months::ALL.0),
    }
}

pub fn household(rng: &mut Rng, rules: &LevyRules) -> HouseholdYear {
    let size = pick(rng, &[0, 1, 1, 2, 2, 3, 3, 4, 6]);
    let rare = |rng: &mut Rng| rng.u8(..8) == 0;
    let half = if rare(rng) { months(rng) } else { Months::NONE };
    let three_quarters = if rare(rng) { months(rng) } else { Months::NONE };
    let forced: Vec<i64> = rules
        .reduction
        .tiers
        .iter()
        .map(|tier| tier.tenths)
        .collect();
    let people = (0..size).map(|_| person(rng)).collect();
    let forced_reduction = if rare(rng) {
        Some(pick(rng, &[forced.as_slice(), &[0]].concat()))
    } else {
        None
    };
    let adjustments = if rare(rng) {
        vec![Adjustment {
            component: rng.usize(..rules.components.len()),
            yen: Yen(rng.i64(0..=30_000)),
        }]
    } else {
        Vec::new()
    };
    HouseholdYear {
        fiscal_year: rules.fiscal_year,
        people,
        specific_half: half,
        specific_three_quarters: three_quarters,
        forced_reduction,
        adjustments,
    }
}

fn person(rng: &mut Rng) -> PersonYear {
    let standing = match rng.u8(..10) {
        0 => Standing::FictitiousHead,
        1 => Standing::FormerInsured,
        2 => Standing::JoinedLater,
        _ => Standing::Insured,
    };
    let insured = match standing {
        Standing::Insured | Standing::JoinedLater => months(rng),
        // A head who was not insured on the judgement day may join later in the year.
        Standing::FictitiousHead if rng.bool() => months(rng),
        Standing::FictitiousHead | Standing::FormerInsured => Months::NONE,
    };
    let mut person = PersonYear {
        standing,
        insured,
        aged_65: rng.u8(..3) == 0,
        earner: pick(rng, &[None, None, None, Some(true), Some(false)]),
        income: income(rng),
        ..PersonYear::default()
    };
    if rng.u8(..4) == 0 {
        person.asset_tax = Yen(rng.i64(0..=200_000));
    }
    match rng.u8(..10) {
        0..=3 => person.care = insured.and(months(rng)),
        4 => {
            person.preschool = true;
            person.minor = true;
        }
        5 => person.minor = true,
        6 => {
            person.former_dependant = true;
            person.former_dependant_months = insured.and(months(rng));
        }
        7 => person.maternity = insured.and(months(rng)),
        8 => {
            person.maternity = insured.and(months(rng));
            person.care = insured.and(months(rng));
            person.unemployed = months(rng);
        }
        _ => person.unemployed = months(rng),
    }
    match rng.u8(..24) {
        0 => person.filing = Filing::Unfiled,
        1 => person.filing = Filing::NotRequired,
        2 => person.inquiry_open = true,
        _ => {}
    }
    person
}

/// Nothing, an amount beside a threshold, or items of every kind.
fn income(rng: &mut Rng) -> Income {
    let edges = [
        330_000, 430_000, 530_000, 740_000, 1_000_000, 1_050_000, 24_000_000, 24_500_000,
        25_000_000,
    ];
    match rng.u8(..8) {
        0 | 1 => Income::default(),
        2 | 3 => Income {
            miscellaneous: Yen(pick(rng, &edges) + rng.i64(-1..=1)),
            ..Income::default()
        },
        4 => salaried(rng),
        5 => pensioner(rng),
        6 => Income {
            business: Yen(rng.i64(-2_000_000..=12_000_000)),
            family_employee_deduction: Yen(rng.i64(0..=1_000_000)),
            ..salaried(rng)
        },
        _ => every_kind(rng),
    }
}

fn salaried(rng: &mut Rng) -> Income {
    let revenue = pick(rng, &[550_000, 550_001, 980_000, 3_000_000, 9_999_999]);
    let salary = rng.i64(0..=revenue - 550_000);
    let family = rng.u8(..4) == 0;
    Income {
        salary_revenue: Yen(revenue),
        salary: Yen(salary),
        family_employee_revenue: Yen(if family { revenue } else { 0 }),
        family_employee_salary: Yen(if family { salary } else { 0 }),
        ..Income::default()
    }
}

fn pensioner(rng: &mut Rng) -> Income {
    let revenue = pick(rng, &[600_000, 600_001, 1_250_000, 1_250_001, 2_400_000]);
    Income {
        pension_revenue: Yen(revenue),
        pension: Yen(pick(
            rng,
            &[0, 1, 149_999, 150_000, 150_001, 580_000, 1_300_000],
        )),
        ..Income::default()
    }
}

fn every_kind(rng: &mut Rng) -> Income {
    let mut yen = |from: i64| {
        Yen(if rng.bool() {
            rng.i64(from..=4_000_000)
        } else {
            0
        })
    };
    let mut income = Income {
        salary: yen(0),
        pension: yen(0),
        business: yen(-3_000_000),
        farming: yen(-1_000_000),
        real_estate: yen(-1_000_000),
        interest: yen(0),
        dividend: yen(0),
        miscellaneous: yen(0),
        short_gain: yen(0),
        long_gain_and_occasional_half: yen(0),
        land_short_gain: yen(0),
        land_short_special_deduction: yen(0),
        land_long_gain: yen(0),
        land_long_special_deduction: yen(0),
        land_business: yen(0),
        general_shares: yen(0),
        listed_shares: yen(0),
        listed_dividend: yen(0),
        futures: yen(0),
        forestry: yen(0),
        treaty_income: yen(0),
        net_loss_used: yen(0),
        listed_loss_used: yen(0),
        futures_loss_used: yen(0),
        home_loss_used: yen(0),
        casualty_loss_used: yen(0),
        total_income: yen(0),
        ..Income::default()
    };
    if rng.bool() {
        income.net_loss_for_judgement = Some(Yen(rng.i64(0..=2_000_000)));
    }
    income
}
