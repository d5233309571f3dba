//! `kokuho import`: files of the standard form into dated facts.

use crate::edge::{self, Namespace, Scanned};
use anyhow::{Context, Result};
use clap::Args;
use exchange::shipped::Catalogue;
use indicatif::{ProgressBar, ProgressStyle};
use office::import::{ImportReport, Incoming, Municipality, Options as ImportOptions, receive};
use office::security::permit::ImportFile;
use std::fs;
use std::path::Path;

/// ファイル取込
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 取り込むファイル（制御ファイルは隣にあれば自動で読む）
    #[arg(required = true)]
    files: Vec<String>,
    /// 前回より大きく減った全件ファイルなどの警告を承知で取り込む
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    scanned: Scanned,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open()?;
    // Files come at night, too.
    let session = options.namespace.job_session(&store)?;
    let catalogue = Catalogue::shipped().context("同梱のレイアウトを読めません")?;
    let scanner = options.scanned.scanner()?;
    let municipality = Municipality::new(&options.namespace.city);
    for path in &options.files {
        let acting = options.namespace.acting(&session, "ファイル取込")?;
        let bytes = fs::read(path).with_context(|| format!("{path} を読めません"))?;
        let name = Path::new(path)
            .file_name()
            .and_then(|name| name.to_str())
            .with_context(|| format!("{path} のファイル名を読めません"))?;
        let beside = Path::new(path).with_file_name(exchange::naming::control_name(name));
        let control = beside.exists().then(|| fs::read(&beside)).transpose()?;
        let file = Incoming {
            name,
            bytes: &bytes,
            control: control.as_deref(),
        };
        let bar = file_bar(name);
        let report = receive(
            &store,
            &catalogue,
            &edge::permit::<ImportFile>(&store, &session)?,
            &acting,
            &municipality,
            &file,
            &ImportOptions {
                force: options.force,
                scanner: scanner.as_ref(),
                progress: Some(&|progress: office::import::Progress| {
                    bar.set_length(progress.total);
                    bar.set_position(progress.done);
                }),
                ..ImportOptions::default()
            },
        )
        .with_context(|| format!("{name} を取り込めません"))?;
        bar.finish_and_clear();
        print_report(name, &report);
    }
    Ok(())
}

/// A bar over the rows of a file.
pub fn file_bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(
        "{prefix} {wide_bar:.cyan/blue} {human_pos}/{human_len}行 {per_sec}",
    ) {
        bar.set_style(style);
    }
    bar.set_prefix(name.to_owned());
    bar
}

/// What an import came to.
pub fn print_report(name: &str, report: &ImportReport) {
    println!(
        "{name}: {}行 (登録{} 変更なし{} 保留{})",
        report.rows_read, report.posted, report.same, report.held
    );
    for message in &report.messages {
        println!("  {message}");
    }
}
