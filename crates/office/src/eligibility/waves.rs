//! 勧奨・照会の回 — one step over a whole list: collected, asked, chased. Each can be tried first: the same step, rolled back.

use super::letters;
use super::status::inquiry;
use super::status::{facility, family, stay, student, whereabouts};
use super::{overlap, unreported};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::rehearsal::rolled_back;
use crate::security::permit::{Permit, RunEligibility};
use crate::worklist::{
    self, ELIGIBILITY_UNREPORTED, Filter, JUDGEMENT_INVITE, Kind, STATUS_FACILITY,
    STATUS_RESIDENCE_PERIOD, STATUS_STUDENT, STATUS_WHEREABOUTS,
};
use db::{Conn, Store};
use law::Date;
use law::rules::OfficePractice;

/// Days ahead within which a stay that ends is looked at, and days back.
pub const STAY_DAYS: i64 = 60;

/// A step over a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wave {
    /// 資格重複: お尋ねを作る.
    OverlapAsk,
    /// 資格重複: 回答の期限を見直す.
    OverlapChase,
    /// 未届: 抽出.
    UnreportedCollect,
    /// 未届: 次の回の勧奨.
    UnreportedWave,
    /// 居所不明: 保留の見直し.
    WhereaboutsSweep,
    /// 居所不明: 照会文書を作る.
    WhereaboutsInquire,
    /// 在学確認: 年次の抽出.
    StudentCollect,
    /// 在学確認: 照会文書を作る.
    StudentInquire,
    /// 施設: 年次の抽出.
    FacilityCollect,
    /// 施設: 照会文書を作る.
    FacilityInquire,
    /// 在留期間: 抽出.
    StayCollect,
    /// 在留期間: 照会文書を作る.
    StayInquire,
    /// 基準収入額適用申請: 案内を作る.
    RevenueInvite,
}

impl Wave {
    /// Every step: list and step in the address, and the name.
    pub const ALL: [(Self, &'static str, &'static str); 13] = [
        (Self::OverlapAsk, "overlap/ask", "お尋ねの文書を作る"),
        (Self::OverlapChase, "overlap/chase", "回答の期限を見直す"),
        (
            Self::UnreportedCollect,
            "unreported/collect",
            "未届の人を抽出する",
        ),
        (
            Self::UnreportedWave,
            "unreported/wave",
            "次の回の勧奨を作る",
        ),
        (Self::WhereaboutsSweep, "whereabouts/sweep", "保留を見直す"),
        (
            Self::WhereaboutsInquire,
            "whereabouts/inquire",
            "照会の文書を作る",
        ),
        (
            Self::StudentCollect,
            "student/collect",
            "年次確認の対象を抽出する",
        ),
        (
            Self::StudentInquire,
            "student/inquire",
            "在学確認の文書を作る",
        ),
        (
            Self::FacilityCollect,
            "facility/collect",
            "年次確認の対象を抽出する",
        ),
        (
            Self::FacilityInquire,
            "facility/inquire",
            "入所確認の文書を作る",
        ),
        (Self::StayCollect, "stay/collect", "期限の近い人を抽出する"),
        (Self::StayInquire, "stay/inquire", "在留期間の照会を作る"),
        (Self::RevenueInvite, "revenue/invite", "申請の案内を作る"),
    ];

    /// The step of an address.
    #[must_use]
    pub fn of(list: &str, step: &str) -> Option<Self> {
        let wanted = format!("{list}/{step}");
        Self::ALL
            .iter()
            .find(|row| row.1 == wanted)
            .map(|row| row.0)
    }

    /// Name on pages.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        crate::names::label_of(&Self::ALL, self)
    }

    /// Kind of its act.
    const fn act(self) -> &'static str {
        match self {
            Self::OverlapAsk => "eligibility.overlap_ask",
            Self::OverlapChase => "eligibility.overlap_chase",
            Self::UnreportedCollect => "eligibility.unreported",
            Self::UnreportedWave => "eligibility.unreported_wave",
            Self::WhereaboutsSweep => "status.whereabouts_sweep",
            Self::StudentCollect => "status.student_check",
            Self::FacilityCollect => "status.facility_check",
            Self::StayCollect => "status.stay",
            Self::WhereaboutsInquire
            | Self::StudentInquire
            | Self::FacilityInquire
            | Self::StayInquire
            | Self::RevenueInvite => "eligibility.inquiry",
        }
    }

    /// Whether it writes letters that ask for an answer by a day the clerk gives.
    #[must_use]
    pub const fn asks_until(self) -> bool {
        matches!(
            self,
            Self::WhereaboutsInquire
                | Self::StudentInquire
                | Self::FacilityInquire
                | Self::StayInquire
                | Self::RevenueInvite
        )
    }
}

