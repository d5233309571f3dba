//! Writes a sample of every page into a folder, with its style sheets beside it: `cargo run -p web --example gallery -- FOLDER`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a tool for looking at templates"
)]

#[path = "../tests/common/manual.rs"]
mod manual;
#[path = "../tests/common/sample_cards.rs"]
mod sample_cards;
#[path = "../tests/common/sample_household.rs"]
mod sample_household;
#[path = "../tests/common/samples.rs"]
mod samples;

fn main() {
    let folder = std::env::args().nth(1).expect("a folder to write to");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, page) in samples::all() {
        // Found beside the page, so that no server is needed to look at it.
        let page = page
            .replace(web::assets::href("tokens.css"), "tokens.css")
            .replace(web::assets::href("app.css"), "app.css")
            .replace(web::assets::href("app.js"), "app.js");
        std::fs::write(format!("{folder}/{name}.html"), page).unwrap();
    }
    for file in ["tokens.css", "app.css", "app.js"] {
        let from = format!("{}/assets/{file}", env!("CARGO_MANIFEST_DIR"));
        std::fs::copy(from, format!("{folder}/{file}")).unwrap();
    }
}
