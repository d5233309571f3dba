//! The smaller files: 非自発的失業, 出産, 介護適用除外, 旧被扶養者, 特定同一世帯所属者, 年金.

use crate::desk::{Desk, insured, number, on_both, today};
use crate::hostile::small_city;
use db::Span;
use exchange::Extent::{Difference, Full};
use law::{Yen, day};
use office::import::held_rows;
use office::registry::{PersonPicture, load_person};

type Cells = Vec<(&'static str, &'static str)>;

fn person(store: &db::Store, number: i64) -> PersonPicture {
    store
        .read(|conn| load_person(conn, number, today(), None))
        .unwrap()
        .unwrap()
}

fn row(
    person: &'static str,
    history: &'static str,
    more: &[(&'static str, &'static str)],
) -> Cells {
    [
        &[("person_number", person), ("history_number", history)],
        more,
    ]
    .concat()
}

// covers: LEV-011
#[test]
fn involuntary_unemployment_runs_to_the_end_of_the_next_fiscal_year() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let left =
            |day: &'static str, code: &'static str| vec![("left_on", day), ("leaving_code", code)];
        let file = desk.file(
            "unemployment",
            5,
            Full,
            &[
                row("1", "1", &left("2025-03-31", "11")),
                row("1", "2", &left("2026-02-28", "33")),
                row("2", "1", &left("2026-03-30", "40")),
                row("3", "1", &left("2026-03-30", "23")),
            ],
        );
        let report = desk.take(store, &file).unwrap();
        assert_eq!((report.posted, report.held), (3, 1));
        let waiting = store
            .read(|conn| held_rows(conn, None, (0, 0), 10))
            .unwrap();
        assert_eq!(
            (waiting[0].field.as_str(), waiting[0].code.as_str()),
            ("離職理由", "import.field.code")
        );
        // 2025-03-31: from the next day, which lies in 2025年度, to the end of 2026年度, cut by the second leaving.
        let found: Vec<(Span, i64)> = person(store, 1)
            .unemployment
            .iter()
            .map(|fact| (fact.valid, fact.fact.leaving_code))
            .collect();
        assert_eq!(
            found,
            [
                (Span::new(day(2025, 4, 1), Some(day(2026, 3, 1))), 11),
                (Span::new(day(2026, 3, 1), Some(day(2027, 4, 1))), 33),
            ]
        );
        assert_eq!(
            person(store, 3).unemployment[0].valid,
            Span::new(day(2026, 3, 31), Some(day(2027, 4, 1)))
        );
    });
}

#[test]
fn a_delivery_is_expected_and_then_confirmed() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let birth = |day: &'static str, confirmed: &'static str| {
            vec![
                ("delivery_on", day),
                ("multiple", "0"),
                ("confirmed", confirmed),
            ]
        };
        desk.take(
            store,
            &desk.file(
                "maternity",
                5,
                Difference,
                &[row("2", "1", &birth("2026-06-10", "0"))],
            ),
        )
        .unwrap();
        let both = [
            row("2", "1", &birth("2026-05-28", "1")),
            row("2", "2", &birth("2024-01-05", "1")),
        ];
        let report = desk
            .take(store, &desk.file("maternity", 6, Difference, &both))
            .unwrap();
        assert_eq!((report.posted, report.same), (2, 0));
        let found: Vec<_> = person(store, 2)
            .maternity
            .iter()
            .map(|fact| (fact.fact.delivery_on, fact.fact.confirmed))
            .collect();
        assert_eq!(found, [(day(2024, 1, 5), true), (day(2026, 5, 28), true)]);
    });
}

// covers: LEV-014
#[test]
fn spans_of_a_person_open_and_close() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let exempt = |until: &'static str| {
            row(
                "1",
                "1",
                &[
                    ("valid_from", "2025-07-01"),
                    ("valid_until", until),
                    ("facility", "港の家"),
                ],
            )
        };
        desk.take(
            store,
            &desk.file("care_exempt", 5, Difference, &[exempt("")]),
        )
        .unwrap();
        assert_eq!(
            person(store, 1).care_exempt[0].valid,
            Span::since(day(2025, 7, 1))
        );
        let report = desk
            .take(
                store,
                &desk.file("care_exempt", 6, Difference, &[exempt("2026-03-01")]),
            )
            .unwrap();
        assert_eq!(
            (report.posted, report.same),
            (1, 0),
            "the same fact, now with an end"
        );
        assert_eq!(
            person(store, 1).care_exempt[0].valid,
            Span::new(day(2025, 7, 1), Some(day(2026, 3, 1)))
        );
        let dependant = row("2", "1", &[("since", "2026-04-01")]);
        desk.take(store, &desk.file("former_dependant", 7, Full, &[dependant]))
            .unwrap();
        assert_eq!(
            person(store, 2).former_dependant[0].fact.since,
            day(2026, 4, 1)
        );
        let former = |household: &'static str| {
            row(
                "3",
                "1",
                &[
                    ("household_number", household),
                    ("valid_from", "2026-02-01"),
                    ("valid_until", "9999-12-31"),
                ],
            )
        };
        let report = desk
            .take(
                store,
                &desk.file("former_insured", 8, Difference, &[former("99")]),
            )
            .unwrap();
        assert_eq!(report.held, 1);
        desk.take(
            store,
            &desk.file("former_insured", 9, Difference, &[former("53")]),
        )
        .unwrap();
        assert_eq!(person(store, 3).former_insured[0].fact.household_id, 53);
    });
}

