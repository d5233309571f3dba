//! 基準収入額 — 2割 by the revenue of those of 70 and over, and whether an answer that has not come could still tell it.
//!
//! 根拠: 国民健康保険法施行令 第27条の2第3項第1号・第2号、国民健康保険法施行規則 第24条の2・第24条の3

use super::moment::{Look, Member, say, say_all};
use super::over70::is_open;
use super::resolve::revenue;
use super::what::What;
use super::year::{benefit_year, benefit_year_start, next_month};
use crate::reason::Why;
use crate::rules::judgement::ApplicationEffect;
use crate::{Date, Yen};

/// What 基準収入額 says of 2割.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Revenue {
    /// It is below.
    Below,
    /// It is not, or cannot be told whatever is still answered.
    NotBelow,
    /// It hangs on an answer that has not come.
    Open,
}

/// 基準収入額: 383万円 for one of 70 and over alone, 520万円 for several or together with a 特定同一世帯所属者.
///
/// 根拠: 国民健康保険法施行令 第27条の2第3項第1号・第2号、国民健康保険法施行規則 第24条の2・第24条の3
pub(super) fn by_revenue<W: Why<What>>(look: &Look<'_>, why: &mut W) -> Revenue {
    let rules = &look.rules.copay;
    let applied = applied(look);
    let elders: Vec<&Member> = look.elders().collect();
    let (what, bound) = if elders.len() == 1 {
        (What::RevenueSingle, rules.revenue_single_below)
    } else {
        (What::RevenueSeveral, rules.revenue_several_below)
    };
    let own = match revenues(look, &elders, applied, why) {
        Stated::All(own) => own,
        // Without an application only the public record says it: an answer may bring it there.
        Stated::But(known) if known < bound && (applied || look.rules.habits.revenue_by_record) => {
            return Revenue::Open;
        }
        Stated::But(_) | Stated::None => {
            say_all(why, What::RevenueUnknown, 0, 0, 0);
            return Revenue::NotBelow;
        }
    };
    let below = own < bound;
    say_all(why, what, own.0, bound.0, i64::from(below));
    if below {
        return Revenue::Below;
    }
    let formers: Vec<&Member> = look.members.iter().filter(|member| member.former).collect();
    if formers.is_empty() || elders.len() > 1 {
        return Revenue::NotBelow;
    }
    let Stated::All(theirs) = revenues(look, &formers, applied, why) else {
        say_all(why, What::RevenueUnknown, 0, 0, 0);
        return Revenue::NotBelow;
    };
    let (sum, bound) = (own + theirs, rules.revenue_several_below);
    let below = sum < bound;
    say_all(
        why,
        What::RevenueWithFormer,
        sum.0,
        bound.0,
        i64::from(below),
    );
    if below {
        Revenue::Below
    } else {
        Revenue::NotBelow
    }
}

/// 収入 of several people.
enum Stated {
    /// Of everyone.
    All(Yen),
    /// Of everyone whose income is known.
    But(Yen),
    /// Somebody's cannot be told, though the income is known.
    None,
}

fn revenues<W: Why<What>>(
    look: &Look<'_>,
    members: &[&Member],
    applied: bool,
    why: &mut W,
) -> Stated {
    let (mut sum, mut all) = (Yen::ZERO, true);
    for member in members {
        let person = look.facts.people.get(member.index);
        let own = person.and_then(|person| {
            revenue(look.rules, person, &member.known, look.knowledge(), applied)
        });
        match own {
            Some(own) => {
                say(why, What::Revenue, member.index, 0, 0, own.0);
                sum += own;
            }
            None if is_open(look, member) => all = false,
            None => return Stated::None,
        }
    }
    if all {
        Stated::All(sum)
    } else {
        Stated::But(sum)
    }
}

/// Whether a granted application counts in the month.
fn applied(look: &Look<'_>) -> bool {
    let year = benefit_year(look.moment.month);
    look.facts
        .applications
        .iter()
        .filter(|one| one.benefit_year == year)
        .any(|one| match look.rules.habits.application {
            ApplicationEffect::Retroactive => true,
            ApplicationEffect::NextMonth => counts_from(one.received_on, year) <= look.moment.month,
        })
}

/// An application for a year that has not begun counts from its first day, any other from the month after.
pub(super) fn counts_from(received_on: Date, year: i16) -> Date {
    let start = benefit_year_start(year);
    if received_on < start {
        start
    } else {
        next_month(received_on)
    }
}
