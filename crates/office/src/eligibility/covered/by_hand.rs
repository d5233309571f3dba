//! 状態の登録による異動 — what follows where a clerk states, corrects or ends a scheme of 第6条, as a file would tell of it.

use super::{Scheme, Told, follow, follow_line, loss, on_file};
use crate::acts::Act;
use crate::eligibility::status::Stated;
use crate::eligibility::unfounded::{self, Gone};
use crate::error::OfficeError;
use crate::worklist::Candidate;
use db::{Conn, Span};
use law::Date;

/// What follows from a status that a clerk states: a scheme of 第6条 as a file would tell of it. What a 訂正 replaces asks for
/// nothing on its own day any more.
///
/// # Errors
/// [`OfficeError::Store`].
pub(in crate::eligibility) fn of_status(
    conn: &mut Conn,
    act: &Act,
    stated: &Stated,
    (own, today): (&str, Date),
) -> Result<(), OfficeError> {
    let (person_id, from) = (stated.subject, stated.span.from);
    gone(conn, act, stated, today)?;
    let all = on_file(conn, person_id)?;
    let Some((span, scheme)) = all
        .into_iter()
        .find(|(span, scheme)| scheme.code() == stated.code && span.from == from)
    else {
        return Ok(());
    };
    let told_by = scheme.told_by();
    let told = Told {
        person_id,
        span,
        scheme,
        told_by: &told_by,
        own,
    };
    if let Some(old) = stated.replaces.filter(|old| old.from != from) {
        let (cause, _) = loss(conn, &told)?;
        let note = "開始の日が訂正されました";
        Candidate::withdraw(conn, act, person_id, note, |one| {
            one.cause == cause && one.occurred_on == old.from
        })?;
    }
    follow(conn, act, &told, today)
}

/// What was registered for the days of a line that a 訂正 replaces.
fn gone(conn: &mut Conn, act: &Act, stated: &Stated, today: Date) -> Result<(), OfficeError> {
    let Some(days) = stated.replaces else {
        return Ok(());
    };
    let gone = Gone {
        person_id: stated.subject,
        code: &stated.code,
        days,
        why: "登録が訂正されました",
    };
    unfounded::look(conn, act, &gone, today)
}

/// What follows when a clerk ends a status on a day: a scheme of 第6条 that went on until then as a file would tell of its end.
///
/// # Errors
/// [`OfficeError::Store`].
pub(in crate::eligibility) fn of_end(
    conn: &mut Conn,
    act: &Act,
    (code, person_id, until): (&str, i64, Date),
    here: (&str, Date),
) -> Result<(), OfficeError> {
    let ended = |span: Span, scheme: &Scheme| scheme.code() == code && span.until == Some(until);
    as_told(conn, act, person_id, here, ended)
}

/// What follows for somebody who is excepted from a day on by nothing but other schemes on file: the end of each of those of the day, as
/// if it were told now.
///
/// # Errors
/// [`OfficeError::Store`].
pub(in crate::eligibility) fn of_those_left(
    conn: &mut Conn,
    act: &Act,
    (person_id, on): (i64, Date),
    here: (&str, Date),
) -> Result<(), OfficeError> {
    as_told(conn, act, person_id, here, |span, _| span.holds(on))
}

/// What follows of those schemes on file that are meant, each as if a file told of it now.
fn as_told(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    here: (&str, Date),
    meant: impl Fn(Span, &Scheme) -> bool,
) -> Result<(), OfficeError> {
    for (span, scheme) in on_file(conn, person_id)? {
        if meant(span, &scheme) {
            follow_line(conn, act, person_id, (span, scheme), here)?;
        }
    }
    Ok(())
}
