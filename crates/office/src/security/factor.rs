//! 二つ目の要素 — the generators of codes and the passkeys of a member of staff: registered by their owner, ended by the
//! owner or by two administrators.

use super::access::{self, Access};
use super::factor_seal::{other_key, own_key, place, sealing_key};
use super::passkey::{self, Origin};
use super::session::Session;
use super::totp;
use crate::error::OfficeError;
use crate::hex;
use crate::vault::keys::{Key, MasterKey, open_box, random, seal_box};
use db::{Conn, Sql, Store, Value};
use law::Refusal;
use std::fmt;
use zeroize::Zeroizing;

const INSERT: Sql = Sql {
    name: "factor.insert",
    text: "insert into factor (factor_id, staff_id, kind, name, credential, secret, counter, made_at) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const OF_STAFF: Sql = Sql {
    name: "factor.of_staff",
    text: "select factor_id, kind, name, credential, secret, counter, made_at from factor \
           where staff_id = $1 and ended_at is null order by factor_id",
};
const KNOWN: Sql = Sql {
    name: "factor.known",
    text: "select count(*) from factor where credential = $1",
};
const COUNT: Sql = Sql {
    name: "factor.count",
    text: "update factor set counter = $3 where factor_id = $1 and counter = $2",
};
const END: Sql = Sql {
    name: "factor.end",
    text: "update factor set ended_at = $3 where factor_id = $1 and staff_id = $2 and ended_at is null",
};
const END_ALL: Sql = Sql {
    name: "factor.end_all",
    text: "update factor set ended_at = $2, ended_by_act = $3 where staff_id = $1 and ended_at is null",
};
const EVER: Sql = Sql {
    name: "factor.ever",
    text: "select count(*) from factor where staff_id = $1",
};
const CHALLENGE: Sql = Sql {
    name: "factor.challenge",
    text: "insert into factor_challenge (token_hash, challenge, expires_at) values ($1, $2, $3) \
           on conflict (token_hash) do update set challenge = excluded.challenge, expires_at = excluded.expires_at",
};
const ASKED: Sql = Sql {
    name: "factor.asked",
    text: "select challenge, expires_at from factor_challenge where token_hash = $1",
};
const ANSWERED: Sql = Sql {
    name: "factor.answered",
    text: "delete from factor_challenge where token_hash = $1 or expires_at <= $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    INSERT, OF_STAFF, KNOWN, COUNT, END, END_ALL, EVER, CHALLENGE, ASKED, ANSWERED,
];

/// So long an authenticator may take, microseconds.
const ANSWER_WITHIN: i64 = 5 * super::login::MINUTE;

/// Which kind of factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FactorKind {
    /// ワンタイムコード.
    Totp,
    /// パスキー（生体認証）.
    Passkey,
}

impl FactorKind {
    pub(super) const fn code(self) -> i64 {
        match self {
            Self::Totp => 1,
            Self::Passkey => 2,
        }
    }

    pub(super) const fn from_code(code: i64) -> Self {
        match code {
            1 => Self::Totp,
            _ => Self::Passkey,
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::Totp => "ワンタイムコード",
            Self::Passkey => "パスキー（生体認証）",
        }
    }
}

/// The key that seals the secrets of generators, and where passkeys belong.
#[derive(Clone)]
pub struct FactorSetup {
    key: Key,
    /// Where passkeys belong; `None` where the pages have no name of their own.
    pub origin: Option<Origin>,
    /// What a generator shows beside its codes.
    pub issuer: String,
}

impl fmt::Debug for FactorSetup {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "FactorSetup({:?})", self.origin)
    }
}

impl FactorSetup {
    /// With a key of its own, made from the master key that seals the vault.
    ///
    /// # Errors
    /// [`OfficeError::Bug`].
    pub fn new(
        master: &MasterKey,
        origin: Option<Origin>,
        issuer: &str,
    ) -> Result<Self, OfficeError> {
        Ok(Self {
            key: sealing_key(master)?,
            origin,
            issuer: issuer.to_owned(),
        })
    }

