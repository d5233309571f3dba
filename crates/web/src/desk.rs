//! The desk: one request of one member of staff — session, time, day — and the way into the office.

mod carried;
mod guarded;
mod turned_away;

use crate::answer;
use crate::config::Config;
use crate::cookies::Cookie;
pub use crate::cookies::same;
use crate::counter::Counter;
use crate::eyes::Eyes;
use crate::fields::Fields;
use crate::makers::{CertificateLetterMaker, CertificateMaker, EligibilityPapers, PaperMaker};
use crate::manual::book;
use crate::menu;
pub use crate::posted::{Posted, cross_site};
use crate::reach::{FIRST_THINGS_FIRST, SEAT, instead, within};
use crate::typed::{self, Typed};
use crate::view::format::day_with_weekday;
use crate::view::layout::{Layout, User};
use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use law::rules::Calendar;
use law::{Date, FiscalYear};
use office::jobs::{Flow, Progress};
use office::levy::YearRules;
use office::security::factor::FactorSetup;
use office::security::permit::{self, Function, Permit};
use office::security::recorder::{Receipt, Recorder};
use office::security::session::Stage;
use office::security::{Session, access, authorize, login, seat};
use office::vault::Vault;
use office::{Acting, OfficeError};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The running office of one municipality, as the pages reach it.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    factors: Option<FactorSetup>,
    office: Office,
    vault: Option<Vault>,
    city: Mutex<Option<crate::levy::what_if::CityOfYear>>,
    opened_line: Mutex<Option<crate::levy::behind::Opened>>,
    working: Mutex<BTreeSet<i64>>,
    counter: Counter,
    recorder: OnceLock<Recorder>,
}

/// What the pages reach of the office.
#[derive(Clone)]
pub struct Office {
    /// The namespace.
    pub store: db::Store,
    /// Rules of each levy year, oldest first.
    pub rules: Vec<YearRules>,
    /// 休日の暦.
    pub calendar: Calendar,
    /// Makes notices; absent in a program built without paper.
    pub paper: Option<PaperMaker>,
    /// Makes certificates; absent in a program built without paper.
    pub certificate_paper: Option<CertificateMaker>,
    /// Makes letters about certificates; absent in a program built without paper.
    pub certificate_letter: Option<CertificateLetterMaker>,
    /// Makes letters and proofs of eligibility; absent in a program built without paper.
    pub eligibility_papers: Option<EligibilityPapers>,
}

impl App {
    /// Pages over a store, without second factors.
    #[must_use]
    pub fn new(config: Config, office: Office) -> Self {
        Self::with_parts(config, office, None, None)
    }

    /// Pages over a store, with what second factors need.
    #[must_use]
    pub fn with_factors(config: Config, office: Office, factors: Option<FactorSetup>) -> Self {
        Self::with_parts(config, office, factors, None)
    }

    /// Pages over a store and the open vault of individual numbers; without one no page of numbers works.
    #[must_use]
    pub fn with_vault(config: Config, office: Office, vault: Option<Vault>) -> Self {
        Self::with_parts(config, office, None, vault)
    }

    /// Pages over a store, with what second factors need and the open vault, where there are any.
    #[must_use]
    pub fn with_parts(
        config: Config,
        office: Office,
        factors: Option<FactorSetup>,
        vault: Option<Vault>,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                config,
                factors,
                office,
                vault,
                city: Mutex::new(None),
                opened_line: Mutex::new(None),
                working: Mutex::new(BTreeSet::new()),
                counter: Counter::default(),
                recorder: OnceLock::new(),
            }),
        }
    }

    /// What the pages reach of the office.
    #[must_use]
    pub fn office(&self) -> &Office {
        &self.inner.office
    }

    /// 番号の金庫, where this program was started with its key.
    #[must_use]
    pub fn vault(&self) -> Option<&Vault> {
        self.inner.vault.as_ref()
    }

    /// The rules of a year, where there are any.
    #[must_use]
    pub fn rules(&self, year: FiscalYear) -> Option<&YearRules> {
        self.inner
            .office
            .rules
            .iter()
            .find(|rules| rules.year() == year)
    }

    /// The city as last read for a what-if.
    pub(crate) fn city(&self) -> MutexGuard<'_, Option<crate::levy::what_if::CityOfYear>> {
        self.inner
            .city
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The line of a tally as last opened.
    pub(crate) fn opened_line(&self) -> MutexGuard<'_, Option<crate::levy::behind::Opened>> {
        self.inner
            .opened_line
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// How the pages are served.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// What second factors need.
    ///
    /// # Errors
    /// [`OfficeError::Refusal`] where the program was started without the key that seals them.
    pub fn factors(&self) -> Result<&FactorSetup, OfficeError> {
        self.inner.factors.as_ref().ok_or_else(|| {
            law::Refusal::new(
                "web.factors.off",
                "二つ目の要素の鍵がありません。管理者に --master-key を指定した起動を依頼してください"
                    .to_owned(),
            )
            .into()
        })
    }

    /// The namespace.
    #[must_use]
    pub fn store(&self) -> &db::Store {
        &self.inner.office.store
    }

    /// The runs this program is working on now.
    pub(crate) fn working(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.inner
            .working
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What a run inside the server does between two stretches: it lets the counter go first, and goes on.
    pub(crate) fn counter_first(&self) -> impl FnMut(Progress) -> Flow {
        |_| {
            self.inner.counter.give_way();
            Flow::Continue
        }
    }

    /// Who writes looks down; begins to work with the first.
    fn recorder(&self) -> Result<&Recorder, OfficeError> {
        if let Some(recorder) = self.inner.recorder.get() {
            return Ok(recorder);
        }
        let recorder = Recorder::start(self.store().clone())?;
        Ok(self.inner.recorder.get_or_init(|| recorder))
    }

    /// Runs blocking work off the threads that answer requests.
    pub(crate) async fn blocking<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<R, OfficeError> + Send + 'static,
    ) -> Result<R, OfficeError> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || app.inner.counter.serve(|| work(&app)))
            .await
            .unwrap_or_else(|_| Err(OfficeError::Bug("処理が途中で止まりました".to_owned())))
    }
}

