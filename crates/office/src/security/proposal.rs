//! 二人目の承認 — what one administrator proposes, another carries out by agreeing: settings, cells of the table of
//! permissions, the second factor of somebody begun anew, a post that opens more than its holder has. Nobody agrees to a
//! post of their own.

use super::login::MINUTE;
use super::permit::{ManageStaff, Permit};
use super::post::{self, Post};
use super::{enrol, factor, setting, staff};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Span, Sql};
use law::Refusal;

const INSERT: Sql = Sql {
    name: "proposal.insert",
    text: "insert into security_proposal (proposal_id, kind, subject, value, reason, proposed_by, proposed_at, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const RULE: Sql = Sql {
    name: "proposal.rule",
    text: "insert into security_ruling (proposal_id, approved, ruled_by, ruled_at, note, act_id) \
           values ($1, $2, $3, $4, $5, $6)",
};
const LIST: Sql = Sql {
    name: "proposal.list",
    text: "select p.proposal_id, p.kind, p.subject, p.value, p.reason, p.proposed_by, coalesce(s.name, ''), \
           p.proposed_at, r.approved, coalesce(t.name, ''), r.ruled_at from security_proposal p \
           left join security_ruling r on r.proposal_id = p.proposal_id \
           left join staff s on s.staff_id = p.proposed_by left join staff t on t.staff_id = r.ruled_by \
           order by p.proposal_id desc limit 200",
};

/// Whether one handed another what they log in with since a moment: a password, the end of a suspension, a 登録コード.
const HANDED: Sql = Sql {
    name: "proposal.handed",
    text: "select count(*) from act a where a.staff_id = $1 and a.recorded_at > $4 and \
           ((a.kind in ('staff.set_password', 'staff.resume') and a.note = $2) or (a.kind = 'factor.code' and a.note = $3) \
           or a.act_id in (select r.act_id from security_ruling r join security_proposal p on p.proposal_id = r.proposal_id \
           where r.approved = 1 and p.kind = 'new_factor' and p.subject = $2))",
};
/// For so long whoever was handed what they log in with does not count as a second person to whoever handed it.
const ONE_FOR: i64 = 30 * 24 * 60 * MINUTE;

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, RULE, LIST, HANDED];

/// What is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A setting gets a value.
    Setting {
        /// Key.
        key: String,
        /// Value.
        value: String,
    },
    /// Every factor of somebody is ended and a 登録コード made.
    NewFactor {
        /// Whose.
        staff_id: i64,
    },
    /// 発令.
    Post {
        /// Whose.
        staff_id: i64,
        /// On which days.
        span: Span,
        /// What.
        post: Post,
    },
}

impl Change {
    fn write(&self) -> (&'static str, String, String) {
        match self {
            Self::Setting { key, value } => ("setting", key.clone(), value.clone()),
            Self::NewFactor { staff_id } => ("new_factor", staff_id.to_string(), String::new()),
            Self::Post {
                staff_id,
                span,
                post,
            } => ("post", staff_id.to_string(), post::write((*span, post))),
        }
    }

    fn read(kind: &str, subject: String, value: String) -> Option<Self> {
        match kind {
            "setting" => Some(Self::Setting {
                key: subject,
                value,
            }),
            "new_factor" => Some(Self::NewFactor {
                staff_id: subject.parse().ok()?,
            }),
            "post" => {
                let (span, post) = post::read(&value)?;
                Some(Self::Post {
                    staff_id: subject.parse().ok()?,
                    span,
                    post,
                })
            }
            _ => None,
        }
    }
}

/// How a proposal stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Number.
    pub proposal_id: i64,
    /// What.
    pub change: Change,
    /// Why.
    pub reason: String,
    /// By whom.
    pub proposed_by: i64,
    /// 氏名.
    pub proposer: String,
    /// When, microseconds.
    pub proposed_at: i64,
    /// Agreed to or not; `None` while it waits.
    pub approved: Option<bool>,
    /// Who answered.
    pub ruler: String,
    /// When, microseconds.
    pub ruled_at: Option<i64>,
}

/// Code of the refusal where one of the two was handed what they log in with by the other.
pub const HANDED_OVER: &str = "security.handed_over";

/// Code of the refusal to an administrator who would manage the own account.
pub const OWN_ACCOUNT: &str = "security.own_account";

/// Refuses an administrator who would manage the own account.
pub(super) fn not_oneself(acting: &Acting, staff_id: i64) -> Result<(), OfficeError> {
    if staff_id != acting.staff_id {
        return Ok(());
    }
    Err(Refusal::new(
        OWN_ACCOUNT,
        "自分自身の発令・パスワードの再設定・停止の解除・親族の申告の終了はできません。別の管理者に依頼してください（自分のパスワードは「本人の設定」で変えます）"
            .to_owned(),
    )
    .into())
}

