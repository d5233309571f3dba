//! A small city laid straight into a store, for tests of what comes after the import.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

pub mod desk;
pub mod handed;
pub mod history;
pub mod medium;
pub mod merged;

use db::{ColumnType, Conn, Store, Value};
use law::levy::Income;
use law::rules::RuleBook;
use law::{FiscalYear, day};
use office::levy::{YearRules, load};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::{Function, ManageStaff, Permit};
use office::security::post::{self, Placed, Post};
use office::security::staff::{NewStaff, open, open_first, prepare};
use office::security::{Role, Session, authorize, proposal};
use office::{Acting, OfficeError};
use sim::{City, Part, Person, Plan};

pub const CITY: &str = "131032";
pub const YEAR: FiscalYear = FiscalYear(2026);

pub fn book() -> RuleBook {
    RuleBook::embedded().unwrap()
}

pub fn rules() -> YearRules {
    YearRules::from_book(&book(), CITY, YEAR).unwrap()
}

pub fn city(households: u64, seed: u64) -> City {
    City::new(Plan {
        municipality: CITY.to_owned(),
        city: "東京都港区".to_owned(),
        year: YEAR,
        households,
        seed,
    })
    .unwrap()
}

/// Two members of staff, one of each role that a run needs.
pub fn staff(store: &Store) -> (Session, Session) {
    let cost = PasswordCost::LOWEST;
    let new = |login: &str, roles: Vec<Role>| NewStaff {
        login: login.to_owned(),
        name: login.to_owned(),
        password: "Correct-horse-7-battery".to_owned(),
        roles,
        ward: String::new(),
    };
    let acting = Acting {
        staff_id: 0,
        terminal: "test".to_owned(),
        purpose: "試験".to_owned(),
        business_date: day(2026, 6, 1),
        now: 1,
        request_id: None,
    };
    let ready = prepare(new("levy01", vec![Role::Levy, Role::Administrator]), cost)
        .unwrap()
        .of_demonstration();
    store
        .write(|conn| open_first(conn, &acting, &ready))
        .unwrap();
    let first = session(store, "levy01");
    let permit: Permit<ManageStaff> = authorize(&first).unwrap();
    let ready = prepare(new("chief01", vec![Role::Supervisor]), cost)
        .unwrap()
        .of_demonstration();
    store
        .write(|conn| open(conn, &acting, &permit, &ready))
        .unwrap();
    (first, session(store, "chief01"))
}

/// One who registers and uses individual numbers, and one who agrees.
pub fn number_staff(store: &Store) -> (Session, Session) {
    staff(store);
    let (clerk, _) = staff_named(store, "number01", &[Role::NumberUser]);
    let (chief, _) = staff_named(store, "number02", &[Role::NumberSupervisor]);
    (clerk, chief)
}

/// A further member of staff with some roles, and the administrator who opened the account.
pub fn staff_named(store: &Store, login: &str, roles: &[Role]) -> (Session, Session) {
    let administrator = session(store, "levy01");
    let permit: Permit<ManageStaff> = authorize(&administrator).unwrap();
    let new = NewStaff {
        login: login.to_owned(),
        name: login.to_owned(),
        password: "Correct-horse-7-battery".to_owned(),
        roles: roles.to_vec(),
        ward: String::new(),
    };
    let ready = prepare(new, PasswordCost::LOWEST)
        .unwrap()
        .of_demonstration();
    let acting = acting(&administrator, day(2026, 6, 1), 2);
    store
        .write(|conn| open(conn, &acting, &permit, &ready))
        .unwrap();
    (session(store, login), administrator)
}

/// 発令 as two administrators make it: who places, and another who agrees where it opens more than was held.
pub fn place(
    store: &Store,
    (acting, by): (&Acting, &Session),
    staff_id: i64,
    (span, post): (db::Span, &Post),
) -> Result<(), OfficeError> {
    let manage: Permit<ManageStaff> = authorize(by)?;
    let placed = store.write(|conn| post::place(conn, acting, &manage, staff_id, (span, post)))?;
    let Placed::Proposed(id) = placed else {
        return Ok(());
    };
    let other = match store.read(|conn| command_session(conn, "agrees01", "test", 0)) {
        Ok(other) => other,
        Err(_) => staff_named(store, "agrees01", &[Role::Administrator]).0,
    };
    let theirs = other.acting("承認", acting.business_date, acting.now, None);
    let permit: Permit<ManageStaff> = authorize(&other)?;
    store.write(|conn| proposal::rule(conn, &theirs, &permit, id, (true, "")))?;
    Ok(())
}

