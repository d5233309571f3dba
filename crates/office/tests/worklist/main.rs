//! 処理待ち: opened once, owned, overdue, taken over and settled, on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../support/mod.rs"]
mod support;

use law::day;
use office::acts::{self, ActDetails};
use office::security::Role;
use office::security::permit::HandleWork;
use office::security::permit::RegisterFact;
use office::worklist::{
    self, CERTIFICATE_RETURN, ELIGIBILITY_CANDIDATE, Filter, Handover, NewItem, Outcome, Owner,
};
use office::{Acting, OfficeError};
use support::{acting, permit, session};

struct Office {
    store: db::testing::TestStore,
    clerk: office::security::Session,
}

fn offices() -> Vec<Office> {
    db::testing::both(office::schema::MIGRATIONS)
        .unwrap()
        .into_iter()
        .map(|store| {
            let (admin, _) = support::staff(&store);
            let ready = office::security::staff::prepare(
                office::security::staff::NewStaff {
                    login: "shikaku1".to_owned(),
                    name: "資格 一郎".to_owned(),
                    password: "Correct-horse-7-battery".to_owned(),
                    roles: vec![Role::Eligibility, Role::Counter],
                    ward: String::new(),
                },
                office::security::password::PasswordCost::LOWEST,
            )
            .unwrap()
            .of_demonstration();
            let manage = permit(&admin);
            store
                .write(|conn| {
                    office::security::staff::open(
                        conn,
                        &acting(&admin, day(2026, 6, 1), 2),
                        &manage,
                        &ready,
                    )
                })
                .unwrap();
            let clerk = session(&store, "shikaku1");
            Office { store, clerk }
        })
        .collect()
}

impl Office {
    fn acting(&self, now: i64) -> Acting {
        acting(&self.clerk, day(2026, 6, 1), now)
    }

    fn open(&self, now: i64, items: &[NewItem]) -> i64 {
        let register = permit::<RegisterFact>(&self.clerk);
        self.store
            .write(|conn| {
                let act = acts::begin(
                    conn,
                    &self.acting(now),
                    &register,
                    "test",
                    &ActDetails::default(),
                )?;
                worklist::open_all(conn, &act, items)
            })
            .unwrap()
    }

    fn list(&self, filter: Filter, today: law::Date) -> Vec<worklist::Item> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = self
                .store
                .read(|conn| worklist::list(conn, &filter, after.as_ref(), today))
                .unwrap();
            assert!(page.items.len() <= worklist::PAGE);
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return all;
            }
        }
    }
}

fn candidate(person: i64, source: &str) -> NewItem {
    NewItem::about_person(
        ELIGIBILITY_CANDIDATE,
        person,
        source,
        "転入: 取得の届出を確かめる",
        day(2026, 6, 1),
    )
}

#[test]
fn the_same_matter_is_opened_once_and_pages_by_key() {
    for office in offices() {
        let items: Vec<NewItem> = (1..=120)
            .map(|person| candidate(person, "event/1"))
            .collect();
        assert_eq!(office.open(10, &items), 120);
        assert_eq!(office.open(11, &items), 0, "the same file again");
        assert_eq!(office.open(12, &[candidate(7, "event/2")]), 1);
        let all = office.list(Filter::default(), day(2026, 6, 15));
        assert_eq!(all.len(), 121);
        let mut numbers: Vec<i64> = all.iter().map(|item| item.item_id).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 121, "no item twice, none lost");
        assert!(all.iter().all(|item| !item.overdue), "due on the 15th");
        let later = office.list(
            Filter {
                overdue: true,
                person_id: Some(7),
                ..Filter::default()
            },
            day(2026, 6, 16),
        );
        assert_eq!(later.len(), 2);
        assert!(later.iter().all(|item| item.overdue));
        assert_eq!(later[0].owner, Owner::role(Role::Eligibility));
    }
}

