//! 資格異動の実行 — events written, folded, projected, and everything that follows, in one transaction.

use super::check;
use super::consequence::{Consequences, Message, Waiting, Warning, lost_days, years_moved};
use super::ended;
use super::event::{self, Event, NewChange, NewEvent, Origin, Says};
use super::event_table;
use super::follow;
use super::founding;
use super::gaining;
use super::number::{Numbers, given_once, symbol_and_number};
use super::project::{self, HouseholdRewritten, PersonRewritten, Reading, Touched};
use super::request::{Books, Registered, Request};
use super::settle;
use crate::acts::{Act, Acting};
use crate::error::OfficeError;
use crate::levy::relevy::open_years;
use crate::outbox;
use db::Conn;
use law::eligibility::report::{days_late, report_until};
use law::eligibility::{HouseholdChange, HouseholdEvent, Pending, PersonChange, PersonEvent};
use law::rules::OfficePractice;
use law::rules::levy::Status;
use law::{FiscalYear, Refusal};
use std::collections::BTreeSet;

/// Carries a request out under an act that is begun.
pub(super) fn carry_out(
    conn: &mut Conn,
    books: &Books<'_>,
    acting: &Acting,
    act: &Act,
    request: &Request,
) -> Result<Registered, OfficeError> {
    for new in &request.events {
        check::event(conn, books, acting, request, new)?;
    }
    let reading = Reading {
        rules: books.eligibility()?,
        tie: books.former_insured_tie(acting.business_date),
    };
    let mut touched = Touched::default();
    let mut consequences = Consequences {
        approval: check::approval(conn, books, acting, request)?,
        ..Consequences::default()
    };
    for event_id in &request.undo {
        take_back(conn, act, &reading, &mut touched, *event_id)?;
    }
    let practice = books
        .book
        .office_practice(books.municipality, acting.business_date)?;
    let mut numbers = Numbers::default();
    let mut event_ids = Vec::with_capacity(request.events.len());
    let first = event_table::numbers(conn, request.events.len())?;
    for (event_id, new) in (first..).zip(&request.events) {
        let says = resolve(
            conn,
            (act, &practice),
            &mut numbers,
            event_id,
            new,
            &mut consequences,
        )?;
        match &says {
            Says::Person { person_id, .. } => touched.person(conn, act, &reading, *person_id)?,
            Says::Household { household_id, .. } => {
                touched.household(conn, act, &reading, *household_id)?;
            }
        }
        note_event(books, acting, new, &mut consequences)?;
        gaining::look(conn, books, new, &mut consequences)?;
        ended::look_at_loss(conn, new, &mut consequences)?;
        let event = Event {
            event_id,
            act_id: act.id.0,
            recorded_at: act.recorded_at,
            origin: Origin::Registered,
            cause: new.cause.clone(),
            occurred_on: new.occurred_on,
            reported_on: new.reported_on,
            says,
            note: new.kept_note(),
            undone_by: None,
            undone_at: None,
        };
        event_table::insert(conn, &event)?;
        event_ids.push(event_id);
    }
    founding::follow(conn, act, &reading, &mut touched, &mut consequences)?;
    let (people, households) = rewrite(conn, act, &reading, touched)?;
    tell(acting, &people, &households, &mut consequences);
    follow::all(
        conn,
        books,
        acting,
        act,
        &people,
        &households,
        &request.note,
        &mut consequences,
    )?;
    let changed: BTreeSet<i64> = people.iter().map(|one| one.person_id).collect();
    let looked_at = consequences.touched.iter().copied().collect();
    let told = outbox::follow(conn, act, acting.business_date, &changed, &looked_at)?;
    consequences.messages = told.iter().map(Message::of).collect();
    settle::what_asked_for_it(conn, books, act, request)?;
    Ok(Registered {
        act_id: act.id.0,
        event_ids,
        founded: numbers.founded.into_iter().collect(),
        proposal_id: None,
        repeated: false,
        consequences,
    })
}

