//! 給付の判定の事実 — stays in hospital, recognised diseases and months paid, as dated facts.

use crate::registry::fact::{Kind, Values};
use db::ColumnType::{Int, Text};
use db::{ColumnType, DatedTable, StoreError, Value};
use law::Date;
use law::judgement::frequent::PaidUnder;
use law::judgement::special_disease::SpecialDisease;

/// 入院 of one person; its days are the days in hospital.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HospitalStay {
    /// 医療機関.
    pub hospital: String,
}

impl Kind for HospitalStay {
    const TABLE: DatedTable = DatedTable::new("hospital_stay_fact", &["hospital"]);
    const TYPES: &'static [ColumnType] = &[Text];

    fn values(&self) -> Vec<Value> {
        vec![self.hospital.as_str().into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            hospital: values.text()?,
        })
    }
}

/// 特定疾病の認定; its days are those of the recognition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecognisedDisease {
    /// Which.
    pub disease: SpecialDisease,
    /// 申請日.
    pub applied_on: Date,
}

impl Kind for RecognisedDisease {
    const TABLE: DatedTable = DatedTable::new("special_disease_fact", &["disease", "applied_on"]);
    const TYPES: &'static [ColumnType] = &[Int, Text];

    fn values(&self) -> Vec<Value> {
        vec![self.disease.code().into(), self.applied_on.into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        let code = values.int()?;
        let disease = SpecialDisease::from_code(code).ok_or_else(|| StoreError::Dated {
            table: "special_disease_fact".to_owned(),
            reason: format!("疾病区分{code}を知りません"),
        })?;
        Ok(Self {
            disease,
            applied_on: values.date()?,
        })
    }
}

/// 高額療養費の支給月 of one household; its days are the month of treatment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidMonthFact {
    /// Under which paragraphs of 第29条の2.
    pub under: Vec<PaidUnder>,
    /// The municipality that paid; empty here.
    pub town: String,
}

impl Kind for PaidMonthFact {
    const TABLE: DatedTable = DatedTable::new("paid_month_fact", &["paragraphs", "town"]);
    const TYPES: &'static [ColumnType] = &[Int, Text];

    fn values(&self) -> Vec<Value> {
        let bits = self
            .under
            .iter()
            .fold(0_i64, |bits, kind| bits | (1 << (kind.paragraph() - 1)));
        vec![bits.into(), self.town.as_str().into()]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        let bits = values.int()?;
        let under = PaidUnder::ALL
            .into_iter()
            .filter(|kind| bits >> (kind.paragraph() - 1) & 1 == 1);
        Ok(Self {
            under: under.collect(),
            town: values.text()?,
        })
    }
}
