//! Someone who may change the registry, daily files made cell by cell, and what a store holds.

use db::Store;
use exchange::csv::write_cell;
use exchange::{Catalogue, Control, Extent, FileName};
use law::{Date, day};
use office::import::{ImportReport, Incoming, Municipality, Options, receive};
use office::registry::detail::Detail;
use office::registry::{Kind, Resident, timeline};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::{Function, Permit};
use office::security::staff::{NewStaff, open, open_first, prepare};
use office::security::{Role, Session, authorize};
use office::worklist::{self, Item};
use office::{Acting, OfficeError};

pub const CITY: &str = "131032";

pub fn today() -> Date {
    day(2026, 11, 20)
}

/// Runs a test on a fresh store of each engine.
pub fn on_both(test: impl Fn(&Store)) {
    for store in db::testing::both(office::schema::MIGRATIONS).unwrap() {
        test(&store);
    }
}

pub struct Desk {
    pub catalogue: Catalogue,
    pub first: Session,
    pub second: Session,
    pub municipality: Municipality,
}

impl Desk {
    /// Two members of staff who may do everything the registry asks for.
    pub fn new(store: &Store) -> Self {
        let new = |login: &str| {
            let staff = NewStaff {
                login: login.to_owned(),
                name: login.to_owned(),
                password: "Correct-horse-7-battery".to_owned(),
                roles: vec![
                    Role::Eligibility,
                    Role::EligibilitySupervisor,
                    Role::Administrator,
                ],
                ward: String::new(),
            };
            prepare(staff, PasswordCost::LOWEST)
                .unwrap()
                .of_demonstration()
        };
        let acting = Acting {
            staff_id: 0,
            terminal: "test".to_owned(),
            purpose: "試験".to_owned(),
            business_date: today(),
            now: 1,
            request_id: None,
        };
        let first = store
            .write(|conn| {
                open_first(conn, &acting, &new("first"))?;
                command_session(conn, "first", "test", 0)
            })
            .unwrap();
        let second = store
            .write(|conn| {
                let permit = authorize(&first)?;
                let acting = first.acting("試験", today(), 2, None);
                open(conn, &acting, &permit, &new("second"))?;
                command_session(conn, "second", "test", 0)
            })
            .unwrap();
        Self {
            catalogue: Catalogue::shipped().unwrap(),
            first,
            second,
            municipality: Municipality::new(CITY),
        }
    }

    pub fn permit<F: Function>(&self) -> Permit<F> {
        authorize(&self.first).unwrap()
    }

    pub fn acting(&self) -> Acting {
        self.first
            .acting("資格事務", today(), 1_790_000_000_000_000, None)
    }

    pub fn second_permit<F: Function>(&self) -> Permit<F> {
        authorize(&self.second).unwrap()
    }

    pub fn second_acting(&self) -> Acting {
        self.second
            .acting("資格事務", today(), 1_790_000_000_000_000, None)
    }

    /// Takes a file in; each is made later than the one before.
    pub fn take(
        &self,
        store: &Store,
        layout: &str,
        serial: u32,
        rows: &[Row],
    ) -> Result<ImportReport, OfficeError> {
        let (name, bytes, control) = self.file(layout, serial, rows);
        let incoming = Incoming {
            name: &name,
            bytes: &bytes,
            control: Some(&control),
        };
        receive(
            store,
            &self.catalogue,
            &self.permit(),
            &self.acting(),
            &self.municipality,
            &incoming,
            &Options::default(),
        )
    }

