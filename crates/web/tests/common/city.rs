//! An invented city in a store, written through the office's own registry, with staff of every role.

use db::testing::{TestStore, sqlite};
use db::{Conn, Span};
use law::date::next_day;
use law::rules::RuleBook;
use law::{FiscalYear, day};
use office::certificate::letter_print;
use office::levy::YearRules;
use office::registry::{
    CareExempt, FormerDependant, FormerInsured, HouseholdHead, InsuredSpan, Maternity, Resident,
    Sex, Status, Unemployment, YearIncome, record, record_household, record_person, year_span,
};
use office::security::login::{LoginPolicy, command_session};
use office::security::password::PasswordCost;
use office::security::permit::{ManageStaff, RegisterFact};
use office::security::staff::{NewStaff, open, open_first, prepare};
use office::security::{Role, authorize};
use office::{Act, Acting, OfficeError, acts};
use sim::{City, Part, Plan};
use std::sync::Arc;
use web::edge::EdgePolicy;
use web::{Clock, Config, EligibilityPapers, Office};

pub const CITY: &str = "131032";
pub const PASSWORD: &str = "みずうみ-Ha7shi-Karasu";
/// 令和8年6月15日 10:00 in Japan.
pub const NOW: i64 = 1_781_485_200_000_000;

/// Roles with the 職員番号 of one member of staff each.
pub const STAFF: [(&str, Role); 10] = [
    ("counter01", Role::Counter),
    ("shikaku01", Role::Eligibility),
    ("shikaku02", Role::EligibilitySupervisor),
    ("levy01", Role::Levy),
    ("chief01", Role::Supervisor),
    ("viewer01", Role::Viewer),
    ("bango01", Role::NumberUser),
    ("bango02", Role::NumberSupervisor),
    ("admin01", Role::Administrator),
    ("audit01", Role::Auditor),
];
/// A second administrator: what opens more, one proposes and another agrees to.
const SECOND: (&str, Role) = ("admin02", Role::Administrator);

pub fn years() -> Vec<YearRules> {
    let book = RuleBook::shared().unwrap();
    [2025, 2026]
        .into_iter()
        .map(|year| YearRules::from_book(book, CITY, FiscalYear(year)).unwrap())
        .collect()
}

/// How the pages of this city are served: at [`NOW`], behind an open door.
pub fn config() -> Config {
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        municipality_name: "東京都港区".to_owned(),
        municipality_code: CITY.to_owned(),
        environment: "試験".to_owned(),
        login_hint: String::new(),
        business_date: Some(day(2026, 6, 15)),
        clock: Clock::Fixed(NOW),
        behind_tls: false,
        edge: EdgePolicy::open(),
        login: LoginPolicy {
            cost: PasswordCost::LOWEST,
            ..LoginPolicy::default()
        },
    }
}

/// The office of a city with so many households. The store is gone when the first value is dropped.
pub fn office(households: u64) -> (TestStore, Office) {
    let store = sqlite(office::schema::MIGRATIONS).unwrap();
    staff(&store);
    people(&store, households);
    let office = Office {
        store: store.clone(),
        rules: years(),
        calendar: RuleBook::shared().unwrap().calendar().clone(),
        paper: None,
        certificate_paper: None,
        certificate_letter: Some(Arc::new(|store, permit, acting, letter_id| {
            let kept = letter_print::print(store, permit, acting, letter_id)?;
            Ok(format!("%PDF {}", kept.letter.title).into_bytes())
        })),
        eligibility_papers: Some(papers()),
    };
    (store, office)
}

/// Papers as their content; the printer's own tests look at the real ones. A letter no font has is refused.
fn papers() -> EligibilityPapers {
    EligibilityPapers {
        letter: Arc::new(|one| {
            if one.content.addressee.name.contains('\u{e000}') {
                return Err(OfficeError::input("文書", "印刷できない文字があります"));
            }
            Ok(serde_json::to_string(&one.content).unwrap())
        }),
        proof: Arc::new(|one| Ok(serde_json::to_string(&one.content).unwrap())),
        render: Arc::new(|bodies| Ok(format!("%PDF {}", bodies.join("\n")).into_bytes())),
    }
}

fn acting() -> Acting {
    Acting {
        staff_id: 0,
        terminal: "test".to_owned(),
        purpose: "試験".to_owned(),
        business_date: day(2026, 6, 1),
        // Five days before.
        now: NOW - 432_000_000_000,
        request_id: None,
    }
}

