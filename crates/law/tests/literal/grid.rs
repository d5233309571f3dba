//! A systematic grid: every rounding and method against households on every edge.

use law::levy::{EarnerThresholds, HouseholdYear, Income, PersonYear, Standing};
use law::rules::LevyRules;
use law::rules::levy::{
    BaseRounding, BasicDeduction, CapMethod, ComponentRules, IncomeRounding, LevyKind, LossMonth,
    ReductionRounding, ReductionRow, ReductionRules, ReductionTier, Status,
};
use law::{FiscalYear, Months, Payers, Rate, Rounding, Yen};

const PER_CAPITA: i64 = 31_337;
const PER_ADULT: i64 = 73;
const PER_HOUSEHOLD: i64 = 20_003;
const CAP: i64 = 660_000;

fn reductions() -> Vec<ReductionRounding> {
    let mut all = vec![
        ReductionRounding::Exact,
        ReductionRounding::FloorTotals,
        ReductionRounding::FloorEach,
        ReductionRounding::Table,
    ];
    for unit in [1, 10, 100] {
        for rounding in [Rounding::Floor, Rounding::Ceil, Rounding::Nearest] {
            all.push(ReductionRounding::AmountOff { unit, rounding });
        }
    }
    all
}

/// Every rounding and method, named.
pub fn rule_sets() -> Vec<(String, LevyRules)> {
    let mut sets = Vec::new();
    for cap_method in [CapMethod::MonthlyComposition, CapMethod::PersonMonths] {
        for income in [
            IncomeRounding::HouseholdFloor,
            IncomeRounding::HouseholdNearest,
            IncomeRounding::PersonFloor,
            IncomeRounding::PersonNearest,
        ] {
            for reduction in reductions() {
                for (person_unit, amount_unit, kind) in [
                    (0, 100, LevyKind::Tax),
                    (0, 1, LevyKind::Premium),
                    (100, 1, LevyKind::Premium),
                ] {
                    let base = match amount_unit {
                        100 => BaseRounding::HouseholdThousand,
                        _ if person_unit == 100 => BaseRounding::PersonThousand,
                        _ => BaseRounding::None,
                    };
                    let component = |code| ComponentRules {
                        person_unit,
                        amount_unit,
                        ..component(code, income, reduction)
                    };
                    let components = ["medical", "care", "child"].map(component).to_vec();
                    let name = format!(
                        "{cap_method:?} {income:?} {reduction:?} {person_unit} {amount_unit}"
                    );
                    sets.push((name, rules(kind, components, base, cap_method)));
                }
            }
        }
    }
    sets
}

fn rules(
    kind: LevyKind,
    components: Vec<ComponentRules>,
    base_rounding: BaseRounding,
    cap_method: CapMethod,
) -> LevyRules {
    let tier = |tenths, per_head| ReductionTier {
        tenths,
        per_head: Yen(per_head),
    };
    let row = |up_to: Option<i64>, deduction| BasicDeduction {
        up_to: up_to.map(Yen),
        deduction: Yen(deduction),
    };
    LevyRules {
        municipality: "000000".to_owned(),
        municipality_name: "架空市".to_owned(),
        kind,
        fiscal_year: FiscalYear(2026),
        status: Status::Confirmed,
        components,
        reduction: ReductionRules {
            base: Yen(430_000),
            per_earner: Yen(100_000),
            tiers: vec![tier(7, 0), tier(5, 310_000), tier(2, 570_000)],
            pension_relief: Yen(150_000),
            earner: EarnerThresholds {
                salary: Yen(550_000),
                pension_under_65: Yen(600_000),
                pension_65: Yen(1_250_000),
            },
        },
        basic_deduction: vec![
            row(Some(24_000_000), 430_000),
            row(Some(24_500_000), 290_000),
            row(Some(25_000_000), 150_000),
            row(None, 0),
        ],
        base_rounding,
        cap_method,
        loss_month: LossMonth::EventMonth,
        maternity: None,
        total_unit: 1,
    }
}

fn component(
    code: &str,
    income_rounding: IncomeRounding,
    reduction_rounding: ReductionRounding,
) -> ComponentRules {
    let printed = |tenths| ReductionRow {
        tenths,
        per_capita: Yen(PER_CAPITA * tenths / 10 + 1),
        per_adult: Yen(PER_ADULT * tenths / 10),
        per_household: Yen(PER_HOUSEHOLD * tenths / 10),
        per_specific_half: Yen(PER_HOUSEHOLD * tenths / 20),
        per_specific_three_quarters: Yen(PER_HOUSEHOLD * tenths * 3 / 40),
        preschool: Yen(PER_CAPITA * (10 - tenths) / 20),
    };
    let child = code == "child";
    ComponentRules {
        code: code.to_owned(),
        name_ja: code.to_owned(),
        payers: if code == "care" {
            Payers::CareAge
        } else {
            Payers::Everyone
        },
        income_rate: Rate(if child { 2_700 } else { 99_900 }),
        asset_rate: Rate(if child { 0 } else { 50_000 }),
        per_capita: Yen(PER_CAPITA),
        per_adult: Yen(if child { PER_ADULT } else { 0 }),
        per_household: Yen(PER_HOUSEHOLD),
        cap: Yen(if child { 30_000 } else { CAP }),
        specific_household: code != "care",
        preschool: code != "care",
        minor_exempt: child,
        income_rounding,
        reduction_rounding,
        reduction_table: if reduction_rounding == ReductionRounding::Table {
            vec![printed(7), printed(5), printed(2), printed(0)]
        } else {
            Vec::new()
        },
        person_unit: 0,
        amount_unit: 1,
        amount_rounding: Rounding::Floor,
    }
}

