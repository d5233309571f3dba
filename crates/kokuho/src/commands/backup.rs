//! `kokuho backup` and `kokuho restore`: both namespaces of a municipality in one sealed file, and back.

use crate::door::{self, private};
use crate::edge::{self, Namespace};
use crate::progress::{self, StopSwitch};
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use db::Store;
use office::backup::{self, Begun, Digested, Identity, Made, Manifest, Restorer, Sources};
use office::jobs::Flow;
use office::security::permit::{KeepRegister, MakeBackup, Permit};
use office::{Acting, schema, vault};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// バックアップ
#[derive(Subcommand)]
pub enum Action {
    /// 復元の鍵を作る（公開鍵を表示する。鍵ファイルは本体と別の場所に施錠して置く）
    Key(KeyOptions),
    /// 動かしたまま、2つのデータベースを1つの封をしたファイルにする
    Make(Box<MakeOptions>),
    /// ファイルを書き込まずに最後まで確かめる
    Check(CheckOptions),
    /// これまでのバックアップを示す
    List(Namespace),
}

/// 鍵
#[derive(Args)]
pub struct KeyOptions {
    /// 鍵ファイル（すでにあれば書かない）
    #[arg(long)]
    out: PathBuf,
}

/// 作成
#[derive(Args)]
pub struct MakeOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 番号の金庫（省略時は金庫を含まない）
    #[arg(long, env = "KOKUHO_VAULT")]
    vault: Option<String>,
    /// 復元する人の公開鍵（age1…）。何人分でも
    #[arg(
        long = "to",
        required = true,
        env = "KOKUHO_BACKUP_TO",
        value_delimiter = ','
    )]
    to: Vec<String>,
    /// ファイルを置くフォルダ
    #[arg(long)]
    folder: PathBuf,
    /// 保管場所（媒体管理簿に記入する）
    #[arg(long)]
    place: String,
    /// 鍵の管理者（媒体管理簿に記入する）
    #[arg(long)]
    key_holder: String,
    /// 保管場所の国（2文字。本番と別の、国内のデータセンターに置く）
    #[arg(long, default_value = "JP")]
    country: String,
}

/// 確かめ
#[derive(Args)]
pub struct CheckOptions {
    /// バックアップのファイル
    file: PathBuf,
    /// 復元の鍵ファイル
    #[arg(long, env = "KOKUHO_BACKUP_KEY")]
    key: PathBuf,
}

/// 復元
#[derive(Args)]
pub struct RestoreOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 番号の金庫（バックアップに含まれるとき）
    #[arg(long, env = "KOKUHO_VAULT")]
    vault: Option<String>,
    /// バックアップのファイル
    file: PathBuf,
    /// 復元の鍵ファイル
    #[arg(long, env = "KOKUHO_BACKUP_KEY")]
    key: PathBuf,
    /// 封の控え（復元した記録が控えより古くないかを確かめる）
    #[arg(long, env = "KOKUHO_SEAL_COPIES")]
    copies: Option<PathBuf>,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Key(options) => key(&options.out),
        Action::Make(options) => make(options),
        Action::Check(options) => {
            let identity = read_key(&options.key)?;
            let switch = StopSwitch::on_interrupt();
            let bar = progress::rows("確かめ");
            let manifest = backup::check(open_file(&options.file)?, &identity, &mut |done| {
                switch.flow(&bar, done)
            })?;
            bar.finish_and_clear();
            say(&manifest);
            Ok(())
        }
        Action::List(namespace) => list(namespace),
    }
}

fn key(out: &Path) -> Result<()> {
    let (secret, public) = backup::new_key();
    let mut file =
        private(out).with_context(|| format!("鍵ファイル {} を作れません", out.display()))?;
    writeln!(file, "# 公開鍵 {public}\n{}", *secret)?;
    file.sync_all()?;
    println!("公開鍵 {public}");
    Ok(())
}

/// A file under another name until it is whole and entered in 媒体管理簿; dropped before that, it is removed. It is locked as
/// long as it is being made, so that nobody takes it for one that was left behind.
struct Unfinished {
    path: PathBuf,
    /// Open, for the lock.
    file: Option<File>,
    kept: bool,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.kept {
            // What cannot be removed is sealed all the same.
            drop(std::fs::remove_file(&self.path));
        }
    }
}

