//! 住民情報の行 — a row of the residents' register as a dated record of a person.

use super::directory::Directory;
use super::intake::Municipality;
use super::plan::{Creates, Plan, Replace, Staged, Stated, Target, no_duplicates};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::detail::{self, Detail, Origin, WARD};
use crate::registry::event::{NewEvent, Source};
use crate::registry::fact::Kind as _;
use crate::registry::movement::{self, Taken};
use crate::registry::person::{CARRIED, DERIVED, Resident};
use crate::registry::search_key::{self, Keys};
use db::ColumnType::{Int, Text};
use db::{Conn, Span, Sql};
use exchange::{Day, Flaw, Row};
use law::Date;
use law::registry::{Items, Presence};
use std::collections::BTreeSet;

const WITH_EVENTS: Sql = Sql {
    name: "import.residents_with_events",
    text: "select distinct person_id from resident_event where person_id >= $1 and person_id <= $2",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[WITH_EVENTS];

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
            // Whom the residents' register itself has entered: those who have left stand as removed for good, and those
            // who live elsewhere or were entered at a counter alone are in no file of the sender.
            expected: "and status = 1 and (not exists (select 1 from resident_event e where e.person_id = subject) \
                       or exists (select 1 from resident_event e where e.person_id = subject \
                       and e.origin <> 'counter'))",
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
        let items = record(row, municipality);
        let presence = match row.named(STATE) {
            "1" => Presence::Present,
            _ => Presence::Removed,
        };
        // A record without a name was told by the check of its cells.
        let resident = detail::resident(&items, presence).ok()?;
        let event = NewEvent {
            cause: row.named("move_cause").to_owned(),
            occurred_on: moved_on,
            occurred_text: String::new(),
            reported_on: row
                .column("move_reported_on")
                .and_then(|column| row.date(column)),
            sequence: order,
            refers_to: None,
            items,
        };
        let origin = Origin {
            sequence: order,
            cause: &event.cause,
            reported_on: event.reported_on,
            occurred_text: "",
        };
        let beside = Detail::beside(&event.items, &resident, &origin);
        let mut stated = Stated::new(Span::since(moved_on), &resident, order);
        stated.person_kind = kind;
        stated.beside = beside.values();
        stated.event = Some(Box::new(event));
        Some(stated)
    }

    fn beside(&self) -> Option<Target> {
        Some(Target::of::<Detail>(Replace::FromFirstDay))
    }

    fn carried_out(&self, conn: &mut Conn, rows: &[Staged]) -> Result<BTreeSet<i64>, OfficeError> {
        let first = rows.iter().map(|row| row.subject).min().unwrap_or(0);
        let last = rows.iter().map(|row| row.subject).max().unwrap_or(0);
        let found = conn.query(&WITH_EVENTS, &[first.into(), last.into()], |row| row.int(0))?;
        Ok(found.into_iter().collect())
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

    fn index(
        &self,
        conn: &mut Conn,
        new: &[&Staged],
        changed: &BTreeSet<i64>,
    ) -> Result<(), OfficeError> {
        let columns = [("search_key", Text), ("person_id", Int), ("kind", Int)];
        let mut bulk = conn.bulk("search_key", &columns);
        for group in new.chunk_by(|one, two| one.subject == two.subject) {
            let mut keys = Keys::new();
            for event in group
                .iter()
                .filter_map(|row| row.stated.as_ref()?.event.as_ref())
            {
                search_key::of_record(&event.items, &mut keys);
            }
            let subject = group.first().map_or(0, |row| row.subject);
            for (key, kind) in keys {
                bulk.row(&[key.into(), subject.into(), kind.code().into()])?;
            }
        }
        bulk.finish()?;
        for subject in changed {
            search_key::rebuild(conn, *subject)?;
        }
        Ok(())
    }

    fn together(&self, rows: &mut [Staged]) {
        no_duplicates(rows, "個人履歴番号");
        rows.sort_by_key(|row| row.stated.as_ref().map(|stated| (stated.order, row.line)));
        // 履歴番号 is the order in which the sender came to know. Each record runs until the next one begins; one that is
        // numbered later takes the place of all that begin on its day or after it.
        let starts: Vec<Option<Date>> = rows
            .iter()
            .map(|row| row.stated.as_ref().map(|stated| stated.from))
            .collect();
        for (place, row) in rows.iter_mut().enumerate() {
            let Some(stated) = &mut row.stated else {
                continue;
            };
            let next = starts.iter().skip(place + 1).flatten().min().copied();
            let dated_back = next.filter(|next| *next < stated.from);
            stated.until = next.map(|next| next.max(stated.from));
            if let Some(next) = dated_back {
                let message = format!(
                    "後の履歴番号に、この行より前の異動年月日{next}があります。履歴番号の順に、後の履歴をその日から登録しました。この行の内容は後の履歴に含まれるものとしています。異動年月日に誤りがないか確かめてください"
                );
                let flaw = Flaw::review("異動年月日", "import.row.history_order", message);
                row.flaws.push(flaw);
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

pub(super) fn number(row: &Row<'_>, item: &str) -> i64 {
    row.named(item).parse().unwrap_or(0)
}

/// Items that are about the row, or have a place of their own in an event.
const NO_RECORD: &[&str] = &[
    "person_number",
    "history_number",
    "branch_number",
    "move_cause",
    "move_reported_on",
    "refers_history_number",
    "refers_branch_number",
];

/// The record a row tells, item by item as it came; its ward is worked out.
pub(super) fn record(row: &Row<'_>, municipality: &Municipality) -> Items {
    let mut items: Items = row
        .cells()
        .into_iter()
        .filter(|(name, _)| !NO_RECORD.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let city = row.named("city_code");
    if city != municipality.code && municipality.holds(city) {
        items.insert(WARD.to_owned(), city.to_owned());
    }
    items
}

/// States the events of the rows of one person; one whose number has another content waits.
pub(super) fn state_events(
    conn: &mut Conn,
    act: &Act,
    today: Date,
    group: &[Staged],
    flaws: &mut [Vec<Flaw>],
) -> Result<u64, OfficeError> {
    let stated: Vec<_> = group
        .iter()
        .zip(flaws.iter_mut())
        .filter_map(|(row, flaws)| Some((row.stated.as_ref()?, flaws)))
        .filter_map(|(stated, flaws)| Some((stated, stated.event.as_ref()?, flaws)))
        .collect();
    let Some((first, ..)) = stated.first() else {
        return Ok(0);
    };
    let (kind, subject) = (
        first.person_kind,
        group.first().map_or(0, |row| row.subject),
    );
    let events: Vec<NewEvent> = stated
        .iter()
        .map(|(_, event, _)| event.as_ref().clone())
        .collect();
    let projected = movement::state(conn, act, subject, kind, Source::File, &events, today)?;
    let mut posted = 0;
    for (taken, (.., flaws)) in projected.taken.iter().zip(stated) {
        match taken {
            Taken::New(_) => posted += 1,
            Taken::Same(_) => {}
            Taken::Differs(before) => flaws.push(Flaw::hold(
                "個人履歴番号",
                "import.row.history_differs",
                format!(
                    "同じ履歴番号の異動{before}が別の内容で登録されています。送り元に確かめ、正しい番号で送ってもらうか、登録済みの異動を取り消してからもう一度試してください"
                ),
            )),
        }
    }
    Ok(posted)
}
