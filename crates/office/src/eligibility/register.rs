//! 資格異動の登録・訂正・取消・承認 — and the same carried out and rolled back, to show what it would do.

use super::consequence::Consequences;
use super::deed::carry_out;
use super::proposal;
use super::request::{Books, MayPreview, MayUndo, Registered, Request};
use super::{check, event, event_table, founding, own, version};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::rehearsal::rolled_back;
use crate::security::permit::{Permit, RegisterEligibility};
use db::{Cause, Conn, Sql, Store};
use law::Refusal;

const BY_REQUEST: Sql = Sql {
    name: "eligibility.register.by_request",
    text: "select act_id from act where request_id = $1",
};

const HOMES_OF_ACT: Sql = Sql {
    name: "eligibility.register.homes_of_act",
    text: "select household_id from eligibility_event where act_id = $1 and household_id is not null \
           union select i.household_id from eligibility_event e join insured_fact i on i.subject = e.person_id \
           where e.act_id = $1 \
           union select f.household_id from eligibility_event e join former_insured_fact f on f.subject = e.person_id \
           where e.act_id = $1 \
           union select h.subject from eligibility_event e join household_fact h on h.head_person_id = e.person_id \
           where e.act_id = $1 order by 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[BY_REQUEST, HOMES_OF_ACT];

/// Registers events in one act: written, folded, projected; levy, judgement and papers follow in the same transaction.
/// Where a row or the municipality asks for a second person, the request waits as a proposal and changes nothing.
///
/// # Errors
/// [`OfficeError::Input`] and [`OfficeError::Refusal`] for what cannot be; [`OfficeError::Conflict`] when a household is
/// no longer as it was seen.
pub fn register(
    store: &Store,
    permit: &Permit<RegisterEligibility>,
    acting: &Acting,
    request: &Request,
    books: &Books<'_>,
) -> Result<Registered, OfficeError> {
    act(store, permit, acting, request, books)
}

/// Takes events back; everything later is folded again without them. Who may only take back what is one's own is refused
/// the acts of others and of other days.
///
/// # Errors
/// As [`register`].
pub fn undo<F: MayUndo>(
    store: &Store,
    permit: &Permit<F>,
    acting: &Acting,
    request: &Request,
    books: &Books<'_>,
) -> Result<Registered, OfficeError> {
    if !request.events.is_empty() {
        return Err(OfficeError::input(
            "異動",
            "取消では新しい異動を登録できません。訂正として登録してください",
        ));
    }
    if F::OWN_TODAY {
        store.read(|conn| own::events(conn, acting, &request.undo))?;
    }
    act(store, permit, acting, request, books)
}

/// The events an act stated that still stand, as a request that takes them back.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn undoing_of_act(conn: &mut Conn, act_id: i64, note: &str) -> Result<Request, OfficeError> {
    let events = event::of_act(conn, act_id)?;
    let standing = events.iter().filter(|event| event.undone_by.is_none());
    Ok(Request {
        undo: standing.map(|event| event.event_id).collect(),
        note: note.to_owned(),
        ..Request::default()
    })
}

/// Refuses unless an act stated an event of a household, or of somebody who is or was of it. What concerns no household yet is
/// taken back from none: its number is 0.
///
/// # Errors
/// A [`Refusal`] that says from where it is taken back; [`OfficeError::Store`].
pub fn act_of_household(
    conn: &mut Conn,
    act_id: i64,
    household_id: i64,
) -> Result<(), OfficeError> {
    let homes = conn.query(&HOMES_OF_ACT, &[act_id.into()], |row| row.int(0))?;
    if homes.contains(&household_id) || (homes.is_empty() && household_id == 0) {
        return Ok(());
    }
    Err(Refusal::new(
        "eligibility.undo.elsewhere",
        format!(
            "処理{act_id}は世帯{household_id}の資格異動ではないため、ここでは取り消せません。異動のあった世帯の画面から取り消してください"
        ),
    )
    .into())
}

