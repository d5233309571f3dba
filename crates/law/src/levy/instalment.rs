//! 期割 — an annual levy cut into instalments, and cut again when it changes.
//!
//! Whatever happens, each component's instalments add up to its annual amount and none is negative.

use super::instalment_later::{uphold, waiting};
use super::instalment_parts::parts;
pub use super::instalment_provisional::{lay_provisional, plan_provisional};
pub use super::instalment_rows::ad_hoc_due_on;
use super::instalment_rows::{Row, State, decrease, increase, rows};
use crate::rules::Calendar;
use crate::rules::instalment::{CareAttainment, InstalmentRules};
use crate::{Date, FiscalYear, Refusal, Yen};
use serde::{Deserialize, Serialize};

/// 期別の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InstalmentKind {
    /// 定期.
    Regular,
    /// 随時: decided within the fiscal year when no regular instalment was left.
    AdHoc,
    /// 過年度随時: decided after the fiscal year was over.
    PastYear,
}

/// 期別 — what names an instalment of one levy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InstalmentKey {
    /// 調定年度.
    pub accounted_in: FiscalYear,
    /// 定期・随時・過年度.
    pub kind: InstalmentKind,
    /// Number within kind and 調定年度; 随時 goes on after the regular ones.
    pub number: u8,
}

/// 期別額.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// Which one.
    pub key: InstalmentKey,
    /// 納期限, after moving over holidays.
    pub due_on: Date,
    /// By component, in the order of the rule set.
    pub parts: Vec<Yen>,
}

impl Instalment {
    /// 期別額.
    #[must_use]
    pub fn amount(&self) -> Yen {
        self.parts.iter().copied().sum()
    }
}

/// 増額の割り振り.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncreaseSpread {
    /// What is then left is divided anew over the instalments not yet due.
    Redivide,
    /// The increase alone is divided over the instalments not yet due.
    AddDifference,
}

/// 減額の順 — which instalments not yet due give way first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecreaseOrder {
    /// What is then left is divided anew over them.
    Redivide,
    /// From the next one due onwards (未到来期から順に).
    FromNext,
    /// From the last one backwards.
    FromLast,
}

/// Choices of the municipality for a change within the year. There is no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeHabits {
    /// 増額.
    pub increase: IncreaseSpread,
    /// 減額.
    pub decrease: DecreaseOrder,
}

/// 後から掛かる額 — a part of the annual amount that instalments due by a day do not ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Later {
    /// The day (到達日); an instalment due on it does not ask for it yet.
    pub after: Date,
    /// Index of the component.
    pub component: usize,
    /// Yen of the year.
    pub yen: Yen,
}

/// 年額の変更 — annual amounts by component, before and after.
#[derive(Clone, Copy, Debug)]
pub struct Annual<'a> {
    /// As the standing instalments add up.
    pub before: &'a [Yen],
    /// As decided now.
    pub after: &'a [Yen],
    /// What of `after` waits for a day, where the municipality waits.
    pub later: &'a [Later],
}

/// 期別の変更.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Which instalment.
    pub key: InstalmentKey,
    /// Its due day.
    pub due_on: Date,
    /// By component, before; empty where the instalment is new.
    pub before: Vec<Yen>,
    /// By component, after.
    pub after: Vec<Yen>,
    /// Whether its due day had passed when the change was decided.
    pub past_due: bool,
}

/// 変更後の期割.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replan {
    /// All instalments, in order of due day; those brought to zero stay.
    pub instalments: Vec<Instalment>,
    /// What changed.
    pub changes: Vec<Change>,
    /// Instalments brought to zero.
    pub no_longer_due: Vec<InstalmentKey>,
    /// Taken off instalments already due, because those to come did not suffice: refunded or offset as far as paid.
    pub past_due_reduction: Yen,
}

impl Replan {
    /// The instalments as they stood before this change.
    #[must_use]
    pub fn undone(&self) -> Vec<Instalment> {
        let mut standing = Vec::with_capacity(self.instalments.len());
        for instalment in &self.instalments {
            let change = self
                .changes
                .iter()
                .find(|change| change.key == instalment.key);
            match change {
                None => standing.push(instalment.clone()),
                Some(change) if change.before.is_empty() => {}
                Some(change) => standing.push(Instalment {
                    parts: change.before.clone(),
                    ..instalment.clone()
                }),
            }
        }
        standing
    }
}

/// 過納となる期別 — what each instalment holds beyond its amount.
#[must_use]
pub fn overpaid(
    instalments: &[Instalment],
    paid: &[(InstalmentKey, Yen)],
) -> Vec<(InstalmentKey, Yen)> {
    paid.iter()
        .filter_map(|(key, paid)| {
            let found = instalments.iter().find(|instalment| instalment.key == *key);
            let over = *paid - found.map_or(Yen::ZERO, Instalment::amount);
            (over > Yen::ZERO).then_some((*key, over))
        })
        .collect()
}

