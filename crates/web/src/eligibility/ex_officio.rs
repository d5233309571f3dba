//! 職権処理 — from a candidate to a case with ground and evidence, past a second person, to the notice.

use super::{consequence, with_books};
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::security::random_token;
use crate::view::FieldError;
use crate::view::cards::{Action, Card, CardsPage, Cell, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{count, day_ja};
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::rules::eligibility::Side;
use office::eligibility::ex_officio::{self, Case, Stage};
use office::security::permit::{ApproveEligibility, Function, HandleWork, RegisterEligibility};
use office::worklist::{self, Candidate};
use office::{Acting, OfficeError};

/// The cases, the newest first, with figures on top.
pub async fn page(desk: Desk) -> Response {
    desk.answer(move |desk| {
        desk.permit::<HandleWork>()?;
        desk.record(HandleWork::CODE, None)?;
        let mut page = CardsPage::new(desk.layout("職権処理"), "職権処理");
        desk.store().read(|conn| {
            let all = ex_officio::list(conn)?;
            let mut figures = Table::new("件数", &["状態", "#件数"]);
            for stage in Stage::ALL {
                let number = all.iter().filter(|one| one.2 == stage).count();
                let number = i64::try_from(number).unwrap_or(i64::MAX);
                figures.row(vec![stage.label_ja().into(), count(number).into()]);
            }
            page.cards
                .push(Card::new("件数（最近200件）", "w6").with_table(figures, ""));
            let mut ways = Card::new("", "w6");
            if desk.session().may(RegisterEligibility::CODE) {
                ways.actions
                    .push(Action::link("起案する", "/ex-officio/new").main());
            }
            ways.actions
                .push(Action::link("資格重複", "/lists/overlap"));
            ways.actions.push(Action::link("未届", "/lists/unreported"));
            page.cards.push(ways);
            page.cards.push(cases(desk, conn, &all)?);
            Ok::<_, OfficeError>(())
        })?;
        answer::page(&page)
    })
    .await
}

fn cases(
    desk: &Desk,
    conn: &mut Conn,
    all: &[(i64, Case, Stage, Option<i64>)],
) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let names = names::people(conn, today, all.iter().map(|one| one.1.person_id))?;
    let rules = desk.book()?.eligibility();
    let mut table = Table::new(
        "職権処理",
        &[
            "#番号",
            "人",
            "事由",
            "該当日",
            "根拠",
            "確認した資料",
            "状態",
        ],
    );
    for (case_id, case, stage, proposal) in all {
        let cause = rules
            .cause(&case.cause, case.event_on)
            .map_or(case.cause.as_str(), |cause| cause.name_ja.as_str());
        let tone = match stage {
            Stage::Proposed | Stage::Approved => Tone::Warn,
            Stage::Rejected => Tone::Bad,
            Stage::Notified => Tone::Good,
        };
        let row = table.row(vec![
            case_id.to_string().into(),
            Cell::link(
                &names.person(case.person_id),
                &format!("/people/{}", case.person_id),
            ),
            cause.into(),
            day_ja(case.event_on).into(),
            case.ground.as_str().into(),
            case.evidence.as_str().into(),
            Cell::badge(stage.label_ja(), tone),
        ]);
        row.off = *stage == Stage::Rejected;
        if let Some(id) = proposal.filter(|_| *stage == Stage::Proposed)
            && desk.session().may(ApproveEligibility::CODE)
        {
            row.actions
                .push(Action::link("承認へ", &format!("/approvals/{id}")));
        }
        if *stage == Stage::Approved {
            let request = random_token()?;
            row.actions.push(Action::post(
                "通知を作る",
                &format!("/ex-officio/{case_id}"),
                &[("request_id", &request)],
            ));
        }
    }
    Ok(Card::new("職権処理", "w12").with_table(table, "職権処理はありません。"))
}

