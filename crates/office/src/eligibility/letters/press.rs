//! 印刷 — which letters wait for the printer, what came out of a run, and what was set on paper.

use super::desk::{Placed, What, step, step_for, steps, what_of};
use super::release::{Waiting, digest, look, look_now};
use super::{Letter, LetterKind, read};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::notices::not_found::is_held;
use crate::security::permit::{Permit, PrintNotice};
use crate::security::{Session, rows};
use db::{Conn, Sql, Store};
use law::Date;

const WAITING: Sql = Sql {
    name: "eligibility.letter.waiting",
    text: "select letter_id, kind, item_id, person_id, sent_on, answer_by, content, act_id from eligibility_letter l \
           where kind = $1 and letter_id > $2 and not exists \
           (select 1 from letter_step s where s.letter_id = l.letter_id and s.what = 'printed') \
           order by letter_id limit 500",
};
const BATCH: Sql = Sql {
    name: "eligibility.letter.batch",
    text: "insert into letter_batch (batch_id, kind, decided, printed, held, refused, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7)",
};
const BATCHES: Sql = Sql {
    name: "eligibility.letter.batches",
    text: "select batch_id, kind, decided, printed, held, refused, act_id from letter_batch \
           order by batch_id desc limit 100",
};
const PAPER: Sql = Sql {
    name: "eligibility.letter.paper",
    text: "insert into eligibility_paper (paper_id, letter_id, fiscal_year, proof_no, body, act_id) \
           values ($1, $2, $3, $4, $5, $6)",
};
const OF_BATCH: Sql = Sql {
    name: "eligibility.letter.of_batch",
    text: "select p.body from eligibility_paper p join letter_step s on s.letter_id = p.letter_id \
           where s.batch_id = $1 and s.what = 'printed' order by p.letter_id",
};
const OF_LETTER: Sql = Sql {
    name: "eligibility.letter.of_letter",
    text: "select body from eligibility_paper where letter_id = $1 order by paper_id desc limit 1",
};
const OF_PROOF: Sql = Sql {
    name: "eligibility.proof.paper",
    text: "select body from eligibility_paper where fiscal_year = $1 and proof_no = $2 order by paper_id desc limit 1",
};
const PRINTED_OF_BATCH: Sql = Sql {
    name: "eligibility.letter.printed_of_batch",
    text: "select letter_id, what, note from letter_step where batch_id = $1 and what in ('printed', 'held', 'refused') \
           order by letter_id",
};
const PEOPLE_OF_BATCH: Sql = Sql {
    name: "eligibility.letter.people_of_batch",
    text: "select distinct l.person_id from letter_step s join eligibility_letter l on l.letter_id = s.letter_id \
           where s.batch_id = $1 order by l.person_id",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    WAITING,
    BATCH,
    BATCHES,
    PAPER,
    OF_BATCH,
    OF_LETTER,
    OF_PROOF,
    PRINTED_OF_BATCH,
    PEOPLE_OF_BATCH,
];

/// Letters of one run of the printer, which is one file: a page being laid out takes more than half a megabyte.
pub const BATCH_LETTERS: usize = 100;

/// The letters of a kind that are not printed yet, after a number, 500 at a time.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn waiting(
    conn: &mut Conn,
    kind: LetterKind,
    after: i64,
    today: Date,
) -> Result<Vec<Waiting>, OfficeError> {
    let letters = conn.query(&WAITING, &[kind.code().into(), after.into()], read)?;
    letters
        .into_iter()
        .map(|letter| look(conn, letter, today))
        .collect()
}

/// 発送停止（居所不明） on a day. The letter that asks for the person goes out all the same: it is the search.
pub(super) fn not_found(
    conn: &mut Conn,
    letter: &Letter,
    today: Date,
) -> Result<bool, OfficeError> {
    Ok(letter.kind != LetterKind::WhereaboutsInquiry.code()
        && is_held(conn, letter.person_id, today)?)
}

