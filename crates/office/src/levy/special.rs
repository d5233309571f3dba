//! 特別徴収 — which part of a levy is taken from the head's pension, and what becomes of it when the levy changes.
//!
//! Withholdings stand among the instalments under 300 plus the month of the pension payment: 304, 306, 308 (仮徴収),
//! 310, 312, 302 (本徴収). The method is settled when a year is first levied; later an increase is collected
//! ordinarily beside the withholdings, and a decrease, a change of head or a condition that fails stops the
//! payments to come and turns what they would have taken into ordinary instalments. So no yen is asked for twice.
//!
//! 根拠: 国民健康保険法 第76条の3・第76条の4、準用介護保険法 第134条〜第140条、地方税法 第718条の2〜第718条の10

use super::book::Booking;
use super::decide::{Decided, Outcome, flags};
use super::load::LoadedHousehold;
use super::year_rules::YearRules;
use crate::error::OfficeError;
use crate::ledger::{Charged, Method, Parts};
use law::levy::special_collection::{
    self as rule, Change, Decision, PensionFacts, Provisional, Withholding,
};
use law::rules::SpecialCollectionLaw;
use law::{Date, FiscalYear, Months, Yen};

/// What is added to the month of a pension payment to number it among the instalments.
pub const BASE: i64 = 300;

pub use super::special_request::{Request, STATEMENTS, reconcile, requests};

/// 特別徴収の要件 of one liable head's year, each with its outcome.
///
/// 根拠: 国民健康保険法施行令 第29条の11〜第29条の14、地方税法 第706条
///
/// Judged on the day the levy of the head arises. 2分の1の要件 is looked at here with the care premium alone: the amounts
/// of the payments are known only when the year is divided, and [`begin`] and [`settle`] hold them against what is left.
#[must_use]
pub fn conditions(rules: &YearRules, household: &LoadedHousehold, decided: &Decided) -> Decision {
    let year = &decided.year;
    let pension = household
        .pensions
        .get(year.head)
        .and_then(|pension| pension.as_ref());
    // Most heads have no pension on record: nothing else need be looked at.
    let Some(pension) = pension else {
        return Decision {
            special: false,
            findings: vec![(rule::Condition::PensionAmount, false)],
        };
    };
    let born_on = |index: usize| {
        household
            .facts
            .people
            .get(index)
            .map(|person| person.birth_on)
    };
    let insured: Vec<usize> = year
        .members
        .iter()
        .zip(&year.household.people)
        .filter(|(_, person)| !person.insured.is_empty())
        .map(|(index, _)| *index)
        .collect();
    let facts = PensionFacts {
        kind: rules.levy.kind,
        fiscal_year: rules.year(),
        judged_on: year.judged_on,
        head_born_on: born_on(year.head).unwrap_or(year.judged_on),
        head_insured: insured.contains(&year.head),
        insured_born_on: insured.iter().filter_map(|index| born_on(*index)).collect(),
        pension_yearly: (pension.annual_pension > Yen::ZERO).then_some(pension.annual_pension),
        care_withheld: pension.care_special,
        care_each: pension.care_per_payment,
        levy_each: Yen::ZERO,
        prefers_ordinary: pension.account_transfer,
        exclude_year_of_75: rules.special_collection.exclude_year_of_75,
    };
    rule::decide(&rules.special_law, &facts)
}

/// One payment's withholding before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// Number among the instalments: [`BASE`] and the month.
    pub number: i64,
    /// 年金支払日 (the 15th, before it moves over days off).
    pub due_on: Date,
    /// Before.
    pub before: Parts,
    /// After.
    pub after: Parts,
}

/// How a year is divided between the two methods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Division {
    /// Withholdings, in order of the payments.
    pub(super) withheld: Vec<Withheld>,
    /// What is left to be collected ordinarily.
    pub(super) ordinary: Parts,
}

/// 2分の1の要件 of the largest of the amounts taken from single payments.
///
/// 根拠: 国民健康保険法施行令 第29条の13第1号、国民健康保険法施行規則 第32条の16・第32条の17
fn within_half(after: &Outcome, taken: impl Iterator<Item = Yen>) -> bool {
    let largest = taken.max().unwrap_or(Yen::ZERO);
    after.half_room.is_none_or(|room| largest <= room)
}

