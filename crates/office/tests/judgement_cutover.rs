//! 年次切替 — the whole city on 1 August: counted, confirmed, published; stopped anywhere and gone on; on both engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod judgement_desk;
mod support;

use db::Conn;
use exchange::Catalogue;
use judgement_desk::Bench;
use law::judgement::{TaxStanding, Under70};
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Yen, day};
use office::acts::Act;
use office::jobs::{Flow, JobState};
use office::judgement::run::{self, RunRequest, RunState};
use office::judgement::{self, decision, export, publish, retro};
use office::security::permit::{ApproveEligibility, RunJudgement};
use support::{acting, permit};

/// Households 1 to `count`, one head of 72 each: in 2025 every one has 2割, in 2026 every third one 3割.
fn city(bench: &Bench, count: i64) {
    bench.act(|conn, act| {
        for id in 1..=count {
            let head = 100 + id;
            bench.household(conn, act, id, head, day(2020, 4, 1));
            bench.person(conn, act, head, id, day(1954, 1, 1), day(2020, 4, 1));
            year(bench, conn, act, head, 2025, false);
            year(bench, conn, act, head, 2026, id % 3 == 0);
        }
    });
}

fn year(bench: &Bench, conn: &mut Conn, act: &Act, head: i64, year: i16, rich: bool) {
    let business = if rich { 9_000_000 } else { 1_000_000 };
    let income = Income {
        business: Yen(business),
        ..Income::default()
    };
    bench.income(conn, act, head, year, Filing::Filed, income);
    let taxable = business - 600_000;
    bench.tax(
        conn,
        act,
        head,
        year,
        TaxStanding::Taxed,
        Some(taxable),
        false,
    );
}

fn start(bench: &Bench, year: i16) -> i64 {
    let request = RunRequest {
        book: &bench.book,
        benefit_year: year,
        decided_on: day(year, 7, 20),
        chunk_households: 4,
        note: "試験".to_owned(),
    };
    let permit = permit::<RunJudgement>(&bench.clerk);
    run::start(&bench.store, &permit, &bench.acting(), &request).unwrap()
}

fn clock() -> i64 {
    1
}

fn calculate(bench: &Bench, run_id: i64, stop_after: Option<i64>) -> JobState {
    let listen = |progress: office::jobs::Progress| match stop_after {
        Some(chunk) if progress.chunk >= chunk => Flow::Stop,
        _ => Flow::Continue,
    };
    run::calculate(&bench.store, run_id, 2, &clock, listen).unwrap()
}

fn approve(bench: &Bench, run_id: i64) {
    let changes = bench.store.read(|conn| run::changes(conn, run_id)).unwrap();
    let permit = permit::<ApproveEligibility>(&bench.chief);
    let acting = acting(&bench.chief, bench.business_date, bench.acting().now);
    run::approve(
        &bench.store,
        &permit,
        &acting,
        run_id,
        changes.ratio_changes(),
    )
    .unwrap();
}

fn make_stand(bench: &Bench, run_id: i64, stop_after: Option<i64>) {
    let permit = permit::<RunJudgement>(&bench.clerk);
    publish::begin(&bench.store, &permit, &bench.acting(), run_id).unwrap();
    for chunk in stop_after.into_iter() {
        let listen = |progress: office::jobs::Progress| {
            if progress.chunk >= chunk {
                Flow::Stop
            } else {
                Flow::Continue
            }
        };
        publish::publish(&bench.store, run_id, 2, &clock, listen).unwrap();
    }
    let go_on = |_| Flow::Continue;
    let state = publish::publish(&bench.store, run_id, 2, &clock, go_on).unwrap();
    assert_eq!(state, JobState::Finished);
}

