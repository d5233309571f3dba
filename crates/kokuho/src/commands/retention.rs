//! `kokuho retention`: what has outlived its term, holds, proposals and their answers, certificates.

use crate::edge::{self, Namespace};
use anyhow::{Result, anyhow, bail};
use clap::{Args, Subcommand};
use db::Store;
use law::rules::RuleBook;
use law::rules::levy::Status;
use office::retention::hold::{self, Hold, HoldKind, NewHold};
use office::retention::{self, On, Proposal, proposal};
use office::security::permit::{ApproveErasure, Function, KeepRegister, ProposeErasure};

/// 保存期間と消去
#[derive(Subcommand)]
pub enum Action {
    /// 区分ごとに、消去の時期に達した件数を示す
    Due(Namespace),
    /// 一つの区分の消去を提案する（一人目）
    Propose(ProposeOptions),
    /// 提案の内容（表ごとの行数と、残っているバックアップ）を示す
    Show(OneOptions),
    /// 提案を承認し、消去する（二人目）
    Approve(ApproveOptions),
    /// 提案を却下する（二人目）
    Decline(DeclineOptions),
    /// 消去証明を示す
    Certificate(OneOptions),
    /// 人か世帯の消去を保留する
    Hold(HoldOptions),
    /// 保留を解除する
    Release(ReleaseOptions),
}

/// 提案
#[derive(Args)]
pub struct ProposeOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 記録の区分（due が示すコード）
    class: String,
    /// 理由
    #[arg(long)]
    reason: String,
}

/// 一つの提案
#[derive(Args)]
pub struct OneOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 提案の番号
    id: i64,
}

/// 承認
#[derive(Args)]
pub struct ApproveOptions {
    #[command(flatten)]
    one: OneOptions,
    /// 番号の金庫（宛名の区分で要る）
    #[arg(long, env = "KOKUHO_VAULT")]
    vault: Option<String>,
}

/// 却下
#[derive(Args)]
pub struct DeclineOptions {
    #[command(flatten)]
    one: OneOptions,
    /// 理由
    #[arg(long)]
    reason: String,
}

/// 保留
#[derive(Args)]
pub struct HoldOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 種類（litigation・disclosure・arrears・time_limit・other）
    #[arg(long)]
    kind: String,
    /// 宛名番号
    #[arg(long)]
    person: Option<i64>,
    /// 世帯番号
    #[arg(long)]
    household: Option<i64>,
    /// 理由
    #[arg(long)]
    ground: String,
    /// 見直す日（過ぎても自動では解除されない）
    #[arg(long)]
    review_on: String,
}

/// 解除
#[derive(Args)]
pub struct ReleaseOptions {
    #[command(flatten)]
    namespace: Namespace,
    /// 保留の番号
    id: i64,
    /// 理由
    #[arg(long)]
    reason: String,
}

/// Runs the command.
pub fn run(action: &Action) -> Result<()> {
    match action {
        Action::Due(namespace) => due(namespace),
        Action::Propose(options) => propose(options),
        Action::Show(options) => show(options),
        Action::Approve(options) => approve(options),
        Action::Decline(options) => decline(options),
        Action::Certificate(options) => certificate(options),
        Action::Hold(options) => place(options),
        Action::Release(options) => release(options),
    }
}

fn on<'b>(book: &'b RuleBook, namespace: &'b Namespace) -> Result<On<'b>> {
    let when = (namespace.business_date()?, edge::now());
    Ok(On::new(book, &namespace.city, when)?)
}

fn due(namespace: &Namespace) -> Result<()> {
    let store = namespace.open()?;
    edge::look_either::<ProposeErasure, ApproveErasure>(&store, namespace, "kokuho retention due")?;
    let book = edge::book()?;
    let on = on(&book, namespace)?;
    for (class, name) in book.retention_classes() {
        let due = store.read(|conn| retention::due(conn, on, class))?;
        let held: Vec<String> = due
            .held
            .iter()
            .map(|(why, rows)| format!("{}{rows}件", why.label_ja()))
            .collect();
        let before = due
            .closed_before
            .map_or_else(|| "消去しない".to_owned(), law::era::wareki);
        println!(
            "{class} {name}: {}年{} {before}より前 消去できるもの{}件 {}",
            due.kept.years,
            if due.kept.status == Status::Draft {
                "（仮）"
            } else {
                ""
            },
            due.keys.len(),
            held.join(" ")
        );
    }
    for one in store.read(hold::standing)? {
        println!(
            "保留{} {} {} 見直し{}",
            one.request
                .map_or_else(|| one.hold_id.to_string(), |_| "（請求）".to_owned()),
            one.kind.label_ja(),
            one.ground,
            law::era::wareki(one.review_on)
        );
    }
    Ok(())
}

fn propose(options: &ProposeOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let book = edge::book()?;
    let on = on(&book, &options.namespace)?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "消去")?;
    let permit = edge::permit::<ProposeErasure>(&store, &session)?;
    let asked = (options.class.as_str(), options.reason.as_str());
    let id = store.write(|conn| retention::propose(conn, (&acting, &permit), on, asked))?;
    println!("提案{id}を登録しました。別の職員が確かめて承認します");
    Ok(())
}

fn found(store: &Store, id: i64) -> Result<Proposal> {
    store
        .read(retention::proposals)?
        .into_iter()
        .find(|one| one.erasure_id == id)
        .ok_or_else(|| anyhow!("提案{id}はありません"))
}

