//! 処理の跡 — acts as read back: who did what when, and what changed in a household since somebody looked.

use crate::error::OfficeError;
use crate::registry::fact::{Kind, history};
use crate::registry::{
    CareExempt, FormerDependant, FormerInsured, HouseholdHead, InsuredSpan, Maternity, Resident,
    Unemployment, YearIncome, load_household,
};
use db::{Conn, Row, Sql, StoreError};
use law::Date;
use std::collections::BTreeSet;

macro_rules! acts {
    ($where:literal) => {
        concat!(
            "select a.act_id, a.kind, a.staff_id, coalesce(s.name, ''), a.terminal, a.recorded_at, a.business_date, ",
            "a.note, a.undoes_act_id, (select count(*) from dated_undo u where u.act_id = a.act_id) ",
            "from act a left join staff s on s.staff_id = a.staff_id where ",
            $where
        )
    };
}

const FIND: Sql = Sql {
    name: "trail.find",
    text: acts!("a.act_id = $1"),
};
const BY_REQUEST: Sql = Sql {
    name: "trail.by_request",
    text: acts!("a.request_id = $1"),
};
const LATEST: Sql = Sql {
    name: "trail.latest",
    text: "select coalesce(max(recorded_at), 0) from act",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[FIND, BY_REQUEST, LATEST];

/// An act as read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// 処理番号.
    pub act_id: i64,
    /// `area.verb`.
    pub kind: String,
    /// Who.
    pub staff_id: i64,
    /// 氏名; empty for a command without an account.
    pub staff_name: String,
    /// Where.
    pub terminal: String,
    /// When, microseconds since 1970 UTC.
    pub recorded_at: i64,
    /// 業務日付.
    pub business_date: Date,
    /// Why, in a clerk's words.
    pub note: String,
    /// The act this one undoes.
    pub undoes: Option<i64>,
    /// Whether its facts were undone.
    pub undone: bool,
}

/// One act.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn find(conn: &mut Conn, act_id: i64) -> Result<Option<Done>, OfficeError> {
    Ok(conn.query_opt(&FIND, &[act_id.into()], read)?)
}

/// The act of an order: what a form that was sent once more has already done.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn by_request(conn: &mut Conn, request_id: &str) -> Result<Option<Done>, OfficeError> {
    Ok(conn.query_opt(&BY_REQUEST, &[request_id.into()], read)?)
}

/// The moment of the latest act: what a page shown now knows, microseconds since 1970 UTC.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn latest_moment(conn: &mut Conn) -> Result<i64, OfficeError> {
    Ok(conn.query_one(&LATEST, &[], |row| row.int(0))?)
}

fn read(row: &Row<'_>) -> Result<Done, StoreError> {
    let day = row.text(6)?;
    Ok(Done {
        act_id: row.int(0)?,
        kind: row.text(1)?,
        staff_id: row.int(2)?,
        staff_name: row.text(3)?,
        terminal: row.text(4)?,
        recorded_at: row.int(5)?,
        business_date: day
            .parse()
            .map_err(|_| row.wrong(6, format!("「{day}」は日付ではありません")))?,
        note: row.text(7)?,
        undoes: row.opt_int(8)?,
        undone: row.int(9)? > 0,
    })
}

/// The acts that wrote or closed facts of a household and its people after a moment, newest first.
///
/// People are those of the household now, those of it at the moment, and everyone who was ever insured in it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
    since: i64,
) -> Result<Vec<Done>, OfficeError> {
    let mut people = BTreeSet::new();
    for known_at in [None, Some(since)] {
        let Some(found) = load_household(conn, household_id, on, known_at)? else {
            continue;
        };
        people.extend(found.ever_members);
        people.extend(found.heads.iter().map(|head| head.fact.head_person_id));
        people.extend(found.former_members.iter().map(|person| person.person_id));
    }
    let mut found = BTreeSet::new();
    note::<HouseholdHead>(conn, household_id, since, &mut found)?;
    for person in people {
        of_person(conn, person, since, &mut found)?;
    }
    let mut all = Vec::new();
    for act_id in found.into_iter().rev() {
        all.extend(find(conn, act_id)?);
    }
    Ok(all)
}

/// The acts that wrote or closed facts of a person after a moment.
fn of_person(
    conn: &mut Conn,
    person: i64,
    since: i64,
    found: &mut BTreeSet<i64>,
) -> Result<(), OfficeError> {
    note::<Resident>(conn, person, since, found)?;
    note::<InsuredSpan>(conn, person, since, found)?;
    note::<FormerInsured>(conn, person, since, found)?;
    note::<YearIncome>(conn, person, since, found)?;
    note::<CareExempt>(conn, person, since, found)?;
    note::<FormerDependant>(conn, person, since, found)?;
    note::<Unemployment>(conn, person, since, found)?;
    note::<Maternity>(conn, person, since, found)
}

fn note<F: Kind>(
    conn: &mut Conn,
    subject: i64,
    since: i64,
    found: &mut BTreeSet<i64>,
) -> Result<(), OfficeError> {
    for row in history::<F>(conn, subject)? {
        if row.recorded_at > since {
            found.insert(row.act_id);
        }
        if row.superseded_at.is_some_and(|moment| moment > since) {
            found.extend(row.superseded_by_act);
        }
    }
    Ok(())
}
