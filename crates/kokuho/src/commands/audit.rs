//! `kokuho audit`: seals the records of acts and of access, and checks chain, seals and the copies kept outside.

use crate::edge::{self, Namespace};
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use office::security::permit::ReviewAccess;
use office::security::seal::{self, Seal, SealKey};
use office::security::seal_check::{self, Checked};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// 記録の封
#[derive(Subcommand)]
pub enum Action {
    /// 封の鍵を作る（データベースの外の、監査担当だけが使える場所に置く）
    Key(KeyOptions),
    /// 前の封から後の記録に封をし、控えに書き足す
    Seal(SealOptions),
    /// 記録の鎖と封を、控えと突き合わせて確かめる
    Check(CheckOptions),
}

/// 鍵
#[derive(Args)]
pub struct KeyOptions {
    /// 鍵ファイル（すでにあれば書かない）
    #[arg(long)]
    out: PathBuf,
}

/// 封
#[derive(Args)]
pub struct SealOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 鍵ファイル
    #[arg(long, env = "KOKUHO_SEAL_KEY")]
    key: PathBuf,
    /// 控えのファイル（別の機器か媒体に置く）
    #[arg(long, env = "KOKUHO_SEAL_COPIES")]
    copies: PathBuf,
}

/// 確かめ
#[derive(Args)]
pub struct CheckOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 封の公開鍵（16進数64桁）
    #[arg(long)]
    public: Option<String>,
    /// 控えのファイル
    #[arg(long, env = "KOKUHO_SEAL_COPIES")]
    copies: Option<PathBuf>,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Key(options) => key(options),
        Action::Seal(options) => put(options),
        Action::Check(options) => {
            let store = options.namespace.open_to_walk()?;
            edge::look::<ReviewAccess>(&store, &options.namespace, "kokuho audit check")?;
            let copies = match &options.copies {
                Some(path) => read_copies(path)?,
                None => Vec::new(),
            };
            let checked =
                store.read(|conn| seal_check::check(conn, options.public.as_deref(), &copies))?;
            say(&checked)
        }
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
    println!("公開鍵 {}", SealKey::from_bytes(&secret).public());
    Ok(())
}

fn put(options: &SealOptions) -> Result<()> {
    let text = std::fs::read_to_string(&options.key)
        .with_context(|| format!("鍵ファイル {} を読めません", options.key.display()))?;
    let key = SealKey::read(&text)?;
    let store = options.namespace.open_to_walk()?;
    edge::look_by_night::<ReviewAccess>(&store, &options.namespace, "kokuho audit seal")?;
    let copies = if options.copies.exists() {
        read_copies(&options.copies)?
    } else {
        Vec::new()
    };
    // A seal upon a forked record would make two histories with one number.
    let checked = store.read(|conn| seal_check::check(conn, Some(&key.public()), &copies))?;
    if !checked.holds() {
        return say(&checked);
    }
    let made = store.write(|conn| seal::seal(conn, &key, edge::now()))?;
    // What was sealed when the copy could not be written is copied now.
    let stored = store.read(seal::all)?;
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(&options.copies)
        .with_context(|| format!("控え {} に書けません", options.copies.display()))?;
    for seal in stored.iter().skip(copies.len()) {
        writeln!(file, "{}", serde_json::to_string(seal)?)?;
    }
    file.sync_all()?;
    match made {
        Some(seal) => println!("封{}をしました", seal.seal_no),
        None => println!("前の封の後に記録はありません"),
    }
    Ok(())
}

/// The copies of seals kept outside, one JSON object a line.
pub fn read_copies(path: &Path) -> Result<Vec<Seal>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("控え {} を読めません", path.display()))?;
    text.lines()
        .enumerate()
        .map(|(place, line)| {
            serde_json::from_str(line)
                .with_context(|| format!("控え {} の{}行目を読めません", path.display(), place + 1))
        })
        .collect()
}

/// Says what a check found; anything wrong is an error.
pub fn say(checked: &Checked) -> Result<()> {
    for flaw in &checked.chain {
        let numbers = if flaw.from == flaw.until {
            format!("{}番", flaw.from)
        } else {
            format!("{}番から{}番", flaw.from, flaw.until)
        };
        println!(
            "{}の{numbers}: {}",
            flaw.lane.label_ja(),
            flaw.harm.label_ja()
        );
    }
    for flaw in &checked.seal {
        println!("封{}: {}", flaw.seal_no, flaw.message_ja);
    }
    if !checked.holds() {
        bail!(
            "記録が改ざんされたか、古いデータベースに戻されています（{}か所）。使用を止め、監査担当へ知らせてください",
            checked.chain.len() + checked.seal.len()
        );
    }
    println!(
        "記録{}件の鎖と封{}個を確かめました",
        checked.entries, checked.seals
    );
    Ok(())
}

/// The check for `kokuho verify` and after a restore: with the copies kept outside where they are named.
pub fn verify(store: &db::Store, public: Option<&str>, copies: Option<&Path>) -> Result<()> {
    let copies = copies.map(read_copies).transpose()?.unwrap_or_default();
    let checked: Checked = store.read(|conn| seal_check::check(conn, public, &copies))?;
    say(&checked)
}
