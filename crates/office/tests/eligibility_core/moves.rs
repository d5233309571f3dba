//! 転入・転出・出生: coming and going, the days of it and the months charged.

use super::counter::{Counter, on, on_both, reported};
use super::support::desk::{Desk, WARD};
use law::rules::levy::LossMonth;
use law::{Date, FiscalYear, Span, Yen, day};
use office::eligibility::compose::{NEW_HOUSEHOLD, found, gain, loss};
use office::eligibility::{NewChange, NewEvent, Request, Warning};
use office::worklist;
use std::cell::RefCell;

/// Four people move in; the household is founded, branches 01 to 04 are given, the year's levy is decided and undone.
// covers: QUA-001, QUA-005, QUA-016, QUA-029, QUA-031
#[test]
fn a_family_of_four_moves_in() {
    on_both(2026..=2026, |counter| {
        let family = [
            (11, day(1986, 5, 1)),
            (12, day(1988, 6, 1)),
            (13, day(2015, 7, 1)),
            (14, day(2021, 8, 1)),
        ];
        for (id, born_on) in family {
            counter.resident(id, born_on);
        }
        let came = on(day(2026, 7, 10));
        let mut events = vec![found(came, NEW_HOUSEHOLD, 11)];
        events.extend(family.map(|(id, _)| gain(came, "moved_in", id, NEW_HOUSEHOLD)));
        let done = counter.register(day(2026, 7, 10), events);
        let home = done.founded[0].1;
        for (branch, (id, _)) in (1..).zip(family) {
            assert_eq!(counter.cover(id), [(home, day(2026, 7, 10), None)]);
            assert_eq!(counter.branch(id), branch);
            assert_eq!(counter.prefecture(id), [(day(2026, 7, 10), true, None)]);
        }
        let levies = &done.consequences.levies;
        assert_eq!(levies.len(), 1);
        assert_eq!((levies[0].household_id, levies[0].liable_id), (home, 11));
        assert_eq!(levies[0].after.0, counter.desk.total(home, 2026));
        assert!(levies[0].after.0 > 0 && levies[0].before.0 == 0);
        let by_instalment: i64 = levies[0].instalments.iter().map(|one| one.after.0).sum();
        assert_eq!(by_instalment, levies[0].after.0);
        counter.desk.check(day(2026, 7, 10), &[home]);

        counter.undo(day(2026, 7, 20), &done.event_ids);
        for (id, _) in family {
            assert_eq!(counter.cover(id), []);
        }
        assert_eq!(counter.desk.total(home, 2026), 0);
        counter.desk.check(day(2026, 7, 20), &[home]);
    });
}

fn late_gain() -> Vec<NewEvent> {
    let late = reported(day(2023, 6, 1), day(2026, 11, 20));
    vec![
        found(late, NEW_HOUSEHOLD, 11),
        gain(late, "left_insurance", 11, NEW_HOUSEHOLD),
    ]
}

/// Q01: reported three years late the day stands, a second person agrees, and only years within the limits are levied.
// covers: QUA-002, QUA-016
#[test]
fn q01_three_years_late() {
    on_both(2023..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let today = day(2026, 11, 20);
        let shown = counter.preview(today, &Request::of(late_gain()));
        assert!(!shown.approval.is_empty());
        let warned = |warning: &Warning| shown.warnings.contains(warning);
        assert!(warned(&Warning::Late {
            person_id: Some(11),
            until: day(2023, 6, 15),
            days: 1254
        }));
        let barred: Vec<FiscalYear> = shown
            .warnings
            .iter()
            .filter_map(|warning| match warning {
                Warning::Barred { levy_year, yen } if *yen > Yen::ZERO => Some(*levy_year),
                _ => None,
            })
            .collect();
        assert_eq!(barred, [FiscalYear(2023), FiscalYear(2024)]);

        let proposed = counter.register(today, late_gain());
        assert_eq!(counter.cover(11), []);
        let done = counter.approve(today, proposed.proposal_id.unwrap());
        let home = done.founded[0].1;
        assert_eq!(counter.cover(11), [(home, day(2023, 6, 1), None)]);
        for (year, levied) in [(2023, false), (2024, false), (2025, true), (2026, true)] {
            let standing = counter.desk.standing(home, year);
            assert_eq!(standing.len(), 1, "{year} has its record");
            assert_eq!(standing[0].outcome.parts.total() > Yen::ZERO, levied);
            assert_eq!(standing[0].barred > Yen::ZERO, !levied, "{year}");
        }
        counter.desk.check(today, &[home]);
    });
}

