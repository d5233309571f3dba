//! 世帯: heads, numbers, parting and joining, and who stands beside the insured.

use super::counter::{Counter, on, on_both, reported};
use super::support::desk::Desk;
use law::{Date, day};
use office::eligibility::compose::{
    change_head, change_household, gain, loss, merge, renumber, split,
};
use office::eligibility::{NewEvent, Request, Warning};
use office::worklist;

/// A couple of whom each heads a household of one, levied since April.
fn two_households(counter: &Counter) -> (i64, i64) {
    counter.resident(11, day(1985, 5, 5));
    counter.resident(12, day(1987, 5, 5));
    let from = day(2026, 4, 1);
    (
        counter.settle(11, &[11], from),
        counter.settle(12, &[12], from),
    )
}

fn debtors(counter: &Counter, household: i64) -> Vec<i64> {
    let charged = counter.desk.charged(household, 2026).into_iter();
    let mut debtors: Vec<i64> = charged
        .filter(|row| !row.parts.is_zero())
        .map(|row| row.debtor_id)
        .collect();
    debtors.sort_unstable();
    debtors.dedup();
    debtors
}

/// Q05: two households become one: one levy under the new head from then on, what was owed stays each one's own.
// covers: QUA-008
#[test]
fn q05_two_households_become_one() {
    on_both(2026..=2026, |counter| {
        let (his, hers) = two_households(counter);
        let before = counter.desk.total(hers, 2026);
        let married = on(day(2026, 9, 10));
        let done = counter.register(day(2026, 9, 10), merge(married, hers, his, &[12], &[]));
        assert_eq!(
            counter.cover(12),
            [
                (hers, day(2026, 4, 1), Some(day(2026, 9, 10))),
                (his, day(2026, 9, 10), None)
            ]
        );
        assert_eq!(counter.branch(12), 2);
        assert_eq!(counter.months(hers, 2026), [(12, (0..5).collect())]);
        assert_eq!(counter.months(his, 2026), [(11, (0..12).collect())]);
        assert_eq!(debtors(counter, hers), [12], "her arrears stay hers");
        assert_eq!(debtors(counter, his), [11]);
        assert!(counter.desk.total(hers, 2026) < before);
        assert_eq!(counter.heads(hers)[0].3, Some(day(2026, 9, 10)));
        assert_eq!(done.consequences.touched, [his, hers]);
        counter.desk.check(day(2026, 9, 10), &[his, hers]);
    });
}

/// Q06: the head dies in August: up to July the estate owes, from August the wife.
// covers: QUA-006
#[test]
fn q06_the_head_dies_within_the_year() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1960, 5, 5));
        counter.resident(12, day(1962, 5, 5));
        let home = counter.settle(11, &[11, 12], day(2026, 4, 1));
        let died = on(day(2026, 8, 10));
        let alone = counter.register(day(2026, 8, 20), vec![loss(died, "died", 11)]);
        let nobody = Warning::NoHead {
            household_id: home,
            from: day(2026, 8, 11),
        };
        assert!(alone.consequences.warnings.contains(&nobody));
        assert_eq!(counter.work(worklist::ELIGIBILITY_HEAD).len(), 1);
        let follows = on(day(2026, 8, 10));
        counter.register(day(2026, 8, 20), vec![change_head(follows, home, 12)]);
        assert_eq!(counter.cover(11)[0].2, Some(day(2026, 8, 11)));
        assert_eq!(
            counter.months(home, 2026),
            [(11, (0..4).collect()), (12, (4..12).collect())]
        );
        assert_eq!(debtors(counter, home), [11, 12]);
        counter.desk.check(day(2026, 8, 20), &[home]);
    });
}

/// Q07・Q08: reaching 75: lost on the birthday, charged to November, and the standing beside the insured begins.
// covers: QUA-004, QUA-021, QUA-028
#[test]
fn q07_q08_reaching_75() {
    on_both(2026..=2026, |counter| {
        for (id, born_on) in [(11, day(1951, 12, 10)), (21, day(1951, 12, 1))] {
            counter.resident(id, born_on);
            counter.resident(id + 1, day(1955, 1, 1));
            let home = counter.settle(id, &[id, id + 1], day(2026, 4, 1));
            let at_75 = law::levy::months::late_elderly_on(born_on);
            let moved = NewEvent {
                reported_on: None,
                ..loss(on(at_75), "late_elderly_75", id)
            };
            let before = counter.desk.total(home, 2026);
            let done = counter.register(day(2026, 12, 15), vec![moved]);
            assert_eq!(counter.cover(id), [(home, day(2026, 4, 1), Some(at_75))]);
            assert_eq!(counter.former(id), [(home, at_75, None)]);
            assert_eq!(counter.months(home, 2026), [(id, (0..12).collect())]);
            // He was never charged beyond November, so nothing is left to give back but what the household gains.
            assert!(counter.desk.total(home, 2026) <= before);
            assert!(
                !done
                    .consequences
                    .warnings
                    .iter()
                    .any(|warning| matches!(warning, Warning::Late { .. }))
            );
        }
    });
}

