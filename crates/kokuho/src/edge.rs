//! The edge: the clock, the store and the rules a command works with.

use anyhow::{Context, Result, anyhow};
use clap::Args;
use db::{Store, StoreOptions, StoreUrl};
use law::rules::RuleBook;
use law::{Date, FiscalYear};
use office::import::Scanner;
use office::security::access::{self, Access, Outcome};
use office::security::login::{command_session, job_session, recovery_session};
use office::security::permit::{Function, Permit};
use office::security::session::Session;
use office::security::{authorize, namespace, rows};
use office::vault::MasterKey;
use office::{Acting, OfficeError, levy::YearRules};
use std::path::Path;

/// Microseconds since 1970-01-01T00:00:00Z.
#[allow(
    clippy::disallowed_methods,
    reason = "the edge is where the clock is read"
)]
pub fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// Today in Japan, where the offices are.
pub fn today() -> Date {
    const JAPAN_HOURS: i64 = 9;
    let shifted = now() + JAPAN_HOURS * 3_600 * 1_000_000;
    let days = shifted.div_euclid(24 * 3_600 * 1_000_000);
    law::day(1970, 1, 1).saturating_add(jiff::Span::new().days(days))
}

/// Now in Japan as the names of files have it: year to second, fourteen digits.
pub fn made_at() -> String {
    const JAPAN_SECONDS: i64 = 9 * 3_600;
    jiff::Timestamp::from_second(now().div_euclid(1_000_000).saturating_add(JAPAN_SECONDS))
        .unwrap_or_default()
        .strftime("%Y%m%d%H%M%S")
        .to_string()
}

/// What the record has as the terminal of a command.
const TERMINAL: &str = "command-line";
const WHO: &str = "--as で、いま利用できる職員の職員番号を指定してください";

/// Where the data is and who acts.
#[derive(Args, Clone)]
pub struct Namespace {
    /// データベース（sqlite:ファイル または postgres://…?schema=名前）
    #[arg(long, env = "KOKUHO_STORE", default_value = "sqlite:var/kokuho.db")]
    pub store: String,
    /// 全国地方公共団体コード（6桁）
    #[arg(long = "city", env = "KOKUHO_CITY")]
    pub city: String,
    /// 処理する職員の職員番号
    #[arg(long = "as", env = "KOKUHO_STAFF", default_value = "")]
    pub staff: String,
    /// 業務日付（省略時は今日）
    #[arg(long)]
    pub business_date: Option<String>,
}

impl Namespace {
    /// Opens the store of the municipality that is named; that of another is refused.
    pub fn open(&self) -> Result<Store> {
        let store = open(&self.store)?;
        claim(&store, &self.city)?;
        Ok(store)
    }

    /// As [`Namespace::open`], for a command that reads a whole record and ends.
    pub fn open_to_walk(&self) -> Result<Store> {
        let options = StoreOptions {
            mapped: true,
            ..StoreOptions::default()
        };
        let store = open_with(&self.store, options)?;
        claim(&store, &self.city)?;
        Ok(store)
    }

    /// 業務日付.
    pub fn business_date(&self) -> Result<Date> {
        match &self.business_date {
            None => Ok(today()),
            Some(text) => parse_date(text),
        }
    }

    /// The session of the member of staff named on the command line, with what they have on the pages at this moment.
    pub fn session(&self, store: &Store) -> Result<Session> {
        let session = store.read(|conn| command_session(conn, &self.staff, TERMINAL, now()));
        self.admitted(store, session)
    }

    /// As [`Self::session`], of a member of staff whose password may have lapsed.
    pub fn recovery_session(&self, store: &Store) -> Result<Session> {
        let session = store.read(|conn| recovery_session(conn, &self.staff, TERMINAL, now()));
        self.admitted(store, session)
    }

    /// The session of a job that the machine starts by itself at night: at any hour, with the roles that hold on the day.
    pub fn job_session(&self, store: &Store) -> Result<Session> {
        let session = store.read(|conn| job_session(conn, &self.staff, TERMINAL, now()));
        self.admitted(store, session)
    }

    /// Whoever is not let in leaves a line, as at the log-in of the pages. Whom they called themselves is not in it.
    fn admitted(&self, store: &Store, session: Result<Session, OfficeError>) -> Result<Session> {
        let at_the_door = matches!(
            session,
            Err(OfficeError::Input { .. } | OfficeError::Refusal(_))
        );
        if at_the_door && !self.staff.is_empty() {
            let line = Access {
                staff_id: 0,
                terminal: TERMINAL,
                at: now(),
                what: "login",
                subject: None,
                purpose: "国民健康保険事務",
                outcome: Outcome::Failed,
            };
            store.write(|conn| access::record(conn, &line))?;
        }
        session.context(WHO)
    }

    /// Who is acting, for an act of this command.
    pub fn acting(&self, session: &Session, purpose: &str) -> Result<Acting> {
        Ok(session.acting(purpose, self.business_date()?, now(), None))
    }
}

/// 検査の道具
#[derive(Args, Clone, Default)]
pub struct Scanned {
    /// 受け取ったファイルを検査する命令（標準入力で渡し、0は異常なし、1は検出。例 "clamdscan --no-summary -"）
    #[arg(long, env = "KOKUHO_SCANNER")]
    scanner: Option<String>,
}

impl Scanned {
    /// The scanner, where one is named.
    pub fn scanner(&self) -> Result<Option<Scanner>> {
        Ok(self.scanner.as_deref().map(Scanner::read).transpose()?)
    }
}

