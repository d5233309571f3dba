//! 申請内容の確認 — an application is taken in complete, or what is missing is said beside its field.

use super::application::NewApplication;
use crate::error::OfficeError;
use law::Date;
use law::certificate::{Condition, End, Family, Item, Kind};

/// 申請内容の確認: what is missing blocks, beside its field. What a 資格確認書 is asked to say needs what the paper of its own needs.
///
/// 根拠: 国民健康保険法施行規則 第6条第1項第5号・第27条の13第2項
///
/// # Errors
/// An input error beside the missing field.
pub(super) fn check(kind: &Kind, new: &NewApplication, today: Date) -> Result<(), OfficeError> {
    let need = |holds: bool, field: &str, message: &str| {
        if holds {
            Ok(())
        } else {
            Err(OfficeError::input(field, message))
        }
    };
    need(
        !new.applicant.trim().is_empty(),
        "申請者の氏名",
        "申請者の氏名を入れてください",
    )?;
    need(
        new.applied_on <= today,
        "申請日",
        "申請日が先の日です。受け付けた日を入れてください",
    )?;
    let on_confirmation = kind.family == Family::Eligibility;
    need(
        !new.wish.class_on_face || (on_confirmation && kind.prints(Item::Class)),
        "資格確認書への記載",
        "適用区分を書けるのは資格確認書です。申請する証で資格確認書を選ぶか、記載の印を外してください",
    )?;
    let ill = new.wish.disease.is_some() && on_confirmation && kind.prints(Item::Disease);
    if kind.asks(Condition::DiseaseRecognised) || ill {
        let known = new
            .wish
            .disease
            .and_then(law::certificate::Disease::of)
            .is_some();
        need(
            known,
            "疾病の名称",
            "認定を受ける疾病を1〜3から選んでください",
        )?;
        need(
            new.wish.doctor_opinion,
            "医師の意見書",
            "医師の意見書など疾病を証する書類を確かめてください（施行規則第27条の13第2項）",
        )?;
    }
    if kind.asks(Condition::ReliefGranted) {
        need(
            !new.wish.relief.trim().is_empty(),
            "減免等の内容",
            "決定した減額・免除・徴収猶予の内容を入れてください",
        )?;
    }
    if kind.ends.contains(&End::Decided) {
        need(
            new.wish.until.is_some(),
            "期間の末日",
            "証の期間の末日を入れてください",
        )?;
    }
    Ok(())
}
