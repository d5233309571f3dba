//! 素の返答に枠を付ける — an error that was answered without a page gets one: what happened, what can be done, a way on.
//! A program gets the same as JSON. Nothing says more to a stranger than that the request came to nothing.

use crate::answer;
use crate::api::guard::problem;
use crate::cookies::Cookie;
use crate::desk::{App, Desk};
use crate::view::layout::Layout;
use crate::view::message::{ClosedPage, MessagePage};
use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use std::any::Any;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a bare answer says, beside its status.
#[derive(Clone, Debug, Default)]
struct Said {
    /// In our own words; those of the status where there are none.
    message: Option<&'static str>,
    /// 障害番号.
    number: String,
    /// It was answered without asking who is there, and who is there shall not be asked now either: the gate is busy or
    /// the store is not to be reached.
    unasked: bool,
}

/// An error without a page, before it is known who asks.
#[must_use]
pub fn say(status: StatusCode, message: &'static str) -> Response {
    let said = Said {
        message: Some(message),
        unasked: true,
        ..Said::default()
    };
    marked(status, said)
}

/// An inner failure where not even a page can be made. It is in the technical log under this number.
pub(crate) fn failed(number: String) -> Response {
    let said = Said {
        number,
        unasked: true,
        ..Said::default()
    };
    marked(StatusCode::INTERNAL_SERVER_ERROR, said)
}

/// The answer of a handler that panicked. What it said stands in the standard error already.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    let number = number();
    tracing::error!(number = %number, "a request panicked");
    let said = Said {
        number,
        ..Said::default()
    };
    marked(StatusCode::INTERNAL_SERVER_ERROR, said)
}

fn marked(status: StatusCode, said: Said) -> Response {
    let mut answer = (status, said.message.unwrap_or_default()).into_response();
    answer.extensions_mut().insert(said);
    answer
}

/// 障害番号 — names one failure on the page and in the technical log: eight characters that are told apart on the telephone.
#[must_use]
pub fn number() -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut bytes = [0_u8; 8];
    if getrandom::fill(&mut bytes).is_err() {
        // Better a number that may come again after a restart than none.
        bytes = COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    }
    let letters = bytes.iter().map(|byte| {
        let letter = LETTERS.get(usize::from(byte % 32)).copied();
        char::from(letter.unwrap_or(b'0'))
    });
    letters.collect()
}

/// What stands over and in the page of a status.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::BAD_REQUEST => (
            "読み取れません",
            "アドレスか送った内容の形が正しくありません。メニューか前の画面から開き直してください。何も変更していません",
        ),
        StatusCode::UNAUTHORIZED => ("ログインが必要です", "ログインしてからやり直してください"),
        StatusCode::FORBIDDEN => (
            "使えません",
            "ここからは使えません。管理者に確かめてください",
        ),
        StatusCode::NOT_FOUND => (
            "この画面はありません",
            "アドレスが違うか、その画面がなくなっています。ホームか検索から開き直してください",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "この操作はできません",
            "この画面は、そのような開き方や送り方に応じません。メニューか前の画面から開き直してください。何も変更していません",
        ),
        StatusCode::REQUEST_TIMEOUT => (
            "時間内に終わりませんでした",
            "処理が続いていることがあります。繰り返す前に、元の画面で結果を確かめてください",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "大きすぎて受け取れません",
            "送った内容が上限を超えています。文章を短くするか、ファイルを分けて送り直してください。何も変更していません",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            "この形式は受け取れません",
            "画面の入力欄から送り直してください。何も変更していません",
        ),
        StatusCode::UNPROCESSABLE_ENTITY => (
            "入力を確かめてください",
            "送った内容を読めません。前の画面へ戻り、入力し直してください。何も変更していません",
        ),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            ("混み合っています", "しばらく待ってからやり直してください")
        }
        _ if status.is_server_error() => (
            "処理できませんでした",
            "システムの内部で失敗しました。元の画面を開き直して、登録されたかどうかを確かめてください。続くときは、障害番号を管理者へ伝えてください",
        ),
        _ => (
            "できませんでした",
            "メニューか前の画面から開き直してください",
        ),
    }
}

