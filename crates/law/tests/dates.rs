//! Ages, eras and due days against their tables.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use law::date::{attains, birthday, first_march_end_from};
use law::era::{Era, date_input, fiscal_year, fiscal_year_ja, parse, wareki, wareki_short};
use law::levy::months::{care_months, insured_months, is_aged_65, is_minor, is_preschool};
use law::rules::levy::LossMonth;
use law::{Date, FiscalYear, Months, day};
use support::{calendar, insured};

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for line in text.lines().skip(1) {
        let mut fields = vec![String::new()];
        let mut quoted = false;
        for letter in line.chars() {
            match letter {
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(String::new()),
                other => fields.last_mut().unwrap().push(other),
            }
        }
        rows.push(fields);
    }
    rows
}

fn iso(text: &str) -> Date {
    text.parse().unwrap()
}

/// 年齢計算ニ関スル法律、民法143条: every row of the table of birth dates.
#[test]
fn ages_are_completed_on_the_day_of_the_table() {
    let rows = rows(include_str!("data/dates_age.csv"));
    assert_eq!(rows.len(), 60);
    for row in rows {
        let born = iso(&row[0]);
        let first = |on: Date| on.first_of_month();
        assert_eq!(wareki(born), row[1], "{born}");
        assert_eq!(attains(born, 40), iso(&row[2]), "40 {born}");
        assert_eq!(first(attains(born, 40)), iso(&row[3]), "40 month {born}");
        assert_eq!(attains(born, 65), iso(&row[4]), "65 {born}");
        assert_eq!(first(attains(born, 65)), iso(&row[5]), "65 month {born}");
        assert_eq!(attains(born, 70), iso(&row[6]), "70 {born}");
        let year = FiscalYear::of(attains(born, 70));
        let next_month = year.month_start(year.month_index(attains(born, 70)) + 1);
        assert_eq!(next_month, iso(&row[7]), "70 share {born}");
        assert_eq!(birthday(born, 75), iso(&row[8]), "75 {born}");
        let halved = birthday(born, 75).day() != 1;
        assert_eq!(halved, row[9] == "1", "75 half {born}");
        assert_eq!(attains(born, 6), iso(&row[10]), "6 {born}");
        assert_eq!(
            first_march_end_from(born, 6),
            iso(&row[11]),
            "preschool {born}"
        );
        assert_eq!(attains(born, 18), iso(&row[12]), "18 {born}");
        assert_eq!(
            first_march_end_from(born, 18),
            iso(&row[13]),
            "18 year {born}"
        );
    }
}

/// 国保令29条の7、介護保険法9条2号: what the table means in months charged, for every row.
#[test]
fn months_follow_the_table_of_ages() {
    for row in rows(include_str!("data/dates_age.csv")) {
        let born = iso(&row[0]);
        let person = insured(born);
        let check_care = |on: Date, begins: bool| {
            let year = FiscalYear::of(on);
            let care = care_months(year, &person, Months::ALL);
            let index = year.month_index(on);
            assert_eq!(care.has(index), begins, "{born} {on}");
            if index > 0 {
                assert_eq!(care.has(index - 1), !begins, "{born} before {on}");
            }
        };
        check_care(iso(&row[3]), true);
        check_care(iso(&row[5]), false);

        let at_75 = iso(&row[8]);
        let year = FiscalYear::of(at_75);
        let mut person = insured(born);
        person.insured = vec![support::since(born.year() + 1, 4, 1)];
        for rule in [
            LossMonth::EventMonth,
            LossMonth::LossDayMonth,
            LossMonth::LastDayKeepsMonth,
        ] {
            let months = insured_months(rule, year, &person).unwrap();
            assert_eq!(months, Months::first(year.month_index(at_75)), "75 {born}");
        }

        let preschool_until = FiscalYear::of(iso(&row[11]));
        assert!(is_preschool(preschool_until, born), "{born}");
        assert!(!is_preschool(preschool_until.next(), born), "{born}");
        let minor_until = FiscalYear::of(iso(&row[13]));
        assert!(is_minor(minor_until, born), "{born}");
        assert!(!is_minor(minor_until.next(), born), "{born}");
    }
}

/// 租税特別措置法41条の15の3: age on 31 December of the income year; 1 January birthdays complete it that day.
#[test]
fn aged_65_is_read_on_31_december() {
    let year = FiscalYear(2026);
    assert!(is_aged_65(year, day(1961, 1, 1)));
    assert!(!is_aged_65(year, day(1961, 1, 2)));
    assert!(is_aged_65(year, day(1960, 12, 31)));
}

