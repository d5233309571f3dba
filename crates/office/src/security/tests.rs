use super::access::{self, Outcome};
use super::authorize::{NOT_PERMITTED, authorize};
use super::login::{
    Attempt, LoggedIn, LoginPolicy, MINUTE, command_session, log_in, log_out, resume,
};
use super::password::{PasswordCost, check_new, matches, stretch};
use super::permit::{self, ApproveLevy, Function, ManageStaff, RunLevy};
use super::role::Role;
use super::staff::{self, NewStaff};
use crate::acts::Acting;
use crate::error::OfficeError;
use crate::schema::MIGRATIONS;
use db::{Store, StoreUrl};
use std::fmt::Write;

const PASSWORD: &str = "ひらけごまAbc-1234";
const START: i64 = 1_790_000_000_000_000;

fn policy() -> LoginPolicy {
    LoginPolicy {
        cost: PasswordCost::LOWEST,
        ..LoginPolicy::default()
    }
}

fn acting(now: i64) -> Acting {
    Acting {
        staff_id: 0,
        terminal: "console".to_owned(),
        purpose: "初期設定".to_owned(),
        business_date: law::day(2026, 6, 1),
        now,
        request_id: None,
    }
}

fn new_staff(login: &str, roles: &[Role]) -> NewStaff {
    NewStaff {
        login: login.to_owned(),
        name: "試験 職員".to_owned(),
        password: PASSWORD.to_owned(),
        roles: roles.to_vec(),
        ward: String::new(),
    }
}

fn office() -> Store {
    let store = Store::open(&StoreUrl::SqliteMemory).unwrap();
    store.migrate(MIGRATIONS).unwrap();
    let admin = staff::prepare(
        new_staff("admin", &[Role::Administrator]),
        PasswordCost::LOWEST,
    )
    .unwrap()
    .of_demonstration();
    let clerk = staff::prepare(new_staff("levy01", &[Role::Levy]), PasswordCost::LOWEST)
        .unwrap()
        .of_demonstration();
    store
        .write(|conn| {
            staff::open_first(conn, &acting(START), &admin)?;
            let session = command_session(conn, "admin", "console", 0)?;
            let permit = authorize::<ManageStaff>(&session)?;
            staff::open(conn, &acting(START), &permit, &clerk)
        })
        .unwrap();
    store
}

fn attempt<'a>(login: &'a str, password: &'a str, now: i64) -> Attempt<'a> {
    Attempt {
        login,
        password,
        terminal: "192.0.2.1",
        old_token: None,
        now,
    }
}

fn log_in_at(store: &Store, now: i64) -> LoggedIn {
    log_in(store, &policy(), &attempt("levy01", PASSWORD, now)).unwrap()
}

fn code(error: &OfficeError) -> &str {
    match error {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("not a refusal: {other}"),
    }
}