/// Takes an event back, after taking in whom it concerns.
fn take_back(
    conn: &mut Conn,
    act: &Act,
    reading: &Reading<'_>,
    touched: &mut Touched,
    event_id: i64,
) -> Result<(), OfficeError> {
    let event = event::one(conn, event_id)?.ok_or_else(|| {
        Refusal::new(
            "eligibility.event.unknown",
            format!("異動番号{event_id}はありません。一覧から選び直してください"),
        )
    })?;
    if event.undone_by.is_some() {
        return Err(OfficeError::Conflict(format!(
            "異動番号{event_id}はすでに取り消されています。画面を読み直してください"
        )));
    }
    match event.says {
        Says::Person { person_id, .. } => touched.person(conn, act, reading, person_id)?,
        Says::Household { household_id, .. } => {
            touched.household(conn, act, reading, household_id)?;
        }
    }
    event_table::undo(conn, act, event_id)
}

/// A new event with its numbers given.
fn resolve(
    conn: &mut Conn,
    (act, practice): (&Act, &OfficePractice),
    numbers: &mut Numbers,
    event_id: i64,
    new: &NewEvent,
    consequences: &mut Consequences,
) -> Result<Says, OfficeError> {
    let household_id = match new.household_id() {
        Some(named) => numbers.household(conn, act, named)?,
        None => 0,
    };
    let mut branch = |conn: &mut Conn, person_id: i64| {
        let branch = numbers.branch(conn, household_id, person_id)?;
        if branch > 99 {
            consequences.warn(Warning::LongBranch {
                household_id,
                branch,
            });
        }
        Ok::<_, OfficeError>(branch)
    };
    let change = match &new.change {
        NewChange::Gain {
            person_id,
            prefecture_since,
            ..
        } => PersonChange::Gain {
            household_id,
            branch: branch(conn, *person_id)?,
            prefecture_since: *prefecture_since,
        },
        NewChange::Loss { elsewhere_from, .. } => PersonChange::Loss {
            elsewhere_from: *elsewhere_from,
        },
        NewChange::Move { person_id, .. } => PersonChange::Move {
            household_id,
            branch: branch(conn, *person_id)?,
        },
        NewChange::FormerStart { since, .. } => PersonChange::FormerStart {
            household_id,
            since: *since,
        },
        NewChange::FormerEnd { .. } => PersonChange::FormerEnd,
        NewChange::Found { .. }
        | NewChange::Head { .. }
        | NewChange::Renumber { .. }
        | NewChange::Close { .. } => {
            return of_household(conn, event_id, (household_id, practice), new);
        }
    };
    Ok(Says::Person {
        person_id: new.person_id().unwrap_or_default(),
        event: PersonEvent {
            event_id,
            cause: new.cause.clone(),
            loaded_code: None,
            occurred_on: new.occurred_on,
            occurred_known: true,
            reported_on: new.reported_on,
            fixed_on: None,
            sequence: new.sequence,
            change,
        },
    })
}

fn of_household(
    conn: &mut Conn,
    event_id: i64,
    (household_id, practice): (i64, &OfficePractice),
    new: &NewEvent,
) -> Result<Says, OfficeError> {
    let change = match &new.change {
        NewChange::Found {
            head_person_id,
            symbol,
            number,
            ..
        } => {
            let (symbol, number) = symbol_and_number(
                conn,
                household_id,
                symbol.as_deref(),
                number.as_deref(),
                practice,
            )?;
            HouseholdChange::Founded {
                head_person_id: *head_person_id,
                symbol,
                number,
            }
        }
        NewChange::Head { head_person_id, .. } => HouseholdChange::Head {
            head_person_id: *head_person_id,
        },
        NewChange::Renumber { symbol, number, .. } => {
            let (symbol, number) = symbol_and_number(
                conn,
                household_id,
                symbol.as_deref(),
                Some(number),
                practice,
            )?;
            HouseholdChange::Number { symbol, number }
        }
        _ => HouseholdChange::Closed,
    };
    Ok(Says::Household {
        household_id,
        event: HouseholdEvent {
            event_id,
            occurred_on: new.occurred_on,
            sequence: new.sequence,
            change,
        },
    })
}

