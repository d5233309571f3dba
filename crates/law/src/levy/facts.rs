//! 世帯の事実 — the dated facts of a household, and the household years the levy is made of.

use super::household::{Adjustment, HouseholdYear, PersonYear, Standing};
use super::income::{Filing, Income};
use super::maternity::all_maternity_months;
use super::months::{
    care_months, covers, former_dependant_months, insured_months, is_aged_65, is_minor,
    is_preschool,
};
use super::specific_household::{SpecificHouseholdEnd, specific_months, tied};
use super::unemployment::all_unemployment_months;
use crate::date::attains;
use crate::rules::LevyRules;
use crate::{Clause, Date, FiscalYear, Months, Refusal, Span, Statute, Yen};
use serde::{Deserialize, Serialize};

/// 喪失事由, as far as the day and the month of loss depend on it.
///
/// 根拠: 国民健康保険法 第6条・第8条
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossCause {
    /// 社会保険・共済の加入（第6条第1号〜第7号）: lost on the day after.
    Insurance,
    /// 75歳到達（第6条第8号）.
    LateElderly75,
    /// 障害認定による後期高齢者医療（第6条第8号）.
    LateElderlyDisability,
    /// 生活保護の開始（第6条第9号）: lost on the day itself.
    Welfare,
    /// 国民健康保険組合の加入（第6条第10号）: lost on the day itself.
    NhiSociety,
    /// 転出.
    MovedOut,
    /// 死亡.
    Death,
    /// 職権消除.
    OfficialDeletion,
    /// その他.
    Other,
}

/// 資格期間 — one acquisition and, once known, its loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InsuredSpan {
    /// 取得日.
    pub acquired_on: Date,
    /// 喪失日 as registered (the day after the event for 社保・後期・死亡).
    #[serde(default)]
    pub lost_on: Option<Date>,
    /// 該当日 — the day of the event itself; absent, it is taken to be the day before `lost_on` where the
    /// statute puts the loss on the day after.
    #[serde(default)]
    pub event_on: Option<Date>,
    /// 喪失事由.
    #[serde(default)]
    pub cause: Option<LossCause>,
}

/// 非自発的失業 — one leaving of employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unemployment {
    /// 離職日.
    pub left_on: Date,
    /// 離職理由コード: 11, 12, 21, 22, 23, 31, 32, 33, 34.
    pub code: u8,
}

/// 出産 — one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maternity {
    /// 出産予定日, or 出産日 where it was notified or confirmed after the birth (規則第32条の10の3).
    pub delivery_on: Date,
    /// 多胎妊娠.
    pub multiple: bool,
}

/// Dated facts of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonFacts {
    /// 生年月日.
    pub birth_on: Date,
    /// 資格期間 in this household.
    #[serde(default)]
    pub insured: Vec<InsuredSpan>,
    /// 特定同一世帯所属者である期間: from **the day before the loss** (75歳の誕生日) to the day of leaving the
    /// household.
    #[serde(default)]
    pub former_insured: Vec<Span>,
    /// 介護保険適用除外施設: from the day of entry to the day of leaving.
    #[serde(default)]
    pub care_exempt: Vec<Span>,
    /// 非自発的失業.
    #[serde(default)]
    pub unemployments: Vec<Unemployment>,
    /// 出産.
    #[serde(default)]
    pub maternities: Vec<Maternity>,
    /// 旧被扶養者: the day of acquisition as such.
    #[serde(default)]
    pub former_dependant_since: Option<Date>,
    /// 固定資産税額 of the fiscal year, own share.
    #[serde(default)]
    pub asset_tax: Yen,
    /// 申告状態 of the income year.
    #[serde(default)]
    pub filing: Filing,
    /// 所得照会中.
    #[serde(default)]
    pub inquiry_open: bool,
    /// Income of the preceding calendar year.
    #[serde(default)]
    pub income: Income,
}

impl PersonFacts {
    /// A person of whom nothing is known but the day of birth.
    #[must_use]
    pub fn born(birth_on: Date) -> Self {
        Self {
            birth_on,
            insured: Vec::new(),
            former_insured: Vec::new(),
            care_exempt: Vec::new(),
            unemployments: Vec::new(),
            maternities: Vec::new(),
            former_dependant_since: None,
            asset_tax: Yen::ZERO,
            filing: Filing::default(),
            inquiry_open: false,
            income: Income::default(),
        }
    }
}

/// 世帯主である期間, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadSpan {
    /// Index into [`HouseholdFacts::people`].
    pub person: usize,
    /// First day as head.
    pub from: Date,
    /// First day no longer head, or open.
    #[serde(default)]
    pub until: Option<Date>,
}

/// 調整額 granted to one liable head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadAdjustment {
    /// Index of the liable head.
    pub head: usize,
    /// What is taken off.
    pub adjustment: Adjustment,
}

