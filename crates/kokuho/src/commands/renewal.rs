//! `kokuho renewal`: the yearly renewal of a whole city's certificates: worked out, looked through, approved, issued.

use crate::edge::{self, Namespace};
use crate::progress::{StopSwitch, bar};
use anyhow::Result;
use clap::{Args, Subcommand};
use office::certificate::{
    KeptRules, run as runs, run_delta, run_mail, run_missed, run_publish, run_work,
};
use office::jobs::JobState;
use office::security::permit::{ApproveCertificate, PrintNotice, RunRenewal};
use office::security::session::Session;

/// 証の一斉更新（年次更新）
#[derive(Subcommand)]
pub enum Action {
    /// 作成する（途中で止めても、--resume で続きから再開できる）
    Run(RunOptions),
    /// 処理の一覧
    List(ListOptions),
    /// 種類・作成できない理由・割合の変わる人数を示す
    Summary(ByRun),
    /// 承認する（始めた人とは別の職員）
    Approve(ByRun),
    /// 交付を決定する（途中で止めても、同じ命令で続く）
    Publish(ByRun),
    /// 全部を印刷済みにする（途中で止まったら、同じ命令で残りを続ける）
    Printed(PrintedOptions),
    /// 全部を発送済みにする（途中で止まったら、同じ命令で残りを続ける）
    Mailed(ByRun),
    /// 凍結の後に変わった人を示す
    Delta(ByRun),
}

/// 作成
#[derive(Args)]
pub struct RunOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 発効期日（更新月の1日）
    #[arg(long, default_value = "")]
    from: String,
    /// 交付日
    #[arg(long, default_value = "")]
    issued_on: String,
    /// 使うマイナ保険証の一覧の基準日
    #[arg(long, default_value = "")]
    list_as_of: String,
    /// 続ける処理の番号
    #[arg(long, conflicts_with_all = ["from", "issued_on", "list_as_of"])]
    resume: Option<i64>,
    /// 1区間の世帯数
    #[arg(long, default_value_t = 200)]
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

/// 印刷済みにする
#[derive(Args)]
pub struct PrintedOptions {
    #[command(flatten)]
    of: ByRun,
    /// プリンターに入れた用紙（様式番号4桁と版2桁）。いくつかあるときは繰り返す
    #[arg(long, required = true)]
    stock: Vec<String>,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Run(options) => calculate(options),
        Action::List(options) => list(options),
        Action::Summary(options) => {
            let store = options.namespace.open()?;
            let command = "kokuho renewal summary";
            edge::look_either::<RunRenewal, ApproveCertificate>(
                &store,
                &options.namespace,
                command,
            )?;
            summary(&store, options.run)
        }
        Action::Approve(options) => approve(options),
        Action::Publish(options) => publish(options),
        Action::Printed(options) => printed(options),
        Action::Mailed(options) => mailed(options),
        Action::Delta(options) => delta(options),
    }
}

fn calculate(options: &RunOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "証の一斉更新")?;
    let permit = edge::permit::<RunRenewal>(&store, &session)?;
    let run_id = match options.resume {
        Some(run_id) => run_id,
        None => {
            let rules = KeptRules::from_book(&edge::book()?, &options.namespace.city)?;
            let request = runs::Request {
                rules: &rules,
                effective_from: edge::parse_date(&options.from)?,
                issued_on: edge::parse_date(&options.issued_on)?,
                card_as_of: edge::parse_date(&options.list_as_of)?,
                chunk_households: options.chunk,
                note: options.note.clone(),
            };
            runs::start(&store, &permit, &acting, &request)?
        }
    };
    let bar = bar("更新の作成", 0);
    let switch = StopSwitch::on_interrupt();
    let state = run_work::calculate(&store, run_id, edge::threads(), &edge::now, |progress| {
        switch.flow(&bar, progress)
    })?;
    bar.finish();
    if state == JobState::Stopped {
        println!("中断しました。続きは kokuho renewal run --resume {run_id} …");
        return Ok(());
    }
    let run = store.read(|conn| runs::require(conn, run_id))?;
    println!(
        "更新処理{run_id}: 交付 {}人 作成できない人 {}人（{}）",
        run.persons,
        run.refused,
        run.state.label_ja()
    );
    summary(&store, run_id)
}

fn summary(store: &db::Store, run_id: i64) -> Result<()> {
    let told = store.read(|conn| run_mail::summary(conn, run_id))?;
    for (kind, persons) in &told.kinds {
        println!("{kind}: {persons}人");
    }
    for (reason, persons) in &told.refused {
        println!("作成できない {reason}: {persons}人");
    }
    for (before, after, persons) in &told.ratio_changes {
        println!("負担割合 {before}割 → {after}割: {persons}人");
    }
    Ok(())
}

fn list(options: &ListOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look_either::<RunRenewal, ApproveCertificate>(
        &store,
        &options.namespace,
        "kokuho renewal list",
    )?;
    for run in store.read(runs::list)? {
        println!(
            "{:>6}  {}から  {}  交付{}人  作成できない{}人  {}",
            run.run_id,
            law::era::wareki(run.effective_from),
            run.state.label_ja(),
            run.persons,
            run.refused,
            run.note
        );
    }
    Ok(())
}

