//! 特定疾病（マル長）の限度額. 根拠: 国民健康保険法施行令 第29条の3第9項

use super::class::Under70;
use crate::{Clause, Refusal, Statute, Yen};
use serde::{Deserialize, Serialize};

/// 特定疾病の限度額 for a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialDiseaseRules {
    /// 10,000.
    pub usual: Yen,
    /// 区分ア・イ under 70 with 人工透析: 20,000.
    pub upper: Yen,
}

/// 特定疾病の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecialDisease {
    /// 人工腎臓を実施している慢性腎不全.
    Dialysis,
    /// 血漿分画製剤を投与している先天性血液凝固第Ⅷ・第Ⅸ因子障害.
    Haemophilia,
    /// 抗ウイルス剤を投与している後天性免疫不全症候群（血液凝固因子製剤による）.
    Hiv,
}

impl SpecialDisease {
    /// Every disease, in the order of the notice.
    pub const ALL: [Self; 3] = [Self::Dialysis, Self::Haemophilia, Self::Hiv];

    /// As stored: 疾病区分.
    #[must_use]
    pub const fn code(self) -> i64 {
        match self {
            Self::Dialysis => 1,
            Self::Haemophilia => 2,
            Self::Hiv => 3,
        }
    }

    /// The disease of a code.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|disease| disease.code() == code)
    }

    /// As printed.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Dialysis => "人工透析を要する慢性腎不全",
            Self::Haemophilia => "先天性血液凝固因子障害（血友病）",
            Self::Hiv => "血液凝固因子製剤の投与に起因するＨＩＶ感染症",
        }
    }
}

/// The ceiling of one month, hospital and kind of treatment.
///
/// `class` is the 70歳未満 class of the household, `None` where it is held; `seventy` that the person counts as 70 or
/// over; `turning_75` halves it (75歳到達時特例対象療養).
///
/// # Errors
/// A [`Refusal`] where the ceiling hangs on a class that is held.
pub fn ceiling(
    rules: SpecialDiseaseRules,
    disease: SpecialDisease,
    class: Option<Under70>,
    seventy: bool,
    turning_75: bool,
) -> Result<Yen, Refusal> {
    let whole = match (disease, seventy, class) {
        (SpecialDisease::Dialysis, false, Some(Under70::A | Under70::B)) => rules.upper,
        (SpecialDisease::Dialysis, false, None) => {
            return Err(Refusal::new(
                "judgement.special_disease.pending",
                "所得区分が保留のため、特定疾病の限度額を決められません。所得の照会・申告を済ませてください"
                    .to_owned(),
            )
            .under(Clause::new(Statute::NhiOrder, "第29条の3第9項")));
        }
        _ => rules.usual,
    };
    Ok(if turning_75 { Yen(whole.0 / 2) } else { whole })
}
