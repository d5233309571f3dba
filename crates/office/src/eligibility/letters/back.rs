//! 返り — the answer form with its code, the answer it carries, and the letter that comes back undelivered.

use super::desk::{What, begin, step, wanted};
use crate::acts::Acting;
use crate::eligibility::overlap;
use crate::eligibility::status::whereabouts::{self, Trial};
use crate::error::OfficeError;
use crate::security::permit::{HandleWork, Permit};
use crate::worklist::{self, Outcome};
use db::Store;
use law::Refusal;
use law::certificate::ScanCode;

/// 様式と版 of the answer form; stands in its code.
pub const ANSWER_STOCK: &str = "900101";

/// 回答 as it came back.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// 資格重複のお尋ね: whether the other insurance is confirmed.
    pub double: bool,
    /// What was answered.
    pub words: &'a str,
}

/// 回答の記録 — what came back; the matter it belongs to goes on or is closed.
///
/// # Errors
/// [`OfficeError::Input`] without words; [`OfficeError::Refusal`] for an unknown letter; [`OfficeError::Conflict`] when
/// the matter is past that.
pub fn answer(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    letter_id: i64,
    answer: &Answer<'_>,
) -> Result<(), OfficeError> {
    if answer.words.trim().is_empty() {
        return Err(OfficeError::input("回答", "回答の内容を入れてください"));
    }
    let today = acting.business_date;
    store.write(|conn| {
        let letter = wanted(conn, letter_id)?;
        let act = begin(
            conn,
            permit,
            acting,
            "eligibility.letter_answer",
            answer.words,
        )?;
        step(conn, &act, letter_id, What::Answered, answer.words, None)?;
        let Some(item_id) = letter.item_id else {
            return Ok(());
        };
        if let Some(kept) = overlap::of_item(conn, item_id)? {
            return overlap::answer_under(conn, &act, kept, answer.double, answer.words, today);
        }
        let open = worklist::get(conn, item_id, today)?
            .is_some_and(|item| item.state == worklist::State::Open);
        if open {
            worklist::settle(conn, &act, item_id, Outcome::Done, answer.words)?;
        }
        Ok(())
    })
}

/// 返戻の記録 — the letter came back undelivered: a line on the card of the person who was not found.
///
/// # Errors
/// [`OfficeError::Refusal`] for an unknown letter.
pub fn came_back(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    letter_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    let today = acting.business_date;
    store.write(|conn| {
        let letter = wanted(conn, letter_id)?;
        let act = begin(conn, permit, acting, "eligibility.letter_back", reason)?;
        step(conn, &act, letter_id, What::CameBack, reason, None)?;
        let found = format!(
            "文書{letter_id}「{}」が返戻（{reason}）",
            letter.content.title
        );
        let line = (today, Trial::Returned, found.as_str());
        whereabouts::note_under(conn, &act, letter.person_id, line, today)?;
        Ok(())
    })
}

/// 回答書の読取符号 of a letter.
///
/// # Errors
/// [`Refusal`] when the number does not fit.
pub fn scan_of(letter_id: i64) -> Result<String, Refusal> {
    ScanCode {
        stock: ANSWER_STOCK.to_owned(),
        certificate_id: letter_id,
        copy: 1,
    }
    .figures()
}

/// The letter a code belongs to.
///
/// # Errors
/// [`Refusal`] for a code that cannot be read, or of another paper.
pub fn by_scan(text: &str) -> Result<i64, Refusal> {
    let code = ScanCode::read(text)?;
    if code.stock != ANSWER_STOCK {
        return Err(Refusal::new(
            "eligibility.letter.scan",
            "この符号は回答書のものではありません。証の符号は証の画面で読み取ってください"
                .to_owned(),
        ));
    }
    Ok(code.certificate_id)
}

#[cfg(test)]
mod tests {
    use super::{by_scan, scan_of};

    #[test]
    fn a_code_leads_back_to_its_letter_and_no_other_paper_does() {
        for letter_id in [1, 77, 9_999_999_999] {
            let code = scan_of(letter_id).unwrap();
            assert_eq!(by_scan(&code).unwrap(), letter_id);
            let spaced = format!("{} {}", &code[..6], &code[6..]);
            assert_eq!(by_scan(&spaced).unwrap(), letter_id);
        }
        assert!(by_scan("10010100000012340182").is_err(), "a certificate");
        assert!(by_scan("90010100000000010199").is_err(), "wrong figures");
        assert!(scan_of(10_000_000_000).is_err());
    }
}
