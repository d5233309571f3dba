//! `kokuho handover`: the register of eligibility as files of declared layouts, which `kokuho import` takes in again.

use crate::door::{Carried, Door, Whom};
use crate::edge::{self, Namespace};
use anyhow::{Context, Result, bail};
use clap::Args;
use exchange::Catalogue;
use office::eligibility::moves;
use office::eligibility::status::DESCRIBED;
use office::eligibility::status::handover;
use office::exports::EligibilityStatus;
use std::fs;
use std::path::{Path, PathBuf};

/// 資格の引渡し（取り込み直せるファイルと件数表）
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 書き出すフォルダー（空であること）
    #[arg(long)]
    out: PathBuf,
    /// 書き出す種類（省略時はすべて）。insured_event は資格異動、insured は資格、ほかは状態のコード
    kinds: Vec<String>,
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
    let rules = edge::book()?;
    let city = options.namespace.city.as_str();
    let kinds = asked_for(&options.kinds)?;
    empty_folder(&options.out)?;
    let made_at = edge::made_at();
    let whom = (&options.whom, "successor");
    let mut door = Door::<EligibilityStatus>::open(
        &store,
        &options.namespace,
        &session,
        whom,
        &options.carried,
    )?;
    for (number, kind) in (1..).zip(&kinds) {
        let acting = options.namespace.acting(&session, "資格の引渡し")?;
        let handed = if *kind == moves::LAYOUT {
            let book = rules.eligibility_of(city)?;
            let from = (&catalogue, &book);
            moves::export(&store, door.may(), &acting, from, city, &made_at)
        } else {
            handover::export(
                &store,
                door.may(),
                &acting,
                &catalogue,
                city,
                kind,
                &made_at,
            )
        };
        let handed = handed.with_context(|| format!("{kind} を書き出せません"))?;
        door.file(&options.out, &handed)?;
        println!("{number}/{} {} {}行", kinds.len(), handed.name, handed.rows);
    }
    door.close()?;
    Ok(())
}

/// The kinds that were named, or all of them.
fn asked_for(named: &[String]) -> Result<Vec<&str>> {
    let all: Vec<&str> = ["insured", moves::LAYOUT, "transfer_slip"]
        .into_iter()
        .chain(DESCRIBED.iter().map(|row| row.code))
        .collect();
    if let Some(unknown) = named.iter().find(|name| !all.contains(&name.as_str())) {
        bail!(
            "「{unknown}」という種類はありません。次から選んでください: {}",
            all.join(" ")
        );
    }
    Ok(if named.is_empty() {
        all
    } else {
        named.iter().map(String::as_str).collect()
    })
}

fn empty_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("{} を作れません", folder.display()))?;
    if fs::read_dir(folder)?.next().is_some() {
        bail!(
            "{} は空ではありません。新しいフォルダーを指定してください",
            folder.display()
        );
    }
    Ok(())
}
