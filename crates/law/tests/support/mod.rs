//! Rule sets written out by hand, so that these tests stand on no rule file.
#![allow(dead_code, reason = "each test file uses its own part")]

use law::levy::facts::{
    FormerInsuredTie, Habits, HeadSpan, HouseholdFacts, InsuredSpan, LiableYear, LossCause,
    PersonFacts, Rejoining, household_years,
};
use law::levy::specific_household::SpecificHouseholdEnd;
use law::levy::{Assessor, EarnerThresholds, Levy};
use law::rules::Calendar;
use law::rules::levy::{
    BaseRounding, BasicDeduction, CapMethod, ComponentRules, IncomeRounding, LevyKind, LevyRules,
    LossMonth, ReductionRounding, ReductionRules, ReductionTier, Status,
};
use law::rules::national::MaternityRules;
use law::{Date, FiscalYear, Payers, Rate, Rounding, Span, Yen, day};

/// Rate in per cent, 均等割, 平等割, cap.
fn component(code: &str, name: &str, rate: &str, heads: [i64; 3], cap: i64) -> ComponentRules {
    let [per_capita, per_adult, per_household] = heads;
    let care = code == "care";
    ComponentRules {
        code: code.to_owned(),
        name_ja: name.to_owned(),
        payers: if care {
            Payers::CareAge
        } else {
            Payers::Everyone
        },
        income_rate: Rate::from_percent(rate).unwrap(),
        asset_rate: Rate(0),
        per_capita: Yen(per_capita),
        per_adult: Yen(per_adult),
        per_household: Yen(per_household),
        cap: Yen(cap),
        specific_household: !care,
        preschool: !care,
        minor_exempt: code == "child",
        income_rounding: IncomeRounding::HouseholdFloor,
        reduction_rounding: ReductionRounding::FloorEach,
        reduction_table: Vec::new(),
        person_unit: 0,
        amount_unit: 1,
        amount_rounding: Rounding::Floor,
    }
}

fn rules(kind: LevyKind, year: i16, components: Vec<ComponentRules>) -> LevyRules {
    let tier = |tenths, per_head| ReductionTier {
        tenths,
        per_head: Yen(per_head),
    };
    let deduction = |up_to: Option<i64>, deduction| BasicDeduction {
        up_to: up_to.map(Yen),
        deduction: Yen(deduction),
    };
    LevyRules {
        municipality: "131032".to_owned(),
        municipality_name: "港区".to_owned(),
        kind,
        fiscal_year: FiscalYear(year),
        status: Status::Draft,
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
            deduction(Some(24_000_000), 430_000),
            deduction(Some(24_500_000), 290_000),
            deduction(Some(25_000_000), 150_000),
            deduction(None, 0),
        ],
        base_rounding: BaseRounding::None,
        cap_method: CapMethod::MonthlyComposition,
        loss_month: LossMonth::EventMonth,
        maternity: Some(MATERNITY),
        total_unit: 1,
    }
}

/// 港区 令和8年度 (料, 二方式, one yen), or the same rates under another year.
pub fn ward(year: i16) -> LevyRules {
    rules(
        LevyKind::Premium,
        year,
        vec![
            component("medical", "医療分", "7.51", [47_600, 0, 0], 670_000),
            component("support", "支援分", "2.80", [17_600, 0, 0], 260_000),
            component("care", "介護分", "2.43", [17_800, 0, 0], 170_000),
            component("child", "子ども分", "0.27", [1_800, 73, 0], 30_000),
        ],
    )
}

/// A made-up town of 税, 三方式, 100 yen.
pub fn town(year: i16) -> LevyRules {
    let mut rules = rules(
        LevyKind::Tax,
        year,
        vec![
            component("medical", "医療分", "7.5", [27_100, 0, 24_100], 670_000),
            component("support", "支援分", "3.0", [11_000, 0, 9_000], 260_000),
            component("care", "介護分", "2.65", [11_500, 0, 10_000], 170_000),
            component("child", "子ども分", "0.3", [1_200, 60, 800], 30_000),
        ],
    );
    rules.municipality_name = "試験町".to_owned();
    for one in &mut rules.components {
        one.amount_unit = 100;
    }
    rules
}

/// One month before, or three, to two months after, from January 2024.
pub const MATERNITY: MaternityRules = MaternityRules {
    from: Date::constant(2024, 1, 1),
    months_before_single: 1,
    months_before_multiple: 3,
    months_after: 2,
};

pub const HABITS: Habits = Habits {
    specific_household_end: SpecificHouseholdEnd::Months,
    former_insured_tie: FormerInsuredTie::SameHead,
    rejoining: Rejoining::SameLevy,
};

/// Insured from long before and still.
pub fn always() -> InsuredSpan {
    since(2010, 4, 1)
}

pub fn since(year: i16, month: i8, day_of_month: i8) -> InsuredSpan {
    InsuredSpan {
        acquired_on: day(year, month, day_of_month),
        lost_on: None,
        event_on: None,
        cause: None,
    }
}

/// Insured from long before until a registered loss.
pub fn until(lost_on: Date, cause: LossCause) -> InsuredSpan {
    InsuredSpan {
        lost_on: Some(lost_on),
        cause: Some(cause),
        ..always()
    }
}

/// An insured person with a salary income and no other.
pub fn earner(birth_on: Date, salary_revenue: i64, salary: i64) -> PersonFacts {
    let mut person = PersonFacts::born(birth_on);
    person.insured = vec![always()];
    person.income.salary_revenue = Yen(salary_revenue);
    person.income.salary = Yen(salary);
    person
}

/// An insured person without income.
pub fn insured(birth_on: Date) -> PersonFacts {
    earner(birth_on, 0, 0)
}

/// A household whose first person is head throughout.
pub fn household(people: Vec<PersonFacts>) -> HouseholdFacts {
    HouseholdFacts {
        people,
        heads: vec![HeadSpan {
            person: 0,
            from: day(2000, 1, 1),
            until: None,
        }],
        adjustments: Vec::new(),
    }
}

/// The liable years under [`HABITS`].
pub fn years(rules: &LevyRules, facts: &HouseholdFacts) -> Vec<LiableYear> {
    household_years(rules, &HABITS, rules.fiscal_year, facts).unwrap()
}

/// The one liable year of a household with one head.
pub fn only(rules: &LevyRules, facts: &HouseholdFacts) -> LiableYear {
    let mut all = years(rules, facts);
    assert_eq!(all.len(), 1, "one liable head expected");
    all.remove(0)
}

/// The levy of a household with one head.
pub fn levy(rules: &LevyRules, facts: &HouseholdFacts) -> Levy {
    let year = only(rules, facts);
    Assessor::new(rules).unwrap().levy(&year.household).unwrap()
}

/// Amounts by component.
pub fn amounts(levy: &Levy) -> Vec<i64> {
    levy.components.iter().map(|one| one.amount.0).collect()
}

/// The holidays of 2020 to 2030.
pub fn calendar() -> Calendar {
    let mut holidays: Vec<Date> = include_str!("../data/holidays.csv")
        .lines()
        .skip(1)
        .map(|line| line.split(',').next().unwrap().parse().unwrap())
        .collect();
    holidays.sort_unstable();
    Calendar {
        known: Span {
            from: day(2020, 1, 1),
            until: Some(day(2031, 2, 1)),
        },
        holidays,
        closed_every_year: vec![(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)],
    }
}

/// A reproducible stream of numbers below a bound.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % bound
    }
}
