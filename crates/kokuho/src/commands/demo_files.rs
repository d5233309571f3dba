//! The files of the demonstration: the city, and who moved in since.

use super::demo::Options;
use crate::progress::bar;
use anyhow::{Context, Result};
use exchange::shipped::Catalogue;
use law::{Date, FiscalYear, day};
use office::levy::YearRules;
use sim::files::{CityFiles, SimFile, made_at};
use sim::{City, Plan, newcomers};
use std::fs;

/// 見本の市 — the files of the city as a real one would hand them over.
pub fn write_files(options: &Options, rules: &YearRules, year: FiscalYear) -> Result<Vec<SimFile>> {
    let catalogue = Catalogue::shipped().context("同梱のレイアウトを読めません")?;
    let city = City::new(plan(options, rules, year)).map_err(anyhow::Error::msg)?;
    let mut files = CityFiles::new(&catalogue, city.plan()).map_err(anyhow::Error::msg)?;
    let bar = bar("見本の市", i64::try_from(options.households).unwrap_or(0));
    for household in city.households() {
        files.add(&household)?;
        bar.inc(1);
    }
    bar.finish();
    let files = files
        .finish(&made_at(year.assessment_day()))
        .map_err(anyhow::Error::msg)?;
    for file in &files {
        fs::write(options.folder.join("files").join(&file.name), &file.bytes)?;
    }
    Ok(files)
}

fn plan(options: &Options, rules: &YearRules, year: FiscalYear) -> Plan {
    Plan {
        municipality: options.city.clone(),
        city: rules.levy.municipality_name.clone(),
        year,
        households: options.households,
        seed: options.seed,
    }
}

/// 転入者 — those who moved in nine days ago and come to the counter today.
pub fn arrivals(
    options: &Options,
    rules: &YearRules,
    year: FiscalYear,
    today: Date,
) -> Result<Vec<SimFile>> {
    let catalogue = Catalogue::shipped().context("同梱のレイアウトを読めません")?;
    let moved_on = day(today.year(), today.month(), 1);
    let plan = plan(options, rules, year);
    let files = newcomers::files(&catalogue, &plan, moved_on, &made_at(today))
        .map_err(anyhow::Error::msg)?;
    for file in &files {
        fs::write(options.folder.join("files").join(&file.name), &file.bytes)?;
    }
    Ok(files)
}
