//! 世帯の年額の端数 — what the household's total drops, taken off its components.

use crate::Yen;

/// 年額の端数を区分から除く — amounts by component that add up to the total cut down to `unit`.
///
/// 根拠: 国民健康保険法 第81条（条例の端数の条）、地方税法 第20条の4の2第3項
///
/// Where the ordinance cuts the total and not each component, what is dropped comes off the components in the order of
/// the rule set, 医療分 first, so that instalments and books add up to the annual amount.
pub fn within_unit<I>(unit: i64, amounts: I) -> impl Iterator<Item = Yen>
where
    I: Iterator<Item = Yen> + Clone,
{
    let mut dropped = if unit > 1 {
        let total: Yen = amounts.clone().sum();
        total - total.floor_to(unit)
    } else {
        Yen::ZERO
    };
    amounts.map(move |yen| {
        let off = dropped.min(yen.at_least_zero());
        dropped -= off;
        yen - off
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_total_drops_comes_off_the_first_that_can_give() {
        let of = |unit, amounts: &[i64]| -> Vec<i64> {
            within_unit(unit, amounts.iter().copied().map(Yen))
                .map(|yen| yen.0)
                .collect()
        };
        assert_eq!(of(1, &[12_345, 678, 9]), [12_345, 678, 9]);
        assert_eq!(of(100, &[12_345, 678, 9]), [12_313, 678, 9]);
        // 707 drops 7.
        assert_eq!(of(100, &[20, 678, 9]), [13, 678, 9]);
        assert_eq!(of(100, &[3, 695, 9]), [0, 691, 9]);
        assert_eq!(of(100, &[0, 90, 9]), [0, 0, 0]);
        assert_eq!(of(1_000, &[500, 700, 0]), [300, 700, 0]);
        assert!(of(100, &[]).is_empty());
    }
}
