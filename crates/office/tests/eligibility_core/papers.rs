//! 証と資格: a paper is for somebody who is insured. Who is not any more, or never was, gives it back, and none leaves the
//! office for them; who is again keeps it.

use super::counter::{Counter, on, on_both, reported};
use super::support::permit;
use law::certificate::MailClass;
use law::{Date, day};
use office::OfficeError;
use office::certificate::fact::{Card, record_card};
use office::certificate::issue::{self, Due};
use office::certificate::{Certificate, KeptRules, TaskKind, deliver, find, give_back};
use office::eligibility::compose::{NEW_HOUSEHOLD, found, gain, loss, split};
use office::eligibility::{Consequences, Request};
use office::worklist::{self, BENEFIT_REVIEW, CERTIFICATE_ISSUE, CERTIFICATE_RETURN};

/// 資格確認書 of somebody without マイナ保険証, issued and not printed.
fn issued(
    counter: &Counter,
    today: Date,
    (home, person_id): (i64, i64),
    from: Date,
) -> Certificate {
    let card = Card {
        linked: false,
        as_of: today,
        source: "窓口確認".to_owned(),
    };
    let (store, clerk) = (&counter.desk.store, &counter.clerk);
    record_card(
        store,
        &permit(clerk),
        &counter.acting(today),
        person_id,
        &card,
    )
    .unwrap();
    let rules = KeptRules::from_book(&counter.desk.book, counter.code).unwrap();
    let due = Due {
        household_id: home,
        person_id,
        arose_on: from,
        reason: "新規取得",
        expected: None,
    };
    let paper = issue::due(store, &permit(clerk), &counter.acting(today), &rules, &due).unwrap();
    assert_eq!(
        (paper.kind.as_str(), paper.effective_from),
        ("confirmation", from)
    );
    paper
}

fn printed(counter: &Counter, today: Date, paper: Certificate) -> Certificate {
    let what = (paper.certificate_id, paper.form_stock.as_str());
    let (store, clerk) = (&counter.desk.store, &counter.clerk);
    deliver::print(store, &permit(clerk), &counter.acting(today), what).unwrap()
}

fn hand(counter: &Counter, today: Date, paper: &Certificate) -> Result<Certificate, OfficeError> {
    let (store, clerk) = (&counter.desk.store, &counter.clerk);
    let id = paper.certificate_id;
    deliver::hand_over(store, &permit(clerk), &counter.acting(today), id, "本人")
}

fn mail(counter: &Counter, today: Date, paper: &Certificate) -> Result<Certificate, OfficeError> {
    let (store, clerk) = (&counter.desk.store, &counter.clerk);
    let what = (MailClass::Ordinary, "");
    let id = paper.certificate_id;
    deliver::mail(store, &permit(clerk), &counter.acting(today), id, what)
}

/// Issued, printed and handed over.
fn handed(counter: &Counter, today: Date, whose: (i64, i64), from: Date) -> Certificate {
    let paper = issued(counter, today, whose, from);
    let paper = printed(counter, today, paper);
    hand(counter, today, &paper).unwrap()
}

fn undoing(events: &[i64]) -> Request {
    Request {
        undo: events.to_vec(),
        note: "誤り".to_owned(),
        ..Request::default()
    }
}

/// What becomes of whose papers.
fn told(found: &Consequences) -> Vec<(i64, TaskKind, Option<i64>)> {
    let tasks = found.tasks.iter();
    tasks
        .filter(|task| matches!(task.kind, TaskKind::Return | TaskKind::Void))
        .map(|task| (task.person_id, task.kind, task.certificate_id))
        .collect()
}

/// Whose matters of a kind wait in which household.
fn waiting(counter: &Counter, kind: worklist::Kind) -> Vec<(Option<i64>, Option<i64>)> {
    let all = counter.work(kind).into_iter();
    all.map(|(person, household, _)| (person, household))
        .collect()
}

