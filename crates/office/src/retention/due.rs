//! 消去の時期 — which records of a class were closed before the first day that is still kept, and which of them somebody or
//! something holds back.

use super::On;
use super::circles;
use super::hold::Holds;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::rules::retention::Kept;
use std::collections::{BTreeMap, BTreeSet};

/// 賦課・収納: household-years whose year, decisions and entries lie before the day (`$1`, and its year `$2`). The last column
/// is 1 where an instalment or a suspense account does not come out even.
const LEVY: Sql = Sql {
    name: "retention.due.levy",
    text: "select y.household_id, y.levy_year, case when exists (select 1 from ledger l where l.household_id = y.household_id \
           and l.levy_year = y.levy_year group by l.debtor_id, l.fiscal_year, l.instalment having \
           sum(case when l.debit = 1 then l.medical_yen + l.support_yen + l.care_yen + l.child_yen else 0 end) <> \
           sum(case when l.credit = 1 then l.medical_yen + l.support_yen + l.care_yen + l.child_yen else 0 end)) \
           or exists (select 1 from ledger l where l.household_id = y.household_id and l.levy_year = y.levy_year group by l.household_id \
           having sum(case when l.debit in (4, 5, 6) then l.medical_yen + l.support_yen + l.care_yen + l.child_yen else 0 end) <> \
           sum(case when l.credit in (4, 5, 6) then l.medical_yen + l.support_yen + l.care_yen + l.child_yen else 0 end)) \
           then 1 else 0 end \
           from (select household_id, levy_year from levy_decision union select household_id, levy_year from ledger \
           union select household_id, levy_year from notice) y where y.levy_year < $2 \
           and not exists (select 1 from levy_decision d where d.household_id = y.household_id and d.levy_year = y.levy_year \
           and d.decided_on >= $1) \
           and not exists (select 1 from ledger l join act a on a.act_id = l.act_id where l.household_id = y.household_id \
           and l.levy_year = y.levy_year and (a.business_date >= $1 or l.due_on >= $1)) \
           order by y.household_id, y.levy_year",
};

