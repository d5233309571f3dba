//! 読込済みの期間の引継ぎ — a bulk load writes spans; the first event of a person or household turns them into events, so
//! that nothing has two truths.

use super::event::{self, Event, Origin, Says};
use super::event_table;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::{Dated, FormerInsured, HouseholdHead, LoadedSpan, timeline};
use db::Conn;
use law::Date;
use law::eligibility::{HouseholdChange, HouseholdEvent, PersonChange, PersonEvent};
use law::rules::eligibility::{PrefectureEffect, Side};
use law::rules::{Cause, EligibilityRules};

/// The events of a person, taken over from loaded spans where there are none yet.
pub(super) fn person(
    conn: &mut Conn,
    act: &Act,
    rules: &EligibilityRules,
    person_id: i64,
) -> Result<Vec<Event>, OfficeError> {
    let known = event::of_person(conn, person_id)?;
    if !known.is_empty() {
        return Ok(known);
    }
    let cover: Vec<Dated<LoadedSpan>> = timeline(conn, person_id, None)?;
    let former: Vec<Dated<FormerInsured>> = timeline(conn, person_id, None)?;
    let mut said = cover_events(rules, &cover);
    said.extend(former_events(&cover, &former));
    let says = said
        .into_iter()
        .map(|event| Says::Person { person_id, event });
    write(conn, act, says.collect())
}

/// The events of a household, taken over from what was loaded where there are none yet.
pub(super) fn household(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
) -> Result<Vec<Event>, OfficeError> {
    let known = event::of_household(conn, household_id)?;
    if !known.is_empty() {
        return Ok(known);
    }
    let heads: Vec<Dated<HouseholdHead>> = timeline(conn, household_id, None)?;
    let says = head_events(&heads)
        .into_iter()
        .map(|event| Says::Household {
            household_id,
            event,
        });
    write(conn, act, says.collect())
}

fn write(conn: &mut Conn, act: &Act, says: Vec<Says>) -> Result<Vec<Event>, OfficeError> {
    if says.is_empty() {
        return Ok(Vec::new());
    }
    let first = event_table::numbers(conn, says.len())?;
    let mut events = Vec::with_capacity(says.len());
    for (event_id, mut says) in (first..).zip(says) {
        let (cause, occurred_on, reported_on) = match &mut says {
            Says::Person { event, .. } => {
                event.event_id = event_id;
                (event.cause.clone(), event.occurred_on, event.reported_on)
            }
            Says::Household { event, .. } => {
                event.event_id = event_id;
                (cause_of(&event.change).to_owned(), event.occurred_on, None)
            }
        };
        let event = Event {
            event_id,
            act_id: act.id.0,
            recorded_at: act.recorded_at,
            origin: Origin::Loaded,
            cause,
            occurred_on,
            reported_on,
            says,
            note: String::new(),
            undone_by: None,
            undone_at: None,
        };
        event_table::insert(conn, &event)?;
        events.push(event);
    }
    Ok(events)
}

const fn cause_of(change: &HouseholdChange) -> &'static str {
    match change {
        HouseholdChange::Founded { .. } => "household_founded",
        HouseholdChange::Head { .. } => "head_changed",
        HouseholdChange::Number { .. } => "renumbered",
        HouseholdChange::Closed => "household_closed",
    }
}

/// A loaded event: it takes effect on the day the span says, whatever the rule of its cause.
fn loaded(
    cause: String,
    code: &str,
    on: Date,
    occurred_on: Option<Date>,
    change: PersonChange,
) -> PersonEvent {
    PersonEvent {
        event_id: 0,
        cause,
        loaded_code: Some(code.to_owned()),
        occurred_on: occurred_on.unwrap_or(on),
        occurred_known: occurred_on.is_some(),
        reported_on: None,
        fixed_on: Some(on),
        sequence: 0,
        change,
    }
}

pub(super) fn cover_events(
    rules: &EligibilityRules,
    rows: &[Dated<LoadedSpan>],
) -> Vec<PersonEvent> {
    let mut events = Vec::new();
    let mut goes_on = false;
    for (index, row) in rows.iter().enumerate() {
        let (span, fact) = (row.valid, &row.fact.span);
        let (household_id, branch) = (fact.household_id, fact.branch);
        let (cause, change) = if goes_on {
            let change = PersonChange::Move {
                household_id,
                branch,
            };
            ("household_changed".to_owned(), change)
        } else {
            let change = PersonChange::Gain {
                household_id,
                branch,
                prefecture_since: prefecture_since(rules, &row.fact, span.from),
            };
            (gain_key(rules, &row.fact, span.from), change)
        };
        let mut begins = loaded(cause, &fact.gain_cause, span.from, Some(span.from), change);
        begins.reported_on = fact.gain_reported_on;
        events.push(begins);
        let Some(until) = span.until else {
            goes_on = false;
            continue;
        };
        let next = rows.get(index + 1);
        // Rows that touch without a 喪失事由 are one 資格, be it in the same household and only written anew (退職 to 一般).
        goes_on = next.is_some_and(|next| next.valid.from == until) && fact.loss_cause.is_none();
        if goes_on {
            continue;
        }
        let code = fact.loss_cause.clone().unwrap_or_default();
        let on = fact.loss_event_on.unwrap_or(until);
        let change = PersonChange::Loss {
            elsewhere_from: None,
        };
        let within = next
            .filter(|next| next.fact.gained_on.is_some_and(|since| since < until))
            .and_then(|_| left_within(rules, &code, on));
        let cause = within.unwrap_or_else(|| key_of(rules, &code, on));
        let mut ends = loaded(cause, &code, until, fact.loss_event_on, change);
        ends.reported_on = fact.loss_reported_on;
        events.push(ends);
    }
    events
}

