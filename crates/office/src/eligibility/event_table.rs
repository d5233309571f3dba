//! 資格異動の表 — events as rows: insert-only, taken back by a row of its own.

use super::event::{Event, Origin, Says};
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError};
use law::Date;
use law::eligibility::{HouseholdChange, HouseholdEvent, PersonChange, PersonEvent};

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "select e.event_id, e.act_id, e.recorded_at, e.origin, e.kind, e.person_id, e.household_id, e.cause, \
             e.loaded_code, e.occurred_on, e.occurred_known, e.reported_on, e.fixed_on, e.sequence, e.branch, \
             e.elsewhere_from, e.prefecture_since, e.former_since, e.head_person_id, e.symbol, e.number, e.note, \
             u.act_id, u.recorded_at from eligibility_event e left join eligibility_event_undone u on u.event_id = e.event_id ",
            $condition,
            " order by e.event_id"
        )
    };
}

const OF_PERSON: Sql = Sql {
    name: "eligibility.event.of_person",
    text: select!("where e.person_id = $1"),
};
const OF_HOUSEHOLD: Sql = Sql {
    name: "eligibility.event.of_household",
    text: select!("where e.household_id = $1 and e.person_id is null"),
};
const OF_ACT: Sql = Sql {
    name: "eligibility.event.of_act",
    text: select!("where e.act_id = $1 and e.origin = 1"),
};
const ONE: Sql = Sql {
    name: "eligibility.event.one",
    text: select!("where e.event_id = $1"),
};
const SINCE: Sql = Sql {
    name: "eligibility.event.since",
    text: select!(
        "where (e.recorded_at > $2 or u.recorded_at > $2) and e.origin = 1 and (e.household_id = $1 or e.person_id in \
         (select subject from insured_fact where household_id = $1))"
    ),
};
const INSERT: Sql = Sql {
    name: "eligibility.event.insert",
    text: "insert into eligibility_event (event_id, act_id, recorded_at, origin, kind, person_id, household_id, cause, \
           loaded_code, occurred_on, occurred_known, reported_on, fixed_on, sequence, branch, elsewhere_from, \
           prefecture_since, former_since, head_person_id, symbol, number, note) values ($1, $2, $3, $4, $5, $6, $7, \
           $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)",
};
const UNDO: Sql = Sql {
    name: "eligibility.event.undo",
    text: "insert into eligibility_event_undone (event_id, act_id, recorded_at) values ($1, $2, $3)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OF_PERSON, OF_HOUSEHOLD, OF_ACT, ONE, SINCE, INSERT, UNDO];

/// Every event of a person, standing or taken back, in the order of writing.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Event>, OfficeError> {
    Ok(conn.query(&OF_PERSON, &[person_id.into()], read)?)
}

/// Every event of a household itself, standing or taken back, in the order of writing.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(conn: &mut Conn, household_id: i64) -> Result<Vec<Event>, OfficeError> {
    Ok(conn.query(&OF_HOUSEHOLD, &[household_id.into()], read)?)
}

/// What an act stated.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_act(conn: &mut Conn, act_id: i64) -> Result<Vec<Event>, OfficeError> {
    Ok(conn.query(&OF_ACT, &[act_id.into()], read)?)
}

/// One event.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn one(conn: &mut Conn, event_id: i64) -> Result<Option<Event>, OfficeError> {
    Ok(conn.query_opt(&ONE, &[event_id.into()], read)?)
}

/// What was stated or taken back about a household and its people after a moment.
pub(super) fn since(
    conn: &mut Conn,
    household_id: i64,
    moment: i64,
) -> Result<Vec<Event>, OfficeError> {
    Ok(conn.query(&SINCE, &[household_id.into(), moment.into()], read)?)
}

/// Takes an event back.
pub(super) fn undo(conn: &mut Conn, act: &Act, event_id: i64) -> Result<(), OfficeError> {
    let params = [event_id.into(), act.id.0.into(), act.recorded_at.into()];
    conn.execute(&UNDO, &params)?;
    Ok(())
}

