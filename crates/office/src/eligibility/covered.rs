//! ほかの制度の資格 — what it means here that somebody belongs to another scheme of 第6条 from a day on, or no longer: the
//! candidate of a 喪失 for whoever is insured here beside it, of a 取得 for whoever it ends for. It is the same whether a file
//! tells of it or a clerk states it.
//!
//! Whose 住民票 is elsewhere for a school or a facility is ours all the same (第116条・第116条の2), and asked for likewise.
//!
//! 根拠: 国民健康保険法 第6条・第7条・第8条第1項

mod by_hand;

pub(super) use by_hand::{of_end, of_status, of_those_left};

use super::consequence::{Consequences, Warning};
use super::deemed;
use super::status::{CompanyInsurance, Exclusion, LateElderly, PublicAssistance, assistance};
use super::unfounded::{self, Before, By};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::registry::{Dated, InsuredSpan, Resident, timeline};
use crate::worklist::Candidate;
use db::{Conn, Span};
use law::Date;
use law::date::{birthday, next_day};

/// The other scheme.
#[derive(Clone, Debug)]
pub(crate) enum Scheme {
    /// 後期高齢者医療.
    LateElderly,
    /// 被用者保険等, by the insurer's name.
    Company(String),
    /// 適用除外, by the item of 第6条.
    Excluded(i64),
    /// 生活保護, while it is received.
    Assistance,
}

impl Scheme {
    /// Code of its status.
    pub(super) const fn code(&self) -> &'static str {
        match self {
            Self::LateElderly => "late_elderly",
            Self::Company(_) => "company_insurance",
            Self::Excluded(_) => "exclusion",
            Self::Assistance => "public_assistance",
        }
    }

    /// Whether the 取得 after it is asked for by a cause.
    pub(super) fn asks_gain(&self, cause: &str) -> bool {
        match self {
            Self::LateElderly => cause == "left_late_elderly",
            Self::Company(_) => cause == "left_insurance",
            Self::Excluded(_) => false,
            Self::Assistance => cause == "welfare_ended",
        }
    }

    /// Whether the 喪失 by it is asked for by a cause.
    pub(super) fn asks_loss(&self, cause: &str) -> bool {
        match self {
            Self::LateElderly => ["late_elderly_75", "late_elderly_disability"].contains(&cause),
            Self::Company(_) => cause == "joined_insurance",
            Self::Excluded(_) => false,
            Self::Assistance => cause == "welfare_started",
        }
    }

    /// What tells of it, where it is on file here.
    fn told_by(&self) -> String {
        match self {
            Self::LateElderly => "後期高齢者医療の登録".to_owned(),
            Self::Company(name) => name.clone(),
            Self::Excluded(_) => "適用除外の登録".to_owned(),
            Self::Assistance => "生活保護の登録".to_owned(),
        }
    }
}

/// Who belongs to it, on which days, and who tells of it. `own` is this municipality.
pub(crate) struct Told<'t> {
    pub person_id: i64,
    pub span: Span,
    pub scheme: Scheme,
    pub told_by: &'t str,
    pub own: &'t str,
}

