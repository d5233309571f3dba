//! 交付停止（居所不明） — while a person is not found no paper is issued to them, and none that was issued leaves the office.
//!
//! Nothing is lost by it: the right goes on, and whoever appears gets the paper once the hold is ended. A hold that begins
//! later does not count yet.

use super::find::{self, Certificate};
use super::view::Member;
use crate::eligibility::status::whereabouts::hold_on;
use crate::error::OfficeError;
use db::{Conn, Span, Sql};
use law::{Date, Refusal};
use std::collections::BTreeMap;

const OF_MEMBERS: Sql = Sql {
    name: "certificate.hold.of_members",
    text: "select subject, valid_from, valid_until from whereabouts_fact \
           where subject in (select subject from insured_fact where household_id >= $1 and household_id < $2) \
           and holds_certificate = 1 and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           order by subject, valid_from",
};
const OF_RUN: Sql = Sql {
    name: "certificate.hold.of_run",
    text: "select c.certificate_id from certificate_standing c where c.run_id = $1 and c.place = 'office' \
           and c.invalid_from is null and c.person_id in (select w.subject from whereabouts_fact w \
           where w.holds_certificate = 1 and w.superseded_at is null and w.valid_from <= $2 \
           and (w.valid_until is null or w.valid_until > $2)) order by c.certificate_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OF_MEMBERS, OF_RUN];

/// When the papers of the members of a stretch of households are held, as known at a moment; who is found is not named.
pub(super) fn of_members(
    conn: &mut Conn,
    (from, until): (i64, i64),
    known_at: i64,
) -> Result<BTreeMap<i64, Vec<Span>>, OfficeError> {
    let params = [from.into(), until.into(), known_at.into()];
    let rows = conn.query(&OF_MEMBERS, &params, |row| {
        let span = Span {
            from: row.date(1)?,
            until: row.opt_date(2)?,
        };
        Ok((row.int(0)?, span))
    })?;
    let mut found: BTreeMap<i64, Vec<Span>> = BTreeMap::new();
    for (person, span) in rows {
        found.entry(person).or_default().push(span);
    }
    Ok(found)
}

/// 交付してよいか on a day.
///
/// # Errors
/// A refusal while the person's papers are held.
pub(super) fn check(member: &Member, on: Date) -> Result<(), Refusal> {
    if member.not_found.iter().any(|span| span.holds(on)) {
        return Err(refusal(member.person_id, "交付"));
    }
    Ok(())
}

/// Why a renewal makes no paper for a member: it would come back.
pub(super) fn of_run(member: &Member, issued_on: Date) -> Option<Refusal> {
    check(member, issued_on).err().map(|held| Refusal {
        code: "certificate.run.whereabouts",
        ..held
    })
}

/// 渡してよいか・発送してよいか: a paper that was issued before the hold began.
///
/// # Errors
/// A refusal while the person's papers are held.
pub(super) fn check_paper(
    conn: &mut Conn,
    one: &Certificate,
    (what, on): (&str, Date),
) -> Result<(), OfficeError> {
    match hold_on(conn, one.person_id, on)? {
        Some(hold) if hold.certificate => Err(refusal(one.person_id, what).into()),
        _ => Ok(()),
    }
}

/// 一括発送の直前: nothing in the mailing of a run is for somebody who was not found since.
///
/// # Errors
/// A refusal that names the first which is.
pub(super) fn check_run(conn: &mut Conn, run_id: i64, on: Date) -> Result<(), OfficeError> {
    let held = conn.query(&OF_RUN, &[run_id.into(), on.into()], |row| row.int(0))?;
    let Some(first) = held.first() else {
        return Ok(());
    };
    let one = find::require(conn, *first)?;
    Err(Refusal::new(
        "certificate.run_mail.whereabouts",
        format!(
            "証{}（宛名番号{}）ほか{}通は、作成の後に居所不明による証の交付停止になりました。一斉の発送から抜いて無効にし、本人が現れたら保留を終えてから個別に交付してください",
            one.number,
            one.person_id,
            held.len() - 1
        ),
    )
    .into())
}

fn refusal(person_id: i64, what: &str) -> Refusal {
    Refusal::new(
        "certificate.whereabouts",
        format!(
            "宛名番号{person_id}の人は居所不明のため、証の交付を停止しています。本人が現れたときは、資格の状態の画面で居所不明の保留を終えてから{what}してください"
        ),
    )
}
