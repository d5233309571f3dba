//! 賦課決定の期間制限 — until which day a levy may be decided up or down, and what a difference can still do.

use crate::rules::TimeLimits;
use crate::rules::levy::LevyKind;
use crate::{Clause, Date, Statute, Yen, day};
use serde::{Deserialize, Serialize};

/// 適用関係の調整 — a decrease found necessary because of employees' insurance, without fault of the insured.
///
/// 根拠: 国民健康保険法 第110条の2第2項
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsuranceAdjustment {
    /// 調整に必要と認められる期間, in years from the day after the first due day, as the municipality holds it.
    pub years: i16,
}

/// What the limitation of one levy depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitationFacts {
    /// 期間制限の年数 of the 料 or the 税.
    pub limits: TimeLimits,
    /// 当該年度の最初の納期（税は第1期の納期限）.
    pub first_due_on: Date,
    /// 課することができることとなった日, where that came after the first due day.
    pub arose_on: Option<Date>,
    /// 偽りその他不正の行為（税）.
    pub fraud: bool,
    /// 被用者保険との調整（料）.
    pub adjustment: Option<InsuranceAdjustment>,
}

/// 期間制限 — the last days on which a levy may be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// The day the periods are counted from the day after.
    pub counted_from: Date,
    /// Last day for a new levy or an increase.
    pub increase_until: Date,
    /// Last day for a decrease.
    pub decrease_until: Date,
}

/// 期間制限の末日.
///
/// 根拠: 国民健康保険法 第110条の2、第111条、地方税法 第17条の5第3項・第4項・第7項、第11条の4第1項、民法 第143条
///
/// 料: two years both ways, longer downward only for the adjustment with employees' insurance. 税: three years
/// for a new levy and an increase, five for a decrease, seven both ways where there was fraud.
#[must_use]
pub fn limits(facts: &LimitationFacts) -> Limits {
    let counted_from = facts.arose_on.map_or(facts.first_due_on, |arose_on| {
        arose_on.max(facts.first_due_on)
    });
    let (up, down) = years(facts);
    Limits {
        counted_from,
        increase_until: last_day_of_years(counted_from, up),
        decrease_until: last_day_of_years(
            // The second paragraph counts from the first due day as the first one defines it.
            counted_from,
            down,
        ),
    }
}

/// Years for an increase and for a decrease.
fn years(facts: &LimitationFacts) -> (i16, i16) {
    let limits = facts.limits;
    let [up, down, fraud] = [
        limits.increase_years,
        limits.decrease_years,
        limits.fraud_years,
    ]
    .map(i16::from);
    match limits.kind {
        LevyKind::Premium => (up, facts.adjustment.map_or(down, |one| one.years.max(down))),
        LevyKind::Tax if facts.fraud => (up.max(fraud), down.max(fraud)),
        LevyKind::Tax => (up, down),
    }
}

/// The provision a limit stands on.
#[must_use]
pub const fn clause(kind: LevyKind) -> Clause {
    match kind {
        LevyKind::Premium => Clause::new(Statute::NhiAct, "第110条の2"),
        LevyKind::Tax => Clause::new(Statute::LocalTaxAct, "第17条の5"),
    }
}

/// The last day of so many years counted from the day after `from`.
///
/// 根拠: 民法 第140条・第143条
///
/// The period begins on the next day and ends with the day before the corresponding day, which is the same day of
/// the later year; where that year lacks it, with the last day of the month.
fn last_day_of_years(from: Date, years: i16) -> Date {
    if from == from.last_of_month() {
        // The period begins on the first of a month and so ends with the last day of the month before.
        return day(from.year() + years, from.month(), 31);
    }
    day(from.year() + years, from.month(), from.day())
}

/// What a difference found on a day may still do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enforceable {
    /// 増額として賦課できる額.
    pub charge: Yen,
    /// 減額できる額 (positive).
    pub reduce: Yen,
    /// 期間制限により賦課できない額 (positive), shown and recorded, never posted.
    pub barred_charge: Yen,
    /// 期間制限により減額できない額 (positive).
    pub barred_reduction: Yen,
    /// The last day on which it could have been decided, or still can.
    pub last_day: Date,
}

impl Enforceable {
    /// The difference that is posted.
    #[must_use]
    pub fn difference(&self) -> Yen {
        self.charge - self.reduce
    }
}

/// 差分のうち決定できる額 — what of `after - before` may be decided on a day.
///
/// 根拠: 国民健康保険法 第110条の2、地方税法 第17条の5
#[must_use]
pub fn enforceable(
    facts: &LimitationFacts,
    before: Yen,
    after: Yen,
    decided_on: Date,
) -> Enforceable {
    let limits = limits(facts);
    let difference = after - before;
    let up = difference.at_least_zero();
    let down = (-difference).at_least_zero();
    let (last_day, in_time) = if up > Yen::ZERO {
        (limits.increase_until, decided_on <= limits.increase_until)
    } else {
        (limits.decrease_until, decided_on <= limits.decrease_until)
    };
    let allowed = |yen: Yen| if in_time { yen } else { Yen::ZERO };
    Enforceable {
        charge: allowed(up),
        reduce: allowed(down),
        barred_charge: up - allowed(up),
        barred_reduction: down - allowed(down),
        last_day,
    }
}
