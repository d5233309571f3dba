//! 生活保護 and 特別の事情.

use crate::office::{CITY, Office, offices};
use ::office::OfficeError;
use ::office::eligibility::status::assistance::{self, Change, Told};
use ::office::eligibility::status::{PublicAssistance, circumstances};
use ::office::registry;
use ::office::worklist::{self, Candidate, Filter};
use law::{Date, day};

fn tell(
    office: &Office,
    person_id: i64,
    change: Change,
    on: Date,
) -> Result<Option<Candidate>, OfficeError> {
    assistance::register(
        &office.store,
        &office.permit(),
        &office.acting(),
        CITY,
        &Told {
            person_id,
            change,
            on,
            office: "131032".to_owned(),
            case_number: "0000001234".to_owned(),
            medical: true,
            reported_on: day(2026, 12, 1),
        },
    )
}

// covers: QUA-016
#[test]
fn q13_a_suspension_gains_the_insurance_and_going_on_loses_it() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let cause = |change, on| {
            tell(&office, person, change, on)
                .unwrap()
                .map(|candidate| (candidate.cause, candidate.occurred_on))
        };
        let expected = |cause: &str, on| Some((cause.to_owned(), on));
        assert_eq!(
            cause(Change::Started, day(2026, 8, 10)),
            expected("welfare_started", day(2026, 8, 10))
        );
        assert_eq!(
            cause(Change::Suspended, day(2026, 10, 1)),
            expected("welfare_suspended", day(2026, 10, 1))
        );
        assert_eq!(
            cause(Change::Resumed, day(2026, 11, 10)),
            expected("welfare_resumed", day(2026, 11, 10))
        );
        assert_eq!(
            cause(Change::Suspended, day(2026, 12, 1)),
            expected("welfare_suspended", day(2026, 12, 1))
        );
        assert_eq!(
            cause(Change::Ended, day(2027, 1, 1)),
            None,
            "the household is insured since the suspension"
        );
        let states: Vec<(Date, Option<Date>, i64)> = office
            .store
            .read(|conn| registry::timeline::<PublicAssistance>(conn, person, None))
            .unwrap()
            .into_iter()
            .map(|dated| (dated.valid.from, dated.valid.until, dated.fact.state))
            .collect();
        assert_eq!(
            states,
            [
                (day(2026, 8, 10), Some(day(2026, 10, 1)), 1),
                (day(2026, 10, 1), Some(day(2026, 11, 10)), 2),
                (day(2026, 11, 10), Some(day(2026, 12, 1)), 1),
                (day(2026, 12, 1), Some(day(2027, 1, 1)), 2),
            ]
        );
        let waiting = office
            .store
            .read(|conn| worklist::list(conn, &Filter::default(), None, day(2027, 1, 1)))
            .unwrap();
        assert_eq!(waiting.items.len(), 4);
    }
}

#[test]
fn a_change_that_does_not_follow_is_refused() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        for change in [Change::Suspended, Change::Resumed, Change::Ended] {
            let refused = tell(&office, person, change, day(2026, 10, 1));
            assert!(
                matches!(refused, Err(OfficeError::Refusal(_))),
                "{change:?}"
            );
        }
        tell(&office, person, Change::Started, day(2026, 9, 1)).unwrap();
        for change in [Change::Started, Change::Resumed] {
            let refused = tell(&office, person, change, day(2026, 10, 1));
            assert!(
                matches!(refused, Err(OfficeError::Refusal(_))),
                "{change:?}"
            );
        }
        let ended = tell(&office, person, Change::Ended, day(2026, 10, 1)).unwrap();
        assert_eq!(ended.unwrap().cause, "welfare_ended");
    }
}

