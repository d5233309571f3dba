//! 事務の定め — what no law fixes and every office has to: how often and how long somebody is asked, how far ahead a
//! deadline is looked at, what the night may do by itself.

use super::book::RuleBook;
use super::levy::Status;
use super::row::Row;
use super::series::{Dated, Series};
use crate::{Date, Refusal};
use serde::{Deserialize, Serialize};

/// 記号番号の番号の付け方, where the clerk gives none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HouseholdNumbering {
    /// The number of the household itself, filled up with zeros.
    HouseholdId,
    /// One more than the greatest number of the symbol.
    NextOfSymbol,
}

/// 事務の定め.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficePractice {
    /// 年齢到達を夜間に自動で確定する; otherwise a person confirms.
    pub age_automatic: bool,
    /// 未届の勧奨: days to answer a letter.
    pub unreported_answer_days: u8,
    /// 未届の勧奨: letters before somebody becomes a candidate of a gain ex officio, 1 to 3.
    pub unreported_letters: u8,
    /// 資格重複のお尋ね: days to answer.
    pub overlap_answer_days: u8,
    /// 期限の近いもの: how many days ahead a deadline is put on the list.
    pub look_ahead_days: u8,
    /// 返戻: days after which a paper that came back is a matter.
    pub come_back_days: u8,
    /// 連携: days within which the result of a message must be confirmed.
    pub confirm_days: u8,
    /// 夜間処理: days looked back the first time.
    pub first_days: u8,
    /// 夜間処理: more findings of one kind than this are one matter for a run over the city, not one each.
    pub many: i64,
    /// 国保の番号の付け方.
    pub household_numbering: HouseholdNumbering,
    /// 国保の番号の桁数.
    pub household_digits: u8,
    /// 国保の記号 where nobody ever used one.
    pub first_symbol: String,
    /// Draft or confirmed.
    pub status: Status,
}

/// `[[office_practice]]`, of the nation (an assumption) or of a municipality.
pub(super) fn push(series: &mut Series<OfficePractice>, row: Row<'_>) {
    let (span, provenance) = row.dated();
    let value = OfficePractice {
        age_automatic: row.flag("age_automatic"),
        unreported_answer_days: row.small("unreported_answer_days", 7, 180),
        unreported_letters: row.small("unreported_letters", 1, 3),
        overlap_answer_days: row.small("overlap_answer_days", 7, 180),
        look_ahead_days: row.small("look_ahead_days", 1, 180),
        come_back_days: row.small("come_back_days", 0, 180),
        confirm_days: row.small("confirm_days", 1, 30),
        first_days: row.small("first_days", 1, 180),
        many: row.int("many", 10, 100_000),
        household_numbering: row.choice(
            "household_numbering",
            ("household_id", HouseholdNumbering::HouseholdId),
            &[("next_of_symbol", HouseholdNumbering::NextOfSymbol)],
        ),
        household_digits: row.small("household_digits", 1, 12),
        first_symbol: row.text("first_symbol"),
        status: provenance.status,
    };
    series.push(Dated {
        span,
        place: row.place.clone(),
        provenance,
        value,
    });
    row.finish();
}

impl RuleBook {
    /// What the office of a municipality holds on a day: its own row, else the national assumption.
    ///
    /// # Errors
    /// A [`Refusal`] where there is neither.
    pub fn office_practice(&self, code6: &str, on: Date) -> Result<OfficePractice, Refusal> {
        let own = self.municipals.get(code6);
        let rows = own.map_or(&[][..], |municipal| municipal.practice.rows());
        if let Some(row) = rows.iter().find(|row| row.span.contains(on)) {
            return Ok(row.value.clone());
        }
        let row = self
            .practice
            .at(on, "rules.office_practice.missing", "事務の定め（仮の値）")?;
        Ok(row.value.clone())
    }
}
