//! 判定の事実 — 課税情報 and 基準収入額 as dated facts of one person and fiscal year.

use crate::registry::fact::{Kind, Values};
use db::ColumnType::{Int, Text};
use db::{ColumnType, DatedTable, StoreError, Value};
use law::judgement::{AdjustmentCounts, TaxStanding};
use law::{Date, Yen};

/// 課税情報 of one person for one fiscal year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidentTax {
    /// 課税非課税区分.
    pub standing: TaxStanding,
    /// 課税所得（課税標準額）; `None` where the record does not say.
    pub taxable_income: Option<Yen>,
    /// 賦課期日に国内に住所なし.
    pub abroad: bool,
    /// 調整控除の人数 certified from outside.
    pub adjustment: Option<AdjustmentCounts>,
    /// Where it came from; an import writes `tax/` and the 履歴番号 of the tax side.
    pub source: String,
    /// When it came.
    pub received_on: Date,
}

/// Column of `resident_tax_fact` with the source.
pub(crate) const SOURCE: usize = 5;
/// Columns that a repeated load does not change.
pub(crate) const DERIVED: &[usize] = &[6];

/// The stored code of a standing.
#[must_use]
pub fn standing_code(standing: TaxStanding) -> i64 {
    match standing {
        TaxStanding::Taxed => 1,
        TaxStanding::NotTaxed => 2,
        TaxStanding::Exempted => 3,
    }
}

/// The standing of a stored code.
#[must_use]
pub fn standing_of(code: i64) -> Option<TaxStanding> {
    match code {
        1 => Some(TaxStanding::Taxed),
        2 => Some(TaxStanding::NotTaxed),
        3 => Some(TaxStanding::Exempted),
        _ => None,
    }
}

/// The certified counts of two columns.
pub(super) fn counts(under_16: Option<i64>, under_19: Option<i64>) -> Option<AdjustmentCounts> {
    if under_16.is_none() && under_19.is_none() {
        return None;
    }
    let small = |count: Option<i64>| u8::try_from(count.unwrap_or(0)).unwrap_or(0);
    Some(AdjustmentCounts {
        under_16: small(under_16),
        under_19: small(under_19),
    })
}

impl Kind for ResidentTax {
    const TABLE: DatedTable = DatedTable::new(
        "resident_tax_fact",
        &[
            "standing",
            "taxable_income",
            "abroad",
            "adjust_under_16",
            "adjust_under_19",
            "source",
            "received_on",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Int, Int, Int, Int, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            standing_code(self.standing).into(),
            self.taxable_income.map(|yen| yen.0).into(),
            self.abroad.into(),
            self.adjustment.map(|one| i64::from(one.under_16)).into(),
            self.adjustment.map(|one| i64::from(one.under_19)).into(),
            self.source.as_str().into(),
            self.received_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        let code = values.int()?;
        let standing = standing_of(code).ok_or_else(|| StoreError::Dated {
            table: "resident_tax_fact".to_owned(),
            reason: format!("課税非課税区分{code}を知りません"),
        })?;
        Ok(Self {
            standing,
            taxable_income: values.opt_int()?.map(Yen),
            abroad: values.flag()?,
            adjustment: counts(values.opt_int()?, values.opt_int()?),
            source: values.text()?,
            received_on: values.date()?,
        })
    }
}

/// 基準収入額 of one person for one fiscal year. 根拠: 国民健康保険法施行規則 第24条の2
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revenue {
    /// 収入: every kind but 退職所得, before costs and deductions.
    pub revenue: Yen,
    /// 公簿による確認; otherwise stated with an application.
    pub by_record: bool,
    /// Where it came from.
    pub source: String,
    /// When it came.
    pub received_on: Date,
}

impl Kind for Revenue {
    const TABLE: DatedTable = DatedTable::new(
        "revenue_fact",
        &["revenue", "by_record", "source", "received_on"],
    );
    const TYPES: &'static [ColumnType] = &[Int, Int, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.revenue.0.into(),
            self.by_record.into(),
            self.source.as_str().into(),
            self.received_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            revenue: Yen(values.int()?),
            by_record: values.flag()?,
            source: values.text()?,
            received_on: values.date()?,
        })
    }
}
