//! 証の申請 — 受理 and 審査: taken in complete, and shown with what it would come to.

use super::arrears;
use super::complete;
use super::load;
use super::propose::{Asked, Proposal, propose};
use super::repeat;
use super::rules::KeptRules;
use super::ruling::{APPLICATION, approved};
use super::view::Household;
use super::wish::Wish;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::judgement::long_stay;
use crate::security::permit::{Permit, ReceiveApplication};
use db::{Conn, Row, Sql, Store, StoreError};
use law::certificate::Moments;
use law::{Date, Refusal};

const INSERT: Sql = Sql {
    name: "certificate.application.insert",
    text: "insert into certificate_application (application_id, kind, person_id, household_id, applied_on, applicant, \
           relation, wish, grounds, act_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
};
const FIND: Sql = Sql {
    name: "certificate.application.find",
    text: "select a.application_id, a.kind, a.person_id, a.household_id, a.applied_on, a.applicant, a.relation, a.wish, \
           a.grounds, a.act_id, t.staff_id, r.step, r.ruled_on, r.reason, \
           (select max(c.certificate_id) from certificate c join certificate_standing s on s.certificate_id = c.certificate_id \
           where c.application_id = a.application_id and s.place <> 'voided') \
           from certificate_application a join act t on t.act_id = a.act_id \
           left join certificate_ruling r on r.application_id = a.application_id and r.ruling_no = \
           (select max(s.ruling_no) from certificate_ruling s where s.application_id = a.application_id) \
           where a.application_id = $1",
};
const OF_HOUSEHOLD: Sql = Sql {
    name: "certificate.application.of_household",
    text: "select application_id from certificate_application where household_id = $1 order by application_id desc",
};
const BY_ACT: Sql = Sql {
    name: "certificate.application.by_act",
    text: "select application_id from certificate_application where act_id = $1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, FIND, OF_HOUSEHOLD, BY_ACT];

/// 申請の段階.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// 受理.
    Received,
    /// 審査済.
    Examined,
    /// 交付決定.
    Granted,
    /// 却下.
    Refused,
    /// 取下.
    Withdrawn,
}

impl Step {
    const NAMES: [(Self, &'static str, &'static str); 5] = [
        (Self::Received, "received", "受理"),
        (Self::Examined, "examined", "審査済"),
        (Self::Granted, "granted", "交付決定"),
        (Self::Refused, "refused", "却下"),
        (Self::Withdrawn, "withdrawn", "取下"),
    ];

    /// As shown.
    #[must_use]
    pub fn label_ja(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.2)
    }

    pub(super) fn code(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|row| row.0 == self)
            .map_or("", |row| row.1)
    }

    fn read(code: Option<&str>) -> Option<Self> {
        let code = code.unwrap_or("received");
        Self::NAMES
            .iter()
            .find(|row| row.1 == code)
            .map(|row| row.0)
    }
}

/// An application as it comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApplication {
    /// 種類.
    pub kind: String,
    /// For whom.
    pub person_id: i64,
    /// 国保世帯.
    pub household_id: i64,
    /// 申請日.
    pub applied_on: Date,
    /// 申請者の氏名.
    pub applicant: String,
    /// 続柄・代理.
    pub relation: String,
    /// 申請の内容.
    pub wish: Wish,
    /// 申請の理由.
    pub grounds: String,
}

/// 申請 with what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Number.
    pub application_id: i64,
    /// What came in.
    pub content: NewApplication,
    /// Who took it in.
    pub received_by: i64,
    /// Step.
    pub step: Step,
    /// Day of the step.
    pub stepped_on: Option<Date>,
    /// Reason of the step.
    pub reason: String,
    /// The latest certificate issued on it.
    pub certificate_id: Option<i64>,
}

/// 受理: takes an application in. One whose papers are not complete is not taken in.
///
/// # Errors
/// An input error beside the missing field; a refusal when the kind is issued no more.
pub fn receive(
    store: &Store,
    permit: &Permit<ReceiveApplication>,
    acting: &Acting,
    rules: &KeptRules,
    new: &NewApplication,
) -> Result<i64, OfficeError> {
    let kind = rules.kind(&new.kind, acting.business_date)?;
    law::certificate::code::issuable(kind, acting.business_date)?;
    complete::check(kind, new, acting.business_date)?;
    store.write(|conn| {
        if let Some(act_id) = repeat::seen(conn, acting)? {
            return Ok(conn.query_one(&BY_ACT, &[act_id.into()], |row| row.int(0))?);
        }
        if let Some(day) = new.wish.long_term_on {
            long_stay::may_be_written(conn, new.person_id, (day, new.applied_on))?;
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "certificate.receive",
            &ActDetails::default(),
        )?;
        let id = conn.next_ids("certificate_application", 1)?;
        conn.execute(
            &INSERT,
            &[
                id.into(),
                new.kind.as_str().into(),
                new.person_id.into(),
                new.household_id.into(),
                new.applied_on.into(),
                new.applicant.as_str().into(),
                new.relation.as_str().into(),
                super::record::json(&new.wish)?.into(),
                new.grounds.as_str().into(),
                act.id.0.into(),
            ],
        )?;
        Ok(id)
    })
}

