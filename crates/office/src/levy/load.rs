//! 事実の読出し — the facts of a stretch of households as the office knew them at a moment, put together
//! for the rule.

use super::load_rows::{add_span, filing, income, insured_span, pension, without_income};
pub use super::load_rows::{filing_code, loss_cause};
use super::relief_record;
use crate::error::OfficeError;
use crate::registry::Pension;
use db::{Conn, Row, Sql, StoreError, Value};
use law::levy::facts::{HeadSpan, HouseholdFacts, Maternity, PersonFacts, Unemployment};
use law::levy::relief::Relief;
use law::{Date, FiscalYear, Span, Yen};
use std::collections::BTreeMap;

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

/// Everyone who belongs to the stretch of households `$1..$2`.
macro_rules! of_members {
    ($columns:literal, $rest:literal) => {
        concat!(
            "with member as (select subject from insured_fact where household_id >= $1 and household_id < $2 ",
            "union select head_person_id from household_fact where subject >= $1 and subject < $2 ",
            "union select subject from former_insured_fact where household_id >= $1 and household_id < $2) ",
            "select ", $columns, " from member m join ", $rest,
            " and f.recorded_at <= $3 and (f.superseded_at is null or f.superseded_at > $3) ",
            "order by f.subject, f.valid_from, f.fact_no"
        )
    };
}

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
const ASSET_TAXES: Sql = Sql {
    name: "levy.load.asset_taxes",
    text: of_members!(
        "f.subject, f.asset_tax",
        "asset_tax_fact f on f.subject = m.subject where f.valid_from <= $4 and (f.valid_until is null or f.valid_until > $4)"
    ),
};
const CARE_EXEMPTIONS: Sql = Sql {
    name: "levy.load.care_exemptions",
    text: of_members!(
        "f.subject, f.valid_from, f.valid_until",
        "care_exempt_fact f on f.subject = m.subject where true"
    ),
};
const UNEMPLOYMENTS: Sql = Sql {
    name: "levy.load.unemployments",
    text: of_members!(
        "f.subject, f.left_on, f.leaving_code",
        "unemployment_fact f on f.subject = m.subject where true"
    ),
};
const MATERNITIES: Sql = Sql {
    name: "levy.load.maternities",
    text: of_members!(
        "f.subject, f.delivery_on, f.multiple",
        "maternity_fact f on f.subject = m.subject where true"
    ),
};
const FORMER_DEPENDANTS: Sql = Sql {
    name: "levy.load.former_dependants",
    text: of_members!(
        "f.subject, f.since",
        "former_dependant_fact f on f.subject = m.subject where true"
    ),
};

const PENSIONS: Sql = Sql {
    name: "levy.load.pensions",
    text: of_members!(
        "f.subject, f.annual_pension, f.care_special, f.care_per_payment, f.account_transfer, f.february_amount",
        "pension_fact f on f.subject = m.subject where f.valid_from <= $4 and (f.valid_until is null or f.valid_until > $4)"
    ),
};
const RELIEFS: Sql = Sql {
    name: "levy.load.reliefs",
    text: "select f.subject, f.relief from relief_fact f where f.subject >= $1 and f.subject < $2 \
           and f.recorded_at <= $3 and (f.superseded_at is null or f.superseded_at > $3) \
           and f.valid_from <= $4 and (f.valid_until is null or f.valid_until > $4) \
           order by f.subject, f.valid_from, f.fact_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    PENSIONS,
    RELIEFS,
    INSURED,
    HEADS,
    FORMER_INSURED,
    BIRTHS,
    INCOMES,
    ASSET_TAXES,
    CARE_EXEMPTIONS,
    UNEMPLOYMENTS,
    MATERNITIES,
    FORMER_DEPENDANTS,
];

/// One household's pieces while it is put together.
#[derive(Default)]
struct Draft {
    people: BTreeMap<i64, PersonFacts>,
    heads: Vec<(i64, Date, Option<Date>)>,
}

