//! 二人の職員・二重の登録・承認: one wins, the other is told; nothing twice; nothing without the second person.

use super::counter::{Counter, on, on_both, reported};
use super::support::desk::{Desk, WARD};
use super::support::permit;
use law::{Date, day};
use office::OfficeError;
use office::eligibility::compose::{NEW_HOUSEHOLD, change_head, found, gain, loss, renumber};
use office::eligibility::{
    self, NewChange, NewEvent, Request, ResidencePaper, Waiting, open_proposals, reject,
};
use office::rehearsal::rolled_back;
use office::security::Role;
use office::security::permit::{ApproveEligibility, RegisterEligibility};
use office::worklist;
use std::sync::mpsc;
use std::time::Duration;

const TODAY: Date = Date::constant(2026, 7, 10);

fn household(counter: &Counter) -> i64 {
    counter.resident(11, day(1985, 5, 5));
    counter.resident(12, day(1987, 5, 5));
    counter.settle(11, &[11, 12], day(2026, 4, 1))
}

/// Two clerks open the same household: the first wins, the second reads what the first did and nothing is written.
// covers: QUA-016
#[test]
fn the_second_of_two_clerks_is_told_what_changed() {
    on_both(2026..=2026, |counter| {
        let home = household(counter);
        let seen = counter.version(home);
        let first = Request::of(vec![loss(on(day(2026, 7, 1)), "moved_out", 12)]);
        let second = Request::of(vec![loss(on(day(2026, 7, 2)), "joined_insurance", 12)]);
        counter
            .try_register(TODAY, &first.seen(home, seen))
            .unwrap();
        let refused = counter.try_register(TODAY, &second.clone().seen(home, seen));
        let Err(OfficeError::Conflict(message)) = refused else {
            panic!("{refused:?}")
        };
        assert!(message.contains("宛名番号12"), "{message}");
        assert!(message.contains("県外への転出"), "{message}");
        assert_eq!(counter.picture(12).events.len(), 2);
        // Seen anew it goes through, and waits for what it contradicts.
        let again = second.seen(home, counter.version(home));
        let done = counter.try_register(TODAY, &again).unwrap();
        let waiting = &done.consequences.waiting;
        assert!(matches!(
            waiting[..],
            [Waiting {
                person_id: Some(12),
                ..
            }]
        ));
        // Taking back is told as such.
        let seen = counter.version(home);
        counter.undo(TODAY, &done.event_ids);
        let late = Request::of(vec![change_head(on(TODAY), home, 12)]).seen(home, seen);
        let told = counter.try_register(TODAY, &late).unwrap_err().to_string();
        assert!(told.contains("の取消"), "{told}");
    });
}

/// A double click is one act: the second answer is that of the first.
#[test]
fn the_same_request_twice_is_carried_out_once() {
    on_both(2026..=2026, |counter| {
        let home = household(counter);
        let request = Request::of(vec![loss(on(day(2026, 7, 1)), "moved_out", 12)]);
        let register = || {
            let mut acting = counter.acting(TODAY);
            acting.request_id = Some("req-1".to_owned());
            let permit = permit::<RegisterEligibility>(&counter.clerk);
            let store = &counter.desk.store;
            eligibility::register(store, &permit, &acting, &request, &counter.books()).unwrap()
        };
        let (first, second) = (register(), register());
        assert!(!first.repeated && second.repeated);
        assert_eq!(first.act_id, second.act_id);
        assert_eq!(first.event_ids, second.event_ids);
        assert_eq!(counter.picture(12).events.len(), 2);
        // The same words with another request number are refused, and say which event it is.
        let refused = counter
            .try_register(TODAY, &request)
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains(&format!("異動番号{}", first.event_ids[0])),
            "{refused}"
        );
        counter.desk.check(TODAY, &[home]);
    });
}

