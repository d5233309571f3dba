//! ファイルの受付 for programs: a neighbour's file in its declared layout, by the same importers as the command.

use super::guard;
use crate::desk::{Desk, cross_site};
use crate::registry::codes;
use axum::Json;
use axum::body::Bytes;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use office::OfficeError;
use office::import::{ImportReport, Incoming, Municipality, Options, receive};
use office::security::permit::ImportFile;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A file is never larger; larger ones are taken in by the command.
pub const LARGEST: usize = 16 * 1024 * 1024;

/// ファイルの名前と管理ファイル.
#[derive(Debug, Deserialize, IntoParams)]
pub struct Named {
    /// ファイル名 by the rule of the standard: it says layout, sender and municipality. Left out, it is refused by the
    /// importer, and the refusal is recorded like any other.
    #[serde(default)]
    name: String,
    /// 管理ファイル: its text, where the layout wants one beside the file.
    control: Option<String>,
    /// 1: 件数の大きな減少や古い作成日時を確認済み.
    #[serde(default)]
    force: u8,
}

/// 受付の結果: what became of every row.
#[derive(Debug, Serialize, ToSchema)]
pub struct Received {
    /// 受付番号.
    file_id: i64,
    /// レイアウト.
    layout: String,
    /// Rows in the file: the sum of the next three, and of rows that withdraw nothing else.
    rows_read: u64,
    /// Rows that became facts.
    posted: u64,
    /// Rows that say what stands already.
    same: u64,
    /// Rows that wait for a person.
    held: u64,
    /// Rows that were taken and are listed for a look.
    reviewed: u64,
    /// Facts that stand no more because a full load leaves them out.
    withdrawn: u64,
    /// Subjects in force that a full load leaves out; they are kept and listed.
    missing: u64,
    /// 知らせ.
    messages: Vec<String>,
}

impl From<ImportReport> for Received {
    fn from(report: ImportReport) -> Self {
        Self {
            file_id: report.file_id,
            layout: report.layout,
            rows_read: report.rows_read,
            posted: report.posted,
            same: report.same,
            held: report.held,
            reviewed: report.reviewed,
            withdrawn: report.withdrawn,
            missing: report.missing,
            messages: report.messages,
        }
    }
}

/// ファイルの受付: 住基・税・介護・後期・生活保護・オンライン資格確認などの様式のまま。
#[utoipa::path(post, path = "/api/v1/files", params(Named), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses((status = 200, body = Received)))]
pub async fn take(
    desk: Desk,
    headers: HeaderMap,
    Query(named): Query<Named>,
    body: Bytes,
) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<ImportFile>()?;
        if let Some(problem) = unfit(&headers, &body) {
            return Ok(problem);
        }
        let catalogue = codes::catalogue()
            .ok_or_else(|| OfficeError::Bug("同梱のレイアウトを読めません".to_owned()))?;
        let municipality = Municipality::new(&desk.app().config().municipality_code);
        let incoming = Incoming {
            name: &named.name,
            bytes: &body,
            control: named.control.as_deref().map(str::as_bytes),
        };
        let options = Options {
            force: named.force == 1,
            scanner: desk.app().config().edge.scanner.as_ref(),
            ..Options::default()
        };
        // The content says whether it came before: the same file twice is refused by the importer itself.
        let report = receive(
            desk.store(),
            catalogue,
            &permit,
            &desk.acting(""),
            &municipality,
            &incoming,
            &options,
        )?;
        Ok(Json(Received::from(report)).into_response())
    })
    .await
}

/// What no order of a program may be: a form of another site, or nothing at all.
fn unfit(headers: &HeaderMap, body: &Bytes) -> Option<Response> {
    if cross_site(headers) {
        let message = "他のサイトからは使えません";
        return Some(guard::problem(
            StatusCode::FORBIDDEN,
            "api.cross_site",
            message,
        ));
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    if kind != "application/octet-stream" {
        let message =
            "Content-Type を application/octet-stream にし、ファイルをそのまま送ってください";
        let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
        return Some(guard::problem(status, "api.content_type", message));
    }
    body.is_empty().then(|| {
        let message = "ファイルの中身がありません";
        guard::problem(StatusCode::UNPROCESSABLE_ENTITY, "api.empty", message)
    })
}
