//! 記号番号と枝番 — numbers of households and of the people in them.
//!
//! 根拠: 国民健康保険法 第111条の2

use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::rules::{HouseholdNumbering, OfficePractice};
use std::collections::BTreeMap;

const LAST_HOUSEHOLD: Sql = Sql {
    name: "eligibility.number.last_household",
    text: "select coalesce(max(household_id), 0) from household",
};
const INSERT_HOUSEHOLD: Sql = Sql {
    name: "eligibility.number.insert_household",
    text: "insert into household (household_id, act_id) values ($1, $2) on conflict (household_id) do nothing",
};
const LAST_SYMBOL: Sql = Sql {
    name: "eligibility.number.last_symbol",
    text: "select symbol from household_fact where superseded_at is null order by recorded_at desc, subject desc limit 1",
};
const OWN_SYMBOL: Sql = Sql {
    name: "eligibility.number.own_symbol",
    text: "select symbol from household_fact where subject = $1 and superseded_at is null \
           order by valid_from desc limit 1",
};
const GIVEN_TWICE: Sql = Sql {
    name: "eligibility.number.given_twice",
    text: "select own.symbol, own.number, other.subject from household_fact own \
           join household_fact other on other.number = own.number and other.symbol = own.symbol \
             and other.subject <> own.subject and other.superseded_at is null \
           where own.subject = $1 and own.act_id = $2 and own.superseded_at is null \
           order by own.valid_from, other.subject limit 1",
};
const LAST_NUMBER: Sql = Sql {
    name: "eligibility.number.last_number",
    text: "select coalesce(max(known.number), '') from (select number from household_fact where symbol = $1 \
             union all select number from eligibility_event where symbol = $1 and number is not null) as known \
           where length(known.number) = $2 and known.number >= $3 and known.number <= $4",
};
const OWN_BRANCH: Sql = Sql {
    name: "eligibility.number.own_branch",
    text: "select branch from (\
             select branch, recorded_at as moment from insured_fact where household_id = $1 and subject = $2 \
             union all select branch, recorded_at from eligibility_event \
               where household_id = $1 and person_id = $2 and branch is not null) as known order by moment, branch limit 1",
};
const LAST_BRANCH: Sql = Sql {
    name: "eligibility.number.last_branch",
    text: "select coalesce(max(branch), 0) from (select branch from insured_fact where household_id = $1 \
           union all select branch from eligibility_event where household_id = $1 and branch is not null) as known",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    LAST_HOUSEHOLD,
    INSERT_HOUSEHOLD,
    LAST_SYMBOL,
    OWN_SYMBOL,
    GIVEN_TWICE,
    LAST_NUMBER,
    OWN_BRANCH,
    LAST_BRANCH,
];

/// Numbers given out within one act.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    /// New households: as named in the request, and as they are.
    pub(super) founded: BTreeMap<i64, i64>,
    branches: BTreeMap<(i64, i64), i64>,
}

impl Numbers {
    /// The number of a household named in a request; one below zero is given a number.
    pub(super) fn household(
        &mut self,
        conn: &mut Conn,
        act: &Act,
        named: i64,
    ) -> Result<i64, OfficeError> {
        if named >= 0 {
            return Ok(named);
        }
        if let Some(known) = self.founded.get(&named) {
            return Ok(*known);
        }
        let household_id = conn.query_one(&LAST_HOUSEHOLD, &[], |row| row.int(0))? + 1;
        conn.execute(&INSERT_HOUSEHOLD, &[household_id.into(), act.id.0.into()])?;
        self.founded.insert(named, household_id);
        Ok(household_id)
    }

    /// 枝番: who was in the household before keeps the old one; others get the next that nobody ever had.
    pub(super) fn branch(
        &mut self,
        conn: &mut Conn,
        household_id: i64,
        person_id: i64,
    ) -> Result<i64, OfficeError> {
        if let Some(known) = self.branches.get(&(household_id, person_id)) {
            return Ok(*known);
        }
        let params = [household_id.into(), person_id.into()];
        let own = conn.query_opt(&OWN_BRANCH, &params, |row| row.int(0))?;
        let branch = match own {
            Some(own) => own,
            None => {
                let stored =
                    conn.query_one(&LAST_BRANCH, &[household_id.into()], |row| row.int(0))?;
                let here = self.branches.iter();
                let given = here.filter(|(key, _)| key.0 == household_id);
                given
                    .map(|(_, branch)| *branch)
                    .max()
                    .unwrap_or(0)
                    .max(stored)
                    + 1
            }
        };
        self.branches.insert((household_id, person_id), branch);
        Ok(branch)
    }
}

fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Refuses a symbol and number that the act gave a household, or gave back to it, while another one bears them.
///
/// Asked once everything the act says is projected: two events of one act may give the same number, and taking a
/// renumbering back may bring a number back that somebody else got meanwhile.
///
/// # Errors
/// [`OfficeError::Input`] naming the number and the other household; [`OfficeError::Store`].
pub(super) fn given_once(conn: &mut Conn, act: &Act, household_id: i64) -> Result<(), OfficeError> {
    let params = [household_id.into(), act.id.0.into()];
    let read = |row: &db::Row<'_>| Ok((row.text(0)?, row.text(1)?, row.int(2)?));
    let Some((symbol, number, other)) = conn.query_opt(&GIVEN_TWICE, &params, read)? else {
        return Ok(());
    };
    Err(OfficeError::input(
        "記号番号",
        &format!(
            "{symbol} {number} は別の国保世帯（{other}）が使っているため、国保世帯{household_id}には付けられません。別の番号を入れてください"
        ),
    ))
}

/// 記号番号: what the clerk gave, the rest by the office's own rule: the household's own symbol or the one last used, and a
/// number made of the household's own, or one more than the greatest of the symbol.
pub(super) fn symbol_and_number(
    conn: &mut Conn,
    household_id: i64,
    symbol: Option<&str>,
    number: Option<&str>,
    practice: &OfficePractice,
) -> Result<(String, String), OfficeError> {
    let symbol = match given(symbol) {
        Some(symbol) => symbol.to_owned(),
        None => {
            let own = conn.query_opt(&OWN_SYMBOL, &[household_id.into()], |row| row.text(0))?;
            let last = conn.query_opt(&LAST_SYMBOL, &[], |row| row.text(0))?;
            own.or(last)
                .unwrap_or_else(|| practice.first_symbol.clone())
        }
    };
    let number = match given(number) {
        Some(number) => number.to_owned(),
        None => by_rule(conn, household_id, &symbol, practice)?,
    };
    Ok((symbol, number))
}

/// The number the office's own rule gives.
fn by_rule(
    conn: &mut Conn,
    household_id: i64,
    symbol: &str,
    practice: &OfficePractice,
) -> Result<String, OfficeError> {
    let digits = usize::from(practice.household_digits);
    let next = match practice.household_numbering {
        HouseholdNumbering::HouseholdId => household_id,
        HouseholdNumbering::NextOfSymbol => {
            let (least, most) = ("0".repeat(digits), "9".repeat(digits));
            let params = [
                symbol.into(),
                i64::from(practice.household_digits).into(),
                least.into(),
                most.into(),
            ];
            let last = conn.query_one(&LAST_NUMBER, &params, |row| row.text(0))?;
            last.parse::<i64>().unwrap_or(0) + 1
        }
    };
    Ok(format!("{next:0digits$}"))
}
