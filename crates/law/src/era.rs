//! 和暦 — dates as clerks write them, read and printed.
//!
//! Inside the program every day is ISO. At the edge a clerk writes R8.4.1, 080401, 令和8年4月1日, 20260401 or
//! 2026-04-01, with full-width letters or not, and reads 令和8年4月1日.

use crate::{Date, FiscalYear, Refusal, day};
use std::fmt::Write as _;

/// 元号.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治 (read from 1873-01-01 on, the first day of the present calendar).
    Meiji,
    /// 大正.
    Taisho,
    /// 昭和.
    Showa,
    /// 平成.
    Heisei,
    /// 令和.
    Reiwa,
}

/// Eras, the latest first.
const ERAS: [Era; 5] = [Era::Reiwa, Era::Heisei, Era::Showa, Era::Taisho, Era::Meiji];

impl Era {
    /// The name.
    #[must_use]
    pub const fn name_ja(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The letter of R8.4.1.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The digit of the seven-digit form (5080401 is 令和8年4月1日).
    const fn digit(self) -> char {
        match self {
            Self::Meiji => '1',
            Self::Taisho => '2',
            Self::Showa => '3',
            Self::Heisei => '4',
            Self::Reiwa => '5',
        }
    }

    const fn sign(self) -> char {
        match self {
            Self::Meiji => '㍾',
            Self::Taisho => '㍽',
            Self::Showa => '㍼',
            Self::Heisei => '㍻',
            Self::Reiwa => '㋿',
        }
    }

    /// The first day that bears the name. On the days of change to 大正 and 昭和 the era before is written too.
    fn first_day(self) -> Date {
        match self {
            Self::Meiji => day(1868, 1, 25),
            Self::Taisho => day(1912, 7, 30),
            Self::Showa => day(1926, 12, 25),
            Self::Heisei => day(1989, 1, 8),
            Self::Reiwa => day(2019, 5, 1),
        }
    }

    /// The last day that bears the name, or open.
    fn last_day(self) -> Option<Date> {
        match self {
            Self::Meiji => Some(day(1912, 7, 30)),
            Self::Taisho => Some(day(1926, 12, 25)),
            Self::Showa => Some(day(1989, 1, 7)),
            Self::Heisei => Some(day(2019, 4, 30)),
            Self::Reiwa => None,
        }
    }

    /// The calendar year of the era's first year.
    fn first_year(self) -> i16 {
        self.first_day().year()
    }

    /// The era of a day, the later one on a day of change; `None` before the present calendar (1873).
    #[must_use]
    pub fn of(on: Date) -> Option<Self> {
        if on < day(1873, 1, 1) {
            return None;
        }
        ERAS.into_iter().find(|era| era.first_day() <= on)
    }
}

/// A date read, with what the clerk should be told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The day.
    pub day: Date,
    /// 「平成31年5月1日は令和元年5月1日です」 and the like, where the era named was over.
    pub remark: Option<String>,
}

/// 令和8年4月1日, the first year as 元年. Days before 1873 are printed by the calendar year.
#[must_use]
pub fn wareki(on: Date) -> String {
    let Some(era) = Era::of(on) else {
        return format!("西暦{}年{}月{}日", on.year(), on.month(), on.day());
    };
    format!(
        "{}{}月{}日",
        year_name(era, on.year()),
        on.month(),
        on.day()
    )
}

/// R8.4.1.
#[must_use]
pub fn wareki_short(on: Date) -> String {
    let Some(era) = Era::of(on) else {
        return on.to_string();
    };
    let year = on.year() - era.first_year() + 1;
    format!("{}{year}.{}.{}", era.letter(), on.month(), on.day())
}

/// 令和8年度. A fiscal year bears the era of its last day, so that 2019 is 令和元年度.
#[must_use]
pub fn fiscal_year_ja(year: FiscalYear) -> String {
    let last = day(year.0 + 1, 3, 31);
    match Era::of(last) {
        Some(era) if era.first_year() <= year.0 => format!("{}度", year_name(era, year.0)),
        Some(_) | None => match Era::of(year.assessment_day()) {
            Some(era) => format!("{}度", year_name(era, year.0)),
            None => format!("{}年度", year.0),
        },
    }
}

