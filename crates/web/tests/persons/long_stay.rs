//! 長期該当 through the pages: the stays, the ruling, and the day on the application for a paper.

use crate::common::browser::{Browser, Seen};
use crate::common::city::{CITY, NOW};
use crate::common::pages;
use crate::common::steps::{again, person};
use crate::measures::{about, carried_out};
use axum::http::StatusCode;
use db::{Span, Store};
use law::certificate::Grant;
use law::judgement::TaxStanding;
use law::levy::{Filing, Income};
use law::rules::RuleBook;
use law::{FiscalYear, Yen, day};
use office::certificate::{KeptRules, application};
use office::judgement::{self, HospitalStay, ResidentTax, long_stay};
use office::registry::{
    HouseholdHead, InsuredSpan, Resident, Sex, Status, YearIncome, record, record_household,
    record_person, timeline, year_span,
};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::{Judge, RegisterFact};
use office::{Acting, OfficeError, acts};

pub const HOME: i64 = 8_900;
pub const PATIENT: i64 = 9_300_001;

pub fn acting(store: &Store, step: i64) -> (office::security::Session, Acting) {
    let session = store
        .read(|conn| command_session(conn, "shikaku01", "test", 0))
        .unwrap();
    let acting = session.acting("試験", day(2026, 6, 15), NOW - 1_000_000 + step, None);
    (session, acting)
}

/// Somebody of 50 who lives alone.
pub fn patient(store: &Store) {
    let (session, first) = acting(store, 0);
    store
        .write(|conn| {
            let permit = authorize::<RegisterFact>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &first, &permit, "registry.register", &details)?;
            let born = day(1976, 1, 5);
            let resident = Resident {
                status: Status::Resident,
                name: "見本　入院".to_owned(),
                kana: "ミホン　ニュウイン".to_owned(),
                latin_name: None,
                alias: None,
                former_surname: None,
                birth_on: born,
                birth_unknown: false,
                sex: Sex::Female,
                register_household: None,
                relationship: "02".to_owned(),
                postal_code: "1050001".to_owned(),
                address: "東京都港区虎ノ門一丁目2番".to_owned(),
                building: String::new(),
                ward: String::new(),
                resident_since: Some(born),
                withheld: false,
            };
            record_person(conn, &act, PATIENT, 1, Span::since(born), &resident)?;
            let head = HouseholdHead {
                head_person_id: PATIENT,
                symbol: "港".to_owned(),
                number: "8900".to_owned(),
            };
            let since = Span::since(day(2020, 4, 1));
            record_household(conn, &act, HOME, since, &head)?;
            let insured = InsuredSpan {
                household_id: HOME,
                branch: 1,
                gain_cause: "01".to_owned(),
                gain_reported_on: None,
                loss_cause: None,
                loss_event_on: None,
                loss_reported_on: None,
            };
            record(conn, &act, PATIENT, since, &insured)
        })
        .unwrap();
}

/// Taxed or not for both years, and judged on it.
pub fn taxed(store: &Store, taxed: bool, step: i64) {
    let (session, first) = acting(store, step);
    let (business, standing) = if taxed {
        (Yen(5_000_000), TaxStanding::Taxed)
    } else {
        (Yen::ZERO, TaxStanding::NotTaxed)
    };
    store
        .write(|conn| {
            let permit = authorize::<RegisterFact>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &first, &permit, "registry.register", &details)?;
            for year in [2025, 2026].map(FiscalYear) {
                let income = YearIncome {
                    filing: Filing::Filed,
                    inquiry_open: false,
                    source: format!("tax/{}", year.0),
                    received_on: day(year.0, 6, 5),
                    income: Income {
                        business,
                        ..Income::default()
                    },
                };
                record(conn, &act, PATIENT, year_span(year), &income)?;
                let tax = ResidentTax {
                    standing,
                    taxable_income: Some(business),
                    abroad: false,
                    adjustment: None,
                    source: format!("tax/{}", year.0),
                    received_on: day(year.0, 6, 6),
                };
                record(conn, &act, PATIENT, year_span(year), &tax)?;
            }
            Ok::<_, OfficeError>(())
        })
        .unwrap();
    let permit = authorize::<Judge>(&session).unwrap();
    let rules = RuleBook::shared().unwrap().judgement_of(CITY).unwrap();
    let (_, second) = acting(store, step + 10);
    let when = (day(2025, 8, 1), "試験");
    judgement::rejudge_households(store, &rules, &permit, &second, &[HOME], when).unwrap();
}

/// The number of the paper under which it is applied for.
fn kind() -> String {
    let rules = KeptRules::from_book(RuleBook::shared().unwrap(), CITY).unwrap();
    let asked = rules.issued_on(day(2026, 6, 15)).into_iter();
    let mut asked = asked.filter(|kind| kind.grant == Grant::Application);
    let place = asked.position(|kind| kind.code == "ceiling_meal").unwrap();
    format!("{:02}", place + 1)
}

