//! Facts, decisions, ledger, use cases, jobs, audit and authorization of one municipality.

pub mod acts;
pub mod backup;
pub mod certificate;
pub mod concerned;
pub mod eligibility;
pub mod error;
pub mod exports;
pub mod extract;
mod hex;
pub mod import;
pub mod jobs;
pub mod judgement;
pub mod ledger;
pub mod levy;
pub(crate) mod names;
pub mod nightly;
pub mod notices;
pub mod outbox;
pub mod provision;
pub mod registers;
pub mod registry;
pub mod rehearsal;
pub mod retention;
pub mod schema;
pub mod security;
pub mod sheet;
pub mod statements;
pub mod trail;
pub mod vault;
pub mod worklist;

pub use acts::{Act, ActId, Acting};
pub use error::OfficeError;
