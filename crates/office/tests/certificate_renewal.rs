//! 一斉更新: frozen, worked out, pulled, approved, published, killed anywhere, enclosed, mailed, followed up.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "certificate_support/renewal_cards.rs"]
mod cards;
mod certificate_support;

use certificate_support::renewal::*;
use certificate_support::*;
use db::{ColumnType, Span};
use law::certificate::{Item, MailClass, Place};
use law::day;
use office::OfficeError;
use office::certificate::card_list::receive;
use office::certificate::fact::{Setting, record_setting};
use office::certificate::run::{Request, RunState, approve, cancel, require, start};
use office::certificate::run_delta::{Change, delta};
use office::certificate::run_enclose::{enclose, envelope, thick};
use office::certificate::run_mail::{bags, mailed, printed, refused as refused_rows, summary};
use office::certificate::run_publish::{begin, publish};
use office::certificate::run_pull::{pull, pull_refused, pulls, release};
use office::certificate::run_read_back::read_back;
use office::certificate::run_tell::tell;
use office::certificate::run_work::calculate;
use office::certificate::{Certificate, deliver, find, give_back};
use office::jobs::{Flow, JobState};
use office::registry::support::{Measure, MeasureKind};
use office::registry::{Resident, record};
use std::cell::Cell;

fn of_run(counter: &Counter, run_id: i64) -> Vec<Certificate> {
    let filter = find::Filter {
        run_id: Some(run_id),
        ..find::Filter::default()
    };
    let mut all = Vec::new();
    loop {
        let above = all.last().map_or(0, |one: &Certificate| one.certificate_id);
        let page = counter
            .store
            .read(|conn| find::search(conn, &filter, above))
            .unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

// covers: CRT-020
#[test]
fn a_city_is_renewed_in_one_run_and_mailed_by_bags() {
    for counter in both(FROZEN) {
        city(&counter);
        let old = counter.issue_due(11, 110, FROZEN).unwrap();
        let run_id = calculated(&counter);
        let told = counter.store.read(|conn| summary(conn, run_id)).unwrap();
        assert_eq!(
            told.kinds,
            [("confirmation".to_owned(), 45), ("notice".to_owned(), 35)]
        );
        assert_eq!(
            (told.refused.as_slice(), told.ratio_changes.as_slice()),
            ([].as_slice(), [(0, 2, 20)].as_slice())
        );
        // The one who began it cannot approve it; one person is kept out, another is put back.
        assert_eq!(
            refused(approve(
                &counter.store,
                &counter.chief_may(),
                &counter.acting(),
                run_id
            ))
            .0,
            "certificate.run.same_person"
        );
        let may = counter.may();
        pull(
            &counter.store,
            &may,
            &counter.acting(),
            run_id,
            (5, 50, "返戻中"),
        )
        .unwrap();
        let back = pull(
            &counter.store,
            &may,
            &counter.acting(),
            run_id,
            (6, 0, "転出予定"),
        )
        .unwrap();
        release(&counter.store, &may, &counter.acting(), run_id, back).unwrap();
        assert_eq!(
            counter
                .store
                .read(|conn| pulls(conn, run_id))
                .unwrap()
                .len(),
            1
        );
        published(&counter, run_id);
        assert_eq!(
            refused(pull(
                &counter.store,
                &may,
                &counter.acting(),
                run_id,
                (7, 0, "遅い")
            ))
            .0,
            "certificate.pull.late"
        );
        let papers = of_run(&counter, run_id);
        assert_eq!(papers.len(), 79);
        assert!(
            papers
                .iter()
                .all(|one| one.effective_from == RENEWAL && one.person_id != 50)
        );
        let after = papers.iter().find(|one| one.person_id == 110).unwrap();
        // What stood before ends with its own last day: the renewal follows it without a gap.
        assert_eq!(
            (after.replaces, counter.get(old.certificate_id).expires_on),
            (Some(old.certificate_id), Some(day(2026, 7, 31)))
        );
        // Envelopes: one a household, by the safest kind of mail in it, in the order of postal codes.
        let found = counter.store.read(|conn| bags(conn, run_id)).unwrap();
        let counted: Vec<(MailClass, i64, i64)> = found
            .iter()
            .map(|bag| (bag.mail, bag.envelopes, bag.papers))
            .collect();
        let registered = papers
            .iter()
            .filter(|one| one.kind == "confirmation")
            .map(|one| one.household_id);
        let households: std::collections::BTreeSet<i64> = registered.collect();
        assert_eq!(counted[0].0, MailClass::Registered);
        assert_eq!(usize::try_from(counted[0].1).unwrap(), households.len());
        assert_eq!(counted.iter().map(|bag| bag.2).sum::<i64>(), 79);
        assert!(
            counter
                .store
                .read(|conn| thick(conn, run_id))
                .unwrap()
                .is_empty()
        );
        // Printing asks for exactly the forms of the run.
        let print = |stocks: &[&str]| {
            printed(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                run_id,
                stocks,
            )
        };
        assert_eq!(refused(print(&["100101"])).0, "certificate.form.wrong");
        assert_eq!(
            refused(print(&["100101", "100201", "100301"])).0,
            "certificate.form.foreign"
        );
        // One was printed alone before, and is not marked again; neither is any when it is ordered twice.
        let alone = &of_run(&counter, run_id)[0];
        let own = (alone.certificate_id, alone.form_stock.as_str());
        deliver::print(&counter.store, &counter.may(), &counter.acting(), own).unwrap();
        assert_eq!(print(&["100101", "100201"]).unwrap(), 78);
        assert_eq!(print(&["100101", "100201"]).unwrap(), 0);
        assert_eq!(
            counter.number("select count(*) from certificate_event where kind = 'printed'"),
            79
        );
        // Enclosing: all of an envelope, nothing of another.
        let (number, inside) = (1..)
            .map(|number| {
                (
                    number,
                    counter
                        .store
                        .read(|conn| envelope(conn, run_id, number))
                        .unwrap()
                        .1,
                )
            })
            .find(|(_, papers)| papers.len() == 2)
            .unwrap();
        let codes: Vec<String> = inside
            .iter()
            .map(|one| one.scan().figures().unwrap())
            .collect();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        let foreign = papers
            .iter()
            .find(|one| one.household_id != inside[0].household_id)
            .unwrap()
            .scan()
            .figures()
            .unwrap();
        let check = |scanned: &[&str]| {
            enclose(
                &counter.store,
                &counter.may(),
                &counter.acting(),
                (run_id, number),
                scanned,
            )
        };
        assert_eq!(refused(check(&codes[..1])).0, "certificate.enclose.missing");
        assert_eq!(
            refused(check(&[codes[0], codes[0]])).0,
            "certificate.enclose.foreign"
        );
        assert_eq!(
            refused(check(&[codes[0], codes[1], &foreign])).0,
            "certificate.enclose.foreign"
        );
        check(&codes).unwrap();
        assert_eq!(
            counter.number("select count(*) from certificate_enclosure"),
            2
        );
        assert_eq!(
            mailed(&counter.store, &counter.may(), &counter.acting(), run_id).unwrap(),
            79
        );
        assert_eq!(of_run(&counter, run_id)[0].place, Place::OnTheWay);
        assert!(
            counter
                .store
                .read(|conn| read_back(conn, run_id, (0, i64::MAX)))
                .unwrap()
                .is_empty()
        );
        counter.verify();
    }
}

/// A table, its key, its columns.
type Table = (
    &'static str,
    &'static str,
    &'static [(&'static str, ColumnType)],
);

