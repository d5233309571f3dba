//! 住民票と資格の照合 — insured people whose 住民票 has ended: the 喪失 becomes a candidate, or, where no event tells of the
//! end, a matter to be looked at. Whoever is not insured but counts in a household is looked at likewise, and so is whoever
//! was insured before becoming a resident.
//!
//! 根拠: 国民健康保険法 第5条・第7条・第8条第1項

use super::step::{Night, Page};
use crate::acts::Act;
use crate::eligibility::ended;
use crate::error::OfficeError;
use crate::registry::follow::{FORMER_ENDED, HOUSEHOLD};
use crate::registry::{Before, Ended, EndedBeside, InsuredSpan};
use crate::registry::{before_residence, ended_beside, residence_ended, timeline};
use crate::worklist::{self, Candidate, ELIGIBILITY_CANDIDATE, Filter, INTAKE_DIFFERENCE, NewItem};
use db::Conn;
use law::era::wareki;
use law::rules::eligibility::Side;
use std::collections::BTreeSet;

/// People looked at in one transaction.
const PEOPLE: usize = 100;

/// The next people after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let insured = residence_ended(conn, night.on)?;
    let beside = ended_beside(conn, night.on)?;
    let early = before_residence(conn, night.on)?;
    let people = insured.iter().map(|one| one.person_id);
    let mut people: BTreeSet<i64> = people
        .chain(beside.iter().map(|one| one.person_id))
        .chain(early.iter().map(|one| one.person_id))
        .collect();
    people.retain(|person_id| *person_id > after);
    let people: Vec<i64> = people.into_iter().take(PEOPLE).collect();
    let mut page = Page {
        next: people.last().copied().filter(|_| people.len() == PEOPLE),
        ..Page::default()
    };
    let of_page = |person_id: i64| people.binary_search(&person_id).is_ok();
    for one in insured.iter().filter(|one| of_page(one.person_id)) {
        page.found += 1;
        page.opened += still_insured(conn, act, night, one)?;
    }
    for one in beside.iter().filter(|one| of_page(one.person_id)) {
        page.found += 1;
        page.opened += still_counted(conn, act, night, one)?;
    }
    for one in early.iter().filter(|one| of_page(one.person_id)) {
        page.found += 1;
        page.opened += worklist::open_all(conn, act, &[too_early(one, night)])?;
    }
    Ok(page)
}

/// Somebody insured whose 住民票 has ended: how many matters are new.
fn still_insured(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    one: &Ended,
) -> Result<i64, OfficeError> {
    if loss_waits(conn, night, one.person_id)? {
        return Ok(0);
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
    worklist::open_all(conn, act, &[item])
}

/// Somebody insured since before becoming a resident.
///
/// 根拠: 国民健康保険法 第5条・第7条
fn too_early(one: &Before, night: &Night<'_>) -> NewItem {
    NewItem::about_person(
        INTAKE_DIFFERENCE,
        one.person_id,
        &format!("residence/before/{}", one.insured_from),
        &format!(
            "資格の取得（{}）が住民となった日（{}）より前です: 取得日を確かめ、違うときは取得を訂正する",
            wareki(one.insured_from),
            wareki(one.resident_since)
        ),
        night.on,
    )
}

/// 特定同一世帯所属者, or the head of insured people, whose 住民票 has ended: how many matters are new.
///
/// 根拠: 国民健康保険法施行令 第29条の7第2項第8号、国民健康保険法 第76条
fn still_counted(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    one: &EndedBeside,
) -> Result<i64, OfficeError> {
    let (key, what, todo) = if one.heads {
        (HOUSEHOLD, "世帯主", "世帯主の変更を登録する")
    } else {
        let todo = "特定同一世帯所属者の終わりを登録する";
        (FORMER_ENDED, "特定同一世帯所属者", todo)
    };
    let filter = Filter {
        kind: Some(ELIGIBILITY_CANDIDATE),
        person_id: Some(one.person_id),
        ..Filter::default()
    };
    let items = worklist::list(conn, &filter, None, night.on)?.items;
    if items
        .iter()
        .filter_map(Candidate::of)
        .any(|candidate| candidate.cause == key)
    {
        return Ok(0);
    }
    let item = NewItem {
        household_id: Some(one.household_id),
        ..NewItem::about_person(
            INTAKE_DIFFERENCE,
            one.person_id,
            &format!("residence/{key}/{}", one.ended_on),
            &format!(
                "住民票が{}に消除されていますが、国保世帯{}の{what}のままです: 事由を確かめ、{todo}",
                wareki(one.ended_on),
                one.household_id
            ),
            night.on,
        )
    };
    worklist::open_all(conn, act, &[item])
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
