//! 名寄せ候補 — numbers that may be of one person. Two numbers are never joined by a rule: a person proposes, another decides.

use super::merge::numbers_of;
use crate::error::OfficeError;
use crate::security::permit::{MergePerson, Permit};
use db::{Conn, Sql};
use law::Date;
use std::collections::BTreeSet;

/// Pairs of one page of candidates.
pub const PAGE: i64 = 50;

const CANDIDATES: Sql = Sql {
    name: "registry.merge.candidates",
    text: "select distinct a.subject, b.subject, a.birth_on, a.kana from resident_fact a join resident_fact b \
           on b.kana_key = a.kana_key and b.birth_on = a.birth_on and b.subject > a.subject \
           where a.superseded_at is null and b.superseded_at is null and a.kana_key <> '' \
           and (a.subject > $1 or (a.subject = $1 and b.subject > $2)) \
           and not exists (select 1 from person_merge m \
           left join person_merge_undone u on u.merge_id = m.merge_id where u.merge_id is null \
           and ((m.kept_id = a.subject and m.joined_id = b.subject) \
           or (m.kept_id = b.subject and m.joined_id = a.subject))) \
           order by a.subject, b.subject limit $3",
};
const ALIAS_CANDIDATES: Sql = Sql {
    name: "registry.merge.alias_candidates",
    text: "select distinct p.subject, p.birth_on, p.kana from search_key k join resident_fact p on p.subject = k.person_id \
           where k.search_key = $1 and k.kind <> 5 and p.birth_on = $2 and p.subject <> $3 \
           and p.superseded_at is null \
           union select subject, birth_on, kana from resident_fact where (name_key = $1 or kana_key = $1) \
           and birth_on = $2 and subject <> $3 and superseded_at is null order by 1",
};
const OWN_KEYS: Sql = Sql {
    name: "registry.merge.own_keys",
    text: "select search_key, birth_on from search_key k join resident_fact p on p.subject = k.person_id \
           where k.person_id = $1 and k.kind <> 5 and p.superseded_at is null \
           union select name_key, birth_on from resident_fact where subject = $1 and superseded_at is null \
           union select kana_key, birth_on from resident_fact where subject = $1 and superseded_at is null",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CANDIDATES, ALIAS_CANDIDATES, OWN_KEYS];

/// 名寄せ候補: two numbers with the same フリガナ and day of birth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The smaller number.
    pub one: i64,
    /// The other.
    pub other: i64,
    /// 生年月日.
    pub birth_on: Date,
    /// フリガナ of the first.
    pub kana: String,
}

/// 名寄せ候補 of the whole registry, after a pair, a page at a time; pairs that are joined are left out.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn candidates(
    conn: &mut Conn,
    _permit: &Permit<MergePerson>,
    after: (i64, i64),
) -> Result<Vec<Candidate>, OfficeError> {
    let params = [after.0.into(), after.1.into(), PAGE.into()];
    Ok(conn.query(&CANDIDATES, &params, |row| {
        Ok(Candidate {
            one: row.int(0)?,
            other: row.int(1)?,
            birth_on: row.date(2)?,
            kana: row.text(3)?,
        })
    })?)
}

/// Numbers that may be the same person: the same day of birth, and any name, 通称 or フリガナ in common, now or before.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn candidates_of(conn: &mut Conn, person_id: i64) -> Result<Vec<Candidate>, OfficeError> {
    let joined: BTreeSet<i64> = numbers_of(conn, person_id)?.into_iter().collect();
    let keys = conn.query(&OWN_KEYS, &[person_id.into()], |row| {
        Ok((row.text(0)?, row.date(1)?))
    })?;
    let mut found: Vec<Candidate> = Vec::new();
    for (key, birth_on) in keys.into_iter().filter(|(key, _)| !key.is_empty()) {
        let params = [key.into(), birth_on.into(), person_id.into()];
        let more = conn.query(&ALIAS_CANDIDATES, &params, |row| {
            Ok(Candidate {
                one: person_id,
                other: row.int(0)?,
                birth_on: row.date(1)?,
                kana: row.text(2)?,
            })
        })?;
        for candidate in more {
            let known = found.iter().any(|one| one.other == candidate.other);
            if !known && !joined.contains(&candidate.other) {
                found.push(candidate);
            }
        }
    }
    Ok(found)
}
