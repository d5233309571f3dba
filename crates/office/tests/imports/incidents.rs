//! Accidents of real cities, kept from coming back.

use crate::desk::{Desk, income, number, on_both, today};
use crate::hostile::small_city;
use exchange::Extent::{Difference, Full};
use law::Yen;
use law::levy::Income;
use office::import::held_rows;
use office::registry::load_person;

/// 事故7: old data of a table was not cleared and a new load was added to it. A load replaces.
#[test]
fn incident_07_a_second_load_replaces_and_never_adds() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let row = |person: &'static str, yen: &'static str| {
            vec![
                ("person_number", person),
                ("fiscal_year", "2026"),
                ("asset_tax", yen),
            ]
        };
        let standing = || {
            number(
                store,
                "select coalesce(cast(sum(asset_tax) as bigint), 0) from asset_tax_fact where superseded_at is null",
            )
        };
        desk.take(
            store,
            &desk.file(
                "asset_tax",
                5,
                Full,
                &[row("1", "100"), row("2", "200"), row("3", "300")],
            ),
        )
        .unwrap();
        assert_eq!(standing(), 600);
        let second = desk.file(
            "asset_tax",
            6,
            Full,
            &[row("1", "150"), row("2", "200"), row("3", "310")],
        );
        let report = desk.take(store, &second).unwrap();
        assert_eq!((report.posted, report.same, report.held), (2, 1, 0));
        assert_eq!(standing(), 660, "the sum of the file and nothing else");
        // A full load also takes back what it leaves out, and leaves other years alone.
        let other_year = desk.file(
            "asset_tax",
            7,
            Full,
            &[vec![
                ("person_number", "2"),
                ("fiscal_year", "2025"),
                ("asset_tax", "9"),
            ]],
        );
        desk.take(store, &other_year).unwrap();
        assert_eq!(standing(), 669);
        let force = office::import::Options {
            force: true,
            ..Default::default()
        };
        let report = desk
            .take_with(
                store,
                &desk.file("asset_tax", 8, Full, &[row("3", "310")]),
                &force,
            )
            .unwrap();
        assert_eq!((report.same, report.withdrawn), (1, 2));
        assert_eq!(standing(), 310 + 9);
        // A difference takes nothing back.
        desk.take(
            store,
            &desk.file("asset_tax", 9, Difference, &[row("1", "5")]),
        )
        .unwrap();
        assert_eq!(standing(), 310 + 9 + 5);
    });
}

/// 事故9: 専従者給与 and other pay were doubled in a conversion. Hand-made sums through the whole way.
#[test]
fn incident_09_pay_from_the_family_business_is_counted_once() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        // 給与収入 3,000,000 of which 960,000 from the family; 給与所得 2,020,000 of which 410,000.
        let row = income(
            "1",
            "2026",
            &[
                ("salary_revenue", "3000000"),
                ("salary", "2020000"),
                ("family_employee_revenue", "960000"),
                ("family_employee_salary", "410000"),
                ("comprehensive_total", "2020000"),
                ("total_income", "2020000"),
            ],
        );
        desk.take(store, &desk.file("income", 5, Full, &[row]))
            .unwrap();
        let person = store
            .read(|conn| load_person(conn, 1, today(), None))
            .unwrap()
            .unwrap();
        let found: Income = person.incomes[0].fact.income;
        assert_eq!(
            found.levy_total(false),
            Yen(2_020_000),
            "所得割: as the tax side decided, once"
        );
        assert_eq!(
            found.judgement_total(false, false, Yen::ZERO),
            Yen(1_610_000),
            "軽減判定: without 専従者給与"
        );
        let doubled = income(
            "2",
            "2026",
            &[
                ("salary_revenue", "960000"),
                ("salary", "410000"),
                ("family_employee_revenue", "1920000"),
            ],
        );
        assert_eq!(
            desk.take(store, &desk.file("income", 6, Difference, &[doubled]))
                .unwrap()
                .held,
            1
        );
        assert_eq!(number(store, "select count(*) from income_fact"), 1);
    });
}

/// 事故12: 旧国保 start and end dates were left blank for eight years. A blank date waits for a person.
#[test]
fn incident_12_a_former_insured_without_dates_waits() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let row = |person: &'static str, from: &'static str, until: &'static str| {
            vec![
                ("person_number", person),
                ("history_number", "1"),
                ("household_number", "51"),
                ("valid_from", from),
                ("valid_until", until),
            ]
        };
        let file = desk.file(
            "former_insured",
            5,
            Full,
            &[
                row("1", "", "2026-01-01"),
                row("2", "2024-05-01", ""),
                row("3", "2024-05-01", "9999-12-31"),
            ],
        );
        let report = desk.take(store, &file).unwrap();
        assert_eq!((report.posted, report.held), (1, 2));
        let waiting = store
            .read(|conn| held_rows(conn, Some(report.file_id), (0, 0), 10))
            .unwrap();
        assert_eq!(
            waiting
                .iter()
                .map(|row| (row.row_number, row.field.as_str()))
                .collect::<Vec<_>>(),
            [(2, "該当開始年月日"), (3, "該当終了年月日")]
        );
        assert_eq!(
            number(
                store,
                "select count(*) from former_insured_fact where valid_until is null"
            ),
            1
        );
    });
}
