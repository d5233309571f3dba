//! 個人番号の利用 — finding a person by number, and showing a number, each for a purpose of number-use affairs and each
//! with an act.

use super::number::IndividualNumber;
use super::{Vault, rows, scan};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::access;
use crate::security::permit::{Permit, UseNumber};
use db::Store;
use law::Refusal;

/// 個人番号の利用目的. Nothing else opens the vault.
///
/// 根拠: 行政手続における特定の個人を識別するための番号の利用等に関する法律 第9条第1項・第16条
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberPurpose {
    /// 本人確認: the true identity of who stands at the counter.
    VerifyIdentity,
    /// 届出・申請に記載された番号から本人を特定.
    FindFromForm,
    /// 情報連携: a message to or from a partner that the law names.
    Linkage,
    /// 紐付けの確認・訂正.
    CorrectLink,
}

impl NumberPurpose {
    /// Every purpose with its code, as forms have it.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::VerifyIdentity, "identity"),
        (Self::FindFromForm, "form"),
        (Self::Linkage, "linkage"),
        (Self::CorrectLink, "correct"),
    ];

    /// In words, as the record of acts has it.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::VerifyIdentity => "本人確認",
            Self::FindFromForm => "届出書・申請書による本人の特定",
            Self::Linkage => "情報連携",
            Self::CorrectLink => "紐付けの確認・訂正",
        }
    }
}

/// 利用目的と件名 — nothing is found, shown or confirmed without either; both stand in the record of the act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberUse {
    purpose: NumberPurpose,
    case: String,
}

impl NumberUse {
    /// A use of a number for a case: the 受付番号 of the form, the message, the inspection it is for.
    ///
    /// # Errors
    /// [`OfficeError::Input`] without a case, or with digits in it that are an individual number themselves.
    pub fn new(purpose: NumberPurpose, case: &str) -> Result<Self, OfficeError> {
        let case = case.trim();
        if case.chars().count() < 2 {
            return Err(OfficeError::input(
                "件名",
                "どの届出・申請・連携のために利用するのか、受付番号か件名を入れてください",
            ));
        }
        free_of_numbers("件名", case)?;
        Ok(Self {
            purpose,
            case: case.to_owned(),
        })
    }

    /// 利用目的.
    #[must_use]
    pub const fn purpose(&self) -> NumberPurpose {
        self.purpose
    }
}

/// Whether words that are kept in the open hold no individual number.
///
/// # Errors
/// [`OfficeError::Input`]; the message repeats no digit.
pub fn free_of_numbers(field: &str, text: &str) -> Result<(), OfficeError> {
    let holds = !scan::find(text.as_bytes(), &scan::Wanted::default()).is_empty();
    if holds {
        return Err(OfficeError::input(
            field,
            "個人番号のような12桁の数字があります。番号は番号の欄にだけ入れてください",
        ));
    }
    Ok(())
}

/// Whom a number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// 宛名番号 of whom it stands for.
    Standing(i64),
    /// 宛名番号 of whom it once stood for; it was changed or corrected since. Nothing new may be sent under it.
    Former(i64),
    /// Nobody here.
    Nobody,
}

impl Vault {
    /// Finds a person by number. The act is written before the search, whom it found before the answer.
    ///
    /// # Errors
    /// [`OfficeError`]; where the search cannot be recorded it is not made, and what it found is not said.
    pub fn find(
        &self,
        office: &Store,
        permit: &Permit<UseNumber>,
        (acting, why): (&Acting, &NumberUse),
        number: &IndividualNumber,
    ) -> Result<Found, OfficeError> {
        let acting = by(acting, why);
        let kind = "number.find";
        office.write(|conn| {
            let note = ("番号による検索", why);
            acts::begin(conn, &acting, permit, kind, &details(note))
        })?;
        let found = self
            .store
            .read(|conn| rows::find(conn, &self.keys, number))?;
        let found = found.first().copied();
        let person = found.map(|(person_id, _)| person_id);
        office.write(|conn| access::number_use(conn, &acting, (kind, person)))?;
        Ok(match found {
            Some((person_id, true)) => Found::Standing(person_id),
            Some((person_id, false)) => Found::Former(person_id),
            None => Found::Nobody,
        })
    }

    /// The number of a person, to be shown or sent.
    ///
    /// # Errors
    /// A refusal while a row of the list concerns the person, except where the link itself is looked into.
    pub fn show(
        &self,
        office: &Store,
        permit: &Permit<UseNumber>,
        (acting, why): (&Acting, &NumberUse),
        person_id: i64,
    ) -> Result<Option<IndividualNumber>, OfficeError> {
        let note = format!("宛名番号{person_id}の番号の表示");
        let about = (note.as_str(), person_id);
        record(office, permit, (acting, why), "number.show", about)?;
        if why.purpose != NumberPurpose::CorrectLink && self.is_pending(person_id)? {
            return Err(Refusal::new(
                "vault.pending",
                format!(
                    "宛名番号{person_id}は番号紐付け確認リストにあります。解消してから利用してください"
                ),
            )
            .into());
        }
        self.store
            .read(|conn| rows::standing(conn, &self.keys, person_id))
    }

    /// 真正性の確認: whether a number given at the counter is the one that stands for the person. Shows no number.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn confirm(
        &self,
        office: &Store,
        permit: &Permit<UseNumber>,
        (acting, why): (&Acting, &NumberUse),
        (person_id, number): (i64, &IndividualNumber),
    ) -> Result<bool, OfficeError> {
        let note = format!("宛名番号{person_id}の本人確認");
        let about = (note.as_str(), person_id);
        record(office, permit, (acting, why), "number.confirm", about)?;
        let standing = self
            .store
            .read(|conn| rows::standing(conn, &self.keys, person_id))?;
        Ok(standing.as_ref() == Some(number))
    }
}

fn by(acting: &Acting, why: &NumberUse) -> Acting {
    let mut acting = acting.clone();
    why.purpose.label_ja().clone_into(&mut acting.purpose);
    // A look twice is two looks.
    acting.request_id = None;
    acting
}

fn details((note, why): (&str, &NumberUse)) -> ActDetails {
    ActDetails {
        note: format!("{note}（{}）", why.case),
        ..ActDetails::default()
    }
}

fn record(
    office: &Store,
    permit: &Permit<UseNumber>,
    (acting, why): (&Acting, &NumberUse),
    kind: &str,
    (note, person): (&str, i64),
) -> Result<(), OfficeError> {
    let acting = by(acting, why);
    office.write(|conn| {
        acts::begin(conn, &acting, permit, kind, &details((note, why)))?;
        access::number_use(conn, &acting, (kind, Some(person)))
    })
}
