//! What an import needs to know of a layout: whom a row is about, which fact it states, what it replaces.

use super::directory::Directory;
use super::intake::Municipality;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::event::NewEvent;
use crate::registry::fact::{Kind, load_columns};
use db::{ColumnType, Conn, DatedTable, Span, Value};
use exchange::{Flaw, Row};
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What the rows of one subject replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replace {
    /// Everything that stands of the subject: the file has its whole history.
    Whole,
    /// What stands from the first day the file speaks of; what was before is kept.
    FromFirstDay,
    /// What stands in the span of each row: facts of a fiscal year.
    EachSpan,
}

/// The dated table rows become facts of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub table: DatedTable,
    pub columns: fn() -> Vec<(&'static str, ColumnType)>,
    /// Columns that are not compared: they follow from others.
    pub derived: &'static [usize],
    /// Columns that no file carries: they are taken from what stands.
    pub carried: &'static [usize],
    /// The column with `tax/` and the number of the sender's history: an older one never replaces a newer one.
    pub version: Option<usize>,
    pub replace: Replace,
    /// Which kind of subject is made when it is unknown.
    pub creates: Creates,
    /// Which standing facts a full load must come near in number, as a condition; empty for all.
    pub expected: &'static str,
    /// A full load withdraws the facts of subjects that it leaves out.
    pub withdraws: bool,
}

/// What is made for a new subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Creates {
    Nothing,
    Person,
    Household,
}

impl Target {
    pub(super) const fn of<F: Kind>(replace: Replace) -> Self {
        Self {
            table: F::TABLE,
            columns: load_columns::<F>,
            derived: &[],
            carried: &[],
            version: None,
            replace,
            creates: Creates::Nothing,
            expected: "",
            withdraws: false,
        }
    }

    /// Whether a standing fact came by a file of this layout, so that a full one that leaves it out takes it back. What a
    /// clerk stated or another municipality answered did not.
    pub(super) fn by_file(&self, values: &[Value]) -> bool {
        let source = self.version.and_then(|place| values.get(place));
        source.is_none_or(|source| matches!(source, Value::Text(text) if text.starts_with("tax/")))
    }

    /// Whether two facts say the same.
    pub(super) fn same(&self, one: &[Value], two: &[Value]) -> bool {
        let skipped = |place: &usize| self.derived.contains(place) || self.carried.contains(place);
        one.len() == two.len()
            && one
                .iter()
                .zip(two)
                .enumerate()
                .filter(|(place, _)| !skipped(place))
                .all(|(_, (one, two))| one == two)
    }
}

/// A fact a row states.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    pub from: Date,
    pub until: Option<Date>,
    pub values: Vec<Value>,
    /// The own columns of the second table, for plans that have one.
    pub beside: Vec<Value>,
    /// The event the row tells of, for residents.
    pub event: Option<Box<NewEvent>>,
    /// The cells of a row that is carried out and not laid as a fact.
    pub cells: BTreeMap<String, String>,
    /// The order of rows that state one history; the later of two on the same day wins.
    pub order: (i64, i64),
    /// For [`Creates::Person`].
    pub person_kind: i64,
    /// Other subjects the fact names, for cross checks: household and head.
    pub household: Option<i64>,
    pub head: Option<i64>,
}

impl Stated {
    pub(super) fn new<F: Kind>(span: Span, fact: &F, order: (i64, i64)) -> Self {
        Self {
            from: span.from,
            until: span.until,
            values: fact.values(),
            beside: Vec::new(),
            event: None,
            cells: BTreeMap::new(),
            order,
            person_kind: 0,
            household: None,
            head: None,
        }
    }

    /// A row that is carried out: its day and its cells.
    pub(super) fn told(from: Date, cells: BTreeMap<String, String>, order: (i64, i64)) -> Self {
        Self {
            from,
            until: None,
            values: Vec::new(),
            beside: Vec::new(),
            event: None,
            cells,
            order,
            person_kind: 0,
            household: None,
            head: None,
        }
    }

    pub(super) fn span(&self) -> Span {
        Span::new(self.from, self.until)
    }
}

/// A row on its way.
#[derive(Clone, Debug)]
pub(super) struct Staged {
    pub subject: i64,
    pub line: u64,
    pub start: usize,
    pub stated: Option<Stated>,
    pub flaws: Vec<Flaw>,
}

