//! `month_cases` — which months of a fiscal year count: 40, 65 and 75 years of age, joining, leaving.

use super::fields::Fields;
use law::date::{Date, attains, day};
use law::levy::facts::{InsuredSpan, PersonFacts};
use law::levy::months::{care_months, insured_months, late_elderly_on};
use law::rules::levy::LossMonth;
use law::{FiscalYear, Months};
use serde_json::Value;

/// Keys that say where a case comes from.
const ABOUT: [&str; 12] = [
    "id",
    "kind",
    "source",
    "source_url",
    "source_title",
    "trust",
    "municipality",
    "code",
    "note",
    "notes",
    "verified",
    "fiscal_year",
];

/// The year that stands in where a case gives only month and day.
const ANY_YEAR: FiscalYear = FiscalYear(2026);

/// Checks one case.
pub fn check(case: &Value) -> Result<(), String> {
    let mut fields = Fields::of(case, "")?;
    fields.ignore(&ABOUT);
    let kind = fields.text("kind")?.ok_or("kind がありません")?;
    let year = fields.yen("fy")?.and_then(|year| i16::try_from(year).ok());
    let year = year.map(FiscalYear);
    match kind.as_str() {
        "attain" => check_attain(&mut fields)?,
        "care40" => {
            let (born, year) = born(&mut fields, year, 40, attains)?;
            hold(
                &mut fields,
                care_months(year, &PersonFacts::born(born), Months::ALL),
            )?;
        }
        "care65" => {
            let (born, year) = born(&mut fields, year, 65, attains)?;
            hold(
                &mut fields,
                care_months(year, &PersonFacts::born(born), Months::ALL),
            )?;
        }
        "age75" => {
            let (born, year) = born(&mut fields, year, 75, late_elderly)?;
            let long_ago = year.previous().assessment_day();
            let months = stay(year, born, long_ago, None)?;
            hold(&mut fields, months)?;
        }
        "join" | "leave" | "lose" | "stay" => {
            let months = between(&mut fields, year.unwrap_or(ANY_YEAR))?;
            hold(&mut fields, months)?;
        }
        other => return Err(format!("kind「{other}」の意味を知りません")),
    }
    fields.finish()
}

fn check_attain(fields: &mut Fields<'_>) -> Result<(), String> {
    let birth = fields
        .text("birth_date")?
        .or(fields.text("birth")?)
        .ok_or("birth_date がありません")?;
    let birth: Date = birth
        .parse()
        .map_err(|_| format!("birth_date「{birth}」は 1983-04-01 のように書いてください"))?;
    let age = fields.yen("age")?.and_then(|age| i16::try_from(age).ok());
    let got = attains(birth, age.ok_or("age がありません")?).to_string();
    let want = fields
        .text("expect_attain_date")?
        .ok_or("expect_attain_date がありません")?;
    if got == want {
        Ok(())
    } else {
        Err(format!("到達日 expected {want}, got {got}"))
    }
}

/// 75歳 is reached on the birthday, whatever the age.
fn late_elderly(born: Date, _age: i16) -> Date {
    late_elderly_on(born)
}

/// The day of birth, and the fiscal year in which `age` is reached.
///
/// Without a year of birth, the year is the one that brings the day into the fiscal year.
fn born(
    fields: &mut Fields<'_>,
    year: Option<FiscalYear>,
    age: i16,
    on: fn(Date, i16) -> Date,
) -> Result<(Date, FiscalYear), String> {
    let birth = fields
        .text("birth")?
        .or(fields.text("birth_date")?)
        .ok_or("birth がありません")?;
    if let Ok(born) = birth.parse::<Date>() {
        return Ok((born, year.unwrap_or(FiscalYear::of(on(born, age)))));
    }
    let (month, day_of_month) = month_and_day(&birth)?;
    let year = year.unwrap_or(ANY_YEAR);
    (-1..=1)
        .map(|shift| day(year.0 - age + shift, month, day_of_month))
        .find(|born| FiscalYear::of(on(*born, age)) == year)
        .map(|born| (born, year))
        .ok_or_else(|| format!("birth「{birth}」は 07-02 のように書いてください"))
}

