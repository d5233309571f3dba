//! 事実の行 — rows of the dated tables as the rule reads them.

use crate::registry::Pension;
use db::{Row, StoreError};
use law::levy::facts::{InsuredSpan, LossCause, PersonFacts};
use law::levy::{Filing, Income};
use law::{Date, FiscalYear, Yen, date};

pub(super) fn pension(row: &Row) -> Result<Pension, StoreError> {
    Ok(Pension {
        annual_pension: Yen(row.int(1)?),
        care_special: row.flag(2)?,
        care_per_payment: Yen(row.int(3)?),
        account_transfer: row.flag(4)?,
        february_amount: Yen(row.int(5)?),
    })
}

/// A person of whom the tax side has said nothing: a child needs no return, anyone else is 未申告.
///
/// Blank tax data is never read as zero income (それが軽減や非課税の誤りの原因になる).
pub(super) fn without_income(birth_on: Date, year: FiscalYear) -> PersonFacts {
    let new_year = date::day(year.0, 1, 1);
    let filing = if date::age_on(birth_on, new_year) < 16 {
        Filing::NotRequired
    } else {
        Filing::Unfiled
    };
    PersonFacts {
        filing,
        ..PersonFacts::born(birth_on)
    }
}

pub(crate) fn filing(row: &Row) -> Result<Filing, StoreError> {
    match row.int(1)? {
        0 => Ok(Filing::Filed),
        1 => Ok(Filing::Unfiled),
        2 => Ok(Filing::NotRequired),
        other => Err(row.wrong(1, format!("申告状態{other}を知りません"))),
    }
}

/// The stored code of a filing state.
#[must_use]
pub fn filing_code(filing: Filing) -> i64 {
    match filing {
        Filing::Filed => 0,
        Filing::Unfiled => 1,
        Filing::NotRequired => 2,
    }
}

/// 喪失事由 codes (exchange の `loss_cause`) and what they mean to the months; `None` for a code nobody knows.
///
/// 根拠: 国民健康保険法 第8条
#[must_use]
pub fn loss_cause(code: &str) -> Option<LossCause> {
    Some(match code {
        "41" => LossCause::MovedOut,
        "42" => LossCause::Insurance,
        "43" => LossCause::Welfare,
        "44" => LossCause::Death,
        "48" => LossCause::OfficialDeletion,
        "49" => LossCause::Other,
        "51" => LossCause::LateElderly75,
        "52" => LossCause::LateElderlyDisability,
        _ => return None,
    })
}

/// Adds a span. Insurance that goes on the next day without a loss is no loss: in the same household the two spans are
/// one (枝番 or 記号番号 changed), in another it is a change of household (世帯変更), counted to the month before.
pub(super) fn add_span(spans: &mut Vec<InsuredSpan>, mut span: InsuredSpan, goes_on: bool) {
    let goes_on_here = |before: &&mut InsuredSpan| {
        before.cause == Some(LossCause::Other)
            && before.event_on.is_none()
            && before.lost_on == Some(span.acquired_on)
    };
    if goes_on {
        span.cause = Some(LossCause::Other);
        span.event_on = None;
    }
    match spans.last_mut().filter(goes_on_here) {
        Some(before) => {
            *before = InsuredSpan {
                acquired_on: before.acquired_on,
                ..span
            };
        }
        None => spans.push(span),
    }
}

pub(super) fn insured_span(row: &Row) -> Result<InsuredSpan, StoreError> {
    let cause = match row.opt_str(4)? {
        None => None,
        Some(code) => Some(
            loss_cause(code)
                .ok_or_else(|| row.wrong(4, format!("喪失事由「{code}」を知りません")))?,
        ),
    };
    Ok(InsuredSpan {
        acquired_on: row.date(2)?,
        lost_on: row.opt_date(3)?,
        cause,
        event_on: row.opt_date(5)?,
    })
}

pub(crate) fn income(row: &Row) -> Result<Income, StoreError> {
    let yen = |index: usize| row.opt_int(index).map(|value| Yen(value.unwrap_or(0)));
    Ok(Income {
        salary_revenue: yen(3)?,
        salary: yen(4)?,
        pension_revenue: yen(5)?,
        pension: yen(6)?,
        business: yen(7)?,
        farming: yen(8)?,
        real_estate: yen(9)?,
        interest: yen(10)?,
        dividend: yen(11)?,
        miscellaneous: yen(12)?,
        short_gain: yen(13)?,
        long_gain_and_occasional_half: yen(14)?,
        family_employee_deduction: yen(15)?,
        family_employee_salary: yen(16)?,
        family_employee_revenue: yen(17)?,
        land_short_gain: yen(18)?,
        land_short_special_deduction: yen(19)?,
        land_long_gain: yen(20)?,
        land_long_special_deduction: yen(21)?,
        land_business: yen(22)?,
        general_shares: yen(23)?,
        listed_shares: yen(24)?,
        listed_dividend: yen(25)?,
        futures: yen(26)?,
        forestry: yen(27)?,
        treaty_income: yen(28)?,
        net_loss_used: yen(29)?,
        net_loss_for_judgement: row.opt_int(30)?.map(Yen),
        listed_loss_used: yen(31)?,
        futures_loss_used: yen(32)?,
        home_loss_used: yen(33)?,
        casualty_loss_used: yen(34)?,
        total_income: yen(35)?,
    })
}
