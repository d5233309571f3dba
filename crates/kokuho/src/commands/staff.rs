//! `kokuho staff`: the first administrator of a namespace, before there is anybody who could open an account on the page; and
//! what takes two administrators there, as long as there is only one.

use crate::edge::{self, Namespace};
use anyhow::{Result, anyhow};
use clap::{Args, Subcommand, ValueEnum};
use db::Span;
use office::Acting;
use office::security::Role;
use office::security::console::{password_here, place_here};
use office::security::login::LoginPolicy;
use office::security::password::{PasswordCost, stretch};
use office::security::permit::ManageStaff;
use office::security::post::{Post, PostKind};
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
    /// 発令する（ログインできる管理者が一人以下のときだけ。二人いれば画面で行う。監査担当に知らせる）
    Post(PostOptions),
    /// 最初のパスワードを作り直し、一度だけ表示する（ほかに管理者が誰もログインできないときだけ。監査担当に知らせる）
    Password(UnlockOptions),
}

/// 発令
#[derive(Args)]
pub struct PostOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 発令する職員番号（画面で登録したもの）
    #[arg(long)]
    login: String,
    /// 役割のコード（administrator など。複数可）
    #[arg(long = "role", required = true, value_delimiter = ',')]
    roles: Vec<String>,
    /// いつから
    #[arg(long)]
    from: String,
    /// 最後の日（委託先・派遣・移行作業者は必ず）
    #[arg(long)]
    last: Option<String>,
    /// 種別
    #[arg(long, value_enum, default_value_t = Kind::Regular)]
    kind: Kind,
    /// 所属する区・支所（本庁は空）
    #[arg(long, default_value = "")]
    ward: String,
    /// 根拠（発令・契約の番号）
    #[arg(long)]
    ground: String,
}

/// 発令の種別
#[derive(Clone, Copy, ValueEnum)]
pub enum Kind {
    /// 職員
    Regular,
    /// 委託先・派遣
    Contractor,
    /// 移行作業者
    Migration,
}

/// 停止の解除
#[derive(Args)]
pub struct UnlockOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 職員番号
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
        Action::Post(options) => place(options),
        Action::Password(options) => password(options),
    }
}

fn place(options: &PostOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let permit = edge::permit::<ManageStaff>(&store, &session)?;
    let acting = options
        .namespace
        .acting(&session, "一人の管理者による発令")?;
    let role = |code: &String| {
        Role::from_code(code).ok_or_else(|| {
            let codes: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
            anyhow!("「{code}」という役割はありません（{}）", codes.join("・"))
        })
    };
    let post = Post {
        kind: match options.kind {
            Kind::Regular => PostKind::Regular,
            Kind::Contractor => PostKind::Contractor,
            Kind::Migration => PostKind::Migration,
        },
        roles: options.roles.iter().map(role).collect::<Result<_>>()?,
        ward: options.ward.clone(),
        ground: options.ground.clone(),
    };
    let last = options.last.as_deref().map(edge::parse_date).transpose()?;
    let span = Span::new(
        edge::parse_date(&options.from)?,
        last.map(law::date::next_day),
    );
    let policy = LoginPolicy::default();
    let by = (&acting, &permit);
    store.write(|conn| place_here(conn, &policy, by, &options.login, (span, &post)))?;
    println!("職員番号 {} に発令しました", options.login);
    Ok(())
}

fn password(options: &UnlockOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.recovery_session(&store)?;
    let permit = edge::permit::<ManageStaff>(&store, &session)?;
    let acting = options.namespace.acting(&session, "パスワードの再設定")?;
    let (policy, password) = (LoginPolicy::default(), first_password()?);
    let hash = stretch(policy.cost, &password)?;
    let by = (&acting, &permit);
    store.write(|conn| password_here(conn, &policy, by, &options.login, &hash))?;
    println!("職員番号 {} のパスワードを作り直しました", options.login);
    told(&password);
    Ok(())
}

fn told(password: &str) {
    println!("最初のパスワード {password}");
    println!("本人だけに伝えてください。7日のうちにログインし、自分のものに変えます");
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
    told(&password);
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