// covers: QUA-010, QUA-014
#[test]
fn special_circumstances_stop_measures_until_they_are_decided() {
    for office in offices(20) {
        let (_, household) = office.insured(0);
        let waits = |on| {
            office
                .store
                .read(|conn| circumstances::suspends_measures(conn, household, on))
                .unwrap()
        };
        let notify = |evidence: &str| {
            circumstances::notify(
                &office.store,
                &office.permit(),
                &office.acting(),
                household,
                office.today.get(),
                "災害により財産に損害を受けた",
                evidence,
            )
        };
        assert!(matches!(notify(" "), Err(OfficeError::Input { .. })));
        assert!(!waits(day(2026, 11, 20)));
        notify("罹災証明書").unwrap();
        assert!(waits(day(2026, 11, 20)) && waits(day(2027, 6, 1)));
        assert!(matches!(notify("罹災証明書"), Err(OfficeError::Refusal(_))));
        let rule = |until| {
            circumstances::rule(
                &office.store,
                &office.approve(),
                &office.by(&office.chief),
                household,
                until,
                "罹災証明書を確かめた",
            )
        };
        office.today.set(day(2026, 12, 1));
        rule(Some(day(2027, 4, 1))).unwrap();
        assert!(waits(day(2027, 3, 31)) && !waits(day(2027, 4, 1)));
        assert!(matches!(rule(None), Err(OfficeError::Refusal(_))));
        let open = office
            .store
            .read(|conn| worklist::list(conn, &Filter::default(), None, day(2026, 12, 1)))
            .unwrap();
        assert!(open.items.is_empty());
        office.today.set(day(2027, 5, 1));
        notify("診断書").unwrap();
        assert!(waits(day(2027, 5, 1)));
        rule(None).unwrap();
        assert!(!waits(day(2027, 5, 1)), "not accepted: measures go on");
    }
}

/// 法54条の3第1項・令28条の6: a second notification that is not accepted takes nothing away from the first one, which was.
// covers: QUA-010
#[test]
fn what_was_accepted_outlasts_a_second_notification_that_was_not() {
    for office in offices(20) {
        let (_, household) = office.insured(0);
        let waits = |on| {
            office
                .store
                .read(|conn| circumstances::suspends_measures(conn, household, on))
                .unwrap()
        };
        let notify = |on| {
            office.today.set(on);
            circumstances::notify(
                &office.store,
                &office.permit(),
                &office.acting(),
                household,
                on,
                "災害により財産に損害を受けた",
                "罹災証明書",
            )
        };
        let rule = |on, until| {
            office.today.set(on);
            circumstances::rule(
                &office.store,
                &office.approve(),
                &office.by(&office.chief),
                household,
                until,
                "確かめた",
            )
            .unwrap();
        };
        notify(day(2026, 11, 20)).unwrap();
        rule(day(2026, 11, 25), Some(day(2027, 4, 1)));
        notify(day(2026, 12, 1)).unwrap();
        // What waits already is decided first, whatever day the next one speaks of.
        assert!(matches!(
            notify(day(2026, 11, 28)),
            Err(OfficeError::Refusal(_))
        ));
        rule(day(2026, 12, 10), None);
        for on in [day(2026, 12, 10), day(2026, 12, 11), day(2027, 3, 31)] {
            assert!(waits(on), "{on}");
        }
        assert!(!waits(day(2027, 4, 1)));
        // Accepted for less time than the first: the first goes on behind it.
        notify(day(2027, 1, 5)).unwrap();
        rule(day(2027, 1, 10), Some(day(2027, 2, 1)));
        assert!(waits(day(2027, 2, 1)) && waits(day(2027, 3, 31)));
        assert!(!waits(day(2027, 4, 1)));
    }
}

fn states(office: &Office, person: i64) -> Vec<(Date, Option<Date>, i64)> {
    let read = office
        .store
        .read(|conn| registry::timeline::<PublicAssistance>(conn, person, None));
    let read = read.unwrap().into_iter();
    read.map(|dated| (dated.valid.from, dated.valid.until, dated.fact.state))
        .collect()
}

/// 国民健康保険法 第6条第9号: an earlier receipt that is told late takes nothing away from the one told before it.
// covers: QUA-016
#[test]
fn an_earlier_receipt_told_late_leaves_the_later_one_standing() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let now = (day(2026, 3, 10), None, 1);
        tell(&office, person, Change::Started, now.0).unwrap();
        tell(&office, person, Change::Started, day(2024, 5, 1)).unwrap();
        let ended = tell(&office, person, Change::Ended, day(2025, 2, 1)).unwrap();
        assert_eq!(ended.unwrap().cause, "welfare_ended");
        let earlier = (day(2024, 5, 1), Some(day(2025, 2, 1)), 1);
        assert_eq!(states(&office, person), [earlier, now]);
        // A suspension within the earlier receipt told later still stays within it.
        tell(&office, person, Change::Suspended, day(2024, 9, 1)).unwrap();
        assert_eq!(
            states(&office, person),
            [
                (day(2024, 5, 1), Some(day(2024, 9, 1)), 1),
                (day(2024, 9, 1), Some(day(2025, 2, 1)), 2),
                now
            ]
        );
    }
}

