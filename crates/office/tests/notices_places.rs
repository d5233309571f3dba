//! 支援措置（住民基本台帳事務処理要領 第5-10）: a notice that goes to where somebody in hiding lives waits for a second person, whoever
//! it is addressed to: by who stands for the addressee, by who lives there, by another number of the same person.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use db::{Conn, Span};
use law::{Date, day};
use office::levy::run::RunKind;
use office::notices::release::{Handling, check_paper, handling, handling_of_all};
use office::notices::{self, Notice};
use office::registry::merge;
use office::registry::representative::{self, Representative, Standing};
use office::registry::search::search;
use office::registry::support::{Measure, MeasureKind, concerns, is_hidden_from, is_withheld_from};
use office::registry::{
    Resident, household_seen, load_person, record, record_person, slot, timeline,
};
use office::security::Role;
use office::security::permit::{PrintNotice, RegisterContact, SearchPerson};
use office::{Act, OfficeError};
use support::desk::{Desk, person, single, span_of};
use support::merged::{confirm, propose};
use support::{permit, staff_named};

const JUNE: Date = Date::constant(2026, 6, 12);
const LATER: Date = Date::constant(2026, 6, 15);
const SECRET: &str = "東京都港区隠里九丁目9番9号";

fn code<T: std::fmt::Debug>(result: Result<T, OfficeError>) -> &'static str {
    match result.unwrap_err() {
        OfficeError::Refusal(refusal) => refusal.code,
        other => panic!("{other:?}"),
    }
}

/// Somebody who lives at the secret address, in a household of the residents' register.
fn lives(conn: &mut Conn, act: &Act, id: i64, home: i64, span: Span) -> Result<(), OfficeError> {
    if timeline::<Resident>(conn, id, None)?.is_empty() {
        person(conn, act, id, day(1985, 5, 5))?;
    }
    let mut all = timeline::<Resident>(conn, id, None)?;
    let mut resident = all.remove(0).fact;
    resident.register_household = Some(home);
    SECRET.clone_into(&mut resident.address);
    record_person(conn, act, id, 1, span, &resident)
}

fn hide(desk: &Desk, person: i64, from: Date) {
    let measure = Measure {
        kind: MeasureKind::Full,
        ends_on: None,
        history_number: 0,
        origin: "counter".to_owned(),
    };
    desk.report(from, |conn, act| {
        record(conn, act, person, Span::since(from), &measure).map(|_| ())
    });
}

