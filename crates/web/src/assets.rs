//! Files of the pages, inside the program. Their address carries their hash, so a browser may keep them for ever.

use crate::manual::book;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    body: &'static [u8],
    kind: &'static str,
    href: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut all = vec![
        asset("tokens.css", include_bytes!("../assets/tokens.css"), CSS),
        asset("app.css", include_bytes!("../assets/app.css"), CSS),
        asset("app.js", include_bytes!("../assets/app.js"), JS),
        asset("passkey.js", include_bytes!("../assets/passkey.js"), JS),
    ];
    all.extend(
        book::pictures()
            .iter()
            .map(|(name, body)| asset(name, body, PNG)),
    );
    all
});

const CSS: &str = "text/css; charset=utf-8";
const PNG: &str = "image/png";
const JS: &str = "text/javascript; charset=utf-8";

fn asset(name: &'static str, body: &'static [u8], kind: &'static str) -> Asset {
    let hash = Sha256::digest(body);
    let short = hash.iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    Asset {
        name,
        body,
        kind,
        href: format!("/static/{short}/{name}"),
    }
}

/// Address of a file; empty for a name that is not shipped.
#[must_use]
pub fn href(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("", |asset| asset.href.as_str())
}

/// Hands a file out.
pub async fn file(Path((hash, name)): Path<(String, String)>) -> Response {
    let wanted = format!("/static/{hash}/{name}");
    match ASSETS.iter().find(|asset| asset.href == wanted) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.body,
        )
            .into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
