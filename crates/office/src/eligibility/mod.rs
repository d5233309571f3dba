//! 資格 — the register of who is insured: events, the spans that follow from them, and what an event sets in motion.
//!
//! Start at [`register`]: a [`Request`] of [`NewEvent`]s becomes events (`event`), their fold (`law::eligibility`) is
//! written as the difference into the dated facts (`project`), and levy, judgement, papers and work list follow in the
//! same transaction (`follow`). [`preview`] is the same deed rolled back (`consequence`).

mod adopt;
pub mod age;
pub mod as_of;
mod born;
pub mod bulk;
pub mod changes;
mod check;
pub mod compose;
pub mod consequence;
pub(crate) mod corrected;
pub(crate) mod covered;
mod deed;
mod deemed;
pub(crate) mod ended;
pub mod event;
mod event_table;
pub mod ex_officio;
mod explain;
pub mod figures;
pub(crate) mod follow;
mod founding;
mod gaining;
mod headless;
pub mod letters;
pub mod moves;
mod number;
pub mod overlap;
pub mod own;
pub mod picture;
pub mod prefecture_days;
pub mod project;
pub mod proof;
mod proposal;
mod register;
mod request;
mod review;
pub(crate) mod sanctioned;
mod settle;
pub mod statistics;
pub mod status;
mod student_head;
mod twice;
pub(crate) mod unfounded;
pub mod unreported;
mod version;
pub mod waves;

pub use born::birth_of;
pub use consequence::{Consequences, HeldLevy, LevyChange, Message, Waiting, Warning};
pub use ended::Stays;
pub use event::{Event, NewChange, NewEvent, Origin, ResidencePaper, Says};
pub use picture::{PersonRegister, person_register};
pub use project::{Passed, PrefectureFact};
pub use proposal::{Proposal, approve, open_proposals, proposal, reject};
pub use register::{
    act_of_household, preview, register, undo, undoing_in_household, undoing_of_act,
};
pub use request::{Books, MayPreview, MayUndo, Registered, Request, Seen};
pub use version::version;

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    let own = [
        as_of::STATEMENTS,
        changes::STATEMENTS,
        check::STATEMENTS,
        deemed::STATEMENTS,
        ended::STATEMENTS,
        event_table::STATEMENTS,
        figures::STATEMENTS,
        follow::STATEMENTS,
        founding::STATEMENTS,
        moves::STATEMENTS,
        number::STATEMENTS,
        project::STATEMENTS,
        proposal::STATEMENTS,
        register::STATEMENTS,
        version::STATEMENTS,
    ];
    let mut all = own.concat();
    all.extend(status::statements());
    all.extend(age::statements());
    all.extend(bulk::statements());
    all.extend(overlap::statements());
    all.extend(
        [
            ex_officio::STATEMENTS,
            letters::STATEMENTS,
            letters::desk::STATEMENTS,
            letters::POST_STATEMENTS,
            letters::RELEASE_STATEMENTS,
            letters::PRESS_STATEMENTS,
            proof::STATEMENTS,
            statistics::STATEMENTS,
            unreported::STATEMENTS,
        ]
        .concat(),
    );
    all
}
