//! A city to be renewed.

use super::{Counter, Verdict};
use law::{Date, day};
use office::certificate::card_list::receive;
use office::certificate::run::{Request, approve, start};
use office::certificate::run_publish::{begin, publish};
use office::certificate::run_work::calculate;
use office::jobs::{Flow, JobState};

pub const FROZEN: Date = law::date::Date::constant(2026, 7, 13);
pub const RENEWAL: Date = law::date::Date::constant(2026, 8, 1);
pub const YEAR: (Date, Date) = (RENEWAL, law::date::Date::constant(2027, 8, 1));

/// Sixty households: one adult each, every third with a spouse of 72, cards for every second person.
pub fn city(counter: &Counter) {
    let mut cards = Vec::new();
    for home in 1..=60 {
        let head = home * 10;
        counter.household(home, head, day(1970, 1, 2), day(2020, 4, 1));
        cards.push((head, home % 2 == 0));
        if home % 3 == 0 {
            counter.member(home, head + 1, 2, day(1954, 5, 5), day(2020, 4, 1));
            cards.push((head + 1, home % 4 == 0));
            counter.judged(
                home,
                head + 1,
                YEAR,
                Verdict {
                    class: 14,
                    tenths: 2,
                    pending: 0,
                },
            );
        }
    }
    list(counter, FROZEN, "a", &cards);
}

pub fn list(counter: &Counter, as_of: Date, hash: &str, rows: &[(i64, bool)]) {
    receive(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        (as_of, "医療保険者等向け中間サーバー", hash),
        rows,
    )
    .unwrap();
}

pub fn request(counter: &Counter, card_as_of: Date) -> Request<'_> {
    Request {
        rules: &counter.rules,
        effective_from: RENEWAL,
        issued_on: day(2026, 7, 15),
        card_as_of,
        chunk_households: 7,
        note: "令和8年度更新".into(),
    }
}

pub fn begun(counter: &Counter) -> i64 {
    start(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &request(counter, FROZEN),
    )
    .unwrap()
}

pub fn calculated(counter: &Counter) -> i64 {
    let run_id = begun(counter);
    let state = calculate(&counter.store, run_id, 2, &|| 5, |_| Flow::Continue).unwrap();
    assert_eq!(state, JobState::Finished);
    run_id
}

pub fn published(counter: &Counter, run_id: i64) {
    approve(
        &counter.store,
        &counter.chief_may(),
        &counter.chief(),
        run_id,
    )
    .unwrap();
    begin(&counter.store, &counter.may(), &counter.acting(), run_id).unwrap();
    publish(&counter.store, run_id, 2, &|| 5, |_| Flow::Continue).unwrap();
}
