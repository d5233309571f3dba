//! 70歳未満の所得区分. 根拠: 国民健康保険法施行令 第29条の3第1項・第2項・第10項

use super::class::{Pending, Under70};
use super::moment::{HouseholdJudgement, Look, Member, say, say_all};
use super::resolve::{Filed, Taxed};
use super::what::What;
use crate::Yen;
use crate::reason::Why;
use crate::rules::judgement::Unfiled;

/// The order of the field: what is not known yet, 未申告, 非課税, and then the sum against 901, 600 and 210万円. A
/// 擬制世帯主 counts for 非課税 and never for the sum.
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
    for member in look.judged() {
        if let Filed::Pending(reason) = member.known.filed {
            say(why, What::Pending, member.index, 0, 0, reason.code());
            judged.pending = Some(reason);
            return judged;
        }
    }
    if let Some(member) = look.judged().find(|member| counts_as_unfiled(look, member)) {
        say(why, What::Unfiled, member.index, 0, 0, 0);
        match look.rules.habits.unfiled {
            Unfiled::HighestClass => decide(&mut judged, Under70::A, why),
            Unfiled::Pending => judged.pending = Some(Pending::Unfiled),
        }
        return judged;
    }
    let untaxed = look.untaxed(why);
    if untaxed == Ok(true) {
        judged.untaxed = true;
        decide(&mut judged, Under70::E, why);
        return judged;
    }
    if look.unemployed_household(why) == Some(true) {
        judged.by_unemployment = true;
        decide(&mut judged, Under70::E, why);
        return judged;
    }
    if let Err(reason) = untaxed {
        say_all(why, What::Pending, 0, 0, reason.code());
        judged.pending = Some(reason);
        return judged;
    }
    let limits = &look.rules.classes;
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

/// 未申告 of an insured person, and of a 擬制世帯主 where the municipality counts him.
fn counts_as_unfiled(look: &Look<'_>, member: &Member) -> bool {
    member.known.filed == Filed::Unfiled
        && (member.insured || look.rules.habits.unfiled_head_counts)
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
