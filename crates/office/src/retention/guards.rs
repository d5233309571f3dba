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

/// The triggers of SQLite, with their exception. `set` says which tables are insert-only.
#[must_use]
pub fn sqlite(set: &[Migration], vault: bool) -> String {
    let insert_only: BTreeSet<&str> = set
        .iter()
        .flat_map(|step| step.insert_only.iter().copied())
        .collect();
    let mut text = String::from(
        "-- Made by the test retention_guards; see crates/office/src/retention/guards.rs.\n",
    );
    let all = if vault {
        vault_conditions("old")
    } else {
        conditions("old")
    };
    for (table, conditions) in all {
        if insert_only.contains(table) {
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
    let mut text = String::from(
        "-- Made by the test retention_guards; see crates/office/src/retention/guards.rs.\n\
         create function erase_agreed(target text) returns bigint language plpgsql security definer\n\
         set search_path from current as $guard$\ndeclare gone bigint;\nbegin\n  case target\n",
    );
    let all = if vault {
        vault_conditions("r")
    } else {
        conditions("r")
    };
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
