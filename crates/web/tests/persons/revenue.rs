//! 基準収入額適用: received, the incomes before the eyes, decided, and what follows for the ratio and the paper.

use crate::common::city::CITY;
use crate::common::pages;
use crate::common::steps::{again, person};
use axum::http::StatusCode;
use db::{Span, Store};
use law::judgement::TaxStanding;
use law::levy::{Filing, Income};
use law::rules::RuleBook;
use law::{FiscalYear, Yen, day};
use office::certificate::fact::{Card, record_card};
use office::certificate::{KeptRules, issue};
use office::judgement::{self, ResidentTax};
use office::registry::{
    AssetTax, HouseholdHead, InsuredSpan, Resident, Sex, Status, YearIncome, record,
    record_household, record_person, year_span,
};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::{IssueCertificate, Judge, RegisterFact};
use office::{OfficeError, acts};

const HOME: i64 = 8_800;
const ELDER: i64 = 9_200_001;

/// Somebody of 72 with 3割 by taxable income, whose gross receipts stay under the limit.
fn elder(store: &Store) {
    let book = RuleBook::shared().unwrap();
    let acting = |step: i64| {
        let session = store
            .read(|conn| command_session(conn, "shikaku01", "test", 0))
            .unwrap();
        let now = crate::common::city::NOW - 1_000_000 + step;
        let acting = session.acting("試験", day(2026, 6, 15), now, None);
        (session, acting)
    };
    let (session, first) = acting(0);
    store
        .write(|conn| {
            let permit = authorize::<RegisterFact>(&session)?;
            let details = acts::ActDetails {
                note: "税務課の資料 令和7年度".to_owned(),
                ..acts::ActDetails::default()
            };
            let act = acts::begin(conn, &first, &permit, "registry.register", &details)?;
            let since = day(2020, 4, 1);
            let resident = Resident {
                status: Status::Resident,
                name: "見本　長寿".to_owned(),
                kana: "ミホン　チョウジュ".to_owned(),
                latin_name: None,
                alias: None,
                former_surname: None,
                birth_on: day(1954, 1, 1),
                birth_unknown: false,
                sex: Sex::Male,
                register_household: None,
                relationship: "02".to_owned(),
                postal_code: "1050001".to_owned(),
                address: "東京都港区虎ノ門一丁目1番".to_owned(),
                building: String::new(),
                ward: String::new(),
                resident_since: None,
                withheld: false,
            };
            record_person(
                conn,
                &act,
                ELDER,
                1,
                Span::since(day(1954, 1, 1)),
                &resident,
            )?;
            let head = HouseholdHead {
                head_person_id: ELDER,
                symbol: "港".to_owned(),
                number: "8800".to_owned(),
            };
            record_household(conn, &act, HOME, Span::since(since), &head)?;
            let insured = InsuredSpan {
                household_id: HOME,
                branch: 1,
                gain_cause: "01".to_owned(),
                gain_reported_on: None,
                loss_cause: None,
                loss_event_on: None,
                loss_reported_on: None,
            };
            record(conn, &act, ELDER, Span::since(since), &insured)?;
            for year in [2025, 2026].map(FiscalYear) {
                let income = YearIncome {
                    filing: Filing::Filed,
                    inquiry_open: false,
                    source: format!("tax/{}", year.0),
                    received_on: day(year.0, 6, 5),
                    income: Income {
                        business: Yen(2_700_000),
                        ..Income::default()
                    },
                };
                record(conn, &act, ELDER, year_span(year), &income)?;
                let tax = ResidentTax {
                    standing: TaxStanding::Taxed,
                    taxable_income: Some(Yen(1_450_000)),
                    abroad: false,
                    adjustment: None,
                    source: format!("tax/{}", year.0),
                    received_on: day(year.0, 6, 6),
                };
                record(conn, &act, ELDER, year_span(year), &tax)?;
                let asset = AssetTax {
                    asset_tax: Yen(81_000),
                };
                record(conn, &act, ELDER, year_span(year), &asset)?;
            }
            Ok::<_, OfficeError>(())
        })
        .unwrap();
    let (session, second) = acting(10);
    let permit = authorize::<Judge>(&session).unwrap();
    let rules = book.judgement_of(CITY).unwrap();
    let when = (day(2025, 8, 1), "試験");
    judgement::rejudge_households(store, &rules, &permit, &second, &[HOME], when).unwrap();
    let permit = authorize::<IssueCertificate>(&session).unwrap();
    let card = Card {
        linked: false,
        as_of: day(2026, 6, 15),
        source: "窓口確認".to_owned(),
    };
    let (_, third) = acting(20);
    record_card(store, &permit, &third, ELDER, &card).unwrap();
    let papers = KeptRules::from_book(book, CITY).unwrap();
    let due = issue::Due {
        household_id: HOME,
        person_id: ELDER,
        arose_on: day(2026, 6, 15),
        reason: "新規取得",
        expected: None,
    };
    let (_, fourth) = acting(30);
    issue::due(store, &permit, &fourth, &papers, &due).unwrap();
}

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

