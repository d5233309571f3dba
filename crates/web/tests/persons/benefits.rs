//! 世帯の継続性 and 一部負担金の減免 through the pages: what is taken in, who decides, and what follows.

use crate::common::browser::{Browser, Seen};
use crate::common::city::{CITY, NOW};
use crate::common::pages;
use crate::common::steps::{again, person};
use crate::measures::{HOME, about, carried_out, first_member};
use axum::http::StatusCode;
use db::{Span, Store};
use law::judgement::continuity::Continuity;
use law::judgement::copay_relief::{HardshipReason, Measure, ReliefFacts};
use law::judgement::frequent::PaidUnder;
use law::rules::RuleBook;
use law::{Yen, day};
use office::certificate::KeptRules;
use office::judgement::PaidMonthFact;
use office::judgement::benefit::frequent_in;
use office::judgement::continuity::continuities;
use office::judgement::copay;
use office::registry::record;
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::{Judge, RegisterFact};
use office::{OfficeError, acts};

/// Three months of 高額療養費 paid by another municipality of the prefecture.
fn paid_elsewhere(store: &Store) {
    let session = store
        .read(|conn| command_session(conn, "shikaku01", "test", 0))
        .unwrap();
    let acting = session.acting("試験", day(2026, 6, 15), NOW - 1_000_000, None);
    store
        .write(|conn| {
            let permit = authorize::<RegisterFact>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            for month in [2, 3, 4] {
                let fact = PaidMonthFact {
                    under: vec![PaidUnder::Household],
                    town: "131041".to_owned(),
                };
                let span = Span::new(day(2026, month, 1), Some(day(2026, month + 1, 1)));
                record(conn, &act, HOME, span, &fact)?;
            }
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

async fn sent(clerk: &mut Browser, csrf: &str, path: &str, typed: &[(&str, &str)]) -> Seen {
    let mut all = vec![("csrf", csrf), ("do", "preview")];
    all.extend(typed);
    let shown = clerk.post(path, &all).await;
    if shown.status != StatusCode::OK {
        return shown;
    }
    clerk.post(path, &again(&shown, "confirm")).await
}

/// 国民健康保険法施行令 第29条の3第12項: a household that divided goes on only once another person says so, and then the months of
/// the municipality before count.
// covers: JDG-010, JDG-011
#[tokio::test(flavor = "multi_thread")]
async fn whether_a_household_goes_on_is_decided_by_a_second_person() {
    let (store, router) = pages(4);
    paid_elsewhere(&store);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let path = format!("/households/{HOME}/continuity");
    let judgement = format!("/households/{HOME}/judgement");
    let page = clerk.get(&judgement).await;
    assert!(page.text.contains(&path), "{}", page.text);
    let member = first_member(&store).to_string();
    let (before, after) = (format!("before_{member}"), format!("after_{member}"));
    let merged = format!("merged_{member}");
    let typed = [
        ("changed_on", "R8.5.10"),
        ("town", "131041"),
        ("head_before", member.as_str()),
        ("head_after", member.as_str()),
        (before.as_str(), "1"),
        (after.as_str(), "1"),
        (merged.as_str(), "1"),
    ];
    let seen = sent(
        &mut clerk,
        &csrf,
        &path,
        &[("changed_on", ""), ("town", "13")],
    )
    .await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    for field in ["changed_on", "town", "head_after"] {
        assert!(
            seen.text.contains(&format!("id=\"{field}-wrong\"")),
            "{field}: {}",
            seen.text
        );
    }
    carried_out(&mut clerk, &csrf, &path, &typed).await;
    let page = clerk.get(&judgement).await;
    assert!(page.text.contains("決定待ち"), "{}", page.text);
    let book = RuleBook::shared().unwrap().judgement_of(CITY).unwrap();
    let frequent = || {
        store
            .read(|conn| frequent_in(conn, &book, HOME, day(2026, 6, 15)))
            .unwrap()
            .holds
    };
    assert!(!frequent());
    let case = || {
        store
            .read(|conn| continuities(conn, HOME))
            .unwrap()
            .remove(0)
    };
    let rule = format!("{path}/{}", case().continuity_id);
    let answer = [("ruling", "1"), ("reason", "世帯主が同じ")];
    let same = sent(&mut clerk, &csrf, &rule, &answer).await;
    assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        same.text.contains("別の職員が決定してください"),
        "{}",
        same.text
    );
    assert_eq!(case().result, None);
    let (mut other, other_csrf) = person(&router, "shikaku01").await;
    let bare = sent(
        &mut other,
        &other_csrf,
        &rule,
        &[("ruling", "1"), ("reason", "")],
    )
    .await;
    assert!(bare.text.contains("id=\"reason-wrong\""), "{}", bare.text);
    carried_out(&mut other, &other_csrf, &rule, &answer).await;
    assert_eq!(case().result, Some(Continuity::Continues));
    assert!(frequent());
    for kind in ["judgement.continuity_look", "judgement.continuity"] {
        assert_eq!(about(&store, kind), [HOME], "{kind}");
    }
    let (mut viewer, _) = person(&router, "viewer01").await;
    for place in [&path, &rule] {
        assert_eq!(
            viewer.get(place).await.status,
            StatusCode::FORBIDDEN,
            "{place}"
        );
    }
}

/// 国民健康保険法 第44条: the municipality's own table decides; where there is none, nothing is granted, and the page says so.
// covers: JDG-009
#[tokio::test(flavor = "multi_thread")]
async fn copay_relief_is_not_granted_without_the_citys_table_and_shown_where_it_was() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let path = format!("/households/{HOME}/copay-relief");
    let judgement = format!("/households/{HOME}/judgement");
    let page = clerk.get(&judgement).await;
    assert!(page.text.contains(&path), "{}", page.text);
    let form = clerk.get(&path).await;
    assert!(form.text.contains("段階表がありません"), "{}", form.text);
    let seen = sent(&mut clerk, &csrf, &path, &[("reason", ""), ("months", "")]).await;
    for field in [
        "reason",
        "applied_on",
        "months",
        "monthly_income",
        "standard",
    ] {
        assert!(
            seen.text.contains(&format!("id=\"{field}-wrong\"")),
            "{field}: {}",
            seen.text
        );
    }
    let typed = [
        ("reason", "disaster"),
        ("applied_on", "R8.6.15"),
        ("months", "3"),
        ("monthly_income", "210,000"),
        ("standard", "200,000"),
        ("savings", "0"),
    ];
    let seen = sent(&mut clerk, &csrf, &path, &typed).await;
    assert_eq!(
        seen.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        seen.text
    );
    let kept = || store.read(|conn| copay::of_household(conn, HOME)).unwrap();
    assert!(kept().is_empty());
    // A refusal needs no table, but a reason: it is kept, and its notice is one step away.
    let mut typed = typed.to_vec();
    typed.push(("ruling", "refuse"));
    let seen = sent(&mut clerk, &csrf, &path, &typed).await;
    assert!(seen.text.contains("id=\"refusal-wrong\""), "{}", seen.text);
    typed.push(("refusal", "預貯金がある"));
    carried_out(&mut clerk, &csrf, &path, &typed).await;
    assert_eq!(kept().len(), 1);
    assert_eq!(
        (kept()[0].measure, kept()[0].refused.as_str()),
        (None, "預貯金がある")
    );
    let page = clerk.get(&judgement).await;
    assert!(
        page.text.contains("不承認（預貯金がある）"),
        "{}",
        page.text
    );
    let notice = format!("/certificate-letters/{}", kept()[0].letter_id.unwrap());
    assert!(page.text.contains(&notice), "{}", page.text);
    let letter = clerk.get(&notice).await;
    let title = "一部負担金減免等不承認決定通知書";
    assert!(letter.text.contains(title), "{}", letter.text);
    // With a table of its own it is granted, and a clerk sees it where the paper is applied for.
    let table = r#"
[[copay_relief]]
from = 2020-04-01
savings_months = 3
relief_months = 3
deferral_months = 6
inpatient_only = false
stage = [{ up_to_permille = 1100, measure = "exempt" }]
clause = "国民健康保険法 第44条、試験要綱"
source = "試験"
status = "draft"
grade = "C"
"#;
    let own = [("rules/municipal/131032/copay_relief.toml", table)];
    let book = RuleBook::embedded_with(&own).unwrap();
    let book = book.judgement_of(CITY).unwrap();
    let rules = book.copay_relief(day(2026, 6, 15)).unwrap();
    let facts = ReliefFacts {
        reason: HardshipReason::Disaster,
        monthly_income: Yen(210_000),
        standard_of_living: Yen(200_000),
        savings: Yen::ZERO,
        inpatient: false,
        applied_on: day(2026, 6, 15),
        months: 3,
    };
    let session = store
        .read(|conn| command_session(conn, "shikaku01", "test", 0))
        .unwrap();
    let acting = session.acting("試験", day(2026, 6, 15), NOW, None);
    let permit = authorize::<Judge>(&session).unwrap();
    let papers = KeptRules::from_book(RuleBook::shared().unwrap(), CITY).unwrap();
    copay::grant(&store, (rules, &papers), &permit, &acting, HOME, &facts).unwrap();
    assert_eq!(kept()[0].measure, Some(Measure::Exempt));
    assert_eq!(about(&store, "judgement.copay_relief"), [HOME]);
    let said = "一部負担金の免除 令和8年6月1日から令和8年8月31日まで";
    for place in [judgement, format!("/households/{HOME}/apply")] {
        let page = clerk.get(&place).await;
        assert!(page.text.contains(said), "{place}: {}", page.text);
    }
    let (mut viewer, _) = person(&router, "viewer01").await;
    assert_eq!(viewer.get(&path).await.status, StatusCode::FORBIDDEN);
}
