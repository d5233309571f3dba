//! 読込済みの資格と訂正: what a file loaded becomes events on first touch, and what was known before stays known.

use super::counter::{Counter, on, on_both, reported};
use super::support::desk::{head, insured, lost, person};
use db::Span;
use law::{Date, day};
use office::eligibility::compose::{change_head, gain, loss};
use office::eligibility::{Origin, Request, Says};
use office::outbox::PersonContent;
use office::registry::{FormerInsured, InsuredSpan, LoadedSpan, record, timeline};

/// A household as a file left it: one who left and came back, one who moved over from another household, one beside them.
fn loaded(counter: &Counter) {
    counter.desk.report(day(2026, 4, 2), |conn, act| {
        for (id, born_on) in [(11, 1960), (12, 1985), (13, 1950)] {
            person(conn, act, id, day(born_on, 1, 1))?;
        }
        head(conn, act, 1, 11, day(2015, 4, 1))?;
        head(conn, act, 2, 12, day(2015, 4, 1))?;
        head(conn, act, 2, 11, day(2019, 4, 1))?;
        insured(conn, act, 11, 1, day(2015, 4, 1))?;
        lost(
            conn,
            act,
            11,
            1,
            (day(2015, 4, 1), day(2018, 6, 16)),
            "insurance",
        )?;
        insured(conn, act, 11, 1, day(2020, 7, 1))?;
        insured(conn, act, 12, 2, day(2016, 4, 1))?;
        insured(conn, act, 12, 1, day(2021, 4, 1))?;
        let at_75 = day(2025, 1, 1);
        let fact = InsuredSpan {
            household_id: 1,
            branch: 7,
            gain_cause: "02".to_owned(),
            gain_reported_on: Some(day(2015, 4, 9)),
            loss_cause: Some("51".to_owned()),
            loss_event_on: None,
            loss_reported_on: None,
        };
        record(
            conn,
            act,
            13,
            Span::new(day(2015, 4, 1), Some(at_75)),
            &fact,
        )?;
        let beside = FormerInsured { household_id: 1 };
        record(conn, act, 13, Span::new(day(2024, 12, 31), None), &beside)
    });
}

fn facts(counter: &Counter, id: i64) -> Vec<(db::Span, InsuredSpan)> {
    let store = &counter.desk.store;
    let rows = store
        .read(|conn| timeline::<InsuredSpan>(conn, id, None))
        .unwrap();
    rows.into_iter().map(|row| (row.valid, row.fact)).collect()
}

/// The first event of a person takes the loaded spans over as they are: nothing moves but what the event says.
// covers: QUA-031
#[test]
fn loaded_spans_become_events_without_moving() {
    on_both(2026..=2026, |counter| {
        loaded(counter);
        let before = [11, 12, 13].map(|id| facts(counter, id));
        let heads = [1, 2].map(|home| counter.heads(home));
        let today = day(2026, 7, 10);
        // A new head of the other household touches everybody's past and changes none of it.
        counter.register(today, vec![change_head(on(today), 2, 12)]);
        let left = counter.register(today, vec![loss(on(today), "joined_insurance", 11)]);
        assert_eq!(left.consequences.people.len(), 1);
        let now = [11, 12, 13].map(|id| facts(counter, id));
        assert_eq!(
            now[0][0], before[0][0],
            "the old span stands as it was loaded"
        );
        assert_eq!(now[0][1].0.until, Some(day(2026, 7, 11)));
        assert_eq!(now[1], before[1]);
        assert_eq!(now[2], before[2]);
        assert_eq!(counter.heads(1), heads[0]);
        assert_eq!(
            counter.heads(2)[..2],
            [
                heads[1][0].clone(),
                (11, "0000002".to_owned(), day(2019, 4, 1), Some(today)),
            ]
        );
        let events = counter.picture(11).events;
        let of = |origin| events.iter().filter(|event| event.origin == origin).count();
        assert_eq!((of(Origin::Loaded), of(Origin::Registered)), (3, 1));

        // Him who stands beside them: died; the standing ends, the loaded day stays.
        counter.register(today, vec![loss(on(day(2026, 7, 5)), "died", 13)]);
        assert_eq!(
            counter.former(13),
            [(1, day(2024, 12, 31), Some(day(2026, 7, 6)))]
        );
        assert_eq!(facts(counter, 13), before[2]);
        // The mover: lost from the household she moved to, the first stretch untouched.
        counter.register(today, vec![loss(on(today), "moved_out", 12)]);
        assert_eq!(facts(counter, 12)[0], before[1][0]);
        assert_eq!(facts(counter, 12)[1].0.until, Some(day(2026, 7, 11)));
        counter.desk.check(today, &[1, 2]);
    });
}

