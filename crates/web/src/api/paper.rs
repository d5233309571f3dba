//! 証の交付 for programs.

use super::guard;
use crate::certificate;
use crate::desk::Desk;
use axum::Json;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use law::Date;
use office::certificate::issue::{self, Due};
use office::security::permit::{Function, IssueCertificate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// 証の交付.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Issue {
    /// 命令の識別子: the same twice is carried out once. Never empty.
    #[serde(deserialize_with = "guard::request_id")]
    request_id: String,
    /// 国保世帯番号.
    household_id: i64,
    /// 宛名番号.
    person_id: i64,
    /// 異動日, ISO 8601.
    #[schema(value_type = String)]
    arose_on: Date,
    /// 交付事由.
    reason: String,
    /// The kind that is believed to be due; another is refused.
    expected: Option<String>,
}

/// 交付した証.
#[derive(Debug, Serialize, ToSchema)]
pub struct Issued {
    /// Number in the store.
    certificate_id: i64,
    /// 交付番号.
    number: String,
    /// 名称.
    title: String,
    /// 発効期日, ISO 8601.
    effective_from: String,
    /// 有効期限, ISO 8601.
    expires_on: Option<String>,
}

/// 職権による交付.
#[utoipa::path(post, path = "/api/v1/certificates", request_body = Issue, responses((status = 200, body = Issued)))]
pub async fn issue(desk: Desk, headers: HeaderMap, body: Bytes) -> Response {
    let order: Issue = match guard::read(&headers, &body) {
        Ok(order) => order,
        Err(answer) => {
            return desk
                .answer(move |desk| {
                    desk.permit::<IssueCertificate>()?;
                    Ok(*answer)
                })
                .await;
        }
    };
    desk.answer(move |desk| {
        let permit = desk.permit::<IssueCertificate>()?;
        for subject in [order.household_id, order.person_id] {
            desk.record(IssueCertificate::CODE, Some(subject))?;
        }
        let acting = desk.acting(&order.request_id);
        let due = Due {
            household_id: order.household_id,
            person_id: order.person_id,
            arose_on: order.arose_on,
            reason: &order.reason,
            expected: order.expected.as_deref(),
        };
        let rules = certificate::rules(desk)?;
        let one = issue::due(desk.store(), &permit, &acting, &rules, &due)?;
        Ok(Json(Issued {
            certificate_id: one.certificate_id,
            number: one.number,
            title: one.title,
            effective_from: one.effective_from.to_string(),
            expires_on: one.expires_on.map(|day| day.to_string()),
        })
        .into_response())
    })
    .await
}
