//! Carrying a bulk change out, stretch by stretch.

use super::file::against_register;
use super::lines::{Change, Line, facility_after, lines, number_after};
use super::names::Names;
use super::ruling::may_run;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::eligibility::deed::carry_out;
use crate::eligibility::event::{NewChange, NewEvent};
use crate::eligibility::request::{Books, Request};
use crate::eligibility::status::{Entry, state};
use crate::error::OfficeError;
use crate::jobs::{self, Chunk, Done, Flow, JobState, Progress};
use crate::registry::{HouseholdHead, Resident, record, timeline};
use crate::security::permit::{Permit, RunEligibility};
use crate::worklist::{self, ELIGIBILITY_CANDIDATE, NewItem};
use db::{Conn, Span, Sql, Store};
use law::{Date, Refusal};

const INSERT: Sql = Sql {
    name: "eligibility.bulk.insert",
    text: "insert into bulk_change (bulk_id, kind, params, subjects, act_id) values ($1, $2, $3, $4, $5)",
};
const ONE: Sql = Sql {
    name: "eligibility.bulk.one",
    text: "select params from bulk_change where bulk_id = $1",
};
const JOB_OF: Sql = Sql {
    name: "eligibility.bulk.job",
    text: "select job_id, state from job where kind = 'eligibility.bulk' and params = $1",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[INSERT, ONE, JOB_OF];

/// Subjects of one stretch, about.
const CHUNK: usize = 500;
const JOB: &str = "eligibility.bulk";

/// 確定 — keeps the change and makes a job of it; [`run`] carries it out. Returns its number and the job's, none when
/// there is no line.
///
/// # Errors
/// [`OfficeError::Input`] when the change says nothing.
pub fn confirm(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    change: &Change,
) -> Result<Option<(i64, i64)>, OfficeError> {
    change.check()?;
    store.write(|conn| {
        if let Some(wrong) = against_register(conn, change)?.first() {
            return Err(OfficeError::input("一覧", &wrong.message_ja()));
        }
        let mut subjects: Vec<i64> = match change {
            // What follows for those who stay there is told with the facility.
            Change::Facility { facility_id, .. } => vec![*facility_id],
            _ => lines(conn, change, (i64::MIN, i64::MAX))?
                .into_iter()
                .map(|line| line.subject)
                .collect(),
        };
        subjects.sort_unstable();
        let Some(last) = subjects.last() else {
            return Ok(None);
        };
        let details = ActDetails {
            note: change.label_ja().to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.bulk_confirm", &details)?;
        let bulk_id = conn.next_ids("bulk_change", 1)?;
        let params = serde_json::to_string(change)
            .map_err(|error| OfficeError::Bug(format!("一括処理を書き出せません: {error}")))?;
        let total = i64::try_from(subjects.len()).unwrap_or(i64::MAX);
        let row = [
            bulk_id.into(),
            change.label_ja().into(),
            params.into(),
            total.into(),
            act.id.0.into(),
        ];
        conn.execute(&INSERT, &row)?;
        let starts: Vec<i64> = subjects
            .chunks(CHUNK)
            .filter_map(|part| part.first().copied())
            .collect();
        let ends = starts.iter().skip(1).copied().chain([last + 1]);
        let chunks: Vec<Chunk> = (0_i64..)
            .zip(starts.iter().zip(ends))
            .map(|(number, (from_key, until_key))| Chunk {
                number,
                from_key: *from_key,
                until_key,
            })
            .collect();
        let job = jobs::create(conn, &act, JOB, &bulk_id.to_string(), total, &chunks)?;
        Ok(Some((bulk_id, job)))
    })
}

/// Carries a confirmed change out, or goes on with it where it was cut off.
///
/// # Errors
/// [`OfficeError::Refusal`] when there is no such change. A line that is refused goes to the work list.
pub fn run(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    bulk_id: i64,
    books: &Books<'_>,
    clock: &(dyn Fn() -> i64 + Sync),
    listen: impl FnMut(Progress) -> Flow,
) -> Result<JobState, OfficeError> {
    let change = store.read(|conn| load(conn, bulk_id))?;
    store.read(|conn| may_run(conn, bulk_id, &change))?;
    let (job_id, _) = store.read(|conn| job_of(conn, bulk_id))?;
    jobs::run_in_order(
        store,
        job_id,
        1,
        clock,
        |chunk| store.read(|conn| lines(conn, &change, (chunk.from_key, chunk.until_key))),
        |conn, chunk, lines: &Vec<Line>| {
            let acting = Acting {
                request_id: Some(format!("bulk/{bulk_id}/{}", chunk.number)),
                ..acting.clone()
            };
            let details = ActDetails {
                note: change.label_ja().to_owned(),
                ..ActDetails::default()
            };
            let act = acts::begin(conn, &acting, permit, JOB, &details)?;
            for line in lines {
                match &line.held {
                    Some(why) => hold(conn, (&acting, &act), (bulk_id, &change), line, why)?,
                    None => try_line(conn, (&acting, &act), (bulk_id, &change), line, books)?,
                }
            }
            let units = i64::try_from(lines.len()).unwrap_or(i64::MAX);
            Ok(Done { units, yen: 0 })
        },
        listen,
    )
}

pub(super) fn load(conn: &mut Conn, bulk_id: i64) -> Result<Change, OfficeError> {
    let params = conn.query_opt(&ONE, &[bulk_id.into()], |row| row.text(0))?;
    let params = params.ok_or_else(|| {
        Refusal::new(
            "eligibility.bulk.unknown",
            format!("一括処理{bulk_id}はありません。一覧を読み直してください"),
        )
    })?;
    serde_json::from_str(&params)
        .map_err(|error| OfficeError::Bug(format!("一括処理{bulk_id}を読めません: {error}")))
}

pub(super) fn job_of(conn: &mut Conn, bulk_id: i64) -> Result<(i64, String), OfficeError> {
    let params = [bulk_id.to_string().into()];
    Ok(conn.query_one(&JOB_OF, &params, |row| Ok((row.int(0)?, row.text(1)?)))?)
}

fn hold(
    conn: &mut Conn,
    (acting, act): (&Acting, &Act),
    (bulk_id, change): (i64, &Change),
    line: &Line,
    why: &str,
) -> Result<(), OfficeError> {
    let title = format!("{} → {}: {why}", line.before, line.after);
    let source = format!("bulk/{bulk_id}");
    let about = match change {
        Change::Numbers { .. } | Change::NumberTable { .. } => NewItem::about_household,
        _ => NewItem::about_person,
    };
    let on = acting.business_date;
    let item = about(ELIGIBILITY_CANDIDATE, line.subject, &source, &title, on);
    worklist::open(conn, act, &item)?;
    Ok(())
}

/// Carries one line out; what is refused of it waits for somebody and stops no other.
fn try_line(
    conn: &mut Conn,
    (acting, act): (&Acting, &Act),
    (bulk_id, change): (i64, &Change),
    line: &Line,
    books: &Books<'_>,
) -> Result<(), OfficeError> {
    match conn.savepoint(|conn| apply(conn, acting, act, change, line, books)) {
        Err(OfficeError::Refusal(refusal)) => {
            let why = &refusal.message_ja;
            hold(conn, (acting, act), (bulk_id, change), line, why)
        }
        done => done,
    }
}

fn apply(
    conn: &mut Conn,
    acting: &Acting,
    act: &Act,
    change: &Change,
    line: &Line,
    books: &Books<'_>,
) -> Result<(), OfficeError> {
    match change {
        Change::Town { on, .. } | Change::TownTable { on, .. } => {
            town(conn, act, line.subject, &Names::of(change), *on)
        }
        Change::Facility { .. } => {
            if let Some((facility_id, after, on)) = facility_after(conn, change)? {
                let entry = Entry {
                    subject: facility_id,
                    span: Span::new(on, None),
                    status: after,
                    note: String::new(),
                };
                state(conn, act, &entry)?;
            }
            Ok(())
        }
        Change::Numbers { on, .. } | Change::NumberTable { on, .. } => {
            let heads = timeline::<HouseholdHead>(conn, line.subject, None)?;
            let Some((symbol, number)) = heads
                .last()
                .and_then(|head| number_after(change, line.subject, &head.fact))
            else {
                return Ok(());
            };
            let renumber = NewChange::Renumber {
                household_id: line.subject,
                symbol: Some(symbol),
                number,
            };
            let request = Request {
                events: vec![NewEvent::new("renumbered", *on, None, renumber)],
                note: change.label_ja().to_owned(),
                ..Request::default()
            };
            let done = carry_out(conn, books, acting, act, &request)?;
            if let Some(levy) = done.consequences.levies.first() {
                // A number is no fact of the levy; if the charge moves, it did not follow the facts before.
                let message = format!(
                    "国保世帯{}の{}の賦課が今の事実と合っていません。先に賦課を更正してから記号番号を変えてください",
                    line.subject, levy.levy_year
                );
                return Err(Refusal::new("eligibility.bulk.levy_behind", message).into());
            }
            Ok(())
        }
    }
}

/// Every standing fact of a person from the day on, with the new name of the town.
fn town(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    names: &Names<'_>,
    on: Date,
) -> Result<(), OfficeError> {
    for dated in timeline::<Resident>(conn, person_id, None)? {
        let from = dated.valid.from.max(on);
        let span = Span::new(from, dated.valid.until);
        let renamed = names
            .renamed(&dated.fact.address)
            .filter(|_| span.has_days());
        let Some((address, postal_code)) = renamed else {
            continue;
        };
        let moved = Resident {
            address,
            postal_code: postal_code.unwrap_or(&dated.fact.postal_code).to_owned(),
            ..dated.fact
        };
        record(conn, act, person_id, span, &moved)?;
    }
    Ok(())
}
