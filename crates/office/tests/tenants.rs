//! Two municipalities side by side: nothing of one opens anything of the other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::Value;
use db::testing::{self, TestStore};
use office::OfficeError;
use office::schema::MIGRATIONS;
use office::security::hours::{self, Days, Hours};
use office::security::login::{Attempt, LoginPolicy, log_in, resume};
use office::security::namespace;
use office::security::password::PasswordCost;
use office::security::permit::{ManageStaff, Permit, RegisterNumber, UseNumber};
use office::security::seal::{self, SealKey};
use office::security::terminal::{self, Terminal};
use office::security::{Role, Session, authorize, seal_check, weak};
use office::vault::{
    self, Evidence, Giver, IndividualNumber, Keys, MasterKey, NumberPurpose, NumberUse, Origin,
    Registration, Source, Vault,
};

const NOW: i64 = 1_790_000_000_000_000;

fn policy() -> LoginPolicy {
    LoginPolicy {
        cost: PasswordCost::LOWEST,
        password_days: 0,
        ..LoginPolicy::default()
    }
}

/// The two cities on each engine.
fn pairs() -> Vec<(TestStore, TestStore)> {
    let stores = || testing::both(MIGRATIONS).unwrap().into_iter();
    stores().zip(stores()).collect()
}

// covers: SEC-066
#[test]
fn a_session_of_one_municipality_is_nothing_in_another() {
    for (one, two) in pairs() {
        for store in [&one, &two] {
            support::staff(store);
        }
        let attempt = |now| Attempt {
            login: "levy01",
            password: "Correct-horse-7-battery",
            terminal: "desk-1",
            old_token: None,
            now,
        };
        let held = log_in(&one, &policy(), &attempt(NOW)).unwrap();
        let there = |token: &str| resume(&two, &policy(), token, "desk-1", NOW + 1).unwrap();
        assert!(there(&held.token).is_none());
        let own = log_in(&two, &policy(), &attempt(NOW + 2)).unwrap();
        assert!(there(&own.token).is_some());
        assert_ne!(own.session.csrf(), held.session.csrf());
        // Being refused there ended nothing here.
        let here = resume(&one, &policy(), &held.token, "desk-1", NOW + 3).unwrap();
        assert!(here.is_some());
    }
}

// covers: SEC-066
#[test]
fn a_namespace_belongs_to_one_municipality_for_ever() {
    for (store, _) in pairs() {
        let bind = |code: &str| store.write(|conn| namespace::bind(conn, code, NOW));
        for wrong in ["", "../131032", "131033", "13103２", "131032\0"] {
            let refused = bind(wrong).unwrap_err();
            assert!(matches!(refused, OfficeError::Input { .. }), "{wrong}");
        }
        assert_eq!(store.read(namespace::owner).unwrap(), None);
        bind("131032").unwrap();
        bind("131032").unwrap();
        let other = bind("142051").unwrap_err().to_string();
        assert!(
            other.contains("131032") && other.contains("142051"),
            "{other}"
        );
        let over = store.write(|conn| {
            conn.execute_text("update namespace_owner set municipality = '142051'", &[])
        });
        assert!(over.is_err(), "what is bound is not bound again");
        let gone = store.write(|conn| conn.execute_text("delete from namespace_owner", &[]));
        assert!(gone.is_err());
        assert_eq!(
            store.read(namespace::owner).unwrap().as_deref(),
            Some("131032")
        );
    }
}

struct Kept {
    vault: Vault,
    _store: TestStore,
    clerk: Session,
}

fn keep(office: &TestStore, store: TestStore, master: [u8; 32]) -> Kept {
    let (clerk, _) = support::number_staff(office);
    let keys = Keys::open(&store, &MasterKey::from_bytes(master), 1).unwrap();
    Kept {
        vault: Vault {
            store: (*store).clone(),
            keys,
        },
        _store: store,
        clerk,
    }
}

fn number(seed: u64) -> IndividualNumber {
    let mut lots = fastrand::Rng::with_seed(seed);
    loop {
        let text: String = (0..12).map(|_| lots.digit(10)).collect();
        if let Ok(number) = IndividualNumber::read(&text) {
            return number;
        }
    }
}

