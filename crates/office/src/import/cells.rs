//! Cells that several layouts share: whose row it is, first and last days, numbers.

use super::directory::PersonEntry;
use super::intake::Municipality;
use super::plan::{Staged, unknown_person};
use exchange::{Day, Flaw, Row};
use law::Date;

const MUNICIPALITY: &str = "municipality_code";

/// The code of the row, which every row of these layouts carries.
pub(super) fn municipality_of<'r>(row: &Row<'r>) -> Option<&'r str> {
    row.column(MUNICIPALITY).map(|column| row.text(column))
}

/// Holds a row that names another municipality.
pub(super) fn own_row(row: &Row<'_>, municipality: &Municipality, flaws: &mut Vec<Flaw>) {
    if let Some(code) = municipality_of(row)
        && !municipality.holds(code)
    {
        flaws.push(Flaw::hold(
            "市区町村コード",
            "import.row.municipality",
            format!("別の団体（{}）の行です", exchange::field::shown(code)),
        ));
    }
}

pub(super) fn date(row: &Row<'_>, item: &str) -> Option<Date> {
    row.column(item).and_then(|column| row.date(column))
}

pub(super) fn int(row: &Row<'_>, item: &str) -> i64 {
    row.column(item)
        .and_then(|column| row.int(column))
        .unwrap_or(0)
}

/// A day that a row cannot be without: one that is left out, unknown or endless is no day, and the row waits.
pub(super) fn known_day(
    row: &Row<'_>,
    item: &str,
    field: &str,
    flaws: &mut Vec<Flaw>,
) -> Option<Date> {
    let on = date(row, item);
    if on.is_none() {
        flaws.push(Flaw::hold(
            field,
            "import.row.day_unknown",
            "日が分かりません。送り元に確かめてください".to_owned(),
        ));
    }
    on
}

/// The first day of a span; an unknown first day is not guessed.
pub(super) fn first_day(
    row: &Row<'_>,
    item: &str,
    field: &str,
    flaws: &mut Vec<Flaw>,
) -> Option<Date> {
    let day = row.column(item).and_then(|column| row.day(column));
    match day {
        Some(Day::On(date)) => return Some(date),
        Some(Day::UnknownStart | Day::Endless) => flaws.push(Flaw::hold(
            field,
            "import.row.day_unknown",
            "日が分かりません。資格の始まりは推測できません".to_owned(),
        )),
        None => {}
    }
    None
}

/// The first day after a span: empty or endless is open. It must lie after the first day.
pub(super) fn last_day(
    row: &Row<'_>,
    item: &str,
    (field, from): (&str, Option<Date>),
    flaws: &mut Vec<Flaw>,
) -> Option<Date> {
    let day = row.column(item).and_then(|column| row.day(column));
    let until = match day {
        Some(Day::On(date)) => date,
        Some(Day::UnknownStart) => {
            flaws.push(Flaw::hold(
                field,
                "import.row.day_unknown",
                "終わりの日が分かりません".to_owned(),
            ));
            return None;
        }
        Some(Day::Endless) | None => return None,
    };
    if from.is_some_and(|from| until <= from) {
        let from = from.map(|from| from.to_string()).unwrap_or_default();
        flaws.push(Flaw::hold(
            field,
            "import.row.loss_before_gain",
            format!("{until}は始まりの日{from}以前です。取得と喪失の日を確かめてください"),
        ));
    }
    Some(until)
}

/// A person must be known, and born by the day the fact begins.
pub(super) fn born_by(
    person: Option<PersonEntry>,
    row: &Staged,
    field: &str,
    flaws: &mut Vec<Flaw>,
) {
    let Some(person) = person else {
        flaws.push(unknown_person("宛名番号", row.subject));
        return;
    };
    if let Some(stated) = &row.stated
        && stated.from < person.birth_on
    {
        flaws.push(Flaw::hold(
            field,
            "import.row.before_birth",
            format!("{}は生年月日{}より前です", stated.from, person.birth_on),
        ));
    }
}
