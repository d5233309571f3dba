//! 事実の読出し — the facts of a stretch of households as known at a moment, put together for the judgement.

use super::facts::{counts, standing_of};
use super::gather::Gathered;
use super::versions::Versions;
use super::{arrivals, elsewhere, moved};
use crate::error::OfficeError;
use crate::levy::load::{filing, income};
use crate::registry::erased::births;
use db::{Conn, Row, Sql, StoreError, Value};
use law::judgement::{
    Application, HouseholdFacts, IncomeVersion, PersonFacts, RevenueVersion, TaxVersion,
};
use law::levy::facts::Unemployment;
use law::{Date, FiscalYear, Span, Yen};
use std::collections::BTreeMap;

/// The facts of one household, with the 宛名番号 behind each index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedHousehold {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 宛名番号 of `facts.people`, in the same order.
    pub person_ids: Vec<i64>,
    /// Facts.
    pub facts: HouseholdFacts,
}

/// Everyone who belongs to the stretch of households `$1..$2`, as known at `$3`.
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

/// Likewise, with the rows that were replaced by `$3`, in the order in which they were written.
macro_rules! history_of_members {
    ($columns:literal, $rest:literal) => {
        concat!(
            "with member as (select subject from insured_fact where household_id >= $1 and household_id < $2 ",
            "union select head_person_id from household_fact where subject >= $1 and subject < $2 ",
            "union select subject from former_insured_fact where household_id >= $1 and household_id < $2) ",
            "select ", $columns, " from member m join ", $rest,
            " and f.recorded_at <= $3 order by f.subject, f.valid_from, ",
            "case when f.superseded_at is null or f.superseded_at > $3 then 1 else 0 end, f.fact_no"
        )
    };
}

macro_rules! income_columns {
    ($with:ident) => {
        $with!(
            "f.subject, f.filing, f.inquiry_open, \
             f.salary_revenue, f.salary, f.pension_revenue, f.pension, f.business, f.farming, f.real_estate, \
             f.interest, f.dividend, f.miscellaneous, f.short_gain, f.long_gain_and_occasional_half, \
             f.family_employee_deduction, f.family_employee_salary, f.family_employee_revenue, \
             f.land_short_gain, f.land_short_special_deduction, f.land_long_gain, f.land_long_special_deduction, \
             f.land_business, f.general_shares, f.listed_shares, f.listed_dividend, f.futures, f.forestry, \
             f.treaty_income, f.net_loss_used, f.net_loss_for_judgement, f.listed_loss_used, f.futures_loss_used, \
             f.home_loss_used, f.casualty_loss_used, f.total_income, f.valid_from, f.received_on, f.superseded_at",
            "income_fact f on f.subject = m.subject where f.valid_from < $5 \
             and (f.valid_until is null or f.valid_until > $4)"
        )
    };
}
macro_rules! tax_columns {
    ($with:ident) => {
        $with!(
            "f.subject, f.standing, f.taxable_income, f.abroad, f.adjust_under_16, f.adjust_under_19, \
             f.valid_from, f.received_on, f.superseded_at",
            "resident_tax_fact f on f.subject = m.subject where f.valid_from < $5 \
             and (f.valid_until is null or f.valid_until > $4)"
        )
    };
}
macro_rules! revenue_columns {
    ($with:ident) => {
        $with!(
            "f.subject, f.revenue, f.by_record, f.valid_from, f.received_on, f.superseded_at",
            "revenue_fact f on f.subject = m.subject where f.valid_from < $5 \
             and (f.valid_until is null or f.valid_until > $4)"
        )
    };
}

