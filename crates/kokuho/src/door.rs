//! 出口 — the one place where files for somebody leave: asked of the table of recipients, whole or not at all, sealed where
//! they are carried, written down when they are out. What a transfer that ends in any way left half-written is removed.

use crate::edge::{self, Namespace};
use anyhow::{Context, Result, anyhow, bail};
use clap::Args;
use db::Store;
use exchange::Outgoing;
use office::Acting;
use office::backup::{self, Recipient};
use office::exports::{self, Handed};
use office::provision::{self, Asked, Cleared, Medium, Sent};
use office::security::permit::{KeepRegister, Permit};
use office::security::{Session, authorize};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a file is called until the transfer has ended.
const PART: &str = "kokuho-part";

/// 誰に渡すか
#[derive(Args, Clone, Default)]
pub struct Whom {
    /// 提供先のコード（kokuho provisions が示す。省略時はこの出力の決まった提供先）
    #[arg(long)]
    recipient: Option<String>,
    /// 用途（提供先の表と違えば渡さない）
    #[arg(long, default_value = "")]
    purpose: String,
    /// 依頼票の番号（提供先の表が求めるとき）
    #[arg(long = "request-number", default_value = "")]
    request: String,
}

/// 封と媒体
#[derive(Args, Clone, Default)]
pub struct Carried {
    /// 封をする相手の公開鍵（age1…）。何人分でも
    #[arg(long = "seal-to", value_delimiter = ',')]
    seal_to: Vec<String>,
    /// 媒体番号（媒体管理簿で使用承認を受けたもの）
    #[arg(long)]
    medium_number: Option<String>,
    /// その使用承認の承認番号
    #[arg(long, default_value = "")]
    approval_number: String,
}

impl Whom {
    /// What is asked of the table; `usual` is who gets this export where nobody else is named.
    fn asked<'a>(&'a self, usual: &'a str) -> Asked<'a> {
        Asked {
            recipient: self.recipient.as_deref().unwrap_or(usual),
            purpose: &self.purpose,
            request: &self.request,
        }
    }

    /// The same, with the number of a request that the command knows already.
    pub fn for_request(request: i64) -> Self {
        Self {
            request: request.to_string(),
            ..Self::default()
        }
    }
}

impl Carried {
    fn medium(&self) -> Option<Medium> {
        self.medium_number.as_ref().map(|number| Medium {
            number: number.clone(),
            approval: self.approval_number.clone(),
        })
    }
}

/// A transfer under way. Dropped before [`Door::close`], it leaves nothing behind.
pub struct Door<'s, E: Handed> {
    store: &'s Store,
    acting: Acting,
    permit: Permit<E::Needs>,
    keeper: Option<Permit<KeepRegister>>,
    cleared: Cleared<E>,
    seal_to: Vec<Recipient>,
    medium: Option<Medium>,
    /// Half-written files with the names they are to have.
    parts: Vec<(PathBuf, PathBuf, Sent)>,
}

/// A file that is put through the door.
pub struct Piece<'p> {
    /// Its name.
    pub name: &'p str,
    /// Its bytes.
    pub bytes: &'p [u8],
    /// 件数.
    pub lines: i64,
    /// Its number in the outbox, where it came from there.
    pub outbox_file_id: Option<i64>,
}

impl<'s, E: Handed> Door<'s, E> {
    /// Opens the door: asks the table and writes down who takes out what, before anything is read.
    pub fn open(
        store: &'s Store,
        namespace: &Namespace,
        session: &Session,
        (whom, usual): (&Whom, &str),
        carried: &Carried,
    ) -> Result<Self> {
        let permit = edge::permit::<E::Needs>(store, session)?;
        if E::WHOLE_TOWN {
            edge::whole_town::<E::Needs>(store, session, exports::name_of(E::CODE))?;
        }
        let acting = namespace.acting(session, "書き出し")?;
        let seal_to = backup::read_recipients(&carried.seal_to)?;
        let book = edge::book()?;
        let asked = whom.asked(usual);
        let medium = carried.medium();
        let cleared = store.write(|conn| {
            let rules = (&book, namespace.city.as_str());
            let cleared = provision::clear::<E>(conn, (&acting, &permit), rules, &asked)?;
            if cleared.is_carried() && (seal_to.is_empty() || medium.is_none()) {
                return Err(office::OfficeError::input(
                    "公開鍵・媒体番号",
                    &format!(
                        "「{}」へは媒体で渡します。--seal-to（相手の公開鍵）と --medium-number、--approval-number を指定してください",
                        cleared.recipient()
                    ),
                ));
            }
            // Before a byte is written, not after.
            if let Some(medium) = &medium {
                medium.check(conn, &acting)?;
            }
            Ok(cleared)
        })?;
        Ok(Self {
            store,
            acting,
            permit,
            keeper: authorize::<KeepRegister>(session).ok(),
            cleared,
            seal_to,
            medium,
            parts: Vec::new(),
        })
    }

