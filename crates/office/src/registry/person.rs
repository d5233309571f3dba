//! 宛名 — persons as the residents' register (or our own non-resident record) states them.

use super::fact::{Kind, Values};
use super::keys;
use db::ColumnType::{Int, Text};
use db::{ColumnType, DatedTable, StoreError, Value};
use law::Date;

/// 住民の状態.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// 住民.
    Resident,
    /// 除票: moved out, died, removed.
    Removed,
    /// 住登外者.
    NonResident,
}

impl Status {
    /// Its stored code.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Resident => 1,
            Self::Removed => 2,
            Self::NonResident => 3,
        }
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        match values.int()? {
            1 => Ok(Self::Resident),
            2 => Ok(Self::Removed),
            3 => Ok(Self::NonResident),
            other => Err(StoreError::Dated {
                table: "resident_fact".to_owned(),
                reason: format!("住民状態{other}を知りません"),
            }),
        }
    }
}

/// 性別.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// 不明.
    Unknown,
    /// 男.
    Male,
    /// 女.
    Female,
}

impl Sex {
    /// Its stored code, the same as in the standard list.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Unknown => 0,
            Self::Male => 1,
            Self::Female => 2,
        }
    }

    /// What a stored code says.
    pub(super) const fn of(code: i64) -> Self {
        match code {
            1 => Self::Male,
            2 => Self::Female,
            _ => Self::Unknown,
        }
    }
}

/// 住民・住登外の記載. Names are stored letter by letter as they came; the search keys are made from them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resident {
    /// 住民の状態.
    pub status: Status,
    /// 氏名 as used towards the person (氏名_優先).
    pub name: String,
    /// フリガナ; empty when unknown.
    pub kana: String,
    /// 外国人ローマ字氏名.
    pub latin_name: Option<String>,
    /// 通称.
    pub alias: Option<String>,
    /// 旧氏.
    pub former_surname: Option<String>,
    /// 生年月日.
    pub birth_on: Date,
    /// The day of birth is 不詳 and `birth_on` stands in for it.
    pub birth_unknown: bool,
    /// 性別.
    pub sex: Sex,
    /// 住民票の世帯番号.
    pub register_household: Option<i64>,
    /// 続柄 codes chained with `-`.
    pub relationship: String,
    /// 郵便番号, seven digits.
    pub postal_code: String,
    /// 住所.
    pub address: String,
    /// 方書.
    pub building: String,
    /// 行政区 (市区町村コード of the ward), empty where there is none.
    pub ward: String,
    /// 住民となった年月日.
    pub resident_since: Option<Date>,
    /// 支援措置: the address is not shown.
    pub withheld: bool,
}

/// Columns of `resident_fact` that follow from others.
pub(crate) const DERIVED: &[usize] = &[3, 4];
/// Columns of `resident_fact` that a residents' file does not carry.
pub(crate) const CARRIED: &[usize] = &[18];

impl Kind for Resident {
    const TABLE: DatedTable = DatedTable::new(
        "resident_fact",
        &[
            "status",
            "name",
            "kana",
            "name_key",
            "kana_key",
            "latin_name",
            "alias",
            "former_surname",
            "birth_on",
            "birth_unknown",
            "sex",
            "register_household",
            "relationship",
            "postal_code",
            "address",
            "building",
            "ward",
            "resident_since",
            "withheld",
        ],
    );
    const TYPES: &'static [ColumnType] = &[
        Int, Text, Text, Text, Text, Text, Text, Text, Text, Int, Int, Int, Text, Text, Text, Text,
        Text, Text, Int,
    ];

    fn values(&self) -> Vec<Value> {
        vec![
            self.status.code().into(),
            self.name.as_str().into(),
            self.kana.as_str().into(),
            keys::name_key(&self.name).into(),
            keys::kana_key(&self.kana).into(),
            self.latin_name.clone().into(),
            self.alias.clone().into(),
            self.former_surname.clone().into(),
            self.birth_on.into(),
            self.birth_unknown.into(),
            self.sex.code().into(),
            self.register_household.into(),
            self.relationship.as_str().into(),
            self.postal_code.as_str().into(),
            self.address.as_str().into(),
            self.building.as_str().into(),
            self.ward.as_str().into(),
            self.resident_since.into(),
            self.withheld.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        let status = Status::read(values)?;
        let (name, kana) = (values.text()?, values.text()?);
        // The search keys follow from the names.
        values.text()?;
        values.text()?;
        Ok(Self {
            status,
            name,
            kana,
            latin_name: values.opt_text()?,
            alias: values.opt_text()?,
            former_surname: values.opt_text()?,
            birth_on: values.date()?,
            birth_unknown: values.flag()?,
            sex: Sex::of(values.int()?),
            register_household: values.opt_int()?,
            relationship: values.text()?,
            postal_code: values.text()?,
            address: values.text()?,
            building: values.text()?,
            ward: values.text()?,
            resident_since: values.opt_date()?,
            withheld: values.flag()?,
        })
    }
}
