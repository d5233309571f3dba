//! What a hostile hand types, what an answer must never hold, and what must never change.

use super::browser::{Browser, Seen};
use super::forms::{Form, forms, links};
use super::routes::filled;
use axum::http::header;
use db::Store;
use std::collections::{BTreeMap, BTreeSet};

/// Each carries the mark behind what would be dangerous, never at its beginning.
pub fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "x'k0k' or '1'='1",
        "x'k0k; drop table person; --",
        "1) union select password_hash from staff --k0k",
        "x\"k0k\" or \"\"=\"",
        "$1 $2 %s %n %x {0} {} k0k",
        "<k0k onload=alert(1)>",
        "</textarea></title><k0k>",
        "x\"k0k onfocus=alert(1) autofocus x=\"",
        "x'k0k onmouseover=alert(1) x='",
        "javascript:k0k",
        "data:text/html,<k0k>",
        "{{7*7}}{% k0k %}${7*7}#{7*7}<%= k0k %>",
        "a\r\nX-K0k: 1\r\n\r\n<k0k>",
        "a\nSet-Cookie: k0k=1",
        "a\0k0k",
        "\u{202e}k0k\u{202c}\u{200b}\u{feff}",
        "\u{1b}[31mk0k\u{7}",
        "../../../../etc/passwd#k0k",
        "..\\..\\..\\windows\\win.ini",
        "//k0k.example/",
        "=1+1+cmd|' /C k0k'!A0",
        "@sum(1)*k0k",
        "+x k0k",
        "-x k0k",
        "\tx k0k",
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999999999",
        "1e309",
        "NaN",
        "0x7fffffff",
        "令和99年99月99日",
        "R0.0.0",
        "99999999",
        "08/13/32",
        "%00%0a%3Ck0k%3E",
        "\u{fffd}\u{10ffff}\u{d7ff}",
        "𠮷\u{e0100}か\u{3099}",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    all.push("長".repeat(20_000));
    all.push("'".repeat(4_000));
    all
}

/// The rows of the file of hard names.
pub fn hard_names() -> Vec<String> {
    let text = include_str!("../../../office/tests/data/hard_names.csv");
    let names: Vec<String> = text
        .lines()
        .skip(1)
        .filter_map(|line| line.strip_prefix('"')?.split("\",\"").nth(1))
        .map(|name| name.replace("\"\"", "\""))
        .collect();
    assert!(names.len() > 200, "{}", names.len());
    names
}

/// Every so many are drawn, all of them where there is time.
pub fn stride(usual: usize) -> usize {
    if std::env::var_os("KOKUHO_DEEP").is_some() {
        1
    } else {
        usual
    }
}

pub fn check(seen: &Seen, what: &str) {
    assert!(
        !seen.status.is_server_error(),
        "{what}: {} {}",
        seen.status,
        seen.text
    );
    for (name, value) in &seen.headers {
        let value = value.to_str().unwrap_or_default();
        assert!(!name.as_str().contains("k0k"), "{what}: header {name}");
        if *name == header::SET_COOKIE {
            assert!(!value.contains("k0k"), "{what}: {value}");
        }
        if *name == header::LOCATION {
            assert!(
                value.starts_with('/') && !value.starts_with("//"),
                "{what}: sent to {value}"
            );
        }
    }
    let kind = seen.headers.get(header::CONTENT_TYPE);
    let html = kind.is_none_or(|kind| kind.to_str().unwrap().contains("html"));
    if html {
        for raw in [
            "<k0k",
            "\"k0k",
            "'k0k",
            "\0k0k",
            "</textarea></title><",
            "href=\"javascript:",
        ] {
            if let Some(place) = seen.text.find(raw) {
                let around: String = seen.text[..place].chars().rev().take(80).collect();
                let around: String = around.chars().rev().collect();
                panic!("{what}: {raw} stands in the page unescaped, after {around}");
            }
        }
    }
    // The store speaks of statements and tables; no page does.
    for inside in [
        "SQLITE",
        "syntax error",
        "no such table",
        "panicked",
        ".rs:",
        "stack backtrace",
    ] {
        assert!(!seen.text.contains(inside), "{what}: tells {inside}");
    }
}

/// What the store says of everybody but the household that is walked through.
pub fn others(store: &Store) -> BTreeMap<String, Vec<String>> {
    let tables: Vec<(String, String, String)> = store
        .read(|conn| {
            conn.query_text(
                "select m.name, group_concat('quote(' || p.name || ')', ' || '), \
                 max(case when p.name in ('subject', 'person_id', 'household_id') then p.name end) \
                 from sqlite_schema m join pragma_table_info(m.name) p \
                 where m.type = 'table' and (m.name like '%\\_fact' escape '\\' or m.name in ('person', 'household')) \
                 group by m.name having max(p.name in ('subject', 'person_id', 'household_id')) = 1",
                &[],
                |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)),
            )
        })
        .unwrap();
    assert!(tables.len() > 20, "{}", tables.len());
    tables
        .into_iter()
        .map(|(table, columns, key)| {
            let text = format!(
                "select {columns} from {table} where {key} in (1000002, 1000003) \
                 or {key} between 10000020 and 10000039 order by 1"
            );
            let rows = store
                .read(|conn| conn.query_text(&text, &[], |row| row.text(0)))
                .unwrap();
            (table, rows)
        })
        .collect()
}

/// Every page a member of staff can open from the table of routes, and the forms on it.
pub async fn found(
    browser: &mut Browser,
    seen_kinds: &mut BTreeSet<String>,
) -> (Vec<Form>, Vec<String>) {
    let (mut all, mut addresses) = (Vec::new(), BTreeSet::new());
    let mut waiting: Vec<String> = web::routes::list()
        .into_iter()
        .filter(|(method, _)| *method == "GET")
        .map(|(_, path)| filled(path))
        .collect();
    let mut opened = BTreeSet::new();
    let mut rounds = 0;
    while let Some(path) = waiting.pop() {
        rounds += 1;
        let kind = path.split('?').next().unwrap_or("").to_owned();
        if rounds > 400 || !opened.insert(kind) {
            continue;
        }
        let page = browser.get(&path).await;
        check(&page, &path);
        for form in forms(&path, &page.text) {
            if !form.open.is_empty() && seen_kinds.insert(form.kind()) {
                all.push(form);
            }
        }
        for link in links(&page.text) {
            if link.contains('?') {
                addresses.insert(link.clone());
            }
            // Only the household that is walked through is opened further.
            if link.contains("1000001") {
                waiting.push(link);
            }
        }
    }
    (all, addresses.into_iter().collect())
}