/// Everything that stands, without numbers and moments.
fn standing(bench: &Bench) -> Vec<(i64, i64, Date, Date, i64, i64, String)> {
    let all = bench
        .store
        .read(|conn| decision::of_households(conn, (0, i64::MAX), i64::MAX, Date::MIN))
        .unwrap();
    decision::painted(&all)
        .into_iter()
        .flatten()
        .map(|one| {
            let verdict = one.verdict.unwrap();
            let ids = (one.household_id, one.subject_id);
            let days = (one.from, one.until);
            (
                ids.0,
                ids.1,
                days.0,
                days.1,
                verdict.class,
                verdict.tenths,
                one.rule_hash,
            )
        })
        .collect()
}

fn whole_year(bench: &Bench, year: i16, stop: Option<i64>) -> i64 {
    let run_id = start(bench, year);
    if stop.is_some() {
        assert_eq!(calculate(bench, run_id, stop), JobState::Stopped);
    }
    assert_eq!(calculate(bench, run_id, None), JobState::Finished);
    approve(bench, run_id);
    make_stand(bench, run_id, stop);
    run_id
}

// covers: JDG-001, JDG-003
#[test]
fn the_city_is_cut_over_the_same_on_both_engines_and_wherever_it_is_stopped() {
    let [sqlite, postgres] = Bench::both();
    for bench in [&sqlite, &postgres] {
        city(bench, 18);
        whole_year(bench, 2025, None);
    }
    whole_year(&sqlite, 2026, None);
    whole_year(&postgres, 2026, Some(1));
    let whole = standing(&sqlite);
    assert_eq!(whole, standing(&postgres));
    assert_eq!(whole.len(), 18 * 2 * 2);
    for stop in [0, 2, 3] {
        let bench = Bench::sqlite();
        city(&bench, 18);
        whole_year(&bench, 2025, Some(stop));
        whole_year(&bench, 2026, Some(stop));
        assert_eq!(standing(&bench), whole, "stopped after chunk {stop}");
    }
    // Every decision of the run is explained by running the rule again.
    let all = sqlite
        .store
        .read(|conn| decision::of_households(conn, (0, i64::MAX), i64::MAX, Date::MIN))
        .unwrap();
    for one in &all {
        sqlite.store.read(|conn| judgement::why(conn, one)).unwrap();
    }
}

// covers: JDG-001
/// 六戸町 2024年12月の事故: 671 wrong ratios were on-line for two days; nobody had asked how many change.
#[test]
fn incident_46_nobody_approves_without_the_number_of_changed_ratios() {
    let bench = Bench::sqlite();
    city(&bench, 9);
    whole_year(&bench, 2025, None);
    let run_id = start(&bench, 2026);
    calculate(&bench, run_id, None);
    let changes = bench.store.read(|conn| run::changes(conn, run_id)).unwrap();
    assert_eq!((changes.ratio(2, 3), changes.ratio_changes()), (3, 3));
    assert!(changes.question_ja().contains("2割から3割に変わる人が3人"));
    let who = bench
        .store
        .read(|conn| run::changed(conn, run_id, (2, 3), (0, 0)))
        .unwrap();
    assert_eq!(who, [(3, 103), (6, 106), (9, 109)]);
    let chief = permit::<ApproveEligibility>(&bench.chief);
    let acting = acting(&bench.chief, bench.business_date, bench.acting().now);
    let refused = run::approve(&bench.store, &chief, &acting, run_id, 0).unwrap_err();
    assert!(refused.to_string().contains("3人"));
    run::approve(&bench.store, &chief, &acting, run_id, 3).unwrap();
}