    /// What lets the export be made: the permit, and the proof that the table lists who gets it.
    pub fn may(&self) -> (&Permit<E::Needs>, &Cleared<E>) {
        (&self.permit, &self.cleared)
    }

    /// Puts a file and the 件数表 beside it.
    pub fn file(&mut self, folder: &Path, file: &Outgoing) -> Result<()> {
        let rows = i64::try_from(file.rows).unwrap_or(i64::MAX);
        for (name, bytes, lines) in [
            (&file.name, &file.bytes, rows),
            (&file.control_name, &file.control, 1),
        ] {
            let piece = Piece {
                name,
                bytes,
                lines,
                outbox_file_id: None,
            };
            self.put(folder, &piece)?;
        }
        Ok(())
    }

    /// Writes a file under a name that says it is not whole; sealed, where anybody is named to seal for.
    pub fn put(&mut self, folder: &Path, piece: &Piece<'_>) -> Result<()> {
        fs::create_dir_all(folder)
            .with_context(|| format!("フォルダ {} を作れません", folder.display()))?;
        if self.parts.is_empty() {
            sweep(folder)?;
        }
        let sealed = !self.seal_to.is_empty();
        let (name, bytes) = if sealed {
            let bytes = provision::seal(piece.bytes, &self.seal_to)?;
            (format!("{}.age", piece.name), bytes)
        } else {
            (piece.name.to_owned(), piece.bytes.to_vec())
        };
        let path = folder.join(&name);
        if path.exists() {
            bail!(
                "{} は既にあります。別の名前かフォルダにするか、先に移してください",
                path.display()
            );
        }
        let part = folder.join(format!("{name}.{}.{PART}", self.cleared.record_id()));
        let sent = Sent::of(&name, &bytes, piece.lines, sealed, piece.outbox_file_id);
        self.parts.push((part.clone(), path, sent));
        private(&part)
            .and_then(|mut file| {
                file.write_all(&bytes)?;
                file.sync_all()
            })
            .with_context(|| format!("{} に書けません", part.display()))
    }

    /// Puts one table out at an address that somebody wrote, and ends.
    pub fn out(mut self, path: &Path, bytes: &[u8], lines: i64) -> Result<Vec<PathBuf>> {
        let name = path.file_name().and_then(|name| name.to_str());
        let piece = Piece {
            name: name
                .ok_or_else(|| anyhow!("{} はファイルの名前ではありません", path.display()))?,
            bytes,
            lines,
            outbox_file_id: None,
        };
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        self.put(folder.unwrap_or(Path::new(".")), &piece)?;
        self.close()
    }

    /// Writes down what went to the standard output, and ends.
    pub fn told(mut self, bytes: &[u8], lines: i64) -> Result<()> {
        if self.cleared.is_carried() || !self.seal_to.is_empty() {
            bail!("媒体で渡すものや封をするものは画面に出せません。--out を指定してください");
        }
        let sent = Sent::of("（標準出力）", bytes, lines, false, None);
        self.record(&[sent])?;
        self.parts.clear();
        Ok(())
    }

    /// Gives every file its name, writes down what went out, and says where it lies.
    pub fn close(mut self) -> Result<Vec<PathBuf>> {
        let names: Vec<(&Path, &Path)> = self
            .parts
            .iter()
            .map(|(part, path, _)| (part.as_path(), path.as_path()))
            .collect();
        named(&names)?;
        let files: Vec<Sent> = self.parts.iter().map(|(_, _, sent)| sent.clone()).collect();
        let entry = match self.record(&files) {
            Ok(entry) => entry,
            Err(error) => {
                // What is not written down has not gone out.
                for (_, path, _) in &self.parts {
                    remove(path);
                }
                return Err(error);
            }
        };
        if let Some(entry) = entry {
            println!(
                "媒体管理簿の{entry}番に複製を記入しました。返却と廃棄をそこに記録してください"
            );
        }
        let parts = std::mem::take(&mut self.parts);
        Ok(parts.into_iter().map(|(_, path, _)| path).collect())
    }

