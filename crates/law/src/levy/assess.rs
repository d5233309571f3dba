//! 賦課 — the annual levy of a household, in the statute's own order: who is counted, what each owes,
//! what is taken off, the month share, the cap, the rounding.

use super::amounts::{TierPrices, tier_prices, tier_tenths};
use super::bases::{Bases, income_bases};
use super::component::{ComponentRun, steady_months};
use super::household::HouseholdYear;
use super::judgement::{TierMonths, tiers};
use super::what::What;
use crate::reason::{Reasoned, Silent, Step, WHOLE_HOUSEHOLD, Why};
use crate::rules::LevyRules;
use crate::rules::levy::ComponentRules;
use crate::{Months, Refusal, Yen};

/// No single amount of a person's income may exceed this; larger figures are refused as mistyped.
pub const INCOME_LIMIT: Yen = Yen(10_000_000_000);

/// 区分ごとの結果 — one component of a household's annual levy. Amounts in yen, prorated, after reductions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ComponentLevy {
    /// 所得割額.
    pub income: Yen,
    /// 資産割額.
    pub asset: Yen,
    /// 均等割額, after every reduction.
    pub per_capita: Yen,
    /// 18歳以上均等割額, after every reduction.
    pub per_adult: Yen,
    /// 平等割額, after every reduction.
    pub per_household: Yen,
    /// 所得割額 before 産前産後の減額.
    pub gross_income: Yen,
    /// 均等割額 and 18歳以上均等割額 before every reduction.
    pub gross_per_capita: Yen,
    /// 平等割額 (halved where 特定世帯) before the statutory reduction.
    pub gross_per_household: Yen,
    /// 低所得者の軽減額（7・5・2割）.
    pub statutory_reduction: Yen,
    /// 未就学児の減額.
    pub preschool_deduction: Yen,
    /// 産前産後の減額.
    pub maternity_deduction: Yen,
    /// 18歳未満の均等割の減額.
    pub minor_deduction: Yen,
    /// 旧被扶養者の減免.
    pub former_dependant_relief: Yen,
    /// 調整額・独自減額.
    pub adjustment: Yen,
    /// Before the cap, fraction dropped to one yen.
    pub before_cap: Yen,
    /// 限度超過額.
    pub over_cap: Yen,
    /// 決定額.
    pub amount: Yen,
}

/// 世帯の年額.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levy {
    /// 軽減の割合 in tenths in the last month judged (7, 5, 2 or 0).
    pub reduction_tenths: i64,
    /// In the order of the rule set.
    pub components: Vec<ComponentLevy>,
    /// 年額.
    pub total: Yen,
}

/// A rule set made ready to levy many households.
#[derive(Clone, Debug)]
pub struct Assessor<'r> {
    rules: &'r LevyRules,
    parts: Vec<Part<'r>>,
    tenths: Vec<i64>,
}

/// A component with its unit prices by tier.
#[derive(Clone, Debug)]
struct Part<'r> {
    component: &'r ComponentRules,
    prices: Vec<TierPrices>,
}

/// Scratch space reused from household to household.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    pub(super) bases: Vec<Bases>,
    pub(super) tiers: Vec<TierMonths>,
    pub(super) groups: Vec<TierMonths>,
}

impl<'r> Assessor<'r> {
    /// Works out the unit prices of every tier once.
    ///
    /// # Errors
    /// A [`Refusal`] when the rule set does not fit together (a tier is missing in a printed table).
    pub fn new(rules: &'r LevyRules) -> Result<Self, Refusal> {
        let part = |component| {
            let prices = tier_prices(rules, component)?;
            Ok(Part { component, prices })
        };
        Ok(Self {
            rules,
            parts: rules
                .components
                .iter()
                .map(part)
                .collect::<Result<_, _>>()?,
            tenths: tier_tenths(rules).collect(),
        })
    }

    /// The rule set.
    #[must_use]
    pub fn rules(&self) -> &'r LevyRules {
        self.rules
    }

    /// The annual levy with its reasons.
    ///
    /// # Errors
    /// A [`Refusal`] when the household does not belong to the rule set's year or an income is out of range.
    pub fn explain(&self, household: &HouseholdYear) -> Result<Reasoned<Levy, What>, Refusal> {
        let mut steps = Vec::with_capacity(64);
        let mut value = Levy::default();
        self.assess(household, &mut Scratch::default(), &mut steps, &mut value)?;
        Ok(Reasoned { value, steps })
    }

    /// The annual levy alone.
    ///
    /// # Errors
    /// As [`Assessor::explain`].
    pub fn levy(&self, household: &HouseholdYear) -> Result<Levy, Refusal> {
        let mut value = Levy::default();
        self.assess(household, &mut Scratch::default(), &mut Silent, &mut value)?;
        Ok(value)
    }

    /// The annual levy into `out`, telling `why` each step, allocating nothing once `scratch` is warm.
    ///
    /// # Errors
    /// As [`Assessor::explain`].
    pub fn assess<W: Why<What>>(
        &self,
        household: &HouseholdYear,
        scratch: &mut Scratch,
        why: &mut W,
        out: &mut Levy,
    ) -> Result<(), Refusal> {
        if household.fiscal_year != self.rules.fiscal_year {
            return Err(Refusal::new(
                "levy.year.mismatch",
                format!(
                    "{}の世帯を{}の規則では計算できません。その年度の規則を選んでください",
                    household.fiscal_year, self.rules.fiscal_year
                ),
            ));
        }
        income_bases(self.rules, household, why, &mut scratch.bases)?;
        let Scratch {
            bases,
            tiers: of_year,
            ..
        } = scratch;
        tiers(self.rules, household, bases, why, of_year);
        let steady = steady_months(household, of_year);
        if out.components.len() != self.parts.len() {
            let none = ComponentLevy::default();
            out.components.resize(self.parts.len(), none);
        }
        out.total = Yen::ZERO;
        let last = scratch
            .tiers
            .iter()
            .max_by_key(|part| part.months.0)
            .map_or(0, |part| part.tier);
        out.reduction_tenths = self.tenths.get(last).copied().unwrap_or(0);
        for (index, part) in self.parts.iter().enumerate() {
            let Some(levy) = out.components.get_mut(index) else {
                break;
            };
            let run = ComponentRun {
                rules: self.rules,
                component: part.component,
                prices: &part.prices,
                household,
                index: u8::try_from(index).unwrap_or(u8::MAX),
            };
            *levy = if let Some(months) = steady {
                run.run::<true, W>(months, scratch, why)
            } else {
                run.run::<false, W>(Months::NONE, scratch, why)
            };
            out.total += levy.amount;
        }
        out.total = out.total.floor_to(self.rules.total_unit);
        why.step(Step {
            what: What::Total,
            component: u8::MAX,
            person: WHOLE_HOUSEHOLD,
            left: 0,
            right: self.rules.total_unit,
            value: out.total.0,
        });
        Ok(())
    }
}
