//! 資格異動情報 — the standing events of everybody as a file, each with the day it took effect; the same file goes in again
//! unchanged, here or where nothing is known of these people yet.

mod line;

pub(crate) use line::{Line, read};

use super::born::birth_of;
use super::event::{self, Event, Origin, Says, standing_of_person};
use super::project::{self, Row as Spanned};
use super::status::handover;
use super::{adopt, event_table};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::exports::EligibilityStatus;
use crate::provision::Cleared;
use crate::registry::{Dated, FormerInsured, InsuredSpan, LoadedSpan, record, timeline};
use crate::security::permit::{ExportData, Permit};
use db::{Conn, Sql, Store};
use exchange::{Catalogue, Outgoing, Writer};
use law::Refusal;
use law::eligibility::effect::effective_on;
use law::eligibility::{PersonChange, PersonEvent, fold_person};
use law::rules::{EligibilityBook, EligibilityRules};

/// The layout of the file.
pub const LAYOUT: &str = "insured_event";

const EVERYBODY: Sql = Sql {
    name: "eligibility.moves.everybody",
    text: "select subject from insured_fact where superseded_at is null union \
           select subject from former_insured_fact where superseded_at is null union \
           select person_id from eligibility_event where person_id is not null order by 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[EVERYBODY];

/// 書出し — the standing events of everybody. Who was loaded as spans and has had no event since is told of by the events the
/// spans come to. `made_at` is the time in the name of the file, fourteen digits.
///
/// # Errors
/// [`OfficeError::Refusal`] when an event does not fit the layout; the message names the person.
pub fn export(
    store: &Store,
    (permit, _cleared): (&Permit<ExportData>, &Cleared<EligibilityStatus>),
    acting: &Acting,
    (catalogue, book): (&Catalogue, &EligibilityBook<'_>),
    municipality: &str,
    made_at: &str,
) -> Result<Outgoing, OfficeError> {
    let layout = catalogue
        .layout(LAYOUT)
        .ok_or_else(|| OfficeError::Bug("資格異動のレイアウトがありません".to_owned()))?;
    store.write(|conn| {
        let details = ActDetails {
            note: layout.title_ja.clone(),
            ..ActDetails::default()
        };
        acts::begin(conn, acting, permit, "eligibility.moves", &details)?;
        let mut writer = Writer::new(layout, catalogue.codes());
        for person_id in conn.query(&EVERYBODY, &[], |row| row.int(0))? {
            for (number, line) in (1_u32..).zip(lines(conn, book, person_id)?) {
                let mut cells = line::cells_of(&line);
                cells.push(("municipality_code", municipality.to_owned()));
                cells.push(("person_number", person_id.to_string()));
                cells.push(("history_number", number.to_string()));
                let row: Vec<(&str, &str)> = cells
                    .iter()
                    .map(|(item, value)| (*item, value.as_str()))
                    .collect();
                handover::row_into(&mut writer, &row)?;
            }
        }
        handover::finish(writer, catalogue, (municipality, made_at))
    })
}

/// A person's standing events in the order of their effect.
fn lines(
    conn: &mut Conn,
    book: &EligibilityBook<'_>,
    person_id: i64,
) -> Result<Vec<Line>, OfficeError> {
    let kept = event::of_person(conn, person_id)?;
    let mut events = standing_of_person(&kept);
    if kept.is_empty() {
        let cover: Vec<Dated<LoadedSpan>> = timeline(conn, person_id, None)?;
        let former: Vec<Dated<FormerInsured>> = timeline(conn, person_id, None)?;
        events = adopt::cover_events(book.rules, &cover);
        events.extend(adopt::former_events(&cover, &former));
        for (number, event) in (1_i64..).zip(&mut events) {
            event.event_id = number;
        }
    }
    let folded = fold_person(book, birth_of(conn, person_id)?, &events);
    let line = |event: PersonEvent| {
        let row = book.rules.cause(&event.cause, event.occurred_on).ok();
        let by_rule = || row.map(|row| row.code.clone()).unwrap_or_default();
        let waits = folded
            .pending
            .iter()
            .any(|one| one.event_id == event.event_id);
        // 第6条に該当した日の取得: neither day nor sequence tells that from a day of insurance, or from a gain after the loss of another,
        // so neither of the two is told as having effect.
        let never = folded.void.contains(&event.event_id);
        // 同日の転出と転入: a loss may count from an earlier day than its rule alone says.
        let ended = folded.cover.iter().find(|span| {
            let by = span.loss.as_ref().map(|loss| loss.event_id);
            by == Some(event.event_id)
        });
        // A loss of somebody who only stood beside the insured ends nothing that this file tells of.
        let beside = matches!(event.change, PersonChange::Loss { .. }) && ended.is_none();
        let ended_on = ended.and_then(|span| span.until);
        Line {
            effective_on: ended_on.or_else(|| effective_on(book, &event).ok()),
            code: event.loaded_code.clone().unwrap_or_else(by_rule),
            in_effect: !waits && !never && !beside,
            event,
        }
    };
    let mut lines: Vec<Line> = events.into_iter().map(line).collect();
    lines.sort_by_key(line::order);
    Ok(lines)
}

/// What became of a person's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// All were written.
    Written,
    /// All stand already.
    Known,
    /// Events stand of this person that these rows, by their places, are not among.
    Strange(Vec<usize>),
    /// The spans these events come to are not those that stand.
    OtherSpans,
}

/// Takes the events of a person over whom no event is known of; nothing that stands is written over.
///
/// # Errors
/// [`OfficeError::Store`]; a [`Refusal`] for a person nothing is recorded of.
pub(crate) fn take(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    lines: &[Line],
) -> Result<Taken, OfficeError> {
    let kept = event::of_person(conn, person_id)?;
    if !kept.is_empty() {
        return Ok(among(&standing_of_person(&kept), lines));
    }
    // The file says when each event took effect: no rule is asked.
    let unruled = EligibilityRules::default();
    let birth_on = birth_of(conn, person_id)?;
    let folded = fold_person(&unruled.book(), birth_on, &line::settled(lines));
    let cover: Vec<Spanned<InsuredSpan>> = folded.cover.iter().map(project::cover_row).collect();
    let standing: Vec<Spanned<InsuredSpan>> = timeline::<InsuredSpan>(conn, person_id, None)?
        .into_iter()
        .map(|row| (row.valid, row.fact))
        .collect();
    if standing.is_empty() {
        for (span, fact) in &cover {
            record(conn, act, person_id, *span, fact)?;
        }
    } else if standing != cover {
        return Ok(Taken::OtherSpans);
    } else if lines.iter().all(|line| line.event.fixed_on.is_some()) {
        // Events that were made of spans say nothing that the spans do not.
        return Ok(Taken::Known);
    }
    let first = event_table::numbers(conn, lines.len())?;
    for (event_id, line) in (first..).zip(lines) {
        event_table::insert(conn, &kept_as(act, event_id, person_id, &line.event))?;
    }
    Ok(Taken::Written)
}

fn kept_as(act: &Act, event_id: i64, person_id: i64, event: &PersonEvent) -> Event {
    let event = PersonEvent {
        event_id,
        ..event.clone()
    };
    Event {
        event_id,
        act_id: act.id.0,
        recorded_at: act.recorded_at,
        origin: Origin::Loaded,
        cause: event.cause.clone(),
        occurred_on: event.occurred_on,
        reported_on: event.reported_on,
        says: Says::Person { person_id, event },
        note: String::new(),
        undone_by: None,
        undone_at: None,
    }
}

/// Whether the rows are among the events that are known.
fn among(events: &[PersonEvent], lines: &[Line]) -> Taken {
    let known = |line: &Line| {
        events.iter().any(|event| {
            let said = PersonEvent {
                event_id: event.event_id,
                ..line.event.clone()
            };
            said == *event
        })
    };
    let strange: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| !known(line))
        .map(|(place, _)| place)
        .collect();
    if strange.is_empty() {
        Taken::Known
    } else {
        Taken::Strange(strange)
    }
}

/// The refusal of a row that is not among what is known.
pub(crate) fn refusal(taken: &Taken) -> Option<Refusal> {
    match taken {
        Taken::Written | Taken::Known => None,
        Taken::Strange(_) => Some(Refusal::new(
            "import.row.own_events",
            "この人には登録済みの異動があり、この行はその中にありません。異動として登録するか、送り元で直してもらってください".to_owned(),
        )),
        Taken::OtherSpans => Some(Refusal::new(
            "import.row.other_spans",
            "これらの異動から導かれる資格の期間が、登録されている資格と違います。国保資格のファイルと突き合わせてください".to_owned(),
        )),
    }
}