/// 国保資格取得年月日 of a loaded span: what the file says. Where it says nothing the 資格 began on the day it applies, but for a
/// code under which people also come from within the prefecture: there the day is not known.
///
/// 根拠: 国民健康保険法 第5条・第7条
fn prefecture_since(rules: &EligibilityRules, loaded: &LoadedSpan, from: Date) -> Option<Date> {
    let causes = rules.causes_of_code(&loaded.span.gain_cause, from);
    let begins_here = !causes.is_empty() && !causes.iter().any(|cause| continues(cause));
    loaded.gained_on.or(begins_here.then_some(from))
}

/// 県内への転出, as the cause of a loaded loss before a span whose 国保資格取得年月日 is earlier than that loss: then the 資格 went on and
/// only 適用 ended here. None for a code that says that 第6条 was met, which ends the 資格 wherever the person lives, and for the
/// days on which a municipality was the unit.
///
/// 根拠: 国民健康保険法 第5条・第7条・第8条
fn left_within(rules: &EligibilityRules, code: &str, on: Date) -> Option<String> {
    let said = if code.is_empty() {
        Vec::new()
    } else {
        rules.causes_of_code(code, on)
    };
    if !said.is_empty() && said.iter().all(|cause| cause.excludes()) {
        return None;
    }
    let mut causes = rules.causes_on(on).into_iter();
    let within = causes.find(|cause| cause.side == Side::Loss && continues(cause));
    within.map(|cause| cause.key.clone())
}

fn continues(cause: &Cause) -> bool {
    cause.prefecture == PrefectureEffect::Continues
}

/// The cause of a loaded gain: where the 資格 began before 適用 here, one under which people come from within the prefecture.
fn gain_key(rules: &EligibilityRules, loaded: &LoadedSpan, from: Date) -> String {
    let code = &loaded.span.gain_cause;
    let mut causes = rules.causes_of_code(code, from).into_iter();
    let within = causes
        .find(|cause| cause.side == Side::Gain && continues(cause))
        .filter(|_| loaded.gained_on.is_some_and(|since| since < from));
    within.map_or_else(|| key_of(rules, code, from), |cause| cause.key.clone())
}

/// The first cause of a code: a loaded span does not say more.
fn key_of(rules: &EligibilityRules, code: &str, on: Date) -> String {
    let found = rules.causes_of_code(code, on);
    let found = found.first().filter(|_| !code.is_empty());
    found.map_or_else(|| "loaded".to_owned(), |cause| cause.key.clone())
}

pub(super) fn former_events(
    cover: &[Dated<LoadedSpan>],
    rows: &[Dated<FormerInsured>],
) -> Vec<PersonEvent> {
    let mut events = Vec::new();
    for row in rows {
        let since = row.valid.from;
        let insured_then = cover.iter().find(|span| span.valid.holds(since));
        let on = insured_then.map_or(since, |span| span.valid.until.unwrap_or(since));
        let change = PersonChange::FormerStart {
            household_id: row.fact.household_id,
            since,
        };
        let cause = "former_insured_started".to_owned();
        events.push(loaded(cause, "", on, Some(since), change));
        let gained_again = |until| cover.iter().any(|span| span.valid.from == until);
        if let Some(until) = row.valid.until.filter(|until| !gained_again(*until)) {
            let cause = "former_insured_ended".to_owned();
            let ends = loaded(cause, "", until, Some(until), PersonChange::FormerEnd);
            events.push(ends);
        }
    }
    events
}

fn head_events(rows: &[Dated<HouseholdHead>]) -> Vec<HouseholdEvent> {
    let mut events = Vec::new();
    let mut say = |occurred_on, change| {
        events.push(HouseholdEvent {
            event_id: 0,
            occurred_on,
            sequence: 0,
            change,
        });
    };
    let mut before: Option<&Dated<HouseholdHead>> = None;
    for row in rows {
        let (from, fact) = (row.valid.from, &row.fact);
        let joins = before.filter(|before| before.valid.until == Some(from));
        if let Some(before) = joins {
            if before.fact.head_person_id != fact.head_person_id {
                let head_person_id = fact.head_person_id;
                say(from, HouseholdChange::Head { head_person_id });
            }
            if (&before.fact.symbol, &before.fact.number) != (&fact.symbol, &fact.number) {
                let (symbol, number) = (fact.symbol.clone(), fact.number.clone());
                say(from, HouseholdChange::Number { symbol, number });
            }
        } else {
            if let Some(until) = before.and_then(|before| before.valid.until) {
                say(until, HouseholdChange::Closed);
            }
            let founded = HouseholdChange::Founded {
                head_person_id: fact.head_person_id,
                symbol: fact.symbol.clone(),
                number: fact.number.clone(),
            };
            say(from, founded);
        }
        before = Some(row);
    }
    if let Some(until) = before.and_then(|before| before.valid.until) {
        say(until, HouseholdChange::Closed);
    }
    events
}
