//! 事実の読出し — the facts of a stretch of households as the office knew them at a moment, put together
//! for the rule.

use super::load_rare::{RareFacts, of_members};
use super::load_rows::{add_span, insured_span, without_income};
pub(crate) use super::load_rows::{filing, income};
pub use super::load_rows::{filing_code, loss_cause};
use crate::error::OfficeError;
use crate::registry::Pension;
use crate::registry::erased::births;
use db::{Conn, Sql, Value};
use law::levy::facts::{HeadSpan, HouseholdFacts, PersonFacts};
use law::levy::relief::Relief;
use law::{Date, FiscalYear, Span};
use std::collections::{BTreeMap, BTreeSet};

/// The facts of one household, with the 宛名番号 behind each index.
#[derive(Clone, Debug)]
pub struct LoadedHousehold {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 宛名番号 of `facts.people`, in the same order.
    pub person_ids: Vec<i64>,
    /// Facts.
    pub facts: HouseholdFacts,
    /// 年金 of the year for 特別徴収, in the order of `person_ids`.
    pub pensions: Vec<Option<Pension>>,
    /// 条例減免 granted for the year.
    pub reliefs: Vec<Relief>,
}

const INSURED: Sql = Sql {
    name: "levy.load.insured",
    text: "select i.household_id, i.subject, i.valid_from, i.valid_until, i.loss_cause, i.loss_event_on, \
           case when i.valid_until is null or i.loss_cause is not null then 0 else \
           (select count(*) from insured_fact n where n.subject = i.subject and n.valid_from = i.valid_until \
           and n.recorded_at <= $3 and (n.superseded_at is null or n.superseded_at > $3)) end from insured_fact i \
           where i.household_id >= $1 and i.household_id < $2 \
           and i.recorded_at <= $3 and (i.superseded_at is null or i.superseded_at > $3) \
           order by i.household_id, i.subject, i.valid_from",
};
const HEADS: Sql = Sql {
    name: "levy.load.heads",
    text: "select subject, head_person_id, valid_from, valid_until from household_fact \
           where subject >= $1 and subject < $2 \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           order by subject, valid_from",
};
const FORMER_INSURED: Sql = Sql {
    name: "levy.load.former_insured",
    text: "select household_id, subject, valid_from, valid_until from former_insured_fact \
           where household_id >= $1 and household_id < $2 \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           order by household_id, subject, valid_from",
};

const BIRTHS: Sql = Sql {
    name: "levy.load.births",
    text: of_members!(
        "f.subject, f.birth_on",
        "resident_fact f on f.subject = m.subject where true"
    ),
};
const INCOMES: Sql = Sql {
    name: "levy.load.incomes",
    text: of_members!(
        "f.subject, f.filing, f.inquiry_open, \
         f.salary_revenue, f.salary, f.pension_revenue, f.pension, f.business, f.farming, f.real_estate, \
         f.interest, f.dividend, f.miscellaneous, f.short_gain, f.long_gain_and_occasional_half, \
         f.family_employee_deduction, f.family_employee_salary, f.family_employee_revenue, \
         f.land_short_gain, f.land_short_special_deduction, f.land_long_gain, f.land_long_special_deduction, \
         f.land_business, f.general_shares, f.listed_shares, f.listed_dividend, f.futures, f.forestry, \
         f.treaty_income, f.net_loss_used, f.net_loss_for_judgement, f.listed_loss_used, f.futures_loss_used, \
         f.home_loss_used, f.casualty_loss_used, f.total_income",
        "income_fact f on f.subject = m.subject where f.valid_from <= $4 and (f.valid_until is null or f.valid_until > $4)"
    ),
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSURED, HEADS, FORMER_INSURED, BIRTHS, INCOMES];

/// One household's pieces while it is put together.
#[derive(Default)]
struct Draft {
    people: BTreeMap<i64, PersonFacts>,
    heads: Vec<(i64, Date, Option<Date>)>,
}

/// Loads the households `from..until` for a fiscal year, as known at a moment, in order of their number.
///
/// # Errors
/// [`OfficeError::Store`], or [`OfficeError::Bug`] when a person never had a record of birth.
pub fn households(
    conn: &mut Conn,
    from: i64,
    until: i64,
    known_at: i64,
    year: FiscalYear,
) -> Result<Vec<LoadedHousehold>, OfficeError> {
    let stretch = [from.into(), until.into(), known_at.into()];
    let in_year = [
        from.into(),
        until.into(),
        known_at.into(),
        Value::from(year.assessment_day()),
    ];
    let rare = RareFacts::of_stretch(conn, &stretch, &in_year)?;
    stretch_with(conn, (&stretch, known_at), &in_year, year, &rare)
}

/// As [`households`], with the rare facts of the whole city at hand, read at the same moment.
///
/// # Errors
/// As [`households`].
pub fn households_with(
    conn: &mut Conn,
    from: i64,
    until: i64,
    known_at: i64,
    year: FiscalYear,
    rare: &RareFacts,
) -> Result<Vec<LoadedHousehold>, OfficeError> {
    let stretch = [from.into(), until.into(), known_at.into()];
    let in_year = [
        from.into(),
        until.into(),
        known_at.into(),
        Value::from(year.assessment_day()),
    ];
    stretch_with(conn, (&stretch, known_at), &in_year, year, rare)
}

