//! 基準収入額適用申請の勧奨 — households newly judged 3割 are looked at every night, all of them on the first night from which an
//! application counts from another month.
//!
//! 根拠: 国民健康保険法施行令 第27条の2第3項、国民健康保険法施行規則 第24条の3

use super::step::{Night, Page};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::judgement::invite::{self, Wanted};
use db::Conn;
use law::judgement::year::next_month;

/// The next households after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let book = night.books.book.judgement_of(night.books.municipality)?;
    let on = next_month(night.on);
    let wanted = Wanted {
        today: night.on,
        on,
        known_after: night.known_after,
        all: next_month(night.after) != on,
    };
    let done = invite::page(conn, act, &book, &wanted, after)?;
    Ok(Page {
        found: done.found,
        opened: done.opened,
        settled: done.settled,
        written: 0,
        next: done.next,
    })
}