/// Opens the candidates that follow.
///
/// # Errors
/// [`OfficeError::Store`].
pub(crate) fn follow(
    conn: &mut Conn,
    act: &Act,
    told: &Told<'_>,
    today: Date,
) -> Result<(), OfficeError> {
    let beside = insured_beside(conn, told.person_id, told.span)?;
    let before = Before {
        person_id: told.person_id,
        name: told.told_by,
        since: told.span.from,
        by: By::File,
    };
    if let Some(here) = &beside
        && !unfounded::gained_beside(conn, act, before, (here.valid.from, today))?
    {
        let (cause, title) = loss(conn, told)?;
        let on = (cause, told.span.from);
        let household = Some(here.fact.household_id);
        candidate(conn, act, told, on, household, (&title, today))?;
    }
    let Some(until) = told.span.until else {
        return Ok(());
    };
    // The span that covers the day now is to end before it.
    if beside.is_none() && insured_on(conn, told.person_id, until)?
        || !is_to_be_insured(conn, told.own, (told.person_id, until))?
    {
        return Ok(());
    }
    let (cause, title) = match &told.scheme {
        // Under 75 it is the withdrawal of the recognition: the person is insured here again from that day, whatever span
        // that is to end covers it now.
        Scheme::LateElderly => (
            "left_late_elderly",
            "後期高齢者医療を離脱（障害認定の撤回）: 国保の取得を登録する".to_owned(),
        ),
        Scheme::Company(name) => {
            let title = format!("{name}を離脱: 国保の取得の届出を確かめる");
            ("left_insurance", title)
        }
        Scheme::Excluded(item) => {
            let cause = match item {
                8 => "left_late_elderly",
                9 => "welfare_ended",
                10 => "left_nhi_society",
                11 => "exclusion_ended",
                _ => "left_insurance",
            };
            let title =
                format!("適用除外（第6条第{item}号）でなくなった: 国保の取得の届出を確かめる");
            (cause, title)
        }
        Scheme::Assistance => (
            "welfare_ended",
            "生活保護の廃止: 資格の異動を登録する".to_owned(),
        ),
    };
    candidate(conn, act, told, (cause, until), None, (&title, today))
}

/// Whether somebody is to be insured here from a day on as the files have it: the address counts as here, 75 is not reached, and none
/// of the items of 第6条 applies.
///
/// 根拠: 国民健康保険法 第5条・第6条・第7条
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn is_to_be_insured(
    conn: &mut Conn,
    own: &str,
    (person_id, on): (i64, Date),
) -> Result<bool, OfficeError> {
    let born = deemed::born_of_here(conn, own, person_id, on)?;
    if born.is_none_or(|birth_on| birthday(birth_on, 75) <= on) {
        return Ok(false);
    }
    let schemes = on_file(conn, person_id)?;
    Ok(!schemes.iter().any(|(span, _)| span.holds(on)))
}

/// The cause of the 喪失, and the words of its candidate.
fn loss(conn: &mut Conn, told: &Told<'_>) -> Result<(&'static str, String), OfficeError> {
    Ok(match &told.scheme {
        Scheme::LateElderly | Scheme::Excluded(8) => {
            let (cause, why) = if aged(conn, told)? {
                ("late_elderly_75", "75歳到達")
            } else {
                ("late_elderly_disability", "障害認定")
            };
            let title = format!("後期高齢者医療に加入（{why}）: 国保の喪失を登録する");
            (cause, title)
        }
        Scheme::Company(name) => {
            let title = format!("{name}に加入: 国保の喪失の届出を確かめる");
            ("joined_insurance", title)
        }
        Scheme::Excluded(item) => {
            let cause = match item {
                9 => "welfare_started",
                10 => "joined_nhi_society",
                11 => "exclusion_started",
                _ => "joined_insurance",
            };
            let title = format!("適用除外（第6条第{item}号）に該当: 国保の喪失を登録する");
            (cause, title)
        }
        Scheme::Assistance => (
            "welfare_started",
            "生活保護の開始: 資格の異動を登録する".to_owned(),
        ),
    })
}

/// 75歳到達, wherever the 住民票 is: the scheme begins on the birthday of whoever is in a facility elsewhere too.
///
/// 根拠: 高齢者の医療の確保に関する法律 第52条第1号・第55条の2第1項第1号
fn aged(conn: &mut Conn, told: &Told<'_>) -> Result<bool, OfficeError> {
    let all = timeline::<Resident>(conn, told.person_id, None)?;
    let born = all.last().map(|one| one.fact.birth_on);
    Ok(born.is_some_and(|born| birthday(born, 75) <= told.span.from))
}

