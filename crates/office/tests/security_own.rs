//! What nobody does alone or for themselves: guess the own password at an open desk, give oneself a role, open more to a
//! colleague than a second administrator agrees to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::testing::{self, TestStore};
use db::{Conn, Span, Store};
use law::{Date, day};
use office::schema::MIGRATIONS;
use office::security::alert::{self, AlertKind};
use office::security::login::{Attempt, LOCKED, LoggedIn, LoginPolicy, MINUTE, log_in, resume};
use office::security::own_password::LOCKED_ELSEWHERE;
use office::security::password::{PasswordCost, stretch};
use office::security::permit::{ManageStaff, Permit, ReviewAccess};
use office::security::post::{self, Placed, Post, PostKind};
use office::security::proposal::{self, HANDED_OVER, OWN_ACCOUNT};
use office::security::{Role, Session, enrol, own_password, relation, staff};
use office::{Acting, OfficeError};

const PASSWORD: &str = "Correct-horse-7-battery";
const NEW: &str = "Staple-4-lantern-quilt";
const DESK: &str = "desk-1";

/// A working day at ten in Japan.
const NOW: i64 = 1_795_136_400_000_000;
const TODAY: Date = jiff::civil::date(2026, 11, 20);

fn policy() -> LoginPolicy {
    LoginPolicy {
        cost: PasswordCost::LOWEST,
        password_days: 0,
        ..LoginPolicy::default()
    }
}

struct Office {
    store: TestStore,
    one: Session,
    two: Session,
    three: Session,
    auditor: Session,
}

fn offices() -> Vec<Office> {
    testing::both(MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|store| {
            support::staff(&store);
            let named = |login: &str, role| support::staff_named(&store, login, &[role]).0;
            Office {
                one: named("admin01", Role::Administrator),
                two: named("admin02", Role::Administrator),
                three: named("admin03", Role::Administrator),
                auditor: named("kansa", Role::Auditor),
                store,
            }
        })
        .collect()
}

fn code(error: &OfficeError) -> &str {
    match error {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other}"),
    }
}

fn enter(store: &Store, login: &str, password: &str, now: i64) -> Result<LoggedIn, OfficeError> {
    let attempt = Attempt {
        login,
        password,
        terminal: DESK,
        old_token: None,
        now,
    };
    log_in(store, &policy(), &attempt)
}

fn wanted(roles: &[Role], ward: &str) -> Post {
    Post {
        kind: PostKind::Regular,
        roles: roles.to_vec(),
        ward: ward.to_owned(),
        ground: "令和8年発令|第12号".to_owned(),
    }
}

impl Office {
    fn clerk(&self, login: &str, roles: &[Role]) -> i64 {
        support::staff_named(&self.store, login, roles).0.staff_id()
    }

    fn place(
        &self,
        by: &Session,
        whom: i64,
        (span, post): (Span, &Post),
    ) -> Result<Placed, OfficeError> {
        let (acting, permit) = (
            by.acting("発令", TODAY, NOW, None),
            support::permit::<ManageStaff>(by),
        );
        self.store
            .write(|conn| post::place(conn, &acting, &permit, whom, (span, post)))
    }

    fn answer(&self, by: &Session, id: i64, agree: bool) -> Result<Option<String>, OfficeError> {
        let (acting, permit) = (
            by.acting("承認", TODAY, NOW, None),
            support::permit::<ManageStaff>(by),
        );
        self.store
            .write(|conn| proposal::rule(conn, &acting, &permit, id, (agree, "")))
    }

    /// What somebody may be on a day, by logging in on it.
    fn roles(&self, login: &str, day: Date) -> Vec<Role> {
        let after = i64::from((day - TODAY).get_days()) * 24 * 60 * MINUTE;
        match enter(&self.store, login, PASSWORD, NOW + after) {
            Ok(opened) => opened.session.roles().to_vec(),
            Err(_) => vec![],
        }
    }

    fn alerts(&self, kind: AlertKind) -> Vec<(i64, String)> {
        let permit = support::permit::<ReviewAccess>(&self.auditor);
        self.store
            .read(|conn| alert::list(conn, &permit, true, (None, 1_000)))
            .unwrap()
            .into_iter()
            .filter(|one| one.kind == Some(kind))
            .map(|one| (one.staff_id, one.detail))
            .collect()
    }
}