/// What a step came to: name and number.
pub type Figures = Vec<(&'static str, i64)>;

/// What a step would come to: the step itself, rolled back. `own` is the municipality.
///
/// # Errors
/// What the step refuses.
pub fn preview(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    (own, practice): (&str, &OfficePractice),
    (wave, answer_by): (Wave, Option<Date>),
) -> Result<Figures, OfficeError> {
    let acting = acting.without_request();
    rolled_back(store, |conn| {
        begun(conn, permit, &acting, (own, practice), (wave, answer_by))
    })
}

/// Takes a step, in one transaction.
///
/// # Errors
/// [`OfficeError::Input`] for a day to answer by that has passed; [`OfficeError::Refusal`] where somebody has no address.
pub fn run(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    (own, practice): (&str, &OfficePractice),
    (wave, answer_by): (Wave, Option<Date>),
) -> Result<Figures, OfficeError> {
    store.write(|conn| begun(conn, permit, acting, (own, practice), (wave, answer_by)))
}

fn begun(
    conn: &mut Conn,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    (own, practice): (&str, &OfficePractice),
    (wave, answer_by): (Wave, Option<Date>),
) -> Result<Figures, OfficeError> {
    let details = ActDetails {
        note: wave.label_ja().to_owned(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, wave.act(), &details)?;
    under(
        conn,
        &act,
        (own, practice),
        (wave, answer_by),
        acting.business_date,
    )
}

fn under(
    conn: &mut Conn,
    act: &Act,
    (own, practice): (&str, &OfficePractice),
    (wave, answer_by): (Wave, Option<Date>),
    today: Date,
) -> Result<Figures, OfficeError> {
    let inquire = |conn: &mut Conn, kind: Kind| inquire(conn, act, kind, answer_by, today);
    Ok(match wave {
        Wave::OverlapAsk => {
            let (written, doubtful) = overlap::ask_within(conn, act, practice, today)?;
            vec![
                ("作る文書", written),
                ("確かさが足りず送らない（要確認）", doubtful),
            ]
        }
        Wave::OverlapChase => {
            let (letters, candidates, closed) = overlap::chase_within(conn, act, practice, today)?;
            vec![
                ("最終のお知らせ", letters),
                ("職権喪失の候補になる", candidates),
                ("喪失済として閉じる", closed),
            ]
        }
        Wave::UnreportedCollect => {
            vec![("新しく載る人", collect(conn, act, (own, today))?)]
        }
        Wave::UnreportedWave => {
            let wave = remind(conn, act, practice, (own, today))?;
            vec![
                ("作る文書", wave.written),
                ("資格か他の保険が確認できて閉じる", wave.settled),
                ("職権取得の候補になる", wave.to_ex_officio),
            ]
        }
        Wave::WhereaboutsSweep => {
            let since = unreported::days_after(today, -31);
            let swept = whereabouts::sweep_within(conn, act, since, today)?;
            let count = |list: &[i64]| i64::try_from(list.len()).unwrap_or(i64::MAX);
            vec![
                ("住所の異動があり保留を解く", count(&swept.released)),
                ("期限を過ぎて処理待ちに載る", count(&swept.run_out)),
            ]
        }
        Wave::StudentCollect => {
            let asked = student::ask_within(conn, act, today)?.1;
            let ended = student::finished_within(conn, act, (own, today))?.1;
            let left = family::left_within(conn, act, today)?.1;
            vec![
                ("在学を確かめる人", asked),
                ("修学が終わった人", ended),
                ("世帯が転出した人", left),
            ]
        }
        Wave::FacilityCollect => {
            vec![("新しく載る人", facility::ask_within(conn, act, today)?.1)]
        }
        Wave::StayCollect => {
            let days = (
                unreported::days_after(today, -STAY_DAYS),
                unreported::days_after(today, STAY_DAYS),
            );
            vec![(
                "新しく載る人",
                stay::collect_within(conn, act, today, days)?.1,
            )]
        }
        Wave::WhereaboutsInquire => inquire(conn, STATUS_WHEREABOUTS)?,
        Wave::StudentInquire => inquire(conn, STATUS_STUDENT)?,
        Wave::FacilityInquire => inquire(conn, STATUS_FACILITY)?,
        Wave::StayInquire => inquire(conn, STATUS_RESIDENCE_PERIOD)?,
        Wave::RevenueInvite => inquire(conn, JUDGEMENT_INVITE)?,
    })
}

/// 未届者の抽出 page by page under one act; how many matters are new.
fn collect(conn: &mut Conn, act: &Act, of: (&str, Date)) -> Result<i64, OfficeError> {
    let mut after = Some(0);
    let mut new = 0;
    while let Some(from) = after {
        let page = unreported::collect_page(conn, act, of, from)?;
        new += page.opened;
        after = page.next;
    }
    Ok(new)
}

/// 未届の勧奨 page by page under one act.
fn remind(
    conn: &mut Conn,
    act: &Act,
    practice: &OfficePractice,
    of: (&str, Date),
) -> Result<unreported::Wave, OfficeError> {
    let filter = Filter {
        kind: Some(ELIGIBILITY_UNREPORTED),
        ..Filter::default()
    };
    let mut done = unreported::Wave::default();
    let mut after = None;
    loop {
        let page = worklist::list(conn, &filter, after.as_ref(), of.1)?;
        for item in &page.items {
            unreported::one(conn, act, item, practice, of, &mut done)?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(done);
        }
    }
}

/// A letter for every open matter of a kind that has none yet.
fn inquire(
    conn: &mut Conn,
    act: &Act,
    kind: Kind,
    answer_by: Option<Date>,
    today: Date,
) -> Result<Figures, OfficeError> {
    let Some(answer_by) = answer_by.filter(|day| *day > today) else {
        return Err(OfficeError::input(
            "回答の期限",
            "回答の期限は明日以降の日にしてください",
        ));
    };
    let filter = Filter {
        kind: Some(kind),
        ..Filter::default()
    };
    let (mut written, mut asked) = (0, 0);
    let mut after = None;
    loop {
        let page = worklist::list(conn, &filter, after.as_ref(), today)?;
        for item in &page.items {
            if letters::of_item(conn, item.item_id)?.is_empty() {
                inquiry::inquire_under(conn, act, item.item_id, answer_by, today)?;
                written += 1;
            } else {
                asked += 1;
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(vec![("作る文書", written), ("照会済みで作らない", asked)]);
        }
    }
}