/// One run of the printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Number.
    pub batch_id: i64,
    /// Code of the kind.
    pub kind: String,
    /// Letters that were to be printed.
    pub decided: i64,
    /// Printed.
    pub printed: i64,
    /// Held for 支援措置 or 居所不明.
    pub held: i64,
    /// Refused: a letter no font has, a place that is missing.
    pub refused: i64,
    /// The act.
    pub act_id: i64,
}

impl Batch {
    /// 作成 = 印刷 + 保留 + 印刷できない.
    #[must_use]
    pub const fn ties(&self) -> bool {
        self.decided == self.printed + self.held + self.refused
    }
}

/// The latest runs of the printer.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn batches(conn: &mut Conn) -> Result<Vec<Batch>, OfficeError> {
    Ok(conn.query(&BATCHES, &[], |row| {
        Ok(Batch {
            batch_id: row.int(0)?,
            kind: row.text(1)?,
            decided: row.int(2)?,
            printed: row.int(3)?,
            held: row.int(4)?,
            refused: row.int(5)?,
            act_id: row.int(6)?,
        })
    })?)
}

/// What became of each letter of a run: number, what, and why.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_batch(conn: &mut Conn, batch_id: i64) -> Result<Vec<(i64, What, String)>, OfficeError> {
    Ok(conn.query(&PRINTED_OF_BATCH, &[batch_id.into()], |row| {
        Ok((row.int(0)?, what_of(row, 1)?, row.text(2)?))
    })?)
}

/// Whom the letters of a run are about.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn people_of_batch(conn: &mut Conn, batch_id: i64) -> Result<Vec<i64>, OfficeError> {
    Ok(conn.query(&PEOPLE_OF_BATCH, &[batch_id.into()], |row| row.int(0))?)
}

/// What goes to the printer next, of the rows of a session: as many as one file takes, up to the first letter under 支援措置 that
/// may go, which goes by itself.
fn next(
    store: &Store,
    session: &Session,
    (kind, mut after): (LetterKind, i64),
    today: Date,
) -> Result<Vec<Waiting>, OfficeError> {
    let mut next: Vec<Waiting> = Vec::new();
    loop {
        let found = store.read(|conn| waiting(conn, kind, after, today))?;
        let Some(last) = found.last() else {
            return Ok(next);
        };
        after = last.letter.letter_id;
        for one in found {
            let person = one.letter.person_id;
            if session.is_limited() && rows::allows(store, session, person, today)?.is_err() {
                continue;
            }
            let apart = one.withheld && one.allowed && !one.not_found;
            if apart && !next.is_empty() {
                return Ok(next);
            }
            next.push(one);
            if apart || next.len() == BATCH_LETTERS {
                return Ok(next);
            }
        }
    }
}

