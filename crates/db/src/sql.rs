//! Named statements.

/// Which engine a store runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Engine {
    /// SQLite: a file or memory.
    Sqlite,
    /// PostgreSQL: a schema of a database.
    Postgres,
}

/// A named statement: one text for both engines, placeholders `$1…$n`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sql {
    /// The name that errors and checks give.
    pub name: &'static str,
    /// The text, in the subset both engines share.
    pub text: &'static str,
}

/// The rare statement that must differ between the engines; each one is listed in `docs/adr/0001`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sql2 {
    /// The name that errors and checks give.
    pub name: &'static str,
    /// The text for SQLite.
    pub sqlite: &'static str,
    /// The text for PostgreSQL.
    pub postgres: &'static str,
}

impl Sql2 {
    /// The statement for one engine.
    #[must_use]
    pub const fn on(&self, engine: Engine) -> Sql {
        let text = match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        };
        Sql {
            name: self.name,
            text,
        }
    }
}
