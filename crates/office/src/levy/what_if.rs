//! 料率の試算 — the whole city under other rates: read once, levied again in memory as often as wanted.

use super::decide::decide;
use super::load;
use super::load_rare::RareFacts;
use super::year_rules::YearRules;
use crate::error::OfficeError;
use crate::jobs::Chunk;
use db::Store;
use law::levy::{Assessor, HouseholdYear, Levy, Scratch};
use law::reason::Silent;
use law::rules::LevyRules;
use law::{Refusal, Yen};
use rayon::prelude::*;

/// The levy units of a city for one year, as known at a moment.
#[derive(Clone, Debug)]
pub struct CityFacts {
    units: Vec<Unit>,
}

#[derive(Clone, Debug)]
struct Unit {
    household_id: i64,
    household: HouseholdYear,
}

/// What a city comes to under one rule set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Revenue {
    /// Levy units charged.
    pub units: i64,
    /// By component, in the order of the rule set.
    pub components: Vec<ComponentRevenue>,
    /// Units by reduction tier: tenths and number, strongest first.
    pub tiers: Vec<(i64, i64)>,
    /// Sum of all annual amounts.
    pub total: Yen,
}

/// One component of a city's revenue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ComponentRevenue {
    /// 区分.
    pub name_ja: String,
    /// Sum of the amounts decided.
    pub amount: Yen,
    /// 低所得者の軽減額.
    pub statutory_reduction: Yen,
    /// 未就学児の減額.
    pub preschool_deduction: Yen,
    /// 産前産後の減額.
    pub maternity_deduction: Yen,
    /// 限度超過額.
    pub over_cap: Yen,
    /// Units at the cap.
    pub at_cap: i64,
}

/// How a unit fares under the second rule set, in yen a year: after minus before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// 国保世帯番号.
    pub household_id: i64,
    /// Under the first rules.
    pub before: Yen,
    /// Under the second.
    pub after: Yen,
}

/// Two rule sets side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Under the first rules.
    pub before: Revenue,
    /// Under the second rules.
    pub after: Revenue,
    /// Units that pay less, the same, more.
    pub fewer_same_more: (i64, i64, i64),
    /// Number of units by difference: lower bounds of the classes and counts.
    pub histogram: Vec<(Yen, i64)>,
    /// Those who gain most, and those who lose most.
    pub extremes: (Vec<Fate>, Vec<Fate>),
}

/// Lower bounds of the classes of difference in yen; the first class is open below.
const CLASSES: [i64; 12] = [
    i64::MIN,
    -100_000,
    -50_000,
    -20_000,
    -10_000,
    -5_000,
    1,
    5_000,
    10_000,
    20_000,
    50_000,
    100_000,
];
/// How many of the extremes are listed.
const EXTREMES: usize = 20;

