//! 判定 — burden classes as decisions with their reasons and history.
//!
//! Facts are loaded ([`load`]), the rule of `law::judgement` lays its verdicts out over months, and where they differ
//! from what stands, decisions are written ([`rejudge`]). What stands of them is painted in the order in which they were
//! made ([`decision`]); [`why`] runs the rule again.

pub mod application;
mod arrivals;
pub mod benefit;
pub mod benefit_facts;
pub(crate) mod changed;
pub mod continuity;
pub mod copay;
pub mod decision;
mod differ;
mod elsewhere;
pub mod export;
pub mod facts;
mod gather;
pub mod handover;
pub mod invite;
pub mod load;
pub mod long_stay;
mod moved;
pub mod publish;
pub mod rejudge;
pub mod retro;
pub mod rules;
pub mod run;
pub mod standing;
pub mod stated;
mod versions;
pub mod why;

pub use application::{Application, NewApplication, Ruled, decide, receive};
pub use benefit_facts::{HospitalStay, PaidMonthFact, RecognisedDisease};
pub use decision::Decision;
pub use facts::{ResidentTax, Revenue};
pub use rejudge::{Judged, preview, rejudge, rejudge_for, rejudge_households};
pub use standing::{MonthLine, Standing, by_month, of_household, standing};
pub use why::{Explained, why};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        application::STATEMENTS,
        arrivals::STATEMENTS,
        changed::STATEMENTS,
        continuity::STATEMENTS,
        copay::STATEMENTS,
        decision::STATEMENTS,
        elsewhere::STATEMENTS,
        invite::STATEMENTS,
        load::STATEMENTS,
        long_stay::STATEMENTS,
        moved::STATEMENTS,
        publish::STATEMENTS,
        rejudge::STATEMENTS,
        retro::STATEMENTS,
        rules::STATEMENTS,
        run::STATEMENTS,
        standing::STATEMENTS,
        stated::STATEMENTS,
    ]
    .concat()
}
