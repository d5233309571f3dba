//! An office with households to judge.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support::{acting, permit, staff, staff_named};
use db::testing::{self, TestStore};
use db::{Conn, Span};
use law::judgement::TaxStanding;
use law::levy::{Filing, Income};
use law::rules::{JudgementBook, RuleBook};
use law::{Date, FiscalYear, Yen, day};
use office::acts::{self, Act, ActDetails};
use office::certificate::KeptRules;
use office::judgement::{self, Judged, ResidentTax, Revenue};
use office::registry::{
    HouseholdHead, InsuredSpan, Resident, Sex, Status, YearIncome, record, year_span,
};
use office::security::permit::{Judge, RegisterFact};
use office::security::{Role, Session};
use office::{Acting, OfficeError};
use std::cell::Cell;

/// One office.
pub struct Bench {
    pub store: TestStore,
    pub clerk: Session,
    pub chief: Session,
    pub book: JudgementBook,
    pub papers: KeptRules,
    pub business_date: Date,
    now: Cell<i64>,
}

impl Bench {
    pub fn sqlite() -> Self {
        Self::on(testing::sqlite(office::schema::MIGRATIONS).unwrap())
    }

    pub fn both() -> [Self; 2] {
        [
            Self::sqlite(),
            Self::on(testing::postgres(office::schema::MIGRATIONS).unwrap()),
        ]
    }

    pub fn on(store: TestStore) -> Self {
        staff(&store);
        let (clerk, _) = staff_named(&store, "judge01", &[Role::Eligibility]);
        let (chief, _) = staff_named(&store, "judge02", &[Role::EligibilitySupervisor]);
        let book = RuleBook::shared().unwrap().judgement_of("131032").unwrap();
        Self {
            store,
            clerk,
            chief,
            book,
            papers: KeptRules::from_book(RuleBook::shared().unwrap(), "131032").unwrap(),
            business_date: day(2026, 8, 3),
            now: Cell::new(1_000),
        }
    }

    pub fn acting(&self) -> Acting {
        self.now.set(self.now.get() + 10);
        acting(&self.clerk, self.business_date, self.now.get())
    }

    /// The moment of the latest act.
    pub fn moment(&self) -> i64 {
        self.store
            .read(|conn| {
                let latest = db::Sql {
                    name: "test.latest",
                    text: "select coalesce(max(recorded_at), 0) from act",
                };
                Ok::<_, OfficeError>(conn.query_one(&latest, &[], |row| row.int(0))?)
            })
            .unwrap()
    }

    /// Facts under one act.
    pub fn act<T>(&self, work: impl Fn(&mut Conn, &Act) -> T) -> T {
        let acting = self.acting();
        let permit = permit::<RegisterFact>(&self.clerk);
        self.store
            .write(|conn| {
                let act = acts::begin(conn, &acting, &permit, "test", &ActDetails::default())?;
                Ok::<_, OfficeError>(work(conn, &act))
            })
            .unwrap()
    }

    pub fn rejudge(&self, household: i64, on: Date) -> Vec<Judged> {
        let acting = self.acting();
        let permit = permit::<Judge>(&self.clerk);
        judgement::rejudge_households(
            &self.store,
            &self.book,
            &permit,
            &acting,
            &[household],
            (on, "試験"),
        )
        .unwrap()
    }

    pub fn household(&self, conn: &mut Conn, act: &Act, id: i64, head: i64, from: Date) {
        let exists = db::Sql {
            name: "test.household",
            text: "select household_id from household where household_id = $1",
        };
        let known = conn
            .query_opt(&exists, &[id.into()], |row| row.int(0))
            .unwrap();
        if known.is_none() {
            conn.execute_text(
                "insert into household (household_id, act_id) values ($1, $2)",
                &[id.into(), act.id.0.into()],
            )
            .unwrap();
        }
        let fact = HouseholdHead {
            head_person_id: head,
            symbol: "国".to_owned(),
            number: id.to_string(),
        };
        record(conn, act, id, Span::new(from, None), &fact).unwrap();
    }

