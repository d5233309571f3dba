//! A counter with a clerk and a chief: facts reported under acts, levied as differences, and what must always hold.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use super::{acting, book, permit, staff};
use db::testing::{self, TestStore};
use db::{Conn, DatedTable, Span};
use law::levy::{Filing, Income};
use law::rules::RuleBook;
use law::{Date, FiscalYear, Yen, day};
use office::acts::{self, Act, ActDetails, ActId};
use office::jobs::{Flow, JobState};
use office::ledger::{self, Method, Parts};
use office::levy::relevy::{self, Books, NOW};
use office::levy::run::{self, RunKind, RunRequest};
use office::levy::{Relevied, YearRules, decision, publish, why};
use office::registry::{
    self, CareExempt, FormerDependant, FormerInsured, HouseholdHead, InsuredSpan, Maternity,
    Pension, Resident, Sex, Status, Unemployment, YearIncome, record, year_span,
};
use office::security::Session;
use office::security::permit::{ApproveLevy, PublishLevy, RegisterFact, RunLevy, UndoAct};
use office::{Acting, OfficeError};
use std::cell::Cell;

/// 港区: 料, one yen, ten instalments from June, two-part levy.
pub const WARD: &str = "131032";

/// Every dated table an act may have written.
pub const TABLES: [&DatedTable; 13] = [
    &<Resident as registry::Kind>::TABLE,
    &<HouseholdHead as registry::Kind>::TABLE,
    &<InsuredSpan as registry::Kind>::TABLE,
    &<FormerInsured as registry::Kind>::TABLE,
    &<YearIncome as registry::Kind>::TABLE,
    &<registry::AssetTax as registry::Kind>::TABLE,
    &<CareExempt as registry::Kind>::TABLE,
    &<Unemployment as registry::Kind>::TABLE,
    &<Maternity as registry::Kind>::TABLE,
    &<FormerDependant as registry::Kind>::TABLE,
    &<Pension as registry::Kind>::TABLE,
    &office::levy::relief::TABLE,
    &office::levy::adjustment::TABLE,
];

/// One office.
pub struct Desk {
    pub store: TestStore,
    pub levy: Session,
    pub chief: Session,
    pub book: RuleBook,
    pub rules: Vec<YearRules>,
    now: Cell<i64>,
}

/// A head of household's year as it stands: 宛名番号 and 医療, 支援, 介護, 子ども.
pub type Standing = (i64, [i64; 4]);

impl Desk {
    pub fn sqlite(code: &str, years: std::ops::RangeInclusive<i16>) -> Self {
        Self::on(
            testing::sqlite(office::schema::MIGRATIONS).unwrap(),
            code,
            years,
        )
    }

    pub fn postgres(code: &str, years: std::ops::RangeInclusive<i16>) -> Self {
        Self::on(
            testing::postgres(office::schema::MIGRATIONS).unwrap(),
            code,
            years,
        )
    }

    /// The ward in both engines.
    pub fn wards(years: std::ops::RangeInclusive<i16>) -> [Self; 2] {
        [
            Self::sqlite(WARD, years.clone()),
            Self::postgres(WARD, years),
        ]
    }

    pub fn ward(years: std::ops::RangeInclusive<i16>) -> Self {
        Self::sqlite(WARD, years)
    }

    pub fn on(store: TestStore, code: &str, years: std::ops::RangeInclusive<i16>) -> Self {
        let desk = Self::not_open(store, code, years);
        for rules in &desk.rules {
            open_year(&desk.store, rules.year());
        }
        desk
    }

    /// An office that has published no levy of any year.
    pub fn not_open(store: TestStore, code: &str, years: std::ops::RangeInclusive<i16>) -> Self {
        let book = book();
        let rules = years
            .map(|year| YearRules::from_book(&book, code, FiscalYear(year)).unwrap())
            .collect();
        let (levy, chief) = staff(&store);
        Self {
            store,
            levy,
            chief,
            book,
            rules,
            now: Cell::new(1_000),
        }
    }

    /// The same office under rules changed by hand.
    pub fn with_rules(mut self, change: impl Fn(&mut law::rules::RuleSet)) -> Self {
        self.rules = self
            .rules
            .iter()
            .map(|rules| {
                let mut set = law::rules::RuleSet::clone(rules);
                change(&mut set);
                YearRules::of(set).unwrap()
            })
            .collect();
        self
    }