/// The years that are not open here are named, and nothing is levied for them unasked.
#[test]
fn years_that_are_not_open_are_named() {
    let counter = Counter::sqlite(2026..=2026);
    counter.resident(11, day(1980, 5, 5));
    let shown = counter.preview(day(2026, 11, 20), &Request::of(late_gain()));
    let years: Vec<FiscalYear> = shown
        .warnings
        .iter()
        .filter_map(|warning| match warning {
            Warning::YearNotLevied(year) => Some(*year),
            _ => None,
        })
        .collect();
    assert_eq!(years, [2023, 2024, 2025].map(FiscalYear));
}

fn leaves(cause: &str, person_id: i64, on: Date, elsewhere_from: Option<Date>) -> NewEvent {
    let change = NewChange::Loss {
        person_id,
        elsewhere_from,
    };
    NewEvent::new(cause, on, Some(on), change)
}

/// Q02: out and in on one day: the loss is that day, November is the new city's.
// covers: QUA-003
#[test]
fn q02_out_and_in_on_one_day() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let left = day(2026, 11, 10);
        let done = counter.register(left, vec![leaves("moved_out", 11, left, Some(left))]);
        assert_eq!(counter.cover(11), [(home, day(2026, 4, 1), Some(left))]);
        assert_eq!(counter.months(home, 2026), [(11, (0..7).collect())]);
        assert!(done.consequences.levies[0].difference < Yen::ZERO);
        // The other order at the new city: its gain needs nothing of the old one.
        let back = counter.register(left, vec![gain(on(left), "moved_in", 11, home)]);
        assert_eq!(
            counter.cover(11),
            [(home, day(2026, 4, 1), Some(left)), (home, left, None)]
        );
        assert_eq!(counter.branch(11), 1, "the old branch again");
        assert!(back.consequences.waiting.is_empty());
        counter.desk.check(left, &[home]);
    });
}

/// Q03: to another city of the prefecture: 適用 ends, 資格 goes on; and into this one with the days of the old.
// covers: QUA-030
#[test]
fn q03_inside_the_prefecture() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        counter.resident(12, day(1982, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let moved = day(2026, 11, 15);
        let leaving = leaves("moved_out_same_prefecture", 11, moved, Some(moved));
        counter.register(moved, vec![leaving]);
        assert_eq!(counter.cover(11), [(home, day(2026, 4, 1), Some(moved))]);
        assert_eq!(counter.prefecture(11), [(day(2026, 4, 1), true, None)]);
        assert_eq!(counter.months(home, 2026), [(11, (0..7).collect())]);

        let mut come = gain(on(moved), "moved_in_same_prefecture", 12, NEW_HOUSEHOLD);
        let founding = found(on(moved), NEW_HOUSEHOLD, 12);
        let unknown = counter.register(moved, vec![founding, come.clone()]);
        assert_eq!(counter.prefecture(12), [(moved, false, None)]);
        assert_eq!(counter.work(worklist::ELIGIBILITY_PREFECTURE).len(), 1);
        // The collecting system answers: the same event corrected with the day.
        if let NewChange::Gain {
            prefecture_since,
            household_id,
            ..
        } = &mut come.change
        {
            *prefecture_since = Some(day(2019, 7, 1));
            *household_id = unknown.founded[0].1;
        }
        let request = Request {
            undo: vec![unknown.event_ids[1]],
            events: vec![come],
            note: "集約システムの回答".to_owned(),
            ..Request::default()
        };
        counter.request(day(2026, 11, 20), &request);
        assert_eq!(counter.prefecture(12), [(day(2019, 7, 1), true, None)]);
        assert_eq!(counter.cover(12)[0].1, moved);
    });
}

