//! マイナ保険証の一覧 — taken in as a whole with its 基準日; a stale one is refused where it would decide a paper.

use super::fact::Card;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::{Dated, fact, timeline};
use crate::security::permit::{ImportFile, Permit};
use db::{Conn, Span, Sql, Store};
use law::certificate::Practice;
use law::era::wareki;
use law::{Date, Refusal};
use std::collections::{BTreeMap, BTreeSet};

const LATEST: Sql = Sql {
    name: "certificate.card_list.latest",
    text: "select max(l.as_of) from card_list l join act a on a.act_id = l.act_id where a.recorded_at <= $1",
};
const STANDING: Sql = Sql {
    name: "certificate.card_list.standing",
    text: "select subject, linked from card_fact where superseded_at is null and valid_from <= $1 \
           and (valid_until is null or valid_until > $1) order by subject",
};
const KNOWN_PERSON: Sql = Sql {
    name: "certificate.card_list.person",
    text: "select count(*) from person where person_id = $1",
};
const SEEN: Sql = Sql {
    name: "certificate.card_list.seen",
    text: "select list_id, as_of, persons, changed, unmatched from card_list where sha256 = $1",
};
const INSERT: Sql = Sql {
    name: "certificate.card_list.insert",
    text: "insert into card_list (list_id, as_of, source, sha256, persons, changed, unmatched, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LATEST, STANDING, KNOWN_PERSON, SEEN, INSERT];

/// Where a card was learned of from a row of a list.
pub(crate) const OF_LIST: &str = "マイナ保険証利用登録状況の一覧";

/// 基準日 of the latest list known at a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn latest(conn: &mut Conn, known_at: i64) -> Result<Option<Date>, OfficeError> {
    Ok(conn.query_one(&LATEST, &[known_at.into()], |row| row.opt_date(0))?)
}

/// What came of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Number of the list.
    pub list_id: i64,
    /// Its 基準日.
    pub as_of: Date,
    /// Persons it names.
    pub persons: i64,
    /// Persons whose state changed.
    pub changed: i64,
    /// Persons we do not know.
    pub unmatched: i64,
    /// The same list had been received before: nothing was done.
    pub repeated: bool,
}

/// Takes a whole list in: 宛名番号 and whether マイナ保険証 is linked. The same list twice changes nothing.
///
/// # Errors
/// A refusal when its 基準日 lies ahead or before a list already received.
pub fn receive(
    store: &Store,
    permit: &Permit<ImportFile>,
    acting: &Acting,
    (as_of, source, sha256): (Date, &str, &str),
    rows: &[(i64, bool)],
) -> Result<Received, OfficeError> {
    let again = store.read(|conn| seen(conn, sha256))?;
    if let Some(received) = again {
        return Ok(received);
    }
    if as_of > acting.business_date {
        return Err(Refusal::new(
            "certificate.card_list.ahead",
            format!(
                "一覧の基準日{}が業務日より先です。ファイルを確かめてください",
                wareki(as_of)
            ),
        )
        .into());
    }
    store.write(|conn| {
        let before = latest(conn, i64::MAX)?;
        if let Some(before) = before
            && as_of <= before
        {
            return Err(older(as_of, before).into());
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.card_list",
            &ActDetails::default(),
        )?;
        let standing: BTreeMap<i64, bool> = conn
            .query(&STANDING, &[as_of.into()], |row| {
                Ok((row.int(0)?, row.int(1)? != 0))
            })?
            .into_iter()
            .collect();
        let (mut changed, mut unmatched) = (0, 0);
        for (person_id, linked) in rows {
            if conn.query_one(&KNOWN_PERSON, &[(*person_id).into()], |row| row.int(0))? == 0 {
                unmatched += 1;
                continue;
            }
            changed += i64::from(standing.get(person_id) != Some(linked));
            state(conn, &act, *person_id, (as_of, source), *linked)?;
        }
        let persons = i64::try_from(rows.len()).unwrap_or(i64::MAX);
        enter(
            conn,
            &act,
            (as_of, source, sha256),
            (persons, changed, unmatched),
        )
    })
}

