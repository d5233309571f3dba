//! A counter with a clerk, a supervisor and a levy desk behind them.
#![allow(dead_code, reason = "each test program uses a part of it")]

use super::support::desk::{Desk, WARD, business, income, person};
use super::support::{permit, staff_named};
use law::{Date, day};
use office::OfficeError;
use office::eligibility::compose::{NEW_HOUSEHOLD, When, found, gain};
use office::eligibility::{
    self, Books, Consequences, NewEvent, PersonRegister, Registered, Request,
};
use office::registry::{FormerInsured, HouseholdHead, InsuredSpan, timeline};
use office::security::permit::{ApproveEligibility, RegisterEligibility, UndoAct};
use office::security::{Role, Session};
use office::worklist::{self, Filter};

pub struct Counter {
    pub desk: Desk,
    pub code: &'static str,
    pub clerk: Session,
    pub chief: Session,
}

/// The same on both engines.
pub fn on_both(years: std::ops::RangeInclusive<i16>, test: impl Fn(&Counter)) {
    for desk in Desk::wards(years) {
        test(&Counter::on(desk));
    }
}

impl Counter {
    pub fn on(desk: Desk) -> Self {
        Self::of(desk, WARD)
    }

    pub fn of(desk: Desk, code: &'static str) -> Self {
        let (clerk, _) = staff_named(&desk.store, "elig01", &[Role::Eligibility]);
        let (chief, _) = staff_named(&desk.store, "elig02", &[Role::EligibilitySupervisor]);
        Self {
            desk,
            code,
            clerk,
            chief,
        }
    }

    pub fn sqlite(years: std::ops::RangeInclusive<i16>) -> Self {
        Self::on(Desk::sqlite(WARD, years))
    }

