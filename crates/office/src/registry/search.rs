//! 宛名検索 — one box: kana, kanji, a date of birth in any form, 記号番号 or 宛名番号, alone or together.
//!
//! The search key finds candidates; a person decides who is meant. Pages follow a key, never an offset.

use super::hidden::hiding;
use super::keys;
use super::person::Sex;
use super::search_typed::{Asked, understand};
use super::support;
use crate::acts::Acting;
use crate::error::OfficeError;
use crate::security::permit::{Permit, SearchPerson};
use db::{Conn, Row, Sql, StoreError, Value};
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Nothing sorts after it.
const LAST_LETTER: char = '\u{10FFFF}';

/// The most hits of one page.
pub const PAGE: usize = 50;

/// A person found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// 宛名番号.
    pub person_id: i64,
    /// 氏名.
    pub name: String,
    /// フリガナ.
    pub kana: String,
    /// 生年月日.
    pub birth_on: Date,
    /// The day of birth is 不詳.
    pub birth_unknown: bool,
    /// 住所; nothing when it is not to be shown (支援措置).
    pub address: Option<String>,
    /// 住民状態: 1 住民, 2 除票, 3 住登外.
    pub status: i64,
    /// 性別.
    pub sex: Sex,
}

/// Where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Key of the last hit.
    pub key: String,
    /// 宛名番号 of the last hit.
    pub person_id: i64,
}

/// One page of hits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// In the order of the key, then of the number.
    pub hits: Vec<Hit>,
    /// The next page, when there is one.
    pub next: Option<Cursor>,
}

macro_rules! hits {
    ($key:literal, $where:literal) => {
        hits!("", $key, "resident_fact r", $where)
    };
    // What a part finds by itself is found first.
    ($with:literal, $key:literal, $from:literal, $where:literal) => {
        concat!(
            $with,
            "select r.subject, r.name, r.kana, r.birth_on, r.birth_unknown, r.address, r.status, r.sex, ",
            $key,
            " from ",
            $from,
            " where ",
            $where
        )
    };
}

const BY_PERSON: Sql = Sql {
    name: "registry.search.person",
    text: hits!(
        "r.kana_key",
        "r.subject = $1 and r.superseded_at is null order by r.valid_from desc limit 1"
    ),
};
const BY_NAME: Sql = Sql {
    name: "registry.search.name",
    text: hits!(
        "r.name_key",
        "(r.name_key, r.subject) > ($1, $2) and r.name_key < $3 and r.superseded_at is null \
         order by r.name_key, r.subject limit $4"
    ),
};
const BY_KANA: Sql = Sql {
    name: "registry.search.kana",
    text: hits!(
        "r.kana_key",
        "(r.kana_key, r.subject) > ($1, $2) and r.kana_key < $3 and r.superseded_at is null \
         order by r.kana_key, r.subject limit $4"
    ),
};
const BY_BIRTH: Sql = Sql {
    name: "registry.search.birth",
    text: hits!(
        "with born as materialized (select * from resident_fact where birth_on = $1 and superseded_at is null) ",
        "r.kana_key",
        "born r",
        "(r.kana_key, r.subject) > ($2, $3) and r.name_key >= $4 and r.name_key < $5 \
         and r.kana_key >= $6 and r.kana_key < $7 order by r.kana_key, r.subject limit $8"
    ),
};
/// By 記号番号, everyone who is or was in the household or its head; whoever left it under 支援措置, by any of their numbers, is not
/// found from there.
const BY_NUMBER: Sql = Sql {
    name: "registry.search.number",
    text: concat!(
        "with ",
        hiding!("$3"),
        " select h.head_person_id as person_id from household_fact h where h.number = $1 and h.superseded_at is null \
         and (cast($2 as text) is null or h.symbol = cast($2 as text)) \
         and ((h.valid_from <= $3 and (h.valid_until is null or h.valid_until > $3)) \
         or h.head_person_id not in (select person_id from hiding)) \
         union select i.subject from household_fact h join insured_fact i on i.household_id = h.subject \
         where h.number = $1 and h.superseded_at is null and i.superseded_at is null \
         and (cast($2 as text) is null or h.symbol = cast($2 as text)) \
         and ((i.valid_from <= $3 and (i.valid_until is null or i.valid_until > $3)) \
         or i.subject not in (select person_id from hiding)) order by 1 limit 200"
    ),
};

