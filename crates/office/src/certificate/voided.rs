//! 交付の取消の後 — a person whose paper is void holds what held before, and what was due is due again.
//!
//! 根拠: 国民健康保険法 第9条第2項・第4項、国民健康保険法施行規則 第6条第4項

use super::event;
use super::find::Certificate;
use super::follow::follow;
use super::rules::KeptRules;
use super::task;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

/// Papers that an act ended and did nothing else to.
const ENDED: Sql = Sql {
    name: "certificate.voided.ended",
    text: "select certificate_id from certificate_event where act_id = $1 and undoes is null group by certificate_id \
           having min(kind) = 'invalidated' and max(kind) = 'invalidated' order by certificate_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ENDED];

const NOTE: &str = "交付した証が取り消された";

/// Papers that the issue of a void one ended hold again, unless something happened to them since.
///
/// # Errors
/// [`OfficeError::Store`].
fn hold_again(conn: &mut Conn, act: &Act, gone: &Certificate) -> Result<(), OfficeError> {
    let issued_by = gone.act_id;
    for old in conn.query(&ENDED, &[issued_by.into()], |row| row.int(0))? {
        let undone = conn.savepoint(|conn| event::undo(conn, act, old, issued_by));
        match undone {
            Ok(()) => task::holds_again(conn, act, (old, issued_by), NOTE)?,
            Err(OfficeError::Refusal(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// What the issue of a void paper settled waits again.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn wait_again(
    conn: &mut Conn,
    act: &Act,
    gone: &Certificate,
) -> Result<(), OfficeError> {
    task::waits_again(conn, act, (gone.person_id, gone.act_id), NOTE)
}

/// What the issue of a void paper ended holds again, what it settled waits again, and its household is held against what is due.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn follow_up(
    conn: &mut Conn,
    act: &Act,
    rules: &KeptRules,
    gone: &Certificate,
    on: Date,
) -> Result<(), OfficeError> {
    hold_again(conn, act, gone)?;
    wait_again(conn, act, gone)?;
    follow(conn, act, rules, gone.household_id, on)?;
    Ok(())
}
