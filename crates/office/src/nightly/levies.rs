//! 賦課に関わる異動 — households whose facts changed since the last night and whose levy would be another: named with the
//! difference, before the next batch finds them.

use super::step::{Night, Page, Touched, touched};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::levy::{self, relevy};
use crate::worklist::{self, LEVY_CHANGED, LEVY_HELD, NewItem, Outcome};
use db::{Conn, Sql, StoreError};
use law::Yen;
use std::collections::BTreeMap;

const WAITING: Sql = Sql {
    name: "nightly.levies.waiting",
    text: "select household_id, item_id from work_item where kind = $1 and state = 'open' and household_id is not null \
           order by household_id, item_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[WAITING];

/// Households worked out in one transaction.
const HOUSEHOLDS: usize = 50;

/// The next households after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    if relevy::open_years(conn)?.is_empty() {
        return Ok(Page::default());
    }
    let too_many = (LEVY_CHANGED, "月次更正か当初賦課で賦課し直す");
    let touched = match touched(conn, act, night, too_many)? {
        Touched::Few(touched) => touched,
        Touched::Many(page) => return Ok(page),
    };
    // Those that are on the list already are looked at again: whose levy no longer differs comes off it.
    let waiting = waiting(conn)?;
    let mut mine: Vec<i64> = touched
        .into_iter()
        .chain(waiting.keys().copied())
        .filter(|household| *household > after)
        .collect();
    mine.sort_unstable();
    mine.dedup();
    mine.truncate(HOUSEHOLDS);
    let mut page = Page {
        next: mine.last().copied().filter(|_| mine.len() == HOUSEHOLDS),
        ..Page::default()
    };
    for household_id in mine {
        let open = waiting.get(&household_id);
        match (matter(conn, act, night, household_id)?, open) {
            (None, None) => {}
            (None, Some(item_id)) => {
                let note = "賦課額は変わらなくなった";
                worklist::settle(conn, act, *item_id, Outcome::Withdrawn, note)?;
                page.settled += 1;
            }
            (Some(_), Some(_)) => page.found += 1,
            (Some(item), None) => {
                page.found += 1;
                page.opened += worklist::open_all(conn, act, &[item])?;
            }
        }
    }
    Ok(page)
}

/// The open matters of households, by household.
fn waiting(conn: &mut Conn) -> Result<BTreeMap<i64, i64>, OfficeError> {
    let open = conn.query(&WAITING, &[LEVY_CHANGED.code.into()], |row| {
        Ok((row.int(0)?, row.int(1)?))
    })?;
    Ok(open.into_iter().collect())
}

/// The matter of one household; none where its levy stays.
fn matter(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    household_id: i64,
) -> Result<Option<NewItem>, OfficeError> {
    match would_be(conn, act, night, household_id) {
        Ok(changes) if changes.is_empty() => Ok(None),
        Ok(changes) => {
            let told: Vec<String> = changes
                .iter()
                .map(|(year, before, after)| format!("{year} {before}→{after}"))
                .collect();
            let title = format!(
                "事実が変わり賦課額が変わります（{}）: 更正する",
                told.join("、")
            );
            let source = format!("night/{}", night.on);
            Ok(Some(NewItem::about_household(
                LEVY_CHANGED,
                household_id,
                &source,
                &title,
                night.on,
            )))
        }
        Err(OfficeError::Refusal(refusal)) => Ok(Some(NewItem::about_household(
            LEVY_HELD,
            household_id,
            &format!("levy/{household_id}"),
            &refusal.message_ja,
            night.on,
        ))),
        Err(other) => Err(other),
    }
}

type Changes = Vec<(String, Yen, Yen)>;

/// Why the trial ended: it always does without leaving a row.
enum Halt {
    Shown(Changes),
    Failed(OfficeError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// The annual amounts that would change: the re-levy itself, rolled back.
fn would_be(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    household_id: i64,
) -> Result<Changes, OfficeError> {
    let tried = conn.savepoint(|conn| {
        let books = &night.books.levy;
        let done = levy::relevy_within(conn, books, act, night.on, household_id, "夜間の確認");
        match done {
            Ok(relevied) => Err::<(), Halt>(Halt::Shown(
                relevied
                    .iter()
                    .map(|one| {
                        let before = one
                            .before
                            .as_ref()
                            .map_or(Yen::ZERO, |before| before.outcome.parts.total());
                        let after = one.after.outcome.parts.total();
                        (law::era::fiscal_year_ja(one.after.levy_year), before, after)
                    })
                    .filter(|(_, before, after)| before != after)
                    .collect(),
            )),
            Err(error) => Err(Halt::Failed(error)),
        }
    });
    match tried {
        Ok(()) => Err(OfficeError::Bug("夜間の確認が確定されました".to_owned())),
        Err(Halt::Shown(changes)) => Ok(changes),
        Err(Halt::Failed(error)) => Err(error),
    }
}