/// Q10: a birth reported late is levied from its month, and the household keeps its head.
// covers: QUA-016
#[test]
fn q10_a_late_birth() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1995, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        counter.resident(12, day(2026, 9, 30));
        let before = counter.desk.total(home, 2026);
        let born = reported(day(2026, 9, 30), day(2026, 11, 2));
        let done = counter.register(day(2026, 11, 2), vec![gain(born, "born", 12, home)]);
        assert_eq!(counter.cover(12), [(home, day(2026, 9, 30), None)]);
        assert_eq!(counter.branch(12), 2);
        assert!(counter.desk.total(home, 2026) > before);
        let late = Warning::Late {
            person_id: Some(12),
            until: day(2026, 10, 14),
            days: 19,
        };
        assert!(done.consequences.warnings.contains(&late));
        let early = gain(on(day(2026, 9, 29)), "born", 12, home);
        let refused = counter.try_register(day(2026, 11, 2), &Request::of(vec![early]));
        assert!(refused.unwrap_err().to_string().contains("生年月日"));
    });
}

/// Q14: employees' insurance found months later: lost the next day, the months after are given back, benefits looked at.
// covers: QUA-004, QUA-016
#[test]
fn q14_found_insured_elsewhere_months_later() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let today = day(2026, 11, 5);
        let joined = reported(day(2026, 6, 15), today);
        let done = counter.register(today, vec![loss(joined, "joined_insurance", 11)]);
        let lost = day(2026, 6, 16);
        assert_eq!(counter.cover(11), [(home, day(2026, 4, 1), Some(lost))]);
        assert_eq!(counter.months(home, 2026), [(11, vec![0, 1])]);
        let review = Warning::BenefitReview {
            person_id: 11,
            days: Span {
                from: lost,
                until: Some(today),
            },
        };
        assert!(done.consequences.warnings.contains(&review));
        assert_eq!(counter.work(worklist::BENEFIT_REVIEW).len(), 1);
        counter.desk.check(today, &[home]);
    });
}

/// Q15: joined on the last day of a month: the ordinance says whether that month is charged.
// covers: QUA-004
#[test]
fn q15_joined_on_the_last_day_of_a_month() {
    for (rule, months) in [(LossMonth::EventMonth, 2), (LossMonth::LossDayMonth, 3)] {
        let desk = Desk::sqlite(WARD, 2026..=2026).with_rules(|set| set.levy.loss_month = rule);
        let counter = Counter::on(desk);
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let today = day(2026, 7, 1);
        let joined = reported(day(2026, 6, 30), today);
        counter.register(today, vec![loss(joined, "joined_insurance", 11)]);
        assert_eq!(counter.cover(11)[0].2, Some(day(2026, 7, 1)));
        assert_eq!(counter.months(home, 2026), [(11, (0..months).collect())]);
    }
}

/// Q16: 任継 lapsed: gained on the day after the due day, whenever the notice came.
// covers: QUA-002
#[test]
fn q16_a_lapsed_continuation() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let lapsed = law::eligibility::age::voluntary_lapse_on(day(2026, 11, 10));
        let late = reported(lapsed, day(2026, 12, 8));
        let events = vec![
            found(late, NEW_HOUSEHOLD, 11),
            gain(late, "voluntary_lapsed", 11, NEW_HOUSEHOLD),
        ];
        let done = counter.register(day(2026, 12, 8), events);
        let home = done.founded[0].1;
        assert_eq!(counter.cover(11), [(home, day(2026, 11, 11), None)]);
        assert_eq!(counter.months(home, 2026), [(11, (7..12).collect())]);
    });
}

