//! Papers through the pages: マイナ保険証 seen, issued, printed by its form, handed over, mailed and scanned, applied for, and
//! known as of a moment.

use crate::common::browser::{Browser, Seen};
use crate::common::city::NOW;
use crate::common::pages;
use crate::common::steps::{again, person};
use axum::http::StatusCode;
use db::Store;
use law::day;
use office::acts;
use office::certificate::{Certificate, find};
use office::registry::{InsuredSpan, end, load_household, record, timeline};
use office::security::authorize;
use office::security::login::command_session;
use office::security::permit::RegisterResident;

const HOME: i64 = 1_000_001;
/// What a clerk types of a letter that came back.
const REASON: &str = "転居先不明（隣の方の話では川崎市の長男宅）";

fn first_member(store: &Store) -> i64 {
    store
        .read(|conn| load_household(conn, HOME, day(2026, 6, 15), None))
        .unwrap()
        .unwrap()
        .members[0]
        .person_id
}

fn latest(store: &Store) -> Certificate {
    store
        .read(|conn| find::of_household(conn, HOME, i64::MAX))
        .unwrap()
        .remove(0)
}

/// Says that somebody has no マイナ保険証, and issues what is due.
async fn issue(clerk: &mut Browser, csrf: &str, store: &Store) -> Certificate {
    let person = first_member(store);
    let (linked, paper) = (format!("linked_{person}"), format!("paper_{person}"));
    let path = format!("/households/{HOME}/card");
    let typed = [
        ("csrf", csrf),
        (linked.as_str(), "no"),
        ("as_of", "R8.6.15"),
        ("source", "本人の申出"),
        ("do", "preview"),
    ];
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    clerk.post(&path, &again(&shown, "confirm")).await;
    // Somebody judged: what a class stands on is known.
    let judge = format!("/households/{HOME}/judge");
    let typed = [
        ("csrf", csrf),
        ("on", "R8.6.1"),
        ("reason", "試験"),
        ("do", "preview"),
    ];
    let shown = clerk.post(&judge, &typed).await;
    clerk.post(&judge, &again(&shown, "confirm")).await;
    let path = format!("/households/{HOME}/issue");
    let typed = [
        ("csrf", csrf),
        (paper.as_str(), "1"),
        ("kind", ""),
        ("arose_on", "R8.6.15"),
        ("reason", "新規加入"),
        ("do", "preview"),
    ];
    let shown = clerk.post(&path, &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert!(shown.text.contains("なぜこの証か"), "{}", shown.text);
    let done = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let twice = clerk.post(&path, &again(&shown, "confirm")).await;
    assert_eq!(twice.location(), done.location(), "issued once");
    latest(store)
}

async fn order(
    clerk: &mut Browser,
    csrf: &str,
    id: i64,
    fields: &[(&str, &str)],
) -> (StatusCode, String) {
    let mut all = vec![("csrf", csrf)];
    all.extend(fields);
    let seen = clerk.post(&format!("/certificates/{id}"), &all).await;
    (seen.status, seen.text)
}

// covers: CRT-017, CRT-032
#[tokio::test(flavor = "multi_thread")]
async fn a_paper_is_issued_printed_handed_over_and_looked_up() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let paper = issue(&mut clerk, &csrf, &store).await;
    let id = paper.certificate_id;
    let page = clerk.get(&format!("/certificates/{id}")).await;
    assert!(page.text.contains(&paper.number), "{}", page.text);
    // The wrong form is refused, the right one is taken.
    let (status, text) = order(
        &mut clerk,
        &csrf,
        id,
        &[
            ("what", "print"),
            ("words", "999999"),
            ("request_id", "p-1"),
        ],
    )
    .await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
    // What was handed over cannot be made void; what lies in the office can, with a reason.
    assert!(page.text.contains("13 交付を取り消す"), "{}", page.text);
    let stock = paper.form_stock.clone();
    let (status, text) = order(
        &mut clerk,
        &csrf,
        id,
        &[("what", "print"), ("words", &stock), ("request_id", "p-2")],
    )
    .await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    let (status, text) = order(
        &mut clerk,
        &csrf,
        id,
        &[("what", "hand"), ("words", "本人"), ("request_id", "p-3")],
    )
    .await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    let late = [("what", "void"), ("words", "誤り"), ("request_id", "p-4")];
    let (status, text) = order(&mut clerk, &csrf, id, &late).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
    assert!(text.contains("交付取消にできません"), "{text}");
    assert_eq!(
        latest(&store).place.label_ja(),
        store
            .read(|conn| find::require(conn, id))
            .unwrap()
            .place
            .label_ja()
    );
    // What was printed stays readable as printed, on its own page and in the list.
    let page = clerk.get(&format!("/certificates/{id}")).await;
    for (_, value) in &paper.face.lines {
        assert!(
            page.text.contains(&value.replace('&', "&amp;")),
            "{value}: {}",
            page.text
        );
    }
    let list = clerk.get("/certificates").await;
    assert!(list.text.contains(&paper.number), "{}", list.text);
    let own = clerk.get(&format!("/households/{HOME}/certificates")).await;
    assert!(own.text.contains(&paper.number), "{}", own.text);
    let (status, _) = order(
        &mut clerk,
        &csrf,
        id,
        &[("what", "nothing"), ("request_id", "p-4")],
    )
    .await;
    assert_ne!(status, StatusCode::SEE_OTHER);
}

