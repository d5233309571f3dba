//! 交付・差替え — a paper is decided once, written once, and takes the place of what stood before it.

use super::application::{self, Step};
use super::arrears;
use super::carry;
use super::find::{self, Certificate};
use super::hold;
use super::load;
use super::overlap::{end_at_issue, overlapping};
use super::propose::{Asked, Proposal, due_kind, propose};
use super::record::{self, Division, New};
use super::repeat;
use super::rules::KeptRules;
use super::view::{Household, Member};
use super::wish::Wish;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{IssueCertificate, Permit};
use db::{Conn, Store};
use law::certificate::{Family, Grant, Kind, Moments};
use law::{Date, Refusal};

/// A member of a household.
///
/// # Errors
/// A refusal when the person was never insured in it.
pub fn member(household: &Household, person_id: i64) -> Result<&Member, OfficeError> {
    household.member(person_id).ok_or_else(|| {
        Refusal::new(
            "certificate.member.unknown",
            format!(
                "宛名番号{person_id}の人は国保世帯{}の被保険者であったことがありません。世帯を確かめてください",
                household.household_id
            ),
        )
        .into()
    })
}

pub(super) fn load_household(
    conn: &mut Conn,
    household_id: i64,
    on: Date,
) -> Result<Household, OfficeError> {
    load::household(conn, household_id, on, load::NOW)?.ok_or_else(|| {
        Refusal::new(
            "certificate.household.unknown",
            format!("国保世帯{household_id}がありません。世帯番号を確かめてください"),
        )
        .into()
    })
}

/// The household as it is when a paper is issued, or from the 異動日 where that lies ahead: マイナ保険証, 要配慮の申請, name,
/// address and ratio (with its own 発効期日) are those of the paper's day and not of an 異動日 behind it.
///
/// 根拠: 国民健康保険法 第9条第2項、国民健康保険法施行規則 第6条第4項
fn load_due(conn: &mut Conn, due: &Due<'_>, issued_on: Date) -> Result<Household, OfficeError> {
    load_household(conn, due.household_id, due.arose_on.max(issued_on))
}

/// 申請による交付: the certificate of a granted application.
///
/// # Errors
/// A refusal when it is not granted, already issued, or facts have changed so that it can no longer be.
pub fn on_application(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    application_id: i64,
) -> Result<Certificate, OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        if let Some(done) = repeated(conn, acting)? {
            return Ok(done);
        }
        let application = application::require(conn, application_id)?;
        if application.step != Step::Granted {
            return Err(Refusal::new(
                "certificate.issue.not_granted",
                format!(
                    "申請{application_id}は{}です。交付を決定してから交付してください",
                    application.step.label_ja()
                ),
            )
            .into());
        }
        if let Some(issued) = application.certificate_id {
            return Err(Refusal::new(
                "certificate.issue.done",
                format!("申請{application_id}の証はすでに交付しています（証{issued}）。汚損・紛失のときは再交付してください"),
            )
            .into());
        }
        let household = application::household(conn, rules, &application, on)?;
        hold::check(member(&household, application.content.person_id)?, on)?;
        let proposal = application::work_out(rules, &application, &household, on)?;
        let content = &application.content;
        let act = acts::begin(conn, acting, permit, "certificate.issue", &ActDetails::default())?;
        let new = New {
            application_id: Some(application_id),
            applied_on: Some(content.applied_on),
            reason: &content.grounds,
            long_term_on: content.wish.long_term_on,
            ..plain(&household, content.person_id, &proposal, on)?
        };
        write(conn, &act, rules, &new)
    })
}

/// What an office issues of its own motion.
#[derive(Clone, Copy, Debug)]
pub struct Due<'d> {
    /// 国保世帯.
    pub household_id: i64,
    /// For whom.
    pub person_id: i64,
    /// 異動日: the day the right arose or changed; the certificate holds from it.
    pub arose_on: Date,
    /// 交付事由.
    pub reason: &'d str,
    /// The kind the clerk believes is due; another is refused. `None` issues whichever is due.
    pub expected: Option<&'d str>,
}

