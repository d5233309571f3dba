//! A whole city end to end: facts loaded, levied, approved, published, beside the raw load of the same rows.

mod beside;
mod clerks;
mod facts;
mod http;
mod import;
mod judgement;
mod office_steps;
mod pages;
mod report;
mod rows;
mod waits;
mod what_if;

use super::memory;
use crate::postgres::Cluster;
use anyhow::{Context, Result};
use db::{Store, StoreUrl};
use facts::Laid;
use law::FiscalYear;
use law::rules::RuleBook;
use office::levy::YearRules;
use office_steps::Steps;
pub use pages::server;
use rows::Raw;
use sim::{City, Plan};
use std::path::{Path, PathBuf};
use what_if::WhatIf;

const MUNICIPALITY: &str = "131032";
const YEAR: FiscalYear = FiscalYear(2026);
const SEED: u64 = 20_261_120;
/// Sizes measured on the way to the largest.
const SIZES: [u64; 2] = [10_000, 100_000];

/// One city on one engine.
#[derive(Clone, Debug)]
pub struct Figures {
    households: u64,
    laid: Laid,
    steps: Steps,
    raw: Raw,
    peak_mib: u128,
}

/// Measures the August cut-over of a city of `households` on each engine and hands over its part of the page.
pub fn cut_over(
    engines: &[String],
    households: u64,
    put: &mut dyn FnMut(&str, &str) -> Result<()>,
) -> Result<()> {
    let mut rows = Vec::new();
    for engine in engines {
        rows.push(judgement::measure(engine, households)?);
        let part = judgement::part(&rows);
        println!("{part}");
        put("august cut-over", &part)?;
    }
    Ok(())
}

/// Measures pages while the yearly runs go on over a city of `households` on each engine.
pub fn pages(
    root: &Path,
    server: &Path,
    (engines, households): (&[String], u64),
    put: &mut dyn FnMut(&str, &str) -> Result<()>,
) -> Result<()> {
    let mut found = waits::Found::default();
    for engine in engines {
        pages::measure(server, engine, households, &mut found)?;
        let part = waits::part(root, &found);
        println!("{part}");
        put("pages while the yearly runs go on", &part)?;
    }
    Ok(())
}

/// Measures cities up to `households` on one engine and hands over parts of the page, each with its name.
pub fn measure(
    engine: &str,
    households: u64,
    put: &mut dyn FnMut(&str, &str) -> Result<()>,
) -> Result<()> {
    let book = RuleBook::embedded().map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    let rules = YearRules::from_book(&book, MUNICIPALITY, YEAR)?;
    let mut all = Vec::new();
    let below = SIZES.into_iter().filter(|size| *size < households);
    for size in below.chain([households]) {
        let (figures, what_if) = on(engine, size, &book, &rules)?;
        all.push(figures);
        let part = report::engine(engine, &rules, &all);
        println!("{part}");
        put(&format!("end to end on {engine}"), &part)?;
        if size == households && engine == "sqlite" {
            let part = report::what_if(households, engine, &what_if);
            println!("{part}");
            put("what-if", &part)?;
        }
    }
    let part = imported(engine, households)?;
    println!("{part}");
    put(&format!("import on {engine}"), &part)?;
    Ok(())
}

fn imported(engine: &str, households: u64) -> Result<String> {
    let cluster = cluster(engine)?;
    import::measure(engine, cluster.as_ref(), households)
}

fn cluster(engine: &str) -> Result<Option<Cluster>> {
    Ok(match engine {
        "postgres" => Some(Cluster::start_with(report::POSTGRES_SETTINGS)?),
        _ => None,
    })
}

fn city(households: u64) -> Result<City> {
    City::new(Plan {
        municipality: MUNICIPALITY.to_owned(),
        city: "東京都港区".to_owned(),
        year: YEAR,
        households,
        seed: SEED,
    })
    .map_err(anyhow::Error::msg)
}

fn on(
    engine: &str,
    households: u64,
    book: &RuleBook,
    rules: &YearRules,
) -> Result<(Figures, WhatIf)> {
    let folder = Folder::make("levy")?;
    let cluster = cluster(engine)?;
    let url = |name: &str| place(cluster.as_ref(), &folder.0, name);
    let (first, second) = (url("levied")?, url("raw")?);
    memory::begin();
    let store = open(&first)?;
    let laid = facts::lay(&store, &city(households)?).context("facts")?;
    let steps = office_steps::run(&store, book, rules)?;
    let peak_mib = memory::peak_mib();
    let raw = rows::copy(&store, &open(&second)?, &steps.stretches)?;
    let what_if = what_if::measure(&store, rules, &steps.stretches)?;
    let figures = Figures {
        households,
        laid,
        steps,
        raw,
        peak_mib,
    };
    Ok((figures, what_if))
}

/// The address of a fresh namespace that belongs to whoever opens it.
fn place(cluster: Option<&Cluster>, folder: &Path, name: &str) -> Result<StoreUrl> {
    let Some(cluster) = cluster else {
        return Ok(StoreUrl::Sqlite(folder.join(name)));
    };
    Store::create_namespace(&cluster.url(), name, name, "bench")?;
    Ok(StoreUrl::Postgres {
        url: cluster.url(),
        schema: name.to_owned(),
    })
}

fn open(url: &StoreUrl) -> Result<Store> {
    let store = Store::open(url)?;
    store.migrate(office::schema::MIGRATIONS)?;
    Ok(store)
}

/// A folder that goes with this value.
struct Folder(PathBuf);

impl Folder {
    fn make(name: &str) -> Result<Self> {
        let name = format!("kokuho-bench-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        drop(std::fs::remove_dir_all(&folder));
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            eprintln!("{} stays behind: {error}", self.0.display());
        }
    }
}
