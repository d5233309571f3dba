//! 名寄せの申出と取消 — one person proposes that two numbers are one, and what was joined is parted again.

use super::merge::side_by_side;
use super::names;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::cards::Note;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use crate::view::layout::Tone;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::registry::event::version;
use office::registry::merge::{self, Joining};
use office::security::permit::{ApproveMerge, Function, MergePerson};
use office::{Acting, OfficeError, trail};

/// 名寄せの申出 of a pair.
pub struct Join {
    one: i64,
    other: i64,
}

/// What is proposed, and on which versions.
pub struct Order {
    joining: Joining,
    seen: (i64, i64),
}

/// Both records and the form.
pub async fn page(
    desk: Desk,
    Path((one, other)): Path<(i64, i64)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Join { one, other }, asked).await
}

/// What was typed.
pub async fn send(Path((one, other)): Path<(i64, i64)>, posted: Posted) -> Response {
    change::send(posted, Join { one, other }).await
}

impl Change for Join {
    type Order = Order;

    fn title(&self) -> String {
        "名寄せの申出".to_owned()
    }

    fn about(&self) -> About {
        About {
            person: Some(self.one),
            ..About::default()
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<MergePerson>()?;
        // Both records are looked at.
        desk.record(MergePerson::CODE, Some(self.other))
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let today = desk.business_date();
        let names = names::people(conn, today, [self.one, self.other])?;
        let kept: Vec<Choice> = [self.one, self.other]
            .map(|number| {
                (
                    number.to_string(),
                    format!("{number} {}", names.person(number)),
                )
            })
            .to_vec();
        let day = fields.text("became_resident_on").to_owned();
        let day = law::era::date_input(&day, today).map_or(day, day_ja);
        let mut form = Form::post(&format!("/merge/{}/{}", self.one, self.other)).fields(vec![
            Field::new(Input::Choice(kept), "kept", "代表宛名", fields.text("kept")).first(),
            Field::new(
                Input::Day,
                "became_resident_on",
                "住民になった日（住登外から）",
                &day,
            )
            .hint("住登外の人が住民になったときだけ。住登外の記録はその日に終わります"),
            Field::new(
                Input::Text,
                "reason",
                "同じ人と判断した理由",
                fields.text("reason"),
            )
            .wide(),
        ]);
        for number in [self.one, self.other] {
            let name = format!("version_{number}");
            let seen = if fields.has(&name) {
                fields.text(&name).to_owned()
            } else {
                version(conn, number)?.to_string()
            };
            form = form.hide(&name, &seen);
        }
        Ok(Blank {
            form,
            cards: vec![side_by_side(desk, conn, (self.one, self.other))?],
            notes: vec![Note::new(
                Tone::Info,
                "",
                vec!["別の職員が承認するまで、何も変わりません。どちらの番号の記録も消えず、後で取り消せます。".to_owned()],
            )],
        })
    }

    fn read(
        &self,
        desk: &Desk,
        _: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Order>, OfficeError> {
        let on = fields.day(
            "became_resident_on",
            "住民になった日",
            desk.business_date(),
            errors,
        );
        if fields.text("reason").is_empty() {
            note(
                errors,
                "reason",
                "理由: 同じ人と判断した理由を入力してください",
            );
        }
        let kept: Option<i64> = fields.text("kept").parse().ok();
        let (kept_id, joined_id) = match kept {
            Some(kept) if kept == self.one => (self.one, self.other),
            Some(kept) if kept == self.other => (self.other, self.one),
            _ => {
                note(errors, "kept", "代表宛名: 一覧から選んでください");
                return Ok(None);
            }
        };
        let seen = |number: i64| {
            fields
                .text(&format!("version_{number}"))
                .parse()
                .unwrap_or(0)
        };
        Ok(Some(Order {
            seen: (seen(kept_id), seen(joined_id)),
            joining: Joining {
                kept_id,
                joined_id,
                reason: fields.text("reason").to_owned(),
                became_resident_on: on,
            },
        }))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        let joining = &order.joining;
        let mut facts = vec![
            ("代表宛名".to_owned(), joining.kept_id.to_string()),
            ("名寄せする宛名".to_owned(), joining.joined_id.to_string()),
            ("理由".to_owned(), joining.reason.clone()),
        ];
        if let Some(on) = joining.became_resident_on {
            facts.push(("住民になった日".to_owned(), day_ja(on)));
        }
        let card = desk
            .store()
            .read(|conn| side_by_side(desk, conn, (joining.kept_id, joining.joined_id)))?;
        Ok(Shown {
            facts,
            cards: vec![card],
            notes: vec![Note::new(
                Tone::Warn,
                "別の職員の承認が要ります",
                vec!["申し出ると、承認する職員の処理待ちに載ります。".to_owned()],
            )],
            ..Shown::default()
        })
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        let permit = desk.permit::<MergePerson>()?;
        merge::propose(desk.store(), &permit, acting, &order.joining, order.seen)?;
        Ok(())
    }

    fn done(&self, _: i64) -> String {
        "/merge".to_owned()
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "宛名番号" => "kept",
            "理由" => "reason",
            _ => "",
        }
        .to_owned()
    }

    fn back(&self) -> String {
        "/merge".to_owned()
    }

    fn verb(&self) -> &'static str {
        "この内容で申し出る"
    }
}

