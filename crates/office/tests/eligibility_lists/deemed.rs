//! Whose 住民票 is elsewhere for a school or a facility is insured here: asked for like a resident, and lost from no list.

use crate::counter::{Counter, on_both};
use crate::intake::{Cells, candidates, file, late_elderly, taken};
use crate::support::desk::WARD;
use ::office::eligibility::status::order::{self, Order, Stated};
use ::office::eligibility::status::{
    self, CompanyInsurance, Entry, Exclusion, FacilityStay, Status, Student,
};
use ::office::eligibility::unreported;
use ::office::registry::{self, Kind, Resident, Status as Residence, timeline};
use ::office::security::permit::RegisterFact;
use db::Span;
use law::{Date, day};

const APRIL: Date = Date::constant(2024, 4, 1);

fn state<S: Status>(counter: &Counter, subject: i64, span: Span, status: S) {
    status::register(
        &counter.desk.store,
        &counter.permit::<RegisterFact>(),
        &counter.acting(),
        &Entry {
            subject,
            span,
            status,
            note: String::new(),
        },
    )
    .unwrap();
}

/// The 住民票 is gone since April 2024.
fn gone(counter: &Counter, id: i64) {
    counter.desk.report(APRIL, |conn, act| {
        let old = timeline::<Resident>(conn, id, None)?.pop().unwrap();
        let gone = Resident {
            status: Residence::Removed,
            ..old.fact
        };
        registry::record(conn, act, id, Span::since(APRIL), &gone)
    });
}

fn at_school(counter: &Counter, id: i64) {
    let student = Student {
        kind: 1,
        school: "北国大学".to_owned(),
        place: "011002".to_owned(),
        course_end_on: day(2028, 3, 31),
        household_id: 10,
        reported_on: None,
    };
    state(counter, id, Span::since(APRIL), student);
}

fn in_facility(counter: &Counter, id: i64, insurer: &str) {
    let stay = FacilityStay {
        facility_id: 1,
        insurer: insurer.to_owned(),
        reported_on: None,
    };
    state(counter, id, Span::since(APRIL), stay);
}

fn resident(counter: &Counter, id: i64, born_on: Date) {
    let name = format!("見本　{id}");
    counter.named(id, &name, "ミホン", born_on, day(2020, 4, 1));
}

/// 高齢者の医療の確保に関する法律 第52条第1号・第55条の2: the scheme of 75 begins on the birthday wherever the 住民票 is. 国民健康保険法
/// 第6条・第7条・第116条・第116条の2: whose address counts as here is to be insured here when another scheme ends.
// covers: QUA-011, QUA-012, QUA-021
#[test]
fn another_scheme_of_somebody_living_elsewhere_is_followed_like_a_residents() {
    on_both(day(2026, 11, 20), |counter| {
        // Insured here: one in a facility, one at school, one in a facility and not yet 75.
        for (id, born_on) in [(1, 1951), (2, 1951), (3, 1958)] {
            counter.single(id * 10, id, day(born_on, 11, 10), day(2020, 4, 1));
            gone(counter, id);
        }
        in_facility(counter, 1, WARD);
        at_school(counter, 2);
        in_facility(counter, 3, WARD);
        // Not insured here: two who are deemed to live here, one who left, one who lives in a facility of ours.
        for id in 4..=7 {
            resident(counter, id, day(1960, 3, 3));
        }
        for id in 4..=6 {
            gone(counter, id);
        }
        in_facility(counter, 4, WARD);
        at_school(counter, 5);
        in_facility(counter, 7, "142051");
        let rows = [
            late_elderly("1", "001", "2026-11-10", "", ""),
            late_elderly("2", "001", "2026-11-10", "", ""),
            late_elderly("3", "002", "2026-10-01", "", ""),
            late_elderly("4", "002", "2025-05-01", "005", "2026-11-01"),
        ];
        assert_eq!(taken(counter, &file("late_elderly", 1, &rows)), (4, 0, 0));
        let row = |person: &'static str| -> Cells<'static> {
            vec![
                ("person_number", person),
                ("history_number", "1"),
                ("insurer_number", "06130001"),
                ("insurer_name", "見本健康保険組合"),
                ("relation", "1"),
                ("gained_on", "2024-04-01"),
                ("lost_on", "2026-10-15"),
            ]
        };
        let rows = ["5", "6", "7"].map(row);
        let periods = file("insurance_period", 2, &rows);
        assert_eq!(taken(counter, &periods), (3, 0, 0));
        assert_eq!(
            candidates(counter),
            [
                (1, "late_elderly_75".to_owned(), day(2026, 11, 10)),
                (2, "late_elderly_75".to_owned(), day(2026, 11, 10)),
                (3, "late_elderly_disability".to_owned(), day(2026, 10, 1)),
                (4, "left_late_elderly".to_owned(), day(2026, 11, 1)),
                (5, "left_insurance".to_owned(), day(2026, 10, 15)),
            ]
        );
    });
}

