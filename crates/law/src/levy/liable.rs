//! 納付（納税）義務者ごとの1年 — a household's dated facts parted by head, judged and counted in months.

use super::facts::{
    Habits, HeadSpan, HouseholdFacts, InsuredSpan, LiableYear, PersonFacts, Rejoining,
};
use super::household::{Adjustment, HouseholdYear, PersonYear, Standing};
use super::maternity::all_maternity_months;
use super::months::{
    care_months, cover_ends_on, covers, former_dependant_months, insured_months, is_aged_65,
    is_minor, is_preschool,
};
use super::specific_household::{specific_months, tied};
use super::unemployment::all_unemployment_months;
use crate::date::attains;
use crate::rules::LevyRules;
use crate::{Clause, Date, FiscalYear, Months, Refusal, Span, Statute};

/// 世帯の事実から賦課の単位を作る — one [`LiableYear`] for each liable head, in order of time.
///
/// 根拠: 国民健康保険法 第76条・第76条の2、地方税法 第703条の4・第705条、国民健康保険法施行令 第29条の7
///
/// A month is charged to whoever is head at its end, so a change of head in a month gives that month to the new
/// head and to nobody else. A person who is head twice in a year, with another between, is liable twice.
///
/// # Errors
/// A [`Refusal`] when the rules are of another year or the facts contradict each other.
pub fn household_years(
    rules: &LevyRules,
    habits: &Habits,
    year: FiscalYear,
    facts: &HouseholdFacts,
) -> Result<Vec<LiableYear>, Refusal> {
    if rules.fiscal_year != year {
        return Err(Refusal::new(
            "levy.year.mismatch",
            format!(
                "{year}の世帯を{}の規則では計算できません。その年度の規則を選んでください",
                rules.fiscal_year
            ),
        ));
    }
    check_heads(facts)?;
    let insured = facts
        .people
        .iter()
        .map(|person| insured_months(rules.loss_month, year, person))
        .collect::<Result<Vec<_>, _>>()?;
    let charged = insured.iter().fold(Months::NONE, |all, one| all.or(*one));
    let runs = runs(habits, year, facts, charged)?;
    check_adjustments(rules, facts, &runs)?;
    runs.into_iter()
        .map(|run| liable_year((rules, habits), facts, &insured, run))
        .collect()
}

/// An unbroken time of one head with the months charged to him.
#[derive(Clone, Copy, Debug)]
struct Run {
    head: usize,
    from: Date,
    months: Months,
    last: i32,
}

fn check_heads(facts: &HouseholdFacts) -> Result<(), Refusal> {
    let mut spans = facts.heads.clone();
    spans.sort_by_key(|span| span.from);
    for span in &spans {
        if span.person >= facts.people.len() {
            return Err(Refusal::new(
                "levy.facts.head.unknown",
                format!(
                    "{}からの世帯主が世帯員の中にいません。世帯主を世帯員として登録してください",
                    span.from
                ),
            ));
        }
    }
    for (before, after) in spans.iter().zip(spans.iter().skip(1)) {
        if before.until.is_none_or(|until| after.from < until) {
            return Err(Refusal::new(
                "levy.facts.head.overlap",
                format!(
                    "{}の前後で世帯主が2人います。前の世帯主の終わりの日を確かめてください",
                    after.from
                ),
            ));
        }
    }
    Ok(())
}

/// The head a month is charged to: of those whose time touches the month, the last.
fn head_of_month(facts: &HouseholdFacts, year: FiscalYear, index: i32) -> Option<&HeadSpan> {
    let over_before = |until: Date| {
        let ends_in = year.month_index(until);
        ends_in < index || (ends_in == index && until.day() == 1)
    };
    facts
        .heads
        .iter()
        .filter(|span| year.month_index(span.from) <= index)
        .filter(|span| {
            !span
                .until
                .is_some_and(|until| over_before(until) || until <= span.from)
        })
        .max_by_key(|span| span.from)
}

