//! 消去より前のバックアップ — they still hold what was erased, so they get a day by which they are destroyed, in 媒体管理簿.

use crate::acts::Acting;
use crate::backup::{self, Backup};
use crate::error::OfficeError;
use crate::registers::{self, Given, Registers};
use crate::security::permit::{KeepRegister, Permit};
use db::Conn;
use law::Date;
use std::collections::BTreeMap;

/// Backups that were made before now and are still kept.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn backups_to_destroy(conn: &mut Conn) -> Result<Vec<Backup>, OfficeError> {
    let mut kept = Vec::new();
    for one in backup::keep::list(conn)? {
        let Some(entry_id) = one.entry_id.filter(|_| one.whole == Some(true)) else {
            continue;
        };
        let entry = registers::entry(conn, entry_id)?;
        if entry.is_some_and(|entry| entry.state == "保管中" && entry.waiting.is_none()) {
            kept.push(one);
        }
    }
    Ok(kept)
}

/// Enters in 媒体管理簿 by when they are destroyed.
pub(super) fn condemn(
    conn: &mut Conn,
    (acting, keeper): (&Acting, &Permit<KeepRegister>),
    destroy_by: Date,
) -> Result<Vec<Backup>, OfficeError> {
    let older = backups_to_destroy(conn)?;
    let registers = Registers::shipped()?;
    let media = registers.get("media")?;
    for one in &older {
        let Some(entry) = one
            .entry_id
            .map(|id| registers::entry(conn, id))
            .transpose()?
            .flatten()
        else {
            continue;
        };
        let given: Given = BTreeMap::from([("destroy_by".to_owned(), destroy_by.to_string())]);
        registers::take_step(
            conn,
            (acting, keeper),
            media,
            Some((entry.entry_id, entry.steps())),
            ("condemn", &given),
        )?;
    }
    Ok(older)
}