/// Q23: removed from the register because nobody lives there: from the day decided, with a second person, and what was
/// levied before stays.
// covers: QUA-023
#[test]
fn q23_removed_because_nobody_lives_there() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let removed = on(day(2026, 11, 1));
        let proposed = counter.register(
            day(2026, 11, 2),
            vec![loss(removed, "ex_officio_deletion", 11)],
        );
        assert_eq!(counter.cover(11)[0].2, None, "nothing before the approval");
        assert_eq!(counter.work(worklist::ELIGIBILITY_APPROVAL).len(), 1);
        counter.approve(day(2026, 11, 2), proposed.proposal_id.unwrap());
        assert!(counter.work(worklist::ELIGIBILITY_APPROVAL).is_empty());
        assert_eq!(counter.cover(11)[0].2, Some(day(2026, 11, 2)));
        assert_eq!(counter.months(home, 2026), [(11, (0..7).collect())]);
    });
}

/// The titles of the candidates that wait, in their order.
fn waiting(counter: &Counter) -> Vec<String> {
    let items = counter.work(worklist::ELIGIBILITY_CANDIDATE);
    let mut titles: Vec<String> = items.into_iter().map(|item| item.2).collect();
    titles.sort();
    titles
}

/// What the residents' register asked for is done by its event, from whichever page it comes; what asks for another day,
/// another side or another person stays.
// covers: QUA-013
#[test]
fn an_event_settles_the_candidate_that_asked_for_it_and_no_other() {
    on_both(2026..=2026, |counter| {
        let left = day(2026, 7, 10);
        counter.resident(11, day(1985, 5, 5));
        counter.resident(12, day(1987, 5, 5));
        counter.settle(11, &[11, 12], day(2026, 4, 1));
        let candidate = |person_id: i64, cause: &str, occurred_on: Date| worklist::Candidate {
            person_id,
            household_id: None,
            cause: cause.to_owned(),
            occurred_on,
            elsewhere_from: None,
            reported_on: None,
            told_by: "住民記録".to_owned(),
        };
        counter.desk.report(left, |conn, act| {
            let all = [
                ("asked", candidate(12, "moved_out", left)),
                ("earlier", candidate(12, "moved_out", day(2026, 7, 1))),
                ("other side", candidate(12, "moved_in", left)),
                ("other person", candidate(11, "moved_out", left)),
            ];
            for (title, one) in all {
                one.open(conn, act, &format!("test/{title}"), title, left)?;
            }
            Ok(())
        });
        let open = || waiting(counter);
        let before = open();
        assert_eq!(before, ["asked", "earlier", "other person", "other side"]);
        let request = Request::of(vec![loss(on(left), "moved_out", 12)]);
        counter.preview(left, &request);
        assert_eq!(open(), before, "a preview settles nothing");
        counter.register(left, vec![loss(on(left), "moved_out", 12)]);
        assert_eq!(open(), ["earlier", "other person", "other side"]);
    });
}

/// What happened to a matter, step by step.
fn told(counter: &Counter, item_id: i64) -> Vec<String> {
    let read = counter
        .desk
        .store
        .read(|conn| worklist::steps(conn, item_id));
    read.unwrap().into_iter().map(|step| step.what).collect()
}

