//! 最小限の項目と突合: what no migration declares is named, what registers say differently is a list, an extra item of a file
//! is not taken in, and a backup stays in the country.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::{Store, testing};
use exchange::{Catalogue, FileError, Table};
use law::day;
use office::OfficeError;
use office::registry::{Differs, mismatches};
use office::schema::{MIGRATIONS, undeclared};
use support::{city, lay, staff};

fn run(store: &Store, text: &str) {
    store
        .write(|conn| Ok::<_, OfficeError>(conn.execute_text(text, &[])?))
        .unwrap();
}

// covers: SEC-026
#[test]
fn a_column_or_table_that_nobody_declared_is_named() {
    for store in testing::both(MIGRATIONS).unwrap() {
        assert_eq!(store.read(undeclared).unwrap(), Vec::<String>::new());
        let by_hand =
            |text: &str| store.write(|conn| Ok::<_, OfficeError>(conn.execute_text(text, &[])?));
        let column = "alter table resident_fact add column religion text";
        if store.engine() == db::Engine::Postgres {
            // The role of the program owns no table: it cannot even begin to.
            assert!(by_hand(column).is_err());
            continue;
        }
        by_hand(column).unwrap();
        by_hand("create table friends (person_id bigint)").unwrap();
        assert_eq!(
            store.read(undeclared).unwrap(),
            ["friends", "resident_fact.religion"]
        );
    }
}

// covers: SEC-047
#[test]
fn what_registers_say_differently_of_a_person_is_a_list() {
    let store = testing::sqlite(MIGRATIONS).unwrap();
    staff(&store);
    lay(&store, &city(12, 7));
    let on = day(2026, 6, 15);
    let list = || store.read(|conn| mismatches(conn, on)).unwrap();
    assert_eq!(list(), []);
    let people = store
        .read(|conn| {
            let text = "select distinct subject from insured_fact where valid_from <= '2026-06-15' \
                        and (valid_until is null or valid_until > '2026-06-15') order by subject limit 4";
            conn.query_text(text, &[], |row| row.int(0))
        })
        .unwrap();
    run(&store, "drop trigger if exists resident_fact_no_update");
    run(&store, "drop trigger if exists resident_fact_no_delete");
    run(&store, "drop trigger if exists insured_fact_no_update");
    let two = |person: i64, set: &str| {
        run(
            &store,
            &format!(
                "create table copy as select * from resident_fact where subject = {person} and superseded_at is null \
                 and valid_until is null"
            ),
        );
        run(
            &store,
            &format!("update copy set fact_no = fact_no + 1000, valid_from = '2026-05-01', {set}"),
        );
        run(
            &store,
            &format!(
                "update resident_fact set valid_until = '2026-05-01' where subject = {person} and superseded_at is null \
                 and valid_until is null"
            ),
        );
        run(&store, "insert into resident_fact select * from copy");
        run(&store, "drop table copy");
    };
    two(people[0], "birth_on = '1901-02-03'");
    two(people[1], "name = '別 字'");
    run(
        &store,
        &format!(
            "update insured_fact set valid_from = '1890-01-01' where subject = {}",
            people[2]
        ),
    );
    run(
        &store,
        &format!(
            "update resident_fact set valid_until = '2026-06-01' where subject = {}",
            people[3]
        ),
    );
    let found: Vec<(i64, Differs)> = list()
        .into_iter()
        .map(|one| (one.person_id, one.differs))
        .collect();
    for wanted in [
        (people[0], Differs::Birth),
        (people[1], Differs::Name),
        (people[2], Differs::GainBeforeBirth),
        (people[3], Differs::NoPerson),
    ] {
        assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
    }
    assert!(
        found.iter().all(|(person, _)| people.contains(person)),
        "{found:?}"
    );
}

// covers: SEC-025
#[test]
fn an_item_beyond_the_declared_ones_is_refused_with_its_file() {
    let catalogue = Catalogue::shipped().unwrap();
    let mut seen = 0;
    for layout in catalogue.layouts() {
        let heading: Vec<&str> = layout
            .fields
            .iter()
            .map(|field| field.name_ja.as_str())
            .collect();
        let names: Vec<&str> = layout
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        for words in [heading, names] {
            let mut text = words.join(",");
            text.push_str(",備考（宗教）\r\n");
            let read = Table::open(layout, text.as_bytes())
                .and_then(|table| table.for_each(|_| Ok::<(), FileError>(())).map(drop));
            let Err(error) = read else {
                panic!("{} took an extra item in", layout.id);
            };
            assert!(!error.to_string().is_empty());
            seen += 1;
        }
    }
    assert!(seen > 20);
}
