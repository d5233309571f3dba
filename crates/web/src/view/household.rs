//! 世帯の画面 — one dated picture from which everything starts.

use super::layout::{Badge, Layout};
use super::timeline::Timeline;
use askama::Template;
use law::Yen;

/// One person of the household.
#[derive(Clone, Debug)]
pub struct Member {
    /// 宛名番号.
    pub person_id: i64,
    /// 氏名.
    pub name: String,
    /// カナ.
    pub kana: String,
    /// 続柄.
    pub relationship: String,
    /// 生年月日.
    pub birth: String,
    /// 年齢.
    pub age: String,
    /// 性別.
    pub sex: String,
    /// 加入中, 喪失, 擬制世帯主 …
    pub standing: String,
    /// 取得日 and cause.
    pub gained: String,
    /// 喪失日 and cause; empty while insured.
    pub lost: String,
    /// 前年の総所得 in words: an amount, 未申告, 照会中.
    pub income: String,
    /// Warnings.
    pub badges: Vec<Badge>,
    /// Whether the person is insured on the day asked for.
    pub insured: bool,
}

/// One levy year of the household.
#[derive(Clone, Debug)]
pub struct LevyLine {
    /// 令和8年度.
    pub year: String,
    /// 納付義務者.
    pub liable: String,
    /// When it was decided.
    pub decided: String,
    /// 当初, 変更 …
    pub reason: String,
    /// 軽減.
    pub reduction: String,
    /// 年額.
    pub total: Yen,
    /// Where.
    pub href: String,
}

/// One notice of the household.
#[derive(Clone, Debug)]
pub struct NoticeLine {
    /// What.
    pub kind: String,
    /// 宛先.
    pub addressee: String,
    /// 令和8年度.
    pub year: String,
    /// 作成済, 発送済, 保留 …
    pub state: String,
    /// Where the PDF is; empty where there is none.
    pub href: String,
}

/// 減免 or 徴収猶予 of the household.
#[derive(Clone, Debug)]
pub struct FavourLine {
    /// 減免申請, 徴収猶予.
    pub kind: String,
    /// 令和8年度.
    pub year: String,
    /// 事由, 期別 and the like.
    pub what: String,
    /// 申請中, 減免決定, 猶予中 …
    pub state: String,
    /// When.
    pub on: String,
}

/// The household page.
#[derive(Clone, Debug, Template)]
#[template(path = "household.html")]
pub struct HouseholdPage {
    /// Around it.
    pub page: Layout,
    /// 世帯番号.
    pub household_id: i64,
    /// As typed: the day the page speaks of.
    pub as_of: String,
    /// As typed: what the office knew by the end of this day; empty for all it knows.
    pub known_at: String,
    /// Members, insured first.
    pub members: Vec<Member>,
    /// The picture.
    pub timeline: Timeline,
    /// Levies, newest year first.
    pub levies: Vec<LevyLine>,
    /// 減免 and 徴収猶予.
    pub favours: Vec<FavourLine>,
    /// Notices, newest first.
    pub notices: Vec<NoticeLine>,
    /// Where the preview of a re-levy is; empty where it may not be asked.
    pub preview_href: String,
}
