//! 一括処理 — 町名変更, a facility that moves, 記号番号: tried line by line, confirmed, approved where that is asked for, run
//! with its progress, taken back as a whole.

mod new;
mod undo;

pub use new::{page as new_page, send as new_send};
pub use undo::{page as undo_page, send as undo_send};

use super::with_books;
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::note;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use office::eligibility::bulk::{self, Bulk, Change as Wish, NumberRule, UndoState};
use office::jobs::JobState;
use office::security::permit::{ApproveEligibility, Function, RunEligibility, UndoAct};
use office::{OfficeError, trail};

/// What is changed: place in the address and title.
pub(super) const KINDS: [(&str, &str); 6] = [
    ("town", "町名変更"),
    ("towns", "町名変更（一覧）"),
    ("facility", "施設の移転・名称変更"),
    ("symbol", "記号の変更"),
    ("prefix", "番号の頭に付ける変更"),
    ("numbers", "記号番号の変更（一覧）"),
];

/// A table of so many bytes is taken; sent back with the confirmation, a letter of it takes up to nine.
pub const LARGEST_TABLE: usize = 8 * 1024 * 1024;

/// Every bulk change.
pub async fn page(desk: Desk) -> Response {
    desk.answer(|desk| show(desk, Vec::new())).await
}

fn show(desk: &Desk, errors: Vec<FieldError>) -> Result<Response, OfficeError> {
    // Whoever runs them, and whoever rules on them.
    if !desk.session().may(ApproveEligibility::CODE) {
        desk.permit::<RunEligibility>()?;
    }
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("一括処理");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, "資格の一括処理");
    if desk.session().may(RunEligibility::CODE) {
        let mut card = Card::new("新しい一括処理", "w12");
        for (code, title) in KINDS {
            card.actions
                .push(Action::link(title, &format!("/bulk/{code}")));
        }
        page.cards.push(card);
    }
    let (all, cards) = desk.store().read(|conn| {
        let all = bulk::list(conn)?;
        let mut cards = Vec::new();
        for one in &all {
            if one.waits() {
                cards.extend(ruling(desk, conn, one, Asked::Run)?);
            }
            if one.undo_state() == Some(UndoState::Asked) {
                cards.extend(ruling(desk, conn, one, Asked::Undo)?);
            }
        }
        Ok::<_, OfficeError>((all, cards))
    })?;
    page.cards.push(table(desk, &all)?);
    page.cards.extend(cards);
    answer::page_with(status, &page)
}

pub(super) fn said(change: &Wish) -> String {
    match change {
        Wish::Town { old, new, .. } => format!("{old} → {new}"),
        Wish::Facility {
            facility_id,
            name,
            address,
            ..
        } => format!("施設{facility_id} → {name} {address}"),
        Wish::Numbers {
            rule: NumberRule::Symbol { old, new },
            ..
        } => format!("記号 {old} → {new}"),
        Wish::Numbers {
            rule: NumberRule::Prefix { symbol, prefix },
            ..
        } => format!("記号 {symbol} の番号の頭に {prefix}"),
        Wish::TownTable { rows, .. } => table_said(rows.len()),
        Wish::NumberTable { rows, .. } => table_said(rows.len()),
    }
}

fn table_said(rows: usize) -> String {
    format!("一覧 {rows}行")
}

fn state(one: &Bulk) -> Cell {
    if one.waits() {
        return Cell::badge("承認待ち", Tone::Warn);
    }
    if one.approved == Some(false) {
        return Cell {
            small: one.ruling_note.clone(),
            ..Cell::badge("却下", Tone::Bad)
        };
    }
    if let Some(last) = one.undoing.last() {
        let (word, tone) = match last.state {
            UndoState::Asked => ("取消の承認待ち", Tone::Warn),
            UndoState::Approved => ("取消を承認済", Tone::Warn),
            UndoState::Rejected => ("取消を却下", Tone::Info),
            UndoState::Done => ("取消済", Tone::Bad),
        };
        return Cell {
            small: last.note.clone(),
            ..Cell::badge(word, tone)
        };
    }
    match one.state.as_str() {
        "finished" => Cell::badge("完了", Tone::Good),
        "failed" => Cell::badge("失敗", Tone::Bad),
        "running" => Cell::badge("実行中", Tone::Info),
        _ => Cell::badge("未実行", Tone::Warn),
    }
}