    /// The origin, or why there are no passkeys.
    ///
    /// # Errors
    /// A [`Refusal`] where none is configured.
    pub fn origin(&self) -> Result<&Origin, Refusal> {
        self.origin.as_ref().ok_or_else(|| {
            Refusal::new(
                "factor.origin",
                "パスキーの接続元が設定されていません。管理者に --origin の設定を依頼してください"
                    .to_owned(),
            )
        })
    }
}

/// A factor in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Number.
    pub factor_id: i64,
    /// Kind.
    pub kind: FactorKind,
    /// What its owner calls it.
    pub name: String,
    /// A passkey's credential, hexadecimal.
    pub credential: String,
    /// Registered at, microseconds.
    pub made_at: i64,
    pub(super) secret: Vec<u8>,
    pub(super) counter: i64,
}

/// The factors of a member of staff that are in use.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_staff(conn: &mut Conn, staff_id: i64) -> Result<Vec<Factor>, OfficeError> {
    Ok(conn.query(&OF_STAFF, &[staff_id.into()], |row| {
        Ok(Factor {
            factor_id: row.int(0)?,
            kind: FactorKind::from_code(row.int(1)?),
            name: row.text(2)?,
            credential: row.text(3)?,
            secret: row.blob(4)?,
            counter: row.int(5)?,
            made_at: row.int(6)?,
        })
    })?)
}

/// Whether a member of staff ever had a factor.
pub(super) fn ever_had(conn: &mut Conn, staff_id: i64) -> Result<bool, OfficeError> {
    Ok(conn.query_one(&EVER, &[staff_id.into()], |row| row.int(0))? > 0)
}

fn insert(
    conn: &mut Conn,
    session: &Session,
    (kind, name): (FactorKind, &str),
    (credential, secret, counter): (&str, &[u8], i64),
    now: i64,
) -> Result<i64, OfficeError> {
    let factor_id = conn.next_ids("factor", 1)?;
    conn.execute(
        &INSERT,
        &[
            factor_id.into(),
            session.staff_id().into(),
            kind.code().into(),
            name.trim().into(),
            credential.into(),
            Value::Blob(secret.to_vec()),
            counter.into(),
            now.into(),
        ],
    )?;
    access::record(conn, &Access::of(session, now, "factor.register", None))?;
    Ok(factor_id)
}

/// A fresh secret and what the generator reads, sealed so that a page can carry it until its first code confirms it.
#[derive(Clone)]
pub struct NewGenerator {
    /// What the QR code says.
    pub address: String,
    /// The secret as it is typed.
    pub typed: String,
    /// The sealed secret, hexadecimal; opens for this member of staff alone.
    pub sealed: String,
}

/// Makes a secret for the session's own account. Nothing is stored before [`confirm_totp`].
///
/// # Errors
/// [`OfficeError::Bug`] when there is no randomness.
pub fn new_totp(setup: &FactorSetup, session: &Session) -> Result<NewGenerator, OfficeError> {
    let secret = Zeroizing::new(random::<{ totp::SECRET }>()?);
    let sealed = seal_box(&setup.key, secret.as_slice(), &place(session.staff_id()))?;
    Ok(NewGenerator {
        address: totp::address(secret.as_slice(), &setup.issuer, session.login()),
        typed: totp::base32(secret.as_slice()),
        sealed: hex::write(&sealed),
    })
}

/// Shows the same secret again after a wrong first code.
///
/// # Errors
/// [`OfficeError::Input`] where it is not one of this member of staff.
pub fn again_totp(
    setup: &FactorSetup,
    session: &Session,
    sealed: &str,
) -> Result<NewGenerator, OfficeError> {
    let secret = opened(
        setup,
        session.staff_id(),
        &hex::read(sealed).unwrap_or_default(),
    )
    .ok_or_else(|| OfficeError::input("コード", "画面を開き直し、新しい図を読み取ってください"))?;
    Ok(NewGenerator {
        address: totp::address(&secret, &setup.issuer, session.login()),
        typed: totp::base32(&secret),
        sealed: sealed.to_owned(),
    })
}