    pub fn books(&self) -> Books<'_> {
        Books {
            rules: &self.rules,
            calendar: self.book.calendar(),
        }
    }

    pub fn rules_of(&self, year: i16) -> &YearRules {
        self.rules
            .iter()
            .find(|rules| rules.year().0 == year)
            .unwrap()
    }

    pub fn tick(&self) -> i64 {
        self.now.set(self.now.get() + 1_000);
        self.now.get()
    }

    pub fn clerk(&self, on: Date) -> Acting {
        acting(&self.levy, on, self.tick())
    }

    pub fn chief(&self, on: Date) -> Acting {
        acting(&self.chief, on, self.tick())
    }

    /// Records facts under one act, reported on a day that may be later than they took effect.
    pub fn report(
        &self,
        on: Date,
        facts: impl Fn(&mut Conn, &Act) -> Result<(), OfficeError>,
    ) -> ActId {
        self.store
            .write(|conn| {
                let permit = permit::<RegisterFact>(&self.levy);
                let details = ActDetails::default();
                let act = acts::begin(conn, &self.clerk(on), &permit, "test.report", &details)?;
                facts(conn, &act)?;
                Ok::<_, OfficeError>(act.id)
            })
            .unwrap()
    }

    /// Undoes whatever an act reported, under an act of its own.
    pub fn undo(&self, on: Date, act: ActId) {
        self.store
            .write(|conn| {
                let permit = permit::<UndoAct>(&self.levy);
                let details = ActDetails {
                    undoes: Some(act),
                    ..ActDetails::default()
                };
                let undoing = acts::begin(conn, &self.clerk(on), &permit, "test.undo", &details)?;
                for table in TABLES {
                    table.undo(conn, undoing.stamp(), act.0)?;
                }
                Ok::<_, OfficeError>(())
            })
            .unwrap();
    }

    /// Levies households again, and holds the books against everything that must always be so.
    pub fn relevy(&self, on: Date, households: &[i64]) -> Vec<Relevied> {
        let relevied = self.try_relevy(on, households).unwrap();
        self.check(on, households);
        relevied
    }

    pub fn try_relevy(&self, on: Date, households: &[i64]) -> Result<Vec<Relevied>, OfficeError> {
        relevy::relevy(
            &self.store,
            &self.books(),
            &permit::<RunLevy>(&self.levy),
            &self.clerk(on),
            households,
            "試験",
        )
    }

    /// Decided = posted, instalments = annual, the books balance, the rule still says what was decided, and levying the
    /// same again changes nothing.
    pub fn check(&self, on: Date, households: &[i64]) {
        self.check_books(households);
        let again = self.try_relevy(on, households).unwrap();
        assert!(again.is_empty(), "{again:?}");
    }

    pub fn check_books(&self, households: &[i64]) {
        for rules in &self.rules {
            let year = rules.year();
            self.store.read(|conn| publish::tie(conn, year)).unwrap();
            for household in households {
                let wrong = self
                    .store
                    .read(|conn| why::verify(conn, *household, household + 1, year))
                    .unwrap();
                assert!(wrong.is_empty(), "{wrong:?}");
                let charged = self.charged(*household, year.0);
                for row in &charged {
                    let columns = row.parts.columns();
                    assert!(columns.iter().all(|yen| yen.0 >= 0), "negative: {row:?}");
                }
                for (liable, annual) in self.annual(*household, year.0) {
                    let own = charged.iter().filter(|row| row.debtor_id == liable);
                    let sum = own.fold(Parts::default(), |sum, row| sum.plus(row.parts));
                    assert_eq!(sum.columns().map(|yen| yen.0), annual, "{household} {year}");
                }
            }
        }
        let balance = self.store.read(ledger::trial_balance).unwrap();
        assert_eq!(balance.iter().map(|row| row.1).sum::<Yen>(), Yen::ZERO);
    }

    pub fn standing(&self, household: i64, year: i16) -> Vec<decision::Decision> {
        self.store
            .read(|conn| decision::standing(conn, household, household + 1, FiscalYear(year)))
            .unwrap()
    }

    /// What stands for each liable person, those who owe nothing any more too.
    pub fn annual(&self, household: i64, year: i16) -> Vec<Standing> {
        let standing = self.standing(household, year).into_iter();
        standing
            .map(|one| {
                let parts = one.outcome.parts.columns().map(|yen| yen.0);
                (one.outcome.liable_id, parts)
            })
            .collect()
    }

    /// The annual amount of the one liable person.
    pub fn amount(&self, household: i64, year: i16) -> [i64; 4] {
        let all = self.annual(household, year);
        assert_eq!(all.len(), 1, "{all:?}");
        all[0].1
    }

    pub fn total(&self, household: i64, year: i16) -> i64 {
        self.annual(household, year)
            .iter()
            .flat_map(|row| row.1)
            .sum()
    }

    pub fn charged(&self, household: i64, year: i16) -> Vec<ledger::Charged> {
        self.store
            .read(|conn| ledger::charged(conn, household, year))
            .unwrap()
    }

    /// Instalments that hold an amount: number, due day, yen, in order of due day.
    pub fn instalments(&self, household: i64, year: i16) -> Vec<(i64, Date, i64)> {
        let mut rows: Vec<_> = self
            .charged(household, year)
            .into_iter()
            .filter(|row| !row.parts.is_zero())
            .map(|row| (row.instalment, row.due_on, row.parts.total().0))
            .collect();
        rows.sort_by_key(|row| (row.1, row.0));
        rows
    }

    pub fn by_method(&self, household: i64, year: i16, method: Method) -> Vec<(i64, i64)> {
        let mut rows: Vec<_> = self
            .charged(household, year)
            .into_iter()
            .filter(|row| row.method == method && !row.parts.is_zero())
            .collect();
        rows.sort_by_key(|row| (row.due_on, row.instalment));
        rows.iter()
            .map(|row| (row.instalment, row.parts.total().0))
            .collect()
    }

    /// Notices of a household, oldest first: kind and addressee.
    pub fn notices(&self, household: i64) -> Vec<(String, i64)> {
        let mut notices = self
            .store
            .read(|conn| office::notices::of_household(conn, household))
            .unwrap();
        notices.reverse();
        notices
            .into_iter()
            .map(|notice| (notice.kind, notice.addressee_id))
            .collect()
    }

    /// A whole run from start to publication.
    pub fn publish_year(&self, on: Date, year: i16, kind: RunKind) -> i64 {
        let run_id = self.calculate(on, year, kind);
        let chief = permit::<ApproveLevy>(&self.chief);
        run::approve(&self.store, &chief, &self.chief(on), run_id).unwrap();
        let chief = permit::<PublishLevy>(&self.chief);
        publish::begin(&self.store, &chief, &self.chief(on), run_id).unwrap();
        let calendar = self.book.calendar();
        let clock = || 1;
        let go_on = |_| Flow::Continue;
        let state = publish::publish(&self.store, calendar, run_id, 2, &clock, go_on).unwrap();
        assert_eq!(state, JobState::Finished);
        run_id
    }

    pub fn calculate(&self, on: Date, year: i16, kind: RunKind) -> i64 {
        let request = RunRequest {
            kind,
            rules: self.rules_of(year),
            decided_on: on,
            chunk_households: 16,
            note: "試験".to_owned(),
        };
        let clerk = permit::<RunLevy>(&self.levy);
        let run_id = run::start(&self.store, &clerk, &self.clerk(on), &request).unwrap();
        run::calculate(&self.store, run_id, 2, &|| 1, |_| Flow::Continue).unwrap();
        run_id
    }

    /// The outcomes the rule gives from nothing but the facts as known now.
    pub fn rule_on_facts(&self, household: i64, year: i16) -> Vec<office::levy::Outcome> {
        use law::levy::{Assessor, Scratch};
        let rules = self.rules_of(year);
        let assessor = Assessor::new(&rules.levy).unwrap();
        let mut scratch = Scratch::default();
        let loaded = self
            .store
            .read(|conn| {
                office::levy::load::households(conn, household, household + 1, NOW, rules.year())
            })
            .unwrap();
        let all = loaded.iter().map(|one| {
            office::levy::decide::outcomes(rules, &assessor, &mut scratch, one).unwrap()
        });
        all.flatten().collect()
    }
}

