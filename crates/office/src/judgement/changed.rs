//! 事実の変更の後 — a household whose facts changed is judged again from the first day that changed, and its papers are held
//! against what then stands.
//!
//! 根拠: 国民健康保険法施行令 第27条の2・第29条の3第1項第2項

use super::handover::TAKEN_OVER;
use super::rejudge::{Judged, rejudge_for};
use crate::acts::Act;
use crate::certificate::{self, KeptRules, Task};
use crate::eligibility::Books;
use crate::error::OfficeError;
use crate::worklist::{self, CERTIFICATE_ISSUE, JUDGEMENT_PENDING, NewItem};
use db::{Conn, Sql};
use law::Date;
use law::judgement::{benefit_year, benefit_year_start};
use law::rules::JudgementBook;
use std::collections::BTreeSet;

/// The households of changed facts, each with the first day that any of them speaks of: those of the person, and those to
/// which whoever headed the person's household has gone (the 控除対象者 are those of 31 December).
const CHANGED: Sql = Sql {
    name: "judgement.changed.households",
    text: "with touched as (\
           select subject, valid_from from resident_fact where recorded_at > $1 or superseded_at > $1 \
           union all select subject, valid_from from resident_detail_fact \
           where move_cause = '02' and (recorded_at > $1 or superseded_at > $1) \
           union all select subject, valid_from from insured_fact where recorded_at > $1 or superseded_at > $1 \
           union all select subject, valid_from from former_insured_fact where recorded_at > $1 or superseded_at > $1 \
           union all select subject, valid_from from income_fact where recorded_at > $1 or superseded_at > $1 \
           union all select subject, valid_from from resident_tax_fact where recorded_at > $1 or superseded_at > $1 \
           union all select subject, valid_from from revenue_fact where recorded_at > $1 or superseded_at > $1 \
           union all select subject, valid_from from unemployment_fact where recorded_at > $1 or superseded_at > $1) \
           select home, min(day) from (\
           select i.household_id as home, t.valid_from as day from touched t join insured_fact i on i.subject = t.subject \
           union all select f.household_id, t.valid_from from touched t join former_insured_fact f on f.subject = t.subject \
           union all select h.subject, t.valid_from from touched t join household_fact h on h.head_person_id = t.subject \
           union all select m.household_id, t.valid_from from touched t join insured_fact i on i.subject = t.subject \
           join household_fact h on h.subject = i.household_id and h.valid_from < coalesce(i.valid_until, '9999-12-31') \
           and i.valid_from < coalesce(h.valid_until, '9999-12-31') \
           join insured_fact m on m.subject = h.head_person_id and m.household_id <> h.subject \
           union all select subject, valid_from from household_fact where recorded_at > $1 or superseded_at > $1\
           ) changed group by home order by home",
};
const FIRST: Sql = Sql {
    name: "judgement.changed.first",
    text: "select count(*), min(case when reason <> $2 then valid_from end) from judgement_decision where household_id = $1",
};
const PUBLISHED: Sql = Sql {
    name: "judgement.changed.published",
    text: "select count(*) from judgement_run where state = 'published'",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CHANGED, FIRST, PUBLISHED];

/// What judging again and holding papers against it needs, read once for many households.
pub(crate) struct Rules {
    judgement: JudgementBook,
    papers: KeptRules,
}

impl Rules {
    /// Those of the municipality.
    ///
    /// # Errors
    /// A refusal when it has no rule files.
    pub fn of(books: &Books<'_>) -> Result<Self, OfficeError> {
        Ok(Self {
            judgement: books.book.judgement_of(books.municipality)?,
            papers: KeptRules::from_book(books.book, books.municipality)?,
        })
    }
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Followed {
    /// 判定 that changed.
    pub judged: Vec<Judged>,
    /// 証 to issue, replace or collect because of it.
    pub tasks: Vec<Task>,
    /// A judgement or papers that were refused: each is on the work list.
    pub held: i64,
}

/// The households whose facts were written or closed after a moment, each with the first day of what changed.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn since(conn: &mut Conn, moment: i64) -> Result<Vec<(i64, Date)>, OfficeError> {
    Ok(conn.query(&CHANGED, &[moment.into()], |row| {
        Ok((row.int(0)?, row.date(1)?))
    })?)
}

/// Judges a household again from the first day that changed. What another system judged before the year that runs is left as
/// it was taken over, and who was never judged waits for the first run. A refusal leaves the facts standing and the
/// household on the work list.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn follow(
    conn: &mut Conn,
    act: &Act,
    rules: &Rules,
    household_id: i64,
    (changed, today): (Date, Date),
    reason: &str,
) -> Result<Followed, OfficeError> {
    let mut followed = Followed::default();
    let Some(first) = first_day(conn, household_id, today)? else {
        return Ok(followed);
    };
    let source = format!("judgement/{household_id}");
    let from = changed.max(first);
    let done =
        conn.savepoint(|conn| rejudge_for(conn, act, &rules.judgement, household_id, from, reason));
    match done {
        Ok(judged) => {
            let note = "判定できました";
            worklist::withdraw_source(conn, act, JUDGEMENT_PENDING, &source, note)?;
            followed.judged = judged;
        }
        Err(OfficeError::Refusal(refusal)) => {
            let (kind, why) = (JUDGEMENT_PENDING, refusal.message_ja);
            let item = NewItem::about_household(kind, household_id, &source, &why, today);
            worklist::open(conn, act, &item)?;
            followed.held += 1;
        }
        Err(other) => return Err(other),
    }
    if followed.judged.is_empty() {
        return Ok(followed);
    }
    let on = from.max(today);
    let mut homes: BTreeSet<i64> = followed.judged.iter().map(|one| one.household_id).collect();
    homes.insert(household_id);
    for household_id in homes {
        let done =
            conn.savepoint(|conn| certificate::follow(conn, act, &rules.papers, household_id, on));
        match done {
            Ok(tasks) => followed.tasks.extend(tasks),
            Err(OfficeError::Refusal(refusal)) => {
                let source = format!("judgement/{household_id}");
                let (kind, why) = (CERTIFICATE_ISSUE, refusal.message_ja);
                let item = NewItem::about_household(kind, household_id, &source, &why, today);
                worklist::open(conn, act, &item)?;
                followed.held += 1;
            }
            Err(other) => return Err(other),
        }
    }
    Ok(followed)
}

/// The first day from which a household is judged here; none where nobody has judged it and no run was published.
pub(super) fn first_day(
    conn: &mut Conn,
    household_id: i64,
    today: Date,
) -> Result<Option<Date>, OfficeError> {
    let params = [household_id.into(), TAKEN_OVER.into()];
    let (decisions, own) =
        conn.query_one(&FIRST, &params, |row| Ok((row.int(0)?, row.opt_date(1)?)))?;
    let runs = conn.query_one(&PUBLISHED, &[], |row| row.int(0))?;
    if decisions == 0 && runs == 0 {
        return Ok(None);
    }
    let running = benefit_year_start(benefit_year(today));
    Ok(Some(own.map_or(running, |own| own.min(running))))
}
