//! 資格の取得・喪失 — the days of each cause, both pairs of dates, and what waits, scenario by scenario.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod order;
mod within;

use law::eligibility::age::{milestones, voluntary_lapse_on};
use law::eligibility::household::{fictitious_spans, former_span};
use law::eligibility::report::{days_gone, days_late, report_until};
use law::eligibility::{
    Head, HouseholdChange, HouseholdEvent, PersonChange, PersonEvent, PersonStanding,
    PrefectureSpan, Reason, fold_household, fold_person,
};
use law::levy::facts::FormerInsuredTie;
use law::rules::eligibility::{LossAt75, Side};
use law::rules::levy::Status;
use law::rules::{EligibilityBook, RuleBook};
use law::{Date, Span, day};

fn book() -> &'static RuleBook {
    RuleBook::shared().unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

fn rules() -> EligibilityBook<'static> {
    book().eligibility_of("131032").unwrap()
}

const BORN: Date = Date::constant(1980, 5, 5);

fn event(event_id: i64, cause: &str, on: Date, change: PersonChange) -> PersonEvent {
    PersonEvent {
        event_id,
        cause: cause.to_owned(),
        loaded_code: None,
        occurred_on: on,
        occurred_known: true,
        reported_on: Some(on),
        fixed_on: None,
        sequence: 0,
        change,
    }
}

fn gain(event_id: i64, cause: &str, on: Date) -> PersonEvent {
    let change = PersonChange::Gain {
        household_id: 1,
        branch: 1,
        prefecture_since: None,
    };
    event(event_id, cause, on, change)
}

fn loss(event_id: i64, cause: &str, on: Date) -> PersonEvent {
    let change = PersonChange::Loss {
        elsewhere_from: None,
    };
    event(event_id, cause, on, change)
}

fn loss_elsewhere(event_id: i64, cause: &str, on: Date, elsewhere_from: Date) -> PersonEvent {
    let change = PersonChange::Loss {
        elsewhere_from: Some(elsewhere_from),
    };
    event(event_id, cause, on, change)
}

fn moves(event_id: i64, household_id: i64, on: Date) -> PersonEvent {
    let change = PersonChange::Move {
        household_id,
        branch: 1,
    };
    event(event_id, "household_changed", on, change)
}

/// Folds the events in every order in which they may have arrived; all must say the same.
fn fold(events: &[PersonEvent]) -> PersonStanding {
    fold_of(BORN, events)
}

fn fold_of(born_on: Date, events: &[PersonEvent]) -> PersonStanding {
    let first = fold_person(&rules(), born_on, events);
    let mut turned = events.to_vec();
    for _ in 0..events.len() {
        turned.rotate_left(1);
        assert_eq!(first, fold_person(&rules(), born_on, &turned));
        let mut mirrored = turned.clone();
        mirrored.reverse();
        assert_eq!(first, fold_person(&rules(), born_on, &mirrored));
    }
    first
}

fn cover(standing: &PersonStanding) -> Vec<(Date, Option<Date>)> {
    let spans = standing.cover.iter();
    spans.map(|span| (span.from, span.until)).collect()
}

fn waiting(standing: &PersonStanding) -> Vec<(i64, Reason)> {
    let pending = standing.pending.iter();
    pending
        .map(|one| (one.event_id, one.reason.clone()))
        .collect()
}

