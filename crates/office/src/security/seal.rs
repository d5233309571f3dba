//! 封 — a signed Merkle root over what both records gained since the seal before. The key is kept outside the database and
//! a copy of every seal outside the machine (控え), so that rewriting a whole chain, or putting an older database in its
//! place, shows.

use super::chain::{self, Lane, Walk};
use super::merkle;
use crate::error::OfficeError;
use crate::hex;
use ct_merkle::InclusionProof;
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use db::{Conn, Sql};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use law::Refusal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

const FIRST_LINE: &str = "kokuho-seal 1";

const INSERT: Sql = Sql {
    name: "seal.insert",
    text: "insert into chain_seal (seal_no, statement, signature) values ($1, $2, $3)",
};
const ALL: Sql = Sql {
    name: "seal.all",
    text: "select seal_no, statement, signature from chain_seal order by seal_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, ALL];

/// 封の鍵. Its secret half never enters the database.
pub struct SealKey(SigningKey);

impl SealKey {
    /// The key of 32 bytes drawn by the edge.
    #[must_use]
    pub fn from_bytes(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// The key as written in its file: 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`OfficeError::Input`].
    pub fn read(text: &str) -> Result<Self, OfficeError> {
        let bytes = hex::read(text.trim()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        bytes
            .map(|secret| Self::from_bytes(&secret))
            .ok_or_else(|| OfficeError::input("封の鍵", "16進数64桁の鍵ファイルを指定してください"))
    }

    /// The public half, for those who check.
    #[must_use]
    pub fn public(&self) -> String {
        hex::write(self.0.verifying_key().as_bytes())
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SealKey({})", self.public())
    }
}

/// A seal as stored and as kept outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// 1, 2, 3 …
    pub seal_no: i64,
    /// What is signed, line by line.
    pub statement: String,
    /// Ed25519 over the statement, hexadecimal.
    pub signature: String,
}

/// The numbers a seal covers in one record, and the root over their links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: i64,
    pub(super) until: i64,
    root: String,
}

/// What a statement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    seal_no: i64,
    at: i64,
    pub(super) stretches: [Stretch; 2],
    pub(super) before: String,
    public: String,
}

/// The numbers of a record with the digests of their links as leaves, in order.
type OfLane = Vec<(i64, merkle::Hash)>;
/// The links of both records.
pub(super) type Links = BTreeMap<Lane, OfLane>;

pub(super) fn walk_both(conn: &mut Conn) -> Result<(Vec<Walk>, Links), OfficeError> {
    let mut walks = Vec::new();
    let mut links = Links::new();
    for lane in Lane::ALL {
        let mut of_lane = OfLane::new();
        walks.push(chain::walk(conn, lane, |number, link| {
            of_lane.push((number, merkle::leaf(link)));
        })?);
        links.insert(lane, of_lane);
    }
    Ok((walks, links))
}

/// The part of a record from one number to another.
fn part(of_lane: &OfLane, from: i64, until: i64) -> &[(i64, merkle::Hash)] {
    let first = of_lane.partition_point(|(number, _)| *number < from);
    let end = of_lane.partition_point(|(number, _)| *number <= until);
    of_lane.get(first..end).unwrap_or_default()
}

/// Seals what both records gained. `None` where nothing was added since the seal before.
///
/// # Errors
/// A refusal where the chain does not hold: what is broken is not sealed.
pub fn seal(conn: &mut Conn, key: &SealKey, now: i64) -> Result<Option<Seal>, OfficeError> {
    let (walks, links) = walk_both(conn)?;
    if let Some(flaw) = walks.iter().flat_map(|walk| &walk.flaws).next() {
        return Err(Refusal::new(
            "chain.broken",
            format!(
                "{}の{}番から鎖がつながりません（{}）。封をせず、管理者と監査担当へ知らせてください",
                flaw.lane.label_ja(),
                flaw.from,
                flaw.harm.label_ja()
            ),
        )
        .into());
    }
    let last = all(conn)?.pop();
    let said = last.as_ref().and_then(|seal| Said::read(&seal.statement));
    let stretch = |place: usize, lane: Lane| {
        let from = said
            .as_ref()
            .and_then(|said| said.stretches.get(place))
            .map_or(1, |stretch| stretch.until + 1);
        stretch_of(&links, lane, from, i64::MAX)
    };
    let stretches = [stretch(0, Lane::Acts), stretch(1, Lane::Access)];
    if stretches.iter().all(|part| part.until < part.from) {
        return Ok(None);
    }
    let seal_no = conn.next_ids("chain_seal", 1)?;
    let statement = Said {
        seal_no,
        at: now,
        stretches,
        before: last.map_or_else(|| "-".to_owned(), |seal| digest(&seal.statement)),
        public: key.public(),
    }
    .write();
    let made = Seal {
        seal_no,
        signature: hex::write(&key.0.sign(statement.as_bytes()).to_bytes()),
        statement,
    };
    conn.execute(
        &INSERT,
        &[
            made.seal_no.into(),
            made.statement.as_str().into(),
            made.signature.as_str().into(),
        ],
    )?;
    Ok(Some(made))
}

