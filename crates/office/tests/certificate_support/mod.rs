//! A counter of the 資格 section: a clerk, a chief, households, cards, judgements.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

pub mod night;
pub mod renewal;

pub use renewal::YEAR;

use db::testing::{self, TestStore};
use db::{Conn, Span, Value};
use law::rules::RuleBook;
use law::{Date, day};
use office::acts::{self, Act, ActDetails};
use office::certificate::application::{NewApplication, receive};
use office::certificate::fact::{Card, record_card};
use office::certificate::follow::Task;
use office::certificate::measure::{self, Order};
use office::certificate::ruling::grant;
use office::certificate::{Certificate, KeptRules, Wish, deliver, issue};
use office::registry::{
    self, HouseholdHead, InsuredSpan, Resident, Sex, Status, record, record_household,
    record_person,
};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::{Function, ManageStaff, Permit, RegisterFact};
use office::security::staff::{NewStaff, open, open_first, prepare};
use office::security::{Role, Session, authorize};
use office::{Acting, OfficeError};
use std::cell::Cell;

pub const WARD: &str = "131032";
pub const HOME: i64 = 100;

pub struct Counter {
    pub store: TestStore,
    pub clerk: Session,
    pub chief: Session,
    pub rules: KeptRules,
    pub today: Cell<Date>,
    now: Cell<i64>,
}

/// The same office on both engines.
pub fn both(today: Date) -> [Counter; 2] {
    [
        Counter::on(testing::sqlite(office::schema::MIGRATIONS).unwrap(), today),
        Counter::on(
            testing::postgres(office::schema::MIGRATIONS).unwrap(),
            today,
        ),
    ]
}

pub fn sqlite(today: Date) -> Counter {
    Counter::on(testing::sqlite(office::schema::MIGRATIONS).unwrap(), today)
}

