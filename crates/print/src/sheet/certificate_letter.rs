//! Pages of 返還通知・却下通知・事前通知.

use super::levy::{issuer, window};
use super::{Fault, Setter, Sheet, frame};
use crate::content::CertificateLetter;
use crate::fit::Set;
use serde_json::{Value, json};

/// Lengths in tenths of a millimetre.
const TOP: i64 = 740;
const BOTTOM: i64 = 2560;
const PITCH: i64 = 66;

pub(super) fn sheets(letter: &CertificateLetter, setter: &mut Setter) -> Result<Vec<Sheet>, Fault> {
    if letter.paragraphs.is_empty() {
        return Err(Fault::new("本文", "本文がありません"));
    }
    let mut y = TOP;
    let mut paragraphs: Vec<Value> = Vec::new();
    for text in &letter.paragraphs {
        let lines = setter.lines("本文", &format!("　{text}"), frame(1800, 110, 1));
        let count = i64::try_from(lines.len()).unwrap_or(0);
        paragraphs.push(json!({ "y": y, "lines": lines }));
        y += count * PITCH + 10;
    }
    y += 70;
    let mark = y - 50;
    let mut facts = Vec::new();
    for (label, value) in &letter.facts {
        let lines = setter.lines(label, value, frame(1200, 105, 1));
        let count = i64::try_from(lines.len().max(1)).unwrap_or(1);
        let tall = count * 54 + 36;
        facts.push(json!({
            "y": y,
            "h": tall,
            "label": setter.fit("項目名", label, frame(490, 95, 1)),
            "lines": lines,
        }));
        y += tall;
    }
    let appeal: Vec<Set> = if letter.appealable {
        setter.lines_within("教示", &appeal(letter), 1790, &[80, 76, 72], 8)
    } else {
        Vec::new()
    };
    let needed = y + 60 + i64::try_from(appeal.len()).unwrap_or(0) * 38;
    if needed > BOTTOM {
        return Err(Fault::new(
            "本文",
            "1枚に入りません。本文か事項を短くしてください",
        ));
    }
    let body = json!({
        "form": "certificate-letter",
        "title": setter.fit("題名", &letter.title, frame(1700, 160, 1)),
        "number": setter.fit("文書番号", &letter.number, frame(500, 95, 1)),
        "issued": setter.fit("日付", &letter.issued_on, frame(500, 105, 1)),
        "window": window(&letter.window, setter),
        "issuer": issuer(&letter.office, setter),
        "paragraphs": paragraphs,
        "mark": mark,
        "facts": facts,
        "end": y,
        "appeal": appeal,
    });
    Ok(vec![Sheet::plain(body)])
}

/// 教示 of a decision on benefits: the review board, whether the municipality levies 料 or 税.
///
/// 根拠: 国民健康保険法 第91条・第99条・第103条
fn appeal(letter: &CertificateLetter) -> String {
    let board = format!("{}国民健康保険審査会", letter.office.prefecture);
    let municipality = &letter.office.municipality;
    format!(
        "この処分に不服があるときは、処分があったことを知った日の翌日から起算して3月以内に、{board}に対して審査請求をすることができます（国民健康保険法第91条及び第99条）。この処分の取消しの訴えは、審査請求に対する裁決を経た後に、裁決があったことを知った日の翌日から起算して6月以内に、{municipality}を被告として提起することができます（国民健康保険法第103条、行政事件訴訟法第14条）。ただし、審査請求があった日から3月を経過しても裁決がないとき、処分の執行による著しい損害を避けるため緊急の必要があるとき、その他裁決を経ないことにつき正当な理由があるときは、裁決を経ないで提起することができます。"
    )
}