/// How the rows of a layout become facts.
pub(super) trait Plan: Sync {
    /// The item that says whom a row is about.
    fn subject_item(&self) -> &'static str;
    /// Items the plan reads.
    fn needs(&self) -> &'static [&'static str];
    /// Where the facts go.
    fn target(&self) -> Target;
    /// The second table, whose facts have the same days as those of the first.
    fn beside(&self) -> Option<Target> {
        None
    }
    /// Subjects whose rows are not laid as facts but carried out one by one with [`Plan::carry_out`].
    fn carried_out(&self, conn: &mut Conn, rows: &[Staged]) -> Result<BTreeSet<i64>, OfficeError> {
        let _ = (conn, rows);
        Ok(BTreeSet::new())
    }
    /// Carries the rows of one subject out; adds what is wrong with each and tells how many changed something.
    fn carry_out(
        &self,
        conn: &mut Conn,
        act: &Act,
        today: Date,
        group: &[Staged],
        flaws: &mut [Vec<Flaw>],
    ) -> Result<u64, OfficeError> {
        let _ = (conn, act, today, group, flaws);
        Ok(0)
    }
    /// The item with the day a whole list is of, where that day counts for what is done with the list.
    fn list_item(&self) -> Option<&'static str> {
        None
    }
    /// Whether files may come in any order and never speak of everybody: events.
    fn in_any_order(&self) -> bool {
        false
    }
    /// Brings what follows from the facts of new and changed subjects up to date.
    fn index(
        &self,
        conn: &mut Conn,
        new: &[&Staged],
        changed: &BTreeSet<i64>,
    ) -> Result<(), OfficeError> {
        let _ = (conn, new, changed);
        Ok(())
    }
    /// The municipality a row names, when it names one.
    fn municipality_of<'r>(&self, row: &Row<'r>) -> Option<&'r str>;
    /// Reads a row whose cells fit their declarations; adds what is wrong.
    fn state(
        &self,
        row: &Row<'_>,
        municipality: &Municipality,
        today: Date,
        flaws: &mut Vec<Flaw>,
    ) -> Option<Stated>;
    /// Whether rows are held against other persons and households.
    fn needs_directory(&self) -> bool {
        true
    }
    /// Looks at all rows of one subject together, without the store.
    fn together(&self, rows: &mut [Staged]);
    /// Looks at one row against the registry.
    fn against(
        &self,
        conn: &mut Conn,
        directory: &mut Directory,
        row: &Staged,
        flaws: &mut Vec<Flaw>,
    ) -> Result<(), OfficeError>;
}

/// Holds rows whose days overlap those of another row of the same subject.
pub(super) fn no_overlap(rows: &mut [Staged], field: &str, what: &str) {
    let mut spans: Vec<(Date, Option<Date>, usize)> = rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| {
            row.stated
                .as_ref()
                .map(|stated| (stated.from, stated.until, place))
        })
        .collect();
    spans.sort_unstable();
    let mut wrong: Vec<(usize, u64)> = Vec::new();
    // The span that reaches furthest so far; comparing with it finds overlaps of any two.
    let mut furthest: Option<(Option<Date>, usize)> = None;
    for (from, until, place) in spans {
        let line = |place: usize| rows.get(place).map_or(0, |row| row.line);
        if let Some((reach, before)) = furthest
            && reach.is_none_or(|reach| from < reach)
        {
            wrong.push((place, line(before)));
            wrong.push((before, line(place)));
        }
        furthest = match furthest {
            Some((reach, before))
                if reach.is_none() || until.is_some_and(|until| reach >= Some(until)) =>
            {
                Some((reach, before))
            }
            _ => Some((until, place)),
        };
    }
    for (place, other) in wrong {
        if let Some(row) = rows.get_mut(place) {
            row.flaws.push(Flaw::hold(
                field,
                "import.row.overlap",
                format!("{what}の期間が{other}行目と重なっています。どちらの期間が正しいか確かめてください"),
            ));
        }
    }
}

/// Holds rows that carry the same key as another row of the same subject.
pub(super) fn no_duplicates(rows: &mut [Staged], field: &str) {
    let mut keys: Vec<((i64, i64), usize)> = rows
        .iter()
        .enumerate()
        .filter_map(|(place, row)| row.stated.as_ref().map(|stated| (stated.order, place)))
        .collect();
    keys.sort_unstable();
    let twins: Vec<(usize, usize)> = keys
        .windows(2)
        .filter_map(|pair| match pair {
            [(one, first), (two, second)] if one == two => Some((*first, *second)),
            _ => None,
        })
        .collect();
    for (first, second) in twins {
        let lines = [first, second].map(|place| rows.get(place).map_or(0, |row| row.line));
        for (place, other) in [(first, lines[1]), (second, lines[0])] {
            if let Some(row) = rows.get_mut(place) {
                row.flaws.push(Flaw::hold(
                    field,
                    "import.row.duplicate",
                    format!("同じ番号の行が{other}行目にもあります。送り元で一つにしてください"),
                ));
            }
        }
    }
}

/// A row of a person the registry does not know.
pub(super) fn unknown_person(field: &str, person_id: i64) -> Flaw {
    Flaw::hold(
        field,
        "import.row.unknown_person",
        format!(
            "宛名番号{person_id}の人が登録されていません。住民情報を先に取り込むか、番号を確かめてください"
        ),
    )
}