const TABLES: [Table; 3] = [
    (
        "certificate",
        "certificate_id",
        &[
            ("certificate_id", ColumnType::Int),
            ("number", ColumnType::Text),
            ("person_id", ColumnType::Int),
            ("face", ColumnType::Text),
            ("input_digest", ColumnType::Text),
        ],
    ),
    (
        "certificate_standing",
        "certificate_id",
        &[
            ("certificate_id", ColumnType::Int),
            ("place", ColumnType::Text),
            ("valid", ColumnType::Int),
            ("expires_on", ColumnType::Text),
        ],
    ),
    (
        "certificate_envelope",
        "envelope_no",
        &[
            ("envelope_no", ColumnType::Int),
            ("household_id", ColumnType::Int),
            ("mail", ColumnType::Int),
            ("bag", ColumnType::Int),
        ],
    ),
];

fn dump(counter: &Counter) -> Vec<String> {
    let mut all = Vec::new();
    for (table, order, columns) in TABLES {
        let names: Vec<&str> = columns.iter().map(|one| one.0).collect();
        let text = format!("select {} from {table} order by {order}", names.join(", "));
        let rows = counter
            .store
            .read(|conn| {
                conn.query_text(&text, &[], |row| {
                    (0..names.len())
                        .map(|at| row.value(at).map(|value| format!("{value:?}")))
                        .collect::<Result<Vec<_>, _>>()
                })
            })
            .unwrap();
        all.extend(rows.into_iter().map(|row| row.join("|")));
    }
    all
}

