//! Every address of the pages that a reader can ask for, with its places filled in from what there is.

use super::browser::{Browser, Seen};

/// What places are filled with.
#[derive(Clone, Debug, Default)]
pub struct There {
    pub people: Vec<i64>,
    pub households: Vec<i64>,
    /// Every other kind is numbered from one up to here.
    pub others: i64,
    /// What is typed into the search.
    pub words: Vec<String>,
}

const PLACES: &[(&str, &[&str])] = &[
    ("{year}", &["2026", "2025"]),
    (
        "{what}",
        &["income", "unemployment", "maternity", "care-exempt", "1"],
    ),
    (
        "{topic}",
        &["contact", "destination", "account", "representative"],
    ),
    ("{kind}", &["head", "split", "merge", "move"]),
    ("{act}", &["1", "2", "3"]),
    ("{event}", &["1", "2"]),
    ("{number}", &["1"]),
    ("{file}", &["1", "2"]),
    ("{row}", &["1", "2", "3", "9"]),
    (
        "{register}",
        &["media", "outsourcing", "extraction", "training", "incident"],
    ),
    (
        "{list}",
        &[
            "overlap",
            "unreported",
            "whereabouts",
            "student",
            "facility",
            "stay",
        ],
    ),
    ("{step}", &["collect", "wave"]),
    (
        "{bulk}",
        &["town", "towns", "facility", "symbol", "prefix", "numbers"],
    ),
    ("{code}", &["student", "facility", "whereabouts"]),
    ("{household_code}", &["special_circumstances"]),
    ("{one}", &["7000011", "1000001"]),
    ("{other}", &["7000012", "7000021"]),
    ("{chapter}", &["support", "counter"]),
    ("{hash}", &["0"]),
    ("{name}", &["app.css"]),
];

pub fn filled(pattern: &str, there: &There) -> Vec<String> {
    let numbers: Vec<String> =
        if pattern.starts_with("/households") || pattern.contains("/v1/households") {
            there.households.iter().map(i64::to_string).collect()
        } else if pattern.starts_with("/people") || pattern.contains("/v1/people") {
            there.people.iter().map(i64::to_string).collect()
        } else if pattern.starts_with("/number") {
            there
                .people
                .iter()
                .chain(&[1, 2])
                .map(i64::to_string)
                .collect()
        } else {
            (1..=there.others).map(|one| one.to_string()).collect()
        };
    let mut found = vec![pattern.to_owned()];
    let owned: Vec<(&str, Vec<String>)> =
        std::iter::once(("{id}", numbers))
            .chain(PLACES.iter().map(|(place, values)| {
                (*place, values.iter().map(|one| (*one).to_owned()).collect())
            }))
            .collect();
    for (place, values) in owned {
        found = found
            .into_iter()
            .flat_map(|path| {
                if path.contains(place) {
                    values
                        .iter()
                        .map(|value| path.replace(place, value))
                        .collect()
                } else {
                    vec![path]
                }
            })
            .collect();
    }
    found
}

/// One look at the city.
pub enum Step {
    /// A page at its address.
    Page(String),
    /// Words typed into the search.
    Search(String),
    /// The same by a program.
    SearchByProgram(String),
}

impl Step {
    pub async fn take(&self, browser: &mut Browser) -> Seen {
        match self {
            Self::Page(path) => browser.get(path).await,
            Self::Search(words) => browser.search(words).await,
            Self::SearchByProgram(words) => browser.search_api(words).await,
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Page(path) => out.write_str(path),
            Self::Search(words) => write!(out, "search for {words}"),
            Self::SearchByProgram(words) => write!(out, "search by program for {words}"),
        }
    }
}

/// Every look that a reader can take.
pub fn steps(there: &There) -> Vec<Step> {
    let mut all: Vec<Step> = addresses(there).into_iter().map(Step::Page).collect();
    for words in &there.words {
        all.push(Step::Search(words.clone()));
        all.push(Step::SearchByProgram(words.clone()));
    }
    all
}

/// Every address that a GET can ask for.
pub fn addresses(there: &There) -> Vec<String> {
    let mut all = Vec::new();
    for (method, pattern) in web::routes::list() {
        if method != "GET" {
            continue;
        }
        let filled = filled(pattern, there);
        match pattern {
            "/households/{id}" => {
                for path in &filled {
                    for query in [
                        "?as_of=R2.4.1",
                        "?as_of=R30.4.1",
                        "?known_at=R8.6.15",
                        "?as_of=R30.4.1&known_at=R8.6.15",
                    ] {
                        all.push(format!("{path}{query}"));
                    }
                }
            }
            "/api/v1/households/{id}" => {
                for path in &filled {
                    all.push(format!("{path}?as_of=2048-04-01"));
                }
            }
            "/runs/compare" => all.push("/runs/compare?left=1&right=1".to_owned()),
            "/notices" | "/held" => all.push(format!("{pattern}?run=1&file=1")),
            _ => {}
        }
        all.extend(filled);
    }
    let unfilled: Vec<&String> = all.iter().filter(|path| path.contains('{')).collect();
    assert!(unfilled.is_empty(), "a place without a value: {unfilled:?}");
    all
}
