//! 70歳未満の所得区分. 根拠: 国民健康保険法施行令 第29条の3第1項・第2項・第10項

use super::class::{Pending, Under70};
use super::household::{Open, Special};
use super::moment::{HouseholdJudgement, Look, say, say_all};
use super::resolve::{Filed, Taxed};
use super::what::What;
use crate::Yen;
use crate::reason::Why;
use crate::rules::judgement::Unfiled;

/// The order of the field: 未申告, 非課税, the 特例基準, and then the sum against 901, 600 and 210万円. A 擬制世帯主 counts for
/// 非課税 and never for the sum. What is not known yet holds the class only where another answer would give another class.
pub(super) fn judge<W: Why<What>>(look: &Look<'_>, why: &mut W) -> HouseholdJudgement {
    let base_total = bases(look, why);
    let abroad = look
        .judged()
        .any(|member| member.known.taxed == Taxed::Abroad);
    let mut judged = HouseholdJudgement {
        class: None,
        pending: None,
        base_total,
        untaxed: false,
        by_unemployment: false,
        abroad,
    };
    let waiting = look.waiting(look.judged());
    if let Some(member) = look.unfiled() {
        match (look.rules.habits.unfiled, waiting) {
            (Unfiled::HighestClass, _) => {
                say(why, What::Unfiled, member.index, 0, 0, 0);
                decide(&mut judged, Under70::A, why);
            }
            (Unfiled::Pending, Some(open)) => hold(&mut judged, open, why),
            (Unfiled::Pending, None) => {
                say(why, What::Unfiled, member.index, 0, 0, 0);
                judged.pending = Some(Pending::Unfiled);
            }
        }
        return judged;
    }
    let untaxed = look.untaxed(why);
    if untaxed == Ok(true) {
        judged.untaxed = true;
        decide(&mut judged, Under70::E, why);
        return judged;
    }
    let special = look.special(why);
    if special == Special::Met {
        judged.by_unemployment = true;
        decide(&mut judged, Under70::E, why);
        return judged;
    }
    if let Err(open) = untaxed {
        hold(&mut judged, open, why);
        return judged;
    }
    if let Special::Open(open) = special {
        hold(&mut judged, open, why);
        return judged;
    }
    // No 5号 and no 10項 any more: the sum of the insured decides, and what is still to be known can only add to it.
    let limits = &look.rules.classes;
    let certain = look
        .insured()
        .filter(|member| !matches!(member.known.filed, Filed::Pending(_)))
        .map(|member| member.known.base)
        .sum::<Yen>();
    if let Some(open) = look.waiting(look.insured())
        && certain <= limits.class_a_over
    {
        hold(&mut judged, open, why);
        return judged;
    }
    if let Some((index, reason)) = waiting {
        say(why, What::Regardless, index, 0, 0, reason.code());
    }
    let class = if base_total > limits.class_a_over {
        Under70::A
    } else if base_total > limits.class_b_over {
        Under70::B
    } else if base_total > limits.class_c_over {
        Under70::C
    } else {
        Under70::D
    };
    decide(&mut judged, class, why);
    judged
}

/// 保留 because of one person.
fn hold<W: Why<What>>(judged: &mut HouseholdJudgement, (index, reason): Open, why: &mut W) {
    say(why, What::Pending, index, 0, 0, reason.code());
    judged.pending = Some(reason);
}

/// 基準所得額 of all insured persons together; a 擬制世帯主 is not insured.
fn bases<W: Why<What>>(look: &Look<'_>, why: &mut W) -> Yen {
    let mut total = Yen::ZERO;
    for member in look.insured() {
        let known = &member.known;
        let what = if known.unemployed {
            What::BaseUnemployed
        } else {
            What::Base
        };
        let (left, right) = (known.total.0, known.deduction.0);
        say(why, what, member.index, left, right, known.base.0);
        total += known.base;
    }
    say_all(why, What::BaseTotal, 0, 0, total.0);
    total
}

fn decide<W: Why<What>>(judged: &mut HouseholdJudgement, class: Under70, why: &mut W) {
    judged.class = Some(class);
    let left = judged.base_total.0;
    say_all(why, What::ClassUnder70, left, 0, class.code());
}
