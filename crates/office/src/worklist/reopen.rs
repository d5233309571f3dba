//! 再び未処理にする — a matter whose answer is taken back waits again, with everything that happened to it before.

use super::handle::{NewStep, changed, write_step};
use super::item::{Item, State};
use super::kind::ELIGIBILITY_CANDIDATE;
use super::list::get;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::Date;

const ABOUT_PERSON: Sql = Sql {
    name: "worklist.done_about_person",
    text: "select w.item_id, s.what from work_item w join work_item_step s on s.item_id = w.item_id and s.step_no = w.steps \
           where w.person_id = $1 and w.state = 'settled' and w.outcome = 'done' order by w.item_id",
};
const ABOUT_HOUSEHOLD: Sql = Sql {
    name: "worklist.done_about_household",
    text: "select w.item_id, s.what from work_item w join work_item_step s on s.item_id = w.item_id and s.step_no = w.steps \
           where w.household_id = $1 and w.state = 'settled' and w.outcome = 'done' order by w.item_id",
};
const LEFT_BY_NIGHT: Sql = Sql {
    name: "worklist.left_by_night",
    text: "select w.item_id from work_item w join act a on a.act_id = w.settled_act_id where w.person_id = $1 and w.kind = $2 \
           and w.state = 'settled' and w.outcome = 'withdrawn' and a.kind = 'nightly.candidates' and not exists \
           (select 1 from work_item o where o.kind = w.kind and o.subject = w.subject and o.source = w.source \
           and (o.outcome <> 'withdrawn' or o.item_id > w.item_id)) order by w.item_id",
};
const REOPEN: Sql = Sql {
    name: "worklist.reopen",
    text: "update work_item set state = 'open', outcome = '', settled_act_id = null, steps = steps + 1 \
           where item_id = $1 and steps = $2 and state = 'settled'",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ABOUT_PERSON, ABOUT_HOUSEHOLD, LEFT_BY_NIGHT, REOPEN];

/// 処理した matters of a person and of a household. With each goes whether the last thing that happened to it was that an
/// act answered it ([`super::answer`]).
///
/// # Errors
/// [`OfficeError::Store`].
pub fn done_about(
    conn: &mut Conn,
    person_id: Option<i64>,
    household_id: Option<i64>,
) -> Result<Vec<(Item, bool)>, OfficeError> {
    let mut found: Vec<(i64, bool)> = Vec::new();
    for (statement, id) in [(&ABOUT_PERSON, person_id), (&ABOUT_HOUSEHOLD, household_id)] {
        if let Some(id) = id {
            let rows = conn.query(statement, &[id.into()], |row| {
                Ok((row.int(0)?, row.str(1)? == "answer"))
            })?;
            found.extend(rows);
        }
    }
    found.sort_unstable();
    found.dedup();
    let mut items = Vec::with_capacity(found.len());
    for (item_id, answered) in found {
        if let Some(item) = get(conn, item_id, Date::MAX)? {
            items.push((item, answered));
        }
    }
    Ok(items)
}

/// Candidates of a person that a night took off the list because nothing was left to do for them. What was told once more
/// since is a matter of its own and not among them.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn left_by_night(conn: &mut Conn, person_id: i64) -> Result<Vec<Item>, OfficeError> {
    let params = [person_id.into(), ELIGIBILITY_CANDIDATE.code.into()];
    let mut items = Vec::new();
    for item_id in conn.query(&LEFT_BY_NIGHT, &params, |row| row.int(0))? {
        items.extend(get(conn, item_id, Date::MAX)?);
    }
    Ok(items)
}

/// Opens a matter again that was done with, not needed or had come to nothing; its owner and its day are those it had.
///
/// # Errors
/// [`OfficeError::Conflict`] when it was changed since; [`OfficeError::Store`].
pub fn reopen(conn: &mut Conn, act: &Act, item: &Item, note: &str) -> Result<Item, OfficeError> {
    if conn.execute(&REOPEN, &[item.item_id.into(), item.steps.into()])? != 1 {
        return Err(changed(item.item_id));
    }
    let step = NewStep {
        what: "reopen",
        owner: item.owner,
        due_on: item.due_on,
        outcome: None,
        note,
    };
    write_step(conn, act, item.item_id, item.steps + 1, &step)?;
    Ok(Item {
        state: State::Open,
        outcome: None,
        settled_act_id: None,
        steps: item.steps + 1,
        ..item.clone()
    })
}
