//! 手入力の異動 — an event typed by a clerk goes through the declared layout and the same rules as a row of the file.

use super::held::write_line;
use super::intake::{Municipality, plan_of};
use super::scan::refused;
use crate::error::OfficeError;
use crate::registry::event::NewEvent;
use crate::registry::load::PersonKind;
use exchange::layout::{Form, Heading};
use exchange::{Catalogue, Flaw, Layout, Severity, Table};
use law::registry::Items;
use law::{Date, Refusal};

/// Layout whose items are typed.
const LAYOUT: &str = "resident_event";

/// Items a file must have and a clerk may not know: the residents' register is out of reach.
const MAY_BE_UNKNOWN: &[&str] = &[
    "history_number",
    "household_number",
    "town_code",
    "prefecture",
    "city",
    "postal_code",
];

/// An event as the typed items say it, or what is wrong with them.
pub type Typed = Result<(PersonKind, NewEvent), Vec<Flaw>>;

/// Reads typed items as an event of the residents' register. Items that are in no column stay as they are.
///
/// # Errors
/// [`OfficeError`] when the layout cannot be used; what is wrong with the items is the answer.
pub fn typed(
    catalogue: &Catalogue,
    municipality: &Municipality,
    items: &Items,
    today: Date,
) -> Result<Typed, OfficeError> {
    let layout = catalogue.layout(LAYOUT).ok_or_else(|| {
        Refusal::new(
            "import.layout.missing",
            format!("レイアウト{LAYOUT}がありません。管理者に知らせてください"),
        )
    })?;
    let (plan, _) = plan_of(LAYOUT)
        .ok_or_else(|| OfficeError::Bug("住民異動を取り込む手順がありません".to_owned()))?;
    let small = relaxed(layout);
    let mut text = String::new();
    write_line(&mut text, &small, |name| {
        items.get(name).map_or("", String::as_str)
    });
    let table = Table::open(&small, text.as_bytes()).map_err(refused)?;
    let mut flaws = Vec::new();
    let mut stated = None;
    table
        .row_at(0, 1, |row| {
            row.check(catalogue.codes(), &mut flaws);
            if !flaws.iter().any(|flaw| flaw.severity == Severity::Hold) {
                stated = plan.state(&row, municipality, today, &mut flaws);
            }
        })
        .map_err(refused)?;
    flaws.retain(|flaw| flaw.severity == Severity::Hold);
    let event = stated
        .and_then(|stated| Some((stated.person_kind, stated.event?)))
        .filter(|_| flaws.is_empty());
    Ok(match event {
        Some((kind, mut event)) => {
            let beside = items
                .iter()
                .filter(|(name, _)| small.column(name).is_none());
            for (name, value) in beside {
                event.items.insert(name.clone(), value.clone());
            }
            Ok((kind, *event))
        }
        None => Err(flaws),
    })
}

/// The layout for one typed line.
fn relaxed(layout: &Layout) -> Layout {
    let mut small = layout.clone();
    small.encoding = exchange::Encoding::Utf8;
    small.form = Form::Csv;
    small.heading = Heading::None;
    small.header = Vec::new();
    small.trailer = Vec::new();
    for field in &mut small.fields {
        if MAY_BE_UNKNOWN.contains(&field.name.as_str()) {
            field.required = false;
        }
    }
    small
}
