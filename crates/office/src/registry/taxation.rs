//! 税から来る事実 — income, 固定資産税額 and pensions, each for one person and fiscal year.

use super::fact::{Kind, Values};
use db::ColumnType::{Int, Text};
use db::{ColumnType, DatedTable, StoreError, Value};
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Yen};

/// The days of a fiscal year as a span: facts of a year are true over it.
#[must_use]
pub fn year_span(year: FiscalYear) -> db::Span {
    db::Span::new(year.assessment_day(), Some(year.end()))
}

/// 所得 of one person for one fiscal year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearIncome {
    /// 申告状態.
    pub filing: Filing,
    /// 所得照会中.
    pub inquiry_open: bool,
    /// Where it came from; an import writes `tax/` and the 履歴番号 of the tax side.
    pub source: String,
    /// When it came.
    pub received_on: Date,
    /// Item by item.
    pub income: Income,
}

/// Column of `income_fact` with the source.
pub(crate) const SOURCE: usize = 2;
/// Columns of `income_fact` that a repeated load does not change.
pub(crate) const DERIVED: &[usize] = &[3];

/// One item of income: its column, and how it stands in [`Income`].
type Item = (&'static str, fn(&Income) -> Yen, fn(&mut Income, Yen));

macro_rules! items {
    ($($name:ident),* $(,)?) => {
        /// Every item of income but `net_loss_for_judgement`, in the order of the table.
        pub const ITEMS: &[Item] =
            &[$((stringify!($name), |income| income.$name, |income, yen| income.$name = yen)),*];
    };
}

items! {
    salary_revenue, salary, pension_revenue, pension, business, farming, real_estate, interest, dividend,
    miscellaneous, short_gain, long_gain_and_occasional_half, family_employee_deduction, family_employee_salary,
    family_employee_revenue, land_short_gain, land_short_special_deduction, land_long_gain,
    land_long_special_deduction, land_business, general_shares, listed_shares, listed_dividend, futures, forestry,
    treaty_income, net_loss_used, listed_loss_used, futures_loss_used, home_loss_used, casualty_loss_used,
    total_income,
}

impl Kind for YearIncome {
    const TABLE: DatedTable = DatedTable::new(
        "income_fact",
        &[
            "filing",
            "inquiry_open",
            "source",
            "received_on",
            "net_loss_for_judgement",
            "salary_revenue",
            "salary",
            "pension_revenue",
            "pension",
            "business",
            "farming",
            "real_estate",
            "interest",
            "dividend",
            "miscellaneous",
            "short_gain",
            "long_gain_and_occasional_half",
            "family_employee_deduction",
            "family_employee_salary",
            "family_employee_revenue",
            "land_short_gain",
            "land_short_special_deduction",
            "land_long_gain",
            "land_long_special_deduction",
            "land_business",
            "general_shares",
            "listed_shares",
            "listed_dividend",
            "futures",
            "forestry",
            "treaty_income",
            "net_loss_used",
            "listed_loss_used",
            "futures_loss_used",
            "home_loss_used",
            "casualty_loss_used",
            "total_income",
        ],
    );
    const TYPES: &'static [ColumnType] = &[
        Int, Int, Text, Text, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int,
        Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int,
        Int,
    ];

    fn values(&self) -> Vec<Value> {
        let filing = match self.filing {
            Filing::Filed => 0_i64,
            Filing::Unfiled => 1,
            Filing::NotRequired => 2,
        };
        let mut values = vec![
            filing.into(),
            self.inquiry_open.into(),
            self.source.as_str().into(),
            self.received_on.into(),
            self.income.net_loss_for_judgement.map(|yen| yen.0).into(),
        ];
        // Zero is stored as nothing: most items of most people are zero.
        let yen = ITEMS.iter().map(|(_, get, _)| get(&self.income));
        values.extend(yen.map(|yen| {
            if yen == Yen::ZERO {
                Value::Null
            } else {
                yen.0.into()
            }
        }));
        values
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        let filing = match values.int()? {
            0 => Filing::Filed,
            1 => Filing::Unfiled,
            2 => Filing::NotRequired,
            other => {
                return Err(StoreError::Dated {
                    table: "income_fact".to_owned(),
                    reason: format!("申告状態{other}を知りません"),
                });
            }
        };
        let (inquiry_open, source, received_on) = (values.flag()?, values.text()?, values.date()?);
        let mut income = Income {
            net_loss_for_judgement: values.opt_int()?.map(Yen),
            ..Income::default()
        };
        for (_, _, set) in ITEMS {
            set(&mut income, Yen(values.opt_int()?.unwrap_or(0)));
        }
        Ok(Self {
            filing,
            inquiry_open,
            source,
            received_on,
            income,
        })
    }
}

/// 固定資産税額 the 資産割 is taken of, for one fiscal year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetTax {
    /// 固定資産税額.
    pub asset_tax: Yen,
}

impl Kind for AssetTax {
    const TABLE: DatedTable = DatedTable::new("asset_tax_fact", &["asset_tax"]);
    const TYPES: &'static [ColumnType] = &[Int];

    fn values(&self) -> Vec<Value> {
        vec![self.asset_tax.0.into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            asset_tax: Yen(values.int()?),
        })
    }
}

/// 年金 for 特別徴収, for one fiscal year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pension {
    /// 年金年額.
    pub annual_pension: Yen,
    /// 介護保険料 is collected from the same pension.
    pub care_special: bool,
    /// Its amount at each payment.
    pub care_per_payment: Yen,
    /// 口座振替 was asked for.
    pub account_transfer: bool,
    /// What was collected in the preceding February.
    pub february_amount: Yen,
}

impl Kind for Pension {
    const TABLE: DatedTable = DatedTable::new(
        "pension_fact",
        &[
            "annual_pension",
            "care_special",
            "care_per_payment",
            "account_transfer",
            "february_amount",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Int, Int, Int, Int];

    fn values(&self) -> Vec<Value> {
        vec![
            self.annual_pension.0.into(),
            self.care_special.into(),
            self.care_per_payment.0.into(),
            self.account_transfer.into(),
            self.february_amount.0.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            annual_pension: Yen(values.int()?),
            care_special: values.flag()?,
            care_per_payment: Yen(values.int()?),
            account_transfer: values.flag()?,
            february_amount: Yen(values.int()?),
        })
    }
}
