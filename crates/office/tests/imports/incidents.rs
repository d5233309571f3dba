//! Accidents of real cities, kept from coming back.

use crate::desk::{Desk, income, number, on_both, today};
use crate::hostile::small_city;
use exchange::Extent::{Difference, Full};
use law::levy::{Filing, Income};
use law::{FiscalYear, Yen, day};
use office::acts::{self, ActDetails};
use office::import::held_rows;
use office::judgement::ResidentTax;
use office::registry::{YearIncome, load_person, record, timeline, year_span};
use office::security::permit::RegisterFact;

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

/// A full file withdraws what came by such files; what another municipality answered of a newcomer, or a clerk took down, was
/// never in it and stays. A row that does speak of it takes its place, and somebody is told.
///
/// 国民健康保険法施行令 第29条の3: without the income the next judgement would be held.
#[test]
fn a_full_tax_file_leaves_what_came_from_elsewhere() {
    on_both(|store| {
        let desk = Desk::new(store);
        small_city(store, &desk);
        let salary = |yen: &'static str| {
            [
                ("salary_revenue", yen),
                ("salary", yen),
                ("comprehensive_total", yen),
                ("total_income", yen),
            ]
        };
        let of = |person, yen| income(person, "2026", &salary(yen));
        let tax = |person: &'static str| {
            vec![
                ("person_number", person),
                ("fiscal_year", "2026"),
                ("history_number", "1"),
                ("taxed", "1"),
                ("taxable_income", "1000000"),
            ]
        };
        let rows = [of("1", "2000000"), of("3", "1000000")];
        desk.take(store, &desk.file("income", 5, Full, &rows))
            .unwrap();
        desk.take(
            store,
            &desk.file("resident_tax", 6, Full, &[tax("1"), tax("3")]),
        )
        .unwrap();
        // Person 2 moved in: the other municipality answered, the clerk wrote it down.
        let (permit, acting) = (desk.permit::<RegisterFact>(), desk.acting());
        store
            .write(|conn| {
                let act = acts::begin(
                    conn,
                    &acting,
                    &permit,
                    "test.answer",
                    &ActDetails::default(),
                )?;
                let answered = YearIncome {
                    filing: Filing::Filed,
                    inquiry_open: false,
                    source: "所得照会".to_owned(),
                    received_on: day(2026, 5, 20),
                    income: Income {
                        salary_revenue: Yen(3_000_000),
                        salary: Yen(3_000_000),
                        ..Income::default()
                    },
                };
                let year = year_span(FiscalYear(2026));
                record(conn, &act, 2, year, &answered)?;
                let other = timeline::<ResidentTax>(conn, 1, None)?.remove(0).fact;
                let told = ResidentTax {
                    source: "課税証明書".to_owned(),
                    ..other
                };
                record(conn, &act, 2, year, &told)
            })
            .unwrap();
        let standing = |table: &str, person: i64| {
            number(
                store,
                &format!(
                    "select count(*) from {table} where subject = {person} and superseded_at is null"
                ),
            )
        };
        let force = office::import::Options {
            force: true,
            ..Default::default()
        };
        let second = desk.file("income", 7, Full, &[of("1", "2000000")]);
        let report = desk.take_with(store, &second, &force).unwrap();
        assert_eq!(
            (report.same, report.withdrawn),
            (1, 1),
            "only what such a file brought"
        );
        let second = desk.file("resident_tax", 8, Full, &[tax("1")]);
        let report = desk.take_with(store, &second, &force).unwrap();
        assert_eq!((report.same, report.withdrawn), (1, 1));
        for table in ["income_fact", "resident_tax_fact"] {
            assert_eq!(
                [1, 2, 3].map(|person| standing(table, person)),
                [1, 1, 0],
                "{table}"
            );
        }
        // A row of hers takes the place of the answer, and says so.
        let third = [of("1", "2000000"), of("2", "2500000")];
        let report = desk
            .take_with(store, &desk.file("income", 9, Full, &third), &force)
            .unwrap();
        assert_eq!(
            (
                report.posted,
                report.same,
                report.reviewed,
                report.withdrawn
            ),
            (1, 1, 1, 0)
        );
        let told = store
            .read(|conn| held_rows(conn, Some(report.file_id), (0, 0), 10))
            .unwrap();
        let told: Vec<_> = told
            .iter()
            .filter(|row| row.code == "import.row.over_own")
            .collect();
        assert_eq!(told.len(), 1);
        assert!(told[0].message.contains("所得照会"), "{}", told[0].message);
    });
}
