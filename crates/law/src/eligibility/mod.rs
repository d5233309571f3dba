//! 資格 — who is insured from which day until which day, and why.
//!
//! 根拠: 国民健康保険法 第5条から第9条、第116条、第116条の2
//!
//! Events are the facts; spans are their fold. The order in which events arrived plays no part: standing events are put
//! in a total order (day of effect, sender's sequence where all of a day have one, kind, content), so a history told backwards, twice or late comes
//! to the same spans, and what cannot take effect yet waits with its reason.

pub mod age;
pub mod effect;
pub mod event;
pub mod exclusion;
pub mod household;
pub mod person;
mod placed;
pub mod prefecture;
pub mod report;
pub mod standing;

pub use event::{
    HouseholdChange, HouseholdEvent, Pending, PersonChange, PersonEvent, Reason, numbered,
};
pub use household::{Head, HouseholdStanding, fold_household};
pub use person::fold_person;
pub use prefecture::PrefectureSpan;
pub use standing::{CoverSpan, FormerSpan, PersonStanding};
