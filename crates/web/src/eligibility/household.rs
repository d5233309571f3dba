//! 国保世帯の異動 — split, merged, headed by another, numbered anew; who stands beside its insured.

mod former;
mod parted;

use super::Order;
use super::people::{self, Candidate};
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use crate::view::format::day_ja;
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use office::eligibility::compose::{When, change_head, renumber};
use office::eligibility::{NewEvent, Request, version};
use office::registry::{HouseholdHead, timeline};
use office::security::permit::RegisterEligibility;
use office::{Acting, OfficeError};

/// What happens to the household.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// 世帯分離.
    Split,
    /// 世帯合併.
    Merge,
    /// 世帯主の変更.
    Head,
    /// 記号番号の変更.
    Renumber,
    /// 特定同一世帯所属者の引継ぎ.
    FormerStart,
    /// 特定同一世帯所属者の終わり.
    FormerEnd,
}

impl What {
    /// Every kind: its place in the address, its title.
    pub const ALL: [(Self, &'static str, &'static str); 6] = [
        (Self::Split, "split", "世帯分離"),
        (Self::Merge, "merge", "世帯合併"),
        (Self::Head, "head", "世帯主の変更"),
        (Self::Renumber, "renumber", "記号番号の変更"),
        (
            Self::FormerStart,
            "former-start",
            "特定同一世帯所属者の引継ぎ",
        ),
        (Self::FormerEnd, "former-end", "特定同一世帯所属者の終わり"),
    ];

    fn of(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == code)
            .map(|(what, ..)| *what)
    }

    fn row(self) -> (&'static str, &'static str) {
        Self::ALL
            .iter()
            .find(|(what, ..)| *what == self)
            .map_or(("", ""), |(_, code, title)| (code, title))
    }
}

/// Events of a change, and the other households it touches.
type Composed = (Vec<NewEvent>, Vec<i64>);

/// One change of a household.
pub struct Household {
    id: i64,
    what: What,
}

/// The form.
pub async fn page(
    desk: Desk,
    Path((id, what)): Path<(i64, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    match What::of(&what) {
        Some(what) => change::open(desk, Household { id, what }, asked).await,
        None => {
            desk.answer(|desk| answer::not_found(desk, "この異動"))
                .await
        }
    }
}

/// What was typed.
pub async fn send(Path((id, what)): Path<(i64, String)>, posted: Posted) -> Response {
    match What::of(&what) {
        Some(what) => change::send(posted, Household { id, what }).await,
        None => {
            posted
                .desk
                .answer(|desk| answer::not_found(desk, "この異動"))
                .await
        }
    }
}

fn choices(people: &[Candidate]) -> Vec<Choice> {
    choices_of(people.iter())
}

fn choices_of<'p>(people: impl Iterator<Item = &'p Candidate>) -> Vec<Choice> {
    people
        .map(|one| (one.id().to_string(), one.name.clone()))
        .collect()
}

impl Household {
    fn special(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        people: &[Candidate],
        fields: &Fields,
    ) -> Result<Vec<Field>, OfficeError> {
        let typed = |name: &str| fields.text(name);
        let mut head = choices(people);
        Ok(match self.what {
            What::Split => {
                let mut all = parted::leave_fields(desk, self.id, people, fields);
                all.push(Field::new(
                    Input::Choice(head.clone()),
                    "head",
                    "新しい世帯の世帯主",
                    typed("head"),
                ));
                head.insert(0, (String::new(), "変わらない".to_owned()));
                all.push(Field::new(
                    Input::Choice(head),
                    "successor",
                    "元の世帯の新しい世帯主",
                    typed("successor"),
                ));
                all
            }
            What::Merge => vec![
                Field::new(Input::Text, "into", "合併先の世帯番号", typed("into"))
                    .hint("この世帯の加入者が移り、この世帯は閉鎖されます"),
            ],
            What::Head => vec![Field::new(
                Input::Choice(head),
                "head",
                "新しい世帯主",
                typed("head"),
            )],
            What::Renumber => vec![
                Field::new(Input::Text, "symbol", "記号", typed("symbol"))
                    .hint("変えないときは空欄"),
                Field::new(Input::Text, "number", "番号", typed("number")),
            ],
            What::FormerStart => former::start_fields(desk, conn, people, fields)?,
            What::FormerEnd => former::end_fields(self.id, people, fields),
        })
    }

