//! 凍結後の異動 — what changed since a run was frozen: whose paper is to be taken out, who is to get one after all.

use super::face::Face;
use super::rules::KeptRules;
use super::run::{Run, require};
use super::run_touched;
use super::run_work::{Outcome, work_hiding};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::certificate::{Item, Place};
use std::collections::{BTreeMap, BTreeSet};

const ROWS: Sql = Sql {
    name: "certificate.delta.rows",
    text: "select r.household_id, r.person_id, r.kind, r.digest, s.certificate_id, s.place, \
           case when s.invalid_from is null then 0 else 1 end, case when exists (select 1 from certificate_pull p \
           where p.run_id = r.run_id and p.household_id = r.household_id and (p.person_id = 0 or p.person_id = r.person_id) \
           and p.releases is null and not exists (select 1 from certificate_pull q where q.releases = p.pull_id)) \
           then 1 else 0 end, c.face from certificate_run_row r left join certificate_standing s \
           on s.person_id = r.person_id and s.household_id = r.household_id and s.run_id = r.run_id and s.valid = 1 \
           left join certificate c on c.certificate_id = s.certificate_id \
           where r.run_id = $1 and r.household_id >= $2 and r.household_id < $3 and r.reason_code = '' \
           order by r.household_id, r.person_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ROWS];

/// Households that are read together, and how far their numbers may lie apart.
const TOGETHER: usize = 200;
const APART: i64 = 5;

/// What became of one person since the freeze.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// 追加: to get one after all.
    Added,
    /// 抜取: nothing is due any more.
    Dropped,
    /// 差替え: another kind, class, ratio, name, address or end.
    Changed,
}

impl Change {
    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Added => "追加",
            Self::Dropped => "抜取",
            Self::Changed => "差替え",
        }
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delta {
    /// 国保世帯.
    pub household_id: i64,
    /// 宛名番号.
    pub person_id: i64,
    /// What.
    pub change: Change,
    /// Kind in the run, and kind now; empty for none.
    pub kinds: (String, String),
    /// Why nothing can be made now, where something stands in the way.
    pub reason: String,
    /// The paper of the run, once published.
    pub certificate_id: Option<i64>,
    /// Where that paper is.
    pub place: Option<Place>,
}

impl Delta {
    /// The paper that is still in the office, and is not to be printed or mailed with the others.
    #[must_use]
    pub fn held(&self) -> Option<i64> {
        let here = matches!(
            self.place,
            Some(Place::Decided | Place::Office | Place::ComeBack)
        );
        self.certificate_id.filter(|_| here)
    }
}

/// What a run holds of one person.
struct Frozen {
    kind: String,
    digest: String,
    /// The paper, where it is and whether it has ended.
    paper: Option<(i64, Option<Place>, bool)>,
    /// The paper as it was printed.
    face: Option<String>,
    pulled: bool,
}

impl Frozen {
    /// Whether what is due now is what was made. What a paper does not show makes it no other.
    fn fits(&self, due: &Due) -> Result<bool, OfficeError> {
        if self.kind != due.kind || self.digest == due.digest {
            return Ok(self.kind == due.kind);
        }
        let Some(printed) = &self.face else {
            return Ok(false);
        };
        let mut printed: Face = serde_json::from_str(printed)
            .map_err(|error| OfficeError::Bug(format!("券面を読めません: {error}")))?;
        let mut wanted = due.face.clone();
        for (item, value) in printed.lines.iter_mut().chain(&mut wanted.lines) {
            if *item == Item::Number {
                value.clear();
            }
        }
        Ok(printed == wanted)
    }
}

/// What is due to one person now.
struct Due {
    kind: String,
    digest: String,
    face: Face,
}

/// What is due to one person now, or why it cannot be told.
type Now = Result<Due, String>;

/// Everyone whose certificate of the run would be another if it were worked out on what is known now, and has not been
/// dealt with.
///
/// # Errors
/// [`OfficeError`].
pub fn delta(conn: &mut Conn, run_id: i64) -> Result<Vec<Delta>, OfficeError> {
    let run = require(conn, run_id)?;
    since_the_freeze(conn, &run)
}

pub(super) fn since_the_freeze(conn: &mut Conn, run: &Run) -> Result<Vec<Delta>, OfficeError> {
    let touched = run_touched::since_the_freeze(conn, run)?;
    of_households(conn, run, &touched)
}

/// The differences of the first households touched, and how many households more were touched.
///
/// # Errors
/// [`OfficeError`].
pub fn first(
    conn: &mut Conn,
    run_id: i64,
    households: usize,
) -> Result<(Vec<Delta>, usize), OfficeError> {
    let run = require(conn, run_id)?;
    let mut touched = run_touched::since_the_freeze(conn, &run)?;
    let left = touched.len().saturating_sub(households);
    touched.truncate(households);
    Ok((of_households(conn, &run, &touched)?, left))
}

