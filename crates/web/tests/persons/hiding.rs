//! 支援措置（住民基本台帳事務処理要領 第5-10）: somebody in hiding stands for another, has another number, or had somebody living with
//! them: no page of the other tells where.

use crate::common::browser::Browser;
use crate::common::pages;
use crate::common::steps::{again, hide, person};
use crate::measures::{HOME, carried_out, first_member, seen_and_judged};
use axum::http::StatusCode;
use db::{Span, Store};
use law::day;
use office::registry::{Resident, record_person, timeline};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::RegisterResident;
use office::{OfficeError, acts};

const VICTIM: i64 = 9_200_001;
const REGISTER: i64 = 9_299_999;
const SECRET: &str = "東京都港区隠里九丁目9番9号";

/// The record of a person, moved to the secret address over a span.
fn lives(store: &Store, as_of: i64, id: i64, span: Span) {
    store
        .write(|conn| {
            let session = command_session(conn, "counter01", "test", 0)?;
            let acting = session.acting("試験", day(2026, 6, 15), crate::common::city::NOW, None);
            let permit = authorize::<RegisterResident>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            let mut resident = timeline::<Resident>(conn, as_of, None)?.remove(0).fact;
            if id == VICTIM {
                "隠里　花子".clone_into(&mut resident.name);
            }
            SECRET.clone_into(&mut resident.address);
            resident.register_household = Some(REGISTER);
            record_person(conn, &act, id, 1, span, &resident)?;
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

async fn told(browser: &mut Browser, path: &str) -> bool {
    let mut seen = browser.get(path).await;
    if seen.status == StatusCode::SEE_OTHER {
        let there = seen.location().to_owned();
        seen = browser.get(&there).await;
    }
    assert_eq!(seen.status, StatusCode::OK, "{path}: {}", seen.text);
    seen.text.contains("隠里九丁目")
}

/// 地方税法 第9条の2: the heir is in hiding; the number and the address were both typed.
// covers: SEC-102
#[tokio::test(flavor = "multi_thread")]
async fn no_page_tells_where_a_representative_in_hiding_lives() {
    let (store, router) = pages(4);
    let member = first_member(&store);
    lives(&store, member, VICTIM, Span::since(day(2026, 4, 1)));
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let number = VICTIM.to_string();
    let typed = [
        ("from", "R8.6.15"),
        ("standing", "heir"),
        ("representative_id", number.as_str()),
        ("name", "隠里　花子"),
        ("postal_code", "9990999"),
        ("address", SECRET),
        ("ground", "届出"),
    ];
    let keep = format!("/people/{member}/keep/representative");
    carried_out(&mut clerk, &csrf, &keep, &typed).await;
    let own = format!("/people/{member}");
    assert!(told(&mut clerk, &own).await, "as it was typed");
    hide(&store, VICTIM);
    assert!(!told(&mut clerk, &own).await);
    seen_and_judged(&mut clerk, &csrf, &store, "yes").await;
    // Neither the paper that would be issued nor the one that was.
    let paper = format!("paper_{member}");
    let path = format!("/households/{HOME}/issue");
    let asked = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        (paper.as_str(), "1"),
        ("kind", ""),
        ("arose_on", "R8.6.15"),
        ("reason", "新規加入"),
    ];
    let shown = clerk.post(&path, &asked).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(!shown.text.contains("隠里九丁目"), "{}", shown.text);
    assert!(shown.text.contains("（非開示）"), "{}", shown.text);
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let (mut viewer, _) = person(&router, "levy01").await;
    let path = done.location();
    assert!(!told(&mut clerk, path).await, "{path}");
    assert!(!told(&mut viewer, path).await, "{path}");
}

/// Who lived with somebody in hiding and moved out: the history, the household on an earlier day, and two records side by side.
// covers: SEC-102
#[tokio::test(flavor = "multi_thread")]
async fn no_page_tells_the_home_in_hiding_of_somebody_who_left_it() {
    let (store, router) = pages(4);
    let member = first_member(&store);
    lives(&store, member, VICTIM, Span::since(day(2026, 4, 1)));
    let there = Span::new(day(2026, 4, 1), Some(day(2026, 6, 1)));
    lives(&store, member, member, there);
    let (mut clerk, _) = person(&router, "shikaku01").await;
    let pages = [
        format!("/people/{member}"),
        format!("/households/{HOME}?as_of=R8.5.1"),
        format!("/merge/{member}/{VICTIM}"),
    ];
    for path in [&pages[0], &pages[2]] {
        assert!(told(&mut clerk, path).await, "{path}");
    }
    hide(&store, VICTIM);
    for path in &pages {
        assert!(!told(&mut clerk, path).await, "{path}");
    }
    // Where they live now is shown, but not beside a record that is hidden: they may be one.
    let now = store
        .read(|conn| office::registry::load_person(conn, member, day(2026, 6, 15), None))
        .unwrap()
        .unwrap();
    assert!(!now.hidden);
    let address = now.resident.unwrap().fact.address;
    assert!(clerk.get(&pages[0]).await.text.contains(&address));
    assert!(!clerk.get(&pages[2]).await.text.contains(&address));
}
