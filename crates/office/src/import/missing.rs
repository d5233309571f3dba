//! 全件ファイルにない対象 — subjects that stand and that a full file leaves out.
//!
//! Nothing of them is withdrawn: a person who leaves does so on a day, by a report of loss, not by an absence. They are
//! counted, told, and put into the work list one by one. The list is that of the latest full file of a layout: rows of
//! earlier ones are closed by it, and who is still missing is listed again.

use super::plan::{Plan, Target};
use super::post::{Desk, plain};
use super::scan::Scan;
use crate::acts::Act;
use crate::error::OfficeError;
use db::ColumnType::{Int, Text};
use db::{Conn, Sql};
use exchange::Layout;
use law::Date;
use std::collections::BTreeSet;

/// Code of such a row.
pub(super) const CODE: &str = "import.missing_in_full";

/// So many numbers are told in the report.
const TOLD: usize = 5;

const OPEN: Sql = Sql {
    name: "import.missing.open",
    text: "select count(*) from import_row where code = $1 and state = 'held' \
           and file_id in (select file_id from import_file where layout = $2 and file_id <> $3)",
};
const CLOSE: Sql = Sql {
    name: "import.missing.close",
    text: "update import_row set state = 'settled', settled_act_id = $4 where code = $1 and state = 'held' \
           and file_id in (select file_id from import_file where layout = $2 and file_id <> $3)",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[OPEN, CLOSE];

/// Whom a full file leaves out.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// In force on the business date or later.
    pub in_force: Vec<i64>,
    /// How many stand whose last day is over.
    pub over: usize,
}

/// Holds a full file against everyone who stands.
fn compare(
    conn: &mut Conn,
    target: &Target,
    found: &Scan,
    today: Date,
) -> Result<Missing, OfficeError> {
    let named: BTreeSet<i64> = found.places.iter().map(|place| place.subject).collect();
    let mut missing = Missing::default();
    for (subject, in_force) in standing(conn, target, None, today)? {
        match (named.contains(&subject), in_force) {
            (true, _) => {}
            (false, true) => missing.in_force.push(subject),
            (false, false) => missing.over += 1,
        }
    }
    if !target.expected.is_empty() {
        // Of such a layout those whose time is over need not be in the file.
        missing.over = 0;
    }
    Ok(missing)
}

/// Subjects with facts (one, or all), and whether one is in force on a day or later.
fn standing(
    conn: &mut Conn,
    target: &Target,
    subject: Option<i64>,
    today: Date,
) -> Result<Vec<(i64, bool)>, OfficeError> {
    let column = target.table.subject;
    let text = format!(
        "select {column}, max(case when valid_until is null or valid_until > $1 then 1 else 0 end) from {} \
         where superseded_at is null and {column} >= $2 and {column} <= $3 {} group by {column} order by {column}",
        target.table.name, target.expected
    );
    let params = [
        today.into(),
        subject.unwrap_or(i64::MIN).into(),
        subject.unwrap_or(i64::MAX).into(),
    ];
    Ok(conn.query_text(&text, &params, |row| Ok((row.int(0)?, row.int(1)? == 1)))?)
}

/// Whether a fact of a subject is in force on a day or later.
pub(super) fn in_force(
    conn: &mut Conn,
    plan: &dyn Plan,
    subject: i64,
    today: Date,
) -> Result<bool, OfficeError> {
    let found = standing(conn, &plan.target(), Some(subject), today)?;
    Ok(found.iter().any(|(_, in_force)| *in_force))
}

/// What the clerk calls the number of a subject.
pub(super) fn number_ja<'l>(layout: &'l Layout, plan: &dyn Plan) -> &'l str {
    layout
        .column(plan.subject_item())
        .and_then(|column| layout.fields.get(column))
        .map_or("番号", |field| field.name_ja.as_str())
}