/// The candidate of a cause and a day, once for each person.
fn candidate(
    conn: &mut Conn,
    act: &Act,
    told: &Told<'_>,
    (cause, on): (&str, Date),
    household_id: Option<i64>,
    (title, today): (&str, Date),
) -> Result<(), OfficeError> {
    let same = |one: &Candidate| one.cause == cause && one.occurred_on == on;
    if Candidate::waits(conn, told.person_id, same)? {
        return Ok(());
    }
    let candidate = Candidate {
        person_id: told.person_id,
        household_id,
        cause: cause.to_owned(),
        occurred_on: on,
        elsewhere_from: None,
        reported_on: Some(today),
        told_by: told.told_by.to_owned(),
    };
    candidate.open(conn, act, &format!("told/{cause}/{on}"), title, today)?;
    Ok(())
}

/// What is on file of other schemes and of 生活保護, with its days. A household whose assistance is suspended is not excepted.
///
/// 根拠: 国民健康保険法 第6条第9号
pub(super) fn on_file(conn: &mut Conn, person_id: i64) -> Result<Vec<(Span, Scheme)>, OfficeError> {
    let aged = timeline::<LateElderly>(conn, person_id, None)?;
    let company = timeline::<CompanyInsurance>(conn, person_id, None)?;
    let excluded = timeline::<Exclusion>(conn, person_id, None)?;
    let assisted = timeline::<PublicAssistance>(conn, person_id, None)?;
    let mut all: Vec<_> = aged
        .into_iter()
        .map(|one| (one.valid, Scheme::LateElderly))
        .collect();
    all.extend(
        company
            .into_iter()
            .map(|one| (one.valid, Scheme::Company(one.fact.insurer_name))),
    );
    all.extend(
        excluded
            .into_iter()
            .map(|one| (one.valid, Scheme::Excluded(one.fact.item))),
    );
    let receiving = assisted
        .into_iter()
        .filter(|one| one.fact.state == assistance::RECEIVING);
    all.extend(receiving.map(|one| (one.valid, Scheme::Assistance)));
    Ok(all)
}

/// Another scheme on file that began after the insurance here, as it is stated only now: warned of, and its 喪失 a candidate.
/// What covers the day of the 取得 itself is told of there.
///
/// # Errors
/// [`OfficeError::Store`].
pub(super) fn begun(
    conn: &mut Conn,
    act: &Act,
    (person_id, own, today): (i64, &str, Date),
    cover: &[(Span, InsuredSpan)],
    found: &mut Consequences,
) -> Result<(), OfficeError> {
    for (span, scheme) in on_file(conn, person_id)? {
        let mut spans = cover.iter().map(|row| row.0);
        if !spans.any(|here| here.from < span.from && goes_on(here, span)) {
            continue;
        }
        found.warn(Warning::SchemeBegan {
            person_id,
            on: span.from,
            what: scheme.told_by(),
        });
        follow_line(conn, act, person_id, (span, scheme), (own, today))?;
    }
    Ok(())
}

/// What follows of a scheme on file, as if a file told of it now.
fn follow_line(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    (span, scheme): (Span, Scheme),
    (own, today): (&str, Date),
) -> Result<(), OfficeError> {
    let told_by = scheme.told_by();
    let told = Told {
        person_id,
        span,
        scheme,
        told_by: &told_by,
        own,
    };
    follow(conn, act, &told, today)
}

/// The insurance here that goes on on any day of another's, after the day on which a 喪失 takes
/// effect at the latest. Without an end every later day counts.
pub(super) fn insured_beside(
    conn: &mut Conn,
    person_id: i64,
    other: Span,
) -> Result<Option<Dated<InsuredSpan>>, OfficeError> {
    let spans = timeline::<InsuredSpan>(conn, person_id, None)?;
    Ok(spans.into_iter().find(|span| goes_on(span.valid, other)))
}

/// Whether the insurance of a span here goes on beside another scheme, after the day on which a 喪失 takes effect at the latest.
fn goes_on(here: Span, other: Span) -> bool {
    let beside = Span::new(next_day(other.from), other.until);
    beside.has_days() && here.intersection(beside).is_some()
}

/// Whether the person is insured here on a day.
fn insured_on(conn: &mut Conn, person_id: i64, on: Date) -> Result<bool, OfficeError> {
    let spans = timeline::<InsuredSpan>(conn, person_id, None)?;
    Ok(spans.iter().any(|span| span.valid.holds(on)))
}