// covers: JDG-003
#[test]
fn the_counter_goes_before_the_run_and_late_facts_catch_up() {
    let bench = Bench::sqlite();
    city(&bench, 6);
    whole_year(&bench, 2025, None);
    let run_id = start(&bench, 2026);
    calculate(&bench, run_id, None);
    // After the snapshot: household 1 is corrected and judged at the counter, household 2 only corrected.
    bench.act(|conn, act| year(&bench, conn, act, 101, 2026, true));
    bench.rejudge(1, day(2026, 8, 1));
    bench.act(|conn, act| year(&bench, conn, act, 102, 2026, true));
    approve(&bench, run_id);
    make_stand(&bench, run_id, None);
    let tenths = |person: i64| {
        let on = day(2026, 8, 1);
        bench
            .store
            .read(|conn| judgement::standing(conn, person, on, None))
            .unwrap()
            .unwrap()
            .tenths
    };
    assert_eq!((tenths(101), tenths(102)), (Some(3), Some(2)));
    let clerk = permit::<RunJudgement>(&bench.clerk);
    let caught =
        publish::catch_up(&bench.store, &bench.book, &clerk, &bench.acting(), run_id).unwrap();
    assert!(caught.iter().all(|one| one.household_id == 2));
    assert_eq!((tenths(101), tenths(102)), (Some(3), Some(3)));
    let again =
        publish::catch_up(&bench.store, &bench.book, &clerk, &bench.acting(), run_id).unwrap();
    assert!(again.is_empty());
}

#[test]
fn whoever_started_a_run_does_not_approve_it_and_a_run_in_force_is_not_cancelled() {
    let bench = Bench::sqlite();
    city(&bench, 3);
    let run_id = whole_year(&bench, 2026, None);
    let clerk = permit::<RunJudgement>(&bench.clerk);
    assert!(run::cancel(&bench.store, &clerk, &bench.acting(), run_id).is_err());
    let second = start(&bench, 2027);
    let state = |id| run::require(&bench.store, id).unwrap().state;
    assert_eq!(state(second), RunState::Calculating);
    run::cancel(&bench.store, &clerk, &bench.acting(), second).unwrap();
    assert_eq!(state(second), RunState::Cancelled);
    assert_eq!(state(run_id), RunState::Published);
}

// covers: JDG-005
#[test]
fn the_file_has_one_line_for_a_household_and_says_what_the_page_says() {
    for bench in Bench::both() {
        city(&bench, 5);
        whole_year(&bench, 2026, None);
        let on = day(2026, 9, 1);
        let lines = bench
            .store
            .read(|conn| export::lines(conn, (0, i64::MAX), on))
            .unwrap()
            .lines;
        assert_eq!(lines.len(), 5);
        for line in &lines {
            let page = bench
                .store
                .read(|conn| judgement::standing(conn, 100 + line.household_id, on, None))
                .unwrap()
                .unwrap();
            assert_eq!(line.under70, page.under70.map_or("", export::under70_code));
            assert_eq!(line.over70, page.over70.map_or("", export::over70_code));
        }
        let catalogue = Catalogue::shipped().unwrap();
        let bytes = export::write(&catalogue, "00131037", &lines).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(text.lines().count(), 6);
        assert!(text.contains("202608"));
        assert!(text.contains("202707"));
    }
}

/// Who becomes 70 in December is of 70 and over from January (令第29条の3第4項): the line before says nothing of it, and the one
/// after begins with it, whatever the days of the household's own class.
// covers: JDG-005
#[test]
fn a_line_is_dated_with_the_days_on_which_all_of_it_stands() {
    for bench in Bench::both() {
        bench.act(|conn, act| {
            bench.household(conn, act, 1, 11, day(2020, 4, 1));
            bench.person(conn, act, 11, 1, day(1956, 12, 10), day(2020, 4, 1));
            bench.income(conn, act, 11, 2026, Filing::Filed, Income::default());
            bench.tax(conn, act, 11, 2026, TaxStanding::NotTaxed, Some(0), false);
        });
        bench.rejudge(1, day(2026, 8, 1));
        let line = |on: Date| {
            let read = |conn: &mut db::Conn| export::lines(conn, (0, i64::MAX), on);
            let line = bench.store.read(read).unwrap().lines.remove(0);
            (line.from, line.until, line.under70, line.over70)
        };
        let (august, january) = (day(2026, 8, 1), day(2027, 1, 1));
        for on in [august, day(2026, 12, 31)] {
            assert_eq!(line(on), (august, january, "A05", ""));
        }
        for on in [january, day(2027, 7, 31)] {
            assert_eq!(line(on), (january, day(2027, 8, 1), "A05", "B06"));
        }
    }
}

