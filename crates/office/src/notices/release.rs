//! 支援措置対象者の通知書 — printed and sent apart, only after a second person's word for the place it goes to, and looked at
//! again just before it leaves.
//!
//! The word is given for a place, and whoever gives it has seen that place. Where the 送付先 or the address changed since, it
//! no longer counts: an approval of yesterday's place must not carry today's paper to the other side. Nor does it count for
//! sheets that bear another place: once today's is approved they are printed anew.

use super::{Notice, find, not_found};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::hex;
use crate::registry::concerned::Concerned;
use crate::registry::destination::{Mailing, address_for};
use crate::registry::{hidden, support};
use crate::security::permit::{Permit, ReleaseWithheld};
use db::{Conn, Sql, Store};
use law::{Date, Refusal};
use sha2::{Digest, Sha256};

const INSERT: Sql = Sql {
    name: "notices.release.insert",
    text: "insert into notice_release (release_id, notice_id, place_digest, reason, staff_id, act_id) \
           values ($1, $2, $3, $4, $5, $6)",
};
const LATEST: Sql = Sql {
    name: "notices.release.latest",
    text: "select place_digest from notice_release where notice_id = $1 order by release_id desc limit 1",
};
const DECIDED_BY: Sql = Sql {
    name: "notices.release.decided_by",
    text: "select a.staff_id from notice n join act a on a.act_id = n.act_id where n.notice_id = $1",
};
const PRINTED_CONCERNED: Sql = Sql {
    name: "notices.release.printed_concerned",
    text: concat!(
        "with ",
        hidden::concerned!("$2"),
        " select n.notice_id from notice n where n.run_id = $1 and n.state = 'printed' \
         and (n.addressee_id in (select person_id from touched) \
         or n.household_id in (select household_id from concerned)) order by n.notice_id"
    ),
};
const PRINT_ANEW: Sql = Sql {
    name: "notices.release.print_anew",
    text: "update notice set state = 'decided' where notice_id = $1 and state = 'printed'",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LATEST, DECIDED_BY, PRINTED_CONCERNED, PRINT_ANEW];

/// How a notice is to be handled on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// 通常: with the others.
    Ordinary,
    /// 別封: by itself, in an envelope and a file of its own; its place was approved.
    Apart,
    /// 発送停止（居所不明）: not to be printed or sent while the addressee is not found.
    NotFound,
    /// 承認待ち: not to be printed or sent before a second person has approved the place it goes to now; so is one whose
    /// sheets bear another place, or one that nobody wrote down.
    Waits,
}

/// How a notice is to be handled on a day.
///
/// # Errors
/// [`OfficeError`].
pub fn handling(conn: &mut Conn, notice: &Notice, on: Date) -> Result<Handling, OfficeError> {
    if not_found::is_held(conn, notice.addressee_id, on)? {
        return Ok(Handling::NotFound);
    }
    support_of(conn, notice, on)
}

/// As [`handling`] on the business date; what concerns somebody under 支援措置 by today is not ordinary by a business date on which
/// the measure will have ended.
///
/// # Errors
/// [`OfficeError`].
pub fn handling_now(
    conn: &mut Conn,
    notice: &Notice,
    acting: &Acting,
) -> Result<Handling, OfficeError> {
    let stands = handling(conn, notice, acting.business_date)?;
    let whose = (notice.household_id, notice.addressee_id);
    let earliest = acting.earliest_day();
    let asked = earliest == acting.business_date;
    if stands == Handling::Ordinary && !asked && support::concerns(conn, whose, earliest)? {
        return Ok(Handling::Waits);
    }
    Ok(stands)
}

/// As [`handling_now`] of each of many. Who is concerned is read once for all: whoever is not, from the earlier of the two days
/// on, is on neither.
///
/// # Errors
/// [`OfficeError`].
pub fn handling_of_all(
    conn: &mut Conn,
    notices: &[Notice],
    acting: &Acting,
) -> Result<Vec<Handling>, OfficeError> {
    let concerned = match notices {
        [] | [_] => None,
        _ => Some(Concerned::on(conn, acting.earliest_day())?),
    };
    let mut all = Vec::with_capacity(notices.len());
    for notice in notices {
        let whose = (notice.household_id, notice.addressee_id);
        all.push(match &concerned {
            Some(concerned) if !concerned.has(whose) => {
                match not_found::is_held(conn, notice.addressee_id, acting.business_date)? {
                    true => Handling::NotFound,
                    false => Handling::Ordinary,
                }
            }
            _ => handling_now(conn, notice, acting)?,
        });
    }
    Ok(all)
}

/// As [`handling`], whether the addressee is found or not.
fn support_of(conn: &mut Conn, notice: &Notice, on: Date) -> Result<Handling, OfficeError> {
    let whose = (notice.household_id, notice.addressee_id);
    if !support::concerns(conn, whose, on)? {
        return Ok(Handling::Ordinary);
    }
    let now = digest(&place_of(conn, notice, on)?);
    if has_other_place(notice, &now) {
        return Ok(Handling::Waits);
    }
    let released = conn.query_opt(&LATEST, &[notice.notice_id.into()], |row| row.text(0))?;
    Ok(match released {
        Some(place) if place == now => Handling::Apart,
        _ => Handling::Waits,
    })
}

/// Whether the sheets of a notice bear another place than this one.
fn has_other_place(notice: &Notice, now: &str) -> bool {
    notice.state == "printed" && notice.place_digest.as_deref() != Some(now)
}

