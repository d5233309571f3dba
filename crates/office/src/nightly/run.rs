//! 夜間処理の実行 — step by step, page by page, each page with its mark.

use super::step::{ALL, Every, Night, Page, Step, days_later};
use super::table;
use crate::acts::{self, ActDetails, Acting};
use crate::eligibility::Books;
use crate::error::OfficeError;
use crate::jobs::Flow;
use crate::security::permit::{Permit, RunEligibility};
use db::{Conn, Store};
use law::date::FiscalYear;
use law::rules::OfficePractice;
use law::{Date, Refusal};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What the listener hears after each page.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    /// The step.
    pub step: &'static Step,
    /// Its place in the night, from 1.
    pub place: usize,
    /// Steps of the night.
    pub steps: usize,
    /// What the step came to so far, in this start.
    pub page: Page,
    /// Whether the step is done.
    pub done: bool,
}

/// Runs every step that is due on the business date and not done yet, in order. What a day left out (a holiday, an
/// outage) is caught up: each step looks at everything since the last day it covered. A step that fails is written down
/// and the others go on; the next start tries it again.
///
/// # Errors
/// [`OfficeError::Refusal`] when a later day was run before, or naming the steps that failed; [`OfficeError::Conflict`]
/// when two nights run at once.
pub fn run(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    books: &Books<'_>,
    clock: &dyn Fn() -> i64,
    mut listen: impl FnMut(Heard) -> Flow,
) -> Result<(), OfficeError> {
    let on = acting.business_date;
    if let Some(later) = store.read(|conn| table::later(conn, on))? {
        return Err(Refusal::new(
            "nightly.past",
            format!(
                "{}の夜間処理がもう動いています。{}の分はその中で済んでいます",
                law::era::wareki(later),
                law::era::wareki(on)
            ),
        )
        .into());
    }
    let practice = books.book.office_practice(books.municipality, on)?;
    let mut failed = Vec::new();
    for (place, step) in (1..).zip(ALL) {
        let mut sum = Page::default();
        loop {
            let now = Acting {
                now: clock(),
                request_id: None,
                ..acting.clone()
            };
            let done = store.write(|conn| page(conn, permit, &now, books, &practice, step));
            let came_to = match done {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(error @ (OfficeError::Conflict(_) | OfficeError::Store(_))) => {
                    return Err(error);
                }
                Err(error) => {
                    let message = error.to_string();
                    store
                        .write(|conn| mark_failed(conn, permit, &now, &practice, step, &message))?;
                    failed.push(format!("{}（{message}）", step.label_ja));
                    break;
                }
            };
            sum = Page {
                found: sum.found + came_to.found,
                opened: sum.opened + came_to.opened,
                settled: sum.settled + came_to.settled,
                written: sum.written + came_to.written,
                next: came_to.next,
            };
            let heard = Heard {
                step,
                place,
                steps: ALL.len(),
                page: sum,
                done: sum.next.is_none(),
            };
            if listen(heard) == Flow::Stop {
                return Ok(());
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "nightly.failed",
        format!(
            "終わらなかった段階があります: {}。原因を直して、同じ日付でもう一度動かしてください",
            failed.join("、")
        ),
    )
    .into())
}

/// The next page of a step, with its mark, in the transaction of the caller. None when the step is not due or done.
fn page(
    conn: &mut Conn,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    books: &Books<'_>,
    practice: &OfficePractice,
    step: &'static Step,
) -> Result<Option<Page>, OfficeError> {
    let on = acting.business_date;
    let known = table::one(conn, on, step)?;
    if known
        .as_ref()
        .is_some_and(|one| one.state == table::State::Done)
        || !due(conn, on, step)?
    {
        return Ok(None);
    }
    let kind = format!("nightly.{}", step.code);
    let act = acts::begin(conn, acting, permit, &kind, &ActDetails::default())?;
    let (after, known_after, after_key) = match known {
        Some(known) => (known.covered_after, known.known_after, known.after_key),
        None => {
            let (after, known_after) = covered(conn, acting, practice, step)?;
            table::begin(conn, &act, (on, step), (after, known_after))?;
            (after, known_after, 0)
        }
    };
    let night = Night {
        books,
        practice,
        acting,
        on,
        after,
        known_after,
    };
    let page = (step.work)(conn, &act, &night, after_key)?;
    table::advance(conn, &act, (on, step), after_key, &page)?;
    Ok(Some(page))
}

/// The last day and the last moment a step had looked at before.
fn covered(
    conn: &mut Conn,
    acting: &Acting,
    practice: &OfficePractice,
    step: &Step,
) -> Result<(Date, i64), OfficeError> {
    let on = acting.business_date;
    if let Some(last) = table::last_done(conn, on, step)? {
        return Ok((last.run_on, last.begun_at));
    }
    let days = i64::from(practice.first_days);
    Ok((days_later(on, -days), acting.now - days * DAY))
}

fn due(conn: &mut Conn, on: Date, step: &Step) -> Result<bool, OfficeError> {
    match step.every {
        Every::Day => Ok(true),
        Every::FiscalYear => {
            let last = table::last_done(conn, on, step)?;
            Ok(last.is_none_or(|last| FiscalYear::of(last.run_on) < FiscalYear::of(on)))
        }
    }
}

fn mark_failed(
    conn: &mut Conn,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    practice: &OfficePractice,
    step: &'static Step,
    message: &str,
) -> Result<(), OfficeError> {
    let on = acting.business_date;
    if table::one(conn, on, step)?.is_none() {
        let kind = format!("nightly.{}", step.code);
        let act = acts::begin(conn, acting, permit, &kind, &ActDetails::default())?;
        let covered = covered(conn, acting, practice, step)?;
        table::begin(conn, &act, (on, step), covered)?;
    }
    table::fail(conn, (on, step), message, acting.now)
}

/// What a day came to, in the order of the night: none for a step that was not due or has not run.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn night(
    conn: &mut Conn,
    on: Date,
) -> Result<Vec<(&'static Step, Option<table::Done>)>, OfficeError> {
    let done = table::of_day(conn, on)?;
    Ok(ALL
        .iter()
        .map(|step| {
            let found = done.iter().find(|one| one.step == step.code);
            (step, found.cloned())
        })
        .collect())
}
