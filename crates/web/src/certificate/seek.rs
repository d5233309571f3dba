//! 証の一覧 — the papers of everybody, sought by every field a clerk knows of them. What is typed comes by POST and stands in
//! the address of the answer sealed under the session: one of the fields is a name.

use super::{rules, table};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage};
use crate::view::entry::{Choice, Field, Form, Input};
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use law::certificate::Place;
use office::OfficeError;
use office::certificate::event::{place_code, place_of};
use office::certificate::find::{self, Days, Filter};
use office::certificate::record::Division;
use office::security::permit::{Function, IssueCertificate};
use serde::Deserialize;

const PLACES: [Place; 8] = [
    Place::Decided,
    Place::Office,
    Place::OnTheWay,
    Place::ComeBack,
    Place::Holder,
    Place::Lost,
    Place::Collected,
    Place::Voided,
];

/// Longer words are nobody's name; what is longer is not carried in an address.
const LONGEST: usize = 200;

/// Names of the fields that seek.
const SOUGHT: [&str; 18] = [
    "kind",
    "place",
    "outstanding",
    "division",
    "reason",
    "class",
    "long_term",
    "addressee",
    "issued_from",
    "issued_to",
    "effective_from",
    "effective_to",
    "expires_from",
    "expires_to",
    "collected_from",
    "collected_to",
    "back_from",
    "back_to",
];

/// Stretches of days: name of the fields, and what they are called.
const STRETCHES: [(&str, &str, &str, &str); 5] = [
    ("issued_from", "交付日から", "issued_to", "交付日まで"),
    (
        "effective_from",
        "発効期日から",
        "effective_to",
        "発効期日まで",
    ),
    ("expires_from", "有効期限から", "expires_to", "有効期限まで"),
    ("collected_from", "回収日から", "collected_to", "回収日まで"),
    ("back_from", "返戻日から", "back_to", "返戻日まで"),
];

/// The address of an answer: what was typed, sealed, and where the page begins.
#[derive(Debug, Default, Deserialize)]
pub struct Address {
    #[serde(default)]
    asked: String,
    #[serde(default)]
    after: i64,
}

fn href(desk: &Desk, fields: &Fields) -> Result<String, OfficeError> {
    let typed: Vec<(&str, &str)> = SOUGHT
        .into_iter()
        .map(|name| (name, fields.text(name)))
        .filter(|(_, typed)| !typed.is_empty())
        .collect();
    Ok(format!("/certificates?asked={}", desk.sealed(&typed)?))
}

/// What was typed: it leads to the page of its answer.
pub async fn send(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<IssueCertificate>()?;
            if SOUGHT
                .into_iter()
                .any(|name| fields.text(name).chars().count() > LONGEST)
            {
                let message = "長すぎます。200字までで入力してください";
                return Err(OfficeError::input("条件", message));
            }
            desk.leads_on();
            Ok(answer::go(&href(desk, &fields)?))
        })
        .await
}

/// The page.
pub async fn page(desk: Desk, Query(address): Query<Address>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<IssueCertificate>()?;
        desk.record(IssueCertificate::CODE, None)?;
        let mut errors = Vec::new();
        let typed = desk.unsealed::<Vec<(String, String)>>(&address.asked);
        if typed.is_none() && !address.asked.is_empty() {
            let message =
                "この条件は、前のログインのものなので読めません。もう一度入力してください";
            note(&mut errors, "", message);
        }
        let fields = Fields::new(typed.unwrap_or_default());
        let filter = filter(desk, &fields, &mut errors);
        let above = address.after;
        let (found, reasons) = desk.store().read(|conn| {
            let found = if errors.is_empty() {
                find::search(conn, &filter, above)?
            } else {
                Vec::new()
            };
            Ok::<_, OfficeError>((found, find::reasons(conn)?))
        })?;
        let status = if errors.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let mut layout = desk.layout("証");
        layout.errors = errors;
        let mut page = CardsPage::new(layout, "証の一覧");
        let mut ask = Card::new("", "w12");
        ask.form = Some(form(desk, &fields, reasons)?);
        page.cards.push(ask);
        let mut list = table(desk, &found);
        if let Some(last) = found.last().filter(|_| found.len() >= 50) {
            let href = href(desk, &fields)?;
            list.more_href = format!("{href}&after={}", last.certificate_id);
        }
        page.cards
            .push(Card::new("", "w12").with_table(list, "この条件の証はありません。"));
        answer::page_with(status, &page)
    })
    .await
}

fn filter(desk: &Desk, fields: &Fields, errors: &mut Vec<FieldError>) -> Filter {
    let chosen = |name: &str| Some(fields.text(name).to_owned()).filter(|text| !text.is_empty());
    let ticked = |name: &str| (!fields.text(name).is_empty()).then_some(true);
    let today = desk.business_date();
    let [issued, effective, expires, collected, came_back] =
        STRETCHES.map(|(from, from_ja, to, to_ja)| -> Days {
            (
                fields.day(from, from_ja, today, errors),
                fields.day(to, to_ja, today, errors),
            )
        });
    Filter {
        kind: chosen("kind"),
        place: place_of(fields.text("place")),
        outstanding: ticked("outstanding"),
        division: Division::of(fields.text("division")),
        reason: chosen("reason"),
        class: chosen("class"),
        long_term: ticked("long_term"),
        addressee: chosen("addressee"),
        issued,
        effective,
        expires,
        collected,
        came_back,
        run_id: None,
    }
}

fn with_all(choices: impl Iterator<Item = Choice>) -> Vec<Choice> {
    let all = (String::new(), "すべて".to_owned());
    std::iter::once(all).chain(choices).collect()
}

fn form(desk: &Desk, fields: &Fields, reasons: Vec<String>) -> Result<Form, OfficeError> {
    let rules = rules(desk)?;
    let kinds = rules.issued_on(desk.business_date()).into_iter();
    let kinds = with_all(kinds.map(|kind| (kind.code.clone(), kind.name_ja.clone())));
    let places = with_all(
        PLACES
            .into_iter()
            .map(|one| (place_code(one).to_owned(), one.label_ja().to_owned())),
    );
    let divisions = with_all(
        Division::ALL
            .into_iter()
            .map(|one| (one.code().to_owned(), one.label_ja().to_owned())),
    );
    let reasons = with_all(
        reasons
            .into_iter()
            .filter(|reason| !reason.is_empty())
            .map(|reason| (reason.clone(), reason)),
    );
    let field = |input, name: &str, label: &str| Field::new(input, name, label, fields.text(name));
    let mut days = Vec::new();
    for (from, from_ja, to, to_ja) in STRETCHES {
        days.push(field(Input::Day, from, from_ja));
        days.push(field(Input::Day, to, to_ja));
    }
    Ok(Form::post("/certificates")
        .fields(vec![
            field(Input::Choice(kinds), "kind", "種類"),
            field(Input::Choice(places), "place", "状態"),
            field(Input::Choice(divisions), "division", "交付区分"),
            field(Input::Choice(reasons), "reason", "交付事由"),
            field(Input::Text, "class", "適用区分"),
            field(Input::Text, "addressee", "発行先の宛名"),
            field(Input::Check, "long_term", "長期該当だけ"),
            field(Input::Check, "outstanding", "返還請求中だけ"),
        ])
        .section("日付で探す", days)
        .button("表示", "", "main")
        .back("読取（返戻・配達）", "/certificates/scan"))
}
