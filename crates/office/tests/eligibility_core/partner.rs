//! 国保情報集約システム as the test plays it: it takes files, refuses some lines, and keeps its own register of them.

use super::counter::Counter;
use super::support::{permit, staff_named};
use crate::support::handed::cleared;
use db::Span;
use exchange::Catalogue;
use law::Date;
use office::eligibility::Registered;
use office::exports::LinkageOutbox;
use office::outbox::{self, Division, HouseholdContent, Layout, Message, PersonContent, State};
use office::registry::{HouseholdHead, InsuredSpan, timeline};
use office::security::permit::{ExportData, HandleWork};
use office::security::{Role, Session};
use sim::dice::Dice;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// Kind, number and first day of a period.
type Key = (Layout, i64, Date);

#[derive(Default)]
pub struct Partner {
    /// What it was told and took.
    book: BTreeMap<Key, String>,
    /// Whoever sends and confirms.
    sender: OnceCell<Session>,
    heard: BTreeSet<i64>,
    /// Periods of which a message was refused.
    refused: BTreeSet<Key>,
}

/// Every message by number.
pub fn everything_told(counter: &Counter) -> BTreeMap<i64, Message> {
    let read = |state| {
        let store = &counter.desk.store;
        store
            .read(|conn| outbox::list(conn, state, 0, i64::MAX))
            .unwrap()
    };
    State::ALL
        .into_iter()
        .flat_map(read)
        .map(|message| (message.message_id, message))
        .collect()
}

/// Spans without the days on which somebody reported them and on which the cause of a loss fell: those stay in the office, what is
/// told is the day of the loss itself (`PersonContent`).
fn reported_to_partner(spans: &[(Span, InsuredSpan)]) -> Vec<(Span, InsuredSpan)> {
    let told = |(span, fact): &(Span, InsuredSpan)| {
        let fact = InsuredSpan {
            gain_reported_on: None,
            loss_reported_on: None,
            loss_event_on: None,
            ..fact.clone()
        };
        (*span, fact)
    };
    spans.iter().map(told).collect()
}

/// An act that changed the cover of somebody, and no other, has messages: exactly those that make what was told what
/// stands. Of one period at most one waits.
pub fn told_of_the_act(
    counter: &Counter,
    done: &Registered,
    before: &BTreeMap<i64, Message>,
    seed: u64,
) {
    let store = &counter.desk.store;
    let wrong = store
        .read(|conn| outbox::balance(conn, (0, i64::MAX)))
        .unwrap();
    assert!(wrong.is_empty(), "seed {seed}: {wrong:?}");
    let after = everything_told(counter);
    let new: Vec<&Message> = after
        .values()
        .filter(|message| !before.contains_key(&message.message_id))
        .collect();
    assert!(new.iter().all(|message| message.act_id == done.act_id));
    let withdrawn = after.values().filter(|message| {
        message.state == State::Withdrawn
            && before
                .get(&message.message_id)
                .is_some_and(|was| was.state != State::Withdrawn)
    });
    let moved: BTreeSet<(Layout, i64)> = withdrawn
        .chain(new.iter().copied())
        .map(|message| (message.layout, message.subject))
        .collect();
    for person in &done.consequences.people {
        if reported_to_partner(&person.before) != reported_to_partner(&person.after) {
            assert!(
                moved.contains(&(Layout::Person, person.person_id)),
                "seed {seed}: nobody is told of {person:?}"
            );
        }
    }
    if done.consequences.people.is_empty() && done.consequences.households.is_empty() {
        assert!(new.is_empty(), "seed {seed}: {new:?}");
    }
    let waiting = after.values().filter(|one| one.state == State::Waiting);
    let mut keys = BTreeSet::new();
    for message in waiting {
        assert!(keys.insert((message.layout, message.subject, message.valid_from)));
        assert_ne!(message.content, message.told, "it would tell nothing");
    }
}

impl Partner {
    fn sender(&self, counter: &Counter) -> &Session {
        self.sender
            .get_or_init(|| staff_named(&counter.desk.store, "send01", &[Role::Levy]).0)
    }

    /// Now and then a file goes out, and now and then its result comes back.
    pub fn hear(&mut self, counter: &Counter, dice: &mut Dice, today: Date) {
        if dice.chance(300) {
            self.send(counter, today);
        }
        if dice.chance(300) {
            self.answer(counter, || dice.chance(100), today);
        }
    }

