//! 鍵の更新 — values brought over to the latest keys a chunk at a time; an old key is destroyed only when nothing is sealed
//! with it any more. Stopped anywhere, it goes on where it was.

use super::keys::KeyPurpose;
use super::{Vault, rows};
use crate::error::OfficeError;
use db::{Sql, Value};
use law::Refusal;

const OLD: Sql = Sql {
    name: "vault.reseal.old",
    text: "select person_id, entry_no, key_version, sealed from number_seal \
           where key_version <> $1 or index_version <> $2 order by person_id, entry_no limit $3",
};
const UPDATE: Sql = Sql {
    name: "vault.reseal.update",
    text: "update number_seal set key_version = $3, sealed = $4, index_version = $5, index_hash = $6 \
           where person_id = $1 and entry_no = $2",
};
const LEFT: Sql = Sql {
    name: "vault.reseal.left",
    text: "select (select count(*) from number_seal where key_version <> $1 or index_version <> $2) + \
           (select count(*) from number_link l where l.sealed is not null and l.key_version <> $1 and not exists \
           (select 1 from number_link_step s where s.link_id = l.link_id and s.step = 2))",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[OLD, UPDATE, LEFT];

impl Vault {
    /// Seals up to `how_many` values again with the latest keys; returns how many were. Zero: all are.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn reseal(&self, how_many: i64) -> Result<usize, OfficeError> {
        let [sealing, index] = self.latest();
        self.store.write(|conn| {
            let old = conn.query(
                &OLD,
                &[sealing.into(), index.into(), how_many.into()],
                |row| Ok((row.int(0)?, row.int(1)?, row.int(2)?, row.blob(3)?)),
            )?;
            for (person_id, entry_no, version, sealed) in &old {
                let place = rows::place(*person_id, *entry_no);
                let number = self.keys.open_value(*version, sealed, &place)?;
                let (key_version, sealed) = self.keys.seal(&number, &place)?;
                let (index_version, hash) = self.keys.index(&number)?;
                conn.execute(
                    &UPDATE,
                    &[
                        (*person_id).into(),
                        (*entry_no).into(),
                        key_version.into(),
                        Value::Blob(sealed),
                        index_version.into(),
                        hash.into(),
                    ],
                )?;
            }
            Ok(old.len())
        })
    }

    /// Destroys the old keys.
    ///
    /// # Errors
    /// A refusal while a value or an unsettled row of the list is still sealed with one.
    pub fn retire_old_keys(&mut self) -> Result<(), OfficeError> {
        let [sealing, index] = self.latest();
        let keys = &mut self.keys;
        self.store.write(|conn| {
            let left =
                conn.query_one(&LEFT, &[sealing.into(), index.into()], |row| row.int(0))?;
            if left > 0 {
                return Err(Refusal::new(
                    "vault.keys.in_use",
                    format!(
                        "古い鍵で封じた番号が{left}件残っています。封じ直しと確認リストの解消を終えてから廃棄してください"
                    ),
                )
                .into());
            }
            keys.retire(conn)
        })
    }

    fn latest(&self) -> [i64; 2] {
        [KeyPurpose::Sealing, KeyPurpose::Index]
            .map(|purpose| self.keys.versions(purpose).last().unwrap_or_default())
    }
}
