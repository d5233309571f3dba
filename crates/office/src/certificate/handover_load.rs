//! 証の記録の引継ぎ — rows of another system taken over, with what happened to each paper.

use super::event;
use super::face::Face;
use super::handover::{ITEMS, Row};
use super::record::{COLUMNS, Division, STANDING_COLUMNS, json};
use super::wish::Destination;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ImportFile, Permit};
use db::{ColumnType, Conn, Sql, Store, Value};
use law::certificate::{Event, EventKind, Item, Paper, Place, fold};
use law::{Date, Refusal};

const KNOWN: Sql = Sql {
    name: "certificate.handover.known",
    text: "select count(*) from certificate where number = $1 and copy_no = $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[KNOWN];

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// Written.
    pub written: i64,
    /// Already here: same 交付番号 and 交付の回.
    pub known: i64,
    /// Rows that cannot be taken, with row number (from 1), item and reason.
    pub held: Vec<(usize, String, String)>,
}

/// Takes rows of another system over, with what happened to each paper. A row that is here already is left alone; one
/// that does not fit is held with its item.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn load(
    store: &Store,
    permit: &Permit<ImportFile>,
    acting: &Acting,
    rows: &[Row],
) -> Result<Taken, OfficeError> {
    store.write(|conn| {
        let details = ActDetails {
            note: "証の記録の引継ぎ".to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "certificate.load", &details)?;
        let mut taken = Taken::default();
        for (place, row) in rows.iter().enumerate() {
            match read(row) {
                Err((item, reason)) => taken.held.push((place + 1, item, reason)),
                Ok(read) => {
                    let key = [read.text(1).into(), read.copy_no.into()];
                    if conn.query_one(&KNOWN, &key, |row| row.int(0))? > 0 {
                        taken.known += 1;
                        continue;
                    }
                    write(conn, &act, &read)?;
                    taken.written += 1;
                }
            }
        }
        Ok(taken)
    })
}

/// A row read: its texts, and what must be numbers and days.
struct Read<'r> {
    row: &'r Row,
    copy_no: i64,
    person_id: i64,
    household_id: i64,
    days: [Option<Date>; 10],
    events: Vec<(EventKind, Date, String, Option<Date>)>,
}

impl Read<'_> {
    fn text(&self, at: usize) -> &str {
        self.row.get(at).map_or("", String::as_str)
    }
}

/// Places of the days within a row.
const DAYS: [usize; 10] = [7, 8, 9, 10, 11, 14, 15, 33, 34, 36];

fn read(row: &Row) -> Result<Read<'_>, (String, String)> {
    let label = |at: usize| ITEMS.get(at).map_or("", |item| item.label_ja).to_owned();
    if row.len() != ITEMS.len() {
        return Err((
            "行".to_owned(),
            format!(
                "項目が{}個あります。{}個にしてください",
                row.len(),
                ITEMS.len()
            ),
        ));
    }
    let text = |at: usize| row.get(at).map_or("", String::as_str);
    let number = |at: usize| {
        let value = text(at).parse::<i64>();
        value.map_err(|_| (label(at), format!("「{}」は数字ではありません", text(at))))
    };
    let date = |at: usize| {
        if text(at).is_empty() {
            return Ok(None);
        }
        let value = text(at).parse::<Date>();
        value
            .map(Some)
            .map_err(|_| (label(at), format!("「{}」は日付ではありません", text(at))))
    };
    for at in [0, 1, 9, 10, 21, 31] {
        if text(at).is_empty() {
            return Err((label(at), "空です。元の記録を確かめてください".to_owned()));
        }
    }
    if Division::of(text(5)).is_none() {
        return Err((label(5), format!("交付区分「{}」を知りません", text(5))));
    }
    let mut days = [None; 10];
    for (day, at) in days.iter_mut().zip(DAYS) {
        *day = date(at)?;
    }
    let [_, _, issued, _, _, _, _, invalid, collected, arose] = days;
    let issued = issued.unwrap_or(Date::MIN);
    let place = event::place_of(text(32))
        .ok_or_else(|| (label(32), format!("「{}」を知りません", text(32))))?;
    let returned = date(37)?;
    let mut events: Vec<(EventKind, Date, String, Option<Date>)> = Vec::new();
    let mut happened = |kind: EventKind, on: Date, reason: &str, arose: Option<Date>| {
        events.push((kind, on, reason.to_owned(), arose));
    };
    if place != Place::Decided && place != Place::Voided {
        happened(EventKind::Printed, issued, "", None);
    }
    if let Some(day) = returned {
        happened(EventKind::Mailed, issued, "", None);
        happened(EventKind::MailReturned, day, text(38), None);
    }
    match place {
        Place::OnTheWay => happened(EventKind::Mailed, returned.unwrap_or(issued), "", None),
        Place::Holder | Place::Collected | Place::Lost => {
            happened(EventKind::Handed, returned.unwrap_or(issued), "", None);
        }
        Place::Decided | Place::Office | Place::ComeBack | Place::Voided => {}
    }
    if place == Place::Lost {
        happened(EventKind::Lost, invalid.unwrap_or(issued), "", None);
    }
    if place == Place::Voided {
        happened(EventKind::Voided, invalid.unwrap_or(issued), "", None);
    } else if let Some(day) = invalid {
        happened(EventKind::Invalidated, day, "", None);
    }
    if place == Place::Collected {
        happened(
            EventKind::Collected,
            collected.unwrap_or(issued),
            text(35),
            arose,
        );
    }
    let folded: Vec<Event> = events
        .iter()
        .map(|one| Event {
            kind: one.0,
            occurred_on: one.1,
        })
        .collect();
    fold(&folded).map_err(|refusal: Refusal| (label(32), refusal.message_ja))?;
    Ok(Read {
        row,
        copy_no: number(2)?,
        person_id: number(3)?,
        household_id: number(4)?,
        days,
        events,
    })
}