fn make(options: &MakeOptions) -> Result<()> {
    let recipients = backup::read_recipients(&options.to)?;
    let rules = edge::book()?.backup_retention(options.namespace.business_date()?)?;
    backup::keep::may_lie_in(rules, &options.country)?;
    backup::keep::check_entry(&options.place, &options.key_holder)?;
    let store = options.namespace.open()?;
    let kept = match &options.vault {
        Some(address) => Some(edge::open(address)?),
        None => None,
    };
    let session = options.namespace.job_session(&store)?;
    let acting = options.namespace.acting(&session, "バックアップ")?;
    let permit = edge::permit::<MakeBackup>(&store, &session)?;
    let keeper = edge::permit::<KeepRegister>(&store, &session)?;
    std::fs::create_dir_all(&options.folder)
        .with_context(|| format!("フォルダ {} を作れません", options.folder.display()))?;
    tidy_up(&store, (&acting, &permit), &options.folder)?;
    let city = &options.namespace.city;
    let begun =
        store.write(|conn| backup::keep::begin(conn, (&acting, &permit), city, &options.to))?;
    let sources = Sources {
        office: &store,
        vault: kept.as_ref(),
    };
    let target = options.folder.join(format!("{}.kokuho.age", begun.name));
    let written = write_file(sources, &begun.name, &recipients, &target);
    // The file has its name only when 媒体管理簿 knows it.
    let entered = written.and_then(|(mut part, manifest, sha256, bytes)| {
        let made = Made {
            sha256,
            bytes: i64::try_from(bytes)?,
            manifest,
            storage_place: options.place.clone(),
            key_holder: options.key_holder.clone(),
        };
        let entry = store
            .write(|conn| backup::keep::made(conn, &acting, (&permit, &keeper), &begun, &made))?;
        part.kept = true;
        Ok((part, made, entry))
    });
    let (part, made, entry) = match entered {
        Ok(entered) => entered,
        Err(error) => {
            store.write(|conn| backup::keep::gave_up(conn, (&acting, &permit), &begun))?;
            return Err(error);
        }
    };
    rename(&part.path, &target)?;
    let list = options.folder.join(format!("{}.manifest.json", begun.name));
    door::whole(
        &list,
        serde_json::to_string_pretty(&made.manifest)?.as_bytes(),
    )?;
    say(&made.manifest);
    println!(
        "{}（{}バイト、SHA-256 {}）。媒体管理簿の{entry}番に記入しました",
        target.display(),
        made.bytes,
        made.sha256
    );
    Ok(())
}

fn write_file(
    sources: Sources<'_>,
    name: &str,
    recipients: &[backup::Recipient],
    target: &Path,
) -> Result<(Unfinished, Manifest, String, u64)> {
    if target.exists() {
        bail!(
            "{} があります。別のフォルダを指定してください",
            target.display()
        );
    }
    let mut part = Unfinished {
        path: target.with_extension("part"),
        file: None,
        kept: false,
    };
    let file =
        private(&part.path).with_context(|| format!("{} を作れません", part.path.display()))?;
    file.try_lock()
        .with_context(|| format!("{} を作れません", part.path.display()))?;
    let switch = StopSwitch::on_interrupt();
    let bar = progress::rows("バックアップ");
    let mut out = Digested::new(file);
    let manifest = backup::write(
        sources,
        (name, edge::now()),
        recipients,
        &mut out,
        &mut |done| switch.flow(&bar, done),
    )?;
    bar.finish_and_clear();
    let (file, sha256, bytes) = out.end();
    file.sync_all()?;
    part.file = Some(file);
    Ok((part, manifest, sha256, bytes))
}

fn rename(part: &Path, target: &Path) -> Result<()> {
    std::fs::rename(part, target)
        .with_context(|| format!("{} に名前を変えられません", target.display()))
}

