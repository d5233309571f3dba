//! ログイン, ログアウト and the accounts.

pub mod access_log;
pub mod own;
pub(crate) mod pages;
pub mod person;
pub mod places;
pub mod provisions;
pub mod rules;
pub mod seat;
pub mod second;
mod setting_words;
pub mod staff;
pub mod watch;

use crate::answer;
use crate::bare;
use crate::cookies::Cookie;
use crate::desk::{App, Posted, cross_site, same, terminal};
use crate::edge::gate::NUL_MESSAGE;
use crate::fields::Fields;
use crate::view::layout::{FieldError, Layout};
use crate::view::login::LoginPage;
use askama::Template;
use axum::extract::{FromRequest, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use office::OfficeError;
use office::security::login::{self, Attempt, Entered};
use serde::Deserialize;

/// Where to go after log-in.
#[derive(Debug, Default, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
    #[serde(default)]
    ended: String,
}

/// The log-in page.
pub async fn form(State(app): State<App>, Query(next): Query<Next>) -> Response {
    let done = match next.ended.as_str() {
        "" => "",
        "registered" => "登録しました。登録した要素でログインしてください。",
        "password" => "パスワードを変えました。新しいパスワードでログインしてください。",
        "locked" => {
            "現在のパスワードを続けて間違えたため、ログインを終わらせました。しばらくはログインできません。時間をおくか、管理者に解除を依頼してください。"
        }
        _ => "ログアウトしました。",
    };
    door(&app, StatusCode::OK, (&next.next, ""), None, done)
}

/// Takes 職員番号 and password.
pub async fn enter(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (headers, terminal) = (parts.headers.clone(), terminal(&parts));
    let request = Request::from_parts(parts, body);
    let pairs = match axum::Form::<Vec<(String, String)>>::from_request(request, &()).await {
        Ok(pairs) => pairs.0,
        Err(rejection) => return rejection.into_response(),
    };
    let fields = Fields::new(pairs);
    if fields.has_nul() {
        return bare::say(StatusCode::BAD_REQUEST, NUL_MESSAGE);
    }
    let tls = app.config().behind_tls;
    let (login_name, next) = (fields.text("login").to_owned(), local(fields.text("next")));
    let door_token = Cookie::Door.read(&headers, tls).unwrap_or_default();
    if cross_site(&headers) || !same(fields.text("csrf"), &door_token) {
        let stale = "画面が古くなっていました。もう一度入力してください";
        let typed = (next.as_str(), login_name.as_str());
        return door(&app, StatusCode::FORBIDDEN, typed, Some(stale), "");
    }
    match try_password(&app, &fields, &headers, terminal).await {
        Ok(Entered::In(logged_in)) => {
            let cookies = [
                Cookie::Session.set(&logged_in.token, tls),
                Cookie::Door.clear(tls),
            ];
            with_cookies(answer::go(&next), cookies)
        }
        Ok(Entered::Second(token)) => {
            let to = format!("/login/second?next={}", answer::percent(&next));
            with_cookies(answer::go(&to), [Cookie::Step.set(&token, tls), None])
        }
        Err(OfficeError::Refusal(refusal)) => {
            let status = if refusal.code == "security.login.busy" {
                StatusCode::SERVICE_UNAVAILABLE
            } else {
                StatusCode::UNPROCESSABLE_ENTITY
            };
            let typed = (next.as_str(), login_name.as_str());
            door(&app, status, typed, Some(&refusal.message_ja), "")
        }
        Err(error) => answer::broken(&error),
    }
}

async fn try_password(
    app: &App,
    fields: &Fields,
    headers: &HeaderMap,
    terminal: String,
) -> Result<Entered, OfficeError> {
    let old_token = Cookie::Session.read(headers, app.config().behind_tls);
    let now = app.config().clock.now();
    let fields = fields.clone();
    app.blocking(move |app| {
        let attempt = Attempt {
            login: fields.text("login"),
            password: fields.exact("password"),
            terminal: &terminal,
            old_token: old_token.as_deref(),
            now,
        };
        login::enter(app.store(), &app.config().login, &attempt)
    })
    .await
}

/// Ends the session.
pub async fn leave(posted: Posted) -> Response {
    let tls = posted.desk.app().config().behind_tls;
    let answer = posted
        .desk
        .answer(|desk| {
            login::log_out(desk.store(), desk.token(), desk.session(), desk.now())?;
            Ok(answer::go("/login?ended=1"))
        })
        .await;
    with_cookies(answer, [Cookie::Session.clear(tls), None])
}

fn door(
    app: &App,
    status: StatusCode,
    (next, login_name): (&str, &str),
    error: Option<&str>,
    done: &str,
) -> Response {
    let config = app.config();
    let token = match random_token() {
        Ok(token) => token,
        Err(error) => return answer::broken(&error),
    };
    let mut layout = Layout::bare("ログイン", &config.municipality_name);
    layout.environment.clone_from(&config.environment);
    layout.csrf.clone_from(&token);
    layout.done = done.to_owned();
    layout.errors = error
        .map(|message| FieldError {
            field: String::new(),
            message: message.to_owned(),
        })
        .into_iter()
        .collect();
    let page = LoginPage {
        page: layout,
        login: login_name.to_owned(),
        next: local(next),
        hint: config.login_hint.clone(),
    };
    match page.render() {
        Ok(text) => with_cookies(
            (status, Html(text)).into_response(),
            [Cookie::Door.set(&token, config.behind_tls), None],
        ),
        Err(error) => answer::broken(&OfficeError::Bug(error.to_string())),
    }
}

fn with_cookies(mut response: Response, cookies: [Option<HeaderValue>; 2]) -> Response {
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A path of this site, or the first page: nobody is sent elsewhere after log-in.
pub(crate) fn local(next: &str) -> String {
    let plain = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains(['\\', '\n', '\r', '\t'])
        && !next.starts_with("/login");
    if plain {
        next.to_owned()
    } else {
        "/".to_owned()
    }
}

/// 256 random bits, hexadecimal.
///
/// # Errors
/// [`OfficeError::Bug`] when the machine gives no randomness.
pub fn random_token() -> Result<String, OfficeError> {
    use std::fmt::Write;
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| OfficeError::Bug(format!("乱数を得られません: {error}")))?;
    Ok(bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        }))
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn nobody_is_sent_elsewhere() {
        for elsewhere in [
            "",
            "https://example.com/",
            "//example.com",
            "/\\example.com",
            "/login",
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere}");
        }
        assert_eq!(
            local("/households/12?as_of=080401"),
            "/households/12?as_of=080401"
        );
    }
}
