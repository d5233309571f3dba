//! 支援措置 and what a search gives away.

use crate::desk::{Desk, Row, content, count, event, on_both, work};
use crate::support::handed::cleared;
use law::day;
use office::exports::RegistryResidents;
use office::registry::connection;
use office::registry::destination::{Destination, Use, address_for, propose, side_by_side};
use office::registry::support::{self, expiring, is_withheld};
use office::registry::{Dated, Resident, export, load_person, search, slot};
use office::security::permit::{ExportData, HandleWork, RegisterContact, SearchPerson};

fn measure(history: i64, kind: &str, from: &str, end: &str) -> Row {
    let history = history.to_string();
    Row([
        ("person_number", "7"),
        ("history_number", history.as_str()),
        ("starts_on", from),
        ("ends_on", end),
        ("measure_kind", kind),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec())
}

// covers: QUA-026
#[test]
fn an_address_is_withheld_until_it_is_said_to_be_free() {
    on_both(|store| {
        let desk = Desk::new(store);
        let moves = [
            event(7, 1, "01", "2020-04-01").with(&[("alias", "芝 桜")]),
            event(7, 2, "41", "2026-10-01").with(&[("alias", "芝 桜"), ("town", "三田二丁目")]),
        ];
        desk.take(store, "resident_event", 1, &moves[..1]).unwrap();
        let report = desk
            .take(
                store,
                "support_measure",
                2,
                &[measure(1, "1", "2025-11-01", "2026-10-31")],
            )
            .unwrap();
        assert_eq!((report.posted, report.held), (1, 0));
        desk.take(store, "resident_event", 3, &moves[1..]).unwrap();
        let addresses_on = |typed: &str, on| -> Vec<Option<String>> {
            let permit = desk.permit::<SearchPerson>();
            let acting = office::Acting {
                business_date: on,
                ..desk.acting()
            };
            let page = store
                .read(|conn| search(conn, &permit, &acting, typed, None))
                .unwrap();
            page.hits.into_iter().map(|hit| hit.address).collect()
        };
        let addresses = |typed: &str| addresses_on(typed, day(2026, 11, 20));
        // The granted end is past: it warns, and nothing is freed by it.
        for typed in [
            "みなと",
            "港花子",
            "芝桜",
            "7",
            "S55.5.5",
            "港 S55.5.5",
            "芝桜 S55.5.5",
        ] {
            assert_eq!(addresses(typed), [None], "{typed}");
        }
        let warned = store
            .read(|conn| expiring(conn, day(2026, 11, 20), day(2026, 12, 31)))
            .unwrap();
        assert_eq!(warned, [(7, day(2026, 10, 31))]);
        let handle = desk.permit::<HandleWork>();
        let warn = || support::warn(store, &handle, &desk.acting(), day(2026, 12, 31)).unwrap();
        assert_eq!((warn(), warn()), (1, 0));
        let listed = work(store, "registry.support_expiry");
        assert_eq!(
            (listed.len(), listed[0].person_id, listed[0].overdue),
            (1, Some(7), true)
        );
        assert!(
            store
                .read(|conn| is_withheld(conn, 7, day(2026, 11, 20)))
                .unwrap()
        );
        let paper = store
            .read(|conn| address_for(conn, 7, "nhi", "levy", day(2026, 11, 20)))
            .unwrap();
        assert!(paper.withheld);
        let (may, acting) = (desk.permit::<ExportData>(), desk.acting());
        let exported = export::residents(
            store,
            &desk.catalogue,
            (&may, &cleared::<RegistryResidents>(store, &acting, &may)),
            &acting,
            (crate::desk::CITY, "20261120000000"),
            (1, 100),
        )
        .unwrap();
        assert_eq!((exported.file.rows, exported.withheld), (0, vec![7]));
        // The same again changes nothing; an older message neither.
        let before = content(store, 7);
        desk.take(
            store,
            "support_measure",
            4,
            &[measure(2, "2", "2025-11-01", "2027-10-31")],
        )
        .unwrap();
        let old = desk
            .take(
                store,
                "support_measure",
                5,
                &[measure(1, "3", "2025-11-01", "2026-10-31")],
            )
            .unwrap();
        assert_eq!((old.posted, old.same), (0, 1));
        assert_eq!(content(store, 7), before);
        desk.take(
            store,
            "support_measure",
            6,
            &[measure(3, "3", "2025-11-01", "2026-11-30")],
        )
        .unwrap();
        assert!(
            !store
                .read(|conn| is_withheld(conn, 7, day(2026, 12, 1)))
                .unwrap()
        );
        assert!(
            store
                .read(|conn| is_withheld(conn, 7, day(2026, 11, 30)))
                .unwrap()
        );
        // Freed from the day after, and not before it.
        assert_eq!(addresses_on("みなと", day(2026, 11, 30)), [None]);
        let free = addresses_on("みなと", day(2026, 12, 1));
        assert!(free.len() == 1 && free[0].is_some());
    });
}

// covers: QUA-026
#[test]
fn who_lives_with_somebody_in_hiding_shows_no_address_of_any_day() {
    on_both(|store| {
        let desk = Desk::new(store);
        let grandmother = [("name", "港 ウメ"), ("kana", "ミナト ウメ")];
        let apart = [("household_number", "901")];
        desk.take(
            store,
            "resident_event",
            1,
            &[
                event(7, 1, "01", "2026-04-01"),
                event(8, 1, "01", "2010-04-01").with(&grandmother),
                event(9, 1, "01", "2010-04-01").with(&apart),
            ],
        )
        .unwrap();
        let seen = |person: i64, as_of| {
            let found = store
                .read(|conn| load_person(conn, person, as_of, None))
                .unwrap()
                .unwrap();
            let address = |fact: &Dated<Resident>| fact.fact.address.clone();
            (
                found.withheld,
                found.hidden,
                found.residents.first().map(address),
            )
        };
        let found = |typed: &str| {
            let permit = desk.permit::<SearchPerson>();
            let page = store
                .read(|conn| search(conn, &permit, &desk.acting(), typed, None))
                .unwrap();
            page.hits
                .into_iter()
                .map(|hit| hit.address.is_some())
                .collect::<Vec<_>>()
        };
        let today = desk.acting().business_date;
        assert_eq!(
            (seen(8, today).1, found("ミナト ウメ")),
            (false, vec![true])
        );
        let rows = [measure(1, "1", "2026-05-01", "2027-04-30")];
        desk.take(store, "support_measure", 2, &rows).unwrap();
        assert_eq!(seen(7, today), (true, true, Some("（非開示）".to_owned())));
        assert_eq!(seen(8, today), (false, true, Some("（非開示）".to_owned())));
        assert_eq!(found("ミナト ウメ"), [false]);
        let paper = |person: i64| {
            store
                .read(|conn| address_for(conn, person, "nhi", "levy", today))
                .unwrap()
                .withheld
        };
        assert_eq!((paper(7), paper(8), paper(9)), (true, true, false));
        // Somebody else of the same name lives elsewhere.
        assert!(!seen(9, today).1);
        assert_eq!(found("9"), [true]);
        // Who moved out on the way shows the own place again.
        let moved = event(8, 2, "41", "2026-10-01")
            .with(&grandmother)
            .with(&apart);
        desk.take(store, "resident_event", 3, &[moved]).unwrap();
        assert!(!seen(8, today).1);
        assert_eq!(found("ミナト ウメ"), [true]);
    });
}

#[test]
fn a_measure_of_somebody_unknown_or_without_its_end_waits() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = [measure(1, "3", "2026-04-01", "")];
        let report = desk.take(store, "support_measure", 1, &rows).unwrap();
        assert_eq!(report.held, 1);
        assert_eq!(count(store, "support_fact"), 0);
        desk.take(store, "resident", 2, &[event(7, 1, "01", "2020-04-01")])
            .unwrap();
        // A record that was loaded, without events of its own.
        desk.take(
            store,
            "support_measure",
            3,
            &[measure(1, "1", "2026-04-01", "2027-03-31")],
        )
        .unwrap();
        assert_eq!(count(store, "resident_event"), 0);
        assert!(
            store
                .read(|conn| support::is_withheld_from(conn, 7, day(2020, 1, 1)))
                .unwrap()
        );
        let told = content(store, 7);
        // A later load does not free it.
        desk.take(
            store,
            "resident",
            4,
            &[event(7, 1, "01", "2020-04-01").with(&[("district1", "A")])],
        )
        .unwrap();
        assert_eq!(content(store, 7).len(), told.len());
        assert!(
            store
                .read(|conn| support::is_withheld(conn, 7, day(2026, 11, 20)))
                .unwrap()
        );
    });
}