// covers: CRT-020
#[test]
fn stopped_anywhere_and_started_again_it_leaves_the_rows_of_one_that_ran_through() {
    let whole: Vec<Vec<String>> = both(FROZEN)
        .iter()
        .map(|counter| {
            city(counter);
            let run_id = calculated(counter);
            published(counter, run_id);
            dump(counter)
        })
        .collect();
    assert_eq!(whole[0], whole[1], "the engines differ");
    assert!(whole[0].len() > 200);
    // With and without a thread beside the one that writes.
    for (stop_after, threads) in [(1, 2), (3, 0), (8, 1)] {
        for (counter, expected) in both(FROZEN).iter().zip(&whole) {
            city(counter);
            let run_id = begun(counter);
            let chunks = Cell::new(0);
            let stop = |_| {
                chunks.set(chunks.get() + 1);
                if chunks.get() % stop_after == 0 {
                    Flow::Stop
                } else {
                    Flow::Continue
                }
            };
            let mut starts = 0;
            let calculated = || calculate(&counter.store, run_id, threads, &|| 5, stop).unwrap();
            while calculated() != JobState::Finished {
                starts += 1;
                assert!(starts < 50);
            }
            approve(
                &counter.store,
                &counter.chief_may(),
                &counter.chief(),
                run_id,
            )
            .unwrap();
            begin(&counter.store, &counter.may(), &counter.acting(), run_id).unwrap();
            let published = || publish(&counter.store, run_id, threads, &|| 5, stop).unwrap();
            while published() != JobState::Finished {
                starts += 1;
                assert!(starts < 90);
            }
            assert!(starts > 1);
            assert_eq!(&dump(counter), expected, "stopped after {stop_after}");
        }
    }
}