/// What is due to a person, before it is issued: kind, reasons and face.
#[derive(Debug)]
pub struct Preview {
    /// 種類.
    pub kind: Kind,
    /// Why.
    pub reasons_ja: Vec<String>,
    /// 券面.
    pub face: super::face::Face,
    /// 発効期日.
    pub effective_from: Date,
    /// 有効期限.
    pub expires_on: Option<Date>,
}

/// Shows what is due to a person without issuing it.
///
/// # Errors
/// The refusal that issuing would meet.
pub fn preview(
    conn: &mut Conn,
    rules: &KeptRules,
    due: &Due<'_>,
    issued_on: Date,
) -> Result<Preview, OfficeError> {
    let household = load_due(conn, due, issued_on)?;
    let (proposal, mut reasons_ja) = carried_out(conn, rules, &household, due, issued_on)?;
    reasons_ja.extend(proposal.reasons_ja.iter().cloned());
    Ok(Preview {
        kind: proposal.kind.clone(),
        reasons_ja,
        effective_from: proposal.term.effective_from,
        expires_on: proposal.term.expires_on,
        face: proposal.face,
    })
}

/// What is due, with what was asked for on the paper before; a class that would be recognised anew is left out while the head
/// is in arrears.
///
/// 根拠: 国民健康保険法施行規則 第6条第4項第7号・第27条の14の2第1項
fn carried_out<'r>(
    conn: &mut Conn,
    rules: &'r KeptRules,
    household: &Household,
    due: &Due<'_>,
    issued_on: Date,
) -> Result<(Proposal<'r>, Vec<String>), OfficeError> {
    let carried = carry::on_counter(conn, rules, household, (due, issued_on))?;
    let said = work_out(rules, household, (due, &carried.wish), issued_on);
    let (said, reasons) = match said {
        Ok((proposal, reasons)) => (Ok(proposal), reasons),
        Err(error) => (Err(error), Vec::new()),
    };
    let practice = rules.practice(issued_on)?;
    let within = said
        .as_ref()
        .is_ok_and(|found| carried.recognised(found, issued_on));
    let birth_on = member(household, due.person_id)?.person.birth_on;
    let asked = !within && arrears::asked_of(practice, &said, (birth_on, due.arose_on));
    let known = (issued_on, load::NOW);
    if !asked || !arrears::withheld(conn, practice, household, known)? {
        return Ok((said?, reasons));
    }
    let without = arrears::without_class(&carried.wish);
    let (proposal, mut reasons) = work_out(rules, household, (due, &without), issued_on)?;
    reasons.push(arrears::CLASS_LEFT_OUT.to_owned());
    Ok((proposal, reasons))
}

fn work_out<'r>(
    rules: &'r KeptRules,
    household: &Household,
    (due, wish): (&Due<'_>, &Wish),
    issued_on: Date,
) -> Result<(Proposal<'r>, Vec<String>), OfficeError> {
    let member = member(household, due.person_id)?;
    hold::check(member, issued_on)?;
    let asked = Asked {
        moments: Moments {
            issued_on,
            applied_on: None,
            arose_on: due.arose_on,
        },
        wish,
        copy: 1,
        last_on: None,
    };
    // 高齢受給者証 and the like stand beside the certificate of eligibility: named, they are issued by name.
    if let Some(code) = due.expected {
        let kind = rules.kind(code, issued_on)?;
        if kind.family != Family::Eligibility && kind.grant == Grant::Office {
            return Ok((propose(rules, kind, household, member, &asked)?, Vec::new()));
        }
    }
    let found =
        due_kind(rules, household, member, (due.arose_on, issued_on))?.ok_or_else(|| {
            Refusal::new(
                "certificate.due.not_insured",
                format!(
                    "{}に国民健康保険の資格がありません。資格の期間を確かめてください",
                    law::era::wareki(due.arose_on)
                ),
            )
        })?;
    if let Some(expected) = due.expected
        && expected != found.kind.code
    {
        let wanted = rules.kind(expected, issued_on)?;
        return Err(Refusal::new(
            "certificate.kind.wrong",
            format!(
                "交付すべき証は{}です（{}）。{}は交付できません",
                found.kind.name_ja,
                found.reasons_ja.join("、"),
                wanted.name_ja
            ),
        )
        .into());
    }
    let proposal = propose(rules, found.kind, household, member, &asked)?;
    Ok((proposal, found.reasons_ja))
}

