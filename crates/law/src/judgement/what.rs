//! The provisions a judgement goes through, as names for its steps.

use crate::clause::{Clause, Statute};

/// What a step of the judgement did. Operands are named here; [`super::explain`] turns them into sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// 所得の年・税の年度: left income year, right fiscal year.
    Years,
    /// 基準所得額 of one person: left total, right 基礎控除, value base.
    Base,
    /// 基準所得額 with salary at 30/100: as [`What::Base`].
    BaseUnemployed,
    /// 基準所得額 of all insured persons: value the sum.
    BaseTotal,
    /// 未申告 of one person.
    Unfiled,
    /// 保留 because of one person: value the code of the reason.
    Pending,
    /// 保留にしない: one person's income is not known, and no answer would change the class. Value the code of the reason.
    Regardless,
    /// 課税非課税 of one person: value 0 taxed, 1 not taxed, 2 abroad, 3 unknown.
    Taxed,
    /// 市町村民税世帯非課税: value 1 yes, 0 no.
    HouseholdUntaxed,
    /// 特例対象被保険者等所属世帯特例基準: left income, right threshold, value 1 met, 0 not.
    UnemployedHousehold,
    /// 70歳未満の区分: left the sum, value the code of the class.
    ClassUnder70,
    /// 課税所得 of one person: left before, right 調整控除, value after.
    Taxable,
    /// 課税所得 not known but certainly no more than value: left total, right 基礎控除.
    TaxableAtMost,
    /// 145万円の判定: left the highest, right the bound, value 1 reached, 0 below.
    CopayIncome,
    /// 210万円の判定: left the sum, right the bound, value 1 within, 0 above.
    CopayBase,
    /// 基準収入額 of one person: value the revenue.
    Revenue,
    /// 基準収入額の判定（1人）: left revenue, right bound, value 1 below, 0 not.
    RevenueSingle,
    /// 基準収入額の判定（2人以上）: likewise.
    RevenueSeveral,
    /// 基準収入額の判定（特定同一世帯所属者を含む）: likewise.
    RevenueWithFormer,
    /// 基準収入額が確認できない.
    RevenueUnknown,
    /// 負担割合: value tenths.
    Copay,
    /// 所得がない of one person: left pension part, right salary part, value everything.
    NoIncome,
    /// 70歳以上の区分: left the highest 課税所得, value the code of the class.
    ClassOver70,
}

impl What {
    /// Every step.
    pub const ALL: [Self; 23] = [
        Self::Years,
        Self::Base,
        Self::BaseUnemployed,
        Self::BaseTotal,
        Self::Unfiled,
        Self::Pending,
        Self::Regardless,
        Self::Taxed,
        Self::HouseholdUntaxed,
        Self::UnemployedHousehold,
        Self::ClassUnder70,
        Self::Taxable,
        Self::TaxableAtMost,
        Self::CopayIncome,
        Self::CopayBase,
        Self::Revenue,
        Self::RevenueSingle,
        Self::RevenueSeveral,
        Self::RevenueWithFormer,
        Self::RevenueUnknown,
        Self::Copay,
        Self::NoIncome,
        Self::ClassOver70,
    ];

    /// Where it stands.
    #[must_use]
    pub const fn clause(self) -> Clause {
        match self {
            Self::Years => Clause::new(
                Statute::NhiOrder,
                "第27条の2第1項・第29条の3第1項第2号・第5号",
            ),
            Self::Base | Self::BaseUnemployed => Clause::new(Statute::NhiOrder, "第29条の3第2項"),
            Self::BaseTotal | Self::ClassUnder70 => {
                Clause::new(Statute::NhiOrder, "第29条の3第1項")
            }
            Self::Unfiled | Self::Pending | Self::Regardless => {
                Clause::new(Statute::NhiOrder, "第29条の3第1項第2号")
            }
            Self::Taxed | Self::HouseholdUntaxed => {
                Clause::new(Statute::NhiOrder, "第29条の3第1項第5号")
            }
            Self::UnemployedHousehold => Clause::new(Statute::NhiOrder, "第29条の3第10項"),
            Self::Taxable | Self::TaxableAtMost => Clause::new(Statute::NhiOrder, "第27条の2第1項"),
            Self::CopayIncome => Clause::new(Statute::NhiOrder, "第27条の2第2項"),
            Self::CopayBase => Clause::new(Statute::NhiOrder, "第27条の2第3項第3号"),
            Self::Revenue | Self::RevenueUnknown => {
                Clause::new(Statute::NhiRules, "第24条の2・第24条の3")
            }
            Self::RevenueSingle | Self::RevenueSeveral => {
                Clause::new(Statute::NhiOrder, "第27条の2第3項第1号")
            }
            Self::RevenueWithFormer => Clause::new(Statute::NhiOrder, "第27条の2第3項第2号"),
            Self::Copay => Clause::new(Statute::NhiAct, "第42条第1項"),
            Self::NoIncome => Clause::new(Statute::NhiOrder, "第29条の3第4項第6号"),
            Self::ClassOver70 => Clause::new(Statute::NhiOrder, "第29条の3第4項"),
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Years => "所得の年と税の年度",
            Self::Base => "基準所得額",
            Self::BaseUnemployed => "基準所得額（給与所得30/100）",
            Self::BaseTotal => "基準所得額の合計",
            Self::Unfiled => "未申告",
            Self::Pending => "保留",
            Self::Regardless => "保留にしない理由",
            Self::Taxed => "課税・非課税",
            Self::HouseholdUntaxed => "市町村民税世帯非課税",
            Self::UnemployedHousehold => "特例対象被保険者等の世帯の基準",
            Self::ClassUnder70 => "70歳未満の所得区分",
            Self::Taxable => "課税所得（調整控除後）",
            Self::TaxableAtMost => "課税所得の上限",
            Self::CopayIncome => "課税所得145万円の判定",
            Self::CopayBase => "基準所得額210万円の判定",
            Self::Revenue => "基準収入額",
            Self::RevenueSingle => "基準収入額の判定（1人）",
            Self::RevenueSeveral => "基準収入額の判定（2人以上）",
            Self::RevenueWithFormer => "基準収入額の判定（特定同一世帯所属者を含む）",
            Self::RevenueUnknown => "基準収入額が確認できない",
            Self::Copay => "負担割合",
            Self::NoIncome => "所得がないこと",
            Self::ClassOver70 => "70歳以上の所得区分",
        }
    }
}