/// Puts those a full file leaves out into the work list in place of those of earlier files, and says so.
///
/// Layouts whose full loads withdraw what they leave out miss nobody.
pub(super) fn list(
    conn: &mut Conn,
    desk: &Desk<'_>,
    layout: &Layout,
    plan: &dyn Plan,
    found: &Scan,
) -> Result<(u64, Vec<String>), OfficeError> {
    let target = plan.target();
    if target.withdraws {
        return Ok((0, Vec::new()));
    }
    let missing = compare(conn, &target, found, desk.acting.business_date)?;
    let mut begun = None;
    close_earlier(conn, desk, layout, &mut begun)?;
    let number_ja = number_ja(layout, plan);
    write(conn, desk, plan, number_ja, found, &missing, &mut begun)?;
    let count = u64::try_from(missing.in_force.len()).unwrap_or(u64::MAX);
    Ok((count, messages(number_ja, &missing)))
}

fn close_earlier(
    conn: &mut Conn,
    desk: &Desk<'_>,
    layout: &Layout,
    begun: &mut Option<Act>,
) -> Result<(), OfficeError> {
    let of = [CODE.into(), layout.id.as_str().into(), desk.file_id.into()];
    if conn.query_one(&OPEN, &of, |row| row.int(0))? == 0 {
        return Ok(());
    }
    let act = desk.act(conn, begun)?;
    let [code, layout, file_id] = of;
    conn.execute(&CLOSE, &[code, layout, file_id, act.id.0.into()])?;
    Ok(())
}

fn write(
    conn: &mut Conn,
    desk: &Desk<'_>,
    plan: &dyn Plan,
    number_ja: &str,
    found: &Scan,
    missing: &Missing,
    begun: &mut Option<Act>,
) -> Result<(), OfficeError> {
    if missing.in_force.is_empty() {
        return Ok(());
    }
    desk.act(conn, begun)?;
    let columns = [
        ("file_id", Int),
        ("row_number", Int),
        ("state", Text),
        ("field", Text),
        ("code", Text),
        ("message", Text),
        ("body", Text),
        ("owner", Text),
    ];
    // They have no line: they are numbered on after the last one.
    let last = found.places.iter().map(|place| place.line).max();
    let after = i64::try_from(last.unwrap_or(0)).unwrap_or(i64::MAX);
    let mut bulk = conn.bulk("import_row", &columns);
    for (number, subject) in (1_i64..).zip(&missing.in_force) {
        let body = serde_json::json!({ plan.subject_item(): subject.to_string() });
        bulk.row(&[
            desk.file_id.into(),
            after.saturating_add(number).into(),
            "held".into(),
            number_ja.into(),
            CODE.into(),
            plain(&sentence(number_ja, *subject)).into(),
            body.to_string().into(),
            desk.owner.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}

fn sentence(number_ja: &str, subject: i64) -> String {
    format!(
        "{number_ja}{subject}は登録されていますが、全件ファイルにありません。登録は変えていません。\
         終わったのなら終わった日（資格なら喪失日）の入った行を取り込むか届出を登録し、もう一度試してください。\
         ファイルの漏れなら送り元に確かめ、理由を付けて閉じてください"
    )
}

fn messages(number_ja: &str, missing: &Missing) -> Vec<String> {
    let mut messages = Vec::new();
    let count = missing.in_force.len();
    if count > 0 {
        let first: Vec<String> = missing
            .in_force
            .iter()
            .take(TOLD)
            .map(i64::to_string)
            .collect();
        let more = if count > TOLD { " ほか" } else { "" };
        messages.push(format!(
            "登録されている{count}件が全件ファイルにありません（{number_ja}{}{more}）。登録は変えず、保留の一覧に載せました。終わった日があるのか、ファイルの漏れかを確かめてください",
            first.join("、")
        ));
    }
    if missing.over > 0 {
        messages.push(format!(
            "ほかに、期間の終わった{}件が全件ファイルにありません。登録は変えていません",
            missing.over
        ));
    }
    messages
}
