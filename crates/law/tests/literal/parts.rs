//! The parts of one component's annual amount for the people of one month, and their roundings.

use super::fraction::Fraction;
use super::income;
use law::levy::{HouseholdYear, PersonYear};
use law::rules::LevyRules;
use law::rules::levy::{
    BaseRounding, ComponentRules, IncomeRounding, ReductionRounding, ReductionRow,
};
use law::{Payers, Rate, Rounding, Yen};
use std::collections::BTreeMap;

/// 平等割 as a share of the full amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Household {
    Full,
    Half,
    ThreeQuarters,
}

/// One person who pays the component in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payer {
    index: usize,
    base: i64,
    asset: i64,
    per_capita: Fraction,
    per_adult: Fraction,
}

/// Who pays the component in one month, and what each owes for a whole year.
#[derive(Clone, Debug)]
pub struct Composition {
    pub month: i32,
    pub payers: Vec<Payer>,
    per_household: Fraction,
    key: String,
}

impl PartialEq for Composition {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Composition {
    pub fn of(
        rules: &LevyRules,
        component: &ComponentRules,
        household: &HouseholdYear,
        month: i32,
        tenths: i64,
    ) -> Self {
        let insured = household.people.iter().filter(|p| p.insured.has(month));
        let only_former_dependants = insured
            .clone()
            .all(|p| p.former_dependant_months.has(month));
        let kind = if !component.specific_household {
            Household::Full
        } else if household.specific_half.has(month) {
            Household::Half
        } else if household.specific_three_quarters.has(month) {
            Household::ThreeQuarters
        } else {
            Household::Full
        };
        let mut payers = Vec::new();
        let mut key = format!("{tenths} {kind:?} {only_former_dependants}");
        for (index, person) in household.people.iter().enumerate() {
            let pays = match component.payers {
                Payers::Everyone => person.insured.has(month),
                Payers::CareAge => person.insured.has(month) && person.care.has(month),
            };
            if !pays {
                continue;
            }
            let relieved = person.former_dependant_months.has(month);
            let unemployed = person.unemployed.has(month);
            key += &format!(" {index}{relieved}{unemployed}");
            payers.push(Payer {
                index,
                base: income::base(rules, person, month),
                asset: if person.former_dependant {
                    0
                } else {
                    person.asset_tax.0
                },
                per_capita: per_capita(component, person, tenths, relieved),
                per_adult: per_adult(component, person, tenths, relieved),
            });
        }
        let per_household = if payers.is_empty() {
            Fraction::ZERO
        } else {
            per_household(component, kind, tenths, only_former_dependants)
        };
        Self {
            month,
            payers,
            per_household,
            key,
        }
    }
}

fn row(component: &ComponentRules, tenths: i64) -> ReductionRow {
    let nothing = ReductionRow {
        tenths,
        per_capita: Yen::ZERO,
        per_adult: Yen::ZERO,
        per_household: Yen::ZERO,
        per_specific_half: Yen::ZERO,
        per_specific_three_quarters: Yen::ZERO,
        preschool: Yen::ZERO,
    };
    let mut rows = component.reduction_table.iter();
    *rows.find(|row| row.tenths == tenths).unwrap_or(&nothing)
}

/// A gross amount after so much of it is taken off: the rest as a share, or the table's yen.
fn reduced(component: &ComponentRules, gross: Fraction, off: Fraction, table_off: Yen) -> Fraction {
    let rest = match component.reduction_rounding {
        ReductionRounding::Exact | ReductionRounding::FloorTotals => gross - gross * off,
        ReductionRounding::FloorEach => (gross - gross * off).floor(),
        ReductionRounding::AmountOff { unit, rounding } => {
            gross - (gross * off).rounded(rounding, unit)
        }
        ReductionRounding::Table => gross - table_off.0.into(),
    };
    rest.at_least_zero()
}

/// 旧被扶養者: at most half of the gross amount. A relief, so the fractions of the reduction do not apply.
fn at_most_half(gross: Fraction, rest: Fraction) -> Fraction {
    rest.at_most(gross / 2)
}

fn tenth(tenths: i64) -> Fraction {
    Fraction::from(tenths) / 10
}

fn per_capita(
    component: &ComponentRules,
    person: &PersonYear,
    tenths: i64,
    relieved: bool,
) -> Fraction {
    if component.minor_exempt && person.minor {
        return Fraction::ZERO;
    }
    let gross = Fraction::from(component.per_capita.0);
    let row = row(component, tenths);
    let (mut off, mut table_off) = (tenth(tenths), row.per_capita);
    if component.preschool && person.preschool {
        off = off + (Fraction::from(1) - off) / 2;
        table_off += row.preschool;
    }
    let rest = reduced(component, gross, off, table_off);
    if relieved {
        at_most_half(gross, rest)
    } else {
        rest
    }
}

fn per_adult(
    component: &ComponentRules,
    person: &PersonYear,
    tenths: i64,
    relieved: bool,
) -> Fraction {
    if person.minor {
        return Fraction::ZERO;
    }
    let gross = Fraction::from(component.per_adult.0);
    let rest = reduced(
        component,
        gross,
        tenth(tenths),
        row(component, tenths).per_adult,
    );
    if relieved {
        at_most_half(gross, rest)
    } else {
        rest
    }
}

fn per_household(
    component: &ComponentRules,
    kind: Household,
    tenths: i64,
    only_former_dependants: bool,
) -> Fraction {
    let full = Fraction::from(component.per_household.0);
    let row = row(component, tenths);
    let (gross, table_off) = match kind {
        Household::Full => (full, row.per_household),
        Household::Half => (full / 2, row.per_specific_half),
        Household::ThreeQuarters => (full * Fraction::new(3, 4), row.per_specific_three_quarters),
    };
    let rest = reduced(component, gross, tenth(tenths), table_off);
    if only_former_dependants {
        at_most_half(gross, rest)
    } else {
        rest
    }
}

/// One person's income part and per-capita parts, of some months, each a twelfth of the year.
struct PersonParts {
    income: Fraction,
    capita: Fraction,
}

impl PersonParts {
    /// What one payer owes for a year, with the roundings that are made on one person.
    fn of_year(component: &ComponentRules, payer: &Payer) -> Self {
        let income = Fraction::from(payer.base) * rate(component.income_rate);
        let income = match component.income_rounding {
            IncomeRounding::PersonFloor => income.rounded(Rounding::Floor, 1),
            IncomeRounding::PersonNearest => income.rounded(Rounding::Nearest, 1),
            IncomeRounding::HouseholdFloor | IncomeRounding::HouseholdNearest => income,
        };
        Self {
            income,
            capita: payer.per_capita + payer.per_adult,
        }
    }
}

fn rate(rate: Rate) -> Fraction {
    Fraction::new(rate.0.into(), 1_000_000)
}

/// The parts of some months, added up, each month a twelfth of its composition's year.
///
/// 産前産後: of her 所得割 and 均等割 only the share of a month that is not relieved is added.
pub struct Parts {
    base: Fraction,
    income: Fraction,
    asset: Fraction,
    per_capita: Fraction,
    per_adult: Fraction,
    per_household: Fraction,
    by_person: BTreeMap<usize, Fraction>,
}

impl Parts {
    pub fn of(
        component: &ComponentRules,
        base_rounding: BaseRounding,
        months: &[&Composition],
        owed_share: impl Fn(usize, i32) -> Fraction,
    ) -> Self {
        let mut parts = Self {
            base: Fraction::ZERO,
            income: Fraction::ZERO,
            asset: Fraction::ZERO,
            per_capita: Fraction::ZERO,
            per_adult: Fraction::ZERO,
            per_household: Fraction::ZERO,
            by_person: BTreeMap::new(),
        };
        for month in months {
            for payer in &month.payers {
                let twelfth = owed_share(payer.index, month.month) / 12;
                let person = PersonParts::of_year(component, payer);
                parts.base = parts.base + Fraction::from(payer.base) * twelfth;
                parts.income = parts.income + person.income * twelfth;
                parts.per_capita = parts.per_capita + payer.per_capita * twelfth;
                parts.per_adult = parts.per_adult + payer.per_adult * twelfth;
                let owed = parts.by_person.entry(payer.index).or_insert(Fraction::ZERO);
                *owed = *owed + (person.income + person.capita) * twelfth;
                let asset = Fraction::from(payer.asset) * rate(component.asset_rate);
                parts.asset = parts.asset + asset / 12;
            }
            parts.per_household = parts.per_household + month.per_household / 12;
        }
        if base_rounding == BaseRounding::HouseholdThousand {
            parts.base = parts.base.rounded(Rounding::Floor, 1_000);
        }
        parts
    }

