//! 通知書1通 — its paper, and 送付止め with a reason and an end.

use super::notices::{kind_ja, state_ja};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::{household, names};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::format::year_ja;
use crate::view::work::NoticePage;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use law::FiscalYear;
use office::OfficeError;
use office::notices::release::{self, Handling};
use office::notices::{self, hold, not_found};
use office::security::permit::{Function, PrintNotice, ReleaseWithheld, ViewLevy};

/// The page of a notice.
pub async fn page(desk: Desk, Path(notice_id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewLevy>()?;
        show(
            desk,
            notice_id,
            &Fields::default(),
            Vec::new(),
            StatusCode::OK,
        )
    })
    .await
}

fn show(
    desk: &Desk,
    notice_id: i64,
    fields: &Fields,
    errors: Vec<FieldError>,
    status: StatusCode,
) -> Result<Response, OfficeError> {
    let found = desk.store().read(|conn| {
        let Some(notice) = notices::find(conn, notice_id)? else {
            return Ok::<_, OfficeError>(None);
        };
        let subject = household::subject(desk, conn, notice.household_id, "")?;
        let names = names::people(conn, desk.business_date(), [notice.addressee_id])?;
        let handling = release::handling(conn, &notice, desk.business_date())?;
        // Whoever decides has to see where it goes now; nobody else does, and afterwards nobody.
        let decides = handling == Handling::Waits
            && desk.session().may(ReleaseWithheld::CODE)
            && release::author(conn, notice_id)? != desk.session().staff_id();
        let place = decides
            .then(|| release::place_of(conn, &notice, desk.business_date()))
            .transpose()?;
        Ok(Some((notice, subject, names, handling, place)))
    })?;
    let Some((notice, subject, names, handling, place)) = found else {
        return answer::not_found(desk, "この通知書");
    };
    desk.record(ViewLevy::CODE, Some(notice.household_id))?;
    let may = desk.session().may(PrintNotice::CODE);
    let mut layout = desk.layout(&format!("通知書 {notice_id}"));
    layout.subject = subject;
    layout.errors = errors;
    let (state, tone) = state_ja(&notice.state);
    let year = i16::try_from(notice.levy_year).map(FiscalYear);
    answer::page_with(
        status,
        &NoticePage {
            page: layout,
            notice_id,
            kind: kind_ja(desk, &notice).to_owned(),
            year: year.map_or_else(|_| notice.levy_year.to_string(), year_ja),
            addressee: names.person(notice.addressee_id),
            pages: notice.pages,
            state: state.to_owned(),
            tone,
            not_found: if handling == Handling::NotFound
                && matches!(notice.state.as_str(), "decided" | "printed")
            {
                not_found::EFFECT_JA.to_owned()
            } else {
                String::new()
            },
            why_held: notice.hold_reason.clone().unwrap_or_default(),
            apart: match handling {
                Handling::Ordinary | Handling::NotFound => String::new(),
                Handling::Apart => "支援措置対象者の通知書です。承認済み。ほかの書類と混ぜず、単独で封入して発送してください。".to_owned(),
                Handling::Waits => "支援措置対象者の通知書です。いまの送り先を責任者が確かめて承認するまで、印刷も発送もできません。".to_owned(),
            },
            approve_href: place.as_ref().map_or_else(String::new, |_| {
                format!("/notices/{notice_id}/support")
            }),
            place: place.as_ref().map_or_else(String::new, release::digest),
            goes_to: place.map_or_else(Vec::new, |place| {
                vec![
                    format!("{} 様", place.addressee),
                    format!("〒{} {} {}", place.postal_code, place.address, place.building),
                ]
            }),
            paper_href: if may
                && !matches!(handling, Handling::Waits | Handling::NotFound)
                && desk.app().office().paper.is_some()
            {
                format!("/notices/{notice_id}/paper")
            } else {
                String::new()
            },
            hold_href: if may && matches!(notice.state.as_str(), "decided" | "printed") {
                format!("/notices/{notice_id}/hold")
            } else {
                String::new()
            },
            release_href: if may && notice.state == "held" {
                format!("/notices/{notice_id}/release")
            } else {
                String::new()
            },
            reason: fields.text("reason").to_owned(),
            checked: fields.text("checked").to_owned(),
            until: fields.text("until").to_owned(),
            request_id: random_token()?,
        },
    )
}

/// 送付止め.
pub async fn hold(Path(notice_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<PrintNotice>()?;
            let mut errors = Vec::new();
            let today = desk.business_date();
            let until = fields.required_day("until", "送付止めの期限", today, &mut errors);
            let Some(until) = until else {
                return show(
                    desk,
                    notice_id,
                    &fields,
                    errors,
                    StatusCode::UNPROCESSABLE_ENTITY,
                );
            };
            let acting = desk.acting(fields.text("request_id"));
            let held = hold::hold(
                desk.store(),
                &permit,
                &acting,
                notice_id,
                fields.text("reason"),
                until,
            );
            match held {
                Ok(()) => Ok(answer::go(&format!("/notices/{notice_id}"))),
                Err(OfficeError::Input { field, message }) => {
                    let id = if field == "送付止めの期限" {
                        "until"
                    } else {
                        "reason"
                    };
                    note(&mut errors, id, &format!("{field}: {message}"));
                    show(
                        desk,
                        notice_id,
                        &fields,
                        errors,
                        StatusCode::UNPROCESSABLE_ENTITY,
                    )
                }
                Err(other) => Err(other),
            }
        })
        .await
}

/// 支援措置対象者の通知書の承認.
pub async fn approve(Path(notice_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ReleaseWithheld>()?;
            let acting = desk.acting(fields.text("request_id"));
            let checked = (fields.text("checked"), fields.text("place"));
            match release::release(desk.store(), &permit, &acting, notice_id, checked) {
                Ok(()) => Ok(answer::go(&format!("/notices/{notice_id}"))),
                Err(OfficeError::Input { field, message }) => {
                    let mut errors = Vec::new();
                    note(&mut errors, "checked", &format!("{field}: {message}"));
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    show(desk, notice_id, &fields, errors, status)
                }
                Err(other) => Err(other),
            }
        })
        .await
}

/// 送付止めの解除.
pub async fn release(Path(notice_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<PrintNotice>()?;
            let acting = desk.acting(fields.text("request_id"));
            hold::release(
                desk.store(),
                &permit,
                &acting,
                notice_id,
                fields.text("reason"),
            )?;
            Ok(answer::go(&format!("/notices/{notice_id}")))
        })
        .await
}
