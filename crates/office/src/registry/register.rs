//! 異動登録 — the use cases of the counter: the history of a person, a change registered, a change taken back.

use super::detail;
use super::event::{self, NewEvent, Source, Stated, mark_undone, of_person, version};
use super::follow;
use super::load::PersonKind;
use super::movement::{Projected, Taken, last_history, project, state};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterResident};
use db::{Conn, Store};
use law::registry::{Candidate, Fate, Presence, Side, cause, fold};
use law::{Date, Refusal};

/// An event with what became of it, for the page of 異動履歴.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The event.
    pub stated: Stated,
    /// Name of its cause.
    pub cause_ja: &'static str,
    /// What became of it; nothing when the office took it back.
    pub fate: Option<Fate>,
}

/// 異動履歴 — every event of a person with its days, its cause and what became of it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn history(conn: &mut Conn, person_id: i64) -> Result<Vec<HistoryEntry>, OfficeError> {
    let known = of_person(conn, person_id)?;
    let folded = fold(&event::standing(&known)?);
    let mut entries: Vec<HistoryEntry> = known
        .into_iter()
        .map(|stated| HistoryEntry {
            cause_ja: cause(&stated.event.cause).map_or("", |cause| cause.name_ja),
            fate: folded.fates.get(&stated.event_id).copied(),
            stated,
        })
        .collect();
    entries.sort_by_key(|entry| (entry.stated.event.occurred_on, entry.stated.event.sequence));
    Ok(entries)
}

/// What a clerk registers at the counter.
#[derive(Clone, Debug)]
pub struct Registration {
    /// Whom it is about.
    pub person_id: i64,
    /// 種別 of a person who is new.
    pub kind: PersonKind,
    /// The events; those without a 履歴番号 get the next ones.
    pub events: Vec<NewEvent>,
    /// 版 of the record as the clerk saw it.
    pub seen: i64,
}

/// 異動登録 — states events at the counter.
///
/// # Errors
/// [`OfficeError::Conflict`] when the record changed since it was seen; [`OfficeError::Input`] beside what is wrong.
pub fn register(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    registration: &Registration,
) -> Result<Projected, OfficeError> {
    store.write(|conn| {
        check_seen(conn, registration.person_id, registration.seen)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.movement",
            &ActDetails::default(),
        )?;
        let events = numbered(conn, registration)?;
        for event in &events {
            not_to_come(event, acting.business_date)?;
        }
        let projected = state(
            conn,
            &act,
            registration.person_id,
            registration.kind,
            Source::Counter,
            &events,
            acting.business_date,
        )?;
        let differs = projected
            .taken
            .iter()
            .any(|taken| matches!(taken, Taken::Differs(_)));
        if differs {
            return Err(OfficeError::input(
                "履歴番号",
                "同じ履歴番号の異動が別の内容で登録されています。履歴番号を確かめてください",
            ));
        }
        Ok(projected)
    })
}

fn numbered(conn: &mut Conn, registration: &Registration) -> Result<Vec<NewEvent>, OfficeError> {
    let mut last = last_history(conn, registration.person_id)?;
    let mut events = registration.events.clone();
    for event in &mut events {
        check(event)?;
        if event.sequence.0 == 0 {
            last += 1;
            event.sequence = (last, 0);
        }
    }
    Ok(events)
}

/// What must be right of any event, whoever states it.
///
/// # Errors
/// [`OfficeError::Input`] beside what is wrong.
pub(crate) fn check(event: &NewEvent) -> Result<(), OfficeError> {
    let cause = cause(&event.cause).ok_or_else(|| {
        OfficeError::input("異動事由", "異動事由のコードを一覧から選んでください")
    })?;
    let presence = match cause.side {
        Side::Removal => Presence::Removed,
        _ => Presence::Present,
    };
    if cause.side.cancels().is_some() && event.items.is_empty() {
        return Ok(());
    }
    let resident = detail::resident(&event.items, presence)?;
    if event.occurred_on < resident.birth_on {
        return Err(OfficeError::input(
            "異動年月日",
            &format!(
                "異動年月日{}が生年月日{}より前です。どちらが正しいか確かめてください",
                event.occurred_on, resident.birth_on
            ),
        ));
    }
    Ok(())
}

