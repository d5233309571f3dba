//! 影響の理由 — why each levy becomes what a preview shows, worked out before the deed is rolled back.

use super::consequence::Consequences;
use super::request::Books;
use crate::error::OfficeError;
use crate::levy::relevy::NOW;
use crate::levy::why::explain_facts;
use db::Conn;

impl Consequences {
    /// なぜこの額か — works out the reasons of every levy that changed, on the facts as the deed left them.
    pub(super) fn explain(&mut self, conn: &mut Conn, books: &Books<'_>) {
        let reasons = self.relevied.iter().map(|one| {
            let outcome = &one.after.outcome;
            let explained = books
                .levy
                .of(one.after.levy_year)
                .map_err(OfficeError::from)
                .and_then(|rules| explain_facts(conn, rules, outcome.household_id, NOW));
            // A levy that cannot be explained is an alarm on its own page, not here.
            let explained = explained.unwrap_or_default().into_iter();
            explained
                .filter(|(liable, _)| *liable == outcome.liable_id)
                .map(|(_, one)| one)
                .collect()
        });
        self.reasons = reasons.collect();
    }
}
