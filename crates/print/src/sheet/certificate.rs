//! Pages of 証: a card with its back on a sheet with the address, or an A4 paper; each with its form number and code.

use super::levy::{issuer, window};
use super::{Fault, Setter, Sheet, frame, row};
use crate::content::{Certificate, CertificateItem, CertificatePaper, ItemWidth};
use crate::fit::Set;
use fast_qr::{ECL, QRBuilder};
use serde_json::{Value, json};

/// Pixels along a module of the code.
const PIXELS: usize = 4;
/// White modules around a QR code. 根拠: JIS X 0510
const QUIET: usize = 4;
/// Figures of the code.
pub(super) const SCAN_DIGITS: usize = 20;

/// Lengths in tenths of a millimetre. Width and height of a card and of a postcard.
const CARD: (i64, i64) = (856, 540);
const POSTCARD: (i64, i64) = (1280, 910);
/// Height of the band with the title, and of the foot with the insurer and the code.
const BAND: i64 = 62;
const FOOT: i64 = 92;
/// Room for the items of an A4 paper.
const A4_TOP: i64 = 880;
const A4_BOTTOM: i64 = 2200;

/// Bands of paper by the names the rules give them.
const COLOURS: [(&str, &str); 18] = [
    ("青", "#2f6fb5"),
    ("橙", "#d9772b"),
    ("桃", "#d8839b"),
    ("緑", "#3f8f5a"),
    ("灰", "#7d8288"),
    ("黄", "#c9a227"),
    ("紺", "#27406b"),
    ("銀", "#9aa1a8"),
    ("薄緑", "#8cc3a0"),
    ("薄桃", "#e3b3bf"),
    ("薄橙", "#e6b98e"),
    ("薄青", "#93b7dc"),
    ("薄紫", "#b3a3d3"),
    ("白", "#4b5157"),
    ("白緑", "#5c8c6f"),
    ("白青", "#5f83ab"),
    ("白桃", "#ab7585"),
    ("黒", "#222222"),
];

pub(super) fn sheets(paper: &Certificate, setter: &mut Setter) -> Result<Vec<Sheet>, Fault> {
    check(paper)?;
    let mut images = Vec::new();
    let code = qr(&paper.scan, &mut images)?;
    let body = match paper.paper {
        CertificatePaper::Card => card(paper, CARD, setter, &code)?,
        CertificatePaper::Postcard => card(paper, POSTCARD, setter, &code)?,
        CertificatePaper::A4 => a4(paper, setter, &code)?,
    };
    Ok(vec![Sheet::with_images(body, images)])
}

/// A paper that does not fit its own code, or says less than it must, is not printed.
fn check(paper: &Certificate) -> Result<(), Fault> {
    let figures = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !figures(&paper.scan, SCAN_DIGITS) {
        return Err(Fault::new(
            "読取符号",
            format!("数字{SCAN_DIGITS}桁ではありません"),
        ));
    }
    let stock = format!("{}{}", paper.form_id, paper.form_version);
    if !paper.scan.starts_with(&stock) {
        return Err(Fault::new(
            "様式番号",
            format!(
                "様式{stock}の証に、別の様式の読取符号（{}）が付いています。交付をやり直してください",
                paper.scan
            ),
        ));
    }
    if !paper.insurer_number.is_empty() && !figures(&paper.insurer_number, 6) {
        return Err(Fault::new(
            "保険者番号",
            "数字6桁ではありません。証の規則を直してください",
        ));
    }
    if paper.items.is_empty() {
        return Err(Fault::new("項目", "印字する項目がありません"));
    }
    if paper.window.address.len() > 4 {
        return Err(Fault::new(
            "宛先",
            "住所は4行までです。方書をまとめてください",
        ));
    }
    Ok(())
}