// covers: SEC-007
#[test]
fn the_present_password_is_guessed_no_better_at_an_open_desk_than_at_log_in() {
    for office in offices() {
        let store = &office.store;
        let opened = enter(store, "kansa", PASSWORD, NOW).unwrap();
        let change = |present: &str, now: i64| {
            let typed = (present, NEW);
            own_password::change(store, &policy(), &opened.session, typed, now)
        };
        let lives = |now| {
            resume(store, &policy(), &opened.token, DESK, now)
                .unwrap()
                .is_some()
        };
        // The right one, even with a new one that is refused, begins the count anew.
        for turn in 0..policy().failures_to_lock {
            let wrong = change(&format!("Wrong-{turn}-lantern-q"), NOW + 1);
            let right = own_password::change(
                store,
                &policy(),
                &opened.session,
                (PASSWORD, "short"),
                NOW + 2,
            );
            for (answer, field) in [(wrong, "現在の"), (right, "パスワード")] {
                let told = answer.unwrap_err().to_string();
                assert!(told.starts_with(field), "{turn}: {told}");
            }
        }
        // Wrong ones in a row lock at the number of log-in, together with those at log-in.
        assert!(enter(store, "kansa", "Wrong-9-lantern-q", NOW + 3).is_err());
        for turn in 2..policy().failures_to_lock {
            let told = change(&format!("Wrong-{turn}-lantern-q"), NOW + 3).unwrap_err();
            assert!(told.to_string().starts_with("現在の"), "{turn}: {told}");
            assert!(lives(NOW + 3), "{turn}");
        }
        let told = change("Wrong-8-lantern-q", NOW + 3).unwrap_err();
        assert_eq!(code(&told), LOCKED);
        assert!(told.to_string().contains("15分後"), "{told}");
        assert!(!lives(NOW + 3), "what was open has ended");
        // The right one helps no more, here and at the door, until the time is over.
        let told = change(PASSWORD, NOW + 4).unwrap_err();
        assert_eq!(code(&told), LOCKED_ELSEWHERE);
        let door = enter(store, "kansa", PASSWORD, NOW + 4);
        assert_eq!(code(&door.err().unwrap()), LOCKED);
        assert!(enter(store, "kansa", PASSWORD, NOW + 4 + 15 * MINUTE).is_ok());
    }
}

// covers: SEC-012
#[test]
fn nobody_gives_themselves_a_post_lifts_their_lock_or_resets_their_password() {
    for office in offices() {
        let own = office.one.staff_id();
        let all = wanted(&[Role::Administrator, Role::NumberUser, Role::Levy], "");
        let fewer = wanted(&[Role::Administrator], "");
        for post in [&all, &fewer] {
            let told = office.place(&office.one, own, (Span::since(TODAY), post));
            assert_eq!(code(&told.unwrap_err()), OWN_ACCOUNT);
        }
        let (acting, permit) = (
            office.one.acting("管理", TODAY, NOW, None),
            support::permit::<ManageStaff>(&office.one),
        );
        let hash = stretch(PasswordCost::LOWEST, NEW).unwrap();
        let reset = |whom: i64| {
            office
                .store
                .write(|conn| staff::set_password(conn, &acting, &permit, whom, &hash))
        };
        assert_eq!(code(&reset(own).unwrap_err()), OWN_ACCOUNT);
        let unlock = |whom: i64| {
            office
                .store
                .write(|conn| staff::unlock(conn, &acting, &permit, whom))
        };
        assert_eq!(code(&unlock(own).unwrap_err()), OWN_ACCOUNT);
        // Nor the own declaration of a relative away; a colleague's is taken away before the eyes of an auditor.
        let end = |whom: i64| {
            let declared = "insert into staff_relation (staff_id, relation_no, person_id, relation, declared_at, act_id) \
                            values ($1, 1, 77, '妹', 1, 0)";
            office.store.write(|conn| {
                conn.execute_text(declared, &[whom.into()])?;
                relation::end(conn, &acting, &permit, (whom, 77))
            })
        };
        assert_eq!(code(&end(own).unwrap_err()), OWN_ACCOUNT);
        assert!(office.alerts(AlertKind::RelationEnded).is_empty());
        end(office.two.staff_id()).unwrap();
        let told = office.alerts(AlertKind::RelationEnded);
        assert_eq!(told.len(), 1);
        assert!(
            told[0].0 == own && told[0].1.contains("宛名番号77"),
            "{told:?}"
        );
        unlock(office.two.staff_id()).unwrap();
        assert!(office.alerts(AlertKind::PasswordSet).is_empty());
        assert!(enter(&office.store, "admin01", PASSWORD, NOW).is_ok());
        // A colleague's is reset, and an auditor is told whose and by whom.
        let clerk = office.clerk("clerk01", &[Role::Levy]);
        reset(clerk).unwrap();
        let told = office.alerts(AlertKind::PasswordSet);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].0, own);
        assert!(told[0].1.contains(&format!("職員{clerk} ")), "{told:?}");
        // An account opened with roles is one person's doing; each is told, with its roles.
        let opened = office.alerts(AlertKind::AccountOpened);
        let clerk = opened.iter().find(|one| one.1.contains("clerk01"));
        assert!(clerk.unwrap().1.contains(Role::Levy.name_ja()));
    }
}

