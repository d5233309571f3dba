//! 証の項目の引渡し — what other systems, and a system that comes after, take over: every item of a certificate as a
//! row of texts, and back again. 様式: 別添1の2-27・2-28・4-27・7-1〜7-10.

use super::event;
use super::find::{self, Certificate};
use super::flags;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use law::certificate::EventKind;

const PAGE: Sql = Sql {
    name: "certificate.handover.page",
    text: "select certificate_id from certificate where certificate_id > $1 order by certificate_id limit $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[PAGE];

/// One item: its number in the published list, its name, and where it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandedItem {
    /// 別添1の番号; empty for what only this system has.
    pub number: &'static str,
    /// 項目名.
    pub label_ja: &'static str,
}

const fn item(number: &'static str, label_ja: &'static str) -> HandedItem {
    HandedItem { number, label_ja }
}

/// The items of a row, in order.
pub const ITEMS: &[HandedItem] = &[
    item("4-27", "証種別"),
    item("4-27", "交付番号"),
    item("", "交付の回"),
    item("", "宛名番号"),
    item("", "国保世帯番号"),
    item("4-27", "交付区分"),
    item("4-27", "交付事由"),
    item("4-27", "異動日"),
    item("4-27", "申請日"),
    item("4-27", "証交付日"),
    item("4-27", "発効期日"),
    item("4-27", "有効期限"),
    item("4-27", "適用区分"),
    item("2-28", "一部負担金の割合"),
    item("2-28", "割合の発効期日"),
    item("4-27", "長期該当"),
    item("", "特定疾病の区分"),
    item("", "自己負担限度額"),
    item("7-2", "券面の記号"),
    item("7-3", "券面の番号"),
    item("7-1", "枝番"),
    item("7-4", "券面の氏名"),
    item("7-5", "券面の氏名の読み仮名"),
    item("7-6", "本名"),
    item("7-7", "本名の読み仮名"),
    item("7-8", "性別の裏面記載"),
    item("7-9", "自己情報不開示の申し出"),
    item("4-27", "発行先の郵便番号"),
    item("4-27", "発行先の住所"),
    item("4-27", "発行先の宛名"),
    item("2-27", "証の名称"),
    item("2-27", "様式番号"),
    item("2-27", "証のありか"),
    item("2-27", "無効になった日"),
    item("4-27", "回収日"),
    item("4-27", "回収の理由"),
    item("7-10", "回収の理由が発生した日"),
    item("4-27", "返戻日"),
    item("4-27", "返戻の理由"),
];

/// A row of texts, one for each of [`ITEMS`]; empty for none.
pub type Row = Vec<String>;

/// Rows above a certificate's number, and the number to go on from; 不開示 is said as it is on the day of the file.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn export(
    conn: &mut Conn,
    (above, most): (i64, i64),
    on: Date,
) -> Result<(Vec<Row>, i64), OfficeError> {
    let ids = conn.query(&PAGE, &[above.into(), most.into()], |row| row.int(0))?;
    let last = ids.last().copied().unwrap_or(above);
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        let certificate = find::require(conn, id)?;
        let history = event::history(conn, id)?;
        let undisclosed = flags::of(conn, certificate.person_id, on)?.undisclosed;
        rows.push(row_of(&certificate, &history, undisclosed));
    }
    Ok((rows, last))
}

fn row_of(one: &Certificate, history: &[event::Recorded], undisclosed: bool) -> Row {
    let latest = |kind: EventKind| {
        let standing = event::standing_events(history);
        standing
            .into_iter()
            .rfind(|event| event.kind == kind)
            .cloned()
    };
    let collected = latest(EventKind::Collected);
    let returned = latest(EventKind::MailReturned);
    let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let flag = |flag: bool| if flag { "1" } else { "0" }.to_owned();
    let number = |number: i64| {
        if number == 0 {
            String::new()
        } else {
            number.to_string()
        }
    };
    vec![
        one.kind.clone(),
        one.number.clone(),
        one.copy_no.to_string(),
        one.person_id.to_string(),
        one.household_id.to_string(),
        one.division.code().to_owned(),
        one.reason.clone(),
        one.occurred_on.to_string(),
        day(one.applied_on),
        one.issued_on.to_string(),
        one.effective_from.to_string(),
        day(one.expires_on),
        one.class.clone(),
        number(one.ratio),
        day(one.ratio_from),
        day(one.long_term_on),
        number(one.disease),
        number(one.ceiling_yen),
        one.symbol.clone(),
        one.number_on_face.clone(),
        one.branch.clone(),
        one.face_name.clone(),
        one.face_kana.clone(),
        one.real_name.clone().unwrap_or_default(),
        one.real_kana.clone().unwrap_or_default(),
        flag(one.sex_on_back),
        flag(one.nondisclosure || undisclosed),
        one.destination.postal_code.clone(),
        one.destination.address.join("\n"),
        one.destination.addressee.clone(),
        one.title.clone(),
        one.form_stock.clone(),
        event::place_code(one.place).to_owned(),
        day(one.invalid_from),
        day(one.collected_on),
        collected
            .as_ref()
            .map_or_else(String::new, |event| event.reason.clone()),
        day(collected.as_ref().and_then(|event| event.reason_arose_on)),
        day(returned.as_ref().map(|event| event.occurred_on)),
        returned.map_or_else(String::new, |event| event.reason),
    ]
}
