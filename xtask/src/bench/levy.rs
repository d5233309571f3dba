//! The rule with its reasons beside a loop written by hand for one rule set.
//!
//! The loop does the same arithmetic over the same records: income totals, judgement, unit prices, month
//! share, cap, rounding. It can do nothing else: no other rounding, no change within a household's year,
//! no reasons, no refusals. Both must agree on every household before either is timed.

use super::people::made_up;
use super::table::{grouped, ratio, table};
use anyhow::{Result, bail};
use law::levy::income::Filing;
use law::levy::{Assessor, HouseholdYear, Levy, Scratch, Standing};
use law::reason::Silent;
use law::rules::RuleBook;
use law::rules::levy::{CapMethod, IncomeRounding, LevyRules, Payers, ReductionRounding};
use law::{FiscalYear, Yen};
use std::hint::black_box;
use std::time::{Duration, Instant};

const MUNICIPALITY: &str = "131032";
const YEAR: FiscalYear = FiscalYear(2026);
const ROUNDS: usize = 9;
const BLOCK: usize = 2_000;

/// Households that stay in the processor's cache from one way to the next.
const FEW: usize = BLOCK;

/// Measures `count` households, and a few that need no memory, and returns the part of the page.
pub fn measure(count: usize) -> Result<String> {
    let book = RuleBook::embedded().map_err(|errors| {
        anyhow::anyhow!(
            "{}",
            errors.first().map(ToString::to_string).unwrap_or_default()
        )
    })?;
    let rules = book.levy(MUNICIPALITY, YEAR)?;
    let assessor = Assessor::new(&rules)?;
    let tight = Tight::new(&rules)?;
    let (households, few) = (made_up(YEAR, count), made_up(YEAR, FEW));
    let (steps, whole) = compare(&assessor, &tight, &households)?;
    let (_, in_cache) = compare(&assessor, &tight, &few)?;
    let people: usize = households.iter().map(|one| one.people.len()).sum();
    Ok(format!(
        "## Rule evaluation\n\n{} {} ({}): {} made-up households, {} persons, in memory; one core, best of {ROUNDS} \
         alternating rounds for each {BLOCK} households, release build. {} steps of reasons a household.\n\n{}\n\
         The same {} households over and over, so that the loop never waits for memory:\n\n{}",
        rules.municipality_name,
        rules.fiscal_year,
        rules.kind.name_ja(),
        grouped(count as u128),
        grouped(people as u128),
        ratio(steps as u128, count as u128),
        rows(count, whole),
        grouped(FEW as u128),
        rows(FEW, in_cache),
    ))
}

/// The best times of the loop, the rule with reasons and the rule without, and how many reasons there were.
fn compare(
    assessor: &Assessor<'_>,
    tight: &Tight<'_>,
    households: &[HouseholdYear],
) -> Result<(usize, [Duration; 3])> {
    for (number, household) in households.iter().enumerate() {
        let (by_rule, by_hand) = (assessor.levy(household)?.total.0, tight.total(household));
        if by_rule != by_hand {
            bail!("household {number}: {by_rule} by the rule, {by_hand} by the loop");
        }
    }
    let (mut scratch, mut steps, mut levy) = (Scratch::default(), Vec::new(), Levy::default());
    let mut steps_taken = 0_usize;
    // Each way goes over all households before the next begins, so none finds them in the cache. The best of the
    // rounds is kept block by block: a neighbour that takes the core for a while spoils a block, not a round.
    let mut best = [(); 3].map(|()| vec![Duration::MAX; households.len().div_ceil(BLOCK)]);
    for _ in 0..ROUNDS {
        let [hand, reasons, silent] = &mut best;
        timed(households, hand, |block| {
            black_box(block.iter().map(|one| tight.total(one)).sum::<i64>());
            Ok(())
        })?;
        steps_taken = 0;
        timed(households, reasons, |block| {
            for household in block {
                steps.clear();
                assessor.assess(household, &mut scratch, &mut steps, &mut levy)?;
                black_box((&steps, &levy));
                steps_taken += steps.len();
            }
            Ok(())
        })?;
        timed(households, silent, |block| {
            for household in block {
                assessor.assess(household, &mut scratch, &mut Silent, &mut levy)?;
                black_box(&levy);
            }
            Ok(())
        })?;
    }
    Ok((steps_taken, best.map(|blocks| blocks.iter().sum())))
}

/// Times `work` on each block of households, keeping the shorter of this and the best time before.
fn timed(
    households: &[HouseholdYear],
    best: &mut [Duration],
    mut work: impl FnMut(&[HouseholdYear]) -> Result<()>,
) -> Result<()> {
    for (block, best) in households.chunks(BLOCK).zip(best) {
        let begun = Instant::now();
        work(black_box(block))?;
        *best = (*best).min(begun.elapsed());
    }
    Ok(())
}

