//! Serves the pages over an invented city: `cargo run -p web --example desk -- [HOUSEHOLDS] [PORT]`.
//!
//! Prints its address in one line and ends when its input does, so that a test that dies does not leave it behind.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a tool for looking at pages"
)]

#[path = "../tests/common/city.rs"]
mod city;

use std::io::Read;
use web::{App, Clock, Config};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let households = arguments
        .next()
        .map_or(60, |text| text.parse().expect("a number of households"));
    let port: u16 = arguments
        .next()
        .map_or(0, |text| text.parse().expect("a port"));
    let (_store, office) = city::office(households);
    let config = Config {
        listen: ([127, 0, 0, 1], port).into(),
        environment: "見本".to_owned(),
        login_hint: format!(
            "見本の職員番号は levy01（賦課担当）と chief01（賦課責任者）、パスワードは {} です。",
            city::PASSWORD
        ),
        clock: Clock::Machine,
        ..city::config()
    };
    std::thread::spawn(|| {
        // The end of the input is the sign to stop.
        let mut rest = Vec::new();
        let _ = std::io::stdin().read_to_end(&mut rest);
        std::process::exit(0);
    });
    web::serve(App::new(config, office), |address| {
        println!("http://{address}/")
    })
    .unwrap();
}
