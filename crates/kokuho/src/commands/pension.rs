//! `kokuho pension`: what is asked of the pension payer, and what it took.

use crate::door::{Carried, Door, Piece, Whom};
use crate::edge::{self, Namespace, Scanned};
use anyhow::{Context, Result};
use clap::{Args, Subcommand};
use exchange::Catalogue;
use law::{FiscalYear, Yen};
use office::exports::LevySpecial;
use office::import::{Incoming, Municipality};
use office::levy::special_files::{RequestKind, read_requests, read_results, write_requests};
use office::security::permit::ViewLevy;
use std::fs;
use std::path::PathBuf;

/// 特別徴収（年金天引き）
#[derive(Subcommand)]
pub enum Action {
    /// 依頼ファイルと件数表を書き出し、書いたファイルから件数と金額を示す
    Request(Box<RequestOptions>),
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
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    carried: Carried,
}

/// 結果
#[derive(Args)]
pub struct ResultOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 結果ファイル（件数表は隣に置く）
    file: PathBuf,
    #[command(flatten)]
    scanned: Scanned,
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
    let session = options.namespace.session(&store)?;
    let whom = (&options.whom, "pension-payer");
    let mut door =
        Door::<LevySpecial>::open(&store, &options.namespace, &session, whom, &options.carried)?;
    let catalogue = shipped()?;
    let municipality = Municipality::new(&options.namespace.city);
    let (file, control) = write_requests(
        &store,
        door.may(),
        &catalogue,
        &municipality,
        FiscalYear(options.year),
        options.month,
        &edge::made_at(),
    )?;
    let written = Incoming {
        name: &file.name,
        bytes: &file.bytes,
        control: Some(&control.bytes),
    };
    // What is shown is what the bytes say that go out, not what was meant to be written.
    let rows = read_requests(&catalogue, &municipality, &written)?;
    for (one, lines) in [(&file, rows.len()), (&control, 1)] {
        let piece = Piece {
            name: &one.name,
            bytes: &one.bytes,
            lines: i64::try_from(lines).unwrap_or(i64::MAX),
            outbox_file_id: None,
        };
        door.put(&options.out, &piece)?;
    }
    for path in door.close()? {
        println!("{}", path.display());
    }
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
    let session = options.namespace.session(&store)?;
    let catalogue = shipped()?;
    let path = &options.file;
    let bytes = fs::read(path).with_context(|| format!("{} を読めません", path.display()))?;
    office::import::check(&bytes, options.scanned.scanner()?.as_ref())?;
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
    let mut closed = 0;
    for one in &found.differences {
        if !edge::shows(&store, &session, one.household_id)? {
            closed += 1;
            continue;
        }
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
    edge::tell_closed(closed);
    Ok(())
}

fn shipped() -> Result<Catalogue> {
    Catalogue::shipped().context("同梱のレイアウトを読めません")
}
