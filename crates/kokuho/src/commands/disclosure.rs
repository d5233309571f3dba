//! `kokuho disclosure`: everything that was looked at, asked and handed out about the person of an open request.

use crate::door::{Carried, Door, Whom};
use crate::edge::{self, Namespace};
use anyhow::Result;
use clap::Args;
use office::exports::PersonRecord;
use office::provision::{asked_about, of_person};
use office::sheet::Sheet;
use std::path::PathBuf;

/// 本人ごとの記録
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 開示・訂正・利用停止請求の台帳の番号
    #[arg(long)]
    request: i64,
    /// 書き出すファイル（すでにあれば書かない）
    #[arg(long)]
    out: PathBuf,
    /// 番号の金庫（住基ネットへの照会も載せる）
    #[arg(long, env = "KOKUHO_VAULT", requires = "vault_key")]
    vault: Option<String>,
    /// 金庫の親鍵のファイル
    #[arg(long, env = "KOKUHO_VAULT_KEY")]
    vault_key: Option<PathBuf>,
    #[command(flatten)]
    carried: Carried,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "開示請求への回答")?;
    let person = store.read(|conn| asked_about(conn, options.request))?;
    edge::open_row(&store, &session, "disclosure", person)?;
    let vault = match (&options.vault, &options.vault_key) {
        (Some(address), Some(key)) => Some(super::number::open(address, key)?),
        _ => None,
    };
    let whom = Whom::for_request(options.request);
    let whom = (&whom, "the-person");
    let door =
        Door::<PersonRecord>::open(&store, &options.namespace, &session, whom, &options.carried)?;
    let lines = store
        .write(|conn| of_person(conn, &acting, door.may(), vault.as_ref(), options.request))?;
    let mut sheet = Sheet::new(&[
        "日",
        "種別",
        "職員",
        "提供先・照会先",
        "用途",
        "根拠",
        "項目",
        "ファイル・画面",
    ]);
    for one in &lines {
        sheet.row(&[
            one.on.to_string().as_str(),
            one.kind.label_ja(),
            &one.login,
            &one.whom,
            &one.purpose,
            &one.ground,
            &one.items,
            &one.found_by,
        ]);
    }
    let text = sheet.into_text();
    let counted = i64::try_from(lines.len()).unwrap_or(i64::MAX);
    door.out(&options.out, text.as_bytes(), counted)?;
    println!("{}件の記録を書き出しました", lines.len());
    Ok(())
}
