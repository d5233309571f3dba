//! The order of what happens on one day.

use super::*;

/// Q28: changes of one day are put in the order of their sequence, in whatever order they arrive.
#[test]
fn q28_changes_of_one_day_follow_their_sequence() {
    let on = day(2026, 11, 20);
    let events = [
        founded(1, day(2020, 4, 1), 10),
        head(2, on, 3, 13),
        head(3, on, 1, 11),
        head(4, on, 2, 12),
    ];
    let expected = fold_household(&events);
    let heads: Vec<_> = expected
        .heads
        .iter()
        .map(|head| (head.head_person_id, head.from))
        .collect();
    assert_eq!(heads, [(10, day(2020, 4, 1)), (13, on)]);
    let mut other = events.to_vec();
    other.reverse();
    assert_eq!(fold_household(&other), expected);
    assert!(expected.pending.iter().all(|one| !one.reason.waits()));

    // Without a sequence nobody can know; the order is still the same every time, and somebody is told.
    let unclear = [
        founded(1, day(2020, 4, 1), 10),
        head(2, on, 0, 13),
        head(3, on, 0, 11),
    ];
    let mut turned = unclear.to_vec();
    turned.swap(1, 2);
    assert_eq!(fold_household(&unclear), fold_household(&turned));
    assert_eq!(
        fold_household(&unclear).pending[0].reason,
        Reason::Contradicted
    );

    // Changes of household of one day likewise.
    let moved = |event_id, sequence, household_id| PersonEvent {
        sequence,
        ..moves(event_id, household_id, on)
    };
    let standing = fold(&[
        gain(1, "moved_in", day(2020, 4, 1)),
        moved(2, 2, 3),
        moved(3, 1, 2),
    ]);
    let homes: Vec<_> = standing
        .cover
        .iter()
        .map(|span| (span.household_id, span.from, span.until))
        .collect();
    assert_eq!(homes, [(1, day(2020, 4, 1), Some(on)), (3, on, None)]);
}

/// Two changes of household on one day that nobody numbered: one is taken, the same every time, and the other waits to be
/// looked at. Away and back on one day leaves what was.
#[test]
fn changes_of_household_of_one_day_without_a_sequence_are_told() {
    let on = day(2026, 11, 20);
    let gained = || gain(1, "moved_in", day(2020, 4, 1));
    let homes = |events: &[PersonEvent]| {
        let mut turned = events.to_vec();
        turned.reverse();
        let standing = fold(events);
        assert_eq!(fold(&turned), standing);
        let homes: Vec<_> = standing
            .cover
            .iter()
            .map(|span| (span.household_id, span.from, span.until))
            .collect();
        (homes, standing.pending)
    };
    let (two, pending) = homes(&[gained(), moves(2, 4, on), moves(3, 9, on)]);
    let since = day(2020, 4, 1);
    assert_eq!(two, [(1, since, Some(on)), (9, on, None)]);
    assert_eq!(pending.len(), 1);
    assert_eq!(
        (pending[0].event_id, &pending[0].reason),
        (2, &Reason::Contradicted)
    );
    assert!(pending[0].reason.waits());
    // To household 10 and back to 1.
    let (back, pending) = homes(&[gained(), moves(2, 10, on), moves(3, 1, on)]);
    assert_eq!((back, pending.len()), (vec![(1, since, None)], 0));
    // The household founded for it is closed on the same day, whoever is told first.
    let closed = |event_id, sequence| HouseholdEvent {
        event_id,
        occurred_on: on,
        sequence,
        change: HouseholdChange::Closed,
    };
    for events in [
        [founded(1, on, 10), closed(2, 0)],
        [closed(1, 0), founded(2, on, 10)],
    ] {
        let standing = fold_household(&events);
        assert_eq!((standing.heads.len(), standing.pending.len()), (0, 0));
    }
    // A household that is there is closed, and founded anew, as the numbers say: or the other way round.
    let there = founded(1, since, 10);
    let numbered = |event_id, sequence| HouseholdEvent {
        sequence,
        ..founded(event_id, on, 11)
    };
    let anew = fold_household(&[there.clone(), closed(2, 1), numbered(3, 2)]);
    assert_eq!(anew.heads.last().map(|head| head.until), Some(None));
    let over = fold_household(&[there, numbered(3, 1), closed(2, 2)]);
    assert_eq!(over.heads.last().map(|head| head.until), Some(Some(on)));
    assert_eq!(over.pending[0].reason, Reason::FoundedAlready(since));
}

