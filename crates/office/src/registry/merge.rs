//! 名寄せ — two numbers of one person shown as one: proposed, confirmed by a second person, and taken back without loss.
//! Nothing of either number is moved or deleted; both stay searchable, and money stays with the number it was booked on.

use super::event;
use super::load::{PersonPicture, load_person};
use super::nonresident;
use super::proposal::{self, NewProposal, Proposal};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ApproveMerge, MergePerson, Permit};
use crate::worklist::{self, MERGE_APPROVAL, NewItem};
use db::{Conn, Row, Sql, Store, StoreError};
use law::{Date, Refusal};
use serde::{Deserialize, Serialize};

const TOPIC: &str = "merge";

pub use super::merge_candidates::{Candidate, PAGE, candidates, candidates_of};

/// 名寄せ that was confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// Number.
    pub merge_id: i64,
    /// 代表宛名.
    pub kept_id: i64,
    /// The number shown under it.
    pub joined_id: i64,
    /// Why they are one.
    pub reason: String,
    /// The act that joined them.
    pub act_id: i64,
    /// The act that took it back, if one did.
    pub undone_by_act: Option<i64>,
}

macro_rules! merges {
    ($rest:literal) => {
        concat!(
            "select m.merge_id, m.kept_id, m.joined_id, m.reason, m.act_id, u.act_id from person_merge m ",
            "left join person_merge_undone u on u.merge_id = m.merge_id where ",
            $rest,
            " order by m.merge_id"
        )
    };
}

const OF_PERSON: Sql = Sql {
    name: "registry.merge.of_person",
    text: merges!("m.kept_id = $1 or m.joined_id = $1"),
};
const ONE: Sql = Sql {
    name: "registry.merge.one",
    text: merges!("m.merge_id = $1"),
};
const INSERT: Sql = Sql {
    name: "registry.merge.insert",
    text: "insert into person_merge (merge_id, kept_id, joined_id, reason, proposal_id, act_id) \
           values ($1, $2, $3, $4, $5, $6)",
};
const UNDO: Sql = Sql {
    name: "registry.merge.undo",
    text: "insert into person_merge_undone (merge_id, reason, act_id) values ($1, $2, $3)",
};
/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OF_PERSON, ONE, INSERT, UNDO];

fn read(row: &Row<'_>) -> Result<Merge, StoreError> {
    Ok(Merge {
        merge_id: row.int(0)?,
        kept_id: row.int(1)?,
        joined_id: row.int(2)?,
        reason: row.text(3)?,
        act_id: row.int(4)?,
        undone_by_act: row.opt_int(5)?,
    })
}

/// 名寄せ of a number, those taken back included.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn of_person(conn: &mut Conn, person_id: i64) -> Result<Vec<Merge>, OfficeError> {
    Ok(conn.query(&OF_PERSON, &[person_id.into()], read)?)
}

/// 名寄せ by its number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn one(conn: &mut Conn, merge_id: i64) -> Result<Option<Merge>, OfficeError> {
    Ok(conn.query_opt(&ONE, &[merge_id.into()], read)?)
}

/// Why a 名寄せ was proposed; nothing for proposals of another kind.
#[must_use]
pub fn reason_of(proposal: &Proposal) -> Option<String> {
    let body: Body = serde_json::from_str(&proposal.body)
        .ok()
        .filter(|_| proposal.kind == TOPIC)?;
    Some(body.reason)
}

/// 代表宛名 of a number: itself where it is joined to none.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn representative_of(conn: &mut Conn, person_id: i64) -> Result<i64, OfficeError> {
    let merges = of_person(conn, person_id)?;
    let kept = merges
        .iter()
        .find(|merge| merge.joined_id == person_id && merge.undone_by_act.is_none());
    Ok(kept.map_or(person_id, |merge| merge.kept_id))
}

/// Every number of the person a number stands for, 代表宛名 first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn numbers_of(conn: &mut Conn, person_id: i64) -> Result<Vec<i64>, OfficeError> {
    let kept = representative_of(conn, person_id)?;
    let mut numbers = vec![kept];
    numbers.extend(
        of_person(conn, kept)?
            .into_iter()
            .filter(|merge| merge.kept_id == kept && merge.undone_by_act.is_none())
            .map(|merge| merge.joined_id),
    );
    Ok(numbers)
}

