//! 仮徴収・本徴収 — how a levy is cut over the pension payments, and what becomes of them when it changes.

use crate::rules::SpecialCollectionLaw;
use crate::rules::levy::LevyKind;
use crate::{Date, FiscalYear, Refusal, Rounding, Yen, day};
use serde::{Deserialize, Serialize};

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
    law: &SpecialCollectionLaw,
    kind: LevyKind,
    year: FiscalYear,
    how: &Provisional,
) -> Result<Vec<Withholding>, Refusal> {
    let months = months_of(&law.provisional_months)?;
    match *how {
        Provisional::None => Ok(Vec::new()),
        Provisional::Continuing { february, changed } => Ok(months
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
            let left = from_month(&months, first_month).ok_or_else(|| {
                refuse("仮徴収の開始は4月・6月・8月のいずれかです。開始月を確かめてください")
            })?;
            let payments = i64::try_from(left.len()).unwrap_or(1);
            let a_year = i64::from(law.payments_a_year.max(1));
            if !(1..=12).contains(&divisor) {
                return Err(refuse(
                    "年額を除する数は1から12までです。市町村の定めを確かめてください",
                ));
            }
            let each = match kind {
                // 年額÷12×月数 を1円未満四捨五入し、支払回数で割る (1円未満切捨て).
                LevyKind::Premium => {
                    let months = payments * (12 / a_year);
                    let expected =
                        Rounding::Nearest.divide(expected_annual.0 * months, i64::from(divisor), 1);
                    Yen(expected / payments)
                }
                // 前年度相当額を年6回で割り、100円未満切捨て.
                LevyKind::Tax => Yen(expected_annual.0 / a_year).floor_to(law.unit_yen.max(1)),
            };
            Ok(left
                .iter()
                .map(|month| withholding(year, *month, each))
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
    law: &SpecialCollectionLaw,
    year: FiscalYear,
    annual: Yen,
    collected: Yen,
    first_month: i8,
) -> Result<Vec<Withholding>, Refusal> {
    let all = months_of(&law.main_months)?;
    let months = from_month(&all, first_month).ok_or_else(|| {
        refuse("本徴収の開始は10月・12月・2月のいずれかです。開始月を確かめてください")
    })?;
    let left = annual - collected;
    if left < Yen::ZERO {
        return Err(refuse(
            "仮徴収の合計が年額を超えています。特別徴収を中止し、超えた額を還付してください",
        ));
    }
    let count = i64::try_from(months.len()).unwrap_or(1);
    let each = Yen(left.0 / count).floor_to(law.unit_yen.max(1));
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

/// 特別徴収のあとの変更 — what becomes of the payments and of the rest when the year's amount changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AfterChange {
    /// 併徴: the payments go on as planned and the increase is collected ordinarily.
    Continued {
        /// 普通徴収で集める額.
        ordinary: Yen,
    },
    /// The payments that can still be stopped are stopped, and what is then left is collected ordinarily.
    Stopped {
        /// Payments that were made or cannot be stopped any more.
        kept: Vec<Withholding>,
        /// 普通徴収で集める額.
        ordinary: Yen,
        /// Taken beyond the year's amount: to be refunded.
        overpaid: Yen,
    },
}

/// 年度途中の変更. `stops_from` is the first day whose payment can still be stopped.
///
/// 根拠: 国民健康保険法施行規則 第32条の15第3号、準用介護保険法 第138条・第139条、地方税法 第718条の10
#[must_use]
pub fn change(planned: &[Withholding], annual_after: Yen, stops_from: Date) -> AfterChange {
    let all: Yen = planned.iter().map(|one| one.yen).sum();
    if annual_after >= all {
        return AfterChange::Continued {
            ordinary: annual_after - all,
        };
    }
    let (kept, _) = stopped(planned, stops_from);
    let taken: Yen = kept.iter().map(|one| one.yen).sum();
    AfterChange::Stopped {
        ordinary: (annual_after - taken).at_least_zero(),
        overpaid: (taken - annual_after).at_least_zero(),
        kept,
    }
}

fn withholding(year: FiscalYear, month: i8, yen: Yen) -> Withholding {
    let calendar_year = if month < 4 { year.0 + 1 } else { year.0 };
    Withholding {
        month,
        paid_on: day(calendar_year, month, 15),
        yen,
    }
}

/// The months of the payments, in the order of the rules.
fn months_of(months: &[u8]) -> Result<Vec<i8>, Refusal> {
    let each = months.iter().map(|month| i8::try_from(*month));
    each.collect::<Result<_, _>>()
        .map_err(|_| refuse("年金の支払月が1から12までの月ではありません。規則を確かめてください"))
}

/// The months from one of them on; `None` where it is none of them.
fn from_month(months: &[i8], first: i8) -> Option<&[i8]> {
    let at = months.iter().position(|month| *month == first)?;
    months.get(at..)
}

fn refuse(message_ja: &str) -> Refusal {
    Refusal::new("levy.special_collection", message_ja.to_owned())
}
