//! `kokuho unseal`: sealed files that were received, opened with the key they were sealed for.

use crate::door;
use anyhow::{Context, Result, bail};
use clap::Args;
use office::{backup, provision};
use std::path::PathBuf;

/// Bytes a sealed file may hold when it is open.
const MOST: u64 = 4 * 1024 * 1024 * 1024;

/// 開封
#[derive(Args)]
pub struct Options {
    /// 封をしたファイル（.age）
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// 鍵ファイル（kokuho backup key で作ったもの）
    #[arg(long)]
    key: PathBuf,
    /// 開いたファイルを置くフォルダ
    #[arg(long)]
    out: PathBuf,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let text = std::fs::read_to_string(&options.key)
        .with_context(|| format!("鍵 {} を読めません", options.key.display()))?;
    let identity = backup::read_key(&text)?;
    std::fs::create_dir_all(&options.out)
        .with_context(|| format!("フォルダ {} を作れません", options.out.display()))?;
    for file in &options.files {
        let Some(name) = file
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".age"))
        else {
            bail!(
                "{} は封をしたファイル（.age）ではありません",
                file.display()
            );
        };
        let sealed =
            std::fs::read(file).with_context(|| format!("{} を読めません", file.display()))?;
        let bytes = provision::unseal(&sealed, &identity, MOST)
            .with_context(|| format!("{} を開けません", file.display()))?;
        let path = options.out.join(name);
        door::whole(&path, &bytes)?;
        println!("{}", path.display());
    }
    Ok(())
}
