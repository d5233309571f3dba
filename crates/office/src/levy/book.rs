//! 差分と仕訳 — new outcomes held against what stands: the decisions, postings and notices that follow.
//!
//! There is one way from a result to the books, for a whole city in June and for one household at the
//! counter: subtract, and book the difference.

mod limits;
mod write;

pub use limits::Circumstances;
pub use write::write;
pub(super) use write::{Prepared, prepare, write_prepared};

use super::decide::{Outcome, flags};
use super::decision::{Decision, nothing};
use super::numbers::{columns, instalment};
use super::special::{self, Withheld};
use super::year_rules::YearRules;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::ledger::{Charged, Method, Parts};
use law::levy::instalment::{Annual, Replan, lay_provisional, replan_later};
use law::rules::Calendar;
use law::{Date, FiscalYear, Yen};
use limits::within_limits;
use std::collections::BTreeMap;

/// Under what the differences are booked.
#[derive(Clone, Copy, Debug)]
pub struct Booking<'a> {
    /// Rules of the levy year.
    pub rules: &'a YearRules,
    /// 休日.
    pub calendar: &'a Calendar,
    /// Act.
    pub act: &'a Act,
    /// Run, or zero at the counter.
    pub run_id: i64,
    /// 決定日.
    pub decided_on: Date,
    /// 決定・更正の理由.
    pub reason: &'a str,
    /// What lengthens the limits of time.
    pub circumstances: Circumstances,
}

/// What one liable person's year changes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relevied {
    /// What stood before.
    pub before: Option<Decision>,
    /// What stands now.
    pub after: Decision,
    /// Ordinary instalments before and after.
    pub replan: Replan,
    /// 特別徴収 before and after, in order of the pension payments.
    pub withheld: Vec<Withheld>,
}

impl Relevied {
    /// Whether any instalment changes.
    #[must_use]
    pub fn moves_instalments(&self) -> bool {
        !self.replan.changes.is_empty() || self.withheld.iter().any(|one| one.before != one.after)
    }

    /// 差分 of the annual amount.
    #[must_use]
    pub fn difference(&self) -> Parts {
        let before = self
            .before
            .as_ref()
            .map_or_else(Parts::default, |decision| decision.outcome.parts);
        self.after.outcome.parts.minus(before)
    }
}

/// 少額 — an increase the municipality does not levy because it is too small. Kept nowhere: it is found again at
/// each re-levy and levied once it has grown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SmallIncrease {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 納付義務者.
    pub liable_id: i64,
    /// What the rule says beyond what is charged.
    pub yen: Yen,
    /// From how many yen on an increase is levied.
    pub levied_from: Yen,
}

/// What new outcomes change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Years that change.
    pub relevied: Vec<Relevied>,
    /// Increases left aside.
    pub small: Vec<SmallIncrease>,
}

/// Household and liable person.
type Key = (i64, i64);

/// The differences of some households: `new` outcomes against what stands. Nothing is written.
///
/// # Errors
/// As [`differences_and_small`].
pub fn differences(
    booking: &Booking<'_>,
    new: &[Outcome],
    standing: &[Decision],
    charged: &[(i64, Charged)],
) -> Result<Vec<Relevied>, OfficeError> {
    Ok(differences_and_small(booking, new, standing, charged)?.relevied)
}

/// The differences of some households, with the increases that are too small to be levied.
///
/// # Errors
/// A refusal of the rule, or [`OfficeError::Bug`] when books and decisions disagree.
pub fn differences_and_small(
    booking: &Booking<'_>,
    new: &[Outcome],
    standing: &[Decision],
    charged: &[(i64, Charged)],
) -> Result<Differences, OfficeError> {
    let mut keys: BTreeMap<Key, (Option<&Decision>, Option<&Outcome>)> = BTreeMap::new();
    for decision in standing {
        let outcome = &decision.outcome;
        keys.entry((outcome.household_id, outcome.liable_id))
            .or_default()
            .0 = Some(decision);
    }
    for outcome in new {
        keys.entry((outcome.household_id, outcome.liable_id))
            .or_default()
            .1 = Some(outcome);
    }
    let mut charges: BTreeMap<Key, Vec<&Charged>> = BTreeMap::new();
    for (household, row) in charged {
        if !row.parts.is_zero() {
            charges
                .entry((*household, row.debtor_id))
                .or_default()
                .push(row);
        }
    }
    let mut differences = Differences::default();
    for (key, (before, after)) in keys {
        let after = after.cloned().unwrap_or_else(|| nothing(key.0, key.1));
        if before.is_none() && after.months.is_empty() {
            continue;
        }
        let charged = charges.get(&key).map_or(&[][..], Vec::as_slice);
        match relevy(booking, before, after, charged)? {
            Verdict::Same => {}
            Verdict::Small(small) => differences.small.push(small),
            Verdict::Changed(relevied) => differences.relevied.push(*relevied),
        }
    }
    Ok(differences)
}

enum Verdict {
    Same,
    Small(SmallIncrease),
    Changed(Box<Relevied>),
}