/// Writes an event down.
pub(super) fn insert(conn: &mut Conn, event: &Event) -> Result<(), OfficeError> {
    let mut row = Columns::default();
    match &event.says {
        Says::Person {
            person_id,
            event: said,
        } => row.person(*person_id, said),
        Says::Household {
            household_id,
            event: said,
        } => row.household(*household_id, said),
    }
    let params = [
        event.event_id.into(),
        event.act_id.into(),
        event.recorded_at.into(),
        i64::from(event.origin == Origin::Loaded)
            .saturating_add(1)
            .into(),
        row.kind.into(),
        row.person_id.into(),
        row.household_id.into(),
        event.cause.as_str().into(),
        row.loaded_code.into(),
        event.occurred_on.into(),
        row.occurred_known.into(),
        event.reported_on.into(),
        row.fixed_on.into(),
        row.sequence.into(),
        row.branch.into(),
        row.elsewhere_from.into(),
        row.prefecture_since.into(),
        row.former_since.into(),
        row.head_person_id.into(),
        row.symbol.into(),
        row.number.into(),
        event.note.as_str().into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(())
}

/// The columns in which kinds differ.
#[derive(Default)]
struct Columns {
    kind: &'static str,
    person_id: Option<i64>,
    household_id: Option<i64>,
    loaded_code: Option<String>,
    occurred_known: bool,
    fixed_on: Option<Date>,
    sequence: i64,
    branch: Option<i64>,
    elsewhere_from: Option<Date>,
    prefecture_since: Option<Date>,
    former_since: Option<Date>,
    head_person_id: Option<i64>,
    symbol: Option<String>,
    number: Option<String>,
}

impl Columns {
    fn person(&mut self, person_id: i64, event: &PersonEvent) {
        self.person_id = Some(person_id);
        self.loaded_code.clone_from(&event.loaded_code);
        self.occurred_known = event.occurred_known;
        self.fixed_on = event.fixed_on;
        self.sequence = event.sequence;
        match event.change {
            PersonChange::Gain {
                household_id,
                branch,
                prefecture_since,
            } => {
                self.kind = "gain";
                self.household_id = Some(household_id);
                self.branch = Some(branch);
                self.prefecture_since = prefecture_since;
            }
            PersonChange::Loss { elsewhere_from } => {
                self.kind = "loss";
                self.elsewhere_from = elsewhere_from;
            }
            PersonChange::Move {
                household_id,
                branch,
            } => {
                self.kind = "move";
                self.household_id = Some(household_id);
                self.branch = Some(branch);
            }
            PersonChange::FormerStart {
                household_id,
                since,
            } => {
                self.kind = "former_start";
                self.household_id = Some(household_id);
                self.former_since = Some(since);
            }
            PersonChange::FormerEnd => self.kind = "former_end",
        }
    }

    fn household(&mut self, household_id: i64, event: &HouseholdEvent) {
        self.household_id = Some(household_id);
        self.occurred_known = true;
        self.sequence = event.sequence;
        match &event.change {
            HouseholdChange::Founded {
                head_person_id,
                symbol,
                number,
            } => {
                self.kind = "found";
                self.head_person_id = Some(*head_person_id);
                self.symbol = Some(symbol.clone());
                self.number = Some(number.clone());
            }
            HouseholdChange::Head { head_person_id } => {
                self.kind = "head";
                self.head_person_id = Some(*head_person_id);
            }
            HouseholdChange::Number { symbol, number } => {
                self.kind = "number";
                self.symbol = Some(symbol.clone());
                self.number = Some(number.clone());
            }
            HouseholdChange::Closed => self.kind = "close",
        }
    }
}

fn read(row: &Row<'_>) -> Result<Event, StoreError> {
    let event_id = row.int(0)?;
    let says = match row.opt_int(5)? {
        Some(person_id) => Says::Person {
            person_id,
            event: read_person(row, event_id)?,
        },
        None => Says::Household {
            household_id: row.int(6)?,
            event: HouseholdEvent {
                event_id,
                occurred_on: row.date(9)?,
                sequence: row.int(13)?,
                change: household_change(row)?,
            },
        },
    };
    Ok(Event {
        event_id,
        act_id: row.int(1)?,
        recorded_at: row.int(2)?,
        origin: match row.int(3)? {
            1 => Origin::Registered,
            2 => Origin::Loaded,
            other => return Err(row.wrong(3, format!("由来{other}を知りません"))),
        },
        cause: row.text(7)?,
        occurred_on: row.date(9)?,
        reported_on: row.opt_date(11)?,
        says,
        note: row.text(21)?,
        undone_by: row.opt_int(22)?,
        undone_at: row.opt_int(23)?,
    })
}

fn read_person(row: &Row<'_>, event_id: i64) -> Result<PersonEvent, StoreError> {
    let change = match row.str(4)? {
        "gain" => PersonChange::Gain {
            household_id: row.int(6)?,
            branch: row.int(14)?,
            prefecture_since: row.opt_date(16)?,
        },
        "loss" => PersonChange::Loss {
            elsewhere_from: row.opt_date(15)?,
        },
        "move" => PersonChange::Move {
            household_id: row.int(6)?,
            branch: row.int(14)?,
        },
        "former_start" => PersonChange::FormerStart {
            household_id: row.int(6)?,
            since: row.date(17)?,
        },
        "former_end" => PersonChange::FormerEnd,
        other => return Err(row.wrong(4, format!("異動の種類「{other}」を知りません"))),
    };
    Ok(PersonEvent {
        event_id,
        cause: row.text(7)?,
        loaded_code: row.opt_text(8)?,
        occurred_on: row.date(9)?,
        occurred_known: row.flag(10)?,
        reported_on: row.opt_date(11)?,
        fixed_on: row.opt_date(12)?,
        sequence: row.int(13)?,
        change,
    })
}

fn household_change(row: &Row<'_>) -> Result<HouseholdChange, StoreError> {
    Ok(match row.str(4)? {
        "found" => HouseholdChange::Founded {
            head_person_id: row.int(18)?,
            symbol: row.text(19)?,
            number: row.text(20)?,
        },
        "head" => HouseholdChange::Head {
            head_person_id: row.int(18)?,
        },
        "number" => HouseholdChange::Number {
            symbol: row.text(19)?,
            number: row.text(20)?,
        },
        "close" => HouseholdChange::Closed,
        other => return Err(row.wrong(4, format!("異動の種類「{other}」を知りません"))),
    })
}

/// The counter of events.
pub(super) const COUNTER: &str = "eligibility_event";

/// Numbers for so many events; the first.
pub(super) fn numbers(conn: &mut Conn, how_many: usize) -> Result<i64, OfficeError> {
    let how_many = i64::try_from(how_many).unwrap_or(i64::MAX);
    if how_many == 0 {
        return Ok(0);
    }
    Ok(conn.next_ids(COUNTER, how_many)?)
}
