//! 修学中の者が世帯主 — a student whose address is elsewhere is insured here as one of another's household. Who comes to head that
//! household is asked about: whether the article still fits is decided by people.
//!
//! 根拠: 国民健康保険法 第116条（他人と同一の世帯に属するものと認められるもの）

use super::consequence::{Consequences, Warning};
use super::status::Student;
use super::status::within::moves_to;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::{HouseholdHead, timeline};
use crate::worklist::{self, Candidate, ELIGIBILITY_CANDIDATE, Filter, Outcome};
use db::{Conn, Span};
use law::Date;
use std::collections::BTreeSet;

/// The households an act touches that a student of theirs heads: warned of and on the list; off it where another heads them again or
/// the course is over by then.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn look(
    conn: &mut Conn,
    act: &Act,
    (own, today): (&str, Date),
    touched: &BTreeSet<i64>,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    for household_id in touched.iter().copied() {
        for (person_id, from) in asked(conn, act, (own, today), household_id)? {
            consequences.warn(Warning::StudentHead {
                household_id,
                person_id,
                from,
            });
        }
    }
    Ok(())
}

/// The same where the standing of a student is stated or ended.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn of_student(
    conn: &mut Conn,
    act: &Act,
    here: (&str, Date),
    person_id: i64,
) -> Result<(), OfficeError> {
    let all = timeline::<Student>(conn, person_id, None)?;
    let homes: BTreeSet<i64> = all.iter().map(|one| one.fact.household_id).collect();
    for household_id in homes {
        asked(conn, act, here, household_id)?;
    }
    Ok(())
}

/// Holds the list against who heads a household; the people and days that are new on it.
fn asked(
    conn: &mut Conn,
    act: &Act,
    here: (&str, Date),
    household_id: i64,
) -> Result<Vec<(i64, Date)>, OfficeError> {
    let found = of_household(conn, household_id, here.1)?;
    withdraw(conn, act, household_id, &found)?;
    let mut new = Vec::new();
    for one in found {
        if open(conn, act, here, household_id, &one)? {
            new.push((one.person_id, one.from));
        }
    }
    Ok(new)
}

/// A student who heads the household to which the article takes him.
struct Heads {
    person_id: i64,
    from: Date,
    place: String,
}

/// The headships of students that are not over, each with its first day.
fn of_household(
    conn: &mut Conn,
    household_id: i64,
    today: Date,
) -> Result<Vec<Heads>, OfficeError> {
    let mut all: Vec<Heads> = Vec::new();
    for head in timeline::<HouseholdHead>(conn, household_id, None)? {
        let person_id = head.fact.head_person_id;
        for student in timeline::<Student>(conn, person_id, None)? {
            let both = head.valid.intersection(student.valid);
            let Some(both) = both.filter(|_| student.fact.household_id == household_id) else {
                continue;
            };
            // Another number of the household is no other headship.
            let goes_on = all.iter().any(|one| one.person_id == person_id);
            if !goes_on && is_not_over(both, today) {
                all.push(Heads {
                    person_id,
                    from: both.from,
                    place: student.fact.place,
                });
            }
        }
    }
    Ok(all)
}

fn is_not_over(span: Span, today: Date) -> bool {
    span.until.is_none_or(|until| until > today)
}

fn source(household_id: i64, one: &Heads) -> String {
    format!(
        "{}{}/{}",
        of_household_source(household_id),
        one.person_id,
        one.from
    )
}

fn of_household_source(household_id: i64) -> String {
    format!("student/head/{household_id}/")
}

/// The matter of one of them; whether it is new on the list.
fn open(
    conn: &mut Conn,
    act: &Act,
    (own, today): (&str, Date),
    household_id: i64,
    one: &Heads,
) -> Result<bool, OfficeError> {
    // From that very day the address is no longer what the article takes it for (第8条第1項ただし書).
    let candidate = Candidate {
        person_id: one.person_id,
        household_id: Some(household_id),
        cause: moves_to(own, &one.place).to_owned(),
        occurred_on: one.from,
        elsewhere_from: Some(one.from),
        reported_on: None,
        told_by: "世帯主の変更（修学中の者）".to_owned(),
    };
    let title = "修学中の者が世帯主になった: 他人の世帯に属する者といえるかを確かめ、いえないときは修学の終わりと喪失を登録する";
    let item = candidate.item(&source(household_id, one), title, today);
    Ok(worklist::open_all(conn, act, &[item])? > 0)
}

/// Takes off the list whoever heads the household no more.
fn withdraw(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
    found: &[Heads],
) -> Result<(), OfficeError> {
    let stand: Vec<String> = found.iter().map(|one| source(household_id, one)).collect();
    let filter = Filter {
        kind: Some(ELIGIBILITY_CANDIDATE),
        household_id: Some(household_id),
        ..Filter::default()
    };
    for item in worklist::list(conn, &filter, None, Date::MIN)?.items {
        let own = item.source.starts_with(&of_household_source(household_id));
        if own && !stand.contains(&item.source) {
            let note = "修学中の者は世帯主でなくなりました";
            worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, note)?;
        }
    }
    Ok(())
}
