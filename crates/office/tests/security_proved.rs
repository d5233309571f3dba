//! 開いたままのセッション: what begins during the day is held only under the proof it asks for.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::testing::{self, TestStore};
use law::{Date, day};
use office::schema::MIGRATIONS;
use office::security::emergency;
use office::security::factor::{self, FactorSetup};
use office::security::hours::{self, Days, Hours};
use office::security::login::{Attempt, Entered, LoginPolicy, MINUTE, enter, resume};
use office::security::passkey::Origin;
use office::security::password::PasswordCost;
use office::security::permit::{ApproveEmergency, ManageStaff};
use office::security::proposal::{self, Change};
use office::security::second::{self, Proof};
use office::security::session::Stage;
use office::security::setting::{REGISTERED, TERMINALS, factor_key};
use office::security::terminal::{self, Terminal};
use office::security::{Role, Session, enrol, totp};
use office::vault::MasterKey;
use office::{Acting, OfficeError};

const PASSWORD: &str = "Correct-horse-7-battery";
/// 2026-11-20 08:29 in Japan.
const NOW: i64 = 1_795_130_940_000_000;
const DESK: &str = "desk-1";

fn today() -> Date {
    day(2026, 11, 20)
}

struct Office {
    store: TestStore,
    one: Session,
    two: Session,
    chief: Session,
    clerk_id: i64,
}

/// A clerk who looks things up, and whose second role is 賦課担当.
fn offices(roles: &[Role]) -> Vec<Office> {
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|store| {
            let (_, chief) = support::staff(&store);
            let (clerk, one) = support::staff_named(&store, "clerk01", roles);
            let (two, _) = support::staff_named(&store, "admin02", &[Role::Administrator]);
            Office {
                clerk_id: clerk.staff_id(),
                store,
                one,
                two,
                chief,
            }
        })
        .collect()
}

fn policy() -> LoginPolicy {
    LoginPolicy {
        cost: PasswordCost::LOWEST,
        password_days: 0,
        ..LoginPolicy::default()
    }
}

fn setup() -> FactorSetup {
    let origin = Origin::read("https://kokuho.example.lg.jp").unwrap();
    FactorSetup::new(&MasterKey::from_bytes([7; 32]), Some(origin), "港区").unwrap()
}

fn acting(session: &Session, now: i64) -> Acting {
    session.acting("運用管理", today(), now, None)
}

impl Office {
    fn ask_for(&self, role: Role, rule: &str, now: i64) {
        self.agree(&factor_key(role), rule, now).unwrap();
    }

    fn agree(&self, key: &str, value: &str, now: i64) -> Result<Option<String>, OfficeError> {
        let change = Change::Setting {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        self.store.write(|conn| {
            let permit = support::permit::<ManageStaff>(&self.one);
            let id = proposal::propose(conn, &acting(&self.one, now), &permit, &change, "試験")?;
            let permit = support::permit::<ManageStaff>(&self.two);
            proposal::rule(conn, &acting(&self.two, now), &permit, id, (true, ""))
        })
    }

    fn register(&self, address: &str) -> i64 {
        let desk = Terminal {
            terminal_id: 0,
            address: address.to_owned(),
            name: "窓口1番".to_owned(),
            place: "本庁1階".to_owned(),
            ward: String::new(),
            wire_lock: true,
            ended_at: None,
        };
        let permit = support::permit::<ManageStaff>(&self.one);
        self.store
            .write(|conn| terminal::register(conn, &acting(&self.one, NOW), &permit, &desk))
            .unwrap()
    }

    fn enter(&self, now: i64) -> Entered {
        let attempt = Attempt {
            login: "clerk01",
            password: PASSWORD,
            terminal: DESK,
            old_token: None,
            now,
        };
        enter(&self.store, &policy(), &attempt).unwrap()
    }

    fn inside(&self, now: i64) -> String {
        match self.enter(now) {
            Entered::In(opened) => opened.token,
            Entered::Second(_) => panic!("a second factor was asked for"),
        }
    }

    fn step(&self, now: i64) -> String {
        match self.enter(now) {
            Entered::Second(token) => token,
            Entered::In(_) => panic!("no second factor was asked for"),
        }
    }

    fn roles(&self, token: &str, now: i64) -> Vec<Role> {
        resume(&self.store, &policy(), token, DESK, now)
            .unwrap()
            .map_or_else(Vec::new, |session| session.roles().to_vec())
    }

    fn emergency(&self, role: Role, now: i64) {
        let clerk = support::session(&self.store, "clerk01");
        self.store
            .write(|conn| {
                let wish = (role, 60, "災害で担当がいない");
                let id = emergency::ask(conn, &acting(&clerk, now), &clerk, wish)?;
                let permit = support::permit::<ApproveEmergency>(&self.chief);
                emergency::answer(conn, &acting(&self.chief, now), &permit, id, (true, ""))
            })
            .unwrap();
    }
}

// covers: SEC-002
#[test]
fn hours_that_begin_while_a_session_is_open_bring_no_role_whose_factor_was_not_asked_for() {
    for office in offices(&[Role::Viewer, Role::Levy]) {
        office.ask_for(Role::Levy, "totp", NOW - MINUTE);
        let office_hours = Hours {
            role: Role::Levy,
            days: Days::Weekday(5),
            from_minute: 8 * 60 + 30,
            until_minute: 17 * 60 + 15,
        };
        office
            .store
            .write(|conn| {
                let permit = support::permit::<ManageStaff>(&office.one);
                let acting = acting(&office.one, NOW - MINUTE);
                hours::set(conn, &acting, &permit, (office_hours, today()))
            })
            .unwrap();
        let token = office.inside(NOW);
        assert_eq!(office.roles(&token, NOW), [Role::Viewer]);
        let opened = NOW + 2 * MINUTE;
        assert_eq!(office.roles(&token, opened), [Role::Viewer], "8:31");

        // Who comes in now is asked, and holds both by the code.
        let code = office
            .store
            .write(|conn| {
                let permit = support::permit::<ManageStaff>(&office.one);
                enrol::first(conn, &acting(&office.one, opened), &permit, office.clerk_id)
            })
            .unwrap();
        let prove = |step: &str, now: i64, proof: Proof<'_>| {
            let tokens = (step, None);
            second::prove(
                &office.store,
                &policy(),
                &setup(),
                tokens,
                (DESK, now),
                proof,
            )
            .unwrap()
        };
        let session = prove(&office.step(opened), opened, Proof::Code(&code)).session;
        assert_eq!(session.stage(), Stage::Enrol);
        let new = factor::new_totp(&setup(), &session).unwrap();
        let secret = from_base32(&new.typed);
        let first = totp::code(&secret, totp::step_of(opened));
        let typed = ("", new.sealed.as_str(), first.as_str());
        factor::confirm_totp(&office.store, &setup(), &session, typed, opened).unwrap();
        let later = opened + MINUTE;
        let code = totp::code(&secret, totp::step_of(later));
        let opened = prove(&office.step(later), later, Proof::Totp(&code));
        let both = [Role::Levy, Role::Viewer];
        assert_eq!(opened.session.roles(), both);
        assert_eq!(office.roles(&opened.token, later), both);
        // The rule is made stricter: the code carries the role no longer, open as the session is.
        office.ask_for(Role::Levy, "passkey", later);
        assert_eq!(office.roles(&opened.token, later + 1), [Role::Viewer]);
    }
}