/// 国保法7条・8条: cause, day of the event, first day insured or no longer insured.
#[test]
fn every_cause_has_its_day() {
    let on = day(2026, 11, 10);
    let next = day(2026, 11, 11);
    let expected = [
        ("born", "04", on),
        ("exclusion_ended", "09", on),
        ("ex_officio_gain", "09", on),
        ("left_insurance", "02", on),
        ("left_insurance_within_month", "14", on),
        ("left_late_elderly", "13", on),
        ("left_nhi_society", "15", on),
        ("moved_in", "01", on),
        ("moved_in_abroad", "01", on),
        ("moved_in_same_prefecture", "01", on),
        ("other_gain", "09", on),
        ("restored", "08", on),
        ("special_address_ended", "09", on),
        ("voluntary_lapsed", "02", on),
        ("welfare_ended", "03", on),
        ("welfare_suspended", "03", on),
        ("died", "44", next),
        ("ex_officio_deletion", "48", next),
        ("ex_officio_insurance", "42", next),
        ("exclusion_started", "49", next),
        ("joined_insurance", "42", next),
        ("joined_nhi_society", "49", on),
        ("late_elderly_75", "51", on),
        ("late_elderly_disability", "52", next),
        ("moved_out", "41", next),
        ("moved_out_abroad", "41", next),
        ("moved_out_same_prefecture", "41", next),
        ("other_loss", "49", next),
        ("residence_expired", "48", next),
        ("welfare_resumed", "43", on),
        ("welfare_started", "43", on),
    ];
    let causes = rules().rules.causes_on(on);
    let of_side = |side| causes.iter().filter(move |cause| cause.side == side);
    assert_eq!(
        of_side(Side::Gain).count() + of_side(Side::Loss).count(),
        expected.len()
    );
    for (key, code, effective) in expected {
        let cause = rules().rules.cause(key, on).unwrap();
        assert_eq!(cause.code, code, "{key}");
        let standing = match cause.side {
            Side::Gain => fold(&[gain(1, key, on)]),
            _ => fold(&[gain(1, "moved_in", day(2020, 4, 1)), loss(2, key, on)]),
        };
        let span = standing.cover.last().unwrap();
        let found = match cause.side {
            Side::Gain => span.from,
            _ => span.until.unwrap(),
        };
        assert_eq!(found, effective, "{key}");
    }
}

/// 集約システムの事由コード: every code of the partner has at least one cause, and no cause another code.
#[test]
fn every_code_of_the_partner_has_a_cause() {
    let codes = [
        "01", "02", "03", "04", "08", "09", "13", "14", "15", "41", "42", "43", "44", "48", "49",
        "51", "52",
    ];
    let on = day(2026, 4, 1);
    for code in codes {
        assert!(!rules().rules.causes_of_code(code, on).is_empty(), "{code}");
    }
    for cause in rules().rules.causes_on(on) {
        let known = cause.side == Side::Change || codes.contains(&cause.code.as_str());
        assert!(known, "{} {}", cause.key, cause.code);
        assert!(!cause.clause.is_empty());
    }
}

/// 8条は2028-04-01に改まる: a later loss is refused with what to do, a gain is not.
#[test]
fn losses_from_2028_are_refused_until_the_rule_is_known() {
    let table = rules().rules;
    assert!(table.cause("died", day(2028, 3, 31)).is_ok());
    let refusal = table.cause("died", day(2028, 4, 1)).unwrap_err();
    assert_eq!(refusal.code, "rules.eligibility.cause.missing");
    assert!(
        refusal.message_ja.contains("第8条は2028-04-01に改まる"),
        "{}",
        refusal.message_ja
    );
    assert!(table.cause("moved_in", day(2028, 4, 1)).is_ok());
    let standing = fold(&[
        gain(1, "moved_in", day(2020, 4, 1)),
        loss(2, "died", day(2028, 4, 1)),
    ]);
    assert_eq!(cover(&standing), [(day(2020, 4, 1), None)]);
    assert!(matches!(standing.pending[0].reason, Reason::NoRule(_)));
}

/// Q01: three years late, the day of acquisition is still the day after the employees' insurance.
#[test]
fn q01_a_gain_reported_years_late_keeps_its_day() {
    let mut late = gain(1, "left_insurance", day(2023, 6, 1));
    late.reported_on = Some(day(2026, 11, 20));
    let standing = fold(&[late]);
    assert_eq!(cover(&standing), [(day(2023, 6, 1), None)]);
    let cause = rules()
        .rules
        .cause("left_insurance", day(2023, 6, 1))
        .unwrap();
    assert_eq!(report_until(cause, day(2023, 6, 1)), Some(day(2023, 6, 15)));
    let late = days_late(cause, day(2023, 6, 1), Some(day(2026, 11, 20)));
    assert_eq!(late, Some(1254));
    assert_eq!(
        days_late(cause, day(2023, 6, 1), Some(day(2023, 6, 15))),
        None
    );
}

