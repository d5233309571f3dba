//! 保留 — rows that wait: listed by key, tried again, corrected, or put aside with a reason.

use super::chunk::stage;
use super::directory::Directory;
use super::intake::{Municipality, plan_of};
use super::missing;
use super::post::{self, By, Desk, Reach, holds};
use super::scan::{refused, scan};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, SettleHeld};
use db::{Conn, Row, Sql, Store, StoreError};
use exchange::csv::write_cell;
use exchange::layout::{Form, Heading};
use exchange::{Catalogue, Layout, Table};
use law::Refusal;
use std::collections::BTreeMap;

/// A row that waits, or that is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// 受付番号 of the file.
    pub file_id: i64,
    /// Line in the file.
    pub row_number: i64,
    /// `held` or `review`.
    pub state: String,
    /// The first field that is wrong.
    pub field: String,
    /// Stable code.
    pub code: String,
    /// What is wrong and what to do; names row and field.
    pub message: String,
    /// The cells of the row under the names of their items.
    pub cells: BTreeMap<String, String>,
    /// Who looks after it.
    pub owner: String,
}

/// What is done with a row that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Tried again as it is, after something else was put right.
    Retry,
    /// Tried again with these cells changed.
    Correct(Vec<(String, String)>),
    /// Not taken, for this reason.
    Dismiss(String),
}

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "select file_id, row_number, state, field, code, message, body, owner from import_row ",
            "where state in ('held', 'review') and ",
            $rest
        )
    };
}

const LIST: Sql = Sql {
    name: "import.held_rows",
    text: rows!("file_id = $1 and row_number > $2 order by row_number limit $3"),
};
const OPEN: Sql = Sql {
    name: "import.open_rows",
    text: rows!(
        "(file_id > $1 or (file_id = $1 and row_number > $2)) order by file_id, row_number limit $3"
    ),
};
const ONE: Sql = Sql {
    name: "import.held_row",
    text: rows!("file_id = $1 and row_number = $2"),
};
const FILE: Sql = Sql {
    name: "import.file_layout",
    text: "select layout from import_file where file_id = $1",
};
const SETTLE: Sql = Sql {
    name: "import.settle_row",
    text: "update import_row set state = $3, settled_act_id = $4 where file_id = $1 and row_number = $2 \
           and state in ('held', 'review')",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[LIST, OPEN, ONE, FILE, SETTLE];

/// Rows of one file (or of all, `None`) that wait or are to be looked at, after a row, a page at a time.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn held_rows(
    conn: &mut Conn,
    file_id: Option<i64>,
    after: (i64, i64),
    limit: i64,
) -> Result<Vec<HeldRow>, OfficeError> {
    Ok(match file_id {
        Some(file_id) => {
            conn.query(&LIST, &[file_id.into(), after.1.into(), limit.into()], read)?
        }
        None => conn.query(&OPEN, &[after.0.into(), after.1.into(), limit.into()], read)?,
    })
}

pub(super) fn read(row: &Row<'_>) -> Result<HeldRow, StoreError> {
    Ok(HeldRow {
        file_id: row.int(0)?,
        row_number: row.int(1)?,
        state: row.text(2)?,
        field: row.text(3)?,
        code: row.text(4)?,
        message: row.text(5)?,
        cells: serde_json::from_str(row.str(6)?)
            .map_err(|error| row.wrong(6, error.to_string()))?,
        owner: row.text(7)?,
    })
}

fn gone(file_id: i64, row_number: i64) -> OfficeError {
    OfficeError::Conflict(format!(
        "受付番号{file_id}の{row_number}行目は、もう保留ではありません"
    ))
}

/// A row that waits.
///
/// # Errors
/// [`OfficeError::Conflict`] when it does not wait any more.
pub(super) fn one(
    conn: &mut Conn,
    (file_id, row_number): (i64, i64),
) -> Result<HeldRow, OfficeError> {
    conn.query_opt(&ONE, &[file_id.into(), row_number.into()], read)?
        .ok_or_else(|| gone(file_id, row_number))
}