fn stretch_with(
    conn: &mut Conn,
    (stretch, known_at): (&[Value], i64),
    in_year: &[Value],
    year: FiscalYear,
    rare: &RareFacts,
) -> Result<Vec<LoadedHousehold>, OfficeError> {
    let mut erased = BTreeMap::new();
    let drafts = loop {
        let people = people(conn, (stretch, in_year), year, (rare, &erased))?;
        let gathered = gathered(conn, stretch, &people)?;
        if gathered.missing.is_empty() {
            break gathered.drafts;
        }
        erased = births(conn, &gathered.missing, known_at)?;
    };
    Ok(drafts
        .into_iter()
        .map(|(household_id, draft)| {
            let mut loaded = finish(household_id, draft);
            let pensions = loaded.person_ids.iter().map(|id| rare.pension(*id));
            loaded.pensions = pensions.collect();
            loaded.reliefs = rare.reliefs(household_id);
            loaded.facts.adjustments = rare.adjustments(household_id, &loaded.person_ids);
            loaded
        })
        .collect())
}

/// The pieces of a stretch of households, and whoever belongs to one and is not known.
struct Gathered<'p> {
    people: &'p BTreeMap<i64, PersonFacts>,
    drafts: BTreeMap<i64, Draft>,
    missing: BTreeSet<i64>,
}

impl Gathered<'_> {
    fn member(&mut self, household_id: i64, id: i64) -> &mut PersonFacts {
        let people = self.people;
        let missing = &mut self.missing;
        let draft = self.drafts.entry(household_id).or_default();
        draft.people.entry(id).or_insert_with(|| {
            people.get(&id).cloned().unwrap_or_else(|| {
                missing.insert(id);
                PersonFacts::born(Date::MIN)
            })
        })
    }
}

fn gathered<'p>(
    conn: &mut Conn,
    stretch: &[Value],
    people: &'p BTreeMap<i64, PersonFacts>,
) -> Result<Gathered<'p>, OfficeError> {
    let mut all = Gathered {
        people,
        drafts: BTreeMap::new(),
        missing: BTreeSet::new(),
    };
    conn.for_each::<OfficeError>(&INSURED, stretch, |row| {
        let span = insured_span(row)?;
        let facts = all.member(row.int(0)?, row.int(1)?);
        add_span(&mut facts.insured, span, row.int(6)? > 0);
        Ok(())
    })?;
    conn.for_each::<OfficeError>(&HEADS, stretch, |row| {
        let (household, subject) = (row.int(0)?, row.int(1)?);
        all.member(household, subject);
        let draft = all.drafts.entry(household).or_default();
        draft.heads.push((subject, row.date(2)?, row.opt_date(3)?));
        Ok(())
    })?;
    conn.for_each::<OfficeError>(&FORMER_INSURED, stretch, |row| {
        let span = Span {
            from: row.date(2)?,
            until: row.opt_date(3)?,
        };
        let facts = all.member(row.int(0)?, row.int(1)?);
        facts.former_insured.push(span);
        Ok(())
    })?;
    Ok(all)
}

fn finish(household_id: i64, draft: Draft) -> LoadedHousehold {
    let person_ids: Vec<i64> = draft.people.keys().copied().collect();
    let heads = draft
        .heads
        .iter()
        .filter_map(|(subject, from, until)| {
            person_ids
                .binary_search(subject)
                .ok()
                .map(|person| HeadSpan {
                    person,
                    from: *from,
                    until: *until,
                })
        })
        .collect();
    LoadedHousehold {
        household_id,
        person_ids,
        facts: HouseholdFacts {
            people: draft.people.into_values().collect(),
            heads,
            adjustments: Vec::new(),
        },
        pensions: Vec::new(),
        reliefs: Vec::new(),
    }
}

/// Everything about the people of the stretch that does not depend on the household. `erased` are those of it without a record that
/// stands.
fn people(
    conn: &mut Conn,
    (stretch, in_year): (&[Value], &[Value]),
    year: FiscalYear,
    (rare, erased): (&RareFacts, &BTreeMap<i64, Date>),
) -> Result<BTreeMap<i64, PersonFacts>, OfficeError> {
    let mut people: BTreeMap<i64, PersonFacts> = BTreeMap::new();
    let mut put = |id: i64, birth_on: Date| {
        let mut facts = without_income(birth_on, year);
        rare.complete(id, &mut facts);
        people.insert(id, facts);
    };
    for (id, birth_on) in erased {
        put(*id, *birth_on);
    }
    conn.for_each::<OfficeError>(&BIRTHS, stretch, |row| {
        put(row.int(0)?, row.date(1)?);
        Ok(())
    })?;
    conn.for_each::<OfficeError>(&INCOMES, in_year, |row| {
        if let Some(person) = people.get_mut(&row.int(0)?) {
            person.filing = filing(row)?;
            person.inquiry_open = row.flag(2)?;
            person.income = income(row)?;
        }
        Ok(())
    })?;
    Ok(people)
}
