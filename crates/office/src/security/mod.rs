//! 権限 — who may do what.

pub mod permit;
