//! 資格・判定の変更に証を合わせる — after facts of a household changed: which certificates no longer fit, and which are
//! due; told as tasks on the work list. Nothing is issued or ended here: that is a clerk's decision.

use super::classes;
use super::find;
use super::fit::difference;
use super::left;
use super::load;
use super::missing::missing;
use super::rules::KeptRules;
use super::still::{self, Days};
use super::task;
use super::view::{Household, Member, Previous};
use crate::acts::{self, Act};
use crate::error::OfficeError;
use crate::worklist::Outcome;
use db::Conn;
use law::Date;
use law::certificate::{Family, Kind, Place};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// What is to be done about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskKind {
    /// 回収: one that does not hold any more is outside.
    Return,
    /// 交付取消: one that does not hold any more has not left the office.
    Void,
    /// 交付.
    Issue,
    /// 差替え: what stands on one has changed.
    Replace,
    /// 保留: what is due cannot be told, and why.
    Hold,
}

impl TaskKind {
    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Return => "回収",
            Self::Void => "交付取消",
            Self::Issue => "交付",
            Self::Replace => "差替え",
            Self::Hold => "保留",
        }
    }
}

/// One task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// What.
    pub kind: TaskKind,
    /// For whom.
    pub person_id: i64,
    /// The certificate concerned, where there is one.
    pub certificate_id: Option<i64>,
    /// Kind of certificate, by code.
    pub certificate: String,
    /// From which day.
    pub from: Date,
    /// What to do, in one line.
    pub title: String,
    /// Why.
    pub reason: String,
}

/// Holds the certificates of a household against what is due from a day on and writes the tasks. Run again, it writes
/// nothing twice: what waits already keeps its day and its owner. What no longer holds is taken off the list.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn follow(
    conn: &mut Conn,
    act: &Act,
    rules: &KeptRules,
    household_id: i64,
    on: Date,
) -> Result<Vec<Task>, OfficeError> {
    let today = acts::business_date(conn, act)?;
    let mut days = Days::new(rules, household_id, (on, today));
    let found = worked_out(conn, rules, household_id, (on, on.min(today)))?;
    let people: Vec<i64> = found.iter().map(|(person_id, _)| *person_id).collect();
    let all: Vec<Task> = found.into_iter().flat_map(|(_, tasks)| tasks).collect();
    let mut waiting = Vec::new();
    for person_id in people {
        let told = still::taken_off(conn, act, &mut days, (person_id, household_id), &all)?;
        waiting.extend(told);
    }
    task::settle_due_of_left(conn, act, household_id, still::NO_MORE)?;
    left::settle_valid_again(conn, act, &mut days, &all)?;
    for one in all.iter().filter(|one| !waiting.contains(one)) {
        write(conn, act, household_id, one, on)?;
    }
    Ok(all)
}

/// The tasks without writing them: what a change would mean, for the page that shows it before it is confirmed.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn would_follow(
    conn: &mut Conn,
    rules: &KeptRules,
    household_id: i64,
    on: Date,
) -> Result<Vec<Task>, OfficeError> {
    let found = worked_out(conn, rules, household_id, (on, on))?;
    Ok(found.into_iter().flat_map(|(_, tasks)| tasks).collect())
}

/// Of each member, and of whoever has a paper of the household and is not insured in it by anything that stands: by 宛名番号.
/// A household that is no more has papers too. What is due on a day is `asked` on another.
pub(super) fn worked_out(
    conn: &mut Conn,
    rules: &KeptRules,
    household_id: i64,
    (on, asked): (Date, Date),
) -> Result<Vec<(i64, Vec<Task>)>, OfficeError> {
    let mut all = left::tasks(conn, rules, household_id, on)?;
    if let Some(household) = load::household(conn, household_id, on, load::NOW)? {
        let ahead = ahead(conn, &household, on)?;
        for member in &household.members {
            let tasks = tasks_of(rules, (&household, &ahead), member, (on, asked))?;
            all.push((member.person_id, tasks));
        }
    }
    Ok(all)
}

