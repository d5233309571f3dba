//! 鍵の更新 — a new data key is made under a permit and an act; the values follow a chunk at a time, and when nothing is sealed
//! with the old one any more it is destroyed. Stopped anywhere, the same order goes on where it was.

use super::Vault;
use super::keys::{KeyPurpose, MasterKey};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ManageKeys, Permit};
use db::Store;

/// How far a change of keys has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// Versions of the sealing key that exist.
    pub sealing_versions: usize,
    /// Versions of the index key that exist.
    pub index_versions: usize,
}

impl Rotation {
    /// Whether an old key still exists beside the latest.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.sealing_versions > 1 || self.index_versions > 1
    }
}

impl Vault {
    /// How far a change of keys has come.
    #[must_use]
    pub fn rotation(&self) -> Rotation {
        Rotation {
            sealing_versions: self.keys.versions(KeyPurpose::Sealing).count(),
            index_versions: self.keys.versions(KeyPurpose::Index).count(),
        }
    }

    /// 鍵の更新の開始: new keys for sealing and for the index. Where a change is open already, it goes on and no third key is
    /// made.
    ///
    /// # Errors
    /// [`OfficeError`]; what cannot be recorded is not begun.
    pub fn begin_rotation(
        &mut self,
        office: &Store,
        permit: &Permit<ManageKeys>,
        acting: &Acting,
        master: &MasterKey,
    ) -> Result<(), OfficeError> {
        if self.rotation().is_open() {
            return Ok(());
        }
        record(
            office,
            permit,
            acting,
            ("number.keys.rotate", "鍵の更新を開始"),
        )?;
        let keys = &mut self.keys;
        self.store.write(|conn| {
            for purpose in [KeyPurpose::Sealing, KeyPurpose::Index] {
                keys.add(conn, master, purpose, acting.now)?;
            }
            Ok(())
        })
    }

    /// 古い鍵の廃棄, at the end of a change.
    ///
    /// # Errors
    /// A refusal while anything is sealed with one.
    pub fn finish_rotation(
        &mut self,
        office: &Store,
        permit: &Permit<ManageKeys>,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        self.retire_old_keys()?;
        record(
            office,
            permit,
            acting,
            ("number.keys.retire", "古い鍵を廃棄"),
        )
    }

    /// 親鍵の交換: every data key is wrapped with another master key; no value changes.
    ///
    /// # Errors
    /// [`OfficeError`].
    pub fn change_master(
        &self,
        office: &Store,
        permit: &Permit<ManageKeys>,
        acting: &Acting,
        next: &MasterKey,
    ) -> Result<(), OfficeError> {
        record(office, permit, acting, ("number.keys.rewrap", "親鍵を交換"))?;
        self.store.write(|conn| self.keys.rewrap(conn, next))
    }
}

fn record(
    office: &Store,
    permit: &Permit<ManageKeys>,
    acting: &Acting,
    (kind, note): (&str, &str),
) -> Result<(), OfficeError> {
    let details = ActDetails {
        note: note.to_owned(),
        ..ActDetails::default()
    };
    office.write(|conn| acts::begin(conn, acting, permit, kind, &details))?;
    Ok(())
}
