//! Numbers typed into fields: every form of every page is sent with the number of somebody who may not be opened in each of
//! its fields that is called a number. A form that is new is sent as well.

use super::browser::{Browser, Seen};
use super::city::{PASSWORD, STAFF};
use super::common::forms::{forms, links};
use super::common::walk::{There, filled};
use super::hidden::{self, OTHER_SIDE, VICTIM};
use super::steps::again;
use super::{WORDS, made};
use axum::http::StatusCode;
use office::certificate::find;
use office::eligibility::letters::desk::scan_of;
use std::collections::{BTreeMap, BTreeSet};

/// Words in the name of a field that make it one of a number.
const CALLED: &[&str] = &["番号", "符号", "世帯の番"];

/// Fields called a number that name nobody of the register, and whose number it is.
const NOBODY: &[(&str, &str)] = &[
    ("postal_code", "an area"),
    ("before_postal_code", "an area"),
    ("after_postal_code", "an area"),
    ("planned_postal_code", "an area"),
    ("confirmed_postal_code", "an area"),
    ("c_postal_code", "an area"),
    ("cell_postal_code", "an area"),
    ("lot", "a lot of land"),
    ("account_number", "an account"),
    ("mail_number", "a registered letter"),
    ("new", "a part of new 記号番号"),
    ("symbol", "new 記号番号"),
    (
        "number",
        "new 記号番号, or an individual number: the vault tells whose, and that page is guarded",
    ),
    (
        "presented",
        "the individual number of the person of the page",
    ),
    ("changed", "a tick"),
    ("case", "a file of the office"),
    ("asking_case", "a file of the office"),
    ("case_number", "a file of 生活保護"),
    ("form", "a file of the office"),
    ("login", "a member of staff"),
    ("enter-user_login", "a member of staff"),
    ("plan-staff_login", "a member of staff"),
    ("role_number_supervisor", "a role"),
    ("role_number_user", "a role"),
    ("enter-medium_number", "a medium"),
    ("select-contract_number", "a contract"),
    ("cell_history_number", "a version of a record"),
    ("c_insurer", "an insurer"),
    ("c_insurer_number", "an insurer"),
    ("c_number", "somebody in another insurance"),
    ("bring-permit_number", "a paper of the office"),
    ("enter-device_number", "a device"),
    ("receive-request_number", "a file of the office"),
    ("enter-box_number", "a box"),
    ("plan-scope", "members of staff"),
    ("plan-work_number", "a work order"),
    ("apply-contract_number", "a contract"),
];

/// So many pages are looked at for one reader.
const MOST: usize = 3_000;

/// Fields of one page: action, name.
type Field = (String, String);

/// What a field is called, who saw it, and whether its form is posted.
type Known = (String, &'static str, bool);

/// What the fields of a page are called: by their labels, or what a grid calls them.
fn called(html: &str) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for rest in html.split("<label ").skip(1) {
        let Some(name) = between(rest, "for=\"", "\"") else {
            continue;
        };
        let label = between(rest, ">", "</label>").unwrap_or_default();
        all.insert(name.to_owned(), label.to_owned());
    }
    for tag in html.split('<').filter_map(|piece| piece.split('>').next()) {
        let tag = tag.replace('\n', " ");
        if let (Some(name), Some(label)) = (
            between(&tag, " name=\"", "\""),
            between(&tag, "aria-label=\"", "\""),
        ) {
            all.insert(name.to_owned(), label.to_owned());
        }
    }
    all
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?
        .1
        .split_once(after)
        .map(|all| all.0)
}

/// The fields of all pages that are called a number, with what they are called and who saw them.
async fn fields(made: &made::Made, there: &There) -> BTreeMap<Field, Known> {
    let mut all = BTreeMap::new();
    for (login, _) in STAFF {
        let mut browser = Browser::new(&made.router);
        browser.log_in(login, PASSWORD).await;
        let mut waiting = Vec::new();
        for (method, route) in web::routes::list() {
            if method != "GET" || route == "/logout" {
                continue;
            }
            waiting.extend(made.addresses(filled(route, there), route));
        }
        waiting.reverse();
        let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
        while let Some(path) = waiting.pop() {
            let seen = browser.get(&path).await;
            if seen.status != StatusCode::OK {
                continue;
            }
            // What a page leads to may be a form that no list of addresses names.
            for link in links(&seen.text) {
                if known.len() < MOST && known.insert(link.clone()) {
                    waiting.push(link);
                }
            }
            let labels = called(&seen.text);
            for form in forms(&path, &seen.text) {
                let action = form.action.split('?').next().unwrap().to_owned();
                for name in &form.open {
                    let label = labels.get(name).cloned().unwrap_or_default();
                    if CALLED.iter().any(|word| label.contains(word)) {
                        all.entry((action.clone(), name.clone()))
                            .or_insert((label, login, form.post));
                    }
                }
            }
        }
    }
    all
}

