//! 判定の期間 — moments laid out over months: which judgement holds from which day until which.
//!
//! A household is looked at on the first of every month; a change within a month counts from the next first, one on
//! the first itself at once. Who joins within a month is judged on the day of joining; who comes from another household
//! here has not joined, and keeps the verdict of that household to the end of the month. 8月1日 begins another year of
//! income; the month after 70 is attained begins another rule.

use super::facts::HouseholdFacts;
use super::moment::{ElderJudgement, HouseholdJudgement, Moment, judge_elder, judge_household};
use super::resolve::{Heavier, TOLD_APART};
use super::year::{income_year, next_month, seventy_from, tax_year};
use crate::date::previous_day;
use crate::reason::Silent;
use crate::rules::JudgementRules;
use crate::rules::judgement::CorrectionEffect;

pub use super::periods::Periods;
use crate::{Date, FiscalYear, Refusal, Yen};

/// Who is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// The household, for the 70歳未満 class.
    Household,
    /// A member of 70 or over, by index.
    Elder(usize),
}

/// What a judgement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Verdict {
    /// Code of the class, zero while held.
    pub class: i64,
    /// 負担割合 in tenths, zero while held; a household has none.
    pub tenths: i64,
    /// Code of the reason why it is held, zero where it is final.
    pub pending: i64,
    /// 基準所得額の合計 of a household, the highest 課税所得 of members of 70 and over.
    pub judged: Yen,
    /// 市町村民税世帯非課税.
    pub untaxed: bool,
    /// An exception decided it: 特例対象被保険者等の基準 of a household, 基準収入額 of a member.
    pub by_exception: bool,
    /// 所得の年.
    pub income_year: i16,
    /// 市町村民税の年度.
    pub tax_year: FiscalYear,
}

/// A verdict with the days on which it holds, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VerdictSpan {
    /// Who.
    pub subject: Subject,
    /// First day.
    pub from: Date,
    /// First day after the end.
    pub until: Date,
    /// 判定の基準日, with the month and what is known.
    pub moment: Moment,
    /// Index of the rules in [`Periods`].
    pub rules: usize,
    /// What it says.
    pub verdict: Verdict,
}

/// Judges every month from the month of `from` to before `until` (a first of a month).
///
/// # Errors
/// A [`Refusal`] when a month has no rules.
pub fn timeline(
    periods: &Periods,
    facts: &HouseholdFacts,
    from: Date,
    until: Date,
) -> Result<Vec<VerdictSpan>, Refusal> {
    let events = events(facts);
    let mut spans = Vec::new();
    let mut month = from.first_of_month();
    let mut last: Option<usize> = None;
    while month < until {
        let (index, rules) = periods.at(month)?;
        let next = next_month(month);
        let quiet = last == Some(index) && month.month() != 8 && !touched(&events, month, next);
        if quiet {
            carry_on(&mut spans, month, next);
        } else {
            judge_month(rules, index, facts, (month, next), &mut spans);
        }
        last = Some(index);
        month = next;
    }
    spans.sort_by_key(|span: &VerdictSpan| (span.subject, span.from));
    spans.retain(|span| span.from < span.until);
    Ok(spans)
}

/// The days on which anything a judgement reads may change.
fn events(facts: &HouseholdFacts) -> Vec<Date> {
    let mut days = Vec::new();
    for person in &facts.people {
        days.push(seventy_from(person.birth_on));
        for span in person.insured.iter().chain(&person.former_insured) {
            days.push(span.from);
            days.extend(span.until);
        }
        days.extend(person.incomes.iter().map(|version| version.known_on));
        days.extend(person.taxes.iter().map(|version| version.known_on));
        days.extend(person.revenues.iter().map(|version| version.known_on));
        days.extend(
            person
                .unemployments
                .iter()
                .map(|one| crate::date::next_day(one.left_on)),
        );
    }
    for head in &facts.heads {
        days.push(head.from);
        days.extend(head.until);
    }
    days.extend(facts.applications.iter().map(|one| one.received_on));
    // 控除対象者 of 31 December in another household.
    for child in facts.headed_elsewhere.iter().flat_map(|one| &one.people) {
        days.extend(child.incomes.iter().map(|version| version.known_on));
        days.extend(child.taxes.iter().map(|version| version.known_on));
    }
    days.sort_unstable();
    days.dedup();
    days
}

