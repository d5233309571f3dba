//! 消去の門 — the text by which each engine lets rows of insert-only tables go: SQLite's triggers make an exception, and on
//! PostgreSQL, where the application may not delete, a function of the owner's does it. Both look at the same view: what two
//! people agreed on and is not done yet. Written into the migration by a test (`KOKUHO_BLESS=1`).

use super::condition::{Keys, VAULT_TARGETS};
use super::targets::TARGETS;
use db::Migration;
use std::collections::{BTreeMap, BTreeSet};

/// Condition by condition, for each table in the order in which it is first met.
fn conditions(row: &str) -> Vec<(&'static str, Vec<String>)> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut all: Vec<(&'static str, Vec<String>)> = Vec::new();
    for target in TARGETS {
        let place = *places.entry(target.table).or_insert(all.len());
        if place == all.len() {
            all.push((target.table, Vec::new()));
        }
        if let Some((_, of_table)) = all.get_mut(place) {
            of_table.push(target.condition(row, Keys::Agreed));
        }
    }
    all
}

fn vault_conditions(row: &str) -> Vec<(&'static str, Vec<String>)> {
    VAULT_TARGETS
        .iter()
        .map(|(table, condition)| (*table, vec![condition.replace("{r}", row)]))
        .collect()
}

/// Tables that came after the gates, each by the migration that has its gate, in the order of the migrations.
pub const LATER: &[(&str, &str)] = &[
    ("0050_stay_renewal_gate", "stay_renewal_fact"),
    ("0057_certificate_correction_gate", "certificate_correction"),
];

/// The place in [`LATER`] of the gate of a table; none for those that were there when the gates were made.
fn gate_of(table: &str) -> Option<usize> {
    LATER.iter().position(|(_, later)| *later == table)
}

const HEAD: &str =
    "-- Made by the test retention_guards; see crates/office/src/retention/guards.rs.\n";

/// The triggers of SQLite, with their exception. `set` says which tables are insert-only.
#[must_use]
pub fn sqlite(set: &[Migration], vault: bool) -> String {
    let all = if vault {
        vault_conditions("old")
    } else {
        conditions("old")
    };
    triggers(set, all, |table| gate_of(table).is_none())
}

/// The trigger of a table that came later, by its place in [`LATER`].
#[must_use]
pub fn sqlite_later(set: &[Migration], at: usize) -> String {
    triggers(set, conditions("old"), |table| gate_of(table) == Some(at))
}

fn triggers(
    set: &[Migration],
    all: Vec<(&'static str, Vec<String>)>,
    wanted: impl Fn(&str) -> bool,
) -> String {
    let insert_only: BTreeSet<&str> = set
        .iter()
        .flat_map(|step| step.insert_only.iter().copied())
        .collect();
    let mut text = String::from(HEAD);
    for (table, conditions) in all {
        if insert_only.contains(table) && wanted(table) {
            text += &format!(
                "drop trigger {table}_no_delete;\ncreate trigger {table}_no_delete before delete on {table} when not (\n  {}\n) \
                 begin select raise(abort, '{table} は追記専用です'); end;\n",
                conditions.join("\n  or ")
            );
        }
    }
    text
}

/// The function of PostgreSQL, which belongs to the owner of the schema.
#[must_use]
pub fn postgres(vault: bool) -> String {
    let mut all = if vault {
        vault_conditions("r")
    } else {
        conditions("r")
    };
    all.retain(|(table, _)| gate_of(table).is_none());
    function("create function", all)
}

/// The same function with the tables that came later, up to a place in [`LATER`]. Made anew it looks where the session looks: a
/// gate after the migration `0065_erasure_path` repeats what that one does.
#[must_use]
pub fn postgres_later(at: usize) -> String {
    let mut all = conditions("r");
    all.retain(|(table, _)| gate_of(table).is_none_or(|gate| gate <= at));
    function("create or replace function", all)
}

fn function(create: &str, all: Vec<(&'static str, Vec<String>)>) -> String {
    let mut text = format!(
        "{HEAD}{create} erase_agreed(target text) returns bigint language plpgsql security definer\n\
         set search_path from current as $guard$\ndeclare gone bigint;\nbegin\n  case target\n"
    );
    for (table, conditions) in all {
        text += &format!(
            "  when '{table}' then delete from {table} r where\n    {};\n",
            conditions.join("\n    or ")
        );
    }
    text += "  else raise exception 'not a table of which anything is erased: %', target;\n  end case;\n  \
             get diagnostics gone = row_count;\n  return gone;\nend $guard$;\n";
    text
}
