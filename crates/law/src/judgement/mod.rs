//! 判定 — 所得区分 and 負担割合: which class a household and its members belong to, from which day, and why.
//!
//! 根拠: 国民健康保険法 第42条、国民健康保険法施行令 第27条の2・第29条の3