/// Q02: 8条1項ただし書 — out of one prefecture and into another on one day: no gap, no second cover.
#[test]
fn q02_moving_out_on_the_day_of_moving_in_elsewhere() {
    let on = day(2026, 11, 10);
    let old_city = fold(&[
        gain(1, "moved_in", day(2020, 4, 1)),
        loss_elsewhere(2, "moved_out", on, on),
    ]);
    let new_city = fold(&[gain(3, "moved_in", on)]);
    assert_eq!(cover(&old_city), [(day(2020, 4, 1), Some(on))]);
    assert_eq!(cover(&new_city), [(on, None)]);
    // The same with a day between, or not known: the next day.
    for elsewhere in [None, Some(day(2026, 11, 12))] {
        let change = PersonChange::Loss {
            elsewhere_from: elsewhere,
        };
        let left = event(2, "moved_out", on, change);
        let standing = fold(&[gain(1, "moved_in", day(2020, 4, 1)), left]);
        assert_eq!(
            cover(&standing),
            [(day(2020, 4, 1), Some(day(2026, 11, 11)))]
        );
    }
    // The loss told before the gain, and both before the first gain.
    let back_again = fold(&[
        loss_elsewhere(7, "moved_out", on, on),
        gain(8, "moved_in", day(2026, 12, 1)),
        gain(9, "moved_in", day(2020, 4, 1)),
    ]);
    assert_eq!(
        cover(&back_again),
        [(day(2020, 4, 1), Some(on)), (day(2026, 12, 1), None)]
    );
}

/// Q03: inside the prefecture only 適用 ends and begins; 資格 goes on, and its first day is that of the old city.
#[test]
fn q03_moving_inside_the_prefecture_keeps_the_prefectures_days() {
    let on = day(2026, 11, 15);
    let old_city = fold(&[
        gain(1, "moved_in", day(2019, 7, 1)),
        loss_elsewhere(2, "moved_out_same_prefecture", on, on),
    ]);
    assert_eq!(cover(&old_city), [(day(2019, 7, 1), Some(on))]);
    let expected = PrefectureSpan {
        since: day(2019, 7, 1),
        since_known: true,
        until: None,
        until_known: true,
    };
    assert_eq!(old_city.prefecture, [expected]);

    let change = PersonChange::Gain {
        household_id: 1,
        branch: 1,
        prefecture_since: Some(day(2019, 7, 1)),
    };
    let new_city = fold(&[event(1, "moved_in_same_prefecture", on, change)]);
    assert_eq!(cover(&new_city), [(on, None)]);
    assert_eq!(new_city.prefecture, [expected]);

    let unknown = fold(&[gain(1, "moved_in_same_prefecture", on)]);
    assert!(!unknown.prefecture[0].since_known);
    assert_eq!(unknown.prefecture[0].since, on);
}

/// Out and back inside the prefecture: one 資格, two 適用. Out of it and back: two of both. Before 2018-04-01 the city was
/// the unit.
#[test]
fn the_prefectures_days_over_several_moves() {
    let back = |since| PersonChange::Gain {
        household_id: 1,
        branch: 1,
        prefecture_since: since,
    };
    let out = day(2024, 10, 1);
    let home = day(2025, 6, 1);
    let events = |since| {
        [
            gain(1, "moved_in", day(2019, 7, 1)),
            loss_elsewhere(2, "moved_out_same_prefecture", out, out),
            event(3, "moved_in_same_prefecture", home, back(since)),
        ]
    };
    let standing = fold(&events(Some(day(2019, 7, 1))));
    assert_eq!(
        cover(&standing),
        [(day(2019, 7, 1), Some(out)), (home, None)]
    );
    assert_eq!(standing.prefecture.len(), 1);
    assert_eq!(standing.prefecture[0].since, day(2019, 7, 1));

    // Meanwhile insured elsewhere: 資格 began anew in the other city.
    let standing = fold(&events(Some(day(2025, 1, 1))));
    let days: Vec<_> = standing
        .prefecture
        .iter()
        .map(|span| (span.since, span.until, span.until_known))
        .collect();
    assert_eq!(
        days,
        [
            (day(2019, 7, 1), Some(day(2025, 1, 1)), false),
            (day(2025, 1, 1), None, true)
        ]
    );

    let standing = fold(&[
        gain(1, "moved_in", day(2016, 7, 1)),
        loss_elsewhere(
            2,
            "moved_out_same_prefecture",
            day(2017, 10, 1),
            day(2017, 10, 1),
        ),
    ]);
    assert_eq!(standing.prefecture[0].until, Some(day(2017, 10, 1)));
}

