//! 8月の年次切替 — the cut-over of judgements: started, looked at, approved by a second person, carried out, gone on with after
//! a stop.

use crate::answer;
use crate::desk::{App, Desk, Posted};
use crate::fields::Fields;
use crate::levy::runs::{beside, threads};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use law::judgement::{Over70, Pending, Under70};
use office::OfficeError;
use office::judgement::{publish, run as cut_over};
use office::security::permit::{ApproveEligibility, Function, RunJudgement};

/// Households in one chunk.
const CHUNK: i64 = 500;

fn book(desk: &Desk) -> Result<law::rules::JudgementBook, OfficeError> {
    Ok(desk
        .book()?
        .judgement_of(&desk.app().config().municipality_code)?)
}

/// Runs of the cut-over.
pub async fn cut_overs(desk: Desk) -> Response {
    desk.answer(|desk| list_cut_overs(desk, &Fields::default(), Vec::new()))
        .await
}

fn list_cut_overs(
    desk: &Desk,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    desk.permit_either::<RunJudgement, ApproveEligibility>()?;
    let mut table = Table::new(
        "年次切替",
        &[
            "#番号",
            "年度",
            "状態",
            "#世帯",
            "決定日",
            "事実の時点",
            "備考",
        ],
    );
    for run in desk.store().read(cut_over::list)? {
        table.row(vec![
            Cell::link(
                &run.run_id.to_string(),
                &format!("/cut-over/{}", run.run_id),
            ),
            format!("{}年8月から", run.benefit_year).into(),
            Cell::badge(run.state.label_ja(), Tone::Info),
            count(run.households).into(),
            day_ja(run.decided_on).into(),
            moment_ja(run.known_at).into(),
            run.note.into(),
        ]);
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("8月の年次切替");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, "8月の年次切替（負担区分）");
    if desk.session().may(RunJudgement::CODE) {
        let year = if fields.has("year") {
            fields.text("year").to_owned()
        } else {
            desk.business_date().year().to_string()
        };
        let decided = if fields.has("decided_on") {
            fields.text("decided_on").to_owned()
        } else {
            day_ja(desk.business_date())
        };
        let mut card = Card::new("始める", "w12");
        card.form = Some(
            Form::post("/cut-over")
                .fields(vec![
                    Field::new(Input::Text, "year", "8月の年（西暦）", &year),
                    Field::new(Input::Day, "decided_on", "決定日", &decided),
                    Field::new(Input::Text, "note", "備考", fields.text("note")),
                ])
                .hide("request_id", &random_token()?)
                .button("判定を始める", "start", "main"),
        );
        page.cards.push(card);
    }
    let mut list = Card::new("", "w12").with_table(table, "年次切替はまだありません。");
    list.actions
        .push(Action::link("1月1日国外の洗い出し", "/cut-over/abroad"));
    page.cards.push(list);
    answer::page_with(status, &page)
}

/// Begins a cut-over.
pub async fn start_cut_over(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<RunJudgement>()?;
            let mut errors = Vec::new();
            let decided_on =
                fields.required_day("decided_on", "決定日", desk.business_date(), &mut errors);
            let year = fields.text("year").parse::<i16>().ok();
            if year.is_none() {
                crate::fields::note(&mut errors, "year", "年: 西暦4桁で入力してください");
            }
            let (Some(decided_on), Some(benefit_year)) = (decided_on, year) else {
                return list_cut_overs(desk, &fields, errors);
            };
            let book = book(desk)?;
            let request = cut_over::RunRequest {
                book: &book,
                benefit_year,
                decided_on,
                chunk_households: CHUNK,
                note: fields.text("note").to_owned(),
            };
            let acting = desk.acting(fields.text("request_id"));
            let id = cut_over::start(desk.store(), &permit, &acting, &request)?;
            judge(desk.app(), id);
            Ok(answer::go(&format!("/cut-over/{id}")))
        })
        .await
}

fn judge(app: &App, id: i64) {
    beside(app, id, move |app| {
        let clock = app.config().clock;
        cut_over::calculate(
            app.store(),
            id,
            threads(),
            &|| clock.now(),
            app.counter_first(),
        )
    });
}

fn settle(app: &App, id: i64) {
    beside(app, id, move |app| {
        let clock = app.config().clock;
        publish::publish(
            app.store(),
            id,
            threads(),
            &|| clock.now(),
            app.counter_first(),
        )
    });
}

