//! 国保世帯 — head and number over time, apart from the household of the residents' register.
//!
//! 根拠: 国民健康保険法 第9条・第76条、国民健康保険法施行規則 第9条・第10条の2

use super::event::{HouseholdChange, HouseholdEvent, Pending, Reason};
use super::standing::{CoverSpan, FormerSpan};
use crate::levy::facts::FormerInsuredTie;
use crate::{Date, Span};

/// Head and number of a household over a stretch of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 世帯主の宛名番号.
    pub head_person_id: i64,
    /// 記号.
    pub symbol: String,
    /// 番号.
    pub number: String,
    /// First day.
    pub from: Date,
    /// First day no longer so; open.
    pub until: Option<Date>,
}

impl Head {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(&self, on: Date) -> bool {
        self.from <= on && self.until.is_none_or(|until| on < until)
    }
}

/// What a household's events come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HouseholdStanding {
    /// Heads and numbers in order of days.
    pub heads: Vec<Head>,
    /// What has no effect.
    pub pending: Vec<Pending>,
}

const fn rank(change: &HouseholdChange) -> u8 {
    match change {
        HouseholdChange::Closed => 0,
        HouseholdChange::Founded { .. } => 1,
        HouseholdChange::Head { .. } => 2,
        HouseholdChange::Number { .. } => 3,
    }
}

/// Folds a household's standing events.
#[must_use]
pub fn fold_household(events: &[HouseholdEvent]) -> HouseholdStanding {
    let mut ordered: Vec<&HouseholdEvent> = events.iter().collect();
    ordered.sort_by_key(|event| {
        (
            (event.occurred_on, rank(&event.change), event.sequence),
            (&event.change, event.event_id),
        )
    });
    let mut fold = Fold::default();
    for today in ordered.chunk_by(|one, two| one.occurred_on == two.occurred_on) {
        fold.day(today);
    }
    fold.heads.extend(fold.open);
    fold.pending.sort_by_key(|one| one.event_id);
    HouseholdStanding {
        heads: fold.heads,
        pending: fold.pending,
    }
}

/// The last change of head or number and what it said, to see what the next one of the day overrides.
type Last<'e> = Option<&'e HouseholdEvent>;

#[derive(Default)]
struct Fold<'e> {
    open: Option<Head>,
    /// What the founding said that opened it.
    opened_by: Option<&'e HouseholdChange>,
    heads: Vec<Head>,
    pending: Vec<Pending>,
    last_head: Last<'e>,
    last_number: Last<'e>,
}

impl<'e> Fold<'e> {
    fn waits(&mut self, event_id: i64, reason: Reason) {
        self.pending.push(Pending { event_id, reason });
    }

