//! 区分ごとの賦課 — one component of one household: its months cut where something changes, each group
//! added up, the cap, the year.

use super::amounts::{MICRO, TierPrices};
use super::assess::{ComponentLevy, Scratch};
use super::bases::Bases;
use super::household::{HouseholdYear, PersonYear};
use super::judgement::TierMonths;
use super::parts::Sums;
use super::what::What;
use crate::reason::Why;
use crate::rules::LevyRules;
use crate::rules::levy::{CapMethod, ComponentRules};
use crate::{Months, Payers, Yen};

/// One component of one household.
pub(super) struct ComponentRun<'a> {
    pub(super) rules: &'a LevyRules,
    pub(super) component: &'a ComponentRules,
    pub(super) prices: &'a [TierPrices],
    pub(super) household: &'a HouseholdYear,
    pub(super) index: u8,
}

impl ComponentRun<'_> {
    #[inline(always)]
    fn months_of(&self, person: &PersonYear) -> Months {
        match self.component.payers {
            Payers::Everyone => person.insured,
            Payers::CareAge => person.care,
        }
    }

    /// The component's year. `STEADY` says that `steady` are the [`steady_months`] of the household: the same
    /// calculation, from which the compiler leaves out what cannot arise.
    #[inline(always)]
    pub(super) fn run<const STEADY: bool, W: Why<What>>(
        &self,
        steady: Months,
        scratch: &mut Scratch,
        why: &mut W,
    ) -> ComponentLevy {
        let (charged, even) = if STEADY {
            (self.charged_alike(steady), true)
        } else {
            self.charged()
        };
        if charged.is_empty() {
            return ComponentLevy::default();
        }
        let mut sums = Sums::default();
        let whole_of = |months: Months| match self.rules.cap_method {
            // A group's figures are those of a whole year of its composition, over its own months
            // (monthly composition), or the share of the year that falls to it (person months).
            CapMethod::MonthlyComposition => months.count(),
            CapMethod::PersonMonths => 12,
        };
        let capped = |total: i64, whole: i64| match self.rules.cap_method {
            CapMethod::MonthlyComposition => total.min(self.component.cap.0 * MICRO * whole),
            CapMethod::PersonMonths => total,
        };
        match scratch.tiers.as_slice() {
            [only] if even => {
                let group = TierMonths {
                    months: charged,
                    tier: only.tier,
                };
                let whole = whole_of(charged);
                sums = self.group::<STEADY>(group, whole, charged, &scratch.bases, &sums);
                sums.capped = capped(sums.total, whole);
            }
            _ if STEADY => {}
            _ => {
                self.month_groups(charged, &scratch.tiers, &mut scratch.groups);
                for group in &scratch.groups {
                    let whole = whole_of(group.months);
                    let part = self.group::<false>(*group, whole, charged, &scratch.bases, &sums);
                    part.add_to(&mut sums);
                    sums.capped += capped(part.total, whole);
                }
            }
        }
        if self.rules.cap_method == CapMethod::PersonMonths {
            sums.adjustment = self.adjustment();
            sums.total = (sums.total - sums.adjustment).max(0);
            sums.capped = sums.total.min(self.component.cap.0 * MICRO * 12);
        }
        self.conclude(&sums, why)
    }

    /// The months in which everyone who pays this component is charged, of a household without changes.
    #[inline(always)]
    fn charged_alike(&self, steady: Months) -> Months {
        let mut people = self.household.people.iter();
        match self.component.payers {
            Payers::Everyone => steady,
            Payers::CareAge if people.any(|person| !person.care.is_empty()) => steady,
            Payers::CareAge => Months::NONE,
        }
    }

    /// The months in which anyone is charged, and whether nothing about it changes within them.
    fn charged(&self) -> (Months, bool) {
        let household = self.household;
        let mut charged = Months::NONE;
        let mut even = true;
        for person in &household.people {
            let months = self.months_of(person);
            if months.is_empty() {
                continue;
            }
            even &= charged.is_empty() || months == charged;
            even &= whole_or_none(person.unemployed, months)
                && whole_or_none(person.former_dependant_months, months);
            charged = charged.or(months);
        }
        even &= whole_or_none(household.specific_half, charged)
            && whole_or_none(household.specific_three_quarters, charged);
        (charged, even)
    }

    /// What the ordinance takes off this component in the year.
    fn adjustment(&self) -> i64 {
        if self.household.adjustments.is_empty() {
            return 0;
        }
        let own = usize::from(self.index);
        let all = self.household.adjustments.iter();
        let taken_off = all.filter(|adjustment| adjustment.component == own);
        taken_off.map(|adjustment| adjustment.yen.0).sum::<i64>() * MICRO * 12
    }

    /// Cuts the charged months into groups within which nothing that matters changes.
    fn month_groups(&self, charged: Months, tiers: &[TierMonths], groups: &mut Vec<TierMonths>) {
        groups.clear();
        for part in tiers {
            let months = part.months.and(charged);
            if !months.is_empty() {
                groups.push(TierMonths {
                    months,
                    tier: part.tier,
                });
            }
        }
        if self.rules.cap_method == CapMethod::PersonMonths {
            return;
        }
        for person in &self.household.people {
            // What happens to someone in months without this component does not change its composition.
            let months = self.months_of(person);
            cut(groups, months);
            cut(groups, months.and(person.unemployed));
            cut(groups, months.and(person.former_dependant_months));
        }
        if self.component.specific_household {
            let half = self.household.specific_half;
            cut(groups, half);
            cut(groups, self.household.specific_three_quarters.except(half));
        }
    }

    /// The sums of one group of months; `before` are those of the groups before it.
    #[inline(always)]
    fn group<const STEADY: bool>(
        &self,
        group: TierMonths,
        whole: i64,
        charged: Months,
        bases: &[Bases],
        before: &Sums,
    ) -> Sums {
        let mut part = Sums::default();
        let Some(prices) = self.prices.get(group.tier) else {
            return part;
        };
        let mut household_months = Months::NONE;
        let mut only_former_dependants = group.months;
        for (person, bases) in self.household.people.iter().zip(bases) {
            let mut months = self.months_of(person).and(group.months);
            if months.is_empty() {
                continue;
            }
            if STEADY {
                months = group.months;
                only_former_dependants = Months::NONE;
            } else {
                let waived = person.former_dependant_months.and(months);
                only_former_dependants = only_former_dependants.except(months.except(waived));
            }
            household_months = household_months.or(months);
            self.add_person::<STEADY>(person, months, bases, prices, whole, &mut part);
        }
        if self.component.per_household > Yen::ZERO {
            self.add_household::<STEADY>(
                prices,
                household_months,
                only_former_dependants,
                &mut part,
            );
        }
        part.household_months = household_months.count();
        self.round_parts(whole, &mut part);
        if !STEADY
            && self.rules.cap_method == CapMethod::MonthlyComposition
            && !self.household.adjustments.is_empty()
        {
            // Shared by the charged months; what division leaves over goes to the later groups.
            let months = before.household_months + group.months.count();
            part.adjustment =
                self.adjustment() * months / charged.count().max(1) - before.adjustment;
        }
        let total =
            part.income + part.asset + part.per_capita + part.per_adult + part.per_household
                - part.adjustment;
        part.total = total.max(0);
        part
    }
}

