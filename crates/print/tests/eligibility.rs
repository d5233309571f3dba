//! 資格の文書と証明書: what stands on each paper, read back; the code of the answer form read by a scanner; what must not
//! be printed refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod common;

use common::{PRINTER, codes_of_page, text_of};
use print::content::{Content, EligibilityLetter, EligibilityProof};
use print::{Document, PrintError, sample};

fn letter(one: EligibilityLetter) -> Document {
    Document::official("資格文書77", Content::EligibilityLetter(Box::new(one)))
}

fn proof(one: EligibilityProof) -> Document {
    Document::official("証明書2026-123", Content::EligibilityProof(Box::new(one)))
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect()
}

fn field(document: &Document) -> String {
    match PRINTER.check(document) {
        Err(PrintError::Content { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_letter_has_its_answer_form_on_a_page_of_its_own() {
    let one = sample::eligibility_letter("見本　花子");
    let pdf = PRINTER.render(&letter(one.clone())).unwrap();
    assert_eq!(pdf.pages, 2);
    let text = flat(&text_of(&pdf.bytes));
    let form = one.answer.clone().unwrap();
    let mut said: Vec<String> = vec![
        "見本市長見本一郎".into(),
        "回答書".into(),
        "保険年金課賦課係行".into(),
        "氏名（自署）".into(),
        "9001-01-0000000077-01-55".into(),
        flat(&form.until),
    ];
    said.extend(one.letter.paragraphs.iter().map(|text| flat(text)));
    for (question, choices) in &form.questions {
        said.push(flat(question));
        said.extend(choices.iter().map(|choice| flat(choice)));
    }
    for words in said {
        assert!(text.contains(&words), "{words} in {text}");
    }
    assert!(!text.contains("審査請求"), "it tells of no disposition");
    assert_eq!(codes_of_page(&pdf, 2), ["QR-Code:90010100000000770155"]);
}

// covers: QUA-014
#[test]
fn a_letter_about_a_disposition_says_where_to_appeal_and_asks_nothing() {
    let mut one = sample::eligibility_letter("見本　花子");
    one.letter.appealable = true;
    one.answer = None;
    let pdf = PRINTER.render(&letter(one)).unwrap();
    assert_eq!(pdf.pages, 1);
    let text = flat(&text_of(&pdf.bytes));
    for words in ["見本県国民健康保険審査会", "3月以内", "審査請求"] {
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn what_an_answer_form_needs_is_asked_for() {
    let sample = sample::eligibility_letter("見本　花子");
    let mut short = sample.clone();
    short.answer.as_mut().unwrap().scan = "900101".into();
    assert_eq!(field(&letter(short)), "読取符号");
    let mut silent = sample.clone();
    silent.answer.as_mut().unwrap().questions.clear();
    assert_eq!(field(&letter(silent)), "回答書");
    let mut endless = sample;
    let form = endless.answer.as_mut().unwrap();
    form.questions = vec![form.questions[0].clone(); 12];
    assert_eq!(field(&letter(endless)), "回答書");
}

// covers: CRT-013, QUA-014
#[test]
fn a_proof_says_every_period_and_leaves_out_a_withheld_address() {
    let one = sample::eligibility_proof("見本　花子");
    let pdf = PRINTER.render(&proof(one.clone())).unwrap();
    assert_eq!(pdf.pages, 1);
    let text = flat(&text_of(&pdf.bytes));
    let mut said = vec![
        "国民健康保険加入期間証明書".to_owned(),
        "第8-123号".to_owned(),
        "（加入中）".to_owned(),
        "上記のとおり相違ないことを証明します。".to_owned(),
        "コーポ見本205号室".to_owned(),
        "公印".to_owned(),
    ];
    for period in &one.periods {
        said.extend(
            [&period.number, &period.from, &period.until, &period.cause].map(|text| flat(text)),
        );
    }
    for words in said {
        assert!(text.contains(&words), "{words} in {text}");
    }
    let hidden = EligibilityProof {
        address: String::new(),
        ..one.clone()
    };
    let text = flat(&text_of(&PRINTER.render(&proof(hidden)).unwrap().bytes));
    assert!(!text.contains("住所") && !text.contains("コーポ"), "{text}");
    let empty = EligibilityProof {
        periods: Vec::new(),
        ..one.clone()
    };
    assert_eq!(field(&proof(empty)), "加入期間");
    let many = EligibilityProof {
        periods: vec![one.periods[0].clone(); 20],
        ..one
    };
    assert_eq!(field(&proof(many)), "加入期間");
}

/// An official paper names who answers for it; a sample may not know yet.
#[test]
fn an_official_paper_without_its_issuer_is_refused() {
    type Clear = fn(&mut print::content::Office);
    let one = sample::eligibility_proof("見本　花子");
    let parts: [(&str, Clear); 5] = [
        ("都道府県名", |office| office.prefecture.clear()),
        ("首長の職名", |office| office.head_title.clear()),
        ("首長の氏名", |office| office.head_name.clear()),
        ("担当", |office| office.section.clear()),
        ("電話番号", |office| office.phone.clear()),
    ];
    for (name, clear) in parts {
        let mut bare = one.clone();
        clear(&mut bare.office);
        assert_eq!(field(&proof(bare.clone())), name);
        let content = Content::EligibilityProof(Box::new(bare));
        assert!(
            PRINTER.check(&sample::document("見本", content)).is_ok(),
            "{name}"
        );
        // The same holds for every paper in the name of the head.
        let mut card = sample::certificate("見本　花子");
        clear(&mut card.office);
        let content = Content::Certificate(Box::new(card));
        assert_eq!(field(&Document::official("証1", content)), name);
    }
}
