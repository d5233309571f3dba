//! 生年月日 — the day of birth that a fold of the insurance reads, and whether somebody is in the register at all.

use crate::error::OfficeError;
use crate::registry::erased::last_birth;
use crate::registry::{Resident, timeline};
use db::Conn;
use law::{Date, Refusal};

/// 生年月日 by the latest record of a person; by the last one that stood where every move was taken back, so that what was registered
/// because of it can be taken back or ended.
///
/// # Errors
/// A [`Refusal`] where nothing was ever recorded of the person.
pub fn birth_of(conn: &mut Conn, person_id: i64) -> Result<Date, OfficeError> {
    if let Some(standing) = latest(conn, person_id)? {
        return Ok(standing);
    }
    last_birth(conn, person_id, i64::MAX)?.ok_or_else(|| unknown(person_id))
}

/// 生年月日 of somebody who is to be insured or to head a household: by a record that stands.
///
/// 根拠: 国民健康保険法 第5条・第7条
///
/// # Errors
/// A [`Refusal`] where no record of the person stands.
pub(super) fn birth_on_record(conn: &mut Conn, person_id: i64) -> Result<Date, OfficeError> {
    latest(conn, person_id)?.ok_or_else(|| unknown(person_id))
}

fn latest(conn: &mut Conn, person_id: i64) -> Result<Option<Date>, OfficeError> {
    let standing = timeline::<Resident>(conn, person_id, None)?;
    Ok(standing.last().map(|row| row.fact.birth_on))
}

fn unknown(person_id: i64) -> OfficeError {
    Refusal::new(
        "eligibility.person.unknown",
        format!(
            "宛名番号{person_id}の住民・住登外の記録がありません。宛名を登録してから資格を登録してください"
        ),
    )
    .into()
}
