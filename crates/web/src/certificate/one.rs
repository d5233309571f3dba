//! 一つの証 — as it was printed, where it is, and all that happened to it.

use super::{correct, face, place};
use crate::answer;
use crate::desk::Desk;
use crate::registry::household;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use law::certificate::{MailClass, Place};
use office::OfficeError;
use office::certificate::{Certificate, deliver, event, find};
use office::security::permit::{
    ApproveCertificate, Function, IssueCertificate, PrintNotice, ViewHousehold,
};
use office::trail;

/// The page.
pub async fn page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        show(desk, id, Vec::new())
    })
    .await
}

/// The page with what was wrong in an order.
///
/// # Errors
/// [`OfficeError`].
pub fn show(desk: &Desk, id: i64, errors: Vec<FieldError>) -> Result<Response, OfficeError> {
    let today = desk.business_date();
    let Some(found) = desk.store().read(|conn| find::get(conn, id))? else {
        return answer::not_found(desk, "この証");
    };
    desk.record(ViewHousehold::CODE, Some(found.person_id))?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let (subject, history, needs, concerns) = desk.store().read(|conn| {
        Ok::<_, OfficeError>((
            household::subject(desk, conn, found.household_id, "certificates")?,
            history(conn, &found)?,
            deliver::needs_approval(conn, &found, today)?,
            deliver::concerns(conn, &found, today)?,
        ))
    })?;
    let mut layout = desk.layout(&found.title);
    layout.subject = subject;
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("{} {}", found.title, found.number));
    page.badges = place(&found, today).badges;
    if needs {
        page.notes.push(Note::new(
            Tone::Bad,
            "支援措置対象者",
            vec!["印刷には責任者の承認が要ります。".to_owned()],
        ));
    }
    page.cards.push(facts(&found));
    page.cards
        .push(face(&found.face, "券面（印字したとおり）", "w6", concerns));
    if let Some(card) = next(desk, &found, needs)? {
        page.cards.push(card);
    }
    page.cards.push(history);
    if let Some(card) = correct::card(desk, &found)? {
        page.cards.push(card);
    }
    answer::page_with(status, &page)
}

fn facts(found: &Certificate) -> Card {
    let mut card = Card::new("交付の記録", "w6");
    card.fact(
        "対象者",
        Cell::link(&found.face_name, &format!("/people/{}", found.person_id)),
    );
    card.fact(
        "記号番号",
        format!(
            "{} {} 枝番{}",
            found.symbol, found.number_on_face, found.branch
        ),
    );
    card.fact("交付日", day_ja(found.issued_on));
    card.fact("発効期日", day_ja(found.effective_from));
    card.fact(
        "有効期限",
        found
            .expires_on
            .map_or_else(|| "定めなし".to_owned(), day_ja),
    );
    card.fact("交付区分", found.division.label_ja());
    card.fact("交付事由", found.reason.as_str());
    card.fact(
        "長期入院該当年月日",
        found.long_term_on.map_or_else(String::new, day_ja),
    );
    card.fact("異動日", day_ja(found.occurred_on));
    card.fact("申請日", found.applied_on.map_or_else(String::new, day_ja));
    card.fact("適用区分", found.class.as_str());
    if found.ratio > 0 {
        let from = found.ratio_from.map_or_else(String::new, day_ja);
        card.fact(
            "負担割合",
            Cell::beside(&format!("{}割", found.ratio), &from),
        );
    }
    card.fact(
        "無効になった日",
        found.invalid_from.map_or_else(String::new, day_ja),
    );
    card.fact(
        "返還を求めた日",
        found.return_requested_on.map_or_else(String::new, day_ja),
    );
    card.fact(
        "回収日",
        found.collected_on.map_or_else(String::new, day_ja),
    );
    card.fact(
        "検認日",
        found.inspected_on.map_or_else(String::new, day_ja),
    );
    card.fact("印刷", format!("{}回", found.printed));
    if let Some(old) = found.replaces {
        card.fact(
            "差し替えた証",
            Cell::link(&format!("証{old}"), &format!("/certificates/{old}")),
        );
    }
    if let Some(application) = found.application_id {
        card.fact(
            "申請",
            Cell::link(
                &format!("申請{application}"),
                &format!("/applications/{application}"),
            ),
        );
    }
    card.fact("読取符号", found.scan().figures().unwrap_or_default());
    card.fact(
        "処理",
        Cell::link(
            &found.act_id.to_string(),
            &format!("/acts/{}?household={}", found.act_id, found.household_id),
        ),
    );
    card
}

