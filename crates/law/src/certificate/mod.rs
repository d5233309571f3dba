//! 証 — which paper or notice a person gets, in which form and until when.
//!
//! 根拠: 国民健康保険法 第9条、国民健康保険法施行規則 第6条から第7条の4
