//! 住民の記載の項目 — the whole record of a resident, item by item, as it came: what `resident_fact` has in columns, what
//! is asked for by itself, and the rest.

use super::fact::{Kind, Values};
use super::person::{Resident, Sex, Status};
use crate::error::OfficeError;
use db::ColumnType::{Int, Text};
use db::{ColumnType, DatedTable, StoreError, Value};
use law::Date;
use law::registry::{Items, Presence};

/// 項目 beside the columns of [`Resident`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detail {
    /// 個人履歴番号 of the sender.
    pub history_number: i64,
    /// 枝番号.
    pub branch_number: i64,
    /// 異動事由 that brought the record about.
    pub move_cause: String,
    /// 異動届出年月日.
    pub reported_on: Option<Date>,
    /// 異動日 as it was sent, where it is 不詳 or no day of the calendar.
    pub occurred_text: String,
    /// 住所コード: 市区町村コード and 町字コード.
    pub town_code: String,
    /// 国籍コード.
    pub nationality_code: String,
    /// 住民基本台帳法第30条の45の区分.
    pub article_30_45: String,
    /// 在留資格.
    pub residence_status: String,
    /// 在留期間の満了日.
    pub stay_until: Option<Date>,
    /// Items no column has, under their names in the layout.
    pub items: Items,
}

impl Kind for Detail {
    const TABLE: DatedTable = DatedTable::new(
        "resident_detail_fact",
        &[
            "history_number",
            "branch_number",
            "move_cause",
            "reported_on",
            "occurred_text",
            "town_code",
            "nationality_code",
            "article_30_45",
            "residence_status",
            "stay_until",
            "items",
        ],
    );
    const TYPES: &'static [ColumnType] = &[
        Int, Int, Text, Text, Text, Text, Text, Text, Text, Text, Text,
    ];

    fn values(&self) -> Vec<Value> {
        vec![
            self.history_number.into(),
            self.branch_number.into(),
            self.move_cause.as_str().into(),
            self.reported_on.into(),
            self.occurred_text.as_str().into(),
            self.town_code.as_str().into(),
            self.nationality_code.as_str().into(),
            self.article_30_45.as_str().into(),
            self.residence_status.as_str().into(),
            self.stay_until.into(),
            to_json(&self.items).into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            history_number: values.int()?,
            branch_number: values.int()?,
            move_cause: values.text()?,
            reported_on: values.opt_date()?,
            occurred_text: values.text()?,
            town_code: values.text()?,
            nationality_code: values.text()?,
            article_30_45: values.text()?,
            residence_status: values.text()?,
            stay_until: values.opt_date()?,
            items: from_json(&values.text()?).map_err(|reason| StoreError::Dated {
                table: Self::TABLE.name.to_owned(),
                reason,
            })?,
        })
    }
}

/// Items as JSON, in the order of their names.
#[must_use]
pub fn to_json(items: &Items) -> String {
    let cells: serde_json::Map<String, serde_json::Value> = items
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    serde_json::Value::Object(cells).to_string()
}

/// Items from JSON.
///
/// # Errors
/// A sentence; what [`to_json`] wrote never fails.
pub fn from_json(text: &str) -> Result<Items, String> {
    serde_json::from_str(text).map_err(|error| format!("項目を読めません: {error}"))
}

/// Items that stand in columns of their own, of [`Resident`] apart.
const OWN_COLUMNS: &[&str] = &[
    "history_number",
    "branch_number",
    "move_cause",
    "move_reported_on",
    "nationality_code",
    "article_30_45",
    "residence_status",
    "stay_until",
];
/// The parts of an address; what has them needs no address in one piece.
const ADDRESS: [&str; 4] = ["prefecture", "city", "town", "lot"];
const RELATIONSHIPS: [&str; 4] = [
    "relationship1",
    "relationship2",
    "relationship3",
    "relationship4",
];
/// An address that is not known in parts.
pub(crate) const WHOLE_ADDRESS: &str = "address";
/// 行政区, worked out from the 市区町村コード when a record comes in.
pub(crate) const WARD: &str = "ward";
/// What follows the name of an item to hold a day as it was sent, where another stands in for it.
pub(crate) const AS_SENT: &str = "_as_sent";

