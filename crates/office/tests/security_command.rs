//! Commands on the server: what an account has there is what it would have on the pages, and no more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::Span;
use db::testing::{self, TestStore};
use law::{Date, day};
use office::OfficeError;
use office::schema::MIGRATIONS;
use office::security::hours::{self, Days, Hours};
use office::security::login::{
    Attempt, HOURS, LAPSED, LOCKED, LoginPolicy, MINUTE, command_session, job_session, log_in,
};
use office::security::password::PasswordCost;
use office::security::permit::{Function, ManageStaff, RunLevy};
use office::security::post::{Post, PostKind};
use office::security::proposal::{self, Change};
use office::security::setting::{permission_key, rows_key};
use office::security::{Role, Session, staff};

const PASSWORD: &str = "Correct-horse-7-battery";
/// A Friday at ten in Japan.
const NOW: i64 = 1_795_136_400_000_000;
const TODAY: Date = jiff::civil::date(2026, 11, 20);
const DAY: i64 = 24 * 60 * MINUTE;
const EVENING: i64 = NOW + 10 * 60 * MINUTE;
const CLERK: &str = "clerk01";

struct Office {
    store: TestStore,
    one: Session,
    two: Session,
    clerk: i64,
}

fn offices(roles: &[Role]) -> Vec<Office> {
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|store| {
            support::staff(&store);
            let named = |login: &str, roles: &[Role]| support::staff_named(&store, login, roles).0;
            Office {
                one: named("admin01", &[Role::Administrator]),
                two: named("admin02", &[Role::Administrator]),
                clerk: named(CLERK, roles).staff_id(),
                store,
            }
        })
        .inspect(|office| office.chosen(NOW - DAY))
        .collect()
}

fn code(answer: Result<Session, OfficeError>) -> &'static str {
    match answer {
        Ok(_) => "open",
        Err(OfficeError::Refusal(refusal)) => refusal.code,
        Err(_) => "gone",
    }
}

impl Office {
    /// Everybody chose a password at a moment.
    fn chosen(&self, at: i64) {
        let text = format!("update staff set password_set_at = {at}");
        self.store
            .write(|conn| Ok::<_, OfficeError>(conn.execute_text(&text, &[])?))
            .unwrap();
    }

    fn command(&self, now: i64) -> Result<Session, OfficeError> {
        self.store
            .read(|conn| command_session(conn, CLERK, "command-line", now))
    }

    fn job(&self, now: i64) -> Result<Session, OfficeError> {
        self.store
            .read(|conn| job_session(conn, CLERK, "command-line", now))
    }

    fn pages(&self, password: &str, now: i64) -> Result<Session, OfficeError> {
        let policy = LoginPolicy {
            cost: PasswordCost::LOWEST,
            password_days: 0,
            ..LoginPolicy::default()
        };
        let attempt = Attempt {
            login: CLERK,
            password,
            terminal: "desk-1",
            old_token: None,
            now,
        };
        log_in(&self.store, &policy, &attempt).map(|opened| opened.session)
    }

    fn post(&self, span: Span, roles: &[Role], ward: &str) {
        let post = Post {
            kind: PostKind::Regular,
            roles: roles.to_vec(),
            ward: ward.to_owned(),
            ground: "令和8年発令第12号".to_owned(),
        };
        let acting = self.one.acting("発令", TODAY, NOW, None);
        let by = (&acting, &self.one);
        support::place(&self.store, by, self.clerk, (span, &post)).unwrap();
    }

