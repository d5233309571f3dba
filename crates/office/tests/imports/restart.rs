//! Killed anywhere and given again, an import leaves what an uninterrupted one leaves; rows that waited are settled.

use crate::desk::{Desk, File, counts, household, insured, number, on_both, resident};
use crate::hostile::small_city;
use db::Store;
use exchange::Extent::{Difference, Full};
use office::import::{Options, Progress, Settlement, held_rows, settle};
use std::panic::{AssertUnwindSafe, catch_unwind};

const PEOPLE: usize = 60;

fn city(desk: &Desk) -> File {
    let numbers: Vec<String> = (1..=PEOPLE).map(|number| number.to_string()).collect();
    let mut rows: Vec<_> = numbers
        .iter()
        .map(|number| resident(number, "港 花子", "ミナト ハナコ", &[]))
        .collect();
    rows[7].push(("sex", "x"));
    desk.file("resident", 1, Full, &rows)
}

/// Facts by subject and name; waiting rows by file and line.
type Picture = (Vec<(i64, String)>, Vec<(i64, i64)>);

/// What stands, without moments and acts.
fn picture(store: &Store) -> Picture {
    store
        .read(|conn| {
            let facts = conn.query_text(
                "select subject, name from resident_fact order by subject, fact_no",
                &[],
                |row| Ok((row.int(0)?, row.text(1)?)),
            )?;
            let held = conn.query_text(
                "select file_id, row_number from import_row order by 1, 2",
                &[],
                |row| Ok((row.int(0)?, row.int(1)?)),
            )?;
            Ok::<_, db::StoreError>((facts, held))
        })
        .unwrap()
}

#[test]
fn an_import_goes_on_where_it_was_cut_off() {
    on_both(|store| {
        let desk = Desk::new(store);
        let file = city(&desk);
        let mut stops = 0;
        // Stopped after every single chunk, each time with chunks of another size.
        let report = loop {
            let before = number(
                store,
                "select coalesce(cast(sum(rows_read) as bigint), 0) from import_file",
            );
            let stop = |progress: Progress| {
                if progress.done < progress.total {
                    std::panic::panic_any("killed");
                }
            };
            let options = Options {
                chunk_rows: 7 + stops,
                progress: Some(&stop),
                ..Options::default()
            };
            match catch_unwind(AssertUnwindSafe(|| desk.take_with(store, &file, &options))) {
                Ok(done) => break done.unwrap(),
                Err(_) => {
                    let after = number(
                        store,
                        "select cast(sum(rows_read) as bigint) from import_file",
                    );
                    assert!(after > before, "each chunk counts");
                    assert_eq!(
                        number(store, "select count(*) from resident_fact")
                            + number(store, "select count(*) from import_row"),
                        after
                    );
                    stops += 1;
                }
            }
            if stops == 1 {
                // Nothing of the same kind comes between.
                let other = desk.file(
                    "resident",
                    2,
                    Full,
                    &[resident("1", "港 一", "ミナト イチ", &[])],
                );
                assert!(
                    desk.take(store, &other)
                        .unwrap_err()
                        .to_string()
                        .contains("途中です")
                );
            }
        };
        assert!(stops >= 4);
        assert_eq!(
            (report.posted, report.held, report.rows_read),
            (PEOPLE as u64 - 1, 1, PEOPLE as u64)
        );
        let cut = picture(store);
        let whole = db::testing::sqlite(office::schema::MIGRATIONS).unwrap();
        let again = Desk::new(&whole);
        assert_eq!(again.take(&whole, &file).unwrap(), report);
        assert_eq!(picture(&whole), cut);
    });
}

#[test]
fn a_failing_chunk_leaves_nothing_of_itself() {
    on_both(|store| {
        let desk = Desk::new(store);
        let file = city(&desk);
        // A counter of another file in the way: the position cannot move, so the chunk rolls back as a whole.
        let stop = |progress: Progress| {
            if progress.done < 20 {
                std::panic::panic_any("killed");
            }
        };
        let options = Options {
            chunk_rows: 10,
            progress: Some(&stop),
            ..Options::default()
        };
        assert!(catch_unwind(AssertUnwindSafe(|| desk.take_with(store, &file, &options))).is_err());
        let before = counts(store);
        store
            .write(|conn| conn.execute_text("update import_file set state = 'stopped'", &[]))
            .unwrap();
        assert!(desk.take(store, &file).is_err());
        assert_eq!(counts(store), before);
    });
}

#[test]
fn rows_that_wait_are_corrected_tried_again_or_put_aside() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let file = desk.file(
            "insured",
            5,
            Difference,
            &[
                insured(
                    "1",
                    "51",
                    &[("lost_on", "2024-05-01"), ("loss_cause", "42")],
                ),
                insured(
                    "1",
                    "51",
                    &[("history_number", "2"), ("gained_on", "2024-04-01")],
                ),
                insured("7", "51", &[]),
                insured("2", "51", &[("gain_cause", "99")]),
            ],
        );
        let report = desk.take(store, &file).unwrap();
        assert_eq!((report.posted, report.held), (0, 4));
        let act = |row: i64, settlement: &Settlement| {
            settle(
                store,
                &desk.catalogue,
                &desk.permit(),
                &desk.acting(),
                &desk.municipality,
                (report.file_id, row),
                settlement,
            )
        };
        let before = counts(store);
        let error = act(3, &Settlement::Retry).unwrap_err().to_string();
        assert!(error.contains("重なっています"), "{error}");
        assert_eq!(counts(store), before);
        let correct = |item: &str, value: &str| {
            Settlement::Correct(vec![(item.to_owned(), value.to_owned())])
        };
        assert!(act(3, &correct("nothing", "1")).is_err());
        act(3, &correct("gained_on", "2024-06-01")).unwrap();
        assert_eq!(
            number(
                store,
                "select count(*) from insured_fact where subject = 1 and superseded_at is null"
            ),
            2
        );
        assert!(
            act(2, &Settlement::Retry)
                .unwrap_err()
                .to_string()
                .contains("もう保留ではありません")
        );
        assert!(
            act(4, &Settlement::Retry)
                .unwrap_err()
                .to_string()
                .contains("宛名番号7")
        );
        desk.take(
            store,
            &desk.file(
                "resident",
                6,
                Difference,
                &[resident("7", "港 七", "ミナト ナナ", &[])],
            ),
        )
        .unwrap();
        act(4, &Settlement::Retry).unwrap();
        assert!(act(5, &Settlement::Dismiss(" ".to_owned())).is_err());
        act(5, &Settlement::Dismiss("二重の届出".to_owned())).unwrap();
        assert_eq!(
            store
                .read(|conn| held_rows(conn, None, (0, 0), 10))
                .unwrap(),
            []
        );
        assert_eq!(
            number(
                store,
                "select count(*) from import_row where settled_act_id is not null"
            ),
            4
        );
        desk.take(
            store,
            &desk.file("household", 7, Difference, &[household("54", "3", &[])]),
        )
        .unwrap();
    });
}
