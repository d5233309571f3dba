//! 項目 — one cell against its declaration: kind, length, code, date.

use crate::codes::Codes;
use crate::layout::{DateForm, Field, FieldType};
use crate::letters;
use law::Date;

/// How bad a flaw is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Taken as it is, and listed for a person to look at.
    Review,
    /// The row waits.
    Hold,
}

/// What is wrong with one field of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Name of the field as the clerk sees it.
    pub field: String,
    /// Stable code, `import.thing.reason`.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub message: String,
    /// Whether the row waits.
    pub severity: Severity,
}

impl Flaw {
    /// A flaw for which the row waits.
    #[must_use]
    pub fn hold(field: &str, code: &'static str, message: String) -> Self {
        Self {
            field: field.to_owned(),
            code,
            message,
            severity: Severity::Hold,
        }
    }

    /// A remark: the row is taken as it is.
    #[must_use]
    pub fn review(field: &str, code: &'static str, message: String) -> Self {
        Self {
            field: field.to_owned(),
            code,
            message,
            severity: Severity::Review,
        }
    }
}

/// 不詳の開始日 as an ISO day item writes it.
pub const UNKNOWN_START: &str = "0000-01-01";

/// 日付項目 — a day as the outside writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Day {
    /// A day of the calendar.
    On(Date),
    /// 不詳の開始日 (`0000-01-01`).
    UnknownStart,
    /// 終わりなし (`9999-12-31`).
    Endless,
}

impl Day {
    /// The day, when it is one.
    #[must_use]
    pub fn date(self) -> Option<Date> {
        match self {
            Self::On(date) => Some(date),
            Self::UnknownStart | Self::Endless => None,
        }
    }
}

/// Reads a day in the form a layout declares; the error says why it is none.
///
/// # Errors
/// A Japanese clause without a full stop.
pub fn read_day(text: &str, form: DateForm) -> Result<Day, String> {
    let parts = match form {
        DateForm::Iso => {
            let bytes = text.as_bytes();
            (bytes.len() == 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-'))
                .then(|| (text.get(..4), text.get(5..7), text.get(8..10)))
        }
        DateForm::Compact => {
            (text.len() == 8).then(|| (text.get(..4), text.get(4..6), text.get(6..8)))
        }
    };
    let number = |part: Option<&str>| -> Option<i16> {
        let part = part?;
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            part.parse().ok()
        } else {
            None
        }
    };
    let Some((Some(year), Some(month), Some(day))) =
        parts.map(|(year, month, day)| (number(year), number(month), number(day)))
    else {
        return Err(format!(
            "日付「{}」を読めません。{}の形で書いてください",
            shown(text),
            form.example()
        ));
    };
    match (year, month, day) {
        (0, 1, 1) => return Ok(Day::UnknownStart),
        (9999, 12, 31) => return Ok(Day::Endless),
        _ => {}
    }
    let (Ok(month8), Ok(day8)) = (i8::try_from(month), i8::try_from(day)) else {
        return Err(format!("{}は暦にない日です", shown(text)));
    };
    match Date::new(year, month8, day8) {
        Ok(date) if (1800..2200).contains(&year) => Ok(Day::On(date)),
        Ok(_) => Err(format!(
            "{}は扱える範囲（1800年から2199年まで）の外の日です",
            shown(text)
        )),
        Err(_) => Err(format!("{}は暦にない日です", shown(text))),
    }
}

/// Checks one cell against its declaration; adds what is wrong.
pub fn check(field: &Field, text: &str, form: DateForm, codes: &Codes, flaws: &mut Vec<Flaw>) {
    if text.is_empty() {
        if field.required {
            flaws.push(Flaw::hold(
                &field.name_ja,
                "import.field.required",
                "空です。必ず要る項目です".to_owned(),
            ));
        }
        return;
    }
    // ASCII without controls is by far the commonest; it needs no look at single letters.
    if !text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
        letters::check_text(field, text, flaws);
    }
    check_kind(field, text, form, flaws);
    if let Some(list) = &field.codes
        && !codes.contains(list, text)
    {
        flaws.push(Flaw::hold(
            &field.name_ja,
            "import.field.code",
            format!(
                "コード「{}」は{}にありません。コード表か、送り元の値を直してください",
                shown(text),
                codes.title(list)
            ),
        ));
    }
    check_length(field, text, flaws);
}