/// A published run of nobody, so that the counter may levy the year.
fn open_year(store: &TestStore, year: FiscalYear) {
    let text = format!(
        "insert into levy_run (run_id, kind, levy_year, state, known_at, decided_on, rule_hash, households, total_yen, \
         act_id, note) select -{year}, 'initial', {year}, 'published', 0, '{year}-06-01', '', 0, 0, min(act_id), '' \
         from act",
        year = year.0
    );
    store
        .write(|conn| Ok::<_, OfficeError>(conn.execute_text(&text, &[])?))
        .unwrap();
}

/// A person as the residents' register states one.
pub fn person(conn: &mut Conn, act: &Act, id: i64, born_on: Date) -> Result<(), OfficeError> {
    let resident = Resident {
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
    };
    registry::record_person(conn, act, id, 1, Span::new(born_on, None), &resident)
}

/// The head of a household from a day on.
pub fn head(
    conn: &mut Conn,
    act: &Act,
    household: i64,
    person: i64,
    from: Date,
) -> Result<(), OfficeError> {
    let head = HouseholdHead {
        head_person_id: person,
        symbol: "港".to_owned(),
        number: format!("{household:07}"),
    };
    registry::record_household(conn, act, household, Span::new(from, None), &head)
}

/// Insurance in a household.
pub fn span_of(household: i64) -> InsuredSpan {
    InsuredSpan {
        household_id: household,
        branch: 1,
        gain_cause: "01".to_owned(),
        gain_reported_on: None,
        loss_cause: None,
        loss_event_on: None,
        loss_reported_on: None,
    }
}