/// One request of one member of staff.
#[derive(Clone)]
pub struct Desk {
    app: App,
    session: Session,
    token: String,
    now: i64,
    path: String,
    route: String,
    json: bool,
    recorded: Arc<AtomicBool>,
    receipts: Arc<Mutex<Vec<Receipt>>>,
    reads: bool,
    behind: Arc<OnceLock<Vec<i64>>>,
    typed: Vec<Typed>,
    looked: Arc<Mutex<BTreeSet<i64>>>,
}

impl Desk {
    /// The app.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The namespace.
    #[must_use]
    pub fn store(&self) -> &db::Store {
        self.app.store()
    }

    /// The desk of a form: whom its fields name is asked for as whoever is behind the address.
    #[must_use]
    pub(crate) fn with_fields(mut self, fields: &Fields) -> Self {
        self.typed.extend(typed::among(&self.path, fields.pairs()));
        self
    }

    /// The path of the request.
    #[must_use]
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Who is logged in.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The token of the session, to end it.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// When the request came, microseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now
    }

    /// 業務日付.
    #[must_use]
    pub fn business_date(&self) -> Date {
        self.app.config().business_date()
    }

    /// Whether the answer is for a program, not for a reader.
    #[must_use]
    pub fn wants_json(&self) -> bool {
        self.json
    }

    /// Who is acting, for an act. The same `request_id` twice is carried out once.
    #[must_use]
    pub fn acting(&self, request_id: &str) -> Acting {
        let request_id = (!request_id.is_empty()).then(|| request_id.to_owned());
        self.session.acting(
            "国民健康保険事務",
            self.business_date(),
            self.now,
            request_id,
        )
    }

    /// The permit for a function; a refusal is recorded.
    ///
    /// # Errors
    /// [`OfficeError::Refusal`] when no role of this member of staff holds it.
    pub fn permit<F: Function>(&self) -> Result<Permit<F>, OfficeError> {
        let permit = authorize::<F>(&self.session);
        if permit.is_err() {
            self.leads_on();
            access::refuse(self.store(), &self.session, (F::CODE, None), self.now)?;
        }
        Ok(permit?)
    }

    /// That one of two functions is held; a refusal, of the second, is recorded only where neither is.
    ///
    /// # Errors
    /// As [`Desk::permit`].
    pub fn permit_either<F: Function, G: Function>(&self) -> Result<(), OfficeError> {
        if authorize::<F>(&self.session).is_ok() {
            return Ok(());
        }
        self.permit::<G>().map(|_| ())
    }

    /// Works in a blocking section and answers; an error becomes a page. Households and people behind the address are asked
    /// for first; what the work did not record itself is recorded before its answer leaves.
    pub async fn answer(
        self,
        work: impl FnOnce(&Self) -> Result<Response, OfficeError> + Send + 'static,
    ) -> Response {
        let desk = self.clone();
        match self.app.blocking(move |_| desk.recorded(work)).await {
            Ok(response) => response,
            Err(error) => answer::failure(&self, &error),
        }
    }

    /// Every rule file.
    ///
    /// # Errors
    /// [`OfficeError::Bug`] where the shipped rules cannot be read.
    pub fn book(&self) -> Result<&'static law::rules::RuleBook, OfficeError> {
        law::rules::RuleBook::shared()
            .map_err(|_| OfficeError::Bug("同梱の規則を読めません".to_owned()))
    }

    /// The levy years to choose from, newest first: value and label.
    #[must_use]
    pub fn years(&self) -> Vec<(String, String)> {
        self.app
            .office()
            .rules
            .iter()
            .rev()
            .map(|rules| {
                (
                    rules.year().0.to_string(),
                    crate::view::format::year_ja(rules.year()),
                )
            })
            .collect()
    }

    /// The year to begin with: that of the business date, or the newest there is.
    #[must_use]
    pub fn usual_year(&self) -> FiscalYear {
        let today = FiscalYear::of(self.business_date());
        let years = || self.app.office().rules.iter().map(YearRules::year);
        years()
            .find(|year| *year == today)
            .or_else(|| years().next_back())
            .unwrap_or(today)
    }

    /// The rules of a year.
    ///
    /// # Errors
    /// [`OfficeError::Refusal`] when there are none: there is no fallback to another year.
    pub fn rules(&self, year: FiscalYear) -> Result<&YearRules, OfficeError> {
        self.app.rules(year).ok_or_else(|| {
            law::Refusal::new(
                "web.rules.missing",
                format!(
                    "{}の規則がありません。規則ファイルを登録してください",
                    crate::view::format::year_ja(year)
                ),
            )
            .into()
        })
    }

    /// What this member of staff sees of lists.
    #[must_use]
    pub fn eyes(&self) -> Eyes {
        Eyes::of(self.store(), &self.session, self.business_date())
    }

    /// 窓口拠点, as it stands in the head of every page; empty where the municipality has none.
    fn place(&self) -> String {
        let chosen = self.session.places().len() > 1 || !self.session.ward().is_empty();
        if chosen && self.session.stage() == Stage::Full {
            return seat::name_ja(self.session.ward()).to_owned();
        }
        String::new()
    }

    /// What surrounds a page.
    #[must_use]
    pub fn layout(&self, title: &str) -> Layout {
        let config = self.app.config();
        let mut layout = Layout::bare(title, &config.municipality_name);
        layout.business_date = day_with_weekday(self.business_date());
        layout.environment.clone_from(&config.environment);
        layout.csrf = self.session.csrf().to_owned();
        layout.eyes = self.eyes();
        layout.may_search = self.session.may(permit::SearchPerson::CODE);
        layout.menu = menu::on(&self.path, |function| self.session.may(function));
        if !self.path.starts_with("/manual") {
            layout.help_href = book::href(book::about(&self.path));
        }
        let roles: Vec<&str> = self
            .session
            .roles()
            .iter()
            .map(|role| role.name_ja())
            .collect();
        layout.user = Some(User {
            name: self.session.name().to_owned(),
            roles: roles.join("・"),
            place: self.place(),
            seat_href: if self.session.places().len() > 1 {
                SEAT.to_owned()
            } else {
                String::new()
            },
        });
        layout
    }
}

