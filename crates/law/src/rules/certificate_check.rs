//! What a row of 証 must not say.

use super::row::Row;
use crate::certificate::form::Item;
use crate::certificate::kind::{Condition, End, Family, Kind};

/// Items a 資格確認書 must show. 根拠: 国民健康保険法施行規則 第6条第4項・第27条の5の2第4項
const CONFIRMATION_ITEMS: [Item; 7] = [
    Item::Name,
    Item::Sex,
    Item::Birth,
    Item::Head,
    Item::SymbolNumber,
    Item::Insurer,
    Item::IssuedOn,
];

/// 保険者番号: empty, or six figures whose last is the check figure (weights 2 and 1 from the right, figures added).
pub(super) fn insurer_number(row: &Row<'_>) -> String {
    let text = row.text_maybe_empty("insurer_number");
    let figures: Vec<u32> = text.chars().filter_map(|one| one.to_digit(10)).collect();
    let sum: u32 = figures
        .iter()
        .rev()
        .skip(1)
        .zip([2, 1].into_iter().cycle())
        .map(|(figure, weight)| figure * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    let holds = figures.len() == 6
        && text.chars().count() == 6
        && figures.last() == Some(&((10 - sum % 10) % 10));
    if !text.is_empty() && !holds {
        row.fault(
            "insurer_number",
            "保険者番号は数字6桁（最後は検証番号）です。分からないときは空にしてください",
        );
    }
    text
}

/// What cannot be: said at the row and field.
pub(super) fn check_kind(row: &Row<'_>, kind: &Kind) {
    let figures = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !figures(&kind.form.id, 4) {
        row.fault(
            "form_id",
            "様式番号は数字4桁で書いてください（バーコードに入ります）",
        );
    }
    if !figures(&kind.form.version, 2) {
        row.fault("form_version", "版は数字2桁で書いてください（\"01\" など）");
    }
    if !figures(&kind.number.prefix, 2) {
        row.fault("number_prefix", "交付番号の頭は数字2桁で書いてください");
    }
    let renews = kind.ends.iter().any(|end| {
        matches!(
            end,
            End::Renewal | End::RenewalWhereRatio | End::RenewalWhereDialysis | End::Short
        )
    });
    if renews != (kind.renewal_month > 0) {
        row.fault(
            "renewal_month",
            "更新までの期限（ends の renewal など）がある証だけに、更新月1〜12を書いてください（ない証は0）",
        );
    }
    if kind.ends.contains(&End::Years) != (kind.years > 0) {
        row.fault(
            "years",
            "交付の日から数える期限（ends の years）がある証だけに、年数1〜5を書いてください（ない証は0）",
        );
    }
    if kind.notes.is_empty() || kind.notes.iter().any(|note| note.trim().is_empty()) {
        row.fault("notes", "券面の注意事項を1つ以上書いてください");
    }
    if kind.items.is_empty() {
        row.fault("items", "印字する項目がありません");
    }
    if !kind.ends.is_empty() && !kind.prints(Item::ExpiresOn) && kind.family != Family::Eligibility
    {
        row.fault("items", "有効期限のある証は expires_on を印字してください");
    }
    if kind.family == Family::Proof && !kind.ends.is_empty() {
        row.fault("ends", "証明書に有効期限はありません");
    }
    if kind.asks(Condition::CardUsable) && kind.asks(Condition::CardNotUsable)
        || kind.asks(Condition::Special) && kind.asks(Condition::NotSpecial)
        || kind.asks(Condition::ShortTerm) && kind.asks(Condition::NotShortTerm)
    {
        row.fault(
            "conditions",
            "同時に満たせない要件が並んでいます。どちらかにしてください",
        );
    }
    if kind.asks(Condition::Special) && !kind.asks(Condition::SpecialNoticed) {
        row.fault(
            "conditions",
            "特別療養の証は事前通知の後に交付します（法第54条の3第3項）。special_noticed を足してください",
        );
    }
    let confirmation = kind.family == Family::Eligibility && kind.asks(Condition::CardNotUsable);
    for item in CONFIRMATION_ITEMS {
        if confirmation && !kind.prints(item) {
            row.fault(
                "items",
                format!(
                    "資格確認書には{}を印字します（国民健康保険法施行規則第6条第4項）",
                    item.label_ja()
                ),
            );
        }
    }
    if confirmation && kind.ends.is_empty() {
        row.fault(
            "ends",
            "資格確認書には有効期限を定めます（国民健康保険法施行規則第6条第2項）",
        );
    }
    match (kind.accepted_through, kind.until) {
        (Some(_), None) => row.fault(
            "accepted_through",
            "経過措置の末日は、交付を終えた（until のある）証だけに書いてください",
        ),
        (Some(last), Some(until)) if last < until => row.fault(
            "accepted_through",
            "経過措置の末日は、交付を終えた日以後にしてください",
        ),
        _ => {}
    }
}
