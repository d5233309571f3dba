//! 交付しなかった人 — whose paper was approved and not written: what it was made from reads otherwise since, or a later paper
//! took its place. Nobody who was approved is left out unseen.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::certificate::Family;

/// A later paper is one that was decided after the freeze and holds on the day of the renewal or after it.
const MISSED: Sql = Sql {
    name: "certificate.run.missed",
    text: "select r.household_id, r.person_id, r.kind, (select max(s.certificate_id) from certificate_standing s \
           join certificate c on c.certificate_id = s.certificate_id join act a on a.act_id = c.act_id \
           where s.person_id = r.person_id and s.household_id = r.household_id and s.family = $2 and s.valid = 1 \
           and a.recorded_at > n.known_at and (s.expires_on is null or s.expires_on >= n.effective_from) \
           and (s.invalid_from is null or s.invalid_from > n.effective_from)) \
           from certificate_run_row r join certificate_run n on n.run_id = r.run_id \
           where r.run_id = $1 and r.reason_code = '' and not exists (select 1 from certificate c \
           where c.person_id = r.person_id and c.household_id = r.household_id and c.run_id = r.run_id) \
           and not exists (select 1 from certificate_pull p where p.run_id = r.run_id \
           and p.household_id = r.household_id and (p.person_id = 0 or p.person_id = r.person_id) and p.releases is null \
           and not exists (select 1 from certificate_pull q where q.releases = p.pull_id)) \
           order by r.household_id, r.person_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[MISSED];

/// Somebody whose paper was approved and not written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// 国保世帯.
    pub household_id: i64,
    /// 宛名番号.
    pub person_id: i64,
    /// Kind that was approved.
    pub kind: String,
    /// The later paper that took its place, where there is one; whoever has none is on the work list.
    pub covered_by: Option<i64>,
}

/// Those of a published run whose approved paper was not written.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn missed(conn: &mut Conn, run_id: i64) -> Result<Vec<Missed>, OfficeError> {
    let params = [run_id.into(), Family::Eligibility.code().into()];
    Ok(conn.query(&MISSED, &params, |row| {
        Ok(Missed {
            household_id: row.int(0)?,
            person_id: row.int(1)?,
            kind: row.text(2)?,
            covered_by: row.opt_int(3)?,
        })
    })?)
}
