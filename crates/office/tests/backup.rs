//! バックアップと復元: one sealed file, taken while the office goes on, restored whole or not at all, on both engines.
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
use office::acts::{self, ActDetails};
use office::backup::{
    self, Digested, Identity, Made, Manifest, Part, Restorer, Sources, check, restore, write,
};
use office::jobs::Flow;
use office::registers::{self, Registers};
use office::schema::MIGRATIONS;
use office::security::permit::{KeepRegister, MakeBackup, ViewLevy};
use office::security::seal::{self, Seal, SealKey};
use office::security::{Role, Session, namespace, seal_check};
use office::{OfficeError, vault};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

const CITY: &str = "131032";
const NOW: i64 = 1_790_000_000_000_000;

struct Town {
    office: TestStore,
    vault: TestStore,
    clerk: Session,
}

fn town(office: TestStore, vault: TestStore) -> Town {
    office
        .write(|conn| namespace::bind(conn, CITY, NOW))
        .unwrap();
    support::staff(&office);
    support::lay(&office, &support::city(60, 7));
    let (clerk, _) = support::staff_named(&office, "admin09", &[Role::Administrator]);
    vault
        .write(|conn| {
            for entry in 1..=9_i64 {
                conn.execute_text(
                    "insert into number_seal (person_id, entry_no, standing, key_version, sealed, index_version, \
                     index_hash) values ($1, 1, 1, 1, $2, 1, $3)",
                    &[
                        entry.into(),
                        db::Value::Blob(vec![0, 255, 10, u8::try_from(entry).unwrap()]),
                        format!("{entry:064x}").into(),
                    ],
                )?;
            }
            Ok::<_, OfficeError>(())
        })
        .unwrap();
    Town {
        office,
        vault,
        clerk,
    }
}

fn towns() -> Vec<Town> {
    let vaults = testing::both(vault::MIGRATIONS).unwrap();
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .zip(vaults)
        .map(|(office, vault)| town(office, vault))
        .collect()
}

fn empty() -> Vec<(TestStore, TestStore)> {
    let vaults = testing::both(vault::MIGRATIONS).unwrap();
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .zip(vaults)
        .collect()
}

fn key() -> (Identity, Vec<backup::Recipient>) {
    let (secret, public) = backup::new_key();
    (
        backup::read_key(&format!("# 復元の鍵\n{}\n", *secret)).unwrap(),
        backup::read_recipients(&[public]).unwrap(),
    )
}

fn act(store: &Store, clerk: &Session, number: i64) {
    let acting = clerk.acting("試験", law::day(2026, 6, 1), NOW + number, None);
    store
        .write(|conn| {
            let (levy, _) = (support_session(conn)?, ());
            let permit = office::security::authorize::<ViewLevy>(&levy)?;
            let acting = office::Acting {
                staff_id: levy.staff_id(),
                ..acting.clone()
            };
            acts::begin(conn, &acting, &permit, "test.act", &ActDetails::default())
        })
        .unwrap();
}

fn support_session(conn: &mut db::Conn) -> Result<Session, OfficeError> {
    office::security::login::command_session(conn, "levy01", "test", 0)
}

fn sources(town: &Town) -> Sources<'_> {
    Sources {
        office: &town.office,
        vault: Some(&town.vault),
    }
}

fn take(town: &Town, to: &[backup::Recipient]) -> (Vec<u8>, Manifest) {
    let mut file = Vec::new();
    let manifest = write(sources(town), ("試験", NOW), to, &mut file, &mut |_| {
        Flow::Continue
    })
    .unwrap();
    (file, manifest)
}

fn restorer() -> Restorer {
    Restorer {
        login: "admin09".to_owned(),
        terminal: "test".to_owned(),
        business_date: law::day(2026, 6, 2),
        now: NOW + 1_000_000,
    }
}

fn put(
    file: &[u8],
    into: &(TestStore, TestStore),
    key: &Identity,
) -> Result<Manifest, OfficeError> {
    let into = Sources {
        office: &into.0,
        vault: Some(&into.1),
    };
    restore(into, CITY, &|| Ok(file), key, &restorer(), &mut |_| {
        Flow::Continue
    })
}

/// Every row of every table, as text.
fn all_of(store: &Store) -> BTreeMap<String, Vec<String>> {
    store
        .read(|conn| {
            let mut all = BTreeMap::new();
            for shape in dump::shapes(conn)? {
                let mut rows = Vec::new();
                shape.read(conn, |values| {
                    rows.push(format!("{values:?}"));
                    Ok::<_, OfficeError>(())
                })?;
                all.insert(shape.name, rows);
            }
            Ok::<_, OfficeError>(all)
        })
        .unwrap()
}

