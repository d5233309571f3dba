//! 住民票と資格の照合 — insured people whose 住民票 has ended: the 喪失 becomes a candidate, or, where no event tells of the
//! end, a matter to be looked at.
//!
//! 根拠: 国民健康保険法 第8条第1項

use super::step::{Night, Page};
use crate::acts::Act;
use crate::eligibility::ended;
use crate::error::OfficeError;
use crate::registry::{InsuredSpan, residence_ended, timeline};
use crate::worklist::{self, Candidate, ELIGIBILITY_CANDIDATE, Filter, INTAKE_DIFFERENCE, NewItem};
use db::Conn;
use law::era::wareki;
use law::rules::eligibility::Side;

/// People looked at in one transaction.
const PEOPLE: usize = 100;

/// The next people after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let mut found = residence_ended(conn, night.on)?;
    found.retain(|one| one.person_id > after);
    found.truncate(PEOPLE);
    let mut page = Page {
        found: i64::try_from(found.len()).unwrap_or(i64::MAX),
        next: found
            .last()
            .filter(|_| found.len() == PEOPLE)
            .map(|last| last.person_id),
        ..Page::default()
    };
    for one in found {
        if loss_waits(conn, night, one.person_id)? {
            continue;
        }
        let spans = timeline::<InsuredSpan>(conn, one.person_id, None)?;
        let cover: Vec<_> = spans.into_iter().map(|row| (row.valid, row.fact)).collect();
        let last = ended::leavings(conn, one.person_id, &cover)?
            .into_iter()
            .max_by_key(|leaving| leaving.candidate.occurred_on);
        let item = match last {
            Some(leaving) => leaving
                .candidate
                .item(&leaving.source, &leaving.title, night.on),
            None => NewItem::about_person(
                INTAKE_DIFFERENCE,
                one.person_id,
                &format!("residence/ended/{}", one.ended_on),
                &format!(
                    "住民票が{}に消除されていますが、国保の資格が続いています: 事由を確かめ、喪失を登録する",
                    wareki(one.ended_on)
                ),
                night.on,
            ),
        };
        page.opened += worklist::open_all(conn, act, &[item])?;
    }
    Ok(page)
}

/// Whether a 喪失 of the person is a candidate already: of a 転出, of the end of a school.
fn loss_waits(conn: &mut Conn, night: &Night<'_>, person_id: i64) -> Result<bool, OfficeError> {
    let filter = Filter {
        kind: Some(ELIGIBILITY_CANDIDATE),
        person_id: Some(person_id),
        ..Filter::default()
    };
    let rules = night.books.book.eligibility();
    let items = worklist::list(conn, &filter, None, night.on)?.items;
    Ok(items.iter().filter_map(Candidate::of).any(|one| {
        let cause = rules.cause(&one.cause, one.occurred_on);
        one.loses() || cause.is_ok_and(|cause| cause.side == Side::Loss)
    }))
}
