//! 消去より前のバックアップ — they still hold what was erased, so they get a day by which they are destroyed, in 媒体管理簿;
//! what is lent out or was cut off gets it later and is asked for until then.

use crate::acts::Acting;
use crate::backup::{self, Backup};
use crate::error::OfficeError;
use crate::registers::{self, Entry, Given, Registers};
use crate::security::permit::{KeepRegister, Permit};
use db::{Conn, Sql};
use law::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The strictest day of the erasures that came after a backup was begun.
const DESTROY_BY: Sql = Sql {
    name: "retention.older.destroy_by",
    text: "select b.backup_id, min(d.destroy_by) from backup b join erasure_done d on d.done_at >= b.begun_at \
           group by b.backup_id order by b.backup_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[DESTROY_BY];

/// How a backup stands that no day of destruction was set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stands {
    /// 保管中: an erasure sets its day at once.
    Kept,
    /// 使用中, or a step of it waits for a second person: its day is set by hand when it is back.
    InUse,
    /// 途切れた: its file may lie unfinished where it was being written.
    CutOff,
}

impl Stands {
    /// As shown.
    #[must_use]
    pub const fn label_ja(self) -> &'static str {
        match self {
            Self::Kept => "保管中",
            Self::InUse => "使用中（返却されてから廃棄予定にする）",
            Self::CutOff => "途切れた（書きかけのファイルが残ることがある）",
        }
    }
}

/// Backups that were made before now, are not destroyed and have no day for it, with how they stand.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn backups_to_destroy(conn: &mut Conn) -> Result<Vec<(Backup, Stands)>, OfficeError> {
    let mut kept = Vec::new();
    for one in backup::keep::list(conn)? {
        let stands = match (one.whole, one.entry_id) {
            (None, _) => Some(Stands::CutOff),
            (Some(false), _) | (_, None) => None,
            (Some(true), Some(entry_id)) => {
                registers::entry(conn, entry_id)?.and_then(|entry| stands(&entry))
            }
        };
        kept.extend(stands.map(|stands| (one, stands)));
    }
    Ok(kept)
}

fn stands(entry: &Entry) -> Option<Stands> {
    match (entry.state.as_str(), &entry.waiting) {
        ("廃棄予定" | "廃棄済", _) => None,
        ("保管中", None) => Some(Stands::Kept),
        _ => Some(Stands::InUse),
    }
}

/// A backup that outlived an erasure without a day of destruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlived {
    /// The backup.
    pub backup: Backup,
    /// How it stands.
    pub stands: Stands,
    /// By when it has to be gone, by the first erasure after it.
    pub destroy_by: Date,
}

/// What outlived an erasure, and the numbers of the backups that were begun before one and are settled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outliving {
    /// Still to be destroyed or called back.
    pub open: Vec<Outlived>,
    /// Destroyed, condemned or given up.
    pub settled: BTreeSet<i64>,
}

/// The backups that were begun before an erasure.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn outliving(conn: &mut Conn) -> Result<Outliving, OfficeError> {
    let mut days: BTreeMap<i64, Date> = conn
        .query(&DESTROY_BY, &[], |row| Ok((row.int(0)?, row.date(1)?)))?
        .into_iter()
        .collect();
    let mut open = Vec::new();
    for (backup, stands) in backups_to_destroy(conn)? {
        if let Some(destroy_by) = days.remove(&backup.backup_id) {
            open.push(Outlived {
                backup,
                stands,
                destroy_by,
            });
        }
    }
    let settled = days.into_keys().collect();
    Ok(Outliving { open, settled })
}

/// What became of the backups of before an erasure.
#[derive(Default)]
pub(super) struct Condemned {
    /// Entered in 媒体管理簿 with their day.
    pub done: Vec<Backup>,
    /// Those whose day has to wait.
    pub waiting: Vec<(Backup, Stands)>,
}

/// Enters in 媒体管理簿 by when they are destroyed.
pub(super) fn condemn(
    conn: &mut Conn,
    (acting, keeper): (&Acting, &Permit<KeepRegister>),
    destroy_by: Date,
) -> Result<Condemned, OfficeError> {
    let mut condemned = Condemned::default();
    let registers = Registers::shipped()?;
    let media = registers.get("media")?;
    for (one, stands) in backups_to_destroy(conn)? {
        let entry = match one.entry_id.filter(|_| stands == Stands::Kept) {
            Some(id) => registers::entry(conn, id)?,
            None => None,
        };
        let Some(entry) = entry else {
            condemned.waiting.push((one, stands));
            continue;
        };
        let given: Given = BTreeMap::from([("destroy_by".to_owned(), destroy_by.to_string())]);
        registers::take_step(
            conn,
            (acting, keeper),
            media,
            Some((entry.entry_id, entry.steps())),
            ("condemn", &given),
        )?;
        condemned.done.push(one);
    }
    Ok(condemned)
}