/// Two clicks at the very same time on two connections: one act, both answered.
#[test]
fn two_clicks_at_once_are_one_act() {
    on_both(2026..=2026, |counter| {
        household(counter);
        let request = Request::of(vec![loss(on(day(2026, 7, 1)), "moved_out", 12)]);
        let (store, rules) = (counter.desk.store.clone(), &counter.desk.rules);
        let mut acting = counter.acting(TODAY);
        acting.request_id = Some("req-2".to_owned());
        let click = || {
            let permit = permit::<RegisterEligibility>(&counter_clerk(&store));
            let book = super::support::book();
            let levy = office::levy::relevy::Books {
                rules,
                calendar: book.calendar(),
            };
            let books = eligibility::Books {
                book: &book,
                municipality: super::support::desk::WARD,
                levy,
            };
            eligibility::register(&store, &permit, &acting, &request, &books).unwrap()
        };
        let done: Vec<_> = std::thread::scope(|scope| {
            let clicks: Vec<_> = (0..4).map(|_| scope.spawn(click)).collect();
            clicks
                .into_iter()
                .map(|click| click.join().unwrap())
                .collect()
        });
        assert_eq!(done.iter().filter(|one| !one.repeated).count(), 1);
        assert!(done.iter().all(|one| one.event_ids == done[0].event_ids));
        assert_eq!(counter.picture(12).events.len(), 2);
    });
}

fn counter_clerk(store: &db::Store) -> office::security::Session {
    super::support::session(store, "elig01")
}

/// What needs a second person changes nothing until another approves; the one who made it may not; a refusal is kept.
// covers: QUA-014
#[test]
fn a_second_person_approves() {
    on_both(2026..=2026, |counter| {
        let home = household(counter);
        let other = loss(on(day(2026, 7, 1)), "other_loss", 12);
        let proposed = counter.register(TODAY, vec![other.clone()]);
        let proposal = proposed.proposal_id.unwrap();
        assert!(proposed.event_ids.is_empty());
        assert_eq!(counter.cover(12)[0].2, None);

        let (own, _) = super::support::staff_named(
            &counter.desk.store,
            &format!("both{proposal}"),
            &[Role::Eligibility, Role::EligibilitySupervisor],
        );
        let self_made = {
            let permit = permit::<RegisterEligibility>(&own);
            let acting = own.acting("試験", TODAY, counter.desk.tick(), None);
            let request = Request::of(vec![loss(on(day(2026, 7, 3)), "other_loss", 11)]);
            let store = &counter.desk.store;
            eligibility::register(store, &permit, &acting, &request, &counter.books()).unwrap()
        };
        let store = &counter.desk.store;
        let approving = permit::<ApproveEligibility>(&own);
        let acting = own.acting("試験", TODAY, counter.desk.tick(), None);
        let id = self_made.proposal_id.unwrap();
        let refused = eligibility::approve(store, &approving, &acting, id, "", &counter.books());
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("本人は承認できません")
        );
        let acting = counter
            .chief
            .acting("試験", TODAY, counter.desk.tick(), None);
        let chief = permit::<ApproveEligibility>(&counter.chief);
        assert!(reject(store, &chief, &acting, id, " ").is_err());
        reject(store, &chief, &acting, id, "根拠が足りない").unwrap();
        let open = store.read(open_proposals).unwrap();
        assert_eq!(
            open.iter().map(|one| one.proposal_id).collect::<Vec<_>>(),
            [proposal]
        );

        let done = counter.approve(TODAY, proposal);
        assert_eq!(counter.cover(12)[0].2, Some(day(2026, 7, 2)));
        assert_eq!(done.event_ids.len(), 1);
        let acting = counter
            .chief
            .acting("試験", TODAY, counter.desk.tick(), None);
        let twice = eligibility::approve(store, &chief, &acting, proposal, "", &counter.books());
        assert!(matches!(twice, Err(OfficeError::Conflict(_))));
        assert!(counter.work(worklist::ELIGIBILITY_APPROVAL).is_empty());
        counter.desk.check(TODAY, &[home]);
    });
}

