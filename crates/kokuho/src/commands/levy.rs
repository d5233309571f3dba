//! `kokuho levy`: calculate, compare, approve, publish, and levy one household again.

use crate::edge::{self, Namespace};
use crate::progress::{StopSwitch, bar};
use anyhow::{Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use law::levy::limitation::InsuranceAdjustment;
use office::jobs::JobState;
use office::levy::book::Circumstances;
use office::levy::{compare, held, publish, relevy, run as runs};
use office::security::permit::{ApproveLevy, Function, PublishLevy, RunLevy, ViewLevy};

/// 賦課処理
#[derive(Subcommand)]
pub enum Action {
    /// 当初賦課を計算する（途中で止めても、同じ番号で続きから再開できる）
    Run(RunOptions),
    /// 処理の一覧
    List(ListOptions),
    /// 2つの処理を比べる
    Compare(CompareOptions),
    /// 承認する（始めた人とは別の職員）
    Approve(ByRun),
    /// 確定する（決定・調定・通知を作る）
    Publish(ByRun),
    /// 世帯を賦課し直す（即時・随時・過年度）
    Relevy(RelevyOptions),
}

/// 当初賦課
#[derive(Args)]
pub struct RunOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 相当年度（西暦）
    #[arg(long)]
    year: i16,
    /// 処理の種類（暫定賦課は納期に仮算定の期がある団体だけ。月次更正は前の確定の後に事実が変わった世帯だけ）
    #[arg(long, value_enum, default_value_t = Kind::Initial)]
    kind: Kind,
    /// 続ける処理の番号
    #[arg(long)]
    resume: Option<i64>,
    /// 1区間の世帯数
    #[arg(long, default_value_t = 8_192)]
    chunk: i64,
    /// 覚え
    #[arg(long, default_value = "")]
    note: String,
}

/// 賦課処理の種類
#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    /// 暫定賦課（仮算定）
    Provisional,
    /// 当初賦課（本算定）
    Initial,
    /// 月次更正
    Monthly,
}

impl Kind {
    fn of_run(self) -> runs::RunKind {
        match self {
            Self::Provisional => runs::RunKind::Provisional,
            Self::Initial => runs::RunKind::Initial,
            Self::Monthly => runs::RunKind::Monthly,
        }
    }
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

/// 比較
#[derive(Args)]
pub struct CompareOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 前の処理番号
    first: i64,
    /// 後の処理番号
    second: i64,
    /// 違う世帯を何件まで示すか
    #[arg(long, default_value_t = 20)]
    limit: i64,
}

/// 更正
#[derive(Args)]
pub struct RelevyOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 国保世帯番号（複数可）。省略すると --since の後に事実が変わった世帯
    households: Vec<i64>,
    /// この時刻（1970年からのマイクロ秒）の後に事実が変わった世帯
    #[arg(long)]
    since: Option<i64>,
    /// 更正の理由（省略すると「月次更正」。期間制限を延ばす事情を付けるときは省略できない）
    #[arg(long)]
    reason: Option<String>,
    /// 被用者保険との調整（料、国民健康保険法第110条の2第2項）: 減額できる年数
    #[arg(long, value_name = "年", value_parser = clap::value_parser!(i16).range(1..=10))]
    adjustment_years: Option<i16>,
    /// 偽りその他不正の行為（税、地方税法第17条の5第7項）: 7年まで更正できる
    #[arg(long)]
    fraud: bool,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Run(options) => calculate(options),
        Action::List(options) => list(options),
        Action::Compare(options) => compare_runs(options),
        Action::Approve(options) => {
            let store = options.namespace.open()?;
            let session = options.namespace.session(&store)?;
            let acting = options.namespace.acting(&session, "賦課承認")?;
            let permit = edge::permit::<ApproveLevy>(&store, &session)?;
            runs::approve(&store, &permit, &acting, options.run)?;
            println!("賦課処理{}を承認しました", options.run);
            Ok(())
        }
        Action::Publish(options) => publish_run(options),
        Action::Relevy(options) => relevy_households(options),
    }
}

fn calculate(options: &RunOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let kind = options.kind.of_run();
    let acting = options.namespace.acting(&session, kind.label_ja())?;
    let permit = edge::permit::<RunLevy>(&store, &session)?;
    let run_id = match options.resume {
        Some(run_id) => run_id,
        None => {
            let rules = edge::rules(&edge::book()?, &options.namespace.city, options.year)?;
            let request = runs::RunRequest {
                kind,
                rules: &rules,
                decided_on: acting.business_date,
                chunk_households: options.chunk,
                note: options.note.clone(),
            };
            runs::start(&store, &permit, &acting, &request)?
        }
    };
    let bar = bar("賦課計算", 0);
    let switch = StopSwitch::on_interrupt();
    let state = runs::calculate(&store, run_id, edge::threads(), &edge::now, |progress| {
        switch.flow(&bar, progress)
    })?;
    bar.finish();
    if state == JobState::Stopped {
        println!("中断しました。続きは kokuho levy run --resume {run_id} …");
        return Ok(());
    }
    let run = runs::require(&store, run_id)?;
    println!(
        "賦課処理{run_id}: {}世帯 {} ({})",
        run.households,
        run.total,
        run.state.label_ja()
    );
    let mut closed = 0;
    for one in store.read(|conn| held::list(conn, run_id, 0, i64::MAX))? {
        if edge::shows(&store, &session, one.household_id)? {
            println!("賦課保留 世帯{}: {}", one.household_id, one.message);
        } else {
            closed += 1;
        }
    }
    edge::tell_closed(closed);
    Ok(())
}