/// 交付の記録: put right under the paper; who had the page open before is told.
// covers: CRT-031
#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_a_paper_is_corrected_under_it() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let paper = issue(&mut clerk, &csrf, &store).await;
    let id = paper.certificate_id;
    let page = clerk.get(&format!("/certificates/{id}")).await;
    assert!(page.text.contains("交付の記録の訂正"), "{}", page.text);
    let fields = |reason: &'static str, note: &'static str, request: &'static str| {
        [
            ("what", "correct"),
            ("seen", "0"),
            ("division", "change"),
            ("reason", reason),
            ("occurred_on", "R8.6.10"),
            ("applied_on", "R8.6.12"),
            ("note", note),
            ("request_id", request),
        ]
    };
    let (status, text) = order(&mut clerk, &csrf, id, &fields("転居", "", "k-1")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
    assert!(text.contains("訂正の理由を入れてください"), "{text}");
    let sent = fields("転居", "入力誤り", "k-2");
    let (status, text) = order(&mut clerk, &csrf, id, &sent).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    let page = clerk.get(&format!("/certificates/{id}")).await;
    for told in ["差替え", "転居", "入力誤り", "令和8年6月12日"] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    let stale = fields("出生", "入力誤り", "k-3");
    let (status, text) = order(&mut clerk, &csrf, id, &stale).await;
    assert_eq!(status, StatusCode::CONFLICT, "{text}");
    assert_eq!(latest(&store).reason, "転居");
}

