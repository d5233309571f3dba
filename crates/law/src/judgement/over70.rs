//! 70歳以上の負担割合と所得区分. 根拠: 国民健康保険法 第42条第1項、国民健康保険法施行令 第27条の2・第29条の3第4項

use super::by_revenue::{Revenue, by_revenue};
use super::class::{Over70, Pending};
use super::deducted::{Children, adjustment};
use super::household::{Open, Special};
use super::moment::{ElderJudgement, Look, Member, say, say_all};
use super::resolve::Filed;
use super::what::What;
use crate::Yen;
use crate::levy::Income;
use crate::reason::{Silent, Why};
use crate::rules::judgement::Unfiled;

/// What the incomes of 70 and over come to.
enum Copay {
    /// 2割, and whether the revenue decided it.
    Two { by_revenue: bool },
    /// 3割, and the class; or why the class alone is held.
    Three { class: Result<Over70, Open> },
    /// Held.
    Held(Pending),
}

pub(super) fn judge<W: Why<What>>(look: &Look<'_>, why: &mut W) -> ElderJudgement {
    let (taxable, copay) = copay(look, Children::Known, why);
    let copay = match unsettled(look, &copay) {
        Some((child, reason)) => {
            say(why, What::Pending, child, 0, 0, reason.code());
            Copay::Held(reason)
        }
        None => copay,
    };
    let mut judged = ElderJudgement {
        tenths: None,
        class: None,
        pending: None,
        taxable,
        untaxed: false,
        by_revenue: false,
    };
    match copay {
        Copay::Held(reason) => {
            say_all(why, What::Pending, 0, 0, reason.code());
            judged.pending = Some(reason);
        }
        Copay::Three { class } => {
            judged.tenths = Some(3);
            say_all(why, What::Copay, taxable.0, 0, 3);
            match (class, open(look)) {
                (Ok(class), waiting) => {
                    if let Some((index, reason)) = waiting {
                        say(why, What::Regardless, index, 0, 0, reason.code());
                    }
                    decide(&mut judged, class, why);
                }
                (Err(waiting), _) => hold(&mut judged, waiting, why),
            }
        }
        Copay::Two { by_revenue } => {
            judged.tenths = Some(2);
            judged.by_revenue = by_revenue;
            say_all(why, What::Copay, taxable.0, 0, 2);
            lower(look, &mut judged, why);
        }
    }
    judged
}

/// Why the result hangs on a child whose income nobody has told: it would be another if the child were deducted.
fn unsettled(look: &Look<'_>, found: &Copay) -> Option<(usize, Pending)> {
    let unknown = look
        .elders()
        .find_map(|member| adjustment(look, member, Children::Known).unknown)?;
    let (_, theirs) = copay(look, Children::AllOfThem, &mut Silent);
    let same = match (found, &theirs) {
        (Copay::Held(_), _) | (Copay::Two { .. }, Copay::Two { .. }) => true,
        (Copay::Three { class: Ok(one) }, Copay::Three { class: Ok(two) }) => one == two,
        (Copay::Three { class: Err(_) }, Copay::Three { .. }) => true,
        _ => false,
    };
    (!same).then_some(unknown)
}

/// Whose income among those of 70 and over may still be any; 未申告 too, where the municipality waits for the return.
fn open(look: &Look<'_>) -> Option<Open> {
    let unfiled = || {
        let unfiled = look.elders().find(|member| is_open(look, member));
        unfiled.map(|member| (member.index, Pending::Unfiled))
    };
    look.waiting(look.elders()).or_else(unfiled)
}

pub(super) fn is_open(look: &Look<'_>, member: &Member) -> bool {
    match member.known.filed {
        Filed::Pending(_) => true,
        Filed::Unfiled => look.rules.habits.unfiled == Unfiled::Pending,
        Filed::Known => false,
    }
}