/// An application for the paper with a day of 長期該当, confirmed.
async fn apply(clerk: &mut Browser, csrf: &str, long_term_on: &str) -> Seen {
    let (kind, patient) = (kind(), PATIENT.to_string());
    let typed = [
        ("csrf", csrf),
        ("do", "preview"),
        ("kind", kind.as_str()),
        ("person", patient.as_str()),
        ("applied_on", "R8.6.15"),
        ("applicant", "見本　入院"),
        ("relation", "本人"),
        ("grounds", "入院"),
        ("long_term_on", long_term_on),
    ];
    let path = format!("/households/{HOME}/apply");
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    clerk.post(&path, &again(&shown, "confirm")).await
}

fn refused(seen: &Seen, why: &str) {
    assert_eq!(
        seen.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        seen.text
    );
    assert!(
        seen.text.contains("id=\"long_term_on-wrong\""),
        "{}",
        seen.text
    );
    assert!(seen.text.contains(why), "{why}: {}", seen.text);
}

/// 国民健康保険法施行規則 第26条の2: 長期該当 is ruled on the stays, and a paper says it only where it was ruled and while the
/// class is 区分オ or 低所得Ⅱ.
// covers: JDG-007, CRT-016
#[tokio::test(flavor = "multi_thread")]
async fn a_long_stay_is_ruled_on_its_page_and_then_taken_by_the_application_for_a_paper() {
    let (store, router) = pages(3);
    patient(&store);
    taxed(&store, false, 100);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let none = "長期該当年月日とする決定がありません";
    refused(&apply(&mut clerk, &csrf, "R8.7.1").await, none);
    // Found from the page of the judgement.
    let path = format!("/people/{PATIENT}/long-stay");
    let page = clerk.get(&format!("/households/{HOME}/judgement")).await;
    assert!(page.text.contains(&path), "{}", page.text);
    // Two stays: 31 days of March, 61 days from 11 April to 10 June; the day of leaving counts.
    let stays = |last: &'static str| {
        [
            ("applied_on", "R8.6.15"),
            ("hospital_0", "港病院"),
            ("from_0", "R8.3.1"),
            ("until_0", "R8.3.31"),
            ("hospital_1", "芝病院"),
            ("from_1", "R8.4.11"),
            ("until_1", last),
            ("hospital_2", ""),
            ("from_2", ""),
            ("until_2", ""),
        ]
    };
    for (typed, field) in [
        (
            vec![("applied_on", "R8.6.15"), ("hospital_0", "")],
            "hospital_0",
        ),
        (
            vec![
                ("applied_on", "R8.6.15"),
                ("hospital_0", "港病院"),
                ("from_0", ""),
            ],
            "from_0",
        ),
        (stays("R8.6.16").to_vec(), "until_1"),
    ] {
        let mut all = vec![("csrf", csrf.as_str()), ("do", "preview")];
        all.extend(typed);
        let seen = clerk.post(&path, &all).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        let mark = format!("id=\"{field}-wrong\"");
        assert!(seen.text.contains(&mark), "{field}: {}", seen.text);
    }
    let mut all = vec![("csrf", csrf.as_str()), ("do", "preview")];
    all.extend(stays("R8.6.10"));
    let shown = clerk.post(&path, &all).await;
    for words in [
        "92日",
        "該当",
        "令和8年7月1日",
        "令和8年6月30日",
        "90日を超える",
    ] {
        assert!(shown.text.contains(words), "{words}: {}", shown.text);
    }
    carried_out(&mut clerk, &csrf, &path, &stays("R8.6.10")).await;
    let kept = |store: &Store| {
        store
            .read(|conn| timeline::<HospitalStay>(conn, PATIENT, None))
            .unwrap()
    };
    assert_eq!(kept(&store).len(), 2);
    assert_eq!(about(&store, "judgement.long_stay"), [PATIENT]);
    let page = clerk.get(&path).await;
    for words in ["芝病院", "令和8年7月1日", "証の申請を受け付ける"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    // The application opens with the day, takes it, and no other.
    let form = format!("/households/{HOME}/apply?person={PATIENT}");
    let form = clerk.get(&form).await;
    assert!(
        form.text.contains("value=\"令和8年7月1日\""),
        "{}",
        form.text
    );
    refused(&apply(&mut clerk, &csrf, "R8.8.1").await, none);
    let done = apply(&mut clerk, &csrf, "R8.7.1").await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let received = store
        .read(|conn| application::of_household(conn, HOME))
        .unwrap();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].content.wish.long_term_on, Some(day(2026, 7, 1)));
    // In another class nothing is written.
    taxed(&store, true, 200);
    let class = "区分がオ・低所得Ⅱと判定されていない";
    refused(&apply(&mut clerk, &csrf, "R8.7.1").await, class);
    taxed(&store, false, 300);
    // The stays were wrong: the same application judged again takes the place of what was judged.
    carried_out(&mut clerk, &csrf, &path, &stays("R8.6.8")).await;
    refused(&apply(&mut clerk, &csrf, "R8.7.1").await, none);
    let all = store
        .read(|conn| long_stay::rulings(conn, PATIENT))
        .unwrap();
    let said: Vec<(i64, bool, bool)> = all
        .iter()
        .map(|one| (one.days, one.granted, one.stands))
        .collect();
    assert_eq!(said, [(90, false, true), (92, true, false)]);
    assert_eq!(kept(&store).len(), 2, "the stay that was right stays");
    let (mut viewer, _) = person(&router, "viewer01").await;
    assert_eq!(viewer.get(&path).await.status, StatusCode::FORBIDDEN);
}
