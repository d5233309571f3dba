//! 事由 — causes to be typed by their code; where one code has several causes a letter follows it.

use crate::desk::Desk;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Choice, Field, Input};
use crate::view::format::day_ja;
use law::Date;
use law::rules::eligibility::{Cause, Side};
use office::OfficeError;

/// The causes of a side on a day: what is typed, and the cause.
///
/// # Errors
/// [`OfficeError::Bug`] where the shipped rules cannot be read.
pub fn list(desk: &Desk, side: Side, on: Date) -> Result<Vec<(String, &Cause)>, OfficeError> {
    let all = desk.book()?.eligibility().causes_on(on);
    let own: Vec<&Cause> = all.into_iter().filter(|cause| cause.side == side).collect();
    let mut found = Vec::new();
    for cause in &own {
        let same: Vec<&&Cause> = own.iter().filter(|one| one.code == cause.code).collect();
        let typed = match same.iter().position(|one| one.key == cause.key) {
            Some(place) if same.len() > 1 => {
                let letter = u32::try_from(place)
                    .ok()
                    .and_then(|place| char::from_u32(u32::from('a') + place))
                    .unwrap_or('z');
                format!("{}{letter}", cause.code)
            }
            _ => cause.code.clone(),
        };
        found.push((typed, *cause));
    }
    Ok(found)
}

/// The three fields every event has.
///
/// # Errors
/// As [`list`].
pub fn fields(desk: &Desk, side: Side, fields: &Fields) -> Result<Vec<Field>, OfficeError> {
    let today = desk.business_date();
    let on = law::era::date_input(fields.text("occurred_on"), today).unwrap_or(today);
    let choices: Vec<Choice> = list(desk, side, on)?
        .into_iter()
        .map(|(typed, cause)| (typed, cause.name_ja.clone()))
        .collect();
    let written = |name: &str| fields.day_written(name, today);
    let reported = if fields.has("reported_on") {
        written("reported_on")
    } else {
        day_ja(today)
    };
    Ok(vec![
        Field::new(Input::Code(choices), "cause", "事由", fields.text("cause")).first(),
        Field::new(Input::Day, "occurred_on", "異動日", &written("occurred_on")),
        Field::new(Input::Day, "reported_on", "届出日", &reported).hint("届出によらないときは空欄"),
    ])
}

/// Cause, day and day of the report as typed.
pub struct Head<'c> {
    /// The cause.
    pub cause: &'c Cause,
    /// 異動日.
    pub occurred_on: Date,
    /// 届出日.
    pub reported_on: Option<Date>,
}

impl Head<'_> {
    /// In words.
    #[must_use]
    pub fn said(&self) -> Vec<(String, String)> {
        vec![
            (
                "事由".to_owned(),
                format!("{} {}", self.cause.code, self.cause.name_ja),
            ),
            ("異動日".to_owned(), day_ja(self.occurred_on)),
            (
                "届出日".to_owned(),
                self.reported_on
                    .map_or_else(|| "届出によらない".to_owned(), day_ja),
            ),
            ("根拠".to_owned(), self.cause.clause.clone()),
        ]
    }
}

/// Reads the three fields; what cannot be read is noted.
///
/// # Errors
/// As [`list`].
pub fn read<'d>(
    desk: &'d Desk,
    side: Side,
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Result<Option<Head<'d>>, OfficeError> {
    let today = desk.business_date();
    let occurred_on = fields.required_day("occurred_on", "異動日", today, errors);
    let reported_on = fields.day("reported_on", "届出日", today, errors);
    let all = list(desk, side, occurred_on.unwrap_or(today))?;
    if let Some(day) = occurred_on.filter(|day| *day != today)
        && chosen(&all, fields, &mut Vec::new()).is_none()
        && let Some(cause) = chosen(&list(desk, side, today)?, fields, &mut Vec::new())
    {
        // The code is right; of that day there is no rule.
        let message = format!(
            "異動日: {}には事由「{}」の規則がありません。異動日を確かめてください",
            day_ja(day),
            cause.name_ja
        );
        note(errors, "occurred_on", &message);
        return Ok(None);
    }
    let cause = chosen(&all, fields, errors);
    Ok(match (cause, occurred_on) {
        (Some(cause), Some(occurred_on)) => Some(Head {
            cause,
            occurred_on,
            reported_on,
        }),
        _ => None,
    })
}

fn chosen<'c>(
    all: &[(String, &'c Cause)],
    fields: &Fields,
    errors: &mut Vec<FieldError>,
) -> Option<&'c Cause> {
    let typed = fields.text("cause");
    let of_code: Vec<&(String, &Cause)> = all
        .iter()
        .filter(|(_, cause)| cause.code == typed)
        .collect();
    if of_code.len() > 1 {
        let names: Vec<String> = of_code
            .iter()
            .map(|(typed, cause)| format!("{typed} {}", cause.name_ja))
            .collect();
        note(
            errors,
            "cause",
            &format!("事由: {typed}には次の事由があります。{}", names.join("、")),
        );
        return None;
    }
    let choices: Vec<Choice> = all
        .iter()
        .map(|(typed, cause)| (typed.clone(), cause.name_ja.clone()))
        .collect();
    let (code, _) = fields.code("cause", "事由", &choices, errors)?;
    all.iter()
        .find(|(typed, _)| *typed == code)
        .map(|(_, cause)| *cause)
}
