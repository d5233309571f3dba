//! バックアップの記録 — each one is an act, has a name, and stands in 媒体管理簿 from the day it was made.

use super::manifest::Manifest;
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registers::{self, Given, Registers, Taken};
use crate::security::permit::{KeepRegister, MakeBackup, Permit};
use db::{Conn, Sql};
use law::rules::retention::BackupRetention;
use law::{Date, Refusal};
use std::collections::BTreeMap;

const INSERT: Sql = Sql {
    name: "backup.insert",
    text: "insert into backup (backup_id, name, recipients, begun_on, begun_at, act_id) values ($1, $2, $3, $4, $5, $6)",
};
const END: Sql = Sql {
    name: "backup.end",
    text: "insert into backup_end (backup_id, outcome, sha256, bytes, rows, manifest, entry_id, ended_at, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
};
const LIST: Sql = Sql {
    name: "backup.list",
    text: "select b.backup_id, b.name, b.begun_on, b.begun_at, e.outcome, e.sha256, e.bytes, e.rows, e.entry_id \
           from backup b left join backup_end e on e.backup_id = b.backup_id order by b.backup_id desc",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[INSERT, END, LIST];

/// A backup that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Number.
    pub backup_id: i64,
    /// 名前.
    pub name: String,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// SHA-256 of the sealed file, hexadecimal.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: i64,
    /// What it holds.
    pub manifest: Manifest,
    /// 保管場所（施錠）.
    pub storage_place: String,
    /// 鍵の管理者.
    pub key_holder: String,
}

/// A backup as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Number.
    pub backup_id: i64,
    /// 名前.
    pub name: String,
    /// 業務日付 it was begun on.
    pub begun_on: Date,
    /// When, microseconds since 1970-01-01T00:00:00Z.
    pub begun_at: i64,
    /// Whole, given up, or (`None`) cut off.
    pub whole: Option<bool>,
    /// SHA-256 of the sealed file.
    pub sha256: String,
    /// Bytes.
    pub bytes: i64,
    /// Rows.
    pub rows: i64,
    /// Its entry in 媒体管理簿.
    pub entry_id: Option<i64>,
}

/// Whether a copy may lie in a country (two letters, ISO 3166).
///
/// # Errors
/// A refusal outside Japan where the rules keep copies inside.
pub fn may_lie_in(rules: BackupRetention, country: &str) -> Result<(), OfficeError> {
    if rules.domestic && country != "JP" {
        return Err(Refusal::new(
            "backup.abroad",
            format!("バックアップは国内に置きます（{country}には置けません）。国内の保管場所を指定してください"),
        )
        .into());
    }
    Ok(())
}

/// Whether 媒体管理簿 will take what is to be entered, before hours are spent on the file.
///
/// # Errors
/// [`OfficeError::Input`] where the register refuses a field.
pub fn check_entry(storage_place: &str, key_holder: &str) -> Result<(), OfficeError> {
    let registers = Registers::shipped()?;
    let media = registers.get("media")?;
    for (code, value) in [("storage_place", storage_place), ("key_holder", key_holder)] {
        if let Some(field) = media.field(code) {
            field.check(value)?;
        }
    }
    Ok(())
}

/// Begins a backup: the act and its name are in the snapshot that follows.
///
/// # Errors
/// [`OfficeError::Input`] without a recipient.
pub fn begin(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<MakeBackup>),
    municipality: &str,
    recipients: &[String],
) -> Result<Begun, OfficeError> {
    if recipients.is_empty() {
        return Err(OfficeError::input(
            "公開鍵",
            "復元する人の公開鍵（age1…）を一つ以上指定してください",
        ));
    }
    let backup_id = conn.next_ids("backup", 1)?;
    let name = format!("{municipality}-{}-{backup_id:06}", acting.business_date);
    let details = ActDetails {
        note: name.clone(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "backup.begin", &details)?;
    conn.execute(
        &INSERT,
        &[
            backup_id.into(),
            name.as_str().into(),
            recipients.join(" ").into(),
            acting.business_date.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(Begun { backup_id, name })
}

/// Writes down that the file is whole, and enters it in 媒体管理簿; returns the number of the entry.
///
/// # Errors
/// [`OfficeError::Input`] where the register refuses a field.
pub fn made(
    conn: &mut Conn,
    acting: &Acting,
    (permit, keeper): (&Permit<MakeBackup>, &Permit<KeepRegister>),
    begun: &Begun,
    file: &Made,
) -> Result<i64, OfficeError> {
    let registers = Registers::shipped()?;
    let media = registers.get("media")?;
    let given: Given = BTreeMap::from([
        ("medium_number".to_owned(), begun.name.clone()),
        ("medium_kind".to_owned(), "バックアップ".to_owned()),
        ("storage_place".to_owned(), file.storage_place.clone()),
        ("key_holder".to_owned(), file.key_holder.clone()),
    ]);
    let taken = registers::take_step(conn, (acting, keeper), media, None, ("enter", &given))?;
    let (Taken::Done(entry_id) | Taken::AwaitsSecond(entry_id)) = taken;
    let manifest = serde_json::to_string(&file.manifest)
        .map_err(|error| OfficeError::Bug(format!("目録を書けません: {error}")))?;
    let details = ActDetails {
        note: format!("{} {}", begun.name, file.sha256),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "backup.made", &details)?;
    conn.execute(
        &END,
        &[
            begun.backup_id.into(),
            true.into(),
            file.sha256.as_str().into(),
            file.bytes.into(),
            i64::try_from(file.manifest.rows())
                .unwrap_or(i64::MAX)
                .into(),
            manifest.into(),
            entry_id.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(entry_id)
}

/// Writes down that a backup was given up.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn gave_up(
    conn: &mut Conn,
    (acting, permit): (&Acting, &Permit<MakeBackup>),
    begun: &Begun,
) -> Result<(), OfficeError> {
    let details = ActDetails {
        note: begun.name.clone(),
        ..ActDetails::default()
    };
    let act = acts::begin(conn, acting, permit, "backup.gave_up", &details)?;
    conn.execute(
        &END,
        &[
            begun.backup_id.into(),
            false.into(),
            "".into(),
            0.into(),
            0.into(),
            "".into(),
            None::<i64>.into(),
            act.recorded_at.into(),
            act.id.0.into(),
        ],
    )?;
    Ok(())
}

/// Every backup, the latest first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn list(conn: &mut Conn) -> Result<Vec<Backup>, OfficeError> {
    Ok(conn.query(&LIST, &[], |row| {
        Ok(Backup {
            backup_id: row.int(0)?,
            name: row.text(1)?,
            begun_on: row.date(2)?,
            begun_at: row.int(3)?,
            whole: row.opt_int(4)?.map(|outcome| outcome == 1),
            sha256: row.opt_text(5)?.unwrap_or_default(),
            bytes: row.opt_int(6)?.unwrap_or_default(),
            rows: row.opt_int(7)?.unwrap_or_default(),
            entry_id: row.opt_int(8)?,
        })
    })?)
}