/// 負担割合: 課税所得 of everyone of 70 and over below 145万円, or 基準所得額 up to 210万円, or revenue below 383・520万円. What is
/// not known yet holds it only where another answer would give another ratio.
fn copay<W: Why<What>>(look: &Look<'_>, children: Children, why: &mut W) -> (Yen, Copay) {
    let rules = &look.rules.copay;
    let (mut highest, mut certain) = (Yen::ZERO, Yen::ZERO);
    for member in look.elders() {
        match member.known.filed {
            Filed::Pending(_) => continue,
            Filed::Unfiled => say(why, What::Unfiled, member.index, 0, 0, 0),
            Filed::Known => {}
        }
        let (amount, sure) = taxable(look, (member, children), why);
        highest = highest.max(amount);
        if sure && !is_open(look, member) {
            certain = certain.max(amount);
        }
    }
    // An answer adds to the sum of 第3項第3号, and takes nothing from it.
    let known = look.elders().filter(|member| !is_open(look, member));
    let base: Yen = known.map(|member| member.known.base).sum();
    let within = base <= rules.base_up_to;
    let three = certain >= rules.income_from && !within;
    let open = open(look);
    if let Some((index, reason)) = open {
        let settled = match by_revenue(look, &mut Silent) {
            Revenue::Below => true,
            Revenue::NotBelow => three,
            Revenue::Open => false,
        };
        if !settled {
            say(why, What::Pending, index, 0, 0, reason.code());
            return (highest, Copay::Held(reason));
        }
    }
    let reached = highest >= rules.income_from;
    let bound = rules.income_from.0;
    say_all(why, What::CopayIncome, highest.0, bound, i64::from(reached));
    if !reached && open.is_none() {
        return (highest, Copay::Two { by_revenue: false });
    }
    let bound = rules.base_up_to.0;
    say_all(why, What::CopayBase, base.0, bound, i64::from(within));
    if within && open.is_none() {
        return (highest, Copay::Two { by_revenue: false });
    }
    if by_revenue(look, why) == Revenue::Below {
        return (highest, Copay::Two { by_revenue: true });
    }
    if !three {
        return (highest, Copay::Held(Pending::TaxMissing));
    }
    let most = if open.is_some() {
        Yen(i64::MAX)
    } else {
        highest
    };
    let class = active(look, certain);
    let class = if class == active(look, most) {
        Ok(class)
    } else {
        Err(open.unwrap_or_else(|| unstated(look)))
    };
    (highest, Copay::Three { class })
}

/// The first of 70 and over whose 課税所得 the tax side does not say.
fn unstated(look: &Look<'_>) -> Open {
    let found = look.elders().find(|member| member.known.taxable.is_none());
    let index = found.map_or(0, |member| member.index);
    (index, Pending::TaxMissing)
}

/// 課税所得 after 調整控除, and whether it is exact. Where the tax side does not say, the total less 基礎控除 alone: no
/// 課税所得 is higher, so below 145万円 it decides, and above it nothing does.
fn taxable<W: Why<What>>(
    look: &Look<'_>,
    (member, children): (&Member, Children),
    why: &mut W,
) -> (Yen, bool) {
    let known = &member.known;
    let deduction = adjustment(look, member, children).deduction;
    let before = known.taxable.unwrap_or(known.taxable_at_most);
    let after = (before - deduction).at_least_zero();
    if known.taxable.is_some() {
        let (left, right) = (before.0, deduction.0);
        say(why, What::Taxable, member.index, left, right, after.0);
    } else {
        let (left, right) = (known.total.0, known.deduction.0);
        say(why, What::TaxableAtMost, member.index, left, right, after.0);
    }
    (after, known.taxable.is_some())
}

/// 現役並みⅠ〜Ⅲ by the highest 課税所得 of the household.
fn active(look: &Look<'_>, taxable: Yen) -> Over70 {
    match look.rules.active {
        Some(limits) if taxable >= limits.third_from => Over70::Active3,
        Some(limits) if taxable >= limits.second_from => Over70::Active2,
        _ => Over70::Active1,
    }
}

