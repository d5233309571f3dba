//! 挙がっている交付・差替え・回収 — matters that wait on the list already, held against what is due. What still is stays as it is, with
//! its day and its owner; what is to be done from a day to come is held against that day; what is due no more is taken off.

use super::fact::Sanction;
use super::follow::{Task, TaskKind, worked_out};
use super::load;
use super::rules::KeptRules;
use super::task::{self, Open};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::timeline;
use crate::worklist::{self, Outcome};
use db::Conn;
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Why what was to be issued is not to be issued.
pub(super) const NO_MORE: &str = "事実が変わり不要になった";

/// What is due in a household on other days than the one that is looked at, each worked out once.
pub(super) struct Days<'r> {
    rules: &'r KeptRules,
    pub(super) household_id: i64,
    /// The day that is looked at.
    pub(super) on: Date,
    today: Date,
    of: BTreeMap<Date, Vec<Task>>,
}

impl<'r> Days<'r> {
    pub(super) fn new(rules: &'r KeptRules, household_id: i64, (on, today): (Date, Date)) -> Self {
        Self {
            rules,
            household_id,
            on,
            today,
            of: BTreeMap::new(),
        }
    }

    /// What is to be done from a day on, as far as it can be told now.
    fn tasks(&mut self, conn: &mut Conn, day: Date) -> Result<&[Task], OfficeError> {
        if !self.of.contains_key(&day) {
            let days = (day, self.on.min(self.today));
            let found = worked_out(conn, self.rules, self.household_id, days)?;
            let tasks = found.into_iter().flat_map(|(_, tasks)| tasks).collect();
            self.of.insert(day, tasks);
        }
        Ok(self.of.get(&day).map_or(&[], Vec::as_slice))
    }

    /// Whether a certificate is to come back from a day to come on, by what is registered of it already: the end of an
    /// insurance, another household, a measure.
    pub(super) fn comes_back(
        &mut self,
        conn: &mut Conn,
        certificate_id: i64,
    ) -> Result<bool, OfficeError> {
        let (home, on) = (self.household_id, self.on);
        let mut days = BTreeSet::new();
        for one in timeline::<Sanction>(conn, home, None)? {
            days.extend(
                [Some(one.valid.from), one.valid.until]
                    .into_iter()
                    .flatten(),
            );
        }
        if let Some(household) = load::household(conn, home, on, load::NOW)? {
            for one in household.members.iter().flat_map(|one| &one.spans) {
                days.extend([Some(one.span.from), one.span.until].into_iter().flatten());
            }
        }
        for day in days.into_iter().filter(|day| on < *day) {
            if gives_back(self.tasks(conn, day)?, certificate_id) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a certificate is among those that are to come back, or whose issue is to be cancelled.
pub(super) fn gives_back(tasks: &[Task], certificate_id: i64) -> bool {
    tasks.iter().any(|one| {
        matches!(one.kind, TaskKind::Return | TaskKind::Void)
            && one.certificate_id == Some(certificate_id)
    })
}

/// Takes off the list what is due to a person no more. Answers those of today's tasks that wait on it already, under an
/// earlier day.
pub(super) fn taken_off(
    conn: &mut Conn,
    act: &Act,
    days: &mut Days<'_>,
    (person_id, household_id): (i64, i64),
    now: &[Task],
) -> Result<Vec<Task>, OfficeError> {
    let mut waiting = Vec::new();
    for open in task::open_of(conn, (person_id, household_id))? {
        let kept = match task::due_of(&open.source) {
            None => false,
            Some((code, day)) => {
                let asks = |one: &&Task| {
                    one.person_id == person_id && one.certificate == code && open.asks_for(one.kind)
                };
                let same = now.iter().filter(asks).any(|one| one.from == day);
                if same {
                    true
                } else if day > days.on {
                    let ahead = days.tasks(conn, day)?;
                    ahead.iter().filter(asks).any(|one| one.from == day)
                } else if days.today < days.on {
                    // A day to come is looked at: what is due before it is another night's question.
                    true
                } else {
                    let found = now.iter().filter(asks).find(|one| one.from == days.on);
                    let found = found.filter(|one| says_the_same(&open, one));
                    waiting.extend(found.cloned());
                    found.is_some()
                }
            }
        };
        if !kept {
            worklist::settle(conn, act, open.item_id, Outcome::Withdrawn, NO_MORE)?;
        }
    }
    Ok(waiting)
}

/// A paper to be replaced for another reason is another matter; one that is missing is the same, whatever was told of it.
fn says_the_same(open: &Open, task: &Task) -> bool {
    !open.replace || open.detail == task.reason
}

impl Open {
    fn asks_for(&self, kind: TaskKind) -> bool {
        match kind {
            TaskKind::Replace => self.replace,
            TaskKind::Issue | TaskKind::Hold => !self.replace,
            TaskKind::Return | TaskKind::Void => false,
        }
    }
}