/// The months of one stay, the month of the day of loss not counted.
fn stay(
    year: FiscalYear,
    born: Date,
    acquired_on: Date,
    lost_on: Option<Date>,
) -> Result<Months, String> {
    let mut person = PersonFacts::born(born);
    person.insured.push(InsuredSpan {
        acquired_on,
        lost_on,
        event_on: None,
        cause: None,
    });
    insured_months(LossMonth::LossDayMonth, year, &person).map_err(|refusal| refusal.to_string())
}

/// `MM`, `MM-DD` or `YYYY-MM-DD` as month and day (the first, where only the month is known).
fn month_and_day(text: &str) -> Result<(i8, i8), String> {
    let wrong = || format!("「{text}」は 07 か 07-02 のように書いてください");
    if let Ok(full) = text.parse::<Date>() {
        return Ok((full.month(), full.day()));
    }
    let (month, day_of_month) = text.split_once('-').unwrap_or((text, "1"));
    match (month.parse(), day_of_month.parse()) {
        (Ok(month @ 1..=12), Ok(day_of_month @ 1..=31)) => Ok((month, day_of_month)),
        _ => Err(wrong()),
    }
}

/// A day of the fiscal year from its month and day.
fn day_in(year: FiscalYear, text: &str) -> Result<Date, String> {
    let (month, day_of_month) = month_and_day(text)?;
    let calendar = year.0 + i16::from(month < 4);
    Ok(day(calendar, month, day_of_month))
}

/// From the month of acquisition to the month before the month of loss; open ends are the year's.
fn between(fields: &mut Fields<'_>, year: FiscalYear) -> Result<Months, String> {
    let mut first = |keys: &[&str]| -> Result<Option<Date>, String> {
        for key in keys {
            if let Some(text) = fields.text(key)? {
                return day_in(year, &text).map(Some);
            }
        }
        Ok(None)
    };
    let from = first(&["acquire", "acquire_month", "join_month", "insured_from"])?;
    let until = first(&["lose", "lose_month", "lose_date", "leave", "leave_month"])?;
    if from.is_none() && until.is_none() {
        return Err("acquire も lose_month もありません".to_owned());
    }
    // Anyone who does not come of any age in the year.
    let born = day(year.0 - 30, 10, 10);
    stay(year, born, from.unwrap_or(year.assessment_day()), until)
}

/// Compares the months with whatever the case expects of them.
fn hold(fields: &mut Fields<'_>, months: Months) -> Result<(), String> {
    let mut compared = 0;
    let mut differences = Vec::new();
    if let Some(want) = fields.yen("expect_months")? {
        compared += 1;
        let (got, off) = (months.count(), months.count() - want);
        if off != 0 {
            differences.push(format!(
                "月数 expected {want}, got {got}, difference {off:+}"
            ));
        }
    }
    let calendar = |index: Option<i32>| index.map(|index| (index + 3) % 12 + 1);
    for (key, label, got) in [
        (
            "expect_start_month",
            "初めの月",
            calendar(months.iter().next()),
        ),
        (
            "expect_end_month",
            "終わりの月",
            calendar(months.iter().last()),
        ),
        (
            "expect_last_month",
            "終わりの月",
            calendar(months.iter().last()),
        ),
    ] {
        if let Some(want) = fields.text(key)? {
            compared += 1;
            let want = month_and_day(&want)?.0;
            if got != Some(i32::from(want)) {
                let got = got.map_or("なし".to_owned(), |month| month.to_string());
                differences.push(format!("{label} expected {want}, got {got}"));
            }
        }
    }
    if compared == 0 {
        return Err("比べる月数も月もありません".to_owned());
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(differences.join("; "))
    }
}
