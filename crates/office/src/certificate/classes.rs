//! 判定の結果 — ratio and class of the members of a stretch of households on a day, as the standing decisions say it.

use super::view::Member;
use crate::error::OfficeError;
use crate::judgement::decision::{self, Decision, HOUSEHOLD};
use db::Conn;
use law::Date;
use law::certificate::Judged;
use law::certificate::due::ratio_shown_from;
use law::judgement::meal::{MealFacts, meal_class};
use law::judgement::{Over70, Pending, Under70, benefit_year, benefit_year_start};
use law::rules::judgement::{CeilingClass, MealClass};
use std::collections::{BTreeMap, BTreeSet};

/// 適用区分 of the online check of eligibility for each class. The two classes of 境界層 and of 老齢福祉年金 are not
/// judged from income and come with an application.
const UNDER70: [(Under70, &str); 5] = [
    (Under70::A, "A01"),
    (Under70::B, "A02"),
    (Under70::C, "A03"),
    (Under70::D, "A04"),
    (Under70::E, "A05"),
];
const OVER70: [(Over70, &str); 6] = [
    (Over70::Active3, "B01"),
    (Over70::Active2, "B02"),
    (Over70::Active1, "B03"),
    (Over70::General, "B04"),
    (Over70::Low2, "B05"),
    (Over70::Low1, "B06"),
];

/// Whether 長期該当 belongs to a class: 区分オ and 低所得Ⅱ alone have another charge for more than 90 days.
///
/// 根拠: 国民健康保険法施行規則 第26条の2・第26条の3
pub(super) fn knows_long_stay(code: &str) -> bool {
    let under = UNDER70
        .iter()
        .map(|row| (CeilingClass::Under70(row.0), row.1));
    let over = OVER70
        .iter()
        .map(|row| (CeilingClass::Over70(row.0), row.1));
    let class = under.chain(over).find(|row| row.1 == code);
    class.is_some_and(|(class, _)| {
        let facts = MealFacts {
            class: Some(class),
            long_stay: true,
            designated: false,
        };
        meal_class(facts).0 == MealClass::LowLong
    })
}

/// What was judged: of households, and of members of 70 and over by household and 宛名番号.
#[derive(Clone, Debug, Default)]
pub(super) struct Classes {
    households: BTreeMap<i64, Decision>,
    persons: BTreeMap<(i64, i64), Decision>,
    /// First day of another class, by household and subject, where one is judged.
    changes: BTreeMap<(i64, i64), Date>,
    /// First day of the ratio that holds, by household and 宛名番号.
    ratios: BTreeMap<(i64, i64), Date>,
}

/// The judgements that stand on a day, as known at a moment.
pub(super) fn standing(
    conn: &mut Conn,
    range: (i64, i64),
    on: Date,
    known_at: i64,
) -> Result<Classes, OfficeError> {
    // From the beginning of the year: a ratio may have begun before the decision of the day.
    let year = benefit_year_start(benefit_year(on));
    let all = decision::of_households(conn, range, known_at, year)?;
    let mut classes = Classes::default();
    for group in
        all.chunk_by(|a, b| (a.household_id, a.subject_id) == (b.household_id, b.subject_id))
    {
        let painted = decision::paint(group);
        let Some(place) = painted
            .iter()
            .position(|one| one.from <= on && on < one.until)
        else {
            continue;
        };
        let rest = painted.get(place..).unwrap_or_default();
        let Some(found) = rest.first().cloned() else {
            continue;
        };
        if let Some(change) = change(rest) {
            let key = (found.household_id, found.subject_id);
            classes.changes.insert(key, change);
        }
        if found.subject_id == HOUSEHOLD {
            classes.households.insert(found.household_id, found);
        } else {
            let key = (found.household_id, found.subject_id);
            let before = painted.get(..place).unwrap_or_default();
            classes.ratios.insert(key, ratio_from(before, &found, on));
            classes.persons.insert(key, found);
        }
    }
    Ok(classes)
}

