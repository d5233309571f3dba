//! 申請書に収入を書く者 — of whom an application for 2割 by revenue states the 収入, and what is known of it without it.
//!
//! 根拠: 国民健康保険法施行令 第27条の2第3項第1号・第2号、国民健康保険法施行規則 第24条の3第2号

use super::by_revenue::counts_from;
use super::facts::HouseholdFacts;
use super::moment::{Look, Member, Moment};
use super::resolve::revenue;
use super::year::{benefit_year_start, seventy_from, tax_year};
use crate::rules::JudgementRules;
use crate::{Date, Yen, day};

/// Why the 収入 of somebody is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AskedAs {
    /// 70歳以上の被保険者 on the day from which the application counts: nothing is decided without it.
    Elder,
    /// 被保険者 of 70 or over only on a later day of the benefit year: it counts from then.
    Later,
    /// 特定同一世帯所属者: it counts where one of 70 and over alone does not stay below 383万円.
    FormerInsured,
}

/// One person whose 収入 an application may state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevenueAsked {
    /// Who, as an index into the people of the household.
    pub person: usize,
    /// Why.
    pub asked_as: AskedAs,
    /// 収入 that a granted application would be judged by, in yen; `None` where nobody has told it.
    pub told: Option<Yen>,
    /// 収入 that the municipality confirmed on its own records, in yen.
    pub confirmed: Option<Yen>,
}

/// The day whose household an application is looked at for: the first on which it can count, within its benefit year.
#[must_use]
pub fn asked_on(benefit_year: i16, received_on: Date) -> Date {
    let last = day(benefit_year.saturating_add(1), 7, 1);
    counts_from(received_on, benefit_year).min(last)
}

/// Everyone whose 収入 an application for a benefit year may state, in the order of the people of the household.
#[must_use]
pub fn revenue_asked(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    benefit_year: i16,
    received_on: Date,
) -> Vec<RevenueAsked> {
    let on = asked_on(benefit_year, received_on);
    let look = Look::new(rules, facts, Moment::of(on));
    let end = benefit_year_start(benefit_year.saturating_add(1));
    let mut asked: Vec<RevenueAsked> = Vec::new();
    for (index, person) in facts.people.iter().enumerate() {
        let member = look.members.iter().find(|member| member.index == index);
        let from = seventy_from(person.birth_on).max(on);
        let still_to_come = person
            .insured
            .iter()
            .any(|span| span.from.max(from) < span.until.map_or(end, |until| until.min(end)));
        let asked_as = match member {
            Some(member) if member.elder => AskedAs::Elder,
            Some(member) if member.former => AskedAs::FormerInsured,
            _ if still_to_come => AskedAs::Later,
            _ => continue,
        };
        let year = tax_year(on);
        let mut of_year = person.revenues.iter().filter(|one| one.fiscal_year == year);
        asked.push(RevenueAsked {
            person: index,
            asked_as,
            told: member.and_then(|member| told(&look, member)),
            confirmed: of_year
                .next_back()
                .filter(|one| one.by_record)
                .map(|one| one.revenue),
        });
    }
    asked
}

fn told(look: &Look<'_>, member: &Member) -> Option<Yen> {
    let person = look.facts.people.get(member.index)?;
    revenue(look.rules, person, &member.known, look.knowledge(), true)
}
