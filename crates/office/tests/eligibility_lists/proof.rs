//! 資格の証明書 and 統計.

use crate::counter::{Counter, on_both};
use ::office::OfficeError;
use ::office::eligibility::proof::{self, Proof, ProofKind};
use ::office::eligibility::statistics;
use ::office::eligibility::{NewChange, NewEvent, Request, register};
use ::office::security::permit::{IssueCertificate, RegisterEligibility};
use law::{Date, FiscalYear, day};

fn issue(counter: &Counter, kind: ProofKind, person: i64) -> Result<Proof, OfficeError> {
    proof::issue(
        &counter.desk.store,
        &counter.permit::<IssueCertificate>(),
        &counter.acting(),
        kind,
        person,
        (2, "本人（窓口）"),
    )
}

fn event(counter: &Counter, cause: &str, on: Date, change: NewChange) {
    register(
        &counter.desk.store,
        &counter.permit::<RegisterEligibility>(),
        &counter.acting(),
        &Request::of(vec![NewEvent::new(
            cause,
            on,
            Some(counter.today.get()),
            change,
        )]),
        &counter.books(),
    )
    .unwrap();
}

fn lose(counter: &Counter, person_id: i64, on: Date) {
    let loss = NewChange::Loss {
        person_id,
        elsewhere_from: None,
    };
    event(counter, "joined_insurance", on, loss);
}

fn gain(counter: &Counter, person_id: i64, household_id: i64, on: Date) {
    let gain = NewChange::Gain {
        person_id,
        household_id,
        prefecture_since: None,
        residence: None,
    };
    event(counter, "left_insurance", on, gain);
}

// covers: QUA-014
#[test]
fn certificates_say_what_the_register_says_and_are_logged() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.named(
            2,
            "見本　二",
            "ミホン ニ",
            day(1985, 1, 1),
            day(2024, 10, 1),
        );
        let gained = issue(counter, ProofKind::Gain, 1).unwrap();
        assert_eq!((gained.fiscal_year, gained.proof_no), (2026, 1));
        assert_eq!(gained.content.title, "国民健康保険資格取得証明書");
        assert_eq!(gained.content.periods[0].number, "港 0000010");
        assert_eq!(gained.content.periods[0].from, day(2020, 4, 1));
        for (kind, person) in [
            (ProofKind::Loss, 1),
            (ProofKind::Period, 2),
            (ProofKind::Gain, 9),
        ] {
            let refused = issue(counter, kind, person);
            assert!(
                matches!(refused, Err(OfficeError::Refusal(_))),
                "{kind:?} {person}"
            );
        }
        lose(counter, 1, day(2026, 9, 30));
        let lost = issue(counter, ProofKind::Loss, 1).unwrap();
        assert_eq!(lost.proof_no, 2, "numbers have no gaps");
        assert_eq!(lost.content.periods[0].until, Some(day(2026, 10, 1)));
        assert_eq!(lost.content.periods[0].loss_cause, "42");
        assert!(matches!(
            issue(counter, ProofKind::Gain, 1),
            Err(OfficeError::Refusal(_))
        ));
        gain(counter, 1, 10, day(2026, 11, 5));
        let periods = issue(counter, ProofKind::Period, 1)
            .unwrap()
            .content
            .periods;
        let days: Vec<_> = periods.iter().map(|one| (one.from, one.until)).collect();
        assert_eq!(
            days,
            [
                (day(2020, 4, 1), Some(day(2026, 10, 1))),
                (day(2026, 11, 5), None)
            ]
        );
        let log = counter
            .desk
            .store
            .read(|conn| proof::log(conn, day(2026, 11, 20), day(2026, 11, 20)))
            .unwrap();
        assert_eq!(log.len(), 3);
        assert_eq!(log[1], lost, "kept as it was issued");
        counter.today.set(day(2027, 4, 1));
        assert_eq!(
            issue(counter, ProofKind::Gain, 1).unwrap().proof_no,
            1,
            "a new year"
        );
    });
}

// covers: QUA-018
#[test]
fn every_month_of_the_year_balances_with_the_register() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=6 {
            counter.single(id * 10, id, day(1980, 5, 5), day(2020, 4, 1));
        }
        lose(counter, 1, day(2026, 4, 30)); // takes effect on 1 May
        lose(counter, 2, day(2026, 6, 10));
        gain(counter, 1, 10, day(2026, 6, 20));
        lose(counter, 3, day(2026, 6, 15));
        gain(counter, 3, 30, day(2026, 6, 16)); // the very day: nobody came or went
        let months = counter
            .desk
            .store
            .read(|conn| statistics::monthly(conn, FiscalYear(2026)))
            .unwrap();
        let insured: Vec<i64> = months.iter().map(|month| month.insured).collect();
        assert_eq!(insured, [6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]);
        assert!(months.iter().all(statistics::MonthFigures::balances));
        assert_eq!(months[1].lost.get("42"), Some(&1));
        assert_eq!(months[2].gained.get("02"), Some(&1));
        assert_eq!(months[2].lost.values().sum::<i64>(), 1);
        assert_eq!(months[2].households, 5);
        assert_eq!(months[0].month, day(2026, 4, 1));
    });
}
