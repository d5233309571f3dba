//! 世帯から試算 — the form of a trial filled with a household as it stands, to be changed as one likes.

use crate::desk::Desk;
use crate::fields::Fields;
use crate::registry::picture;
use crate::view::format::day_ja;
use db::Conn;
use law::levy::Filing;
use law::{FiscalYear, Yen};
use office::OfficeError;
use office::registry::load_household;

/// The fields of a household; none where there is no such household.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn household(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Fields, OfficeError> {
    let today = desk.business_date();
    let year = desk.usual_year();
    let Some(found) = load_household(conn, id, today, None)? else {
        return Ok(Fields::default());
    };
    let mut pairs = vec![("year".to_owned(), year.0.to_string())];
    for (number, person) in (1..).zip(picture::everyone(&found)) {
        let Some(resident) = picture::current(person) else {
            continue;
        };
        let mut put = |name: &str, value: String| pairs.push((format!("{name}_{number}"), value));
        put("birth", day_ja(resident.birth_on));
        let span = person
            .insured
            .iter()
            .filter(|span| span.fact.household_id == id)
            .max_by_key(|span| span.valid.from);
        let former = person
            .former_insured
            .iter()
            .any(|span| span.valid.holds(today));
        let standing = match (span, former) {
            (Some(_), _) => "insured",
            (None, true) => "former_insured",
            (None, false) => "fictitious_head",
        };
        put("standing", standing.to_owned());
        if let Some(span) = span {
            if span.valid.from > year.assessment_day() {
                put("from", day_ja(span.valid.from));
            }
            put("until", span.valid.until.map_or_else(String::new, day_ja));
        }
        if let Some(left) = person.unemployment.last() {
            put("unemployed", day_ja(left.fact.left_on));
        }
        income(person, year, &mut put);
    }
    Ok(Fields::new(pairs))
}

/// Revenues as they are known; what is not asked for on the form is put together as other income.
fn income(
    person: &office::registry::PersonPicture,
    year: FiscalYear,
    put: &mut impl FnMut(&str, String),
) {
    let Some(fact) = person
        .incomes
        .iter()
        .find(|income| income.valid.holds(year.assessment_day()))
        .map(|income| &income.fact)
    else {
        put("filing", "unfiled".to_owned());
        return;
    };
    let filing = match fact.filing {
        Filing::Filed => "filed",
        Filing::Unfiled => "unfiled",
        Filing::NotRequired => "not_required",
    };
    put("filing", filing.to_owned());
    let income = &fact.income;
    let text = |yen: Yen| {
        if yen == Yen::ZERO {
            String::new()
        } else {
            yen.grouped()
        }
    };
    put("salary", text(income.salary_revenue));
    put("pension", text(income.pension_revenue));
    let other = income.levy_total(false) - income.salary - income.pension;
    put("other", text(other.max(Yen::ZERO)));
}
