//! Every route, in one table. What is not here does not exist.

mod measures;

use crate::certificate::{
    act as paper_act, card, issue, list as papers, one as paper, scan, seek, together,
};
use crate::desk::App;
use crate::edge::gate::{self, Gate};
use crate::eligibility::status::{register as states, undo as undone};
use crate::eligibility::{
    ages, approvals, bulk, ex_officio, gain, household as dwelling, letters, lists, loss, proof,
    receptions, register, status, undo as undo_events,
};
use crate::levy::{
    behind, compare, declare, deferral, orders, preview, relief, relief_apply, run, runs, show,
    trial, undo, what_if,
};
use crate::number::{find, links, person as person_number};
use crate::registers::{
    entry as register_entry, extract, list as register_list, report as safeguards,
};
use crate::registry::{
    acts, arrive, household, incomes, keep, merge, merge_change, moved, movement, outsider, person,
    proposals, search, tasks, transfer,
};
use crate::work::{
    abroad, cut_over, files, held, item, jobs, list as work_list, messages, missing, nightly,
    notice, notices, renewals,
};
use crate::{
    api, assets, bare, headers, home, judgement, manual, retention, revenue_change, security,
};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodFilter;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

/// A request body is never larger: forms and one household as JSON.
const LARGEST_BODY: usize = 512 * 1024;
/// A request that takes longer belongs into a job.
const LONGEST_REQUEST: Duration = Duration::from_secs(120);

/// Builds the router and remembers what is in it.
struct Table {
    router: Router<App>,
    list: Vec<(&'static str, &'static str)>,
}

impl Table {
    fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("GET", MethodFilter::GET, path, handler)
    }

    fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("POST", MethodFilter::POST, path, handler)
    }

    /// A route that takes more than a form.
    fn post_large<H, T>(mut self, path: &'static str, handler: H, largest: usize) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.list.push(("POST", path));
        let route = axum::routing::on(MethodFilter::POST, handler);
        self.router = self
            .router
            .route(path, route.layer(DefaultBodyLimit::max(largest)));
        self
    }

    /// More routes, where they stand in the order of the table.
    fn with(self, more: fn(Self) -> Self) -> Self {
        more(self)
    }

    fn add<H, T>(
        mut self,
        method: &'static str,
        filter: MethodFilter,
        path: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.list.push((method, path));
        self.router = self.router.route(path, axum::routing::on(filter, handler));
        self
    }
}

