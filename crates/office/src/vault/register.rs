//! 個人番号の登録 — a number is linked only where nothing speaks against it; everything else waits in the list that two
//! people work off.

use super::link::{self, LinkKind};
use super::number::IndividualNumber;
use super::origin::{Origin, Source};
use super::{Vault, rows};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, RegisterNumber};
use db::Store;
use law::Refusal;

/// A number to be linked to a person.
#[derive(Clone, Debug)]
pub struct Registration {
    /// 宛名番号.
    pub person_id: i64,
    /// What the form or feed gives; `None` where it is blank.
    pub number: Option<IndividualNumber>,
    /// Where it came from.
    pub origin: Origin,
    /// 横断的なガイドラインの確認事項 (from the person, by which query) were gone through.
    pub checklist_done: bool,
    /// 個人番号の変更請求・職権修正: the residents' record says that the number changed (異動事由 45・46).
    pub changed_by_law: bool,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// It stands.
    Linked,
    /// It stood already.
    Same,
    /// It waits in the list under this number.
    Waits(i64, LinkKind),
}

/// Links a number to a person, or puts it into the list; what waits there already is not put a second time.
///
/// # Errors
/// [`OfficeError::Input`] where evidence is missing; a refusal where the checklist was not gone through.
pub fn register(
    vault: &Vault,
    office: &Store,
    permit: &Permit<RegisterNumber>,
    acting: &Acting,
    registration: &Registration,
) -> Result<Registered, OfficeError> {
    registration.origin.check()?;
    if !registration.checklist_done {
        return Err(Refusal::new(
            "vault.checklist",
            "マイナンバー登録の確認事項をすべて確かめてから登録してください".to_owned(),
        )
        .into());
    }
    let person_id = registration.person_id;
    // The office's record is written before the vault is touched: what cannot be recorded is not done.
    let act = office.write(|conn| {
        let details = ActDetails {
            note: format!("宛名番号{person_id} {}", registration.origin.source_ja()),
            ..ActDetails::default()
        };
        acts::begin(conn, acting, permit, "number.register", &details)
    })?;
    vault.store.write(|conn| {
        let standing = rows::standing(conn, &vault.keys, person_id)?;
        let wait = |conn: &mut db::Conn, kind, other| {
            if let Some(waits) = link::equal(conn, &vault.keys, registration, (kind, other))? {
                return Ok(Registered::Waits(waits, kind));
            }
            let waits = link::open(conn, &vault.keys, &act, registration, (kind, other))?;
            Ok::<_, OfficeError>(Registered::Waits(waits, kind))
        };
        let Some(number) = &registration.number else {
            return wait(conn, LinkKind::Blank, None);
        };
        let other = rows::find(conn, &vault.keys, number)?
            .into_iter()
            .find(|(found, _)| *found != person_id);
        if let Some((other, _)) = other {
            return wait(conn, LinkKind::SameNumber, Some(other));
        }
        match standing {
            Some(standing) if standing == *number => Ok(Registered::Same),
            Some(_) if !registration.follows_the_record() => {
                wait(conn, LinkKind::OtherNumber, None)
            }
            _ => {
                let fact = (number, &registration.origin);
                rows::put(conn, &vault.keys, &act, person_id, fact)?;
                Ok(Registered::Linked)
            }
        }
    })
}

impl Registration {
    /// The residents' record itself says that the number changed: the new one replaces the old one at once.
    fn follows_the_record(&self) -> bool {
        self.changed_by_law && self.origin.source == Source::ResidentRecord
    }
}
