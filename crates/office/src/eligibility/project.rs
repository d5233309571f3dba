//! 投影 — the spans of a fold written into the dated facts, as the difference to what stands.

use super::adopt;
use super::born::birth_of;
use super::event::{self, standing_of_household, standing_of_person};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::fact::{Kind, Values};
use crate::registry::{FormerInsured, HouseholdHead, InsuredSpan, end, record, timeline};
use db::ColumnType::{Int, Text};
use db::{ColumnType, Conn, DatedTable, Span, Sql, StoreError, Value};
use law::Date;
use law::eligibility::household::former_span;
use law::eligibility::{
    CoverSpan, Head, HouseholdStanding, PersonStanding, fold_household, fold_person,
};
use law::levy::facts::FormerInsuredTie;
use law::rules::EligibilityBook;
use std::collections::{BTreeMap, BTreeSet};

/// 都道府県の資格. The span runs from 資格取得年月日 until 資格喪失年月日.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefectureFact {
    /// 資格取得年月日 is known; otherwise 適用開始 stands in for it.
    pub since_known: bool,
    /// 資格喪失年月日 is known; otherwise it is the latest day it can be.
    pub until_known: bool,
    /// 適用 of no day with which it ended; none where it ended with a day of 適用 or goes on.
    pub passed: Option<Passed>,
}

/// 適用 of no day: come from within the prefecture and lost on the very day (第8条第2項). No span of cover tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// 国保世帯.
    pub household_id: i64,
    /// 枝番.
    pub branch: i64,
    /// 取得事由コード.
    pub gain_cause: String,
    /// 喪失事由コード.
    pub loss_cause: String,
}

impl Passed {
    fn of(span: &CoverSpan) -> Self {
        Self {
            household_id: span.household_id,
            branch: span.branch,
            gain_cause: span.gain.code.clone(),
            loss_cause: span
                .loss
                .as_ref()
                .map_or_else(String::new, |loss| loss.code.clone()),
        }
    }
}

impl Kind for PrefectureFact {
    const TABLE: DatedTable = DatedTable::new(
        "prefecture_fact",
        &[
            "since_known",
            "until_known",
            "household_id",
            "branch",
            "gain_cause",
            "loss_cause",
        ],
    );
    const TYPES: &'static [ColumnType] = &[Int, Int, Int, Int, Text, Text];

    fn values(&self) -> Vec<Value> {
        let passed = self.passed.as_ref();
        vec![
            self.since_known.into(),
            self.until_known.into(),
            passed.map(|one| one.household_id).into(),
            passed.map(|one| one.branch).into(),
            passed.map(|one| one.gain_cause.as_str()).into(),
            passed.map(|one| one.loss_cause.as_str()).into(),
        ]
    }

    fn read(values: &mut Values<'_>) -> Result<Self, StoreError> {
        let (since_known, until_known) = (values.flag()?, values.flag()?);
        let home = values.opt_int()?.zip(values.opt_int()?);
        let causes = values.opt_text()?.zip(values.opt_text()?);
        let passed = home.zip(causes);
        Ok(Self {
            since_known,
            until_known,
            passed: passed.map(
                |((household_id, branch), (gain_cause, loss_cause))| Passed {
                    household_id,
                    branch,
                    gain_cause,
                    loss_cause,
                },
            ),
        })
    }
}

const FORMERS: Sql = Sql {
    name: "eligibility.project.formers",
    text: "select subject from former_insured_fact where household_id = $1 \
           union select person_id from eligibility_event where household_id = $1 and kind = 'former_start' \
           order by 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[FORMERS];

/// Facts of one kind with their days.
pub type Row<F> = (Span, F);

/// What stood and what stands of one kind of fact of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten<F> {
    /// Before.
    pub before: Vec<Row<F>>,
    /// After.
    pub after: Vec<Row<F>>,
}

