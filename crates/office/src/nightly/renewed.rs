//! 一斉更新の後の異動 — while papers of a published renewal wait to be printed and mailed, what changes is put on the list: after
//! the papers were held against their facts, whose list of what is due knows nothing of a paper that was never written.

use super::step::{Night, Page};
use crate::acts::Act;
use crate::certificate::run_tell;
use crate::error::OfficeError;
use crate::worklist::{CERTIFICATE_ISSUE, CERTIFICATE_REPLACE, CERTIFICATE_RETURN};
use db::{Conn, Sql};

const OPEN: Sql = Sql {
    name: "nightly.renewed.open",
    text: "select count(*) from work_item where state = 'open' and kind in ($1, $2, $3)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OPEN];

/// Households looked at in one transaction.
const HOUSEHOLDS: usize = 200;

/// The next households after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let before = open(conn)?;
    let of = (night.known_after, night.on);
    let (found, next) = run_tell::nightly(conn, act, of, (after, HOUSEHOLDS))?;
    Ok(Page {
        found,
        opened: open(conn)?.saturating_sub(before),
        next,
        ..Page::default()
    })
}

fn open(conn: &mut Conn) -> Result<i64, OfficeError> {
    let params = [
        CERTIFICATE_ISSUE.code.into(),
        CERTIFICATE_REPLACE.code.into(),
        CERTIFICATE_RETURN.code.into(),
    ];
    Ok(conn.query_one(&OPEN, &params, |row| row.int(0))?)
}
