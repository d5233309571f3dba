//! 年表の帯 — judgements and certificates of a household beside its people.

use super::names::Names;
use crate::view::timeline::{Lane, SpanFact, SpanKind};
use db::Conn;
use law::{Date, FiscalYear};
use office::OfficeError;
use office::certificate::{event, find};
use office::judgement::decision::label_ja;
use office::judgement::{self, Decision};

/// Papers of so many persons have a lane; the rest are on the page of certificates.
const MOST: usize = 8;

/// What was judged of the household and of its people from 70 on, as known at a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn judgements(
    conn: &mut Conn,
    household: i64,
    (people, names): (&[i64], &Names),
    as_of: Date,
    known_at: Option<i64>,
) -> Result<Vec<Lane>, OfficeError> {
    let year = FiscalYear::of(as_of);
    let range = (year.previous().assessment_day(), year.end());
    let mut lanes = Vec::new();
    let subjects = std::iter::once(None).chain(people.iter().copied().map(Some));
    for subject in subjects {
        let mut spans: Vec<SpanFact> = Vec::new();
        let mut last = None;
        for line in judgement::by_month(conn, household, subject, range, known_at)? {
            if last == Some(line.decision.decision_id) {
                continue;
            }
            last = Some(line.decision.decision_id);
            spans.extend(span(&line.decision));
        }
        if spans.is_empty() {
            continue;
        }
        let name = match subject {
            None => "区分".to_owned(),
            Some(person) => format!("区分 {}", names.person(person)),
        };
        lanes.push(Lane { name, spans });
    }
    Ok(lanes)
}

fn span(decision: &Decision) -> Option<SpanFact> {
    let verdict = decision.verdict.as_ref()?;
    Some(SpanFact {
        kind: SpanKind::Class,
        from: decision.from,
        until: Some(decision.until),
        label: label_ja(verdict),
    })
}

/// The papers issued to the household, a lane for each person, as known at a moment.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn certificates(
    conn: &mut Conn,
    household: i64,
    known_at: Option<i64>,
) -> Result<Vec<Lane>, OfficeError> {
    let mut lanes: Vec<Lane> = Vec::new();
    let papers = match known_at {
        Some(moment) => event::known_at(conn, household, moment)?,
        None => find::of_household(conn, household, i64::MAX)?,
    };
    for one in papers {
        let ended = [one.expires_on.map(law::date::next_day), one.invalid_from];
        let fact = SpanFact {
            kind: SpanKind::Paper,
            from: one.effective_from,
            until: ended.into_iter().flatten().min(),
            label: format!("{} {}", one.title, one.place.label_ja()),
        };
        let name = format!("証 {}", one.face_name);
        if let Some(lane) = lanes.iter_mut().find(|lane| lane.name == name) {
            lane.spans.push(fact);
        } else if lanes.len() < MOST {
            lanes.push(Lane {
                name,
                spans: vec![fact],
            });
        }
    }
    Ok(lanes)
}