#[test]
fn roles_and_functions_are_as_the_golden_table_says() {
    let mut table = String::from("# 役割 × 機能\n");
    for (function, name) in permit::ALL {
        write!(table, "{function:<20}").unwrap();
        for role in Role::ALL {
            let mark = if role.holds(function) {
                role.code()
            } else {
                "-"
            };
            write!(table, " {mark:<22}").unwrap();
        }
        writeln!(table, " {name}").unwrap();
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/src/security/roles.golden.txt");
    if std::env::var_os("KOKUHO_BLESS").is_some() {
        std::fs::write(golden, &table).unwrap();
    }
    assert_eq!(
        table,
        std::fs::read_to_string(golden).unwrap(),
        "look at the difference; then run with KOKUHO_BLESS=1"
    );
}

#[test]
fn every_function_has_a_holder_and_every_right_a_function() {
    for (function, name) in permit::ALL {
        assert!(
            Role::ALL.iter().any(|role| role.holds(function)),
            "{name} can be used by nobody"
        );
    }
    for role in Role::ALL {
        for function in role.functions() {
            assert!(permit::ALL.iter().any(|(code, _)| code == function));
        }
        assert!(
            !(role.holds(RunLevy::CODE) && role.holds(ApproveLevy::CODE)),
            "{} could run and approve alone",
            role.name_ja()
        );
    }
}

#[test]
fn a_permit_is_refused_with_the_roles_that_hold_it() {
    let store = office();
    let session = log_in_at(&store, START).session;
    assert_eq!(
        authorize::<RunLevy>(&session).unwrap().code(),
        RunLevy::CODE
    );
    let refusal = authorize::<ApproveLevy>(&session).unwrap_err();
    assert_eq!(refusal.code, NOT_PERMITTED);
    assert!(refusal.message_ja.contains("賦課責任者"), "{refusal}");
}

#[test]
fn a_token_opens_its_session_until_log_out() {
    let store = office();
    let LoggedIn { token, session, .. } = log_in_at(&store, START);
    assert_eq!(token.len(), 64);
    assert_ne!(token, session.csrf());
    let found = resume(&store, &policy(), &token, "192.0.2.1", START + 1).unwrap();
    assert_eq!(found.unwrap().staff_id(), session.staff_id());
    log_out(&store, &token, &session, START + 2).unwrap();
    assert!(
        resume(&store, &policy(), &token, "192.0.2.1", START + 3)
            .unwrap()
            .is_none()
    );
}

#[test]
fn the_table_does_not_hold_the_token() {
    let store = office();
    let token = log_in_at(&store, START).token;
    let stored = store
        .read(|conn| conn.query_text("select token_hash from session", &[], |row| row.text(0)))
        .unwrap();
    assert_eq!(stored.len(), 1);
    assert_ne!(stored[0], token);
    assert_eq!(stored[0].len(), 64);
}

// covers: SEC-029
#[test]
fn a_session_ends_by_idling_by_age_and_at_another_terminal() {
    let store = office();
    let rules = policy();
    let token = log_in_at(&store, START).token;
    assert!(
        resume(&store, &rules, &token, "192.0.2.1", START + rules.idle)
            .unwrap()
            .is_none()
    );

    let token = log_in_at(&store, START).token;
    let step = 20 * MINUTE;
    let mut now = START;
    while now + step < START + rules.absolute {
        now += step;
        assert!(
            resume(&store, &rules, &token, "192.0.2.1", now)
                .unwrap()
                .is_some()
        );
    }
    assert!(
        resume(&store, &rules, &token, "192.0.2.1", now + step)
            .unwrap()
            .is_none()
    );

    let token = log_in_at(&store, START).token;
    assert!(
        resume(&store, &rules, &token, "192.0.2.9", START + 1)
            .unwrap()
            .is_none()
    );
    assert!(
        resume(&store, &rules, &token, "192.0.2.1", START + 2)
            .unwrap()
            .is_none(),
        "seen elsewhere, it is over everywhere"
    );
}

#[test]
fn logging_in_again_ends_the_token_held_before() {
    let store = office();
    let first = log_in_at(&store, START).token;
    let again = Attempt {
        old_token: Some(&first),
        ..attempt("levy01", PASSWORD, START + 1)
    };
    let second = log_in(&store, &policy(), &again).unwrap().token;
    assert_ne!(first, second);
    assert!(
        resume(&store, &policy(), &first, "192.0.2.1", START + 2)
            .unwrap()
            .is_none()
    );
    assert!(
        resume(&store, &policy(), &second, "192.0.2.1", START + 2)
            .unwrap()
            .is_some()
    );
}

#[test]
fn failures_lock_the_account_for_a_while_and_success_clears_the_count() {
    let store = office();
    for n in 0..4 {
        let error = log_in(&store, &policy(), &attempt("levy01", "wrong", START + n)).unwrap_err();
        assert_eq!(code(&error), "security.login.wrong");
    }
    log_in_at(&store, START + 10);
    for n in 0..5 {
        log_in(
            &store,
            &policy(),
            &attempt("levy01", "wrong", START + 20 + n),
        )
        .unwrap_err();
    }
    let error = log_in(&store, &policy(), &attempt("levy01", PASSWORD, START + 30)).unwrap_err();
    assert_eq!(code(&error), "security.login.locked");
    log_in_at(&store, START + 30 + policy().locked_for);
}

#[test]
fn an_unknown_account_is_refused_in_the_same_words() {
    let store = office();
    let unknown = log_in(&store, &policy(), &attempt("nobody", PASSWORD, START)).unwrap_err();
    let wrong = log_in(&store, &policy(), &attempt("levy01", "wrong", START)).unwrap_err();
    assert_eq!(unknown.to_string(), wrong.to_string());
    let lines = store.read(|conn| access::latest(conn, 2)).unwrap();
    assert!(
        lines
            .iter()
            .all(|line| line.outcome == Outcome::Failed.code())
    );
    assert_eq!(lines[1].staff_id, 0);
}

#[test]
fn suspending_and_a_new_password_end_the_sessions() {
    let store = office();
    let LoggedIn { token, session, .. } = log_in_at(&store, START);
    let hash = stretch(PasswordCost::LOWEST, "あたらしいPass-9876").unwrap();
    let change = |disabled: bool| {
        store
            .write(|conn| {
                let admin = command_session(conn, "admin", "console", 0)?;
                let permit = authorize::<ManageStaff>(&admin)?;
                let acting = acting(START + 5);
                if disabled {
                    staff::set_disabled(conn, &acting, &permit, session.staff_id(), true)
                } else {
                    staff::set_password(conn, &acting, &permit, session.staff_id(), &hash)
                }
            })
            .unwrap();
    };
    change(false);
    assert!(
        resume(&store, &policy(), &token, "192.0.2.1", START + 6)
            .unwrap()
            .is_none()
    );
    let renewed = attempt("levy01", "あたらしいPass-9876", START + 7);
    let token = log_in(&store, &policy(), &renewed).unwrap().token;
    change(true);
    assert!(
        resume(&store, &policy(), &token, "192.0.2.1", START + 8)
            .unwrap()
            .is_none()
    );
    let error = log_in(&store, &policy(), &renewed).unwrap_err();
    assert_eq!(code(&error), "security.login.wrong");
}

#[test]
fn the_first_account_is_opened_once_and_numbers_are_not_reused() {
    let store = office();
    let ready = staff::prepare(
        new_staff("another", &[Role::Administrator]),
        PasswordCost::LOWEST,
    )
    .unwrap();
    let second = store.write(|conn| staff::open_first(conn, &acting(START), &ready));
    assert!(matches!(second, Err(OfficeError::Conflict(_))));
    let taken = staff::prepare(new_staff("levy01", &[Role::Viewer]), PasswordCost::LOWEST).unwrap();
    let taken = store.write(|conn| {
        let admin = command_session(conn, "admin", "console", 0)?;
        staff::open(
            conn,
            &acting(START),
            &authorize::<ManageStaff>(&admin)?,
            &taken,
        )
    });
    assert!(matches!(taken, Err(OfficeError::Input { .. })));
    let names = store
        .read(|conn| {
            let admin = command_session(conn, "admin", "console", 0)?;
            staff::list(
                conn,
                &authorize::<ManageStaff>(&admin)?,
                law::day(2026, 6, 1),
            )
        })
        .unwrap();
    let names: Vec<&str> = names.iter().map(|staff| staff.login.as_str()).collect();
    assert_eq!(names, ["admin", "levy01"]);
}

#[test]
fn weak_passwords_are_named() {
    for (login, weak) in [
        ("a", "短い"),
        ("levy01", "xxLEVY01xx-9999"),
        ("a", "aaaaaaaaaaaa"),
    ] {
        assert!(check_new(login, weak).is_err(), "{weak}");
    }
    assert!(check_new("levy01", PASSWORD).is_ok());
}

#[test]
fn stretched_passwords_are_salted_and_checked() {
    let one = stretch(PasswordCost::LOWEST, PASSWORD).unwrap();
    let two = stretch(PasswordCost::LOWEST, PASSWORD).unwrap();
    assert_ne!(one, two);
    assert!(one.starts_with("$argon2id$v=19$"));
    assert!(matches(&one, PASSWORD) && matches(&two, PASSWORD));
    assert!(!matches(&one, "other") && !matches("not a hash", PASSWORD));
}

#[test]
fn statements_are_accepted_by_the_store() {
    db::check_statements(&office(), &super::statements()).unwrap();
}
