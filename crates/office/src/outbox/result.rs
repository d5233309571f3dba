//! 処理結果 — what the receiver said of a file, line by line; what it refused is a matter that somebody owns.

use super::follow::{known, latest};
use super::kinds::{Layout, State};
use super::table::{self, Message, New};
use crate::acts::{self, Act, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{ExportData, HandleWork, Permit};
use crate::worklist::{self, MESSAGE_UNCONFIRMED, NewItem, Outcome};
use db::{Conn, Store};
use law::{Date, Refusal};

/// 結果の確認 — the lines of a file that were refused, each with the receiver's words; every other line was taken. Told
/// once for a file. Returns how many were acknowledged and how many refused.
///
/// # Errors
/// [`OfficeError::Refusal`] for an unknown file or line; [`OfficeError::Conflict`] when the results were told before.
pub fn confirm(
    store: &Store,
    permit: &Permit<ExportData>,
    acting: &Acting,
    file_id: i64,
    refused: &[(i64, String)],
) -> Result<(i64, i64), OfficeError> {
    let on = acting.business_date;
    store.write(|conn| {
        let messages = table::of_file(conn, file_id)?;
        if messages.is_empty() {
            return Err(Refusal::new(
                "outbox.file.unknown",
                format!("送信ファイル{file_id}はありません。一覧から選んでください"),
            )
            .into());
        }
        let unknown = refused.iter().find(|(line, _)| {
            !messages
                .iter()
                .any(|message| message.line_no == Some(*line))
        });
        if let Some((line, _)) = unknown {
            return Err(Refusal::new(
                "outbox.result.line",
                format!(
                    "送信ファイル{file_id}に{line}行目はありません。結果の行番号を確かめてください"
                ),
            )
            .into());
        }
        if !messages.iter().any(|message| message.state == State::Sent) {
            return Err(OfficeError::Conflict(format!(
                "送信ファイル{file_id}の結果はもう確かめられています。一覧を読み直してください"
            )));
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "outbox.confirm",
            &ActDetails::default(),
        )?;
        let (mut taken, mut not_taken) = (0, 0);
        for message in messages.iter().filter(|one| one.state == State::Sent) {
            let said = refused
                .iter()
                .find(|(line, _)| message.line_no == Some(*line));
            match said {
                None => {
                    table::settle(conn, &act, message.message_id, (State::Acknowledged, ""))?;
                    taken += 1;
                }
                Some((_, why)) => {
                    table::settle(conn, &act, message.message_id, (State::Refused, why))?;
                    let told = Message {
                        result_note: why.clone(),
                        ..message.clone()
                    };
                    if !replaced(conn, &act, message, on)? {
                        worklist::open(conn, &act, &refused_item(&told, on))?;
                    }
                    not_taken += 1;
                }
            }
        }
        let source = format!("outbox/file/{file_id}");
        worklist::withdraw_source(conn, &act, MESSAGE_UNCONFIRMED, &source, "結果を確かめた")?;
        Ok((taken, not_taken))
    })
}

/// Whether a later message about the same period takes the place of the one that was refused. One that still waits tells
/// the difference to what the receiver really knows; of one that has gone out the receiver says itself whether it fits.
fn replaced(conn: &mut Conn, act: &Act, refused: &Message, on: Date) -> Result<bool, OfficeError> {
    let chain = chain(conn, refused)?;
    let Some(later) = latest(&chain).filter(|one| one.message_id > refused.message_id) else {
        return Ok(false);
    };
    table::withdraw(conn, act, refused.message_id)?;
    let known = known(&chain).unwrap_or_default();
    if later.state == State::Waiting && known != later.told {
        table::withdraw(conn, act, later.message_id)?;
        tell(conn, act, on, later, known)?;
    }
    Ok(true)
}

/// Every message about the period of a message, oldest first.
fn chain(conn: &mut Conn, of: &Message) -> Result<Vec<Message>, OfficeError> {
    let mut all = table::all(conn, of.layout, of.subject)?;
    all.retain(|one| one.valid_from == of.valid_from);
    Ok(all)
}

/// Writes a message with the content of another, as the difference to what is known; none where they are the same and the
/// other was not to tell only what goes out beside the content.
fn tell(
    conn: &mut Conn,
    act: &Act,
    on: Date,
    like: &Message,
    known: &str,
) -> Result<Option<i64>, OfficeError> {
    if like.content == known && like.content != like.told {
        return Ok(None);
    }
    let new = New {
        layout: like.layout,
        subject: like.subject,
        valid_from: like.valid_from,
        content: &like.content,
        told: known,
    };
    table::insert(conn, act, on, &new).map(Some)
}

/// The matter of a message that was refused.
#[must_use]
pub fn refused_item(message: &Message, on: Date) -> NewItem {
    let title = format!(
        "{}の{}が受け付けられませんでした: 訂正するか再送する",
        message.layout.label_ja(),
        message.division.label_ja()
    );
    let source = format!("outbox/message/{}", message.message_id);
    let item = match message.layout {
        Layout::Person => {
            NewItem::about_person(MESSAGE_UNCONFIRMED, message.subject, &source, &title, on)
        }
        Layout::Household => {
            NewItem::about_household(MESSAGE_UNCONFIRMED, message.subject, &source, &title, on)
        }
    };
    NewItem {
        detail: message.result_note.clone(),
        ..item
    }
}

/// 再送 — what a message that was refused was to tell is told again, in the next file; none where the receiver knows it by
/// now.
///
/// # Errors
/// [`OfficeError::Refusal`] for an unknown message; [`OfficeError::Conflict`] when it is not refused, or another message
/// about the same period has taken its place.
pub fn resend(
    store: &Store,
    permit: &Permit<HandleWork>,
    acting: &Acting,
    message_id: i64,
) -> Result<Option<i64>, OfficeError> {
    store.write(|conn| {
        let message = table::one(conn, message_id)?.ok_or_else(|| {
            Refusal::new(
                "outbox.message.unknown",
                format!("連携{message_id}はありません。一覧から選んでください"),
            )
        })?;
        let chain = chain(conn, &message)?;
        let counts = latest(&chain).is_some_and(|one| one.message_id == message_id);
        if message.state != State::Refused || !counts {
            return Err(OfficeError::Conflict(format!(
                "連携{message_id}は再送できる状態ではありません（{}）。一覧を読み直してください",
                message.state.label_ja()
            )));
        }
        let act = acts::begin(
            conn,
            acting,
            permit,
            "outbox.resend",
            &ActDetails::default(),
        )?;
        let known = known(&chain).unwrap_or(&message.told);
        table::withdraw(conn, &act, message_id)?;
        let again = tell(conn, &act, acting.business_date, &message, known)?;
        let source = format!("outbox/message/{message_id}");
        for item_id in worklist::open_of_source(conn, MESSAGE_UNCONFIRMED, &source)? {
            worklist::settle(conn, &act, item_id, Outcome::Done, "再送した")?;
        }
        Ok(again)
    })
}
