//! 引渡し — every status as a file in its declared layout, as it stands; the same files go in again unchanged.

use super::describe::{DESCRIBED, Described, Subject};
use super::slip;
use crate::acts::{self, ActDetails, Acting};
use crate::eligibility::prefecture_days;
use crate::error::OfficeError;
use crate::exports::EligibilityStatus;
use crate::provision::Cleared;
use crate::registry::support;
use crate::security::permit::{ExportData, Permit};
use db::{Conn, Sql, Store, Value};
use exchange::{Catalogue, Extent, Layout, Outgoing, UNKNOWN_START, Writer};
use law::{Date, Refusal};

const EVERY_INSURED: Sql = Sql {
    name: "status.handover.every_insured",
    text: "select distinct subject from insured_fact where superseded_at is null order by subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[EVERY_INSURED];

/// The layout of a status.
#[must_use]
pub fn layout_of(described: &Described) -> String {
    match described.code {
        // 介護適用除外 has had a layout of its own since the levy.
        "care_exempt" => "care_exempt".to_owned(),
        code => format!("status_{code}"),
    }
}

/// The item of a layout that says whom a row is about.
#[must_use]
pub const fn subject_item(subject: Subject) -> &'static str {
    match subject {
        Subject::Person => "person_number",
        Subject::Household => "household_number",
        Subject::Facility => "facility_number",
    }
}

/// 書出し — one status (by its code, `insured` or `transfer_slip`) of everybody, as it stands; who is under
/// 支援措置 is in it without what tells a place. `made_at` is the time in the name of
/// the file, fourteen digits.
///
/// # Errors
/// [`OfficeError::Refusal`] for a code that is unknown, or a value that does not fit its item.
pub fn export(
    store: &Store,
    (permit, _cleared): (&Permit<ExportData>, &Cleared<EligibilityStatus>),
    acting: &Acting,
    catalogue: &Catalogue,
    municipality: &str,
    code: &str,
    made_at: &str,
) -> Result<Outgoing, OfficeError> {
    let described = DESCRIBED.iter().find(|row| row.code == code);
    let id = described.map_or_else(|| code.to_owned(), layout_of);
    let known = described.is_some() || code == "transfer_slip" || code == "insured";
    let layout = catalogue.layout(&id).filter(|_| known).ok_or_else(|| {
        Refusal::new(
            "status.handover.unknown",
            format!("「{code}」という状態はありません"),
        )
    })?;
    store.write(|conn| {
        let details = ActDetails {
            note: layout.title_ja.clone(),
            ..ActDetails::default()
        };
        acts::begin(conn, acting, permit, "status.handover", &details)?;
        let mut writer = Writer::new(layout, catalogue.codes());
        match described {
            Some(described) => write_status(
                conn,
                &mut writer,
                layout,
                described,
                (municipality, acting.business_date),
            )?,
            None if code == "insured" => write_insured(conn, &mut writer, municipality)?,
            None => slip::write_all(conn, &mut writer, municipality)?,
        }
        finish(writer, catalogue, (municipality, made_at))
    })
}

/// Closes a file of everybody.
pub(in crate::eligibility) fn finish(
    writer: Writer<'_>,
    catalogue: &Catalogue,
    made: (&str, &str),
) -> Result<Outgoing, OfficeError> {
    Outgoing::close(writer, catalogue, made, Extent::Full)
        .map_err(|error| OfficeError::Bug(error.to_string()))
}

fn write_status(
    conn: &mut Conn,
    writer: &mut Writer<'_>,
    layout: &Layout,
    described: &Described,
    (municipality, today): (&str, Date),
) -> Result<(), OfficeError> {
    let text = format!(
        "select distinct {0} from {1} where superseded_at is null order by {0}",
        described.table.subject, described.table.name
    );
    for subject in conn.query_text(&text, &[], |row| row.int(0))? {
        let hidden =
            described.subject == Subject::Person && support::is_hidden_from(conn, subject, today)?;
        let facts = described.table.timeline(conn, subject, None)?;
        for (number, fact) in (1_u32..).zip(facts) {
            let mut cells = vec![
                ("municipality_code", municipality.to_owned()),
                (subject_item(described.subject), subject.to_string()),
                ("history_number", number.to_string()),
                ("valid_from", fact.valid.from.to_string()),
            ];
            if let Some(until) = fact.valid.until {
                cells.push(("valid_until", until.to_string()));
            }
            for (column, value) in described.table.columns.iter().zip(&fact.values) {
                if !(hidden && described.tells_place(column)) {
                    cells.push((column, cell(value)));
                }
            }
            let row: Vec<(&str, &str)> = cells
                .iter()
                .filter(|(item, _)| layout.column(item).is_some())
                .map(|(item, value)| (*item, value.as_str()))
                .collect();
            row_into(writer, &row)?;
        }
    }
    Ok(())
}

pub(in crate::eligibility) fn row_into(
    writer: &mut Writer<'_>,
    row: &[(&str, &str)],
) -> Result<(), OfficeError> {
    writer
        .row(row)
        .map_err(|error| Refusal::new("status.handover.value", error.to_string()).into())
}

/// 資格取得・喪失情報 of everybody, with the days of their reports. 資格取得年月日 is the prefecture's day, 適用開始年月日 our own;
/// where the prefecture's is not known the item says so in the way of the layouts, and comes in again as not known.
///
/// 根拠: 国民健康保険法 第5条・第7条
fn write_insured(
    conn: &mut Conn,
    writer: &mut Writer<'_>,
    municipality: &str,
) -> Result<(), OfficeError> {
    let people = conn.query(&EVERY_INSURED, &[], |row| row.int(0))?;
    for person_id in people {
        let spans = prefecture_days::of_person(conn, person_id, None)?;
        for (number, one) in (1_u32..).zip(spans) {
            let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            let gained_on = one.gained_on.map(|day| day.to_string());
            let span = one.span;
            let cells = [
                ("municipality_code", municipality.to_owned()),
                ("person_number", person_id.to_string()),
                ("history_number", number.to_string()),
                ("household_number", span.household_id.to_string()),
                ("branch", span.branch.to_string()),
                (
                    "gained_on",
                    gained_on.unwrap_or_else(|| UNKNOWN_START.to_owned()),
                ),
                ("applied_from", one.valid.from.to_string()),
                ("gain_cause", span.gain_cause.clone()),
                ("gain_reported_on", day(span.gain_reported_on)),
                ("lost_on", day(one.valid.until)),
                ("loss_cause", span.loss_cause.clone().unwrap_or_default()),
                ("loss_event_on", day(span.loss_event_on)),
                ("loss_reported_on", day(span.loss_reported_on)),
            ];
            let row: Vec<(&str, &str)> = cells
                .iter()
                .map(|(item, value)| (*item, value.as_str()))
                .collect();
            row_into(writer, &row)?;
        }
    }
    Ok(())
}

fn cell(value: &Value) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Null | Value::Blob(_) => String::new(),
    }
}
