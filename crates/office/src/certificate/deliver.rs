//! 印刷・交付・発送・返戻 — the way of a paper from the printer to its holder.

use super::event::{self, Happened};
use super::find::{self, Certificate};
use super::hold;
use super::left;
use super::repeat;
use super::rules::KeptRules;
use super::ruling::{PRINT, allow_subject, approved};
use super::sending;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::support;
use crate::security::permit::{ApproveCertificate, IssueCertificate, Permit, PrintNotice};
use db::{Conn, Sql, Store};
use law::certificate::{EventKind, MailClass, guard};
use law::{Date, Refusal};

const STAFF_OF: Sql = Sql {
    name: "certificate.deliver.staff_of",
    text: "select staff_id from act where act_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STAFF_OF];

pub(super) fn step<F>(
    store: &Store,
    permit: &Permit<F>,
    acting: &Acting,
    name: &str,
    find: impl Fn(&mut Conn) -> Result<Certificate, OfficeError>,
    (kind, happened): (EventKind, &Happened),
) -> Result<Certificate, OfficeError> {
    store.write(|conn| {
        let certificate = find(conn)?;
        if repeat::seen(conn, acting)?.is_some() {
            return Ok(certificate);
        }
        let act = acts::begin(conn, acting, permit, name, &ActDetails::default())?;
        event::append(
            conn,
            &act,
            &certificate,
            (kind, acting.business_date),
            happened,
        )?;
        find::require(conn, certificate.certificate_id)
    })
}

/// Whether a certificate, or the place that was kept with it, concerns somebody under 支援措置 on a day or later.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn concerns(conn: &mut Conn, certificate: &Certificate, on: Date) -> Result<bool, OfficeError> {
    let whose = (certificate.household_id, certificate.person_id);
    support::kept_concerns(conn, whose, &certificate.destination.address, on)
}

/// 支援措置の人の証か: printing needs a second person's word.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn needs_approval(
    conn: &mut Conn,
    certificate: &Certificate,
    on: Date,
) -> Result<bool, OfficeError> {
    Ok(
        (concerns(conn, certificate, on)? || certificate.nondisclosure)
            && !approved(conn, PRINT, certificate.certificate_id)?,
    )
}

/// 支援措置の人の証の印刷を承認する.
///
/// # Errors
/// A refusal for the person who issued it; an input error without a reason.
pub fn allow_printing(
    store: &Store,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    certificate_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let certificate = find::require(conn, certificate_id)?;
        let begun_by = conn.query_one(&STAFF_OF, &[certificate.act_id.into()], |row| row.int(0))?;
        allow_subject(
            conn,
            permit,
            acting,
            (PRINT, certificate_id),
            (begun_by, reason),
        )
    })
}

/// 印刷: the paper in the tray was read (`stock`) and must be the form of the kind. What comes out is the face as it was
/// kept, whatever has changed since.
///
/// # Errors
/// A refusal for the wrong or an ended form, for an invalid certificate, and for someone under 支援措置 without approval.
pub fn print(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    (certificate_id, stock): (i64, &str),
) -> Result<Certificate, OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        let certificate = find::require(conn, certificate_id)?;
        if repeat::seen(conn, acting)?.is_some() {
            return Ok(certificate);
        }
        let rules = KeptRules::recall(conn, &certificate.rule_hash)?;
        let kind = rules.kind(&certificate.kind, certificate.issued_on)?;
        guard(kind, stock, certificate.issued_on)?;
        if needs_approval(conn, &certificate, acting.earliest_day())? {
            return Err(Refusal::new(
                "certificate.print.support",
                "支援措置（不開示）の対象者の証です。責任者の承認を得てから印刷してください"
                    .to_owned(),
            )
            .into());
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.print",
            &ActDetails::default(),
        )?;
        let happened = Happened {
            detail: stock.to_owned(),
            ..Happened::default()
        };
        event::append(
            conn,
            &act,
            &certificate,
            (EventKind::Printed, on),
            &happened,
        )?;
        find::require(conn, certificate_id)
    })
}

/// 窓口交付: to whom it was handed.
///
/// # Errors
/// A refusal when it is not printed and at hand, the person is not insured, or their papers are held for 居所不明.
pub fn hand_over(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    certificate_id: i64,
    to: &str,
) -> Result<Certificate, OfficeError> {
    if to.trim().is_empty() {
        return Err(OfficeError::input("受取人", "証を渡した人を入れてください"));
    }
    let happened = Happened {
        detail: to.to_owned(),
        ..Happened::default()
    };
    let find = |conn: &mut Conn| {
        let found = find::require(conn, certificate_id)?;
        hold::check_paper(conn, &found, ("窓口で交付", acting.business_date))?;
        left::check_paper(conn, &found, ("窓口で交付", acting.business_date))?;
        Ok(found)
    };
    step(
        store,
        permit,
        acting,
        "certificate.hand",
        find,
        (EventKind::Handed, &happened),
    )
}

/// 発送: how it was mailed; a registered letter has its number.
///
/// # Errors
/// A refusal when it is not printed and at hand, or concerns somebody under 支援措置 and may not leave as it is, or the person is not insured
/// or their papers are held for 居所不明; an input error without the number of a registered letter.
pub fn mail(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    certificate_id: i64,
    (class, mail_number): (MailClass, &str),
) -> Result<Certificate, OfficeError> {
    if class != MailClass::Ordinary && mail_number.trim().is_empty() {
        return Err(OfficeError::input(
            "引受番号",
            "簡易書留・特定記録は引受番号を入れてください",
        ));
    }
    let happened = Happened {
        reason: class.label_ja().to_owned(),
        detail: mail_number.trim().to_owned(),
        ..Happened::default()
    };
    let find = |conn: &mut Conn| {
        let found = find::require(conn, certificate_id)?;
        sending::check(conn, &found, acting)?;
        hold::check_paper(conn, &found, ("発送", acting.business_date))?;
        left::check_paper(conn, &found, ("発送", acting.business_date))?;
        Ok(found)
    };
    step(
        store,
        permit,
        acting,
        "certificate.mail",
        find,
        (EventKind::Mailed, &happened),
    )
}

/// 配達済: closed by scanning the code of what was mailed.
///
/// # Errors
/// A refusal when the code is wrong or the certificate is not on its way.
pub fn delivered(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    scanned: &str,
) -> Result<Certificate, OfficeError> {
    let find = |conn: &mut Conn| find::by_scan(conn, scanned);
    step(
        store,
        permit,
        acting,
        "certificate.delivered",
        find,
        (EventKind::Delivered, &Happened::default()),
    )
}

/// 返戻: a letter that came back, closed by scanning its code. Opens the matter of 居所不明 for the person.
///
/// # Errors
/// A refusal when the code is wrong or the certificate is not on its way.
pub fn came_back(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    (scanned, reason): (&str, &str),
) -> Result<Certificate, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "返戻の理由",
            "あて所に尋ねあたらない・保管期間経過などを入れてください",
        ));
    }
    store.write(|conn| {
        let certificate = find::by_scan(conn, scanned)?;
        if repeat::seen(conn, acting)?.is_some() {
            return Ok(certificate);
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.came_back",
            &ActDetails::default(),
        )?;
        let happened = Happened::because(reason);
        let on = acting.business_date;
        event::append(
            conn,
            &act,
            &certificate,
            (EventKind::MailReturned, on),
            &happened,
        )?;
        super::task::whereabouts(conn, &act, &certificate, reason, on)?;
        find::require(conn, certificate.certificate_id)
    })
}
