//! 特別徴収の決定 — whether a levy is taken from the head's pension, condition by condition.

use crate::date::{age_on, attains, birthday};
use crate::rules::SpecialCollectionLaw;
use crate::rules::levy::LevyKind;
use crate::{Clause, Date, FiscalYear, Statute, Yen};
use serde::{Deserialize, Serialize};

pub use super::special_payments::{
    AfterChange, Change, Provisional, Withholding, change, main_collection, provisional, stopped,
};

/// What the decision reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PensionFacts {
    /// 料 or 税.
    pub kind: LevyKind,
    /// 年度.
    pub fiscal_year: FiscalYear,
    /// The day the decision is taken for (4月1日, or the day the pension payer's notice speaks of).
    pub judged_on: Date,
    /// 世帯主の生年月日.
    pub head_born_on: Date,
    /// 世帯主が被保険者であるか.
    pub head_insured: bool,
    /// Birth days of every insured person of the household, the head's too.
    pub insured_born_on: Vec<Date>,
    /// 老齢等年金給付の年額 of the pension that the care premium is taken from; `None` where there is none.
    pub pension_yearly: Option<Yen>,
    /// 介護保険料が特別徴収されているか.
    pub care_withheld: bool,
    /// 介護保険料 taken from one pension payment.
    pub care_each: Yen,
    /// 国保の額 expected to be taken from one pension payment.
    pub levy_each: Yen,
    /// 口座振替の申出その他 by which the municipality finds 普通徴収 the smoother way.
    pub prefers_ordinary: bool,
    /// 75歳になる年度は普通徴収にする (the usual practice).
    pub exclude_year_of_75: bool,
}

/// 特別徴収の要件, one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// 世帯主が被保険者.
    HeadInsured,
    /// 世帯主が65歳以上75歳未満.
    HeadAge,
    /// 世帯に65歳未満の被保険者がいない.
    NobodyUnder65,
    /// 年金が年額18万円以上.
    PensionAmount,
    /// 介護保険料が特別徴収されている.
    CareWithheld,
    /// 介護保険料との合計が年金の2分の1を超えない.
    HalfOfPension,
    /// 口座振替の申出などがない.
    NotOrdinary,
    /// 年度内に75歳にならない.
    Not75WithinYear,
}

/// Every condition, in the order it is looked at.
pub const CONDITIONS: [Condition; 8] = [
    Condition::HeadInsured,
    Condition::HeadAge,
    Condition::NobodyUnder65,
    Condition::PensionAmount,
    Condition::CareWithheld,
    Condition::HalfOfPension,
    Condition::NotOrdinary,
    Condition::Not75WithinYear,
];

impl Condition {
    /// Where it stands.
    #[must_use]
    pub const fn clause(self, kind: LevyKind) -> Clause {
        match kind {
            LevyKind::Premium => self.premium_clause(),
            LevyKind::Tax => match self {
                Self::HeadInsured | Self::HeadAge | Self::Not75WithinYear => {
                    Clause::new(Statute::LocalTaxAct, "第706条第2項")
                }
                _ => Clause::new(Statute::LocalTaxOrder, "第56条の89の2第3項"),
            },
        }
    }

    const fn premium_clause(self) -> Clause {
        match self {
            Self::HeadInsured => Clause::new(Statute::NhiAct, "第76条の3第1項"),
            Self::HeadAge | Self::Not75WithinYear => Clause::new(
                Statute::NhiOrder,
                "第29条の11（準用介護保険法第134条第1項）",
            ),
            Self::NobodyUnder65 => Clause::new(Statute::NhiOrder, "第29条の13第3号"),
            Self::PensionAmount => Clause::new(
                Statute::NhiOrder,
                "第29条の12（準用介護保険法第134条第1項第1号）",
            ),
            Self::CareWithheld => Clause::new(Statute::NhiOrder, "第29条の13第2号"),
            Self::HalfOfPension => Clause::new(Statute::NhiOrder, "第29条の13第1号"),
            Self::NotOrdinary => Clause::new(Statute::NhiOrder, "第29条の13第4号"),
        }
    }

