//! 証の通知 — one letter: its words as kept, what its printing meets, and the PDF. Each printing is an act.

use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::note;
use crate::registry::{household, names};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::certificate::letter::{self, Kept};
use office::certificate::letter_print::{self, Ahead};
use office::registry::HIDDEN;
use office::security::permit::{ApproveCertificate, Function, PrintNotice, ViewHousehold};

/// The address of a letter.
#[must_use]
pub fn href(letter_id: i64) -> String {
    format!("/certificate-letters/{letter_id}")
}

/// The letters of a household, newest first.
#[must_use]
pub fn table(all: &[Kept]) -> Table {
    let mut table = Table::new("通知", &["#番号", "通知", "作成日", "宛先"]);
    for kept in all {
        table.row(vec![
            Cell::link(&kept.letter_id.to_string(), &href(kept.letter_id)),
            kept.letter.title.as_str().into(),
            day_ja(kept.made_on).into(),
            kept.letter.destination.addressee.as_str().into(),
        ]);
    }
    table
}

/// One letter.
pub async fn page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| show(desk, id, Vec::new())).await
}

fn show(desk: &Desk, id: i64, errors: Vec<FieldError>) -> Result<Response, OfficeError> {
    desk.permit::<ViewHousehold>()?;
    let acting = desk.acting("");
    let (kept, ahead) = desk.store().read(|conn| {
        let kept = letter::require(conn, id)?;
        let ahead = letter_print::look(conn, &kept, &acting)?;
        Ok::<_, OfficeError>((kept, ahead))
    })?;
    desk.record(ViewHousehold::CODE, Some(kept.letter.household_id))?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let mut layout = desk.layout("証の通知");
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("通知{id} {}", kept.letter.title));
    desk.store()
        .read(|conn| fill(desk, conn, (&kept, ahead), &mut page))?;
    answer::page_with(status, &page)
}

fn fill(
    desk: &Desk,
    conn: &mut Conn,
    (kept, ahead): (&Kept, Ahead),
    page: &mut CardsPage,
) -> Result<(), OfficeError> {
    let one = &kept.letter;
    page.page.subject = household::subject(desk, conn, one.household_id, "certificates")?;
    if ahead.held {
        page.notes.push(Note::new(
            Tone::Warn,
            "発送停止（居所不明）",
            vec![
                "届かないので印刷しません。資格の状態の画面で居所不明の保留を終えると、印刷できます。"
                    .to_owned(),
            ],
        ));
    }
    if ahead.concerned {
        page.notes.push(Note::new(
            Tone::Bad,
            "支援措置対象者の世帯です",
            vec!["印刷には責任者の承認が要ります。宛先を誰にも伝えないでください。".to_owned()],
        ));
    }
    page.cards.push(words(desk, conn, (kept, ahead))?);
    let mut next = Card::new("次にすること", "w6");
    let session = desk.session();
    let ready = !ahead.held && (!ahead.concerned || ahead.allowed);
    let printable = desk.app().office().certificate_letter.is_some();
    if ready && printable && session.may(PrintNotice::CODE) {
        let at = format!("{}/paper", href(kept.letter_id));
        next.actions
            .push(Action::link("印刷する（PDF）", &at).main());
    }
    let list = format!("/households/{}/certificates", one.household_id);
    next.actions.push(Action::link("この世帯の証へ", &list));
    next.fact(
        "印刷",
        match (ready, ahead.concerned, ahead.held) {
            (true, true, _) => Cell::badge("承認済み", Tone::Good),
            (true, false, _) => Cell::badge("できます", Tone::Good),
            (false, _, true) => Cell::badge("発送停止", Tone::Warn),
            (false, _, false) => Cell::badge("承認待ち", Tone::Bad),
        },
    );
    page.cards.push(next);
    let decides = session.may(ApproveCertificate::CODE) && ahead.begun_by != session.staff_id();
    if ahead.concerned && !ahead.allowed && decides {
        page.cards.push(allow_card(kept)?);
    }
    Ok(())
}

fn words(desk: &Desk, conn: &mut Conn, (kept, ahead): (&Kept, Ahead)) -> Result<Card, OfficeError> {
    let one = &kept.letter;
    let mut card = Card::new("通知の内容（作成したとおり）", "w6");
    let names = names::people(conn, desk.business_date(), [one.person_id])?;
    card.fact(
        "対象の人",
        Cell::link(
            &names.person(one.person_id),
            &format!("/people/{}", one.person_id),
        ),
    );
    let place = if ahead.concerned {
        HIDDEN.to_owned()
    } else {
        place(kept)
    };
    let to = format!("{} 様", one.destination.addressee);
    card.fact("宛先", Cell::beside(&to, &place));
    card.fact("作成日", day_ja(kept.made_on));
    for (place, text) in (1..).zip(&one.paragraphs) {
        card.fact(&format!("本文{place}"), text.as_str());
    }
    for (label, value) in &one.facts {
        card.fact(label, value.as_str());
    }
    if one.appealable {
        card.fact("教示", "審査請求の教示を付けて印刷します");
    }
    if let Some(id) = one.certificate_id {
        let at = format!("/certificates/{id}");
        card.fact("証", Cell::link(&format!("証{id}"), &at));
    }
    if let Some(id) = one.application_id {
        let at = format!("/applications/{id}");
        card.fact("申請", Cell::link(&format!("申請{id}"), &at));
    }
    Ok(card)
}

fn place(kept: &Kept) -> String {
    let to = &kept.letter.destination;
    format!("〒{} {}", to.postal_code, to.address.join(" "))
}

/// Whoever decides has to see where the letter goes; nobody else does.
fn allow_card(kept: &Kept) -> Result<Card, OfficeError> {
    let mut card = Card::new("印刷の承認", "w6");
    let to = format!("{} 様", kept.letter.destination.addressee);
    card.fact("宛先", Cell::beside(&to, &place(kept)));
    card.form = Some(
        Form::post(&href(kept.letter_id))
            .fields(vec![
                Field::new(Input::Text, "words", "承認の理由", "")
                    .hint("何で送り先を確かめたか")
                    .wide(),
            ])
            .hide("request_id", &random_token()?)
            .button("印刷を承認する", "allow", "main"),
    );
    Ok(card)
}

/// The word of a second person.
pub async fn order(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<ApproveCertificate>()?;
            let acting = desk.acting(fields.text("request_id"));
            let why = (id, fields.text("words"));
            match letter_print::allow(desk.store(), &permit, &acting, why) {
                Ok(()) => Ok(answer::go(&href(id))),
                Err(OfficeError::Input { field, message }) => {
                    let mut errors = Vec::new();
                    note(&mut errors, "words", &format!("{field}: {message}"));
                    show(desk, id, errors)
                }
                Err(other) if answer::is_repeated_order(&other) => Ok(answer::go(&href(id))),
                Err(other) => Err(other),
            }
        })
        .await
}

/// The PDF of one letter.
pub async fn paper(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        let permit = desk.permit::<PrintNotice>()?;
        let kept = desk.store().read(|conn| letter::require(conn, id))?;
        desk.record(PrintNotice::CODE, Some(kept.letter.person_id))?;
        let Some(maker) = &desk.app().office().certificate_letter else {
            return answer::not_found(desk, "証の通知の印刷");
        };
        let bytes = maker(desk.store(), &permit, &desk.acting(""), id)?;
        Ok(answer::pdf(&format!("certificate-letter-{id}"), bytes))
    })
    .await
}