fn tenths(store: &Store, on: law::Date) -> Option<u8> {
    store
        .read(|conn| judgement::standing(conn, ELDER, on, None))
        .unwrap()
        .unwrap()
        .tenths
}

// covers: JDG-002
#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_received_decided_and_changes_ratio_and_paper() {
    let (store, router) = pages(3);
    elder(&store);
    assert_eq!(tenths(&store, day(2026, 7, 1)), Some(3));
    let (mut clerk, csrf) = person(&router, "shikaku01").await;
    // Incomes and assets with their source and the day they came.
    let page = clerk.get(&format!("/households/{HOME}/judgement")).await;
    for words in [
        "2,700,000",
        "1,450,000",
        "81,000",
        "税務の資料",
        "履歴番号2025",
        "令和7年6月5日",
        "令和7年6月6日",
        "税務課の資料 令和7年度",
        "令和8年6月15日",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let path = format!("/households/{HOME}/revenue");
    let form = clerk.get(&path).await;
    let field = format!("revenue_{ELDER}");
    assert!(form.text.contains("見本　長寿の収入金額"), "{}", form.text);
    let typed = |revenue: &'static str| {
        [
            ("csrf".to_owned(), csrf.clone()),
            ("year".to_owned(), "2025".to_owned()),
            ("received_on".to_owned(), "R8.6.15".to_owned()),
            (field.clone(), revenue.to_owned()),
            ("do".to_owned(), "preview".to_owned()),
        ]
    };
    // Without the 収入, or with what is no amount, it is said beside the field, and what was typed stays.
    for (wrong, words) in [
        ("", "収入金額を円で入力"),
        ("たくさん", "金額として読めません"),
    ] {
        let told = clerk.post(&path, &borrowed(&typed(wrong))).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(
            told.text.contains(&format!("id=\"{field}-wrong\"")),
            "{}",
            told.text
        );
        assert!(
            told.text.contains(words) && told.text.contains(wrong),
            "{}",
            told.text
        );
    }
    let typed = typed("3,829,999");
    let shown = clerk.post(&path, &borrowed(&typed)).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(
        shown.text.contains("見本　長寿 3,829,999円"),
        "{}",
        shown.text
    );
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let page = clerk.get(done.location()).await;
    assert!(page.text.contains("決定待ち"), "{}", page.text);
    // The amount stands with the application and among the incomes it rests on.
    assert!(
        page.text.contains("見本　長寿 3,829,999円"),
        "{}",
        page.text
    );
    assert!(page.text.contains("令和8年6月15日"), "{}", page.text);
    assert_eq!(
        tenths(&store, day(2026, 7, 1)),
        Some(3),
        "received is not decided"
    );
    // A second one of the same year is refused beside the form.
    let twice = clerk.post(&path, &borrowed(&typed)).await;
    let twice = clerk.post(&path, &again(&twice, "confirm")).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);

    let decide = page
        .text
        .split(&format!("href=\"{path}/"))
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let decide = format!("{path}/{decide}");
    let asked = clerk.get(&decide).await;
    assert!(
        asked.text.contains("見本　長寿 3,829,999円"),
        "{}",
        asked.text
    );
    let bare = [("csrf", csrf.as_str()), ("do", "preview")];
    let told = clerk.post(&decide, &bare).await;
    assert!(told.text.contains("id=\"ruling-wrong\""), "{}", told.text);
    assert!(told.text.contains("id=\"reason-wrong\""));
    let typed = [
        ("csrf", csrf.as_str()),
        ("ruling", "grant"),
        ("reason", "収入383万円未満を確認"),
        ("do", "preview"),
    ];
    let shown = clerk.post(&decide, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    for words in [
        "変わる判定",
        "3割",
        "2割",
        "証の交付と回収",
        "割合が変わりました",
    ] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    assert_eq!(
        tenths(&store, day(2026, 7, 1)),
        Some(3),
        "a preview changes nothing"
    );
    let done = clerk.post(&decide, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(tenths(&store, day(2026, 6, 30)), Some(3));
    assert_eq!(
        tenths(&store, day(2026, 7, 1)),
        Some(2),
        "from the month after"
    );
    let work = clerk.get("/work?of=all").await;
    assert!(work.text.contains("差替え"), "{}", work.text);
    // Decided again: the ratio goes back.
    let typed = [
        ("csrf", csrf.as_str()),
        ("ruling", "refuse"),
        ("reason", "誤って認めた"),
        ("do", "preview"),
    ];
    let shown = clerk.post(&decide, &typed).await;
    clerk.post(&decide, &again(&shown, "confirm")).await;
    assert_eq!(tenths(&store, day(2026, 7, 1)), Some(3));
    let page = clerk.get(&format!("/households/{HOME}/judgement")).await;
    assert!(page.text.contains("不認定"), "{}", page.text);
    // Another household has no such application.
    let other = decide.replace("/8800/", "/1000001/");
    assert_ne!(clerk.get(&other).await.status, StatusCode::OK);
}
