//! 消去の時期 — which records of a class were closed before the first day that is still kept, and which of them somebody or
//! something holds back.

use super::On;
use super::circles;
use super::ended::{
    ADDRESSEE, ASSET, CERTIFICATE, FILES, INCOME, JUDGEMENT, LEVY, PENSION, PROPOSALS,
    RESIDENT_TAX, REVENUE, REVENUE_APPLICATION, RUNS, SENT_FILES, WORK,
};
use super::hold::Holds;
use crate::error::OfficeError;
use crate::security::hours;
use db::{Conn, Value};
use law::rules::retention::Kept;
use std::collections::{BTreeMap, BTreeSet};

/// What an erasure takes: a key of an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What it is of.
    pub anchor: &'static str,
    /// First part.
    pub key1: i64,
    /// Second part; 0 where there is none.
    pub key2: i64,
}

/// Why something whose term has run out is not erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Held {
    /// 保留.
    Hold,
    /// 残高: not paid, or money that belongs to somebody.
    Balance,
    /// Something of another class rests on it, or is not finished.
    Needed,
}

impl Held {
    /// As shown.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Hold => "保留（訴訟・開示請求など）",
            Self::Balance => "未収・仮受・過誤納の残高がある",
            Self::Needed => "保存中の別の記録が使う、または処理が終わっていない",
        }
    }
}

/// What is due of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// By which term.
    pub kept: Kept,
    /// Closed before this day; `None` where the class is not erased.
    pub closed_before: Option<law::Date>,
    /// What can be erased, in order.
    pub keys: BTreeSet<Key>,
    /// How many are held back, and why.
    pub held: BTreeMap<Held, u64>,
}

impl Due {
    pub(super) fn take(
        &mut self,
        anchor: &'static str,
        (key1, key2): (i64, i64),
        held: Option<Held>,
    ) {
        match held {
            Some(why) => *self.held.entry(why).or_default() += 1,
            None => {
                self.keys.insert(Key { anchor, key1, key2 });
            }
        }
    }
}

/// The first day that is still kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before {
    /// The day, for what came to pass.
    pub day: law::Date,
    /// Its first microsecond in Japan, for what was written down.
    pub moment: i64,
}

impl Before {
    fn year(self) -> i64 {
        i64::from(self.day.year())
    }

    fn both(self) -> [Value; 2] {
        [self.day.into(), self.moment.into()]
    }

    fn with_year(self) -> [Value; 3] {
        [self.day.into(), self.year().into(), self.moment.into()]
    }
}

/// What is due of a class on the day.
///
/// # Errors
/// A refusal for a class that the rules do not know.
pub fn due(conn: &mut Conn, on: On<'_>, class: &str) -> Result<Due, OfficeError> {
    let kept = on.book.kept(on.municipality, class, on.day)?;
    let mut due = Due {
        closed_before: kept.closed_before(on.day),
        kept,
        keys: BTreeSet::new(),
        held: BTreeMap::new(),
    };
    let Some(day) = due.closed_before else {
        return Ok(due);
    };
    let before = Before {
        day,
        moment: hours::begin(day),
    };
    let holds = Holds::read(conn)?;
    match class {
        "levy" => levy(conn, before, &holds, &mut due)?,
        "tax" => tax(conn, before, &holds, &mut due)?,
        "judgement" => judgement(conn, before, &holds, &mut due)?,
        "certificate" => {
            let rows = conn.query(&CERTIFICATE, &before.both(), |row| {
                Ok((row.int(0)?, row.opt_int(1)?, row.opt_int(2)?))
            })?;
            for (id, person, household) in rows {
                let held = holds.concern(person, household).then_some(Held::Hold);
                due.take("certificate", (id, 0), held);
            }
        }
        "run" => runs(conn, before, &holds, &mut due)?,
        "work" => work(conn, before, &holds, &mut due)?,
        "file" => files(conn, before, &holds, &mut due)?,
        "eligibility" => circles::eligibility(conn, before, &holds, &mut due)?,
        "addressee" => {
            for person in conn.query(&ADDRESSEE, &before.both(), |row| row.int(0))? {
                let held = holds.concern(Some(person), None).then_some(Held::Hold);
                due.take("addressee", (person, 0), held);
            }
        }
        _ => {
            return Err(OfficeError::Bug(format!(
                "記録の区分「{class}」の消去の条件がありません"
            )));
        }
    }
    Ok(due)
}

