//! 凍結後に触れられた世帯 — the households of which anything a paper is made from was written or closed after a moment: of a
//! member, of the head, of where their papers go, or another paper of somebody in it.

use super::run::Run;
use super::run_missed;
use crate::error::OfficeError;
use db::{Conn, Sql};

/// Papers and what ended them are those of later acts; what the publishing itself wrote is no change.
const TOUCHED: Sql = Sql {
    name: "certificate.delta.touched",
    text: "with moved as (select subject from resident_fact where recorded_at > $1 or superseded_at > $1), \
           of_both as (select subject from moved \
           union select subject from support_fact where recorded_at > $1 or superseded_at > $1 \
           union select s.person_id from registry_slot s join destination_fact f on f.subject = s.slot_id \
           where f.recorded_at > $1 or f.superseded_at > $1 \
           union select s.person_id from registry_slot s join representative_fact f on f.subject = s.slot_id \
           where f.recorded_at > $1 or f.superseded_at > $1 \
           or (f.superseded_at is null and f.representative_id in (select subject from moved))), \
           of_members as (select subject from of_both \
           union select subject from card_fact where recorded_at > $1 or superseded_at > $1 \
           union select subject from certificate_setting_fact where recorded_at > $1 or superseded_at > $1 \
           union select subject from resident_detail_fact where recorded_at > $1 or superseded_at > $1 \
           union select subject from student_fact where recorded_at > $1 or superseded_at > $1 \
           union select subject from stay_renewal_fact where recorded_at > $1 or superseded_at > $1), \
           frozen as (select coalesce(max(act_id), 0) as act_id from act where recorded_at <= $1) \
           select household_id from insured_fact where recorded_at > $1 or superseded_at > $1 \
           union select subject from household_fact where recorded_at > $1 or superseded_at > $1 \
           union select subject from sanction_fact where recorded_at > $1 or superseded_at > $1 \
           union select household_id from judgement_decision where recorded_at > $1 \
           union select household_id from insured_fact where superseded_at is null \
           and subject in (select subject from of_members) \
           union select subject from household_fact where superseded_at is null \
           and head_person_id in (select subject from of_both) \
           union select c.household_id from certificate c where c.act_id > (select act_id from frozen) and c.run_id <> $2 \
           union select s.household_id from certificate_event e join certificate_standing s \
           on s.certificate_id = e.certificate_id where e.act_id > (select act_id from frozen) and e.act_id <> $3 \
           and e.kind in ('voided', 'invalidated', 'collected') order by 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TOUCHED];

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
