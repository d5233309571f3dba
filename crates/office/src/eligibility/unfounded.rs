//! 根拠のなくなった異動 — a 喪失 or 取得 that was registered for a scheme as it was told, and that the scheme as it stands does not bear out:
//! somebody is asked to take it back or to correct its day. Nobody would come upon it otherwise, for no list looks for whoever is
//! insured, or not insured, by an event that was right when it was registered.
//!
//! 根拠: 国民健康保険法 第6条・第7条・第8条

use super::covered;
use super::event::{self, Event, Says};
use super::status::{Subject, every};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::follow::TAKE_BACK;
use crate::registry::{Resident, timeline};
use crate::worklist::{self, Candidate, ELIGIBILITY_CANDIDATE, Filter, Outcome};
use db::{Conn, Span};
use law::Date;
use law::date::birthday;
use law::eligibility::PersonChange;
use law::era::wareki;

/// How the source of a matter of this module begins; the number of the event follows.
const SOURCE: &str = "unfounded/";
/// As [`SOURCE`], where nothing is on file of what tells of it: the days on file say nothing of it.
const OVERLAP: &str = "overlap-gain/";

/// The causes of the 喪失 that the begin of a status asks for, and of the 取得 that its end asks for.
fn causes(code: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match code {
        "late_elderly" => (
            &["late_elderly_75", "late_elderly_disability"],
            &["left_late_elderly"],
        ),
        "company_insurance" => (&["joined_insurance"], &["left_insurance"]),
        "public_assistance" => (
            &["welfare_started", "welfare_resumed"],
            &["welfare_ended", "welfare_suspended"],
        ),
        "exclusion" => (
            &[
                "late_elderly_75",
                "late_elderly_disability",
                "welfare_started",
                "joined_nhi_society",
                "exclusion_started",
                "joined_insurance",
            ],
            &[
                "left_late_elderly",
                "welfare_ended",
                "left_nhi_society",
                "exclusion_ended",
                "left_insurance",
            ],
        ),
        _ => (&[], &[]),
    }
}

/// A line of a status that no longer stands as it did.
pub(crate) struct Gone<'g> {
    /// 宛名番号.
    pub(crate) person_id: i64,
    /// Code of the status.
    pub(crate) code: &'g str,
    /// The days it had.
    pub(crate) days: Span,
    /// What became of it, in a clerk's words.
    pub(crate) why: &'g str,
}

/// Asks for what was registered on the days of a line that is gone, where the schemes on file do not bear it out any more; what they
/// bear out again is asked for no longer.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn look(
    conn: &mut Conn,
    act: &Act,
    gone: &Gone<'_>,
    today: Date,
) -> Result<(), OfficeError> {
    let (lost, gained) = causes(gone.code);
    if lost.is_empty() {
        return Ok(());
    }
    borne_out_again(conn, act, gone.person_id)?;
    for one in standing(conn, gone.person_id)? {
        let of_line = match gains(&one) {
            Some(false) => lost.contains(&one.cause.as_str()) && one.occurred_on == gone.days.from,
            Some(true) => {
                gained.contains(&one.cause.as_str()) && Some(one.occurred_on) == gone.days.until
            }
            None => false,
        };
        if of_line && !borne_out(conn, gone.person_id, &one)? {
            let whose = (gone.person_id, SOURCE);
            ask(conn, act, whose, (&one, gone.why), today)?;
        }
    }
    Ok(())
}

/// Who tells of another scheme.
#[derive(Clone, Copy)]
pub(super) enum By {
    /// A line that is on file.
    File,
    /// 資格重複: a list, an answer, or none.
    Overlap,
}

/// Another scheme that covers the day of a 取得 here and had begun before it.
#[derive(Clone, Copy)]
pub(super) struct Before<'b> {
    /// 宛名番号.
    pub(super) person_id: i64,
    /// Its name.
    pub(super) name: &'b str,
    /// Its first day.
    pub(super) since: Date,
    /// Who tells of it.
    pub(super) by: By,
}

/// The 取得 of the insurance here from a day on, where another scheme had begun before and still covered it: what is wrong is the 取得,
/// and not that a 喪失 is missing. Whether it was one.
///
/// 根拠: 国民健康保険法 第6条・第7条
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn gained_beside(
    conn: &mut Conn,
    act: &Act,
    before: Before<'_>,
    (gained_on, today): (Date, Date),
) -> Result<bool, OfficeError> {
    if gained_on <= before.since {
        return Ok(false);
    }
    let events = standing(conn, before.person_id)?;
    let gain = events
        .iter()
        .find(|one| gains(one) == Some(true) && one.occurred_on == gained_on);
    let Some(gain) = gain else {
        return Ok(false);
    };
    let why = format!(
        "この日には{}の資格がありました（{}から）",
        before.name,
        wareki(before.since)
    );
    let source = match before.by {
        By::File => SOURCE,
        By::Overlap => OVERLAP,
    };
    ask(conn, act, (before.person_id, source), (gain, &why), today)?;
    Ok(true)
}

