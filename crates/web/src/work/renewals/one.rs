//! 一つの更新 — looked at, approved by a second person, handed out, printed and mailed.

use super::pull::is_said_here;
use super::{changed, hand_out, make, refused};
use crate::answer;
use crate::certificate::rules;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::certificate::run as renewal;
use office::certificate::{run_mail, run_mark, run_publish, run_refused};
use office::security::permit::{ApproveCertificate, Function, PrintNotice, RunRenewal};

/// One renewal: counts by kind, who gets none and why, and the bags of its mail.
pub async fn renewal_page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| show(desk, id, &Fields::default(), Vec::new()))
        .await
}

fn show(
    desk: &Desk,
    id: i64,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    desk.permit_either::<RunRenewal, ApproveCertificate>()?;
    // Asked before the rows are read: who is no longer at work then has left its last row there.
    let working = desk.app().working().contains(&id);
    let said_back = !errors.is_empty();
    let (run, summary, bags, reasons) = desk.store().read(|conn| {
        Ok::<_, OfficeError>((
            renewal::require(conn, id)?,
            run_mail::summary(conn, id)?,
            run_mail::bags(conn, id)?,
            run_refused::reasons(conn, id)?,
        ))
    })?;
    let rules = rules(desk)?;
    let mut layout = desk.layout("証の一斉更新");
    layout.errors = errors;
    layout.refresh = if working { 2 } else { 0 };
    let mut page = CardsPage::new(layout, &format!("一斉更新{id}"));
    page.badges = vec![crate::view::Badge::new(
        run.state.label_ja(),
        Tone::Info,
        "",
    )];
    if run.refused > 0 {
        page.notes.push(Note::new(
            Tone::Warn,
            "",
            vec![format!(
                "{}人は証を作れません。「証を作れない人」の一覧を確かめてください。",
                count(run.refused)
            )],
        ));
    }
    let mut facts = Card::new("処理", "w6");
    facts.fact("発効期日", day_ja(run.effective_from));
    facts.fact("交付日", day_ja(run.issued_on));
    facts.fact("凍結の時点", moment_ja(run.known_at));
    facts.fact("人数", count(run.persons));
    facts.fact("備考", run.note.as_str());
    facts
        .actions
        .push(Action::link("進み", &format!("/jobs/{id}")));
    page.cards.push(facts);
    page.cards
        .push(next_of_renewal(desk, &run, working, fields)?);
    if !working {
        page.cards.extend(changed::cards(desk, &run)?);
    }
    let mut kinds = Table::new("種類ごと", &["種類", "#枚数"]);
    for (kind, papers) in &summary.kinds {
        let name = rules
            .kind(kind, run.issued_on)
            .map_or(kind.as_str(), |kind| kind.name_ja.as_str());
        kinds.row(vec![name.into(), count(*papers).into()]);
    }
    page.cards
        .push(Card::new("種類ごと", "w4").with_table(kinds, "まだありません。"));
    page.cards.push(refused::by_reason(id, &reasons));
    let mut ratios = Table::new("割合の変わる人", &["いま", "更新後", "#人数"]);
    let word = |tenths: i64| {
        if tenths == 0 {
            "なし".to_owned()
        } else {
            format!("{tenths}割")
        }
    };
    for (before, after, persons) in &summary.ratio_changes {
        ratios.row(vec![
            word(*before).into(),
            word(*after).into(),
            count(*persons).into(),
        ]);
    }
    page.cards
        .push(Card::new("割合の変わる人", "w4").with_table(ratios, "いません。"));
    let mut mail = Table::new("差出の袋", &["郵便", "#袋", "#通数", "#枚数", "郵便番号"]);
    for bag in &bags {
        mail.row(vec![
            bag.mail.label_ja().into(),
            bag.bag.to_string().into(),
            count(bag.envelopes).into(),
            count(bag.papers).into(),
            format!("{}〜{}", bag.postal_codes.0, bag.postal_codes.1).into(),
        ]);
    }
    page.cards
        .push(Card::new("差出の袋", "w12").with_table(mail, "袋はまだありません。"));
    let status = if said_back {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    answer::page_with(status, &page)
}

fn next_of_renewal(
    desk: &Desk,
    run: &renewal::Run,
    working: bool,
    fields: &Fields,
) -> Result<Card, OfficeError> {
    use renewal::RunState;
    let session = desk.session();
    let mut form =
        Form::post(&format!("/renewals/{}", run.run_id)).hide("request_id", &random_token()?);
    match run.state {
        RunState::Calculating | RunState::Publishing if !working => {
            form = form.button("続きから処理する", "resume", "main");
        }
        RunState::Calculated if session.may(ApproveCertificate::CODE) => {
            form = form.button("この内容で承認する", "approve", "main");
        }
        RunState::Approved if session.may(RunRenewal::CODE) => {
            form = form.button("交付を決定する", "publish", "main");
        }
        RunState::Published => return handed_out(desk, run, fields),
        _ => {}
    }
    if matches!(run.state, RunState::Calculated | RunState::Approved)
        && session.may(RunRenewal::CODE)
    {
        form = form.button("取り消す", "cancel", "danger");
    }
    let mut card = Card::new("次にすること", "w6");
    card.form = Some(form.back("一覧へ", "/renewals"));
    Ok(card)
}

/// What is still to be done with the papers of a renewal that was published.
fn handed_out(desk: &Desk, run: &renewal::Run, fields: &Fields) -> Result<Card, OfficeError> {
    let session = desk.session();
    let (lying, stocks) = desk.store().read(|conn| {
        Ok::<_, OfficeError>((
            run_mark::lying(conn, run.run_id)?,
            run_mail::stocks(conn, run.run_id)?,
        ))
    })?;
    let mut card = Card::new("次にすること", "w6");
    card.fact("有効な証", format!("{}枚", count(lying.all)));
    card.fact("印刷待ち", format!("{}枚", count(lying.to_print)));
    card.fact("発送待ち", format!("{}枚", count(lying.to_mail)));
    let mut form =
        Form::post(&format!("/renewals/{}", run.run_id)).hide("request_id", &random_token()?);
    if lying.to_print > 0 && session.may(PrintNotice::CODE) {
        for one in &stocks {
            card.fact(
                &format!("用紙 {}", one.stock),
                format!("{} {}枚", one.kind_ja, count(one.papers)),
            );
        }
        form = form
            .fields(vec![
                Field::new(
                    Input::Text,
                    "stocks",
                    "プリンターに入れた用紙",
                    fields.text("stocks"),
                )
                .hint("様式番号4桁・版2桁。空白で区切る"),
            ])
            .button("全部を印刷済みにする", "printed", "main");
    }
    if lying.to_mail > 0 && session.may(RunRenewal::CODE) {
        form = form.button("全部を発送済みにする", "mailed", "main");
    }
    card.form = Some(form.back("一覧へ", "/renewals"));
    Ok(card)
}

/// What was ordered for a renewal.
pub async fn order_renewal(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let here = format!("/renewals/{id}");
            match carry_out(desk, id, &fields) {
                Ok(()) => Ok(answer::go(&here)),
                Err(OfficeError::Refusal(refusal)) if is_said_here(&refusal) => {
                    let field = if refusal.code.starts_with("certificate.form.") {
                        "stocks"
                    } else {
                        ""
                    };
                    let mut errors = Vec::new();
                    note(&mut errors, field, &refusal.to_string());
                    show(desk, id, &fields, errors)
                }
                Err(other) => Err(other),
            }
        })
        .await
}