/// Q28: what begins and what ends on one day follows the sender's sequence too, in whatever order it arrives.
#[test]
fn q28_gains_and_losses_of_one_day_follow_their_sequence() {
    let on = day(2026, 11, 20);
    let joined = gain(1, "moved_in", day(2020, 4, 1));
    let begins = |event_id, sequence| PersonEvent {
        sequence,
        ..gain(event_id, "welfare_ended", on)
    };
    let ends = |event_id, sequence| PersonEvent {
        sequence,
        ..loss(event_id, "welfare_started", on)
    };
    let until = |expected: &[(Date, Option<Date>)], pending: usize, events: &[PersonEvent]| {
        let standing = fold(events);
        assert_eq!(cover(&standing), expected);
        assert_eq!(waiting(&standing).len(), pending);
        let mut turned = events.to_vec();
        turned.reverse();
        assert_eq!(cover(&fold(&turned)), expected);
    };
    let ended = (day(2020, 4, 1), Some(on));
    let (one, two, three, four) = (ends(2, 1), begins(3, 2), ends(4, 3), begins(5, 4));
    // Ended, begun, ended again, begun again: insured, without a gap.
    let all = [joined.clone(), one.clone(), two.clone(), three, four];
    until(&[ended, (on, None)], 0, &all);
    // Ended last: not insured from that day.
    let all = [joined.clone(), one, two.clone(), ends(4, 3)];
    until(&[ended], 0, &all);
    // Nobody was insured when it was said to end: what began after it stands.
    until(&[(on, None)], 1, &[ends(2, 1), two.clone()]);
    until(&[], 0, &[two, ends(2, 3)]);
    // Begun, ended, begun, ended: not a day of cover, and nothing waits.
    let all = [begins(2, 1), ends(3, 2), begins(4, 3), ends(5, 4)];
    until(&[], 0, &all);
    // Said to begin before it ended, of somebody insured: the end is the last word, and what was too early waits.
    until(&[ended], 1, &[joined.clone(), begins(2, 1), ends(3, 2)]);
    // One without a number, or two of one number: as without any.
    for other in [0, 2] {
        let all = [joined.clone(), begins(2, other), ends(3, 2)];
        until(&[ended, (on, None)], 0, &all);
    }
    // In and out again on one day, as they are numbered, is no coming back.
    let numbered = |sequence, event: PersonEvent| PersonEvent { sequence, ..event };
    let back = |first, second| {
        [
            joined.clone(),
            numbered(first, gain(2, "moved_in", on)),
            numbered(second, loss(3, "moved_out", on)),
        ]
    };
    until(&[ended, (on, None)], 0, &back(2, 1));
    until(
        &[(day(2020, 4, 1), Some(day(2026, 11, 21)))],
        1,
        &back(1, 2),
    );
}

/// 同日の取得と第6条: whoever falls under one of the causes of 第6条 on the day of the gain is never insured, though the loss
/// of somebody who is insured counts from the next day. 死亡 and 転出 are no such causes.
///
/// 根拠: 国民健康保険法 第6条・第7条・第8条第1項
#[test]
fn a_gain_on_the_day_of_another_insurance_is_void() {
    let on = day(2026, 7, 1);
    let days = |events: &[PersonEvent]| {
        let standing = fold(events);
        let mut turned = events.to_vec();
        turned.reverse();
        assert_eq!(fold(&turned), standing);
        assert!(standing.pending.is_empty());
        standing
    };
    for cause in [
        "joined_insurance",
        "exclusion_started",
        "late_elderly_disability",
    ] {
        let never = days(&[gain(1, "left_insurance", on), loss(2, cause, on)]);
        assert_eq!(cover(&never), [], "{cause}");
        assert_eq!(never.void, [1, 2]);
        assert!(never.former.is_empty() && never.prefecture.is_empty());
    }
    for cause in ["died", "moved_out_abroad", "other_loss"] {
        let one_day = days(&[gain(1, "left_insurance", on), loss(2, cause, on)]);
        assert_eq!(cover(&one_day), [(on, Some(day(2026, 7, 2)))], "{cause}");
    }
    // Whoever is insured already, and only changes the household on that day, loses it on the next.
    let since = day(2020, 4, 1);
    let already = [
        gain(1, "moved_in", since),
        moves(2, 9, on),
        loss(3, "joined_insurance", on),
    ];
    let ends = [(since, Some(on)), (on, Some(day(2026, 7, 2)))];
    assert_eq!(cover(&days(&already)), ends);
    // One insurance left and another begun on one day: not insured in between.
    let between = [
        gain(1, "moved_in", since),
        loss(2, "joined_insurance", day(2026, 6, 30)),
        gain(3, "left_insurance", on),
        loss(4, "joined_insurance", on),
    ];
    assert_eq!(cover(&days(&between)), [(since, Some(on))]);
}

/// 設定日のさかのぼり: the same founding stated for an earlier day too is that of the earlier day, and nothing waits; another
/// founding of a household that is there does.
///
/// 根拠: 国民健康保険法 第76条第1項
#[test]
fn a_founding_stated_for_an_earlier_day_too_stands_from_it() {
    let (on, before) = (day(2026, 6, 1), day(2026, 4, 10));
    let moved = fold_household(&[founded(1, on, 10), founded(2, before, 10)]);
    assert_eq!(
        moved,
        fold_household(&[founded(2, before, 10), founded(1, on, 10)])
    );
    assert_eq!((moved.heads.len(), moved.heads[0].from), (1, before));
    assert_eq!(moved.pending[0].reason, Reason::FoundedBefore(before));
    assert!(!moved.pending[0].reason.waits());
    // Another head within those days stays the head on the day of the founding.
    let headed = fold_household(&[
        founded(1, on, 10),
        founded(2, before, 10),
        head(3, day(2026, 5, 1), 0, 12),
    ]);
    assert_eq!(
        headed.heads.last().map(|head| head.head_person_id),
        Some(12)
    );
    assert!(headed.pending.iter().all(|one| !one.reason.waits()));
    let other = fold_household(&[founded(1, on, 10), founded(2, before, 11)]);
    assert_eq!(other.pending[0].reason, Reason::FoundedAlready(before));
}