impl Counter {
    pub fn on(store: TestStore, today: Date) -> Self {
        let new = |login: &str, roles: Vec<Role>| {
            let staff = NewStaff {
                login: login.to_owned(),
                name: login.to_owned(),
                password: "Correct-horse-7-battery".to_owned(),
                roles,
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
            business_date: today,
            now: 1,
            request_id: None,
        };
        let clerk = new("clerk01", vec![Role::Eligibility, Role::Administrator]);
        store
            .write(|conn| open_first(conn, &acting, &clerk))
            .unwrap();
        let clerk = session(&store, "clerk01");
        let permit: Permit<ManageStaff> = authorize(&clerk).unwrap();
        // The chief may do everything the clerk may, so that what stops them is the rule and not the role.
        let chief = new(
            "chief01",
            vec![Role::EligibilitySupervisor, Role::Eligibility],
        );
        store
            .write(|conn| open(conn, &acting, &permit, &chief))
            .unwrap();
        let chief = session(&store, "chief01");
        let rules = KeptRules::from_book(&RuleBook::embedded().unwrap(), WARD).unwrap();
        Self {
            store,
            clerk,
            chief,
            rules,
            today: Cell::new(today),
            now: Cell::new(1_000),
        }
    }

    /// The clerk's next moment.
    pub fn acting(&self) -> Acting {
        self.moment(&self.clerk, None)
    }

    pub fn chief(&self) -> Acting {
        self.moment(&self.chief, None)
    }

    pub fn asking(&self, request: &str) -> Acting {
        self.moment(&self.clerk, Some(request.to_owned()))
    }

    fn moment(&self, session: &Session, request: Option<String>) -> Acting {
        self.now.set(self.now.get() + 10);
        session.acting("試験", self.today.get(), self.now.get(), request)
    }

    pub fn may<F: Function>(&self) -> Permit<F> {
        authorize(&self.clerk).unwrap()
    }

    pub fn chief_may<F: Function>(&self) -> Permit<F> {
        authorize(&self.chief).unwrap()
    }

    /// What a second person decides of a measure on a household.
    pub fn decide(&self, home: i64, order: &Order<'_>) -> Result<Vec<Task>, OfficeError> {
        let (may, chief) = (self.chief_may(), self.chief());
        measure::decide(&self.store, &may, &chief, &self.rules, home, order)
    }

    /// Writes facts under one act.
    pub fn report(&self, write: impl Fn(&mut Conn, &Act) -> Result<(), OfficeError>) {
        let acting = self.acting();
        self.store
            .write(|conn| {
                let permit: Permit<RegisterFact> = authorize(&self.clerk).unwrap();
                let act = acts::begin(conn, &acting, &permit, "test.fact", &ActDetails::default())?;
                write(conn, &act)
            })
            .unwrap();
    }

    /// A household whose head is insured from a day on.
    pub fn household(&self, home: i64, head: i64, born_on: Date, from: Date) {
        self.report(|conn, act| {
            record_person(
                conn,
                act,
                head,
                1,
                Span::new(born_on, None),
                &resident(head, born_on),
            )?;
            record_household(conn, act, home, Span::new(from, None), &head_of(home, head))?;
            record(conn, act, head, Span::new(from, None), &insured(home, 1))
        });
    }

    /// A further member.
    pub fn member(&self, home: i64, id: i64, branch: i64, born_on: Date, from: Date) {
        self.report(|conn, act| {
            record_person(
                conn,
                act,
                id,
                1,
                Span::new(born_on, None),
                &resident(id, born_on),
            )?;
            record(conn, act, id, Span::new(from, None), &insured(home, branch))
        });
    }

    /// What a clerk saw of a card.
    pub fn card(&self, person: i64, linked: bool) {
        let card = Card {
            linked,
            as_of: self.today.get(),
            source: "窓口確認".to_owned(),
        };
        record_card(&self.store, &self.may(), &self.acting(), person, &card).unwrap();
    }

    /// A judgement as it stands: `subject` 0 is the household's class under 70.
    pub fn judged(&self, home: i64, subject: i64, span: (Date, Date), verdict: Verdict) {
        self.report(|conn, act| {
            let id = conn.next_ids("judgement_decision", 1)?;
            let columns: [(&str, Value); 21] = [
                ("household_id", home.into()),
                ("subject_id", subject.into()),
                ("decision_id", id.into()),
                ("valid_from", span.0.into()),
                ("valid_until", span.1.into()),
                ("class", verdict.class.into()),
                ("tenths", verdict.tenths.into()),
                ("pending", verdict.pending.into()),
                ("judged_yen", 0.into()),
                ("flags", 0.into()),
                ("income_year", 2025.into()),
                ("tax_year", 2026.into()),
                ("basis_on", span.0.into()),
                ("reason", "試験".into()),
                ("rule_hash", "".into()),
                ("input_digest", 0.into()),
                ("decided_on", span.0.into()),
                ("known_at", act.recorded_at.into()),
                ("run_id", 0.into()),
                ("recorded_at", act.recorded_at.into()),
                ("act_id", act.id.0.into()),
            ];
            let names: Vec<&str> = columns.iter().map(|one| one.0).collect();
            let places: Vec<String> = (1..=columns.len()).map(|at| format!("${at}")).collect();
            let values: Vec<Value> = columns.iter().map(|one| one.1.clone()).collect();
            let text = format!(
                "insert into judgement_decision ({}) values ({})",
                names.join(", "),
                places.join(", ")
            );
            conn.execute_text(&text, &values)?;
            Ok(())
        });
    }

    /// 長期該当 granted to somebody from the first of a month, applied for on the day before.
    pub fn long_stay(&self, person: i64, reduced_from: Date) {
        self.report(|conn, act| {
            let id = conn.next_ids("long_stay_ruling", 1)?;
            let applied_on = law::date::previous_day(reduced_from);
            let text = "insert into long_stay_ruling (ruling_id, person_id, applied_on, window_from, days, \
                        days_not_counted, granted, reduced_from, recorded_at, act_id) \
                        values ($1, $2, $3, $3, 91, 0, 1, $4, $5, $6)";
            let values: [Value; 6] = [
                id.into(),
                person.into(),
                applied_on.into(),
                reduced_from.into(),
                act.recorded_at.into(),
                act.id.0.into(),
            ];
            conn.execute_text(text, &values)?;
            Ok(())
        });
    }

    pub fn issue_due(
        &self,
        home: i64,
        person: i64,
        arose_on: Date,
    ) -> Result<Certificate, OfficeError> {
        let due = issue::Due {
            household_id: home,
            person_id: person,
            arose_on,
            reason: "新規取得",
            expected: None,
        };
        issue::due(&self.store, &self.may(), &self.acting(), &self.rules, &due)
    }

    /// Printed on its own form and handed over.
    pub fn hand(&self, certificate: &Certificate) -> Certificate {
        let id = certificate.certificate_id;
        let stock = certificate.form_stock.clone();
        deliver::print(&self.store, &self.may(), &self.acting(), (id, &stock)).unwrap();
        deliver::hand_over(&self.store, &self.may(), &self.acting(), id, "本人").unwrap()
    }

    pub fn get(&self, id: i64) -> Certificate {
        self.store
            .read(|conn| office::certificate::find::require(conn, id))
            .unwrap()
    }

    /// The standing of every certificate is what its events say.
    pub fn verify(&self) {
        let wrong = self
            .store
            .read(|conn| office::certificate::event::verify(conn, 0, i64::MAX))
            .unwrap();
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    pub fn number(&self, text: &str) -> i64 {
        self.store
            .read(|conn| Ok::<_, OfficeError>(conn.query_text(text, &[], |row| row.int(0))?[0]))
            .unwrap()
    }
}

#[derive(Clone, Copy, Default)]
pub struct Verdict {
    pub class: i64,
    pub tenths: i64,
    pub pending: i64,
}

fn session(store: &db::Store, login: &str) -> Session {
    store
        .read(|conn| command_session(conn, login, "test", 0))
        .unwrap()
}

pub fn resident(id: i64, born_on: Date) -> Resident {
    Resident {
        status: Status::Resident,
        name: format!("見本　{id}"),
        kana: "ミホン".to_owned(),
        latin_name: None,
        alias: None,
        former_surname: None,
        birth_on: born_on,
        birth_unknown: false,
        sex: Sex::Female,
        register_household: None,
        relationship: "02".to_owned(),
        postal_code: "1050011".to_owned(),
        address: "東京都港区芝公園1-5-25".to_owned(),
        building: String::new(),
        ward: String::new(),
        resident_since: None,
        withheld: false,
    }
}

pub fn head_of(home: i64, head: i64) -> HouseholdHead {
    HouseholdHead {
        head_person_id: head,
        symbol: "港".to_owned(),
        number: format!("{home:07}"),
    }
}

pub fn insured(home: i64, branch: i64) -> InsuredSpan {
    InsuredSpan {
        household_id: home,
        branch,
        gain_cause: "01".to_owned(),
        gain_reported_on: None,
        loss_cause: None,
        loss_event_on: None,
        loss_reported_on: None,
    }
}

/// Ends someone's insurance on a day.
pub fn lose(
    conn: &mut Conn,
    act: &Act,
    id: i64,
    home: i64,
    (from, lost_on): (Date, Date),
) -> Result<(), OfficeError> {
    registry::end::<InsuredSpan>(conn, act, id, Span::new(from, None))?;
    let fact = InsuredSpan {
        loss_cause: Some("42".to_owned()),
        loss_event_on: Some(lost_on.yesterday().unwrap()),
        ..insured(home, 1)
    };
    record(conn, act, id, Span::new(from, Some(lost_on)), &fact)
}

/// Holds the papers of a household against its facts and writes the tasks.
pub fn followed(counter: &Counter, home: i64, on: Date) -> Vec<Task> {
    let (acting, permit) = (counter.acting(), counter.may::<RegisterFact>());
    counter
        .store
        .write(|conn| {
            let details = ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "test.follow", &details)?;
            office::certificate::follow(conn, &act, &counter.rules, home, on)
        })
        .unwrap()
}

/// Matters about certificates of a kind that are open.
pub fn open_of(counter: &Counter, kind: &str) -> i64 {
    counter.number(&format!(
        "select count(*) from work_item where kind = 'certificate.{kind}' and state = 'open'"
    ))
}

pub fn refused<T: std::fmt::Debug>(result: Result<T, OfficeError>) -> (String, String) {
    match result.unwrap_err() {
        OfficeError::Refusal(refusal) => (refusal.code.to_owned(), refusal.message_ja),
        OfficeError::Input { field, message } => (field, message),
        other => panic!("{other:?}"),
    }
}

pub fn today() -> Date {
    day(2026, 11, 20)
}

/// An application as it is typed.
pub fn asked(kind: &str, person: i64) -> NewApplication {
    NewApplication {
        kind: kind.to_owned(),
        person_id: person,
        household_id: HOME,
        applied_on: today(),
        applicant: "見本　1".into(),
        relation: "本人".into(),
        wish: Wish::default(),
        grounds: "入院のため".into(),
    }
}

/// Takes it in.
pub fn apply(counter: &Counter, new: &NewApplication) -> Result<i64, OfficeError> {
    receive(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        new,
    )
}

/// Grants it and issues the paper.
pub fn decide(counter: &Counter, id: i64) -> Result<Certificate, OfficeError> {
    grant(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        id,
    )?;
    issue::on_application(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        id,
    )
}

/// Household class E (非課税), C and A; persons of 70 and over by their own.
pub fn household(counter: &Counter, class: i64) {
    counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
    counter.card(1, false);
    counter.judged(
        HOME,
        0,
        YEAR,
        Verdict {
            class,
            ..Verdict::default()
        },
    );
}
