//! 申出の確認 — what one member of staff proposed, held side by side by another, who confirms it or turns it down: 名寄せ and
//! 送付先.

use super::merge::side_by_side as two_records;
use super::names;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use office::registry::destination::{self, Destination};
use office::registry::mailing::Mailing;
use office::registry::merge;
use office::registry::proposal::{self, Proposal};
use office::security::permit::{ApproveMerge, Function, RegisterContact, ViewHousehold};
use office::{OfficeError, trail};

const DESTINATION: &str = "destination";

/// One proposal.
pub async fn page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| show(desk, id, &Fields::default(), Vec::new()))
        .await
}

fn show(
    desk: &Desk,
    id: i64,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    desk.permit::<ViewHousehold>()?;
    let found = desk.store().read(|conn| proposal::get(conn, id))?;
    let Some(found) = found else {
        return answer::not_found(desk, "この申出");
    };
    for person in std::iter::once(found.person_id).chain(found.other_id) {
        desk.record("registry.proposal", Some(person))?;
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("申出の確認");
    layout.errors = errors;
    let title = if found.kind == DESTINATION {
        "送付先の確認"
    } else {
        "名寄せの確認"
    };
    let mut page = CardsPage::new(layout, &format!("{title} 申出{id}"));
    desk.store().read(|conn| {
        page.cards.push(facts(conn, &found)?);
        if found.kind == DESTINATION {
            destinations(desk, conn, &found, fields, &mut page)?;
        } else {
            let pair = (found.person_id, found.other_id.unwrap_or(found.person_id));
            page.cards.push(two_records(desk, conn, pair)?);
            if found.approved.is_none() {
                let may = desk.session().may(ApproveMerge::CODE);
                page.cards
                    .push(ruling(desk, &found, may, Vec::new(), fields)?);
            }
        }
        Ok::<_, OfficeError>(())
    })?;
    answer::page_with(status, &page)
}

fn facts(conn: &mut Conn, found: &Proposal) -> Result<Card, OfficeError> {
    let mut card = Card::new("申出", "w12");
    if let Some(by) = trail::find(conn, found.act_id)? {
        card.fact("申し出た職員", by.staff_name);
        card.fact("申し出た日時", moment_ja(by.recorded_at));
    }
    if let Some(reason) = merge::reason_of(found) {
        card.fact("理由", reason);
    }
    let state = match found.approved {
        None => Cell::badge("確認待ち", Tone::Warn),
        Some(true) => Cell::badge("確認済", Tone::Good),
        Some(false) => Cell::badge("認めない", Tone::Bad),
    };
    card.fact("状態", state);
    Ok(card)
}

fn place_of(now: &Mailing) -> Vec<String> {
    let about = now
        .about
        .as_ref()
        .map_or_else(String::new, |name| format!("（{name} 様分）"));
    vec![
        format!("{}{about}", now.addressee),
        now.postal_code.clone(),
        now.address.clone(),
        now.building.clone(),
    ]
}

fn place_to(new: &Destination) -> Vec<String> {
    vec![
        new.addressee.clone(),
        new.postal_code.clone(),
        new.address.clone(),
        new.building.clone(),
    ]
}

/// Where papers go now and where they would go, and who else's go there.
fn destinations(
    desk: &Desk,
    conn: &mut Conn,
    found: &Proposal,
    fields: &Fields,
    page: &mut CardsPage,
) -> Result<(), OfficeError> {
    let both = destination::side_by_side(conn, found.proposal_id, desk.business_date())?;
    let mut table = Table::new("宛先", &["項目", "いま", "申出", "違い"]);
    let hidden = || vec!["（非開示）".to_owned(); 4];
    let now = if both.now.withheld {
        hidden()
    } else {
        place_of(&both.now)
    };
    // Whoever decides has to see where papers would go; nobody else does, and afterwards nobody.
    let proposed = if both.now.withheld && !decides(desk, found) {
        hidden()
    } else {
        place_to(&both.proposed)
    };
    let sides = now.into_iter().zip(proposed);
    for (item, (now, new)) in ["宛名", "郵便番号", "住所", "方書"].iter().zip(sides) {
        let differs = now != new;
        table.row(vec![
            (*item).into(),
            now.into(),
            new.into(),
            if differs {
                Cell::badge("違う", Tone::Warn)
            } else {
                Cell::default()
            },
        ]);
    }
    let mut card = Card::new("宛先", "w12").with_table(table, "");
    card.fact(
        "本人",
        Cell::link(&both.name, &format!("/people/{}", both.place.person_id)),
    );
    card.fact("生年月日", both.birth_on.map_or_else(String::new, day_ja));
    card.fact("いつから", day_ja(both.place.from));
    card.fact(
        "いつまで",
        both.place.until.map_or_else(
            || "定めなし".to_owned(),
            |until| day_ja(law::date::previous_day(until)),
        ),
    );
    card.fact("根拠", both.proposed.ground.as_str());
    page.cards.push(card);
    let names = names::people(conn, desk.business_date(), both.shared_with.iter().copied())?;
    let ticks = both
        .shared_with
        .iter()
        .map(|other| {
            let name = format!("shared_{other}");
            let label = format!(
                "別の世帯の{}（宛名番号{other}）の送付先も同じ所です。人違いでないことを確かめた",
                names.person(*other)
            );
            Field::new(Input::Check, &name, &label, fields.text(&name)).wide()
        })
        .collect();
    if found.approved.is_none() {
        let may = desk.session().may(RegisterContact::CODE);
        page.cards.push(ruling(desk, found, may, ticks, fields)?);
    }
    Ok(())
}

/// Whether a 送付先 waits for the word of whoever looks.
fn decides(desk: &Desk, found: &Proposal) -> bool {
    let session = desk.session();
    found.approved.is_none()
        && session.may(RegisterContact::CODE)
        && found.staff_id != session.staff_id()
}

fn ruling(
    desk: &Desk,
    found: &Proposal,
    may: bool,
    mut ticks: Vec<Field>,
    fields: &Fields,
) -> Result<Card, OfficeError> {
    let mut card = Card::new("確認", "w12");
    if found.staff_id == desk.session().staff_id() {
        card.empty = "自分の申出は確認できません。別の職員に依頼してください。".to_owned();
    } else if !may {
        card.empty = "この申出を確認する権限がありません。".to_owned();
    } else {
        let words = Field::new(
            Input::Text,
            "note",
            "確認した人の記載（認めないときは理由）",
            fields.text("note"),
        );
        ticks.push(words.wide());
        card.form = Some(
            Form::post(&format!("/register-proposals/{}", found.proposal_id))
                .fields(ticks)
                .hide("request_id", &random_token()?)
                .button("確認して認める", "approve", "main")
                .button("認めない", "reject", "danger")
                .back("処理待ちへ", "/work"),
        );
        return Ok(card);
    }
    card.actions.push(Action::link("処理待ちへ", "/work"));
    Ok(card)
}

/// Confirms or turns down.
pub async fn rule(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<ViewHousehold>()?;
            let found = desk.store().read(|conn| proposal::get(conn, id))?;
            let Some(found) = found else {
                return answer::not_found(desk, "この申出");
            };
            for person in std::iter::once(found.person_id).chain(found.other_id) {
                desk.record("registry.proposal", Some(person))?;
            }
            let acting = desk.acting(fields.text("request_id"));
            let approve = fields.text("do") == "approve";
            let words = fields.text("note");
            let done = if found.kind == DESTINATION {
                let permit = desk.permit::<RegisterContact>()?;
                let seen: Vec<i64> = fields
                    .pairs()
                    .filter_map(|(name, _)| name.strip_prefix("shared_")?.parse().ok())
                    .collect();
                destination::decide(desk.store(), &permit, &acting, id, approve, words, &seen)
            } else {
                let permit = desk.permit::<ApproveMerge>()?;
                merge::decide(desk.store(), &permit, &acting, id, approve, words).map(|_| ())
            };
            let mut errors = Vec::new();
            match done {
                Ok(()) => return Ok(answer::go(&format!("/register-proposals/{id}"))),
                Err(other) if answer::is_repeated_order(&other) => {
                    return Ok(answer::go(&format!("/register-proposals/{id}")));
                }
                Err(OfficeError::Input { field, message }) => {
                    let place = if field == "理由" { "note" } else { "" };
                    note(&mut errors, place, &format!("{field}: {message}"));
                }
                Err(OfficeError::Conflict(message)) => note(&mut errors, "", &message),
                Err(OfficeError::Refusal(refusal))
                    if refusal.code != office::security::authorize::NOT_PERMITTED =>
                {
                    note(&mut errors, "", &refusal.message_ja);
                }
                Err(other) => return Err(other),
            }
            show(desk, id, &fields, errors)
        })
        .await
}
