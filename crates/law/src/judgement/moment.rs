//! 一時点の判定 — one household on one day, for one month of treatment.

use super::class::{Over70, Pending, Under70};
use super::facts::HouseholdFacts;
use super::over70;
use super::resolve::{Heavier, Knowledge, Resolved, resolve};
use super::under70;
use super::what::What;
use super::year::{income_year, seventy_from, tax_year};
use crate::levy::facts::FormerInsuredTie;
use crate::reason::{Step, WHOLE_HOUSEHOLD, Why};
use crate::rules::JudgementRules;
use crate::{Date, Yen};

/// 判定の基準日 and the month it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day whose household counts: the first of the month, or the day of joining within it.
    pub on: Date,
    /// First day of the month of treatment.
    pub month: Date,
    /// See [`Knowledge::lighter_until`].
    pub lighter_until: Date,
    /// See [`Knowledge::heavier`].
    pub heavier: Heavier,
}

impl Moment {
    /// The moment of a day: its own month, and what is known when habits say so.
    #[must_use]
    pub fn of(on: Date) -> Self {
        Self {
            on,
            month: on.first_of_month(),
            lighter_until: Date::MIN,
            heavier: Heavier::default(),
        }
    }
}

/// 70歳未満の判定 of a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HouseholdJudgement {
    /// Class; `None` while it is held.
    pub class: Option<Under70>,
    /// Why it is held.
    pub pending: Option<Pending>,
    /// 基準所得額の合計.
    pub base_total: Yen,
    /// 市町村民税世帯非課税.
    pub untaxed: bool,
    /// 特例対象被保険者等所属世帯特例基準 decided it.
    pub by_unemployment: bool,
    /// Somebody had no address in Japan on 1 January.
    pub abroad: bool,
}

/// 70歳以上の判定 of the members of 70 and over of a household.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElderJudgement {
    /// 負担割合 in tenths; `None` while it is held.
    pub tenths: Option<u8>,
    /// Class; `None` while it is held.
    pub class: Option<Over70>,
    /// Why class or ratio is held.
    pub pending: Option<Pending>,
    /// The highest 課税所得 after 調整控除, as far as known.
    pub taxable: Yen,
    /// 市町村民税世帯非課税.
    pub untaxed: bool,
    /// 基準収入額 decided it.
    pub by_revenue: bool,
}

/// One member at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    pub index: usize,
    pub insured: bool,
    pub head: bool,
    pub former: bool,
    pub elder: bool,
    pub known: Resolved,
}

/// The household as it stands at a moment.
pub(super) struct Look<'a> {
    pub rules: &'a JudgementRules,
    pub facts: &'a HouseholdFacts,
    pub moment: Moment,
    pub members: Vec<Member>,
}

impl<'a> Look<'a> {
    pub fn new(rules: &'a JudgementRules, facts: &'a HouseholdFacts, moment: Moment) -> Self {
        let head = facts.head_on(moment.on);
        let knowledge = knowledge(moment);
        let members = facts
            .people
            .iter()
            .enumerate()
            .filter_map(|(index, person)| {
                let insured = person.insured_on(moment.on);
                let is_head = head == Some(index);
                let former = !insured && is_former_insured(rules, facts, index, moment.on);
                (insured || is_head || former).then(|| Member {
                    index,
                    insured,
                    head: is_head,
                    former,
                    elder: insured && seventy_from(person.birth_on) <= moment.on,
                    known: resolve(rules, person, knowledge),
                })
            })
            .collect();
        Self {
            rules,
            facts,
            moment,
            members,
        }
    }

    pub fn knowledge(&self) -> Knowledge {
        knowledge(self.moment)
    }

    pub fn insured(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.insured)
    }

    pub fn elders(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.elder)
    }

    /// 世帯主 (擬制を含む) and every insured person.
    pub fn judged(&self) -> impl Iterator<Item = &Member> {
        self.members
            .iter()
            .filter(|member| member.insured || member.head)
    }
}

fn knowledge(moment: Moment) -> Knowledge {
    Knowledge {
        month: moment.month,
        lighter_until: moment.lighter_until,
        heavier: moment.heavier,
    }
}

/// 特定同一世帯所属者 on a day. 根拠: 国民健康保険法施行令 第29条の7第2項第8号イ
fn is_former_insured(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    index: usize,
    on: Date,
) -> bool {
    let Some(person) = facts.people.get(index) else {
        return false;
    };
    let head = facts.head_on(on);
    person
        .former_insured
        .iter()
        .filter(|span| span.contains(on))
        .any(|span| match rules.habits.former_insured_tie {
            FormerInsuredTie::SameHousehold => true,
            FormerInsuredTie::SameHead => facts
                .heads
                .iter()
                .filter(|held| held.from <= on && held.until.is_none_or(|until| span.from < until))
                .all(|held| Some(held.person) == head),
        })
}

/// Judges the 70歳未満 class of a household; `None` where nobody is insured on the day.
#[must_use]
pub fn judge_household<W: Why<What>>(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    moment: Moment,
    why: &mut W,
) -> Option<HouseholdJudgement> {
    let look = Look::new(rules, facts, moment);
    look.insured().next()?;
    years(moment, why);
    Some(under70::judge(&look, why))
}

/// Judges ratio and class of the members of 70 and over; `None` where there is none on the day.
#[must_use]
pub fn judge_elder<W: Why<What>>(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    moment: Moment,
    why: &mut W,
) -> Option<ElderJudgement> {
    let look = Look::new(rules, facts, moment);
    look.elders().next()?;
    years(moment, why);
    Some(over70::judge(&look, why))
}

/// [`judge_elder`] of one member: on the day of a 世帯変更 within a month it is the former household that says it.
#[must_use]
pub fn judge_member<W: Why<What>>(
    rules: &JudgementRules,
    facts: &HouseholdFacts,
    person: usize,
    moment: Moment,
    why: &mut W,
) -> Option<ElderJudgement> {
    match facts.moved_in(person, moment.on) {
        Some(before) => {
            let on = before.stood_on;
            judge_elder(rules, &before.household, Moment { on, ..moment }, why)
        }
        None => judge_elder(rules, facts, moment, why),
    }
}

/// 70歳未満の負担割合: 2割 until the first 31 March from the day six is attained, 3割 after; `None` from 70 on.
///
/// 根拠: 国民健康保険法 第42条第1項第1号・第2号
#[must_use]
pub fn copay_under70(birth_on: Date, on: Date) -> Option<u8> {
    if seventy_from(birth_on) <= on {
        None
    } else if on <= crate::date::first_march_end_from(birth_on, 6) {
        Some(2)
    } else {
        Some(3)
    }
}

fn years<W: Why<What>>(moment: Moment, why: &mut W) {
    say_all(
        why,
        What::Years,
        i64::from(income_year(moment.month)),
        i64::from(tax_year(moment.month).0),
        0,
    );
}

pub(super) fn say<W: Why<What>>(
    why: &mut W,
    what: What,
    person: usize,
    left: i64,
    right: i64,
    value: i64,
) {
    why.step(Step {
        what,
        component: u8::MAX,
        person: u16::try_from(person).unwrap_or(WHOLE_HOUSEHOLD),
        left,
        right,
        value,
    });
}

pub(super) fn say_all<W: Why<What>>(why: &mut W, what: What, left: i64, right: i64, value: i64) {
    why.step(Step {
        what,
        component: u8::MAX,
        person: WHOLE_HOUSEHOLD,
        left,
        right,
        value,
    });
}
