//! 一つの処理待ち — what it is about, what happened with it, settled or given to somebody.

use super::list::{Subjects, due, owner, roles};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::eligibility::ex_officio;
use crate::fields::{Fields, note};
use crate::registry::household;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use office::security::Role;
use office::security::permit::{Function, HandleWork};
use office::worklist::{self, Candidate, Handover, Item, Outcome, Owner, State};
use office::{OfficeError, trail};

/// One item with its history.
pub async fn item(desk: Desk, Path(item_id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        show(desk, item_id, &Fields::default(), Vec::new())
    })
    .await
}

fn show(
    desk: &Desk,
    item_id: i64,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let today = desk.business_date();
    let Some(item) = desk
        .store()
        .read(|conn| worklist::get(conn, item_id, today))?
    else {
        return answer::not_found(desk, "この処理待ち");
    };
    desk.record(HandleWork::CODE, item.person_id.or(item.household_id))?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut page = desk.store().read(|conn| {
        let mut layout = desk.layout(&item.kind_ja);
        layout.subject = match item.household_id {
            Some(household) => household::subject(desk, conn, household, "tasks")?,
            None => None,
        };
        let mut page = CardsPage::new(layout, &format!("{} {item_id}", item.kind_ja));
        page.cards.push(facts(desk, conn, &item)?);
        page.cards.push(history(desk, conn, item_id)?);
        Ok::<_, OfficeError>(page)
    })?;
    page.page.errors = errors;
    if item.state == State::Open {
        page.cards.push(settle_card(&item, fields)?);
        page.cards.push(assign_card(desk, &item, fields)?);
    }
    answer::page_with(status, &page)
}

fn facts(desk: &Desk, conn: &mut Conn, item: &Item) -> Result<Card, OfficeError> {
    let mut card = Card::new(&item.title, "w6");
    let subjects = Subjects::read(desk, conn, std::slice::from_ref(item))?;
    card.fact("対象", subjects.of(item));
    card.fact("期限", {
        let mut cell = due(item);
        cell.href.clear();
        cell
    });
    card.fact("担当", owner(desk, item.owner));
    card.fact("状態", item.state.label_ja());
    if let Some(outcome) = item.outcome {
        card.fact("結果", outcome.label_ja());
    }
    match Candidate::of(item) {
        Some(candidate) => {
            card.fact("異動日", day_ja(candidate.occurred_on));
            if let Some(day) = candidate.elsewhere_from {
                card.fact("転出先で住所を有した日", day_ja(day));
            }
            card.fact(
                "届出日",
                candidate.reported_on.map_or_else(String::new, day_ja),
            );
            card.fact("知らせたもの", candidate.told_by);
        }
        None if !item.detail.starts_with('{') => card.fact("内容", item.detail.as_str()),
        None => {}
    }
    if let Some(href) = ex_officio::href(desk, item).filter(|_| item.state == State::Open) {
        card.actions
            .push(Action::link("この異動を登録する", &href).main());
    }
    card.fact("元になったもの", item.source.as_str());
    card.actions.extend(next(item));
    Ok(card)
}

/// Where a matter is dealt with.
fn next(item: &Item) -> Option<Action> {
    let link = |label: &str, href: String| Some(Action::link(label, &href).main());
    if let Some(number) = item.source.strip_prefix("registry_proposal/") {
        return link("申出を確認する", format!("/register-proposals/{number}"));
    }
    if let Some(row) = item.source.strip_prefix("import_row/") {
        return link("決める", format!("/missing/{row}"));
    }
    let candidate = Candidate::of(item)?;
    let days = format!(
        "occurred_on={}&reported_on={}",
        candidate.occurred_on,
        candidate
            .reported_on
            .map_or_else(String::new, |day| day.to_string())
    );
    let change = match candidate.cause.as_str() {
        "former_insured_started" => Some(("特定同一世帯所属者の引継ぎ", "former-start")),
        "former_insured_ended" => Some(("特定同一世帯所属者の終わり", "former-end")),
        "household" => Some(("世帯主の変更", "head")),
        _ => None,
    };
    if let (Some((label, code)), Some(household)) = (change, candidate.household_id) {
        let person = candidate.person_id;
        return link(
            label,
            format!("/households/{household}/change/{code}?person={person}&{days}"),
        );
    }
    if !candidate.gains() {
        return None;
    }
    link(
        "加入の届出",
        format!("/people/{}/gain?{days}", candidate.person_id),
    )
}

