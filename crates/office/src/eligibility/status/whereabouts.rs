//! 居所不明 — the card of a person who is not found: what was tried, the hold with its legal effect and its end.
//!
//! 根拠: 地方税法 第20条・第20条の2（国民健康保険法 第78条で準用）、国民健康保険法 第9条

mod card;
mod trial;

use card::matters;
pub use card::{note, note_under};
pub use trial::Trial;

use super::place::Whereabouts;
use super::{Entry, end_under, noted, state};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::Resident;
use crate::registry::fact;
use crate::security::permit::{Permit, RegisterFact, RunEligibility};
use crate::worklist::{self, NewItem, Outcome, STATUS_WHEREABOUTS};
use db::{Conn, Row, Span, Sql, Store, StoreError};
use law::{Date, Refusal};

const ENTRIES: Sql = Sql {
    name: "status.whereabouts.entries",
    text: "select entry_id, found_on, kind, finding, act_id from whereabouts_entry where person_id = $1 \
           order by found_on, entry_id",
};
const HELD: Sql = Sql {
    name: "status.whereabouts.held",
    text: "select subject from whereabouts_fact where superseded_at is null and valid_from <= $1 \
           and valid_until > $1 order by subject",
};
const RUN_OUT: Sql = Sql {
    name: "status.whereabouts.run_out",
    text: "select f.subject, f.valid_until from whereabouts_fact f where f.superseded_at is null \
           and f.valid_until > $1 and f.valid_until <= $2 and not exists (select 1 from whereabouts_fact l \
           where l.subject = f.subject and l.superseded_at is null and l.valid_from >= f.valid_until) \
           order by f.subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[card::INSERT, ENTRIES, HELD, RUN_OUT];

/// What holding the notice means; shown wherever a hold is made or listed.
pub const NOTICE_EFFECT_JA: &str = crate::notices::hold::EFFECT_JA;
/// What holding the certificate means.
pub const CERTIFICATE_EFFECT_JA: &str = "資格は失われません。証は交付・発送しません。本人が現れたときは、この保留を終えてからその場で交付してください";

/// One line of the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardEntry {
    /// Number.
    pub entry_id: i64,
    /// The day it is of.
    pub found_on: Date,
    /// What was tried.
    pub trial: Trial,
    /// What was found.
    pub finding: String,
    /// The act.
    pub act_id: i64,
}

fn read(row: &Row<'_>) -> Result<CardEntry, StoreError> {
    let code = row.str(2)?;
    Ok(CardEntry {
        entry_id: row.int(0)?,
        found_on: row.date(1)?,
        trial: Trial::read(code)
            .ok_or_else(|| row.wrong(2, format!("調査の種類「{code}」を知りません")))?,
        finding: row.text(3)?,
        act_id: row.int(4)?,
    })
}

/// The card of a person, oldest line first.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn card(conn: &mut Conn, person_id: i64) -> Result<Vec<CardEntry>, OfficeError> {
    Ok(conn.query(&ENTRIES, &[person_id.into()], read)?)
}

/// 保留 — holds the papers of a person who was not found at the registered address, until a day within
/// [`super::HOLD_MONTHS`]. A moved address releases it.
///
/// # Errors
/// [`OfficeError::Input`] for a day that is missing or too far, or without a reason; [`OfficeError::Refusal`] when the
/// person has no registered address.
pub fn hold(
    store: &Store,
    permit: &Permit<RegisterFact>,
    acting: &Acting,
    person_id: i64,
    span: Span,
    asked: &AskedHold<'_>,
) -> Result<Hold, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(
            conn,
            acting,
            permit,
            "status.whereabouts",
            &noted(asked.ground),
        )?;
        hold_under(conn, &act, person_id, span, asked, acting.business_date)
    })
}

/// Holds the papers of a person under an act that is under way.
///
/// # Errors
/// As [`hold`].
pub fn hold_under(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    span: Span,
    asked: &AskedHold<'_>,
    today: Date,
) -> Result<Hold, OfficeError> {
    let residents = fact::timeline::<Resident>(conn, person_id, None)?;
    let lives = residents.iter().find(|dated| dated.valid.holds(span.from));
    let Some(lives) = lives else {
        return Err(Refusal::new(
            "status.whereabouts.no_address",
            format!("宛名番号{person_id}の住所がその日に登録されていません"),
        )
        .into());
    };
    let status = Whereabouts {
        stage: asked.stage,
        holds_notice: asked.notice,
        holds_certificate: asked.certificate,
        ground: asked.ground.to_owned(),
        address: full_address(&lives.fact),
        reported_on: Some(today),
    };
    let entry = Entry {
        subject: person_id,
        span,
        status,
        note: String::new(),
    };
    state(conn, act, &entry)?;
    hold_on(conn, person_id, span.from)?
        .ok_or_else(|| OfficeError::Bug("登録した保留が見つかりません".to_owned()))
}

/// What is to be held, and why.
#[derive(Clone, Copy, Debug)]
pub struct AskedHold<'h> {
    /// 1 調査中, 2 居所不明.
    pub stage: i64,
    /// 通知書の送付を止める.
    pub notice: bool,
    /// 証の交付を止める.
    pub certificate: bool,
    /// 理由.
    pub ground: &'h str,
}

/// A hold in force, with what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// 通知書の送付を止めている.
    pub notice: bool,
    /// 証の交付を止めている.
    pub certificate: bool,
    /// The first day on which it no longer holds.
    pub until: Date,
    /// 理由.
    pub ground: String,
    /// What it means, one sentence for each paper that is held.
    pub effects_ja: Vec<&'static str>,
}

