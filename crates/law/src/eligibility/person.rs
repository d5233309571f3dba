//! 個人の資格 — a person's standing events folded into spans of cover and of standing beside the insured.

use super::event::{Pending, PersonChange, PersonEvent, Reason, numbered};
use super::placed::{Placed, after, key, of_rank, place, rank};
use super::prefecture::Tracker;
use super::standing::{CoverSpan, FormerSpan, PersonStanding};
use crate::Date;
use crate::date::{birthday, next_day};
use crate::rules::eligibility::{EligibilityBook, PrefectureEffect};

/// 転入の事由 begin with this.
const MOVED_IN: &str = "moved_in";

/// Folds a person's standing events.
///
/// 根拠: 国民健康保険法 第5条から第8条、国民健康保険法施行令 第29条の7第2項第8号イ
#[must_use]
pub fn fold_person(
    book: &EligibilityBook<'_>,
    birth_on: Date,
    events: &[PersonEvent],
) -> PersonStanding {
    let mut fold = Fold::new(birth_on);
    let mut placed = Vec::with_capacity(events.len());
    for event in events {
        match place(book, event) {
            Ok(event) => placed.push(event),
            Err(refusal) => fold.waits(event, Reason::NoRule(refusal.message_ja)),
        }
    }
    placed.sort_by(|one, two| key(one).cmp(&key(two)));
    let mut rest = placed.as_slice();
    while let Some(first) = rest.first() {
        let (today, later) = rest.split_at(rest.partition_point(|one| one.on == first.on));
        fold.day(today, later);
        rest = later;
    }
    fold.finish()
}

struct Fold {
    birth_on: Date,
    /// 転出 that a 転入 of the same day took up before its own day.
    taken: Option<i64>,
    open: Option<CoverSpan>,
    /// Whoever gained last was insured in the prefecture before that day.
    already: bool,
    former: Option<FormerSpan>,
    tracker: Tracker,
    standing: PersonStanding,
}

impl Fold {
    fn new(birth_on: Date) -> Self {
        Self {
            birth_on,
            taken: None,
            open: None,
            already: false,
            former: None,
            tracker: Tracker::default(),
            standing: PersonStanding::default(),
        }
    }

    fn waits(&mut self, event: &PersonEvent, reason: Reason) {
        self.standing.pending.push(Pending {
            event_id: event.event_id,
            reason,
        });
    }

    /// One day's events in order: as the sender numbered what begins and ends on it, or, where nobody says, ends before
    /// beginnings. A loss of the very day that found nothing to end is then asked once more after the gains: somebody who
    /// comes and is excluded on the same day was never insured.
    fn day(&mut self, today: &[Placed<'_>], later: &[Placed<'_>]) {
        let mut ends: Vec<_> = of_rank(today, 0..1);
        if let Some(taken) = self.taken.take() {
            let same = |one: &&Placed<'_>| one.event.event_id == taken;
            if let Some(place) = ends.iter().position(same) {
                ends.remove(place);
            }
        }
        let gains = of_rank(today, 1..2);
        let (mut own, before): (Vec<_>, Vec<_>) =
            ends.iter().partition(|one| one.event.occurred_on == one.on);
        if numbered(own.iter().chain(&gains).map(|one| one.event)) {
            own.extend(gains);
            own.sort_by_key(|one| one.event.sequence);
            self.told_in_turn(before.into_iter().chain(own), later);
        } else {
            self.ends_first(&ends, &gains, later);
        }
        self.moves(&of_rank(today, 3..4));
        for one in of_rank(today, 4..u8::MAX) {
            self.change(one);
        }
    }

