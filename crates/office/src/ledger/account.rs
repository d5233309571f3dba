//! 勘定 — the accounts a transfer runs between.

use crate::error::OfficeError;

/// 勘定.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i64)]
pub enum Account {
    /// 未収（調定済の債権）.
    Receivable = 1,
    /// 賦課収入（調定）.
    LevyRevenue = 2,
    /// 現金.
    Cash = 3,
    /// 仮受.
    Suspense = 4,
    /// 過誤納.
    Overpayment = 5,
    /// 還付未済.
    RefundPayable = 6,
    /// 充当.
    Offset = 7,
    /// 延滞金.
    LateCharge = 8,
    /// 不納欠損.
    WriteOff = 9,
    /// 給付未払.
    BenefitPayable = 10,
}

impl Account {
    const NAMES: [(Self, &'static str); 10] = [
        (Self::Receivable, "未収"),
        (Self::LevyRevenue, "賦課収入"),
        (Self::Cash, "現金"),
        (Self::Suspense, "仮受"),
        (Self::Overpayment, "過誤納"),
        (Self::RefundPayable, "還付未済"),
        (Self::Offset, "充当"),
        (Self::LateCharge, "延滞金"),
        (Self::WriteOff, "不納欠損"),
        (Self::BenefitPayable, "給付未払"),
    ];

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    /// As stored.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] for an unknown code.
    pub fn read(code: i64) -> Result<Self, OfficeError> {
        Self::NAMES
            .iter()
            .find(|row| row.0 as i64 == code)
            .map(|row| row.0)
            .ok_or_else(|| OfficeError::Bug(format!("勘定{code}を知りません")))
    }
}