fn staff(store: &db::Store) {
    let new = |login: &str, role: Role| {
        let new = NewStaff {
            login: login.to_owned(),
            name: format!("見本 {}", role.name_ja()),
            password: PASSWORD.to_owned(),
            roles: vec![role],
            ward: String::new(),
        };
        prepare(new, PasswordCost::LOWEST)
            .unwrap()
            .of_demonstration()
    };
    let admin = new("admin01", Role::Administrator);
    store
        .write(|conn| open_first(conn, &acting(), &admin))
        .unwrap();
    let others = STAFF.iter().filter(|(login, _)| *login != "admin01");
    for (login, role) in others.chain([&SECOND]) {
        let ready = new(login, *role);
        store
            .write(|conn| {
                let session = command_session(conn, "admin01", "test", NOW)?;
                open(
                    conn,
                    &acting(),
                    &authorize::<ManageStaff>(&session)?,
                    &ready,
                )
            })
            .unwrap();
    }
}

fn people(store: &db::Store, households: u64) {
    let city = City::new(Plan {
        municipality: CITY.to_owned(),
        city: "東京都港区".to_owned(),
        year: FiscalYear(2026),
        households,
        seed: 8,
    })
    .unwrap();
    store
        .write(|conn| {
            let session = command_session(conn, "levy01", "test", NOW)?;
            let permit = authorize::<RegisterFact>(&session)?;
            let act = acts::begin(
                conn,
                &acting(),
                &permit,
                "registry.register",
                &acts::ActDetails::default(),
            )?;
            for household in city.households() {
                lay(conn, &act, &household)?;
            }
            Ok::<_, OfficeError>(())
        })
        .unwrap();
}

fn lay(conn: &mut Conn, act: &Act, household: &sim::Household) -> Result<(), OfficeError> {
    let home = household.household_id;
    let head = HouseholdHead {
        head_person_id: household.people[0].person_id,
        symbol: household.symbol.clone(),
        number: household.number.clone(),
    };
    for person in &household.people {
        let id = person.person_id;
        let resident = Resident {
            status: Status::Resident,
            name: person.name.clone(),
            kana: person.kana.clone(),
            latin_name: person.latin.clone(),
            alias: None,
            former_surname: None,
            birth_on: person.birth_on,
            birth_unknown: false,
            sex: if person.sex == 1 {
                Sex::Male
            } else {
                Sex::Female
            },
            register_household: Some(home),
            relationship: person.relationship.to_owned(),
            postal_code: household.postal_code.clone(),
            address: household.address.clone(),
            building: household.building.clone(),
            ward: String::new(),
            resident_since: Some(person.birth_on),
            withheld: home % 23 == 0,
        };
        record_person(conn, act, id, 1, Span::since(person.birth_on), &resident)?;
    }
    record_household(conn, act, home, Span::since(day(2000, 4, 1)), &head)?;
    for person in &household.people {
        facts(conn, act, home, person)?;
    }
    Ok(())
}

fn facts(conn: &mut Conn, act: &Act, home: i64, person: &sim::Person) -> Result<(), OfficeError> {
    let id = person.person_id;
    match person.part {
        Part::Insured => {
            let span = Span::new(person.acquired_on, person.lost.map(|lost| lost.0));
            let insured = InsuredSpan {
                household_id: home,
                branch: id % 10 + 1,
                gain_cause: "01".to_owned(),
                gain_reported_on: Some(person.acquired_on),
                loss_cause: person.lost.map(|lost| lost.1.to_owned()),
                loss_event_on: person.lost.map(|lost| lost.2),
                loss_reported_on: None,
            };
            record(conn, act, id, span, &insured)?;
        }
        Part::FormerInsured => {
            let from = person.moved_on.unwrap();
            record(
                conn,
                act,
                id,
                Span::since(from),
                &FormerInsured { household_id: home },
            )?;
        }
        Part::FictitiousHead => {}
    }
    if let Some((filing, inquiry_open, income)) = &person.income {
        let income = YearIncome {
            filing: *filing,
            inquiry_open: *inquiry_open,
            source: "test".to_owned(),
            received_on: day(2026, 6, 1),
            income: *income,
        };
        record(conn, act, id, year_span(FiscalYear(2026)), &income)?;
    }
    if let Some((left_on, code)) = person.unemployed {
        let fact = Unemployment {
            left_on,
            leaving_code: i64::from(code),
        };
        let span = fact.span();
        record(conn, act, id, span, &fact)?;
    }
    if let Some((delivery_on, multiple)) = person.maternity {
        let fact = Maternity {
            delivery_on,
            multiple,
            confirmed: false,
        };
        let span = Span::new(delivery_on, Some(next_day(delivery_on)));
        record(conn, act, id, span, &fact)?;
    }
    if let Some(since) = person.care_exempt_since {
        let fact = CareExempt {
            facility: "見本園".to_owned(),
        };
        record(conn, act, id, Span::since(since), &fact)?;
    }
    // 旧被扶養者 are of 65 and over when they join; the rule refuses others.
    let since = person
        .former_dependant_since
        .filter(|since| law::date::attains(person.birth_on, 65) <= *since);
    if let Some(since) = since {
        record(
            conn,
            act,
            id,
            Span::since(since),
            &FormerDependant { since },
        )?;
    }
    Ok(())
}
