//! 確認リストの解消 — one person proposes, a second agrees or turns down, and only then is a link made, kept or moved.

use super::ask::free_of_numbers;
use super::keys::Keys;
use super::link::{LinkKind, LinkOutcome, LinkRow, LinkState, place};
use super::number::IndividualNumber;
use super::origin::Origin;
use super::{Vault, rows};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ApproveNumber, Permit, SettleNumber};
use db::{Conn, Sql, Store};
use law::Refusal;

const INSERT_STEP: Sql = Sql {
    name: "vault.link.step",
    text: "insert into number_link_step (link_id, step_no, step, outcome, reason, staff_id, recorded_at, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const VALUE: Sql = Sql {
    name: "vault.link.value",
    text: "select key_version, sealed, source, giver, evidence, form, ground from number_link where link_id = $1",
};

/// Acts have their numbers in the order they were written down.
const SINCE: Sql = Sql {
    name: "vault.link.since",
    text: "select count(*) from number_fact f join number_link_step s on s.link_id = $2 and s.step_no = $3 \
           where f.person_id = $1 and (f.act_id > s.act_id or f.superseded_by_act > s.act_id)",
};

/// Statements of this module.
pub(super) const STATEMENTS: &[Sql] = &[INSERT_STEP, VALUE, SINCE];

impl Vault {
    /// 一人目: proposes how a row is settled.
    ///
    /// # Errors
    /// [`OfficeError`] where the row is settled or proposed already, the outcome does not fit its kind, or no reason is
    /// given.
    pub fn propose(
        &self,
        office: &Store,
        permit: &Permit<SettleNumber>,
        acting: &Acting,
        link_id: i64,
        (outcome, reason): (LinkOutcome, &str),
    ) -> Result<(), OfficeError> {
        if reason.trim().is_empty() {
            return Err(OfficeError::input(
                "解消の理由",
                "何を確かめて、なぜそうするのかを入れてください",
            ));
        }
        free_of_numbers("解消の理由", reason)?;
        let row = self.require(link_id)?;
        if row.state != LinkState::Open {
            return Err(OfficeError::Conflict(format!(
                "確認リスト{link_id}は、ほかの職員がすでに処理しています。開き直してください"
            )));
        }
        let fits = match row.kind {
            LinkKind::OtherNumber => outcome != LinkOutcome::Move,
            LinkKind::SameNumber => outcome != LinkOutcome::Link,
            LinkKind::Blank => outcome == LinkOutcome::Keep,
        };
        if !fits {
            return Err(OfficeError::input(
                "解消の方法",
                &format!("「{}」には使えない方法です", row.kind.label_ja()),
            ));
        }
        let act = self.begin(office, acting, permit, "number.link.propose", &row)?;
        self.store
            .write(|conn| step(conn, &act, acting, &row, (1, outcome, reason)))
    }

    /// 二人目: agrees to what was seen — the row's number and how many steps of it stood on the page — and the link is
    /// made, kept or moved. A move ends the other's link only while that is the number in question.
    ///
    /// # Errors
    /// A refusal where it is the same person who proposed; [`OfficeError::Conflict`] where nothing is proposed, where
    /// another proposal stands than the one that was seen, or where a number of those concerned changed since.
    pub fn agree(
        &self,
        office: &Store,
        permit: &Permit<ApproveNumber>,
        acting: &Acting,
        (link_id, seen): (i64, i64),
    ) -> Result<LinkOutcome, OfficeError> {
        let row = self.require(link_id)?;
        let (outcome, reason) = second_person(&row, acting, seen)?;
        let act = self.begin(office, acting, permit, "number.link.agree", &row)?;
        self.store.write(|conn| {
            step(conn, &act, acting, &row, (2, outcome, &reason))?;
            if outcome == LinkOutcome::Keep {
                return Ok(());
            }
            unchanged_since(conn, &row)?;
            let (number, origin) = value(conn, &self.keys, link_id)?;
            if let (LinkOutcome::Move, Some(other)) = (outcome, row.other_person_id)
                && rows::standing(conn, &self.keys, other)?.as_ref() == Some(&number)
            {
                rows::end(conn, &act, other)?;
            }
            rows::put(conn, &self.keys, &act, row.person_id, (&number, &origin))
        })?;
        Ok(outcome)
    }

