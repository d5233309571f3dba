//! 職権 取得・喪失.

use crate::counter::{Counter, on_both};
use ::office::OfficeError;
use ::office::eligibility::ex_officio::{self, Case};
use ::office::eligibility::{
    self, PrefectureFact, Registered, ResidencePaper, approve, undoing_of_act,
};
use ::office::registry::timeline;
use ::office::security::permit::{ApproveEligibility, RegisterEligibility, UndoAct};
use law::day;

fn propose(counter: &Counter, case: &Case) -> Result<(i64, Registered), OfficeError> {
    ex_officio::propose(
        &counter.desk.store,
        &counter.permit::<RegisterEligibility>(),
        &counter.acting(),
        case,
        &counter.books(),
    )
}

fn case(person_id: i64, household_id: Option<i64>, cause: &str) -> Case {
    Case {
        person_id,
        household_id,
        prefecture_since: None,
        residence: None,
        cause: cause.to_owned(),
        event_on: day(2026, 9, 1),
        ground: "国民健康保険法第6条第1号に該当することを確認した".to_owned(),
        evidence: "オンライン資格確認の資格情報".to_owned(),
        item_id: None,
    }
}

// covers: QUA-013, QUA-014
#[test]
fn a_second_person_approves_the_person_is_told_and_it_can_be_taken_back() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        counter.named(
            2,
            "見本　二",
            "ミホン ニ",
            day(1985, 1, 1),
            day(2024, 10, 1),
        );
        let loss = case(1, None, "ex_officio_insurance");
        for bare in [
            Case {
                ground: String::new(),
                ..loss.clone()
            },
            Case {
                evidence: " ".to_owned(),
                ..loss.clone()
            },
            Case {
                cause: "joined_insurance".to_owned(),
                ..loss.clone()
            },
        ] {
            let refused = propose(counter, &bare);
            assert!(
                matches!(refused, Err(OfficeError::Input { .. })),
                "{bare:?}"
            );
        }
        let (loss_case, proposed) = propose(counter, &loss).unwrap();
        let (gain_case, gain) = propose(counter, &case(2, Some(-1), "ex_officio_gain")).unwrap();
        assert!(
            counter.spans(1)[0].1.is_none(),
            "nothing changes before the approval"
        );
        let notify = |case_id| {
            ex_officio::notify(
                &counter.desk.store,
                &counter.permit(),
                &counter.acting(),
                case_id,
            )
        };
        assert!(matches!(notify(loss_case), Err(OfficeError::Refusal(_))));
        let approve = |id: Option<i64>| {
            approve(
                &counter.desk.store,
                &crate::support::permit::<ApproveEligibility>(&counter.chief),
                &counter.as_chief(),
                id.unwrap(),
                "確認した",
                &counter.books(),
            )
            .unwrap()
        };
        let done = approve(proposed.proposal_id);
        approve(gain.proposal_id);
        assert_eq!(
            counter.spans(1)[0].1,
            Some(day(2026, 9, 2)),
            "the day after"
        );
        assert_eq!(counter.spans(2)[0].0, day(2026, 9, 1), "the very day");
        let letter = notify(loss_case).unwrap();
        assert!(letter.content.instruction.contains("審査請求"));
        assert!(
            letter
                .content
                .lines
                .iter()
                .any(|(label, value)| label == "根拠・資料" && value.contains("第6条第1号"))
        );
        assert_eq!(notify(gain_case).unwrap().kind, "ex_officio_gain");
        assert!(
            matches!(notify(loss_case), Err(OfficeError::Refusal(_))),
            "told once"
        );
        let request = counter
            .desk
            .store
            .read(|conn| undoing_of_act(conn, done.act_id, "加入は誤りだった"))
            .unwrap();
        eligibility::undo(
            &counter.desk.store,
            &counter.permit::<UndoAct>(),
            &counter.acting(),
            &request,
            &counter.books(),
        )
        .unwrap();
        assert!(counter.spans(1)[0].1.is_none(), "as if it had never been");
    });
}

fn approve_case(counter: &Counter, proposed: &Registered) {
    approve(
        &counter.desk.store,
        &crate::support::permit::<ApproveEligibility>(&counter.chief),
        &counter.as_chief(),
        proposed.proposal_id.unwrap(),
        "確認した",
        &counter.books(),
    )
    .unwrap();
}

