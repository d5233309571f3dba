//! 照会文書 — the letter that goes with a matter of the work list: to a student, a facility's resident, a foreigner whose
//! stay ends, a person who was not found, the head of a household that may apply for 2割.

use super::facility;
use super::place::{FacilityStay, Student};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::eligibility::letters::{self, Facts, Letter, LetterKind, NewLetter};
use crate::error::OfficeError;
use crate::judgement::invite::Told;
use crate::registry::{Kind, timeline};
use crate::security::permit::{HandleWork, Permit};
use crate::worklist::{
    self, Item, JUDGEMENT_INVITE, STATUS_FACILITY, STATUS_RESIDENCE_PERIOD, STATUS_STUDENT,
    STATUS_WHEREABOUTS,
};
use db::{Conn, Store};
use law::{Date, Refusal};

/// 照会 — writes the letter of a matter, with a day to answer by.
///
/// # Errors
/// [`OfficeError::Refusal`] when the matter has no letter, is settled, or the person has no address.
pub fn inquire(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    item_id: i64,
    answer_by: Date,
) -> Result<Letter, OfficeError> {
    let on = acting.business_date;
    if answer_by <= on {
        return Err(OfficeError::input(
            "回答の期限",
            "回答の期限は明日以降の日にしてください",
        ));
    }
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "eligibility.inquiry",
            &ActDetails::default(),
        )?;
        inquire_under(conn, &act, item_id, answer_by, on)
    })
}

/// Writes the letter of a matter under an act that is under way.
///
/// # Errors
/// As [`inquire`].
pub fn inquire_under(
    conn: &mut Conn,
    act: &Act,
    item_id: i64,
    answer_by: Date,
    on: Date,
) -> Result<Letter, OfficeError> {
    let item = worklist::get(conn, item_id, on)?
        .filter(|item| item.state == worklist::State::Open)
        .ok_or_else(|| no_letter(item_id))?;
    let (kind, other, day) = content(conn, &item, on)?;
    let person_id = item.person_id.ok_or_else(|| no_letter(item_id))?;
    let name = crate::eligibility::unreported::name_of(conn, person_id, on)?;
    letters::write(
        conn,
        act,
        &NewLetter {
            kind,
            item_id: Some(item_id),
            person_id,
            sent_on: on,
            answer_by: Some(answer_by),
            facts: Facts {
                name: &name,
                other: &other,
                on: day,
                ..Facts::default()
            },
        },
    )
}

fn no_letter(item_id: i64) -> OfficeError {
    Refusal::new(
        "eligibility.inquiry.none",
        format!("処理待ち{item_id}には照会の文書がないか、すでに処理済みです"),
    )
    .into()
}

/// What the letter of a matter says: kind, school or facility, day.
fn content(
    conn: &mut Conn,
    item: &Item,
    on: Date,
) -> Result<(LetterKind, String, Option<Date>), OfficeError> {
    let person_id = item.person_id.unwrap_or(0);
    if item.kind == STATUS_WHEREABOUTS.code {
        return Ok((LetterKind::WhereaboutsInquiry, String::new(), None));
    }
    if item.kind == STATUS_RESIDENCE_PERIOD.code {
        return Ok((
            LetterKind::ResidencePeriod,
            String::new(),
            item.detail.parse().ok(),
        ));
    }
    if item.kind == STATUS_STUDENT.code {
        let school = on_day::<Student>(conn, person_id, on)?.map(|student| student.school);
        return Ok((LetterKind::StudentCheck, school.unwrap_or_default(), None));
    }
    if item.kind == STATUS_FACILITY.code {
        let stay = on_day::<FacilityStay>(conn, person_id, on)?;
        let name = match stay {
            Some(stay) => facility::get(conn, stay.facility_id, on)?
                .map(|facility| facility.name)
                .unwrap_or_default(),
            None => String::new(),
        };
        return Ok((LetterKind::FacilityCheck, name, None));
    }
    if item.kind == JUDGEMENT_INVITE.code {
        let told: Told = serde_json::from_str(&item.detail)
            .map_err(|error| OfficeError::Bug(format!("案内の内容を読めません: {error}")))?;
        return Ok((LetterKind::RevenueInvitation, told.words(), None));
    }
    Err(no_letter(item.item_id))
}

fn on_day<F: Kind>(conn: &mut Conn, subject: i64, on: Date) -> Result<Option<F>, OfficeError> {
    let all = timeline::<F>(conn, subject, None)?;
    Ok(all
        .into_iter()
        .find(|dated| dated.valid.holds(on))
        .map(|dated| dated.fact))
}
