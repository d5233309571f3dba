//! Posting a chunk in one transaction: cross checks, what stands, the difference, rows that wait, the position.

use super::chunk;
use super::difference::{Known, difference, older, over_own, read_known};
use super::directory::Directory;
use super::laid::{Laid, lay, load};
use super::plan::{Plan, Replace, Staged, Target};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ImportFile, Permit, SettleHeld};
use db::ColumnType::{Int, Text};
use db::Conn;
use exchange::{Flaw, Severity, Table};
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What became of the rows of a chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub posted: u64,
    pub same: u64,
    pub held: u64,
    pub reviewed: u64,
    pub withdrawn: u64,
}

/// By which function rows are posted: a file is taken in, or what was held of one is settled.
pub(super) enum By<'d> {
    File(&'d Permit<ImportFile>),
    Held(&'d Permit<SettleHeld>),
}

/// Who acts on which file.
pub(super) struct Desk<'d> {
    pub acting: &'d Acting,
    pub by: By<'d>,
    pub file_id: i64,
    /// Distinguishes the acts of one file; the same part of it is never carried out twice.
    pub part: String,
    pub owner: &'static str,
}

impl Desk<'_> {
    /// The act of this part, begun when something is to be written.
    pub(super) fn act(&self, conn: &mut Conn, begun: &mut Option<Act>) -> Result<Act, OfficeError> {
        if let Some(act) = begun {
            return Ok(*act);
        }
        let acting = Acting {
            request_id: Some(format!("import/{}/{}", self.file_id, self.part)),
            ..self.acting.clone()
        };
        let details = ActDetails {
            note: format!("取込 {}", self.file_id),
            ..ActDetails::default()
        };
        let act = match self.by {
            By::File(permit) => acts::begin(conn, &acting, permit, "import.chunk", &details),
            By::Held(permit) => acts::begin(conn, &acting, permit, "import.chunk", &details),
        }?;
        *begun = Some(act);
        Ok(act)
    }
}

/// Which standing facts a chunk is held against.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reach<'y> {
    /// Only those of its subjects.
    Subjects,
    /// Only those of its subjects, and of these nothing but the spans of the rows: they are not all a file has of them.
    Spans,
    /// All subjects after the first up to the second; those the file leaves out lose their facts of these first days.
    Between(i64, i64, &'y BTreeSet<Date>),
}

/// Posts the rows of a chunk; tells what is wrong with each row and, when asked to, lists it in `import_row`.
#[allow(
    clippy::too_many_arguments,
    reason = "the parts of one import, each made by one step before"
)]
pub(super) fn post(
    conn: &mut Conn,
    desk: &Desk<'_>,
    table: &Table<'_>,
    plan: &dyn Plan,
    directory: &mut Directory,
    reach: Reach<'_>,
    rows: &[Staged],
    list: bool,
) -> Result<(Outcome, Vec<Vec<Flaw>>), OfficeError> {
    let mut flaws: Vec<Vec<Flaw>> = rows.iter().map(|row| row.flaws.clone()).collect();
    for (row, flaws) in rows.iter().zip(&mut flaws) {
        if row.stated.is_some() && !holds(flaws) {
            plan.against(conn, directory, row, flaws)?;
        }
    }
    let within = |target: Target| match reach {
        Reach::Spans => Target {
            replace: Replace::EachSpan,
            ..target
        },
        _ => target,
    };
    let target = within(plan.target());
    let known = read_known(conn, &target, reach, rows)?;
    for (row, flaws) in rows.iter().zip(&mut flaws) {
        flaws.extend(older(&target, known.get(&row.subject), row));
        flaws.extend(over_own(&target, known.get(&row.subject), row));
    }
    chunk::hold_with_others(rows, &mut flaws);
    let beside = plan.beside().map(within);
    let known_beside = match &beside {
        Some(beside) => read_known(conn, beside, reach, rows)?,
        None => BTreeMap::new(),
    };
    let carried_out = plan.carried_out(conn, rows)?;
    let mut begun = None;
    let mut outcome = Outcome::default();
    let mut laid = Laid::default();
    let mut at = 0;
    for group in rows.chunk_by(|one, two| one.subject == two.subject) {
        let mine = flaws.get_mut(at..at + group.len()).unwrap_or_default();
        at += group.len();
        if mine.iter().any(|flaws| holds(flaws)) {
            continue;
        }
        let Some(subject) = group.first().map(|row| row.subject) else {
            continue;
        };
        if carried_out.contains(&subject) {
            let act = desk.act(conn, &mut begun)?;
            let today = desk.acting.business_date;
            let posted = plan.carry_out(conn, &act, today, group, mine)?;
            let held = mine.iter().filter(|flaws| holds(flaws)).count();
            let taken = u64::try_from(group.len() - held).unwrap_or(0);
            outcome.posted += posted;
            outcome.same += taken.saturating_sub(posted);
            continue;
        }
        let stands = known.get(&subject).map_or(&[][..], Vec::as_slice);
        let changes = difference(&target, stands, group, reach, |stated| &stated.values);
        outcome.withdrawn += u64::try_from(changes.withdrawn.len()).unwrap_or(0);
        let mut lines = changes.lines.clone();
        let new = stands.is_empty();
        laid.first(new, subject, group, !lines.is_empty());
        lay(
            conn,
            desk,
            &target,
            subject,
            stands,
            changes,
            &mut begun,
            &mut laid.added,
        )?;
        if let Some(beside) = &beside {
            let stands = known_beside.get(&subject).map_or(&[][..], Vec::as_slice);
            let changes = difference(beside, stands, group, reach, |stated| &stated.beside);
            lines.extend(&changes.lines);
            laid.first(new, subject, group, !changes.lines.is_empty());
            lay(
                conn,
                desk,
                beside,
                subject,
                stands,
                changes,
                &mut begun,
                &mut laid.added_beside,
            )?;
        }
        let posted = u64::try_from(lines.len()).unwrap_or(0);
        outcome.posted += posted;
        outcome.same += u64::try_from(group.len())
            .unwrap_or(0)
            .saturating_sub(posted);
    }
    outcome.withdrawn += withdraw_absent(conn, desk, &target, reach, rows, &known, &mut begun)?;
    load(conn, desk, &target, &laid.added, &mut begun)?;
    if let Some(beside) = &beside {
        load(conn, desk, beside, &laid.added_beside, &mut begun)?;
    }
    plan.index(conn, &laid.new, &laid.changed)?;
    if list {
        write_rows(conn, desk, table, rows, &flaws, &mut begun, &mut outcome)?;
    }
    Ok((outcome, flaws))
}

