//! A file against what was registered here event by event: nothing is written over, what differs waits.

use crate::desk::{CITY, Desk, household, insured, on_both, today};
use crate::hostile::small_city;
use db::Store;
use exchange::Extent::Full;
use law::day;
use law::rules::RuleBook;
use office::eligibility::compose::{When, loss};
use office::eligibility::{Books, PrefectureFact, Request, register};
use office::import::held_rows;
use office::levy::relevy;
use office::registry::{InsuredSpan, timeline};
use office::security::login::command_session;
use office::security::password::PasswordCost;
use office::security::permit::{ManageStaff, RegisterEligibility};
use office::security::staff::{NewStaff, open, prepare};
use office::security::{Role, Session, authorize};

fn clerk(store: &Store, desk: &Desk) -> Session {
    let new = NewStaff {
        login: "elig01".to_owned(),
        name: "資格 担当".to_owned(),
        password: "Correct-horse-7-battery".to_owned(),
        roles: vec![Role::Eligibility],
        ward: String::new(),
    };
    let ready = prepare(new, PasswordCost::LOWEST)
        .unwrap()
        .of_demonstration();
    store
        .write(|conn| {
            open(conn, &desk.acting(), &desk.permit::<ManageStaff>(), &ready)?;
            command_session(conn, "elig01", "test", 0)
        })
        .unwrap()
}

fn lose(store: &Store, session: &Session) {
    let book = RuleBook::embedded().unwrap();
    let books = Books {
        book: &book,
        municipality: CITY,
        levy: relevy::Books {
            rules: &[],
            calendar: book.calendar(),
        },
    };
    let permit = authorize::<RegisterEligibility>(session).unwrap();
    let acting = session.acting("試験", today(), 1_780_000_100_000_000, None);
    let when = When {
        occurred_on: day(2026, 5, 20),
        reported_on: Some(day(2026, 5, 25)),
    };
    let request = Request::of(vec![loss(when, "joined_insurance", 1)]);
    register(store, &permit, &acting, &request, &books).unwrap();
}

// covers: QUA-013, QUA-016
#[test]
fn a_file_does_not_write_over_registered_events() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let clerk = clerk(store, &desk);
        let rows = [insured("1", "51", &[]), insured("3", "53", &[])];
        desk.take(store, &desk.file("insured", 3, Full, &rows))
            .unwrap();
        lose(store, &clerk);
        let spans = |id| {
            let rows = store.read(|conn| timeline::<InsuredSpan>(conn, id, None));
            let rows = rows.unwrap().into_iter();
            rows.map(|row| row.valid).collect::<Vec<_>>()
        };
        let until = Some(day(2026, 5, 21));
        assert_eq!(spans(1)[0].until, until);

        // The other department knows nothing of it: held, and the neighbour's row is taken.
        let rows = [
            insured("1", "51", &[]),
            insured("3", "53", &[("gain_reported_on", "2020-04-09")]),
        ];
        let report = desk
            .take(store, &desk.file("insured", 4, Full, &rows))
            .unwrap();
        assert_eq!((report.posted, report.held), (1, 1));
        let held = store
            .read(|conn| held_rows(conn, None, (0, 0), 10))
            .unwrap();
        assert_eq!(held[0].code, "import.row.own_events");
        assert_eq!(spans(1)[0].until, until);

        // Once it says the same, nothing is held and nothing moves; the household was never registered here.
        let same = [
            ("lost_on", "2026-05-21"),
            ("loss_cause", "42"),
            ("loss_event_on", "2026-05-20"),
            ("loss_reported_on", "2026-05-25"),
        ];
        let rows = [
            insured("1", "51", &same),
            insured("3", "53", &[("gain_reported_on", "2020-04-09")]),
        ];
        let report = desk
            .take(store, &desk.file("insured", 5, Full, &rows))
            .unwrap();
        assert_eq!((report.posted, report.held), (0, 0));
        let heads = [
            household("51", "1", &[("number", "5151")]),
            household("53", "3", &[]),
        ];
        let report = desk
            .take(store, &desk.file("household", 6, Full, &heads))
            .unwrap();
        assert_eq!((report.posted, report.held), (1, 0));
    });
}

/// 法5条・7条: 国保資格取得年月日 of the file is kept beside 適用開始, and the first event of the person hands it on as known.
// covers: QUA-031
#[test]
fn the_prefectures_day_of_a_loaded_span_outlasts_the_first_event() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let clerk = clerk(store, &desk);
        let early = [("gained_on", "2015-04-01"), ("applied_from", "2020-07-01")];
        let rows = [insured("1", "51", &early), insured("2", "51", &[])];
        desk.take(store, &desk.file("insured", 3, Full, &rows))
            .unwrap();
        lose(store, &clerk);
        let held = |id| -> Vec<_> {
            let rows = store
                .read(|conn| timeline::<PrefectureFact>(conn, id, None))
                .unwrap();
            let told = rows.into_iter();
            told.map(|row| (row.valid.from, row.fact.since_known, row.valid.until))
                .collect()
        };
        assert_eq!(held(1), [(day(2015, 4, 1), true, Some(day(2026, 5, 21)))]);
        // The same file again says nothing else than the events do.
        let mut ended = insured("1", "51", &early);
        ended.extend([
            ("lost_on", "2026-05-21"),
            ("loss_cause", "42"),
            ("loss_event_on", "2026-05-20"),
            ("loss_reported_on", "2026-05-25"),
        ]);
        let rows = [ended, insured("2", "51", &[("gained_on", "2020-04-01")])];
        let report = desk
            .take(store, &desk.file("insured", 4, Full, &rows))
            .unwrap();
        assert_eq!((report.same, report.held), (2, 0));
    });
}