/// Incident 49: 2割 printed for 3割, ratios from half-loaded incomes, one effective day for everyone.
// covers: CRT-004, CRT-020
#[test]
fn incident_49_each_ratio_is_that_of_its_own_judgement_with_its_own_day() {
    for counter in both(FROZEN) {
        city(&counter);
        // Two households more: one nobody has judged yet, one that came in November.
        counter.household(100, 1000, day(1953, 3, 3), day(2020, 4, 1));
        counter.household(101, 1010, day(1953, 3, 3), day(2020, 4, 1));
        counter.judged(
            101,
            1010,
            YEAR,
            Verdict {
                class: 13,
                tenths: 3,
                pending: 0,
            },
        );
        counter.card(1000, false);
        counter.card(1010, false);
        let run_id = calculated(&counter);
        let rows = counter
            .store
            .read(|conn| refused_rows(conn, run_id, (0, 0)))
            .unwrap();
        assert_eq!(
            rows.iter()
                .map(|one| (one.person_id, one.code.as_str()))
                .collect::<Vec<_>>(),
            [(1000, "certificate.judgement.none")]
        );
        let approved = || {
            let (may, chief) = (counter.chief_may(), counter.chief());
            approve(&counter.store, &may, &chief, run_id)
        };
        let (code, message) = refused(approved());
        assert_eq!(code, "certificate.run.unjudged");
        assert!(message.contains("1人"), "{message}");
        // What came to be approved all the same is not begun.
        let put = |state: &str| {
            let text =
                format!("update certificate_run set state = '{state}' where run_id = {run_id}");
            let moved = counter.store.write(|conn| conn.execute_text(&text, &[]));
            assert_eq!(moved.unwrap(), 1);
        };
        put("approved");
        let begun = begin(&counter.store, &counter.may(), &counter.acting(), run_id);
        assert_eq!(refused(begun).0, "certificate.run.unjudged");
        put("calculated");
        // Pulled out with a reason it can be approved; but not once the pull is taken back.
        let (may, acting) = (counter.may(), counter.acting());
        let out = pull(&counter.store, &may, &acting, run_id, (100, 0, "判定待ち")).unwrap();
        release(&counter.store, &may, &acting, run_id, out).unwrap();
        assert_eq!(refused(approved()).0, "certificate.run.unjudged");
        let why = ("certificate.judgement.none", "判定待ち");
        assert_eq!(
            pull_refused(&counter.store, &may, &acting, run_id, why).unwrap(),
            1
        );
        approved().unwrap();
        cancel(&counter.store, &counter.may(), &counter.acting(), run_id).unwrap();
        counter.judged(
            100,
            1000,
            YEAR,
            Verdict {
                class: 14,
                tenths: 2,
                pending: 0,
            },
        );
        // Someone who completes 70 on 31 July shows a ratio from 1 August; someone a day later, from September.
        counter.household(102, 1020, day(1956, 8, 1), day(2020, 4, 1));
        counter.household(103, 1030, day(1956, 8, 2), day(2020, 4, 1));
        counter.judged(
            102,
            1020,
            YEAR,
            Verdict {
                class: 14,
                tenths: 2,
                pending: 0,
            },
        );
        counter.card(1020, false);
        counter.card(1030, false);
        let run_id = calculated(&counter);
        published(&counter, run_id);
        let papers = of_run(&counter, run_id);
        let shown = |person: i64| {
            let paper = papers.iter().find(|one| one.person_id == person).unwrap();
            (paper.ratio, paper.ratio_from, paper.expires_on.unwrap())
        };
        assert_eq!(shown(1010), (3, Some(RENEWAL), day(2027, 7, 31)));
        assert_eq!(shown(1000).0, 2);
        assert_eq!(shown(1020), (2, Some(RENEWAL), day(2027, 7, 31)));
        assert_eq!(shown(1030), (0, None, day(2026, 8, 31)));
        assert!(
            counter
                .store
                .read(|conn| read_back(conn, run_id, (0, i64::MAX)))
                .unwrap()
                .is_empty()
        );
    }
}

