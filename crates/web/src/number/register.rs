//! 個人番号の登録と住基ネット照会, as forms of the page of a person.

use super::vault;
use crate::answer;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::registry::codes;
use crate::security::random_token;
use crate::view::cards::Card;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::moment_ja;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use office::OfficeError;
use office::exports::NetworkQueryFile;
use office::provision::Asked;
use office::registry::{Resident, Sex, timeline};
use office::security::permit::RegisterNumber;
use office::vault::network::Asking;
use office::vault::register::register;
use office::vault::{
    Evidence, Giver, IndividualNumber, NetworkQuery, Origin, Registered, Registration, Source,
};

fn choices<T: Copy>(all: &[(T, &str)], label: impl Fn(T) -> &'static str) -> Vec<Choice> {
    all.iter()
        .map(|(one, code)| ((*code).to_owned(), label(*one).to_owned()))
        .collect()
}

fn chosen<T: Copy>(
    all: &[(T, &str)],
    typed: &str,
    (field, message): (&str, &str),
) -> Result<T, OfficeError> {
    all.iter()
        .find(|(_, code)| *code == typed)
        .map(|(one, _)| *one)
        .ok_or_else(|| OfficeError::input(field, message))
}

/// The form of registering a number.
///
/// # Errors
/// [`OfficeError`] where no token can be drawn.
pub fn card(person: i64, fields: &Fields) -> Result<Card, OfficeError> {
    let text = |name: &str, label: &str| Field::new(Input::Text, name, label, fields.text(name));
    let pick = |name: &str, label: &str, all| {
        Field::new(Input::Choice(all), name, label, fields.text(name))
    };
    let mut card = Card::new("番号を登録する", "w12");
    card.form = Some(
        Form::post(&format!("/number/people/{person}"))
            .fields(vec![
                Field::new(Input::Text, "number", "個人番号", "")
                    .hint("記載がないときは空欄（確認リストに入ります）"),
                pick("source", "入手元", choices(&Source::ALL, Source::label_ja)),
                pick("giver", "提供者", choices(&Giver::ALL, Giver::label_ja)),
                pick(
                    "evidence",
                    "確認書類",
                    choices(&Evidence::ALL, Evidence::label_ja),
                ),
                text("form", "様式・受付番号"),
                text("ground", "代理権・職権の根拠"),
                Field::new(
                    Input::Check,
                    "changed",
                    "番号の変更（異動事由45・46）",
                    fields.text("changed"),
                ),
                Field::new(
                    Input::Check,
                    "checked",
                    "登録の確認事項（本人からの取得、4情報か住所を含む3情報の照会）を確かめた",
                    fields.text("checked"),
                )
                .wide(),
            ])
            .hide("request_id", &random_token()?)
            .button("登録する", "register", ""),
    );
    Ok(card)
}

/// Registers what was typed.
///
/// # Errors
/// As [`register`].
pub fn carry_out(desk: &Desk, person: i64, fields: &Fields) -> Result<Registered, OfficeError> {
    let permit = desk.permit::<RegisterNumber>()?;
    let typed = fields.exact("number").trim();
    let number = if typed.is_empty() {
        None
    } else {
        Some(IndividualNumber::read(typed)?)
    };
    let origin = Origin {
        source: chosen(
            &Source::ALL,
            fields.text("source"),
            ("入手元", "入手元を選んでください"),
        )?,
        giver: chosen(
            &Giver::ALL,
            fields.text("giver"),
            ("提供者", "提供者を選んでください"),
        )?,
        evidence: chosen(
            &Evidence::ALL,
            fields.text("evidence"),
            ("確認書類", "確認書類を選んでください"),
        )?,
        form: fields.text("form").to_owned(),
        ground: fields.text("ground").to_owned(),
    };
    let registration = Registration {
        person_id: person,
        number,
        origin,
        checklist_done: !fields.text("checked").is_empty(),
        changed_by_law: !fields.text("changed").is_empty(),
    };
    let acting = desk.acting(fields.text("request_id"));
    register(vault(desk)?, desk.store(), &permit, &acting, &registration)
}