fn levy(conn: &mut Conn, before: Before, holds: &Holds, due: &mut Due) -> Result<(), OfficeError> {
    let rows = conn.query(&LEVY, &before.with_year(), |row| {
        Ok((row.int(0)?, row.int(1)?, row.flag(2)?))
    })?;
    for (household, year, uneven) in rows {
        let held = if holds.concern(None, Some(household)) {
            Some(Held::Hold)
        } else {
            uneven.then_some(Held::Balance)
        };
        due.take("levy_year", (household, year), held);
    }
    Ok(())
}

fn tax(conn: &mut Conn, before: Before, holds: &Holds, due: &mut Due) -> Result<(), OfficeError> {
    for (anchor, sql) in [
        ("income_fact", &INCOME),
        ("asset_tax_fact", &ASSET),
        ("pension_fact", &PENSION),
        ("resident_tax_fact", &RESIDENT_TAX),
        ("revenue_fact", &REVENUE),
    ] {
        let rows = conn.query(sql, &before.both(), |row| {
            Ok((row.int(0)?, row.int(1)?, row.flag(2)?))
        })?;
        for (person, fact_no, needed) in rows {
            let held = if holds.concern(Some(person), None) {
                Some(Held::Hold)
            } else {
                needed.then_some(Held::Needed)
            };
            due.take(anchor, (person, fact_no), held);
        }
    }
    Ok(())
}

fn judgement(
    conn: &mut Conn,
    before: Before,
    holds: &Holds,
    due: &mut Due,
) -> Result<(), OfficeError> {
    let rows = conn.query(&JUDGEMENT, &before.both(), |row| {
        Ok((row.int(0)?, row.int(1)?, row.int(2)?))
    })?;
    for (household, decision, subject) in rows {
        let held = holds
            .concern(Some(subject), Some(household))
            .then_some(Held::Hold);
        due.take("judgement", (household, decision), held);
    }
    let year = [before.year().into(), before.moment.into()];
    let rows = conn.query(&REVENUE_APPLICATION, &year, |row| {
        Ok((row.int(0)?, row.int(1)?))
    })?;
    for (application, household) in rows {
        let held = holds.concern(None, Some(household)).then_some(Held::Hold);
        due.take("revenue_application", (application, 0), held);
    }
    Ok(())
}

/// Rows of many persons: while anybody is held, none goes, for they may be among them.
fn runs(conn: &mut Conn, before: Before, holds: &Holds, due: &mut Due) -> Result<(), OfficeError> {
    let held = (!holds.is_empty()).then_some(Held::Hold);
    let rows = conn.query(&RUNS, &before.with_year(), |row| {
        Ok((row.int(0)?, row.int(1)?))
    })?;
    for (kind, run) in rows {
        let anchor = match kind {
            1 => "levy_run",
            2 => "judgement_run",
            _ => "certificate_run",
        };
        due.take(anchor, (run, 0), held);
    }
    Ok(())
}

fn files(conn: &mut Conn, before: Before, holds: &Holds, due: &mut Due) -> Result<(), OfficeError> {
    let held = (!holds.is_empty()).then_some(Held::Hold);
    for file in conn.query(&FILES, &before.both(), |row| row.int(0))? {
        due.take("import_file", (file, 0), held);
    }
    let sent = conn.query(&SENT_FILES, &before.both(), |row| {
        Ok((row.int(0)?, row.flag(1)?))
    })?;
    for (file, unanswered) in sent {
        let held = held.or_else(|| unanswered.then_some(Held::Needed));
        due.take("outbox_file", (file, 0), held);
    }
    Ok(())
}

fn work(conn: &mut Conn, before: Before, holds: &Holds, due: &mut Due) -> Result<(), OfficeError> {
    let rows = conn.query(&WORK, &before.both(), |row| {
        Ok((row.int(0)?, row.opt_int(1)?, row.opt_int(2)?))
    })?;
    for (item, person, household) in rows {
        let held = holds.concern(person, household).then_some(Held::Hold);
        due.take("work_item", (item, 0), held);
    }
    let held = (!holds.is_empty()).then_some(Held::Hold);
    for proposal in conn.query(&PROPOSALS, &before.both(), |row| row.int(0))? {
        due.take("eligibility_proposal", (proposal, 0), held);
    }
    Ok(())
}
