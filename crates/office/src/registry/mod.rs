//! 宛名と世帯 — persons, households and their dated facts: written under an act, read as of any day as known at any
//! moment, and found by what a clerk knows of them.

pub mod fact;
pub mod insurance;
pub mod keys;
pub mod load;
pub mod person;
pub mod search;
pub mod taxation;

pub use fact::{Dated, Kind, end, history, record, timeline};
pub use insurance::{
    CareExempt, FormerDependant, FormerInsured, HouseholdHead, InsuredSpan, Maternity, Unemployment,
};
pub use load::{
    HouseholdPicture, PersonPicture, load_household, load_person, record_household, record_person,
};
pub use person::{Resident, Sex, Status};
pub use search::{Cursor, Hit, Page, search};
pub use taxation::{AssetTax, Pension, YearIncome, year_span};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [load::STATEMENTS, search::STATEMENTS].concat()
}
