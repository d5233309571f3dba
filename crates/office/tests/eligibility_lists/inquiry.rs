//! 在留期限, 施設 and 照会 letters.

use crate::counter::on_both;
use ::office::OfficeError;
use ::office::eligibility::status::{
    self, Entry, Facility, Student, facility, inquiry, stay, student, whereabouts,
};
use ::office::registry::detail::Detail;
use ::office::registry::{self, timeline};
use ::office::security::permit::{RegisterFact, RunEligibility};
use ::office::worklist::{
    STATUS_FACILITY, STATUS_RESIDENCE_PERIOD, STATUS_STUDENT, STATUS_WHEREABOUTS,
};
use db::Span;
use law::day;

// covers: QUA-011, QUA-012, QUA-023
#[test]
fn every_matter_that_asks_has_its_letter() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=3 {
            counter.single(id * 10, id, day(1990, 5, 5), day(2020, 4, 1));
        }
        let store = &counter.desk.store;
        let register = counter.permit::<RegisterFact>();
        status::register(
            store,
            &register,
            &counter.acting(),
            &Entry {
                subject: 1,
                span: Span::new(day(2026, 4, 1), None),
                status: Student {
                    kind: 1,
                    school: "北国大学".to_owned(),
                    place: "011002".to_owned(),
                    course_end_on: day(2028, 3, 31),
                    household_id: 10,
                    reported_on: None,
                },
                note: String::new(),
            },
        )
        .unwrap();
        let facility_id = facility::open(
            store,
            &register,
            &counter.acting(),
            day(2020, 4, 1),
            &Facility {
                name: "見本園".to_owned(),
                kind: 6,
                municipality: "011002".to_owned(),
                postal_code: "0600001".to_owned(),
                address: "北町1".to_owned(),
            },
        )
        .unwrap();
        facility::enter(
            store,
            &register,
            &counter.acting(),
            "131032",
            &facility::Entering {
                person_id: 2,
                facility_id,
                entered_on: day(2026, 4, 1),
                came_from: "131032".to_owned(),
                reported_on: day(2026, 4, 1),
            },
        )
        .unwrap();
        let run = counter.permit::<RunEligibility>();
        student::check_year(store, &run, &counter.acting(), "131032").unwrap();
        assert_eq!(
            facility::check_year(store, &run, &counter.acting()).unwrap(),
            1
        );
        assert_eq!(
            facility::check_year(store, &run, &counter.acting()).unwrap(),
            0
        );
        whereabouts::note(
            store,
            &register,
            &counter.acting(),
            3,
            day(2026, 11, 10),
            whereabouts::Trial::Returned,
            "返戻",
        )
        .unwrap();
        let items = counter.open_items();
        for (kind, title, says) in [
            (STATUS_STUDENT, "在学の確認について", "北国大学"),
            (STATUS_FACILITY, "住所地特例の確認について", "見本園"),
            (
                STATUS_WHEREABOUTS,
                "居所の確認について",
                "届かずに戻りました",
            ),
        ] {
            let item = items.iter().find(|item| item.kind == kind.code).unwrap();
            let inquire = |by| {
                inquiry::inquire(
                    store,
                    &counter.permit(),
                    &counter.acting(),
                    item.item_id,
                    by,
                )
            };
            let late = inquire(day(2026, 11, 20));
            assert!(matches!(late, Err(OfficeError::Input { .. })));
            let letter = inquire(day(2026, 12, 20)).unwrap();
            assert_eq!(letter.content.title, title);
            assert!(letter.content.paragraphs[0].contains(says), "{letter:?}");
            assert_eq!(letter.content.answer_by, "令和8年12月20日");
            assert_eq!(letter.content.addressee.address, "東京都港区芝公園1-5-25");
        }
        let other = inquiry::inquire(
            store,
            &counter.permit(),
            &counter.acting(),
            9_999,
            day(2027, 1, 1),
        );
        assert!(matches!(other, Err(OfficeError::Refusal(_))));
    });
}

#[test]
fn q20_a_stay_that_ends_is_looked_at_and_nobody_is_lost_by_the_day() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=3 {
            counter.single(id * 10, id, day(1990, 5, 5), day(2020, 4, 1));
        }
        for (person, until) in [
            (1, day(2026, 11, 30)),
            (2, day(2026, 11, 10)),
            (3, day(2029, 1, 1)),
        ] {
            counter.desk.report(day(2026, 4, 1), |conn, act| {
                let detail = Detail {
                    residence_status: "留学".to_owned(),
                    stay_until: Some(until),
                    ..Detail::default()
                };
                registry::record(conn, act, person, Span::new(day(2020, 4, 1), None), &detail)
            });
        }
        let store = &counter.desk.store;
        let listed = store
            .read(|conn| stay::ending(conn, day(2026, 11, 1), day(2026, 12, 31)))
            .unwrap();
        let people: Vec<i64> = listed.iter().map(|one| one.person_id).collect();
        assert_eq!(people, [2, 1]);
        let collect = || {
            stay::collect(
                store,
                &counter.permit::<RunEligibility>(),
                &counter.acting(),
                day(2026, 11, 1),
                day(2026, 12, 31),
            )
            .unwrap()
        };
        assert_eq!(collect(), 2);
        assert_eq!(collect(), 0);
        let items = counter.open_items();
        assert!(
            items[0].title.contains("満了日だけでは喪失しない"),
            "{}",
            items[0].title
        );
        let item = items
            .iter()
            .find(|item| item.kind == STATUS_RESIDENCE_PERIOD.code && item.person_id == Some(1))
            .unwrap();
        let letter = inquiry::inquire(
            store,
            &counter.permit(),
            &counter.acting(),
            item.item_id,
            day(2026, 12, 10),
        )
        .unwrap();
        assert!(letter.content.paragraphs[0].contains("令和8年11月30日"));
        // The day passes: the insurance stands, the matter is asked again as one that is past.
        counter.today.set(day(2026, 12, 5));
        assert_eq!(collect(), 1);
        assert!(counter.spans(1)[0].1.is_none());
        assert_eq!(
            store
                .read(|conn| timeline::<Detail>(conn, 1, None))
                .unwrap()
                .len(),
            1
        );
    });
}
