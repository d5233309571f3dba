//! 職員番号の登録と一人の管理者: an account opens nothing until two agree, and what one does alone on the server is told.
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
use law::day;
use office::OfficeError;
use office::schema::MIGRATIONS;
use office::security::console::{ON_THE_PAGES, administrators, password_here, place_here};
use office::security::login::{
    HOURS, LAPSED, LoginPolicy, MINUTE, command_session, recovery_session,
};
use office::security::password::{PasswordCost, stretch};
use office::security::permit::ManageStaff;
use office::security::post::{Post, PostKind};
use office::security::proposal::{self, OWN_ACCOUNT};
use office::security::staff::{self, NewStaff};
use office::security::{Role, Session, weak};

const PASSWORD: &str = "Correct-horse-7-battery";
/// A Friday at ten in Japan.
const NOW: i64 = 1_795_136_400_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A town of one administrator.
struct Town {
    store: TestStore,
    one: Session,
}

fn towns() -> Vec<Town> {
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|store| {
            let (one, _) = support::staff(&store);
            let town = Town { store, one };
            town.alter(&format!("update staff set password_set_at = {NOW}"));
            town
        })
        .collect()
}

fn code<T>(answer: Result<T, OfficeError>) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(OfficeError::Refusal(refusal)) => refusal.code,
        Err(other) => panic!("{other}"),
    }
}

fn post(roles: &[Role]) -> Post {
    Post {
        kind: PostKind::Regular,
        roles: roles.to_vec(),
        ward: String::new(),
        ground: "令和8年発令第12号".to_owned(),
    }
}

impl Town {
    fn alter(&self, text: &str) {
        self.store
            .write(|conn| Ok::<_, OfficeError>(conn.execute_text(text, &[])?))
            .unwrap();
    }

    fn texts(&self, text: &str) -> Vec<String> {
        self.store
            .read(|conn| Ok::<_, OfficeError>(conn.query_text(text, &[], |row| row.text(0))?))
            .unwrap()
    }

    /// As the page opens an account.
    fn open(&self, login: &str, roles: &[Role]) -> i64 {
        let new = NewStaff {
            login: login.to_owned(),
            name: login.to_owned(),
            password: PASSWORD.to_owned(),
            roles: roles.to_vec(),
            ward: String::new(),
        };
        let ready = staff::prepare(new, PasswordCost::LOWEST).unwrap();
        // An order of a page has a number of its own.
        let number = Some(format!("order-{login}"));
        let acting = self.one.acting("職員", day(2026, 11, 20), NOW, number);
        let permit = support::permit::<ManageStaff>(&self.one);
        self.store
            .write(|conn| staff::open(conn, &acting, &permit, &ready))
            .unwrap()
    }

    fn session(&self, login: &str) -> Result<Session, OfficeError> {
        self.store
            .read(|conn| command_session(conn, login, "test", NOW))
    }

    fn rule(&self, who: &Session, proposal_id: i64) -> Result<Option<String>, OfficeError> {
        let acting = who.acting("承認", day(2026, 11, 20), NOW, None);
        let permit = support::permit::<ManageStaff>(who);
        self.store
            .write(|conn| proposal::rule(conn, &acting, &permit, proposal_id, (true, "")))
    }

    fn waiting(&self) -> Vec<i64> {
        let permit = support::permit::<ManageStaff>(&self.one);
        let all = self
            .store
            .read(|conn| proposal::list(conn, &permit))
            .unwrap();
        all.into_iter()
            .filter(|one| one.approved.is_none())
            .map(|one| one.proposal_id)
            .collect()
    }

    /// As `kokuho staff post` places somebody.
    fn place_here(&self, login: &str, roles: &[Role]) -> Result<(), OfficeError> {
        let acting = self.one.acting("発令", day(2026, 11, 20), NOW, None);
        let permit = support::permit::<ManageStaff>(&self.one);
        let (policy, span) = (LoginPolicy::default(), Span::since(day(2026, 11, 1)));
        self.store.write(|conn| {
            let by = (&acting, &permit);
            place_here(conn, &policy, by, login, (span, &post(roles)))
        })
    }

    fn able(&self, now: i64) -> usize {
        let policy = LoginPolicy::default();
        let able = self.store.read(|conn| administrators(conn, &policy, now));
        able.unwrap().len()
    }

    fn weak(&self) -> String {
        let policy = LoginPolicy::default();
        let weak = self.store.read(|conn| weak::list(conn, &policy, NOW));
        weak.unwrap().join("\n")
    }
}

