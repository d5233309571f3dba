//! 文書の印刷と返り — which letters wait for the printer, what came out, what came back.
//!
//! 支援措置 is looked at again in the moment of printing: a letter of somebody whose address is withheld by now is held until
//! a second person allows it. What was set on paper is kept as it was printed.

use super::{Letter, LetterKind, read};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::Permit;
use db::{Conn, Row, Sql, StoreError};
use law::Refusal;

pub use super::back::{ANSWER_STOCK, Answer, answer, by_scan, came_back, scan_of};
pub use super::post::{is_mailed, mail};
pub use super::press::{
    BATCH_LETTERS, Batch, batches, keep, of_batch, paper_of, paper_of_proof, papers,
    people_of_batch, print, waiting,
};
pub use super::release::{
    Waiting, allow, author, check_opening, check_opening_proof, digest, look,
};

const ONE: Sql = Sql {
    name: "eligibility.letter.one",
    text: "select letter_id, kind, item_id, person_id, sent_on, answer_by, content, act_id from eligibility_letter \
           where letter_id = $1",
};
const COUNTS: Sql = Sql {
    name: "eligibility.letter.counts",
    text: "select l.kind, count(*), count(p.letter_id), count(a.letter_id), count(c.letter_id) from eligibility_letter l \
           left join (select distinct letter_id from letter_step where what = 'printed') p on p.letter_id = l.letter_id \
           left join (select distinct letter_id from letter_step where what = 'answered') a on a.letter_id = l.letter_id \
           left join (select distinct letter_id from letter_step where what = 'came_back') c on c.letter_id = l.letter_id \
           group by l.kind order by l.kind",
};
const STEPS: Sql = Sql {
    name: "eligibility.letter.steps",
    text: "select step_no, what, note, batch_id, act_id, place_digest from letter_step where letter_id = $1 order by step_no",
};
const STEP: Sql = Sql {
    name: "eligibility.letter.step",
    text: "insert into letter_step (letter_id, step_no, what, note, batch_id, act_id, place_digest) \
           select cast($1 as bigint), coalesce(max(step_no), 0) + 1, cast($2 as text), cast($3 as text), \
           cast($4 as bigint), cast($5 as bigint), cast($6 as text) from letter_step where letter_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ONE, COUNTS, STEPS, STEP];

/// What happened with a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// 支援措置の印刷の承認.
    Allowed,
    /// 印刷済.
    Printed,
    /// 支援措置または居所不明のため保留; its note says which.
    Held,
    /// 印刷できない.
    Refused,
    /// 発送済.
    Mailed,
    /// 回答あり.
    Answered,
    /// 返戻.
    CameBack,
}

impl What {
    /// Every kind: code and name.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Allowed, "allowed", "支援措置の印刷を承認"),
        (Self::Printed, "printed", "印刷済"),
        (Self::Held, "held", "保留"),
        (Self::Refused, "refused", "印刷できない"),
        (Self::Mailed, "mailed", "発送済"),
        (Self::Answered, "answered", "回答あり"),
        (Self::CameBack, "came_back", "返戻"),
    ];

    fn code(self) -> &'static str {
        crate::names::code_of(&Self::ALL, self)
    }

    /// Name on pages.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        crate::names::label_of(&Self::ALL, self)
    }
}

/// One thing that happened with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Number within the letter.
    pub step_no: i64,
    /// What.
    pub what: What,
    /// In words.
    pub note: String,
    /// 印刷の回.
    pub batch_id: Option<i64>,
    /// The act.
    pub act_id: i64,
    /// For which place, where it was done for one.
    pub place_digest: Option<String>,
}

pub(super) fn what_of(row: &Row<'_>, column: usize) -> Result<What, StoreError> {
    let code = row.str(column)?;
    crate::names::named(&What::ALL, code)
        .ok_or_else(|| row.wrong(column, format!("文書の経過「{code}」を知りません")))
}

/// One letter.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn get(conn: &mut Conn, letter_id: i64) -> Result<Option<Letter>, OfficeError> {
    Ok(conn.query_opt(&ONE, &[letter_id.into()], read)?)
}

/// What happened with a letter, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn steps(conn: &mut Conn, letter_id: i64) -> Result<Vec<Step>, OfficeError> {
    Ok(conn.query(&STEPS, &[letter_id.into()], |row| {
        Ok(Step {
            step_no: row.int(0)?,
            what: what_of(row, 1)?,
            note: row.text(2)?,
            batch_id: row.opt_int(3)?,
            act_id: row.int(4)?,
            place_digest: row.opt_text(5)?,
        })
    })?)
}

/// How the letters of one kind stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The kind.
    pub kind: LetterKind,
    /// 作成.
    pub decided: i64,
    /// 印刷.
    pub printed: i64,
    /// 回答.
    pub answered: i64,
    /// 返戻.
    pub came_back: i64,
}

/// How many letters of each kind were written, printed, answered and came back.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn counts(conn: &mut Conn) -> Result<Vec<Count>, OfficeError> {
    Ok(conn.query(&COUNTS, &[], |row| {
        let code = row.str(0)?;
        Ok(Count {
            kind: LetterKind::from_code(code)
                .ok_or_else(|| row.wrong(0, format!("文書の種類「{code}」を知りません")))?,
            decided: row.int(1)?,
            printed: row.int(2)?,
            answered: row.int(3)?,
            came_back: row.int(4)?,
        })
    })?)
}

pub(super) fn step(
    conn: &mut Conn,
    act: &Act,
    letter_id: i64,
    what: What,
    note: &str,
    batch_id: Option<i64>,
) -> Result<(), OfficeError> {
    let done = Placed {
        note,
        batch_id,
        place_digest: None,
    };
    step_for(conn, act, (letter_id, what), done)
}

/// What was done, in words, in which run of the printer, and for which place.
#[derive(Clone, Copy)]
pub(super) struct Placed<'p> {
    pub note: &'p str,
    pub batch_id: Option<i64>,
    pub place_digest: Option<&'p str>,
}

pub(super) fn step_for(
    conn: &mut Conn,
    act: &Act,
    (letter_id, what): (i64, What),
    done: Placed<'_>,
) -> Result<(), OfficeError> {
    let params = [
        letter_id.into(),
        what.code().into(),
        done.note.into(),
        done.batch_id.into(),
        act.id.0.into(),
        done.place_digest.into(),
    ];
    conn.execute(&STEP, &params)?;
    Ok(())
}

pub(super) fn wanted(conn: &mut Conn, letter_id: i64) -> Result<Letter, OfficeError> {
    get(conn, letter_id)?.ok_or_else(|| {
        Refusal::new(
            "eligibility.letter.unknown",
            format!("文書{letter_id}はありません。符号か番号を確かめてください"),
        )
        .into()
    })
}

pub(super) fn begin<F>(
    conn: &mut Conn,
    permit: &Permit<F>,
    acting: &Acting,
    kind: &str,
    note: &str,
) -> Result<Act, OfficeError> {
    let details = ActDetails {
        note: note.to_owned(),
        ..ActDetails::default()
    };
    acts::begin(conn, acting, permit, kind, &details)
}
