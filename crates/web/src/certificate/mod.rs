//! 証の画面 — applications, issue, what happens to a paper afterwards, and the scanner.

pub mod act;
pub mod application;
pub mod apply;
pub mod card;
mod correct;
pub mod issue;
pub mod letter;
pub mod list;
pub mod one;
pub mod scan;
pub mod seek;
pub mod setting;
pub mod special;
pub mod special_change;
mod special_order;
pub mod together;

use crate::desk::Desk;
use crate::view::cards::{Card, Cell, Table};
use crate::view::layout::Tone;
use law::certificate::{Item, Place};
use office::OfficeError;
use office::certificate::{Certificate, Face, KeptRules};
use office::registry::HIDDEN;

/// The rules of certificates of the municipality.
///
/// # Errors
/// A refusal when the municipality has none.
pub fn rules(desk: &Desk) -> Result<KeptRules, OfficeError> {
    KeptRules::from_book(desk.book()?, &desk.app().config().municipality_code)
}

/// 券面 as it is, or would be, printed; where it `concerns` somebody under 支援措置, without any address.
#[must_use]
pub fn face(face: &Face, title: &str, width: &'static str, concerns: bool) -> Card {
    let mut card = Card::new(title, width);
    card.fact("名称", face.title.as_str());
    for (item, value) in &face.lines {
        let hidden = concerns && *item == Item::Address && !value.is_empty();
        card.fact(
            item.label_ja(),
            if hidden { HIDDEN } else { value.as_str() },
        );
    }
    if !face.back.is_empty() {
        card.fact("裏面・備考", face.back.join("、"));
    }
    if face.copy > 1 {
        card.fact("再交付の回", face.copy.to_string());
    }
    card.fact("様式", Cell::beside(&face.stock, &face.colour));
    let place = if concerns {
        HIDDEN.to_owned()
    } else {
        format!(
            "{} {}",
            face.destination.postal_code,
            face.destination.address.join(" ")
        )
    };
    card.fact(
        "送付先",
        format!("{place} {}", face.destination.addressee).trim(),
    );
    card
}

/// Where a paper is.
#[must_use]
pub fn place(one: &Certificate, today: law::Date) -> Cell {
    let tone = match one.place {
        Place::Lost | Place::ComeBack => Tone::Bad,
        Place::Voided | Place::Collected => Tone::Plain,
        _ => Tone::Info,
    };
    let mut cell = Cell::badge(one.place.label_ja(), tone);
    if one.usable_on(today) {
        cell.badges.push(crate::view::Badge::new(
            "有効",
            Tone::Good,
            "今日使える証です",
        ));
    }
    if one.return_requested_on.is_some() && one.collected_on.is_none() {
        cell.badges.push(crate::view::Badge::new(
            "返還請求中",
            Tone::Warn,
            "返還を求めています",
        ));
    }
    cell
}

/// A list of papers.
#[must_use]
pub fn table(desk: &Desk, all: &[Certificate]) -> Table {
    use crate::view::format::day_ja;
    let today = desk.business_date();
    let mut table = Table::new(
        "証",
        &[
            "交付番号",
            "種類",
            "氏名",
            "交付日",
            "発効",
            "有効期限",
            "区分",
            "状態",
        ],
    );
    for one in all {
        let ratio = match one.ratio {
            0 => String::new(),
            tenths => format!("{tenths}割"),
        };
        let row = table.row(vec![
            Cell::link(
                &one.number,
                &format!("/certificates/{}", one.certificate_id),
            ),
            Cell::beside(
                &one.title,
                format!("{} {}", one.division.label_ja(), one.reason).trim_end(),
            ),
            Cell::link(&one.face_name, &format!("/people/{}", one.person_id)),
            day_ja(one.issued_on).into(),
            day_ja(one.effective_from).into(),
            one.expires_on.map_or_else(String::new, day_ja).into(),
            Cell::beside(&one.class, &ratio),
            place(one, today),
        ]);
        row.off = !one.usable_on(today);
    }
    table
}
