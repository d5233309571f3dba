//! 根拠のなくなった異動: what was registered for a scheme whose days turn out to be others, or that nobody belonged to.

use crate::counter::{Counter, on_both};
use crate::gain::{assistance, company, enters, enters_for, late_elderly};
use crate::{TODAY, at, candidates, gains, night, request, resident, to_take_back};
use ::office::acts::ActId;
use ::office::eligibility::compose::loss;
use ::office::eligibility::event;
use ::office::eligibility::status::order::{self, Order, Undone};
use ::office::eligibility::status::{Subject, of_subject};
use ::office::eligibility::{self, Request};
use ::office::security::permit::{RegisterFact, UndoAct};
use db::Span;
use law::{Date, day};

/// Takes back the event of a person by its cause.
fn undo_event(counter: &Counter, id: i64, cause: &str) {
    let store = &counter.desk.store;
    let mut events = store.read(|conn| event::of_person(conn, id)).unwrap();
    events.retain(|one| one.undone_by.is_none() && one.cause == cause);
    assert_eq!(events.len(), 1);
    let undo = Request {
        undo: vec![events[0].event_id],
        note: "誤り".to_owned(),
        ..Request::default()
    };
    let may = counter.permit::<UndoAct>();
    eligibility::undo(store, &may, &counter.acting(), &undo, &counter.books()).unwrap();
}

/// Takes back the act that stated a status which stands.
fn undo_status(counter: &Counter, id: i64, code: &str) {
    let store = &counter.desk.store;
    let lines = store
        .read(|conn| of_subject(conn, Subject::Person, id, None))
        .unwrap();
    let line = lines.iter().find(|line| line.code == code).unwrap();
    let undone = Undone {
        act: ActId(line.act_id),
        subject: (Subject::Person, id),
        reason: "別の人だった",
    };
    let may = counter.permit::<UndoAct>();
    order::undo(store, &may, &counter.acting(), &undone, &counter.books()).unwrap();
}

fn lost(counter: &Counter, id: i64, cause: &str, on: Date) {
    request(counter, &Request::of(vec![loss(at(on), cause, id)]));
    assert_eq!(candidates(counter, id), []);
}

/// 法6条・8条1項: the day of the other insurance is corrected after the 喪失 was registered: somebody is asked to correct that, and once
/// it is taken back the right day is asked for. Corrected again to the day of before, nothing is.
// covers: QUA-013, QUA-021
#[test]
fn a_loss_on_a_day_that_was_corrected_is_to_be_corrected() {
    on_both(TODAY, |counter| {
        let id = 1;
        counter.single(10, id, day(1980, 5, 5), day(2020, 4, 1));
        let [first, right] = [day(2026, 6, 15), day(2026, 7, 15)].map(Span::since);
        let code = "company_insurance";
        enters(counter, id, code, first, company());
        lost(counter, id, "joined_insurance", first.from);
        enters_for(counter, id, code, (Some(first), right), company());
        let asked =
            "令和8年6月15日の喪失: 登録が訂正されました。喪失を取り消すか、日を訂正してください";
        assert_eq!(to_take_back(counter, id), [asked]);
        night(counter);
        assert_eq!(to_take_back(counter, id), [asked]);
        enters_for(counter, id, code, (Some(right), first), company());
        assert_eq!(to_take_back(counter, id), [] as [&str; 0]);
        enters_for(counter, id, code, (Some(first), right), company());
        assert_eq!(to_take_back(counter, id), [asked]);
        undo_event(counter, id, "joined_insurance");
        let joined = [("joined_insurance".to_owned(), right.from)];
        assert_eq!(candidates(counter, id), joined);
        night(counter);
        assert_eq!(candidates(counter, id), joined);
    });
}

/// 法7条: the end of the other insurance is corrected after the 取得 was registered: whoever is insured twice is not left so.
// covers: QUA-013
#[test]
fn a_gain_on_a_day_that_was_corrected_is_to_be_corrected() {
    on_both(TODAY, |counter| {
        let id = resident(counter, None, "01", "2026-04-01");
        let from = day(2026, 4, 1);
        let code = "company_insurance";
        let span = |until| Span::new(from, Some(until));
        let (first, right) = (span(day(2026, 10, 1)), span(day(2026, 10, 16)));
        enters(counter, id, code, first, company());
        gains(counter, id, "left_insurance", day(2026, 10, 1));
        enters_for(counter, id, code, (Some(first), right), company());
        assert_eq!(
            to_take_back(counter, id),
            ["令和8年10月1日の取得: 登録が訂正されました。取得を取り消すか、日を訂正してください"]
        );
        night(counter);
        assert_eq!(to_take_back(counter, id).len(), 1);
        undo_event(counter, id, "left_insurance");
        assert_eq!(to_take_back(counter, id), [] as [&str; 0]);
        let left = ("left_insurance".to_owned(), day(2026, 10, 16));
        assert!(
            candidates(counter, id).contains(&left),
            "{:?}",
            candidates(counter, id)
        );
    });
}

