//! 年齢到達.

use crate::counter::{Counter, on_both};
use ::office::eligibility::age::{self, Milestone};
use ::office::jobs::{Flow, JobState};
use ::office::registry::{self, FormerInsured};
use ::office::security::permit::RunEligibility;
use ::office::worklist::{CERTIFICATE_ISSUE, Candidate, ELIGIBILITY_AGE};
use law::{Date, day};

fn listed(
    counter: &Counter,
    from: Date,
    until: Date,
) -> Vec<(i64, i16, Date, Date, Option<String>)> {
    counter
        .desk
        .store
        .read(|conn| age::list(conn, from, until))
        .unwrap()
        .into_iter()
        .map(|found| {
            (
                found.person_id,
                found.milestone.age(),
                found.attained_on,
                found.effective_on,
                found.done,
            )
        })
        .collect()
}

fn confirm(counter: &Counter, from: Date, until: Date) -> i64 {
    age::confirm(
        &counter.desk.store,
        &counter.permit::<RunEligibility>(),
        &counter.acting(),
        (from, until),
        &counter.books(),
        &|| 1,
    )
    .unwrap()
}

// covers: QUA-020
#[test]
fn every_milestone_is_listed_on_its_own_day() {
    on_both(day(2026, 11, 20), |counter| {
        let births = [
            (1, day(1951, 12, 1)),  // 75 on 1 December
            (2, day(1951, 12, 10)), // 75 on 10 December
            (3, day(1956, 12, 1)),  // 70 attained 30 November: from 1 December
            (4, day(1956, 11, 1)),  // 70 attained 31 October: from 1 November
            (5, day(1956, 11, 2)),  // 70 attained 1 November: from 1 December
            (6, day(1961, 12, 31)), // 65 attained 30 December: December is the first month without
            (7, day(1962, 1, 1)),   // 65 attained 31 December: December too
            (8, day(1986, 12, 31)), // 40
            (9, day(1987, 1, 1)),   // 40
            (10, day(1987, 1, 2)),  // 40 in January
        ];
        for (id, born_on) in births {
            counter.single(id * 10, id, born_on, day(2020, 4, 1));
        }
        let december: Vec<(i64, i16, Date)> = listed(counter, day(2026, 12, 1), day(2027, 1, 1))
            .into_iter()
            .map(|(id, age, _, on, _)| (id, age, on))
            .collect();
        assert_eq!(
            december,
            [
                (1, 75, day(2026, 12, 1)),
                (2, 75, day(2026, 12, 10)),
                (3, 70, day(2026, 12, 1)),
                (5, 70, day(2026, 12, 1)),
                (6, 65, day(2026, 12, 1)),
                (7, 65, day(2026, 12, 1)),
                (8, 40, day(2026, 12, 1)),
                (9, 40, day(2026, 12, 1)),
            ]
        );
        // The ends of fiscal years: born on 1 April attains on 31 March.
        for (id, born_on) in [
            (21, day(2020, 4, 1)),
            (22, day(2020, 4, 2)),
            (23, day(2021, 4, 1)),
            (24, day(2008, 4, 2)),
            (25, day(2009, 4, 1)),
            (26, day(2009, 4, 2)),
        ] {
            counter.member(10, id, born_on, born_on.max(day(2020, 4, 2)));
        }
        let april: Vec<(i64, i16)> = listed(counter, day(2027, 4, 1), day(2027, 4, 2))
            .into_iter()
            .filter(|found| found.0 > 20)
            .map(|(id, age, ..)| (id, age))
            .collect();
        assert_eq!(april, [(22, 6), (23, 6), (24, 18), (25, 18)]);
        let none = listed(counter, day(2027, 4, 2), day(2027, 5, 1));
        assert!(none.iter().all(|found| found.0 <= 20), "{none:?}");
    });
}

// covers: QUA-020, QUA-021
#[test]
fn at_75_the_insurance_is_lost_once_and_the_head_follows() {
    on_both(day(2026, 12, 20), |counter| {
        // Q07, Q08: a couple, the older of whom comes to 75.
        counter.single(10, 1, day(1951, 12, 10), day(2020, 4, 1));
        counter.member(10, 2, day(1955, 5, 5), day(2020, 4, 1));
        counter.single(20, 3, day(1951, 12, 1), day(2020, 4, 1));
        let (from, until) = (day(2026, 12, 1), day(2027, 1, 1));
        let moves = counter
            .desk
            .store
            .read(|conn| age::list(conn, from, until))
            .unwrap();
        let shown = age::preview(
            &counter.desk.store,
            &counter.permit(),
            &counter.acting(),
            &moves[0],
            &counter.books(),
        )
        .unwrap()
        .unwrap();
        assert_eq!(shown.people.len(), 1);
        assert!(counter.spans(1)[0].1.is_none(), "the preview left nothing");
        // The other scheme told of it before: that matter is done with the loss.
        counter.desk.report(day(2026, 12, 15), |conn, act| {
            let candidate = Candidate {
                person_id: 1,
                household_id: Some(10),
                cause: "late_elderly_75".to_owned(),
                occurred_on: day(2026, 12, 10),
                elsewhere_from: None,
                reported_on: None,
                told_by: "後期高齢者医療の資格情報".to_owned(),
            };
            candidate.open(conn, act, "told/1", "喪失を登録する", day(2026, 12, 15))?;
            Ok(())
        });
        assert_eq!(confirm(counter, from, until), 2);
        assert!(
            !counter
                .open_items()
                .iter()
                .any(|item| Candidate::of(item).is_some())
        );
        let lost = counter.spans(1);
        assert_eq!(lost.len(), 1);
        let last = lost[0].1.unwrap();
        assert!(
            last == day(2026, 12, 10) || last == day(2026, 12, 11),
            "as the municipality holds it: {last}"
        );
        assert_eq!(lost[0].2.as_deref(), Some("51"));
        assert!(counter.spans(3)[0].1.is_some());
        let former = counter
            .desk
            .store
            .read(|conn| registry::timeline::<FormerInsured>(conn, 1, None))
            .unwrap();
        assert_eq!(former.len(), 1, "特定同一世帯所属者");
        assert_eq!(former[0].fact.household_id, 10);
        assert_eq!(counter.spans(2), [(day(2020, 4, 1), None, None)]);
        // Run again: nobody is left, nothing changes.
        assert_eq!(confirm(counter, from, until), 0);
        assert_eq!(counter.spans(1), lost);
        assert!(listed(counter, from, until).is_empty());
    });
}

