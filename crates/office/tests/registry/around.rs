//! What stands around a person: 送付先, 連絡先, 口座, 代表者, each for its time, two persons on one of them.

use crate::desk::{Desk, event, on_both, today, work};
use db::Span;
use law::day;
use office::OfficeError;
use office::registry::account::{self, Account, AccountUse};
use office::registry::contact::{self, Contact};
use office::registry::destination::{
    self, AddressOrigin, Destination, Mailing, Use, address_for, decide, propose, side_by_side,
};
use office::registry::representative::{self, Representative, Standing};
use office::registry::support::{Measure, MeasureKind};
use office::registry::{search, slot, support};
use office::security::permit::{RegisterContact, RegisterResident, SearchPerson};

fn people(desk: &Desk, store: &db::Store) {
    let rows = [
        event(1, 1, "01", "2020-04-01"),
        event(2, 1, "01", "2020-04-01").with(&[
            ("name", "芝 太郎"),
            ("kana", "シバ タロウ"),
            ("household_number", "901"),
        ]),
        event(3, 1, "01", "2020-04-01").with(&[("name", "港 一郎"), ("kana", "ミナト イチロウ")]),
    ];
    desk.take(store, "resident_event", 1, &rows).unwrap();
}

fn guardian() -> Destination {
    Destination {
        addressee: "後見 守".to_owned(),
        postal_code: "1080014".to_owned(),
        address_code: "1310320012000".to_owned(),
        address: "東京都港区芝五丁目1番1号".to_owned(),
        building: "三田ビル3階".to_owned(),
        relation: "guardian".to_owned(),
        ground: "後見開始の審判書（令和8年5月1日）".to_owned(),
    }
}

fn place(person_id: i64, document: &str) -> Use {
    Use {
        person_id,
        scheme: "nhi".to_owned(),
        document: document.to_owned(),
        from: day(2026, 6, 1),
        until: Some(day(2026, 12, 1)),
    }
}

fn version(store: &db::Store, person: i64) -> i64 {
    store.read(|conn| slot::version(conn, person)).unwrap()
}

fn mailing(store: &db::Store, document: &str, on: law::Date) -> Mailing {
    store
        .read(|conn| address_for(conn, 1, "nhi", document, on))
        .unwrap()
}

// covers: ADR-006, SYS-015, FIL-059
#[test]
fn a_paper_of_the_day_before_and_after_goes_to_different_places() {
    on_both(|store| {
        let desk = Desk::new(store);
        people(&desk, store);
        let (permit, acting) = (desk.permit::<RegisterContact>(), desk.acting());
        let seen = version(store, 1);
        let id = propose(
            store,
            &permit,
            &acting,
            &place(1, "levy"),
            &guardian(),
            seen,
        )
        .unwrap();
        // Nothing changes by a proposal, and the one who made it cannot confirm it.
        assert_eq!(
            mailing(store, "levy", day(2026, 7, 1)).origin,
            AddressOrigin::Registered
        );
        let same = decide(store, &permit, &acting, id, true, "", &[]);
        assert!(matches!(same, Err(OfficeError::Refusal(_))), "{same:?}");
        let open = work(store, "registry.destination");
        assert_eq!((open.len(), open[0].person_id), (1, Some(1)));
        let shown = store
            .read(|conn| side_by_side(conn, id, acting.business_date))
            .unwrap();
        assert_eq!(
            (shown.name.as_str(), shown.now.addressee.as_str()),
            ("港 花子", "港 花子")
        );
        assert_eq!(shown.proposed, guardian());
        let (other, second) = (
            desk.second_permit::<RegisterContact>(),
            desk.second_acting(),
        );
        decide(store, &other, &second, id, true, "", &[]).unwrap();
        let twice = decide(store, &other, &second, id, true, "", &[]);
        assert!(matches!(twice, Err(OfficeError::Conflict(_))));
        assert!(work(store, "registry.destination").is_empty());

        for (on, expected) in [
            (day(2026, 5, 31), "東京都港区芝公園一丁目5番25号"),
            (day(2026, 6, 1), "東京都港区芝五丁目1番1号"),
            (day(2026, 11, 30), "東京都港区芝五丁目1番1号"),
            (day(2026, 12, 1), "東京都港区芝公園一丁目5番25号"),
        ] {
            assert_eq!(mailing(store, "levy", on).address, expected, "{on}");
        }
        let told = mailing(store, "levy", day(2026, 7, 1));
        assert_eq!(
            (told.addressee.as_str(), told.about.as_deref()),
            ("後見 守", Some("港 花子"))
        );
        assert_eq!(told.address_code, "1310320012000");
        // Other papers go on to the registered address.
        assert_eq!(
            mailing(store, "certificate", day(2026, 7, 1)).origin,
            AddressOrigin::Registered
        );

        let listed = store.read(|conn| destination::list(conn, 1, None)).unwrap();
        let slot_id = listed[0].slot.slot_id;
        let ended = destination::end(store, &permit, &acting, slot_id, day(2026, 8, 1), seen);
        assert!(
            matches!(ended, Err(OfficeError::Conflict(_))),
            "a stale page"
        );
        let seen = version(store, 1);
        destination::end(store, &permit, &acting, slot_id, day(2026, 8, 1), seen).unwrap();
        assert_eq!(
            mailing(store, "levy", day(2026, 8, 1)).origin,
            AddressOrigin::Registered
        );
        assert_eq!(
            mailing(store, "levy", day(2026, 7, 31)).origin,
            AddressOrigin::Destination(slot_id)
        );
    });
}

