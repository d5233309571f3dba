//! 保存期間と消去: what has outlived its term, held back where it must be, erased by two people on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::testing::{self, TestStore};
use db::{Store, dump};
use law::{Date, day};
use office::backup::{self, Digested, Made, Sources};
use office::jobs::Flow;
use office::registers;
use office::retention::hold::{self, HoldKind, NewHold};
use office::retention::kept::KEPT;
use office::retention::proposal::preview;
use office::retention::{self, Due, Erased, Held, On, Proposal};
use office::schema::MIGRATIONS;
use office::security::permit::{ApproveErasure, KeepRegister, MakeBackup, ProposeErasure};
use office::security::{Role, Session, namespace, seal_check};
use office::{Acting, OfficeError, vault};
use std::collections::BTreeSet;

const CITY: &str = "131032";
const NOW: i64 = 1_790_000_000_000_000;
/// 港区 keeps 資格 and 賦課 for 5 years: what was closed in 2026 is due from 1 April 2032.
const EARLY: Date = jiff::civil::date(2032, 3, 31);
const LATE: Date = jiff::civil::date(2032, 4, 1);
const CLASSES: [&str; 9] = [
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

struct Town {
    office: TestStore,
    vault: TestStore,
    clerk: Session,
    chief: Session,
    /// Household, head, members, the head's name.
    homes: Vec<(i64, i64, Vec<i64>, String)>,
}

fn run(store: &Store, text: &str) -> u64 {
    store
        .write(|conn| Ok::<_, OfficeError>(conn.execute_text(text, &[])?))
        .unwrap()
}

fn count(store: &Store, text: &str) -> i64 {
    store
        .read(|conn| Ok::<_, OfficeError>(conn.query_text(text, &[], |row| row.int(0))?))
        .unwrap()
        .into_iter()
        .sum()
}

/// Twelve households, levied 10,000 yen each for 2026 in one instalment, with a number for everybody.
fn town((office, vault): (TestStore, TestStore)) -> Town {
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
fn post(store: &Store, home: i64, head: i64, (entry, debit, credit): (i64, i64, i64)) {
    run(
        store,
        &format!(
            "insert into ledger (household_id, levy_year, entry_id, act_id, decision_id, debtor_id, fiscal_year, instalment, \
             due_on, method, debit, credit, medical_yen, support_yen, care_yen, child_yen) values ({home}, 2026, {entry}, -1, \
             1, {head}, 2026, 1, '2026-06-30', 1, {debit}, {credit}, 7000, 2000, 1000, 0)"
        ),
    );
}

fn towns() -> Vec<Town> {
    let vaults = testing::both(vault::MIGRATIONS).unwrap();
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .zip(vaults)
        .map(town)
        .collect()
}

fn on(day: Date) -> On<'static> {
    On {
        book: law::rules::RuleBook::shared().unwrap(),
        municipality: CITY,
        day,
    }
}

impl Town {
    fn due(&self, class: &str, day: Date) -> Due {
        self.office
            .read(|conn| retention::due(conn, on(day), class))
            .unwrap()
    }

    fn acting(&self, who: &Session, day: Date) -> Acting {
        who.acting("消去", day, NOW + 1_000_000, None)
    }

    fn propose(&self, class: &str, day: Date) -> Result<i64, OfficeError> {
        let acting = self.acting(&self.clerk, day);
        let permit = support::permit::<ProposeErasure>(&self.clerk);
        self.office.write(|conn| {
            retention::propose(conn, (&acting, &permit), on(day), (class, "年次の消去"))
        })
    }

    fn approve(&self, who: &Session, id: i64, day: Date) -> Result<Erased, OfficeError> {
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

    fn hold(&self, kind: HoldKind, person: Option<i64>, household: Option<i64>) -> i64 {
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

    fn release(&self, hold_id: i64) {
        let acting = self.acting(&self.clerk, LATE);
        let permit = support::permit::<ProposeErasure>(&self.clerk);
        self.office
            .write(|conn| hold::end(conn, (&acting, &permit), hold_id, "判決の確定"))
            .unwrap();
    }

    fn pay(&self, homes: std::ops::Range<usize>) {
        for (home, head, _, _) in &self.homes[homes] {
            post(&self.office, *home, *head, (2, 3, 1));
        }
    }

    /// Everybody of some households loses eligibility on a day, and leaves the town.
    fn leave(&self, homes: std::ops::Range<usize>, on: Date) {
        for (home, _, members, _) in &self.homes[homes] {
            self.end("insured_fact", "household_id", &[*home], on, None);
            self.end("household_fact", "subject", &[*home], on, None);
            self.end("resident_fact", "subject", members, on, Some(2));
        }
    }

    /// Replaces the open facts by ones that end on a day, or (with a status) by ones of that status from the day on.
    fn end(&self, table: &str, by: &str, of: &[i64], on: Date, status: Option<i64>) {
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

    fn proposal(&self, id: i64) -> Proposal {
        self.office
            .read(retention::proposals)
            .unwrap()
            .into_iter()
            .find(|one| one.erasure_id == id)
            .unwrap()
    }

    /// Proposed by one, agreed to by another.
    fn erase(&self, class: &str) -> Erased {
        let id = self.propose(class, LATE).unwrap();
        self.approve(&self.chief, id, LATE).unwrap()
    }
}

fn code(error: &OfficeError) -> &'static str {
    match error {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

#[test]
fn nothing_is_due_before_its_day_and_not_with_a_balance() {
    for town in towns() {
        town.pay(0..5);
        assert_eq!(town.due("levy", EARLY).keys.len(), 0);
        assert_eq!(town.due("levy", EARLY).held.len(), 0);
        let due = town.due("levy", LATE);
        assert_eq!(due.keys.len(), 5);
        assert_eq!(due.held[&Held::Balance], 7);
        assert_eq!(
            (due.kept.years, due.closed_before),
            (5, Some(day(2027, 4, 1)))
        );
        // Paid too much is a balance as well: the money is somebody's.
        let (home, head, _, _) = &town.homes[0];
        post(&town.office, *home, *head, (3, 3, 5));
        assert_eq!(town.due("levy", LATE).keys.len(), 4);
        // While the levy of the year stands, the income it rests on stands.
        assert!(
            town.due("tax", LATE)
                .keys
                .iter()
                .all(|key| { !town.homes.iter().any(|home| home.2.contains(&key.key1)) })
        );
        // Everybody is still insured, and lives here.
        for class in ["eligibility", "addressee"] {
            assert_eq!(town.due(class, day(2099, 4, 1)).keys.len(), 0, "{class}");
        }
        // What the rules say is never erased is not.
        assert_eq!(town.due("audit", day(2099, 4, 1)).closed_before, None);
    }
}

#[test]
fn only_a_second_person_erases_and_only_what_was_proposed() {
    for town in towns() {
        town.pay(0..5);
        assert_eq!(
            code(&town.propose("levy", EARLY).unwrap_err()),
            "retention.nothing"
        );
        let id = town.propose("levy", LATE).unwrap();
        let shown = town.proposal(id);
        let counts = town.office.read(|conn| preview(conn, &shown)).unwrap();
        assert_eq!(counts, [("ledger", 10), ("levy_decision", 5)]);
        let all = "select (select count(*) from ledger) + (select count(*) from levy_decision)";
        let before = count(&town.office, all);
        assert_eq!(
            code(&town.approve(&town.clerk, id, LATE).unwrap_err()),
            "retention.two_people"
        );
        // A hold placed in between comes first.
        let hold = town.hold(HoldKind::Litigation, Some(town.homes[2].2[0]), None);
        assert_eq!(
            code(&town.approve(&town.chief, id, LATE).unwrap_err()),
            "retention.changed"
        );
        assert_eq!(count(&town.office, all), before);
        town.release(hold);
        // Keys slipped in after the proposal are not what was proposed.
        let (home, _, _, _) = &town.homes[9];
        run(
            &town.office,
            &format!(
                "insert into erasure_key (erasure_id, anchor, key1, key2) values ({id}, 'levy_year', {home}, 2026)"
            ),
        );
        assert_eq!(
            code(&town.approve(&town.chief, id, LATE).unwrap_err()),
            "retention.changed"
        );
        run(
            &town.office,
            &format!("delete from erasure_key where erasure_id = {id} and key1 = {home}"),
        );
        let erased = town.approve(&town.chief, id, LATE).unwrap();
        assert_eq!(erased.rows, 15);
        assert_eq!(count(&town.office, all), before - 15);
        assert!(matches!(
            town.approve(&town.chief, id, LATE),
            Err(OfficeError::Conflict(_))
        ));
        // Turned down, nothing goes and the keys are forgotten.
        town.pay(5..6);
        let id = town.propose("levy", LATE).unwrap();
        assert!(matches!(
            town.propose("levy", LATE),
            Err(OfficeError::Conflict(_))
        ));
        let acting = town.acting(&town.chief, LATE);
        let permit = support::permit::<ApproveErasure>(&town.chief);
        town.office
            .write(|conn| retention::decline(conn, (&acting, &permit), (id, "確認中")))
            .unwrap();
        assert_eq!(town.proposal(id).approved, Some(false));
        assert_eq!(count(&town.office, "select count(*) from erasure_key"), 0);
        assert_eq!(town.due("levy", LATE).keys.len(), 1);
    }
}

#[test]
fn the_database_itself_lets_nothing_go_that_two_people_did_not_agree_on() {
    for town in towns() {
        town.pay(0..5);
        let id = town.propose("levy", LATE).unwrap();
        let tables = [
            "ledger",
            "levy_decision",
            "insured_fact",
            "resident_fact",
            "certificate",
        ];
        let try_all = |store: &Store| {
            for table in tables {
                let tried = store.write(|conn| {
                    Ok::<_, OfficeError>(conn.execute_text(&format!("delete from {table}"), &[])?)
                });
                let rows = count(store, &format!("select count(*) from {table}"));
                assert!(rows == 0 || tried.is_err(), "{table}");
            }
        };
        try_all(&town.office);
        // Ruled by the proposer: no gate opens. By another: only for the keys of the proposal.
        for (by, gone) in [(town.clerk.staff_id(), 0), (town.chief.staff_id(), 10)] {
            let tried = town.office.write(|conn| {
                conn.execute_text(
                    &format!(
                        "insert into erasure_ruling (erasure_id, approved, ruled_on, ruled_at, ruled_by, note, act_id) \
                         values ({id}, 1, '2032-04-01', 1, {by}, '', 1)"
                    ),
                    &[],
                )?;
                let rows = match conn.engine() {
                    db::Engine::Postgres => conn
                        .query_text("select erase_agreed('ledger')", &[], |row| row.int(0))?[0],
                    db::Engine::Sqlite => {
                        let whole = conn.savepoint(|conn| {
                            Ok::<_, OfficeError>(conn.execute_text("delete from ledger", &[])?)
                        });
                        assert!(whole.is_err(), "all of it");
                        let agreed = conn.savepoint(|conn| {
                            Ok::<_, OfficeError>(conn.execute_text(
                                "delete from ledger where household_id in (select key1 from erasure_key)",
                                &[],
                            )?)
                        });
                        i64::try_from(agreed.unwrap_or(0)).unwrap()
                    }
                };
                Err::<(), OfficeError>(OfficeError::Conflict(rows.to_string()))
            });
            assert_eq!(tried.unwrap_err().to_string(), gone.to_string());
        }
        if town.office.engine() == db::Engine::Postgres {
            let other = town.office.read(|conn| {
                Ok::<_, OfficeError>(conn.query_text(
                    "select erase_agreed('staff')",
                    &[],
                    |row| row.int(0),
                )?)
            });
            assert!(other.is_err(), "not a table of which anything is erased");
        }
        let numbers = town
            .vault
            .write(|conn| Ok::<_, OfficeError>(conn.execute_text("delete from number_fact", &[])?));
        assert!(numbers.is_err());
    }
}

#[test]
fn who_is_held_is_never_erased_and_neither_is_who_belongs_to_them() {
    for town in towns() {
        town.pay(0..12);
        let wide = town.homes.iter().position(|home| home.2.len() > 1).unwrap();
        let member = town.homes[wide].2[1];
        let hold = town.hold(HoldKind::Disclosure, Some(member), None);
        let due = town.due("levy", LATE);
        assert_eq!((due.keys.len(), due.held[&Held::Hold]), (11, 1));
        town.erase("levy");
        town.leave(0..12, day(2026, 9, 30));
        // The levy of the household that is held still stands, and so does everything of its circle.
        let due = town.due("eligibility", LATE);
        let members = u64::try_from(town.homes[wide].2.len()).unwrap();
        assert_eq!(due.held[&Held::Hold], members + 1);
        assert!(!due.keys.iter().any(|key| {
            key.key1 == town.homes[wide].0 && key.anchor == "insured_household"
                || town.homes[wide].2.contains(&key.key1) && key.anchor == "insured"
        }));
        // A day for review that has passed ends nothing.
        assert_eq!(
            town.due("eligibility", day(2060, 4, 1)).held[&Held::Hold],
            members + 1
        );
        town.release(hold);
        assert_eq!(
            town.due("eligibility", LATE).held[&Held::Needed],
            members + 1,
            "its levy comes first"
        );
        town.erase("levy");
        assert!(town.due("eligibility", LATE).held.is_empty());
    }
}

#[test]
fn a_household_goes_whole_or_not_at_all() {
    for town in towns() {
        town.pay(0..12);
        town.erase("levy");
        town.leave(0..4, day(2026, 9, 30));
        // One member of the second household moved into the fifth, which goes on.
        let (moved, there) = (town.homes[1].2[0], town.homes[5].0);
        run(
            &town.office,
            &format!(
                "insert into insured_fact (subject, fact_no, valid_from, valid_until, recorded_at, act_id, household_id, \
                 branch, gain_cause) values ({moved}, 5000, '2026-10-01', null, 1, -1, {there}, 9, '01')"
            ),
        );
        let due = town.due("eligibility", LATE);
        let gone: BTreeSet<i64> = due
            .keys
            .iter()
            .filter(|key| key.anchor == "insured_household")
            .map(|key| key.key1)
            .collect();
        let wanted: BTreeSet<i64> = [0, 2, 3].iter().map(|place| town.homes[*place].0).collect();
        assert_eq!(gone, wanted);
        town.erase("eligibility");
        for (place, (home, _, members, _)) in town.homes.iter().enumerate() {
            let left = count(
                &town.office,
                &format!("select count(*) from insured_fact where household_id = {home}"),
            );
            assert_eq!(left == 0, wanted.contains(home), "{place}");
            // Addressees stay, for they have a term of their own.
            let persons = count(
                &town.office,
                &format!(
                    "select count(*) from resident_fact where subject = {}",
                    members[0]
                ),
            );
            assert!(persons > 0);
        }
    }
}

// covers: SEC-056, SEC-061
#[test]
fn after_all_classes_nothing_is_found_of_who_left_and_the_record_stands() {
    for town in towns() {
        town.pay(0..12);
        town.leave(0..6, day(2026, 9, 30));
        // A backup of before the erasure.
        let backup = make_backup(&town);
        let gone: Vec<_> = town.homes[..6].to_vec();
        let numbers = count(&town.vault, "select count(*) from number_fact");
        let leaving: i64 = gone
            .iter()
            .map(|home| i64::try_from(home.2.len()).unwrap())
            .sum();
        let mut done = Vec::new();
        for class in CLASSES {
            if town.due(class, LATE).keys.is_empty() {
                continue;
            }
            let id = town.propose(class, LATE).unwrap();
            let erased = town.approve(&town.chief, id, LATE).unwrap();
            assert_eq!(erased.destroy_by, day(2032, 6, 30), "90 days");
            done.push((class, id, erased));
        }
        let classes: Vec<&str> = done.iter().map(|(class, _, _)| *class).collect();
        for class in ["levy", "tax", "eligibility", "addressee"] {
            assert!(classes.contains(&class), "{class} of {classes:?}");
        }
        assert_eq!(
            count(&town.vault, "select count(*) from number_fact"),
            numbers - leaving
        );
        // No table but the records of acts knows them by number, none by name.
        let names: Vec<&str> = gone.iter().map(|home| home.3.as_str()).collect();
        let kept: BTreeSet<&str> = KEPT.iter().map(|(table, _)| *table).collect();
        for shape in town.office.read(dump::shapes).unwrap() {
            town.office
                .read(|conn| {
                    shape.read(conn, |values| {
                        let row = format!("{values:?}");
                        for name in &names {
                            let others = town.homes[6..].iter().any(|home| home.3 == *name);
                            assert!(others || !row.contains(name), "{}: {row}", shape.name);
                        }
                        let first = match values.first() {
                            Some(db::Value::Int(first)) => *first,
                            _ => 0,
                        };
                        let by_person =
                            ["subject", "person_id"].contains(&shape.columns[0].0.as_str());
                        if by_person && !kept.contains(shape.name.as_str()) {
                            let household = ["household_fact", "relief_fact", "adjustment_fact"]
                                .contains(&shape.name.as_str());
                            assert!(
                                household || !gone.iter().any(|home| home.2.contains(&first)),
                                "{}: {row}",
                                shape.name
                            );
                        }
                        Ok::<_, OfficeError>(())
                    })
                })
                .unwrap();
        }
        // Those who stayed stand as they were.
        for (home, _, _, _) in &town.homes[6..] {
            let members = format!("select count(*) from insured_fact where household_id = {home}");
            assert!(count(&town.office, &members) > 0);
        }
        // The chain is whole, the certificates are what was done, the sums stay, the backup has its day.
        let checked = town
            .office
            .read(|conn| seal_check::check(conn, None, &[]))
            .unwrap();
        assert!(checked.holds(), "{checked:?}");
        for (class, id, erased) in &done {
            let paper = town
                .office
                .read(|conn| retention::certificate(conn, *id))
                .unwrap()
                .unwrap();
            assert!(paper.intact, "{class}");
            assert_eq!(
                (paper.rows, paper.proposal.class.as_str()),
                (erased.rows, *class)
            );
            assert_eq!(
                paper.counts.iter().map(|(_, _, rows)| rows).sum::<i64>(),
                erased.rows
            );
            assert_eq!(paper.proposal.ruler, "admin09");
        }
        assert_eq!(
            count(
                &town.office,
                "select cast(sum(medical_yen + support_yen + care_yen) as bigint) from erasure_levied"
            ),
            120_000
        );
        let cash =
            "select cast(sum(entries) as bigint) from erasure_sum where debit = 3 and credit = 1";
        assert_eq!(count(&town.office, cash), 12);
        let entry = town
            .office
            .read(|conn| registers::entry(conn, backup))
            .unwrap()
            .unwrap();
        assert_eq!(entry.state, "廃棄予定");
        assert_eq!(entry.due_on, Some(day(2032, 6, 30)));
        assert_eq!(done[0].2.backups.len(), 1);
        assert!(done[1].2.backups.is_empty(), "once is enough");
    }
}

#[test]
fn a_certificate_that_was_changed_says_so() {
    for town in towns() {
        town.pay(0..2);
        let id = town.propose("levy", LATE).unwrap();
        town.approve(&town.chief, id, LATE).unwrap();
        let owner = Store::open(town.office.owner_url()).unwrap();
        let raw: &Store = if town.office.engine() == db::Engine::Sqlite {
            run(&town.office, "drop trigger erasure_count_no_update");
            &town.office
        } else {
            &owner
        };
        run(
            raw,
            "update erasure_count set rows = rows + 1 where table_name = 'ledger'",
        );
        let paper = town
            .office
            .read(|conn| retention::certificate(conn, id))
            .unwrap()
            .unwrap();
        assert!(!paper.intact);
    }
}

#[test]
fn addressees_are_not_erased_without_the_vault() {
    for town in towns() {
        town.pay(0..12);
        town.leave(0..2, day(2026, 9, 30));
        for class in ["levy", "tax", "eligibility"] {
            if !town.due(class, LATE).keys.is_empty() {
                town.erase(class);
            }
        }
        let id = town.propose("addressee", LATE).unwrap();
        let acting = town.acting(&town.chief, LATE);
        let permits = (
            support::permit::<ApproveErasure>(&town.chief),
            support::permit::<KeepRegister>(&town.chief),
        );
        let refused = retention::approve(
            &town.office,
            None,
            (&acting, &permits.0, &permits.1),
            on(LATE),
            id,
        );
        assert_eq!(code(&refused.unwrap_err()), "retention.vault");
        town.approve(&town.chief, id, LATE).unwrap();
    }
}

fn make_backup(town: &Town) -> i64 {
    let (_, public) = backup::new_key();
    let given = [public];
    let to = backup::read_recipients(&given).unwrap();
    let acting = town.acting(&town.clerk, day(2032, 3, 1));
    let make = support::permit::<MakeBackup>(&town.clerk);
    let keep = support::permit::<KeepRegister>(&town.clerk);
    let begun = town
        .office
        .write(|conn| backup::keep::begin(conn, (&acting, &make), CITY, &given))
        .unwrap();
    let mut file = Digested::new(Vec::new());
    let sources = Sources {
        office: &town.office,
        vault: Some(&town.vault),
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
    town.office
        .write(|conn| backup::keep::made(conn, &acting, (&make, &keep), &begun, &made))
        .unwrap()
}

impl Town {
    /// The nights' step of what has come due, to its end: what it came to.
    fn night(&self, day: Date) -> (i64, i64, i64) {
        let book = law::rules::RuleBook::shared().unwrap();
        let books = office::eligibility::Books {
            book,
            municipality: CITY,
            levy: office::levy::relevy::Books {
                rules: &[],
                calendar: book.calendar(),
            },
        };
        let practice = book.office_practice(CITY, day).unwrap();
        let acting = self.acting(&self.clerk, day);
        let night = office::nightly::Night {
            books: &books,
            practice: &practice,
            acting: &acting,
            on: day,
            after: day.yesterday().unwrap(),
            known_after: 0,
        };
        let step = office::nightly::STEPS
            .iter()
            .find(|step| step.code == "retention")
            .unwrap();
        let permit = support::permit::<ProposeErasure>(&self.clerk);
        let (mut after, mut sum) = (0, (0, 0, 0));
        loop {
            let page = self
                .office
                .write(|conn| {
                    let details = office::acts::ActDetails::default();
                    let act = office::acts::begin(conn, &acting, &permit, "test.night", &details)?;
                    (step.work)(conn, &act, &night, after)
                })
                .unwrap();
            sum = (
                sum.0 + page.found,
                sum.1 + page.opened,
                sum.2 + page.settled,
            );
            match page.next {
                Some(next) => after = next,
                None => return sum,
            }
        }
    }

    fn waiting(&self) -> Vec<String> {
        self.office
            .read(|conn| {
                let text = "select title from work_item where kind = 'retention.due' and state = 'open' order by item_id";
                Ok::<_, OfficeError>(conn.query_text(text, &[], |row| row.text(0))?)
            })
            .unwrap()
    }

    /// A step of 開示・訂正・利用停止請求の台帳; its entry.
    fn request(&self, on: Option<(i64, i64)>, (step, values): (&str, &[(&str, &str)])) -> i64 {
        let all = registers::Registers::shipped().unwrap();
        let register = all.get("disclosure").unwrap();
        let given = values
            .iter()
            .map(|(field, value)| ((*field).to_owned(), (*value).to_owned()))
            .collect();
        let acting = self.acting(&self.clerk, LATE);
        let permit = support::permit::<KeepRegister>(&self.clerk);
        let taken = self
            .office
            .write(|conn| {
                registers::take_step(conn, (&acting, &permit), register, on, (step, &given))
            })
            .unwrap();
        let (registers::Taken::Done(id) | registers::Taken::AwaitsSecond(id)) = taken;
        id
    }
}

#[test]
fn the_night_lists_what_has_come_due_once_and_erases_nothing() {
    for town in towns() {
        town.pay(0..12);
        assert_eq!(town.night(EARLY), (0, 0, 0));
        assert_eq!(town.waiting(), Vec::<String>::new());
        let decisions = || count(&town.office, "select count(*) from levy_decision");
        let (found, opened, settled) = town.night(LATE);
        assert!(
            found >= 12 && opened >= 1 && settled == 0,
            "{found} {opened}"
        );
        let titles = town.waiting();
        assert!(
            titles
                .iter()
                .any(|title| title.contains("12件") && title.contains("賦課")),
            "{titles:?}"
        );
        assert_eq!(
            town.night(LATE.tomorrow().unwrap()).1,
            0,
            "the same matters"
        );
        assert_eq!(town.waiting(), titles);
        assert_eq!(decisions(), 12, "a night erases nothing");
        town.erase("levy");
        assert_eq!(decisions(), 0);
        let (_, _, settled) = town.night(day(2032, 4, 3));
        assert_eq!(settled, 1);
        assert!(!town.waiting().iter().any(|title| title.contains("賦課")));
    }
}

// covers: SEC-103
#[test]
fn an_open_request_holds_its_person_until_it_is_closed_by_two() {
    for town in towns() {
        town.pay(0..12);
        let head = town.homes[3].1;
        let id = town.propose("levy", LATE).unwrap();
        let person = head.to_string();
        let values = [
            ("request_number", "訂8-1"),
            ("kind", "訂正"),
            ("person_number", person.as_str()),
            ("form", "様式1"),
            ("identity", "本人"),
        ];
        let entry = town.request(None, ("receive", &values));
        let held = |town: &Town| {
            let due = town.due("levy", LATE);
            (
                due.keys.len(),
                due.held.get(&Held::Hold).copied().unwrap_or(0),
            )
        };
        assert_eq!(held(&town), (11, 1));
        let standing = town.office.read(hold::standing).unwrap();
        assert_eq!(standing.len(), 1);
        assert_eq!(
            (standing[0].kind, standing[0].request),
            (HoldKind::Disclosure, Some(entry))
        );
        assert_eq!(standing[0].person_id, Some(head));
        // What was proposed before the request came is not erased either, and nobody can end the hold but with the request.
        assert!(town.approve(&town.chief, id, LATE).is_err());
        let acting = town.acting(&town.clerk, LATE);
        let permit = support::permit::<ProposeErasure>(&town.clerk);
        let ended = town
            .office
            .write(|conn| hold::end(conn, (&acting, &permit), 0, "終わった"));
        assert!(ended.is_err());
        let decided = [("decision", "全部"), ("letter", "通知1")];
        town.request(Some((entry, 1)), ("decide", &decided));
        assert_eq!(
            held(&town),
            (11, 1),
            "a decision that waits for a second person closes nothing"
        );
        let all = registers::Registers::shipped().unwrap();
        let second = town.acting(&town.chief, LATE);
        let may = support::permit::<office::security::permit::ConfirmRegister>(&town.chief);
        town.office
            .write(|conn| {
                registers::agree(conn, (&second, &may), all.get("disclosure").unwrap(), entry)
            })
            .unwrap();
        assert_eq!(held(&town), (12, 0));
        assert_eq!(town.office.read(hold::standing).unwrap(), []);
        let may = support::permit::<ApproveErasure>(&town.chief);
        town.office
            .write(|conn| retention::decline(conn, (&second, &may), (id, "請求を待った")))
            .unwrap();
        town.erase("levy");
    }
}