    /// 所得割, 資産割, 均等割, 18歳以上均等割, 平等割 after the ordinance's roundings of each.
    pub fn rounded(&self, component: &ComponentRules) -> [Fraction; 5] {
        let total = |part: Fraction| {
            if component.reduction_rounding == ReductionRounding::FloorTotals {
                part.floor()
            } else {
                part
            }
        };
        // 資産割 is an amount of its own, its fraction dropped.
        let (asset, household) = (self.asset.floor(), total(self.per_household));
        if component.person_unit > 0 {
            // 1人ずつ the amount of these months is cut before it is added up; shown with the 所得割.
            let (capita, adult) = (self.per_capita, self.per_adult);
            let kept = self.by_person.values().fold(Fraction::ZERO, |sum, owed| {
                sum + owed.rounded(Rounding::Floor, component.person_unit)
            });
            return [kept - capita - adult, asset, capita, adult, household];
        }
        let on_total = self.base * rate(component.income_rate);
        let income = match component.income_rounding {
            IncomeRounding::HouseholdFloor => on_total.rounded(Rounding::Floor, 1),
            IncomeRounding::HouseholdNearest => on_total.rounded(Rounding::Nearest, 1),
            IncomeRounding::PersonFloor | IncomeRounding::PersonNearest => self.income,
        };
        let (capita, adult) = (total(self.per_capita), total(self.per_adult));
        [income, asset, capita, adult, household]
    }
}

/// A twelfth of every part added to what is there.
pub fn add(sum: &mut [Fraction; 5], parts: &[Fraction; 5], twelfths: i64) {
    for (sum, part) in sum.iter_mut().zip(parts) {
        *sum = *sum + *part * Fraction::from(twelfths) / 12;
    }
}

/// All parts together.
pub fn all(parts: &[Fraction; 5]) -> Fraction {
    parts.iter().fold(Fraction::ZERO, |sum, part| sum + *part)
}