/// 印刷 — prints what waits of a kind after a number and of the rows of the session, at most [`BATCH_LETTERS`] at once and
/// what is under 支援措置 by itself. `set` puts a letter into what is set on paper, or says why it
/// cannot be printed; what it gives is kept as printed. Answers the run and the number of its last letter; none where nothing waits.
///
/// # Errors
/// [`OfficeError::Store`]; [`OfficeError::Conflict`] when another terminal printed one of them meanwhile.
pub fn print(
    store: &Store,
    (permit, session): (&Permit<PrintNotice>, &Session),
    acting: &Acting,
    (kind, after): (LetterKind, i64),
    set: &dyn Fn(&Letter) -> Result<String, OfficeError>,
) -> Result<Option<(Batch, i64)>, OfficeError> {
    let today = acting.business_date;
    let found = next(store, session, (kind, after), today)?;
    let Some(last) = found.last().map(|one| one.letter.letter_id) else {
        return Ok(None);
    };
    // Setting takes its time; nobody waits for it.
    let mut papers: Vec<(Letter, Result<String, String>)> = Vec::with_capacity(found.len());
    for one in found {
        let paper = set(&one.letter).map_err(|error| error.to_string());
        papers.push((one.letter, paper));
    }
    store.write(|conn| {
        let details = ActDetails {
            note: kind.title_ja().to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.letter_print", &details)?;
        let batch_id = conn.next_ids("letter_batch", 1)?;
        let mut batch = Batch {
            batch_id,
            kind: kind.code().to_owned(),
            decided: i64::try_from(papers.len()).unwrap_or(i64::MAX),
            printed: 0,
            held: 0,
            refused: 0,
            act_id: act.id.0,
        };
        for (letter, paper) in &papers {
            one_of_batch(conn, &act, &mut batch, (letter, paper.as_deref()), acting)?;
        }
        let row = [
            batch_id.into(),
            batch.kind.as_str().into(),
            batch.decided.into(),
            batch.printed.into(),
            batch.held.into(),
            batch.refused.into(),
            act.id.0.into(),
        ];
        conn.execute(&BATCH, &row)?;
        Ok(Some((batch, last)))
    })
}

fn one_of_batch(
    conn: &mut Conn,
    act: &Act,
    batch: &mut Batch,
    (letter, paper): (&Letter, Result<&str, &String>),
    acting: &Acting,
) -> Result<(), OfficeError> {
    let number = Some(batch.batch_id);
    let before = steps(conn, letter.letter_id)?;
    if before.iter().any(|step| step.what == What::Printed) {
        return Err(OfficeError::Conflict(format!(
            "文書{}は、ほかの端末が印刷しました。一覧を読み直してください",
            letter.letter_id
        )));
    }
    let one = look_now(conn, letter.clone(), acting)?;
    let letter_id = letter.letter_id;
    let place = digest(&one.letter.content.addressee);
    let held = match (one.withheld, one.allowed) {
        _ if one.not_found => {
            Some("発送停止（居所不明）です。居所不明の保留を終えると印刷できます")
        }
        (false, _) => None,
        (true, false) => Some("支援措置の対象者です。承認を得てから印刷してください"),
        (true, true) if batch.decided > 1 => {
            Some("支援措置の対象者です。ほかの文書と分けて印刷します。もう一度印刷してください")
        }
        // Set before the word was given, or before the place changed.
        (true, true) if place != digest(&letter.content.addressee) => {
            Some("支援措置の対象者です。宛先が変わりました。もう一度印刷してください")
        }
        (true, true) => None,
    };
    if let Some(why) = held {
        batch.held += 1;
        return step(conn, act, letter_id, What::Held, why, number);
    }
    match paper {
        Err(why) => {
            batch.refused += 1;
            step(conn, act, letter_id, What::Refused, why, number)
        }
        Ok(body) => {
            batch.printed += 1;
            keep(conn, act, (Some(letter_id), None), body)?;
            let done = Placed {
                note: "",
                batch_id: number,
                place_digest: Some(&digest(&letter.content.addressee)),
            };
            step_for(conn, act, (letter_id, What::Printed), done)
        }
    }
}

/// Keeps what was set on paper: of a letter, or of a 証明書 by its 年度 and number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn keep(
    conn: &mut Conn,
    act: &Act,
    (letter_id, proof): (Option<i64>, Option<(i64, i64)>),
    body: &str,
) -> Result<(), OfficeError> {
    let paper_id = conn.next_ids("eligibility_paper", 1)?;
    let params = [
        paper_id.into(),
        letter_id.into(),
        proof.map(|proof| proof.0).into(),
        proof.map(|proof| proof.1).into(),
        body.into(),
        act.id.0.into(),
    ];
    conn.execute(&PAPER, &params)?;
    Ok(())
}

/// The papers of a run of the printer as they were set, by number of the letter.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn papers(conn: &mut Conn, batch_id: i64) -> Result<Vec<String>, OfficeError> {
    Ok(conn.query(&OF_BATCH, &[batch_id.into()], |row| row.text(0))?)
}

/// The paper of a letter as it was set; none while it is not printed.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn paper_of(conn: &mut Conn, letter_id: i64) -> Result<Option<String>, OfficeError> {
    Ok(conn.query_opt(&OF_LETTER, &[letter_id.into()], |row| row.text(0))?)
}

/// The paper of a 証明書 as it was set.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn paper_of_proof(
    conn: &mut Conn,
    (fiscal_year, proof_no): (i64, i64),
) -> Result<Option<String>, OfficeError> {
    let params = [fiscal_year.into(), proof_no.into()];
    Ok(conn.query_opt(&OF_PROOF, &params, |row| row.text(0))?)
}