/// Q07・Q08 and every row of the table of ages: the 75th birthday is the first day not covered, halved unless on the first.
#[test]
fn q07_q08_reaching_75_by_the_table() {
    let table = include_str!("../data/dates_age.csv");
    let iso = |text: &str| -> Date { text.parse().unwrap() };
    let mut rows = 0;
    for line in table.lines().skip(1) {
        let row: Vec<&str> = line.split(',').collect();
        let born = iso(row[0]);
        let ages = milestones(born);
        assert_eq!(ages.care_from, iso(row[3]), "{born}");
        assert_eq!(ages.care_until, iso(row[5]), "{born}");
        assert_eq!(ages.elderly_share_from, iso(row[7]), "{born}");
        assert_eq!(ages.late_elderly_on, iso(row[8]), "{born}");
        assert_eq!(ages.halved_month.is_some(), row[9] == "1", "{born}");
        assert_eq!(ages.preschool_until, iso(row[11]), "{born}");
        assert_eq!(ages.minor_until, iso(row[13]), "{born}");
        let at_75 = iso(row[8]);
        if at_75 < day(2008, 4, 1) || at_75 >= day(2028, 4, 1) {
            continue;
        }
        rows += 1;
        let standing = fold_of(
            born,
            &[
                gain(1, "moved_in", day(2000, 4, 1)),
                loss(2, "late_elderly_75", at_75),
            ],
        );
        assert_eq!(cover(&standing), [(day(2000, 4, 1), Some(at_75))], "{born}");
        assert_eq!(standing.former[0].from, at_75, "{born}");
        // Nobody gains on or after the birthday; the day before is the last on which one can.
        let late = fold_of(born, &[gain(1, "moved_in", at_75)]);
        assert_eq!(waiting(&late), [(1, Reason::Aged75(at_75))]);
        // Nor does anybody change the household of an insurance that has ended by age.
        let moved = moves(2, 900, at_75);
        let still = fold_of(born, &[gain(1, "moved_in", day(2000, 4, 1)), moved]);
        assert_eq!(waiting(&still), [(2, Reason::MovedAt75(at_75))]);
        assert_eq!(cover(&still), [(day(2000, 4, 1), None)]);
        let last = at_75.yesterday().unwrap();
        let moved = moves(2, 900, last);
        let before = fold_of(born, &[gain(1, "moved_in", day(2000, 4, 1)), moved]);
        assert_eq!(waiting(&before), []);
        assert_eq!(
            cover(&fold_of(born, &[gain(1, "moved_in", last)])),
            [(last, None)]
        );
    }
    assert!(rows >= 10);
    assert_eq!(
        milestones(day(1951, 12, 10)).halved_month,
        Some(day(2026, 12, 1))
    );
    assert_eq!(milestones(day(1951, 12, 1)).halved_month, None);
}

