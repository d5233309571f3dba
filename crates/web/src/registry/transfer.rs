//! 住民の異動 — what happens to people who are in the register: they move, leave or die, their household or their record
//! changes; several of one household at once.

use super::dwelling;
use super::hand::{self, Head, Order};
use super::lines::{self, Column, Line};
use super::place::{self, Place};
use crate::answer;
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::eligibility::people::around_person;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Form, Input};
use axum::extract::{Path, Query};
use axum::response::Response;
use db::Conn;
use law::registry::{Items, Side};
use office::registry::detail::item;
use office::registry::event::version;
use office::registry::hand::ByHand;
use office::security::permit::RegisterResident;
use office::{Acting, OfficeError};

/// What happens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// 転居.
    Move,
    /// 転出・国外転出・死亡・職権消除.
    Leave,
    /// 世帯変更・分離・合併・世帯主変更.
    Dwelling,
    /// 氏名などの修正.
    Record,
}

impl What {
    /// Every kind: its place in the address, its title.
    pub const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::Move, "move", "転居"),
        (Self::Leave, "leave", "転出・死亡・消除"),
        (Self::Dwelling, "dwelling", "世帯変更"),
        (Self::Record, "record", "氏名などの修正"),
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

    /// The causes it is registered under.
    fn causes(self) -> Vec<Choice> {
        let dwelling = ["50", "51", "52", "53"];
        match self {
            Self::Move => hand::causes(|cause| cause.code == "41"),
            Self::Leave => hand::of_side(Side::Removal),
            Self::Dwelling => hand::causes(|cause| dwelling.contains(&cause.code)),
            Self::Record => hand::causes(|cause| {
                cause.side == Side::Amendment
                    && cause.code != "41"
                    && !dwelling.contains(&cause.code)
            }),
        }
    }

    const fn columns(self) -> &'static [Column] {
        match self {
            Self::Move | Self::Dwelling => lines::RELATIONSHIP,
            Self::Leave => &[],
            Self::Record => lines::MAIN,
        }
    }
}

/// One kind of event of a person and those of the same household.
pub struct Transfer {
    person: i64,
    what: What,
}

