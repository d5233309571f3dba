//! `kokuho changes`: the households that changed in a stretch of business days, each with everybody of it, as a file.

use crate::door::{Carried, Door, Whom};
use crate::edge::{self, Namespace};
use anyhow::{Context, Result};
use clap::Args;
use exchange::Catalogue;
use office::eligibility::changes::{self, Stretch};
use office::exports::EligibilityChanges;
use std::path::PathBuf;

/// 異動のあった世帯の全員（異動情報）
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 最初の業務日（20260401）
    #[arg(long)]
    from: String,
    /// 最後の業務日（20260430）
    #[arg(long)]
    to: String,
    /// 書き出すフォルダー
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    carried: Carried,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let catalogue = Catalogue::shipped().context("同梱のレイアウトを読めません")?;
    let stretch = Stretch {
        from: edge::parse_date(&options.from)?,
        to: edge::parse_date(&options.to)?,
    };
    let whom = (&options.whom, "nhi-aggregate");
    let mut door = Door::<EligibilityChanges>::open(
        &store,
        &options.namespace,
        &session,
        whom,
        &options.carried,
    )?;
    let acting = options.namespace.acting(&session, "異動情報の作成")?;
    let made = (options.namespace.city.as_str(), &*edge::made_at());
    let given = changes::export(&store, door.may(), &acting, &catalogue, made, stretch)?;
    let file = &given.file;
    door.file(&options.out, file)?;
    door.close()?;
    println!(
        "{} {}世帯 {}人 {}行",
        file.name, given.households, given.people, file.rows
    );
    if !given.without_address.is_empty() {
        println!(
            "支援措置の対象者がいるため住所を載せなかった世帯: {}世帯",
            given.without_address.len()
        );
    }
    Ok(())
}