/// By 通称, ローマ字, 旧氏, 漢字氏名 and telephone number: the record that stands now is shown.
const BY_KEY: Sql = Sql {
    name: "registry.search.key",
    text: hits!(
        "",
        "k.search_key",
        "search_key k join resident_fact r on r.subject = k.person_id",
        "(k.search_key, k.person_id) > ($1, $2) and k.search_key < $3 and r.superseded_at is null \
         and r.valid_from = (select max(n.valid_from) from resident_fact n where n.subject = k.person_id \
         and n.superseded_at is null) order by k.search_key, k.person_id limit $4"
    ),
};
const BIRTH_AND_KEY: Sql = Sql {
    name: "registry.search.birth_and_key",
    text: hits!(
        "with born as materialized (select * from resident_fact where birth_on = $1 and superseded_at is null) ",
        "k.search_key",
        "born r join search_key k on k.person_id = r.subject",
        "(k.search_key, k.person_id) > ($2, $3) and k.search_key >= $4 and k.search_key < $5 \
         and r.valid_from = (select max(n.valid_from) from resident_fact n \
         where n.subject = r.subject and n.superseded_at is null) order by k.search_key, k.person_id limit $6"
    ),
};
const BY_PHONE: Sql = Sql {
    name: "registry.search.phone",
    text: "select person_id from search_key where search_key = $1 and kind = 5 order by person_id limit 200",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    BY_PERSON,
    BY_NAME,
    BY_KANA,
    BY_BIRTH,
    BY_NUMBER,
    BY_KEY,
    BIRTH_AND_KEY,
    BY_PHONE,
    BY_HOUSEHOLD,
];

/// By 国保世帯番号 and 世帯番号 of the residents' register, everyone who is in the household.
const BY_HOUSEHOLD: Sql = Sql {
    name: "registry.search.household",
    text: "select head_person_id as person_id from household_fact where subject = $1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until > $2) \
           union select subject from insured_fact where household_id = $1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until > $2) \
           union select subject from resident_fact where register_household = $1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until > $2) order by 1 limit 200",
};

/// Searches persons.
///
/// # Errors
/// [`OfficeError::Input`] when nothing can be searched for, or a date in it does not exist.
pub fn search(
    conn: &mut Conn,
    _permit: &Permit<SearchPerson>,
    acting: &Acting,
    typed: &str,
    after: Option<&Cursor>,
) -> Result<Page, OfficeError> {
    let asked = understand(typed, acting.business_date)?;
    if let Some((day, digits)) = &asked.either {
        let born = Asked {
            birth_on: Some(*day),
            ..Asked::default()
        };
        let mut page = found(conn, &born, after, acting.business_date)?;
        if after.is_none() {
            let numbered = by_number(conn, (None, digits), None, acting.business_date)?;
            let there = |hit: &Hit| {
                numbered
                    .hits
                    .iter()
                    .any(|one| one.person_id == hit.person_id)
            };
            page.hits.retain(|hit| !there(hit));
            page.hits.splice(0..0, numbered.hits);
        }
        return Ok(page);
    }
    found(conn, &asked, after, acting.business_date)
}

/// Those whom what was typed means, once it is taken apart.
fn found(
    conn: &mut Conn,
    asked: &Asked,
    after: Option<&Cursor>,
    today: Date,
) -> Result<Page, OfficeError> {
    if asked.text.is_empty()
        && let Some((symbol, number)) = &asked.number
    {
        let keys = (symbol.as_deref(), number.as_str());
        return by_number(conn, keys, asked.birth_on, today);
    }
    let limit = i64::try_from(PAGE * 3).unwrap_or(i64::MAX);
    let kana = keys::is_kana(&asked.text);
    let wanted = if kana {
        keys::kana_key(&asked.text)
    } else {
        keys::name_key(&asked.text)
    };
    if wanted.is_empty() && (!asked.text.is_empty() || asked.birth_on.is_none()) {
        return Err(OfficeError::input(
            "検索",
            "カナ、漢字、生年月日、記号番号、宛名番号のどれかを入力してください",
        ));
    }
    // A key has letters and digits alone: everything that begins with it lies before it with the last letter added.
    let until = format!("{wanted}{LAST_LETTER}");
    let Some(birth_on) = asked.birth_on else {
        let (key, person_id) = after.map_or((wanted.as_str(), -1), |cursor| {
            (cursor.key.as_str(), cursor.person_id)
        });
        let params: [Value; 4] = [key.into(), person_id.into(), until.into(), limit.into()];
        let sql = if kana { &BY_KANA } else { &BY_NAME };
        let named = conn.query(sql, &params, hit)?;
        let other = conn.query(&BY_KEY, &params, hit)?;
        return hide(conn, page(named, other, limit), today);
    };
    let (key, person_id) = after.map_or(("", -1), |cursor| (cursor.key.as_str(), cursor.person_id));
    let any = || (Value::from(""), Value::from(LAST_LETTER.to_string()));
    let named = (Value::from(wanted.as_str()), Value::from(until.as_str()));
    let (names, kanas) = if kana { (any(), named) } else { (named, any()) };
    let params = [
        birth_on.into(),
        key.into(),
        person_id.into(),
        names.0,
        names.1,
        kanas.0,
        kanas.1,
        limit.into(),
    ];
    let named = conn.query(&BY_BIRTH, &params, hit)?;
    let mut other = Vec::new();
    if !wanted.is_empty() {
        let params = [
            birth_on.into(),
            key.into(),
            person_id.into(),
            wanted.into(),
            until.into(),
            limit.into(),
        ];
        other = conn.query(&BIRTH_AND_KEY, &params, hit)?;
    }
    hide(conn, page(named, other, limit), today)
}

