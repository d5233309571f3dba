//! Someone who may import, files made cell by cell, and what a store holds.

use db::Store;
use exchange::csv::write_cell;
use exchange::{Catalogue, Control, Extent, FileName};
use law::{Date, day};
use office::import::{ImportReport, Incoming, Municipality, Options, receive};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::{Function, Permit};
use office::security::staff::{NewStaff, open_first, prepare};
use office::security::{Role, Session, authorize};
use office::{Acting, OfficeError};

pub const CITY: &str = "131032";

pub fn today() -> Date {
    day(2026, 6, 1)
}

/// Runs a test on a fresh store of each engine.
pub fn on_both(test: impl Fn(&Store)) {
    for store in db::testing::both(office::schema::MIGRATIONS).unwrap() {
        test(&store);
    }
}

pub struct Desk {
    pub catalogue: Catalogue,
    pub session: Session,
    pub municipality: Municipality,
}

impl Desk {
    pub fn new(store: &Store) -> Self {
        let ready = prepare(
            NewStaff {
                login: "import".to_owned(),
                name: "取込 担当".to_owned(),
                password: "Correct-horse-7-battery".to_owned(),
                roles: vec![Role::Levy, Role::Eligibility, Role::Administrator],
                ward: String::new(),
            },
            PasswordCost::LOWEST,
        )
        .unwrap()
        .of_demonstration();
        let acting = Acting {
            staff_id: 0,
            terminal: "test".to_owned(),
            purpose: "試験".to_owned(),
            business_date: today(),
            now: 1,
            request_id: None,
        };
        let session = store
            .write(|conn| {
                open_first(conn, &acting, &ready)?;
                command_session(conn, "import", "test", 0)
            })
            .unwrap();
        Self {
            catalogue: Catalogue::shipped().unwrap(),
            session,
            municipality: Municipality::new(CITY),
        }
    }

    /// The same person at another desk.
    pub fn new_like(other: &Self) -> Self {
        Self {
            catalogue: other.catalogue.clone(),
            session: other.session.clone(),
            municipality: other.municipality.clone(),
        }
    }

    pub fn permit<F: Function>(&self) -> Permit<F> {
        authorize(&self.session).unwrap()
    }

    pub fn acting(&self) -> Acting {
        self.session
            .acting("賦課事務", today(), 1_780_000_000_000_000, None)
    }

    pub fn take(&self, store: &Store, file: &File) -> Result<ImportReport, OfficeError> {
        self.take_with(store, file, &Options::default())
    }

    pub fn take_with(
        &self,
        store: &Store,
        file: &File,
        options: &Options<'_>,
    ) -> Result<ImportReport, OfficeError> {
        let incoming = Incoming {
            name: &file.name,
            bytes: &file.bytes,
            control: file.control.as_deref(),
        };
        receive(
            store,
            &self.catalogue,
            &self.permit(),
            &self.acting(),
            &self.municipality,
            &incoming,
            options,
        )
    }

    pub fn file(
        &self,
        layout: &str,
        serial: u32,
        extent: Extent,
        rows: &[Vec<(&str, &str)>],
    ) -> File {
        File::of(&self.catalogue, layout, serial, extent, rows)
    }
}

/// A file with its control.
#[derive(Clone)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
    pub control: Option<Vec<u8>>,
}

impl File {
    /// Cells are written as they are given, right or wrong.
    pub fn of(
        catalogue: &Catalogue,
        id: &str,
        serial: u32,
        extent: Extent,
        rows: &[Vec<(&str, &str)>],
    ) -> Self {
        let layout = catalogue.layout(id).unwrap();
        let mut text = String::new();
        let names: Vec<String> = layout
            .fields
            .iter()
            .map(|field| format!("\"{}\"", field.name))
            .collect();
        text.push_str(&names.join(","));
        text.push_str("\r\n");
        let mut sums: Vec<(String, i64)> =
            layout.sums.iter().map(|name| (name.clone(), 0)).collect();
        for row in rows {
            for (name, _) in row {
                assert!(layout.column(name).is_some(), "{id} has no {name}");
            }
            for (place, field) in layout.fields.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                let given = row
                    .iter()
                    .rev()
                    .find(|(name, _)| *name == field.name)
                    .map(|(_, value)| *value);
                let own = if field.name == "municipality_code" {
                    CITY
                } else {
                    ""
                };
                let value = given.unwrap_or(own);
                write_cell(&mut text, value, true, b',');
                if let Some((_, sum)) = sums.iter_mut().find(|(name, _)| *name == field.name) {
                    *sum = sum.saturating_add(value.parse::<i64>().unwrap_or(0));
                }
            }
            text.push_str("\r\n");
        }
        let name = FileName {
            business_id: layout.business_id.clone(),
            link_id: layout.link_id.clone(),
            municipality: CITY.to_owned(),
            made_at: format!("202606{serial:08}"),
        };
        let mut control = Control::new(CITY, extent);
        control.file_name = name.to_string();
        control.rows = rows.len() as u64;
        control.sums = sums;
        Self {
            name: name.to_string(),
            bytes: text.into_bytes(),
            control: Some(control.write(catalogue).unwrap()),
        }
    }
}

/// A row of a resident with everything a row must have; later pairs win.
pub fn resident<'a>(
    number: &'a str,
    name: &'a str,
    kana: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut row = vec![
        ("person_number", number),
        ("history_number", "1"),
        ("household_number", "900"),
        ("resident_kind", "1"),
        ("resident_state", "1"),
        ("moved_on", "2020-04-01"),
        ("move_cause", "01"),
        ("name", name),
        ("kana", kana),
        ("sex", "1"),
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
    ];
    row.extend_from_slice(more);
    row
}

pub fn household<'a>(
    number: &'a str,
    head: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut row = vec![
        ("household_number", number),
        ("history_number", "1"),
        ("valid_from", "2020-04-01"),
        ("symbol", "港"),
        ("number", number),
        ("head_person_number", head),
    ];
    row.extend_from_slice(more);
    row
}

pub fn insured<'a>(
    person: &'a str,
    household: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut row = vec![
        ("person_number", person),
        ("history_number", "1"),
        ("household_number", household),
        ("branch", "1"),
        ("gained_on", "2020-04-01"),
        ("gain_cause", "01"),
        ("gain_reported_on", "2020-04-03"),
    ];
    row.extend_from_slice(more);
    row
}

pub fn income<'a>(
    person: &'a str,
    year: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut row = vec![
        ("person_number", person),
        ("fiscal_year", year),
        ("history_number", "1"),
        ("filing", "0"),
    ];
    row.extend_from_slice(more);
    row
}

/// Tables of a namespace and how many rows each has.
pub fn counts(store: &Store) -> Vec<(String, i64)> {
    store
        .read(|conn| {
            db::dump::shapes(conn)?
                .into_iter()
                .map(|table| Ok::<_, db::StoreError>((table.name.clone(), table.count(conn)?)))
                .collect()
        })
        .unwrap()
}

/// One number a statement gives.
pub fn number(store: &Store, text: &str) -> i64 {
    store
        .read(|conn| Ok::<_, db::StoreError>(conn.query_text(text, &[], |row| row.int(0))?[0]))
        .unwrap()
}
