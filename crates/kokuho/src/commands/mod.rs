//! The commands, one file each.

pub mod audit;
pub mod backup;
pub mod calc;
#[cfg(feature = "paper")]
pub mod certificate;
pub mod changes;
pub mod demo;
mod demo_files;
mod demo_staff;
pub mod disclosure;
pub mod doctor;
pub mod export;
pub mod extract;
pub mod handover;
pub mod import;
pub mod judgement;
pub mod levy;
pub mod messages;
pub mod migrate;
pub mod nightly;
#[cfg(feature = "paper")]
pub mod notices;
pub mod number;
pub mod pension;
pub mod provisions;
pub mod remind;
pub mod renewal;
pub mod retention;
pub mod serve;
pub mod staff;
pub mod statistics;
pub mod unseal;
pub mod verify;
