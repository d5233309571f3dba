//! Staff pages and the API.
//!
//! The one asynchronous floor: a handler reads the request, calls the office in a blocking section, and writes
//! what it said. There is no SQL and no arithmetic on yen in here.

pub mod answer;
pub mod api;
pub mod assets;
pub mod attached;
pub mod bare;
pub mod certificate;
pub mod change;
pub mod clock;
pub mod config;
pub mod continuity;
pub mod continuity_rule;
pub mod cookies;
pub mod copay_relief;
mod counter;
pub mod desk;
pub mod edge;
pub mod eligibility;
pub mod eyes;
pub mod fields;
pub mod handed;
mod headers;
pub mod home;
pub mod judgement;
pub mod levy;
pub mod long_stay;
pub mod long_stay_shown;
pub mod makers;
pub mod manual;
pub mod menu;
pub mod number;
mod numberless;
mod posted;
mod reach;
pub mod registers;
pub mod registry;
pub mod retention;
pub mod revenue;
pub mod revenue_change;
pub mod revenue_receive;
pub mod routes;
pub mod security;
pub mod serve;
pub mod subject;
pub mod typed;
pub mod view;
pub mod work;

pub use config::{Clock, Config};
pub use desk::{App, Office};
pub use makers::{CertificateLetterMaker, CertificateMaker, EligibilityPapers, PaperMaker};
pub use routes::router;
pub use serve::serve;
