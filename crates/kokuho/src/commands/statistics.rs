//! `kokuho statistics`: how many are insured month by month, counted from the register; a month that does not balance is
//! refused, not printed.

use crate::edge::{self, Namespace};
use anyhow::{Context, Result};
use clap::Args;
use exchange::{Catalogue, Codes};
use law::FiscalYear;
use office::eligibility::statistics::{self, MonthFigures};
use office::security::permit::ViewHousehold;
use std::collections::BTreeMap;

/// 月別被保険者数
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 年度（西暦）
    #[arg(long)]
    year: i16,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look::<ViewHousehold>(&store, &options.namespace, "kokuho statistics")?;
    let catalogue = Catalogue::shipped().context("同梱のコード表を読めません")?;
    let year = FiscalYear(options.year);
    let months = store.read(|conn| statistics::monthly(conn, year))?;
    println!("月\t前月末\t取得\t喪失\t月末\t世帯\t取得の内訳\t喪失の内訳");
    for month in &months {
        println!("{}", line(month, catalogue.codes()));
    }
    Ok(())
}

fn line(month: &MonthFigures, codes: &Codes) -> String {
    let sum = |causes: &BTreeMap<String, i64>| causes.values().sum::<i64>();
    format!(
        "{}-{:02}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        month.month.year(),
        month.month.month(),
        month.before,
        sum(&month.gained),
        sum(&month.lost),
        month.insured,
        month.households,
        causes(&month.gained, codes, "gain_cause"),
        causes(&month.lost, codes, "loss_cause"),
    )
}

/// Each cause with its name and how many.
fn causes(all: &BTreeMap<String, i64>, codes: &Codes, list: &str) -> String {
    let name = |code: &str| {
        let entries = codes.list(list).map(|list| list.entries.as_slice());
        let found = entries.unwrap_or_default().iter().find(|one| one.0 == code);
        match (code, found) {
            ("", _) => "事由なし".to_owned(),
            (_, Some((_, name))) => name.clone(),
            (_, None) => code.to_owned(),
        }
    };
    let parts: Vec<String> = all
        .iter()
        .map(|(code, count)| format!("{} {count}", name(code)))
        .collect();
    parts.join("、")
}
