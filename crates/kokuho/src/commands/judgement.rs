//! `kokuho judgement`: the yearly cut-over of burden classes: calculated, compared, approved, made to stand, caught up.

use crate::edge::{self, Namespace};
use crate::progress::{StopSwitch, bar};
use anyhow::Result;
use clap::{Args, Subcommand};
use office::jobs::JobState;
use office::judgement::{publish, run as runs};
use office::security::permit::{ApproveEligibility, RunJudgement};

/// 年次切替（8月1日からの負担区分と割合）
#[derive(Subcommand)]
pub enum Action {
    /// 判定する（途中で止めても、--resume で続きから再開できる）
    Run(RunOptions),
    /// 処理の一覧
    List(ListOptions),
    /// 何人がどう変わるかを示す
    Changes(ByRun),
    /// 承認する（始めた人とは別の職員が、割合の変わる人数を確かめて）
    Approve(ApproveOptions),
    /// 確定する（途中で止めても、同じ命令で続く）
    Publish(ByRun),
    /// 判定の後に事実の変わった世帯を判定し直す
    CatchUp(ByRun),
}

/// 判定
#[derive(Args)]
pub struct RunOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 8月が始まる年（西暦）
    #[arg(long)]
    year: i16,
    /// 続ける処理の番号
    #[arg(long)]
    resume: Option<i64>,
    /// 1区間の世帯数
    #[arg(long, default_value_t = 500)]
    chunk: i64,
    /// 覚え
    #[arg(long, default_value = "")]
    note: String,
}

/// 一覧
#[derive(Args)]
pub struct ListOptions {
    #[command(flatten)]
    namespace: Namespace,
}

/// 処理番号で指す
#[derive(Args)]
pub struct ByRun {
    #[command(flatten)]
    namespace: Namespace,
    /// 処理番号
    run: i64,
}

/// 承認
#[derive(Args)]
pub struct ApproveOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 処理番号
    run: i64,
    /// 負担割合の変わる人数（kokuho judgement changes が示す）
    #[arg(long)]
    changes: i64,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Run(options) => calculate(options),
        Action::List(options) => list(options),
        Action::Changes(options) => changes(options),
        Action::Approve(options) => approve(options),
        Action::Publish(options) => publish_run(options),
        Action::CatchUp(options) => catch_up(options),
    }
}

fn calculate(options: &RunOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "年次切替")?;
    let permit = edge::permit::<RunJudgement>(&store, &session)?;
    let run_id = match options.resume {
        Some(run_id) => run_id,
        None => {
            let book = edge::book()?.judgement_of(&options.namespace.city)?;
            let request = runs::RunRequest {
                book: &book,
                benefit_year: options.year,
                decided_on: acting.business_date,
                chunk_households: options.chunk,
                note: options.note.clone(),
            };
            runs::start(&store, &permit, &acting, &request)?
        }
    };
    let bar = bar("年次切替", 0);
    let switch = StopSwitch::on_interrupt();
    let state = runs::calculate(&store, run_id, edge::threads(), &edge::now, |progress| {
        switch.flow(&bar, progress)
    })?;
    bar.finish();
    if state == JobState::Stopped {
        println!("中断しました。続きは kokuho judgement run --resume {run_id} …");
        return Ok(());
    }
    let run = runs::require(&store, run_id)?;
    let changes = store.read(|conn| runs::changes(conn, run_id))?;
    println!(
        "年次切替{run_id}: {}世帯（{}） 割合の変わる人 {}人 保留 {}件",
        run.households,
        run.state.label_ja(),
        changes.ratio_changes(),
        changes.held()
    );
    Ok(())
}

fn list(options: &ListOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look_either::<RunJudgement, ApproveEligibility>(
        &store,
        &options.namespace,
        "kokuho judgement list",
    )?;
    for run in store.read(runs::list)? {
        println!(
            "{:>6}  {}年8月から  {}  {}世帯  {}",
            run.run_id,
            run.benefit_year,
            run.state.label_ja(),
            run.households,
            run.note
        );
    }
    Ok(())
}

fn changes(options: &ByRun) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look_either::<RunJudgement, ApproveEligibility>(
        &store,
        &options.namespace,
        "kokuho judgement changes",
    )?;
    let changes = store.read(|conn| runs::changes(conn, options.run))?;
    for row in &changes.rows {
        println!(
            "{} 区分{} {}割 → 区分{} {}割{}: {}件",
            if row.elders { "70歳以上" } else { "世帯" },
            row.before.0,
            row.before.1,
            row.after.0,
            row.after.1,
            if row.after.2 > 0 { "（保留）" } else { "" },
            row.count
        );
    }
    println!("{}", changes.question_ja());
    println!("割合の変わる人: {}人", changes.ratio_changes());
    Ok(())
}

fn approve(options: &ApproveOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "年次切替の承認")?;
    let permit = edge::permit::<ApproveEligibility>(&store, &session)?;
    runs::approve(&store, &permit, &acting, options.run, options.changes)?;
    println!("年次切替{}を承認しました", options.run);
    Ok(())
}

fn publish_run(options: &ByRun) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "年次切替の確定")?;
    let permit = edge::permit::<RunJudgement>(&store, &session)?;
    publish::begin(&store, &permit, &acting, options.run)?;
    let bar = bar("判定の確定", 0);
    let switch = StopSwitch::on_interrupt();
    let state = publish::publish(
        &store,
        options.run,
        edge::threads(),
        &edge::now,
        |progress| switch.flow(&bar, progress),
    )?;
    bar.finish();
    if state == JobState::Stopped {
        println!("中断しました。同じ命令で続きから確定します");
        return Ok(());
    }
    println!("年次切替{}を確定しました", options.run);
    Ok(())
}

fn catch_up(options: &ByRun) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "年次切替後の異動")?;
    let permit = edge::permit::<RunJudgement>(&store, &session)?;
    let book = edge::book()?.judgement_of(&options.namespace.city)?;
    let judged = publish::catch_up(&store, &book, &permit, &acting, options.run)?;
    println!("判定し直した結果が変わったもの: {}件", judged.len());
    Ok(())
}
