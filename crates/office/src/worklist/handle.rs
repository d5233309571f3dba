//! Opening, taking over and settling.

use super::item::{Item, NewItem, Outcome, Owner};
use super::list::get;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{HandleWork, Permit};
use db::{Conn, Sql, Store, Value};
use law::{Date, Refusal};

const FIND: Sql = Sql {
    name: "worklist.find",
    text: "select item_id from work_item where kind = $1 and subject = $2 and source = $3 \
           and outcome <> 'withdrawn'",
};
const INSERT: Sql = Sql {
    name: "worklist.insert",
    text: "insert into work_item (item_id, kind, subject, person_id, household_id, title, detail, source, due_on, \
           owner_role, owner_staff, state, outcome, opened_act_id, steps) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open', '', $12, 1)",
};
const INSERT_STEP: Sql = Sql {
    name: "worklist.insert_step",
    text: "insert into work_item_step (item_id, step_no, what, owner_role, owner_staff, due_on, outcome, note, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};
const ASSIGN: Sql = Sql {
    name: "worklist.assign",
    text: "update work_item set owner_role = $3, owner_staff = $4, due_on = $5, steps = steps + 1 \
           where item_id = $1 and steps = $2 and state = 'open'",
};
const SETTLE: Sql = Sql {
    name: "worklist.settle",
    text: "update work_item set state = 'settled', outcome = $3, settled_act_id = $4, steps = steps + 1 \
           where item_id = $1 and steps = $2 and state = 'open'",
};
const BY_SOURCE: Sql = Sql {
    name: "worklist.by_source",
    text: "select item_id from work_item where kind = $1 and source = $2 and state = 'open' order by item_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[FIND, INSERT, INSERT_STEP, ASSIGN, SETTLE, BY_SOURCE];

/// Puts a matter on the list and gives its number; one that is there already keeps its number and its state.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn open(conn: &mut Conn, act: &Act, item: &NewItem) -> Result<i64, OfficeError> {
    let subject = item.subject();
    let key: [Value; 3] = [
        item.kind.code.into(),
        subject.as_str().into(),
        item.source.as_str().into(),
    ];
    if let Some(found) = conn.query_opt(&FIND, &key, |row| row.int(0))? {
        return Ok(found);
    }
    let item_id = conn.next_ids("work_item", 1)?;
    let owner = item.owner();
    let params = [
        item_id.into(),
        item.kind.code.into(),
        subject.into(),
        item.person_id.into(),
        item.household_id.into(),
        item.title.as_str().into(),
        item.detail.as_str().into(),
        item.source.as_str().into(),
        item.due_on.into(),
        owner.role.code().into(),
        owner.staff_id.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT, &params)?;
    let step = NewStep {
        what: "open",
        owner,
        due_on: item.due_on,
        outcome: None,
        note: "",
    };
    write_step(conn, act, item_id, 1, &step)?;
    Ok(item_id)
}

/// Puts matters on the list; how many of them are new.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn open_all(conn: &mut Conn, act: &Act, items: &[NewItem]) -> Result<i64, OfficeError> {
    let mut new = 0;
    for item in items {
        let item_id = open(conn, act, item)?;
        let opened_here = get(conn, item_id, item.due_on)?
            .is_some_and(|found| found.opened_act_id == act.id.0 && found.steps == 1);
        new += i64::from(opened_here);
    }
    Ok(new)
}

/// A step to be written.
pub(super) struct NewStep<'s> {
    pub(super) what: &'s str,
    pub(super) owner: Owner,
    pub(super) due_on: Date,
    pub(super) outcome: Option<Outcome>,
    pub(super) note: &'s str,
}

pub(super) fn write_step(
    conn: &mut Conn,
    act: &Act,
    item_id: i64,
    step_no: i64,
    step: &NewStep<'_>,
) -> Result<(), OfficeError> {
    let params = [
        item_id.into(),
        step_no.into(),
        step.what.into(),
        step.owner.role.code().into(),
        step.owner.staff_id.into(),
        step.due_on.into(),
        step.outcome.map_or("", Outcome::code).into(),
        step.note.into(),
        act.id.0.into(),
    ];
    conn.execute(&INSERT_STEP, &params)?;
    Ok(())
}

/// To whom an item goes, until when, and why.
#[derive(Clone, Copy, Debug)]
pub struct Handover<'h> {
    /// Who looks after it from now on.
    pub owner: Owner,
    /// A new due day, where there is one.
    pub due_on: Option<Date>,
    /// In a clerk's words.
    pub note: &'h str,
}