fn table(desk: &Desk, all: &[Bulk]) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "一括処理",
        &["#番号", "処理", "内容", "いつから", "#対象", "#済", "状態"],
    );
    for one in all {
        let row = table.row(vec![
            Cell::link(&one.bulk_id.to_string(), &format!("/jobs/{}", one.job_id)),
            one.change.label_ja().into(),
            said(&one.change).into(),
            day_ja(one.change.on()).into(),
            count(one.subjects).into(),
            count(one.done).into(),
            state(one),
        ]);
        let open = one.state != JobState::Finished.code();
        let stopped = one.approved == Some(false) || one.waits();
        if desk.session().may(RunEligibility::CODE) && open && !stopped {
            let request = random_token()?;
            row.actions.push(Action::post(
                "実行する",
                &format!("/bulk/run/{}", one.bulk_id),
                &[("request_id", &request)],
            ));
        }
        let undoable = !matches!(one.undo_state(), Some(UndoState::Asked | UndoState::Done));
        if desk.session().may(UndoAct::CODE) && !open && undoable {
            let href = format!("/bulk/undo/{}", one.bulk_id);
            row.actions.push(Action::link("取り消す", &href));
        }
    }
    Ok(Card::new("一括処理", "w12").with_table(table, "一括処理はまだありません。"))
}

/// What a second person is asked to agree to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Run,
    Undo,
}

/// The word of a second person, where it is asked for.
fn ruling(
    desk: &Desk,
    conn: &mut Conn,
    one: &Bulk,
    asked: Asked,
) -> Result<Option<Card>, OfficeError> {
    if !desk.session().may(ApproveEligibility::CODE) {
        return Ok(None);
    }
    let last = one.undoing.last();
    let (title, who, act_id, place) = match (asked, last) {
        (Asked::Undo, Some(step)) => ("取消の承認", "申請した職員", step.act_id, "rule-undo"),
        _ => ("承認", "確定した職員", one.act_id, "rule"),
    };
    let mut card = Card::new(&format!("一括処理{}の{title}", one.bulk_id), "w12");
    let by = trail::find(conn, act_id)?;
    card.fact("処理", one.change.label_ja());
    card.fact("内容", said(&one.change));
    card.fact("対象", format!("{}件", count(one.subjects)));
    if let Some(step) = last.filter(|_| asked == Asked::Undo) {
        card.fact("取消の理由", step.note.as_str());
    }
    card.fact(
        who,
        by.as_ref()
            .map_or_else(String::new, |act| act.staff_name.clone()),
    );
    if by.is_some_and(|act| act.staff_id == desk.session().staff_id()) {
        card.empty = format!("{who}本人は承認できません。");
        return Ok(Some(card));
    }
    card.form = Some(
        Form::post(&format!("/bulk/{place}/{}", one.bulk_id))
            .fields(vec![
                Field::new(Input::Text, "note", "承認者の記載（却下のときは理由）", "").wide(),
            ])
            .hide("request_id", &random_token()?)
            .button("承認する", "approve", "main")
            .button("却下する", "reject", "danger"),
    );
    Ok(Some(card))
}

/// Approves or rejects a change.
pub async fn rule(Path(id): Path<i64>, posted: Posted) -> Response {
    ruled(id, posted, Asked::Run).await
}

/// Approves or rejects the taking back of a change.
pub async fn rule_undo(Path(id): Path<i64>, posted: Posted) -> Response {
    ruled(id, posted, Asked::Undo).await
}

async fn ruled(id: i64, posted: Posted, asked: Asked) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ApproveEligibility>()?;
            let acting = desk.acting(fields.text("request_id"));
            let approved = fields.text("do") != "reject";
            let words = (approved, fields.text("note"));
            let done = match asked {
                Asked::Run => bulk::rule(desk.store(), &permit, &acting, id, words),
                Asked::Undo => bulk::rule_undo(desk.store(), &permit, &acting, id, words),
            };
            match done {
                Ok(()) => Ok(answer::go("/bulk")),
                Err(OfficeError::Input { field, message }) => {
                    let mut errors = Vec::new();
                    note(&mut errors, "note", &format!("{field}: {message}"));
                    show(desk, errors)
                }
                Err(error) if answer::is_repeated_order(&error) => Ok(answer::go("/bulk")),
                Err(error) => Err(error),
            }
        })
        .await
}

/// Runs a change beside the pages; its progress is that of its job.
pub async fn run(Path(id): Path<i64>, posted: Posted) -> Response {
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<RunEligibility>()?;
            let found = desk.store().read(bulk::list)?;
            let Some(one) = found.into_iter().find(|one| one.bulk_id == id) else {
                return answer::not_found(desk, "この一括処理");
            };
            if one.waits() || one.approved == Some(false) {
                return Err(law::Refusal::new(
                    "web.bulk.not_approved",
                    "この一括処理には別の職員の承認が要ります".to_owned(),
                )
                .into());
            }
            let worker = desk.clone();
            let acting = desk.acting("");
            std::thread::spawn(move || {
                let clock = worker.app().config().clock;
                let done = with_books(&worker, |books| {
                    bulk::run(
                        worker.store(),
                        &permit,
                        &acting,
                        id,
                        books,
                        &|| clock.now(),
                        worker.app().counter_first(),
                    )
                });
                if let Err(error) = done {
                    tracing::error!(bulk = id, error = %error, "a bulk change failed");
                }
            });
            Ok(answer::go(&format!("/jobs/{}", one.job_id)))
        })
        .await
}
