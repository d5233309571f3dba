//! 住登外者 — people the residents' register does not have: looked for first, numbered only when nobody is found, with a
//! day until which the record may be used.

use super::detail::{self, Detail, items_of};
use super::event::{self, NewEvent, Source, Stated, mark_undone};
use super::fact::{Kind, Values, end as end_facts, record, timeline};
use super::follow;
use super::movement::{self, project, state};
use super::nonresident_lookup::matches;
use super::numbering::number;
use super::person::{Resident, Status};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterResident};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, Store, StoreError, Value};
use law::Date;
use law::registry::{Candidate, Items, cause, fold};

pub use super::nonresident_lookup::{Inquiry, Match, Usable, inquire, usable};
pub use super::numbering::{NumberRule, RemainderOne};

/// 住登外の管理項目, over the days until 住外期限.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NonResident {
    /// 業務ID of the businesses that use it, separated by `,`.
    pub business: String,
    /// 他業務参照不可: taken from 住基ネット, for the business that asked alone.
    pub no_other_use: bool,
    /// 使用停止.
    pub suspended: bool,
}

impl Kind for NonResident {
    const TABLE: DatedTable = DatedTable::new(
        "nonresident_fact",
        &["business", "no_other_use", "suspended"],
    );
    const TYPES: &'static [ColumnType] = &[Text, Int, Int];

    fn values(&self) -> Vec<Value> {
        vec![
            self.business.as_str().into(),
            self.no_other_use.into(),
            self.suspended.into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            business: values.text()?,
            no_other_use: values.flag()?,
            suspended: values.flag()?,
        })
    }
}

/// A 住登外者 to be registered.
#[derive(Clone, Debug)]
pub struct NewNonResident {
    /// Who it is.
    pub inquiry: Inquiry,
    /// Numbers that were looked at and are other people.
    pub not_these: Vec<i64>,
    /// 郵便番号.
    pub postal_code: String,
    /// 方書.
    pub building: String,
    /// From which day on.
    pub from: Date,
    /// 届出日.
    pub reported_on: Option<Date>,
    /// 住外期限: the last day on which it may be used; open when `None`.
    pub expires_on: Option<Date>,
    /// 管理項目.
    pub terms: NonResident,
    /// Further items under their names in the layout (通称, ローマ字, …).
    pub more: Items,
}

/// 住登外の登録 — numbers somebody who was not found. Returns the number.
///
/// # Errors
/// [`OfficeError::Conflict`] naming people who may be the same and were not looked at: never a silent duplicate;
/// [`OfficeError::Input`] beside what is wrong.
pub fn register(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    rule: &NumberRule,
    new: &NewNonResident,
) -> Result<i64, OfficeError> {
    let span = term(new.from, new.expires_on)?;
    store.write(|conn| {
        let seen: Vec<i64> = matches(conn, &new.inquiry, acting.business_date)?
            .into_iter()
            .filter(|found| found.near)
            .map(|found| found.person_id)
            .filter(|found| !new.not_these.contains(found))
            .collect();
        if !seen.is_empty() {
            let numbers: Vec<String> = seen.iter().map(i64::to_string).collect();
            return Err(OfficeError::Conflict(format!(
                "同じ人かもしれない宛名番号{}が登録されています。別の人と確かめたときだけ、そのことを示して登録してください",
                numbers.join("、")
            )));
        }
        let event = NewEvent {
            cause: "J1".to_owned(),
            occurred_on: new.from,
            occurred_text: String::new(),
            reported_on: new.reported_on,
            sequence: (1, 0),
            refers_to: None,
            items: items(new),
        };
        super::register::check(&event)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.nonresident",
            &ActDetails::default(),
        )?;
        let person_id = number(conn, rule)?;
        state(
            conn,
            &act,
            person_id,
            3,
            Source::Counter,
            &[event],
            acting.business_date,
        )?;
        record(conn, &act, person_id, span, &new.terms)?;
        Ok(person_id)
    })
}

fn term(from: Date, expires_on: Option<Date>) -> Result<Span, OfficeError> {
    let span = Span::new(from, expires_on.map(law::date::next_day));
    if span.has_days() {
        return Ok(span);
    }
    Err(OfficeError::input(
        "住外期限",
        "期限は登録の日以後の日を入れてください",
    ))
}

fn items(new: &NewNonResident) -> Items {
    let mut items = new.more.clone();
    let own = [
        ("resident_kind", "3".to_owned()),
        ("name", new.inquiry.name.clone()),
        ("kana", new.inquiry.kana.clone()),
        ("birth_on", new.inquiry.birth_on.to_string()),
        ("sex", new.inquiry.sex.to_string()),
        ("postal_code", new.postal_code.clone()),
        (detail::WHOLE_ADDRESS, new.inquiry.address.clone()),
        ("building", new.building.clone()),
    ];
    for (name, value) in own.into_iter().filter(|(_, value)| !value.is_empty()) {
        items.insert(name.to_owned(), value);
    }
    items
}

