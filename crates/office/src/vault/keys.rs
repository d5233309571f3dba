//! 鍵 — data keys wrapped by a master key that comes from outside the database. Without it the vault holds noise.

use super::number::IndividualNumber;
use crate::error::OfficeError;
use crate::hex;
use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use db::{Conn, Sql, Store};
use hmac::{Hmac, Mac};
use law::Refusal;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::fmt;
use zeroize::Zeroizing;

/// A key of 256 bits, wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

const NONCE: usize = 12;
/// 16 bytes of the digest: enough to tell two numbers of a city apart, too little to be useful elsewhere.
const INDEX_BYTES: usize = 16;

const INSERT: Sql = Sql {
    name: "vault.key.insert",
    text: "insert into vault_key (purpose, version, wrapped, made_at) values ($1, $2, $3, $4)",
};
const ALL: Sql = Sql {
    name: "vault.key.all",
    text: "select purpose, version, wrapped from vault_key order by purpose, version",
};
const LATEST: Sql = Sql {
    name: "vault.key.latest",
    text: "select purpose, max(version) from vault_key group by purpose order by purpose",
};
const REWRAP: Sql = Sql {
    name: "vault.key.rewrap",
    text: "update vault_key set wrapped = $3 where purpose = $1 and version = $2",
};
const RETIRE: Sql = Sql {
    name: "vault.key.retire",
    text: "delete from vault_key where purpose = $1 and version = $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, ALL, LATEST, REWRAP, RETIRE];

/// What a data key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyPurpose {
    /// Sealing values.
    Sealing,
    /// The blind index.
    Index,
}

impl KeyPurpose {
    const fn code(self) -> i64 {
        match self {
            Self::Sealing => 1,
            Self::Index => 2,
        }
    }

    const fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Sealing),
            2 => Some(Self::Index),
            _ => None,
        }
    }
}

/// 親鍵 (master key): 256 bits from a file or a device that the municipality alone holds.
pub struct MasterKey(Key);

impl MasterKey {
    /// From bytes that the edge read or drew.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A key for another use, bound to its name: nothing sealed with it opens with the key of another use.
    ///
    /// # Errors
    /// [`OfficeError::Bug`].
    pub(crate) fn derive(&self, name: &str) -> Result<[u8; 32], OfficeError> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice())
            .map_err(|_| OfficeError::Bug("親鍵を使えません".to_owned()))?;
        mac.update(name.as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }

    /// From its file: 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`OfficeError::Input`]; the message repeats nothing of the key.
    pub fn read(text: &str) -> Result<Self, OfficeError> {
        let text = text.trim();
        let mut bytes = Zeroizing::new([0_u8; 32]);
        let right = text.len() == 64
            && text.bytes().all(|byte| byte.is_ascii_hexdigit())
            && bytes.iter_mut().enumerate().all(|(place, byte)| {
                let pair = text.get(place * 2..place * 2 + 2).unwrap_or_default();
                u8::from_str_radix(pair, 16)
                    .map(|value| *byte = value)
                    .is_ok()
            });
        if right {
            return Ok(Self(bytes));
        }
        Err(OfficeError::input(
            "番号の親鍵",
            "16進数64桁の鍵ファイルを指定してください",
        ))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("MasterKey(…)")
    }
}

/// The data keys, unwrapped in memory.
pub struct Keys {
    found: BTreeMap<(KeyPurpose, i64), Key>,
}

impl fmt::Debug for Keys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.found.keys()).finish()
    }
}

impl Keys {
    /// Unwraps the keys of a vault; makes the first ones in an empty vault.
    ///
    /// # Errors
    /// A refusal when the master key is not the one they were wrapped with.
    pub fn open(store: &Store, master: &MasterKey, now: i64) -> Result<Self, OfficeError> {
        store.write(|conn| {
            let mut keys = Self::load(conn, master)?;
            for purpose in [KeyPurpose::Sealing, KeyPurpose::Index] {
                if keys.latest(purpose).is_err() {
                    keys.add(conn, master, purpose, now)?;
                }
            }
            Ok(keys)
        })
    }

