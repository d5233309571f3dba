//! 職権処理の起案 — a new case: whom it is about is typed, or told by a candidate of the work list.

use super::super::{consequence, residence, with_books};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::names;
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::Query;
use axum::response::Response;
use db::Conn;
use law::rules::eligibility::Side;
use office::eligibility::ex_officio::{self, Case};
use office::security::permit::{Function, RegisterEligibility};
use office::worklist::{self, Candidate};
use office::{Acting, OfficeError};

/// A new case; whom it is about is typed, or told by a candidate of the work list.
pub struct New {
    person: Option<i64>,
    item: Option<i64>,
}

impl New {
    fn of(fields: &Fields) -> Self {
        let number = |name: &str| fields.text(name).parse().ok();
        Self {
            person: number("person"),
            item: number("item"),
        }
    }
}

/// The form; a candidate of the work list fills it.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    let new = New::of(&Fields::new(asked.clone()));
    change::open(desk, new, asked).await
}

/// What was typed.
pub async fn send(posted: Posted) -> Response {
    let new = New::of(&posted.fields);
    change::send(posted, new).await
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

const PREFECTURE_DAY: &str = "都道府県の資格取得日";

/// What a gain alone needs: the day of the prefecture, and the residence card of a foreigner.
fn gained(fields: &Fields, today: law::Date) -> Vec<Field> {
    let since = fields.day_written("since", today);
    let mut all = vec![
        Field::new(Input::Day, "since", PREFECTURE_DAY, &since)
            .hint("県内で資格が続くとき。職権回復では、消除の前の資格取得日"),
    ];
    all.extend(residence::fields(fields, "", ""));
    all
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
        About {
            person: self.person,
            ..About::default()
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterEligibility>()?;
        let Some(item) = self.item else { return Ok(()) };
        let today = desk.business_date();
        let item = desk.store().read(|conn| worklist::get(conn, item, today))?;
        match item.and_then(|item| item.person_id) {
            Some(person) => desk.record(RegisterEligibility::CODE, Some(person)),
            None => Ok(()),
        }
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
            )
            .section("取得のとき", gained(fields, today));
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
        let since = fields.day("since", PREFECTURE_DAY, today, errors);
        let paper = residence::read(fields, "", "", errors);
        let picked = cause.and_then(|(code, _)| {
            let place = code.parse::<usize>().ok()?.checked_sub(1)?;
            all.get(place).cloned()
        });
        let (Some((key, _, gain)), Some(event_on), Some(person_id)) = (picked, event_on, person)
        else {
            return Ok(None);
        };
        if !gain && (since.is_some() || paper.is_some()) {
            let name = if since.is_some() { "since" } else { "status" };
            note(
                errors,
                name,
                "取得のときだけ入れる欄です。喪失では空欄にしてください",
            );
        }
        let item = candidate(conn, fields, today)?;
        let item_id = item
            .filter(|(_, one)| one.person_id == person_id)
            .map(|(id, _)| id);
        Ok(errors.is_empty().then(|| Case {
            person_id,
            household_id: gain.then(|| household.unwrap_or(-1)),
            prefecture_since: since,
            residence: paper,
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
        if let Some(day) = case.prefecture_since {
            shown.facts.push((PREFECTURE_DAY.to_owned(), day_ja(day)));
        }
        if let Some(paper) = &case.residence {
            shown
                .facts
                .push(("在留資格".to_owned(), paper.status.clone()));
            shown.facts.extend(residence::said("", paper));
        }
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
            "在留資格" => "status",
            "指定された活動" => "activity",
            "在留期間" => "months",
            residence::MINISTER => "excepted_why",
            "都道府県の資格取得年月日" => "since",
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
