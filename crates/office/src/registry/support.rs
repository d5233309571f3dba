//! 支援措置 — whose address is not given out. An end that was granted only warns: the address is free again when the
//! residents' register says so (支援措置終了), never by the passing of a day.

use super::fact::{Kind, Values, timeline};
use super::person::Resident;
use super::{movement, register};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{HandleWork, Permit, RegisterResident};
use crate::worklist::{self, NewItem, SUPPORT_EXPIRY};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, Sql, Store, StoreError, Value};
use law::Date;

pub use super::hidden::{
    Shared, concerns, is_hidden_from, is_withheld_from, kept_concerns, near, tells_any_home,
    tells_home,
};

/// 支援措置区分.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MeasureKind {
    /// 支援措置.
    Full,
    /// 仮支援措置.
    Provisional,
}

impl MeasureKind {
    const fn code(self) -> i64 {
        match self {
            Self::Full => 1,
            Self::Provisional => 2,
        }
    }
}

/// 支援措置 in force from a day, until it is ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// 区分.
    pub kind: MeasureKind,
    /// The end that was granted; it warns and frees nothing.
    pub ends_on: Option<Date>,
    /// 履歴番号 of the sender; 0 for our own.
    pub history_number: i64,
    /// Where it came from: `file`, `counter`, `loaded`.
    pub origin: String,
}

impl Kind for Measure {
    const TABLE: DatedTable = DatedTable::new(
        "support_fact",
        &["kind", "ends_on", "history_number", "origin"],
    );
    const TYPES: &'static [ColumnType] = &[Int, Text, Int, Text];

    fn values(&self) -> Vec<Value> {
        vec![
            self.kind.code().into(),
            self.ends_on.into(),
            self.history_number.into(),
            self.origin.as_str().into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            kind: if values.int()? == 2 {
                MeasureKind::Provisional
            } else {
                MeasureKind::Full
            },
            ends_on: values.opt_date()?,
            history_number: values.int()?,
            origin: values.text()?,
        })
    }
}

const EXPIRING: Sql = Sql {
    name: "registry.support.expiring",
    text: "select subject, ends_on from support_fact where superseded_at is null \
           and valid_from <= $1 and (valid_until is null or valid_until > $1) and ends_on is not null and ends_on <= $2 \
           order by ends_on, subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[EXPIRING];

/// The days on which a person's address is withheld.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn withheld_days(conn: &mut Conn, person_id: i64) -> Result<Vec<Span>, OfficeError> {
    let measures = timeline::<Measure>(conn, person_id, None)?;
    Ok(measures.into_iter().map(|fact| fact.valid).collect())
}

/// Whether a person's address is withheld on a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn is_withheld(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    Ok(withheld_days(conn, person_id)?
        .iter()
        .any(|span| span.holds(on)))
}

/// A span in pieces, each with whether its days are among the withheld ones.
pub(crate) fn split(span: Span, withheld: &[Span]) -> Vec<(Span, bool)> {
    let mut parts: Vec<(Span, bool)> = withheld
        .iter()
        .filter_map(|days| days.intersection(span))
        .map(|days| (days, true))
        .collect();
    let free = withheld.iter().fold(vec![span], |left, days| {
        left.into_iter()
            .flat_map(|rest| rest.minus(*days))
            .flatten()
            .collect()
    });
    parts.extend(free.into_iter().map(|days| (days, false)));
    parts.sort_by_key(|(days, _)| days.from);
    parts
}

/// A record that was loaded with a withheld address gets the measure that says so.
pub(crate) fn of_loaded(conn: &mut Conn, act: &Act, person_id: i64) -> Result<(), OfficeError> {
    if !withheld_days(conn, person_id)?.is_empty() {
        return Ok(());
    }
    let withheld: Vec<Span> = timeline::<Resident>(conn, person_id, None)?
        .into_iter()
        .filter(|fact| fact.fact.withheld)
        .map(|fact| fact.valid)
        .collect();
    let measure = Measure {
        kind: MeasureKind::Full,
        ends_on: None,
        history_number: 0,
        origin: "loaded".to_owned(),
    };
    for span in withheld {
        super::fact::record(conn, act, person_id, span, &measure)?;
    }
    Ok(())
}