/// 一般・低所得Ⅱ・低所得Ⅰ. What is not known yet holds the class only where another answer would give another class.
fn lower<W: Why<What>>(look: &Look<'_>, judged: &mut ElderJudgement, why: &mut W) {
    let waiting = look.waiting(look.judged());
    if let Some(member) = look.unfiled() {
        match (look.rules.habits.unfiled, waiting) {
            (Unfiled::HighestClass, _) => {
                say(why, What::Unfiled, member.index, 0, 0, 0);
                decide(judged, Over70::General, why);
            }
            (Unfiled::Pending, Some(open)) => hold(judged, open, why),
            (Unfiled::Pending, None) => {
                say(why, What::Unfiled, member.index, 0, 0, 0);
                judged.pending = Some(Pending::Unfiled);
            }
        }
        return;
    }
    let untaxed = look.untaxed(why);
    if untaxed == Ok(true) {
        judged.untaxed = true;
        match (no_income(look, why), waiting) {
            (false, _) => decide(judged, Over70::Low2, why),
            (true, Some(open)) => hold(judged, open, why),
            (true, None) => decide(judged, Over70::Low1, why),
        }
        return;
    }
    match (look.special(why), untaxed) {
        // 低所得Ⅰ is not excluded while nobody says whether anyone is taxed.
        (Special::Met, Err(open)) if no_income(look, &mut Silent) => hold(judged, open, why),
        (Special::Met, _) => decide(judged, Over70::Low2, why),
        (_, Err(open)) | (Special::Open(open), _) => hold(judged, open, why),
        (Special::Nobody | Special::Missed, Ok(_)) => {
            if let Some((index, reason)) = waiting {
                say(why, What::Regardless, index, 0, 0, reason.code());
            }
            decide(judged, Over70::General, why);
        }
    }
}

/// 保留 because of one person.
fn hold<W: Why<What>>(judged: &mut ElderJudgement, (index, reason): Open, why: &mut W) {
    say(why, What::Pending, index, 0, 0, reason.code());
    judged.pending = Some(reason);
}

/// Whether nobody of whom it is known has any income, the pension less its own deduction and the salary of 所得税法 第28条第2項 less 10万円.
///
/// 根拠: 国民健康保険法施行令 第29条の3第4項第6号
fn no_income<W: Why<What>>(look: &Look<'_>, why: &mut W) -> bool {
    let rule = &look.rules.low;
    let mut none = true;
    for member in look.judged() {
        if matches!(member.known.filed, Filed::Pending(_)) {
            continue;
        }
        let income = &member.known.income;
        let pension = (income.pension_revenue - rule.pension_deduction).at_least_zero();
        let salary = income.salary_less(rule.salary_relief);
        let rest = anything_but_pay(income);
        let all = pension + salary + rest;
        say(
            why,
            What::NoIncome,
            member.index,
            pension.0,
            salary.0,
            all.0,
        );
        none &= all == Yen::ZERO;
    }
    none
}

/// Every kind of income but salary and pension, as far as there is any; a loss of one kind does not hide another. What is
/// taxed apart counts after the losses carried over from the years before.
///
/// 根拠: 国民健康保険法施行令 第27条の2第1項第1号（第29条の3第4項第6号においても同じ。）
pub(super) fn anything_but_pay(income: &Income) -> Yen {
    [
        income.business,
        income.farming,
        income.real_estate,
        income.interest,
        income.dividend,
        income.miscellaneous,
        income.short_gain,
        income.long_gain_and_occasional_half,
        income.land_short_gain - income.land_short_special_deduction,
        income.land_long_gain - income.land_long_special_deduction,
    ]
    .into_iter()
    .map(Yen::at_least_zero)
    .sum::<Yen>()
        + income.separated_other()
}

fn decide<W: Why<What>>(judged: &mut ElderJudgement, class: Over70, why: &mut W) {
    judged.class = Some(class);
    say_all(why, What::ClassOver70, judged.taxable.0, 0, class.code());
}
