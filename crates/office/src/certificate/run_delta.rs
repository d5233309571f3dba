//! 凍結後の異動 — what changed since a run was frozen: whose paper is to be taken out, who is to get one after all; and
//! the reading back of what was printed against what was judged.

use super::classes;
use super::find;
use super::rules::KeptRules;
use super::run::require;
use super::run_work::Outcome;
use super::task;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::certificate::Judged;
use std::collections::BTreeMap;

const TOUCHED: Sql = Sql {
    name: "certificate.delta.touched",
    text: "select distinct household_id from (\
           select i.household_id from insured_fact i where i.recorded_at > $1 or i.superseded_at > $1 \
           union all select h.subject from household_fact h where h.recorded_at > $1 or h.superseded_at > $1 \
           union all select s.subject from sanction_fact s where s.recorded_at > $1 or s.superseded_at > $1 \
           union all select j.household_id from judgement_decision j where j.recorded_at > $1 \
           union all select i.household_id from insured_fact i where i.superseded_at is null and i.subject in (\
           select r.subject from resident_fact r where r.recorded_at > $1 or r.superseded_at > $1 \
           union all select c.subject from card_fact c where c.recorded_at > $1 or c.superseded_at > $1 \
           union all select t.subject from certificate_setting_fact t where t.recorded_at > $1 or t.superseded_at > $1 \
           union all select w.subject from stay_renewal_fact w where w.recorded_at > $1 or w.superseded_at > $1)\
           union all select h.subject from household_fact h where h.superseded_at is null and h.head_person_id in (\
           select r.subject from resident_fact r where r.recorded_at > $1 or r.superseded_at > $1)) touched \
           order by household_id",
};
const ROWS: Sql = Sql {
    name: "certificate.delta.rows",
    text: "select r.person_id, r.kind, r.reason_code, r.digest, (select max(s.certificate_id) from certificate_standing s \
           where s.run_id = r.run_id and s.person_id = r.person_id and s.household_id = r.household_id) \
           from certificate_run_row r where r.run_id = $1 and r.household_id = $2 order by r.person_id",
};
const ISSUED: Sql = Sql {
    name: "certificate.delta.issued",
    text: "select certificate_id, household_id, person_id, ratio, ratio_from, class from certificate \
           where run_id = $1 and household_id >= $2 and household_id < $3 order by certificate_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TOUCHED, ROWS, ISSUED];

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
    /// The paper of the run, once published.
    pub certificate_id: Option<i64>,
}

/// Everyone whose certificate of the run would be another if it were worked out on what is known now.
///
/// # Errors
/// [`OfficeError`].
pub fn delta(conn: &mut Conn, run_id: i64) -> Result<Vec<Delta>, OfficeError> {
    let run = require(conn, run_id)?;
    let rules = KeptRules::recall(conn, &run.rule_hash)?;
    let touched = conn.query(&TOUCHED, &[run.known_at.into()], |row| row.int(0))?;
    let mut all = Vec::new();
    for household_id in touched {
        let days = (run.effective_from, run.issued_on);
        let range = (household_id, household_id + 1);
        let frozen: BTreeMap<i64, (String, String, Option<i64>)> = conn
            .query(&ROWS, &[run_id.into(), household_id.into()], |row| {
                Ok((row.int(0)?, (row.text(1)?, row.text(3)?, row.opt_int(4)?)))
            })?
            .into_iter()
            .filter(|(_, (kind, ..))| !kind.is_empty())
            .collect();
        // The papers of the run itself are left out of sight, or nobody would seem to be due one.
        let now = work_without(conn, &rules, (days, range), run_id)?;
        let mut persons: Vec<i64> = frozen.keys().chain(now.keys()).copied().collect();
        persons.sort_unstable();
        persons.dedup();
        for person_id in persons {
            let (before, after) = (frozen.get(&person_id), now.get(&person_id));
            let change = match (before, after) {
                (None, Some(_)) => Change::Added,
                (Some(_), None) => Change::Dropped,
                (Some((_, a, _)), Some((_, b))) if a != b => Change::Changed,
                _ => continue,
            };
            all.push(Delta {
                household_id,
                person_id,
                change,
                kinds: (
                    before.map_or_else(String::new, |one| one.0.clone()),
                    after.map_or_else(String::new, |one| one.0.clone()),
                ),
                certificate_id: before.and_then(|one| one.2),
            });
        }
    }
    Ok(all)
}

/// Kind and digest of those to whom something is due on what is known now.
fn work_without(
    conn: &mut Conn,
    rules: &KeptRules,
    (days, range): ((law::Date, law::Date), (i64, i64)),
    run_id: i64,
) -> Result<BTreeMap<i64, (String, String)>, OfficeError> {
    let found = super::run_work::work_hiding(conn, rules, days, range, run_id)?;
    Ok(found
        .lines
        .into_iter()
        .filter_map(|line| match line.outcome {
            Outcome::Ready(proposal) => Some((
                line.person_id,
                (proposal.kind.code.clone(), proposal.digest),
            )),
            Outcome::Refused(_) => None,
        })
        .collect())
}

/// Puts the differences of a published run onto the work list. Run again, it adds nothing twice.
///
/// # Errors
/// [`OfficeError`].
pub fn tell(
    conn: &mut Conn,
    act: &Act,
    run_id: i64,
    on: law::Date,
) -> Result<Vec<Delta>, OfficeError> {
    let run = require(conn, run_id)?;
    let all = delta(conn, run_id)?;
    for one in &all {
        let who = (one.person_id, one.household_id);
        let why = format!(
            "更新処理{run_id}の凍結後に事実が変わりました（{}）",
            one.change.label_ja()
        );
        match (one.change, one.certificate_id) {
            (Change::Added, _) => {
                let what = (
                    one.kinds.1.as_str(),
                    "更新の証の交付（凍結後の追加）",
                    why.as_str(),
                );
                task::to_issue(conn, act, who, (false, run.effective_from), what, on)?;
            }
            (Change::Changed, _) => {
                let what = (
                    one.kinds.1.as_str(),
                    "更新の証の差替え（凍結後の変更）",
                    why.as_str(),
                );
                task::to_issue(conn, act, who, (true, run.effective_from), what, on)?;
            }
            (Change::Dropped, Some(certificate_id)) => {
                let paper = find::require(conn, certificate_id)?;
                let title = format!("{}（{}）の抜取", paper.title, paper.number);
                let what = (title.as_str(), why.as_str());
                task::give_back(
                    conn,
                    act,
                    (certificate_id, one.person_id, one.household_id),
                    what,
                    on,
                )?;
            }
            (Change::Dropped, None) => {}
        }
    }
    Ok(all)
}

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