/// An item; empty where there is none.
#[must_use]
pub fn item<'i>(items: &'i Items, name: &str) -> &'i str {
    items.get(name).map_or("", String::as_str)
}

fn given(items: &Items, name: &str) -> Option<String> {
    items.get(name).filter(|text| !text.is_empty()).cloned()
}

fn day_of(items: &Items, name: &str) -> Option<Date> {
    let day: Date = item(items, name).parse().ok()?;
    (1..9999).contains(&day.year()).then_some(day)
}

/// The columns of a record.
///
/// # Errors
/// [`OfficeError::Input`] when it has no name or no day of birth.
pub fn resident(items: &Items, presence: Presence) -> Result<Resident, OfficeError> {
    let preferred = |name: &str, fallback: &str| {
        given(items, name).unwrap_or_else(|| item(items, fallback).to_owned())
    };
    let name = preferred("preferred_name", "name");
    if name.trim().is_empty() {
        return Err(OfficeError::input("氏名", "氏名を入れてください"));
    }
    let status = match (presence, item(items, "resident_kind")) {
        (Presence::Removed, kind) if kind != "3" => Status::Removed,
        (Presence::Present, kind) if kind != "3" => Status::Resident,
        _ => Status::NonResident,
    };
    let codes: Vec<&str> = RELATIONSHIPS
        .iter()
        .map(|name| item(items, name))
        .filter(|code| !code.is_empty())
        .collect();
    let parts: String = ADDRESS.iter().map(|name| item(items, name)).collect();
    Ok(Resident {
        status,
        name,
        kana: preferred("preferred_kana", "kana"),
        latin_name: given(items, "latin_name"),
        alias: given(items, "alias"),
        former_surname: given(items, "former_surname"),
        birth_on: day_of(items, "birth_on").ok_or_else(|| {
            OfficeError::input(
                "生年月日",
                "生年月日（不詳のときはみなしの日）を入れてください",
            )
        })?,
        birth_unknown: item(items, "birth_on_unknown") == "1"
            || items.contains_key(&format!("birth_on{AS_SENT}")),
        sex: match item(items, "sex") {
            "1" => Sex::Male,
            "2" => Sex::Female,
            _ => Sex::Unknown,
        },
        register_household: item(items, "household_number").parse().ok(),
        relationship: codes.join("-"),
        postal_code: item(items, "postal_code").to_owned(),
        address: if parts.is_empty() {
            item(items, WHOLE_ADDRESS).to_owned()
        } else {
            parts
        },
        building: item(items, "building").to_owned(),
        ward: item(items, WARD).to_owned(),
        resident_since: day_of(items, "resident_since"),
        withheld: false,
    })
}

/// What the columns of a resident say, as items.
#[must_use]
pub fn items_of(resident: &Resident) -> Items {
    let mut items = Items::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            items.insert(name.to_owned(), value.to_owned());
        }
    };
    put("name", &resident.name);
    put("kana", &resident.kana);
    put("latin_name", resident.latin_name.as_deref().unwrap_or(""));
    put("alias", resident.alias.as_deref().unwrap_or(""));
    put(
        "former_surname",
        resident.former_surname.as_deref().unwrap_or(""),
    );
    put("birth_on", &resident.birth_on.to_string());
    if resident.birth_unknown {
        put("birth_on_unknown", "1");
    }
    put("sex", &resident.sex.code().to_string());
    if let Some(household) = resident.register_household {
        put("household_number", &household.to_string());
    }
    for (name, code) in RELATIONSHIPS.iter().zip(resident.relationship.split('-')) {
        put(name, code);
    }
    put("postal_code", &resident.postal_code);
    put(WHOLE_ADDRESS, &resident.address);
    put("building", &resident.building);
    put(WARD, &resident.ward);
    if let Some(since) = resident.resident_since {
        put("resident_since", &since.to_string());
    }
    if resident.status == Status::NonResident {
        put("resident_kind", "3");
    }
    items
}

