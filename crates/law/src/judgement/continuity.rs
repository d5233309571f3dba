//! 世帯の継続性 — whether a household after a change is the one before it, for 多数回 and for a move within the prefecture.
//!
//! 根拠: 国民健康保険法施行令 第29条の3第12項（継続して同一の世帯に属すると認められるとき）
//!
//! It is looked at from the head. A household that divides or merges is proposed, and a person decides.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A household before or after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdState {
    /// 世帯主 by 宛名番号.
    pub head: i64,
    /// Insured members by 宛名番号.
    pub members: BTreeSet<i64>,
}

/// What came about between the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HouseholdChange {
    /// Before.
    pub before: HouseholdState,
    /// After.
    pub after: HouseholdState,
    /// Both lie in the same prefecture.
    pub same_prefecture: bool,
    /// Who left `before` for another insured household, without losing insurance (世帯分離).
    pub split_off: BTreeSet<i64>,
    /// Who came into `after` from another insured household (世帯合併).
    pub merged_in: BTreeSet<i64>,
}

/// 世帯継続性の判定結果, with the code of the message (0 未 1 継続 2 非継続).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Continuity {
    /// 継続.
    Continues,
    /// 非継続.
    Broken,
}

/// A judgement, or a proposal that waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContinuityJudgement {
    /// What is judged or proposed.
    pub proposed: Continuity,
    /// Whether a person must decide before it counts.
    pub needs_decision: bool,
    /// Why, for a clerk.
    pub reason_ja: &'static str,
}

/// Judges the continuity of a household.
#[must_use]
pub fn judge(change: &HouseholdChange) -> ContinuityJudgement {
    let decided = |proposed, reason_ja| ContinuityJudgement {
        proposed,
        needs_decision: false,
        reason_ja,
    };
    let (before, after) = (&change.before, &change.after);
    if !change.same_prefecture {
        return decided(Continuity::Broken, "県外との異動のため継続しない");
    }
    let divided = !change.split_off.is_empty() || !change.merged_in.is_empty();
    if divided {
        let same_head = before.head == after.head;
        return ContinuityJudgement {
            proposed: if same_head {
                Continuity::Continues
            } else {
                Continuity::Broken
            },
            needs_decision: true,
            reason_ja: if same_head {
                "世帯の分離・合併があり、異動後の世帯主は異動前も世帯主である"
            } else {
                "世帯の分離・合併があり、異動後の世帯主は異動前の世帯主でない"
            },
        };
    }
    let stayed = before.members.intersection(&after.members).next().is_some();
    if before.head == after.head {
        let reason_ja = if before.members == after.members {
            "世帯の構成が変わらず住所だけが変わった"
        } else {
            "世帯主が同じで、加入・喪失による増減だけがある"
        };
        return decided(Continuity::Continues, reason_ja);
    }
    if before.members == after.members || stayed {
        return decided(Continuity::Continues, "世帯主の変更だけがある");
    }
    decided(Continuity::Broken, "異動の前後に共通する被保険者がいない")
}
