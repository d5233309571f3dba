//! 証 — certificates and notices of eligibility: application, issue, return, renewal.
//!
//! A certificate is one row that never changes, with every value as printed ([`record`], [`face`]); what happens to it
//! afterwards is a list of events ([`event`]) whose fold is its state. The counter ([`issue`]) and the yearly renewal
//! ([`run`]) work a certificate out by the same function ([`propose`]) from the same facts ([`load`]).

pub mod application;
pub mod arrears;
pub mod card_list;
mod carry;
mod classes;
mod complete;
pub mod correct;
pub mod deliver;
pub mod event;
pub mod face;
pub mod fact;
pub mod find;
mod fit;
pub mod flags;
pub mod follow;
pub mod give_back;
pub mod handover;
pub mod handover_load;
mod hold;
pub mod issue;
mod left;
pub mod letter;
pub mod letter_print;
pub mod load;
pub mod measure;
mod missing;
mod overlap;
mod previous;
pub mod propose;
pub mod record;
pub mod reissue;
pub mod relief_letter;
mod repeat;
pub mod rules;
pub mod ruling;
pub mod run;
mod run_beside;
pub mod run_delta;
pub mod run_enclose;
mod run_envelope;
pub mod run_mail;
pub mod run_mark;
pub mod run_missed;
pub mod run_publish;
pub mod run_pull;
pub mod run_read_back;
pub mod run_refused;
pub mod run_tell;
pub(crate) mod run_touched;
pub mod run_work;
mod seek;
mod sending;
mod stay;
mod still;
mod task;
pub mod view;
mod voided;
pub mod wish;

pub use face::Face;
pub use find::Certificate;
pub use follow::{Task, TaskKind, follow};
pub use letter::Letter;
pub use rules::KeptRules;
pub use wish::{Destination, Wish};

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        application::STATEMENTS,
        arrears::STATEMENTS,
        card_list::STATEMENTS,
        correct::STATEMENTS,
        deliver::STATEMENTS,
        event::STATEMENTS,
        find::STATEMENTS,
        seek::STATEMENTS,
        flags::STATEMENTS,
        sending::STATEMENTS,
        handover::STATEMENTS,
        handover_load::STATEMENTS,
        hold::STATEMENTS,
        left::STATEMENTS,
        letter::STATEMENTS,
        letter_print::STATEMENTS,
        load::STATEMENTS,
        previous::STATEMENTS,
        overlap::STATEMENTS,
        reissue::STATEMENTS,
        repeat::STATEMENTS,
        rules::STATEMENTS,
        ruling::STATEMENTS,
        run::STATEMENTS,
        run_delta::STATEMENTS,
        run_enclose::STATEMENTS,
        run_mail::STATEMENTS,
        run_mark::STATEMENTS,
        run_envelope::STATEMENTS,
        run_publish::STATEMENTS,
        run_pull::STATEMENTS,
        run_missed::STATEMENTS,
        run_read_back::STATEMENTS,
        run_refused::STATEMENTS,
        run_tell::STATEMENTS,
        run_touched::STATEMENTS,
        run_work::STATEMENTS,
        task::STATEMENTS,
        voided::STATEMENTS,
        stay::STATEMENTS,
    ]
    .concat()
}
