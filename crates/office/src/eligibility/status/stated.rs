//! 申出の種類 — what can be stated of a person, a household or a facility.

use super::assistance::Told;
use super::describe::Subject;
use super::facility::Entering;
use super::order::described;
use super::slip::{Slip, SlipKind};
use super::whereabouts::Trial;
use crate::error::OfficeError;
use db::{Span, Value};
use law::Date;

/// What is stated.
#[derive(Clone, Debug)]
pub enum Order {
    /// 登録・訂正 of a status by its columns.
    State(Stated),
    /// 終了 from a day on.
    End {
        /// Code of the status.
        code: String,
        /// Whom it is about.
        subject: i64,
        /// The first day on which it no longer holds.
        from: Date,
        /// Why.
        note: String,
    },
    /// 生活保護の異動.
    Assistance(Told),
    /// 住所地特例の施設への入所.
    Enter {
        /// 市区町村コード of this municipality.
        own: String,
        /// Who, where, when.
        entering: Entering,
    },
    /// 退所.
    Leave {
        /// 市区町村コード of this municipality.
        own: String,
        /// 宛名番号.
        person_id: i64,
        /// 退所日.
        left_on: Date,
    },
    /// 居所不明の保留.
    Hold {
        /// 宛名番号.
        person_id: i64,
        /// The days.
        span: Span,
        /// 1 調査中, 2 居所不明.
        stage: i64,
        /// 通知書の送付を止める.
        notice: bool,
        /// 証の交付を止める.
        certificate: bool,
        /// 理由.
        ground: String,
    },
    /// 居所の調査の記録.
    Trial {
        /// 宛名番号.
        person_id: i64,
        /// 調査日.
        found_on: Date,
        /// What was tried.
        trial: Trial,
        /// What was found.
        finding: String,
    },
    /// 連絡票の発行・受理.
    Slip(Slip),
    /// 特別の事情に関する届.
    Circumstances {
        /// 国保世帯.
        household_id: i64,
        /// 届出日.
        reported_on: Date,
        /// 届け出た事情.
        ground: String,
        /// 添付書類.
        evidence: String,
    },
}

/// A status as it is stated by its columns.
#[derive(Clone, Debug)]
pub struct Stated {
    /// Code of the status.
    pub code: String,
    /// Whom it is about; 0 for a facility that gets its number with the registration.
    pub subject: i64,
    /// 訂正: the days of what it replaces; none for a new one.
    pub replaces: Option<Span>,
    /// The days it is true.
    pub span: Span,
    /// Its columns, in the order of the table.
    pub values: Vec<Value>,
    /// In a clerk's words.
    pub note: String,
}

impl Order {
    /// Whom it is about.
    ///
    /// # Errors
    /// [`OfficeError::Refusal`] for a status nobody knows.
    pub fn subject(&self) -> Result<(Subject, i64), OfficeError> {
        Ok(match self {
            Self::State(stated) => (described(&stated.code)?.subject, stated.subject),
            Self::End { code, subject, .. } => (described(code)?.subject, *subject),
            Self::Assistance(told) => (Subject::Person, told.person_id),
            Self::Enter { entering, .. } => (Subject::Person, entering.person_id),
            Self::Leave { person_id, .. }
            | Self::Hold { person_id, .. }
            | Self::Trial { person_id, .. } => (Subject::Person, *person_id),
            Self::Slip(slip) => (Subject::Person, slip.person_id),
            Self::Circumstances { household_id, .. } => (Subject::Household, *household_id),
        })
    }

    /// Kind and words of its act.
    pub(in crate::eligibility::status) fn act(&self) -> (String, String) {
        match self {
            Self::State(stated) => (format!("status.{}", stated.code), stated.note.clone()),
            Self::End { code, note, .. } => (format!("status.{code}"), note.clone()),
            Self::Assistance(told) => (
                "status.public_assistance".to_owned(),
                told.change.label_ja().to_owned(),
            ),
            Self::Enter { .. } => ("status.facility_stay".to_owned(), "入所".to_owned()),
            Self::Leave { .. } => ("status.facility_stay".to_owned(), "退所".to_owned()),
            Self::Hold { ground, .. } => ("status.whereabouts".to_owned(), ground.clone()),
            Self::Trial { .. } => ("status.whereabouts_note".to_owned(), String::new()),
            Self::Slip(slip) => ("status.slip".to_owned(), slip.kind.label_ja().to_owned()),
            Self::Circumstances { ground, .. } => {
                ("status.special_circumstances".to_owned(), ground.clone())
            }
        }
    }

    /// Whether the levy reads what it states.
    ///
    /// 根拠: 国民健康保険法 第76条の3（介護納付金賦課額は第2号被保険者だけ）、国民健康保険法施行令 第29条の7第2項第8号・第5項
    pub(in crate::eligibility::status) fn moves_levy(&self) -> bool {
        match self {
            Self::State(stated) => stated.code == "care_exempt",
            Self::End { code, .. } => code == "care_exempt",
            Self::Slip(slip) => slip.kind == SlipKind::FormerDependant,
            _ => false,
        }
    }
}
