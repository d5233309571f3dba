//! 申請書の収入金額 — the 収入 of each person who counts, as an application for 2割 by revenue states it: asked for, checked,
//! written in the act of the application, and read back.
//!
//! 根拠: 国民健康保険法施行令 第27条の2第3項第1号・第2号、国民健康保険法施行規則 第24条の2・第24条の3第2号

use super::facts::Revenue;
use super::load::{self, Stretch};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::{record, year_span};
use db::{Conn, Sql};
use law::judgement::{AskedAs, asked_on, revenue_asked};
use law::rules::JudgementBook;
use law::{Clause, Date, FiscalYear, Refusal, Statute, Yen};

const STATED: Sql = Sql {
    name: "judgement.stated.of_application",
    text: "select f.subject, f.revenue from revenue_application a join revenue_fact f on f.act_id = a.act_id \
           where a.application_id = $1 order by f.subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[STATED];

/// Source of the facts an application states.
pub const SOURCE: &str = "基準収入額適用申請";

/// One person whose 収入 an application may state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// 宛名番号.
    pub person_id: i64,
    /// Why.
    pub asked_as: AskedAs,
    /// 収入 that a granted application would be judged by, in yen; `None` where nobody has told it.
    pub told: Option<Yen>,
    /// 収入 confirmed on the municipality's own records, in yen.
    pub confirmed: Option<Yen>,
}

/// Everyone whose 収入 an application may state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// In the order of 宛名番号.
    pub people: Vec<Asked>,
    /// One of 70 and over alone has to stay below this, in yen; otherwise 特定同一世帯所属者 are asked too.
    pub alone_below: Yen,
}

impl Asking {
    /// What is wrong with the amounts an application states: whose, and what to do; nothing where nothing is.
    #[must_use]
    pub fn problems(&self, stated: &[(i64, Yen)]) -> Vec<(i64, String)> {
        let known = |id: i64| self.people.iter().find(|one| one.person_id == id);
        let given = |id: i64| {
            let own = stated.iter().find(|one| one.0 == id).map(|one| one.1);
            own.or_else(|| known(id)?.confirmed)
        };
        let of = |asked_as| {
            self.people
                .iter()
                .filter(move |one| one.asked_as == asked_as)
        };
        let mut problems = Vec::new();
        for one in of(AskedAs::Elder).filter(|one| given(one.person_id).is_none()) {
            let message = "申請書の収入金額を円で入力してください。収入がないときは0を入力します";
            problems.push((one.person_id, message.to_owned()));
        }
        let mut elders = of(AskedAs::Elder);
        let alone = elders.next().filter(|_| elders.next().is_none());
        let over = alone
            .and_then(|one| given(one.person_id))
            .is_some_and(|own| own >= self.alone_below);
        for one in of(AskedAs::FormerInsured).filter(|one| over && given(one.person_id).is_none()) {
            let message =
                "本人の収入金額が基準以上のため、特定同一世帯所属者の収入金額も入力してください";
            problems.push((one.person_id, message.to_owned()));
        }
        for (person_id, yen) in stated {
            let confirmed = known(*person_id).and_then(|one| one.confirmed);
            if known(*person_id).is_none() {
                let message =
                    "収入金額を申請する対象者ではありません。世帯と申請日を確かめてください";
                problems.push((*person_id, message.to_owned()));
            } else if *yen < Yen::ZERO {
                let message = "収入金額は0円以上で入力してください";
                problems.push((*person_id, message.to_owned()));
            } else if let Some(confirmed) = confirmed.filter(|confirmed| confirmed != yen) {
                let message = format!(
                    "公簿で確認した収入金額（{}円）と違います。確認した額と申請書のどちらが正しいか確かめてください",
                    confirmed.grouped()
                );
                problems.push((*person_id, message));
            }
        }
        problems
    }
}

/// Whose 収入 an application for a benefit year states, from the household as it stands for the day it can count from.
///
/// # Errors
/// [`OfficeError::Refusal`] where nobody of the household is 70 or over in that year, or the month has no rules.
pub fn asked(
    conn: &mut Conn,
    book: &JudgementBook,
    household_id: i64,
    year: i16,
    received_on: Date,
) -> Result<Asking, OfficeError> {
    let rules = book.at(asked_on(year, received_on))?;
    let stretch = Stretch {
        from: household_id,
        until: household_id.saturating_add(1),
        known_at: crate::levy::relevy::NOW,
        first_year: FiscalYear(year),
        last_year: FiscalYear(year),
        with_history: book.reads_history(),
    };
    let loaded = load::households(conn, &stretch)?;
    let mut people = Vec::new();
    for household in &loaded {
        for one in revenue_asked(&rules, &household.facts, year, received_on) {
            let Some(person_id) = household.person_ids.get(one.person) else {
                continue;
            };
            people.push(Asked {
                person_id: *person_id,
                asked_as: one.asked_as,
                told: one.told,
                confirmed: one.confirmed,
            });
        }
    }
    if people
        .iter()
        .all(|one| one.asked_as == AskedAs::FormerInsured)
    {
        return Err(Refusal::new(
            "judgement.application.nobody",
            "この世帯には、適用の期間に70歳以上となる被保険者がいません。世帯と適用の期間を確かめてください"
                .to_owned(),
        )
        .under(Clause::new(Statute::NhiOrder, "第27条の2第3項第1号"))
        .into());
    }
    Ok(Asking {
        people,
        alone_below: rules.copay.revenue_single_below,
    })
}

/// Writes what an application states, in its act. What the municipality confirmed itself stays confirmed.
///
/// # Errors
/// [`OfficeError::Input`] for the first amount that is missing or wrong.
pub(super) fn write(
    conn: &mut Conn,
    act: &Act,
    asking: &Asking,
    (year, received_on): (i16, Date),
    stated: &[(i64, Yen)],
) -> Result<(), OfficeError> {
    if let Some((person_id, message)) = asking.problems(stated).into_iter().next() {
        return Err(OfficeError::input(&label(person_id), &message));
    }
    for (person_id, revenue) in stated {
        let fact = Revenue {
            revenue: *revenue,
            by_record: asking
                .people
                .iter()
                .any(|one| one.person_id == *person_id && one.confirmed.is_some()),
            source: SOURCE.to_owned(),
            received_on,
        };
        record(conn, act, *person_id, year_span(FiscalYear(year)), &fact)?;
    }
    Ok(())
}

/// What the field with somebody's 収入 is called in an [`OfficeError::Input`].
#[must_use]
pub fn label(person_id: i64) -> String {
    format!("収入金額（宛名番号{person_id}）")
}

/// What an application stated: 宛名番号 and 収入 in yen.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn stated(conn: &mut Conn, application_id: i64) -> Result<Vec<(i64, Yen)>, OfficeError> {
    Ok(conn.query(&STATED, &[application_id.into()], |row| {
        Ok((row.int(0)?, Yen(row.int(1)?)))
    })?)
}
