//! 受け口 — what every order of a program has to be: JSON, from our own site, under a session.

use crate::desk::cross_site;
use crate::edge::gate::NUL_MESSAGE;
use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

/// A problem in the form every answer of the API has.
#[must_use]
pub fn problem(status: StatusCode, code: &str, message: &str) -> Response {
    let body = serde_json::json!({ "code": code, "message": message, "clause": "" });
    (status, Json(body)).into_response()
}

/// Reads an order; what it cannot be is answered at once.
///
/// # Errors
/// The answer to give.
pub fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Box<Response>> {
    // A form of another site can send neither this type nor, past SameSite, the cookie.
    let json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .and_then(|kind| kind.split(';').next())
        .is_some_and(|kind| kind.trim() == "application/json");
    if !json {
        let message = "Content-Type を application/json にしてください";
        return Err(Box::new(problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "api.content_type",
            message,
        )));
    }
    if cross_site(headers) {
        let message = "他のサイトからは使えません";
        return Err(Box::new(problem(
            StatusCode::FORBIDDEN,
            "api.cross_site",
            message,
        )));
    }
    // Neither the store nor a page can hold NUL; JSON can only write it escaped.
    if body.windows(6).any(|window| window == br"\u0000") {
        return Err(Box::new(problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "api.nul",
            NUL_MESSAGE,
        )));
    }
    serde_json::from_slice(body).map_err(|error| {
        let message = format!("JSONを読めません: {error}");
        Box::new(problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "api.json",
            &message,
        ))
    })
}

/// 命令の識別子: a program that retries is carried out once only where it says that it is the same order.
///
/// # Errors
/// Where it is blank.
pub fn request_id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let given = String::deserialize(from)?;
    if given.trim().is_empty() {
        return Err(D::Error::custom(
            "request_id が空です。命令ごとに違う識別子を入れ、送り直すときは同じものを入れてください",
        ));
    }
    Ok(given)
}