/// 期割 — a newly decided annual levy in instalments, over those a notice can still reach in time.
///
/// 根拠: 地方税法 第20条の4の2第6項、第705条、第713条、国等の債権債務等の金額の端数計算に関する法律 第3条、条例
///
/// Instalments of zero yen are left out. Decided too late for any regular one, or after the fiscal year, it is
/// due at once (随時・過年度).
///
/// # Errors
/// A [`Refusal`] when an amount is negative or the calendar of holidays does not reach far enough.
pub fn plan(
    rules: &InstalmentRules,
    calendar: &Calendar,
    annual: &[Yen],
    decided_on: Date,
) -> Result<Vec<Instalment>, Refusal> {
    let habits = ChangeHabits {
        increase: IncreaseSpread::Redivide,
        decrease: DecreaseOrder::Redivide,
    };
    let nothing = vec![Yen::ZERO; annual.len()];
    let replan = replan(rules, habits, calendar, &[], &nothing, annual, decided_on)?;
    Ok(replan.instalments)
}

/// 変更の期割 — the standing instalments brought from one annual levy to another.
///
/// 根拠: 国民健康保険法 第81条、地方税法 第20条の4の2第6項、条例 (levy decided anew within or after the year)
///
/// An increase goes to the instalments a notice can still reach, or to a new one due by itself. A decrease is
/// taken from instalments not yet due, then from those already due, the latest first.
///
/// # Errors
/// A [`Refusal`] when the standing instalments do not add up to `annual_before` by component.
pub fn replan(
    rules: &InstalmentRules,
    habits: ChangeHabits,
    calendar: &Calendar,
    standing: &[Instalment],
    annual_before: &[Yen],
    annual_after: &[Yen],
    decided_on: Date,
) -> Result<Replan, Refusal> {
    let annual = Annual {
        before: annual_before,
        after: annual_after,
        later: &[],
    };
    replan_later(rules, habits, calendar, standing, annual, decided_on)
}

/// [`replan`] where a part of the annual amount waits for a day, as [`InstalmentRules::care_attainment`] says.
///
/// 根拠: 国民健康保険法 第76条、介護保険法 第9条第2号 (a levy for months to come is not asked for before it arises)
///
/// Where no regular instalment is due after the day, the part is due by itself, reckoned from the day.
///
/// # Errors
/// As [`replan`].
pub fn replan_later(
    rules: &InstalmentRules,
    habits: ChangeHabits,
    calendar: &Calendar,
    standing: &[Instalment],
    annual: Annual<'_>,
    decided_on: Date,
) -> Result<Replan, Refusal> {
    check(standing, annual.before, annual.after)?;
    let mut rows = rows(rules, calendar, standing, decided_on)?;
    let later = match rules.care_attainment {
        CareAttainment::Spread => &[],
        CareAttainment::FromAttainment => annual.later,
    };
    let waiting = waiting(later, decided_on);
    let total = |amounts: &[Yen]| amounts.iter().copied().sum::<Yen>();
    let difference = total(annual.after) - total(annual.before);
    let mut past_due_reduction = Yen::ZERO;
    if difference > Yen::ZERO {
        increase(
            rules,
            habits.increase,
            calendar,
            &mut rows,
            (difference, &waiting),
            decided_on,
        )?;
    } else if difference < Yen::ZERO {
        past_due_reduction = decrease(rules, habits.decrease, &mut rows, -difference, &waiting);
    }
    uphold(rules, &mut rows, &waiting, decided_on);
    rows.retain(|row| row.total > Yen::ZERO || !row.before.is_empty());
    rows.sort_by_key(|row| (row.due_on, row.key));
    let parts = parts(&rows, annual.after, later);
    Ok(conclude(rows, parts, past_due_reduction))
}

fn check(standing: &[Instalment], before: &[Yen], after: &[Yen]) -> Result<(), Refusal> {
    if before.len() != after.len() || standing.iter().any(|one| one.parts.len() != before.len()) {
        return Err(Refusal::new(
            "levy.instalment.components",
            "期別の賦課区分の数が年額の区分の数と合いません。同じ年度の規則で計算し直してください"
                .to_owned(),
        ));
    }
    if after.iter().any(|yen| *yen < Yen::ZERO) {
        return Err(Refusal::new(
            "levy.instalment.negative",
            "年額が負になっています。賦課の計算を確かめてください".to_owned(),
        ));
    }
    for (component, annual) in before.iter().enumerate() {
        let sum: Yen = standing
            .iter()
            .filter_map(|one| one.parts.get(component).copied())
            .sum();
        if sum != *annual {
            return Err(Refusal::new(
                "levy.instalment.sum",
                format!(
                    "{}番目の賦課区分の期別の合計{sum}が年額{annual}と合いません。期割をやり直してください",
                    component + 1
                ),
            ));
        }
    }
    Ok(())
}

pub(super) fn conclude(rows: Vec<Row>, parts: Vec<Vec<Yen>>, past_due_reduction: Yen) -> Replan {
    let mut replan = Replan {
        instalments: Vec::with_capacity(rows.len()),
        changes: Vec::new(),
        no_longer_due: Vec::new(),
        past_due_reduction,
    };
    for (row, parts) in rows.into_iter().zip(parts) {
        if row.before != parts {
            if row.total == Yen::ZERO && row.was() > Yen::ZERO {
                replan.no_longer_due.push(row.key);
            }
            replan.changes.push(Change {
                key: row.key,
                due_on: row.due_on,
                before: row.before,
                after: parts.clone(),
                past_due: row.state == State::PastDue,
            });
        }
        replan.instalments.push(Instalment {
            key: row.key,
            due_on: row.due_on,
            parts,
        });
    }
    replan
}
