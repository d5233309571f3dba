//! 門前払い — a form that is not heard leaves its line all the same.

use super::Desk;
use crate::answer;
use axum::response::Response;
use office::security::access;

impl Desk {
    /// Answers a form that nothing is done with, once its refusal is in the record.
    pub(crate) async fn turned_away(self, refused: impl FnOnce(&Self) -> Response) -> Response {
        let (session, route, now) = (self.session.clone(), self.route.clone(), self.now);
        let recorded = self
            .app
            .blocking(move |app| access::refuse(app.store(), &session, (&route, None), now));
        match recorded.await {
            Ok(()) => refused(&self),
            Err(error) => answer::broken(&error),
        }
    }
}
