//! 保存期間の満了 — which classes of records have come due, and which backups outlived an erasure. The night lists them and
//! erases nothing.

use super::step::{Night, Page};
use crate::acts::Act;
use crate::error::OfficeError;
use crate::retention::{self, On};
use crate::worklist::{self, NewItem, RETENTION_DUE};
use db::Conn;

/// The class at a place of the list of classes; the next one is a page of its own, and the backups come last.
pub(super) fn page(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    after: i64,
) -> Result<Page, OfficeError> {
    let classes = night.books.book.retention_classes();
    let place = usize::try_from(after).unwrap_or(usize::MAX);
    let Some((class, name)) = classes.get(place) else {
        return backups(conn, act, night);
    };
    // The night lists only: whatever its day, what it finds is looked at again, by the clock, before anything is erased.
    let on = On {
        book: night.books.book,
        municipality: night.books.municipality,
        day: night.on,
    };
    let next = Some(after + 1);
    if let Err(refusal) = on.book.kept(on.municipality, class, on.day) {
        let source = format!("retention/rules/{}", on.day.year());
        let title = format!("保存期間の満了を数えられません: {refusal}");
        return opened(conn, act, night, (&source, &title), 0).map(|page| Page { next, ..page });
    }
    let due = retention::due(conn, on, class)?;
    let Some(before) = due.closed_before else {
        return Ok(Page {
            next,
            ..Page::default()
        });
    };
    let source = format!("retention/{class}/{before}");
    let count = i64::try_from(due.keys.len()).unwrap_or(i64::MAX);
    if count == 0 {
        let why = "消去の時期に達したものはなくなった";
        let settled = worklist::withdraw_source(conn, act, RETENTION_DUE, &source, why)?;
        return Ok(Page {
            settled,
            next,
            ..Page::default()
        });
    }
    let held: u64 = due.held.values().sum();
    let title = format!(
        "{name} {count}件が保存期間を過ぎました（ほかに保留など{held}件）。「保存と消去」で確かめ、消去を提案する（自動では消去しません）"
    );
    opened(conn, act, night, (&source, &title), count).map(|page| Page { next, ..page })
}

/// What still holds erased records and has no day of destruction yet, until it is destroyed or condemned.
fn backups(conn: &mut Conn, act: &Act, night: &Night<'_>) -> Result<Page, OfficeError> {
    let found = retention::outliving(conn)?;
    let source = |backup_id: i64| format!("retention/backup/{backup_id}");
    let mut page = Page::default();
    for backup_id in found.settled {
        let why = "廃棄したか、廃棄予定になった";
        page.settled +=
            worklist::withdraw_source(conn, act, RETENTION_DUE, &source(backup_id), why)?;
    }
    let items: Vec<NewItem> = found
        .open
        .iter()
        .map(|one| {
            let title = format!(
                "バックアップ {} は消去した記録を含みます（{}）。{}までに廃棄し、媒体管理簿に記入する",
                one.backup.name,
                one.stands.label_ja(),
                law::era::wareki(one.destroy_by)
            );
            NewItem {
                person_id: None,
                due_on: one.destroy_by.max(night.on),
                ..NewItem::about_person(
                    RETENTION_DUE,
                    0,
                    &source(one.backup.backup_id),
                    &title,
                    night.on,
                )
            }
        })
        .collect();
    page.found = i64::try_from(items.len()).unwrap_or(i64::MAX);
    page.opened = worklist::open_all(conn, act, &items)?;
    Ok(page)
}

fn opened(
    conn: &mut Conn,
    act: &Act,
    night: &Night<'_>,
    (source, title): (&str, &str),
    found: i64,
) -> Result<Page, OfficeError> {
    let item = NewItem {
        person_id: None,
        ..NewItem::about_person(RETENTION_DUE, 0, source, title, night.on)
    };
    let opened = worklist::open_all(conn, act, &[item])?;
    Ok(Page::only((found, opened)))
}
