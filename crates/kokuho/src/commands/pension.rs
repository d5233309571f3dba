//! `kokuho pension`: what is asked of the pension payer, and what it took.

use crate::edge::{self, Namespace};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use exchange::Catalogue;
use law::{FiscalYear, Yen};
use office::import::{Incoming, Municipality};
use office::levy::special_files::{
    OutFile, RequestKind, read_requests, read_results, write_requests,
};
use office::security::permit::ViewLevy;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// 特別徴収（年金天引き）
#[derive(Subcommand)]
pub enum Action {
    /// 依頼ファイルと件数表を書き出し、書いたファイルから件数と金額を示す
    Request(RequestOptions),
    /// 結果ファイルを元帳と突き合わせ、差異を示す（元帳は変えない）
    Result(ResultOptions),
}

/// 依頼
#[derive(Args)]
pub struct RequestOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 相当年度（西暦）
    #[arg(long)]
    year: i16,
    /// 年金の支払月（2・4・6・8・10・12）
    #[arg(long)]
    month: i64,
    /// 書き出すフォルダ
    #[arg(long)]
    out: PathBuf,
}

/// 結果
#[derive(Args)]
pub struct ResultOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 結果ファイル（件数表は隣に置く）
    file: PathBuf,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Request(options) => request(options),
        Action::Result(options) => result(options),
    }
}

fn request(options: &RequestOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let what = format!("特別徴収の依頼 {}年度{}月", options.year, options.month);
    edge::record_export(&store, &options.namespace, "levy.special_request", &what)?;
    let catalogue = shipped()?;
    let municipality = Municipality::new(&options.namespace.city);
    let (file, control) = write_requests(
        &store,
        &catalogue,
        &municipality,
        FiscalYear(options.year),
        options.month,
        &edge::made_at(),
    )?;
    fs::create_dir_all(&options.out)
        .with_context(|| format!("フォルダ {} を作れません", options.out.display()))?;
    let path = put(&options.out, &file)?;
    put(&options.out, &control)?;
    // What is shown is what stands in the folder, not what was meant to be written.
    let bytes = fs::read(&path).with_context(|| format!("{} を読めません", path.display()))?;
    let written = Incoming {
        name: &file.name,
        bytes: &bytes,
        control: Some(&control.bytes),
    };
    let rows = read_requests(&catalogue, &municipality, &written)?;
    println!("{}", path.display());
    println!("{}", options.out.join(&control.name).display());
    for kind in RequestKind::ALL {
        let of_kind = rows.iter().filter(|row| row.kind == kind);
        let yen: Yen = of_kind.clone().map(|row| row.request.yen).sum();
        let label = catalogue.codes().label("special_request_kind", kind.code());
        println!(
            "{}: {}件 {yen}",
            label.unwrap_or(kind.code()),
            of_kind.count()
        );
    }
    let sum: Yen = rows.iter().map(|row| row.request.yen).sum();
    println!("合計: {}件 {sum}（元帳と一致）", rows.len());
    Ok(())
}

fn result(options: &ResultOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look::<ViewLevy>(&store, &options.namespace, "kokuho pension result")?;
    let catalogue = shipped()?;
    let path = &options.file;
    let bytes = fs::read(path).with_context(|| format!("{} を読めません", path.display()))?;
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .with_context(|| format!("{} のファイル名を読めません", path.display()))?;
    let beside = path.with_file_name(exchange::naming::control_name(name));
    let control = beside.exists().then(|| fs::read(&beside)).transpose()?;
    let file = Incoming {
        name,
        bytes: &bytes,
        control: control.as_deref(),
    };
    let municipality = Municipality::new(&options.namespace.city);
    let found = read_results(&store, &catalogue, &municipality, &file)
        .with_context(|| format!("{name} を突き合わせられません"))?;
    println!("{}年度 {}月の年金", found.year.0, found.month);
    println!("依頼: {}件 {}", found.asked.0, found.asked.1);
    println!("徴収: {}件 {}", found.taken.0, found.taken.1);
    println!(
        "差異: {}件 {}",
        found.differences.len(),
        found.taken.1 - found.asked.1
    );
    for one in &found.differences {
        let code = &one.result_code;
        let label = catalogue.codes().label("special_result_code", code);
        println!(
            "世帯{} 納付義務者{} {}: 依頼額{} 徴収額{} {code} {}",
            one.household_id,
            one.liable_id,
            one.kind.label_ja(),
            one.asked,
            one.taken,
            label.unwrap_or("")
        );
    }
    Ok(())
}

fn shipped() -> Result<Catalogue> {
    Catalogue::shipped().context("同梱のレイアウトを読めません")
}

/// Writes a file that must not be there yet.
fn put(folder: &Path, file: &OutFile) -> Result<PathBuf> {
    let path = folder.join(&file.name);
    if path.exists() {
        bail!(
            "{} は既にあります。別のフォルダにするか、先に移してください",
            path.display()
        );
    }
    let mut out =
        fs::File::create_new(&path).with_context(|| format!("{} を作れません", path.display()))?;
    out.write_all(&file.bytes)
        .and_then(|()| out.sync_all())
        .with_context(|| format!("{} に書けません", path.display()))?;
    Ok(path)
}