/// Every row of the table of era boundaries.
#[test]
fn eras_read_as_the_table_says() {
    let rows = rows(include_str!("data/dates_era.csv"));
    assert_eq!(rows.len(), 35);
    for row in rows {
        let (text, gregorian, status) = (&row[0], &row[1], &row[2]);
        let read = parse(text, None);
        let code = read.as_ref().err().map(|refusal| refusal.code);
        match status.as_str() {
            "valid" => {
                let read = read.unwrap();
                assert_eq!(read.day, iso(gregorian), "{text}");
                assert_eq!(read.remark, None, "{text}");
                assert_eq!(
                    wareki(read.day),
                    text.replace("令和1年", "令和元年"),
                    "{text}"
                );
            }
            "ambiguous" => {
                let read = read.unwrap();
                assert_eq!(read.day, iso(gregorian), "{text}");
                assert!(
                    wareki(read.day).contains("元年"),
                    "{text} prints the later era"
                );
            }
            "out-of-era" if text.contains("元年1月") => {
                assert_eq!(code, Some("era.before"), "{text}")
            }
            "out-of-era" => {
                let read = read.unwrap();
                assert!(read.remark.is_some(), "{text} is told");
                assert!(
                    !wareki(read.day).starts_with(text.as_str()),
                    "{text} is never printed"
                );
                if !gregorian.is_empty() {
                    assert_eq!(read.day, iso(gregorian), "{text}");
                }
            }
            "valid-lunisolar" => assert_eq!(code, Some("era.lunisolar"), "{text}"),
            "nonexistent" | "invalid" => {
                assert!(
                    matches!(code, Some("era.nonexistent" | "era.unreadable")),
                    "{text} {code:?}"
                );
            }
            "unknown-part" => assert_eq!(code, Some("era.unknown_part"), "{text}"),
            "sentinel" => assert_eq!(code, Some("era.sentinel"), "{text}"),
            "fiscal" => {
                assert_eq!(code, Some("era.fiscal"), "{text}");
                assert_eq!(fiscal_year(text).unwrap(), FiscalYear(2019));
            }
            other => panic!("unknown status {other}"),
        }
    }
}

#[test]
fn clerks_write_one_day_in_many_ways() {
    let today = day(2026, 11, 20);
    for text in [
        "R8.4.1",
        "r8/4/1",
        "R08.04.01",
        "R080401",
        "080401",
        "5080401",
        "令和8年4月1日",
        "令和８年４月１日",
        "㋿8年4月1日",
        "20260401",
        "２０２６０４０１",
        "2026-04-01",
        "2026/4/1",
        "2026年4月1日",
        "西暦2026年4月1日",
        " Ｒ８．４．１ ",
    ] {
        assert_eq!(date_input(text, today), Ok(day(2026, 4, 1)), "{text}");
    }
    assert_eq!(
        parse("500401", Some(Era::Showa)).unwrap().day,
        day(1975, 4, 1)
    );
    assert_eq!(date_input("令和元年5月1日", today), Ok(day(2019, 5, 1)));
    assert_eq!(date_input("平成31年5月1日", today), Ok(day(2019, 5, 1)));
    assert_eq!(date_input("H元.1.8", today), Ok(day(1989, 1, 8)));
}

#[test]
fn what_is_no_day_is_refused_in_japanese() {
    let today = day(2026, 11, 20);
    for (text, code) in [
        ("", "era.empty"),
        ("R8.2.29", "era.nonexistent"),
        ("080431", "era.nonexistent"),
        ("20261301", "era.nonexistent"),
        ("R8.4", "era.unreadable"),
        ("8.4.1", "era.unreadable"),
        ("R0.4.1", "era.unreadable"),
        ("明日", "era.unreadable"),
        ("R8.4.1.2", "era.unreadable"),
        ("0804", "era.unreadable"),
        ("R8.-4.1", "era.unreadable"),
        ("99991231", "era.sentinel"),
        ("R8.4.0", "era.unknown_part"),
        ("令和8年度", "era.fiscal"),
        ("H1.1.7", "era.before"),
    ] {
        let refusal = date_input(text, today).unwrap_err();
        assert_eq!(refusal.code, code, "{text}");
        assert!(
            refusal.message_ja.ends_with("ください") || refusal.message_ja.ends_with("ませんか"),
            "{text}"
        );
    }
}

#[test]
fn days_and_years_print_in_full() {
    assert_eq!(wareki(day(2026, 4, 1)), "令和8年4月1日");
    assert_eq!(wareki(day(2019, 5, 1)), "令和元年5月1日");
    assert_eq!(wareki(day(1926, 12, 25)), "昭和元年12月25日");
    assert_eq!(wareki(day(1872, 12, 31)), "西暦1872年12月31日");
    assert_eq!(wareki_short(day(2026, 4, 1)), "R8.4.1");
    assert_eq!(fiscal_year_ja(FiscalYear(2026)), "令和8年度");
    assert_eq!(fiscal_year_ja(FiscalYear(2019)), "令和元年度");
    assert_eq!(fiscal_year_ja(FiscalYear(2018)), "平成30年度");
    assert_eq!(fiscal_year("2026"), Ok(FiscalYear(2026)));
    assert_eq!(fiscal_year("R8"), Ok(FiscalYear(2026)));
    assert_eq!(fiscal_year("令和８年度"), Ok(FiscalYear(2026)));
    assert!(fiscal_year("8").is_err());
}

/// 地税20条の5第2項: every row of the table of shifted due days.
#[test]
fn due_days_move_to_the_next_open_day() {
    let calendar = calendar();
    let rows = rows(include_str!("data/due_date_shift.csv"));
    assert_eq!(rows.len(), 56);
    for row in rows {
        assert_eq!(
            calendar.shift_to_open_day(iso(&row[0])),
            Ok(iso(&row[2])),
            "{}",
            row[0]
        );
    }
}