    fn events(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        when: When,
        fields: &Fields,
        (errors, said): (&mut Vec<FieldError>, &mut Vec<(String, String)>),
    ) -> Result<Option<Composed>, OfficeError> {
        let people = people::around_household(desk, conn, self.id)?;
        let chosen = |name: &str| {
            people
                .iter()
                .find(|one| one.id().to_string() == fields.text(name))
        };
        let mut say = |name: &str, value: &str| said.push((name.to_owned(), value.to_owned()));
        Ok(match self.what {
            What::Split => {
                let found = parted::split(desk, conn, (self.id, when), (&people, fields), errors)?;
                found.map(|(events, told)| {
                    said.extend(told);
                    (events, Vec::new())
                })
            }
            What::Merge => {
                let found = parted::merge(desk, conn, (self.id, when), (&people, fields), errors)?;
                found.map(|((events, into), told)| {
                    said.extend(told);
                    (events, vec![into])
                })
            }
            What::Head => {
                let Some(head) = chosen("head") else {
                    note(errors, "head", "新しい世帯主: 一覧から選んでください");
                    return Ok(None);
                };
                let heads = timeline::<HouseholdHead>(conn, self.id, None)?;
                let mut now = heads.iter().filter(|row| row.valid.holds(when.occurred_on));
                if now.any(|row| row.fact.head_person_id == head.id()) {
                    let text =
                        "新しい世帯主: 異動日の世帯主と同じ人です。新しい世帯主を選んでください";
                    note(errors, "head", text);
                    return Ok(None);
                }
                say("新しい世帯主", &head.name);
                Some((vec![change_head(when, self.id, head.id())], Vec::new()))
            }
            What::Renumber => {
                if fields.text("number").is_empty() {
                    note(errors, "number", "番号: 番号を入力してください");
                    return Ok(None);
                }
                let symbol = Some(fields.text("symbol")).filter(|text| !text.is_empty());
                say("新しい番号", fields.text("number"));
                let events = vec![renumber(when, self.id, symbol, fields.text("number"))];
                Some((events, Vec::new()))
            }
            What::FormerStart | What::FormerEnd => {
                let starts = self.what == What::FormerStart;
                let today = desk.business_date();
                former::event((self.id, starts), &people, when, (fields, today), errors).map(
                    |(event, told)| {
                        said.extend(told);
                        (vec![event], Vec::new())
                    },
                )
            }
        })
    }
}

impl Change for Household {
    type Order = Order;

    fn title(&self) -> String {
        self.what.row().1.to_owned()
    }

    fn about(&self) -> About {
        About {
            household: Some(self.id),
            person: None,
            tab: "tasks",
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterEligibility>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let people = people::around_household(desk, conn, self.id)?;
        let today = desk.business_date();
        let written = |name: &str| fields.day_written(name, today);
        let reported = if fields.has("reported_on") {
            written("reported_on")
        } else {
            day_ja(today)
        };
        let form = Form::post(&format!(
            "/households/{}/change/{}",
            self.id,
            self.what.row().0
        ))
        .fields(vec![
            Field::new(Input::Day, "occurred_on", "異動日", &written("occurred_on")).first(),
            Field::new(Input::Day, "reported_on", "届出日", &reported),
        ])
        .fields(self.special(desk, conn, &people, fields)?)
        .fields(vec![
            Field::new(Input::Text, "note", "備考", fields.text("note")).wide(),
        ]);
        Ok(Blank {
            form,
            ..Blank::default()
        })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Order>, OfficeError> {
        let today = desk.business_date();
        let occurred_on = fields.required_day("occurred_on", "異動日", today, errors);
        let reported_on = fields.day("reported_on", "届出日", today, errors);
        let Some(occurred_on) = occurred_on else {
            return Ok(None);
        };
        let when = When {
            occurred_on,
            reported_on,
        };
        let mut said = vec![
            ("異動".to_owned(), self.title()),
            ("異動日".to_owned(), day_ja(occurred_on)),
            (
                "届出日".to_owned(),
                reported_on.map_or_else(|| "届出によらない".to_owned(), day_ja),
            ),
        ];
        let found = self.events(desk, conn, when, fields, (errors, &mut said))?;
        let Some((events, others)) = found else {
            return Ok(None);
        };
        let mut request = Request {
            note: fields.text("note").to_owned(),
            ..Request::of(events)
        };
        for id in others.into_iter().chain([self.id]) {
            request = request.seen(id, version(conn, id)?);
        }
        Ok(Some(Order {
            request,
            said,
            papers: Vec::new(),
        }))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        super::show(desk, order)
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        super::carry_out(desk, order, acting)
    }

    fn done(&self, act: i64) -> String {
        format!("/acts/{act}/result")
    }

    fn field_of(&self, label: &str) -> String {
        super::field_of(label)
    }

    fn back(&self) -> String {
        format!("/households/{}/tasks", self.id)
    }
}
