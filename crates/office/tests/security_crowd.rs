//! 10,000 log-ins at once. The gate they queue at is one for the whole program, so this test has a program of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::testing;
use office::OfficeError;
use office::schema::MIGRATIONS;
use office::security::login::{Attempt, Entered, LoginPolicy, enter};
use office::security::password::PasswordCost;
use office::security::{Role, gate};

const PASSWORD: &str = "Correct-horse-7-battery";
const NOW: i64 = 1_795_000_000_000_000;
const DESK: &str = "desk-1";

fn code_of(error: &OfficeError) -> &str {
    match error {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

#[test]
fn ten_thousand_log_ins_at_once_keep_their_queue_and_their_memory() {
    const THREADS: usize = 200;
    const EACH: usize = 50;
    let store = testing::sqlite(MIGRATIONS).unwrap();
    let heavy = LoginPolicy {
        cost: PasswordCost {
            memory_kib: 64,
            passes: 1,
        },
        password_days: 0,
        ..LoginPolicy::default()
    };
    support::staff(&store);
    support::staff_named(&store, "clerk01", &[Role::Levy]);
    let turned_away = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (store, turned_away) = (&*store, &turned_away);
            scope.spawn(move || {
                for n in 0..EACH {
                    let login = format!("flood{thread}-{n}");
                    let attempt = Attempt {
                        login: &login,
                        password: "wrong-password-1",
                        terminal: DESK,
                        old_token: None,
                        now: NOW,
                    };
                    let error = enter(store, &heavy, &attempt).unwrap_err();
                    match code_of(&error) {
                        "security.login.busy" => {
                            turned_away.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        }
                        "security.login.wrong" => {}
                        other => panic!("{other}"),
                    }
                }
            });
        }
    });
    let (most_inside, refused) = gate::seen();
    assert!(most_inside <= gate::AT_ONCE, "{most_inside} at once");
    assert!(refused >= 1, "more came than could wait");
    assert!(
        turned_away.into_inner() < THREADS * EACH,
        "some were served"
    );
    // Whoever has the right password is let in afterwards.
    let attempt = Attempt {
        login: "clerk01",
        password: PASSWORD,
        terminal: DESK,
        old_token: None,
        now: NOW,
    };
    assert!(matches!(
        enter(&store, &heavy, &attempt),
        Ok(Entered::In(_))
    ));
}
