//! 交付の記録の訂正: what stands in the record and not on the paper.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::*;
use law::day;
use office::OfficeError;
use office::certificate::correct::{Entry, correct, corrections};
use office::certificate::record::Division;
use office::certificate::{Certificate, event, find};

fn issued(counter: &Counter) -> Certificate {
    counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
    counter.card(1, false);
    counter.issue_due(HOME, 1, day(2026, 11, 20)).unwrap()
}

fn sought(counter: &Counter, filter: &find::Filter) -> Vec<i64> {
    let read = |conn: &mut db::Conn| find::search(conn, filter, 0);
    let found = counter.store.read(read).unwrap();
    found.iter().map(|one| one.certificate_id).collect()
}

/// 藤沢別添1-4-27: 交付区分・交付事由 are kept and can be put right; the paper stays as printed, and what stood before is kept.
// covers: CRT-031
#[test]
fn the_record_is_put_right_and_the_paper_stays_as_printed() {
    for counter in both(today()) {
        let first = issued(&counter);
        let id = first.certificate_id;
        let entry = Entry {
            division: Division::Change,
            reason: "氏名変更".into(),
            occurred_on: day(2026, 11, 18),
            applied_on: Some(day(2026, 11, 19)),
        };
        let acting = counter.asking("correct-1");
        let put = |seen: i64| {
            let (id, why) = ((id, seen), (&entry, "入力誤り"));
            correct(&counter.store, &counter.may(), &acting, id, why)
        };
        let now = put(0).unwrap();
        assert_eq!(Entry::of(&now), entry);
        // All else is what was issued.
        let expected = Certificate {
            division: entry.division,
            reason: entry.reason.clone(),
            occurred_on: entry.occurred_on,
            applied_on: entry.applied_on,
            ..first.clone()
        };
        assert_eq!(now, expected);
        // The same order again does nothing more.
        assert_eq!(put(0).unwrap(), now);
        let made = counter.store.read(|conn| corrections(conn, id)).unwrap();
        assert_eq!(made.len(), 1);
        assert_eq!(
            (&made[0].entry, made[0].note.as_str()),
            (&entry, "入力誤り")
        );
        // What is sought is what stands.
        let by = |division, reason: &str| find::Filter {
            division: Some(division),
            reason: Some(reason.to_owned()),
            ..find::Filter::default()
        };
        assert_eq!(sought(&counter, &by(Division::Change, "氏名変更")), [id]);
        assert!(sought(&counter, &by(Division::New, "新規取得")).is_empty());
        let reasons = counter.store.read(find::reasons).unwrap();
        assert!(reasons.contains(&"氏名変更".to_owned()), "{reasons:?}");
        // As of the moment before, the record was what it had been when it was issued.
        let before = counter
            .store
            .read(|conn| event::known_at(conn, HOME, made[0].recorded_at - 1))
            .unwrap();
        assert_eq!(Entry::of(&before[0]), Entry::of(&first));
        counter.verify();
    }
}

/// The 申請日 can be taken away again; a second correction stands over the first.
// covers: CRT-031
#[test]
fn the_last_correction_stands() {
    for counter in both(today()) {
        let first = issued(&counter);
        let id = first.certificate_id;
        let entry = Entry {
            applied_on: Some(day(2026, 11, 19)),
            ..Entry::of(&first)
        };
        let put = |seen, entry: &Entry| {
            let (acting, may) = (counter.acting(), counter.may());
            correct(&counter.store, &may, &acting, (id, seen), (entry, "訂正"))
        };
        assert_eq!(put(0, &entry).unwrap().applied_on, entry.applied_on);
        let back = Entry::of(&first);
        assert_eq!(put(1, &back).unwrap().applied_on, None);
        assert_eq!(counter.get(id).applied_on, None);
    }
}

/// Of two clerks who saw the same record one corrects it, and the other is told.
// covers: CRT-031
#[test]
fn what_cannot_be_corrected_is_told() {
    for counter in both(today()) {
        let first = issued(&counter);
        let id = first.certificate_id;
        let entry = Entry {
            reason: "転入".into(),
            ..Entry::of(&first)
        };
        let put = |seen, entry: &Entry, note| {
            let (acting, may) = (counter.acting(), counter.may());
            correct(&counter.store, &may, &acting, (id, seen), (entry, note))
        };
        let field = |result: Result<Certificate, OfficeError>| match result {
            Err(OfficeError::Input { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        let nameless = Entry {
            reason: "　".into(),
            ..entry.clone()
        };
        assert_eq!(field(put(0, &nameless, "入力誤り")), "交付事由");
        assert_eq!(field(put(0, &entry, " ")), "訂正の理由");
        let early = Entry {
            applied_on: Some(day(2026, 11, 21)),
            ..entry.clone()
        };
        assert_eq!(field(put(0, &early, "入力誤り")), "申請日");
        let (code, _) = refused(put(0, &Entry::of(&first), "入力誤り"));
        assert_eq!(code, "certificate.correct.same");
        put(0, &entry, "入力誤り").unwrap();
        let other = Entry {
            reason: "出生".into(),
            ..entry.clone()
        };
        let stale = put(0, &other, "入力誤り");
        assert!(matches!(stale, Err(OfficeError::Conflict(_))), "{stale:?}");
        assert_eq!(counter.get(id).reason, "転入");
    }
}
