//! 秘匿の範囲 — who is somebody under 支援措置 by another number (名寄せ), who lives with them, and which papers tell where that
//! is. Every statement that asks for one person, one household or a whole run is put together from the same parts, so that all
//! of them mean the same people.

use super::fact::Dated;
use super::person::Resident;
use crate::error::OfficeError;
use db::{Conn, Span, Sql};
use law::Date;

/// A fact that stands on a day or later: as it is now, or as it was known at a moment.
macro_rules! stands {
    ($fact:literal, $day:literal) => {
        concat!(
            $fact,
            ".superseded_at is null and (",
            $fact,
            ".valid_until is null or ",
            $fact,
            ".valid_until > ",
            $day,
            ")"
        )
    };
    ($fact:literal, $day:literal, $known:literal) => {
        concat!(
            $fact,
            ".recorded_at <= ",
            $known,
            " and (",
            $fact,
            ".superseded_at is null or ",
            $fact,
            ".superseded_at > ",
            $known,
            ") and (",
            $fact,
            ".valid_until is null or ",
            $fact,
            ".valid_until > ",
            $day,
            ")"
        )
    };
}

/// A 名寄せ that was not taken back: as it is now, or as it was known at a moment.
macro_rules! joins {
    ($merge:literal) => {
        concat!(
            "not exists (select 1 from person_merge_undone u where u.merge_id = ",
            $merge,
            ".merge_id)"
        )
    };
    ($merge:literal, $known:literal) => {
        concat!(
            "exists (select 1 from act c where c.act_id = ",
            $merge,
            ".act_id and c.recorded_at <= ",
            $known,
            ") and not exists (select 1 from person_merge_undone u join act c on c.act_id = u.act_id where u.merge_id = ",
            $merge,
            ".merge_id and c.recorded_at <= ",
            $known,
            ")"
        )
    };
}

/// Each person of a list with every number of theirs (`person_id`, `number`). The list is named once: each naming is a copy of
/// all that it is made from.
macro_rules! mates {
    ($from:literal $(, $known:literal)?) => {
        concat!(
            "select distinct t.person_id, case w.way when 0 then t.person_id when 1 then a.kept_id else b.joined_id end as number \
             from ",
            $from,
            " t left join person_merge a on (a.kept_id = t.person_id or a.joined_id = t.person_id) and ",
            $crate::registry::hidden::joins!("a" $(, $known)?),
            " left join person_merge b on b.kept_id = a.kept_id and ",
            $crate::registry::hidden::joins!("b" $(, $known)?),
            " cross join (select 0 as way union all select 1 union all select 2) w \
             where w.way = 0 or a.kept_id is not null"
        )
    };
}

/// From `seed` to `reached`: the same people and those who live with them on a day or later, by all their numbers. They live
/// together in one household of the residents' register, insured in one household, or as its head. It holds both ways: whoever
/// is reached from somebody reaches them. Each step is a list that is looked up, never a join: SQLite reads a large table whole
/// to spare itself the looking up where it cannot tell how short the list is.
macro_rules! reached {
    ($day:literal $(, $known:literal)?) => {
        concat!(
            "known as (select n.number as person_id from (",
            $crate::registry::hidden::mates!("seed" $(, $known)?),
            ") n), beside as (select person_id from known union \
             select o.subject from resident_fact o where ",
            $crate::registry::hidden::stands!("o", $day $(, $known)?),
            " and o.register_household in (select p.register_household from resident_fact p \
             where p.subject in (select person_id from known) and ",
            $crate::registry::hidden::stands!("p", $day $(, $known)?),
            ") union select o.subject from insured_fact o where ",
            $crate::registry::hidden::stands!("o", $day $(, $known)?),
            " and o.household_id in (select p.household_id from insured_fact p \
             where p.subject in (select person_id from known) and ",
            $crate::registry::hidden::stands!("p", $day $(, $known)?),
            " union select p.subject from household_fact p where p.head_person_id in (select person_id from known) and ",
            $crate::registry::hidden::stands!("p", $day $(, $known)?),
            ") union select o.head_person_id from household_fact o where ",
            $crate::registry::hidden::stands!("o", $day $(, $known)?),
            " and o.subject in (select p.household_id from insured_fact p \
             where p.subject in (select person_id from known) and ",
            $crate::registry::hidden::stands!("p", $day $(, $known)?),
            ")), reached as (select n.number as person_id from (",
            $crate::registry::hidden::mates!("beside" $(, $known)?),
            ") n)"
        )
    };
}