pub fn session(store: &Store, login: &str) -> Session {
    store
        .read(|conn| command_session(conn, login, "test", 0))
        .unwrap()
}

pub fn permit<F: Function>(session: &Session) -> Permit<F> {
    authorize(session).unwrap()
}

pub fn acting(session: &Session, business_date: law::Date, now: i64) -> Acting {
    session.acting("試験", business_date, now, None)
}

/// Lays a city's facts under act 1, recorded at moment 1.
pub fn lay(store: &Store, city: &City) {
    store
        .write(|conn| {
            conn.execute_text(
                "insert into act (act_id, kind, staff_id, terminal, purpose, permission, business_date, recorded_at, note) \
                 values (-1, 'test.lay', 0, 'test', '試験', '', '2026-04-01', 1, '')",
                &[],
            )?;
            for household in city.households() {
                lay_household(conn, &household)?;
            }
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

fn put(
    conn: &mut Conn,
    table: &'static str,
    columns: &[(&'static str, Value)],
) -> Result<(), OfficeError> {
    let names: Vec<&str> = columns.iter().map(|column| column.0).collect();
    let places: Vec<String> = (1..=columns.len())
        .map(|place| format!("${place}"))
        .collect();
    let values: Vec<Value> = columns.iter().map(|column| column.1.clone()).collect();
    let text = format!(
        "insert into {table} ({}) values ({})",
        names.join(", "),
        places.join(", ")
    );
    conn.execute_text(&text, &values)?;
    Ok(())
}

fn fact(
    conn: &mut Conn,
    table: &'static str,
    subject: i64,
    from: law::Date,
    until: Option<law::Date>,
    own: &[(&'static str, Value)],
) -> Result<(), OfficeError> {
    let mut columns = vec![
        ("subject", subject.into()),
        ("fact_no", 1_i64.into()),
        ("valid_from", from.into()),
        ("valid_until", until.into()),
        ("recorded_at", 1_i64.into()),
        ("act_id", Value::from(-1_i64)),
    ];
    columns.extend_from_slice(own);
    put(conn, table, &columns)
}

fn lay_household(conn: &mut Conn, household: &sim::Household) -> Result<(), OfficeError> {
    let id = household.household_id;
    put(
        conn,
        "household",
        &[("household_id", id.into()), ("act_id", Value::from(-1_i64))],
    )?;
    let first = household
        .people
        .iter()
        .map(|person| person.acquired_on)
        .min()
        .unwrap();
    fact(
        conn,
        "household_fact",
        id,
        first.min(day(2000, 4, 1)),
        None,
        &[
            ("head_person_id", household.people[0].person_id.into()),
            ("symbol", household.symbol.as_str().into()),
            ("number", household.number.as_str().into()),
        ],
    )?;
    for person in &household.people {
        lay_person(conn, household, person)?;
    }
    Ok(())
}

fn lay_person(
    conn: &mut Conn,
    household: &sim::Household,
    person: &Person,
) -> Result<(), OfficeError> {
    let (id, home) = (person.person_id, household.household_id);
    put(
        conn,
        "person",
        &[
            ("person_id", id.into()),
            ("kind", 1_i64.into()),
            ("act_id", Value::from(-1_i64)),
        ],
    )?;
    fact(
        conn,
        "resident_fact",
        id,
        person.birth_on,
        None,
        &[
            ("status", 1_i64.into()),
            ("name", person.name.as_str().into()),
            ("kana", person.kana.as_str().into()),
            ("name_key", person.name.as_str().into()),
            ("kana_key", person.kana.as_str().into()),
            ("birth_on", person.birth_on.into()),
            ("birth_unknown", 0_i64.into()),
            ("sex", person.sex.into()),
            ("register_household", home.into()),
            ("relationship", person.relationship.into()),
            ("postal_code", household.postal_code.as_str().into()),
            ("address", household.address.as_str().into()),
            ("building", household.building.as_str().into()),
            ("ward", "".into()),
            ("withheld", 0_i64.into()),
        ],
    )?;
    match person.part {
        Part::Insured => {
            let (lost_on, cause, event) = match person.lost {
                Some((lost_on, cause, event)) => (Some(lost_on), Some(cause), Some(event)),
                None => (None, None, None),
            };
            fact(
                conn,
                "insured_fact",
                id,
                person.acquired_on,
                lost_on,
                &[
                    ("household_id", home.into()),
                    ("branch", 1_i64.into()),
                    ("gain_cause", "01".into()),
                    ("loss_cause", cause.map(str::to_owned).into()),
                    ("loss_event_on", event.into()),
                ],
            )?;
        }
        Part::FormerInsured => {
            fact(
                conn,
                "former_insured_fact",
                id,
                person.moved_on.unwrap(),
                None,
                &[("household_id", home.into())],
            )?;
        }
        Part::FictitiousHead => {}
    }
    if let Some((filing, inquiry, income)) = &person.income {
        let mut own = vec![
            ("filing", load::filing_code(*filing).into()),
            ("inquiry_open", i64::from(*inquiry).into()),
            ("source", "test".into()),
            ("received_on", day(2026, 6, 1).into()),
        ];
        own.extend(income_columns(income));
        fact(
            conn,
            "income_fact",
            id,
            YEAR.assessment_day(),
            Some(YEAR.end()),
            &own,
        )?;
    }
    if let Some((left_on, code)) = person.unemployed {
        fact(
            conn,
            "unemployment_fact",
            id,
            law::date::next_day(left_on),
            None,
            &[
                ("left_on", left_on.into()),
                ("leaving_code", i64::from(code).into()),
            ],
        )?;
    }
    if let Some((delivery_on, multiple)) = person.maternity {
        fact(
            conn,
            "maternity_fact",
            id,
            delivery_on,
            None,
            &[
                ("delivery_on", delivery_on.into()),
                ("multiple", i64::from(multiple).into()),
                ("confirmed", 0_i64.into()),
            ],
        )?;
    }
    if let Some(since) = person.care_exempt_since {
        fact(
            conn,
            "care_exempt_fact",
            id,
            since,
            None,
            &[("facility", "見本園".into())],
        )?;
    }
    if let Some(since) = person.former_dependant_since {
        fact(
            conn,
            "former_dependant_fact",
            id,
            since,
            None,
            &[("since", since.into())],
        )?;
    }
    Ok(())
}

/// The income's columns by name; zero is null.
pub fn income_columns(income: &Income) -> Vec<(&'static str, Value)> {
    let value = serde_json::to_value(income).unwrap();
    const NAMES: [&str; 33] = [
        "salary_revenue",
        "salary",
        "pension_revenue",
        "pension",
        "business",
        "farming",
        "real_estate",
        "interest",
        "dividend",
        "miscellaneous",
        "short_gain",
        "long_gain_and_occasional_half",
        "family_employee_deduction",
        "family_employee_salary",
        "family_employee_revenue",
        "land_short_gain",
        "land_short_special_deduction",
        "land_long_gain",
        "land_long_special_deduction",
        "land_business",
        "general_shares",
        "listed_shares",
        "listed_dividend",
        "futures",
        "forestry",
        "treaty_income",
        "net_loss_used",
        "net_loss_for_judgement",
        "listed_loss_used",
        "futures_loss_used",
        "home_loss_used",
        "casualty_loss_used",
        "total_income",
    ];
    assert_eq!(value.as_object().unwrap().len(), NAMES.len());
    NAMES
        .iter()
        .filter_map(|name| {
            let yen = value.get(name).unwrap().as_i64()?;
            (yen != 0).then_some((*name, Value::from(yen)))
        })
        .collect()
}

/// Every row of a table in key order, as text, for comparing two stores.
pub fn dump(
    store: &Store,
    table: &str,
    columns: &[(&str, ColumnType)],
    order: &str,
) -> Vec<String> {
    let names: Vec<&str> = columns.iter().map(|column| column.0).collect();
    let text = format!("select {} from {table} order by {order}", names.join(", "));
    store
        .read(|conn| {
            conn.query_text(&text, &[], |row| {
                (0..names.len())
                    .map(|index| row.value(index).map(|value| format!("{value:?}")))
                    .collect::<Result<Vec<_>, _>>()
                    .map(|cells| cells.join("|"))
            })
        })
        .unwrap()
}
