//! A town whose records grow old: levied, paid, left, proposed for erasure and held, on both engines.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use crate::support;
use db::testing::{self, TestStore};
use db::{Store, dump};
use law::{Date, day};
use office::backup::{self, Digested, Made, Sources};
use office::jobs::Flow;
use office::retention::hold::{self, HoldKind, NewHold};
use office::retention::{self, Due, Erased, On, Proposal};
use office::schema::MIGRATIONS;
use office::security::permit::{ApproveErasure, KeepRegister, MakeBackup, ProposeErasure};
use office::security::{Role, Session, namespace};
use office::{Acting, OfficeError, vault};

pub const CITY: &str = "131032";
pub const NOW: i64 = 1_790_000_000_000_000;
/// 港区 keeps 資格 and 賦課 for 5 years: what was closed in 2026 is due from 1 April 2032.
pub const EARLY: Date = jiff::civil::date(2032, 3, 31);
pub const LATE: Date = jiff::civil::date(2032, 4, 1);
pub const CLASSES: [&str; 9] = [
    "levy",
    "tax",
    "judgement",
    "certificate",
    "run",
    "work",
    "file",
    "eligibility",
    "addressee",
];

pub struct Town {
    pub office: TestStore,
    pub vault: TestStore,
    pub clerk: Session,
    pub chief: Session,
    /// Household, head, members, the head's name.
    pub homes: Vec<(i64, i64, Vec<i64>, String)>,
}

pub fn run(store: &Store, text: &str) -> u64 {
    store
        .write(|conn| Ok::<_, OfficeError>(conn.execute_text(text, &[])?))
        .unwrap()
}

pub fn count(store: &Store, text: &str) -> i64 {
    store
        .read(|conn| Ok::<_, OfficeError>(conn.query_text(text, &[], |row| row.int(0))?))
        .unwrap()
        .into_iter()
        .sum()
}

/// Twelve households, levied 10,000 yen each for 2026 in one instalment, with a number for everybody.
pub fn town((office, vault): (TestStore, TestStore)) -> Town {
    office
        .write(|conn| namespace::bind(conn, CITY, NOW))
        .unwrap();
    support::staff(&office);
    let (clerk, _) = support::staff_named(&office, "admin08", &[Role::Administrator]);
    let (chief, _) = support::staff_named(&office, "admin09", &[Role::Administrator]);
    let city = support::city(12, 7);
    support::lay(&office, &city);
    let homes: Vec<_> = city
        .households()
        .map(|home| {
            let members: Vec<i64> = home.people.iter().map(|one| one.person_id).collect();
            (
                home.household_id,
                members[0],
                members,
                home.people[0].name.clone(),
            )
        })
        .collect();
    for (number, (home, head, members, _)) in (1..).zip(&homes) {
        run(
            &office,
            &format!(
                "insert into levy_decision (household_id, levy_year, liable_id, sequence, decision_id, run_id, act_id, \
                 decided_on, reason, rule_hash, tenths, months, flags, medical_yen, support_yen, care_yen, child_yen, \
                 over_cap_yen, barred_yen, input_digest) values ({home}, 2026, {head}, 1, {number}, 1, -1, '2026-06-10', \
                 '', '', 0, 12, 0, 7000, 2000, 1000, 0, 0, 0, 0)"
            ),
        );
        post(&office, *home, *head, (1, 1, 2));
        for person in members {
            run(
                &vault,
                &format!(
                    "insert into number_fact (person_id, entry_no, source, giver, evidence, form, ground, recorded_at, act_id) \
                     values ({person}, 1, 1, 1, 1, '', '', 1, -1)"
                ),
            );
            run(
                &vault,
                &format!(
                    "insert into number_seal (person_id, entry_no, standing, key_version, sealed, index_version, index_hash) \
                     values ({person}, 1, 1, 1, '', 1, '{person:064x}')"
                )
                .replace("''", if vault.engine() == db::Engine::Sqlite { "x''" } else { "''" }),
            );
        }
    }
    Town {
        office,
        vault,
        clerk,
        chief,
        homes,
    }
}

/// An entry of 10,000 yen from one account to another.
pub fn post(store: &Store, home: i64, head: i64, (entry, debit, credit): (i64, i64, i64)) {
    run(
        store,
        &format!(
            "insert into ledger (household_id, levy_year, entry_id, act_id, decision_id, debtor_id, fiscal_year, instalment, \
             due_on, method, debit, credit, medical_yen, support_yen, care_yen, child_yen) values ({home}, 2026, {entry}, -1, \
             1, {head}, 2026, 1, '2026-06-30', 1, {debit}, {credit}, 7000, 2000, 1000, 0)"
        ),
    );
}

pub fn towns() -> Vec<Town> {
    let vaults = testing::both(vault::MIGRATIONS).unwrap();
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .zip(vaults)
        .map(town)
        .collect()
}

pub fn on(day: Date) -> On<'static> {
    let book = law::rules::RuleBook::shared().unwrap();
    On::new(book, CITY, (day, noon(day))).unwrap()
}

/// Noon of a day in Japan, by the clock.
pub fn noon(on: Date) -> i64 {
    let days = i64::from((on - day(1970, 1, 1)).get_days());
    (days * 24 + 12 - 9) * 3_600_000_000
}

impl Town {
    pub fn due(&self, class: &str, day: Date) -> Due {
        self.office
            .read(|conn| retention::due(conn, on(day), class))
            .unwrap()
    }

