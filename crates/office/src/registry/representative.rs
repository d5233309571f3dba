//! 代表相続人・納税管理人 — who stands for a person towards the office, for a time and on a ground.

use super::fact::{Kind, Values, timeline};
use super::person::Resident;
use super::slot::{self, Filled, Place, check_seen};
use super::support;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterContact};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, Store, StoreError, Value};
use law::Date;

const TOPIC: &str = "representative";

/// What somebody stands for a person as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// 代表相続人. 根拠: 地方税法 第9条の2
    Heir,
    /// 納税管理人. 根拠: 地方税法 第300条
    TaxManager,
}

impl Standing {
    const fn code(self) -> &'static str {
        match self {
            Self::Heir => "heir",
            Self::TaxManager => "tax_manager",
        }
    }

    /// Name on pages.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::Heir => "代表相続人",
            Self::TaxManager => "納税管理人",
        }
    }
}

/// 代表相続人・納税管理人: someone of the registry, or a name and an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Representative {
    /// 宛名番号, when the registry knows the person: name and address are then those registered there.
    pub representative_id: Option<i64>,
    /// 氏名.
    pub name: String,
    /// 郵便番号.
    pub postal_code: String,
    /// 住所.
    pub address: String,
    /// 方書.
    pub building: String,
    /// 続柄・関係, in words.
    pub relation: String,
    /// 根拠: the report or designation it rests on.
    pub ground: String,
}

impl Kind for Representative {
    const TABLE: DatedTable = DatedTable::new(
        "representative_fact",
        &[
            "representative_id",
            "name",
            "postal_code",
            "address",
            "building",
            "relation",
            "ground",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Text, Text, Text, Text, Text, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.representative_id.into(),
            self.name.as_str().into(),
            self.postal_code.as_str().into(),
            self.address.as_str().into(),
            self.building.as_str().into(),
            self.relation.as_str().into(),
            self.ground.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            representative_id: values.opt_int()?,
            name: values.text()?,
            postal_code: values.text()?,
            address: values.text()?,
            building: values.text()?,
            relation: values.text()?,
            ground: values.text()?,
        })
    }
}

/// 代表相続人・納税管理人の登録.
///
/// # Errors
/// [`OfficeError::Input`] beside what is wrong; [`OfficeError::Conflict`] when the record changed since.
#[allow(
    clippy::too_many_arguments,
    reason = "one argument for each part of the form"
)]
pub fn register(
    store: &Store,
    permit: &Permit<RegisterContact>,
    acting: &Acting,
    person_id: i64,
    standing: Standing,
    span: Span,
    representative: &Representative,
    seen: i64,
) -> Result<i64, OfficeError> {
    let by_number = representative.representative_id.is_some();
    let wrong = [
        (
            !span.has_days(),
            "期限",
            "終わりの日は始まりの日以後にしてください",
        ),
        (
            representative.representative_id == Some(person_id),
            "代表者の宛名番号",
            "本人は自分の代表者になれません",
        ),
        (
            !by_number && representative.name.trim().is_empty(),
            "代表者の氏名",
            "氏名か宛名番号を入れてください",
        ),
        (
            !by_number && representative.address.trim().is_empty(),
            "代表者の住所",
            "住所を入れてください",
        ),
        (
            representative.ground.trim().is_empty(),
            "根拠",
            "根拠（届出、指定の決定など）を入れてください",
        ),
    ];
    if let Some((_, field, message)) = wrong.into_iter().find(|(wrong, ..)| *wrong) {
        return Err(OfficeError::input(field, message));
    }
    store.write(|conn| {
        check_seen(conn, person_id, seen)?;
        if let Some(number) = representative.representative_id
            && timeline::<Resident>(conn, number, None)?.is_empty()
        {
            return Err(OfficeError::input(
                "代表者の宛名番号",
                &format!("宛名番号{number}の人が登録されていません"),
            ));
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.representative",
            &ActDetails::default(),
        )?;
        let place = Place {
            topic: TOPIC,
            person_id,
            scheme: "",
            detail: standing.code(),
        };
        slot::put(conn, &act, &place, span, representative)
    })
}

/// Everyone who stands for a person, with their days.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(
    conn: &mut Conn,
    person_id: i64,
    known_at: Option<i64>,
) -> Result<Vec<Filled<Representative>>, OfficeError> {
    slot::filled(conn, TOPIC, person_id, known_at)
}

/// Somebody who is addressed in the place of a person.
pub(super) struct StandIn {
    pub name: String,
    pub postal_code: String,
    pub address: String,
    pub building: String,
    pub withheld: bool,
}

/// Who is addressed for a person on a day, as known at a moment (`None`: now): the heir for everything, the tax manager for
/// papers of the levy.
pub(super) fn acting_for(
    conn: &mut Conn,
    person_id: i64,
    document: &str,
    on: Date,
    known_at: Option<i64>,
) -> Result<Option<(i64, StandIn)>, OfficeError> {
    let found = list(conn, person_id, known_at)?;
    let wanted = [
        (Standing::Heir, true),
        (Standing::TaxManager, matches!(document, "levy" | "dunning")),
    ];
    let fitting = wanted
        .into_iter()
        .filter(|(_, applies)| *applies)
        .find_map(|(standing, _)| {
            let filled = found
                .iter()
                .find(|one| one.slot.detail == standing.code())?;
            let fact = filled.facts.iter().find(|fact| fact.valid.holds(on))?;
            Some((filled.slot.slot_id, fact.fact.clone()))
        });
    let Some((slot_id, representative)) = fitting else {
        return Ok(None);
    };
    let registered = match representative.representative_id {
        Some(number) => timeline::<Resident>(conn, number, known_at)?
            .into_iter()
            .rfind(|fact| fact.valid.from <= on)
            .map(|fact| (number, fact.fact)),
        None => None,
    };
    let stand_in = match registered {
        Some((number, resident)) => StandIn {
            withheld: resident.withheld || support::is_hidden_from(conn, number, on)?,
            name: resident.name,
            postal_code: resident.postal_code,
            address: resident.address,
            building: resident.building,
        },
        None => StandIn {
            name: representative.name,
            postal_code: representative.postal_code,
            address: representative.address,
            building: representative.building,
            withheld: false,
        },
    };
    Ok(Some((slot_id, stand_in)))
}
