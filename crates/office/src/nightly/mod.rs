//! 夜間処理 — the daily jobs of the office in their declared order: what becomes due by the passing of a day is found, put
//! on the work list once, with an owner, and caught up where a day was left out.
//!
//! A step goes page by page; a page and the place it has come to are one transaction, so a night that was cut off
//! anywhere goes on from there and ends with the rows of an uninterrupted one. A step that is done for a day is not done
//! again.

mod ages;
mod asked;
mod candidates;
mod deadlines;
mod fits;
mod invited;
mod judged;
mod kept;
mod levies;
mod papers;
mod renewed;
mod residence;
mod run;
mod step;
mod table;
mod told;

pub use run::{Heard, night, run};
pub use step::{ALL as STEPS, Every, Night, Page, Step};
pub use table::{Done, State, latest_days, of_day};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        asked::STATEMENTS,
        deadlines::STATEMENTS,
        levies::STATEMENTS,
        fits::STATEMENTS,
        papers::STATEMENTS,
        renewed::STATEMENTS,
        table::STATEMENTS,
    ]
    .concat()
}