    pub fn file(&self, id: &str, serial: u32, rows: &[Row]) -> (String, Vec<u8>, Vec<u8>) {
        let layout = self.catalogue.layout(id).unwrap();
        let names: Vec<&str> = layout
            .fields
            .iter()
            .map(|field| field.name.as_str())
            .collect();
        let mut text = names.join(",") + "\r\n";
        let mut sum = 0;
        for row in rows {
            for (name, _) in &row.0 {
                assert!(layout.column(name).is_some(), "{id} has no {name}");
            }
            for (place, field) in layout.fields.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_cell(&mut text, row.cell(&field.name), true, b',');
            }
            sum += row.cell("history_number").parse::<i64>().unwrap_or(0);
            text.push_str("\r\n");
        }
        let name = FileName {
            business_id: layout.business_id.clone(),
            link_id: layout.link_id.clone(),
            municipality: CITY.to_owned(),
            made_at: format!("202611{serial:08}"),
        };
        let mut control = Control::new(CITY, Extent::Difference);
        control.file_name = name.to_string();
        control.rows = rows.len() as u64;
        control.sums = vec![("history_number".to_owned(), sum)];
        let control = control.write(&self.catalogue).unwrap();
        (name.to_string(), text.into_bytes(), control)
    }
}

/// Cells of one row.
#[derive(Clone, Debug)]
pub struct Row(pub Vec<(String, String)>);

impl Row {
    pub fn cell(&self, name: &str) -> &str {
        self.0
            .iter()
            .rev()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// The row with other cells.
    pub fn with(mut self, more: &[(&str, &str)]) -> Self {
        self.0.extend(pairs(more));
        self
    }
}

fn pairs(cells: &[(&str, &str)]) -> Vec<(String, String)> {
    cells
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// A row of the daily file with everything a row must have.
pub fn event(person: i64, history: i64, cause: &str, on: &str) -> Row {
    let (person, history) = (person.to_string(), history.to_string());
    Row(pairs(&[
        ("person_number", &person),
        ("history_number", &history),
        ("household_number", "900"),
        ("resident_kind", "1"),
        ("resident_state", "1"),
        ("moved_on", on),
        ("move_reported_on", "2026-11-19"),
        ("move_cause", cause),
        ("name", "港 花子"),
        ("kana", "ミナト ハナコ"),
        ("sex", "2"),
        ("birth_on", "1980-05-05"),
        ("relationship1", "02"),
        ("relationship_text", "世帯主"),
        ("city_code", CITY),
        ("town_code", "0001001"),
        ("prefecture", "東京都"),
        ("city", "港区"),
        ("town", "芝公園一丁目"),
        ("lot", "5番25号"),
        ("postal_code", "1050011"),
    ]))
}

/// The standing record of a person: first day, status, name, address.
pub fn record(store: &Store, person: i64) -> Vec<(Date, i64, String, String)> {
    store
        .read(|conn| timeline::<Resident>(conn, person, None))
        .unwrap()
        .into_iter()
        .map(|fact| {
            (
                fact.valid.from,
                fact.fact.status.code(),
                fact.fact.name,
                fact.fact.address,
            )
        })
        .collect()
}

pub fn details(store: &Store, person: i64) -> Vec<Detail> {
    store
        .read(|conn| timeline::<Detail>(conn, person, None))
        .unwrap()
        .into_iter()
        .map(|fact| fact.fact)
        .collect()
}

/// What stands, without the numbers of acts and rows: the same for the same events in any order.
pub fn content(store: &Store, person: i64) -> Vec<String> {
    let residents = store
        .read(|conn| Resident::TABLE.timeline(conn, person, None))
        .unwrap();
    let details = store
        .read(|conn| Detail::TABLE.timeline(conn, person, None))
        .unwrap();
    residents
        .iter()
        .chain(&details)
        .map(|fact| format!("{:?} {:?}", fact.valid, fact.values))
        .collect()
}

/// Open work of a kind: person and title.
pub fn work(store: &Store, kind: &str) -> Vec<Item> {
    let filter = worklist::Filter {
        kind: Some(worklist::Kind::of(kind).unwrap()),
        ..worklist::Filter::default()
    };
    store
        .read(|conn| worklist::list(conn, &filter, None, today()))
        .unwrap()
        .items
}

pub fn count(store: &Store, table: &str) -> i64 {
    store
        .read(|conn| {
            conn.query_text(&format!("select count(*) from {table}"), &[], |row| {
                row.int(0)
            })
        })
        .unwrap()[0]
}
