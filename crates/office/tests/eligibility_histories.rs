//! Random histories at the counter: two hundred events of a household, in any order, late, taken back, corrected twice. What
//! stands is what the standing events say by themselves, what was known before stays known, and the levy follows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "eligibility_core/counter.rs"]
mod counter;
#[path = "eligibility_core/partner.rs"]
mod partner;
mod support;

use crate::support::handed::cleared;
use counter::Counter;
use exchange::{Catalogue, Outgoing};
use law::{Date, FiscalYear, day};
use office::eligibility::compose::NEW_HOUSEHOLD;
use office::eligibility::moves;
use office::eligibility::{NewChange, NewEvent, Registered, Request};
use office::exports::EligibilityStatus;
use office::import::{Incoming, Municipality, Options, receive};
use office::registry::{InsuredSpan, timeline};
use office::security::permit::{ExportData, ImportFile};
use partner::{Partner, everything_told, told_of_the_act};
use sim::dice::Dice;
use std::collections::BTreeMap;
use support::desk::{Desk, WARD};
use support::history::same_as_scratch;
use support::permit;

const PEOPLE: [i64; 5] = [11, 12, 13, 14, 15];

fn how_many(here: u64, in_ci: u64, deep: u64) -> u64 {
    let set = |name: &str, to: &str| std::env::var(name).is_ok_and(|value| value == to);
    if set("KOKUHO_DEEP", "1") {
        deep
    } else if set("CI", "true") {
        in_ci
    } else {
        here
    }
}

fn roll(dice: &mut Dice, most: i64) -> i64 {
    dice.between(0, most)
}

/// Years of birth of the five; everybody's birthday is 10 June.
const BORN: [i16; 5] = [1951, 1955, 1984, 1988, 2018];

/// 擬制世帯主 of the second household; nothing ever happens to him.
const LEADER: i64 = 16;
/// The day on which the first household is founded, before anything happens.
const LONG_AGO: Date = Date::constant(2019, 4, 1);

/// A counter with five people and two empty households: one founded long ago, the other as well or within the days of the
/// histories, so that people join it before its first day.
fn ready(counter: &Counter, second_from: Date) -> [i64; 2] {
    for (id, year) in PEOPLE.into_iter().zip(BORN) {
        counter.resident(id, day(year, 6, 10));
    }
    counter.resident(LEADER, day(1950, 1, 1));
    [(11, LONG_AGO), (LEADER, second_from)].map(|(head, founded_on)| {
        let founding = NewEvent::new(
            "household_founded",
            founded_on,
            None,
            NewChange::Found {
                household_id: NEW_HOUSEHOLD,
                head_person_id: head,
                symbol: None,
                number: None,
            },
        );
        let request = Request::of(vec![founding]);
        let done = counter.try_register(day(2024, 4, 1), &request).unwrap();
        done.founded[0].1
    })
}

/// A day of the last years, on a few days of a few months so that events meet.
fn some_day(dice: &mut Dice) -> Date {
    let year = i16::try_from(2024 + roll(dice, 2)).unwrap();
    let month = i8::try_from(1 + roll(dice, 11)).unwrap();
    let on = *dice.one(&[1, 2, 10, 15, 28]).unwrap();
    day(year, month, on)
}