    fn agree(&self, key: &str, value: &str) {
        let acting = |who: &Session| who.acting("設定", TODAY, NOW, None);
        let permit = |who: &Session| support::permit::<ManageStaff>(who);
        let change = Change::Setting {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        self.store
            .write(|conn| {
                let (mine, theirs) = (acting(&self.one), acting(&self.two));
                let id = proposal::propose(conn, &mine, &permit(&self.one), &change, "試験")?;
                proposal::rule(conn, &theirs, &permit(&self.two), id, (true, ""))
            })
            .unwrap();
    }
}

/// What two sessions of one account have has to be the same.
fn same(command: &Session, pages: &Session) {
    assert_eq!(command.roles(), pages.roles());
    assert_eq!(command.functions(), pages.functions());
    assert_eq!(command.ward(), pages.ward());
    assert_eq!(command.places(), pages.places());
    assert_eq!(command.is_limited(), pages.is_limited());
}

// covers: SEC-012
#[test]
fn a_role_that_was_taken_away_is_gone_for_commands_too() {
    for office in offices(&[Role::Levy, Role::Supervisor]) {
        same(
            &office.command(NOW).unwrap(),
            &office.pages(PASSWORD, NOW).unwrap(),
        );
        office.post(
            Span::new(TODAY, Some(day(2026, 12, 1))),
            &[Role::Viewer],
            "北区",
        );
        office.agree(&rows_key(Role::Viewer), "ward");
        let command = office.command(NOW).unwrap();
        same(&command, &office.pages(PASSWORD, NOW).unwrap());
        assert_eq!(command.roles(), [Role::Viewer]);
        assert_eq!(command.ward(), "北区");
        assert!(command.is_limited() && !command.may(RunLevy::CODE));
        let job = office.job(EVENING).unwrap();
        assert_eq!(job.roles(), [Role::Viewer]);
        assert!(job.is_limited() && !job.may(RunLevy::CODE));
        // After the last day of the post nothing opens: neither page nor command nor job.
        let after = NOW + 11 * 24 * 60 * MINUTE;
        assert_eq!(code(office.pages(PASSWORD, after)), HOURS);
        assert_eq!(code(office.command(after)), HOURS);
        assert_eq!(code(office.job(after)), HOURS);
    }
}

#[test]
fn a_command_is_given_from_the_first_place_of_a_post() {
    for office in offices(&[Role::Levy]) {
        office.post(Span::since(TODAY), &[Role::Levy], "北区、南区");
        let place = "北区";
        office.agree(&permission_key(Role::Levy, RunLevy::CODE, place), "off");
        let command = office.command(NOW).unwrap();
        assert_eq!(command.places(), ["北区", "南区"]);
        assert_eq!((command.ward(), command.may(RunLevy::CODE)), (place, false));
        let job = office.job(NOW).unwrap();
        assert_eq!((job.ward(), job.may(RunLevy::CODE)), (place, false));
    }
}

// covers: SEC-012
#[test]
fn commands_keep_to_the_hours_and_to_the_lock_and_jobs_of_the_night_run_at_night() {
    for office in offices(&[Role::Levy]) {
        office.agree(&permission_key(Role::Levy, RunLevy::CODE, ""), "on 540-720");
        let may = |session: Session| session.may(RunLevy::CODE);
        assert!(may(office.command(NOW).unwrap()));
        assert!(!may(office.command(NOW + 3 * 60 * MINUTE).unwrap()));
        assert!(may(office.job(EVENING).unwrap()));
        let (acting, permit) = (
            office.one.acting("時間", TODAY, NOW, None),
            support::permit::<ManageStaff>(&office.one),
        );
        let friday = Hours {
            role: Role::Levy,
            days: Days::Weekday(5),
            from_minute: 8 * 60,
            until_minute: 18 * 60,
        };
        office
            .store
            .write(|conn| hours::set(conn, &acting, &permit, (friday, TODAY)))
            .unwrap();
        assert!(may(office.command(NOW).unwrap()));
        assert_eq!(code(office.pages(PASSWORD, EVENING)), HOURS);
        assert_eq!(code(office.command(EVENING)), HOURS);
        assert!(may(office.job(EVENING).unwrap()));
        // Locked by wrong passwords: neither who sits at the server nor the night is stopped from a page.
        for _ in 0..5 {
            assert!(office.pages("Wrong-9-lantern-q", NOW).is_err());
        }
        assert_eq!(code(office.pages(PASSWORD, NOW)), LOCKED);
        assert_eq!(code(office.job(NOW)), "open");
        assert_eq!(code(office.command(NOW)), "open");
        office
            .store
            .write(|conn| staff::set_disabled(conn, &acting, &permit, office.clerk, true))
            .unwrap();
        assert_eq!(code(office.command(NOW + 15 * MINUTE)), "gone");
        assert_eq!(code(office.job(NOW)), "gone");
    }
}

// covers: SEC-007, SEC-012
#[test]
fn a_password_that_lapsed_gives_no_command_and_stops_no_night() {
    for office in offices(&[Role::Levy]) {
        let last = NOW - DAY + 90 * DAY;
        assert_eq!(code(office.command(last - 1)), "open");
        assert_eq!(code(office.command(last)), LAPSED);
        assert_eq!(code(office.job(last)), "open");
    }
}
