//! What the papers say: text read back and compared, pages counted, contradictions refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod common;

use common::{PRINTER, text_of};
use print::content::{Content, LevyKind, LevyNotice, Member, Method, MissingLetters, Reduction};
use print::{Document, PrintError, sample};
use std::path::Path;

/// Compares with `tests/golden/<name>.txt`; with the variable UPDATE_GOLDEN set, writes it.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert!(
        expected == text,
        "{name} differs from {}; set UPDATE_GOLDEN=1 to accept:\n{text}",
        path.display()
    );
}

fn levy(notice: LevyNotice) -> Document {
    Document::official("0012-345678", Content::Levy(Box::new(notice)))
}

fn printed(document: &Document) -> (usize, String) {
    let pdf = PRINTER.render(document).unwrap();
    (pdf.pages, text_of(&pdf.bytes))
}

#[test]
fn papers_say_what_they_should() {
    let special = {
        let mut notice = sample::levy(LevyKind::Tax, "見本　太郎");
        for (place, instalment) in notice.instalments.iter_mut().enumerate().skip(4) {
            instalment.method = Method::Special;
            instalment.label = format!("{}月", [10, 12, 2][place % 3]);
        }
        notice.reduction = Some(Reduction {
            class: "7割軽減".into(),
            why: "世帯の総所得金額等の合計が43万円以下のため".into(),
        });
        notice
    };
    let all = [
        (
            "premium",
            levy(sample::levy(LevyKind::Premium, "見本　太郎")),
        ),
        (
            "premium-change",
            levy(sample::levy_change(LevyKind::Premium, "見本　太郎")),
        ),
        ("tax", levy(special)),
        (
            "tax-change",
            levy(sample::levy_change(LevyKind::Tax, "見本　太郎")),
        ),
        (
            "slips",
            Document::official("slips", Content::Slips(Box::new(sample::slips()))),
        ),
        (
            "explanation",
            Document::official(
                "explanation",
                Content::Explanation(Box::new(sample::explanation())),
            ),
        ),
        (
            "list",
            Document::official("list", Content::List(Box::new(sample::list(45, true)))),
        ),
    ];
    for (name, document) in &all {
        golden(name, &printed(document).1);
    }
}

#[test]
fn premium_and_tax_name_their_own_appeal() {
    let (_, premium) = printed(&levy(sample::levy(LevyKind::Premium, "見本　太郎")));
    let (_, tax) = printed(&levy(sample::levy(LevyKind::Tax, "見本　太郎")));
    let flat = |text: &str| text.split_whitespace().collect::<String>();
    assert!(flat(&premium).contains("見本県国民健康保険審査会に対して審査請求をすることができます（国民健康保険法第91条及び第99条）"));
    assert!(flat(&tax).contains(
        "見本市長に対して審査請求をすることができます（地方税法第19条及び行政不服審査法第18条）"
    ));
    assert!(!tax.contains("審査会") && !tax.contains("保険料"));
    assert!(!premium.contains("保険税"));
}

#[test]
fn a_household_of_120_flows_onto_continuation_sheets() {
    let mut notice = sample::levy(LevyKind::Premium, "見本　太郎");
    notice.members = (1..=120)
        .map(|number| Member {
            name: format!("見本　第{number}子"),
            income_base_yen: None,
            months: vec![Some(12), Some(12), None, Some(12)],
            note: String::new(),
        })
        .collect();
    let (pages, text) = printed(&levy(notice));
    assert_eq!(pages, 4);
    for number in 1..=120 {
        assert!(text.contains(&format!("見本 第{number}子")), "{number}");
    }
    for page in 1..=4 {
        assert!(text.contains(&format!("{page}／4ページ")), "{page}");
    }
    assert_eq!(text.matches("（続紙）").count(), 3);
    assert!(text.contains("被保険者数 120人"));
}

#[test]
fn long_reasons_flow_onto_a_continuation_sheet_and_none_is_lost() {
    let mut notice = sample::levy_change(LevyKind::Premium, "見本　太郎");
    notice.reasons = (1..=70)
        .map(|number| format!("理由その{number:03}。所得の更正があったため。"))
        .collect();
    let (pages, text) = printed(&levy(notice));
    assert_eq!(pages, 3);
    for number in 1..=70 {
        assert_eq!(
            text.matches(&format!("理由その{number:03}。")).count(),
            1,
            "{number}"
        );
    }
    assert!(text.contains("続きは続紙に記載しています"));
}

