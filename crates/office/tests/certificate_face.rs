//! 券面: of which spell its dates are, under which name the head is written, and what of it, once changed, asks for another paper.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::*;
use db::Span;
use law::certificate::{Item, NameChoice};
use law::{Date, day};
use office::certificate::fact::{Setting, record_setting};
use office::certificate::ruling::refuse;
use office::certificate::{Certificate, TaskKind, follow, give_back, letter};
use office::registry::{InsuredSpan, Resident, end, record, record_household, record_person};

/// Came by something else than a 転入: the prefecture's 資格 began on the same day.
fn joined(home: i64, branch: i64) -> InsuredSpan {
    InsuredSpan {
        gain_cause: "02".to_owned(),
        ..insured(home, branch)
    }
}

fn spell(counter: &Counter, (home, branch): (i64, i64), from: Date, until: Option<Date>) {
    counter.report(|conn, act| {
        let fact = InsuredSpan {
            loss_cause: until.map(|_| "42".to_owned()),
            loss_event_on: until.map(law::date::previous_day),
            ..joined(home, branch)
        };
        end::<InsuredSpan>(conn, act, 1, Span::new(from, None))?;
        record(conn, act, 1, Span::new(from, until), &fact)
    });
}

fn somebody(counter: &Counter) {
    counter.report(|conn, act| {
        let born_on = day(1980, 5, 5);
        let since = Span::new(born_on, None);
        record_person(conn, act, 1, 1, since, &resident(1, born_on))?;
        for home in [HOME, 200] {
            let span = Span::new(day(2018, 4, 1), None);
            record_household(conn, act, home, span, &head_of(home, 1))?;
        }
        Ok(())
    });
}

fn proof(counter: &Counter, kind: &str, home: i64) -> Certificate {
    let mut new = asked(kind, 1);
    new.household_id = home;
    new.applied_on = counter.today.get();
    let id = apply(counter, &new).unwrap();
    decide(counter, id).unwrap()
}

fn dates(paper: &Certificate) -> [Option<&str>; 3] {
    [Item::Acquired, Item::AppliedFrom, Item::LostOn].map(|item| paper.face.value(item))
}

/// 国民健康保険法 第9条第4項、施行規則 第7条の2の2第2項: a proof states the dates of one spell, and no loss that lies ahead.
// covers: CRT-014
#[test]
fn a_proof_of_a_loss_is_of_one_spell_that_has_ended() {
    for counter in both(day(2026, 6, 1)) {
        somebody(&counter);
        spell(&counter, (HOME, 1), day(2020, 4, 1), Some(day(2025, 4, 1)));
        spell(&counter, (HOME, 3), day(2025, 10, 1), None);
        let paper = proof(&counter, "proof_loss", HOME);
        assert_eq!(
            dates(&paper),
            [
                Some("令和2年4月1日"),
                Some("令和2年4月1日"),
                Some("令和7年4月1日")
            ]
        );
        let number = paper.face.value(Item::SymbolNumber).unwrap();
        assert!(number.ends_with("（枝番）01"), "{number}");
        // What is planned is not lost.
        spell(&counter, (HOME, 3), day(2025, 10, 1), Some(day(2026, 6, 2)));
        assert_eq!(dates(&proof(&counter, "proof_loss", HOME)), dates(&paper));
        let period = proof(&counter, "proof_period", HOME);
        assert_eq!(
            period.face.value(Item::Periods),
            Some("令和2年4月1日から令和7年3月31日まで\n令和7年10月1日から加入中")
        );
        // It has come: of the last that is over. A proof of a gain is of the spell that goes on, or went on last.
        counter.today.set(day(2026, 6, 2));
        let now = [
            Some("令和7年10月1日"),
            Some("令和7年10月1日"),
            Some("令和8年6月2日"),
        ];
        assert_eq!(dates(&proof(&counter, "proof_loss", HOME)), now);
        assert_eq!(
            dates(&proof(&counter, "proof_gain", HOME)),
            [now[0], now[1], None]
        );
    }
}

