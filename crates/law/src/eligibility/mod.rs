//! 資格 — who is insured from which day until which day, and why.
//!
//! 根拠: 国民健康保険法 第5条から第9条、第116条、第116条の2