/// What every page of a certificate has.
fn common(paper: &Certificate, setter: &mut Setter, code: &Value) -> Value {
    let found = COLOURS.iter().find(|(name, _)| *name == paper.colour);
    json!({
        "title": setter.fit("名称", &paper.title, frame(1500, 160, 1)),
        "form_id": format!("様式{}-{}", paper.form_id, paper.form_version),
        "colour": found.map_or("#666666", |(_, code)| code),
        "colour_name": paper.colour,
        "window": window(&paper.window, setter),
        "issuer": issuer(&paper.office, setter),
        "number": setter.fit("交付番号", &paper.number, frame(330, 90, 1)),
        "issued": setter.fit("交付年月日", &paper.issued_on, frame(400, 90, 1)),
        "scan": grouped(&paper.scan),
        "code": code,
        "copy": (paper.copy > 1).then(|| format!("再交付（{}回目）", paper.copy)),
        "insurer_number": paper.insurer_number,
        "insurer_name": setter.fit("保険者名", &paper.insurer_name, frame(420, 80, 1)),
        "back": paper.back.iter().flat_map(|line| setter.lines("裏面", line, frame(760, 75, 1))).collect::<Vec<_>>(),
    })
}

/// The figures in groups of form, number, copy and check.
pub(super) fn grouped(scan: &str) -> String {
    let cuts = [(0, 4), (4, 6), (6, 16), (16, 18), (18, 20)];
    let parts: Vec<&str> = cuts
        .iter()
        .filter_map(|(from, until)| scan.get(*from..*until))
        .collect();
    parts.join("-")
}

fn extend(base: Value, more: Value) -> Value {
    match (base, more) {
        (Value::Object(mut base), Value::Object(more)) => {
            base.extend(more);
            Value::Object(base)
        }
        (base, _) => base,
    }
}

/// Natural height of an item on a card.
const fn height(width: ItemWidth) -> i64 {
    match width {
        ItemWidth::Half | ItemWidth::Whole => 42,
        ItemWidth::Tall => 60,
        ItemWidth::Large => 56,
    }
}

/// A card: rows share the room between band and foot; two half items stand side by side.
fn card(
    paper: &Certificate,
    (w, h): (i64, i64),
    setter: &mut Setter,
    code: &Value,
) -> Result<Value, Fault> {
    let mut rows: Vec<Vec<&CertificateItem>> = Vec::new();
    for item in &paper.items {
        let half = item.width == ItemWidth::Half;
        match rows.last_mut() {
            Some(last)
                if half
                    && last.len() == 1
                    && last.iter().all(|one| one.width == ItemWidth::Half) =>
            {
                last.push(item);
            }
            _ => rows.push(vec![item]),
        }
    }
    let natural: i64 = rows
        .iter()
        .map(|row| row.iter().map(|one| height(one.width)).max().unwrap_or(0))
        .sum();
    let room = h - BAND - FOOT;
    // Rows grow to at most one and a half of their natural height, and shrink to three quarters.
    let tenths = (room * 1000 / natural.max(1)).min(1500);
    if tenths < 700 {
        return Err(Fault::new(
            "項目",
            format!(
                "{}の項目が多すぎてカードに入りません。証の規則で印字項目を減らすか、用紙を大きくしてください",
                paper.title
            ),
        ));
    }
    let mut y = BAND;
    let mut placed = Vec::new();
    for cells in &rows {
        let natural = cells.iter().map(|one| height(one.width)).max().unwrap_or(0);
        let tall = natural * tenths / 1000;
        let width = w / i64::try_from(cells.len()).unwrap_or(1).max(1);
        let whole = cells.iter().all(|one| one.width != ItemWidth::Half);
        for (place, item) in (0..).zip(cells) {
            let width = if whole || cells.len() == 1 { w } else { width };
            // Larger papers have larger letters.
            let scale = w * 100 / CARD.0;
            placed.push(cell(
                item,
                (place * width, y, width, tall),
                scale.min(135),
                setter,
            ));
        }
        y += tall;
    }
    let notes: Vec<Set> = paper
        .notes
        .iter()
        .flat_map(|note| setter.lines("注意事項", &format!("・{note}"), frame(w - 70, 68, 1)))
        .collect();
    let more = json!({
        "form": "certificate-card",
        "w": w,
        "h": h,
        "band": BAND,
        "foot": FOOT,
        "cells": placed,
        "end": y,
        "card_title": setter.fit("名称", &paper.title, frame(w - 270, 110, 1)),
        "notes": notes,
    });
    Ok(extend(common(paper, setter, code), more))
}