fn approve(options: &ByRun) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "一斉更新の承認")?;
    let permit = edge::permit::<ApproveCertificate>(&store, &session)?;
    runs::approve(&store, &permit, &acting, options.run)?;
    println!("更新処理{}を承認しました", options.run);
    Ok(())
}

fn publish(options: &ByRun) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "一斉更新の交付決定")?;
    let permit = edge::permit::<RunRenewal>(&store, &session)?;
    let run = store.read(|conn| runs::require(conn, options.run))?;
    if run.state != runs::RunState::Publishing {
        run_publish::begin(&store, &permit, &acting, options.run)?;
    }
    let bar = bar("交付の決定", 0);
    let switch = StopSwitch::on_interrupt();
    let state = run_publish::publish(
        &store,
        options.run,
        edge::threads(),
        &edge::now,
        |progress| switch.flow(&bar, progress),
    )?;
    bar.finish();
    if state == JobState::Stopped {
        println!("中断しました。同じ命令で続きから決定します");
        return Ok(());
    }
    println!("更新処理{}の交付を決定しました", options.run);
    not_written(&store, &session, options.run)?;
    for bag in store.read(|conn| run_mail::bags(conn, options.run))? {
        println!(
            "{} 袋{}: {}通 {}枚",
            bag.mail.label_ja(),
            bag.bag,
            bag.envelopes,
            bag.papers
        );
    }
    Ok(())
}

/// Whose paper was approved and not written, and what became of them.
fn not_written(store: &db::Store, session: &Session, run_id: i64) -> Result<()> {
    let missed = store.read(|conn| run_missed::missed(conn, run_id))?;
    if missed.is_empty() {
        return Ok(());
    }
    println!(
        "承認した後に交付しなかった人: {}人。後の証のない人は処理待ちに挙げました",
        missed.len()
    );
    let mut closed = 0;
    for one in &missed {
        if !edge::shows(store, session, one.person_id)? {
            closed += 1;
            continue;
        }
        let why = one.covered_by.map_or_else(
            || "承認した内容のとおりに作れません".to_owned(),
            |paper| format!("その後に交付した証{paper}があります"),
        );
        println!(
            "交付しない 世帯{} 宛名番号{} {} {why}",
            one.household_id, one.person_id, one.kind
        );
    }
    edge::tell_closed(closed);
    Ok(())
}

/// Papers left out of the mailing, or of the printing, because they became wrong since the freeze.
fn left_out(store: &db::Store, session: &Session, run_id: i64) -> Result<()> {
    let mut closed = 0;
    for one in store.read(|conn| run_delta::delta(conn, run_id))? {
        if let Some(paper) = one.held() {
            if !edge::shows(store, session, one.person_id)? {
                closed += 1;
                continue;
            }
            println!(
                "残しました 世帯{} 宛名番号{} 証{paper}（{}）: 処理待ちを見て、交付を取り消すか作り直してください",
                one.household_id,
                one.person_id,
                one.change.label_ja()
            );
        }
    }
    edge::tell_closed(closed);
    Ok(())
}

fn printed(options: &PrintedOptions) -> Result<()> {
    let namespace = &options.of.namespace;
    let store = namespace.open()?;
    let session = namespace.session(&store)?;
    let acting = namespace.acting(&session, "一斉更新の印刷")?;
    let permit = edge::permit::<PrintNotice>(&store, &session)?;
    let stocks: Vec<&str> = options.stock.iter().map(String::as_str).collect();
    let papers = run_mail::printed(&store, &permit, &acting, options.of.run, &stocks)?;
    println!("更新処理{}: {papers}枚を印刷済みにしました", options.of.run);
    left_out(&store, &session, options.of.run)
}

fn mailed(options: &ByRun) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "一斉更新の発送")?;
    let permit = edge::permit::<RunRenewal>(&store, &session)?;
    let papers = run_mail::mailed(&store, &permit, &acting, options.run)?;
    println!("更新処理{}: {papers}枚を発送済みにしました", options.run);
    left_out(&store, &session, options.run)
}

fn delta(options: &ByRun) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look_either::<RunRenewal, ApproveCertificate>(
        &store,
        &options.namespace,
        "kokuho renewal delta",
    )?;
    let session = options.namespace.session(&store)?;
    let mut closed = 0;
    for one in store.read(|conn| run_delta::delta(conn, options.run))? {
        if !edge::shows(&store, &session, one.person_id)? {
            closed += 1;
            continue;
        }
        println!(
            "{} 世帯{} 宛名番号{} {} → {}{}",
            one.change.label_ja(),
            one.household_id,
            one.person_id,
            one.kinds.0,
            one.kinds.1,
            one.certificate_id
                .map_or_else(String::new, |paper| format!(" 証{paper}"))
        );
    }
    edge::tell_closed(closed);
    let run = store.read(|conn| runs::require(conn, options.run))?;
    if run.is_published() {
        not_written(&store, &session, options.run)?;
    }
    Ok(())
}
