//! 権限 — who may do what: staff, passwords, sessions, roles, and the record of what was looked at.
//!
//! The order of every use case: [`login::resume`] turns a token into a [`Session`], [`authorize`] turns the
//! session into a [`permit::Permit`], and only a permit opens a use case.

pub mod access;
mod account;
pub mod alert;
pub mod asked;
pub mod authorize;
pub mod chain;
pub mod console;
pub mod emergency;
pub mod enrol;
mod entry;
pub mod factor;
pub mod factor_seal;
pub mod gate;
pub mod hours;
pub mod login;
mod merkle;
pub mod namespace;
pub mod own_password;
pub mod passkey;
pub mod password;
pub mod permission;
pub mod permit;
pub mod post;
pub mod proposal;
pub mod proved;
pub mod recorder;
mod redacted;
pub mod relation;
pub mod resume;
pub mod role;
pub mod rows;
pub mod seal;
pub mod seal_check;
pub mod seat;
pub mod second;
pub mod session;
pub mod setting;
pub mod staff;
pub mod terminal;
pub mod totp;
pub mod unlock;
pub mod weak;
pub mod who;

#[cfg(test)]
mod tests;

pub use authorize::authorize;
pub use role::Role;
pub use session::Session;

use db::Sql;

/// Statements of this area, prepared on both engines by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        access::STATEMENTS,
        account::STATEMENTS,
        alert::STATEMENTS,
        chain::STATEMENTS,
        console::STATEMENTS,
        emergency::STATEMENTS,
        enrol::STATEMENTS,
        entry::STATEMENTS,
        factor::STATEMENTS,
        factor_seal::STATEMENTS,
        hours::STATEMENTS,
        login::STATEMENTS,
        namespace::STATEMENTS,
        post::STATEMENTS,
        proposal::STATEMENTS,
        relation::STATEMENTS,
        resume::STATEMENTS,
        rows::STATEMENTS,
        seal::STATEMENTS,
        seat::STATEMENTS,
        second::STATEMENTS,
        setting::STATEMENTS,
        staff::STATEMENTS,
        terminal::STATEMENTS,
        weak::STATEMENTS,
        who::STATEMENTS,
    ]
    .concat()
}
