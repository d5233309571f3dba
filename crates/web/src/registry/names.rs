//! Names of people and numbers of households, looked up for a page.

use db::Conn;
use law::Date;
use office::OfficeError;
use office::levy::Decision;
use office::registry::{Dated, HouseholdHead, Resident, household_people, timelines};
use std::collections::HashMap;

/// Names by 宛名番号.
#[derive(Clone, Debug, Default)]
pub struct Names(HashMap<i64, String>);

impl Names {
    /// The name, or the number where there is none.
    #[must_use]
    pub fn person(&self, person_id: i64) -> String {
        self.0
            .get(&person_id)
            .cloned()
            .unwrap_or_else(|| format!("宛名番号{person_id}"))
    }
}

/// What holds on a day, or what held last.
fn standing<F>(facts: &[Dated<F>], on: Date) -> Option<&Dated<F>> {
    let holds = |fact: &&Dated<F>| fact.valid.holds(on);
    facts.iter().find(holds).or_else(|| facts.last())
}

/// The names of some people as they stand on a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn people(
    conn: &mut Conn,
    on: Date,
    numbers: impl IntoIterator<Item = i64>,
) -> Result<Names, OfficeError> {
    let mut numbers: Vec<i64> = numbers.into_iter().collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut names = HashMap::new();
    for (number, records) in timelines::<Resident>(conn, &numbers, None)? {
        if let Some(record) = standing(&records, on) {
            names.insert(number, record.fact.name.clone());
        }
    }
    Ok(Names(names))
}

/// The names of everyone who was ever insured in the households of some decisions, and of those liable.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of(conn: &mut Conn, on: Date, decisions: &[Decision]) -> Result<Names, OfficeError> {
    let mut numbers: Vec<i64> = decisions.iter().map(|one| one.outcome.liable_id).collect();
    let mut households: Vec<i64> = decisions
        .iter()
        .map(|one| one.outcome.household_id)
        .collect();
    households.sort_unstable();
    households.dedup();
    for household in households {
        numbers.extend(household_people(conn, household, on)?);
    }
    people(conn, on, numbers)
}

/// 記号・番号 of a household; empty where it has none yet.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_number(conn: &mut Conn, household: i64, on: Date) -> Result<String, OfficeError> {
    let mut found = household_numbers(conn, [household], on)?;
    Ok(found.remove(&household).unwrap_or_default())
}

/// 記号・番号 of some households; who has none yet is left out.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household_numbers(
    conn: &mut Conn,
    households: impl IntoIterator<Item = i64>,
    on: Date,
) -> Result<HashMap<i64, String>, OfficeError> {
    let mut households: Vec<i64> = households.into_iter().collect();
    households.sort_unstable();
    households.dedup();
    let mut found = HashMap::new();
    for (household, heads) in timelines::<HouseholdHead>(conn, &households, None)? {
        if let Some(head) = standing(&heads, on) {
            found.insert(household, written(&head.fact));
        }
    }
    Ok(found)
}

/// 記号・番号 as printed.
#[must_use]
pub fn written(head: &HouseholdHead) -> String {
    if head.symbol.is_empty() {
        head.number.clone()
    } else {
        format!("{}・{}", head.symbol, head.number)
    }
}
