//! Stating, ending, undoing; what may not be stated.

use crate::office::{CITY, Office, offices};
use ::office::OfficeError;
use ::office::eligibility::status::{
    self, CareCertificate, CompanyInsurance, Entry, Exclusion, LateElderly, Retired, Status,
    Student, Subject, student,
};
use ::office::registry::{self, CareExempt};
use ::office::security::authorize;
use ::office::security::permit::{ApproveEligibility, RegisterFact, RunEligibility, UndoAct};
use ::office::worklist::{self, Candidate, Filter, STATUS_STUDENT};
use db::Span;
use law::{Date, day};

fn entry<S>(subject: i64, from: Date, until: Option<Date>, status: S) -> Entry<S> {
    Entry {
        subject,
        span: Span::new(from, until),
        status,
        note: "届出".to_owned(),
    }
}

fn student(household_id: i64) -> Student {
    Student {
        kind: 1,
        school: "北国大学".to_owned(),
        place: "011002".to_owned(),
        course_end_on: day(2028, 3, 31),
        household_id,
        reported_on: Some(day(2026, 11, 20)),
    }
}

fn standing<S: Status>(office: &Office, subject: i64) -> Vec<(Span, S)> {
    let all = office
        .store
        .read(|conn| registry::timeline::<S>(conn, subject, None))
        .unwrap();
    all.into_iter()
        .map(|dated| (dated.valid, dated.fact))
        .collect()
}

// covers: QUA-012, FIL-089
#[test]
fn a_student_stays_in_the_household_until_the_course_ends() {
    for office in offices(20) {
        let (person, household) = office.insured(0);
        let stated = student(household);
        status::register(
            &office.store,
            &office.permit(),
            &office.acting(),
            &entry(person, day(2026, 4, 1), None, stated.clone()),
        )
        .unwrap();
        let until = Some(day(2028, 4, 1));
        assert_eq!(
            standing::<Student>(&office, person),
            [(Span::new(day(2026, 4, 1), until), stated)]
        );
        let run = office.permit::<RunEligibility>();
        let new = student::check_year(&office.store, &run, &office.acting(), CITY).unwrap();
        assert_eq!(new, 1, "this year's letter");
        let again = student::check_year(&office.store, &run, &office.acting(), CITY).unwrap();
        assert_eq!(again, 0, "the same year asks once");
        office.today.set(day(2027, 4, 10));
        assert_eq!(
            student::check_year(&office.store, &run, &office.acting(), CITY).unwrap(),
            1
        );
        // Graduated: off the yearly check, on the list of those who have finished.
        office.today.set(day(2028, 4, 10));
        assert_eq!(
            student::check_year(&office.store, &run, &office.acting(), CITY).unwrap(),
            1
        );
        let finished = office
            .store
            .read(|conn| student::finished(conn, day(2028, 3, 31), day(2028, 4, 10)))
            .unwrap();
        assert_eq!(finished.len(), 1);
        let items = office
            .store
            .read(|conn| worklist::list(conn, &Filter::default(), None, day(2028, 4, 10)))
            .unwrap()
            .items;
        let candidate = items.iter().find_map(Candidate::of).unwrap();
        assert_eq!(candidate.person_id, person);
        assert_eq!(candidate.occurred_on, day(2028, 3, 31));
        assert_eq!(candidate.cause, "moved_out");
        let asked = items.iter().filter(|item| item.kind == STATUS_STUDENT.code);
        assert_eq!(asked.count(), 2);
    }
}

/// 国民健康保険法 第5条・第116条: the student whose school lies in the same prefecture moves inside it when the course ends.
// covers: QUA-012
#[test]
fn a_course_that_ends_in_the_same_prefecture_ends_no_qualification() {
    for office in offices(20) {
        let (person, household) = office.insured(0);
        let near = Student {
            place: "132012".to_owned(),
            ..student(household)
        };
        status::register(
            &office.store,
            &office.permit(),
            &office.acting(),
            &entry(person, day(2026, 4, 1), None, near),
        )
        .unwrap();
        office.today.set(day(2028, 4, 10));
        let run = office.permit::<RunEligibility>();
        student::check_year(&office.store, &run, &office.acting(), CITY).unwrap();
        let read = |conn: &mut _| worklist::list(conn, &Filter::default(), None, day(2028, 4, 10));
        let items = office.store.read(read).unwrap().items;
        let candidate = items.iter().find_map(Candidate::of).unwrap();
        assert_eq!(candidate.occurred_on, day(2028, 3, 31));
        assert_eq!(candidate.cause, "moved_out_same_prefecture");
    }
}

