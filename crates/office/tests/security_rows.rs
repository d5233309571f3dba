//! 誰を見てよいか: wards, cases, relatives, the table of permissions, emergencies, alarms, and who could see whom on a day.
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
use office::registry::{
    HouseholdHead, InsuredSpan, Resident, Sex, Status, record, record_household, record_person,
};
use office::schema::MIGRATIONS;
use office::security::alert::{self, AlertKind};
use office::security::login::{Attempt, LoginPolicy, MINUTE, log_in, resume};
use office::security::password::PasswordCost;
use office::security::permission::{self, EVERYWHERE, MAIN_OFFICE};
use office::security::permit::{
    ApproveEmergency, Function, HandleWork, ManageStaff, Permit, RegisterFact, ReviewAccess,
    RunLevy, ViewHousehold, ViewLevy,
};
use office::security::post::{Post, PostKind};
use office::security::proposal::{self, Change};
use office::security::setting::{self, permission_key, rows_key};
use office::security::{Role, Session, access, authorize, emergency, relation, rows, staff, who};
use office::worklist::{self, Handover, NewItem, Owner};
use office::{Acting, OfficeError, acts};

const PASSWORD: &str = "Correct-horse-7-battery";
const DESK: &str = "desk-1";
/// A day in the middle of the week.
const TODAY: (i16, i8, i8) = (2026, 11, 18);
const NORTH: i64 = 1;
const SOUTH: i64 = 2;
const NORTH_HOME: i64 = 11;

fn today() -> Date {
    day(TODAY.0, TODAY.1, TODAY.2)
}

/// A moment of a day in Japan.
fn at(date: Date, hour: i64) -> i64 {
    let days = i64::from((date - day(1970, 1, 1)).get_days());
    (days * 24 + hour - 9) * 60 * MINUTE
}

fn now() -> i64 {
    at(today(), 10)
}

fn policy() -> LoginPolicy {
    LoginPolicy {
        cost: PasswordCost::LOWEST,
        password_days: 0,
        single_session: false,
        ..LoginPolicy::default()
    }
}

struct Office {
    store: TestStore,
    one: Session,
    two: Session,
    auditor: Session,
}

fn offices() -> Vec<Office> {
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|store| {
            support::staff(&store);
            let (two, one) = support::staff_named(&store, "admin02", &[Role::Administrator]);
            let (auditor, _) = support::staff_named(&store, "audit01", &[Role::Auditor]);
            people(&store, &one);
            Office {
                store,
                one,
                two,
                auditor,
            }
        })
        .collect()
}

fn resident(name: &str, ward: &str, home: i64) -> Resident {
    Resident {
        status: Status::Resident,
        name: name.to_owned(),
        kana: "ミホン".to_owned(),
        latin_name: None,
        alias: None,
        former_surname: None,
        birth_on: day(1980, 5, 5),
        birth_unknown: false,
        sex: Sex::Female,
        register_household: Some(home),
        relationship: "世帯主".to_owned(),
        postal_code: "1050011".to_owned(),
        address: "見本町1".to_owned(),
        building: String::new(),
        ward: ward.to_owned(),
        resident_since: None,
        withheld: false,
    }
}

/// One person in the north with a household, one in the south.
fn people(store: &Store, clerk: &Session) {
    let acting = clerk.acting("試験", day(2026, 4, 1), 3, None);
    store
        .write(|conn| {
            let permit = authorize::<RegisterFact>(clerk)?;
            let details = acts::ActDetails::default();
            let act = acts::begin(conn, &acting, &permit, "registry.register", &details)?;
            let since = Span::since(day(2020, 4, 1));
            let north = resident("見本 北子", "北区", NORTH_HOME);
            record_person(conn, &act, NORTH, 1, since, &north)?;
            record_person(
                conn,
                &act,
                SOUTH,
                1,
                since,
                &resident("見本 南子", "南区", 12),
            )?;
            let head = HouseholdHead {
                head_person_id: NORTH,
                symbol: "見".to_owned(),
                number: "1".to_owned(),
            };
            record_household(conn, &act, NORTH_HOME, since, &head)?;
            let insured = InsuredSpan {
                household_id: NORTH_HOME,
                branch: 1,
                gain_cause: "01".to_owned(),
                gain_reported_on: None,
                loss_cause: None,
                loss_event_on: None,
                loss_reported_on: None,
            };
            record(conn, &act, NORTH, since, &insured)
        })
        .unwrap();
}

