//! 在留期間と証の有効期限: a paper ends with the stay, and the stay goes on while an application made in time is open.
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
use law::{Date, day};
use office::OfficeError;
use office::certificate::reissue::{ReissueReason, again};
use office::eligibility::status::{self, Entry, StayRenewal, stay};
use office::registry::detail::Detail;
use office::registry::record;
use office::security::permit::{Permit, RunEligibility};
use office::worklist;

const EXPIRES: Date = Date::constant(2027, 7, 20);

/// Somebody of 40 without マイナ保険証 whose stay ends on a day.
fn foreigner(counter: &Counter) {
    counter.household(HOME, 1, day(1987, 5, 5), day(2026, 4, 1));
    counter.card(1, false);
    stays_until(counter, EXPIRES, day(2026, 4, 1));
}

fn stays_until(counter: &Counter, until: Date, from: Date) {
    counter.report(|conn, act| {
        let detail = Detail {
            stay_until: Some(until),
            ..Detail::default()
        };
        record(conn, act, 1, Span::new(from, None), &detail)
    });
}

fn renewal(applied_on: Date, refused_on: Option<Date>) -> Entry<StayRenewal> {
    Entry {
        subject: 1,
        span: Span::new(applied_on, None),
        status: StayRenewal {
            stay_until: EXPIRES,
            applied_on,
            refused_on,
            reported_on: Some(applied_on),
        },
        note: String::new(),
    }
}

fn asked_for(counter: &Counter, entry: &Entry<StayRenewal>) {
    counter.report(|conn, act| status::state(conn, act, entry).map(|_| ()));
}

/// 根拠: 出入国管理及び難民認定法 第20条第6項、国民健康保険法 第9条第2項
#[test]
fn a_paper_is_issued_within_the_time_an_application_carries_the_stay_on() {
    for counter in both(day(2027, 7, 15)) {
        foreigner(&counter);
        let august = day(2027, 8, 1);
        let (code, _) = refused(counter.issue_due(HOME, 1, august));
        assert_eq!(code, "certificate.term.over", "nobody has told of more");
        asked_for(&counter, &renewal(day(2027, 7, 10), None));
        let paper = counter.issue_due(HOME, 1, august).unwrap();
        assert_eq!(
            (paper.effective_from, paper.expires_on),
            (august, Some(day(2027, 9, 20)))
        );
        // A lost one is issued again with the day that lies ahead.
        counter.today.set(day(2027, 8, 5));
        counter.hand(&paper);
        let why = (paper.certificate_id, ReissueReason::Lost);
        let copy = again(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            why,
        );
        assert_eq!(copy.unwrap().expires_on, Some(day(2027, 9, 20)));
        // Refused on 10 August: the stay is over that day.
        asked_for(&counter, &renewal(day(2027, 7, 10), Some(day(2027, 8, 10))));
        let paper = counter.issue_due(HOME, 1, day(2027, 8, 6)).unwrap();
        assert_eq!(paper.expires_on, Some(day(2027, 8, 10)));
        let (code, _) = refused(counter.issue_due(HOME, 1, day(2027, 8, 11)));
        assert_eq!(code, "certificate.term.over");
        // Permitted after all, as the register says: the application is about a stay that is no more.
        stays_until(&counter, day(2028, 7, 20), day(2027, 8, 6));
        let paper = counter.issue_due(HOME, 1, day(2027, 8, 11)).unwrap();
        assert_eq!(paper.expires_on, Some(day(2028, 7, 20)));
        counter.verify();
    }
}

#[test]
fn an_application_after_the_expiry_carries_nothing_on() {
    for counter in both(day(2027, 7, 25)) {
        foreigner(&counter);
        let late = counter.store.write(|conn| {
            let act = office::acts::begin(
                conn,
                &counter.acting(),
                &counter.may::<office::security::permit::RegisterFact>(),
                "status.stay_renewal",
                &office::acts::ActDetails::default(),
            )?;
            status::state(conn, &act, &renewal(day(2027, 7, 21), None))
        });
        assert!(
            matches!(&late, Err(OfficeError::Input { field, .. }) if field == "申請年月日"),
            "{late:?}"
        );
        let span = |entry: Entry<StayRenewal>| status::Status::span(&entry.status, entry.span);
        assert_eq!(
            span(renewal(EXPIRES, None)),
            Span::new(EXPIRES, Some(day(2027, 9, 21)))
        );
    }
}

/// 根拠: 出入国管理及び難民認定法 第20条第6項
#[test]
fn who_applied_in_time_is_asked_for_when_that_ends() {
    for counter in both(day(2027, 7, 10)) {
        foreigner(&counter);
        let nights = |from: Date, to: Date| {
            let clerk: Permit<RunEligibility> = counter.may();
            stay::collect(&counter.store, &clerk, &counter.acting(), from, to).unwrap()
        };
        asked_for(&counter, &renewal(day(2027, 7, 10), None));
        // Neither on the 満了日 nor in the weeks after it.
        assert_eq!(nights(day(2027, 7, 10), day(2027, 9, 10)), 0);
        assert_eq!(nights(day(2027, 9, 11), day(2027, 9, 20)), 1);
        assert_eq!(nights(day(2027, 9, 11), day(2027, 9, 20)), 0);
        let open = counter.store.read(|conn| {
            let all = worklist::Filter::default();
            worklist::list(conn, &all, None, day(2027, 9, 11))
        });
        let listed: Vec<String> = open
            .unwrap()
            .items
            .into_iter()
            .map(|one| one.title)
            .collect();
        assert!(
            listed.iter().any(|one| one.contains("特例期間が終わる")),
            "{listed:?}"
        );
        // Refused in August: that is the end.
        asked_for(&counter, &renewal(day(2027, 7, 10), Some(day(2027, 8, 10))));
        assert_eq!(nights(day(2027, 8, 1), day(2027, 8, 9)), 0);
        assert_eq!(nights(day(2027, 8, 1), day(2027, 8, 10)), 1);
    }
}
