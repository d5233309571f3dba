//! 特定個人情報ファイルの項目 — groups 1 (宛名) and 2 (世帯・資格) of the file as it was published, item by item, read from the
//! facts as they stand on a day.

use super::items_known::{Known, day, joined, known};
use super::person::Status;
use crate::error::OfficeError;
use db::Conn;
use law::Date;

/// Number of the group, number of the item, its name.
pub const ITEMS: &[(u8, u8, &str)] = &[
    (1, 1, "宛名番号"),
    (1, 2, "受付番号"),
    (1, 3, "保険証番号"),
    (1, 4, "氏名"),
    (1, 5, "カナ氏名"),
    (1, 6, "通称名"),
    (1, 7, "生年月日"),
    (1, 8, "性別"),
    (1, 9, "続柄"),
    (1, 10, "年齢"),
    (1, 11, "住所"),
    (1, 12, "郵便番号"),
    (1, 13, "住所コード"),
    (1, 14, "外国人区分"),
    (1, 15, "住民登録区分"),
    (1, 16, "前住所"),
    (1, 17, "前住所郵便番号"),
    (1, 18, "前住所住所コード"),
    (1, 19, "住外期限"),
    (1, 20, "住民となった日・届出日"),
    (1, 21, "住定日・届出日"),
    (1, 22, "転出予定日・届出日"),
    (1, 23, "消除日・届出日・事由"),
    (1, 24, "異動日・届出日・事由"),
    (1, 25, "登録年月日"),
    (1, 26, "更新年月日"),
    (1, 27, "資格取得日・喪失日・事由"),
    (1, 28, "送付先情報"),
    (1, 29, "別氏名"),
    (2, 1, "保険証番号"),
    (2, 2, "現住所"),
    (2, 3, "前住所"),
    (2, 4, "世帯主"),
    (2, 5, "世帯取得日"),
    (2, 6, "取得事由"),
    (2, 7, "世帯喪失日"),
    (2, 8, "喪失事由"),
    (2, 9, "漢字氏名"),
    (2, 10, "カナ氏名"),
    (2, 11, "外国人氏名"),
    (2, 12, "通称名氏名"),
    (2, 13, "性別"),
    (2, 14, "年齢"),
    (2, 15, "生年月日"),
    (2, 16, "続柄"),
    (2, 17, "宛名番号"),
    (2, 18, "連絡先情報"),
    (2, 19, "送付先情報"),
];

/// The items of a person on a day, in the order of [`ITEMS`]; empty where there is nothing to say. None when the number
/// is unknown.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(
    conn: &mut Conn,
    person_id: i64,
    on: Date,
) -> Result<Option<Vec<String>>, OfficeError> {
    let Some(known) = known(conn, person_id, on)? else {
        return Ok(None);
    };
    let values = ITEMS
        .iter()
        .map(|(group, number, _)| match group {
            1 => group1(&known, *number),
            _ => group2(&known, *number),
        })
        .collect();
    Ok(Some(values))
}

fn group1(known: &Known, number: u8) -> String {
    let resident = &known.resident;
    let [address, postal_code, code] = known.before();
    match number {
        1 => known.person_id.to_string(),
        2 => known.acts.2.to_string(),
        3 => known.number(),
        4 => resident.name.clone(),
        5 => resident.kana.clone(),
        6 => resident.alias.clone().unwrap_or_default(),
        7 => known.birth(),
        8 => known.sex(),
        9 => known.relationship(),
        10 => known.age(),
        11 => resident.address.clone() + &resident.building,
        12 => resident.postal_code.clone(),
        13 => known.detail.town_code.clone(),
        14 => foreigner(known),
        15 => match resident.status {
            Status::Resident => "住民",
            Status::Removed => "除票",
            Status::NonResident => "住登外",
        }
        .to_owned(),
        16 => address,
        17 => postal_code,
        18 => code,
        19 => known.terms.as_ref().map_or_else(String::new, |terms| {
            day(terms.valid.until.map(law::date::previous_day))
        }),
        20 => joined(&[
            day(resident.resident_since),
            known.item("resident_reported_on"),
        ]),
        21 => joined(&[known.item("settled_on"), known.item("settled_reported_on")]),
        22 => joined(&[
            known.item("planned_moved_on"),
            known.item("planned_reported_on"),
        ]),
        23 => removal(known),
        24 => joined(&[
            if known.detail.occurred_text.is_empty() {
                known.moved_on.to_string()
            } else {
                known.detail.occurred_text.clone()
            },
            day(known.detail.reported_on),
            cause(&known.detail.move_cause),
        ]),
        25 => known.acts.0.clone(),
        26 => known.acts.1.clone(),
        27 => known.span(|span| {
            joined(&[
                span.valid.from.to_string(),
                day(span.valid.until),
                span.fact.gain_cause.clone(),
                span.fact.loss_cause.clone().unwrap_or_default(),
            ])
        }),
        28 => known.destinations.clone(),
        _ => joined(&[
            resident.former_surname.clone().unwrap_or_default(),
            resident.latin_name.clone().unwrap_or_default(),
            known.item("foreign_kanji_name"),
        ]),
    }
}

fn foreigner(known: &Known) -> String {
    let foreign = known.item("resident_kind") == "2"
        || !known.detail.nationality_code.is_empty()
        || !known.detail.residence_status.is_empty();
    if foreign {
        joined(&[
            "外国人".to_owned(),
            known.item("nationality"),
            known.detail.residence_status.clone(),
            day(known.detail.stay_until),
        ])
    } else {
        "日本人".to_owned()
    }
}

fn removal(known: &Known) -> String {
    if known.resident.status != Status::Removed {
        return String::new();
    }
    let told = known.item("removed_on");
    joined(&[
        if told.is_empty() {
            known.moved_on.to_string()
        } else {
            told
        },
        known.item("removal_reported_on"),
        cause(&known.detail.move_cause),
    ])
}

fn cause(code: &str) -> String {
    law::registry::cause(code).map_or_else(
        || code.to_owned(),
        |cause| format!("{code} {}", cause.name_ja),
    )
}

fn group2(known: &Known, number: u8) -> String {
    let resident = &known.resident;
    match number {
        1 => known.number(),
        2 => resident.address.clone() + &resident.building,
        3 => {
            let [address, ..] = known.before();
            address
        }
        4 => known
            .head
            .as_ref()
            .map(|(_, name)| name.clone())
            .unwrap_or_default(),
        5 => known.span(|span| span.valid.from.to_string()),
        6 => known.span(|span| span.fact.gain_cause.clone()),
        7 => known.span(|span| day(span.valid.until)),
        8 => known.span(|span| span.fact.loss_cause.clone().unwrap_or_default()),
        9 => resident.name.clone(),
        10 => resident.kana.clone(),
        11 => resident.latin_name.clone().unwrap_or_default(),
        12 => resident.alias.clone().unwrap_or_default(),
        13 => known.sex(),
        14 => known.age(),
        15 => known.birth(),
        16 => known.relationship(),
        17 => known.person_id.to_string(),
        18 => known.contacts.clone(),
        _ => known.destinations.clone(),
    }
}
