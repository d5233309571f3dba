//! Pages of 資格の文書: a letter with its answer form, and 証明書.

use super::certificate::{SCAN_DIGITS, grouped, qr};
use super::levy::issuer;
use super::{Fault, Setter, Sheet, certificate_letter, frame};
use crate::content::{AnswerForm, EligibilityLetter, EligibilityProof};
use serde_json::{Value, json};

/// Lengths in tenths of a millimetre.
const ANSWER_TOP: i64 = 560;
const ANSWER_BOTTOM: i64 = 2080;
const PROOF_TOP: i64 = 620;
const PROOF_BOTTOM: i64 = 2200;
/// From line to line of a question and of what can be ticked.
const QUESTION: i64 = 62;
const CHOICE: i64 = 84;

pub(super) fn letter(one: &EligibilityLetter, setter: &mut Setter) -> Result<Vec<Sheet>, Fault> {
    let mut sheets = certificate_letter::sheets(&one.letter, setter)?;
    if let Some(form) = &one.answer {
        sheets.push(answer(one, form, setter)?);
    }
    Ok(sheets)
}

fn answer(one: &EligibilityLetter, form: &AnswerForm, setter: &mut Setter) -> Result<Sheet, Fault> {
    let figures = form.scan.bytes().all(|byte| byte.is_ascii_digit());
    if !figures || form.scan.len() != SCAN_DIGITS {
        return Err(Fault::new(
            "読取符号",
            format!("数字{SCAN_DIGITS}桁ではありません"),
        ));
    }
    if form.questions.is_empty() {
        return Err(Fault::new("回答書", "尋ねることがありません"));
    }
    let mut images = Vec::new();
    let code = qr(&form.scan, &mut images)?;
    let mut y = ANSWER_TOP;
    let mut facts = Vec::new();
    let until = ("回答の期限".to_owned(), form.until.clone());
    for (label, value) in form.facts.iter().chain([&until]) {
        if value.is_empty() {
            continue;
        }
        let lines = setter.lines(label, value, frame(1280, 105, 1));
        let count = i64::try_from(lines.len().max(1)).unwrap_or(1);
        let tall = count * 54 + 30;
        facts.push(json!({
            "y": y,
            "h": tall,
            "label": setter.fit("項目名", label, frame(420, 95, 1)),
            "lines": lines,
        }));
        y += tall;
    }
    let end = y;
    y += 80;
    let mut questions: Vec<Value> = Vec::new();
    for (place, (question, choices)) in (1..).zip(&form.questions) {
        let text = format!("{place}　{question}");
        let asked = setter.lines("質問", &text, frame(1780, 110, 1));
        let top = y;
        y += i64::try_from(asked.len()).unwrap_or(0) * QUESTION + 24;
        let mut ticks: Vec<Value> = Vec::new();
        for choice in choices {
            let lines = setter.lines("選択肢", choice, frame(1600, 105, 1));
            let tall = i64::try_from(lines.len()).unwrap_or(1) * 54 + (CHOICE - 54);
            ticks.push(json!({ "y": y, "lines": lines }));
            y += tall;
        }
        y += 50;
        questions.push(json!({ "y": top, "lines": asked, "choices": ticks }));
    }
    if y > ANSWER_BOTTOM {
        return Err(Fault::new(
            "回答書",
            "1枚に入りません。尋ねることを減らしてください",
        ));
    }
    let office = &one.letter.office;
    let to = format!("{}　{}　行", office.municipality, office.section);
    let body = json!({
        "form": "eligibility-answer",
        "to": setter.fit("返送先", &to, frame(1300, 120, 1)),
        "about": setter.fit("題名", &one.letter.title, frame(1700, 100, 1)),
        "number": setter.fit("文書番号", &one.letter.number, frame(500, 90, 1)),
        "issuer": issuer(office, setter),
        "scan": grouped(&form.scan),
        "code": code,
        "facts": facts,
        "end": end,
        "questions": questions,
        "rest": y,
    });
    Ok(Sheet::with_images(body, images))
}

pub(super) fn proof(one: &EligibilityProof, setter: &mut Setter) -> Result<Vec<Sheet>, Fault> {
    if one.periods.is_empty() {
        return Err(Fault::new("加入期間", "証明する期間がありません"));
    }
    let mut y = PROOF_TOP;
    let mut rows: Vec<Value> = Vec::new();
    let mut add = |label: &str, value: &str, size: i64, setter: &mut Setter| {
        if value.is_empty() {
            return;
        }
        let lines = setter.lines(label, value, frame(1280, size, 1));
        let pitch = size * 5 / 10;
        let count = i64::try_from(lines.len().max(1)).unwrap_or(1);
        let tall = count * pitch + 44;
        rows.push(json!({
            "y": y,
            "h": tall,
            "pitch": pitch,
            "label": setter.fit("項目名", label, frame(420, 100, 1)),
            "lines": lines,
        }));
        y += tall;
    };
    add("氏名", &one.name, 140, setter);
    add("生年月日", &one.birth_on, 110, setter);
    add("住所", &one.address, 110, setter);
    let end = y;
    let head = end + 90;
    let mut y = head + 80;
    let mut periods: Vec<Value> = Vec::new();
    for period in &one.periods {
        let until = if period.until.is_empty() {
            "（加入中）"
        } else {
            &period.until
        };
        periods.push(json!({
            "y": y,
            "number": setter.fit("記号・番号", &period.number, super::row(560, 100, 105)),
            "from": setter.fit("適用開始年月日", &period.from, frame(400, 105, 1)),
            "until": setter.fit("資格喪失年月日", until, frame(400, 105, 1)),
            "cause": setter.fit("喪失の事由", &period.cause, super::row(360, 100, 100)),
        }));
        y += 110;
    }
    if y > PROOF_BOTTOM {
        return Err(Fault::new(
            "加入期間",
            format!(
                "{}件の期間は1枚に入りません。期間を分けて交付してください",
                one.periods.len()
            ),
        ));
    }
    let body = json!({
        "form": "eligibility-proof",
        "title": setter.fit("名称", &one.title, frame(1700, 180, 1)),
        "number": setter.fit("証明番号", &one.number, frame(600, 105, 1)),
        "issued": setter.fit("証明日", &one.issued_on, frame(600, 110, 1)),
        "issuer": issuer(&one.office, setter),
        "rows": rows,
        "end": end,
        "head": head,
        "periods": periods,
        "foot": y,
    });
    Ok(vec![Sheet::plain(body)])
}
