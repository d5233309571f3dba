//! The events of one person folded in every order.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::registry::{CAUSES, Event, Fate, Folded, Items, Presence, Side, Waiting, cause, fold};
use law::{Date, day};

fn event(no: i64, code: &str, on: Date, history: i64, items: &[(&str, &str)]) -> Event {
    Event {
        no,
        cause: cause(code).unwrap(),
        on,
        sequence: (history, 0),
        refers_to: None,
        loaded: None,
        items: record(items),
    }
}

fn record(items: &[(&str, &str)]) -> Items {
    items
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Numbers are given by arrival, so they are left out where arrival must not matter.
fn states(folded: &Folded) -> Vec<(Date, Presence, Items)> {
    folded
        .states
        .iter()
        .map(|state| (state.on, state.presence, state.items.clone()))
        .collect()
}

/// The fold of the events in every order of arrival, which must be one and the same.
fn in_every_order(events: &[Event]) -> Folded {
    let first = fold(events);
    let mut order: Vec<usize> = (0..events.len()).collect();
    permute(&mut order, 0, &mut |order| {
        let arrived: Vec<Event> = order
            .iter()
            .enumerate()
            .map(|(no, place)| Event {
                no: i64::try_from(no).unwrap() + 100,
                ..events[*place].clone()
            })
            .collect();
        assert_eq!(states(&fold(&arrived)), states(&first), "{order:?}");
    });
    first
}

fn permute(order: &mut Vec<usize>, at: usize, tell: &mut impl FnMut(&[usize])) {
    if at == order.len() {
        tell(order);
    }
    for place in at..order.len() {
        order.swap(at, place);
        permute(order, at + 1, tell);
        order.swap(at, place);
    }
}

#[test]
fn the_list_of_causes_has_each_code_once() {
    for (place, row) in CAUSES.iter().enumerate() {
        assert!(CAUSES[..place].iter().all(|other| other.code != row.code));
        assert_eq!(cause(row.code), Some(row));
    }
    assert_eq!(cause("99"), None);
}

// covers: ADR-004
#[test]
fn q28_events_of_one_day_give_one_state_in_any_order() {
    let on = day(2026, 11, 20);
    let folded = in_every_order(&[
        event(
            1,
            "01",
            day(2026, 4, 1),
            1,
            &[("name", "港 花子"), ("town", "芝"), ("head", "夫")],
        ),
        event(
            2,
            "44",
            on,
            2,
            &[("name", "湊 花子"), ("town", "芝"), ("head", "夫")],
        ),
        event(
            3,
            "41",
            on,
            3,
            &[("name", "湊 花子"), ("town", "三田"), ("head", "夫")],
        ),
        event(
            4,
            "53",
            on,
            4,
            &[("name", "湊 花子"), ("town", "三田"), ("head", "本人")],
        ),
    ]);
    assert_eq!(folded.states.len(), 2);
    assert_eq!(folded.states[1].on, on);
    assert_eq!(
        folded.states[1].items,
        record(&[("name", "湊 花子"), ("town", "三田"), ("head", "本人")])
    );
}

#[test]
fn q27_a_cancellation_takes_back_and_never_adds() {
    let events = [
        event(
            1,
            "01",
            day(2026, 4, 1),
            1,
            &[("household", "1"), ("name", "港")],
        ),
        event(
            2,
            "50",
            day(2026, 11, 9),
            2,
            &[("household", "2"), ("name", "港")],
        ),
        event(
            3,
            "59",
            day(2026, 11, 10),
            3,
            &[("household", "1"), ("name", "港")],
        ),
        event(
            4,
            "44",
            day(2026, 11, 11),
            4,
            &[("household", "1"), ("name", "湊")],
        ),
    ];
    let folded = in_every_order(&events);
    assert_eq!(folded.fates[&2], Fate::Undone(3));
    assert_eq!(folded.fates[&3], Fate::Undoes(2));
    let seen: Vec<_> = folded.states.iter().map(|state| state.on).collect();
    assert_eq!(seen, [day(2026, 4, 1), day(2026, 11, 11)]);
    assert_eq!(
        folded.states[1].items,
        record(&[("household", "1"), ("name", "湊")])
    );
    // Without its target it waits and adds nothing.
    let folded = fold(&[events[0].clone(), events[2].clone()]);
    assert_eq!(folded.fates[&3], Fate::Waits(Waiting::NoTarget));
    assert_eq!(folded.states.len(), 1);
}

#[test]
fn each_kind_of_cancellation_finds_its_kind() {
    let in_ = event(1, "01", day(2026, 4, 1), 1, &[("a", "1")]);
    let moved = event(2, "41", day(2026, 5, 1), 2, &[("a", "2")]);
    let out = event(3, "21", day(2026, 6, 1), 3, &[("a", "2")]);
    for (code, left) in [("28", 0), ("09", 2), ("59", 2)] {
        let back = event(4, code, day(2026, 6, 2), 4, &[("a", "x")]);
        let folded = in_every_order(&[in_.clone(), moved.clone(), out.clone(), back]);
        assert_eq!(folded.states.len(), left, "{code}");
        assert!(
            folded
                .states
                .iter()
                .all(|state| state.items != record(&[("a", "x")]))
        );
    }
    // The one of its own 履歴番号 before a later one of the same kind, and the one it names before both.
    let again = event(5, "44", day(2026, 7, 1), 5, &[("a", "3")]);
    let mut own = event(6, "59", day(2026, 7, 2), 2, &[]);
    own.sequence = (2, 1);
    let events = [in_.clone(), moved.clone(), again.clone(), own.clone()];
    assert_eq!(fold(&events).fates[&2], Fate::Undone(6));
    own.refers_to = Some((5, 0));
    let folded = in_every_order(&[in_, moved, again, own]);
    assert_eq!(folded.states.last().unwrap().items, record(&[("a", "2")]));
}

#[test]
fn a_removal_or_a_correction_before_its_entry_waits_for_it() {
    let out = event(1, "21", day(2026, 6, 1), 3, &[("a", "2")]);
    let moved = event(2, "41", day(2026, 5, 1), 2, &[("a", "2")]);
    let folded = fold(&[out.clone(), moved.clone()]);
    assert!(folded.states.is_empty());
    assert_eq!(folded.fates[&1], Fate::Waits(Waiting::NoEntry));
    assert_eq!(folded.fates[&2], Fate::Waits(Waiting::NoEntry));
    let in_ = event(3, "01", day(2026, 4, 1), 1, &[("a", "1")]);
    let folded = in_every_order(&[out, moved, in_]);
    assert_eq!(folded.states.len(), 3);
    assert!(folded.fates.values().all(|fate| *fate == Fate::Stands));
    assert_eq!(folded.states[2].presence, Presence::Removed);
}

#[test]
fn a_second_entry_waits_until_the_removal_between_is_known() {
    let first = event(1, "01", day(2020, 4, 1), 1, &[("a", "1")]);
    let again = event(2, "01", day(2024, 4, 1), 3, &[("a", "3")]);
    let folded = fold(&[first.clone(), again.clone()]);
    assert_eq!(folded.fates[&2], Fate::Waits(Waiting::NoRemoval));
    let out = event(3, "21", day(2022, 4, 1), 2, &[("a", "1")]);
    let folded = in_every_order(&[first, again, out.clone()]);
    assert_eq!(folded.states.len(), 3);
    let twice = Event {
        no: 9,
        sequence: (9, 0),
        on: day(2023, 1, 1),
        ..out.clone()
    };
    let folded = fold(&[event(1, "01", day(2020, 4, 1), 1, &[]), out, twice]);
    assert_eq!(folded.fates[&9], Fate::Waits(Waiting::NoEntryAgain));
}

#[test]
fn a_correction_dated_back_goes_on_into_what_came_after_it() {
    let folded = in_every_order(&[
        event(
            1,
            "01",
            day(2026, 4, 1),
            1,
            &[("name", "高橋"), ("town", "芝")],
        ),
        event(
            2,
            "41",
            day(2026, 5, 1),
            2,
            &[("name", "高橋"), ("town", "三田")],
        ),
        event(
            3,
            "44",
            day(2026, 4, 10),
            3,
            &[("name", "髙橋"), ("town", "三田")],
        ),
        // An earlier move that became known late stands between the two.
        event(
            4,
            "44",
            day(2026, 3, 1),
            4,
            &[("name", "髙𣘺"), ("town", "三田")],
        ),
    ]);
    let told: Vec<_> = folded
        .states
        .iter()
        .map(|state| {
            (
                state.on,
                state.items["name"].as_str(),
                state.items["town"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (day(2026, 4, 1), "髙𣘺", "芝"),
            (day(2026, 4, 10), "髙橋", "芝"),
            (day(2026, 5, 1), "髙橋", "三田"),
        ]
    );
}

#[test]
fn naturalisation_takes_one_record_out_and_the_other_in_on_one_day() {
    let on = day(2026, 7, 1);
    let folded = in_every_order(&[
        event(
            1,
            "01",
            day(2026, 4, 1),
            1,
            &[("kind", "2"), ("alias", "港")],
        ),
        event(2, "24", on, 2, &[("kind", "2"), ("alias", "港")]),
        event(3, "04", on, 3, &[("kind", "1")]),
    ]);
    assert_eq!(folded.states.len(), 2);
    assert_eq!(folded.states[1].items, record(&[("kind", "1")]));
    assert_eq!(folded.states[1].presence, Presence::Present);
}

#[test]
fn a_loaded_record_holds_without_its_past_and_can_be_taken_back() {
    let mut loaded = event(1, "21", day(2026, 5, 1), 7, &[("a", "7")]);
    loaded.loaded = Some(Presence::Removed);
    let back = event(2, "09", day(2026, 5, 2), 8, &[("a", "6")]);
    let folded = in_every_order(&[loaded.clone(), back]);
    assert_eq!(folded.states.len(), 1);
    assert_eq!(folded.states[0].presence, Presence::Present);
    assert_eq!(folded.states[0].items, record(&[("a", "6")]));
    // A 取消 that does not say what was before leaves the items as they were loaded: nothing is made up.
    let bare = event(2, "09", day(2026, 5, 2), 8, &[]);
    let folded = in_every_order(&[loaded, bare]);
    assert_eq!(folded.states[0].presence, Presence::Present);
    assert_eq!(folded.states[0].items, record(&[("a", "7")]));
}

#[test]
fn every_cause_acts_as_its_side_says() {
    for row in CAUSES {
        let start = event(1, "01", day(2026, 4, 1), 1, &[("a", "1")]);
        let next = event(2, row.code, day(2026, 5, 1), 2, &[("a", "2")]);
        let folded = fold(&[start, next]);
        let (states, present) = (
            folded.states.len(),
            folded.states.last().map(|state| state.presence),
        );
        match row.side {
            Side::Entry => assert_eq!(folded.fates[&2], Fate::Waits(Waiting::NoRemoval)),
            Side::Removal => assert_eq!((states, present), (2, Some(Presence::Removed))),
            Side::Amendment => assert_eq!((states, present), (2, Some(Presence::Present))),
            Side::CancelEntry => assert_eq!((states, folded.fates[&2]), (0, Fate::Undoes(1))),
            Side::CancelRemoval | Side::CancelAmendment => {
                assert_eq!(
                    (states, folded.fates[&2]),
                    (1, Fate::Waits(Waiting::NoTarget))
                );
            }
        }
    }
}

/// 住民基本台帳法 第8条: the entry of a record that was loaded is cancelled, with a record on the 取消 itself: nobody is in the
/// register, for a 取消 takes back and never adds.
// covers: ADR-004
#[test]
fn the_cancelled_entry_of_a_loaded_record_leaves_nobody() {
    let entered = day(2026, 4, 1);
    let loaded = Event {
        loaded: Some(Presence::Present),
        ..event(1, "01", entered, 1, &[("name", "港 花子")])
    };
    let cancelled = event(2, "28", entered, 2, &[("name", "港 花子")]);
    let folded = in_every_order(&[loaded, cancelled]);
    assert_eq!(states(&folded), []);
    assert_eq!(folded.fates[&1], Fate::Undone(2));
}

fn loaded(event: Event, presence: Presence) -> Event {
    Event {
        loaded: Some(presence),
        ..event
    }
}

fn towns(folded: &Folded) -> Vec<(Date, &str)> {
    folded
        .states
        .iter()
        .map(|state| (state.on, state.items["town"].as_str()))
        .collect()
}

#[test]
fn an_older_number_fills_the_days_before_a_loaded_record_and_none_after() {
    let stood = loaded(
        event(9, "41", day(2024, 4, 1), 5, &[("town", "三田")]),
        Presence::Present,
    );
    // Dated after the record, and on its very day: the record was numbered later and holds both.
    for on in [day(2025, 1, 1), day(2024, 4, 1)] {
        let older = event(1, "41", on, 3, &[("town", "芝")]);
        let folded = in_every_order(&[stood.clone(), older]);
        assert_eq!(towns(&folded), [(day(2024, 4, 1), "三田")], "{on}");
        assert_eq!(folded.fates[&1], Fate::Included(9));
    }
    let left = event(1, "21", day(2025, 1, 1), 4, &[("town", "芝")]);
    let folded = in_every_order(&[stood.clone(), left]);
    assert_eq!(folded.states[0].presence, Presence::Present);
    // Days before it are filled, from the entry on.
    let entry = event(1, "01", day(2010, 4, 1), 1, &[("town", "芝")]);
    let moved = event(2, "41", day(2020, 4, 1), 3, &[("town", "白金")]);
    let folded = in_every_order(&[stood.clone(), entry, moved]);
    assert_eq!(
        towns(&folded),
        [
            (day(2010, 4, 1), "芝"),
            (day(2020, 4, 1), "白金"),
            (day(2024, 4, 1), "三田")
        ]
    );
    // The number of a 住登外 record is another sender's.
    let gone = loaded(
        event(9, "21", day(2024, 4, 1), 5, &[("town", "三田")]),
        Presence::Removed,
    );
    let elsewhere = [("resident_kind", "3"), ("town", "藤沢")];
    let folded = in_every_order(&[gone, event(1, "J1", day(2025, 1, 1), 1, &elsewhere)]);
    assert_eq!(folded.fates[&1], Fate::Stands);
}

#[test]
fn a_newer_number_that_is_dated_back_holds_in_the_loaded_records_after_it() {
    let records = [
        loaded(
            event(
                1,
                "06",
                day(2020, 4, 1),
                4,
                &[("name", "港"), ("town", "芝")],
            ),
            Presence::Present,
        ),
        loaded(
            event(
                2,
                "44",
                day(2024, 4, 1),
                5,
                &[("name", "湊"), ("town", "芝")],
            ),
            Presence::Present,
        ),
    ];
    let said = [("name", "湊"), ("town", "三田")];
    for on in [day(2022, 1, 1), day(2019, 1, 1)] {
        let moved = event(3, "41", on, 6, &said);
        let folded = in_every_order(&[records[0].clone(), records[1].clone(), moved]);
        assert_eq!(
            folded.states.last().unwrap().items,
            record(&said),
            "what was told last is the present: {on}"
        );
        assert_eq!(folded.states.last().unwrap().on, day(2024, 4, 1));
        assert_eq!(folded.fates[&3], Fate::Stands);
        let out = event(3, "21", on, 6, &[("name", "湊"), ("town", "芝")]);
        let folded = in_every_order(&[records[0].clone(), records[1].clone(), out]);
        let gone = folded.states.last().unwrap().presence == Presence::Removed;
        assert_eq!(gone, on.year() == 2022, "{on}");
    }
    let one = loaded(
        event(2, "41", day(2024, 4, 1), 5, &[("town", "芝")]),
        Presence::Present,
    );
    let out = event(3, "21", day(2024, 3, 31), 6, &[("town", "芝")]);
    let folded = in_every_order(&[one, out]);
    assert_eq!(folded.states.last().unwrap().presence, Presence::Removed);
}

/// 住民基本台帳法 第8条 and 第22条: a 転入 enters a person whom the register does not have, whatever other record the office keeps.
#[test]
fn an_outsider_who_moves_in_is_a_resident_from_that_day() {
    let outside = [("resident_kind", "3"), ("town", "藤沢")];
    let here = [("resident_kind", "1"), ("town", "三田")];
    let folded = in_every_order(&[
        event(1, "01", day(2010, 4, 1), 1, &here),
        event(2, "21", day(2020, 3, 31), 2, &here),
        event(3, "J1", day(2021, 4, 1), 3, &outside),
        event(4, "01", day(2026, 10, 1), 4, &here),
        // What ends the 住登外 record afterwards does not take the resident out.
        event(5, "J3", day(2026, 10, 5), 5, &outside),
    ]);
    assert_eq!(
        towns(&folded),
        [
            (day(2010, 4, 1), "三田"),
            (day(2020, 3, 31), "三田"),
            (day(2021, 4, 1), "藤沢"),
            (day(2026, 10, 1), "三田")
        ]
    );
    assert_eq!(folded.states[3].presence, Presence::Present);
    assert_eq!(folded.fates[&4], Fate::Stands);
    assert_eq!(folded.fates[&5], Fate::Waits(Waiting::NoEntry));
}
