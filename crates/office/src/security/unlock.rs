//! 停止の解除 on the server itself, where pages let nobody in.

use super::alert::{self, AlertKind};
use super::entry;
use super::permit::{ManageStaff, Permit};
use super::staff::{UNLOCK, about};
use crate::acts::{self, Acting};
use crate::error::OfficeError;
use db::Conn;

/// Lifts a lock from the server itself, one's own too, where nobody may be left to ask: the operating system has let them
/// in and no password is asked there. An auditor is told.
///
/// # Errors
/// [`OfficeError::Input`] when there is no such account; [`OfficeError::Store`].
pub fn unlock_here(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    login: &str,
) -> Result<(), OfficeError> {
    let Some(account) = entry::by_login(conn, login)? else {
        let why = format!("「{login}」の職員は登録されていません");
        return Err(OfficeError::input("職員番号", &why));
    };
    let staff_id = account.staff_id;
    let act = acts::begin(conn, acting, permit, "staff.unlock", &about(staff_id))?;
    let detail = format!(
        "職員{staff_id} の停止をサーバーで解除しました（処理{}）",
        act.id.0
    );
    let whose = (AlertKind::PasswordSet, acting.staff_id);
    alert::raise(conn, whose, (0, act.recorded_at), &detail)?;
    conn.execute(&UNLOCK, &[staff_id.into()])?;
    Ok(())
}