/// Q12: welfare told three weeks later: lost on the very day, nothing for November.
// covers: QUA-004
#[test]
fn q12_welfare_told_later() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let told = reported(day(2026, 11, 10), day(2026, 12, 1));
        counter.register(day(2026, 12, 1), vec![loss(told, "welfare_started", 11)]);
        assert_eq!(counter.cover(11)[0].2, Some(day(2026, 11, 10)));
        assert_eq!(counter.months(home, 2026), [(11, (0..7).collect())]);
    });
}

/// Q13: welfare suspended, then taken up again.
// covers: QUA-002
#[test]
fn q13_welfare_suspended_and_taken_up_again() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let report = |cause, on: Date| loss(reported(on, day(2026, 12, 10)), cause, 11);
        // Told in reverse: the lifting of the suspension, the suspension, and last the beginning.
        counter.register(
            day(2026, 12, 10),
            vec![report("welfare_resumed", day(2026, 12, 1))],
        );
        assert_eq!(counter.cover(11)[0].2, Some(day(2026, 12, 1)));
        let suspended = reported(day(2026, 10, 1), day(2026, 12, 10));
        let waits = counter.register(
            day(2026, 12, 10),
            vec![gain(suspended, "welfare_suspended", 11, home)],
        );
        assert_eq!(waits.consequences.waiting.len(), 1);
        assert_eq!(counter.work(worklist::ELIGIBILITY_PENDING).len(), 1);
        let begun = counter.register(
            day(2026, 12, 10),
            vec![report("welfare_started", day(2026, 7, 1))],
        );
        assert_eq!(begun.consequences.released, waits.event_ids);
        assert!(counter.work(worklist::ELIGIBILITY_PENDING).is_empty());
        assert_eq!(
            counter.cover(11),
            [
                (home, day(2026, 4, 1), Some(day(2026, 7, 1))),
                (home, day(2026, 10, 1), Some(day(2026, 12, 1)))
            ]
        );
        assert_eq!(counter.months(home, 2026), [(11, vec![0, 1, 2, 6, 7])]);
        counter.desk.check(day(2026, 12, 10), &[home]);
    });
}

/// Q27: a parting taken back the next day: one household again, the notices made anew, and what was entered by hand kept.
// covers: QUA-008
#[test]
fn q27_a_parting_taken_back() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1985, 5, 5));
        counter.resident(12, day(1987, 5, 5));
        let home = counter.settle(11, &[11, 12], day(2026, 4, 1));
        let before = counter.owed(home, 2026);
        counter.register(
            day(2026, 7, 1),
            vec![renumber(on(day(2026, 7, 1)), home, None, "7777777")],
        );
        let parted = counter.register(
            day(2026, 9, 1),
            split(on(day(2026, 9, 1)), home, &[12], 12, None),
        );
        let second = parted.founded[0].1;
        assert_eq!(counter.months(home, 2026), [(11, (0..12).collect())]);
        assert_eq!(counter.months(second, 2026), [(12, (5..12).collect())]);
        let told = counter.desk.notices(home).len();

        let back = counter.undo(day(2026, 9, 2), &parted.event_ids);
        assert_eq!(counter.cover(12), [(home, day(2026, 4, 1), None)]);
        assert_eq!(counter.months(second, 2026), []);
        assert_eq!(counter.owed(home, 2026), before);
        assert_eq!(counter.desk.total(second, 2026), 0);
        assert_eq!(counter.heads(second), []);
        assert_eq!(
            counter.heads(home)[1].1,
            "7777777",
            "the number given by hand"
        );
        assert!(counter.desk.notices(home).len() > told);
        assert!(back.consequences.waiting.is_empty());
        counter.desk.check(day(2026, 9, 2), &[home, second]);
    });
}

