//! 証の申請 — looked at, approved by a second person, granted or refused, issued.

use super::apply::LONG_TERM;
use super::{face, rules, setting};
use crate::answer;
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::{household, names};
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Field, Form, Input};
use crate::view::format::{day_ja, year_ja};
use crate::view::layout::Tone;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use law::FiscalYear;
use law::certificate::Disease;
use office::OfficeError;
use office::certificate::Wish;
use office::certificate::application::{self, Application, Examined, Step};
use office::certificate::{issue, ruling};
use office::levy::numbers::label_ja;
use office::registry::support;
use office::security::permit::{
    ApproveCertificate, Function, IssueCertificate, ReceiveApplication, ViewHousehold,
};

/// The page of an application.
pub async fn page(desk: Desk, Path(id): Path<i64>) -> Response {
    desk.answer(move |desk| {
        desk.permit::<ViewHousehold>()?;
        show(desk, id, &Fields::default(), Vec::new())
    })
    .await
}

fn show(
    desk: &Desk,
    id: i64,
    fields: &Fields,
    errors: Vec<FieldError>,
) -> Result<Response, OfficeError> {
    let today = desk.business_date();
    let rules = rules(desk)?;
    let (found, examined, name, subject, concerns) = desk.store().read(|conn| {
        let found = application::require(conn, id)?;
        let open = matches!(found.step, Step::Received | Step::Examined | Step::Granted)
            && found.certificate_id.is_none();
        let examined = if open {
            Some(application::examine(conn, &rules, id, today)?)
        } else {
            None
        };
        let person = found.content.person_id;
        let names = names::people(conn, today, [person])?;
        let subject = household::subject(desk, conn, found.content.household_id, "certificates")?;
        let place = examined.as_ref().and_then(|one| one.proposal.as_ref().ok());
        let place = place.map_or(&[][..], |face| &face.destination.address[..]);
        let whose = (found.content.household_id, person);
        let concerns = support::kept_concerns(conn, whose, place, today)?;
        Ok::<_, OfficeError>((found, examined, names.person(person), subject, concerns))
    })?;
    desk.record(ViewHousehold::CODE, Some(found.content.person_id))?;
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let kind = rules
        .kind(&found.content.kind, found.content.applied_on)
        .or_else(|_| rules.kind(&found.content.kind, today))?;
    let mut layout = desk.layout("証の申請");
    layout.subject = subject;
    layout.errors = errors;
    let mut page = CardsPage::new(layout, &format!("申請{id} {}", kind.name_ja));
    let mut content = facts(&found, &name);
    content
        .actions
        .extend(setting::action(desk, found.content.person_id));
    page.cards.push(content);
    if let Some(examined) = &examined {
        match &examined.proposal {
            Ok(proposal) => {
                page.cards
                    .push(face(proposal, "交付する証の券面", "w6", concerns));
            }
            Err(OfficeError::Refusal(refusal)) => page.notes.push(Note::new(
                Tone::Bad,
                "このままでは交付できません",
                vec![refusal.to_string()],
            )),
            Err(other) => page.notes.push(Note::new(
                Tone::Bad,
                "このままでは交付できません",
                vec![other.to_string()],
            )),
        }
        page.cards.push(overdue(examined));
        page.cards.push(form(desk, &found, examined, fields)?);
    }
    answer::page_with(status, &page)
}

fn facts(found: &Application, name: &str) -> Card {
    let content = &found.content;
    let mut card = Card::new("申請の内容", "w6");
    card.fact(
        "対象者",
        Cell::link(name, &format!("/people/{}", content.person_id)),
    );
    card.fact("申請日", day_ja(content.applied_on));
    card.fact(
        "申請者",
        format!("{}（{}）", content.applicant, content.relation),
    );
    card.fact("申請の理由", content.grounds.as_str());
    for (name, value) in wished(&content.wish) {
        card.fact(&name, value);
    }
    card.fact("減免等の内容", content.wish.relief.as_str());
    card.fact(
        "期間の末日",
        content.wish.until.map_or_else(String::new, day_ja),
    );
    card.fact("特別の事情", content.wish.circumstance.as_str());
    let stepped = found.stepped_on.map_or_else(String::new, day_ja);
    card.fact("段階", Cell::beside(found.step.label_ja(), &stepped));
    card.fact("理由", found.reason.as_str());
    if let Some(certificate) = found.certificate_id {
        card.fact(
            "交付した証",
            Cell::link(
                &format!("証{certificate}"),
                &format!("/certificates/{certificate}"),
            ),
        );
    }
    card
}

/// What the paper is asked to say, as it is shown before and after it is taken in.
///
/// 根拠: 国民健康保険法施行規則 第6条第1項第5号・第4項第7号
pub(super) fn wished(wish: &Wish) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    if wish.class_on_face {
        facts.push(("資格確認書への記載".to_owned(), "適用区分".to_owned()));
    }
    if let Some(disease) = wish.disease.and_then(Disease::of) {
        facts.push(("疾病の名称".to_owned(), disease.name_ja().to_owned()));
        if wish.doctor_opinion {
            facts.push(("医師の意見書".to_owned(), "確かめた".to_owned()));
        }
    }
    if let Some(day) = wish.long_term_on {
        facts.push((LONG_TERM.to_owned(), day_ja(day)));
    }
    facts
}