fn year_name(era: Era, year: i16) -> String {
    let number = year - era.first_year() + 1;
    if number == 1 {
        format!("{}元年", era.name_ja())
    } else {
        format!("{}{number}年", era.name_ja())
    }
}

/// 年度を読む — 令和8年度, R8, 平成31年度, 2026.
///
/// # Errors
/// A [`Refusal`] when it is none of these.
pub fn fiscal_year(text: &str) -> Result<FiscalYear, Refusal> {
    let plain = normalized(text);
    let plain = plain.strip_suffix("年度").unwrap_or(&plain);
    let year = match era_prefix(plain) {
        Some((era, rest)) => number(rest).map(|number| era.first_year() + number - 1),
        None if plain.len() == 4 => number(plain),
        None => None,
    };
    year.map(FiscalYear).ok_or_else(|| {
        refuse(
            "era.fiscal_year",
            format!("「{text}」を年度として読めません。令和8年度、R8 または 2026 のように入力してください"),
        )
    })
}

/// 画面の日付欄 — a clerk's input. Six digits are read in the era of `today`.
///
/// # Errors
/// A [`Refusal`] in Japanese that says what is wrong with the date.
pub fn date_input(text: &str, today: Date) -> Result<Date, Refusal> {
    parse(text, Era::of(today)).map(|read| read.day)
}

/// 日付を読む — every form the office writes. `hint` is the era of six bare digits (080401).
///
/// # Errors
/// A [`Refusal`] when the day does not exist, lies before the era it names, is not wholly known, or cannot be read.
pub fn parse(text: &str, hint: Option<Era>) -> Result<Read, Refusal> {
    let plain = normalized(text);
    if plain.is_empty() {
        return Err(refuse(
            "era.empty",
            "日付が空です。R8.4.1 のように入力してください".to_owned(),
        ));
    }
    if plain.ends_with("年度") {
        return Err(refuse(
            "era.fiscal",
            format!("「{text}」は年度です。日付の欄には年月日を入力してください"),
        ));
    }
    if plain.contains('頃') || plain.contains("不明") {
        return Err(unknown_part(text));
    }
    let (era, year, month, day_of_month) = pieces(&plain, hint).ok_or_else(|| unreadable(text))?;
    if month == 0 || day_of_month == 0 {
        return Err(unknown_part(text));
    }
    match era {
        None => western(text, year, month, day_of_month),
        Some(era) => of_era(text, era, year, month, day_of_month),
    }
}

fn western(text: &str, year: i16, month: i8, day_of_month: i8) -> Result<Read, Refusal> {
    let Ok(on) = Date::new(year, month, day_of_month) else {
        return Err(nonexistent(text));
    };
    if year >= 2100 {
        return Err(sentinel(text));
    }
    Ok(Read {
        day: on,
        remark: None,
    })
}

fn of_era(text: &str, era: Era, number: i16, month: i8, day_of_month: i8) -> Result<Read, Refusal> {
    if number == 0 {
        return Err(unreadable(text));
    }
    let year = era.first_year() + number - 1;
    let Ok(on) = Date::new(year, month, day_of_month) else {
        return Err(nonexistent(text));
    };
    if era == Era::Meiji && number <= 5 {
        // 3 December of 明治5 became 1 January of 明治6: the rest of that month never was.
        let never_was = number == 5 && month == 12 && day_of_month >= 3;
        return Err(if never_was {
            nonexistent(text)
        } else {
            lunisolar(text)
        });
    }
    if year >= 2100 {
        return Err(sentinel(text));
    }
    if on < era.first_day() {
        return Err(refuse(
            "era.before",
            format!(
                "{text}は{}になる前の日です。{}ではありませんか",
                era.name_ja(),
                wareki(on)
            ),
        ));
    }
    let over = era.last_day().is_some_and(|last| last < on);
    let remark = over.then(|| format!("{text}は{}として読みました", wareki(on)));
    Ok(Read { day: on, remark })
}

