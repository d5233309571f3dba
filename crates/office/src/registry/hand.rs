//! 異動の手入力 — the events of several people of one household, stated together at the counter under one act: for a city
//! whose link to the residents' register is down, and for what never comes by file.

mod undo;

pub use undo::{OneEvent, preview_undo, preview_undo_event, undo, undo_event};

use super::detail::{self, Detail, items_of};
use super::event::{self, NewEvent, Source, of_person, version};
use super::fact::timeline;
use super::load::{PersonKind, kind_of};
use super::movement::{self, Taken};
use super::numbering::{NumberRule, number};
use super::person::Resident;
use super::register;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::eligibility::{Books, Consequences, follow};
use crate::error::OfficeError;
use crate::rehearsal::rolled_back;
use crate::security::permit::{Permit, RegisterResident};
use db::{Conn, Sql, Store};
use law::Date;
use law::registry::{Fate, Items, Side, Waiting, cause};

const PEOPLE_OF_ACT: Sql = Sql {
    name: "registry.hand.people_of_act",
    text: "select person_id from resident_event where act_id = $1 and origin = 'counter' order by event_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[undo::OF_ACT, PEOPLE_OF_ACT];

/// The event of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// 宛名番号; none when that of the residents' register is not known, so that one of the office's own range is given.
    pub person_id: Option<i64>,
    /// 種別 of a person who is new.
    pub kind: PersonKind,
    /// The event; its 履歴番号 is the next one.
    pub event: NewEvent,
    /// 版 of the record as it was seen; 0 for a person who is new.
    pub seen: i64,
}

/// What is registered at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Together {
    /// One event each.
    pub people: Vec<ByHand>,
    /// 備考.
    pub note: String,
}

/// What was registered.
#[derive(Clone, Debug, Default)]
pub struct Registered {
    /// 宛名番号, in the order in which they were given.
    pub people: Vec<i64>,
    /// What follows for levy, classes and papers.
    pub consequences: Consequences,
}

/// The whole record of a person as it was stated last, to be changed by the next event; none when nothing is known.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn latest(conn: &mut Conn, person_id: i64) -> Result<Option<Items>, OfficeError> {
    let stated = of_person(conn, person_id)?;
    let standing = event::standing(&stated)?;
    let fates = law::registry::fold(&standing).fates;
    let last = standing
        .into_iter()
        .filter(|one| matches!(fates.get(&one.no), Some(Fate::Stands)))
        .max_by_key(|one| one.sequence);
    if let Some(last) = last {
        return Ok(Some(last.items));
    }
    let residents = timeline::<Resident>(conn, person_id, None)?;
    let details = timeline::<Detail>(conn, person_id, None)?;
    Ok(residents.last().map(|resident| {
        details.last().map_or_else(
            || items_of(&resident.fact),
            |detail| detail.fact.record(&resident.fact),
        )
    }))
}

/// 異動登録 — states the events of several people in one act.
///
/// # Errors
/// [`OfficeError::Conflict`] when a record changed since it was seen; [`OfficeError::Input`] beside what is wrong.
pub fn register(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    books: &Books<'_>,
    together: &Together,
) -> Result<Registered, OfficeError> {
    store.write(|conn| carry_out(conn, permit, acting, books, together))
}

/// What it would do: the deed itself, rolled back.
///
/// # Errors
/// As [`register`].
pub fn preview(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    books: &Books<'_>,
    together: &Together,
) -> Result<Registered, OfficeError> {
    let acting = acting.without_request();
    rolled_back(store, |conn| {
        carry_out(conn, permit, &acting, books, together)
    })
}

