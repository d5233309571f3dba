//! 生年月日の訂正 — what was on the list for the ages of the day of birth that was wrong comes off it, and a 喪失 at 75 on the wrong
//! birthday is asked to be taken back. What the right day asks for is found as for anybody else.
//!
//! 根拠: 国民健康保険法 第6条第8号・第8条第1項、高齢者の医療の確保に関する法律 第50条第1号

use super::find::Milestone;
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::follow::TAKE_BACK;
use crate::registry::{InsuredSpan, timeline};
use crate::worklist::{
    self, CERTIFICATE_ISSUE, Candidate, ELIGIBILITY_AGE, ELIGIBILITY_CANDIDATE, Filter, Item, Kind,
    Outcome,
};
use db::Conn;
use law::Date;
use law::date::{attains, next_day};
use law::era::wareki;

/// 喪失事由コード of 75歳到達.
const AT_75: &str = "51";
/// How the source of a matter begins that asks to take back a 喪失 on a wrong birthday.
const SOURCE: &str = "birth/";

/// The day of birth of a person is another than it was; `wrong` is the one before.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn birth_corrected(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    (wrong, right): (Date, Date),
    today: Date,
) -> Result<(), OfficeError> {
    let note = "生年月日が訂正されました";
    for kind in [ELIGIBILITY_AGE, ELIGIBILITY_CANDIDATE, CERTIFICATE_ISSUE] {
        for item in waiting(conn, kind, person_id)? {
            if of_another_birth(&item.source, right) {
                worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, note)?;
            }
        }
    }
    let lost = wrongly_lost(conn, person_id, (wrong, right))?;
    let mut asked = Vec::new();
    for item in waiting(conn, ELIGIBILITY_CANDIDATE, person_id)? {
        let Some(candidate) = Candidate::of(&item).filter(|_| item.source.starts_with(SOURCE))
        else {
            continue;
        };
        let fits = Milestone::LateElderly.effective_on(right) == candidate.occurred_on;
        if fits {
            worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, note)?;
        } else {
            asked.push(candidate.occurred_on);
        }
    }
    for (on, household_id) in lost {
        if asked.contains(&on) {
            continue;
        }
        let candidate = Candidate {
            person_id,
            household_id: Some(household_id),
            cause: TAKE_BACK.to_owned(),
            occurred_on: on,
            elsewhere_from: None,
            reported_on: None,
            told_by: "生年月日の訂正".to_owned(),
        };
        let title = format!(
            "生年月日が訂正され、75歳に達する日は{}です。{}の75歳到達による喪失を取り消すか、日を訂正してください",
            wareki(Milestone::LateElderly.effective_on(right)),
            wareki(on)
        );
        let source = format!("{SOURCE}{}/{on}", act.id.0);
        candidate.open(conn, act, &source, &title, today)?;
    }
    Ok(())
}

/// Whether a matter is one of an age attained on another day than by a day of birth.
pub(crate) fn of_another_birth(source: &str, birth_on: Date) -> bool {
    let Some((age, on)) = source
        .strip_prefix("age/")
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    match (age.parse(), on.parse()) {
        (Ok(age), Ok(on)) => attains(birth_on, age) != on,
        _ => false,
    }
}

/// Every 喪失 at 75 that rests on a birthday that was wrong or that lies before the right one: its day and household.
fn wrongly_lost(
    conn: &mut Conn,
    person_id: i64,
    (wrong, right): (Date, Date),
) -> Result<Vec<(Date, i64)>, OfficeError> {
    let [wrong, right] = [wrong, right].map(|born| Milestone::LateElderly.effective_on(born));
    let spans = timeline::<InsuredSpan>(conn, person_id, None)?;
    let lost = spans
        .into_iter()
        .filter(|span| span.fact.loss_cause.as_deref() == Some(AT_75));
    Ok(lost
        .filter_map(|span| {
            let on = span.fact.loss_event_on.or(span.valid.until)?;
            let by_wrong = on == wrong || span.valid.until == Some(next_day(wrong));
            (on < right || (by_wrong && wrong != right)).then_some((on, span.fact.household_id))
        })
        .collect())
}

fn waiting(conn: &mut Conn, kind: Kind, person_id: i64) -> Result<Vec<Item>, OfficeError> {
    let filter = Filter {
        kind: Some(kind),
        person_id: Some(person_id),
        ..Filter::default()
    };
    Ok(worklist::list(conn, &filter, None, Date::MIN)?.items)
}