/// Everyone under a measure on a day or later, by all their numbers (`hiding`).
macro_rules! hiding {
    ($day:literal) => {
        concat!(
            "seed as (select s.subject as person_id from support_fact s where ",
            $crate::registry::hidden::stands!("s", $day),
            "), hiding as (select n.number as person_id from (",
            $crate::registry::hidden::mates!("seed"),
            ") n)"
        )
    };
}

/// Everyone whose address is hidden on a day or later (`reached`), with those for whom one of them stands as 代表相続人 or
/// 納税管理人 (`touched`).
macro_rules! touched {
    ($day:literal $(, $known:literal)?) => {
        concat!(
            "seed as (select s.subject as person_id from support_fact s where ",
            $crate::registry::hidden::stands!("s", $day $(, $known)?),
            "), ",
            $crate::registry::hidden::reached!($day $(, $known)?),
            ", touched as (select person_id from reached union select r.person_id from registry_slot r \
             where r.topic = 'representative' and r.slot_id in (select f.subject from representative_fact f where ",
            $crate::registry::hidden::stands!("f", $day $(, $known)?),
            " and f.representative_id in (select person_id from reached)))"
        )
    };
}

/// As [`touched`], with the households of which one of them is the head or insured (`concerned`): what
/// [`super::support::concerns`] asks of one paper, asked of many.
macro_rules! concerned {
    ($day:literal) => {
        concat!(
            $crate::registry::hidden::touched!($day),
            ", concerned as (select i.household_id from insured_fact i where i.subject in (select person_id from touched) and ",
            $crate::registry::hidden::stands!("i", $day),
            " union select h.subject from household_fact h where h.head_person_id in (select person_id from touched) and ",
            $crate::registry::hidden::stands!("h", $day),
            ")"
        )
    };
}

pub(crate) use {concerned, hiding, joins, mates, reached, stands, touched};

mod near;
mod place;

pub use near::near;
pub use place::{kept_concerns, tells_any_home, tells_home};

const STANDS: Sql = Sql {
    name: "registry.support.stands",
    text: concat!(
        "with seed as (select cast($1 as bigint) as person_id) select count(*) from support_fact s where ",
        stands!("s", "$2"),
        " and s.subject in (select n.number from (",
        mates!("seed"),
        ") n)"
    ),
};

const LIVED_WITH: Sql = Sql {
    name: "registry.support.lived_with",
    text: concat!(
        "with seed as (select cast($1 as bigint) as person_id), ",
        reached!("$2"),
        " select count(*) from support_fact s where ",
        stands!("s", "$2"),
        " and s.subject in (select person_id from reached)"
    ),
};

/// The person, those insured in the household and its head, and whoever stands for one of them.
const IN_HOUSEHOLD: Sql = Sql {
    name: "registry.support.in_household",
    text: concat!(
        "with home as (select cast($2 as bigint) as person_id union \
         select i.subject from insured_fact i where i.household_id = $1 and ",
        stands!("i", "$3"),
        " union select h.head_person_id from household_fact h where h.subject = $1 and ",
        stands!("h", "$3"),
        "), seed as (select person_id from home union select f.representative_id from representative_fact f \
         where f.representative_id is not null and f.subject in (select r.slot_id from registry_slot r \
         where r.topic = 'representative' and r.person_id in (select person_id from home)) and ",
        stands!("f", "$3"),
        "), ",
        reached!("$3"),
        " select count(*) from support_fact s where ",
        stands!("s", "$3"),
        " and s.subject in (select person_id from reached)"
    ),
};