/// Writes the notice of a case that was approved.
pub async fn notify(Path(case_id): Path<i64>, posted: Posted) -> Response {
    let fields = posted.fields;
    posted
        .desk
        .answer(move |desk| {
            let permit = desk.permit::<HandleWork>()?;
            let acting = desk.acting(fields.text("request_id"));
            match ex_officio::notify(desk.store(), &permit, &acting, case_id) {
                Ok(letter) => Ok(answer::go(&format!("/letters/{}", letter.letter_id))),
                Err(error) if answer::is_repeated_order(&error) => Ok(answer::go("/ex-officio")),
                Err(error) => Err(error),
            }
        })
        .await
}

/// A new case.
pub struct New;

/// The form; a candidate of the work list fills it.
pub async fn new_page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    change::open(desk, New, asked).await
}

/// What was typed.
pub async fn new_send(posted: Posted) -> Response {
    change::send(posted, New).await
}

/// 職権の事由 on a day: what is typed, its key, its name, and whether it is a gain.
fn causes(desk: &Desk) -> Result<Vec<(String, String, bool)>, OfficeError> {
    let today = desk.business_date();
    let all = desk.book()?.eligibility().causes_on(today);
    Ok(all
        .into_iter()
        .filter(|cause| cause.key.starts_with("ex_officio") || cause.key == "restored")
        .map(|cause| {
            (
                cause.key.clone(),
                cause.name_ja.clone(),
                cause.side == Side::Gain,
            )
        })
        .collect())
}

fn cause_choices(causes: &[(String, String, bool)]) -> Vec<Choice> {
    (1..)
        .zip(causes)
        .map(|(place, one): (i64, _)| {
            let side = if one.2 { "取得" } else { "喪失" };
            (place.to_string(), format!("{}（{side}）", one.1))
        })
        .collect()
}

/// The candidate a form begins with.
fn candidate(
    conn: &mut Conn,
    fields: &Fields,
    today: law::Date,
) -> Result<Option<(i64, Candidate)>, OfficeError> {
    let Ok(item_id) = fields.text("item").parse::<i64>() else {
        return Ok(None);
    };
    let item = worklist::get(conn, item_id, today)?;
    Ok(item
        .and_then(|item| Candidate::of(&item))
        .map(|one| (item_id, one)))
}

impl Change for New {
    type Order = Case;

    fn title(&self) -> String {
        "職権処理の起案".to_owned()
    }

