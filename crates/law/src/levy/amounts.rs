//! 軽減後の単価 — what one person or household pays of the per-capita and per-household parts in each
//! tier, worked out once for a rule set.

use crate::rules::levy::{ComponentRules, LevyRules, ReductionRounding};
use crate::{Refusal, Rounding, Yen};

/// Millionths of a yen; unit prices keep their fractions until the ordinance drops them.
pub type MicroYen = i64;

/// Millionths in one yen.
pub const MICRO: i64 = 1_000_000;

/// A unit price before and after the reductions, in millionths of a yen a year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitPrice {
    /// Before anything is taken off.
    pub gross: MicroYen,
    /// After 7・5・2割.
    pub reduced: MicroYen,
}

/// Unit prices of one component in one tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierPrices {
    /// 均等割.
    pub per_capita: UnitPrice,
    /// 均等割 of a 未就学児 after both reductions.
    pub preschool: MicroYen,
    /// 18歳以上均等割.
    pub per_adult: UnitPrice,
    /// 平等割.
    pub household: UnitPrice,
    /// 平等割 of a 特定世帯 (half).
    pub specific_half: UnitPrice,
    /// 平等割 of a 特定継続世帯 (three quarters).
    pub specific_three_quarters: UnitPrice,
}

/// The tiers of a rule set: index 0 is no reduction, then the tiers strongest first.
pub fn tier_tenths(rules: &LevyRules) -> impl Iterator<Item = i64> {
    std::iter::once(0).chain(rules.reduction.tiers.iter().map(|tier| tier.tenths))
}

/// Unit prices of a component, one row for each tier of [`tier_tenths`].
///
/// # Errors
/// A [`Refusal`] when the ordinance's table lacks a tier.
pub fn tier_prices(
    rules: &LevyRules,
    component: &ComponentRules,
) -> Result<Vec<TierPrices>, Refusal> {
    tier_tenths(rules)
        .map(|tenths| match component.reduction_rounding {
            ReductionRounding::Table => from_table(component, tenths),
            _ => Ok(from_ratio(component, tenths)),
        })
        .collect()
}

/// 割合から作る. 根拠: 国民健康保険法施行令 第29条の7第6項第3号・第6号
fn from_ratio(component: &ComponentRules, tenths: i64) -> TierPrices {
    let price = |gross: MicroYen| UnitPrice {
        gross,
        reduced: after_rounding(component, gross, gross / 10 * (10 - tenths)),
    };
    let per_capita = component.per_capita.0 * MICRO;
    let household = component.per_household.0 * MICRO;
    // The half is taken of what 7・5・2割 leaves, so a child in a 7割 household pays 15 %. Where the
    // ordinance rounds the amount taken off, both reductions are rounded as one amount.
    let exact_half = per_capita / 10 * (10 - tenths) / 2;
    TierPrices {
        per_capita: price(per_capita),
        preschool: after_rounding(component, per_capita, exact_half),
        per_adult: price(component.per_adult.0 * MICRO),
        household: price(household),
        specific_half: price(household / 2),
        specific_three_quarters: price(household / 4 * 3),
    }
}

fn after_rounding(component: &ComponentRules, gross: MicroYen, exact: MicroYen) -> MicroYen {
    match component.reduction_rounding {
        ReductionRounding::FloorEach => Rounding::Floor.divide(exact, 1, MICRO),
        ReductionRounding::AmountOff { unit, rounding } => {
            (gross - rounding.divide(gross - exact, 1, unit * MICRO)).max(0)
        }
        ReductionRounding::Exact | ReductionRounding::FloorTotals | ReductionRounding::Table => {
            exact
        }
    }
}

/// 条例の表から引く. 根拠: 地方税法施行令 第56条の89 (税の減額は条例に額で書く)
fn from_table(component: &ComponentRules, tenths: i64) -> Result<TierPrices, Refusal> {
    let row = component
        .reduction_table
        .iter()
        .find(|row| row.tenths == tenths)
        .copied();
    let row = match row {
        Some(row) => row,
        None if tenths == 0 && !component.preschool => return Ok(from_ratio(component, 0)),
        None => {
            return Err(Refusal::new(
                "levy.reduction_table.missing",
                format!(
                    "{}の軽減額の表に{tenths}割の行がありません。条例の表から行を足してください",
                    component.name_ja
                ),
            ));
        }
    };
    let price = |gross: MicroYen, off: Yen| UnitPrice {
        gross,
        reduced: (gross - off.0 * MICRO).max(0),
    };
    let per_capita = component.per_capita.0 * MICRO;
    let household = component.per_household.0 * MICRO;
    let reduced = price(per_capita, row.per_capita);
    Ok(TierPrices {
        per_capita: reduced,
        preschool: (reduced.reduced - row.preschool.0 * MICRO).max(0),
        per_adult: price(component.per_adult.0 * MICRO, row.per_adult),
        household: price(household, row.per_household),
        specific_half: price(household / 2, row.per_specific_half),
        specific_three_quarters: price(household / 4 * 3, row.per_specific_three_quarters),
    })
}