// covers: SEC-066, SEC-067
#[test]
fn a_sealed_number_carried_into_another_vault_stays_shut() {
    for ((one, two), (kept_one, kept_two)) in pairs().into_iter().zip(
        testing::both(vault::MIGRATIONS)
            .unwrap()
            .into_iter()
            .zip(testing::both(vault::MIGRATIONS).unwrap()),
    ) {
        // Even where somebody gave both municipalities the same master key, the data keys below it differ.
        let here = keep(&one, kept_one, [3; 32]);
        let there = keep(&two, kept_two, [3; 32]);
        let secret = number(5);
        for (kept, office) in [(&here, &one), (&there, &two)] {
            let permit: Permit<RegisterNumber> = authorize(&kept.clerk).unwrap();
            let acting = kept
                .clerk
                .acting("個人番号利用事務", law::day(2026, 11, 20), NOW, None);
            let given = Registration {
                person_id: 1,
                number: Some(if kept.vault.store.url() == here.vault.store.url() {
                    secret.clone()
                } else {
                    number(6)
                }),
                origin: Origin {
                    source: Source::Form,
                    giver: Giver::Person,
                    evidence: Evidence::NumberCard,
                    form: "届書1".to_owned(),
                    ground: String::new(),
                },
                checklist_done: true,
                changed_by_law: false,
            };
            vault::register::register(&kept.vault, office, &permit, &acting, &given).unwrap();
        }
        let sealed = |kept: &Kept| -> Vec<u8> {
            let rows = kept.vault.store.read(|conn| {
                conn.query_text(
                    "select sealed from number_seal where person_id = 1",
                    &[],
                    |row| row.blob(0),
                )
            });
            rows.unwrap().remove(0)
        };
        let carried: Value = sealed(&here).into();
        there
            .vault
            .store
            .write(|conn| {
                conn.execute_text(
                    "update number_seal set sealed = $1 where person_id = 1",
                    std::slice::from_ref(&carried),
                )
            })
            .unwrap();
        let acting = there
            .clerk
            .acting("個人番号利用事務", law::day(2026, 11, 20), NOW, None);
        let permit: Permit<UseNumber> = authorize(&there.clerk).unwrap();
        let case = NumberUse::new(NumberPurpose::VerifyIdentity, "受付8-1").unwrap();
        let why = (&acting, &case);
        let shut = there.vault.show(&two, &permit, why, 1).unwrap_err();
        assert!(matches!(shut, OfficeError::Bug(_)), "{shut}");
        assert!(!shut.to_string().contains(secret.expose()));
        // Nor does its blind index find anybody there.
        let found = there.vault.find(&two, &permit, why, &secret).unwrap();
        assert_eq!(found, vault::Found::Nobody);
        // Another master key opens no vault at all.
        assert!(Keys::open(&there.vault.store, &MasterKey::from_bytes([9; 32]), 1).is_err());
    }
}

// covers: SEC-066
#[test]
fn seals_of_one_municipality_do_not_seal_another() {
    for (one, two) in pairs() {
        let keys = [SealKey::from_bytes(&[1; 32]), SealKey::from_bytes(&[2; 32])];
        for (store, key) in [&one, &two].into_iter().zip(&keys) {
            support::staff(store);
            store
                .write(|conn| seal::seal(conn, key, NOW))
                .unwrap()
                .expect("two accounts were opened");
        }
        let copies = one.read(seal::all).unwrap();
        let own = keys[0].public();
        let checked = |store: &TestStore| {
            store
                .read(|conn| seal_check::check(conn, Some(&own), &copies))
                .unwrap()
        };
        assert!(checked(&one).holds());
        assert!(
            !checked(&two).holds(),
            "the store of another put in its place"
        );
    }
}

#[test]
fn every_weak_setting_of_an_office_is_told_until_it_is_put_right() {
    let store = testing::memory(MIGRATIONS).unwrap();
    let (admin, _) = support::staff(&store);
    support::staff_named(&store, "both01", &[Role::Levy, Role::Supervisor]);
    support::staff_named(&store, "tanto", &[Role::Counter]);
    let told =
        |policy: &LoginPolicy, now: i64| store.read(|conn| weak::list(conn, policy, now)).unwrap();
    let has = |lines: &[String], part: &str| lines.iter().any(|line| line.contains(part));
    let lines = told(&policy(), NOW);
    for part in [
        "団体が定まっていません",
        "利用可能時間が定められていません",
        "端末台帳に端末がありません",
        "登録されていない端末からも",
        "有効期限が1年を超える",
        "計算量が小さすぎます",
        "封がされていません",
        "職員番号 tanto が残っています",
        "both01 は賦課処理と賦課承認の両方",
        "both01 のパスワードが弱い計算",
    ] {
        assert!(has(&lines, part), "{part}: {lines:?}");
    }
    assert!(!has(&lines, "chief01 は"), "{lines:?}");
    let strong = LoginPolicy {
        registered_terminals_only: true,
        ..LoginPolicy::default()
    };
    for (loose, part) in [
        (
            LoginPolicy {
                failures_to_lock: 0,
                ..strong
            },
            "11回以上",
        ),
        (
            LoginPolicy {
                idle: i64::MAX,
                ..strong
            },
            "1時間たっても",
        ),
        (
            LoginPolicy {
                single_session: false,
                ..strong
            },
            "同時に何か所からも",
        ),
        (
            LoginPolicy {
                password_days: 0,
                ..strong
            },
            "有効期限",
        ),
    ] {
        assert!(has(&told(&loose, NOW), part), "{part}");
        assert!(!has(&told(&strong, NOW), part), "{part}");
    }
    store
        .write(|conn| {
            namespace::bind(conn, "131032", NOW)?;
            seal::seal(conn, &SealKey::from_bytes(&[1; 32]), NOW)?;
            let permit: Permit<ManageStaff> = authorize(&admin)?;
            let acting = admin.acting("点検", law::day(2026, 11, 20), NOW, None);
            let hours = Hours {
                role: Role::Levy,
                days: Days::Weekday(1),
                from_minute: 480,
                until_minute: 1_200,
            };
            hours::set(conn, &acting, &permit, (hours, hours::in_japan(NOW).0))?;
            let desk = Terminal {
                terminal_id: 0,
                address: "192.0.2.1".to_owned(),
                name: "窓口1番".to_owned(),
                place: "本庁1階".to_owned(),
                ward: String::new(),
                wire_lock: true,
                ended_at: None,
            };
            terminal::register(conn, &acting, &permit, &desk)
        })
        .unwrap();
    let day = 24 * 60 * 60 * 1_000_000;
    let lines = told(&strong, NOW + day);
    for part in ["団体", "利用可能時間", "端末", "封"] {
        assert!(!has(&lines, part), "{part}: {lines:?}");
    }
    assert!(has(&told(&strong, NOW + 3 * day), "2日以上されていません"));
}
