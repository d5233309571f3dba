//! 設定日のさかのぼり: whoever is insured in a household before its first day had its head on those days too.

use super::counter::{Counter, on, on_both, reported};
use super::support::desk::person;
use law::{Date, day};
use office::eligibility::compose::{
    NEW_HOUSEHOLD, When, change_head, change_household, found, gain, loss,
};
use office::eligibility::{NewChange, NewEvent, Registered, Request, Warning, event};
use office::worklist;

const FOUNDED: Date = Date::constant(2026, 6, 1);
const JOINED: Date = Date::constant(2026, 4, 10);
const TODAY: Date = Date::constant(2026, 7, 10);

/// A family of three of whom the husband founded a household on 1 June, with a number of its own, and another household
/// founded after it.
fn family(counter: &Counter) -> i64 {
    for (id, year) in [(11, 1985), (12, 1987), (13, 2010), (21, 1970)] {
        counter.resident(id, day(year, 5, 5));
    }
    let mut founding = found(on(FOUNDED), NEW_HOUSEHOLD, 11);
    founding.change = NewChange::Found {
        household_id: NEW_HOUSEHOLD,
        head_person_id: 11,
        symbol: Some("見".to_owned()),
        number: Some("7654321".to_owned()),
    };
    let joins = gain(on(FOUNDED), "moved_in", 11, NEW_HOUSEHOLD);
    let done = counter.register(FOUNDED, vec![founding, joins]);
    counter.settle(21, &[21], FOUNDED);
    done.founded[0].1
}

fn left_insurance(person: i64, from: Date, home: i64) -> NewEvent {
    gain(reported(from, TODAY), "left_insurance", person, home)
}

fn first_day(counter: &Counter, home: i64) -> Vec<(i64, Date)> {
    let heads = counter.heads(home).into_iter();
    heads.map(|head| (head.0, head.2)).collect()
}

fn headless(done: &Registered) -> bool {
    let mut warnings = done.consequences.warnings.iter();
    warnings.any(|one| matches!(one, Warning::NoHead { .. }))
}

/// Q01 届出遅れ: the wife tells in July that she left her employer's insurance in April and joins the household her husband
/// founded in June. She is insured from April, and he is liable from April: the household begins then, under its number.
/// Taken back, it begins in June again.
///
/// 根拠: 国民健康保険法 第7条・第76条第1項
#[test]
fn a_gain_before_the_founding_takes_the_head_with_it() {
    on_both(2026..=2026, |counter| {
        let home = family(counter);
        let (before, owed) = (counter.heads(home), counter.owed(home, 2026));
        let number = before[0].1.clone();
        let done = counter.register(TODAY, vec![left_insurance(12, JOINED, home)]);
        assert_eq!(counter.cover(12), [(home, JOINED, None)]);
        assert_eq!(number, "7654321");
        assert_eq!(counter.heads(home), [(11, number, JOINED, None)]);
        let told = Warning::FoundedBefore {
            household_id: home,
            head_person_id: 11,
            from: JOINED,
            until: FOUNDED,
        };
        assert!(done.consequences.warnings.contains(&told));
        assert!(!headless(&done));
        let found = &done.consequences;
        assert!(found.held.is_empty() && found.waiting.is_empty());
        assert_eq!(found.households.len(), 1, "shown before it is confirmed");
        assert_eq!(done.event_ids.len(), 1);
        assert_eq!(counter.months(home, 2026), [(11, (0..12).collect())]);
        assert!(counter.work(worklist::LEVY_HELD).is_empty());
        assert!(counter.work(worklist::ELIGIBILITY_HEAD).is_empty());
        counter.desk.check(TODAY, &[home]);

        let back = counter.undo(TODAY, &done.event_ids);
        assert_eq!(counter.heads(home), before);
        assert_eq!(counter.owed(home, 2026), owed);
        assert!(back.consequences.waiting.is_empty() && !headless(&back));
        counter.desk.check(TODAY, &[home]);
    });
}

/// 世帯変更 into a household before its first day: it begins with the first of those who are in it.
///
/// 根拠: 国民健康保険法 第76条第1項
#[test]
fn a_change_of_household_before_the_founding_takes_the_head_with_it() {
    on_both(2026..=2026, |counter| {
        let home = family(counter);
        counter.resident(31, day(1990, 5, 5));
        let other = counter.settle(31, &[31, 12], day(2026, 4, 1));
        let moved = change_household(reported(day(2026, 5, 20), TODAY), 12, home);
        let done = counter.register(TODAY, vec![moved]);
        assert_eq!(first_day(counter, home), [(11, day(2026, 5, 20))]);
        assert!(!headless(&done) && done.consequences.held.is_empty());
        counter.desk.check(TODAY, &[home, other]);
    });
}

