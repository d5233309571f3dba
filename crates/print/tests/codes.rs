//! Shop barcode and QR code, read back from a 200-dpi picture of the paper.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use common::{PRINTER, codes_of, text_of};
use print::content::{Content, PaymentSlip, PaymentSlips};
use print::{Document, PrintError, sample};

fn document(slips: Vec<PaymentSlip>) -> Document {
    let content = PaymentSlips {
        slips,
        window: None,
        ..sample::slips()
    };
    Document::official("slips", Content::Slips(Box::new(content)))
}

fn with_total(mut slip: PaymentSlip, yen: i64) -> PaymentSlip {
    (
        slip.principal_yen,
        slip.late_charge_yen,
        slip.demand_fee_yen,
        slip.total_yen,
    ) = (yen, 0, 0, yen);
    if let Some(barcode) = &mut slip.barcode {
        barcode.amount_yen = yen;
    }
    slip
}

#[test]
fn codes_read_back_as_they_were_given() {
    let slips: Vec<PaymentSlip> = [(1, 300_000), (2, 98_765), (3, 1)]
        .into_iter()
        .map(|(number, yen)| {
            let mut slip = with_total(sample::slip(&format!("第{number}期")), yen);
            slip.qr = Some(format!("01|QR|{number}|{yen}"));
            slip.barcode.as_mut().unwrap().free = format!("9876543210987654321{number:02}");
            slip
        })
        .collect();
    let mut expected: Vec<String> = slips
        .iter()
        .flat_map(|slip| {
            let digits = slip.barcode.as_ref().unwrap().digits().unwrap();
            [
                format!("CODE-128:{digits}"),
                format!("QR-Code:{}", slip.qr.as_ref().unwrap()),
            ]
        })
        .collect();
    expected.sort();
    let pdf = PRINTER.render(&document(slips)).unwrap();
    assert_eq!(pdf.pages, 1);
    assert_eq!(codes_of(&pdf), expected);
}

#[test]
fn every_pair_of_digits_reads_back() {
    let pairs: String = (0..100).map(|pair| format!("{pair:02}")).collect();
    let slips: Vec<PaymentSlip> = (0..10)
        .map(|number| {
            let mut slip = sample::slip("第1期");
            slip.qr = None;
            slip.barcode.as_mut().unwrap().free =
                format!("0{}", &pairs[number * 20..number * 20 + 20]);
            slip
        })
        .collect();
    for slips in slips.chunks(3) {
        let expected = slips
            .iter()
            .map(|slip| slip.barcode.as_ref().unwrap().digits().unwrap());
        let mut expected: Vec<String> = expected
            .map(|digits| format!("CODE-128:{digits}"))
            .collect();
        expected.sort();
        assert_eq!(
            codes_of(&PRINTER.render(&document(slips.to_vec())).unwrap()),
            expected
        );
    }
}

#[test]
fn a_dear_or_late_slip_says_why_it_has_no_barcode() {
    let dear = with_total(sample::slip("第1期"), 300_001);
    let mut late = sample::slip("第2期");
    late.issued_on = jiff::civil::date(2026, 10, 1);
    let mut last_day = sample::slip("第3期");
    last_day.issued_on = jiff::civil::date(2026, 9, 30);
    last_day.qr = None;
    for (slip, why, codes) in [
        (dear, "金額が300,000円を超えるため", 1),
        (late, "取扱期限を過ぎているため", 1),
        (last_day, "コンビニ取扱期限", 1),
    ] {
        let is_last_day = slip.instalment == "第3期";
        let pdf = PRINTER.render(&document(vec![slip])).unwrap();
        let text = text_of(&pdf.bytes);
        assert!(text.contains(why), "{text}");
        let read = codes_of(&pdf);
        assert_eq!(read.len(), codes, "{read:?}");
        assert_eq!(read[0].starts_with("CODE-128"), is_last_day, "{read:?}");
    }
}

#[test]
fn printed_amount_and_barcode_must_agree() {
    let refused = |change: fn(&mut PaymentSlip)| {
        let mut slip = sample::slip("第1期");
        change(&mut slip);
        match PRINTER.render(&document(vec![slip])) {
            Err(PrintError::Content { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    };
    let other = refused(|slip| slip.barcode.as_mut().unwrap().amount_yen = 25_301);
    assert!(
        other.contains("25,300円") && other.contains("25,301円"),
        "{other}"
    );
    assert!(refused(|slip| slip.total_yen += 1).contains("内訳の合計"));
    assert!(refused(|slip| slip.late_charge_yen = -200).contains("内訳の合計"));
    assert!(refused(|slip| slip.qr = Some(String::new())).contains("内容が空"));
    assert!(refused(|slip| slip.qr = Some("0".repeat(9_000))).contains("長すぎ"));
    assert!(
        refused(|slip| slip.barcode.as_mut().unwrap().issuer = "12".into())
            .contains("請求書発行企業コード")
    );
}

#[test]
fn slips_fill_three_bands_a_sheet() {
    let pages = |count: usize, with_window: bool| {
        let mut content = sample::slips();
        content.slips = vec![sample::slip("第1期"); count];
        if !with_window {
            content.window = None;
        }
        let document = Document::official("slips", Content::Slips(Box::new(content)));
        PRINTER.check(&document).unwrap()
    };
    assert_eq!(
        (pages(1, false), pages(3, false), pages(4, false)),
        (1, 1, 2)
    );
    assert_eq!((pages(2, true), pages(3, true), pages(10, true)), (1, 2, 4));
    assert!(PRINTER.check(&document(Vec::new())).is_err());
}