/// A levy that cannot be worked out leaves the registration standing and the household on the work list; once the facts
/// are right it is levied and taken off.
// covers: QUA-016
#[test]
fn a_refused_levy_loses_no_registration() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1985, 5, 5));
        counter.resident(12, day(1987, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 6, 1));
        let close = NewChange::Close { household_id: home };
        let closed = NewEvent::new("household_closed", day(2026, 7, 1), None, close);
        let joins = gain(on(day(2026, 7, 5)), "left_insurance", 12, home);
        let done = counter.register(TODAY, vec![closed, joins]);
        assert_eq!(counter.cover(12), [(home, day(2026, 7, 5), None)]);
        assert_eq!(done.consequences.held.len(), 1);
        assert!(
            done.consequences.held[0]
                .message_ja
                .contains("世帯主がいません")
        );
        assert_eq!(counter.work(worklist::LEVY_HELD).len(), 1);
        assert_eq!(counter.months(home, 2026), [(11, (2..12).collect())]);

        let mended = counter.undo(TODAY, &done.event_ids[..1]);
        assert!(mended.consequences.held.is_empty());
        assert!(counter.work(worklist::LEVY_HELD).is_empty());
        assert_eq!(counter.months(home, 2026), [(11, (2..12).collect())]);
        counter.desk.check(TODAY, &[home]);
    });
}

/// A second person is never asked to approve what could not be carried out, be it for what else the same request says.
// covers: QUA-016
#[test]
fn what_could_not_be_approved_is_not_proposed() {
    on_both(2026..=2026, |counter| {
        let home = household(counter);
        counter.resident(13, day(1988, 5, 5));
        let other = counter.settle(13, &[13], day(2026, 4, 1));
        let long_ago = reported(day(2024, 5, 1), TODAY);
        let late = loss(long_ago, "died", 12);
        let both = |number: &str| {
            vec![
                late.clone(),
                renumber(on(day(2026, 7, 1)), home, None, "1000054"),
                renumber(on(day(2026, 7, 1)), other, None, number),
            ]
        };
        let refused = counter.try_register(TODAY, &Request::of(both("1000054")));
        assert!(refused.unwrap_err().to_string().contains("別の国保世帯"));
        assert!(counter.desk.store.read(open_proposals).unwrap().is_empty());
        let proposed = counter.register(TODAY, both("1000055"));
        assert!(
            proposed.event_ids.is_empty(),
            "nothing before it is approved"
        );
        counter.approve(TODAY, proposed.proposal_id.unwrap());
        assert_eq!(counter.heads(home).last().unwrap().1, "1000054");
    });
}

fn foreigner(counter: &Counter, id: i64) {
    let make = |conn: &mut db::Conn| {
        let text = "insert into person (person_id, kind, act_id) values ($1, 2, 0)";
        conn.execute_text(text, &[id.into()])
    };
    counter.desk.store.write(make).unwrap();
    counter.desk.report(day(2026, 4, 1), |conn, act| {
        super::support::desk::person(conn, act, id, day(1990, 5, 5))
    });
}

fn stay(id: i64, on_day: Date, cause: &str, paper: Option<ResidencePaper>) -> Vec<NewEvent> {
    let change = NewChange::Gain {
        person_id: id,
        household_id: NEW_HOUSEHOLD,
        prefecture_since: None,
        residence: paper,
    };
    vec![
        found(on(on_day), NEW_HOUSEHOLD, id),
        NewEvent::new(cause, on_day, Some(on_day), change),
    ]
}

