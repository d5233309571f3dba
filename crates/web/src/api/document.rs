//! The OpenAPI document, made from the types that are served.

use crate::desk::Desk;
use axum::Json;
use axum::response::{IntoResponse, Response};
use law::levy::facts::{
    HeadSpan, HouseholdFacts, InsuredSpan, Maternity, PersonFacts, Unemployment,
};
use law::{Span, day};
use serde_json::Value;
use utoipa::OpenApi;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi as Document, RefOr};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "国民健康保険",
        description = "画面と同じ業務処理。賦課の計算は何も保存しない。登録と交付には request_id が要り、同じなら一度だけ行う。画面と同じログインと権限が要る。",
        license(name = "Apache-2.0")
    ),
    paths(
        super::calc::calculate,
        super::register::find,
        super::register::household,
        super::register::judged,
        super::register::preview,
        super::register::register,
        super::paper::issue,
        super::files::take,
    )
)]
struct Api;

/// The document.
#[must_use]
pub fn document() -> Document {
    Api::openapi()
}

/// Hands the document out.
pub async fn page(_desk: Desk) -> Response {
    Json(document()).into_response()
}

/// The schema of a household's facts, drawn from one that has a value of everything.
#[must_use]
pub fn household_schema() -> RefOr<Schema> {
    RefOr::T(schema(
        &serde_json::to_value(example()).unwrap_or(Value::Null),
    ))
}

fn example() -> HouseholdFacts {
    let from = day(2020, 4, 1);
    let until = Some(day(2026, 10, 1));
    let mut person = PersonFacts::born(day(1970, 7, 15));
    person.insured = vec![InsuredSpan {
        acquired_on: from,
        lost_on: until,
        event_on: until,
        cause: Some(law::levy::facts::LossCause::Other),
    }];
    person.former_insured = vec![Span { from, until }];
    person.care_exempt = vec![Span { from, until }];
    person.unemployments = vec![Unemployment {
        left_on: from,
        code: 11,
    }];
    person.maternities = vec![Maternity {
        delivery_on: from,
        multiple: false,
    }];
    person.former_dependant_since = Some(from);
    HouseholdFacts {
        people: vec![person],
        heads: vec![HeadSpan {
            person: 0,
            from,
            until,
        }],
        ..HouseholdFacts::default()
    }
}

fn schema(value: &Value) -> Schema {
    match value {
        Value::Object(fields) => {
            let object = fields
                .iter()
                .fold(ObjectBuilder::new(), |object, (name, value)| {
                    object.property(name, schema(value))
                });
            object.build().into()
        }
        Value::Array(items) => {
            let item = items
                .first()
                .map_or_else(|| ObjectBuilder::new().build().into(), schema);
            ArrayBuilder::new().items(RefOr::T(item)).build().into()
        }
        Value::Bool(_) => plain(Type::Boolean),
        Value::Number(_) => plain(Type::Integer),
        Value::String(_) | Value::Null => plain(Type::String),
    }
}

fn plain(kind: Type) -> Schema {
    ObjectBuilder::new()
        .schema_type(SchemaType::new(kind))
        .build()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_household_is_described_to_its_last_item() {
        let text = serde_json::to_string(&document()).unwrap();
        for item in [
            "birth_on",
            "acquired_on",
            "unemployments",
            "salary_revenue",
            "casualty_loss_used",
            "heads",
        ] {
            assert!(text.contains(&format!("\"{item}\"")), "{item}");
        }
    }

    #[test]
    fn the_document_names_the_routes_that_are_served() {
        let mut served: Vec<String> = crate::routes::list()
            .into_iter()
            .filter(|(_, path)| path.starts_with("/api/v1/"))
            .map(|(method, path)| format!("{method} {path}"))
            .collect();
        let document = serde_json::to_value(document()).unwrap();
        let mut described = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for method in methods.as_object().unwrap().keys() {
                described.push(format!("{} {path}", method.to_uppercase()));
            }
        }
        served.sort();
        described.sort();
        assert_eq!(served, described);
    }
}
