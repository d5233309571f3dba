//! 生活保護の終わり・停止: who has the address here and is excepted by no other item of 第6条 is asked for, and nobody else; and a 転出
//! that a file brings late asks of the insurance of its own day.

use crate::counter::{Counter, on_both};
use crate::files::CITY;
use crate::intake::{Cells, candidates, file, late_elderly, taken};
use crate::support::desk::WARD;
use ::office::eligibility::status::{self, Entry, FacilityStay};
use ::office::registry::{self, Resident, Status, timeline};
use ::office::security::permit::RegisterFact;
use db::Span;
use law::day;

/// A row of 生活保護.
fn assisted(person: &'static str, change: &'static str, on: &'static str) -> Cells<'static> {
    vec![
        ("person_number", person),
        ("history_number", change),
        ("office", "131032"),
        ("case_number", "0000001234"),
        ("change", change),
        ("changed_on", on),
        ("medical", "1"),
    ]
}

/// A row of 資格取得喪失年月日.
fn company(person: &'static str, from: &'static str, until: &'static str) -> Cells<'static> {
    vec![
        ("person_number", person),
        ("history_number", "1"),
        ("insurer_number", "06130001"),
        ("insurer_name", "見本健康保険組合"),
        ("relation", "1"),
        ("gained_on", from),
        ("lost_on", until),
    ]
}

fn gone(counter: &Counter, id: i64) {
    counter.desk.report(day(2026, 10, 1), |conn, act| {
        let old = timeline::<Resident>(conn, id, None)?.pop().unwrap();
        let gone = Resident {
            status: Status::Removed,
            ..old.fact
        };
        registry::record(conn, act, id, Span::since(day(2026, 10, 1)), &gone)
    });
}

fn gains(counter: &Counter) -> Vec<(i64, String)> {
    let all = candidates(counter).into_iter();
    let all = all.filter(|one| one.1 != "welfare_started");
    all.map(|one| (one.0, one.1)).collect()
}

/// 国民健康保険法 第5条・第6条第8号・第7条: the end of 保護, or its suspension, asks for the 取得 of whoever lives here, or is taken to, and is
/// excepted by no other item.
// covers: QUA-002, QUA-013
#[test]
fn the_end_of_assistance_asks_only_for_who_is_to_be_insured() {
    for (change, cause) in [("4", "welfare_ended"), ("2", "welfare_suspended")] {
        on_both(day(2026, 11, 20), |counter| {
            // 1 lives here; 2 died or left; 3 is in a facility elsewhere; 4 is 75; 5 has a company's insurance; 6 障害認定.
            for (id, born) in [
                (1, 1980),
                (2, 1980),
                (3, 1980),
                (4, 1945),
                (5, 1980),
                (6, 1958),
            ] {
                let name = format!("見本　{id}");
                counter.named(id, &name, "ミホン", day(born, 3, 3), day(2020, 4, 1));
            }
            gone(counter, 2);
            gone(counter, 3);
            let stay = Entry {
                subject: 3,
                span: Span::since(day(2026, 10, 1)),
                status: FacilityStay {
                    facility_id: 1,
                    insurer: WARD.to_owned(),
                    reported_on: None,
                },
                note: String::new(),
            };
            let permit = counter.permit::<RegisterFact>();
            status::register(&counter.desk.store, &permit, &counter.acting(), &stay).unwrap();
            let rows = [company("5", "2026-10-01", "")];
            assert_eq!(
                taken(counter, &file("insurance_period", 1, &rows)),
                (1, 0, 0)
            );
            let rows = [late_elderly("6", "002", "2026-10-02", "", "")];
            assert_eq!(taken(counter, &file("late_elderly", 1, &rows)), (1, 0, 0));
            let people = ["1", "2", "3", "4", "5", "6"];
            let began = people.map(|id| assisted(id, "1", "2026-06-01"));
            assert_eq!(
                taken(counter, &file("public_assistance", 1, &began)),
                (6, 0, 0)
            );
            let over = people.map(|id| assisted(id, change, "2026-10-02"));
            assert_eq!(
                taken(counter, &file("public_assistance", 2, &over)),
                (6, 0, 0)
            );
            assert_eq!(
                gains(counter),
                [(1, cause.to_owned()), (3, cause.to_owned())],
                "{change}"
            );
        });
    }
}

/// 国民健康保険法 第6条第9号・第7条: whoever leaves another scheme under 保護 is excepted still, and asked for when that ends; under a
/// suspended one at once.
// covers: QUA-002, QUA-013
#[test]
fn another_scheme_that_ends_under_assistance_asks_for_nothing() {
    on_both(day(2026, 11, 20), |counter| {
        for id in 1..=4 {
            let name = format!("見本　{id}");
            counter.named(id, &name, "ミホン", day(1980, 3, 3), day(2020, 4, 1));
        }
        let mut serial = 0;
        let mut told = |rows: &[Cells<'_>]| {
            serial += 1;
            let file = file("public_assistance", serial, rows);
            assert_eq!(taken(counter, &file), (rows.len() as u64, 0, 0));
        };
        told(&["1", "2", "4"].map(|id| assisted(id, "1", "2026-06-01")));
        told(&[assisted("2", "2", "2026-09-01")]);
        let suspended = (2, "welfare_suspended".to_owned());
        assert_eq!(gains(counter), std::slice::from_ref(&suspended));
        let rows = ["1", "2", "3", "4"].map(|id| company(id, "2026-09-10", "2026-10-01"));
        let rows = file("insurance_period", 1, &rows);
        assert_eq!(taken(counter, &rows), (4, 0, 0));
        let left = |id: i64| (id, "left_insurance".to_owned());
        assert_eq!(gains(counter), [left(2), suspended.clone(), left(3)]);
        told(&[assisted("1", "4", "2026-11-01")]);
        // Told only now that it had ended while the company's insurance went on: asked for from the end of that one.
        told(&[assisted("4", "4", "2026-09-20")]);
        let ended = (1, "welfare_ended".to_owned());
        assert_eq!(
            gains(counter),
            [ended, left(2), suspended.clone(), left(3), left(4)]
        );
        let of_four = candidates(counter).into_iter().filter(|one| one.0 == 4);
        let days: Vec<_> = of_four
            .filter(|one| one.1 == "left_insurance")
            .map(|one| one.2)
            .collect();
        assert_eq!(days, [day(2026, 10, 1)]);
    });
}

/// A row of 住民異動.
fn moved(
    history: &'static str,
    cause: &'static str,
    state: &'static str,
    on: &'static str,
) -> Cells<'static> {
    vec![
        ("person_number", "8"),
        ("history_number", history),
        ("household_number", "900"),
        ("resident_kind", "1"),
        ("resident_state", state),
        ("moved_on", on),
        ("move_reported_on", on),
        ("move_cause", cause),
        ("name", "港　花子"),
        ("kana", "ミナト　ハナコ"),
        ("sex", "2"),
        ("birth_on", "1980-05-05"),
        ("relationship1", "02"),
        ("relationship_text", "世帯主"),
        ("city_code", CITY),
        ("town_code", "0001001"),
        ("prefecture", "東京都"),
        ("city", "港区"),
        ("town", "芝公園一丁目"),
        ("lot", "5番25号"),
        ("postal_code", "1050011"),
    ]
}

/// 国民健康保険法 第8条第1項: a 転出 of an earlier stay that is told late ends no insurance that began after it, and asks the household of
/// the later one for no other head; one of the later stay does.
// covers: QUA-003
#[test]
fn a_late_move_of_an_earlier_stay_asks_of_its_own_day() {
    on_both(day(2026, 11, 20), |counter| {
        let rows = [
            moved("1", "01", "1", "2020-04-01"),
            moved("3", "01", "1", "2025-04-01"),
        ];
        assert_eq!(taken(counter, &file("resident_event", 1, &rows)), (2, 0, 0));
        counter.desk.report(day(2025, 6, 1), |conn, act| {
            crate::support::desk::head(conn, act, 80, 8, day(2025, 6, 1))?;
            crate::support::desk::insured(conn, act, 8, 80, day(2025, 6, 1))
        });
        counter.member(80, 9, day(1980, 5, 5), day(2025, 6, 1));
        let late = [moved("2", "21", "2", "2024-03-31")];
        assert_eq!(taken(counter, &file("resident_event", 2, &late)), (1, 0, 0));
        let of_day = |on| {
            let all = candidates(counter).into_iter();
            let mut all: Vec<_> = all.filter(|one| one.2 == on).map(|one| one.1).collect();
            all.sort();
            all
        };
        assert_eq!(of_day(day(2024, 3, 31)), Vec::<String>::new());
        let now = [moved("4", "21", "2", "2026-11-10")];
        assert_eq!(taken(counter, &file("resident_event", 3, &now)), (1, 0, 0));
        assert_eq!(of_day(day(2026, 11, 10)), ["moved_out"]);
    });
}
