//! 証に関する本人の申出 — 要配慮, 自己情報提供不可, 原爆一般疾病医療費 and what a person wants on the paper, from a day on.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::{names, picture};
use crate::view::FieldError;
use crate::view::cards::{Action, Card, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::{day_ja, moment_ja};
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::certificate::NameChoice;
use law::{Date, Refusal};
use office::certificate::fact::{self, Setting};
use office::registry::{PersonPicture, load_person, timeline};
use office::security::permit::{Function, ReceiveApplication};
use office::{Acting, OfficeError};

/// 申出 of one person.
pub struct Wanted(i64);

/// The form.
pub async fn page(
    desk: Desk,
    Path(person): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Wanted(person), asked).await
}

/// What was typed.
pub async fn send(Path(person): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Wanted(person)).await
}

/// Yes or no, each with its field, its name, and what it does.
type Tick = (
    &'static str,
    &'static str,
    &'static str,
    fn(&Setting) -> bool,
);

const TICKS: [Tick; 6] = [
    (
        "confirmation_asked",
        "要配慮者などの申請",
        "マイナ保険証の利用登録があっても資格確認書を交付します（法第9条第2項）",
        |one| one.confirmation_asked,
    ),
    (
        "card_blocked",
        "自己情報提供不可",
        "マイナ保険証で受診できないため、資格確認書を交付します",
        |one| one.card_blocked,
    ),
    (
        "nondisclosure",
        "自己情報の不開示の申出",
        "ＤＶの被害者などの申出",
        |one| one.nondisclosure,
    ),
    (
        "special_exempt",
        "原爆一般疾病医療費の支給等を受けられる",
        "特別療養費の対象から外れます（法第54条の3第1項）",
        |one| one.special_exempt,
    ),
    ("sex_on_back", "性別を裏面に記載する", "", |one| {
        one.sex_on_back
    }),
    ("send_apart", "世帯と別に本人へ送る", "", |one| {
        one.send_apart
    }),
];

const NAMES: [(&str, &str, NameChoice); 3] = [
    ("by_practice", "市の取扱いによる", NameChoice::ByPractice),
    ("real", "本名", NameChoice::Real),
    ("alias", "通称", NameChoice::Alias),
];

/// What stands registered of a setting, in one line.
#[must_use]
pub fn said(setting: &Setting) -> String {
    let mut parts: Vec<String> = TICKS
        .iter()
        .filter(|tick| tick.3(setting))
        .map(|tick| tick.1.to_owned())
        .collect();
    if setting.name_choice != NameChoice::ByPractice {
        parts.push(format!("券面の氏名 {}", name_ja(setting.name_choice)));
    }
    parts.extend(
        setting
            .alias_kana
            .iter()
            .map(|kana| format!("通称の読み {kana}")),
    );
    parts.join("、")
}

fn name_ja(choice: NameChoice) -> &'static str {
    NAMES
        .iter()
        .find(|row| row.2 == choice)
        .map_or("", |row| row.1)
}

/// What stands on a day.
fn standing(conn: &mut Conn, person: i64, on: Date) -> Result<Setting, OfficeError> {
    let all = timeline::<Setting>(conn, person, None)?;
    let found = all.into_iter().find(|one| one.valid.holds(on));
    Ok(found.map(|one| one.fact).unwrap_or_default())
}

/// 申出 of several people, each with the way to its form.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn card(desk: &Desk, conn: &mut Conn, people: &[i64]) -> Result<Card, OfficeError> {
    let today = desk.business_date();
    let names = names::people(conn, today, people.iter().copied())?;
    let mut table = Table::new("本人の申出", &["氏名", "いまの申出"]);
    for person in people {
        let said = said(&standing(conn, *person, today)?);
        let said = if said.is_empty() { "なし" } else { &said };
        let row = table.row(vec![names.person(*person).into(), said.into()]);
        row.actions.extend(action(desk, *person));
    }
    Ok(Card::new("本人の申出（要配慮など）", "w12")
        .with_table(table, "国保に加入している人がいません。"))
}

/// The way to the form, for whoever may take the wish in.
#[must_use]
pub fn action(desk: &Desk, person: i64) -> Option<Action> {
    let href = format!("/people/{person}/setting");
    let may = desk.session().may(ReceiveApplication::CODE);
    may.then(|| Action::link("要配慮などの申出", &href))
}

impl Wanted {
    fn found(&self, desk: &Desk, conn: &mut Conn) -> Result<PersonPicture, OfficeError> {
        load_person(conn, self.0, desk.business_date(), None)?.ok_or_else(|| {
            Refusal::new(
                "web.person.missing",
                format!("宛名番号{}の人は登録されていません", self.0),
            )
            .into()
        })
    }
}

impl Change for Wanted {
    type Order = (Date, Setting);

    fn title(&self) -> String {
        "要配慮などの申出の登録".to_owned()
    }

