//! `kokuho notices`: the notices of a run printed in order, counted, posted or made void.
//!
//! Printing can be stopped and started again: what is marked as printed is not printed again, and a file
//! that was written but not yet marked is written over with the same notices.

use crate::edge::{self, Namespace};
use crate::paper::{PaperSettings, notice, printer};
use crate::progress::{StopSwitch, bar};
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use db::Store;
use indicatif::ProgressBar;
use law::rules::RuleBook;
use office::jobs::{Flow, Progress};
use office::notices::not_found;
use office::notices::release::{self, Handling};
use office::notices::{self, Notice};
use office::security::permit::PrintNotice;
use office::{Acting, OfficeError};
use print::content::Document;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// 通知書
#[derive(Subcommand)]
pub enum Action {
    /// 印刷していない通知書をPDFにする（中断しても続きから）
    Print(PrintOptions),
    /// 決定・印刷・発送の通数を示す
    Counts(ByRun),
    /// 発送を確定する（決定と印刷の通数が合うときだけ）
    Post(ByRun),
    /// 発送前の通知書を無効にする
    Void(ByRun),
}

/// 印刷
#[derive(Args)]
pub struct PrintOptions {
    #[command(flatten)]
    by: ByRun,
    /// PDFを作るフォルダ
    #[arg(long, default_value = "var/notices")]
    out: PathBuf,
    /// 見本として印刷する（未確認の規則でも印刷できるが、全ページに見本と入る）
    #[arg(long)]
    sample: bool,
}

/// 処理番号で指す
#[derive(Args)]
pub struct ByRun {
    #[command(flatten)]
    namespace: Namespace,
    /// 賦課処理の番号
    #[arg(long)]
    run: i64,
}

/// Notices laid out in one go; a PDF holds about a hundred of them.
const BATCH: i64 = 400;

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Print(options) => print_run(options),
        Action::Counts(by) => counts(by),
        Action::Post(by) => {
            let (store, acting, permit) = enter(by, "通知書発送")?;
            let posted = notices::mark_posted(&store, &permit, &acting, by.run)?;
            println!("{posted}通の発送を確定しました");
            Ok(())
        }
        Action::Void(by) => {
            let (store, acting, permit) = enter(by, "通知書無効")?;
            let void = notices::void_unposted(&store, &permit, &acting, by.run)?;
            println!("{void}通を無効にしました（発送済み0通）");
            Ok(())
        }
    }
}

type Entered = (Store, Acting, office::security::permit::Permit<PrintNotice>);

fn enter(by: &ByRun, purpose: &str) -> Result<Entered> {
    let store = by.namespace.open()?;
    let session = by.namespace.session(&store)?;
    let acting = by.namespace.acting(&session, purpose)?;
    let permit = edge::permit::<PrintNotice>(&store, &session)?;
    Ok((store, acting, permit))
}

fn counts(by: &ByRun) -> Result<()> {
    let store = by.namespace.open()?;
    let today = by.namespace.business_date()?;
    edge::look::<PrintNotice>(&store, &by.namespace, "kokuho notices counts")?;
    let counts = store.read(|conn| notices::counts(conn, by.run))?;
    let kept = store.read(|conn| not_found::count(conn, today, by.run))?;
    println!(
        "未印刷{} 印刷済{} 発送済{} 保留{} 無効{} （{}ページ）",
        counts.decided, counts.printed, counts.posted, counts.held, counts.void, counts.pages
    );
    if kept.all() > 0 {
        println!("うち{}{}通", not_found::LABEL_JA, kept.all());
    }
    Ok(())
}