// covers: CRT-031
#[tokio::test(flavor = "multi_thread")]
async fn returned_mail_is_closed_by_scanning_its_code() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let paper = issue(&mut clerk, &csrf, &store).await;
    let id = paper.certificate_id;
    let stock = paper.form_stock.clone();
    for fields in [
        vec![
            ("what", "print"),
            ("words", stock.as_str()),
            ("request_id", "s-1"),
        ],
        vec![
            ("what", "mail"),
            ("mail", "ordinary"),
            ("request_id", "s-2"),
        ],
    ] {
        let (status, text) = order(&mut clerk, &csrf, id, &fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    }
    let code = paper.scan().figures().unwrap();
    let scan = |code: &str, what: &str, request: &str| {
        [
            ("csrf", csrf.clone()),
            ("code", code.to_owned()),
            ("what", what.to_owned()),
            ("reason", REASON.to_owned()),
            ("request_id", request.to_owned()),
        ]
    };
    async fn send(clerk: &mut Browser, fields: &[(&str, String)]) -> crate::common::browser::Seen {
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        clerk.post("/certificates/scan", &pairs).await
    }
    // One figure wrong: told beside the code, and nothing happens.
    let mut wrong = code.clone();
    let last = if wrong.ends_with('0') { '1' } else { '0' };
    wrong.pop();
    wrong.push(last);
    let told = send(&mut clerk, &scan(&wrong, "came_back", "s-3")).await;
    assert_eq!(
        told.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        told.text
    );
    let open = send(&mut clerk, &scan(&code, "open", "s-4")).await;
    assert_eq!(
        open.location(),
        format!("/certificates/{id}"),
        "{}",
        open.text
    );
    let back = send(&mut clerk, &scan(&code, "came_back", "s-5")).await;
    assert!(
        back.location().starts_with("/certificates/scan?done="),
        "{}",
        back.text
    );
    // Neither the paper nor the reason is in the address; the next code is read with the same reason.
    let sealed = back.location().split_once("?done=").unwrap().1;
    assert!(
        sealed.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{sealed}"
    );
    let page = clerk.get(back.location()).await;
    assert!(page.text.contains(&paper.number), "{}", page.text);
    assert!(
        page.text.contains(&format!("value=\"{REASON}\"")),
        "{}",
        page.text
    );
    // Under another session, or changed, it says nothing.
    let (mut other, _) = person(&router, "shikaku01").await;
    for (reader, path) in [
        (&mut other, back.location().to_owned()),
        (&mut clerk, format!("{}0", back.location())),
    ] {
        let page = reader.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(!page.text.contains(&paper.number), "{}", page.text);
        assert!(!page.text.contains(REASON), "{}", page.text);
    }
    assert_eq!(
        store.read(|conn| find::require(conn, id)).unwrap().place,
        law::certificate::Place::ComeBack
    );
    let page = clerk.get(&format!("/certificates/{id}")).await;
    assert!(page.text.contains(REASON), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lane_of_papers_shows_what_was_known_then() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let paper = issue(&mut clerk, &csrf, &store).await;
    let moment = || store.read(office::trail::latest_moment).unwrap();
    let issued = moment();
    let known = |at: i64| {
        store
            .read(|conn| office::certificate::event::known_at(conn, HOME, at))
            .unwrap()
    };
    let stock = paper.form_stock.clone();
    for fields in [
        vec![
            ("what", "print"),
            ("words", stock.as_str()),
            ("request_id", "k-1"),
        ],
        vec![("what", "hand"), ("words", "本人"), ("request_id", "k-2")],
    ] {
        let (status, text) = order(&mut clerk, &csrf, paper.certificate_id, &fields).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    }
    assert_eq!(known(issued - 1_000_000).len(), 0, "not issued yet");
    assert_eq!(known(issued)[0].place, paper.place);
    let now = store
        .read(|conn| find::require(conn, paper.certificate_id))
        .unwrap();
    assert_eq!(known(moment())[0], now, "as known now it is what stands");
    assert_ne!(known(issued)[0].place, now.place);
    // The page of the household as known the day before has no paper yet.
    let page = clerk
        .get(&format!("/households/{HOME}?known_at=R8.6.14"))
        .await;
    assert!(!page.text.contains(&paper.title), "{}", page.text);
    let page = clerk.get(&format!("/households/{HOME}")).await;
    assert!(page.text.contains(&paper.title), "{}", page.text);
}

// covers: CRT-016
#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_received_and_ruled_with_a_reason() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    issue(&mut clerk, &csrf, &store).await;
    let person = first_member(&store).to_string();
    let path = format!("/households/{HOME}/apply");
    let form = clerk.get(&path).await;
    assert_eq!(form.status, StatusCode::OK);
    let bare = clerk
        .post(&path, &[("csrf", csrf.as_str()), ("do", "preview")])
        .await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Every kind that is asked for is offered by a code that can be typed.
    let list = form.text.split("id=\"kind-list\">").nth(1).unwrap();
    let list = list.split("</datalist>").next().unwrap();
    let kinds: Vec<&str> = list
        .split("<option value=\"")
        .skip(1)
        .map(|one| one.split('"').next().unwrap())
        .collect();
    assert!(kinds.len() > 3, "{list}");
    let mut received = None;
    for kind in kinds {
        let typed = [
            ("csrf", csrf.as_str()),
            ("kind", kind),
            ("person", person.as_str()),
            ("applied_on", "R8.6.15"),
            ("applicant", "見本　申請"),
            ("relation", "本人"),
            ("grounds", "窓口"),
            ("disease", "1"),
            ("do", "preview"),
        ];
        let shown = clerk.post(&path, &typed).await;
        assert!(
            shown.status == StatusCode::OK || shown.status == StatusCode::UNPROCESSABLE_ENTITY,
            "{kind}: {}",
            shown.text
        );
        if shown.status == StatusCode::OK && received.is_none() {
            let done = clerk.post(&path, &again(&shown, "confirm")).await;
            if done.status == StatusCode::SEE_OTHER {
                received = Some(done.location().to_owned());
            }
        }
    }
    let place = received.expect("one kind can be applied for");
    let page = clerk.get(&place).await;
    let at = if page.status == StatusCode::SEE_OTHER {
        page.location().to_owned()
    } else {
        place
    };
    let page = clerk.get(&at).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("見本　申請"), "{}", page.text);
}

/// What is sought by some fields, as the form sends them.
async fn sought(clerk: &mut Browser, csrf: &str, typed: &str) -> Seen {
    let mut fields = vec![("csrf", csrf)];
    fields.extend(typed.split('&').map(|one| one.split_once('=').unwrap()));
    let asked = clerk.post("/certificates", &fields).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    clerk.get(asked.location()).await
}

