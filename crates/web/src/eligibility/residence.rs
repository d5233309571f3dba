//! 在留資格 — the fields of the residence card, for whoever gains the insurance and is a foreigner.

use super::gain::period;
use super::people::Candidate;
use crate::desk::Desk;
use crate::fields::{Fields, note};
use crate::view::FieldError;
use crate::view::entry::{Field, Input};
use db::Conn;
use office::OfficeError;
use office::eligibility::ResidencePaper;
use office::registry::load::is_foreigner;

/// What the fields are headed with, in their order.
pub const HEADS: [&str; 5] = [
    "在留資格",
    "指定された活動",
    "在留期間（月）",
    MINISTER,
    GROUND,
];
/// The statement that three months or less do not exclude.
pub const MINISTER: &str = "厚生労働大臣が別に定める者";
const GROUND: &str = "別に定める者と認めた資料・理由";

/// The fields: `of` ends their names, `label` begins what they are called.
#[must_use]
pub fn fields(fields: &Fields, of: &str, label: &str) -> Vec<Field> {
    let names = ["status", "activity", "months", "excepted", "excepted_why"];
    let place = |(name, head): (&str, &str)| {
        let name = format!("{name}{of}");
        let input = if head == MINISTER {
            Input::Check
        } else {
            Input::Text
        };
        let value = fields.text(&name);
        Field::new(input, &name, &format!("{label}{head}"), value)
    };
    names.into_iter().zip(HEADS).map(place).collect()
}

/// The paper as typed; none where no 在留資格 is. `whose` stands before what is wrong with it.
pub fn read(
    fields: &Fields,
    of: &str,
    whose: &str,
    errors: &mut Vec<FieldError>,
) -> Option<ResidencePaper> {
    let text = |name: &str| fields.text(&format!("{name}{of}")).to_owned();
    let months = period(fields, of, whose, errors);
    let why = text("excepted_why");
    let said = fields.has(&format!("excepted{of}")) || !why.is_empty();
    if said && why.is_empty() {
        let message = format!("{whose}{GROUND}: 入力してください");
        note(errors, &format!("excepted_why{of}"), &message);
    }
    let status = text("status");
    let activity = text("activity");
    if status.is_empty() && (said || months.is_some() || !activity.is_empty()) {
        let message = format!(
            "{whose}在留資格: 入力してください。在留カードのほかの欄だけでは、何も残りません"
        );
        note(errors, &format!("status{of}"), &message);
    }
    (!status.is_empty()).then_some(ResidencePaper {
        status,
        activity,
        months,
        excepted: said.then_some(why),
    })
}

/// In words, where somebody is said to be 厚生労働大臣が別に定める者.
#[must_use]
pub fn said(whose: &str, paper: &ResidencePaper) -> Option<(String, String)> {
    let ground = paper.excepted.as_ref()?;
    Some((MINISTER.to_owned(), format!("{whose}{ground}")))
}

/// Who of some people is asked for 在留資格: the foreigners of the day that is typed, or of today.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn asked_of(
    desk: &Desk,
    conn: &mut Conn,
    fields: &Fields,
    people: &[Candidate],
) -> Result<Vec<i64>, OfficeError> {
    let today = desk.business_date();
    let on = law::era::date_input(fields.text("occurred_on"), today).unwrap_or(today);
    let mut found = Vec::new();
    for one in people {
        if is_foreigner(conn, one.id(), on)? {
            found.push(one.id());
        }
    }
    Ok(found)
}