fn opened(setup: &FactorSetup, staff_id: i64, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    open_box(&setup.key, sealed, &place(staff_id))
}

/// Registers a generator once its first code has been typed.
///
/// # Errors
/// [`OfficeError::Input`] where the code is not that of the secret.
pub fn confirm_totp(
    store: &Store,
    setup: &FactorSetup,
    session: &Session,
    (name, sealed, code): (&str, &str, &str),
    now: i64,
) -> Result<i64, OfficeError> {
    let sealed = hex::read(sealed).unwrap_or_default();
    let step = opened(setup, session.staff_id(), &sealed)
        .and_then(|secret| totp::matching(&secret, code, now, 0))
        .ok_or_else(|| {
            OfficeError::input(
                "コード",
                "違います。読み取った図の6桁を、変わる前に入れてください。端末の時計も確かめてください",
            )
        })?;
    let name = if name.trim().is_empty() {
        "ワンタイムコード"
    } else {
        name
    };
    store.write(|conn| {
        own_key(conn, &setup.key)?;
        insert(
            conn,
            session,
            (FactorKind::Totp, name),
            ("", &sealed, step),
            now,
        )
    })
}

/// Takes a code: right for one of the generators, and not used before.
pub(super) fn take_totp(
    conn: &mut Conn,
    setup: &FactorSetup,
    staff_id: i64,
    code: &str,
    now: i64,
) -> Result<bool, OfficeError> {
    for factor in of_staff(conn, staff_id)? {
        if factor.kind != FactorKind::Totp {
            continue;
        }
        let Some(secret) = opened(setup, staff_id, &factor.secret) else {
            return Err(other_key());
        };
        if let Some(step) = totp::matching(&secret, code, now, factor.counter) {
            let counted = conn.execute(
                &COUNT,
                &[factor.factor_id.into(), factor.counter.into(), step.into()],
            )?;
            return Ok(counted == 1);
        }
    }
    Ok(false)
}

/// A challenge for the holder of a token; an earlier one counts no more.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn challenge(
    conn: &mut Conn,
    token_hash: &str,
    now: i64,
) -> Result<Vec<u8>, OfficeError> {
    let challenge = random::<32>()?.to_vec();
    conn.execute(
        &CHALLENGE,
        &[
            token_hash.into(),
            hex::write(&challenge).into(),
            (now + ANSWER_WITHIN).into(),
        ],
    )?;
    Ok(challenge)
}

/// Takes the challenge of a token: it is gone whatever comes of it. Nothing where none stands.
pub(super) fn take_challenge(
    conn: &mut Conn,
    token_hash: &str,
    now: i64,
) -> Result<Vec<u8>, OfficeError> {
    let found = conn.query_opt(&ASKED, &[token_hash.into()], |row| {
        Ok((row.text(0)?, row.int(1)?))
    })?;
    conn.execute(&ANSWERED, &[token_hash.into(), now.into()])?;
    Ok(found
        .filter(|(_, expires_at)| *expires_at > now)
        .and_then(|(challenge, _)| hex::read(&challenge))
        .unwrap_or_default())
}

/// A challenge to register a passkey with, for the holder of a session.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn new_passkey(store: &Store, token: &str, now: i64) -> Result<String, OfficeError> {
    let hash = super::login::digest(token);
    store.write(|conn| Ok(hex::write(&challenge(conn, &hash, now)?)))
}

