//! 居住に関わる状態 — students away, facilities and stays in them, persons not found.

use crate::registry::fact::{Kind, Values};
use db::ColumnType::{Int, Text};
use db::{ColumnType, DatedTable, StoreError, Value};
use law::Date;

/// 修学中の者（マル学・マル遠）. The span runs from the day of moving out until the end of the course or of the family's insurance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Student {
    /// 1 マル学, 2 マル遠.
    pub kind: i64,
    /// 学校名.
    pub school: String,
    /// 修学地の市区町村コード.
    pub place: String,
    /// 卒業予定年月日.
    pub course_end_on: Date,
    /// 属するとみなす国保世帯.
    pub household_id: i64,
    /// 届出日.
    pub reported_on: Option<Date>,
}

impl Kind for Student {
    const TABLE: DatedTable = DatedTable::new(
        "student_fact",
        &[
            "kind",
            "school",
            "place",
            "course_end_on",
            "household_id",
            "reported_on",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Text, Text, Text, Int, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.kind.into(),
            self.school.as_str().into(),
            self.place.as_str().into(),
            self.course_end_on.into(),
            self.household_id.into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            kind: values.int()?,
            school: values.text()?,
            place: values.text()?,
            course_end_on: values.date()?,
            household_id: values.int()?,
            reported_on: values.opt_date()?,
        })
    }
}

/// 住所地特例. The span is the stay: from the day of entering until the day of leaving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacilityStay {
    /// 施設番号.
    pub facility_id: i64,
    /// 保険者である市区町村コード: where the person lived before the first facility of the chain.
    pub insurer: String,
    /// 届出日.
    pub reported_on: Option<Date>,
}

impl Kind for FacilityStay {
    const TABLE: DatedTable = DatedTable::new(
        "facility_stay_fact",
        &["facility_id", "insurer", "reported_on"],
    );
    const TYPES: &'static [ColumnType] = &[Int, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.facility_id.into(),
            self.insurer.as_str().into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            facility_id: values.int()?,
            insurer: values.text()?,
            reported_on: values.opt_date()?,
        })
    }
}

/// 施設. The subject is the number of the facility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facility {
    /// 施設名.
    pub name: String,
    /// 種別: 1–6 of 第116条の2 第1項.
    pub kind: i64,
    /// 所在地の市区町村コード.
    pub municipality: String,
    /// 郵便番号.
    pub postal_code: String,
    /// 所在地.
    pub address: String,
}

impl Kind for Facility {
    const TABLE: DatedTable = DatedTable::new(
        "facility_fact",
        &["name", "kind", "municipality", "postal_code", "address"],
    );
    const TYPES: &'static [ColumnType] = &[Text, Int, Text, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.name.as_str().into(),
            self.kind.into(),
            self.municipality.as_str().into(),
            self.postal_code.as_str().into(),
            self.address.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            name: values.text()?,
            kind: values.int()?,
            municipality: values.text()?,
            postal_code: values.text()?,
            address: values.text()?,
        })
    }
}

/// 居所不明. The span is that of the hold; it always ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whereabouts {
    /// 1 調査中, 2 居所不明.
    pub stage: i64,
    /// 通知書の送付を止める.
    pub holds_notice: bool,
    /// 証の交付を止める.
    pub holds_certificate: bool,
    /// 理由.
    pub ground: String,
    /// The address at which the person was not found.
    pub address: String,
    /// 把握日.
    pub reported_on: Option<Date>,
}

impl Kind for Whereabouts {
    const TABLE: DatedTable = DatedTable::new(
        "whereabouts_fact",
        &[
            "stage",
            "holds_notice",
            "holds_certificate",
            "ground",
            "address",
            "reported_on",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Int, Int, Text, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.stage.into(),
            self.holds_notice.into(),
            self.holds_certificate.into(),
            self.ground.as_str().into(),
            self.address.as_str().into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            stage: values.int()?,
            holds_notice: values.flag()?,
            holds_certificate: values.flag()?,
            ground: values.text()?,
            address: values.text()?,
            reported_on: values.opt_date()?,
        })
    }
}

/// 在留期間の更新・在留資格の変更の申請. The span is the time within which the stay goes on by it: from the application to the day
/// after the answer, at most two months after the expiry. A permission comes with the register, as a later 満了日.
///
/// 根拠: 出入国管理及び難民認定法 第20条第6項・第21条第4項
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StayRenewal {
    /// 満了日 of the stay that the application is about.
    pub stay_until: Date,
    /// 申請年月日.
    pub applied_on: Date,
    /// 不許可年月日.
    pub refused_on: Option<Date>,
    /// 届出日.
    pub reported_on: Option<Date>,
}

impl StayRenewal {
    /// The stay as the law reads it.
    #[must_use]
    pub fn stay(&self) -> law::eligibility::exclusion::Stay {
        use law::eligibility::exclusion::{RenewalOutcome, Stay};
        Stay {
            expires_on: self.stay_until,
            applied_on: Some(self.applied_on),
            outcome: self
                .refused_on
                .map_or(RenewalOutcome::Open, RenewalOutcome::Refused),
        }
    }
}

impl Kind for StayRenewal {
    const TABLE: DatedTable = DatedTable::new(
        "stay_renewal_fact",
        &["stay_until", "applied_on", "refused_on", "reported_on"],
    );
    const TYPES: &'static [ColumnType] = &[Text, Text, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.stay_until.into(),
            self.applied_on.into(),
            self.refused_on.into(),
            self.reported_on.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            stay_until: values.date()?,
            applied_on: values.date()?,
            refused_on: values.opt_date()?,
            reported_on: values.opt_date()?,
        })
    }
}