/// 法6条11号・規則1条: a foreigner is gained ex officio by the paper, as at the counter.
// covers: QUA-001, QUA-013
#[test]
fn a_foreigner_is_gained_ex_officio_by_the_paper() {
    on_both(day(2026, 11, 20), |counter| {
        let make = |conn: &mut db::Conn| {
            let text = "insert into person (person_id, kind, act_id) values (2, 2, 0)";
            conn.execute_text(text, &[])
        };
        counter.desk.store.write(make).unwrap();
        counter.named(2, "見本　二", "ミホン", day(1985, 1, 1), day(2024, 10, 1));
        let bare = case(2, Some(-1), "ex_officio_gain");
        let refused = propose(counter, &bare).unwrap_err().to_string();
        assert!(refused.contains("在留資格"), "{refused}");
        let paper = |status: &str| Case {
            residence: Some(ResidencePaper {
                status: status.to_owned(),
                months: Some(27),
                ..ResidencePaper::default()
            }),
            ..bare.clone()
        };
        let short = propose(counter, &paper("短期滞在"))
            .unwrap_err()
            .to_string();
        assert!(short.contains("適用除外"), "{short}");
        let (_, proposed) = propose(counter, &paper("留学")).unwrap();
        approve_case(counter, &proposed);
        assert_eq!(counter.spans(2)[0].0, day(2026, 9, 1));
    });
}

/// 法5条・7条・8条: a 職権消除 that was wrong ended no residence in the prefecture; the 資格 goes on from its first day.
// covers: QUA-014
#[test]
fn a_restoration_goes_on_with_the_prefectures_day() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        let deleted = Case {
            event_on: day(2026, 11, 1),
            ..case(1, None, "ex_officio_deletion")
        };
        let (_, proposed) = propose(counter, &deleted).unwrap();
        approve_case(counter, &proposed);
        let restored = Case {
            event_on: day(2026, 11, 2),
            prefecture_since: Some(day(2020, 4, 1)),
            ..case(1, Some(10), "restored")
        };
        let (_, proposed) = propose(counter, &restored).unwrap();
        approve_case(counter, &proposed);
        let read = |conn: &mut db::Conn| timeline::<PrefectureFact>(conn, 1, None);
        let days = counter.desk.store.read(read).unwrap();
        assert_eq!(days.last().unwrap().valid.from, day(2020, 4, 1), "{days:?}");
        assert!(days.last().unwrap().valid.until.is_none(), "{days:?}");
    });
}

/// Two clicks on two connections at the very same time, and one more when the page is sent again: one case, one proposal.
#[test]
fn two_clicks_at_once_are_one_case() {
    on_both(day(2026, 11, 20), |counter| {
        counter.single(10, 1, day(1980, 5, 5), day(2020, 4, 1));
        let loss = case(1, None, "ex_officio_insurance");
        let store = counter.desk.store.clone();
        let rules = &counter.desk.rules;
        let mut acting = counter.acting();
        acting.request_id = Some("ex-officio-click".to_owned());
        let click = || {
            let permit = crate::support::permit(&crate::support::session(&store, "elig01"));
            let book = crate::support::book();
            let levy = ::office::levy::relevy::Books {
                rules,
                calendar: book.calendar(),
            };
            let books = eligibility::Books {
                book: &book,
                municipality: crate::support::desk::WARD,
                levy,
            };
            ex_officio::propose(&store, &permit, &acting, &loss, &books).unwrap()
        };
        let mut done: Vec<(i64, Registered)> = std::thread::scope(|scope| {
            let clicks: Vec<_> = (0..4).map(|_| scope.spawn(click)).collect();
            clicks
                .into_iter()
                .map(|click| click.join().unwrap())
                .collect()
        });
        done.push(click());
        assert!(done.iter().all(|one| one.0 == done[0].0), "{done:?}");
        assert!(
            done.iter()
                .all(|one| one.1.proposal_id == done[0].1.proposal_id)
        );
        let listed = store.read(ex_officio::list).unwrap();
        assert_eq!(listed.len(), 1);
        // Another order for the same person is another case.
        let again = propose(counter, &loss).unwrap();
        assert_ne!(again.0, done[0].0);
    });
}
