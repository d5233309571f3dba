//! 異動の後 — what an event sets in motion: those that wait go onto the work list, and so does what a change may mean for
//! eligibility. A clerk decides; nothing of eligibility is changed from here.

use super::event::{self, Stated};
use super::{Resident, birth, moved_to, nonresident_term, timeline};
use crate::acts::Act;
use crate::eligibility::ended::stays_insured;
use crate::error::OfficeError;
use crate::worklist::{self, ELIGIBILITY_CANDIDATE, NewItem, RESIDENT_EVENT};
use db::{Conn, Sql};
use law::Date;
use law::date::birthday;
use law::registry::{Candidate, Cause, Fate, Folded, Presence, cause, fold};

const INSURED: Sql = Sql {
    name: "registry.follow.insured",
    text: "select count(*) from insured_fact where subject = $1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until >= $2)",
};
const TOUCHES_INSURED: Sql = Sql {
    name: "registry.follow.touches_insured",
    text: "select (select count(*) from insured_fact where subject = $1 and superseded_at is null) \
           + (select count(*) from household_fact where head_person_id = $1 and superseded_at is null)",
};

/// The households in which a person counts as 特定同一世帯所属者 beyond a day.
const FORMER: Sql = Sql {
    name: "registry.follow.former",
    text: "select distinct household_id from former_insured_fact where subject = $1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until > $2) order by household_id",
};
/// The households that a person heads beyond a day and in which somebody else is insured.
const HEADED: Sql = Sql {
    name: "registry.follow.headed",
    text: "select distinct h.subject from household_fact h where h.head_person_id = $1 and h.superseded_at is null \
           and h.valid_from <= $2 and (h.valid_until is null or h.valid_until > $2) and exists (select 1 from insured_fact i \
           where i.household_id = h.subject and i.subject <> $1 and i.superseded_at is null \
           and (i.valid_until is null or i.valid_until > $2)) order by h.subject",
};

const TAKEN_BACK: Sql = Sql {
    name: "registry.follow.taken_back",
    text: "select count(*) from work_item where person_id = $1 and source = $2 and outcome <> 'withdrawn'",
};

/// What was registered because of an event: matters of it that were dealt with, and households whose head the person is no
/// more since then.
const DEALT_WITH: Sql = Sql {
    name: "registry.follow.dealt_with",
    text: "select (select count(*) from work_item where person_id = $1 and source in ($2, $3) and outcome = 'done') \
           + (select count(*) from household_fact where head_person_id = $1 and superseded_at is null \
           and valid_until >= $4)",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[
    INSURED,
    TOUCHES_INSURED,
    FORMER,
    HEADED,
    TAKEN_BACK,
    DEALT_WITH,
];

/// The source of the matters of an event.
#[must_use]
pub fn source(event_id: i64) -> String {
    format!("resident_event/{event_id}")
}

/// The source of the matter that the household of an event's person is without its head.
fn head_source(event_id: i64) -> String {
    format!("resident_event/{event_id}/head")
}

/// Whether a source is that of the matter that a household is without its head.
pub(crate) fn asks_for_head(source: &str) -> bool {
    source.starts_with("resident_event/") && source.ends_with("/head")
}

/// Whether a source is that of the candidate which an event itself is.
pub(crate) fn is_event(source: &str) -> bool {
    let event = source.strip_prefix("resident_event/");
    event.is_some_and(|number| number.parse::<i64>().is_ok())
}

/// The source of the matters of an event that was taken back.
fn undone_source(event_id: i64) -> String {
    format!("resident_event/{event_id}/undone")
}

/// The source of the matters of an event, told by that of its matters since it was taken back.
#[must_use]
pub fn event_source(undone: &str) -> Option<&str> {
    undone.strip_suffix("/undone")
}

/// Whether the event that a matter of a person came from no longer stands, so that what was done because of it was to be
/// taken back.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn was_taken_back(
    conn: &mut Conn,
    person_id: i64,
    source: &str,
) -> Result<bool, OfficeError> {
    let event = source.strip_suffix("/head").unwrap_or(source);
    let undone = format!("{event}/undone");
    let params = [person_id.into(), undone.into()];
    Ok(conn.query_one(&TAKEN_BACK, &params, |row| row.int(0))? > 0)
}

