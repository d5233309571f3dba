//! 版 — what a page saw of a household, and what changed since: one of two clerks wins, the other is told.

use super::event::{Event, Says};
use super::event_table;
use super::request::{Books, Seen};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::era::wareki_short;

const VERSION: Sql = Sql {
    name: "eligibility.version",
    text: "select coalesce(max(moment), 0) from (\
             select max(coalesce(superseded_at, recorded_at)) as moment from insured_fact where household_id = $1 \
             union all select max(recorded_at) from insured_fact where household_id = $1 \
             union all select max(coalesce(superseded_at, recorded_at)) from former_insured_fact where household_id = $1 \
             union all select max(recorded_at) from former_insured_fact where household_id = $1 \
             union all select max(coalesce(superseded_at, recorded_at)) from household_fact where subject = $1 \
             union all select max(recorded_at) from household_fact where subject = $1 \
             union all select max(recorded_at) from eligibility_event where household_id = $1 \
             union all select max(e.recorded_at) from eligibility_event e where e.person_id in \
               (select subject from insured_fact where household_id = $1) \
             union all select max(u.recorded_at) from eligibility_event_undone u \
               join eligibility_event e on e.event_id = u.event_id where e.household_id = $1 \
               or e.person_id in (select subject from insured_fact where household_id = $1)) as moments",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[VERSION];

/// 世帯の版: the moment of the last thing said about a household and its people. Hand it back with a request.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn version(conn: &mut Conn, household_id: i64) -> Result<i64, OfficeError> {
    Ok(conn.query_one(&VERSION, &[household_id.into()], |row| row.int(0))?)
}

/// Refuses where a household is no longer as it was seen, and says what was registered since.
pub(super) fn check(conn: &mut Conn, books: &Books<'_>, seen: &[Seen]) -> Result<(), OfficeError> {
    for one in seen {
        if version(conn, one.household_id)? <= one.version {
            continue;
        }
        let since = event_table::since(conn, one.household_id, one.version)?;
        let lines: Vec<String> = since
            .iter()
            .map(|event| line(books, event, one.version))
            .collect();
        let what = if lines.is_empty() {
            "ファイルの取込などで資格か世帯の記録が変わりました".to_owned()
        } else {
            lines.join("、")
        };
        return Err(OfficeError::Conflict(format!(
            "国保世帯{}は、画面を開いた後に変わっています: {what}。読み直して、もう一度登録してください",
            one.household_id
        )));
    }
    Ok(())
}

fn line(books: &Books<'_>, event: &Event, seen: i64) -> String {
    let rules = books.book.eligibility();
    let name = rules.cause(&event.cause, event.occurred_on);
    let name = name.map_or(event.cause.as_str(), |cause| cause.name_ja.as_str());
    let whom = match &event.says {
        Says::Person { person_id, .. } => format!("宛名番号{person_id}の"),
        Says::Household { .. } => String::new(),
    };
    let taken_back = if event.recorded_at <= seen {
        "の取消"
    } else {
        ""
    };
    format!(
        "{whom}{} {name}{taken_back}",
        wareki_short(event.occurred_on)
    )
}