// covers: CRT-031
#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_papers_is_sought_by_every_field() {
    let (store, router) = pages(4);
    let (mut clerk, csrf) = person(&router, "counter01").await;
    let paper = issue(&mut clerk, &csrf, &store).await;
    let page = clerk
        .get(&format!("/certificates/{}", paper.certificate_id))
        .await;
    assert!(page.text.contains("交付区分"), "{}", page.text);
    let form = clerk.get("/certificates").await;
    let (reason, name) = (&paper.reason, &paper.destination.addressee);
    let effective = paper.effective_from.to_string().replace('-', "");
    for (label, with, without) in [
        ("交付区分", "division=new".to_owned(), "division=reissue"),
        ("交付事由", format!("reason={reason}"), "reason=紛失"),
        (
            "発効期日から",
            format!("effective_from={effective}&effective_to={effective}"),
            "effective_from=20990101",
        ),
        (
            "有効期限から",
            "expires_from=20260701".to_owned(),
            "expires_to=20200101",
        ),
        (
            "交付日から",
            "issued_from=R8.6.15".to_owned(),
            "issued_to=R8.6.14",
        ),
        (
            "発行先の宛名",
            format!("addressee={name}"),
            "addressee=nobody",
        ),
        ("長期該当だけ", "long_term=".to_owned(), "long_term=1"),
        (
            "回収日から",
            "collected_from=".to_owned(),
            "collected_from=20200101",
        ),
        ("返戻日から", "back_to=".to_owned(), "back_to=20991231"),
    ] {
        assert!(form.text.contains(label), "{label}: {}", form.text);
        let found = sought(&mut clerk, &csrf, &with).await;
        assert!(found.text.contains(&paper.number), "{with}: {}", found.text);
        let other = sought(&mut clerk, &csrf, without).await;
        assert_eq!(other.status, StatusCode::OK, "{without}");
        assert!(
            !other.text.contains(&paper.number),
            "{without}: {}",
            other.text
        );
    }
    // No address tells whom anybody sought, and nobody else reads it.
    let asked = clerk
        .post("/certificates", &[("csrf", &csrf), ("addressee", name)])
        .await;
    let address = asked.location().to_owned();
    let plain = address.strip_prefix("/certificates?asked=").unwrap();
    assert!(
        plain.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "{address}"
    );
    let (mut other, _) = person(&router, "shikaku01").await;
    let seen = other.get(&address).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!seen.text.contains(&paper.number), "{}", seen.text);
    let wrong = sought(&mut clerk, &csrf, "back_from=R8.13.1").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text.contains("id=\"back_from-wrong\""),
        "{}",
        wrong.text
    );
    assert!(
        !wrong.text.contains(&paper.number),
        "nothing is sought by half a question"
    );
}

/// 国保法8条・9条2項: who is not insured today is not chosen for a paper; everybody else without one is.
#[tokio::test(flavor = "multi_thread")]
async fn who_has_died_is_not_chosen_for_a_paper() {
    let (store, router) = pages(4);
    let (mut clerk, _) = person(&router, "counter01").await;
    let members: Vec<i64> = store
        .read(|conn| load_household(conn, HOME, day(2026, 6, 15), None))
        .unwrap()
        .unwrap()
        .members
        .iter()
        .map(|one| one.person_id)
        .collect();
    assert!(members.len() > 1);
    let died = *members.last().unwrap();
    store
        .write(|conn| {
            let session = command_session(conn, "counter01", "test", 0)?;
            let acting = session.acting("試験", day(2026, 6, 15), NOW, None);
            let permit = authorize::<RegisterResident>(&session)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            let held = timeline::<InsuredSpan>(conn, died, None)?.remove(0);
            end::<InsuredSpan>(conn, &act, died, held.valid)?;
            let lost = InsuredSpan {
                loss_cause: Some("44".to_owned()),
                ..held.fact
            };
            let span = db::Span::new(held.valid.from, Some(day(2026, 6, 11)));
            record(conn, &act, died, span, &lost)
        })
        .unwrap();
    let page = clerk.get(&format!("/households/{HOME}/issue")).await;
    for member in members {
        let name = format!("name=\"paper_{member}\"");
        let rest = page.text.split_once(&name).unwrap().1;
        let ticked = rest.split_once('>').unwrap().0.contains("checked");
        assert_eq!(ticked, member != died, "{member}: {}", page.text);
    }
}