    fn record(&self, files: &[Sent]) -> Result<Option<i64>> {
        let may = (&self.permit, self.keeper.as_ref());
        let what = (files, self.medium.as_ref());
        Ok(self
            .store
            .write(|conn| provision::sent(conn, &self.acting, may, &self.cleared, what))?)
    }
}

impl<E: Handed> Drop for Door<'_, E> {
    fn drop(&mut self) {
        for (part, _, _) in &self.parts {
            remove(part);
        }
    }
}

/// Gives files the names they are to have: all of them or none.
fn named(files: &[(&Path, &Path)]) -> Result<()> {
    for (done, (part, path)) in files.iter().enumerate() {
        if let Err(error) = fs::rename(part, path) {
            // Those before it have their names already; a transfer that is not whole has not happened.
            for (_, earlier) in files.iter().take(done) {
                remove(earlier);
            }
            return Err(error)
                .with_context(|| format!("{} に名前を変えられません", path.display()));
        }
    }
    Ok(())
}

/// Removes a file that may not be there any more.
fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        eprintln!(
            "一時ファイル {} を消せません（{error}）。手で消してください",
            path.display()
        );
    }
}

/// Removes what a transfer that was killed left in the folder.
fn sweep(folder: &Path) -> Result<()> {
    for one in fs::read_dir(folder)? {
        let path = one?.path();
        if path.extension().is_some_and(|end| end == PART) {
            remove(&path);
        }
    }
    Ok(())
}

/// A new file that only its owner can read.
pub fn private(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Writes a file for nobody but its owner, whole or not at all, and never over another.
pub fn whole(path: &Path, bytes: &[u8]) -> Result<()> {
    if path.exists() {
        bail!(
            "{} は既にあります。別の名前にするか、先に移してください",
            path.display()
        );
    }
    let mut name = path
        .file_name()
        .ok_or_else(|| anyhow!("{} はファイルの名前ではありません", path.display()))?
        .to_owned();
    name.push(format!(".{PART}"));
    let part = path.with_file_name(name);
    let written = private(&part)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        remove(&part);
    }
    written.with_context(|| format!("{} に書けません", path.display()))
}

/// Writes a paper, for nobody but its owner, beside its place and moves it there, so that there is never half a file; the same paper printed again takes
/// its place.
#[cfg(feature = "paper")]
pub fn paper(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{PART}"));
    let beside = path.with_file_name(name);
    // What a printing that was killed left behind, or somebody laid there.
    let _ = fs::remove_file(&beside);
    let written = private(&beside)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        remove(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::{PART, named};
    use std::fs;
    use std::path::Path;

    // covers: SEC-057
    #[cfg(all(unix, feature = "paper"))]
    #[test]
    fn a_paper_is_its_owner_s_and_nothing_laid_in_its_way_is_written_to() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("kokuho-paper-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (paper, trap) = (folder.join("notice.pdf"), folder.join("trap"));
        fs::write(&trap, "untouched").unwrap();
        std::os::unix::fs::symlink(&trap, folder.join(format!("notice.pdf.{PART}"))).unwrap();
        for words in ["first", "second"] {
            super::paper(&paper, words.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&paper).unwrap(), words);
            let mode = fs::metadata(&paper).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_to_string(&trap).unwrap(), "untouched");
        fs::remove_dir_all(&folder).unwrap();
    }

    // covers: SEC-057
    #[test]
    fn a_later_file_that_gets_no_name_takes_the_earlier_ones_back() {
        let folder = std::env::temp_dir().join(format!("kokuho-named-{}", std::process::id()));
        let at = |name: &str| folder.join(name);
        fs::create_dir_all(at("second.csv").join("in-the-way")).unwrap();
        let parts = [at(&format!("1.{PART}")), at(&format!("2.{PART}"))];
        for part in &parts {
            fs::write(part, "宛名").unwrap();
        }
        let names = [at("first.csv"), at("second.csv")];
        let pairs: Vec<(&Path, &Path)> = parts
            .iter()
            .zip(&names)
            .map(|(part, name)| (part.as_path(), name.as_path()))
            .collect();
        let failed = named(&pairs).unwrap_err().to_string();
        assert!(failed.contains("second.csv"), "{failed}");
        assert!(!at("first.csv").exists(), "half of a transfer is out");
        assert!(
            parts.get(1).unwrap().exists(),
            "the door removes what is half-written"
        );
        fs::remove_dir_all(&folder).unwrap();
    }
}