    pub fn books(&self) -> Books<'_> {
        Books {
            book: &self.desk.book,
            municipality: self.code,
            levy: self.desk.books(),
        }
    }

    /// A person of the residents' register with income 0 of some years.
    pub fn resident(&self, id: i64, born_on: Date) {
        self.desk.report(born_on.max(day(2020, 4, 1)), |conn, act| {
            person(conn, act, id, born_on)?;
            for year in 2022..=2026 {
                income(conn, act, id, year, business(0))?;
            }
            Ok(())
        });
    }

    pub fn acting(&self, on: Date) -> office::Acting {
        self.clerk.acting("試験", on, self.desk.tick(), None)
    }

    pub fn try_register(&self, on: Date, request: &Request) -> Result<Registered, OfficeError> {
        let permit = permit::<RegisterEligibility>(&self.clerk);
        let store = &self.desk.store;
        eligibility::register(store, &permit, &self.acting(on), request, &self.books())
    }

    /// Registers after a preview, which must have said the same and left nothing behind.
    pub fn register(&self, on: Date, events: Vec<NewEvent>) -> Registered {
        self.request(on, &Request::of(events))
    }

    pub fn request(&self, on: Date, request: &Request) -> Registered {
        let shown = self.preview(on, request);
        let done = self.try_register(on, request).unwrap();
        if done.proposal_id.is_none() {
            same(&shown, &done.consequences);
        }
        done
    }

    pub fn preview(&self, on: Date, request: &Request) -> Consequences {
        let permit = permit::<RegisterEligibility>(&self.clerk);
        let before = self.rows();
        let shown = eligibility::preview(
            &self.desk.store,
            &permit,
            &self.acting(on),
            request,
            &self.books(),
        );
        assert_eq!(before, self.rows(), "a preview leaves nothing behind");
        shown.unwrap()
    }

    /// How many rows everything an eligibility act may write has.
    fn rows(&self) -> Vec<i64> {
        let tables = [
            "act",
            "eligibility_event",
            "eligibility_event_undone",
            "insured_fact",
            "household_fact",
            "former_insured_fact",
            "prefecture_fact",
            "levy_decision",
            "ledger",
            "notice",
            "work_item",
            "household",
            "outbox_message",
        ];
        let count = |table: &str| {
            let text = format!("select count(*) from {table}");
            let read = |conn: &mut db::Conn| conn.query_text(&text, &[], |row| row.int(0));
            self.desk.store.read(read).unwrap()[0]
        };
        tables.into_iter().map(count).collect()
    }

    pub fn approve(&self, on: Date, proposal_id: i64) -> Registered {
        let permit = permit::<ApproveEligibility>(&self.chief);
        let acting = self.chief.acting("試験", on, self.desk.tick(), None);
        let store = &self.desk.store;
        eligibility::approve(store, &permit, &acting, proposal_id, "確認", &self.books()).unwrap()
    }

    pub fn undo(&self, on: Date, events: &[i64]) -> Registered {
        let request = Request {
            undo: events.to_vec(),
            note: "誤り".to_owned(),
            ..Request::default()
        };
        let permit = permit::<UndoAct>(&self.clerk);
        let store = &self.desk.store;
        eligibility::undo(store, &permit, &self.acting(on), &request, &self.books()).unwrap()
    }

    pub fn cover(&self, person: i64) -> Vec<(i64, Date, Option<Date>)> {
        self.cover_known(person, None)
    }

    /// Household, 適用開始 and 適用終了 as known at a moment.
    pub fn cover_known(
        &self,
        person: i64,
        known_at: Option<i64>,
    ) -> Vec<(i64, Date, Option<Date>)> {
        let store = &self.desk.store;
        let rows = store.read(|conn| timeline::<InsuredSpan>(conn, person, known_at));
        let rows = rows.unwrap().into_iter();
        rows.map(|row| (row.fact.household_id, row.valid.from, row.valid.until))
            .collect()
    }

    pub fn former(&self, person: i64) -> Vec<(i64, Date, Option<Date>)> {
        let store = &self.desk.store;
        let rows = store.read(|conn| timeline::<FormerInsured>(conn, person, None));
        let rows = rows.unwrap().into_iter();
        rows.map(|row| (row.fact.household_id, row.valid.from, row.valid.until))
            .collect()
    }

    pub fn heads(&self, household: i64) -> Vec<(i64, String, Date, Option<Date>)> {
        let store = &self.desk.store;
        let rows = store.read(|conn| timeline::<HouseholdHead>(conn, household, None));
        let rows = rows.unwrap().into_iter();
        rows.map(|row| {
            let fact = row.fact;
            (
                fact.head_person_id,
                fact.number,
                row.valid.from,
                row.valid.until,
            )
        })
        .collect()
    }

    pub fn picture(&self, person: i64) -> PersonRegister {
        let rules = self.books().eligibility().unwrap();
        let read = |conn: &mut db::Conn| eligibility::person_register(conn, &rules, person, None);
        self.desk.store.read(read).unwrap()
    }

    /// 都道府県の資格: 取得, known, 喪失.
    pub fn prefecture(&self, person: i64) -> Vec<(Date, bool, Option<Date>)> {
        let rows = self.picture(person).prefecture.into_iter();
        rows.map(|row| (row.valid.from, row.fact.since_known, row.valid.until))
            .collect()
    }

    pub fn branch(&self, person: i64) -> i64 {
        let store = &self.desk.store;
        let rows = store.read(|conn| timeline::<InsuredSpan>(conn, person, None));
        rows.unwrap().last().unwrap().fact.branch
    }

    /// Open matters of a kind: person, household, title.
    pub fn work(&self, kind: worklist::Kind) -> Vec<(Option<i64>, Option<i64>, String)> {
        let filter = Filter {
            kind: Some(kind),
            ..Filter::default()
        };
        let read = |conn: &mut db::Conn| worklist::list(conn, &filter, None, day(2026, 4, 1));
        let items = self.desk.store.read(read).unwrap().items.into_iter();
        items
            .map(|item| (item.person_id, item.household_id, item.title))
            .collect()
    }

    /// Whose months of a year are charged in a household: liable person and months from April, where there are any.
    pub fn months(&self, household: i64, year: i16) -> Vec<(i64, Vec<i32>)> {
        let standing = self.desk.standing(household, year).into_iter();
        let months = standing.map(|one| {
            let months = one.outcome.months.iter().collect::<Vec<_>>();
            (one.outcome.liable_id, months)
        });
        months.filter(|(_, months)| !months.is_empty()).collect()
    }

    /// Who owes what for a year, those who owe nothing left out.
    pub fn owed(&self, household: i64, year: i16) -> Vec<(i64, [i64; 4])> {
        let mut annual = self.desk.annual(household, year);
        annual.retain(|(_, parts)| parts.iter().any(|yen| *yen != 0));
        annual
    }

    /// A household founded with its head and insured people, all from a day.
    pub fn settle(&self, head: i64, people: &[i64], from: Date) -> i64 {
        let came = on(from);
        let mut events = vec![found(came, NEW_HOUSEHOLD, head)];
        let gains = people.iter();
        events.extend(gains.map(|id| gain(came, "moved_in", *id, NEW_HOUSEHOLD)));
        let request = Request::of(events);
        let done = self.try_register(from, &request).unwrap();
        assert_eq!(done.proposal_id, None);
        done.founded[0].1
    }

    pub fn version(&self, household: i64) -> i64 {
        let read = |conn: &mut db::Conn| eligibility::version(conn, household);
        self.desk.store.read(read).unwrap()
    }
}

/// What was shown is what came.
fn same(shown: &Consequences, done: &Consequences) {
    assert_eq!(shown.people, done.people);
    assert_eq!(shown.households, done.households);
    assert_eq!(shown.levies, done.levies);
    assert_eq!(shown.held, done.held);
    assert_eq!(shown.warnings, done.warnings);
    assert_eq!(shown.waiting, done.waiting);
    assert_eq!(shown.released, done.released);
    assert_eq!(shown.messages, done.messages);
    assert_eq!(shown.touched, done.touched);
}

pub fn on(occurred_on: Date) -> When {
    When {
        occurred_on,
        reported_on: Some(occurred_on),
    }
}

pub fn reported(occurred_on: Date, reported_on: Date) -> When {
    When {
        occurred_on,
        reported_on: Some(reported_on),
    }
}