fn write(conn: &mut Conn, act: &Act, home: i64, task: &Task, on: Date) -> Result<(), OfficeError> {
    match task.kind {
        TaskKind::Return | TaskKind::Void => {
            let id = task.certificate_id.unwrap_or_default();
            let what = (task.title.as_str(), task.reason.as_str());
            task::give_back(conn, act, (id, task.person_id, home), what, on)?;
        }
        TaskKind::Issue | TaskKind::Replace | TaskKind::Hold => {
            let what = (
                task.certificate.as_str(),
                task.title.as_str(),
                task.reason.as_str(),
            );
            let replace = task.kind == TaskKind::Replace;
            task::to_issue(
                conn,
                act,
                (task.person_id, home),
                (replace, task.from),
                what,
                on,
            )?;
        }
    }
    Ok(())
}

/// The household as it will be on days to come: the first day of each paper that has not begun (August's papers, handed
/// out in July, are held against August's judgement), and each day from which another ratio or class is judged while a
/// paper that shows one still holds.
///
/// 根拠: 国民健康保険法 第42条第1項、国民健康保険法施行令 第27条の2
type Ahead = BTreeMap<Date, Household>;

fn ahead(conn: &mut Conn, household: &Household, on: Date) -> Result<Ahead, OfficeError> {
    let home = household.household_id;
    let held: Vec<&Previous> = household
        .members
        .iter()
        .flat_map(|one| &one.previous)
        .filter(|one| one.household_id == home)
        .collect();
    let begin = held.iter().map(|one| one.effective_from);
    let mut days: BTreeSet<Date> = begin.filter(|day| on < *day).collect();
    let judged = held.iter().filter(|one| one.shows_judgement());
    if let Some(last) = judged.map(|one| one.last_day()).max() {
        let changes = classes::changes_after(conn, home, on)?;
        days.extend(changes.into_iter().filter(|day| *day <= last));
    }
    let mut found = Ahead::new();
    for day in days {
        if let Some(then) = load::household(conn, home, day, load::NOW)? {
            found.insert(day, then);
        }
    }
    Ok(found)
}

fn tasks_of(
    rules: &KeptRules,
    (household, ahead): (&Household, &Ahead),
    member: &Member,
    (on, asked): (Date, Date),
) -> Result<Vec<Task>, OfficeError> {
    let here = member.branch_in(household.household_id, on).is_some();
    let mut tasks = Vec::new();
    for held in &member.previous {
        // A household looks after the papers it issued; those of a later household are that one's.
        if held.household_id == household.household_id {
            let then = ahead.get(&held.effective_from).unwrap_or(household);
            let about = then.member(member.person_id).unwrap_or(member);
            let from = on.max(held.effective_from);
            let now = misfit(rules, then, about, held, (on, from, asked))?;
            if now.is_empty() {
                tasks.extend(later(rules, ahead, member, held, (on, asked))?);
            }
            tasks.extend(now);
        }
    }
    if here {
        tasks.extend(missing(rules, household, member, (on, asked))?);
    }
    tasks.sort_by(|a, b| (a.kind, a.from, &a.certificate).cmp(&(b.kind, b.from, &b.certificate)));
    tasks.dedup();
    Ok(tasks)
}

/// 差替え from a day to come: a paper that is right today and will not be from the day on which another ratio or class is
/// judged. Only the first such day is told.
fn later(
    rules: &KeptRules,
    ahead: &Ahead,
    member: &Member,
    held: &Previous,
    (on, asked): (Date, Date),
) -> Result<Vec<Task>, OfficeError> {
    if !held.shows_judgement() {
        return Ok(Vec::new());
    }
    let (from, last) = (on.max(held.effective_from), held.last_day());
    let days = ahead.range((Bound::Excluded(from), Bound::Unbounded));
    for (day, then) in days.take_while(|(day, _)| **day <= last) {
        let about = then.member(member.person_id).unwrap_or(member);
        let mut tasks = misfit(rules, then, about, held, (on, *day, asked))?;
        tasks.retain(|task| task.kind == TaskKind::Replace);
        if !tasks.is_empty() {
            return Ok(tasks);
        }
    }
    Ok(Vec::new())
}

