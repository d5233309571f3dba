//! 証の出来事 — appended, never changed; the standing is folded from them and written anew.

use super::correct;
use super::find::{self, Certificate};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::trail;
use db::{Conn, Row, Sql, StoreError, Value};
use law::certificate::state::may;
use law::certificate::{Event, EventKind, Place, State, fold};
use law::{Date, Refusal};

const OF: Sql = Sql {
    name: "certificate.event.of",
    text: "select e.event_no, e.kind, e.occurred_on, e.reason, e.reason_arose_on, e.detail, e.undoes, e.act_id, \
           a.staff_id, a.recorded_at from certificate_event e join act a on a.act_id = e.act_id \
           where e.certificate_id = $1 order by e.event_no",
};
const INSERT: Sql = Sql {
    name: "certificate.event.insert",
    text: "insert into certificate_event (certificate_id, event_no, kind, occurred_on, reason, reason_arose_on, detail, \
           undoes, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};
const STAND: Sql = Sql {
    name: "certificate.event.stand",
    text: "update certificate_standing set place = $2, valid = $3, invalid_from = $4, outstanding = $5, \
           return_requested_on = $6, collected_on = $7, inspected_on = $8, printed = $9 where certificate_id = $1",
};
const STANDING: Sql = Sql {
    name: "certificate.event.standing",
    text: "select place, valid, invalid_from, outstanding, return_requested_on, collected_on, inspected_on, printed \
           from certificate_standing where certificate_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OF, INSERT, STAND, STANDING];

/// One event as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Number within the certificate.
    pub event_no: i64,
    /// What happened; for an undoing, what it takes back.
    pub kind: EventKind,
    /// When.
    pub occurred_on: Date,
    /// Why.
    pub reason: String,
    /// 理由発生日 (治癒・限度額の変更).
    pub reason_arose_on: Option<Date>,
    /// Further words: mail number, counter, address.
    pub detail: String,
    /// The event this row takes back.
    pub undoes: Option<i64>,
    /// Act.
    pub act_id: i64,
    /// Who.
    pub staff_id: i64,
    /// When it was written down.
    pub recorded_at: i64,
}

/// What is to be recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Happened {
    /// Why.
    pub reason: String,
    /// 理由発生日.
    pub reason_arose_on: Option<Date>,
    /// Further words.
    pub detail: String,
}

impl Happened {
    /// With a reason alone.
    #[must_use]
    pub fn because(reason: &str) -> Self {
        Self {
            reason: reason.to_owned(),
            ..Self::default()
        }
    }
}

/// Everything that happened to a certificate, in order, undone events and their undoings too.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn history(conn: &mut Conn, certificate_id: i64) -> Result<Vec<Recorded>, OfficeError> {
    Ok(conn.query(&OF, &[certificate_id.into()], read)?)
}

fn read(row: &Row) -> Result<Recorded, StoreError> {
    let kind = row.text(1)?;
    Ok(Recorded {
        event_no: row.int(0)?,
        kind: EventKind::of(&kind)
            .ok_or_else(|| row.wrong(1, format!("証の出来事「{kind}」を知りません")))?,
        occurred_on: row.date(2)?,
        reason: row.text(3)?,
        reason_arose_on: row.opt_date(4)?,
        detail: row.text(5)?,
        undoes: row.opt_int(6)?,
        act_id: row.int(7)?,
        staff_id: row.int(8)?,
        recorded_at: row.int(9)?,
    })
}

/// The events that were not taken back.
#[must_use]
pub fn standing_events(all: &[Recorded]) -> Vec<&Recorded> {
    let undone: Vec<i64> = all.iter().filter_map(|one| one.undoes).collect();
    all.iter()
        .filter(|one| one.undoes.is_none() && !undone.contains(&one.event_no))
        .collect()
}