/// Q28: several changes of one day come to the same in whatever order they are told.
// covers: QUA-005
#[test]
fn q28_changes_of_one_day_in_any_order() {
    let orders: [[usize; 4]; 4] = [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]];
    let mut seen = Vec::new();
    for order in orders {
        let counter = Counter::sqlite(2026..=2026);
        for (id, born_on) in [(11, 1985), (12, 1987), (13, 2010)] {
            counter.resident(id, day(born_on, 5, 5));
        }
        let home = counter.settle(11, &[11, 12, 13], day(2026, 4, 1));
        counter.resident(21, day(1970, 5, 5));
        let other = counter.settle(21, &[21], day(2026, 4, 1));
        let that_day = day(2026, 11, 20);
        let numbered = |sequence, event: NewEvent| NewEvent { sequence, ..event };
        let events = [
            numbered(1, renumber(on(that_day), home, None, "8888888")),
            numbered(2, change_head(on(that_day), home, 13)),
            numbered(3, change_head(on(that_day), home, 12)),
            numbered(4, change_household(on(that_day), 13, other)),
        ];
        for index in order {
            counter.register(that_day, vec![events[index].clone()]);
        }
        counter.desk.check(that_day, &[home, other]);
        let state = (
            counter.heads(home),
            counter.heads(other),
            [11, 12, 13].map(|id| counter.cover(id)),
            counter.months(home, 2026),
            counter.owed(home, 2026),
            counter.owed(other, 2026),
        );
        seen.push(state);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(seen[0].0.last().unwrap().0, 12, "the last of the sequence");
}

/// Incidents 12・13: 平等割 of a household with somebody who went over to 後期 stays the same whatever number it bears; a new
/// head ends the standing, and taking that back brings it back with both its days.
// covers: QUA-021, QUA-028
#[test]
fn incidents_12_13_numbers_change_no_yen_and_no_day_is_blank() {
    // 札幌市 levies 平等割; 特定世帯 halves it.
    let counter = Counter::of(Desk::sqlite("011002", 2026..=2026), "011002");
    counter.resident(11, day(1951, 6, 10));
    counter.resident(12, day(1956, 6, 10));
    let home = counter.settle(11, &[11, 12], day(2026, 4, 1));
    let whole = counter.desk.total(home, 2026);
    counter.register(
        day(2026, 6, 10),
        vec![loss(on(day(2026, 6, 10)), "late_elderly_75", 11)],
    );
    let halved = counter.owed(home, 2026);
    assert!(counter.desk.total(home, 2026) < whole);
    let renumbered = counter.register(
        day(2026, 8, 1),
        vec![renumber(on(day(2026, 8, 1)), home, None, "9999999")],
    );
    assert!(renumbered.consequences.levies.is_empty());
    assert_eq!(counter.owed(home, 2026), halved);
    assert_eq!(counter.former(11), [(home, day(2026, 6, 10), None)]);
    assert_eq!(counter.branch(12), 2);

    let headed = counter.register(
        day(2026, 10, 1),
        vec![change_head(on(day(2026, 10, 1)), home, 12)],
    );
    assert_eq!(
        counter.former(11),
        [(home, day(2026, 6, 10), Some(day(2026, 10, 1)))]
    );
    counter.undo(day(2026, 10, 2), &headed.event_ids);
    assert_eq!(counter.former(11), [(home, day(2026, 6, 10), None)]);
    assert_eq!(counter.owed(home, 2026), halved);

    // He moves out: the standing ends by his own event.
    let out = loss(on(day(2026, 11, 3)), "moved_out", 11);
    let left = counter.register(day(2026, 11, 3), vec![out]);
    assert!(left.consequences.waiting.is_empty());
    assert_eq!(
        counter.former(11),
        [(home, day(2026, 6, 10), Some(day(2026, 11, 4)))]
    );
    counter.desk.check(day(2026, 11, 3), &[home]);
}

/// A household parted with its head: the rest go on under another, the head takes the new number, debts stay.
// covers: QUA-006, QUA-008, QUA-029
#[test]
fn the_head_parts_with_one_member() {
    on_both(2026..=2026, |counter| {
        for (id, year) in [(11, 1985), (12, 1987), (13, 2012)] {
            counter.resident(id, day(year, 5, 5));
        }
        let home = counter.settle(11, &[11, 12, 13], day(2026, 4, 1));
        let parted = counter.register(
            day(2026, 9, 15),
            split(on(day(2026, 9, 15)), home, &[11, 13], 11, Some(12)),
        );
        let new = parted.founded[0].1;
        assert_eq!(counter.heads(new)[0].0, 11);
        assert_ne!(counter.heads(new)[0].1, counter.heads(home)[0].1);
        assert_eq!(counter.heads(home).last().unwrap().0, 12);
        assert_eq!(counter.branch(11), 1);
        assert_eq!(counter.branch(13), 2);
        assert_eq!(
            counter.months(home, 2026),
            [(11, (0..5).collect()), (12, (5..12).collect())]
        );
        assert_eq!(counter.months(new, 2026), [(11, (5..12).collect())]);
        assert_eq!(debtors(counter, home), [11, 12]);
        counter.desk.check(day(2026, 9, 15), &[home, new]);
        // Somebody who comes back has the old branch; the number is not given to another meanwhile.
        counter.resident(14, day(1990, 5, 5));
        counter.register(
            day(2026, 10, 1),
            vec![gain(on(day(2026, 10, 1)), "moved_in", 14, home)],
        );
        counter.register(
            day(2026, 11, 1),
            vec![change_household(on(day(2026, 11, 1)), 13, home)],
        );
        assert_eq!((counter.branch(14), counter.branch(13)), (4, 3));
    });
}