fn check_kind(field: &Field, text: &str, form: DateForm, flaws: &mut Vec<Flaw>) {
    let wrong = |code: &'static str, message: String| Flaw::hold(&field.name_ja, code, message);
    match field.kind {
        FieldType::Text => letters::check_rule(field, text, flaws),
        FieldType::Ascii | FieldType::Code => {
            if !text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
                flaws.push(wrong(
                    "import.field.half_width",
                    format!(
                        "「{}」に半角の英数字・記号以外の文字があります",
                        shown(text)
                    ),
                ));
            }
        }
        FieldType::Digits => {
            if !text.bytes().all(|byte| byte.is_ascii_digit()) {
                flaws.push(wrong("import.field.digits", not_digits(text)));
            }
        }
        FieldType::Signed => {
            let body = text.strip_prefix('-').unwrap_or(text);
            if body.is_empty() || !body.bytes().all(|byte| byte.is_ascii_digit()) {
                flaws.push(wrong(
                    "import.field.digits",
                    format!("「{}」は整数ではありません", shown(text)),
                ));
            }
        }
        FieldType::Decimal => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            let plain =
                |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            if !plain(whole)
                || !plain(fraction)
                || fraction.len() > usize::from(field.decimals).max(1)
            {
                flaws.push(wrong(
                    "import.field.decimal",
                    format!(
                        "「{}」は小数{}桁までの数ではありません",
                        shown(text),
                        field.decimals
                    ),
                ));
            }
        }
        FieldType::Date => {
            if let Err(reason) = read_day(text, form) {
                flaws.push(wrong(
                    "import.field.date",
                    format!("{reason}。送り元の日付を確かめてください"),
                ));
            }
        }
        FieldType::Year => {
            if text.len() != 4 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                flaws.push(wrong(
                    "import.field.year",
                    format!("「{}」は西暦4桁ではありません", shown(text)),
                ));
            }
        }
        FieldType::Time => {
            if !is_time(text) {
                flaws.push(wrong(
                    "import.field.time",
                    format!("「{}」は時刻（HH:MM:SS）ではありません", shown(text)),
                ));
            }
        }
    }
}

fn not_digits(text: &str) -> String {
    if text
        .strip_prefix('-')
        .is_some_and(|body| body.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return format!(
            "「{}」は負の数です。この項目に負の数は入りません",
            shown(text)
        );
    }
    format!("「{}」は半角数字ではありません", shown(text))
}

fn check_length(field: &Field, text: &str, flaws: &mut Vec<Flaw>) {
    let limit = usize::from(field.max);
    if text.len() <= limit {
        return;
    }
    let length = text
        .strip_prefix('-')
        .unwrap_or(text)
        .chars()
        .filter(|letter| *letter != '.')
        .count();
    if length <= limit {
        return;
    }
    let message = format!("{length}文字あります。{limit}文字までの項目です");
    // Numbers that are too long mean shifted columns; a long text is a fact whose declared length may be out of date.
    if matches!(field.kind, FieldType::Text | FieldType::Ascii) && !field.certainty.is_official() {
        flaws.push(Flaw::review(&field.name_ja, "import.field.length", message));
    } else {
        flaws.push(Flaw::hold(&field.name_ja, "import.field.length", message));
    }
}

fn is_time(text: &str) -> bool {
    let mut parts = text.split(':');
    let mut part = |below: u8| {
        parts.next().is_some_and(|part| {
            part.len() == 2
                && part.bytes().all(|byte| byte.is_ascii_digit())
                && part.parse::<u8>().is_ok_and(|value| value < below)
        })
    };
    part(24) && part(60) && part(60) && text.len() == 8
}

/// A value for a message: control characters visible, not too long.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut out = String::new();
    for (count, letter) in text.chars().enumerate() {
        if count == 40 {
            out.push('…');
            break;
        }
        if letters::is_invisible(letter) {
            out.push_str(&format!("<U+{:04X}>", u32::from(letter)));
        } else {
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use law::day;

    #[test]
    fn days_are_days_of_the_calendar() {
        assert_eq!(
            read_day("2024-02-29", DateForm::Iso),
            Ok(Day::On(day(2024, 2, 29)))
        );
        assert_eq!(
            read_day("20260401", DateForm::Compact),
            Ok(Day::On(day(2026, 4, 1)))
        );
        assert_eq!(read_day("0000-01-01", DateForm::Iso), Ok(Day::UnknownStart));
        assert_eq!(read_day("9999-12-31", DateForm::Iso), Ok(Day::Endless));
        for wrong in [
            "2026-02-30",
            "2025-02-29",
            "2026-13-01",
            "0000-00-00",
            "1799-12-31",
            "2200-01-01",
            "9999-12-30",
            "2026/04/01",
            "",
            "R8.4.1",
            "２０２６-04-01",
            "+026-04-01",
        ] {
            assert!(read_day(wrong, DateForm::Iso).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_times() {
        assert!(is_time("23:59:59") && is_time("00:00:00"));
        for wrong in [
            "24:00:00",
            "1:2:3",
            "12:00",
            "12:00:00:00",
            "+1:00:00",
            "あ",
        ] {
            assert!(!is_time(wrong), "{wrong}");
        }
    }
}
