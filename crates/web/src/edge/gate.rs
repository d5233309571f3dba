//! 関所 — what every request passes before its route: where it comes from, how many there are, and no hidden bodies.
//! A refusal is written into the record of access, once for each stretch of refusals.

use super::EdgePolicy;
use super::limits::{Buckets, Verdict};
use super::network;
use crate::bare;
use crate::cookies::Cookie;
use crate::desk::App;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use office::security::access::{self, Access, Outcome};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// A log-in waits so long for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(20);

/// What the gate remembers.
#[derive(Clone)]
pub struct Gate {
    app: App,
    memory: Arc<Memory>,
}

struct Memory {
    addresses: Option<Mutex<Buckets>>,
    sessions: Option<Mutex<Buckets>>,
    log_ins: Option<Mutex<Buckets>>,
    turns: Semaphore,
}

impl Gate {
    /// A gate that has seen nobody.
    #[must_use]
    pub fn new(app: App) -> Self {
        let policy = &app.config().edge;
        let buckets = |rate: Option<super::limits::Rate>| rate.map(Buckets::new).map(Mutex::new);
        let memory = Memory {
            addresses: buckets(policy.per_address),
            sessions: buckets(policy.per_session),
            log_ins: buckets(policy.log_ins),
            turns: Semaphore::new(policy.log_ins_at_once.max(1)),
        };
        Self {
            app,
            memory: Arc::new(memory),
        }
    }

    fn policy(&self) -> &EdgePolicy {
        &self.app.config().edge
    }

    /// Writes the refusal into the record of access. What cannot be written is refused all the same.
    async fn tell(&self, terminal: String, what: &'static str) {
        let at = self.app.config().clock.now();
        let written = self.app.blocking(move |app| {
            let access = Access {
                staff_id: 0,
                terminal: &terminal,
                at,
                what,
                subject: None,
                purpose: "",
                outcome: Outcome::Refused,
            };
            app.store().write(|conn| access::record(conn, &access))
        });
        if let Err(error) = written.await {
            tracing::error!(error = %error, what, "a refusal at the gate could not be recorded");
        }
    }

    /// Takes one request of a key; the answer where it is one too many.
    async fn count(
        &self,
        buckets: Option<&Mutex<Buckets>>,
        key: &str,
        terminal: &str,
    ) -> Option<Response> {
        let now = self.app.config().clock.now();
        let verdict = buckets?
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take(key, now);
        let Verdict::Refused {
            after_seconds,
            first,
        } = verdict
        else {
            return None;
        };
        if first {
            self.tell(terminal.to_owned(), "edge.rate").await;
        }
        let message = "短い間に要求が多すぎます。しばらく待ってからやり直してください。";
        let mut answer = bare::say(StatusCode::TOO_MANY_REQUESTS, message);
        if let Ok(seconds) = HeaderValue::from_str(&after_seconds.to_string()) {
            answer.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        Some(answer)
    }
}

/// Lets a request through to its route, or not.
pub async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    let terminal = peer.map_or_else(|| "unknown".to_owned(), |address| address.to_string());
    let memory = &*gate.memory;
    if let Some(answer) = gate
        .count(memory.addresses.as_ref(), &terminal, &terminal)
        .await
    {
        return answer;
    }
    if peer.is_some_and(|address| !network::allows(&gate.policy().networks, address)) {
        gate.tell(terminal, "edge.network").await;
        let message = "この接続元からは使えません。使う必要があれば、管理者に確かめてください。";
        return bare::say(StatusCode::FORBIDDEN, message);
    }
    if is_packed(request.headers()) {
        let message = "圧縮した本文は受け取りません。圧縮せずに送り直してください。";
        return bare::say(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
    }
    if has_nul(request.uri()) {
        return bare::say(StatusCode::BAD_REQUEST, NUL_MESSAGE);
    }
    if is_disguised(request.uri()) {
        return bare::say(StatusCode::BAD_REQUEST, DISGUISED);
    }
    let tls = gate.app.config().behind_tls;
    if let Some(token) = Cookie::Session.read(request.headers(), tls)
        && let Some(answer) = gate
            .count(memory.sessions.as_ref(), &token, &terminal)
            .await
    {
        return answer;
    }
    if !asks_password(&request) {
        return next.run(request).await;
    }
    if let Some(answer) = gate
        .count(memory.log_ins.as_ref(), &terminal, &terminal)
        .await
    {
        return answer;
    }
    // Each password takes a core and its memory: they are worked on one after the other, not all at once.
    match tokio::time::timeout(TURN_WITHIN, memory.turns.acquire()).await {
        Ok(Ok(_turn)) => next.run(request).await,
        _ => {
            let message = "ログインが混み合っています。しばらく待ってからやり直してください。";
            bare::say(StatusCode::SERVICE_UNAVAILABLE, message)
        }
    }
}

/// Whether a password is looked at: at log-in, and where its owner changes it.
fn asks_password(request: &Request) -> bool {
    let path = request.uri().path();
    request.method() == Method::POST && (path.starts_with("/login") || path == "/me/password")
}

/// What is said to a request with the character NUL, which no name and no key of a clerk's keyboard has.
pub const NUL_MESSAGE: &str =
    "使えない文字（NUL）が含まれています。入力し直してください。何も変更していません。";

/// Whether an address holds the character NUL. Stores cannot keep it and pages cannot show it.
fn has_nul(address: &Uri) -> bool {
    address.path().contains("%00") || address.query().is_some_and(|query| query.contains("%00"))
}

const DISGUISED: &str =
    "このアドレスは使えません。アドレスを直接入力せず、画面のリンクから開いてください。";

/// Whether a path says letters in another way than they are written. No address of ours needs one, and whom an address is
/// about is read from the path as it came.
fn is_disguised(address: &Uri) -> bool {
    address.path().contains('%')
}

/// Whether the body says that it has to be unpacked: a few bytes could become gigabytes.
fn is_packed(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}
