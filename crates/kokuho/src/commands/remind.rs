//! `kokuho remind`: what is running out goes onto the work list — 支援措置 whose granted end is near, registers whose next step
//! is overdue. Run once a day; nothing is put there twice, and nothing is freed.

use crate::edge::{self, Namespace};
use anyhow::Result;
use clap::Args;
use office::registers::{Registers, remind};
use office::registry::support;
use office::security::permit::HandleWork;

/// 期限の知らせ
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 支援措置の期限を何日前から知らせるか
    #[arg(long, default_value_t = 60)]
    days: i64,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.job_session(&store)?;
    let acting = options.namespace.acting(&session, "期限の確認")?;
    let permit = edge::permit::<HandleWork>(&store, &session)?;
    let until = acting
        .business_date
        .saturating_add(jiff::Span::new().days(options.days));
    let measures = support::warn(&store, &permit, &acting, until)?;
    let registers = remind::remind(&store, &permit, &acting, &Registers::shipped()?)?;
    println!("支援措置{measures}件、台帳{registers}件を処理待ちに入れました");
    Ok(())
}
