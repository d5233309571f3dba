//! 候補 — what a run says, chunk by chunk, before it stands.

use super::Run;
use crate::error::OfficeError;
use crate::jobs::Chunk;
use crate::judgement::decision::{self, Decision, HOUSEHOLD, flags_of};
use crate::judgement::differ::{digest, steps};
use crate::judgement::load::{self, LoadedHousehold};
use crate::judgement::rejudge::stretch;
use db::{ColumnType, Conn, Store};
use law::Date;
use law::judgement::timeline::Periods;
use law::judgement::{Subject, VerdictSpan, benefit_year_start, timeline};

/// One verdict of a run.
pub(super) struct Candidate {
    household_id: i64,
    subject_id: i64,
    span: VerdictSpan,
    digest: i64,
    hash: String,
    /// What stood on the day before the year, of the first verdict of a subject that holds from its first day.
    before: Option<(i64, i64, i64)>,
}

pub(super) fn judge_chunk(
    store: &Store,
    run: &Run,
    periods: &Periods,
    chunk: &Chunk,
) -> Result<(i64, Vec<Candidate>), OfficeError> {
    let from = benefit_year_start(run.benefit_year);
    let until = benefit_year_start(run.benefit_year + 1);
    let with_history = periods.all().any(|rules| rules.habits.reads_history());
    let keys = (chunk.from_key, chunk.until_key);
    let stretch = stretch(with_history, keys, run.known_at, from, until);
    let eve = law::date::previous_day(from);
    let (households, standing) = store.read(|conn| {
        let households = load::households(conn, &stretch)?;
        let standing = decision::of_households(conn, keys, run.known_at, eve)?;
        Ok::<_, OfficeError>((households, standing))
    })?;
    let standing = on_the_eve(&standing, eve);
    let hashes: Vec<&String> = run.rules.iter().map(|(_, hash)| hash).collect();
    let mut rows = Vec::with_capacity(households.len());
    for household in &households {
        let spans = timeline(periods, &household.facts, from, until)?;
        for span in spans {
            let subject_id = subject_of(household, &span);
            let before = (span.from == from).then(|| {
                let key = (household.household_id, subject_id);
                standing
                    .binary_search_by_key(&key, |one| (one.household_id, one.subject_id))
                    .ok()
                    .and_then(|place| standing.get(place)?.verdict)
                    .map_or((0, 0, 0), |one| (one.class, one.tenths, one.pending))
            });
            rows.push(Candidate {
                household_id: household.household_id,
                subject_id,
                digest: digest_of(periods, household, &span),
                hash: hashes
                    .get(span.rules)
                    .map_or_else(String::new, |hash| (*hash).clone()),
                span,
                before,
            });
        }
    }
    Ok((i64::try_from(households.len()).unwrap_or(0), rows))
}

fn on_the_eve(decisions: &[Decision], eve: Date) -> Vec<Decision> {
    decision::painted(decisions)
        .into_iter()
        .flatten()
        .filter(|one| one.from <= eve && eve < one.until)
        .collect()
}

fn subject_of(household: &LoadedHousehold, span: &VerdictSpan) -> i64 {
    match span.subject {
        Subject::Household => HOUSEHOLD,
        Subject::Elder(index) => household.person_ids.get(index).copied().unwrap_or(0),
    }
}

fn digest_of(periods: &Periods, household: &LoadedHousehold, span: &VerdictSpan) -> i64 {
    let Some(rules) = periods.get(span.rules) else {
        return 0;
    };
    let steps = steps(rules, &household.facts, span.subject, span.moment);
    digest(&steps, &household.person_ids)
}

const COLUMNS: &[(&str, ColumnType)] = &[
    ("run_id", ColumnType::Int),
    ("household_id", ColumnType::Int),
    ("subject_id", ColumnType::Int),
    ("valid_from", ColumnType::Text),
    ("valid_until", ColumnType::Text),
    ("class", ColumnType::Int),
    ("tenths", ColumnType::Int),
    ("pending", ColumnType::Int),
    ("judged_yen", ColumnType::Int),
    ("flags", ColumnType::Int),
    ("income_year", ColumnType::Int),
    ("tax_year", ColumnType::Int),
    ("basis_on", ColumnType::Text),
    ("rule_hash", ColumnType::Text),
    ("input_digest", ColumnType::Int),
    ("before_class", ColumnType::Int),
    ("before_tenths", ColumnType::Int),
    ("before_pending", ColumnType::Int),
];

pub(super) fn insert(conn: &mut Conn, run: &Run, rows: &[Candidate]) -> Result<(), OfficeError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut bulk = conn.bulk("judgement_candidate", COLUMNS);
    for row in rows {
        let verdict = &row.span.verdict;
        let (class, tenths, pending) = row.before.unwrap_or((-1, -1, -1));
        bulk.row(&[
            run.run_id.into(),
            row.household_id.into(),
            row.subject_id.into(),
            row.span.from.into(),
            row.span.until.into(),
            verdict.class.into(),
            verdict.tenths.into(),
            verdict.pending.into(),
            verdict.judged.0.into(),
            flags_of(Some(verdict)).into(),
            i64::from(verdict.income_year).into(),
            i64::from(verdict.tax_year.0).into(),
            row.span.moment.on.into(),
            row.hash.as_str().into(),
            row.digest.into(),
            class.into(),
            tenths.into(),
            pending.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}
