//! 送付止め — a notice held back, with its reason, the legal effect of holding it, and the day the hold runs out.
//!
//! 根拠: 地方自治法 第231条、地方税法 第13条
//!
//! A levy binds from the notice: while it is held nobody owes anything. So a hold is never open-ended, and a run's mailing
//! cannot be closed over one that has run out.

use super::{Notice, read};
use crate::acts::{self, ActDetails, Acting};
use crate::error::OfficeError;
use crate::security::permit::{Permit, PrintNotice};
use db::{Conn, Sql, Store};
use law::{Date, Refusal};

/// What a hold means, shown wherever one is made or listed.
pub const EFFECT_JA: &str = "送付を止めている間は告知の効力が生じません。納期限までに届かないと納期限を改める必要があります";

pub(super) const HOLD: Sql = Sql {
    name: "notices.hold.hold",
    text: "update notice set state = 'held', hold_reason = $2 where notice_id = $1 and state = $3",
};
pub(super) const RELEASE: Sql = Sql {
    name: "notices.hold.release",
    text: "update notice set state = $2, hold_reason = null where notice_id = $1 and state = 'held'",
};
pub(super) const INSERT: Sql = Sql {
    name: "notices.hold.insert",
    text: "insert into notice_hold (hold_id, notice_id, state_before, reason, until_on, releases, act_id) \
           values ($1, $2, $3, $4, $5, $6, $7)",
};
pub(super) const STATE: Sql = Sql {
    name: "notices.hold.state",
    text: "select state from notice where notice_id = $1",
};
pub(super) const LATEST: Sql = Sql {
    name: "notices.hold.latest",
    text: "select hold_id, state_before, until_on from notice_hold where notice_id = $1 and releases is null \
           order by hold_id desc limit 1",
};
pub(super) const RUN_OUT: Sql = Sql {
    name: "notices.hold.run_out",
    text: "select n.notice_id, n.decision_id, n.household_id, n.addressee_id, n.levy_year, n.kind, n.state, n.pages, \
           n.hold_reason, n.place_digest from notice n join notice_hold h on h.notice_id = n.notice_id \
           where n.state = 'held' and h.until_on <= $1 and ($2 = 0 or n.run_id = $2) and h.hold_id = \
           (select max(l.hold_id) from notice_hold l where l.notice_id = n.notice_id and l.releases is null) \
           order by n.notice_id",
};

/// 送付止め of a notice that is not yet posted, until a day.
///
/// # Errors
/// [`OfficeError::Input`] without a reason or with a day that is not to come; [`OfficeError::Refusal`] when the notice is
/// posted, void, held already or unknown.
pub fn hold(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    notice_id: i64,
    reason: &str,
    until: Date,
) -> Result<(), OfficeError> {
    if reason.trim().is_empty() {
        return Err(OfficeError::input(
            "送付止めの理由",
            "送付止めの理由を入れてください",
        ));
    }
    if until <= acting.business_date {
        return Err(OfficeError::input(
            "送付止めの期限",
            "期限は明日以降の日にしてください",
        ));
    }
    store.write(|conn| {
        let state = conn.query_opt(&STATE, &[notice_id.into()], |row| row.text(0))?;
        let state = state.filter(|state| state == "decided" || state == "printed");
        let Some(state) = state else {
            return Err(Refusal::new(
                "notice.hold.state",
                format!("通知書{notice_id}は送付を止められる状態ではありません。一覧を読み直してください"),
            )
            .into());
        };
        let act = begin(conn, permit, acting, "notice.hold", reason)?;
        let params = [notice_id.into(), reason.into(), state.as_str().into()];
        conn.execute(&HOLD, &params)?;
        insert(conn, act, notice_id, &state, reason, until, None)
    })
}

/// 送付止めの解除 — the notice is again what it was before it was held.
///
/// # Errors
/// [`OfficeError::Refusal`] when the notice is not held.
pub fn release(
    store: &Store,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    notice_id: i64,
    reason: &str,
) -> Result<(), OfficeError> {
    store.write(|conn| {
        let found = conn.query_opt(&LATEST, &[notice_id.into()], |row| {
            Ok((row.int(0)?, row.text(1)?, row.date(2)?))
        })?;
        let not_held = || {
            Refusal::new(
                "notice.hold.not_held",
                format!("通知書{notice_id}は送付止めではありません"),
            )
        };
        let (hold_id, state, until) = found.ok_or_else(not_held)?;
        let act = begin(conn, permit, acting, "notice.release", reason)?;
        if conn.execute(&RELEASE, &[notice_id.into(), state.as_str().into()])? != 1 {
            return Err(not_held().into());
        }
        insert(conn, act, notice_id, &state, reason, until, Some(hold_id))
    })
}

/// 期限の過ぎた送付止め on a day: of one run, or of all with run 0.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn run_out(conn: &mut Conn, on: Date, run_id: i64) -> Result<Vec<Notice>, OfficeError> {
    Ok(conn.query(&RUN_OUT, &[on.into(), run_id.into()], read)?)
}

fn begin(
    conn: &mut Conn,
    permit: &Permit<PrintNotice>,
    acting: &Acting,
    kind: &str,
    note: &str,
) -> Result<i64, OfficeError> {
    let details = ActDetails {
        note: note.to_owned(),
        ..ActDetails::default()
    };
    Ok(acts::begin(conn, acting, permit, kind, &details)?.id.0)
}

fn insert(
    conn: &mut Conn,
    act_id: i64,
    notice_id: i64,
    state: &str,
    reason: &str,
    until: Date,
    releases: Option<i64>,
) -> Result<(), OfficeError> {
    let hold_id = conn.next_ids("notice_hold", 1)?;
    let params = [
        hold_id.into(),
        notice_id.into(),
        state.into(),
        reason.into(),
        until.into(),
        releases.into(),
        act_id.into(),
    ];
    conn.execute(&INSERT, &params)?;
    Ok(())
}