fn rows(count: usize, best: [Duration; 3]) -> String {
    let count = count as u128;
    let [hand, ..] = best;
    let names = ["loop by hand", "rule with reasons", "rule without reasons"];
    let rows: Vec<Vec<String>> = names
        .iter()
        .zip(best)
        .map(|(name, time)| {
            let nanos = time.as_nanos().max(1);
            vec![
                (*name).to_owned(),
                grouped(nanos / count),
                grouped(count * 1_000_000_000 / nanos),
                ratio(nanos, hand.as_nanos()),
            ]
        })
        .collect();
    table(
        &["", "ns a household", "households/s", "beside the loop"],
        &rows,
    )
}

/// One rule set, flattened for the loop.
struct Tight<'r> {
    rules: &'r LevyRules,
    components: Vec<TightComponent>,
}

/// Prices by tier: whole yen, which per-head flooring makes them.
struct TightComponent {
    rate: i64,
    cap: i64,
    care: bool,
    minor_exempt: bool,
    per_capita: [i64; 4],
    preschool: [i64; 4],
    per_adult: [i64; 4],
}

impl<'r> Tight<'r> {
    /// Refuses a rule set whose conventions are not those the loop is written for.
    fn new(rules: &'r LevyRules) -> Result<Self> {
        let fits = rules.cap_method == CapMethod::MonthlyComposition
            && rules.reduction.tiers.len() == 3
            && rules.components.iter().all(|component| {
                component.income_rounding == IncomeRounding::PersonFloor
                    && component.reduction_rounding == ReductionRounding::FloorEach
                    && component.per_household == Yen::ZERO
                    && component.asset_rate.0 == 0
                    && component.amount_unit == 1
                    && component.person_unit == 0
            });
        if !fits {
            bail!(
                "the loop is not written for the conventions of {}",
                rules.municipality_name
            );
        }
        let components = rules
            .components
            .iter()
            .map(|component| {
                let left = |gross: i64, index: usize| {
                    let tenths = index
                        .checked_sub(1)
                        .and_then(|tier| rules.reduction.tiers.get(tier));
                    gross * (10 - tenths.map_or(0, |tier| tier.tenths))
                };
                let by_tier = |gross: Yen| std::array::from_fn(|index| left(gross.0, index) / 10);
                let half = |gross: Yen| std::array::from_fn(|index| left(gross.0, index) / 20);
                TightComponent {
                    rate: component.income_rate.0,
                    cap: component.cap.0,
                    care: component.payers == Payers::CareAge,
                    minor_exempt: component.minor_exempt,
                    per_capita: by_tier(component.per_capita),
                    preschool: match component.preschool {
                        true => half(component.per_capita),
                        false => by_tier(component.per_capita),
                    },
                    per_adult: by_tier(component.per_adult),
                }
            })
            .collect();
        Ok(Self { rules, components })
    }

    /// The annual levy of a household whose members share their months.
    #[inline(never)]
    fn total(&self, household: &HouseholdYear) -> i64 {
        let mut bases = [0_i64; 16];
        let tier = self.judge(household, &mut bases);
        let mut total = 0;
        for component in &self.components {
            let (mut sum, mut months) = (0, 0);
            for (person, base) in household.people.iter().zip(bases) {
                let own = if component.care {
                    person.care
                } else {
                    person.insured
                }
                .count();
                if own == 0 {
                    continue;
                }
                months = own;
                let income = base * component.rate / law::money::PPM;
                let heads = if person.minor && component.minor_exempt {
                    0
                } else if person.preschool {
                    at(&component.preschool, tier)
                } else {
                    at(&component.per_capita, tier)
                };
                let adult = if person.minor {
                    0
                } else {
                    at(&component.per_adult, tier)
                };
                sum += (income + heads + adult) * own;
            }
            total += sum.min(component.cap * months) / 12;
        }
        total - total % self.rules.total_unit
    }

    fn judge(&self, household: &HouseholdYear, bases: &mut [i64; 16]) -> usize {
        let reduction = &self.rules.reduction;
        let (mut income, mut heads, mut earners, mut unknown) = (0, 0, 0, false);
        for (person, base) in household.people.iter().zip(bases.iter_mut()) {
            let aged = person.aged_65;
            let totals = person.income.totals(aged, reduction.pension_relief);
            let deduction = self.rules.basic_deduction_for(totals.taper);
            *base = match person.insured.is_empty() {
                true => 0,
                false => (totals.levy.0 - deduction.0).max(0),
            };
            income += totals.judgement.0;
            heads += i64::from(person.standing != Standing::FictitiousHead);
            earners += i64::from(person.income.is_earner(aged, &reduction.earner));
            unknown |= person.filing == Filing::Unfiled;
        }
        if unknown {
            return 0;
        }
        let common = reduction.base.0 + reduction.per_earner.0 * (earners - 1).max(0);
        let found = reduction
            .tiers
            .iter()
            .position(|tier| income <= common + tier.per_head.0 * heads);
        found.map_or(0, |position| position + 1)
    }
}

#[inline(always)]
fn at(prices: &[i64; 4], tier: usize) -> i64 {
    prices.get(tier).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loop_and_the_rule_agree() {
        let text = measure(500).unwrap();
        assert!(text.contains("rule with reasons"), "{text}");
    }
}
