//! `kokuho extract`: the table of an approved request, for whom it was approved.

use crate::edge::{self, Namespace};
use anyhow::{Context, Result};
use clap::Args;
use office::security::permit::ExportData;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

/// データ抽出
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// データ抽出申請簿の番号
    #[arg(long)]
    request: i64,
    /// 書き出すファイル（すでにあれば書かない）
    #[arg(long)]
    out: PathBuf,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "データ抽出")?;
    let permit = edge::permit::<ExportData>(&store, &session)?;
    let text = office::extract::extract(&store, &permit, &acting, options.request)?;
    let mut file = OpenOptions::new();
    file.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        file.mode(0o600);
    }
    file.open(&options.out)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("{} に書けません", options.out.display()))?;
    println!(
        "{}行を書き出しました",
        text.lines().count().saturating_sub(1)
    );
    Ok(())
}
