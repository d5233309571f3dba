//! 一括の印刷・発送の印 — every paper of a run gets the same event, a stretch of papers in a transaction of its own: nobody
//! waits for all of them, and what was marked before a stop is not marked again.

use crate::acts::Act;
use crate::error::OfficeError;
use db::{ColumnType, Conn, Sql, Store};
use law::Date;
use std::collections::BTreeSet;

/// Numbers of papers of one transaction.
const STRETCH: i64 = 2_000;

const RANGE: Sql = Sql {
    name: "certificate.mark.range",
    text: "select min(certificate_id), max(certificate_id) from certificate_standing where run_id = $1 and place = $2",
};
/// Read before anything is written: an insert that looks into the table it fills may be planned for an empty one.
const WAITING: Sql = Sql {
    name: "certificate.mark.waiting",
    text: "select s.certificate_id, coalesce((select max(e.event_no) from certificate_event e \
           where e.certificate_id = s.certificate_id), 0) from certificate_standing s where s.certificate_id >= $3 \
           and s.certificate_id < $4 and s.run_id = $1 and s.place = $2 and s.invalid_from is null \
           order by s.certificate_id",
};
const PRINTED: Sql = Sql {
    name: "certificate.mark.printed",
    text: "update certificate_standing set place = 'office', printed = printed + 1 where certificate_id >= $2 \
           and certificate_id < $3 and run_id = $1 and place = 'decided' and invalid_from is null",
};
const MAILED: Sql = Sql {
    name: "certificate.mark.mailed",
    text: "update certificate_standing set place = 'on_the_way' where certificate_id >= $2 \
           and certificate_id < $3 and run_id = $1 and place = 'office' and invalid_from is null",
};

const LYING: Sql = Sql {
    name: "certificate.mark.lying",
    text: "select count(case when place = 'decided' then 1 end), count(case when place = 'office' then 1 end), count(*) \
           from certificate_standing where run_id = $1 and invalid_from is null",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[RANGE, WAITING, PRINTED, MAILED, LYING];

/// Where the papers of a run lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lying {
    /// 印刷を待つ枚数.
    pub to_print: i64,
    /// 発送を待つ枚数.
    pub to_mail: i64,
    /// Papers that are valid.
    pub all: i64,
}

/// Where the papers of a run lie: how many wait to be printed and to be mailed.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn lying(conn: &mut Conn, run_id: i64) -> Result<Lying, OfficeError> {
    Ok(conn.query_one(&LYING, &[run_id.into()], |row| {
        Ok(Lying {
            to_print: row.int(0)?,
            to_mail: row.int(1)?,
            all: row.int(2)?,
        })
    })?)
}

const COLUMNS: &[(&str, ColumnType)] = &[
    ("certificate_id", ColumnType::Int),
    ("event_no", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("occurred_on", ColumnType::Text),
    ("reason", ColumnType::Text),
    ("detail", ColumnType::Text),
    ("act_id", ColumnType::Int),
];

/// What happened to all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// 印刷.
    Printed,
    /// 発送.
    Mailed,
}

impl Mark {
    /// Where a paper lies before it.
    const fn place(self) -> &'static str {
        match self {
            Self::Printed => "decided",
            Self::Mailed => "office",
        }
    }

    /// Code of the event, and the reason written beside it.
    const fn event(self) -> (&'static str, &'static str) {
        match self {
            Self::Printed => ("printed", ""),
            Self::Mailed => ("mailed", "一斉発送"),
        }
    }

    const fn moves(self) -> &'static Sql {
        match self {
            Self::Printed => &PRINTED,
            Self::Mailed => &MAILED,
        }
    }
}

/// Marks every paper of a run that lies where it lies before, but for those that are held; returns how many.
///
/// # Errors
/// [`OfficeError::Store`]; it can be done again and goes on.
pub(super) fn all(
    store: &Store,
    run_id: i64,
    mark: Mark,
    held: &BTreeSet<i64>,
    (on, act): (Date, &Act),
) -> Result<u64, OfficeError> {
    let params = [run_id.into(), mark.place().into()];
    let range = store.read(|conn| {
        conn.query_one(&RANGE, &params, |row| {
            Ok((row.opt_int(0)?, row.opt_int(1)?))
        })
    })?;
    let (Some(mut from), Some(last)) = range else {
        return Ok(0);
    };
    let mut marked = 0;
    while from <= last {
        let until = from + STRETCH;
        marked += store.write(|conn| {
            let mut of_stretch = 0;
            for part in between(held, (from, until)) {
                of_stretch += stretch(conn, (run_id, mark), part, (on, act))?;
            }
            Ok::<_, OfficeError>(of_stretch)
        })?;
        from = until;
    }
    Ok(marked)
}

/// The parts of a stretch between the papers that are held.
fn between(held: &BTreeSet<i64>, (from, until): (i64, i64)) -> Vec<(i64, i64)> {
    let mut parts = Vec::new();
    let mut next = from;
    for one in held.range(from..until) {
        parts.push((next, *one));
        next = one + 1;
    }
    parts.push((next, until));
    parts.retain(|(from, until)| from < until);
    parts
}

fn stretch(
    conn: &mut Conn,
    (run_id, mark): (i64, Mark),
    (from, until): (i64, i64),
    (on, act): (Date, &Act),
) -> Result<u64, OfficeError> {
    let params = [
        run_id.into(),
        mark.place().into(),
        from.into(),
        until.into(),
    ];
    let waiting = conn.query(&WAITING, &params, |row| Ok((row.int(0)?, row.int(1)?)))?;
    let (kind, reason) = mark.event();
    let mut bulk = conn.bulk("certificate_event", COLUMNS);
    for (certificate_id, last) in waiting {
        bulk.row(&[
            certificate_id.into(),
            (last + 1).into(),
            kind.into(),
            on.into(),
            reason.into(),
            "".into(),
            act.id.0.into(),
        ])?;
    }
    bulk.finish()?;
    Ok(conn.execute(mark.moves(), &[run_id.into(), from.into(), until.into()])?)
}
