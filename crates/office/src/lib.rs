//! Facts, decisions, ledger, use cases, jobs.
