//! `kokuho verify`: what stands decided still comes out of the rule, equals the ledger, and was told.

use crate::edge::{self, Namespace};
use anyhow::{Result, bail};
use clap::Args;
use law::FiscalYear;
use office::levy::{publish, why};
use office::registry;
use office::security::permit::{ReviewAccess, ViewLevy};
use std::path::PathBuf;

/// つじつまの確認
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 相当年度（西暦）
    #[arg(long)]
    year: i16,
    /// 再計算する世帯番号の始め
    #[arg(long, default_value_t = 0)]
    from: i64,
    /// 再計算する世帯番号の終わり（含まない）
    #[arg(long, default_value_t = i64::MAX)]
    until: i64,
    /// 封の公開鍵（16進数64桁）
    #[arg(long)]
    public: Option<String>,
    /// 封の控えのファイル（古いデータベースに戻されていないかを確かめる）
    #[arg(long, env = "KOKUHO_SEAL_COPIES")]
    copies: Option<PathBuf>,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open_to_walk()?;
    let session = options.namespace.job_session(&store)?;
    edge::look_either_as::<ViewLevy, ReviewAccess>(&store, &session, "kokuho verify")?;
    super::audit::verify(&store, options.public.as_deref(), options.copies.as_deref())?;
    let on = options.namespace.business_date()?;
    let year = FiscalYear(options.year);
    let tied = store.read(|conn| publish::tie(conn, year))?;
    println!("決定額 = 調定額 = {tied}");
    let balance = store.read(office::ledger::trial_balance)?;
    let sum: law::Yen = balance.iter().map(|(_, yen)| *yen).sum();
    println!("試算表の合計 {sum}");
    let wrong = store.read(|conn| why::verify(conn, options.from, options.until, year))?;
    let mut closed = 0;
    for (decision, message) in &wrong {
        let household = decision.outcome.household_id;
        if edge::shows(&store, &session, household)? {
            println!("世帯{household}: {message}");
        } else {
            closed += 1;
        }
    }
    if !wrong.is_empty() || sum != law::Yen::ZERO {
        bail!("{}件の決定が再計算と合いません", wrong.len());
    }
    println!("すべての決定が再計算と一致しました");
    super::messages::balanced(&store, &session)?;
    let differing = store.read(|conn| registry::mismatches(conn, on))?;
    for one in &differing {
        if !edge::shows(&store, &session, one.person_id)? {
            closed += 1;
            continue;
        }
        println!(
            "宛名番号{} {}: {} {}",
            one.person_id,
            one.differs.label_ja(),
            one.one,
            one.other
        );
    }
    edge::tell_closed(closed);
    println!("住民・宛名・資格の不一致 {}件", differing.len());
    Ok(())
}
