//! 添付 — a form with files: what is in a file is read as if it had been typed.

use crate::answer;
use crate::desk::App;
use axum::body::Body;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use office::OfficeError;
use office::import::{Scanner, text_of};

/// What was typed, and what is in the files that came with it.
///
/// # Errors
/// The answer to a body that is no form, or too large.
pub async fn pairs_of(
    request: Request<Body>,
    app: &App,
) -> Result<Vec<(String, String)>, Response> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let with_files = kind
        .and_then(|kind| kind.to_str().ok())
        .is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if !with_files {
        let pairs = axum::Form::<Vec<(String, String)>>::from_request(request, &()).await;
        return pairs
            .map(|pairs| pairs.0)
            .map_err(IntoResponse::into_response);
    }
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(IntoResponse::into_response)?;
    let (mut pairs, mut files) = (Vec::new(), Vec::new());
    while let Some(part) = parts
        .next_field()
        .await
        .map_err(IntoResponse::into_response)?
    {
        let name = part.name().unwrap_or("").to_owned();
        let is_file = part.file_name().is_some();
        let bytes = part.bytes().await.map_err(IntoResponse::into_response)?;
        if !is_file {
            pairs.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        } else if !bytes.is_empty() {
            files.push((name, bytes));
        }
    }
    if files.is_empty() {
        return Ok(pairs);
    }
    // A scanner may take its time.
    let read = app.blocking(move |app| {
        let scanner = app.config().edge.scanner.as_ref();
        for (name, bytes) in files {
            take_file(&mut pairs, (&name, &bytes), scanner);
        }
        Ok(pairs)
    });
    read.await.map_err(|error| answer::broken(&error))
}

/// The text of a file in the place of what was typed; what is wrong with it under its own name.
fn take_file(
    pairs: &mut Vec<(String, String)>,
    (name, bytes): (&str, &[u8]),
    scanner: Option<&Scanner>,
) {
    let typed = name.strip_suffix("_file").unwrap_or(name);
    match text_of(bytes, scanner) {
        Ok(text) => {
            pairs.retain(|(key, _)| key != typed);
            pairs.push((typed.to_owned(), text));
        }
        Err(error) => pairs.push((format!("{name}_wrong"), said_of(error))),
    }
}

fn said_of(error: OfficeError) -> String {
    match error {
        OfficeError::Input { message, .. } => message,
        OfficeError::Refusal(refusal) => refusal.message_ja,
        _ => "ファイルを読めません".to_owned(),
    }
}
