//! 在留期間 — insured foreigners whose permitted stay ends: looked at in time, never lost by the day alone.
//!
//! 根拠: 国民健康保険法施行規則 第1条、住民基本台帳法 第30条の45、出入国管理及び難民認定法 第20条第6項（特例期間）
//!
//! Whoever applied for an extension before the day stays lawfully, and insured, until the answer, at most two months. A
//! loss follows from the removal in the residents' register, not from the day on the card.

use super::StayRenewal;
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::registry::timeline;
use crate::security::permit::{Permit, RunEligibility};
use crate::worklist::{self, NewItem, STATUS_RESIDENCE_PERIOD};
use db::{Conn, Sql, Store};
use law::Date;

const ENDING: Sql = Sql {
    name: "status.stay.ending",
    text: "select d.subject, d.stay_until, d.residence_status, i.household_id from resident_detail_fact d \
           join insured_fact i on i.subject = d.subject \
           where d.superseded_at is null and d.valid_until is null and i.superseded_at is null \
           and i.valid_until is null and d.stay_until >= $1 and d.stay_until <= $2 \
           order by d.stay_until, d.subject",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[ENDING];

/// One stay that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// 宛名番号.
    pub person_id: i64,
    /// 在留期間の満了日.
    pub until: Date,
    /// 在留資格.
    pub status: String,
    /// 国保世帯.
    pub household_id: i64,
}

/// 在留期限一覧 — the insured whose stay ends on the days from one to another, both included.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn ending(conn: &mut Conn, from: Date, to: Date) -> Result<Vec<Stay>, OfficeError> {
    Ok(conn.query(&ENDING, &[from.into(), to.into()], |row| {
        Ok(Stay {
            person_id: row.int(0)?,
            until: row.date(1)?,
            status: row.text(2)?,
            household_id: row.int(3)?,
        })
    })?)
}

/// Puts every stay that ends by a day, or ended since a day, on the list once; how many are new.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn collect(
    store: &Store,
    permit: &Permit<RunEligibility>,
    acting: &Acting,
    since: Date,
    by: Date,
) -> Result<i64, OfficeError> {
    store.write(|conn| {
        let act = acts::begin(conn, acting, permit, "status.stay", &ActDetails::default())?;
        Ok(collect_within(conn, &act, acting.business_date, (since, by))?.1)
    })
}

/// [`collect`] under an act that is begun: how many stays end, and how many matters are new. Whoever applied in time is asked
/// for when the stay by the application ends, not on the 満了日.
pub(crate) fn collect_within(
    conn: &mut Conn,
    act: &Act,
    today: Date,
    (since, by): (Date, Date),
) -> Result<(i64, i64), OfficeError> {
    let mut items = Vec::new();
    for stay in ending(conn, before(since), by)? {
        let end = goes_on_until(conn, &stay)?;
        if end < since || by < end {
            continue;
        }
        let past = end < today;
        let applied = end != stay.until;
        let (stage, title) = match (past, applied) {
            (true, false) => (
                "past".to_owned(),
                "在留期間の満了日を過ぎた: 更新の許可・申請中の特例期間・消除を確かめる（満了日だけでは喪失しない）",
            ),
            (false, false) => (
                "ahead".to_owned(),
                "在留期間が満了する: 更新の予定を確かめる",
            ),
            (true, true) => (
                format!("{end}/past"),
                "在留の特例期間を過ぎた: 更新の許可・消除を確かめる（この日だけでは喪失しない）",
            ),
            (false, true) => (
                format!("{end}/ahead"),
                "在留の特例期間が終わる: 更新の申請の結果を確かめる",
            ),
        };
        items.push(NewItem {
            household_id: Some(stay.household_id),
            due_on: end.max(today),
            detail: end.to_string(),
            ..NewItem::about_person(
                STATUS_RESIDENCE_PERIOD,
                stay.person_id,
                &format!("stay/{}/{stage}", stay.until),
                title,
                today,
            )
        });
    }
    let found = i64::try_from(items.len()).unwrap_or(i64::MAX);
    Ok((found, worklist::open_all(conn, act, &items)?))
}

/// A day early enough for every 満了日 whose 特例期間 reaches another.
fn before(day: Date) -> Date {
    day.checked_sub(jiff::Span::new().months(3)).unwrap_or(day)
}

/// The last day of a stay, with the application that was registered about it; a refusal ends it before its time.
fn goes_on_until(conn: &mut Conn, stay: &Stay) -> Result<Date, OfficeError> {
    let applications = timeline::<StayRenewal>(conn, stay.person_id, None)?;
    let ends = applications
        .into_iter()
        .filter(|one| one.fact.stay_until == stay.until)
        .filter_map(|one| one.fact.stay().stays_until());
    Ok(ends.min().unwrap_or(stay.until))
}