/// Writes down what a list of a day says of a person, whether it is news or says the same of a later day; what was learned
/// otherwise since, at a counter, goes on from its own day.
///
/// # Errors
/// [`OfficeError::Input`] when a newer list has the person.
pub(crate) fn state(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    (as_of, source): (Date, &str),
    linked: bool,
) -> Result<bool, OfficeError> {
    let standing: Vec<Dated<Card>> = timeline(conn, person_id, None)?;
    let later = standing.iter().find(|row| row.fact.as_of > as_of);
    if let Some(later) = later.filter(|later| later.fact.source == OF_LIST) {
        return Err(OfficeError::input(
            "基準日",
            &format!(
                "{}時点の一覧を取込済みで、それより古い{}時点の行です。新しい一覧を取り込んでください",
                wareki(later.fact.as_of),
                wareki(as_of)
            ),
        ));
    }
    let same = |row: &&Dated<Card>| row.fact.as_of == as_of && row.fact.linked == linked;
    if standing.iter().any(|row| same(&row)) {
        return Ok(false);
    }
    let card = Card {
        linked,
        as_of,
        source: source.to_owned(),
    };
    let until = later.map(|later| later.valid.from);
    fact::record(conn, act, person_id, Span::new(as_of, until), &card)?;
    Ok(true)
}

/// 一覧の基準日: of a file that speaks of everybody, the one day all of its rows are of.
///
/// # Errors
/// A refusal of rows of several days, and of a day before that of a list already received.
pub(crate) fn day_of(conn: &mut Conn, days: &BTreeSet<Date>) -> Result<Option<Date>, OfficeError> {
    let (Some(as_of), Some(last)) = (days.first(), days.last()) else {
        return Ok(None);
    };
    if as_of != last {
        return Err(Refusal::new(
            "certificate.card_list.days",
            format!(
                "全件の一覧の基準日が{}から{}まで{}通りあります。基準日が一つの一覧を受け取り直してください。1行も取り込んでいません",
                wareki(*as_of),
                wareki(*last),
                days.len()
            ),
        )
        .into());
    }
    let before = latest(conn, i64::MAX)?;
    match before.filter(|before| as_of < before) {
        Some(before) => Err(older(*as_of, before).into()),
        None => Ok(Some(*as_of)),
    }
}

/// Writes a whole list down as received.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn enter(
    conn: &mut Conn,
    act: &Act,
    (as_of, source, sha256): (Date, &str, &str),
    (persons, changed, unmatched): (i64, i64, i64),
) -> Result<Received, OfficeError> {
    let list_id = conn.next_ids("card_list", 1)?;
    conn.execute(
        &INSERT,
        &[
            list_id.into(),
            as_of.into(),
            source.into(),
            sha256.into(),
            persons.into(),
            changed.into(),
            unmatched.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(Received {
        list_id,
        as_of,
        persons,
        changed,
        unmatched,
        repeated: false,
    })
}

fn older(as_of: Date, before: Date) -> Refusal {
    Refusal::new(
        "certificate.card_list.old",
        format!(
            "基準日{}の一覧は、取り込み済みの{}の一覧より新しくありません。最新の一覧を取り込んでください",
            wareki(as_of),
            wareki(before)
        ),
    )
}

/// The list of this content, where it is down as received.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn seen(conn: &mut Conn, sha256: &str) -> Result<Option<Received>, OfficeError> {
    Ok(conn.query_opt(&SEEN, &[sha256.into()], |row| {
        Ok(Received {
            list_id: row.int(0)?,
            as_of: row.date(1)?,
            persons: row.int(2)?,
            changed: row.int(3)?,
            unmatched: row.int(4)?,
            repeated: true,
        })
    })?)
}

/// 一覧の古さの検査: what was learned of a card longer ago than the practice allows decides no paper.
///
/// # Errors
/// A refusal that names both days.
pub fn fresh(practice: &Practice, as_of: Date, issued_on: Date) -> Result<(), Refusal> {
    let days = issued_on
        .since(as_of)
        .map_or(i32::MAX, |span| span.get_days());
    if days <= i32::from(practice.card_list_days) {
        return Ok(());
    }
    Err(Refusal::new(
        "certificate.card_list.stale",
        format!(
            "マイナ保険証の状況は{}現在のもので、交付日{}まで{days}日あります（{}日まで）。最新の一覧を取り込むか、本人に確かめてください",
            wareki(as_of),
            wareki(issued_on),
            practice.card_list_days
        ),
    ))
}
