//! ほかの制度に関わる状態 — other insurance and other schemes a person is in.

use crate::registry::fact::{Kind, Values};
use db::ColumnType::{Int, Text};
use db::{ColumnType, DatedTable, StoreError, Value};
use law::Date;

/// 退職被保険者等. History only: the scheme has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retired {
    /// 1 本人, 2 被扶養者.
    pub category: i64,
    /// 届出日.
    pub reported_on: Option<Date>,
}

impl Kind for Retired {
    const TABLE: DatedTable = DatedTable::new("retired_fact", &["category", "reported_on"]);
    const TYPES: &'static [ColumnType] = &[Int, Text];

    fn values(&self) -> Vec<Value> {
        vec![self.category.into(), self.reported_on.into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            category: values.int()?,
            reported_on: values.opt_date()?,
        })
    }
}

/// 社会保険情報. The span runs from acquisition until loss there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyInsurance {
    /// 保険者番号.
    pub insurer_number: String,
    /// 保険者名.
    pub insurer_name: String,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// 1 本人, 2 被扶養者.
    pub relation: i64,
    /// What told it: 届出, オンライン資格確認, ….
    pub source: String,
    /// 届出日・把握日.
    pub reported_on: Option<Date>,
}

impl Kind for CompanyInsurance {
    const TABLE: DatedTable = DatedTable::new(
        "company_insurance_fact",
        &[
            "insurer_number",
            "insurer_name",
            "symbol",
            "number",
            "relation",
            "source",
            "reported_on",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Text, Text, Text, Text, Int, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.insurer_number.as_str().into(),
            self.insurer_name.as_str().into(),
            self.symbol.as_str().into(),
            self.number.as_str().into(),
            self.relation.into(),
            self.source.as_str().into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            insurer_number: values.text()?,
            insurer_name: values.text()?,
            symbol: values.text()?,
            number: values.text()?,
            relation: values.int()?,
            source: values.text()?,
            reported_on: values.opt_date()?,
        })
    }
}

/// 後期高齢者医療の被保険者. The span runs from acquisition until loss there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateElderly {
    /// 被保険者番号.
    pub number: String,
    /// 資格取得事由: 1 年齢到達, 2 障害認定, or the partner's own code.
    pub gain_cause: String,
    /// 資格喪失事由; 障害認定の撤回 is `withdrawn`.
    pub loss_cause: Option<String>,
    /// 届出日・連携日.
    pub reported_on: Option<Date>,
}

impl Kind for LateElderly {
    const TABLE: DatedTable = DatedTable::new(
        "late_elderly_fact",
        &["number", "gain_cause", "loss_cause", "reported_on"],
    );
    const TYPES: &'static [ColumnType] = &[Text, Text, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.number.as_str().into(),
            self.gain_cause.as_str().into(),
            self.loss_cause.clone().into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            number: values.text()?,
            gain_cause: values.text()?,
            loss_cause: values.opt_text()?,
            reported_on: values.opt_date()?,
        })
    }
}

/// 介護保険の被保険者証番号.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareCertificate {
    /// 介護保険者番号.
    pub insurer: String,
    /// 被保険者番号.
    pub number: String,
    /// 1 第1号, 2 第2号.
    pub category: i64,
    /// 連携日.
    pub reported_on: Option<Date>,
}

impl Kind for CareCertificate {
    const TABLE: DatedTable = DatedTable::new(
        "care_certificate_fact",
        &["insurer", "number", "category", "reported_on"],
    );
    const TYPES: &'static [ColumnType] = &[Text, Text, Int, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.insurer.as_str().into(),
            self.number.as_str().into(),
            self.category.into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            insurer: values.text()?,
            number: values.text()?,
            category: values.int()?,
            reported_on: values.opt_date()?,
        })
    }
}

/// 生活保護. The span is that of one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicAssistance {
    /// 福祉事務所コード.
    pub office: String,
    /// ケース番号.
    pub case_number: String,
    /// 1 受給中, 2 停止中.
    pub state: i64,
    /// 医療扶助.
    pub medical: bool,
    /// 連携日.
    pub reported_on: Option<Date>,
}

impl Kind for PublicAssistance {
    const TABLE: DatedTable = DatedTable::new(
        "public_assistance_fact",
        &["office", "case_number", "state", "medical", "reported_on"],
    );
    const TYPES: &'static [ColumnType] = &[Text, Text, Int, Int, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.office.as_str().into(),
            self.case_number.as_str().into(),
            self.state.into(),
            self.medical.into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            office: values.text()?,
            case_number: values.text()?,
            state: values.int()?,
            medical: values.flag()?,
            reported_on: values.opt_date()?,
        })
    }
}

/// 適用除外. The span is that of the ground.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// The item of 第6条 that applies, 1–11.
    pub item: i64,
    /// What it is, in a clerk's words.
    pub detail: String,
    /// 届出日.
    pub reported_on: Option<Date>,
}

impl Kind for Exclusion {
    const TABLE: DatedTable = DatedTable::new("exclusion_fact", &["item", "detail", "reported_on"]);
    const TYPES: &'static [ColumnType] = &[Int, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.item.into(),
            self.detail.as_str().into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            item: values.int()?,
            detail: values.text()?,
            reported_on: values.opt_date()?,
        })
    }
}

/// 特別の事情. The subject is the 国保世帯; the span runs from the day of the notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpecialCircumstances {
    /// 届け出た事情.
    pub ground: String,
    /// 添付書類.
    pub evidence: String,
    /// 1 審査中, 2 認めた, 3 認めない.
    pub state: i64,
    /// 決定日.
    pub ruled_on: Option<Date>,
    /// 届出日.
    pub reported_on: Option<Date>,
}

impl Kind for SpecialCircumstances {
    const TABLE: DatedTable = DatedTable::new(
        "special_circumstances_fact",
        &["ground", "evidence", "state", "ruled_on", "reported_on"],
    );
    const TYPES: &'static [ColumnType] = &[Text, Text, Int, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.ground.as_str().into(),
            self.evidence.as_str().into(),
            self.state.into(),
            self.ruled_on.into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            ground: values.text()?,
            evidence: values.text()?,
            state: values.int()?,
            ruled_on: values.opt_date()?,
            reported_on: values.opt_date()?,
        })
    }
}
