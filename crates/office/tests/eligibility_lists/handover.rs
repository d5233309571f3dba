//! Every status goes out by its declared layout and comes in again unchanged.

use crate::counter::{Counter, on_both};
use crate::support::handed::cleared;
use ::office::eligibility::status::slip::{self, Direction, Slip, SlipKind};
use ::office::eligibility::status::{
    self, CareCertificate, CompanyInsurance, DESCRIBED, Entry, Exclusion, Facility, FacilityStay,
    LateElderly, PublicAssistance, Retired, SpecialCircumstances, Status, StayRenewal, Student,
    Subject, Whereabouts, handover,
};
use ::office::eligibility::{self, NewChange, NewEvent, Request};
use ::office::import::{Incoming, Municipality, Options, receive};
use ::office::registry::support::{Measure, MeasureKind};
use ::office::registry::{self, CareExempt, InsuredSpan, LoadedSpan, timeline};
use ::office::security::permit::{ExportData, ImportFile, RegisterEligibility, RegisterFact};
use db::Span;
use exchange::Catalogue;
use law::{Date, day};
use office::exports::EligibilityStatus;

const CITY: &str = "131032";

fn put<S: Status>(counter: &Counter, subject: i64, from: Date, until: Option<Date>, status: S) {
    status::register(
        &counter.desk.store,
        &counter.permit::<RegisterFact>(),
        &counter.acting(),
        &Entry {
            subject,
            span: Span::new(from, until),
            status,
            note: String::new(),
        },
    )
    .unwrap();
}

fn city(counter: &Counter) {
    counter.single(10, 1, day(1960, 5, 5), day(2008, 4, 1));
    counter.single(20, 2, day(1980, 5, 5), day(2020, 4, 1));
}

