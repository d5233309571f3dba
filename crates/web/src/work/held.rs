//! 保留 — rows of received files that wait for a person.

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::eyes::{CLOSED, Eyes, WHY};
use crate::fields::{Fields, half_width};
use crate::registry::codes;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::format::count;
use crate::view::work::{CellField, HeldLine, HeldPage, HeldRowPage};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::import::{HeldRow, Municipality, Settlement, held_rows, settle};
use office::registry::{HIDDEN, cohabitants, support};
use office::security::permit::{Function, SettleHeld};
use serde::Deserialize;

/// Rows on one page.
const PAGE: i64 = 50;
/// Waiting rows are counted so far; beyond, the page says that there are more.
const COUNTED: i64 = 1_000;
/// Items that say whom a row is about.
const WHOSE: [&str; 2] = ["person_number", "household_number"];
/// Field of what is said of a number that was changed.
const OTHER: &str = "宛名番号・世帯番号";

/// Which file, and where the list begins.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Of {
    file: Option<i64>,
    #[serde(default)]
    after_file: i64,
    #[serde(default)]
    after: i64,
}

/// The work list.
pub async fn page(desk: Desk, Query(of): Query<Of>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<SettleHeld>()?;
        // The rows show people, so looking at them is recorded.
        desk.record(SettleHeld::CODE, None)?;
        let (rows, waiting) = desk.store().read(|conn| {
            let rows = held_rows(conn, of.file, (of.after_file, of.after), PAGE)?
                .into_iter()
                .map(|row| Ok(seen(conn, row, desk.business_date())?.0))
                .collect::<Result<Vec<_>, OfficeError>>()?;
            Ok::<_, OfficeError>((rows, waiting(conn)?))
        })?;
        let full = i64::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
        let more_href = match rows.last() {
            Some(last) if full => {
                let file = of
                    .file
                    .map_or_else(String::new, |file| format!("file={file}&"));
                format!(
                    "/held?{file}after_file={}&after={}",
                    last.file_id, last.row_number
                )
            }
            _ => String::new(),
        };
        let eyes = desk.eyes();
        answer::page(&HeldPage {
            page: desk.layout("保留"),
            rows: rows
                .into_iter()
                .map(|row| masked(&eyes, line(row)))
                .collect(),
            more_href,
            all_href: if of.file.is_some() {
                "/held".to_owned()
            } else {
                String::new()
            },
            total: total(waiting),
        })
    })
    .await
}

/// A row of somebody whom the reader may not open says that it waits, and nothing else.
fn masked(eyes: &Eyes, line: HeldLine) -> HeldLine {
    if !eyes.closed(&line.href) {
        return line;
    }
    HeldLine {
        field: CLOSED.to_owned(),
        message: WHY.to_owned(),
        code: String::new(),
        body: Vec::new(),
        ..line
    }
}

/// How many rows wait, counted up to a limit.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn waiting(conn: &mut Conn) -> Result<i64, OfficeError> {
    let rows = held_rows(conn, None, (0, 0), COUNTED)?;
    Ok(i64::try_from(rows.len()).unwrap_or(COUNTED))
}

/// The number in words.
#[must_use]
pub fn total(waiting: i64) -> String {
    if waiting >= COUNTED {
        format!("{}件以上", count(COUNTED))
    } else {
        format!("{}件", count(waiting))
    }
}

/// The form of one row.
pub async fn form(desk: Desk, Path((file, row)): Path<(i64, i64)>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<SettleHeld>()?;
        desk.record(SettleHeld::CODE, None)?;
        show(desk, file, row, &Fields::default(), None)
    })
    .await
}

