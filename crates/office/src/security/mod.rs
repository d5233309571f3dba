//! 権限 — who may do what: staff, passwords, sessions, roles, and the record of what was looked at.
//!
//! The order of every use case: [`login::resume`] turns a token into a [`Session`], [`authorize`] turns the
//! session into a [`permit::Permit`], and only a permit opens a use case.

pub mod access;
pub mod authorize;
pub mod chain;
pub mod hours;
pub mod login;
pub mod namespace;
pub mod own_password;
pub mod password;
pub mod permit;
pub mod post;
mod redacted;
pub mod resume;
pub mod role;
pub mod seal;
pub mod seal_check;
pub mod session;
pub mod staff;
pub mod terminal;
pub mod weak;

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
        chain::STATEMENTS,
        hours::STATEMENTS,
        login::STATEMENTS,
        namespace::STATEMENTS,
        post::STATEMENTS,
        resume::STATEMENTS,
        seal::STATEMENTS,
        staff::STATEMENTS,
        terminal::STATEMENTS,
        weak::STATEMENTS,
    ]
    .concat()
}