    /// 二人目: turns a proposal down; the row is open again.
    ///
    /// # Errors
    /// As [`Vault::agree`].
    pub fn turn_down(
        &self,
        office: &Store,
        permit: &Permit<ApproveNumber>,
        acting: &Acting,
        (link_id, seen): (i64, i64),
        reason: &str,
    ) -> Result<(), OfficeError> {
        if reason.trim().is_empty() {
            return Err(OfficeError::input(
                "差し戻しの理由",
                "何が違うのかを入れてください",
            ));
        }
        free_of_numbers("差し戻しの理由", reason)?;
        let row = self.require(link_id)?;
        let (outcome, _) = second_person(&row, acting, seen)?;
        let act = self.begin(office, acting, permit, "number.link.turn_down", &row)?;
        self.store
            .write(|conn| step(conn, &act, acting, &row, (3, outcome, reason)))
    }

    fn begin<F>(
        &self,
        office: &Store,
        acting: &Acting,
        permit: &Permit<F>,
        kind: &str,
        row: &LinkRow,
    ) -> Result<Act, OfficeError> {
        let details = ActDetails {
            note: format!("確認リスト{} 宛名番号{}", row.link_id, row.person_id),
            ..ActDetails::default()
        };
        office.write(|conn| acts::begin(conn, acting, permit, kind, &details))
    }
}

/// What the second person answers: the proposal that stands, where it is the one that was seen. A step taken meanwhile by
/// somebody else has the number of the one that is about to be taken, and that one is refused.
fn second_person(
    row: &LinkRow,
    acting: &Acting,
    seen: i64,
) -> Result<(LinkOutcome, String), OfficeError> {
    let LinkState::Proposed(outcome, proposer, reason) = &row.state else {
        return Err(OfficeError::Conflict(format!(
            "確認リスト{}に、承認を待つ案はありません。開き直してください",
            row.link_id
        )));
    };
    if row.steps != seen {
        return Err(OfficeError::Conflict(format!(
            "確認リスト{}は、開いた後に別の案に替わりました。開き直して確かめてください",
            row.link_id
        )));
    }
    if *proposer == acting.staff_id {
        return Err(Refusal::new(
            "vault.second_person",
            "案を出した職員は承認できません。ほかの職員が確かめてください".to_owned(),
        )
        .into());
    }
    Ok((*outcome, reason.clone()))
}

/// Whether the numbers of those concerned are what they were when the proposal was made.
fn unchanged_since(conn: &mut Conn, row: &LinkRow) -> Result<(), OfficeError> {
    for person in [Some(row.person_id), row.other_person_id]
        .into_iter()
        .flatten()
    {
        let params = [person.into(), row.link_id.into(), row.steps.into()];
        if conn.query_one(&SINCE, &params, |row| row.int(0))? > 0 {
            return Err(OfficeError::Conflict(format!(
                "確認リスト{}の案が出た後に、宛名番号{person}の番号が変わりました。差し戻して、いまの番号を確かめ直してください",
                row.link_id
            )));
        }
    }
    Ok(())
}

fn step(
    conn: &mut Conn,
    act: &Act,
    acting: &Acting,
    row: &LinkRow,
    (kind, outcome, reason): (i64, LinkOutcome, &str),
) -> Result<(), OfficeError> {
    let done = conn.execute(
        &INSERT_STEP,
        &[
            row.link_id.into(),
            (row.steps + 1).into(),
            kind.into(),
            outcome.code().into(),
            reason.into(),
            acting.staff_id.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    );
    match done {
        Ok(_) => Ok(()),
        Err(error) if error.is_duplicate() => Err(OfficeError::Conflict(format!(
            "確認リスト{}は、ほかの職員が先に処理しました。開き直してください",
            row.link_id
        ))),
        Err(error) => Err(error.into()),
    }
}

fn value(
    conn: &mut Conn,
    keys: &Keys,
    link_id: i64,
) -> Result<(IndividualNumber, Origin), OfficeError> {
    let lost = || OfficeError::Bug(format!("確認リスト{link_id}の番号を読めません"));
    let (version, sealed, origin) = conn.query_one(&VALUE, &[link_id.into()], |row| {
        let codes = [row.int(2)?, row.int(3)?, row.int(4)?];
        Ok((
            row.int(0)?,
            row.opt_blob(1)?,
            Origin::from_codes(codes, row.text(5)?, row.text(6)?),
        ))
    })?;
    let number = keys.open_value(version, &sealed.ok_or_else(lost)?, &place(link_id))?;
    Ok((number, origin.ok_or_else(lost)?))
}