/// 国民健康保険法 第76条: a head who is insured in another household from the day on heads nobody: warned of, on the work list until
/// somebody of the household follows, and what the wrong head owed for those months is hers.
// covers: QUA-006, QUA-008
#[test]
fn a_head_of_another_household_is_no_head() {
    on_both(2026..=2026, |counter| {
        for (id, year) in [(11, 1985), (12, 1987)] {
            counter.resident(id, day(year, 5, 5));
        }
        let home = counter.settle(11, &[11, 12], day(2026, 4, 1));
        let that_day = on(day(2026, 9, 1));
        let alone = split(that_day, home, &[11], 11, None);
        let parted = counter.register(day(2026, 9, 1), alone);
        let nobody = Warning::NoHead {
            household_id: home,
            from: day(2026, 9, 1),
        };
        assert!(parted.consequences.warnings.contains(&nobody));
        assert_eq!(counter.work(worklist::ELIGIBILITY_HEAD).len(), 1);
        assert_eq!(counter.months(home, 2026), [(11, (0..12).collect())]);
        let wrong = counter.owed(home, 2026);
        counter.register(day(2026, 9, 1), vec![change_head(that_day, home, 12)]);
        assert!(counter.work(worklist::ELIGIBILITY_HEAD).is_empty());
        assert_eq!(
            counter.months(home, 2026),
            [(11, (0..5).collect()), (12, (5..12).collect())]
        );
        assert_ne!(counter.owed(home, 2026), wrong);
        assert_eq!(debtors(counter, home), [11, 12]);
        let new = parted.founded[0].1;
        counter.desk.check(day(2026, 9, 1), &[home, new]);
    });
}

/// A number that another household bears is refused, and so is a household that is not there.
// covers: QUA-029
#[test]
fn numbers_are_not_given_twice() {
    let counter = Counter::sqlite(2026..=2026);
    let (his, hers) = two_households(&counter);
    let taken = counter.heads(hers)[0].1.clone();
    let asked = renumber(on(day(2026, 7, 1)), his, None, &taken);
    let refused = counter.try_register(day(2026, 7, 1), &Request::of(vec![asked]));
    assert!(refused.unwrap_err().to_string().contains("別の国保世帯"));
    // Nor by two events of one act, nor by taking back what freed a number that another household got meanwhile.
    let twice = [his, hers].map(|id| renumber(on(day(2026, 7, 1)), id, None, "7654321"));
    let refused = counter.try_register(day(2026, 7, 1), &Request::of(twice.to_vec()));
    assert!(refused.unwrap_err().to_string().contains("7654321"));
    assert_eq!(counter.heads(hers)[0].1, taken);
    let that_day = on(day(2026, 7, 1));
    let numbered = |sequence, event| NewEvent { sequence, ..event };
    let first = numbered(1, renumber(that_day, hers, None, "7654321"));
    counter.register(day(2026, 7, 1), vec![first]);
    let second = numbered(2, renumber(that_day, hers, None, "7654322"));
    let over = counter.register(day(2026, 7, 1), vec![second]);
    let free = renumber(that_day, his, None, "7654321");
    counter.register(day(2026, 7, 1), vec![free]);
    let back = Request {
        undo: over.event_ids,
        note: "取消".to_owned(),
        ..Request::default()
    };
    let refused = counter.try_register(day(2026, 7, 1), &back);
    assert!(refused.unwrap_err().to_string().contains("7654321"));
    let nowhere = change_household(on(day(2026, 7, 1)), 11, 99_999);
    let refused = counter.try_register(day(2026, 7, 1), &Request::of(vec![nowhere]));
    assert!(refused.unwrap_err().to_string().contains("国保世帯99999"));
}