/// Q20・Q21・incident 52: without the paper a foreigner is not insured; an excluded stay is refused with its clause; from the
/// day of the change he is, and a renewal under way ends nothing.
// covers: QUA-001, QUA-002
#[test]
fn q20_q21_incident_52_a_foreigners_paper_decides() {
    on_both(2026..=2026, |counter| {
        let id = 1011;
        foreigner(counter, id);
        let today = day(2026, 10, 5);
        let paper = |status: &str, activity: &str, months| {
            Some(ResidencePaper {
                status: status.to_owned(),
                activity: activity.to_owned(),
                months,
                excepted: None,
            })
        };
        let refused = |on_day, paper| {
            let request = Request::of(stay(id, on_day, "moved_in_abroad", paper));
            let error = counter.try_register(today, &request).unwrap_err();
            error.to_string()
        };
        assert!(refused(day(2026, 8, 1), None).contains("在留資格"));
        let short = refused(day(2026, 8, 1), paper("短期滞在", "", Some(3)));
        assert!(short.contains("適用除外"), "{short}");
        let medical = refused(day(2026, 8, 1), paper("特定活動", "医療", Some(12)));
        assert!(medical.contains("第1条第2号"), "{medical}");
        // 指定書: no activity, or one in other words than the rules', decides nothing.
        for activity in ["", "医療を受ける活動", "観光"] {
            let unclear = refused(day(2026, 8, 1), paper("特定活動", activity, Some(12)));
            assert!(unclear.contains("医療付添"), "{activity}: {unclear}");
        }
        // 在留期間: left out, it is no stay without end; of 永住者 there is none.
        let bare = refused(day(2026, 8, 1), paper("留学", "", None));
        assert!(bare.contains("在留期間"), "{bare}");
        assert_eq!(counter.cover(id), []);

        let changed = day(2026, 10, 1);
        let request = stay(id, changed, "exclusion_ended", paper("留学", "", Some(27)));
        let done = counter.register(today, request);
        let home = done.founded[0].1;
        assert_eq!(counter.cover(id), [(home, changed, None)]);

        // The stay expires on 11-30 with a renewal asked for: nothing happens by itself; a refusal is a deletion with a
        // second person.
        assert_eq!(counter.cover(id), [(home, changed, None)]);
        let over = loss(on(day(2026, 12, 15)), "residence_expired", id);
        let proposed = counter.register(day(2026, 12, 16), vec![over]);
        counter.approve(day(2026, 12, 16), proposed.proposal_id.unwrap());
        assert_eq!(
            counter.cover(id),
            [(home, changed, Some(day(2026, 12, 16)))]
        );
    });
}

/// 国民健康保険法施行規則 第1条第1号: who once was insured and comes back for three months is excluded; whose 資格 reaches to
/// the day is not.
// covers: QUA-002
#[test]
fn an_insurance_that_ended_keeps_nobody_insured_through_a_short_stay() {
    on_both(2026..=2026, |counter| {
        let id = 1011;
        foreigner(counter, id);
        let paper = |status: &str, months| {
            Some(ResidencePaper {
                status: status.to_owned(),
                months: Some(months),
                ..ResidencePaper::default()
            })
        };
        let came = stay(id, day(2026, 4, 1), "moved_in_abroad", paper("留学", 27));
        counter.register(day(2026, 4, 1), came);
        let left = loss(on(day(2026, 6, 9)), "moved_out_abroad", id);
        counter.register(day(2026, 6, 9), vec![left]);
        let again = |on_day| {
            let events = stay(id, on_day, "moved_in_abroad", paper("技能実習", 3));
            counter.try_register(day(2026, 10, 5), &Request::of(events))
        };
        let refused = again(day(2026, 10, 1)).unwrap_err().to_string();
        assert!(refused.contains("適用除外"), "{refused}");
        // On the very day on which the former insurance ends nothing lies between.
        again(day(2026, 6, 10)).unwrap();
        assert_eq!(counter.cover(id).len(), 2);
    });
}

/// 国民健康保険法 第5条・施行規則 第1条第1号括弧書: the 資格 is the prefecture's, so who moves within it goes on insured through a short
/// stay, though the day of its begin is not told yet.
// covers: QUA-002
#[test]
fn a_short_stay_ends_no_insurance_of_the_prefecture() {
    on_both(2026..=2026, |counter| {
        let id = 1011;
        foreigner(counter, id);
        let came = day(2026, 8, 1);
        let paper = Some(ResidencePaper {
            status: "特定活動".to_owned(),
            activity: "就労".to_owned(),
            months: Some(3),
            ..ResidencePaper::default()
        });
        let from_elsewhere = stay(id, came, "moved_in", paper.clone());
        let refused = counter.try_register(came, &Request::of(from_elsewhere));
        assert!(refused.unwrap_err().to_string().contains("適用除外"));
        counter.register(came, stay(id, came, "moved_in_same_prefecture", paper));
        assert_eq!(counter.cover(id)[0].1, came);
    });
}

