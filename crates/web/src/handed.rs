//! 提供の確かめと記録 for what a page hands out as a file: the same two words as every other way out.

use crate::desk::Desk;
use office::OfficeError;
use office::exports::Handed;
use office::provision::{self, Asked, Cleared, Sent};
use office::security::permit::Permit;

impl Desk {
    /// Asks the table of recipients, and writes down who takes out what.
    ///
    /// # Errors
    /// As [`provision::clear`].
    pub fn clear<E: Handed>(
        &self,
        permit: &Permit<E::Needs>,
        asked: &Asked<'_>,
    ) -> Result<Cleared<E>, OfficeError> {
        let rules = (self.book()?, self.app().config().municipality_code.as_str());
        let acting = self.acting("");
        self.store()
            .write(|conn| provision::clear::<E>(conn, (&acting, permit), rules, asked))
    }

    /// Writes down the file that is handed to the browser.
    ///
    /// # Errors
    /// As [`provision::sent`].
    pub fn handed_out<E: Handed>(
        &self,
        (permit, cleared): (&Permit<E::Needs>, &Cleared<E>),
        (name, bytes): (&str, &[u8]),
        rows: i64,
    ) -> Result<(), OfficeError> {
        let files = [Sent::of(name, bytes, rows, false, None)];
        let acting = self.acting("");
        self.store().write(|conn| {
            provision::sent(conn, &acting, (permit, None), cleared, (&files, None))
        })?;
        Ok(())
    }
}