/// The state of a certificate.
///
/// # Errors
/// [`OfficeError::Bug`] when what is recorded could not have happened.
pub fn state(all: &[Recorded]) -> Result<State, OfficeError> {
    let events: Vec<Event> = standing_events(all)
        .into_iter()
        .map(|one| Event {
            kind: one.kind,
            occurred_on: one.occurred_on,
        })
        .collect();
    fold(&events).map_err(|refusal| OfficeError::Bug(refusal.message_ja))
}

/// 交付履歴 of a household as it was known at a moment, newest first: what happened to a paper and became known later is not
/// there yet.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn known_at(
    conn: &mut Conn,
    household_id: i64,
    moment: i64,
) -> Result<Vec<Certificate>, OfficeError> {
    let mut known = Vec::new();
    let mut below = i64::MAX;
    loop {
        let page = find::of_household(conn, household_id, below)?;
        let Some(last) = page.last() else {
            return Ok(known);
        };
        below = last.certificate_id;
        for certificate in page {
            let issued = trail::find(conn, certificate.act_id)?;
            if issued.is_none_or(|act| act.recorded_at > moment) {
                continue;
            }
            let mut all = history(conn, certificate.certificate_id)?;
            all.retain(|one| one.recorded_at <= moment);
            let state = state(&all)?;
            let entry = correct::known_at(conn, certificate.certificate_id, moment)?;
            known.push(Certificate {
                division: entry.division,
                reason: entry.reason,
                occurred_on: entry.occurred_on,
                applied_on: entry.applied_on,
                place: state.place,
                invalid_from: state.invalid_from,
                return_requested_on: state.return_requested_on,
                collected_on: state.collected_on,
                inspected_on: state.inspected_on,
                printed: i64::from(state.printed),
                ..certificate
            });
        }
    }
}

/// Appends an event to a certificate, if its state allows it, and writes the standing anew.
///
/// # Errors
/// A refusal when it cannot happen in the state the certificate is in.
pub(super) fn append(
    conn: &mut Conn,
    act: &Act,
    certificate: &Certificate,
    (kind, occurred_on): (EventKind, Date),
    happened: &Happened,
) -> Result<State, OfficeError> {
    let all = history(conn, certificate.certificate_id)?;
    let before = state(&all)?;
    may(&before, Event { kind, occurred_on }).map_err(|refusal| Refusal {
        message_ja: format!(
            "{}（{}）: {}",
            certificate.title, certificate.number, refusal.message_ja
        ),
        ..refusal
    })?;
    // The day a paper becomes invalid may lie ahead of what still happens to it.
    let happenings = standing_events(&all).into_iter();
    let latest = happenings
        .filter(|one| one.kind != EventKind::Invalidated)
        .map(|one| one.occurred_on)
        .max();
    if let Some(latest) = latest
        && occurred_on < latest
        && !matches!(kind, EventKind::Invalidated)
    {
        return Err(OfficeError::input(
            "日付",
            &format!("前の出来事（{latest}）より前の日です。日付を確かめてください"),
        ));
    }
    insert(
        conn,
        act,
        certificate.certificate_id,
        next_no(&all),
        kind,
        occurred_on,
        happened,
        None,
    )?;
    let all = history(conn, certificate.certificate_id)?;
    stand(conn, certificate.certificate_id, &all)
}

fn next_no(all: &[Recorded]) -> i64 {
    all.last().map_or(1, |last| last.event_no + 1)
}