/// A loaded event can be taken back and corrected like any other.
// covers: QUA-031
#[test]
fn a_loaded_span_is_corrected_like_any_other() {
    on_both(2026..=2026, |counter| {
        loaded(counter);
        let today = day(2026, 7, 10);
        counter.register(today, vec![loss(on(today), "joined_insurance", 11)]);
        let events = counter.picture(11).events;
        let back = events.iter().find(|event| {
            event.occurred_on == day(2020, 7, 1) && matches!(event.says, Says::Person { .. })
        });
        let request = Request {
            undo: vec![back.unwrap().event_id],
            events: vec![gain(
                reported(day(2020, 8, 1), day(2020, 8, 5)),
                "left_insurance",
                11,
                1,
            )],
            note: "取得日の訂正".to_owned(),
            ..Request::default()
        };
        let done = counter.request(today, &request);
        counter.approve(today, done.proposal_id.unwrap());
        let days: Vec<_> = counter
            .cover(11)
            .into_iter()
            .map(|row| (row.1, row.2))
            .collect();
        assert_eq!(
            days,
            [
                (day(2015, 4, 1), Some(day(2018, 6, 16))),
                (day(2020, 8, 1), Some(day(2026, 7, 11))),
            ]
        );
    });
}

/// Q26: the day of gain corrected, twice; what was known before each correction can still be read, and the days that are no
/// longer insured are looked at.
// covers: QUA-016, QUA-031
#[test]
fn q26_a_gain_corrected_twice() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 10, 1));
        let paid = counter.desk.total(home, 2026);
        let first_known = counter.desk.tick();
        let correct = |on_day: Date, undo: i64, today: Date| {
            let request = Request {
                undo: vec![undo],
                events: vec![gain(on(on_day), "moved_in", 11, home)],
                note: "取得日の訂正".to_owned(),
                ..Request::default()
            };
            counter.request(today, &request)
        };
        let gained = counter.picture(11).events[0].event_id;
        let once = correct(day(2026, 10, 20), gained, day(2026, 11, 2));
        assert_eq!(counter.cover(11), [(home, day(2026, 10, 20), None)]);
        assert_eq!(counter.desk.total(home, 2026), paid, "the same months");
        let review = once.consequences.warnings.iter().any(|warning| {
            let text = warning.message_ja();
            text.contains("令和8年10月1日") && text.contains("令和8年10月20日")
        });
        assert!(review);
        let second_known = counter.desk.tick();
        correct(day(2026, 11, 1), once.event_ids[0], day(2026, 11, 12));
        assert_eq!(counter.cover(11), [(home, day(2026, 11, 1), None)]);
        assert!(counter.desk.total(home, 2026) < paid);

        let known = |at| counter.cover_known(11, Some(at));
        assert_eq!(known(first_known), [(home, day(2026, 10, 1), None)]);
        assert_eq!(known(second_known), [(home, day(2026, 10, 20), None)]);
        // Every event and its taking back is kept.
        let events = counter.picture(11).events;
        let undone: Vec<bool> = events
            .iter()
            .map(|event| event.undone_by.is_some())
            .collect();
        assert_eq!(undone, [true, true, false]);
        counter.desk.check(day(2026, 11, 12), &[home]);
    });
}