/// 名寄せの取消.
pub struct Part(i64);

/// The form.
pub async fn part_page(
    desk: Desk,
    Path(id): Path<i64>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    change::open(desk, Part(id), asked).await
}

/// What was typed.
pub async fn part(Path(id): Path<i64>, posted: Posted) -> Response {
    change::send(posted, Part(id)).await
}

impl Part {
    fn find(&self, conn: &mut Conn) -> Result<merge::Merge, OfficeError> {
        merge::one(conn, self.0)?.ok_or_else(|| {
            law::Refusal::new(
                "web.merge.missing",
                format!("名寄せ{}はありません。一覧を読み直してください", self.0),
            )
            .into()
        })
    }
}

impl Change for Part {
    type Order = (merge::Merge, String);

    fn title(&self) -> String {
        "名寄せの取消".to_owned()
    }

    fn about(&self) -> About {
        About::default()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<ApproveMerge>()?;
        let found = desk.store().read(|conn| self.find(conn))?;
        for person in [found.kept_id, found.joined_id] {
            desk.record(ApproveMerge::CODE, Some(person))?;
        }
        Ok(())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let found = self.find(conn)?;
        let by = trail::find(conn, found.act_id)?.map_or_else(String::new, |act| act.staff_name);
        let form = Form::post(&format!("/merges/{}/undo", self.0)).fields(vec![
            Field::new(Input::Said, "kept", "代表宛名", &found.kept_id.to_string()),
            Field::new(
                Input::Said,
                "joined",
                "名寄せした宛名",
                &found.joined_id.to_string(),
            ),
            Field::new(Input::Said, "by", "承認した職員", &by),
            Field::new(Input::Text, "reason", "取消の理由", fields.text("reason"))
                .wide()
                .first(),
        ]);
        Ok(Blank {
            form,
            cards: vec![side_by_side(desk, conn, (found.kept_id, found.joined_id))?],
            ..Blank::default()
        })
    }

    fn read(
        &self,
        _: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Self::Order>, OfficeError> {
        let reason = fields.text("reason").to_owned();
        if reason.is_empty() {
            note(errors, "reason", "取消の理由: 理由を入力してください");
            return Ok(None);
        }
        Ok(Some((self.find(conn)?, reason)))
    }

    fn show(&self, _: &Desk, (found, reason): &Self::Order) -> Result<Shown, OfficeError> {
        Ok(Shown {
            facts: vec![
                ("代表宛名".to_owned(), found.kept_id.to_string()),
                ("分ける宛名".to_owned(), found.joined_id.to_string()),
                ("理由".to_owned(), reason.clone()),
                (
                    "取消の後".to_owned(),
                    "二つの宛名は、それぞれの履歴のまま別の人に戻ります".to_owned(),
                ),
            ],
            ..Shown::default()
        })
    }

    fn carry_out(
        &self,
        desk: &Desk,
        (found, reason): &Self::Order,
        acting: &Acting,
    ) -> Result<(), OfficeError> {
        let permit = desk.permit::<ApproveMerge>()?;
        merge::undo(desk.store(), &permit, acting, found.merge_id, reason)
    }

    fn done(&self, _: i64) -> String {
        "/merge".to_owned()
    }

    fn field_of(&self, _: &str) -> String {
        "reason".to_owned()
    }

    fn back(&self) -> String {
        "/merge".to_owned()
    }

    fn verb(&self) -> &'static str {
        "この名寄せを取り消す"
    }
}
