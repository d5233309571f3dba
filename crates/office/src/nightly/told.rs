//! 住所等の連携・連携の結果確認 — addresses, names and flags that changed are told; messages that were sent and of which nobody knows whether they arrived, and messages refused.

use super::step::{Night, Page, days_later};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::outbox;
use crate::worklist::{self, MESSAGE_UNCONFIRMED, NewItem};
use db::Conn;

/// Messages looked at in one transaction.
const MESSAGES: i64 = 100;
/// People looked at in one transaction: about a second, and the list of the changed is not read too often.
const PEOPLE: i64 = 2_000;

/// 住所等の連携 — the next people after a number of whom something changed that goes out with every message.
pub(super) fn particulars(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let before = outbox::Before {
        day: night.after,
        known_at: night.known_after,
    };
    let people = outbox::changed(conn, before, night.on, (after, PEOPLE))?;
    let mut page = Page {
        found: i64::try_from(people.len()).unwrap_or(i64::MAX),
        next: people
            .last()
            .filter(|_| i64::try_from(people.len()) == Ok(PEOPLE))
            .map(|(person_id, _)| *person_id),
        ..Page::default()
    };
    for person in people {
        page.written += outbox::tell(conn, act, before, night.on, person)?;
    }
    Ok(page)
}

/// The next messages after a number.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let by = days_later(night.on, -i64::from(night.practice.confirm_days));
    let unconfirmed = outbox::unconfirmed(conn, by, after, MESSAGES)?;
    let mut page = Page {
        found: i64::try_from(unconfirmed.len()).unwrap_or(i64::MAX),
        next: unconfirmed
            .last()
            .filter(|_| i64::try_from(unconfirmed.len()) == Ok(MESSAGES))
            .map(|last| last.message_id),
        ..Page::default()
    };
    for message in unconfirmed {
        // One matter for a file that nobody confirmed; one for each message that was refused.
        let item = match (message.state, message.file_id) {
            (outbox::State::Sent, Some(file_id)) => NewItem {
                person_id: None,
                ..NewItem::about_person(
                    MESSAGE_UNCONFIRMED,
                    0,
                    &format!("outbox/file/{file_id}"),
                    &format!(
                        "連携ファイル{file_id}の処理結果が確かめられていません: 集約システムの画面で確かめる"
                    ),
                    night.on,
                )
            },
            _ => outbox::refused_item(&message, night.on),
        };
        page.opened += worklist::open_all(conn, act, &[item])?;
    }
    Ok(page)
}