/// Whether a month or the month before holds an event.
fn touched(events: &[Date], month: Date, next: Date) -> bool {
    let before = previous_day(month).first_of_month();
    let first = events.partition_point(|day| *day < before);
    events.get(first).is_some_and(|day| *day < next)
}

/// What held to the last day of the month before holds this month too.
fn carry_on(spans: &mut [VerdictSpan], month: Date, next: Date) {
    for span in spans.iter_mut().rev() {
        if span.until == month {
            span.until = next;
        }
    }
}

fn judge_month(
    rules: &JudgementRules,
    index: usize,
    facts: &HouseholdFacts,
    (month, next): (Date, Date),
    spans: &mut Vec<VerdictSpan>,
) {
    let insured = || {
        facts
            .people
            .iter()
            .flat_map(|person| &person.insured)
            .filter(|span| span.from < next && span.until.is_none_or(|until| until > month))
    };
    let Some(basis_on) = insured().map(|span| span.from.max(month)).min() else {
        return;
    };
    let ends_on = insured()
        .map(|span| span.until.map_or(next, |until| until.min(next)))
        .max();
    if let Some(found) = household(rules, facts, basis_on, month) {
        let until = ends_on.unwrap_or(next);
        push(spans, (Subject::Household, basis_on, until), index, found);
    }
    let mut on_the_first: Option<Option<(Verdict, Moment)>> = None;
    for (place, person) in facts.people.iter().enumerate() {
        if seventy_from(person.birth_on) > month {
            continue;
        }
        for span in &person.insured {
            let (from, until) = (
                span.from.max(month),
                span.until.map_or(next, |day| day.min(next)),
            );
            if from >= until {
                continue;
            }
            let found = if from == month {
                *on_the_first.get_or_insert_with(|| elders(rules, facts, month, month))
            } else if let Some(before) = facts.moved_in(place, from) {
                let there = elders(rules, &before.household, before.stood_on, month);
                there.map(|(verdict, moment)| (verdict, Moment { on: from, ..moment }))
            } else {
                elders(rules, facts, from, month)
            };
            if let Some(found) = found {
                push(spans, (Subject::Elder(place), from, until), index, found);
            }
        }
    }
}

fn push(
    spans: &mut Vec<VerdictSpan>,
    (subject, from, until): (Subject, Date, Date),
    rules: usize,
    (verdict, moment): (Verdict, Moment),
) {
    let goes_on = |span: &&mut VerdictSpan| {
        span.subject == subject
            && span.until == from
            && span.rules == rules
            && span.verdict == verdict
    };
    match spans.iter_mut().rev().find(goes_on) {
        Some(before) => before.until = until,
        None => spans.push(VerdictSpan {
            subject,
            from,
            until,
            moment,
            rules,
            verdict,
        }),
    }
}

/// Judges a household with every correction counted as its habits say.
fn household(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    on: Date,
    month: Date,
) -> Option<(Verdict, Moment)> {
    let mut best: Option<(HouseholdJudgement, Moment)> = None;
    for moment in moments(rules, facts, on, month) {
        let one = judge_household(rules, facts, moment, &mut Silent)?;
        let lighter = best.is_none_or(|(best, _)| {
            let answered = one.class.is_some() || moment.heavier == Heavier::default();
            best.class.is_none() && answered
                || one
                    .class
                    .is_some_and(|class| best.class.is_some_and(|best| class < best))
        });
        if lighter {
            best = Some((one, moment));
        }
    }
    best.map(|(judged, moment)| (household_verdict(&judged, month), moment))
}