/// Loads the households `from..until` for a fiscal year, as known at a moment, in order of their number.
///
/// # Errors
/// [`OfficeError::Store`], or [`OfficeError::Bug`] when a person has no record of birth.
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
    let people = people(conn, &stretch, &in_year, year)?;
    let mut drafts: BTreeMap<i64, Draft> = BTreeMap::new();
    let person = |id: i64| {
        people
            .get(&id)
            .cloned()
            .ok_or_else(|| OfficeError::Bug(format!("宛名番号{id}の生年月日がありません")))
    };
    conn.for_each::<OfficeError>(&INSURED, &stretch, |row| {
        let (household, subject) = (row.int(0)?, row.int(1)?);
        let draft = drafts.entry(household).or_default();
        let span = insured_span(row)?;
        add_span(
            &mut member(draft, subject, &person)?.insured,
            span,
            row.int(6)? > 0,
        );
        Ok(())
    })?;
    conn.for_each::<OfficeError>(&HEADS, &stretch, |row| {
        let (household, subject) = (row.int(0)?, row.int(1)?);
        let draft = drafts.entry(household).or_default();
        member(draft, subject, &person)?;
        draft.heads.push((subject, row.date(2)?, row.opt_date(3)?));
        Ok(())
    })?;
    conn.for_each::<OfficeError>(&FORMER_INSURED, &stretch, |row| {
        let (household, subject) = (row.int(0)?, row.int(1)?);
        let draft = drafts.entry(household).or_default();
        let span = Span {
            from: row.date(2)?,
            until: row.opt_date(3)?,
        };
        member(draft, subject, &person)?.former_insured.push(span);
        Ok(())
    })?;
    let mut pensions: BTreeMap<i64, Pension> = BTreeMap::new();
    conn.for_each::<OfficeError>(&PENSIONS, &in_year, |row| {
        pensions.insert(row.int(0)?, pension(row)?);
        Ok(())
    })?;
    let mut reliefs: BTreeMap<i64, Vec<Relief>> = BTreeMap::new();
    conn.for_each::<OfficeError>(&RELIEFS, &in_year, |row| {
        let granted = relief_record::read_granted(&row.text(1)?)?;
        reliefs.entry(row.int(0)?).or_default().extend(granted);
        Ok(())
    })?;
    Ok(drafts
        .into_iter()
        .map(|(household_id, draft)| {
            let mut loaded = finish(household_id, draft);
            let pensions = loaded.person_ids.iter().map(|id| pensions.get(id).cloned());
            loaded.pensions = pensions.collect();
            loaded.reliefs = reliefs.remove(&household_id).unwrap_or_default();
            loaded
        })
        .collect())
}

fn member<'d>(
    draft: &'d mut Draft,
    id: i64,
    person: &impl Fn(i64) -> Result<PersonFacts, OfficeError>,
) -> Result<&'d mut PersonFacts, OfficeError> {
    match draft.people.entry(id) {
        std::collections::btree_map::Entry::Occupied(entry) => Ok(entry.into_mut()),
        std::collections::btree_map::Entry::Vacant(entry) => Ok(entry.insert(person(id)?)),
    }
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

/// Everything about the people of the stretch that does not depend on the household.
fn people(
    conn: &mut Conn,
    stretch: &[Value],
    in_year: &[Value],
    year: FiscalYear,
) -> Result<BTreeMap<i64, PersonFacts>, OfficeError> {
    let mut people: BTreeMap<i64, PersonFacts> = BTreeMap::new();
    conn.for_each::<OfficeError>(&BIRTHS, stretch, |row| {
        let facts = without_income(row.date(1)?, year);
        people.insert(row.int(0)?, facts);
        Ok(())
    })?;
    let mut each = |sql: &Sql,
                    params: &[Value],
                    take: &mut dyn FnMut(&mut PersonFacts, &Row) -> Result<(), StoreError>|
     -> Result<(), OfficeError> {
        conn.for_each::<OfficeError>(sql, params, |row| {
            if let Some(person) = people.get_mut(&row.int(0)?) {
                take(person, row)?;
            }
            Ok(())
        })?;
        Ok(())
    };
    each(&INCOMES, in_year, &mut |person, row| {
        person.filing = filing(row)?;
        person.inquiry_open = row.flag(2)?;
        person.income = income(row)?;
        Ok(())
    })?;
    each(&ASSET_TAXES, in_year, &mut |person, row| {
        person.asset_tax = Yen(row.int(1)?);
        Ok(())
    })?;
    each(&CARE_EXEMPTIONS, stretch, &mut |person, row| {
        person.care_exempt.push(Span {
            from: row.date(1)?,
            until: row.opt_date(2)?,
        });
        Ok(())
    })?;
    each(&UNEMPLOYMENTS, stretch, &mut |person, row| {
        person.unemployments.push(Unemployment {
            left_on: row.date(1)?,
            code: u8::try_from(row.int(2)?).unwrap_or(u8::MAX),
        });
        Ok(())
    })?;
    each(&MATERNITIES, stretch, &mut |person, row| {
        person.maternities.push(Maternity {
            delivery_on: row.date(1)?,
            multiple: row.flag(2)?,
        });
        Ok(())
    })?;
    each(&FORMER_DEPENDANTS, stretch, &mut |person, row| {
        person.former_dependant_since = Some(row.date(1)?);
        Ok(())
    })?;
    Ok(people)
}
