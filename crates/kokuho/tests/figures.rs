//! `kokuho statistics` and `kokuho changes`: the figures of each month are those of the register, and the file of changed
//! households holds all of them with everybody, or nobody where nothing changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use support::ran::*;
use support::*;

/// Person, household, first day and first day after, as text; nothing of the program's own counting.
fn register(city: &Store) -> Vec<(String, String, String, String)> {
    let text = "select subject || ' ' || household_id || ' ' || valid_from || ' ' || coalesce(valid_until, '9999-12-31') \
                from insured_fact where superseded_at is null";
    let rows = texts(city, text);
    rows.iter()
        .map(|row| {
            let cells: Vec<&str> = row.split(' ').collect();
            let cell = |place: usize| cells[place].to_owned();
            (cell(0), cell(1), cell(2), cell(3))
        })
        .collect()
}

// covers: QUA-018
#[test]
fn the_monthly_counts_that_are_printed_are_those_of_the_register() {
    for engine in ["sqlite", "postgres"] {
        let city = namespace(engine);
        fill(&city, 60);
        let said = good(ran_on(
            city.url(),
            "mado",
            "20260720",
            &["statistics", "--year", "2026"],
        ));
        let register = register(&city);
        // A day written out is compared as text: ISO days are in the order of their letters.
        let on = |day: &str| -> (BTreeSet<&str>, BTreeSet<&str>) {
            let there = register
                .iter()
                .filter(|row| row.2.as_str() <= day && day < row.3.as_str());
            let there: Vec<_> = there.collect();
            let people = there.iter().map(|row| row.0.as_str()).collect();
            (people, there.iter().map(|row| row.1.as_str()).collect())
        };
        let mut lines = said.lines().skip(1);
        let mut moved = 0;
        let months = (4..=12).map(|month| (2026, month));
        for (year, month) in months.chain((1..=3).map(|month| (2027, month))) {
            let cells: Vec<&str> = lines.next().unwrap().split('\t').collect();
            assert_eq!(cells[0], format!("{year}-{month:02}"));
            let figure = |place: usize| cells[place].parse::<usize>().unwrap();
            let last = law::day(year, month, 1).last_of_month().to_string();
            let before = law::date::previous_day(law::day(year, month, 1)).to_string();
            let (people, households) = on(&last);
            let (earlier, _) = on(&before);
            assert_eq!(figure(1), earlier.len(), "{cells:?}");
            assert_eq!(figure(4), people.len(), "{cells:?}");
            assert_eq!(figure(5), households.len(), "{cells:?}");
            assert!(
                figure(2) >= people.difference(&earlier).count(),
                "{cells:?}"
            );
            assert!(
                figure(3) >= earlier.difference(&people).count(),
                "{cells:?}"
            );
            assert_eq!(figure(1) + figure(2) - figure(3), figure(4), "{cells:?}");
            for (place, words) in [(2, cells[6]), (3, cells[7])] {
                let parts = words.split('、').filter(|part| !part.is_empty());
                let sum: usize = parts
                    .map(|part| part.rsplit(' ').next().unwrap().parse::<usize>().unwrap())
                    .sum();
                assert_eq!(sum, figure(place), "{cells:?}");
            }
            moved += figure(2) + figure(3);
        }
        assert_eq!(lines.next(), None);
        assert!(
            moved > 0,
            "a year in which nobody came or went shows little"
        );
        // Whoever may not look at households is not told.
        let refused = refused(ran_on(
            city.url(),
            "kanri",
            "20260720",
            &["statistics", "--year", "2026"],
        ));
        assert!(refused.contains("権限がありません"), "{refused}");
    }
}

// covers: QUA-032
#[test]
fn the_file_of_changes_is_given_to_whom_it_is_for_and_written_down() {
    let city = namespace("sqlite");
    fill(&city, 20);
    let folder = Folder::new("changes");
    let run = |staff: &str, out: &str, days: [&str; 2], more: &[&str]| {
        let out = folder.at(out);
        let words = ["changes", "--from", days[0], "--to", days[1], "--out", &out];
        ran_on(city.url(), staff, "20260720", &[&words, more].concat())
    };
    let june = ["20260601", "20260630"];
    let elsewhere = run("kanri", "no", june, &["--recipient", "successor"]);
    assert!(refused(elsewhere).contains("提供先の表"));
    let otherwise = run("kanri", "no", june, &["--purpose", "統計"]);
    assert!(refused(otherwise).contains("統計"));
    assert!(refused(run("mado", "no", june, &[])).contains("権限がありません"));
    let backwards = run("kanri", "no", ["20260630", "20260601"], &[]);
    assert!(refused(backwards).contains("期間"));
    assert_eq!(folder.all(), Vec::<String>::new());

    // Everybody came in June, so everybody of each household is in the file of June.
    let said = good(run("kanri", "june", june, &[]));
    let text = |name: &str| {
        let file = folder.all().into_iter().find(|path| path.starts_with(name));
        fs::read_to_string(folder.0.join(file.unwrap())).unwrap()
    };
    let june = text("june/K01_household_change");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in june.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
        let people = found.entry(cells[1].to_owned()).or_default();
        people.insert(cells[5].to_owned());
    }
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in [
        "select household_id || ' ' || subject from insured_fact where superseded_at is null",
        "select household_id || ' ' || subject from former_insured_fact where superseded_at is null",
        "select subject || ' ' || head_person_id from household_fact where superseded_at is null",
    ] {
        for row in texts(&city, table) {
            let (household, person) = row.split_once(' ').unwrap();
            let people = expected.entry(household.to_owned()).or_default();
            people.insert(person.to_owned());
        }
    }
    assert_eq!(found, expected);
    assert!(said.contains(&format!("{}世帯", expected.len())), "{said}");
    // Nothing changed in July: a file of nobody.
    let said = good(run("kanri", "july", ["20260701", "20260719"], &[]));
    assert!(said.contains("0世帯 0人 0行"), "{said}");
    assert_eq!(text("july/K01_household_change").lines().count(), 1);
    let given = texts(
        &city,
        "select r.export_code || ' ' || r.code || ' ' || f.lines from provision_record r \
         join provision_file f on f.record_id = r.record_id order by f.record_id, f.file_no",
    );
    let rows = june.lines().count() - 1;
    let whole = [rows, 1, 0, 1].map(|lines| format!("eligibility.changes nhi-aggregate {lines}"));
    assert_eq!(given, whole);
}
