//! The whole city under other rates, in memory.

use super::super::memory;
use anyhow::Result;
use db::Store;
use law::Rate;
use office::jobs::Chunk;
use office::levy::YearRules;
use office::levy::what_if::CityFacts;
use std::time::{Duration, Instant};

const ROUNDS: usize = 5;
/// Added to the income rate of every component, in millionths.
const MORE: i64 = 3_000;

/// What it came to.
#[derive(Clone, Copy, Debug)]
pub struct WhatIf {
    /// Levy units held.
    pub units: usize,
    /// Reading them from the store.
    pub read: Duration,
    /// Comparing two rule sets, best of a few rounds.
    pub compare: Duration,
    /// Most memory of the process while comparing.
    pub peak_mib: u128,
}

/// Reads the city and compares two rule sets.
pub fn measure(store: &Store, rules: &YearRules, stretches: &[(i64, i64)]) -> Result<WhatIf> {
    let mut other = rules.levy.clone();
    for component in &mut other.components {
        component.income_rate = Rate(component.income_rate.0 + MORE);
    }
    let chunks: Vec<Chunk> = (0..)
        .zip(stretches)
        .map(|(number, (from_key, until_key))| Chunk {
            number,
            from_key: *from_key,
            until_key: *until_key,
        })
        .collect();
    let begun = Instant::now();
    let facts = CityFacts::read(store, rules, 100, &chunks)?;
    let read = begun.elapsed();
    memory::begin();
    let mut compare = Duration::MAX;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let comparison = facts.compare(&rules.levy, &other)?;
        compare = compare.min(begun.elapsed());
        std::hint::black_box(comparison);
    }
    Ok(WhatIf {
        units: facts.len(),
        read,
        compare,
        peak_mib: memory::peak_mib(),
    })
}
