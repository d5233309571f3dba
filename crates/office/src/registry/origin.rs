//! 資料の出所 — where a fact came from: the file and the row of it, or the paper a clerk had in hand; and the act that took
//! it in, which knows who and when.

use crate::error::OfficeError;
use crate::trail::{self, Done};
use db::{Conn, Sql};
use law::Date;

const REQUEST: Sql = Sql {
    name: "registry.origin.request",
    text: "select coalesce(request_id, '') from act where act_id = $1",
};
const FILE: Sql = Sql {
    name: "registry.origin.file",
    text: "select file_name from import_file where file_id = $1",
};
const ROWS: Sql = Sql {
    name: "registry.origin.rows",
    text: "select row_number from import_row where file_id = $1 and settled_act_id = $2 order by row_number",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[REQUEST, FILE, ROWS];

/// 資料の種類 — what a fact of the tax side rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// 税務の資料: a row of the tax side's file.
    Tax,
    /// 申告書の写し.
    Return,
    /// 簡易申告書, for the levy alone.
    Brief,
    /// 照会の回答: another municipality, the tax office or an employer answered.
    Answer,
    /// 職権: found out by the office itself.
    ExOfficio,
    /// その他の資料, under the name a clerk gave it.
    Other,
}

impl Paper {
    /// Those a clerk can have in hand, in the order of a form.
    pub const IN_HAND: [Self; 5] = [
        Self::Brief,
        Self::Return,
        Self::Answer,
        Self::ExOfficio,
        Self::Other,
    ];

    /// Stable code: what the stored source begins with.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tax => "tax",
            Self::Return => "return",
            Self::Brief => "brief",
            Self::Answer => "answer",
            Self::ExOfficio => "ex_officio",
            Self::Other => "counter",
        }
    }

    /// In words.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Tax => "税務の資料",
            Self::Return => "申告書の写し",
            Self::Brief => "簡易申告",
            Self::Answer => "照会の回答",
            Self::ExOfficio => "職権",
            Self::Other => "その他の資料",
        }
    }

    /// The paper of a code a clerk chose; `None` for one nobody can have in hand.
    #[must_use]
    pub fn in_hand(code: &str) -> Option<Self> {
        Self::IN_HAND.into_iter().find(|paper| paper.code() == code)
    }

    /// What is stored as the source of a fact.
    #[must_use]
    pub fn source(self, name: &str) -> String {
        format!("{}/{name}", self.code())
    }

    /// The paper and its name in a stored source; text of no known kind is the name of another paper.
    #[must_use]
    pub fn of_source(source: &str) -> (Self, &str) {
        let known = source.split_once('/').and_then(|(code, name)| {
            let mut all = [Self::Tax].into_iter().chain(Self::IN_HAND);
            let paper = all.find(|paper| paper.code() == code)?;
            Some((paper, name))
        });
        known.unwrap_or((Self::Other, source))
    }
}

/// A file as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// 受付番号.
    pub file_id: i64,
    /// Name.
    pub name: String,
    /// The rows that waited and were taken in by this very act; a row that went in at once is named by the number the
    /// sender gave it (履歴番号).
    pub rows: Vec<i64>,
}

/// Where a fact came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The act that took it in: who, when, from where.
    pub act: Done,
    /// The file it was in.
    pub file: Option<File>,
}

impl Origin {
    /// 受け取った日: that of the file, or the day a clerk stated beside the paper in hand.
    #[must_use]
    pub fn received_on(&self, stated: Option<Date>) -> Date {
        match (&self.file, stated) {
            (None, Some(stated)) => stated,
            _ => self.act.business_date,
        }
    }
}

/// Where what an act wrote came from.
///
/// # Errors
/// [`OfficeError::Bug`] when there is no such act.
pub fn of_act(conn: &mut Conn, act_id: i64) -> Result<Origin, OfficeError> {
    let act = trail::find(conn, act_id)?
        .ok_or_else(|| OfficeError::Bug(format!("処理{act_id}の記録がありません")))?;
    let request: String = conn.query_one(&REQUEST, &[act_id.into()], |row| row.text(0))?;
    let parts: Vec<&str> = request.split('/').collect();
    let (file_id, settled_by) = match parts.as_slice() {
        ["import", file, "settle", act] => (file.parse().ok(), act.parse().ok()),
        ["import", file, ..] => (file.parse::<i64>().ok(), None),
        _ => (None, None),
    };
    let file = match file_id {
        None => None,
        Some(file_id) => {
            let name: Option<String> =
                conn.query_opt(&FILE, &[file_id.into()], |row| row.text(0))?;
            let rows = match settled_by {
                None => Vec::new(),
                Some(settled_by) => {
                    let settled_by: i64 = settled_by;
                    conn.query(&ROWS, &[file_id.into(), settled_by.into()], |row| {
                        row.int(0)
                    })?
                }
            };
            name.map(|name| File {
                file_id,
                name,
                rows,
            })
        }
    };
    Ok(Origin { act, file })
}
