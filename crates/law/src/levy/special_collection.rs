//! 特別徴収 — whether a levy is taken from the head's pension, and how it is cut over the pension payments.

use crate::date::{age_on, attains, birthday};
use crate::rules::levy::LevyKind;
use crate::{Clause, Date, FiscalYear, Refusal, Rounding, Statute, Yen, day};
use serde::{Deserialize, Serialize};

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
    pub fn holds(self, facts: &PensionFacts) -> bool {
        match self {
            Self::HeadInsured => facts.head_insured,
            Self::HeadAge => (65..75).contains(&age_at(facts.head_born_on, facts.judged_on)),
            Self::NobodyUnder65 => facts
                .insured_born_on
                .iter()
                .all(|born_on| attains(*born_on, 65) <= facts.judged_on),
            Self::PensionAmount => facts
                .pension_yearly
                .is_some_and(|yearly| yearly.0 >= 180_000),
            Self::CareWithheld => facts.care_withheld,
            Self::HalfOfPension => facts.pension_yearly.is_some_and(|yearly| {
                // 年額÷6 (1円未満切捨て) を2で除した額を超えない: compared doubled, to keep the half yen.
                (facts.levy_each.0 + facts.care_each.0) * 2 <= yearly.0.div_euclid(6)
            }),
            Self::NotOrdinary => !facts.prefers_ordinary,
            Self::Not75WithinYear => {
                !facts.exclude_year_of_75
                    || birthday(facts.head_born_on, 75) >= facts.fiscal_year.end()
            }
        }
    }
}

/// Age for the limits 65 and 75: 65 the day before the birthday, 75 not before the birthday itself.
fn age_at(born_on: Date, on: Date) -> i16 {
    let age = age_on(born_on, on);
    if age >= 75 && on < birthday(born_on, 75) {
        74
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
pub fn decide(facts: &PensionFacts) -> Decision {
    let findings: Vec<(Condition, bool)> = CONDITIONS
        .iter()
        .map(|condition| (*condition, condition.holds(facts)))
        .collect();
    Decision {
        special: findings.iter().all(|(_, holds)| *holds),
        findings,
    }
}

/// One pension payment with what is taken from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withholding {
    /// The month of the pension payment: 4, 6, 8 (仮徴収), 10, 12, 2 (本徴収).
    pub month: i8,
    /// The 15th of that month, the day the pension is paid before it moves over days off.
    pub paid_on: Date,
    /// Taken from it.
    pub yen: Yen,
}

/// How the first half of the year is collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provisional {
    /// Collected on since last year: the amount of each payment is that of last February.
    Continuing {
        /// 前年度2月の支払回数割額.
        february: Yen,
        /// 8月（または6月）以降に変更する額, where the municipality changes it.
        changed: Option<Change>,
    },
    /// Begins within the first half (April, June or August): an estimate over the payments left to September.
    Estimated {
        /// Month of the first payment: 4, 6 or 8.
        first_month: i8,
        /// 見込みのもとになる年額.
        expected_annual: Yen,
        /// 料: 年度の料を除する数, 1 to 12 (12 unless the municipality says otherwise). 税: not read.
        divisor: u8,
    },
    /// Begins in October (or later); the months before are collected ordinarily.
    None,
}

/// A provisional amount changed from a month on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// 6 or 8.
    pub from_month: i8,
    /// New amount of each payment.
    pub each: Yen,
}