fn show(
    desk: &Desk,
    file: i64,
    row: i64,
    fields: &Fields,
    error: Option<(String, String)>,
) -> Result<Response, OfficeError> {
    let (found, typed_hidden) = desk.store().read(|conn| {
        let found = stored(conn, file, row)?;
        let typed = |item: &str| {
            let name = cell_name(item);
            fields.has(&name).then(|| fields.text(&name).to_owned())
        };
        let typed_hidden = hides(conn, typed, desk.business_date())?;
        let found = found.map(|found| seen(conn, found, desk.business_date()));
        Ok::<_, OfficeError>((found.transpose()?, typed_hidden))
    })?;
    let Some((found, hidden)) = found else {
        return answer::not_found(desk, "保留のこの行");
    };
    // What is said of a row may quote it, and the rows that wait with it: those of the number that was typed too.
    let told = |(field, message): (String, String)| {
        let ours = matches!(field.as_str(), "理由" | "保留" | OTHER);
        let message = if ours || !(hidden || typed_hidden) {
            message
        } else {
            unsaid(&field)
        };
        (field, message)
    };
    let error = error.map(told);
    let wrong = error
        .as_ref()
        .map_or_else(|| found.field.clone(), |(field, _)| field.clone());
    let (cells, empty): (Vec<CellField>, Vec<CellField>) = codes::items(&found.cells)
        .into_iter()
        .map(|(item, label, value)| {
            let name = cell_name(&item);
            let typed = if fields.has(&name) {
                fields.text(&name).to_owned()
            } else {
                value
            };
            CellField {
                wrong: item == wrong || label == wrong,
                name,
                label,
                value: typed,
            }
        })
        .partition(|cell| cell.wrong || !cell.value.is_empty());
    let mut layout = desk.layout("保留");
    let status = if error.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    layout.errors = error
        .map(|(field, message)| FieldError {
            field: match cells.iter().find(|cell| cell.wrong) {
                Some(cell) => cell.name.clone(),
                None if field == "理由" || field == "保留" => "reason".to_owned(),
                None => String::new(),
            },
            message,
        })
        .into_iter()
        .collect();
    answer::page_with(
        status,
        &HeldRowPage {
            page: layout,
            row: line(found),
            cells,
            empty,
            reason: fields.text("reason").to_owned(),
            request_id: random_token()?,
        },
    )
}

/// The row as it is kept, where it still waits.
fn stored(conn: &mut Conn, file: i64, row: i64) -> Result<Option<HeldRow>, OfficeError> {
    // Rows are listed after a row: the one wanted is the first after the one before it.
    let found = held_rows(conn, Some(file), (file, row.saturating_sub(1)), 1)?;
    Ok(found.into_iter().find(|found| found.row_number == row))
}

