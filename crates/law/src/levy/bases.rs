//! 所得割の算定基礎 — what each person's income comes to for the levy and for the judgement.

use super::assess::INCOME_LIMIT;
use super::household::HouseholdYear;
use super::what::What;
use crate::reason::{Step, WHOLE_HOUSEHOLD, Why};
use crate::rules::LevyRules;
use crate::rules::levy::BaseRounding;
use crate::{Refusal, Yen};

/// 所得割の算定基礎 of one person, with and without 非自発的失業, and the 軽減判定所得 without it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Bases {
    pub(super) usual: Yen,
    pub(super) unemployed: Yen,
    pub(super) judged: Yen,
}

/// 所得割の算定基礎. 根拠: 国民健康保険法施行令 第29条の7第2項第4号・第5号、第29条の7の2
pub(super) fn income_bases<W: Why<What>>(
    rules: &LevyRules,
    household: &HouseholdYear,
    why: &mut W,
    bases: &mut Vec<Bases>,
) -> Result<(), Refusal> {
    bases.clear();
    for (index, person) in household.people.iter().enumerate() {
        let totals = person
            .income
            .totals(person.aged_65, rules.reduction.pension_relief);
        // 所得照会中 is levied as zero until the answer comes.
        if person.insured.is_empty() || person.inquiry_open {
            bases.push(Bases {
                judged: totals.judgement,
                ..Bases::default()
            });
            continue;
        }
        let taper = totals.taper;
        let deduction = rules.basic_deduction_for(taper);
        let base = |total: Yen| {
            let left = (total - deduction).at_least_zero();
            match rules.base_rounding {
                BaseRounding::PersonThousand => left.floor_to(1000),
                BaseRounding::None | BaseRounding::HouseholdThousand => left,
            }
        };
        let (total, usual) = (totals.levy, base(totals.levy));
        if taper.0.max(total.0) > INCOME_LIMIT.0 || taper.0 < 0 {
            return Err(Refusal::new(
                "levy.income.out_of_range",
                format!(
                    "{}人目の所得{}は扱える範囲を超えています。所得の内訳を確かめてください",
                    index + 1,
                    Yen(taper.0.max(total.0))
                ),
            ));
        }
        let number = u16::try_from(index).unwrap_or(WHOLE_HOUSEHOLD);
        let mut step = |what, left: Yen, right: Yen, value: Yen| {
            why.step(Step {
                what,
                component: u8::MAX,
                person: number,
                left: left.0,
                right: right.0,
                value: value.0,
            });
        };
        step(
            What::LevyTotal,
            person.income.salary,
            person.income.pension,
            total,
        );
        step(What::BasicDeduction, taper, Yen::ZERO, deduction);
        step(What::IncomeBase, total, deduction, usual);
        let unemployed = if person.unemployed.is_empty() {
            usual
        } else {
            let total = person.income.levy_total(true);
            let base = base(total);
            step(What::IncomeBaseUnemployed, total, deduction, base);
            base
        };
        bases.push(Bases {
            usual,
            unemployed,
            judged: totals.judgement,
        });
    }
    Ok(())
}
