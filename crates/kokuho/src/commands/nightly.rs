//! `kokuho nightly`: the daily jobs of the office, in order; run again it goes on where it was cut off.

use crate::edge::{self, Namespace};
use crate::progress::StopSwitch;
use anyhow::Result;
use clap::Args;
use office::eligibility::Books;
use office::jobs::Flow;
use office::levy::relevy;
use office::nightly;
use office::security::permit::RunEligibility;
use std::cell::Cell;

/// 夜間処理
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 業務日（省略時は --business-date、それもなければ今日）
    #[arg(long)]
    on: Option<String>,
    /// 動かさずに、その日の結果だけを示す
    #[arg(long)]
    show: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let mut namespace = options.namespace.clone();
    if let Some(on) = &options.on {
        namespace.business_date = Some(on.clone());
    }
    let store = namespace.open()?;
    let on = namespace.business_date()?;
    if !options.show {
        let session = namespace.job_session(&store)?;
        let acting = namespace.acting(&session, "夜間処理")?;
        let permit = edge::permit::<RunEligibility>(&store, &session)?;
        let book = edge::book()?;
        let rules = store
            .read(relevy::open_years)?
            .into_iter()
            .map(|year| edge::rules(&book, &namespace.city, year.0))
            .collect::<Result<Vec<_>>>()?;
        let books = Books {
            book: &book,
            municipality: &namespace.city,
            levy: relevy::Books {
                rules: &rules,
                calendar: book.calendar(),
            },
        };
        let switch = StopSwitch::on_interrupt();
        let stopped = Cell::new(false);
        nightly::run(&store, &permit, &acting, &books, &edge::now, |heard| {
            println!(
                "[{}/{}] {}: {}件{}",
                heard.place,
                heard.steps,
                heard.step.label_ja,
                heard.page.found,
                if heard.done { "" } else { "…" }
            );
            let flow = switch.asked();
            stopped.set(flow == Flow::Stop);
            flow
        })?;
        if stopped.get() {
            println!("中断しました。同じ命令で続きから動きます");
            return Ok(());
        }
    }
    println!("{}の夜間処理", law::era::wareki(on));
    for (step, done) in store.read(|conn| nightly::night(conn, on))? {
        match done {
            None => println!("{}: 対象日ではないか、まだ動いていません", step.label_ja),
            Some(done) => println!(
                "{}: {} 該当{} 新しい処理待ち{} 済んだもの{} 文書・確定{}（{}の翌日から）{}",
                step.label_ja,
                done.state.label_ja(),
                done.page.found,
                done.page.opened,
                done.page.settled,
                done.page.written,
                law::era::wareki(done.covered_after),
                done.message
            ),
        }
    }
    Ok(())
}