fn code(error: &OfficeError) -> String {
    match error {
        OfficeError::Refusal(refusal) => refusal.code.to_owned(),
        other => panic!("{other}"),
    }
}

fn untouched(into: &(TestStore, TestStore)) {
    for store in [&into.0, &into.1] {
        for (table, rows) in all_of(store) {
            assert_eq!(rows, Vec::<String>::new(), "{table}");
        }
    }
}

#[test]
fn what_is_restored_is_what_was_backed_up_on_either_engine() {
    let (identity, to) = key();
    for town in towns() {
        let (file, manifest) = take(&town, &to);
        assert!(manifest.rows() > 300, "{}", manifest.rows());
        let text = String::from_utf8_lossy(&file);
        assert!(!text.contains("insured_fact"), "the file is sealed");
        let checked = check(file.as_slice(), &identity, &mut |_| Flow::Continue).unwrap();
        assert_eq!(checked, manifest);
        for into in empty() {
            assert_eq!(put(&file, &into, &identity).unwrap(), manifest);
            let mut before = all_of(&town.office);
            let mut after = all_of(&into.0);
            // Restoring was one act more, of which an auditor is told.
            for table in ["act", "audit_alert", "chain_link", "counter"] {
                let (before, after) = (before.remove(table).unwrap(), after.remove(table).unwrap());
                let more = usize::from(table != "counter");
                assert_eq!(after.len(), before.len() + more, "{table}");
            }
            assert_eq!(after, before);
            assert_eq!(all_of(&into.1), all_of(&town.vault));
            let kinds = into
                .0
                .read(|conn| {
                    conn.query_text(
                        "select kind, purpose from act order by act_id desc limit 1",
                        &[],
                        |row| Ok((row.text(0)?, row.text(1)?)),
                    )
                })
                .unwrap();
            assert_eq!(kinds[0], ("backup.restore".to_owned(), "復元".to_owned()));
            // The next numbers go on from where they were.
            let clerk = support::session(&into.0, "admin09");
            act(&into.0, &clerk, 5_000_000);
            let checked = into
                .0
                .read(|conn| seal_check::check(conn, None, &[]))
                .unwrap();
            assert!(checked.holds(), "{checked:?}");
        }
    }
}

/// Whoever was logged in when the copy was taken, and whoever held a 登録コード that was used or ended since, is not let in by it;
/// and what was done to accounts after the copy is gone, which an auditor is told.
#[test]
fn what_was_open_when_the_copy_was_taken_is_closed_by_restoring_it() {
    let (identity, to) = key();
    for town in towns() {
        town.office
            .write(|conn| {
                for row in [
                    "insert into session (token_hash, staff_id, terminal, csrf, created_at, last_seen_at, expires_at) \
                     values ('s', 1, 'test', 'c', 1, 1, 9000000000000000)",
                    "insert into login_step values ('t', 1, 'test', 9000000000000000)",
                    "insert into factor_challenge values ('u', 'challenge', 9000000000000000)",
                    "insert into factor_code values ('v', 1, 1, 9000000000000000, null, 1)",
                    "insert into factor_code values ('w', 1, 1, 9000000000000000, 2, 1)",
                ] {
                    conn.execute_text(row, &[])?;
                }
                Ok::<_, OfficeError>(())
            })
            .unwrap();
        let (file, _) = take(&town, &to);
        for into in empty() {
            put(&file, &into, &identity).unwrap();
            let count = |text: &str| {
                into.0
                    .read(|conn| conn.query_text(text, &[], |row| row.int(0)))
                    .unwrap()[0]
            };
            for table in ["session", "login_step", "factor_challenge"] {
                assert_eq!(
                    count(&format!("select count(*) from {table}")),
                    0,
                    "{table}"
                );
            }
            let codes = "select count(*) from factor_code where used_at is not null and code_hash";
            assert_eq!(count(&format!("{codes} = 'v'")), 1);
            assert_eq!(count(&format!("{codes} = 'w' and used_at = 2")), 1);
            let told = into
                .0
                .read(|conn| {
                    let alerts = "select detail from audit_alert where kind = 'restored'";
                    conn.query_text(alerts, &[], |row| row.text(0))
                })
                .unwrap();
            assert_eq!(told.len(), 1);
            assert!(
                told[0].contains("令和8年9月21日 23時13分の写し"),
                "{told:?}"
            );
        }
    }
}

