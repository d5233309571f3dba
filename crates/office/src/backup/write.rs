//! 書き出し — one snapshot of each namespace, read while the office goes on, straight into the envelope: nothing lies on a
//! disk in clear text at any moment.

use super::frames::{FrameWriter, encode, refuse};
use super::manifest::{self, Header, Manifest, Part, TableCount, TableHead, Tally};
use crate::error::OfficeError;
use crate::jobs::{Flow, Progress};
use crate::security::namespace;
use age::x25519::Recipient;
use db::dump::{self, TableShape};
use db::{Conn, Store};
use std::io::Write;

/// After how many rows progress is told.
const ROWS_A_STEP: u64 = 2_000;

/// What is backed up.
#[derive(Clone, Copy)]
pub struct Sources<'s> {
    /// The office's namespace.
    pub office: &'s Store,
    /// 番号の金庫, where there is one.
    pub vault: Option<&'s Store>,
}

/// Writes a backup of both namespaces for whoever holds the key of one of the recipients.
///
/// # Errors
/// A refusal with code `backup.stopped` when `progress` says so, `backup.write` when the file cannot be written.
pub fn write<W: Write>(
    sources: Sources<'_>,
    (name, taken_at): (&str, i64),
    recipients: &[Recipient],
    out: W,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Manifest, OfficeError> {
    let mut out = FrameWriter::start(out, recipients)?;
    let manifest = sources.office.read(|office| match sources.vault {
        None => both(office, None, (name, taken_at), &mut out, progress),
        Some(vault) => {
            vault.read(|vault| both(office, Some(vault), (name, taken_at), &mut out, progress))
        }
    })?;
    out.finish(&manifest)?;
    Ok(manifest)
}

fn both<W: Write>(
    office: &mut Conn,
    mut vault: Option<&mut Conn>,
    (name, taken_at): (&str, i64),
    out: &mut FrameWriter<W>,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Manifest, OfficeError> {
    let municipality = namespace::owner(office)?.ok_or_else(|| {
        refuse(
            "backup.nobodys",
            "どの団体のデータベースか決まっていません。--city を付けて一度開いてください"
                .to_owned(),
        )
    })?;
    let mut forms = vec![(Part::Office, dump::applied(office)?)];
    let mut shapes = vec![(Part::Office, dump::shapes(office)?)];
    if let Some(vault) = vault.as_deref_mut() {
        forms.push((Part::Vault, dump::applied(vault)?));
        shapes.push((Part::Vault, dump::shapes(vault)?));
    }
    let header = Header {
        municipality,
        name: name.to_owned(),
        taken_at,
        forms,
    };
    out.header(&header)?;
    let mut total = 0;
    for (part, tables) in &shapes {
        let Some(conn) = side(*part, office, &mut vault) else {
            continue;
        };
        for shape in tables {
            total += shape.count(conn)?;
        }
    }
    let mut steps = Steps {
        done: 0,
        total,
        told: 0,
        progress,
    };
    let mut tables = Vec::new();
    for (part, shapes) in &shapes {
        let Some(conn) = side(*part, office, &mut vault) else {
            continue;
        };
        for shape in shapes {
            tables.push(one_table(conn, (*part, shape), out, &mut steps)?);
        }
    }
    Ok(Manifest {
        header,
        tables,
        heads: manifest::heads(office)?,
        last_seal: manifest::last_seal(office)?,
    })
}

fn side<'c>(
    part: Part,
    office: &'c mut Conn,
    vault: &'c mut Option<&mut Conn>,
) -> Option<&'c mut Conn> {
    match part {
        Part::Office => Some(office),
        Part::Vault => vault.as_deref_mut(),
    }
}

fn one_table<W: Write>(
    conn: &mut Conn,
    (part, shape): (Part, &TableShape),
    out: &mut FrameWriter<W>,
    steps: &mut Steps<'_>,
) -> Result<TableCount, OfficeError> {
    out.table(&TableHead::of(part, shape))?;
    let mut tally = Tally::default();
    let mut payload = Vec::new();
    shape.read(conn, |values| {
        encode(values, &mut payload);
        tally.add(&payload);
        out.row(&payload)?;
        steps.row()
    })?;
    steps.tell()?;
    Ok(tally.end(part, &shape.name))
}

/// Progress, told every now and then.
pub(super) struct Steps<'p> {
    pub(super) done: u64,
    pub(super) total: i64,
    pub(super) told: u64,
    pub(super) progress: &'p mut dyn FnMut(Progress) -> Flow,
}

impl Steps<'_> {
    pub(super) fn row(&mut self) -> Result<(), OfficeError> {
        self.done += 1;
        if self.done - self.told >= ROWS_A_STEP {
            self.tell()?;
        }
        Ok(())
    }

    pub(super) fn tell(&mut self) -> Result<(), OfficeError> {
        self.told = self.done;
        let told = (self.progress)(Progress {
            done: i64::try_from(self.done).unwrap_or(i64::MAX),
            total: self.total,
            chunk: 0,
        });
        match told {
            Flow::Continue => Ok(()),
            Flow::Stop => Err(refuse(
                "backup.stopped",
                "中断しました。書きかけのものは残していません".to_owned(),
            )),
        }
    }
}
