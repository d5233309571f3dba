//! Cards in a renewal.

use super::*;
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

/// Incident 51: an April list was used for May, and envelopes bore a member's name for the head's.
// covers: CRT-020, CRT-031
#[test]
fn incident_51_the_list_meant_is_the_list_used_and_the_head_is_addressed() {
    let counter = sqlite(FROZEN);
    city(&counter);
    let with = |card_as_of| {
        start(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &request(&counter, card_as_of),
        )
    };
    let (code, message) = refused(with(day(2026, 6, 13)));
    assert_eq!(code, "certificate.run.list");
    assert!(message.contains("令和8年7月13日現在"), "{message}");
    // A list older than the practice allows is refused even when it is the one meant.
    let late = Request {
        issued_on: day(2026, 9, 1),
        effective_from: day(2027, 8, 1),
        ..request(&counter, FROZEN)
    };
    assert_eq!(
        refused(start(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &late
        ))
        .0,
        "certificate.card_list.stale"
    );
    // An older list than that of the store, and one of a day ahead, are not even taken in.
    let rows = [(10, true)];
    let take = |as_of, hash| {
        receive(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            (as_of, "試験", hash),
            &rows,
        )
    };
    assert_eq!(
        refused(take(day(2026, 6, 13), "b")).0,
        "certificate.card_list.old"
    );
    assert_eq!(
        refused(take(day(2026, 7, 14), "c")).0,
        "certificate.card_list.ahead"
    );
    assert!(take(day(2026, 6, 13), "a").unwrap().repeated);
    let run_id = calculated(&counter);
    published(&counter, run_id);
    for paper in of_run(&counter, run_id) {
        let head = paper.household_id * 10;
        assert_eq!(paper.destination.addressee, format!("見本　{head}"));
        assert_eq!(paper.face.destination, paper.destination);
        if let Some(shown) = paper.face.value(Item::Head) {
            assert_eq!(shown, format!("見本　{head}"));
        }
        assert_eq!(paper.face_name, format!("見本　{}", paper.person_id));
    }
}
