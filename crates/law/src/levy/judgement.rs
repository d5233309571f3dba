//! 軽減判定 — whether a household's per-capita and per-household parts are reduced, and by how much.

use super::bases::Bases;
use super::household::{HouseholdYear, Standing};
use super::income::Filing;
use super::what::What;
use crate::reason::{Step, WHOLE_HOUSEHOLD, Why};
use crate::rules::LevyRules;
use crate::{Months, Yen};

/// The tier a household falls into for some months of the year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierMonths {
    /// Months in which it holds.
    pub months: Months,
    /// 0 for none, then 1 for the strongest tier of the rule set.
    pub tier: usize,
}

/// 軽減の割合 for every month of the year.
///
/// 根拠: 国民健康保険法施行令 第29条の7第6項第1号〜第3号、附則第5条、第29条の7の2
///
/// The household is judged once, as it stands on the assessment day or the day the levy arises; a later
/// change of members does not judge it again. The one thing that moves within the year is 特例対象者:
/// from the month their salary counts at 30/100 the household is judged with that.
pub(super) fn tiers<W: Why<What>>(
    rules: &LevyRules,
    household: &HouseholdYear,
    bases: &[Bases],
    why: &mut W,
    out: &mut Vec<TierMonths>,
) {
    out.clear();
    out.push(TierMonths {
        months: Months::ALL,
        tier: 0,
    });
    if let Some(tenths) = household.forced_reduction {
        let tier = tier_of(rules, tenths);
        out.iter_mut().for_each(|part| part.tier = tier);
        step(why, What::ReductionTier, WHOLE_HOUSEHOLD, 0, 0, tenths);
        return;
    }
    if judged(household).all(|person| person.unemployed.is_empty()) {
        let tier = judge(rules, household, bases, Months::NONE, why);
        out.iter_mut().for_each(|part| part.tier = tier);
        return;
    }
    for person in judged(household) {
        split(out, person.unemployed);
    }
    for index in 0..out.len() {
        if let Some(part) = out.get(index).copied() {
            let tier = judge(rules, household, bases, part.months, why);
            if let Some(slot) = out.get_mut(index) {
                slot.tier = tier;
            }
        }
    }
    merge(out);
}

/// Puts months of the same tier together: a fraction is dropped once for each tier, not once for each
/// change that left the tier as it was.
fn merge(parts: &mut Vec<TierMonths>) {
    let mut kept = 0;
    for index in 0..parts.len() {
        let Some(part) = parts.get(index).copied() else {
            return;
        };
        let (done, _) = parts.split_at_mut(kept);
        match done.iter_mut().find(|other| other.tier == part.tier) {
            Some(same) => same.months = same.months.or(part.months),
            None => {
                parts.swap(kept, index);
                kept += 1;
            }
        }
    }
    parts.truncate(kept);
}

fn judged(
    household: &HouseholdYear,
) -> impl Iterator<Item = &super::household::PersonYear> + Clone {
    household
        .people
        .iter()
        .filter(|person| person.standing != Standing::JoinedLater)
}

/// Cuts every part along a month map; parts that lie wholly in or out of it stay as they are.
fn split(parts: &mut Vec<TierMonths>, map: Months) {
    for index in 0..parts.len() {
        let Some(part) = parts.get_mut(index) else {
            return;
        };
        let inside = part.months.and(map);
        if inside.is_empty() || inside == part.months {
            continue;
        }
        part.months = part.months.except(map);
        let cut = TierMonths {
            months: inside,
            tier: part.tier,
        };
        parts.push(cut);
    }
}

fn tier_of(rules: &LevyRules, tenths: i64) -> usize {
    let found = rules
        .reduction
        .tiers
        .iter()
        .position(|tier| tier.tenths == tenths);
    found.map_or(0, |position| position + 1)
}

fn judge<W: Why<What>>(
    rules: &LevyRules,
    household: &HouseholdYear,
    bases: &[Bases],
    months: Months,
    why: &mut W,
) -> usize {
    let judgement = &rules.reduction;
    let mut income = Yen::ZERO;
    let (mut heads, mut earners, mut unknown) = (0_i64, 0_i64, false);
    for (index, (person, bases)) in household.people.iter().zip(bases).enumerate() {
        if person.standing == Standing::JoinedLater {
            continue;
        }
        let number = u16::try_from(index).unwrap_or(WHOLE_HOUSEHOLD);
        let unemployed = !person.unemployed.and(months).is_empty();
        let own = if unemployed {
            let relief = judgement.pension_relief;
            person.income.judgement_total(true, person.aged_65, relief)
        } else {
            bases.judged
        };
        step(
            why,
            What::JudgementIncome,
            number,
            person.income.salary_revenue.0,
            person.income.pension_revenue.0,
            own.0,
        );
        income += own;
        heads += i64::from(person.standing != Standing::FictitiousHead);
        let earner = person
            .earner
            .unwrap_or_else(|| person.income.is_earner(person.aged_65, &judgement.earner));
        earners += i64::from(earner);
        unknown |= person.filing == Filing::Unfiled || person.inquiry_open;
    }
    step(why, What::Earners, WHOLE_HOUSEHOLD, 0, 0, earners);
    step(why, What::Heads, WHOLE_HOUSEHOLD, 0, 0, heads);
    if unknown {
        step(why, What::NotReducedUnknownIncome, WHOLE_HOUSEHOLD, 0, 0, 0);
        return 0;
    }
    let common = judgement.base.0 + judgement.per_earner.0 * (earners - 1).max(0);
    for (position, tier) in judgement.tiers.iter().enumerate() {
        let threshold = common + tier.per_head.0 * heads;
        step(
            why,
            What::Threshold,
            WHOLE_HOUSEHOLD,
            tier.tenths,
            heads,
            threshold,
        );
        // 「超えない」: exactly on the threshold is reduced.
        if income.0 <= threshold {
            step(
                why,
                What::ReductionTier,
                WHOLE_HOUSEHOLD,
                income.0,
                threshold,
                tier.tenths,
            );
            return position + 1;
        }
    }
    step(why, What::ReductionTier, WHOLE_HOUSEHOLD, income.0, 0, 0);
    0
}

#[inline]
fn step<W: Why<What>>(why: &mut W, what: What, person: u16, left: i64, right: i64, value: i64) {
    why.step(Step {
        what,
        component: u8::MAX,
        person,
        left,
        right,
        value,
    });
}