fn code_of(error: &OfficeError) -> &'static str {
    match error {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

fn permit<F: Function>(session: &Session) -> Permit<F> {
    authorize(session).unwrap()
}

impl Office {
    fn acting(&self, session: &Session, now: i64) -> Acting {
        session.acting("試験", today(), now, None)
    }

    fn agree(&self, key: &str, value: &str, when: i64) {
        let change = Change::Setting {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        self.store
            .write(|conn| {
                let (mine, theirs) = (self.acting(&self.one, when), self.acting(&self.two, when));
                let id = proposal::propose(conn, &mine, &permit(&self.one), &change, "試験")?;
                proposal::rule(conn, &theirs, &permit(&self.two), id, (true, ""))
            })
            .unwrap();
    }

    /// A member of staff with a post from a day on.
    fn posted(&self, login: &str, role: Role, ward: &str, from: Date, until: Option<Date>) -> i64 {
        let (session, _) = support::staff_named(&self.store, login, &[role]);
        let post = Post {
            kind: if until.is_some() {
                PostKind::Migration
            } else {
                PostKind::Regular
            },
            roles: vec![role],
            ward: ward.to_owned(),
            ground: "発令 R8-1".to_owned(),
        };
        let acting = self.acting(&self.one, at(from, 0) - MINUTE);
        let span = (Span::new(from, until), &post);
        support::place(&self.store, (&acting, &self.one), session.staff_id(), span).unwrap();
        session.staff_id()
    }

    fn token(&self, login: &str, now: i64) -> Result<String, OfficeError> {
        let attempt = Attempt {
            login,
            password: PASSWORD,
            terminal: DESK,
            old_token: None,
            now,
        };
        log_in(&self.store, &policy(), &attempt).map(|opened| opened.token)
    }

    fn resumed(&self, token: &str, now: i64) -> Option<Session> {
        resume(&self.store, &policy(), token, DESK, now).unwrap()
    }

    fn session(&self, login: &str, now: i64) -> Session {
        self.resumed(&self.token(login, now).unwrap(), now).unwrap()
    }

    fn look(&self, session: &Session, subject: i64, now: i64) -> Result<(), OfficeError> {
        let what = (ViewHousehold::CODE, Some(subject));
        rows::open(&self.store, session, what, (now, today()))
    }

    fn alarms(&self, kind: AlertKind) -> usize {
        self.store
            .read(|conn| alert::list(conn, &permit(&self.auditor), true, (None, 1_000)))
            .unwrap()
            .iter()
            .filter(|one| one.kind == Some(kind))
            .count()
    }

    fn could(&self, subject: i64, on: Date) -> Vec<String> {
        self.store
            .read(|conn| who::could_see(conn, &permit(&self.auditor), subject, on))
            .unwrap()
            .into_iter()
            .map(|one| one.login)
            .collect()
    }

    fn last_outcome(&self) -> String {
        self.store.read(|conn| access::latest(conn, 1)).unwrap()[0]
            .outcome
            .clone()
    }
}

// covers: SEC-024
#[test]
fn a_ward_sees_its_own_residents_and_the_main_office_everybody() {
    for office in offices() {
        office.posted("north01", Role::Counter, "北区", day(2026, 4, 1), None);
        office.posted("main01", Role::Counter, "", day(2026, 4, 1), None);
        let (north, main) = (
            office.session("north01", now()),
            office.session("main01", now()),
        );
        office.look(&north, SOUTH, now()).unwrap();
        office.agree(&rows_key(Role::Counter), "ward", now());
        office.look(&north, NORTH, now() + 1).unwrap();
        office.look(&north, NORTH_HOME, now() + 2).unwrap();
        let refused = office.look(&north, SOUTH, now() + 3).unwrap_err();
        assert_eq!(code_of(&refused), rows::OUTSIDE);
        assert_eq!(office.last_outcome(), "refused", "a refusal is recorded");
        let asked = rows::allows(&office.store, &north, SOUTH, today()).unwrap();
        assert!(asked.is_err());
        office.look(&main, SOUTH, now() + 4).unwrap();
    }
}

// covers: SEC-024
#[test]
fn a_case_opens_its_person_to_whom_it_was_given_until_it_is_settled() {
    for office in offices() {
        let clerk = office.posted("case01", Role::Counter, "北区", day(2026, 4, 1), None);
        office.agree(&rows_key(Role::Counter), "case", now());
        let session = office.session("case01", now());
        assert!(office.look(&session, SOUTH, now() + 1).is_err());
        let kind = worklist::STATUS_STUDENT;
        let item = NewItem::about_person(kind, SOUTH, "test/1", "確かめる", today());
        let item_id = office
            .store
            .write(|conn| {
                let acting = office.acting(&session, now() + 2);
                let work: Permit<HandleWork> = authorize(&session)?;
                let details = acts::ActDetails::default();
                let act = acts::begin(conn, &acting, &work, "work.open", &details)?;
                worklist::open(conn, &act, &item)
            })
            .unwrap();
        assert!(
            office.look(&session, SOUTH, now() + 3).is_err(),
            "given to nobody yet"
        );
        let handover = Handover {
            owner: Owner {
                role: Role::Counter,
                staff_id: Some(clerk),
            },
            due_on: None,
            note: "",
        };
        let acting = office.acting(&session, now() + 4);
        let steps = office
            .store
            .read(|conn| worklist::get(conn, item_id, today()))
            .unwrap()
            .unwrap()
            .steps;
        worklist::assign(
            &office.store,
            &permit(&session),
            &acting,
            item_id,
            steps,
            &handover,
        )
        .unwrap();
        office.look(&session, SOUTH, now() + 5).unwrap();
        assert!(
            office.look(&session, NORTH, now() + 6).is_err(),
            "another's case"
        );
    }
}

#[test]
fn oneself_and_relatives_raise_an_alarm_or_are_refused() {
    for office in offices() {
        office.posted("kin01", Role::Counter, "", day(2026, 4, 1), None);
        let session = office.session("kin01", now());
        let declare = |person: i64| {
            office
                .store
                .write(|conn| relation::declare(conn, &session, (person, "妹"), now()))
        };
        assert!(declare(999).is_err(), "nobody");
        declare(NORTH).unwrap();
        assert!(declare(NORTH).is_err(), "twice");
        office.look(&session, SOUTH, now() + 1).unwrap();
        assert_eq!(office.alarms(AlertKind::Relative), 0);
        office.look(&session, NORTH, now() + 2).unwrap();
        office.look(&session, NORTH_HOME, now() + 3).unwrap();
        assert_eq!(office.alarms(AlertKind::Relative), 2, "the household too");
        office.agree(setting::RELATIVES, "refuse", now() + 4);
        let refused = office.look(&session, NORTH_HOME, now() + 5).unwrap_err();
        assert_eq!(code_of(&refused), rows::RELATIVE);
        assert_eq!(office.alarms(AlertKind::Relative), 3);
        // The owner cannot take the declaration away; an administrator can.
        assert!(authorize::<ManageStaff>(&session).is_err());
        office
            .store
            .write(|conn| {
                let acting = office.acting(&office.one, now() + 6);
                let of = (session.staff_id(), NORTH);
                relation::end(conn, &acting, &permit(&office.one), of)
            })
            .unwrap();
        office.look(&session, NORTH, now() + 7).unwrap();
    }
}

// covers: SEC-003, SEC-004
#[test]
fn a_cell_of_the_table_holds_at_its_place_and_time_once_a_second_person_agreed() {
    for office in offices() {
        office.posted("north01", Role::Levy, "北区", day(2026, 4, 1), None);
        office.posted("main01", Role::Levy, "", day(2026, 4, 1), None);
        let (north, main) = (
            office.token("north01", now()).unwrap(),
            office.token("main01", now()).unwrap(),
        );
        let may = |token: &str, when: i64| {
            authorize::<RunLevy>(&office.resumed(token, when).unwrap()).is_ok()
        };
        assert!(may(&north, now()) && may(&main, now()));

        let key = permission_key(Role::Levy, RunLevy::CODE, "北区");
        let change = Change::Setting {
            key: key.clone(),
            value: "off".to_owned(),
        };
        office
            .store
            .write(|conn| {
                let mine = office.acting(&office.one, now());
                proposal::propose(conn, &mine, &permit(&office.one), &change, "本庁だけで行う")
            })
            .unwrap();
        assert!(may(&north, now() + 1), "a proposal changes nothing");
        office.agree(&key, "off", now() + 2);
        assert!(!may(&north, now() + 3), "from the next step on");
        assert!(may(&main, now() + 3), "another place");
        office.agree(&key, "on 510-660", now() + 4);
        assert!(may(&north, now() + 5), "10:00");
        let later = now() + 80 * MINUTE;
        let north_later = office.token("north01", later).unwrap();
        assert!(!may(&north_later, later), "11:20");
        let everywhere = permission_key(Role::Levy, ViewLevy::CODE, EVERYWHERE);
        office.agree(&everywhere, "off", later);
        for login in ["north01", "main01"] {
            let session = office.session(login, later + 7);
            assert!(authorize::<ViewLevy>(&session).is_err());
        }

        let (table, csv) = office
            .store
            .read(|conn| {
                let permit = permit(&office.one);
                let table = permission::table(conn, &permit, "北区", i64::MAX)?;
                Ok::<_, OfficeError>((table, permission::export(conn, &permit)?))
            })
            .unwrap();
        let line = table
            .iter()
            .find(|line| line.function == RunLevy::CODE)
            .unwrap();
        let place = Role::ALL
            .iter()
            .position(|role| *role == Role::Levy)
            .unwrap();
        assert_eq!(line.cells[place].0.label_ja(), "○ 8:30〜11:00");
        assert!(line.cells[place].1, "laid down by the municipality");
        assert!(
            csv.contains("北区,levy.run,賦課処理,賦課担当,可,8:30〜11:00,団体\r\n"),
            "{csv}"
        );
        assert!(csv.contains("本庁,levy.run,賦課処理,賦課担当,可,,標準\r\n"));
        let rows = csv.lines().count() - 1;
        assert_eq!(
            rows,
            2 * Role::ALL.len() * table.len(),
            "every function × role × place"
        );
        assert_eq!(MAIN_OFFICE, permission::place_of(""));
    }
}

#[test]
fn values_that_no_page_offers_are_refused() {
    let office = offices().remove(0);
    for (key, value) in [
        ("factor.levy", "maybe"),
        ("factor.king", "totp"),
        ("rows.levy", "everything"),
        ("may|levy|levy.run|北区", "perhaps"),
        ("may|levy|levy.run|北区", "on 700-600"),
        ("may|levy|levy.fly|北区", "on"),
        ("may|levy|levy.run", "on"),
        ("alert.mass.count", "0"),
        ("alert.night.from", "1441"),
        ("relatives", "ignore"),
        ("something", "else"),
    ] {
        let change = Change::Setting {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        let mine = office.acting(&office.one, now());
        let done = office
            .store
            .write(|conn| proposal::propose(conn, &mine, &permit(&office.one), &change, "試験"));
        assert!(
            matches!(done, Err(OfficeError::Input { .. })),
            "{key} {value}"
        );
    }
}

// covers: SEC-088, SEC-089
#[test]
fn a_temporary_id_ends_with_its_post_and_a_revoked_one_at_once() {
    for office in offices() {
        let until = day(2026, 11, 19);
        let id = office.posted("ikou01", Role::Levy, "", day(2026, 11, 1), Some(until));
        let token = office.token("ikou01", now()).unwrap();
        assert!(office.resumed(&token, now() + 1).is_some());
        office
            .store
            .write(|conn| {
                let acting = office.acting(&office.one, now() + 2);
                staff::revoke(conn, &acting, &permit(&office.one), id)
            })
            .unwrap();
        assert!(office.resumed(&token, now() + 3).is_none(), "ended at once");
        let token = office.token("ikou01", now() + 4).unwrap();
        office
            .store
            .write(|conn| {
                let acting = office.acting(&office.one, now() + 5);
                staff::set_disabled(conn, &acting, &permit(&office.one), id, true)
            })
            .unwrap();
        assert!(office.token("ikou01", now() + 7).is_err());
        office
            .store
            .write(|conn| {
                let acting = office.acting(&office.one, now() + 8);
                staff::set_disabled(conn, &acting, &permit(&office.one), id, false)
            })
            .unwrap();
        assert!(
            office.resumed(&token, now() + 9).is_none(),
            "let in again, not the old session"
        );
        assert!(office.token("ikou01", now() + 9).is_ok());
        assert!(
            office.token("ikou01", at(until, 9)).is_err(),
            "past its last day"
        );
    }
}

#[test]
fn an_emergency_takes_two_people_ends_by_itself_and_is_looked_at() {
    for office in offices() {
        office.posted("mado01", Role::Counter, "北区", day(2026, 4, 1), None);
        office.posted("kacho01", Role::Supervisor, "", day(2026, 4, 1), None);
        office.agree(&rows_key(Role::Counter), "ward", at(day(2026, 11, 16), 10));
        let token = office.token("mado01", now()).unwrap();
        let clerk = office.resumed(&token, now()).unwrap();
        let chief = office.session("kacho01", now());
        let ask = |minutes: i64, reason: &str| {
            office.store.write(|conn| {
                let acting = office.acting(&clerk, now() + 1);
                emergency::ask(conn, &acting, &clerk, (Role::Supervisor, minutes, reason))
            })
        };
        assert!(ask(30, "").is_err() && ask(0, "災害で担当がいない").is_err());
        assert!(ask(emergency::LONGEST + 1, "災害で担当がいない").is_err());
        let use_id = ask(30, "災害で担当がいない").unwrap();
        let role_held = |when: i64| {
            let session = office.resumed(&token, when).unwrap();
            session.roles().contains(&Role::Supervisor)
        };
        assert!(!role_held(now() + 2), "asking gives nothing");
        let answer = |session: &Session, when: i64| {
            office.store.write(|conn| {
                let acting = office.acting(session, when);
                let permit: Permit<ApproveEmergency> = authorize(&chief)?;
                emergency::answer(conn, &acting, &permit, use_id, (true, ""))
            })
        };
        assert_eq!(
            code_of(&answer(&clerk, now() + 3).unwrap_err()),
            "security.two_people"
        );
        answer(&chief, now() + 4).unwrap();
        assert!(matches!(
            answer(&chief, now() + 5),
            Err(OfficeError::Conflict(_))
        ));
        assert!(role_held(now() + 6));
        let session = office.resumed(&token, now() + 6).unwrap();
        office.look(&session, SOUTH, now() + 7).unwrap();
        let later = office.session("mado01", now() + 31 * MINUTE);
        assert!(
            !later.roles().contains(&Role::Supervisor),
            "it ends by itself"
        );
        assert_eq!(office.alarms(AlertKind::Emergency), 1);
        assert!(office.could(SOUTH, today()).contains(&"mado01".to_owned()));
        assert!(
            !office
                .could(SOUTH, day(2026, 11, 17))
                .contains(&"mado01".to_owned())
        );

        let review = |session: &Session, finding: &str| {
            office.store.write(|conn| {
                let acting = office.acting(session, now() + 60 * MINUTE);
                let permit: Permit<ReviewAccess> = authorize(&office.auditor)?;
                emergency::review(conn, &acting, &permit, (use_id, finding))
            })
        };
        assert!(review(&office.auditor, " ").is_err());
        for involved in [&clerk, &chief] {
            assert_eq!(
                code_of(&review(involved, "問題なし").unwrap_err()),
                "security.two_people"
            );
        }
        review(&office.auditor, "目的どおり").unwrap();
        assert!(office.store.read(emergency::all).unwrap()[0].has("reviewed"));
    }
}

#[test]
fn an_emergency_is_cut_short() {
    let office = offices().remove(0);
    office.posted("mado01", Role::Counter, "", day(2026, 4, 1), None);
    office.posted("kacho01", Role::Supervisor, "", day(2026, 4, 1), None);
    let token = office.token("mado01", now()).unwrap();
    let (clerk, chief) = (
        office.resumed(&token, now()).unwrap(),
        office.session("kacho01", now()),
    );
    office
        .store
        .write(|conn| {
            let mine = office.acting(&clerk, now() + 1);
            let wish = (Role::Levy, 60, "災害で担当がいない");
            let use_id = emergency::ask(conn, &mine, &clerk, wish)?;
            let acting = office.acting(&chief, now() + 2);
            let permit: Permit<ApproveEmergency> = authorize(&chief)?;
            emergency::answer(conn, &acting, &permit, use_id, (true, ""))?;
            let acting = office.acting(&chief, now() + MINUTE);
            emergency::end(conn, &acting, &permit, use_id)
        })
        .unwrap();
    let later = office.resumed(&token, now() + 2 * MINUTE).unwrap();
    assert!(!later.roles().contains(&Role::Levy));
}

// covers: SEC-038
#[test]
fn mass_viewing_the_night_and_refusals_in_a_row_are_put_before_the_auditor() {
    for office in offices() {
        office.agree(setting::MASS_COUNT, "3", now() - MINUTE);
        office.agree(setting::MASS_MINUTES, "10", now() - MINUTE);
        office.posted("north01", Role::Counter, "北区", day(2026, 4, 1), None);
        let session = office.session("north01", now());
        for (n, subject) in [(1, 901), (2, 901), (3, 902)] {
            office.look(&session, subject, now() + n).unwrap();
        }
        assert_eq!(office.alarms(AlertKind::Mass), 0, "two people");
        office.look(&session, 903, now() + 20 * MINUTE).unwrap();
        assert_eq!(
            office.alarms(AlertKind::Mass),
            0,
            "the others were long ago"
        );
        for n in 4..8 {
            office
                .look(&session, 900 + n, now() + 20 * MINUTE + n)
                .unwrap();
        }
        assert_eq!(office.alarms(AlertKind::Mass), 1, "once");
        // The same household again and again.
        let later = now() + 60 * MINUTE;
        for n in 0..29 {
            office.look(&session, 901, later + n).unwrap();
        }
        assert_eq!(office.alarms(AlertKind::Mass), 1);
        office.look(&session, 901, later + 29).unwrap();
        assert_eq!(office.alarms(AlertKind::Mass), 2);

        assert_eq!(office.alarms(AlertKind::Night), 0);
        let night = at(today(), 23);
        let late = office.session("north01", night);
        office.look(&late, NORTH, night).unwrap();
        office.look(&late, NORTH, night + MINUTE).unwrap();
        assert_eq!(office.alarms(AlertKind::Night), 1);

        office.agree(&rows_key(Role::Counter), "ward", night + MINUTE);
        for n in 0..6 {
            assert!(office.look(&late, SOUTH, night + 2 * MINUTE + n).is_err());
        }
        assert_eq!(office.alarms(AlertKind::Refusals), 1);
    }
}

// covers: SEC-093
#[test]
fn an_alarm_is_looked_at_once_and_not_by_whoever_raised_it() {
    for office in offices() {
        let night = at(today(), 23);
        let session = office.session("audit01", night);
        rows::open(
            &office.store,
            &session,
            (ReviewAccess::CODE, None),
            (night, today()),
        )
        .unwrap();
        let list = |all: bool| {
            office
                .store
                .read(|conn| alert::list(conn, &permit(&session), all, (None, 10)))
                .unwrap()
                .into_iter()
                .filter(|one| one.kind != Some(AlertKind::AccountOpened))
                .collect::<Vec<_>>()
        };
        let alarm = list(false)[0].alert_id;
        let review = |by: &Session, finding: &str| {
            office.store.write(|conn| {
                let acting = office.acting(by, night + MINUTE);
                alert::review(conn, &acting, &permit(&session), (alarm, finding))
            })
        };
        assert!(review(&office.one, "").is_err());
        assert_eq!(
            code_of(&review(&session, "問題なし").unwrap_err()),
            "security.two_people"
        );
        review(&office.one, "残業命令を確かめた").unwrap();
        assert!(matches!(
            review(&office.one, "もう一度"),
            Err(OfficeError::Conflict(_))
        ));
        assert!(list(false).is_empty());
        assert_eq!(list(true)[0].finding.as_deref(), Some("残業命令を確かめた"));
    }
}

#[test]
fn who_could_see_a_person_is_told_by_what_stood_that_day() {
    for office in offices() {
        let yesterday = day(2026, 11, 17);
        office.posted("north01", Role::Counter, "北区", day(2026, 11, 10), None);
        office.posted("south01", Role::Counter, "南区", day(2026, 11, 10), None);
        office.posted(
            "ikou01",
            Role::Viewer,
            "",
            day(2026, 11, 1),
            Some(day(2026, 11, 18)),
        );
        let gone = office.posted("stop01", Role::Viewer, "", day(2026, 11, 1), None);
        // From the morning of the 18th on a ward sees its own.
        office.agree(&rows_key(Role::Counter), "ward", at(today(), 0) - MINUTE);
        office
            .store
            .write(|conn| {
                let acting = office.acting(&office.one, at(today(), 0) - 1);
                staff::set_disabled(conn, &acting, &permit(&office.one), gone, true)
            })
            .unwrap();
        let could = |on: Date| office.could(NORTH, on);
        for login in ["north01", "south01", "ikou01", "stop01"] {
            assert!(
                could(day(2026, 11, 16)).contains(&login.to_owned()),
                "{login}"
            );
        }
        assert!(
            could(yesterday).contains(&"ikou01".to_owned()),
            "its last day"
        );
        let today_list = could(today());
        assert!(today_list.contains(&"north01".to_owned()), "{today_list:?}");
        for login in ["south01", "ikou01", "stop01", "audit01", "admin02"] {
            assert!(!today_list.contains(&login.to_owned()), "{login}");
        }
        assert!(
            !could(day(2026, 11, 9)).contains(&"north01".to_owned()),
            "not posted yet"
        );

        // Who did: a look at the household is a look at the person.
        let north = office.session("north01", now());
        office.look(&north, NORTH, now()).unwrap();
        office.look(&north, NORTH_HOME, now() + 1).unwrap();
        let found = office
            .store
            .read(|conn| who::could_see(conn, &permit(&office.auditor), NORTH, today()))
            .unwrap();
        let looks: Vec<(String, i64)> = found
            .into_iter()
            .filter(|one| one.looks > 0)
            .map(|one| (one.login, one.looks))
            .collect();
        assert_eq!(looks, [("north01".to_owned(), 2)]);
    }
}
