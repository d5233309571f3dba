//! The page of a whole city.

use super::super::table::{grouped, ratio, table};
use super::Figures;
use super::what_if::WhatIf;
use office::levy::YearRules;
use std::time::Duration;

/// Settings of the measured PostgreSQL beyond its own: durable, as in an office.
pub const POSTGRES_SETTINGS: &str =
    "-c fsync=on -c shared_buffers=1GB -c max_wal_size=8GB -c min_wal_size=2GB";

/// Tables of one engine.
pub fn engine(name: &str, rules: &YearRules, all: &[Figures]) -> String {
    let title = match name {
        "postgres" => format!(
            "PostgreSQL, a private cluster on this machine reached over TCP, `{POSTGRES_SETTINGS}`; its own memory \
             is not counted"
        ),
        _ => "SQLite, one file, write-ahead log, every commit synced".to_owned(),
    };
    let threads = all.first().map_or(0, |figures| figures.steps.threads);
    format!(
        "## End to end: {}\n\n{title}. {} {}: a made-up city, its facts loaded in bulk, 当初賦課 calculated, \
         approved by a second person and published (decisions, ledger, notices); {threads} threads read and compute, \
         one writes. The raw load puts the very rows that calculating and publishing wrote into an empty store of \
         the same tables and keys, in transactions of the same stretches of households, and does nothing else.\n\n\
         {}\n{}{}\n{}",
        match name {
            "postgres" => "PostgreSQL",
            _ => "SQLite",
        },
        rules.levy.municipality_name,
        rules.levy.fiscal_year,
        times(all),
        processor(name, all),
        per_household(all),
        shares(all),
    )
}

fn times(all: &[Figures]) -> String {
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|figures| {
            let (steps, raw) = (&figures.steps, &figures.raw);
            let levy = steps.calculate.plus(steps.publish);
            let (whole, both) = (
                levy.plus(figures.laid.took),
                raw.took.plus(figures.laid.took),
            );
            vec![
                grouped(figures.households.into()),
                grouped(figures.laid.persons.into()),
                seconds(figures.laid.took.wall),
                seconds(steps.calculate.wall),
                seconds(steps.publish.wall),
                grouped(raw.all().into()),
                seconds(raw.took.wall),
                beside(levy.wall, raw.took.wall),
                beside(whole.wall, both.wall),
                figures.peak_mib.to_string(),
            ]
        })
        .collect();
    table(
        &[
            "households",
            "persons",
            "facts loaded, s",
            "calculated, s",
            "published, s",
            "rows written",
            "raw load of them, s",
            "levy : raw load",
            "facts and levy : raw load of both",
            "peak memory, MiB",
        ],
        &rows,
    )
}

/// Processor time of this process, where all the work is done in it.
fn processor(name: &str, all: &[Figures]) -> String {
    if name == "postgres" {
        return String::new();
    }
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|figures| {
            let (steps, raw) = (&figures.steps, &figures.raw);
            let levy = steps.calculate.plus(steps.publish);
            vec![
                grouped(figures.households.into()),
                seconds(figures.laid.took.processor),
                seconds(steps.calculate.processor),
                seconds(steps.publish.processor),
                seconds(raw.took.processor),
                beside(levy.processor, raw.took.processor),
            ]
        })
        .collect();
    format!(
        "The same in processor time of all threads, which other work on the machine lengthens less:\n\n{}\n",
        table(
            &[
                "households",
                "facts loaded, s",
                "calculated, s",
                "published, s",
                "raw load, s",
                "levy : raw load",
            ],
            &rows,
        )
    )
}

fn beside(left: Duration, right: Duration) -> String {
    ratio(left.as_nanos(), right.as_nanos())
}

fn per_household(all: &[Figures]) -> String {
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|figures| {
            let each = |time: Duration| {
                grouped(time.as_nanos() / 1_000 / u128::from(figures.households.max(1)))
            };
            let steps = &figures.steps;
            let by_table = figures.raw.rows.iter();
            let by_table: Vec<String> = by_table
                .map(|(name, rows)| format!("{name} {}", grouped((*rows).into())))
                .collect();
            let whole = figures.laid.took.plus(steps.calculate).plus(steps.publish);
            vec![
                grouped(figures.households.into()),
                each(figures.laid.took.wall),
                each(steps.calculate.wall),
                each(steps.publish.wall),
                each(whole.wall),
                by_table.join(", "),
            ]
        })
        .collect();
    table(
        &[
            "households",
            "facts, µs a household",
            "calculated, µs",
            "published, µs",
            "all, µs",
            "rows written",
        ],
        &rows,
    )
}

fn shares(all: &[Figures]) -> String {
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|figures| {
            let steps = &figures.steps;
            vec![
                grouped(figures.households.into()),
                seconds(steps.read),
                seconds(steps.compute),
                grouped(figures.laid.rows.into()),
            ]
        })
        .collect();
    format!(
        "Where calculating spends its time, by one thread on a sample of the chunks, brought to the whole:\n\n{}",
        table(
            &[
                "households",
                "reading facts, s",
                "rule, outcome and digest, s",
                "rows of facts",
            ],
            &rows,
        )
    )
}

/// The part of the what-if.
pub fn what_if(households: u64, engine: &str, figures: &WhatIf) -> String {
    format!(
        "## What-if over the whole city\n\nAll levy units of {} households held in memory, levied under two rule \
         sets and compared: revenue by component, tiers, units at the cap, winners and losers; all cores, best of \
         five.\n\n{}",
        grouped(households.into()),
        table(
            &[
                "levy units",
                &format!("read from {engine}, s"),
                "compared, s",
                "peak memory, MiB",
            ],
            &[vec![
                grouped(figures.units as u128),
                seconds(figures.read),
                seconds(figures.compare),
                figures.peak_mib.to_string(),
            ]],
        )
    )
}

/// Seconds with two decimals.
fn seconds(time: Duration) -> String {
    ratio(time.as_millis(), 1_000)
}