/// When a seal says it was put, microseconds since 1970-01-01T00:00:00Z; `None` where it cannot be read.
#[must_use]
pub fn sealed_at(seal: &Seal) -> Option<i64> {
    Said::read(&seal.statement).map(|said| said.at)
}

/// Every stored seal, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn all(conn: &mut Conn) -> Result<Vec<Seal>, OfficeError> {
    Ok(conn.query(&ALL, &[], |row| {
        Ok(Seal {
            seal_no: row.int(0)?,
            statement: row.text(1)?,
            signature: row.text(2)?,
        })
    })?)
}

pub(super) fn stretch_of(links: &Links, lane: Lane, from: i64, until: i64) -> Stretch {
    let leaves = links
        .get(&lane)
        .map_or(&[][..], |of_lane| part(of_lane, from, until));
    Stretch {
        from,
        until: leaves.last().map_or(from - 1, |(number, _)| *number),
        root: hex::write(&merkle::root(leaves.iter().map(|(_, leaf)| leaf))),
    }
}

impl Said {
    fn write(&self) -> String {
        let [acts, access] = &self.stretches;
        format!(
            "{FIRST_LINE}\nseal {}\nat {}\nacts {} {} {}\naccess {} {} {}\nbefore {}\nkey {}\n",
            self.seal_no,
            self.at,
            acts.from,
            acts.until,
            acts.root,
            access.from,
            access.until,
            access.root,
            self.before,
            self.public
        )
    }

    fn read(statement: &str) -> Option<Self> {
        let mut lines = statement.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
        let said = Self {
            seal_no: value("seal")?.parse().ok()?,
            at: value("at")?.parse().ok()?,
            stretches: [
                Stretch::read(value("acts")?)?,
                Stretch::read(value("access")?)?,
            ],
            before: value("before")?.to_owned(),
            public: value("key")?.to_owned(),
        };
        // Nothing may stand beside what is read.
        (said.write() == statement).then_some(said)
    }
}

impl Stretch {
    fn read(words: &str) -> Option<Self> {
        let mut words = words.split(' ');
        Some(Self {
            from: words.next()?.parse().ok()?,
            until: words.next()?.parse().ok()?,
            root: words.next()?.to_owned(),
        })
    }
}

/// What a seal says, if the named key (or, where none is named, the key it names) signed it.
pub(super) fn authentic(seal: &Seal, public: Option<&str>) -> Option<Said> {
    let said = Said::read(&seal.statement)?;
    if said.seal_no != seal.seal_no || public.is_some_and(|public| public != said.public) {
        return None;
    }
    let key: [u8; 32] = hex::read(&said.public)?.try_into().ok()?;
    let signature: [u8; 64] = hex::read(&seal.signature)?.try_into().ok()?;
    VerifyingKey::from_bytes(&key)
        .ok()?
        .verify_strict(
            seal.statement.as_bytes(),
            &Signature::from_bytes(&signature),
        )
        .ok()?;
    Some(said)
}

/// The proof that an entry stood in a record when it was sealed, for a reader who has the seal alone.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn prove(
    conn: &mut Conn,
    lane: Lane,
    entry_no: i64,
) -> Result<Option<InclusionProof<Sha256>>, OfficeError> {
    let mut links = BTreeMap::new();
    chain::walk(conn, lane, |number, link| {
        links.insert(number, link.to_vec());
    })?;
    for seal in all(conn)? {
        let Some(said) = Said::read(&seal.statement) else {
            continue;
        };
        let [acts, access] = &said.stretches;
        let stretch = if lane == Lane::Acts { acts } else { access };
        if !(stretch.from..=stretch.until).contains(&entry_no) {
            continue;
        }
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for (_, link) in links.range(stretch.from..=stretch.until) {
            tree.push(link.clone());
        }
        let place = usize::try_from(entry_no - stretch.from)
            .map_err(|_| OfficeError::Bug("封の範囲の外の番号です".to_owned()))?;
        return Ok(Some(tree.prove_inclusion(place)));
    }
    Ok(None)
}

pub(super) fn digest(statement: &str) -> String {
    hex::write(&Sha256::digest(statement.as_bytes()))
}
