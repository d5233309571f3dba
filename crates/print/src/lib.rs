//! 印刷 — typed content to PDF.
//!
//! Content ([`content`]) is cut into sheets of fixed form, each text is set with a font that truly has its letters.
//! Forms are laid out with Typst; a form that thousands of pages share is laid out once and each page's texts are set
//! into its places (`form.rs`). One document at the counter ([`Printer::render`]), chunks of a hundred in a run
//! ([`Printer::render_many`]). What is decided must be what is printed, so pages and documents are counted twice,
//! in the plan and on the finished paper.
//!
//! No database, no clock, no network. Why Typst and these fonts: `docs/adr/0004-typst-in-process.md`.

pub mod barcode;
pub mod content;
mod error;
mod fit;
mod fonts;
mod form;
mod ink;
mod printer;
mod run;
pub mod sample;
mod sheet;
#[cfg(test)]
mod tests;
mod world;

pub use content::{Content, Document};
pub use error::{PrintError, Unprintable, code_points};
pub use fonts::SETTING as FONTS_SETTING;
pub use printer::{Pdf, Printer};
pub use run::{Chunk, Counts, Placed, Refused};