impl<F: PartialEq> Rewritten<F> {
    /// Whether anything differs.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.before != self.after
    }

    /// The first day on which what `key` reads of the rows is other than before; none where it never is.
    #[must_use]
    pub fn first_day<K: PartialEq>(&self, key: impl Fn(&F) -> K) -> Option<Date> {
        let on = |rows: &[Row<F>], day: Date| {
            let row = rows.iter().find(|row| row.0.holds(day));
            row.map(|row| key(&row.1))
        };
        let rows = self.before.iter().chain(&self.after);
        let edges = rows.flat_map(|row| [Some(row.0.from), row.0.until]);
        let differs = |day: &Date| on(&self.before, *day) != on(&self.after, *day);
        edges.flatten().filter(differs).min()
    }
}

/// A person before and after.
#[derive(Clone, Debug)]
pub struct PersonRewritten {
    /// 宛名番号.
    pub person_id: i64,
    /// 資格（適用の期間）.
    pub cover: Rewritten<InsuredSpan>,
    /// 特定同一世帯所属者.
    pub former: Rewritten<FormerInsured>,
    /// 都道府県の資格.
    pub prefecture: Rewritten<PrefectureFact>,
    /// The fold before the act.
    pub folded_before: PersonStanding,
    /// The fold after it.
    pub folded: PersonStanding,
}

/// A household before and after.
#[derive(Clone, Debug)]
pub struct HouseholdRewritten {
    /// 国保世帯.
    pub household_id: i64,
    /// Heads and numbers.
    pub heads: Rewritten<HouseholdHead>,
    /// The fold before the act.
    pub folded_before: HouseholdStanding,
    /// The fold after it.
    pub folded: HouseholdStanding,
}

/// What a fold reads besides events.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'b> {
    /// Causes and the municipality's practice.
    pub rules: EligibilityBook<'b>,
    /// What ends a standing as 特定同一世帯所属者.
    pub tie: FormerInsuredTie,
}

/// The fold of a person's standing events as they are in the store.
///
/// # Errors
/// As [`birth_of`].
pub fn fold_of_person(
    conn: &mut Conn,
    reading: &Reading<'_>,
    person_id: i64,
) -> Result<PersonStanding, OfficeError> {
    let birth_on = birth_of(conn, person_id)?;
    let events = standing_of_person(&event::of_person(conn, person_id)?);
    Ok(fold_person(&reading.rules, birth_on, &events))
}

/// The fold of a household's standing events as they are in the store.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn fold_of_household(
    conn: &mut Conn,
    household_id: i64,
) -> Result<HouseholdStanding, OfficeError> {
    let events = event::of_household(conn, household_id)?;
    Ok(fold_household(&standing_of_household(&events)))
}

/// Subjects of an act with their folds from before it.
#[derive(Debug, Default)]
pub(super) struct Touched {
    pub(super) people: BTreeMap<i64, PersonStanding>,
    pub(super) households: BTreeMap<i64, HouseholdStanding>,
}

impl Touched {
    /// Takes a person in, with loaded spans turned into events.
    pub(super) fn person(
        &mut self,
        conn: &mut Conn,
        act: &Act,
        reading: &Reading<'_>,
        person_id: i64,
    ) -> Result<(), OfficeError> {
        if self.people.contains_key(&person_id) {
            return Ok(());
        }
        let birth_on = birth_of(conn, person_id)?;
        let events = adopt::person(conn, act, reading.rules.rules, person_id)?;
        let folded = fold_person(&reading.rules, birth_on, &standing_of_person(&events));
        self.people.insert(person_id, folded);
        Ok(())
    }

    /// Takes a household in, and whoever stands beside its insured: a change of head concerns them.
    pub(super) fn household(
        &mut self,
        conn: &mut Conn,
        act: &Act,
        reading: &Reading<'_>,
        household_id: i64,
    ) -> Result<(), OfficeError> {
        if self.households.contains_key(&household_id) {
            return Ok(());
        }
        let events = adopt::household(conn, act, household_id)?;
        let folded = fold_household(&standing_of_household(&events));
        self.households.insert(household_id, folded);
        let beside = conn.query(&FORMERS, &[household_id.into()], |row| row.int(0))?;
        for person_id in beside {
            self.person(conn, act, reading, person_id)?;
        }
        Ok(())
    }
}

/// Writes a household's heads as they now follow from its events.
pub(super) fn household(
    conn: &mut Conn,
    act: &Act,
    household_id: i64,
    folded_before: HouseholdStanding,
) -> Result<HouseholdRewritten, OfficeError> {
    let folded = fold_of_household(conn, household_id)?;
    let wanted = folded.heads.iter().map(head_row).collect();
    Ok(HouseholdRewritten {
        household_id,
        heads: rewrite(conn, act, household_id, wanted)?,
        folded_before,
        folded,
    })
}