/// One of everything, with a name whose letters must come back as they went.
fn fill(counter: &Counter) {
    let told = Some(day(2026, 11, 2));
    let from = day(2026, 4, 1);
    put(
        counter,
        1,
        day(2012, 4, 1),
        Some(day(2015, 6, 1)),
        Retired {
            category: 1,
            reported_on: Some(day(2012, 4, 10)),
        },
    );
    put(
        counter,
        1,
        from,
        None,
        CareCertificate {
            insurer: CITY.to_owned(),
            number: "0000012345".to_owned(),
            category: 1,
            reported_on: told,
        },
    );
    put(
        counter,
        2,
        from,
        None,
        Student {
            kind: 2,
            school: "𠮷野大学，葛\u{E0102}城校\"本部\"".to_owned(),
            place: "011002".to_owned(),
            course_end_on: day(2028, 3, 31),
            household_id: 20,
            reported_on: None,
        },
    );
    put(
        counter,
        1,
        day(2020, 4, 1),
        None,
        Facility {
            name: "見本園".to_owned(),
            kind: 6,
            municipality: "011002".to_owned(),
            postal_code: "0600001".to_owned(),
            address: "北町1".to_owned(),
        },
    );
    put(
        counter,
        1,
        from,
        Some(day(2026, 9, 1)),
        FacilityStay {
            facility_id: 1,
            insurer: CITY.to_owned(),
            reported_on: told,
        },
    );
    put(
        counter,
        2,
        from,
        Some(day(2026, 8, 1)),
        Whereabouts {
            stage: 2,
            holds_notice: true,
            holds_certificate: false,
            ground: "返戻".to_owned(),
            address: "東京都港区芝公園1-5-25".to_owned(),
            reported_on: told,
        },
    );
    for (start, end) in [(2018, 2019), (2019, 2020)] {
        put(
            counter,
            2,
            day(start, 4, 1),
            Some(day(end, 4, 1)),
            CompanyInsurance {
                insurer_number: "06130001".to_owned(),
                insurer_name: "見本健康保険組合".to_owned(),
                symbol: "12".to_owned(),
                number: start.to_string(),
                relation: 2,
                source: "届出".to_owned(),
                reported_on: told,
            },
        );
    }
    put(
        counter,
        1,
        from,
        Some(day(2026, 10, 1)),
        LateElderly {
            number: "12345678".to_owned(),
            gain_cause: "2".to_owned(),
            loss_cause: Some("withdrawn".to_owned()),
            reported_on: told,
        },
    );
    put(
        counter,
        2,
        from,
        None,
        PublicAssistance {
            office: CITY.to_owned(),
            case_number: "0000001234".to_owned(),
            state: 2,
            medical: false,
            reported_on: told,
        },
    );
    put(
        counter,
        2,
        from,
        None,
        Exclusion {
            item: 10,
            detail: "国民健康保険組合".to_owned(),
            reported_on: None,
        },
    );
    put(
        counter,
        2,
        day(2026, 8, 10),
        None,
        StayRenewal {
            stay_until: day(2026, 8, 31),
            applied_on: day(2026, 8, 10),
            refused_on: None,
            reported_on: told,
        },
    );
    put(
        counter,
        1,
        from,
        None,
        CareExempt {
            facility: "見本支援施設".to_owned(),
        },
    );
    put(
        counter,
        20,
        from,
        None,
        SpecialCircumstances {
            ground: "災害".to_owned(),
            evidence: "罹災証明書".to_owned(),
            state: 1,
            ruled_on: None,
            reported_on: told,
        },
    );
    let span = |lost: bool| InsuredSpan {
        household_id: 20,
        branch: 2,
        gain_cause: "02".to_owned(),
        gain_reported_on: Some(day(2024, 4, 9)),
        loss_cause: lost.then(|| "42".to_owned()),
        loss_event_on: lost.then(|| day(2026, 9, 30)),
        loss_reported_on: lost.then(|| day(2026, 11, 2)),
    };
    counter.desk.report(day(2026, 11, 2), |conn, act| {
        registry::end::<InsuredSpan>(conn, act, 2, Span::new(day(2020, 4, 1), None))?;
        let lost = Span::new(day(2024, 4, 1), Some(day(2026, 10, 1)));
        registry::record(conn, act, 2, lost, &span(true))?;
        registry::record(
            conn,
            act,
            2,
            Span::new(day(2026, 11, 1), None),
            &span(false),
        )
    });
    for (kind, direction) in [
        (SlipKind::FormerDependant, Direction::Received),
        (SlipKind::FormerInsured, Direction::Issued),
    ] {
        slip::keep(
            &counter.desk.store,
            &counter.permit::<RegisterFact>(),
            &counter.acting(),
            &Slip {
                kind,
                direction,
                person_id: 2,
                household_id: 20,
                municipality: "142051".to_owned(),
                made_on: day(2026, 11, 2),
                since: day(2026, 5, 10),
                until: None,
            },
        )
        .unwrap();
    }
}

fn export(counter: &Counter, catalogue: &Catalogue, code: &str) -> exchange::Outgoing {
    let store = &counter.desk.store;
    let (may, acting) = (counter.permit::<ExportData>(), counter.acting());
    handover::export(
        store,
        (&may, &cleared::<EligibilityStatus>(store, &acting, &may)),
        &acting,
        catalogue,
        CITY,
        code,
        "20261120000000",
    )
    .unwrap()
}

