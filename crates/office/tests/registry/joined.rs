//! 名寄せ: found, proposed, confirmed by another, taken back; both numbers keep all they have.

use crate::desk::{Desk, content, count, event, on_both, today, work};
use law::day;
use office::OfficeError;
use office::registry::event::version;
use office::registry::merge::{
    self, Joining, candidates, candidates_of, decide, histories, numbers_of, propose, undo,
};
use office::registry::search;
use office::security::permit::{ApproveMerge, MergePerson, SearchPerson};

fn joining(kept: i64, joined: i64) -> Joining {
    Joining {
        kept_id: kept,
        joined_id: joined,
        reason: "在留カードで確認".to_owned(),
        became_resident_on: None,
    }
}

fn seen(store: &db::Store, kept: i64, joined: i64) -> (i64, i64) {
    store
        .read(|conn| Ok::<_, OfficeError>((version(conn, kept)?, version(conn, joined)?)))
        .unwrap()
}

/// The same person twice: before leaving under the Latin name, after coming back under the 通称.
fn twice(desk: &Desk, store: &db::Store) {
    let foreign = [
        ("resident_kind", "2"),
        ("name", "NGUYEN VAN BINH"),
        ("kana", "グエン ヴァン ビン"),
        ("latin_name", "NGUYEN VAN BINH"),
        ("sex", "1"),
    ];
    let rows = [
        event(11, 1, "02", "2020-04-01").with(&foreign).with(&[
            ("alias", "山田 太郎"),
            ("alias_kana", "ヤマダ タロウ"),
            ("name_priority", "09"),
            ("preferred_name", "山田 太郎"),
            ("preferred_kana", "ヤマダ タロウ"),
        ]),
        event(11, 2, "22", "2023-03-31")
            .with(&foreign)
            .with(&[("resident_state", "2")]),
        event(12, 1, "02", "2026-10-01").with(&foreign),
        event(13, 1, "01", "2020-04-01"),
    ];
    desk.take(store, "resident_event", 1, &rows).unwrap();
}

// covers: ADR-008, SYS-016
#[test]
fn q22_two_numbers_of_one_foreigner_become_one_and_nothing_is_lost() {
    on_both(|store| {
        let desk = Desk::new(store);
        twice(&desk, store);
        let found = |typed: &str| -> Vec<i64> {
            let permit = desk.permit::<SearchPerson>();
            let page = store
                .read(|conn| search(conn, &permit, &desk.acting(), typed, None))
                .unwrap();
            page.hits.iter().map(|hit| hit.person_id).collect()
        };
        assert_eq!(found("やまだたろう"), [11]);
        assert_eq!(found("nguyen van"), [11, 12]);
        let pairs = store
            .read(|conn| candidates(conn, &desk.permit::<MergePerson>(), (0, 0)))
            .unwrap();
        assert_eq!(
            pairs
                .iter()
                .map(|pair| (pair.one, pair.other))
                .collect::<Vec<_>>(),
            [(11, 12)]
        );
        let near = store.read(|conn| candidates_of(conn, 12)).unwrap();
        assert_eq!(near.iter().map(|pair| pair.other).collect::<Vec<_>>(), [11]);

        let before = [11, 12].map(|person| content(store, person));
        let tables = [
            "resident_fact",
            "resident_detail_fact",
            "resident_event",
            "person",
        ];
        let counts = tables.map(|table| count(store, table));
        let (permit, acting) = (desk.permit::<MergePerson>(), desk.acting());
        let id = propose(
            store,
            &permit,
            &acting,
            &joining(12, 11),
            seen(store, 12, 11),
        )
        .unwrap();
        assert_eq!(work(store, "registry.merge").len(), 1);
        let own = decide(store, &desk.permit::<ApproveMerge>(), &acting, id, true, "");
        assert!(matches!(own, Err(OfficeError::Refusal(_))), "{own:?}");
        let (second, deciding) = (desk.second_permit::<ApproveMerge>(), desk.second_acting());
        let merge_id = decide(store, &second, &deciding, id, true, "確認済み")
            .unwrap()
            .unwrap();
        assert!(work(store, "registry.merge").is_empty());

        assert_eq!(store.read(|conn| numbers_of(conn, 11)).unwrap(), [12, 11]);
        assert_eq!(store.read(|conn| numbers_of(conn, 12)).unwrap(), [12, 11]);
        let shown = store
            .read(|conn| histories(conn, 11, today(), None))
            .unwrap();
        assert_eq!(
            shown.iter().map(|one| one.person_id).collect::<Vec<_>>(),
            [12, 11]
        );
        assert_eq!(shown[1].residents.len(), 2);
        assert_eq!(found("やまだたろう"), [11]);
        assert!(
            store
                .read(|conn| candidates_of(conn, 12))
                .unwrap()
                .is_empty()
        );
        assert_eq!(before, [11, 12].map(|person| content(store, person)));
        assert_eq!(counts, tables.map(|table| count(store, table)));

        let again = propose(
            store,
            &permit,
            &acting,
            &joining(13, 11),
            seen(store, 13, 11),
        );
        assert!(matches!(again, Err(OfficeError::Input { .. })), "{again:?}");
        undo(store, &second, &deciding, merge_id, "別人と判明").unwrap();
        let twice = undo(store, &second, &deciding, merge_id, "別人と判明");
        assert!(matches!(twice, Err(OfficeError::Conflict(_))));
        assert_eq!(store.read(|conn| numbers_of(conn, 11)).unwrap(), [11]);
        assert_eq!(before, [11, 12].map(|person| content(store, person)));
        let log = store.read(|conn| merge::of_person(conn, 11)).unwrap();
        assert_eq!((log.len(), log[0].undone_by_act.is_some()), (1, true));
        assert_eq!(day(2026, 11, 20), today());
    });
}

// covers: ADR-008
#[test]
fn a_proposal_on_an_old_record_or_without_a_reason_does_not_count() {
    on_both(|store| {
        let desk = Desk::new(store);
        twice(&desk, store);
        let (permit, acting) = (desk.permit::<MergePerson>(), desk.acting());
        let silent = Joining {
            reason: " ".to_owned(),
            ..joining(12, 11)
        };
        assert!(matches!(
            propose(store, &permit, &acting, &silent, seen(store, 12, 11)),
            Err(OfficeError::Input { .. })
        ));
        assert!(matches!(
            propose(store, &permit, &acting, &joining(12, 11), (0, 0)),
            Err(OfficeError::Conflict(_))
        ));
        for (kept, joined) in [(12, 12), (12, 99)] {
            let told = propose(
                store,
                &permit,
                &acting,
                &joining(kept, joined),
                seen(store, kept, joined),
            );
            assert!(matches!(told, Err(OfficeError::Input { .. })));
        }
        let id = propose(
            store,
            &permit,
            &acting,
            &joining(12, 11),
            seen(store, 12, 11),
        )
        .unwrap();
        // The record changes between the two clerks.
        let moved = event(12, 2, "41", "2026-11-01").with(&[("town", "三田二丁目")]);
        desk.take(store, "resident_event", 2, &[moved]).unwrap();
        let (second, deciding) = (desk.second_permit::<ApproveMerge>(), desk.second_acting());
        let late = decide(store, &second, &deciding, id, true, "");
        assert!(matches!(late, Err(OfficeError::Conflict(_))), "{late:?}");
        assert_eq!(
            decide(store, &second, &deciding, id, false, "読み直し").unwrap(),
            None
        );
        assert_eq!(count(store, "person_merge"), 0);
    });
}
