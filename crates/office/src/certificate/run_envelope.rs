//! 封筒の割付け — the envelopes of a run in the order of postal codes, laid before its papers are written: a stretch in a
//! transaction of its own, so that nobody waits for all of them, and the next start goes on where the last one ended.

use super::run::Run;
use crate::error::OfficeError;
use db::{ColumnType, Conn, Sql, Store};

/// Envelopes of one transaction.
const STRETCH: usize = 2_000;

const LAID: Sql = Sql {
    name: "certificate.envelopes.laid",
    text: "select count(*) from certificate_envelope where run_id = $1",
};
/// A household's papers lie together, those of somebody who is written to apart by themselves; what was pulled out is in
/// none.
const PAPERS: Sql = Sql {
    name: "certificate.envelopes.papers",
    text: "select household_id, person_id, mail, postal_code, papers from (select r.household_id, \
           case when r.apart = 1 then r.person_id else 0 end as person_id, max(r.mail) as mail, \
           min(r.postal_code) as postal_code, count(*) as papers from certificate_run_row r \
           where r.run_id = $1 and r.reason_code = '' and not exists (select 1 from certificate_pull p \
           where p.run_id = r.run_id and p.household_id = r.household_id and (p.person_id = 0 or p.person_id = r.person_id) \
           and p.releases is null and not exists (select 1 from certificate_pull q where q.releases = p.pull_id)) \
           group by r.household_id, case when r.apart = 1 then r.person_id else 0 end) as grouped \
           order by mail desc, postal_code, household_id, person_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LAID, PAPERS];

const COLUMNS: &[(&str, ColumnType)] = &[
    ("run_id", ColumnType::Int),
    ("envelope_no", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("person_id", ColumnType::Int),
    ("mail", ColumnType::Int),
    ("postal_code", ColumnType::Text),
    ("bag", ColumnType::Int),
    ("papers", ColumnType::Int),
];

struct Envelope {
    number: i64,
    household_id: i64,
    person_id: i64,
    mail: i64,
    postal_code: String,
    bag: i64,
    papers: i64,
}

/// Lays the envelopes that are not laid yet, `bag` of one kind of mail to a bag.
///
/// # Errors
/// [`OfficeError`]; it can be done again and goes on.
pub(super) fn lay(store: &Store, run: &Run, bag: i64) -> Result<(), OfficeError> {
    let run_id = run.run_id;
    let (laid, all) = store.read(|conn| {
        let laid = conn.query_one(&LAID, &[run_id.into()], |row| row.int(0))?;
        Ok::<_, OfficeError>((laid, envelopes(conn, run_id, bag)?))
    })?;
    let waiting = all.get(usize::try_from(laid).unwrap_or(usize::MAX)..);
    for stretch in waiting.unwrap_or_default().chunks(STRETCH) {
        store.write(|conn| write(conn, run_id, stretch))?;
    }
    Ok(())
}

/// The envelopes in their order; the numbers of bags begin anew with each kind of mail.
fn envelopes(conn: &mut Conn, run_id: i64, bag: i64) -> Result<Vec<Envelope>, OfficeError> {
    let mut all: Vec<Envelope> = Vec::new();
    let mut of_mail = 0;
    conn.for_each(&PAPERS, &[run_id.into()], |row| {
        let mail = row.int(2)?;
        let before = all.last().filter(|one| one.mail == mail);
        of_mail = before.map_or(0, |_| of_mail + 1);
        let number = all.last().map_or(0, |one| one.number) + 1;
        all.push(Envelope {
            number,
            household_id: row.int(0)?,
            person_id: row.int(1)?,
            mail,
            postal_code: row.text(3)?,
            bag: of_mail / bag.max(1) + 1,
            papers: row.int(4)?,
        });
        Ok::<(), OfficeError>(())
    })?;
    Ok(all)
}

fn write(conn: &mut Conn, run_id: i64, stretch: &[Envelope]) -> Result<(), OfficeError> {
    let mut bulk = conn.bulk("certificate_envelope", COLUMNS);
    for one in stretch {
        bulk.row(&[
            run_id.into(),
            one.number.into(),
            one.household_id.into(),
            one.person_id.into(),
            one.mail.into(),
            one.postal_code.as_str().into(),
            one.bag.into(),
            one.papers.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}
