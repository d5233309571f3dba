//! 二要素のログイン: codes, passkeys, what is replayed, and how a lost factor is begun anew by two people.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod security_support;
mod support;

use db::testing::{self, TestStore};
use law::day;
use office::schema::MIGRATIONS;
use office::security::factor::{self, FactorSetup};
use office::security::factor_seal;
use office::security::login::{Attempt, Entered, LoggedIn, LoginPolicy, MINUTE, enter, resume};
use office::security::passkey::Origin;
use office::security::password::{self, PasswordCost};
use office::security::permit::{ManageKeys, ManageStaff, Permit, RunLevy};
use office::security::proposal::{self, Change};
use office::security::second::{self, Proof};
use office::security::session::Stage;
use office::security::setting::factor_key;
use office::security::{Role, Session, authorize, enrol, totp};
use office::vault::MasterKey;
use office::{Acting, OfficeError};
use security_support::{Authenticator, hex};

const PASSWORD: &str = "Correct-horse-7-battery";
const NOW: i64 = 1_795_000_000_000_000;
const DESK: &str = "desk-1";
const ORIGIN: &str = "https://kokuho.example.lg.jp";

fn policy() -> LoginPolicy {
    LoginPolicy {
        cost: PasswordCost::LOWEST,
        password_days: 0,
        ..LoginPolicy::default()
    }
}

fn setup() -> FactorSetup {
    let origin = Origin::read(ORIGIN).unwrap();
    FactorSetup::new(&MasterKey::from_bytes([7; 32]), Some(origin), "港区").unwrap()
}

struct Office {
    store: TestStore,
    clerk_id: i64,
    one: Session,
    two: Session,
}

/// A clerk and two administrators, on both engines.
fn offices() -> Vec<Office> {
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|store| {
            support::staff(&store);
            let (clerk, one) = support::staff_named(&store, "clerk01", &[Role::Levy]);
            let (two, _) = support::staff_named(&store, "admin02", &[Role::Administrator]);
            Office {
                clerk_id: clerk.staff_id(),
                one,
                two,
                store,
            }
        })
        .collect()
}

fn acting(session: &Session, now: i64) -> Acting {
    session.acting("運用管理", day(2026, 11, 20), now, None)
}

fn permit(session: &Session) -> Permit<ManageStaff> {
    authorize(session).unwrap()
}

