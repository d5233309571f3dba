//! 調整控除と控除対象者 — the children for whom the 課税所得 of a head of 70 and over is lowered.
//!
//! 根拠: 国民健康保険法施行令 第27条の2第1項

use super::class::Pending;
use super::facts::AdjustmentCounts;
use super::moment::{Look, Member};
use super::resolve::{Filed, resolve, tax_of};
use super::year::income_year;
use crate::Yen;
use crate::date::{age_on, day};
use crate::levy::Income;

/// Which children are deducted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Children {
    /// Those whose income is known to be low enough.
    Known,
    /// Those of whose income nothing is known as well.
    AllOfThem,
}

/// 調整控除 of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Adjustment {
    /// Taken from 課税所得.
    pub deduction: Yen,
    /// The first child whose income nobody has told, and why it may be more.
    pub unknown: Option<(usize, Pending)>,
}

/// 調整控除: who was head on 31 December of the income year, for the insured members under 19 of the household of that day,
/// whichever household the two are in since.
///
/// 根拠: 国民健康保険法施行令 第27条の2第1項第2号
pub(super) fn adjustment(look: &Look<'_>, member: &Member, children: Children) -> Adjustment {
    let rules = &look.rules.copay;
    let mut unknown = None;
    let counts = certified(look, member).unwrap_or_else(|| {
        let (counts, missing) = counted(look, member, children);
        unknown = missing;
        counts
    });
    let (under_16, under_19) = (i64::from(counts.under_16), i64::from(counts.under_19));
    Adjustment {
        deduction: Yen(
            under_16 * rules.deduction_under_16.0 + under_19 * rules.deduction_under_19.0
        ),
        unknown,
    }
}

/// The counts the tax side states of its own; nothing else is looked at then.
fn certified(look: &Look<'_>, member: &Member) -> Option<AdjustmentCounts> {
    let person = look.facts.people.get(member.index)?;
    tax_of(person, &look.rules.habits, look.knowledge())?.adjustment
}

/// Counted from the household of that day; and why a child could not be told.
fn counted(
    look: &Look<'_>,
    member: &Member,
    children: Children,
) -> (AdjustmentCounts, Option<(usize, Pending)>) {
    let rules = &look.rules.copay;
    let year_end = day(income_year(look.moment.month), 12, 31);
    let mut counts = AdjustmentCounts::default();
    let mut unknown = None;
    let here = look.facts.head_on(year_end) == Some(member.index);
    let all = look.facts.headed_by(member.index, year_end);
    for (index, person) in all.iter().enumerate() {
        let age = age_on(person.birth_on, year_end);
        if age >= 19 || person.birth_on > year_end || !person.insured_on(year_end) {
            continue;
        }
        let known = resolve(look.rules, person, look.knowledge());
        let missing = match known.filed {
            Filed::Known => None,
            Filed::Unfiled => Some(Pending::Unfiled),
            Filed::Pending(reason) => Some(reason),
        };
        // Who is of another household has no place in this one: the reason stands with the head.
        let whose = if here { index } else { member.index };
        unknown = unknown.or(missing.map(|reason| (whose, reason)));
        let counts_in = match missing {
            None => total(&known.income, rules.child_salary_relief) <= rules.child_income_up_to,
            Some(_) => children == Children::AllOfThem,
        };
        if !counts_in {
            continue;
        }
        if age < 16 {
            counts.under_16 = counts.under_16.saturating_add(1);
        } else {
            counts.under_19 = counts.under_19.saturating_add(1);
        }
    }
    (counts, unknown)
}

/// 合計所得金額 with the salary of 所得税法 第28条第2項 less 10万円.
fn total(income: &Income, relief: Yen) -> Yen {
    income.total_for_taper() - income.salary.at_least_zero() + income.salary_less(relief)
}