/// A candidate that lost its answer waits again, as often as that happens; its history stays and no other matter is touched.
// covers: QUA-013
#[test]
fn a_candidate_waits_again_when_its_event_is_taken_back() {
    on_both(2026..=2026, |counter| {
        let left = day(2026, 7, 10);
        for id in [11, 12] {
            counter.resident(id, day(1985, 5, 5));
        }
        counter.settle(11, &[11, 12], day(2026, 4, 1));
        let kept = RefCell::new(Vec::new());
        counter.desk.report(left, |conn, act| {
            let mut numbers = kept.borrow_mut();
            for (title, person_id, occurred_on) in [
                ("asked", 12, left),
                ("closed by hand", 12, day(2026, 7, 1)),
                ("other person", 11, left),
            ] {
                let one = worklist::Candidate {
                    person_id,
                    household_id: None,
                    cause: "moved_out".to_owned(),
                    occurred_on,
                    elsewhere_from: None,
                    reported_on: None,
                    told_by: "住民記録".to_owned(),
                };
                numbers.push(one.open(conn, act, &format!("test/{title}"), title, left)?);
            }
            let by_hand = worklist::Outcome::NotNeeded;
            worklist::settle(conn, act, numbers[1], by_hand, "確認した")
        });
        let opened = kept.into_inner();
        let asked = opened[0];
        let open = || waiting(counter);
        let item = |item_id| {
            let read = counter
                .desk
                .store
                .read(|conn| worklist::get(conn, item_id, left));
            read.unwrap().unwrap()
        };
        let mut history = vec!["open".to_owned()];
        for _ in 0..3 {
            let done = counter.register(left, vec![loss(on(left), "moved_out", 12)]);
            assert_eq!(open(), ["other person"]);
            assert_eq!(item(asked).settled_act_id, Some(done.act_id));
            counter.undo(left, &done.event_ids);
            assert_eq!(open(), ["asked", "other person"]);
            let again = item(asked);
            assert_eq!((again.settled_act_id, again.outcome), (None, None));
            history.extend(["answer".to_owned(), "reopen".to_owned()]);
            assert_eq!(told(counter, asked), history);
            assert_eq!(again.steps, i64::try_from(history.len()).unwrap());
        }
        assert_eq!(told(counter, opened[1]), ["open", "settle"]);

        // A correction of the day answers it still; when that is taken back too, it waits.
        let first = counter.register(left, vec![loss(on(left), "moved_out", 12)]);
        let later = day(2026, 7, 12);
        let corrected = counter.request(
            later,
            &Request {
                undo: first.event_ids.clone(),
                note: "日の誤り".to_owned(),
                ..Request::of(vec![loss(on(later), "moved_out", 12)])
            },
        );
        assert_eq!(open(), ["other person"]);
        assert_eq!(item(asked).settled_act_id, Some(corrected.act_id));
        counter.undo(later, &corrected.event_ids);
        assert_eq!(open(), ["asked", "other person"]);

        // Two that answer the same: it waits only when both are gone.
        let one = counter.register(left, vec![loss(on(left), "moved_out", 12)]);
        let two = counter.register(left, vec![loss(on(left), "moved_out_abroad", 12)]);
        counter.undo(left, &one.event_ids);
        assert_eq!(open(), ["other person"]);
        counter.undo(left, &two.event_ids);
        assert_eq!(open(), ["asked", "other person"]);
    });
}

/// 法5条・7条: 職権による取得, 職権回復, the end of 住所地特例 and other gains go on with the 資格 of the prefecture where its day is told, and
/// begin it otherwise; of the rest the day is refused.
// covers: QUA-005
#[test]
fn gains_that_are_no_moves_go_on_with_the_prefectures_day() {
    on_both(2026..=2026, |counter| {
        let today = day(2026, 7, 10);
        let first = day(2019, 7, 1);
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let come = |cause: &str, id, since| {
            let mut come = gain(on(day(2026, 7, 1)), cause, id, home);
            if let NewChange::Gain {
                prefecture_since, ..
            } = &mut come.change
            {
                *prefecture_since = since;
            }
            Request::of(vec![come])
        };
        let causes = [
            "ex_officio_gain",
            "special_address_ended",
            "restored",
            "other_gain",
        ];
        for (id, cause) in (21..).zip(causes) {
            for (id, since) in [(id, Some(first)), (id + 10, None)] {
                counter.resident(id, day(1980, 5, 5));
                let done = counter.request(today, &come(cause, id, since));
                if let Some(proposal) = done.proposal_id {
                    counter.approve(today, proposal);
                }
                let since = since.unwrap_or(day(2026, 7, 1));
                assert_eq!(counter.prefecture(id), [(since, true, None)], "{cause}");
            }
        }
        counter.resident(41, day(1980, 5, 5));
        let refused = counter
            .try_register(today, &come("left_insurance", 41, Some(first)))
            .unwrap_err()
            .to_string();
        for word in ["社会保険・共済の離脱", "県内からの転入", "職権回復", "空欄"]
        {
            assert!(refused.contains(word), "{word} in {refused}");
        }
        let late = come("ex_officio_gain", 41, Some(day(2026, 7, 2)));
        let refused = counter.try_register(today, &late).unwrap_err().to_string();
        assert!(refused.contains("取得の日より後"), "{refused}");
    });
}
