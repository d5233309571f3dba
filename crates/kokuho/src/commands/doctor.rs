//! `kokuho doctor`: what is missing or weak in the settings and the machine.

use crate::edge::{self, Namespace};
use anyhow::Result;
use clap::Args;
use law::rules::levy::Status;
use office::OfficeError;
use office::security::{hours, seal, terminal};

/// 点検
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let mut weak = Vec::new();
    let store = options.namespace.open()?;
    let pending = store.pending(office::schema::MIGRATIONS)?;
    if !pending.is_empty() {
        weak.push(format!(
            "移行していない変更が{}件あります。kokuho migrate を実行してください",
            pending.len()
        ));
    }
    if options.namespace.store.starts_with("postgres")
        && options.namespace.store.contains("user=postgres")
    {
        weak.push("管理者の役割でつないでいます。市町村ごとの役割でつないでください".to_owned());
    }
    if pending.is_empty() {
        weak.extend(guards(&store)?);
    }
    let book = edge::book()?;
    let years = office::levy::year_rules::years_of(&book, &options.namespace.city)?;
    for year in &years {
        let rules = book.levy(&options.namespace.city, *year)?;
        if rules.status == Status::Draft {
            weak.push(format!(
                "{year}の規則は未確認（draft）です。条例と突き合わせるまで正式な通知書は印刷できません"
            ));
        }
    }
    if years.is_empty() {
        weak.push("この団体の規則がありません。規則ファイルを用意してください".to_owned());
    }
    #[cfg(feature = "paper")]
    if let Err(error) = crate::paper::printer() {
        weak.push(format!("通知書を印刷できません: {error}"));
    }
    if weak.is_empty() {
        println!("弱い所は見つかりませんでした");
    }
    for line in &weak {
        println!("- {line}");
    }
    Ok(())
}

/// Guards that a municipality has to set and has not.
fn guards(store: &db::Store) -> Result<Vec<String>> {
    let (hours, terminals, seals) = store.read(|conn| {
        let in_use = terminal::all(conn)?
            .into_iter()
            .filter(|terminal| terminal.ended_at.is_none())
            .count();
        Ok::<_, OfficeError>((hours::all(conn)?, in_use, seal::all(conn)?))
    })?;
    let mut weak = Vec::new();
    if hours.is_empty() {
        weak.push("利用可能時間が定められていません。役割ごとに定めてください".to_owned());
    }
    if terminals == 0 {
        weak.push("端末台帳に端末がありません。使う端末を登録してください".to_owned());
    }
    if seals.is_empty() {
        weak.push(
            "記録に封がされていません。kokuho audit key と kokuho audit seal を定期に実行してください"
                .to_owned(),
        );
    }
    Ok(weak)
}
