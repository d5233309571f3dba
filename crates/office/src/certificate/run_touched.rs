//! 凍結後に触れられた世帯 — the households of which anything a paper is made from was written or closed after a moment: of a
//! member, of the head, of where their papers go, or another paper of somebody in it.

use super::run::Run;
use super::run_missed;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;
use std::collections::BTreeSet;

/// Begins or ends on one of the days.
macro_rules! begun {
    () => {
        "((valid_from > $1 and valid_from <= $2) or (valid_until > $1 and valid_until <= $2))"
    };
}
/// Whose record was written or closed after $1: of the head too, and of members alone. What is known of マイナ保険証 is the
/// caller's: `$cards` names those of whom it is news.
macro_rules! subjects {
    ($cards:literal) => {
        concat!(
            "with moved as (select subject from resident_fact where recorded_at > $1 or superseded_at > $1), ",
            "of_both as (select subject from moved ",
            "union select subject from support_fact where recorded_at > $1 or superseded_at > $1 ",
            "union select s.person_id from registry_slot s join destination_fact f on f.subject = s.slot_id ",
            "where f.recorded_at > $1 or f.superseded_at > $1 ",
            "union select s.person_id from registry_slot s join representative_fact f on f.subject = s.slot_id ",
            "where f.recorded_at > $1 or f.superseded_at > $1 ",
            "or (f.superseded_at is null and f.representative_id in (select subject from moved))), ",
            "of_members as (select subject from of_both union ",
            $cards,
            " union select subject from certificate_setting_fact where recorded_at > $1 or superseded_at > $1 ",
            "union select subject from resident_detail_fact where recorded_at > $1 or superseded_at > $1 ",
            "union select subject from student_fact where recorded_at > $1 or superseded_at > $1 ",
            "union select subject from stay_renewal_fact where recorded_at > $1 or superseded_at > $1 ",
            "union select subject from whereabouts_fact where recorded_at > $1 or superseded_at > $1)"
        )
    };
}
/// Their households, and those whose own record was.
macro_rules! households {
    () => {
        "select household_id from insured_fact where recorded_at > $1 or superseded_at > $1 \
         union select subject from household_fact where recorded_at > $1 or superseded_at > $1 \
         union select subject from sanction_fact where recorded_at > $1 or superseded_at > $1 \
         union select subject from special_circumstances_fact where recorded_at > $1 or superseded_at > $1 \
         union select household_id from insured_fact where superseded_at is null \
         and subject in (select subject from of_members) \
         union select subject from household_fact where superseded_at is null \
         and head_person_id in (select subject from of_both)"
    };
}

/// Papers and what ended them are those of later acts, and so is what was paid by whose paper says a class; what the publishing
/// itself wrote is no change. A newer list of
/// マイナ保険証 counts for everybody it names: what was too old to decide a paper may not be any more.
const TOUCHED: Sql = Sql {
    name: "certificate.delta.touched",
    text: concat!(
        subjects!("select subject from card_fact where recorded_at > $1 or superseded_at > $1"),
        ", frozen as (select coalesce(max(act_id), 0) as act_id from act where recorded_at <= $1) ",
        households!(),
        " union select household_id from judgement_decision where recorded_at > $1 ",
        "union select c.household_id from certificate c where c.family = 'eligibility' and c.class <> '' and exists ",
        "(select 1 from ledger l where l.household_id = c.household_id and l.act_id > (select act_id from frozen)) ",
        "union select c.household_id from certificate c where c.act_id > (select act_id from frozen) and c.run_id <> $2 ",
        "union select s.household_id from certificate_event e join certificate_standing s ",
        "on s.certificate_id = e.certificate_id where e.act_id > (select act_id from frozen) and e.act_id <> $3 ",
        "and e.kind in ('voided', 'invalidated', 'collected') order by 1"
    ),
};

