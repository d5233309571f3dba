//! 過去の判定の洗い出し — decisions that an accident elsewhere makes doubtful, found without a hand.

use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

const UNTAXED_LATER: Sql = Sql {
    name: "judgement.retro.untaxed_later",
    text: "select distinct d.household_id, i.subject, r.resident_since from judgement_decision d \
           join insured_fact i on i.household_id = d.household_id and i.superseded_at is null \
           join resident_fact r on r.subject = i.subject and r.superseded_at is null \
           where d.tax_year = $1 and d.flags % 2 = 1 and r.resident_since > $2 \
           and (i.valid_until is null or i.valid_until > d.valid_from) \
           and not exists (select 1 from resident_tax_fact t where t.subject = i.subject \
           and t.superseded_at is null and t.valid_from <= $3 and (t.valid_until is null or t.valid_until > $3)) \
           order by 1, 2",
};
const ABROAD: Sql = Sql {
    name: "judgement.retro.abroad",
    text: "select distinct d.household_id, t.subject, t.received_on from judgement_decision d \
           join insured_fact i on i.household_id = d.household_id and i.superseded_at is null \
           join resident_tax_fact t on t.subject = i.subject and t.superseded_at is null and t.abroad = 1 \
           where d.tax_year = $1 and d.flags % 2 = 1 and t.valid_from <= $2 \
           and (t.valid_until is null or t.valid_until > $2) order by 1, 2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[UNTAXED_LATER, ABROAD];

/// A household judged 非課税 with somebody who may not have been in Japan on 1 January.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    /// 国保世帯番号.
    pub household_id: i64,
    /// 宛名番号.
    pub person_id: i64,
    /// The day that raises the question: 住民となった日, or when the record came.
    pub since: Date,
    /// The tax record itself says 国外; otherwise there is no record and the person came after 1 January.
    pub on_record: bool,
}

/// 過去の判定の洗い出し: households judged 市町村民税世帯非課税 for a tax year with a member who had, or may have had, no
/// address in Japan on its 1 January. 今治市ほか 2024〜2026年の事故.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn retro_abroad(
    conn: &mut Conn,
    tax_year: law::FiscalYear,
) -> Result<Vec<Suspect>, OfficeError> {
    let new_year = law::day(tax_year.0, 1, 1);
    let year = i64::from(tax_year.0);
    let assessed = tax_year.assessment_day();
    let mut found = conn.query(&ABROAD, &[year.into(), assessed.into()], |row| {
        Ok(Suspect {
            household_id: row.int(0)?,
            person_id: row.int(1)?,
            since: row.date(2)?,
            on_record: true,
        })
    })?;
    let params = [year.into(), new_year.into(), assessed.into()];
    found.extend(conn.query(&UNTAXED_LATER, &params, |row| {
        Ok(Suspect {
            household_id: row.int(0)?,
            person_id: row.int(1)?,
            since: row.date(2)?,
            on_record: false,
        })
    })?);
    found.sort_by_key(|one| (one.household_id, one.person_id));
    Ok(found)
}