#[allow(clippy::too_many_arguments, reason = "one row, written in one place")]
fn insert(
    conn: &mut Conn,
    act: &Act,
    certificate_id: i64,
    event_no: i64,
    kind: EventKind,
    occurred_on: Date,
    happened: &Happened,
    undoes: Option<i64>,
) -> Result<(), OfficeError> {
    conn.execute(
        &INSERT,
        &[
            certificate_id.into(),
            event_no.into(),
            kind.code().into(),
            occurred_on.into(),
            happened.reason.as_str().into(),
            happened.reason_arose_on.into(),
            happened.detail.as_str().into(),
            undoes.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(())
}

/// Takes back the events an act wrote, latest first, where what follows still could have happened.
pub(super) fn undo(
    conn: &mut Conn,
    undoing: &Act,
    certificate_id: i64,
    act_id: i64,
) -> Result<(), OfficeError> {
    let all = history(conn, certificate_id)?;
    let taken_back: Vec<(i64, EventKind, Date)> = standing_events(&all)
        .into_iter()
        .filter(|one| one.act_id == act_id)
        .map(|one| (one.event_no, one.kind, one.occurred_on))
        .collect();
    let first = next_no(&all);
    for (no, (event_no, kind, occurred_on)) in (first..).zip(taken_back.into_iter().rev()) {
        let why = Happened::because("取消");
        insert(
            conn,
            undoing,
            certificate_id,
            no,
            kind,
            occurred_on,
            &why,
            Some(event_no),
        )?;
    }
    let all = history(conn, certificate_id)?;
    let rest: Vec<Event> = standing_events(&all)
        .into_iter()
        .map(|one| Event {
            kind: one.kind,
            occurred_on: one.occurred_on,
        })
        .collect();
    fold(&rest).map_err(|refusal| Refusal {
        message_ja: format!(
            "この処理の後に別の処理が行われています。後の処理から順に取り消してください（{}）",
            refusal.message_ja
        ),
        ..refusal
    })?;
    stand(conn, certificate_id, &all)?;
    Ok(())
}

/// Writes the standing of a certificate from its events.
fn stand(conn: &mut Conn, certificate_id: i64, all: &[Recorded]) -> Result<State, OfficeError> {
    let state = state(all)?;
    let mut params: Vec<Value> = vec![certificate_id.into()];
    params.extend(standing_values(&state));
    conn.execute(&STAND, &params)?;
    Ok(state)
}

/// The columns of the standing that follow from a state.
pub(super) fn standing_values(state: &State) -> [Value; 8] {
    let place = place_code(state.place);
    let valid = !matches!(state.place, Place::Voided | Place::Collected);
    let outstanding = state.outside() && state.return_requested_on.is_some();
    [
        place.into(),
        valid.into(),
        state.invalid_from.into(),
        outstanding.into(),
        state.return_requested_on.into(),
        state.collected_on.into(),
        state.inspected_on.into(),
        i64::from(state.printed).into(),
    ]
}

const PLACES: [(Place, &str); 8] = [
    (Place::Decided, "decided"),
    (Place::Office, "office"),
    (Place::OnTheWay, "on_the_way"),
    (Place::ComeBack, "come_back"),
    (Place::Holder, "holder"),
    (Place::Lost, "lost"),
    (Place::Collected, "collected"),
    (Place::Voided, "voided"),
];

/// A place as stored.
#[must_use]
pub fn place_code(place: Place) -> &'static str {
    PLACES
        .iter()
        .find(|row| row.0 == place)
        .map_or("", |row| row.1)
}

/// The place of a stored code.
#[must_use]
pub fn place_of(code: &str) -> Option<Place> {
    PLACES.iter().find(|row| row.1 == code).map(|row| row.0)
}

/// 突合: certificates whose standing is not what their events say; none is the answer that must always come.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn verify(conn: &mut Conn, from: i64, until: i64) -> Result<Vec<i64>, OfficeError> {
    let mut wrong = Vec::new();
    for certificate_id in find::ids_between(conn, from, until)? {
        let folded = state(&history(conn, certificate_id)?)?;
        let expected = standing_values(&folded);
        let stored = conn.query_opt(&STANDING, &[certificate_id.into()], |row| {
            (0..expected.len())
                .map(|at| row.value(at))
                .collect::<Result<Vec<_>, _>>()
        })?;
        if stored.as_deref() != Some(expected.as_slice()) {
            wrong.push(certificate_id);
        }
    }
    Ok(wrong)
}
