//! 期限の知らせ — entries of the registers whose next step is overdue are on the work list until that step is taken: what was
//! settled by hand comes back, and the step itself settles it.

use super::kind::Registers;
use super::read::{Entry, overdue};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{HandleWork, Permit};
use crate::worklist::{self, NewItem, Outcome, REGISTER_DUE, State};
use db::{Conn, Store};
use law::Date;

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Late {
    /// Entries overdue.
    pub found: i64,
    /// Of these, how many are on the list that were not.
    pub opened: i64,
}

/// Puts every overdue entry onto the work list; returns how many are on it that were not.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn remind(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    registers: &Registers,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        if overdue(conn, acting.business_date)?.is_empty() {
            return Ok(0);
        }
        let details = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "register.remind", &details)?;
        Ok(remind_within(conn, &act, acting.business_date, registers)?.opened)
    })
}

/// The same, under an act that is begun.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn remind_within(
    conn: &mut Conn,
    act: &Act,
    on: Date,
    registers: &Registers,
) -> Result<Late, OfficeError> {
    let mut late = Late::default();
    for entry in overdue(conn, on)? {
        let (Some(due_on), Some(source)) = (entry.due_on, source(&entry)) else {
            continue;
        };
        late.found += 1;
        let register = registers.get(&entry.register)?;
        let title = format!(
            "{}の{}番（{}）の期限が過ぎています。台帳を開いて次の手続をしてください",
            register.name, entry.entry_id, entry.state
        );
        let item = NewItem {
            person_id: None,
            due_on,
            ..NewItem::about_person(REGISTER_DUE, 0, &source, &title, due_on)
        };
        let item_id = worklist::open(conn, act, &item)?;
        let Some(item) = worklist::get(conn, item_id, on)? else {
            continue;
        };
        if item.state == State::Settled {
            worklist::reopen(conn, act, &item, "次の手続がないまま期限を過ぎています")?;
            late.opened += 1;
        } else if item.opened_act_id == act.id.0 {
            late.opened += 1;
        }
    }
    Ok(late)
}

/// The step that was due has been taken: what asked for it is settled.
pub(super) fn answered(conn: &mut Conn, act: &Act, before: &Entry) -> Result<(), OfficeError> {
    let Some(source) = source(before) else {
        return Ok(());
    };
    for item_id in worklist::open_of_source(conn, REGISTER_DUE, &source)? {
        let note = "台帳の手続をした";
        worklist::settle(conn, act, item_id, Outcome::Done, note)?;
    }
    Ok(())
}

fn source(entry: &Entry) -> Option<String> {
    let due_on = entry.due_on?;
    Some(format!(
        "register/{}/{}/{due_on}",
        entry.register, entry.entry_id
    ))
}
