//! 資格異動の行 — an event as the cells of a row and back.

use crate::error::OfficeError;
use law::Date;
use law::eligibility::{PersonChange, PersonEvent, numbered};
use std::collections::BTreeMap;

/// An event with what its rule made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// As it was stated.
    pub event: PersonEvent,
    /// 適用年月日, given or by the rule of its cause; none where the rule is missing.
    pub effective_on: Option<Date>,
    /// 事由コード as the neighbours know it.
    pub code: String,
    /// It has effect; otherwise it waits.
    pub in_effect: bool,
}

impl Line {
    /// The event as if its day and code had been loaded: no rule is asked. None where it has no effect.
    fn settled(&self, sequence: i64) -> Option<PersonEvent> {
        let code = Some(&self.code).filter(|code| !code.is_empty());
        self.in_effect.then(|| PersonEvent {
            fixed_on: self.effective_on,
            loaded_code: self.event.loaded_code.as_ref().or(code).cloned(),
            sequence,
            ..self.event.clone()
        })
    }

    const fn is_move(&self) -> bool {
        matches!(self.event.change, PersonChange::Move { .. })
    }
}

/// The events of a person that have effect, in the order in which they had it. Of a loss and a gain that both have effect on
/// one day the loss came first, whatever the sender numbered them: insurance that ends on the day on which it began is none,
/// and is not told as having effect. Moves keep the sender's order where all of the day have one, also those without effect.
pub(super) fn settled(lines: &[Line]) -> Vec<PersonEvent> {
    let in_turn = |line: &Line| {
        let of_day = |one: &&Line| one.is_move() && one.effective_on == line.effective_on;
        line.is_move() && numbered(lines.iter().filter(of_day).map(|one| &one.event))
    };
    let sequence = |line: &Line| {
        if in_turn(line) {
            line.event.sequence
        } else {
            0
        }
    };
    let settled = |line: &Line| line.settled(sequence(line));
    lines.iter().filter_map(settled).collect()
}

/// By day, ends before beginnings, then as the sender numbered them and as they were kept.
pub(super) fn order(line: &Line) -> impl Ord + use<> {
    let event = &line.event;
    let rank = match event.change {
        PersonChange::Loss { .. } => 0,
        PersonChange::Gain { .. } => 1,
        PersonChange::Move { .. } => 2,
        PersonChange::FormerEnd => 3,
        PersonChange::FormerStart { .. } => 4,
    };
    let day = line.effective_on.unwrap_or(event.occurred_on);
    (day, rank, event.sequence, event.occurred_on, event.event_id)
}

/// The cells of an event, but for whose it is.
pub(super) fn cells_of(line: &Line) -> Vec<(&'static str, String)> {
    let event = &line.event;
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let flag = |flag: bool| i64::from(flag).to_string();
    let mut cells = vec![
        ("cause", event.cause.clone()),
        ("cause_code", line.code.clone()),
        ("occurred_on", event.occurred_on.to_string()),
        ("occurred_known", flag(event.occurred_known)),
        ("reported_on", day(event.reported_on)),
        ("effective_on", day(line.effective_on)),
        ("effective_given", flag(event.fixed_on.is_some())),
        ("in_effect", flag(line.in_effect)),
        ("sequence", event.sequence.to_string()),
    ];
    let mut household = |household_id: i64, branch: Option<i64>| {
        cells.push(("household_number", household_id.to_string()));
        cells.extend(branch.map(|branch| ("branch", branch.to_string())));
    };
    let kind = match event.change {
        PersonChange::Gain {
            household_id,
            branch,
            prefecture_since,
        } => {
            household(household_id, Some(branch));
            cells.push(("prefecture_since", day(prefecture_since)));
            "1"
        }
        PersonChange::Loss { elsewhere_from } => {
            cells.push(("elsewhere_from", day(elsewhere_from)));
            "2"
        }
        PersonChange::Move {
            household_id,
            branch,
        } => {
            household(household_id, Some(branch));
            "3"
        }
        PersonChange::FormerStart {
            household_id,
            since,
        } => {
            household(household_id, None);
            cells.push(("former_since", since.to_string()));
            "4"
        }
        PersonChange::FormerEnd => "5",
    };
    cells.push(("change", kind.to_owned()));
    cells
}

/// Reads a row of the file.
///
/// # Errors
/// [`OfficeError::Input`] naming the item that is missing for the kind of event.
pub(crate) fn read(cells: &BTreeMap<String, String>) -> Result<Line, OfficeError> {
    let text = |item: &str| cells.get(item).map_or("", String::as_str);
    let day = |item: &str| -> Option<Date> { text(item).parse().ok() };
    let given = text("effective_given") == "1";
    let in_effect = text("in_effect") == "1";
    let effective_on = day("effective_on");
    if effective_on.is_none() && (given || in_effect) {
        return Err(missing("適用年月日"));
    }
    let code = text("cause_code");
    Ok(Line {
        event: PersonEvent {
            event_id: 0,
            cause: text("cause").to_owned(),
            loaded_code: given.then(|| code.to_owned()),
            occurred_on: day("occurred_on").ok_or_else(|| missing("異動年月日"))?,
            occurred_known: text("occurred_known") == "1",
            reported_on: day("reported_on"),
            fixed_on: effective_on.filter(|_| given),
            sequence: text("sequence").parse().unwrap_or(0),
            change: change(cells)?,
        },
        effective_on,
        code: code.to_owned(),
        in_effect,
    })
}

fn change(cells: &BTreeMap<String, String>) -> Result<PersonChange, OfficeError> {
    let text = |item: &str| cells.get(item).map_or("", String::as_str);
    let day = |item: &str| -> Option<Date> { text(item).parse().ok() };
    let int = |item: &str, field: &str| -> Result<i64, OfficeError> {
        text(item).parse().map_err(|_| missing(field))
    };
    let household = || int("household_number", "国保世帯番号");
    let branch = || int("branch", "枝番");
    Ok(match text("change") {
        "1" => PersonChange::Gain {
            household_id: household()?,
            branch: branch()?,
            prefecture_since: day("prefecture_since"),
        },
        "2" => PersonChange::Loss {
            elsewhere_from: day("elsewhere_from"),
        },
        "3" => PersonChange::Move {
            household_id: household()?,
            branch: branch()?,
        },
        "4" => PersonChange::FormerStart {
            household_id: household()?,
            since: day("former_since").ok_or_else(|| missing("特定同一世帯該当年月日"))?,
        },
        "5" => PersonChange::FormerEnd,
        _ => return Err(missing("異動区分")),
    })
}

fn missing(field: &str) -> OfficeError {
    OfficeError::input(
        field,
        &format!("この異動では{field}が要ります。送り元で入れてもらってください"),
    )
}
