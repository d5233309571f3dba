//! 証の一覧 — of one household, with its applications and letters.

use super::{rules, setting, table};
use crate::answer;
use crate::desk::Desk;
use crate::registry::{household, names};
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::response::Response;
use db::Conn;
use office::OfficeError;
use office::certificate::application::{self, Step};
use office::certificate::find;
use office::certificate::letter;
use office::registry::load_household;
use office::security::permit::{Function, IssueCertificate, ReceiveApplication, ViewHousehold};

/// The papers of a household.
pub async fn of_household(desk: Desk, Path(id): Path<i64>) -> Response {
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

fn gather(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Option<CardsPage>, OfficeError> {
    let mut layout = desk.layout("証");
    layout.subject = household::subject(desk, conn, id, "certificates")?;
    if layout.subject.is_none() {
        return Ok(None);
    }
    let mut page = CardsPage::new(layout, "証");
    let mut papers = Card::new("交付した証", "w12").with_table(
        table(desk, &find::of_household(conn, id, i64::MAX)?),
        "交付した証はありません。",
    );
    if desk.session().may(IssueCertificate::CODE) {
        let href = format!("/households/{id}/issue");
        papers
            .actions
            .push(Action::link("交付する（職権）", &href).main());
    }
    if desk.session().may(IssueCertificate::CODE) {
        let href = format!("/households/{id}/card");
        papers
            .actions
            .push(Action::link("マイナ保険証の確認", &href));
    }
    if desk.session().may(ReceiveApplication::CODE) {
        let href = format!("/households/{id}/apply");
        papers.actions.push(Action::link("申請を受け付ける", &href));
    }
    let href = format!("/households/{id}/special");
    papers
        .actions
        .push(Action::link("特別療養費（滞納）", &href));
    page.cards.push(papers);
    page.cards.push(applications(desk, conn, id)?);
    let found = load_household(conn, id, desk.business_date(), None)?;
    let members = found.map_or_else(Vec::new, |found| found.members);
    let people: Vec<i64> = members.iter().map(|one| one.person_id).collect();
    page.cards.push(setting::card(desk, conn, &people)?);
    let letters = super::letter::table(&letter::of_household(conn, id)?);
    if !letters.rows.is_empty() {
        page.cards
            .push(Card::new("証の通知", "w12").with_table(letters, "通知はありません。"));
    }
    Ok(Some(page))
}

fn applications(desk: &Desk, conn: &mut Conn, id: i64) -> Result<Card, OfficeError> {
    let rules = rules(desk)?;
    let today = desk.business_date();
    let mut list = Table::new(
        "申請",
        &[
            "#番号",
            "種類",
            "対象者",
            "申請日",
            "申請者",
            "理由",
            "段階",
        ],
    );
    for one in application::of_household(conn, id)? {
        let content = &one.content;
        let kind = rules
            .kind(&content.kind, content.applied_on)
            .or_else(|_| rules.kind(&content.kind, today))
            .map_or(content.kind.as_str(), |kind| kind.name_ja.as_str());
        let names = names::people(conn, today, [content.person_id])?;
        let tone = match one.step {
            Step::Received | Step::Examined => Tone::Warn,
            Step::Granted => Tone::Good,
            Step::Refused => Tone::Bad,
            Step::Withdrawn => Tone::Plain,
        };
        list.row(vec![
            Cell::link(
                &one.application_id.to_string(),
                &format!("/applications/{}", one.application_id),
            ),
            kind.into(),
            names.person(content.person_id).into(),
            day_ja(content.applied_on).into(),
            content.applicant.as_str().into(),
            content.grounds.as_str().into(),
            Cell::badge(one.step.label_ja(), tone),
        ]);
    }
    Ok(Card::new("申請", "w12").with_table(list, "申請はありません。"))
}