// covers: ADR-006
#[test]
fn the_nearer_destination_wins() {
    on_both(|store| {
        let desk = Desk::new(store);
        people(&desk, store);
        for (number, document) in [("", 1), ("levy", 2)].map(|(document, no)| (no, document)) {
            let one = Destination {
                address: format!("送付先{number}"),
                ..guardian()
            };
            let seen = version(store, 1);
            let permit = desk.permit::<RegisterContact>();
            let id = propose(
                store,
                &permit,
                &desk.acting(),
                &place(1, document),
                &one,
                seen,
            )
            .unwrap();
            let second = desk.second_permit::<RegisterContact>();
            decide(store, &second, &desk.second_acting(), id, true, "", &[]).unwrap();
        }
        assert_eq!(mailing(store, "levy", day(2026, 7, 1)).address, "送付先2");
        assert_eq!(
            mailing(store, "certificate", day(2026, 7, 1)).address,
            "送付先1"
        );
    });
}

// covers: SYS-015
#[test]
fn incident_53_a_destination_shared_by_strangers_is_seen_before_it_counts() {
    on_both(|store| {
        let desk = Desk::new(store);
        people(&desk, store);
        let (permit, acting) = (desk.permit::<RegisterContact>(), desk.acting());
        let (second, deciding) = (
            desk.second_permit::<RegisterContact>(),
            desk.second_acting(),
        );
        let first = propose(store, &permit, &acting, &place(1, ""), &guardian(), 0).unwrap();
        decide(store, &second, &deciding, first, true, "", &[]).unwrap();
        // Of the same household: no warning.
        let related = propose(store, &permit, &acting, &place(3, ""), &guardian(), 0).unwrap();
        decide(store, &second, &deciding, related, true, "", &[]).unwrap();
        // Written another way it is the same place.
        let written = Destination {
            address: "東京都港区芝五丁目１番１号".to_owned(),
            ..guardian()
        };
        let stranger = propose(store, &permit, &acting, &place(2, ""), &written, 0).unwrap();
        let shown = store
            .read(|conn| side_by_side(conn, stranger, acting.business_date))
            .unwrap();
        assert_eq!(shown.shared_with, [1, 3]);
        let unseen = decide(store, &second, &deciding, stranger, true, "", &[1]);
        let Err(OfficeError::Input { message, .. }) = unseen else {
            panic!("{unseen:?}")
        };
        assert!(message.contains("宛名番号3"), "{message}");
        let silent = decide(store, &second, &deciding, stranger, false, " ", &[]);
        assert!(matches!(silent, Err(OfficeError::Input { .. })));
        decide(store, &second, &deciding, stranger, false, "人違い", &[]).unwrap();
        assert!(
            store
                .read(|conn| destination::list(conn, 2, None))
                .unwrap()
                .is_empty()
        );
    });
}

/// 支援措置（住民基本台帳事務処理要領 第5-10）: that the 送付先 proposed for anybody is the one of a person under a measure would
/// tell where that person's papers go.
// covers: SYS-015
#[test]
fn the_destination_of_somebody_under_a_measure_is_not_told_by_proposing_it() {
    on_both(|store| {
        let desk = Desk::new(store);
        people(&desk, store);
        let (permit, acting) = (desk.permit::<RegisterContact>(), desk.acting());
        let (second, deciding) = (
            desk.second_permit::<RegisterContact>(),
            desk.second_acting(),
        );
        let first = propose(store, &permit, &acting, &place(1, ""), &guardian(), 0).unwrap();
        decide(store, &second, &deciding, first, true, "", &[]).unwrap();
        let stranger = propose(store, &permit, &acting, &place(2, ""), &guardian(), 0).unwrap();
        let shared = || {
            let shown = store.read(|conn| side_by_side(conn, stranger, acting.business_date));
            shown.unwrap().shared_with
        };
        assert_eq!(shared(), [1]);
        let measure = Measure {
            kind: MeasureKind::Full,
            ends_on: None,
            history_number: 0,
            origin: "counter".to_owned(),
        };
        let seen = store
            .read(|conn| office::registry::event::version(conn, 1))
            .unwrap();
        let span = Span::since(acting.business_date);
        let keeper = desk.permit::<RegisterResident>();
        support::register(store, &keeper, &acting, 1, seen, span, &measure).unwrap();
        assert!(shared().is_empty(), "nobody is named");
        decide(store, &second, &deciding, stranger, true, "", &[]).unwrap();
    });
}