/// Era, year, month and day as written, not yet checked.
fn pieces(plain: &str, hint: Option<Era>) -> Option<(Option<Era>, i16, i8, i8)> {
    let all_digits = plain.bytes().all(|byte| byte.is_ascii_digit());
    let compact = |era, digits: &str, year_digits: usize| {
        let year = number(digits.get(..year_digits)?)?;
        let month = small(digits.get(year_digits..year_digits + 2)?)?;
        let day_of_month = small(digits.get(year_digits + 2..)?)?;
        Some((era, year, month, day_of_month))
    };
    match (all_digits, plain.len()) {
        (true, 8) => return compact(None, plain, 4),
        (true, 7) => {
            let era = ERAS
                .into_iter()
                .find(|era| plain.starts_with(era.digit()))?;
            return compact(Some(era), plain.get(1..)?, 2);
        }
        (true, 6) => return compact(Some(hint?), plain, 2),
        (true, _) => return None,
        (false, _) => {}
    }
    let (era, rest) = match era_prefix(plain) {
        Some((era, rest)) => (Some(era), rest),
        None => (None, plain),
    };
    if rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return compact(era, rest, 2);
    }
    let mut parts = rest.split('.');
    let (year, month, day_of_month) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (era.is_none() && year.len() != 4) {
        return None;
    }
    Some((era, number(year)?, small(month)?, small(day_of_month)?))
}

fn era_prefix(plain: &str) -> Option<(Era, &str)> {
    ERAS.into_iter().find_map(|era| {
        let rest = plain
            .strip_prefix(era.name_ja())
            .or_else(|| plain.strip_prefix(era.letter()))
            .or_else(|| plain.strip_prefix(era.sign()))?;
        Some((era, rest))
    })
}

fn number(text: &str) -> Option<i16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if text == "元" {
        return Some(1);
    }
    (digits && !text.is_empty() && text.len() <= 4).then(|| text.parse().ok())?
}

fn small(text: &str) -> Option<i8> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !text.is_empty() && text.len() <= 2).then(|| text.parse().ok())?
}

/// Half-width, upper case, no spaces, one kind of separator, no trailing 日.
fn normalized(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let text = text.trim_start().trim_start_matches("西暦");
    let fiscal = text.trim_end().ends_with("年度");
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        let half = match letter {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
            other => other,
        };
        match half {
            '/' | '-' | '.' | '。' | '．' | '・' | '−' | 'ー' | '‐' | '–' => {
                plain.push('.')
            }
            '年' | '月' if !fiscal => plain.push('.'),
            '日' => {}
            other => drop(write!(plain, "{}", other.to_uppercase())),
        }
    }
    plain
}

fn refuse(code: &'static str, message_ja: String) -> Refusal {
    Refusal::new(code, message_ja)
}

fn unreadable(text: &str) -> Refusal {
    refuse(
        "era.unreadable",
        format!(
            "「{text}」を日付として読めません。R8.4.1、080401、令和8年4月1日、20260401 のように入力してください"
        ),
    )
}

fn nonexistent(text: &str) -> Refusal {
    refuse(
        "era.nonexistent",
        format!("「{text}」という日はありません。月と日を確かめてください"),
    )
}

fn unknown_part(text: &str) -> Refusal {
    refuse(
        "era.unknown_part",
        format!(
            "「{text}」は月または日が分からない日付です。この欄には年月日のすべてが要ります。不詳の日付は不詳の欄で登録してください"
        ),
    )
}

fn lunisolar(text: &str) -> Refusal {
    refuse(
        "era.lunisolar",
        format!(
            "「{text}」は旧暦（明治5年12月2日以前）の日付です。西暦に直して 1868-01-25 のように入力してください"
        ),
    )
}

fn sentinel(text: &str) -> Refusal {
    refuse(
        "era.sentinel",
        format!("「{text}」は遠い先の日付です。期限がないときは空欄にしてください"),
    )
}
