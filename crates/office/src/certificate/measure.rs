//! 特別療養費などの処分 — begun after the notice, ended after another, taken back where it was a mistake.

use super::fact::{Sanction, SanctionKind};
use super::follow::{Task, follow};
use super::issue::load_household;
use super::letter::{self, Letter};
use super::repeat;
use super::rules::KeptRules;
use crate::ActId;
use crate::acts::{self, ActDetails, Acting};
use crate::eligibility::sanctioned;
use crate::eligibility::status::circumstances;
use crate::error::OfficeError;
use crate::registry::fact;
use crate::rehearsal;
use crate::security::permit::{ApproveCertificate, IssueCertificate, Permit};
use db::{Conn, Span, Store};
use law::{Clause, Date, Refusal, Statute};

/// 国民健康保険法 第54条の3第5項.
const ACT_54_3_5: Clause = Clause::new(Statute::NhiAct, "第54条の3第5項");

/// What a second person decides of a measure.
#[derive(Clone, Copy, Debug)]
pub enum Order<'a> {
    /// 処分の開始.
    Impose(Span, &'a Sanction),
    /// 解除.
    Lift(&'a Lifting<'a>),
    /// 処分の取消: the act that put it down, and why it was a mistake.
    TakeBack(i64, &'a str),
}

/// What an order would do to the papers of a household: carried out and rolled back.
///
/// # Errors
/// As [`decide`].
pub fn preview(
    store: &Store,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    household_id: i64,
    order: &Order<'_>,
) -> Result<Vec<Task>, OfficeError> {
    let acting = acting.without_request();
    rehearsal::rolled_back(store, |conn| {
        carry_out(conn, permit, &acting, rules, household_id, order)
    })
}

/// Carries an order out. What becomes of the household's papers is put on the work list, and answered.
///
/// # Errors
/// A refusal of a measure without the notice, before the time for an answer is over or while special circumstances are looked
/// at or accepted; of an end or a mistake where there is none; an input error without a reason, or beside a day.
pub fn decide(
    store: &Store,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    household_id: i64,
    order: &Order<'_>,
) -> Result<Vec<Task>, OfficeError> {
    store.write(|conn| carry_out(conn, permit, acting, rules, household_id, order))
}

fn carry_out(
    conn: &mut Conn,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    household_id: i64,
    order: &Order<'_>,
) -> Result<Vec<Task>, OfficeError> {
    match *order {
        Order::Impose(span, sanction) => {
            imposed(conn, permit, acting, rules, household_id, (span, sanction))
        }
        Order::Lift(lifting) => lifted(conn, permit, acting, rules, household_id, lifting),
        Order::TakeBack(act_id, reason) => {
            taken_back(conn, permit, acting, rules, household_id, (act_id, reason))
        }
    }
}

/// Puts a household under a sanction over a span; a second person's work. The prior notice comes first.
///
/// 根拠: 国民健康保険法 第54条の3第1項・第3項・第4項、国民健康保険法施行令 第28条の6
///
/// # Errors
/// A refusal when the sanction would begin before the time for an answer is over, or without a notice, or while special
/// circumstances are looked at or accepted.
fn imposed(
    conn: &mut Conn,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    household_id: i64,
    (span, sanction): (Span, &Sanction),
) -> Result<Vec<Task>, OfficeError> {
    if sanction.ground.trim().is_empty() {
        return Err(OfficeError::input(
            "処分の理由",
            "滞納の期別と勧奨の経過を入れてください",
        ));
    }
    if sanction.kind != SanctionKind::ShortTerm {
        match (sanction.noticed_on, sanction.answer_until) {
            (Some(noticed), Some(until)) if noticed < until && until < span.from => {}
            _ => {
                return Err(Refusal::new(
                    "certificate.sanction.notice",
                    format!(
                        "{}は、事前通知をし、弁明・特別の事情の届出の期限を過ぎてから始めます（法第54条の3第3項）。通知日・期限・開始日を確かめてください",
                        sanction.kind.label_ja()
                    ),
                )
                .into());
            }
        }
    }
    if sanction.kind != SanctionKind::ShortTerm {
        circumstances_wait(conn, acting, household_id, span, sanction.kind)?;
    }
    let details = ActDetails {
        note: sanction.ground.clone(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "certificate.sanction", &details)?;
    fact::record(conn, &act, household_id, span, sanction)?;
    let on = span.from.max(acting.business_date);
    follow(conn, &act, rules, household_id, on)
}

/// Special circumstances that are looked at or accepted keep a measure from beginning.
fn circumstances_wait(
    conn: &mut Conn,
    acting: &Acting,
    household_id: i64,
    span: Span,
    kind: SanctionKind,
) -> Result<(), OfficeError> {
    let today = Some(acting.business_date).filter(|today| span.holds(*today));
    for day in [Some(span.from), today].into_iter().flatten() {
        if circumstances::suspends_measures(conn, household_id, day)? {
            return Err(Refusal::new(
                "certificate.sanction.circumstances",
                format!(
                    "国保世帯{household_id}には、{}に審査中か、認められた特別の事情があり、{}を始められません（法第54条の3第1項、施行令第28条の6）。届を決定するか、認めた期間の後の日を開始日にしてください",
                    law::era::wareki(day),
                    kind.label_ja()
                ),
            )
            .into());
        }
    }
    Ok(())
}

/// 療養の給付等を行う旨の通知: made and kept for a household, before the end is decided.
///
/// 根拠: 国民健康保険法 第54条の3第5項、国民健康保険法施行規則 第27条の5の6
///
/// # Errors
/// An input error without a reason or with a day that is over; a refusal when no measure is in force on that day.
pub fn notify_end(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    household_id: i64,
    (from, reason): (Date, &str),
) -> Result<i64, OfficeError> {
    let on = acting.business_date;
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "解除の理由",
            "完納・特別の事情などの理由を入れてください",
        ));
    }
    if from < on {
        return Err(OfficeError::input(
            "療養の給付に戻す日",
            &format!(
                "療養の給付に戻す日より前に通知します（{ACT_54_3_5}）。今日以後の日を入れてください"
            ),
        ));
    }
    store.write(|conn| {
        if let Some(act_id) = repeat::seen(conn, acting)? {
            return letter::by_act(conn, act_id);
        }
        let standing = fact::timeline::<Sanction>(conn, household_id, None)?;
        if !standing
            .iter()
            .any(|one| one.fact.kind != SanctionKind::ShortTerm && one.valid.holds(from))
        {
            return Err(Refusal::new(
                "certificate.sanction.none",
                format!(
                    "世帯{household_id}には、{}に解除する処分がありません。解除する日を確かめてください",
                    law::era::wareki(from)
                ),
            )
            .into());
        }
        let household = load_household(conn, household_id, on)?;
        let details = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "certificate.notify_special_end", &details)?;
        let words = Letter::special_end(&household, rules.practice(on)?, from, reason.trim());
        letter::insert(conn, &act, &words, on)
    })
}

