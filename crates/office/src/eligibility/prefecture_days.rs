//! 資格取得・喪失年月日 of a span of being insured here: the prefecture's pair, which a move inside the prefecture does not touch.
//!
//! 根拠: 国民健康保険法 第5条・第7条・第8条

use super::project::PrefectureFact;
use crate::error::OfficeError;
use crate::registry::{InsuredSpan, LoadedSpan, timeline};
use db::{Conn, Span};
use law::Date;

/// A span of being insured here, with the prefecture's days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// 適用開始 until 適用終了.
    pub valid: Span,
    /// What the register says of it.
    pub span: InsuredSpan,
    /// 資格取得年月日; none where it is not known.
    pub gained_on: Option<Date>,
    /// 資格喪失年月日; none while the 資格 goes on, here or in another municipality of the prefecture, or where it is not known.
    pub lost_on: Option<Date>,
}

/// The spans of a person in order of days, as known at a moment.
///
/// Until the first event of a person nothing but the file tells of the prefecture: of the beginning the day that it had, of the
/// end that a 喪失 was told and no change of household.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(
    conn: &mut Conn,
    person_id: i64,
    known_at: Option<i64>,
) -> Result<Vec<Told>, OfficeError> {
    let held = timeline::<PrefectureFact>(conn, person_id, known_at)?;
    let rows = timeline::<LoadedSpan>(conn, person_id, known_at)?;
    let told = rows.into_iter().map(|row| {
        let (valid, loaded) = (row.valid, row.fact);
        let (gained_on, lost_on) = match held.iter().find(|one| one.valid.holds(valid.from)) {
            Some(one) => (
                one.fact.since_known.then_some(one.valid.from),
                one.valid.until.filter(|_| one.fact.until_known),
            ),
            None => {
                let lost = loaded.span.loss_cause.is_some();
                (loaded.gained_on, valid.until.filter(|_| lost))
            }
        };
        Told {
            valid,
            span: loaded.span,
            gained_on,
            lost_on,
        }
    });
    Ok(told.collect())
}
