//! 封をした言葉 — what an address carries from one page to the next, readable under this session and nowhere else.

use super::Desk;
use office::OfficeError;
use office::security::asked;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Desk {
    /// Something that was typed, sealed for an address of this session.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] where it cannot be written or sealed.
    pub fn sealed<T: Serialize>(&self, typed: &T) -> Result<String, OfficeError> {
        let plain = serde_json::to_string(typed)
            .map_err(|error| OfficeError::Bug(format!("言葉を書けません: {error}")))?;
        asked::seal(self.token(), &plain)
    }

    /// What was typed; nothing where it was sealed under another session or changed.
    #[must_use]
    pub fn unsealed<T: DeserializeOwned>(&self, sealed: &str) -> Option<T> {
        serde_json::from_str(&asked::open(self.token(), sealed)?).ok()
    }
}
