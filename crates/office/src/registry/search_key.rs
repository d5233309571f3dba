//! 検索キーの表 — what a person is found by beside 氏名 and フリガナ, made anew from the facts whenever they change.
//!
//! The keys of 氏名 and フリガナ stand with every record in `resident_fact`, so past names are found too; the table adds
//! 通称, ローマ字, 旧氏, 漢字氏名 and their フリガナ of all records that stand, and telephone numbers.

use super::detail::{self, item};
use super::keys::{kana_key, name_key};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::registry::Items;
use std::collections::BTreeSet;

/// What kind of key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// 通称.
    Alias,
    /// ローマ字氏名.
    Latin,
    /// 旧氏, alone and with the rest of the name.
    FormerSurname,
    /// 漢字氏名 and 氏名 behind the preferred one.
    Kanji,
    /// 電話番号.
    Phone,
}

impl KeyKind {
    /// Its stored code.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Alias => 1,
            Self::Latin => 2,
            Self::FormerSurname => 3,
            Self::Kanji => 4,
            Self::Phone => 5,
        }
    }
}

const RECORDS: Sql = Sql {
    name: "registry.search_key.records",
    text: "select name, kana, latin_name, alias, former_surname from resident_fact \
           where subject = $1 and superseded_at is null",
};
const DETAILS: Sql = Sql {
    name: "registry.search_key.details",
    text: "select items from resident_detail_fact where subject = $1 and superseded_at is null",
};
const PHONES: Sql = Sql {
    name: "registry.search_key.phones",
    text: "select f.contact from registry_slot s join contact_fact f on f.subject = s.slot_id \
           where s.person_id = $1 and s.topic = 'contact' and f.superseded_at is null",
};
const DELETE: Sql = Sql {
    name: "registry.search_key.delete",
    text: "delete from search_key where person_id = $1",
};
const INSERT: Sql = Sql {
    name: "registry.search_key.insert",
    text: "insert into search_key (search_key, person_id, kind) values ($1, $2, $3)",
};

const HAS_KEY: Sql = Sql {
    name: "registry.search_key.has_key",
    text: "select count(*) from search_key where search_key = $1 and person_id = $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[RECORDS, DETAILS, PHONES, DELETE, INSERT, HAS_KEY];

/// Keys of one person.
pub type Keys = BTreeSet<(String, KeyKind)>;

/// The keys a record adds.
pub fn of_record(record: &Items, keys: &mut Keys) {
    let name = |field: &str| item(record, field);
    let shown = if name("preferred_name").is_empty() {
        name("name")
    } else {
        name("preferred_name")
    };
    let mut add = |text: &str, kana: bool, kind: KeyKind| {
        let key = if kana { kana_key(text) } else { name_key(text) };
        if !key.is_empty() {
            keys.insert((key, kind));
        }
    };
    add(name("alias"), false, KeyKind::Alias);
    add(name("alias_kana"), true, KeyKind::Alias);
    add(name("latin_name"), false, KeyKind::Latin);
    add(name("foreign_kanji_name"), false, KeyKind::Kanji);
    if name("name") != shown {
        add(name("name"), false, KeyKind::Kanji);
        add(name("kana"), true, KeyKind::Kanji);
    }
    for (surname, whole, kana) in [
        (name("former_surname"), shown, false),
        (name("former_surname_kana"), name("kana"), true),
    ] {
        if surname.is_empty() {
            continue;
        }
        let given: String = whole.split([' ', '\u{3000}']).skip(1).collect();
        add(&format!("{surname}{given}"), kana, KeyKind::FormerSurname);
    }
}

/// A telephone number as it is searched for: its digits.
#[must_use]
pub fn phone_key(typed: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    typed.nfkc().filter(char::is_ascii_digit).collect()
}

/// Makes the keys of a person anew.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn rebuild(conn: &mut Conn, person_id: i64) -> Result<(), OfficeError> {
    let mut keys = Keys::new();
    let records = conn.query(&RECORDS, &[person_id.into()], |row| {
        let mut record = Items::new();
        let columns = ["name", "kana", "latin_name", "alias", "former_surname"];
        for (place, column) in columns.into_iter().enumerate() {
            if let Some(text) = row.opt_text(place)? {
                record.insert(column.to_owned(), text);
            }
        }
        Ok(record)
    })?;
    let details = conn.query(&DETAILS, &[person_id.into()], |row| {
        detail::from_json(row.str(0)?).map_err(|reason| row.wrong(0, reason))
    })?;
    for record in &records {
        of_record(record, &mut keys);
        for more in &details {
            let mut whole = record.clone();
            whole.extend(more.clone());
            of_record(&whole, &mut keys);
        }
    }
    for phone in conn.query(&PHONES, &[person_id.into()], |row| row.text(0))? {
        let key = phone_key(&phone);
        if !key.is_empty() {
            keys.insert((key, KeyKind::Phone));
        }
    }
    conn.execute(&DELETE, &[person_id.into()])?;
    for (key, kind) in keys {
        conn.execute(&INSERT, &[key.into(), person_id.into(), kind.code().into()])?;
    }
    Ok(())
}

/// Whether a person has a key beside those of 氏名 and フリガナ.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn has_key(conn: &mut Conn, person_id: i64, key: &str) -> Result<bool, OfficeError> {
    let params = [key.into(), person_id.into()];
    Ok(conn.query_one(&HAS_KEY, &params, |row| row.int(0))? > 0)
}
