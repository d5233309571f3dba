//! 記載の入力欄 — one line for each person of an event, with the items of the residents' record as columns.

use super::codes::{catalogue, word};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Grid, Input};
use crate::view::format::day_ja;
use law::Date;
use law::registry::Items;
use office::registry::detail::item;

/// One person of the form.
pub struct Line {
    /// What the names of its fields begin with.
    pub key: String,
    /// How the line is called.
    pub label: String,
    /// Said in place of the label where there is room for it; may be empty.
    pub beside: String,
    /// The record so far.
    pub known: Items,
    /// Whether the line is ticked at first; `None` where there is nothing to tick.
    pub ticked: Option<bool>,
}

impl Line {
    /// The name of a field of this line.
    #[must_use]
    pub fn field(&self, item: &str) -> String {
        format!("{}_{item}", self.key)
    }

    /// Whether the person takes part.
    #[must_use]
    pub fn takes_part(&self, fields: &Fields) -> bool {
        match self.ticked {
            Some(_) => fields.has(&self.field("on")),
            None => ["name", "kana", "birth_on", "number"]
                .iter()
                .any(|item| !fields.text(&self.field(item)).is_empty()),
        }
    }
}

/// A column: the item, its name, how it is put in.
pub type Column = (&'static str, &'static str, Kind);

/// How a column is put in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A day of birth.
    Birth,
    /// A day.
    Day,
    /// 性別.
    Sex,
    /// 続柄, chained.
    Relationship,
    /// 住民種別.
    Resident,
}

/// What every person has.
pub const MAIN: &[Column] = &[
    ("name", "氏名", Kind::Text),
    ("kana", "フリガナ", Kind::Text),
    ("birth_on", "生年月日", Kind::Birth),
    ("sex", "性別", Kind::Sex),
    ("relationship", "続柄", Kind::Relationship),
];
/// 続柄 alone.
pub const RELATIONSHIP: &[Column] = &[("relationship", "続柄", Kind::Relationship)];
/// 旧氏 and what foreigners have.
pub const MORE: &[Column] = &[
    ("resident_kind", "種別", Kind::Resident),
    ("former_surname", "旧氏", Kind::Text),
    ("former_surname_kana", "旧氏フリガナ", Kind::Text),
    ("alias", "通称", Kind::Text),
    ("alias_kana", "通称フリガナ", Kind::Text),
    ("latin_name", "ローマ字氏名", Kind::Text),
    ("nationality", "国籍", Kind::Text),
    ("residence_status", "在留資格コード", Kind::Text),
    ("stay_until", "在留期間満了日", Kind::Day),
];

const RELATIONSHIPS: [&str; 4] = [
    "relationship1",
    "relationship2",
    "relationship3",
    "relationship4",
];

/// The lines as a grid; a tick comes first where there is one, a number last where it is asked for.
pub fn grid(
    caption: &str,
    lines: &[Line],
    columns: &[Column],
    fields: &Fields,
    (ticks, number): (bool, bool),
) -> Grid {
    let mut heads = vec!["対象者".to_owned()];
    if ticks {
        heads.push("対象".to_owned());
    }
    heads.extend(columns.iter().map(|(_, label, _)| (*label).to_owned()));
    if number {
        heads.push("宛名番号".to_owned());
    }
    let rows = lines
        .iter()
        .map(|line| {
            let mut cells = Vec::new();
            if ticks {
                cells.push(tick(line, fields));
            }
            cells.extend(columns.iter().map(|column| cell(line, *column, fields)));
            if number {
                let name = line.field("number");
                let label = format!("{}の宛名番号", line.label);
                cells.push(Field::new(Input::Text, &name, &label, fields.text(&name)));
            }
            // The first grid says who they are; further ones only name them.
            let name = if ticks && !line.beside.is_empty() {
                &line.beside
            } else {
                &line.label
            };
            (name.clone(), cells)
        })
        .collect();
    Grid {
        caption: caption.to_owned(),
        columns: heads,
        rows,
    }
}

fn tick(line: &Line, fields: &Fields) -> Field {
    let name = line.field("on");
    // Before anything was sent the form says who is meant; after that the clerk does.
    let value = if fields.has("do") {
        fields.text(&name)
    } else if line.ticked == Some(true) {
        "1"
    } else {
        ""
    };
    Field::new(
        Input::Check,
        &name,
        &format!("{}を対象にする", line.label),
        value,
    )
}

fn cell(line: &Line, (column, label, kind): Column, fields: &Fields) -> Field {
    let name = line.field(column);
    let value = if fields.has(&name) {
        fields.text(&name).to_owned()
    } else {
        stands(&line.known, column, kind)
    };
    let input = match kind {
        Kind::Text => Input::Text,
        Kind::Birth | Kind::Day => Input::Day,
        Kind::Sex => Input::Choice(choices("sex")),
        Kind::Relationship => Input::Code(relationships()),
        Kind::Resident => Input::Choice(
            choices("resident_kind")
                .into_iter()
                .filter(|(code, _)| code != "3")
                .collect(),
        ),
    };
    Field::new(input, &name, &format!("{}の{label}", line.label), &value)
}

