//! `kokuho demo`: a made-up city from its files to its first notices, then the pages.

use super::demo_files::{arrivals, write_files};
use super::demo_staff::{open_accounts, open_vault};
use super::import::{file_bar, print_report};
use super::serve::{Setting, open};
use crate::edge;
use crate::progress::{StopSwitch, bar};
use anyhow::{Context, Result, bail};
use clap::Args;
use db::Store;
use exchange::shipped::Catalogue;
use law::rules::RuleBook;
use law::{Date, day};
use office::Acting;
use office::import::{Incoming, Municipality, Options as ImportOptions, receive};
use office::jobs::JobState;
use office::levy::run::{self, RunKind, RunRequest};
use office::levy::{YearRules, held, publish, year_rules};
use office::security::Session;
use office::security::login::command_session;
use office::security::permit::{ApproveLevy, ImportFile, PublishLevy, RunLevy};
use office::vault::MasterKey;
use sim::files::SimFile;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use web::edge::EdgePolicy;

/// デモ
#[derive(Args)]
pub struct Options {
    /// 世帯数
    #[arg(long, default_value_t = 5_000)]
    pub(super) households: u64,
    /// 全国地方公共団体コード（規則を同梱している団体）
    #[arg(long, default_value = "131032")]
    pub(super) city: String,
    /// 待ち受けるポート（0 は空きポート）
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// 乱数の種
    #[arg(long, default_value_t = 20_261_120)]
    pub(super) seed: u64,
    /// 作る場所
    #[arg(long, default_value = "var/demo")]
    pub(super) folder: PathBuf,
    /// 取り込んだ所で終わる（賦課を自分で試すとき）
    #[arg(long)]
    import_only: bool,
    /// 画面を開かずに終わる
    #[arg(long)]
    no_serve: bool,
    /// 印刷する通知書の数
    #[arg(long, default_value_t = 20)]
    notices: i64,
}

/// Runs the command.
pub fn run(options: &Options) -> Result<()> {
    let book = edge::book()?;
    let year = *year_rules::years_of(&book, &options.city)?
        .last()
        .with_context(|| format!("団体コード{}には使える年度の規則がありません", options.city))?;
    let rules = YearRules::from_book(&book, &options.city, year)?;
    let decided_on = decision_day(&rules)?;
    println!(
        "{} {} {}の見本の市を作ります（{}世帯）",
        rules.levy.municipality_name,
        law::era::fiscal_year_ja(year),
        rules.levy.kind.name_ja(),
        options.households
    );
    let store = fresh_store(&options.folder)?;
    let password = password()?;
    open_accounts(&store, &password, decided_on)?;
    let clerk = session(&store, "tanto")?;
    let chief = session(&store, "kacho")?;
    let files = write_files(options, &rules, year)?;
    import_files(&store, &clerk, options, &files, decided_on)?;
    if options.import_only {
        println!(
            "取り込みました。{}/city.db に続きを実行できます",
            options.folder.display()
        );
        return Ok(());
    }
    let run_id = levy(&store, &book, &rules, &clerk, &chief, decided_on)?;
    let arrived = arrivals(options, &rules, year, decided_on)?;
    import_files(&store, &clerk, options, &arrived, decided_on)?;
    first_notices(&store, &book, &clerk, options, run_id, decided_on)?;
    if options.no_serve {
        return Ok(());
    }
    let hint = format!(
        "職員番号 tanto（賦課・資格担当）・mado（窓口）・kacho（承認者）・bango（個人番号）・kanri（管理者）・kansa（監査） パスワード {password}"
    );
    let port = free_port(options.port)?;
    let setting = Setting {
        city: options.city.clone(),
        listen: SocketAddr::from(([127, 0, 0, 1], port)),
        business_date: Some(decided_on),
        behind_tls: false,
        edge: EdgePolicy::of_one_machine(),
        demo: true,
        login_hint: hint.clone(),
        master_key: Some(MasterKey::from_bytes(random()?)),
        // Passkeys belong to a name; the browser is to open this one rather than the bare address.
        origin: Some(format!("http://localhost:{port}")),
        vault: Some(open_vault(&options.folder)?),
    };
    open(store, book, setting, |address| {
        println!("\nhttp://{address} で画面を開いています（Ctrl-C で終わる）\n{hint}");
    })
}

/// The day of the 当初賦課: early enough that the first notice reaches the first due day.
fn decision_day(rules: &YearRules) -> Result<Date> {
    let first = rules
        .instalments
        .periods
        .iter()
        .filter(|period| !period.provisional)
        .map(|period| period.due_on)
        .min()
        .context("納期がありません")?;
    Ok(day(first.year(), first.month(), 10))
}

fn fresh_store(folder: &Path) -> Result<Store> {
    let marker = folder.join("kokuho-demo");
    if folder.exists() && !marker.exists() && folder.read_dir()?.next().is_some() {
        bail!(
            "{} は空でなく、デモの跡でもありません。--folder で別の場所を指定してください",
            folder.display()
        );
    }
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} を消せません", folder.display()))?;
    }
    fs::create_dir_all(folder.join("files"))?;
    fs::write(marker, "")?;
    let store = edge::open(&format!("sqlite:{}", folder.join("city.db").display()))?;
    store.migrate(office::schema::MIGRATIONS)?;
    Ok(store)
}

/// A password for this demonstration alone.
fn password() -> Result<String> {
    let text: String = random::<8>()?
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok(format!("Demo-{text}"))
}

/// The port itself, or a free one: passkeys have to know it before the pages open.
fn free_port(wanted: u16) -> Result<u16> {
    if wanted != 0 {
        return Ok(wanted);
    }
    let listener =
        std::net::TcpListener::bind(("127.0.0.1", 0)).context("空きポートがありません")?;
    Ok(listener.local_addr()?.port())
}

pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("乱数を得られません: {error}"))?;
    Ok(bytes)
}

pub(super) fn session(store: &Store, login: &str) -> Result<Session> {
    Ok(store.read(|conn| command_session(conn, login, "demo", edge::now()))?)
}

fn acting(session: &Session, purpose: &str, today: Date) -> Acting {
    session.acting(purpose, today, edge::now(), None)
}

fn import_files(
    store: &Store,
    clerk: &Session,
    options: &Options,
    files: &[SimFile],
    today: Date,
) -> Result<()> {
    let catalogue = Catalogue::shipped().context("同梱のレイアウトを読めません")?;
    let municipality = Municipality::new(&options.city);
    for pair in files.chunks(2) {
        let [data, control] = pair else { continue };
        let bar = file_bar(&data.name);
        let report = receive(
            store,
            &catalogue,
            &edge::permit::<ImportFile>(store, clerk)?,
            &acting(clerk, "ファイル取込", today),
            &municipality,
            &Incoming {
                name: &data.name,
                bytes: &data.bytes,
                control: Some(&control.bytes),
            },
            &ImportOptions {
                force: false,
                progress: Some(&|progress: office::import::Progress| {
                    bar.set_length(progress.total);
                    bar.set_position(progress.done);
                }),
                ..ImportOptions::default()
            },
        )
        .with_context(|| format!("{} を取り込めません", data.name))?;
        bar.finish_and_clear();
        print_report(&data.name, &report);
    }
    Ok(())
}

fn levy(
    store: &Store,
    book: &RuleBook,
    rules: &YearRules,
    clerk: &Session,
    chief: &Session,
    today: Date,
) -> Result<i64> {
    let request = RunRequest {
        kind: RunKind::Initial,
        rules,
        decided_on: today,
        chunk_households: 2_048,
        note: "デモの当初賦課".to_owned(),
    };
    let permit = edge::permit::<RunLevy>(store, clerk)?;
    let run_id = run::start(store, &permit, &acting(clerk, "当初賦課", today), &request)?;
    let switch = StopSwitch::on_interrupt();
    let calculating = bar("賦課計算", 0);
    let state = run::calculate(store, run_id, edge::threads(), &edge::now, |progress| {
        switch.flow(&calculating, progress)
    })?;
    calculating.finish();
    if state != JobState::Finished {
        bail!("中断しました");
    }
    let permit = edge::permit::<ApproveLevy>(store, chief)?;
    run::approve(store, &permit, &acting(chief, "賦課承認", today), run_id)?;
    let permit = edge::permit::<PublishLevy>(store, chief)?;
    publish::begin(store, &permit, &acting(chief, "賦課確定", today), run_id)?;
    let booking = bar("賦課確定", 0);
    let state = publish::publish(
        store,
        book.calendar(),
        run_id,
        edge::threads(),
        &edge::now,
        |progress| switch.flow(&booking, progress),
    )?;
    booking.finish();
    if state != JobState::Finished {
        bail!("中断しました");
    }
    let run = run::require(store, run_id)?;
    let tied = store.read(|conn| publish::tie(conn, run.levy_year))?;
    println!(
        "賦課処理{run_id}: {}世帯 決定額 = 調定額 = {tied}",
        run.households
    );
    for one in store.read(|conn| held::list(conn, run_id, 0, i64::MAX))? {
        println!("賦課保留 世帯{}: {}", one.household_id, one.message);
    }
    Ok(run_id)
}

#[cfg(feature = "paper")]
fn first_notices(
    store: &Store,
    book: &RuleBook,
    clerk: &Session,
    options: &Options,
    run_id: i64,
    today: Date,
) -> Result<()> {
    use crate::paper::{PaperSettings, notice, printer, slips};
    use office::security::permit::PrintNotice;

    let printer = printer()?;
    let settings = PaperSettings {
        demo: true,
        issued_on: today,
    };
    let list = store.read(|conn| office::notices::of_run(conn, run_id, 0, options.notices))?;
    let mut documents = Vec::new();
    let mut keys = Vec::new();
    for item in &list {
        let content = store.read(|conn| office::notices::content::gather(conn, item, today))?;
        keys.push(item.notice_id);
        documents.push(notice(book, &content, &settings)?);
        documents.extend(slips(book, &content, &settings)?);
    }
    let folder = options.folder.join("notices");
    fs::create_dir_all(&folder)?;
    let mut pages = 0;
    for document in &documents {
        let pdf = printer
            .render(document)
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        let kind = if matches!(document.content, print::content::Content::Slips(_)) {
            "納付書"
        } else {
            "通知書"
        };
        fs::write(
            folder.join(format!("{}-{kind}.pdf", document.key)),
            &pdf.bytes,
        )?;
        pages += pdf.pages;
    }
    let printed: Vec<(i64, i64)> = keys.iter().map(|key| (*key, 1)).collect();
    let permit = edge::permit::<PrintNotice>(store, clerk)?;
    office::notices::mark_printed(
        store,
        &permit,
        &acting(clerk, "通知書発行", today),
        &printed,
    )
    .map_err(|error: office::OfficeError| anyhow::anyhow!("{error}"))?;
    println!(
        "通知書{}通（{pages}ページ）を {} に作りました",
        keys.len(),
        folder.display()
    );
    Ok(())
}

#[cfg(not(feature = "paper"))]
fn first_notices(
    _store: &Store,
    _book: &RuleBook,
    _clerk: &Session,
    _options: &Options,
    _run_id: i64,
    _today: Date,
) -> Result<()> {
    println!("この版には印刷の機能が入っていません");
    Ok(())
}
