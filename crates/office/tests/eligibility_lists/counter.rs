//! A counter with a clerk of 資格 and a chief, and a levy desk behind them.

use crate::support::desk::{Desk, WARD, insured, person};
use crate::support::{permit, staff_named};
use db::Span;
use law::rules::OfficePractice;
use law::{Date, day};
use office::Acting;
use office::eligibility::Books;
use office::registry::{self, InsuredSpan, Resident};
use office::security::permit::{Function, Permit};
use office::security::{Role, Session};
use office::worklist::{self, Filter, Item};
use std::cell::Cell;

pub struct Counter {
    pub desk: Desk,
    pub clerk: Session,
    pub chief: Session,
    pub today: Cell<Date>,
}

/// The same on both engines.
pub fn on_both(today: Date, test: impl Fn(&Counter)) {
    for desk in Desk::wards(2025..=2026) {
        let (clerk, _) = staff_named(&desk.store, "elig01", &[Role::Eligibility]);
        let (chief, _) = staff_named(&desk.store, "elig02", &[Role::EligibilitySupervisor]);
        test(&Counter {
            desk,
            clerk,
            chief,
            today: Cell::new(today),
        });
    }
}

impl Counter {
    pub fn books(&self) -> Books<'_> {
        Books {
            book: &self.desk.book,
            municipality: WARD,
            levy: self.desk.books(),
        }
    }

    /// 事務の定め of the ward.
    pub fn practice(&self) -> OfficePractice {
        let book = &self.desk.book;
        book.office_practice(WARD, self.today.get()).unwrap()
    }

    pub fn acting(&self) -> Acting {
        self.clerk
            .acting("試験", self.today.get(), self.desk.tick(), None)
    }

    pub fn as_chief(&self) -> Acting {
        self.chief
            .acting("試験", self.today.get(), self.desk.tick(), None)
    }

    pub fn permit<F: Function>(&self) -> Permit<F> {
        permit(&self.clerk)
    }

    /// A household of one, insured from a day on.
    pub fn single(&self, household: i64, id: i64, born_on: Date, from: Date) {
        crate::support::desk::single(&self.desk, household, id, born_on, from);
    }

    /// Another insured person of a household.
    pub fn member(&self, household: i64, id: i64, born_on: Date, from: Date) {
        self.desk.report(day(2025, 4, 1), |conn, act| {
            person(conn, act, id, born_on)?;
            insured(conn, act, id, household, from)
        });
    }

    /// A resident with a name of their own.
    pub fn named(&self, id: i64, name: &str, kana: &str, born_on: Date, from: Date) {
        self.desk.report(day(2025, 4, 1), |conn, act| {
            person(conn, act, id, born_on)?;
            let standing = registry::timeline::<Resident>(conn, id, None)?;
            let named = Resident {
                name: name.to_owned(),
                kana: kana.to_owned(),
                resident_since: Some(from),
                ..standing[0].fact.clone()
            };
            registry::record(conn, act, id, Span::new(from, None), &named)
        });
    }

    pub fn spans(&self, id: i64) -> Vec<(Date, Option<Date>, Option<String>)> {
        self.desk
            .store
            .read(|conn| registry::timeline::<InsuredSpan>(conn, id, None))
            .unwrap()
            .into_iter()
            .map(|dated| (dated.valid.from, dated.valid.until, dated.fact.loss_cause))
            .collect()
    }

    pub fn open_items(&self) -> Vec<Item> {
        self.desk
            .store
            .read(|conn| worklist::list(conn, &Filter::default(), None, self.today.get()))
            .unwrap()
            .items
    }
}
