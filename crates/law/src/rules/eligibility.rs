//! 資格の規則 — every cause of 取得, 喪失 and change, who is excluded, and what a municipality may choose, as dated rows.

use super::book::RuleBook;
use super::levy::Status;
use super::series::{Dated, Series};
use crate::{Date, Refusal, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which way a cause goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 取得.
    Gain,
    /// 喪失.
    Loss,
    /// 変更: of household, head or number.
    Change,
}

impl Side {
    /// As shown.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Gain => "取得",
            Self::Loss => "喪失",
            Self::Change => "変更",
        }
    }
}

/// 異動日から効力の日を定める規則.
///
/// 根拠: 国民健康保険法 第7条・第8条
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayRule {
    /// その日.
    Same,
    /// 翌日.
    Next,
    /// 翌日; その日 when a residence elsewhere begins on the very day (第8条第1項ただし書).
    Elsewhere,
    /// その日 or 翌日 as the municipality holds it (75歳到達).
    Practice,
}

/// What a cause does to the 資格 that the prefecture holds.
///
/// 根拠: 国民健康保険法 第5条・第7条・第8条（2018-04-01 から）
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrefectureEffect {
    /// Begins or ends with it.
    Breaks,
    /// Goes on: only 適用開始 or 適用終了 of this municipality.
    Continues,
    /// Goes on where the day on which it began elsewhere is told with the gain, begins otherwise.
    Told,
    /// Not touched.
    None,
}

/// 事由 — one cause of an eligibility event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Stable name, finer than the code.
    pub key: String,
    /// 集約システムの事由コード (01…15, 41…52); empty for a change.
    pub code: String,
    /// 取得・喪失・変更.
    pub side: Side,
    /// As shown.
    pub name_ja: String,
    /// Day of effect.
    pub day: DayRule,
    /// 都道府県の資格.
    pub prefecture: PrefectureEffect,
    /// The person leaves the household too, so a standing as 特定同一世帯所属者 ends.
    pub leaves_household: bool,
    /// The person becomes 特定同一世帯所属者.
    pub former_insured: bool,
    /// 届出の期限 in days from the event; none where nobody has to report.
    pub report_days: Option<u8>,
    /// 公簿で確認できるときは届出を省略できる.
    pub omit_report: bool,
    /// A second person approves.
    pub approval: bool,
    /// 確かめる書類.
    pub papers: Vec<String>,
    /// 条項, as printed.
    pub clause: String,
    /// Draft or confirmed.
    pub status: Status,
}

impl Cause {
    /// 第6条各号 — whether it is one of those under which nobody is insured, and not only an end by death or moving away.
    ///
    /// 根拠: 国民健康保険法 第6条
    #[must_use]
    pub fn excludes(&self) -> bool {
        self.side == Side::Loss && self.clause.contains("国民健康保険法 第6条")
    }
}

/// 適用除外 — a residence status or activity that is not insured.
///
/// 根拠: 国民健康保険法 第6条第11号、国民健康保険法施行規則 第1条
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Stable name.
    pub key: String,
    /// As shown.
    pub name_ja: String,
    /// 在留資格 it applies to; empty: every one.
    pub statuses: Vec<String>,
    /// 指定された活動 it applies to; empty: every one.
    pub activities: Vec<String>,
    /// Applies where the permitted stay is not longer than so many months.
    pub most_months: Option<u8>,
    /// Only persons of 18 or over.
    pub adults_only: bool,
    /// Whoever was insured already and still has a status of residence keeps the insurance (第1条第1号括弧書).
    pub keeps_insured: bool,
    /// Why, and what to do.
    pub reason_ja: String,
    /// 条項, as printed.
    pub clause: String,
}

/// 75歳到達の資格喪失年月日 as registered and sent; cover and levy end by the birthday either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossAt75 {
    /// 誕生日当日.
    Birthday,
    /// 誕生日の翌日.
    NextDay,
}

/// 市町村の扱い of eligibility events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityPractice {
    /// 75歳到達の資格喪失年月日.
    pub loss_at_75: LossAt75,
    /// 取消 of an event that took effect more than so many days ago needs a second person.
    pub undo_approval_after_days: i64,
    /// 訂正 always needs a second person.
    pub correction_approval: bool,
    /// An event that took effect more than so many days before its registration needs a second person.
    pub backdated_approval_after_days: i64,
    /// Draft or confirmed; the national row is an assumption.
    pub status: Status,
}

/// What is declared not to be known, by side.
type Unknowns = Vec<(Side, Dated<()>)>;

/// 資格の規則 through time.
#[derive(Clone, Debug, Default)]
pub struct EligibilityRules {
    pub(super) causes: BTreeMap<String, Series<Cause>>,
    pub(super) exclusions: Vec<Dated<Exclusion>>,
    pub(super) unknown: Unknowns,
    pub(super) practice: Series<EligibilityPractice>,
}

