//! Exact fractions, small and slow.

use law::Rounding;
use std::ops::{Add, Div, Mul, Sub};

/// `top / bottom` in lowest terms, bottom positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    top: i128,
    bottom: i128,
}

fn common(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { common(b, a % b) }
}

impl Fraction {
    pub const ZERO: Self = Self { top: 0, bottom: 1 };

    pub fn new(top: i128, bottom: i128) -> Self {
        assert!(bottom > 0);
        let shared = common(top.abs(), bottom).max(1);
        Self {
            top: top / shared,
            bottom: bottom / shared,
        }
    }

    /// So many of so many.
    pub fn share(held: usize, of: usize) -> Self {
        Self::new(i128::try_from(held).unwrap(), i128::try_from(of).unwrap())
    }

    pub fn at_least_zero(self) -> Self {
        if self.top < 0 { Self::ZERO } else { self }
    }

    pub fn at_most(self, limit: Self) -> Self {
        if self.top * limit.bottom > limit.top * self.bottom {
            limit
        } else {
            self
        }
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.top * other.top, self.bottom * other.bottom)
    }

    pub fn floor(self) -> Self {
        self.rounded(Rounding::Floor, 1)
    }

    /// To a multiple of `unit`, still as a fraction.
    pub fn rounded(self, rounding: Rounding, unit: i64) -> Self {
        self.round_to(rounding, unit).into()
    }

    /// To a multiple of `unit`.
    pub fn round_to(self, rounding: Rounding, unit: i64) -> i64 {
        let unit = i128::from(unit);
        let step = self.bottom * unit;
        let below = self.top.div_euclid(step);
        let rest = self.top.rem_euclid(step);
        let steps = match rounding {
            Rounding::Floor => below,
            Rounding::Ceil if rest == 0 => below,
            Rounding::Ceil => below + 1,
            Rounding::Nearest if 2 * rest < step => below,
            Rounding::Nearest => below + 1,
        };
        i64::try_from(steps * unit).unwrap()
    }
}

impl From<i64> for Fraction {
    fn from(whole: i64) -> Self {
        Self::new(i128::from(whole), 1)
    }
}

impl Add for Fraction {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(
            self.top * other.bottom + other.top * self.bottom,
            self.bottom * other.bottom,
        )
    }
}

impl Sub for Fraction {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + Self::new(-other.top, other.bottom)
    }
}

impl Mul for Fraction {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.times(other)
    }
}

impl Div<i64> for Fraction {
    type Output = Self;
    fn div(self, by: i64) -> Self {
        self.times(Self::new(1, by.into()))
    }
}
