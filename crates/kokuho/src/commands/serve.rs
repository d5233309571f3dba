//! `kokuho serve`: the pages of one municipality.

use crate::edge::{self, Namespace, Scanned};
use anyhow::{Context, Result};
use clap::Args;
use db::Store;
use law::Date;
use law::rules::RuleBook;
use office::security::factor::FactorSetup;
use office::security::passkey::Origin;
use office::vault::MasterKey;
use std::net::SocketAddr;
use std::path::PathBuf;
use web::edge::EdgePolicy;
use web::edge::network::Network;
use web::edge::tls::TlsFiles;
use web::{App, Clock, Config, Office};

/// 画面
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    namespace: Namespace,
    /// 待ち受けるアドレスとポート
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// TLSの終端の後ろで動かす（クッキーをTLSだけに乗せる）
    #[arg(long)]
    behind_tls: bool,
    /// サーバ証明書（PEM。中間証明書を続ける）
    #[arg(long, env = "KOKUHO_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// その秘密鍵（PEM。所有者だけが読めること）
    #[arg(long, env = "KOKUHO_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// 許可する接続元（10.1.0.0/16 の形。繰返し可。省略時はこの機器と閉域のアドレス）
    #[arg(long, env = "KOKUHO_NETWORKS", value_delimiter = ',')]
    network: Vec<Network>,
    /// 平文のHTTPをこの機器の外へも待ち受ける（検証環境だけ）
    #[arg(long)]
    plain_http: bool,
    /// 親鍵のファイル（16進数64桁）。ワンタイムコードの秘密を封じる鍵はここから作る
    #[arg(long, env = "KOKUHO_MASTER_KEY")]
    master_key: Option<PathBuf>,
    /// 職員が開く画面のアドレス（https://ホスト名）。パスキーはここだけで使える
    #[arg(long, env = "KOKUHO_ORIGIN")]
    origin: Option<String>,
    /// 番号の金庫。指定しなければ個人番号の画面は開かない
    #[arg(long, env = "KOKUHO_VAULT", requires = "vault_key")]
    vault: Option<String>,
    /// 番号の金庫の親鍵のファイル
    #[arg(long, env = "KOKUHO_VAULT_KEY")]
    vault_key: Option<std::path::PathBuf>,
    #[command(flatten)]
    scanned: Scanned,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let store = options.namespace.open()?;
    let book = edge::book()?;
    let setting = Setting {
        city: options.namespace.city.clone(),
        listen: options.listen,
        business_date: options
            .namespace
            .business_date
            .as_deref()
            .map(edge::parse_date)
            .transpose()?,
        behind_tls: options.behind_tls || options.tls_cert.is_some(),
        edge: options.edge()?,
        demo: false,
        login_hint: String::new(),
        master_key: options
            .master_key
            .as_deref()
            .map(edge::master_key)
            .transpose()?,
        origin: options.origin.clone(),
        vault: match (&options.vault, &options.vault_key) {
            (Some(address), Some(key)) => Some(super::number::open(address, key)?),
            _ => None,
        },
    };
    open(store, book, setting, |address| {
        let scheme = if options.tls_cert.is_some() {
            "https"
        } else {
            "http"
        };
        println!("{scheme}://{address} で画面を開いています（Ctrl-C で終わる）");
    })
}

impl Options {
    /// Certificate and key, where both are named.
    fn tls(&self) -> Option<TlsFiles> {
        let (certificates, key) = (self.tls_cert.clone()?, self.tls_key.clone()?);
        Some(TlsFiles { certificates, key })
    }

    fn edge(&self) -> Result<EdgePolicy> {
        let own = EdgePolicy {
            tls: self.tls(),
            plain_allowed: self.plain_http,
            networks: self.network.clone(),
            scanner: self.scanned.scanner()?,
            ..EdgePolicy::default()
        };
        if own.tls.is_some() || !self.behind_tls {
            return Ok(own);
        }
        // Everybody comes from the address of what ends TLS: it has to count them one by one, here all count as one.
        Ok(EdgePolicy {
            per_address: None,
            networks: own.networks,
            scanner: own.scanner,
            ..EdgePolicy::of_one_machine()
        })
    }
}

