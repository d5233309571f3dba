//! 消去証明 — what was erased, by which rule, by whom and when: kept for good, with a digest that shows a change.

use super::proposal::{self, Proposal};
use crate::acts::{self, Act};
use crate::error::OfficeError;
use crate::hex;
use db::{Conn, Sql};
use law::Date;
use sha2::{Digest, Sha256};

const CERTIFICATE: Sql = Sql {
    name: "retention.erase.certificate",
    text: "select d.rows, d.certificate_digest, d.destroy_by, d.done_at, d.act_id, r.ruled_on, r.ruled_by \
           from erasure_done d join erasure_ruling r on r.erasure_id = d.erasure_id where d.erasure_id = $1",
};
const COUNTS: Sql = Sql {
    name: "retention.erase.counts",
    text: "select part, table_name, rows from erasure_count where erasure_id = $1 order by part, table_name",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CERTIFICATE, COUNTS];

/// 消去証明.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// What was proposed and who answered.
    pub proposal: Proposal,
    /// Rows in all.
    pub rows: i64,
    /// By part (`office`, `vault`) and table.
    pub counts: Vec<(String, String, i64)>,
    /// When, microseconds since 1970-01-01T00:00:00Z.
    pub done_at: i64,
    /// The act.
    pub act_id: i64,
    /// By when older backups are destroyed.
    pub destroy_by: Date,
    /// SHA-256 over all the above, hexadecimal; the act's note names it.
    pub digest: String,
    /// Whether the digest is that of what stands here.
    pub intact: bool,
}

/// The digest that the record of the erasure names.
pub(super) fn stated_digest(
    proposal: &Proposal,
    counts: &[(String, String, i64)],
    (ruled_by, act, destroy_by): (i64, Act, Date),
) -> String {
    let mut digest = Sha256::new();
    digest.update(format!(
        "kokuho erasure 1\n{} {} {} {} {} {} {}\n{ruled_by} {} {} {destroy_by}\n",
        proposal.erasure_id,
        proposal.class,
        proposal.years,
        proposal.closed_before,
        proposal.proposed_by,
        proposal.keys,
        proposal.keys_digest,
        act.id.0,
        act.recorded_at,
    ));
    for (part, table, rows) in counts {
        digest.update(format!("{part} {table} {rows}\n"));
    }
    hex::write(&digest.finalize())
}

/// The certificate of an erasure; `None` where nothing was erased under the number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn certificate(conn: &mut Conn, erasure_id: i64) -> Result<Option<Certificate>, OfficeError> {
    let found = proposal::proposals(conn)?
        .into_iter()
        .find(|one| one.erasure_id == erasure_id);
    let done = conn.query_opt(&CERTIFICATE, &[erasure_id.into()], |row| {
        Ok((
            row.int(0)?,
            row.text(1)?,
            row.date(2)?,
            row.int(3)?,
            row.int(4)?,
            row.int(6)?,
        ))
    })?;
    let (Some(proposal), Some((rows, digest, destroy_by, done_at, act_id, ruled_by))) =
        (found, done)
    else {
        return Ok(None);
    };
    let mut counts = conn.query(&COUNTS, &[erasure_id.into()], |row| {
        Ok((row.text(0)?, row.text(1)?, row.int(2)?))
    })?;
    counts.sort();
    let act = Act {
        id: acts::ActId(act_id),
        recorded_at: done_at,
    };
    let intact = stated_digest(&proposal, &counts, (ruled_by, act, destroy_by)) == digest;
    Ok(Some(Certificate {
        proposal,
        rows,
        counts,
        done_at,
        act_id,
        destroy_by,
        digest,
        intact,
    }))
}