// covers: QUA-020
#[test]
fn seventy_asks_for_a_judgement_and_a_paper_and_unknown_days_wait() {
    on_both(day(2026, 12, 1), |counter| {
        counter.single(10, 1, day(1956, 11, 10), day(2020, 4, 1));
        counter.single(20, 2, day(1951, 12, 5), day(2020, 4, 1));
        counter.desk.report(day(2026, 11, 1), |conn, act| {
            let standing = registry::timeline::<registry::Resident>(conn, 2, None)?;
            let unknown = registry::Resident {
                birth_unknown: true,
                ..standing[0].fact.clone()
            };
            registry::record(conn, act, 2, standing[0].valid, &unknown)
        });
        assert_eq!(confirm(counter, day(2026, 12, 1), day(2027, 1, 1)), 2);
        let items = counter.open_items();
        let of = |kind: ::office::worklist::Kind| {
            items
                .iter()
                .filter(|item| item.kind == kind.code)
                .map(|item| item.person_id.unwrap())
                .collect::<Vec<_>>()
        };
        let papers = of(CERTIFICATE_ISSUE);
        assert!(papers.contains(&1) && !papers.contains(&2), "{papers:?}");
        let judged = counter
            .desk
            .store
            .read(|conn| {
                conn.query_text(
                    "select count(*) from judgement_decision where household_id = 10",
                    &[],
                    |row| row.int(0),
                )
            })
            .unwrap()[0];
        assert!(judged > 0, "負担割合 is judged");
        assert_eq!(of(ELIGIBILITY_AGE), [2], "不詳 is not lost by itself");
        assert!(counter.spans(2)[0].1.is_none());
        let done = listed(counter, day(2026, 12, 1), day(2027, 1, 1));
        let outcomes: Vec<Option<&str>> = done.iter().map(|found| found.4.as_deref()).collect();
        assert_eq!(outcomes, [Some("done"), Some("held")]);
    });
}

#[test]
fn a_run_that_is_stopped_goes_on_where_it_was() {
    on_both(day(2026, 12, 20), |counter| {
        for id in 1..=450 {
            counter.single(id * 10, id, day(1951, 12, 10), day(2020, 4, 1));
        }
        let permit = counter.permit::<RunEligibility>();
        let job = age::start(
            &counter.desk.store,
            &permit,
            &counter.acting(),
            day(2026, 12, 1),
            day(2027, 1, 1),
        )
        .unwrap()
        .unwrap();
        let run = |flow: Flow| {
            age::run(
                &counter.desk.store,
                &permit,
                &counter.acting(),
                job,
                &counter.books(),
                &|| 1,
                |_| flow,
            )
            .unwrap()
        };
        let lost = || {
            (1..=450)
                .filter(|id| counter.spans(*id)[0].1.is_some())
                .count()
        };
        assert_eq!(run(Flow::Stop), JobState::Stopped);
        assert_eq!(lost(), 200, "one chunk");
        assert_eq!(run(Flow::Continue), JobState::Finished);
        assert_eq!(lost(), 450);
        assert_eq!(run(Flow::Continue), JobState::Finished);
        assert_eq!(lost(), 450);
    });
}

#[test]
fn the_days_of_every_birthday_are_those_of_the_table() {
    // Day of birth, 40 from, 65 until, 70 from, 75 on, 6 until 31 March, 18 until 31 March.
    let rows = [
        (
            "1952-02-29",
            "1992-02-01",
            "2017-02-01",
            "2022-03-01",
            "2027-03-01",
            "1958-04-01",
            "1970-04-01",
        ),
        (
            "1952-04-01",
            "1992-03-01",
            "2017-03-01",
            "2022-04-01",
            "2027-04-01",
            "1958-04-01",
            "1970-04-01",
        ),
        (
            "1952-04-02",
            "1992-04-01",
            "2017-04-01",
            "2022-05-01",
            "2027-04-02",
            "1959-04-01",
            "1971-04-01",
        ),
        (
            "1951-12-01",
            "1991-11-01",
            "2016-11-01",
            "2021-12-01",
            "2026-12-01",
            "1958-04-01",
            "1970-04-01",
        ),
    ];
    for (born, forty, sixty_five, seventy, seventy_five, six, eighteen) in rows {
        let born: Date = born.parse().unwrap();
        let on = |milestone: Milestone| milestone.effective_on(born).to_string();
        assert_eq!(on(Milestone::CareStart), forty);
        assert_eq!(on(Milestone::CareEnd), sixty_five);
        assert_eq!(on(Milestone::ElderlyShare), seventy);
        assert_eq!(on(Milestone::LateElderly), seventy_five);
        assert_eq!(on(Milestone::PreschoolEnd), six);
        assert_eq!(on(Milestone::MinorEnd), eighteen);
    }
}