macro_rules! tax {
    ($table:literal) => {
        concat!(
            "select f.subject, f.fact_no, case when exists (select 1 from levy_decision d where d.levy_year = \
             cast(substr(f.valid_from, 1, 4) as bigint) and d.household_id in (select household_id from insured_fact \
             where subject = f.subject union select household_id from former_insured_fact where subject = f.subject \
             union select subject from household_fact where head_person_id = f.subject)) then 1 else 0 end from ",
            $table,
            " f where f.valid_until is not null and f.valid_until <= $1 order by f.subject, f.fact_no"
        )
    };
}
const INCOME: Sql = Sql {
    name: "retention.due.income",
    text: tax!("income_fact"),
};
const ASSET: Sql = Sql {
    name: "retention.due.asset",
    text: tax!("asset_tax_fact"),
};
const PENSION: Sql = Sql {
    name: "retention.due.pension",
    text: tax!("pension_fact"),
};
const RESIDENT_TAX: Sql = Sql {
    name: "retention.due.resident_tax",
    text: tax!("resident_tax_fact"),
};
const REVENUE: Sql = Sql {
    name: "retention.due.revenue",
    text: tax!("revenue_fact"),
};
const JUDGEMENT: Sql = Sql {
    name: "retention.due.judgement",
    text: "select household_id, decision_id, subject_id from judgement_decision where valid_until is not null \
           and valid_until <= $1 order by household_id, decision_id",
};
const REVENUE_APPLICATION: Sql = Sql {
    name: "retention.due.revenue_application",
    text: "select application_id, household_id from revenue_application where benefit_year + 1 < $1 order by application_id",
};
const CERTIFICATE: Sql = Sql {
    name: "retention.due.certificate",
    text: "select c.certificate_id, c.person_id, c.household_id from certificate c \
           left join certificate_standing s on s.certificate_id = c.certificate_id \
           where coalesce(s.invalid_from, s.expires_on, c.expires_on) < $1 order by c.certificate_id",
};
/// The runs of three kinds, each with whether they have rows left.
const RUNS: Sql = Sql {
    name: "retention.due.runs",
    text: "select 1, run_id from levy_run r where r.levy_year < $2 and (exists (select 1 from levy_candidate c where \
           c.run_id = r.run_id) or exists (select 1 from levy_held h where h.run_id = r.run_id)) \
           union all select 2, run_id from judgement_run r where r.decided_on < $1 and exists (select 1 from \
           judgement_candidate c where c.run_id = r.run_id) \
           union all select 3, run_id from certificate_run r where r.issued_on < $1 and (exists (select 1 from \
           certificate_run_row c where c.run_id = r.run_id) or exists (select 1 from certificate_envelope e where \
           e.run_id = r.run_id)) order by 1, 2",
};
const WORK: Sql = Sql {
    name: "retention.due.work",
    text: "select w.item_id, w.person_id, w.household_id from work_item w join act a on a.act_id = w.settled_act_id \
           where w.state = 'settled' and a.business_date < $1 order by w.item_id",
};
const PROPOSALS: Sql = Sql {
    name: "retention.due.proposals",
    text: "select r.proposal_id from eligibility_ruling r join act a on a.act_id = r.act_id where a.business_date < $1 \
           order by r.proposal_id",
};
const FILES: Sql = Sql {
    name: "retention.due.files",
    text: "select f.file_id from import_file f join act a on a.act_id = f.act_id where a.business_date < $1 \
           and exists (select 1 from import_row r where r.file_id = f.file_id) \
           and not exists (select 1 from import_row r where r.file_id = f.file_id and r.state in ('held', 'review')) \
           order by f.file_id",
};
const SENT_FILES: Sql = Sql {
    name: "retention.due.sent_files",
    text: "select file_id from outbox_file where made_on < $1 order by file_id",
};
/// 宛名: nobody whose eligibility is recorded, who lives here, or whom another record names.
const ADDRESSEE: Sql = Sql {
    name: "retention.due.addressee",
    text: "select p.person_id from person p where exists (select 1 from resident_fact f where f.subject = p.person_id \
           and f.superseded_at is null) \
           and not exists (select 1 from resident_fact f where f.subject = p.person_id and f.superseded_at is null \
           and ((f.valid_until is null and f.status <> 2) or coalesce(f.valid_until, f.valid_from) >= $1)) \
           and not exists (select 1 from insured_fact x where x.subject = p.person_id) \
           and not exists (select 1 from former_insured_fact x where x.subject = p.person_id) \
           and not exists (select 1 from household_fact x where x.head_person_id = p.person_id) \
           and not exists (select 1 from eligibility_event x where x.person_id = p.person_id or x.head_person_id = p.person_id) \
           and not exists (select 1 from levy_decision x where x.liable_id = p.person_id) \
           and not exists (select 1 from ledger x where x.debtor_id = p.person_id) \
           and not exists (select 1 from notice x where x.addressee_id = p.person_id) \
           and not exists (select 1 from judgement_decision x where x.subject_id = p.person_id) \
           and not exists (select 1 from certificate x where x.person_id = p.person_id) \
           and not exists (select 1 from representative_fact x where x.representative_id = p.person_id \
           and x.subject <> p.person_id) \
           and not exists (select 1 from person_merge x where x.kept_id = p.person_id) \
           and not exists (select 1 from work_item x where x.person_id = p.person_id and x.state = 'open') \
           order by p.person_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    LEVY,
    INCOME,
    ASSET,
    PENSION,
    RESIDENT_TAX,
    REVENUE,
    JUDGEMENT,
    REVENUE_APPLICATION,
    CERTIFICATE,
    RUNS,
    WORK,
    PROPOSALS,
    FILES,
    SENT_FILES,
    ADDRESSEE,
];

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
    let Some(before) = due.closed_before else {
        return Ok(due);
    };
    let holds = Holds::read(conn)?;
    match class {
        "levy" => levy(conn, before, &holds, &mut due)?,
        "tax" => tax(conn, before, &holds, &mut due)?,
        "judgement" => judgement(conn, before, &holds, &mut due)?,
        "certificate" => {
            let rows = conn.query(&CERTIFICATE, &[before.into()], |row| {
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
            for person in conn.query(&ADDRESSEE, &[before.into()], |row| row.int(0))? {
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

fn levy(
    conn: &mut Conn,
    before: law::Date,
    holds: &Holds,
    due: &mut Due,
) -> Result<(), OfficeError> {
    let year = i64::from(before.year());
    let rows = conn.query(&LEVY, &[before.into(), year.into()], |row| {
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

fn tax(
    conn: &mut Conn,
    before: law::Date,
    holds: &Holds,
    due: &mut Due,
) -> Result<(), OfficeError> {
    for (anchor, sql) in [
        ("income_fact", &INCOME),
        ("asset_tax_fact", &ASSET),
        ("pension_fact", &PENSION),
        ("resident_tax_fact", &RESIDENT_TAX),
        ("revenue_fact", &REVENUE),
    ] {
        let rows = conn.query(sql, &[before.into()], |row| {
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
    before: law::Date,
    holds: &Holds,
    due: &mut Due,
) -> Result<(), OfficeError> {
    let rows = conn.query(&JUDGEMENT, &[before.into()], |row| {
        Ok((row.int(0)?, row.int(1)?, row.int(2)?))
    })?;
    for (household, decision, subject) in rows {
        let held = holds
            .concern(Some(subject), Some(household))
            .then_some(Held::Hold);
        due.take("judgement", (household, decision), held);
    }
    let year = i64::from(before.year());
    let rows = conn.query(&REVENUE_APPLICATION, &[year.into()], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })?;
    for (application, household) in rows {
        let held = holds.concern(None, Some(household)).then_some(Held::Hold);
        due.take("revenue_application", (application, 0), held);
    }
    Ok(())
}

/// Rows of many persons: while anybody is held, none goes, for they may be among them.
fn runs(
    conn: &mut Conn,
    before: law::Date,
    holds: &Holds,
    due: &mut Due,
) -> Result<(), OfficeError> {
    let year = i64::from(before.year());
    let held = (!holds.is_empty()).then_some(Held::Hold);
    let rows = conn.query(&RUNS, &[before.into(), year.into()], |row| {
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

fn files(
    conn: &mut Conn,
    before: law::Date,
    holds: &Holds,
    due: &mut Due,
) -> Result<(), OfficeError> {
    let held = (!holds.is_empty()).then_some(Held::Hold);
    for (anchor, sql) in [("import_file", &FILES), ("outbox_file", &SENT_FILES)] {
        for file in conn.query(sql, &[before.into()], |row| row.int(0))? {
            due.take(anchor, (file, 0), held);
        }
    }
    Ok(())
}

fn work(
    conn: &mut Conn,
    before: law::Date,
    holds: &Holds,
    due: &mut Due,
) -> Result<(), OfficeError> {
    let rows = conn.query(&WORK, &[before.into()], |row| {
        Ok((row.int(0)?, row.opt_int(1)?, row.opt_int(2)?))
    })?;
    for (item, person, household) in rows {
        let held = holds.concern(person, household).then_some(Held::Hold);
        due.take("work_item", (item, 0), held);
    }
    let held = (!holds.is_empty()).then_some(Held::Hold);
    for proposal in conn.query(&PROPOSALS, &[before.into()], |row| row.int(0))? {
        due.take("eligibility_proposal", (proposal, 0), held);
    }
    Ok(())
}