fn carry_out(desk: &Desk, id: i64, fields: &Fields) -> Result<(), OfficeError> {
    let acting = desk.acting(fields.text("request_id"));
    let store = desk.store();
    match fields.text("do") {
        "approve" => {
            let permit = desk.permit::<ApproveCertificate>()?;
            renewal::approve(store, &permit, &acting, id)?;
        }
        "publish" => {
            let permit = desk.permit::<RunRenewal>()?;
            run_publish::begin(store, &permit, &acting, id)?;
            hand_out(desk.app(), id);
        }
        "printed" => {
            let permit = desk.permit::<PrintNotice>()?;
            let typed = fields.text("stocks");
            let stocks: Vec<&str> = typed.split_whitespace().collect();
            run_mail::printed(store, &permit, &acting, id, &stocks)?;
        }
        "mailed" => {
            let permit = desk.permit::<RunRenewal>()?;
            run_mail::mailed(store, &permit, &acting, id)?;
        }
        "cancel" => {
            let permit = desk.permit::<RunRenewal>()?;
            renewal::cancel(store, &permit, &acting, id)?;
        }
        _ => {
            desk.permit::<RunRenewal>()?;
            let state = store.read(|conn| renewal::require(conn, id))?.state;
            match state {
                renewal::RunState::Publishing => hand_out(desk.app(), id),
                _ => make(desk.app(), id),
            }
        }
    }
    Ok(())
}
