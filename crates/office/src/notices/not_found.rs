//! 発送停止（居所不明） — the notices of an addressee who is not found are kept back while the hold stands, and wait again
//! on the day it ends. Nothing is written down for it: the hold of the person says it, with its own days.
//!
//! 根拠: 地方自治法 第231条、地方税法 第13条・第20条・第20条の2
//!
//! A notice that is kept back is not served. 公示送達 is a proceeding of its own and marks nothing here.

use super::{Notice, read};
use crate::error::OfficeError;
use db::{Conn, Sql};
use law::{Date, Refusal};

/// The state of a notice that is kept back, as shown.
pub const LABEL_JA: &str = "発送停止（居所不明）";
/// What it means, shown wherever one is listed.
pub const EFFECT_JA: &str = "名宛人が居所不明のため印刷も発送もしません。送達されていないので、告知の効力は生じていません。居所不明の保留を終えると、印刷・発送に戻ります。公示送達（地方税法第20条の2）は別の手続で、ここでは送達済みになりません";

const HELD: Sql = Sql {
    name: "notices.not_found.held",
    text: "select count(*) from whereabouts_fact where subject = $1 and holds_notice = 1 and superseded_at is null \
           and valid_from <= $2 and (valid_until is null or valid_until > $2)",
};
const KEPT_BACK: Sql = Sql {
    name: "notices.not_found.kept_back",
    text: "select n.notice_id, n.decision_id, n.household_id, n.addressee_id, n.levy_year, n.kind, n.state, n.pages, \
           n.hold_reason, n.place_digest from notice n where n.addressee_id in (select w.subject from whereabouts_fact w \
           where w.holds_notice = 1 and w.superseded_at is null and w.valid_from <= $1 \
           and (w.valid_until is null or w.valid_until > $1)) and n.state in ('decided', 'printed') \
           and (n.run_id = $2 or $2 < 0) order by n.notice_id",
};

/// Statements of this module.
pub const STATEMENTS: &[Sql] = &[HELD, KEPT_BACK];

/// Whether the notices of an addressee are kept back on a day. A hold that is only planned does not count.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn is_held(conn: &mut Conn, addressee_id: i64, on: Date) -> Result<bool, OfficeError> {
    let params = [addressee_id.into(), on.into()];
    Ok(conn.query_one(&HELD, &params, |row| row.int(0))? > 0)
}

/// The notices that are kept back on a day: of one run (0 for those of the counter), or all.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn kept_back(
    conn: &mut Conn,
    on: Date,
    run_id: Option<i64>,
) -> Result<Vec<Notice>, OfficeError> {
    let params = [on.into(), run_id.unwrap_or(-1).into()];
    Ok(conn.query(&KEPT_BACK, &params, read)?)
}

/// How many of a run are kept back on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeptBack {
    /// Not yet printed.
    pub decided: i64,
    /// Printed.
    pub printed: i64,
}

impl KeptBack {
    /// Of these notices.
    #[must_use]
    pub fn of<'n>(notices: impl IntoIterator<Item = &'n Notice>) -> Self {
        let mut found = Self::default();
        for notice in notices {
            match notice.state.as_str() {
                "printed" => found.printed += 1,
                _ => found.decided += 1,
            }
        }
        found
    }

    /// All of them.
    #[must_use]
    pub const fn all(self) -> i64 {
        self.decided + self.printed
    }
}

/// How many of a run are kept back on a day.
///
/// # Errors
/// [`OfficeError::Store`].
pub fn count(conn: &mut Conn, on: Date, run_id: i64) -> Result<KeptBack, OfficeError> {
    Ok(KeptBack::of(&kept_back(conn, on, Some(run_id))?))
}

pub(super) fn refusal(notice_id: i64) -> Refusal {
    Refusal::new(
        "notice.print.whereabouts",
        format!(
            "通知書{notice_id}は発送停止（居所不明）です。届かないので印刷・発送しません。資格の状態の画面で居所不明の保留を終えると、印刷できます"
        ),
    )
}
