//! The proof that a recipient may be given an export, as the rules have it.

use super::{CITY, book};
use db::Store;
use office::Acting;
use office::exports::Handed;
use office::provision::{Asked, Cleared, clear};
use office::security::permit::Permit;

/// For whoever usually gets it.
pub fn cleared<E: Handed>(store: &Store, acting: &Acting, permit: &Permit<E::Needs>) -> Cleared<E> {
    let book = book();
    let rows = book.provisions(CITY, acting.business_date);
    let usual = rows
        .iter()
        .find(|row| row.provision.exports.iter().any(|code| code == E::CODE))
        .unwrap_or_else(|| panic!("nobody gets {} on {}", E::CODE, acting.business_date));
    let asked = Asked {
        recipient: usual.code,
        request: "依頼1",
        ..Asked::default()
    };
    let acting = Acting {
        request_id: None,
        ..acting.clone()
    };
    store
        .write(|conn| clear::<E>(conn, (&acting, permit), (&book, CITY), &asked))
        .unwrap()
}