fn write(conn: &mut Conn, act: &Act, read: &Read<'_>) -> Result<(), OfficeError> {
    let id = conn.next_ids("certificate", 1)?;
    let destination = Destination {
        postal_code: read.text(27).to_owned(),
        address: read
            .text(28)
            .split('\n')
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect(),
        addressee: read.text(29).to_owned(),
    };
    let face = Face {
        title: read.text(30).to_owned(),
        paper: Paper::A4,
        stock: read.text(31).to_owned(),
        lines: vec![(Item::Name, read.text(21).to_owned())],
        copy: read.copy_no,
        destination: destination.clone(),
        ..Face::empty()
    };
    let [
        occurred,
        applied,
        issued,
        effective,
        expires,
        ratio_from,
        long_term,
        ..,
    ] = read.days;
    let number = |at: usize| read.text(at).parse::<i64>().unwrap_or(0);
    let optional = |at: usize| -> Value {
        let text = read.text(at);
        if text.is_empty() {
            Value::Null
        } else {
            text.into()
        }
    };
    let family = family_of(read.text(0));
    let values: Vec<Value> = vec![
        id.into(),
        read.text(1).into(),
        read.copy_no.into(),
        read.text(0).into(),
        family.into(),
        read.person_id.into(),
        read.household_id.into(),
        Value::Null,
        read.text(5).into(),
        read.text(6).into(),
        occurred.or(issued).into(),
        applied.into(),
        issued.into(),
        effective.into(),
        expires.into(),
        read.text(12).into(),
        number(13).into(),
        ratio_from.into(),
        long_term.into(),
        number(16).into(),
        number(17).into(),
        read.text(18).into(),
        read.text(19).into(),
        read.text(20).into(),
        read.text(21).into(),
        read.text(22).into(),
        optional(23),
        optional(24),
        number(25).into(),
        number(26).into(),
        json(&destination)?.into(),
        Value::Null,
        read.text(31).into(),
        json(&face)?.into(),
        "".into(),
        "".into(),
        0_i64.into(),
        act.id.0.into(),
    ];
    let mut bulk = conn.bulk("certificate", COLUMNS);
    bulk.row(&values)?;
    bulk.finish()?;
    standing(conn, read, (id, family), (effective, expires))?;
    events(conn, act, id, read)
}

/// 系統 of the kinds this program knows; one of another system stands beside them.
fn family_of(kind: &str) -> &'static str {
    use law::certificate::Family as F;
    let family = match kind {
        "confirmation"
        | "notice"
        | "confirmation_special"
        | "notice_special"
        | "insured_card"
        | "short_card"
        | "qualification_certificate" => F::Eligibility,
        "elderly_card" => F::Elderly,
        "ceiling" | "meal_reduction" | "living_reduction" | "ceiling_meal" | "ceiling_living" => {
            F::Ceiling
        }
        "disease" => F::Disease,
        _ => F::Treatment,
    };
    family.code()
}

fn standing(
    conn: &mut Conn,
    read: &Read<'_>,
    (id, family): (i64, &str),
    (effective, expires): (Option<Date>, Option<Date>),
) -> Result<(), OfficeError> {
    let folded: Vec<Event> = read
        .events
        .iter()
        .map(|one| Event {
            kind: one.0,
            occurred_on: one.1,
        })
        .collect();
    let state = fold(&folded)?;
    let [
        place,
        valid,
        invalid,
        outstanding,
        requested,
        collected,
        inspected,
        printed,
    ] = event::standing_values(&state);
    let mut bulk = conn.bulk("certificate_standing", STANDING_COLUMNS);
    bulk.row(&[
        id.into(),
        read.person_id.into(),
        read.household_id.into(),
        read.text(0).into(),
        family.into(),
        read.text(16).parse::<i64>().unwrap_or(0).into(),
        place,
        valid,
        invalid,
        effective.into(),
        expires.into(),
        outstanding,
        requested,
        collected,
        inspected,
        printed,
        0_i64.into(),
    ])?;
    bulk.finish()?;
    Ok(())
}

const EVENT_COLUMNS: &[(&str, ColumnType)] = &[
    ("certificate_id", ColumnType::Int),
    ("event_no", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("occurred_on", ColumnType::Text),
    ("reason", ColumnType::Text),
    ("reason_arose_on", ColumnType::Text),
    ("detail", ColumnType::Text),
    ("act_id", ColumnType::Int),
];

fn events(conn: &mut Conn, act: &Act, id: i64, read: &Read<'_>) -> Result<(), OfficeError> {
    let mut bulk = conn.bulk("certificate_event", EVENT_COLUMNS);
    for (no, (kind, on, reason, arose)) in (1_i64..).zip(&read.events) {
        bulk.row(&[
            id.into(),
            no.into(),
            kind.code().into(),
            (*on).into(),
            reason.as_str().into(),
            (*arose).into(),
            "引継ぎ".into(),
            act.id.0.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}
