//! 支援措置（住民基本台帳事務処理要領 第5-10）: a certificate that goes, or once went, to where somebody in hiding lives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod certificate_support;

use certificate_support::*;
use db::{Conn, Span};
use law::certificate::MailClass;
use law::{Date, day};
use office::OfficeError;
use office::certificate::{Certificate, deliver, load};
use office::registry::representative::{self, Representative, Standing};
use office::registry::support::{Measure, MeasureKind};
use office::registry::{record, record_person, slot};
use office::security::permit::RegisterContact;

const SECRET: &str = "東京都港区隠里九丁目9番9号";

/// Somebody with no insurance in a household of the residents' register, or somebody who moves there.
fn lives(counter: &Counter, id: i64, home: i64, span: Span) {
    counter.report(|conn, act| {
        let mut resident = resident(id, day(1980, 5, 5));
        resident.register_household = Some(home);
        SECRET.clone_into(&mut resident.address);
        record_person(conn, act, id, 1, span, &resident)
    });
}

fn hide(counter: &Counter, id: i64) {
    counter.report(|conn, act| {
        let measure = Measure {
            kind: MeasureKind::Full,
            ends_on: None,
            history_number: 0,
            origin: "counter".to_owned(),
        };
        record(conn, act, id, Span::since(counter.today.get()), &measure)
    });
}

fn stands_for(counter: &Counter, id: i64, by: Option<i64>, span: Span) {
    let by = Representative {
        representative_id: by,
        name: "見本　相続".to_owned(),
        address: "東京都港区芝二丁目2番2号".to_owned(),
        ground: "届出".to_owned(),
        ..Representative::default()
    };
    let seen = counter.store.read(|conn| slot::version(conn, id)).unwrap();
    let may = counter.may::<RegisterContact>();
    let acting = counter.acting();
    representative::register(
        &counter.store,
        &may,
        &acting,
        id,
        Standing::Heir,
        span,
        &by,
        seen,
    )
    .unwrap();
}

/// Whether the place is hidden on the page, and the paper waits for a second person.
fn waits(counter: &Counter, one: &Certificate) -> (bool, bool) {
    let on = counter.today.get();
    let read = |conn: &mut Conn| {
        Ok::<_, OfficeError>((
            deliver::concerns(conn, one, on)?,
            deliver::needs_approval(conn, one, on)?,
        ))
    };
    counter.store.read(read).unwrap()
}

/// Whether the yearly mailing keeps the papers of the household back.
fn kept_back(counter: &Counter, on: Date) -> bool {
    let found = counter
        .store
        .read(|conn| load::household(conn, HOME, on, load::NOW))
        .unwrap()
        .unwrap();
    found.members[0].person.concerned
}

fn print(counter: &Counter, one: &Certificate) -> Result<Certificate, OfficeError> {
    let id = (one.certificate_id, one.form_stock.as_str());
    deliver::print(&counter.store, &counter.may(), &counter.acting(), id)
}

/// 地方税法 第9条の2: the paper goes to the heir; where the heir is in hiding it waits, and goes on waiting when somebody else stands for
/// the person, for the place is on it.
// covers: SEC-102, CRT-020
#[test]
fn a_certificate_to_a_representative_in_hiding_waits_and_goes_on_waiting() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        lives(&counter, 99, 9, Span::since(today()));
        stands_for(&counter, 1, Some(99), Span::since(today()));
        let one = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!(one.destination.address[0], SECRET);
        print(&counter, &one).unwrap();
        assert_eq!(waits(&counter, &one), (false, false));
        assert!(!kept_back(&counter, today()));
        hide(&counter, 99);
        assert_eq!(waits(&counter, &one), (true, true));
        assert_eq!(
            refused(print(&counter, &one)).0,
            "certificate.print.support"
        );
        let mail = (MailClass::Ordinary, "");
        let (may, acting) = (counter.may(), counter.acting());
        let id = one.certificate_id;
        let mailed = deliver::mail(&counter.store, &may, &acting, id, mail);
        assert_eq!(refused(mailed).0, "certificate.mail.support");
        assert!(kept_back(&counter, today()));
        // Somebody else stands for them; the old place stands on the paper.
        stands_for(&counter, 1, None, Span::since(day(2026, 11, 25)));
        counter.today.set(day(2026, 11, 25));
        assert!(!kept_back(&counter, counter.today.get()));
        assert_eq!(waits(&counter, &one), (true, true));
        assert_eq!(
            refused(print(&counter, &one)).0,
            "certificate.print.support"
        );
        let other = counter.issue_due(HOME, 1, counter.today.get()).unwrap();
        assert_ne!(other.destination.address[0], SECRET);
        assert_eq!(waits(&counter, &other), (false, false));
    }
}

/// Living with somebody in hiding in another insured household, and after moving out: the old paper tells that home.
// covers: SEC-102, CRT-020
#[test]
fn a_certificate_with_the_home_of_somebody_in_hiding_waits_after_moving_out_too() {
    for counter in both(today()) {
        counter.household(HOME, 1, day(1980, 5, 5), day(2026, 4, 1));
        counter.card(1, false);
        lives(&counter, 99, 9, Span::since(today()));
        lives(&counter, 1, 9, Span::since(today()));
        let one = counter.issue_due(HOME, 1, today()).unwrap();
        assert_eq!(waits(&counter, &one), (false, false));
        assert!(!kept_back(&counter, today()));
        hide(&counter, 99);
        assert_eq!(waits(&counter, &one), (true, true));
        assert!(kept_back(&counter, today()));
        let left = day(2026, 11, 25);
        counter.today.set(left);
        counter.report(|conn, act| {
            let there = resident(1, day(1980, 5, 5));
            record_person(conn, act, 1, 1, Span::since(left), &there)
        });
        assert!(!kept_back(&counter, left));
        assert_eq!(waits(&counter, &one), (true, true));
        let other = counter.issue_due(HOME, 1, left).unwrap();
        assert_eq!(waits(&counter, &other), (false, false));
    }
}
