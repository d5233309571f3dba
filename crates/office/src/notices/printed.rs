//! 印刷済 — what came out of the printer, with the place that stands on it.

use super::{find, release};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, PrintNotice};
use db::{Sql, Store};

pub(super) const PRINTED: Sql = Sql {
    name: "notices.printed",
    text: "update notice set state = 'printed', pages = $2, printed_act_id = $3, place_digest = $4 \
           where notice_id = $1 and state in ('decided', 'printed')",
};

/// 印刷済: marks notices with the sheets each came to; they bear the place that the notice goes to on the business date.
///
/// # Errors
/// [`OfficeError::Conflict`] when one of them may no longer be printed; a refusal where one is kept back for 居所不明, or
/// concerns somebody under 支援措置 and is not approved or is printed together with others.
pub fn mark_printed(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    printed: &[(i64, i64)],
) -> Result<(), OfficeError> {
    let placed = store.read(|conn| {
        let mut placed = Vec::with_capacity(printed.len());
        for (notice_id, pages) in printed {
            let Some(notice) = find(conn, *notice_id)? else {
                return Err(not_to_print(*notice_id));
            };
            let place = release::place_of(conn, &notice, acting.business_date)?;
            placed.push((*notice_id, *pages, release::digest(&place)));
        }
        Ok(placed)
    })?;
    mark_printed_for(store, permit, acting, &placed)
}

fn not_to_print(notice_id: i64) -> OfficeError {
    OfficeError::Conflict(format!(
        "通知書{notice_id}は印刷できる状態ではありません。一覧を読み直してください"
    ))
}

/// [`mark_printed`], each with the place that stands on its sheets as [`release::digest`] writes it.
///
/// # Errors
/// As [`mark_printed`].
pub fn mark_printed_for(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    printed: &[(i64, i64, String)],
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let numbers: Vec<i64> = printed.iter().map(|(notice_id, ..)| *notice_id).collect();
        release::check_printing(conn, &numbers, acting)?;
        let act = acts::begin(conn, acting, permit, "notice.print", &ActDetails::default())?;
        for (notice_id, pages, place) in printed {
            let params = [
                (*notice_id).into(),
                (*pages).into(),
                act.id.0.into(),
                place.as_str().into(),
            ];
            let changed = conn.execute(&PRINTED, &params)?;
            if changed != 1 {
                return Err(not_to_print(*notice_id));
            }
        }
        Ok(())
    })
}
