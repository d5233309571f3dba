//! 調整額・独自減額 — what the municipality takes off a component before its fraction and its cap, decided for one liable head
//! and fiscal year.
//!
//! 根拠: 国民健康保険法 第77条・第81条、条例・要綱
//!
//! It stands as a dated fact of the household, so the levy reads it like any other and shows it as a line of its own.

use super::book::{Circumstances, Relevied};
use super::relevy::{Books, carry_out};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::ledger::COMPONENT_CODES;
use crate::registry::year_span;
use crate::security::permit::{GrantRelief, Permit};
use db::{Conn, DatedTable, Sql, Store};
use law::levy::Adjustment;
use law::levy::facts::HeadAdjustment;
use law::{FiscalYear, Refusal, Yen};
use serde::{Deserialize, Serialize};

/// The table of adjustments: one list for each household and fiscal year.
pub const TABLE: DatedTable = DatedTable::new("adjustment_fact", &["adjustments"]);

/// One adjustment as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Granted {
    /// 納付義務者.
    pub liable_id: i64,
    /// Component code.
    pub component: String,
    /// 年額, in yen taken off.
    pub yen: Yen,
    /// 事業の名称, as shown.
    pub name_ja: String,
}

const HEADS: Sql = Sql {
    name: "levy.adjustment.heads",
    text: "select head_person_id from household_fact where subject = $1 and superseded_at is null \
           and valid_from < $3 and (valid_until is null or valid_until > $2) order by valid_from",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HEADS];

/// 調整額の決定 — the adjustments of a household and year become `granted`, nothing where it is empty, and the household is
/// levied again under the same act.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Refusal`] for a component the year does not have, an amount that is
/// not above zero, or somebody who is no head of the household in the year.
pub fn decide(
    store: &Store,
    books: &Books<'_>,
    permit: &Permit<GrantRelief>,
    acting: &Acting,
    (household_id, year): (i64, FiscalYear),
    granted: &[Granted],
    reason: &str,
) -> Result<Vec<Relevied>, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input("理由", "調整額の理由を入れてください"));
    }
    let rules = books.of(year)?;
    let codes: Vec<&str> = rules
        .levy
        .components
        .iter()
        .map(|one| one.code.as_str())
        .collect();
    store.write(|conn| {
        let heads = heads(conn, household_id, year)?;
        for one in granted {
            check(one, &codes, &heads)?;
        }
        let details = ActDetails {
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "levy.adjust", &details)?;
        let span = year_span(year);
        if granted.is_empty() {
            TABLE.close(conn, act.stamp(), household_id, span)?;
        } else {
            let json = serde_json::to_string(granted)
                .map_err(|error| OfficeError::Bug(format!("調整額を書けません: {error}")))?;
            TABLE.put(conn, act.stamp(), household_id, span, &[json.into()])?;
        }
        let given = (reason, Circumstances::default());
        carry_out(
            conn,
            books,
            &act,
            acting.business_date,
            &[household_id],
            given,
        )
    })
}

fn heads(conn: &mut Conn, household_id: i64, year: FiscalYear) -> Result<Vec<i64>, OfficeError> {
    let params = [
        household_id.into(),
        year.assessment_day().into(),
        year.end().into(),
    ];
    Ok(conn.query(&HEADS, &params, |row| row.int(0))?)
}

fn check(one: &Granted, codes: &[&str], heads: &[i64]) -> Result<(), Refusal> {
    let wrong = if !codes.contains(&one.component.as_str()) {
        format!(
            "賦課区分「{}」はこの年度にありません。区分を選び直してください",
            one.component
        )
    } else if one.yen <= Yen::ZERO {
        "調整額は1円以上で入れてください".to_owned()
    } else if !heads.contains(&one.liable_id) {
        format!(
            "宛名番号{}はこの年度の納付義務者（世帯主）ではありません。納付義務者を選び直してください",
            one.liable_id
        )
    } else {
        return Ok(());
    };
    Err(Refusal::new("levy.adjustment", wrong))
}

/// Reads what a row of the table holds.
///
/// # Errors
/// [`OfficeError::Bug`] when the record cannot be read.
pub(super) fn read(json: &str) -> Result<Vec<Granted>, OfficeError> {
    serde_json::from_str(json)
        .map_err(|error| OfficeError::Bug(format!("調整額の記録が読めません: {error}")))
}

/// What the rule reads of them: heads by their place among the people of the household.
pub(super) fn of_heads(granted: &[Granted], person_ids: &[i64]) -> Vec<HeadAdjustment> {
    let known = granted.iter().filter_map(|one| {
        let head = person_ids.binary_search(&one.liable_id).ok()?;
        let place = COMPONENT_CODES
            .iter()
            .position(|code| *code == one.component)?;
        Some(HeadAdjustment {
            head,
            adjustment: Adjustment {
                component: place,
                yen: one.yen,
            },
        })
    });
    known.collect()
}