/// States a measure over a span: before it everything stays, within it the measure stands, after it nothing does. What
/// the sender numbered before the latest that is known changes nothing. Returns whether anything changed.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn put(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    span: Span,
    measure: &Measure,
) -> Result<bool, OfficeError> {
    of_loaded(conn, act, person_id)?;
    let standing = timeline::<Measure>(conn, person_id, None)?;
    let latest = standing.iter().map(|fact| fact.fact.history_number).max();
    if measure.history_number > 0 && latest.is_some_and(|latest| latest > measure.history_number) {
        return Ok(false);
    }
    let stands = |fact: &super::fact::Dated<Measure>| {
        let (one, two) = (&fact.fact, measure);
        fact.valid == span
            && (one.kind, one.ends_on, one.history_number)
                == (two.kind, two.ends_on, two.history_number)
    };
    let after = standing
        .iter()
        .filter(|fact| fact.valid.intersection(Span::since(span.from)).is_some());
    let mut told = after.peekable();
    if told.peek().is_some() && told.all(stands) {
        return Ok(false);
    }
    super::fact::end::<Measure>(conn, act, person_id, Span::since(span.from))?;
    super::fact::record(conn, act, person_id, span, measure)?;
    apply(conn, act, person_id)?;
    Ok(true)
}

/// Makes the record of a person say what the measures say.
fn apply(conn: &mut Conn, act: &Act, person_id: i64) -> Result<(), OfficeError> {
    if movement::has_events(conn, person_id)? {
        movement::project_again(conn, act, person_id)?;
        return Ok(());
    }
    let withheld = withheld_days(conn, person_id)?;
    for fact in timeline::<Resident>(conn, person_id, None)? {
        for (span, withheld) in split(fact.valid, &withheld) {
            if fact.fact.withheld != withheld {
                let resident = Resident {
                    withheld,
                    ..fact.fact.clone()
                };
                super::fact::record(conn, act, person_id, span, &resident)?;
            }
        }
    }
    Ok(())
}

/// 支援措置の登録 by our own hand: over a span, which is open until the measure is ended.
///
/// # Errors
/// [`OfficeError::Conflict`] when the record changed since it was seen; [`OfficeError::Input`] for a span without days.
pub fn register(
    store: &Store,
    permit: &Permit<RegisterResident>,
    acting: &Acting,
    person_id: i64,
    seen: i64,
    span: Span,
    measure: &Measure,
) -> Result<(), OfficeError> {
    if !span.has_days() {
        return Err(OfficeError::input(
            "終了年月日",
            "終了年月日は開始年月日以後の日を入れてください",
        ));
    }
    store.write(|conn| {
        register::check_seen(conn, person_id, seen)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.support",
            &ActDetails::default(),
        )?;
        put(conn, &act, person_id, span, measure)?;
        Ok(())
    })
}

/// 期限の近い支援措置: those in force on a day whose granted end lies on or before another.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn expiring(conn: &mut Conn, on: Date, until: Date) -> Result<Vec<(i64, Date)>, OfficeError> {
    Ok(conn.query(&EXPIRING, &[on.into(), until.into()], |row| {
        Ok((row.int(0)?, row.date(1)?))
    })?)
}

/// 支援措置の期限の確認 — puts every measure whose granted end lies on or before a day onto the work list, once; returns how
/// many are new. Nothing is freed.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn warn(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    until: Date,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let found = expiring(conn, acting.business_date, until)?;
        if found.is_empty() {
            return Ok(0);
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "registry.support_warn",
            &ActDetails::default(),
        )?;
        open_expiring(conn, &act, found)
    })
}

/// [`warn`] under an act that is begun: how many measures end, and how many matters are new.
pub(crate) fn warn_within(
    conn: &mut Conn,
    act: &Act,
    on: Date,
    until: Date,
) -> Result<(i64, i64), OfficeError> {
    let found = expiring(conn, on, until)?;
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    Ok((count, open_expiring(conn, act, found)?))
}

fn open_expiring(conn: &mut Conn, act: &Act, found: Vec<(i64, Date)>) -> Result<i64, OfficeError> {
    let items: Vec<NewItem> = found
        .into_iter()
        .map(|(person_id, ends_on)| {
            let title = format!(
                    "支援措置の期限（{ends_on}）です。延長か終了かを住民記録の担当に確かめてください。終了が届くまで住所は出しません"
                );
                let source = format!("support/{person_id}/{ends_on}");
                let mut item =
                    NewItem::about_person(SUPPORT_EXPIRY, person_id, &source, &title, ends_on);
                item.due_on = ends_on;
                item
        })
        .collect();
    worklist::open_all(conn, act, &items)
}