    fn about(&self) -> About {
        About::default()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterEligibility>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let found = candidate(conn, fields, today)?;
        let all = causes(desk)?;
        let fresh = !fields.has("person");
        let (mut person, mut cause, mut on) = (
            fields.text("person").to_owned(),
            fields.text("cause").to_owned(),
            fields.text("event_on").to_owned(),
        );
        let mut told = String::new();
        if let Some((_, one)) = &found {
            if fresh {
                person = one.person_id.to_string();
                cause = all
                    .iter()
                    .position(|row| row.0 == one.cause)
                    .map_or_else(String::new, |place| (place + 1).to_string());
                on = one.occurred_on.to_string();
            }
            told.clone_from(&one.told_by);
        }
        let on = law::era::date_input(&on, today).map_or(on, day_ja);
        let mut about = Vec::new();
        if let Ok(id) = person.parse::<i64>() {
            let names = names::people(conn, today, [id])?;
            about.push(Field::new(Input::Said, "name", "氏名", &names.person(id)));
        }
        about.push(Field::new(Input::Text, "person", "宛名番号", &person).first());
        if !told.is_empty() {
            about.push(Field::new(Input::Said, "told", "知らせたもの", &told));
        }
        let mut form = Form::post("/ex-officio/new")
            .section("対象の人", about)
            .section(
                "処理",
                vec![
                    Field::new(Input::Code(cause_choices(&all)), "cause", "事由", &cause),
                    Field::new(Input::Day, "event_on", "該当日", &on),
                    Field::new(
                        Input::Text,
                        "household",
                        "加入する国保世帯番号",
                        fields.text("household"),
                    )
                    .hint("取得のときだけ。空欄は本人を世帯主とする新しい世帯"),
                    Field::new(Input::Area, "ground", "根拠", fields.text("ground"))
                        .hint("法の条項と、該当すると認めた理由")
                        .wide(),
                    Field::new(
                        Input::Area,
                        "evidence",
                        "確認した資料",
                        fields.text("evidence"),
                    )
                    .wide(),
                ],
            );
        if fields.has("item") {
            form = form.hide("item", fields.text("item"));
        }
        Ok(Blank {
            form,
            notes: vec![Note::new(
                Tone::Info,
                "",
                vec![
                    "職権の取得・喪失は、別の職員の承認を経て登録されます。承認の後に、理由と教示を付けた通知を作ります。"
                        .to_owned(),
                ],
            )],
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Case>, OfficeError> {
        let today = desk.business_date();
        let all = causes(desk)?;
        let cause = fields.code("cause", "事由", &cause_choices(&all), errors);
        let event_on = fields.required_day("event_on", "該当日", today, errors);
        let person = fields.text("person").parse::<i64>().ok();
        if person.is_none() {
            note(errors, "person", "宛名番号: 番号を数字で入力してください");
        }
        for (name, label) in [("ground", "根拠"), ("evidence", "確認した資料")] {
            if fields.text(name).is_empty() {
                note(errors, name, &format!("{label}: 入力してください"));
            }
        }
        let typed = fields.text("household");
        let household = if typed.is_empty() {
            None
        } else {
            let number = typed.parse::<i64>().ok().filter(|id| *id > 0);
            if number.is_none() {
                note(
                    errors,
                    "household",
                    "加入する国保世帯番号: 数字で入力してください",
                );
            }
            number
        };
        let picked = cause.and_then(|(code, _)| {
            let place = code.parse::<usize>().ok()?.checked_sub(1)?;
            all.get(place).cloned()
        });
        let (Some((key, _, gain)), Some(event_on), Some(person_id)) = (picked, event_on, person)
        else {
            return Ok(None);
        };
        let item = candidate(conn, fields, today)?;
        let item_id = item
            .filter(|(_, one)| one.person_id == person_id)
            .map(|(id, _)| id);
        Ok(errors.is_empty().then(|| Case {
            person_id,
            household_id: gain.then(|| household.unwrap_or(-1)),
            cause: key,
            event_on,
            ground: fields.text("ground").to_owned(),
            evidence: fields.text("evidence").to_owned(),
            item_id,
        }))
    }

    fn show(&self, desk: &Desk, case: &Case) -> Result<Shown, OfficeError> {
        let permit = desk.permit::<RegisterEligibility>()?;
        let found = with_books(desk, |books| {
            ex_officio::preview(desk.store(), &permit, &desk.acting(""), case, books)
        })?;
        let mut shown = consequence::shown(desk, &found)?;
        let names = desk
            .store()
            .read(|conn| names::people(conn, desk.business_date(), [case.person_id]))?;
        shown.facts = vec![
            ("対象の人".to_owned(), names.person(case.person_id)),
            ("該当日".to_owned(), day_ja(case.event_on)),
            ("根拠".to_owned(), case.ground.clone()),
            ("確認した資料".to_owned(), case.evidence.clone()),
        ];
        Ok(shown)
    }

    fn carry_out(&self, desk: &Desk, case: &Case, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterEligibility>()?;
        with_books(desk, |books| {
            ex_officio::propose(desk.store(), &permit, acting, case, books)
        })?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        "/ex-officio".to_owned()
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "根拠" => "ground",
            "確認した資料" => "evidence",
            "事由" => "cause",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        "/ex-officio".to_owned()
    }

    fn verb(&self) -> &'static str {
        "承認を依頼する"
    }
}

/// Where a candidate of the work list is dealt with; none where this member of staff cannot.
#[must_use]
pub fn href(desk: &Desk, item: &worklist::Item) -> Option<String> {
    let candidate = Candidate::of(item)?;
    if !desk.session().may(RegisterEligibility::CODE) {
        return None;
    }
    Some(if candidate.cause.starts_with("ex_officio") {
        format!("/ex-officio/new?item={}", item.item_id)
    } else {
        format!("/people/{}", candidate.person_id)
    })
}