/// How the pages of a namespace are opened.
pub struct Setting {
    /// 全国地方公共団体コード.
    pub city: String,
    /// Address.
    pub listen: SocketAddr,
    /// 業務日付, or today.
    pub business_date: Option<Date>,
    /// TLS in front, or in the program.
    pub behind_tls: bool,
    /// The outer door.
    pub edge: EdgePolicy,
    /// Demonstration: papers carry 見本.
    pub demo: bool,
    /// A line below the log-in form.
    pub login_hint: String,
    /// What seals the secrets of second factors.
    pub master_key: Option<MasterKey>,
    /// Where passkeys belong.
    pub origin: Option<String>,
    /// The open vault of individual numbers.
    pub vault: Option<office::vault::Vault>,
}

/// Serves until told to stop; `ready` hears the address.
pub fn open(
    store: Store,
    book: RuleBook,
    setting: Setting,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    edge::claim(&store, &setting.city)?;
    let years = office::levy::year_rules::years_of(&book, &setting.city)?;
    let rules = years
        .into_iter()
        .map(|year| edge::rules(&book, &setting.city, year.0))
        .collect::<Result<Vec<_>>>()?;
    let name = rules
        .last()
        .map_or_else(String::new, |rules| rules.levy.municipality_name.clone());
    let config = Config {
        listen: setting.listen,
        municipality_name: name,
        municipality_code: setting.city.clone(),
        environment: if setting.demo {
            "デモ".to_owned()
        } else {
            String::new()
        },
        login_hint: setting.login_hint,
        business_date: setting.business_date,
        clock: Clock::Machine,
        behind_tls: setting.behind_tls,
        edge: setting.edge,
        login: office::security::login::LoginPolicy::default(),
    };
    let origin = setting.origin.as_deref().map(Origin::read).transpose()?;
    let factors = setting
        .master_key
        .as_ref()
        .map(|master| FactorSetup::new(master, origin, &config.municipality_name))
        .transpose()?;
    let calendar = book.calendar().clone();
    let office = Office {
        store,
        rules,
        calendar,
        eligibility_papers: eligibility_maker(&book, &setting.city, setting.demo),
        certificate_letter: certificate_letter_maker(&book, &setting.city, setting.demo),
        certificate_paper: certificate_maker(book.clone(), setting.city, setting.demo),
        paper: paper_maker(book, setting.demo),
    };
    let app = App::with_parts(config, office, factors, setting.vault);
    web::serve(app, ready).context("画面を開けません")
}

#[cfg(feature = "paper")]
fn paper_maker(book: RuleBook, demo: bool) -> Option<web::PaperMaker> {
    use office::OfficeError;
    use std::sync::Arc;

    let printer = match crate::paper::printer() {
        Ok(printer) => printer,
        Err(error) => {
            eprintln!("通知書は印刷できません: {error}");
            return None;
        }
    };
    Some(Arc::new(move |store, _permit, acting, notice_id| {
        let content = store.read(|conn| {
            let Some(notice) = office::notices::find(conn, notice_id)? else {
                return Ok(None);
            };
            office::notices::release::check_paper(conn, &notice, acting)?;
            office::notices::content::gather(conn, &notice, acting.business_date).map(Some)
        })?;
        let Some(content) = content else {
            return Ok(None);
        };
        let settings = crate::paper::PaperSettings {
            demo,
            issued_on: acting.business_date,
        };
        let document = crate::paper::notice(&book, &content, &settings)
            .map_err(|error| OfficeError::input("通知書", &error.to_string()))?;
        let pdf = printer
            .render(&document)
            .map_err(|error| OfficeError::input("通知書", &error.to_string()))?;
        Ok(Some(pdf.bytes))
    }))
}

/// Makes letters and proofs of eligibility.
#[cfg(feature = "paper")]
fn eligibility_maker(book: &RuleBook, city: &str, demo: bool) -> Option<web::EligibilityPapers> {
    match crate::paper::printer() {
        Ok(printer) => Some(crate::paper_eligibility::maker(
            printer,
            book.clone(),
            city.to_owned(),
            demo,
        )),
        Err(error) => {
            eprintln!("資格の文書と証明書は印刷できません: {error}");
            None
        }
    }
}

