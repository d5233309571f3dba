//! The shipped rule files: they parse, every year is complete, and the five cities say what they should.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use law::rules::levy::{
    IncomeRounding, LevyKind, LevyRules, LossMonth, ReductionRounding, ReductionTier, Status,
};
use law::rules::{RuleBook, RuleSet, code};
use law::{FiscalYear, Rate, Rounding, Yen, day};
use std::collections::BTreeSet;

fn book() -> &'static RuleBook {
    RuleBook::shared().unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

/// The five cities, one year a line: code, year, 料 or 税, then for each component
/// 所得割 / 均等割 / 18歳以上均等割 / 平等割 / 限度額.
const CITIES: &str = "\
111007 2017 tax 7.49/29200/0/0/520000 1.90/7400/0/0/160000 1.90/8900/0/0/130000
111007 2018 tax 7.49/29300/0/0/540000 1.93/7600/0/0/190000 1.93/9200/0/0/160000
111007 2025 tax 7.13/38300/0/0/660000 2.60/13500/0/0/260000 2.24/14600/0/0/170000
111007 2026 tax 7.64/43300/0/0/670000 2.73/14900/0/0/260000 2.37/16100/0/0/170000 0.26/1700/0/0/30000
142051 2016 premium 6.27/27720/0/23520/540000 1.46/7800/0/5760/190000 2.10/12000/0/6960/160000
142051 2017 premium 5.51/24360/0/17640/540000 2.22/10200/0/7560/190000 2.10/11760/0/6000/160000
142051 2022 premium 5.95/24240/0/16560/650000 2.53/9960/0/6840/200000 2.41/11880/0/5880/170000
142051 2023 premium 6.19/26880/0/17400/650000 2.65/11040/0/7080/220000 2.55/12480/0/6000/170000
142051 2025 premium 6.94/28560/0/18480/660000 2.97/11880/0/7680/260000 2.55/12480/0/6000/170000
082104 2025 tax 7.7/46000/0/0/660000 3.3/14000/0/0/260000 2.2/15000/0/0/170000
012131 2025 tax 8.83/21500/0/29900/660000 2.81/8900/0/9100/260000 2.23/8900/0/6900/170000
131032 2020 premium 7.14/39900/0/0/630000 2.29/12900/0/0/190000 1.46/15600/0/0/170000
131032 2021 premium 7.13/38800/0/0/630000 2.41/13200/0/0/190000 2.13/17000/0/0/170000
131032 2022 premium 7.16/42100/0/0/650000 2.28/13200/0/0/200000 2.02/16600/0/0/170000
131032 2023 premium 7.17/45000/0/0/650000 2.42/15100/0/0/220000 2.07/16200/0/0/170000
131032 2024 premium 8.69/49100/0/0/650000 2.80/16500/0/0/240000 2.36/16500/0/0/170000
131032 2025 premium 7.71/47300/0/0/660000 2.69/16800/0/0/260000 2.25/16600/0/0/170000
131032 2026 premium 7.51/47600/0/0/670000 2.80/17600/0/0/260000 2.43/17800/0/0/170000 0.27/1800/73/0/30000";

fn cities() -> impl Iterator<Item = (&'static str, FiscalYear, Vec<&'static str>)> {
    CITIES.lines().map(|line| {
        let mut words = line.split(' ');
        let code = words.next().unwrap();
        let year = FiscalYear(words.next().unwrap().parse().unwrap());
        (code, year, words.collect())
    })
}

#[test]
fn the_five_cities_say_what_they_should() {
    for (code, year, expected) in cities() {
        let rules = book().levy(code, year).unwrap();
        let kind = match rules.kind {
            LevyKind::Premium => "premium",
            LevyKind::Tax => "tax",
        };
        assert_eq!(kind, expected[0], "{code} {year}");
        assert_eq!(rules.components.len(), expected.len() - 1, "{code} {year}");
        for (one, text) in rules.components.iter().zip(&expected[1..]) {
            let (rate, amounts) = text.split_once('/').unwrap();
            assert_eq!(
                one.income_rate,
                Rate::from_percent(rate).unwrap(),
                "{code} {year}"
            );
            let found = [one.per_capita, one.per_adult, one.per_household, one.cap];
            let amounts: Vec<Yen> = amounts
                .split('/')
                .map(|yen| Yen(yen.parse().unwrap()))
                .collect();
            assert_eq!(found.as_slice(), amounts, "{code} {year} {}", one.code);
        }
    }
    for entry in book().municipalities() {
        let listed: Vec<FiscalYear> = cities()
            .filter(|(code, ..)| *code == entry.code)
            .map(|(_, year, _)| year)
            .collect();
        assert!(listed.is_empty() || entry.years == listed, "{}", entry.name);
    }
}

