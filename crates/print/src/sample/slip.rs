//! Made-up slips.

use super::{office, window};
use crate::barcode::Gs1Payload;
use crate::content::{PaymentCodes, PaymentSlip, PaymentSlips};

/// One slip of a made-up household, 25,300 yen.
#[must_use]
pub fn slip(instalment: &str) -> PaymentSlip {
    PaymentSlip {
        item: "国民健康保険料".into(),
        levy_year: "令和8年度".into(),
        assessed_year: "令和8年度".into(),
        instalment: instalment.into(),
        notice_number: "0012-345678".into(),
        payer: "見本　太郎".into(),
        payer_address: "見本県見本市桜町二丁目3番4号　コーポ見本　205号室".into(),
        due_on: "令和8年7月31日".into(),
        principal_yen: 25_000,
        late_charge_yen: 200,
        demand_fee_yen: 100,
        total_yen: 25_300,
        fund_account: "00100-0-000000　見本市会計管理者".into(),
        issued_on: jiff::civil::date(2026, 6, 12),
        barcode: Some(Gs1Payload {
            issuer: "912345".into(),
            free: "000010826010012345678".into(),
            reissue: 0,
            payable_until: Some(jiff::civil::date(2026, 9, 30)),
            stamp: false,
            amount_yen: 25_300,
        }),
        qr: Some("01|000000|08260100123456780701|MIHON-EL-QR|25300|20260731|0000000000".into()),
        codes: Some(PaymentCodes {
            institution: "00000".into(),
            number: "0826-0100-1234-5678".into(),
            confirmation: "012345".into(),
            class: "082607".into(),
        }),
    }
}

/// Two slips below an address block.
#[must_use]
pub fn slips() -> PaymentSlips {
    let mut dear = slip("第2期");
    dear.principal_yen = 312_000;
    dear.late_charge_yen = 0;
    dear.demand_fee_yen = 0;
    dear.total_yen = 312_000;
    if let Some(barcode) = &mut dear.barcode {
        barcode.amount_yen = 312_000;
    }
    PaymentSlips {
        office: office(),
        window: Some(window("見本　太郎")),
        notes: vec![
            "国民健康保険料の納付書をお送りします。納期限までに、裏面の取扱場所で納めてください。"
                .into(),
            "切り離さずにお持ちください。".into(),
        ],
        slips: vec![slip("第1期"), dear],
    }
}
