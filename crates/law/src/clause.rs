//! 条文 — where a rule stands. Every figure the program shows can name one of these.

use std::fmt;

/// 法令 — the statutes and orders cited, with their e-Gov law identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statute {
    /// 国民健康保険法.
    NhiAct,
    /// 国民健康保険法施行令.
    NhiOrder,
    /// 国民健康保険法施行規則.
    NhiRules,
    /// 地方税法.
    LocalTaxAct,
    /// 地方税法施行令.
    LocalTaxOrder,
    /// 所得税法.
    IncomeTaxAct,
    /// 介護保険法.
    CareAct,
    /// 介護保険法施行法.
    CareEnforcementAct,
    /// 高齢者の医療の確保に関する法律.
    ElderlyCareAct,
    /// 地方自治法.
    LocalAutonomyAct,
    /// 国等の債権債務等の金額の端数計算に関する法律.
    FractionAct,
    /// 年齢計算ニ関スル法律.
    AgeAct,
    /// 民法.
    CivilCode,
    /// 市町村の条例. The municipality's own ordinance; the rule file names it.
    Ordinance,
}

impl Statute {
    /// The name as printed.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::NhiAct => "国民健康保険法",
            Self::NhiOrder => "国民健康保険法施行令",
            Self::NhiRules => "国民健康保険法施行規則",
            Self::LocalTaxAct => "地方税法",
            Self::LocalTaxOrder => "地方税法施行令",
            Self::IncomeTaxAct => "所得税法",
            Self::CareAct => "介護保険法",
            Self::CareEnforcementAct => "介護保険法施行法",
            Self::ElderlyCareAct => "高齢者の医療の確保に関する法律",
            Self::LocalAutonomyAct => "地方自治法",
            Self::FractionAct => "国等の債権債務等の金額の端数計算に関する法律",
            Self::AgeAct => "年齢計算ニ関スル法律",
            Self::CivilCode => "民法",
            Self::Ordinance => "条例",
        }
    }
}

/// One provision: a statute and the place in it, in the statute's own numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clause {
    /// Which statute.
    pub statute: Statute,
    /// 第29条の7第2項第4号 and the like.
    pub place: &'static str,
}

impl Clause {
    /// A provision.
    #[must_use]
    pub const fn new(statute: Statute, place: &'static str) -> Self {
        Self { statute, place }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.statute.name_ja(), self.place)
    }
}
