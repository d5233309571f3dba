//! 町名 — whoever lives where a name changes, and the address that comes of it.

use super::file::prefixes;
use super::lines::{Change, Line};
use crate::error::OfficeError;
use crate::registry::support::{Shared, is_hidden_from, withheld_days};
use crate::registry::{Resident, movement, timeline};
use db::{Conn, Sql};
use law::Date;
use std::collections::BTreeMap;

const LIVING: Sql = Sql {
    name: "eligibility.bulk.living",
    text: "select subject, address from resident_fact where superseded_at is null \
           and (valid_until is null or valid_until > $1) and subject >= $2 and subject < $3 order by subject",
};
/// What stands in the place of an address that is told to nobody.
const WITHHELD: &str = "（非開示）";

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[LIVING];

/// 変更前の町名 with what comes in their place.
pub(super) struct Names<'a>(BTreeMap<&'a str, (&'a str, Option<&'a str>)>);

impl<'a> Names<'a> {
    /// Those of a change; empty where it is about no town.
    pub(super) fn of(change: &'a Change) -> Self {
        Self(match change {
            Change::Town {
                old,
                new,
                postal_code,
                ..
            } => [(old.as_str(), (new.as_str(), postal_code.as_deref()))].into(),
            Change::TownTable { rows, .. } => rows
                .iter()
                .map(|row| {
                    (
                        row.old.as_str(),
                        (row.new.as_str(), row.postal_code.as_deref()),
                    )
                })
                .collect(),
            _ => BTreeMap::new(),
        })
    }

    /// An address with the new name in place of the old one, and the new 郵便番号; the longest name that fits counts.
    pub(super) fn renamed(&self, address: &str) -> Option<(String, Option<&'a str>)> {
        prefixes(address).find_map(|start| {
            let (new, postal_code) = self.0.get(start)?;
            let rest = address.strip_prefix(start)?;
            Some((format!("{new}{rest}"), *postal_code))
        })
    }
}

impl Names<'_> {
    /// Every address that may have been this one before.
    pub(super) fn before(&self, address: &str) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(move |(old, (new, _))| {
            let rest = address.strip_prefix(new)?;
            Some(format!("{old}{rest}"))
        })
    }
}

/// Whoever lives in a town that is renamed, in a stretch of numbers.
pub(super) fn lines(
    conn: &mut Conn,
    names: &Names<'_>,
    on: Date,
    (first, end): (i64, i64),
) -> Result<Vec<Line>, OfficeError> {
    let params = [on.into(), first.into(), end.into()];
    let living = conn.query(&LIVING, &params, |row| Ok((row.int(0)?, row.text(1)?)))?;
    let mut people: Vec<i64> = living
        .into_iter()
        .filter(|(_, address)| names.renamed(address).is_some())
        .map(|(person_id, _)| person_id)
        .collect();
    people.dedup();
    people
        .into_iter()
        .map(|person_id| town(conn, person_id, (names, on)))
        .collect()
}

fn town(
    conn: &mut Conn,
    person_id: i64,
    (names, on): (&Names<'_>, Date),
) -> Result<Line, OfficeError> {
    let facts = timeline::<Resident>(conn, person_id, None)?;
    let (before, after) = facts
        .iter()
        .rev()
        .find_map(|dated| {
            let (after, _) = names.renamed(&dated.fact.address)?;
            Some((dated.fact.address.clone(), after))
        })
        .unwrap_or_default();
    // What the residents' register says of a resident is changed by its own message alone.
    let held = movement::has_events(conn, person_id)?.then(|| {
        "住民記録の異動がある人です。住民記録からの修正を待って取り込んでください".to_owned()
    });
    // Nobody reads the address of somebody who is or was under 支援措置, or of who lives with them, off a list.
    let flagged = facts.iter().any(|dated| dated.fact.withheld);
    let withheld = flagged
        || !withheld_days(conn, person_id)?.is_empty()
        || is_hidden_from(conn, person_id, on)?
        || Shared::of(conn, person_id, on)?.hides_any(&facts);
    let (before, after) = if withheld {
        (WITHHELD.to_owned(), WITHHELD.to_owned())
    } else {
        (before, after)
    };
    Ok(Line {
        subject: person_id,
        before,
        after,
        held,
    })
}
