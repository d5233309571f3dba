//! 申請により2割となり得る世帯 — whose 3割 an application could still change, from the 収入 that the records show at least.
//!
//! 根拠: 国民健康保険法施行令 第27条の2第3項第1号・第2号、国民健康保険法施行規則 第24条の2・第24条の3

use super::asked::asked_on;
use super::facts::HouseholdFacts;
use super::moment::{Look, Member, Moment, judge_elder};
use super::over70::anything_but_pay;
use super::resolve::revenue;
use super::year::benefit_year;
use crate::reason::Silent;
use crate::rules::JudgementRules;
use crate::{Date, Yen};

/// Why an application could be granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MayApply {
    /// 収入 that the records show at least, in yen. What costs were taken from may be more: only the application says it.
    pub at_least: Yen,
    /// The 収入 that has to stay below this, in yen.
    pub below: Yen,
}

/// Whether an application for 2割 by revenue could be granted for a day: the ratio is 3割, none was granted for the benefit
/// year and the people who count on the day, and the 収入 known so far is below what the provision asks for.
#[must_use]
pub fn may_apply(rules: &JudgementRules, facts: &HouseholdFacts, on: Date) -> Option<MayApply> {
    let moment = Moment::of(on);
    let judged = judge_elder(rules, facts, moment, &mut Silent)?;
    let year = benefit_year(on);
    let granted = facts
        .applications
        .iter()
        .filter(|one| one.benefit_year == year)
        .any(|one| same_people(rules, facts, (year, one.received_on), on));
    if judged.tenths != Some(3) || granted {
        return None;
    }
    let look = Look::new(rules, facts, moment);
    let least = |member: &Member| at_least(&look, member);
    let elders = look.elders().count();
    let own: Yen = look.elders().map(least).sum();
    let limits = &rules.copay;
    let below = if elders == 1 {
        limits.revenue_single_below
    } else {
        limits.revenue_several_below
    };
    if own < below {
        return Some(MayApply {
            at_least: own,
            below,
        });
    }
    let mut formers = look
        .members
        .iter()
        .filter(|member| member.former)
        .peekable();
    if elders != 1 || formers.peek().is_none() {
        return None;
    }
    let sum = own + formers.map(least).sum();
    let below = limits.revenue_several_below;
    (sum < below).then_some(MayApply {
        at_least: sum,
        below,
    })
}

/// Whether the people whose 収入 counts on a day are those for whom an application of a benefit year was made: where somebody
/// turned 70 or left since, it says nothing of what another one would.
///
/// 根拠: 国民健康保険法施行令 第27条の2第3項第1号・第2号、国民健康保険法施行規則 第24条の3第2号
#[must_use]
pub fn same_people(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    (benefit_year, received_on): (i16, Date),
    on: Date,
) -> bool {
    counted(rules, facts, asked_on(benefit_year, received_on)) == counted(rules, facts, on)
}

/// Whose 収入 counts on a day: those of 70 and over, and beside one alone the 特定同一世帯所属者 (`false`).
fn counted(rules: &JudgementRules, facts: &HouseholdFacts, on: Date) -> Vec<(usize, bool)> {
    let look = Look::new(rules, facts, Moment::of(on));
    let alone = look.elders().count() == 1;
    let counts = |member: &&Member| member.elder || (member.former && alone);
    let members = look.members.iter().filter(counts);
    members.map(|one| (one.index, one.elder)).collect()
}

/// 収入 of one person as told or confirmed; where nobody told it, pay and pensions, and what every other kind of income came
/// to: the 収入 behind it is not less.
fn at_least(look: &Look<'_>, member: &Member) -> Yen {
    let told = look
        .facts
        .people
        .get(member.index)
        .and_then(|person| revenue(look.rules, person, &member.known, look.knowledge(), true));
    told.unwrap_or_else(|| {
        let income = &member.known.income;
        income.salary_revenue.max(income.salary)
            + income.pension_revenue.max(income.pension)
            + anything_but_pay(income)
    })
}
