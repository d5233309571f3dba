//! `month_cases` — which months of a fiscal year count: 40, 65 and 75 years of age, joining, leaving.

use super::fields::Fields;
use law::date::{Date, attains, birthday, day};
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
            let day = event(&mut fields, year, 40, attains)?;
            hold(&mut fields, Months::between(day, 12))?;
        }
        "care65" => {
            let day = event(&mut fields, year, 65, attains)?;
            hold(&mut fields, Months::between(0, day))?;
        }
        // Insurance ends on the birthday itself, not on the day before (高齢者の医療の確保に関する法律 第52条).
        "age75" => {
            let day = event(&mut fields, year, 75, birthday)?;
            hold(&mut fields, Months::between(0, day))?;
        }
        "join" | "leave" | "lose" | "stay" => {
            let months = between(&mut fields)?;
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

/// The month of the fiscal year (0 for April) in which a person born on `birth` reaches `age`.
///
/// Without a year of birth, the year is the one that brings the day into the fiscal year.
fn event(
    fields: &mut Fields<'_>,
    year: Option<FiscalYear>,
    age: i16,
    on: fn(Date, i16) -> Date,
) -> Result<i32, String> {
    let birth = fields
        .text("birth")?
        .or(fields.text("birth_date")?)
        .ok_or("birth がありません")?;
    if let Ok(born) = birth.parse::<Date>() {
        let reached = on(born, age);
        let year = year.unwrap_or(FiscalYear::of(reached));
        return Ok(year.month_index(reached));
    }
    let (month, day_of_month) = month_and_day(&birth)?;
    let year = year.unwrap_or(ANY_YEAR);
    (-1..=1)
        .map(|shift| on(day(year.0 - age + shift, month, day_of_month), age))
        .find(|reached| FiscalYear::of(*reached) == year)
        .map(|reached| year.month_index(reached))
        .ok_or_else(|| format!("birth「{birth}」は 07-02 のように書いてください"))
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

fn month_index(text: &str) -> Result<i32, String> {
    let (month, _) = month_and_day(text)?;
    Ok((i32::from(month) + 8) % 12)
}

/// From the month of acquisition to the month before the month of loss; open ends are the year's.
fn between(fields: &mut Fields<'_>) -> Result<Months, String> {
    let mut first = |keys: &[&str]| -> Result<Option<i32>, String> {
        for key in keys {
            if let Some(text) = fields.text(key)? {
                return month_index(&text).map(Some);
            }
        }
        Ok(None)
    };
    let from = first(&["acquire", "acquire_month", "join_month", "insured_from"])?;
    let until = first(&["lose", "lose_month", "lose_date", "leave", "leave_month"])?;
    if from.is_none() && until.is_none() {
        return Err("acquire も lose_month もありません".to_owned());
    }
    Ok(Months::between(from.unwrap_or(0), until.unwrap_or(12)))
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
