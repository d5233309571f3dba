//! 異動の手入力 — what every page of it shares: cause and days, the check by the declared layout, preview, carrying out.

use super::codes::catalogue;
use super::lines::{self, Line};
use crate::change::Shown;
use crate::desk::Desk;
use crate::eligibility::{consequence, with_books};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::{Card, Cell, Table};
use crate::view::entry::{Choice, Field, Input};
use crate::view::format::day_ja;
use db::Conn;
use exchange::Flaw;
use law::Date;
use law::registry::{CAUSES, Candidate, Items, Side, cause};
use office::import::{Municipality, typed};
use office::registry::event::NewEvent;
use office::registry::hand::{self, NEW_HOUSEHOLD, Together};
use office::registry::load::PersonKind;
use office::security::permit::RegisterResident;
use office::{Acting, OfficeError};

/// 異動事由, 異動日, 届出日.
pub struct Head {
    /// 異動事由.
    pub cause: String,
    /// 異動日.
    pub occurred_on: Date,
    /// 届出日.
    pub reported_on: Option<Date>,
}

impl Head {
    /// In words.
    #[must_use]
    pub fn said(&self) -> Vec<(String, String)> {
        let name = cause(&self.cause).map_or("", |cause| cause.name_ja);
        vec![
            ("異動事由".to_owned(), format!("{} {name}", self.cause)),
            ("異動日".to_owned(), day_ja(self.occurred_on)),
            (
                "届出日".to_owned(),
                self.reported_on
                    .map_or_else(|| "届出によらない".to_owned(), day_ja),
            ),
        ]
    }

    /// Lays the event's own items over a record.
    pub fn lay(&self, items: &mut Items) {
        let reported = self
            .reported_on
            .map_or_else(String::new, |day| day.to_string());
        items.remove("moved_on_as_sent");
        items.remove("moved_on_unknown");
        items.remove("moved_on_unknown_text");
        lines::put(items, "moved_on", &self.occurred_on.to_string());
        lines::put(items, "move_cause", &self.cause);
        lines::put(items, "move_reported_on", &reported);
    }
}

/// Codes of the causes of some sides that a page offers.
#[must_use]
pub fn causes(fits: impl Fn(&law::registry::Cause) -> bool) -> Vec<Choice> {
    CAUSES
        .iter()
        .filter(|cause| !cause.code.starts_with('J') && fits(cause))
        .map(|cause| (cause.code.to_owned(), cause.name_ja.to_owned()))
        .collect()
}

/// The three fields every event has.
#[must_use]
pub fn head_fields(desk: &Desk, fields: &Fields, choices: Vec<Choice>) -> Vec<Field> {
    let today = desk.business_date();
    let written = |name: &str| fields.day_written(name, today);
    let reported = if fields.has("reported_on") {
        written("reported_on")
    } else {
        day_ja(today)
    };
    let only = match choices.as_slice() {
        [(code, _)] if !fields.has("cause") => code.clone(),
        _ => fields.text("cause").to_owned(),
    };
    vec![
        Field::new(Input::Code(choices), "cause", "異動事由", &only).first(),
        Field::new(Input::Day, "occurred_on", "異動日", &written("occurred_on")),
        Field::new(Input::Day, "reported_on", "届出日", &reported).hint("届出によらないときは空欄"),
    ]
}

/// Reads the three fields; what cannot be read is noted.
pub fn read_head(
    desk: &Desk,
    fields: &Fields,
    choices: &[Choice],
    errors: &mut Vec<FieldError>,
) -> Option<Head> {
    let today = desk.business_date();
    let cause = fields.code("cause", "異動事由", choices, errors);
    let occurred_on = fields.required_day("occurred_on", "異動日", today, errors);
    let reported_on = fields.day("reported_on", "届出日", today, errors);
    Some(Head {
        cause: cause?.0,
        occurred_on: occurred_on?,
        reported_on,
    })
}

/// Holds a record against the declared layout and makes it an event; what is wrong is noted beside the line's fields.
///
/// # Errors
/// [`OfficeError`] when the layouts cannot be read.
pub fn event(
    desk: &Desk,
    line: &Line,
    items: &Items,
    number: Option<i64>,
    errors: &mut Vec<FieldError>,
) -> Result<Option<(PersonKind, NewEvent)>, OfficeError> {
    let catalogue =
        catalogue().ok_or_else(|| OfficeError::Bug("同梱の様式を読めません".to_owned()))?;
    let municipality = Municipality::new(&desk.app().config().municipality_code);
    let mut cells = items.clone();
    // The layout asks for a number; that of somebody new is given when the event is registered.
    cells.insert(
        "person_number".to_owned(),
        number.unwrap_or_default().to_string(),
    );
    let new_home = cells
        .get(HOUSEHOLD)
        .is_some_and(|home| home == NEW_HOUSEHOLD);
    if new_home {
        cells.remove(HOUSEHOLD);
    }
    match typed(catalogue, &municipality, &cells, desk.business_date())? {
        Ok((kind, mut event)) => {
            if new_home {
                event
                    .items
                    .insert(HOUSEHOLD.to_owned(), NEW_HOUSEHOLD.to_owned());
            }
            Ok(Some((kind, event)))
        }
        Err(flaws) => {
            for flaw in flaws {
                tell(line, &flaw, errors);
            }
            Ok(None)
        }
    }
}