fn history(desk: &Desk, conn: &mut Conn, item_id: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "経過",
        &["日時", "職員", "したこと", "担当", "期限", "内容"],
    );
    for step in worklist::steps(conn, item_id)? {
        let act = trail::find(conn, step.act_id)?;
        let what = match (step.what.as_str(), step.outcome) {
            ("open", _) => "登録".to_owned(),
            ("assign", _) => "担当替え".to_owned(),
            ("reopen", _) => "再び未処理".to_owned(),
            (_, Some(outcome)) => outcome.label_ja().to_owned(),
            (other, None) => other.to_owned(),
        };
        table.row(vec![
            act.as_ref()
                .map_or_else(String::new, |act| moment_ja(act.recorded_at))
                .into(),
            act.map_or_else(String::new, |act| act.staff_name).into(),
            what.into(),
            owner(desk, step.owner).into(),
            day_ja(step.due_on).into(),
            step.note.into(),
        ]);
    }
    Ok(Card::new("経過", "w6").with_table(table, "経過はありません。"))
}

fn settle_card(item: &Item, fields: &Fields) -> Result<Card, OfficeError> {
    let outcomes: Vec<Choice> = [Outcome::Done, Outcome::NotNeeded]
        .map(|one| (one.code().to_owned(), one.label_ja().to_owned()))
        .to_vec();
    let form = Form::post(&format!("/work/{}", item.item_id))
        .fields(vec![
            Field::new(
                Input::Choice(outcomes),
                "outcome",
                "結果",
                fields.text("outcome"),
            ),
            Field::new(Input::Text, "note", "対応内容", fields.text("note")).wide(),
        ])
        .hide("steps", &item.steps.to_string())
        .hide("request_id", &random_token()?)
        .button("処理済にする", "settle", "main");
    let mut card = Card::new("処理済にする", "w6");
    card.form = Some(form);
    Ok(card)
}

fn assign_card(desk: &Desk, item: &Item, fields: &Fields) -> Result<Card, OfficeError> {
    let mut owners: Vec<Choice> = roles(desk)
        .map(|role| {
            (
                format!("me/{}", role.code()),
                format!("自分（{}）", role.name_ja()),
            )
        })
        .collect();
    owners.extend(
        Role::ALL
            .into_iter()
            .filter(|role| role.holds(HandleWork::CODE))
            .map(|role| (role.code().to_owned(), role.name_ja().to_owned())),
    );
    let until = if fields.has("due_on") {
        fields.text("due_on").to_owned()
    } else {
        day_ja(item.due_on)
    };
    let form = Form::post(&format!("/work/{}", item.item_id))
        .fields(vec![
            Field::new(Input::Choice(owners), "owner", "担当", fields.text("owner")),
            Field::new(Input::Day, "due_on", "期限", &until),
            Field::new(Input::Text, "why", "申し送り", fields.text("why")).wide(),
        ])
        .hide("steps", &item.steps.to_string())
        .hide("request_id", &random_token()?)
        .button("担当・期限を変える", "assign", "");
    let mut card = Card::new("担当・期限を変える", "w6");
    card.form = Some(form);
    Ok(card)
}

/// Settles an item or gives it to somebody.
pub async fn handle(Path(item_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<HandleWork>()?;
            let acting = desk.acting(fields.text("request_id"));
            let steps = fields.text("steps").parse::<i64>().unwrap_or(0);
            let mut errors = Vec::new();
            let done = if fields.text("do") == "assign" {
                let due_on = fields.day("due_on", "期限", desk.business_date(), &mut errors);
                let typed = fields.text("owner");
                let (own, code) = typed
                    .strip_prefix("me/")
                    .map_or((false, typed), |code| (true, code));
                let Some(role) = Role::from_code(code) else {
                    note(&mut errors, "owner", "担当: 一覧から選んでください");
                    return show(desk, item_id, &fields, errors);
                };
                if !errors.is_empty() {
                    return show(desk, item_id, &fields, errors);
                }
                let handover = Handover {
                    owner: Owner {
                        role,
                        staff_id: own.then(|| desk.session().staff_id()),
                    },
                    due_on,
                    note: fields.text("why"),
                };
                worklist::assign(desk.store(), &permit, &acting, item_id, steps, &handover)
            } else {
                let outcome = Outcome::from_code(fields.text("outcome")).unwrap_or(Outcome::Done);
                let words = fields.text("note");
                worklist::settle_by(
                    desk.store(),
                    &permit,
                    &acting,
                    item_id,
                    steps,
                    outcome,
                    words,
                )
            };
            match done {
                Ok(()) => Ok(answer::go(&format!("/work/{item_id}"))),
                Err(OfficeError::Input { field, message }) => {
                    note(&mut errors, "note", &format!("{field}: {message}"));
                    show(desk, item_id, &fields, errors)
                }
                Err(other) if answer::is_repeated_order(&other) => {
                    Ok(answer::go(&format!("/work/{item_id}")))
                }
                Err(other) => Err(other),
            }
        })
        .await
}