/// 保留の処理 — settles a row; rows of the same subject that waited for it are taken with it.
///
/// # Errors
/// [`OfficeError::Input`] beside the first field that is still wrong; [`OfficeError::Conflict`] when the row does not
/// wait any more.
pub fn settle(
    store: &Store,
    catalogue: &Catalogue,
    permit: &Permit<SettleHeld>,
    acting: &Acting,
    municipality: &Municipality,
    (file_id, row_number): (i64, i64),
    settlement: &Settlement,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let row = one(conn, (file_id, row_number))?;
        let corrections = match settlement {
            Settlement::Dismiss(reason) => return dismiss(conn, permit, acting, &row, reason),
            Settlement::Retry => &[][..],
            Settlement::Correct(cells) => cells.as_slice(),
        };
        if row.state == "review" {
            return Err(OfficeError::input(
                "保留",
                "この行は登録済みです。確認したら理由を付けて閉じてください",
            ));
        }
        let layout_id = conn.query_one(&FILE, &[file_id.into()], |row| row.text(0))?;
        let layout = catalogue
            .layout(&layout_id)
            .ok_or_else(|| gone(file_id, row_number))?;
        if row.code == missing::CODE {
            return no_more(conn, permit, acting, layout, &row, settlement);
        }
        let (group, reach) = group(conn, layout, row, corrections)?;
        take_again(
            conn,
            catalogue,
            permit,
            acting,
            municipality,
            layout,
            (&group, reach),
        )
    })
}

fn dismiss(
    conn: &mut Conn,
    permit: &Permit<SettleHeld>,
    acting: &Acting,
    row: &HeldRow,
    reason: &str,
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "理由",
            "取り込まない理由を書いてください",
        ));
    }
    let details = ActDetails {
        note: reason.to_owned(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "import.dismiss", &details)?;
    close(conn, row, "dismissed", act)
}

fn close(conn: &mut Conn, row: &HeldRow, state: &str, act: Act) -> Result<(), OfficeError> {
    conn.execute(
        &SETTLE,
        &[
            row.file_id.into(),
            row.row_number.into(),
            state.into(),
            act.id.0.into(),
        ],
    )?;
    super::absent::answered(conn, &act, row)
}

/// A subject that was missing in a full file is let go when nothing of it is in force any more.
fn no_more(
    conn: &mut Conn,
    permit: &Permit<SettleHeld>,
    acting: &Acting,
    layout: &Layout,
    row: &HeldRow,
    settlement: &Settlement,
) -> Result<(), OfficeError> {
    let plan = plan_of(&layout.id).map(|(plan, _)| plan);
    let subject = plan.as_ref().and_then(|plan| {
        let cell = row.cells.get(plan.subject_item())?;
        cell.parse::<i64>().ok()
    });
    let (Some(plan), Some(subject)) = (plan, subject) else {
        return Err(OfficeError::Bug(format!(
            "受付番号{}の{}行目が誰のことか分かりません",
            row.file_id, row.row_number
        )));
    };
    if matches!(settlement, Settlement::Correct(cells) if !cells.is_empty()) {
        return Err(OfficeError::input(
            &row.field,
            "全件ファイルにないことを知らせる行なので、直す項目はありません。終わった日を登録するか、理由を付けて閉じてください",
        ));
    }
    if missing::in_force(conn, plan.as_ref(), subject, acting.business_date)? {
        return Err(OfficeError::input(
            &row.field,
            &format!(
                "{}{subject}はまだ登録されたままです。終わった日を登録してからもう一度試すか、理由を付けて閉じてください",
                row.field
            ),
        ));
    }
    let details = ActDetails {
        note: format!("保留の処理 {}", row.file_id),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "import.settle", &details)?;
    close(conn, row, "settled", act)
}