/// 担当替え — gives an open item to a role or a member of staff, with a new due day where one is named. `steps` is that
/// of the item as the clerk saw it.
///
/// # Errors
/// [`OfficeError::Conflict`] when it was changed or settled since; [`OfficeError::Refusal`] when it is unknown or given
/// to somebody who may not handle work.
pub fn assign(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    item_id: i64,
    steps: i64,
    handover: &Handover<'_>,
) -> Result<(), OfficeError> {
    let (owner, note) = (handover.owner, handover.note);
    if !owner.role.holds(permit.code()) {
        return Err(Refusal::new(
            "worklist.owner",
            format!(
                "「{}」は処理待ちに対応する権限を持ちません。別の担当を選んでください",
                owner.role.name_ja()
            ),
        )
        .into());
    }
    store.write(|conn| {
        let item = wanted(conn, item_id, acting.business_date)?;
        let due_on = handover.due_on.unwrap_or(item.due_on);
        let act = acts::begin(conn, acting, permit, "worklist.assign", &noted(note))?;
        let params = [
            item_id.into(),
            steps.into(),
            owner.role.code().into(),
            owner.staff_id.into(),
            due_on.into(),
        ];
        if conn.execute(&ASSIGN, &params)? != 1 {
            return Err(changed(item_id));
        }
        let step = NewStep {
            what: "assign",
            owner,
            due_on,
            outcome: None,
            note,
        };
        write_step(conn, &act, item_id, steps + 1, &step)
    })
}

/// 処理済にする — settles an open item under the act that did what it asked for.
///
/// # Errors
/// [`OfficeError::Conflict`] when it is settled already; [`OfficeError::Refusal`] when it is unknown.
pub fn settle(
    conn: &mut Conn,
    act: &Act,
    item_id: i64,
    outcome: Outcome,
    note: &str,
) -> Result<(), OfficeError> {
    let item = wanted(conn, item_id, Date::MAX)?;
    settle_seen(conn, act, &item, item.steps, ("settle", outcome, note))
}

/// 処理した, by the very thing the item asked for: when the act is taken back, it waits again.
///
/// # Errors
/// As [`settle`].
pub fn answer(conn: &mut Conn, act: &Act, item_id: i64, note: &str) -> Result<(), OfficeError> {
    let item = wanted(conn, item_id, Date::MAX)?;
    settle_seen(
        conn,
        act,
        &item,
        item.steps,
        ("answer", Outcome::Done, note),
    )
}

fn settle_seen(
    conn: &mut Conn,
    act: &Act,
    item: &Item,
    steps: i64,
    (what, outcome, note): (&str, Outcome, &str),
) -> Result<(), OfficeError> {
    let params = [
        item.item_id.into(),
        steps.into(),
        outcome.code().into(),
        act.id.0.into(),
    ];
    if conn.execute(&SETTLE, &params)? != 1 {
        return Err(changed(item.item_id));
    }
    let step = NewStep {
        what,
        owner: item.owner,
        due_on: item.due_on,
        outcome: Some(outcome),
        note,
    };
    write_step(conn, act, item.item_id, steps + 1, &step)
}

/// Settles an item by hand, with a reason. `steps` is that of the item as the clerk saw it.
///
/// # Errors
/// [`OfficeError::Input`] without a reason; [`OfficeError::Conflict`] when it was changed or settled since;
/// [`OfficeError::Refusal`] when it is unknown.
pub fn settle_by(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    item_id: i64,
    steps: i64,
    outcome: Outcome,
    note: &str,
) -> Result<(), OfficeError> {
    if note.trim().is_empty() {
        return Err(OfficeError::input(
            "対応内容",
            "どう対応したかを入れてください",
        ));
    }
    store.write(|conn| {
        let item = wanted(conn, item_id, acting.business_date)?;
        let act = acts::begin(conn, acting, permit, "worklist.settle", &noted(note))?;
        settle_seen(conn, &act, &item, steps, ("settle", outcome, note))
    })
}

/// 事由消滅 — takes the open items of a kind that came from a source off the list: what they were about is no more.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn withdraw_source(
    conn: &mut Conn,
    act: &Act,
    kind: super::Kind,
    source: &str,
    note: &str,
) -> Result<i64, OfficeError> {
    let found = open_of_source(conn, kind, source)?;
    let mut count = 0;
    for item_id in found {
        settle(conn, act, item_id, Outcome::Withdrawn, note)?;
        count += 1;
    }
    Ok(count)
}

/// Numbers of the open items of a kind that came from a source.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn open_of_source(
    conn: &mut Conn,
    kind: super::Kind,
    source: &str,
) -> Result<Vec<i64>, OfficeError> {
    let params = [kind.code.into(), source.into()];
    Ok(conn.query(&BY_SOURCE, &params, |row| row.int(0))?)
}

fn noted(note: &str) -> ActDetails {
    ActDetails {
        note: note.to_owned(),
        ..ActDetails::default()
    }
}

fn wanted(conn: &mut Conn, item_id: i64, today: Date) -> Result<Item, OfficeError> {
    get(conn, item_id, today)?.ok_or_else(|| {
        Refusal::new(
            "worklist.unknown",
            format!("処理待ち{item_id}はありません。一覧を読み直してください"),
        )
        .into()
    })
}

pub(super) fn changed(item_id: i64) -> OfficeError {
    OfficeError::Conflict(format!(
        "処理待ち{item_id}は、ほかの人がすでに処理したか担当を替えています。一覧を読み直してください"
    ))
}