#[test]
fn an_emergency_is_held_only_under_the_factor_its_role_asks_for() {
    for office in offices(&[Role::Viewer]) {
        office.ask_for(Role::Levy, "passkey", NOW - MINUTE);
        let token = office.inside(NOW);
        office.emergency(Role::Levy, NOW + 1);
        let later = NOW + MINUTE;
        let session = resume(&office.store, &policy(), &token, DESK, later)
            .unwrap()
            .unwrap();
        assert_eq!(session.roles(), [Role::Viewer]);
        assert!(!session.is_emergency(), "no row is opened by it either");
        // Both halves of the log-in ask for what the emergency asks for.
        let step = office.step(later);
        let waiting = second::waiting(&office.store, &step, DESK, later)
            .unwrap()
            .unwrap();
        assert_eq!(waiting.rule, second::FactorRule::Passkey);
        // A role without a factor of its own is there at once.
        office.emergency(Role::Counter, later);
        let token = token.as_str();
        assert_eq!(
            office.roles(token, later + 1),
            [Role::Counter, Role::Viewer]
        );
    }
}

// covers: SEC-009
#[test]
fn two_administrators_let_in_the_terminals_of_the_register_alone_and_the_open_ones_are_asked_too() {
    for office in offices(&[Role::Viewer]) {
        let only = || office.agree(TERMINALS, REGISTERED, NOW + 1);
        assert!(
            only().is_err(),
            "a register without a terminal would lock everybody out"
        );
        office.register("desk-9");
        let token = office.inside(NOW);
        assert_eq!(office.roles(&token, NOW), [Role::Viewer]);
        only().unwrap();
        assert!(
            resume(&office.store, &policy(), &token, DESK, NOW + 2)
                .unwrap()
                .is_none(),
            "what is open elsewhere is out at once"
        );
        let attempt = Attempt {
            login: "clerk01",
            password: PASSWORD,
            terminal: DESK,
            old_token: None,
            now: NOW + 3,
        };
        match enter(&office.store, &policy(), &attempt) {
            Err(OfficeError::Refusal(refusal)) => {
                assert_eq!(refusal.code, "security.login.terminal");
            }
            _ => panic!("a terminal that is not registered was let in"),
        }
        office.register(DESK);
        let token = office.inside(NOW + MINUTE);
        assert_eq!(office.roles(&token, NOW + MINUTE), [Role::Viewer]);
        let weak = |policy: &LoginPolicy| {
            office
                .store
                .read(|conn| office::security::weak::list(conn, policy, NOW))
                .unwrap()
                .join("\n")
        };
        assert!(!weak(&policy()).contains("登録されていない端末"));
        office.agree(TERMINALS, "any", NOW + MINUTE).unwrap();
        assert!(weak(&policy()).contains("登録されていない端末"));
    }
}

fn from_base32(text: &str) -> Vec<u8> {
    let (mut held, mut bits, mut bytes) = (0_u32, 0, Vec::new());
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            _ => letter - b'2' + 26,
        };
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap());
        }
    }
    bytes
}
