//! 住登外者の照会 — whoever may be the one, residents and others alike, and whether a number may be used for something new.

use super::fact::timeline;
use super::keys::{kana_key, name_key};
use super::nonresident::{NonResident, is_nonresident};
use super::support;
use crate::error::OfficeError;
use crate::security::permit::{Permit, SearchPerson};
use db::{Conn, Sql};
use law::Date;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

const MATCHES: Sql = Sql {
    name: "registry.nonresident.matches",
    text: "select m.subject, m.name, m.kana, m.birth_on, m.sex, m.address, m.building, m.status, \
           m.valid_until, m.name_key, m.kana_key from \
           (select subject, name, kana, birth_on, sex, address, building, status, valid_until, name_key, kana_key \
           from resident_fact where superseded_at is null and (birth_on = $1 and (kana_key = $2 or name_key = $3)) \
           union select r.subject, r.name, r.kana, r.birth_on, r.sex, r.address, r.building, r.status, \
           r.valid_until, r.name_key, r.kana_key from search_key k join resident_fact r on r.subject = k.person_id \
           where (k.search_key = $2 or k.search_key = $3) and k.kind <> 5 and r.birth_on = $1 and r.superseded_at is null \
           union select subject, name, kana, birth_on, sex, address, building, status, valid_until, \
           name_key, kana_key from resident_fact where superseded_at is null and kana_key = $2 and name_key = $3) m \
           order by m.subject, m.valid_until",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[MATCHES];

/// 4情報 by which somebody is looked for. The individual number is not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// 氏名.
    pub name: String,
    /// フリガナ.
    pub kana: String,
    /// 生年月日.
    pub birth_on: Date,
    /// 性別, a code: 0 不明, 1 男, 2 女.
    pub sex: i64,
    /// 住所.
    pub address: String,
}

/// Somebody who may be the one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// 宛名番号.
    pub person_id: i64,
    /// 氏名 of the record that matched, which may be a past one.
    pub name: String,
    /// フリガナ.
    pub kana: String,
    /// 生年月日.
    pub birth_on: Date,
    /// 住所; nothing when it is withheld.
    pub address: Option<String>,
    /// 住民状態.
    pub status: i64,
    /// The record is a past one.
    pub past: bool,
    /// Day of birth or address agree too, beside the name or the reading: it may be the one.
    pub near: bool,
    /// Name, reading, birth, sex and address all agree.
    pub exact: bool,
}

/// 照会 — whoever may be the person, by current and past names and addresses, residents and others alike.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn inquire(
    conn: &mut Conn,
    _permit: &Permit<SearchPerson>,
    inquiry: &Inquiry,
    today: Date,
) -> Result<Vec<Match>, OfficeError> {
    matches(conn, inquiry, today)
}

pub(super) fn matches(
    conn: &mut Conn,
    inquiry: &Inquiry,
    today: Date,
) -> Result<Vec<Match>, OfficeError> {
    let (kana, name) = (kana_key(&inquiry.kana), name_key(&inquiry.name));
    let address = name_key(&inquiry.address);
    let params = [
        inquiry.birth_on.into(),
        kana.as_str().into(),
        name.as_str().into(),
    ];
    let mut hidden = BTreeMap::new();
    for person in conn.query(&MATCHES, &params, |row| row.int(0))? {
        if let Entry::Vacant(unasked) = hidden.entry(person) {
            unasked.insert(support::is_hidden_from(conn, person, today)?);
        }
    }
    let rows = conn.query(&MATCHES, &params, |row| {
        let whole = format!("{}{}", row.str(5)?, row.str(6)?);
        let here = name_key(&whole);
        let withheld = hidden.get(&row.int(0)?).copied().unwrap_or(true);
        // Whether an address that is not given out is the one asked for would give it out.
        let same_address = !withheld && (here == address || name_key(row.str(5)?) == address);
        let names = row.str(9)? == name && row.str(10)? == kana;
        let found = Match {
            person_id: row.int(0)?,
            name: row.text(1)?,
            kana: row.text(2)?,
            birth_on: row.date(3)?,
            address: if withheld { None } else { Some(whole) },
            status: row.int(7)?,
            past: row.opt_date(8)?.is_some(),
            near: same_address || row.date(3)? == inquiry.birth_on,
            exact: names
                && same_address
                && row.int(4)? == inquiry.sex
                && row.date(3)? == inquiry.birth_on,
        };
        Ok(found)
    })?;
    let mut found: Vec<Match> = Vec::new();
    for one in rows {
        // One line for each number: the best record of it.
        match found
            .iter_mut()
            .find(|other| other.person_id == one.person_id)
        {
            Some(other) if (one.exact, !one.past) > (other.exact, !other.past) => *other = one,
            Some(_) => {}
            None => found.push(one),
        }
    }
    found.sort_by_key(|one| (!one.exact, one.person_id));
    Ok(found)
}

/// Whether a number may be used for something new on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usable {
    /// A resident, or a 住登外者 within 住外期限.
    Yes,
    /// 住外期限 is over; the first day on which it was.
    Expired(Date),
    /// 使用停止.
    Suspended,
    /// 他業務参照不可 and held for other businesses.
    OtherBusiness,
}

/// 新たな利用の可否 of a number for a business on a day: an expired record is not offered for new use.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn usable(
    conn: &mut Conn,
    person_id: i64,
    business: &str,
    on: Date,
) -> Result<Usable, OfficeError> {
    if !is_nonresident(conn, person_id)? {
        return Ok(Usable::Yes);
    }
    let terms = timeline::<NonResident>(conn, person_id, None)?;
    let Some(now) = terms.iter().find(|fact| fact.valid.holds(on)) else {
        let last = terms.iter().filter_map(|fact| fact.valid.until).max();
        return Ok(match last.filter(|last| *last <= on) {
            Some(over) => Usable::Expired(over),
            // A record that was loaded without terms is open.
            None => Usable::Yes,
        });
    };
    let held_for = |fact: &NonResident| fact.business.split(',').any(|one| one == business);
    Ok(if now.fact.suspended {
        Usable::Suspended
    } else if now.fact.no_other_use && !held_for(&now.fact) {
        Usable::OtherBusiness
    } else {
        Usable::Yes
    })
}
