//! `kokuho export`: tables of the levy as CSV, for lists and for other systems.

use crate::door::{Carried, Door, Whom};
use crate::edge::Namespace;
use anyhow::Result;
use clap::{Args, ValueEnum};
use db::Store;
use law::FiscalYear;
use office::exports::LevyTable;
use office::levy::decision;
use office::sheet::{Sheet, Written};
use std::io::Write;
use std::path::Path;

/// 書き出す表
#[derive(Clone, Copy, ValueEnum)]
pub enum Table {
    /// 賦課台帳: 決定の一覧
    Levies,
    /// 元帳: 期別の調定
    Ledger,
}

/// 書き出し
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 表
    #[arg(value_enum)]
    table: Table,
    /// 相当年度（西暦）
    #[arg(long)]
    year: i16,
    /// 書き出すファイル（省略時は標準出力）
    #[arg(long)]
    out: Option<String>,
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    carried: Carried,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open()?;
    let year = FiscalYear(options.year);
    let session = options.namespace.session(&store)?;
    let whom = (&options.whom, "office-ledger");
    let door =
        Door::<LevyTable>::open(&store, &options.namespace, &session, whom, &options.carried)?;
    let Written { text, rows } = match options.table {
        Table::Levies => levies(&store, year)?,
        Table::Ledger => ledger(&store, year)?,
    };
    match &options.out {
        None => {
            door.told(text.as_bytes(), rows)?;
            std::io::stdout().write_all(text.as_bytes())?;
        }
        Some(path) => {
            door.out(Path::new(path), text.as_bytes(), rows)?;
        }
    }
    Ok(())
}

fn levies(store: &Store, year: FiscalYear) -> Result<Written> {
    let mut sheet = Sheet::new(&[
        "国保世帯番号",
        "納付義務者宛名番号",
        "相当年度",
        "決定番号",
        "決定日",
        "軽減割",
        "医療分",
        "支援分",
        "介護分",
        "子ども分",
        "年額",
        "限度超過額",
    ]);
    for row in store.read(|conn| decision::standing(conn, 0, i64::MAX, year))? {
        let outcome = &row.outcome;
        let [medical, support, care, child] = outcome.parts.columns();
        sheet.row(&[
            outcome.household_id.to_string(),
            outcome.liable_id.to_string(),
            row.levy_year.0.to_string(),
            row.decision_id.to_string(),
            row.decided_on.to_string(),
            outcome.tenths.to_string(),
            medical.0.to_string(),
            support.0.to_string(),
            care.0.to_string(),
            child.0.to_string(),
            outcome.parts.total().0.to_string(),
            outcome.over_cap.0.to_string(),
        ]);
    }
    Ok(sheet.finish())
}

fn ledger(store: &Store, year: FiscalYear) -> Result<Written> {
    let mut sheet = Sheet::new(&[
        "国保世帯番号",
        "納付義務者宛名番号",
        "相当年度",
        "調定年度",
        "期別",
        "納期限",
        "医療分",
        "支援分",
        "介護分",
        "子ども分",
        "期別額",
    ]);
    let rows = store.read(|conn| office::ledger::charged_between(conn, 0, i64::MAX, year.0))?;
    for (household, row) in rows {
        let [medical, support, care, child] = row.parts.columns();
        sheet.row(&[
            household.to_string(),
            row.debtor_id.to_string(),
            year.0.to_string(),
            row.fiscal_year.to_string(),
            row.instalment.to_string(),
            row.due_on.to_string(),
            medical.0.to_string(),
            support.0.to_string(),
            care.0.to_string(),
            child.0.to_string(),
            row.parts.total().0.to_string(),
        ]);
    }
    Ok(sheet.finish())
}
