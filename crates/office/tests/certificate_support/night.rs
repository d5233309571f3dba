//! 夜間処理, as far as papers are concerned.

use super::{Counter, WARD};
use law::rules::RuleBook;
use law::{Date, FiscalYear};
use office::Acting;
use office::eligibility::Books;
use office::jobs::Flow;
use office::levy::{YearRules, relevy};
use office::nightly;
use office::security::permit::RunEligibility;

/// One night of the office: what holding papers against facts came to.
pub fn night(counter: &Counter, on: Date) -> nightly::Done {
    night_under(counter, on, &RuleBook::embedded().unwrap())
}

pub fn night_under(counter: &Counter, on: Date, book: &RuleBook) -> nightly::Done {
    let year = YearRules::from_book(book, WARD, FiscalYear(2026)).unwrap();
    let books = Books {
        book,
        municipality: WARD,
        levy: relevy::Books {
            rules: std::slice::from_ref(&year),
            calendar: book.calendar(),
        },
    };
    let acting = Acting {
        business_date: on,
        ..counter.acting()
    };
    let clock = || counter.acting().now;
    let permit = counter.may::<RunEligibility>();
    nightly::run(&counter.store, &permit, &acting, &books, &clock, |_| {
        Flow::Continue
    })
    .unwrap();
    let steps = counter.store.read(|conn| nightly::night(conn, on)).unwrap();
    let fit = steps
        .into_iter()
        .find(|(step, _)| step.code == "certificate_fit");
    fit.unwrap().1.unwrap()
}
