//! A made-up city's facts laid straight into a store.

use super::super::spent::Spent;
use super::rows::{Table, load};
use anyhow::{Context, Result};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Store, Value};
use law::levy::Income;
use law::{Date, FiscalYear};
use office::levy::load::filing_code;
use sim::{City, Household, Part, Person};

/// Households whose rows are made and loaded in one transaction.
const STRETCH: usize = 16_384;
/// The act all facts hang on, and the moment it was recorded.
const ACT: i64 = -1;

type Columns = &'static [(&'static str, ColumnType)];

const INCOME: Columns = &[
    ("salary_revenue", Int),
    ("salary", Int),
    ("pension_revenue", Int),
    ("pension", Int),
    ("business", Int),
    ("farming", Int),
    ("real_estate", Int),
    ("interest", Int),
    ("dividend", Int),
    ("miscellaneous", Int),
    ("short_gain", Int),
    ("long_gain_and_occasional_half", Int),
    ("family_employee_deduction", Int),
    ("family_employee_salary", Int),
    ("family_employee_revenue", Int),
    ("land_short_gain", Int),
    ("land_short_special_deduction", Int),
    ("land_long_gain", Int),
    ("land_long_special_deduction", Int),
    ("land_business", Int),
    ("general_shares", Int),
    ("listed_shares", Int),
    ("listed_dividend", Int),
    ("futures", Int),
    ("forestry", Int),
    ("treaty_income", Int),
    ("net_loss_used", Int),
    ("net_loss_for_judgement", Int),
    ("listed_loss_used", Int),
    ("futures_loss_used", Int),
    ("home_loss_used", Int),
    ("casualty_loss_used", Int),
    ("total_income", Int),
];
const RESIDENT: Columns = &[
    ("status", Int),
    ("name", Text),
    ("kana", Text),
    ("name_key", Text),
    ("kana_key", Text),
    ("birth_on", Text),
    ("birth_unknown", Int),
    ("sex", Int),
    ("register_household", Int),
    ("relationship", Text),
    ("postal_code", Text),
    ("address", Text),
    ("building", Text),
    ("ward", Text),
    ("withheld", Int),
];
const INSURED: Columns = &[
    ("household_id", Int),
    ("branch", Int),
    ("gain_cause", Text),
    ("loss_cause", Text),
    ("loss_event_on", Text),
];

/// Every table that is loaded.
struct Tables {
    household: Table,
    person: Table,
    head: Table,
    resident: Table,
    insured: Table,
    former_insured: Table,
    income: Table,
    asset_tax: Table,
    unemployment: Table,
    maternity: Table,
    care_exempt: Table,
    former_dependant: Table,
}

