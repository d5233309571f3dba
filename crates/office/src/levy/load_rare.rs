//! まれな事実 — facts few people have: read with their household, or once for a whole run instead of once
//! for each stretch of it.

use super::adjustment::{self, Granted};
use super::load_rows::pension;
use super::relief_record;
use crate::error::OfficeError;
use crate::registry::Pension;
use db::{Conn, Row, Sql, StoreError, Value};
use law::levy::facts::{HeadAdjustment, Maternity, PersonFacts, Unemployment};
use law::levy::relief::Relief;
use law::{Date, FiscalYear, Span, Yen};
use std::collections::HashMap;

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
pub(super) use of_members;

/// Everyone, as known at `$1`.
macro_rules! of_city {
    ($columns:literal, $rest:literal) => {
        concat!(
            "select ",
            $columns,
            " from ",
            $rest,
            " and f.recorded_at <= $1 and (f.superseded_at is null or f.superseded_at > $1) ",
            "order by f.subject, f.valid_from, f.fact_no"
        )
    };
}

/// The statements of one kind of reading, by table.
struct Texts {
    asset_taxes: Sql,
    care_exemptions: Sql,
    unemployments: Sql,
    maternities: Sql,
    former_dependants: Sql,
    pensions: Sql,
    reliefs: Sql,
    adjustments: Sql,
}

const OF_MEMBERS: Texts = Texts {
    asset_taxes: Sql {
        name: "levy.load.asset_taxes",
        text: of_members!(
            "f.subject, f.asset_tax",
            "asset_tax_fact f on f.subject = m.subject where f.valid_from <= $4 and (f.valid_until is null or f.valid_until > $4)"
        ),
    },
    care_exemptions: Sql {
        name: "levy.load.care_exemptions",
        text: of_members!(
            "f.subject, f.valid_from, f.valid_until",
            "care_exempt_fact f on f.subject = m.subject where true"
        ),
    },
    unemployments: Sql {
        name: "levy.load.unemployments",
        text: of_members!(
            "f.subject, f.left_on, f.leaving_code",
            "unemployment_fact f on f.subject = m.subject where true"
        ),
    },
    maternities: Sql {
        name: "levy.load.maternities",
        text: of_members!(
            "f.subject, f.delivery_on, f.multiple",
            "maternity_fact f on f.subject = m.subject where true"
        ),
    },
    former_dependants: Sql {
        name: "levy.load.former_dependants",
        text: of_members!(
            "f.subject, f.since",
            "former_dependant_fact f on f.subject = m.subject where true"
        ),
    },
    pensions: Sql {
        name: "levy.load.pensions",
        text: of_members!(
            "f.subject, f.annual_pension, f.care_special, f.care_per_payment, f.account_transfer, f.february_amount",
            "pension_fact f on f.subject = m.subject where f.valid_from <= $4 and (f.valid_until is null or f.valid_until > $4)"
        ),
    },
    reliefs: Sql {
        name: "levy.load.reliefs",
        text: "select f.subject, f.relief from relief_fact f where f.subject >= $1 and f.subject < $2 \
               and f.recorded_at <= $3 and (f.superseded_at is null or f.superseded_at > $3) \
               and f.valid_from <= $4 and (f.valid_until is null or f.valid_until > $4) \
               order by f.subject, f.valid_from, f.fact_no",
    },
    adjustments: Sql {
        name: "levy.load.adjustments",
        text: "select f.subject, f.adjustments from adjustment_fact f where f.subject >= $1 and f.subject < $2 \
               and f.recorded_at <= $3 and (f.superseded_at is null or f.superseded_at > $3) \
               and f.valid_from <= $4 and (f.valid_until is null or f.valid_until > $4) \
               order by f.subject, f.valid_from, f.fact_no",
    },
};

const OF_CITY: Texts = Texts {
    asset_taxes: Sql {
        name: "levy.load.city_asset_taxes",
        text: of_city!(
            "f.subject, f.asset_tax",
            "asset_tax_fact f where f.valid_from <= $2 and (f.valid_until is null or f.valid_until > $2)"
        ),
    },
    care_exemptions: Sql {
        name: "levy.load.city_care_exemptions",
        text: of_city!(
            "f.subject, f.valid_from, f.valid_until",
            "care_exempt_fact f where true"
        ),
    },
    unemployments: Sql {
        name: "levy.load.city_unemployments",
        text: of_city!(
            "f.subject, f.left_on, f.leaving_code",
            "unemployment_fact f where true"
        ),
    },
    maternities: Sql {
        name: "levy.load.city_maternities",
        text: of_city!(
            "f.subject, f.delivery_on, f.multiple",
            "maternity_fact f where true"
        ),
    },
    former_dependants: Sql {
        name: "levy.load.city_former_dependants",
        text: of_city!("f.subject, f.since", "former_dependant_fact f where true"),
    },
    pensions: Sql {
        name: "levy.load.city_pensions",
        text: of_city!(
            "f.subject, f.annual_pension, f.care_special, f.care_per_payment, f.account_transfer, f.february_amount",
            "pension_fact f where f.valid_from <= $2 and (f.valid_until is null or f.valid_until > $2)"
        ),
    },
    reliefs: Sql {
        name: "levy.load.city_reliefs",
        text: of_city!(
            "f.subject, f.relief",
            "relief_fact f where f.valid_from <= $2 and (f.valid_until is null or f.valid_until > $2)"
        ),
    },
    adjustments: Sql {
        name: "levy.load.city_adjustments",
        text: of_city!(
            "f.subject, f.adjustments",
            "adjustment_fact f where f.valid_from <= $2 and (f.valid_until is null or f.valid_until > $2)"
        ),
    },
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    OF_MEMBERS.asset_taxes,
    OF_MEMBERS.care_exemptions,
    OF_MEMBERS.unemployments,
    OF_MEMBERS.maternities,
    OF_MEMBERS.former_dependants,
    OF_MEMBERS.pensions,
    OF_MEMBERS.reliefs,
    OF_MEMBERS.adjustments,
    OF_CITY.asset_taxes,
    OF_CITY.care_exemptions,
    OF_CITY.unemployments,
    OF_CITY.maternities,
    OF_CITY.former_dependants,
    OF_CITY.pensions,
    OF_CITY.reliefs,
    OF_CITY.adjustments,
];