    fn about(&self) -> About {
        About {
            person: Some(self.0),
            ..About::default()
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<ReceiveApplication>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let found = self.found(desk, conn)?;
        let name = picture::current(&found)
            .map_or_else(|| format!("宛名番号{}", self.0), |one| one.name.clone());
        let kept = standing(conn, self.0, today)?;
        let typed = fields.has("from");
        let from = if typed {
            let text = fields.text("from").to_owned();
            law::era::date_input(&text, today).map_or(text, day_ja)
        } else {
            day_ja(today)
        };
        let tick = |(field, label, hint, holds): &Tick| {
            let ticked = if typed {
                fields.has(field)
            } else {
                holds(&kept)
            };
            let value = if ticked { "1" } else { "" };
            Field::new(Input::Check, field, label, value)
                .hint(hint)
                .wide()
        };
        let choices: Vec<Choice> = NAMES
            .iter()
            .map(|(code, label, _)| ((*code).to_owned(), (*label).to_owned()))
            .collect();
        let (choice, kana) = if typed {
            (fields.text("name_choice"), fields.text("alias_kana"))
        } else {
            let row = NAMES.iter().find(|row| row.2 == kept.name_choice);
            let kana = kept.alias_kana.as_deref().unwrap_or("");
            (row.map_or("", |row| row.0), kana)
        };
        let (of_right, of_paper) = TICKS.split_at(4);
        let mut paper = vec![
            Field::new(Input::Choice(choices), "name_choice", "券面の氏名", choice),
            Field::new(Input::Text, "alias_kana", "通称の読み仮名", kana),
        ];
        paper.extend(of_paper.iter().map(tick));
        let form = Form::post(&format!("/people/{}/setting", self.0))
            .section(
                &format!("{name} 宛名番号{}", self.0),
                vec![
                    Field::new(Input::Day, "from", "いつから", &from)
                        .hint("申出を受けた日。取り下げは、印を外してその日から登録します")
                        .first(),
                ],
            )
            .section("申出", of_right.iter().map(tick).collect())
            .section("証の記載と送り先", paper);
        Ok(Blank {
            form,
            cards: vec![history(conn, self.0)?],
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Self::Order>, OfficeError> {
        let from = fields.required_day("from", "いつから", desk.business_date(), errors);
        let choice = NAMES.iter().find(|row| row.0 == fields.text("name_choice"));
        if choice.is_none() {
            note(errors, "name_choice", "券面の氏名: 一覧から選んでください");
        }
        let (Some(from), Some((_, _, name_choice))) = (from, choice) else {
            return Ok(None);
        };
        let found = self.found(desk, conn)?;
        let alias = picture::current(&found).is_some_and(|one| one.alias.is_some());
        if *name_choice == NameChoice::Alias && !alias {
            note(
                errors,
                "name_choice",
                "券面の氏名: 通称が登録されていません。先に住民異動で通称を登録してください",
            );
        }
        let kana = fields.text("alias_kana");
        let setting = Setting {
            confirmation_asked: fields.has("confirmation_asked"),
            card_blocked: fields.has("card_blocked"),
            nondisclosure: fields.has("nondisclosure"),
            special_exempt: fields.has("special_exempt"),
            name_choice: *name_choice,
            alias_kana: (!kana.is_empty()).then(|| kana.to_owned()),
            sex_on_back: fields.has("sex_on_back"),
            send_apart: fields.has("send_apart"),
        };
        let same = |one: &office::registry::Dated<Setting>| {
            one.valid.holds(from) && one.valid.until.is_none() && one.fact == setting
        };
        if timeline::<Setting>(conn, self.0, None)?.iter().any(same) {
            note(
                errors,
                "from",
                "いつから: その日から同じ申出が登録されています",
            );
        }
        Ok(Some((from, setting)))
    }

    fn show(&self, _: &Desk, (from, setting): &Self::Order) -> Result<Shown, OfficeError> {
        let yes = |holds: bool| if holds { "あり" } else { "なし" }.to_owned();
        let mut facts = vec![("いつから".to_owned(), day_ja(*from))];
        facts.extend(
            TICKS
                .iter()
                .map(|tick| (tick.1.to_owned(), yes(tick.3(setting)))),
        );
        facts.push((
            "券面の氏名".to_owned(),
            name_ja(setting.name_choice).to_owned(),
        ));
        facts.extend(
            setting
                .alias_kana
                .iter()
                .map(|kana| ("通称の読み仮名".to_owned(), kana.clone())),
        );
        let mut notes = Vec::new();
        if setting.confirmation_asked || setting.card_blocked {
            notes.push(Note::new(
                Tone::Info,
                "",
                vec!["マイナ保険証の利用登録があっても、資格確認書を交付することになります。登録した後に交付してください。".to_owned()],
            ));
        }
        Ok(Shown {
            facts,
            notes,
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (from, setting): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<ReceiveApplication>()?;
        fact::record_setting(desk.store(), &permit, acting, self.0, *from, setting)
    }

    fn done(&self, _: i64) -> String {
        format!("/people/{}", self.0)
    }

    fn field_of(&self, _: &str) -> String {
        String::new()
    }

    fn back(&self) -> String {
        format!("/people/{}", self.0)
    }
}

/// Every 申出 ever registered that still stands, the latest first.
fn history(conn: &mut Conn, person: i64) -> Result<Card, OfficeError> {
    let mut table = Table::new("これまでの申出", &["から", "まで", "申出", "登録"]);
    for one in timeline::<Setting>(conn, person, None)?.iter().rev() {
        let said = said(&one.fact);
        table.row(vec![
            day_ja(one.valid.from).into(),
            one.valid.until.map_or_else(String::new, day_ja).into(),
            if said.is_empty() { "なし" } else { &said }.into(),
            moment_ja(one.recorded_at).into(),
        ]);
    }
    Ok(Card::new("これまでの申出", "w4").with_table(table, "申出はありません。"))
}