/// The notice of household 1, addressed to 11, of the year's run.
fn published(desk: &Desk) -> (Notice, i64) {
    single(desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
    let run_id = desk.publish_year(JUNE, 2026, RunKind::Initial);
    let all = desk
        .store
        .read(|conn| notices::of_run(conn, run_id, 0, 100))
        .unwrap();
    assert_eq!(all.len(), 1);
    (all.into_iter().next().unwrap(), run_id)
}

fn print(desk: &Desk, notice: &Notice) -> Result<(), OfficeError> {
    let clerk = permit::<PrintNotice>(&desk.levy);
    notices::mark_printed(
        &desk.store,
        &clerk,
        &desk.clerk(LATER),
        &[(notice.notice_id, 2)],
    )
}

/// The notice as one of many.
fn among_many(desk: &Desk, notice: &Notice) -> [Handling; 2] {
    let many = [notice.clone(), notice.clone()];
    let clerk = desk.clerk(LATER);
    let all = desk.store.read(|conn| handling_of_all(conn, &many, &clerk));
    all.unwrap().try_into().unwrap()
}

/// Nothing of the notice leaves: not as a paper, not with the others, not by the mailing of what was printed before.
fn waits(desk: &Desk, (notice, run_id): (&Notice, i64)) {
    let stands = desk.store.read(|conn| handling(conn, notice, LATER));
    assert_eq!(stands.unwrap(), Handling::Waits);
    let clerk = desk.clerk(LATER);
    assert_eq!(among_many(desk, notice), [Handling::Waits; 2]);
    let paper = desk.store.read(|conn| check_paper(conn, notice, &clerk));
    assert_eq!(code(paper), "notice.print.support");
    assert_eq!(code(print(desk, notice)), "notice.print.support");
    let may = permit::<PrintNotice>(&desk.levy);
    let posted = notices::mark_posted(&desk.store, &may, &desk.clerk(LATER), run_id);
    assert_eq!(code(posted), "notice.print.support");
}

/// 地方税法 第9条の2・第300条: who is addressed for somebody is addressed where they live; where that is hidden, the notice of the other
/// waits, at every exit.
// covers: SEC-102
#[test]
fn a_notice_to_a_representative_in_hiding_waits_for_a_second_person() {
    for standing in [Standing::TaxManager, Standing::Heir] {
        for desk in Desk::wards(2026..=2026) {
            let (notice, run_id) = published(&desk);
            desk.report(JUNE, |conn, act| lives(conn, act, 99, 9, Span::since(JUNE)));
            hide(&desk, 99, JUNE);
            print(&desk, &notice).unwrap();
            let (chief, _) = staff_named(&desk.store, "counter07", &[Role::Counter]);
            let by = Representative {
                representative_id: Some(99),
                ground: "届出".to_owned(),
                ..Representative::default()
            };
            let seen = desk.store.read(|conn| slot::version(conn, 11)).unwrap();
            let acting = chief.acting("試験", LATER, desk.tick(), None);
            let may = permit::<RegisterContact>(&chief);
            let span = Span::since(LATER);
            representative::register(&desk.store, &may, &acting, 11, standing, span, &by, seen)
                .unwrap();
            waits(&desk, (&notice, run_id));
            // Their own address is no secret, and is shown.
            let shown = desk.store.read(|conn| load_person(conn, 11, LATER, None));
            assert!(!shown.unwrap().unwrap().hidden);
        }
    }
}

/// A household as of a day after the planned end of a measure shows no more than today.
// covers: SEC-102
#[test]
fn a_day_to_come_frees_no_address() {
    for desk in Desk::wards(2026..=2026) {
        published(&desk);
        let until = day(2027, 1, 1);
        desk.report(LATER, |conn, act| {
            let measure = Measure {
                kind: MeasureKind::Full,
                ends_on: None,
                history_number: 0,
                origin: "counter".into(),
            };
            record(conn, act, 11, Span::new(LATER, Some(until)), &measure)
        });
        let hidden = |as_of, today| {
            let read = |conn: &mut Conn| household_seen(conn, 1, (as_of, today), None);
            let head = desk.store.read(read).unwrap().unwrap().head_person;
            head.unwrap().hidden
        };
        assert!(hidden(day(2027, 2, 1), LATER));
        assert!(!hidden(day(2027, 2, 1), day(2027, 2, 1)));
    }
}

/// Whoever lives in one household of the residents' register with them has the same address, insured in another household
/// or not.
// covers: SEC-102
#[test]
fn a_notice_to_somebody_who_lives_with_them_waits_for_a_second_person() {
    for desk in Desk::wards(2026..=2026) {
        let (notice, run_id) = published(&desk);
        print(&desk, &notice).unwrap();
        desk.report(LATER, |conn, act| {
            lives(conn, act, 99, 9, Span::since(LATER))?;
            lives(conn, act, 11, 9, Span::since(LATER))
        });
        let free = desk.store.read(|conn| concerns(conn, (1, 11), LATER));
        assert!(!free.unwrap());
        assert_eq!(among_many(&desk, &notice), [Handling::Ordinary; 2]);
        hide(&desk, 99, LATER);
        waits(&desk, (&notice, run_id));
    }
}

/// Who left a household in hiding is not found by its 記号番号, by none of their numbers.
// covers: SEC-102, ADR-008
#[test]
fn no_number_of_somebody_in_hiding_is_found_by_the_household_that_was_left() {
    for desk in Desk::wards(2026..=2026) {
        single(&desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
        desk.report(JUNE, |conn, act| {
            person(conn, act, 12, day(1985, 5, 5))?;
            person(conn, act, 99, day(1985, 5, 5))?;
            let span = Span::new(day(2020, 4, 1), Some(JUNE));
            record(conn, act, 12, span, &span_of(1)).map(|_| ())
        });
        let found = || -> Vec<i64> {
            let may = permit::<SearchPerson>(&desk.levy);
            let clerk = desk.clerk(LATER);
            let read = |conn: &mut Conn| search(conn, &may, &clerk, "港-0000001", None);
            let hits = desk.store.read(read).unwrap().hits.into_iter();
            hits.map(|hit| hit.person_id).collect()
        };
        hide(&desk, 99, LATER);
        assert_eq!(found(), [11, 12]);
        let asked = propose(&desk.store, (99, 12), (LATER, desk.tick()));
        let (may, acting, merge_id) = confirm(&desk.store, asked, (LATER, desk.tick()));
        assert_eq!(found(), [11]);
        merge::undo(&desk.store, &may, &acting, merge_id, "別人だった").unwrap();
        assert_eq!(found(), [11, 12]);
    }
}

/// 名寄せ: what is kept of one number is kept of every number of the person, until they are parted.
// covers: SEC-102, ADR-008
#[test]
fn every_number_of_somebody_in_hiding_is_hidden_until_they_are_parted() {
    for desk in Desk::wards(2026..=2026) {
        let (notice, run_id) = published(&desk);
        print(&desk, &notice).unwrap();
        // 99 is in hiding; 11 is joined to it, and 12 lives with 11.
        desk.report(LATER, |conn, act| {
            person(conn, act, 99, day(1985, 5, 5))?;
            lives(conn, act, 11, 9, Span::since(LATER))?;
            lives(conn, act, 12, 9, Span::since(LATER))
        });
        hide(&desk, 99, LATER);
        let hidden = |number: i64| {
            let read = |conn: &mut Conn| {
                Ok::<_, OfficeError>((
                    is_withheld_from(conn, number, LATER)?,
                    is_hidden_from(conn, number, LATER)?,
                    load_person(conn, number, LATER, None)?.unwrap().hidden,
                ))
            };
            desk.store.read(read).unwrap()
        };
        assert_eq!(hidden(11), (false, false, false));
        let asked = propose(&desk.store, (99, 11), (LATER, desk.tick()));
        assert_eq!(
            hidden(11),
            (false, false, false),
            "nothing before the second"
        );
        let (may, acting, merge_id) = confirm(&desk.store, asked, (LATER, desk.tick()));
        assert_eq!(hidden(11), (true, true, true));
        assert_eq!(hidden(12), (false, true, true));
        waits(&desk, (&notice, run_id));
        merge::undo(&desk.store, &may, &acting, merge_id, "別人だった").unwrap();
        assert_eq!(hidden(11), (false, false, false));
        assert_eq!(hidden(12), (false, false, false));
        let stands = desk.store.read(|conn| handling(conn, &notice, LATER));
        assert_eq!(stands.unwrap(), Handling::Ordinary);
    }
}

/// Who moves out of the home of somebody in hiding shows their new address and not that home; who stays where they have left
/// keeps the address that is their own.
// covers: SEC-102
#[test]
fn a_record_of_the_home_in_hiding_stays_hidden_after_moving_out() {
    for desk in Desk::wards(2026..=2026) {
        single(&desk, 1, 11, day(1990, 1, 1), day(2020, 4, 1));
        desk.report(LATER, |conn, act| {
            lives(conn, act, 99, 9, Span::since(JUNE))?;
            lives(conn, act, 11, 9, Span::new(JUNE, Some(day(2026, 6, 14))))?;
            // 99 left 21 in household 8 before.
            lives(conn, act, 21, 8, Span::since(day(2020, 4, 1)))?;
            lives(conn, act, 99, 8, Span::new(day(2020, 4, 1), Some(JUNE)))
        });
        hide(&desk, 99, LATER);
        let told = |id: i64, on: Date| {
            let found = desk.store.read(|conn| load_person(conn, id, LATER, None));
            let records = found.unwrap().unwrap().residents;
            let record = records.into_iter().find(|one| one.valid.holds(on));
            record.unwrap().fact.address
        };
        assert_eq!(told(11, JUNE), "（非開示）");
        assert_eq!(told(11, LATER), "東京都港区芝公園1-5-25");
        assert_eq!(told(11, day(2026, 6, 1)), "東京都港区芝公園1-5-25");
        assert_eq!(told(99, LATER), "（非開示）");
        assert_eq!(told(99, day(2026, 6, 1)), "（非開示）");
        assert_eq!(told(21, LATER), SECRET);
    }
}