/// Dated facts of one household for one fiscal year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HouseholdFacts {
    /// Everyone who was a member of the household, insured or not, at any time that matters to the year.
    pub people: Vec<PersonFacts>,
    /// Who was head when; without gap over the insured months, and reaching back as far as a 特定同一世帯所属者.
    pub heads: Vec<HeadSpan>,
    /// 調整額・独自減額.
    #[serde(default)]
    pub adjustments: Vec<HeadAdjustment>,
}

/// 特定同一世帯所属者の継続 — what ends it besides leaving the household.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormerInsuredTie {
    /// A change of head ends it.
    SameHead,
    /// Only leaving the household ends it.
    SameHousehold,
}

/// 世帯全員が抜けた後の再加入 — whether a household that comes back within the year is levied and judged anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rejoining {
    /// One levy for the year, judged on the first of its days.
    SameLevy,
    /// A levy of its own for each unbroken run of months, each judged on its own first day.
    NewLevy,
}

/// Choices of the ordinance that turn dated facts into months. There is no default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Habits {
    /// Where 特定世帯 and 特定継続世帯 end.
    pub specific_household_end: SpecificHouseholdEnd,
    /// What ends the standing of 特定同一世帯所属者.
    pub former_insured_tie: FormerInsuredTie,
    /// A household that leaves as a whole and comes back.
    pub rejoining: Rejoining,
}

/// 納付（納税）義務者ごとの1年 — what one head is liable for in one fiscal year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiableYear {
    /// Index of the liable head.
    pub head: usize,
    /// 軽減判定の基準日: 賦課期日, or the day the levy arises for this head.
    pub judged_on: Date,
    /// Months this head is liable for.
    pub months: Months,
    /// For each of `household.people`, the index of the person in the facts.
    pub members: Vec<usize>,
    /// What the levy reads.
    pub household: HouseholdYear,
}

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
    runs(habits, year, facts, charged)?
        .into_iter()
        .map(|run| liable_year(rules, habits, year, facts, &insured, run))
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
    let (first, next) = (year.month_start(index), year.month_start(index + 1));
    facts
        .heads
        .iter()
        .filter(|span| span.from < next && span.until.is_none_or(|until| first < until))
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
fn arises_on(
    year: FiscalYear,
    facts: &HouseholdFacts,
    insured: &[Months],
    run: Run,
) -> Option<Date> {
    let first_month = run.months.iter().next()?;
    let earliest = run.from.max(year.assessment_day());
    let next_month = year.month_start(first_month + 1);
    facts
        .people
        .iter()
        .zip(insured)
        .filter(|(_, months)| months.has(first_month))
        .flat_map(|(person, _)| {
            person.insured.iter().map(|span| {
                let begins_on = span.acquired_on.max(earliest);
                (begins_on, covers(span, person.birth_on, begins_on))
            })
        })
        .filter(|(begins_on, covered)| *covered && *begins_on < next_month)
        .map(|(begins_on, _)| begins_on)
        .min()
}

fn liable_year(
    rules: &LevyRules,
    habits: &Habits,
    year: FiscalYear,
    facts: &HouseholdFacts,
    insured: &[Months],
    run: Run,
) -> Result<LiableYear, Refusal> {
    let judged_on =
        arises_on(year, facts, insured, run).unwrap_or_else(|| run.from.max(year.assessment_day()));
    let mut members = Vec::new();
    let mut people = Vec::new();
    for (index, (person, months)) in facts.people.iter().zip(insured).enumerate() {
        let months = months.and(run.months);
        let Some(standing) = standing(habits, facts, person, index, months, run.head, judged_on)
        else {
            continue;
        };
        for row in person_rows(year, person, standing, months, run.months)? {
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
    let components = rules.components.len();
    let adjustments: Vec<Adjustment> = facts
        .adjustments
        .iter()
        .filter(|granted| granted.head == run.head)
        .map(|granted| granted.adjustment)
        .collect();
    if adjustments.iter().any(|one| one.component >= components) {
        return Err(Refusal::new(
            "levy.facts.adjustment.component",
            "調整額の賦課区分が規則にありません。区分を選び直してください".to_owned(),
        ));
    }
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
            adjustments,
        },
    })
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
    year: FiscalYear,
    person: &PersonFacts,
    standing: Standing,
    insured: Months,
    charged: Months,
) -> Result<Vec<PersonYear>, Refusal> {
    let unemployed = all_unemployment_months(year, person.birth_on, &person.unemployments)?;
    let row = PersonYear {
        standing,
        insured,
        care: care_months(year, person, insured),
        unemployed: unemployed_for(standing, unemployed, insured, charged),
        maternity: all_maternity_months(year, &person.maternities).and(insured),
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