const INSURED: Sql = Sql {
    name: "judgement.load.insured",
    text: "select i.household_id, i.subject, i.valid_from, i.valid_until from insured_fact i \
           where i.household_id >= $1 and i.household_id < $2 \
           and i.recorded_at <= $3 and (i.superseded_at is null or i.superseded_at > $3) \
           order by i.household_id, i.subject, i.valid_from",
};
const HEADS: Sql = Sql {
    name: "judgement.load.heads",
    text: "select subject, head_person_id, valid_from, valid_until from household_fact \
           where subject >= $1 and subject < $2 \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           order by subject, valid_from",
};
const FORMER_INSURED: Sql = Sql {
    name: "judgement.load.former_insured",
    text: "select household_id, subject, valid_from, valid_until from former_insured_fact \
           where household_id >= $1 and household_id < $2 \
           and recorded_at <= $3 and (superseded_at is null or superseded_at > $3) \
           order by household_id, subject, valid_from",
};
const APPLICATIONS: Sql = Sql {
    name: "judgement.load.applications",
    text: "select a.household_id, a.benefit_year, a.received_on from revenue_application a \
           where a.household_id >= $1 and a.household_id < $2 and a.recorded_at <= $3 \
           and 1 = (select r.granted from revenue_ruling r where r.application_id = a.application_id \
           and r.sequence = (select max(s.sequence) from revenue_ruling s \
           where s.application_id = a.application_id and s.recorded_at <= $3)) \
           order by a.household_id, a.application_id",
};
const BIRTHS: Sql = Sql {
    name: "judgement.load.births",
    text: of_members!(
        "f.subject, f.birth_on",
        "resident_fact f on f.subject = m.subject where true"
    ),
};
const UNEMPLOYMENTS: Sql = Sql {
    name: "judgement.load.unemployments",
    text: of_members!(
        "f.subject, f.left_on, f.leaving_code",
        "unemployment_fact f on f.subject = m.subject where true"
    ),
};
const INCOMES: [Sql; 2] = [
    Sql {
        name: "judgement.load.incomes",
        text: income_columns!(of_members),
    },
    Sql {
        name: "judgement.load.income_history",
        text: income_columns!(history_of_members),
    },
];
const TAXES: [Sql; 2] = [
    Sql {
        name: "judgement.load.taxes",
        text: tax_columns!(of_members),
    },
    Sql {
        name: "judgement.load.tax_history",
        text: tax_columns!(history_of_members),
    },
];
const REVENUES: [Sql; 2] = [
    Sql {
        name: "judgement.load.revenues",
        text: revenue_columns!(of_members),
    },
    Sql {
        name: "judgement.load.revenue_history",
        text: revenue_columns!(history_of_members),
    },
];

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    INSURED,
    HEADS,
    FORMER_INSURED,
    APPLICATIONS,
    BIRTHS,
    UNEMPLOYMENTS,
    INCOMES[0],
    INCOMES[1],
    TAXES[0],
    TAXES[1],
    REVENUES[0],
    REVENUES[1],
];

/// What to read.
#[derive(Clone, Copy, Debug)]
pub struct Stretch {
    /// First household.
    pub from: i64,
    /// First household after the end.
    pub until: i64,
    /// As known at this moment.
    pub known_at: i64,
    /// 年度 of the oldest income read.
    pub first_year: FiscalYear,
    /// 年度 of the newest.
    pub last_year: FiscalYear,
    /// Read what was replaced too: a correction does not count from the beginning.
    pub with_history: bool,
}

/// Loads households in order of their number.
///
/// # Errors
/// [`OfficeError::Store`], or [`OfficeError::Bug`] when a person never had a record of birth.
pub fn households(conn: &mut Conn, stretch: &Stretch) -> Result<Vec<LoadedHousehold>, OfficeError> {
    let mut all = of_stretch(conn, stretch)?;
    elsewhere::attach(conn, stretch, &mut all)?;
    moved::attach(conn, stretch, all)
}

/// The households alone, without what their people headed or were in elsewhere.
pub(super) fn of_stretch(
    conn: &mut Conn,
    stretch: &Stretch,
) -> Result<Vec<LoadedHousehold>, OfficeError> {
    let keys: [Value; 3] = [
        stretch.from.into(),
        stretch.until.into(),
        stretch.known_at.into(),
    ];
    let mut erased = BTreeMap::new();
    loop {
        let people = people(conn, stretch, &keys, &erased)?;
        match gathered(conn, &keys, &people)?.finish() {
            Ok(all) => return Ok(all),
            Err(missing) => erased = births(conn, &missing, stretch.known_at)?,
        }
    }
}

fn gathered<'p>(
    conn: &mut Conn,
    keys: &[Value],
    people: &'p BTreeMap<i64, PersonFacts>,
) -> Result<Gathered<'p>, OfficeError> {
    let mut all = Gathered::of(people);
    conn.for_each::<OfficeError>(&INSURED, keys, |row| {
        let span = span(row, 2)?;
        let facts = all.member(row.int(0)?, row.int(1)?);
        match facts.insured.last_mut() {
            // 枝番 or 記号番号 changed: the insurance goes on.
            Some(before) if before.until == Some(span.from) => before.until = span.until,
            _ => facts.insured.push(span),
        }
        Ok(())
    })?;
    conn.for_each::<OfficeError>(&HEADS, keys, |row| {
        all.head(row.int(0)?, row.int(1)?, span(row, 2)?);
        Ok(())
    })?;
    conn.for_each::<OfficeError>(&FORMER_INSURED, keys, |row| {
        let facts = all.member(row.int(0)?, row.int(1)?);
        facts.former_insured.push(span(row, 2)?);
        Ok(())
    })?;
    conn.for_each::<OfficeError>(&APPLICATIONS, keys, |row| {
        let application = Application {
            benefit_year: small_year(row, 1)?,
            received_on: row.date(2)?,
        };
        all.applied(row.int(0)?, application);
        Ok(())
    })?;
    Ok(all)
}

