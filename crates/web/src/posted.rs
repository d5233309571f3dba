//! 送信 — a form that comes from one of our own pages, under the session that it belongs to.

use crate::answer;
use crate::attached;
use crate::bare;
use crate::cookies::same;
use crate::desk::{App, Desk};
use crate::edge::gate::NUL_MESSAGE;
use crate::fields::Fields;
use crate::numberless;
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

/// Whether a browser says that the request was made by another site.
#[must_use]
pub fn cross_site(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return !matches!(site, "same-origin" | "none");
    }
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_none_or(|(_, from)| from != host),
        _ => false,
    }
}

/// A form sent by a member of staff from one of our own pages.
pub struct Posted {
    /// The desk.
    pub desk: Desk,
    /// What was typed.
    pub fields: Fields,
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request<Body>, app: &App) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let desk = Desk::from_request_parts(&mut parts, app).await?;
        let foreign = cross_site(&parts.headers);
        let request = Request::from_parts(parts, body);
        let fields = Fields::new(attached::pairs_of(request, app).await?);
        if fields.has_nul() {
            return Err(bare::say(StatusCode::BAD_REQUEST, NUL_MESSAGE));
        }
        if foreign || !same(fields.text("csrf"), desk.session().csrf()) {
            return Err(desk.turned_away(answer::stale_form).await);
        }
        if let Some(error) = numberless::found(desk.path(), fields.pairs()) {
            return Err(desk.turned_away(|desk| answer::failure(desk, &error)).await);
        }
        let desk = desk.with_fields(&fields);
        Ok(Self { desk, fields })
    }
}
