//! Content that came before: the latest changes nothing, an older one puts its values back.

use crate::desk::{Desk, File, number, on_both};
use crate::hostile::{refused, small_city};
use db::Store;
use exchange::Extent::{Difference, Full};
use office::import::{Options, Progress};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn tax(desk: &Desk, serial: u32, yen: &str) -> File {
    let row = |person| {
        vec![
            ("person_number", person),
            ("fiscal_year", "2026"),
            ("asset_tax", yen),
        ]
    };
    desk.file("asset_tax", serial, Full, &[row("1"), row("2")])
}

fn standing(store: &Store) -> i64 {
    number(
        store,
        "select cast(sum(asset_tax) as bigint) from asset_tax_fact where superseded_at is null",
    )
}

#[test]
fn what_was_changed_and_put_back_is_taken_again() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        desk.take(store, &tax(&desk, 5, "100")).unwrap();
        desk.take(store, &tax(&desk, 6, "300")).unwrap();
        assert_eq!(standing(store), 600);
        let back = tax(&desk, 7, "100");
        assert_eq!(back.bytes, tax(&desk, 5, "100").bytes);
        let report = desk.take(store, &back).unwrap();
        assert_eq!((report.posted, report.same), (2, 0));
        assert_eq!(standing(store), 200);
        // What is latest now changes nothing, under any name.
        for serial in [5, 7, 8] {
            let same = tax(&desk, serial, "100");
            refused(store, &desk, &same, "import.file.duplicate", &[&back.name]);
        }
        desk.take(store, &tax(&desk, 9, "300")).unwrap();
        assert_eq!(standing(store), 600);
    });
}

#[test]
fn the_older_file_itself_is_older_until_it_is_confirmed() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let first = tax(&desk, 5, "100");
        let second = tax(&desk, 6, "300");
        desk.take(store, &first).unwrap();
        desk.take(store, &second).unwrap();
        let parts = [&first.name, &second.name, "確認済み"].map(String::from);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        refused(store, &desk, &first, "import.file.older", &parts);
        // Made in the same moment as the latest: nothing says that it is the newer one.
        refused(
            store,
            &desk,
            &tax(&desk, 6, "100"),
            "import.file.older",
            &parts,
        );
        assert_eq!(standing(store), 600);
        let force = Options {
            force: true,
            ..Options::default()
        };
        let report = desk.take_with(store, &first, &force).unwrap();
        assert_eq!(report.posted, 2);
        assert_eq!(standing(store), 200);
        assert!(desk.take_with(store, &first, &force).is_err());
    });
}

#[test]
fn an_older_content_cut_off_while_it_comes_again_goes_on() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        desk.take(store, &tax(&desk, 5, "100")).unwrap();
        desk.take(store, &tax(&desk, 6, "300")).unwrap();
        let back = tax(&desk, 7, "100");
        let stop = |progress: Progress| {
            if progress.done < progress.total {
                std::panic::panic_any("killed");
            }
        };
        let options = Options {
            chunk_rows: 1,
            progress: Some(&stop),
            ..Options::default()
        };
        assert!(catch_unwind(AssertUnwindSafe(|| desk.take_with(store, &back, &options))).is_err());
        assert_eq!(standing(store), 400);
        let report = desk.take(store, &back).unwrap();
        assert_eq!((report.rows_read, report.posted), (2, 2));
        assert_eq!(standing(store), 200);
        assert_eq!(
            number(
                store,
                "select count(*) from import_file where layout = 'asset_tax'"
            ),
            3
        );
    });
}

/// 日次連携: a day on which nothing happened has a file too; the next one is another file and no duplicate.
#[test]
fn a_second_day_without_a_row_is_received_and_the_same_file_is_not() {
    on_both(|store| {
        let desk = Desk::new(store);
        for layout in ["resident_event", "income"] {
            for serial in [7, 8] {
                let empty = desk.file(layout, serial, Difference, &[]);
                let report = desk.take(store, &empty).unwrap();
                assert_eq!((report.rows_read, report.held), (0, 0));
                refused(
                    store,
                    &desk,
                    &empty,
                    "import.file.duplicate",
                    &[&empty.name],
                );
            }
        }
        let received = "select count(*) from import_file where rows_read = 0";
        assert_eq!(number(store, received), 4);
        // A whole file without a row says that nobody is there; that is no balance of a day.
        desk.take(store, &desk.file("maternity", 7, Full, &[]))
            .unwrap();
        let whole = desk.file("maternity", 8, Full, &[]);
        refused(store, &desk, &whole, "import.file.duplicate", &["取込済み"]);
    });
}