/// Which event a record came with.
#[derive(Clone, Debug, Default)]
pub struct Origin<'o> {
    /// 履歴番号 and 枝番号.
    pub sequence: (i64, i64),
    /// 異動事由.
    pub cause: &'o str,
    /// 届出日.
    pub reported_on: Option<Date>,
    /// 異動日 as it was sent.
    pub occurred_text: &'o str,
}

impl Detail {
    /// What `resident` does not say of a record.
    #[must_use]
    pub fn beside(items: &Items, resident: &Resident, origin: &Origin<'_>) -> Self {
        let said = items_of(resident);
        let has_parts = ADDRESS.iter().any(|name| items.contains_key(*name));
        let rest = items
            .iter()
            .filter(|(name, value)| {
                let name = name.as_str();
                let stands_elsewhere = match name {
                    // 0000-01-01 and 9999-12-31 are no days of a column.
                    "stay_until" => day_of(items, name).is_some(),
                    WHOLE_ADDRESS => has_parts,
                    _ => OWN_COLUMNS.contains(&name),
                };
                !(stands_elsewhere || value.is_empty() || said.get(name) == Some(value))
            })
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let own = |name: &str| item(items, name).to_owned();
        Self {
            history_number: origin.sequence.0,
            branch_number: origin.sequence.1,
            move_cause: origin.cause.to_owned(),
            reported_on: origin.reported_on,
            occurred_text: origin.occurred_text.to_owned(),
            town_code: own("city_code") + item(items, "town_code"),
            nationality_code: own("nationality_code"),
            article_30_45: own("article_30_45"),
            residence_status: own("residence_status"),
            stay_until: day_of(items, "stay_until"),
            items: rest,
        }
    }

    /// The whole record, item by item as it came.
    #[must_use]
    pub fn record(&self, resident: &Resident) -> Items {
        let mut items = items_of(resident);
        if ADDRESS.iter().any(|name| self.items.contains_key(*name)) {
            items.remove(WHOLE_ADDRESS);
        }
        let own = [
            ("nationality_code", self.nationality_code.clone()),
            ("article_30_45", self.article_30_45.clone()),
            ("residence_status", self.residence_status.clone()),
            (
                "stay_until",
                self.stay_until
                    .map(|day| day.to_string())
                    .unwrap_or_default(),
            ),
        ];
        items.extend(
            own.into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name.to_owned(), value)),
        );
        items.extend(self.items.clone());
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(pairs: &[(&str, &str)]) -> Items {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_record_comes_back_item_by_item() {
        let items = record(&[
            ("name", "グエン"),
            ("preferred_name", "山田 花子"),
            ("preferred_kana", "ヤマダ ハナコ"),
            ("kana", "グエン"),
            ("birth_on", "1980-02-28"),
            ("birth_on_as_sent", "1980-02-30"),
            ("sex", "2"),
            ("city_code", "131032"),
            ("town_code", "0001001"),
            ("prefecture", "東京都"),
            ("town", "芝公園一丁目"),
            ("stay_until", "2027-03-31"),
            ("residence_status", "留学"),
            ("relationship1", "20"),
            ("relationship2", "12"),
            ("district7", "X9"),
        ]);
        let resident = resident(&items, Presence::Present).expect("a record");
        assert_eq!(resident.name, "山田 花子");
        assert_eq!(resident.address, "東京都芝公園一丁目");
        assert_eq!(resident.relationship, "20-12");
        assert!(resident.birth_unknown);
        let detail = Detail::beside(&items, &resident, &Origin::default());
        assert_eq!(detail.town_code, "1310320001001");
        let mut again = detail.record(&resident);
        // 不詳 follows from the day as it was sent.
        again.remove("birth_on_unknown");
        assert_eq!(again, items);
        let (json, back) = (to_json(&detail.items), detail.items.clone());
        assert_eq!(from_json(&json), Ok(back));
    }

    #[test]
    fn a_name_and_a_birth_are_needed() {
        let no_birth = record(&[("name", "港")]);
        assert!(resident(&no_birth, Presence::Present).is_err());
        let no_name = record(&[("birth_on", "1980-02-28")]);
        assert!(resident(&no_name, Presence::Present).is_err());
    }
}