// covers: JDG-005
/// 千葉市 2023年の事故: one receiver read the last line, another the continuous history.
#[test]
fn incident_47_overlapping_lines_are_never_sent() {
    let bench = Bench::sqlite();
    city(&bench, 1);
    whole_year(&bench, 2026, None);
    let on = day(2026, 9, 1);
    let mut lines = bench
        .store
        .read(|conn| export::lines(conn, (0, i64::MAX), on))
        .unwrap()
        .lines;
    let mut corrected = lines[0].clone();
    corrected.from = day(2026, 10, 1);
    corrected.under70 = "A01";
    lines.push(corrected);
    let catalogue = Catalogue::shipped().unwrap();
    let refused = export::write(&catalogue, "00131037", &lines).unwrap_err();
    assert!(refused.to_string().contains("重なって"));
    lines[0].until = day(2026, 10, 1);
    export::write(&catalogue, "00131037", &lines).unwrap();
    // A correction through the office leaves one continuous history.
    bench.act(|conn, act| year(&bench, conn, act, 101, 2026, true));
    bench.rejudge(1, day(2026, 8, 1));
    let all = bench
        .store
        .read(|conn| decision::of_households(conn, (1, 2), i64::MAX, Date::MIN))
        .unwrap();
    for subject in decision::painted(&all) {
        assert!(subject.windows(2).all(|pair| pair[0].until <= pair[1].from));
    }
}

// covers: JDG-005, JDG-017
/// 熊本市 2025年の事故: ratio and class were blank at the hospitals. What is not decided is named and not sent.
#[test]
fn incident_48_a_blank_class_is_never_sent() {
    for bench in Bench::both() {
        city(&bench, 3);
        whole_year(&bench, 2026, None);
        bench.act(|conn, act| {
            bench.household(conn, act, 9, 109, day(2020, 4, 1));
            bench.person(conn, act, 109, 9, day(1954, 1, 1), day(2020, 4, 1));
        });
        bench.rejudge(9, day(2026, 8, 1));
        let on = day(2026, 9, 1);
        let outgoing = bench
            .store
            .read(|conn| export::lines(conn, (0, i64::MAX), on))
            .unwrap();
        assert_eq!(outgoing.held, [9]);
        assert_eq!(outgoing.lines.len(), 3);
        assert!(
            outgoing
                .lines
                .iter()
                .all(|line| !line.under70.is_empty() && !line.over70.is_empty())
        );
        let catalogue = Catalogue::shipped().unwrap();
        let mut blank = outgoing.lines;
        blank[1].under70 = "";
        let refused = export::write(&catalogue, "00131037", &blank).unwrap_err();
        assert!(refused.to_string().contains("空欄"), "{refused}");
    }
}

// covers: JDG-006
/// 今治市ほか: what was decided before the flag was known is found afterwards.
#[test]
fn incident_37_decisions_made_without_the_flag_are_found() {
    for bench in Bench::both() {
        bench.act(|conn, act| {
            bench.household(conn, act, 1, 11, day(2020, 4, 1));
            bench.person(conn, act, 11, 1, day(1980, 5, 5), day(2020, 4, 1));
            bench.income(conn, act, 11, 2026, Filing::Filed, Income::default());
        });
        let judged = bench.rejudge(1, day(2026, 8, 1));
        assert_eq!(judged[0].after.unwrap().class, Under70::E.code());
        let found = |bench: &Bench| {
            bench
                .store
                .read(|conn| retro::retro_abroad(conn, FiscalYear(2026)))
                .unwrap()
        };
        assert!(found(&bench).is_empty());
        bench.act(|conn, act| {
            bench.tax(conn, act, 11, 2026, TaxStanding::NotTaxed, None, true);
        });
        assert_eq!(found(&bench).len(), 1);
        assert!(found(&bench)[0].on_record);
        let judged = bench.rejudge(1, day(2026, 8, 1));
        assert_eq!(judged[0].after.unwrap().class, Under70::D.code());
    }
}