// covers: CRT-020
#[test]
fn what_changes_after_the_freeze_is_told_person_by_person() {
    for counter in both(FROZEN) {
        city(&counter);
        let apart = Setting {
            send_apart: true,
            ..Setting::default()
        };
        record_setting(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            31,
            day(2026, 7, 1),
            &apart,
        )
        .unwrap();
        let since = day(2020, 4, 1);
        counter.member(5, 55, 2, day(1972, 3, 4), since);
        counter.report(|conn, act| lose(conn, act, 55, 5, (since, day(2024, 4, 1))));
        counter.report(|conn, act| {
            let measure = Measure {
                kind: MeasureKind::Full,
                ends_on: None,
                history_number: 0,
                origin: "counter".to_owned(),
            };
            record(conn, act, 40, Span::since(day(2026, 7, 1)), &measure)?;
            // Who left a household two years ago hides from it, and keeps nobody's paper back there.
            record(conn, act, 55, Span::since(day(2026, 7, 1)), &measure)
        });
        let run_id = calculated(&counter);
        let rows = counter
            .store
            .read(|conn| refused_rows(conn, run_id, (0, 0)))
            .unwrap();
        assert_eq!(
            rows.iter()
                .map(|one| (one.person_id, one.code.as_str()))
                .collect::<Vec<_>>(),
            [(40, "certificate.run.support")]
        );
        assert!(
            counter
                .store
                .read(|conn| delta(conn, run_id))
                .unwrap()
                .is_empty()
        );
        published(&counter, run_id);
        assert!(
            counter
                .store
                .read(|conn| delta(conn, run_id))
                .unwrap()
                .is_empty()
        );
        // An envelope of their own for the one sent to apart.
        let alone =
            counter.number("select count(*) from certificate_envelope where household_id = 3");
        assert_eq!(alone, 2);
        // A loss, a new member, a changed judgement, a new name.
        counter.report(|conn, act| lose(conn, act, 10, 1, (day(2020, 4, 1), day(2026, 7, 20))));
        counter.member(2, 21, 2, day(2000, 1, 1), day(2026, 7, 18));
        counter.card(21, true);
        counter.judged(
            3,
            31,
            YEAR,
            Verdict {
                class: 13,
                tenths: 3,
                pending: 0,
            },
        );
        counter.report(|conn, act| {
            let renamed = Resident {
                name: "見本　改名".into(),
                ..resident(50, day(1970, 1, 2))
            };
            record(conn, act, 50, Span::new(day(2026, 7, 17), None), &renamed)
        });
        let found = counter.store.read(|conn| delta(conn, run_id)).unwrap();
        let told: Vec<(i64, Change)> = found
            .iter()
            .map(|one| (one.person_id, one.change))
            .collect();
        assert_eq!(
            told,
            [
                (10, Change::Dropped),
                (21, Change::Added),
                (31, Change::Changed),
                (50, Change::Changed)
            ]
        );
        let acting = counter.acting();
        for _ in 0..2 {
            counter
                .store
                .write(|conn| {
                    let permit = counter.may::<office::security::permit::RunRenewal>();
                    let act = office::acts::begin(
                        conn,
                        &counter.acting(),
                        &permit,
                        "test",
                        &office::acts::ActDetails::default(),
                    )?;
                    tell(conn, &act, run_id, acting.business_date)
                })
                .unwrap();
        }
        let open = counter.number(
            "select count(*) from work_item where state = 'open' and kind like 'certificate.%'",
        );
        assert_eq!(open, 4);
    }
}

#[test]
fn a_notice_without_a_ratio_is_not_sent_again_while_nothing_changed() {
    let counter = sqlite(FROZEN);
    city(&counter);
    let notice = counter.issue_due(2, 20, FROZEN).unwrap();
    assert_eq!(notice.kind, "notice");
    let run_id = calculated(&counter);
    let rows = counter.number(&format!(
        "select count(*) from certificate_run_row where run_id = {run_id} and person_id = 20"
    ));
    assert_eq!(rows, 0);
    // A run asks for a day of renewal, and does not begin again once worked out.
    let wrong = Request {
        effective_from: day(2026, 9, 1),
        ..request(&counter, FROZEN)
    };
    assert_eq!(
        refused(start(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &wrong
        ))
        .0,
        "certificate.run.day"
    );
    let again = calculate(&counter.store, run_id, 1, &|| 5, |_| Flow::Continue);
    assert_eq!(refused(again).0, "certificate.run.calculated");
    assert_eq!(
        counter
            .store
            .read(|conn| require(conn, run_id))
            .unwrap()
            .state,
        RunState::Calculated
    );
    assert_eq!(
        refused(publish(&counter.store, run_id, 1, &|| 5, |_| {
            Flow::Continue
        }))
        .0,
        "certificate.run.not_publishing"
    );
    let missing: Result<_, OfficeError> = counter.store.read(|conn| require(conn, -1));
    assert_eq!(refused(missing).0, "certificate.run.unknown");
}