    /// One day's events: what founds and closes as the sender numbered it, or, where nobody says, a closing before a
    /// founding. A closing that found nothing open is then asked once more: founded and closed on one day, a household
    /// never was. Changes of head and number come after both.
    fn day(&mut self, today: &[&'e HouseholdEvent]) {
        let place = today.partition_point(|one| rank(&one.change) < 2);
        let (bounds, changes) = today.split_at(place);
        let mut said = std::collections::BTreeSet::new();
        let numbered = |one: &&HouseholdEvent| one.sequence > 0 && said.insert(one.sequence);
        let mut unmet = Vec::new();
        if bounds.iter().all(numbered) {
            let mut bounds = bounds.to_vec();
            bounds.sort_by_key(|one| one.sequence);
            for one in bounds {
                self.apply(one);
            }
        } else {
            let was_open = self.open.is_some();
            for one in bounds {
                if one.change == HouseholdChange::Closed && !was_open {
                    unmet.push(*one);
                } else {
                    self.apply(one);
                }
            }
        }
        for one in unmet {
            self.apply(one);
        }
        for one in changes {
            self.apply(one);
        }
    }

    fn apply(&mut self, event: &'e HouseholdEvent) {
        match &event.change {
            HouseholdChange::Founded {
                head_person_id,
                symbol,
                number,
            } => {
                if let Some(open) = &self.open {
                    // The very founding stated for an earlier day too: that one stands, and this one asks for nothing.
                    let reason = match self.opened_by == Some(&event.change) {
                        true => Reason::FoundedBefore(open.from),
                        false => Reason::FoundedAlready(open.from),
                    };
                    return self.waits(event.event_id, reason);
                }
                self.opened_by = Some(&event.change);
                self.open = Some(Head {
                    head_person_id: *head_person_id,
                    symbol: symbol.clone(),
                    number: number.clone(),
                    from: event.occurred_on,
                    until: None,
                });
            }
            HouseholdChange::Head { head_person_id } => {
                if self.open.is_none() {
                    return self.waits(event.event_id, Reason::NoHousehold);
                }
                let before = self.last_head.replace(event);
                self.override_same_day(before, event);
                self.step(event.occurred_on, |head| {
                    head.head_person_id = *head_person_id;
                });
            }
            HouseholdChange::Number { symbol, number } => {
                if self.open.is_none() {
                    return self.waits(event.event_id, Reason::NoHousehold);
                }
                let before = self.last_number.replace(event);
                self.override_same_day(before, event);
                self.step(event.occurred_on, |head| {
                    head.symbol.clone_from(symbol);
                    head.number.clone_from(number);
                });
            }
            HouseholdChange::Closed => {
                let Some(mut open) = self.open.take() else {
                    return self.waits(event.event_id, Reason::NoHousehold);
                };
                if open.from < event.occurred_on {
                    open.until = Some(event.occurred_on);
                    self.heads.push(open);
                }
            }
        }
    }

    fn override_same_day(&mut self, before: Last<'e>, event: &HouseholdEvent) {
        let Some(before) = before.filter(|before| before.occurred_on == event.occurred_on) else {
            return;
        };
        let reason = if before.change != event.change && before.sequence == event.sequence {
            Reason::Contradicted
        } else {
            Reason::Overridden
        };
        self.waits(before.event_id, reason);
    }

    fn step(&mut self, on: Date, change: impl Fn(&mut Head)) {
        let Some(open) = self.open.as_mut() else {
            return;
        };
        let mut next = open.clone();
        change(&mut next);
        if next == *open {
            return;
        }
        if open.from == on {
            *open = next;
            // A change that is taken back on its own day leaves what stood.
            let joins = |last: &Head, open: &Head| {
                last.until == Some(on)
                    && last.head_person_id == open.head_person_id
                    && last.symbol == open.symbol
                    && last.number == open.number
            };
            if self.heads.last().is_some_and(|last| joins(last, open))
                && let Some(last) = self.heads.pop()
            {
                self.open = Some(Head {
                    until: None,
                    ..last
                });
            }
            return;
        }
        next.from = on;
        let mut before = std::mem::replace(open, next);
        before.until = Some(on);
        self.heads.push(before);
    }
}

/// 特定同一世帯所属者である期間 once the household's heads are known.
///
/// 根拠: 国民健康保険法施行令 第29条の7第2項第8号イ
///
/// "継続して同一の世帯に属する": where a change of head ends it, the first head after the one under whom the standing
/// began here ends it. A change of number ends nothing, whoever made it.
#[must_use]
pub fn former_span(tie: FormerInsuredTie, heads: &[Head], former: &FormerSpan) -> Option<Span> {
    let begun_under = heads
        .iter()
        .filter(|head| head.until.is_none_or(|until| former.here_from < until))
        .min_by_key(|head| head.from)
        .map(|head| head.head_person_id);
    let head_changed = heads
        .iter()
        .filter(|head| head.from > former.here_from && Some(head.head_person_id) != begun_under)
        .map(|head| head.from)
        .min()
        .filter(|_| tie == FormerInsuredTie::SameHead);
    let until = [former.until, head_changed].into_iter().flatten().min();
    until
        .is_none_or(|until| former.from < until)
        .then_some(Span {
            from: former.from,
            until,
        })
}

/// 擬制世帯主である期間 — the days on which the head is not insured in the household while somebody else is.
///
/// 根拠: 国民健康保険法 第76条
#[must_use]
pub fn fictitious_spans(heads: &[Head], members: &[(i64, &CoverSpan)]) -> Vec<(i64, Span)> {
    let mut edges: Vec<Date> = heads.iter().map(|head| head.from).collect();
    edges.extend(heads.iter().filter_map(|head| head.until));
    edges.extend(members.iter().map(|(_, span)| span.from));
    edges.extend(members.iter().filter_map(|(_, span)| span.until));
    edges.sort_unstable();
    edges.dedup();
    let mut found: Vec<(i64, Span)> = Vec::new();
    for (index, from) in edges.iter().enumerate() {
        let until = edges.get(index + 1).copied();
        let Some(head) = heads.iter().find(|head| head.holds(*from)) else {
            continue;
        };
        let covered =
            |span: &CoverSpan| span.from <= *from && span.until.is_none_or(|end| *from < end);
        let insured = members.iter().filter(|(_, span)| covered(span));
        let people: Vec<i64> = insured.map(|(person, _)| *person).collect();
        if people.is_empty() || people.contains(&head.head_person_id) {
            continue;
        }
        match found.last_mut() {
            Some((person, span)) if *person == head.head_person_id && span.until == Some(*from) => {
                span.until = until;
            }
            _ => found.push((head.head_person_id, Span { from: *from, until })),
        }
    }
    found
}
