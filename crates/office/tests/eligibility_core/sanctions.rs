//! 処分と世帯主の変更: 特別療養費 is for the head who is in arrears, and another head is asked about by people.

use super::counter::{Counter, on, on_both};
use super::support::permit;
use db::Span;
use law::{Date, day};
use office::certificate::KeptRules;
use office::certificate::fact::{Sanction, SanctionKind};
use office::certificate::measure::{self, Order};
use office::eligibility::compose::{change_head, loss, renumber};
use office::eligibility::{Request, Warning};
use office::registry::timeline;
use office::worklist::{self, SANCTION_HEAD};

const FROM: Date = Date::constant(2026, 7, 1);

/// 特別療養費 of a household, told to its head in May.
fn imposed(counter: &Counter, home: i64) {
    let sanction = Sanction {
        kind: SanctionKind::Special,
        noticed_on: Some(day(2026, 5, 1)),
        answer_until: Some(day(2026, 6, 15)),
        circumstance: false,
        ground: "令和6年度の滞納".to_owned(),
    };
    let order = Order::Impose(Span::new(FROM, None), &sanction);
    decided(counter, home, FROM, &order);
}

/// What a second person decides of a measure on a day.
fn decided(counter: &Counter, home: i64, today: Date, order: &Order<'_>) {
    let acting = counter
        .chief
        .acting("試験", today, counter.desk.tick(), None);
    let rules = KeptRules::from_book(&counter.desk.book, counter.code).unwrap();
    let may = permit(&counter.chief);
    measure::decide(&counter.desk.store, &may, &acting, &rules, home, order).unwrap();
}

fn standing(counter: &Counter, home: i64) -> Vec<Span> {
    let read = |conn: &mut db::Conn| timeline::<Sanction>(conn, home, None);
    let all = counter.desk.store.read(read).unwrap();
    all.iter().map(|one| one.valid).collect()
}

fn couple(counter: &Counter, first: i64) -> i64 {
    counter.resident(first, day(1960, 5, 5));
    counter.resident(first + 1, day(1962, 5, 5));
    counter.settle(first, &[first, first + 1], day(2026, 4, 1))
}

fn asked(counter: &Counter) -> Vec<(Option<i64>, Option<i64>, String)> {
    counter.work(SANCTION_HEAD)
}

/// 国民健康保険法 第54条の3第1項・第4項: the head under 特別療養費 dies and another follows. The preview says it, the work list asks for
/// the decision, and nothing is lifted by itself.
// covers: CRT-002
#[test]
fn a_sanction_is_asked_about_when_another_becomes_head() {
    on_both(2026..=2026, |counter| {
        let home = couple(counter, 11);
        imposed(counter, home);
        let died = on(day(2026, 8, 10));
        let alone = counter.register(day(2026, 8, 20), vec![loss(died, "died", 11)]);
        let told = |one: &&Warning| matches!(one, Warning::SanctionedHead { .. });
        assert_eq!(alone.consequences.warnings.iter().find(told), None);
        let follows = vec![change_head(died, home, 12)];
        let shown = counter.preview(day(2026, 8, 20), &Request::of(follows.clone()));
        let warned = shown.warnings.iter().find(told).unwrap().message_ja();
        for words in [
            "見本　11",
            "見本　12",
            "特別療養費",
            "第54条の3第1項",
            "解除するか続けるか",
        ] {
            assert!(warned.contains(words), "{words}: {warned}");
        }
        let done = counter.register(day(2026, 8, 20), follows);
        assert_eq!(asked(counter), [(None, Some(home), warned)]);
        assert_eq!(
            standing(counter, home),
            [Span::new(FROM, None)],
            "nothing is lifted"
        );
        // Another number is no other head.
        let number = vec![renumber(on(day(2026, 8, 21)), home, None, "7654321")];
        let numbered = counter.register(day(2026, 8, 21), number);
        assert_eq!(numbered.consequences.warnings.iter().find(told), None);
        assert_eq!(asked(counter).len(), 1);
        counter.undo(day(2026, 8, 22), &numbered.event_ids);
        // The change taken back asks no more.
        counter.undo(day(2026, 8, 22), &done.event_ids);
        assert_eq!(asked(counter), []);
        // And once more, as it was put on the list the first time.
        counter.register(day(2026, 8, 23), vec![change_head(died, home, 12)]);
        assert_eq!(asked(counter).len(), 1);
    });
}

/// A sanction told to the head of the day asks nothing: not one over, not one told to the new head.
// covers: CRT-002
#[test]
fn a_sanction_of_the_head_of_the_day_asks_nothing() {
    on_both(2026..=2026, |counter| {
        let plain = couple(counter, 21);
        counter.register(
            day(2026, 8, 10),
            vec![change_head(on(day(2026, 8, 10)), plain, 22)],
        );
        imposed(counter, plain);
        // Told in the knowledge of who was head before: on its first day that was the other.
        let over = couple(counter, 31);
        imposed(counter, over);
        let lifting = measure::Lifting {
            from: day(2026, 8, 1),
            noticed_on: Some(day(2026, 7, 25)),
            reason: "完納",
        };
        decided(counter, over, day(2026, 7, 25), &Order::Lift(&lifting));
        counter.register(
            day(2026, 8, 20),
            vec![change_head(on(day(2026, 7, 20)), over, 32)],
        );
        assert_eq!(asked(counter), []);
        assert_eq!(
            worklist::SANCTION_HEAD.owner,
            office::security::Role::EligibilitySupervisor
        );
    });
}

/// 国民健康保険法 第54条の3第4項: who lifts the measure, or takes it back as a mistake, has answered.
// covers: CRT-002
#[test]
fn a_measure_that_is_ended_asks_no_more() {
    on_both(2026..=2026, |counter| {
        let (lifted, mistaken) = (couple(counter, 41), couple(counter, 51));
        let changed = on(day(2026, 8, 10));
        for (home, next) in [(lifted, 42), (mistaken, 52)] {
            imposed(counter, home);
            counter.register(day(2026, 8, 20), vec![change_head(changed, home, next)]);
        }
        assert_eq!(asked(counter).len(), 2);
        let lifting = measure::Lifting {
            from: day(2026, 9, 1),
            noticed_on: Some(day(2026, 8, 21)),
            reason: "完納",
        };
        decided(counter, lifted, day(2026, 8, 21), &Order::Lift(&lifting));
        let left: Vec<Option<i64>> = asked(counter).into_iter().map(|one| one.1).collect();
        assert_eq!(left, [Some(mistaken)]);
        let act = {
            let read = |conn: &mut db::Conn| timeline::<Sanction>(conn, mistaken, None);
            counter.desk.store.read(read).unwrap()[0].act_id
        };
        let order = Order::TakeBack(act, "別の世帯だった");
        decided(counter, mistaken, day(2026, 8, 21), &order);
        assert_eq!(asked(counter), []);
        assert_eq!(standing(counter, mistaken), []);
    });
}
