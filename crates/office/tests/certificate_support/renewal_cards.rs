//! Cards in a renewal.

use super::certificate_support::*;
use super::{FROZEN, calculated, city, refused_rows};
use law::day;
use office::certificate::fact::{Card, record_card};

/// Whoever the latest list does not name is not taken for as fresh as the list.
#[test]
fn a_card_no_list_has_named_for_long_decides_no_paper() {
    let counter = sqlite(FROZEN);
    city(&counter);
    counter.household(900, 9_001, day(1970, 7, 7), day(2026, 4, 1));
    let told = Card {
        linked: true,
        as_of: day(2026, 4, 1),
        source: "本人の申出".to_owned(),
    };
    record_card(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        9_001,
        &told,
    )
    .unwrap();
    let run_id = calculated(&counter);
    let read = |conn: &mut db::Conn| refused_rows(conn, run_id, (0, 0));
    let refused = counter.store.read(read).unwrap();
    let hers = refused.iter().find(|one| one.person_id == 9_001).unwrap();
    assert_eq!(hers.code, "certificate.card_list.stale");
    assert!(hers.reason.contains("令和8年4月1日"), "{}", hers.reason);
}
