//! 個人の資格 — a person's standing events folded into spans of cover and of standing beside the insured.

use super::event::{Pending, PersonChange, PersonEvent, Reason};
use super::prefecture::{PrefectureSpan, Tracker};
use crate::date::{birthday, next_day};
use crate::rules::eligibility::{
    Cause, DayRule, EligibilityBook, LossAt75, PrefectureEffect, Side,
};
use crate::{Date, Refusal};

/// How one end of a span came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The event.
    pub event_id: i64,
    /// 事由コード as the neighbours know it; empty where a loaded span names none.
    pub code: String,
    /// 異動日・該当日; none where a loaded span does not say.
    pub occurred_on: Option<Date>,
    /// 届出日.
    pub reported_on: Option<Date>,
}

/// 適用の期間 — insured in one household of this municipality, from 適用開始 until 適用終了.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverSpan {
    /// 国保世帯.
    pub household_id: i64,
    /// 枝番.
    pub branch: i64,
    /// First day.
    pub from: Date,
    /// 喪失日 or the day of the change of household; open while insured.
    pub until: Option<Date>,
    /// How it was gained; carried over a change of household.
    pub gain: Edge,
    /// How it was lost; none where it is open or goes on in another household.
    pub loss: Option<Edge>,
    /// The event this stretch begins with: the gain, or the change of household.
    pub opened_by: i64,
}

/// 特定同一世帯所属者である期間, before the household's heads are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormerSpan {
    /// 国保世帯.
    pub household_id: i64,
    /// The day before the loss of 資格.
    pub from: Date,
    /// The day since which the person is so in this household; the same as `from` except where taken over.
    pub here_from: Date,
    /// First day no longer so, as far as the person's own events say.
    pub until: Option<Date>,
    /// The event it comes of.
    pub event_id: i64,
}

/// What a person's events come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonStanding {
    /// 適用の期間 in order of days.
    pub cover: Vec<CoverSpan>,
    /// 特定同一世帯所属者 in order of days.
    pub former: Vec<FormerSpan>,
    /// 都道府県の資格 in order of days.
    pub prefecture: Vec<PrefectureSpan>,
    /// What has no effect.
    pub pending: Vec<Pending>,
    /// Gains and losses that meet on one day, so that not a day was insured.
    pub void: Vec<i64>,
}

impl PersonStanding {
    /// The cover that holds on a day.
    #[must_use]
    pub fn cover_on(&self, on: Date) -> Option<&CoverSpan> {
        self.cover
            .iter()
            .find(|span| span.from <= on && span.until.is_none_or(|until| on < until))
    }
}

/// 効力の日 of an event.
///
/// 根拠: 国民健康保険法 第7条・第8条
///
/// # Errors
/// A [`Refusal`] where the cause has no row on the day of the event, or is of the other side.
pub fn effective_on(book: &EligibilityBook<'_>, event: &PersonEvent) -> Result<Date, Refusal> {
    if let Some(fixed_on) = event.fixed_on {
        return Ok(fixed_on);
    }
    let cause = book.rules.cause(&event.cause, event.occurred_on)?;
    let wanted = match event.change {
        PersonChange::Gain { .. } => Side::Gain,
        PersonChange::Loss { .. } => Side::Loss,
        PersonChange::Move { .. } | PersonChange::FormerStart { .. } | PersonChange::FormerEnd => {
            Side::Change
        }
    };
    if cause.side != wanted {
        return Err(Refusal::new(
            "eligibility.cause.side",
            format!(
                "事由「{}」は{}の事由です。{}の事由を選んでください",
                cause.name_ja,
                cause.side.label_ja(),
                wanted.label_ja()
            ),
        ));
    }
    let elsewhere_from = match event.change {
        PersonChange::Loss { elsewhere_from } => elsewhere_from,
        _ => None,
    };
    day_of(book, cause, event.occurred_on, elsewhere_from)
}

/// The day on which a cause takes effect.
///
/// # Errors
/// A [`Refusal`] where the municipality's practice is asked and missing.
pub fn day_of(
    book: &EligibilityBook<'_>,
    cause: &Cause,
    occurred_on: Date,
    elsewhere_from: Option<Date>,
) -> Result<Date, Refusal> {
    let the_next = match cause.day {
        DayRule::Same => false,
        DayRule::Next => true,
        DayRule::Elsewhere => elsewhere_from != Some(occurred_on),
        DayRule::Practice => book.practice(occurred_on)?.loss_at_75 == LossAt75::NextDay,
    };
    Ok(if the_next {
        next_day(occurred_on)
    } else {
        occurred_on
    })
}