impl FromRequestParts<App> for Desk {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let path = parts.uri.path().to_owned();
        let route = parts
            .extensions
            .get::<MatchedPath>()
            .map_or_else(|| path.clone(), |matched| matched.as_str().to_owned());
        let json = path.starts_with("/api/") || path.ends_with("/progress");
        // Only a page that was asked for is worth coming back to.
        let back = match parts.uri.path_and_query() {
            Some(whole) if parts.method == axum::http::Method::GET && path != "/" => {
                whole.as_str().to_owned()
            }
            _ => String::new(),
        };
        let outside = || {
            if json {
                return StatusCode::UNAUTHORIZED.into_response();
            }
            let next = if back.is_empty() {
                "/login".to_owned()
            } else {
                format!("/login?next={}", answer::percent(&back))
            };
            Redirect::to(&next).into_response()
        };
        let config = app.config();
        let Some(token) = Cookie::Session.read(&parts.headers, config.behind_tls) else {
            return Err(outside());
        };
        let now = config.clock.now();
        let terminal = terminal(parts);
        let held = token.clone();
        let session = app
            .blocking(move |app| {
                login::resume(app.store(), &app.config().login, &held, &terminal, now)
            })
            .await
            .map_err(|error| answer::broken(&error))?;
        match session {
            Some(session) if !within(session.stage(), &path) => Err(if json {
                (StatusCode::FORBIDDEN, FIRST_THINGS_FIRST).into_response()
            } else {
                Redirect::to(&instead(session.stage(), &back)).into_response()
            }),
            Some(session) => Ok(Self {
                app: app.clone(),
                session,
                token,
                now,
                path,
                route,
                json,
                recorded: Arc::new(AtomicBool::new(false)),
                receipts: Arc::default(),
                behind: Arc::default(),
                reads: parts.method.is_safe(),
                typed: asked(parts),
                looked: Arc::default(),
            }),
            None => Err(outside()),
        }
    }
}

/// Whom the query of an address names.
fn asked(parts: &Parts) -> Vec<Typed> {
    let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let pairs = pairs.map_or_else(|_| Vec::new(), |pairs| pairs.0);
    let pairs = pairs
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    typed::among(parts.uri.path(), pairs)
}

/// The terminal: the address the request came from.
#[must_use]
pub fn terminal(parts: &Parts) -> String {
    parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or_else(|| "unknown".to_owned(), |info| info.0.ip().to_string())
}
