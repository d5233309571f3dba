//! 期限 — holds, stays, studies, measures, destinations and registrations that end, or have ended.

use super::step::{Night, Page};
use crate::acts::Act;
use crate::eligibility::status::{facility, family, stay, student, whereabouts as holds};
use crate::error::OfficeError;
use crate::registers::{Registers, remind};
use crate::registry;
use crate::worklist::{self, DESTINATION_EXPIRY, Kind, NONRESIDENT_EXPIRY, NewItem};
use db::{Conn, Sql};
use law::Date;
use law::date::{next_day, previous_day};

const DESTINATIONS: Sql = Sql {
    name: "nightly.deadlines.destinations",
    text: "select s.person_id, f.valid_until from destination_fact f join registry_slot s on s.slot_id = f.subject \
           where f.superseded_at is null and f.valid_until > $1 and f.valid_until <= $2 \
           and not exists (select 1 from destination_fact l where l.subject = f.subject and l.superseded_at is null \
           and l.valid_from >= f.valid_until) order by s.person_id, f.valid_until",
};
const NONRESIDENTS: Sql = Sql {
    name: "nightly.deadlines.nonresidents",
    text: "select f.subject, f.valid_until from nonresident_fact f where f.superseded_at is null \
           and f.valid_until > $1 and f.valid_until <= $2 and not exists (select 1 from nonresident_fact l \
           where l.subject = f.subject and l.superseded_at is null and l.valid_from >= f.valid_until) \
           order by f.subject, f.valid_until",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[DESTINATIONS, NONRESIDENTS];

/// 居所不明の保留の見直し.
pub(super) fn whereabouts(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    let swept = holds::sweep_within(conn, act, night.after, night.on)?;
    let count = |list: &[i64]| i64::try_from(list.len()).unwrap_or(i64::MAX);
    let (released, run_out) = (count(&swept.released), count(&swept.run_out));
    Ok(Page {
        found: released + run_out,
        opened: run_out,
        settled: released,
        ..Page::default()
    })
}

/// 在留期間の満了.
pub(super) fn stay(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    stay::collect_within(conn, act, night.on, (night.after, night.ahead())).map(Page::only)
}

/// 修学の年次確認.
pub(super) fn students(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    student::ask_within(conn, act, night.on).map(Page::only)
}

/// 修学の終わり, and students whose family has left.
pub(super) fn graduates(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    let (ended, new) = student::finished_within(conn, act, (night.books.municipality, night.on))?;
    let (left, asked) = family::left_within(conn, act, night.on)?;
    Ok(Page::only((ended + left, new + asked)))
}

/// 住所地特例の年次確認.
pub(super) fn facilities(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    facility::ask_within(conn, act, night.on).map(Page::only)
}

/// 支援措置の期限.
pub(super) fn support(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    registry::support::warn_within(conn, act, night.on, night.ahead()).map(Page::only)
}

/// 送付先の期限.
pub(super) fn destinations(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    let what = "送付先の期限です。続けるかを確かめ、続けるときは改めて登録する（期限の後は住所地へ送られます）";
    ending(conn, act, night, &DESTINATIONS, (DESTINATION_EXPIRY, what))
}

/// 住登外の期限.
pub(super) fn nonresidents(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    let what = "住登外者の期限です。延長するか終えるかを決める";
    ending(conn, act, night, &NONRESIDENTS, (NONRESIDENT_EXPIRY, what))
}

/// 台帳の期限.
pub(super) fn registers(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    let late = remind::remind_within(conn, act, night.on, &Registers::shipped()?)?;
    Ok(Page::only((late.found, late.opened)))
}

/// Everything whose last day lies after the last night's and within the days looked ahead.
fn ending(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    sql: &Sql,
    (kind, what_ja): (Kind, &str),
) -> Result<Page, OfficeError> {
    let params = [night.after.into(), next_day(night.ahead()).into()];
    let found: Vec<(i64, Date)> =
        conn.query(sql, &params, |row| Ok((row.int(0)?, row.date(1)?)))?;
    let items: Vec<NewItem> = found
        .iter()
        .map(|(person_id, until)| {
            let last = previous_day(*until);
            let title = format!("{}で{what_ja}", law::era::wareki(last));
            NewItem {
                due_on: last.max(night.on),
                ..NewItem::about_person(
                    kind,
                    *person_id,
                    &format!("until/{last}"),
                    &title,
                    night.on,
                )
            }
        })
        .collect();
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    Ok(Page::only((count, worklist::open_all(conn, act, &items)?)))
}