/// The municipality's choice of 資格喪失年月日 at 75 moves the day shown; the assumption is marked as one.
#[test]
fn the_day_of_loss_at_75_is_a_choice_marked_as_an_assumption() {
    let practice = rules().practice(day(2026, 4, 1)).unwrap();
    assert_eq!(practice.loss_at_75, LossAt75::Birthday);
    assert_eq!(practice.status, Status::Draft);
    let own = r#"
[[eligibility_practice]]
from = 2008-04-01
loss_at_75 = "next_day"
undo_approval_after_days = 30
correction_approval = true
backdated_approval_after_days = 365
clause = "国民健康保険法 第8条第1項"
source = "市の要領"
status = "draft"
grade = "C"
"#;
    let book =
        RuleBook::embedded_with(&[("rules/municipal/131032/eligibility.toml", own)]).unwrap();
    let rules = book.eligibility_of("131032").unwrap();
    let born = day(1951, 12, 1);
    let events = [
        gain(1, "moved_in", day(2000, 4, 1)),
        loss(2, "late_elderly_75", day(2026, 12, 1)),
    ];
    let standing = fold_person(&rules, born, &events);
    assert_eq!(
        cover(&standing),
        [(day(2000, 4, 1), Some(day(2026, 12, 2)))]
    );
    assert_eq!(standing.former[0].from, day(2026, 12, 1));
    assert_ne!(rules.hash().unwrap(), super_hash());
}

fn super_hash() -> String {
    rules().hash().unwrap()
}

/// Q10: a birth reported late counts from the day of birth.
#[test]
fn q10_a_birth_counts_from_the_day_of_birth() {
    let born = day(2026, 9, 30);
    let mut report = gain(1, "born", born);
    report.reported_on = Some(day(2026, 11, 2));
    let standing = fold_of(born, &[report]);
    assert_eq!(cover(&standing), [(born, None)]);
    let early = fold_of(born, &[gain(1, "born", day(2026, 9, 29))]);
    assert_eq!(waiting(&early), [(1, Reason::BeforeBirth(born))]);
}

/// Q12: welfare ends the insurance on the very day.
#[test]
fn q12_welfare_ends_it_on_the_day() {
    let standing = fold(&[
        gain(1, "moved_in", day(2020, 4, 1)),
        loss(2, "welfare_started", day(2026, 11, 10)),
    ]);
    assert_eq!(
        cover(&standing),
        [(day(2020, 4, 1), Some(day(2026, 11, 10)))]
    );
}

/// Q13: a suspension is not welfare: insured from its first day until the day it is lifted.
#[test]
fn q13_a_suspension_of_welfare_is_a_gain() {
    let standing = fold(&[
        gain(1, "welfare_suspended", day(2026, 10, 1)),
        loss(2, "welfare_resumed", day(2026, 12, 1)),
    ]);
    assert_eq!(
        cover(&standing),
        [(day(2026, 10, 1), Some(day(2026, 12, 1)))]
    );
    assert_eq!(standing.cover[0].gain.code, "03");
    assert_eq!(standing.cover[0].loss.as_ref().unwrap().code, "43");
}

/// Q14・Q15: employees' insurance ends it on the next day, over the end of a month too.
#[test]
fn q14_q15_employees_insurance_ends_it_the_day_after() {
    for (joined, lost) in [
        (day(2026, 6, 15), day(2026, 6, 16)),
        (day(2026, 6, 30), day(2026, 7, 1)),
        (day(2024, 2, 28), day(2024, 2, 29)),
        (day(2025, 12, 31), day(2026, 1, 1)),
    ] {
        let standing = fold(&[
            gain(1, "moved_in", day(2020, 4, 1)),
            loss(2, "joined_insurance", joined),
        ]);
        assert_eq!(cover(&standing), [(day(2020, 4, 1), Some(lost))]);
    }
}

/// Q16: 任継 lapses on the day after the due day, and the insurance begins there.
#[test]
fn q16_a_lapsed_continuation_begins_the_day_after_the_due_day() {
    let lapsed = voluntary_lapse_on(day(2026, 11, 10));
    assert_eq!(lapsed, day(2026, 11, 11));
    let standing = fold(&[gain(1, "voluntary_lapsed", lapsed)]);
    assert_eq!(cover(&standing), [(day(2026, 11, 11), None)]);
}