/// What is kept of a request until it is known how it was answered.
struct Asked {
    request: Request<()>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let mut kept = Request::new(());
        *kept.method_mut() = request.method().clone();
        *kept.uri_mut() = request.uri().clone();
        for cookie in request.headers().get_all(header::COOKIE) {
            kept.headers_mut().append(header::COOKIE, cookie.clone());
        }
        kept.extensions_mut().clone_from(request.extensions());
        Self { request: kept }
    }

    fn wants_json(&self) -> bool {
        let path = self.request.uri().path();
        path.starts_with("/api/") || path.ends_with("/progress")
    }

    /// Who asked, where somebody is logged in.
    async fn desk(self, app: &App) -> Option<Desk> {
        let tls = app.config().behind_tls;
        Cookie::Session.read(self.request.headers(), tls)?;
        let (mut parts, ()): (Parts, ()) = self.request.into_parts();
        Desk::from_request_parts(&mut parts, app).await.ok()
    }
}

/// Whether an answer is an error that has neither page nor JSON.
fn is_bare(answer: &Response) -> bool {
    let status = answer.status();
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
    (status.is_client_error() || status.is_server_error())
        && (kind.is_empty() || kind.starts_with("text/plain"))
}

/// Gives a bare error its page.
pub async fn frame(State(app): State<App>, request: Request, next: Next) -> Response {
    let asked = Asked::of(&request);
    let bare = next.run(request).await;
    if !is_bare(&bare) {
        return bare;
    }
    let status = bare.status();
    let (parts, _) = bare.into_parts();
    let mut said = parts.extensions.get::<Said>().cloned().unwrap_or_default();
    if status.is_server_error()
        && status != StatusCode::SERVICE_UNAVAILABLE
        && said.number.is_empty()
    {
        said.number = number();
        tracing::error!(number = %said.number, status = status.as_u16(), "request failed");
    }
    let framed = if asked.wants_json() {
        as_json(status, &said)
    } else {
        let desk = if said.unasked {
            None
        } else {
            asked.desk(&app).await
        };
        as_page(&app, desk.as_ref(), status, &said)
    };
    keep_headers(framed, &parts.headers)
}

/// The headers of the bare answer that are not about its body: `Allow`, `Retry-After` …
fn keep_headers(mut framed: Response, bare: &HeaderMap) -> Response {
    let body = [
        header::CONTENT_TYPE,
        header::CONTENT_LENGTH,
        header::CONTENT_ENCODING,
        header::TRANSFER_ENCODING,
    ];
    for (name, value) in bare.iter().filter(|(name, _)| !body.contains(name)) {
        framed.headers_mut().append(name, value.clone());
    }
    framed
}

fn as_json(status: StatusCode, said: &Said) -> Response {
    let (_, message) = words(status);
    let message = said.message.unwrap_or(message);
    let code = format!("http.{}", status.as_u16());
    if said.number.is_empty() {
        return problem(status, &code, message);
    }
    answer::problem_numbered(status, &code, message, &said.number)
}

fn as_page(app: &App, desk: Option<&Desk>, status: StatusCode, said: &Said) -> Response {
    let (heading, mut message) = words(status);
    if desk.is_none() && status == StatusCode::NOT_FOUND {
        message = "アドレスが違うか、その画面がなくなっています。ログインして、ホームから開き直してください";
    }
    let message = said.message.unwrap_or(message).to_owned();
    let number = said.number.clone();
    let text = match desk {
        Some(desk) => MessagePage {
            page: desk.layout(heading),
            heading: heading.to_owned(),
            message,
            clause: String::new(),
            number,
            back_href: "/".to_owned(),
            back_label: "ホームへ".to_owned(),
        }
        .render(),
        None => {
            let mut page = Layout::bare(heading, &app.config().municipality_name);
            page.environment.clone_from(&app.config().environment);
            ClosedPage {
                page,
                heading: heading.to_owned(),
                message,
                number,
            }
            .render()
        }
    };
    match text {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(error = %error, "the page of an error could not be made");
            status.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn numbers_are_eight_plain_characters_and_differ() {
        let found: BTreeSet<String> = (0..1_000).map(|_| number()).collect();
        assert_eq!(found.len(), 1_000);
        let plain = |one: &String| one.len() == 8 && !one.contains(['I', 'L', 'O', 'U']);
        assert!(found.iter().all(plain));
    }

    #[test]
    fn every_error_has_words_that_say_what_to_do() {
        for code in 400..600 {
            let (heading, message) = words(StatusCode::from_u16(code).unwrap());
            assert!(!heading.is_empty(), "{code}");
            assert!(message.contains("ください"), "{code}: {message}");
        }
    }
}