/// The verdict of a household judged for a month.
#[must_use]
pub fn household_verdict(judged: &HouseholdJudgement, month: Date) -> Verdict {
    Verdict {
        class: judged.class.map_or(0, super::Under70::code),
        tenths: 0,
        pending: judged.pending.map_or(0, super::Pending::code),
        judged: judged.base_total,
        untaxed: judged.untaxed,
        by_exception: judged.by_unemployment,
        income_year: income_year(month),
        tax_year: tax_year(month),
    }
}

fn elders(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    on: Date,
    month: Date,
) -> Option<(Verdict, Moment)> {
    let weight = |judged: &ElderJudgement| (judged.tenths, judged.class);
    let mut best: Option<(ElderJudgement, Moment)> = None;
    for moment in moments(rules, facts, on, month) {
        let one = judge_elder(rules, facts, moment, &mut Silent)?;
        let lighter = best.is_none_or(|(best, _)| {
            let answered = one.pending.is_none() || moment.heavier == Heavier::default();
            best.pending.is_some() && answered
                || one.pending.is_none() && weight(&one) < weight(&best)
        });
        if lighter {
            best = Some((one, moment));
        }
    }
    best.map(|(judged, moment)| (elder_verdict(&judged, month), moment))
}

/// The verdict of the members of 70 and over judged for a month.
#[must_use]
pub fn elder_verdict(judged: &ElderJudgement, month: Date) -> Verdict {
    Verdict {
        class: judged.class.map_or(0, super::Over70::code),
        tenths: judged.tenths.map_or(0, i64::from),
        pending: judged.pending.map_or(0, super::Pending::code),
        judged: judged.taxable,
        untaxed: judged.untaxed,
        by_exception: judged.by_revenue,
        income_year: income_year(month),
        tax_year: tax_year(month),
    }
}

/// One moment, or one for each choice of the days whose corrections might make the burden lighter from the beginning: what
/// came on a day is one correction, and one that makes it heavier does not keep back another that makes it lighter.
pub(super) fn moments(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    on: Date,
    month: Date,
) -> Vec<Moment> {
    let plain = Moment {
        month,
        ..Moment::of(on)
    };
    let lighter = CorrectionEffect::RetroactiveWhenLighter;
    let habits = &rules.habits;
    if habits.correction != lighter && habits.late_filing != lighter {
        return vec![plain];
    }
    let days = corrected_on(facts, month);
    let until = |last: &Date, heavier: &[Date]| {
        let mut without = heavier.iter().copied();
        Moment {
            lighter_until: *last,
            heavier: std::array::from_fn(|_| without.next()),
            ..plain
        }
    };
    let mut all = vec![plain];
    all.extend(days.iter().map(|day| until(day, &[])));
    for (place, last) in days.iter().enumerate() {
        let before = days.get(..place).unwrap_or_default();
        all.extend(chosen(before).iter().map(|heavier| until(last, heavier)));
    }
    all
}

/// The days after which something of the year came that may take the place of what counts in a month, in order.
fn corrected_on(facts: &HouseholdFacts, month: Date) -> Vec<Date> {
    let year = tax_year(month);
    let mut days = Vec::new();
    for person in &facts.people {
        let incomes = person.incomes.iter();
        days.extend(incomes.map(|one| (one.fiscal_year, one.known_on)));
        let taxes = person.taxes.iter();
        days.extend(taxes.map(|one| (one.fiscal_year, one.known_on)));
        let revenues = person.revenues.iter();
        days.extend(revenues.map(|one| (one.fiscal_year, one.known_on)));
    }
    days.retain(|(of, day)| *of == year && next_month(*day) > month);
    let mut days: Vec<Date> = days.into_iter().map(|(_, day)| day).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// Every choice of some of the days; of more days than are told apart, each alone.
fn chosen(days: &[Date]) -> Vec<Vec<Date>> {
    if days.len() > TOLD_APART {
        return days.iter().map(|day| vec![*day]).collect();
    }
    let mut all: Vec<Vec<Date>> = vec![Vec::new()];
    for day in days {
        let with: Vec<Vec<Date>> = all
            .iter()
            .map(|one| [one.as_slice(), &[*day]].concat())
            .collect();
        all.extend(with);
    }
    all.retain(|one| !one.is_empty());
    all
}
