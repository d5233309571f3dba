//! 支援措置の人の文書 — printed by itself, only after a second person's word for the place it goes to, set with that place,
//! and asked again whenever the paper is opened. As for notices ([`crate::notices::release`]): where the 送付先 or the
//! address changed since, the word no longer counts.

use super::desk::{Placed, What, get, step_for, steps, wanted};
use super::press::not_found;
use super::{Addressee, Letter, addressee};
use crate::acts::{self, ActDetails, Acting};
use crate::eligibility::proof;
use crate::error::OfficeError;
use crate::hex;
use crate::registry::support;
use crate::security::permit::{ApproveEligibility, Permit};
use db::{Conn, Sql, Store};
use law::{Date, Refusal};
use sha2::{Digest, Sha256};

const STAFF_OF: Sql = Sql {
    name: "eligibility.letter.staff_of",
    text: "select staff_id from act where act_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STAFF_OF];

/// A letter that waits for the printer, or is to be opened.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The letter; under 支援措置 with the place it goes to on the day.
    pub letter: Letter,
    /// 支援措置 by today: it is printed only when a second person has allowed it, and by itself.
    pub withheld: bool,
    /// Whether a second person has, for the place it goes to on the day.
    pub allowed: bool,
    /// 発送停止（居所不明） on the day: it waits until the hold of the person has ended.
    pub not_found: bool,
}

/// How a letter is to be handled on a day.
///
/// # Errors
/// [`OfficeError`].
pub fn look(conn: &mut Conn, mut letter: Letter, on: Date) -> Result<Waiting, OfficeError> {
    let now = addressee(conn, letter.person_id, on)?;
    let not_found = not_found(conn, &letter, on)?;
    let written = &letter.content.addressee;
    let elsewhere = digest(written) != digest(&now);
    let waits = written.withheld || now.withheld || elsewhere && tells(conn, &letter, on)?;
    if !waits {
        return Ok(Waiting {
            letter,
            withheld: false,
            allowed: false,
            not_found,
        });
    }
    letter.content.addressee = Addressee {
        withheld: true,
        ..now
    };
    let word = placed(conn, letter.letter_id, What::Allowed)?;
    let allowed = word == Some(digest(&letter.content.addressee));
    Ok(Waiting {
        letter,
        withheld: true,
        allowed,
        not_found,
    })
}

/// As [`look`] on the business date; what is withheld by today is not ordinary by a business date on which the measure will have
/// ended.
pub(super) fn look_now(
    conn: &mut Conn,
    letter: Letter,
    acting: &Acting,
) -> Result<Waiting, OfficeError> {
    let one = look(conn, letter, acting.business_date)?;
    if one.withheld {
        return Ok(one);
    }
    let withheld = tells(conn, &one.letter, acting.earliest_day())?;
    Ok(Waiting { withheld, ..one })
}

/// Whether the place that is written on a letter tells a home that is hidden on a day or later: of the person, or of whoever
/// stands or stood for them.
fn tells(conn: &mut Conn, letter: &Letter, on: Date) -> Result<bool, OfficeError> {
    let place = [letter.content.addressee.address.clone()];
    Ok(support::is_hidden_from(conn, letter.person_id, on)?
        || support::tells_any_home(conn, (0, letter.person_id), &place, on)?)
}

/// The place for which something was done last with a letter; nothing where none was written down.
fn placed(conn: &mut Conn, letter_id: i64, what: What) -> Result<Option<String>, OfficeError> {
    Ok(steps(conn, letter_id)?
        .into_iter()
        .rfind(|step| step.what == what)
        .and_then(|step| step.place_digest))
}

/// A place, with the name it is addressed to, as the word of a second person is bound to it.
#[must_use]
pub fn digest(to: &Addressee) -> String {
    let mut hash = Sha256::new();
    for part in [&to.name, &to.postal_code, &to.address, &to.building] {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::write(&hash.finalize())
}

/// 支援措置の人への文書の承認, by somebody who did not write it, for the place they saw: it goes there on the business date.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Refusal`] for the person who wrote it and where no approval is
/// needed; [`OfficeError::Conflict`] where it goes to another place by now.
pub fn allow(
    store: &Store,
    permit: &Permit<ApproveEligibility>,
    acting: &Acting,
    letter_id: i64,
    (reason, seen): (&str, &str),
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input("理由", "承認の理由を入れてください"));
    }
    store.write(|conn| {
        let letter = wanted(conn, letter_id)?;
        if author(conn, &letter)? == acting.staff_id {
            return Err(Refusal::new(
                "eligibility.letter.same_person",
                "文書を作成した本人は承認できません。別の承認者に依頼してください".to_owned(),
            )
            .into());
        }
        let one = look(conn, letter, acting.business_date)?;
        if !one.withheld {
            return Err(Refusal::new(
                "eligibility.letter.ordinary",
                format!("文書{letter_id}は支援措置対象者のものではないので、承認は要りません"),
            )
            .into());
        }
        let place = digest(&one.letter.content.addressee);
        if place != seen {
            return Err(OfficeError::Conflict(format!(
                "文書{letter_id}の宛先が変わりました。いまの宛先を確かめてから承認してください"
            )));
        }
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.letter_allow", &details)?;
        let done = Placed {
            note: reason,
            batch_id: None,
            place_digest: Some(&place),
        };
        step_for(conn, &act, (letter_id, What::Allowed), done)
    })
}