// covers: CRT-020
#[test]
fn envelopes_that_were_laid_before_it_was_killed_are_not_laid_twice() {
    for (whole, killed) in both(FROZEN).iter().zip(&both(FROZEN)) {
        city(whole);
        let run_id = calculated(whole);
        published(whole, run_id);
        let columns = "household_id, person_id, mail, postal_code, bag, papers";
        let laid =
            format!("select {columns} from certificate_envelope order by envelope_no limit 3");
        let row = |row: &db::Row<'_>| {
            (0..6)
                .map(|at| row.value(at))
                .collect::<Result<Vec<_>, _>>()
        };
        let stretch = whole
            .store
            .read(|conn| conn.query_text(&laid, &[], row))
            .unwrap();
        assert_eq!(stretch.len(), 3);

        city(killed);
        let run_id = calculated(killed);
        let (may, chief) = (killed.chief_may(), killed.chief());
        approve(&killed.store, &may, &chief, run_id).unwrap();
        begin(&killed.store, &killed.may(), &killed.acting(), run_id).unwrap();
        let lay = format!(
            "insert into certificate_envelope (run_id, envelope_no, {columns}) \
             values ($1, $2, $3, $4, $5, $6, $7, $8)"
        );
        killed
            .store
            .write(|conn| {
                for (number, row) in (1_i64..).zip(&stretch) {
                    let mut all = vec![run_id.into(), number.into()];
                    all.extend(row.iter().cloned());
                    conn.execute_text(&lay, &all)?;
                }
                Ok::<(), db::StoreError>(())
            })
            .unwrap();
        let state = publish(&killed.store, run_id, 2, &|| 5, |_| Flow::Continue).unwrap();
        assert_eq!(state, JobState::Finished);
        assert_eq!(dump(killed), dump(whole));
    }
}

/// 施行規則 第7条の2: a paper that was to end after the renewal ends with it, whatever ended it before.
// covers: CRT-020
#[test]
fn a_paper_that_is_to_end_after_the_renewal_does_not_stop_the_run() {
    for counter in both(FROZEN) {
        city(&counter);
        let held = counter.hand(&counter.issue_due(2, 20, FROZEN).unwrap());
        let ahead = counter.issue_due(2, 20, day(2026, 9, 1)).unwrap();
        let over = |id| counter.get(id).invalid_from;
        assert_eq!(over(held.certificate_id), Some(day(2026, 9, 1)));
        let void = (ahead.certificate_id, "発効期日の誤り");
        give_back::void(
            &counter.store,
            &counter.may(),
            &counter.acting(),
            &counter.rules,
            void,
        )
        .unwrap();
        counter.card(20, false);
        let run_id = calculated(&counter);
        published(&counter, run_id);
        assert_eq!(over(held.certificate_id), Some(RENEWAL));
        let papers = of_run(&counter, run_id);
        assert!(papers.iter().any(|one| one.person_id == 20));
        counter.verify();
    }
}

/// A city's first renewal fills tables that were empty: PostgreSQL is told so while it fills them.
// covers: CRT-020
#[test]
fn what_a_run_fills_is_counted_while_it_is_filled() {
    let [_, counter] = both(FROZEN);
    city(&counter);
    let run_id = calculated(&counter);
    published(&counter, run_id);
    let counted = "select cast(reltuples as bigint) from pg_class where oid = to_regclass($1)";
    for table in [
        "certificate_run_row",
        "certificate_standing",
        "certificate_envelope",
    ] {
        let found = counter
            .store
            .read(|conn| conn.query_text(counted, &[table.into()], |row| row.int(0)))
            .unwrap();
        assert!(found[0] > 0, "{table}: {found:?}");
    }
}
