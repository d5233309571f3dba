//! 台帳による確かめ — what other parts of the office ask the registers before they go on.

use super::read::{self, Entry};
use crate::error::OfficeError;
use db::Conn;
use law::era::wareki;
use law::{Date, Refusal};
use std::collections::BTreeSet;

/// 媒体への複製: the medium is registered, its use approved by a second person, encrypted, not past the day it has to be
/// back, and the approval is the one that is named. Answers the entry.
///
/// # Errors
/// A refusal that says which of these is missing.
pub fn may_copy_to(
    conn: &mut Conn,
    (medium, approval): (&str, &str),
    on: Date,
) -> Result<Entry, OfficeError> {
    let refuse = |message: String| Err(Refusal::new("registers.media", message).into());
    let found = read::entries(conn, "media")?
        .into_iter()
        .find(|entry| value(entry, "medium_number") == medium);
    let Some(entry) = found else {
        return refuse(format!(
            "媒体「{medium}」は媒体管理簿にありません。登録してから使ってください"
        ));
    };
    if entry.state != "使用承認" {
        return refuse(format!(
            "媒体「{medium}」は「{}」です。情報システム管理者の使用承認を受けてください",
            entry.state
        ));
    }
    if value(&entry, "approval_number") != approval {
        return refuse(format!(
            "承認番号「{approval}」は、媒体「{medium}」の承認と違います"
        ));
    }
    if let Some(back) = entry.due_on.filter(|back| *back < on) {
        return refuse(format!(
            "媒体「{medium}」の返却期限（{}）が過ぎています。返却し、改めて使用承認を受けてください",
            wareki(back)
        ));
    }
    if entry.waiting.is_some() {
        return refuse(format!(
            "媒体「{medium}」に、二人目の確認を待つ手続があります。確認か差し戻しの後に使ってください"
        ));
    }
    Ok(entry)
}

/// 研修: those of the staff named who have not finished one within a year before a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn untrained(conn: &mut Conn, logins: &[String], on: Date) -> Result<Vec<String>, OfficeError> {
    let trained: BTreeSet<String> = read::entries(conn, "training")?
        .into_iter()
        .filter(|entry| entry.closed && within_years(entry, "finished_on", on, 1))
        .map(|entry| value(&entry, "staff_login").to_owned())
        .collect();
    Ok(logins
        .iter()
        .filter(|login| !trained.contains(*login))
        .cloned()
        .collect())
}

/// 重大事故の発生の有無 within so many years before a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn serious_incident_within(conn: &mut Conn, on: Date, years: i16) -> Result<bool, OfficeError> {
    Ok(read::entries(conn, "incident")?.iter().any(|entry| {
        value(entry, "gravity") == "重大事故" && within_years(entry, "occurred_on", on, years)
    }))
}

fn within_years(entry: &Entry, field: &str, on: Date, years: i16) -> bool {
    let since = on.saturating_sub(jiff::Span::new().years(years));
    value(entry, field)
        .parse::<Date>()
        .is_ok_and(|day| since < day && day <= on)
}

fn value<'e>(entry: &'e Entry, field: &str) -> &'e str {
    entry.values.get(field).map_or("", String::as_str)
}
