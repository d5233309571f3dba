//! 保留 — rows of received files that wait for a person.

use crate::answer;
use crate::desk::Desk;
use crate::view::format::count;
use crate::view::work::{HeldLine, HeldPage};
use axum::extract::Query;
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::import::{HeldRow, held_rows};
use office::security::permit::{Function, ImportFile};
use serde::Deserialize;

/// Rows on one page.
const PAGE: i64 = 50;
/// Waiting rows are counted so far; beyond, the page says that there are more.
const COUNTED: i64 = 1_000;

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
        desk.permit::<ImportFile>()?;
        // The rows show people, so looking at them is recorded.
        desk.record(ImportFile::CODE, of.file)?;
        let (rows, waiting) = desk.store().read(|conn| {
            let rows = held_rows(conn, of.file, (of.after_file, of.after), PAGE)?;
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
        answer::page(&HeldPage {
            page: desk.layout("保留"),
            rows: rows.into_iter().map(line).collect(),
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

fn line(row: HeldRow) -> HeldLine {
    HeldLine {
        place: format!("受付{} {}行目", row.file_id, row.row_number),
        file_href: format!("/held?file={}", row.file_id),
        field: row.field,
        code: row.code,
        message: row.message,
        body: row
            .cells
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect(),
        owner: row.owner,
        review: row.state == "review",
    }
}