/// Insured in a household from a day on.
pub fn insured(
    conn: &mut Conn,
    act: &Act,
    id: i64,
    household: i64,
    from: Date,
) -> Result<(), OfficeError> {
    record(conn, act, id, Span::new(from, None), &span_of(household))
}

/// The insurance that began on `from` ends with `lost_on` for a cause; the event is the day before where the law says
/// so.
pub fn lost(
    conn: &mut Conn,
    act: &Act,
    id: i64,
    household: i64,
    (from, lost_on): (Date, Date),
    cause: &str,
) -> Result<(), OfficeError> {
    let code = match cause {
        "moved_out" => "41",
        "insurance" => "42",
        "welfare" => "43",
        "death" => "44",
        "removed" => "48",
        other => panic!("{other}"),
    };
    let next_day = matches!(cause, "insurance" | "death");
    let event_on = if next_day {
        lost_on.yesterday().unwrap()
    } else {
        lost_on
    };
    let fact = InsuredSpan {
        loss_cause: Some(code.to_owned()),
        loss_event_on: Some(event_on),
        ..span_of(household)
    };
    registry::end::<InsuredSpan>(conn, act, id, Span::new(from, None))?;
    record(conn, act, id, Span::new(from, Some(lost_on)), &fact)
}

/// Income of a fiscal year.
pub fn income(
    conn: &mut Conn,
    act: &Act,
    id: i64,
    year: i16,
    income: Income,
) -> Result<(), OfficeError> {
    filed(conn, act, id, year, (Filing::Filed, false), income)
}

pub fn filed(
    conn: &mut Conn,
    act: &Act,
    id: i64,
    year: i16,
    (filing, inquiry_open): (Filing, bool),
    income: Income,
) -> Result<(), OfficeError> {
    let fact = YearIncome {
        filing,
        inquiry_open,
        source: "test".to_owned(),
        received_on: day(year, 6, 1),
        income,
    };
    record(conn, act, id, year_span(FiscalYear(year)), &fact)
}

/// 事業所得 alone.
pub fn business(yen: i64) -> Income {
    Income {
        business: Yen(yen),
        ..Income::default()
    }
}

/// A household of one: person, head and insurance from a day long ago or `from`.
pub fn single(desk: &Desk, household: i64, id: i64, born_on: Date, from: Date) {
    desk.report(from.max(day(2020, 4, 1)), |conn, act| {
        person(conn, act, id, born_on)?;
        head(conn, act, household, id, from)?;
        insured(conn, act, id, household, from)
    });
}
