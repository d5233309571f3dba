//! 住登外者の行 — records that the numbering function of the municipality gave out, as events of our own kind.

use super::cells::{date, int, known_day};
use super::directory::Directory;
use super::intake::Municipality;
use super::plan::{Creates, Plan, Replace, Staged, Stated, Target};
use super::post::holds;
use super::rows_resident::{record, state_events};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::detail;
use crate::registry::event::NewEvent;
use crate::registry::fact::{self, Kind as _, Values};
use crate::registry::nonresident::{self, NonResident};
use crate::registry::person::{Resident, Status};
use crate::registry::register;
use crate::worklist::{self, INTAKE_DIFFERENCE, NewItem};
use db::{Conn, Span};
use exchange::{Flaw, Row};
use law::Date;
use law::registry::Presence;
use std::collections::BTreeSet;

/// The item of the businesses, as the layout calls it.
const BUSINESS: &str = "業務ID";

/// 住登外者.
pub(super) struct NonResidents;

impl Plan for NonResidents {
    fn subject_item(&self) -> &'static str {
        "person_number"
    }

    fn needs(&self) -> &'static [&'static str] {
        &[
            "history_number",
            "action",
            "moved_on",
            "name",
            "sex",
            "birth_on",
        ]
    }

    fn target(&self) -> Target {
        Target {
            creates: Creates::Person,
            ..Target::of::<NonResident>(Replace::FromFirstDay)
        }
    }

    fn needs_directory(&self) -> bool {
        false
    }

    fn in_any_order(&self) -> bool {
        true
    }

    fn municipality_of<'r>(&self, _: &Row<'r>) -> Option<&'r str> {
        // They live anywhere.
        None
    }

    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        today: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated> {
        let occurred_on = known_day(row, "moved_on", "登録年月日", flaws)?;
        let expires_on = date(row, "expires_on");
        if expires_on.is_some_and(|end| end < occurred_on) {
            flaws.push(Flaw::hold(
                "住外期限",
                "import.row.loss_before_gain",
                format!("住外期限が登録年月日{occurred_on}より前です。送り元で確かめてください"),
            ));
        }
        let mut items = record(row, municipality);
        for item in ["action", "moved_on"] {
            items.remove(item);
        }
        items.insert("resident_kind".to_owned(), "3".to_owned());
        let event = NewEvent {
            cause: format!("J{}", row.named("action")),
            occurred_on,
            occurred_text: String::new(),
            reported_on: date(row, "move_reported_on"),
            sequence: (int(row, "history_number"), 0),
            refers_to: None,
            items,
        };
        let told = register::check(&event);
        if let Err(OfficeError::Input { field, message }) = told {
            flaws.push(Flaw::hold(&field, "import.row.record", message));
        }
        let resident = detail::resident(&event.items, Presence::Present).ok()?;
        if resident.birth_on > today {
            flaws.push(Flaw::hold(
                "生年月日",
                "import.row.birth_future",
                "今日より後の日です".to_owned(),
            ));
        }
        let terms = NonResident {
            business: row.named("business").to_owned(),
            no_other_use: row.named("no_other_use") == "1",
            suspended: row.named("suspended") == "1",
        };
        let until = match row.named("action") {
            "3" => Some(occurred_on),
            _ => expires_on.map(law::date::next_day),
        };
        let span = Span::new(occurred_on, until);
        let mut stated = Stated::new(span, &terms, event.sequence);
        stated.person_kind = 3;
        stated.event = Some(Box::new(event));
        Some(stated)
    }

    fn together(&self, rows: &mut [Staged]) {
        rows.sort_by_key(|row| row.stated.as_ref().map(|stated| (stated.order, row.line)));
    }

    fn against(
        &self,
        conn: &mut Conn,
        _: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError> {
        let known = fact::timeline::<Resident>(conn, row.subject, None)?;
        let resident = known
            .last()
            .is_some_and(|fact| fact.fact.status == Status::Resident);
        if resident {
            flaws.push(Flaw::hold(
                "宛名番号",
                "import.row.number_taken",
                format!(
                    "宛名番号{}は住民の番号です。住登外者に使えません。付番した番号を確かめてください",
                    row.subject
                ),
            ));
        }
        Ok(())
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
        let latest = crate::registry::movement::last_history(
            conn,
            group.first().map_or(0, |row| row.subject),
        )?;
        let posted = state_events(conn, act, today, group, flaws)?;
        for (row, flaws) in group.iter().zip(flaws) {
            let Some(stated) = row.stated.as_ref().filter(|_| !holds(flaws)) else {
                continue;
            };
            if stated.order.0 <= latest {
                // An older row changes no terms that a newer one has set.
                continue;
            }
            let mut terms =
                NonResident::read(&mut Values::of(NonResident::TABLE.name, &stated.values))?;
            keep_doubtful(conn, (row.subject, stated.from), &mut terms, flaws)?;
            nonresident::put_terms(conn, act, row.subject, stated.span(), &terms)?;
            told_elsewhere(conn, act, row.subject, stated, today)?;
        }
        Ok(posted)
    }
}

/// 業務ID decides who may use the record: one that is doubtful waits in the list, and what stood before goes on.
fn keep_doubtful(
    conn: &mut Conn,
    (person_id, from): (i64, Date),
    terms: &mut NonResident,
    flaws: &mut Vec<Flaw>,
) -> Result<(), OfficeError> {
    if !flaws.iter().any(|flaw| flaw.field == BUSINESS) {
        return Ok(());
    }
    let known = fact::timeline::<NonResident>(conn, person_id, None)?;
    let before = known.iter().rfind(|fact| fact.valid.from <= from);
    terms.business = before.map_or_else(String::new, |fact| fact.fact.business.clone());
    flaws.push(Flaw::review(
        BUSINESS,
        "import.row.business_kept",
        "この項目は登録していません。ほかの項目は登録しました。付番した部署に確かめ、住登外の管理項目で登録してください"
            .to_owned(),
    ));
    Ok(())
}

/// 名寄せ先 that the numbering function names is looked at by a person: 名寄せ here needs two.
fn told_elsewhere(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    stated: &Stated,
    today: Date,
) -> Result<(), OfficeError> {
    let into = stated
        .event
        .as_ref()
        .map_or("", |event| detail::item(&event.items, "merged_into"));
    if into.is_empty() {
        return Ok(());
    }
    let title = format!("付番機能で宛名番号{into}に名寄せされています。名寄せを申し出てください");
    let source = format!("nonresident/{person_id}/{}", stated.order.0);
    let item = NewItem::about_person(INTAKE_DIFFERENCE, person_id, &source, &title, today);
    worklist::open(conn, act, &item)?;
    Ok(())
}