#[test]
fn a_destination_without_ground_or_address_is_not_taken() {
    on_both(|store| {
        let desk = Desk::new(store);
        people(&desk, store);
        let (permit, acting) = (desk.permit::<RegisterContact>(), desk.acting());
        let good = guardian();
        for (field, wrong, at) in [
            (
                "根拠",
                Destination {
                    ground: " ".to_owned(),
                    ..good.clone()
                },
                place(1, ""),
            ),
            (
                "送付先の住所",
                Destination {
                    address: String::new(),
                    ..good.clone()
                },
                place(1, ""),
            ),
            (
                "送付先の郵便番号",
                Destination {
                    postal_code: "105-0011".to_owned(),
                    ..good.clone()
                },
                place(1, ""),
            ),
            (
                "送付先の宛名",
                Destination {
                    addressee: String::new(),
                    ..good.clone()
                },
                place(1, ""),
            ),
            (
                "本人との関係",
                Destination {
                    relation: "知人".to_owned(),
                    ..good.clone()
                },
                place(1, ""),
            ),
            ("文書の種類", good.clone(), place(1, "unknown")),
            (
                "期限",
                good.clone(),
                Use {
                    until: Some(day(2026, 6, 1)),
                    ..place(1, "")
                },
            ),
            ("宛名番号", good.clone(), place(99, "")),
        ] {
            let told = propose(store, &permit, &acting, &at, &wrong, 0);
            assert!(
                matches!(&told, Err(OfficeError::Input { field: found, .. }) if found == field),
                "{field}: {told:?}"
            );
        }
    });
}

// covers: ADR-007, FIL-078
#[test]
fn a_telephone_number_is_dated_and_finds_the_person() {
    on_both(|store| {
        let desk = Desk::new(store);
        people(&desk, store);
        let (permit, acting) = (desk.permit::<RegisterContact>(), desk.acting());
        let phone = |number: &str| Contact {
            contact: number.to_owned(),
            remark: "日中".to_owned(),
        };
        let since = Span::since(day(2026, 4, 1));
        let put = |kind: &str, one: &Contact, seen: i64| {
            contact::register(store, &permit, &acting, 1, kind, since, one, seen)
        };
        put("mobile", &phone("090-1234-5678"), 0).unwrap();
        assert!(matches!(
            put("home", &phone("123"), version(store, 1)),
            Err(OfficeError::Input { .. })
        ));
        assert!(matches!(
            put("home", &phone("03-1234-5678"), 0),
            Err(OfficeError::Conflict(_))
        ));
        let found = |typed: &str| -> Vec<i64> {
            let permit = desk.permit::<SearchPerson>();
            let page = store
                .read(|conn| search(conn, &permit, &acting, typed, None))
                .unwrap();
            page.hits.iter().map(|hit| hit.person_id).collect()
        };
        for typed in ["090-1234-5678", "09012345678", "０９０－１２３４－５６７８"] {
            assert_eq!(found(typed), [1], "{typed}");
        }
        assert!(found("09012345679").is_empty());
        let listed = store.read(|conn| contact::list(conn, 1, None)).unwrap();
        assert_eq!(listed[0].facts[0].fact, phone("090-1234-5678"));
    });
}