    pub fn resident(&self, conn: &mut Conn, act: &Act, id: i64, birth_on: Date) {
        conn.execute_text(
            "insert into person (person_id, kind, act_id) values ($1, 1, $2)",
            &[id.into(), act.id.0.into()],
        )
        .unwrap();
        let resident = resident(birth_on);
        record(conn, act, id, Span::new(birth_on, None), &resident).unwrap();
    }

    pub fn person(
        &self,
        conn: &mut Conn,
        act: &Act,
        id: i64,
        household: i64,
        birth_on: Date,
        from: Date,
    ) {
        self.resident(conn, act, id, birth_on);
        self.insure(conn, act, id, household, from, None);
    }

    pub fn insure(
        &self,
        conn: &mut Conn,
        act: &Act,
        id: i64,
        household_id: i64,
        from: Date,
        until: Option<Date>,
    ) {
        let fact = InsuredSpan {
            household_id,
            branch: 1,
            gain_cause: "01".to_owned(),
            gain_reported_on: None,
            loss_cause: None,
            loss_event_on: None,
            loss_reported_on: None,
        };
        record(conn, act, id, Span::new(from, until), &fact).unwrap();
    }

    pub fn leave(&self, conn: &mut Conn, act: &Act, id: i64, lost_on: Date) {
        office::registry::end::<InsuredSpan>(conn, act, id, Span::new(lost_on, None)).unwrap();
    }

    pub fn income(
        &self,
        conn: &mut Conn,
        act: &Act,
        id: i64,
        year: i16,
        filing: Filing,
        income: Income,
    ) {
        self.income_on(conn, act, id, day(year, 6, 1), filing, income);
    }

    pub fn income_on(
        &self,
        conn: &mut Conn,
        act: &Act,
        id: i64,
        received_on: Date,
        filing: Filing,
        income: Income,
    ) {
        let fact = YearIncome {
            filing,
            inquiry_open: false,
            source: "tax/1".to_owned(),
            received_on,
            income,
        };
        let year = FiscalYear::of(received_on);
        record(conn, act, id, year_span(year), &fact).unwrap();
    }

    #[allow(clippy::too_many_arguments, reason = "a test's own row")]
    pub fn tax(
        &self,
        conn: &mut Conn,
        act: &Act,
        id: i64,
        year: i16,
        standing: TaxStanding,
        taxable: Option<i64>,
        abroad: bool,
    ) {
        let fact = ResidentTax {
            standing,
            taxable_income: taxable.map(Yen),
            abroad,
            adjustment: None,
            source: "tax/1".to_owned(),
            received_on: day(year, 6, 1),
        };
        record(conn, act, id, year_span(FiscalYear(year)), &fact).unwrap();
    }

    pub fn revenue(
        &self,
        conn: &mut Conn,
        act: &Act,
        id: i64,
        year: i16,
        yen: i64,
        by_record: bool,
    ) {
        let fact = Revenue {
            revenue: Yen(yen),
            by_record,
            source: "申請".to_owned(),
            received_on: day(year, 6, 1),
        };
        record(conn, act, id, year_span(FiscalYear(year)), &fact).unwrap();
    }
}

pub fn resident(birth_on: Date) -> Resident {
    Resident {
        status: Status::Resident,
        name: "試験　太郎".to_owned(),
        kana: "シケン　タロウ".to_owned(),
        latin_name: None,
        alias: None,
        former_surname: None,
        birth_on,
        birth_unknown: false,
        sex: Sex::Male,
        register_household: None,
        relationship: "02".to_owned(),
        postal_code: "1050001".to_owned(),
        address: "東京都港区".to_owned(),
        building: String::new(),
        ward: String::new(),
        resident_since: None,
        withheld: false,
    }
}