// covers: FIL-080, FIL-081, FIL-083, FIL-084, FIL-089, FIL-090, FIL-091, FIL-092, FIL-093, FIL-094, FIL-095, FIL-096
#[test]
fn what_goes_out_comes_in_again_unchanged() {
    let catalogue = Catalogue::shipped().unwrap();
    on_both(day(2026, 11, 20), |first| {
        city(first);
        fill(first);
        on_both(day(2026, 11, 20), |second| {
            city(second);
            let codes = DESCRIBED
                .iter()
                .map(|row| row.code)
                .chain(["transfer_slip"]);
            for code in codes {
                let out = export(first, &catalogue, code);
                assert!(out.rows > 0, "{code} is in the city");
                let take = || {
                    receive(
                        &second.desk.store,
                        &catalogue,
                        &second.permit::<ImportFile>(),
                        &second.acting(),
                        &Municipality::new(CITY),
                        &Incoming {
                            name: &out.name,
                            bytes: &out.bytes,
                            control: Some(&out.control),
                        },
                        &Options::default(),
                    )
                };
                let report = take().unwrap();
                assert_eq!(
                    (report.posted, report.same, report.held),
                    if code == "insured" {
                        (out.rows - 1, 1, 0)
                    } else {
                        (out.rows, 0, 0)
                    },
                    "{code}"
                );
                assert!(take().is_err(), "the same file twice");
                let again = export(second, &catalogue, code);
                assert_eq!(
                    String::from_utf8(again.bytes).unwrap(),
                    String::from_utf8(out.bytes.clone()).unwrap(),
                    "{code}"
                );
            }
            for (subject, id) in [
                (Subject::Person, 1),
                (Subject::Person, 2),
                (Subject::Household, 20),
                (Subject::Facility, 1),
            ] {
                let lines = |counter: &Counter| {
                    let read = |conn: &mut db::Conn| status::of_subject(conn, subject, id, None);
                    let lines = counter.desk.store.read(read).unwrap();
                    lines
                        .into_iter()
                        .map(|line| (line.code, line.valid, line.values))
                        .collect::<Vec<_>>()
                };
                assert_eq!(lines(first), lines(second));
            }
        });
    });
}

#[test]
fn the_last_known_address_of_somebody_in_hiding_stays_here() {
    let catalogue = Catalogue::shipped().unwrap();
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        fill(counter);
        let said = |counter: &Counter| {
            String::from_utf8(export(counter, &catalogue, "whereabouts").bytes).unwrap()
        };
        assert!(said(counter).contains("芝公園1-5-25"));
        let measure = Measure {
            kind: MeasureKind::Full,
            ends_on: Some(day(2027, 3, 31)),
            history_number: 0,
            origin: "counter".to_owned(),
        };
        counter.desk.report(day(2026, 11, 2), |conn, act| {
            registry::record(conn, act, 2, Span::since(day(2026, 4, 1)), &measure)
        });
        assert!(!said(counter).contains("芝公園"));
        assert_eq!(
            said(counter).lines().count(),
            2,
            "the status itself is told"
        );
    });
}

/// 支援措置（住民基本台帳事務処理要領 第5-10）: neither the facility nor the school of somebody under a measure leaves the office;
/// the status itself does, and whoever takes it asks for what is missing.
// covers: FIL-090
#[test]
fn the_facility_and_the_school_of_somebody_in_hiding_stay_here() {
    let catalogue = Catalogue::shipped().unwrap();
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        fill(counter);
        let measure = Measure {
            kind: MeasureKind::Full,
            ends_on: None,
            history_number: 0,
            origin: "counter".to_owned(),
        };
        counter.desk.report(day(2026, 11, 2), |conn, act| {
            registry::record(conn, act, 1, Span::since(day(2026, 4, 1)), &measure)?;
            registry::record(conn, act, 2, Span::since(day(2026, 4, 1)), &measure)
        });
        for (code, row) in [
            (
                "facility_stay",
                "131032,1,1,2026-04-01,2026-09-01,,131032,2026-11-02",
            ),
            (
                "student",
                "131032,2,1,2026-04-01,2028-04-01,2,,,2028-03-31,20,",
            ),
            ("care_exempt", "131032,1,1,2026-04-01,,"),
        ] {
            let out = export(counter, &catalogue, code);
            let text = String::from_utf8(out.bytes.clone()).unwrap();
            assert_eq!(text.replace('"', "").lines().nth(1), Some(row), "{code}");
            if code == "care_exempt" {
                continue;
            }
            let report = receive(
                &counter.desk.store,
                &catalogue,
                &counter.permit::<ImportFile>(),
                &counter.acting(),
                &Municipality::new(CITY),
                &Incoming {
                    name: &out.name,
                    bytes: &out.bytes,
                    control: Some(&out.control),
                },
                &Options::default(),
            )
            .unwrap();
            assert_eq!((report.posted, report.held), (0, 1), "{code}");
        }
    });
}