// covers: ADR-009
#[test]
fn an_account_keeps_its_past_and_shows_three_digits() {
    on_both(|store| {
        let desk = Desk::new(store);
        people(&desk, store);
        let (permit, acting) = (desk.permit::<RegisterContact>(), desk.acting());
        let own = |number: &str| Account {
            bank: "9900".to_owned(),
            branch: "018".to_owned(),
            account_kind: 1,
            account_number: number.to_owned(),
            // As banks write it: half width, small letters large.
            holder_kana: "ﾐﾅﾄ ﾊﾅｺ".to_owned(),
            public_account: false,
            ground: String::new(),
        };
        let put = |purpose: AccountUse, from: law::Date, account: &Account| {
            let seen = version(store, 1);
            account::register(
                store,
                &permit,
                &acting,
                1,
                purpose,
                Span::since(from),
                account,
                seen,
            )
        };
        put(AccountUse::Benefit, day(2026, 4, 1), &own("0001234")).unwrap();
        put(AccountUse::Benefit, day(2026, 9, 1), &own("0005678")).unwrap();
        put(AccountUse::Refund, day(2026, 9, 1), &own("0009999")).unwrap();
        let listed = store.read(|conn| account::list(conn, 1, None)).unwrap();
        let benefit = listed
            .iter()
            .find(|one| one.slot.detail == "benefit")
            .unwrap();
        assert_eq!(benefit.facts.len(), 2);
        assert_eq!(benefit.facts[0].valid.until, Some(day(2026, 9, 1)));
        assert_eq!(benefit.facts[0].fact.masked(), "****234");
        let on = |purpose: AccountUse, day: law::Date| {
            store
                .read(|conn| account::account_for(conn, 1, purpose, day))
                .unwrap()
                .map(|account| account.account_number)
        };
        assert_eq!(
            on(AccountUse::Benefit, day(2026, 8, 31)).as_deref(),
            Some("0001234")
        );
        assert_eq!(
            on(AccountUse::Benefit, day(2026, 9, 1)).as_deref(),
            Some("0005678")
        );
        assert_eq!(on(AccountUse::Debit, day(2026, 9, 1)), None);
        // What was written first is kept as it was written.
        let ever = store.read(|conn| account::ever(conn, 1)).unwrap();
        assert_eq!(ever.iter().map(|one| one.facts.len()).sum::<usize>(), 4);

        let stranger = Account {
            holder_kana: "ｼﾊﾞ ﾀﾛｳ".to_owned(),
            ..own("0001111")
        };
        let told = put(AccountUse::Debit, day(2026, 9, 1), &stranger);
        assert!(matches!(&told, Err(OfficeError::Input { field, .. }) if field == "口座名義人"));
        let with_ground = Account {
            ground: "委任状".to_owned(),
            ..stranger
        };
        put(AccountUse::Debit, day(2026, 9, 1), &with_ground).unwrap();
        for wrong in [
            Account {
                bank: "990".to_owned(),
                ..own("0001111")
            },
            Account {
                account_number: "1111".to_owned(),
                ..own("0001111")
            },
            Account {
                account_kind: 3,
                ..own("0001111")
            },
        ] {
            assert!(put(AccountUse::Debit, day(2026, 9, 1), &wrong).is_err());
        }
    });
}

#[test]
fn who_stands_for_a_person_is_addressed_for_a_time() {
    on_both(|store| {
        let desk = Desk::new(store);
        people(&desk, store);
        let (permit, acting) = (desk.permit::<RegisterContact>(), desk.acting());
        let heir = Representative {
            representative_id: Some(3),
            relation: "長男".to_owned(),
            ground: "相続人代表者指定届".to_owned(),
            ..Representative::default()
        };
        let span = Span::new(day(2026, 8, 10), Some(day(2027, 8, 10)));
        let put = |standing: Standing, one: &Representative| {
            let seen = version(store, 1);
            representative::register(store, &permit, &acting, 1, standing, span, one, seen)
        };
        put(Standing::Heir, &heir).unwrap();
        let told = mailing(store, "certificate", day(2026, 8, 10));
        assert_eq!(
            (told.addressee.as_str(), told.about.as_deref()),
            ("港 一郎", Some("港 花子"))
        );
        assert_eq!(mailing(store, "levy", day(2026, 8, 9)).addressee, "港 花子");
        assert_eq!(
            mailing(store, "levy", day(2027, 8, 10)).addressee,
            "港 花子"
        );
        let manager = Representative {
            representative_id: None,
            name: "管理 人".to_owned(),
            postal_code: "1000001".to_owned(),
            address: "東京都千代田区千代田1番1号".to_owned(),
            ..heir.clone()
        };
        put(Standing::TaxManager, &manager).unwrap();
        // The heir comes first, for papers of the levy as well.
        assert_eq!(
            mailing(store, "levy", day(2026, 8, 10)).addressee,
            "港 一郎"
        );
        for wrong in [
            Representative {
                representative_id: Some(1),
                ..heir.clone()
            },
            Representative {
                representative_id: Some(99),
                ..heir.clone()
            },
            Representative {
                ground: String::new(),
                ..heir.clone()
            },
            Representative {
                representative_id: None,
                ..heir
            },
        ] {
            assert!(matches!(
                put(Standing::Heir, &wrong),
                Err(OfficeError::Input { .. })
            ));
        }
        let listed = store
            .read(|conn| representative::list(conn, 1, None))
            .unwrap();
        assert_eq!(listed.len(), 2);
        assert_eq!(Standing::TaxManager.name_ja(), "納税管理人");
        assert_eq!(today(), acting.business_date);
    });
}