/// How a measure ends.
#[derive(Clone, Copy, Debug)]
pub struct Lifting<'a> {
    /// 開始の予定年月日: the first day of 療養の給付 again.
    pub from: Date,
    /// 通知をした日 (第54条の3第5項); a 短期証 needs none.
    pub noticed_on: Option<Date>,
    /// 完納, 特別の事情.
    pub reason: &'a str,
}

/// Ends a household's sanction from a day on (完納, 特別の事情). That 療養の給付 begins again was told before.
///
/// 根拠: 国民健康保険法 第54条の3第4項・第5項、国民健康保険法施行規則 第27条の5の6
///
/// # Errors
/// A refusal when there is none; an input error without a reason, without the day of the notice, or where that day lies
/// ahead or after the beginning it speaks of.
fn lifted(
    conn: &mut Conn,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    household_id: i64,
    lifting: &Lifting<'_>,
) -> Result<Vec<Task>, OfficeError> {
    if lifting.reason.trim().is_empty() {
        return Err(OfficeError::input(
            "解除の理由",
            "完納・特別の事情などの理由を入れてください",
        ));
    }
    let from = lifting.from;
    let standing = fact::timeline::<Sanction>(conn, household_id, None)?;
    let ended = |one: &fact::Dated<Sanction>| one.valid.until.is_none_or(|until| from < until);
    let mut told = String::new();
    if standing
        .iter()
        .any(|one| ended(one) && one.fact.kind != SanctionKind::ShortTerm)
    {
        let noticed_on = noticed(lifting, acting.business_date)?;
        told = format!("（通知 {}）", law::era::wareki(noticed_on));
    }
    let details = ActDetails {
        note: format!("{}{told}", lifting.reason),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "certificate.lift", &details)?;
    let span = Span::new(from, None);
    if fact::end::<Sanction>(conn, &act, household_id, span)? == 0 {
        return Err(Refusal::new(
            "certificate.sanction.none",
            format!(
                "世帯{household_id}に{from}以後の処分はありません。解除する日を確かめてください"
            ),
        )
        .into());
    }
    sanctioned::answered(conn, &act, household_id, lifting.reason)?;
    let on = from.max(acting.business_date);
    follow(conn, &act, rules, household_id, on)
}

/// The day on which the head of the household was told that 療養の給付 begins again.
fn noticed(lifting: &Lifting<'_>, today: Date) -> Result<Date, OfficeError> {
    match lifting.noticed_on {
        Some(noticed_on) if noticed_on > today => Err(OfficeError::input(
            "解除の通知日",
            "通知日が先の日です。通知してから登録してください",
        )),
        Some(noticed_on) if noticed_on > lifting.from => Err(OfficeError::input(
            "解除の通知日",
            &format!(
                "療養の給付に戻す日より前に通知します（{ACT_54_3_5}）。解除する日か通知日を確かめてください"
            ),
        )),
        Some(noticed_on) => Ok(noticed_on),
        None => Err(OfficeError::input(
            "解除の通知日",
            &format!(
                "療養の給付に戻す旨と開始の予定年月日を世帯主に通知し、その日を入れてください（{ACT_54_3_5}）"
            ),
        )),
    }
}

/// Takes a sanction back that was put down by mistake: it never was. What it took the place of does not come back.
///
/// # Errors
/// A refusal when the act put none down that still stands; an input error without a reason.
fn taken_back(
    conn: &mut Conn,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    household_id: i64,
    (act_id, reason): (i64, &str),
) -> Result<Vec<Task>, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "取消の理由",
            "何を誤ったかを入れてください",
        ));
    }
    let standing = fact::timeline::<Sanction>(conn, household_id, None)?;
    let spans: Vec<Span> = standing
        .iter()
        .filter(|one| one.act_id == act_id)
        .map(|one| one.valid)
        .collect();
    if spans.is_empty() {
        return Err(Refusal::new(
            "certificate.sanction.gone",
            format!("世帯{household_id}に、処理{act_id}で登録した処分は残っていません。履歴を確かめてください"),
        )
        .into());
    }
    let details = ActDetails {
        undoes: Some(ActId(act_id)),
        note: reason.to_owned(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "certificate.sanction_undo", &details)?;
    for span in spans {
        fact::end::<Sanction>(conn, &act, household_id, span)?;
    }
    sanctioned::mistaken(conn, &act, household_id, reason)?;
    follow(conn, &act, rules, household_id, acting.business_date)
}
