//! 給付の判定 — 特定疾病・多数回・標準負担額・一部負担金減免 on the facts and the standing classes.

use super::benefit_facts::{PaidMonthFact, RecognisedDisease};
use super::continuity::continuities;
use super::long_stay;
use super::standing::standing;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry;
use crate::security::permit::{Judge, Permit};
use db::{Conn, Row, Sql, Store, StoreError};
use law::judgement::continuity::Continuity;
use law::judgement::copay_relief::{
    self, CopayReliefRules, HardshipReason, Measure, ReliefFacts, ReliefRuling,
};
use law::judgement::frequent::{self, Frequent, PaidBy, PaidMonth};
use law::judgement::meal::{MealFacts, meal_class};
use law::judgement::special_disease;
use law::rules::JudgementBook;
use law::rules::judgement::MealClass;
use law::{Date, Refusal, Yen};

const INSERT_RELIEF: Sql = Sql {
    name: "judgement.benefit.insert_relief",
    text: "insert into copay_relief (relief_id, household_id, reason, applied_on, measure, percent, valid_from, \
           valid_until, permille, note, recorded_at, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
};
const RELIEFS: Sql = Sql {
    name: "judgement.benefit.reliefs",
    text: "select relief_id, reason, applied_on, measure, percent, valid_from, valid_until, recorded_at \
           from copay_relief where household_id = $1 and measure > 0 order by relief_id desc",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT_RELIEF, RELIEFS];

/// 標準負担額の区分 of a person on a day, with the reason.
///
/// # Errors
/// [`OfficeError::Refusal`] when the person is not insured on the day.
pub fn meal_of(
    conn: &mut Conn,
    person_id: i64,
    on: Date,
    designated: bool,
) -> Result<(MealClass, &'static str), OfficeError> {
    let standing =
        standing(conn, person_id, on, None)?.ok_or_else(|| not_insured(person_id, on))?;
    let long_stay = long_stay::holds_on(conn, person_id, on)?;
    let class = long_stay::class_of(&standing);
    Ok(meal_class(MealFacts {
        class,
        long_stay,
        designated,
    }))
}

fn not_insured(person_id: i64, on: Date) -> Refusal {
    Refusal::new(
        "judgement.benefit.not_insured",
        format!("宛名番号{person_id}は{on}に国保の被保険者ではありません"),
    )
}

/// 特定疾病の限度額 of a person for the month of a day; `None` where no disease is recognised.
///
/// # Errors
/// [`OfficeError::Refusal`] where the ceiling hangs on a class that is held, or the person is not insured.
pub fn special_disease_ceiling(
    conn: &mut Conn,
    book: &JudgementBook,
    person_id: i64,
    on: Date,
    turning_75: bool,
) -> Result<Option<Yen>, OfficeError> {
    let recognised = registry::timeline::<RecognisedDisease>(conn, person_id, None)?;
    let found = recognised
        .into_iter()
        .find(|fact| fact.valid.from <= on && fact.valid.until.is_none_or(|until| on < until));
    let Some(recognised) = found else {
        return Ok(None);
    };
    let standing =
        standing(conn, person_id, on, None)?.ok_or_else(|| not_insured(person_id, on))?;
    let rules = book.tables().special_disease(on)?;
    let disease = recognised.fact.disease;
    let (class, seventy) = (standing.under70, standing.seventy);
    let ceiling = special_disease::ceiling(rules, disease, class, seventy, turning_75)?;
    Ok(Some(ceiling))
}

/// 多数回該当 of a household for the month of treatment that holds a day: months paid here, and those handed over from
/// other municipalities of the prefecture where the continuity of the household is decided.
///
/// # Errors
/// [`OfficeError::Refusal`] where the month has no rule.
pub fn frequent_in(
    conn: &mut Conn,
    book: &JudgementBook,
    household_id: i64,
    month: Date,
) -> Result<Frequent, OfficeError> {
    let rules = book.tables().frequent(month)?;
    let cases = continuities(conn, household_id)?;
    let prefecture = book.municipality().get(..2).unwrap_or_default();
    let paid_by = |town: &str| {
        if town.is_empty() {
            PaidBy::Here
        } else if town.get(..2) == Some(prefecture) {
            let of_town = cases.iter().rfind(|case| case.town == town);
            let result = of_town.and_then(|case| case.result);
            PaidBy::SamePrefecture {
                continues: result == Some(Continuity::Continues),
            }
        } else {
            PaidBy::OtherPrefecture
        }
    };
    let mut paid = Vec::new();
    for fact in registry::timeline::<PaidMonthFact>(conn, household_id, None)? {
        let by = paid_by(&fact.fact.town);
        paid.extend(fact.fact.under.iter().map(|under| PaidMonth {
            month: fact.valid.from,
            under: *under,
            by,
        }));
    }
    Ok(frequent::judge(rules, &paid, month))
}

/// 一部負担金の減免・徴収猶予: judged by the municipality's table and kept, granted or refused.
///
/// # Errors
/// [`OfficeError::Refusal`] that names what keeps it from being granted; the refusal is not kept.
pub fn grant_copay_relief(
    store: &Store,
    permit: &Permit<Judge>,
    acting: &Acting,
    household_id: i64,
    rules: &CopayReliefRules,
    facts: &ReliefFacts,
) -> Result<ReliefRuling, OfficeError> {
    let ruling = copay_relief::judge(rules, facts)?;
    let (measure, percent) = match ruling.measure {
        Measure::Reduce { percent } => (1_i64, i64::from(percent)),
        Measure::Exempt => (2, 100),
        Measure::Defer => (3, 0),
    };
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "judgement.copay_relief",
            &ActDetails::default(),
        )?;
        let id = conn.next_ids("copay_relief", 1)?;
        conn.execute(
            &INSERT_RELIEF,
            &[
                id.into(),
                household_id.into(),
                facts.reason.code().into(),
                facts.applied_on.into(),
                measure.into(),
                percent.into(),
                ruling.span.from.into(),
                ruling.span.until.into(),
                ruling.permille.into(),
                "".into(),
                act.recorded_at.into(),
                act.id.0.into(),
            ],
        )?;
        Ok(ruling)
    })
}

/// 一部負担金の減免・徴収猶予の決定 as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopayRelief {
    /// Number.
    pub relief_id: i64,
    /// 特別の理由.
    pub reason: HardshipReason,
    /// 申請日.
    pub applied_on: Date,
    /// 措置.
    pub measure: Measure,
    /// First day.
    pub from: Date,
    /// First day after.
    pub until: Date,
    /// When it was written.
    pub recorded_at: i64,
}

/// What was granted to a household, the latest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn copay_reliefs(conn: &mut Conn, household_id: i64) -> Result<Vec<CopayRelief>, OfficeError> {
    let read = |row: &Row| -> Result<CopayRelief, StoreError> {
        let code = row.text(1)?;
        let reason = HardshipReason::from_code(&code)
            .ok_or_else(|| row.wrong(1, format!("特別の理由{code}を知りません")))?;
        let measure = match row.int(3)? {
            1 => Measure::Reduce {
                percent: u8::try_from(row.int(4)?)
                    .map_err(|_| row.wrong(4, "減額の割合が読めません".to_owned()))?,
            },
            2 => Measure::Exempt,
            _ => Measure::Defer,
        };
        Ok(CopayRelief {
            relief_id: row.int(0)?,
            reason,
            applied_on: row.date(2)?,
            measure,
            from: row.date(5)?,
            until: row.date(6)?,
            recorded_at: row.int(7)?,
        })
    };
    Ok(conn.query(&RELIEFS, &[household_id.into()], read)?)
}
