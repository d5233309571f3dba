//! The provisions a levy goes through, as names for its steps.

use crate::clause::{Clause, Statute};

/// What a step of the levy did. [`What::clause`] says where it stands and [`What::label_ja`] what it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum What {
    /// 総所得金額等: left is salary income, value the total.
    LevyTotal,
    /// 基礎控除: left is 合計所得金額, value the deduction.
    BasicDeduction,
    /// 所得割の算定基礎: left total, right deduction, value base.
    IncomeBase,
    /// 特例対象者の所得割の算定基礎 (給与所得 30/100): left total, right deduction, value base.
    IncomeBaseUnemployed,
    /// 軽減判定所得 of one person: left salary revenue, right pension revenue.
    JudgementIncome,
    /// 給与所得者等の数: value the number.
    Earners,
    /// 判定に数える人数: value the number.
    Heads,
    /// 軽減基準額: left tenths, value the threshold.
    Threshold,
    /// 軽減の割合: left the household's judgement income, value tenths.
    ReductionTier,
    /// 未申告・照会中のため軽減しない: value 0.
    NotReducedUnknownIncome,
    /// 所得割: left base in yen-months, right rate in ppm, value yen.
    IncomeLevy,
    /// 資産割: left asset tax in yen-months, right rate in ppm, value yen.
    AssetLevy,
    /// 均等割 (after reductions): left person-months, value yen.
    PerCapita,
    /// 18歳以上均等割 (after reductions): left person-months, value yen.
    PerAdult,
    /// 平等割 (after reductions): left household months, value yen.
    PerHousehold,
    /// 軽減額（7・5・2割）: left tenths, value yen off.
    StatutoryReduction,
    /// 未就学児の減額: value yen off.
    PreschoolDeduction,
    /// 産前産後の減額: left months, value yen off.
    MaternityDeduction,
    /// 18歳未満の均等割の減額: value yen off.
    MinorDeduction,
    /// 旧被扶養者の減免: value yen off.
    FormerDependantRelief,
    /// 調整額・独自減額: value yen off.
    Adjustment,
    /// 限度額: left amount before, right cap (prorated), value yen over the cap.
    Cap,
    /// 区分の年額: left before rounding in yen, right rounding unit, value yen.
    ComponentAmount,
    /// 世帯の年額.
    Total,
}

impl What {
    /// Where the step stands. Steps of municipal tariffs name the order or act they are built on.
    #[must_use]
    pub const fn clause(self) -> Clause {
        use Statute::{NhiAct, NhiOrder};
        match self {
            Self::LevyTotal => Clause::new(NhiOrder, "第29条の7第2項第5号"),
            Self::BasicDeduction => Clause::new(Statute::LocalTaxAct, "第314条の2第2項"),
            Self::IncomeBase => Clause::new(NhiOrder, "第29条の7第2項第4号"),
            Self::IncomeBaseUnemployed => Clause::new(NhiOrder, "第29条の7の2"),
            Self::JudgementIncome => Clause::new(NhiOrder, "第29条の7第6項第1号・第2号、附則第5条"),
            Self::Earners => Clause::new(NhiOrder, "第29条の7第6項第1号、附則第5条"),
            Self::Heads | Self::Threshold | Self::ReductionTier | Self::NotReducedUnknownIncome => {
                Clause::new(NhiOrder, "第29条の7第6項第1号・第3号")
            }
            Self::StatutoryReduction => Clause::new(NhiOrder, "第29条の7第6項第3号"),
            Self::IncomeLevy => Clause::new(NhiOrder, "第29条の7第2項第4号"),
            Self::AssetLevy => Clause::new(NhiOrder, "第29条の7第2項第6号"),
            Self::PerCapita => Clause::new(NhiOrder, "第29条の7第2項第7号"),
            Self::PerAdult => Clause::new(NhiOrder, "第29条の7第5項第8号"),
            Self::PerHousehold => Clause::new(NhiOrder, "第29条の7第2項第8号"),
            Self::PreschoolDeduction => Clause::new(NhiOrder, "第29条の7第6項第6号"),
            Self::MaternityDeduction => Clause::new(NhiOrder, "第29条の7第6項第8号"),
            Self::MinorDeduction => Clause::new(NhiOrder, "第29条の7第6項第10号"),
            Self::FormerDependantRelief | Self::Adjustment => Clause::new(NhiAct, "第77条"),
            Self::Cap => Clause::new(NhiOrder, "第29条の7第2項第9号"),
            Self::ComponentAmount => Clause::new(NhiAct, "第81条"),
            Self::Total => Clause::new(NhiOrder, "第29条の7第1項"),
        }
    }

    /// The name used on pages and notices.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::LevyTotal => "総所得金額等",
            Self::BasicDeduction => "基礎控除",
            Self::IncomeBase => "所得割の算定基礎（旧ただし書き所得）",
            Self::IncomeBaseUnemployed => "所得割の算定基礎（非自発的失業・給与所得30/100）",
            Self::JudgementIncome => "軽減判定所得",
            Self::Earners => "給与所得者等の数",
            Self::Heads => "判定人数（被保険者と特定同一世帯所属者）",
            Self::Threshold => "軽減基準額",
            Self::ReductionTier => "軽減割合",
            Self::NotReducedUnknownIncome => "所得が判明していないため軽減なし",
            Self::IncomeLevy => "所得割額",
            Self::AssetLevy => "資産割額",
            Self::PerCapita => "均等割額（軽減・減額後）",
            Self::PerAdult => "18歳以上均等割額（軽減後）",
            Self::PerHousehold => "平等割額（軽減後）",
            Self::StatutoryReduction => "低所得者の軽減額",
            Self::PreschoolDeduction => "未就学児の減額",
            Self::MaternityDeduction => "産前産後の減額",
            Self::MinorDeduction => "18歳未満の均等割の減額",
            Self::FormerDependantRelief => "旧被扶養者の減免",
            Self::Adjustment => "調整額",
            Self::Cap => "限度超過額",
            Self::ComponentAmount => "区分の年額",
            Self::Total => "年額",
        }
    }
}
