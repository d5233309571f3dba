//! 版 — what became known of each person, in order.

use law::FiscalYear;
use std::collections::BTreeMap;

/// A version with its year and whether it stands.
type Kept<V> = (V, FiscalYear, bool);

/// What became known of each person, in order; what was withdrawn without anything in its place counts no more.
pub(super) struct Versions<V>(BTreeMap<i64, Vec<Kept<V>>>);

impl<V> Default for Versions<V> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<V: Copy + PartialEq> Versions<V> {
    pub fn add(&mut self, id: i64, version: V, year: FiscalYear, stands: bool) {
        let kept = self.0.entry(id).or_default();
        match kept.last_mut() {
            // Written again without a change of its content.
            Some(last) if last.0 == version => last.2 |= stands,
            _ => kept.push((version, year, stands)),
        }
    }

    pub fn take(&mut self, id: i64) -> Vec<V> {
        let kept = self.0.remove(&id).unwrap_or_default();
        let stands = |year: FiscalYear| kept.iter().any(|one| one.1 == year && one.2);
        kept.iter()
            .filter(|one| stands(one.1))
            .map(|one| one.0)
            .collect()
    }
}
