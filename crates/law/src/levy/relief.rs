//! 減免 — what the ordinance takes off a levy already decided, on application or by office.
//!
//! 根拠: 国民健康保険法 第77条、第59条、地方税法 第717条、条例・減免取扱要綱
//!
//! Not to be confused with 軽減 (statutory_reduction) and 減額 (deduction), which are part of the levy itself.
//! The relief of 旧被扶養者 is computed inside the levy, because it changes what is capped.

use super::assess::{ComponentLevy, Levy};
use crate::{Clause, Months, Refusal, Rounding, Statute, Yen};
use serde::{Deserialize, Serialize};

/// 減免の事由.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReliefKind {
    /// 災害.
    Disaster,
    /// 所得激減.
    IncomeDrop,
    /// 生活困窮.
    Poverty,
    /// 収監・少年院（第59条: 給付を受けられない期間）.
    Custody,
    /// その他.
    Other,
}

impl ReliefKind {
    /// The name used on pages and notices.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Disaster => "災害",
            Self::IncomeDrop => "所得激減",
            Self::Poverty => "生活困窮",
            Self::Custody => "収監等による給付制限",
            Self::Other => "その他",
        }
    }

    /// Where it stands.
    #[must_use]
    pub const fn clause(self) -> Clause {
        match self {
            Self::Custody => Clause::new(Statute::NhiAct, "第59条・第77条"),
            Self::Disaster | Self::IncomeDrop | Self::Poverty | Self::Other => {
                Clause::new(Statute::NhiAct, "第77条")
            }
        }
    }
}

/// 減免の対象額.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReliefBase {
    /// The whole amount of the component.
    Whole,
    /// 所得割額, as far as the cap leaves it.
    IncomePart,
    /// 均等割額 and 18歳以上均等割額.
    PerCapita,
    /// 均等割額, 18歳以上均等割額 and 平等割額.
    PerCapitaAndHousehold,
}

/// 減免の割合または額.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReliefSize {
    /// Per cent of the base, 0 to 100; 7割 is 70.
    Percent(u8),
    /// Yen a year, prorated by months like the base.
    Amount(Yen),
}

/// One relief granted to a liable head for one fiscal year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relief {
    /// 事由.
    pub kind: ReliefKind,
    /// 条例・要綱の条項, as printed.
    pub ordinance: String,
    /// Indexes of the components it covers.
    pub components: Vec<usize>,
    /// What it is taken of.
    pub base: ReliefBase,
    /// How much.
    pub size: ReliefSize,
    /// Months it holds for; the base is prorated over the months of the levy.
    pub months: Months,
    /// 減免額の端数の単位.
    pub unit: i64,
    /// 減免額の端数の向き.
    pub rounding: Rounding,
}

/// What one relief took off one component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReliefPart {
    /// Index into the reliefs given.
    pub relief: usize,
    /// Index of the component.
    pub component: usize,
    /// The base for a whole year of the levy.
    pub base: Yen,
    /// Months relieved among those of the levy.
    pub months: i64,
    /// Months of the levy.
    pub of_months: i64,
    /// Taken off.
    pub yen: Yen,
}

/// 減免後の額.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relieved {
    /// What was taken off, in the order of the reliefs.
    pub parts: Vec<ReliefPart>,
    /// 減免後の区分ごとの額.
    pub components: Vec<Yen>,
    /// 減免額の合計.
    pub relief: Yen,
    /// 減免後の年額.
    pub total: Yen,
}

/// 減免 — the reliefs taken off a decided levy, one after the other, never below zero.
///
/// 根拠: 国民健康保険法 第77条、地方税法 第717条、条例
///
/// `charged` are the months of the levy. A later relief takes of what the earlier ones left of a component.
///
/// # Errors
/// A [`Refusal`] when a relief names an unknown component, a rate above 100 % or a unit below one yen.
pub fn relieve(levy: &Levy, charged: Months, reliefs: &[Relief]) -> Result<Relieved, Refusal> {
    let mut components: Vec<Yen> = levy.components.iter().map(|one| one.amount).collect();
    let mut parts = Vec::new();
    for (number, relief) in reliefs.iter().enumerate() {
        check(relief)?;
        for index in &relief.components {
            let (Some(one), Some(left)) = (levy.components.get(*index), components.get_mut(*index))
            else {
                return Err(refuse(
                    "levy.relief.component",
                    "減免の対象の賦課区分が規則にありません。区分を選び直してください",
                ));
            };
            let part = take(number, relief, *index, one, *left, charged);
            *left -= part.yen;
            parts.push(part);
        }
    }
    let relief = parts.iter().map(|part| part.yen).sum();
    let total = components.iter().copied().sum();
    Ok(Relieved {
        parts,
        components,
        relief,
        total,
    })
}

fn check(relief: &Relief) -> Result<(), Refusal> {
    match relief.size {
        ReliefSize::Percent(percent) if percent > 100 => {
            return Err(refuse(
                "levy.relief.percent",
                "減免の割合が100%を超えています。割合を確かめてください",
            ));
        }
        ReliefSize::Amount(yen) if yen < Yen::ZERO => {
            return Err(refuse(
                "levy.relief.amount",
                "減免額が負になっています。額を確かめてください",
            ));
        }
        ReliefSize::Percent(_) | ReliefSize::Amount(_) => {}
    }
    if relief.unit < 1 {
        return Err(refuse(
            "levy.relief.unit",
            "減免額の端数の単位は1円以上にしてください",
        ));
    }
    Ok(())
}

fn refuse(code: &'static str, message_ja: &str) -> Refusal {
    Refusal::new(code, message_ja.to_owned()).under(Clause::new(Statute::NhiAct, "第77条"))
}

fn take(
    number: usize,
    relief: &Relief,
    component: usize,
    levy: &ComponentLevy,
    left: Yen,
    charged: Months,
) -> ReliefPart {
    let base = base_of(relief.base, levy);
    let (months, of_months) = (relief.months.and(charged).count(), charged.count().max(1));
    let exact = match relief.size {
        ReliefSize::Percent(percent) => relief.rounding.divide(
            base.0 * i64::from(percent) * months,
            100 * of_months,
            relief.unit,
        ),
        ReliefSize::Amount(yen) => relief.rounding.divide(yen.0 * months, 12, relief.unit),
    };
    ReliefPart {
        relief: number,
        component,
        base,
        months,
        of_months,
        yen: Yen(exact).at_least_zero().min(left.at_least_zero()),
    }
}

/// The base, never more than the component itself: the cap falls on 所得割 first.
fn base_of(base: ReliefBase, levy: &ComponentLevy) -> Yen {
    let per_capita = levy.per_capita + levy.per_adult;
    let base = match base {
        ReliefBase::Whole => levy.amount,
        ReliefBase::IncomePart => levy.income - levy.over_cap,
        ReliefBase::PerCapita => per_capita,
        ReliefBase::PerCapitaAndHousehold => per_capita + levy.per_household,
    };
    base.at_least_zero().min(levy.amount)
}
