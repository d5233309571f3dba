//! 金庫の行 — entries of numbers and their seals.

use super::Vault;
use super::keys::Keys;
use super::number::IndividualNumber;
use super::origin::Origin;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql, Value};

const INSERT_FACT: Sql = Sql {
    name: "vault.fact.insert",
    text: "insert into number_fact (person_id, entry_no, source, giver, evidence, form, ground, recorded_at, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};
const INSERT_SEAL: Sql = Sql {
    name: "vault.seal.insert",
    text: "insert into number_seal (person_id, entry_no, standing, key_version, sealed, index_version, index_hash) \
           values ($1, $2, 1, $3, $4, $5, $6)",
};
const NEXT_ENTRY: Sql = Sql {
    name: "vault.fact.next",
    text: "select coalesce(max(entry_no), 0) + 1 from number_fact where person_id = $1",
};
const END_FACT: Sql = Sql {
    name: "vault.fact.end",
    text: "update number_fact set superseded_at = $2, superseded_by_act = $3 \
           where person_id = $1 and superseded_at is null",
};
const END_SEAL: Sql = Sql {
    name: "vault.seal.end",
    text: "update number_seal set standing = 0 where person_id = $1 and standing = 1",
};
const STANDING: Sql = Sql {
    name: "vault.seal.standing",
    text: "select entry_no, key_version, sealed from number_seal where person_id = $1 and standing = 1",
};
const FIND: Sql = Sql {
    name: "vault.seal.find",
    text: "select person_id, standing from number_seal where index_version = $1 and index_hash = $2 \
           order by standing desc, person_id, entry_no desc",
};
const HISTORY: Sql = Sql {
    name: "vault.fact.history",
    text: "select f.entry_no, f.source, f.giver, f.evidence, f.form, f.ground, f.recorded_at, f.act_id, \
           f.superseded_at, f.superseded_by_act, s.key_version, s.sealed \
           from number_fact f join number_seal s on s.person_id = f.person_id and s.entry_no = f.entry_no \
           where f.person_id = $1 order by f.entry_no",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[
    INSERT_FACT,
    INSERT_SEAL,
    NEXT_ENTRY,
    END_FACT,
    END_SEAL,
    STANDING,
    FIND,
    HISTORY,
];

/// The place a value is bound to.
pub(super) fn place(person_id: i64, entry_no: i64) -> String {
    format!("number_seal|{person_id}|{entry_no}")
}

/// The number of a person as it stands.
pub(super) fn standing(
    conn: &mut Conn,
    keys: &Keys,
    person_id: i64,
) -> Result<Option<IndividualNumber>, OfficeError> {
    let row = conn.query_opt(&STANDING, &[person_id.into()], |row| {
        Ok((row.int(0)?, row.int(1)?, row.blob(2)?))
    })?;
    row.map(|(entry_no, version, sealed)| {
        keys.open_value(version, &sealed, &place(person_id, entry_no))
    })
    .transpose()
}

/// Whose number it is or was: 宛名番号 and whether it stands.
pub(super) fn find(
    conn: &mut Conn,
    keys: &Keys,
    number: &IndividualNumber,
) -> Result<Vec<(i64, bool)>, OfficeError> {
    keys.current(conn)?;
    let mut found = Vec::new();
    for (version, hash) in keys.indexes(number)? {
        found.extend(conn.query(&FIND, &[version.into(), hash.into()], |row| {
            Ok((row.int(0)?, row.flag(1)?))
        })?);
    }
    found.sort_by_key(|(person_id, standing)| (!standing, *person_id));
    found.dedup();
    Ok(found)
}

/// Writes a number for a person; what stood is ended.
pub(super) fn put(
    conn: &mut Conn,
    keys: &Keys,
    act: &Act,
    person_id: i64,
    (number, origin): (&IndividualNumber, &Origin),
) -> Result<(), OfficeError> {
    keys.current(conn)?;
    end(conn, act, person_id)?;
    let entry_no = conn.query_one(&NEXT_ENTRY, &[person_id.into()], |row| row.int(0))?;
    let [source, giver, evidence] = origin.codes();
    conn.execute(
        &INSERT_FACT,
        &[
            person_id.into(),
            entry_no.into(),
            source.into(),
            giver.into(),
            evidence.into(),
            origin.form.as_str().into(),
            origin.ground.as_str().into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    let (key_version, sealed) = keys.seal(number, &place(person_id, entry_no))?;
    let (index_version, hash) = keys.index(number)?;
    let written = conn.execute(
        &INSERT_SEAL,
        &[
            person_id.into(),
            entry_no.into(),
            key_version.into(),
            Value::Blob(sealed),
            index_version.into(),
            hash.into(),
        ],
    );
    match written {
        Ok(_) => Ok(()),
        Err(error) if error.is_duplicate() => Err(OfficeError::Conflict(format!(
            "宛名番号{person_id}の番号は、いま他の者に登録されています。一覧を開き直して確かめてください"
        ))),
        Err(error) => Err(error.into()),
    }
}

/// Ends the number of a person; its history stays.
pub(super) fn end(conn: &mut Conn, act: &Act, person_id: i64) -> Result<(), OfficeError> {
    conn.execute(
        &END_FACT,
        &[person_id.into(), act.recorded_at.into(), act.id.0.into()],
    )?;
    conn.execute(&END_SEAL, &[person_id.into()])?;
    Ok(())
}

/// One entry of a person's history, the value masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberEntry {
    /// Number of the entry.
    pub entry_no: i64,
    /// All but the last two digits hidden.
    pub masked: String,
    /// Where it came from.
    pub origin: Origin,
    /// When, microseconds.
    pub recorded_at: i64,
    /// Under which act of the office.
    pub act_id: i64,
    /// When it ceased to stand.
    pub superseded_at: Option<i64>,
    /// By which act.
    pub superseded_by_act: Option<i64>,
}

impl Vault {
    /// Every number a person ever had here, oldest first, masked.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn history(&self, person_id: i64) -> Result<Vec<NumberEntry>, OfficeError> {
        self.store.read(|conn| {
            let rows = conn.query(&HISTORY, &[person_id.into()], |row| {
                let codes = [row.int(1)?, row.int(2)?, row.int(3)?];
                Ok((
                    row.int(0)?,
                    Origin::from_codes(codes, row.text(4)?, row.text(5)?),
                    (row.int(6)?, row.int(7)?, row.opt_int(8)?, row.opt_int(9)?),
                    (row.int(10)?, row.blob(11)?),
                ))
            })?;
            rows.into_iter()
                .map(|(entry_no, origin, when, (version, sealed))| {
                    let number =
                        self.keys
                            .open_value(version, &sealed, &place(person_id, entry_no))?;
                    Ok(NumberEntry {
                        entry_no,
                        masked: number.masked(),
                        origin: origin
                            .ok_or_else(|| OfficeError::Bug("入手元を読めません".to_owned()))?,
                        recorded_at: when.0,
                        act_id: when.1,
                        superseded_at: when.2,
                        superseded_by_act: when.3,
                    })
                })
                .collect()
        })
    }
}
