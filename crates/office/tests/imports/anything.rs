//! Whatever stands in the cells, an import ends with every row accounted for or with nothing stored.

use crate::desk::{Desk, File, counts};
use crate::hostile::small_city;
use exchange::Extent::{Difference, Full};
use exchange::layout::FieldType;
use office::OfficeError;
use office::import::Options;
use proptest::prelude::*;

const CELLS: &[&str] = &[
    "",
    "0",
    "1",
    "2",
    "9",
    "-1",
    "51",
    "53",
    "131032",
    "142051",
    "2026",
    "2025",
    "9999",
    "0000",
    "2024-02-29",
    "2025-02-29",
    "0000-01-01",
    "9999-12-31",
    "1979-12-31",
    "01",
    "42",
    "99",
    "99999999999",
    "9223372036854775807",
    "999999999999999999999",
    "港 花子",
    "𠮷\u{E0100}",
    "\u{0}",
    "\u{FFFD}",
    "\"",
    "'; drop table person; --",
    "a,b",
    "\r\n",
    "\u{202E}",
    "😀",
    "{}",
    "\\",
    "12:00:00",
    "%",
    "_",
];

#[test]
fn whatever_stands_in_the_cells_every_row_is_accounted_for() {
    let store = db::testing::memory(office::schema::MIGRATIONS).unwrap();
    let desk = Desk::new(&store);
    small_city(&store, &desk);
    let layouts: Vec<String> = desk
        .catalogue
        .layouts()
        .map(|layout| layout.id.clone())
        .filter(|id| id != "control")
        .collect();
    let mut serial = 100;
    let config = ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let any_row = prop::collection::vec((any::<prop::sample::Index>(), 0..10_u8), 140);
    let strategy = (
        prop::sample::select(layouts),
        prop::collection::vec(any_row, 1..5),
        any::<bool>(),
        1..4_usize,
    );
    let mut posted = 0;
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let seen = std::cell::RefCell::new((&mut serial, &mut posted));
    runner
        .run(&strategy, |(id, rows, full, chunk_rows)| {
            let layout = desk.catalogue.layout(&id).unwrap();
            let rows: Vec<Vec<(&str, &str)>> = rows
                .iter()
                .map(|row| {
                    let cells = layout.fields.iter().zip(row).map(|(field, (index, dice))| {
                        let good = good_cell(&desk, field);
                        let value = if *dice < 9 { good } else { *index.get(CELLS) };
                        // The control file has no room for the sum of numbers that long.
                        let summed = layout.sums.contains(&field.name) && value.len() > 17;
                        (field.name.as_str(), if summed { good } else { value })
                    });
                    cells.collect()
                })
                .collect();
            let mut seen = seen.borrow_mut();
            *seen.0 += 1;
            let file = File::of(
                &desk.catalogue,
                &id,
                *seen.0,
                if full { Full } else { Difference },
                &rows,
            );
            let before = counts(&store);
            let options = Options {
                force: true,
                chunk_rows,
                ..Options::default()
            };
            match desk.take_with(&store, &file, &options) {
                Ok(report) => {
                    prop_assert_eq!(report.rows_read, rows.len() as u64);
                    prop_assert_eq!(report.posted + report.same + report.held, report.rows_read);
                    *seen.1 += report.posted;
                }
                Err(OfficeError::Refusal(refusal)) => {
                    // A whole list of another day, or older than the one in force, is not taken at all.
                    let of_lists = ["certificate.card_list.old", "certificate.card_list.days"];
                    let whole = refusal.code.starts_with("import.file.")
                        || of_lists.contains(&refusal.code);
                    prop_assert!(whole, "{refusal}");
                    prop_assert_eq!(counts(&store), before);
                }
                Err(other) => prop_assert!(false, "{other}"),
            }
            Ok(())
        })
        .unwrap();
    assert!(posted > 0, "some rows are right");
}

/// A cell that fits its item, mostly.
fn good_cell<'d>(desk: &'d Desk, field: &'d exchange::Field) -> &'d str {
    if let Some(list) = &field.codes {
        return &desk.catalogue.codes().list(list).unwrap().entries[0].0;
    }
    match (field.name.as_str(), field.kind) {
        ("municipality_code" | "city_code", _) => "131032",
        ("person_number" | "head_person_number", _) => "1",
        ("household_number", _) => "51",
        ("lost_on" | "loss_event_on" | "valid_until", _) => "2026-04-01",
        (_, FieldType::Date) => "2024-02-29",
        (_, FieldType::Year) => "2026",
        (_, FieldType::Time) => "12:00:00",
        (_, FieldType::Text) => "港",
        (_, FieldType::Digits | FieldType::Signed | FieldType::Decimal) if field.required => "1",
        (_, FieldType::Ascii) if field.required => "1",
        _ => "",
    }
}