    /// What it asks, for a page or a notice.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::HeadInsured => "世帯主が国民健康保険の被保険者である",
            Self::HeadAge => "世帯主が65歳以上75歳未満である",
            Self::NobodyUnder65 => "世帯に65歳未満の被保険者がいない",
            Self::PensionAmount => "対象となる年金が年額18万円以上ある",
            Self::CareWithheld => "介護保険料が特別徴収されている",
            Self::HalfOfPension => "介護保険料との合計が年金支給額の2分の1を超えない",
            Self::NotOrdinary => "口座振替による納付の申出などがない",
            Self::Not75WithinYear => "世帯主が年度内に75歳にならない",
        }
    }

    /// Whether it holds.
    ///
    /// 根拠: 国民健康保険法施行令 第29条の11〜第29条の14、国民健康保険法施行規則 第32条の16、地方税法 第706条
    #[must_use]
    pub fn holds(self, law: &SpecialCollectionLaw, facts: &PensionFacts) -> bool {
        let (from, until) = (i16::from(law.age_from), i16::from(law.age_until));
        match self {
            Self::HeadInsured => facts.head_insured,
            Self::HeadAge => {
                (from..until).contains(&age_at(until, facts.head_born_on, facts.judged_on))
            }
            Self::NobodyUnder65 => facts
                .insured_born_on
                .iter()
                .all(|born_on| attains(*born_on, from) <= facts.judged_on),
            Self::PensionAmount => facts
                .pension_yearly
                .is_some_and(|yearly| yearly >= law.pension_minimum),
            Self::CareWithheld => facts.care_withheld,
            Self::HalfOfPension => facts
                .pension_yearly
                .is_some_and(|yearly| facts.levy_each <= half_room(law, yearly, facts.care_each)),
            Self::NotOrdinary => !facts.prefers_ordinary,
            Self::Not75WithinYear => {
                !facts.exclude_year_of_75
                    || birthday(facts.head_born_on, until) >= facts.fiscal_year.end()
            }
        }
    }
}

/// 2分の1の要件が残す額 — the most that one pension payment may give to the levy beside the care premium; below zero where
/// the care premium alone is more than half.
///
/// 根拠: 国民健康保険法施行規則 第32条の16（年額÷6、1円未満切捨て、その2分の1）
#[must_use]
pub fn half_room(law: &SpecialCollectionLaw, pension_yearly: Yen, care_each: Yen) -> Yen {
    let (payments, share) = (
        i64::from(law.payments_a_year.max(1)),
        i64::from(law.share_divisor.max(1)),
    );
    // Whole yen do not exceed a half yen where they do not exceed the yen below it.
    Yen(pension_yearly.0.div_euclid(payments).div_euclid(share)) - care_each
}

/// Age for the limits 65 and 75: 65 the day before the birthday, 75 (`until`) not before the birthday itself.
fn age_at(until: i16, born_on: Date, on: Date) -> i16 {
    let age = age_on(born_on, on);
    if age >= until && on < birthday(born_on, until) {
        until - 1
    } else {
        age
    }
}

/// 徴収方法の決定.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// 特別徴収 if true, 普通徴収 if false.
    pub special: bool,
    /// Each condition with its outcome.
    pub findings: Vec<(Condition, bool)>,
}

impl Decision {
    /// The conditions that do not hold.
    pub fn failed(&self) -> impl Iterator<Item = Condition> {
        self.findings
            .iter()
            .filter(|(_, holds)| !holds)
            .map(|(condition, _)| *condition)
    }
}

/// 特別徴収の決定 — every condition looked at, so that each one that fails can be told.
///
/// 根拠: 国民健康保険法 第76条の3・第76条の4、国民健康保険法施行令 第29条の11〜第29条の14、地方税法 第706条
#[must_use]
pub fn decide(law: &SpecialCollectionLaw, facts: &PensionFacts) -> Decision {
    let findings: Vec<(Condition, bool)> = CONDITIONS
        .iter()
        .map(|condition| (*condition, condition.holds(law, facts)))
        .collect();
    Decision {
        special: findings.iter().all(|(_, holds)| *holds),
        findings,
    }
}
