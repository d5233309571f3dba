//! 記録の鎖 — every act and every line of the record of access carries a digest over itself and the one before it, so
//! that what is changed, removed, moved or dated again in the raw database is found and named.
//!
//! A chain alone does not stop someone who rewrites all of it; the signed seals of [`super::seal`] do.

use crate::error::OfficeError;
use crate::hex;
use db::{Conn, Raw, Row, Sql, Value};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;

/// What stands before the first entry.
const GENESIS: &[u8] = b"kokuho chain 1";

/// Which record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// 処理.
    Acts,
    /// 操作の記録.
    Access,
}

impl Lane {
    /// Both, in the order of their codes.
    pub const ALL: [Self; 2] = [Self::Acts, Self::Access];

    /// Its stored code.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Acts => 1,
            Self::Access => 2,
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Acts => "処理の記録",
            Self::Access => "操作の記録",
        }
    }

    /// The counter its numbers come from.
    const fn counter(self) -> &'static str {
        match self {
            Self::Acts => "act",
            Self::Access => "access_log",
        }
    }

    /// What reads the entries behind all links.
    const fn linked(self) -> &'static Sql {
        match self {
            Self::Acts => &ACTS,
            Self::Access => &ACCESSES,
        }
    }

    /// What counts the entries, and reads their first and last number.
    const fn ends(self) -> &'static Sql {
        match self {
            Self::Acts => &ACT_ENDS,
            Self::Access => &ACCESS_ENDS,
        }
    }

    /// What reads the numbers of all entries.
    const fn numbers(self) -> &'static Sql {
        match self {
            Self::Acts => &ACT_NUMBERS,
            Self::Access => &ACCESS_NUMBERS,
        }
    }
}

const INSERT: Sql = Sql {
    name: "chain.insert",
    text: "insert into chain_link (lane, entry_no, link) values ($1, $2, $3)",
};
const LINK: Sql = Sql {
    name: "chain.link",
    text: "select link from chain_link where lane = $1 and entry_no = $2",
};
/// Every link with the act that it belongs to, where that is there.
const ACTS: Sql = Sql {
    name: "chain.acts",
    text: "select l.entry_no, l.link, e.act_id, e.kind, e.staff_id, e.terminal, e.purpose, e.permission, e.approved_by, \
           e.undoes_act_id, e.request_id, e.business_date, e.recorded_at, e.note \
           from chain_link l left join act e on e.act_id = l.entry_no where l.lane = 1 order by l.entry_no",
};
const ACCESSES: Sql = Sql {
    name: "chain.accesses",
    text: "select l.entry_no, l.link, e.entry_id, e.staff_id, e.terminal, e.at, e.what, e.subject, e.purpose, e.outcome \
           from chain_link l left join access_log e on e.entry_id = l.entry_no where l.lane = 2 order by l.entry_no",
};
/// Numbers below 1 are given by no counter.
const ACT_NUMBERS: Sql = Sql {
    name: "chain.act_numbers",
    text: "select act_id from act where act_id > 0 order by act_id",
};
const ACCESS_NUMBERS: Sql = Sql {
    name: "chain.access_numbers",
    text: "select entry_id from access_log order by entry_id",
};
const ACT_ENDS: Sql = Sql {
    name: "chain.act_ends",
    text: "select (select count(*) from act) - (select count(*) from act where act_id <= 0), \
           (select min(act_id) from act where act_id > 0), (select max(act_id) from act where act_id > 0)",
};
const ACCESS_ENDS: Sql = Sql {
    name: "chain.access_ends",
    text: "select (select count(*) from access_log), (select min(entry_id) from access_log), \
           (select max(entry_id) from access_log)",
};
const NEXT: Sql = Sql {
    name: "chain.next",
    text: "select next_value from counter where name = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    INSERT,
    LINK,
    ACTS,
    ACCESSES,
    ACT_ENDS,
    ACCESS_ENDS,
    ACT_NUMBERS,
    ACCESS_NUMBERS,
    NEXT,
];