// covers: QUA-019, FIL-083
#[test]
fn the_retired_scheme_takes_only_its_own_years() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let retired = |reported| Retired {
            category: 1,
            reported_on: Some(reported),
        };
        let state = |from, until| {
            status::register(
                &office.store,
                &office.permit(),
                &office.acting(),
                &entry(person, from, until, retired(day(2013, 5, 1))),
            )
        };
        state(day(2013, 4, 10), Some(day(2018, 4, 10))).unwrap();
        for (from, until) in [
            (day(2015, 4, 1), Some(day(2016, 4, 1))),
            (day(2014, 4, 1), None),
            (day(2014, 4, 1), Some(day(2024, 4, 2))),
        ] {
            let refused = state(from, until);
            assert!(
                matches!(refused, Err(OfficeError::Input { .. })),
                "{from} {until:?}"
            );
        }
        let lines = office
            .store
            .read(|conn| status::of_subject(conn, Subject::Person, person, None))
            .unwrap();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].label_ja, "退職被保険者等");
        assert_eq!(lines[0].valid.from, day(2013, 4, 10));
        assert_eq!(lines[0].valid.until, Some(day(2018, 4, 10)));
    }
}

// covers: QUA-024, FIL-092
#[test]
fn company_insurance_is_recorded_corrected_and_kept_as_it_was_known() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let insurance = |name: &str| CompanyInsurance {
            insurer_number: "06130001".to_owned(),
            insurer_name: name.to_owned(),
            symbol: "12".to_owned(),
            number: "345".to_owned(),
            relation: 2,
            source: "届出".to_owned(),
            reported_on: Some(day(2026, 11, 20)),
        };
        let first = entry(person, day(2026, 9, 1), None, insurance("見本健康保険組合"));
        let first_act =
            status::register(&office.store, &office.permit(), &office.acting(), &first).unwrap();
        let known = office.acting().now;
        let corrected = entry(
            person,
            day(2026, 10, 1),
            None,
            insurance("別の健康保険組合"),
        );
        let second = status::register(
            &office.store,
            &office.permit(),
            &office.acting(),
            &corrected,
        )
        .unwrap();
        assert_ne!(first_act, second);
        let names = |at| -> Vec<(Date, Option<Date>, String)> {
            office
                .store
                .read(|conn| registry::timeline::<CompanyInsurance>(conn, person, at))
                .unwrap()
                .into_iter()
                .map(|dated| (dated.valid.from, dated.valid.until, dated.fact.insurer_name))
                .collect()
        };
        let was = vec![(day(2026, 9, 1), None, "見本健康保険組合".to_owned())];
        assert_eq!(names(Some(known)), was, "what was known before");
        assert_eq!(names(None).len(), 2);
        let undo = office.permit::<UndoAct>();
        let touched =
            status::undo(&office.store, &undo, &office.acting(), second, "誤った届").unwrap();
        assert_eq!(touched, [person]);
        assert_eq!(names(None), was, "as if it had never been");
        let twice = status::undo(&office.store, &undo, &office.acting(), second, "再度");
        assert!(twice.is_err());
        let silent = status::undo(&office.store, &undo, &office.acting(), first_act, " ");
        assert!(matches!(silent, Err(OfficeError::Input { .. })));
    }
}