fn stands(known: &Items, column: &str, kind: Kind) -> String {
    let value = item(known, column);
    match kind {
        Kind::Birth | Kind::Day => value.parse::<Date>().map_or(value.to_owned(), day_ja),
        Kind::Relationship => chain(known),
        Kind::Text | Kind::Sex | Kind::Resident => value.to_owned(),
    }
}

/// 続柄 codes of a record, chained.
#[must_use]
pub fn chain(known: &Items) -> String {
    let codes: Vec<&str> = RELATIONSHIPS
        .iter()
        .map(|name| item(known, name))
        .filter(|code| !code.is_empty())
        .collect();
    codes.join("-")
}

/// The entries of a code list, as choices.
#[must_use]
pub fn choices(list: &str) -> Vec<Choice> {
    catalogue()
        .and_then(|catalogue| catalogue.codes().list(list))
        .map(|list| {
            list.entries
                .iter()
                .map(|(code, label)| (code.clone(), label.clone()))
                .collect()
        })
        .unwrap_or_default()
}

/// 続柄 in use today; those of older forms are only read.
fn relationships() -> Vec<Choice> {
    choices("relationship")
        .into_iter()
        .filter(|(code, _)| !["01", "03", "98"].contains(&code.as_str()))
        .collect()
}

/// Lays what was typed for a line over its record; what cannot be read is noted.
pub fn read(
    line: &Line,
    columns: &[Column],
    fields: &Fields,
    today: Date,
    errors: &mut Vec<FieldError>,
) -> Items {
    let mut items = line.known.clone();
    for (column, label, kind) in columns {
        let name = line.field(column);
        if !fields.has(&name) {
            continue;
        }
        let label = format!("{}の{label}", line.label);
        match kind {
            Kind::Text => put(&mut items, column, fields.text(&name)),
            Kind::Sex | Kind::Resident => put(&mut items, column, fields.text(&name)),
            Kind::Birth => {
                // 不詳 and days that stand in for others stay as they are until another day is typed.
                if fields.text(&name) != stands(&line.known, column, *kind)
                    && let Some(day) = fields.birth(&name, &label, today, errors)
                {
                    put(&mut items, column, &day.to_string());
                    items.remove("birth_on_as_sent");
                    items.remove("birth_on_unknown");
                }
            }
            Kind::Day => {
                if fields.text(&name) != stands(&line.known, column, *kind) {
                    let day = fields.day(&name, &label, today, errors);
                    let text = day.map_or_else(String::new, |day| day.to_string());
                    put(&mut items, column, &text);
                }
            }
            Kind::Relationship => {
                relationship(&mut items, fields.text(&name), &name, &label, errors);
            }
        }
    }
    preferred(&line.known, &mut items);
    items
}

fn relationship(
    items: &mut Items,
    typed: &str,
    name: &str,
    label: &str,
    errors: &mut Vec<FieldError>,
) {
    let known = choices("relationship");
    let mut codes = Vec::new();
    for part in typed
        .split(['-', '－', '・'])
        .filter(|part| !part.is_empty())
    {
        let one = Fields::new(vec![(name.to_owned(), part.to_owned())]);
        if let Some((code, _)) = one.code(name, label, &known, errors) {
            codes.push(code);
        }
    }
    if codes.len() > RELATIONSHIPS.len() {
        note(errors, name, &format!("{label}: 続柄のコードは4つまでです"));
    }
    for (place, item) in RELATIONSHIPS.iter().enumerate() {
        put(items, item, codes.get(place).map_or("", String::as_str));
    }
}

/// Sets an item; nothing typed takes it away.
pub fn put(items: &mut Items, name: &str, value: &str) {
    if value.is_empty() {
        items.remove(name);
    } else {
        items.insert(name.to_owned(), value.to_owned());
    }
}

/// 氏名_優先 follows the name it was taken from: a person known by the 通称 stays known by it.
fn preferred(before: &Items, items: &mut Items) {
    for (preferred, sources) in [
        ("preferred_name", ["name", "alias", "latin_name"]),
        ("preferred_kana", ["kana", "alias_kana", "kana"]),
    ] {
        let was = item(before, preferred);
        if was.is_empty() {
            continue;
        }
        let Some(source) = sources.iter().find(|source| item(before, source) == was) else {
            continue;
        };
        let now = item(items, source).to_owned();
        put(items, preferred, &now);
    }
}

/// A line in words, for the page that is confirmed.
#[must_use]
pub fn said(items: &Items) -> Vec<String> {
    let day = |name: &str| {
        let value = item(items, name);
        value.parse::<Date>().map_or(value.to_owned(), day_ja)
    };
    vec![
        item(items, "name").to_owned(),
        item(items, "kana").to_owned(),
        day("birth_on"),
        word("sex", item(items, "sex")),
        word("relationship", &chain(items)),
    ]
}

/// Whether an item is a column of some line.
#[must_use]
pub fn is_column(name: &str) -> bool {
    MAIN.iter().chain(MORE).any(|(column, ..)| *column == name)
}