/// The histories of every number of a person, 代表宛名 first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn histories(
    conn: &mut Conn,
    person_id: i64,
    as_of: Date,
    known_at: Option<i64>,
) -> Result<Vec<PersonPicture>, OfficeError> {
    let mut pictures = Vec::new();
    for number in numbers_of(conn, person_id)? {
        pictures.extend(load_person(conn, number, as_of, known_at)?);
    }
    Ok(pictures)
}

/// What is to be joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joining {
    /// 代表宛名.
    pub kept_id: i64,
    /// The number to be shown under it.
    pub joined_id: i64,
    /// Why they are one.
    pub reason: String,
    /// The day on which a 住登外者 became a resident under the kept number (住民化); its own record ends then.
    pub became_resident_on: Option<Date>,
}

#[derive(Serialize, Deserialize)]
struct Body {
    reason: String,
    became_resident_on: Option<Date>,
    seen_joined: i64,
}

/// 名寄せの申出.
///
/// # Errors
/// [`OfficeError::Input`] beside what is wrong; [`OfficeError::Conflict`] when either record changed since it was seen.
pub fn propose(
    store: &Store,
    permit: &Permit<MergePerson>,
    acting: &Acting,
    joining: &Joining,
    (seen_kept, seen_joined): (i64, i64),
) -> Result<i64, OfficeError> {
    if joining.reason.trim().is_empty() {
        return Err(OfficeError::input(
            "理由",
            "同じ人と判断した理由を入れてください",
        ));
    }
    store.write(|conn| {
        super::register::check_seen(conn, joining.kept_id, seen_kept)?;
        super::register::check_seen(conn, joining.joined_id, seen_joined)?;
        may_join(conn, joining, acting.business_date)?;
        let details = ActDetails {
            note: joining.reason.clone(),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "registry.merge_propose", &details)?;
        let body = Body {
            reason: joining.reason.clone(),
            became_resident_on: joining.became_resident_on,
            seen_joined,
        };
        let new = NewProposal {
            kind: TOPIC,
            person_id: joining.kept_id,
            other_id: Some(joining.joined_id),
            body: serde_json::to_string(&body)
                .map_err(|error| OfficeError::Bug(format!("名寄せを書けません: {error}")))?,
            seen_version: seen_kept,
            staff_id: acting.staff_id,
        };
        let proposal_id = proposal::insert(conn, &act, &new)?;
        let title = format!(
            "宛名番号{}と{}の名寄せを確かめてください",
            joining.kept_id, joining.joined_id
        );
        let item = NewItem::about_person(
            MERGE_APPROVAL,
            joining.kept_id,
            &source(proposal_id),
            &title,
            acting.business_date,
        );
        worklist::open(conn, &act, &item)?;
        Ok(proposal_id)
    })
}

fn source(proposal_id: i64) -> String {
    format!("registry_proposal/{proposal_id}")
}

fn may_join(conn: &mut Conn, joining: &Joining, today: Date) -> Result<(), OfficeError> {
    let wrong = |message: String| Err(OfficeError::input("宛名番号", &message));
    let (kept, joined) = (joining.kept_id, joining.joined_id);
    if kept == joined {
        return wrong("二つの違う宛名番号を選んでください".to_owned());
    }
    for number in [kept, joined] {
        if load_person(conn, number, today, None)?.is_none() {
            return wrong(format!("宛名番号{number}の人が登録されていません"));
        }
        let representative = representative_of(conn, number)?;
        if representative != number {
            return wrong(format!(
                "宛名番号{number}は{representative}に名寄せ済みです。{representative}を選んでください"
            ));
        }
    }
    if numbers_of(conn, joined)?.len() > 1 {
        return wrong(format!(
            "宛名番号{joined}にはほかの番号が名寄せされています。{joined}を代表にしてください"
        ));
    }
    if joining.became_resident_on.is_some() && !nonresident::is_nonresident(conn, joined)? {
        return wrong(format!("宛名番号{joined}は住登外者ではありません"));
    }
    Ok(())
}

/// Proposals that wait for a second person, the oldest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn waiting(conn: &mut Conn) -> Result<Vec<Proposal>, OfficeError> {
    proposal::waiting(conn, TOPIC)
}

