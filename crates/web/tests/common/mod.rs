#![allow(dead_code, reason = "each test takes what it needs")]

pub mod browser;
pub mod city;
pub mod forms;
pub mod hostile;
pub mod listening;
pub mod manual;
pub mod numbers;
pub mod routes;
pub mod sample_cards;
pub mod sample_household;
pub mod samples;
pub mod steps;
pub mod walk;

use axum::Router;
use db::testing::TestStore;
use office::security::factor::FactorSetup;
use web::{App, Clock, Config};

/// The pages over an invented city.
pub fn pages(households: u64) -> (TestStore, Router) {
    pages_with(households, None)
}

/// The pages with what second factors need.
pub fn pages_with(households: u64, factors: Option<FactorSetup>) -> (TestStore, Router) {
    let (store, office) = city::office(households);
    (
        store,
        web::router(App::with_factors(city::config(), office, factors)),
    )
}

/// The pages over a store that only took files in.
pub fn pages_of_intake(store: &db::Store) -> Router {
    let office = web::Office {
        store: store.clone(),
        rules: city::years(),
        calendar: law::rules::RuleBook::shared().unwrap().calendar().clone(),
        paper: None,
        certificate_paper: None,
        certificate_letter: None,
        eligibility_papers: None,
    };
    let mut config = Config {
        business_date: Some(law::day(2026, 6, 1)),
        clock: Clock::Fixed(1_780_000_100_000_000),
        ..city::config()
    };
    // The account of this test is as old as the epoch.
    config.login.password_days = 0;
    web::router(App::new(config, office))
}