/// While withholdings stand, 2分の1の要件 is a matter of what they take and not of the new annual amount: an increase is
/// collected ordinarily beside them. Takes the mark off an outcome whose payments to come no longer keep to it.
///
/// 根拠: 国民健康保険法施行規則 第32条の15第3号
pub(super) fn settle(booking: &Booking<'_>, after: &mut Outcome, charged: &[&Charged]) {
    let from = stops_from(booking);
    let main = &booking.rules.special_law.main_months;
    let is_main = |row: &Charged| {
        u8::try_from(row.instalment - BASE).is_ok_and(|month| main.contains(&month))
    };
    let to_come = charged
        .iter()
        .filter(|row| row.method == Method::Special && row.due_on >= from && is_main(row))
        .map(|row| row.parts.total());
    if !within_half(after, to_come) {
        after.flags &= !flags::SPECIAL;
    }
}

/// 中止の依頼が間に合う最初の日 — the first day whose pension payment a request of today still reaches.
///
/// 根拠: 準用介護保険法 第138条 (the request is passed on without delay; how long that takes is the municipality's experience)
fn stops_from(booking: &Booking<'_>) -> Date {
    let days = i64::from(booking.rules.special_collection.stop_days);
    booking
        .decided_on
        .saturating_add(jiff::Span::new().days(days))
}

/// Month of the first payment of 本徴収.
fn first_main(law: &SpecialCollectionLaw) -> i8 {
    let first = law.main_months.first().copied();
    first
        .and_then(|month| i8::try_from(month).ok())
        .unwrap_or(10)
}

/// Whether payments to come must stop although the amount is the same.
pub(super) fn must_stop(booking: &Booking<'_>, after: &Outcome, charged: &[&Charged]) -> bool {
    let from = stops_from(booking);
    after.flags & flags::SPECIAL == 0
        && charged
            .iter()
            .any(|row| row.method == Method::Special && row.due_on >= from && !row.parts.is_zero())
}

/// 初めての割り振り of a year for a head who meets the conditions; `None` where it is collected ordinarily.
///
/// Someone of whom last February took an amount is collected from April on. Anyone else begins in October, if the
/// request can still go out by the end of July (準用介護保険法 第136条第4項); `before_october` is then what the ordinary
/// instalments due before October take. 2分の1の要件 asks for the payment of October (規則 第32条の17第1号) and stands in the
/// way of 第135条 alone, not of 仮徴収 under 第140条: where half of the pension does not leave what 本徴収 takes, 仮徴収 alone is
/// taken of the former, and nothing of the latter, whose mark is taken off.
///
/// # Errors
/// A refusal of the rule.
pub(super) fn begin(
    booking: &Booking<'_>,
    after: &mut Outcome,
    before_october: Parts,
) -> Result<Option<Division>, OfficeError> {
    let year = booking.rules.year();
    let annual = after.parts.total();
    let whole_year = after.months.has(11);
    let law = &booking.rules.special_law;
    let mut planned = if after.february > Yen::ZERO {
        if booking.decided_on >= law::day(year.0, 10, 1) {
            return Ok(None);
        }
        let mut planned = provisional(booking, after)?;
        let collected = cut_to(&mut planned, annual);
        if whole_year && collected < annual {
            let main = rule::main_collection(law, year, annual, collected, first_main(law))?;
            if within_half(after, main.iter().map(|one| one.yen)) {
                planned.extend(main);
            }
        }
        planned
    } else {
        if booking.decided_on >= law::day(year.0, 8, 1) || !whole_year {
            return Ok(None);
        }
        let main =
            rule::main_collection(law, year, annual, before_october.total(), first_main(law))?;
        if !within_half(after, main.iter().map(|one| one.yen)) {
            after.flags &= !flags::SPECIAL;
            return Ok(None);
        }
        main
    };
    planned.retain(|one| one.yen > Yen::ZERO);
    let mut left = after.parts.columns();
    if after.february == Yen::ZERO {
        left = after.parts.minus(before_october).columns();
    }
    let mut division = Division::default();
    for one in planned {
        division.withheld.push(Withheld {
            number: BASE + i64::from(one.month),
            due_on: one.paid_on,
            before: Parts::default(),
            after: share_out(one.yen, &mut left),
        });
    }
    division.ordinary = if after.february == Yen::ZERO {
        before_october
    } else {
        Parts::from_columns(left)
    };
    Ok(Some(division))
}

