//! Answers: a page, a way on, or an error in words.

use crate::bare;
use crate::desk::Desk;
use crate::view::message::MessagePage;
use askama::Template;
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use db::StoreError;
use office::OfficeError;
use office::registry::household_taken_back;
use office::security::authorize::NOT_PERMITTED;
use office::security::rows;

/// A page.
///
/// # Errors
/// [`OfficeError::Bug`] when the template fails.
pub fn page(template: &impl Template) -> Result<Response, OfficeError> {
    page_with(StatusCode::OK, template)
}

/// A page with a status, such as a form that has to be corrected.
///
/// # Errors
/// As [`page`].
pub fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, OfficeError> {
    let text = template
        .render()
        .map_err(|error| OfficeError::Bug(format!("画面を作れません: {error}")))?;
    Ok((status, Html(text)).into_response())
}

/// After something was done: the page that shows it.
#[must_use]
pub fn go(href: &str) -> Response {
    Redirect::to(href).into_response()
}

/// A PDF, opened beside the page; the name is without its ending.
#[must_use]
pub fn pdf(name: &str, bytes: Vec<u8>) -> Response {
    let name = format!("inline; filename=\"{name}.pdf\"");
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    (headers, bytes).into_response()
}

/// Nothing is there.
///
/// # Errors
/// As [`page`].
pub fn not_found(desk: &Desk, what: &str) -> Result<Response, OfficeError> {
    let message = format!("{what}は見つかりません。番号を確かめるか、検索から開いてください");
    message_page(
        desk,
        StatusCode::NOT_FOUND,
        ["見つかりません", &message, "", ""],
    )
}

/// A household is not there: it never was, or the act that had founded it was taken back.
///
/// # Errors
/// As [`page`].
pub fn no_household(desk: &Desk, household: i64) -> Result<Response, OfficeError> {
    let act = desk
        .store()
        .read(|conn| household_taken_back(conn, household))?;
    let Some(act) = act else {
        return not_found(desk, "この世帯");
    };
    let message = format!(
        "世帯番号{household}の設定は、処理{act}で取り消されました。対象だった人は、処理番号{act}から開いてください"
    );
    message_page(
        desk,
        StatusCode::NOT_FOUND,
        ["取り消された世帯です", &message, "", ""],
    )
}

/// A form whose token is not that of the session.
#[must_use]
pub fn stale_form(desk: &Desk) -> Response {
    let message = "この画面は古くなっています。戻って読み直し、もう一度操作してください。何も変更していません";
    let words = ["送信を受け付けられません", message, "", ""];
    message_page(desk, StatusCode::FORBIDDEN, words).unwrap_or_else(|error| broken(&error))
}

/// An error of the office as a page, or as JSON where a program asked.
#[must_use]
pub fn failure(desk: &Desk, error: &OfficeError) -> Response {
    if is_repeated_order(error) {
        let message =
            "この操作は既に受け付けています。一覧で結果を確かめてください。二度は行っていません";
        return failure(desk, &OfficeError::Conflict(message.to_owned()));
    }
    let mut number = String::new();
    let (status, heading) = match error {
        OfficeError::Refusal(refusal) if refusal.code == NOT_PERMITTED => {
            (StatusCode::FORBIDDEN, "権限がありません")
        }
        OfficeError::Refusal(refusal)
            if [rows::OUTSIDE, rows::RELATIVE].contains(&refusal.code) =>
        {
            (StatusCode::FORBIDDEN, "開けません")
        }
        OfficeError::Refusal(_) => (StatusCode::UNPROCESSABLE_ENTITY, "できません"),
        OfficeError::Input { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "入力を確かめてください"),
        OfficeError::Conflict(_) => (StatusCode::CONFLICT, "先に変更されています"),
        OfficeError::Store(_) | OfficeError::Bug(_) => {
            number = bare::number();
            tracing::error!(number = %number, error = %error, "request failed");
            (StatusCode::INTERNAL_SERVER_ERROR, "処理できませんでした")
        }
    };
    let (code, message, clause) = match error {
        OfficeError::Refusal(refusal) => (
            refusal.code,
            refusal.message_ja.clone(),
            refusal.clause.map(|clause| clause.to_string()).unwrap_or_default(),
        ),
        OfficeError::Input { .. } => ("input", error.to_string(), String::new()),
        OfficeError::Conflict(_) => ("conflict", error.to_string(), String::new()),
        // What the store says is for the log, not for the screen.
        OfficeError::Store(_) | OfficeError::Bug(_) => (
            "internal",
            "システムの内部で失敗しました。変更は取り消されています。続くときは、障害番号を管理者へ伝えてください".to_owned(),
            String::new(),
        ),
    };
    if desk.wants_json() {
        if !number.is_empty() {
            return problem_numbered(status, code, &message, &number);
        }
        let body = serde_json::json!({ "code": code, "message": message, "clause": clause });
        return (status, Json(body)).into_response();
    }
    let words = [heading, &message, &clause, &number];
    message_page(desk, status, words).unwrap_or_else(|error| broken(&error))
}

/// An inner failure as a program is told of it: the number is that of the technical log.
#[must_use]
pub fn problem_numbered(status: StatusCode, code: &str, message: &str, number: &str) -> Response {
    let body =
        serde_json::json!({ "code": code, "message": message, "clause": "", "number": number });
    (status, Json(body)).into_response()
}

/// The same form sent twice: its order number is already written down with an act.
#[must_use]
pub fn is_repeated_order(error: &OfficeError) -> bool {
    matches!(error, OfficeError::Store(store @ StoreError::Statement { statement, .. })
        if store.is_duplicate() && statement == "acts.insert")
}

fn message_page(
    desk: &Desk,
    status: StatusCode,
    [heading, message, clause, number]: [&str; 4],
) -> Result<Response, OfficeError> {
    page_with(
        status,
        &MessagePage {
            page: desk.layout(heading),
            heading: heading.to_owned(),
            message: message.to_owned(),
            clause: clause.to_owned(),
            number: number.to_owned(),
            back_href: "/".to_owned(),
            back_label: "ホームへ".to_owned(),
        },
    )
}

/// The last resort, where not even a page can be made.
#[must_use]
pub fn broken(error: &OfficeError) -> Response {
    let number = bare::number();
    tracing::error!(number = %number, error = %error, "request failed before a page could be made");
    bare::failed(number)
}

/// Percent-encodes what goes into a query.
#[must_use]
pub fn percent(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
