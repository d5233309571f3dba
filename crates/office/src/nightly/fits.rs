//! 証と事実の照合 — papers of households whose records changed since the last night, by whatever way the change came: what
//! no longer fits is put on the list as it is when a clerk registers the change. After the file of a whole city too each
//! household is looked at by itself: no run asks what became wrong on a paper, and the next night looks at what came later.
//! A change of members moves the ratio from the month after it: the papers are looked at when that day comes, and so they are
//! when anything else does that was registered ahead: a measure, an address, the end of an insurance.

use super::step::{Night, Page};
use crate::acts::Act;
use crate::certificate::{KeptRules, follow, run_touched};
use crate::error::OfficeError;
use crate::levy::relevy;
use crate::worklist::{CERTIFICATE_ISSUE, CERTIFICATE_REPLACE, CERTIFICATE_RETURN, Kind};
use db::{Conn, Sql};
use std::collections::BTreeSet;

const ANY: Sql = Sql {
    name: "nightly.fits.any",
    text: "select certificate_id from certificate_standing order by certificate_id limit 1",
};
const OPEN: Sql = Sql {
    name: "nightly.fits.open",
    text: "select count(*) from work_item where state = 'open' and household_id = $1 and kind = $2",
};
/// Households of which a decision begins or ends on one of the days, while a paper that was there before goes on beyond it.
///
/// 根拠: 国民健康保険法 第42条第1項、国民健康保険法施行令 第27条の2、国民健康保険法施行規則 第6条第4項第5号
const BEGUN: Sql = Sql {
    name: "nightly.fits.begun",
    text: "select distinct s.household_id from certificate_standing s \
           join judgement_decision d on d.household_id = s.household_id where s.valid = 1 \
           and ((d.valid_from > $1 and d.valid_from <= $2 and s.effective_from < d.valid_from \
             and (s.expires_on is null or s.expires_on >= d.valid_from)) \
           or (d.valid_until > $1 and d.valid_until <= $2 and s.effective_from < d.valid_until \
             and (s.expires_on is null or s.expires_on >= d.valid_until))) order by s.household_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ANY, OPEN, BEGUN];

/// Households looked at in one transaction.
const HOUSEHOLDS: usize = 50;
/// Likewise where a whole city changed: about a second, and the list of the changed is not read too often.
const OF_A_CROWD: usize = 500;

const TASKS: [Kind; 3] = [CERTIFICATE_ISSUE, CERTIFICATE_REPLACE, CERTIFICATE_RETURN];

/// The next households after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    // Before the first papers of a city there is nothing to hold against its facts.
    if conn.query_opt(&ANY, &[], |row| row.int(0))?.is_none() {
        return Ok(Page::default());
    }
    let mut touched: BTreeSet<i64> = relevy::touched_since(conn, night.known_after)?
        .into_iter()
        .collect();
    let days = [night.after.into(), night.on.into()];
    touched.extend(conn.query(&BEGUN, &days, |row| row.int(0))?);
    touched.extend(run_touched::facts(
        conn,
        night.known_after,
        (night.after, night.on),
    )?);
    let at_once = if i64::try_from(touched.len()).is_ok_and(|count| count > night.practice.many) {
        OF_A_CROWD
    } else {
        HOUSEHOLDS
    };
    let mut mine: Vec<i64> = touched.into_iter().filter(|home| *home > after).collect();
    mine.truncate(at_once);
    let mut page = Page {
        next: mine.last().copied().filter(|_| mine.len() == at_once),
        ..Page::default()
    };
    let rules = KeptRules::from_book(night.books.book, night.books.municipality)?;
    for household_id in mine {
        let before = open(conn, household_id)?;
        let tasks = follow::follow(conn, act, &rules, household_id, night.on)?;
        let change = open(conn, household_id)?.saturating_sub(before);
        page.found += i64::try_from(tasks.len()).unwrap_or(i64::MAX);
        page.opened += change.max(0);
        page.settled += change.min(0).saturating_neg();
    }
    Ok(page)
}

fn open(conn: &mut Conn, household_id: i64) -> Result<i64, OfficeError> {
    let mut sum = 0;
    for kind in TASKS {
        let params = [household_id.into(), kind.code.into()];
        sum += conn.query_one(&OPEN, &params, |row| row.int(0))?;
    }
    Ok(sum)
}
