//! One suite, run on every engine: plain functions of a store.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "tests"
)]

mod bulk;
mod postgres_only;
mod schema;
mod tenants;
mod transactions;
mod transport;
mod values;

use db::testing::{self, TestStore};
use db::{Migration, Sql, Store, StoreError, Value};

/// The tables the suite plays with.
pub const SCHEMA: &[Migration] = &[
    Migration {
        name: "0001_tables",
        sql: "create table thing (id bigint primary key, name text, small smallint, body bytea, code text unique);
              create table part (thing_id bigint not null references thing (id), number bigint not null,
                quantity bigint not null check (quantity > 0), primary key (thing_id, number));
              create table wide (fiscal_year smallint not null, id bigint not null, yen bigint, note text, body bytea,
                primary key (fiscal_year, id));",
        sqlite_only: "create index thing_small on thing (small);",
        postgres_only: "create index thing_small on thing (small);",
        insert_only: &[],
    },
    Migration::new("0002_ledger", "create table ledger (id bigint primary key, yen bigint not null);")
        .insert_only(&["ledger"]),
];

/// A case of the suite.
type Case = (&'static str, fn(&TestStore));

/// What holds for every store, also one in memory.
const ANY: &[Case] = &[
    (
        "placeholders go by number",
        values::placeholders_go_by_number,
    ),
    ("every kind round-trips", values::every_kind_round_trips),
    (
        "variation selectors and emoji survive",
        values::rare_characters_survive,
    ),
    ("hostile text stays text", values::hostile_text_stays_text),
    ("NUL is refused", values::nul_is_refused),
    ("extremes of i64 survive", values::extremes_survive),
    ("columns are checked", values::columns_are_checked),
    ("parameters are counted", values::parameters_are_counted),
    ("wrong kinds are refused", values::wrong_kinds_are_refused),
    (
        "text is ordered by code point",
        values::text_is_ordered_by_code_point,
    ),
    ("row counts are checked", values::row_counts_are_checked),
    ("rows are streamed", values::rows_are_streamed),
    ("an error rolls back", transactions::an_error_rolls_back),
    ("a panic rolls back", transactions::a_panic_rolls_back),
    (
        "a swallowed failure is not committed",
        transactions::a_swallowed_failure_is_not_committed,
    ),
    (
        "a savepoint contains a failure",
        transactions::a_savepoint_contains_a_failure,
    ),
    ("nested use is refused", transactions::nested_use_is_refused),
    ("a read cannot write", transactions::a_read_cannot_write),
    ("counters have no gaps", transactions::counters_have_no_gaps),
    (
        "a rehearsal leaves nothing",
        transactions::a_rehearsal_leaves_nothing,
    ),
    ("causes are told apart", transactions::causes_are_told_apart),
    ("insert-only tables are", schema::insert_only_tables_are),
    (
        "statements are checked by name",
        schema::statements_are_checked_by_name,
    ),
    (
        "migrations are forward only",
        schema::migrations_are_forward_only,
    ),
    ("a load takes every kind", bulk::a_load_takes_every_kind),
    (
        "borrowed cells are stored as values are",
        bulk::borrowed_cells_are_stored_as_values_are,
    ),
    (
        "a wrong cell spoils a load",
        bulk::a_wrong_cell_spoils_a_load,
    ),
    ("an unfinished load spoils", bulk::an_unfinished_load_spoils),
    ("a load obeys the table", bulk::a_load_obeys_the_table),
    ("loads of any size arrive", bulk::loads_of_any_size_arrive),
    (
        "the probe loads and leaves nothing",
        bulk::the_probe_loads_and_leaves_nothing,
    ),
];

/// What needs a reader beside a writer.
const CONCURRENT: &[Case] = &[
    (
        "a reader keeps its snapshot",
        transactions::a_reader_keeps_its_snapshot,
    ),
    (
        "two writers lose nothing",
        transactions::two_writers_lose_nothing,
    ),
    (
        "two stores lose nothing",
        transactions::two_stores_lose_nothing,
    ),
    (
        "a held lock is outlasted",
        transactions::a_held_lock_is_outlasted,
    ),
    ("patience ends", transactions::patience_ends),
    (
        "a long one comes through among many short ones",
        transactions::a_long_one_comes_through_among_many_short_ones,
    ),
];

fn run(cases: &[Case], open: fn(&[Migration]) -> Result<TestStore, StoreError>) {
    for (name, case) in cases {
        // Shown only when the suite fails: the last line names the case.
        println!("{name}");
        case(&open(SCHEMA).unwrap());
    }
}

#[test]
fn suite_in_memory() {
    run(ANY, testing::memory);
}

#[test]
fn suite_on_sqlite() {
    run(ANY, testing::sqlite);
    run(CONCURRENT, testing::sqlite);
}

#[test]
fn suite_on_postgres() {
    run(ANY, testing::postgres);
    run(CONCURRENT, testing::postgres);
}

/// Runs one statement in a transaction of its own.
pub fn execute(store: &Store, text: &'static str, params: &[Value]) -> Result<u64, StoreError> {
    store.write(|conn| {
        conn.execute(
            &Sql {
                name: "試験の文",
                text,
            },
            params,
        )
    })
}

/// Reads integers of one column.
pub fn ints(store: &Store, text: &'static str) -> Vec<i64> {
    store
        .read(|conn| {
            conn.query(
                &Sql {
                    name: "試験の問合せ",
                    text,
                },
                &[],
                |row| row.int(0),
            )
        })
        .unwrap()
}
