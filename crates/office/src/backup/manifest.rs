//! 目録 — what a backup says of itself: whose it is, of which moment, which tables with how many rows, and where the records
//! of acts and of access had come to.

use crate::error::OfficeError;
use crate::hex;
use crate::security::chain::Lane;
use db::dump::TableShape;
use db::{ColumnType, Conn, Sql};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Which of the two namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// The office's own.
    Office,
    /// 番号の金庫.
    Vault,
}

/// The first frame: enough to refuse before anything is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// 全国地方公共団体コード.
    pub municipality: String,
    /// 名前: once in a municipality.
    pub name: String,
    /// When the snapshot was taken, microseconds since 1970-01-01T00:00:00Z.
    pub taken_at: i64,
    /// The applied migrations of each part, with their digests.
    pub forms: Vec<(Part, Vec<(String, String)>)>,
}

/// A table in the stream; its rows follow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableHead {
    /// In which part.
    pub part: Part,
    /// The name.
    pub table: String,
    /// Columns with their kinds: `i` integer, `t` text, `b` bytes.
    pub columns: Vec<(String, char)>,
}

impl TableHead {
    pub(super) fn of(part: Part, shape: &TableShape) -> Self {
        let kind = |kind: ColumnType| match kind {
            ColumnType::Int => 'i',
            ColumnType::Text => 't',
            ColumnType::Blob => 'b',
        };
        Self {
            part,
            table: shape.name.clone(),
            columns: shape
                .columns
                .iter()
                .map(|(name, of)| (name.clone(), kind(*of)))
                .collect(),
        }
    }
}

/// How many rows of a table there are, and the digest over them in the order of their key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableCount {
    /// In which part.
    pub part: Part,
    /// The name.
    pub table: String,
    /// Rows.
    pub rows: u64,
    /// SHA-256, hexadecimal.
    pub sha256: String,
}

/// 鎖の先頭: where a record had come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// 1 acts, 2 access.
    pub lane: i64,
    /// The last number; 0 where there is none.
    pub entry_no: i64,
    /// Its link.
    pub link: String,
}

/// 目録. The last frame of a backup; a copy in clear text lies beside the file, for it holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// As the first frame.
    pub header: Header,
    /// Every table.
    pub tables: Vec<TableCount>,
    /// Where the records had come to.
    pub heads: Vec<Head>,
    /// The number of the last seal; 0 where there is none.
    pub last_seal: i64,
}

impl Manifest {
    /// Rows of all tables.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// SHA-256 over all of it, hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        hex::write(&Sha256::digest(&text))
    }
}

const HEAD: Sql = Sql {
    name: "backup.head",
    text: "select entry_no, link from chain_link where lane = $1 order by entry_no desc limit 1",
};
const LAST_SEAL: Sql = Sql {
    name: "backup.last_seal",
    text: "select coalesce(max(seal_no), 0) from chain_seal",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HEAD, LAST_SEAL];

/// Where both records have come to.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn heads(conn: &mut Conn) -> Result<Vec<Head>, OfficeError> {
    Lane::ALL
        .into_iter()
        .map(|lane| {
            let found = conn.query_opt(&HEAD, &[lane.code().into()], |row| {
                Ok((row.int(0)?, row.text(1)?))
            })?;
            let (entry_no, link) = found.unwrap_or((0, String::new()));
            Ok(Head {
                lane: lane.code(),
                entry_no,
                link,
            })
        })
        .collect()
}

pub(super) fn last_seal(conn: &mut Conn) -> Result<i64, OfficeError> {
    Ok(conn.query_one(&LAST_SEAL, &[], |row| row.int(0))?)
}

/// The digest over the rows of one table, and their number.
#[derive(Default)]
pub(super) struct Tally {
    digest: Sha256,
    rows: u64,
}

impl Tally {
    pub(super) fn add(&mut self, payload: &[u8]) {
        self.digest.update(
            u64::try_from(payload.len())
                .unwrap_or(u64::MAX)
                .to_le_bytes(),
        );
        self.digest.update(payload);
        self.rows += 1;
    }

    pub(super) fn end(self, part: Part, table: &str) -> TableCount {
        TableCount {
            part,
            table: table.to_owned(),
            rows: self.rows,
            sha256: hex::write(&self.digest.finalize()),
        }
    }
}