fn some_event(dice: &mut Dice, homes: [i64; 2], number: i64) -> NewEvent {
    let person_id = *dice.one(&PEOPLE).unwrap();
    let household_id = *dice.one(&homes).unwrap();
    let on = some_day(dice);
    let gain = NewChange::Gain {
        person_id,
        household_id,
        prefecture_since: None,
        residence: None,
    };
    let loss = |elsewhere_from| NewChange::Loss {
        person_id,
        elsewhere_from,
    };
    let (cause, change) = match dice.weighted(&[9, 4, 3, 3, 2, 2, 2, 3, 3, 1, 1]) {
        0 => ("moved_in", gain),
        1 => ("left_insurance", gain),
        2 => ("joined_insurance", loss(None)),
        3 => ("moved_out", loss((number % 2 == 0).then_some(on))),
        4 => ("welfare_started", loss(None)),
        5 => ("died", loss(None)),
        6 => ("late_elderly_disability", loss(None)),
        7 => (
            "household_changed",
            NewChange::Move {
                person_id,
                household_id,
            },
        ),
        8 => (
            "head_changed",
            NewChange::Head {
                household_id,
                head_person_id: person_id,
            },
        ),
        9 => (
            "renumbered",
            NewChange::Renumber {
                household_id,
                symbol: None,
                number: format!("{:07}", 1_000_000 + number),
            },
        ),
        _ => ("former_insured_ended", NewChange::FormerEnd { person_id }),
    };
    NewEvent {
        sequence: roll(dice, 4),
        ..NewEvent::new(cause, on, Some(on), change)
    }
}

/// What is standing by the test's own book: number of the event and what was said.
type Told = BTreeMap<i64, NewEvent>;

/// Household, first day, first day after.
type Days = Vec<(i64, Date, Option<Date>)>;
/// Head, number, first day, first day after.
type Heads = Vec<(i64, String, Date, Option<Date>)>;
/// A moment and the cover of everybody as it was known then.
type Known = Vec<(i64, Vec<Days>)>;

/// Cover, standing beside the insured, and heads: everything a person of the office can see.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    cover: Vec<Days>,
    former: Vec<Days>,
    heads: Vec<Heads>,
}

fn seen(counter: &Counter, homes: [i64; 2]) -> Seen {
    Seen {
        cover: PEOPLE.iter().map(|id| counter.cover(*id)).collect(),
        former: PEOPLE.iter().map(|id| counter.former(*id)).collect(),
        heads: homes.iter().map(|home| counter.heads(*home)).collect(),
    }
}

/// One event on the day it takes effect.
struct Step<'t> {
    on: Date,
    rank: u8,
    event: &'t NewEvent,
}

impl<'t> Step<'t> {
    fn of(event: &'t NewEvent) -> Option<Self> {
        let next = matches!(
            event.cause.as_str(),
            "joined_insurance" | "died" | "late_elderly_disability"
        ) || is_out(&event);
        let rank = match event.change {
            NewChange::Loss { .. } => 0,
            NewChange::Gain { .. } => 1,
            NewChange::Move { .. } => 2,
            NewChange::FormerEnd { .. } => 3,
            _ => return None,
        };
        let on = if next {
            law::date::next_day(event.occurred_on)
        } else {
            event.occurred_on
        };
        Some(Self { on, rank, event })
    }

    fn order(&self) -> (Date, u8, i64, Date, Option<i64>, &str) {
        let event = self.event;
        let plain = (self.on, self.rank, event.sequence);
        let tie = (event.occurred_on, event.household_id(), &event.cause);
        (plain.0, plain.1, plain.2, tie.0, tie.1, tie.2)
    }
}

/// Where a person is insured, since when, and where 特定同一世帯所属者.
#[derive(Default)]
struct Stand {
    home: Option<(i64, Date)>,
    /// 取得.
    began: Option<Date>,
    /// A day of 取得 on which another insurance held too: nobody was insured.
    never: Option<Date>,
    former: Option<i64>,
}

impl Stand {
    /// Whether the loss ended something.
    fn lose(&mut self, step: &Step<'_>) -> bool {
        let leaves = matches!(step.event.cause.as_str(), "moved_out" | "died");
        let Some((home, since)) = self.home.take() else {
            return leaves && self.former.take().is_some();
        };
        let cause = step.event.cause.as_str();
        let excludes = matches!(cause, "joined_insurance" | "late_elderly_disability");
        if excludes && self.began == Some(step.event.occurred_on) {
            self.never = self.began;
            self.former = None;
            return true;
        }
        let goes_over = cause == "late_elderly_disability" && since < step.on;
        self.former = goes_over.then_some(home);
        true
    }
}

