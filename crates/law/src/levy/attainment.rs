//! 40歳到達 — what of a year's levy is due only because somebody reaches forty within the year.

use super::facts::{HouseholdFacts, LiableYear};
use super::household::{HouseholdYear, PersonYear};
use super::instalment::Later;
use crate::date::attains;
use crate::{Date, Months, Refusal, Yen};

/// 到達後に掛かる額 — for each day on which insured members reach forty, what their care part adds to each component.
///
/// 根拠: 国民健康保険法 第76条、介護保険法 第9条第2号、年齢計算ニ関スル法律
///
/// The annual amount counts the months from attainment from the outset, since the day is known; what a municipality
/// that waits ([`CareAttainment::FromAttainment`]) asks for only after the day is the difference between the levy with
/// these months and without them, the latest day taken out first. Depends on the facts alone, not on when it is asked.
/// `amounts` levies a household, reliefs included, in yen by component.
///
/// [`CareAttainment::FromAttainment`]: crate::rules::CareAttainment::FromAttainment
///
/// # Errors
/// What `amounts` refuses.
pub fn later_parts(
    facts: &HouseholdFacts,
    year: &LiableYear,
    mut amounts: impl FnMut(&HouseholdYear) -> Result<Vec<Yen>, Refusal>,
) -> Result<Vec<Later>, Refusal> {
    let reaches = |(member, row): (&usize, &PersonYear)| {
        let born_on = facts.people.get(*member)?.birth_on;
        reaches_forty(year, born_on, row.care)
    };
    let members = || year.members.iter().zip(&year.household.people);
    if members().all(|member| reaches(member).is_none()) {
        return Ok(Vec::new());
    }
    let reached: Vec<Option<Date>> = members().map(reaches).collect();
    let mut days: Vec<Date> = reached.iter().copied().flatten().collect();
    days.sort_unstable();
    days.dedup();
    let mut household = year.household.clone();
    let mut with = amounts(&household)?;
    let mut later = Vec::new();
    for after in days.into_iter().rev() {
        for (row, reached_on) in household.people.iter_mut().zip(&reached) {
            if *reached_on == Some(after) {
                row.care = Months::NONE;
            }
        }
        let without = amounts(&household)?;
        for (component, (with, without)) in with.iter().zip(&without).enumerate() {
            let yen = *with - *without;
            if yen > Yen::ZERO {
                later.push(Later {
                    after,
                    component,
                    yen,
                });
            }
        }
        with = without;
    }
    later.reverse();
    Ok(later)
}

/// The day a member reaches forty, where the care part begins with it and after the levy arose.
fn reaches_forty(year: &LiableYear, born_on: Date, care: Months) -> Option<Date> {
    let fiscal_year = year.household.fiscal_year;
    // Nearly everyone is told apart by the year of birth alone.
    let turns_in = born_on.year() + 40;
    if care.is_empty() || turns_in < fiscal_year.0 || turns_in > fiscal_year.0 + 1 {
        return None;
    }
    let reached_on = attains(born_on, 40);
    let month = fiscal_year.month_index(reached_on);
    (reached_on > year.judged_on && care.iter().next() == Some(month)).then_some(reached_on)
}