/// 法6条・7条: a status is taken back that was another person's, after its 喪失 was registered: nobody is left uninsured by it; and
/// with the 喪失 taken back too, in whatever order, nothing is asked for any more.
// covers: QUA-025, QUA-031
#[test]
fn a_status_taken_back_asks_for_what_was_registered_by_it() {
    on_both(TODAY, |counter| {
        let from = Span::since(day(2026, 11, 2));
        let assisted = |id| (id, "public_assistance", assistance(), "welfare_started");
        let joined = |id| (id, "company_insurance", company(), "joined_insurance");
        for (loss_first, cases) in [
            (false, [assisted(1), joined(2)]),
            (true, [assisted(3), joined(4)]),
        ] {
            for (id, code, values, cause) in cases {
                counter.single(id * 10, id, day(1980, 5, 5), day(2020, 4, 1));
                enters(counter, id, code, from, values);
                assert_eq!(candidates(counter, id), [(cause.to_owned(), from.from)]);
                lost(counter, id, cause, from.from);
                if loss_first {
                    undo_event(counter, id, cause);
                    assert_eq!(candidates(counter, id).len(), 1, "it is on file still");
                    undo_status(counter, id, code);
                } else {
                    undo_status(counter, id, code);
                    assert_eq!(
                        to_take_back(counter, id),
                        [
                            "令和8年11月2日の喪失: もとになった登録が取り消されました。喪失を取り消すか、日を訂正してください"
                        ]
                    );
                    night(counter);
                    assert_eq!(to_take_back(counter, id).len(), 1);
                    undo_event(counter, id, cause);
                }
                assert_eq!(candidates(counter, id), [], "{code} {loss_first}");
                night(counter);
                assert_eq!(candidates(counter, id), [], "{code} {loss_first}");
            }
        }
    });
}

/// 法6条9号・8条2項: the days of 保護 that a clerk corrects or ends ask for the 喪失 and the 取得 of the right days, and of no others.
// covers: QUA-025
#[test]
fn corrected_days_of_assistance_ask_for_those_days() {
    on_both(TODAY, |counter| {
        let id = 1;
        counter.single(10, id, day(1980, 5, 5), day(2020, 4, 1));
        let code = "public_assistance";
        let [first, right] = [day(2026, 11, 10), day(2026, 11, 15)].map(Span::since);
        enters(counter, id, code, first, assistance());
        enters_for(counter, id, code, (Some(first), right), assistance());
        let started = ("welfare_started".to_owned(), right.from);
        assert_eq!(candidates(counter, id), [started]);
        lost(counter, id, "welfare_started", right.from);
        let ended = Span::new(right.from, Some(day(2026, 11, 18)));
        enters_for(counter, id, code, (Some(right), ended), assistance());
        let asked = [("welfare_ended".to_owned(), day(2026, 11, 18))];
        assert_eq!(candidates(counter, id), asked);
    });
}

/// 法6条1号・7条: who had another insurance before the 取得 never had the 資格 of that day: what is wrong is the 取得, and a 喪失 of the day
/// on which the other began would end nothing.
// covers: QUA-003, QUA-013
#[test]
fn another_insurance_from_before_the_gain_asks_to_take_the_gain_back() {
    on_both(TODAY, |counter| {
        let id = resident(counter, None, "01", "2026-04-01");
        gains(counter, id, "moved_in", day(2026, 4, 1));
        let since = Span::since(day(2025, 2, 1));
        enters(counter, id, "company_insurance", since, company());
        let asked = "令和8年4月1日の取得: この日には見本健康保険組合の資格がありました（令和7年2月1日から）。取得を取り消すか、日を訂正してください";
        assert_eq!(to_take_back(counter, id), [asked]);
        assert_eq!(candidates(counter, id).len(), 1);
        night(counter);
        assert_eq!(to_take_back(counter, id), [asked]);
        // It ended before the 取得 after all.
        let until = Span::new(since.from, Some(day(2026, 4, 1)));
        enters_for(
            counter,
            id,
            "company_insurance",
            (Some(since), until),
            company(),
        );
        assert_eq!(candidates(counter, id), []);
        // From the day after the 取得 it is a 喪失.
        let later = Span::since(day(2026, 6, 1));
        enters(counter, id, "company_insurance", later, company());
        let joined = [("joined_insurance".to_owned(), later.from)];
        assert_eq!(candidates(counter, id), joined);
    });
}

/// 高齢者の医療の確保に関する法律 第53条: the end of 後期 has a cause; the day alone would leave a line that no file takes back.
// covers: QUA-021
#[test]
fn an_end_that_needs_a_cause_is_stated_by_correction() {
    on_both(TODAY, |counter| {
        counter.single(10, 1, day(1956, 5, 5), day(2020, 4, 1));
        let since = Span::since(day(2026, 10, 1));
        enters(counter, 1, "late_elderly", since, late_elderly());
        let end = Order::End {
            code: "late_elderly".to_owned(),
            subject: 1,
            from: day(2026, 11, 1),
            note: String::new(),
        };
        let permit = counter.permit::<RegisterFact>();
        let (store, books) = (&counter.desk.store, counter.books());
        let refused = order::carry_out(store, &permit, &counter.acting(), &end, &books);
        let said = refused.unwrap_err().to_string();
        assert!(
            said.contains("資格喪失事由") && said.contains("「訂正」"),
            "{said}"
        );
        let mut values = late_elderly();
        values[2] = "005".into();
        let ended = Span::new(since.from, Some(day(2026, 11, 1)));
        enters_for(counter, 1, "late_elderly", (Some(since), ended), values);
        let left = ("left_late_elderly".to_owned(), day(2026, 11, 1));
        assert!(candidates(counter, 1).contains(&left));
    });
}