fn show(options: &OneOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look_either::<ProposeErasure, ApproveErasure>(
        &store,
        &options.namespace,
        "kokuho retention show",
    )?;
    let one = found(&store, options.id)?;
    println!(
        "提案{} {} {}年 {}より前 {}件 {}",
        one.erasure_id,
        one.class,
        one.years,
        law::era::wareki(one.closed_before),
        one.keys,
        one.keys_digest
    );
    match one.approved {
        Some(true) => println!("承認され、消去しました（{}行）", one.rows.unwrap_or(0)),
        Some(false) => println!("却下されました"),
        None => {
            for (table, rows) in store.read(|conn| proposal::preview(conn, &one))? {
                println!("{table} {rows}行");
            }
            for (backup, stands) in store.read(retention::backups_to_destroy)? {
                println!(
                    "バックアップ {} に残っています。{}",
                    backup.name,
                    stands.label_ja()
                );
            }
        }
    }
    Ok(())
}

fn approve(options: &ApproveOptions) -> Result<()> {
    let namespace = &options.one.namespace;
    let store = namespace.open()?;
    let vault = options.vault.as_deref().map(edge::open).transpose()?;
    let book = edge::book()?;
    let on = on(&book, namespace)?;
    let session = namespace.session(&store)?;
    let acting = namespace.acting(&session, "消去")?;
    let permit = edge::permit::<ApproveErasure>(&store, &session)?;
    let keeper = edge::permit::<KeepRegister>(&store, &session)?;
    let permits = (&acting, &permit, &keeper);
    let erased = retention::approve(&store, vault.as_ref(), permits, on, options.one.id)?;
    println!("{}行を消去しました", erased.rows);
    for backup in &erased.backups {
        println!(
            "バックアップ {} を{}までに廃棄します（媒体管理簿に記入しました）",
            backup.name,
            law::era::wareki(erased.destroy_by)
        );
    }
    for (backup, stands) in &erased.waiting {
        println!(
            "バックアップ {} はまだ廃棄予定にできません。{}。{}までに廃棄してください",
            backup.name,
            stands.label_ja(),
            law::era::wareki(erased.destroy_by)
        );
    }
    certificate(&options.one)
}

fn decline(options: &DeclineOptions) -> Result<()> {
    let namespace = &options.one.namespace;
    let store = namespace.open()?;
    let session = namespace.session(&store)?;
    let acting = namespace.acting(&session, "消去")?;
    let permit = edge::permit::<ApproveErasure>(&store, &session)?;
    let answer = (options.one.id, options.reason.as_str());
    store.write(|conn| retention::decline(conn, (&acting, &permit), answer))?;
    println!("提案{}を却下しました", options.one.id);
    Ok(())
}

fn certificate(options: &OneOptions) -> Result<()> {
    let store = options.namespace.open()?;
    edge::look_either::<ProposeErasure, ApproveErasure>(
        &store,
        &options.namespace,
        "kokuho retention certificate",
    )?;
    let id = options.id;
    let paper = store
        .read(|conn| retention::certificate(conn, id))?
        .ok_or_else(|| anyhow!("提案{id}は消去されていません"))?;
    println!("消去証明 {id}");
    println!(
        "区分 {} 年限{}年 対象 {}より前 {}件 {}",
        paper.proposal.class,
        paper.proposal.years,
        law::era::wareki(paper.proposal.closed_before),
        paper.proposal.keys,
        paper.proposal.keys_digest
    );
    println!(
        "提案 {} {} 承認 {} {} 処理{}",
        law::era::wareki(paper.proposal.proposed_on),
        paper.proposal.proposer,
        paper
            .proposal
            .ruled_on
            .map_or_else(String::new, law::era::wareki),
        paper.proposal.ruler,
        paper.act_id
    );
    for (part, table, rows) in &paper.counts {
        println!("{part} {table} {rows}行");
    }
    println!(
        "計{}行 バックアップの廃棄の期限 {} 要約値 {}",
        paper.rows,
        law::era::wareki(paper.destroy_by),
        paper.digest
    );
    if !paper.intact {
        bail!("証明の内容が要約値と合いません。書き換えられています。監査担当へ知らせてください");
    }
    Ok(())
}

fn place(options: &HoldOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "消去の保留")?;
    let permit = edge::permit::<ProposeErasure>(&store, &session)?;
    for subject in options.person.into_iter().chain(options.household) {
        edge::open_row(&store, &session, ProposeErasure::CODE, subject)?;
    }
    let new = NewHold {
        kind: HoldKind::from_code(&options.kind)
            .ok_or_else(|| anyhow!("「{}」という保留の種類はありません", options.kind))?,
        person_id: options.person,
        household_id: options.household,
        ground: options.ground.clone(),
        review_on: edge::parse_date(&options.review_on)?,
    };
    let id = store.write(|conn| hold::place(conn, (&acting, &permit), &new))?;
    println!("保留{id}を登録しました");
    Ok(())
}

fn release(options: &ReleaseOptions) -> Result<()> {
    let store = options.namespace.open()?;
    let session = options.namespace.session(&store)?;
    let acting = options.namespace.acting(&session, "消去の保留の解除")?;
    let permit = edge::permit::<ProposeErasure>(&store, &session)?;
    let holds = store.read(hold::standing)?;
    let of = |hold: &&Hold| hold.request.is_none() && hold.hold_id == options.id;
    if let Some(hold) = holds.iter().find(of) {
        for subject in hold.person_id.into_iter().chain(hold.household_id) {
            edge::open_row(&store, &session, ProposeErasure::CODE, subject)?;
        }
    }
    store.write(|conn| hold::end(conn, (&acting, &permit), options.id, &options.reason))?;
    println!("保留{}を解除しました", options.id);
    Ok(())
}