#[test]
fn every_municipality_and_year_is_complete() {
    let entries = book().municipalities();
    assert!(entries.len() >= 35, "{} municipalities", entries.len());
    let mut years = 0;
    for entry in &entries {
        code::check(&entry.code).unwrap();
        for year in &entry.years {
            let set = book().rule_set(&entry.code, *year).unwrap();
            let of_taxes = set.levy.kind == LevyKind::Tax;
            assert_eq!(
                set.levy.components.len(),
                if year.0 >= 2026 { 4 } else { 3 }
            );
            assert!(
                set.instalments
                    .periods
                    .is_sorted_by(|a, b| a.due_on < b.due_on)
            );
            assert!(
                !of_taxes || set.instalments.unit_yen == 1000,
                "{}",
                entry.name
            );
            assert!(!set.reliefs.is_empty());
            assert_eq!(set.levy.municipality_name, entry.name);
            years += 1;
        }
        for year in &entry.partial_years {
            let refusal = book().levy(&entry.code, *year).unwrap_err();
            assert_eq!(refusal.code, "rules.component.unknown");
            assert!(refusal.message_ja.contains("確認"), "{refusal}");
            let known = book().levy_of_known_components(&entry.code, *year).unwrap();
            assert_eq!(known.status, Status::Draft);
            assert!(!known.components.is_empty());
        }
        book().office(&entry.code, day(2026, 11, 20)).unwrap();
    }
    assert!(years >= 90, "{years} years");
}

#[test]
fn every_convention_of_the_field_has_a_municipality() {
    let mut income = BTreeSet::new();
    let mut reduction = BTreeSet::new();
    let (mut units, mut person_unit, mut loss) = (BTreeSet::new(), false, BTreeSet::new());
    let mut parts = BTreeSet::new();
    for entry in book().municipalities() {
        for year in entry.years.iter().chain(&entry.partial_years) {
            let rules = book().levy_of_known_components(&entry.code, *year).unwrap();
            loss.insert(format!("{:?}", rules.loss_month));
            for one in &rules.components {
                income.insert(format!("{:?}", one.income_rounding));
                reduction.insert(format!("{:?}", one.reduction_rounding));
                units.insert(one.amount_unit);
                person_unit |= one.person_unit == 100;
                parts.insert((
                    one.asset_rate > Rate(0),
                    one.per_capita > Yen::ZERO,
                    one.per_household > Yen::ZERO,
                ));
            }
        }
    }
    for (wanted, found) in [
        (IncomeRounding::HouseholdFloor, &income),
        (IncomeRounding::PersonFloor, &income),
        (IncomeRounding::PersonNearest, &income),
    ] {
        assert!(found.contains(&format!("{wanted:?}")), "{wanted:?}");
    }
    let off = |unit, rounding| ReductionRounding::AmountOff { unit, rounding };
    for wanted in [
        ReductionRounding::FloorEach,
        ReductionRounding::FloorTotals,
        off(1, Rounding::Ceil),
        off(10, Rounding::Ceil),
    ] {
        assert!(reduction.contains(&format!("{wanted:?}")), "{wanted:?}");
    }
    assert_eq!(units, BTreeSet::from([1, 10, 100]));
    assert!(person_unit);
    assert!(loss.contains(&format!("{:?}", LossMonth::LossDayMonth)));
    // 二方式, 三方式, 四方式.
    for wanted in [
        (false, true, false),
        (false, true, true),
        (true, true, true),
    ] {
        assert!(parts.contains(&wanted), "{wanted:?}");
    }
}

