//! ログインの二つ目の要素 — after the password: a code, a passkey, or the 登録コード of whoever has none yet.

use super::{local, random_token, with_cookies};
use crate::answer;
use crate::cookies::Cookie;
use crate::desk::{App, cross_site, same, terminal};
use crate::fields::Fields;
use crate::view::layout::{FieldError, Layout};
use crate::view::second::{Asked, SecondPage};
use askama::Template;
use axum::extract::{FromRequest, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use office::OfficeError;
use office::security::factor::Assertion;
use office::security::login::LoggedIn;
use office::security::second::{self, Proof, Step};
use office::security::session::Stage;

/// The page.
pub async fn page(
    State(app): State<App>,
    Query(asked): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let next = Fields::new(asked).text("next").to_owned();
    let seat = Seat::of(&app, &parts.headers, terminal(&parts));
    show(&app, seat, local(&next), None).await
}

/// Where a log-in waits.
struct Seat {
    step: String,
    terminal: String,
}

impl Seat {
    fn of(app: &App, headers: &HeaderMap, terminal: String) -> Self {
        let step = Cookie::Step.read(headers, app.config().behind_tls);
        Self {
            step: step.unwrap_or_default(),
            terminal,
        }
    }
}

async fn show(app: &App, seat: Seat, next: String, error: Option<String>) -> Response {
    let now = app.config().clock.now();
    let found = app
        .blocking(move |app| {
            let Some(step) = second::waiting(app.store(), &seat.step, &seat.terminal, now)? else {
                return Ok(None);
            };
            let asked = asked(app, &step, &seat.step, now)?;
            Ok(Some((step, asked)))
        })
        .await;
    let (step, asked) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return answer::go("/login"),
        Err(error) => return answer::broken(&error),
    };
    let token = match random_token() {
        Ok(token) => token,
        Err(error) => return answer::broken(&error),
    };
    let config = app.config();
    let mut layout = Layout::bare("本人の確認", &config.municipality_name);
    layout.environment.clone_from(&config.environment);
    layout.csrf.clone_from(&token);
    let status = match error {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    layout.errors = error
        .map(|message| FieldError {
            field: String::new(),
            message,
        })
        .into_iter()
        .collect();
    let page = SecondPage {
        page: layout,
        next,
        rule: step.rule.name_ja().to_owned(),
        totp: step.totp,
        enrol: step.is_empty(),
        passkey: asked,
    };
    match page.render() {
        Ok(text) => with_cookies(
            (status, Html(text)).into_response(),
            [Cookie::Door.set(&token, config.behind_tls), None],
        ),
        Err(error) => answer::broken(&OfficeError::Bug(error.to_string())),
    }
}

fn asked(app: &App, step: &Step, token: &str, now: i64) -> Result<Option<Asked>, OfficeError> {
    if step.passkeys.is_empty() {
        return Ok(None);
    }
    let setup = app.factors()?;
    Ok(Some(Asked {
        challenge: second::challenge(app.store(), token, now)?,
        host: setup.origin()?.host.clone(),
        keys: step.passkeys.join(" "),
        ..Asked::default()
    }))
}

/// Takes the second factor.
pub async fn enter(State(app): State<App>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (headers, terminal) = (parts.headers.clone(), terminal(&parts));
    let request = Request::from_parts(parts, body);
    let pairs = match axum::Form::<Vec<(String, String)>>::from_request(request, &()).await {
        Ok(pairs) => pairs.0,
        Err(rejection) => return rejection.into_response(),
    };
    let fields = Fields::new(pairs);
    let tls = app.config().behind_tls;
    let next = local(fields.text("next"));
    let seat = Seat::of(&app, &headers, terminal);
    let door = Cookie::Door.read(&headers, tls).unwrap_or_default();
    if cross_site(&headers) || !same(fields.text("csrf"), &door) {
        let stale = "画面が古くなっていました。もう一度確認してください";
        return show(&app, seat, next, Some(stale.to_owned())).await;
    }
    match prove(&app, &seat, &headers, fields).await {
        Ok(LoggedIn { token, session, .. }) => {
            let to = match session.stage() {
                Stage::Full | Stage::Seat => next.as_str(),
                Stage::Enrol | Stage::Password => "/me",
            };
            let cookies = [Cookie::Session.set(&token, tls), Cookie::Step.clear(tls)];
            let answer = with_cookies(answer::go(to), cookies);
            with_cookies(answer, [Cookie::Door.clear(tls), None])
        }
        Err(OfficeError::Refusal(refusal)) => {
            if refusal.code == "security.second.over" || refusal.code == "security.login.locked" {
                return super::door(
                    &app,
                    StatusCode::UNPROCESSABLE_ENTITY,
                    (&next, ""),
                    Some(&refusal.message_ja),
                    "",
                );
            }
            show(&app, seat, next, Some(refusal.message_ja.clone())).await
        }
        Err(error) => answer::broken(&error),
    }
}

async fn prove(
    app: &App,
    seat: &Seat,
    headers: &HeaderMap,
    fields: Fields,
) -> Result<LoggedIn, OfficeError> {
    let old = Cookie::Session.read(headers, app.config().behind_tls);
    let (step, terminal) = (seat.step.clone(), seat.terminal.clone());
    let now = app.config().clock.now();
    app.blocking(move |app| {
        let bytes = |name: &str| unhex(fields.text(name));
        let (client_data, data, signature) =
            (bytes("client_data"), bytes("data"), bytes("signature"));
        let proof = match fields.text("kind") {
            "passkey" => Proof::Passkey(Assertion {
                credential: fields.text("credential"),
                client_data: &client_data,
                data: &data,
                signature: &signature,
            }),
            "code" => Proof::Code(fields.text("code")),
            _ => Proof::Totp(fields.text("code")),
        };
        let config = &app.config().login;
        let tokens = (step.as_str(), old.as_deref());
        second::prove(
            app.store(),
            config,
            app.factors()?,
            tokens,
            (&terminal, now),
            proof,
        )
    })
    .await
}

/// Bytes of hexadecimal digits; nothing where they are none.
pub(super) fn unhex(text: &str) -> Vec<u8> {
    let digits = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !digits {
        return Vec::new();
    }
    (0..text.len())
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect()
}
