//! 住民情報の行 — a row of the residents' register as a dated record of a person.

use super::directory::Directory;
use super::intake::Municipality;
use super::plan::{Creates, Plan, Replace, Staged, Stated, Target, no_duplicates};
use crate::error::OfficeError;
use crate::registry::person::{CARRIED, DERIVED, Resident, Sex, Status};
use db::{Conn, Span};
use exchange::{Day, Flaw, Row};
use law::Date;

/// 住民情報.
pub(super) struct Residents;

const STATE: &str = "resident_state";
const KIND: &str = "resident_kind";

impl Plan for Residents {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[
            "history_number",
            KIND,
            STATE,
            "moved_on",
            "name",
            "kana",
            "birth_on",
            "sex",
            "city_code",
        ]
    }

    fn target(&self) -> Target {
        Target {
            derived: DERIVED,
            carried: CARRIED,
            creates: Creates::Person,
            // Those who have left stand as removed for good; a sender may leave them out.
            expected: "and status <> 2",
            ..Target::of::<Resident>(Replace::FromFirstDay)
        }
    }

    fn needs_directory(&self) -> bool {
        false
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        // Only a resident lives here: others may have any address.
        (row.named(STATE) == "1" && row.named(KIND) != "3").then(|| row.named("city_code"))
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        today: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        let moved_on = calendar_day(row, "moved_on", "異動年月日", flaws);
        let birth_on = calendar_day(row, "birth_on", "生年月日", flaws);
        if self
            .municipality_of(row)
            .is_some_and(|code| !municipality.holds(code))
        {
            flaws.push(Flaw::hold(
                "住所_市区町村コード",
                "import.row.municipality",
                format!(
                    "住民の住所が別の団体（{}）です",
                    exchange::field::shown(row.named("city_code"))
                ),
            ));
        }
        if birth_on.is_some_and(|birth| birth > today) {
            flaws.push(Flaw::hold(
                "生年月日",
                "import.row.birth_future",
                "今日より後の日です".to_owned(),
            ));
        }
        let (moved_on, birth_on) = (moved_on?, birth_on?);
        if moved_on < birth_on {
            flaws.push(Flaw::hold(
                "異動年月日",
                "import.row.before_birth",
                format!("異動年月日{moved_on}が生年月日{birth_on}より前です"),
            ));
            return None;
        }
        let kind = row.named(KIND).parse().unwrap_or(1);
        let order = (number(row, "history_number"), number(row, "branch_number"));
        let mut stated = Stated::new(
            Span::since(moved_on),
            &resident(row, birth_on, municipality),
            order,
        );
        stated.person_kind = kind;
        Some(stated)
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "個人履歴番号");
        rows.sort_by_key(|row| row.stated.as_ref().map(|stated| (stated.order, row.line)));
        // Each record runs until the next one begins; a later record of the same day takes its place.
        let starts: Vec<Option<Date>> = rows
            .iter()
            .map(|row| row.stated.as_ref().map(|stated| stated.from))
            .collect();
        for (place, row) in rows.iter_mut().enumerate() {
            let Some(stated) = &mut row.stated else {
                continue;
            };
            let next = starts.iter().skip(place + 1).flatten().next().copied();
            stated.until = next;
            if next.is_some_and(|next| next < stated.from) {
                row.flaws.push(Flaw::hold(
                    "異動年月日",
                    "import.row.history_order",
                    "次の履歴の異動年月日より後です。履歴番号か異動年月日を確かめてください"
                        .to_owned(),
                ));
            }
        }
        let births: Vec<_> = rows
            .iter()
            .filter_map(|row| row.stated.as_ref())
            .filter_map(|stated| stated.values.get(8))
            .collect();
        if births.windows(2).any(|pair| pair.first() != pair.last())
            && let Some(last) = rows.last_mut()
        {
            last.flaws.push(Flaw::review(
                "生年月日",
                "import.row.birth_changed",
                "前の履歴と生年月日が違います。届いたまま登録しました".to_owned(),
            ));
        }
    }

    fn against(
        &self,
        _: &mut Conn,
        _: &mut Directory,
        _: &Staged,
        _: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        Ok(())
    }
}

/// A day that must be one of the calendar, 不詳 or not; a day that is wholly unknown waits for a person.
fn calendar_day(row: &Row<'_>, item: &str, field: &str, flaws: &mut Vec<Flaw>) -> Option<Date> {
    let column = row.column(item)?;
    match row.day(column) {
        Some(Day::On(date)) => Some(date),
        Some(Day::UnknownStart | Day::Endless) => {
            flaws.push(Flaw::hold(
                field,
                "import.row.day_unknown",
                "日が分かりません。みなし日付を送り元で決めてもらってください".to_owned(),
            ));
            None
        }
        // An empty or impossible day was told by the check of the cell, unless a flag says it is 不詳.
        None => {
            if row.text(column).is_empty() && !flaws.iter().any(|flaw| flaw.field == field) {
                flaws.push(Flaw::hold(
                    field,
                    "import.row.day_unknown",
                    "不詳で日付がありません。みなし日付を送り元で決めてもらってください".to_owned(),
                ));
            }
            None
        }
    }
}

fn number(row: &Row<'_>, item: &str) -> i64 {
    row.named(item).parse().unwrap_or(0)
}

fn optional(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn resident(row: &Row<'_>, birth_on: Date, municipality: &Municipality) -> Resident {
    let preferred = |item: &str, fallback: &str| {
        let text = row.named(item);
        if text.is_empty() {
            row.named(fallback).to_owned()
        } else {
            text.to_owned()
        }
    };
    let status = match (row.named(KIND), row.named(STATE)) {
        ("3", _) => Status::NonResident,
        (_, "1") => Status::Resident,
        _ => Status::Removed,
    };
    let codes: Vec<&str> = [
        "relationship1",
        "relationship2",
        "relationship3",
        "relationship4",
    ]
    .iter()
    .map(|item| row.named(item))
    .filter(|code| !code.is_empty())
    .collect();
    let city = row.named("city_code");
    Resident {
        status,
        name: preferred("preferred_name", "name"),
        kana: preferred("preferred_kana", "kana"),
        latin_name: optional(row.named("latin_name")),
        alias: optional(row.named("alias")),
        former_surname: optional(row.named("former_surname")),
        birth_on,
        birth_unknown: row.named("birth_on_unknown") == "1",
        sex: match row.named("sex") {
            "1" => Sex::Male,
            "2" => Sex::Female,
            _ => Sex::Unknown,
        },
        register_household: row.named("household_number").parse().ok(),
        relationship: codes.join("-"),
        postal_code: row.named("postal_code").to_owned(),
        address: ["prefecture", "city", "town", "lot"]
            .iter()
            .map(|item| row.named(item))
            .collect(),
        building: row.named("building").to_owned(),
        ward: if city == municipality.code || !municipality.holds(city) {
            String::new()
        } else {
            city.to_owned()
        },
        resident_since: row
            .column("resident_since")
            .and_then(|column| row.date(column)),
        withheld: false,
    }
}
