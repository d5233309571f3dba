//! 県内 — a 資格 that goes on in the prefecture while 適用 begins here.

use super::{cover, event, fold, gain, loss, loss_elsewhere};
use law::eligibility::{PersonChange, PersonEvent, PrefectureSpan};
use law::{Date, day};

/// A gain with 都道府県の資格取得年月日.
fn come(event_id: i64, cause: &str, on: Date, since: Option<Date>) -> PersonEvent {
    let change = PersonChange::Gain {
        household_id: 1,
        branch: 1,
        prefecture_since: since,
    };
    event(event_id, cause, on, change)
}

fn held(since: Date, since_known: bool, until: Option<Date>) -> PrefectureSpan {
    PrefectureSpan {
        since,
        since_known,
        until,
        until_known: true,
    }
}

/// 法5条・7条: back from another municipality with a day that lies before what was known here: the 資格 held here began on that day.
#[test]
fn the_prefectures_day_is_learnt_from_the_next_gain() {
    let out = day(2024, 10, 1);
    let home = day(2025, 6, 1);
    let come = |event_id, on, since| come(event_id, "moved_in_same_prefecture", on, since);
    let first = day(2019, 7, 1);
    for since in [first, day(2018, 5, 1)] {
        let standing = fold(&[
            gain(1, "left_insurance", day(2018, 4, 1)),
            loss(2, "joined_insurance", day(2018, 4, 30)),
            come(3, first, None),
            loss_elsewhere(4, "moved_out_same_prefecture", out, out),
            come(5, home, Some(since)),
        ]);
        assert_eq!(standing.prefecture[1..], [held(since, true, None)]);
    }
    // Before what ended earlier it cannot have begun: what is known stays.
    let standing = fold(&[
        gain(1, "left_insurance", day(2018, 4, 1)),
        loss(2, "joined_insurance", day(2018, 4, 30)),
        gain(3, "left_insurance", first),
        loss_elsewhere(4, "moved_out_same_prefecture", out, out),
        come(5, home, Some(day(2018, 4, 1))),
    ]);
    let last = standing.prefecture.last().unwrap();
    assert_eq!(
        (last.since, last.since_known, last.until),
        (first, true, None)
    );
}

/// 法8条1項: whoever comes from within the prefecture is 被保険者 already, so another insurance on the very day ends it on the next.
#[test]
fn insured_elsewhere_in_the_prefecture_loses_on_the_next_day() {
    let (on, next) = (day(2026, 6, 1), day(2026, 6, 2));
    let causes = [
        "joined_insurance",
        "late_elderly_disability",
        "exclusion_started",
    ];
    for cause in causes {
        for (since, known) in [(day(2020, 4, 1), true), (on, false)] {
            let told = Some(since).filter(|_| known);
            let standing = fold(&[
                come(1, "moved_in_same_prefecture", on, told),
                loss(2, cause, on),
            ]);
            assert_eq!(cover(&standing), [(on, Some(next))], "{cause}");
            assert_eq!(standing.prefecture, [held(since, known, Some(next))]);
            assert!(standing.pending.is_empty() && standing.void.is_empty());
        }
        // Begun elsewhere on this very day, it met 第6条 on its first day: it never began.
        let standing = fold(&[
            come(1, "moved_in_same_prefecture", on, Some(on)),
            loss(2, cause, on),
        ]);
        assert_eq!(cover(&standing), [], "{cause}");
        assert_eq!(standing.prefecture, []);
    }
}

/// 法8条2項: welfare ends it on the day itself: 適用 of no day here, and the 資格 of the prefecture has ended with it.
#[test]
fn welfare_on_the_day_of_coming_ends_what_the_prefecture_held() {
    let on = day(2026, 6, 1);
    for (since, known) in [(day(2020, 4, 1), true), (day(2026, 5, 31), false)] {
        let told = Some(since).filter(|_| known);
        let standing = fold(&[
            come(1, "moved_in_same_prefecture", on, told),
            loss(2, "welfare_started", on),
        ]);
        assert_eq!(cover(&standing), []);
        assert_eq!(standing.void, [1, 2]);
        assert_eq!(standing.prefecture, [held(since, known, Some(on))]);
        let passed = standing.passed.first().unwrap();
        assert_eq!((passed.from, passed.until), (on, Some(on)));
        let loss = passed.loss.as_ref().unwrap();
        assert_eq!(
            (passed.gain.code.as_str(), loss.code.as_str()),
            ("01", "43")
        );
    }
    // From outside it nothing began, and on to another municipality of it nothing ended.
    let outside = fold(&[gain(1, "moved_in", on), loss(2, "welfare_started", on)]);
    assert_eq!((outside.passed, outside.prefecture), (vec![], vec![]));
    let through = fold(&[
        come(1, "moved_in_same_prefecture", on, Some(day(2020, 4, 1))),
        loss_elsewhere(2, "moved_out_same_prefecture", on, on),
    ]);
    assert_eq!(through.passed, []);
    assert_eq!(through.prefecture, [held(day(2020, 4, 1), true, None)]);
}

/// 法5条・7条: 職権による取得, 職権回復, the end of 住所地特例 and others may go on with a 資格 of the prefecture: the day says so.
#[test]
fn other_gains_go_on_where_the_day_is_told() {
    let on = day(2026, 6, 1);
    let since = day(2020, 4, 1);
    let causes = [
        "ex_officio_gain",
        "special_address_ended",
        "restored",
        "other_gain",
    ];
    for cause in causes {
        let goes_on = fold(&[come(1, cause, on, Some(since))]);
        assert_eq!(goes_on.prefecture, [held(since, true, None)], "{cause}");
        let begins = fold(&[gain(1, cause, on)]);
        assert_eq!(begins.prefecture, [held(on, true, None)], "{cause}");
        // Who had moved out within the prefecture goes on with the same; who had only been taken for gone too.
        for (left, lost) in [
            ("moved_out_same_prefecture", day(2024, 5, 1)),
            ("ex_officio_deletion", day(2024, 5, 1)),
        ] {
            let back = fold(&[
                gain(1, "left_insurance", since),
                loss(2, left, day(2024, 4, 30)),
                come(3, cause, on, Some(since)),
            ]);
            assert_eq!(cover(&back), [(since, Some(lost)), (on, None)]);
            assert_eq!(back.prefecture, [held(since, true, None)], "{cause} {left}");
        }
        // What 第6条 ended stays ended: then the day told is not the day.
        let insured = fold(&[
            gain(1, "left_insurance", since),
            loss(2, "joined_insurance", day(2024, 4, 30)),
            come(3, cause, on, Some(since)),
        ]);
        let two = [
            held(since, true, Some(day(2024, 5, 1))),
            held(on, false, None),
        ];
        assert_eq!(insured.prefecture, two, "{cause}");
    }
    // Before 2018-04-01 the city was the unit.
    let early = fold(&[come(1, "restored", day(2017, 6, 1), Some(day(2015, 4, 1)))]);
    assert_eq!(early.prefecture[0].since, day(2017, 6, 1));
}