fn relevy(
    booking: &Booking<'_>,
    before: Option<&Decision>,
    mut after: Outcome,
    charged: &[&Charged],
) -> Result<Verdict, OfficeError> {
    let stood = before.map_or_else(Parts::default, |decision| decision.outcome.parts);
    let barred = within_limits(booking, before, &mut after)?;
    special::settle(booking, &mut after, charged);
    // What a cancelled run left standing, and what was asked for provisionally, is decided anew even where the amount comes
    // out the same.
    let told = before.filter(|decision| !is_cancelled(decision) && !is_provisional(decision));
    let unchanged = told.is_some_and(|decision| {
        decision.outcome.parts == after.parts
            && decision.outcome.months == after.months
            && decision.barred == barred
    });
    if unchanged && !special::must_stop(booking, &after, charged) {
        return Ok(Verdict::Same);
    }
    let increase = after.parts.total() - stood.total();
    let least = booking.rules.small_change.increase_below;
    if told.is_some() && increase > Yen::ZERO && increase < least {
        return Ok(Verdict::Small(SmallIncrease {
            household_id: after.household_id,
            liable_id: after.liable_id,
            yen: increase,
            levied_from: least,
        }));
    }
    let settles = before.is_some_and(is_provisional);
    let (replan, withheld) = divide(booking, (stood, settles), &mut after, charged)?;
    Ok(Verdict::Changed(Box::new(Relevied {
        after: Decision {
            decision_id: 0,
            levy_year: booking.rules.year(),
            sequence: before.map_or(1, |decision| decision.sequence + 1),
            run_id: booking.run_id,
            decided_on: booking.decided_on,
            reason: booking.reason.to_owned(),
            rule_hash: booking.rules.hash.clone(),
            outcome: after,
            barred,
        },
        before: before.cloned(),
        replan,
        withheld,
    })))
}

/// Whether a decision is what a cancelled run left behind.
pub(super) fn is_cancelled(decision: &Decision) -> bool {
    decision.outcome.flags & flags::CANCELLED != 0
}

/// Whether a decision asks provisionally for what the year's levy will settle.
fn is_provisional(decision: &Decision) -> bool {
    decision.outcome.flags & flags::PROVISIONAL != 0
}

/// The year's instalments brought from what stood to what the outcome says, by both methods.
fn divide(
    booking: &Booking<'_>,
    (stood, settles): (Parts, bool),
    after: &mut Outcome,
    charged: &[&Charged],
) -> Result<(Replan, Vec<Withheld>), OfficeError> {
    let sum = |rows: &[&Charged]| {
        let parts = rows.iter().map(|row| row.parts);
        parts.fold(Parts::default(), Parts::plus)
    };
    if sum(charged) != stood {
        return Err(OfficeError::Bug(format!(
            "世帯番号{}の{}の調定{}が決定額{}と合いません",
            after.household_id,
            booking.rules.year(),
            sum(charged).total(),
            stood.total()
        )));
    }
    let (special, ordinary): (Vec<&Charged>, Vec<&Charged>) = charged
        .iter()
        .partition(|row| row.method == Method::Special);
    let later = after.later.clone();
    let replan = |before: Parts, after: Parts| {
        let standing = ordinary
            .iter()
            .map(|row| instalment(row))
            .collect::<Result<Vec<_>, _>>()?;
        let annual = Annual {
            before: &before.columns(),
            after: &after.columns(),
            later: &later,
        };
        Ok::<_, OfficeError>(replan_later(
            &booking.rules.instalments,
            booking.rules.change,
            booking.calendar,
            &standing,
            annual,
            booking.decided_on,
        )?)
    };
    let in_year = FiscalYear::of(booking.decided_on) == booking.rules.year();
    if !special.is_empty() {
        let division = special::carry_on(booking, stood, after, &special);
        let replan = replan(sum(&ordinary), division.ordinary)?;
        return Ok((replan, division.withheld));
    }
    if after.flags & flags::PROVISIONAL != 0 && charged.is_empty() {
        let rules = &booking.rules.instalments;
        let laid = lay_provisional(rules, booking.calendar, &after.parts.columns())?;
        return Ok((laid, Vec::new()));
    }
    // Beside provisional instalments the payments from the pension may still begin with October.
    let first = charged.is_empty() || (settles && after.february == Yen::ZERO);
    if !first || !in_year || after.flags & flags::SPECIAL == 0 {
        return Ok((replan(stood, after.parts)?, Vec::new()));
    }
    // A first levy of someone who meets the conditions of 特別徴収.
    let mut whole = replan(stood, after.parts)?;
    let october = law::day(booking.rules.year().0, 10, 1);
    let starts_in_october = after.february == Yen::ZERO;
    let early = |due_on: Date| starts_in_october && due_on < october;
    let before_october = whole
        .instalments
        .iter()
        .filter(|one| early(one.due_on))
        .map(|one| columns(&one.parts))
        .fold(Parts::default(), Parts::plus);
    let Some(division) = special::begin(booking, after, before_october)? else {
        return Ok((whole, Vec::new()));
    };
    if starts_in_october {
        whole.instalments.retain(|one| early(one.due_on));
        whole.changes.retain(|one| early(one.due_on));
    } else {
        whole = replan(Parts::default(), division.ordinary)?;
    }
    Ok((whole, division.withheld))
}