fn runs(
    habits: &Habits,
    year: FiscalYear,
    facts: &HouseholdFacts,
    charged: Months,
) -> Result<Vec<Run>, Refusal> {
    let mut runs: Vec<Run> = Vec::new();
    for index in charged.iter() {
        let Some(span) = head_of_month(facts, year, index) else {
            return Err(Refusal::new(
                "levy.facts.head.gap",
                format!(
                    "{}の月に世帯主がいません。その月の世帯主（擬制世帯主を含む）を登録してください",
                    year.month_start(index)
                ),
            )
            .under(Clause::new(Statute::NhiAct, "第76条")));
        };
        let month = Months::between(index, index + 1);
        let broken = |run: &Run| run.last + 1 != index && habits.rejoining == Rejoining::NewLevy;
        match runs.last_mut() {
            Some(run) if run.head == span.person && !broken(run) => {
                run.months = run.months.or(month);
                run.last = index;
            }
            _ => runs.push(Run {
                head: span.person,
                from: span.from,
                months: month,
                last: index,
            }),
        }
    }
    Ok(runs)
}

/// 義務発生日 — the assessment day, or the first day on which somebody is insured under this head.
///
/// 根拠: 国民健康保険法 第76条の2、地方税法 第705条、国民健康保険法施行令 第29条の7第6項
///
/// Whoever is insured on that day fixes it, even if he leaves before a month of his is charged.
fn arises_on(habits: &Habits, year: FiscalYear, facts: &HouseholdFacts, run: Run) -> Date {
    let earliest = run.from.max(year.assessment_day());
    let first_month = run.months.iter().next().unwrap_or(0);
    // A household that is levied anew after it had left does not reach back to what it was before.
    let reaches_from = match habits.rejoining {
        Rejoining::SameLevy => earliest,
        Rejoining::NewLevy => earliest.max(year.month_start(first_month)),
    };
    let begins = facts.people.iter().flat_map(|person| {
        person.insured.iter().filter_map(move |span| {
            let begins_on = span.acquired_on.max(earliest);
            let reaches = reaches_from < cover_ends_on(span, person.birth_on);
            (reaches && covers(span, person.birth_on, begins_on)).then_some(begins_on)
        })
    });
    begins.min().unwrap_or(earliest)
}

fn liable_year(
    (rules, habits): (&LevyRules, &Habits),
    facts: &HouseholdFacts,
    insured: &[Months],
    run: Run,
) -> Result<LiableYear, Refusal> {
    let year = rules.fiscal_year;
    let judged_on = arises_on(habits, year, facts, run);
    let mut members = Vec::new();
    let mut people = Vec::new();
    for (index, (person, months)) in facts.people.iter().zip(insured).enumerate() {
        let months = months.and(run.months);
        let Some(standing) = standing(habits, facts, person, index, months, run.head, judged_on)
        else {
            continue;
        };
        for row in person_rows(rules, person, standing, months, run.months)? {
            members.push(index);
            people.push(row);
        }
    }
    let specific = specific_months(
        habits,
        year,
        &facts.people,
        &facts.heads,
        insured,
        run.months,
    );
    Ok(LiableYear {
        head: run.head,
        judged_on,
        months: run.months,
        members,
        household: HouseholdYear {
            fiscal_year: year,
            people,
            specific_half: specific.half,
            specific_three_quarters: specific.three_quarters,
            forced_reduction: None,
            adjustments: adjustments(facts, run.head),
        },
    })
}

fn adjustments(facts: &HouseholdFacts, head: usize) -> Vec<Adjustment> {
    let granted = facts
        .adjustments
        .iter()
        .filter(|granted| granted.head == head);
    granted.map(|granted| granted.adjustment).collect()
}

fn check_adjustments(
    rules: &LevyRules,
    facts: &HouseholdFacts,
    runs: &[Run],
) -> Result<(), Refusal> {
    for granted in &facts.adjustments {
        if granted.adjustment.component >= rules.components.len() {
            return Err(Refusal::new(
                "levy.facts.adjustment.component",
                "調整額の賦課区分が規則にありません。区分を選び直してください".to_owned(),
            ));
        }
        if runs.iter().filter(|run| run.head == granted.head).count() > 1 {
            return Err(Refusal::new(
                "levy.facts.adjustment.two_levies",
                "同じ世帯主に年度内の賦課が2つあり、調整額をどちらから引くか決まりません。減免として登録してください"
                    .to_owned(),
            ));
        }
    }
    Ok(())
}

