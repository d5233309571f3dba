//! 転出先 — where somebody who moves out goes, as the record has it: as planned at first, later as the other town confirmed it.
//! Inside the prefecture the 資格 goes on, so what was asked for or registered before is asked for anew.
//!
//! 根拠: 国民健康保険法 第5条・第8条第1項、住民基本台帳法 第9条第1項

use super::detail::item;
use super::event::Stated;
use super::follow::{self, title};
use super::{InsuredSpan, timeline};
use crate::acts::Act;
use crate::eligibility::event;
use crate::error::OfficeError;
use crate::worklist;
use db::{Conn, Sql};
use law::Date;
use law::date::next_day;
use law::registry::{Candidate, Cause, Folded, Items, Presence};

const ANSWERED_BY: Sql = Sql {
    name: "registry.moved_to.answered_by",
    text: "select settled_act_id from work_item where person_id = $1 and source = $2 and outcome = 'done' \
           and settled_act_id is not null",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ANSWERED_BY];

/// 事由 of a candidate that asks to correct the cause of a registered 喪失 begins with this; the cause that is right follows.
pub const CORRECT: &str = "correct/";

/// 転出: the only cause whose 喪失 depends on where the person goes.
const MOVED_OUT: &str = "moved_out";
/// Its 事由コード.
const CODE: &str = "41";

/// The cause of an event's candidate: a move within the prefecture has one of its own, where 資格 goes on and 適用 begins or ends.
pub(super) fn key_of(folded: &Folded, stated: &Stated, key: &'static str) -> &'static str {
    within_prefecture(items_of(folded, stated, key), key)
}

/// The items that say where somebody goes: those of the record while he or she is out of it, corrections and all.
fn items_of<'e>(folded: &'e Folded, stated: &'e Stated, key: &str) -> &'e Items {
    let on = stated.event.occurred_on;
    let after = folded.states.iter().skip_while(|state| state.on < on);
    let mut out = after.take_while(|state| state.presence == Presence::Removed);
    out.by_ref()
        .filter(|_| key == MOVED_OUT)
        .last()
        .map_or(&stated.event.items, |state| &state.items)
}

fn within_prefecture(items: &Items, key: &'static str) -> &'static str {
    // A clerk who knows no code of the other town still names its prefecture.
    let prefecture = |code: &str, name: &str| {
        let by_code = law::prefecture::of_municipality(item(items, code)).unwrap_or("");
        let known = if by_code.is_empty() {
            item(items, name)
        } else {
            by_code
        };
        (!known.is_empty()).then(|| known.to_owned())
    };
    let here = prefecture("city_code", "prefecture");
    let other = match key {
        "moved_in" => prefecture("before_city_code", "before_prefecture"),
        MOVED_OUT => prefecture("confirmed_city_code", "confirmed_prefecture")
            .or_else(|| prefecture("planned_city_code", "planned_prefecture")),
        _ => None,
    };
    match key {
        "moved_in" if here.is_some() && here == other => "moved_in_same_prefecture",
        MOVED_OUT if here.is_some() && here == other => "moved_out_same_prefecture",
        _ => key,
    }
}

/// 転出の確定・修正 of a 転出 that stood before and stands now: where it turns out to lead inside the prefecture, or out of it after
/// all, a candidate that waits is told anew, and a 喪失 that was registered is to be corrected.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn confirmed(
    conn: &mut Conn,
    act: &Act,
    (person_id, stated, cause): (i64, &Stated, &Cause),
    (before, after): (&Folded, &Folded),
    today: Date,
) -> Result<(), OfficeError> {
    let Some(Candidate::Loss(key, _)) = cause.candidate else {
        return Ok(());
    };
    let is = key_of(after, stated, key);
    if key_of(before, stated, key) == is {
        return Ok(());
    }
    let on = stated.event.occurred_on;
    let told_by = follow::told(person_id, is, stated, cause).told_by;
    let note = "転出先が確定・修正されました";
    let waited = worklist::Candidate::withdraw(conn, act, person_id, note, |one| {
        let asks = one.cause.strip_prefix(CORRECT).unwrap_or(&one.cause);
        one.occurred_on == on && one.told_by == told_by && asks != is
    })?;
    let registered = registered(conn, person_id, stated)?;
    let wrong = registered.iter().any(|cause| cause != is);
    if registered.is_empty() {
        if waited > 0 {
            follow::candidate(conn, act, person_id, (after, stated), cause, today)?;
        }
        return Ok(());
    }
    if !wrong {
        return Ok(());
    }
    let place = if is == MOVED_OUT { "県外" } else { "県内" };
    let what = format!("喪失の事由の訂正（転出先は{place}）");
    let asked = format!("{CORRECT}{is}");
    let source = source(stated.event_id, is);
    let candidate = follow::told(person_id, &asked, stated, cause);
    candidate.open(conn, act, &source, &title(cause, on, &what), today)?;
    Ok(())
}

/// The source of the matter that the 喪失 of an event is to have another cause.
fn source(event_id: i64, key: &str) -> String {
    format!("{}/to/{key}", follow::source(event_id))
}

/// A 転出 that was taken back asks for no other cause any more.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn taken_back(conn: &mut Conn, act: &Act, stated: &Stated) -> Result<(), OfficeError> {
    let (kind, note) = (worklist::ELIGIBILITY_CANDIDATE, "異動が取り消されました");
    for key in [MOVED_OUT, "moved_out_same_prefecture"] {
        worklist::withdraw_source(conn, act, kind, &source(stated.event_id, key), note)?;
    }
    Ok(())
}

/// The causes of the 喪失 by 転出 that stand registered: on the day of the event, or as the answer to its candidate.
fn registered(
    conn: &mut Conn,
    person_id: i64,
    stated: &Stated,
) -> Result<Vec<String>, OfficeError> {
    let source = follow::source(stated.event_id);
    let params = [person_id.into(), source.as_str().into()];
    let answers = conn.query(&ANSWERED_BY, &params, |row| row.int(0))?;
    let events = event::of_person(conn, person_id)?.into_iter();
    let standing = events.filter(|one| one.undone_by.is_none() && one.cause.starts_with(MOVED_OUT));
    let asked = standing
        .filter(|one| one.occurred_on == stated.event.occurred_on || answers.contains(&one.act_id));
    let asked: Vec<String> = asked.map(|one| one.cause).collect();
    if asked.is_empty() && lost_as_loaded(conn, person_id, stated.event.occurred_on)? {
        return Ok(vec![MOVED_OUT.to_owned()]);
    }
    Ok(asked)
}

/// Whether a file brought a 喪失 by 転出 of a day: its code does not tell a move inside the prefecture from one out of it, and it is
/// taken for the latter once it becomes an event.
fn lost_as_loaded(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    let spans = timeline::<InsuredSpan>(conn, person_id, None)?;
    let untold = event::of_person(conn, person_id)?.is_empty();
    let mut lost = spans
        .iter()
        .filter(|span| untold && span.fact.loss_cause.as_deref() == Some(CODE));
    Ok(lost.any(|span| match span.fact.loss_event_on {
        Some(day) => day == on,
        None => [Some(on), Some(next_day(on))].contains(&span.valid.until),
    }))
}
