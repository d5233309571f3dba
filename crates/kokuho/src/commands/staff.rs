//! `kokuho staff`: the first administrator of a namespace, before there is anybody who could open an account on the page.

use crate::edge::{self, Namespace};
use anyhow::{Result, anyhow};
use clap::{Args, Subcommand};
use office::Acting;
use office::security::Role;
use office::security::password::PasswordCost;
use office::security::permit::ManageStaff;
use office::security::staff::{NewStaff, open_first, prepare};
use office::security::totp::base32;
use office::security::unlock::unlock_here;

/// 職員
#[derive(Subcommand)]
pub enum Action {
    /// 最初の管理者を登録し、最初のパスワードを一度だけ表示する（二人目からは画面で登録する）
    First(FirstOptions),
    /// パスワードの誤りで止まったログインを、このサーバーから解除する（監査担当に知らせる。管理者が誰も入れないときに使う）
    Unlock(UnlockOptions),
}

/// 停止の解除
#[derive(Args)]
pub struct UnlockOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 解除する職員番号
    #[arg(long)]
    login: String,
}

/// 最初の管理者
#[derive(Args)]
pub struct FirstOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 職員番号
    #[arg(long)]
    login: String,
    /// 氏名
    #[arg(long)]
    name: String,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::First(options) => first(options),
        Action::Unlock(options) => unlock(options),
    }
}

fn unlock(options: &UnlockOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let permit = edge::permit::<ManageStaff>(&store, &session)?;
    let acting = options.namespace.acting(&session, "ログインの停止の解除")?;
    store.write(|conn| unlock_here(conn, &acting, &permit, &options.login))?;
    println!("職員番号 {} の停止を解除しました", options.login);
    Ok(())
}

fn first(options: &FirstOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let acting = Acting {
        staff_id: 0,
        terminal: "command-line".to_owned(),
        purpose: "最初の管理者の登録".to_owned(),
        business_date: options.namespace.business_date()?,
        now: edge::now(),
        request_id: None,
    };
    let password = first_password()?;
    let new = NewStaff {
        login: options.login.clone(),
        name: options.name.clone(),
        password: password.clone(),
        roles: vec![Role::Administrator],
        ward: String::new(),
    };
    let ready = prepare(new, PasswordCost::OFFICE)?;
    store.write(|conn| open_first(conn, &acting, &ready))?;
    println!("職員番号 {} を管理者として登録しました", options.login);
    println!("最初のパスワード {password}");
    println!("本人だけに伝えてください。7日のうちにログインし、自分のものに変えます");
    Ok(())
}

/// 80 random bits in groups of four letters.
fn first_password() -> Result<String> {
    let mut bytes = [0_u8; 10];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("乱数を得られません: {error}"))?;
    let letters: Vec<char> = base32(&bytes).chars().collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|four| four.iter().collect())
        .collect();
    Ok(groups.join("-"))
}