/// Hangs an entry on the chain, in the transaction that writes it. `columns` are all its columns in the order of its
/// table, its number first.
///
/// # Errors
/// [`OfficeError::Store`]; what cannot be recorded must not be done.
pub(crate) fn append(
    conn: &mut Conn,
    lane: Lane,
    entry_no: i64,
    columns: &[Value],
) -> Result<(), OfficeError> {
    let before = conn.query_opt(&LINK, &[lane.code().into(), (entry_no - 1).into()], |row| {
        row.text(0)
    })?;
    let mut under = Under::default();
    under.begin(before.as_deref().map(str::as_bytes));
    for column in columns {
        under.column(match column {
            Value::Null => Raw::Null,
            Value::Int(number) => Raw::Int(*number),
            Value::Text(text) => Raw::Text(text.as_bytes()),
            Value::Blob(bytes) => Raw::Blob(bytes),
        });
    }
    let link = String::from_utf8_lossy(&under.link()).into_owned();
    conn.execute(&INSERT, &[lane.code().into(), entry_no.into(), link.into()])?;
    Ok(())
}

/// What a link is a digest of, written one part after the other and used again for the next entry.
#[derive(Default)]
struct Under(Vec<u8>);

impl Under {
    /// Begins with the link before.
    fn begin(&mut self, before: Option<&[u8]>) {
        self.0.clear();
        self.add(b'<', before.unwrap_or(GENESIS));
    }

    /// Adds a column with its kind and length, so that nothing can be shifted from one into the next.
    fn column(&mut self, column: Raw<'_>) {
        match column {
            Raw::Null => self.add(b'-', &[]),
            Raw::Int(number) => {
                self.add(b'i', itoa::Buffer::new().format(number).as_bytes());
            }
            Raw::Text(text) => self.add(b't', text),
            Raw::Blob(bytes) => self.add(b'b', bytes),
        }
    }

    fn add(&mut self, kind: u8, bytes: &[u8]) {
        // Nearly every column is shorter than a hundred bytes: kind and length are put down in one piece.
        let digit = |value: usize| u8::try_from(value % 10).map_or(b'0', |value| b'0' + value);
        match bytes.len() {
            short @ 0..10 => self.0.extend_from_slice(&[kind, digit(short), b':']),
            middling @ 10..100 => {
                let length = [kind, digit(middling / 10), digit(middling), b':'];
                self.0.extend_from_slice(&length);
            }
            long => {
                self.0.push(kind);
                let mut length = itoa::Buffer::new();
                self.0.extend_from_slice(length.format(long).as_bytes());
                self.0.push(b':');
            }
        }
        self.0.extend_from_slice(bytes);
    }

    /// The link, as digits.
    fn link(&self) -> [u8; 64] {
        hex::digits(&Sha256::digest(&self.0).into())
    }
}

/// What is wrong with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Harm {
    /// Numbers without entry and link.
    Missing,
    /// The entry is gone, its link is there.
    EntryGone,
    /// The entry is there, its link is gone.
    LinkGone,
    /// Entry, link or the link before was changed.
    Changed,
    /// The counter has given numbers that no entry bears: the end was cut off.
    CutOff,
}

impl Harm {
    /// In words.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Missing => "番号が欠けています（行と鎖がともに削除された）",
            Self::EntryGone => "行が削除されています",
            Self::LinkGone => "鎖の値が削除されています",
            Self::Changed => "行か鎖の値が書き換えられています",
            Self::CutOff => "末尾が切り取られています",
        }
    }
}

/// A place where the chain does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Flaw {
    /// Which record.
    pub lane: Lane,
    /// First number concerned.
    pub from: i64,
    /// Last number concerned.
    pub until: i64,
    /// What is wrong.
    pub harm: Harm,
}

/// One record, walked from its first entry to its last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// Entries seen.
    pub entries: u64,
    /// The last number.
    pub last: i64,
    /// Places where the chain does not hold.
    pub flaws: Vec<Flaw>,
}

/// The numbers of all entries of a record as stretches without a gap: next to nothing where none is missing.
struct Stretches {
    all: VecDeque<(i64, i64)>,
}