/// 死亡 of a day to come: nobody can state it.
///
/// # Errors
/// [`OfficeError::Input`] beside the day.
pub(super) fn not_to_come(event: &NewEvent, today: Date) -> Result<(), OfficeError> {
    let candidate = cause(&event.cause).and_then(|cause| cause.candidate);
    let died = matches!(candidate, Some(Candidate::Loss("died", _)));
    if died && event.occurred_on > today {
        return Err(OfficeError::input(
            "異動年月日",
            "死亡の日が今日より後です。死亡の日を確かめてください",
        ));
    }
    Ok(())
}

/// Refuses a change that starts from an older record than the one that stands.
///
/// # Errors
/// [`OfficeError::Conflict`].
pub(crate) fn check_seen(conn: &mut Conn, person_id: i64, seen: i64) -> Result<(), OfficeError> {
    let now = version(conn, person_id)?;
    if now == seen {
        return Ok(());
    }
    Err(OfficeError::Conflict(format!(
        "宛名番号{person_id}の記録は、画面を開いた後に変わっています（版{seen}→{now}）。読み直して、違いを確かめてから登録してください"
    )))
}

/// 異動の取消 — takes back an event; the record becomes what the others make of it.
///
/// # Errors
/// [`OfficeError::Refusal`] when the event is unknown or was taken back before; [`OfficeError::Conflict`] as
/// [`register`]; [`OfficeError::Input`] without a reason.
pub fn undo(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    event_id: i64,
    reason: &str,
    seen: i64,
) -> Result<Projected, OfficeError> {
    store.write(|conn| {
        undo_within(conn, permit, acting, (event_id, reason, seen)).map(|done| done.projected)
    })
}

/// An event that was taken back.
pub(super) struct Undone {
    pub act: Act,
    pub person_id: i64,
    /// 異動日.
    pub occurred_on: Date,
    pub projected: Projected,
}

/// [`undo`] within a transaction.
pub(super) fn undo_within(
    conn: &mut Conn,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    (event_id, reason, seen): (i64, &str, i64),
) -> Result<Undone, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "取消の理由",
            "取消の理由を入れてください",
        ));
    }
    let person_id = event::person_of(conn, event_id)?.ok_or_else(|| {
        Refusal::new(
            "registry.event.unknown",
            format!("異動{event_id}はありません。一覧を読み直してください"),
        )
    })?;
    check_seen(conn, person_id, seen)?;
    let known = of_person(conn, person_id)?;
    let standing = known
        .iter()
        .find(|one| one.event_id == event_id && one.undone_by_act.is_none());
    let Some(standing) = standing else {
        return Err(Refusal::new(
            "registry.event.undone",
            format!("異動{event_id}は取消済みです"),
        )
        .into());
    };
    let details = ActDetails {
        note: reason.to_owned(),
        undoes: Some(acts::ActId(standing.act_id)),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "registry.movement_undo", &details)?;
    let today = acting.business_date;
    let projected = take_back(conn, &act, person_id, event_id, reason, today)?;
    Ok(Undone {
        act,
        person_id,
        occurred_on: standing.event.occurred_on,
        projected,
    })
}

/// Marks an event as taken back and makes the record what the others make of it.
pub(super) fn take_back(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    event_id: i64,
    reason: &str,
    today: Date,
) -> Result<Projected, OfficeError> {
    let mut known = of_person(conn, person_id)?;
    let before = fold(&event::standing(&known)?);
    mark_undone(conn, act, event_id, reason)?;
    for one in &mut known {
        if one.event_id == event_id {
            one.undone_by_act = Some(act.id.0);
        }
    }
    let after = fold(&event::standing(&known)?);
    let changed = project(conn, act, person_id, &known, &after)?;
    follow::changes(conn, act, person_id, &known, &before, &after, today)?;
    Ok(Projected {
        taken: Vec::new(),
        changed,
        fates: after.fates,
    })
}
