//! The API: the same calculation as the pages and `kokuho calc levy`, as JSON.

pub mod calc;
pub mod document;
pub mod files;
pub mod guard;
pub mod paper;
pub mod register;
