//! What each page shows: plain data and its template. Nothing here knows the office or HTTP.
//!
//! Amounts arrive as [`law::Yen`] and are only written out; days arrive as [`law::Date`] and leave as 和暦.

pub mod amounts;
pub mod cards;
pub mod chart;
pub mod city;
pub mod compare;
pub mod entry;
pub mod format;
pub mod home;
pub mod household;
pub mod keep;
pub mod layout;
pub mod levy;
pub mod login;
pub mod manual;
pub mod message;
pub mod own;
pub mod run;
pub mod search;
pub mod second;
pub mod staff;
pub mod timeline;
pub mod trial;
pub mod why;
pub mod work;

pub use layout::{Badge, FieldError, Layout, MenuItem, Subject, Tone};
