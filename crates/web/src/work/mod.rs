//! 仕事の一覧: jobs, notices, held rows.

pub mod abroad;
pub mod cut_over;
pub mod files;
pub mod held;
pub mod item;
pub mod jobs;
pub mod list;
pub mod messages;
pub mod missing;
pub mod nightly;
pub mod notice;
pub mod notices;
pub mod renewals;

use crate::registry::names::Names;
use crate::view::cards::Cell;

/// A household by its number, leading to its page.
fn household(number: i64) -> Cell {
    Cell::link(&number.to_string(), &format!("/households/{number}"))
}

/// A person by name and number, leading to the page.
fn person(names: &Names, number: i64) -> Cell {
    Cell {
        small: number.to_string(),
        ..Cell::link(&names.person(number), &format!("/people/{number}"))
    }
}
