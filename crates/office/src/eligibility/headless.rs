//! 世帯主不在 — a household in which somebody is insured and that nobody of it heads: its head has died, left, or belongs to
//! another household.
//!
//! 根拠: 国民健康保険法 第76条

use super::consequence::{Consequences, Warning};
use super::founding;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::fact::Dated;
use crate::registry::{HouseholdHead, InsuredSpan, Resident, Status, timeline};
use crate::worklist::{self, Filter, Outcome};
use db::{Conn, Span};
use law::Date;
use std::collections::BTreeSet;

/// 世帯主不在 of the households an act touches: warned of where somebody is insured under nobody, and off the list where a head
/// has followed.
///
/// 根拠: 国民健康保険法 第76条
pub(super) fn look(
    conn: &mut Conn,
    act: &Act,
    touched: &BTreeSet<i64>,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    for household_id in touched.iter().copied() {
        match headless_from(conn, household_id)? {
            Some(from) => consequences.warn(Warning::NoHead { household_id, from }),
            None => {
                let filter = Filter {
                    kind: Some(worklist::ELIGIBILITY_HEAD),
                    household_id: Some(household_id),
                    ..Filter::default()
                };
                for item in worklist::list(conn, &filter, None, Date::MIN)?.items {
                    let note = "世帯主が定まりました";
                    worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, note)?;
                }
            }
        }
    }
    Ok(())
}

/// The first day on which the head has died, left or belongs to another household here, or the household has no head, while
/// somebody is insured in it.
fn headless_from(conn: &mut Conn, household_id: i64) -> Result<Option<Date>, OfficeError> {
    let heads = timeline::<HouseholdHead>(conn, household_id, None)?;
    let begins = heads.first().map(|head| head.valid.from);
    let first = founding::first_day_insured(conn, household_id)?;
    if let Some(first) = first.filter(|first| begins.is_none_or(|begins| *first < begins)) {
        return Ok(Some(first));
    }
    let mut days: Vec<Date> = heads
        .last()
        .and_then(|last| last.valid.until)
        .into_iter()
        .collect();
    for head in &heads {
        let cover = timeline::<InsuredSpan>(conn, head.fact.head_person_id, None)?;
        days.extend(left_on(&cover).filter(|left| head.valid.holds(*left)));
        days.extend(elsewhere_from(&cover, household_id, head.valid));
        let records = timeline::<Resident>(conn, head.fact.head_person_id, None)?;
        days.extend(removed_on(&records, &cover).filter(|gone| head.valid.holds(*gone)));
    }
    days.sort_unstable();
    for from in days {
        if !crate::registry::load::members_on(conn, household_id, from)?.is_empty() {
            return Ok(Some(from));
        }
    }
    Ok(None)
}

/// 死亡・転出: the day from which the person no longer belongs to any household here, by the last of the spans.
fn left_on(cover: &[Dated<InsuredSpan>]) -> Option<Date> {
    let last = cover.last()?;
    let leaves = matches!(last.fact.loss_cause.as_deref(), Some("41" | "44" | "48"));
    last.valid.until.filter(|_| leaves)
}

/// The first day of a headship on which the head is insured in another household here: nobody belongs to two.
///
/// 根拠: 国民健康保険法 第76条
fn elsewhere_from(cover: &[Dated<InsuredSpan>], household_id: i64, headship: Span) -> Option<Date> {
    let mut spans = cover
        .iter()
        .filter(|span| span.fact.household_id != household_id);
    spans.find_map(|span| {
        let from = span.valid.from.max(headship.from);
        (span.valid.holds(from) && headship.holds(from)).then_some(from)
    })
}

/// 死亡・転出 of somebody who is not insured: the day on which the 住民票 ended, where it has not begun again.
fn removed_on(records: &[Dated<Resident>], cover: &[Dated<InsuredSpan>]) -> Option<Date> {
    let last = records.last()?;
    let gone = Some(last.valid.from).filter(|_| last.fact.status == Status::Removed);
    gone.filter(|gone| !cover.iter().any(|span| span.valid.holds(*gone)))
}
