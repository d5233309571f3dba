//! 特別療養費 — the measure of a household in arrears: its state, its notices, and all that was ever decided of it.

use crate::answer;
use crate::desk::Desk;
use crate::registry::household;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::response::Response;
use db::Conn;
use law::Date;
use law::date::previous_day;
use office::OfficeError;
use office::certificate::fact::{Sanction, SanctionKind};
use office::certificate::letter::{self, Kept, LetterKind};
use office::eligibility::status::circumstances;
use office::registry::{Dated, history, timeline};
use office::security::permit::{ApproveCertificate, Function, IssueCertificate, ViewHousehold};
use office::trail;

/// The page.
pub async fn page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(id))?;
        let page = desk.store().read(|conn| gather(desk, conn, id))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::no_household(desk, id),
        }
    })
    .await
}

/// Letters of a kind to a household, the latest last.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn notices(
    conn: &mut Conn,
    household: i64,
    kind: LetterKind,
) -> Result<Vec<Kept>, OfficeError> {
    let mut all = letter::of_household(conn, household)?;
    all.retain(|one| one.letter.kind == kind);
    all.sort_by_key(|one| one.letter_id);
    Ok(all)
}

/// The measure that is in force on a day, or will be.
fn coming(standing: &[Dated<Sanction>], today: Date) -> Option<&Dated<Sanction>> {
    standing
        .iter()
        .find(|one| one.valid.until.is_none_or(|until| today < until))
}

fn gather(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Option<CardsPage>, OfficeError> {
    let today = desk.business_date();
    let mut layout = desk.layout("特別療養費");
    layout.subject = household::subject(desk, conn, id, "certificates")?;
    if layout.subject.is_none() {
        return Ok(None);
    }
    let mut page = CardsPage::new(layout, "特別療養費（保険料の滞納）");
    if circumstances::suspends_measures(conn, id, today)? {
        page.notes.push(Note::new(
            Tone::Warn,
            "特別の事情",
            vec![circumstances::EFFECT_JA.to_owned()],
        ));
    }
    let standing = timeline::<Sanction>(conn, id, None)?;
    page.cards
        .push(state(desk, id, coming(&standing, today), today));
    let before = notices(conn, id, LetterKind::SpecialNotice)?;
    page.cards.push(letters(
        "事前通知",
        &before,
        [
            ("開始の予定", "開始の予定年月日"),
            ("届出の期限", "届出・弁明と返還の期限"),
        ],
    ));
    let after = notices(conn, id, LetterKind::SpecialEnd)?;
    if !after.is_empty() {
        page.cards.push(letters(
            "療養の給付等を行う旨の通知",
            &after,
            [("開始の予定", FROM_AGAIN), ("理由", "理由")],
        ));
    }
    page.cards.push(past(desk, conn, id, &standing)?);
    Ok(Some(page))
}

fn state(desk: &Desk, id: i64, now: Option<&Dated<Sanction>>, today: Date) -> Card {
    let mut card = Card::new("いまの状態", "w6");
    let session = desk.session();
    match now {
        None => card.fact("状態", Cell::badge("処分なし（療養の給付）", Tone::Good)),
        Some(one) => {
            let kind = one.fact.kind.label_ja();
            let state = if today < one.valid.from {
                Cell::badge(&format!("{kind}を始める予定"), Tone::Warn)
            } else {
                Cell::badge(&format!("{kind}を適用中"), Tone::Bad)
            };
            card.fact("状態", state);
            card.fact("開始日", day_ja(one.valid.from));
            let last = one.valid.until.map(previous_day);
            card.fact("終わりの日", last.map_or_else(String::new, day_ja));
            let day = |day: Option<Date>| day.map_or_else(String::new, day_ja);
            card.fact("事前通知日", day(one.fact.noticed_on));
            card.fact("届出・弁明の期限", day(one.fact.answer_until));
            card.fact("理由", one.fact.ground.as_str());
        }
    }
    let link =
        |label: &str, step: &str| Action::link(label, &format!("/households/{id}/special/{step}"));
    if session.may(IssueCertificate::CODE) {
        card.actions.push(link("事前通知を作る", "notice"));
        if now.is_some_and(|one| one.fact.kind != SanctionKind::ShortTerm) {
            card.actions.push(link("解除の通知を作る", "notice-end"));
        }
    }
    if session.may(ApproveCertificate::CODE) {
        card.actions.push(match now {
            None => link("特別療養費に切り替える", "impose").main(),
            Some(_) => link("解除する（療養の給付に戻す）", "lift").main(),
        });
    }
    let href = format!("/households/{id}/statuses");
    card.actions
        .push(Action::link("特別の事情の届を見る", &href));
    card
}

/// The day from which a letter says that 療養の給付 begins again.
pub const FROM_AGAIN: &str = "療養の給付等の開始の予定年月日";

/// Letters of one kind, with two of the facts they tell: heading and name.
fn letters(title: &str, all: &[Kept], facts: [(&str, &str); 2]) -> Card {
    let [one, other] = facts;
    let mut table = Table::new(title, &["#番号", "作成日", one.0, other.0, "宛先"]);
    for kept in all.iter().rev() {
        let id = kept.letter_id;
        table.row(vec![
            Cell::link(&id.to_string(), &super::letter::href(id)),
            day_ja(kept.made_on).into(),
            told(kept, one.1).into(),
            told(kept, other.1).into(),
            kept.letter.destination.addressee.as_str().into(),
        ]);
    }
    Card::new(title, "w6").with_table(table, &format!("{title}はありません。"))
}

/// What a letter says of something.
#[must_use]
pub fn told<'k>(kept: &'k Kept, name: &str) -> &'k str {
    let mut facts = kept.letter.facts.iter();
    facts
        .find(|(one, _)| one == name)
        .map_or("", |(_, value)| value.as_str())
}

