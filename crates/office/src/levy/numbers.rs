//! 期別の番号 — how the rule's instalments stand in the ledger.

use crate::error::OfficeError;
use crate::ledger::{COMPONENT_CODES, Charged, Parts};
use law::levy::instalment::{Instalment, InstalmentKey, InstalmentKind};
use law::{FiscalYear, Yen};

const KINDS: [(InstalmentKind, i64); 3] = [
    (InstalmentKind::Regular, 0),
    (InstalmentKind::AdHoc, 100),
    (InstalmentKind::PastYear, 200),
];

/// The number an instalment is stored under: 定期 1…, 随時 101…, 過年度 201…; 特別徴収 is numbered by
/// [`super::special::BASE`] and the month.
#[must_use]
pub fn instalment_number(key: InstalmentKey) -> i64 {
    let base = KINDS
        .iter()
        .find(|(kind, _)| *kind == key.kind)
        .map_or(0, |(_, base)| *base);
    base + i64::from(key.number)
}

pub(super) fn instalment(row: &Charged) -> Result<Instalment, OfficeError> {
    let (kind, base) = KINDS
        .iter()
        .rev()
        .find(|(_, base)| row.instalment > *base)
        .ok_or_else(|| OfficeError::Bug(format!("期別{}を知りません", row.instalment)))?;
    let number = u8::try_from(row.instalment - base)
        .map_err(|_| OfficeError::Bug(format!("期別{}を知りません", row.instalment)))?;
    let year = i16::try_from(row.fiscal_year)
        .map_err(|_| OfficeError::Bug("調定年度ではありません".to_owned()))?;
    Ok(Instalment {
        key: InstalmentKey {
            accounted_in: FiscalYear(year),
            kind: *kind,
            number,
        },
        due_on: row.due_on,
        parts: row.parts.columns().to_vec(),
    })
}

/// Amounts in the order of [`COMPONENT_CODES`]; an empty list is zero.
pub(super) fn columns(parts: &[Yen]) -> Parts {
    let mut columns = [Yen::ZERO; COMPONENT_CODES.len()];
    for (column, yen) in columns.iter_mut().zip(parts) {
        *column = *yen;
    }
    Parts::from_columns(columns)
}

/// A number as it is shown: 第3期, 随時1, 過年度1, 年金10月.
#[must_use]
pub fn label_ja(number: i64) -> String {
    match number {
        ..=100 => format!("第{number}期"),
        101..=200 => format!("随時{}", number - 100),
        201..=300 => format!("過年度{}", number - 200),
        _ => format!("年金{}月", number - super::special::BASE),
    }
}
