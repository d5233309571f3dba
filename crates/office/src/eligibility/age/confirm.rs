//! Confirming: a loss at 75, a levy that follows at 40 and 65, a judgement and papers at 70; once for each person and age.

use super::find::{AgeMove, Milestone, list, list_within, outcome};
use super::matter::{matters, source_of};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::certificate::{self, KeptRules};
use crate::eligibility::deed::carry_out;
use crate::eligibility::event::{NewChange, NewEvent};
use crate::eligibility::request::{Books, Request};
use crate::eligibility::{Consequences, check, register};
use crate::error::OfficeError;
use crate::jobs::{self, Chunk, Done, Flow, JobState, Progress};
use crate::judgement::rejudge_for;
use crate::levy;
use crate::security::permit::{Permit, RunEligibility};
use crate::worklist::{self, CERTIFICATE_ISSUE, Candidate, ELIGIBILITY_AGE, NewItem, Outcome};
use db::{Conn, Sql, Store};
use law::{Date, Refusal};
use serde::{Deserialize, Serialize};

const INSERT: Sql = Sql {
    name: "eligibility.age.insert",
    text: "insert into age_move (person_id, age, attained_on, effective_on, outcome, note, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7)",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[INSERT];

/// People of one chunk, about.
const CHUNK: usize = 200;
/// Kind of the job.
const JOB: &str = "eligibility.age";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    from: Date,
    until: Date,
}

/// The event a milestone states; none where age changes no 資格.
#[must_use]
pub fn request_of(found: &AgeMove) -> Option<Request> {
    let loss = NewChange::Loss {
        person_id: found.person_id,
        elsewhere_from: None,
    };
    (found.milestone == Milestone::LateElderly).then(|| Request {
        events: vec![NewEvent::new(
            "late_elderly_75",
            found.effective_on,
            None,
            loss,
        )],
        note: "75歳到達".to_owned(),
        ..Request::default()
    })
}

/// What confirming one milestone would do to the register, levy and papers; none where it states no event.
///
/// # Errors
/// What the registration of the event would be refused for.
pub fn preview(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    found: &AgeMove,
    books: &Books<'_>,
) -> Result<Option<Consequences>, OfficeError> {
    request_of(found)
        .map(|request| register::preview(store, permit, acting, &request, books))
        .transpose()
}

/// 年齢到達処理の開始 — a job over everybody whose milestone lies in `from..until` and was not confirmed before. None
/// when there is nobody.
///
/// # Errors
/// [`OfficeError::Input`] for a stretch that ends in the future: what has not come yet may still change.
pub fn start(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    from: Date,
    until: Date,
) -> Result<Option<i64>, OfficeError> {
    let latest = law::date::FiscalYear::of(acting.business_date).next().end();
    if until <= from || until > latest {
        return Err(OfficeError::input(
            "期間",
            "期間は始まりより後に終わり、翌年度の終わりまでの日にしてください",
        ));
    }
    store.write(|conn| {
        let mut moves = list(conn, from, until)?;
        moves.retain(|found| found.done.is_none());
        let (Some(first), Some(last)) = (moves.first(), moves.last()) else {
            return Ok(None);
        };
        let end = last.person_id + 1;
        let mut starts: Vec<i64> = moves
            .chunks(CHUNK)
            .filter_map(|part| part.first())
            .map(|found| found.person_id)
            .collect();
        starts.dedup();
        debug_assert_eq!(starts.first(), Some(&first.person_id));
        let ends = starts.iter().skip(1).copied().chain([end]);
        let chunks: Vec<Chunk> = (0_i64..)
            .zip(starts.iter().zip(ends))
            .map(|(number, (from_key, until_key))| Chunk {
                number,
                from_key: *from_key,
                until_key,
            })
            .collect();
        let act = acts::begin(conn, acting, permit, JOB, &ActDetails::default())?;
        let params = serde_json::to_string(&Params { from, until })
            .map_err(|error| OfficeError::Bug(format!("期間を書き出せません: {error}")))?;
        let total = i64::try_from(moves.len()).unwrap_or(i64::MAX);
        jobs::create(conn, &act, JOB, &params, total, &chunks).map(Some)
    })
}

/// Runs the job, or goes on with it where it was cut off. Listening may stop it after any chunk.
///
/// # Errors
/// [`OfficeError::Refusal`] when there is no such job; the first error of a chunk.
pub fn run(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    job_id: i64,
    books: &Books<'_>,
    clock: &(dyn Fn() -> i64 + Sync),
    listen: impl FnMut(Progress) -> Flow,
) -> Result<JobState, OfficeError> {
    let job = store.read(|conn| jobs::load(conn, job_id))?;
    let params: Params = job
        .filter(|job| job.kind == JOB)
        .and_then(|job| serde_json::from_str(&job.params).ok())
        .ok_or_else(|| {
            Refusal::new(
                "eligibility.age.job",
                format!("処理{job_id}は年齢到達処理ではありません"),
            )
        })?;
    jobs::run_in_order(
        store,
        job_id,
        1,
        clock,
        |chunk| {
            let people = (chunk.from_key, chunk.until_key);
            store.read(|conn| list_within(conn, params.from, params.until, people))
        },
        |conn, chunk, moves| {
            let acting = Acting {
                request_id: Some(format!("age/{job_id}/{}", chunk.number)),
                ..acting.clone()
            };
            let act = acts::begin(
                conn,
                &acting,
                permit,
                "eligibility.age",
                &ActDetails::default(),
            )?;
            let mut units = 0;
            for found in moves {
                if found.done.is_none() && outcome(conn, found)?.is_none() {
                    one(conn, &acting, &act, found, books)?;
                    units += 1;
                }
            }
            Ok(Done { units, yen: 0 })
        },
        listen,
    )
}

