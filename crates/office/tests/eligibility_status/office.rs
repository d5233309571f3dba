//! An office with a clerk of 資格, a chief, a viewer, and a small city.

use crate::support::{acting, city, lay, permit, session, staff};
use db::testing::TestStore;
use law::{Date, day};
use office::Acting;
use office::security::password::PasswordCost;
use office::security::permit::{Function, Permit};
use office::security::staff::{NewStaff, open, prepare};
use office::security::{Role, Session};
use std::cell::Cell;

/// 港区.
pub const CITY: &str = crate::support::CITY;

pub struct Office {
    pub store: TestStore,
    pub clerk: Session,
    pub chief: Session,
    pub viewer: Session,
    pub city: sim::City,
    now: Cell<i64>,
    pub today: Cell<Date>,
}

/// One office on each engine.
pub fn offices(households: u64) -> Vec<Office> {
    db::testing::both(office::schema::MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|store| Office::on(store, households))
        .collect()
}

impl Office {
    pub fn on(store: TestStore, households: u64) -> Self {
        let (admin, _) = staff(&store);
        let manage = permit(&admin);
        for (login, roles) in [
            ("shikaku1", vec![Role::Eligibility, Role::Counter]),
            ("shikaku9", vec![Role::EligibilitySupervisor]),
            ("shokai1", vec![Role::Viewer]),
        ] {
            let ready = prepare(
                NewStaff {
                    login: login.to_owned(),
                    name: login.to_owned(),
                    password: "Correct-horse-7-battery".to_owned(),
                    roles,
                    ward: String::new(),
                },
                PasswordCost::LOWEST,
            )
            .unwrap()
            .of_demonstration();
            store
                .write(|conn| open(conn, &acting(&admin, day(2026, 6, 1), 2), &manage, &ready))
                .unwrap();
        }
        let city = city(households, 11);
        lay(&store, &city);
        Self {
            clerk: session(&store, "shikaku1"),
            chief: session(&store, "shikaku9"),
            viewer: session(&store, "shokai1"),
            store,
            city,
            now: Cell::new(1_780_000_000_000_000),
            today: Cell::new(day(2026, 11, 20)),
        }
    }

    fn tick(&self) -> i64 {
        self.now.set(self.now.get() + 1_000_000);
        self.now.get()
    }

    pub fn by(&self, session: &Session) -> Acting {
        acting(session, self.today.get(), self.tick())
    }

    pub fn acting(&self) -> Acting {
        self.by(&self.clerk)
    }

    pub fn permit<F: Function>(&self) -> Permit<F> {
        permit(&self.clerk)
    }

    pub fn approve<F: Function>(&self) -> Permit<F> {
        permit(&self.chief)
    }

    /// The first insured adult of the city who has not lost the insurance: person and household.
    pub fn insured(&self, skip: usize) -> (i64, i64) {
        self.city
            .households()
            .flat_map(|household| {
                let id = household.household_id;
                household
                    .people
                    .into_iter()
                    .filter(|person| person.part == sim::Part::Insured && person.lost.is_none())
                    .map(move |person| (person.person_id, id))
            })
            .nth(skip)
            .unwrap()
    }
}

impl Office {
    /// 介護分 of a household's year as known at a moment.
    pub fn care_yen(&self, household: i64, known_at: i64) -> i64 {
        use law::levy::{Assessor, Scratch};
        let rules = crate::support::rules();
        let assessor = Assessor::new(&rules.levy).unwrap();
        let loaded = self
            .store
            .read(|conn| {
                office::levy::load::households(
                    conn,
                    household,
                    household + 1,
                    known_at,
                    rules.year(),
                )
            })
            .unwrap();
        loaded
            .iter()
            .flat_map(|one| {
                office::levy::decide::outcomes(&rules, &assessor, &mut Scratch::default(), one)
                    .unwrap()
            })
            .map(|outcome| outcome.parts.care.0)
            .sum()
    }
}
