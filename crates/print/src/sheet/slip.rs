//! Pages of 納付書: bands of 99 mm, three to a sheet, the address block in the first band where there is one.

use super::levy::{issuer, window};
use super::{Fault, Setter, Sheet, frame, row, sum, yen};
use crate::barcode::{self, Gs1Payload, SHOP_LIMIT_YEN};
use crate::content::{PaymentSlip, PaymentSlips};
use fast_qr::{ECL, QRBuilder};
use jiff::civil::Date;
use serde_json::{Value, json};

/// Bands on a sheet.
const BANDS: usize = 3;

/// Pixels along a module. Viewers smooth an image of one pixel a module when they enlarge it; this many keep it sharp.
const PIXELS: usize = 4;

/// White modules around a QR code. 根拠: JIS X 0510
const QR_QUIET: usize = 4;

pub(super) fn sheets(slips: &PaymentSlips, setter: &mut Setter) -> Result<Vec<Sheet>, Fault> {
    if slips.slips.is_empty() {
        return Err(Fault::new("納付書", "納付書が1枚もありません"));
    }
    let office = issuer(&slips.office, setter);
    let head = slips.window.as_ref().map(|address| {
        let notes: Vec<_> = slips
            .notes
            .iter()
            .flat_map(|note| setter.lines("案内", note, frame(800, 85, 1)))
            .take(8)
            .collect();
        json!({ "window": window(address, setter), "notes": notes })
    });
    let mut bands: Vec<(Value, Vec<u8>)> = Vec::with_capacity(slips.slips.len() + 1);
    if let Some(head) = head {
        bands.push((json!({ "head": head }), Vec::new()));
    }
    for slip in &slips.slips {
        bands.push(band(slip, setter)?);
    }
    Ok(bands
        .chunks(BANDS)
        .map(|bands| sheet(bands, &office))
        .collect())
}

fn sheet(bands: &[(Value, Vec<u8>)], office: &Value) -> Sheet {
    let mut images = Vec::new();
    let mut placed = Vec::with_capacity(bands.len());
    for (band, pixels) in bands {
        placed.push(json!({ "band": band, "at": images.len() }));
        images.extend_from_slice(pixels);
    }
    Sheet::with_images(
        json!({ "form": "slip", "office": office, "bands": placed }),
        images,
    )
}

fn band(slip: &PaymentSlip, setter: &mut Setter) -> Result<(Value, Vec<u8>), Fault> {
    let parts = [
        slip.principal_yen,
        slip.late_charge_yen,
        slip.demand_fee_yen,
    ];
    if sum(parts) != Some(slip.total_yen)
        || parts.iter().any(|part| *part < 0)
        || slip.total_yen <= 0
    {
        return Err(Fault::new(
            format!("納付書 {}", slip.instalment),
            format!(
                "合計金額（{}円）が内訳の合計と一致しないか、1円以上ではありません",
                yen(slip.total_yen)
            ),
        ));
    }
    let mut images = Vec::new();
    let bars = match &slip.barcode {
        None => Value::Null,
        Some(payload) => bars(slip, payload, &mut images)?,
    };
    let qr = match &slip.qr {
        None => Value::Null,
        Some(text) => qr(slip, text, &mut images)?,
    };
    let body = json!({
        "item": setter.fit("科目", &slip.item, frame(500, 95, 1)),
        "levy_year": setter.fit("相当年度", &slip.levy_year, frame(170, 85, 1)),
        "assessed_year": setter.fit("調定年度", &slip.assessed_year, frame(170, 85, 1)),
        "instalment": setter.fit("期別", &slip.instalment, frame(170, 100, 1)),
        "number": setter.fit("通知書番号", &slip.notice_number, frame(350, 85, 1)),
        "payer": setter.fit("納付義務者", &slip.payer, row(440, 58, 95)),
        "payer_address": setter.fit("住所", &slip.payer_address, row(490, 52, 70)),
        "due": setter.fit("納期限", &slip.due_on, frame(350, 95, 1)),
        "fund": setter.fit("公金口座", &slip.fund_account, frame(540, 75, 1)),
        "principal": yen(slip.principal_yen),
        "late": yen(slip.late_charge_yen),
        "fee": yen(slip.demand_fee_yen),
        "total": yen(slip.total_yen),
        "codes": slip.codes.as_ref().map(|codes| json!([
            ["納付番号", setter.fit("納付番号", &codes.number, frame(390, 80, 1))],
            ["収納機関番号", setter.fit("収納機関番号", &codes.institution, frame(190, 80, 1))],
            ["確認番号", setter.fit("確認番号", &codes.confirmation, frame(190, 80, 1))],
            ["納付区分", setter.fit("納付区分", &codes.class, frame(190, 80, 1))],
        ])),
        "bars": bars,
        "qr": qr,
    });
    Ok((body, images))
}