/// 職権による交付: what is due to a person of the family 資格, or 高齢受給者証 by name.
///
/// # Errors
/// The refusal that names what stands in the way.
pub fn due(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    due: &Due<'_>,
) -> Result<Certificate, OfficeError> {
    let issued = due_together(store, permit, acting, rules, std::slice::from_ref(due))?;
    issued.into_iter().next().ok_or_else(other_order)
}

/// 職権による交付 of several people's papers as one act: all of them, or none.
///
/// # Errors
/// As [`due`], for the first whose paper cannot be issued.
pub fn due_together(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    all: &[Due<'_>],
) -> Result<Vec<Certificate>, OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        if let Some(act_id) = repeat::seen(conn, acting)? {
            return find::by_act(conn, act_id);
        }
        let details = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "certificate.issue", &details)?;
        all.iter()
            .map(|due| issue_due(conn, &act, rules, due, on))
            .collect()
    })
}

fn issue_due(
    conn: &mut Conn,
    act: &Act,
    rules: &KeptRules,
    due: &Due<'_>,
    on: Date,
) -> Result<Certificate, OfficeError> {
    let household = load_due(conn, due, on)?;
    let (proposal, _) = carried_out(conn, rules, &household, due, on)?;
    let before = member(&household, due.person_id)?;
    let changes = before
        .previous
        .iter()
        .any(|one| one.family == proposal.kind.family.code());
    let new = New {
        division: if changes {
            Division::Change
        } else {
            Division::New
        },
        reason: due.reason,
        occurred_on: due.arose_on,
        ..plain(&household, due.person_id, &proposal, on)?
    };
    write(conn, act, rules, &new)
}

/// A new paper of a proposal with nothing else to say.
pub(super) fn plain<'n>(
    household: &'n Household,
    person_id: i64,
    proposal: &'n Proposal<'n>,
    issued_on: Date,
) -> Result<New<'n>, OfficeError> {
    let about = member(household, person_id)?;
    Ok(New {
        household,
        person_id,
        // 支援措置 is told to whoever takes the file over, applied for or not.
        nondisclosure: about.setting.nondisclosure || about.person.withheld,
        proposal,
        application_id: None,
        applied_on: None,
        division: Division::New,
        reason: "",
        occurred_on: proposal.term.effective_from,
        issued_on,
        replaces: None,
        number: None,
        copy_no: 1,
        long_term_on: proposal.long_term_on,
        run_id: 0,
    })
}

/// Writes one paper and ends those of its family that it overlaps, each at its own day.
pub(super) fn write(
    conn: &mut Conn,
    act: &Act,
    rules: &KeptRules,
    new: &New<'_>,
) -> Result<Certificate, OfficeError> {
    rules.keep(conn, act, new.issued_on)?;
    // What a copy stands for is not among them: it ended on the day it was lost or handed in.
    let overlapping = overlapping(conn, new)?;
    let replaced = new.replaces.or_else(|| overlapping.first().copied());
    let new = New {
        replaces: replaced,
        ..copy(new)
    };
    let ids = record::insert(conn, act, &rules.hash, std::slice::from_ref(&new))?;
    let id = ids.first().copied().unwrap_or_default();
    let mut ended = Vec::new();
    for certificate_id in overlapping {
        let old = find::require(conn, certificate_id)?;
        end_at_issue(conn, act, &old, &new, id)?;
        ended.push(old);
    }
    let issued = find::require(conn, id)?;
    super::follow::after_issue(conn, act, rules, &issued, &ended)?;
    Ok(issued)
}

fn copy<'n>(new: &New<'n>) -> New<'n> {
    New { ..*new }
}

pub(super) fn repeated(
    conn: &mut Conn,
    acting: &Acting,
) -> Result<Option<Certificate>, OfficeError> {
    let Some(act_id) = repeat::seen(conn, acting)? else {
        return Ok(None);
    };
    let found = find::by_act(conn, act_id)?.into_iter().next();
    found.map(Some).ok_or_else(other_order)
}

fn other_order() -> OfficeError {
    OfficeError::Conflict("同じ命令が別の処理に使われています。画面を読み直してください".to_owned())
}
