//! 証 — certificates of eligibility: which kind a person is due, from when until when, and what stands on its face.
//!
//! 根拠: 国民健康保険法 第9条、国民健康保険法施行規則 第6条〜第7条の4・第27条の5の2・第27条の13・第27条の14の2〜第27条の14の5
//!
//! What exists is configuration (`rules/national/certificate.toml` and the municipality's own): the kinds with their
//! periods, conditions, terms, forms and numbers. Here are the functions that read it: [`due()`] says which kind a
//! person is due on a day and why, [`term()`] until when it holds, [`fold()`] in which state a certificate is after all
//! that happened to it, [`guard()`] whether a form may carry a kind.

pub mod code;
pub mod due;
pub mod face;
pub mod facts;
pub mod form;
pub mod kind;
pub mod state;
pub mod term;

pub use code::{ScanCode, guard, number};
pub use due::{Due, Unmet, due, unmet};
pub use face::{FaceName, NameChoice, Names, face_name, ratio_ja};
pub use facts::{CardStatus, Disease, Facts, Judged};
pub use form::{Form, Item, MailClass, NumberScheme, Paper};
pub use kind::{Class, Condition, End, Family, Grant, Holder, Kind, Practice, Start, StayEnd};
pub use state::{Event, EventKind, Place, State, fold};
pub use term::{Bound, Moments, Term, start, term};