/// Taking back something in the middle leaves what would be had it never been said.
// covers: QUA-016
#[test]
fn taking_back_in_the_middle() {
    on_both(2026..=2026, |counter| {
        counter.resident(11, day(1980, 5, 5));
        let home = counter.settle(11, &[11], day(2026, 4, 1));
        let whole = counter.desk.total(home, 2026);
        let out = counter.register(
            day(2026, 6, 20),
            vec![loss(on(day(2026, 6, 15)), "joined_insurance", 11)],
        );
        let back = counter.register(
            day(2026, 9, 5),
            vec![gain(on(day(2026, 9, 1)), "left_insurance", 11, home)],
        );
        assert_eq!(
            counter.months(home, 2026),
            [(11, vec![0, 1, 5, 6, 7, 8, 9, 10, 11])]
        );
        let undone = counter.undo(day(2026, 9, 10), &out.event_ids);
        assert_eq!(counter.cover(11), [(home, day(2026, 4, 1), None)]);
        assert_eq!(counter.desk.total(home, 2026), whole);
        let waiting = &undone.consequences.waiting;
        assert_eq!(waiting.len(), 1, "the second gain waits now");
        assert_eq!(waiting[0].event_id, back.event_ids[0]);
        counter.desk.check(day(2026, 9, 10), &[home]);
    });
}

/// Who was never touched has spans and no events.
#[test]
fn a_person_nobody_touched_has_no_events() {
    let counter = Counter::sqlite(2026..=2026);
    loaded(&counter);
    assert!(counter.picture(11).events.is_empty());
    assert_eq!(counter.cover(11).len(), 2);
}

/// 法5条・7条: where no file said the prefecture's day, a gain that cannot come from within the prefecture is the day itself; of a
/// 転入 it is not known.
// covers: QUA-031
#[test]
fn a_loaded_gain_is_the_prefectures_day_unless_it_may_come_from_within() {
    on_both(2026..=2026, |counter| {
        let from = day(2020, 7, 1);
        counter.desk.report(day(2026, 4, 2), |conn, act| {
            head(conn, act, 1, 21, day(2015, 4, 1))?;
            for (id, code) in [(21, "02"), (22, "01")] {
                person(conn, act, id, day(1980, 1, 1))?;
                let fact = InsuredSpan {
                    household_id: 1,
                    branch: id,
                    gain_cause: code.to_owned(),
                    gain_reported_on: None,
                    loss_cause: None,
                    loss_event_on: None,
                    loss_reported_on: None,
                };
                record(conn, act, id, Span::since(from), &fact)?;
            }
            Ok(())
        });
        let today = day(2026, 7, 10);
        for (id, known) in [(21, true), (22, false)] {
            counter.register(today, vec![loss(on(today), "joined_insurance", id)]);
            let until = Some(day(2026, 7, 11));
            assert_eq!(counter.prefecture(id), [(from, known, until)], "{id}");
        }
    });
}

/// A row of a person as a file brings it: 適用, 取得事由, 喪失事由, 資格取得年月日.
fn row(
    (from, until): (Date, Option<Date>),
    (gain_cause, loss_cause): (&str, Option<&str>),
    gained_on: Option<Date>,
) -> (Span, LoadedSpan) {
    let span = InsuredSpan {
        household_id: 1,
        branch: 1,
        gain_cause: gain_cause.to_owned(),
        gain_reported_on: None,
        loss_cause: loss_cause.map(str::to_owned),
        loss_event_on: None,
        loss_reported_on: None,
    };
    (Span::new(from, until), LoadedSpan { span, gained_on })
}

