//! Whom a page opens: asked before it is made, recorded before it is shown.

use super::Desk;
use crate::{subject, typed};
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::security::recorder::Receipt;
use office::security::{access, rows};
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};

/// A page about more than so many is recorded as a list.
const LOOKED_AT: usize = 50;
/// An order of a program that is answered so was not heard: nothing was shown, and nothing done.
const NOT_HEARD: [StatusCode; 2] = [StatusCode::FORBIDDEN, StatusCode::UNSUPPORTED_MEDIA_TYPE];

impl Desk {
    /// Records that something is about to be shown, and asks whether this person may be opened at all. Of a page that only
    /// reads it is written while the page is made, and the answer waits for it; of any other before anything is done. What
    /// cannot be recorded is not shown. Where nobody is named, those behind the address are recorded.
    ///
    /// # Errors
    /// [`OfficeError::Refusal`] where the subject is outside the rows of this member of staff; [`OfficeError::Store`].
    pub fn record(&self, what: &str, subject: Option<i64>) -> Result<(), OfficeError> {
        self.leads_on();
        let behind = self.behind.get().map_or(&[][..], Vec::as_slice);
        if subject.is_some() || behind.is_empty() || behind.len() > LOOKED_AT {
            return self.look(what, subject);
        }
        behind
            .iter()
            .try_for_each(|subject| self.look(what, Some(*subject)))
    }

    fn look(&self, what: &str, subject: Option<i64>) -> Result<(), OfficeError> {
        self.looked().extend(subject);
        let at = (self.now, self.business_date());
        let look = rows::ask(self.store(), &self.session, (what, subject), at)?;
        let refusal = look.refusal().cloned();
        // One thread writes all looks of a program: two that wrote at once would be in each other's way.
        let receipt = self.app.recorder()?.order(look);
        if self.reads {
            self.receipts().push(receipt);
        } else {
            receipt.wait()?;
        }
        refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    fn looked(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records those behind the address whom the page has not recorded yet.
    ///
    /// # Errors
    /// As [`Desk::record`].
    pub fn record_behind(&self) -> Result<(), OfficeError> {
        self.record_named(self.behind.get().map_or(&[][..], Vec::as_slice))
    }

    /// Records whom an address or a field named and the page did not record itself. Of many those who are one's own.
    fn record_named(&self, named: &[i64]) -> Result<(), OfficeError> {
        let looked = self.looked().clone();
        let mut rest: Vec<i64> = named
            .iter()
            .filter(|subject| !looked.contains(subject))
            .copied()
            .collect();
        if rest.len() > LOOKED_AT {
            rest = rows::own(self.store(), &self.session, &rest)?;
        }
        rest.iter()
            .try_for_each(|subject| self.look(&self.route, Some(*subject)))
    }

    fn receipts(&self) -> MutexGuard<'_, Vec<Receipt>> {
        self.receipts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says that this request shows nothing and leads to one that records what is shown.
    pub fn leads_on(&self) {
        self.recorded.store(true, Ordering::Relaxed);
    }

    /// What the work answers, once every look of it is in the record.
    pub(super) fn recorded(
        &self,
        work: impl FnOnce(&Self) -> Result<Response, OfficeError>,
    ) -> Result<Response, OfficeError> {
        let answer = self.guarded(work);
        let receipts = std::mem::take(&mut *self.receipts());
        receipts.into_iter().try_for_each(Receipt::wait)?;
        answer
    }

    fn guarded(
        &self,
        work: impl FnOnce(&Self) -> Result<Response, OfficeError>,
    ) -> Result<Response, OfficeError> {
        let today = self.business_date();
        let (mut behind, named) = self.store().read(|conn| {
            Ok::<_, OfficeError>((
                subject::behind(conn, &self.path, today)?,
                typed::behind(conn, &self.typed, today)?,
            ))
        })?;
        behind.extend(crate::number::behind(self.app.vault(), &self.path)?);
        self.may_open(&behind)?;
        self.may_open(&named)?;
        let _ = self.behind.set(behind);
        let answer = work(self);
        // Who looked at nobody saw nobody: a way on, a page for many.
        if !self.looked().is_empty() {
            self.record_behind()?;
        }
        self.record_named(&named)?;
        let silent = self.route.ends_with("/progress") || self.route == "/logout";
        if !silent && !self.recorded.load(Ordering::Relaxed) {
            match &answer {
                Ok(answer) if NOT_HEARD.contains(&answer.status()) => {
                    let what = (self.route.as_str(), None);
                    access::refuse(self.store(), &self.session, what, self.now)?;
                }
                _ => self.record(&self.route, None)?,
            }
        }
        answer
    }

    /// Asks whether each of some households and people may be opened; a refusal is recorded.
    ///
    /// # Errors
    /// [`OfficeError::Refusal`] where one is outside the rows of this member of staff; [`OfficeError::Store`].
    pub fn may_open(&self, subjects: &[i64]) -> Result<(), OfficeError> {
        if !self.session.is_limited() {
            return Ok(());
        }
        let today = self.business_date();
        for subject in subjects {
            if let Err(refusal) = rows::allows(self.store(), &self.session, *subject, today)? {
                let what = (self.route.as_str(), Some(*subject));
                access::refuse(self.store(), &self.session, what, self.now)?;
                return Err(refusal.into());
            }
        }
        Ok(())
    }
}