/// Q26: the day of acquisition corrected is one event taken back and one stated; the days between are no longer insured.
#[test]
fn q26_a_corrected_gain_leaves_days_to_look_at() {
    let before = [Span {
        from: day(2026, 10, 1),
        until: None,
    }];
    let after = [Span {
        from: day(2026, 10, 20),
        until: None,
    }];
    let gone = days_gone(&before, &after);
    assert_eq!(
        gone,
        [Span {
            from: day(2026, 10, 1),
            until: Some(day(2026, 10, 20))
        }]
    );
    assert_eq!(days_gone(&after, &before), []);
}

fn head(event_id: i64, on: Date, sequence: i64, who: i64) -> HouseholdEvent {
    HouseholdEvent {
        event_id,
        occurred_on: on,
        sequence,
        change: HouseholdChange::Head {
            head_person_id: who,
        },
    }
}

fn founded(event_id: i64, on: Date, who: i64) -> HouseholdEvent {
    HouseholdEvent {
        event_id,
        occurred_on: on,
        sequence: 0,
        change: HouseholdChange::Founded {
            head_person_id: who,
            symbol: "国".to_owned(),
            number: "0000001".to_owned(),
        },
    }
}

/// What cannot take effect yet waits with its reason, and takes effect when the missing event comes.
#[test]
fn late_and_reversed_messages_wait_and_never_vanish() {
    let out = loss(2, "joined_insurance", day(2026, 6, 15));
    let standing = fold(std::slice::from_ref(&out));
    assert_eq!(waiting(&standing), [(2, Reason::NotInsured)]);
    let joined = gain(1, "moved_in", day(2026, 4, 1));
    let standing = fold(&[joined.clone(), out.clone()]);
    assert_eq!(
        cover(&standing),
        [(day(2026, 4, 1), Some(day(2026, 6, 16)))]
    );
    assert!(standing.pending.is_empty());

    // A second gain waits for the loss between.
    let again = gain(3, "left_insurance", day(2026, 9, 1));
    let standing = fold(&[joined.clone(), again.clone()]);
    assert_eq!(
        waiting(&standing),
        [(3, Reason::InsuredAlready(day(2026, 4, 1)))]
    );
    let standing = fold(&[joined.clone(), again, out.clone()]);
    assert_eq!(
        cover(&standing),
        [
            (day(2026, 4, 1), Some(day(2026, 6, 16))),
            (day(2026, 9, 1), None)
        ]
    );

    // The same loss told twice ends nothing twice.
    let twice = loss(4, "joined_insurance", day(2026, 6, 15));
    let standing = fold(&[joined, out, twice]);
    assert_eq!(standing.cover.len(), 1);
    assert_eq!(waiting(&standing), [(4, Reason::NotInsured)]);
}

/// Coming and being excluded on one day is not a day of cover.
#[test]
fn a_gain_and_a_loss_that_meet_leave_no_day() {
    let on = day(2026, 11, 10);
    let standing = fold(&[gain(1, "moved_in", on), loss(2, "welfare_started", on)]);
    assert_eq!(cover(&standing), []);
    assert!(standing.pending.is_empty());
    assert_eq!(standing.void, [1, 2]);
    // Ended and begun again on one day: cover without a gap, in two spans.
    let standing = fold(&[
        gain(1, "moved_in", day(2026, 4, 1)),
        loss(2, "welfare_started", on),
        gain(3, "welfare_ended", on),
    ]);
    assert_eq!(cover(&standing), [(day(2026, 4, 1), Some(on)), (on, None)]);
}

fn former(here_from: Date) -> law::eligibility::FormerSpan {
    law::eligibility::FormerSpan {
        household_id: 1,
        from: here_from,
        here_from,
        until: None,
        event_id: 1,
    }
}

