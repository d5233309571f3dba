//! 再交付, and taking back what an act did to certificates.

use super::application;
use super::carry;
use super::event::{self, Happened};
use super::find::{self, Certificate};
use super::hold;
use super::issue::{load_household, member, plain, repeated, write};
use super::propose::{Asked, Proposal, propose};
use super::record::{Division, New};
use super::rules::KeptRules;
use super::view::Member;
use super::voided;
use crate::acts::{self, Act, ActDetails, ActId, Acting};
use crate::error::OfficeError;
use crate::security::permit::{IssueCertificate, Permit, UndoAct};
use db::{Conn, Sql, Store};
use law::certificate::{EventKind, Judged, Moments};
use law::{Date, Refusal};

const TOUCHED: Sql = Sql {
    name: "certificate.issue.touched",
    text: "select distinct certificate_id from certificate_event where act_id = $1 and undoes is null \
           order by certificate_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[TOUCHED];

/// 再交付の理由.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReissueReason {
    /// 紛失.
    Lost,
    /// 盗難.
    Stolen,
    /// 破損・汚損: the old one is handed in.
    Damaged,
}

impl ReissueReason {
    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        match self {
            Self::Lost => "紛失",
            Self::Stolen => "盗難",
            Self::Damaged => "破損・汚損",
        }
    }
}

/// 再交付: the same certificate again, marked as such; the earlier copy is invalid from the day of reissue. It holds no longer than
/// what it stands for held: a paper issued already for a later day stands as it is.
///
/// 根拠: 国民健康保険法施行規則 第6条第4項第5号・第7条・第26条の3第5項・第27条の13第8項
///
/// # Errors
/// A refusal when the certificate no longer holds, or what it would show has changed.
pub fn again(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    (certificate_id, why): (i64, ReissueReason),
) -> Result<Certificate, OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        if let Some(done) = repeated(conn, acting)? {
            return Ok(done);
        }
        let old = find::require(conn, certificate_id)?;
        if !old.usable_on(on.max(old.effective_from)) {
            return Err(Refusal::new(
                "certificate.reissue.over",
                format!(
                    "{}（{}）は今は使えない証です。再交付ではなく新しく交付してください",
                    old.title, old.number
                ),
            )
            .into());
        }
        let household = load_household(conn, old.household_id, on.max(old.effective_from))?;
        let about = &as_printed(member(&household, old.person_id)?, &old);
        hold::check(about, on)?;
        let wish = match old.application_id {
            Some(id) => application::require(conn, id)?.content.wish,
            // What was carried onto it stands on the paper itself.
            None => carry::shown((&old.class, old.disease, old.long_term_on)),
        };
        let kind = rules.kind(&old.kind, on)?;
        let asked = Asked {
            moments: Moments {
                issued_on: on,
                applied_on: old.applied_on,
                arose_on: old.effective_from,
            },
            wish: &wish,
            copy: old.copy_no + 1,
            last_on: last_day(&old),
        };
        let proposal = propose(rules, kind, &household, about, &asked)?;
        unchanged(&old, &proposal)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.reissue",
            &ActDetails::default(),
        )?;
        withdraw_old(conn, &act, &old, why, on)?;
        let new = New {
            application_id: old.application_id,
            applied_on: old.applied_on,
            division: Division::Reissue,
            reason: why.label_ja(),
            replaces: Some(old.certificate_id),
            number: Some(&old.number),
            copy_no: old.copy_no + 1,
            long_term_on: old.long_term_on,
            ..plain(&household, old.person_id, &proposal, on)?
        };
        write(conn, &act, rules, &new)
    })
}

/// The person with the 発効期日 of the ratio that stands on the paper, while the ratio is the same.
///
/// 根拠: 国民健康保険法施行規則 第6条第4項第5号・第7条第1項
fn as_printed(member: &Member, old: &Certificate) -> Member {
    let mut member = member.clone();
    if let Judged::Decided { value, from } = &mut member.ratio
        && i64::from(*value) == old.ratio
    {
        *from = old.ratio_from.unwrap_or(*from);
    }
    member
}

/// The last day on which a paper holds, by what is printed and by what follows it.
fn last_day(old: &Certificate) -> Option<Date> {
    let before = old.invalid_from.map(law::date::previous_day);
    [old.expires_on, before].into_iter().flatten().min()
}

/// A copy may not show another class, ratio or end than the paper it stands for.
fn unchanged(old: &Certificate, new: &Proposal<'_>) -> Result<(), Refusal> {
    let class = new.class.as_deref().unwrap_or("");
    let ratio = new.ratio.map_or(0, |(tenths, _)| i64::from(tenths));
    if (old.class.as_str(), old.ratio, old.ceiling_yen)
        == (class, ratio, new.ceiling.map_or(0, |yen| yen.0))
    {
        return Ok(());
    }
    Err(Refusal::new(
        "certificate.reissue.changed",
        format!(
            "{}の区分・割合・限度額が交付の時から変わっています。再交付ではなく差替えで交付してください",
            old.title
        ),
    ))
}

fn withdraw_old(
    conn: &mut Conn,
    act: &Act,
    old: &Certificate,
    why: ReissueReason,
    on: Date,
) -> Result<(), OfficeError> {
    let happened = Happened::because(&format!("再交付（{}）", why.label_ja()));
    let kind = match why {
        ReissueReason::Lost | ReissueReason::Stolen => EventKind::Lost,
        ReissueReason::Damaged => EventKind::Collected,
    };
    event::append(conn, act, old, (kind, on), &happened)?;
    event::append(conn, act, old, (EventKind::Invalidated, on), &happened)?;
    Ok(())
}

/// 処理の取消: what an act did to certificates is taken back, if nothing that followed forbids it. A paper it issued is
/// void, and those it ended hold again.
///
/// # Errors
/// A refusal when the paper has left the office, or a later act stands in the way.
pub fn undo(
    store: &Store,
    permit: &Permit<UndoAct>,
    acting: &Acting,
    act: ActId,
    reason: &str,
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "取消の理由",
            "取消の理由を入れてください",
        ));
    }
    let on = acting.business_date;
    store.write(|conn| {
        let issued = find::by_act(conn, act.0)?;
        let touched = conn.query(&TOUCHED, &[act.0.into()], |row| row.int(0))?;
        if issued.is_empty() && touched.is_empty() {
            return Err(Refusal::new(
                "certificate.undo.nothing",
                format!(
                    "処理{}は証の処理ではありません。取り消す処理を確かめてください",
                    act.0
                ),
            )
            .into());
        }
        let details = ActDetails {
            undoes: Some(act),
            note: reason.to_owned(),
            ..ActDetails::default()
        };
        let undoing = acts::begin(conn, acting, permit, "certificate.undo", &details)?;
        for certificate in &issued {
            let why = Happened::because(&format!("交付の取消（{reason}）"));
            event::append(conn, &undoing, certificate, (EventKind::Voided, on), &why)?;
            voided::wait_again(conn, &undoing, certificate)?;
        }
        for certificate_id in touched {
            if !issued
                .iter()
                .any(|one| one.certificate_id == certificate_id)
            {
                event::undo(conn, &undoing, certificate_id, act.0)?;
            }
        }
        Ok(())
    })
}