async fn sent(
    browser: &mut Browser,
    ((path, name), post): (&Field, bool),
    csrf: &str,
    value: &str,
) -> Seen {
    if !post {
        let value = web::answer::percent(value);
        return browser.get(&format!("{path}?{name}={value}")).await;
    }
    let fields = [("csrf", csrf), ("do", "preview"), (name.as_str(), value)];
    browser.post(path, &fields).await
}

fn refused(seen: &Seen) -> bool {
    seen.status == StatusCode::FORBIDDEN && seen.text.contains(WORDS)
}

// covers: SEC-024
#[tokio::test(flavor = "multi_thread")]
async fn no_field_names_somebody_who_may_not_be_opened() {
    let made = made::city().await;
    let there = There {
        people: vec![VICTIM, OTHER_SIDE],
        households: vec![hidden::HOME, hidden::LEFT],
        others: made.others(),
        words: Vec::new(),
    };
    let all = fields(&made, &there).await;
    let letter = format!(
        "insert into eligibility_letter (letter_id, kind, person_id, sent_on, content, act_id) \
         select 9001, kind, {VICTIM}, sent_on, content, act_id from eligibility_letter order by letter_id limit 1"
    );
    let wrote = made.store.write(|conn| conn.execute_text(&letter, &[]));
    wrote.unwrap();
    let mut closed = vec![VICTIM.to_string(), hidden::HOME.to_string()];
    closed.extend(codes(&made.store));
    made.narrow();
    made.give(OTHER_SIDE, hidden::LEFT);
    let (mut guarded, mut open) = (BTreeSet::new(), BTreeSet::new());
    for (login, role) in STAFF {
        let mut browser = Browser::new(&made.router);
        let csrf = browser.log_in(login, PASSWORD).await;
        for (field, (label, _, post)) in all.iter().filter(|(_, (_, who, _))| *who == login) {
            let exempt = web::typed::OPENS_NOBODY;
            if exempt.iter().any(|(page, _)| *page == field.0) {
                continue;
            }
            let own = sent(&mut browser, (field, *post), &csrf, "").await;
            if refused(&own) {
                continue;
            }
            let what = format!("{} {field:?} {label}", role.name_ja());
            let mut any = false;
            for value in &closed {
                let seen = sent(&mut browser, (field, *post), &csrf, value).await;
                assert!(!seen.status.is_server_error(), "{what}: {}", seen.text);
                any |= refused(&seen);
            }
            // It is the person in the field who is refused, not the field.
            let seen = sent(&mut browser, (field, *post), &csrf, &OTHER_SIDE.to_string()).await;
            assert!(!refused(&seen), "{what} is closed to everybody");
            if any {
                guarded.insert(field.clone());
            } else {
                open.insert((field.0.clone(), field.1.clone(), label.clone()));
            }
        }
    }
    let unknown: Vec<_> = open
        .iter()
        .filter(|(_, name, _)| !NOBODY.iter().any(|(known, _)| known == name))
        .collect();
    assert!(
        unknown.is_empty(),
        "neither guarded nor nobody's: {unknown:#?}"
    );
    let moved = guarded.iter().any(|(page, _)| page.contains("/movement/"));
    assert!(moved, "{guarded:#?}");
    let names: BTreeSet<&str> = guarded.iter().map(|(_, name)| name.as_str()).collect();
    for page in ["/certificates/scan", "/letters/scan"] {
        let field = (page.to_owned(), "code".to_owned());
        assert!(guarded.contains(&field), "{page}: {guarded:#?}");
    }
    for name in [
        "person",
        "household",
        "into",
        "household_number",
        "p1_number",
        "representative_id",
        "c_household_id",
        "cell_person_number",
        "receive-person_number",
    ] {
        assert!(names.contains(name), "{name}: {guarded:#?}");
    }
    for (known, _) in web::typed::OPENS_NOBODY {
        let there = web::routes::list()
            .into_iter()
            .any(|(_, path)| path == *known);
        assert!(there, "{known} is no route any more");
    }
}

/// The codes on the papers and letters of somebody who may not be opened.
fn codes(store: &db::Store) -> Vec<String> {
    let numbers = |text: &str| -> Vec<i64> {
        store
            .read(|conn| conn.query_text(text, &[VICTIM.into()], |row| row.int(0)))
            .unwrap()
    };
    let mut all = Vec::new();
    for id in numbers("select certificate_id from certificate where person_id = $1") {
        let paper = store.read(|conn| find::get(conn, id)).unwrap().unwrap();
        all.push(paper.scan().figures().unwrap());
    }
    let letters = numbers("select letter_id from eligibility_letter where person_id = $1");
    all.extend(letters.into_iter().map(|id| scan_of(id).unwrap()));
    assert!(!all.is_empty());
    all
}