    fn send(&self, counter: &Counter, today: Date) {
        let sender = self.sender(counter);
        let acting = sender.acting("送信", today, counter.desk.tick(), None);
        let may = permit::<ExportData>(sender);
        let catalogue = Catalogue::shipped().unwrap();
        let store = &counter.desk.store;
        let cleared = cleared::<LinkageOutbox>(store, &acting, &may);
        outbox::export(store, (&may, &cleared), &acting, &catalogue, "138032").unwrap();
    }

    /// Takes the oldest file in, all but the lines that chance refuses and those that build on a refused one.
    fn answer(
        &mut self,
        counter: &Counter,
        mut refuses: impl FnMut() -> bool,
        today: Date,
    ) -> bool {
        let store = &counter.desk.store;
        let files = store
            .read(|conn| outbox::files(conn, i64::MAX, 1_000))
            .unwrap();
        let heard = |file: &&outbox::OutFile| !self.heard.contains(&file.file_id);
        let Some(file) = files.iter().rev().find(heard) else {
            return false;
        };
        self.heard.insert(file.file_id);
        let messages = store
            .read(|conn| outbox::of_file(conn, file.file_id))
            .unwrap();
        assert_eq!(i64::try_from(messages.len()).unwrap(), file.lines);
        let mut refused = Vec::new();
        for message in messages {
            if refuses() || !self.take(&message) {
                self.refused
                    .insert((message.layout, message.subject, message.valid_from));
                refused.push((message.line_no.unwrap(), "氏名が一致しません".to_owned()));
            }
        }
        self.confirm(counter, today, file.file_id, &refused);
        true
    }

    fn confirm(&self, counter: &Counter, today: Date, file_id: i64, refused: &[(i64, String)]) {
        let sender = self.sender(counter);
        let acting = sender.acting("結果", today, counter.desk.tick(), None);
        let may = permit::<ExportData>(sender);
        outbox::confirm(&counter.desk.store, &may, &acting, file_id, refused).unwrap();
    }

    /// A message must fit what was taken before: nothing is told twice, and what was never told is not taken back. Only
    /// what went out before the office heard of a refusal may not fit; it is refused too.
    fn take(&mut self, message: &Message) -> bool {
        let key = (message.layout, message.subject, message.valid_from);
        let fits = self.book.contains_key(&key) != (message.division == Division::New);
        if !fits {
            assert!(self.refused.contains(&key), "{message:?}");
            return false;
        }
        match message.division {
            Division::Cancel => self.book.remove(&key),
            _ => self.book.insert(key, message.content.clone()),
        };
        true
    }

    /// When everything was sent, and what was refused sent again and taken, it knows what stands here.
    pub fn knows_the_register(&mut self, counter: &Counter, homes: [i64; 2], today: Date) {
        let store = &counter.desk.store;
        let may = permit::<HandleWork>(&counter.clerk);
        for _ in 0..4 {
            self.send(counter, today);
            while self.answer(counter, || false, today) {}
            let refused = store
                .read(|conn| outbox::list(conn, State::Refused, 0, 10_000))
                .unwrap();
            for message in refused {
                // What another message has replaced cannot be sent again.
                let acting = counter.acting(today);
                drop(outbox::resend(store, &may, &acting, message.message_id));
            }
        }
        let left = store
            .read(|conn| outbox::list(conn, State::Waiting, 0, 10))
            .unwrap();
        assert!(left.is_empty(), "{left:?}");
        let mut stands: BTreeMap<Key, (i64, Option<Date>)> = BTreeMap::new();
        for person in super::PEOPLE {
            let cover = store
                .read(|conn| timeline::<InsuredSpan>(conn, person, None))
                .unwrap();
            for row in cover {
                let key = (Layout::Person, person, row.valid.from);
                stands.insert(key, (row.fact.household_id, row.valid.until));
            }
        }
        for home in homes {
            let heads = store
                .read(|conn| timeline::<HouseholdHead>(conn, home, None))
                .unwrap();
            for row in heads {
                let key = (Layout::Household, home, row.valid.from);
                stands.insert(key, (row.fact.head_person_id, row.valid.until));
            }
        }
        let knows: BTreeMap<Key, (i64, Option<Date>)> = self
            .book
            .iter()
            .map(|(key, content)| {
                let known = match key.0 {
                    Layout::Person => {
                        let read: PersonContent = serde_json::from_str(content).unwrap();
                        (read.household_id, read.applied_until)
                    }
                    Layout::Household => {
                        let read: HouseholdContent = serde_json::from_str(content).unwrap();
                        (read.head_person_id, read.until)
                    }
                };
                (*key, known)
            })
            .collect();
        assert_eq!(knows, stands);
    }
}
