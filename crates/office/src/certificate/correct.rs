//! 交付の記録の訂正 — 交付区分, 交付事由, 異動日 and 申請日 entered wrongly. They stand in the record and not on the paper; what
//! stands on the paper is put right by another paper, and a day of 回収 or 返戻 by undoing the act.

use super::find::{self, Certificate};
use super::record::Division;
use super::repeat;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{IssueCertificate, Permit};
use db::{Conn, Row, Sql, Store, StoreError};
use law::{Date, Refusal};

const OF: Sql = Sql {
    name: "certificate.correct.of",
    text: "select k.correction_no, k.division, k.reason, k.occurred_on, k.applied_on, k.note, k.act_id, \
           a.recorded_at from certificate_correction k join act a on a.act_id = k.act_id where k.certificate_id = $1 order by k.correction_no",
};
const ISSUED: Sql = Sql {
    name: "certificate.correct.issued",
    text: "select 0, c.division, c.reason, c.occurred_on, c.applied_on, '', c.act_id, a.recorded_at \
           from certificate c join act a on a.act_id = c.act_id where c.certificate_id = $1",
};
const INSERT: Sql = Sql {
    name: "certificate.correct.insert",
    text: "insert into certificate_correction (certificate_id, correction_no, division, reason, occurred_on, applied_on, \
           note, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OF, ISSUED, INSERT];

/// 交付の記録 as it should stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 交付区分.
    pub division: Division,
    /// 交付事由.
    pub reason: String,
    /// 異動日.
    pub occurred_on: Date,
    /// 申請日.
    pub applied_on: Option<Date>,
}

impl Entry {
    /// What stands now.
    #[must_use]
    pub fn of(certificate: &Certificate) -> Self {
        Self {
            division: certificate.division,
            reason: certificate.reason.clone(),
            occurred_on: certificate.occurred_on,
            applied_on: certificate.applied_on,
        }
    }
}

/// One correction, as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Number within the certificate.
    pub correction_no: i64,
    /// What has stood since.
    pub entry: Entry,
    /// 訂正の理由.
    pub note: String,
    /// Act.
    pub act_id: i64,
    /// When it was written down.
    pub recorded_at: i64,
}

/// The corrections of a certificate, oldest first. The row of the certificate itself is what was recorded when it was issued.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn corrections(conn: &mut Conn, certificate_id: i64) -> Result<Vec<Correction>, OfficeError> {
    Ok(conn.query(&OF, &[certificate_id.into()], read)?)
}

fn read(row: &Row) -> Result<Correction, StoreError> {
    Ok(Correction {
        correction_no: row.int(0)?,
        entry: Entry {
            division: Division::read(row, 1)?,
            reason: row.text(2)?,
            occurred_on: row.date(3)?,
            applied_on: row.opt_date(4)?,
        },
        note: row.text(5)?,
        act_id: row.int(6)?,
        recorded_at: row.int(7)?,
    })
}

/// The record of a certificate as it was known at a moment.
pub(super) fn known_at(
    conn: &mut Conn,
    certificate_id: i64,
    moment: i64,
) -> Result<Entry, OfficeError> {
    let mut made = corrections(conn, certificate_id)?;
    made.retain(|one| one.recorded_at <= moment);
    match made.pop() {
        Some(last) => Ok(last.entry),
        None => Ok(conn
            .query_one(&ISSUED, &[certificate_id.into()], read)?
            .entry),
    }
}

/// Corrects the record of a certificate. `seen` is the number of corrections the clerk saw: whoever corrects what somebody
/// else has corrected since is told.
///
/// # Errors
/// A refusal for an unknown certificate, or where nothing would change; an input error without 交付事由 or 訂正の理由, or with
/// a 申請日 after the day of issue; a conflict when it was corrected since.
pub fn correct(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    (certificate_id, seen): (i64, i64),
    (entry, note): (&Entry, &str),
) -> Result<Certificate, OfficeError> {
    store.write(|conn| {
        let certificate = find::require(conn, certificate_id)?;
        if repeat::seen(conn, acting)?.is_some() {
            return Ok(certificate);
        }
        let made = corrections(conn, certificate_id)?;
        let last = made.last().map_or(0, |one| one.correction_no);
        if last != seen {
            return Err(OfficeError::Conflict(format!(
                "{}（{}）の交付の記録は、画面を開いた後に訂正されました。読み直して、今の内容を確かめてください",
                certificate.title, certificate.number
            )));
        }
        check(&certificate, entry, note)?;
        let details = ActDetails {
            note: note.trim().to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "certificate.correct", &details)?;
        conn.execute(
            &INSERT,
            &[
                certificate_id.into(),
                (last + 1).into(),
                entry.division.code().into(),
                entry.reason.trim().into(),
                entry.occurred_on.into(),
                entry.applied_on.into(),
                note.trim().into(),
                act.id.0.into(),
            ],
        )?;
        find::require(conn, certificate_id)
    })
}

fn check(certificate: &Certificate, entry: &Entry, note: &str) -> Result<(), OfficeError> {
    if entry.reason.trim().is_empty() {
        return Err(OfficeError::input("交付事由", "交付事由を入れてください"));
    }
    if note.trim().is_empty() {
        return Err(OfficeError::input(
            "訂正の理由",
            "訂正の理由を入れてください",
        ));
    }
    if entry
        .applied_on
        .is_some_and(|day| day > certificate.issued_on)
    {
        return Err(OfficeError::input(
            "申請日",
            "申請日が交付日より後です。申請書の日付を確かめてください",
        ));
    }
    let trimmed = Entry {
        reason: entry.reason.trim().to_owned(),
        ..entry.clone()
    };
    if trimmed == Entry::of(certificate) {
        return Err(Refusal::new(
            "certificate.correct.same",
            format!(
                "{}（{}）の交付の記録は、入れた内容と同じです。直す項目を入れてください",
                certificate.title, certificate.number
            ),
        )
        .into());
    }
    Ok(())
}
