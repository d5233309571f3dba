//! Every number that a command takes is either declared to name no person and no household, or its row is asked before
//! anything is shown or done.

use crate::Cli;
use clap::{Command, CommandFactory};
use std::any::TypeId;
use std::collections::BTreeSet;
use std::fs;

/// Numbers behind which there is a person or a household: the command, the number, and where its row is asked.
const ASKED: &[(&str, &str, &str)] = &[
    ("levy relevy", "households", "levy.rs relevy_households"),
    ("messages resend", "message", "messages.rs resend"),
    ("certificate print", "id", "certificate.rs print_one"),
    ("certificate letter", "id", "certificate.rs print_letter"),
    (
        "certificate allow-letter",
        "id",
        "certificate.rs allow_letter",
    ),
    ("certificate void", "id", "certificate.rs void"),
    ("disclosure", "request", "disclosure.rs run"),
    ("retention hold", "person", "retention.rs place"),
    ("retention hold", "household", "retention.rs place"),
    ("retention release", "id", "retention.rs release"),
];

/// Numbers of something else, and of what.
const OTHERS: &[(&str, &str, &str)] = &[
    ("", "year", "a year"),
    ("", "month", "a month"),
    ("", "days", "how many days"),
    ("", "chunk", "how many at once"),
    ("", "limit", "how many at most"),
    ("", "run", "a run of the whole town"),
    ("", "resume", "a run of the whole town"),
    ("levy compare", "first", "a run of the whole town"),
    ("levy compare", "second", "a run of the whole town"),
    ("messages confirm", "file", "a file of the whole town"),
    ("messages export", "again", "a file of the whole town"),
    ("judgement approve", "changes", "how many change"),
    (
        "levy relevy",
        "since",
        "a moment; households of others are left out",
    ),
    ("levy relevy", "adjustment_years", "how many years"),
    ("verify", "from", "a stretch, shown as lists are"),
    ("verify", "until", "a stretch, shown as lists are"),
    ("extract", "request", "a table that two people approved"),
    ("retention show", "id", "a proposal for a whole class"),
    ("retention approve", "id", "a proposal for a whole class"),
    ("retention decline", "id", "a proposal for a whole class"),
    (
        "retention certificate",
        "id",
        "a proposal for a whole class",
    ),
    ("demo", "households", "how many households are made up"),
    ("demo", "notices", "how many notices are printed"),
    ("demo", "seed", "a seed"),
    ("demo", "port", "a port"),
];

fn numbers(command: &Command, path: &str, found: &mut BTreeSet<(String, String)>) {
    for arg in command.get_arguments() {
        let kind = arg.get_value_parser().type_id();
        let number = [
            TypeId::of::<i64>(),
            TypeId::of::<i16>(),
            TypeId::of::<i32>(),
            TypeId::of::<u8>(),
            TypeId::of::<u16>(),
            TypeId::of::<u32>(),
            TypeId::of::<u64>(),
            TypeId::of::<usize>(),
        ]
        .iter()
        .any(|one| kind == *one);
        if number {
            found.insert((path.to_owned(), arg.get_id().as_str().to_owned()));
        }
    }
    for below in command.get_subcommands() {
        let path = format!("{path} {}", below.get_name());
        numbers(below, path.trim_start(), found);
    }
}

#[test]
fn every_number_of_a_command_is_asked_or_names_nobody() {
    let mut found = BTreeSet::new();
    numbers(&Cli::command(), "", &mut found);
    assert!(found.len() > 20, "{found:?}");
    let asked = |path: &str, name: &str| ASKED.iter().any(|one| (one.0, one.1) == (path, name));
    let other = |path: &str, name: &str| {
        OTHERS
            .iter()
            .any(|one| (one.0.is_empty() || one.0 == path) && one.1 == name && !one.2.is_empty())
    };
    let undeclared: Vec<_> = found
        .iter()
        .filter(|(path, name)| !asked(path, name) && !other(path, name))
        .collect();
    assert!(
        undeclared.is_empty(),
        "ask the row (edge::open_row) and name it in ASKED, or say in OTHERS what it numbers: {undeclared:?}"
    );
    for (path, name, place) in ASKED {
        assert!(
            found.contains(&((*path).to_owned(), (*name).to_owned())),
            "{path} {name} is no number of a command"
        );
        let (file, function) = place.split_once(' ').unwrap_or_default();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/commands/");
        let text = fs::read_to_string(format!("{folder}{file}")).unwrap_or_default();
        let body = text
            .split("\nfn ")
            .flat_map(|part| part.split("\npub fn "))
            .find(|body| body.starts_with(&format!("{function}(")))
            .unwrap_or_default();
        assert!(
            body.contains("edge::open_row("),
            "{place} does not ask the row of {path} {name}"
        );
    }
}