/// 仮徴収 as far as the head's months reach, evened out where the municipality does so and half of the pension allows it.
fn provisional(booking: &Booking<'_>, after: &Outcome) -> Result<Vec<Withholding>, OfficeError> {
    let year = booking.rules.year();
    let each = after.february;
    let changed = booking
        .rules
        .special_collection
        .level_from_month
        .filter(|month| booking.decided_on < law::day(year.0, i8::try_from(*month).unwrap_or(4), 1))
        .map(|month| {
            // 4月, and with a change from August also 6月, are taken as they were.
            let taken = if month == 8 { 2 } else { 1 };
            let rest = after.parts.total() - Yen(each.0 * taken);
            Change {
                from_month: i8::try_from(month).unwrap_or(8),
                each: Yen(rest.0 / (6 - taken)).at_least_zero().floor_to(100),
            }
        })
        .filter(|change| within_half(after, std::iter::once(change.each)));
    let how = Provisional::Continuing {
        february: each,
        changed,
    };
    let mut planned = rule::provisional(
        &booking.rules.special_law,
        booking.rules.levy.kind,
        year,
        &how,
    )?;
    planned.retain(|one| reaches(after.months, year, one.paid_on));
    Ok(planned)
}

/// Whether a levy of these months still runs in the month of a payment.
fn reaches(months: Months, year: FiscalYear, paid_on: Date) -> bool {
    let last = months.iter().last();
    last.is_some_and(|last| year.month_index(paid_on) <= last)
}

/// Cuts what exceeds the annual amount off the latest payments; returns what is collected.
fn cut_to(planned: &mut [Withholding], annual: Yen) -> Yen {
    let mut left = annual;
    for one in planned.iter_mut() {
        one.yen = one.yen.min(left);
        left -= one.yen;
    }
    annual - left
}

/// 変更後の割り振り — the standing withholdings kept, or those to come stopped.
///
/// 根拠: 準用介護保険法 第139条、地方税法 第718条の10
pub(super) fn carry_on(
    booking: &Booking<'_>,
    stood: Parts,
    after: &Outcome,
    standing: &[&Charged],
) -> Division {
    let (annual, year) = (after.parts.total(), booking.rules.year());
    let stop = annual < stood.total() || after.flags & flags::SPECIAL == 0;
    let from = stops_from(booking);
    let mut rows: Vec<&Charged> = standing.to_vec();
    rows.sort_by_key(|row| (row.due_on, row.instalment));
    let mut left = annual;
    let totals: Vec<Yen> = rows
        .iter()
        .map(|row| {
            let to_come = row.due_on >= from;
            let stopped = to_come && (stop || !reaches(after.months, year, row.due_on));
            // What was withheld beyond the new amount comes off the latest payments and is paid back.
            let kept = if stopped {
                Yen::ZERO
            } else {
                row.parts.total()
            }
            .min(left);
            left -= kept;
            kept
        })
        .collect();
    let unchanged = |row: &Charged, total: Yen| row.parts.total() == total;
    let mut parts: Vec<Parts> = rows
        .iter()
        .zip(&totals)
        .map(|(row, total)| {
            if unchanged(row, *total) {
                row.parts
            } else {
                Parts::default()
            }
        })
        .collect();
    let mut ordinary = parts
        .iter()
        .fold(after.parts, |left, parts| left.minus(*parts));
    let all_or_nothing = rows
        .iter()
        .zip(&totals)
        .all(|(row, total)| unchanged(row, *total) || *total == Yen::ZERO);
    if !all_or_nothing || ordinary.columns().iter().any(|yen| *yen < Yen::ZERO) {
        let mut columns = after.parts.columns();
        parts = totals
            .iter()
            .map(|total| share_out(*total, &mut columns))
            .collect();
        ordinary = Parts::from_columns(columns);
    }
    let withheld = rows
        .iter()
        .zip(parts)
        .map(|(row, parts)| Withheld {
            number: row.instalment,
            due_on: row.due_on,
            before: row.parts,
            after: parts,
        })
        .collect();
    Division { withheld, ordinary }
}

/// `amount` shared over what is left of each component, in proportion, largest remainders first.
fn share_out(amount: Yen, left: &mut [Yen; 4]) -> Parts {
    let total: Yen = left.iter().copied().sum();
    if total <= Yen::ZERO {
        return Parts::default();
    }
    let mut shares = left.map(|own| Yen(amount.0 * own.0 / total.0));
    let mut missing = amount - shares.iter().copied().sum();
    let mut order: Vec<(i64, usize)> = left
        .iter()
        .enumerate()
        .map(|(index, own)| (-(amount.0 * own.0 % total.0), index))
        .collect();
    order.sort_unstable();
    for (_, index) in order {
        if let Some(share) = shares.get_mut(index)
            && missing > Yen::ZERO
        {
            *share += Yen(1);
            missing -= Yen(1);
        }
    }
    for (own, share) in left.iter_mut().zip(&shares) {
        *own -= *share;
    }
    Parts::from_columns(shares)
}
