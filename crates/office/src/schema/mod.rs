//! The tables of one municipality, as migrations in order.

use db::Migration;

/// Every migration, oldest first.
pub const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_acts",
        sql: include_str!("0001_acts.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["act", "rule_set"],
    },
    Migration {
        name: "0002_registry",
        sql: include_str!("0002_registry.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &[
            "person",
            "household",
            "resident_fact",
            "household_fact",
            "insured_fact",
            "former_insured_fact",
        ],
    },
    Migration {
        name: "0003_levy_facts",
        sql: include_str!("0003_levy_facts.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &[
            "income_fact",
            "asset_tax_fact",
            "care_exempt_fact",
            "unemployment_fact",
            "maternity_fact",
            "former_dependant_fact",
            "pension_fact",
            "relief_fact",
        ],
    },
    Migration {
        name: "0004_levy",
        sql: include_str!("0004_levy.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["levy_candidate", "levy_decision", "ledger"],
    },
    Migration {
        name: "0005_work",
        sql: include_str!("0005_work.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["access_log"],
    },
    Migration {
        name: "0006_levy_depth",
        sql: include_str!("0006_levy_depth.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &[
            "relief_application",
            "relief_ruling",
            "deferral",
            "levy_tally",
        ],
    },
    Migration {
        name: "0007_levy_held",
        sql: include_str!("0007_levy_held.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["levy_held"],
    },
    Migration {
        name: "0008_levy_candidate",
        sql: include_str!("0008_levy_candidate.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &[],
    },
    Migration {
        name: "0009_notice_hold",
        sql: include_str!("0009_notice_hold.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["notice_hold"],
    },
    Migration {
        name: "0010_levy_decision_arose",
        sql: include_str!("0010_levy_decision_arose.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &[],
    },
    Migration {
        name: "0011_levy_later",
        sql: include_str!("0011_levy_later.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["levy_candidate_later"],
    },
    Migration {
        name: "0016_worklist",
        sql: include_str!("0016_worklist.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["work_item_step"],
    },
    Migration {
        name: "0021_record_chain",
        sql: include_str!("0021_record_chain.sql"),
        sqlite_only: "",
        postgres_only: "",
        insert_only: &["chain_link", "chain_seal"],
    },
];