// covers: SEC-024
#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_somebody_who_may_not_be_opened_is_refused_as_a_whole() {
    let made = made::city().await;
    let mut clerk = Browser::new(&made.router);
    let csrf = clerk.log_in("shikaku01", PASSWORD).await;
    let heading = office::eligibility::bulk::NUMBER_HEADING.join("\t");
    let row = |household: i64| format!("{household}\t港\t{household}\t新\t{household}");
    // A form that was good when it was looked at.
    let list = format!("{heading}\n{}\t99\t88\t新\t8801\n", hidden::HOME);
    let typed = [
        ("csrf", csrf.as_str()),
        ("do", "preview"),
        ("on", "R8.7.1"),
        ("list", list.as_str()),
    ];
    let looked_at = clerk.post("/bulk/numbers", &typed).await;
    assert_eq!(looked_at.status, StatusCode::OK, "{}", looked_at.text);
    made.narrow();
    made.give(OTHER_SIDE, hidden::LEFT);
    let before = made.acts().len();
    // Refused before anything is done, not after.
    let confirmed = clerk
        .post("/bulk/numbers", &again(&looked_at, "confirm"))
        .await;
    assert!(refused(&confirmed), "{}", confirmed.text);
    assert_eq!(made.acts().len(), before, "done, and then refused");
    let tables = [
        (vec![hidden::LEFT], false),
        (vec![hidden::LEFT, hidden::HOME], true),
        (vec![hidden::HOME], true),
    ];
    for (households, closed) in tables {
        let rows: Vec<String> = households.into_iter().map(row).collect();
        let list = format!("{heading}\n{}\n", rows.join("\n"));
        for step in ["preview", "confirm"] {
            let fields = [
                ("csrf", csrf.as_str()),
                ("do", step),
                ("on", "R8.7.1"),
                ("list", list.as_str()),
            ];
            let typed = clerk.post("/bulk/numbers", &fields).await;
            assert_eq!(refused(&typed), closed, "{list} {step}: {}", typed.text);
            let file = ("list_file", list.as_bytes());
            let sent = clerk.post_file("/bulk/numbers", &fields[..3], file).await;
            assert_eq!(refused(&sent), closed, "{list} {step}: {}", sent.text);
        }
    }
    assert_eq!(made.acts().len(), before);
}

// covers: SEC-024
#[tokio::test(flavor = "multi_thread")]
async fn a_relative_typed_into_a_field_is_noticed_and_once_closed_refused() {
    let made = made::city().await;
    let mut clerk = Browser::new(&made.router);
    let csrf = clerk.log_in("shikaku02", PASSWORD).await;
    let own = VICTIM.to_string();
    let fields = [
        ("csrf", csrf.as_str()),
        ("person", own.as_str()),
        ("relation", "子"),
    ];
    let declared = clerk.post("/me/relations", &fields).await;
    assert_eq!(declared.status, StatusCode::SEE_OTHER, "{}", declared.text);
    let noticed = || {
        let text = "select count(*) from audit_alert a where a.kind = 'relative'";
        made.store
            .read(|conn| conn.query_text(text, &[], |row| row.int(0)))
            .unwrap()[0]
    };
    let before = noticed();
    let hold = |person: i64| {
        [
            ("csrf", csrf.clone()),
            ("kind", "litigation".to_owned()),
            ("person", person.to_string()),
            ("ground", "審査請求".to_owned()),
            ("review_on", "R9.3.31".to_owned()),
        ]
    };
    for (person, more) in [(OTHER_SIDE, 0), (VICTIM, 1)] {
        let acts = made.acts().len();
        send(&mut clerk, "/retention/holds", &hold(person)).await;
        assert_eq!(noticed(), before + more, "{person}");
        assert_eq!(made.acts().len(), acts + 1, "{person}");
    }
    let strict = "insert into security_setting (setting_no, key, value, set_at, act_id) values (2000, 'relatives', 'refuse', 1, 1)";
    made.store
        .write(|conn| conn.execute_text(strict, &[]))
        .unwrap();
    let acts = made.acts().len();
    let seen = send(&mut clerk, "/retention/holds", &hold(VICTIM)).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN, "{}", seen.text);
    assert!(seen.text.contains("本人か親族として申告された方です"));
    assert_eq!(made.acts().len(), acts, "refused before anything was done");
}

async fn send(browser: &mut Browser, path: &str, fields: &[(&str, String)]) -> Seen {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    browser.post(path, &fields).await
}
