//! 住民異動の行 — a row of the daily file as an event. Files and rows may come in any order and more than once.

use super::directory::Directory;
use super::intake::Municipality;
use super::plan::{Creates, Plan, Replace, Staged, Stated, Target};
use super::rows_resident::{number, record, state_events};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::detail::{self, AS_SENT};
use crate::registry::event::NewEvent;
use crate::registry::load;
use crate::registry::person::Resident;
use crate::registry::register;
use db::{Conn, Span};
use exchange::{Day, Flaw, Row};
use law::Date;
use law::registry::Presence;
use std::collections::BTreeSet;

/// 住民異動.
pub(super) struct ResidentEvents;

/// Days that may be 不詳 or no days of the calendar: item, its flag, its name.
const LOOSE_DAYS: &[(&str, &str, &str)] = &[
    ("moved_on", "moved_on_unknown", "異動年月日"),
    ("birth_on", "birth_on_unknown", "生年月日"),
    (
        "resident_since",
        "resident_since_unknown",
        "住民となった年月日",
    ),
    ("removed_on", "removed_on_unknown", "消除の異動年月日"),
];

impl Plan for ResidentEvents {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[
            "history_number",
            "resident_kind",
            "moved_on",
            "move_cause",
            "name",
            "kana",
            "birth_on",
            "sex",
            "city_code",
        ]
    }

    fn target(&self) -> Target {
        Target {
            creates: Creates::Person,
            ..Target::of::<Resident>(Replace::FromFirstDay)
        }
    }

    fn needs_directory(&self) -> bool {
        false
    }

    fn in_any_order(&self) -> bool {
        true
    }

    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str> {
        let lives_here = row.named("resident_state") == "1" && row.named("resident_kind") != "3";
        lives_here.then(|| row.named("city_code"))
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        today: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
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
        let mut items = record(row, municipality);
        let mut occurred = None;
        for (item, flag, name) in LOOSE_DAYS {
            let sent = row.named(item);
            if sent.is_empty() && *item != "moved_on" && *item != "birth_on" {
                continue;
            }
            let loose = loose_day(row, item, flag, name, flaws)?;
            if *item == "moved_on" {
                occurred = Some(loose.on);
            }
            if loose.stands_in {
                items.insert((*item).to_owned(), loose.on.to_string());
                items.insert(format!("{item}{AS_SENT}"), sent.to_owned());
            }
        }
        let occurred_on = occurred?;
        let text = row.named("moved_on_unknown_text");
        let occurred_text = match items.get(&format!("moved_on{AS_SENT}")) {
            Some(sent) if text.is_empty() => sent.clone(),
            _ => text.to_owned(),
        };
        let refers = row.named("refers_history_number");
        let event = NewEvent {
            cause: row.named("move_cause").to_owned(),
            occurred_on,
            occurred_text,
            reported_on: row
                .column("move_reported_on")
                .and_then(|column| row.date(column)),
            sequence: (number(row, "history_number"), number(row, "branch_number")),
            refers_to: (!refers.is_empty()).then(|| {
                (
                    number(row, "refers_history_number"),
                    number(row, "refers_branch_number"),
                )
            }),
            items,
        };
        told(&event, today, flaws);
        let resident = detail::resident(&event.items, Presence::Present).ok()?;
        let mut stated = Stated::new(Span::since(occurred_on), &resident, event.sequence);
        stated.person_kind = row.named("resident_kind").parse().unwrap_or(1);
        stated.event = Some(Box::new(event));
        Some(stated)
    }

    fn carried_out(&self, _: &mut Conn, rows: &[Staged]) -> Result<BTreeSet<i64>, OfficeError> {
        Ok(rows.iter().map(|row| row.subject).collect())
    }

    fn carry_out(
        &self,
        conn: &mut Conn,
        act: &Act,
        today: Date,
        group: &[Staged],
        flaws: &mut [Vec<Flaw>],
    ) -> Result<u64, OfficeError> {
        state_events(conn, act, today, group, flaws)
    }

    fn together(&self, _: &mut [Staged]) {}

    fn against(
        &self,
        conn: &mut Conn,
        _: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        let resident = row
            .stated
            .as_ref()
            .is_some_and(|stated| stated.person_kind != 3);
        if resident && load::kind_of(conn, row.subject)? == Some(3) {
            flaws.push(Flaw::hold(
                "宛名番号",
                "import.row.number_taken",
                format!(
                    "宛名番号{}は住登外者の番号です。住民の番号と重なりません。送り元に確かめてください",
                    row.subject
                ),
            ));
        }
        Ok(())
    }
}

