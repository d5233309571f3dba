//! 証の項目: set, saved, handed over and taken over again without a loss.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::*;
use law::certificate::{MailClass, Place};
use law::day;
use office::certificate::fact::{Setting, record_setting};
use office::certificate::handover::{ITEMS, Row, export};
use office::certificate::handover_load::load;
use office::certificate::reissue::{ReissueReason, again};
use office::certificate::{deliver, find, give_back};
use office::registry::{Resident, record_person};

fn rows(counter: &Counter) -> Vec<Row> {
    counter
        .store
        .read(|conn| export(conn, (0, 1_000), day(2026, 8, 1)))
        .unwrap()
        .0
}

/// Papers in every place there is, with alias, sex on the back, non-disclosure, ratio and reason of collection.
fn office_with_papers() -> Counter {
    let counter = sqlite(today());
    counter.household(HOME, 1, day(1954, 5, 5), day(2026, 4, 1));
    counter.report(|conn, act| {
        let foreign = Resident {
            name: "ＡＮＮＡ　ＭＩＨＯＮ".into(),
            kana: "アンナ　ミホン".into(),
            latin_name: Some("ＡＮＮＡ　ＭＩＨＯＮ".into()),
            alias: Some("見本　杏奈".into()),
            building: "見本荘101".into(),
            ..resident(1, day(1954, 5, 5))
        };
        record_person(
            conn,
            act,
            1,
            2,
            db::Span::new(day(1954, 5, 5), None),
            &foreign,
        )
    });
    counter.card(1, false);
    counter.judged(
        HOME,
        1,
        (day(2026, 8, 1), day(2027, 8, 1)),
        Verdict {
            class: 15,
            tenths: 2,
            pending: 0,
        },
    );
    let setting = Setting {
        sex_on_back: true,
        alias_kana: Some("ミホン　アンナ".into()),
        ..Setting::default()
    };
    record_setting(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        1,
        day(2026, 11, 1),
        &setting,
    )
    .unwrap();
    let first = counter.issue_due(HOME, 1, today()).unwrap();
    counter.hand(&first);
    let second = again(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        &counter.rules,
        (first.certificate_id, ReissueReason::Lost),
    )
    .unwrap();
    let stock = second.form_stock.clone();
    let id = second.certificate_id;
    deliver::print(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        (id, &stock),
    )
    .unwrap();
    deliver::mail(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        id,
        (MailClass::Registered, "123"),
    )
    .unwrap();
    deliver::came_back(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        (&second.scan().figures().unwrap(), "不在・保管期間経過"),
    )
    .unwrap();
    let hidden = Setting {
        nondisclosure: true,
        ..Setting::default()
    };
    record_setting(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        1,
        day(2026, 12, 1),
        &hidden,
    )
    .unwrap();
    let third = counter.issue_due(HOME, 1, day(2026, 12, 1)).unwrap();
    deliver::allow_printing(
        &counter.store,
        &counter.chief_may(),
        &counter.chief(),
        third.certificate_id,
        "本人確認済",
    )
    .unwrap();
    let third = counter.hand(&third);
    give_back::collect(
        &counter.store,
        &counter.may(),
        &counter.acting(),
        third.certificate_id,
        ("限度額の変更", Some(day(2026, 11, 15))),
    )
    .unwrap();
    counter.issue_due(HOME, 1, day(2027, 1, 1)).unwrap();
    counter
}

// covers: QUA-027, FIL-087, FIL-088, FIL-153, FIL-170, FIL-171, FIL-172, FIL-173, FIL-174, FIL-175, FIL-176, FIL-177, FIL-178, FIL-179
#[test]
fn every_item_goes_out_and_comes_back_unchanged() {
    let office = office_with_papers();
    let out = rows(&office);
    assert_eq!(out.len(), 4);
    let item = |row: &Row, name: &str| {
        let place = ITEMS.iter().position(|item| item.label_ja == name).unwrap();
        row[place].clone()
    };
    assert_eq!(item(&out[0], "券面の氏名"), "見本　杏奈");
    assert_eq!(item(&out[0], "本名"), "ＡＮＮＡ　ＭＩＨＯＮ");
    assert_eq!(
        (
            item(&out[0], "一部負担金の割合"),
            item(&out[0], "割合の発効期日")
        ),
        ("2".into(), "2026-08-01".into())
    );
    assert_eq!(
        (item(&out[0], "性別の裏面記載"), item(&out[0], "証のありか")),
        ("1".into(), "lost".into())
    );
    assert_eq!(
        (item(&out[1], "返戻日"), item(&out[1], "返戻の理由")),
        ("2026-11-20".into(), "不在・保管期間経過".into())
    );
    assert_eq!(
        (
            item(&out[2], "回収の理由"),
            item(&out[2], "回収の理由が発生した日")
        ),
        ("限度額の変更".into(), "2026-11-15".into())
    );
    assert_eq!(item(&out[2], "自己情報不開示の申し出"), "1");
    for counter in both(today()) {
        let taken = load(&counter.store, &counter.may(), &counter.acting(), &out).unwrap();
        assert_eq!(
            (taken.written, taken.known, taken.held.len()),
            (4, 0, 0),
            "{taken:?}"
        );
        assert_eq!(rows(&counter), out);
        // The same rows again change nothing.
        let again = load(&counter.store, &counter.may(), &counter.acting(), &out).unwrap();
        assert_eq!((again.written, again.known), (0, 4));
        counter.verify();
        let lost = counter.store.read(|conn| find::of_person(conn, 1)).unwrap();
        assert!(lost.iter().any(|one| one.place == Place::Lost));
    }
}

#[test]
fn rows_that_do_not_fit_are_held_with_their_item() {
    let good = rows(&office_with_papers());
    let counter = sqlite(today());
    let held = |change: &dyn Fn(&mut Row)| {
        let mut row = good[0].clone();
        change(&mut row);
        let taken = load(&counter.store, &counter.may(), &counter.acting(), &[row]).unwrap();
        assert_eq!(taken.written, 0);
        taken.held[0].1.clone()
    };
    let place = |name: &str| ITEMS.iter().position(|item| item.label_ja == name).unwrap();
    for (name, wrong) in [
        ("証交付日", "令和8年"),
        ("証交付日", ""),
        ("発効期日", "2026-02-30"),
        ("宛名番号", "いち"),
        ("交付の回", ""),
        ("交付区分", "gift"),
        ("証のありか", "moon"),
        ("券面の氏名", ""),
        ("様式番号", ""),
    ] {
        assert_eq!(
            held(&|row| row[place(name)] = wrong.into()),
            name,
            "{wrong}"
        );
    }
    assert_eq!(
        held(&|row| {
            row.pop();
        }),
        "行"
    );
}