/// 名寄せの承認 — a second person confirms a proposal (returns the number of the 名寄せ) or turns it down.
///
/// # Errors
/// [`OfficeError::Refusal`] when the same person proposed it; [`OfficeError::Conflict`] when it was decided before or
/// either record changed since; [`OfficeError::Input`] when it is turned down without a reason.
pub fn decide(
    store: &Store,
    permit: &Permit<ApproveMerge>,
    acting: &Acting,
    proposal_id: i64,
    approve: bool,
    note: &str,
) -> Result<Option<i64>, OfficeError> {
    store.write(|conn| {
        let proposal = proposal::to_decide(conn, TOPIC, proposal_id, acting.staff_id)?;
        if !approve && note.trim().is_empty() {
            return Err(OfficeError::input("理由", "認めない理由を入れてください"));
        }
        let body: Body = serde_json::from_str(&proposal.body)
            .map_err(|error| OfficeError::Bug(format!("申出{proposal_id}を読めません: {error}")))?;
        let joining = Joining {
            kept_id: proposal.person_id,
            joined_id: proposal.other_id.unwrap_or(proposal.person_id),
            reason: body.reason,
            became_resident_on: body.became_resident_on,
        };
        if approve {
            super::register::check_seen(conn, joining.kept_id, proposal.seen_version)?;
            super::register::check_seen(conn, joining.joined_id, body.seen_joined)?;
            may_join(conn, &joining, acting.business_date)?;
        }
        let details = ActDetails {
            note: note.to_owned(),
            approved_by: Some(acting.staff_id),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "registry.merge_decide", &details)?;
        proposal::decide(conn, &act, proposal_id, approve, note, acting.staff_id)?;
        let told = if approve {
            "名寄せしました"
        } else {
            "認めませんでした"
        };
        worklist::withdraw_source(conn, &act, MERGE_APPROVAL, &source(proposal_id), told)?;
        if !approve {
            return Ok(None);
        }
        let merge_id = join(conn, &act, &joining, proposal_id)?;
        if let Some(on) = joining.became_resident_on {
            nonresident::end(conn, &act, joining.joined_id, on, acting.business_date)?;
        }
        Ok(Some(merge_id))
    })
}

fn join(
    conn: &mut Conn,
    act: &Act,
    joining: &Joining,
    proposal_id: i64,
) -> Result<i64, OfficeError> {
    let merge_id = conn.next_ids("person_merge", 1)?;
    let params = [
        merge_id.into(),
        joining.kept_id.into(),
        joining.joined_id.into(),
        joining.reason.as_str().into(),
        proposal_id.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(merge_id)
}

/// 名寄せの取消 — the two numbers stand for themselves again, each with its own history.
///
/// # Errors
/// [`OfficeError::Refusal`] when it is unknown; [`OfficeError::Conflict`] when it was taken back before;
/// [`OfficeError::Input`] without a reason.
pub fn undo(
    store: &Store,
    permit: &Permit<ApproveMerge>,
    acting: &Acting,
    merge_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "取消の理由",
            "取消の理由を入れてください",
        ));
    }
    store.write(|conn| {
        let merge = one(conn, merge_id)?.ok_or_else(|| {
            Refusal::new(
                "registry.merge.unknown",
                format!("名寄せ{merge_id}はありません。一覧を読み直してください"),
            )
        })?;
        if merge.undone_by_act.is_some() {
            return Err(OfficeError::Conflict(format!(
                "名寄せ{merge_id}は、ほかの人がすでに取り消しています"
            )));
        }
        let details = ActDetails {
            note: reason.to_owned(),
            undoes: Some(acts::ActId(merge.act_id)),
            ..ActDetails::default()
        };
        let act = acts::begin(conn, acting, permit, "registry.merge_undo", &details)?;
        let params = [merge_id.into(), reason.into(), act.id.0.into()];
        conn.execute(&UNDO, &params)?;
        // A 住登外者 whose record ended with the 名寄せ has it again.
        let ended = event::of_person(conn, merge.joined_id)?
            .into_iter()
            .find(|one| one.act_id == merge.act_id && one.undone_by_act.is_none());
        if let Some(ended) = ended {
            nonresident::take_back_end(
                conn,
                &act,
                merge.joined_id,
                (ended.event_id, merge.act_id),
                reason,
                acting.business_date,
            )?;
        }
        Ok(())
    })
}
