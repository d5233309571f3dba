//! 宛名と世帯 — persons, households and their dated facts: written under an act, read as of any day as known at any
//! moment, and found by what a clerk knows of them.

pub mod account;
mod birth;
pub mod cohabitants;
pub(crate) mod concerned;
pub mod connection;
pub mod contact;
pub mod destination;
mod destination_decide;
pub mod detail;
pub(crate) mod erased;
pub mod event;
pub mod export;
pub mod fact;
pub mod follow;
pub mod hand;
pub(crate) mod hidden;
pub mod insurance;
pub mod items;
mod items_known;
pub mod keys;
pub mod load;
mod loaded;
pub mod mailing;
pub mod merge;
mod merge_candidates;
mod mismatch;
pub mod moved_to;
pub mod movement;
pub mod nonresident;
mod nonresident_lookup;
mod nonresident_term;
pub mod numbering;
pub mod origin;
pub mod person;
mod project;
pub mod proposal;
pub mod register;
pub mod representative;
pub mod search;
pub mod search_key;
mod search_typed;
pub mod slot;
pub mod support;
pub mod taxation;
mod town;

pub use fact::{Dated, Kind, end, history, record, timeline, timelines};
pub use insurance::{
    CareExempt, FormerDependant, FormerInsured, HouseholdHead, InsuredSpan, LoadedSpan, Maternity,
    Unemployment,
};
pub use load::{
    Belonging, HIDDEN, HouseholdPicture, PersonPicture, household_people, household_seen,
    household_taken_back, load_belonging, load_belongings, load_household, load_person,
    record_household, record_person,
};
pub(crate) use mismatch::{
    Before, Ended, EndedBeside, before_residence, ended_beside, residence_ended,
};
pub use mismatch::{Differs, Mismatch, mismatches};
pub use nonresident::NonResident;
pub use person::{Resident, Sex, Status};
pub use search::{Cursor, Hit, Page, search};
pub use taxation::{AssetTax, Pension, YearIncome, year_span};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        destination_decide::STATEMENTS,
        erased::STATEMENTS,
        event::STATEMENTS,
        export::STATEMENTS,
        follow::STATEMENTS,
        hand::STATEMENTS,
        items_known::STATEMENTS,
        load::STATEMENTS,
        merge::STATEMENTS,
        merge_candidates::STATEMENTS,
        moved_to::STATEMENTS,
        mismatch::STATEMENTS,
        nonresident_lookup::STATEMENTS,
        numbering::STATEMENTS,
        origin::STATEMENTS,
        proposal::STATEMENTS,
        search::STATEMENTS,
        search_key::STATEMENTS,
        slot::STATEMENTS,
        support::STATEMENTS,
        concerned::STATEMENTS,
        hidden::STATEMENTS,
        cohabitants::STATEMENTS,
    ]
    .concat()
}
