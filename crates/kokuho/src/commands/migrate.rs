//! `kokuho migrate`: the tables of a namespace, brought up to date.

use crate::edge;
use anyhow::Result;
use clap::Args;
use office::security::access::{self, Access, Outcome};
use office::security::staff;

/// データベースの移行
#[derive(Args)]
pub struct Options {
    /// データベース（sqlite:ファイル または postgres://…?schema=名前）
    #[arg(long, env = "KOKUHO_STORE", default_value = "sqlite:var/kokuho.db")]
    store: String,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = edge::open(&options.store)?;
    let done = store.migrate(office::schema::MIGRATIONS)?;
    if done.is_empty() {
        println!("データベースは最新です");
    }
    for name in &done {
        println!("移行しました: {name}");
    }
    // Whoever has the owner's rights in the database may. What nobody works with yet stays empty: a backup is restored
    // into it.
    if !done.is_empty() && store.read(staff::any)? {
        let purpose = format!("kokuho migrate {}", done.join(" "));
        let line = Access {
            staff_id: 0,
            terminal: "command-line",
            at: edge::now(),
            what: "store.migrate",
            subject: None,
            purpose: &purpose,
            outcome: Outcome::Shown,
        };
        store.write(|conn| access::record(conn, &line))?;
    }
    Ok(())
}
