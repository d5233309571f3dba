//! 保存期間と消去: what has outlived its term, held back where it must be, erased by two people on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod retention_support;
mod support;

use db::{Store, dump};
use law::day;
use office::OfficeError;
use office::registers;
use office::retention::hold::HoldKind;
use office::retention::kept::KEPT;
use office::retention::proposal::preview;
use office::retention::{self, Held};
use office::security::permit::{ApproveErasure, KeepRegister};
use office::security::seal_check;
use std::collections::BTreeSet;

use retention_support::*;

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
        // Nor is what came due since: the digest that was shown says which.
        town.pay(9..10);
        run(
            &town.office,
            &format!(
                "insert into erasure_key (erasure_id, anchor, key1, key2) values ({id}, 'levy_year', {home}, 2026)"
            ),
        );
        assert_eq!(town.due("levy", LATE).keys.len(), 6);
        assert_eq!(
            code(&town.approve(&town.chief, id, LATE).unwrap_err()),
            "retention.changed"
        );
        run(
            &town.office,
            &format!("delete from erasure_key where erasure_id = {id} and key1 = {home}"),
        );
        let before = before + 1;
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
        assert_eq!(town.due("levy", LATE).keys.len(), 2);
    }
}

#[test]
fn a_business_date_that_has_not_come_in_japan_makes_nothing_due() {
    let book = law::rules::RuleBook::shared().unwrap();
    let asked = |date, now| {
        let on = retention::On::new(book, CITY, (date, now));
        on.map_or_else(|refusal| refusal.code, |_| "today or before")
    };
    // 1 April begins in Japan while it is still 31 March in Greenwich.
    let midnight = noon(LATE) - 12 * 3_600_000_000;
    assert_eq!(asked(LATE, midnight - 1), retention::NOT_YET);
    assert_eq!(asked(LATE, midnight), "today or before");
    assert_eq!(asked(day(2040, 4, 1), noon(LATE)), retention::NOT_YET);
    assert_eq!(asked(EARLY, noon(LATE)), "today or before");
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

/// On PostgreSQL the gate runs with the rights of the owner: it looks into the tables of the schema, and into those of the
/// session of whoever calls it last, where one of the schema has their name.
#[test]
fn a_table_of_the_session_opens_no_gate() {
    let path = "select current_schema()::text, array_to_string(p.proconfig, '; ') from pg_proc p \
                where p.proname = 'erase_agreed' and p.pronamespace = current_schema()::regnamespace";
    for migrations in [office::schema::MIGRATIONS, office::vault::MIGRATIONS] {
        let store = db::testing::postgres(migrations).unwrap();
        let found = store
            .read(|conn| conn.query_text(path, &[], |row| Ok((row.text(0)?, row.text(1)?))))
            .unwrap();
        assert_eq!(found.len(), 1);
        let (schema, set) = &found[0];
        assert_eq!(
            set.replace('"', ""),
            format!("search_path={schema}, pg_temp")
        );
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
        let backup = town.back_up();
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
