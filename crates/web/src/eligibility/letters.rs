//! 資格の文書 — what was written, printed, mailed, answered and came back; a run of the printer with its counts.

mod one;
mod scan;

pub use one::{order, page as one, paper};
pub use scan::page as scan;

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::Fields;
use crate::makers::EligibilityPapers;
use crate::registry::names;
use crate::security::random_token;
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{count, day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::eligibility::letters::desk::{self as letters, BATCH_LETTERS, Batch, Waiting, What};
use office::eligibility::letters::{Letter, LetterKind};
use office::security::permit::{Function, HandleWork, PrintNotice};
use office::{OfficeError, trail};

/// So many letters are shown at once.
const MOST: usize = 100;

/// The papers, or a page that says why there are none.
pub(super) fn papers(desk: &Desk) -> Result<EligibilityPapers, OfficeError> {
    desk.app()
        .office()
        .eligibility_papers
        .clone()
        .ok_or_else(|| {
            law::Refusal::new(
                "web.papers.missing",
                "この端末のシステムには印刷の機能がありません。印刷のできる構成で起動してください"
                    .to_owned(),
            )
            .into()
        })
}

fn kind_of(fields: &Fields) -> Option<LetterKind> {
    LetterKind::from_code(fields.text("kind"))
}

/// Figures of every kind, what waits of one, and the runs of the printer.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        desk.record(HandleWork::CODE, None)?;
        let asked = Fields::new(asked);
        let page = desk.store().read(|conn| gather(desk, conn, &asked))?;
        answer::page(&page)
    })
    .await
}

fn gather(desk: &Desk, conn: &mut Conn, asked: &Fields) -> Result<CardsPage, OfficeError> {
    let mut page = CardsPage::new(desk.layout("資格の文書"), "資格の文書");
    page.cards.push(scan::card());
    let mut table = Table::new(
        "文書の種類ごと",
        &["文書", "#作成", "#印刷", "#未印刷", "#回答", "#返戻"],
    );
    for one in letters::counts(conn)? {
        let href = format!("/letters?kind={}", one.kind.code());
        table.row(vec![
            Cell::link(one.kind.title_ja(), &href),
            count(one.decided).into(),
            count(one.printed).into(),
            count(one.decided - one.printed).into(),
            count(one.answered).into(),
            count(one.came_back).into(),
        ]);
    }
    page.cards
        .push(Card::new("種類ごと", "w8").with_table(table, "作られた文書はありません。"));
    if let Some(kind) = kind_of(asked) {
        let after = asked.text("after").parse().unwrap_or(0);
        page.cards.push(waiting(desk, conn, kind, after)?);
    }
    page.cards.push(batches(conn)?);
    Ok(page)
}

fn waiting(
    desk: &Desk,
    conn: &mut Conn,
    kind: LetterKind,
    after: i64,
) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let found = letters::waiting(conn, kind, after, today)?;
    let names = names::people(conn, today, found.iter().map(|one| one.letter.person_id))?;
    let mut table = Table::new(
        "未印刷の文書",
        &[
            "#文書番号",
            "対象の人",
            "宛名",
            "作成日",
            "回答の期限",
            "状態",
        ],
    );
    for one in found.iter().take(MOST) {
        let letter = &one.letter;
        table.row(vec![
            Cell::link(
                &letter.letter_id.to_string(),
                &format!("/letters/{}", letter.letter_id),
            ),
            Cell::link(
                &names.person(letter.person_id),
                &format!("/people/{}", letter.person_id),
            ),
            letter.content.addressee.name.as_str().into(),
            day_ja(letter.sent_on).into(),
            letter.answer_by.map_or_else(String::new, day_ja).into(),
            standing(one),
        ]);
    }
    if let Some(last) = found.get(MOST - 1).filter(|_| found.len() > MOST) {
        table.more_href = format!(
            "/letters?kind={}&after={}",
            kind.code(),
            last.letter.letter_id
        );
    }
    let title = format!("未印刷: {}", kind.title_ja());
    let any = !found.is_empty();
    let mut card = Card::new(&title, "w12").with_table(table, "印刷を待つ文書はありません。");
    if any && desk.session().may(PrintNotice::CODE) {
        card.form = Some(
            Form::post("/letters")
                .fields(vec![Field::new(
                    Input::Said,
                    "what",
                    "印刷すること",
                    &format!(
                        "この種類の未印刷の文書をすべて、{BATCH_LETTERS}通ごとの印刷ファイルにします。支援措置の人の文書は承認があるものだけを、一通ずつ別のファイルにします。居所不明で発送を止めている人の文書は残ります"
                    ),
                )])
                .hide("kind", kind.code())
                .hide("request_id", &random_token()?)
                .button("印刷する", "print", "main"),
        );
    }
    Ok(card)
}

fn standing(one: &Waiting) -> Cell {
    if one.not_found {
        return Cell {
            small: "居所不明の保留を終えると印刷できます".to_owned(),
            ..Cell::badge("発送停止（居所不明）", Tone::Bad)
        };
    }
    match (one.withheld, one.allowed) {
        (false, _) => Cell::badge("印刷待ち", Tone::Info),
        (true, true) => Cell::badge("支援措置（承認済）", Tone::Warn),
        (true, false) => Cell {
            small: "責任者の承認が要ります".to_owned(),
            ..Cell::badge("支援措置", Tone::Bad)
        },
    }
}

fn kind_ja(code: &str) -> &str {
    LetterKind::ALL
        .iter()
        .find(|row| row.1 == code)
        .map_or(code, |row| row.2)
}