/// Whether a certificate still says on a day what it would say if it were made now, of the household as it is on that day.
fn misfit(
    rules: &KeptRules,
    household: &Household,
    member: &Member,
    held: &Previous,
    (on, day, asked): (Date, Date, Date),
) -> Result<Vec<Task>, OfficeError> {
    let insured = member.spans.iter().any(|one| one.span.contains(day));
    let here = member.branch_in(household.household_id, day).is_some();
    if held.expires_on.is_some_and(|last| last < day) {
        return Ok(Vec::new());
    }
    let kind = rules.kind(&held.kind, held.effective_from)?;
    if kind.family == Family::Proof {
        return Ok(Vec::new());
    }
    if !insured || !here {
        let paper = left::Paper {
            certificate_id: held.certificate_id,
            person_id: member.person_id,
            number: &held.number,
            place: &held.place,
        };
        return Ok(left::becomes(kind, &paper, insured, day)
            .into_iter()
            .collect());
    }
    let outside = left::is_outside(&held.place);
    let task = |what: TaskKind, reason: String| Task {
        kind: what,
        person_id: member.person_id,
        certificate_id: Some(held.certificate_id),
        certificate: held.kind.clone(),
        from: day,
        title: format!("{}（{}）の{}", kind.name_ja, held.number, what.label_ja()),
        reason,
    };
    let change = difference(rules, kind, household, member, held, (on, asked))?;
    Ok(match change {
        None => Vec::new(),
        Some((false, why)) => vec![task(TaskKind::Replace, why)],
        Some((true, why)) if outside && kind.returned => vec![task(TaskKind::Return, why)],
        Some((true, _)) => Vec::new(),
    })
}

/// After a certificate was issued: what asked for one of its family is done, and papers it ended that are outside are to
/// come back. What is due of another family stays: a new 資格確認書 does not replace a 限度額適用認定証.
///
/// 根拠: 国民健康保険法施行規則 第27条の14の2第3項
pub(super) fn after_issue(
    conn: &mut Conn,
    act: &Act,
    rules: &KeptRules,
    issued: &find::Certificate,
    ended: &[find::Certificate],
) -> Result<(), OfficeError> {
    let note = format!("{}（{}）を交付した", issued.title, issued.number);
    // A paper of one recognised illness says nothing of another's; those of an application ask for nothing by age.
    if issued.family != Family::Disease.code() {
        let made = issued.issued_on.max(issued.occurred_on);
        let first = made.max(issued.effective_from);
        let age = [Family::Eligibility, Family::Elderly].map(Family::code);
        let of_family = |source: &str| {
            let asked = task::due_kind_of(source);
            let own = asked.map_or(age.contains(&issued.family.as_str()), |code| {
                let of = |kind: &Kind| kind.code == code && kind.family.code() == issued.family;
                code == issued.family || rules.kinds.iter().any(of)
            });
            own && !task::is_beyond(source, first)
        };
        let whose = (issued.person_id, issued.household_id);
        task::settle_due(conn, act, whose, of_family, (Outcome::Done, &note))?;
    }
    for old in ended {
        let kind = rules.kind(&old.kind, old.issued_on)?;
        let outside = matches!(old.place, Place::OnTheWay | Place::Holder);
        if kind.returned && outside {
            let title = format!("{}（{}）の回収", old.title, old.number);
            let who = (old.certificate_id, old.person_id, old.household_id);
            let what = (title.as_str(), note.as_str());
            task::give_back(conn, act, who, what, issued.issued_on)?;
        }
    }
    Ok(())
}
