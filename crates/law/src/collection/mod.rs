//! 収納 — what collection adds to a levy: the charge for paying late.

pub mod late_charge;