    pub fn acting(&self, who: &Session, day: Date) -> Acting {
        who.acting("消去", day, noon(day).max(NOW + 1_000_000), None)
    }

    pub fn propose(&self, class: &str, day: Date) -> Result<i64, OfficeError> {
        let acting = self.acting(&self.clerk, day);
        let permit = support::permit::<ProposeErasure>(&self.clerk);
        self.office.write(|conn| {
            retention::propose(conn, (&acting, &permit), on(day), (class, "年次の消去"))
        })
    }

    pub fn approve(&self, who: &Session, id: i64, day: Date) -> Result<Erased, OfficeError> {
        let acting = self.acting(who, day);
        let permits = (
            support::permit::<ApproveErasure>(who),
            support::permit::<KeepRegister>(who),
        );
        retention::approve(
            &self.office,
            Some(&self.vault),
            (&acting, &permits.0, &permits.1),
            on(day),
            id,
        )
    }

    pub fn hold(&self, kind: HoldKind, person: Option<i64>, household: Option<i64>) -> i64 {
        let acting = self.acting(&self.clerk, LATE);
        let permit = support::permit::<ProposeErasure>(&self.clerk);
        let new = NewHold {
            kind,
            person_id: person,
            household_id: household,
            ground: "令和13年（行ウ）第7号".to_owned(),
            review_on: day(2033, 4, 1),
        };
        self.office
            .write(|conn| hold::place(conn, (&acting, &permit), &new))
            .unwrap()
    }

    pub fn release(&self, hold_id: i64) {
        let acting = self.acting(&self.clerk, LATE);
        let permit = support::permit::<ProposeErasure>(&self.clerk);
        self.office
            .write(|conn| hold::end(conn, (&acting, &permit), hold_id, "判決の確定"))
            .unwrap();
    }

    pub fn pay(&self, homes: std::ops::Range<usize>) {
        for (home, head, _, _) in &self.homes[homes] {
            post(&self.office, *home, *head, (2, 3, 1));
        }
    }

    /// A backup made on 1 March 2032; its entry in 媒体管理簿.
    pub fn back_up(&self) -> i64 {
        let (_, public) = backup::new_key();
        let given = [public];
        let to = backup::read_recipients(&given).unwrap();
        let acting = self.acting(&self.clerk, day(2032, 3, 1));
        let make = support::permit::<MakeBackup>(&self.clerk);
        let keep = support::permit::<KeepRegister>(&self.clerk);
        let begun = self
            .office
            .write(|conn| backup::keep::begin(conn, (&acting, &make), CITY, &given))
            .unwrap();
        let mut file = Digested::new(Vec::new());
        let sources = Sources {
            office: &self.office,
            vault: Some(&self.vault),
        };
        let manifest = backup::write(sources, (&begun.name, NOW), &to, &mut file, &mut |_| {
            Flow::Continue
        })
        .unwrap();
        let (_, sha256, bytes) = file.end();
        let made = Made {
            sha256,
            bytes: i64::try_from(bytes).unwrap(),
            manifest,
            storage_place: "電算室の耐火金庫".to_owned(),
            key_holder: "情報管理課長".to_owned(),
        };
        self.office
            .write(|conn| backup::keep::made(conn, &acting, (&make, &keep), &begun, &made))
            .unwrap()
    }

    /// Everybody of some households loses eligibility on a day, and leaves the town.
    pub fn leave(&self, homes: std::ops::Range<usize>, on: Date) {
        for (home, _, members, _) in &self.homes[homes] {
            self.end("insured_fact", "household_id", &[*home], on, None);
            self.end("household_fact", "subject", &[*home], on, None);
            self.end("resident_fact", "subject", members, on, Some(2));
        }
    }

    /// Replaces the open facts by ones that end on a day, or (with a status) by ones of that status from the day on.
    pub fn end(&self, table: &str, by: &str, of: &[i64], on: Date, status: Option<i64>) {
        let shape = self
            .office
            .read(dump::shapes)
            .unwrap()
            .into_iter()
            .find(|shape| shape.name == table)
            .unwrap();
        let names: Vec<&str> = shape
            .columns
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let taken: Vec<String> = names
            .iter()
            .map(|name| match (*name, status) {
                ("fact_no", _) => "fact_no + 1000".to_owned(),
                ("valid_until", None) => format!("'{on}'"),
                ("valid_from", Some(_)) => format!("'{on}'"),
                ("status", Some(status)) => status.to_string(),
                (name, _) => name.to_owned(),
            })
            .collect();
        let of: Vec<String> = of.iter().map(i64::to_string).collect();
        let open = format!(
            "{by} in ({}) and superseded_at is null and valid_until is null and fact_no < 1000",
            of.join(", ")
        );
        run(
            &self.office,
            &format!(
                "insert into {table} ({}) select {} from {table} where {open}",
                names.join(", "),
                taken.join(", ")
            ),
        );
        run(
            &self.office,
            &format!("update {table} set superseded_at = 5, superseded_by_act = -1 where {open}"),
        );
    }

    pub fn proposal(&self, id: i64) -> Proposal {
        self.office
            .read(retention::proposals)
            .unwrap()
            .into_iter()
            .find(|one| one.erasure_id == id)
            .unwrap()
    }

    /// Proposed by one, agreed to by another.
    pub fn erase(&self, class: &str) -> Erased {
        let id = self.propose(class, LATE).unwrap();
        self.approve(&self.chief, id, LATE).unwrap()
    }
}

pub fn code(error: &OfficeError) -> &'static str {
    match error {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}