/// What was told of a later day has to follow from what is told now.
#[test]
fn an_end_before_a_suspension_that_was_told_already_is_refused() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        tell(&office, person, Change::Started, day(2026, 3, 10)).unwrap();
        tell(&office, person, Change::Suspended, day(2026, 8, 1)).unwrap();
        let before = states(&office, person);
        let refused = tell(&office, person, Change::Ended, day(2026, 6, 1)).unwrap_err();
        assert!(refused.to_string().contains("令和8年8月1日"), "{refused}");
        assert_eq!(states(&office, person), before);
    }
}

/// 法6条9号・8条2項: changes of one day follow one another in the order they are told, and the candidates that stay are what
/// the day comes to: who is insured on the eve and at its end is asked for nothing.
// covers: QUA-016
#[test]
fn changes_of_one_day_follow_one_another() {
    use Change::{Ended, Resumed, Started, Suspended};
    let (first, on) = (day(2026, 9, 1), day(2026, 11, 10));
    let earlier: [&[Change]; 2] = [&[], &[Started]];
    /// What was told before, what is told of the day, the causes that are asked for and the states that stand.
    type Case<'c> = (&'c [Change], &'c [Change], &'c [&'c str], &'c [i64]);
    let cases: [Case<'_>; 7] = [
        (earlier[0], &[Started, Ended], &[], &[]),
        (earlier[0], &[Started, Suspended], &[], &[2]),
        (earlier[0], &[Started, Suspended, Ended], &[], &[]),
        (
            earlier[0],
            &[Started, Suspended, Resumed],
            &["welfare_resumed"],
            &[1],
        ),
        (
            earlier[1],
            &[Suspended, Ended],
            &["welfare_suspended"],
            &[1],
        ),
        (earlier[1], &[Suspended, Resumed], &[], &[1, 1]),
        (earlier[1], &[Ended, Started], &[], &[1, 1]),
    ];
    for (before, of_day, asked, stand) in cases {
        for office in offices(20) {
            let (person, _) = office.insured(0);
            for change in before {
                tell(&office, person, *change, first).unwrap();
            }
            for change in of_day {
                tell(&office, person, *change, on).unwrap();
            }
            let open = office
                .store
                .read(|conn| worklist::list(conn, &Filter::default(), None, on))
                .unwrap();
            let causes: Vec<String> = open
                .items
                .iter()
                .filter_map(Candidate::of)
                .filter(|one| one.occurred_on == on)
                .map(|one| one.cause)
                .collect();
            assert_eq!(causes, asked, "{before:?} {of_day:?}");
            let found: Vec<i64> = states(&office, person).iter().map(|one| one.2).collect();
            assert_eq!(found, stand, "{before:?} {of_day:?}");
        }
    }
}

/// 法6条9号: out of a suspension nothing changes where assistance goes on and ends on one day.
// covers: QUA-016
#[test]
fn a_suspension_that_ends_with_the_assistance_leaves_no_loss() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let on = day(2026, 11, 10);
        tell(&office, person, Change::Started, day(2026, 9, 1)).unwrap();
        tell(&office, person, Change::Suspended, day(2026, 10, 1)).unwrap();
        let resumed = tell(&office, person, Change::Resumed, on).unwrap();
        assert_eq!(resumed.unwrap().cause, "welfare_resumed");
        assert_eq!(tell(&office, person, Change::Ended, on).unwrap(), None);
        let open = office
            .store
            .read(|conn| worklist::list(conn, &Filter::default(), None, on))
            .unwrap();
        let days: Vec<Date> = open
            .items
            .iter()
            .filter_map(Candidate::of)
            .map(|one| one.occurred_on)
            .collect();
        assert!(!days.contains(&on), "{days:?}");
        assert_eq!(days.len(), 2);
    }
}
