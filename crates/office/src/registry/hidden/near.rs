//! 近くに支援措置があるか — of whom it need not be asked at all whether an address of theirs is hidden. Next to nobody in a
//! municipality lives or lived with somebody under 支援措置; a page with many people asks for all of them at once, in a way that is
//! quick and tells of too many rather than of too few, and for each alone only where there may be an answer to be had.

use crate::error::OfficeError;
use db::{Conn, Sql, Value};
use law::Date;
use std::collections::BTreeSet;

/// How many are asked for at once: a household, or a part of a page of search.
const AT_ONCE: usize = 8;

/// How many of eight people and of those near them are under a measure or have another number (名寄せ). Near is who ever was in
/// one household of the residents' register or insured in one household with one of them, or its head: whoever
/// [`super::STANDS`], [`super::LIVED_WITH`] or [`super::SHARED`] finds for one of them is found here, or has a number that is.
pub(super) const NEAR: Sql = Sql {
    name: "registry.support.near",
    text: concat!(
        "with asked (person_id) as (values (cast($1 as bigint)), (cast($2 as bigint)), (cast($3 as bigint)), \
         (cast($4 as bigint)), (cast($5 as bigint)), (cast($6 as bigint)), (cast($7 as bigint)), (cast($8 as bigint))), \
         near_by as (select person_id from asked union \
         select o.subject from resident_fact o where o.register_household in \
         (select p.register_household from resident_fact p where p.subject in (select person_id from asked)) union \
         select o.subject from insured_fact o where o.household_id in \
         (select p.household_id from insured_fact p where p.subject in (select person_id from asked) union \
         select p.subject from household_fact p where p.head_person_id in (select person_id from asked)) union \
         select o.head_person_id from household_fact o where o.subject in \
         (select p.household_id from insured_fact p where p.subject in (select person_id from asked))) \
         select count(*) from near_by n where exists (select 1 from support_fact s where s.subject = n.person_id and ",
        stands!("s", "$9"),
        ") or exists (select 1 from person_merge m where m.kept_id = n.person_id) \
         or exists (select 1 from person_merge m where m.joined_id = n.person_id)"
    ),
};

/// Those of some people of whom it has to be asked whether an address of theirs, of now or of before, is hidden on a day or
/// later. Of all others none is.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn near(conn: &mut Conn, people: &[i64], on: Date) -> Result<BTreeSet<i64>, OfficeError> {
    let mut near = BTreeSet::new();
    for some in people.chunks(AT_ONCE) {
        let mut params: Vec<Value> = some
            .iter()
            .cycle()
            .take(AT_ONCE)
            .map(|one| (*one).into())
            .collect();
        params.push(on.into());
        if conn.query_one(&NEAR, &params, |row| row.int(0))? > 0 {
            near.extend(some);
        }
    }
    Ok(near)
}