// covers: QUA-025, FIL-084, FIL-093
#[test]
fn numbers_of_other_schemes_are_checked_and_kept() {
    for office in offices(20) {
        let (person, _) = office.insured(0);
        let care = |number: &str| CareCertificate {
            insurer: "131032".to_owned(),
            number: number.to_owned(),
            category: 1,
            reported_on: None,
        };
        let short = status::register(
            &office.store,
            &office.permit(),
            &office.acting(),
            &entry(person, day(2026, 4, 1), None, care("12345")),
        );
        assert!(matches!(short, Err(OfficeError::Input { .. })), "{short:?}");
        status::register(
            &office.store,
            &office.permit(),
            &office.acting(),
            &entry(person, day(2026, 4, 1), None, care("0000012345")),
        )
        .unwrap();
        assert_eq!(
            standing::<CareCertificate>(&office, person)[0].1.number,
            "0000012345"
        );
        let late = |loss: Option<&str>| LateElderly {
            number: "12345678".to_owned(),
            gain_cause: "2".to_owned(),
            loss_cause: loss.map(str::to_owned),
            reported_on: Some(day(2026, 10, 2)),
        };
        let state = |until, loss| {
            status::register(
                &office.store,
                &office.permit(),
                &office.acting(),
                &entry(person, day(2026, 10, 1), until, late(loss)),
            )
        };
        state(None, None).unwrap();
        let unexplained = state(Some(day(2026, 12, 1)), None);
        assert!(matches!(unexplained, Err(OfficeError::Input { .. })));
        state(Some(day(2026, 12, 1)), Some("withdrawn")).unwrap();
        let spans = standing::<LateElderly>(&office, person);
        assert_eq!(
            spans[0].0,
            Span::new(day(2026, 10, 1), Some(day(2026, 12, 1)))
        );
    }
}

// covers: QUA-022, FIL-096
#[test]
fn whoever_is_exempt_from_care_insurance_owes_no_care_part() {
    for office in offices(40) {
        let (person, household) = office
            .city
            .households()
            .flat_map(|household| {
                let id = household.household_id;
                household.people.into_iter().map(move |person| (person, id))
            })
            .find(|(person, _)| {
                person.part == sim::Part::Insured
                    && person.lost.is_none()
                    && person.care_exempt_since.is_none()
                    && (1965..1980).contains(&person.birth_on.year())
            })
            .map(|(person, id)| (person.person_id, id))
            .unwrap();
        let before = office.acting().now;
        assert!(office.care_yen(household, before) > 0);
        let exempt = CareExempt {
            facility: "見本支援施設".to_owned(),
        };
        status::register(
            &office.store,
            &office.permit(),
            &office.acting(),
            &entry(person, day(2026, 4, 1), None, exempt),
        )
        .unwrap();
        // The levy takes the household up by itself.
        let touched = office
            .store
            .read(|conn| ::office::levy::relevy::touched_since(conn, before))
            .unwrap();
        assert_eq!(touched, [household]);
        let care = |known_at| office.care_yen(household, known_at);
        let (with, without) = (care(before), care(i64::MAX));
        assert!(without < with, "{without} {with}");
    }
}

// covers: QUA-023
#[test]
fn only_who_may_register_can_and_unknown_people_are_refused() {
    for office in offices(20) {
        assert!(authorize::<RegisterFact>(&office.viewer).is_err());
        assert!(authorize::<RegisterFact>(&office.chief).is_err());
        assert!(authorize::<ApproveEligibility>(&office.clerk).is_err());
        let stranger = status::register(
            &office.store,
            &office.permit(),
            &office.acting(),
            &entry(
                99_999_999,
                day(2026, 4, 1),
                None,
                Exclusion {
                    item: 10,
                    detail: "国民健康保険組合".to_owned(),
                    reported_on: None,
                },
            ),
        );
        assert!(
            matches!(stranger, Err(OfficeError::Refusal(_))),
            "{stranger:?}"
        );
        let nothing = status::end::<Exclusion>(
            &office.store,
            &office.permit(),
            &office.acting(),
            office.insured(0).0,
            day(2026, 4, 1),
            "",
        );
        assert!(matches!(nothing, Err(OfficeError::Refusal(_))));
        let other_act = status::undo(
            &office.store,
            &office.permit(),
            &office.acting(),
            ::office::ActId(-1),
            "誤り",
        );
        assert!(matches!(other_act, Err(OfficeError::Refusal(_))));
    }
}