/// What the event itself gives reason to say.
fn note_event(
    books: &Books<'_>,
    acting: &Acting,
    new: &NewEvent,
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    let cause = check::cause_of(books, new)?;
    let until = report_until(cause, new.occurred_on);
    let late = days_late(cause, new.occurred_on, new.reported_on);
    if let (Some(until), Some(days)) = (until, late) {
        consequences.warn(Warning::Late {
            person_id: new.person_id(),
            until,
            days,
        });
    }
    if new.occurred_on > acting.business_date {
        consequences.warn(Warning::Future {
            on: new.occurred_on,
        });
    }
    if cause.status == Status::Draft {
        consequences.warn(Warning::DraftRule {
            name_ja: cause.name_ja.clone(),
        });
    }
    Ok(())
}

/// Households first: where a standing beside the insured ends depends on their heads.
fn rewrite(
    conn: &mut Conn,
    act: &Act,
    reading: &Reading<'_>,
    touched: Touched,
) -> Result<(Vec<PersonRewritten>, Vec<HouseholdRewritten>), OfficeError> {
    let mut households = Vec::with_capacity(touched.households.len());
    for (household_id, before) in touched.households {
        households.push(project::household(conn, act, household_id, before)?);
    }
    for household in &households {
        given_once(conn, act, household.household_id)?;
    }
    let mut people = Vec::with_capacity(touched.people.len());
    for (person_id, before) in touched.people {
        people.push(project::person(conn, act, reading, person_id, before)?);
    }
    Ok((people, households))
}

/// Puts what changed into words.
fn tell(
    acting: &Acting,
    people: &[PersonRewritten],
    households: &[HouseholdRewritten],
    consequences: &mut Consequences,
) {
    let today = acting.business_date;
    for person in people {
        consequences.note_person(person);
        let id = person.person_id;
        let (before, after) = (&person.cover.before, &person.cover.after);
        for days in lost_days(before, after, today) {
            consequences.warn(Warning::BenefitReview {
                person_id: id,
                days,
            });
        }
        let differs = person.prefecture.differs();
        if differs && person.prefecture.after.iter().any(|row| !row.1.since_known) {
            consequences.warn(Warning::PrefectureUnknown { person_id: id });
        }
        waiting(
            &person.folded_before.pending,
            &person.folded.pending,
            (Some(id), None),
            consequences,
        );
    }
    for household in households {
        consequences.note_household(household);
        waiting(
            &household.folded_before.pending,
            &household.folded.pending,
            (None, Some(household.household_id)),
            consequences,
        );
    }
}

fn waiting(
    before: &[Pending],
    after: &[Pending],
    (person_id, household_id): (Option<i64>, Option<i64>),
    consequences: &mut Consequences,
) {
    let waits = after.iter().filter(|one| one.reason.waits());
    consequences.waiting.extend(waits.map(|one| Waiting {
        event_id: one.event_id,
        person_id,
        household_id,
        message_ja: one.reason.message_ja(),
    }));
    let still: BTreeSet<i64> = after.iter().map(|one| one.event_id).collect();
    let released = before.iter().filter(|one| one.reason.waits());
    consequences.released.extend(
        released
            .map(|one| one.event_id)
            .filter(|id| !still.contains(id)),
    );
}

/// The years whose months changed and whose levy is not open here. Of the running year nothing is said: its first levy is
/// still to come.
pub(super) fn years_not_levied(
    conn: &mut Conn,
    books: &Books<'_>,
    acting: &Acting,
    people: &[PersonRewritten],
    consequences: &mut Consequences,
) -> Result<(), OfficeError> {
    let open = open_years(conn)?;
    let today = acting.business_date;
    for person in people {
        let (before, after) = (&person.cover.before, &person.cover.after);
        for year in years_moved(before, after, today) {
            let levied = open.contains(&year) && books.levy.of(year).is_ok();
            if !levied && year != FiscalYear::of(today) {
                consequences.warn(Warning::YearNotLevied(year));
            }
        }
    }
    Ok(())
}