// covers: SEC-012
#[test]
fn what_ends_is_prolonged_as_it_is_by_one_administrator() {
    for office in offices() {
        let (clerk, held) = (office.two.staff_id(), &[Role::Administrator]);
        let year_end = day(2027, 1, 1);
        let place = |span, post: &Post| office.place(&office.one, clerk, (span, post)).unwrap();
        let proposed = |placed| matches!(placed, Placed::Proposed(_));
        let same = wanted(held, "");
        assert_eq!(
            place(Span::new(TODAY, Some(year_end)), &same),
            Placed::Holds
        );
        // More than before, after a gap, or of somebody from outside: two.
        let more = wanted(&[Role::Administrator, Role::Levy], "");
        let outside = Post {
            kind: PostKind::Contractor,
            ..wanted(&[Role::CounterContractor], "")
        };
        let until = Some(day(2027, 4, 1));
        assert!(proposed(place(Span::new(year_end, until), &more)));
        assert!(proposed(place(Span::since(day(2027, 1, 2)), &same)));
        assert!(proposed(place(Span::new(year_end, until), &outside)));
        assert!(office.roles("admin02", day(2027, 1, 2)).is_empty());
        assert_eq!(place(Span::new(year_end, until), &same), Placed::Holds);
        assert_eq!(office.roles("admin02", day(2027, 1, 2)), held);
        // A day that was said to be without roles is no gap to be filled.
        assert_eq!(
            place(Span::since(day(2027, 2, 1)), &wanted(&[], "")),
            Placed::Holds
        );
        assert!(proposed(place(Span::since(day(2027, 2, 1)), &same)));
    }
}

// covers: SEC-012
#[test]
fn a_post_that_opens_more_waits_for_a_second_administrator_who_is_not_its_holder() {
    for office in offices() {
        let clerk = office.clerk("clerk01", &[Role::Levy]);
        let (april, year) = (day(2027, 4, 1), day(2028, 4, 1));
        let since = Span::since;
        let place = |span, roles: &[Role], ward: &str| {
            office
                .place(&office.one, clerk, (span, &wanted(roles, ward)))
                .unwrap()
        };
        // Fewer people, and none: at once.
        let held = &[Role::Levy];
        assert_eq!(place(since(TODAY), held, "北区"), Placed::Holds);
        assert_eq!(place(Span::new(april, Some(year)), &[], ""), Placed::Holds);
        // A further role, another place, the main office, days on which nothing is held: another administrator answers.
        let mut last = 0;
        for (span, roles, ward) in [
            (since(TODAY), &[Role::Levy, Role::NumberUser][..], "北区"),
            (since(TODAY), held, "南区"),
            (since(TODAY), held, ""),
            (since(TODAY), held, "北区、南区"),
            (Span::new(TODAY, Some(day(2027, 4, 2))), held, "北区"),
            (since(april), held, "北区"),
        ] {
            let placed = place(span, roles, ward);
            let Placed::Proposed(id) = placed else {
                panic!("{span:?} {roles:?} {ward}: {placed:?}");
            };
            let own = office.answer(&office.one, id, true);
            assert_eq!(code(&own.unwrap_err()), "security.two_people");
            last = id;
        }
        assert_eq!(office.roles("clerk01", TODAY), held, "nothing holds yet");
        assert!(office.roles("clerk01", april).is_empty());
        office.answer(&office.two, last, true).unwrap();
        assert_eq!(office.roles("clerk01", TODAY), held);
        assert_eq!(office.roles("clerk01", april), held);
        let posts = office
            .store
            .read(|conn| {
                let permit = support::permit::<ManageStaff>(&office.one);
                post::posts(conn, &permit, clerk)
            })
            .unwrap();
        assert_eq!(posts.last().unwrap().fact, wanted(held, "北区"));
        // Declined, it never holds; and no administrator agrees to their own.
        let more = wanted(&[Role::NumberUser, Role::Administrator], "");
        let of = (since(TODAY), &more);
        let two = office.two.staff_id();
        let Placed::Proposed(id) = office.place(&office.one, two, of).unwrap() else {
            panic!("it opens more");
        };
        let own = office.answer(&office.two, id, true);
        assert_eq!(code(&own.unwrap_err()), OWN_ACCOUNT);
        office.answer(&office.three, id, false).unwrap();
        assert_eq!(office.roles("admin02", TODAY), [Role::Administrator]);
        let Placed::Proposed(id) = office.place(&office.one, two, of).unwrap() else {
            panic!("it opens more");
        };
        office.answer(&office.three, id, true).unwrap();
        assert_eq!(office.roles("admin02", TODAY), more.roles);
    }
}