#[cfg(not(feature = "paper"))]
fn eligibility_maker(_book: &RuleBook, _city: &str, _demo: bool) -> Option<web::EligibilityPapers> {
    None
}

/// Makes the paper of a certificate exactly as it was decided.
#[cfg(feature = "paper")]
fn certificate_maker(book: RuleBook, city: String, demo: bool) -> Option<web::CertificateMaker> {
    use crate::issuer::Issuer;
    use crate::paper_certificate::certificate;
    use office::OfficeError;
    use office::certificate::{KeptRules, deliver, find};
    use std::sync::Arc;

    let printer = match crate::paper::printer() {
        Ok(printer) => printer,
        Err(error) => {
            eprintln!("証は印刷できません: {error}");
            return None;
        }
    };
    let wrong = |error: &dyn std::fmt::Display| OfficeError::input("証", &error.to_string());
    Some(Arc::new(move |store, _permit, acting, certificates| {
        let mut documents = Vec::with_capacity(certificates.len());
        for certificate_id in certificates {
            let found = store.read(|conn| {
                let Some(one) = find::get(conn, *certificate_id)? else {
                    return Ok(None);
                };
                let held_back = deliver::needs_approval(conn, &one, acting.earliest_day())?;
                let rules = KeptRules::recall(conn, &one.rule_hash)?;
                Ok::<_, OfficeError>(Some((one, rules, held_back)))
            })?;
            let Some((one, rules, held_back)) = found else {
                return Ok(None);
            };
            if held_back {
                return Err(law::Refusal::new(
                    "certificate.print.support",
                    "支援措置（不開示）の対象者の証です。責任者の承認を得てから印刷してください"
                        .to_owned(),
                )
                .into());
            }
            let issuer = Issuer::of(&book, &city, one.issued_on).map_err(|error| wrong(&error))?;
            let paper = certificate(&issuer, &rules, &one, demo).map_err(|error| wrong(&error))?;
            documents.push(paper);
        }
        let pdf = printer
            .render_together(&documents)
            .map_err(|error| wrong(&error))?;
        Ok(Some(pdf.bytes))
    }))
}

/// Makes the paper of a letter about certificates as it is kept. What cannot be printed is said before it counts as
/// printed.
#[cfg(feature = "paper")]
fn certificate_letter_maker(
    book: &RuleBook,
    city: &str,
    demo: bool,
) -> Option<web::CertificateLetterMaker> {
    use crate::issuer::Issuer;
    use crate::paper_certificate::letter;
    use office::OfficeError;
    use office::certificate::{letter as letters, letter_print};
    use std::sync::Arc;

    let printer = match crate::paper::printer() {
        Ok(printer) => printer,
        Err(error) => {
            eprintln!("証の通知は印刷できません: {error}");
            return None;
        }
    };
    let (book, city) = (book.clone(), city.to_owned());
    let wrong = |error: &dyn std::fmt::Display| OfficeError::input("証の通知", &error.to_string());
    Some(Arc::new(move |store, permit, acting, letter_id| {
        let kept = store.read(|conn| letters::require(conn, letter_id))?;
        let issuer = Issuer::of(&book, &city, kept.made_on).map_err(|error| wrong(&error))?;
        let document = letter(&issuer, &kept, demo);
        printer.check(&document).map_err(|error| wrong(&error))?;
        letter_print::print(store, permit, acting, letter_id)?;
        let pdf = printer.render(&document).map_err(|error| wrong(&error))?;
        Ok(pdf.bytes)
    }))
}

#[cfg(not(feature = "paper"))]
fn certificate_letter_maker(
    _book: &RuleBook,
    _city: &str,
    _demo: bool,
) -> Option<web::CertificateLetterMaker> {
    None
}

#[cfg(not(feature = "paper"))]
fn certificate_maker(_book: RuleBook, _city: String, _demo: bool) -> Option<web::CertificateMaker> {
    None
}

#[cfg(not(feature = "paper"))]
fn paper_maker(_book: RuleBook, _demo: bool) -> Option<web::PaperMaker> {
    None
}