#[test]
fn settled_stays_settled_and_what_fell_away_may_come_back() {
    for office in offices() {
        let work = permit::<HandleWork>(&office.clerk);
        office.open(10, &[candidate(1, "event/1"), candidate(2, "event/1")]);
        let items = office.list(Filter::default(), day(2026, 6, 1));
        let settle = |now, item: &worklist::Item, outcome, note: &str| {
            worklist::settle_by(
                &office.store,
                &work,
                &office.acting(now),
                item.item_id,
                item.steps,
                outcome,
                note,
            )
        };
        let unexplained = settle(11, &items[0], Outcome::Done, " ");
        assert!(matches!(unexplained, Err(OfficeError::Input { .. })));
        settle(12, &items[0], Outcome::NotNeeded, "社保加入中").unwrap();
        settle(13, &items[1], Outcome::Withdrawn, "転入取消").unwrap();
        let twice = settle(14, &items[0], Outcome::Done, "二度目");
        assert!(matches!(twice, Err(OfficeError::Conflict(_))), "{twice:?}");
        assert!(office.list(Filter::default(), day(2026, 6, 1)).is_empty());
        let again = office.open(15, &[candidate(1, "event/1"), candidate(2, "event/1")]);
        assert_eq!(again, 1, "only what had fallen away");
        let settled = office.list(
            Filter {
                settled: true,
                ..Filter::default()
            },
            day(2026, 9, 1),
        );
        assert_eq!(settled.len(), 2);
        assert!(settled.iter().all(|item| !item.overdue));
        assert_eq!(settled[0].outcome, Some(Outcome::NotNeeded));
        let steps = office
            .store
            .read(|conn| worklist::steps(conn, items[0].item_id))
            .unwrap();
        assert_eq!(
            steps
                .iter()
                .map(|step| step.what.as_str())
                .collect::<Vec<_>>(),
            ["open", "settle"]
        );
        assert_eq!(steps[1].note, "社保加入中");
        let erased = office.store.write(|conn| {
            conn.execute_text("delete from work_item_step", &[])
                .map_err(OfficeError::from)
        });
        assert!(erased.is_err(), "history is only added to");
    }
}

#[test]
fn an_item_changes_hands_and_a_stale_page_is_told() {
    for office in offices() {
        let work = permit::<HandleWork>(&office.clerk);
        office.open(
            10,
            &[
                NewItem::about_household(
                    CERTIFICATE_RETURN,
                    5,
                    "certificate/9",
                    "資格確認書の回収",
                    day(2026, 6, 1),
                ),
                candidate(1, "event/1"),
            ],
        );
        let of_kind = Filter {
            kind: Some(CERTIFICATE_RETURN),
            ..Filter::default()
        };
        let item = office.list(of_kind, day(2026, 6, 1)).remove(0);
        let assign = |now, role, steps| {
            let owner = Owner {
                role,
                staff_id: Some(office.clerk.staff_id()),
            };
            let handover = Handover {
                owner,
                due_on: Some(day(2026, 7, 1)),
                note: "引き受け",
            };
            worklist::assign(
                &office.store,
                &work,
                &office.acting(now),
                item.item_id,
                steps,
                &handover,
            )
        };
        let viewer = assign(11, Role::Viewer, item.steps);
        assert!(matches!(viewer, Err(OfficeError::Refusal(_))), "{viewer:?}");
        assign(12, Role::Counter, item.steps).unwrap();
        let stale = assign(13, Role::Eligibility, item.steps);
        assert!(matches!(stale, Err(OfficeError::Conflict(_))), "{stale:?}");
        let mine = office.list(
            Filter {
                staff_id: Some(office.clerk.staff_id()),
                ..Filter::default()
            },
            day(2026, 7, 2),
        );
        assert_eq!(mine.len(), 1);
        assert_eq!((mine[0].due_on, mine[0].overdue), (day(2026, 7, 1), true));
        let counts = office
            .store
            .read(|conn| worklist::count_by_kind(conn, &[], day(2026, 7, 2)))
            .unwrap();
        let found: Vec<(&str, i64, i64)> = counts
            .iter()
            .map(|count| (count.label_ja.as_str(), count.open, count.overdue))
            .collect();
        assert_eq!(found, [("証の回収", 1, 1), ("資格異動の候補", 1, 1)]);
        let counter = office
            .store
            .read(|conn| worklist::count_by_kind(conn, &[Role::Counter], day(2026, 7, 2)))
            .unwrap();
        assert_eq!(counter.len(), 1);
        // Whoever has both roles sees the matters of both.
        let both = [Role::Counter, Role::Eligibility];
        let counts = office
            .store
            .read(|conn| worklist::count_by_kind(conn, &both, day(2026, 7, 2)))
            .unwrap();
        assert_eq!(counts.len(), 2);
        let of = |roles: &[Role]| {
            let filter = Filter {
                roles: roles.to_vec(),
                ..Filter::default()
            };
            office.list(filter, day(2026, 7, 2)).len()
        };
        assert_eq!((of(&both), of(&[Role::Counter]), of(&[])), (2, 1, 2));
        assert_eq!(of(&[Role::EligibilitySupervisor]), 0);
    }
}