/// An event with its day of effect and what its row says.
struct Placed<'e> {
    on: Date,
    event: &'e PersonEvent,
    code: String,
    prefecture: PrefectureEffect,
    leaves: bool,
    becomes_former: bool,
}

/// Within one day: what ends comes before what begins, and a change of household after both.
const fn rank(change: &PersonChange) -> u8 {
    match change {
        PersonChange::Loss { .. } => 0,
        PersonChange::Gain { .. } => 1,
        PersonChange::Move { .. } => 3,
        PersonChange::FormerEnd => 4,
        PersonChange::FormerStart { .. } => 5,
    }
}

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
        fold.day(today);
        rest = later;
    }
    fold.finish()
}

fn place<'e>(book: &EligibilityBook<'_>, event: &'e PersonEvent) -> Result<Placed<'e>, Refusal> {
    let on = effective_on(book, event)?;
    let row = book.rules.cause(&event.cause, event.occurred_on);
    // A loaded span stands as it was loaded, whether the table reaches back to it or not.
    let row = match (&event.fixed_on, row) {
        (None, row) => Some(row?),
        (Some(_), row) => row.ok(),
    };
    let code = event.loaded_code.clone();
    Ok(Placed {
        on,
        event,
        code: code.unwrap_or_else(|| row.map(|row| row.code.clone()).unwrap_or_default()),
        prefecture: row.map_or(PrefectureEffect::Breaks, |row| row.prefecture),
        leaves: row.is_some_and(|row| row.leaves_household),
        // A loaded loss brings its standing as 特定同一世帯所属者 along as a fact of its own.
        becomes_former: event.fixed_on.is_none() && row.is_some_and(|row| row.former_insured),
    })
}

/// The total order: never the order of arrival, except between events that say the very same.
fn key<'p>(placed: &'p Placed<'_>) -> impl Ord + use<'p> {
    let event = placed.event;
    (
        (placed.on, rank(&event.change), event.sequence),
        (event.occurred_on, &event.change, &event.cause),
        (&event.loaded_code, event.reported_on, event.event_id),
    )
}

struct Fold {
    birth_on: Date,
    open: Option<CoverSpan>,
    former: Option<FormerSpan>,
    tracker: Tracker,
    standing: PersonStanding,
}

impl Fold {
    fn new(birth_on: Date) -> Self {
        Self {
            birth_on,
            open: None,
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

    /// One day's events in order. A loss of the very day that found nothing to end is asked once more after the gains:
    /// somebody who comes and is excluded on the same day was never insured.
    fn day(&mut self, today: &[Placed<'_>]) {
        let mut unmet = Vec::new();
        let (ends, begins): (Vec<_>, Vec<_>) =
            today.iter().partition(|one| rank(&one.event.change) == 0);
        for one in ends {
            if !self.lose(one) {
                unmet.push(one);
            }
        }
        let gains = begins
            .iter()
            .take_while(|one| rank(&one.event.change) == 1)
            .count();
        let (gains, changes) = begins.split_at(gains);
        for one in gains {
            self.gain(one);
        }
        for one in unmet {
            if one.event.occurred_on != one.on || !self.lose(one) {
                self.waits(one.event, Reason::NotInsured);
            }
        }
        for one in changes {
            self.change(one);
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
        // Of a loaded span nobody said when the prefecture's 資格 began.
        let began_elsewhere = one.prefecture == PrefectureEffect::Continues || !own;
        self.tracker.gain(one.on, began_elsewhere, prefecture_since);
        self.open = Some(CoverSpan {
            household_id,
            branch,
            from: one.on,
            until: None,
            gain: edge(one),
            loss: None,
            opened_by: one.event.event_id,
        });
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
        self.tracker
            .lose(one.on, one.prefecture == PrefectureEffect::Continues);
        if open.from == one.on {
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
        open.loss = Some(edge(one));
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
        if open.household_id == household_id && open.branch == branch {
            return self.waits(one.event, Reason::SameHousehold);
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
            return;
        }
        next.from = one.on;
        let mut before = std::mem::replace(open, next);
        before.until = Some(one.on);
        self.standing.cover.push(before);
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

fn edge(one: &Placed<'_>) -> Edge {
    Edge {
        event_id: one.event.event_id,
        code: one.code.clone(),
        occurred_on: one.event.occurred_known.then_some(one.event.occurred_on),
        reported_on: one.event.reported_on,
    }
}
