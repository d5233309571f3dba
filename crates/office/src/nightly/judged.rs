//! 区分・負担割合の再判定 — households of which income, members or births changed since the last night, by whatever way the
//! change came, are judged again, and papers that no longer fit are put on the list. What a clerk registered was judged with
//! it and is found as it should be.
//!
//! 根拠: 国民健康保険法施行令 第27条の2・第29条の3第1項第2項

use super::step::{Night, Page};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::judgement::changed;
use db::Conn;

/// Households judged in one transaction.
const HOUSEHOLDS: usize = 50;
/// Likewise where a whole city changed: about a second, and the list of the changed is not read too often.
const OF_A_CROWD: usize = 500;

/// The next households after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let mut mine = changed::since(conn, night.known_after)?;
    let at_once = if i64::try_from(mine.len()).is_ok_and(|count| count > night.practice.many) {
        OF_A_CROWD
    } else {
        HOUSEHOLDS
    };
    mine.retain(|(household_id, _)| *household_id > after);
    mine.truncate(at_once);
    let mut page = Page {
        next: mine
            .last()
            .filter(|_| mine.len() == at_once)
            .map(|(household_id, _)| *household_id),
        ..Page::default()
    };
    let rules = changed::Rules::of(night.books)?;
    for (household_id, from) in mine {
        let days = (from, night.on);
        let reason = "所得・世帯などの変更";
        let followed = changed::follow(conn, act, &rules, household_id, days, reason)?;
        page.found += i64::from(!followed.judged.is_empty()) + followed.held;
        page.written += i64::try_from(followed.judged.len()).unwrap_or(i64::MAX);
        page.opened += i64::try_from(followed.tasks.len()).unwrap_or(i64::MAX) + followed.held;
    }
    Ok(page)
}