/// The records of somebody under a measure by which they are or were in a household of the residents' register in which the
/// person is or was too.
const SHARED: Sql = Sql {
    name: "registry.support.shared",
    text: concat!(
        "with mine as (select distinct p.register_household from resident_fact p where p.subject = $1 \
         and p.register_household is not null), there as (select o.subject, o.register_household, o.valid_from, o.valid_until \
         from resident_fact o where o.superseded_at is null \
         and o.register_household in (select register_household from mine)), \
         seed as (select distinct subject as person_id from there), hiding as (select n.person_id from (",
        mates!("seed"),
        ") n where n.number in (select s.subject from support_fact s where ",
        stands!("s", "$2"),
        ")) select distinct o.register_household, o.valid_from, o.valid_until from there o \
         where o.subject in (select person_id from hiding) order by 1, 2"
    ),
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    STANDS,
    LIVED_WITH,
    IN_HOUSEHOLD,
    SHARED,
    near::NEAR,
    place::STOOD_FOR,
    place::ADDRESSES,
];

/// 秘匿 — whether a person's address is withheld on a day or later, by any of their numbers: a paper that is made today arrives
/// later. This is the one question that every paper, file and message about the person asks; what a record says of itself
/// (`resident_fact.withheld`) only follows from it. What shows an address asks [`is_hidden_from`].
///
/// # Errors
/// [`OfficeError::Store`].
pub fn is_withheld_from(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    let params = [person_id.into(), on.into()];
    Ok(conn.query_one(&STANDS, &params, |row| row.int(0))? > 0)
}

/// Whether a person's address is not to be shown on a day or later: their own is withheld, or that of somebody who lives with
/// them, for the address is the same.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn is_hidden_from(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    let params = [person_id.into(), on.into()];
    Ok(conn.query_one(&LIVED_WITH, &params, |row| row.int(0))? > 0)
}

/// Whether a paper of a household, or of one person, may give away an address that is hidden: the person's own, that of
/// the head or of anybody insured in it, or of whoever stands for one of them (代表相続人・納税管理人), on a day or later.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn concerns(
    conn: &mut Conn,
    (household_id, person_id): (i64, i64),
    on: Date,
) -> Result<bool, OfficeError> {
    let params = [household_id.into(), person_id.into(), on.into()];
    Ok(conn.query_one(&IN_HOUSEHOLD, &params, |row| row.int(0))? > 0)
}

/// What somebody under 支援措置 shares with a person: their records in the households of the residents' register in which the
/// person is or was.
pub struct Shared {
    records: Vec<(i64, Span)>,
    on: Date,
}

impl Shared {
    /// What is shared with a person, as of a day or later.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn of(conn: &mut Conn, person_id: i64, on: Date) -> Result<Self, OfficeError> {
        let records = conn.query(&SHARED, &[person_id.into(), on.into()], |row| {
            Ok((row.int(0)?, Span::new(row.date(1)?, row.opt_date(2)?)))
        })?;
        Ok(Self { records, on })
    }

    /// [`Shared::hides`], of any of their records.
    #[must_use]
    pub fn hides_any(&self, records: &[Dated<Resident>]) -> bool {
        records.iter().any(|record| self.hides(record))
    }

    /// Whether the address of a record of the person is not to be shown, wherever the person lives by now: it is the home of
    /// somebody under a measure, or was theirs too while the person lived there and has left it. Where the person stays in a
    /// home which they have left, the address is the person's own and no secret.
    #[must_use]
    pub fn hides(&self, record: &Dated<Resident>) -> bool {
        let stands = |span: Span| span.until.is_none_or(|until| until > self.on);
        let home = record.fact.register_household;
        self.records
            .iter()
            .filter(|(household, _)| home == Some(*household))
            .any(|(_, theirs)| {
                stands(*theirs)
                    || (!stands(record.valid) && theirs.intersection(record.valid).is_some())
            })
    }
}