/// Facts by 宛名番号, the reliefs and adjustments by 国保世帯番号.
#[derive(Debug, Default)]
pub struct RareFacts {
    asset_taxes: HashMap<i64, Yen>,
    care_exemptions: HashMap<i64, Vec<Span>>,
    unemployments: HashMap<i64, Vec<Unemployment>>,
    maternities: HashMap<i64, Vec<Maternity>>,
    former_dependants: HashMap<i64, Date>,
    pensions: HashMap<i64, Pension>,
    reliefs: HashMap<i64, Vec<Relief>>,
    adjustments: HashMap<i64, Vec<Granted>>,
}

impl RareFacts {
    /// Those of the whole city.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub fn of_city(conn: &mut Conn, known_at: i64, year: FiscalYear) -> Result<Self, OfficeError> {
        let in_year = [known_at.into(), Value::from(year.assessment_day())];
        let [known_at, _] = &in_year;
        Self::read(conn, &OF_CITY, std::slice::from_ref(known_at), &in_year)
    }

    /// Those of a stretch of households: `from`, `until`, known at; and the same with the day of the year.
    ///
    /// # Errors
    /// [`OfficeError::Store`].
    pub(super) fn of_stretch(
        conn: &mut Conn,
        stretch: &[Value],
        in_year: &[Value],
    ) -> Result<Self, OfficeError> {
        Self::read(conn, &OF_MEMBERS, stretch, in_year)
    }

    fn read(
        conn: &mut Conn,
        texts: &Texts,
        always: &[Value],
        in_year: &[Value],
    ) -> Result<Self, OfficeError> {
        let mut rare = Self::default();
        let mut each = |sql: &Sql,
                        params: &[Value],
                        take: &mut dyn FnMut(i64, &Row) -> Result<(), StoreError>|
         -> Result<(), OfficeError> {
            conn.for_each::<OfficeError>(sql, params, |row| Ok(take(row.int(0)?, row)?))?;
            Ok(())
        };
        each(&texts.asset_taxes, in_year, &mut |id, row| {
            rare.asset_taxes.insert(id, Yen(row.int(1)?));
            Ok(())
        })?;
        each(&texts.care_exemptions, always, &mut |id, row| {
            let span = Span {
                from: row.date(1)?,
                until: row.opt_date(2)?,
            };
            rare.care_exemptions.entry(id).or_default().push(span);
            Ok(())
        })?;
        each(&texts.unemployments, always, &mut |id, row| {
            let unemployment = Unemployment {
                left_on: row.date(1)?,
                code: u8::try_from(row.int(2)?).unwrap_or(u8::MAX),
            };
            rare.unemployments.entry(id).or_default().push(unemployment);
            Ok(())
        })?;
        each(&texts.maternities, always, &mut |id, row| {
            let maternity = Maternity {
                delivery_on: row.date(1)?,
                multiple: row.flag(2)?,
            };
            rare.maternities.entry(id).or_default().push(maternity);
            Ok(())
        })?;
        each(&texts.former_dependants, always, &mut |id, row| {
            rare.former_dependants.insert(id, row.date(1)?);
            Ok(())
        })?;
        each(&texts.pensions, in_year, &mut |id, row| {
            rare.pensions.insert(id, pension(row)?);
            Ok(())
        })?;
        conn.for_each::<OfficeError>(&texts.reliefs, in_year, |row| {
            let granted = relief_record::read_granted(&row.text(1)?)?;
            rare.reliefs.entry(row.int(0)?).or_default().extend(granted);
            Ok(())
        })?;
        conn.for_each::<OfficeError>(&texts.adjustments, in_year, |row| {
            let granted = adjustment::read(&row.text(1)?)?;
            let of_household = rare.adjustments.entry(row.int(0)?).or_default();
            of_household.extend(granted);
            Ok(())
        })?;
        Ok(rare)
    }

    /// Adds what is known of a person.
    pub(super) fn complete(&self, id: i64, person: &mut PersonFacts) {
        if let Some(yen) = self.asset_taxes.get(&id) {
            person.asset_tax = *yen;
        }
        if let Some(spans) = self.care_exemptions.get(&id) {
            person.care_exempt.clone_from(spans);
        }
        if let Some(all) = self.unemployments.get(&id) {
            person.unemployments.clone_from(all);
        }
        if let Some(all) = self.maternities.get(&id) {
            person.maternities.clone_from(all);
        }
        person.former_dependant_since = self.former_dependants.get(&id).copied();
    }

    /// 年金 of a person.
    pub(super) fn pension(&self, id: i64) -> Option<Pension> {
        self.pensions.get(&id).cloned()
    }

    /// The adjustments of a household and year, as the rule reads them.
    pub(super) fn adjustments(&self, household_id: i64, person_ids: &[i64]) -> Vec<HeadAdjustment> {
        let granted = self.adjustments.get(&household_id);
        granted.map_or_else(Vec::new, |granted| {
            adjustment::of_heads(granted, person_ids)
        })
    }

    /// 条例減免 granted to a household.
    pub(super) fn reliefs(&self, household_id: i64) -> Vec<Relief> {
        self.reliefs.get(&household_id).cloned().unwrap_or_default()
    }
}
