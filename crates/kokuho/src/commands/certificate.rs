//! `kokuho certificate`: a certificate, a letter, or a whole renewal as PDF, as they are kept.

use crate::edge::{self, Namespace};
use crate::issuer::Issuer;
use crate::paper::printer;
use crate::paper_certificate::{certificate, letter};
use anyhow::{Context, Result, anyhow};
use clap::{Args, Subcommand};
use db::Store;
use law::Date;
use office::certificate::{
    Certificate, KeptRules, deliver, find, give_back, letter as letters, letter_print, run,
    run_delta, run_enclose, run_mail,
};
use office::security::permit::{ApproveCertificate, Function, IssueCertificate, PrintNotice};
use print::content::Document;
use std::fs;
use std::path::{Path, PathBuf};

/// 証
#[derive(Subcommand)]
pub enum Action {
    /// 1枚を印刷する（用紙の様式と照合し、印刷を記録する）
    Print(OneOptions),
    /// 通知（返還・却下・事前通知）をPDFにする
    Letter(LetterOptions),
    /// 支援措置の対象者の通知の印刷を承認する（作成した本人は承認できない）
    AllowLetter(AllowOptions),
    /// 庁内にある証の交付を取り消す（一斉更新の後に抜き取った証など）
    Void(VoidOptions),
    /// 一斉更新の証を、封筒の順にPDFにする
    Renewal(RenewalOptions),
}

/// 1枚
#[derive(Args)]
pub struct OneOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 証の番号
    #[arg(long)]
    id: i64,
    /// 用紙の様式（様式番号4桁と版2桁）
    #[arg(long)]
    stock: String,
    #[command(flatten)]
    paper: PaperOptions,
}

/// 通知
#[derive(Args)]
pub struct LetterOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 通知の番号
    #[arg(long)]
    id: i64,
    #[command(flatten)]
    paper: PaperOptions,
}

/// 通知の印刷の承認
#[derive(Args)]
pub struct AllowOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 通知の番号
    #[arg(long)]
    id: i64,
    /// 承認の理由
    #[arg(long)]
    reason: String,
}

/// 交付の取消
#[derive(Args)]
pub struct VoidOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 証の番号
    #[arg(long)]
    id: i64,
    /// 取消の理由
    #[arg(long)]
    reason: String,
}

/// 一斉更新
#[derive(Args)]
pub struct RenewalOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 更新処理の番号
    #[arg(long)]
    run: i64,
    #[command(flatten)]
    paper: PaperOptions,
}

/// 出力
#[derive(Args)]
pub struct PaperOptions {
    /// PDFを作るフォルダ
    #[arg(long, default_value = "var/certificates")]
    out: PathBuf,
    /// 見本として印刷する（未確認の規則でも印刷できるが、見本と入る）
    #[arg(long)]
    sample: bool,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Print(options) => print_one(options),
        Action::Letter(options) => print_letter(options),
        Action::AllowLetter(options) => allow_letter(options),
        Action::Void(options) => void(options),
        Action::Renewal(options) => print_renewal(options),
    }
}

fn print_one(options: &OneOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "証の印刷")?;
    let permit = edge::permit::<PrintNotice>(&store, &session)?;
    let found = store.read(|conn| find::require(conn, options.id))?;
    edge::open_row(&store, &session, PrintNotice::CODE, found.person_id)?;
    let rules = store.read(|conn| KeptRules::recall(conn, &found.rule_hash))?;
    let issuer = Issuer::of(&edge::book()?, &rules.municipality, found.issued_on)?;
    let document = certificate(&issuer, &rules, &found, options.paper.sample)?;
    let printer = printer()?;
    // What cannot be printed is said before it is marked as printed.
    printer
        .check(&document)
        .map_err(|error| anyhow!("{error}"))?;
    let marked = (options.id, options.stock.as_str());
    deliver::print(&store, &permit, &acting, marked)?;
    save(
        &printer,
        &document,
        &options.paper.out,
        &format!("certificate-{:010}", options.id),
    )
}

fn print_letter(options: &LetterOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "証の通知の印刷")?;
    let about = store.read(|conn| letters::require(conn, options.id))?;
    let permit = edge::permit::<PrintNotice>(&store, &session)?;
    let person = about.letter.person_id;
    edge::open_row(&store, &session, PrintNotice::CODE, person)?;
    let kept = letter_print::print(&store, &permit, &acting, options.id)?;
    let issuer = Issuer::of(&edge::book()?, &options.namespace.city, kept.made_on)?;
    let document = letter(&issuer, &kept, options.paper.sample);
    save(
        &printer()?,
        &document,
        &options.paper.out,
        &format!("letter-{:010}", options.id),
    )
}

