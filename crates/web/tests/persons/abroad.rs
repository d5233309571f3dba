//! 1月1日国外の洗い出し on its page: who was judged 非課税 without having had an address here.

use crate::common::pages;
use crate::common::steps::person;
use crate::long_stay::{HOME, PATIENT, acting, patient, taxed};
use axum::http::StatusCode;
use law::judgement::TaxStanding;
use law::{FiscalYear, day};
use office::judgement::ResidentTax;
use office::registry::{record, year_span};
use office::security::authorize;
use office::security::permit::RegisterFact;
use office::{OfficeError, acts};

/// 施行令第29条の3・第29条の4の3: 市町村民税非課税 is not said of who had no address in Japan on 1 January.
// covers: JDG-003
#[tokio::test(flavor = "multi_thread")]
async fn who_was_abroad_on_new_year_and_judged_untaxed_is_listed() {
    let (store, router) = pages(2);
    patient(&store);
    taxed(&store, false, 20);
    let (mut clerk, _) = person(&router, "shikaku01").await;
    let list = clerk.get("/cut-over").await;
    assert!(list.text.contains("/cut-over/abroad"), "{}", list.text);
    let path = "/cut-over/abroad?year=2025";
    let none = clerk.get(path).await;
    assert!(none.text.contains("0人"), "{}", none.text);
    let (session, acting) = acting(&store, 60);
    store
        .write(|conn| {
            let permit = authorize::<RegisterFact>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            let tax = ResidentTax {
                standing: TaxStanding::NotTaxed,
                taxable_income: None,
                abroad: true,
                adjustment: None,
                source: "tax/2025".to_owned(),
                received_on: day(2025, 6, 6),
            };
            record(conn, &act, PATIENT, year_span(FiscalYear(2025)), &tax)?;
            Ok::<_, OfficeError>(())
        })
        .unwrap();
    let found = clerk.get(path).await;
    let at = [
        format!("/households/{HOME}"),
        format!("/people/{PATIENT}"),
        "見本　入院".to_owned(),
        "税の情報に国外とある".to_owned(),
        "1人".to_owned(),
    ];
    for words in &at {
        assert!(found.text.contains(words), "{words}: {}", found.text);
    }
    // Another year is another list; one that cannot be is said to be none.
    let other = clerk.get("/cut-over/abroad?year=2024").await;
    assert!(other.text.contains("0人"), "{}", other.text);
    for year in ["2023", "2027", "-32768", "32767"] {
        let seen = clerk.get(&format!("/cut-over/abroad?year={year}")).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{year}");
        assert!(seen.text.contains("2024年から2026年まで"), "{}", seen.text);
    }
    let (mut viewer, _) = person(&router, "viewer01").await;
    assert_eq!(viewer.get(path).await.status, StatusCode::FORBIDDEN);
}
