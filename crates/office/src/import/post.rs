//! Posting a chunk in one transaction: cross checks, what stands, the difference, rows that wait, the position.

use super::chunk;
use super::difference::{Changes, Known, difference, older, read_known};
use super::directory::Directory;
use super::plan::{Creates, Plan, Staged, Target};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ImportFile, Permit};
use db::ColumnType::{Int, Text};
use db::{Conn, Span, Sql, Value};
use exchange::{Flaw, Severity, Table};
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

const PERSONS_BETWEEN: Sql = Sql {
    name: "import.persons_between",
    text: "select person_id from person where person_id >= $1 and person_id <= $2",
};
const HOUSEHOLDS_BETWEEN: Sql = Sql {
    name: "import.households_between",
    text: "select household_id from household where household_id >= $1 and household_id <= $2",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[PERSONS_BETWEEN, HOUSEHOLDS_BETWEEN];

/// What became of the rows of a chunk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Outcome {
    pub posted: u64,
    pub same: u64,
    pub held: u64,
    pub reviewed: u64,
    pub withdrawn: u64,
}

/// Who acts on which file.
pub(super) struct Desk<'d> {
    pub acting: &'d Acting,
    pub permit: &'d Permit<ImportFile>,
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
        let act = acts::begin(conn, &acting, self.permit, "import.chunk", &details)?;
        *begun = Some(act);
        Ok(act)
    }
}

/// Which standing facts a chunk is held against.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reach<'y> {
    /// Only those of its subjects.
    Subjects,
    /// All subjects after the first up to the second; those the file leaves out lose their facts of these first days.
    Between(i64, i64, &'y BTreeSet<Date>),
}

/// A fact that lies where nothing stood.
struct Added<'s> {
    subject: i64,
    fact_no: i64,
    span: Span,
    values: Vec<Value>,
    staged: &'s Staged,
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
    let target = plan.target();
    let known = read_known(conn, &target, reach, rows)?;
    for (row, flaws) in rows.iter().zip(&mut flaws) {
        flaws.extend(older(&target, known.get(&row.subject), row));
    }
    chunk::hold_with_others(rows, &mut flaws);
    let beside = plan.beside();
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

/// What was laid of a chunk, and whom it concerns.
#[derive(Default)]
struct Laid<'s> {
    added: Vec<Added<'s>>,
    added_beside: Vec<Added<'s>>,
    /// Rows of subjects that were unknown.
    new: Vec<&'s Staged>,
    /// Subjects that were known and of which something changed.
    changed: BTreeSet<i64>,
}

impl<'s> Laid<'s> {
    fn first(&mut self, new: bool, subject: i64, group: &'s [Staged], changes: bool) {
        if !changes {
        } else if !new {
            self.changed.insert(subject);
        } else if self.new.last().is_none_or(|row| row.subject != subject) {
            self.new.extend(group);
        }
    }
}

/// Lays what changes of one subject: facts where nothing stood wait for the bulk load, others are written at once.
#[allow(
    clippy::too_many_arguments,
    reason = "the parts of one import, each made by one step before"
)]
fn lay<'s>(
    conn: &mut Conn,
    desk: &Desk<'_>,
    target: &Target,
    subject: i64,
    stands: &[Known],
    mut changes: Changes<'s>,
    begun: &mut Option<Act>,
    added: &mut Vec<Added<'s>>,
) -> Result<(), OfficeError> {
    changes.close.append(&mut changes.withdrawn);
    let mut next_no = stands.iter().map(|known| known.fact_no).max().unwrap_or(0) + 1;
    if changes.close.is_empty() && !changes.overlaps {
        for (staged, span, values) in changes.put {
            added.push(Added {
                subject,
                fact_no: next_no,
                span,
                values,
                staged,
            });
            next_no += 1;
        }
        return Ok(());
    }
    let act = desk.act(conn, begun)?;
    for span in changes.close {
        target.table.close(conn, act.stamp(), subject, span)?;
    }
    for (_, span, values) in changes.put {
        target
            .table
            .put(conn, act.stamp(), subject, span, &values)?;
    }
    Ok(())
}

pub(super) fn holds(flaws: &[Flaw]) -> bool {
    flaws.iter().any(|flaw| flaw.severity == Severity::Hold)
}

/// A full load takes the facts of its years from subjects it leaves out.
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

/// Loads facts that lie where nothing stood, and subjects that were unknown.
fn load(
    conn: &mut Conn,
    desk: &Desk<'_>,
    target: &Target,
    added: &[Added<'_>],
    begun: &mut Option<Act>,
) -> Result<(), OfficeError> {
    let (Some(first), Some(last)) = (added.first(), added.last()) else {
        return Ok(());
    };
    let act = desk.act(conn, begun)?;
    create_subjects(
        conn,
        target.creates,
        (first.subject, last.subject),
        added,
        act,
    )?;
    let mut bulk = conn.bulk(target.table.name, &(target.columns)());
    for fact in added {
        bulk.push_int(fact.subject)?;
        bulk.push_int(fact.fact_no)?;
        bulk.push_text(&fact.span.from.to_string())?;
        match fact.span.until {
            Some(until) => bulk.push_text(&until.to_string())?,
            None => bulk.push_null()?,
        }
        bulk.push_int(act.recorded_at)?;
        bulk.push_int(act.id.0)?;
        for value in &fact.values {
            match value {
                Value::Null => bulk.push_null()?,
                Value::Int(int) => bulk.push_int(*int)?,
                Value::Text(text) => bulk.push_text(text)?,
                Value::Blob(bytes) => bulk.push_blob(bytes)?,
            }
        }
        bulk.end_row()?;
    }
    bulk.finish()?;
    Ok(())
}

fn create_subjects(
    conn: &mut Conn,
    creates: Creates,
    (first, last): (i64, i64),
    added: &[Added<'_>],
    act: Act,
) -> Result<(), OfficeError> {
    let sql = match creates {
        Creates::Nothing => return Ok(()),
        Creates::Person => &PERSONS_BETWEEN,
        Creates::Household => &HOUSEHOLDS_BETWEEN,
    };
    let there: BTreeSet<i64> = conn
        .query(sql, &[first.into(), last.into()], |row| row.int(0))?
        .into_iter()
        .collect();
    let new = added
        .iter()
        .filter(|fact| fact.fact_no == 1 && !there.contains(&fact.subject));
    if creates == Creates::Person {
        let mut bulk = conn.bulk(
            "person",
            &[("person_id", Int), ("kind", Int), ("act_id", Int)],
        );
        for fact in new {
            let kind = fact
                .staged
                .stated
                .as_ref()
                .map_or(1, |stated| stated.person_kind);
            bulk.row(&[fact.subject.into(), kind.into(), act.id.0.into()])?;
        }
        bulk.finish()?;
        return Ok(());
    }
    let mut bulk = conn.bulk("household", &[("household_id", Int), ("act_id", Int)]);
    for fact in new {
        bulk.row(&[fact.subject.into(), act.id.0.into()])?;
    }
    bulk.finish()?;
    Ok(())
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