    /// 世帯変更 of one day: as the sender numbered them. Where nobody says, a change back to the household that somebody is in
    /// comes after the one away from it, and of several ways away one is taken and the others wait to be looked at.
    fn moves(&mut self, today: &[&Placed<'_>]) {
        let here = self.open.as_ref().map(|open| open.household_id);
        if here.is_none() || numbered(today.iter().map(|one| one.event)) {
            for one in today {
                self.change(one);
            }
            return;
        }
        let target = |one: &Placed<'_>| match one.event.change {
            PersonChange::Move { household_id, .. } => Some(household_id),
            _ => None,
        };
        let (back, away): (Vec<&Placed<'_>>, Vec<_>) =
            today.iter().copied().partition(|one| target(one) == here);
        let taken = away.last().map(|one| one.event.change.clone());
        for one in away {
            if Some(&one.event.change) == taken.as_ref() {
                self.change(one);
            } else {
                self.waits(one.event, Reason::Contradicted);
            }
        }
        for one in back {
            self.change(one);
        }
    }

    /// Beginnings and ends one after the other, as the sender numbered them.
    fn told_in_turn<'p>(
        &mut self,
        today: impl Iterator<Item = &'p Placed<'p>>,
        later: &[Placed<'_>],
    ) {
        for one in today {
            if rank(&one.event.change) == 0 {
                if !self.lose(one) {
                    self.waits(one.event, Reason::NotInsured);
                }
            } else {
                self.out_and_back(one, later);
                self.gain(one);
            }
        }
    }

    /// Ends before beginnings, where nobody says which came first.
    fn ends_first(&mut self, ends: &[&Placed<'_>], gains: &[&Placed<'_>], later: &[Placed<'_>]) {
        let mut unmet = Vec::new();
        for one in ends {
            if !self.lose(one) {
                unmet.push(one);
            }
        }
        for one in gains {
            self.out_and_back(one, later);
            self.gain(one);
        }
        for one in unmet {
            if one.event.occurred_on != one.on || !self.lose(one) {
                self.waits(one.event, Reason::NotInsured);
            }
        }
    }

    /// 同日の転出と転入: somebody insured who moves away and comes back on one day. The residence here begins again on the
    /// day it ended, so the loss counts from that day and not from the next, and no day is left out or counted twice.
    ///
    /// The ただし書 speaks of a residence that begins elsewhere on the very day; that it holds for coming back here is a
    /// reading by analogy (grade C). Without it the person would be resident and uninsured, against 第5条.
    ///
    /// 根拠: 国民健康保険法 第5条・第7条・第8条第1項ただし書
    fn out_and_back(&mut self, gain: &Placed<'_>, later: &[Placed<'_>]) {
        let insured = self.open.as_ref().is_some_and(|open| open.from < gain.on);
        let young = gain.on < birthday(self.birth_on, 75);
        if !(insured && young)
            || gain.event.fixed_on.is_some()
            || !gain.event.cause.starts_with(MOVED_IN)
        {
            return;
        }
        let out = later
            .iter()
            .take_while(|one| one.on <= next_day(gain.on))
            .find(|one| one.back_on == Some(gain.on) && !after(one.event, gain.event));
        if let Some(out) = out {
            self.taken = Some(out.event.event_id);
            self.lose(&Placed {
                on: gain.on,
                code: out.code.clone(),
                ..*out
            });
        }
    }

    fn gain(&mut self, one: &Placed<'_>) {
        let PersonChange::Gain {
            household_id,
            branch,
            prefecture_since,
        } = one.event.change
        else {
            return;
        };
        // A loaded span stands as it was loaded; the levy refuses what cannot be.
        let own = one.event.fixed_on.is_none();
        if own && one.on < self.birth_on {
            return self.waits(one.event, Reason::BeforeBirth(self.birth_on));
        }
        let at_75 = birthday(self.birth_on, 75);
        if own && one.on >= at_75 {
            return self.waits(one.event, Reason::Aged75(at_75));
        }
        if let Some(open) = &self.open {
            let since = open.from;
            return self.waits(one.event, Reason::InsuredAlready(since));
        }
        self.end_former(one.on);
        let goes_on = one.goes_on(prefecture_since);
        self.already = match prefecture_since {
            Some(since) => since < one.on && (goes_on || !own),
            None => goes_on,
        };
        if own && one.prefecture == PrefectureEffect::Told {
            self.tracker.resumes(prefecture_since);
        }
        // Of a loaded span nobody said when the prefecture's 資格 began.
        self.tracker.gain(one.on, goes_on || !own, prefecture_since);
        self.open = Some(CoverSpan {
            household_id,
            branch,
            from: one.on,
            until: None,
            gain: one.edge(),
            loss: None,
            opened_by: one.event.event_id,
        });
    }

    /// 第6条各号に該当した日の取得: nobody comes to be insured on a day on which one of the causes of that article holds. That the
    /// loss counts from the next day is said of whoever is insured already, here or in another municipality of the prefecture.
    ///
    /// 根拠: 国民健康保険法 第5条・第6条・第7条・第8条第1項
    fn never_began(&self, open: &CoverSpan, loss: &Placed<'_>) -> bool {
        let goes_on = |last: &CoverSpan| last.until == Some(open.from) && last.loss.is_none();
        loss.excluded_on == Some(open.from)
            && !(self.already || self.standing.cover.last().is_some_and(goes_on))
    }

    /// Whether the loss ended something.
    fn lose(&mut self, one: &Placed<'_>) -> bool {
        let Some(mut open) = self.open.take() else {
            if one.leaves && self.former.is_some() {
                self.end_former(one.on);
                return true;
            }
            return false;
        };
        let never = open.from == one.on || self.never_began(&open, one);
        let lost_on = if never { open.from } else { one.on };
        let stays = one.prefecture == PrefectureEffect::Continues;
        if never && self.already && !stays {
            self.tracker.held_until(lost_on);
        }
        self.tracker.lose(lost_on, stays, one.excludes);
        if never {
            if self.already && !stays {
                self.standing.passed.push(CoverSpan {
                    until: Some(open.from),
                    loss: Some(one.edge()),
                    ..open.clone()
                });
            }
            self.standing.void.push(open.gain.event_id);
            self.standing.void.push(one.event.event_id);
            return true;
        }
        if one.becomes_former {
            self.former = Some(FormerSpan {
                household_id: open.household_id,
                from: one.event.occurred_on,
                here_from: one.event.occurred_on,
                until: None,
                event_id: one.event.event_id,
            });
        }
        open.until = Some(one.on);
        open.loss = Some(one.edge());
        self.standing.cover.push(open);
        true
    }

    fn change(&mut self, one: &Placed<'_>) {
        match one.event.change {
            PersonChange::Move {
                household_id,
                branch,
            } => self.move_to(one, household_id, branch),
            PersonChange::FormerEnd => {
                if self.former.is_some() {
                    self.end_former(one.on);
                } else {
                    self.waits(one.event, Reason::NotFormer);
                }
            }
            PersonChange::FormerStart {
                household_id,
                since,
            } => {
                if self.open.is_some() {
                    return self.waits(one.event, Reason::FormerWhileInsured);
                }
                self.end_former(one.on);
                self.former = Some(FormerSpan {
                    household_id,
                    from: since.min(one.on),
                    here_from: one.on,
                    until: None,
                    event_id: one.event.event_id,
                });
            }
            PersonChange::Gain { .. } | PersonChange::Loss { .. } => {}
        }
    }

    fn move_to(&mut self, one: &Placed<'_>, household_id: i64, branch: i64) {
        let Some(open) = self.open.as_mut() else {
            // Somebody beside the insured who goes to another household is no longer in the same one.
            let elsewhere = self
                .former
                .as_ref()
                .is_some_and(|former| former.household_id != household_id);
            if elsewhere {
                return self.end_former(one.on);
            }
            return self.waits(one.event, Reason::MovedUninsured);
        };
        let same = open.household_id == household_id && open.branch == branch;
        // Loaded spans of one household stand as they were loaded, each with its own cause.
        if same && one.event.fixed_on.is_none() {
            return self.waits(one.event, Reason::SameHousehold);
        }
        // Whoever still stands on that day has only not been told lost yet; a new span could never be charged.
        let at_75 = birthday(self.birth_on, 75);
        if one.event.fixed_on.is_none() && one.on >= at_75 {
            return self.waits(one.event, Reason::MovedAt75(at_75));
        }
        let mut next = open.clone();
        next.household_id = household_id;
        next.branch = branch;
        next.opened_by = one.event.event_id;
        if let Some(code) = &one.event.loaded_code {
            next.gain.code.clone_from(code);
            next.gain.reported_on = one.event.reported_on;
        }
        if open.from == one.on {
            *open = next;
            return self.joined(one.on);
        }
        next.from = one.on;
        let mut before = std::mem::replace(open, next);
        before.until = Some(one.on);
        self.standing.cover.push(before);
    }

    /// Away and back on one day: the span that was left goes on.
    fn joined(&mut self, on: Date) {
        let Some(open) = &self.open else { return };
        let goes_on = |last: &mut CoverSpan| {
            last.until == Some(on)
                && last.loss.is_none()
                && (last.household_id, last.branch) == (open.household_id, open.branch)
        };
        if let Some(last) = self.standing.cover.pop_if(goes_on) {
            self.open = Some(CoverSpan {
                until: None,
                ..last
            });
        }
    }

    fn end_former(&mut self, on: Date) {
        let Some(mut former) = self.former.take() else {
            return;
        };
        if former.from < on {
            former.until = Some(on);
            self.standing.former.push(former);
        }
    }

    fn finish(mut self) -> PersonStanding {
        self.standing.cover.extend(self.open);
        self.standing.former.extend(self.former);
        self.standing.prefecture = self.tracker.finish();
        self.standing.pending.sort_by_key(|one| one.event_id);
        self.standing
    }
}