pub(super) fn holds(flaws: &[Flaw]) -> bool {
    flaws.iter().any(|flaw| flaw.severity == Severity::Hold)
}

/// A full load takes the facts of its years that came by such files from subjects it leaves out.
fn withdraw_absent(
    conn: &mut Conn,
    desk: &Desk<'_>,
    target: &Target,
    reach: Reach<'_>,
    rows: &[Staged],
    known: &BTreeMap<i64, Vec<Known>>,
    begun: &mut Option<Act>,
) -> Result<u64, OfficeError> {
    let Reach::Between(_, _, days) = reach else {
        return Ok(0);
    };
    if !target.withdraws {
        return Ok(0);
    }
    let named: BTreeSet<i64> = rows.iter().map(|row| row.subject).collect();
    let mut withdrawn = 0;
    for (subject, facts) in known.iter().filter(|(subject, _)| !named.contains(subject)) {
        for fact in facts
            .iter()
            .filter(|fact| fact.stands && days.contains(&fact.valid.from))
            .filter(|fact| target.by_file(&fact.values))
        {
            let act = desk.act(conn, begun)?;
            target
                .table
                .close(conn, act.stamp(), *subject, fact.valid)?;
            withdrawn += 1;
        }
    }
    Ok(withdrawn)
}

/// Writes down the rows that wait, and the ones to be looked at.
fn write_rows(
    conn: &mut Conn,
    desk: &Desk<'_>,
    table: &Table<'_>,
    rows: &[Staged],
    flaws: &[Vec<Flaw>],
    begun: &mut Option<Act>,
    outcome: &mut Outcome,
) -> Result<(), OfficeError> {
    if flaws.iter().all(Vec::is_empty) {
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
    let mut bulk = conn.bulk("import_row", &columns);
    for (row, flaws) in rows
        .iter()
        .zip(flaws)
        .filter(|(_, flaws)| !flaws.is_empty())
    {
        let held = holds(flaws);
        if held {
            outcome.held += 1;
        } else {
            outcome.reviewed += 1;
        }
        let worst = flaws
            .iter()
            .find(|flaw| !held || flaw.severity == Severity::Hold);
        let message: Vec<String> = flaws
            .iter()
            .map(|flaw| format!("{}行目 項目「{}」: {}", row.line, flaw.field, flaw.message))
            .collect();
        let body = table
            .row_at(row.start, row.line, |row| body(&row))
            .unwrap_or_default();
        bulk.row(&[
            desk.file_id.into(),
            i64::try_from(row.line).unwrap_or(i64::MAX).into(),
            if held { "held" } else { "review" }.into(),
            worst.map_or("", |flaw| flaw.field.as_str()).into(),
            worst.map_or("", |flaw| flaw.code).into(),
            plain(&message.join("／")).into(),
            plain(&body).into(),
            desk.owner.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(())
}

/// The cells of a row as JSON under the names of their items.
fn body(row: &exchange::Row<'_>) -> String {
    let cells: serde_json::Map<String, serde_json::Value> = row
        .cells()
        .into_iter()
        .map(|(name, cell)| (name.to_owned(), cell.into()))
        .collect();
    serde_json::Value::Object(cells).to_string()
}

/// Text without U+0000, which no engine stores; JSON writes it as an escape, so only messages could hold it.
pub(super) fn plain(text: &str) -> String {
    text.replace('\0', "<U+0000>")
}
