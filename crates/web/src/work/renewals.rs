//! 証の一斉更新 — frozen, worked out, looked at, approved by a second person, handed out in bags.

use crate::answer;
use crate::certificate::rules;
use crate::desk::{App, Desk, Posted};
use crate::fields::Fields;
use crate::levy::runs::{beside, threads};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use office::OfficeError;
use office::certificate::run as renewal;
use office::certificate::{run_mail, run_mark, run_publish, run_work};
use office::jobs::Flow;
use office::security::permit::{ApproveCertificate, Function, PrintNotice, RunRenewal};

/// Households in one chunk.
const CHUNK: i64 = 200;

/// Renewals.
pub async fn renewals(desk: Desk) -> Response {
    desk.answer(|desk| list_renewals(desk, &Fields::default(), Vec::new()))
        .await
}

fn list_renewals(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    desk.permit_either::<RunRenewal, ApproveCertificate>()?;
    let mut table = Table::new(
        "一斉更新",
        &[
            "#番号",
            "発効期日",
            "交付日",
            "状態",
            "#人数",
            "#作れない人",
            "マイナ保険証の基準日",
            "備考",
        ],
    );
    for run in desk.store().read(renewal::list)? {
        table.row(vec![
            Cell::link(
                &run.run_id.to_string(),
                &format!("/renewals/{}", run.run_id),
            ),
            day_ja(run.effective_from).into(),
            day_ja(run.issued_on).into(),
            Cell::badge(run.state.label_ja(), Tone::Info),
            count(run.persons).into(),
            count(run.refused).into(),
            run.card_as_of.map_or_else(String::new, day_ja).into(),
            run.note.into(),
        ]);
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("証の一斉更新");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, "証の一斉更新");
    if desk.session().may(RunRenewal::CODE) {
        let day = |name: &str, label: &str| Field::new(Input::Day, name, label, fields.text(name));
        let mut card = Card::new("始める", "w12");
        card.form = Some(
            Form::post("/renewals")
                .fields(vec![
                    day("effective_from", "発効期日").hint("例 R8.8.1"),
                    day("issued_on", "交付日"),
                    day("card_as_of", "マイナ保険証の一覧の基準日"),
                    Field::new(Input::Text, "note", "備考", fields.text("note")),
                ])
                .hide("request_id", &random_token()?)
                .button("作成を始める", "start", "main"),
        );
        page.cards.push(card);
    }
    page.cards
        .push(Card::new("", "w12").with_table(table, "一斉更新はまだありません。"));
    answer::page_with(status, &page)
}

/// Begins a renewal: the facts are frozen.
pub async fn start_renewal(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<RunRenewal>()?;
            let today = desk.business_date();
            let mut errors = Vec::new();
            let effective_from =
                fields.required_day("effective_from", "発効期日", today, &mut errors);
            let issued_on = fields.required_day("issued_on", "交付日", today, &mut errors);
            let card_as_of = fields.required_day("card_as_of", "基準日", today, &mut errors);
            let (Some(effective_from), Some(issued_on), Some(card_as_of)) =
                (effective_from, issued_on, card_as_of)
            else {
                return list_renewals(desk, &fields, errors);
            };
            let rules = rules(desk)?;
            let request = renewal::Request {
                rules: &rules,
                effective_from,
                issued_on,
                card_as_of,
                chunk_households: CHUNK,
                note: fields.text("note").to_owned(),
            };
            let acting = desk.acting(fields.text("request_id"));
            let id = renewal::start(desk.store(), &permit, &acting, &request)?;
            make(desk.app(), id);
            Ok(answer::go(&format!("/renewals/{id}")))
        })
        .await
}

fn make(app: &App, id: i64) {
    beside(app, id, move |app| {
        let clock = app.config().clock;
        run_work::calculate(app.store(), id, threads(), &|| clock.now(), |_| {
            Flow::Continue
        })
    });
}

fn hand_out(app: &App, id: i64) {
    beside(app, id, move |app| {
        let clock = app.config().clock;
        run_publish::publish(app.store(), id, threads(), &|| clock.now(), |_| {
            Flow::Continue
        })
    });
}

/// One renewal: counts by kind, who gets none and why, and the bags of its mail.
pub async fn renewal_page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit_either::<RunRenewal, ApproveCertificate>()?;
        // Asked before the rows are read: who is no longer at work then has left its last row there.
        let working = desk.app().working().contains(&id);
        let (run, summary, bags) = desk.store().read(|conn| {
            Ok::<_, OfficeError>((
                renewal::require(conn, id)?,
                run_mail::summary(conn, id)?,
                run_mail::bags(conn, id)?,
            ))
        })?;
        let rules = rules(desk)?;
        let mut layout = desk.layout("証の一斉更新");
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
                    "{}人は証を作れません。理由ごとの人数を確かめてください。",
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
        page.cards.push(next_of_renewal(desk, &run, working)?);
        let mut kinds = Table::new("種類ごと", &["種類", "#枚数"]);
        for (kind, papers) in &summary.kinds {
            let name = rules
                .kind(kind, run.issued_on)
                .map_or(kind.as_str(), |kind| kind.name_ja.as_str());
            kinds.row(vec![name.into(), count(*papers).into()]);
        }
        page.cards
            .push(Card::new("種類ごと", "w4").with_table(kinds, "まだありません。"));
        let mut refused = Table::new("作れない理由", &["理由", "#人数"]);
        for (reason, persons) in &summary.refused {
            refused.row(vec![reason.as_str().into(), count(*persons).into()]);
        }
        page.cards
            .push(Card::new("作れない理由", "w4").with_table(refused, "作れない人はいません。"));
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
        answer::page(&page)
    })
    .await
}

fn next_of_renewal(desk: &Desk, run: &renewal::Run, working: bool) -> Result<Card, OfficeError> {
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
        RunState::Published => return handed_out(desk, run),
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
fn handed_out(desk: &Desk, run: &renewal::Run) -> Result<Card, OfficeError> {
    let session = desk.session();
    let lying = desk
        .store()
        .read(|conn| run_mark::lying(conn, run.run_id))?;
    let mut card = Card::new("次にすること", "w6");
    card.fact("有効な証", format!("{}枚", count(lying.all)));
    card.fact("印刷待ち", format!("{}枚", count(lying.to_print)));
    card.fact("発送待ち", format!("{}枚", count(lying.to_mail)));
    let mut form =
        Form::post(&format!("/renewals/{}", run.run_id)).hide("request_id", &random_token()?);
    if lying.to_print > 0 && session.may(PrintNotice::CODE) {
        form = form
            .fields(vec![
                Field::new(Input::Text, "stocks", "プリンターに入れた用紙", "")
                    .hint("様式番号4桁と版2桁。いくつかあるときは空白で区切る"),
            ])
            .button("全部を印刷済みにする", "printed", "main");
    } else if lying.to_mail > 0 && session.may(RunRenewal::CODE) {
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
            Ok(answer::go(&format!("/renewals/{id}")))
        })
        .await
}