fn class(code: i64) -> String {
    Under70::from_code(code)
        .map(Under70::label_ja)
        .or_else(|| Over70::from_code(code).map(Over70::label_ja))
        .unwrap_or("―")
        .to_owned()
}

fn judged((code, tenths, pending): (i64, i64, i64)) -> String {
    if let Some(pending) = Pending::from_code(pending) {
        return pending.label_ja().to_owned();
    }
    match tenths {
        0 => class(code),
        tenths => format!("{}（{tenths}割）", class(code)),
    }
}

/// One cut-over: what changes, and what is to be done.
pub async fn cut_over_page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit_either::<RunJudgement, ApproveEligibility>()?;
        // Asked before the rows are read: who is no longer at work then has left its last row there.
        let working = desk.app().working().contains(&id);
        let run = cut_over::require(desk.store(), id)?;
        let changes = desk.store().read(|conn| cut_over::changes(conn, id))?;
        let mut layout = desk.layout("8月の年次切替");
        layout.refresh = if working { 2 } else { 0 };
        let mut page = CardsPage::new(layout, &format!("{}年8月の年次切替", run.benefit_year));
        page.badges = vec![crate::view::Badge::new(
            run.state.label_ja(),
            Tone::Info,
            "",
        )];
        let mut facts = Card::new("処理", "w6");
        facts.fact("世帯", count(run.households));
        facts.fact("決定日", day_ja(run.decided_on));
        facts.fact("事実の時点", moment_ja(run.known_at));
        facts.fact("備考", run.note.as_str());
        facts
            .actions
            .push(Action::link("進み", &format!("/jobs/{id}")));
        page.cards.push(facts);
        let mut table = Table::new("変わる判定", &["対象", "いま", "8月から", "#人数・世帯"]);
        for row in &changes.rows {
            let who = if row.elders {
                "70歳以上"
            } else {
                "世帯（70歳未満）"
            };
            let line = table.row(vec![
                who.into(),
                judged(row.before).into(),
                judged(row.after).into(),
                count(row.count).into(),
            ]);
            line.off = row.before == row.after;
        }
        let mut todo = Card::new("次にすること", "w6");
        let ratio = changes.ratio_changes().to_string();
        let mut form = Form::post(&format!("/cut-over/{id}"))
            .hide("request_id", &random_token()?)
            .hide("ratio_changes", &ratio);
        let session = desk.session();
        use cut_over::RunState;
        match run.state {
            RunState::Calculating | RunState::Publishing if !working => {
                form = form.button("続きから処理する", "resume", "main");
            }
            RunState::Calculated if session.may(ApproveEligibility::CODE) => {
                todo.fact("確認", changes.question_ja());
                form = form.button("この内容で承認する", "approve", "main");
            }
            RunState::Approved if session.may(RunJudgement::CODE) => {
                form = form.button("確定する", "publish", "main");
            }
            _ => {}
        }
        if matches!(run.state, RunState::Calculated | RunState::Approved)
            && session.may(RunJudgement::CODE)
        {
            form = form.button("取り消す", "cancel", "danger");
        }
        todo.form = Some(form.back("一覧へ", "/cut-over"));
        page.cards.push(todo);
        page.cards
            .push(Card::new("変わる判定", "w12").with_table(table, "変わる判定はありません。"));
        answer::page(&page)
    })
    .await
}

/// What was ordered for a cut-over.
pub async fn order_cut_over(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let acting = desk.acting(fields.text("request_id"));
            let store = desk.store();
            match fields.text("do") {
                "approve" => {
                    let permit = desk.permit::<ApproveEligibility>()?;
                    let confirmed = fields.text("ratio_changes").parse().unwrap_or(-1);
                    cut_over::approve(store, &permit, &acting, id, confirmed)?;
                }
                "publish" => {
                    let permit = desk.permit::<RunJudgement>()?;
                    publish::begin(store, &permit, &acting, id)?;
                    settle(desk.app(), id);
                }
                "cancel" => {
                    let permit = desk.permit::<RunJudgement>()?;
                    cut_over::cancel(store, &permit, &acting, id)?;
                }
                _ => {
                    desk.permit::<RunJudgement>()?;
                    match cut_over::require(store, id)?.state {
                        cut_over::RunState::Publishing => settle(desk.app(), id),
                        _ => judge(desk.app(), id),
                    }
                }
            }
            Ok(answer::go(&format!("/cut-over/{id}")))
        })
        .await
}
