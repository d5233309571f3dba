//! Yen and rates as exact integers, and the named ways of rounding.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

/// 円 — an amount of money in whole yen. May be negative: a difference (差分) is.
///
/// Arithmetic overflows loudly in every profile; there is no conversion from a float.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Yen(pub i64);

impl Yen {
    /// Zero yen.
    pub const ZERO: Self = Self(0);

    /// The amount, or zero where it is negative.
    #[inline]
    #[must_use]
    pub fn at_least_zero(self) -> Self {
        Self(self.0.max(0))
    }

    /// Rounds down to a multiple of `unit_yen` (toward negative infinity, so a remainder is never negative).
    #[inline]
    #[must_use]
    pub fn floor_to(self, unit_yen: i64) -> Self {
        Self(self.0 - self.0.rem_euclid(unit_yen))
    }

    /// The amount as 「12,345」, with a minus sign where negative.
    #[must_use]
    pub fn grouped(self) -> String {
        let digits = self.0.unsigned_abs().to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
        if self.0 < 0 {
            text.push('-');
        }
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }
}

impl fmt::Display for Yen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}円", self.grouped())
    }
}

impl Add for Yen {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl Sub for Yen {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Yen {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl AddAssign for Yen {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}
impl SubAssign for Yen {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}
impl Sum for Yen {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, |total, yen| total + yen)
    }
}

/// 率 — a rate in millionths: 7.51 % is `Rate(75_100)`.
///
/// Written in rule files as a decimal percentage in quotes (`"7.51"`), never as a float.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rate(pub i64);

/// Millionths in one whole.
pub const PPM: i64 = 1_000_000;

impl Rate {
    /// Reads a decimal percentage such as `7.51`, `9`, `0.27` (four decimals at most).
    ///
    /// # Errors
    /// A sentence in Japanese, when the text is not a plain non-negative decimal of at most four places.
    pub fn from_percent(text: &str) -> Result<Self, String> {
        let refuse = || {
            format!("率「{text}」を読めません。7.51 のように、%を付けず小数4桁までで書いてください")
        };
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty()
            || whole.len() > 4
            || fraction.len() > 4
            || !plain(whole)
            || !plain(fraction)
            || text.ends_with('.')
        {
            return Err(refuse());
        }
        let padded = format!("{whole}{fraction:0<4}");
        padded.parse::<i64>().map(Self).map_err(|_| refuse())
    }

    /// The rate as a decimal percentage without trailing zeros: `7.51`.
    #[must_use]
    pub fn percent(self) -> String {
        let text = format!("{}.{:04}", self.0 / 10_000, self.0 % 10_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.percent())
    }
}

impl Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.percent())
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_percent(&text).map_err(serde::de::Error::custom)
    }
}

/// 端数処理 — how a fraction is dropped. Every division in `law` names one of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// 切捨て.
    #[default]
    Floor,
    /// 切上げ.
    Ceil,
    /// 四捨五入 (half up).
    Nearest,
}

impl Rounding {
    /// `numerator / denominator`, rounded to a multiple of `unit`. The denominator and unit must be positive.
    #[inline]
    #[must_use]
    pub fn divide(self, numerator: i64, denominator: i64, unit: i64) -> i64 {
        let step = denominator * unit;
        // Nearly every numerator is not below zero, and dividing without a sign is cheaper.
        let (quotient, remainder) = if numerator >= 0 && step > 0 {
            let (numerator, step) = (numerator.cast_unsigned(), step.cast_unsigned());
            (
                (numerator / step).cast_signed(),
                (numerator % step).cast_signed(),
            )
        } else {
            (numerator.div_euclid(step), numerator.rem_euclid(step))
        };
        let up = match self {
            Self::Floor => false,
            Self::Ceil => remainder > 0,
            Self::Nearest => remainder * 2 >= step,
        };
        (quotient + i64::from(up)) * unit
    }

    /// The word used on pages and notices.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Floor => "切捨て",
            Self::Ceil => "切上げ",
            Self::Nearest => "四捨五入",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact() {
        assert_eq!(Rate::from_percent("7.51"), Ok(Rate(75_100)));
        assert_eq!(Rate::from_percent("9"), Ok(Rate(90_000)));
        assert_eq!(Rate(75_100).percent(), "7.51");
        assert_eq!(Rate(90_000).percent(), "9");
        for wrong in ["", ".5", "7.", "-1", "7,5", "７", "1.23456", "7.5%"] {
            assert!(Rate::from_percent(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn rounding_names_its_step() {
        assert_eq!(Rounding::Floor.divide(199, 1, 100), 100);
        assert_eq!(Rounding::Ceil.divide(101, 1, 100), 200);
        assert_eq!(Rounding::Nearest.divide(150, 1, 100), 200);
        assert_eq!(Rounding::Nearest.divide(149, 1, 100), 100);
        assert_eq!(Rounding::Floor.divide(-1, 1, 100), -100);
        assert_eq!(Yen(-150).floor_to(100), Yen(-200));
    }

    #[test]
    fn grouping_handles_sign_and_size() {
        assert_eq!(Yen(0).grouped(), "0");
        assert_eq!(Yen(-1_234_567).grouped(), "-1,234,567");
        assert_eq!(Yen(999).to_string(), "999円");
    }
}