/// Width of the label of a cell.
const LABEL: i64 = 150;

fn cell(
    item: &CertificateItem,
    (x, y, w, h): (i64, i64, i64, i64),
    scale: i64,
    setter: &mut Setter,
) -> Value {
    let natural = match item.width {
        ItemWidth::Large => 120,
        ItemWidth::Tall => 72,
        ItemWidth::Half => 76,
        ItemWidth::Whole => 82,
    };
    let size = natural * scale / 100;
    let room = w - LABEL - 20;
    let value = match item.width {
        ItemWidth::Half => setter.fit(&item.label, &item.value, frame(room, size, 1)),
        _ => setter.fit(
            &item.label,
            &item.value.replace('\n', "　"),
            row(room, h - 4, size),
        ),
    };
    json!({
        "x": x,
        "y": y,
        "w": w,
        "h": h,
        "label": setter.fit("項目名", &item.label, frame(LABEL - 8, 56, 1)),
        "value": value,
    })
}

/// An A4 paper: one row an item, as high as its lines.
fn a4(paper: &Certificate, setter: &mut Setter, code: &Value) -> Result<Value, Fault> {
    let mut y = A4_TOP;
    let mut rows = Vec::new();
    for item in &paper.items {
        let size = if item.width == ItemWidth::Large {
            140
        } else {
            105
        };
        let lines = setter.lines(&item.label, &item.value, frame(1260, size, 1));
        let pitch = if item.width == ItemWidth::Large {
            62
        } else {
            52
        };
        let count = i64::try_from(lines.len().max(1)).unwrap_or(1);
        let tall = (count * pitch + 34).max(84);
        rows.push(json!({
            "y": y,
            "h": tall,
            "pitch": pitch,
            "label": setter.fit("項目名", &item.label, frame(400, 95, 1)),
            "lines": lines,
        }));
        y += tall;
    }
    if y > A4_BOTTOM {
        return Err(Fault::new(
            "項目",
            format!(
                "{}の項目が1枚に入りません。加入期間などの行を分けて交付してください",
                paper.title
            ),
        ));
    }
    let notes: Vec<Set> = paper
        .notes
        .iter()
        .flat_map(|note| setter.lines("注意事項", &format!("・{note}"), frame(1760, 90, 1)))
        .collect();
    let more =
        json!({ "form": "certificate-a4", "top": A4_TOP, "rows": rows, "end": y, "notes": notes });
    Ok(extend(common(paper, setter, code), more))
}

/// The code as pixels, white border included.
pub(super) fn qr(text: &str, images: &mut Vec<u8>) -> Result<Value, Fault> {
    let built = QRBuilder::new(text).ecl(ECL::M).build();
    let code = built.map_err(|_| Fault::new("読取符号", "符号を作れません"))?;
    let side = code.size + 2 * QUIET;
    let at = images.len();
    for y in 0..side {
        let inside = y.checked_sub(QUIET).filter(|row| *row < code.size);
        let mut line: Vec<u8> = Vec::with_capacity(side * PIXELS);
        let dark: Vec<bool> = match inside {
            Some(row) => code[row]
                .iter()
                .take(code.size)
                .map(|one| one.value())
                .collect(),
            None => vec![false; code.size],
        };
        let padded = std::iter::repeat_n(false, QUIET)
            .chain(dark)
            .chain(std::iter::repeat_n(false, QUIET));
        for one in padded {
            line.extend(std::iter::repeat_n(if one { 0 } else { 255 }, PIXELS));
        }
        for _ in 0..PIXELS {
            images.extend_from_slice(&line);
        }
    }
    Ok(json!({ "at": at, "side": side * PIXELS }))
}
