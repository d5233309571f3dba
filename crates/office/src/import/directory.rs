//! 名簿 — what cross checks ask of the registry: read at once for a large file, one by one for a small one.

use crate::error::OfficeError;
use db::{Conn, Row, Sql, StoreError};
use law::Date;
use std::collections::HashMap;

/// From this many rows on, everyone is read at once.
pub(super) const LARGE: usize = 20_000;

/// What is asked of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PersonEntry {
    pub birth_on: Date,
    pub status: i64,
    pub register_household: Option<i64>,
}

/// What is asked of a household: its head from a day on, until a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HeadEntry {
    pub from: Date,
    pub until: Option<Date>,
    pub head: i64,
}

macro_rules! persons {
    ($rest:literal) => {
        concat!(
            "select subject, birth_on, status, register_household from resident_fact where superseded_at is null ",
            $rest,
            " order by subject, valid_from"
        )
    };
}
macro_rules! heads {
    ($rest:literal) => {
        concat!(
            "select subject, valid_from, valid_until, head_person_id from household_fact where superseded_at is null ",
            $rest,
            " order by subject, valid_from"
        )
    };
}

const ALL_PERSONS: Sql = Sql {
    name: "import.directory.persons",
    text: persons!(""),
};
const ONE_PERSON: Sql = Sql {
    name: "import.directory.person",
    text: persons!("and subject = $1"),
};
const ALL_HEADS: Sql = Sql {
    name: "import.directory.heads",
    text: heads!(""),
};
const ONE_HEAD: Sql = Sql {
    name: "import.directory.head",
    text: heads!("and subject = $1"),
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[ALL_PERSONS, ONE_PERSON, ALL_HEADS, ONE_HEAD];

/// Persons and households, as far as they were asked for.
#[derive(Debug, Default)]
pub(super) struct Directory {
    persons: HashMap<i64, Option<PersonEntry>>,
    households: HashMap<i64, Vec<HeadEntry>>,
    all_persons: bool,
    all_households: bool,
}

impl Directory {
    /// Everyone at once.
    pub(super) fn all(conn: &mut Conn, households: bool) -> Result<Self, OfficeError> {
        let mut directory = Self {
            all_persons: true,
            all_households: households,
            ..Self::default()
        };
        conn.for_each::<StoreError>(&ALL_PERSONS, &[], |row| {
            directory.persons.insert(row.int(0)?, Some(person(row)?));
            Ok(())
        })?;
        if households {
            conn.for_each::<StoreError>(&ALL_HEADS, &[], |row| {
                directory
                    .households
                    .entry(row.int(0)?)
                    .or_default()
                    .push(head(row)?);
                Ok(())
            })?;
        }
        Ok(directory)
    }

    /// A person's latest standing record.
    pub(super) fn person(
        &mut self,
        conn: &mut Conn,
        person_id: i64,
    ) -> Result<Option<PersonEntry>, OfficeError> {
        if let Some(found) = self.persons.get(&person_id) {
            return Ok(*found);
        }
        if self.all_persons {
            return Ok(None);
        }
        let found = conn.query(&ONE_PERSON, &[person_id.into()], person)?.pop();
        self.persons.insert(person_id, found);
        Ok(found)
    }

    /// The heads of a household over time; empty when it is unknown.
    pub(super) fn heads(
        &mut self,
        conn: &mut Conn,
        household_id: i64,
    ) -> Result<&[HeadEntry], OfficeError> {
        if !self.all_households && !self.households.contains_key(&household_id) {
            let found = conn.query(&ONE_HEAD, &[household_id.into()], head)?;
            self.households.insert(household_id, found);
        }
        Ok(self
            .households
            .get(&household_id)
            .map_or(&[], Vec::as_slice))
    }
}

fn person(row: &Row<'_>) -> Result<PersonEntry, StoreError> {
    Ok(PersonEntry {
        birth_on: row.date(1)?,
        status: row.int(2)?,
        register_household: row.opt_int(3)?,
    })
}

fn head(row: &Row<'_>) -> Result<HeadEntry, StoreError> {
    Ok(HeadEntry {
        from: row.date(1)?,
        until: row.opt_date(2)?,
        head: row.int(3)?,
    })
}
