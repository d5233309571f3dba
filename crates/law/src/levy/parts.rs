//! 世帯の一月ごとの額 — what each payer and the household add to a component, and the fractions dropped
//! before the parts are added up.

use super::amounts::{MICRO, TierPrices};
use super::bases::Bases;
use super::component::ComponentRun;
use super::household::PersonYear;
use crate::rules::levy::{BaseRounding, IncomeRounding, ReductionRounding};
use crate::{Months, Rounding, Yen};

/// Sums over months, in millionths of a yen times months of a year.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) income: i64,
    pub(super) asset: i64,
    pub(super) per_capita: i64,
    pub(super) per_adult: i64,
    pub(super) per_household: i64,
    pub(super) gross_per_capita: i64,
    pub(super) gross_per_household: i64,
    pub(super) maternity_income: i64,
    pub(super) statutory: i64,
    pub(super) preschool: i64,
    pub(super) maternity: i64,
    pub(super) minor: i64,
    pub(super) former_dependant: i64,
    pub(super) adjustment: i64,
    pub(super) total: i64,
    pub(super) capped: i64,
    pub(super) base_months: i64,
    pub(super) asset_months: i64,
    pub(super) person_months: i64,
    pub(super) adult_months: i64,
    pub(super) household_months: i64,
}
/// Months of something that a household without changes has none of: the compiler then leaves out all
/// that follows from them.
#[inline(always)]
fn rarely<const STEADY: bool>(months: Months) -> Months {
    if STEADY { Months::NONE } else { months }
}

