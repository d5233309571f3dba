//! 全件ファイルにない人 — each is decided by a person: still here, gone, or asked about; and how many of which.

use super::held::{self, HeldRow, Settlement, read, settle};
use super::intake::Municipality;
use super::missing::CODE;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, SettleHeld};
use crate::worklist::{self, IMPORT_MISSING, NewItem};
use db::{Conn, Sql, Store};
use exchange::Catalogue;

const ROWS: Sql = Sql {
    name: "import.absent.rows",
    text: "select file_id, row_number, state, field, code, message, body, owner from import_row \
           where code = $1 and state = 'held' and (file_id > $2 or (file_id = $2 and row_number > $3)) \
           order by file_id, row_number limit $4",
};
const COUNTS: Sql = Sql {
    name: "import.absent.counts",
    text: "select f.file_id, f.layout, f.file_name, \
           sum(case when r.state = 'held' then 1 else 0 end), \
           sum(case when r.state = 'settled' then 1 else 0 end), \
           sum(case when r.state = 'dismissed' then 1 else 0 end) \
           from import_row r join import_file f on f.file_id = r.file_id where r.code = $1 \
           group by f.file_id, f.layout, f.file_name order by f.file_id desc limit 20",
};
const ASKED: Sql = Sql {
    name: "import.absent.asked",
    text: "select count(*) from work_item where kind = $1 and source = $2 and state = 'open'",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[ROWS, COUNTS, ASKED];

/// How many subjects a full file left out, and what became of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentCount {
    /// 受付番号.
    pub file_id: i64,
    /// Layout.
    pub layout: String,
    /// Name of the file.
    pub file_name: String,
    /// Still to be decided, those asked about among them.
    pub open: i64,
    /// Gone: their last day is registered, or a later file decided it.
    pub settled: i64,
    /// Still here: the file was wrong.
    pub dismissed: i64,
}

/// Somebody a full file left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The row that waits.
    pub row: HeldRow,
    /// 宛名番号 or 世帯番号.
    pub subject: i64,
    /// Whether `subject` is a household.
    pub household: bool,
    /// The sender was asked and has not answered.
    pub asked: bool,
}

/// What is decided about one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// まだいる: the file was incomplete.
    StillHere,
    /// 終わっている: the last day is registered.
    Gone,
    /// 送り元に照会する.
    Ask,
}

/// 件数 by file, the latest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn counts(conn: &mut Conn) -> Result<Vec<AbsentCount>, OfficeError> {
    Ok(conn.query(&COUNTS, &[CODE.into()], |row| {
        Ok(AbsentCount {
            file_id: row.int(0)?,
            layout: row.text(1)?,
            file_name: row.text(2)?,
            open: row.int(3)?,
            settled: row.int(4)?,
            dismissed: row.int(5)?,
        })
    })?)
}

/// Those still to be decided, after a row, a page at a time.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn absent(conn: &mut Conn, after: (i64, i64), limit: i64) -> Result<Vec<Absent>, OfficeError> {
    let params = [CODE.into(), after.0.into(), after.1.into(), limit.into()];
    let rows = conn.query(&ROWS, &params, read)?;
    rows.into_iter().map(|row| described(conn, row)).collect()
}

fn described(conn: &mut Conn, row: HeldRow) -> Result<Absent, OfficeError> {
    let subject = row
        .cells
        .iter()
        .next()
        .and_then(|(item, cell)| Some((item == "household_number", cell.parse().ok()?)));
    let (household, subject) = subject.ok_or_else(|| {
        OfficeError::Bug(format!(
            "受付番号{}の{}行目が誰のことか分かりません",
            row.file_id, row.row_number
        ))
    })?;
    let asked = [
        IMPORT_MISSING.code.into(),
        source(row.file_id, row.row_number).into(),
    ];
    let asked = conn.query_one(&ASKED, &asked, |found| found.int(0))? > 0;
    Ok(Absent {
        row,
        subject,
        household,
        asked,
    })
}

fn source(file_id: i64, row_number: i64) -> String {
    format!("import_row/{file_id}/{row_number}")
}

/// Decides about one of them.
///
/// # Errors
/// [`OfficeError::Input`] without a reason, or when somebody said to be gone is still registered;
/// [`OfficeError::Conflict`] when the row does not wait any more.
pub fn decide(
    store: &Store,
    catalogue: &Catalogue,
    permit: &Permit<SettleHeld>,
    acting: &Acting,
    municipality: &Municipality,
    (file_id, row_number): (i64, i64),
    (decided, words): (Decided, &str),
) -> Result<(), OfficeError> {
    let at = (file_id, row_number);
    let settlement = match decided {
        Decided::Ask => return ask(store, permit, acting, at, words),
        Decided::Gone => Settlement::Retry,
        Decided::StillHere => Settlement::Dismiss(words.to_owned()),
    };
    settle(
        store,
        catalogue,
        permit,
        acting,
        municipality,
        at,
        &settlement,
    )
}

/// Asks the sender: the row stays, and somebody owns the question.
fn ask(
    store: &Store,
    permit: &Permit<SettleHeld>,
    acting: &Acting,
    (file_id, row_number): (i64, i64),
    words: &str,
) -> Result<(), OfficeError> {
    if words.trim().is_empty() {
        return Err(OfficeError::input(
            "理由",
            "誰に何を照会したかを書いてください",
        ));
    }
    store.write(|conn| {
        let row = held::one(conn, (file_id, row_number))?;
        let found = described(conn, row)?;
        let details = ActDetails {
            note: words.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "import.ask", &details)?;
        let source = source(file_id, row_number);
        let title = format!(
            "{}{}が全件ファイルにないことの照会",
            found.row.field, found.subject
        );
        let on = acting.business_date;
        let mut item = if found.household {
            NewItem::about_household(IMPORT_MISSING, found.subject, &source, &title, on)
        } else {
            NewItem::about_person(IMPORT_MISSING, found.subject, &source, &title, on)
        };
        words.clone_into(&mut item.detail);
        worklist::open(conn, &act, &item)?;
        Ok(())
    })
}

/// Takes the question off the list once its row is decided.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn answered(
    conn: &mut Conn,
    act: &crate::acts::Act,
    row: &HeldRow,
) -> Result<(), OfficeError> {
    if row.code == CODE {
        let source = source(row.file_id, row.row_number);
        worklist::withdraw_source(conn, act, IMPORT_MISSING, &source, "決まりました")?;
    }
    Ok(())
}