/// Late gains one after the other, and taken back one after the other in every order: the household always begins with the
/// first of those who are still in it.
///
/// 根拠: 国民健康保険法 第76条第1項
#[test]
fn the_household_begins_with_the_first_who_is_in_it() {
    for (earlier, later) in [(0, 1), (1, 0)] {
        let counter = Counter::sqlite(2026..=2026);
        let home = family(&counter);
        let days = [JOINED, day(2026, 5, 1)];
        let acts: Vec<Registered> = [12, 13]
            .into_iter()
            .zip(days)
            .map(|(id, from)| counter.register(TODAY, vec![left_insurance(id, from, home)]))
            .collect();
        assert_eq!(first_day(&counter, home), [(11, JOINED)]);
        let gone = counter.undo(TODAY, &acts[earlier].event_ids);
        assert!(!headless(&gone) && gone.consequences.held.is_empty());
        assert_eq!(first_day(&counter, home), [(11, days[later])]);
        counter.undo(TODAY, &acts[later].event_ids);
        assert_eq!(first_day(&counter, home), [(11, FOUNDED)]);
        counter.desk.check(TODAY, &[home]);
    }
}

/// The wife was the head until her husband came: told as a change on the first day, it takes effect with nothing waiting,
/// and the day on which the household was founded by him changes nothing of it.
///
/// 根拠: 国民健康保険法 第76条第1項、国民健康保険法施行規則 第10条の2
#[test]
fn another_head_in_the_days_before_the_founding_can_be_told() {
    on_both(2026..=2026, |counter| {
        let home = family(counter);
        counter.register(TODAY, vec![left_insurance(12, JOINED, home)]);
        let told = |on: Date, head| change_head(reported(on, TODAY), home, head);
        let done = counter.register(TODAY, vec![told(JOINED, 12), told(FOUNDED, 11)]);
        assert!(done.consequences.waiting.is_empty());
        assert_eq!(first_day(counter, home), [(12, JOINED), (11, FOUNDED)]);
        assert_eq!(counter.heads(home)[0].1, counter.heads(home)[1].1);
        counter.desk.check(TODAY, &[home]);
    });
}

fn refused(counter: &Counter, event: NewEvent) -> String {
    let refused = counter.try_register(TODAY, &Request::of(vec![event]));
    match refused.unwrap_err() {
        office::OfficeError::Input { field, message } => {
            assert_eq!(field, "国保世帯");
            message
        }
        other => panic!("{other}"),
    }
}

/// Who was the head cannot be told where the head of the founding was not here yet, or belonged to another household on
/// those days: nothing is registered, and it is said what to do.
///
/// 根拠: 国民健康保険法 第76条第1項
#[test]
fn a_head_who_was_not_here_or_belonged_elsewhere_is_not_moved_back() {
    on_both(2026..=2026, |counter| {
        let home = family(counter);
        let elsewhere = counter.settle(11, &[13], day(2026, 4, 1));
        let said = refused(counter, left_insurance(12, JOINED, home));
        assert!(
            said.contains(&format!("国保世帯{elsewhere}に加入させ")),
            "{said}"
        );
        // Resident only since the day on which he founded it.
        counter
            .desk
            .report(FOUNDED, |conn, act| person(conn, act, 41, FOUNDED));
        let came = on(FOUNDED);
        let events = vec![found(came, NEW_HOUSEHOLD, 41)];
        let done = counter.register(FOUNDED, events);
        let said = refused(counter, left_insurance(12, JOINED, done.founded[0].1));
        assert!(said.contains("住民登録がありません"), "{said}");
        assert!(counter.cover(12).is_empty());
        assert_eq!(first_day(counter, home), [(11, FOUNDED)]);
    });
}

/// Nobody asks for a founding that is moved back; it is taken back by itself, and stated again while it is needed.
///
/// 根拠: 国民健康保険法 第76条第1項
#[test]
fn a_founding_moved_back_follows_from_who_is_insured() {
    on_both(2026..=2026, |counter| {
        let home = family(counter);
        let asked = NewEvent {
            cause: "founding_moved_back".to_owned(),
            ..found(on(JOINED), home, 11)
        };
        let refused = counter.try_register(TODAY, &Request::of(vec![asked]));
        assert!(refused.is_err());
        let done = counter.register(TODAY, vec![left_insurance(12, JOINED, home)]);
        let read = |conn: &mut db::Conn| event::of_act(conn, done.act_id);
        let all: Vec<i64> = counter
            .desk
            .store
            .read(read)
            .unwrap()
            .iter()
            .map(|one| one.event_id)
            .collect();
        assert_eq!(all.len(), 2);
        let moved: Vec<i64> = all
            .iter()
            .copied()
            .filter(|id| !done.event_ids.contains(id))
            .collect();
        counter.undo(TODAY, &moved);
        assert_eq!(
            first_day(counter, home),
            [(11, JOINED)],
            "she is still in it"
        );
        // The whole act, as the page takes it back; and a loss from the first day leaves nobody either.
        counter.undo(TODAY, &done.event_ids);
        assert_eq!(first_day(counter, home), [(11, FOUNDED)]);
        let when = When {
            occurred_on: JOINED,
            reported_on: Some(TODAY),
        };
        counter.register(TODAY, vec![left_insurance(13, JOINED, home)]);
        counter.register(TODAY, vec![loss(when, "welfare_started", 13)]);
        assert_eq!(first_day(counter, home), [(11, FOUNDED)]);
        counter.desk.check(TODAY, &[home]);
    });
}
