//! 町名 — a town that the office renamed keeps its name in a record that is made anew from events.
//!
//! What holds before the day of the renaming is laid under it, whenever it becomes known. An event of that day or later
//! that says another address than the one before it is laid over it, as it was sent; one that leaves the address as it was
//! says nothing of the name.

use super::person::Resident;
use crate::eligibility::bulk::Renaming;
use db::Span;
use law::Date;

/// The renamings of a person, and which of them last while the states are gone through in the order of their days.
pub(super) struct Towns {
    renamings: Vec<(Renaming, bool)>,
    before: Option<String>,
}

impl Towns {
    pub(super) fn new(renamings: Vec<Renaming>) -> Self {
        Self {
            renamings: renamings.into_iter().map(|one| (one, false)).collect(),
            before: None,
        }
    }

    /// The next state, cut where a town changes its name. A `loaded` record stood when its town was renamed.
    pub(super) fn lay(
        &mut self,
        span: Span,
        resident: &Resident,
        loaded: bool,
    ) -> Vec<(Span, Resident)> {
        let same = self.before.as_deref() == Some(resident.address.as_str());
        self.before = Some(resident.address.clone());
        let mut days = vec![span.from];
        for (renaming, lasts) in &mut self.renamings {
            *lasts = loaded || span.from < renaming.on() || (*lasts && same);
            if span.from < renaming.on() && span.holds(renaming.on()) {
                days.push(renaming.on());
            }
        }
        days.sort_unstable();
        days.dedup();
        let ends = days.iter().skip(1).copied().map(Some).chain([span.until]);
        let parts = days.iter().zip(ends);
        parts
            .map(|(from, until)| {
                let mut part = resident.clone();
                for (renaming, lasts) in &self.renamings {
                    let renamed = renaming.renamed(&part.address);
                    if let (true, Some((address, postal_code))) =
                        (*lasts && renaming.on() <= *from, renamed)
                    {
                        part.address = address;
                        part.postal_code = postal_code.unwrap_or(part.postal_code);
                    }
                }
                (Span::new(*from, until), part)
            })
            .collect()
    }

    /// Whether a record is the one before it under the new name of its town.
    pub(super) fn only_renamed(&self, before: &Resident, after: &Resident) -> bool {
        let old = Resident {
            address: after.address.clone(),
            postal_code: after.postal_code.clone(),
            ..before.clone()
        };
        let mut names = vec![before.address.clone()];
        for (renaming, _) in &self.renamings {
            let more = names.iter().filter_map(|name| renaming.renamed(name));
            let more: Vec<String> = more.map(|(address, _)| address).collect();
            names.extend(more);
        }
        old == *after && names.iter().skip(1).any(|name| *name == after.address)
    }

    /// The address of a record that begins on a day, as it was before the town had its name.
    pub(super) fn unnamed(&self, from: Date, address: &str) -> String {
        let mut address = address.to_owned();
        let past = self.renamings.iter().filter(|(one, _)| one.on() <= from);
        for (renaming, _) in past.rev() {
            address = renaming.before(&address).unwrap_or(address);
        }
        address
    }
}
