//! 取得の日の事実 — what is on file of the day of a 取得 and speaks against it: no 住民票, or another scheme of 第6条. The clerk
//! is told before confirming and decides: of a person not found at the address, or whose scheme has ended without a notice,
//! the files know less than the counter.
//!
//! 根拠: 国民健康保険法 第5条・第6条・第7条・第116条・第116条の2

use super::consequence::{Consequences, Warning};
use super::event::{NewChange, NewEvent};
use super::request::Books;
use super::status::{CompanyInsurance, Exclusion, FacilityStay, LateElderly, PublicAssistance};
use super::status::{Student, assistance};
use crate::error::OfficeError;
use crate::registry::{Dated, Resident, Status, timeline};
use db::Conn;
use law::Date;

/// Warns of what is on file of the day of a 取得.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn look(
    conn: &mut Conn,
    books: &Books<'_>,
    new: &NewEvent,
    found: &mut Consequences,
) -> Result<(), OfficeError> {
    let NewChange::Gain { person_id, .. } = new.change else {
        return Ok(());
    };
    let on = new.occurred_on;
    let stay = on_day(&timeline::<FacilityStay>(conn, person_id, None)?, on);
    let student = on_day(&timeline::<Student>(conn, person_id, None)?, on);
    if stay.is_none() && student.is_none() {
        let records = timeline::<Resident>(conn, person_id, None)?;
        let record = records.iter().find(|one| one.valid.holds(on));
        match record {
            None => found.warn(Warning::NoResidence { person_id, on }),
            Some(record) if record.fact.status == Status::Removed => {
                found.warn(Warning::ResidenceOver {
                    person_id,
                    on,
                    ended_on: record.valid.from,
                });
            }
            Some(_) => {}
        }
    }
    let mut excluded = Vec::new();
    if let Some(one) = on_day(&timeline::<Exclusion>(conn, person_id, None)?, on) {
        excluded.push((format!("適用除外（第{}号）", one.item), "第6条"));
    }
    if let Some(one) = on_day(&timeline::<CompanyInsurance>(conn, person_id, None)?, on) {
        excluded.push((format!("社会保険（{}）", one.insurer_name), "第6条"));
    }
    if on_day(&timeline::<LateElderly>(conn, person_id, None)?, on).is_some() {
        excluded.push(("後期高齢者医療".to_owned(), "第6条第8号"));
    }
    let case = on_day(&timeline::<PublicAssistance>(conn, person_id, None)?, on);
    if case.is_some_and(|one| one.state == assistance::RECEIVING) {
        excluded.push(("生活保護".to_owned(), "第6条第9号"));
    }
    if let Some(one) = stay.filter(|one| one.insurer != books.municipality) {
        let what = format!("ほかの市区町村（{}）の住所地特例", one.insurer);
        excluded.push((what, "第116条の2"));
    }
    for (what, clause) in excluded {
        found.warn(Warning::CoveredElsewhere {
            person_id,
            on,
            what,
            clause,
        });
    }
    Ok(())
}

/// The fact of a day.
fn on_day<S: Clone>(facts: &[Dated<S>], on: Date) -> Option<S> {
    let found = facts.iter().find(|one| one.valid.holds(on));
    found.map(|one| one.fact.clone())
}