impl Stretches {
    fn read(conn: &mut Conn, lane: Lane) -> Result<Self, OfficeError> {
        let mut all: VecDeque<(i64, i64)> = VecDeque::new();
        let ends = |row: &Row| Ok((row.int(0)?, row.opt_int(1)?, row.opt_int(2)?));
        if let (count, Some(first), Some(last)) = conn.query_one(lane.ends(), &[], ends)? {
            // As many as there is room for: they are not read to know which.
            if last - first == count - 1 {
                all.push_back((first, last));
                return Ok(Self { all });
            }
        }
        conn.for_each(lane.numbers(), &[], |row| {
            let number = row.int(0)?;
            match all.back_mut() {
                Some((_, until)) if *until == number - 1 => *until = number,
                _ => all.push_back((number, number)),
            }
            Ok::<(), OfficeError>(())
        })?;
        Ok(Self { all })
    }

    /// The next number before a link's own, or the next of all; it is taken out.
    fn before(&mut self, link: Option<i64>) -> Option<i64> {
        let (from, until) = *self.all.front()?;
        if link.is_some_and(|link| from >= link) {
            return None;
        }
        if from < until {
            *self.all.front_mut()? = (from + 1, until);
        } else {
            self.all.pop_front();
        }
        Some(from)
    }

    /// Takes the entry of a link out, where it is there.
    fn take(&mut self, link: i64) {
        if self.all.front().is_some_and(|(from, _)| *from == link) {
            self.before(None);
        }
    }
}

/// Walks one record. `each` gets every number with its stored link, for the seals: the bytes as they lie in the store, which are no
/// text any more where somebody made them so.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn walk(
    conn: &mut Conn,
    lane: Lane,
    mut each: impl FnMut(i64, &[u8]),
) -> Result<Walk, OfficeError> {
    let mut walk = Walk::default();
    let mut before = Vec::new();
    let mut under = Under::default();
    let mut entries = Stretches::read(conn, lane)?;
    conn.for_each(lane.linked(), &[], |row| {
        let number = row.int(0)?;
        while let Some(unlinked) = entries.before(Some(number)) {
            walk.unlinked(lane, unlinked, &mut before);
            each(unlinked, &[]);
        }
        entries.take(number);
        let link = match row.raw(1)? {
            Raw::Text(link) | Raw::Blob(link) => link,
            Raw::Null | Raw::Int(_) => &[],
        };
        if walk.steps_over(lane, number) {
            before.clear();
        }
        if row.raw(2)? == Raw::Null {
            walk.harm(lane, number, number, Harm::EntryGone);
        } else {
            under.begin(Some(before.as_slice()).filter(|before| !before.is_empty()));
            for place in 2..row.width() {
                under.column(row.raw(place)?);
            }
            if link != under.link() {
                walk.harm(lane, number, number, Harm::Changed);
            }
        }
        before.clear();
        before.extend_from_slice(link);
        each(number, link);
        Ok::<(), OfficeError>(())
    })?;
    while let Some(unlinked) = entries.before(None) {
        walk.unlinked(lane, unlinked, &mut before);
        each(unlinked, &[]);
    }
    let next = conn
        .query_opt(&NEXT, &[lane.counter().into()], |row| row.int(0))?
        .unwrap_or(1);
    if next > walk.last + 1 {
        walk.harm(lane, walk.last + 1, next - 1, Harm::CutOff);
    }
    Ok(walk)
}

impl Walk {
    /// Goes on to a number; whether numbers before it bear neither entry nor link.
    fn steps_over(&mut self, lane: Lane, number: i64) -> bool {
        let missing = number > self.last + 1;
        if missing {
            self.harm(lane, self.last + 1, number - 1, Harm::Missing);
        }
        self.entries += 1;
        self.last = number;
        missing
    }

    /// An entry without a link: the next link hangs on nothing.
    fn unlinked(&mut self, lane: Lane, number: i64, before: &mut Vec<u8>) {
        self.steps_over(lane, number);
        self.harm(lane, number, number, Harm::LinkGone);
        before.clear();
    }

    fn harm(&mut self, lane: Lane, from: i64, until: i64, harm: Harm) {
        self.flaws.push(Flaw {
            lane,
            from,
            until,
            harm,
        });
    }
}
