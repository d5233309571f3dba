//! 凍結後の異動を処理待ちに挙げる — at the end of publishing, before papers are marked as printed or mailed, and every night
//! while papers of a published run lie in the office.

use super::find;
use super::run::{Run, RunState, require};
use super::run_delta::{self, Change, Delta};
use super::run_touched;
use super::task;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql, Store};
use law::Date;

/// Differences written down in one transaction.
const STRETCH: usize = 500;

/// Published runs some of whose papers have not left the office.
const WAITING: Sql = Sql {
    name: "certificate.tell.waiting",
    text: "select r.run_id from certificate_run r where r.state = 'published' and exists (select 1 \
           from certificate_standing s where s.run_id = r.run_id and s.place in ('decided', 'office') and s.valid = 1 \
           and s.invalid_from is null) order by r.run_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[WAITING];

/// Puts the differences of a run onto the work list. Run again, it adds nothing twice.
///
/// # Errors
/// [`OfficeError`].
pub fn tell(conn: &mut Conn, act: &Act, run_id: i64, on: Date) -> Result<Vec<Delta>, OfficeError> {
    let all = run_delta::delta(conn, run_id)?;
    let run = require(conn, run_id)?;
    put(conn, act, &run, &all, on)?;
    Ok(all)
}

/// As [`tell`], a stretch in a transaction of its own: nobody waits while a whole city is held against its papers.
pub(super) fn tell_all(
    store: &Store,
    act: &Act,
    run: &Run,
    on: Date,
) -> Result<Vec<Delta>, OfficeError> {
    let all = store.read(|conn| run_delta::since_the_freeze(conn, run))?;
    for stretch in all.chunks(STRETCH) {
        store.write(|conn| put(conn, act, run, stretch, on))?;
    }
    Ok(all)
}

/// The differences of one household of a run, after something was done to a paper of it.
pub(super) fn tell_household(
    conn: &mut Conn,
    act: &Act,
    (run_id, household_id): (i64, i64),
    on: Date,
) -> Result<(), OfficeError> {
    let run = require(conn, run_id)?;
    if run.state != RunState::Published {
        return Ok(());
    }
    let all = run_delta::of_households(conn, &run, &[household_id])?;
    put(conn, act, &run, &all, on)
}

/// 夜間処理: of the runs whose papers wait in the office, the next households after a number touched since a moment. How many
/// differences they have, and the last household where more may follow.
///
/// # Errors
/// [`OfficeError`].
pub fn nightly(
    conn: &mut Conn,
    act: &Act,
    (since, on): (i64, Date),
    (after, at_once): (i64, usize),
) -> Result<(i64, Option<i64>), OfficeError> {
    let mut touched = Vec::new();
    for run_id in conn.query(&WAITING, &[], |row| row.int(0))? {
        let run = require(conn, run_id)?;
        let since = since.max(run.known_at);
        for household_id in run_touched::since(conn, &run, since)? {
            if household_id > after {
                touched.push((household_id, run_id));
            }
        }
    }
    touched.sort_unstable();
    let last = touched.get(at_once.saturating_sub(1)).map(|one| one.0);
    touched.retain(|one| last.is_none_or(|last| one.0 <= last));
    touched.sort_unstable_by_key(|(household_id, run_id)| (*run_id, *household_id));
    let mut found = 0;
    for of_run in touched.chunk_by(|a, b| a.1 == b.1) {
        let Some((_, run_id)) = of_run.first() else {
            continue;
        };
        let run = require(conn, *run_id)?;
        let households: Vec<i64> = of_run.iter().map(|one| one.0).collect();
        let all = run_delta::of_households(conn, &run, &households)?;
        put(conn, act, &run, &all, on)?;
        found += i64::try_from(all.len()).unwrap_or(i64::MAX);
    }
    Ok((found, last))
}

fn put(conn: &mut Conn, act: &Act, run: &Run, all: &[Delta], on: Date) -> Result<(), OfficeError> {
    all.iter()
        .try_for_each(|one| put_one(conn, act, run, one, on))
}

fn put_one(
    conn: &mut Conn,
    act: &Act,
    run: &Run,
    one: &Delta,
    on: Date,
) -> Result<(), OfficeError> {
    let who = (one.person_id, one.household_id);
    let mut why = format!(
        "更新処理{}の凍結後に事実が変わりました（{}）",
        run.run_id,
        one.change.label_ja()
    );
    if !one.reason.is_empty() {
        why = format!("{why}。{}", one.reason);
    }
    match (one.change, one.certificate_id) {
        (Change::Added | Change::Changed, _) => {
            let replace = one.change == Change::Changed;
            let title = match (replace, one.kinds.0.is_empty()) {
                (true, _) => "更新の証の差替え（凍結後の変更）",
                (false, true) => "更新の証の交付（凍結後の追加）",
                // Approved, and no paper of the run stands.
                (false, false) => "更新の証の交付（一斉更新で交付していない人）",
            };
            // Where the kind cannot be told it is to be decided first.
            let kind = match one.kinds.1.as_str() {
                "" => "eligibility",
                kind => kind,
            };
            if !task::waits(conn, who, (kind, run.effective_from))? {
                let what = (kind, title, why.as_str());
                task::to_issue(conn, act, who, (replace, run.effective_from), what, on)?;
            }
        }
        (Change::Dropped, Some(certificate_id)) => {
            let paper = find::require(conn, certificate_id)?;
            let title = format!("{}（{}）の抜取", paper.title, paper.number);
            let what = (title.as_str(), why.as_str());
            let whose = (certificate_id, one.person_id, one.household_id);
            task::give_back(conn, act, whose, what, on)?;
        }
        (Change::Dropped, None) => {}
    }
    Ok(())
}