/// Writes what changed between two folds of a person's events onto the work list.
pub(super) fn changes(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    known: &[Stated],
    before: &Folded,
    after: &Folded,
    today: Date,
) -> Result<(), OfficeError> {
    for stated in known {
        let (no, was) = (stated.event_id, before.fates.get(&stated.event_id));
        let is = after.fates.get(&no);
        let Some(cause) = cause(&stated.event.cause) else {
            continue;
        };
        // A loaded record stood before it was told as an event.
        if was == is || (was.is_none() && loaded(stated)) {
            if stands(is) {
                let one = (person_id, stated, cause);
                moved_to::confirmed(conn, act, one, (before, after), today)?;
            }
            continue;
        }
        match is {
            Some(Fate::Waits(waiting)) => {
                let title = format!(
                    "{}（{}）が効力を待っています。{}",
                    cause.name_ja,
                    law::era::wareki(stated.event.occurred_on),
                    waiting.message_ja()
                );
                worklist::open(
                    conn,
                    act,
                    &NewItem::about_person(RESIDENT_EVENT, person_id, &source(no), &title, today),
                )?;
            }
            _ if matches!(was, Some(Fate::Waits(_))) => {
                worklist::withdraw_source(
                    conn,
                    act,
                    RESIDENT_EVENT,
                    &source(no),
                    "待っていた異動が届いたか、取り消されました",
                )?;
            }
            _ => {}
        }
        if stands(is) && !stands(was) && !loaded(stated) {
            worklist::withdraw_source(
                conn,
                act,
                ELIGIBILITY_CANDIDATE,
                &undone_source(no),
                "異動が再び有効になりました",
            )?;
            candidate(conn, act, person_id, (after, stated), cause, today)?;
        } else if stands(was) && !stands(is) {
            taken_back(conn, act, person_id, stated, cause, today)?;
        }
    }
    birth::follow(conn, act, person_id, known, (before, after), today)?;
    nonresident_term::follow(conn, act, person_id, known, (before, after))
}

fn stands(fate: Option<&Fate>) -> bool {
    matches!(fate, Some(Fate::Stands))
}

pub(super) fn loaded(stated: &Stated) -> bool {
    use super::event::Source::{LoadedPresent, LoadedRemoved};
    matches!(stated.source, LoadedPresent | LoadedRemoved)
}

pub(super) fn candidate(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    (folded, stated): (&Folded, &Stated),
    cause: &Cause,
    today: Date,
) -> Result<(), OfficeError> {
    let Some(candidate) = cause.candidate else {
        return Ok(());
    };
    let on = stated.event.occurred_on;
    let (wanted, key, what) = match candidate {
        Candidate::Gain(key, code) => {
            let key = moved_to::key_of(folded, stated, key);
            (!aged_75(conn, person_id, on)?, key, format!("取得{code}"))
        }
        Candidate::Loss(key, code) => {
            let insured =
                conn.query_one(&INSURED, &[person_id.into(), on.into()], |row| row.int(0))?;
            if insured == 0 {
                return beside(conn, act, person_id, stated, cause, today);
            }
            if stays_insured(conn, person_id, key, on)?.is_some() {
                return Ok(());
            }
            let key = moved_to::key_of(folded, stated, key);
            (true, key, format!("喪失{code}"))
        }
        Candidate::Household => {
            let touched =
                conn.query_one(&TOUCHES_INSURED, &[person_id.into()], |row| row.int(0))?;
            (touched > 0, HOUSEHOLD, "世帯の組替え".to_owned())
        }
    };
    if !wanted {
        return Ok(());
    }
    let title = title(cause, on, &what);
    told(person_id, key, stated, cause).open(conn, act, &source(stated.event_id), &title, today)?;
    Ok(())
}

/// Whether a person has reached 75 by a day and so cannot gain any more.
///
/// 根拠: 国民健康保険法 第6条第8号、高齢者の医療の確保に関する法律 第50条第1号
fn aged_75(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    let residents = timeline::<Resident>(conn, person_id, None)?;
    let latest = residents.last().map(|row| row.fact.birth_on);
    Ok(latest.is_some_and(|born_on| birthday(born_on, 75) <= on))
}

/// 転出・死亡・消除 of somebody who is not insured and counts all the same: as 特定同一世帯所属者, or as the head (擬制世帯主) of
/// people who are.
///
/// 根拠: 国民健康保険法施行令 第29条の7第2項第8号、国民健康保険法 第76条
fn beside(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    stated: &Stated,
    cause: &Cause,
    today: Date,
) -> Result<(), OfficeError> {
    let on = stated.event.occurred_on;
    let params = [person_id.into(), on.into()];
    let no = stated.event_id;
    for (sql, key, what, source) in [
        (
            &FORMER,
            FORMER_ENDED,
            "特定同一世帯所属者の終わり",
            source(no),
        ),
        (&HEADED, HOUSEHOLD, "世帯主の変更", head_source(no)),
    ] {
        for household_id in conn.query(sql, &params, |row| row.int(0))? {
            let candidate = worklist::Candidate {
                household_id: Some(household_id),
                ..told(person_id, key, stated, cause)
            };
            candidate.open(conn, act, &source, &title(cause, on, what), today)?;
        }
    }
    Ok(())
}