/// Who wrote a letter.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn author(conn: &mut Conn, letter: &Letter) -> Result<i64, OfficeError> {
    Ok(conn.query_one(&STAFF_OF, &[letter.act_id.into()], |row| row.int(0))?)
}

/// What 支援措置 says on a day of a letter that was set on paper before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leave {
    /// Nobody's address is withheld.
    Ordinary,
    /// A second person has allowed the place that stands on it.
    Apart,
    /// No second person has allowed the place it goes to now.
    Waits,
    /// Another place stands on it than the one it goes to now.
    Moved,
}

/// Looks at a letter that was set on paper before.
///
/// # Errors
/// [`OfficeError`].
pub(super) fn as_set_now(
    conn: &mut Conn,
    letter: Letter,
    acting: &Acting,
) -> Result<Leave, OfficeError> {
    let stands = as_set(conn, letter.clone(), acting.business_date)?;
    let withheld = stands == Leave::Ordinary && tells(conn, &letter, acting.earliest_day())?;
    Ok(if withheld { Leave::Waits } else { stands })
}

/// As [`as_set_now`], on a day.
fn as_set(conn: &mut Conn, letter: Letter, on: Date) -> Result<Leave, OfficeError> {
    let (letter_id, written) = (letter.letter_id, digest(&letter.content.addressee));
    let one = look(conn, letter, on)?;
    if !one.withheld {
        return Ok(Leave::Ordinary);
    }
    if !one.allowed {
        return Ok(Leave::Waits);
    }
    let printed = placed(conn, letter_id, What::Printed)?.unwrap_or(written);
    let same = printed == digest(&one.letter.content.addressee);
    Ok(if same { Leave::Apart } else { Leave::Moved })
}

/// 印刷した文書を開く前の確認: papers set earlier of people under 支援措置 by now are opened one by one, with a word for the
/// place that stands on them and to which they still go.
///
/// # Errors
/// A refusal that names the first letter which may not be opened.
pub fn check_opening(conn: &mut Conn, letters: &[i64], on: Date) -> Result<(), OfficeError> {
    for letter_id in letters {
        let Some(letter) = get(conn, *letter_id)? else {
            continue;
        };
        match as_set(conn, letter, on)? {
            Leave::Ordinary => continue,
            Leave::Waits => {
                return Err(Refusal::new(
                    "eligibility.letter.waits",
                    format!(
                        "文書{letter_id}は支援措置対象者のものです。承認者がいまの宛先を承認するまで開けません"
                    ),
                )
                .into());
            }
            Leave::Moved => {
                return Err(Refusal::new(
                    "eligibility.letter.moved",
                    format!(
                        "文書{letter_id}は支援措置対象者のもので、印刷のあとに宛先が変わりました。印刷したものは開けません"
                    ),
                )
                .into());
            }
            Leave::Apart => {}
        }
        if letters.len() > 1 {
            return Err(Refusal::new(
                "eligibility.letter.mixed",
                format!(
                    "文書{letter_id}は支援措置対象者のものです。ほかの文書と一緒に開けません。文書ごとに開いてください"
                ),
            )
            .into());
        }
    }
    Ok(())
}

/// 保存した証明書を開く前の確認: one with an address on it is not opened any more when that address is withheld by now.
///
/// # Errors
/// A refusal that says to issue another, which leaves the address out.
pub fn check_opening_proof(
    conn: &mut Conn,
    (fiscal_year, proof_no): (i64, i64),
    on: Date,
) -> Result<(), OfficeError> {
    let Some(proof) = proof::get(conn, (fiscal_year, proof_no))? else {
        return Ok(());
    };
    let place = std::slice::from_ref(&proof.content.address);
    let hidden = support::is_hidden_from(conn, proof.person_id, on)?
        || support::tells_home(conn, proof.person_id, place, on)?;
    if proof.content.address.is_empty() || !hidden {
        return Ok(());
    }
    Err(Refusal::new(
        "eligibility.proof.withheld",
        format!(
            "証明書{fiscal_year}-{proof_no}は住所を記載したもので、この人はいま支援措置の対象者です。開けません。要るときは、住所を記載しない証明書を新しく交付してください"
        ),
    )
    .into())
}
