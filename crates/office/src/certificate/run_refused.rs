//! 証を作れない人 — the reasons of a run with their names, and who of them was pulled out.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Refusal;

const REASONS: Sql = Sql {
    name: "certificate.refused.reasons",
    text: "select c.reason_code, count(*), cast(sum(c.gone) as bigint) from (select r.reason_code, \
           case when exists (select 1 from certificate_pull p where p.run_id = r.run_id and p.household_id = r.household_id \
           and (p.person_id = 0 or p.person_id = r.person_id) and p.releases is null \
           and not exists (select 1 from certificate_pull q where q.releases = p.pull_id)) then 1 else 0 end as gone \
           from certificate_run_row r where r.run_id = $1 and r.reason_code <> '') c \
           group by c.reason_code order by c.reason_code",
};
/// Asked within the order to publish, for which everybody's registrations wait: `certificate_run_row_refused` answers it, and
/// SQLite takes that index only where its own condition is said again.
const UNJUDGED: Sql = Sql {
    name: "certificate.refused.unjudged",
    text: "select count(*) from certificate_run_row r where r.run_id = $1 and r.reason_code = 'certificate.judgement.none' \
           and r.reason_code <> '' and not exists (select 1 from certificate_pull p where p.run_id = r.run_id \
           and p.household_id = r.household_id and (p.person_id = 0 or p.person_id = r.person_id) and p.releases is null \
           and not exists (select 1 from certificate_pull q where q.releases = p.pull_id))",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[REASONS, UNJUDGED];

/// 作れない理由 with how many have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Code.
    pub code: String,
    /// Persons.
    pub persons: i64,
    /// Of them pulled out.
    pub pulled: i64,
}

/// Names of the reasons for which a renewal makes no paper.
const NAMES: &[(&str, &str)] = &[
    ("certificate.judgement.none", "判定がない"),
    ("certificate.judgement.pending", "判定が保留"),
    ("certificate.run.support", "支援措置（不開示）"),
    ("certificate.run.whereabouts", "居所不明（交付停止）"),
    ("certificate.due.none", "交付する証の種類が決まらない"),
    ("certificate.due.several", "証の種類が二つ以上当てはまる"),
    ("certificate.card_list.stale", "マイナ保険証の状況が古い"),
    ("certificate.conditions", "交付の要件を満たさない"),
    ("certificate.kind.expired", "証の種類が交付日に使えない"),
    ("certificate.term.over", "有効期間がない"),
    ("certificate.alias.none", "券面に載せる通称がない"),
];

/// 作れない理由 in a few words, by its code.
#[must_use]
pub fn reason_ja(code: &str) -> &'static str {
    NAMES
        .iter()
        .find(|one| one.0 == code)
        .map_or("その他の理由", |one| one.1)
}

/// The reasons of a run, by their codes.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn reasons(conn: &mut Conn, run_id: i64) -> Result<Vec<Reason>, OfficeError> {
    Ok(conn.query(&REASONS, &[run_id.into()], |row| {
        Ok(Reason {
            code: row.text(0)?,
            persons: row.int(1)?,
            pulled: row.int(2)?,
        })
    })?)
}

/// That nobody in a run is without a judgement and not pulled out: a renewal on half-loaded judgements is no renewal.
pub(super) fn all_judged(conn: &mut Conn, run_id: i64, way_on: &str) -> Result<(), OfficeError> {
    let unjudged = conn.query_one(&UNJUDGED, &[run_id.into()], |row| row.int(0))?;
    if unjudged == 0 {
        return Ok(());
    }
    Err(Refusal::new(
        "certificate.run.unjudged",
        format!("判定のない人が{unjudged}人います。{way_on}"),
    )
    .into())
}
