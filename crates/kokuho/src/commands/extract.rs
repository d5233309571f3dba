//! `kokuho extract`: the table of an approved request, for whom it was approved.

use crate::door::{Carried, Door, Whom};
use crate::edge::Namespace;
use anyhow::Result;
use clap::Args;
use office::exports::Extract;
use std::path::PathBuf;

/// データ抽出
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// データ抽出申請簿の番号
    #[arg(long)]
    request: i64,
    /// 書き出すファイル（すでにあれば書かない）
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    carried: Carried,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "データ抽出")?;
    let whom = Whom::for_request(options.request);
    let door = Door::<Extract>::open(
        &store,
        &options.namespace,
        &session,
        (&whom, "office-extract"),
        &options.carried,
    )?;
    let table = office::extract::extract(&store, door.may(), &acting, options.request)?;
    door.out(&options.out, table.text.as_bytes(), table.rows)?;
    println!("{}行を書き出しました", table.rows);
    Ok(())
}