/// An application.
///
/// # Errors
/// A refusal when there is none of the number.
pub fn require(conn: &mut Conn, application_id: i64) -> Result<Application, OfficeError> {
    let found = conn.query_opt(&FIND, &[application_id.into()], read)?;
    let (application, wish) = found.ok_or_else(|| {
        Refusal::new(
            "certificate.application.unknown",
            format!("申請{application_id}はありません。一覧から選んでください"),
        )
    })?;
    let wish = serde_json::from_str(&wish)
        .map_err(|error| OfficeError::Bug(format!("申請の内容を読めません: {error}")))?;
    Ok(Application {
        content: NewApplication {
            wish,
            ..application.content
        },
        ..application
    })
}

fn read(row: &Row) -> Result<(Application, String), StoreError> {
    let step = row.opt_text(11)?;
    let application = Application {
        application_id: row.int(0)?,
        content: NewApplication {
            kind: row.text(1)?,
            person_id: row.int(2)?,
            household_id: row.int(3)?,
            applied_on: row.date(4)?,
            applicant: row.text(5)?,
            relation: row.text(6)?,
            wish: Wish::default(),
            grounds: row.text(8)?,
        },
        received_by: row.int(10)?,
        step: Step::read(step.as_deref())
            .ok_or_else(|| row.wrong(11, "申請の段階を知りません".to_owned()))?,
        stepped_on: row.opt_date(12)?,
        reason: row.opt_text(13)?.unwrap_or_default(),
        certificate_id: row.opt_int(14)?,
    };
    Ok((application, row.text(7)?))
}

/// The applications of a household, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_household(conn: &mut Conn, household_id: i64) -> Result<Vec<Application>, OfficeError> {
    let ids = conn.query(&OF_HOUSEHOLD, &[household_id.into()], |row| row.int(0))?;
    ids.into_iter().map(|id| require(conn, id)).collect()
}

/// 審査 without deciding: what would be issued, the arrears, and what stands in the way.
#[derive(Debug)]
pub struct Examined {
    /// What would be printed, or why nothing can be.
    pub proposal: Result<super::face::Face, OfficeError>,
    /// 未納.
    pub overdue: Vec<arrears::Overdue>,
    /// 特別の事情 of the household are accepted on the day: the 未納 keep nothing back.
    pub circumstances_accepted: bool,
    /// Whether a second person's word is needed.
    pub approval_needed: bool,
    /// Whether it was given.
    pub approved: bool,
}

/// Shows what an application would come to.
///
/// # Errors
/// [`OfficeError::Store`], or a refusal when the application or the household is unknown.
pub fn examine(
    conn: &mut Conn,
    rules: &KeptRules,
    application_id: i64,
    on: Date,
) -> Result<Examined, OfficeError> {
    let application = require(conn, application_id)?;
    let kind = rules.kind(&application.content.kind, on)?;
    let practice = rules.practice(on)?;
    let household = household(conn, rules, &application, on)?;
    let overdue = arrears::of_head(conn, household.head.person_id, practice, on)?;
    let proposal = work_out(rules, &application, &household, on);
    let asked = proposal
        .as_ref()
        .is_ok_and(|found| arrears::asked(practice, found));
    let known = (on, load::NOW);
    let accepted = arrears::circumstances_accepted(conn, household.household_id, known)?;
    let withheld = asked && !accepted && !overdue.is_empty();
    Ok(Examined {
        proposal: proposal.map(|found| found.face),
        overdue,
        circumstances_accepted: accepted,
        approval_needed: kind.approval || withheld,
        approved: approved(conn, APPLICATION, application_id)?,
    })
}

/// The household of an application as it is on a day, with ratio and class as judged for the first day of the term: a
/// paper that begins before its decision shows the class of its own days.
///
/// 根拠: 国民健康保険法施行令 第29条の3第1項（療養のあつた月の区分）、国民健康保険法施行規則 第27条の14の2
pub(super) fn household(
    conn: &mut Conn,
    rules: &KeptRules,
    application: &Application,
    on: Date,
) -> Result<Household, OfficeError> {
    let content = &application.content;
    let mut household = super::issue::load_household(conn, content.household_id, on)?;
    let kind = rules.kind(&content.kind, on)?;
    let Some(member) = household.member(content.person_id) else {
        return Ok(household);
    };
    let facts = member.facts(&household, &content.wish);
    let first = law::certificate::start(kind, &facts, moments(application, on));
    // Not before the person came to this household: what was judged of it then was not theirs.
    let came = member
        .spans
        .iter()
        .find(|one| {
            one.household_id == household.household_id && one.span.contains(content.applied_on)
        })
        .map_or(first, |one| one.span.from);
    let judged = first.max(came);
    if judged != on {
        load::judged_on(conn, &mut household, judged, load::NOW)?;
    }
    Ok(household)
}

fn moments(application: &Application, on: Date) -> Moments {
    Moments {
        issued_on: on,
        applied_on: Some(application.content.applied_on),
        arose_on: on,
    }
}

pub(super) fn work_out<'r>(
    rules: &'r KeptRules,
    application: &Application,
    household: &Household,
    on: Date,
) -> Result<Proposal<'r>, OfficeError> {
    let content = &application.content;
    let member = super::issue::member(household, content.person_id)?;
    let kind = rules.kind(&content.kind, on)?;
    let asked = Asked {
        moments: moments(application, on),
        wish: &content.wish,
        copy: 1,
        last_on: None,
    };
    let proposal = propose(rules, kind, household, member, &asked)?;
    let held = member.confirmation(rules, on);
    let recorded = held.map(|held| held.recognises(&proposal, &content.wish));
    let facts = member.facts(household, &content.wish);
    law::certificate::due::beside_confirmation(kind, &facts, recorded, on)?;
    Ok(proposal)
}
