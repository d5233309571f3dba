//! 多数回該当 — three months with 高額療養費 within twelve make the fourth cheaper.
//!
//! 根拠: 国民健康保険法施行令 第29条の3第1項第1号ただし書

use crate::Date;
use serde::{Deserialize, Serialize};

/// 多数回該当の月数.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrequentRules {
    /// Within so many months, the month of treatment the last of them (12).
    pub window_months: i64,
    /// So many months paid before make it hold (3).
    pub months: i64,
}

/// 高額療養費の支給の種類 of a month. 根拠: 国民健康保険法施行令 第29条の2
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidUnder {
    /// 第1項: 世帯全体.
    Household,
    /// 第2項: 70歳未満の75歳到達時特例.
    TurningUnder70,
    /// 第3項: 70歳以上の世帯.
    ElderHousehold,
    /// 第4項: 70歳以上の75歳到達時特例.
    TurningElder,
    /// 第5項: 外来（個人）だけ.
    OutpatientOnly,
    /// 第6項: 特定給付対象療養.
    PublicExpense,
    /// 第7項: 特定疾病給付対象療養.
    DesignatedDisease,
    /// 第8項: 特定疾病（マル長）.
    SpecialDisease,
}

impl PaidUnder {
    /// Every kind, in the order of the paragraphs.
    pub const ALL: [Self; 8] = [
        Self::Household,
        Self::TurningUnder70,
        Self::ElderHousehold,
        Self::TurningElder,
        Self::OutpatientOnly,
        Self::PublicExpense,
        Self::DesignatedDisease,
        Self::SpecialDisease,
    ];

    /// Number of the paragraph of 第29条の2.
    #[must_use]
    pub const fn paragraph(self) -> i64 {
        match self {
            Self::Household => 1,
            Self::TurningUnder70 => 2,
            Self::ElderHousehold => 3,
            Self::TurningElder => 4,
            Self::OutpatientOnly => 5,
            Self::PublicExpense => 6,
            Self::DesignatedDisease => 7,
            Self::SpecialDisease => 8,
        }
    }

    /// The kind of a paragraph.
    #[must_use]
    pub fn from_paragraph(paragraph: i64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.paragraph() == paragraph)
    }

    /// Whether a month paid under it alone counts: 第1項〜第4項 do, 外来（個人）・公費・マル長 do not.
    #[must_use]
    pub const fn counts(self) -> bool {
        self.paragraph() <= 4
    }
}

/// Where a month was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidBy {
    /// This municipality.
    Here,
    /// Another municipality of the prefecture, with 世帯の継続性 decided.
    SamePrefecture {
        /// 世帯継続性.
        continues: bool,
    },
    /// Another prefecture: the count begins anew.
    OtherPrefecture,
}

/// One month with 高額療養費.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaidMonth {
    /// First day of the month of treatment.
    pub month: Date,
    /// Under which paragraph.
    pub under: PaidUnder,
    /// Where.
    pub by: PaidBy,
}

/// 多数回該当の判定 of one month of treatment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frequent {
    /// The months that count, oldest first, each once.
    pub counted: Vec<Date>,
    /// Whether it holds.
    pub holds: bool,
}

/// 該当回数: the months before `month` within the window that count, and whether it is 多数回.
#[must_use]
pub fn judge(rules: FrequentRules, paid: &[PaidMonth], month: Date) -> Frequent {
    let number = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
    let now = number(month);
    let mut counted: Vec<Date> = paid
        .iter()
        .filter(|one| one.under.counts())
        .filter(|one| match one.by {
            PaidBy::Here => true,
            PaidBy::SamePrefecture { continues } => continues,
            PaidBy::OtherPrefecture => false,
        })
        .map(|one| one.month.first_of_month())
        .filter(|day| number(*day) < now && number(*day) > now - rules.window_months)
        .collect();
    counted.sort_unstable();
    counted.dedup();
    let holds = i64::try_from(counted.len()).is_ok_and(|count| count >= rules.months);
    Frequent { counted, holds }
}
