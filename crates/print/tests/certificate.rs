//! 証: what stands on each paper, read back; the code read by a scanner; wrong forms and missing letters refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "tests"
)]

mod common;

use common::{PRINTER, codes_of, text_of};
use print::content::{
    Certificate, CertificateItem, CertificatePaper, Content, ItemWidth, MissingLetters,
};
use print::{Document, PrintError, sample};
use std::time::{Duration, Instant};

fn official(paper: Certificate) -> Document {
    Document::official("証1234", Content::Certificate(Box::new(paper)))
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

// covers: CRT-001, CRT-017
#[test]
fn a_card_says_all_its_items_and_its_code_is_read_back() {
    for paper in [
        CertificatePaper::Card,
        CertificatePaper::Postcard,
        CertificatePaper::A4,
    ] {
        let mut card = sample::certificate("見本　花子");
        card.paper = paper;
        let document = official(card.clone());
        let pdf = PRINTER.render(&document).unwrap();
        assert_eq!(pdf.pages, 1);
        let text = flat(&text_of(&pdf.bytes));
        for item in &card.items {
            assert!(
                text.contains(&flat(&item.value)),
                "{paper:?}: {} in {text}",
                item.value
            );
            assert!(
                text.contains(&flat(&item.label)),
                "{paper:?}: {}",
                item.label
            );
        }
        for words in [
            "資格確認書",
            "999995",
            "様式1001-01",
            "1001-01-0000001234-01-82",
            "注意事項",
            "性別女",
            "14日以内",
        ] {
            let on_card_only = words == "注意事項" && paper == CertificatePaper::A4;
            assert!(on_card_only || text.contains(words), "{paper:?}: {words}");
        }
        assert_eq!(
            codes_of(&pdf),
            ["QR-Code:10010100000012340182"],
            "{paper:?}"
        );
    }
}

// covers: CRT-021, CRT-034
#[test]
fn a_reissue_is_marked_and_the_back_says_what_it_must() {
    let mut card = sample::certificate("見本　花子");
    let plain = flat(&text_of(
        &PRINTER.render(&official(card.clone())).unwrap().bytes,
    ));
    assert!(!plain.contains("再交付") && plain.contains("国民健康保険"));
    card.copy = 3;
    card.back = vec!["性別　男".into(), "再交付（3回目の交付）".into()];
    let text = flat(&text_of(&PRINTER.render(&official(card)).unwrap().bytes));
    assert!(text.contains("再交付（3回目）") && text.contains("性別男"));
}

/// Incident 50: a code of one form on the paper of another is refused before anything is printed.
// covers: CRT-015
#[test]
fn incident_50_a_code_of_another_form_is_not_printed() {
    let mut card = sample::certificate("見本　花子");
    card.form_id = "1101".into();
    let refusal = PRINTER.render(&official(card)).unwrap_err().to_string();
    assert!(
        refusal.contains("様式110101") && refusal.contains("別の様式の読取符号"),
        "{refusal}"
    );
    let mut card = sample::certificate("見本　花子");
    card.scan = "1001010000001234018".into();
    assert_eq!(field(&official(card)), "読取符号");
    let mut card = sample::certificate("見本　花子");
    card.insurer_number = "99999".into();
    assert_eq!(field(&official(card)), "保険者番号");
    let mut card = sample::certificate("見本　花子");
    card.items.clear();
    assert_eq!(field(&official(card)), "項目");
    let mut card = sample::certificate("見本　花子");
    card.window.address = vec![String::new(); 5];
    assert_eq!(field(&official(card)), "宛先");
}

#[test]
fn a_card_takes_what_fits_and_refuses_what_does_not() {
    let mut card = sample::certificate("見本　花子");
    let more = |label: &str, value: &str| CertificateItem {
        label: label.into(),
        value: value.into(),
        width: ItemWidth::Whole,
    };
    card.items.push(more("適用区分", "低所得Ⅱ"));
    card.items
        .push(more("疾病名", "人工腎臓を実施している慢性腎不全"));
    let text = flat(&text_of(
        &PRINTER.render(&official(card.clone())).unwrap().bytes,
    ));
    assert!(text.contains("低所得Ⅱ") && text.contains("人工腎臓を実施している慢性腎不全"));
    for number in 0..6 {
        card.items.push(more(&format!("項目{number}"), "値"));
    }
    assert_eq!(field(&official(card.clone())), "項目");
    card.paper = CertificatePaper::A4;
    card.items.truncate(15);
    PRINTER.check(&official(card.clone())).unwrap();
    card.items[0].value = (0..40)
        .map(|number| format!("令和{number}年から\n"))
        .collect();
    assert_eq!(field(&official(card)), "項目");
}

#[test]
fn letters_nobody_has_are_listed_before_printing() {
    let mut document = official(sample::certificate("𪧦田　登"));
    let refusal = PRINTER.check(&document).unwrap_err().to_string();
    assert!(
        refusal.contains("U+2A9E6") && refusal.contains("氏名"),
        "{refusal}"
    );
    document.missing_letters = MissingLetters::Geta;
    let text = flat(&text_of(&PRINTER.render(&document).unwrap().bytes));
    assert!(text.contains("〓田登"));
}

#[test]
fn draft_rules_never_make_an_official_certificate() {
    let mut document = official(sample::certificate("見本　花子"));
    document.draft_rules = true;
    assert!(matches!(
        PRINTER.render(&document),
        Err(PrintError::DraftRules { .. })
    ));
    document.demo = true;
    PRINTER.render(&document).unwrap();
}

// covers: CRT-013, CRT-014, CRT-023
#[test]
fn proofs_and_letters_say_what_was_decided() {
    let proof = official(sample::certificate_slip("見本　花子"));
    let text = flat(&text_of(&PRINTER.render(&proof).unwrap().bytes));
    assert!(
        text.contains("平成30年4月1日から令和3年9月30日まで令和5年7月1日から加入中"),
        "{text}"
    );
    assert!(text.contains("上記のとおり相違ないことを証明します。"));
    let mut letter = sample::certificate_letter("見本　花子");
    let render = |letter: &print::content::CertificateLetter| {
        let document =
            Document::official("通知", Content::CertificateLetter(Box::new(letter.clone())));
        flat(&text_of(&PRINTER.render(&document).unwrap().bytes))
    };
    let text = render(&letter);
    assert!(text.contains("却下の理由住民税課税世帯のため"), "{text}");
    assert!(
        text.contains("見本県国民健康保険審査会")
            && text.contains("国民健康保険法第91条及び第99条")
    );
    letter.appealable = false;
    letter.title = "資格確認書の返還について".into();
    let text = render(&letter);
    assert!(text.contains("返還について") && !text.contains("審査請求"));
    letter.paragraphs = vec!["長い本文。".repeat(400)];
    let document = Document::official("通知", Content::CertificateLetter(Box::new(letter)));
    assert_eq!(field(&document), "本文");
}

/// Each line of a fact stands by itself: what was broken once is not broken again over the next line.
// covers: CRT-023
#[test]
fn a_long_fact_of_a_letter_is_broken_once() {
    let mut letter = sample::certificate_letter("見本　花子");
    letter.paragraphs = vec!["本文。".into()];
    let beginnings = ["", "1", "12", "123", "1234", "12345", "123456", "1234567"];
    letter.facts = beginnings
        .iter()
        .map(|digits| ("項目".to_owned(), format!("{digits}{}", "雨".repeat(60))))
        .collect();
    let document = Document::official("通知", Content::CertificateLetter(Box::new(letter)));
    let text = text_of(&PRINTER.render(&document).unwrap().bytes);
    let lines: Vec<usize> = text
        .lines()
        .map(|line| line.chars().filter(|letter| *letter == '雨').count())
        .filter(|count| *count > 0)
        .collect();
    assert_eq!(lines.len(), 2 * beginnings.len(), "{lines:?}\n{text}");
    assert!(lines.iter().all(|count| *count > 20), "{lines:?}");
}

/// 窓口での印刷: within two seconds, fonts loaded.
// covers: CRT-017
#[test]
fn a_certificate_is_ready_at_the_counter_within_two_seconds() {
    let document = official(sample::certificate("見本　花子"));
    PRINTER.render(&document).unwrap();
    let best = (0..5)
        .map(|number| {
            let mut card = sample::certificate(&format!("見本　花子{number}"));
            card.number = format!("1000000{number}127");
            let document = official(card);
            let start = Instant::now();
            PRINTER.render(&document).unwrap();
            start.elapsed()
        })
        .min()
        .unwrap();
    assert!(best < Duration::from_secs(2), "{best:?}");
}
