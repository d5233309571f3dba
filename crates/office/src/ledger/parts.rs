//! 区分ごとの額 — an amount by component.

use crate::error::OfficeError;
use law::Yen;

/// Amounts by component: 医療, 支援, 介護, 子ども. The store has a column for each code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// 医療分.
    pub medical: Yen,
    /// 支援分.
    pub support: Yen,
    /// 介護分.
    pub care: Yen,
    /// 子ども分.
    pub child: Yen,
}

/// Component codes in the order of the columns.
pub const COMPONENT_CODES: [&str; 4] = ["medical", "support", "care", "child"];

impl Parts {
    /// Reads amounts by component code.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] when a rule set has a component the store has no column for.
    pub fn from_codes<'a>(
        amounts: impl Iterator<Item = (&'a str, Yen)>,
    ) -> Result<Self, OfficeError> {
        let mut parts = Self::default();
        for (code, yen) in amounts {
            let slot = match code {
                "medical" => &mut parts.medical,
                "support" => &mut parts.support,
                "care" => &mut parts.care,
                "child" => &mut parts.child,
                other => {
                    return Err(OfficeError::Bug(format!(
                        "区分「{other}」の列が元帳にありません。移行を足してください"
                    )));
                }
            };
            *slot += yen;
        }
        Ok(parts)
    }

    /// The amounts in column order.
    #[must_use]
    pub fn columns(self) -> [Yen; 4] {
        [self.medical, self.support, self.care, self.child]
    }

    /// From column order.
    #[must_use]
    pub fn from_columns(columns: [Yen; 4]) -> Self {
        let [medical, support, care, child] = columns;
        Self {
            medical,
            support,
            care,
            child,
        }
    }

    /// Sum of the components.
    #[must_use]
    pub fn total(self) -> Yen {
        self.medical + self.support + self.care + self.child
    }

    /// Component by component.
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        Self {
            medical: self.medical - other.medical,
            support: self.support - other.support,
            care: self.care - other.care,
            child: self.child - other.child,
        }
    }

    /// Component by component.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            medical: self.medical + other.medical,
            support: self.support + other.support,
            care: self.care + other.care,
            child: self.child + other.child,
        }
    }

    /// Whether every component is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }
}
