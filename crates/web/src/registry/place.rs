//! 住所の入力欄 — the parts of an address as the residents' record has them: here, before, and after.

use super::lines::put;
use crate::desk::Desk;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Input};
use exchange::municipality::wards_of;
use law::prefecture;
use law::registry::Items;
use office::registry::detail::item;

/// Which address; what the names of its items begin with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// 住所.
    Here,
    /// 転入前住所.
    Before,
    /// 転出先住所（予定）.
    Planned,
}

impl Place {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Here => "",
            Self::Before => "before_",
            Self::Planned => "planned_",
        }
    }

    fn name(self, part: &str) -> String {
        format!("{}{part}", self.prefix())
    }
}

/// 都道府県 to be typed by code or name.
fn prefectures() -> Vec<Choice> {
    (1_u8..)
        .zip(prefecture::NAMES)
        .map(|(number, name)| (format!("{number:02}"), name.to_owned()))
        .collect()
}

fn text(fields: &Fields, name: &str, label: &str) -> Field {
    Field::new(Input::Text, name, label, fields.text(name))
}

/// The fields of an address here.
#[must_use]
pub fn here(desk: &Desk, fields: &Fields) -> Vec<Field> {
    let mut all = vec![
        text(fields, "postal_code", "郵便番号"),
        text(fields, "town", "町字"),
        text(fields, "lot", "番地・号"),
        text(fields, "building", "方書"),
        text(fields, "town_code", "町字コード").hint("分かるときだけ"),
    ];
    let wards = wards(desk);
    if !wards.is_empty() {
        let field = Field::new(Input::Choice(wards), "ward", "行政区", fields.text("ward"));
        all.insert(0, field);
    }
    all
}

fn wards(desk: &Desk) -> Vec<Choice> {
    wards_of(&desk.app().config().municipality_code)
        .into_iter()
        .map(|code| (code.clone(), code))
        .collect()
}

/// The fields of an address elsewhere.
#[must_use]
pub fn elsewhere(place: Place, fields: &Fields) -> Vec<Field> {
    let typed = |part: &str, label: &str| text(fields, &place.name(part), label);
    let prefecture = place.name("prefecture");
    vec![
        Field::new(
            Input::Code(prefectures()),
            &prefecture,
            "都道府県",
            fields.text(&prefecture),
        )
        .hint("国外のときは空欄"),
        typed("city", "市区町村"),
        typed("town", "町字・番地"),
        typed("building", "方書"),
        typed("postal_code", "郵便番号"),
        typed("city_code", "市区町村コード（6桁）").hint("分かるときだけ"),
        typed("country", "国名（国外）"),
        typed("abroad", "国外の住所").wide(),
    ]
}

/// Lays a typed address here over a record. The municipality is the office's own.
pub fn read_here(desk: &Desk, fields: &Fields, items: &mut Items, errors: &mut Vec<FieldError>) {
    let config = desk.app().config();
    let ward = fields.text("ward");
    let code = if ward.is_empty() {
        config.municipality_code.as_str()
    } else {
        ward
    };
    let prefecture = prefecture::of_municipality(code).unwrap_or("");
    let city = config
        .municipality_name
        .strip_prefix(prefecture)
        .unwrap_or(&config.municipality_name);
    items.remove("address");
    items.remove("ward");
    put(items, "city_code", code);
    put(items, "prefecture", prefecture);
    put(items, "city", city);
    for part in ["town", "lot", "building", "town_code"] {
        put(items, part, fields.text(part));
    }
    put(items, "postal_code", &digits(fields.text("postal_code")));
    if fields.text("town").is_empty() {
        note(errors, "town", "町字: 新しい住所を入力してください");
    }
}

/// Lays a typed address elsewhere over a record.
pub fn read_elsewhere(
    place: Place,
    fields: &Fields,
    items: &mut Items,
    errors: &mut Vec<FieldError>,
) {
    let name = place.name("prefecture");
    let typed = fields.text(&name);
    if !typed.is_empty()
        && let Some((_, prefecture)) = fields.code(&name, "都道府県", &prefectures(), errors)
    {
        put(items, &name, &prefecture);
    }
    for part in ["city", "town", "building", "country", "abroad"] {
        let name = place.name(part);
        put(items, &name, fields.text(&name));
    }
    let postal = place.name("postal_code");
    put(items, &postal, &digits(fields.text(&postal)));
    let code = place.name("city_code");
    let typed = fields.text(&code);
    if !typed.is_empty() && !is_code(typed) {
        let message =
            "市区町村コード: 検査数字を含む6桁で入力してください。分からなければ空欄にします";
        note(errors, &code, message);
    }
    put(items, &code, typed);
}

fn is_code(typed: &str) -> bool {
    let digit = typed
        .get(..5)
        .and_then(exchange::check_digit::local_government_digit)
        .map(|digit| digit.to_string());
    digit.is_some() && digit.as_deref() == typed.get(5..)
}

/// Only the digits of a postal code, as they are kept.
fn digits(typed: &str) -> String {
    typed
        .chars()
        .filter(|letter| !matches!(letter, '-' | '－' | '〒' | ' '))
        .collect()
}

/// The address of a record in one piece.
#[must_use]
pub fn said(items: &Items) -> String {
    let parts = ["address", "prefecture", "city", "town", "lot", "building"];
    parts.map(|part| item(items, part)).concat()
}

/// An address elsewhere in one piece.
#[must_use]
pub fn said_elsewhere(place: Place, items: &Items) -> String {
    let parts = [
        "prefecture",
        "city",
        "town",
        "building",
        "country",
        "abroad",
    ];
    parts.map(|part| item(items, &place.name(part))).concat()
}
