//! 住登外の登録 — searched first; somebody who may be registered already is looked at before a number is given.

use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eyes::CLOSED;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::{Card, Cell, Note, Table};
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::Query;
use axum::response::Response;
use db::Conn;
use office::registry::nonresident::{
    self, Inquiry, Match, NewNonResident, NonResident, NumberRule,
};
use office::security::permit::{RegisterResident, SearchPerson};
use office::{Acting, OfficeError};

/// 住登外の登録.
pub struct Outsider;

/// The form.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    change::open(desk, Outsider, asked).await
}

/// What was typed.
pub async fn send(posted: Posted) -> Response {
    change::send(posted, Outsider).await
}

fn sexes() -> Vec<Choice> {
    [("0", "不明"), ("1", "男"), ("2", "女")]
        .map(|(code, label)| (code.to_owned(), label.to_owned()))
        .to_vec()
}

fn inquiry(desk: &Desk, fields: &Fields, errors: &mut Vec<FieldError>) -> Option<Inquiry> {
    let birth_on = fields.birth("birth_on", "生年月日", desk.business_date(), errors);
    if fields.text("name").is_empty() {
        note(errors, "name", "氏名: 氏名を入力してください");
    }
    Some(Inquiry {
        name: fields.text("name").to_owned(),
        kana: fields.text("kana").to_owned(),
        birth_on: birth_on?,
        sex: fields.text("sex").parse().unwrap_or(0),
        address: fields.text("address").to_owned(),
    })
}

/// What is ticked beside somebody who is another person; whom the reader may not open is not named.
pub(super) fn other_person(desk: &Desk, one: &Match) -> String {
    if desk.eyes().closes(one.person_id) {
        return format!("{CLOSED}の方は別人と確かめた");
    }
    format!("宛名番号{} {} は別人と確かめた", one.person_id, one.name)
}

/// People who may be the same, as rows that lead to them.
pub(super) fn table(found: &[Match]) -> Table {
    let mut table = Table::new(
        "同じ人かもしれない宛名",
        &["宛名番号", "氏名", "生年月日", "住所"],
    );
    for one in found {
        table.row(vec![
            Cell::link(
                &one.person_id.to_string(),
                &format!("/people/{}", one.person_id),
            ),
            Cell::beside(&one.name, &one.kana),
            day_ja(one.birth_on).into(),
            one.address.as_deref().unwrap_or("（非開示）").into(),
        ]);
    }
    table
}

impl Change for Outsider {
    type Order = NewNonResident;

    fn title(&self) -> String {
        "住登外者の登録".to_owned()
    }

    fn about(&self) -> About {
        About::default()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterResident>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let text =
            |name: &str, label: &str| Field::new(Input::Text, name, label, fields.text(name));
        let day = |name: &str, label: &str| {
            let value = fields.day_written(name, today);
            Field::new(Input::Day, name, label, &value)
        };
        let from = if fields.has("from") {
            day("from", "いつから")
        } else {
            Field::new(Input::Day, "from", "いつから", &day_ja(today))
        };
        let mut form = Form::post("/people/new")
            .section(
                "本人",
                vec![
                    text("name", "氏名").first(),
                    text("kana", "フリガナ"),
                    Field::new(Input::Day, "birth_on", "生年月日", fields.text("birth_on")),
                    Field::new(Input::Choice(sexes()), "sex", "性別", fields.text("sex")),
                    text("postal_code", "郵便番号"),
                    text("address", "住所").wide(),
                    text("building", "方書").wide(),
                ],
            )
            .section(
                "登録",
                vec![
                    from,
                    day("expires_on", "住外期限").hint("最後に使える日。なければ空欄"),
                    Field::new(
                        Input::Check,
                        "no_other_use",
                        "他業務から参照しない",
                        fields.text("no_other_use"),
                    ),
                ],
            );
        let mut cards = Vec::new();
        let mut notes = vec![Note::new(
            Tone::Info,
            "",
            vec!["先に同じ人がいないか探します。見つかった人は、開いて別人と確かめたときだけ登録できます。".to_owned()],
        )];
        // Somebody typed already: who may be the same is shown beside the form.
        if let Some(wanted) = inquiry(desk, fields, &mut Vec::new()).filter(|_| fields.has("name"))
        {
            let permit = desk.permit::<SearchPerson>()?;
            let found = nonresident::inquire(conn, &permit, &wanted, desk.business_date())?;
            if !found.is_empty() {
                let ticks = found
                    .iter()
                    .map(|one| {
                        let name = format!("not_{}", one.person_id);
                        let label = other_person(desk, one);
                        Field::new(Input::Check, &name, &label, fields.text(&name)).wide()
                    })
                    .collect();
                form = form.section("同じ人かもしれない人", ticks);
                notes.push(Note::new(
                    Tone::Warn,
                    "同じ人かもしれない宛名があります",
                    vec!["右の一覧から開いて確かめてください。".to_owned()],
                ));
                cards.push(Card::new("同じ人かもしれない宛名", "w4").with_table(table(&found), ""));
            }
        }
        Ok(Blank { form, cards, notes })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<NewNonResident>, OfficeError> {
        let today = desk.business_date();
        let from = fields.required_day("from", "いつから", today, errors);
        let expires_on = fields.day("expires_on", "住外期限", today, errors);
        let wanted = inquiry(desk, fields, errors);
        let (Some(inquiry), Some(from)) = (wanted, from) else {
            return Ok(None);
        };
        let permit = desk.permit::<SearchPerson>()?;
        let found = nonresident::inquire(conn, &permit, &inquiry, desk.business_date())?;
        let (other, open): (Vec<&Match>, Vec<&Match>) = found
            .iter()
            .partition(|one| fields.has(&format!("not_{}", one.person_id)));
        if let Some(first) = open.first() {
            let name = format!("not_{}", first.person_id);
            note(
                errors,
                &name,
                "同じ人かもしれない宛名があります。別人と確かめてください",
            );
            return Ok(None);
        }
        Ok(Some(NewNonResident {
            not_these: other.iter().map(|one| one.person_id).collect(),
            inquiry,
            postal_code: fields.text("postal_code").replace('-', ""),
            building: fields.text("building").to_owned(),
            from,
            reported_on: Some(today),
            expires_on,
            terms: NonResident {
                business: String::new(),
                no_other_use: fields.has("no_other_use"),
                suspended: false,
            },
            more: Default::default(),
        }))
    }

    fn show(&self, _: &Desk, new: &NewNonResident) -> Result<Shown, OfficeError> {
        let one = &new.inquiry;
        let until = new.expires_on.map_or_else(|| "定めなし".to_owned(), day_ja);
        Ok(Shown {
            facts: vec![
                ("氏名".to_owned(), format!("{} {}", one.name, one.kana)),
                ("生年月日".to_owned(), day_ja(one.birth_on)),
                (
                    "住所".to_owned(),
                    format!("{} {}", one.address, new.building),
                ),
                ("いつから".to_owned(), day_ja(new.from)),
                ("住外期限".to_owned(), until),
            ],
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        new: &NewNonResident,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<RegisterResident>()?;
        nonresident::register(desk.store(), &permit, acting, &NumberRule::default(), new)?;
        Ok(())
    }

    fn done(&self, act: i64) -> String {
        format!("/acts/{act}")
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "氏名" => "name",
            "フリガナ" => "kana",
            "生年月日" => "birth_on",
            "住所" => "address",
            "郵便番号" => "postal_code",
            "住外期限" => "expires_on",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        "/search".to_owned()
    }
}
