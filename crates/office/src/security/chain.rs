//! 記録の鎖 — every act and every line of the record of access carries a digest over itself and the one before it, so
//! that what is changed, removed, moved or dated again in the raw database is found and named.
//!
//! A chain alone does not stop someone who rewrites all of it; the signed seals of [`super::seal`] do.

use crate::error::OfficeError;
use crate::hex;
use db::{Cell, Conn, Sql, Value};
use sha2::{Digest, Sha256};

/// What stands before the first entry.
const GENESIS: &str = "kokuho chain 1";

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

    const fn entries(self) -> &'static Sql {
        match self {
            Self::Acts => &ACTS,
            Self::Access => &ACCESSES,
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
/// Every number that an act or its link bears; numbers below 1 are given by no counter.
const ACTS: Sql = Sql {
    name: "chain.acts",
    text: "select n.entry_no, l.link, e.act_id, e.kind, e.staff_id, e.terminal, e.purpose, e.permission, e.approved_by, \
           e.undoes_act_id, e.request_id, e.business_date, e.recorded_at, e.note \
           from (select act_id as entry_no from act where act_id > 0 \
           union select entry_no from chain_link where lane = 1) n \
           left join act e on e.act_id = n.entry_no \
           left join chain_link l on l.lane = 1 and l.entry_no = n.entry_no order by n.entry_no",
};
const ACCESSES: Sql = Sql {
    name: "chain.accesses",
    text: "select n.entry_no, l.link, e.entry_id, e.staff_id, e.terminal, e.at, e.what, e.subject, e.purpose, e.outcome \
           from (select entry_id as entry_no from access_log \
           union select entry_no from chain_link where lane = 2) n \
           left join access_log e on e.entry_id = n.entry_no \
           left join chain_link l on l.lane = 2 and l.entry_no = n.entry_no order by n.entry_no",
};
const NEXT: Sql = Sql {
    name: "chain.next",
    text: "select next_value from counter where name = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, LINK, ACTS, ACCESSES, NEXT];

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
    under.begin(before.as_deref());
    for column in columns {
        under.column(column.into());
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
    fn begin(&mut self, before: Option<&str>) {
        self.0.clear();
        self.add(b'<', before.unwrap_or(GENESIS).as_bytes());
    }

    /// Adds a column with its kind and length, so that nothing can be shifted from one into the next.
    fn column(&mut self, column: Cell<'_>) {
        match column {
            Cell::Null => self.add(b'-', &[]),
            Cell::Int(number) => {
                self.add(b'i', itoa::Buffer::new().format(number).as_bytes());
            }
            Cell::Text(text) => self.add(b't', text.as_bytes()),
            Cell::Blob(bytes) => self.add(b'b', bytes),
            Cell::Day(day) => self.add(b't', day.to_string().as_bytes()),
        }
    }

    fn add(&mut self, kind: u8, bytes: &[u8]) {
        self.0.push(kind);
        let mut length = itoa::Buffer::new();
        self.0
            .extend_from_slice(length.format(bytes.len()).as_bytes());
        self.0.push(b':');
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

/// Walks one record. `each` gets every number with its stored link, for the seals.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn walk(
    conn: &mut Conn,
    lane: Lane,
    mut each: impl FnMut(i64, &str),
) -> Result<Walk, OfficeError> {
    let mut walk = Walk::default();
    let mut before = String::new();
    let mut under = Under::default();
    conn.for_each(lane.entries(), &[], |row| {
        let number = row.int(0)?;
        let link = row.opt_str(1)?;
        if number > walk.last + 1 {
            walk.harm(lane, walk.last + 1, number - 1, Harm::Missing);
            before.clear();
        }
        let harm = match link {
            None => Some(Harm::LinkGone),
            Some(_) if row.cell(2)? == Cell::Null => Some(Harm::EntryGone),
            Some(link) => {
                under.begin(Some(before.as_str()).filter(|before| !before.is_empty()));
                for place in 2..row.width() {
                    under.column(row.cell(place)?);
                }
                (link.as_bytes() != under.link()).then_some(Harm::Changed)
            }
        };
        if let Some(harm) = harm {
            walk.harm(lane, number, number, harm);
        }
        walk.entries += 1;
        walk.last = number;
        before.clear();
        before.push_str(link.unwrap_or(""));
        each(number, &before);
        Ok::<(), OfficeError>(())
    })?;
    let next = conn
        .query_opt(&NEXT, &[lane.counter().into()], |row| row.int(0))?
        .unwrap_or(1);
    if next > walk.last + 1 {
        walk.harm(lane, walk.last + 1, next - 1, Harm::CutOff);
    }
    Ok(walk)
}

impl Walk {
    fn harm(&mut self, lane: Lane, from: i64, until: i64, harm: Harm) {
        self.flaws.push(Flaw {
            lane,
            from,
            until,
            harm,
        });
    }
}
