//! 宛名の出力 — records as a file in the layout of the residents' register, letter by letter as they came: what goes out can
//! be taken in again and changes nothing.

use super::detail::{AS_SENT, Detail, WARD, WHOLE_ADDRESS, item};
use super::fact::{Dated, timeline};
use super::load::PersonKind;
use super::person::{Resident, Status};
use super::support;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::exports::RegistryResidents;
use crate::provision::Cleared;
use crate::security::permit::{ExportData, Permit};
use db::{Conn, Sql, Store};
use exchange::{Catalogue, Extent, Outgoing, Writer};
use law::registry::Items;
use law::{Date, Refusal};

const PERSONS: Sql = Sql {
    name: "registry.export.persons",
    text: "select distinct p.person_id, p.kind from person p join resident_fact r on r.subject = p.person_id \
           where p.person_id >= $1 and p.person_id <= $2 and r.superseded_at is null order by p.person_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[PERSONS];

/// What was written, and who was not.
#[derive(Clone, Debug)]
pub struct Exported {
    /// The file.
    pub file: Outgoing,
    /// Persons under 支援措置 and whoever lives with them, who are left out of every file of this kind.
    pub withheld: Vec<i64>,
}

/// Writes every record of the persons `from..=until`; those under 支援措置 are left out and named, and so is
/// whoever lives with them, for the address is the same.
///
/// # Errors
/// [`OfficeError::Refusal`] naming person and item when a record cannot be carried unchanged.
pub fn residents(
    store: &Store,
    catalogue: &Catalogue,
    (permit, _cleared): (&Permit<ExportData>, &Cleared<RegistryResidents>),
    acting: &Acting,
    (municipality, made_at): (&str, &str),
    (from, until): (i64, i64),
) -> Result<Exported, OfficeError> {
    let layout = catalogue
        .layout("resident")
        .ok_or_else(|| OfficeError::Bug("住民情報のレイアウトがありません".to_owned()))?;
    store.write(|conn| {
        let details = ActDetails {
            note: format!("住民情報の出力 {from}〜{until}"),
            ..ActDetails::default()
        };
        acts::begin(conn, acting, permit, "registry.export", &details)?;
        let mut writer = Writer::new(layout, catalogue.codes());
        let mut withheld = Vec::new();
        let people = conn.query(&PERSONS, &[from.into(), until.into()], |row| {
            Ok((row.int(0)?, row.int(1)?))
        })?;
        for (person_id, kind) in people {
            if hides(conn, person_id, acting.earliest_day())? {
                withheld.push(person_id);
                continue;
            }
            for cells in rows(conn, person_id, kind)? {
                let cells: Vec<(&str, &str)> = cells
                    .iter()
                    .filter(|(name, _)| layout.column(name).is_some())
                    .map(|(name, value)| (name.as_str(), value.as_str()))
                    .collect();
                writer.row(&cells).map_err(|error| {
                    Refusal::new(
                        "registry.export.item",
                        format!(
                            "宛名番号{person_id} {error}。この項目を直してから出力してください"
                        ),
                    )
                })?;
            }
        }
        let made = (municipality, made_at);
        let file = Outgoing::close(writer, catalogue, made, Extent::Difference)
            .map_err(|error| OfficeError::Bug(format!("件数表を書けません: {error}")))?;
        Ok(Exported { file, withheld })
    })
}

/// Whether one of the records that would be written is of a home whose address is not given out.
fn hides(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    if support::is_hidden_from(conn, person_id, on)? {
        return Ok(true);
    }
    let records = timeline::<Resident>(conn, person_id, None)?;
    Ok(support::Shared::of(conn, person_id, on)?.hides_any(&records))
}

/// The cells of every record of a person, in the order of days.
fn rows(conn: &mut Conn, person_id: i64, kind: PersonKind) -> Result<Vec<Items>, OfficeError> {
    let residents = timeline::<Resident>(conn, person_id, None)?;
    let details = timeline::<Detail>(conn, person_id, None)?;
    let mut days: Vec<law::Date> = residents.iter().map(|fact| fact.valid.from).collect();
    days.extend(details.iter().map(|fact| fact.valid.from));
    days.sort_unstable();
    days.dedup();
    let at = |day: law::Date| -> Option<(&Dated<Resident>, Option<&Dated<Detail>>)> {
        let resident = residents.iter().find(|fact| fact.valid.holds(day))?;
        Some((resident, details.iter().find(|fact| fact.valid.holds(day))))
    };
    let told = days
        .into_iter()
        .filter_map(|day| at(day).map(|(resident, detail)| (day, resident, detail)));
    Ok((1_i64..)
        .zip(told)
        .map(|(place, (day, resident, detail))| {
            let detail = detail.map(|fact| fact.fact.clone()).unwrap_or_default();
            let mut cells = detail.record(&resident.fact);
            let mut put = |name: &str, value: String| {
                if !value.is_empty() {
                    cells.insert(name.to_owned(), value);
                }
            };
            put("person_number", person_id.to_string());
            let history = if detail.history_number > 0 {
                detail.history_number
            } else {
                place
            };
            put("history_number", history.to_string());
            if detail.branch_number > 0 {
                put("branch_number", detail.branch_number.to_string());
            }
            put("move_cause", detail.move_cause.clone());
            put(
                "move_reported_on",
                detail
                    .reported_on
                    .map(|day| day.to_string())
                    .unwrap_or_default(),
            );
            put("moved_on", day.to_string());
            finish(&mut cells, &resident.fact, kind);
            cells
        })
        .collect())
}

/// What the layout says in its own way: kind and state, days that stand in for others, an address in one piece.
fn finish(cells: &mut Items, resident: &Resident, kind: PersonKind) {
    if item(cells, "resident_kind").is_empty() {
        cells.insert("resident_kind".to_owned(), kind.to_string());
    }
    let told = item(cells, "resident_state").to_owned();
    let state = match resident.status {
        Status::Removed if matches!(told.as_str(), "2" | "3" | "9") => told,
        Status::Removed => "9".to_owned(),
        Status::Resident | Status::NonResident => "1".to_owned(),
    };
    cells.insert("resident_state".to_owned(), state);
    let sent: Vec<(String, String)> = cells
        .iter()
        .filter_map(|(name, value)| Some((name.strip_suffix(AS_SENT)?.to_owned(), value.clone())))
        .collect();
    for (name, value) in sent {
        cells.insert(format!("{name}_unknown"), "1".to_owned());
        cells.entry(format!("{name}_unknown_text")).or_insert(value);
    }
    if let Some(whole) = cells.remove(WHOLE_ADDRESS) {
        cells.entry("town".to_owned()).or_insert(whole);
    }
    cells.remove(WARD);
}
