//! `kokuho provisions`: who may be given what, on which ground, and what was given.

use crate::edge::{self, Namespace};
use anyhow::Result;
use clap::{Args, Subcommand};
use office::provision;
use office::security::permit::ReviewAccess;
use office::sheet::Sheet;

/// 提供先・移転先
#[derive(Subcommand)]
pub enum Action {
    /// ある日の提供先の表（評価書別添3の7欄）を表計算の形で示す
    List(ListOptions),
    /// 提供・移転の記録を、期間と提供先で示す
    Given(GivenOptions),
}

/// 表
#[derive(Args)]
pub struct ListOptions {
    /// 全国地方公共団体コード（6桁）
    #[arg(long = "city", env = "KOKUHO_CITY")]
    city: String,
    /// いつの表か（省略時は今日）
    #[arg(long)]
    as_of: Option<String>,
}

/// 記録
#[derive(Args)]
pub struct GivenOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// この日から
    #[arg(long)]
    from: String,
    /// この日まで
    #[arg(long)]
    to: String,
    /// 提供先のコード（省略時はすべて）
    #[arg(long, default_value = "")]
    recipient: String,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::List(options) => list(options),
        Action::Given(options) => given(options),
    }
}

fn list(options: &ListOptions) -> Result<()> {
    let on = match &options.as_of {
        None => edge::today(),
        Some(text) => edge::parse_date(text)?,
    };
    let book = edge::book()?;
    let mut sheet = Sheet::new(&provision::HEADING);
    for row in provision::table(&book, &options.city, on) {
        sheet.row(&row);
    }
    print!("{}", sheet.into_text());
    Ok(())
}

fn given(options: &GivenOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look::<ReviewAccess>(&store, &options.namespace, "kokuho provisions given")?;
    let days = (
        edge::parse_date(&options.from)?,
        edge::parse_date(&options.to)?,
    );
    let mut sheet = Sheet::new(&[
        "日",
        "提供先",
        "用途",
        "根拠",
        "情報",
        "方法",
        "依頼票",
        "職員",
        "ファイル",
        "件数",
        "封",
        "媒体管理簿",
    ]);
    for one in store.read(|conn| provision::given(conn, days, &options.recipient))? {
        let (name, lines, sealed, medium) = match &one.file {
            None => (
                "（渡さずに終わった）".to_owned(),
                String::new(),
                "",
                String::new(),
            ),
            Some(file) => (
                file.file_name.clone(),
                file.lines.to_string(),
                if file.sealed { "封" } else { "" },
                file.medium_entry_id
                    .map_or_else(String::new, |id| id.to_string()),
            ),
        };
        sheet.row(&[
            one.made_on.to_string(),
            one.recipient,
            one.purpose,
            one.ground,
            one.items,
            one.method,
            one.request_number,
            one.login,
            name,
            lines,
            sealed.to_owned(),
            medium,
        ]);
    }
    print!("{}", sheet.into_text());
    Ok(())
}
