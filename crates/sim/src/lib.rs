//! Synthetic city, event generator, oracle.
//!
//! Everything here is invented at run time from a seed; nothing describes a real person.

pub mod city;
pub mod dice;
pub mod files;
pub mod names;
pub mod newcomers;
pub mod population;
mod tax;

pub use city::{City, Household, Part, Person, Plan};
