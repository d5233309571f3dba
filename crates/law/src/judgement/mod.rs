//! 判定 — 所得区分 and 負担割合: which class a household and its members belong to, from which day, and why.
//!
//! 根拠: 国民健康保険法 第42条、国民健康保険法施行令 第27条の2・第29条の3
//!
//! [`moment`] judges one household on one day with what is known; [`timeline`] lays the moments out over
//! months. Benefits beside the classes have a file each: [`long_stay`], [`frequent`], [`continuity`],
//! [`special_disease`], [`meal`], [`copay_relief`].

mod asked;
mod by_revenue;
pub mod class;
pub mod continuity;
pub mod copay_relief;
mod deducted;
pub mod explain;
pub mod facts;
pub mod frequent;
mod household;
pub mod long_stay;
mod may_apply;
pub mod meal;
pub mod moment;
mod over70;
mod periods;
pub mod resolve;
pub mod special_disease;
pub mod timeline;
mod under70;
pub mod what;
pub mod year;

pub use asked::{AskedAs, RevenueAsked, asked_on, revenue_asked};
pub use class::{Over70, Pending, Under70};
pub use facts::{
    AdjustmentCounts, Application, HeadedElsewhere, HouseholdFacts, IncomeVersion, MovedIn,
    PersonFacts, RevenueVersion, Stay, TaxStanding, TaxVersion,
};
pub use frequent::FrequentRules;
pub use long_stay::LongStayRules;
pub use may_apply::{MayApply, may_apply, same_people};
pub use moment::{
    ElderJudgement, HouseholdJudgement, Moment, judge_elder, judge_household, judge_member,
};
pub use special_disease::SpecialDiseaseRules;
pub use timeline::{Subject, Verdict, VerdictSpan, timeline};
pub use what::What;
pub use year::{benefit_year, benefit_year_start, income_year, seventy_from, tax_year};