/// The first day of a ratio within its 年度 of August: a decision for another reason, with the same ratio, begins none.
///
/// 根拠: 国民健康保険法施行規則 第6条第4項第5号（一部負担金の割合及び発効期日）
fn ratio_from(before: &[Decision], found: &Decision, on: Date) -> Date {
    let tenths = |one: &Decision| one.verdict.as_ref().map(|it| it.tenths);
    let year = benefit_year_start(benefit_year(on));
    let mut first = found;
    for one in before.iter().rev() {
        if one.until != first.from || first.from <= year || tenths(one) != tenths(found) {
            break;
        }
        first = one;
    }
    if first.from < found.from {
        first.from.max(year)
    } else {
        found.from
    }
}

/// The days after one on which, of a household or of any member, another ratio or class begins to be judged.
pub(super) fn changes_after(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
) -> Result<BTreeSet<Date>, OfficeError> {
    let range = (household_id, household_id + 1);
    let all = decision::of_households(conn, range, super::load::NOW, on)?;
    let says = |one: &Decision| {
        let verdict = one.verdict.as_ref();
        verdict.map(|it| (it.class, it.tenths, it.pending))
    };
    let mut days = BTreeSet::new();
    for painted in decision::painted(&all) {
        for pair in painted.windows(2) {
            if let [one, next] = pair
                && on < next.from
                && says(one) != says(next)
            {
                days.insert(next.from);
            }
        }
    }
    Ok(days)
}

/// The first day of what follows the first of painted decisions without a gap and has another class, or none.
fn change(rest: &[Decision]) -> Option<Date> {
    let class = |one: &Decision| one.verdict.as_ref().map(|it| (it.class, it.pending));
    rest.windows(2).find_map(|pair| match pair {
        [one, next] if one.until == next.from && class(one) != class(next) => Some(next.from),
        _ => None,
    })
}

impl Classes {
    /// Writes what was judged for a day to the members of a household.
    pub(super) fn put(&self, household_id: i64, members: &mut [Member], on: Date) {
        for member in members {
            let who = (member.person_id, member.person.birth_on);
            let own = on >= ratio_shown_from(who.1);
            let subject = if own { who.0 } else { HOUSEHOLD };
            member.ratio = self.ratio(household_id, who.0);
            member.class = self.class(household_id, who, on);
            member.class_until = self.changes.get(&(household_id, subject)).copied();
        }
    }

    /// 一部負担金の割合 in tenths, judged from 70 on: decided by those of 70 and over alone, it does not wait for what keeps
    /// the class of the household back.
    ///
    /// 根拠: 国民健康保険法 第42条第1項第4号、国民健康保険法施行令 第27条の2、国民健康保険法施行規則 第6条第4項第5号
    pub(super) fn ratio(&self, household_id: i64, person_id: i64) -> Judged<u8> {
        let key = (household_id, person_id);
        let Some(found) = self.persons.get(&key) else {
            return Judged::None;
        };
        let tenths = found.verdict.as_ref().map_or(0, |it| it.tenths);
        match u8::try_from(tenths) {
            Ok(value) if value > 0 => Judged::Decided {
                value,
                from: self.ratios.get(&key).copied().unwrap_or(found.from),
            },
            _ => judged(found, |_| None),
        }
    }

    /// 適用区分: the household's up to the month of 70, the person's own after it.
    fn class(
        &self,
        household_id: i64,
        (person_id, birth_on): (i64, Date),
        on: Date,
    ) -> Judged<String> {
        if on < ratio_shown_from(birth_on) {
            let Some(found) = self.households.get(&household_id) else {
                return Judged::None;
            };
            return judged(found, |verdict| {
                let class = Under70::from_code(verdict.class)?;
                UNDER70
                    .iter()
                    .find(|row| row.0 == class)
                    .map(|row| row.1.to_owned())
            });
        }
        let Some(found) = self.persons.get(&(household_id, person_id)) else {
            return Judged::None;
        };
        judged(found, |verdict| {
            let class = Over70::from_code(verdict.class)?;
            OVER70
                .iter()
                .find(|row| row.0 == class)
                .map(|row| row.1.to_owned())
        })
    }
}

fn judged<T>(
    decision: &Decision,
    read: impl Fn(&law::judgement::Verdict) -> Option<T>,
) -> Judged<T> {
    let Some(verdict) = &decision.verdict else {
        return Judged::None;
    };
    if let Some(pending) = Pending::from_code(verdict.pending) {
        return Judged::Pending(pending.label_ja().to_owned());
    }
    read(verdict).map_or(Judged::None, |value| Judged::Decided {
        value,
        from: decision.from,
    })
}