fn table() -> Table {
    Table {
        router: Router::new(),
        list: Vec::new(),
    }
    .get("/health", health)
    .get("/static/{hash}/{name}", assets::file)
    .get("/login", security::form)
    .post("/login", security::enter)
    .get("/login/second", security::second::page)
    .post("/login/second", security::second::enter)
    .post("/logout", security::leave)
    .get("/me", security::own::page)
    .post("/me/password", security::own::change_password)
    .post("/me/totp/new", security::own::new_totp)
    .post("/me/totp", security::own::totp)
    .post("/me/passkey", security::own::passkey)
    .post("/me/factors/{id}/end", security::own::end_factor)
    .post("/me/relations", security::own::declare)
    .get("/receptions", receptions::page)
    .get("/me/seat", security::seat::page)
    .post("/me/seat", security::seat::sit)
    .post("/me/emergency", security::own::emergency)
    .get("/", home::page)
    .get("/search", search::page)
    .post("/search", search::send)
    .get("/people/{id}", person::page)
    .get("/people/{id}/incomes", incomes::page)
    .get("/households/{id}", household::page)
    .get("/households/{id}/levy/{year}", show::page)
    .get("/households/{id}/preview", preview::page)
    .post("/households/{id}/relevy", preview::confirm)
    .get("/households/{id}/tasks", tasks::page)
    .get("/households/{id}/declare/{what}", declare::page)
    .post("/households/{id}/declare/{what}", declare::send)
    .get("/households/{id}/undo/{act}", undo::page)
    .post("/households/{id}/undo/{act}", undo::send)
    .get("/households/{id}/relief", relief_apply::apply_page)
    .post("/households/{id}/relief", relief_apply::apply)
    .get("/households/{id}/relief/{number}", relief::rule_page)
    .post("/households/{id}/relief/{number}", relief::rule)
    .get("/households/{id}/deferral", deferral::page)
    .post("/households/{id}/deferral", deferral::send)
    .get(
        "/households/{id}/deferral/{number}",
        deferral::withdraw_page,
    )
    .post("/households/{id}/deferral/{number}", deferral::withdraw)
    .get("/people/new", outsider::page)
    .post("/people/new", outsider::send)
    .get("/people/arrive", arrive::page)
    .post("/people/arrive", arrive::send)
    .get("/people/{id}/movement/{what}", transfer::page)
    .post("/people/{id}/movement/{what}", transfer::send)
    .get("/movements/{act}", moved::page)
    .get("/movements/{act}/undo", moved::undo_page)
    .post("/movements/{act}/undo", moved::undo)
    .get("/merge", merge::list)
    .get("/merge/{one}/{other}", merge_change::page)
    .post("/merge/{one}/{other}", merge_change::send)
    .get("/merges/{id}/undo", merge_change::part_page)
    .post("/merges/{id}/undo", merge_change::part)
    .get("/register-proposals/{id}", proposals::page)
    .post("/register-proposals/{id}", proposals::rule)
    .get("/people/{id}/keep/{topic}", keep::page)
    .post("/people/{id}/keep/{topic}", keep::send)
    .get("/people/{id}/undo-movement/{event}", movement::page)
    .post("/people/{id}/undo-movement/{event}", movement::send)
    .get("/people/{id}/gain", gain::of_person)
    .post("/people/{id}/gain", gain::send_of_person)
    .get("/households/{id}/register", register::page)
    .get("/households/{id}/gain", gain::of_household)
    .post("/households/{id}/gain", gain::send_of_household)
    .get("/households/{id}/loss", loss::page)
    .post("/households/{id}/loss", loss::send)
    .get("/households/{id}/change/{kind}", dwelling::page)
    .post("/households/{id}/change/{kind}", dwelling::send)
    .get("/households/{id}/undo-events/{act}", undo_events::page)
    .post("/households/{id}/undo-events/{act}", undo_events::send)
    .get("/people/{id}/statuses", status::of_person)
    .get("/people/{id}/status/{code}", states::of_person)
    .post("/people/{id}/status/{code}", states::send_of_person)
    .get("/people/{id}/status/{code}/end", states::end_of_person)
    .post("/people/{id}/status/{code}/end", states::send_end_of_person)
    .get("/people/{id}/undo-status/{act}", undone::of_person)
    .post("/people/{id}/undo-status/{act}", undone::send_of_person)
    .get("/households/{id}/statuses", status::of_household)
    .get(
        "/households/{id}/status/{household_code}",
        states::of_household,
    )
    .post(
        "/households/{id}/status/{household_code}",
        states::send_of_household,
    )
    .get("/households/{id}/circumstances", status::rule_page)
    .post("/households/{id}/circumstances", status::rule_send)
    .get("/households/{id}/undo-status/{act}", undone::of_household)
    .post(
        "/households/{id}/undo-status/{act}",
        undone::send_of_household,
    )
    .get("/lists/{list}", lists::page)
    .get("/lists/{list}/wave/{step}", lists::step_page)
    .post("/lists/{list}/wave/{step}", lists::step_send)
    .get("/ex-officio", ex_officio::page)
    .get("/ex-officio/new", ex_officio::new_page)
    .post("/ex-officio/new", ex_officio::new_send)
    .post("/ex-officio/{id}", ex_officio::notify)
    .get("/letters", letters::page)
    .post("/letters", letters::print)
    .get("/letters/scan", letters::scan)
    .get("/letters/batches/{id}", letters::batch)
    .post("/letters/batches/{id}", letters::mail)
    .get("/letters/batches/{id}/paper", letters::batch_paper)
    .get("/letters/{id}", letters::one)
    .post("/letters/{id}", letters::order)
    .get("/letters/{id}/paper", letters::paper)
    .get("/people/{id}/proof", proof::page)
    .post("/people/{id}/proof", proof::send)
    .get("/proofs", proof::log)
    .get("/proofs/{year}/{id}/paper", proof::paper)
    .get("/bulk", bulk::page)
    .get("/bulk/{bulk}", bulk::new_page)
    .post_large("/bulk/{bulk}", bulk::new_send, bulk::LARGEST_TABLE)
    .post("/bulk/rule/{id}", bulk::rule)
    .post("/bulk/rule-undo/{id}", bulk::rule_undo)
    .post("/bulk/run/{id}", bulk::run)
    .get("/bulk/undo/{id}", bulk::undo_page)
    .post("/bulk/undo/{id}", bulk::undo_send)
    .get("/facilities", status::facilities_page)
    .get("/facilities/{id}", states::of_facility)
    .post("/facilities/{id}", states::send_of_facility)
    .get("/facilities/{id}/undo-status/{act}", undone::of_facility)
    .post(
        "/facilities/{id}/undo-status/{act}",
        undone::send_of_facility,
    )
    .get("/households/{id}/judgement", judgement::page)
    .get("/households/{id}/judge", judgement::judge_page)
    .post("/households/{id}/judge", judgement::judge)
    .get("/households/{id}/revenue", revenue_change::page)
    .post("/households/{id}/revenue", revenue_change::send)
    .get(
        "/households/{id}/revenue/{number}",
        revenue_change::decide_page,
    )
    .post("/households/{id}/revenue/{number}", revenue_change::decide)
    .get("/households/{id}/certificates", papers::of_household)
    .get("/households/{id}/card", card::page)
    .post("/households/{id}/card", card::send)
    .get("/households/{id}/issue", issue::page)
    .post("/households/{id}/issue", issue::send)
    .with(measures::table)
    .get("/certificates", seek::page)
    .post("/certificates", seek::send)
    .get("/certificates/scan", scan::page)
    .post("/certificates/scan", scan::send)
    .get("/certificates/of-act/{id}", together::page)
    .post("/certificates/of-act/{id}", together::carry_out)
    .get("/certificates/of-act/{id}/paper", together::paper)
    .get("/certificates/{id}", paper::page)
    .post("/certificates/{id}", paper_act::carry_out)
    .get("/certificates/{id}/paper", paper_act::paper)
    .get("/ages", ages::page)
    .post("/ages", ages::confirm)
    .get("/cut-over", cut_over::cut_overs)
    .post("/cut-over", cut_over::start_cut_over)
    .get("/cut-over/abroad", abroad::page)
    .get("/cut-over/{id}", cut_over::cut_over_page)
    .post("/cut-over/{id}", cut_over::order_cut_over)
    .get("/renewals", renewals::renewals)
    .post("/renewals", renewals::start_renewal)
    .get("/renewals/{id}", renewals::renewal_page)
    .post("/renewals/{id}", renewals::order_renewal)
    .get("/renewals/{id}/refused", renewals::refused)
    .post("/renewals/{id}/refused", renewals::pull_out)
    .get("/approvals", approvals::page)
    .get("/approvals/{id}", approvals::one)
    .post("/approvals/{id}", approvals::rule)
    .get("/acts/{id}", acts::page)
    .get("/acts/{id}/result", register::result)
    .get("/runs", runs::page)
    .post("/runs", runs::start)
    .get("/runs/compare", compare::page)
    .get("/runs/{id}", run::page)
    .get("/runs/{id}/tally", behind::page)
    .post("/runs/{id}/approve", orders::approve)
    .post("/runs/{id}/publish", orders::publish)
    .post("/runs/{id}/cancel", orders::cancel)
    .post("/runs/{id}/tally", orders::freeze)
    .post("/runs/{id}/undo", orders::undo)
    .post("/runs/{id}/resume", orders::resume)
    .get("/trial", trial::page)
    .post("/trial", trial::calculate)
    .get("/what-if", what_if::page)
    .post("/what-if", what_if::calculate)
    .get("/notices", notices::page)
    .post("/runs/{id}/posted", notices::posted)
    .get("/notices/{id}", notice::page)
    .post("/notices/{id}/hold", notice::hold)
    .post("/notices/{id}/release", notice::release)
    .post("/notices/{id}/support", notice::approve)
    .get("/notices/{id}/paper", notices::paper)
    .get("/work", work_list::page)
    .get("/nightly", nightly::page)
    .get("/messages", messages::page)
    .get("/work/{id}", item::item)
    .post("/work/{id}", item::handle)
    .get("/number", find::page)
    .post("/number", find::find)
    .get("/number/people/{id}", person_number::page)
    .post("/number/people/{id}", person_number::order)
    .get("/number/links", links::page)
    .get("/number/links/{id}", links::one)
    .post("/number/links/{id}", links::order)
    .get("/extractions", extract::page)
    .post("/extractions", extract::file)
    .get("/registers", register_list::page)
    .get("/registers/safeguards", safeguards::page)
    .get("/registers/{register}", register_list::entries_of)
    .get("/registers/{register}/new", register_entry::blank)
    .post("/registers/{register}/new", register_entry::add)
    .get("/registers/{register}/{id}", register_entry::page)
    .post("/registers/{register}/{id}", register_entry::carry_on)
    .get("/files", files::page)
    .get("/access-log", security::access_log::page)
    .get("/held", held::page)
    .get("/held/{file}/{row}", held::form)
    .post("/held/{file}/{row}", held::settle_row)
    .get("/missing", missing::page)
    .get("/missing/{file}/{row}", missing::one)
    .post("/missing/{file}/{row}", missing::decide)
    .get("/jobs", jobs::list)
    .get("/staff", security::staff::page)
    .post("/staff", security::staff::open)
    .post("/staff/{id}/password", security::staff::set_password)
    .post("/staff/{id}/suspend", security::staff::suspend)
    .post("/staff/{id}/resume", security::staff::resume)
    .get("/staff/{id}", security::person::page)
    .post("/staff/{id}/posts", security::person::place)
    .post("/staff/{id}/unlock", security::person::unlock)
    .post("/staff/{id}/revoke", security::person::revoke)
    .post("/staff/{id}/code", security::person::code)
    .post("/staff/{id}/new-factor", security::person::new_factor)
    .post("/staff/{id}/relation-end", security::person::relation_end)
    .get("/security", security::places::hub)
    .get("/hours", security::places::hours_page)
    .post("/hours", security::places::set_hours)
    .get("/terminals", security::places::terminals)
    .post("/terminals", security::places::register_terminal)
    .post("/terminals/{id}/end", security::places::end_terminal)
    .get("/permissions", security::rules::table)
    .post("/permissions", security::rules::propose_cell)
    .get("/permissions.csv", security::rules::export)
    .get("/settings", security::rules::settings)
    .post("/settings", security::rules::propose_setting)
    .get("/proposals", security::rules::proposals)
    .post("/proposals/{id}", security::rules::rule)
    .get("/emergencies", security::watch::emergencies)
    .post("/emergencies/{id}", security::watch::answer_emergency)
    .get("/alerts", security::watch::alerts)
    .get("/alerts/{id}", security::watch::one_alert)
    .post("/alerts/{id}", security::watch::review_alert)
    .get("/who-could-see", security::watch::who_could_see)
    .get("/provisions", security::provisions::page)
    .get("/retention", retention::list)
    .post("/retention", retention::propose)
    .get("/retention/{id}", retention::one::page)
    .post("/retention/{id}", retention::one::answer_one)
    .post("/retention/holds", retention::place_hold)
    .post("/retention/holds/{id}/end", retention::end_hold)
    .get("/manual", manual::contents)
    .get("/manual/{chapter}", manual::chapter)
    .get("/jobs/{id}", jobs::page)
    .get("/jobs/{id}/progress", jobs::progress)
    .get("/api/openapi.json", api::document::page)
    .post("/api/v1/levy/calc", api::calc::calculate)
    .post("/api/v1/search", api::register::find)
    .get("/api/v1/households/{id}", api::register::household)
    .get("/api/v1/people/{id}/judgement", api::register::judged)
    .post("/api/v1/eligibility/preview", api::register::preview)
    .post("/api/v1/eligibility/register", api::register::register)
    .post("/api/v1/certificates", api::paper::issue)
    .post_large("/api/v1/files", api::files::take, api::files::LARGEST)
}

/// Every route as method and path, in the order of the table.
#[must_use]
pub fn list() -> Vec<(&'static str, &'static str)> {
    table().list
}

/// The pages and the API.
pub fn router(app: App) -> Router {
    around(table().router, app)
}

/// What surrounds every route: limits, the gate, a page for each error, and the headers.
pub fn around(routes: Router<App>, app: App) -> Router {
    let tls = app.config().behind_tls;
    let body_pause = app.config().edge.body_pause;
    let gate = Gate::new(app.clone());
    let router = routes
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(RequestBodyTimeoutLayer::new(body_pause))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::REQUEST_TIMEOUT,
            LONGEST_REQUEST,
        ))
        .layer(from_fn_with_state(gate, gate::pass))
        .layer(CatchPanicLayer::custom(bare::panicked))
        .layer(from_fn_with_state(app.clone(), bare::frame))
        .layer(CompressionLayer::new());
    headers::strict(router, tls).with_state(app)
}

/// Whether the program answers at all.
async fn health() -> &'static str {
    "ok"
}