/// Tells what forbids an event.
fn told(event: &NewEvent, today: Date, flaws: &mut Vec<Flaw>) {
    if let Err(OfficeError::Input { field, message }) = register::check(event) {
        let code = if field == "異動年月日" {
            "import.row.before_birth"
        } else {
            "import.row.record"
        };
        flaws.push(Flaw::hold(&field, code, message));
    }
    let birth: Option<Date> = detail::item(&event.items, "birth_on").parse().ok();
    if birth.is_some_and(|birth| birth > today) {
        flaws.push(Flaw::hold(
            "生年月日",
            "import.row.birth_future",
            "今日より後の日です".to_owned(),
        ));
    }
}

/// A day of the calendar, and whether it stands in for what was sent.
struct Loose {
    on: Date,
    stands_in: bool,
}

/// A day that may be none of the calendar: the last day of the month or year that was sent stands in for it, and the
/// row is listed for a look. A day of which not even the year is known waits for a person.
fn loose_day(
    row: &Row<'_>,
    item: &str,
    flag: &str,
    name: &str,
    flaws: &mut Vec<Flaw>,
) -> Option<Loose> {
    let sent = row.named(item);
    let read = row.column(item).and_then(|column| row.day(column));
    if let Some(Day::On(on)) = read {
        return Some(Loose {
            on,
            stands_in: false,
        });
    }
    if let Some(on) = stand_in(sent) {
        flaws.push(Flaw::review(
            name,
            "import.row.day_stands_in",
            format!(
                "「{}」は暦にない日です。{on}とみなして登録しました。届いた日もそのまま残しています",
                exchange::field::shown(sent)
            ),
        ));
        return Some(Loose {
            on,
            stands_in: true,
        });
    }
    let message = if row.named(flag) == "1" {
        "不詳で日付がありません。みなし日付を送り元で決めてもらってください".to_owned()
    } else {
        format!(
            "日付「{}」を読めません。送り元で確かめてください",
            exchange::field::shown(sent)
        )
    };
    flaws.push(Flaw::hold(name, "import.row.day_unknown", message));
    None
}

/// The last day that a date of the form `YYYY-MM-DD` with an impossible or unknown (00) day or month can mean.
fn stand_in(sent: &str) -> Option<Date> {
    let mut parts = sent.split('-');
    let mut number = |length: usize| -> Option<i16> {
        let part = parts.next()?;
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse().ok())?
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if !(1800..2200).contains(&year) || month > 12 || day > 31 {
        return None;
    }
    let month = i8::try_from(if month == 0 { 12 } else { month }).ok()?;
    Some(law::day(year, month, 31))
}

#[cfg(test)]
mod tests {
    use super::stand_in;
    use law::day;

    #[test]
    fn the_last_possible_day_stands_in() {
        for (sent, on) in [
            ("2023-02-29", Some(day(2023, 2, 28))),
            ("1950-02-30", Some(day(1950, 2, 28))),
            ("2026-04-31", Some(day(2026, 4, 30))),
            ("2026-05-00", Some(day(2026, 5, 31))),
            ("1930-00-00", Some(day(1930, 12, 31))),
            ("0000-01-01", None),
            ("2026-13-01", None),
            ("2026-5-1", None),
            ("令和8年5月", None),
            ("", None),
        ] {
            assert_eq!(stand_in(sent), on, "{sent}");
        }
    }
}