/// The row and the others of its file that wait for the same subject, with the corrections made. Of a subject whose rows
/// wait they are all its file has; of one that only a correction made the row speak of they are not.
fn group(
    conn: &mut Conn,
    layout: &Layout,
    mut row: HeldRow,
    corrections: &[(String, String)],
) -> Result<(Vec<HeldRow>, Reach<'static>), OfficeError> {
    let item = plan_of(&layout.id).map_or("", |(plan, _)| plan.subject_item());
    let all = conn.query(
        &LIST,
        &[row.file_id.into(), 0_i64.into(), i64::from(i32::MAX).into()],
        read,
    )?;
    let before = row.cells.get(item).cloned();
    for (name, value) in corrections {
        if layout.column(name).is_none() {
            return Err(OfficeError::input(name, "このレイアウトにない項目です"));
        }
        row.cells.insert(name.clone(), value.clone());
    }
    let subject = row.cells.get(item).cloned();
    let mut group: Vec<HeldRow> = all
        .into_iter()
        .filter(|other| {
            other.state == "held"
                && other.row_number != row.row_number
                && other.cells.get(item) == subject.as_ref()
        })
        .collect();
    let alone = group.iter().all(|other| other.code == missing::CODE);
    let reach = if subject != before && alone {
        Reach::Spans
    } else {
        Reach::Subjects
    };
    group.push(row);
    group.sort_by_key(|row| row.row_number);
    Ok((group, reach))
}

/// Puts the rows into a small file of their own and takes it in as a difference.
fn take_again(
    conn: &mut Conn,
    catalogue: &Catalogue,
    permit: &Permit<SettleHeld>,
    acting: &Acting,
    municipality: &Municipality,
    layout: &Layout,
    (group, reach): (&[HeldRow], Reach<'_>),
) -> Result<(), OfficeError> {
    let Some(first) = group.first() else {
        return Ok(());
    };
    let (plan, owner) = plan_of(&layout.id).ok_or_else(|| {
        Refusal::new(
            "import.file.layout",
            format!("「{}」は取り込むファイルではありません", layout.title_ja),
        )
    })?;
    let mut small = layout.clone();
    small.encoding = exchange::Encoding::Utf8;
    small.form = Form::Csv;
    small.heading = Heading::None;
    small.header = Vec::new();
    small.trailer = Vec::new();
    // A row that only says that its subject was missing has no cells; it is closed with the others.
    let text = as_text(&small, group.iter().filter(|row| row.code != missing::CODE));
    let table = Table::open(&small, text.as_bytes()).map_err(refused)?;
    let found = scan(&table, plan.as_ref(), municipality)?;
    let rows = stage(
        &table,
        catalogue.codes(),
        plan.as_ref(),
        municipality,
        acting.business_date,
        &found.places,
    );
    let details = ActDetails {
        note: format!("保留の処理 {}", first.file_id),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "import.settle", &details)?;
    for row in group {
        close(conn, row, "settled", act)?;
    }
    // Lines of the small file are not lines of the real one: whatever is still wrong is told, not stored.
    let desk = Desk {
        acting,
        by: By::Held(permit),
        file_id: first.file_id,
        part: format!("settle/{}", act.id.0),
        owner,
    };
    let mut directory = Directory::default();
    let (_, flaws) = post::post(
        conn,
        &desk,
        &table,
        plan.as_ref(),
        &mut directory,
        reach,
        &rows,
        false,
    )?;
    match flaws.iter().find(|flaws| holds(flaws)).and_then(|flaws| {
        flaws
            .iter()
            .find(|flaw| flaw.severity == exchange::Severity::Hold)
    }) {
        Some(flaw) => Err(OfficeError::input(&flaw.field, &flaw.message)),
        None => Ok(()),
    }
}

fn as_text<'r>(layout: &Layout, group: impl Iterator<Item = &'r HeldRow>) -> String {
    let mut text = String::new();
    for row in group {
        write_line(&mut text, layout, |name| {
            row.cells.get(name).map_or("", String::as_str)
        });
    }
    text
}

/// One line of a small file, cell by cell.
pub(super) fn write_line<'v>(text: &mut String, layout: &Layout, value: impl Fn(&str) -> &'v str) {
    for (place, field) in layout.fields.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        write_cell(text, value(&field.name), true, b',');
    }
    text.push_str("\r\n");
}
