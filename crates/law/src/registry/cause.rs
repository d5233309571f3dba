//! 異動事由 — the causes of the residents' register: what each does to a person's record, and which change of
//! eligibility it makes a candidate of.

/// What an event of a cause does to the record of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// 記載: the person is entered.
    Entry,
    /// 消除: the person is taken out.
    Removal,
    /// 修正・改製・再製: the record changes, the person stays what he is.
    Amendment,
    /// 取消し（増）: a 消除 is taken back.
    CancelRemoval,
    /// 取消し（減）: a 記載 is taken back.
    CancelEntry,
    /// 取消し（修正）: a 修正 is taken back.
    CancelAmendment,
}

impl Side {
    /// What a 取消 takes back; nothing for other events.
    #[must_use]
    pub const fn cancels(self) -> Option<Self> {
        match self {
            Self::CancelRemoval => Some(Self::Removal),
            Self::CancelEntry => Some(Self::Entry),
            Self::CancelAmendment => Some(Self::Amendment),
            Self::Entry | Self::Removal | Self::Amendment => None,
        }
    }
}

/// 資格異動の候補 — what a clerk of eligibility should look at after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Candidate {
    /// 取得: the key of its row of the rules of eligibility, and its code.
    Gain(&'static str, &'static str),
    /// 喪失: the same.
    Loss(&'static str, &'static str),
    /// 世帯の組替え: 国保世帯 may have to be formed anew.
    Household,
}

/// 異動事由.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Code of the standard list, or `J1`–`J3` for our own records of 住登外者.
    pub code: &'static str,
    /// Name.
    pub name_ja: &'static str,
    /// What it does.
    pub side: Side,
    /// What follows for eligibility, if it may.
    pub candidate: Option<Candidate>,
}

const fn row(
    code: &'static str,
    name_ja: &'static str,
    side: Side,
    candidate: Option<Candidate>,
) -> Cause {
    Cause {
        code,
        name_ja,
        side,
        candidate,
    }
}

/// Every cause, in the order of the list.
///
/// 根拠: 住民記録システム標準仕様書 1.2.2（区分名）; 資格の事由は国保情報集約システムの事由コード。
/// 24・25 pair with 04・05 on one day and 27 with 07, so they are no candidates of their own.
#[rustfmt::skip]
pub const CAUSES: &[Cause] = &[
    row("01", "国内転入", Side::Entry, Some(Candidate::Gain("moved_in", "01"))),
    row("02", "国外転入等", Side::Entry, Some(Candidate::Gain("moved_in_abroad", "01"))),
    row("03", "出生", Side::Entry, Some(Candidate::Gain("born", "04"))),
    row("04", "職権記載（帰化等）", Side::Entry, None),
    row("05", "職権記載（国籍喪失）", Side::Entry, None),
    row("06", "職権記載", Side::Entry, Some(Candidate::Gain("ex_officio_gain", "09"))),
    row("07", "改製（記載）", Side::Amendment, None),
    row("08", "再製", Side::Amendment, None),
    row("09", "異動の取消し（増）", Side::CancelRemoval, None),
    row("21", "国内転出", Side::Removal, Some(Candidate::Loss("moved_out", "41"))),
    row("22", "国外転出", Side::Removal, Some(Candidate::Loss("moved_out_abroad", "41"))),
    row("23", "死亡", Side::Removal, Some(Candidate::Loss("died", "44"))),
    row("24", "職権消除（帰化等）", Side::Removal, None),
    row("25", "職権消除（国籍喪失）", Side::Removal, None),
    row("26", "職権消除", Side::Removal, Some(Candidate::Loss("ex_officio_deletion", "48"))),
    row("27", "改製（消除）", Side::Amendment, None),
    row("28", "異動の取消し（減）", Side::CancelEntry, None),
    row("41", "転居", Side::Amendment, Some(Candidate::Household)),
    row("42", "軽微な修正", Side::Amendment, None),
    row("43", "職権修正", Side::Amendment, None),
    row("44", "誤記修正", Side::Amendment, None),
    row("45", "個人番号の変更請求", Side::Amendment, None),
    row("46", "個人番号の職権修正", Side::Amendment, None),
    row("47", "個人番号の職権記載", Side::Amendment, None),
    row("48", "住民票コードの変更請求", Side::Amendment, None),
    row("49", "住民票コードの職権記載", Side::Amendment, None),
    row("50", "世帯分離", Side::Amendment, Some(Candidate::Household)),
    row("51", "世帯合併", Side::Amendment, Some(Candidate::Household)),
    row("52", "世帯変更", Side::Amendment, Some(Candidate::Household)),
    row("53", "世帯主変更", Side::Amendment, Some(Candidate::Household)),
    row("54", "旧氏の記載", Side::Amendment, None),
    row("55", "旧氏の変更", Side::Amendment, None),
    row("56", "旧氏の削除", Side::Amendment, None),
    row("57", "通称の記載", Side::Amendment, None),
    row("58", "通称の削除", Side::Amendment, None),
    row("59", "異動の取消し（修正）", Side::CancelAmendment, None),
    row("J1", "住登外の登録", Side::Entry, None),
    row("J2", "住登外の変更", Side::Amendment, None),
    row("J3", "住登外の廃止", Side::Removal, None),
];

/// The cause of a code; none for a code the list does not have.
#[must_use]
pub fn cause(code: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| cause.code == code)
}