#[test]
fn draft_rules_never_make_an_official_paper() {
    for content in [
        Content::Levy(Box::new(sample::levy(LevyKind::Premium, "見本　太郎"))),
        Content::Slips(Box::new(sample::slips())),
    ] {
        let mut document = Document::official("draft", content);
        document.draft_rules = true;
        document.draft = true;
        assert!(matches!(
            PRINTER.render(&document),
            Err(PrintError::DraftRules { .. })
        ));
        document.demo = true;
        assert!(printed(&document).1.contains("見本"));
    }
    let mut inside = Document::official(
        "inside",
        Content::Explanation(Box::new(sample::explanation())),
    );
    let plain = printed(&inside).1;
    inside.draft_rules = true;
    let marked = printed(&inside).1;
    assert_eq!(
        marked.matches('見').count(),
        plain.matches('見').count() + 1,
        "watermark"
    );
}

#[test]
fn contradictions_are_refused_by_name() {
    let refused = |change: fn(&mut LevyNotice)| {
        let mut notice = sample::levy_change(LevyKind::Premium, "見本　太郎");
        change(&mut notice);
        match PRINTER.render(&levy(notice)) {
            Err(PrintError::Content { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        refused(|one| one.table.total.income_levy_yen = Some(1)),
        "算定の内訳 所得割額"
    );
    assert_eq!(
        refused(|one| one.table.components[0].decided_yen += 100),
        "算定の内訳 決定額"
    );
    assert_eq!(refused(|one| one.instalments[0].amount_yen += 1), "期別");
    assert_eq!(refused(|one| one.instalments[0].before_yen = None), "期別");
    assert_eq!(
        refused(|one| one.change.as_mut().unwrap().difference_yen = 0),
        "差引額"
    );
    assert_eq!(
        refused(|one| one.members[1].months.clear()),
        "被保険者 2人目"
    );
    assert_eq!(refused(|one| one.change = None), "期別");
    assert_eq!(
        refused(|one| one.window.address = vec![String::new(); 5]),
        "宛先"
    );
}

#[test]
fn letters_nobody_has_are_named_or_left_for_the_pen() {
    let mut document = levy(sample::levy(LevyKind::Premium, "𪧦田 登"));
    let refusal = PRINTER.render(&document).unwrap_err();
    let said = refusal.to_string();
    assert!(
        said.contains("0012-345678") && said.contains("納付義務者「𪧦田 登」の U+2A9E6"),
        "{said}"
    );
    let named = said.matches("U+2A9E6").count();
    document.missing_letters = MissingLetters::Geta;
    assert!(printed(&document).1.contains("〓田 登"));
    // 宛名, 納付義務者 and the member of that name, each once.
    assert_eq!(named, 3);
}

#[test]
fn lists_and_explanations_know_their_pages() {
    let list = |rows, landscape| {
        let document = Document::official(
            "list",
            Content::List(Box::new(sample::list(rows, landscape))),
        );
        printed(&document).0
    };
    assert_eq!(
        (
            list(0, false),
            list(39, false),
            list(40, false),
            list(79, false)
        ),
        (1, 1, 2, 2)
    );
    assert_eq!((list(25, true), list(26, true)), (1, 2));
    let endless = Document::official("list", Content::List(Box::new(sample::list(26_000, true))));
    let refusal = PRINTER.check(&endless).unwrap_err().to_string();
    assert!(refusal.contains("1001ページ"), "{refusal}");
    let mut explanation = sample::explanation();
    let steps = explanation.steps.clone();
    explanation.steps = steps.iter().cycle().take(90).cloned().collect();
    explanation.steps[89].label = "最後の段階".into();
    let document = Document::official("long", Content::Explanation(Box::new(explanation)));
    let (pages, text) = printed(&document);
    assert_eq!(pages, 5);
    assert!(text.contains("最後の段階") && text.contains("5／5ページ"));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let document = levy(sample::levy(LevyKind::Premium, "見本　太郎"));
    let first = PRINTER.render(&document).unwrap();
    let second = PRINTER.render(&document).unwrap();
    assert_eq!(first.bytes, second.bytes);
}

#[test]
fn a_missing_font_names_its_package() {
    let error = PrintError::FontMissing {
        file: "ipamjm.ttf",
        package: "fonts-ipamj-mincho",
        searched: "/usr/share/fonts".into(),
    };
    assert!(
        error
            .to_string()
            .contains("apt-get install fonts-ipamj-mincho")
    );
    assert!(error.to_string().contains(print::FONTS_SETTING));
}