/// Papers of a run that are still in the office and no longer right: they are not printed or mailed with the others.
///
/// # Errors
/// [`OfficeError`].
pub fn held(conn: &mut Conn, run_id: i64) -> Result<BTreeSet<i64>, OfficeError> {
    Ok(delta(conn, run_id)?
        .iter()
        .filter_map(Delta::held)
        .collect())
}

/// The differences of some households, in their order.
pub(super) fn of_households(
    conn: &mut Conn,
    run: &Run,
    households: &[i64],
) -> Result<Vec<Delta>, OfficeError> {
    let mut all = Vec::new();
    if households.is_empty() {
        return Ok(all);
    }
    let rules = KeptRules::recall(conn, &run.rule_hash)?;
    let near = |a: &i64, b: &i64| b - a <= APART;
    for group in households
        .chunk_by(near)
        .flat_map(|one| one.chunks(TOGETHER))
    {
        let (Some(from), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let range = (*from, last + 1);
        let mut frozen = frozen(conn, run.run_id, range)?;
        let mut now = now(conn, run, &rules, range)?;
        for household_id in group {
            let frozen = frozen.remove(household_id).unwrap_or_default();
            let now = now.remove(household_id).unwrap_or_default();
            let mut persons: Vec<i64> = frozen.keys().chain(now.keys()).copied().collect();
            persons.sort_unstable();
            persons.dedup();
            for person_id in persons {
                let (before, after) = (frozen.get(&person_id), now.get(&person_id));
                let Some(change) = change(run, before, after)? else {
                    continue;
                };
                let paper = before.and_then(|one| one.paper);
                all.push(Delta {
                    household_id: *household_id,
                    person_id,
                    change,
                    kinds: (
                        before.map_or_else(String::new, |one| one.kind.clone()),
                        match after {
                            Some(Ok(due)) => due.kind.clone(),
                            _ => String::new(),
                        },
                    ),
                    reason: match after {
                        Some(Err(reason)) => reason.clone(),
                        _ => String::new(),
                    },
                    certificate_id: paper.map(|one| one.0),
                    place: paper.and_then(|one| one.1),
                });
            }
        }
    }
    Ok(all)
}

fn change(
    run: &Run,
    before: Option<&Frozen>,
    now: Option<&Now>,
) -> Result<Option<Change>, OfficeError> {
    let Some(before) = before else {
        return Ok(matches!(now, Some(Ok(_))).then_some(Change::Added));
    };
    if run.is_published() {
        // Pulled out before the approval, or its paper has an end: somebody has looked at it.
        if before.pulled || before.paper.is_some_and(|one| one.2) {
            return Ok(None);
        }
        // Not written, or made void since: whatever is due now is still to be issued.
        if before.paper.is_none() {
            return Ok(now.map(|_| Change::Added));
        }
    }
    Ok(match now {
        Some(Ok(due)) => (!before.fits(due)?).then_some(Change::Changed),
        None | Some(Err(_)) => Some(Change::Dropped),
    })
}

fn frozen(
    conn: &mut Conn,
    run_id: i64,
    range: (i64, i64),
) -> Result<BTreeMap<i64, BTreeMap<i64, Frozen>>, OfficeError> {
    let params = [run_id.into(), range.0.into(), range.1.into()];
    let rows = conn.query(&ROWS, &params, |row| {
        let place = row.opt_text(5)?;
        let place = place.as_deref().and_then(super::event::place_of);
        let ended = row.int(6)? != 0;
        let one = Frozen {
            kind: row.text(2)?,
            digest: row.text(3)?,
            paper: row.opt_int(4)?.map(|id| (id, place, ended)),
            pulled: row.int(7)? != 0,
            face: row.opt_text(8)?,
        };
        Ok((row.int(0)?, row.int(1)?, one))
    })?;
    let mut found: BTreeMap<i64, BTreeMap<i64, Frozen>> = BTreeMap::new();
    for (household_id, person_id, one) in rows {
        found
            .entry(household_id)
            .or_default()
            .insert(person_id, one);
    }
    Ok(found)
}

/// What is due on what is known now. The papers of the run itself are left out of sight, or nobody would seem to be due one.
fn now(
    conn: &mut Conn,
    run: &Run,
    rules: &KeptRules,
    range: (i64, i64),
) -> Result<BTreeMap<i64, BTreeMap<i64, Now>>, OfficeError> {
    let work = work_hiding(conn, rules, run, range)?;
    let mut found: BTreeMap<i64, BTreeMap<i64, Now>> = BTreeMap::new();
    for line in work.lines {
        let Some(household) = work.households.get(line.household) else {
            continue;
        };
        let due = match line.outcome {
            Outcome::Ready(proposal) => Ok(Due {
                kind: proposal.kind.code.clone(),
                digest: proposal.digest,
                face: proposal.face,
            }),
            Outcome::Refused(refusal) => Err(refusal.message_ja),
        };
        found
            .entry(household.household_id)
            .or_default()
            .insert(line.person_id, due);
    }
    Ok(found)
}
