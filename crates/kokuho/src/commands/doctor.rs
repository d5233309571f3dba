//! `kokuho doctor`: what is missing or weak in the settings and the machine.

use crate::edge::{self, Namespace};
use anyhow::Result;
use clap::Args;
use db::weak::readable_by_others;
use law::rules::levy::Status;
use office::security::login::LoginPolicy;
use office::security::permit::{ManageStaff, ReviewAccess};
use office::security::{staff, weak};
use std::path::PathBuf;
use web::edge::network;
use web::edge::tls::{self, TlsFiles};

/// 点検
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 点検する鍵ファイル（金庫の鍵、封の鍵など。繰返し可）
    #[arg(long)]
    key_file: Vec<PathBuf>,
    /// サーバ証明書（PEM）
    #[arg(long, env = "KOKUHO_TLS_CERT")]
    tls_cert: Option<PathBuf>,
    /// その秘密鍵（PEM）
    #[arg(long, env = "KOKUHO_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// 閉域の外への経路がないことも確かめる
    #[arg(long)]
    closed_network: bool,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let mut weak: Vec<String> = Vec::new();
    let store = options.namespace.open()?;
    let pending = store.pending(office::schema::MIGRATIONS)?;
    if !pending.is_empty() {
        weak.push(format!(
            "移行していない変更が{}件あります。kokuho migrate を実行してください",
            pending.len()
        ));
    }
    weak.extend(store.weaknesses()?);
    if pending.is_empty() {
        if store.read(staff::any)? {
            let command = "kokuho doctor";
            edge::look_either::<ManageStaff, ReviewAccess>(&store, &options.namespace, command)?;
        } else {
            weak.push(
                "職員が登録されていません。kokuho staff first で最初の管理者を登録してください"
                    .to_owned(),
            );
        }
        let policy = LoginPolicy::default();
        weak.extend(store.read(|conn| weak::list(conn, &policy, edge::now()))?);
        for item in store.read(office::schema::undeclared)? {
            weak.push(format!(
                "宣言されていない表か項目「{item}」があります。誰が何のために作ったかを確かめ、要らなければ消してください"
            ));
        }
        weak.extend(copies(&store, options.namespace.business_date()?)?);
    }
    weak.extend(of_files(options));
    if options.closed_network {
        weak.extend(of_network());
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

/// Whether there is a copy to go back to, and how old it is.
fn copies(store: &db::Store, today: law::Date) -> Result<Option<String>> {
    const DAYS: i32 = 7;
    let all = store.read(office::backup::keep::list)?;
    let latest = all.iter().find(|one| one.whole == Some(true));
    let Some(latest) = latest else {
        return Ok(Some(
            "バックアップがありません。kokuho backup make で取り、別の国内の拠点に置いてください"
                .to_owned(),
        ));
    };
    let days = (today - latest.begun_on).get_days();
    Ok((days > DAYS).then(|| {
        format!(
            "最後のバックアップから{days}日たっています。kokuho backup make を毎日動かしてください"
        )
    }))
}

/// Keys that others can read, and a certificate that is weak or about to end.
fn of_files(options: &Options) -> Vec<String> {
    const DAY: u64 = 24 * 60 * 60;
    let mut weak: Vec<String> = options
        .key_file
        .iter()
        .filter(|file| readable_by_others(file))
        .map(|file| {
            format!(
                "鍵ファイル {} をほかの利用者が読めます。chmod 600 で所有者だけが読めるようにしてください",
                file.display()
            )
        })
        .collect();
    let files = options.tls_cert.clone().zip(options.tls_key.clone());
    let Some((certificates, key)) = files else {
        weak.push(
            "TLSの証明書が指定されていません。--tls-cert と --tls-key を指定するか、TLSの終端の後ろで動かしてください"
                .to_owned(),
        );
        return weak;
    };
    match tls::examine(&TlsFiles { certificates, key }, edge::now()) {
        Err(message) => weak.push(message),
        Ok(examined) => {
            weak.extend(examined.weak);
            let now = u64::try_from(edge::now() / 1_000_000).unwrap_or(0);
            if examined.until > now && examined.until - now < 30 * DAY {
                weak.push(format!(
                    "証明書があと{}日で終わります。更新してください",
                    (examined.until - now) / DAY
                ));
            }
        }
    }
    weak
}

/// Whether the machine knows a way out of the closed network. Nothing is sent.
fn of_network() -> Option<String> {
    let own = network::route_out(network::OUTSIDE)?;
    Some(format!(
        "閉域の外への経路があります（{own} から）。業務の機器からインターネットへ出られないようにしてください"
    ))
}
