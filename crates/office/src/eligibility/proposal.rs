//! 承認待ち — a request that a second person must approve waits as it was made; approving carries it out.

use super::deed::carry_out;
use super::request::{Books, Registered, Request};
use super::version;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ApproveEligibility, Permit};
use crate::worklist::{self, NewItem, Outcome};
use db::{Conn, Sql, Store};
use law::Refusal;

const INSERT: Sql = Sql {
    name: "eligibility.proposal.insert",
    text: "insert into eligibility_proposal (proposal_id, act_id, recorded_at, staff_id, body, why) \
           values ($1, $2, $3, $4, $5, $6)",
};
const ONE: Sql = Sql {
    name: "eligibility.proposal.one",
    text: "select p.proposal_id, p.act_id, p.recorded_at, p.staff_id, p.body, p.why, r.approved, r.note \
           from eligibility_proposal p left join eligibility_ruling r on r.proposal_id = p.proposal_id \
           where p.proposal_id = $1",
};
const OPEN: Sql = Sql {
    name: "eligibility.proposal.open",
    text: "select p.proposal_id, p.act_id, p.recorded_at, p.staff_id, p.body, p.why, r.approved, r.note \
           from eligibility_proposal p left join eligibility_ruling r on r.proposal_id = p.proposal_id \
           where r.proposal_id is null order by p.proposal_id",
};
const OF_ACT: Sql = Sql {
    name: "eligibility.proposal.of_act",
    text: "select proposal_id from eligibility_proposal where act_id = $1",
};
const RULE: Sql = Sql {
    name: "eligibility.proposal.rule",
    text: "insert into eligibility_ruling (proposal_id, act_id, recorded_at, approved, note) \
           values ($1, $2, $3, $4, $5)",
};
const WORK_ITEM: Sql = Sql {
    name: "eligibility.proposal.work_item",
    text: "select item_id from work_item where kind = $1 and source = $2 and state = 'open'",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, ONE, OPEN, OF_ACT, RULE, WORK_ITEM];

/// 承認待ちの申出.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Number.
    pub proposal_id: i64,
    /// The act that made it.
    pub act_id: i64,
    /// When, microseconds since 1970 UTC.
    pub recorded_at: i64,
    /// Who made it.
    pub staff_id: i64,
    /// What it asks for.
    pub request: Request,
    /// Why a second person is asked.
    pub why: Vec<String>,
    /// 承認 or 却下; none while it waits.
    pub approved: Option<bool>,
    /// What the second person wrote.
    pub ruling_note: String,
}

/// The proposals that wait, oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn open_proposals(conn: &mut Conn) -> Result<Vec<Proposal>, OfficeError> {
    let rows = conn.query(&OPEN, &[], raw)?;
    rows.into_iter().map(read).collect()
}

/// One proposal.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn proposal(conn: &mut Conn, proposal_id: i64) -> Result<Option<Proposal>, OfficeError> {
    let row = conn.query_opt(&ONE, &[proposal_id.into()], raw)?;
    row.map(read).transpose()
}

/// The proposal an act made.
pub(super) fn of_act(conn: &mut Conn, act_id: i64) -> Result<Option<i64>, OfficeError> {
    Ok(conn.query_opt(&OF_ACT, &[act_id.into()], |row| row.int(0))?)
}

type Raw = (
    i64,
    i64,
    i64,
    i64,
    String,
    String,
    Option<i64>,
    Option<String>,
);

fn raw(row: &db::Row<'_>) -> Result<Raw, db::StoreError> {
    Ok((
        row.int(0)?,
        row.int(1)?,
        row.int(2)?,
        row.int(3)?,
        row.text(4)?,
        row.text(5)?,
        row.opt_int(6)?,
        row.opt_text(7)?,
    ))
}

fn read(row: Raw) -> Result<Proposal, OfficeError> {
    let (proposal_id, act_id, recorded_at, staff_id, body, why, approved, note) = row;
    let request = serde_json::from_str(&body).map_err(|error| {
        OfficeError::Bug(format!("承認待ちの申出{proposal_id}を読めません: {error}"))
    })?;
    Ok(Proposal {
        proposal_id,
        act_id,
        recorded_at,
        staff_id,
        request,
        why: why.lines().map(str::to_owned).collect(),
        approved: approved.map(|approved| approved == 1),
        ruling_note: note.unwrap_or_default(),
    })
}

