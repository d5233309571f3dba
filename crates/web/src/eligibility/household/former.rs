//! 特定同一世帯所属者 — taken over from another municipality by its certificate, or at an end by death or moving away.
//!
//! 根拠: 国民健康保険法施行令 第29条の7第2項第8号イ、国民健康保険法施行規則 第4条第1項第4号・第2項

use super::super::people::Candidate;
use super::choices_of;
use crate::desk::Desk;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Field, Input};
use crate::view::format::day_ja;
use db::Conn;
use law::Date;
use office::OfficeError;
use office::eligibility::compose::When;
use office::eligibility::status::slip::{self, Direction, SlipKind};
use office::eligibility::{NewChange, NewEvent};

const SINCE: &str = "国保の資格を喪失した日の前日";

/// Who may come to stand beside the insured: nobody who is insured.
fn may_start(one: &&Candidate) -> bool {
    one.household.is_none()
}

/// Who stands beside the insured of the household.
fn stands(one: &Candidate, household: i64) -> bool {
    let spans = &one.picture.former_insured;
    spans
        .iter()
        .any(|span| span.fact.household_id == household && span.valid.until.is_none())
}

/// The fields of a standing taken over; the day is that of the slip, where one was received.
pub(super) fn start_fields(
    desk: &Desk,
    conn: &mut Conn,
    people: &[Candidate],
    fields: &Fields,
) -> Result<Vec<Field>, OfficeError> {
    let today = desk.business_date();
    let free: Vec<&Candidate> = people.iter().filter(may_start).collect();
    let mut since = fields.text("since").to_owned();
    if !fields.has("since") {
        for one in &free {
            let slips = slip::of_person(conn, one.id())?;
            let told = slips.into_iter().rev().map(|kept| kept.slip).find(|slip| {
                slip.kind == SlipKind::FormerInsured && slip.direction == Direction::Received
            });
            let wanted = !fields.has("person") || fields.text("person") == one.id().to_string();
            if let Some(slip) = told.filter(|_| wanted) {
                since = law::date::previous_day(slip.since).to_string();
                break;
            }
        }
    }
    let since = law::era::date_input(&since, today).map_or(since, day_ja);
    Ok(vec![
        Field::new(
            Input::Choice(choices_of(free.into_iter())),
            "person",
            "特定同一世帯所属者",
            fields.text("person"),
        ),
        Field::new(Input::Day, "since", SINCE, &since).hint("前の市区町村の証明書・連絡票の日"),
    ])
}

/// The field of a standing that ends.
pub(super) fn end_fields(household: i64, people: &[Candidate], fields: &Fields) -> Vec<Field> {
    let standing = people.iter().filter(|one| stands(one, household));
    vec![Field::new(
        Input::Choice(choices_of(standing)),
        "person",
        "特定同一世帯所属者",
        fields.text("person"),
    )]
}

/// The event, and how it is said; what is missing is noted.
pub(super) fn event(
    (household, starts): (i64, bool),
    people: &[Candidate],
    when: When,
    (fields, today): (&Fields, Date),
    errors: &mut Vec<FieldError>,
) -> Option<(NewEvent, Vec<(String, String)>)> {
    let chosen = people
        .iter()
        .filter(|one| match starts {
            true => may_start(one),
            false => stands(one, household),
        })
        .find(|one| one.id().to_string() == fields.text("person"));
    if chosen.is_none() {
        let text = "特定同一世帯所属者: 一覧から選んでください";
        note(errors, "person", text);
    }
    let since = starts
        .then(|| fields.required_day("since", SINCE, today, errors))
        .flatten();
    let one = chosen?;
    let person_id = one.id();
    let mut said = vec![("特定同一世帯所属者".to_owned(), one.name.clone())];
    let (cause, change) = if starts {
        let since = since?;
        said.push((SINCE.to_owned(), day_ja(since)));
        let change = NewChange::FormerStart {
            person_id,
            household_id: household,
            since,
        };
        ("former_insured_started", change)
    } else {
        ("former_insured_ended", NewChange::FormerEnd { person_id })
    };
    let event = NewEvent::new(cause, when.occurred_on, when.reported_on, change);
    Some((event, said))
}