/// The shop barcode, or the reason why there is none. The amount in it must be the amount on the paper.
fn bars(slip: &PaymentSlip, payload: &Gs1Payload, images: &mut Vec<u8>) -> Result<Value, Fault> {
    if payload.amount_yen != slip.total_yen {
        return Err(Fault::new(
            format!("納付書 {}", slip.instalment),
            format!(
                "印字する金額（{}円）とバーコードの金額（{}円）が違います。納付書を作り直してください",
                yen(slip.total_yen),
                yen(payload.amount_yen)
            ),
        ));
    }
    if slip.total_yen > SHOP_LIMIT_YEN {
        let why = format!("金額が{}円を超えるため", yen(SHOP_LIMIT_YEN));
        return Ok(json!({ "why": why }));
    }
    if payload
        .payable_until
        .is_some_and(|last| last < slip.issued_on)
    {
        return Ok(json!({ "why": "取扱期限を過ぎているため" }));
    }
    let fault =
        |reason: String| Fault::new(format!("納付書 {} のバーコード", slip.instalment), reason);
    let digits = payload.digits().map_err(fault)?;
    let modules = barcode::encode(&digits).map_err(fault)?;
    let at = images.len();
    images.extend(wide(modules.iter().copied()));
    Ok(json!({
        "at": at,
        "n": modules.len() * PIXELS,
        "text": barcode::readable(&digits),
        "until": payload.payable_until.map(reiwa),
    }))
}

fn qr(slip: &PaymentSlip, text: &str, images: &mut Vec<u8>) -> Result<Value, Fault> {
    let fault = |reason: &str| Fault::new(format!("納付書 {} のQRコード", slip.instalment), reason);
    if text.is_empty() {
        return Err(fault("内容が空です。使わないときは設定を外してください"));
    }
    let code = QRBuilder::new(text)
        .ecl(ECL::M)
        .build()
        .map_err(|_| fault("内容が長すぎて作れません"))?;
    let side = code.size + 2 * QR_QUIET;
    let at = images.len();
    let white = vec![false; QR_QUIET];
    let blank = vec![false; side];
    let mut rows: Vec<Vec<bool>> = vec![blank.clone(); QR_QUIET];
    for row in 0..code.size {
        let dark: Vec<bool> = code[row]
            .iter()
            .take(code.size)
            .map(|one| one.value())
            .collect();
        rows.push([white.as_slice(), &dark, &white].concat());
    }
    rows.extend(std::iter::repeat_n(blank, QR_QUIET));
    for row in rows {
        let line: Vec<u8> = wide(row.into_iter()).collect();
        for _ in 0..PIXELS {
            images.extend_from_slice(&line);
        }
    }
    let side = side * PIXELS;
    Ok(json!({ "at": at, "side": side }))
}

/// A payment limit as 「令和8年9月30日」; before the era of slips now in use, the common year.
fn reiwa(day: Date) -> String {
    let (month, of_month) = (day.month(), day.day());
    if day < jiff::civil::date(2019, 5, 1) {
        return format!("{}年{month}月{of_month}日", day.year());
    }
    match day.year() - 2018 {
        1 => format!("令和元年{month}月{of_month}日"),
        year => format!("令和{year}年{month}月{of_month}日"),
    }
}

/// A row of modules as grey bytes, black for a dark one.
fn wide(modules: impl Iterator<Item = bool>) -> impl Iterator<Item = u8> {
    modules.flat_map(|dark| std::iter::repeat_n(if dark { 0 } else { 255 }, PIXELS))
}