#[test]
fn a_row_that_makes_no_sense_waits() {
    let catalogue = Catalogue::shipped().unwrap();
    on_both(day(2026, 11, 20), |counter| {
        city(counter);
        fill(counter);
        let out = export(counter, &catalogue, "retired");
        let text = String::from_utf8(out.bytes).unwrap();
        // A scheme that had ended: the clerk's rule holds for files too.
        let wrong = text.replace("2012-04-01", "2015-05-01");
        assert_ne!(wrong, text);
        let report = receive(
            &counter.desk.store,
            &catalogue,
            &counter.permit::<ImportFile>(),
            &counter.acting(),
            &Municipality::new(CITY),
            &Incoming {
                name: &out.name,
                bytes: wrong.as_bytes(),
                control: Some(&out.control),
            },
            &Options::default(),
        )
        .unwrap();
        assert_eq!((report.posted, report.held), (0, 1));
    });
}

/// 国民健康保険法 第5条・第7条: 資格取得年月日 is the prefecture's day, which a move inside the prefecture does not touch. Of somebody
/// who came from within the prefecture it is the day told by the other town, and no day where none was told; 適用開始 is ours.
/// The file taken by another office says the same there.
// covers: FIL-080, QUA-031
#[test]
fn the_prefectures_day_goes_out_beside_our_own() {
    let catalogue = Catalogue::shipped().unwrap();
    on_both(day(2026, 11, 20), |first| {
        city(first);
        let came = day(2026, 7, 1);
        for (person_id, since) in [(1, Some(day(2015, 4, 1))), (2, None)] {
            let left = if person_id == 1 {
                day(2008, 4, 1)
            } else {
                day(2020, 4, 1)
            };
            first.desk.report(day(2026, 11, 1), |conn, act| {
                registry::end::<InsuredSpan>(conn, act, person_id, Span::new(left, None))?;
                Ok(())
            });
            let gain = NewChange::Gain {
                person_id,
                household_id: 10 * person_id,
                prefecture_since: since,
                residence: None,
            };
            let new = NewEvent::new("moved_in_same_prefecture", came, Some(came), gain);
            eligibility::register(
                &first.desk.store,
                &first.permit::<RegisterEligibility>(),
                &first.acting(),
                &Request::of(vec![new]),
                &first.books(),
            )
            .unwrap();
        }
        let out = export(first, &catalogue, "insured");
        let text = String::from_utf8(out.bytes.clone()).unwrap();
        let text = text.replace('"', "");
        let rows: Vec<Vec<&str>> = text.lines().map(|row| row.split(',').collect()).collect();
        let item = |name: &str| rows[0].iter().position(|one| *one == name).unwrap();
        let (gained, applied) = (item("gained_on"), item("applied_from"));
        let said: Vec<_> = rows[1..]
            .iter()
            .map(|row| (row[1], row[gained], row[applied]))
            .collect();
        assert_eq!(
            said,
            [
                ("1", "2015-04-01", "2026-07-01"),
                ("2", "0000-01-01", "2026-07-01"),
            ]
        );
        on_both(day(2026, 11, 20), |second| {
            city(second);
            let report = receive(
                &second.desk.store,
                &catalogue,
                &second.permit::<ImportFile>(),
                &second.acting(),
                &Municipality::new(CITY),
                &Incoming {
                    name: &out.name,
                    bytes: &out.bytes,
                    control: Some(&out.control),
                },
                &Options::default(),
            )
            .unwrap();
            assert_eq!((report.posted, report.held), (2, 0));
            for (id, since) in [(1, Some(day(2015, 4, 1))), (2, None)] {
                let read = |conn: &mut db::Conn| timeline::<LoadedSpan>(conn, id, None);
                let rows = second.desk.store.read(read).unwrap();
                let days = rows.iter().map(|row| (row.valid.from, row.fact.gained_on));
                assert_eq!(days.collect::<Vec<_>>(), [(came, since)]);
            }
            let again = export(second, &catalogue, "insured");
            assert_eq!(again.bytes, out.bytes);
        });
    });
}