/// Loads the rows of one person, has him join another insurance, and gives what the neighbours are told of each row then: its first
/// day, 国保資格取得年月日 and 国保資格喪失年月日.
fn touched(
    counter: &Counter,
    id: i64,
    rows: &[(Span, LoadedSpan)],
) -> Vec<(Date, Option<Date>, Option<Date>)> {
    counter.desk.report(day(2026, 4, 2), |conn, act| {
        person(conn, act, id, day(1980, 1, 1))?;
        for (span, fact) in rows {
            record(conn, act, id, *span, fact)?;
        }
        Ok(())
    });
    let loaded = facts(counter, id);
    counter.register(
        day(2026, 6, 10),
        vec![loss(on(day(2026, 6, 5)), "joined_insurance", id)],
    );
    let now = facts(counter, id);
    let (last, before) = now.split_last().unwrap();
    assert_eq!(before, &loaded[..loaded.len() - 1], "what was loaded moves");
    assert_eq!(last.0.until, Some(day(2026, 6, 6)));
    assert_eq!(last.1.gain_cause, loaded.last().unwrap().1.gain_cause);
    let text = "select valid_from, content from outbox_message where layout = 'kss_person' and subject = $1 \
                and state = 'waiting' order by valid_from";
    let read = |conn: &mut db::Conn| {
        conn.query_text(text, &[id.into()], |row| Ok((row.date(0)?, row.text(1)?)))
    };
    let told = counter.desk.store.read(read).unwrap().into_iter();
    told.map(|(from, text)| {
        let told: PersonContent = serde_json::from_str(&text).unwrap();
        (from, told.gained_on, told.lost_on)
    })
    .collect()
}

/// 法5条・7条・8条: a 資格取得日 before an earlier 転出 says that the 転出 was within the prefecture: only 適用 ended with it.
// covers: QUA-031
#[test]
fn a_later_rows_day_of_the_prefecture_says_that_the_loss_before_was_within_it() {
    on_both(2026..=2026, |counter| {
        counter.desk.report(day(2026, 4, 2), |conn, act| {
            head(conn, act, 1, 21, day(2010, 4, 1))
        });
        let since = day(2018, 6, 1);
        let lost = Some(day(2026, 6, 6));
        let back = |gained_on| {
            [
                row(
                    (since, Some(day(2020, 5, 1))),
                    ("02", Some("41")),
                    Some(since),
                ),
                row((day(2022, 6, 1), None), ("01", None), gained_on),
            ]
        };
        let told = touched(counter, 21, &back(Some(since)));
        assert_eq!(counter.prefecture(21), [(since, true, lost)]);
        let rows = [since, day(2022, 6, 1)];
        assert_eq!(told, rows.map(|from| (from, Some(since), lost)));
        // Of the first row nobody said when the 資格 began: the next one does.
        let mut unsaid = back(Some(day(2016, 4, 1)));
        unsaid[0].1.gained_on = None;
        unsaid[0].1.span.gain_cause = "01".to_owned();
        touched(counter, 22, &unsaid);
        assert_eq!(counter.prefecture(22), [(day(2016, 4, 1), true, lost)]);
        // Begun again elsewhere after the loss: that was one of the 資格.
        let anew = day(2021, 3, 1);
        touched(counter, 23, &back(Some(anew)));
        let two = [(since, true, Some(day(2020, 5, 1))), (anew, true, lost)];
        assert_eq!(counter.prefecture(23), two);
        // 法6条・8条: another insurance ends the 資格 whatever a later row says; then its day is not known.
        let mut insured = back(Some(since));
        insured[0].1.span.loss_cause = Some("42".to_owned());
        touched(counter, 24, &insured);
        let two = [
            (since, true, Some(day(2020, 5, 1))),
            (day(2022, 6, 1), false, lost),
        ];
        assert_eq!(counter.prefecture(24), two);
    });
}

/// Rows that touch and name no loss are one 資格, in another household or in the same one (退職 to 一般): nobody is told of a loss
/// between them.
// covers: QUA-031
#[test]
fn rows_that_touch_without_a_loss_are_one() {
    on_both(2026..=2026, |counter| {
        counter.desk.report(day(2026, 4, 2), |conn, act| {
            head(conn, act, 1, 21, day(2010, 4, 1))
        });
        let since = day(2013, 9, 1);
        let seam = day(2015, 4, 1);
        let rows = [
            row((since, Some(seam)), ("02", None), Some(since)),
            row((seam, None), ("09", None), Some(since)),
        ];
        let told = touched(counter, 21, &rows);
        let lost = Some(day(2026, 6, 6));
        assert_eq!(counter.prefecture(21), [(since, true, lost)]);
        let days = [since, seam];
        assert_eq!(told, days.map(|from| (from, Some(since), lost)));
        let picture = counter.picture(21);
        assert!(picture.pending.is_empty(), "{:?}", picture.pending);
    });
}
