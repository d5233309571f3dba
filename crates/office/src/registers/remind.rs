//! 期限の知らせ — entries of the registers whose next step is overdue go onto the work list, once each.

use super::kind::Registers;
use super::read::overdue;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{HandleWork, Permit};
use crate::worklist::{self, NewItem, REGISTER_DUE};
use db::Store;

/// Puts every overdue entry onto the work list; returns how many are new.
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
        let late = overdue(conn, acting.business_date)?;
        if late.is_empty() {
            return Ok(0);
        }
        let mut items = Vec::with_capacity(late.len());
        for entry in late {
            let register = registers.get(&entry.register)?;
            let due_on = entry.due_on.unwrap_or(acting.business_date);
            let title = format!(
                "{}の{}番（{}）の期限が過ぎています。台帳を開いて次の手続をしてください",
                register.name, entry.entry_id, entry.state
            );
            let source = format!("register/{}/{}/{due_on}", register.code, entry.entry_id);
            items.push(NewItem {
                person_id: None,
                due_on,
                ..NewItem::about_person(REGISTER_DUE, 0, &source, &title, due_on)
            });
        }
        let details = ActDetails::default();
        let act = acts::begin(conn, acting, permit, "register.remind", &details)?;
        worklist::open_all(conn, &act, &items)
    })
}
