//! 証の一覧 — of one household with its applications, and of everybody by state.

use super::{rules, table};
use crate::answer;
use crate::desk::Desk;
use crate::fields::Fields;
use crate::registry::{household, names};
use crate::view::cards::{Action, Card, CardsPage, Cell, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::certificate::Place;
use office::OfficeError;
use office::certificate::application::{self, Step};
use office::certificate::find::{self, Filter};
use office::certificate::letter;
use office::security::permit::{Function, IssueCertificate, ReceiveApplication, ViewHousehold};

/// The papers of a household.
pub async fn of_household(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        desk.record(ViewHousehold::CODE, Some(id))?;
        let page = desk.store().read(|conn| gather(desk, conn, id))?;
        match page {
            Some(page) => answer::page(&page),
            None => answer::not_found(desk, "この世帯"),
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
    page.cards.push(papers);
    page.cards.push(applications(desk, conn, id)?);
    let mut letters = Table::new("通知", &["#番号", "通知", "作成日", "宛先"]);
    for kept in letter::of_household(conn, id)? {
        letters.row(vec![
            kept.letter_id.to_string().into(),
            kept.letter.title.as_str().into(),
            day_ja(kept.made_on).into(),
            kept.letter.destination.addressee.as_str().into(),
        ]);
    }
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

const PLACES: [Place; 8] = [
    Place::Decided,
    Place::Office,
    Place::OnTheWay,
    Place::ComeBack,
    Place::Holder,
    Place::Lost,
    Place::Collected,
    Place::Voided,
];

/// The papers of everybody, by kind and state.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<IssueCertificate>()?;
        desk.record(IssueCertificate::CODE, None)?;
        let fields = Fields::new(asked);
        let rules = rules(desk)?;
        let mut kinds: Vec<Choice> = vec![(String::new(), "すべて".to_owned())];
        kinds.extend(
            rules
                .issued_on(desk.business_date())
                .into_iter()
                .map(|kind| (kind.code.clone(), kind.name_ja.clone())),
        );
        let mut places: Vec<Choice> = vec![(String::new(), "すべて".to_owned())];
        places.extend(PLACES.map(|one| {
            let code = office::certificate::event::place_code(one);
            (code.to_owned(), one.label_ja().to_owned())
        }));
        let chosen =
            |name: &str| Some(fields.text(name).to_owned()).filter(|text| !text.is_empty());
        let filter = Filter {
            kind: chosen("kind"),
            place: office::certificate::event::place_of(fields.text("place")),
            outstanding: fields.has("outstanding").then_some(true),
            ..Filter::default()
        };
        let above = fields.text("after").parse::<i64>().unwrap_or(0);
        let found = desk
            .store()
            .read(|conn| find::search(conn, &filter, above))?;
        let mut page = CardsPage::new(desk.layout("証"), "証の一覧");
        let mut ask = Card::new("", "w12");
        ask.form = Some(
            Form::get("/certificates")
                .fields(vec![
                    Field::new(Input::Choice(kinds), "kind", "種類", fields.text("kind")),
                    Field::new(Input::Choice(places), "place", "状態", fields.text("place")),
                    Field::new(
                        Input::Check,
                        "outstanding",
                        "返還請求中だけ",
                        fields.text("outstanding"),
                    ),
                ])
                .button("表示", "", "main")
                .back("読取（返戻・配達）", "/certificates/scan"),
        );
        page.cards.push(ask);
        let mut list = table(desk, &found);
        if let Some(last) = found.last().filter(|_| found.len() >= 50) {
            list.more_href = format!(
                "/certificates?kind={}&place={}&after={}",
                answer::percent(fields.text("kind")),
                fields.text("place"),
                last.certificate_id
            );
        }
        page.cards
            .push(Card::new("", "w12").with_table(list, "この条件の証はありません。"));
        answer::page(&page)
    })
    .await
}
