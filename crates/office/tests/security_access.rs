//! 職員番号・パスワード・端末・時間: who is let in, from where, when, and for how long.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::testing::{self, TestStore};
use db::{Span, Store};
use law::{Date, day};
use office::schema::MIGRATIONS;
use office::security::hours::{self, Days, Hours};
use office::security::login::{Attempt, LoggedIn, LoginPolicy, MINUTE, log_in, resume};
use office::security::own_password;
use office::security::password::{PasswordCost, check_new, stretch};
use office::security::permit::{Function, ManageStaff, Permit, RunLevy, ViewHousehold};
use office::security::post::{self, Post, PostKind};
use office::security::session::Stage;
use office::security::staff;
use office::security::terminal::{self, Terminal};
use office::security::{Role, Session, authorize};
use office::{Acting, OfficeError};

const PASSWORD: &str = "Correct-horse-7-battery";
const DAY: i64 = 24 * 60 * MINUTE;

/// A moment in Japan.
fn moment(date: Date, hour: i64, minute: i64) -> i64 {
    let days = i64::from((date - day(1970, 1, 1)).get_days());
    ((days * 24 + hour - 9) * 60 + minute) * MINUTE
}

/// Friday.
fn start() -> i64 {
    moment(day(2026, 11, 20), 10, 0)
}

fn policy() -> LoginPolicy {
    LoginPolicy {
        cost: PasswordCost::LOWEST,
        ..LoginPolicy::default()
    }
}

const CHOSEN: db::Sql = db::Sql {
    name: "test.chosen",
    text: "update staff set must_change = 0 where staff_id = $1",
};

struct Office {
    store: TestStore,
    admin: Session,
    clerk_id: i64,
}

fn offices() -> Vec<Office> {
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|store| {
            support::staff(&store);
            let (clerk, admin) = support::staff_named(&store, "clerk01", &[Role::Levy]);
            let office = Office {
                clerk_id: clerk.staff_id(),
                admin,
                store,
            };
            office.give_password(start() - DAY);
            office
        })
        .collect()
}

impl Office {
    fn acting(&self, now: i64) -> Acting {
        self.admin.acting("運用管理", day(2026, 11, 20), now, None)
    }

    fn permit(&self) -> Permit<ManageStaff> {
        authorize(&self.admin).unwrap()
    }

    fn give_password(&self, now: i64) {
        let hash = stretch(PasswordCost::LOWEST, PASSWORD).unwrap();
        self.store
            .write(|conn| {
                let (acting, permit) = (self.acting(now), self.permit());
                staff::set_password(conn, &acting, &permit, self.clerk_id, &hash)?;
                // As if its owner had set it: these tests begin after the first log-in.
                Ok::<_, OfficeError>(conn.execute(&CHOSEN, &[self.clerk_id.into()])?)
            })
            .unwrap();
    }

    fn enter_at(
        &self,
        policy: &LoginPolicy,
        password: &str,
        terminal: &str,
        now: i64,
    ) -> Result<LoggedIn, OfficeError> {
        let attempt = Attempt {
            login: "clerk01",
            password,
            terminal,
            old_token: None,
            now,
        };
        log_in(&self.store, policy, &attempt)
    }

    fn enter(&self, now: i64) -> Result<LoggedIn, OfficeError> {
        self.enter_at(&policy(), PASSWORD, "desk-1", now)
    }

    fn lives(&self, token: &str, now: i64) -> Option<Session> {
        resume(&self.store, &policy(), token, "desk-1", now).unwrap()
    }

    fn place(&self, from: Date, until: Option<Date>, kind: PostKind, roles: &[Role]) {
        let post = Post {
            kind,
            roles: roles.to_vec(),
            ward: String::new(),
            ground: "発令 R8-12".to_owned(),
        };
        let by = (&self.acting(start()), &self.admin);
        let span = Span::new(from, until);
        support::place(&self.store, by, self.clerk_id, (span, &post)).unwrap();
    }