fn publish_run(options: &ByRun) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "賦課確定")?;
    let permit = edge::permit::<PublishLevy>(&store, &session)?;
    publish::begin(&store, &permit, &acting, options.run)?;
    let book = edge::book()?;
    let bar = bar("賦課確定", 0);
    let switch = StopSwitch::on_interrupt();
    let state = publish::publish(
        &store,
        book.calendar(),
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
    let run = runs::require(&store, options.run)?;
    let tied = store.read(|conn| publish::tie(conn, run.levy_year))?;
    println!(
        "賦課処理{}を確定しました。決定額 = 調定額 = {tied}",
        options.run
    );
    Ok(())
}

fn list(options: &ListOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look::<ViewLevy>(&store, &options.namespace, "kokuho levy list")?;
    for run in store.read(runs::list)? {
        println!(
            "{:>6}  {}  {}  {}  {}世帯  {}  {}",
            run.run_id,
            run.levy_year,
            run.kind.label_ja(),
            run.state.label_ja(),
            run.households,
            run.total,
            run.note
        );
    }
    Ok(())
}

fn compare_runs(options: &CompareOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look::<ViewLevy>(&store, &options.namespace, "kokuho levy compare")?;
    let session = options.namespace.session(&store)?;
    let (first, second, changed) = store.read(|conn| {
        Ok::<_, office::OfficeError>((
            compare::totals(conn, options.first)?,
            compare::totals(conn, options.second)?,
            compare::changed(conn, options.first, options.second, 0, options.limit)?,
        ))
    })?;
    for (label, totals) in [("前", &first), ("後", &second)] {
        println!(
            "{label}: {}件  合計 {}  医療 {}  支援 {}  介護 {}  子ども {}  限度超過 {}",
            totals.households,
            totals.parts.total(),
            totals.parts.medical,
            totals.parts.support,
            totals.parts.care,
            totals.parts.child,
            totals.over_cap
        );
    }
    let mut closed = 0;
    for change in &changed {
        let amount = |side: &Option<office::levy::Outcome>| {
            side.as_ref().map_or_else(
                || "なし".to_owned(),
                |outcome| outcome.parts.total().to_string(),
            )
        };
        let household = change
            .before
            .as_ref()
            .or(change.after.as_ref())
            .map_or(0, |outcome| outcome.household_id);
        if !edge::shows(&store, &session, household)? {
            closed += 1;
            continue;
        }
        println!(
            "世帯{household}: {} → {}",
            amount(&change.before),
            amount(&change.after)
        );
    }
    edge::tell_closed(closed);
    Ok(())
}

fn relevy_households(options: &RelevyOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "更正")?;
    let permit = edge::permit::<RunLevy>(&store, &session)?;
    for household in &options.households {
        edge::open_row(&store, &session, RunLevy::CODE, *household)?;
    }
    let book = edge::book()?;
    let years = store.read(relevy::open_years)?;
    if years.is_empty() {
        bail!("当初賦課を確定した年度がありません。当初賦課を確定してから更正してください");
    }
    let rules = years
        .into_iter()
        .map(|year| edge::rules(&book, &options.namespace.city, year.0))
        .collect::<Result<Vec<_>>>()?;
    let households = match (options.households.as_slice(), options.since) {
        ([], Some(moment)) => {
            let mut open = Vec::new();
            let mut closed = 0;
            for household in store.read(|conn| relevy::touched_since(conn, moment))? {
                if edge::shows(&store, &session, household)? {
                    open.push(household);
                } else {
                    closed += 1;
                }
            }
            edge::tell_closed(closed);
            open
        }
        ([], None) => bail!("世帯番号か --since を指定してください"),
        (some, _) => some.to_vec(),
    };
    let books = relevy::Books {
        rules: &rules,
        calendar: book.calendar(),
    };
    let lengthened = options.adjustment_years.is_some() || options.fraud;
    let reason = match &options.reason {
        Some(reason) => reason.as_str(),
        None if lengthened => {
            bail!("期間制限を延ばす事情があるときは --reason に理由を書いてください")
        }
        None => "月次更正",
    };
    let circumstances = Circumstances {
        adjustment: options
            .adjustment_years
            .map(|years| InsuranceAdjustment { years }),
        fraud: options.fraud,
    };
    let relevied = relevy::relevy_under(
        &store,
        &books,
        &permit,
        &acting,
        &households,
        reason,
        circumstances,
    )?;
    for item in &relevied {
        println!(
            "世帯{} {} 納付義務者{}: {} → {}{}",
            item.after.outcome.household_id,
            item.after.levy_year,
            item.after.outcome.liable_id,
            item.before.as_ref().map_or_else(
                || "なし".to_owned(),
                |before| before.outcome.parts.total().to_string()
            ),
            item.after.outcome.parts.total(),
            if item.after.barred == law::Yen::ZERO {
                String::new()
            } else {
                format!("（期間制限により{}は変更できません）", item.after.barred)
            }
        );
    }
    println!(
        "{}世帯を調べ、{}件を更正しました",
        households.len(),
        relevied.len()
    );
    Ok(())
}