    fn load(conn: &mut Conn, master: &MasterKey) -> Result<Self, OfficeError> {
        let rows = conn.query(&ALL, &[], |row| {
            Ok((row.int(0)?, row.int(1)?, row.blob(2)?))
        })?;
        let mut found = BTreeMap::new();
        for (code, version, wrapped) in rows {
            let purpose = KeyPurpose::from_code(code)
                .ok_or_else(|| OfficeError::Bug(format!("鍵の用途{code}を知りません")))?;
            let opened = open_box(&master.0, &wrapped, &place(purpose, version))
                .and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok())
                .ok_or_else(|| {
                    Refusal::new(
                        "vault.master",
                        "親鍵が番号の金庫と合いません。この団体の親鍵を指定してください".to_owned(),
                    )
                })?;
            found.insert((purpose, version), Zeroizing::new(opened));
        }
        Ok(Self { found })
    }

    /// Makes the next version of a key. Everything written from now on uses it; [`super::reseal`] brings the rest over.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn add(
        &mut self,
        conn: &mut Conn,
        master: &MasterKey,
        purpose: KeyPurpose,
        now: i64,
    ) -> Result<i64, OfficeError> {
        let version = self.latest(purpose).map_or(1, |(version, _)| version + 1);
        let key = Zeroizing::new(random::<32>()?);
        let wrapped = seal_box(&master.0, key.as_slice(), &place(purpose, version))?;
        conn.execute(
            &INSERT,
            &[
                purpose.code().into(),
                version.into(),
                wrapped.into(),
                now.into(),
            ],
        )?;
        self.found.insert((purpose, version), key);
        Ok(version)
    }

    /// Wraps every key with another master key.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn rewrap(&self, conn: &mut Conn, master: &MasterKey) -> Result<(), OfficeError> {
        for ((purpose, version), key) in &self.found {
            let wrapped = seal_box(&master.0, key.as_slice(), &place(*purpose, *version))?;
            conn.execute(
                &REWRAP,
                &[purpose.code().into(), (*version).into(), wrapped.into()],
            )?;
        }
        Ok(())
    }

    /// Destroys every version before the latest. Values still sealed with one would be lost: [`super::reseal`] asks first.
    pub(super) fn retire(&mut self, conn: &mut Conn) -> Result<(), OfficeError> {
        for purpose in [KeyPurpose::Sealing, KeyPurpose::Index] {
            let (latest, _) = self.latest(purpose)?;
            let old: Vec<i64> = self.versions(purpose).filter(|v| *v < latest).collect();
            for version in old {
                conn.execute(&RETIRE, &[purpose.code().into(), version.into()])?;
                self.found.remove(&(purpose, version));
            }
        }
        Ok(())
    }

    /// The versions of a purpose, oldest first.
    pub fn versions(&self, purpose: KeyPurpose) -> impl Iterator<Item = i64> {
        self.found
            .keys()
            .filter(move |(found, _)| *found == purpose)
            .map(|(_, version)| *version)
    }

    fn latest(&self, purpose: KeyPurpose) -> Result<(i64, &Key), OfficeError> {
        self.found
            .iter()
            .rev()
            .find(|((found, _), _)| *found == purpose)
            .map(|((_, version), key)| (*version, key))
            .ok_or_else(|| OfficeError::Bug("番号の金庫に鍵がありません".to_owned()))
    }

    /// Whether these are the keys that the vault has now: a program that was started before a change of keys would seal with a
    /// key that is thrown away, and find nothing that was sealed again.
    ///
    /// # Errors
    /// A refusal that says what to do.
    pub(super) fn current(&self, conn: &mut Conn) -> Result<(), OfficeError> {
        let rows = conn.query(&LATEST, &[], |row| Ok((row.int(0)?, row.int(1)?)))?;
        for (code, version) in rows {
            let known = KeyPurpose::from_code(code).and_then(|purpose| self.latest(purpose).ok());
            if known.is_none_or(|(known, _)| known != version) {
                return Err(changed());
            }
        }
        Ok(())
    }

    /// Seals a number for one place of the vault; it opens nowhere else.
    pub(super) fn seal(
        &self,
        number: &IndividualNumber,
        place: &str,
    ) -> Result<(i64, Vec<u8>), OfficeError> {
        let (version, key) = self.latest(KeyPurpose::Sealing)?;
        let bound = format!("{place}|{version}");
        Ok((version, seal_box(key, number.expose().as_bytes(), &bound)?))
    }

    /// Opens what was sealed for a place.
    pub(super) fn open_value(
        &self,
        version: i64,
        sealed: &[u8],
        place: &str,
    ) -> Result<IndividualNumber, OfficeError> {
        let damaged = || OfficeError::Bug(format!("番号の金庫の{place}を開けません"));
        if self.latest(KeyPurpose::Sealing)?.0 < version {
            return Err(changed());
        }
        let key = self
            .found
            .get(&(KeyPurpose::Sealing, version))
            .ok_or_else(damaged)?;
        let bytes = open_box(key, sealed, &format!("{place}|{version}")).ok_or_else(damaged)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| damaged())?;
        IndividualNumber::read(text).map_err(|_| damaged())
    }

    /// Seals and opens a number of the caller's so many times, as the vault would: for measuring. No row is touched and
    /// nothing comes out.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] where what was opened is not what was sealed.
    pub fn exercise(
        &self,
        number: &IndividualNumber,
        (seals, opens): (u64, u64),
    ) -> Result<(), OfficeError> {
        let place = "exercise";
        let mut sealed = self.seal(number, place)?;
        for _ in 1..seals {
            sealed = self.seal(number, place)?;
        }
        for _ in 0..opens {
            let opened = self.open_value(sealed.0, &sealed.1, place)?;
            if opened.expose() != number.expose() {
                return Err(OfficeError::Bug(
                    "封じた番号と開いた番号が違います".to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// The blind index of a number under the latest key.
    pub(super) fn index(&self, number: &IndividualNumber) -> Result<(i64, String), OfficeError> {
        let (version, key) = self.latest(KeyPurpose::Index)?;
        Ok((version, blind(key, number)?))
    }

    /// The blind indexes of a number under every key that rows may still carry.
    pub(super) fn indexes(
        &self,
        number: &IndividualNumber,
    ) -> Result<Vec<(i64, String)>, OfficeError> {
        self.found
            .iter()
            .filter(|((purpose, _), _)| *purpose == KeyPurpose::Index)
            .map(|((_, version), key)| Ok((*version, blind(key, number)?)))
            .collect()
    }
}

fn changed() -> OfficeError {
    Refusal::new(
        "vault.keys.changed",
        "番号の金庫の鍵が、この画面を起動した後に新しくなりました。管理者に画面（kokuho serve）の起動し直しを依頼し、もう一度操作してください"
            .to_owned(),
    )
    .into()
}

fn place(purpose: KeyPurpose, version: i64) -> String {
    format!("vault_key|{}|{version}", purpose.code())
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], OfficeError> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| OfficeError::Bug(format!("乱数を得られません: {error}")))?;
    Ok(bytes)
}

pub(crate) fn seal_box(key: &Key, plain: &[u8], bound_to: &str) -> Result<Vec<u8>, OfficeError> {
    let nonce = random::<NONCE>()?;
    let cipher = Aes256GcmSiv::new((&**key).into());
    let payload = Payload {
        msg: plain,
        aad: bound_to.as_bytes(),
    };
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), payload)
        .map_err(|_| OfficeError::Bug("番号を封じられません".to_owned()))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

pub(crate) fn open_box(key: &Key, sealed: &[u8], bound_to: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, body) = sealed.split_at_checked(NONCE)?;
    let nonce = <[u8; NONCE]>::try_from(nonce).ok()?;
    let payload = Payload {
        msg: body,
        aad: bound_to.as_bytes(),
    };
    Aes256GcmSiv::new((&**key).into())
        .decrypt(&Nonce::from(nonce), payload)
        .ok()
        .map(Zeroizing::new)
}

fn blind(key: &Key, number: &IndividualNumber) -> Result<String, OfficeError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice())
        .map_err(|_| OfficeError::Bug("索引の鍵を使えません".to_owned()))?;
    mac.update(number.expose().as_bytes());
    let digest = mac.finalize().into_bytes();
    Ok(hex::write(digest.get(..INDEX_BYTES).unwrap_or_default()))
}
