//! 端末台帳 — which terminals may be used, where they stand, and whether they are chained to the desk.

use super::login::LoginPolicy;
use super::permit::{ManageStaff, Permit};
use super::setting::{self, REGISTERED, Settings, TERMINALS};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use db::{Conn, Sql};

const INSERT: Sql = Sql {
    name: "terminal.insert",
    text: "insert into terminal (terminal_id, address, name, place, ward, wire_lock, registered_at, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8)",
};
const END: Sql = Sql {
    name: "terminal.end",
    text: "update terminal set ended_at = $2, ended_by_act = $3 where terminal_id = $1 and ended_at is null",
};
const ALL: Sql = Sql {
    name: "terminal.all",
    text: "select terminal_id, address, name, place, ward, wire_lock, ended_at from terminal order by terminal_id",
};
const KNOWN: Sql = Sql {
    name: "terminal.known",
    text: "select count(*) from terminal where address = $1 and ended_at is null",
};
const END_SESSIONS: Sql = Sql {
    name: "terminal.end_sessions",
    text: "delete from session where terminal = (select address from terminal where terminal_id = $1)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, END, ALL, KNOWN, END_SESSIONS];

/// A terminal of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Number in the register.
    pub terminal_id: i64,
    /// The address it comes from, or the name its certificate bears.
    pub address: String,
    /// 端末名.
    pub name: String,
    /// 設置場所.
    pub place: String,
    /// 区; empty for the main office.
    pub ward: String,
    /// 盗難防止用ワイヤーがある.
    pub wire_lock: bool,
    /// No longer used since, microseconds.
    pub ended_at: Option<i64>,
}

/// Puts a terminal into the register; `terminal_id` is given by the register and returned.
///
/// # Errors
/// [`OfficeError::Input`] where something is missing or the address is in use.
pub fn register(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    terminal: &Terminal,
) -> Result<i64, OfficeError> {
    for (field, text) in [
        ("端末の識別", &terminal.address),
        ("端末名", &terminal.name),
        ("設置場所", &terminal.place),
    ] {
        if text.trim().is_empty() {
            return Err(OfficeError::input(field, "入力してください"));
        }
    }
    if is_known(conn, &terminal.address)? {
        return Err(OfficeError::input(
            "端末の識別",
            &format!("「{}」は登録されています", terminal.address),
        ));
    }
    let details = ActDetails {
        note: format!("{} {}", terminal.address, terminal.place),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "security.terminal", &details)?;
    let terminal_id = conn.next_ids("terminal", 1)?;
    conn.execute(
        &INSERT,
        &[
            terminal_id.into(),
            terminal.address.as_str().into(),
            terminal.name.as_str().into(),
            terminal.place.as_str().into(),
            terminal.ward.as_str().into(),
            terminal.wire_lock.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(terminal_id)
}

/// Takes a terminal out of use; sessions at it end at once.
///
/// # Errors
/// [`OfficeError::Conflict`] where it is out of use already.
pub fn end(
    conn: &mut Conn,
    acting: &Acting,
    permit: &Permit<ManageStaff>,
    terminal_id: i64,
) -> Result<(), OfficeError> {
    let details = ActDetails {
        note: format!("端末{terminal_id}"),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "security.terminal_end", &details)?;
    conn.execute(&END_SESSIONS, &[terminal_id.into()])?;
    let ended = conn.execute(
        &END,
        &[terminal_id.into(), act.recorded_at.into(), act.id.0.into()],
    )?;
    if ended == 0 {
        return Err(OfficeError::Conflict(format!(
            "端末{terminal_id}はすでに使われていません。一覧を開き直してください"
        )));
    }
    Ok(())
}

/// Every terminal ever registered.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn all(conn: &mut Conn) -> Result<Vec<Terminal>, OfficeError> {
    Ok(conn.query(&ALL, &[], |row| {
        Ok(Terminal {
            terminal_id: row.int(0)?,
            address: row.text(1)?,
            name: row.text(2)?,
            place: row.text(3)?,
            ward: row.text(4)?,
            wire_lock: row.flag(5)?,
            ended_at: row.opt_int(6)?,
        })
    })?)
}

/// Whether a terminal is in the register and in use.
///
/// # Errors
/// [`OfficeError::Store`].
fn is_known(conn: &mut Conn, address: &str) -> Result<bool, OfficeError> {
    Ok(conn.query_one(&KNOWN, &[address.into()], |row| row.int(0))? > 0)
}

/// Whether any terminal is in use by the register.
pub(super) fn any(conn: &mut Conn) -> Result<bool, OfficeError> {
    Ok(all(conn)?.iter().any(|one| one.ended_at.is_none()))
}

/// Whether only terminals of the register are let in: as the municipality has laid down, or as the program was started.
pub(super) fn registered_only(policy: &LoginPolicy, settings: &Settings) -> bool {
    policy.registered_terminals_only || settings.get(TERMINALS) == Some(REGISTERED)
}

/// Whether a terminal is let in.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn lets_in(
    conn: &mut Conn,
    policy: &LoginPolicy,
    address: &str,
) -> Result<bool, OfficeError> {
    let settings = setting::as_of(conn, i64::MAX)?;
    Ok(!registered_only(policy, &settings) || is_known(conn, address)?)
}