/// Writes a person's spans as they now follow from the events.
pub(super) fn person(
    conn: &mut Conn,
    act: &Act,
    reading: &Reading<'_>,
    person_id: i64,
    folded_before: PersonStanding,
) -> Result<PersonRewritten, OfficeError> {
    let folded = fold_of_person(conn, reading, person_id)?;
    let cover = folded.cover.iter().map(cover_row).collect();
    let mut former = Vec::new();
    for span in &folded.former {
        let heads = timeline::<HouseholdHead>(conn, span.household_id, None)?;
        let heads: Vec<Head> = heads.iter().map(head_of).collect();
        let fact = FormerInsured {
            household_id: span.household_id,
        };
        let days = former_span(reading.tie, &heads, span);
        former.extend(days.map(|days| (Span::new(days.from, days.until), fact)));
    }
    let prefecture = folded.prefecture.iter().map(|span| {
        let mut passed = folded.passed.iter();
        let passed = passed.find(|one| Some(one.from) == span.until);
        let fact = PrefectureFact {
            since_known: span.since_known,
            until_known: span.until_known,
            passed: passed.map(Passed::of),
        };
        (Span::new(span.since, span.until), fact)
    });
    let prefecture = prefecture.collect();
    Ok(PersonRewritten {
        person_id,
        cover: rewrite(conn, act, person_id, cover)?,
        former: rewrite(conn, act, person_id, former)?,
        prefecture: rewrite(conn, act, person_id, prefecture)?,
        folded_before,
        folded,
    })
}

fn head_row(head: &Head) -> Row<HouseholdHead> {
    let fact = HouseholdHead {
        head_person_id: head.head_person_id,
        symbol: head.symbol.clone(),
        number: head.number.clone(),
    };
    (Span::new(head.from, head.until), fact)
}

fn head_of(row: &crate::registry::Dated<HouseholdHead>) -> Head {
    Head {
        head_person_id: row.fact.head_person_id,
        symbol: row.fact.symbol.clone(),
        number: row.fact.number.clone(),
        from: row.valid.from,
        until: row.valid.until,
    }
}

pub(super) fn cover_row(span: &CoverSpan) -> Row<InsuredSpan> {
    let loss = span.loss.as_ref().filter(|loss| !loss.code.is_empty());
    let fact = InsuredSpan {
        household_id: span.household_id,
        branch: span.branch,
        gain_cause: span.gain.code.clone(),
        gain_reported_on: span.gain.reported_on,
        loss_cause: loss.map(|loss| loss.code.clone()),
        loss_event_on: span.loss.as_ref().and_then(|loss| loss.occurred_on),
        loss_reported_on: span.loss.as_ref().and_then(|loss| loss.reported_on),
    };
    (Span::new(span.from, span.until), fact)
}

/// Closes the rows that no longer follow and writes those that now do; what stays is not touched.
fn rewrite<F: Kind + PartialEq + Clone>(
    conn: &mut Conn,
    act: &Act,
    subject: i64,
    after: Vec<Row<F>>,
) -> Result<Rewritten<F>, OfficeError> {
    let standing = timeline::<F>(conn, subject, None)?;
    let before: Vec<Row<F>> = standing
        .into_iter()
        .map(|row| (row.valid, row.fact))
        .collect();
    for gone in before.iter().filter(|row| !after.contains(row)) {
        end::<F>(conn, act, subject, gone.0)?;
    }
    for new in after.iter().filter(|row| !before.contains(row)) {
        record(conn, act, subject, new.0, &new.1)?;
    }
    Ok(Rewritten { before, after })
}

/// Every household a person's rows name, before and after.
pub(super) fn households_of(person: &PersonRewritten) -> BTreeSet<i64> {
    let cover = person.cover.before.iter().chain(&person.cover.after);
    let former = person.former.before.iter().chain(&person.former.after);
    cover
        .map(|row| row.1.household_id)
        .chain(former.map(|row| row.1.household_id))
        .collect()
}