/// The form.
pub async fn page(
    desk: Desk,
    Path((person, what)): Path<(i64, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Response {
    match What::of(&what) {
        Some(what) => change::open(desk, Transfer { person, what }, asked).await,
        None => {
            desk.answer(|desk| {
                desk.permit::<RegisterResident>()?;
                answer::not_found(desk, "この異動")
            })
            .await
        }
    }
}

/// What was typed.
pub async fn send(Path((person, what)): Path<(i64, String)>, posted: Posted) -> Response {
    match What::of(&what) {
        Some(what) => change::send(posted, Transfer { person, what }).await,
        None => {
            posted
                .desk
                .answer(|desk| {
                    desk.permit::<RegisterResident>()?;
                    answer::not_found(desk, "この異動")
                })
                .await
        }
    }
}

impl Transfer {
    /// Everyone of the household in the residents' register, the one the page was opened for ticked.
    fn people(&self, desk: &Desk, conn: &mut Conn) -> Result<Vec<(i64, Line)>, OfficeError> {
        let today = desk.business_date();
        let mut all = Vec::new();
        for one in around_person(desk, conn, self.person)? {
            let line = Line {
                key: format!("p{}", one.id()),
                label: one.name.clone(),
                beside: one.described(today),
                known: hand::known(conn, one.id())?,
                ticked: Some(one.id() == self.person),
            };
            all.push((one.id(), line));
        }
        Ok(all)
    }

    fn special(&self, desk: &Desk, mut form: Form, fields: &Fields) -> Form {
        match self.what {
            What::Move => form = form.section("新しい住所", place::here(desk, fields)),
            What::Leave => {
                let fields = place::elsewhere(Place::Planned, fields);
                form = form.section("転出先の住所（転出・国外転出のとき）", fields);
            }
            What::Dwelling | What::Record => {}
        }
        if matches!(self.what, What::Move | What::Dwelling) {
            form = form.section("世帯", dwelling::fields_of(fields));
        }
        form
    }

    /// The record of one person after the event.
    fn record(
        &self,
        desk: &Desk,
        head: &Head,
        line: &Line,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Items {
        let today = desk.business_date();
        let reported = head
            .reported_on
            .map_or_else(String::new, |day| day.to_string());
        let mut items = lines::read(line, self.what.columns(), fields, today, errors);
        match self.what {
            What::Move => {
                for part in [
                    "city_code",
                    "town_code",
                    "prefecture",
                    "city",
                    "town",
                    "lot",
                    "building",
                    "postal_code",
                ] {
                    let before = match part {
                        // An address in one piece goes into one part.
                        "town" if !item(&items, "address").is_empty() => item(&items, "address"),
                        part => item(&items, part),
                    };
                    let before = before.to_owned();
                    lines::put(&mut items, &format!("within_{part}"), &before);
                }
                place::read_here(desk, fields, &mut items, errors);
                lines::put(&mut items, "settled_on", &head.occurred_on.to_string());
                lines::put(&mut items, "settled_reported_on", &reported);
            }
            What::Leave => {
                let state = match head.cause.as_str() {
                    "21" | "22" => "2",
                    "23" => "3",
                    _ => "9",
                };
                lines::put(&mut items, "resident_state", state);
                lines::put(&mut items, "removed_on", &head.occurred_on.to_string());
                lines::put(&mut items, "removal_reported_on", &reported);
                if state == "2" {
                    place::read_elsewhere(Place::Planned, fields, &mut items, errors);
                }
            }
            What::Dwelling => {}
            What::Record => {
                items = lines::read(
                    &Line {
                        key: line.key.clone(),
                        label: line.label.clone(),
                        beside: String::new(),
                        known: items,
                        ticked: line.ticked,
                    },
                    lines::MORE,
                    fields,
                    today,
                    errors,
                );
            }
        }
        if matches!(self.what, What::Move | What::Dwelling) {
            dwelling::read(fields, &mut items, errors);
        }
        head.lay(&mut items);
        items
    }
}

impl Change for Transfer {
    type Order = Order;

    fn title(&self) -> String {
        format!("住民異動（{}）", self.what.row().1)
    }

    fn about(&self) -> About {
        About {
            person: Some(self.person),
            ..About::default()
        }
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterResident>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let people = self.people(desk, conn)?;
        let action = format!("/people/{}/movement/{}", self.person, self.what.row().0);
        let mut form = Form::post(&action)
            .section("異動", hand::head_fields(desk, fields, self.what.causes()));
        for (id, _) in &people {
            let name = format!("version_{id}");
            let seen = if fields.has(&name) {
                fields.text(&name).to_owned()
            } else {
                version(conn, *id)?.to_string()
            };
            form = form.hide(&name, &seen);
        }
        let lines: Vec<Line> = people.into_iter().map(|(_, line)| line).collect();
        let columns = self.what.columns();
        form = form.grid(
            "対象者",
            lines::grid("対象者", &lines, columns, fields, (true, false)),
        );
        if self.what == What::Record {
            let grid = lines::grid(
                "旧氏・外国人の項目",
                &lines,
                lines::MORE,
                fields,
                (false, false),
            );
            form = form.grid("旧氏・外国人の項目", grid);
        }
        form = self.special(desk, form, fields).fields(vec![
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
        let people = self.people(desk, conn)?;
        let head = hand::read_head(desk, fields, &self.what.causes(), errors);
        let taking: Vec<&(i64, Line)> = people
            .iter()
            .filter(|(_, line)| line.takes_part(fields))
            .collect();
        if taking.is_empty() {
            let first = format!("p{}_on", self.person);
            note(errors, &first, "対象者: 一人以上選んでください");
        }
        let Some(head) = head else {
            return Ok(None);
        };
        let mut order = Order::new(&head, fields.text("note"));
        for (id, line) in taking {
            let items = self.record(desk, &head, line, fields, errors);
            if order.together.people.is_empty() {
                match self.what {
                    What::Move => order.say("新しい住所", &place::said(&items)),
                    What::Leave => {
                        order.say("転出先", &place::said_elsewhere(Place::Planned, &items))
                    }
                    What::Dwelling | What::Record => {}
                }
            }
            let changed = dwelling::changed(line, &items);
            order.say(&format!("{}の変わる項目", item(&items, "name")), &changed);
            let Some((kind, event)) = hand::event(desk, line, &items, Some(*id), errors)? else {
                continue;
            };
            order.person(&items, Some(*id));
            order.together.people.push(ByHand {
                person_id: Some(*id),
                kind,
                event,
                seen: fields.text(&format!("version_{id}")).parse().unwrap_or(0),
            });
        }
        Ok(errors.is_empty().then_some(order))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        hand::show(desk, order)
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        hand::carry_out(desk, order, acting)
    }

    fn done(&self, act: i64) -> String {
        format!("/movements/{act}")
    }

    fn field_of(&self, label: &str) -> String {
        hand::field_of(label)
    }

    fn back(&self) -> String {
        format!("/people/{}", self.person)
    }
}