#[test]
fn a_backup_is_one_moment_although_the_office_goes_on() {
    let (identity, to) = key();
    for town in towns() {
        for number in 0..40 {
            act(&town.office, &town.clerk, number);
        }
        let stop = AtomicBool::new(false);
        let (file, manifest) = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut number = 100;
                while !stop.load(Ordering::Relaxed) {
                    act(&town.office, &town.clerk, number);
                    number += 1;
                }
                number - 100
            });
            let mut file = Vec::new();
            let manifest = write(sources(&town), ("試験", NOW), &to, &mut file, &mut |_| {
                // Each table is followed by acts of others.
                std::thread::sleep(std::time::Duration::from_millis(3));
                Flow::Continue
            })
            .unwrap();
            stop.store(true, Ordering::Relaxed);
            assert!(writer.join().unwrap() > 2, "nobody worked meanwhile");
            (file, manifest)
        });
        let count = |table: &str| {
            let found = manifest
                .tables
                .iter()
                .find(|one| one.part == Part::Office && one.table == table);
            i64::try_from(found.unwrap().rows).unwrap()
        };
        // One act was laid by hand, without a link.
        assert_eq!(count("act") - 1, manifest.heads[0].entry_no);
        assert_eq!(
            count("chain_link"),
            manifest.heads[0].entry_no + manifest.heads[1].entry_no
        );
        let into = empty().remove(0);
        put(&file, &into, &identity).unwrap();
        let checked = into
            .0
            .read(|conn| seal_check::check(conn, None, &[]))
            .unwrap();
        assert!(checked.holds(), "{checked:?}");
    }
}

#[test]
fn a_wrong_key_a_damaged_or_a_cut_file_changes_nothing() {
    let (identity, to) = key();
    let (other, _) = key();
    let town = towns().remove(1);
    let (file, _) = take(&town, &to);
    let into = empty();
    for into in &into {
        assert_eq!(code(&put(&file, into, &other).unwrap_err()), "backup.key");
        untouched(into);
    }
    let mut lots = fastrand::Rng::with_seed(20_261_121);
    for turn in 0..30 {
        let mut spoiled = file.clone();
        if turn % 2 == 0 {
            spoiled.truncate(lots.usize(..file.len()));
        } else {
            let place = lots.usize(..file.len());
            spoiled[place] ^= 1 << lots.u8(..8);
        }
        let refused = code(&put(&spoiled, &into[turn % 2], &identity).unwrap_err());
        assert!(
            ["backup.damaged", "backup.key"].contains(&refused.as_str()),
            "turn {turn}: {refused}"
        );
    }
    // Something after the end is noticed as well.
    let longer = [file.as_slice(), &[0; 40]].concat();
    assert_eq!(
        code(&put(&longer, &into[0], &identity).unwrap_err()),
        "backup.damaged"
    );
    for into in &into {
        untouched(into);
    }
}

// covers: SEC-066
#[test]
fn another_town_another_form_or_a_store_with_data_is_refused() {
    let (identity, to) = key();
    for (town, into) in towns().into_iter().zip(empty()) {
        let (file, _) = take(&town, &to);
        let onto = |city: &str, vault: Option<&Store>, office: &Store| {
            let into = Sources { office, vault };
            let open = || Ok(file.as_slice());
            let restored = restore(into, city, &open, &identity, &restorer(), &mut |_| {
                Flow::Continue
            });
            code(&restored.unwrap_err())
        };
        assert_eq!(onto("121002", Some(&into.1), &into.0), "backup.other_town");
        assert_eq!(onto(CITY, None, &into.0), "backup.vault");
        assert_eq!(onto(CITY, Some(&town.vault), &into.0), "backup.not_empty");
        assert_eq!(onto(CITY, Some(&into.1), &town.office), "backup.not_empty");
        untouched(&into);
        let shorter = testing::memory(&MIGRATIONS[..MIGRATIONS.len() - 1]).unwrap();
        assert_eq!(onto(CITY, Some(&into.1), &shorter), "backup.form");
        // A namespace that was promised to another town.
        into.0
            .write(|conn| namespace::bind(conn, "121002", NOW))
            .unwrap();
        assert_eq!(onto(CITY, Some(&into.1), &into.0), "namespace.other");
        assert_eq!(all_of(&into.0)["act"], Vec::<String>::new());
    }
}

