//! 判定の結果 — ratio and class of the members of a stretch of households on a day.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use law::certificate::Judged;
use std::collections::BTreeMap;

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[];

/// What was judged, by 宛名番号.
#[derive(Clone, Debug, Default)]
pub(super) struct Classes {
    ratios: BTreeMap<i64, Judged<u8>>,
    classes: BTreeMap<i64, Judged<String>>,
}

impl Classes {
    /// 一部負担金の割合 in tenths.
    pub(super) fn ratio(&self, person_id: i64) -> Judged<u8> {
        self.ratios.get(&person_id).cloned().unwrap_or(Judged::None)
    }

    /// 適用区分.
    pub(super) fn class(&self, person_id: i64) -> Judged<String> {
        self.classes
            .get(&person_id)
            .cloned()
            .unwrap_or(Judged::None)
    }
}

/// The standing judgements.
pub(super) fn standing(
    _conn: &mut Conn,
    _range: (i64, i64),
    _on: Date,
    _known_at: i64,
) -> Result<Classes, OfficeError> {
    Ok(Classes::default())
}
