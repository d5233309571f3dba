//! 異動後の世帯 — which household of the residents' register people are in after an event, and what else it changed.

use super::hand::HOUSEHOLD;
use super::lines::{self, Line};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Input};
use law::registry::Items;
use office::registry::detail::item;
use office::registry::hand::NEW_HOUSEHOLD;

/// Which household of the residents' register they are in afterwards.
pub(super) fn fields_of(fields: &Fields) -> Vec<Field> {
    let choices: Vec<Choice> = [
        ("", "今の世帯のまま"),
        (NEW_HOUSEHOLD, "新しい世帯を作る"),
        ("other", "番号の世帯に入る"),
    ]
    .map(|(code, label)| (code.to_owned(), label.to_owned()))
    .to_vec();
    vec![
        Field::new(
            Input::Choice(choices),
            "home",
            "異動後の世帯",
            fields.text("home"),
        ),
        Field::new(Input::Text, HOUSEHOLD, "世帯番号", fields.text(HOUSEHOLD))
            .hint("番号の世帯に入るとき、または新しい世帯の番号が分かるとき"),
    ]
}

/// Lays the household that was chosen over a record.
pub(super) fn read(fields: &Fields, items: &mut Items, errors: &mut Vec<FieldError>) {
    let typed = fields.text(HOUSEHOLD);
    match (fields.text("home"), typed) {
        ("", "") => {}
        ("", _) => note(
            errors,
            "home",
            "異動後の世帯: 世帯番号を入力したときは、どの世帯かを選んでください",
        ),
        (NEW_HOUSEHOLD, "") => lines::put(items, HOUSEHOLD, NEW_HOUSEHOLD),
        ("other", "") => note(
            errors,
            HOUSEHOLD,
            "世帯番号: 入る世帯の番号を入力してください",
        ),
        (_, typed) => lines::put(items, HOUSEHOLD, typed),
    }
}

/// The items of the form that are other than before, by their names in the layout.
pub(super) fn changed(line: &Line, items: &Items) -> String {
    let layout = super::codes::catalogue().and_then(|all| all.layout("resident_event"));
    let Some(layout) = layout else {
        return String::new();
    };
    let event_own = [
        "moved_on",
        "move_cause",
        "move_reported_on",
        "preferred_name",
        "preferred_kana",
    ];
    let names: Vec<&str> = layout
        .fields
        .iter()
        .filter(|field| !event_own.contains(&field.name.as_str()))
        .filter(|field| !field.name.starts_with("within_"))
        .filter(|field| item(&line.known, &field.name) != item(items, &field.name))
        .map(|field| field.name_ja.as_str())
        .collect();
    names.join("、")
}
