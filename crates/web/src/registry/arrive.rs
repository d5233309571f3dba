//! 住民の記載 — 転入・出生・職権記載 of one person or a whole family, typed at the counter.

use super::hand::{self, Head, Order};
use super::lines::{self, Line};
use super::place::{self, Place};
use crate::change::{self, About, Blank, Change, Shown};
use crate::desk::{Desk, Posted};
use crate::fields::{Fields, note};
use crate::registry::outsider;
use crate::view::FieldError;
use crate::view::cards::{Card, Note};
use crate::view::entry::{Field, Form, Input};
use crate::view::layout::Tone;
use axum::extract::Query;
use axum::response::Response;
use db::Conn;
use law::registry::{Items, Side};
use office::registry::detail::item;
use office::registry::event::version;
use office::registry::hand::ByHand;
use office::registry::load_person;
use office::registry::nonresident::{self, Inquiry, Match};
use office::security::permit::{RegisterResident, SearchPerson};
use office::{Acting, OfficeError};

/// Lines at first.
const LINES: usize = 2;
/// Lines at most.
const MOST: usize = 20;

/// 転入・出生などの記載.
pub struct Arrive;

/// The form.
pub async fn page(desk: Desk, Query(asked): Query<Vec<(String, String)>>) -> Response {
    change::open(desk, Arrive, asked).await
}

/// What was typed.
pub async fn send(posted: Posted) -> Response {
    change::send(posted, Arrive).await
}

/// The lines of the form; a button adds one.
fn people(fields: &Fields) -> Vec<Line> {
    let asked = fields.text("rows").parse().unwrap_or(LINES);
    let more = usize::from(fields.text("do") == "more");
    (1..=(asked + more).clamp(1, MOST))
        .map(|number| Line {
            key: format!("p{number}"),
            label: format!("{number}人目"),
            beside: String::new(),
            known: Items::from([("resident_kind".to_owned(), "1".to_owned())]),
            ticked: None,
        })
        .collect()
}

/// Whether the second row of fields is shown.
fn more(fields: &Fields) -> bool {
    fields.has("extra") || fields.text("do") == "more-extra"
}

/// Whoever of those typed without a number may be registered already.
fn matches(
    desk: &Desk,
    conn: &mut Conn,
    fields: &Fields,
    lines: &[Line],
) -> Result<Vec<(String, Match)>, OfficeError> {
    let permit = desk.permit::<SearchPerson>()?;
    let today = desk.business_date();
    let mut found = Vec::new();
    for line in lines {
        if !line.takes_part(fields) || !fields.text(&line.field("number")).is_empty() {
            continue;
        }
        let typed = lines::read(line, lines::MAIN, fields, today, &mut Vec::new());
        let Ok(birth_on) = item(&typed, "birth_on").parse() else {
            continue;
        };
        let inquiry = Inquiry {
            name: item(&typed, "name").to_owned(),
            kana: item(&typed, "kana").to_owned(),
            birth_on,
            sex: item(&typed, "sex").parse().unwrap_or(0),
            address: String::new(),
        };
        let same = nonresident::inquire(conn, &permit, &inquiry, desk.business_date())?;
        found.extend(
            same.into_iter()
                .filter(|one| one.near)
                .map(|one| (line.key.clone(), one)),
        );
    }
    Ok(found)
}

fn tick_of(key: &str, one: &Match) -> String {
    format!("{key}_not_{}", one.person_id)
}

impl Change for Arrive {
    type Order = Order;

    fn title(&self) -> String {
        "転入・出生などの記載".to_owned()
    }

    fn about(&self) -> About {
        About::default()
    }

    fn allow(&self, desk: &Desk) -> Result<(), OfficeError> {
        desk.permit::<RegisterResident>().map(|_| ())
    }

    fn blank(&self, desk: &Desk, conn: &mut Conn, fields: &Fields) -> Result<Blank, OfficeError> {
        let people = people(fields);
        let mut form = Form::post("/people/arrive")
            .section(
                "異動",
                hand::head_fields(desk, fields, hand::of_side(Side::Entry)),
            )
            .section("住所", {
                let mut all = place::here(desk, fields);
                all.push(
                    Field::new(
                        Input::Text,
                        "household_number",
                        "入る世帯の番号",
                        fields.text("household_number"),
                    )
                    .hint("住民票の世帯番号。新しい世帯は空欄"),
                );
                all
            })
            .grid(
                "記載する人",
                lines::grid("記載する人", &people, lines::MAIN, fields, (false, true)),
            );
        if more(fields) {
            let grid = lines::grid(
                "旧氏・外国人の項目",
                &people,
                lines::MORE,
                fields,
                (false, false),
            );
            form = form.grid("旧氏・外国人の項目", grid).hide("extra", "1");
        }
        form = form
            .section("転入前の住所", place::elsewhere(Place::Before, fields))
            .fields(vec![
                Field::new(Input::Text, "note", "備考", fields.text("note")).wide(),
            ])
            .hide("rows", &people.len().to_string())
            .button("一人増やす", "more", "");
        if !more(fields) {
            form = form.button("旧氏・外国人の欄を出す", "more-extra", "");
        }
        let mut notes = vec![Note::new(
            Tone::Info,
            "",
            vec!["住民記録から届かないときに登録します。宛名番号は住民記録の番号を入力してください。分からなければ空欄にすると、市の番号を付けます（後で名寄せできます）。".to_owned()],
        )];
        let mut cards = Vec::new();
        let found = matches(desk, conn, fields, &people)?;
        if !found.is_empty() {
            let ticks = found
                .iter()
                .map(|(key, one)| {
                    let name = tick_of(key, one);
                    let label = outsider::other_person(desk, one);
                    Field::new(Input::Check, &name, &label, fields.text(&name)).wide()
                })
                .collect();
            form = form.section("同じ人かもしれない人", ticks);
            notes.push(Note::new(
                Tone::Warn,
                "同じ人かもしれない宛名があります",
                vec!["本人なら、その宛名番号を入力してください。別人のときだけ、確かめたことを示します。".to_owned()],
            ));
            let all: Vec<Match> = found.into_iter().map(|(_, one)| one).collect();
            let card = Card::new("同じ人かもしれない宛名", "w12");
            cards.push(card.with_table(outsider::table(&all), ""));
        }
        Ok(Blank { form, cards, notes })
    }