/// Starts and runs in one call, for a night's work: nothing happens where everything was confirmed before. Returns how
/// many milestones were confirmed.
///
/// # Errors
/// As [`start`] and [`run`].
pub fn confirm(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    (from, until): (Date, Date),
    books: &Books<'_>,
    clock: &(dyn Fn() -> i64 + Sync),
) -> Result<i64, OfficeError> {
    let Some(job_id) = start(store, permit, acting, from, until)? else {
        return Ok(0);
    };
    run(store, permit, acting, job_id, books, clock, |_| {
        Flow::Continue
    })?;
    let job = store.read(|conn| jobs::load(conn, job_id))?;
    Ok(job.map_or(0, |job| job.done))
}

/// Confirms one milestone under an act that is begun; what waited for a person to confirm it is done.
pub(crate) fn one(
    conn: &mut Conn,
    acting: &Acting,
    act: &Act,
    found: &AgeMove,
    books: &Books<'_>,
) -> Result<(), OfficeError> {
    let done = if found.birth_unknown {
        Err("生年月日が不詳です。到達日を確かめてください".to_owned())
    } else {
        match found.milestone {
            Milestone::LateElderly => lose(conn, acting, act, found, books)?,
            Milestone::CareStart | Milestone::CareEnd => {
                relevy_household(conn, acting, act, found, books)?
            }
            Milestone::ElderlyShare => elderly(conn, acting, act, found, books)?,
            Milestone::PreschoolEnd | Milestone::MinorEnd => Ok(()),
        }
    };
    let (outcome, note) = match done {
        Ok(()) => {
            for item in matters(conn, found, acting.business_date)? {
                if item.person_id.is_some() {
                    worklist::settle(conn, act, item.item_id, Outcome::Done, "確定した")?;
                }
            }
            ("done", String::new())
        }
        Err(why) => {
            let item = NewItem {
                household_id: Some(found.household_id),
                detail: why.clone(),
                ..NewItem::about_person(
                    ELIGIBILITY_AGE,
                    found.person_id,
                    &source_of(found),
                    &format!("{}: {why}", found.milestone.label_ja()),
                    acting.business_date,
                )
            };
            worklist::open(conn, act, &item)?;
            ("held", why)
        }
    };
    let params = [
        found.person_id.into(),
        i64::from(found.milestone.age()).into(),
        found.attained_on.into(),
        found.effective_on.into(),
        outcome.into(),
        note.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(())
}

/// Why it waits for a person, when it does.
type Waits = Result<(), String>;

/// A refusal is a matter for a person; everything else ends the chunk.
fn waits(done: Result<(), OfficeError>) -> Result<Waits, OfficeError> {
    match done {
        Ok(()) => Ok(Ok(())),
        Err(OfficeError::Refusal(refusal)) => Ok(Err(refusal.message_ja)),
        Err(error @ OfficeError::Input { .. }) => Ok(Err(error.to_string())),
        Err(error) => Err(error),
    }
}

fn lose(
    conn: &mut Conn,
    acting: &Acting,
    act: &Act,
    found: &AgeMove,
    books: &Books<'_>,
) -> Result<Waits, OfficeError> {
    let Some(request) = request_of(found) else {
        return Ok(Ok(()));
    };
    let why = check::approval(conn, books, acting, &request)?;
    if !why.is_empty() {
        return Ok(Err(format!(
            "{}。資格異動として登録し、承認を受けてください",
            why.join("、")
        )));
    }
    let done = conn.savepoint(|conn| {
        carry_out(conn, books, acting, act, &request)?;
        // The other scheme may have told of it before.
        let (person, note) = (found.person_id, "年齢到達処理で登録した");
        Candidate::settle(conn, act, person, "late_elderly_75", note)?;
        Ok(())
    });
    waits(done)
}

/// The levy of the household follows the months with 介護分.
fn relevy_household(
    conn: &mut Conn,
    acting: &Acting,
    act: &Act,
    found: &AgeMove,
    books: &Books<'_>,
) -> Result<Waits, OfficeError> {
    let (day, reason) = (acting.business_date, found.milestone.label_ja());
    let done = conn.savepoint(|conn| {
        levy::relevy_within(conn, &books.levy, act, day, found.household_id, reason).map(|_| ())
    });
    waits(done)
}

/// The class of 70 to 74 is judged from the month it counts; the papers that no longer fit, or are due, become tasks.
fn elderly(
    conn: &mut Conn,
    acting: &Acting,
    act: &Act,
    found: &AgeMove,
    books: &Books<'_>,
) -> Result<Waits, OfficeError> {
    let rules = books.book.judgement_of(books.municipality)?;
    let papers = KeptRules::from_book(books.book, books.municipality)?;
    let (household, on) = (found.household_id, found.effective_on);
    let done = conn.savepoint(|conn| {
        rejudge_for(conn, act, &rules, household, on, "70歳到達")?;
        certificate::follow(conn, act, &papers, household, on.max(acting.business_date))
    });
    let told = match &done {
        Ok(tasks) => tasks.iter().any(|task| task.person_id == found.person_id),
        Err(_) => false,
    };
    if !told {
        let item = NewItem {
            household_id: Some(found.household_id),
            due_on: found.effective_on,
            ..NewItem::about_person(
                CERTIFICATE_ISSUE,
                found.person_id,
                &format!("age/70/{}", found.attained_on),
                "70歳到達: 負担割合を確かめ、証を交付する",
                found.effective_on,
            )
        };
        worklist::open(conn, act, &item)?;
    }
    waits(done.map(|_| ()))
}