impl ComponentRun<'_> {
    /// What one person adds to a group of months.
    #[inline(always)]
    pub(super) fn add_person<const STEADY: bool>(
        &self,
        person: &PersonYear,
        months: Months,
        bases: &Bases,
        prices: &TierPrices,
        whole: i64,
        part: &mut Sums,
    ) {
        let born = rarely::<STEADY>(person.maternity);
        let unemployed = rarely::<STEADY>(person.unemployed);
        let former_dependant_months = rarely::<STEADY>(person.former_dependant_months);
        let (all_months, maternity) = (months.count(), months.and(born).count());
        let paid = months.except(born);
        let relieved = months.and(born).and(unemployed).count();
        let (paid_months, unemployed) = (paid.count(), paid.and(unemployed).count());
        let usual = paid_months - unemployed;
        let rate = self.component.income_rate.0;
        let income_before = part.income;
        if STEADY || !person.former_dependant {
            part.base_months += bases.usual.0 * usual;
            part.base_months += bases.unemployed.0 * unemployed;
            match self.component.income_rounding {
                IncomeRounding::PersonFloor | IncomeRounding::PersonNearest => {
                    part.income += self.rounded(bases.usual) * usual;
                    if unemployed > 0 {
                        part.income += self.rounded(bases.unemployed) * unemployed;
                    }
                    if maternity > 0 {
                        part.maternity_income += self.rounded(bases.usual) * (maternity - relieved)
                            + self.rounded(bases.unemployed) * relieved;
                    }
                }
                IncomeRounding::HouseholdFloor | IncomeRounding::HouseholdNearest => {
                    if self.component.person_unit > 0 {
                        part.income +=
                            (bases.usual.0 * usual + bases.unemployed.0 * unemployed) * rate;
                    }
                    if maternity > 0 {
                        part.maternity_income += (bases.usual.0 * (maternity - relieved)
                            + bases.unemployed.0 * relieved)
                            * rate;
                    }
                }
            }
        }
        // 旧被扶養者: 資産割 is waived with 所得割.
        if !STEADY && !person.former_dependant {
            part.asset_months += person.asset_tax.0 * all_months;
        }

        let free = person.minor && self.component.minor_exempt;
        let reduced = prices.per_capita.reduced;
        let after = if person.preschool && self.component.preschool {
            part.preschool += (reduced - prices.preschool) * all_months;
            prices.preschool
        } else {
            reduced
        };
        part.gross_per_capita += prices.per_capita.gross * all_months;
        part.statutory += (prices.per_capita.gross - reduced) * all_months;
        part.maternity += after * maternity;
        let own = if free {
            part.minor += after * paid_months;
            0
        } else {
            part.person_months += paid_months;
            let relief_months = paid.and(former_dependant_months).count();
            let relief = (after - after.min(prices.per_capita.gross / 2)) * relief_months;
            part.former_dependant += relief;
            after * paid_months - relief
        };
        part.per_capita += own;
        let adult = if person.minor || prices.per_adult.gross == 0 {
            0
        } else {
            part.adult_months += paid_months;
            part.gross_per_capita += prices.per_adult.gross * all_months;
            part.statutory += (prices.per_adult.gross - prices.per_adult.reduced) * all_months;
            let reduced = prices.per_adult.reduced;
            part.maternity += reduced * maternity;
            let relief_months = paid.and(former_dependant_months).count();
            let relief = (reduced - reduced.min(prices.per_adult.gross / 2)) * relief_months;
            part.former_dependant += relief;
            reduced * paid_months - relief
        };
        part.per_adult += adult;
        if self.component.person_unit > 0 {
            let exact = part.income - income_before + own + adult;
            let kept = Rounding::Floor.divide(exact, whole * MICRO, self.component.person_unit)
                * whole
                * MICRO;
            // The cut comes off the income part, so that the parts still add up to the component.
            part.income += kept - exact;
        }
    }

    /// One person's annual 所得割 in millionths of a yen, its fraction dropped as the ordinance says.
    #[inline(always)]
    fn rounded(&self, base: Yen) -> i64 {
        let exact = base.0 * self.component.income_rate.0;
        match self.component.income_rounding {
            IncomeRounding::PersonFloor => Rounding::Floor.divide(exact, MICRO, 1) * MICRO,
            _ => Rounding::Nearest.divide(exact, MICRO, 1) * MICRO,
        }
    }

    /// 平等割. 根拠: 国民健康保険法施行令 第29条の7第2項第8号 (特定世帯 1/2、特定継続世帯 3/4)
    #[inline(always)]
    pub(super) fn add_household<const STEADY: bool>(
        &self,
        prices: &TierPrices,
        months: Months,
        only_former_dependants: Months,
        part: &mut Sums,
    ) {
        let (half, three_quarters) = if self.component.specific_household {
            let half = months.and(rarely::<STEADY>(self.household.specific_half));
            let three = months
                .and(rarely::<STEADY>(self.household.specific_three_quarters))
                .except(half);
            (half, three)
        } else {
            (Months::NONE, Months::NONE)
        };
        let full = months.except(half).except(three_quarters);
        for (price, months) in [
            (prices.household, full),
            (prices.specific_half, half),
            (prices.specific_three_quarters, three_quarters),
        ] {
            let count = months.count();
            part.gross_per_household += price.gross * count;
            part.statutory += (price.gross - price.reduced) * count;
            let relief_months = months.and(only_former_dependants).count();
            let relief = (price.reduced - price.reduced.min(price.gross / 2)) * relief_months;
            part.former_dependant += relief;
            part.per_household += price.reduced * count - relief;
        }
    }

    /// Drops the fractions that the ordinance drops before the parts are added up.
    #[inline(always)]
    pub(super) fn round_parts(&self, whole: i64, part: &mut Sums) {
        let step = whole * MICRO;
        let rate = self.component.income_rate.0;
        let household = match self.component.income_rounding {
            IncomeRounding::HouseholdFloor => Some(Rounding::Floor),
            IncomeRounding::HouseholdNearest => Some(Rounding::Nearest),
            IncomeRounding::PersonFloor | IncomeRounding::PersonNearest => None,
        };
        if let Some(rounding) = household
            && self.component.person_unit == 0
        {
            let base = match self.rules.base_rounding {
                BaseRounding::HouseholdThousand => {
                    Rounding::Floor.divide(part.base_months, whole, 1000) * whole
                }
                BaseRounding::None | BaseRounding::PersonThousand => part.base_months,
            };
            part.income = rounding.divide(base * rate, step, 1) * step;
        }
        if part.asset_months > 0 && self.component.asset_rate.0 > 0 {
            let asset = part.asset_months * self.component.asset_rate.0;
            part.asset = Rounding::Floor.divide(asset, step, 1) * step;
        }
        if self.component.reduction_rounding == ReductionRounding::FloorTotals {
            let floor =
                |amount: &mut i64| *amount = Rounding::Floor.divide(*amount, step, 1) * step;
            floor(&mut part.per_household);
            // Where each person's own sum was cut already there is no total left to cut.
            if self.component.person_unit == 0 {
                floor(&mut part.per_capita);
                floor(&mut part.per_adult);
            }
        }
    }
}

impl Sums {
    /// Adds one group of months to the year.
    pub(super) fn add_to(self, other: &mut Self) {
        other.income += self.income;
        other.asset += self.asset;
        other.per_capita += self.per_capita;
        other.per_adult += self.per_adult;
        other.per_household += self.per_household;
        other.gross_per_capita += self.gross_per_capita;
        other.gross_per_household += self.gross_per_household;
        other.maternity_income += self.maternity_income;
        other.statutory += self.statutory;
        other.preschool += self.preschool;
        other.maternity += self.maternity;
        other.minor += self.minor;
        other.former_dependant += self.former_dependant;
        other.adjustment += self.adjustment;
        other.total += self.total;
        other.base_months += self.base_months;
        other.asset_months += self.asset_months;
        other.person_months += self.person_months;
        other.adult_months += self.adult_months;
        other.household_months += self.household_months;
    }
}