/// Away, and nobody said where a residence began on that day.
fn is_out(event: &&NewEvent) -> bool {
    let nowhere = matches!(
        event.change,
        NewChange::Loss {
            elsewhere_from: None,
            ..
        }
    );
    event.cause == "moved_out" && nowhere
}

/// Whether 連番 says the order of what begins and ends on a day.
fn in_turn(turns: &[&Step<'_>], today: Date) -> bool {
    let said = |step: &Step<'_>| (step.event.change.clone(), step.event.cause.clone());
    let mut of_today = turns.iter().filter(|step| step.event.occurred_on == today);
    of_today.all(|one| {
        let mut same = turns.iter().filter(|two| {
            two.event.occurred_on == today && two.event.sequence == one.event.sequence
        });
        one.event.sequence > 0 && same.all(|two| said(two) == said(one))
    })
}

/// Where one goes on a day, one household after the other: as 連番 says; where it does not, out of the household one is in, into
/// the last of those that were told, and then back.
fn out_and_back(moves: &[&Step<'_>], today: Date, here: Option<i64>) -> Vec<i64> {
    let told: Vec<i64> = moves
        .iter()
        .filter_map(|step| step.event.household_id())
        .collect();
    if here.is_none() || in_turn(moves, today) {
        return told;
    }
    let (back, away): (Vec<i64>, Vec<i64>) = told.iter().partition(|to| Some(**to) == here);
    let taken = away.last().copied();
    taken.into_iter().chain(back).collect()
}

/// The days of cover once more, day by day from the test's own book: who is insured in which household.
fn literal_cover(told: &Told, person: i64, on: Date) -> Option<i64> {
    let of_person = |one: &&NewEvent| one.person_id() == Some(person);
    let mut steps: Vec<Step<'_>> = told
        .values()
        .filter(of_person)
        .filter_map(Step::of)
        .collect();
    let outs: Vec<&NewEvent> = told.values().filter(of_person).filter(is_out).collect();
    // What is told of the day may take effect on the next.
    steps.retain(|step| step.on <= law::date::next_day(on));
    steps.sort_by(|one, two| one.order().cmp(&two.order()));
    let place = PEOPLE.iter().position(|one| *one == person).unwrap();
    let at_75 = day(BORN[place] + 75, 6, 10);
    let mut stand = Stand::default();
    let mut home = None;
    // Away and back on one day: the loss counted on that day and does not count on the next.
    let mut taken: Option<Date> = None;
    for of_day in steps.chunk_by(|one, two| one.on == two.on) {
        let today = of_day[0].on;
        let gone = taken.take();
        let counted =
            |step: &&Step<'_>| !(is_out(&step.event) && gone == Some(step.event.occurred_on));
        let of = |rank| {
            let of_rank = of_day.iter().filter(move |step| step.rank == rank);
            of_rank.filter(counted)
        };
        let mut turns: Vec<&Step<'_>> = of(0).chain(of(1)).collect();
        let in_turn = in_turn(&turns, today);
        if in_turn {
            // What happened the day before comes before what is numbered today.
            turns.sort_by_key(|step| (step.event.occurred_on == today, step.event.sequence));
        }
        let mut unmet = Vec::new();
        for step in turns {
            if step.rank == 0 {
                if !stand.lose(step) {
                    unmet.push(step);
                }
                continue;
            }
            let before = |out: &&&NewEvent| {
                out.occurred_on == today
                    && (step.event.sequence == 0 || out.sequence <= step.event.sequence)
            };
            let back = step.event.cause == "moved_in" && today < at_75;
            let insured = stand.home.is_some_and(|home| home.1 < today);
            if back
                && insured
                && let Some(out) = outs.iter().find(before)
            {
                taken = Some(out.occurred_on);
                stand.home = None;
            }
            if stand.home.is_none() {
                stand.home = step.event.household_id().map(|home| (home, today));
                stand.began = Some(today);
                stand.former = None;
            }
        }
        // A loss of the very day that ended nothing ends what begins on it, where nobody says which came first.
        for step in unmet {
            if step.event.occurred_on == today && !in_turn {
                stand.lose(step);
            }
        }
        let moves: Vec<&Step<'_>> = of(2).collect();
        let here = stand.home.map(|home| home.0);
        for to in out_and_back(&moves, today, here) {
            match &mut stand.home {
                Some(_) if today >= at_75 => {}
                Some(home) if home.0 != to => *home = (to, today),
                Some(_) => {}
                None if stand.former != Some(to) => stand.former = None,
                None => {}
            }
        }
        if of(3).next().is_some() {
            stand.former = None;
        }
        if today <= on {
            home = stand.home.map(|home| home.0);
        }
    }
    home.filter(|_| stand.never != Some(on))
}

struct Played {
    events: usize,
    undone: usize,
    corrected: usize,
    refused: usize,
    waiting: usize,
    held: usize,
    moved_back: usize,
}

/// Plays one history and holds the office against it.
fn play(counter: &Counter, seed: u64, count: i64) -> Played {
    let mut dice = Dice::new(20_261_120, seed);
    let second = match seed % 2 {
        0 => day(2025, 8, 15),
        _ => LONG_AGO,
    };
    let homes = ready(counter, second);
    let mut told: Told = BTreeMap::new();
    let mut partner = Partner::default();
    let mut known: Known = Vec::new();
    let mut played = Played {
        events: 0,
        undone: 0,
        corrected: 0,
        refused: 0,
        waiting: 0,
        held: 0,
        moved_back: 0,
    };
    let mut today = day(2026, 6, 15);
    for number in 0..count {
        if dice.chance(500) && today < day(2027, 2, 1) {
            today = today.saturating_add(jiff::ToSpan::days(9));
        }
        let some = told.keys().copied().collect::<Vec<_>>();
        let picked = dice.one(&some).copied();
        let request = match (dice.weighted(&[14, 3, 3]), picked) {
            (1, Some(event_id)) => Request {
                undo: vec![event_id],
                note: "取消".to_owned(),
                ..Request::default()
            },
            (2, Some(event_id)) => {
                let mut corrected = told[&event_id].clone();
                corrected.occurred_on = some_day(&mut dice);
                corrected.reported_on = None;
                if let NewChange::Loss { elsewhere_from, .. } = &mut corrected.change {
                    *elsewhere_from = elsewhere_from.map(|_| corrected.occurred_on);
                }
                Request {
                    undo: vec![event_id],
                    events: vec![corrected],
                    note: "訂正".to_owned(),
                    ..Request::default()
                }
            }
            _ => {
                let many = 1 + roll(&mut dice, 2);
                let events = (0..many).map(|_| some_event(&mut dice, homes, number));
                let mut events: Vec<NewEvent> = events.collect();
                for event in &mut events {
                    event.reported_on = event.reported_on.map(|on| on.min(today));
                }
                Request::of(events)
            }
        };
        let before = everything_told(counter);
        let done = match counter.try_register(today, &request) {
            Ok(done) => approved(counter, today, done),
            // The same said twice, or a gain after 75: nothing is written.
            Err(office::OfficeError::Refusal(_) | office::OfficeError::Input { .. }) => {
                played.refused += 1;
                continue;
            }
            Err(other) => panic!("seed {seed} step {number}: {other}"),
        };
        played.events += request.events.len();
        played.undone += usize::from(request.events.is_empty());
        played.corrected += usize::from(!request.undo.is_empty() && !request.events.is_empty());
        played.waiting += done.consequences.waiting.len();
        played.held += done.consequences.held.len();
        for gone in &request.undo {
            told.remove(gone);
        }
        told.extend(done.event_ids.iter().copied().zip(request.events));
        told_of_the_act(counter, &done, &before, seed);
        partner.hear(counter, &mut dice, today);
        let now = seen(counter, homes);
        known.push((counter.desk.tick(), now.cover));
        if number % 20 == 19 {
            by_the_book(counter, &told, seed);
        }
    }
    by_the_book(counter, &told, seed);
    played.moved_back += usize::from(counter.heads(homes[1])[0].2 < second);
    partner.knows_the_register(counter, homes, today);
    nothing_known_is_lost(counter, &known);
    the_levy_follows(counter, homes, today);
    from_scratch(counter, (homes, second), (&told, seed), &mut dice, today);
    if second == LONG_AGO {
        carried_over(counter, homes, today, seed);
    }
    played
}

fn approved(counter: &Counter, today: Date, done: Registered) -> Registered {
    match done.proposal_id {
        Some(proposal) => counter.approve(today, proposal),
        None => done,
    }
}

/// Every first day of a span and the days about it are as the test's own book says.
fn by_the_book(counter: &Counter, told: &Told, seed: u64) {
    for person in PEOPLE {
        let spans = counter.cover(person);
        let mut days: Vec<Date> = (2024..2028)
            .flat_map(|year| (1..13).flat_map(move |month| [(year, month, 1), (year, month, 16)]))
            .map(|(year, month, on)| day(year, month, on))
            .collect();
        for event in told.values() {
            days.extend([event.occurred_on, law::date::next_day(event.occurred_on)]);
        }
        for on in days {
            let stands = spans
                .iter()
                .find(|span| span.1 <= on && span.2.is_none_or(|until| on < until));
            assert_eq!(
                stands.map(|span| span.0),
                literal_cover(told, person, on),
                "seed {seed} person {person} on {on}"
            );
        }
    }
}

/// What was known at each moment can still be read as it was.
fn nothing_known_is_lost(counter: &Counter, known: &[(i64, Vec<Days>)]) {
    for (moment, cover) in known {
        for (person, expected) in PEOPLE.into_iter().zip(cover) {
            assert_eq!(counter.cover_known(person, Some(*moment)), *expected);
        }
    }
}

/// Decisions and books are those of the facts, and levying again changes nothing.
fn the_levy_follows(counter: &Counter, homes: [i64; 2], today: Date) {
    counter.desk.check(today, &homes);
    for home in homes {
        for rules in &counter.desk.rules {
            if rules.year() <= FiscalYear::of(today) {
                same_as_scratch(&counter.desk, &counter.desk, home, rules.year().0);
            }
        }
    }
}

/// Another office that hears only what stands, all at once and in another order, sees the same.
fn from_scratch(
    counter: &Counter,
    (homes, second): ([i64; 2], Date),
    (told, seed): (&Told, u64),
    dice: &mut Dice,
    today: Date,
) {
    let fresh = Counter::sqlite(2024..=2026);
    assert_eq!(ready(&fresh, second), homes);
    let mut events: Vec<NewEvent> = told.values().cloned().collect();
    for index in (1..events.len()).rev() {
        let other = usize::try_from(roll(dice, i64::try_from(index).unwrap())).unwrap();
        events.swap(index, other);
    }
    for chunk in events.chunks(25) {
        let done = fresh
            .try_register(today, &Request::of(chunk.to_vec()))
            .unwrap();
        approved(&fresh, today, done);
    }
    assert_eq!(seen(&fresh, homes), seen(counter, homes), "seed {seed}");
    for home in homes {
        for year in 2024..=2026 {
            same_as_scratch(&counter.desk, &fresh.desk, home, year);
        }
    }
}

/// The file of 資格異動 brings an office that knows the people and no event of theirs to the same spans, says the same when it
/// is made there, and is known where it came from.
fn carried_over(counter: &Counter, homes: [i64; 2], today: Date, seed: u64) {
    let catalogue = Catalogue::shipped().unwrap();
    let export = |counter: &Counter| {
        let book = counter.desk.book.eligibility_of(WARD).unwrap();
        let store = &counter.desk.store;
        let (may, acting) = (permit::<ExportData>(&counter.clerk), counter.acting(today));
        moves::export(
            store,
            (&may, &cleared::<EligibilityStatus>(store, &acting, &may)),
            &acting,
            (&catalogue, &book),
            WARD,
            "20261120000000",
        )
        .unwrap()
    };
    let take = |counter: &Counter, file: &Outgoing| {
        let incoming = Incoming {
            name: &file.name,
            bytes: &file.bytes,
            control: Some(&file.control),
        };
        let report = receive(
            &counter.desk.store,
            &catalogue,
            &permit::<ImportFile>(&counter.clerk),
            &counter.acting(today),
            &Municipality::new(WARD),
            &incoming,
            &Options::default(),
        )
        .unwrap();
        (report.posted, report.same, report.held)
    };
    let other = Counter::sqlite(2024..=2026);
    assert_eq!(ready(&other, LONG_AGO), homes);
    let file = export(counter);
    assert_eq!(take(&other, &file), (file.rows, 0, 0));
    let covers = |counter: &Counter| {
        PEOPLE.map(|id| {
            let rows = counter
                .desk
                .store
                .read(|conn| timeline::<InsuredSpan>(conn, id, None));
            let rows = rows.unwrap().into_iter();
            rows.map(|row| (row.valid, row.fact)).collect::<Vec<_>>()
        })
    };
    assert_eq!(covers(&other), covers(counter), "seed {seed}");
    let again = export(&other);
    let lines = |file: &Outgoing| -> Vec<String> {
        let text = String::from_utf8(file.bytes.clone()).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    for (one, two) in lines(&file).iter().zip(&lines(&again)) {
        assert_eq!(one, two);
    }
    assert_eq!(again.rows, file.rows);
    assert_eq!(take(counter, &file), (0, file.rows, 0));
    // Life goes on alike in both.
    for person_id in PEOPLE {
        let died = NewEvent::new(
            "died",
            today,
            Some(today),
            NewChange::Loss {
                person_id,
                elsewhere_from: None,
            },
        );
        // Said before of somebody, it is refused in both.
        let taken = [counter, &other].map(|counter| {
            let request = Request::of(vec![died.clone()]);
            let done = counter.try_register(today, &request);
            done.map(|done| approved(counter, today, done)).is_ok()
        });
        assert_eq!(taken[0], taken[1]);
    }
    assert_eq!(covers(&other), covers(counter), "seed {seed}");
}

fn histories(new_desk: impl Fn() -> Desk, histories: u64, count: i64) {
    let mut all = [0; 7];
    for seed in 1..=histories {
        let counter = Counter::on(new_desk());
        let played = play(&counter, seed, count);
        let own = [
            played.events,
            played.undone,
            played.corrected,
            played.refused,
            played.waiting,
            played.held,
            played.moved_back,
        ];
        for (sum, one) in all.iter_mut().zip(own) {
            *sum += one;
        }
    }
    println!("events, undone, corrected, refused, waiting, held, moved back: {all:?}");
    assert!(all[..5].iter().all(|count| *count > 0), "{all:?}");
    assert!(all[6] > 0 || histories == 1, "{all:?}");
}

// covers: QUA-005, QUA-016, QUA-031
#[test]
fn histories_of_a_household_end_where_its_standing_events_alone_would() {
    histories(
        || Desk::sqlite(WARD, 2024..=2026),
        how_many(2, 12, 120),
        200,
    );
}

#[test]
fn histories_on_the_other_engine() {
    histories(|| Desk::postgres(WARD, 2024..=2026), how_many(1, 3, 20), 80);
}