impl CityFacts {
    /// Reads the levy units of all households, `chunks` at a time on all cores.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn read(
        store: &Store,
        rules: &YearRules,
        known_at: i64,
        chunks: &[Chunk],
    ) -> Result<Self, OfficeError> {
        let assessor = Assessor::new(&rules.levy)?;
        let rare = store.read(|conn| RareFacts::of_city(conn, known_at, rules.year()))?;
        let parts = chunks
            .par_iter()
            .map(|chunk| {
                let households = store.read(|conn| {
                    let (from, until) = (chunk.from_key, chunk.until_key);
                    load::households_with(conn, from, until, known_at, rules.year(), &rare)
                })?;
                let mut scratch = Scratch::default();
                let mut units = Vec::with_capacity(households.len());
                for loaded in &households {
                    for decided in decide(rules, &assessor, &mut scratch, loaded)? {
                        units.push(Unit {
                            household_id: loaded.household_id,
                            household: decided.year.household,
                        });
                    }
                }
                Ok::<_, OfficeError>(units)
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            units: parts.into_iter().flatten().collect(),
        })
    }

    /// From household years that are already in memory.
    #[must_use]
    pub fn from_units(units: impl Iterator<Item = (i64, HouseholdYear)>) -> Self {
        Self {
            units: units
                .map(|(household_id, household)| Unit {
                    household_id,
                    household,
                })
                .collect(),
        }
    }

    /// How many units there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The city under one rule set.
    ///
    /// # Errors
    /// A [`Refusal`] when the rules do not fit the year.
    pub fn revenue(&self, rules: &LevyRules) -> Result<Revenue, Refusal> {
        Ok(self.levy_all(rules)?.0)
    }

    /// The city under two rule sets, with who gains and who loses.
    ///
    /// # Errors
    /// As [`CityFacts::revenue`].
    pub fn compare(&self, first: &LevyRules, second: &LevyRules) -> Result<Comparison, Refusal> {
        let (before, old) = self.levy_all(first)?;
        let (after, new) = self.levy_all(second)?;
        let mut fewer_same_more = (0, 0, 0);
        let mut histogram: Vec<(Yen, i64)> = CLASSES.iter().map(|least| (Yen(*least), 0)).collect();
        let mut fates: Vec<Fate> = self
            .units
            .iter()
            .zip(old.into_iter().zip(new))
            .map(|(unit, (before, after))| Fate {
                household_id: unit.household_id,
                before,
                after,
            })
            .collect();
        for fate in &fates {
            let difference = fate.after - fate.before;
            match difference.0 {
                0 => fewer_same_more.1 += 1,
                less if less < 0 => fewer_same_more.0 += 1,
                _ => fewer_same_more.2 += 1,
            }
            let class = histogram
                .iter_mut()
                .rev()
                .find(|(least, _)| *least <= difference);
            if let Some((_, count)) = class.filter(|_| difference != Yen::ZERO) {
                *count += 1;
            }
        }
        fates.sort_by_key(|fate| fate.after - fate.before);
        let gainers = fates.iter().take(EXTREMES).copied();
        let losers = fates.iter().rev().take(EXTREMES).copied();
        Ok(Comparison {
            before,
            after,
            fewer_same_more,
            histogram,
            extremes: (
                gainers.filter(|fate| fate.after < fate.before).collect(),
                losers.filter(|fate| fate.after > fate.before).collect(),
            ),
        })
    }

    fn levy_all(&self, rules: &LevyRules) -> Result<(Revenue, Vec<Yen>), Refusal> {
        let assessor = Assessor::new(rules)?;
        let parts = self
            .units
            .par_chunks(8_192)
            .map(|units| {
                let mut scratch = Scratch::default();
                let mut levy = Levy::default();
                let mut revenue = Revenue::empty(rules);
                let mut totals = Vec::with_capacity(units.len());
                for unit in units {
                    assessor.assess(&unit.household, &mut scratch, &mut Silent, &mut levy)?;
                    revenue.add(&levy);
                    totals.push(levy.total);
                }
                Ok((revenue, totals))
            })
            .collect::<Result<Vec<_>, Refusal>>()?;
        let mut revenue = Revenue::empty(rules);
        let mut totals = Vec::with_capacity(self.units.len());
        for (part, mut of_part) in parts {
            revenue.merge(&part);
            totals.append(&mut of_part);
        }
        Ok((revenue, totals))
    }
}

impl Revenue {
    fn empty(rules: &LevyRules) -> Self {
        Self {
            units: 0,
            components: rules
                .components
                .iter()
                .map(|component| ComponentRevenue {
                    name_ja: component.name_ja.clone(),
                    ..ComponentRevenue::default()
                })
                .collect(),
            tiers: rules
                .reduction
                .tiers
                .iter()
                .map(|tier| (tier.tenths, 0))
                .chain([(0, 0)])
                .collect(),
            total: Yen::ZERO,
        }
    }

    fn add(&mut self, levy: &Levy) {
        self.units += 1;
        self.total += levy.total;
        for (sum, one) in self.components.iter_mut().zip(&levy.components) {
            sum.amount += one.amount;
            sum.statutory_reduction += one.statutory_reduction;
            sum.preschool_deduction += one.preschool_deduction;
            sum.maternity_deduction += one.maternity_deduction;
            sum.over_cap += one.over_cap;
            sum.at_cap += i64::from(one.over_cap > Yen::ZERO);
        }
        if let Some(tier) = self
            .tiers
            .iter_mut()
            .find(|tier| tier.0 == levy.reduction_tenths)
        {
            tier.1 += 1;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.units += other.units;
        self.total += other.total;
        for (sum, one) in self.components.iter_mut().zip(&other.components) {
            sum.amount += one.amount;
            sum.statutory_reduction += one.statutory_reduction;
            sum.preschool_deduction += one.preschool_deduction;
            sum.maternity_deduction += one.maternity_deduction;
            sum.over_cap += one.over_cap;
            sum.at_cap += one.at_cap;
        }
        for (sum, one) in self.tiers.iter_mut().zip(&other.tiers) {
            sum.1 += one.1;
        }
    }
}