// covers: SEC-012
#[test]
fn an_account_opens_nothing_until_another_administrator_agrees() {
    for town in towns() {
        town.place_here("chief01", &[Role::Administrator]).unwrap();
        let two = town.session("chief01").unwrap();
        for role in Role::ALL {
            let login = format!("new-{}", role.code());
            town.open(&login, &[role]);
            assert_eq!(code(town.session(&login)), HOURS, "{login}");
            let waiting = town.waiting();
            assert_eq!(waiting.len(), 1);
            assert_eq!(
                code(town.rule(&town.one, waiting[0])),
                "security.two_people"
            );
            assert_eq!(code(town.session(&login)), HOURS, "{login}");
            town.rule(&two, waiting[0]).unwrap();
            assert_eq!(town.session(&login).unwrap().roles(), [role]);
        }
        let permit = support::permit::<ManageStaff>(&town.one);
        let on = |date| {
            let all = town
                .store
                .read(|conn| staff::list(conn, &permit, date))
                .unwrap();
            let one = all.into_iter().find(|one| one.login == "new-levy");
            one.unwrap().roles
        };
        assert_eq!(on(day(2026, 11, 20)), [Role::Levy]);
        assert_eq!(on(day(2026, 11, 19)), []);
        let told = town.texts("select detail from audit_alert where kind = 'account'");
        assert_eq!(told.len(), Role::ALL.len() + 1, "and that of the support");
    }
}

// covers: SEC-012
#[test]
fn the_only_administrator_places_on_the_server_until_there_are_two() {
    for town in towns() {
        assert_eq!(town.able(NOW), 1);
        assert!(
            town.weak()
                .contains("ログインできるシステム管理者が1人です"),
            "{}",
            town.weak()
        );
        town.open("counter01", &[Role::Counter]);
        assert_eq!(
            code(town.place_here("levy01", &[Role::Viewer])),
            OWN_ACCOUNT
        );
        town.place_here("counter01", &[Role::Counter]).unwrap();
        assert_eq!(town.session("counter01").unwrap().roles(), [Role::Counter]);
        town.open("admin02", &[Role::Administrator]);
        town.place_here("admin02", &[Role::Administrator]).unwrap();
        let told = town.texts("select detail from audit_alert where kind = 'placed'");
        assert_eq!(told.len(), 2);
        assert_eq!(town.able(NOW), 2);
        assert!(!town.weak().contains("ログインできるシステム管理者"));
        assert_eq!(
            code(town.place_here("counter01", &[Role::Levy])),
            ON_THE_PAGES
        );
        // Who does not log in within the week, is suspended, or is not posted any more is nobody who could agree.
        assert_eq!(town.able(NOW + 7 * DAY), 1);
        assert_eq!(town.able(NOW + 90 * DAY), 0);
        town.alter("update staff set disabled = 1 where login = 'admin02'");
        assert_eq!(town.able(NOW), 1);
        town.alter("update staff set disabled = 0 where login = 'admin02'");
        let two = town.session("admin02").unwrap().staff_id();
        town.alter(&format!(
            "update staff_post_fact set superseded_at = {NOW}, superseded_by_act = 1 where subject = {two}"
        ));
        assert_eq!(town.able(NOW), 1);
    }
}

// covers: SEC-007, SEC-012
#[test]
fn a_password_is_given_on_the_server_only_where_nobody_else_could() {
    for town in towns() {
        town.place_here("chief01", &[Role::Administrator]).unwrap();
        let hash = stretch(PasswordCost::LOWEST, "Another-horse-8-lantern").unwrap();
        let give = |login: &str| {
            let later = NOW + 91 * DAY;
            let session = town
                .store
                .read(|conn| recovery_session(conn, "levy01", "test", later))?;
            let acting = session.acting("再設定", day(2027, 2, 19), later, None);
            let permit = support::permit::<ManageStaff>(&session);
            let policy = LoginPolicy::default();
            town.store
                .write(|conn| password_here(conn, &policy, (&acting, &permit), login, &hash))
        };
        let later = |login: &str| {
            let session = town
                .store
                .read(|conn| command_session(conn, login, "test", NOW + 91 * DAY));
            code(session)
        };
        // Another administrator can still log in: the pages would do.
        town.alter(&format!(
            "update staff set password_set_at = {} where login = 'chief01'",
            NOW + 10 * DAY
        ));
        assert_eq!(code(give("levy01")), ON_THE_PAGES);
        town.alter("update staff set password_set_at = 1 where login = 'chief01'");
        assert_eq!((later("levy01"), later("chief01")), (LAPSED, LAPSED));
        assert_eq!(code(give("levy01")), "done");
        assert_eq!((later("levy01"), later("chief01")), ("done", LAPSED));
        assert_eq!(code(give("chief01")), ON_THE_PAGES);
        let told = town.texts("select detail from audit_alert where kind = 'password'");
        assert_eq!(told.len(), 1);
        assert_eq!(
            town.texts("select cast(must_change as text) from staff where login = 'levy01'"),
            ["1"]
        );
    }
}
