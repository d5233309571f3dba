//! 異動日の世帯 — whom a change of a household concerns that is told later than its day, and what is registered already of
//! days to come.

use super::born::birth_of;
use super::compose::{When, merge_from, split_from};
use super::event::{self, NewEvent, standing_of_person};
use crate::error::OfficeError;
use crate::registry::{FormerInsured, HouseholdHead, InsuredSpan, timeline};
use db::{Conn, Sql};
use law::Date;
use law::date::next_day;
use law::eligibility::fold_person;
use law::rules::EligibilityBook;

const EVER_INSURED: Sql = Sql {
    name: "eligibility.as_of.ever_insured",
    text: "select distinct subject from insured_fact where household_id = $1 and superseded_at is null \
           and (valid_until is null or valid_until > $2) order by subject",
};
const EVER_FORMER: Sql = Sql {
    name: "eligibility.as_of.ever_former",
    text: "select distinct subject from former_insured_fact where household_id = $1 and superseded_at is null \
           and (valid_until is null or valid_until > $2) order by subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[EVER_INSURED, EVER_FORMER];

/// 世帯合併 as of its 異動日: everybody who is insured in the household on that day or later goes over, from that day or the
/// later one on which he came, though he may have left since; who stood beside its insured no longer does.
///
/// 根拠: 国民健康保険法 第76条、国民健康保険法施行規則 第9条
///
/// # Errors
/// [`OfficeError::Store`].
pub fn merging(
    conn: &mut Conn,
    when: When,
    from: i64,
    into: i64,
) -> Result<Vec<NewEvent>, OfficeError> {
    let insured = stays(conn, from, when.occurred_on)?;
    let mut former = Vec::new();
    let params = [from.into(), when.occurred_on.into()];
    for person_id in conn.query(&EVER_FORMER, &params, |row| row.int(0))? {
        for row in timeline::<FormerInsured>(conn, person_id, None)? {
            let (fact, valid) = (row.fact, row.valid);
            let reaches = valid.until.is_none_or(|until| until > when.occurred_on);
            // Whoever goes over while insured and is no longer later on stands beside the insured over there.
            let goes_over = valid.from >= when.occurred_on
                && insured
                    .iter()
                    .any(|(id, since)| *id == person_id && *since <= valid.from);
            if fact.household_id != from || !reaches || goes_over {
                continue;
            }
            let begun = valid.from <= when.occurred_on;
            let on = if begun {
                when.occurred_on
            } else {
                next_day(valid.from)
            };
            former.push((person_id, on));
        }
    }
    Ok(merge_from(when, from, into, &insured, &former))
}

/// 世帯分離 as of its 異動日, as [`merging`].
///
/// # Errors
/// [`OfficeError::Input`] for somebody who is not insured in the household on that day or later, and where one of the two
/// households would be headed by somebody of the other; [`OfficeError::Store`].
pub fn splitting(
    conn: &mut Conn,
    when: When,
    household_id: i64,
    leaving: &[i64],
    (head_person_id, successor): (i64, Option<i64>),
) -> Result<Vec<NewEvent>, OfficeError> {
    let mut all = stays(conn, household_id, when.occurred_on)?;
    let mut stay: Vec<i64> = all.iter().map(|(person_id, _)| *person_id).collect();
    stay.retain(|person_id| !leaving.contains(person_id));
    all.retain(|(person_id, _)| leaving.contains(person_id));
    let missing = leaving
        .iter()
        .find(|id| !all.iter().any(|(person_id, _)| person_id == *id));
    if let Some(person_id) = missing {
        return Err(OfficeError::input(
            "異動日",
            &format!(
                "宛名番号{person_id}は異動日からあとこの世帯に加入していません。異動日と分離する人を確かめてください"
            ),
        ));
    }
    let heads = timeline::<HouseholdHead>(conn, household_id, None)?;
    let now = heads.iter().find(|row| row.valid.holds(when.occurred_on));
    let now = now.map(|row| row.fact.head_person_id);
    headed_apart((&stay, leaving), now, (head_person_id, successor))?;
    Ok(split_from(
        when,
        household_id,
        &all,
        head_person_id,
        successor,
    ))
}

/// Each of the two households has a head of its own from the parting on: who heads the one belongs to no other.
///
/// 根拠: 国民健康保険法 第76条
fn headed_apart(
    (stay, leaving): (&[i64], &[i64]),
    now: Option<i64>,
    (head_person_id, successor): (i64, Option<i64>),
) -> Result<(), OfficeError> {
    let of_other = |id: &i64| leaving.contains(id) || *id == head_person_id;
    if !stay.is_empty() && successor.or(now).as_ref().is_some_and(of_other) {
        let text = match (successor, now) {
            (Some(_), _) => {
                "分離する人と新しい世帯の世帯主は、元の世帯の世帯主になれません。別の人を選んでください"
            }
            (None, Some(now)) if leaving.contains(&now) => {
                "世帯主が分離するので、元の世帯の新しい世帯主を選んでください"
            }
            _ => {
                "新しい世帯の世帯主は、いまは元の世帯の世帯主です。元の世帯の新しい世帯主を選ぶか、新しい世帯の世帯主を別の人にしてください"
            }
        };
        let text = format!("{text}（国民健康保険法第76条）");
        return Err(OfficeError::input("元の世帯の新しい世帯主", &text));
    }
    if stay.contains(&head_person_id) {
        return Err(OfficeError::input(
            "新しい世帯の世帯主",
            "元の世帯に残る人は、新しい世帯の世帯主になれません。分離する人に含めるか、別の人を選んでください（国民健康保険法第76条）",
        ));
    }
    Ok(())
}

/// Everybody insured in a household on a day or later, with that day or the later one on which the span begins.
fn stays(conn: &mut Conn, household_id: i64, on: Date) -> Result<Vec<(i64, Date)>, OfficeError> {
    let mut found = Vec::new();
    let params = [household_id.into(), on.into()];
    for person_id in conn.query(&EVER_INSURED, &params, |row| row.int(0))? {
        let spans = timeline::<InsuredSpan>(conn, person_id, None)?.into_iter();
        let here = spans.filter(|row| row.fact.household_id == household_id);
        let reaching = here.filter(|row| row.valid.until.is_none_or(|until| until > on));
        found.extend(reaching.map(|row| (person_id, row.valid.from.max(on))));
    }
    Ok(found)
}

/// 登録済みの喪失: the event by which somebody's insurance in a household is to end after a day, and the first day no longer
/// insured. None for an end that was loaded and is no event yet.
///
/// # Errors
/// [`OfficeError::Store`]; a [`law::Refusal`] for a person nothing is recorded of.
pub fn end_registered(
    conn: &mut Conn,
    book: &EligibilityBook<'_>,
    (person_id, household_id): (i64, i64),
    today: Date,
) -> Result<Option<(i64, Date)>, OfficeError> {
    let events = standing_of_person(&event::of_person(conn, person_id)?);
    let folded = fold_person(book, birth_of(conn, person_id)?, &events);
    let mut spans = folded.cover.into_iter();
    Ok(spans.find_map(|span| {
        let (until, loss) = span.until.zip(span.loss)?;
        (span.household_id == household_id && until > today).then_some((loss.event_id, until))
    }))
}
