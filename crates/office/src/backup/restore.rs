//! 復元 — a backup read back into empty namespaces: first the whole file is checked without writing, then everything is
//! loaded in one transaction of each namespace, or nothing.

use super::frames::{Frame, FrameReader, damaged, decode, refuse};
use super::manifest::{self, Header, Manifest, Part, TableCount, Tally};
use super::write::{Sources, Steps};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::jobs::{Flow, Progress};
use crate::security::alert::{self, AlertKind};
use crate::security::hours::in_japan;
use crate::security::permit::RestoreBackup;
use crate::security::{authorize, chain, login};
use age::x25519::Identity;
use db::dump::{self, TableShape};
use db::{Conn, Sql, Value};
use law::era::wareki;
use std::collections::BTreeMap;
use std::io::Read;

const END_SESSIONS: Sql = Sql {
    name: "backup.restore.end_sessions",
    text: "delete from session",
};
const END_STEPS: Sql = Sql {
    name: "backup.restore.end_steps",
    text: "delete from login_step",
};
const END_CHALLENGES: Sql = Sql {
    name: "backup.restore.end_challenges",
    text: "delete from factor_challenge",
};
const END_CODES: Sql = Sql {
    name: "backup.restore.end_codes",
    text: "update factor_code set used_at = $1 where used_at is null",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[END_SESSIONS, END_STEPS, END_CHALLENGES, END_CODES];

/// Who restores: named on the command line, and judged by what the backup says of them.
#[derive(Clone, Debug)]
pub struct Restorer {
    /// 職員番号.
    pub login: String,
    /// Terminal or command.
    pub terminal: String,
    /// 業務日付.
    pub business_date: law::Date,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub now: i64,
}

/// Reads a backup from its first byte to its last and holds it against its own manifest.
///
/// # Errors
/// Refusals with codes `backup.key`, `backup.damaged` and `backup.stopped`.
pub fn check(
    sealed: impl Read,
    identity: &Identity,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Manifest, OfficeError> {
    let mut frames = FrameReader::open(sealed, identity)?;
    let header = first(&mut frames)?;
    let mut steps = Steps {
        done: 0,
        total: 0,
        told: 0,
        progress,
    };
    let mut counts = Vec::new();
    let mut frame = frames.next()?;
    let manifest = loop {
        frame = match frame {
            Frame::End(manifest) => break manifest,
            Frame::Table(head) => {
                let mut tally = Tally::default();
                let after = loop {
                    match frames.next()? {
                        Frame::Row(payload) => {
                            if decode(&payload)?.len() != head.columns.len() {
                                return Err(damaged(&"列の数が合いません"));
                            }
                            tally.add(&payload);
                            steps.row()?;
                        }
                        other => break other,
                    }
                };
                steps.tell()?;
                counts.push(tally.end(head.part, &head.table));
                after
            }
            Frame::Header(_) | Frame::Row(_) => return Err(damaged(&"順番が違います")),
        };
    };
    agree(&manifest, &header, &counts)?;
    Ok(manifest)
}

fn first<R: Read>(frames: &mut FrameReader<R>) -> Result<Header, OfficeError> {
    match frames.next()? {
        Frame::Header(header) => Ok(header),
        _ => Err(damaged(&"順番が違います")),
    }
}

fn agree(manifest: &Manifest, header: &Header, counts: &[TableCount]) -> Result<(), OfficeError> {
    if manifest.header != *header || manifest.tables != counts {
        return Err(damaged(&"目録と中身が合いません"));
    }
    Ok(())
}

/// Restores a backup into empty namespaces of the same form. `open` gives the file from its beginning, each time anew.
///
/// # Errors
/// As [`check`]; refusals with codes `backup.other_town`, `backup.not_empty`, `backup.form` and `backup.vault`; what
/// authorization refuses the restorer.
pub fn restore<R: Read>(
    into: Sources<'_>,
    municipality: &str,
    open: &dyn Fn() -> Result<R, OfficeError>,
    identity: &Identity,
    restorer: &Restorer,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Manifest, OfficeError> {
    let checked = check(open()?, identity, progress)?;
    if checked.header.municipality != municipality {
        return Err(refuse(
            "backup.other_town",
            format!(
                "団体{}のバックアップです。団体{municipality}には復元できません",
                checked.header.municipality
            ),
        ));
    }
    let holds_vault = checked
        .header
        .forms
        .iter()
        .any(|(part, _)| *part == Part::Vault);
    if holds_vault != into.vault.is_some() {
        return Err(refuse(
            "backup.vault",
            if holds_vault {
                "番号の金庫を含むバックアップです。--vault で空の金庫を指定してください"
            } else {
                "番号の金庫を含まないバックアップです。--vault を付けずに復元してください"
            }
            .to_owned(),
        ));
    }
    let load = |office: &mut Conn,
                vault: Option<&mut Conn>,
                progress: &mut dyn FnMut(Progress) -> Flow| {
        let mut frames = FrameReader::open(open()?, identity)?;
        let manifest = all(&mut frames, office, vault, progress)?;
        // The file that was checked is the file that was loaded.
        if manifest != checked {
            return Err(damaged(&"確かめた後に変わりました"));
        }
        record(office, restorer, &manifest)
    };
    match into.vault {
        None => into.office.write(|office| load(office, None, progress))?,
        Some(vault) => vault.write(|vault| {
            into.office
                .write(|office| load(office, Some(&mut *vault), progress))
        })?,
    }
    Ok(checked)
}

fn all<R: Read>(
    frames: &mut FrameReader<R>,
    office: &mut Conn,
    mut vault: Option<&mut Conn>,
    progress: &mut dyn FnMut(Progress) -> Flow,
) -> Result<Manifest, OfficeError> {
    let header = first(frames)?;
    let mut shapes = BTreeMap::new();
    for (part, form) in &header.forms {
        let Some(conn) = side(*part, office, &mut vault) else {
            continue;
        };
        if dump::applied(conn)? != *form {
            return Err(refuse(
                "backup.form",
                "バックアップを作ったときと表の形が違います。作ったときの版のプログラムで復元してから migrate してください"
                    .to_owned(),
            ));
        }
        for shape in dump::shapes(conn)? {
            empty(conn, &shape, &header)?;
            shapes.insert((*part, shape.name.clone()), shape);
        }
    }
    let mut steps = Steps {
        done: 0,
        total: 0,
        told: 0,
        progress,
    };
    let mut counts = Vec::new();
    let mut frame = frames.next()?;
    loop {
        frame = match frame {
            Frame::End(manifest) => {
                agree(&manifest, &header, &counts)?;
                return Ok(manifest);
            }
            Frame::Table(head) => {
                let shape = shapes
                    .remove(&(head.part, head.table.clone()))
                    .ok_or_else(|| damaged(&"知らない表があります"))?;
                if super::manifest::TableHead::of(head.part, &shape) != head {
                    return Err(damaged(&"表の列が違います"));
                }
                let conn = side(head.part, office, &mut vault)
                    .ok_or_else(|| damaged(&"知らない表があります"))?;
                let (count, after) = table(conn, &shape, head.part, frames, &mut steps)?;
                counts.push(count);
                after
            }
            Frame::Header(_) | Frame::Row(_) => return Err(damaged(&"順番が違います")),
        };
    }
}

/// The rows of one table, loaded; and the frame after the last of them.
fn table<R: Read>(
    conn: &mut Conn,
    shape: &TableShape,
    part: Part,
    frames: &mut FrameReader<R>,
    steps: &mut Steps<'_>,
) -> Result<(TableCount, Frame), OfficeError> {
    let mut tally = Tally::default();
    let mut after = None;
    let bound = shape.name == OWNER && shape.count(conn)? == 1;
    let mut next = || -> Result<Option<Vec<Value>>, OfficeError> {
        match frames.next()? {
            Frame::Row(payload) => {
                tally.add(&payload);
                steps.row()?;
                decode(&payload).map(Some)
            }
            other => {
                after = Some(other);
                Ok(None)
            }
        }
    };
    if bound {
        // The namespace is this municipality's already; whose it is was compared before.
        while next()?.is_some() {}
    } else {
        shape.load(conn, &mut next)?;
    }
    let after = after.ok_or_else(|| damaged(&"途中で終わっています"))?;
    steps.tell()?;
    Ok((tally.end(part, &shape.name), after))
}

/// The table that says whose namespace it is.
const OWNER: &str = "namespace_owner";

fn empty(conn: &mut Conn, shape: &TableShape, header: &Header) -> Result<(), OfficeError> {
    if shape.count(conn)? == 0 {
        return Ok(());
    }
    if shape.name == OWNER {
        return crate::security::namespace::bind(conn, &header.municipality, header.taken_at);
    }
    Err(refuse(
        "backup.not_empty",
        format!(
            "復元先の表「{}」にデータがあります。migrate しただけの空のデータベースへ復元してください",
            shape.name
        ),
    ))
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

/// Writes the restoring down as the first act after what was restored. What was open when the copy was taken is closed: a
/// session, a log-in half done, a 登録コード that was used since. Whoever looks through alerts is told to go through what came
/// after.
fn record(office: &mut Conn, restorer: &Restorer, manifest: &Manifest) -> Result<(), OfficeError> {
    let heads = manifest::heads(office)?;
    if heads != manifest.heads {
        return Err(damaged(&"記録の鎖の先頭が目録と合いません"));
    }
    if let Some(flaw) = chain::Lane::ALL
        .into_iter()
        .map(|lane| chain::walk(office, lane, |_, _| {}))
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .flat_map(|walk| walk.flaws)
        .next()
    {
        return Err(refuse(
            "backup.chain",
            format!(
                "バックアップの中の{}が{}番から改ざんされています（{}）。復元しません",
                flaw.lane.label_ja(),
                flaw.from,
                flaw.harm.label_ja()
            ),
        ));
    }
    // Whoever might restore when the copy was taken: what holds now stands in no copy, and a disaster keeps no hours.
    let taken_at = manifest.header.taken_at;
    let session = login::job_session(office, &restorer.login, &restorer.terminal, taken_at)?;
    let permit = authorize::<RestoreBackup>(&session)?;
    let acting: Acting = session.acting("復元", restorer.business_date, restorer.now, None);
    let details = ActDetails {
        note: format!("{} {}", manifest.header.name, manifest.digest()),
        ..ActDetails::default()
    };
    let act = acts::begin(office, &acting, &permit, "backup.restore", &details)?;
    for open in [&END_SESSIONS, &END_STEPS, &END_CHALLENGES] {
        office.execute(open, &[])?;
    }
    office.execute(&END_CODES, &[act.recorded_at.into()])?;
    let (day, minute) = in_japan(taken_at);
    let detail = format!(
        "{} {}時{}分の写しに戻りました。その後の職員の停止・発令・パスワードと要素・記録の消去を確かめ、やり直してください（処理{}）",
        wareki(day),
        minute / 60,
        minute % 60,
        act.id.0
    );
    let whose = (AlertKind::Restored, acting.staff_id);
    alert::raise(office, whose, (0, act.recorded_at), &detail)
}