/// How a person stands on the judgement day, or `None` for one who neither is judged nor pays.
fn standing(
    habits: &Habits,
    facts: &HouseholdFacts,
    person: &PersonFacts,
    index: usize,
    months: Months,
    head: usize,
    judged_on: Date,
) -> Option<Standing> {
    let covered = |span: &InsuredSpan| covers(span, person.birth_on, judged_on);
    if person.insured.iter().any(covered) {
        return Some(Standing::Insured);
    }
    let tied_now = |span: &Span| tied(habits, &facts.heads, *span, judged_on);
    if person.former_insured.iter().any(tied_now) {
        return Some(Standing::FormerInsured);
    }
    if index == head {
        return Some(Standing::FictitiousHead);
    }
    (!months.is_empty()).then_some(Standing::JoinedLater)
}

/// The rows of one person: one, or two where a 旧被扶養者 was insured otherwise earlier in the year.
fn person_rows(
    rules: &LevyRules,
    person: &PersonFacts,
    standing: Standing,
    insured: Months,
    charged: Months,
) -> Result<Vec<PersonYear>, Refusal> {
    let (year, maternity) = (rules.fiscal_year, rules.maternity.as_ref());
    let unemployed = all_unemployment_months(year, person.birth_on, &person.unemployments)?;
    let row = PersonYear {
        standing,
        insured,
        care: care_months(year, person, insured),
        unemployed: unemployed_for(standing, unemployed, insured, charged),
        maternity: all_maternity_months(maternity, year, &person.maternities).and(insured),
        preschool: is_preschool(year, person.birth_on),
        minor: is_minor(year, person.birth_on),
        aged_65: is_aged_65(year, person.birth_on),
        earner: None,
        former_dependant: false,
        former_dependant_months: Months::NONE,
        asset_tax: person.asset_tax,
        filing: person.filing,
        inquiry_open: person.inquiry_open,
        income: person.income,
    };
    let Some(since) = person.former_dependant_since else {
        return Ok(vec![row]);
    };
    if attains(person.birth_on, 65) > since {
        return Err(Refusal::new(
            "levy.facts.former_dependant.age",
            format!(
                "旧被扶養者の取得日{since}に65歳に達していません。生年月日と旧被扶養者の取得日を確かめてください"
            ),
        )
        .under(Clause::new(Statute::NhiAct, "第77条")));
    }
    let before = insured.and(Months::first(year.month_index(since)));
    let after = insured.except(before);
    let as_former = |row: PersonYear| PersonYear {
        former_dependant: true,
        former_dependant_months: former_dependant_months(year, since).and(after),
        ..row
    };
    if before.is_empty() {
        return Ok(vec![as_former(row)]);
    }
    if after.is_empty() {
        return Ok(vec![row]);
    }
    let part = |months: Months, standing| PersonYear {
        standing,
        insured: months,
        care: row.care.and(months),
        maternity: row.maternity.and(months),
        ..row.clone()
    };
    Ok(vec![
        part(before, standing),
        as_former(part(after, Standing::JoinedLater)),
    ])
}

/// 特例対象の月 as the judgement may read them.
///
/// 根拠: 国民健康保険法施行令 第29条の7の2第1項
///
/// Only insured persons and 特定同一世帯所属者 are covered, so a 擬制世帯主 only while insured himself. A period
/// that touches no month in hand is left out, one that does keeps its whole length to the year's end.
fn unemployed_for(
    standing: Standing,
    unemployed: Months,
    insured: Months,
    charged: Months,
) -> Months {
    match standing {
        Standing::FictitiousHead | Standing::JoinedLater => unemployed.and(insured),
        Standing::Insured | Standing::FormerInsured if unemployed.and(charged).is_empty() => {
            Months::NONE
        }
        Standing::Insured | Standing::FormerInsured => unemployed,
    }
}