pub(super) fn title(cause: &Cause, on: Date, what: &str) -> String {
    let day = law::era::wareki(on);
    format!("{}（{day}）による{what}の候補", cause.name_ja)
}

/// 消除 of a person, as a candidate of a 喪失.
pub(crate) struct Leaving {
    pub candidate: worklist::Candidate,
    pub source: String,
    pub title: String,
}

/// The 転出・死亡・消除 of a person that stand and after which the day ended elsewhere, told by event. Each was a candidate only if the
/// person was insured when it came; whoever registers a 取得 afterwards asks again. Who was entered again on the same day is here.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn leavings(conn: &mut Conn, person_id: i64) -> Result<Vec<Leaving>, OfficeError> {
    let known = event::of_person(conn, person_id)?;
    let folded = fold(&event::standing(&known)?);
    let gone = |on: Date| {
        let until = folded.states.iter().rev().find(|state| state.on <= on);
        until.is_none_or(|state| state.presence == Presence::Removed)
    };
    let standing = known
        .iter()
        .filter(|stated| stands(folded.fates.get(&stated.event_id)) && !loaded(stated))
        .filter(|stated| gone(stated.event.occurred_on));
    Ok(standing
        .filter_map(|stated| {
            let cause = cause(&stated.event.cause)?;
            let Some(Candidate::Loss(key, code)) = cause.candidate else {
                return None;
            };
            let key = moved_to::key_of(&folded, stated, key);
            Some(Leaving {
                candidate: told(person_id, key, stated, cause),
                source: source(stated.event_id),
                title: title(cause, stated.event.occurred_on, &format!("喪失{code}")),
            })
        })
        .collect())
}

/// 事由 of a candidate that asks for no 取得 or 喪失 but for a look at the household.
pub const HOUSEHOLD: &str = "household";
/// 事由 of a candidate that asks to end the standing as 特定同一世帯所属者.
pub const FORMER_ENDED: &str = "former_insured_ended";
/// 事由 of a candidate that asks to take back what was registered because of an event.
pub const TAKE_BACK: &str = "take_back";

pub(super) fn told(
    person_id: i64,
    key: &str,
    stated: &Stated,
    cause: &Cause,
) -> worklist::Candidate {
    worklist::Candidate {
        person_id,
        household_id: None,
        cause: key.to_owned(),
        occurred_on: stated.event.occurred_on,
        elsewhere_from: None,
        reported_on: stated.event.reported_on,
        told_by: format!("住民異動 {} {}", cause.code, cause.name_ja),
    }
}

/// An event that stood and no longer does: its candidate is no more, and what was done because of it is looked at.
fn taken_back(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    stated: &Stated,
    cause: &Cause,
    today: Date,
) -> Result<(), OfficeError> {
    if cause.candidate.is_none() {
        return Ok(());
    }
    let on = stated.event.occurred_on;
    let sources = [source(stated.event_id), head_source(stated.event_id)];
    let mut open = 0;
    for source in &sources {
        let (kind, note) = (ELIGIBILITY_CANDIDATE, "異動が取り消されました");
        open += worklist::withdraw_source(conn, act, kind, source, note)?;
    }
    moved_to::taken_back(conn, act, stated)?;
    let [matter, head] = &sources;
    let params = [
        person_id.into(),
        matter.as_str().into(),
        head.as_str().into(),
        on.into(),
    ];
    let dealt_with = conn.query_one(&DEALT_WITH, &params, |row| row.int(0))?;
    let touched = conn.query_one(&TOUCHES_INSURED, &[person_id.into()], |row| row.int(0))?;
    if (open > 0 && dealt_with == 0) || touched == 0 {
        return Ok(());
    }
    let title = format!(
        "{}（{}）が取り消されました。これによる資格異動があれば取り消してください",
        cause.name_ja,
        law::era::wareki(on)
    );
    told(person_id, TAKE_BACK, stated, cause).open(
        conn,
        act,
        &undone_source(stated.event_id),
        &title,
        today,
    )?;
    Ok(())
}