fn earning(yen: i64) -> PersonYear {
    PersonYear {
        insured: Months::ALL,
        care: Months::ALL,
        income: Income {
            miscellaneous: Yen(yen),
            ..Income::default()
        },
        ..PersonYear::default()
    }
}

fn of(people: Vec<PersonYear>) -> HouseholdYear {
    HouseholdYear {
        fiscal_year: FiscalYear(2026),
        people,
        specific_half: Months::NONE,
        specific_three_quarters: Months::NONE,
        forced_reduction: None,
        adjustments: Vec::new(),
    }
}

/// Every edge, named.
pub fn households() -> Vec<(String, HouseholdYear)> {
    let mut all = Vec::new();
    tier_edges(&mut all);
    month_edges(&mut all);
    cap_edges(&mut all);
    marks(&mut all);
    all
}

type Named = Vec<(String, HouseholdYear)>;

/// One yen below, on and above the threshold of each tier, for one and two persons and earners.
fn tier_edges(all: &mut Named) {
    for (heads, earners) in [(1, 0), (2, 1), (2, 2)] {
        for per_head in [0, 310_000, 570_000] {
            for beside in [-1, 0, 1] {
                let threshold = 430_000 + per_head * heads + 100_000 * (earners - 1).max(0);
                let mut people = vec![earning(threshold + beside)];
                for _ in 1..heads {
                    people.push(earning(0));
                }
                for (person, place) in people.iter_mut().zip(0..) {
                    person.earner = Some(place < earners);
                }
                all.push((format!("{heads} heads {threshold}{beside:+}"), of(people)));
            }
        }
    }
}

/// One month, eleven, twelve; care from 40 and up to 65 in every month of the year.
fn month_edges(all: &mut Named) {
    for month in 0..=12 {
        for (name, months) in [
            ("from", Months::between(month, 12)),
            ("until", Months::between(0, month)),
        ] {
            let mut moving = earning(1_234_567);
            moving.insured = months;
            moving.care = months;
            all.push((format!("alone {name} {month}"), of(vec![moving.clone()])));
            all.push((
                format!("second {name} {month}"),
                of(vec![earning(5_550_000), moving]),
            ));
            let mut ageing = earning(1_500_000);
            ageing.care = months;
            all.push((format!("care {name} {month}"), of(vec![ageing])));
        }
    }
}

/// The uncapped amount beside the cap, for the whole year and for part of it.
fn cap_edges(all: &mut Named) {
    let base_at_cap = (CAP - PER_CAPITA - PER_HOUSEHOLD) * 1_000_000 / 99_900;
    for beside in -12..=12 {
        let at_cap = earning(430_000 + base_at_cap + beside);
        all.push((format!("cap{beside:+}"), of(vec![at_cap.clone()])));
        let mut second = earning(0);
        second.insured = Months::between(5, 9);
        second.care = Months::NONE;
        all.push((
            format!("cap{beside:+} with a guest"),
            of(vec![at_cap, second]),
        ));
    }
    for total in [24_000_000, 24_500_000, 25_000_000] {
        for beside in [0, 1] {
            all.push((
                format!("taper {total}{beside:+}"),
                of(vec![earning(total + beside)]),
            ));
        }
    }
}

/// Every mark a person or household can bear, over each tier.
fn marks(all: &mut Named) {
    for income in [0, 700_000, 990_000, 3_333_333] {
        let mut push = |name: &str, change: fn(&mut HouseholdYear)| {
            let mut child = earning(0);
            child.care = Months::NONE;
            child.minor = true;
            let mut household = of(vec![earning(income), child]);
            change(&mut household);
            all.push((format!("{name} {income}"), household));
        };
        push("minor", |_| {});
        push("preschool", |h| h.people[1].preschool = true);
        push("half", |h| h.specific_half = Months::ALL);
        push("half then more", |h| {
            h.specific_half = Months::first(5);
            h.specific_three_quarters = Months::between(5, 12);
        });
        push("maternity", |h| {
            h.people[0].maternity = Months::between(3, 7)
        });
        push("maternity of a minor", |h| {
            h.people[1].maternity = Months::between(8, 12);
        });
        push("unemployed", |h| {
            h.people[0].income.salary = h.people[0].income.miscellaneous;
            h.people[0].income.miscellaneous = Yen::ZERO;
            h.people[0].unemployed = Months::between(4, 12);
        });
        push("fictitious head", |h| {
            h.people[0].standing = Standing::FictitiousHead;
            h.people[0].insured = Months::NONE;
            h.people[0].care = Months::NONE;
        });
        push("former insured", |h| {
            h.people[0].standing = Standing::FormerInsured;
            h.people[0].insured = Months::NONE;
            h.people[0].care = Months::NONE;
        });
        push("joined later", |h| {
            h.people[1].standing = Standing::JoinedLater;
            h.people[1].insured = Months::between(2, 12);
        });
        push("former dependant", |h| {
            h.people.remove(0);
            h.people[0].minor = false;
            h.people[0].aged_65 = true;
            h.people[0].former_dependant = true;
            h.people[0].former_dependant_months = Months::first(7);
        });
        push("asset tax", |h| h.people[0].asset_tax = Yen(99_999));
        push("unfiled", |h| {
            h.people[1].filing = law::levy::Filing::Unfiled;
        });
    }
}
