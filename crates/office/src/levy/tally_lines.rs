//! 集計の行 — what one levy unit adds to the lines of a tally.

use super::decide::Decided;
use super::tally::{Kind, Line, LineKey, Tally};
use super::year_rules::YearRules;
use law::levy::ComponentLevy;
use law::rules::levy::ComponentRules;
use law::{Months, Payers, Yen};

fn months_of(component: &ComponentRules, person: &law::levy::PersonYear) -> Months {
    match component.payers {
        Payers::Everyone => person.insured,
        Payers::CareAge => person.care,
    }
}

/// What one unit adds to each line.
pub(super) fn lines_of(rules: &YearRules, decided: &Decided) -> Vec<(LineKey, Line)> {
    let mut lines = Vec::new();
    let tenths = decided.levy.reduction_tenths;
    let components = rules.levy.components.iter().zip(&decided.levy.components);
    for (index, ((component, levy), after)) in components.zip(decided.amounts()).enumerate() {
        let charged: Vec<&law::levy::PersonYear> = decided
            .year
            .household
            .people
            .iter()
            .filter(|person| !months_of(component, person).is_empty())
            .collect();
        let count = |wanted: &dyn Fn(&law::levy::PersonYear) -> bool| {
            i64::try_from(charged.iter().filter(|person| wanted(person)).count()).unwrap_or(0)
        };
        let everyone = count(&|_| true);
        let on_household = household_reduction(levy, tenths);
        let relief = decided.relieved.as_ref().map_or(Yen::ZERO, |relieved| {
            let parts = relieved.parts.iter();
            parts
                .filter(|part| part.component == index)
                .map(|part| part.yen)
                .sum()
        });
        let months = |person: &law::levy::PersonYear| months_of(component, person);
        for (kind, persons, yen) in [
            (
                Kind::StatutoryPerCapita,
                everyone,
                levy.statutory_reduction - on_household,
            ),
            (Kind::StatutoryPerHousehold, everyone, on_household),
            (
                Kind::Preschool,
                count(&|person| person.preschool),
                levy.preschool_deduction,
            ),
            (
                Kind::Maternity,
                count(&|person| !person.maternity.and(months(person)).is_empty()),
                levy.maternity_deduction,
            ),
            (
                Kind::Minor,
                count(&|person| person.minor),
                levy.minor_deduction,
            ),
            (
                Kind::FormerDependant,
                count(&|person| person.former_dependant),
                levy.former_dependant_relief,
            ),
            (Kind::Relief, everyone, relief),
            (Kind::OverCap, everyone, levy.over_cap),
            (Kind::Amount, everyone, after),
        ] {
            if yen == Yen::ZERO {
                continue;
            }
            let key = LineKey {
                component: component.code.clone(),
                tenths,
                kind,
            };
            lines.push((
                key,
                Line {
                    units: 1,
                    persons,
                    yen,
                },
            ));
        }
    }
    lines
}

/// 平等割の軽減額 of a unit. Where 旧被扶養者 relief also fell on the 平等割 it is the tier's share of the whole.
fn household_reduction(levy: &ComponentLevy, tenths: i64) -> Yen {
    let off = if levy.former_dependant_relief == Yen::ZERO {
        levy.gross_per_household - levy.per_household
    } else {
        Yen(levy.gross_per_household.0 * tenths / 10)
    };
    off.min(levy.statutory_reduction).at_least_zero()
}

/// Adds one unit to a tally.
pub(super) fn add(tally: &mut Tally, rules: &YearRules, decided: &Decided) {
    for (key, line) in lines_of(rules, decided) {
        let sum = tally.lines.entry(key).or_default();
        sum.units += line.units;
        sum.persons += line.persons;
        sum.yen += line.yen;
    }
    let components = rules.levy.components.iter().zip(&decided.levy.components);
    for (identity, (component, levy)) in tally.identities.iter_mut().zip(components) {
        let people = &decided.year.household.people;
        let months = |person: &law::levy::PersonYear| months_of(component, person);
        let whole = people
            .iter()
            .all(|person| months(person).is_empty() || months(person).count() == 12);
        if !whole {
            continue;
        }
        let count = |adults_only: bool| {
            let charged = people
                .iter()
                .filter(|person| !months(person).is_empty())
                .filter(|person| !adults_only || !person.minor);
            i64::try_from(charged.count()).unwrap_or(0)
        };
        let (heads, adults) = (count(false), count(true));
        identity.heads += heads;
        identity.adults += adults;
        identity.levied += levy.gross_per_capita;
        identity.by_ordinance +=
            Yen(component.per_capita.0 * heads + component.per_adult.0 * adults);
    }
}