/// 国民健康保険法施行規則 第1条第1号括弧書: 厚生労働大臣が別に定める者 is insured in spite of three months; the ground is said and kept.
// covers: QUA-001
#[test]
fn whom_the_minister_excepts_is_insured_in_spite_of_three_months() {
    on_both(2026..=2026, |counter| {
        let id = 1011;
        foreigner(counter, id);
        let came = day(2026, 8, 1);
        let paper = |status: &str, ground: Option<&str>| {
            Some(ResidencePaper {
                status: status.to_owned(),
                months: Some(3),
                excepted: ground.map(str::to_owned),
                ..ResidencePaper::default()
            })
        };
        let refused = |paper| {
            let request = Request::of(stay(id, came, "moved_in_abroad", paper));
            counter.try_register(came, &request).unwrap_err()
        };
        let short = refused(paper("技能実習", None)).to_string();
        assert!(short.contains("適用除外"), "{short}");
        let blank = refused(paper("技能実習", Some(" ")));
        assert!(matches!(blank, OfficeError::Input { .. }), "{blank}");
        // It excepts from 第1条第1号 for the period alone.
        let visit = refused(paper("短期滞在", Some("実習計画")));
        assert!(visit.to_string().contains("短期滞在"), "{visit}");
        let excepted = paper("技能実習", Some("技能実習計画で1年"));
        counter.register(came, stay(id, came, "moved_in_abroad", excepted));
        assert_eq!(counter.cover(id)[0].1, came);
        let picture = counter.picture(id);
        let note = &picture.events.last().unwrap().note;
        assert!(note.contains("別に定める者（技能実習計画で1年）"), "{note}");
    });
}

/// 入管法第2条の2第3項: 永住者 has no period, and is insured without one.
// covers: QUA-001
#[test]
fn incident_52_a_permanent_resident_is_insured_without_a_period() {
    on_both(2026..=2026, |counter| {
        let id = 1011;
        foreigner(counter, id);
        let paper = Some(ResidencePaper {
            status: "永住者".to_owned(),
            ..ResidencePaper::default()
        });
        let came = day(2026, 8, 1);
        let done = counter.register(came, stay(id, came, "moved_in_abroad", paper));
        assert_eq!(counter.cover(id), [(done.founded[0].1, came, None)]);
    });
}

/// What no later event could make right is refused at once, with what to do.
#[test]
fn what_cannot_be_is_refused_at_the_counter() {
    let counter = Counter::sqlite(2026..=2026);
    let home = household(&counter);
    counter.resident(75, day(1951, 6, 10));
    let refused = |events: Vec<NewEvent>| {
        let error = counter.try_register(TODAY, &Request::of(events));
        error.unwrap_err().to_string()
    };
    let old = gain(on(day(2026, 6, 10)), "moved_in", 75, home);
    assert!(refused(vec![old]).contains("75歳"));
    let stranger = gain(on(TODAY), "moved_in", 999, home);
    assert!(refused(vec![stranger]).contains("宛名を登録"));
    let wrong_side = gain(on(TODAY), "moved_out", 12, home);
    assert!(refused(vec![wrong_side]).contains("取得の事由"));
    let unknown = gain(on(TODAY), "went_fishing", 12, home);
    assert!(refused(vec![unknown]).contains("一覧から"));
    let tomorrow = reported(TODAY, day(2026, 7, 11));
    assert!(refused(vec![loss(tomorrow, "moved_out", 12)]).contains("届出日"));
    // 法8条1項: the insurance ends on the day after the death; no death is known beforehand.
    let to_come = reported(day(2026, 7, 11), TODAY);
    assert!(refused(vec![loss(to_come, "died", 12)]).contains("死亡の日が今日より後"));
    let unreported = NewEvent {
        reported_on: None,
        ..loss(on(day(2028, 4, 1)), "died", 12)
    };
    assert!(refused(vec![unreported]).contains("2028-04-01"));
    assert!(refused(Vec::new()).contains("異動を1つ以上"));
    let elsewhere = NewChange::Loss {
        person_id: 12,
        elsewhere_from: Some(day(2026, 7, 1)),
    };
    let before = NewEvent::new("moved_out", TODAY, Some(TODAY), elsewhere);
    assert!(refused(vec![before]).contains("転出先"));
    assert_eq!(counter.picture(12).events.len(), 1);
}

