//! 延滞金 — what is added for every day a levy is paid late.

use crate::date::next_day;
use crate::money::PPM;
use crate::rules::late_charge::{LateChargeRates, LateChargeRules};
use crate::{Clause, Date, Refusal, Statute, Yen, day};
use jiff::ToSpan;

/// 納付 — a payment towards the levy itself (本料・本税), not towards the charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Receipt day.
    pub paid_on: Date,
    /// Amount applied to the levy.
    pub yen: Yen,
}

/// 延滞金の一区間 — days with one base and one rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatePart {
    /// First day.
    pub from: Date,
    /// Last day, included.
    pub to: Date,
    /// Number of days.
    pub days: i64,
    /// Unpaid amount after cutting.
    pub base: Yen,
    /// Yearly rate in millionths.
    pub rate: crate::Rate,
    /// Whether this lies in the first period.
    pub first_period: bool,
    /// Charge of this part, cut to one yen.
    pub yen: Yen,
}

/// 延滞金 with the parts it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateCharge {
    /// Last day of the lower rate.
    pub first_period_until: Date,
    /// Parts in order of time.
    pub parts: Vec<LatePart>,
    /// Sum of the parts before the final cut.
    pub before_cut: Yen,
    /// 延滞金額.
    pub yen: Yen,
}

/// 最初の期間の末日 — the day on which one (or three) months from the day after the due day have passed.
///
/// 根拠: 地方税法 第723条第1項、民法 第143条
///
/// The period begins on the day after the due day as moved over holidays, and ends with the day before the
/// corresponding day of the last month, or with that month's last day where there is none.
#[must_use]
pub fn first_period_until(due_on: Date, months: u8) -> Date {
    let begins_on = next_day(due_on);
    let index =
        i32::from(begins_on.year()) * 12 + i32::from(begins_on.month()) - 1 + i32::from(months);
    let year = i16::try_from(index.div_euclid(12)).unwrap_or(begins_on.year());
    let month = i8::try_from(index.rem_euclid(12)).unwrap_or(0) + 1;
    match Date::new(year, month, begins_on.day()) {
        Ok(corresponding) => corresponding.saturating_sub(1.day()),
        Err(_) => day(year, month, 31),
    }
}

/// 延滞金の計算 up to and including `until`, the day of payment or of inquiry.
///
/// 根拠: 地方税法 第723条第1項、附則第3条の2、第20条の4の2第2項・第5項 (料は条例)
///
/// `due_on` is the due day as it holds after holidays. Each part of the time with one base and one rate is cut to
/// a yen. A payment reduces the base from the day after it. The rate is that of the calendar year of the day.
///
/// # Errors
/// A [`Refusal`] when a calendar year's rate is missing or the payments exceed the levy.
pub fn late_charge(
    rules: &LateChargeRules,
    rates: &[LateChargeRates],
    levy: Yen,
    due_on: Date,
    payments: &[Payment],
    until: Date,
) -> Result<LateCharge, Refusal> {
    let first_until = first_period_until(due_on, rules.first_period_months);
    let mut charge = LateCharge {
        first_period_until: first_until,
        parts: Vec::new(),
        before_cut: Yen::ZERO,
        yen: Yen::ZERO,
    };
    let mut payments: Vec<Payment> = payments.to_vec();
    payments.sort_by_key(|payment| payment.paid_on);
    if payments.iter().map(|payment| payment.yen).sum::<Yen>() > levy {
        return Err(Refusal::new(
            "collection.late_charge.overpaid",
            format!(
                "納付額の合計が{levy}を超えています。過誤納として処理してから延滞金を計算してください"
            ),
        ));
    }
    let mut from = next_day(due_on);
    while from <= until {
        let unpaid = levy - paid_before(&payments, from);
        let to = part_end(from, until, first_until, &payments);
        if unpaid > Yen::ZERO {
            charge
                .parts
                .push(part(rules, rates, unpaid, from, to, to <= first_until)?);
        }
        from = next_day(to);
    }
    charge.before_cut = charge.parts.iter().map(|part| part.yen).sum();
    let cut = charge.before_cut.floor_to(rules.charge_unit);
    charge.yen = if charge.before_cut.0 < rules.charge_minimum {
        Yen::ZERO
    } else {
        cut
    };
    Ok(charge)
}

/// What was paid before a day; a payment on the day itself still leaves the day charged.
fn paid_before(payments: &[Payment], on: Date) -> Yen {
    payments
        .iter()
        .filter(|payment| payment.paid_on < on)
        .map(|payment| payment.yen)
        .sum()
}

/// The last day on which nothing changes: year's end, end of the first period, a payment.
fn part_end(from: Date, until: Date, first_until: Date, payments: &[Payment]) -> Date {
    let mut to = until.min(day(from.year(), 12, 31));
    if from <= first_until {
        to = to.min(first_until);
    }
    payments
        .iter()
        .map(|payment| payment.paid_on)
        .filter(|paid_on| *paid_on >= from)
        .fold(to, Date::min)
}

fn part(
    rules: &LateChargeRules,
    rates: &[LateChargeRates],
    unpaid: Yen,
    from: Date,
    to: Date,
    first_period: bool,
) -> Result<LatePart, Refusal> {
    let Some(year_rates) = rates.iter().find(|row| row.year == from.year()) else {
        return Err(Refusal::new(
            "collection.late_charge.rate",
            format!(
                "{}年の延滞金の割合がありません。割合の表にその年を加えてください",
                from.year()
            ),
        )
        .under(Clause::new(Statute::LocalTaxAct, "附則第3条の2")));
    };
    let rate = if first_period {
        year_rates.first_ppm
    } else {
        year_rates.later_ppm
    };
    let base = if unpaid.0 < rules.base_minimum {
        Yen::ZERO
    } else {
        unpaid.floor_to(rules.base_unit)
    };
    let days = i64::from(from.until(to).map_or(0, |span| span.get_days())) + 1;
    let yen = Yen((base.0 * rate.0 * days).div_euclid(PPM * rules.days_in_year));
    Ok(LatePart {
        from,
        to,
        days,
        base,
        rate,
        first_period,
        yen,
    })
}