fn span(row: &Row, at: usize) -> Result<Span, StoreError> {
    Ok(Span {
        from: row.date(at)?,
        until: row.opt_date(at + 1)?,
    })
}

fn small_year(row: &Row, at: usize) -> Result<i16, StoreError> {
    i16::try_from(row.int(at)?).map_err(|_| row.wrong(at, "年ではありません".to_owned()))
}

/// Everything about the people of the stretch that does not depend on the household. `erased` are those of it without a record that
/// stands.
fn people(
    conn: &mut Conn,
    stretch: &Stretch,
    keys: &[Value],
    erased: &BTreeMap<i64, Date>,
) -> Result<BTreeMap<i64, PersonFacts>, OfficeError> {
    let born = |(id, birth_on): (&i64, &Date)| (*id, PersonFacts::born(*birth_on));
    let mut people: BTreeMap<i64, PersonFacts> = erased.iter().map(born).collect();
    conn.for_each::<OfficeError>(&BIRTHS, keys, |row| {
        people.insert(row.int(0)?, PersonFacts::born(row.date(1)?));
        Ok(())
    })?;
    conn.for_each::<OfficeError>(&UNEMPLOYMENTS, keys, |row| {
        if let Some(person) = people.get_mut(&row.int(0)?) {
            person.unemployments.push(Unemployment {
                left_on: row.date(1)?,
                code: u8::try_from(row.int(2)?).unwrap_or(u8::MAX),
            });
        }
        Ok(())
    })?;
    let mut years = keys.to_vec();
    years.push(stretch.first_year.assessment_day().into());
    years.push(stretch.last_year.end().into());
    let known_at = stretch.known_at;
    let stands = |row: &Row, at: usize| {
        Ok::<_, StoreError>(row.opt_int(at)?.is_none_or(|moment| moment > known_at))
    };
    let pick = |[standing, history]: &'static [Sql; 2]| {
        if stretch.with_history {
            history
        } else {
            standing
        }
    };
    let mut incomes = Versions::default();
    conn.for_each::<OfficeError>(pick(&INCOMES), &years, |row| {
        let version = IncomeVersion {
            fiscal_year: FiscalYear::of(row.date(36)?),
            known_on: row.date(37)?,
            filing: filing(row)?,
            inquiry_open: row.flag(2)?,
            income: income(row)?,
        };
        incomes.add(row.int(0)?, version, version.fiscal_year, stands(row, 38)?);
        Ok(())
    })?;
    let mut taxes = Versions::default();
    conn.for_each::<OfficeError>(pick(&TAXES), &years, |row| {
        let version = TaxVersion {
            fiscal_year: FiscalYear::of(row.date(6)?),
            known_on: row.date(7)?,
            standing: standing_of(row.int(1)?)
                .ok_or_else(|| row.wrong(1, "課税非課税区分を知りません".to_owned()))?,
            taxable_income: row.opt_int(2)?.map(Yen),
            abroad: row.flag(3)?,
            adjustment: counts(row.opt_int(4)?, row.opt_int(5)?),
        };
        taxes.add(row.int(0)?, version, version.fiscal_year, stands(row, 8)?);
        Ok(())
    })?;
    let mut revenues = Versions::default();
    conn.for_each::<OfficeError>(pick(&REVENUES), &years, |row| {
        let version = RevenueVersion {
            fiscal_year: FiscalYear::of(row.date(3)?),
            known_on: row.date(4)?,
            revenue: Yen(row.int(1)?),
            by_record: row.flag(2)?,
        };
        revenues.add(row.int(0)?, version, version.fiscal_year, stands(row, 5)?);
        Ok(())
    })?;
    arrivals::put(conn, keys, &mut people)?;
    for (id, person) in &mut people {
        person.incomes = incomes.take(*id);
        person.taxes = taxes.take(*id);
        person.revenues = revenues.take(*id);
    }
    Ok(people)
}