/// 住民票の世帯番号.
pub const HOUSEHOLD: &str = "household_number";

/// Notes a flaw beside its field; one of no field of the form is told at the top.
fn tell(line: &Line, flaw: &Flaw, errors: &mut Vec<FieldError>) {
    let layout = catalogue().and_then(|catalogue| catalogue.layout("resident_event"));
    let name = layout
        .and_then(|layout| {
            let field = layout
                .fields
                .iter()
                .find(|field| field.name_ja == flaw.field)?;
            Some(field.name.as_str())
        })
        .unwrap_or("");
    let place = if name.starts_with("relationship") {
        line.field("relationship")
    } else if name == "person_number" {
        line.field("number")
    } else if lines::is_column(name) {
        line.field(name)
    } else if name == "moved_on" {
        "occurred_on".to_owned()
    } else {
        name.to_owned()
    };
    let message = format!("{} {}: {}", line.label, flaw.field, flaw.message);
    if !errors.iter().any(|error| error.message == message) {
        note(errors, &place, &message);
    }
}

/// What is asked for, and how it is said.
pub struct Order {
    /// As the office takes it.
    pub together: Together,
    /// Name and value.
    pub facts: Vec<(String, String)>,
    /// One line for each person.
    pub lines: Vec<Vec<String>>,
}

impl Order {
    /// An order about nobody yet.
    #[must_use]
    pub fn new(head: &Head, words: &str) -> Self {
        Self {
            together: Together {
                people: Vec::new(),
                note: words.to_owned(),
            },
            facts: head.said(),
            lines: Vec::new(),
        }
    }

    /// Says something, unless there is nothing to say.
    pub fn say(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.facts.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Says who takes part, with the record as it will be.
    pub fn person(&mut self, items: &Items, number: Option<i64>) {
        let mut cells =
            vec![number.map_or_else(|| "登録時に付番".to_owned(), |one| one.to_string())];
        cells.extend(lines::said(items));
        self.lines.push(cells);
    }
}

/// What an order would do.
///
/// # Errors
/// As the office refuses it.
pub fn show(desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
    let permit = desk.permit::<RegisterResident>()?;
    let found = with_books(desk, |books| {
        hand::preview(
            desk.store(),
            &permit,
            &desk.acting(""),
            books,
            &order.together,
        )
    })?;
    let mut shown = consequence::shown(desk, &found.consequences)?;
    shown.facts.clone_from(&order.facts);
    let mut table = Table::new(
        "対象者",
        &["宛名番号", "氏名", "フリガナ", "生年月日", "性別", "続柄"],
    );
    for line in &order.lines {
        table.row(line.iter().map(|cell| Cell::from(cell.as_str())).collect());
    }
    // Who is meant is part of what is confirmed.
    shown.mark = format!("{:?}", order.lines);
    let card = Card::new("登録後の記載", "w6").with_table(table, "");
    shown.cards.insert(0, card);
    Ok(shown)
}

/// Carries an order out.
///
/// # Errors
/// As the office refuses it.
pub fn carry_out(desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
    let permit = desk.permit::<RegisterResident>()?;
    with_books(desk, |books| {
        hand::register(desk.store(), &permit, acting, books, &order.together)
    })?;
    Ok(())
}

/// The field an input error of the office belongs to.
#[must_use]
pub fn field_of(label: &str) -> String {
    match label {
        "異動事由" => "cause",
        "異動日" | "異動年月日" => "occurred_on",
        "届出日" => "reported_on",
        "取消の理由" => "reason",
        _ => "",
    }
    .to_owned()
}

/// Whether an event of an act asks for a 取得 next.
#[must_use]
pub fn asks_for_gain(code: &str) -> bool {
    matches!(
        cause(code).and_then(|cause| cause.candidate),
        Some(Candidate::Gain(..))
    )
}

/// Causes of some sides.
#[must_use]
pub fn of_side(side: Side) -> Vec<Choice> {
    causes(|cause| cause.side == side)
}

/// The record as it was stated last; empty for somebody of whom nothing is known.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn known(conn: &mut Conn, person: i64) -> Result<Items, OfficeError> {
    let mut items = hand::latest(conn, person)?.unwrap_or_default();
    // A record that was loaded in columns has no kind of its own.
    if !items.contains_key("resident_kind") {
        let kind = office::registry::load::kind_of(conn, person)?.unwrap_or(1);
        items.insert("resident_kind".to_owned(), kind.to_string());
    }
    Ok(items)
}
