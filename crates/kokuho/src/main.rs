//! kokuho — the core business system of a municipality's National Health Insurance.
//!
//! One binary: the pages, the batches and the command line of one municipality's namespace.

#[cfg(test)]
mod asked;
mod commands;
mod door;
mod edge;
#[cfg(feature = "paper")]
mod issuer;
mod log;
#[cfg(feature = "paper")]
mod paper;
#[cfg(feature = "paper")]
mod paper_certificate;
#[cfg(feature = "paper")]
mod paper_eligibility;
mod progress;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// 市町村国民健康保険の基幹業務システム
#[derive(Parser)]
#[command(name = "kokuho", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 見本の市を作り、取込・当初賦課・通知書まで通して画面を開く
    Demo(commands::demo::Options),
    /// 画面を開く
    Serve(commands::serve::Options),
    /// ファイルを取り込む
    Import(commands::import::Options),
    /// 賦課処理（計算・承認・確定・比較・更正）
    #[command(subcommand)]
    Levy(commands::levy::Action),
    /// 年次切替（8月からの負担区分・負担割合の判定）
    #[command(subcommand)]
    Judgement(commands::judgement::Action),
    /// 証の一斉更新（作成・承認・交付決定・凍結後の異動）
    #[command(subcommand)]
    Renewal(commands::renewal::Action),
    /// 夜間処理（年齢到達・期限・勧奨・候補の整理など、日ごとの仕事を順に行う）
    Nightly(commands::nightly::Options),
    /// 国保情報集約システムへの連携（送信箱の一覧・送信・結果の確認・照合）
    #[command(subcommand)]
    Messages(commands::messages::Action),
    /// 特別徴収（年金天引き）の依頼ファイルを作り、結果ファイルを突き合わせる
    #[command(subcommand)]
    Pension(commands::pension::Action),
    /// 通知書を印刷し、通数を合わせ、発送を確定する
    #[cfg(feature = "paper")]
    #[command(subcommand)]
    Notices(commands::notices::Action),
    /// 証・通知・一斉更新をPDFにする
    #[cfg(feature = "paper")]
    #[command(subcommand)]
    Certificate(commands::certificate::Action),
    /// 1世帯を計算する（データベースは使わない）
    #[command(subcommand)]
    Calc(commands::calc::Action),
    /// 表を書き出す
    Export(commands::export::Options),
    /// 承認された申請の表を抽出する
    Extract(commands::extract::Options),
    /// 資格と異動と状態を、取り込み直せるファイルにして引き渡す
    Handover(commands::handover::Options),
    /// 期間に異動のあった世帯の全員を、異動情報のファイルにする
    Changes(commands::changes::Options),
    /// 月別の被保険者数（前月末・取得・喪失・月末）を、資格の台帳から数えて出す
    Statistics(commands::statistics::Options),
    /// 提供先・移転先の表と、提供・移転の記録
    #[command(subcommand)]
    Provisions(commands::provisions::Action),
    /// 開示請求を受けた人について、閲覧・照会・提供の記録を一つの表にする
    Disclosure(commands::disclosure::Options),
    /// 受け取った封をしたファイルを開く
    Unseal(commands::unseal::Options),
    /// データベースを最新の形にする
    Migrate(commands::migrate::Options),
    /// 決定・元帳・規則のつじつまを確かめる
    Verify(commands::verify::Options),
    /// 操作と処理の記録に封をし、改ざんと差し替えを確かめる
    #[command(subcommand)]
    Audit(commands::audit::Action),
    /// 最初の管理者を登録する
    #[command(subcommand)]
    Staff(commands::staff::Action),
    /// 支援措置と台帳の期限を処理待ちに入れる（毎日）
    Remind(commands::remind::Options),
    /// 番号の金庫を開き、鍵を新しくする
    #[command(subcommand)]
    Number(commands::number::Action),
    /// 保存期間を過ぎた記録の消去（提案・承認・証明・保留）
    #[command(subcommand)]
    Retention(commands::retention::Action),
    /// バックアップ（鍵・作成・確かめ・一覧）
    #[command(subcommand)]
    Backup(commands::backup::Action),
    /// バックアップを空のデータベースへ復元する
    Restore(Box<commands::backup::RestoreOptions>),
    /// 設定と環境の弱い所を挙げる
    Doctor(commands::doctor::Options),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    log::open();
    let outcome = match cli.command {
        Command::Demo(options) => commands::demo::run(&options),
        Command::Serve(options) => commands::serve::run(&options),
        Command::Import(options) => commands::import::run(&options),
        Command::Levy(action) => commands::levy::run(&action),
        Command::Judgement(action) => commands::judgement::run(&action),
        Command::Renewal(action) => commands::renewal::run(&action),
        Command::Nightly(options) => commands::nightly::run(&options),
        Command::Messages(action) => commands::messages::run(&action),
        Command::Pension(action) => commands::pension::run(&action),
        #[cfg(feature = "paper")]
        Command::Notices(action) => commands::notices::run(&action),
        #[cfg(feature = "paper")]
        Command::Certificate(action) => commands::certificate::run(&action),
        Command::Calc(action) => commands::calc::run(&action),
        Command::Export(options) => commands::export::run(&options),
        Command::Extract(options) => commands::extract::run(&options),
        Command::Handover(options) => commands::handover::run(&options),
        Command::Changes(options) => commands::changes::run(&options),
        Command::Statistics(options) => commands::statistics::run(&options),
        Command::Provisions(action) => commands::provisions::run(&action),
        Command::Disclosure(options) => commands::disclosure::run(&options),
        Command::Unseal(options) => commands::unseal::run(&options),
        Command::Migrate(options) => commands::migrate::run(&options),
        Command::Verify(options) => commands::verify::run(&options),
        Command::Audit(action) => commands::audit::run(&action),
        Command::Staff(action) => commands::staff::run(&action),
        Command::Remind(options) => commands::remind::run(&options),
        Command::Number(action) => commands::number::run(&action),
        Command::Retention(action) => commands::retention::run(&action),
        Command::Backup(action) => commands::backup::run(&action),
        Command::Restore(options) => commands::backup::restore(&options),
        Command::Doctor(options) => commands::doctor::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("エラー: {error:#}");
            ExitCode::FAILURE
        }
    }
}