/// The months of a household of which nothing changes and nothing rare holds: everyone insured for the
/// same months, paying the care part for all of them or none, judged once. Most households are so.
#[inline]
pub(super) fn steady_months(household: &HouseholdYear, tiers: &[TierMonths]) -> Option<Months> {
    let plain = household.adjustments.is_empty()
        && household.specific_half.is_empty()
        && household.specific_three_quarters.is_empty();
    if !plain || tiers.len() != 1 {
        return None;
    }
    let mut all = Months::NONE;
    for person in &household.people {
        let rare = person
            .unemployed
            .or(person.maternity)
            .or(person.former_dependant_months);
        let own = person.insured.or(person.care);
        if own.is_empty() {
            continue;
        }
        let alike = (all.is_empty() || all == own)
            && person.insured == own
            && (person.care.is_empty() || person.care == own);
        if !alike || !rare.is_empty() || person.former_dependant || person.asset_tax != Yen::ZERO {
            return None;
        }
        all = own;
    }
    Some(all)
}

/// Whether a month map takes all of some months or none of them.
fn whole_or_none(map: Months, of: Months) -> bool {
    let inside = map.and(of);
    inside.is_empty() || inside == of
}

/// Cuts every group along a month map.
fn cut(groups: &mut Vec<TierMonths>, map: Months) {
    for index in 0..groups.len() {
        let Some(group) = groups.get_mut(index) else {
            return;
        };
        let inside = group.months.and(map);
        if inside.is_empty() || inside == group.months {
            continue;
        }
        group.months = group.months.except(map);
        let split = TierMonths {
            months: inside,
            tier: group.tier,
        };
        groups.push(split);
    }
}