/// What a backup that was cut off left in the folder: unfinished files go, one that is whole and entered gets its name.
fn tidy_up(
    store: &Store,
    (acting, permit): (&Acting, &Permit<MakeBackup>),
    folder: &Path,
) -> Result<()> {
    for one in store.read(backup::keep::list)? {
        let target = folder.join(format!("{}.kokuho.age", one.name));
        let part = target.with_extension("part");
        let Ok(file) = File::open(&part) else {
            continue;
        };
        if one.whole == Some(true) && !target.exists() {
            rename(&part, &target)?;
            println!("{} は完了しています。名前を付けました", target.display());
            continue;
        }
        // Somebody else is making it now.
        if file.try_lock().is_err() {
            continue;
        }
        std::fs::remove_file(&part).with_context(|| format!("{} を消せません", part.display()))?;
        if one.whole.is_none() {
            let begun = Begun {
                backup_id: one.backup_id,
                name: one.name.clone(),
            };
            store.write(|conn| backup::keep::gave_up(conn, (acting, permit), &begun))?;
        }
        println!(
            "途切れたバックアップ {} の書きかけのファイルを消しました",
            one.name
        );
    }
    Ok(())
}

fn list(namespace: &Namespace) -> Result<()> {
    let store = namespace.open()?;
    edge::look::<MakeBackup>(&store, namespace, "kokuho backup list")?;
    for one in store.read(backup::keep::list)? {
        let state = match one.whole {
            Some(true) => "完了",
            Some(false) => "中止",
            None => "途切れた",
        };
        println!(
            "{} {} {state} {}行 {}バイト 媒体管理簿{} {}",
            one.name,
            law::era::wareki(one.begun_on),
            one.rows,
            one.bytes,
            one.entry_id
                .map_or("なし".to_owned(), |id| format!("{id}番")),
            one.sha256
        );
    }
    Ok(())
}

/// Runs `kokuho restore`.
pub fn restore(options: &RestoreOptions) -> Result<()> {
    let identity = read_key(&options.key)?;
    let store = prepared(&options.namespace.store, schema::MIGRATIONS)?;
    let kept = match &options.vault {
        Some(address) => Some(prepared(address, vault::MIGRATIONS)?),
        None => None,
    };
    let into = Sources {
        office: &store,
        vault: kept.as_ref(),
    };
    let restorer = Restorer {
        login: options.namespace.staff.clone(),
        terminal: "command-line".to_owned(),
        business_date: options.namespace.business_date()?,
        now: edge::now(),
    };
    let switch = StopSwitch::on_interrupt();
    let bar = progress::rows("復元");
    let opened = || {
        File::open(&options.file).map_err(|error| {
            office::OfficeError::input(
                "バックアップのファイル",
                &format!("{} を読めません（{error}）", options.file.display()),
            )
        })
    };
    let manifest = backup::restore(
        into,
        &options.namespace.city,
        &opened,
        &identity,
        &restorer,
        &mut |done| -> Flow { switch.flow(&bar, done) },
    )?;
    bar.finish_and_clear();
    say(&manifest);
    println!("復元しました。封の控えと突き合わせます");
    super::audit::verify(&store, None, options.copies.as_deref())
}

/// A store with its tables made; on PostgreSQL the owner makes them beforehand.
fn prepared(address: &str, set: &[db::Migration]) -> Result<Store> {
    let store = edge::open(address)?;
    if !store.pending(set)?.is_empty() {
        store
            .migrate(set)
            .map_err(|error| anyhow!("{error}"))
            .context("表がありません。所有者の役割で kokuho migrate を済ませてください")?;
    }
    Ok(store)
}

fn read_key(path: &Path) -> Result<Identity> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("復元の鍵 {} を読めません", path.display()))?;
    Ok(backup::read_key(&text)?)
}

fn open_file(path: &Path) -> Result<File> {
    File::open(path).with_context(|| format!("{} を読めません", path.display()))
}

fn say(manifest: &Manifest) {
    println!(
        "団体{} {} 表{} 行{} 処理の記録は{}番、操作の記録は{}番、封は{}まで",
        manifest.header.municipality,
        manifest.header.name,
        manifest.tables.len(),
        manifest.rows(),
        manifest.heads.first().map_or(0, |head| head.entry_no),
        manifest.heads.get(1).map_or(0, |head| head.entry_no),
        manifest.last_seal
    );
}