#[test]
fn national_figures_year_by_year() {
    // (year, X5, X2, 基礎控除, medical, support, care caps in 万円).
    let table = [
        (2017, 270_000, 490_000, 330_000, 54, 19, 16),
        (2018, 275_000, 500_000, 330_000, 58, 19, 16),
        (2019, 280_000, 510_000, 330_000, 61, 19, 16),
        (2020, 285_000, 520_000, 330_000, 63, 19, 17),
        (2021, 285_000, 520_000, 430_000, 63, 19, 17),
        (2022, 285_000, 520_000, 430_000, 65, 20, 17),
        (2023, 290_000, 535_000, 430_000, 65, 22, 17),
        (2024, 295_000, 545_000, 430_000, 65, 24, 17),
        (2025, 305_000, 560_000, 430_000, 66, 26, 17),
        (2026, 310_000, 570_000, 430_000, 67, 26, 17),
    ];
    for (year, five, two, base, medical, support, care) in table {
        let rules = book().national(FiscalYear(year)).unwrap();
        let tier = |tenths, yen| ReductionTier {
            tenths,
            per_head: Yen(yen),
        };
        assert_eq!(
            rules.reduction.tiers,
            [tier(7, 0), tier(5, five), tier(2, two)]
        );
        assert_eq!(rules.reduction.base, Yen(base));
        assert_eq!(rules.basic_deduction[0].deduction, Yen(base));
        assert_eq!(
            rules.basic_deduction.len(),
            if year >= 2021 { 4 } else { 1 }
        );
        let per_earner = if year >= 2021 { 100_000 } else { 0 };
        assert_eq!(rules.reduction.per_earner, Yen(per_earner));
        let caps: Vec<i64> = rules
            .components
            .iter()
            .map(|one| one.cap.0 / 10_000)
            .collect();
        assert_eq!(&caps[..3], [medical, support, care]);
        assert_eq!(rules.components.len(), if year >= 2026 { 4 } else { 3 });
        let flags: Vec<_> = rules
            .components
            .iter()
            .map(|one| (one.specific_household, one.preschool, one.minor_exempt))
            .collect();
        let early = year >= 2022;
        assert_eq!(
            flags[..3],
            [
                (true, early, false),
                (true, early, false),
                (false, false, false)
            ]
        );
        if year >= 2026 {
            assert_eq!(flags[3], (true, true, true));
        }
        assert_eq!(rules.maternity.is_some(), year >= 2023);
    }
    let limits = book().national(FiscalYear(2026)).unwrap();
    assert_eq!(
        (
            limits.premium_limits.increase_years,
            limits.premium_limits.decrease_years
        ),
        (2, 2)
    );
    assert_eq!(
        (
            limits.tax_limits.increase_years,
            limits.tax_limits.decrease_years,
            limits.tax_limits.fraud_years
        ),
        (3, 5, 7)
    );
    assert_eq!(limits.reduction.earner.pension_65, Yen(1_250_000));
}

#[test]
fn late_charge_rates_year_by_year() {
    let percent = |text| Rate::from_percent(text).unwrap();
    for (from, until, first, later, refund) in [
        (2000, 2001, "4.5", "14.6", "4.5"),
        (2002, 2006, "4.1", "14.6", "4.1"),
        (2007, 2007, "4.4", "14.6", "4.4"),
        (2008, 2008, "4.7", "14.6", "4.7"),
        (2009, 2009, "4.5", "14.6", "4.5"),
        (2010, 2013, "4.3", "14.6", "4.3"),
        (2014, 2014, "2.9", "9.2", "1.9"),
        (2015, 2016, "2.8", "9.1", "1.8"),
        (2017, 2017, "2.7", "9.0", "1.7"),
        (2018, 2020, "2.6", "8.9", "1.6"),
        (2021, 2021, "2.5", "8.8", "1.0"),
        (2022, 2025, "2.4", "8.7", "0.9"),
        (2026, 2026, "2.8", "9.1", "1.3"),
    ] {
        for year in from..=until {
            let rates = book().late_charge_rate(year).unwrap();
            assert_eq!((rates.year, rates.first_ppm), (year, percent(first)));
            assert_eq!(
                (rates.later_ppm, rates.refund_ppm),
                (percent(later), percent(refund))
            );
        }
    }
    assert_eq!(book().late_charge_rates().len(), 27);
    let refusal = book().late_charge_rate(2027).unwrap_err();
    assert_eq!(refusal.code, "rules.late_charge_rate.missing");
}

