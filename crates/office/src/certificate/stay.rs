//! 在留期間と修学の終わり, read for a stretch of households.

use super::view::Stay;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use std::collections::BTreeMap;

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[];

/// By 宛名番号; who has neither is not named.
pub(super) fn stays(
    _conn: &mut Conn,
    _range: (i64, i64),
    _on: Date,
    _known_at: i64,
) -> Result<BTreeMap<i64, Stay>, OfficeError> {
    Ok(BTreeMap::new())
}