/// 国保法9条2項: the paper says what 資格 a 被保険者 has. Of a 取得 that is taken back it comes back like that of any loss, from a
/// household that stays and from one that is no more; the page says so before.
// covers: CRT-018
#[test]
fn the_paper_of_a_gain_that_is_taken_back_is_asked_back() {
    let came = day(2026, 7, 1);
    on_both(2026..=2026, |counter| {
        for id in [11, 12, 21, 22] {
            counter.resident(id, day(1980, 5, 5));
        }
        let events = vec![
            found(on(came), NEW_HOUSEHOLD, 11),
            gain(on(came), "moved_in", 11, NEW_HOUSEHOLD),
            gain(on(came), "moved_in", 12, NEW_HOUSEHOLD),
        ];
        let alone = counter.register(came, events);
        let home = alone.founded[0].1;
        let paper = handed(counter, came, (home, 11), came);
        // Nobody knows of 12's card: which paper is due cannot be told yet.
        assert_eq!(
            waiting(counter, CERTIFICATE_ISSUE),
            [(Some(12), Some(home))]
        );
        let back = [(11, TaskKind::Return, Some(paper.certificate_id))];
        let shown = counter.preview(came, &undoing(&alone.event_ids));
        assert_eq!(told(&shown), back);
        let done = counter.undo(came, &alone.event_ids);
        assert_eq!(told(&done.consequences), back);
        assert_eq!(counter.heads(home), [], "no household is left");
        assert_eq!(
            counter.work(CERTIFICATE_RETURN),
            [(
                Some(11),
                Some(home),
                format!("資格確認書（{}）の回収", paper.number)
            )]
        );
        assert_eq!(
            waiting(counter, CERTIFICATE_ISSUE),
            [],
            "nothing is due in it"
        );

        // Another household stays where the gain is taken back.
        let other = counter.settle(21, &[21], day(2026, 4, 1));
        let joined = counter.register(came, vec![gain(on(came), "moved_in", 22, other)]);
        let second = handed(counter, came, (other, 22), came);
        let done = counter.undo(came, &joined.event_ids);
        let back = [(22, TaskKind::Return, Some(second.certificate_id))];
        assert_eq!(told(&done.consequences), back);

        // Insured in another household: the old number is asked back before the new paper is issued.
        counter.register(came, vec![gain(on(came), "moved_in", 11, other)]);
        let of_11 = (Some(11), Some(home));
        assert!(waiting(counter, CERTIFICATE_RETURN).contains(&of_11));
        give_back::collect(
            &counter.desk.store,
            &permit(&counter.clerk),
            &counter.acting(came),
            paper.certificate_id,
            ("取得の取消", None),
        )
        .unwrap();
        assert_eq!(
            waiting(counter, CERTIFICATE_RETURN),
            [(Some(22), Some(other))]
        );
    });
}

/// 国保法6条9号: 生活保護 that begins on the day of the gain: nobody was insured, and the paper of that morning comes back.
// covers: CRT-018
#[test]
fn the_paper_of_a_gain_that_comes_to_nothing_is_asked_back() {
    let came = day(2026, 7, 10);
    on_both(2026..=2026, |counter| {
        for id in [11, 12] {
            counter.resident(id, day(1980, 5, 5));
        }
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        counter.register(came, vec![gain(on(came), "moved_in", 12, home)]);
        let paper = handed(counter, came, (home, 12), came);
        let done = counter.register(came, vec![loss(on(came), "welfare_started", 12)]);
        assert_eq!(counter.cover(12), []);
        assert_eq!(
            told(&done.consequences),
            [(12, TaskKind::Return, Some(paper.certificate_id))]
        );
        assert_eq!(
            waiting(counter, CERTIFICATE_RETURN),
            [(Some(12), Some(home))]
        );
    });
}

/// 国保法9条2項・65条: a loss or a parting that is taken back was none: the paper holds, and no benefit is to be looked at for
/// days that are insured; for those that are still not, it is.
// covers: CRT-018, QUA-016
#[test]
fn what_a_loss_asked_for_goes_with_it() {
    let (joined, today) = (day(2026, 6, 15), day(2026, 7, 10));
    on_both(2026..=2026, |counter| {
        for id in [11, 12] {
            counter.resident(id, day(1980, 5, 5));
        }
        let home = counter.settle(11, &[11, 12], day(2026, 4, 1));
        handed(counter, day(2026, 5, 1), (home, 11), day(2026, 5, 1));
        let paper = handed(counter, day(2026, 5, 1), (home, 12), day(2026, 5, 1));
        let back = [(Some(12), Some(home))];
        let days = |counter: &Counter| -> Vec<String> {
            let text =
                "select detail from work_item where kind = 'benefit.review' and state = 'open'";
            let read = |conn: &mut db::Conn| conn.query_text(text, &[], |row| row.text(0));
            counter.desk.store.read(read).unwrap()
        };
        let early = reported(joined, today);
        let lost = counter.register(today, vec![loss(early, "joined_insurance", 12)]);
        assert_eq!(waiting(counter, CERTIFICATE_RETURN), back);
        assert_eq!(
            days(counter),
            ["令和8年6月16日から令和8年7月10日の前日まで"]
        );
        // The right day is the end of the month: the days before it were insured after all.
        let late = reported(day(2026, 6, 30), today);
        let request = Request {
            events: vec![loss(late, "joined_insurance", 12)],
            ..undoing(&lost.event_ids)
        };
        let lost = counter.request(today, &request);
        assert_eq!(waiting(counter, CERTIFICATE_RETURN), back);
        assert_eq!(days(counter), ["令和8年7月1日から令和8年7月10日の前日まで"]);
        counter.undo(today, &lost.event_ids);
        assert_eq!(waiting(counter, CERTIFICATE_RETURN), []);
        assert_eq!(counter.work(BENEFIT_REVIEW), []);

        // 世帯分離: the old paper comes back and a new one is due; taken back, neither.
        let parted = counter.register(today, split(on(today), home, &[12], 12, None));
        let new = parted.founded[0].1;
        assert_eq!(waiting(counter, CERTIFICATE_RETURN), back);
        assert_eq!(waiting(counter, CERTIFICATE_ISSUE), [(Some(12), Some(new))]);
        counter.undo(today, &parted.event_ids);
        assert_eq!(counter.cover(12), [(home, day(2026, 4, 1), None)]);
        assert_eq!(waiting(counter, CERTIFICATE_RETURN), []);
        assert_eq!(waiting(counter, CERTIFICATE_ISSUE), []);
        let read = |conn: &mut db::Conn| find::require(conn, paper.certificate_id);
        assert!(counter.desk.store.read(read).unwrap().usable_on(today));
        // What was asked back because another paper took its place comes back whoever is insured.
        let copy = handed(counter, today, (home, 12), today);
        assert_eq!(waiting(counter, CERTIFICATE_RETURN), back);
        counter.register(today, vec![loss(on(today), "joined_insurance", 11)]);
        assert!(waiting(counter, CERTIFICATE_RETURN).contains(&back[0]));
        assert!(copy.certificate_id > paper.certificate_id);
    });
}

