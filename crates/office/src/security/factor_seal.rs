//! ワンタイムコードの封じ直し — the secrets of generators follow the master key: a chunk at a time, each in one transaction.
//! Stopped anywhere, the same order goes on; what already opens with the next key is left as it is.

use super::permit::{ManageKeys, Permit};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::vault::MasterKey;
use crate::vault::keys::{Key, open_box, seal_box};
use db::{Conn, Sql, Value};
use law::Refusal;
use zeroize::Zeroizing;

const CHUNK: Sql = Sql {
    name: "factor_seal.chunk",
    text: "select f.factor_id, f.staff_id, f.secret, case when f.ended_at is null then 1 else 0 end, \
           coalesce(s.login, '') from factor f left join staff s on s.staff_id = f.staff_id \
           where f.kind = 1 and f.factor_id > $1 order by f.factor_id limit $2",
};
const UPDATE: Sql = Sql {
    name: "factor_seal.update",
    text: "update factor set secret = $2 where factor_id = $1",
};
const LATEST: Sql = Sql {
    name: "factor_seal.latest",
    text: "select staff_id, secret from factor where kind = 1 and ended_at is null order by factor_id desc limit 5",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[CHUNK, UPDATE, LATEST];

/// The key that seals the secrets of generators under a master key.
pub(super) fn sealing_key(master: &MasterKey) -> Result<Key, OfficeError> {
    Ok(Zeroizing::new(master.derive("kokuho factor 1")?))
}

/// What a sealed secret is bound to.
pub(super) fn place(staff_id: i64) -> String {
    format!("factor|{staff_id}")
}

/// Whether the generators in use open with the key of this program: one started before a change of the master key would
/// seal a secret that nothing opens any more.
///
/// # Errors
/// A refusal that says what to do.
pub(super) fn own_key(conn: &mut Conn, key: &Key) -> Result<(), OfficeError> {
    let latest = conn.query(&LATEST, &[], |row| Ok((row.int(0)?, row.blob(1)?)))?;
    let opens = |(staff_id, sealed): &(i64, Vec<u8>)| open_box(key, sealed, &place(*staff_id));
    if latest.is_empty() || latest.iter().any(|one| opens(one).is_some()) {
        return Ok(());
    }
    Err(other_key())
}

pub(super) fn other_key() -> OfficeError {
    Refusal::new(
        "factor.key",
        "ワンタイムコードの鍵が合いません。親鍵が取り替えられていれば、管理者に画面（kokuho serve）を新しい親鍵で起動し直すよう依頼してください"
            .to_owned(),
    )
    .into()
}

/// How far a chunk came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resealed {
    /// The number of the last factor looked at; `None` when there are no more.
    pub last: Option<i64>,
    /// How many were sealed again.
    pub done: usize,
}

/// Seals the secrets of up to `how_many` generators after a number again, from one master key to the next.
///
/// # Errors
/// A refusal that names the 職員番号 whose generator in use opens with neither key; then nothing of the chunk is changed.
pub fn reseal(
    conn: &mut Conn,
    (permit, acting): (&Permit<ManageKeys>, &Acting),
    (old, next): (&MasterKey, &MasterKey),
    (after, how_many): (i64, i64),
) -> Result<Resealed, OfficeError> {
    let (old, next) = (sealing_key(old)?, sealing_key(next)?);
    let found = conn.query(&CHUNK, &[after.into(), how_many.into()], |row| {
        let whose = (row.int(1)?, row.text(4)?);
        Ok((row.int(0)?, whose, row.blob(2)?, row.flag(3)?))
    })?;
    let mut resealed = Resealed {
        last: found.last().map(|(factor_id, ..)| *factor_id),
        done: 0,
    };
    for (factor_id, (staff_id, login), sealed, in_use) in &found {
        let bound_to = place(*staff_id);
        if open_box(&next, sealed, &bound_to).is_some() {
            continue;
        }
        match open_box(&old, sealed, &bound_to) {
            Some(secret) => {
                let sealed = seal_box(&next, &secret, &bound_to)?;
                conn.execute(&UPDATE, &[(*factor_id).into(), Value::Blob(sealed)])?;
                resealed.done += 1;
            }
            None if *in_use => return Err(neither(login)),
            // Nobody will be asked for it any more.
            None => {}
        }
    }
    if resealed.done > 0 {
        let details = ActDetails {
            note: format!("ワンタイムコード{}件を新しい親鍵で封じ直し", resealed.done),
            ..ActDetails::default()
        };
        acts::begin(conn, acting, permit, "number.keys.codes", &details)?;
    }
    Ok(resealed)
}

fn neither(login: &str) -> OfficeError {
    Refusal::new(
        "factor.key",
        format!(
            "職員番号 {login} のワンタイムコードは、いまの親鍵でも新しい親鍵でも開きません。親鍵のファイルを確かめるか、二つ目の要素を登録し直してください"
        ),
    )
    .into()
}