/// Opens a store by its address, making the folder of a file first.
pub fn open(address: &str) -> Result<Store> {
    open_with(address, StoreOptions::default())
}

fn open_with(address: &str, options: StoreOptions) -> Result<Store> {
    let url: StoreUrl = address.parse().map_err(|error| anyhow!("{error}"))?;
    if let StoreUrl::Sqlite(path) = &url
        && let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("フォルダ {} を作れません", folder.display()))?;
    }
    Ok(Store::open_with(&url, options)?)
}

/// Checks whose store it is, and writes it down where nobody has yet. A store that has to be migrated first is told
/// by what reads it.
pub fn claim(store: &Store, city: &str) -> Result<()> {
    if !store.pending(office::schema::MIGRATIONS)?.is_empty() {
        return Ok(());
    }
    if store.read(namespace::owner)?.as_deref() != Some(city) {
        store.write(|conn| namespace::bind(conn, city, now()))?;
    }
    Ok(())
}

/// 親鍵 from its file.
pub fn master_key(path: &Path) -> Result<MasterKey> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("親鍵 {} を読めません", path.display()))?;
    Ok(MasterKey::read(&text)?)
}

/// A date as a clerk writes it.
pub fn parse_date(text: &str) -> Result<Date> {
    law::era::date_input(text, today()).map_err(|error| anyhow!("{error}"))
}

/// The shipped rules.
pub fn book() -> Result<RuleBook> {
    RuleBook::embedded().map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow!("規則ファイルに誤りがあります\n{}", lines.join("\n"))
    })
}

/// The rules of one year.
pub fn rules(book: &RuleBook, city: &str, year: i16) -> Result<YearRules> {
    Ok(YearRules::from_book(book, city, FiscalYear(year))?)
}

/// A permit for a function, or the refusal, which is written down. What is done with the permit leaves an act.
pub fn permit<F: Function>(store: &Store, session: &Session) -> Result<Permit<F>> {
    let asked = authorize::<F>(session);
    if asked.is_err() {
        note(store, session, (F::CODE, "kokuho", None), false)?;
    }
    Ok(asked?)
}

/// 見る: asks for the permit of a function and writes down who looks at what with which command, before anything is shown.
/// A refusal is written down too.
pub fn look<F: Function>(store: &Store, namespace: &Namespace, command: &str) -> Result<Permit<F>> {
    let session = namespace.session(store)?;
    looked(store, &session, command)
}

/// As [`look`], by a job that the machine starts by itself.
pub fn look_by_night<F: Function>(
    store: &Store,
    namespace: &Namespace,
    command: &str,
) -> Result<Permit<F>> {
    let session = namespace.job_session(store)?;
    looked(store, &session, command)
}

fn looked<F: Function>(store: &Store, session: &Session, command: &str) -> Result<Permit<F>> {
    let asked = authorize::<F>(session);
    note(store, session, (F::CODE, command, None), asked.is_ok())?;
    Ok(asked?)
}

/// 行の条件: asks whether somebody may open a person or a household that a command names, as every page does, and writes
/// down the look or the refusal.
pub fn open_row(store: &Store, session: &Session, what: &str, subject: i64) -> Result<()> {
    Ok(rows::open(
        store,
        session,
        (what, Some(subject)),
        (now(), today()),
    )?)
}

/// 行の条件 of what holds the rows of the whole municipality: only for whoever may open them all. A refusal is written down.
pub fn whole_town<F: Function>(store: &Store, session: &Session, name_ja: &str) -> Result<()> {
    if store.read(|conn| rows::hold_all(conn, session))? {
        return Ok(());
    }
    note(store, session, (F::CODE, name_ja, None), false)?;
    Err(anyhow!(
        "「{name_ja}」には団体全体の人が載ります。担当する区か案件だけの方は書き出せません。全体を担当する方に依頼してください"
    ))
}

/// As [`look`], where either of two functions is enough.
pub fn look_either<F: Function, G: Function>(
    store: &Store,
    namespace: &Namespace,
    command: &str,
) -> Result<()> {
    look_either_as::<F, G>(store, &namespace.session(store)?, command)
}

/// As [`look_either`], with a session that is there.
pub fn look_either_as<F: Function, G: Function>(
    store: &Store,
    session: &Session,
    command: &str,
) -> Result<()> {
    if authorize::<F>(session).is_ok() {
        return looked::<F>(store, session, command).map(|_| ());
    }
    looked::<G>(store, session, command).map(|_| ())
}

fn note(
    store: &Store,
    session: &Session,
    (what, command, subject): (&str, &str, Option<i64>),
    may: bool,
) -> Result<()> {
    let line = Access {
        purpose: command,
        outcome: if may {
            Outcome::Shown
        } else {
            Outcome::Refused
        },
        ..Access::of(session, now(), what, subject)
    };
    store.write(|conn| access::record(conn, &line))?;
    Ok(())
}

/// Whether a row of a list that a command prints may be shown: as on the pages, only of those whom the session may open.
pub fn shows(store: &Store, session: &Session, subject: i64) -> Result<bool> {
    if !session.is_limited() {
        return Ok(true);
    }
    Ok(rows::allows(store, session, subject, today())?.is_ok())
}

/// Says how many rows of a list are not shown.
pub fn tell_closed(closed: usize) {
    if closed > 0 {
        println!(
            "担当外 {closed}件（担当する区か案件の方ではないか、本人・親族として申告された方です）"
        );
    }
}

/// How many threads a batch takes: all cores.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}