fn print_run(options: &PrintOptions) -> Result<()> {
    let (store, acting, permit) = enter(&options.by, "通知書発行")?;
    let run = options.by.run;
    let before = store.read(|conn| notices::counts(conn, run))?;
    let printer = printer()?;
    let book = edge::book()?;
    let settings = PaperSettings {
        demo: options.sample,
        issued_on: acting.business_date,
    };
    fs::create_dir_all(&options.out)
        .with_context(|| format!("{} を作れません", options.out.display()))?;
    let bar = bar("通知書", before.decided);
    let switch = StopSwitch::on_interrupt();
    let (mut after, mut done) = (0, 0);
    let (mut refused, mut kept) = (Vec::new(), Vec::new());
    loop {
        let batch = store.read(|conn| notices::unprinted(conn, run, after, BATCH))?;
        let Some(last) = batch.last() else { break };
        after = last.notice_id;
        let sorted = sort(&store, &batch, &acting)?;
        refused.extend(sorted.waiting.iter().map(|notice_id| {
            format!(
                "通知書{notice_id}: 支援措置対象者のものです。責任者が画面で承認してから印刷します"
            )
        }));
        kept.extend(sorted.kept);
        // 支援措置: each by itself, in a file and an envelope of its own.
        let apart = sorted.apart.chunks(1).map(|one| ("apart-", one));
        for (mark, together) in std::iter::once(("", sorted.ordinary.as_slice())).chain(apart) {
            let (documents, places) = documents(&store, &book, &settings, together)?;
            let counts = printer
                .render_many(documents.into_iter(), edge::threads(), |chunk| {
                    let printed = placed(&chunk, &places)?;
                    let Some((first, ..)) = printed.first() else {
                        return Ok(());
                    };
                    let path = options.out.join(format!("run{run}-{mark}{first:010}.pdf"));
                    crate::door::paper(&path, &chunk.bytes)
                        .map_err(|error| print::PrintError::Layout(error.to_string()))?;
                    notices::mark_printed_for(&store, &permit, &acting, &printed)
                        .map_err(|error: OfficeError| print::PrintError::Layout(error.to_string()))
                })
                .map_err(|error| anyhow!("{error}"))?;
            refused.extend(
                counts
                    .refused
                    .into_iter()
                    .map(|one| format!("通知書{}: {}", one.key, one.reason)),
            );
        }
        done += i64::try_from(batch.len()).unwrap_or(0);
        if stopped(&switch, &bar, done, before.decided) {
            println!("中断しました。同じ命令で続きから印刷します");
            return Ok(());
        }
    }
    bar.finish();
    for line in &refused {
        println!("印刷できません: {line}");
    }
    let counts = store.read(|conn| notices::counts(conn, run))?;
    println!(
        "決定{}通 = 印刷{}通 + 未印刷{}通 （{}ページ、{}）",
        counts.decided + counts.printed + counts.posted,
        counts.printed + counts.posted,
        counts.decided,
        counts.pages,
        options.out.display()
    );
    for notice_id in &kept {
        println!("通知書{notice_id}: {}", not_found::LABEL_JA);
    }
    if !kept.is_empty() {
        println!(
            "{}{}通。{}",
            not_found::LABEL_JA,
            kept.len(),
            not_found::EFFECT_JA
        );
    }
    let left = counts.decided - i64::try_from(kept.len()).unwrap_or(0);
    if left > 0 {
        bail!("{left}通が印刷できていません。上の理由を直してから続けてください");
    }
    Ok(())
}

/// A batch as it is to be handled.
#[derive(Default)]
struct Sorted {
    ordinary: Vec<Notice>,
    apart: Vec<Notice>,
    waiting: Vec<i64>,
    /// 発送停止（居所不明）.
    kept: Vec<i64>,
}

fn sort(store: &Store, batch: &[Notice], acting: &Acting) -> Result<Sorted> {
    let mut sorted = Sorted::default();
    let all = store.read(|conn| release::handling_of_all(conn, batch, acting))?;
    for (notice, handling) in batch.iter().zip(all) {
        match handling {
            Handling::Ordinary => sorted.ordinary.push(notice.clone()),
            Handling::Apart => sorted.apart.push(notice.clone()),
            Handling::Waits => sorted.waiting.push(notice.notice_id),
            Handling::NotFound => sorted.kept.push(notice.notice_id),
        }
    }
    Ok(sorted)
}

fn stopped(switch: &StopSwitch, bar: &ProgressBar, done: i64, total: i64) -> bool {
    let progress = Progress {
        done,
        total,
        chunk: 0,
    };
    switch.flow(bar, progress) == Flow::Stop
}

/// The place that stands on each notice.
type Places = BTreeMap<i64, String>;

fn documents(
    store: &Store,
    book: &RuleBook,
    settings: &PaperSettings,
    batch: &[Notice],
) -> Result<(Vec<Document>, Places)> {
    let (mut documents, mut places) = (Vec::with_capacity(batch.len()), Places::new());
    for item in batch {
        let content =
            store.read(|conn| notices::content::gather(conn, item, settings.issued_on))?;
        let mut document = notice(book, &content, settings)?;
        document.key = item.notice_id.to_string();
        documents.push(document);
        places.insert(item.notice_id, release::digest(&content.mailing));
    }
    Ok((documents, places))
}

/// Notice number, pages and place of each document of a chunk.
fn placed(
    chunk: &print::Chunk,
    places: &Places,
) -> Result<Vec<(i64, i64, String)>, print::PrintError> {
    chunk
        .contents
        .iter()
        .map(|one| {
            let number = one.key.parse::<i64>();
            let pages = i64::try_from(one.pages).unwrap_or(i64::MAX);
            number
                .map(|number| {
                    let place = places.get(&number).cloned().unwrap_or_default();
                    (number, pages, place)
                })
                .map_err(|error| print::PrintError::Layout(error.to_string()))
        })
        .collect()
}