/// 国民健康保険法 第116条・第116条の2: of whom no insurance is known is looked for among those deemed to live here too.
// covers: QUA-013
#[test]
fn who_is_deemed_to_live_here_is_looked_for_among_the_uninsured() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=5 {
            resident(counter, id, day(1980, 3, 3));
        }
        for id in 1..=4 {
            gone(counter, id);
        }
        at_school(counter, 1);
        in_facility(counter, 2, WARD);
        in_facility(counter, 3, "142051");
        let read = |conn: &mut db::Conn| unreported::find(conn, WARD, day(2026, 11, 20), 0);
        let found = counter.desk.store.read(read).unwrap();
        let found: Vec<i64> = found.iter().map(|one| one.person_id).collect();
        assert_eq!(found, [1, 2, 5], "not who left, not another town's insured");
    });
}

/// 国民健康保険法 第6条第10号・第11号・第7条: whoever leaves a 国民健康保険組合, or is excepted no more, is to be insured here from that day;
/// not while another item of the article applies.
// covers: QUA-013
#[test]
fn the_end_of_an_exception_asks_for_the_gain() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=4 {
            resident(counter, id, day(1980, 3, 3));
        }
        let carry_out = |order: &Order| {
            let permit = counter.permit::<RegisterFact>();
            let (store, books) = (&counter.desk.store, counter.books());
            order::carry_out(store, &permit, &counter.acting(), order, &books).unwrap();
        };
        let until = day(2026, 10, 1);
        let except = |subject, item, span| {
            let exclusion = Exclusion {
                item,
                detail: "届出".to_owned(),
                reported_on: None,
            };
            carry_out(&Order::State(Stated {
                code: "exclusion".to_owned(),
                subject,
                replaces: None,
                span,
                values: exclusion.values(),
                note: String::new(),
            }));
        };
        let over = Span::new(APRIL, Some(until));
        except(1, 10, over);
        except(2, 11, over);
        // Stated while it went on, and ended by its own order.
        except(3, 10, Span::since(APRIL));
        assert_eq!(candidates(counter).len(), 2);
        carry_out(&Order::End {
            code: "exclusion".to_owned(),
            subject: 3,
            from: until,
            note: String::new(),
        });
        // Went over to a company's insurance on the day.
        let company = CompanyInsurance {
            insurer_number: "06130001".to_owned(),
            insurer_name: "見本健康保険組合".to_owned(),
            symbol: String::new(),
            number: String::new(),
            relation: 1,
            source: "届出".to_owned(),
            reported_on: None,
        };
        state(counter, 4, Span::since(until), company);
        except(4, 10, over);
        assert_eq!(
            candidates(counter),
            [
                (1, "left_nhi_society".to_owned(), until),
                (2, "exclusion_ended".to_owned(), until),
                (3, "left_nhi_society".to_owned(), until),
            ]
        );
    });
}
