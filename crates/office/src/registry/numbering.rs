//! 付番 — numbers for 住登外者, with a check digit and never anybody else's.

use crate::error::OfficeError;
use db::{Conn, Sql};

/// 検査数字が10になる番号の扱い. The standard text defines no digit for a remainder of 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RemainderOne {
    /// Such a number is never given out.
    #[default]
    Skip,
    /// It gets the digit 0.
    Zero,
}

/// 付番の規則: which numbers 住登外者 get. They never are numbers of residents.
///
/// 根拠: 住民記録システム標準仕様書 1.1.13（モジュラス11、ウェイト2〜7）. The range and the treatment of a remainder of 1 are
/// assumptions (`draft`): a municipality sets its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NumberRule {
    /// The number before the first one, without its check digit.
    pub after_body: i64,
    /// The last number without its check digit.
    pub last_body: i64,
    /// 検査数字が10になる番号の扱い.
    pub remainder_one: RemainderOne,
}

impl Default for NumberRule {
    fn default() -> Self {
        Self {
            after_body: 90_000_000_000_000,
            last_body: 99_999_999_999_999,
            remainder_one: RemainderOne::Skip,
        }
    }
}

impl NumberRule {
    /// A whole number of a body; none when it is never given out.
    #[must_use]
    pub fn whole(self, body: i64) -> Option<i64> {
        let digit = exchange::check_digit::addressee_digit(&body.to_string());
        let digit = match (digit, self.remainder_one) {
            (Some(digit), _) => digit,
            (None, RemainderOne::Zero) => 0,
            (None, RemainderOne::Skip) => return None,
        };
        body.checked_mul(10)?.checked_add(i64::from(digit))
    }
}

const TAKEN: Sql = Sql {
    name: "registry.nonresident.taken",
    text: "select count(*) from person where person_id = $1",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TAKEN];

/// 付番 — the next number by the rule that nobody has.
///
/// # Errors
/// [`OfficeError::Input`] when the range is used up.
pub(crate) fn number(conn: &mut Conn, rule: &NumberRule) -> Result<i64, OfficeError> {
    loop {
        let step = conn.next_ids("nonresident_number", 1)?;
        let body = rule.after_body.saturating_add(step);
        if body > rule.last_body {
            return Err(OfficeError::input(
                "宛名番号",
                "住登外者の番号を使い切りました。番号の範囲を管理者が広げてください",
            ));
        }
        if let Some(number) = rule.whole(body)
            && conn.query_one(&TAKEN, &[number.into()], |row| row.int(0))? == 0
        {
            return Ok(number);
        }
    }
}