/// A candidate of the work list is done with in the act that deals with it, and comes back open when that is refused.
// covers: QUA-013
#[test]
fn a_candidate_is_settled_by_the_act_that_deals_with_it() {
    on_both(2026..=2026, |counter| {
        household(counter);
        let kind = worklist::ELIGIBILITY_CANDIDATE;
        let store = &counter.desk.store;
        counter.desk.report(TODAY, |conn, act| {
            let item = worklist::NewItem::about_person(kind, 12, "resident/1", "転出", TODAY);
            worklist::open(conn, act, &item).map(|_| ())
        });
        let filter = worklist::Filter {
            kind: Some(kind),
            ..worklist::Filter::default()
        };
        let page = store.read(|conn| worklist::list(conn, &filter, None, TODAY));
        let item_id = page.unwrap().items[0].item_id;
        let asked = |cause: &str| Request {
            settles: vec![item_id],
            ..Request::of(vec![loss(on(TODAY), cause, 12)])
        };
        assert!(counter.try_register(TODAY, &asked("moved_in")).is_err());
        assert_eq!(counter.work(kind).len(), 1);
        counter.preview(TODAY, &asked("moved_out"));
        assert_eq!(counter.work(kind).len(), 1);
        // What a request names is answered by its act alone: taken back, it waits again, and can be answered again.
        for _ in 0..2 {
            let done = counter.try_register(TODAY, &asked("moved_out")).unwrap();
            assert!(counter.work(kind).is_empty());
            counter.undo(TODAY, &done.event_ids);
            assert_eq!(counter.work(kind).len(), 1);
        }
    });
}

/// One request that says the same thing two times is refused as two requests would be; alike but not the same goes through.
// covers: QUA-016
#[test]
fn what_one_request_says_two_times_is_refused() {
    on_both(2026..=2026, |counter| {
        let home = household(counter);
        let july = || on(day(2026, 7, 1));
        let before = counter.version(home);
        for event in [
            loss(july(), "moved_out", 12),
            change_head(july(), home, 12),
            gain(july(), "moved_in", 12, home),
        ] {
            let twice = Request::of(vec![event.clone(), event]);
            let refused = counter.try_register(TODAY, &twice).unwrap_err().to_string();
            assert!(refused.contains("一つの届出に二度"), "{refused}");
            assert_eq!(counter.version(home), before);
        }
        let both = [11, 12].map(|person| loss(july(), "moved_out", person));
        let done = counter.try_register(TODAY, &Request::of(both.to_vec()));
        assert_eq!(done.unwrap().event_ids.len(), 2);
    });
}

/// On PostgreSQL nobody waits for a preview, another one neither: the numbers that it draws are nobody else's.
#[test]
fn a_preview_does_not_wait_for_another() {
    let counter = Counter::on(Desk::postgres(WARD, 2026..=2026));
    let home = household(&counter);
    let request = Request::of(vec![loss(on(day(2026, 7, 1)), "moved_out", 12)]);
    let before = counter.version(home);
    let (said, heard) = mpsc::channel();
    rolled_back(&counter.desk.store, |conn| {
        conn.next_ids("eligibility_event", 1)?;
        let (store, said) = ((*counter.desk.store).clone(), said.clone());
        std::thread::spawn(move || {
            let drawn = rolled_back(&store, |conn| Ok(conn.next_ids("eligibility_event", 1)?));
            said.send(drawn.is_ok())
        });
        assert_eq!(heard.recv_timeout(Duration::from_secs(20)), Ok(true));
        Ok(())
    })
    .unwrap();
    counter.preview(TODAY, &request);
    assert_eq!(counter.version(home), before);
    // What is registered afterwards bears the next number, not one drawn ahead.
    let done = counter.try_register(TODAY, &request).unwrap();
    assert!(done.event_ids.iter().all(|event| *event < 1_000));
}