/// Whether a candidate follows from a line of a scheme that was on file and is there no more.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn is_gone(conn: &mut Conn, candidate: &Candidate) -> Result<bool, OfficeError> {
    let (person_id, on) = (candidate.person_id, candidate.occurred_on);
    let mut was = false;
    for line in every(conn, Subject::Person, person_id)? {
        let (lost, gained) = causes(line.code);
        let begins = lost.contains(&candidate.cause.as_str()) && line.valid.from == on;
        let ends = gained.contains(&candidate.cause.as_str()) && line.valid.until == Some(on);
        if (begins || ends) && line.superseded_at.is_none() {
            return Ok(false);
        }
        was |= begins || ends;
    }
    Ok(was)
}

/// The events of a person that stand.
fn standing(conn: &mut Conn, person_id: i64) -> Result<Vec<Event>, OfficeError> {
    let mut events = event::of_person(conn, person_id)?;
    events.retain(|one| one.undone_by.is_none());
    Ok(events)
}

/// 取得 or 喪失; neither for another change.
fn gains(event: &Event) -> Option<bool> {
    let Says::Person { event, .. } = &event.says else {
        return None;
    };
    match event.change {
        PersonChange::Gain { .. } => Some(true),
        PersonChange::Loss { .. } => Some(false),
        _ => None,
    }
}

/// Whether the schemes on file bear an event out: one begins on the day of a 喪失; one ends on the day of a 取得, or none covers it.
/// A 喪失 at 75 rests on the birthday.
fn borne_out(conn: &mut Conn, person_id: i64, event: &Event) -> Result<bool, OfficeError> {
    let on = event.occurred_on;
    let schemes = covered::on_file(conn, person_id)?;
    let spans: Vec<Span> = schemes.into_iter().map(|one| one.0).collect();
    if gains(event) == Some(true) {
        let by_scheme = causes("exclusion").1.contains(&event.cause.as_str())
            || event.cause == "welfare_suspended";
        return Ok(if by_scheme {
            spans.iter().any(|span| span.until == Some(on))
        } else {
            !spans.iter().any(|span| span.holds(on))
        });
    }
    if event.cause == "late_elderly_75" {
        let known = timeline::<Resident>(conn, person_id, None)?;
        let born = known.last().map(|one| one.fact.birth_on);
        if born.is_some_and(|born| birthday(born, 75) == on) {
            return Ok(true);
        }
    }
    Ok(spans.iter().any(|span| span.from == on))
}

fn ask(
    conn: &mut Conn,
    act: &Act,
    (person_id, source): (i64, &str),
    (event, why): (&Event, &str),
    today: Date,
) -> Result<(), OfficeError> {
    let source = format!("{source}{}/", event.event_id);
    if waiting(conn, person_id)?
        .iter()
        .any(|item| item.source.starts_with(&source))
    {
        return Ok(());
    }
    let what = if gains(event) == Some(true) {
        "取得"
    } else {
        "喪失"
    };
    let title = format!(
        "{}の{what}: {why}。{what}を取り消すか、日を訂正してください",
        wareki(event.occurred_on)
    );
    let candidate = Candidate {
        person_id,
        household_id: None,
        cause: TAKE_BACK.to_owned(),
        occurred_on: event.occurred_on,
        elsewhere_from: None,
        reported_on: None,
        told_by: why.to_owned(),
    };
    candidate.open(conn, act, &format!("{source}{}", act.id.0), &title, today)?;
    Ok(())
}

/// Takes what is borne out again, or was taken back, off the list.
fn borne_out_again(conn: &mut Conn, act: &Act, person_id: i64) -> Result<(), OfficeError> {
    let events = standing(conn, person_id)?;
    for item in waiting(conn, person_id)? {
        let Some(rest) = item.source.strip_prefix(SOURCE) else {
            continue;
        };
        let number = rest.split('/').next().and_then(|text| text.parse().ok());
        let event = events.iter().find(|one| Some(one.event_id) == number);
        let stays = match event {
            Some(event) => !borne_out(conn, person_id, event)?,
            None => false,
        };
        if !stays {
            let note = "ほかの制度の日と合うようになりました";
            worklist::settle(conn, act, item.item_id, Outcome::Withdrawn, note)?;
        }
    }
    Ok(())
}

/// The candidates that wait for a person.
fn waiting(conn: &mut Conn, person_id: i64) -> Result<Vec<worklist::Item>, OfficeError> {
    let filter = Filter {
        kind: Some(ELIGIBILITY_CANDIDATE),
        person_id: Some(person_id),
        ..Filter::default()
    };
    Ok(worklist::list(conn, &filter, None, Date::MIN)?.items)
}
