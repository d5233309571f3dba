//! 処分と世帯主の変更 — 特別療養費 is for the head who is in arrears. When another becomes head of the household, whether it is lifted or
//! goes on is decided by people: nothing is lifted by itself.
//!
//! 根拠: 国民健康保険法 第54条の3第1項（保険料を滞納している世帯主）・第4項

use super::consequence::{Consequences, Warning};
use super::project::{HouseholdRewritten, Row};
use super::unreported::name_of;
use crate::acts::Act;
use crate::certificate::fact::Sanction;
use crate::error::OfficeError;
use crate::registry::{Dated, HouseholdHead, timeline};
use crate::worklist::{self, Filter, Outcome};
use db::{Conn, Span};
use law::Date;

/// Who heads a household from a day on, for as long as it is the same person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Headship {
    head_person_id: i64,
    valid: Span,
}

/// The households whose head changes by an act while a sanction that is not over is in force: warned of, and off the list where
/// the change is taken back.
///
/// 根拠: 国民健康保険法 第54条の3第1項
pub(super) fn look(
    conn: &mut Conn,
    act: &Act,
    households: &[HouseholdRewritten],
    today: Date,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    for household in households.iter().filter(|one| one.heads.differs()) {
        let household_id = household.household_id;
        let before = headships(&household.heads.before);
        let after = headships(&household.heads.after);
        let mut stand = Vec::new();
        for sanction in timeline::<Sanction>(conn, household_id, None)? {
            if sanction.valid.until.is_some_and(|until| until <= today) {
                continue;
            }
            let Some(told) = head_told(conn, household_id, &sanction, &after)? else {
                continue;
            };
            for other in after.iter().filter(|one| one.head_person_id != told) {
                let Some(from) = first_common(other.valid, sanction.valid) else {
                    continue;
                };
                let warning = Warning::SanctionedHead {
                    household_id,
                    kind: sanction.fact.kind,
                    head_person_id: other.head_person_id,
                    from,
                    told: name_of(conn, told, from)?,
                    head: name_of(conn, other.head_person_id, from)?,
                };
                stand.push(source(household_id, from, other.head_person_id));
                if !had(&before, other, from) {
                    consequences.warn(warning);
                }
            }
        }
        withdraw(conn, act, household_id, &stand)?;
    }
    Ok(())
}

/// The question is answered by who lifts the measure.
///
/// 根拠: 国民健康保険法 第54条の3第4項
pub(crate) fn answered(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    for item in open_items(conn, household_id)? {
        worklist::settle(conn, act, item.item_id, Outcome::Done, reason)?;
    }
    Ok(())
}

/// Nothing is left to ask of a day on which no measure is in force, once one is taken back.
pub(crate) fn mistaken(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    let left = timeline::<Sanction>(conn, household_id, None)?;
    for item in open_items(conn, household_id)? {
        let stands = left.iter().any(|one| {
            let from = day_of(&item.source);
            from.is_some_and(|from| one.valid.holds(from))
        });
        if !stands {
            worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, reason)?;
        }
    }
    Ok(())
}

/// The day of a [`source`].
fn day_of(source: &str) -> Option<Date> {
    source.split('/').nth(2)?.parse().ok()
}

/// What an item of the work list is known by: the household, the day and the new head.
pub(super) fn source(household_id: i64, from: Date, head_person_id: i64) -> String {
    format!("sanction/{household_id}/{from}/{head_person_id}")
}

/// The head whom the sanction was told to: who headed the household on its first day, as it was known when it was put down.
///
/// 根拠: 国民健康保険法 第54条の3第3項
fn head_told(
    conn: &mut Conn,
    household_id: i64,
    sanction: &Dated<Sanction>,
    after: &[Headship],
) -> Result<Option<i64>, OfficeError> {
    let first = sanction.valid.from;
    let known = timeline::<HouseholdHead>(conn, household_id, Some(sanction.recorded_at))?;
    let told = known.iter().find(|one| one.valid.holds(first));
    let now = || after.iter().find(|one| one.valid.holds(first));
    Ok(told
        .map(|one| one.fact.head_person_id)
        .or_else(|| now().map(|one| one.head_person_id)))
}

/// Heads in order; another number alone is no other head.
fn headships(rows: &[Row<HouseholdHead>]) -> Vec<Headship> {
    let mut all: Vec<Headship> = Vec::new();
    for (valid, fact) in rows {
        match all.last_mut() {
            Some(last)
                if last.head_person_id == fact.head_person_id
                    && last.valid.until == Some(valid.from) =>
            {
                last.valid.until = valid.until;
            }
            _ => all.push(Headship {
                head_person_id: fact.head_person_id,
                valid: *valid,
            }),
        }
    }
    all
}

/// Whether the same person headed the household on that day before the act.
fn had(before: &[Headship], other: &Headship, on: Date) -> bool {
    let mut own = before.iter();
    own.any(|one| one.head_person_id == other.head_person_id && one.valid.holds(on))
}

/// The first day two spans share.
fn first_common(one: Span, other: Span) -> Option<Date> {
    let from = one.from.max(other.from);
    (one.holds(from) && other.holds(from)).then_some(from)
}

/// Takes off the list what asks about a change of head that is no more.
fn withdraw(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
    stand: &[String],
) -> Result<(), OfficeError> {
    for item in open_items(conn, household_id)? {
        if !stand.contains(&item.source) {
            let note = "世帯主の変更がなくなったか、処分が終わりました";
            worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, note)?;
        }
    }
    Ok(())
}

fn open_items(conn: &mut Conn, household_id: i64) -> Result<Vec<worklist::Item>, OfficeError> {
    let filter = Filter {
        kind: Some(worklist::SANCTION_HEAD),
        household_id: Some(household_id),
        ..Filter::default()
    };
    Ok(worklist::list(conn, &filter, None, Date::MIN)?.items)
}
