//! 措置の実施状況 — which act or which entry of a register last exercised a safeguard of the catalogue.
//!
//! The table of acts is declared in `registers/controls.toml`; what a register answers stands in its own declaration.

use super::kind::Registers;
use crate::error::OfficeError;
use db::{Conn, Sql};
use serde::Deserialize;

const SHIPPED: &str = include_str!("../../registers/controls.toml");

const LAST_ACT: Sql = Sql {
    name: "registers.control.last_act",
    text: "select recorded_at, act_id from act where kind = $1 order by act_id desc limit 1",
};
const LAST_STEP: Sql = Sql {
    name: "registers.control.last_step",
    text: "select s.recorded_at, s.entry_id from register_step s join register_entry e on e.entry_id = s.entry_id \
           where e.register = $1 order by s.recorded_at desc, s.entry_id desc limit 1",
};
const LAST_ACCESS: Sql = Sql {
    name: "registers.control.last_access",
    text: "select at, entry_id from access_log where what = $1 and outcome = $2 order by entry_id desc limit 1",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[LAST_ACT, LAST_STEP, LAST_ACCESS];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    control: Vec<Control>,
}

/// A control inside the program: the acts and the records of access that show it at work.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// The catalogue rows it exercises.
    pub rows: Vec<String>,
    /// What it is called.
    pub name: String,
    /// Kinds of acts.
    #[serde(default)]
    pub acts: Vec<String>,
    /// What was done and how it ended, as the record of access has it.
    #[serde(default)]
    pub accesses: Vec<(String, String)>,
}

/// The controls that come with the program.
///
/// # Errors
/// [`OfficeError::Bug`]; a test keeps it from happening.
pub fn shipped() -> Result<Vec<Control>, OfficeError> {
    let file: File = toml::from_str(SHIPPED)
        .map_err(|error| OfficeError::Bug(format!("措置の対応表を読めません: {error}")))?;
    Ok(file.control)
}

/// A safeguard with what last exercised it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The catalogue row.
    pub row: String,
    /// The register or control that answers it.
    pub name: String,
    /// When, microseconds, and which record says so.
    pub last: Option<(i64, String)>,
}

/// Every row with everything that answers it, in the order of rows.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn report(conn: &mut Conn, registers: &Registers) -> Result<Vec<Proof>, OfficeError> {
    let mut all = Vec::new();
    for control in shipped()? {
        let last = last_of(conn, &control)?;
        all.extend(control.rows.iter().map(|row| Proof {
            row: row.clone(),
            name: control.name.clone(),
            last: last.clone(),
        }));
    }
    for register in registers.iter() {
        let last = conn.query_opt(&LAST_STEP, &[register.code.as_str().into()], |row| {
            Ok((row.int(0)?, format!("{} {}番", register.name, row.int(1)?)))
        })?;
        all.extend(register.rows.iter().map(|row| Proof {
            row: row.clone(),
            name: register.name.clone(),
            last: last.clone(),
        }));
    }
    all.sort_by(|one, two| (&one.row, &one.name).cmp(&(&two.row, &two.name)));
    Ok(all)
}

fn last_of(conn: &mut Conn, control: &Control) -> Result<Option<(i64, String)>, OfficeError> {
    let mut last: Option<(i64, String)> = None;
    let mut later = |found: Option<(i64, String)>| {
        if let Some(found) = found
            && last.as_ref().is_none_or(|(at, _)| *at < found.0)
        {
            last = Some(found);
        }
    };
    for kind in &control.acts {
        later(conn.query_opt(&LAST_ACT, &[kind.as_str().into()], |row| {
            Ok((row.int(0)?, format!("処理{}", row.int(1)?)))
        })?);
    }
    for (what, outcome) in &control.accesses {
        let params = [what.as_str().into(), outcome.as_str().into()];
        later(conn.query_opt(&LAST_ACCESS, &params, |row| {
            Ok((row.int(0)?, format!("操作の記録{}", row.int(1)?)))
        })?);
    }
    Ok(last)
}