/// Of マイナ保険証, what is another than was known at the moment of the same day: a whole city's list says the same of most
/// again. With those of whom no kind of paper could be told, who wait on the work list for a newer one. A judgement is followed
/// by whoever judges.
const FACTS: Sql = Sql {
    name: "certificate.touched.facts",
    text: concat!(
        subjects!(
            "select n.subject from card_fact n where n.recorded_at > $1 and n.superseded_at is null and not exists \
             (select 1 from card_fact k where k.subject = n.subject and k.linked = n.linked and k.recorded_at <= $1 \
             and (k.superseded_at is null or k.superseded_at > $1) and k.valid_from <= n.valid_from \
             and (k.valid_until is null or k.valid_until > n.valid_from)) \
             union select k.subject from card_fact k where k.superseded_at > $1 and k.recorded_at <= $1 and not exists \
             (select 1 from card_fact n where n.subject = k.subject and n.superseded_at is null \
             and n.valid_from <= k.valid_from and (n.valid_until is null or n.valid_until > k.valid_from))"
        ),
        " ",
        households!(),
        " union select w.household_id from work_item w where w.state = 'open' and w.kind = 'certificate.issue' ",
        "and w.source like 'due/eligibility/%' and w.household_id is not null order by 1"
    ),
};

/// Households of which something that papers are made from begins or ends on a day after $1, by $2, by what is registered of it
/// already.
const BEGUN: Sql = Sql {
    name: "certificate.touched.begun",
    text: concat!(
        "with of_members as (select subject from certificate_setting_fact where superseded_at is null and ",
        begun!(),
        " union select subject from whereabouts_fact where superseded_at is null and ",
        begun!(),
        " union select subject from resident_fact where superseded_at is null and valid_from > $1 and valid_from <= $2 ",
        "union select subject from student_fact where superseded_at is null and course_end_on > $1 and course_end_on <= $2) ",
        "select household_id from insured_fact where superseded_at is null and ",
        begun!(),
        " union select subject from household_fact where superseded_at is null and ",
        begun!(),
        " union select subject from sanction_fact where superseded_at is null and ",
        begun!(),
        " union select subject from special_circumstances_fact where superseded_at is null and ",
        begun!(),
        " union select household_id from insured_fact where superseded_at is null and subject in (select subject from of_members) ",
        "order by 1"
    ),
};
/// Households under a measure on a day: on a first of April members come of the age from which it is theirs too.
const MEASURES: Sql = Sql {
    name: "certificate.touched.measures",
    text: "select distinct subject from sanction_fact where superseded_at is null and valid_from <= $1 \
           and (valid_until is null or valid_until > $1) order by subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TOUCHED, FACTS, BEGUN, MEASURES];

/// The households touched since the freeze of a run, and those with somebody whose approved paper was not written.
pub(super) fn since_the_freeze(conn: &mut Conn, run: &Run) -> Result<Vec<i64>, OfficeError> {
    let mut all = since(conn, run, run.known_at)?;
    if run.is_published() {
        let missed = run_missed::missed(conn, run.run_id)?;
        all.extend(missed.iter().map(|one| one.household_id));
        all.sort_unstable();
        all.dedup();
    }
    Ok(all)
}

/// The households touched since a moment, in order.
pub(super) fn since(conn: &mut Conn, run: &Run, moment: i64) -> Result<Vec<i64>, OfficeError> {
    let params = [moment.into(), run.run_id.into(), run.published_act.into()];
    Ok(conn.query(&TOUCHED, &params, |row| row.int(0))?)
}

/// The households of which a fact that papers are made from was written or closed after a moment, or begins or ends on a day
/// after one, by another; in order. A list of マイナ保険証 that says of somebody what was known is no change.
///
/// 根拠: 国民健康保険法 第9条第2項・第54条の3、国民健康保険法施行規則 第6条第2項・第7条の3
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn facts(
    conn: &mut Conn,
    moment: i64,
    (after, on): (Date, Date),
) -> Result<BTreeSet<i64>, OfficeError> {
    let days = [after.into(), on.into()];
    let mut all: BTreeSet<i64> = conn
        .query(&FACTS, &[moment.into()], |row| row.int(0))?
        .into_iter()
        .collect();
    all.extend(conn.query(&BEGUN, &days, |row| row.int(0))?);
    let april = law::FiscalYear::of(on).month_start(0);
    if after < april {
        all.extend(conn.query(&MEASURES, &[april.into()], |row| row.int(0))?);
    }
    Ok(all)
}