// covers: SEC-012
/// 二人目の承認 takes two people: whoever hands the other a password, lets them in again or makes their 登録コード could be both.
/// For thirty days another administrator has to agree.
#[test]
fn who_was_handed_the_way_in_by_the_other_is_no_second_administrator() {
    const DAY: i64 = 24 * 60 * MINUTE;
    type Handing = fn(&mut Conn, &Acting, &Permit<ManageStaff>, i64) -> Result<(), OfficeError>;
    let ways: [Handing; 3] = [
        |conn, acting, permit, whom| {
            let hash = stretch(PasswordCost::LOWEST, NEW)?;
            staff::set_password(conn, acting, permit, whom, &hash)
        },
        |conn, acting, permit, whom| {
            staff::set_disabled(conn, acting, permit, whom, true)?;
            staff::set_disabled(conn, acting, permit, whom, false)
        },
        |conn, acting, permit, whom| enrol::first(conn, acting, permit, whom).map(|_| ()),
    ];
    for (place, way) in ways.into_iter().enumerate() {
        for office in offices() {
            let clerk = office.clerk("clerk01", &[Role::Levy]);
            let more = wanted(&[Role::Levy, Role::NumberUser], "");
            let propose = |by: &Session| {
                let placed = office.place(by, clerk, (Span::since(TODAY), &more));
                let Placed::Proposed(id) = placed.unwrap() else {
                    panic!("it opens more");
                };
                id
            };
            let hand = |at: i64| {
                let acting = office.one.acting("管理", TODAY, at, None);
                let permit = support::permit::<ManageStaff>(&office.one);
                let whom = office.two.staff_id();
                office
                    .store
                    .write(|conn| way(conn, &acting, &permit, whom))
                    .unwrap();
            };
            hand(NOW - 40 * DAY);
            let (first, second) = (propose(&office.one), propose(&office.two));
            hand(NOW - 29 * DAY);
            // In neither direction; declining is free, and a third administrator agrees.
            for (by, id) in [(&office.two, first), (&office.one, second)] {
                let refused = office.answer(by, id, true);
                assert_eq!(code(&refused.unwrap_err()), HANDED_OVER, "{place}");
            }
            office.answer(&office.two, first, false).unwrap();
            office.answer(&office.three, second, true).unwrap();
        }
    }
}

/// After thirty days it is as if they had never met.
#[test]
fn a_way_in_that_was_handed_over_long_ago_stands_in_nobodys_way() {
    const DAY: i64 = 24 * 60 * MINUTE;
    for office in offices() {
        let clerk = office.clerk("clerk01", &[Role::Levy]);
        let acting = office.one.acting("管理", TODAY, NOW - 31 * DAY, None);
        let permit = support::permit::<ManageStaff>(&office.one);
        let whom = office.two.staff_id();
        office
            .store
            .write(|conn| staff::set_disabled(conn, &acting, &permit, whom, false))
            .unwrap();
        let more = wanted(&[Role::Levy, Role::NumberUser], "");
        let placed = office.place(&office.one, clerk, (Span::since(TODAY), &more));
        let Placed::Proposed(id) = placed.unwrap() else {
            panic!("it opens more");
        };
        office.answer(&office.two, id, true).unwrap();
    }
}

// covers: SEC-012
#[test]
fn an_auditor_is_told_of_every_suspension_and_of_its_end() {
    for office in offices() {
        let clerk = office.clerk("clerk01", &[Role::Levy]);
        let acting = office.one.acting("管理", TODAY, NOW, None);
        let permit = support::permit::<ManageStaff>(&office.one);
        for disabled in [true, false] {
            office
                .store
                .write(|conn| staff::set_disabled(conn, &acting, &permit, clerk, disabled))
                .unwrap();
        }
        let told = office.alerts(AlertKind::Suspended);
        assert_eq!(told.len(), 2);
        assert!(told.iter().all(|one| one.0 == office.one.staff_id()));
        for what in ["を停止しました", "の停止を解きました"] {
            let line = format!("職員{clerk} {what}");
            assert!(told.iter().any(|one| one.1.contains(&line)), "{told:?}");
        }
    }
}