fn batches(conn: &mut Conn) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "印刷の回",
        &[
            "#回",
            "文書",
            "#対象",
            "#印刷",
            "#保留",
            "#印刷できない",
            "数",
            "発送",
            "印刷した職員",
        ],
    );
    for one in letters::batches(conn)? {
        let act = trail::find(conn, one.act_id)?;
        let mailed = letters::is_mailed(conn, one.batch_id)?;
        table.row(vec![
            Cell::link(
                &one.batch_id.to_string(),
                &format!("/letters/batches/{}", one.batch_id),
            ),
            kind_ja(&one.kind).into(),
            count(one.decided).into(),
            count(one.printed).into(),
            count(one.held).into(),
            count(one.refused).into(),
            ties(&one),
            match mailed {
                true => Cell::badge("発送済", Tone::Good),
                false => Cell::badge("未発送", Tone::Warn),
            },
            act.map_or_else(String::new, |act| {
                format!("{} {}", act.staff_name, moment_ja(act.recorded_at))
            })
            .into(),
        ]);
    }
    Ok(Card::new("印刷の回", "w12").with_table(table, "印刷はまだありません。"))
}

fn ties(one: &Batch) -> Cell {
    match one.ties() {
        true => Cell::badge("一致", Tone::Good),
        false => Cell::badge("不一致", Tone::Bad),
    }
}

/// Prints what waits of a kind, file by file.
pub async fn print(posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<HandleWork>()?;
            let permit = desk.permit::<PrintNotice>()?;
            let Some(kind) = kind_of(&fields) else {
                return answer::not_found(desk, "この種類の文書");
            };
            let papers = papers(desk)?;
            let mut after = 0;
            let mut request = fields.text("request_id").to_owned();
            loop {
                let acting = desk.acting(&request);
                let set = |letter: &Letter| (papers.letter)(letter);
                let who = (&permit, desk.session());
                match letters::print(desk.store(), who, &acting, (kind, after), &set) {
                    Ok(Some((_, last))) => after = last,
                    Ok(None) => break,
                    Err(error) if answer::is_repeated_order(&error) => break,
                    Err(error) => return Err(error),
                }
                request.clear();
            }
            Ok(answer::go(&format!("/letters?kind={}", kind.code())))
        })
        .await
}

/// One run of the printer.
pub async fn batch(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        desk.record(HandleWork::CODE, None)?;
        let page = desk.store().read(|conn| {
            let Some(one) = letters::batches(conn)?
                .into_iter()
                .find(|one| one.batch_id == id)
            else {
                return Ok(None);
            };
            batch_page(desk, conn, &one).map(Some)
        })?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::not_found(desk, "この印刷の回"),
        }
    })
    .await
}

fn batch_page(desk: &Desk, conn: &mut Conn, one: &Batch) -> Result<CardsPage, OfficeError> {
    let id = one.batch_id;
    let mut page = CardsPage::new(desk.layout("印刷の回"), &format!("印刷の回 {id}"));
    let mut card = Card::new(kind_ja(&one.kind), "w6");
    card.fact("対象", count(one.decided));
    card.fact("印刷", count(one.printed));
    card.fact("保留（支援措置・居所不明）", count(one.held));
    card.fact("印刷できない", count(one.refused));
    card.fact("数", ties(one));
    let mailed = letters::is_mailed(conn, id)?;
    if one.printed > 0 && desk.session().may(PrintNotice::CODE) {
        let href = format!("/letters/batches/{id}/paper");
        card.actions.push(Action::link("PDFを開く", &href).main());
        if !mailed {
            let request = random_token()?;
            card.actions.push(Action::post(
                "発送済にする",
                &format!("/letters/batches/{id}"),
                &[("request_id", &request)],
            ));
        }
    }
    card.actions.push(Action::link("文書の一覧へ", "/letters"));
    page.cards.push(card);
    let mut table = Table::new("この回の文書", &["#文書番号", "対象の人", "結果", "理由"]);
    for (letter_id, what, why) in letters::of_batch(conn, id)? {
        let person = letters::get(conn, letter_id)?.map_or(0, |letter| letter.person_id);
        let names = names::people(conn, desk.business_date(), [person])?;
        let tone = if what == What::Printed {
            Tone::Good
        } else {
            Tone::Bad
        };
        table.row(vec![
            Cell::link(&letter_id.to_string(), &format!("/letters/{letter_id}")),
            names.person(person).into(),
            Cell::badge(what.label_ja(), tone),
            why.into(),
        ]);
    }
    page.cards
        .push(Card::new("文書", "w12").with_table(table, "文書はありません。"));
    Ok(page)
}

/// Marks a run of the printer mailed.
pub async fn mail(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            desk.permit::<HandleWork>()?;
            let permit = desk.permit::<PrintNotice>()?;
            let acting = desk.acting(fields.text("request_id"));
            letters::mail(desk.store(), &permit, &acting, id)?;
            Ok(answer::go(&format!("/letters/batches/{id}")))
        })
        .await
}

/// The PDF of a run of the printer, as it was set.
pub async fn batch_paper(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        desk.permit::<PrintNotice>()?;
        desk.record(PrintNotice::CODE, None)?;
        let bodies = desk.store().read(|conn| {
            let printed: Vec<i64> = letters::of_batch(conn, id)?
                .into_iter()
                .filter(|(_, what, _)| *what == What::Printed)
                .map(|(letter, ..)| letter)
                .collect();
            letters::check_opening(conn, &printed, desk.business_date())?;
            letters::papers(conn, id)
        })?;
        if bodies.is_empty() {
            return answer::not_found(desk, "この印刷の回の文書");
        }
        let bytes = (papers(desk)?.render)(&bodies)?;
        Ok(answer::pdf(&format!("letters-{id}"), bytes))
    })
    .await
}