    fn hours(&self, days: Days, from_minute: i64, until_minute: i64) -> Result<(), OfficeError> {
        self.hours_from(
            days,
            (from_minute, until_minute),
            hours::in_japan(start()).0,
        )
    }

    fn hours_from(
        &self,
        days: Days,
        (from_minute, until_minute): (i64, i64),
        from: Date,
    ) -> Result<(), OfficeError> {
        let hours = Hours {
            role: Role::Levy,
            days,
            from_minute,
            until_minute,
        };
        let (acting, permit) = (self.acting(start()), self.permit());
        self.store
            .write(|conn| hours::set(conn, &acting, &permit, (hours, from)))
    }

    fn outcomes(&self, what: &str) -> Vec<String> {
        let store: &Store = &self.store;
        store
            .read(|conn| {
                Ok::<_, OfficeError>(conn.query_text(
                    "select outcome from access_log where what = $1 order by entry_id",
                    &[what.into()],
                    |row| row.text(0),
                )?)
            })
            .unwrap()
    }
}

fn code(error: &OfficeError) -> &str {
    match error {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

// covers: SEC-006
#[test]
fn a_second_log_in_ends_the_first() {
    for office in offices() {
        let first = office.enter(start()).unwrap();
        assert!(office.lives(&first.token, start() + 1).is_some());
        let second = office.enter(start() + MINUTE).unwrap();
        assert!(office.lives(&first.token, start() + MINUTE + 1).is_none());
        assert!(office.lives(&second.token, start() + MINUTE + 1).is_some());
    }
}

// covers: SEC-007, SEC-008
#[test]
fn a_password_not_changed_in_time_lapses_and_earlier_ones_are_not_taken_again() {
    for office in offices() {
        // Set one day before the start: 90 days hold until 89 days after it.
        let almost = start() + 88 * DAY;
        assert_eq!(office.enter(start()).unwrap().password_days_left, Some(89));
        let last = office.enter(almost).unwrap();
        assert_eq!(last.password_days_left, Some(1));
        let lapsed = office.enter(start() + 89 * DAY).unwrap_err();
        assert_eq!(code(&lapsed), "security.login.lapsed");
        assert_eq!(office.outcomes("login").last().unwrap(), "failed");
        // Its owner changes it in time.
        let session = last.session;
        let change = |present: &str, new: &str, now: i64| {
            own_password::change(&office.store, &policy(), &session, (present, new), now)
        };
        let wrong = change("Correct-horse-7-batteryX", "Staple-4-lantern-quilt", almost);
        assert!(
            wrong
                .unwrap_err()
                .to_string()
                .starts_with("現在のパスワード")
        );
        assert_eq!(office.outcomes("password"), ["failed"]);
        assert!(
            change(PASSWORD, PASSWORD, almost)
                .unwrap_err()
                .to_string()
                .contains("過去5回")
        );
        let mut present = PASSWORD.to_owned();
        for turn in 0..6 {
            let next = format!("Staple-{turn}-lantern-quilt");
            change(&present, &next, almost).unwrap();
            let back = change(&next, PASSWORD, almost);
            // Five earlier ones count; the sixth lets the first be taken again, which we do not do here.
            assert_eq!(back.is_ok(), turn == 5, "turn {turn}");
            present = next;
        }
        assert!(
            office.lives(&last.token, almost + 1).is_none(),
            "a change ends every session"
        );
        assert!(office.enter(start() + 89 * DAY).is_ok());
    }
}

// covers: SEC-007
#[test]
fn rows_and_common_words_do_not_make_a_password() {
    for weak in [
        "abc12345",
        "abcdefghijkl",
        "123456789012",
        "Password1234",
        "P@ssw0rd1234",
        "qwertyuiop12",
        "Kokuho2026!!",
        "Minato-Kokuho",
        "poiuytrewqas",
        "aaaaaaaabcde",
        "Admin-Admin-Admin",
        "Reiwa8-Hoken",
    ] {
        assert!(check_new("clerk01", weak).is_err(), "{weak}");
    }
    for strong in [
        PASSWORD,
        "ひらけごまAbc-1234",
        "tall7Giraffe.Rain",
        "n4#vQ8)zLp2w",
    ] {
        assert!(check_new("clerk01", strong).is_ok(), "{strong}");
    }
    assert!(check_new("clerk01", "xClErK01-vQ8zLp2w").is_err());
}

// covers: SEC-009, SEC-032
#[test]
fn only_terminals_of_the_register_are_let_in_and_one_taken_out_ends_its_sessions() {
    let strict = LoginPolicy {
        registered_terminals_only: true,
        ..policy()
    };
    for office in offices() {
        let unknown = office
            .enter_at(&strict, PASSWORD, "desk-1", start())
            .unwrap_err();
        assert_eq!(code(&unknown), "security.login.terminal");
        assert_eq!(office.outcomes("login"), ["failed"]);
        let desk = Terminal {
            terminal_id: 0,
            address: "desk-1".to_owned(),
            name: "窓口1番".to_owned(),
            place: "本庁1階 国保年金課".to_owned(),
            ward: String::new(),
            wire_lock: true,
            ended_at: None,
        };
        let (acting, permit) = (office.acting(start()), office.permit());
        let register = |terminal: &Terminal| {
            office
                .store
                .write(|conn| terminal::register(conn, &acting, &permit, terminal))
        };
        let number = register(&desk).unwrap();
        assert!(register(&desk).is_err(), "twice the same address");
        assert!(
            register(&Terminal {
                place: " ".to_owned(),
                address: "x".to_owned(),
                ..desk.clone()
            })
            .is_err()
        );
        let entered = office
            .enter_at(&strict, PASSWORD, "desk-1", start())
            .unwrap();
        assert!(office.lives(&entered.token, start()).is_some());
        let end = || {
            office
                .store
                .write(|conn| terminal::end(conn, &acting, &permit, number))
        };
        end().unwrap();
        assert!(office.lives(&entered.token, start()).is_none());
        assert!(matches!(end(), Err(OfficeError::Conflict(_))));
        assert!(
            office
                .enter_at(&strict, PASSWORD, "desk-1", start())
                .is_err()
        );
        let all = office.store.read(terminal::all).unwrap();
        assert!(all.len() == 1 && all[0].wire_lock && all[0].ended_at.is_some());
    }
}

// covers: SEC-010
#[test]
fn outside_the_hours_of_use_nobody_is_let_in_and_what_is_open_ends() {
    for office in offices() {
        for weekday in 1..=5 {
            office
                .hours(Days::Weekday(weekday), 8 * 60, 20 * 60)
                .unwrap();
        }
        let friday = day(2026, 11, 20);
        assert!(office.enter(moment(friday, 7, 59)).is_err());
        assert!(office.enter(moment(friday, 8, 0)).is_ok());
        let late = office.enter(moment(friday, 19, 50)).unwrap();
        assert!(office.lives(&late.token, moment(friday, 19, 59)).is_some());
        assert!(office.lives(&late.token, moment(friday, 20, 0)).is_none());
        let night = office.enter(moment(friday, 23, 0)).unwrap_err();
        assert_eq!(code(&night), "security.login.hours");
        let saturday = day(2026, 11, 21);
        assert!(
            office.enter(moment(saturday, 10, 0)).is_err(),
            "no hours on a Saturday"
        );
        office.hours(Days::Day(saturday), 9 * 60, 12 * 60).unwrap();
        assert!(office.enter(moment(saturday, 10, 0)).is_ok());
        // A holiday in the week.
        let monday = day(2026, 11, 23);
        assert!(office.enter(moment(monday, 10, 0)).is_ok());
        office.hours(Days::Day(monday), 0, 0).unwrap();
        assert!(office.enter(moment(monday, 10, 0)).is_err());
        for (from, until) in [(10 * 60, 9 * 60), (-1, 60), (0, 25 * 60)] {
            assert!(office.hours(Days::Weekday(1), from, until).is_err());
        }
        assert!(office.hours(Days::Weekday(8), 0, 60).is_err());
    }
}

// covers: SEC-004, SEC-005, SEC-012, SEC-088, SEC-089
#[test]
fn at_midnight_of_a_transfer_the_old_roles_are_gone_and_an_id_lent_out_ends_on_its_day() {
    for office in offices() {
        let (march, april) = (day(2027, 3, 31), day(2027, 4, 1));
        office.give_password(moment(march, 9, 0));
        office.place(
            day(2026, 4, 1),
            Some(april),
            PostKind::Regular,
            &[Role::Levy],
        );
        office.place(april, None, PostKind::Regular, &[Role::Viewer]);
        let evening = office.enter(moment(march, 23, 50)).unwrap();
        assert!(authorize::<RunLevy>(&evening.session).is_ok());
        let before = office.lives(&evening.token, moment(march, 23, 59)).unwrap();
        assert!(authorize::<RunLevy>(&before).is_ok());
        let after = office.lives(&evening.token, moment(april, 0, 0)).unwrap();
        assert!(authorize::<RunLevy>(&after).is_err());
        assert!(authorize::<ViewHousehold>(&after).is_ok());
        // Retired: from that day the account opens nothing at all.
        office.place(day(2027, 7, 1), None, PostKind::Regular, &[]);
        office.give_password(moment(day(2027, 6, 30), 9, 0));
        assert!(office.enter(moment(day(2027, 6, 30), 12, 0)).is_ok());
        assert!(office.enter(moment(day(2027, 7, 1), 12, 0)).is_err());
        // Lent out for a migration: a last day is required, and after it nothing opens.
        let lent = Post {
            kind: PostKind::Migration,
            roles: vec![Role::Administrator],
            ward: String::new(),
            ground: "移行契約 R8-3".to_owned(),
        };
        let place = |post: &Post, until: Option<Date>| {
            let by = (&office.acting(start()), &office.admin);
            let span = Span::new(day(2027, 8, 1), until);
            support::place(&office.store, by, office.clerk_id, (span, post))
        };
        assert!(
            place(&lent, None)
                .unwrap_err()
                .to_string()
                .starts_with("期限")
        );
        let baseless = Post {
            ground: String::new(),
            ..lent.clone()
        };
        assert!(
            place(&baseless, None)
                .unwrap_err()
                .to_string()
                .starts_with("根拠")
        );
        place(&lent, Some(day(2027, 8, 5))).unwrap();
        office.give_password(moment(day(2027, 8, 1), 9, 0));
        assert!(office.enter(moment(day(2027, 8, 4), 12, 0)).is_ok());
        assert!(office.enter(moment(day(2027, 8, 5), 0, 0)).is_err());
    }
}

// covers: SEC-018
#[test]
fn who_could_use_a_function_on_a_day_is_one_question() {
    for office in offices() {
        let april = day(2027, 4, 1);
        office.place(
            day(2026, 4, 1),
            Some(april),
            PostKind::Regular,
            &[Role::Levy, Role::Counter],
        );
        let names = |function: &str, on: Date, known_at: i64| -> Vec<(String, Vec<Role>)> {
            office
                .store
                .read(|conn| post::holders(conn, &office.permit(), function, (on, known_at)))
                .unwrap()
                .into_iter()
                .map(|holder| (holder.login, holder.roles))
                .collect()
        };
        let now = i64::MAX - 1;
        let in_march = names(RunLevy::CODE, day(2027, 3, 31), now);
        assert!(in_march.contains(&("clerk01".to_owned(), vec![Role::Levy])));
        assert!(
            in_march.iter().any(|(login, _)| login == "levy01"),
            "opened with the role, no post"
        );
        assert!(
            names(RunLevy::CODE, april, now)
                .iter()
                .all(|(login, _)| login != "clerk01")
        );
        assert!(names(ViewHousehold::CODE, day(2026, 12, 1), now).len() >= 3);
        // As it was known before the post was entered.
        let earlier = names(RunLevy::CODE, day(2027, 3, 31), 1);
        assert!(
            earlier.iter().all(|(login, _)| login != "clerk01"),
            "{earlier:?}"
        );
    }
}

// covers: SEC-007
#[test]
fn a_password_set_by_somebody_else_opens_nothing_but_its_change_and_lapses_soon() {
    for office in offices() {
        let hash = stretch(PasswordCost::LOWEST, "Handed-9-over-lantern").unwrap();
        let reset = |now: i64| {
            office
                .store
                .write(|conn| {
                    let (acting, permit) = (office.acting(now), office.permit());
                    staff::set_password(conn, &acting, &permit, office.clerk_id, &hash)
                })
                .unwrap();
        };
        let enter = |password: &str, now: i64| office.enter_at(&policy(), password, "desk-1", now);
        let open_before = office.enter(start()).unwrap();
        reset(start());
        assert!(office.lives(&open_before.token, start() + 1).is_none());
        let first = enter("Handed-9-over-lantern", start() + MINUTE).unwrap();
        assert_eq!(first.session.stage(), Stage::Password);
        let session = office.lives(&first.token, start() + 2 * MINUTE).unwrap();
        for session in [&first.session, &session] {
            assert_eq!(session.stage(), Stage::Password);
            assert!(session.roles().is_empty() && !session.may("levy.run"));
            assert!(authorize::<RunLevy>(session).is_err());
            assert!(authorize::<ViewHousehold>(session).is_err());
        }
        assert_eq!(office.outcomes("login.password"), ["shown"]);
        // The one that was handed over is not taken for the own one.
        let change = |new: &str| {
            let typed = ("Handed-9-over-lantern", new);
            own_password::change(
                &office.store,
                &policy(),
                &session,
                typed,
                start() + 3 * MINUTE,
            )
        };
        assert!(change("Handed-9-over-lantern").is_err());
        change("Own-4-quilt-staple-x").unwrap();
        assert!(office.lives(&first.token, start() + 4 * MINUTE).is_none());
        let own = enter("Own-4-quilt-staple-x", start() + 5 * MINUTE).unwrap();
        assert_eq!(own.session.stage(), Stage::Full);
        assert!(authorize::<RunLevy>(&own.session).is_ok());
        // Left lying for a week, it opens nothing any more; also where passwords never lapse otherwise.
        reset(start() + 6 * MINUTE);
        let week = start() + 6 * MINUTE + 7 * DAY;
        let never = LoginPolicy {
            password_days: 0,
            ..policy()
        };
        for policy in [policy(), never] {
            let enter = |now: i64| office.enter_at(&policy, "Handed-9-over-lantern", "desk-1", now);
            assert!(enter(week - MINUTE).is_ok());
            assert_eq!(code(&enter(week).unwrap_err()), "security.login.lapsed");
        }
    }
}

#[test]
fn only_demonstrations_and_tests_open_accounts_whose_password_counts_as_their_own() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut waiting, mut users) = (vec![], vec![]);
    for krate in [
        "office", "web", "kokuho", "sim", "exchange", "print", "db", "law",
    ] {
        waiting.push(root.join(krate).join("src"));
    }
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if std::fs::read_to_string(&path)
                .is_ok_and(|text| text.contains("of_demonstration"))
            {
                users.push(path.file_name().unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    users.sort();
    // Where it stands, the demonstration, and the unit tests of this area.
    assert_eq!(users, ["account.rs", "demo_staff.rs", "tests.rs"]);
}

// covers: SEC-010
#[test]
fn hours_take_effect_on_their_day_and_leave_a_history() {
    for office in offices() {
        let today = hours::in_japan(start()).0;
        let monday = day(2026, 11, 30);
        let later = day(2026, 12, 7);
        office.hours(Days::Weekday(1), 8 * 60, 18 * 60).unwrap();
        office
            .hours_from(Days::Weekday(1), (9 * 60, 17 * 60), later)
            .unwrap();
        assert!(office.enter(moment(monday, 17, 30)).is_ok());
        assert!(office.enter(moment(later, 17, 30)).is_err());
        assert!(office.enter(moment(later, 16, 30)).is_ok());
        // A session that was opened in time ends when the hours of the new day are over.
        let open = office.enter(moment(later, 16, 50)).unwrap();
        assert!(office.lives(&open.token, moment(later, 16, 59)).is_some());
        assert!(office.lives(&open.token, moment(later, 17, 0)).is_none());
        // The past stays as it was; so does what was laid down.
        let past = office.hours_from(Days::Weekday(1), (0, 1440), law::date::previous_day(today));
        assert!(past.unwrap_err().to_string().starts_with("適用する日"));
        let bygone = office.hours(Days::Day(law::date::previous_day(today)), 0, 0);
        assert!(bygone.is_err());
        let stated = office
            .store
            .read(|conn| hours::stated(conn, &office.permit()))
            .unwrap();
        let lines: Vec<(i64, Date, Option<Date>, bool)> = stated
            .iter()
            .map(|one| {
                (
                    one.hours.until_minute,
                    one.valid.from,
                    one.valid.until,
                    one.stands,
                )
            })
            .collect();
        assert_eq!(
            lines,
            [
                (1080, today, None, false),
                (1080, today, Some(later), true),
                (1020, later, None, true),
            ]
        );
        assert!(
            stated
                .iter()
                .all(|one| one.staff == "levy01" && one.recorded_at >= start())
        );
        for (on, until) in [(monday, 1080), (later, 1020)] {
            let hours = office.store.read(|conn| hours::on(conn, on)).unwrap();
            assert_eq!(
                hours.iter().map(|one| one.until_minute).collect::<Vec<_>>(),
                [until]
            );
        }
    }
}

// covers: SEC-007
#[test]
fn common_and_leaked_passwords_are_refused_also_dressed_up() {
    // Of twelve letters and more, as they stand in lists of leaked passwords; then with a year or a sign put on.
    let leaked = [
        "unbelievable",
        "thunderbirds",
        "snowboarding",
        "christopher1",
        "constantine1",
        "manchesterunited",
        "trustno1trustno1",
        "blink182blink182",
        "1q2w3e4r5t6y",
        "zaq12wsxcde3",
        "Starwars2026",
        "L1verpool2026",
        "J3nnifer-1988",
    ];
    let taken: Vec<&str> = leaked
        .into_iter()
        .filter(|leaked| check_new("clerk01", leaked).is_ok())
        .collect();
    assert_eq!(taken, [""; 0]);
    // The own 職員番号 turned round is a word, too.
    assert!(check_new("takahashi", "ihsahakat2026").is_err());
    for free in [PASSWORD, "みずうみ-Ha7shi-Karasu", "rk8-Vomu-tisha-30"] {
        assert!(check_new("clerk01", free).is_ok(), "{free}");
    }
}

// covers: SEC-080
#[test]
fn a_contractor_at_the_counter_has_the_eight_items_and_nothing_else() {
    use office::security::role::OUTSOURCED;
    let of_items: std::collections::BTreeSet<&str> = OUTSOURCED
        .iter()
        .flat_map(|(_, functions)| functions.iter().copied())
        .collect();
    assert_eq!(OUTSOURCED.len(), 8);
    for (function, name) in office::security::permit::ALL {
        assert_eq!(
            Role::CounterContractor.holds(function),
            of_items.contains(function),
            "{name}"
        );
    }
    for office in offices() {
        let (from, until) = (day(2026, 11, 1), day(2027, 4, 1));
        let post = |roles: &[Role]| Post {
            kind: PostKind::Contractor,
            roles: roles.to_vec(),
            ward: String::new(),
            ground: "契約8-1".to_owned(),
        };
        let place = |roles: &[Role]| {
            let by = (&office.acting(start()), &office.admin);
            let span = Span::new(from, Some(until));
            support::place(&office.store, by, office.clerk_id, (span, &post(roles)))
        };
        for role in Role::ALL {
            let placed = place(&[Role::CounterContractor, role]);
            assert_eq!(
                placed.is_ok(),
                role.may_be_outsourced(),
                "{}",
                role.name_ja()
            );
        }
        assert!(!Role::Counter.may_be_outsourced() && !Role::NumberUser.may_be_outsourced());
    }
}
