//! 安全管理の設定 — what a municipality lays down for itself: second factors, rows, permissions, thresholds. Only added to,
//! so that what held on a day can be told afterwards. A change takes two administrators ([`super::proposal`]).

use super::role::Role;
use crate::acts::Act;
use crate::error::OfficeError;
use db::{Conn, Sql};
use std::collections::BTreeMap;

const INSERT: Sql = Sql {
    name: "setting.insert",
    text: "insert into security_setting (setting_no, key, value, set_at, act_id) values ($1, $2, $3, $4, $5)",
};
const AS_OF: Sql = Sql {
    name: "setting.as_of",
    text: "select key, value from security_setting where set_at <= $1 order by setting_no",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, AS_OF];

/// ログインできる端末: `any`, or those of the register alone.
pub const TERMINALS: &str = "login.terminals";
/// Value of [`TERMINALS`]: 登録端末だけ.
pub const REGISTERED: &str = "registered";
/// 本人・親族を開いたとき, alerted or refused.
pub const RELATIVES: &str = "relatives";
/// 大量閲覧: so many different subjects …
pub const MASS_COUNT: &str = "alert.mass.count";
/// … within so many minutes.
pub const MASS_MINUTES: &str = "alert.mass.minutes";
/// 夜間 from this minute of the day …
pub const NIGHT_FROM: &str = "alert.night.from";
/// … until this one.
pub const NIGHT_UNTIL: &str = "alert.night.until";

/// Key of the second factor that a role asks for.
#[must_use]
pub fn factor_key(role: Role) -> String {
    format!("factor.{}", role.code())
}

/// Key of the rows that a role may open.
#[must_use]
pub fn rows_key(role: Role) -> String {
    format!("rows.{}", role.code())
}

/// Key of a cell of the table of permissions; the place is empty for everywhere, `-` for the main office.
#[must_use]
pub fn permission_key(role: Role, function: &str, place: &str) -> String {
    format!("may|{}|{function}|{place}", role.code())
}

/// Settings as they stood at a moment; what was never set has the value of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    found: BTreeMap<String, String>,
}

impl Settings {
    /// A value that was set.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.found.get(key).map(String::as_str)
    }

    /// A number, or the one of the program.
    #[must_use]
    pub fn number(&self, key: &str, otherwise: i64) -> i64 {
        self.get(key)
            .and_then(|value| value.parse().ok())
            .unwrap_or(otherwise)
    }

    /// Keys and values that begin so.
    pub fn beginning(&self, start: &str) -> impl Iterator<Item = (&str, &str)> {
        self.found
            .range(start.to_owned()..)
            .take_while(move |(key, _)| key.starts_with(start))
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// The settings as they stood at a moment, microseconds since 1970 UTC; `i64::MAX` is now.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn as_of(conn: &mut Conn, at: i64) -> Result<Settings, OfficeError> {
    let rows = conn.query(&AS_OF, &[at.into()], |row| Ok((row.text(0)?, row.text(1)?)))?;
    Ok(Settings {
        found: rows.into_iter().collect(),
    })
}

/// Writes a setting that two people have agreed to. Terminals are not narrowed to a register that has none: nobody could
/// take it back.
pub(super) fn set(conn: &mut Conn, act: &Act, key: &str, value: &str) -> Result<(), OfficeError> {
    if (key, value) == (TERMINALS, REGISTERED) && !super::terminal::any(conn)? {
        return Err(OfficeError::input(
            "設定",
            "端末台帳に使っている端末がありません。いま使っている端末を登録してから承認してください",
        ));
    }
    let number = conn.next_ids("security_setting", 1)?;
    conn.execute(
        &INSERT,
        &[
            number.into(),
            key.into(),
            value.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(())
}

/// Whether a value may stand under a key.
///
/// # Errors
/// [`OfficeError::Input`].
pub fn check(key: &str, value: &str) -> Result<(), OfficeError> {
    let role = |code: &str| Role::from_code(code).is_some();
    let number = |least: i64, most: i64| {
        value
            .parse::<i64>()
            .is_ok_and(|number| (least..=most).contains(&number))
    };
    let right = match key {
        RELATIVES => matches!(value, "alert" | "refuse"),
        TERMINALS => matches!(value, "any" | REGISTERED),
        MASS_COUNT => number(1, 1_000_000),
        MASS_MINUTES => number(1, 24 * 60),
        NIGHT_FROM | NIGHT_UNTIL => number(0, 24 * 60),
        _ => match key.split_once(['.', '|']) {
            Some(("factor", of)) => {
                role(of) && super::second::FactorRule::from_code(value).is_some()
            }
            Some(("rows", of)) => role(of) && super::rows::RowRule::from_code(value).is_some(),
            Some(("may", cell)) => {
                super::permission::is_cell(cell) && super::permission::Grant::read(value).is_some()
            }
            _ => false,
        },
    };
    if right {
        return Ok(());
    }
    Err(OfficeError::input(
        "設定",
        &format!("「{key}」に「{value}」は入れられません。画面の選択肢から選んでください"),
    ))
}