/// 支援措置（住民基本台帳事務処理要領 第5-10）: the file of residents leaves out whoever lives with somebody in hiding, and only them.
#[test]
fn who_lives_with_somebody_in_hiding_is_left_out_of_the_file_too() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = [
            event(7, 1, "01", "2020-04-01"),
            event(8, 1, "01", "2020-04-01"),
            event(9, 1, "01", "2020-04-01").with(&[("household_number", "901")]),
        ];
        desk.take(store, "resident_event", 1, &rows).unwrap();
        let told = [measure(1, "1", "2026-04-01", "2027-03-31")];
        desk.take(store, "support_measure", 2, &told).unwrap();
        let (may, acting) = (desk.permit::<ExportData>(), desk.acting());
        let exported = export::residents(
            store,
            &desk.catalogue,
            (&may, &cleared::<RegistryResidents>(store, &acting, &may)),
            &acting,
            (crate::desk::CITY, "20261120000000"),
            (1, 100),
        )
        .unwrap();
        assert_eq!((exported.file.rows, exported.withheld), (1, vec![7, 8]));
    });
}

/// 支援措置（住民基本台帳事務処理要領 第5-10）: where papers go now is hidden by today, whatever day the 送付先 is proposed for, and of
/// whoever lives with them too.
#[test]
fn a_proposal_for_a_day_before_the_measure_does_not_free_the_address() {
    on_both(|store| {
        let desk = Desk::new(store);
        let rows = [
            event(7, 1, "01", "2020-04-01"),
            event(8, 1, "01", "2020-04-01"),
            event(9, 1, "01", "2020-04-01").with(&[("household_number", "901")]),
        ];
        desk.take(store, "resident_event", 1, &rows).unwrap();
        let told = [measure(1, "1", "2026-04-01", "2027-03-31")];
        desk.take(store, "support_measure", 2, &told).unwrap();
        // It is said already that it ends.
        let ends = [measure(2, "3", "2026-04-01", "2027-03-31")];
        desk.take(store, "support_measure", 3, &ends).unwrap();
        let (may, acting) = (desk.permit::<RegisterContact>(), desk.acting());
        for (person_id, from, withheld) in [
            (7, day(2021, 4, 1), true),
            (7, day(2026, 6, 1), true),
            (8, day(2021, 4, 1), true),
            (8, day(2026, 6, 1), true),
            // By then the measure will be over; whoever looks today sees no address.
            (8, day(2027, 5, 1), true),
            (9, day(2021, 4, 1), false),
        ] {
            let place = Use {
                person_id,
                scheme: "nhi".to_owned(),
                document: "levy".to_owned(),
                from,
                until: None,
            };
            let other = Destination {
                addressee: "後見 守".to_owned(),
                postal_code: "1080014".to_owned(),
                address: "東京都港区芝五丁目1番1号".to_owned(),
                relation: "guardian".to_owned(),
                ground: "後見開始の審判書".to_owned(),
                ..Destination::default()
            };
            let seen = store.read(|conn| slot::version(conn, person_id)).unwrap();
            let id = propose(store, &may, &acting, &place, &other, seen).unwrap();
            let shown = store
                .read(|conn| side_by_side(conn, id, acting.business_date))
                .unwrap();
            assert_eq!(shown.now.withheld, withheld, "{person_id} {from}");
        }
    });
}

// covers: SYS-011, SYS-018
#[test]
fn a_file_is_taken_from_its_own_sender_alone() {
    on_both(|store| {
        let desk = Desk::new(store);
        let table = connection::all(&desk.catalogue);
        let of = |link: &str| table.iter().find(|one| one.link_id == link).unwrap();
        assert!(of("resident_event").business_id == "J01" && of("resident_event").taken_in);
        assert_eq!(of("nonresident").business_id, "031");
        assert!(table.iter().all(|one| !one.source.is_empty()));
        let (name, bytes, control) =
            desk.file("resident_event", 1, &[event(7, 1, "01", "2026-04-01")]);
        let other = name.replacen("J01", "Z99", 1);
        let incoming = office::import::Incoming {
            name: &other,
            bytes: &bytes,
            control: Some(&control),
        };
        let told = office::import::receive(
            store,
            &desk.catalogue,
            &desk.permit(),
            &desk.acting(),
            &desk.municipality,
            &incoming,
            &office::import::Options::default(),
        );
        let Err(office::OfficeError::Refusal(refusal)) = told else {
            panic!("{told:?}")
        };
        assert_eq!(refusal.code, "import.file.sender");
        assert_eq!(count(store, "import_file"), 0);
    });
}
