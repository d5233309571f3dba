//! `kokuho messages`: the outbox to 国保情報集約システム: listed, written to files, confirmed, checked against the register.

use crate::door::{Carried, Door, Piece, Whom};
use crate::edge::{self, Namespace};
use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};
use exchange::Catalogue;
use office::certificate::KeptRules;
use office::exports::LinkageOutbox;
use office::outbox::{self, State};
use office::security::Session;
use office::security::permit::{ExportData, Function, HandleWork};
use std::path::PathBuf;

/// 国保情報集約システムへの連携（送信箱）
#[derive(Subcommand)]
pub enum Action {
    /// 状態ごとの件数と、送信待ちの一覧
    List(ListOptions),
    /// 送信待ちをファイルにして、送信済にする（--again で同じファイルをもう一度書く）
    Export(ExportOptions),
    /// ファイルの処理結果を記録する（受け付けられなかった行だけを挙げる）
    Confirm(ConfirmOptions),
    /// 受け付けられなかった連携を、次のファイルでもう一度送る
    Resend(ResendOptions),
    /// 台帳と送信箱のつじつまを確かめる
    Check(ListOptions),
}

/// 一覧
#[derive(Args)]
pub struct ListOptions {
    #[command(flatten)]
    namespace: Namespace,
}

/// 書き出し
#[derive(Args)]
pub struct ExportOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 書き出すフォルダ
    #[arg(long)]
    out: PathBuf,
    /// 送信済のファイルをもう一度書く（ファイル番号）
    #[arg(long)]
    again: Option<i64>,
    #[command(flatten)]
    whom: Whom,
    #[command(flatten)]
    carried: Carried,
}

/// 結果
#[derive(Args)]
pub struct ConfirmOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// ファイル番号
    file: i64,
    /// 受け付けられなかった行（行番号=理由）。何度でも書ける
    #[arg(long)]
    refused: Vec<String>,
}

/// 再送
#[derive(Args)]
pub struct ResendOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 連携番号
    message: i64,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::List(options) => list(options),
        Action::Export(options) => export(options),
        Action::Confirm(options) => confirm(options),
        Action::Resend(options) => resend(options),
        Action::Check(options) => check(options),
    }
}

fn list(options: &ListOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look::<HandleWork>(&store, &options.namespace, "kokuho messages list")?;
    let session = options.namespace.session(&store)?;
    for (state, count, oldest) in store.read(outbox::counts)? {
        println!(
            "{}: {count}件（最も古い決定 {}）",
            state.label_ja(),
            law::era::wareki(oldest)
        );
    }
    let mut closed = 0;
    for message in store.read(|conn| outbox::list(conn, State::Waiting, 0, 200))? {
        if !edge::shows(&store, &session, message.subject)? {
            closed += 1;
            continue;
        }
        println!(
            "{:>8} {} {} {} {}から",
            message.message_id,
            message.layout.label_ja(),
            message.division.label_ja(),
            message.subject,
            law::era::wareki(message.valid_from)
        );
    }
    edge::tell_closed(closed);
    Ok(())
}

fn export(options: &ExportOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    edge::permit::<ExportData>(&store, &session)?;
    if options.again.is_none() && !store.read(waits)? {
        println!("送信待ちの連携はありません");
        return Ok(());
    }
    let whom = (&options.whom, "nhi-aggregate");
    let mut door =
        Door::<LinkageOutbox>::open(&store, &options.namespace, &session, whom, &options.carried)?;
    let files = match options.again {
        Some(file_id) => vec![file_id],
        None => {
            let acting = options.namespace.acting(&session, "集約システムへの連携")?;
            let catalogue = Catalogue::shipped().context("同梱のレイアウトを読めません")?;
            let rules = KeptRules::from_book(&edge::book()?, &options.namespace.city)?;
            let insurer = rules.practice(acting.business_date)?.insurer_number.clone();
            if insurer.is_empty() {
                bail!(
                    "保険者番号が規則にありません。rules/municipal/{}/certificate.toml に書いてください",
                    options.namespace.city
                );
            }
            outbox::export(&store, door.may(), &acting, &catalogue, &insurer)?
        }
    };
    let numbers: Vec<String> = files.iter().map(ToString::to_string).collect();
    let again = || {
        format!(
            "送信ファイル{}は送信済みとして残っています。--again で同じものを書けます",
            numbers.join("・")
        )
    };
    for file_id in &files {
        let (name, bytes, lines) = store.read(|conn| outbox::file(conn, *file_id))?;
        let piece = Piece {
            name: &name,
            bytes: &bytes,
            lines,
            outbox_file_id: Some(*file_id),
        };
        door.put(&options.out, &piece).with_context(again)?;
    }
    let paths = door.close().with_context(again)?;
    for (file_id, path) in files.iter().zip(paths) {
        println!("ファイル{file_id}: {}", path.display());
    }
    Ok(())
}

/// Whether anything waits to be sent.
fn waits(conn: &mut db::Conn) -> Result<bool, office::OfficeError> {
    Ok(!outbox::list(conn, State::Waiting, 0, 1)?.is_empty())
}

fn confirm(options: &ConfirmOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let permit = edge::permit::<ExportData>(&store, &session)?;
    let acting = options.namespace.acting(&session, "連携結果の確認")?;
    let refused = options
        .refused
        .iter()
        .map(|given| {
            let (line, why) = given
                .split_once('=')
                .context("--refused は 行番号=理由 の形で書いてください")?;
            let line: i64 = line
                .trim()
                .parse()
                .with_context(|| format!("「{line}」は行番号ではありません"))?;
            Ok((line, why.to_owned()))
        })
        .collect::<Result<Vec<_>>>()?;
    let (taken, not_taken) = outbox::confirm(&store, &permit, &acting, options.file, &refused)?;
    println!("受付 {taken}件 受付不可 {not_taken}件（処理待ちに挙げました）");
    Ok(())
}

fn resend(options: &ResendOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let permit = edge::permit::<HandleWork>(&store, &session)?;
    let acting = options.namespace.acting(&session, "連携の再送")?;
    if let Some(message) = store.read(|conn| outbox::one(conn, options.message))? {
        edge::open_row(&store, &session, HandleWork::CODE, message.subject)?;
    }
    let again = outbox::resend(&store, &permit, &acting, options.message)?;
    match again {
        Some(again) => println!("連携{again}として、次のファイルで送ります"),
        None => println!("相手はもう知っています。送るものはありません"),
    }
    Ok(())
}

fn check(options: &ListOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look::<HandleWork>(&store, &options.namespace, "kokuho messages check")?;
    balanced(&store, &options.namespace.session(&store)?)
}

/// Holds the outbox against the register.
pub fn balanced(store: &db::Store, session: &Session) -> Result<()> {
    let mut closed = 0;
    let wrong = store.read(|conn| outbox::balance(conn, (0, i64::MAX)))?;
    for one in &wrong {
        if !edge::shows(store, session, one.subject)? {
            closed += 1;
            continue;
        }
        println!(
            "{} {} {}から: 台帳「{}」 連携「{}」",
            one.layout.label_ja(),
            one.subject,
            law::era::wareki(one.valid_from),
            one.stands,
            one.told
        );
    }
    edge::tell_closed(closed);
    if wrong.is_empty() {
        println!("台帳と送信箱は一致しています");
        return Ok(());
    }
    bail!("{}件が一致しません", wrong.len())
}
