//! 勧奨とお尋ね — who is to be asked, who did not answer in time.

use super::step::{Night, Page};
use crate::acts::Act;
use crate::eligibility::{overlap, unreported};
use crate::error::OfficeError;
use crate::worklist::{self, ELIGIBILITY_UNREPORTED};
use db::{Conn, Sql};

/// Matters looked at in one transaction.
const MATTERS: i64 = 50;

const OPEN_AFTER: Sql = Sql {
    name: "nightly.asked.open_after",
    text: "select item_id from work_item where kind = $1 and state = 'open' and item_id > $2 \
           order by item_id limit $3",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[OPEN_AFTER];

/// Numbers of open matters of a kind after a number.
pub(super) fn open_after(
    conn: &mut Conn,
    kind: worklist::Kind,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>, OfficeError> {
    let params = [kind.code.into(), after.into(), limit.into()];
    Ok(conn.query(&OPEN_AFTER, &params, |row| row.int(0))?)
}

/// 未届者の抽出.
pub(super) fn unreported(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let of = (night.books.municipality, night.on);
    let page = unreported::collect_page(conn, act, of, after)?;
    Ok(Page {
        found: page.found,
        opened: page.opened,
        next: page.next,
        ..Page::default()
    })
}

/// 未届者の勧奨. Whoever has no address to write to stays on the list as he is.
pub(super) fn letters(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let numbers = open_after(conn, ELIGIBILITY_UNREPORTED, after, MATTERS)?;
    let mut page = Page {
        next: numbers
            .last()
            .copied()
            .filter(|_| i64::try_from(numbers.len()) == Ok(MATTERS)),
        ..Page::default()
    };
    for item_id in numbers {
        let Some(item) = worklist::get(conn, item_id, night.on)? else {
            continue;
        };
        let done = conn.savepoint(|conn| {
            let mut wave = unreported::Wave::default();
            let of = (night.books.municipality, night.on);
            unreported::one(conn, act, &item, night.practice, of, &mut wave)?;
            Ok::<_, OfficeError>(wave)
        });
        match done {
            Ok(wave) => {
                page.found += 1;
                page.written += wave.written;
                page.settled += wave.settled + wave.to_ex_officio;
                page.opened += wave.to_ex_officio;
            }
            Err(OfficeError::Refusal(_)) => page.found += 1,
            Err(other) => return Err(other),
        }
    }
    Ok(page)
}

/// 資格重複の督促.
pub(super) fn overlap(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    _: i64,
) -> Result<Page, OfficeError> {
    let (letters, candidates, closed) = overlap::chase_within(conn, act, night.practice, night.on)?;
    Ok(Page {
        found: letters + candidates + closed,
        opened: candidates,
        settled: closed,
        written: letters,
        next: None,
    })
}
