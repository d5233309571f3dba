//! 給付の判定 — 特定疾病・多数回・標準負担額 on the facts and the standing classes.

use super::benefit_facts::{PaidMonthFact, RecognisedDisease};
use super::continuity::continuities;
use super::long_stay;
use super::standing::standing;
use crate::error::OfficeError;
use crate::registry;
use db::Conn;
use law::judgement::continuity::Continuity;
use law::judgement::frequent::{self, Frequent, PaidBy, PaidMonth};
use law::judgement::meal::{MealFacts, meal_class};
use law::judgement::special_disease;
use law::rules::JudgementBook;
use law::rules::judgement::MealClass;
use law::{Date, Refusal, Yen};

/// 標準負担額の区分 of a person on a day, with the reason.
///
/// # Errors
/// [`OfficeError::Refusal`] when the person is not insured on the day.
pub fn meal_of(
    conn: &mut Conn,
    person_id: i64,
    on: Date,
    designated: bool,
) -> Result<(MealClass, &'static str), OfficeError> {
    let standing =
        standing(conn, person_id, on, None)?.ok_or_else(|| not_insured(person_id, on))?;
    let long_stay = long_stay::holds_on(conn, person_id, on)?;
    let class = long_stay::class_of(&standing);
    Ok(meal_class(MealFacts {
        class,
        long_stay,
        designated,
    }))
}

fn not_insured(person_id: i64, on: Date) -> Refusal {
    Refusal::new(
        "judgement.benefit.not_insured",
        format!("宛名番号{person_id}は{on}に国保の被保険者ではありません"),
    )
}

/// 特定疾病の限度額 of a person for the month of a day; `None` where no disease is recognised.
///
/// # Errors
/// [`OfficeError::Refusal`] where the ceiling hangs on a class that is held, or the person is not insured.
pub fn special_disease_ceiling(
    conn: &mut Conn,
    book: &JudgementBook,
    person_id: i64,
    on: Date,
    turning_75: bool,
) -> Result<Option<Yen>, OfficeError> {
    let recognised = registry::timeline::<RecognisedDisease>(conn, person_id, None)?;
    let found = recognised
        .into_iter()
        .find(|fact| fact.valid.from <= on && fact.valid.until.is_none_or(|until| on < until));
    let Some(recognised) = found else {
        return Ok(None);
    };
    let standing =
        standing(conn, person_id, on, None)?.ok_or_else(|| not_insured(person_id, on))?;
    let rules = book.tables().special_disease(on)?;
    let disease = recognised.fact.disease;
    let (class, seventy) = (standing.under70, standing.seventy);
    let ceiling = special_disease::ceiling(rules, disease, class, seventy, turning_75)?;
    Ok(Some(ceiling))
}

/// 多数回該当 of a household for the month of treatment that holds a day: months paid here, and those handed over from
/// other municipalities of the prefecture where the continuity of the household is decided.
///
/// # Errors
/// [`OfficeError::Refusal`] where the month has no rule.
pub fn frequent_in(
    conn: &mut Conn,
    book: &JudgementBook,
    household_id: i64,
    month: Date,
) -> Result<Frequent, OfficeError> {
    let rules = book.tables().frequent(month)?;
    let cases = continuities(conn, household_id)?;
    let prefecture = book.municipality().get(..2).unwrap_or_default();
    let paid_by = |town: &str| {
        if town.is_empty() {
            PaidBy::Here
        } else if town.get(..2) == Some(prefecture) {
            let of_town = cases.iter().rfind(|case| case.town == town);
            let result = of_town.and_then(|case| case.result);
            PaidBy::SamePrefecture {
                continues: result == Some(Continuity::Continues),
            }
        } else {
            PaidBy::OtherPrefecture
        }
    };
    let mut paid = Vec::new();
    for fact in registry::timeline::<PaidMonthFact>(conn, household_id, None)? {
        let by = paid_by(&fact.fact.town);
        paid.extend(fact.fact.under.iter().map(|under| PaidMonth {
            month: fact.valid.from,
            under: *under,
            by,
        }));
    }
    Ok(frequent::judge(rules, &paid, month))
}