/// 仮徴収 — April, June and August.
///
/// 根拠: 国民健康保険法施行規則 第32条の21・第32条の30・第32条の31、準用介護保険法 第135条第4項・第140条、
/// 地方税法 第718条の7・第718条の8
///
/// # Errors
/// A [`Refusal`] when the first month or the divisor is none the law knows.
pub fn provisional(
    kind: LevyKind,
    year: FiscalYear,
    how: &Provisional,
) -> Result<Vec<Withholding>, Refusal> {
    match *how {
        Provisional::None => Ok(Vec::new()),
        Provisional::Continuing { february, changed } => Ok([4, 6, 8]
            .into_iter()
            .map(|month| {
                let yen = match changed {
                    Some(change) if month >= change.from_month => change.each,
                    _ => february,
                };
                withholding(year, month, yen)
            })
            .collect()),
        Provisional::Estimated {
            first_month,
            expected_annual,
            divisor,
        } => {
            let payments = match first_month {
                4 => 3,
                6 => 2,
                8 => 1,
                _ => {
                    return Err(refuse(
                        "仮徴収の開始は4月・6月・8月のいずれかです。開始月を確かめてください",
                    ));
                }
            };
            if !(1..=12).contains(&divisor) {
                return Err(refuse(
                    "年額を除する数は1から12までです。市町村の定めを確かめてください",
                ));
            }
            let each = match kind {
                // 年額÷12×月数 を1円未満四捨五入し、支払回数で割る (1円未満切捨て).
                LevyKind::Premium => {
                    let months = payments * 2;
                    let expected =
                        Rounding::Nearest.divide(expected_annual.0 * months, i64::from(divisor), 1);
                    Yen(expected / payments)
                }
                // 前年度相当額を年6回で割り、100円未満切捨て.
                LevyKind::Tax => Yen(expected_annual.0 / 6).floor_to(100),
            };
            Ok([4, 6, 8]
                .into_iter()
                .filter(|month| *month >= first_month)
                .map(|month| withholding(year, month, each))
                .collect())
        }
    }
}

/// 本徴収 — what is left of the year over the payments from October (or December, February) on.
///
/// 根拠: 国民健康保険法施行規則 第32条の20、準用介護保険法 第136条第2項、地方税法 第718条の3、第20条の4の2第6項・第9項
///
/// Amounts under 100 yen go to the first payment. `collected` is what 仮徴収 and, in a year that begins with 普通
/// 徴収, the ordinary instalments have taken.
///
/// # Errors
/// A [`Refusal`] when more was collected than the year's amount, which is to be refunded and not collected, or the
/// first month is none the law knows.
pub fn main_collection(
    year: FiscalYear,
    annual: Yen,
    collected: Yen,
    first_month: i8,
) -> Result<Vec<Withholding>, Refusal> {
    let months: &[i8] = match first_month {
        10 => &[10, 12, 2],
        12 => &[12, 2],
        2 => &[2],
        _ => {
            return Err(refuse(
                "本徴収の開始は10月・12月・2月のいずれかです。開始月を確かめてください",
            ));
        }
    };
    let left = annual - collected;
    if left < Yen::ZERO {
        return Err(refuse(
            "仮徴収の合計が年額を超えています。特別徴収を中止し、超えた額を還付してください",
        ));
    }
    let count = i64::try_from(months.len()).unwrap_or(1);
    let each = Yen(left.0 / count).floor_to(100);
    let rest = left - Yen(each.0 * count);
    Ok(months
        .iter()
        .enumerate()
        .map(|(number, month)| {
            let yen = if number == 0 { each + rest } else { each };
            withholding(year, *month, yen)
        })
        .collect())
}

/// 特別徴収の中止 — what the payments not yet made no longer take, to be collected ordinarily.
///
/// 根拠: 準用介護保険法 第139条、地方税法 第718条の10
#[must_use]
pub fn stopped(planned: &[Withholding], stopped_on: Date) -> (Vec<Withholding>, Yen) {
    let kept: Vec<Withholding> = planned
        .iter()
        .filter(|one| one.paid_on < stopped_on)
        .copied()
        .collect();
    let all: Yen = planned.iter().map(|one| one.yen).sum();
    let left = all - kept.iter().map(|one| one.yen).sum();
    (kept, left)
}

fn withholding(year: FiscalYear, month: i8, yen: Yen) -> Withholding {
    let calendar_year = if month < 4 { year.0 + 1 } else { year.0 };
    Withholding {
        month,
        paid_on: day(calendar_year, month, 15),
        yen,
    }
}

fn refuse(message_ja: &str) -> Refusal {
    Refusal::new("levy.special_collection", message_ja.to_owned())
}
