//! 町名変更の効力 — what a 町名変更 did to a person goes on when events of the residents' register make the record anew.

use super::carry::load;
use super::lines::Change;
use super::names::Names;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

const OF_PERSON: Sql = Sql {
    name: "eligibility.bulk.renamings",
    text: "select distinct a.act_id, a.request_id from resident_fact r join act a on a.act_id = r.act_id \
           where r.subject = $1 and a.kind = 'eligibility.bulk' \
           and not exists (select 1 from act u where u.undoes_act_id = a.act_id) order by a.act_id",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[OF_PERSON];

/// A 町名変更 that was carried out on a person and stands.
pub(crate) struct Renaming(Change);

impl Renaming {
    /// From this day on the town has its new name.
    pub(crate) const fn on(&self) -> Date {
        self.0.on()
    }

    /// An address under the new name, and its 郵便番号 where that changed; none where the town is another one.
    pub(crate) fn renamed(&self, address: &str) -> Option<(String, Option<String>)> {
        let (address, postal_code) = Names::of(&self.0).renamed(address)?;
        Some((address, postal_code.map(str::to_owned)))
    }

    /// What an address under the new name was before.
    pub(crate) fn before(&self, address: &str) -> Option<String> {
        let names = Names::of(&self.0);
        names
            .before(address)
            .find(|old| names.renamed(old).is_some_and(|(new, _)| new == address))
    }
}

/// The renamings of a person's town that stand, in the order in which they were carried out.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Renaming>, OfficeError> {
    let requests = conn.query(&OF_PERSON, &[person_id.into()], |row| row.opt_text(1))?;
    let mut renamings = Vec::with_capacity(requests.len());
    for request in requests.into_iter().flatten() {
        let mut parts = request.split('/');
        let number = parts
            .next()
            .filter(|word| *word == "bulk")
            .and(parts.next());
        if let Some(bulk_id) = number.and_then(|number| number.parse().ok()) {
            renamings.push(Renaming(load(conn, bulk_id)?));
        }
    }
    Ok(renamings)
}