/// Takes the addresses out that are not to be shown: of who is under 支援措置, of past records too, and of who lives with them.
fn hide(conn: &mut Conn, mut page: Page, today: Date) -> Result<Page, OfficeError> {
    let people: Vec<i64> = page.hits.iter().map(|hit| hit.person_id).collect();
    let near = support::near(conn, &people, today)?;
    for hit in &mut page.hits {
        let place = hit.address.as_slice();
        if near.contains(&hit.person_id)
            && (support::is_hidden_from(conn, hit.person_id, today)?
                || support::tells_home(conn, hit.person_id, place, today)?)
        {
            hit.address = None;
        }
    }
    Ok(page)
}

fn by_number(
    conn: &mut Conn,
    (symbol, number): (Option<&str>, &str),
    birth_on: Option<Date>,
    today: Date,
) -> Result<Page, OfficeError> {
    let params = [number.into(), symbol.into(), today.into()];
    let mut people = conn.query(&BY_NUMBER, &params, |row| row.int(0))?;
    people.extend(by_phone(conn, symbol, number)?);
    if symbol.is_none()
        && let Ok(own) = number.parse::<i64>()
    {
        let params = [own.into(), today.into()];
        people.extend(conn.query(&BY_HOUSEHOLD, &params, |row| row.int(0))?);
        people.insert(0, own);
    }
    let mut told = BTreeSet::new();
    people.retain(|person_id| told.insert(*person_id));
    let mut hits = Vec::new();
    for person_id in people {
        let found = conn.query(&BY_PERSON, &[person_id.into()], hit)?;
        hits.extend(
            found
                .into_iter()
                .map(|(hit, _)| hit)
                .filter(|hit| birth_on.is_none_or(|day| hit.birth_on == day)),
        );
    }
    hide(conn, Page { hits, next: None }, today)
}

/// Who has a telephone number; 03-1234-5678 is read like 記号番号 and so comes in two parts.
fn by_phone(conn: &mut Conn, symbol: Option<&str>, number: &str) -> Result<Vec<i64>, OfficeError> {
    let digits = super::search_key::phone_key(&format!("{}{number}", symbol.unwrap_or("")));
    if !(9..=15).contains(&digits.len()) {
        return Ok(Vec::new());
    }
    Ok(conn.query(&BY_PHONE, &[digits.into()], |row| row.int(0))?)
}

fn hit(row: &Row<'_>) -> Result<(Hit, String), StoreError> {
    let hit = Hit {
        person_id: row.int(0)?,
        name: row.text(1)?,
        kana: row.text(2)?,
        birth_on: row.date(3)?,
        birth_unknown: row.flag(4)?,
        address: Some(row.text(5)?),
        status: row.int(6)?,
        sex: Sex::of(row.int(7)?),
    };
    Ok((hit, row.text(8)?))
}

/// One hit for each person; several records of one person may match. Both lists are in the order of their keys, and where
/// one of them was cut off, what lies behind its end waits for the next page.
fn page(named: Vec<(Hit, String)>, other: Vec<(Hit, String)>, limit: i64) -> Page {
    let end = |found: &[(Hit, String)]| {
        let full = i64::try_from(found.len()).is_ok_and(|count| count >= limit);
        let last = found.last().filter(|_| full)?;
        Some((last.1.clone(), last.0.person_id))
    };
    let ends = [end(&named), end(&other)];
    let cut = ends.iter().flatten().min().cloned();
    let mut by_key: BTreeMap<(String, i64), Hit> = BTreeMap::new();
    for (hit, key) in named.into_iter().chain(other) {
        let place = (key, hit.person_id);
        if cut.as_ref().is_none_or(|cut| place <= *cut) {
            by_key.insert(place, hit);
        }
    }
    let more = cut.is_some() || by_key.len() > PAGE;
    let mut next = None;
    let mut hits: Vec<Hit> = Vec::with_capacity(PAGE.min(by_key.len()));
    for ((key, person_id), hit) in by_key.into_iter().take(PAGE) {
        next = Some(Cursor { key, person_id });
        if !hits.iter().any(|found| found.person_id == hit.person_id) {
            hits.push(hit);
        }
    }
    Page {
        hits,
        next: next.filter(|_| more),
    }
}
