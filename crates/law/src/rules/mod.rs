//! 規則 — dated parameters with clause, source and status.
//!
//! `rules/national` holds what law and cabinet order fix, `rules/municipal/<code>` what an ordinance fixes.
//! [`RuleBook`] reads them all, refuses what does not fit, and answers for one municipality and one year.

pub mod answer;
mod assemble;
pub mod book;
pub mod calendar;
pub mod canonical;
pub mod certificate;
mod certificate_check;
mod certificate_merge;
pub mod code;
pub mod eligibility;
mod eligibility_read;
pub mod error;
pub mod instalment;
pub mod judgement;
pub mod late_charge;
pub mod levy;
mod municipal;
mod municipal_collection;
mod municipal_levy;
pub mod national;
mod national_collection;
pub mod office_practice;
pub mod practice;
pub mod provision;
pub mod retention;
mod row;
pub mod series;
pub mod special_collection;

pub use answer::{Citation, MunicipalityEntry};
pub use book::RuleBook;
pub use calendar::Calendar;
pub use canonical::{RuleSet, hash_of};
pub use certificate::CertificateRules;
pub use eligibility::{Cause, EligibilityBook, EligibilityPractice, EligibilityRules};
pub use error::{Place, RuleError};
pub use instalment::{CareAttainment, InstalmentPeriod, InstalmentRules, RemainderTo};
pub use judgement::{JudgementBook, JudgementRules};
pub use late_charge::{LateChargeRates, LateChargeRules};
pub use levy::LevyRules;
pub use national::NationalRules;
pub use office_practice::{HouseholdNumbering, OfficePractice};
pub use practice::{
    OfficeText, ReliefReason, ReliefRules, ReliefShare, ReliefShareOf, RetentionRules,
    SmallChangeRules, TimeLimits,
};
pub use series::{Grade, Provenance};
pub use special_collection::{SpecialCollectionLaw, SpecialCollectionRules};
