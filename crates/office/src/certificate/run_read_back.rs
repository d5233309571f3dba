//! 読み戻し — what was printed for a run, held against what was judged.

use super::classes;
use super::find;
use super::run::require;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::certificate::Judged;

const ISSUED: Sql = Sql {
    name: "certificate.delta.issued",
    text: "select certificate_id, household_id, person_id, ratio, ratio_from, class from certificate \
           where run_id = $1 and household_id >= $2 and household_id < $3 order by certificate_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ISSUED];

/// A paper that does not say what was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misprint {
    /// Certificate.
    pub certificate_id: i64,
    /// 宛名番号.
    pub person_id: i64,
    /// What stands on the paper and what was judged.
    pub what: String,
}

/// 読み戻し: ratio, its day and class on the papers of a run, held against the judgements themselves on the day of the
/// renewal as known at the freeze. None is the only good answer.
///
/// # Errors
/// [`OfficeError`].
pub fn read_back(
    conn: &mut Conn,
    run_id: i64,
    range: (i64, i64),
) -> Result<Vec<Misprint>, OfficeError> {
    let run = require(conn, run_id)?;
    let judged = classes::standing(conn, range, run.effective_from, run.known_at)?;
    let params = [run_id.into(), range.0.into(), range.1.into()];
    let rows = conn.query(&ISSUED, &params, |row| {
        Ok((
            row.int(0)?,
            row.int(1)?,
            row.int(2)?,
            row.int(3)?,
            row.opt_date(4)?,
        ))
    })?;
    let mut wrong = Vec::new();
    for (certificate_id, household_id, person_id, ratio, ratio_from) in rows {
        let Judged::Decided { value, from } = judged.ratio(household_id, person_id) else {
            if ratio != 0 {
                wrong.push(Misprint {
                    certificate_id,
                    person_id,
                    what: format!("{ratio}割と印字したが、判定がない"),
                });
            }
            continue;
        };
        let shown = find::require(conn, certificate_id)?;
        let special = shown.face.value(law::certificate::Item::Ratio).is_none();
        let early = ratio_from.is_some_and(|day| day < from);
        if !special && (ratio != i64::from(value) || early) {
            wrong.push(Misprint {
                certificate_id,
                person_id,
                what: format!("{ratio}割と印字したが、判定は{from}から{value}割"),
            });
        }
    }
    Ok(wrong)
}