/// 施行規則 第7条の2の2第2項: a household is told of the spell that was its own.
// covers: CRT-014
#[test]
fn a_proof_of_a_loss_is_of_the_household_that_asks() {
    for counter in both(day(2026, 6, 1)) {
        somebody(&counter);
        spell(&counter, (HOME, 1), day(2018, 4, 1), Some(day(2019, 4, 1)));
        spell(&counter, (200, 1), day(2020, 4, 1), Some(day(2021, 4, 1)));
        spell(&counter, (HOME, 2), day(2021, 4, 1), Some(day(2022, 4, 1)));
        spell(&counter, (200, 2), day(2023, 4, 1), Some(day(2024, 4, 1)));
        // Two households one after the other without a gap are one 資格, applied by the municipality from its first day.
        assert_eq!(
            dates(&proof(&counter, "proof_loss", HOME)),
            [
                Some("令和2年4月1日"),
                Some("令和2年4月1日"),
                Some("令和4年4月1日")
            ]
        );
        assert_eq!(
            dates(&proof(&counter, "proof_loss", 200)),
            [
                Some("令和5年4月1日"),
                Some("令和5年4月1日"),
                Some("令和6年4月1日")
            ]
        );
    }
}

const REAL: &str = "ＳＭＩＴＨ　ＪＯＨＮ";
const ALIAS: &str = "港　太郎";

/// A household whose head has a 通称, and a member.
fn with_alias(counter: &Counter) {
    household(counter, 3);
    counter.report(|conn, act| {
        let born_on = day(1980, 5, 5);
        let head = Resident {
            name: REAL.to_owned(),
            alias: Some(ALIAS.to_owned()),
            ..resident(1, born_on)
        };
        record_person(conn, act, 1, 1, Span::new(born_on, None), &head)
    });
    counter.member(HOME, 2, 2, day(1982, 1, 1), day(2026, 4, 1));
    counter.card(2, false);
}

fn choose(counter: &Counter, person: i64, name_choice: NameChoice) {
    let setting = Setting {
        name_choice,
        ..Setting::default()
    };
    let (may, acting) = (counter.may(), counter.acting());
    record_setting(&counter.store, &may, &acting, person, today(), &setting).unwrap();
}

/// Own name, the head's name and 宛名 of a new paper.
fn names(counter: &Counter, person: i64) -> (String, String, String) {
    let paper = counter.issue_due(HOME, person, today()).unwrap();
    let line = |item| paper.face.value(item).unwrap().to_owned();
    let addressee = paper.destination.addressee.clone();
    (line(Item::Name), line(Item::Head), addressee)
}

fn said(own: &str, head: &str, addressee: &str) -> (String, String, String) {
    (own.to_owned(), head.to_owned(), addressee.to_owned())
}

/// 宛名 of the letters to the head: 事前通知 and 却下通知.
fn letters(counter: &Counter) -> [String; 2] {
    let days = (day(2027, 2, 1), day(2027, 1, 10));
    let (store, rules) = (&counter.store, &counter.rules);
    let told =
        give_back::notify_special(store, &counter.may(), &counter.acting(), rules, HOME, days);
    let id = apply(counter, &asked("meal_reduction", 2)).unwrap();
    let said = refuse(
        store,
        &counter.may(),
        &counter.acting(),
        rules,
        id,
        "課税世帯のため",
    );
    [told, said].map(|id| {
        let kept = store.read(|conn| letter::require(conn, id.unwrap()));
        kept.unwrap().letter.destination.addressee
    })
}

/// 施行規則 第6条第4項第2号: 世帯主の氏名 is the name the head has chosen, on every paper of the household and in the address.
// covers: CRT-033
#[test]
fn the_head_is_called_by_the_head_s_own_choice() {
    for counter in both(today()) {
        with_alias(&counter);
        // As the municipality does it: 通称 where there is one.
        assert_eq!(names(&counter, 1), said(ALIAS, ALIAS, ALIAS));
        assert_eq!(names(&counter, 2), said("見本　2", ALIAS, ALIAS));
        assert_eq!(letters(&counter), [ALIAS, ALIAS]);
        choose(&counter, 1, NameChoice::Real);
        assert_eq!(names(&counter, 1), said(REAL, REAL, REAL));
        assert_eq!(letters(&counter), [REAL, REAL]);
        assert_eq!(names(&counter, 2), said("見本　2", REAL, REAL));
        choose(&counter, 1, NameChoice::Alias);
        assert_eq!(names(&counter, 2), said("見本　2", ALIAS, ALIAS));
        // A paper of the head's own says of them what it says elsewhere.
        let mut own = asked("ceiling", 1);
        own.wish.name_choice = Some(NameChoice::Real);
        let id = apply(&counter, &own).unwrap();
        let paper = decide(&counter, id).unwrap();
        assert_eq!(paper.face.value(Item::Head), Some(REAL));
        assert_eq!(paper.destination.addressee, REAL);
        // 通称 taken out of the register: the papers of the others are not held up.
        counter.report(|conn, act| {
            let born_on = day(1980, 5, 5);
            let head = Resident {
                name: REAL.to_owned(),
                ..resident(1, born_on)
            };
            record_person(conn, act, 1, 1, Span::new(today(), None), &head)
        });
        assert_eq!(names(&counter, 2), said("見本　2", REAL, REAL));
    }
}