/// The hold of a person on a day; none when there is none or it has run out.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn hold_on(conn: &mut Conn, person_id: i64, on: Date) -> Result<Option<Hold>, OfficeError> {
    let standing = fact::timeline::<Whereabouts>(conn, person_id, None)?;
    Ok(standing
        .into_iter()
        .find(|dated| dated.valid.holds(on))
        .map(|dated| {
            let mut effects_ja = Vec::new();
            if dated.fact.holds_notice {
                effects_ja.push(NOTICE_EFFECT_JA);
            }
            if dated.fact.holds_certificate {
                effects_ja.push(CERTIFICATE_EFFECT_JA);
            }
            Hold {
                notice: dated.fact.holds_notice,
                certificate: dated.fact.holds_certificate,
                until: dated.valid.until.unwrap_or(Date::MAX),
                ground: dated.fact.ground,
                effects_ja,
            }
        }))
}

/// What the nightly look at holds came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Persons whose hold was taken away because their address moved.
    pub released: Vec<i64>,
    /// Persons whose hold ran out since the day before the given one.
    pub run_out: Vec<i64>,
}

/// 保留の見直し — takes the hold from everybody whose address is another one by now, and puts every hold that ran out
/// since `since` on the list. Run again it changes nothing.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn sweep(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    since: Date,
) -> Result<Swept, OfficeError> {
    let today = acting.business_date;
    store.write(|conn| {
        let found = to_sweep(conn, since, today)?;
        if found.0.is_empty() && found.1.is_empty() {
            return Ok(Swept::default());
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "status.whereabouts_sweep",
            &ActDetails::default(),
        )?;
        sweep_found(conn, &act, found, today)
    })
}

/// Whose papers are held on a day, by number.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn held(conn: &mut Conn, on: Date) -> Result<Vec<i64>, OfficeError> {
    Ok(conn.query(&HELD, &[on.into()], |row| row.int(0))?)
}

/// [`sweep`] under an act that is begun.
pub(crate) fn sweep_within(
    conn: &mut Conn,
    act: &Act,
    since: Date,
    today: Date,
) -> Result<Swept, OfficeError> {
    let found = to_sweep(conn, since, today)?;
    sweep_found(conn, act, found, today)
}

/// Persons, each with a day.
type Days = Vec<(i64, Date)>;

/// Whose address moved, and whose hold ran out.
fn to_sweep(conn: &mut Conn, since: Date, today: Date) -> Result<(Days, Days), OfficeError> {
    let held = held(conn, today)?;
    let mut moved = Vec::new();
    for person_id in held {
        if let Some(from) = moved_since(conn, person_id, today)? {
            moved.push((person_id, from));
        }
    }
    let run_out = conn.query(&RUN_OUT, &[since.into(), today.into()], |row| {
        Ok((row.int(0)?, row.date(1)?))
    })?;
    Ok((moved, run_out))
}

fn sweep_found(
    conn: &mut Conn,
    act: &Act,
    (moved, run_out): (Days, Days),
    today: Date,
) -> Result<Swept, OfficeError> {
    let mut swept = Swept::default();
    for (person_id, from) in moved {
        release(conn, act, person_id, from, today)?;
        swept.released.push(person_id);
    }
    for (person_id, until) in run_out {
        let item = NewItem::about_person(
            STATUS_WHEREABOUTS,
            person_id,
            &format!("whereabouts/until/{until}"),
            "居所不明の保留が期限を過ぎた: 通知書と証の扱いを決める",
            today,
        );
        worklist::open(conn, act, &item)?;
        swept.run_out.push(person_id);
    }
    Ok(swept)
}

fn release(
    conn: &mut Conn,
    act: &Act,
    person_id: i64,
    from: Date,
    today: Date,
) -> Result<(), OfficeError> {
    end_under::<Whereabouts>(conn, act, person_id, from)?;
    for item_id in matters(conn, person_id, today)? {
        worklist::settle(
            conn,
            act,
            item_id,
            Outcome::Withdrawn,
            "住所の異動があったため、保留を解いた",
        )?;
    }
    Ok(())
}

/// The day since when the person lives elsewhere than where nobody was found; none when that is not so.
fn moved_since(conn: &mut Conn, person_id: i64, today: Date) -> Result<Option<Date>, OfficeError> {
    let holds = fact::timeline::<Whereabouts>(conn, person_id, None)?;
    let Some(hold) = holds.into_iter().find(|dated| dated.valid.holds(today)) else {
        return Ok(None);
    };
    let addresses = fact::timeline::<Resident>(conn, person_id, None)?;
    let elsewhere = addresses
        .into_iter()
        .find(|dated| dated.valid.holds(today) && full_address(&dated.fact) != hold.fact.address);
    let Some(elsewhere) = elsewhere else {
        return Ok(None);
    };
    // A town that got another name is no move.
    let renamed = conn
        .query_opt(&super::ACT_KIND, &[elsewhere.act_id.into()], |row| {
            row.text(0)
        })?
        .is_some_and(|kind| kind == "eligibility.bulk");
    Ok((!renamed).then(|| elsewhere.valid.from.max(hold.valid.from)))
}

/// An address as it is compared and kept with a hold.
#[must_use]
pub fn full_address(resident: &Resident) -> String {
    format!("{} {}", resident.address, resident.building)
        .trim_end()
        .to_owned()
}
