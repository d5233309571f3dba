//! 決定・却下・取下 of an application, and the second person's word; each a row of its own.

use super::application::{Application, Step, household, require, work_out};
use super::arrears;
use super::letter::{self, Letter};
use super::load;
use super::repeat;
use super::rules::KeptRules;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ApproveCertificate, IssueCertificate, Permit, ReceiveApplication};
use db::{Conn, Sql, Store};
use law::{Date, Refusal};

const RULE: Sql = Sql {
    name: "certificate.application.rule",
    text: "insert into certificate_ruling (application_id, ruling_no, step, ruled_on, reason_code, reason, detail, act_id) \
           values ($1, (select coalesce(max(r.ruling_no), 0) + 1 from certificate_ruling r where r.application_id = $1), \
           $2, $3, $4, $5, $6, $7)",
};
const ALLOW: Sql = Sql {
    name: "certificate.application.allow",
    text: "insert into certificate_approval (approval_id, kind, subject, reason, staff_id, act_id) \
           values ($1, $2, $3, $4, $5, $6)",
};
const ALLOWED: Sql = Sql {
    name: "certificate.application.allowed",
    text: "select count(*) from certificate_approval where kind = $1 and subject = $2",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[RULE, ALLOW, ALLOWED];

/// Kind of an approval: of an application.
pub(super) const APPLICATION: i64 = 1;
/// Kind of an approval: of printing for someone under 支援措置.
pub(super) const PRINT: i64 = 2;
/// Kind of an approval: of printing a letter about somebody under 支援措置.
pub(super) const LETTER: i64 = 3;

pub(super) fn approved(conn: &mut Conn, kind: i64, subject: i64) -> Result<bool, OfficeError> {
    Ok(conn.query_one(&ALLOWED, &[kind.into(), subject.into()], |row| row.int(0))? > 0)
}

pub(super) fn allow_subject(
    conn: &mut Conn,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    (kind, subject): (i64, i64),
    (begun_by, reason): (i64, &str),
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "承認の理由",
            "承認の理由を入れてください",
        ));
    }
    if begun_by == acting.staff_id {
        return Err(Refusal::new(
            "certificate.approval.same_person",
            "受け付けた本人は承認できません。別の職員が承認してください".to_owned(),
        )
        .into());
    }
    let details = ActDetails {
        note: reason.to_owned(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "certificate.allow", &details)?;
    let id = conn.next_ids("certificate_approval", 1)?;
    conn.execute(
        &ALLOW,
        &[
            id.into(),
            kind.into(),
            subject.into(),
            reason.into(),
            acting.staff_id.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(())
}

/// 承認: a second person's word on an application (認定, or 特別の事情 of a household in arrears).
///
/// # Errors
/// A refusal for the person who took it in, or when it is already decided.
pub fn allow(
    store: &Store,
    permit: &Permit<ApproveCertificate>,
    acting: &Acting,
    application_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let application = require(conn, application_id)?;
        open(&application, "承認")?;
        let begun = (application.received_by, reason);
        allow_subject(conn, permit, acting, (APPLICATION, application_id), begun)
    })
}

fn open(application: &Application, what: &str) -> Result<(), Refusal> {
    match application.step {
        Step::Received | Step::Examined => Ok(()),
        done => Err(Refusal::new(
            "certificate.application.decided",
            format!(
                "申請{}はすでに{}です。{what}はできません",
                application.application_id,
                done.label_ja()
            ),
        )),
    }
}

fn rule(
    conn: &mut Conn,
    act: &acts::Act,
    application_id: i64,
    (step, on): (Step, Date),
    (reason_code, reason): (&str, &str),
) -> Result<(), OfficeError> {
    conn.execute(
        &RULE,
        &[
            application_id.into(),
            step.code().into(),
            on.into(),
            reason_code.into(),
            reason.into(),
            "".into(),
            act.id.0.into(),
        ],
    )?;
    Ok(())
}

/// 決定: the application is granted; the certificate can then be issued.
///
/// # Errors
/// A refusal that says what stands in the way: conditions, arrears, a missing approval, a decision already made.
pub fn grant(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    application_id: i64,
) -> Result<(), OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        if repeat::seen(conn, acting)?.is_some() {
            return Ok(());
        }
        let application = require(conn, application_id)?;
        open(&application, "決定")?;
        let household = household(conn, rules, &application, on)?;
        let proposal = work_out(rules, &application, &household, on)?;
        let practice = rules.practice(on)?;
        let overdue = arrears::of_head(conn, household.head.person_id, practice, on)?;
        let approved = approved(conn, APPLICATION, application_id)?;
        let excuse = arrears::Excuse {
            accepted: arrears::circumstances_accepted(
                conn,
                household.household_id,
                (on, load::NOW),
            )?,
            stated: &application.content.wish.circumstance,
            approved,
        };
        arrears::check(practice, &proposal, &overdue, excuse)?;
        if proposal.kind.approval && !approved {
            return Err(Refusal::new(
                "certificate.approval.missing",
                format!(
                    "{}の認定には責任者の承認が要ります。承認を求めてください",
                    proposal.kind.name_ja
                ),
            )
            .into());
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.grant",
            &ActDetails::default(),
        )?;
        rule(conn, &act, application_id, (Step::Granted, on), ("", ""))
    })
}

/// 却下: the application is refused with a reason, and the letter that says so is made.
///
/// # Errors
/// A refusal when it is already decided; an input error without a reason.
pub fn refuse(
    store: &Store,
    permit: &Permit<IssueCertificate>,
    acting: &Acting,
    rules: &KeptRules,
    application_id: i64,
    reason: &str,
) -> Result<i64, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "却下の理由",
            "却下の理由を入れてください（通知書に記載します）",
        ));
    }
    let on = acting.business_date;
    store.write(|conn| {
        if let Some(act_id) = repeat::seen(conn, acting)? {
            return letter::by_act(conn, act_id);
        }
        let application = require(conn, application_id)?;
        open(&application, "却下")?;
        let household = household(conn, rules, &application, on)?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.refuse",
            &ActDetails::default(),
        )?;
        rule(
            conn,
            &act,
            application_id,
            (Step::Refused, on),
            ("refused", reason),
        )?;
        let kind = rules.kind(&application.content.kind, on)?;
        let practice = rules.practice(on)?;
        let letter = Letter::refusal(kind, practice, &application, &household, (reason, on));
        letter::insert(conn, &act, &letter, on)
    })
}

/// 取下: the applicant takes the application back.
///
/// # Errors
/// A refusal when it is already decided.
pub fn withdraw(
    store: &Store,
    permit: &Permit<ReceiveApplication>,
    acting: &Acting,
    application_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        let application = require(conn, application_id)?;
        open(&application, "取下")?;
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.withdraw",
            &ActDetails::default(),
        )?;
        rule(
            conn,
            &act,
            application_id,
            (Step::Withdrawn, on),
            ("withdrawn", reason),
        )
    })
}
