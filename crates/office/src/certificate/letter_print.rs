//! 証に関する通知の印刷 — each printing is an act; what concerns somebody under 支援措置 needs a second person's word.

use super::letter::{self, Kept};
use super::ruling::{LETTER, allow_subject, approved};
use super::sending::{head_on, registered};
use crate::acts::{self, ActDetails, Acting};
use crate::eligibility::status::whereabouts::hold_on;
use crate::error::OfficeError;
use crate::registry::support;
use crate::security::permit::{ApproveCertificate, Permit, PrintNotice};
use db::{Conn, Sql, Store};
use law::{Date, Refusal};

const BEGUN_BY: Sql = Sql {
    name: "certificate.letter.begun_by",
    text: "select a.staff_id from certificate_letter l join act a on a.act_id = l.act_id where l.letter_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[BEGUN_BY];

/// What a printing meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// It concerns somebody under 支援措置: where it goes is shown to nobody, and a second person's word is needed.
    pub concerned: bool,
    /// That word was given.
    pub allowed: bool,
    /// 発送停止（居所不明）.
    pub held: bool,
    /// Who made it, and so may not allow it.
    pub begun_by: i64,
}

/// What the printing of a letter would meet.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn look(conn: &mut Conn, kept: &Kept, acting: &Acting) -> Result<Ahead, OfficeError> {
    let id = kept.letter_id;
    Ok(Ahead {
        concerned: concerns(conn, kept, acting)?,
        allowed: approved(conn, LETTER, id)?,
        held: held(conn, kept, acting.business_date)?,
        begun_by: conn.query_one(&BEGUN_BY, &[id.into()], |row| row.int(0))?,
    })
}

/// 印刷: the words as kept.
///
/// # Errors
/// A refusal when there is none, while the person is not found, and for one that concerns somebody under 支援措置 without
/// approval or to a place that is not registered any more.
pub fn print(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    letter_id: i64,
) -> Result<Kept, OfficeError> {
    store.write(|conn| {
        let kept = letter::require(conn, letter_id)?;
        let Ahead {
            concerned,
            allowed,
            held,
            ..
        } = look(conn, &kept, acting)?;
        if held {
            return Err(Refusal::new(
                "certificate.letter.whereabouts",
                format!(
                    "通知{letter_id}は発送停止（居所不明）です。届かないので印刷しません。資格の状態の画面で居所不明の保留を終えると、印刷できます"
                ),
            )
            .into());
        }
        if concerned && !allowed {
            return Err(Refusal::new(
                "certificate.letter.support",
                format!(
                    "通知{letter_id}は支援措置（不開示）の対象者の世帯のものです。責任者の承認を得てから印刷してください"
                ),
            )
            .into());
        }
        let letter = &kept.letter;
        let whose = (letter.household_id, letter.person_id);
        let on = acting.business_date;
        if concerned && !registered(conn, whose, &letter.destination, on)? {
            return Err(Refusal::new(
                "certificate.letter.place",
                format!(
                    "通知{letter_id}の送り先が、いま登録されている住所・送付先と違います。支援措置の対象者の世帯なので印刷せず、作り直してください"
                ),
            )
            .into());
        }
        let details = ActDetails {
            note: format!("通知{letter_id}"),
            ..ActDetails::default()
        };
        acts::begin(conn, acting, permit, "certificate.letter_print", &details)?;
        Ok(kept)
    })
}

/// 支援措置の人の通知の印刷を承認する.
///
/// # Errors
/// A refusal for the person who made it; an input error without a reason.
pub fn allow(
    store: &Store,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    (letter_id, reason): (i64, &str),
) -> Result<(), OfficeError> {
    store.write(|conn| {
        letter::require(conn, letter_id)?;
        let begun_by = conn.query_one(&BEGUN_BY, &[letter_id.into()], |row| row.int(0))?;
        allow_subject(
            conn,
            permit,
            acting,
            (LETTER, letter_id),
            (begun_by, reason),
        )
    })
}

/// 発送停止（居所不明）: the letter is kept as it is, and printed when the hold has ended.
fn held(conn: &mut Conn, kept: &Kept, on: Date) -> Result<bool, OfficeError> {
    let letter = &kept.letter;
    let own = hold_on(conn, letter.person_id, on)?;
    let head = match head_on(conn, letter.household_id, on)? {
        Some(head) => hold_on(conn, head, on)?,
        None => None,
    };
    Ok(own.is_some_and(|hold| hold.certificate) || head.is_some_and(|hold| hold.notice))
}

fn concerns(conn: &mut Conn, kept: &Kept, acting: &Acting) -> Result<bool, OfficeError> {
    let whose = (kept.letter.household_id, kept.letter.person_id);
    let place = &kept.letter.destination.address;
    support::kept_concerns(conn, whose, place, acting.earliest_day())
}