/// Keeps a request until a second person has looked at it.
pub(super) fn propose<F>(
    conn: &mut Conn,
    permit: &Permit<F>,
    acting: &Acting,
    request: &Request,
    why: &[String],
) -> Result<Registered, OfficeError> {
    let details = ActDetails {
        note: request.note.clone(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "eligibility.propose", &details)?;
    let proposal_id = conn.next_ids("eligibility_proposal", 1)?;
    let body = serde_json::to_string(request)
        .map_err(|error| OfficeError::Bug(format!("申出を書き出せません: {error}")))?;
    let params = [
        proposal_id.into(),
        act.id.0.into(),
        act.recorded_at.into(),
        acting.staff_id.into(),
        body.into(),
        why.join("\n").into(),
    ];
    conn.execute(&INSERT, &params)?;
    let item = NewItem {
        kind: worklist::ELIGIBILITY_APPROVAL,
        person_id: request.events.iter().find_map(super::NewEvent::person_id),
        household_id: None,
        title: why.join("、"),
        detail: request.note.clone(),
        source: source(proposal_id),
        due_on: worklist::ELIGIBILITY_APPROVAL.due_from(acting.business_date),
        owner: None,
    };
    worklist::open(conn, &act, &item)?;
    Ok(Registered {
        act_id: act.id.0,
        proposal_id: Some(proposal_id),
        ..Registered::default()
    })
}

fn source(proposal_id: i64) -> String {
    format!("proposal/{proposal_id}")
}

/// 承認: carries a proposal out under the act of a second person, on the facts as they are now.
///
/// # Errors
/// [`OfficeError::Refusal`] when the approver made the proposal; [`OfficeError::Conflict`] when it was ruled on, or a
/// household has changed since it was made.
pub fn approve(
    store: &Store,
    permit: &Permit<ApproveEligibility>,
    acting: &Acting,
    proposal_id: i64,
    note: &str,
    books: &Books<'_>,
) -> Result<Registered, OfficeError> {
    store.write(|conn| {
        let proposal = waiting(conn, proposal_id)?;
        if proposal.staff_id == acting.staff_id {
            return Err(Refusal::new(
                "eligibility.approve.same_person",
                "登録した本人は承認できません。別の承認者に依頼してください".to_owned(),
            )
            .into());
        }
        version::check(conn, books, &proposal.request.seen)?;
        let details = ActDetails {
            approved_by: Some(acting.staff_id),
            note: proposal.request.note.clone(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.approve", &details)?;
        rule(conn, &act, proposal_id, true, note)?;
        let done = carry_out(conn, books, acting, &act, &proposal.request)?;
        Ok(Registered {
            proposal_id: Some(proposal_id),
            ..done
        })
    })
}

/// 却下: a proposal that is not carried out; it is kept with the reason.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Conflict`] when it was ruled on.
pub fn reject(
    store: &Store,
    permit: &Permit<ApproveEligibility>,
    acting: &Acting,
    proposal_id: i64,
    note: &str,
) -> Result<(), OfficeError> {
    if note.trim().is_empty() {
        return Err(OfficeError::input("理由", "却下の理由を入れてください"));
    }
    store.write(|conn| {
        waiting(conn, proposal_id)?;
        let details = ActDetails {
            note: note.to_owned(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "eligibility.reject", &details)?;
        rule(conn, &act, proposal_id, false, note)
    })
}

fn waiting(conn: &mut Conn, proposal_id: i64) -> Result<Proposal, OfficeError> {
    let proposal = proposal(conn, proposal_id)?.ok_or_else(|| {
        Refusal::new(
            "eligibility.proposal.unknown",
            format!("承認待ちの申出{proposal_id}はありません。一覧を読み直してください"),
        )
    })?;
    if proposal.approved.is_some() {
        return Err(OfficeError::Conflict(format!(
            "申出{proposal_id}はすでに処理されています。一覧を読み直してください"
        )));
    }
    Ok(proposal)
}

fn rule(
    conn: &mut Conn,
    act: &acts::Act,
    proposal_id: i64,
    approved: bool,
    note: &str,
) -> Result<(), OfficeError> {
    let params = [
        proposal_id.into(),
        act.id.0.into(),
        act.recorded_at.into(),
        approved.into(),
        note.into(),
    ];
    conn.execute(&RULE, &params)?;
    let kind = worklist::ELIGIBILITY_APPROVAL.code;
    let item = conn.query(
        &WORK_ITEM,
        &[kind.into(), source(proposal_id).into()],
        |row| row.int(0),
    )?;
    for item_id in item {
        worklist::settle(conn, act, item_id, Outcome::Done, note)?;
    }
    Ok(())
}