/// [`undoing_of_act`] from the page of a household, as it stands there.
///
/// # Errors
/// As [`act_of_household`].
pub fn undoing_in_household(
    conn: &mut Conn,
    (household_id, act_id): (i64, i64),
    note: &str,
) -> Result<Request, OfficeError> {
    act_of_household(conn, act_id, household_id)?;
    let version = version::version(conn, household_id)?;
    Ok(undoing_of_act(conn, act_id, note)?.seen(household_id, version))
}

/// What a request would do: the deed itself, rolled back.
///
/// # Errors
/// As [`register`].
pub fn preview<F: MayPreview>(
    store: &Store,
    permit: &Permit<F>,
    acting: &Acting,
    request: &Request,
    books: &Books<'_>,
) -> Result<Consequences, OfficeError> {
    sensible(request)?;
    trial(store, permit, acting, request, books)
}

/// The deed carried out in full and rolled back: nobody can approve afterwards what would be refused now.
fn trial<F>(
    store: &Store,
    permit: &Permit<F>,
    acting: &Acting,
    request: &Request,
    books: &Books<'_>,
) -> Result<Consequences, OfficeError> {
    let acting = acting.without_request();
    rolled_back(store, |conn| {
        version::check(conn, books, &request.seen)?;
        let details = ActDetails::default();
        let act = acts::begin(conn, &acting, permit, "eligibility.preview", &details)?;
        let mut done = carry_out(conn, books, &acting, &act, request)?;
        for waiting in &mut done.consequences.waiting {
            waiting.event_id = conn.number_if_done(event_table::COUNTER, waiting.event_id);
        }
        done.consequences.explain(conn, books);
        Ok(done.consequences)
    })
}

fn act<F>(
    store: &Store,
    permit: &Permit<F>,
    acting: &Acting,
    request: &Request,
    books: &Books<'_>,
) -> Result<Registered, OfficeError> {
    sensible(request)?;
    let asks = |conn: &mut Conn| {
        let done = repeated(conn, acting)?.is_some();
        Ok::<_, OfficeError>(!done && !check::approval(conn, books, acting, request)?.is_empty())
    };
    if store.read(asks)? {
        // What would be refused is not worth a second person's time.
        trial(store, permit, acting, request, books)?;
    }
    let done = store.write(|conn| {
        if let Some(before) = repeated(conn, acting)? {
            return Ok(before);
        }
        version::check(conn, books, &request.seen)?;
        let why = check::approval(conn, books, acting, request)?;
        if !why.is_empty() {
            return proposal::propose(conn, permit, acting, request, &why);
        }
        let details = ActDetails {
            note: request.note.clone(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, request.act_kind(), &details)?;
        carry_out(conn, books, acting, &act, request)
    });
    match done {
        // Two clicks at once: the other one carried it out.
        Err(OfficeError::Store(error)) if error.cause() == Some(Cause::Unique) => {
            let before = store.read(|conn| repeated(conn, acting))?;
            before.ok_or_else(|| error.into())
        }
        other => other,
    }
}

fn sensible(request: &Request) -> Result<(), OfficeError> {
    if request.events.is_empty() && request.undo.is_empty() {
        return Err(OfficeError::input(
            "異動",
            "登録する異動がありません。異動を1つ以上入れてください",
        ));
    }
    if !request.undo.is_empty() && request.note.trim().is_empty() {
        return Err(OfficeError::input(
            "理由",
            "取消・訂正の理由を入れてください",
        ));
    }
    Ok(())
}

/// What the same request did when it was carried out before.
fn repeated(conn: &mut Conn, acting: &Acting) -> Result<Option<Registered>, OfficeError> {
    let Some(request_id) = &acting.request_id else {
        return Ok(None);
    };
    let act_id = conn.query_opt(&BY_REQUEST, &[request_id.into()], |row| row.int(0))?;
    let Some(act_id) = act_id else {
        return Ok(None);
    };
    let events = event::of_act(conn, act_id)?;
    let asked = events.iter().filter(|event| event.cause != founding::CAUSE);
    Ok(Some(Registered {
        act_id,
        event_ids: asked.map(|event| event.event_id).collect(),
        proposal_id: proposal::of_act(conn, act_id)?,
        repeated: true,
        ..Registered::default()
    }))
}