/// 国保法9条2項: a paper that lies in the office does not leave it for somebody who is not insured; its issue is to be
/// cancelled. One that begins with the insurance, on a day to come, may be handed over before it.
// covers: CRT-017, CRT-018
#[test]
fn no_paper_leaves_the_office_for_who_is_not_insured() {
    let today = day(2026, 7, 10);
    on_both(2026..=2026, |counter| {
        for id in [11, 12, 13] {
            counter.resident(id, day(1980, 5, 5));
        }
        let home = counter.settle(11, &[11, 12], day(2026, 4, 1));
        let paper = issued(counter, day(2026, 7, 1), (home, 12), day(2026, 7, 1));
        let paper = printed(counter, day(2026, 7, 1), paper);
        let late = reported(day(2026, 7, 5), today);
        let lost = counter.register(today, vec![loss(late, "joined_insurance", 12)]);
        assert_eq!(
            told(&lost.consequences),
            [(12, TaskKind::Void, Some(paper.certificate_id))]
        );
        let cancel = (
            Some(12),
            Some(home),
            format!("資格確認書（{}）の交付取消", paper.number),
        );
        assert_eq!(counter.work(CERTIFICATE_RETURN), [cancel]);
        for left in [hand(counter, today, &paper), mail(counter, today, &paper)] {
            let Err(OfficeError::Refusal(refusal)) = left else {
                panic!("{left:?}")
            };
            assert_eq!(refusal.code, "certificate.not_insured");
            for word in ["宛名番号12", "令和8年7月10日", "交付を取り消す"] {
                assert!(refusal.message_ja.contains(word), "{refusal}");
            }
        }
        // Taken back: the paper is right, and may be handed over.
        counter.undo(today, &lost.event_ids);
        assert_eq!(counter.work(CERTIFICATE_RETURN), []);
        hand(counter, today, &paper).unwrap();

        // To be insured from August: the paper of August is handed over in July.
        let august = day(2026, 8, 1);
        let ahead = counter.register(
            today,
            vec![gain(reported(august, today), "moved_in", 13, home)],
        );
        let first = printed(counter, today, issued(counter, today, (home, 13), august));
        assert_eq!(counter.work(CERTIFICATE_RETURN), []);
        hand(counter, today, &first).unwrap();
        // Another one, and the gain is taken back before it is printed.
        let second = issued(counter, today, (home, 13), august);
        let done = counter.undo(today, &ahead.event_ids);
        assert!(told(&done.consequences).contains(&(
            13,
            TaskKind::Void,
            Some(second.certificate_id)
        )));
        give_back::void(
            &counter.desk.store,
            &permit(&counter.clerk),
            &counter.acting(today),
            &KeptRules::from_book(&counter.desk.book, counter.code).unwrap(),
            (second.certificate_id, "取得の取消"),
        )
        .unwrap();
        let left = counter.work(CERTIFICATE_RETURN);
        assert_eq!(left.len(), 1, "{left:?}");
        assert!(left[0].2.contains(&first.number), "{left:?}");
    });
}