/// Whether a row with these numbers is of somebody under 支援措置, or of somebody who comes to live with them, or it cannot be
/// read of whom it is. What is called 世帯番号 is that of the residents' register in one file and of 国保 in another.
fn hides(
    conn: &mut Conn,
    cell: impl Fn(&str) -> Option<String>,
    today: law::Date,
) -> Result<bool, OfficeError> {
    let text = |item: &str| cell(item).map(|value| half_width(value.trim()));
    let [person, household] = WHOSE.map(text);
    let household = household.filter(|text| person.is_none() || !text.is_empty());
    let number = |text: Option<String>| text.map(|text| text.parse::<i64>()).transpose();
    let (Ok(person), Ok(household)) = (number(person), number(household)) else {
        return Ok(true);
    };
    if let Some(person) = person
        && support::is_hidden_from(conn, person, today)?
    {
        return Ok(true);
    }
    let Some(household) = household else {
        return Ok(false);
    };
    if support::concerns(conn, (household, 0), today)? {
        return Ok(true);
    }
    for one in cohabitants::together(conn, household, today)? {
        if support::is_hidden_from(conn, one, today)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A row as it may be seen, and whether it is of somebody under 支援措置: of them, and of somebody it cannot be read who it
/// is, without any address in its items, and with nothing said of it but which item is wrong. What is said quotes the cell
/// in its own way, cut and with its letters written out, so that no looking for the value would find it.
fn seen(
    conn: &mut Conn,
    mut row: HeldRow,
    today: law::Date,
) -> Result<(HeldRow, bool), OfficeError> {
    let hidden = hides(conn, |item| row.cells.get(item).cloned(), today)?;
    if hidden {
        row.message = unsaid(&row.field);
        for item in places(&row) {
            row.cells.insert(item, HIDDEN.to_owned());
        }
    }
    Ok((row, hidden))
}

/// The items of a row that say where somebody is, was or will be.
fn places(row: &HeldRow) -> Vec<String> {
    codes::items(&row.cells)
        .into_iter()
        .filter(|(_, label, value)| !value.is_empty() && codes::tells_place(label))
        .map(|(item, _, _)| item)
        .collect()
}

/// What is said of an item of a row whose address is not shown.
fn unsaid(field: &str) -> String {
    format!(
        "「{field}」をこのままでは登録できません。住所を示せない行なので、理由の詳細は表示しません。送り元に確かめてください"
    )
}

/// A place that was not shown goes with whom it came for: another number with it would show it on another page.
fn check_whose(row: &HeldRow, fields: &Fields) -> Result<(), OfficeError> {
    let moved = WHOSE.iter().any(|item| {
        let typed = half_width(fields.text(&cell_name(item)));
        let kept = |value: &str| half_width(value.trim()) == typed;
        row.cells.get(*item).is_some_and(|value| !kept(value))
    });
    let unseen = places(row)
        .iter()
        .any(|item| fields.text(&cell_name(item)) == HIDDEN);
    if moved && unseen {
        return Err(OfficeError::input(
            OTHER,
            "住所を示せない行です。宛名番号や世帯番号を直すときは、非開示の項目をすべて送り元に確かめて入れ直してください",
        ));
    }
    Ok(())
}

/// Name of the field of an item.
fn cell_name(item: &str) -> String {
    format!("cell_{item}")
}

/// Corrects a row, tries it again, or sets it aside.
pub async fn settle_row(Path((file, row)): Path<(i64, i64)>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<SettleHeld>()?;
            let settlement = match fields.text("do") {
                "correct" => {
                    let held = desk.store().read(|conn| stored(conn, file, row))?;
                    if let Some(Err(OfficeError::Input { field, message })) =
                        held.as_ref().map(|held| check_whose(held, &fields))
                    {
                        return show(desk, file, row, &fields, Some((field, message)));
                    }
                    let changed = held.into_iter().flat_map(|found| found.cells).filter_map(
                        |(item, value)| {
                            let typed = fields.text(&cell_name(&item));
                            // What was not shown and not typed anew stays as it came.
                            let changed = typed != value && typed != HIDDEN;
                            changed.then(|| (item.clone(), typed.to_owned()))
                        },
                    );
                    Settlement::Correct(changed.collect())
                }
                "retry" => Settlement::Retry,
                _ => Settlement::Dismiss(fields.text("reason").to_owned()),
            };
            let Some(catalogue) = codes::catalogue() else {
                return Err(OfficeError::Bug("同梱のレイアウトを読めません".to_owned()));
            };
            let municipality = Municipality::new(&desk.app().config().municipality_code);
            let acting = desk.acting(fields.text("request_id"));
            match settle(
                desk.store(),
                catalogue,
                &permit,
                &acting,
                &municipality,
                (file, row),
                &settlement,
            ) {
                Ok(()) => Ok(answer::go("/held")),
                Err(OfficeError::Input { field, message }) => {
                    show(desk, file, row, &fields, Some((field, message)))
                }
                Err(other) => Err(other),
            }
        })
        .await
}

fn line(row: HeldRow) -> HeldLine {
    HeldLine {
        href: format!("/held/{}/{}", row.file_id, row.row_number),
        place: format!("受付{} {}行目", row.file_id, row.row_number),
        file_href: format!("/held?file={}", row.file_id),
        field: row.field,
        code: row.code,
        message: row.message,
        body: codes::items(&row.cells)
            .into_iter()
            .filter(|(_, _, value)| !value.is_empty())
            .map(|(_, label, value)| (label, value))
            .collect(),
        owner: row.owner,
        review: row.state == "review",
    }
}