/// Proposes a change. Nothing changes by it.
///
/// # Errors
/// [`OfficeError::Input`].
pub fn propose(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    change: &Change,
    reason: &str,
) -> Result<i64, OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input("理由", "なぜ変えるかを書いてください"));
    }
    match change {
        Change::Setting { key, value } => setting::check(key, value)?,
        Change::NewFactor { .. } => {}
        Change::Post {
            staff_id,
            span,
            post,
        } => {
            not_oneself(acting, *staff_id)?;
            post::check(post, *span)?;
        }
    }
    let (kind, subject, value) = change.write();
    let details = ActDetails {
        note: format!("{kind} {subject} {value} {}", reason.trim()),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "security.propose", &details)?;
    let proposal_id = conn.next_ids("security_proposal", 1)?;
    conn.execute(
        &INSERT,
        &[
            proposal_id.into(),
            kind.into(),
            subject.into(),
            value.into(),
            reason.trim().into(),
            acting.staff_id.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(proposal_id)
}

/// Refuses where one of two administrators was handed what they log in with by the other a short while ago: with it the one
/// can have been the other.
fn two_people(conn: &mut Conn, one: i64, other: i64, now: i64) -> Result<(), OfficeError> {
    for (by, whose) in [(one, other), (other, one)] {
        let params = [
            by.into(),
            whose.to_string().into(),
            format!("職員{whose}").into(),
            (now - ONE_FOR).into(),
        ];
        if conn.query_one(&HANDED, &params, |row| row.int(0))? > 0 {
            return Err(Refusal::new(
                HANDED_OVER,
                "提案した管理者との間で、30日以内にパスワードの再設定・停止の解除・登録コードの発行があります。ほかの管理者に承認を依頼してください"
                    .to_owned(),
            )
            .into());
        }
    }
    Ok(())
}

/// The latest proposals, newest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn, _permit: &Permit<ManageStaff>) -> Result<Vec<Proposal>, OfficeError> {
    let rows = conn.query(&LIST, &[], |row| {
        let Some(change) = Change::read(row.str(1)?, row.text(2)?, row.text(3)?) else {
            return Ok(None);
        };
        Ok(Some(Proposal {
            proposal_id: row.int(0)?,
            change,
            reason: row.text(4)?,
            proposed_by: row.int(5)?,
            proposer: row.text(6)?,
            proposed_at: row.int(7)?,
            approved: row.opt_int(8)?.map(|flag| flag != 0),
            ruler: row.text(9)?,
            ruled_at: row.opt_int(10)?,
        }))
    })?;
    Ok(rows.into_iter().flatten().collect())
}

/// Agrees or does not. Agreeing carries the change out in the same act; a 登録コード that comes of it is handed back.
///
/// # Errors
/// A [`Refusal`] to whoever proposed it, and to whom it would give a post; one with [`HANDED_OVER`] where one of the two handed
/// the other what they log in with; [`OfficeError::Conflict`] where it was answered.
pub fn rule(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    proposal_id: i64,
    (agree, note): (bool, &str),
) -> Result<Option<String>, OfficeError> {
    let found = list(conn, permit)?
        .into_iter()
        .find(|one| one.proposal_id == proposal_id)
        .ok_or_else(|| OfficeError::Conflict("この提案はありません".to_owned()))?;
    if found.proposed_by == acting.staff_id {
        return Err(Refusal::new(
            "security.two_people",
            "提案した本人は承認できません。別の管理者に依頼してください".to_owned(),
        )
        .into());
    }
    if agree {
        two_people(conn, found.proposed_by, acting.staff_id, acting.now)?;
    }
    if let (Change::Post { staff_id, .. }, true) = (&found.change, agree) {
        not_oneself(acting, *staff_id)?;
    }
    if found.approved.is_some() {
        return Err(OfficeError::Conflict(
            "この提案には既に答えが出ています。一覧を開き直してください".to_owned(),
        ));
    }
    let details = ActDetails {
        approved_by: agree.then_some(acting.staff_id),
        note: format!("提案{proposal_id} {note}"),
        ..ActDetails::default()
    };
    let kind = if agree {
        "security.agree"
    } else {
        "security.decline"
    };
    let act = acts::begin(conn, acting, permit, kind, &details)?;
    conn.execute(
        &RULE,
        &[
            proposal_id.into(),
            agree.into(),
            acting.staff_id.into(),
            act.recorded_at.into(),
            note.trim().into(),
            act.id.0.into(),
        ],
    )?;
    if !agree {
        return Ok(None);
    }
    match &found.change {
        Change::Setting { key, value } => {
            setting::check(key, value)?;
            setting::set(conn, &act, key, value)?;
            Ok(None)
        }
        Change::NewFactor { staff_id } => {
            factor::end_all(conn, *staff_id, act.recorded_at, act.id.0)?;
            staff::end_sessions(conn, *staff_id)?;
            enrol::make(conn, &act, *staff_id).map(Some)
        }
        Change::Post {
            staff_id,
            span,
            post,
        } => {
            post::check(post, *span)?;
            post::put(conn, &act, *staff_id, (*span, post))?;
            Ok(None)
        }
    }
}