/// Registers the passkey that an authenticator has made.
///
/// # Errors
/// A [`Refusal`] of [`passkey::registered`], or `factor.known` where the key is registered already.
pub fn confirm_passkey(
    store: &Store,
    setup: &FactorSetup,
    (session, token): (&Session, &str),
    (name, client_data, attestation): (&str, &[u8], &[u8]),
    now: i64,
) -> Result<i64, OfficeError> {
    let hash = super::login::digest(token);
    let challenge = store.write(|conn| take_challenge(conn, &hash, now))?;
    let key = passkey::registered(setup.origin()?, &challenge, client_data, attestation)?;
    let credential = hex::write(&key.credential);
    let name = if name.trim().is_empty() {
        "パスキー"
    } else {
        name
    };
    store.write(|conn| {
        if conn.query_one(&KNOWN, &[credential.as_str().into()], |row| row.int(0))? > 0 {
            return Err(Refusal::new(
                "factor.known",
                "この認証器のパスキーは既に登録されています".to_owned(),
            )
            .into());
        }
        insert(
            conn,
            session,
            (FactorKind::Passkey, name),
            (&credential, &key.public, key.counter),
            now,
        )
    })
}

/// What an authenticator answers at log-in.
#[derive(Clone, Copy, Debug)]
pub struct Assertion<'a> {
    /// Which key, hexadecimal.
    pub credential: &'a str,
    /// What the browser said.
    pub client_data: &'a [u8],
    /// What the authenticator said.
    pub data: &'a [u8],
    /// Its signature over both.
    pub signature: &'a [u8],
}

/// Takes the answer of a passkey.
pub(super) fn take_passkey(
    conn: &mut Conn,
    setup: &FactorSetup,
    (staff_id, challenge): (i64, &[u8]),
    answer: &Assertion<'_>,
) -> Result<(), OfficeError> {
    let factor = of_staff(conn, staff_id)?
        .into_iter()
        .find(|factor| factor.kind == FactorKind::Passkey && factor.credential == answer.credential)
        .ok_or_else(|| {
            Refusal::new(
                "factor.unknown",
                "この職員に登録されていないパスキーです".to_owned(),
            )
        })?;
    let count = passkey::asserted(
        setup.origin()?,
        challenge,
        (&factor.secret, factor.counter),
        answer.client_data,
        answer.data,
        answer.signature,
    )?;
    conn.execute(
        &COUNT,
        &[factor.factor_id.into(), factor.counter.into(), count.into()],
    )?;
    Ok(())
}

/// Ends one of the session's own factors.
///
/// # Errors
/// [`OfficeError::Conflict`] where it is none; a [`Refusal`] where it is the last one and one is asked for.
pub fn end(store: &Store, session: &Session, factor_id: i64, now: i64) -> Result<(), OfficeError> {
    store.write(|conn| {
        let asked = super::second::asked_of(conn, session.roles(), &[])?;
        let rest = of_staff(conn, session.staff_id())?
            .into_iter()
            .filter(|factor| factor.factor_id != factor_id)
            .any(|factor| asked.takes(factor.kind));
        if asked != super::second::FactorRule::None && !rest {
            return Err(Refusal::new(
                "factor.last",
                "これを外すと、ログインに要る二つ目の要素がなくなります。先に別のものを登録してください"
                    .to_owned(),
            )
            .into());
        }
        let ended = conn.execute(
            &END,
            &[factor_id.into(), session.staff_id().into(), now.into()],
        )?;
        if ended == 0 {
            return Err(OfficeError::Conflict(
                "この要素は既に外されています。画面を開き直してください".to_owned(),
            ));
        }
        access::record(conn, &Access::of(session, now, "factor.end", None))
    })
}

/// Ends every factor of a member of staff, by two administrators.
pub(super) fn end_all(
    conn: &mut Conn,
    staff_id: i64,
    now: i64,
    act_id: i64,
) -> Result<(), OfficeError> {
    conn.execute(&END_ALL, &[staff_id.into(), now.into(), act_id.into()])?;
    Ok(())
}

/// Compares without telling by time where they differ.
pub(super) fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0_u8, |differs, (one, other)| differs | (one ^ other))
            == 0
}