    fn read(
        &self,
        desk: &Desk,
        conn: &mut Conn,
        fields: &Fields,
        errors: &mut Vec<FieldError>,
    ) -> Result<Option<Order>, OfficeError> {
        let people = people(fields);
        let head = hand::read_head(desk, fields, &hand::of_side(Side::Entry), errors);
        let mut shared = Items::new();
        place::read_here(desk, fields, &mut shared, errors);
        place::read_elsewhere(Place::Before, fields, &mut shared, errors);
        let home = fields.text("household_number");
        lines::put(&mut shared, "household_number", home);
        for (key, one) in matches(desk, conn, fields, &people)? {
            let name = tick_of(&key, &one);
            if !fields.has(&name) {
                let message = "同じ人かもしれない宛名があります。本人ならその宛名番号を入力し、別人なら確かめたことを示してください";
                note(errors, &name, message);
            }
        }
        let taking: Vec<&Line> = people
            .iter()
            .filter(|line| line.takes_part(fields))
            .collect();
        if taking.is_empty() {
            note(errors, "p1_name", "記載する人: 一人以上入力してください");
        }
        let Some(head) = head else {
            return Ok(None);
        };
        let mut order = Order::new(&head, fields.text("note"));
        order.say("新しい住所", &place::said(&shared));
        order.say(
            "転入前の住所",
            &place::said_elsewhere(Place::Before, &shared),
        );
        for line in taking {
            let mut items = lines::read(line, lines::MAIN, fields, desk.business_date(), errors);
            let mut own = lines::read(line, lines::MORE, fields, desk.business_date(), errors);
            own.append(&mut items);
            own.extend(shared.clone());
            let number = number(line, fields, errors);
            arrived(conn, &head, number, &mut own)?;
            let Some((kind, event)) = hand::event(desk, line, &own, number, errors)? else {
                continue;
            };
            order.person(&own, number);
            let seen = match number {
                Some(number) => version(conn, number)?,
                None => 0,
            };
            order.together.people.push(ByHand {
                person_id: number,
                kind,
                event,
                seen,
            });
        }
        Ok(errors.is_empty().then_some(order))
    }

    fn show(&self, desk: &Desk, order: &Order) -> Result<Shown, OfficeError> {
        for number in order.together.people.iter().filter_map(|one| one.person_id) {
            desk.record("registry.register", Some(number))?;
        }
        let mut shown = hand::show(desk, order)?;
        let known: Vec<String> = desk.store().read(|conn| {
            let mut known = Vec::new();
            for number in order.together.people.iter().filter_map(|one| one.person_id) {
                if load_person(conn, number, desk.business_date(), None)?.is_some() {
                    known.push(format!(
                        "宛名番号{number}は登録されています。その人の再びの記載になります。"
                    ));
                }
            }
            Ok::<_, OfficeError>(known)
        })?;
        if !known.is_empty() {
            shown.notes.push(Note::new(Tone::Info, "", known));
        }
        Ok(shown)
    }

    fn carry_out(&self, desk: &Desk, order: &Order, acting: &Acting) -> Result<(), OfficeError> {
        hand::carry_out(desk, order, acting)
    }

    fn done(&self, act: i64) -> String {
        format!("/movements/{act}")
    }

    fn field_of(&self, label: &str) -> String {
        match label {
            "宛名番号" => "p1_number".to_owned(),
            other => hand::field_of(other),
        }
    }

    fn back(&self) -> String {
        "/search".to_owned()
    }
}

/// What follows from the cause for the record of somebody who is entered.
fn arrived(
    conn: &mut Conn,
    head: &Head,
    number: Option<i64>,
    items: &mut Items,
) -> Result<(), OfficeError> {
    let on = head.occurred_on.to_string();
    let reported = head
        .reported_on
        .map_or_else(String::new, |day| day.to_string());
    lines::put(items, "resident_state", "1");
    // 帰化・国籍喪失 changes the register, not where the person lives: 住民となった日 is not told by it.
    let moves = !matches!(head.cause.as_str(), "04" | "05");
    if moves {
        lines::put(items, "resident_since", &on);
        lines::put(items, "settled_on", &on);
        lines::put(items, "resident_reported_on", &reported);
        lines::put(items, "settled_reported_on", &reported);
    } else if let Some(number) = number {
        let before = hand::known(conn, number)?;
        lines::put(items, "resident_since", item(&before, "resident_since"));
    }
    head.lay(items);
    Ok(())
}

fn number(line: &Line, fields: &Fields, errors: &mut Vec<FieldError>) -> Option<i64> {
    let name = line.field("number");
    let typed = fields.text(&name);
    if typed.is_empty() {
        return None;
    }
    let number = typed
        .parse::<i64>()
        .ok()
        .filter(|number| *number > 0 && typed.len() <= 15);
    if number.is_none() {
        let message = format!("{}の宛名番号: 15桁までの数字で入力してください", line.label);
        note(errors, &name, &message);
    }
    number
}
