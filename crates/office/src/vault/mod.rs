//! 番号の金庫 — the one place that holds individual numbers: a namespace of its own, every value sealed, found only
//! through a keyed blind index. Everything else of the office knows a person by 宛名番号.
//!
//! Registering, searching, showing and correcting each ask for a permit of a number-use function and leave an act in the
//! office's own record before the vault is touched; no act, log or error repeats a digit.

pub mod ask;
pub mod keys;
pub mod link;
pub mod network;
pub mod number;
pub mod origin;
pub mod query;
pub mod register;
pub mod reseal;
pub mod rotate;
mod rows;
pub mod scan;
mod settle;

pub use ask::{Found, NumberPurpose, NumberUse, free_of_numbers};
pub use keys::{KeyPurpose, Keys, MasterKey};
pub use link::{LinkKind, LinkOutcome, LinkRow, LinkState};
pub use number::IndividualNumber;
pub use origin::{Evidence, Giver, Origin, Source};
pub use query::{FoundResident, NetworkQuery};
pub use register::{Registered, Registration};
pub use rows::NumberEntry;

use db::{Migration, Sql, Store};

/// The tables of the vault.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_vault",
        sql: include_str!("0001_vault.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["number_fact", "number_link", "number_link_step"],
    },
    Migration {
        name: "0002_network_query",
        sql: include_str!("0002_network_query.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["network_query"],
    },
    Migration {
        name: "0003_erasure",
        sql: include_str!("0003_erasure.sql"),
        sqlite_only: include_str!("0003_erasure.sqlite.sql"),
        postgres_only: include_str!("0003_erasure.postgres.sql"),
        insert_only: &["number_erased"],
    },
    Migration {
        name: "0004_erasure_path",
        sql: include_str!("0004_erasure_path.sql"),
        sqlite_only: "",
        postgres_only: include_str!("0004_erasure_path.postgres.sql"),
        insert_only: &[],
    },
];

/// An open vault: its own store and its keys.
pub struct Vault {
    /// Its namespace; never the office's.
    pub store: Store,
    /// Its data keys.
    pub keys: Keys,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Vault({})", self.store.url())
    }
}

/// Statements of this area, prepared on both engines against [`MIGRATIONS`] by a test.
#[must_use]
pub fn statements() -> Vec<Sql> {
    [
        keys::STATEMENTS,
        link::STATEMENTS,
        network::STATEMENTS,
        reseal::STATEMENTS,
        rows::STATEMENTS,
        settle::STATEMENTS,
        crate::retention::erase::VAULT_STATEMENTS,
    ]
    .concat()
}