fn overdue(examined: &Examined) -> Card {
    let mut table = Table::new(
        "世帯主の未納",
        &["国保世帯", "年度", "期", "納期限", "#残額（円）"],
    );
    for one in &examined.overdue {
        let year = i16::try_from(one.levy_year).map_or_else(
            |_| one.levy_year.to_string(),
            |year| year_ja(FiscalYear(year)),
        );
        table.row(vec![
            one.household_id.to_string().into(),
            year.into(),
            label_ja(one.instalment).into(),
            day_ja(one.due_on).into(),
            one.left.grouped().into(),
        ]);
    }
    let mut card =
        Card::new("納付状況", "w6").with_table(table, "納期限を過ぎた未納はありません。");
    if examined.circumstances_accepted {
        card.fact("特別の事情", Cell::badge("認めた届あり", Tone::Good));
    }
    if examined.approval_needed {
        card.fact(
            "別の職員の承認",
            if examined.approved {
                Cell::badge("承認済", Tone::Good)
            } else {
                Cell::badge("承認が要ります", Tone::Warn)
            },
        );
    }
    card
}

fn form(
    desk: &Desk,
    found: &Application,
    examined: &Examined,
    fields: &Fields,
) -> Result<Card, OfficeError> {
    let session = desk.session();
    let mut form = Form::post(&format!("/applications/{}", found.application_id))
        .fields(vec![
            Field::new(
                Input::Text,
                "reason",
                "理由（承認・却下・取下のとき）",
                fields.text("reason"),
            )
            .wide(),
        ])
        .hide("request_id", &random_token()?);
    let open = matches!(found.step, Step::Received | Step::Examined);
    let ready = examined.proposal.is_ok() && (!examined.approval_needed || examined.approved);
    if session.may(IssueCertificate::CODE) && found.step == Step::Granted {
        form = form.button("交付する", "issue", "main");
    }
    if session.may(IssueCertificate::CODE) && open && ready {
        form = form.button("交付を決定する", "grant", "main");
    }
    if session.may(ApproveCertificate::CODE)
        && open
        && examined.approval_needed
        && !examined.approved
    {
        form = form.button("承認する", "allow", "main");
    }
    if session.may(IssueCertificate::CODE) && open {
        form = form.button("却下する", "refuse", "danger");
    }
    if session.may(ReceiveApplication::CODE) && open {
        form = form.button("取下を受ける", "withdraw", "");
    }
    let href = format!("/households/{}/certificates", found.content.household_id);
    let mut card = Card::new("決定", "w12");
    card.form = Some(form.back("一覧へ", &href));
    Ok(card)
}

/// Rules on an application, or issues on it.
pub async fn rule(Path(id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let acting = desk.acting(fields.text("request_id"));
            let reason = fields.text("reason");
            let store = desk.store();
            let rules = rules(desk)?;
            let done = match fields.text("do") {
                "allow" => {
                    let permit = desk.permit::<ApproveCertificate>()?;
                    ruling::allow(store, &permit, &acting, id, reason)
                }
                "refuse" => {
                    let permit = desk.permit::<IssueCertificate>()?;
                    ruling::refuse(store, &permit, &acting, &rules, id, reason).map(|_| ())
                }
                "withdraw" => {
                    let permit = desk.permit::<ReceiveApplication>()?;
                    ruling::withdraw(store, &permit, &acting, id, reason)
                }
                "issue" => {
                    let permit = desk.permit::<IssueCertificate>()?;
                    let issued = issue::on_application(store, &permit, &acting, &rules, id);
                    match issued {
                        Ok(certificate) => {
                            let href = format!("/certificates/{}", certificate.certificate_id);
                            return Ok(answer::go(&href));
                        }
                        Err(error) => Err(error),
                    }
                }
                _ => {
                    let permit = desk.permit::<IssueCertificate>()?;
                    ruling::grant(store, &permit, &acting, &rules, id)
                }
            };
            let mut errors = Vec::new();
            match done {
                Ok(()) => return Ok(answer::go(&format!("/applications/{id}"))),
                Err(OfficeError::Input { field, message }) => {
                    note(&mut errors, "reason", &format!("{field}: {message}"));
                }
                Err(OfficeError::Refusal(refusal)) if is_about_it(&refusal) => {
                    note(&mut errors, "", &refusal.to_string());
                }
                Err(error) if answer::is_repeated_order(&error) => {
                    return Ok(answer::go(&format!("/applications/{id}")));
                }
                Err(other) => return Err(other),
            }
            show(desk, id, &fields, errors)
        })
        .await
}

/// A refusal that is said on the page of what it is about, unlike one of somebody without the right.
pub(super) fn is_about_it(refusal: &law::Refusal) -> bool {
    refusal.code != office::security::authorize::NOT_PERMITTED
        && !refusal.code.ends_with(".unknown")
}