/// The form of a query to the network, with the queries made before.
///
/// # Errors
/// [`OfficeError`].
pub fn query_card(desk: &Desk, person: i64, fields: &Fields) -> Result<Card, OfficeError> {
    let mut card = Card::new("住基ネットへ照会する", "w6");
    for one in vault(desk)?.queries_of(person)?.into_iter().take(5) {
        card.fact(
            &moment_ja(one.recorded_at),
            format!("{}（{}）{}", one.items, one.case, one.file_name),
        );
    }
    let tick = |name: &str, label: &str| Field::new(Input::Check, name, label, fields.text(name));
    card.form = Some(
        Form::post(&format!("/number/people/{person}"))
            .fields(vec![
                tick("by_name", "氏名"),
                tick("by_birth", "生年月日"),
                tick("by_sex", "性別"),
                tick("by_address", "住所"),
                Field::new(
                    Input::Text,
                    "asking_case",
                    "照会の件名・受付番号",
                    fields.text("asking_case"),
                )
                .hint("4情報か、住所を含む3情報で照会します")
                .wide(),
            ])
            .hide("request_id", &random_token()?)
            .button("照会ファイルを作る", "query", ""),
    );
    Ok(card)
}

/// 照会: by the items ticked, with the values of the record as it stands.
///
/// # Errors
/// As [`NetworkQuery::new`].
pub fn query(desk: &Desk, person: i64, fields: &Fields) -> Result<Response, OfficeError> {
    let permit = desk.permit::<RegisterNumber>()?;
    let Some(catalogue) = codes::catalogue() else {
        return Err(OfficeError::Bug("同梱のレイアウトを読めません".to_owned()));
    };
    let today = desk.business_date();
    let records = desk
        .store()
        .read(|conn| timeline::<Resident>(conn, person, None))?;
    let now = records
        .iter()
        .find(|one| one.valid.holds(today))
        .or(records.last())
        .map(|one| &one.fact);
    let Some(now) = now else {
        return answer::not_found(desk, "この宛名番号の人");
    };
    let by = |name: &str| !fields.text(name).is_empty();
    let address = format!("{}{}", now.address, now.building);
    let sex = match now.sex {
        Sex::Male => Some(1),
        Sex::Female => Some(2),
        Sex::Unknown => None,
    };
    let query = NetworkQuery::new(
        by("by_name").then_some(now.name.as_str()),
        by("by_birth").then_some(now.birth_on),
        sex.filter(|_| by("by_sex")),
        by("by_address").then_some(address.as_str()),
    )?;
    let second = (desk.now().div_euclid(1_000_000) + 9 * 3600).rem_euclid(86_400);
    let made_at = format!(
        "{}{:02}{:02}{:02}",
        today.to_string().replace('-', ""),
        second / 3600,
        second % 3600 / 60,
        second % 60
    );
    let asking = Asking {
        person_id: person,
        case: fields.text("asking_case"),
        municipality: &desk.app().config().municipality_code,
        made_at: &made_at,
    };
    let acting = desk.acting(fields.text("request_id"));
    let vault = vault(desk)?;
    let asked = Asked {
        recipient: "jlis-query",
        request: asking.case,
        ..Asked::default()
    };
    let cleared = desk.clear::<NetworkQueryFile>(&permit, &asked)?;
    let may = (&permit, &cleared);
    let file = vault.ask_network(desk.store(), catalogue, may, &acting, (asking, &query))?;
    desk.handed_out(may, (&file.name, &file.bytes), 1)?;
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{}\"", file.name))
        .map_err(|_| OfficeError::Bug("照会ファイルの名前を書けません".to_owned()))?;
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    Ok((
        [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        file.bytes,
    )
        .into_response())
}
