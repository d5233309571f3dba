//! 発送 — what a run of the printer printed leaves the office, but for the letters of somebody who was not found or came under
//! 支援措置 since: that is asked again just before.

use super::desk::{What, begin, step};
use super::press::not_found;
use super::release::{Leave, as_set_now};
use super::{Letter, read};
use crate::acts::Acting;
use crate::error::OfficeError;
use crate::security::permit::{Permit, PrintNotice};
use db::{Conn, Sql, Store};
use law::Refusal;

const TO_MAIL: Sql = Sql {
    name: "eligibility.letter.to_mail",
    text: "select l.letter_id, l.kind, l.item_id, l.person_id, l.sent_on, l.answer_by, l.content, l.act_id \
           from letter_step p join eligibility_letter l on l.letter_id = p.letter_id \
           where p.batch_id = $1 and p.what = 'printed' and not exists (select 1 from letter_step m \
           where m.letter_id = p.letter_id and m.batch_id = p.batch_id and m.what = 'mailed') order by l.letter_id",
};
const MAILED: Sql = Sql {
    name: "eligibility.letter.mailed",
    text: "select count(*) from letter_step where batch_id = $1 and what = 'mailed'",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TO_MAIL, MAILED];

/// 発送 of what a run of the printer printed; how many. Done once, and again for what was kept back for 居所不明
/// or 支援措置.
///
/// # Errors
/// [`OfficeError::Conflict`] when it was mailed before; [`OfficeError::Refusal`] when it printed nothing, or all that is
/// left is kept back.
pub fn mail(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    batch_id: i64,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let waiting = conn.query(&TO_MAIL, &[batch_id.into()], read)?;
        let mailed = conn.query_one(&MAILED, &[batch_id.into()], |row| row.int(0))? > 0;
        if mailed && waiting.is_empty() {
            return Err(OfficeError::Conflict(format!(
                "印刷{batch_id}は発送済みです。一覧を読み直してください"
            )));
        }
        if waiting.is_empty() {
            return Err(Refusal::new(
                "eligibility.letter.nothing_printed",
                format!("印刷{batch_id}で印刷した文書はありません。一覧を読み直してください"),
            )
            .into());
        }
        // What may not go today stays here, and is mailed by doing this again.
        let (mut going, mut stays) = (Vec::with_capacity(waiting.len()), None);
        for letter in waiting {
            let letter_id = letter.letter_id;
            match kept_back(conn, letter, acting)? {
                None => going.push(letter_id),
                Some(why) => stays = stays.or(Some(why)),
            }
        }
        if let (Some((code, why)), true) = (stays, going.is_empty()) {
            return Err(Refusal::new(
                code,
                format!("印刷{batch_id}で発送していない文書は、発送できません。{why}"),
            )
            .into());
        }
        let act = begin(conn, permit, acting, "eligibility.letter_mail", "")?;
        for letter_id in &going {
            step(conn, &act, *letter_id, What::Mailed, "", Some(batch_id))?;
        }
        Ok(i64::try_from(going.len()).unwrap_or(i64::MAX))
    })
}

/// 発送直前の再確認: why a printed letter stays in the office today, as code of the refusal and what to do.
fn kept_back(
    conn: &mut Conn,
    letter: Letter,
    acting: &Acting,
) -> Result<Option<(&'static str, String)>, OfficeError> {
    let letter_id = letter.letter_id;
    if not_found(conn, &letter, acting.business_date)? {
        let why = format!(
            "文書{letter_id}は発送停止（居所不明）です。居所不明の保留を終えてから発送済にしてください"
        );
        return Ok(Some(("eligibility.letter.whereabouts", why)));
    }
    Ok(match as_set_now(conn, letter, acting)? {
        Leave::Ordinary | Leave::Apart => None,
        Leave::Waits => Some((
            "eligibility.letter.waits",
            format!(
                "文書{letter_id}は支援措置対象者のものです。承認者がいまの宛先を承認してから、単独で発送してください"
            ),
        )),
        Leave::Moved => Some((
            "eligibility.letter.moved",
            format!(
                "文書{letter_id}は支援措置対象者のもので、印刷のあとに宛先が変わりました。印刷したものは廃棄し、文書を作り直してください"
            ),
        )),
    })
}

/// Whether everything a run of the printer printed was mailed.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn is_mailed(conn: &mut Conn, batch_id: i64) -> Result<bool, OfficeError> {
    let mailed = conn.query_one(&MAILED, &[batch_id.into()], |row| row.int(0))? > 0;
    Ok(mailed && conn.query(&TO_MAIL, &[batch_id.into()], read)?.is_empty())
}
