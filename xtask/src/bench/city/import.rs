//! 取込 — the files of a made-up city received, beside the raw load of the rows they became.

use super::super::spent::Spent;
use super::super::table::{grouped, ratio, table};
use super::office_steps::{acting, allowed, staff};
use super::rows::{Table, load};
use super::{Folder, MUNICIPALITY, city, open, place};
use crate::postgres::Cluster;
use anyhow::{Context, Result};
use db::{ColumnType, Store, StoreError, Value};
use exchange::shipped::Catalogue;
use office::import::{Incoming, Municipality, Options, receive};
use office::security::permit::ImportFile;
use sim::files::{CityFiles, SimFile};

/// Most households of the measured files.
const MOST: u64 = 20_000;

/// The tables that importing writes, in bulk, by the rows of the files.
const WRITTEN: [&str; 14] = [
    "person",
    "household",
    "resident_fact",
    "household_fact",
    "insured_fact",
    "former_insured_fact",
    "income_fact",
    "asset_tax_fact",
    "care_exempt_fact",
    "unemployment_fact",
    "maternity_fact",
    "former_dependant_fact",
    "pension_fact",
    "search_key",
];

/// Receives the files of a city of up to `households` into a fresh store and tells how long it took.
pub fn measure(engine: &str, cluster: Option<&Cluster>, households: u64) -> Result<String> {
    let households = households.min(MOST);
    let folder = Folder::make("import")?;
    let store = open(&place(cluster, &folder.0, "imported")?)?;
    let second = open(&place(cluster, &folder.0, "imported_raw")?)?;
    let (clerk, _) = staff(&store)?;
    let catalogue = Catalogue::shipped().context("layouts")?;
    let files = files(&catalogue, households)?;
    let (mut rows_read, mut bytes, mut took) = (0, 0, Spent::default());
    for pair in files.chunks(2) {
        let [file, control] = pair else {
            anyhow::bail!("a file without its control file");
        };
        let incoming = Incoming {
            name: &file.name,
            bytes: &file.bytes,
            control: Some(&control.bytes),
        };
        let (report, spent) = Spent::on(|| {
            receive(
                &store,
                &catalogue,
                &allowed::<ImportFile>(&clerk)?,
                &acting(&clerk, 50),
                &Municipality::new(MUNICIPALITY),
                &incoming,
                &Options::default(),
            )
        });
        let report = report.with_context(|| file.name.clone())?;
        anyhow::ensure!(
            report.posted == report.rows_read,
            "{}: not every row was posted",
            file.name
        );
        rows_read += report.rows_read;
        bytes += file.bytes.len();
        took = took.plus(spent);
    }
    let (mut rows, mut raw) = (0, Spent::default());
    for name in WRITTEN {
        let Some(table) = read(&store, name)? else {
            continue;
        };
        let (loaded, spent) = Spent::on(|| load(&second, &table));
        rows += loaded?;
        raw = raw.plus(spent);
    }
    let per_second =
        |rows: u64, spent: Spent| grouped(u128::from(rows) * 1_000 / spent.wall.as_millis().max(1));
    let mut figures = vec![
        grouped(households.into()),
        grouped((files.len() / 2) as u128),
        grouped(bytes as u128 / 1024),
        grouped(rows_read.into()),
        grouped(rows.into()),
        hundredths(took.wall.as_millis()),
        per_second(rows_read, took),
        hundredths(raw.wall.as_millis()),
        per_second(rows, raw),
        ratio(took.wall.as_micros(), raw.wall.as_micros()),
    ];
    let mut head = vec![
        "households",
        "files",
        "KiB",
        "rows of the files",
        "rows written",
        "imported, s",
        "rows of the files/s",
        "raw load, s",
        "rows/s",
        "import : raw load",
    ];
    // Of PostgreSQL only this side's processor time is known, and a raw load leaves the work to the other.
    if engine == "sqlite" {
        head.push("the same in processor time");
        figures.push(ratio(took.processor.as_micros(), raw.processor.as_micros()));
    }
    let title = if engine == "sqlite" {
        "SQLite"
    } else {
        "PostgreSQL"
    };
    Ok(format!(
        "## Import: {title}\n\nThe files of a made-up city with their control files, in the standard form, received \
         one after the other by one thread: decoded, checked row by row against the layout and against each other, held \
         against what is known, and written as dated facts with keys for searching. The raw load puts the rows that came \
         of it into an empty store of the same tables and does nothing else.\n\n{}",
        table(&head, &[figures])
    ))
}

fn hundredths(millis: u128) -> String {
    ratio(millis, 1_000)
}

fn files(catalogue: &Catalogue, households: u64) -> Result<Vec<SimFile>> {
    let city = city(households)?;
    let mut files = CityFiles::new(catalogue, city.plan()).map_err(anyhow::Error::msg)?;
    for household in city.households() {
        files.add(&household)?;
    }
    files.finish("20260601000000").map_err(anyhow::Error::msg)
}

/// All rows of a table, without the columns that are empty in every row; `None` where it has no rows.
fn read(store: &Store, name: &'static str) -> Result<Option<Table>> {
    let mut names: Vec<String> = Vec::new();
    let rows: Vec<Vec<Value>> = store.read(|conn| {
        conn.query_text(&format!("select * from {name}"), &[], |row| {
            if names.is_empty() {
                names = (0..row.width())
                    .map(|index| row.column_name(index).to_owned())
                    .collect();
            }
            (0..row.width())
                .map(|index| row.value(index))
                .collect::<Result<_, StoreError>>()
        })
    })?;
    let kinds: Vec<Option<ColumnType>> = (0..names.len())
        .map(|index| rows.iter().find_map(|row| row.get(index).and_then(kind)))
        .collect();
    let columns: Vec<(&'static str, ColumnType)> = names
        .iter()
        .zip(&kinds)
        .filter_map(|(name, kind)| Some((&*name.clone().leak(), (*kind)?)))
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let mut table = Table::new(name, columns);
    for row in rows {
        let kept = row
            .into_iter()
            .zip(&kinds)
            .filter(|(_, kind)| kind.is_some());
        table.push(kept.map(|(value, _)| value).collect());
    }
    Ok(Some(table))
}

fn kind(value: &Value) -> Option<ColumnType> {
    match value {
        Value::Null => None,
        Value::Int(_) => Some(ColumnType::Int),
        Value::Text(_) => Some(ColumnType::Text),
        Value::Blob(_) => Some(ColumnType::Blob),
    }
}
