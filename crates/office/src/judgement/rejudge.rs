//! 再判定 — a household judged again on what is known now, and the difference written as decisions.
//!
//! Every caller comes through here: a registered change, a corrected income, a decided application, the counter. What
//! stands is compared day by day with what the rule says; only where they differ is anything written, so that judging
//! again changes nothing.

use super::decision;
use super::differ::Draft;
use super::load::{self, LoadedHousehold, Stretch};
use super::{changed, moved, rules};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Judge, Permit};
use db::{Conn, Sql, Store};
use law::Date;
use law::judgement::timeline::Periods;
use law::judgement::{Verdict, benefit_year, benefit_year_start, tax_year, timeline};
use law::rules::JudgementBook;

const OPENED: Sql = Sql {
    name: "judgement.rejudge.opened",
    text: "select coalesce(max(benefit_year), 0) from judgement_run where state = 'published'",
};
const REACH: Sql = Sql {
    name: "judgement.rejudge.reach",
    text: "select max(valid_until) from judgement_decision where household_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OPENED, REACH];

/// One difference: what stood over some days, and what stands now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// 国保世帯番号.
    pub household_id: i64,
    /// [`decision::HOUSEHOLD`], or 宛名番号 of a member of 70 or over.
    pub subject_id: i64,
    /// First day.
    pub from: Date,
    /// First day after the end.
    pub until: Date,
    /// What stood; `None`: nothing did.
    pub before: Option<Verdict>,
    /// What stands; `None`: nobody is judged any more.
    pub after: Option<Verdict>,
}

/// Judges every month of a household from the month of `on` to the end of the last benefit year that is open, and writes
/// decisions where something differs.
///
/// # Errors
/// [`OfficeError::Refusal`] when a month has no rules.
pub fn rejudge(
    conn: &mut Conn,
    act: &Act,
    book: &JudgementBook,
    household_id: i64,
    on: Date,
) -> Result<Vec<Judged>, OfficeError> {
    rejudge_for(conn, act, book, household_id, on, "再判定")
}

/// [`rejudge`] with the cause written into the decisions; then the households in which its verdict holds to the end of a
/// month, for who went there within it.
///
/// # Errors
/// As [`rejudge`].
pub fn rejudge_for(
    conn: &mut Conn,
    act: &Act,
    book: &JudgementBook,
    household_id: i64,
    on: Date,
    reason: &str,
) -> Result<Vec<Judged>, OfficeError> {
    let business = acts::business_date(conn, act)?;
    let why = (reason, business);
    let mut judged = one(conn, act, book, (household_id, on), why)?;
    for other in moved::reached(conn, household_id, on.first_of_month())? {
        if let Some(first) = changed::first_day(conn, other, business)? {
            judged.extend(one(conn, act, book, (other, on.max(first)), why)?);
        }
    }
    Ok(judged)
}

fn one(
    conn: &mut Conn,
    act: &Act,
    book: &JudgementBook,
    (household_id, on): (i64, Date),
    (reason, business): (&str, Date),
) -> Result<Vec<Judged>, OfficeError> {
    let from = on.first_of_month();
    let until = horizon(conn, household_id, on.max(business))?;
    if from >= until {
        return Ok(Vec::new());
    }
    let periods = Periods::of(book, from, until)?;
    let stretch = stretch(
        book.reads_history(),
        (household_id, household_id + 1),
        act.recorded_at,
        from,
        until,
    );
    let loaded = load::households(conn, &stretch)?;
    let standing = decision::of_households(
        conn,
        (household_id, household_id + 1),
        act.recorded_at,
        from,
    )?;
    let empty = LoadedHousehold {
        household_id,
        person_ids: Vec::new(),
        facts: law::judgement::HouseholdFacts::default(),
    };
    let household = loaded.first().unwrap_or(&empty);
    let kept = rules::keep_all(conn, act, &periods)?;
    let draft = Draft {
        household,
        periods: &periods,
        kept: &kept,
        reason,
        decided_on: business,
        known_at: act.recorded_at,
        run_id: 0,
    };
    let spans = timeline(&periods, &household.facts, from, until)?;
    let (judged, mut decisions) = draft.differences(&spans, &standing, (from, until));
    decision::insert(conn, act, &mut decisions)?;
    Ok(judged)
}

/// What a re-judgement would change. Nothing is written.
///
/// # Errors
/// As [`rejudge`].
pub fn preview(
    conn: &mut Conn,
    book: &JudgementBook,
    household_id: i64,
    on: Date,
) -> Result<Vec<Judged>, OfficeError> {
    let now = crate::levy::relevy::NOW;
    let from = on.first_of_month();
    let until = horizon(conn, household_id, on)?;
    let periods = Periods::of(book, from, until)?;
    let stretch = stretch(
        book.reads_history(),
        (household_id, household_id + 1),
        now,
        from,
        until,
    );
    let standing = decision::of_households(conn, (household_id, household_id + 1), now, from)?;
    let mut all = Vec::new();
    for household in &load::households(conn, &stretch)? {
        let spans = timeline(&periods, &household.facts, from, until)?;
        let draft = Draft {
            household,
            periods: &periods,
            kept: &[],
            reason: "",
            decided_on: on,
            known_at: now,
            run_id: 0,
        };
        all.extend(draft.differences(&spans, &standing, (from, until)).0);
    }
    Ok(all)
}

/// Judges households again at the counter, under one act.
///
/// # Errors
/// As [`rejudge`]; nothing is written for any of them when one is refused.
pub fn rejudge_households(
    store: &Store,
    book: &JudgementBook,
    permit: &Permit<Judge>,
    acting: &Acting,
    households: &[i64],
    (on, reason): (Date, &str),
) -> Result<Vec<Judged>, OfficeError> {
    store.write(|conn| {
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "judgement.rejudge", &details)?;
        let mut all = Vec::new();
        for household_id in households {
            all.extend(rejudge_for(conn, &act, book, *household_id, on, reason)?);
        }
        Ok(all)
    })
}

/// The first day after the last benefit year that is open: that of the day, of a published run, of what stands.
fn horizon(conn: &mut Conn, household_id: i64, on: Date) -> Result<Date, OfficeError> {
    let opened = conn.query_one(&OPENED, &[], |row| row.int(0))?;
    let opened = i16::try_from(opened).unwrap_or(0);
    let reach = conn.query_one(&REACH, &[household_id.into()], |row| row.opt_date(0))?;
    let standing = reach.map_or(0, |until| benefit_year(law::date::previous_day(until)));
    let year = benefit_year(on).max(opened).max(standing);
    Ok(benefit_year_start(year + 1))
}

/// What to read for the months `from..until`.
pub(super) fn stretch(
    with_history: bool,
    (from_key, until_key): (i64, i64),
    known_at: i64,
    from: Date,
    until: Date,
) -> Stretch {
    let last = law::date::previous_day(until);
    Stretch {
        from: from_key,
        until: until_key,
        known_at,
        first_year: tax_year(from),
        last_year: tax_year(last),
        with_history,
    }
}
