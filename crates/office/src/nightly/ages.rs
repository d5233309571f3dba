//! 年齢到達 — who came to an age since the last night, and who was registered only after coming to 75: confirmed where the office lets the night do it, else put on the
//! list for a person to look at and confirm.

use super::step::{Night, Page};
use crate::acts::Act;
use crate::eligibility::age::{self, AgeMove, Milestone};
use crate::eligibility::ended;
use crate::error::OfficeError;
use crate::worklist::{self, ELIGIBILITY_AGE, NewItem};
use db::Conn;
use law::date::next_day;

/// People confirmed in one transaction.
const PEOPLE: usize = 50;

/// The next people after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let mut moves = age::list(conn, next_day(night.after), next_day(night.on))?;
    moves.retain(|found| found.done.is_none());
    let crowded = |found: &AgeMove| {
        let same = moves.iter().filter(|one| {
            one.milestone == found.milestone && one.effective_on == found.effective_on
        });
        i64::try_from(same.count()).unwrap_or(i64::MAX) > night.practice.many
    };
    let mine: Vec<&AgeMove> = moves
        .iter()
        .filter(|found| found.person_id > after)
        .take(PEOPLE)
        .collect();
    let mut page = Page {
        found: i64::try_from(mine.len()).unwrap_or(i64::MAX),
        next: mine
            .last()
            .filter(|_| mine.len() == PEOPLE)
            .map(|last| last.person_id),
        ..Page::default()
    };
    if after == 0 {
        late(conn, act, night, &mut page)?;
    }
    for found in mine {
        if night.practice.age_automatic {
            age::one(conn, night.acting, act, found, night.books)?;
            page.written += 1;
            continue;
        }
        let item = if crowded(found) {
            of_day(found, night)
        } else {
            of_person(found, night)
        };
        page.opened += worklist::open_all(conn, act, &[item])?;
    }
    Ok(page)
}

/// Those whose 75th birthday had passed before they were registered, or before their day of birth was corrected. Who is on
/// the list already waits there.
///
/// 根拠: 国民健康保険法 第6条第8号・第8条第1項
fn late(conn: &mut Conn, act: &Act, night: &Night<'_>, page: &mut Page) -> Result<(), OfficeError> {
    for (found, span) in age::left_behind(conn, next_day(night.after), night.on)? {
        if !age::matters(conn, &found, night.on)?.is_empty() {
            continue;
        }
        page.found += 1;
        if night.practice.age_automatic && found.done.is_none() && span.from < found.effective_on {
            age::one(conn, night.acting, act, &found, night.books)?;
            page.written += 1;
        } else {
            page.opened += ended::candidate_of(conn, act, &found, span, night.on)?;
        }
    }
    Ok(())
}

fn of_person(found: &AgeMove, night: &Night<'_>) -> NewItem {
    let title = format!(
        "{}に{}: 影響を確かめて確定する",
        law::era::wareki(found.effective_on),
        found.milestone.label_ja()
    );
    NewItem {
        household_id: Some(found.household_id),
        ..NewItem::about_person(
            ELIGIBILITY_AGE,
            found.person_id,
            &age::source_of(found),
            &title,
            night.on,
        )
    }
}

/// 学齢・18歳の年度末: so many on one day that they are one matter.
fn of_day(found: &AgeMove, night: &Night<'_>) -> NewItem {
    let milestone: Milestone = found.milestone;
    let title = format!(
        "{}の{}の人が多数います: 年齢到達処理でまとめて確定する",
        law::era::wareki(found.effective_on),
        milestone.label_ja()
    );
    NewItem {
        person_id: None,
        ..NewItem::about_person(
            ELIGIBILITY_AGE,
            0,
            &format!("age/{}/{}", milestone.age(), found.effective_on),
            &title,
            night.on,
        )
    }
}
