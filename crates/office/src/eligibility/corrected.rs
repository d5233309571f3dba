//! 加入情報の訂正 — a row about another scheme that says other days than it did before.

use super::covered::{Scheme, Told, on_file};
use super::unfounded::{self, Gone};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::worklist::Candidate;
use db::{Conn, Span};
use law::Date;

/// 訂正された行 — what it asked for by its former days is asked for no more, unless somebody else told of it or the scheme
/// begins or ends on that day all the same; what was registered for those days is asked to be taken back.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn corrected(
    conn: &mut Conn,
    act: &Act,
    told: &Told<'_>,
    (old, told_by): (Span, &str),
    today: Date,
) -> Result<(), OfficeError> {
    let of_scheme = |one: &(Span, Scheme)| one.1.code() == told.scheme.code();
    let standing = on_file(conn, told.person_id)?.into_iter();
    let standing: Vec<Span> = standing.filter(of_scheme).map(|one| one.0).collect();
    let begins = standing.iter().any(|span| span.from == old.from);
    let ends = standing.iter().any(|span| span.until == old.until);
    Candidate::withdraw(
        conn,
        act,
        told.person_id,
        "送り元が日を訂正しました",
        |one| {
            let of_days = if told.scheme.asks_gain(&one.cause) {
                !ends && Some(one.occurred_on) == old.until
            } else {
                !begins && one.occurred_on == old.from && told.scheme.asks_loss(&one.cause)
            };
            of_days && one.told_by == told_by
        },
    )?;
    let why = format!("{told_by}の資格の日が訂正されました");
    let gone = Gone {
        person_id: told.person_id,
        code: told.scheme.code(),
        days: old,
        why: &why,
    };
    unfounded::look(conn, act, &gone, today)
}