#[test]
fn due_days_move_to_the_next_open_day() {
    let calendar = book().calendar();
    let mut rows = 0;
    for line in include_str!("data/due_date_shift.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let shifted = calendar
            .shift_to_open_day(fields[0].parse().unwrap())
            .unwrap();
        assert_eq!(shifted, fields[2].parse().unwrap(), "{line}");
        rows += 1;
    }
    assert!(rows > 50);
    assert_eq!(
        calendar.shift_to_open_day(day(2017, 4, 29)).unwrap(),
        day(2017, 5, 1)
    );
    assert_eq!(
        calendar.shift_to_open_day(day(2019, 4, 30)).unwrap(),
        day(2019, 5, 7)
    );
    assert!(calendar.shift_to_open_day(day(2031, 1, 13)).is_err());
    assert!(calendar.shift_to_open_day(day(2016, 12, 30)).is_err());
    assert_eq!(
        calendar.open_days_after(day(2026, 12, 28), 1).unwrap(),
        day(2027, 1, 4)
    );
}

#[test]
fn a_year_that_is_not_there_is_refused_with_what_there_is() {
    let refusal = book().levy("131032", FiscalYear(2027)).unwrap_err();
    assert_eq!(refusal.code, "rules.rates.missing");
    for part in [
        "東京都港区",
        "131032",
        "2027-04-01",
        "2026-04-01〜2027-04-01の前日",
    ] {
        assert!(refusal.message_ja.contains(part), "{refusal}");
    }
    let refusal = book().levy("142051", FiscalYear(2026)).unwrap_err();
    assert!(
        refusal.message_ja.contains("令和8年度の料率が分かりません"),
        "{refusal}"
    );
    let refusal = book().levy("131033", FiscalYear(2026)).unwrap_err();
    assert_eq!(refusal.code, "rules.municipality.missing");
    assert!(book().national(FiscalYear(2027)).is_err());
}

#[test]
fn instalments_fall_in_their_fiscal_year() {
    let rules = book().instalments("131032", FiscalYear(2026)).unwrap();
    let due: Vec<_> = rules.periods.iter().map(|one| one.due_on).collect();
    assert_eq!(due.len(), 10);
    assert_eq!(
        (due[0], due[8], due[9]),
        (day(2026, 6, 30), day(2027, 2, 28), day(2027, 3, 31))
    );
    assert!(
        rules
            .periods
            .iter()
            .zip(1..)
            .all(|(one, number)| one.number == number)
    );
    let three = book().late_charge("131032", day(2026, 6, 30)).unwrap();
    assert_eq!(three.first_period_months, 3);
    assert_eq!(
        book()
            .late_charge("111007", day(2026, 7, 31))
            .unwrap()
            .first_period_months,
        1
    );
}

#[test]
fn canonical_text_comes_back_as_it_went() {
    for (code, year, _) in cities() {
        let rules = book().levy(code, year).unwrap();
        let text = rules.canonical_json().unwrap();
        assert_eq!(LevyRules::from_canonical_json(&text).unwrap(), rules);
        assert!(text.starts_with("{\"base_rounding\":"), "{text}");
    }
    let set = book().rule_set("232238", FiscalYear(2018)).unwrap();
    let text = set.canonical_json().unwrap();
    assert_eq!(RuleSet::from_canonical_json(&text).unwrap(), set);
    assert_eq!(set.hash().unwrap(), law::rules::canonical::hash_of(&text));
    assert_eq!(set.hash().unwrap().len(), 64);
}

#[test]
fn every_row_can_be_cited() {
    let citations = book().citations();
    assert!(citations.len() > 1_000, "{}", citations.len());
    for row in &citations {
        assert!(
            !row.clause.trim().is_empty() && !row.source.trim().is_empty(),
            "{row:?}"
        );
        let certain = row.grade.letter() == "A";
        assert!(row.status == Status::Draft || certain, "{row:?}");
    }
    let files: BTreeSet<&str> = citations.iter().map(|row| row.file.as_str()).collect();
    assert_eq!(files.len(), RuleBook::embedded_files().len());
}