fn history(conn: &mut Conn, found: &Certificate) -> Result<Card, OfficeError> {
    let mut table = Table::new("経過", &["日", "できごと", "理由", "内容", "職員", "登録"]);
    for one in event::history(conn, found.certificate_id)?.iter().rev() {
        let by = trail::find(conn, one.act_id)?;
        let what = match one.undoes {
            Some(_) => format!("{}の取消", one.kind.label_ja()),
            None => one.kind.label_ja().to_owned(),
        };
        table.row(vec![
            day_ja(one.occurred_on).into(),
            what.into(),
            one.reason.as_str().into(),
            one.detail.as_str().into(),
            by.map_or_else(String::new, |act| act.staff_name).into(),
            Cell::link(
                &moment_ja(one.recorded_at),
                &format!("/acts/{}", one.act_id),
            ),
        ]);
    }
    Ok(Card::new("経過", "w12").with_table(table, "経過はありません。"))
}

fn choices(all: &[(&str, &str)]) -> Vec<Choice> {
    all.iter()
        .map(|(code, label)| ((*code).to_owned(), (*label).to_owned()))
        .collect()
}

/// What can be done with it now.
fn next(desk: &Desk, found: &Certificate, needs: bool) -> Result<Option<Card>, OfficeError> {
    let session = desk.session();
    let id = found.certificate_id;
    let mut all: Vec<(&str, &str)> = Vec::new();
    let issue = session.may(IssueCertificate::CODE);
    let gone = matches!(found.place, Place::Collected | Place::Voided);
    if session.may(PrintNotice::CODE) && !gone && !needs {
        all.push(("print", "01 印刷した（用紙の様式を読み取る）"));
    }
    if session.may(ApproveCertificate::CODE) && needs {
        all.push(("allow", "02 印刷を承認する"));
    }
    if issue {
        match found.place {
            Place::Office | Place::ComeBack => {
                all.push(("hand", "03 窓口で渡した"));
                all.push(("mail", "04 発送した"));
            }
            Place::Decided | Place::OnTheWay | Place::Holder | Place::Lost => {}
            Place::Collected | Place::Voided => {}
        }
        if matches!(found.place, Place::Holder | Place::OnTheWay) {
            all.push(("ask", "05 返還を求める"));
            all.push(("inspect", "06 検認した"));
        }
        if !gone {
            all.push(("collect", "07 回収した"));
            all.push(("reissue_lost", "08 再交付する（紛失）"));
            all.push(("reissue_stolen", "09 再交付する（盗難）"));
            all.push(("reissue_damaged", "10 再交付する（破損・汚損）"));
        }
        if found.place == Place::Lost {
            all.push(("found", "11 見つかった"));
        }
        if found.invalid_from.is_none() && !gone {
            all.push(("invalidate", "12 無効にする"));
        }
        if matches!(
            found.place,
            Place::Decided | Place::Office | Place::ComeBack
        ) {
            all.push(("void", "13 交付を取り消す（庁内にある証）"));
        }
    }
    let mut card = Card::new("この証の処理", "w12");
    let printable = desk.app().office().certificate_paper.is_some() && !needs;
    if printable && session.may(PrintNotice::CODE) {
        let href = format!("/certificates/{id}/paper");
        let link = Action::link("印刷する（PDF）", &href);
        card.actions
            .push(if all.is_empty() { link.main() } else { link });
    }
    if all.is_empty() {
        return Ok((!card.actions.is_empty()).then_some(card));
    }
    let mails = [
        MailClass::Ordinary,
        MailClass::Specified,
        MailClass::Registered,
    ]
    .map(|class| (class.code().to_owned(), class.label_ja().to_owned()))
    .to_vec();
    card.form = Some(
        Form::post(&format!("/certificates/{id}"))
            .fields(vec![
                Field::new(Input::Choice(choices(&all)), "what", "処理", ""),
                Field::new(Input::Text, "words", "理由・受取人・用紙の様式", "")
                    .hint("印刷は用紙の様式番号、窓口は受取人、ほかは理由"),
                Field::new(Input::Choice(mails), "mail", "郵送の方法", ""),
                Field::new(Input::Text, "mail_number", "引受番号", ""),
                Field::new(Input::Day, "on", "期限・発生日・無効の日", ""),
            ])
            .hide("request_id", &random_token()?)
            .button("登録する", "confirm", "main"),
    );
    Ok(Some(card))
}
