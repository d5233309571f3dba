//! 住民異動の取消 — every event of an act, or a single one, taken back with what follows from it.

use super::{Registered, versions};
use crate::acts::{self, ActDetails, ActId, Acting};
use crate::eligibility::{Books, follow};
use crate::error::OfficeError;
use crate::registry::event::of_person;
use crate::registry::register;
use crate::rehearsal::rolled_back;
use crate::security::permit::{Permit, RegisterResident};
use db::{Conn, Sql, Store};
use law::Refusal;

pub(super) const OF_ACT: Sql = Sql {
    name: "registry.hand.of_act",
    text: "select e.event_id, e.person_id from resident_event e \
           left join resident_event_undone u on u.event_id = e.event_id \
           where e.act_id = $1 and e.origin = 'counter' and u.event_id is null order by e.event_id",
};

/// 異動の取消 — takes back every event an act stated that still stands.
///
/// # Errors
/// [`OfficeError::Refusal`] when nothing of it stands; [`OfficeError::Conflict`] when a record changed since it was
/// seen; [`OfficeError::Input`] without a reason.
pub fn undo(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    books: &Books<'_>,
    (act_id, reason, seen): (i64, &str, i64),
) -> Result<Registered, OfficeError> {
    store.write(|conn| take_back(conn, permit, acting, books, (act_id, reason, seen)))
}

/// What taking back would do: the deed itself, rolled back.
///
/// # Errors
/// As [`undo`].
pub fn preview_undo(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    books: &Books<'_>,
    (act_id, reason, seen): (i64, &str, i64),
) -> Result<Registered, OfficeError> {
    let acting = acting.without_request();
    rolled_back(store, |conn| {
        take_back(conn, permit, &acting, books, (act_id, reason, seen))
    })
}

/// One event to be taken back: its number, the reason, 版 of the record as it was seen.
pub type OneEvent<'r> = (i64, &'r str, i64);

/// 異動の取消 of one event, whoever stated it; what follows follows as from [`undo`].
///
/// # Errors
/// As [`undo`].
pub fn undo_event(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    books: &Books<'_>,
    one: OneEvent<'_>,
) -> Result<Registered, OfficeError> {
    store.write(|conn| take_back_event(conn, permit, acting, books, one))
}

/// What taking it back would do: the deed itself, rolled back.
///
/// # Errors
/// As [`undo`].
pub fn preview_undo_event(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    books: &Books<'_>,
    one: OneEvent<'_>,
) -> Result<Registered, OfficeError> {
    let acting = acting.without_request();
    rolled_back(store, |conn| {
        take_back_event(conn, permit, &acting, books, one)
    })
}

fn take_back_event(
    conn: &mut Conn,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    books: &Books<'_>,
    one: OneEvent<'_>,
) -> Result<Registered, OfficeError> {
    let done = register::undo_within(conn, permit, acting, one)?;
    let people = vec![done.person_id];
    let from = done.occurred_on.min(acting.business_date);
    let whom = (people.as_slice(), from);
    let consequences = follow::of_residents(conn, books, acting, &done.act, whom, one.1)?;
    Ok(Registered {
        people,
        consequences,
    })
}

fn take_back(
    conn: &mut Conn,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    books: &Books<'_>,
    (act_id, reason, seen): (i64, &str, i64),
) -> Result<Registered, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "取消の理由",
            "取消の理由を入れてください",
        ));
    }
    let events = conn.query(&OF_ACT, &[act_id.into()], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })?;
    if events.is_empty() {
        return Err(Refusal::new(
            "registry.hand.undone",
            format!("処理{act_id}の住民異動は、すべて取り消されているか、ありません"),
        )
        .into());
    }
    let mut people: Vec<i64> = events.iter().map(|(_, person)| *person).collect();
    people.dedup();
    if versions(conn, &people)? != seen {
        return Err(OfficeError::Conflict(
            "画面を開いた後に記録が変わっています。読み直して、違いを確かめてから取り消してください"
                .to_owned(),
        ));
    }
    let details = ActDetails {
        note: reason.to_owned(),
        undoes: Some(ActId(act_id)),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "registry.movement_undo", &details)?;
    let mut from = acting.business_date;
    for (event_id, person_id) in events {
        let known = of_person(conn, person_id)?;
        if let Some(one) = known.iter().find(|one| one.event_id == event_id) {
            from = from.min(one.event.occurred_on);
        }
        register::take_back(
            conn,
            &act,
            person_id,
            event_id,
            reason,
            acting.business_date,
        )?;
    }
    let consequences = follow::of_residents(conn, books, acting, &act, (&people, from), reason)?;
    Ok(Registered {
        people,
        consequences,
    })
}