/// Where the notice goes on a day, with the name it is addressed to.
///
/// # Errors
/// [`OfficeError`].
pub fn place_of(conn: &mut Conn, notice: &Notice, on: Date) -> Result<Mailing, OfficeError> {
    address_for(conn, notice.addressee_id, "nhi", "levy", on)
}

/// A place, with the name it is addressed to, as the word of a second person and the printed sheets are bound to it.
#[must_use]
pub fn digest(mailing: &Mailing) -> String {
    let place = [
        &mailing.addressee,
        &mailing.postal_code,
        &mailing.address,
        &mailing.building,
    ];
    let mut hash = Sha256::new();
    for part in place {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::write(&hash.finalize())
}

/// 支援措置対象者の通知書の承認, for the place they saw: it goes there on the business date. Sheets that bear another place are
/// to be printed anew.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; a refusal for whoever decided the notice, and for one that needs no approval;
/// [`OfficeError::Conflict`] where it goes to another place by now.
pub fn release(
    store: &Store,
    permit: &Permit<ReleaseWithheld>,
    acting: &Acting,
    notice_id: i64,
    (reason, seen): (&str, &str),
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "承認の理由",
            "送り先をどう確かめたかを入れてください",
        ));
    }
    store.write(|conn| {
        let notice = find(conn, notice_id)?.ok_or_else(|| {
            Refusal::new(
                "notice.release.unknown",
                format!("通知書{notice_id}がありません。番号を確かめてください"),
            )
        })?;
        if support_of(conn, &notice, acting.business_date)? == Handling::Ordinary {
            return Err(Refusal::new(
                "notice.release.ordinary",
                format!("通知書{notice_id}は支援措置対象者のものではないので、承認は要りません"),
            )
            .into());
        }
        if author(conn, notice_id)? == acting.staff_id {
            return Err(Refusal::new(
                "notice.release.same_person",
                "決定した本人は承認できません。別の職員が承認してください".to_owned(),
            )
            .into());
        }
        let place = digest(&place_of(conn, &notice, acting.business_date)?);
        if place != seen {
            return Err(OfficeError::Conflict(format!(
                "通知書{notice_id}の送り先が変わりました。いまの送り先を確かめてから承認してください"
            )));
        }
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "notice.release_withheld", &details)?;
        let id = conn.next_ids("notice_release", 1)?;
        let params = [
            id.into(),
            notice_id.into(),
            place.as_str().into(),
            reason.into(),
            acting.staff_id.into(),
            act.id.0.into(),
        ];
        conn.execute(&INSERT, &params)?;
        if has_other_place(&notice, &place) {
            conn.execute(&PRINT_ANEW, &[notice_id.into()])?;
        }
        Ok(())
    })
}

/// Who decided what a notice tells of, and so cannot approve where it goes.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn author(conn: &mut Conn, notice_id: i64) -> Result<i64, OfficeError> {
    Ok(conn.query_one(&DECIDED_BY, &[notice_id.into()], |row| row.int(0))?)
}

/// Whether notices may be printed together into one file: all ordinary, or one alone that was approved.
///
/// # Errors
/// A refusal that names the notice which is kept back, waits, or must not be mixed with others.
pub(super) fn check_printing(
    conn: &mut Conn,
    numbers: &[i64],
    acting: &Acting,
) -> Result<(), OfficeError> {
    let mut notices = Vec::with_capacity(numbers.len());
    for notice_id in numbers {
        notices.extend(find(conn, *notice_id)?);
    }
    let all = handling_of_all(conn, &notices, acting)?;
    for (notice, handling) in notices.iter().zip(all) {
        let notice_id = notice.notice_id;
        match handling {
            Handling::Ordinary => {}
            Handling::NotFound => return Err(not_found::refusal(notice_id).into()),
            Handling::Waits => return Err(waits(notice_id).into()),
            Handling::Apart if numbers.len() > 1 => {
                return Err(Refusal::new(
                    "notice.print.mixed",
                    format!(
                        "通知書{notice_id}は支援措置対象者のものです。ほかの通知書と一緒に印刷せず、単独で印刷してください"
                    ),
                )
                .into());
            }
            Handling::Apart => {}
        }
    }
    Ok(())
}

/// 発送直前の再確認: every printed notice of a run that concerns somebody under 支援措置 today is approved for the place it
/// goes to today, and bears it.
///
/// # Errors
/// A refusal that names the first which is not.
pub(super) fn check_posting(
    conn: &mut Conn,
    run_id: i64,
    acting: &Acting,
) -> Result<(), OfficeError> {
    let params = [run_id.into(), acting.earliest_day().into()];
    let concerned = conn.query(&PRINTED_CONCERNED, &params, |row| row.int(0))?;
    for notice_id in concerned {
        let Some(notice) = find(conn, notice_id)? else {
            continue;
        };
        if handling_now(conn, &notice, acting)? == Handling::Waits {
            return Err(waits(notice_id).into());
        }
    }
    Ok(())
}

fn waits(notice_id: i64) -> Refusal {
    Refusal::new(
        "notice.print.support",
        format!(
            "通知書{notice_id}は支援措置対象者のものです。いまの送り先を責任者が確かめて承認してから、単独で印刷・発送してください"
        ),
    )
}

/// Whether a notice may be shown or printed as paper.
///
/// # Errors
/// A refusal while it waits for approval, or the addressee is not found.
pub fn check_paper(conn: &mut Conn, notice: &Notice, acting: &Acting) -> Result<(), OfficeError> {
    match handling_now(conn, notice, acting)? {
        Handling::NotFound => Err(not_found::refusal(notice.notice_id).into()),
        Handling::Waits => Err(waits(notice.notice_id).into()),
        Handling::Ordinary | Handling::Apart => Ok(()),
    }
}
