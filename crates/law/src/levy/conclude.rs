//! 区分の決定額 — from sums over months to yen: the month share, the rounding, the steps told.

use super::amounts::MICRO;
use super::assess::ComponentLevy;
use super::component::ComponentRun;
use super::parts::Sums;
use super::what::What;
use crate::reason::{Step, WHOLE_HOUSEHOLD, Why};
use crate::{Rounding, Yen};

impl ComponentRun<'_> {
    /// 区分の年額の端数. The three usual units are divided by as constants; `in_yen` is `capped` with its
    /// fraction dropped.
    #[inline(always)]
    fn amount(&self, capped: i64, in_yen: Yen) -> Yen {
        const YEAR: i64 = 12 * MICRO;
        let rounding = self.component.amount_rounding;
        if rounding == Rounding::Floor && self.component.amount_unit == 1 {
            return in_yen;
        }
        Yen(match self.component.amount_unit {
            1 => rounding.divide(capped, YEAR, 1),
            10 => rounding.divide(capped, YEAR, 10),
            100 => rounding.divide(capped, YEAR, 100),
            unit => rounding.divide(capped, YEAR, unit),
        })
    }

    /// Twelfths to yen, the cap, the rounding, and the steps told.
    #[inline(always)]
    pub(super) fn conclude<W: Why<What>>(&self, sums: &Sums, why: &mut W) -> ComponentLevy {
        const YEAR: i64 = 12 * MICRO;
        // Most sums of most households are zero and none is below it; dividing without a sign is cheaper.
        let yen = |sum: i64| match sum {
            0 => Yen::ZERO,
            1.. => Yen((sum.cast_unsigned() / YEAR.cast_unsigned()).cast_signed()),
            sum => Yen(sum.div_euclid(YEAR)),
        };
        let before_cap = yen(sums.total);
        let (kept, over_cap) = if sums.capped == sums.total {
            (before_cap, Yen::ZERO)
        } else {
            (yen(sums.capped), yen(sums.total - sums.capped))
        };
        let income = yen(sums.income);
        let levy = ComponentLevy {
            income,
            asset: yen(sums.asset),
            per_capita: yen(sums.per_capita),
            per_adult: yen(sums.per_adult),
            per_household: yen(sums.per_household),
            gross_income: match sums.maternity_income {
                0 => income,
                born => yen(sums.income + born),
            },
            gross_per_capita: yen(sums.gross_per_capita),
            gross_per_household: yen(sums.gross_per_household),
            statutory_reduction: yen(sums.statutory),
            preschool_deduction: yen(sums.preschool),
            maternity_deduction: yen(sums.maternity + sums.maternity_income),
            minor_deduction: yen(sums.minor),
            former_dependant_relief: yen(sums.former_dependant),
            adjustment: yen(sums.adjustment),
            before_cap,
            over_cap,
            amount: self.amount(sums.capped, kept),
        };
        let component = self.component;
        let mut step = |what, left: i64, right: i64, value: Yen| {
            why.step(Step {
                what,
                component: self.index,
                person: WHOLE_HOUSEHOLD,
                left,
                right,
                value: value.0,
            });
        };
        step(
            What::IncomeLevy,
            sums.base_months,
            component.income_rate.0,
            levy.income,
        );
        if component.asset_rate.0 > 0 {
            step(
                What::AssetLevy,
                sums.asset_months,
                component.asset_rate.0,
                levy.asset,
            );
        }
        step(
            What::PerCapita,
            sums.person_months,
            component.per_capita.0,
            levy.per_capita,
        );
        if component.per_adult.0 > 0 {
            step(
                What::PerAdult,
                sums.adult_months,
                component.per_adult.0,
                levy.per_adult,
            );
        }
        if component.per_household.0 > 0 {
            step(
                What::PerHousehold,
                sums.household_months,
                component.per_household.0,
                levy.per_household,
            );
        }
        for (what, value) in [
            (What::StatutoryReduction, levy.statutory_reduction),
            (What::PreschoolDeduction, levy.preschool_deduction),
            (What::MaternityDeduction, levy.maternity_deduction),
            (What::MinorDeduction, levy.minor_deduction),
            (What::FormerDependantRelief, levy.former_dependant_relief),
            (What::Adjustment, levy.adjustment),
        ] {
            if value != Yen::ZERO {
                step(what, 0, 0, value);
            }
        }
        if levy.over_cap > Yen::ZERO {
            step(What::Cap, levy.before_cap.0, component.cap.0, levy.over_cap);
        }
        step(
            What::ComponentAmount,
            kept.0,
            component.amount_unit,
            levy.amount,
        );
        levy
    }
}