/// Sets the terms of a 住登外者 from a day on: another 住外期限, 使用停止, ….
///
/// # Errors
/// [`OfficeError::Conflict`] when the record changed since it was seen; [`OfficeError::Input`] beside what is wrong.
#[allow(
    clippy::too_many_arguments,
    reason = "one argument for each part of the form"
)]
pub fn set_terms(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    person_id: i64,
    from: Date,
    expires_on: Option<Date>,
    terms: &NonResident,
    seen: i64,
) -> Result<(), OfficeError> {
    let span = term(from, expires_on)?;
    store.write(|conn| {
        super::register::check_seen(conn, person_id, seen)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.nonresident_terms",
            &ActDetails::default(),
        )?;
        put_terms(conn, &act, person_id, span, terms)
    })
}

/// Lays the terms over a span; nothing of what stood after its first day is left. A span without days only ends them.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn put_terms(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    span: Span,
    terms: &NonResident,
) -> Result<(), OfficeError> {
    end_facts::<NonResident>(conn, act, person_id, Span::since(span.from))?;
    if span.has_days() {
        record(conn, act, person_id, span, terms)?;
    }
    Ok(())
}

/// Whether the record of a number is that of a 住登外者.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn is_nonresident(conn: &mut Conn, person_id: i64) -> Result<bool, OfficeError> {
    let residents = timeline::<Resident>(conn, person_id, None)?;
    Ok(residents
        .last()
        .is_some_and(|fact| fact.fact.status == Status::NonResident))
}

/// Ends the record of a 住登外者 who became a resident under another number.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn end(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    on: Date,
    today: Date,
) -> Result<(), OfficeError> {
    let details = timeline::<Detail>(conn, person_id, None)?;
    let residents = timeline::<Resident>(conn, person_id, None)?;
    let Some(last) = residents.last() else {
        return Ok(());
    };
    let history = movement::last_history(conn, person_id)?;
    let event = NewEvent {
        cause: "J3".to_owned(),
        occurred_on: on,
        occurred_text: String::new(),
        reported_on: None,
        sequence: (history + 1, 0),
        refers_to: None,
        items: details.last().map_or_else(
            || items_of(&last.fact),
            |detail| detail.fact.record(&last.fact),
        ),
    };
    state(conn, act, person_id, 3, Source::Counter, &[event], today)?;
    end_facts::<NonResident>(conn, act, person_id, Span::since(on))?;
    Ok(())
}

/// Takes back what [`end`] did under an act.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn take_back_end(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    (event_id, ended_by): (i64, i64),
    reason: &str,
    today: Date,
) -> Result<(), OfficeError> {
    let mut known = event::of_person(conn, person_id)?;
    let before = fold(&event::standing(&known)?);
    mark_undone(conn, act, event_id, reason)?;
    for one in &mut known {
        if one.event_id == event_id {
            one.undone_by_act = Some(act.id.0);
        }
    }
    let after = fold(&event::standing(&known)?);
    project(conn, act, person_id, &known, &after)?;
    follow::changes(conn, act, person_id, &known, &before, &after, today)?;
    NonResident::TABLE.undo(conn, act.stamp(), ended_by)?;
    Ok(())
}

/// Whether an event that stands is a death.
fn is_death(stated: &Stated) -> bool {
    let candidate = cause(&stated.event.cause).and_then(|cause| cause.candidate);
    stated.undone_by_act.is_none() && matches!(candidate, Some(Candidate::Loss("died", _)))
}

/// 住民から住登外へ — a former resident whom the office goes on dealing with: the number stays the resident's.
///
/// # Errors
/// [`OfficeError::Conflict`] when the record changed since it was seen; [`OfficeError::Input`] when the person is a
/// resident still.
#[allow(
    clippy::too_many_arguments,
    reason = "one argument for each part of the form"
)]
pub fn of_former_resident(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    person_id: i64,
    from: Date,
    expires_on: Option<Date>,
    (postal_code, address, building): (&str, &str, &str),
    seen: i64,
) -> Result<(), OfficeError> {
    let span = term(from, expires_on)?;
    store.write(|conn| {
        super::register::check_seen(conn, person_id, seen)?;
        let residents = timeline::<Resident>(conn, person_id, None)?;
        let removed = residents
            .iter()
            .rfind(|fact| fact.valid.from <= from)
            .filter(|fact| fact.fact.status == Status::Removed);
        let Some(removed) = removed else {
            return Err(OfficeError::input(
                "宛名番号",
                "その日に消除されている人だけを住登外にできます。異動日を確かめてください",
            ));
        };
        let resident = Resident {
            status: Status::NonResident,
            postal_code: postal_code.to_owned(),
            address: address.to_owned(),
            building: building.to_owned(),
            ward: String::new(),
            register_household: None,
            ..removed.fact.clone()
        };
        if event::of_person(conn, person_id)?.iter().any(is_death) {
            return Err(OfficeError::input(
                "宛名番号",
                "死亡の記載がある人は住登外にできません。相続人を代表者として登録してください",
            ));
        }
        let last = movement::last_history(conn, person_id)?;
        let event = NewEvent {
            cause: "J1".to_owned(),
            occurred_on: from,
            occurred_text: String::new(),
            reported_on: None,
            sequence: (last + 1, 0),
            refers_to: None,
            items: items_of(&resident),
        };
        super::register::check(&event)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.nonresident",
            &ActDetails::default(),
        )?;
        let today = acting.business_date;
        state(conn, &act, person_id, 3, Source::Counter, &[event], today)?;
        record(conn, &act, person_id, span, &NonResident::default())
    })
}
