//! What a change does to the levy, as blocks of a preview.

use crate::desk::Desk;
use crate::levy::preview::{block, reasons};
use crate::registry::names;
use crate::view::levy::PreviewBlock;
use db::Conn;
use office::OfficeError;
use office::levy::Relevied;
use office::levy::relevy::Books;

/// The rules of every year, for a change that levies again.
#[must_use]
pub fn books(desk: &Desk) -> Books<'_> {
    let office = desk.app().office();
    Books {
        rules: &office.rules,
        calendar: &office.calendar,
    }
}

/// The levies that change, each with its reasons as they would be.
///
/// # Errors
/// [`OfficeError`].
pub fn blocks(
    desk: &Desk,
    conn: &mut Conn,
    relevied: &[Relevied],
) -> Result<Vec<PreviewBlock>, OfficeError> {
    let liable = relevied.iter().map(|one| one.after.outcome.liable_id);
    let names = names::people(conn, desk.business_date(), liable)?;
    relevied
        .iter()
        .map(|one| {
            let rules = desk.rules(one.after.levy_year)?;
            // A levy that cannot be explained is an alarm on the levy's own page, not here.
            let why = reasons(desk, conn, rules, one).unwrap_or_default();
            Ok(block(rules, one, &names, why))
        })
        .collect()
}
