//! One SQL text on two engines: SQLite and PostgreSQL.