impl EligibilityRules {
    /// The tables alone, without what any municipality chooses.
    #[must_use]
    pub const fn book(&self) -> EligibilityBook<'_> {
        EligibilityBook {
            rules: self,
            municipal: None,
        }
    }

    /// The row of a cause on the day of the event.
    ///
    /// # Errors
    /// A [`Refusal`] where there is no such cause, or none on that day: the message says which periods there are.
    pub fn cause(&self, key: &str, occurred_on: Date) -> Result<&Cause, Refusal> {
        let series = self.causes.get(key).ok_or_else(|| {
            Refusal::new(
                "rules.eligibility.cause.unknown",
                format!("事由「{key}」を知りません。事由を一覧から選んでください"),
            )
        })?;
        let name = series.rows().first().map_or(key, |row| &row.value.name_ja);
        series
            .at(
                occurred_on,
                "rules.eligibility.cause.missing",
                &format!("事由「{name}」の規則"),
            )
            .map(|row| &row.value)
    }

    /// The causes on a day, in the order of side, code and key.
    #[must_use]
    pub fn causes_on(&self, occurred_on: Date) -> Vec<&Cause> {
        let mut found: Vec<&Cause> = self
            .causes
            .values()
            .filter_map(|series| {
                let mut rows = series.rows().iter();
                rows.find(|row| row.span.contains(occurred_on))
            })
            .map(|row| &row.value)
            .collect();
        found.sort_by_key(|cause| (cause.side, &cause.code, &cause.key));
        found
    }

    /// The causes a clerk may mean by a code typed at the counter.
    #[must_use]
    pub fn causes_of_code(&self, code: &str, occurred_on: Date) -> Vec<&Cause> {
        let mut found = self.causes_on(occurred_on);
        found.retain(|cause| cause.code == code);
        found
    }

    /// The exclusions on a day, in the order in which they are asked.
    #[must_use]
    pub fn exclusions_on(&self, on: Date) -> Vec<&Exclusion> {
        let rows = self.exclusions.iter();
        rows.filter(|row| row.span.contains(on))
            .map(|row| &row.value)
            .collect()
    }

    /// The national assumption of what a municipality chooses.
    ///
    /// # Errors
    /// A [`Refusal`] where there is none on that day.
    pub fn assumed_practice(&self, on: Date) -> Result<EligibilityPractice, Refusal> {
        let row = self.practice.at(
            on,
            "rules.eligibility.practice.missing",
            "資格の扱い（仮の値）",
        )?;
        Ok(row.value)
    }
}

/// 資格の規則の組 — everything a fold of one municipality's events reads.
#[derive(Clone, Copy, Debug)]
pub struct EligibilityBook<'b> {
    /// The dated tables.
    pub rules: &'b EligibilityRules,
    municipal: Option<&'b Series<EligibilityPractice>>,
}

impl<'b> EligibilityBook<'b> {
    /// What the municipality holds on a day: its own row, else the national assumption.
    ///
    /// # Errors
    /// A [`Refusal`] where there is neither.
    pub fn practice(&self, on: Date) -> Result<EligibilityPractice, Refusal> {
        let rows = self.municipal.map_or(&[][..], Series::rows);
        match rows.iter().find(|row| row.span.contains(on)) {
            Some(row) => Ok(row.value),
            None => self.rules.assumed_practice(on),
        }
    }

    /// SHA-256 of the canonical text of all rows, in lower-case hexadecimal.
    ///
    /// # Errors
    /// A [`Refusal`] when the rows cannot be written as JSON.
    pub fn hash(&self) -> Result<String, Refusal> {
        let causes: Vec<(Span, &Cause)> = self
            .rules
            .causes
            .values()
            .flat_map(|series| series.rows().iter().map(|row| (row.span, &row.value)))
            .collect();
        let exclusions: Vec<(Span, &Exclusion)> = self
            .rules
            .exclusions
            .iter()
            .map(|row| (row.span, &row.value))
            .collect();
        let own = self.municipal.map_or(&[][..], Series::rows).iter();
        let practice: Vec<(Span, EligibilityPractice)> = own
            .chain(self.rules.practice.rows())
            .map(|row| (row.span, row.value))
            .collect();
        let text = super::canonical::canonical(&(causes, exclusions, practice))?;
        Ok(super::hash_of(&text))
    }
}

impl RuleBook {
    /// 資格の規則 of the nation.
    #[must_use]
    pub fn eligibility(&self) -> &EligibilityRules {
        &self.eligibility
    }

    /// 資格の規則 with what one municipality chooses.
    ///
    /// # Errors
    /// A [`Refusal`] when the municipality has no rule files.
    pub fn eligibility_of(&self, code6: &str) -> Result<EligibilityBook<'_>, Refusal> {
        let municipal = self.municipals.get(code6).ok_or_else(|| {
            Refusal::new(
                "rules.municipality.missing",
                format!("団体コード {code6} の規則がありません。rules/municipal/{code6}/levy.toml を作ってください"),
            )
        })?;
        Ok(EligibilityBook {
            rules: &self.eligibility,
            municipal: Some(&municipal.eligibility),
        })
    }
}
