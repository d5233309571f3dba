//! 台帳の閲覧 — where an entry stands, what was given to it, and what is overdue.

use super::entry::Given;
use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError};
use law::Date;

const STEPS: Sql = Sql {
    name: "registers.steps",
    text: "select e.entry_id, e.register, s.step_no, s.step, s.state, s.given, s.two_persons, s.closes, s.due_on, \
           s.staff_id, s.business_date, c.agreed, c.staff_id from register_entry e \
           join register_step s on s.entry_id = e.entry_id \
           left join register_confirmation c on c.entry_id = s.entry_id and c.step_no = s.step_no \
           where e.entry_id = $1 order by s.step_no",
};
const OF_REGISTER: Sql = Sql {
    name: "registers.of_register",
    text: "select e.entry_id, e.register, s.step_no, s.step, s.state, s.given, s.two_persons, s.closes, s.due_on, \
           s.staff_id, s.business_date, c.agreed, c.staff_id from register_entry e \
           join register_step s on s.entry_id = e.entry_id \
           left join register_confirmation c on c.entry_id = s.entry_id and c.step_no = s.step_no \
           where e.register = $1 order by e.entry_id, s.step_no",
};
const DUE: Sql = Sql {
    name: "registers.due",
    text: "select e.entry_id, e.register, s.step_no, s.step, s.state, s.given, s.two_persons, s.closes, s.due_on, \
           s.staff_id, s.business_date, c.agreed, c.staff_id from register_entry e \
           join register_step s on s.entry_id = e.entry_id \
           left join register_confirmation c on c.entry_id = s.entry_id and c.step_no = s.step_no \
           where exists (select 1 from register_step d where d.entry_id = e.entry_id and d.due_on < $1) \
           order by e.entry_id, s.step_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STEPS, OF_REGISTER, DUE];

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenStep {
    /// Number within the entry.
    pub step_no: i64,
    /// Its code.
    pub step: String,
    /// What was given.
    pub given: Given,
    /// Who took it.
    pub staff_id: i64,
    /// On which day of the office.
    pub taken_on: Date,
    /// Who agreed or turned it down.
    pub second: Option<i64>,
    /// It counts.
    pub counts: bool,
}

/// An entry as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub entry_id: i64,
    /// Its register.
    pub register: String,
    /// Its state; empty while the opening step waits for a second person, or was turned down.
    pub state: String,
    /// What was given, the latest value of each field.
    pub values: Given,
    /// Until when the next step is due.
    pub due_on: Option<Date>,
    /// Nothing is due any more.
    pub closed: bool,
    /// A step that waits for a second person.
    pub waiting: Option<TakenStep>,
    /// Every step.
    pub history: Vec<TakenStep>,
    pub(super) steps: i64,
}

impl Entry {
    /// How many steps there are: what a page shows back when it takes the next one.
    #[must_use]
    pub fn steps(&self) -> i64 {
        self.steps
    }

    fn new(entry_id: i64, register: String) -> Self {
        Self {
            entry_id,
            register,
            state: String::new(),
            values: Given::new(),
            due_on: None,
            closed: false,
            waiting: None,
            history: Vec::new(),
            steps: 0,
        }
    }

    fn apply(&mut self, line: Line) {
        self.steps = line.step.step_no;
        self.waiting = (line.two_persons && line.agreed.is_none()).then(|| line.step.clone());
        if line.step.counts {
            self.state = line.state;
            self.values.extend(line.step.given.clone());
            self.due_on = line.due_on;
            self.closed = line.closes;
        }
        self.history.push(line.step);
    }
}

struct Line {
    entry_id: i64,
    register: String,
    state: String,
    due_on: Option<Date>,
    two_persons: bool,
    closes: bool,
    agreed: Option<bool>,
    step: TakenStep,
}

fn read(row: &Row<'_>) -> Result<Line, StoreError> {
    let given = serde_json::from_str(row.str(5)?)
        .map_err(|error| row_error(row, &format!("台帳の値を読めません: {error}")))?;
    let two_persons = row.flag(6)?;
    let agreed = row.opt_int(11)?.map(|agreed| agreed == 1);
    Ok(Line {
        entry_id: row.int(0)?,
        register: row.text(1)?,
        state: row.text(4)?,
        due_on: row.opt_date(8)?,
        two_persons,
        closes: row.flag(7)?,
        agreed,
        step: TakenStep {
            step_no: row.int(2)?,
            step: row.text(3)?,
            given,
            staff_id: row.int(9)?,
            taken_on: row.date(10)?,
            second: row.opt_int(12)?,
            counts: !two_persons || agreed == Some(true),
        },
    })
}

fn row_error(row: &Row<'_>, reason: &str) -> StoreError {
    StoreError::Dated {
        table: row.column_name(5).to_owned(),
        reason: reason.to_owned(),
    }
}

fn gather(lines: Vec<Line>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in lines {
        if entries
            .last()
            .is_none_or(|entry| entry.entry_id != line.entry_id)
        {
            entries.push(Entry::new(line.entry_id, line.register.clone()));
        }
        if let Some(entry) = entries.last_mut() {
            entry.apply(line);
        }
    }
    entries
}

/// An entry; none where there is no such number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn entry(conn: &mut Conn, entry_id: i64) -> Result<Option<Entry>, OfficeError> {
    Ok(gather(conn.query(&STEPS, &[entry_id.into()], read)?).pop())
}

/// Every entry of a register, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn entries(conn: &mut Conn, register: &str) -> Result<Vec<Entry>, OfficeError> {
    Ok(gather(conn.query(
        &OF_REGISTER,
        &[register.into()],
        read,
    )?))
}

/// Entries whose next step was due before a day, the longest overdue first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn overdue(conn: &mut Conn, on: Date) -> Result<Vec<Entry>, OfficeError> {
    let mut late: Vec<Entry> = gather(conn.query(&DUE, &[on.into()], read)?)
        .into_iter()
        .filter(|entry| !entry.closed && entry.due_on.is_some_and(|due_on| due_on < on))
        .collect();
    late.sort_by_key(|entry| (entry.due_on, entry.entry_id));
    Ok(late)
}
