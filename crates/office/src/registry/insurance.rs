//! 国保世帯と資格 — households of the insurance, spans of insurance, and what goes with them.

use super::fact::{Kind, Values};
use db::ColumnType::{Int, Text};
use db::{ColumnType, DatedTable, StoreError, Value};
use law::{Date, FiscalYear};

/// 世帯主と記号番号. The subject is the 国保世帯.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdHead {
    /// 世帯主の宛名番号.
    pub head_person_id: i64,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
}

impl Kind for HouseholdHead {
    const TABLE: DatedTable =
        DatedTable::new("household_fact", &["head_person_id", "symbol", "number"]);
    const TYPES: &'static [ColumnType] = &[Int, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.head_person_id.into(),
            self.symbol.as_str().into(),
            self.number.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            head_person_id: values.int()?,
            symbol: values.text()?,
            number: values.text()?,
        })
    }
}

/// 被保険者の資格. The span runs from 適用開始日 until 喪失日.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InsuredSpan {
    /// 国保世帯.
    pub household_id: i64,
    /// 枝番.
    pub branch: i64,
    /// 取得事由.
    pub gain_cause: String,
    /// 取得届出日.
    pub gain_reported_on: Option<Date>,
    /// 喪失事由.
    pub loss_cause: Option<String>,
    /// 喪失該当日: the day of what happened.
    pub loss_event_on: Option<Date>,
    /// 喪失届出日.
    pub loss_reported_on: Option<Date>,
}

impl Kind for InsuredSpan {
    const TABLE: DatedTable = DatedTable::new(
        "insured_fact",
        &[
            "household_id",
            "branch",
            "gain_cause",
            "gain_reported_on",
            "loss_cause",
            "loss_event_on",
            "loss_reported_on",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Int, Text, Text, Text, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.household_id.into(),
            self.branch.into(),
            self.gain_cause.as_str().into(),
            self.gain_reported_on.into(),
            self.loss_cause.clone().into(),
            self.loss_event_on.into(),
            self.loss_reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            household_id: values.int()?,
            branch: values.int()?,
            gain_cause: values.text()?,
            gain_reported_on: values.opt_date()?,
            loss_cause: values.opt_text()?,
            loss_event_on: values.opt_date()?,
            loss_reported_on: values.opt_date()?,
        })
    }
}

/// A span of insurance as a file brings it: with the day the file has for the prefecture's 資格, until events tell it.
///
/// 根拠: 国民健康保険法 第5条・第7条
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedSpan {
    /// 適用開始 to 喪失, as everywhere.
    pub span: InsuredSpan,
    /// 国保資格取得年月日, of the prefecture; none where no file said it.
    pub gained_on: Option<Date>,
}

impl LoadedSpan {
    /// The place of the prefecture's day among the columns.
    pub const GAINED_ON: usize = 7;
}

impl Kind for LoadedSpan {
    const TABLE: DatedTable = DatedTable::new(
        "insured_fact",
        &[
            "household_id",
            "branch",
            "gain_cause",
            "gain_reported_on",
            "loss_cause",
            "loss_event_on",
            "loss_reported_on",
            "gained_on",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Int, Text, Text, Text, Text, Text, Text];

    fn values(&self) -> Vec<Value> {
        let mut values = self.span.values();
        values.push(self.gained_on.into());
        values
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            span: InsuredSpan::read(values)?,
            gained_on: values.opt_date()?,
        })
    }
}

/// 特定同一世帯所属者.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerInsured {
    /// 国保世帯.
    pub household_id: i64,
}

impl Kind for FormerInsured {
    const TABLE: DatedTable = DatedTable::new("former_insured_fact", &["household_id"]);
    const TYPES: &'static [ColumnType] = &[Int];

    fn values(&self) -> Vec<Value> {
        vec![self.household_id.into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            household_id: values.int()?,
        })
    }
}

/// 介護適用除外.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareExempt {
    /// 施設名.
    pub facility: String,
}

impl Kind for CareExempt {
    const TABLE: DatedTable = DatedTable::new("care_exempt_fact", &["facility"]);
    const TYPES: &'static [ColumnType] = &[Text];

    fn values(&self) -> Vec<Value> {
        vec![self.facility.as_str().into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            facility: values.text()?,
        })
    }
}

/// 旧被扶養者. The span begins with the day of acquisition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerDependant {
    /// Since when.
    pub since: Date,
}

impl Kind for FormerDependant {
    const TABLE: DatedTable = DatedTable::new("former_dependant_fact", &["since"]);
    const TYPES: &'static [ColumnType] = &[Text];

    fn values(&self) -> Vec<Value> {
        vec![self.since.into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            since: values.date()?,
        })
    }
}

/// 特例対象被保険者等（非自発的失業）.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unemployment {
    /// 離職年月日.
    pub left_on: Date,
    /// 離職理由コード.
    pub leaving_code: i64,
}

impl Unemployment {
    /// The days it covers: from the day after leaving to the end of the following fiscal year.
    ///
    /// 根拠: 国民健康保険法施行令 第29条の7の2
    #[must_use]
    pub fn span(&self) -> db::Span {
        let from = law::date::next_day(self.left_on);
        db::Span::new(from, Some(FiscalYear::of(from).next().end()))
    }
}

impl Kind for Unemployment {
    const TABLE: DatedTable = DatedTable::new("unemployment_fact", &["left_on", "leaving_code"]);
    const TYPES: &'static [ColumnType] = &[Text, Int];

    fn values(&self) -> Vec<Value> {
        vec![self.left_on.into(), self.leaving_code.into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            left_on: values.date()?,
            leaving_code: values.int()?,
        })
    }
}

/// 出産被保険者. The fact is true on the (expected) day of delivery alone; the months follow from the law.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maternity {
    /// 出産（予定）日.
    pub delivery_on: Date,
    /// 多胎妊娠.
    pub multiple: bool,
    /// The delivery has happened.
    pub confirmed: bool,
}

impl Maternity {
    /// The day of delivery.
    #[must_use]
    pub fn span(&self) -> db::Span {
        db::Span::new(
            self.delivery_on,
            Some(law::date::next_day(self.delivery_on)),
        )
    }
}

impl Kind for Maternity {
    const TABLE: DatedTable =
        DatedTable::new("maternity_fact", &["delivery_on", "multiple", "confirmed"]);
    const TYPES: &'static [ColumnType] = &[Text, Int, Int];

    fn values(&self) -> Vec<Value> {
        vec![
            self.delivery_on.into(),
            self.multiple.into(),
            self.confirmed.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            delivery_on: values.date()?,
            multiple: values.flag()?,
            confirmed: values.flag()?,
        })
    }
}