/// Incidents 12・13: a standing beside the insured has both its days, whatever number the household bears; a change of
/// head ends it where the municipality reads the order so.
#[test]
fn incidents_12_13_standing_beside_the_insured() {
    let at_75 = day(2025, 6, 10);
    let born = day(1950, 6, 10);
    let standing = fold_of(
        born,
        &[
            gain(1, "moved_in", day(2010, 4, 1)),
            loss(2, "late_elderly_75", at_75),
        ],
    );
    assert_eq!(
        (standing.former[0].from, standing.former[0].until),
        (at_75, None)
    );

    let number = |event_id, on, number: &str| HouseholdEvent {
        event_id,
        occurred_on: on,
        sequence: 0,
        change: HouseholdChange::Number {
            symbol: "国".to_owned(),
            number: number.to_owned(),
        },
    };
    let mut events = vec![founded(1, day(2010, 4, 1), 10)];
    let plain = fold_household(&events).heads;
    events.push(number(2, day(2026, 4, 1), "0009999"));
    let renumbered = fold_household(&events).heads;
    assert_eq!(renumbered.len(), 2);
    events.push(head(3, day(2026, 8, 1), 0, 11));
    let headed = fold_household(&events).heads;

    let open = Some(Span {
        from: at_75,
        until: None,
    });
    let ended = Some(Span {
        from: at_75,
        until: Some(day(2026, 8, 1)),
    });
    let tied = |tie, heads: &[Head]| former_span(tie, heads, &former(at_75));
    for tie in [FormerInsuredTie::SameHead, FormerInsuredTie::SameHousehold] {
        assert_eq!(tied(tie, &plain), open);
        assert_eq!(tied(tie, &renumbered), open, "a number ends nothing");
    }
    assert_eq!(tied(FormerInsuredTie::SameHead, &headed), ended);
    assert_eq!(tied(FormerInsuredTie::SameHousehold, &headed), open);

    // Leaving the household, dying, coming back into the insurance end it.
    for (end, on) in [("moved_out", day(2026, 2, 2)), ("died", day(2026, 2, 2))] {
        let standing = fold_of(
            born,
            &[
                gain(1, "moved_in", day(2010, 4, 1)),
                loss(2, "late_elderly_75", at_75),
                loss(3, end, day(2026, 2, 1)),
            ],
        );
        assert_eq!(standing.former[0].until, Some(on), "{end}");
        assert!(standing.pending.is_empty());
    }
    let disabled = day(1960, 6, 10);
    let standing = fold_of(
        disabled,
        &[
            gain(1, "moved_in", day(2010, 4, 1)),
            loss(2, "late_elderly_disability", at_75),
            gain(3, "left_late_elderly", day(2026, 1, 5)),
        ],
    );
    assert_eq!(standing.former[0].from, at_75);
    assert_eq!(standing.former[0].until, Some(day(2026, 1, 5)));
    assert_eq!(standing.cover.len(), 2);
}

/// 規則2条1項4号: head and former insured who come together keep the first day of the old city.
#[test]
fn a_standing_beside_the_insured_is_taken_over() {
    let born = day(1948, 6, 10);
    let change = PersonChange::FormerStart {
        household_id: 1,
        since: day(2023, 6, 10),
    };
    let standing = fold_of(
        born,
        &[event(1, "former_insured_started", day(2026, 7, 1), change)],
    );
    assert_eq!(standing.former[0].from, day(2023, 6, 10));
    assert_eq!(standing.former[0].here_from, day(2026, 7, 1));
    let heads = fold_household(&[founded(1, day(2026, 7, 1), 10)]).heads;
    let span = former_span(FormerInsuredTie::SameHead, &heads, &standing.former[0]);
    assert_eq!(span.unwrap().until, None);
}

/// 擬制世帯主: the head is liable while others are insured and he is not.
#[test]
fn a_head_who_is_not_insured_is_fictitious_for_those_days() {
    let heads = fold_household(&[founded(1, day(2020, 4, 1), 10)]).heads;
    let head_cover = fold(&[
        gain(1, "moved_in", day(2020, 4, 1)),
        loss(2, "joined_insurance", day(2026, 5, 31)),
    ]);
    let wife = fold(&[gain(3, "moved_in", day(2021, 4, 1))]);
    let members = [(10, &head_cover.cover[0]), (11, &wife.cover[0])];
    let spans = fictitious_spans(&heads, &members);
    assert_eq!(
        spans,
        [(
            10,
            Span {
                from: day(2026, 6, 1),
                until: None
            }
        )]
    );
}
