//! 帰化・国籍喪失: whether 在留資格 is asked for hangs on the record of the day of the 取得, not on the first one of the number.

use super::counter::{Counter, on_both};
use super::{TODAY, at, resident_with};
use law::{Date, day};
use office::OfficeError;
use office::eligibility::compose::{NEW_HOUSEHOLD, found, gain};
use office::eligibility::{self, NewChange, Request, ResidencePaper};
use office::registry::{hand, load_person};
use office::security::permit::RegisterEligibility;

/// What a 取得 of a day says of 在留資格; nothing where it can be registered.
fn refused(
    counter: &Counter,
    id: i64,
    on: Date,
    paper: Option<&ResidencePaper>,
) -> Option<&'static str> {
    let mut joins = gain(at(on), "left_insurance", id, NEW_HOUSEHOLD);
    if let NewChange::Gain { residence, .. } = &mut joins.change {
        *residence = paper.cloned();
    }
    let request = Request::of(vec![found(at(on), NEW_HOUSEHOLD, id), joins]);
    let permit = counter.permit::<RegisterEligibility>();
    let (store, books) = (&counter.desk.store, counter.books());
    match eligibility::preview(store, &permit, &counter.acting(), &request, &books) {
        Ok(_) => None,
        Err(OfficeError::Input { field, .. }) if field == "在留資格" => Some("asked"),
        Err(OfficeError::Refusal(one)) if one.code == "eligibility.excluded" => Some("excluded"),
        Err(other) => panic!("{other}"),
    }
}

/// 国民健康保険法 第6条第11号、施行規則 第1条第2号: who was naturalised is insured without 在留資格 from that day on, and whoever lost
/// the nationality by it alone; before the day it is the other way round.
// covers: QUA-001
#[test]
fn the_residence_paper_is_asked_for_by_the_record_of_the_day() {
    let on = "2026-06-01";
    for (first, out, back, then) in [("2", "24", "04", "1"), ("1", "25", "05", "2")] {
        on_both(TODAY, |counter| {
            let kind = |kind| [("resident_kind", kind)];
            let id = resident_with(counter, None, ("01", "2020-04-01"), &kind(first));
            resident_with(counter, Some(id), (out, on), &kind(first));
            resident_with(counter, Some(id), (back, on), &kind(then));
            let (before, after) = (day(2026, 5, 31), day(2026, 10, 1));
            let (of_foreigner, of_national) = if then == "1" {
                (before, after)
            } else {
                (after, before)
            };
            assert_eq!(refused(counter, id, of_foreigner, None), Some("asked"));
            assert_eq!(refused(counter, id, of_national, None), None);
            let medical = ResidencePaper {
                status: "特定活動".to_owned(),
                activity: "医療".to_owned(),
                months: Some(12),
                excepted: None,
            };
            let told = refused(counter, id, of_foreigner, Some(&medical));
            assert_eq!(told, Some("excluded"));
            let store = &counter.desk.store;
            let seen = |on: Date| {
                let read = |conn: &mut db::Conn| load_person(conn, id, on, None);
                store.read(read).unwrap().unwrap().kind.to_string()
            };
            assert_eq!(
                (seen(before), seen(after)),
                (first.to_owned(), then.to_owned())
            );
            let items = store.read(|conn| hand::latest(conn, id)).unwrap().unwrap();
            assert_eq!(items["resident_kind"], then);
        });
    }
}