/// All that was ever registered; what does not stand any more is grey.
fn past(
    desk: &Desk,
    conn: &mut Conn,
    id: i64,
    standing: &[Dated<Sanction>],
) -> Result<Card, OfficeError> {
    let mut table = Table::new(
        "処分の履歴",
        &[
            "種類",
            "から",
            "まで",
            "事前通知日",
            "理由",
            "登録",
            "職員",
            "終わりにした処理",
        ],
    );
    for one in history::<Sanction>(conn, id)?.iter().rev() {
        let by = trail::find(conn, one.act_id)?.map_or_else(String::new, |act| act.staff_name);
        let ended = match one.superseded_by_act {
            Some(act) => trail::find(conn, act)?,
            None => None,
        };
        let ended = ended.map_or_else(Cell::default, |act| {
            Cell::link(&act.note, &format!("/acts/{}?household={id}", act.act_id))
        });
        let row = table.row(vec![
            one.fact.kind.label_ja().into(),
            day_ja(one.valid.from).into(),
            one.valid.until.map_or_else(String::new, day_ja).into(),
            one.fact.noticed_on.map_or_else(String::new, day_ja).into(),
            one.fact.ground.as_str().into(),
            moment_ja(one.recorded_at).into(),
            by.into(),
            ended,
        ]);
        row.off = one.superseded_at.is_some();
        let stands = standing.iter().any(|other| other.fact_no == one.fact_no);
        if stands && desk.session().may(ApproveCertificate::CODE) {
            row.actions.push(Action::link(
                "誤りとして取り消す",
                &format!("/households/{id}/special/undo/{}", one.act_id),
            ));
        }
    }
    Ok(Card::new("処分の履歴", "w12").with_table(table, "処分はありません。"))
}

/// The measure that is or will be in force, for the form that ends it.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn to_end(
    conn: &mut Conn,
    household: i64,
    today: Date,
) -> Result<Option<Dated<Sanction>>, OfficeError> {
    let standing = timeline::<Sanction>(conn, household, None)?;
    Ok(coming(&standing, today).cloned())
}