/// 擬制世帯主: who heads the household without being insured is called by their own choice too, and who is sent to apart by theirs.
// covers: CRT-033
#[test]
fn a_head_who_is_not_insured_and_a_member_sent_to_apart_have_their_own_choice() {
    for counter in both(today()) {
        with_alias(&counter);
        counter.report(|conn, act| {
            let since = Span::new(day(2026, 4, 1), None);
            record_household(conn, act, 300, since, &head_of(300, 1))?;
            let born_on = day(1990, 1, 1);
            let member = Resident {
                alias: Some("港　花子".to_owned()),
                ..resident(5, born_on)
            };
            record_person(conn, act, 5, 1, Span::new(born_on, None), &member)?;
            record(conn, act, 5, since, &insured(300, 1))
        });
        counter.card(5, false);
        choose(&counter, 1, NameChoice::Real);
        let paper = counter.issue_due(300, 5, today()).unwrap();
        assert_eq!(paper.face.value(Item::Head), Some(REAL));
        assert_eq!(paper.destination.addressee, REAL);
        let apart = Setting {
            send_apart: true,
            ..Setting::default()
        };
        let (may, acting) = (counter.may(), counter.acting());
        record_setting(&counter.store, &may, &acting, 5, today(), &apart).unwrap();
        let paper = counter.issue_due(300, 5, today()).unwrap();
        assert_eq!(paper.destination.addressee, "港　花子");
    }
}

/// 施行規則 第6条第4項第4号・第7条の3第3項: 資格取得 and 適用開始 stand on the paper; corrected, it is replaced.
// covers: CRT-022
#[test]
fn a_corrected_first_day_asks_for_another_paper() {
    for (linked, kind) in [(false, "confirmation"), (true, "notice")] {
        for counter in both(today()) {
            somebody(&counter);
            spell(&counter, (HOME, 1), day(2026, 4, 1), None);
            counter.card(1, linked);
            let paper = counter.hand(&counter.issue_due(HOME, 1, today()).unwrap());
            assert_eq!(paper.kind, kind);
            let tasks = || {
                let read =
                    |conn: &mut db::Conn| follow::would_follow(conn, &counter.rules, HOME, today());
                counter.store.read(read).unwrap()
            };
            assert_eq!(tasks(), []);
            spell(&counter, (HOME, 1), day(2026, 3, 1), None);
            let asked = tasks();
            assert_eq!(asked.len(), 1, "{asked:?}");
            assert_eq!(asked[0].kind, TaskKind::Replace);
            let why = &asked[0].reason;
            assert!(why.contains("取得") && why.contains("適用開始"), "{why}");
        }
    }
}

/// 施行規則 第6条第4項第4号: 適用開始 is that of the municipality. Who moves from one household of it to another has begun nothing.
// covers: CRT-022
#[test]
fn a_move_between_households_begins_no_application() {
    for (linked, kind) in [(false, "confirmation"), (true, "notice")] {
        let counter = sqlite(today());
        somebody(&counter);
        let (came, moved) = (day(2024, 4, 1), day(2026, 9, 10));
        spell(&counter, (200, 1), came, None);
        spell(&counter, (HOME, 1), moved, None);
        counter.card(1, linked);
        let paper = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!(paper.kind, kind);
        let since = Some("令和6年4月1日");
        assert_eq!(dates(&paper), [since, since, None]);
        // A gap between the two, and it begins anew.
        spell(&counter, (200, 1), came, Some(day(2026, 9, 9)));
        spell(&counter, (HOME, 1), moved, None);
        let paper = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!(dates(&paper)[1], Some("令和8年9月10日"));
    }
}
