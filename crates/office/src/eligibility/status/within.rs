//! 県内と県外 — the cause by which the insurance here ends or begins when the address that 第116条・第116条の2 take for a person's
//! is no longer what it was: inside the prefecture only its application does.
//!
//! 根拠: 国民健康保険法 第5条・第7条・第8条第1項・第116条・第116条の2

/// 事由 of the 喪失 of somebody whose address is in another municipality from now on. Inside the prefecture the 資格 goes on.
///
/// 根拠: 国民健康保険法 第5条・第8条第1項
pub(in crate::eligibility) fn moves_to(own: &str, place: &str) -> &'static str {
    if law::prefecture::is_same(own, place) {
        "moved_out_same_prefecture"
    } else {
        "moved_out"
    }
}

/// 事由 of the 取得 of somebody who was another municipality's insured until now.
///
/// 根拠: 国民健康保険法 第5条・第7条
pub(super) fn comes_from(own: &str, insurer: &str) -> &'static str {
    if law::prefecture::is_same(own, insurer) {
        "moved_in_same_prefecture"
    } else {
        "special_address_ended"
    }
}