fn code_of(error: &OfficeError) -> &'static str {
    match error {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

impl Office {
    fn agree(&self, change: &Change, now: i64) -> Option<String> {
        self.store
            .write(|conn| {
                let mine = acting(&self.one, now);
                let id = proposal::propose(conn, &mine, &permit(&self.one), change, "試験")?;
                let theirs = acting(&self.two, now);
                proposal::rule(conn, &theirs, &permit(&self.two), id, (true, ""))
            })
            .unwrap()
    }

    fn ask_for(&self, rule: &str) {
        let key = factor_key(Role::Levy);
        let value = rule.to_owned();
        self.agree(&Change::Setting { key, value }, NOW - 1000);
    }

    fn password(&self, now: i64) -> Result<Entered, OfficeError> {
        let attempt = Attempt {
            login: "clerk01",
            password: PASSWORD,
            terminal: DESK,
            old_token: None,
            now,
        };
        enter(&self.store, &policy(), &attempt)
    }

    fn step(&self, now: i64) -> String {
        match self.password(now).unwrap() {
            Entered::Second(token) => token,
            Entered::In(_) => panic!("no second factor was asked for"),
        }
    }

    fn prove(&self, step: &str, now: i64, proof: Proof<'_>) -> Result<LoggedIn, OfficeError> {
        second::prove(
            &self.store,
            &policy(),
            &setup(),
            (step, None),
            (DESK, now),
            proof,
        )
    }

    /// Comes in by a 登録コード: the token and the session in which a factor can be registered.
    fn enrolling(&self, now: i64) -> (String, Session) {
        let code = self
            .store
            .write(|conn| {
                enrol::first(
                    conn,
                    &acting(&self.one, now),
                    &permit(&self.one),
                    self.clerk_id,
                )
            })
            .unwrap();
        let step = self.step(now);
        let opened = self.prove(&step, now, Proof::Code(&code)).unwrap();
        (opened.token, opened.session)
    }

    /// Registers a generator and hands back its secret.
    fn generator(&self, session: &Session, now: i64) -> Vec<u8> {
        let new = factor::new_totp(&setup(), session).unwrap();
        let secret = from_base32(&new.typed);
        let first = totp::code(&secret, totp::step_of(now));
        let typed = ("", new.sealed.as_str(), first.as_str());
        factor::confirm_totp(&self.store, &setup(), session, typed, now).unwrap();
        secret
    }

    fn records(&self, what: &str, outcome: &str) -> usize {
        self.store
            .read(|conn| office::security::access::latest(conn, 500))
            .unwrap()
            .iter()
            .filter(|line| line.what == what && line.outcome == outcome)
            .count()
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

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

// covers: SEC-001, SEC-002
#[test]
fn the_password_alone_opens_nothing_where_a_biometric_factor_is_asked_for() {
    for office in offices() {
        office.ask_for("passkey");
        let key = Authenticator::new(1);
        let (token, session) = office.enrolling(NOW);
        let challenge = unhex(&factor::new_passkey(&office.store, &token, NOW).unwrap());
        let said = Authenticator::client_data("webauthn.create", &challenge, ORIGIN);
        let made = ("1番窓口の指紋", said.as_slice(), &*key.attestation());
        let holder = (&session, token.as_str());
        factor::confirm_passkey(&office.store, &setup(), holder, made, NOW).unwrap();

        // The password is right: no session, and the step is none.
        let later = NOW + MINUTE;
        let step = office.step(later);
        assert!(
            resume(&office.store, &policy(), &step, DESK, later)
                .unwrap()
                .is_none()
        );
        let login = office::security::login::log_in(
            &office.store,
            &policy(),
            &Attempt {
                login: "clerk01",
                password: PASSWORD,
                terminal: DESK,
                old_token: None,
                now: later,
            },
        );
        assert_eq!(code_of(&login.unwrap_err()), "security.login.second");

        // A code is no biometric factor.
        let step = office.step(later);
        let wrong = office
            .prove(&step, later, Proof::Totp("123456"))
            .unwrap_err();
        assert_eq!(code_of(&wrong), "security.second.wrong");
        // Another's key.
        let other = Authenticator::new(2);
        let challenge = unhex(&second::challenge(&office.store, &step, later).unwrap());
        let answer = other.answer(&challenge, ORIGIN);
        let wrong = office.prove(&step, later, answer.proof()).unwrap_err();
        assert_eq!(code_of(&wrong), "security.second.wrong");
        // The own name with another's key. Tries count, so the lock is lifted first.
        office.unlock();
        let step = office.step(later);
        let challenge = unhex(&second::challenge(&office.store, &step, later).unwrap());
        let mut answer = other.answer(&challenge, ORIGIN);
        answer.credential = hex(&key.credential);
        let wrong = office.prove(&step, later, answer.proof()).unwrap_err();
        assert_eq!(code_of(&wrong), "passkey.signature");
        assert!(office.records("login.second", "failed") >= 3);
    }
}

// covers: SEC-002
#[test]
fn password_and_passkey_together_open_a_session_once() {
    for office in offices() {
        office.ask_for("passkey");
        let mut key = Authenticator::new(1);
        let (token, session) = office.enrolling(NOW);
        let challenge = unhex(&factor::new_passkey(&office.store, &token, NOW).unwrap());
        let said = Authenticator::client_data("webauthn.create", &challenge, ORIGIN);
        let made = ("", said.as_slice(), &*key.attestation());
        let holder = (&session, token.as_str());
        factor::confirm_passkey(&office.store, &setup(), holder, made, NOW).unwrap();
        let again = factor::confirm_passkey(&office.store, &setup(), holder, made, NOW);
        assert_eq!(
            code_of(&again.unwrap_err()),
            "passkey.challenge",
            "registration replayed"
        );

        let now = NOW + MINUTE;
        let step = office.step(now);
        key.count = 2;
        let challenge = unhex(&second::challenge(&office.store, &step, now).unwrap());
        let answer = key.answer(&challenge, ORIGIN);
        let opened = office.prove(&step, now, answer.proof()).unwrap();
        assert_eq!(opened.session.stage(), Stage::Full);
        let lives = resume(&office.store, &policy(), &opened.token, DESK, now).unwrap();
        assert!(authorize::<RunLevy>(&lives.unwrap()).is_ok());

        // The same step, the same answer: both are used up.
        let over = office.prove(&step, now, answer.proof()).unwrap_err();
        assert_eq!(code_of(&over), "security.second.over");
        let next = office.step(now);
        let replayed = office.prove(&next, now, answer.proof()).unwrap_err();
        assert_eq!(code_of(&replayed), "passkey.challenge");

        // A copy of the key that lags behind.
        key.count = 2;
        let challenge = unhex(&second::challenge(&office.store, &next, now).unwrap());
        let copied = key.answer(&challenge, ORIGIN);
        let refused = office.prove(&next, now, copied.proof()).unwrap_err();
        assert_eq!(code_of(&refused), "passkey.counter");
    }
}

#[test]
fn an_answer_for_another_place_or_without_the_person_is_refused() {
    let office = offices().remove(0);
    office.ask_for("passkey");
    let (token, session) = office.enrolling(NOW);
    let registered = |key: &Authenticator, kind: &str, origin: &str| {
        let challenge = unhex(&factor::new_passkey(&office.store, &token, NOW).unwrap());
        let said = Authenticator::client_data(kind, &challenge, origin);
        let made = ("", said.as_slice(), &*key.attestation());
        let holder = (&session, token.as_str());
        factor::confirm_passkey(&office.store, &setup(), holder, made, NOW)
    };
    let create = "webauthn.create";
    let key = Authenticator::new(3);
    for (kind, origin, expected) in [
        ("webauthn.get", ORIGIN, "passkey.kind"),
        (
            create,
            "https://kokuho.example.lg.jp.evil.example",
            "passkey.origin",
        ),
        (create, "http://kokuho.example.lg.jp", "passkey.origin"),
        (
            create,
            "https://kokuho.example.lg.jp:8443",
            "passkey.origin",
        ),
    ] {
        let error = registered(&key, kind, origin).unwrap_err();
        assert_eq!(code_of(&error), expected, "{kind} {origin}");
    }
    for (flags, host, expected) in [
        (0x01, "kokuho.example.lg.jp", "passkey.verified"),
        (0x04, "kokuho.example.lg.jp", "passkey.verified"),
        (0x0d, "kokuho.example.lg.jp", "passkey.copiable"),
        (0x05, "elsewhere.example", "passkey.host"),
    ] {
        let mut other = Authenticator::new(4);
        other.flags = flags;
        host.clone_into(&mut other.host);
        let error = registered(&other, create, ORIGIN).unwrap_err();
        assert_eq!(code_of(&error), expected, "{flags:#x} {host}");
    }
    registered(&key, create, ORIGIN).unwrap();
    let twice = registered(&key, create, ORIGIN).unwrap_err();
    assert_eq!(code_of(&twice), "factor.known");

    for (flags, host, origin, expected) in [
        (0x01, "kokuho.example.lg.jp", ORIGIN, "passkey.verified"),
        (0x05, "elsewhere.example", ORIGIN, "passkey.host"),
        (
            0x05,
            "kokuho.example.lg.jp",
            "https://elsewhere.example",
            "passkey.origin",
        ),
    ] {
        let mut used = Authenticator::new(3);
        used.count = 9;
        used.flags = flags;
        host.clone_into(&mut used.host);
        // Past a lock: each try counts.
        let now = NOW + 60 * MINUTE;
        let step = office.step(now);
        let challenge = unhex(&second::challenge(&office.store, &step, now).unwrap());
        let error = office.prove(&step, now, used.answer(&challenge, origin).proof());
        assert_eq!(
            code_of(&error.unwrap_err()),
            expected,
            "{flags:#x} {host} {origin}"
        );
        office.unlock();
    }
}

impl Office {
    fn unlock(&self) {
        let hash = password::stretch(PasswordCost::LOWEST, PASSWORD).unwrap();
        self.store
            .write(|conn| {
                let acting = acting(&self.one, NOW);
                office::security::staff::set_password(
                    conn,
                    &acting,
                    &permit(&self.one),
                    self.clerk_id,
                    &hash,
                )?;
                let chosen = "update staff set must_change = 0 where staff_id = $1";
                Ok::<_, OfficeError>(conn.execute_text(chosen, &[self.clerk_id.into()])?)
            })
            .unwrap();
    }
}

#[test]
fn a_hostile_answer_of_an_authenticator_is_refused_and_breaks_nothing() {
    let origin = Origin::read(ORIGIN).unwrap();
    let challenge = [5; 32];
    let key = Authenticator::new(1);
    let said = Authenticator::client_data("webauthn.create", &challenge, ORIGIN);
    let whole = key.attestation();
    assert!(office::security::passkey::registered(&origin, &challenge, &said, &whole).is_ok());
    let mut draw = fastrand::Rng::with_seed(20_261_120);
    for _ in 0..2_000 {
        let mut bytes = whole.clone();
        if draw.bool() {
            bytes.truncate(draw.usize(..bytes.len()));
        } else {
            let at = draw.usize(..bytes.len());
            bytes[at] ^= draw.u8(1..);
        }
        let read = office::security::passkey::registered(&origin, &challenge, &said, &bytes);
        if let Ok(key) = read {
            assert!(key.credential.len() >= 16);
        }
    }
    for garbage in [&b""[..], b"{}", b"[1,2", b"\xff\xfe", br#"{"type":1}"#] {
        assert!(
            office::security::passkey::registered(&origin, &challenge, garbage, &whole).is_err()
        );
    }
}

#[test]
fn a_code_is_taken_once_and_one_step_early_or_late() {
    for office in offices() {
        office.ask_for("totp");
        let (_, session) = office.enrolling(NOW);
        let secret = office.generator(&session, NOW);
        let code = |now: i64, off: i64| totp::code(&secret, totp::step_of(now) + off);
        let now = NOW + 10 * MINUTE;
        for off in [-2, 2] {
            let step = office.step(now);
            let error = office
                .prove(&step, now, Proof::Totp(&code(now, off)))
                .unwrap_err();
            assert_eq!(code_of(&error), "security.second.wrong", "{off}");
            office.unlock();
        }
        for off in [-1, 0, 1] {
            let step = office.step(now);
            let opened = office
                .prove(&step, now, Proof::Totp(&code(now, off)))
                .unwrap();
            assert_eq!(opened.session.stage(), Stage::Full);
            let step = office.step(now);
            let replayed = office
                .prove(&step, now, Proof::Totp(&code(now, off)))
                .unwrap_err();
            assert_eq!(
                code_of(&replayed),
                "security.second.wrong",
                "replayed {off}"
            );
            office.unlock();
        }
        // The secret is nowhere in the clear.
        let stored = office
            .store
            .read(|conn| factor::of_staff(conn, office.clerk_id))
            .unwrap();
        assert!(!format!("{stored:?}").contains(&format!("{secret:?}")[1..40]));
    }
}

#[test]
fn guessing_codes_locks_the_account_and_the_step() {
    let office = offices().remove(0);
    office.ask_for("totp");
    let (_, session) = office.enrolling(NOW);
    let secret = office.generator(&session, NOW);
    let now = NOW + MINUTE;
    let step = office.step(now);
    let right = totp::code(&secret, totp::step_of(now));
    let wrong = if right == "000000" {
        "000001"
    } else {
        "000000"
    };
    let mut codes = Vec::new();
    for _ in 0..8 {
        let error = office.prove(&step, now, Proof::Totp(wrong)).unwrap_err();
        codes.push(code_of(&error));
    }
    assert!(codes.contains(&"security.login.locked"), "{codes:?}");
    let error = office.prove(&step, now, Proof::Totp(&right)).unwrap_err();
    assert_eq!(code_of(&error), "security.second.over", "the step is gone");
    assert_eq!(
        code_of(&office.password(now).unwrap_err()),
        "security.login.locked"
    );
}

#[test]
fn a_step_belongs_to_its_terminal_and_its_five_minutes() {
    let office = offices().remove(0);
    office.ask_for("totp");
    let (_, session) = office.enrolling(NOW);
    let secret = office.generator(&session, NOW);
    let now = NOW + MINUTE;
    let step = office.step(now);
    let code = totp::code(&secret, totp::step_of(now));
    let elsewhere = second::prove(
        &office.store,
        &policy(),
        &setup(),
        (&step, None),
        ("desk-2", now),
        Proof::Totp(&code),
    );
    assert_eq!(code_of(&elsewhere.unwrap_err()), "security.second.over");
    let late = now + 6 * MINUTE;
    let code = totp::code(&secret, totp::step_of(late));
    let error = office.prove(&step, late, Proof::Totp(&code)).unwrap_err();
    assert_eq!(code_of(&error), "security.second.over");
    // A step begun again ends the one before.
    let old = office.step(late);
    let new = office.step(late);
    let error = office.prove(&old, late, Proof::Totp(&code)).unwrap_err();
    assert_eq!(code_of(&error), "security.second.over");
    assert!(office.prove(&new, late, Proof::Totp(&code)).is_ok());
}

#[test]
fn a_registration_code_opens_the_registration_alone_and_once() {
    for office in offices() {
        office.ask_for("either");
        let code = office
            .store
            .write(|conn| {
                enrol::first(
                    conn,
                    &acting(&office.one, NOW),
                    &permit(&office.one),
                    office.clerk_id,
                )
            })
            .unwrap();
        let step = office.step(NOW);
        let opened = office
            .prove(&step, NOW, Proof::Code(&code.to_lowercase()))
            .unwrap();
        assert_eq!(opened.session.stage(), Stage::Enrol);
        let lives = resume(&office.store, &policy(), &opened.token, DESK, NOW)
            .unwrap()
            .unwrap();
        assert!(lives.roles().is_empty());
        assert!(
            authorize::<RunLevy>(&lives).is_err(),
            "nothing but the registration"
        );
        let step = office.step(NOW);
        let error = office.prove(&step, NOW, Proof::Code(&code)).unwrap_err();
        assert_eq!(
            code_of(&error),
            "security.second.wrong",
            "a code is used up"
        );
        // Codes lapse after a day.
        let code = office
            .store
            .write(|conn| {
                enrol::first(
                    conn,
                    &acting(&office.one, NOW),
                    &permit(&office.one),
                    office.clerk_id,
                )
            })
            .unwrap();
        let tomorrow = NOW + 25 * 60 * MINUTE;
        let step = office.step(tomorrow);
        let error = office
            .prove(&step, tomorrow, Proof::Code(&code))
            .unwrap_err();
        assert_eq!(code_of(&error), "security.second.wrong");
    }
}

#[test]
fn a_lost_factor_is_begun_anew_by_two_administrators() {
    for office in offices() {
        office.ask_for("totp");
        let (_, session) = office.enrolling(NOW);
        let secret = office.generator(&session, NOW);
        let now = NOW + MINUTE;
        let step = office.step(now);
        let code = totp::code(&secret, totp::step_of(now));
        let open = office.prove(&step, now, Proof::Totp(&code)).unwrap();

        let change = Change::NewFactor {
            staff_id: office.clerk_id,
        };
        let alone = office.store.write(|conn| {
            enrol::first(
                conn,
                &acting(&office.one, now),
                &permit(&office.one),
                office.clerk_id,
            )
        });
        assert_eq!(code_of(&alone.unwrap_err()), "factor.recovery");
        let own = office.store.write(|conn| {
            let mine = acting(&office.one, now);
            let id = proposal::propose(conn, &mine, &permit(&office.one), &change, "紛失")?;
            proposal::rule(conn, &mine, &permit(&office.one), id, (true, ""))
        });
        assert_eq!(code_of(&own.unwrap_err()), "security.two_people");
        let stands = office
            .store
            .read(|conn| factor::of_staff(conn, office.clerk_id))
            .unwrap();
        assert_eq!(stands.len(), 1, "nothing changed by one person");

        let code = office.agree(&change, now).unwrap();
        let gone = office
            .store
            .read(|conn| factor::of_staff(conn, office.clerk_id))
            .unwrap();
        assert!(gone.is_empty());
        assert!(
            resume(&office.store, &policy(), &open.token, DESK, now)
                .unwrap()
                .is_none()
        );
        let later = now + MINUTE;
        let step = office.step(later);
        let old = totp::code(&secret, totp::step_of(later));
        let error = office.prove(&step, later, Proof::Totp(&old)).unwrap_err();
        assert_eq!(code_of(&error), "security.second.wrong");
        assert!(office.prove(&step, later, Proof::Code(&code)).is_ok());
    }
}

#[test]
fn the_last_factor_cannot_be_taken_out_where_one_is_asked_for() {
    let office = offices().remove(0);
    office.ask_for("totp");
    let (_, session) = office.enrolling(NOW);
    let secret = office.generator(&session, NOW);
    let now = NOW + MINUTE;
    let step = office.step(now);
    let code = totp::code(&secret, totp::step_of(now));
    let session = office
        .prove(&step, now, Proof::Totp(&code))
        .unwrap()
        .session;
    let first = office
        .store
        .read(|conn| factor::of_staff(conn, office.clerk_id))
        .unwrap()[0]
        .factor_id;
    let error = factor::end(&office.store, &session, first, now).unwrap_err();
    assert_eq!(code_of(&error), "factor.last");
    office.generator(&session, now);
    factor::end(&office.store, &session, first, now).unwrap();
    let rest = office
        .store
        .read(|conn| factor::of_staff(conn, office.clerk_id))
        .unwrap();
    assert_eq!(rest.len(), 1);
}

#[test]
fn a_known_and_an_unknown_number_cost_the_same_and_lock_alike() {
    let office = offices().remove(0);
    let attempt = |login: &str, now: i64| {
        let before = password::work_done();
        let attempt = Attempt {
            login,
            password: "wrong-password-1",
            terminal: DESK,
            old_token: None,
            now,
        };
        let error = enter(&office.store, &policy(), &attempt).unwrap_err();
        (
            password::work_done() - before,
            code_of(&error),
            error.to_string(),
        )
    };
    for n in 0..7 {
        let (known, unknown) = (attempt("clerk01", NOW + n), attempt("nobody99", NOW + n));
        assert_eq!(known, unknown, "attempt {n}");
        assert_eq!(known.0, u64::from(n < 5), "a locked number costs nothing");
    }
}

#[test]
fn codes_follow_the_master_key_a_chunk_at_a_time_and_the_old_key_opens_nothing_more() {
    let (old, next) = (
        MasterKey::from_bytes([7; 32]),
        MasterKey::from_bytes([8; 32]),
    );
    let next_setup = FactorSetup::new(&next, None, "港区").unwrap();
    for office in offices() {
        office.ask_for("totp");
        let (_, session) = office.enrolling(NOW);
        let secrets: Vec<Vec<u8>> = (0..3).map(|_| office.generator(&session, NOW)).collect();
        let (keeper, _) = support::staff_named(&office.store, "kagi01", &[Role::Administrator]);
        let permit: Permit<ManageKeys> = authorize(&keeper).unwrap();
        let acting = acting(&keeper, NOW);
        let chunk = |keys: (&MasterKey, &MasterKey), after: i64| {
            office
                .store
                .write(|conn| factor_seal::reseal(conn, (&permit, &acting), keys, (after, 2)))
        };
        // Stopped after the first chunk: begun again, what was done is left alone.
        let first = chunk((&old, &next), 0).unwrap();
        assert_eq!(first.done, 2);
        let again = chunk((&old, &next), 0).unwrap();
        assert_eq!((again.done, again.last), (0, first.last));
        assert_eq!(chunk((&old, &next), again.last.unwrap()).unwrap().done, 1);
        let end = chunk((&old, &next), first.last.unwrap() + 1).unwrap();
        assert_eq!((end.done, end.last), (0, None));
        // The old key is gone: the codes are taken, and a program with the old key takes none.
        let mut now = NOW + 10 * MINUTE;
        for secret in &secrets {
            now += MINUTE;
            let code = totp::code(secret, totp::step_of(now));
            let step = office.step(now);
            let with_old = office.prove(&step, now, Proof::Totp(&code)).unwrap_err();
            assert_eq!(code_of(&with_old), "factor.key");
            let tokens = (step.as_str(), None);
            let at = (DESK, now);
            let opened = second::prove(
                &office.store,
                &policy(),
                &next_setup,
                tokens,
                at,
                Proof::Totp(&code),
            );
            assert_eq!(opened.unwrap().session.stage(), Stage::Full);
        }
        // A key that never sealed them changes nothing and says whose they are.
        let strange = MasterKey::from_bytes([9; 32]);
        let refused = chunk((&old, &strange), 0).unwrap_err();
        assert!(refused.to_string().contains("clerk01"), "{refused}");
        let kept = chunk((&next, &next), 0).unwrap();
        assert_eq!(kept.done, 0);
        let acts = office
            .store
            .read(|conn| {
                conn.query_text(
                    "select note from act where kind = 'number.keys.codes' order by act_id",
                    &[],
                    |row| row.text(0),
                )
            })
            .unwrap();
        assert_eq!(acts.len(), 2, "{acts:?}");
    }
}

// covers: SEC-036
#[test]
fn a_contractor_at_the_counter_is_let_in_with_the_card_alone_whatever_is_set() {
    for office in offices() {
        let (_, administrator) =
            support::staff_named(&office.store, "itaku01", &[Role::CounterContractor]);
        assert_eq!(administrator.login(), "levy01");
        let enter_as = |login| {
            let attempt = Attempt {
                login,
                password: PASSWORD,
                terminal: DESK,
                old_token: None,
                now: NOW,
            };
            enter(&office.store, &policy(), &attempt)
        };
        let key = factor_key(Role::CounterContractor);
        for value in ["none", "totp"] {
            let change = Change::Setting {
                key: key.clone(),
                value: value.to_owned(),
            };
            office.agree(&change, NOW - 1000);
            // Without a card of one's own the password opens nothing but its registration.
            let refused = !matches!(enter_as("itaku01"), Ok(Entered::In(_)));
            assert!(refused, "{value}: the password alone opened the office");
        }
        assert!(matches!(enter_as("clerk01"), Ok(Entered::In(_))));
        let tried = office
            .store
            .read(|conn| {
                let text = "select count(*) from access_log where what like 'login%'";
                conn.query_text(text, &[], |row| row.int(0))
            })
            .unwrap();
        assert!(tried[0] >= 1, "the log of who came");
    }
}
