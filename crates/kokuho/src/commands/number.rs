//! `kokuho number`: the vault of individual numbers — its master key, its tables, and the change of its keys.

use crate::edge::{self, Namespace};
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use office::security::factor_seal;
use office::security::permit::ManageKeys;
use office::vault::{self, Keys, MasterKey, Vault};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// ワンタイムコード sealed again in one transaction.
const CODES_AT_ONCE: i64 = 200;

/// 番号の金庫
#[derive(Subcommand)]
pub enum Action {
    /// 親鍵のファイルを作る（データベースとは別の、団体だけが使える場所に置く）
    Key(KeyOptions),
    /// 金庫の表と鍵を用意する
    Open(VaultOptions),
    /// 鍵を新しくし、番号を封じ直し、古い鍵を捨てる（中断しても同じ命令で続く）
    Rotate(RotateOptions),
    /// 親鍵を取り替え、ワンタイムコードを封じ直す（中断しても同じ命令で続く）
    Rewrap(RewrapOptions),
}

/// 親鍵
#[derive(Args)]
pub struct KeyOptions {
    /// 鍵ファイル（すでにあれば書かない）
    #[arg(long)]
    out: PathBuf,
}

/// Where the vault is and what opens it.
#[derive(Args, Clone)]
pub struct Place {
    /// 番号の金庫（sqlite:ファイル または postgres://…?schema=名前）。業務のデータベースとは別にする
    #[arg(long, env = "KOKUHO_VAULT")]
    pub vault: String,
    /// 親鍵のファイル
    #[arg(long, env = "KOKUHO_VAULT_KEY")]
    pub vault_key: PathBuf,
}

/// 用意
#[derive(Args)]
pub struct VaultOptions {
    #[command(flatten)]
    namespace: Namespace,
    #[command(flatten)]
    place: Place,
}

/// 鍵の更新
#[derive(Args)]
pub struct RotateOptions {
    #[command(flatten)]
    namespace: Namespace,
    #[command(flatten)]
    place: Place,
    /// 一度に封じ直す件数
    #[arg(long, default_value_t = 1_000)]
    chunk: i64,
}

/// 親鍵の交換
#[derive(Args)]
pub struct RewrapOptions {
    #[command(flatten)]
    namespace: Namespace,
    #[command(flatten)]
    place: Place,
    /// 新しい親鍵のファイル
    #[arg(long)]
    next: PathBuf,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Key(options) => key(options),
        Action::Open(options) => {
            let store = options.namespace.open()?;
            edge::look::<ManageKeys>(&store, &options.namespace, "kokuho number open")?;
            let vault = open(&options.place.vault, &options.place.vault_key)?;
            let rotation = vault.rotation();
            println!(
                "番号の金庫を開きました（封の鍵{}版）",
                rotation.sealing_versions
            );
            Ok(())
        }
        Action::Rotate(options) => rotate(options),
        Action::Rewrap(options) => rewrap(options),
    }
}

fn key(options: &KeyOptions) -> Result<()> {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret).map_err(|error| anyhow!("乱数を得られません: {error}"))?;
    let digits: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        file.mode(0o600);
    }
    file.open(&options.out)
        .and_then(|mut file| writeln!(file, "{digits}"))
        .with_context(|| format!("鍵ファイル {} を作れません", options.out.display()))?;
    println!(
        "{} を作りました。データベースと同じ機器やバックアップに置かないでください",
        options.out.display()
    );
    Ok(())
}

fn master(path: &Path) -> Result<MasterKey> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("親鍵 {} を読めません", path.display()))?;
    MasterKey::read(&text).map_err(|error| anyhow!("{error}"))
}

/// Opens the vault, making its tables and first keys where it is empty.
pub fn open(address: &str, key: &Path) -> Result<Vault> {
    let store = edge::open(address)?;
    store.migrate(vault::MIGRATIONS)?;
    let keys = Keys::open(&store, &master(key)?, edge::now())?;
    Ok(Vault { store, keys })
}

fn rotate(options: &RotateOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "番号の鍵管理")?;
    let permit = edge::permit::<ManageKeys>(&store, &session)?;
    let mut vault = open(&options.place.vault, &options.place.vault_key)?;
    let key = master(&options.place.vault_key)?;
    vault.begin_rotation(&store, &permit, &acting, &key)?;
    let mut done = 0;
    loop {
        let sealed = vault.reseal(options.chunk)?;
        if sealed == 0 {
            break;
        }
        done += sealed;
    }
    vault.finish_rotation(&store, &permit, &acting)?;
    println!(
        "{done}件を新しい鍵で封じ直し、古い鍵を捨てました。画面は起動し直してください（前の鍵の画面は番号を登録も検索もしません）"
    );
    Ok(())
}

fn rewrap(options: &RewrapOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "番号の鍵管理")?;
    let permit = edge::permit::<ManageKeys>(&store, &session)?;
    let (old, next) = (master(&options.place.vault_key)?, master(&options.next)?);
    // The codes first: as long as the vault still opens with the old key, the order can be given again.
    let (mut after, mut done) = (0, 0);
    loop {
        let chunk = (after, CODES_AT_ONCE);
        let resealed = store
            .write(|conn| factor_seal::reseal(conn, (&permit, &acting), (&old, &next), chunk))?;
        done += resealed.done;
        match resealed.last {
            Some(last) => after = last,
            None => break,
        }
    }
    change_master(options, (&old, &next), |vault| {
        Ok(vault.change_master(&store, &permit, &acting, &next)?)
    })?;
    println!("ワンタイムコード{done}件を封じ直しました");
    println!(
        "親鍵を取り替えました。画面は新しい親鍵で起動し直してください。前の親鍵は、前のバックアップを消すまで保管してください"
    );
    Ok(())
}

/// Wraps the keys of the vault with the next master key, unless they are already.
fn change_master(
    options: &RewrapOptions,
    (old, next): (&MasterKey, &MasterKey),
    change: impl FnOnce(&Vault) -> Result<()>,
) -> Result<()> {
    let store = edge::open(&options.place.vault)?;
    store.migrate(vault::MIGRATIONS)?;
    match Keys::open(&store, old, edge::now()) {
        Ok(keys) => change(&Vault { store, keys }),
        Err(error) => Keys::open(&store, next, edge::now())
            .map(|_| ())
            .map_err(|_| error.into()),
    }
}