// covers: LEV-009
#[test]
fn pensions_of_a_year_are_replaced() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let pension = |person: &'static str, yen: &'static str| {
            vec![
                ("person_number", person),
                ("fiscal_year", "2026"),
                ("annual_pension", yen),
                ("care_special", "1"),
                ("care_per_payment", "12000"),
                ("february_amount", "8000"),
            ]
        };
        desk.take(
            store,
            &desk.file(
                "pension",
                5,
                Full,
                &[pension("1", "1800000"), pension("2", "170000")],
            ),
        )
        .unwrap();
        let report = desk
            .take(
                store,
                &desk.file(
                    "pension",
                    6,
                    Full,
                    &[pension("1", "1850000"), pension("2", "170000")],
                ),
            )
            .unwrap();
        assert_eq!((report.posted, report.same), (1, 1));
        let fact = &person(store, 1).pensions[0].fact;
        assert_eq!(
            (
                fact.annual_pension,
                fact.care_per_payment,
                fact.february_amount
            ),
            (Yen(1_850_000), Yen(12_000), Yen(8_000))
        );
        assert!(fact.care_special && !fact.account_transfer);
        assert_eq!(
            number(
                store,
                "select count(*) from pension_fact where superseded_at is null"
            ),
            2
        );
    });
}

/// 法7条・8条: a row without a day that is known is held with its reason; it is never counted as what stands already.
#[test]
fn a_row_without_a_known_day_is_held_and_never_counted_as_the_same() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let mut serial = 10;
        let mut held = |layout: &str, row: Cells| {
            serial += 1;
            let report = desk
                .take(store, &desk.file(layout, serial, Difference, &[row]))
                .unwrap();
            assert_eq!(
                (report.posted, report.same, report.held),
                (0, 0, 1),
                "{layout}"
            );
            let waiting = store
                .read(|conn| held_rows(conn, Some(report.file_id), (0, 0), 10))
                .unwrap();
            (waiting[0].field.clone(), waiting[0].code.clone())
        };
        let unknown = |field: &str| (field.to_owned(), "import.row.day_unknown".to_owned());
        for day in ["0000-01-01", "9999-12-31"] {
            let outsider = [
                ("action", "1"),
                ("moved_on", day),
                ("name", "藤沢 太郎"),
                ("sex", "1"),
                ("birth_on", "1970-01-01"),
            ];
            assert_eq!(
                held("nonresident", row("90", "1", &outsider)),
                unknown("登録年月日")
            );
            let event = [
                ("change", "1"),
                ("cause", "moved_in"),
                ("occurred_on", day),
                ("occurred_known", "0"),
                ("effective_given", "0"),
                ("in_effect", "0"),
                ("household_number", "51"),
                ("branch", "1"),
            ];
            assert_eq!(
                held("insured_event", row("1", "1", &event)),
                unknown("異動年月日")
            );
        }
    });
}

/// 法5条・7条: 適用開始年月日 that is sent and not known is not guessed to be the prefecture's day.
#[test]
fn an_unknown_first_day_here_is_not_taken_from_the_prefecture() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        for (serial, day) in [(11, "0000-01-01"), (12, "9999-12-31")] {
            let more = [("gained_on", "2020-04-01"), ("applied_from", day)];
            let rows = [insured("1", "51", &more)];
            let report = desk
                .take(store, &desk.file("insured", serial, Difference, &rows))
                .unwrap();
            assert_eq!(
                (report.posted, report.same, report.held),
                (0, 0, 1),
                "{day}"
            );
            let waiting = store
                .read(|conn| held_rows(conn, Some(report.file_id), (0, 0), 10))
                .unwrap();
            assert_eq!(waiting[0].field, "適用開始年月日");
        }
        assert_eq!(person(store, 1).insured, []);
        // Left out, the day here is the prefecture's.
        let rows = [insured("1", "51", &[])];
        desk.take(store, &desk.file("insured", 13, Difference, &rows))
            .unwrap();
        assert_eq!(
            person(store, 1).insured[0].valid,
            Span::since(day(2020, 4, 1))
        );
    });
}