fn allow_letter(options: &AllowOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "証の通知の印刷の承認")?;
    let permit = edge::permit::<ApproveCertificate>(&store, &session)?;
    let about = store.read(|conn| letters::require(conn, options.id))?;
    let person = about.letter.person_id;
    edge::open_row(&store, &session, ApproveCertificate::CODE, person)?;
    letter_print::allow(&store, &permit, &acting, (options.id, &options.reason))?;
    println!("通知{}の印刷を承認しました", options.id);
    Ok(())
}

fn void(options: &VoidOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "証の交付の取消")?;
    let permit = edge::permit::<IssueCertificate>(&store, &session)?;
    let found = store.read(|conn| find::require(conn, options.id))?;
    edge::open_row(&store, &session, IssueCertificate::CODE, found.person_id)?;
    let (id, reason) = (options.id, options.reason.as_str());
    let rules = KeptRules::from_book(&edge::book()?, &options.namespace.city)?;
    let paper = give_back::void(&store, &permit, &acting, &rules, (id, reason))?;
    println!("証{id}（{}）の交付を取り消しました", paper.number);
    Ok(())
}

fn print_renewal(options: &RenewalOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look::<PrintNotice>(&store, &options.namespace, "kokuho certificate renewal")?;
    let found = store.read(|conn| run::require(conn, options.run))?;
    let rules = store.read(|conn| KeptRules::recall(conn, &found.rule_hash))?;
    let issuer = Issuer::of(&edge::book()?, &rules.municipality, found.issued_on)?;
    let printer = printer()?;
    let bags = store.read(|conn| run_mail::bags(conn, options.run))?;
    let today = options.namespace.business_date()?;
    let held = store.read(|conn| run_delta::held(conn, options.run))?;
    for bag in &bags {
        let mut documents = Vec::new();
        for number in bag.numbers.0..=bag.numbers.1 {
            let (_, mut papers) =
                store.read(|conn| run_enclose::laid(conn, options.run, number))?;
            papers.retain(|paper| {
                let wrong = held.contains(&paper.certificate_id);
                if wrong {
                    println!(
                        "印刷しません {}: 凍結の後に事実が変わりました。処理待ちを見て、交付を取り消すか作り直してください",
                        paper.number
                    );
                }
                !wrong
            });
            let (papers, withheld) = free(&store, papers, today.min(edge::today()))?;
            for paper in withheld {
                println!(
                    "印刷しません {}: 支援措置（不開示）の対象です。承認を得て1枚ずつ印刷してください",
                    paper.number
                );
            }
            for paper in &papers {
                documents.push(certificate(&issuer, &rules, paper, options.paper.sample)?);
            }
        }
        let name = format!("run{}-{}-{:04}", options.run, bag.mail.code(), bag.bag);
        let mut part = 0;
        fs::create_dir_all(&options.paper.out)?;
        let counts = printer
            .render_many(documents.into_iter(), edge::threads(), |chunk| {
                part += 1;
                let path = options.paper.out.join(format!("{name}-{part:03}.pdf"));
                crate::door::paper(&path, &chunk.bytes)
                    .map_err(|error| print::PrintError::Layout(error.to_string()))
            })
            .map_err(|error| anyhow!("{error}"))?;
        println!(
            "{} 袋{}: {}通 {}枚（{}ページ）",
            bag.mail.label_ja(),
            bag.bag,
            bag.envelopes,
            bag.papers,
            counts.pages
        );
        for one in counts.refused {
            println!("印刷できません {}: {}", one.key, one.reason);
        }
    }
    Ok(())
}

/// Papers that may be printed together, and those that came under 支援措置 since they were decided.
fn free(
    store: &Store,
    papers: Vec<Certificate>,
    today: Date,
) -> Result<(Vec<Certificate>, Vec<Certificate>)> {
    let mut withheld = Vec::new();
    let mut free = Vec::with_capacity(papers.len());
    for paper in papers {
        if store.read(|conn| deliver::needs_approval(conn, &paper, today))? {
            withheld.push(paper);
        } else {
            free.push(paper);
        }
    }
    Ok((free, withheld))
}

fn save(printer: &print::Printer, document: &Document, out: &Path, name: &str) -> Result<()> {
    let pdf = printer
        .render(document)
        .map_err(|error| anyhow!("{error}"))?;
    fs::create_dir_all(out).with_context(|| format!("{} を作れません", out.display()))?;
    let path = out.join(format!("{name}.pdf"));
    crate::door::paper(&path, &pdf.bytes)
        .with_context(|| format!("{} を書けません", path.display()))?;
    println!("{} （{}ページ）", path.display(), pdf.pages);
    Ok(())
}