impl Tables {
    fn new() -> Self {
        let fact = |name, own: &[(&'static str, ColumnType)]| {
            let front = [
                ("subject", Int),
                ("fact_no", Int),
                ("valid_from", Text),
                ("valid_until", Text),
                ("recorded_at", Int),
                ("act_id", Int),
            ];
            Table::new(name, front.iter().chain(own).copied().collect())
        };
        let head = [("head_person_id", Int), ("symbol", Text), ("number", Text)];
        let income = [
            ("filing", Int),
            ("inquiry_open", Int),
            ("source", Text),
            ("received_on", Text),
        ];
        Self {
            household: Table::new("household", vec![("household_id", Int), ("act_id", Int)]),
            person: Table::new(
                "person",
                vec![("person_id", Int), ("kind", Int), ("act_id", Int)],
            ),
            head: fact("household_fact", &head),
            resident: fact("resident_fact", RESIDENT),
            insured: fact("insured_fact", INSURED),
            former_insured: fact("former_insured_fact", &[("household_id", Int)]),
            income: fact("income_fact", &[&income[..], INCOME].concat()),
            asset_tax: fact("asset_tax_fact", &[("asset_tax", Int)]),
            unemployment: fact(
                "unemployment_fact",
                &[("left_on", Text), ("leaving_code", Int)],
            ),
            maternity: fact(
                "maternity_fact",
                &[("delivery_on", Text), ("multiple", Int), ("confirmed", Int)],
            ),
            care_exempt: fact("care_exempt_fact", &[("facility", Text)]),
            former_dependant: fact("former_dependant_fact", &[("since", Text)]),
        }
    }

    fn all(&mut self) -> [&mut Table; 12] {
        [
            &mut self.household,
            &mut self.person,
            &mut self.head,
            &mut self.resident,
            &mut self.insured,
            &mut self.former_insured,
            &mut self.income,
            &mut self.asset_tax,
            &mut self.unemployment,
            &mut self.maternity,
            &mut self.care_exempt,
            &mut self.former_dependant,
        ]
    }

    fn add(&mut self, year: FiscalYear, household: &Household) -> Result<()> {
        let id = household.household_id;
        let head = household.people.first().context("nobody lives here")?;
        let first = household.people.iter().map(|person| person.acquired_on);
        let first = first.min().unwrap_or(head.acquired_on);
        self.household.push(vec![id.into(), ACT.into()]);
        let own = [
            head.person_id.into(),
            household.symbol.as_str().into(),
            household.number.as_str().into(),
        ];
        let since = first.min(law::day(2000, 4, 1));
        self.head.push(fact(id, since, None, own));
        for person in &household.people {
            self.add_person(year, household, person)?;
        }
        Ok(())
    }

    fn add_person(
        &mut self,
        year: FiscalYear,
        household: &Household,
        person: &Person,
    ) -> Result<()> {
        let (id, home) = (person.person_id, household.household_id);
        self.person.push(vec![id.into(), 1.into(), ACT.into()]);
        self.resident
            .push(fact(id, person.birth_on, None, resident(household, person)));
        match person.part {
            Part::Insured => {
                let (lost_on, cause, event) = match person.lost {
                    Some((lost_on, cause, event)) => (Some(lost_on), Some(cause), Some(event)),
                    None => (None, None, None),
                };
                let own = [
                    home.into(),
                    1.into(),
                    "01".into(),
                    cause.map(str::to_owned).into(),
                    event.into(),
                ];
                self.insured
                    .push(fact(id, person.acquired_on, lost_on, own));
            }
            Part::FormerInsured => {
                let moved_on = person.moved_on.context("moved on, but when?")?;
                let row = fact(id, moved_on, None, [home.into()]);
                self.former_insured.push(row);
            }
            Part::FictitiousHead => {}
        }
        let in_year = |own: Vec<Value>| fact(id, year.assessment_day(), Some(year.end()), own);
        if let Some((filing, inquiry, income)) = &person.income {
            let mut own = vec![
                filing_code(*filing).into(),
                i64::from(*inquiry).into(),
                "bench".into(),
                law::day(year.0, 6, 1).into(),
            ];
            own.extend(amounts(income));
            self.income.push(in_year(own));
        }
        if person.asset_tax > law::Yen::ZERO {
            self.asset_tax
                .push(in_year(vec![person.asset_tax.0.into()]));
        }
        self.add_rare(person);
        Ok(())
    }

    fn add_rare(&mut self, person: &Person) {
        let id = person.person_id;
        if let Some((left_on, code)) = person.unemployed {
            let own = [left_on.into(), i64::from(code).into()];
            let row = fact(id, law::date::next_day(left_on), None, own);
            self.unemployment.push(row);
        }
        if let Some((delivery_on, multiple)) = person.maternity {
            let own = [delivery_on.into(), i64::from(multiple).into(), 0.into()];
            self.maternity.push(fact(id, delivery_on, None, own));
        }
        if let Some(since) = person.care_exempt_since {
            let row = fact(id, since, None, ["見本園".into()]);
            self.care_exempt.push(row);
        }
        if let Some(since) = person.former_dependant_since {
            let row = fact(id, since, None, [since.into()]);
            self.former_dependant.push(row);
        }
    }
}

fn fact(
    subject: i64,
    from: Date,
    until: Option<Date>,
    own: impl IntoIterator<Item = Value>,
) -> Vec<Value> {
    let mut row = vec![
        subject.into(),
        1.into(),
        from.into(),
        until.into(),
        1.into(),
        ACT.into(),
    ];
    row.extend(own);
    row
}

fn resident(household: &Household, person: &Person) -> [Value; 15] {
    [
        1.into(),
        person.name.as_str().into(),
        person.kana.as_str().into(),
        person.name.as_str().into(),
        person.kana.as_str().into(),
        person.birth_on.into(),
        0.into(),
        person.sex.into(),
        household.household_id.into(),
        person.relationship.into(),
        household.postal_code.as_str().into(),
        household.address.as_str().into(),
        household.building.as_str().into(),
        "".into(),
        0.into(),
    ]
}

/// The income's columns; zero is null.
fn amounts(income: &Income) -> impl Iterator<Item = Value> {
    income.amounts().into_iter().map(|yen| match yen.0 {
        0 | i64::MIN => Value::Null,
        yen => yen.into(),
    })
}

/// What loading came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Laid {
    /// Rows.
    pub rows: u64,
    /// Persons among them.
    pub persons: u64,
    /// Time within the store, statistics for the planner included; making the rows is not counted.
    pub took: Spent,
}

/// Loads a city.
pub fn lay(store: &Store, city: &City) -> Result<Laid> {
    store.write(|conn| {
        conn.execute_text(
            "insert into act (act_id, kind, staff_id, terminal, purpose, permission, business_date, recorded_at, note) \
             values ($1, 'bench.lay', 0, 'bench', 'bench', '', '2026-04-01', 1, '')",
            &[ACT.into()],
        )
    })?;
    let mut laid = Laid::default();
    let mut households = city.households().peekable();
    while households.peek().is_some() {
        let mut tables = Tables::new();
        for household in households.by_ref().take(STRETCH) {
            tables.add(city.plan().year, &household)?;
        }
        laid.persons += u64::try_from(tables.person.len())?;
        let (loaded, spent) = Spent::on(|| {
            let all = tables.all();
            all.into_iter().try_fold(0, |rows, table| {
                Ok::<_, anyhow::Error>(rows + load(store, table)?)
            })
        });
        laid.rows += loaded?;
        laid.took = laid.took.plus(spent);
    }
    // PostgreSQL would get to it within a minute; until then it plans without knowing the tables.
    let (counted, spent) = Spent::on(|| store.write(|conn| conn.execute_text("analyze", &[])));
    counted?;
    laid.took = laid.took.plus(spent);
    Ok(laid)
}