#[test]
fn an_interrupted_backup_or_restore_leaves_nothing() {
    let (identity, to) = key();
    for (town, into) in towns().into_iter().zip(empty()) {
        let mut steps = 0;
        let stopped = write(
            sources(&town),
            ("試験", NOW),
            &to,
            &mut Vec::new(),
            &mut |progress| {
                assert!(progress.total >= progress.done && progress.total > 0);
                steps += 1;
                if steps == 20 {
                    Flow::Stop
                } else {
                    Flow::Continue
                }
            },
        );
        assert_eq!(code(&stopped.unwrap_err()), "backup.stopped");
        let (file, manifest) = take(&town, &to);
        let rows = i64::try_from(manifest.rows()).unwrap();
        let mut passes = 0;
        let onto = Sources {
            office: &into.0,
            vault: Some(&into.1),
        };
        // Stopped in the second pass, after everything was checked and much was loaded.
        let stopped = restore(
            onto,
            CITY,
            &|| Ok(file.as_slice()),
            &identity,
            &restorer(),
            &mut |progress| {
                passes += i64::from(progress.done == rows);
                if passes > 0 && progress.done > rows / 2 && progress.done < rows {
                    Flow::Stop
                } else {
                    Flow::Continue
                }
            },
        );
        assert_eq!(code(&stopped.unwrap_err()), "backup.stopped");
        untouched(&into);
        put(&file, &into, &identity).unwrap();
    }
}

// covers: SEC-035
#[test]
fn a_backup_restored_is_a_fork_where_a_later_seal_is_kept_outside() {
    let (identity, to) = key();
    let seal_key = SealKey::from_bytes(&[9; 32]);
    let public = seal_key.public();
    for (town, into) in towns().into_iter().zip(empty()) {
        let put_seal = |store: &Store, now: i64| {
            store
                .write(|conn| seal::seal(conn, &seal_key, now))
                .unwrap()
                .unwrap()
        };
        act(&town.office, &town.clerk, 1);
        put_seal(&town.office, NOW + 10);
        let (file, manifest) = take(&town, &to);
        assert_eq!(manifest.last_seal, 1);
        act(&town.office, &town.clerk, 20);
        put_seal(&town.office, NOW + 30);
        let copies: Vec<Seal> = town.office.read(seal::all).unwrap();
        put(&file, &into, &identity).unwrap();
        let look = |copies: &[Seal]| {
            into.0
                .read(|conn| seal_check::check(conn, Some(&public), copies))
                .unwrap()
        };
        assert!(look(&copies[..1]).holds(), "nothing was sealed after it");
        let found = look(&copies);
        assert_eq!(found.seal.len(), 1, "{found:?}");
        assert_eq!(found.seal[0].seal_no, 2);
        assert!(found.seal[0].message_ja.contains("分岐"));
        // Work goes on upon it, and the fork stays visible.
        put_seal(&into.0, NOW + 2_000_000);
        assert!(look(&copies).seal[0].message_ja.contains("分岐"));
    }
}

#[test]
fn a_backup_stands_in_the_media_register_and_in_its_own_snapshot() {
    let (identity, _) = key();
    let given = [identity.to_public().to_string()];
    let to = backup::read_recipients(&given).unwrap();
    for (town, into) in towns().into_iter().zip(empty()) {
        let acting = town
            .clerk
            .acting("バックアップ", law::day(2026, 6, 1), NOW, None);
        let make = support::permit::<MakeBackup>(&town.clerk);
        let keep = support::permit::<KeepRegister>(&town.clerk);
        let begun = town
            .office
            .write(|conn| backup::keep::begin(conn, (&acting, &make), CITY, &given))
            .unwrap();
        assert_eq!(begun.name, "131032-2026-06-01-000001");
        let mut file = Digested::new(Vec::new());
        let manifest = write(
            sources(&town),
            (&begun.name, NOW),
            &to,
            &mut file,
            &mut |_| Flow::Continue,
        )
        .unwrap();
        let (file, sha256, bytes) = file.end();
        assert_eq!(u64::try_from(file.len()).unwrap(), bytes);
        let made = Made {
            sha256,
            bytes: i64::try_from(bytes).unwrap(),
            manifest,
            storage_place: "電算室の耐火金庫".to_owned(),
            key_holder: "情報管理課長".to_owned(),
        };
        let entry_id = town
            .office
            .write(|conn| backup::keep::made(conn, &acting, (&make, &keep), &begun, &made))
            .unwrap();
        let entry = town
            .office
            .read(|conn| registers::entry(conn, entry_id))
            .unwrap()
            .unwrap();
        let media = Registers::shipped().unwrap();
        assert_eq!(entry.register, media.get("media").unwrap().code);
        assert_eq!(entry.state, "保管中");
        let kept = town.office.read(backup::keep::list).unwrap();
        assert_eq!(
            (kept[0].whole, kept[0].entry_id),
            (Some(true), Some(entry_id))
        );
        put(&file, &into, &identity).unwrap();
        let restored = into.0.read(backup::keep::list).unwrap();
        assert_eq!(restored[0].name, begun.name);
        assert_eq!(restored[0].whole, None, "it did not know its own end");
    }
}
