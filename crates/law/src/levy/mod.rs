//! 賦課 — the levy of 国民健康保険料・国民健康保険税.

pub mod amounts;
pub mod assess;
pub mod attainment;
mod bases;
mod component;
mod conclude;
pub mod estimate;
pub mod explain;
mod explain_clause;
pub mod facts;
pub mod household;
pub mod income;
pub mod instalment;
mod instalment_later;
mod instalment_parts;
mod instalment_provisional;
mod instalment_rows;
pub mod judgement;
pub mod liable;
pub mod limitation;
pub mod maternity;
pub mod months;
mod parts;
pub mod relief;
pub mod special_collection;
mod special_payments;
pub mod specific_household;
pub mod total;
pub mod unemployment;
pub mod what;

pub use assess::{Assessor, ComponentLevy, Levy, Scratch};
pub use household::{Adjustment, HouseholdYear, PersonYear, Standing};
pub use income::{EarnerThresholds, Filing, Income};
pub use what::What;