fn carry_out(
    conn: &mut Conn,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    books: &Books<'_>,
    together: &Together,
) -> Result<Registered, OfficeError> {
    let Some(from) = together
        .people
        .iter()
        .map(|one| one.event.occurred_on)
        .min()
    else {
        return Err(OfficeError::input("対象者", "一人以上入力してください"));
    };
    let details = ActDetails {
        note: together.note.clone(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "registry.movement", &details)?;
    let mut household = None;
    let mut people = Vec::with_capacity(together.people.len());
    for one in &together.people {
        let person_id = state_one(conn, &act, acting.business_date, one, &mut household)?;
        if people.contains(&person_id) {
            return Err(OfficeError::input(
                "宛名番号",
                &format!("宛名番号{person_id}が二人に入力されています"),
            ));
        }
        people.push(person_id);
    }
    let reason = together.note.trim();
    let reason = if reason.is_empty() {
        "住民異動"
    } else {
        reason
    };
    let consequences = follow::of_residents(conn, books, acting, &act, (&people, from), reason)?;
    Ok(Registered {
        people,
        consequences,
    })
}

/// One event: a number where there is none yet, a household where the family is new, then the fold.
fn state_one(
    conn: &mut Conn,
    act: &Act,
    today: Date,
    one: &ByHand,
    household: &mut Option<i64>,
) -> Result<i64, OfficeError> {
    let person_id = match one.person_id {
        Some(person_id) => {
            known(conn, person_id, one)?;
            person_id
        }
        None => number(conn, &NumberRule::default())?,
    };
    register::check_seen(conn, person_id, one.seen)?;
    let mut event = one.event.clone();
    let enters = cause(&event.cause).is_some_and(|cause| cause.side == Side::Entry);
    let home = detail::item(&event.items, HOUSEHOLD);
    if home == NEW_HOUSEHOLD || (enters && home.is_empty()) {
        let home = match *household {
            Some(home) => home,
            None => *household.insert(number(conn, &NumberRule::default())?),
        };
        event.items.insert(HOUSEHOLD.to_owned(), home.to_string());
    }
    event.sequence = (movement::last_history(conn, person_id)? + 1, 0);
    register::check(&event)?;
    register::not_to_come(&event, today)?;
    let projected = movement::state(
        conn,
        act,
        person_id,
        one.kind,
        Source::Counter,
        &[event],
        today,
    )?;
    if let Some(Taken::New(event_id)) = projected.taken.first()
        && let Some(Fate::Waits(waiting)) = projected.fates.get(event_id)
    {
        return Err(cannot(person_id, *waiting));
    }
    Ok(person_id)
}

const HOUSEHOLD: &str = "household_number";
/// What stands in for the number of a household of the residents' register that is new: all of one act get the same.
pub const NEW_HOUSEHOLD: &str = "new";

/// Whoever stands at the counter is asked at once; nothing typed by hand waits.
fn cannot(person_id: i64, waiting: Waiting) -> OfficeError {
    OfficeError::input(
        "異動事由",
        &format!(
            "宛名番号{person_id}: {}。異動日と異動事由を確かめてください",
            waiting.message_ja()
        ),
    )
}

/// A number that is known belongs to the person who bears it.
fn known(conn: &mut Conn, person_id: i64, one: &ByHand) -> Result<(), OfficeError> {
    let enters = cause(&one.event.cause).is_some_and(|cause| cause.side == Side::Entry);
    let kind = kind_of(conn, person_id)?;
    if kind.is_none() && !enters {
        return Err(OfficeError::input(
            "宛名番号",
            &format!("宛名番号{person_id}の人は登録されていません"),
        ));
    }
    if kind == Some(3) && one.kind != 3 {
        return Err(OfficeError::input(
            "宛名番号",
            &format!(
                "宛名番号{person_id}は住登外者の番号です。住民記録の番号を入力し、登録した後で名寄せしてください"
            ),
        ));
    }
    let birth = |items: &Items| detail::item(items, "birth_on").to_owned();
    let before = latest(conn, person_id)?.map(|items| birth(&items));
    match before {
        Some(before) if enters && before != birth(&one.event.items) => Err(OfficeError::input(
            "宛名番号",
            &format!(
                "宛名番号{person_id}は、生年月日が{}の人に使われています。番号と生年月日を確かめてください",
                before
                    .parse::<Date>()
                    .map_or(before.clone(), law::era::wareki)
            ),
        )),
        _ => Ok(()),
    }
}

/// Whom an act of this kind was about, in the order in which they were given.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn people_of(conn: &mut Conn, act_id: i64) -> Result<Vec<i64>, OfficeError> {
    let mut people = conn.query(&PEOPLE_OF_ACT, &[act_id.into()], |row| row.int(0))?;
    let mut known = std::collections::BTreeSet::new();
    people.retain(|person| known.insert(*person));
    Ok(people)
}

/// 版 of several records at once, as [`undo()`] wants to see it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn versions(conn: &mut Conn, people: &[i64]) -> Result<i64, OfficeError> {
    let mut latest = 0;
    for person_id in people {
        latest = latest.max(version(conn, *person_id)?);
    }
    Ok(latest)
}
