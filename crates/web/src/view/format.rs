//! How days, moments and amounts are written for a clerk.

use law::{Date, FiscalYear, Yen};
use std::borrow::Borrow;

/// 令和8年4月1日.
#[must_use]
pub fn day_ja(day: Date) -> String {
    law::era::wareki(day)
}

/// R8.4.1, where room is short.
#[must_use]
pub fn day_short(day: Date) -> String {
    law::era::wareki_short(day)
}

/// 令和8年度.
#[must_use]
pub fn year_ja(year: FiscalYear) -> String {
    law::era::fiscal_year_ja(year)
}

/// 令和8年4月1日（水）.
#[must_use]
pub fn day_with_weekday(day: Date) -> String {
    use jiff::civil::Weekday;
    let weekday = match day.weekday() {
        Weekday::Monday => "月",
        Weekday::Tuesday => "火",
        Weekday::Wednesday => "水",
        Weekday::Thursday => "木",
        Weekday::Friday => "金",
        Weekday::Saturday => "土",
        Weekday::Sunday => "日",
    };
    format!("{}（{weekday}）", day_ja(day))
}

/// A moment in Japan: R8.6.15 14:05. Microseconds since 1970-01-01T00:00:00Z; Japan keeps +9:00 all year.
#[must_use]
pub fn moment_ja(micros: i64) -> String {
    let local = micros.div_euclid(1_000_000) + 9 * 3600;
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let day = day_of_count(days);
    format!(
        "{} {}:{:02}",
        day_short(day),
        second / 3600,
        second % 3600 / 60
    )
}

/// The day in Japan of a moment, microseconds since 1970-01-01T00:00:00Z.
#[must_use]
pub fn day_in_japan(micros: i64) -> Date {
    day_of_count((micros.div_euclid(1_000_000) + 9 * 3600).div_euclid(86_400))
}

fn day_of_count(days: i64) -> Date {
    use jiff::ToSpan;
    law::day(1970, 1, 1).saturating_add(days.clamp(-700_000, 2_900_000).days())
}

/// 1,234,567.
#[must_use]
pub fn count(number: impl Borrow<i64>) -> String {
    Yen(*number.borrow()).grouped()
}

/// +1,200 / -800 / 0, for differences.
#[must_use]
pub fn signed(yen: Yen) -> String {
    if yen > Yen::ZERO {
        format!("+{}", yen.grouped())
    } else {
        yen.grouped()
    }
}

/// The class that colours a difference.
#[must_use]
pub fn sign_class(yen: impl Borrow<Yen>) -> &'static str {
    match yen.borrow().0.signum() {
        1 => "plus",
        -1 => "minus",
        _ => "zero",
    }
}

/// 123.4億円, 1億902万円, 4,567万円: an amount beside a bar, cut to what is written.
#[must_use]
pub fn yen_round(yen: Yen) -> String {
    let size = yen.0.abs();
    let sign = if yen.0 < 0 { "-" } else { "" };
    match size {
        10_000_000_000.. => format!(
            "{sign}{}.{}億円",
            count(size / 100_000_000),
            size / 10_000_000 % 10
        ),
        100_000_000.. => format!(
            "{sign}{}億{}万円",
            size / 100_000_000,
            count(size / 10_000 % 10_000)
        ),
        10_000.. => format!("{sign}{}万円", count(size / 10_000)),
        _ => format!("{sign}{}円", count(size)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_those_of_japan() {
        assert_eq!(day_in_japan(0), law::day(1970, 1, 1));
        // 2026-06-14T15:30:00Z is already the 15th in Japan.
        let micros = 1_781_451_000_000_000;
        assert_eq!(day_in_japan(micros), law::day(2026, 6, 15));
        assert!(moment_ja(micros).ends_with(" 0:30"));
    }

    #[test]
    fn amounts_are_cut_not_rounded_up() {
        assert_eq!(yen_round(Yen(12_999_999_999)), "129.9億円");
        assert_eq!(yen_round(Yen(109_025_219)), "1億902万円");
        assert_eq!(yen_round(Yen(-45_678)), "-4万円");
        assert_eq!(yen_round(Yen(9_999)), "9,999円");
        assert_eq!(signed(Yen(5)), "+5");
        assert_eq!(signed(Yen(0)), "0");
    }
}
